/* go.sum, read as the go command reads it (modfetch.readGoSum). */
#ifndef GO_MOD_GOSUM_H
#define GO_MOD_GOSUM_H

#include "base/map.h"
#include "base/vec.h"
#include "os/file.h"

#define GOSUM_MAX_LINES 200000 /* of all files together; the largest known go.sum has 5,000 */

typedef enum {
    GOSUM_FAULT_NONE,
    GOSUM_FAULT_CONFLICT, /* the mark of a merge conflict */
    GOSUM_FAULT_BOM,      /* a byte order mark, which becomes part of the first path */
    GOSUM_FAULT_FIELDS,   /* neither three fields nor none: Go stops */
    GOSUM_FAULT_HASH,     /* "h1:" and something that is no SHA-256 */
    GOSUM_FAULT_DIFFERS,  /* another hash of a module that has one already; the first one counts */
    GOSUM_FAULT_COUNT,
} GoSumFault;

typedef struct {
    Str path, version;
    Str hash;       /* "h1:..." */
    bool is_go_mod; /* of the module's go.mod alone */
    Str file;
    isize line;
} GoSumLine;

typedef struct {
    GoSumFault kind;
    Str file;
    isize line;
    Str text; /* of the line */
} GoSumTrouble;

typedef struct {
    VEC(GoSumLine) lines; /* with a hash that Go knows; each module's first one only */
    VEC(GoSumTrouble) troubles;
    Map by_name; /* "path version" or "path version/go.mod" -> 1 + index of the line */
} GoSum;

GoSum gosum_init(Arena *a);
/* Adds the lines of text, which must live as long. */
void gosum_add(Arena *a, GoSum *sum, Str file, Str text);
/* The same of a file. One that is not there has no lines; one that cannot be read fails. */
bool gosum_add_file(Arena *a, GoSum *sum, Str file, Err *err);
/* The line that counts, NULL when there is none. */
const GoSumLine *gosum_find(Arena scratch, const GoSum *sum, Str path, Str version, bool is_go_mod);

/* "<<<<<<< HEAD", "=======", ">>>>>>> theirs": the first line of a text that is the mark of a merge
 * conflict, from 1; 0 when there is none. */
isize gosum_conflict(Str text);

#endif
