/*
 * Scopes: names and the objects that they denote. A scope of few names is searched one by one, a
 * larger one by hash; names are numbers (go/syntax/names.h), so both are quick.
 */
#ifndef GO_TYPES_SCOPE_H
#define GO_TYPES_SCOPE_H

#include "go/types/object.h"

typedef struct Scope {
    struct Scope *parent;
    Object **list; /* in the order in which they came */
    isize len, cap;
    uint32_t *slots; /* by hash: 1 + index; NULL for a small one */
    isize n_slots;
    bool is_func; /* of a function's parameters and body */
} Scope;

Scope *scope_new(Arena *a, Scope *parent);
/* The object of a name in this scope alone; NULL: none. */
Object *scope_lookup(const Scope *s, Name name);
/* Adds an object, "_" without effect. The one that has the name already, and stays; NULL: it was
 * added, and its parent is s unless it had one. */
Object *scope_insert(Arena *a, Scope *s, Object *o);

#endif
