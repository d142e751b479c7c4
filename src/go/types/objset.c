/* Few objects are searched one by one, as names are numbers; many by a table of names. */
#include "go/types/objset.h"

#include "base/sort.h"

#define OBJSET_MAX_SEARCHED 24 /* objects: from there on a table is quicker */

ObjectSet objset_init(Arena *a)
{
    return (ObjectSet){.arena = a, .by_name = map_init(a)};
}

static Str name_key(const Object *o)
{
    return (Str){(const char *)&o->name, sizeof o->name};
}

static void enter(ObjectSet *s, isize i)
{
    isize *last = map_put(&s->by_name, name_key(s->objects.ptr[i]), NULL);
    *VEC_PUSH(s->arena, &s->earlier) = (int32_t)*last;
    *last = i + 1;
}

isize objset_find(const ObjectSet *s, const TypePackage *pkg, Name name)
{
    if (s->by_name.len == 0) {
        isize i = s->objects.len - 1;
        while (i >= 0 && !object_same_id(s->objects.ptr[i], pkg, name, false)) {
            i--;
        }
        return i;
    }
    const isize *last = map_get(&s->by_name, (Str){(const char *)&name, sizeof name});
    isize i = last != NULL ? *last : 0;
    while (i > 0 && !object_same_id(s->objects.ptr[i - 1], pkg, name, false)) {
        i = s->earlier.ptr[i - 1];
    }
    return i - 1;
}

isize objset_insert(ObjectSet *s, Object *o)
{
    isize found = objset_find(s, o->pkg, o->name);
    if (found >= 0) {
        return found;
    }
    *VEC_PUSH(s->arena, &s->objects) = o;
    if (s->by_name.len > 0) {
        enter(s, s->objects.len - 1);
    } else if (s->objects.len > OBJSET_MAX_SEARCHED) {
        for (isize i = 0; i < s->objects.len; i++) {
            enter(s, i);
        }
    }
    return -1;
}

static int compare(const void *x, const void *y)
{
    return object_compare(*(Object *const *)x, *(Object *const *)y);
}

void objects_sort(Objects objects)
{
    sort_array(objects.ptr, objects.len, sizeof *objects.ptr, compare);
}
