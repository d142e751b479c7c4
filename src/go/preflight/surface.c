/*
 * What the files declare (filesurface.h) is put together: only now is it known which of the names
 * that stand alone are the package's own, which methods a type has, and which hidden ones any
 * interface asks for.
 */
#include "go/preflight/surface.h"

#include "base/sort.h"
#include "go/preflight/filesurface.h"
#include "go/preflight/views.h"

#define MAX_ALIASES 100 /* that lead from one to the next; then it is a cycle */

/* A file, and what its imports are to the unit. */
typedef struct {
    const FileSurface *surface;
    const uint32_t *imports; /* by the file's: index in the unit's, where it is known */
} Part;

/* A method of a type of the package. */
typedef struct {
    const Part *part;
    const FileMethod *method;
    isize next; /* 1 + index of the next one of the same type; 0: the last */
} Method;

typedef struct {
    const Part *part;
    const FileDecl *decl;
    isize first_method, last_method; /* 1 + index; 0: none */
} Place;

typedef struct {
    const SurfaceSource *source;
    Arena *kept;
    Arena *scratch;
    Part *parts;
    isize n_parts;
    VEC(Place) places;
    VEC(Method) methods;
    NameIndex by_name;    /* 1 + index in places, of those that have a name that can be used */
    NameIndex asked;      /* hidden methods that interfaces ask for */
    NameIndex *mentioned; /* by import, by name: 1 + index in roots */
    VEC(SurfaceRoot) roots;
} Gathering;

/* ---- files ---- */

static uint32_t find_import(const SurfaceSource *s, Str path)
{
    isize at = 0;
    while (at < s->n_imports && !str_eq(s->import_paths[at], path)) {
        at++;
    }
    return (uint32_t)at;
}

static void add_place(Gathering *g, const Part *part, const FileDecl *d)
{
    *VEC_PUSH(g->scratch, &g->places) = (Place){.part = part, .decl = d};
    uint32_t *at = nameindex_put(g->scratch, &g->by_name, d->name);
    if (*at == 0 && d->name != NAME_BLANK) {
        *at = (uint32_t)g->places.len;
    }
}

static void add_part(Gathering *g, const FileSurface *f)
{
    Part *part = &g->parts[g->n_parts++];
    uint32_t *imports = ARENA_ARRAY(g->scratch, uint32_t, f->n_imports);
    *part = (Part){f, imports};
    for (isize i = 0; i < f->n_imports; i++) {
        imports[i] = find_import(g->source, f->imports[i].path);
    }
    for (isize i = 0; i < f->n_decls; i++) {
        add_place(g, part, &f->decls[i]);
    }
    for (isize i = 0; i < f->n_methods; i++) {
        *VEC_PUSH(g->scratch, &g->methods) = (Method){.part = part, .method = &f->methods[i]};
    }
    for (isize i = 0; i < f->n_asked; i++) {
        *nameindex_put(g->scratch, &g->asked, f->asked[i]) = 1;
    }
}

/* ---- methods ---- */

static Place *find_place(const Gathering *g, Name name)
{
    const uint32_t *at = nameindex_get(&g->by_name, name);
    return at == NULL || *at == 0 ? NULL : &g->places.ptr[*at - 1];
}

/* The type that a receiver's name stands for, behind aliases; NULL: none of the package. */
static Place *receiver_place(const Gathering *g, Name name)
{
    for (int n = 0; n < MAX_ALIASES && name != 0; n++) {
        Place *p = find_place(g, name);
        if (p == NULL || !p->decl->is_alias) {
            return p;
        }
        name = p->decl->alias_of;
    }
    return NULL;
}

static void give_methods(Gathering *g)
{
    for (isize i = 0; i < g->methods.len; i++) {
        Place *p = receiver_place(g, g->methods.ptr[i].method->base);
        if (p == NULL || !p->decl->is_type) {
            continue;
        }
        if (p->last_method > 0) {
            g->methods.ptr[p->last_method - 1].next = i + 1;
        } else {
            p->first_method = i + 1;
        }
        p->last_method = i + 1;
    }
}

/* ---- mentions ---- */

typedef VEC(Mention) Mentions;

/* Index of a root, which is a new one where nobody has mentioned it, and is seen whole once anybody
 * does. */
static uint32_t root_of(Gathering *g, isize import, Name name, View view)
{
    uint32_t *at = nameindex_put(g->scratch, &g->mentioned[import], name);
    if (*at == 0) {
        *VEC_PUSH(g->kept, &g->roots) = (SurfaceRoot){(uint32_t)import, name, view};
        *at = (uint32_t)g->roots.len;
    }
    SurfaceRoot *root = &g->roots.ptr[*at - 1];
    root->view = MIN(root->view, view);
    return *at - 1;
}

/* What is meant by a name that stands alone: of the package, of one that the file takes in, or
 * nothing that counts. */
static void resolve_alone(Gathering *g, const Part *part, const RawMention *raw, Mentions *list)
{
    const uint32_t *own = nameindex_get(&g->by_name, raw->name);
    if (own != NULL && *own > 0) {
        *VEC_PUSH(g->kept, list) = (Mention){*own - 1, false, (uint8_t)raw->view};
        return;
    }
    for (isize i = 0; i < part->surface->n_imports; i++) {
        if (part->surface->imports[i].is_dot) {
            uint32_t root = root_of(g, part->imports[i], raw->name, VIEW_WHOLE);
            *VEC_PUSH(g->kept, list) = (Mention){root, true, (uint8_t)raw->view};
        }
    }
}

