/*
 * goward.lock: the exact release of a project, and for each platform its hash and the proof that
 * the checksum database has it. docs/formats/lock.md describes it.
 */
#ifndef TOOLCHAIN_LOCKFILE_H
#define TOOLCHAIN_LOCKFILE_H

#include "base/err.h"
#include "go/mod/platform.h"

#define LOCKFILE_NAME S("goward.lock")
#define LOCKFILE_MAX_PLATFORMS 64      /* Go has about 40 */
#define LOCKFILE_MAX_PROOF (256 * KIB) /* bytes, as sumdb/proof.h */
#define LOCKFILE_MAX_FILE (4 * MIB)    /* 64 platforms with proofs of a few KiB */

typedef struct {
    Platform platform;
    Str h1;    /* "h1:..." as in go.sum */
    Str proof; /* text of the tlog-proof file; empty: none is kept */
    isize line;
} LockPlatform;

typedef struct {
    Str name; /* "go1.26.8" */
    isize name_line;
    LockPlatform platforms[LOCKFILE_MAX_PLATFORMS]; /* sorted by os, then arch; each once */
    isize n_platforms;
} Lockfile;

/* file names it in messages. ERR_FORMAT says "file:line: what, expected"; ERR_UNSUPPORTED: written
 * by a newer goward. Strings live in text, or on a. */
bool lockfile_parse(Arena *a, Str file, Str text, Lockfile *ret, Err *err);

/* The text of a lock; lockfile_parse gives the same back. name must be that of a release
 * ("go1.26.8", no suffix), every h1 one that lockfile_is_h1 accepts. Platforms may be in any
 * order. */
Str lockfile_format(Arena *a, const Lockfile *lock);

/* "h1:" and the base64 of 32 bytes. */
bool lockfile_is_h1(Str text);

/* The entry of a platform, or NULL. */
const LockPlatform *lockfile_find(const Lockfile *lock, Platform platform);

#endif
