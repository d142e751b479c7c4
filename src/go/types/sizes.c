/*
 * Sizes of types as gc lays them out (gcsizes.go).
 *
 * Size and alignment are found together, a struct once however often it is part of another, and
 * without recursion: types may contain each other to any depth.
 */
#include "go/types/checker.h"

#define STACK_BYTES 4096 /* larger types take memory */
#define MAX_DEPTH 200000 /* of types in types; beyond that something is wrong with them */
#define TOO_LARGE (-1)

typedef struct {
    int64_t size, align; /* size < 0: too large */
} Layout;

/* A struct or array whose parts are being laid out. */
typedef struct {
    Type *type;
    isize n_done;  /* fields */
    int64_t end;   /* of them; < 0: too large */
    int64_t start; /* of the last one */
    int64_t size;  /* of the last one */
    int64_t align;
} Frame;

typedef struct {
    const Program *program;
    Arena arena;
    VEC(Frame) frames;
    VEC(Layout) known;
    Map by_struct; /* by address: index in known */
} Walk;

/* ---- types without parts ---- */

static int64_t size_of_basic(const Program *p, BasicKind kind)
{
    static const uint8_t sizes[BASIC_ALL] = {
        [BASIC_BOOL] = 1,        [BASIC_INT8] = 1,    [BASIC_INT16] = 2,   [BASIC_INT32] = 4,
        [BASIC_INT64] = 8,       [BASIC_UINT8] = 1,   [BASIC_UINT16] = 2,  [BASIC_UINT32] = 4,
        [BASIC_UINT64] = 8,      [BASIC_FLOAT32] = 4, [BASIC_FLOAT64] = 8, [BASIC_COMPLEX64] = 8,
        [BASIC_COMPLEX128] = 16,
    };
    if (kind == BASIC_STRING) {
        return 2 * p->word_size;
    }
    return sizes[kind] != 0 ? sizes[kind] : p->word_size;
}

/* Complex numbers are aligned as their parts, and strings as what they are made of. */
static Layout layout_of_basic(const Program *p, const Basic *t)
{
    int64_t size = size_of_basic(p, (BasicKind)t->kind);
    bool has_halves = (t->info & IS_COMPLEX) != 0 || t->kind == BASIC_STRING;
    return (Layout){size, MIN(has_halves ? size / 2 : size, p->max_align)};
}

/* How gc is told that a struct wants to be aligned to 8 bytes: by an empty one of that name. */
static bool is_align64(const Program *p, Type *t)
{
    const Named *named = type_as_named(t);
    if (named == NULL || named->obj->pkg == NULL) {
        return false;
    }
    Str path = named->obj->pkg->path;
    return str_eq(name_text(p->names, named->obj->name), S("align64")) &&
           (str_eq(path, S("sync/atomic")) || str_eq(path, S("internal/runtime/atomic")));
}

/* ---- structs and arrays ---- */

/* x rounded up to a multiple of align; < 0: too large. */
static int64_t rounded_up(int64_t x, int64_t align)
{
    int64_t sum;
    return x < 0 || __builtin_add_overflow(x, align - 1, &sum) ? TOO_LARGE : sum & ~(align - 1);
}

static int64_t sum_of(int64_t x, int64_t y)
{
    int64_t sum;
    return x < 0 || y < 0 || __builtin_add_overflow(x, y, &sum) ? TOO_LARGE : sum;
}

static void add_field(Frame *f, Layout field)
{
    f->start = rounded_up(f->end, field.align);
    f->size = field.size;
    f->end = sum_of(f->start, f->size);
    f->align = MAX(f->align, field.align);
    f->n_done++;
}

/* An address behind a last field without size would be that of something else: it takes a byte. */
static Layout layout_of_struct(const Frame *f)
{
    if (f->start < 0 || f->size < 0) {
        return (Layout){TOO_LARGE, f->align};
    }
    int64_t size = f->start > 0 && f->size == 0 ? 1 : f->size;
    return (Layout){rounded_up(sum_of(f->start, size), f->align), f->align};
}

