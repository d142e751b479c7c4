/*
 * Which version of the language a file is written in, and what it uses that came later.
 *
 * Go has one parser for all versions; the type checker complains of what is too new, in the words
 * of langversion.def. What needs no types is found here, without a checker.
 */
#ifndef GO_SYNTAX_LANGVERSION_H
#define GO_SYNTAX_LANGVERSION_H

#include "go/syntax/ast.h"

#define LANGVERSION_ANY 1000000 /* whatever there is, as without a go.mod */
#define LANGVERSION_NONE (-1)
/* Of a go.mod without a go line (cmd/go/internal/gover.DefaultGoModVersion). */
#define LANGVERSION_DEFAULT 16

typedef enum {
    LANG_NONE,
#define LANG(name, since, first, used, is, where) LANG_##name,
#include "go/syntax/langversion.def"
#undef LANG
    LANG_COUNT,
} LangFeature;

/* A row of langversion.def. */
typedef struct {
    Str name;  /* "RANGE_FUNC" */
    int since; /* N of the Go 1.N that a file must be for */
    int first; /* N of the first Go 1.N that has it */
    const char
        *used; /* Go's words, with a % for what is meant; "": the error has words of its own */
    Str is, where;
} LangRow;

const LangRow *langversion_row(LangFeature feature);

/* Versions are the N of Go 1.N. */
typedef struct {
    isize minor;  /* what counts */
    isize module; /* of the go line, which is cmd/compile's -lang; or LANGVERSION_ANY */
    bool is_file; /* it is the version of the file's own "//go:build" line that counts */
} LangVersion;

/* tag: what the "//go:build" line of the file cannot hold without, or LANGVERSION_NONE. It counts
 * in place of the module's, up and down, but not below Go 1.21 (initFiles of go/types 1.27). */
LangVersion langversion_of(isize module, isize tag);

/* The "//go:build" line that says so: the last above the package clause, with its slashes. Empty:
 * there is none. */
Str langversion_build_line(const AstFile *f);

bool langversion_allows(LangVersion v, LangFeature feature);

/* What makes it that version, in cmd/compile's words. On a. */
Str langversion_source(Arena *a, LangVersion v);

/* When the version does not allow it, adds cmd/compile's words: "type parameter requires go1.18 or
 * later (-lang was set to go1.17; check go.mod)". what: for the % of the row, else empty. */
bool langversion_require(LangVersion v, LangFeature feature, SourcePos pos, Str what,
                         DiagnosticList *errors);

/* Everything that can be told without types of a file without syntax errors. */
void langversion_check(const AstFile *f, const NameTable *names, LangVersion v,
                       DiagnosticList *errors);

#endif
