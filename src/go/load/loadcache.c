/*
 * Tables from names to things, under one lock that is held for a look-up. What is kept is made
 * without it, by whoever needs it first: of two threads that make the same, one has worked in vain.
 *
 * A thing is made on an arena that nobody else uses meanwhile. Arenas that were given back are
 * handed out again, so that there are as many as threads were ever busy at once.
 */
#include "go/load/loadcache.h"

#include "base/vec.h"
#include "os/task.h"

#define OWN_ARENA (256 * KIB)
#define LENT_ARENA (256 * KIB)

typedef struct Lent {
    Arena arena; /* first: a lent arena is known by its address */
    struct Lent *next, *next_idle;
} Lent;

typedef struct {
    void (*release)(void *thing);
    void *thing;
} Ending;

typedef struct {
    Map at; /* name -> 1 + index in things */
    VEC(void *) things;
} Table;

struct LoadCache {
    Arena arena; /* of itself and of what is below, under the lock */
    TaskLock *lock;
    Table tables[LOADCACHE_KIND_COUNT];
    Lent *lent, *idle;
    VEC(Ending) endings;
};

LoadCache *loadcache_new(void)
{
    Arena a = arena_init(OWN_ARENA);
    LoadCache *c = ARENA_NEW(&a, LoadCache);
    c->lock = task_lock_new(&a);
    c->arena = a;
    for (int i = 0; i < LOADCACHE_KIND_COUNT; i++) {
        c->tables[i].at = map_init(&c->arena);
    }
    return c;
}

void loadcache_done(LoadCache *c)
{
    for (isize i = 0; i < c->endings.len; i++) {
        c->endings.ptr[i].release(c->endings.ptr[i].thing);
    }
    for (Lent *l = c->lent; l != NULL; l = l->next) {
        arena_done(&l->arena);
    }
    Arena own = c->arena;
    arena_done(&own);
}

void *loadcache_get(LoadCache *c, LoadCacheKind kind, Str name)
{
    task_lock(c->lock);
    const Table *t = &c->tables[kind];
    const isize *at = map_get(&t->at, name);
    void *thing = at == NULL ? NULL : t->things.ptr[*at - 1];
    task_unlock(c->lock);
    return thing;
}

void *loadcache_keep(LoadCache *c, LoadCacheKind kind, Str name, void *thing)
{
    task_lock(c->lock);
    Table *t = &c->tables[kind];
    const isize *at = map_get(&t->at, name);
    if (at != NULL) {
        thing = t->things.ptr[*at - 1];
    } else {
        *VEC_PUSH(&c->arena, &t->things) = thing;
        *map_put(&t->at, str_copy(&c->arena, name), NULL) = t->things.len;
    }
    task_unlock(c->lock);
    return thing;
}

Arena *loadcache_take_arena(LoadCache *c)
{
    task_lock(c->lock);
    Lent *l = c->idle;
    if (l != NULL) {
        c->idle = l->next_idle;
    } else {
        l = ARENA_NEW(&c->arena, Lent);
        l->arena = arena_init(LENT_ARENA);
        l->next = c->lent;
        c->lent = l;
    }
    task_unlock(c->lock);
    return &l->arena;
}

void loadcache_give_arena(LoadCache *c, Arena *a)
{
    Lent *l = (Lent *)a;
    task_lock(c->lock);
    l->next_idle = c->idle;
    c->idle = l;
    task_unlock(c->lock);
}

Str loadcache_text(LoadCache *c, LoadCacheKind kind, Str name, Str (*make)(Arena *a, Str name))
{
    const Str *known = loadcache_get(c, kind, name);
    if (known == NULL) {
        Arena *a = loadcache_take_arena(c);
        Str *text = ARENA_NEW(a, Str);
        *text = make(a, name);
        known = loadcache_keep(c, kind, name, text);
        loadcache_give_arena(c, a);
    }
    return *known;
}

void loadcache_at_end(LoadCache *c, void (*release)(void *thing), void *thing)
{
    task_lock(c->lock);
    *VEC_PUSH(&c->arena, &c->endings) = (Ending){release, thing};
    task_unlock(c->lock);
}
