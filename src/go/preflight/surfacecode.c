/* Names stand in a list of their own, each once, and are numbers everywhere else. */
#include "go/preflight/surfacecode.h"

#include "go/preflight/codec.h"

typedef struct {
    StrBuf *to;
    Arena *scratch;
    const NameTable *names;
    NameIndex numbers; /* 1 + index in list */
    VEC(Name) list;
} Encoder;

typedef struct {
    Reader from;
    Arena *kept;
    const Name *names;
    isize n_names;
    Surface *s;
} Decoder;

#define LEAST_VIEW ((isize)sizeof(Fingerprint) + 1) /* bytes */

/* ---- encoding ---- */

static void number_name(Encoder *e, Name name)
{
    uint32_t *at = nameindex_put(e->scratch, &e->numbers, name);
    if (*at == 0) {
        *VEC_PUSH(e->scratch, &e->list) = name;
        *at = (uint32_t)e->list.len;
    }
}

/* 0: no name. */
static uint32_t number_of(const Encoder *e, Name name)
{
    return name == 0 ? 0 : *nameindex_get(&e->numbers, name);
}

static void encode_names(Encoder *e, const Surface *s)
{
    if (s->name != 0) {
        number_name(e, s->name);
    }
    for (isize i = 0; i < s->n_roots; i++) {
        number_name(e, s->roots[i].name);
    }
    for (isize i = 0; i < s->n_decls; i++) {
        number_name(e, s->decls[i].name);
    }
    encode_number(e->to, (uint64_t)e->list.len);
    for (isize i = 0; i < e->list.len; i++) {
        encode_str(e->to, name_text(e->names, e->list.ptr[i]));
    }
}

static void encode_view(StrBuf *b, const SurfaceView *v)
{
    encode_fingerprint(b, &v->text);
    encode_number(b, (uint64_t)v->n_mentions);
    for (isize i = 0; i < v->n_mentions; i++) {
        const Mention *m = &v->mentions[i];
        encode_number(b, ((uint64_t)m->target * 2 + m->is_root) * VIEW_COUNT + m->view);
    }
}

void surface_encode(Arena scratch, StrBuf *b, const Surface *s, const NameTable *names)
{
    Encoder e = {.to = b, .scratch = &scratch, .names = names};
    encode_names(&e, s);
    encode_number(b, number_of(&e, s->name));
    encode_number(b, (uint64_t)s->n_roots);
    for (isize i = 0; i < s->n_roots; i++) {
        encode_number(b, (uint64_t)s->roots[i].import * 2 + s->roots[i].view);
        encode_number(b, number_of(&e, s->roots[i].name));
    }
    encode_number(b, (uint64_t)s->n_decls);
    for (isize i = 0; i < s->n_decls; i++) {
        const SurfaceDecl *d = &s->decls[i];
        encode_number(b, (uint64_t)number_of(&e, d->name) * 3 + d->is_type + 2U * d->is_typed);
        for (View v = VIEW_WHOLE; v < decl_views(d); v++) {
            encode_view(b, &d->views[v]);
        }
    }
}

/* ---- decoding ---- */

static void decode_names(Decoder *d, Arena *scratch, NameCache *cache)
{
    d->n_names = decode_count(&d->from, 2);
    Name *names = ARENA_ARRAY(scratch, Name, d->n_names);
    for (isize i = 0; i < d->n_names && !d->from.is_failed; i++) {
        Str text = decode_str(&d->from);
        names[i] = text.len == 0 ? 0 : name_intern(cache, text);
        d->from.is_failed = d->from.is_failed || names[i] == 0;
    }
    d->names = names;
}

/* The name of a number from 1 on. */
static Name decode_name(Decoder *d, uint64_t number)
{
    if (number == 0 || number > (uint64_t)d->n_names) {
        d->from = (Reader){.is_failed = true};
        return 0;
    }
    return d->names[number - 1];
}

static void decode_roots(Decoder *d, isize n_imports)
{
    Surface *s = d->s;
    s->n_roots = decode_count(&d->from, 2);
    SurfaceRoot *roots = ARENA_ARRAY(d->kept, SurfaceRoot, s->n_roots);
    for (isize i = 0; i < s->n_roots && !d->from.is_failed; i++) {
        isize number = decode_index(&d->from, n_imports * 2);
        roots[i].import = (uint32_t)number / 2;
        roots[i].view = number % 2 == 0 ? VIEW_WHOLE : VIEW_TYPE;
        roots[i].name = decode_name(d, decode_number(&d->from));
    }
    s->roots = roots;
}

static SurfaceView decode_view(Decoder *d)
{
    SurfaceView v = {.text = decode_fingerprint(&d->from), .n_mentions = decode_count(&d->from, 1)};
    Mention *list = ARENA_ARRAY(d->kept, Mention, v.n_mentions);
    for (isize i = 0; i < v.n_mentions && !d->from.is_failed; i++) {
        uint64_t number = decode_number(&d->from), target = number / VIEW_COUNT / 2;
        list[i] = (Mention){.target = (uint32_t)target,
                            .is_root = number / VIEW_COUNT % 2 != 0,
                            .view = (uint8_t)(number % VIEW_COUNT)};
        isize limit = list[i].is_root ? d->s->n_roots : d->s->n_decls;
        d->from.is_failed = d->from.is_failed || target >= (uint64_t)limit;
    }
    v.mentions = list;
    return v;
}

static void decode_decls(Decoder *d)
{
    Surface *s = d->s;
    s->n_decls = decode_count(&d->from, 1 + LEAST_VIEW);
    s->decls = ARENA_ARRAY(d->kept, SurfaceDecl, s->n_decls);
    for (isize i = 0; i < s->n_decls && !d->from.is_failed; i++) {
        SurfaceDecl *decl = &s->decls[i];
        uint64_t number = decode_number(&d->from);
        decl->is_type = number % 3 == 1;
        decl->is_typed = number % 3 == 2;
        decl->name = decode_name(d, number / 3);
        decl->views = ARENA_ARRAY(d->kept, SurfaceView, decl_views(decl));
        for (View v = VIEW_WHOLE; v < decl_views(decl); v++) {
            decl->views[v] = decode_view(d);
        }
    }
}

/* Of several declarations of a name the first one counts. */
static void index_decls(Arena *a, Surface *s)
{
    for (isize i = s->n_decls - 1; i >= 0; i--) {
        if (s->decls[i].name != NAME_BLANK) {
            *nameindex_put(a, &s->by_name, s->decls[i].name) = (uint32_t)i;
        }
    }
}

const Surface *surface_decode(Arena *a, Arena scratch, Str bytes, isize n_imports, NameCache *names)
{
    Decoder d = {.from = reader_init(bytes), .kept = a, .s = ARENA_NEW(a, Surface)};
    decode_names(&d, &scratch, names);
    uint64_t name = decode_number(&d.from);
    d.s->name = name == 0 ? 0 : decode_name(&d, name);
    decode_roots(&d, n_imports);
    decode_decls(&d);
    if (d.from.is_failed || d.from.rest.len > 0) {
        return NULL;
    }
    index_decls(a, d.s);
    return d.s;
}
