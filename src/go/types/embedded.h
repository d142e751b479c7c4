/*
 * Embedded fields, depth by depth, as looking a name up and collecting a method set both walk them.
 */
#ifndef GO_TYPES_EMBEDDED_H
#define GO_TYPES_EMBEDDED_H

#include "go/types/checker.h"

/* A type at some depth. What it is embedded in must outlive it where it stands. */
typedef struct Embedded {
    Type *type;                   /* no pointer, no alias */
    const struct Embedded *outer; /* NULL: at depth 0 */
    int32_t index;                /* of the field in outer */
    bool is_indirect;             /* there is a pointer on the way to it */
    bool is_multiple;             /* the type is there several times at this depth */
} Embedded;

typedef struct {
    Embedded *ptr;
    isize len, cap;
} EmbeddedList;

/* Types, each once, where identical ones are the same. */
typedef struct {
    Arena *arena;
    VEC(Type *) types;
    VEC(int32_t) earlier; /* of each: 1 + index of the one before it with the same key, or 0 */
    Map by_key;           /* 1 + index of the last with a key, once there are many */
} SeenTypes;

SeenTypes seen_types_init(Arena *a);
/* Index of the identical type that is there already; -1: there is none, and t was added. */
isize seen_types_insert(SeenTypes *s, Type *t);

/* Adds the type of an embedded field. */
void embedded_add(Arena *a, EmbeddedList *list, const Embedded *outer, isize index,
                  const Object *field);
/* Of types that are there several times only the first stays, and is multiple. */
void embedded_consolidate(Arena *a, EmbeddedList *list);
/* The path to a field or method of the type, on a. */
int32_t *embedded_path(Arena *a, const Embedded *e, isize index, isize *ret_len);

#endif
