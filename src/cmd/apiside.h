/*
 * What `api diff` compares: a directory, a module in the module cache, or the standard library of a
 * Go, loaded and checked. Nothing is fetched.
 */
#ifndef CMD_APISIDE_H
#define CMD_APISIDE_H

#include "cmd/buildcontext.h"
#include "go/api/verdict.h"
#include "go/load/load.h"
#include "go/types/units.h"

typedef enum {
    APISIDE_DIR,
    APISIDE_MODULE,
    APISIDE_STD,
    APISIDE_KIND_COUNT,
} ApiSideKind;

/* A package that others can import. */
typedef struct {
    Str rel; /* its path below the root: "", "sub/p"; of the standard library all of it */
    Str path;
    TypePackage *types;
    const UnitResult *result; /* errors, not of the bodies of functions */
} SidePackage;

typedef struct {
    Str text; /* as it was given */
    ApiSideKind kind;
    ReleaseSide release; /* module and version */
    Str name;            /* for people: "golang.org/x/text v0.3.0", "go1.26.8", a directory */
    Str root;            /* what the paths of its packages begin with; of std empty */
    Str dir;             /* of a directory or a Go; absolute */
    BuildContext build;
    MainMods mains;
    Loaded loaded;
    TypecheckUnits units;
    TypecheckOptions options;
    Typecheck *checked;
    bool is_loaded;
    VEC(SidePackage) packages; /* by rel */
    Strs unread;               /* packages that could not be looked at, and why */
    bool *is_needed;           /* by unit: it is compared, or imported by what is */
    Strs missing;              /* imports of these that could not be had, each once */
    Strs uncached;             /* "path@version" that would have to be fetched for them */
} ApiSide;

/* text: "DIR", "./DIR@v1.3.0" (the version that it is to become), "path@version", "go1.26.8" or a
 * Go root. *ret stays where it is. What is not on this machine is ERR_NOT_FOUND, with the command
 * that brings it. Release it with apiside_close, after a failure too. */
bool apiside_open(Invocation *inv, ToolchainContext *c, Str text, ApiSide *ret, Err *err);
void apiside_close(ApiSide *side);

Str apiside_kind_name(ApiSideKind kind); /* "directory", "module", "std" */

#endif
