/*
 * Types of the same parts are found by hash in a table that is split into shards, each under a lock
 * that is held for some dozen instructions, as the names of go/syntax/names.c are. What is found
 * lies on the arena of whoever asked for it first; only the tables are the program's.
 *
 * Numbers of types come one after the other from all threads. The types that have them stand in
 * chunks that never move, each twice as large as the one before: the type of a number that a thread
 * was given can be read without the lock.
 */
#include "go/types/program.h"

#include "go/types/checker.h"

#include <stdatomic.h>

#define SHARD_BITS 6
#define N_SHARDS (1 << SHARD_BITS)
#define SHARD_BYTES (16 * KIB) /* at first */
#define TABLE_BYTES (64 * KIB)
#define FIRST_SLOTS 256
#define FIRST_CHUNK_BITS 12
#define N_CHUNKS (32 - FIRST_CHUNK_BITS)
#define MAX_TYPES (UINT32_MAX - (1u << FIRST_CHUNK_BITS)) /* what the last chunk has room for */

/* What a type is made of. */
typedef struct {
    TypeKind kind;
    Type *key; /* of a map; else NULL */
    Type *elem;
    int64_t number; /* length of an array, directions of a channel; else 0 */
} Parts;

typedef struct {
    uint64_t hash;
    Type *type; /* NULL: free */
} Slot;

typedef struct {
    atomic_flag is_locked;
    Arena arena; /* of the slots */
    Slot *slots;
    isize len, cap; /* cap is a power of two */
} Shard;

struct TypeTable {
    Arena arena; /* of itself and of the chunks */
    Shard shards[N_SHARDS];
    atomic_flag is_locked; /* the numbers */
    uint32_t n_types;
    Type **chunks[N_CHUNKS];
};

static void lock(atomic_flag *flag)
{
    while (atomic_flag_test_and_set_explicit(flag, memory_order_acquire)) {
    }
}

static void unlock(atomic_flag *flag)
{
    atomic_flag_clear_explicit(flag, memory_order_release);
}

/* ---- numbers ---- */

/* Chunk k holds 2^(FIRST_CHUNK_BITS + k) types, after those of the chunks before it. */
static Type **entry_at(Type **const *chunks, uint32_t index, int *ret_chunk)
{
    uint32_t shifted = index + (1u << FIRST_CHUNK_BITS);
    int top = 31 - __builtin_clz(shifted);
    *ret_chunk = top - FIRST_CHUNK_BITS;
    Type **chunk = chunks[*ret_chunk];
    return chunk == NULL ? NULL : chunk + (shifted - (1u << top));
}

TypeId program_enter(Program *p, Type *t)
{
    TypeTable *table = p->types;
    TypeId known = __atomic_load_n(&t->id, __ATOMIC_ACQUIRE);
    if (known != 0) {
        return known;
    }
    lock(&table->is_locked);
    if (t->id == 0) { /* no other thread was quicker */
        ASSERT(table->n_types < MAX_TYPES);
        int chunk;
        Type **entry = entry_at(table->chunks, table->n_types, &chunk);
        if (entry == NULL) {
            table->chunks[chunk] =
                ARENA_ARRAY(&table->arena, Type *, (isize)1 << (FIRST_CHUNK_BITS + chunk));
            entry = entry_at(table->chunks, table->n_types, &chunk);
        }
        *entry = t;
        __atomic_store_n(&t->id, ++table->n_types, __ATOMIC_RELEASE);
    }
    known = t->id;
    unlock(&table->is_locked);
    return known;
}

Type *program_type(const Program *p, TypeId id)
{
    int chunk;
    return id == 0 ? NULL : *entry_at(p->types->chunks, id - 1, &chunk);
}

/* ---- types by what they are made of ---- */

static uint64_t mix(uint64_t h, uint64_t word)
{
    h = (h ^ word) * UINT64_C(0x9E3779B97F4A7C15);
    return h ^ h >> 32;
}

static uint64_t hash_of(const Parts *parts)
{
    uint64_t h = mix(parts->kind + 1, (uint64_t)(uintptr_t)parts->elem);
    h = mix(mix(h, (uint64_t)(uintptr_t)parts->key), (uint64_t)parts->number);
    return h * UINT64_C(0xD6E8FEB86659FD93);
}

static Parts parts_of(const Type *t)
{
    Parts parts = {.kind = type_kind(t)};
    switch ((int)t->kind) {
    case TYPE_ARRAY:
        parts.elem = ((const Array *)t)->elem;
        parts.number = ((const Array *)t)->len;
        break;
    case TYPE_CHAN:
        parts.elem = ((const Chan *)t)->elem;
        parts.number = ((const Chan *)t)->dir;
        break;
    case TYPE_MAP:
        parts.key = ((const MapType *)t)->key;
        parts.elem = ((const MapType *)t)->elem;
        break;
    case TYPE_POINTER:
        parts.elem = ((const Pointer *)t)->elem;
        break;
    case TYPE_SLICE:
        parts.elem = ((const Slice *)t)->elem;
        break;
    default:
        UNREACHABLE("a type that is not hash-consed");
    }
    return parts;
}

