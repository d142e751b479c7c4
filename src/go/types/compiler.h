/*
 * What cmd/compile refuses of packages that go/types accepts, in its words: directives, functions
 * without a body, anonymous interfaces that contain themselves, sizes of types and of frames. And
 * what cmd/link says of a program without main, in whatever mode it is built, and the go command
 * of functions that are no tests.
 *
 * It has two parts. What the source shows by its looks is told beside all other errors; the rest is
 * looked for only where there are none.
 */
#ifndef GO_TYPES_COMPILER_H
#define GO_TYPES_COMPILER_H

#include "go/load/embed.h"
#include "go/syntax/directive.h"
#include "go/types/checker.h"
#include "go/types/gcarch.h"

/* Of a package. */
typedef struct {
    const GcArch *arch;  /* of the target */
    bool is_complete;    /* nothing but Go files: each function must have its body in them */
    bool is_program;     /* what go build links */
    EmbedMatches embeds; /* of the package */
    const Directives *directives; /* by file of the package */
    DiagnosticList *errors;       /* the same */
} CompilerInput;

/* Directives that are misplaced or cannot be read. Of packages outside the standard library, whose
 * own ones mean something only there. Whether one means something for some GOARCH alone. */
bool compiler_check_directives(const GcArch *arch, int go_minor, const Directives *list,
                               DiagnosticList *errors);

/* Tests, benchmarks and fuzz tests of a file that cannot be called as such; each is told. How
 * many functions TestMain it has that can. */
isize compiler_check_tests(const NameTable *names, const AstFile *f, DiagnosticList *errors);

/* Checks a package without errors, which was checked with Checker.is_compiler. What is found is
 * added to the lists of in, or to c->errors where go/types has a code for it. */
void compiler_check(Checker *c, const CompilerInput *in);

/* The parts of it, a file each: they add to in->errors. */
void compiler_check_cycles(Checker *c);                          /* cycles_interface.c */
void compiler_check_decls(Checker *c, const CompilerInput *in);  /* directives.c */
void compiler_check_sizes(Checker *c, const CompilerInput *in);  /* toolarge.c */
void compiler_check_embeds(Checker *c, const CompilerInput *in); /* directives.c */
void compiler_check_frames(Checker *c, const CompilerInput *in); /* toolarge.c */

#endif
