/* What one file of a directory says by itself, for every target alike: its head, and the rules for
 * when it is built. */
#ifndef GO_LOAD_BUILDHEAD_H
#define GO_LOAD_BUILDHEAD_H

#include "go/load/buildpkg.h"
#include "go/load/constraint.h"

/* A line that must hold. */
typedef struct {
    Str line;
    const Constraint *x;
} BuildRule;

typedef struct {
    BuildRule *ptr; /* one "//go:build" line, or the "// +build" lines that can be read */
    isize len, cap;
    bool are_plus;
    Str wrong_line; /* the "//go:build" line that cannot be read */
    Str wrong;      /* why it cannot, or that there are two; empty: nothing is wrong */
    bool has_two;
} BuildRules;

typedef struct {
    Str path;            /* absolute */
    BuildReason trouble; /* why the file cannot be used; BUILD_REASON_NONE: nothing */
    Str words;           /* then, as go/build has them */
    bool is_opaque;      /* no Go file, and not even its comments can be read: it has no rules */
    bool is_binary_only;
    FileHead head;
    BuildRules rules;
} BuildHead;

/* Where the start of a file is read to, used again for the next one. On own, which holds nothing
 * that is to stay. */
typedef struct {
    Arena *own;
    char *ptr;
    isize cap;
} HeadBuffer;

/* Reads file, a name that dir_fd has or an absolute path. Path and words live on a, head and rules
 * on scratch or in the buffer. */
void buildhead_read(Arena *a, Arena *scratch, HeadBuffer *buffer, int dir_fd, Str file, Str path,
                    bool is_go, BuildHead *ret);

/* A copy with everything on a but the path, which is taken as it is. */
void buildhead_keep(Arena *a, const BuildHead *head, BuildHead *ret);

#endif
