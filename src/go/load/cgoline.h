/* The #cgo lines of the comment above import "C", as go/build's saveCgo reads them. */
#ifndef GO_LOAD_CGOLINE_H
#define GO_LOAD_CGOLINE_H

#include "go/load/target.h"

typedef enum {
#define CGO_FLAGS(name, verb, text) CGO_##name,
#include "go/load/cgoflags.def"
#undef CGO_FLAGS
    CGO_FLAGS_COUNT,
} CgoFlagKind;

typedef struct {
    Strs of[CGO_FLAGS_COUNT];
} CgoFlags;

/* "CFLAGS", "pkg-config": the verb of a line; "CgoCFLAGS": the name in what go list prints. */
Str cgoflags_verb(CgoFlagKind kind);
Str cgoflags_list_name(CgoFlagKind kind);

/* Adds what the lines of a comment's text (commenttext_of) give for the target; ${SRCDIR} and
 * relative -I and -L count from dir. *asked gets every tag that a condition names. False at the
 * first line that is wrong: *ret_words is what go/build says of it, behind the file's name. Strings
 * live on a. */
bool cgolines_read(Arena *a, const Target *t, Str dir, Str text, CgoFlags *flags, Strs *asked,
                   Str *ret_words);

/* The words of a line (go/build's splitQuoted): quotes may begin within a word, a backslash takes
 * the next sign as it is. False for a quote or a backslash without its end; *ret has the words all
 * the same. */
bool cgoline_split(Arena *a, Str line, Strs *ret);

#endif
