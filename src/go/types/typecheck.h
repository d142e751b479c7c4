/*
 * From files of packages to what is wrong with their types.
 *
 * A unit is one package: its files, what its imports mean, its version of the language. Units
 * are checked by several threads, each once all that it imports is but for bodies of functions; the
 * trees of a unit are dropped when it is done. What comes out does not depend on how many threads
 * there are.
 * go/types/units.h makes units of what go/load has loaded.
 */
#ifndef GO_TYPES_TYPECHECK_H
#define GO_TYPES_TYPECHECK_H

#include "base/err.h"
#include "go/load/embed.h"
#include "go/syntax/nameindex.h"
#include "go/syntax/trees.h"
#include "go/types/diagnosis.h"
#include "go/types/type.h"
#include "os/schedule.h"

#define TYPECHECK_MAX_ERRORS 1000 /* that are kept of one unit */
#define TYPECHECK_MAX_WORKERS 64
#define TYPECHECK_MAX_FILES 4000000 /* of a run */

typedef struct {
    Str path;    /* as it stands in the source */
    isize unit;  /* what it means: a unit that comes earlier; -1: nothing that can be had */
    Str trouble; /* then: why, for "could not import p (why)" */
} UnitImport;

/* How much of a unit is looked at. */
typedef enum {
    TYPECHECK_WHOLE,
    TYPECHECK_PARTS, /* what others need of it: what is wrong with it is not told */
    TYPECHECK_NAME,  /* others import it, and need nothing of it */
} TypecheckExtent;

typedef struct {
    Str path;         /* the package's, without what it is built for: "p", not "p [p.test]" */
    const Str *files; /* as they are opened and shown, in the order in which they are checked */
    isize n_files;    /* 0: there is nothing to check, but perhaps faults */
    bool has_lasting_files;    /* their list stays where it is, and as it is, for later runs */
    const UnitImport *imports; /* each path once, without "unsafe" and "C" */
    isize n_imports;
    int version;         /* N of Go 1.N, of files that do not ask for their own; LANGVERSION_ANY */
    int line;            /* the same by the go line alone; for witnesses */
    bool takes_c;        /* import "C" is fine, its names are unknown */
    bool lacks_imports;  /* one of it, or of those that they import, cannot be had */
    bool ignores_bodies; /* of functions */
    bool is_standard;  /* of the standard library, which may have directives that others may not */
    bool is_complete;  /* nothing but Go files: a function without a body is an error */
    bool is_program;   /* go build links it: it must have a function main */
    bool is_asked_for; /* by a person; else it is only imported */
    EmbedMatches embeds;   /* what patterns of "//go:embed" name */
    DiagnosisParts faults; /* what loading found */
    isize tested;          /* 1 + the unit that these tests are of, from outside of it; 0: none */
    TypecheckExtent extent;
    NameIndex parts; /* of TYPECHECK_PARTS: the declarations that are needed, with what they need of
                        their own package; methods go with their types */
    Str name; /* the package's, as far as it is known without its files. Of TYPECHECK_NAME it is
                 right; empty: no file has one, and its names are unknown */
} TypecheckUnit;

typedef struct {
    TypecheckUnit *ptr;
    isize len, cap;
} TypecheckUnits;

/* Called by the thread that checked a unit, its tree and all that was recorded still there, errors
 * not yet taken from c. Units that could not be checked are not shown. */
typedef void (*TypecheckWitness)(void *context, Checker *c, isize unit, isize worker);

/* What runs work with, one after the other: memory, which the next one uses again, and files, which
 * it need not parse again. */
typedef struct TypecheckRoom TypecheckRoom;

/* Of *files the errors that are kept are the room's own matter. Release it with
 * typecheck_room_done, after the last run. */
TypecheckRoom *typecheck_room_new(const TreesOptions *files);
void typecheck_room_done(TypecheckRoom *room);
Trees *typecheck_room_trees(const TypecheckRoom *room);

typedef struct {
    const TypecheckUnits *units;
    Str arch;                /* of the target: how large a word is */
    int go_minor;            /* N of the newest Go 1.N that may be asked for */
    bool has_test_functions; /* see Program */
    bool tells_all; /* as go/types: every error of the syntax, those of types beside them, in the
                       order in which they were found; else as a compiler, which stops at a package
                       with errors of syntax, sorted */
    bool records; /* units that are asked for, and looked at whole, keep what is found out of their
                       expressions, for the witness */
    isize jobs;   /* threads, at least 1 */
    isize part_bytes; /* bodies of a package of so much source are checked as one; 0: as is good */
    TypecheckRoom *room; /* for as many workers as jobs, as_compiler unless tells_all; or NULL */
    TypecheckWitness witness; /* or NULL */
    void *witness_context;
} TypecheckOptions;

/* Of a unit. */
typedef struct {
    Diagnoses errors;
    isize n_dropped;                  /* that were too many */
    bool is_checked;                  /* it had a file that could be read */
    bool is_broken;                   /* a file has an error of syntax, or cannot be read */
    isize n_test_mains;               /* functions that go test calls instead of the tests */
    isize n_files;                    /* that were parsed */
    int64_t n_lines;                  /* of them */
    int64_t n_expressions, n_untyped; /* looked at, in bodies that were not passed over; of which
                                         nothing is known */
} UnitResult;

typedef struct Typecheck Typecheck;

/* Checks all units. *options and what it points to must live until typecheck_done, which must be
 * called after a failure as well. */
bool typecheck_run(Arena *a, const TypecheckOptions *options, Typecheck **ret, Err *err);
void typecheck_done(Typecheck *t);

const UnitResult *typecheck_result(const Typecheck *t, isize unit);

/* The package of a unit that was checked: complete, and there until typecheck_done. */
TypePackage *typecheck_package(Typecheck *t, isize unit);

/* Of a unit that was checked, or in parts: whether what was found there, errors or none, may be
 * different with words of another size, as far as that lies in its own files. */
bool typecheck_minds_word(const Typecheck *t, isize unit);
/* The same of what any of its declarations means to others, and of one of them. It may be said of
 * more than is true. */
bool typecheck_shows_word(const Typecheck *t, isize unit);
bool typecheck_decl_minds_word(const Typecheck *t, isize unit, Name name);
/* Whether what was found depends on more of the GOARCH. */
bool typecheck_minds_arch(const Typecheck *t, isize unit);

/* The units as work that is scheduled, imports first. On a. */
ScheduleUnit *typecheck_plan(Arena *a, const TypecheckUnits *units);

/* Where a place in a file of the program is shown: for witnesses. */
const Positions *typecheck_positions(const Typecheck *t, uint32_t file);

#endif
