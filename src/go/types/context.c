/*
 * See context.h. Entries lie in tables, each with more buckets than the one before: what finds its
 * bucket full goes to the next table. A bucket that is full stays so, so nothing moves while
 * others read. Checkers that are lent lie in a list under a lock that is held for some
 * instructions, so threads spin for it.
 */
#include "go/types/context.h"

#include <stdatomic.h>

#define PROGRAM_BUCKETS 8192 /* std and cmd have some two thousand instances */
#define PACKAGE_BUCKETS 64
#define MAX_CHAIN 4 /* entries of a bucket */
#define TABLE_GROWTH 16
#define FIRST_CHUNK (16 * KIB)
#define ANY_VERSION 10000 /* N of Go 1.N */

typedef struct Entry {
    const struct Entry *next;
    int rank; /* entries from this one to the end of its bucket */
    uint64_t hash;
    Type *orig;
    TypeArgs targs;
    Type *inst;
} Entry;

typedef struct Table {
    const Entry **buckets;
    uint64_t mask;
    struct Table *larger; /* NULL: not needed yet */
} Table;

typedef struct Lent {
    Checker check; /* first: what is given back is found by it */
    struct Lent *next;
    Arena arena, scratch;
    Arena scratch_start; /* scratch as it was when it was lent */
} Lent;

struct Context {
    Arena arena; /* of that of a program: itself */
    bool is_of_program;
    Table table;
    atomic_flag is_locked;
    Lent *idle;
};

/* ---- made and released ---- */

static Table new_table(Arena *a, isize n_buckets)
{
    return (Table){.buckets = ARENA_ARRAY(a, const Entry *, n_buckets),
                   .mask = (uint64_t)n_buckets - 1};
}

static Context *new_context(Arena *a, isize n_buckets)
{
    Context *x = ARENA_NEW(a, Context);
    x->table = new_table(a, n_buckets);
    return x;
}

Context *context_new(void)
{
    Arena a = arena_init(PROGRAM_BUCKETS * (isize)sizeof(Entry *) + KIB);
    Context *x = new_context(&a, PROGRAM_BUCKETS);
    x->arena = a;
    x->is_of_program = true;
    return x;
}

void context_release(Context *x)
{
    while (x->idle != NULL) {
        Lent *l = x->idle;
        x->idle = l->next;
        Arena arena = l->arena, scratch = l->scratch; /* l lies in one of them */
        arena_done(&scratch);
        arena_done(&arena);
    }
    Arena own = x->arena;
    arena_done(&own);
}

Context *context_of(Checker *c)
{
    if (c->instances == NULL) {
        c->instances = new_context(c->arena, PACKAGE_BUCKETS);
    }
    return c->instances;
}

/* ---- finding ---- */

static uint64_t mix(uint64_t h, uint64_t word)
{
    h = (h ^ word) * UINT64_C(0x9E3779B97F4A7C15);
    return h ^ h >> 29;
}

/* What a type is an element of; NULL: nothing that has one. */
static Type *element_of(const Type *t)
{
    switch (type_kind(t)) {
    case TYPE_ARRAY:
        return ((const Array *)t)->elem;
    case TYPE_SLICE:
        return ((const Slice *)t)->elem;
    case TYPE_POINTER:
        return ((const Pointer *)t)->elem;
    case TYPE_MAP:
        return ((const MapType *)t)->elem;
    case TYPE_CHAN:
        return ((const Chan *)t)->elem;
    default:
        return NULL;
    }
}

/* The names in a type that identical types may have others for: aliases, and byte for uint8.
 * go/types finds instances by the text of their arguments, so both spellings have one. */
static uint64_t hash_spelling(uint64_t h, Type *t)
{
    while (t != NULL) {
        if (type_kind(t) == TYPE_ALIAS) {
            const Object *o = ((const Alias *)t)->obj;
            h = mix(mix(h, o->name), (uint64_t)(uintptr_t)o->pkg);
            t = type_unalias(t);
        } else if (type_kind(t) == TYPE_BASIC) {
            return mix(h, (uint64_t)(uintptr_t)t);
        } else {
            t = element_of(t);
        }
    }
    return h;
}

uint64_t context_hash(Type *orig, TypeArgs targs)
{
    uint64_t h = (uint64_t)(uintptr_t)orig >> 4;
    for (isize i = 0; i < targs.len; i++) {
        h = hash_spelling(mix(h, type_hash(targs.ptr[i])), targs.ptr[i]);
    }
    return h * UINT64_C(0xD6E8FEB86659FD93);
}

static const Entry **bucket_of(const Table *t, uint64_t hash)
{
    return &t->buckets[hash >> 40 & t->mask];
}

