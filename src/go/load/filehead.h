/*
 * The head of a Go file: its comments, the package clause and the imports, which is all of it that
 * decides what a build consists of (go/build's readGoInfo).
 *
 * A head without faults is read here, without a tree; for one that has a fault, go/syntax is asked
 * for the words. Only a file that imports "embed" is looked through to its end.
 */
#ifndef GO_LOAD_FILEHEAD_H
#define GO_LOAD_FILEHEAD_H

#include "base/vec.h"
#include "go/syntax/position.h"

/* A place as go/token has it: "//line" comments move it, and a byte order mark does not count. */
typedef struct {
    Str file; /* the path that was given, or what a "//line" comment makes of it */
    isize offset, line, column;
} HeadPos;

typedef struct {
    Str path;
    HeadPos pos; /* of the name before the path, if there is one */
    Str doc;     /* the comments right above it, with their slashes; empty: none */
} HeadImport;

/* A word of a "//go:embed" line, or the whole of another directive. */
typedef struct {
    Str text;
    HeadPos pos;
} HeadText;

typedef struct {
    HeadPos pos;
    Str message;
} HeadFault;

typedef struct {
    Str header;  /* the text that counted, from the start without the byte order mark */
    Str package; /* empty: there is no clause */
    Str doc;     /* the comments right above the clause */
    VEC(HeadImport) imports;
    VEC(HeadText) embeds;     /* patterns, where the file imports "embed" */
    VEC(HeadText) directives; /* "//go:..." comments above the package clause */
    VEC(HeadFault) faults;    /* by place; with a fault there are no imports and no directives */
    bool is_bad_path;         /* the fault is an import path that is none */
} FileHead;

typedef enum {
    FILEHEAD_MORE,   /* the text ends before it is clear that the head does: give more of it */
    FILEHEAD_READ,   /* perhaps with faults */
    FILEHEAD_NUL,    /* a byte of zero: "unexpected NUL in input" */
    FILEHEAD_SYNTAX, /* of filehead_comments: "syntax error" */
} FileHeadOutcome;

/* Reads the head from the start of a file. With is_whole, text is all there is, and the outcome is
 * never FILEHEAD_MORE. path is what the file is called in places. Strings point into text, or live
 * on a. */
FileHeadOutcome filehead_read(Arena *a, Str path, Str text, bool is_whole, FileHead *ret);

/* The leading comments of a file that is no Go file (readComments), also of one with a fault. */
FileHeadOutcome filehead_comments(Str text, bool is_whole, Str *ret_header);

/* The lines of a header that say when the file is built (go/build's parseFileHeader). */
typedef struct {
    Str go_build;        /* the "//go:build" line; empty: none */
    bool has_two;        /* "multiple //go:build comments" */
    bool is_binary_only; /* "//go:binary-only-package" */
    Str plus;            /* where "// +build" lines count: comments that an empty line follows */
} HeadConstraints;

HeadConstraints filehead_constraints(Str header);

#endif
