/* What the files that compare two packages share: diff.c and its kin. */
#ifndef GO_API_DIFFER_H
#define GO_API_DIFFER_H

#include "go/api/diff.h"
#include "go/api/messages.h"
#include "go/types/generic.h"

/* One of the two packages that are compared. */
typedef struct {
    TypePackage *pkg;
    Checker *check;  /* lent, for what is found out lazily of its program's types */
    Map exported;    /* name -> 1 + index in objects */
    Objects objects; /* exported, by name */
} DiffSide;

/* An old type that can stand for a new one. */
typedef struct {
    Named *old;
    Type *new;       /* a defined or a basic type */
    isize earlier;   /* 1 + index of the one before it of the same hash */
    bool is_waiting; /* its declaration is still to be compared */
} DiffPair;

typedef struct {
    Arena *arena;
    DiffSide old, new;
    VEC(DiffPair) pairs;
    Map by_hash; /* of the old type -> 1 + index of the last */
    isize depth; /* declarations that are compared, one in the other */
    isize n_waiting;
    bool is_too_large;
    Messages incompatible, compatible;
} Differ;

/* ---- correspond.c ---- */

/* Whether the types are identical but for defined types, which must stand for each other; that they
 * do is noted, and their declarations are compared, when they are met for the first time. */
bool differ_correspond(Differ *d, Type *old, Type *new);
/* Compares what nested too deep to be compared at once. */
void differ_compare_waiting(Differ *d);

/* ---- compatible.c ---- */

/* Tells what changed between two declarations of a type; o is the old one's name. */
void differ_compare_declared(Differ *d, const Object *o, Named *old, Type *new);

/* ---- diff.c ---- */

/* Tells that something (or the part of it) has another type, unless the two correspond. */
void differ_compare_types(Differ *d, MessageOf of, Str part, Type *old, Type *new);
void differ_tell_type_changed(Differ *d, MessageOf of, Str part, Type *old, Type *new);

#endif