static bool is_made_of(const Type *t, const Parts *parts)
{
    if (t->kind != parts->kind) {
        return false;
    }
    Parts of = parts_of(t);
    return of.elem == parts->elem && of.key == parts->key && of.number == parts->number;
}

static Type *new_type(Arena *a, const Parts *parts)
{
    Type head = {.kind = (uint8_t)parts->kind};
    switch ((int)parts->kind) {
    case TYPE_ARRAY: {
        Array *t = ARENA_NEW(a, Array);
        *t = (Array){head, parts->elem, parts->number};
        return &t->t;
    }
    case TYPE_CHAN: {
        Chan *t = ARENA_NEW(a, Chan);
        *t = (Chan){head, (uint8_t)parts->number, parts->elem};
        return &t->t;
    }
    case TYPE_MAP: {
        MapType *t = ARENA_NEW(a, MapType);
        *t = (MapType){head, parts->key, parts->elem};
        return &t->t;
    }
    case TYPE_POINTER: {
        Pointer *t = ARENA_NEW(a, Pointer);
        *t = (Pointer){head, parts->elem};
        return &t->t;
    }
    case TYPE_SLICE: {
        Slice *t = ARENA_NEW(a, Slice);
        *t = (Slice){head, parts->elem};
        return &t->t;
    }
    default:
        UNREACHABLE("a type that is not hash-consed");
    }
}

static void grow(Shard *s)
{
    Slot *old = s->slots;
    isize old_cap = s->cap;
    s->cap = old_cap == 0 ? FIRST_SLOTS : old_cap * 2;
    s->slots = ARENA_ARRAY(&s->arena, Slot, s->cap);
    for (isize i = 0; i < old_cap; i++) {
        if (old[i].type != NULL) {
            isize at = (isize)(old[i].hash & (uint64_t)(s->cap - 1));
            while (s->slots[at].type != NULL) {
                at = (at + 1) & (s->cap - 1);
            }
            s->slots[at] = old[i];
        }
    }
}

static Type *find_or_add(Program *p, Shard *s, Arena *a, uint64_t hash, const Parts *parts)
{
    if (s->len * 4 >= s->cap * 3) {
        grow(s);
    }
    isize at = (isize)(hash & (uint64_t)(s->cap - 1));
    for (; s->slots[at].type != NULL; at = (at + 1) & (s->cap - 1)) {
        if (s->slots[at].hash == hash && is_made_of(s->slots[at].type, parts)) {
            return s->slots[at].type;
        }
    }
    Type *t = new_type(a, parts);
    program_enter(p, t);
    s->slots[at] = (Slot){hash, t};
    s->len++;
    return t;
}

static Type *type_of_parts(Program *p, Arena *a, Parts parts)
{
    uint64_t hash = hash_of(&parts);
    Shard *s = &p->types->shards[hash >> (64 - SHARD_BITS)];
    lock(&s->is_locked);
    Type *t = find_or_add(p, s, a, hash, &parts);
    unlock(&s->is_locked);
    return t;
}

Pointer *program_pointer(Program *p, Arena *a, Type *elem)
{
    return (Pointer *)type_of_parts(p, a, (Parts){TYPE_POINTER, NULL, elem, 0});
}

Slice *program_slice(Program *p, Arena *a, Type *elem)
{
    return (Slice *)type_of_parts(p, a, (Parts){TYPE_SLICE, NULL, elem, 0});
}

Array *program_array(Program *p, Arena *a, Type *elem, int64_t len)
{
    return (Array *)type_of_parts(p, a, (Parts){TYPE_ARRAY, NULL, elem, len});
}

MapType *program_map(Program *p, Arena *a, Type *key, Type *elem)
{
    return (MapType *)type_of_parts(p, a, (Parts){TYPE_MAP, key, elem, 0});
}

Chan *program_chan(Program *p, Arena *a, Type *elem, uint8_t dir)
{
    return (Chan *)type_of_parts(p, a, (Parts){TYPE_CHAN, NULL, elem, dir});
}

/* ---- the program ---- */

/* What a table needs at first is the caller's, which has it again for the next program. */
static TypeTable *table_new(Arena *a)
{
    TypeTable *t = ARENA_NEW(a, TypeTable);
    t->arena = arena_over(arena_room(a, TABLE_BYTES, 16), TABLE_BYTES);
    for (int i = 0; i < N_SHARDS; i++) {
        t->shards[i].arena = arena_over(arena_room(a, SHARD_BYTES, 16), SHARD_BYTES);
    }
    return t;
}

static void table_done(TypeTable *t)
{
    for (int i = 0; i < N_SHARDS; i++) {
        arena_done(&t->shards[i].arena);
    }
    arena_done(&t->arena);
}

TypePackage *package_new(Program *p, Arena *a, Str path, Str name)
{
    TypePackage *pkg = ARENA_NEW(a, TypePackage);
    pkg->program = p;
    pkg->path = path;
    pkg->name = name;
    pkg->scope = scope_new(a, p->universe);
    return pkg;
}

void program_init(Program *p, Arena *a, NameTable *names)
{
    p->names = names;
    p->types = table_new(a);
    p->instances = context_new();
    universe_define(p, a);
}

void program_done(Program *p)
{
    context_release(p->instances);
    table_done(p->types);
    p->instances = NULL;
    p->types = NULL;
}
