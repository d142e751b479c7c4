/* Objects, each once by its Id: exported ones by name, others by name and package. */
#ifndef GO_TYPES_OBJSET_H
#define GO_TYPES_OBJSET_H

#include "go/types/checker.h"

typedef struct {
    Arena *arena;
    VEC(Object *) objects; /* in the order in which they came */
    VEC(int32_t) earlier;  /* of each: 1 + index of the one before it of the same name, or 0 */
    Map by_name;           /* 1 + index of the last of a name, once there are many */
} ObjectSet;

ObjectSet objset_init(Arena *a);
/* Index of the object of the same Id that is there already; -1: there is none, and o was added. */
isize objset_insert(ObjectSet *s, Object *o);
/* Index of the object, or -1. */
isize objset_find(const ObjectSet *s, const TypePackage *pkg, Name name);
/* By Id: the order of methods. */
void objects_sort(Objects objects);

#endif
