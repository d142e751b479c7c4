/*
 * go.mod: finding it, the two lines that choose a toolchain, and the whole of it.
 *
 * The two readers differ on purpose. gomod_lookup is the scan that the go command makes at its
 * start (cmd/go/internal/gover.GoModLookup): it takes the first line that begins with the word,
 * knows no blocks and no errors. gomod_parse reads the file as `go mod` does (x/mod/modfile), with
 * positions, and says what is wrong with it.
 */
#ifndef GO_MOD_GOMOD_H
#define GO_MOD_GOMOD_H

#include "base/vec.h"
#include "go/mod/modline.h"
#include "go/mod/upward.h"

/* Of a go.mod or go.work: cmd/go's own cap of a go.mod in a module's zip. */
#define GOMOD_MAX_FILE (16 * MIB)

/* ---- the startup scan ---- */

typedef struct {
    Str value;  /* without comment and outer white space; may be empty */
    isize line; /* from 1; 0: there is no such line */
} GoModValue;

/* key is "go" or "toolchain". Works on go.work as well. */
GoModValue gomod_lookup(Str text, Str key);

/* The nearest go.mod in dir (absolute, clean) or above, a directory of that name passed over. One
 * that lies directly in temp_dir (workdir_temp) does not count, and ends the search. */
bool gomod_find(Arena *a, Str dir, Str temp_dir, Str *ret_path);
bool gomod_find_from(Arena *a, Upward *u, Str temp_dir, Str *ret_path);

/* ---- the whole file ---- */

typedef struct {
    Str version;
    ModPos pos;
} GoModGo;

typedef struct {
    Str name; /* "go1.27.4" or "default" */
    ModPos pos;
} GoModToolchain;

typedef struct {
    Str key, value;
    ModPos pos;
} GoModGodebug;

typedef struct {
    Str path, version; /* the version as written: canonical, or a query such as a branch name */
    bool is_indirect;
    ModPos pos;
} GoModRequire;

typedef struct {
    Str path, version;
    ModPos pos;
} GoModExclude;

typedef struct {
    Str old_path, old_version; /* version empty: all of them */
    Str new_path, new_version; /* version empty: a directory */
    ModPos pos;
} GoModReplace;

typedef struct {
    Str low, high; /* equal for a single version */
    ModPos pos;
} GoModRetract;

typedef struct {
    Str path;
    ModPos pos;
} GoModPath;

typedef VEC(GoModGodebug) GoModGodebugs;
typedef VEC(GoModReplace) GoModReplaces;
typedef VEC(GoModPath) GoModPaths;

typedef struct {
    GoModPath module; /* path empty: no module line */
    GoModGo go;       /* version empty: no go line */
    GoModToolchain toolchain;
    GoModGodebugs godebugs;
    VEC(GoModRequire) requires;
    VEC(GoModExclude) excludes;
    GoModReplaces replaces;
    VEC(GoModRetract) retracts;
    GoModPaths tools, ignores;
} GoMod;

typedef enum {
    GOMOD_STRICT, /* the main module: every line must be understood */
    GOMOD_LAX,    /* a dependency: only module, go, require, retract and ignore are looked at */
} GoModMode;

/* file names it in messages. Strings live in text or on a. ERR_FORMAT says "file:line: what", or of
 * several faults each in a line of its own, as far as an Err has room. */
bool gomod_parse(Arena *a, Str file, Str text, GoModMode mode, GoMod *ret, Err *err);

#endif