static void resolve(Gathering *g, const Part *part, const FileView *v, Mentions *list)
{
    for (isize i = 0; i < v->n_mentions; i++) {
        const RawMention *raw = &v->mentions[i];
        if (raw->import < 0) {
            resolve_alone(g, part, raw, list);
        } else {
            uint32_t root = root_of(g, part->imports[raw->import], raw->name, VIEW_WHOLE);
            *VEC_PUSH(g->kept, list) = (Mention){root, true, (uint8_t)raw->view};
        }
    }
}

static int compare_mentions(const void *a, const void *b)
{
    const Mention *x = a, *y = b;
    if (x->is_root != y->is_root) {
        return x->is_root ? 1 : -1;
    }
    if (x->target != y->target) {
        return x->target < y->target ? -1 : 1;
    }
    return (x->view > y->view) - (x->view < y->view);
}

static void drop_repeated(Mentions *list)
{
    sort_array(list->ptr, list->len, sizeof(*list->ptr), compare_mentions);
    isize n = 0;
    for (isize i = 0; i < list->len; i++) {
        if (n == 0 || compare_mentions(&list->ptr[n - 1], &list->ptr[i]) != 0) {
            list->ptr[n++] = list->ptr[i];
        }
    }
    list->len = n;
}

/* ---- declarations ---- */

/* A hidden method is noticed by interfaces of the package that ask for its name, and by nobody
 * else. */
static bool is_noticed(const Gathering *g, const FileMethod *m)
{
    return !view_is_hidden(g->source->names, m->name) || nameindex_get(&g->asked, m->name) != NULL;
}

/* A type of which no method is noticed is as one without. */
static void add_methods(Gathering *g, const Place *p, Fingerprint *whole, Mentions *list)
{
    FingerprintText text = {.arena = g->scratch};
    for (isize i = p->first_method; i > 0; i = g->methods.ptr[i - 1].next) {
        const Method *m = &g->methods.ptr[i - 1];
        isize from = list->len;
        resolve(g, m->part, &m->method->shown, list);
        if (is_noticed(g, m->method)) {
            fingerprint_take(&text, whole, sizeof *whole);
            fingerprint_take(&text, &m->method->shown.text, sizeof m->method->shown.text);
            *whole = fingerprint_end(&text);
            continue;
        }
        for (isize k = from; k < list->len; k++) {
            list->ptr[k].view = VIEW_NONE;
        }
    }
}

static SurfaceView make_view(Gathering *g, const Place *p, View view)
{
    const FileView *v = &p->decl->views[view];
    Fingerprint text = v->text;
    Mentions list = {0};
    resolve(g, p->part, v, &list);
    if (view == VIEW_WHOLE || view == VIEW_BEHIND) {
        add_methods(g, p, &text, &list);
    }
    drop_repeated(&list);
    return (SurfaceView){text, list.ptr, list.len};
}

static void make_decls(Gathering *g, Surface *s)
{
    s->n_decls = g->places.len;
    s->decls = ARENA_ARRAY(g->kept, SurfaceDecl, s->n_decls);
    for (isize i = 0; i < s->n_decls; i++) {
        const Place *p = &g->places.ptr[i];
        const FileDecl *d = p->decl;
        SurfaceDecl *made = &s->decls[i];
        *made = (SurfaceDecl){.name = d->name, .is_type = d->is_type, .is_typed = d->is_typed};
        made->views = ARENA_ARRAY(g->kept, SurfaceView, decl_views(made));
        for (View v = VIEW_WHOLE; v < decl_views(made); v++) {
            made->views[v] = make_view(g, p, v);
        }
        if (d->name != NAME_BLANK) {
            const uint32_t *first = nameindex_get(&g->by_name, d->name);
            *nameindex_put(g->kept, &s->by_name, d->name) = *first - 1;
        }
    }
}

/* ---- roots ---- */

/* What a file takes in must not be declared by the package, in any file. */
static void add_declared(Gathering *g, isize import)
{
    for (isize i = 0; i < g->places.len; i++) {
        if (g->places.ptr[i].decl->name != NAME_BLANK) {
            root_of(g, import, g->places.ptr[i].decl->name, VIEW_WHOLE);
        }
    }
}

static void gather_roots(Gathering *g, const Part *part)
{
    const FileSurface *f = part->surface;
    for (isize i = 0; i < f->n_roots; i++) {
        const RawMention *raw = &f->roots[i];
        root_of(g, part->imports[raw->import], raw->name, raw->view);
    }
    for (isize i = 0; i < f->n_imports; i++) {
        if (f->imports[i].is_dot) {
            add_declared(g, part->imports[i]);
        }
    }
}

/* ---- the package ---- */

static void gather_files(Gathering *g, Surface *s)
{
    for (isize i = 0; i < g->source->n_files; i++) {
        const SourceTree *tree = g->source->files[i];
        if (!tree->is_go) {
            continue;
        }
        const FileSurface *f = filesurfaces_get(g->source->of_files, *g->scratch, tree, g->source);
        s->name = s->name != 0 ? s->name : f->package;
        add_part(g, f);
    }
}

const Surface *surface_of(Arena *a, Arena scratch, const SurfaceSource *source)
{
    Surface *s = ARENA_NEW(a, Surface);
    Gathering g = {
        .source = source,
        .kept = a,
        .scratch = &scratch,
        .parts = ARENA_ARRAY(&scratch, Part, source->n_files),
        .mentioned = ARENA_ARRAY(&scratch, NameIndex, source->n_imports),
    };
    gather_files(&g, s);
    give_methods(&g);
    make_decls(&g, s);
    for (isize i = 0; i < g.n_parts; i++) {
        gather_roots(&g, &g.parts[i]);
    }
    s->roots = g.roots.ptr;
    s->n_roots = g.roots.len;
    return s;
}
