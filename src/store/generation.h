/*
 * What is active: numbered, whole, and never changed once made.
 *
 * A switch builds generations/N aside and renames the link `current`; going back renames it
 * again. A generation may carry the edit of one file of a project (goward.lock), made and undone
 * with it.
 */
#ifndef STORE_GENERATION_H
#define STORE_GENERATION_H

#include "store/store.h"

#define GENERATION_MAX_EDIT (256 * KIB) /* bytes of a project file that a switch may edit */
#define GENERATION_MAX_VISIBLE 256
#define GENERATION_MAX 1000000000 /* numbers */

typedef struct {
    bool exists;
    Str text;
} FileContent;

typedef struct {
    Str path; /* absolute; empty: no edit */
    FileContent before, after;
} GenerationEdit;

typedef struct {
    int64_t number;
    int64_t parent; /* the generation it was made from; -1 for generation 0, which is empty */
    int64_t time;   /* seconds since 1970 */
    Str user, command;
    Str action, project, reason;
    Str default_id; /* empty: none */
    Str *visible;   /* ids that stand in bin/ as go1.X.Y, sorted */
    isize n_visible;
    GenerationEdit edit;
    bool is_current;
    bool is_damaged; /* in a list: the record cannot be read; only the number is set */
} Generation;

/* Bytes <-> struct of generations/N/record; the number is the directory's name. */
Str generation_format(Arena *a, const Generation *g);
bool generation_parse(Arena *a, int64_t number, Str text, Generation *ret, Err *err);

FileOutcome generation_read(Arena *a, Store *s, int64_t number, Generation *ret, Err *err);
/* Number behind `current`. FILE_ABSENT: no link, or not one that goward made. */
FileOutcome generation_current_number(Arena scratch, Store *s, int64_t *ret, Err *err);
FileOutcome generation_current(Arena *a, Store *s, Generation *ret, Err *err);

typedef struct {
    Generation *ptr;
    isize len;
} GenerationList;
/* All that are kept, oldest first, the current one marked. */
bool generation_list(Arena *a, Store *s, GenerationList *ret, Err *err);

/* The rest is for this folder, under the lock. Builds generations/N, durably; nothing points at it
 * yet. What a failure leaves of it is removed by generation_discard. */
bool generation_build(Store *s, const Generation *g, Err *err);
/* Moves generations/N to trash, durably; absent is fine. */
bool generation_discard(Store *s, int64_t number, Err *err);
/* Points `current` at it, durably. */
bool generation_point(Store *s, int64_t number, Err *err);
/* Generation 0, which is empty, and `current`. */
bool generation_create_first(Store *s, Err *err);
/* The generation to make next. */
bool generation_next_number(Store *s, int64_t *ret, Err *err);

#endif
