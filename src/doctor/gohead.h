/*
 * The head of a Go file: comments, the package clause and the imports, which need no parser for
 * Go. What does not look like that ends the reading, and what was seen until then counts, as it
 * does for cmd/go when it lists packages (go/build, readGoInfo).
 */
#ifndef DOCTOR_GOHEAD_H
#define DOCTOR_GOHEAD_H

#include "base/str.h"

typedef struct {
    Str text; /* not yet read */
    isize line;
    Str doc; /* the comment group that was read last */
    isize doc_line;
    isize newlines; /* since its end */
    bool is_past_package, is_in_group;
    bool is_cut; /* after GOHEAD_END: the text ended before it was clear that the head does */
} GoHead;

/* Text is the file from its start, as much of it as there is. It stays the caller's, and everything
 * that is read points into it. */
GoHead gohead_of(Str text);

typedef enum {
    GOHEAD_END,
    GOHEAD_COMMENT, /* before the package clause: one that may hold a constraint */
    GOHEAD_PACKAGE,
    GOHEAD_IMPORT,
} GoHeadKind;

typedef struct {
    GoHeadKind kind;
    isize line;
    Str text; /* the comment with its slashes; the name of the package; the path of the import */
    Str doc;  /* of an import: the comment right above it, or empty */
    isize doc_line;
} GoHeadItem;

GoHeadItem gohead_next(GoHead *h);

#endif
