/*
 * Proving a Go root: is what lies there, byte for byte, the release that the public log recorded?
 *
 * The hash in the log is a function of the unpacked tree (distpack removes api, doc, misc and test,
 * renames go.mod, adds a prefix; go/mod/dirhash.h has the rule), so no archive is needed. What
 * differs is named from a manifest that is proved itself, else from the central directory of the
 * release's zip, whose CRC-32 and sizes point at files without proving them.
 */
#ifndef TOOLCHAIN_PROVE_H
#define TOOLCHAIN_PROVE_H

#include "go/root/manifest.h"
#include "sumdb/record.h"
#include "toolchain/context.h"

typedef enum {
    STATUS_NONE,
    STATUS_PROVED,
    STATUS_CONFIG_EDITED, /* all is proved but go.env */
    STATUS_DIFFERS,
    STATUS_UNPROVED, /* no answer to be had: offline, or the log out of reach */
    STATUS_UNKNOWN,  /* no official build: the log has no such release */
    STATUS_COUNT,
} Status;

/* "proved", "config-edited" ... as in JSON and in the store's records. */
Str status_name(Status status);
bool status_parse(Str name, Status *ret);

/* How the differing files were named. */
typedef enum {
    NAMED_BY_NONE,      /* nothing to name, or no way to */
    NAMED_BY_MANIFEST,  /* proof */
    NAMED_BY_ZIP_INDEX, /* CRC-32 and size: a pointer */
    NAMED_BY_COUNT,
} NamedBy;

typedef struct {
    Goroot root;
    Status status;
    Str because;        /* one clause for a person; empty when proved */
    Str remedy;         /* what to do where the log is out of reach; may be empty */
    SumdbRecord record; /* when the log has one */
    bool has_record;
    Str h1;            /* of the tree as found */
    Manifest manifest; /* of the tree as found */
    FileDiffs files;   /* sorted by path; go.env when CONFIG_EDITED */
    NamedBy named_by;
    Str config_diff; /* of go.env, when CONFIG_EDITED: lines with "-" and "+" */
} Proof;

/* Proves the root at path (absolute). False only when there is no Go root there, when it cannot be
 * read, or when the log is found lying (ERR_VERIFY): all else is a status. */
bool prove_goroot(ToolchainContext *c, Arena *a, Str path, Proof *ret, Err *err);

/* Whether the tree at path (absolute) still hashes to h1, by the rule of the log. Asks nobody. */
bool prove_is_unchanged(ToolchainContext *c, Arena *a, Str path, Str h1, bool *ret, Err *err);

#endif
