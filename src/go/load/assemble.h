/*
 * From what was found to packages that know each other, in the order and with the errors of
 * cmd/go/internal/load: imports are followed depth first, each package is made once, and the first
 * thing that is wrong with it is its error.
 */
#ifndef GO_LOAD_ASSEMBLE_H
#define GO_LOAD_ASSEMBLE_H

#include "go/load/namedfiles.h"
#include "go/load/package.h"

/* Imports one behind the other; the longest known way has 120. One takes some 400 bytes of stack,
 * and six times that under a sanitizer. */
#define ASSEMBLE_MAX_DEPTH 2000

typedef struct {
    Arena *arena;
    Discovery *d;
    const GoEnv *env;
    Str dir;            /* the working directory, for places that are shown */
    Str goroot, go_bin; /* go_bin: where `go install` puts programs; may be empty */
    Str go_version;     /* of the Go in use, "1.26.8" */
    Map by_path;        /* import path -> 1 + index in all */
    Packages all;
    Map by_fold;       /* import path in small letters -> 1 + index in all */
    ImportStack stack; /* the packages that are being made */
} Assembly;

/* d must have found everything. What follows needs POOL_STACK bytes of stack. */
Assembly assemble_init(Arena *a, Discovery *d, const GoEnv *env, Str dir, Str goroot,
                       Str go_version);

/* The package that was asked for by its import path. */
Package *assemble_asked(Assembly *s, Str path);

/* The package of files that were named one by one; it cannot be imported. */
Package *assemble_named(Assembly *s, const NamedFiles *files);

/* The package that parent means by path; never NULL. use is the import, NULL where the source has
 * none. *ret_error becomes why parent must not import it, or NULL. */
Package *assemble_import(Assembly *s, Package *parent, Str path, const BuildUse *use,
                         PackageError **ret_error);
/* The same of a package that a generated program imports. */
Package *assemble_generated(Assembly *s, Str path);

/* Finds what a part of a package embeds; false: words are what is wrong with it, told at pos. */
bool assemble_embeds(Assembly *s, Package *p, BuildPart part, Str *ret_words, Str *ret_pos);

/* The steps so far, for what test packages add to them. */
void assemble_push(Assembly *s, Str path, const BuildUse *use);
void assemble_pop(Assembly *s);

/* An error with the steps so far. pos may be empty. */
PackageError *assemble_error(Assembly *s, Str words, Str pos);
/* "file:line:column" of a use, as short as cmd/go shows it; empty for NULL. */
Str assemble_position(const Assembly *s, const BuildUse *use);

/* The first use of a text; NULL when there is none. */
const BuildUse *assemble_first_use(const BuildUses *uses, Str text);

#endif