static bool is_full(const Entry *head)
{
    return head != NULL && head->rank == MAX_CHAIN;
}

static Table *larger_than(const Table *t)
{
    return __atomic_load_n(&t->larger, __ATOMIC_ACQUIRE);
}

/* The next table, made now unless another thread was first. */
static Table *grow(Table *t, Arena *a)
{
    Table *larger = larger_than(t);
    if (larger != NULL) {
        return larger;
    }
    Table *made = ARENA_NEW(a, Table);
    *made = new_table(a, ((isize)t->mask + 1) * TABLE_GROWTH);
    bool is_first = __atomic_compare_exchange_n(&t->larger, &larger, made, false, __ATOMIC_RELEASE,
                                                __ATOMIC_ACQUIRE);
    return is_first ? made : larger;
}

static bool has_args(const Context *x, const Entry *e, TypeArgs targs)
{
    for (isize i = 0; i < targs.len; i++) {
        Type *have = e->targs.ptr[i], *want = targs.ptr[i];
        if (have != want && (x->is_of_program || !type_identical(have, want))) {
            return false;
        }
    }
    return true;
}

static Type *find_among(const Context *x, const Entry *e, const Entry *key)
{
    for (; e != NULL; e = e->next) {
        if (e->hash == key->hash && e->orig == key->orig && e->targs.len == key->targs.len &&
            has_args(x, e, key->targs)) {
            return e->inst;
        }
    }
    return NULL;
}

Type *context_find(const Context *x, uint64_t hash, Type *orig, TypeArgs targs)
{
    Entry key = {.hash = hash, .orig = orig, .targs = targs};
    for (const Table *t = &x->table; t != NULL; t = larger_than(t)) {
        const Entry *head = __atomic_load_n(bucket_of(t, hash), __ATOMIC_ACQUIRE);
        Type *found = find_among(x, head, &key);
        if (found != NULL || !is_full(head)) {
            return found;
        }
    }
    return NULL;
}

Type *context_add(Context *x, Arena *a, uint64_t hash, Type *orig, TypeArgs targs, Type *inst)
{
    Entry *e = ARENA_NEW(a, Entry);
    *e = (Entry){.hash = hash, .orig = orig, .targs = targs, .inst = inst};
    for (Table *t = &x->table;;) {
        const Entry **bucket = bucket_of(t, hash);
        const Entry *head = __atomic_load_n(bucket, __ATOMIC_ACQUIRE), *new_head = e;
        Type *other = find_among(x, head, e);
        if (other != NULL) {
            return other;
        }
        if (is_full(head)) {
            t = grow(t, a);
            continue;
        }
        e->next = head;
        e->rank = head == NULL ? 1 : head->rank + 1;
        if (__atomic_compare_exchange(bucket, &head, &new_head, false, __ATOMIC_RELEASE,
                                      __ATOMIC_RELAXED)) {
            return inst;
        }
    }
}

/* ---- lending checkers ---- */

static void lock(Context *x)
{
    while (atomic_flag_test_and_set_explicit(&x->is_locked, memory_order_acquire)) {
    }
}

static void unlock(Context *x)
{
    atomic_flag_clear_explicit(&x->is_locked, memory_order_release);
}

/* Nothing is refused for a version: what is expanded was accepted where it is declared. */
static void reset(Lent *l, Program *p)
{
    l->check = (Checker){.arena = &l->arena, .scratch = &l->scratch, .program = p};
    l->check.env.version = ANY_VERSION;
    l->scratch = l->scratch_start;
}

static Lent *new_lent(Program *p)
{
    Arena a = arena_init(FIRST_CHUNK);
    Lent *l = ARENA_NEW(&a, Lent);
    l->arena = a;
    l->scratch = arena_init(FIRST_CHUNK);
    l->scratch_start = l->scratch;
    reset(l, p);
    return l;
}

Checker *context_borrow(Program *p, Context *x)
{
    Context *all = p->instances;
    lock(all);
    Lent *l = all->idle;
    if (l != NULL) {
        all->idle = l->next;
    }
    unlock(all);
    if (l == NULL) {
        l = new_lent(p);
    }
    l->check.instances = x;
    return &l->check;
}

void context_settle(Checker *c)
{
    for (isize i = 0; i < c->to_clean.len; i++) { /* which grows on the way */
        check_clean_type(c, c->to_clean.ptr[i]);
    }
    c->to_clean.len = 0;
}

void context_return(Checker *c)
{
    Lent *l = (Lent *)c;
    Program *p = c->program;
    Context *all = p->instances;
    reset(l, p);
    lock(all);
    l->next = all->idle;
    all->idle = l;
    unlock(all);
}
