/*
 * The main modules of a build: the module around a directory, or those of the workspace above it,
 * with the lines of go.mod and go.work that steer the choice of all other modules (what
 * cmd/go/internal/modload knows before it has read a dependency).
 */
#ifndef GO_MOD_MAINMODS_H
#define GO_MOD_MAINMODS_H

#include "base/map.h"
#include "go/mod/gowork.h"
#include "go/mod/modversion.h"

#define MAINMODS_MAX_USES 10000 /* of one workspace */

typedef struct {
    Str dir;  /* the module's root */
    Str file; /* its go.mod, or what -modfile in GOFLAGS names */
    GoMod mod;
} MainMod;

/* One replace line that counts. */
typedef struct {
    ModVersion old;  /* version empty: all of them */
    ModVersion to;   /* version empty: a directory, as `go list -m` shows it */
    Str dir;         /* of a directory: absolute */
    bool is_of_work; /* of go.work */
    isize last_main; /* else the last main module that has it */
    Str file;        /* where it stands */
    isize line;
} MainReplace;

typedef struct {
    MainMod *ptr; /* in the order of go.work */
    isize len;
    Str work_file; /* empty: no workspace */
    GoWork work;
    Str mod_flag;     /* of -mod in GOFLAGS */
    bool is_vendored; /* builds take packages from vendor/ */
    VEC(MainReplace) replaces;
    Map replaces_by_old; /* "path@version" or "path" -> 1 + index */
    Map excludes;        /* "path@version", of all main modules together */
} MainMods;

/* dir: absolute and clean. ERR_NOT_FOUND without a go.mod; ERR_USAGE where a go.mod or go.work that
 * is named is not there; ERR_FORMAT for what a go command refuses as well: a file that cannot be
 * read, a module twice in a workspace, two replace lines that contradict each other. */
bool mainmods_load(Arena *a, const GoEnv *env, Str dir, MainMods *ret, Err *err);

/* The same without the refusal of a go.work that replaces one of its own modules: such lines do not
 * count. For those who look for whatever else is wrong. */
bool mainmods_read(Arena *a, const GoEnv *env, Str dir, MainMods *ret, Err *err);

/* Whether -mod in GOFLAGS is what a workspace allows; ERR_USAGE in cmd/go's words. For commands
 * that take the flag: `go list` and builds, and none of `go mod`. */
bool mainmods_check_flag(const MainMods *m, Err *err);

/* A go.mod or go.work: no regular file is ERR_FORMAT, more than GOMOD_MAX_FILE ERR_LIMIT. */
FileOutcome mainmods_read_file(Arena *a, Str file, Str *ret, Err *err);

/* The line that replaces a version, or NULL: in each main module one of that version goes before
 * one of all, and of several main modules the last counts (replacementFrom of cmd/go). The main
 * modules themselves are not replaced. */
const MainReplace *mainmods_replacement(Arena scratch, const MainMods *m, ModVersion of);
bool mainmods_excludes(Arena scratch, const MainMods *m, ModVersion of);
/* The main module of that path, or NULL. */
const MainMod *mainmods_find(const MainMods *m, Str path);

/* Whether a vendor/modules.txt was written by `go work vendor`. */
bool mainmods_is_of_workspace(Str modules_txt);

/* The version of the language that the go.mod (go.work) asks for: "1.16" ("1.18") without a go
 * line. */
Str mainmods_go_of_mod(const GoMod *mod);
Str mainmods_go_of_work(const GoWork *work);

#endif
