/*
 * What the files of packages use that not every Go has: features of the language, packages and
 * symbols of the standard library; and what they have that means something else to another Go.
 *
 * A usage is filled by the witness of a check of types (go/types/typecheck.h), unit by unit and by
 * several threads, out of what the check has recorded: nothing is looked for a second time. A file
 * that belongs to several units (a package, and the same built for its test) counts once.
 */
#ifndef GO_COMPAT_USES_H
#define GO_COMPAT_USES_H

#include "go/compat/stdsymbols.h"
#include "go/types/typecheck.h"

typedef enum {
    USE_NONE,
    USE_FEATURE, /* what: a LangFeature */
    USE_PACKAGE, /* what: index in StdSymbols.packages */
    USE_SYMBOL,  /* what: index in StdSymbols.symbols */
    USE_LOOP,    /* a variable of a loop that outlives its round: since Go 1.22 each has its own */
    USE_KIND_COUNT,
} UseKind;

#define USE_LOOP_SINCE 22 /* N of the Go 1.N that gave each round its variables */

typedef struct {
    UseKind kind;
    isize what;
    StdSymbol unlisted; /* that the table has only from usage_take on; else without name */
    int since;          /* N of the Go 1.N that brought it, or changed it */
    bool is_test;       /* in a _test.go file */
    /* The file's own build line keeps it from every Go that has not got it. */
    bool is_guarded;
    isize count;
    isize n_newer; /* of them: newer than the version that the file is written in */
    SourcePos pos; /* of the first: by file, then by place */
    Position at;   /* the same for people */
} CodeUse;

typedef VEC(CodeUse) CodeUses;

typedef struct Usage Usage;

/* n_workers: of the checks, which are run one after the other. std outlives the usage, which adds
 * to it what is used and missing there (StdSymbols.own). Release it with usage_done; what it gives
 * is on a. */
Usage *usage_new(Arena *a, StdSymbols *std, isize n_workers);
void usage_done(Usage *u);

/* Is a TypecheckWitness, whose context is the usage. Files that were taken are not looked at. */
void usage_witness(void *usage, Checker *c, isize unit, isize worker);

/* Takes what the witness saw of a check of these units, which is done. Of a file that an earlier
 * check had, too, nothing is taken: it uses the same, whatever it is built for. */
void usage_take(Usage *u, const TypecheckUnits *units);

/* What was used, by version, newest first, then by kind and place. */
CodeUses usage_complete(Usage *u);

/* The files that were taken, each once. */
isize usage_count_files(const Usage *u);
bool usage_has_file(const Usage *u, Str path);

/* What a use is of, for people: "net/http.(*Request).PathValue", "range over an integer". */
Str use_name(Arena *a, const StdSymbols *std, const CodeUse *use);

#endif