static Layout layout_of_array(const Array *t, Layout elem)
{
    int64_t size;
    if (t->len <= 0) {
        return (Layout){0, elem.align};
    }
    if (elem.size < 0 || __builtin_mul_overflow(elem.size, t->len, &size)) {
        return (Layout){TOO_LARGE, elem.align};
    }
    return (Layout){size, elem.align};
}

/* ---- all types ---- */

/* The layout of t, if it is known without that of its parts; else these are asked for. */
static bool begin(Walk *w, Type *t, Layout *ret)
{
    const Program *p = w->program;
    Type *under = type_under(t);
    TypeKind kind = under == NULL ? TYPE_POINTER : type_kind(under);
    Layout words = {p->word_size, p->word_size};
    if (kind == TYPE_STRUCT && ((Struct *)under)->fields.len == 0) {
        *ret = (Layout){0, is_align64(p, t) ? 8 : 1};
        return true;
    }
    if (kind == TYPE_STRUCT || kind == TYPE_ARRAY) {
        const isize *known = map_get(&w->by_struct, (Str){(const char *)&under, sizeof(under)});
        if (known != NULL || w->frames.len == MAX_DEPTH) {
            *ret = known != NULL ? w->known.ptr[*known] : (Layout){TOO_LARGE, 1};
            return true;
        }
        *VEC_PUSH(&w->arena, &w->frames) = (Frame){.type = under, .align = 1};
        return false;
    }
    if (kind == TYPE_SLICE || kind == TYPE_INTERFACE) {
        words.size *= kind == TYPE_SLICE ? 3 : 2;
    }
    *ret = kind == TYPE_BASIC ? layout_of_basic(p, (Basic *)under) : words;
    return true;
}

static Type *next_part(const Frame *f)
{
    return type_kind(f->type) == TYPE_ARRAY ? ((Array *)f->type)->elem
                                            : ((Struct *)f->type)->fields.ptr[f->n_done]->type;
}

/* Whether that part was the last one; *layout, the part's, is then that of the whole. */
static bool add_part(Frame *f, Layout *layout)
{
    if (type_kind(f->type) == TYPE_ARRAY) {
        *layout = layout_of_array((Array *)f->type, *layout);
        return true;
    }
    add_field(f, *layout);
    if (f->n_done < ((Struct *)f->type)->fields.len) {
        return false;
    }
    *layout = layout_of_struct(f);
    return true;
}

static void remember(Walk *w, const Frame *f, Layout layout)
{
    const char *key = arena_copy(&w->arena, &f->type, (isize)sizeof(f->type), _Alignof(Type *));
    *map_put(&w->by_struct, (Str){key, (isize)sizeof(f->type)}, NULL) = w->known.len;
    *VEC_PUSH(&w->arena, &w->known) = layout;
}

static Layout walk(Walk *w, Type *t)
{
    Layout layout;
    for (;;) {
        bool is_known = begin(w, t, &layout);
        while (is_known && w->frames.len > 0) {
            Frame *f = &w->frames.ptr[w->frames.len - 1];
            is_known = add_part(f, &layout);
            if (is_known) {
                remember(w, f, layout);
                w->frames.len--;
            }
        }
        if (is_known) {
            return layout;
        }
        t = next_part(&w->frames.ptr[w->frames.len - 1]);
    }
}

static Layout layout_of(const Program *p, Type *t)
{
    _Alignas(16) char memory[STACK_BYTES];
    Walk w = {.program = p, .arena = arena_over(memory, (isize)sizeof(memory))};
    w.by_struct = map_init(&w.arena);
    Layout layout = walk(&w, t);
    arena_done(&w.arena);
    return layout;
}

int64_t size_of(const Program *p, Type *t)
{
    return layout_of(p, t).size;
}

int64_t align_of(const Program *p, Type *t)
{
    return layout_of(p, t).align;
}

int64_t offset_of(const Program *p, const Struct *s, isize field)
{
    Frame f = {.align = 1};
    for (isize i = 0; i <= field; i++) {
        add_field(&f, layout_of(p, s->fields.ptr[i]->type));
    }
    return f.start;
}
