/*
 * Declarations are gathered from all files first, then walked, each in all the views that it has:
 * by then it is known which of the names that stand alone are the package's own. Types are given
 * their methods last, when it is known which hidden ones any interface asks for.
 */
#include "go/preflight/surface.h"

#include "base/sort.h"
#include "go/load/gostring.h"
#include "go/preflight/views.h"

#define MAX_ALIASES 100 /* that lead from one to the next; then it is a cycle */

/* A method of a type of the package. */
typedef struct {
    const SurfaceFile *file;
    AstNode node; /* AstFuncDecl */
    isize next;   /* 1 + index of the next one of the same type; 0: the last */
    SurfaceView shown;
} Method;

/* Where a declaration stands. */
typedef struct {
    const SurfaceFile *file;
    Name name;
    AstNode node; /* AstTypeSpec, AstFuncType or 0 */
    AstNode type, init;
    uint32_t ordinal; /* iota of a const, place of a var among those of one value */
    bool is_type, is_alias;
    isize first_method, last_method; /* 1 + index; 0: none */
} Place;

typedef struct {
    const SurfaceSource *source;
    Arena *kept;
    Arena *scratch;
    SurfaceFile *files;
    isize n_files;
    VEC(Place) places;
    VEC(Method) methods;
    NameIndex by_name;    /* 1 + index in places, of those that have a name that can be used */
    NameIndex *mentioned; /* by import, by name: 1 + index in roots */
    bool *is_dot;         /* by import: a file takes all of its names for its own */
    VEC(SurfaceRoot) roots;
    ViewWalk walk;
} Gathering;

/* ---- imports of a file ---- */

static isize find_import(const SurfaceSource *s, Str path)
{
    for (isize i = 0; i < s->n_imports; i++) {
        if (str_eq(s->import_paths[i], path)) {
            return i;
        }
    }
    return -1;
}

static void gather_import(Gathering *g, SurfaceFile *file, AstNode spec)
{
    const AstFile *f = file->ast;
    const AstImportSpec *s = ast_import_spec(f, spec);
    if (s->path == 0 || ast_kind(f, s->path) != AST_BASIC_LIT) {
        return;
    }
    const AstBasicLit *lit = ast_basic_lit(f, s->path);
    Str path;
    if (!gostring_unquote(g->scratch, str_slice(f->text, (isize)lit->pos, (isize)lit->end),
                          &path)) {
        return;
    }
    isize import = find_import(g->source, path);
    if (import < 0) {
        return; /* "C", "unsafe" */
    }
    Name name = g->source->import_names[import];
    if (s->name == 0 && name != 0) {
        *nameindex_put(g->scratch, &file->qualifiers, name) = (uint32_t)import + 1;
    }
    if (s->name == 0) {
        return;
    }
    if (str_eq(name_text(g->source->names, ast_name(f, s->name)), S("."))) {
        g->is_dot[import] = true;
    } else {
        *nameindex_put(g->scratch, &file->qualifiers, ast_name(f, s->name)) = (uint32_t)import + 1;
    }
}

/* ---- declarations ---- */

static void add_place(Gathering *g, Place p)
{
    *VEC_PUSH(g->scratch, &g->places) = p;
    uint32_t *at = nameindex_put(g->scratch, &g->by_name, p.name);
    if (*at == 0 && p.name != NAME_BLANK) {
        *at = (uint32_t)g->places.len;
    }
}

/* A line of consts without type and value repeats those of the line before. */
static void gather_consts(Gathering *g, const SurfaceFile *file, AstNodes specs)
{
    const AstFile *f = file->ast;
    const AstValueSpec *said = NULL;
    for (isize iota = 0; iota < specs.len; iota++) {
        const AstValueSpec *s = ast_value_spec(f, specs.ptr[iota]);
        said = said == NULL || s->type != 0 || s->values != 0 ? s : said;
        AstNodes names = ast_list(f, &s->names), values = ast_list(f, &said->values);
        for (isize i = 0; i < names.len; i++) {
            add_place(g, (Place){.file = file,
                                 .name = ast_name(f, names.ptr[i]),
                                 .type = said->type,
                                 .init = i < values.len ? values.ptr[i] : 0,
                                 .ordinal = (uint32_t)iota});
        }
    }
}

static void gather_vars(Gathering *g, const SurfaceFile *file, AstNode spec)
{
    const AstFile *f = file->ast;
    const AstValueSpec *s = ast_value_spec(f, spec);
    AstNodes names = ast_list(f, &s->names), values = ast_list(f, &s->values);
    for (isize i = 0; i < names.len; i++) {
        Place p = {.file = file, .name = ast_name(f, names.ptr[i]), .type = s->type};
        if (s->type == 0 && values.len > 0) {
            p.init = i < values.len ? values.ptr[i] : values.ptr[0];
            p.ordinal = (uint32_t)i;
        }
        add_place(g, p);
    }
}

static void gather_type(Gathering *g, const SurfaceFile *file, AstNode spec)
{
    const AstTypeSpec *s = ast_type_spec(file->ast, spec);
    add_place(g, (Place){.file = file,
                         .name = ast_name(file->ast, s->name),
                         .node = spec,
                         .is_type = true,
                         .is_alias = s->assign != 0});
}

static void gather_func(Gathering *g, const SurfaceFile *file, AstNode decl)
{
    const AstFuncDecl *d = ast_func_decl(file->ast, decl);
    if (d->recv != 0) {
        *VEC_PUSH(g->scratch, &g->methods) = (Method){.file = file, .node = decl};
    } else {
        add_place(g, (Place){.file = file, .name = ast_name(file->ast, d->name), .node = d->type});
    }
}

static void gather_decl(Gathering *g, SurfaceFile *file, AstNode decl)
{
    const AstFile *f = file->ast;
    if (ast_kind(f, decl) == AST_FUNC_DECL) {
        gather_func(g, file, decl);
    }
    if (ast_kind(f, decl) != AST_GEN_DECL) {
        return;
    }
    AstNodes specs = ast_list(f, &ast_gen_decl(f, decl)->specs);
    Token tok = ast_tok(f, decl);
    if (tok == TOKEN_CONST) {
        gather_consts(g, file, specs);
        return;
    }
    for (isize i = 0; i < specs.len; i++) {
        switch ((int)ast_kind(f, specs.ptr[i])) {
        case AST_IMPORT_SPEC:
            gather_import(g, file, specs.ptr[i]);
            break;
        case AST_TYPE_SPEC:
            gather_type(g, file, specs.ptr[i]);
            break;
        case AST_VALUE_SPEC:
            gather_vars(g, file, specs.ptr[i]);
            break;
        default:
            break;
        }
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
    for (int n = 0; n < MAX_ALIASES; n++) {
        Place *p = find_place(g, name);
        if (p == NULL || !p->is_type || !p->is_alias) {
            return p;
        }
        const AstFile *f = p->file->ast;
        AstNode base = ast_receiver(f, ast_type_spec(f, p->node)->type).base;
        if (ast_kind(f, base) != AST_IDENT) {
            return NULL;
        }
        name = ast_name(f, base);
    }
    return NULL;
}

static void give_methods(Gathering *g)
{
    for (isize i = 0; i < g->methods.len; i++) {
        Method *m = &g->methods.ptr[i];
        Place *p = receiver_place(g, ast_method_base(m->file->ast, m->node));
        if (p == NULL || !p->is_type) {
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

/* ---- views ---- */

static void begin_view(Gathering *g, const SurfaceFile *file)
{
    g->walk.file = file;
    g->walk.text.len = g->walk.mentions.len = 0;
}

static void walk_method(Gathering *g, const Method *m)
{
    ViewWalk *w = &g->walk;
    const AstFile *f = m->file->ast;
    const AstFuncDecl *d = ast_func_decl(f, m->node);
    begin_view(g, m->file);
    view_name(w, ast_name(f, d->name));
    view_walk(w, d->recv, VIEW_NAME);
    bool is_hidden = view_is_hidden(w->names, ast_name(f, d->name));
    view_walk(w, d->type, is_hidden ? VIEW_NAME : VIEW_WHOLE);
    /* Its type may be meant by an alias, which is needed to find it. */
    view_mention(w, -1, ast_method_base(f, m->node), VIEW_NAME);
}

/* Of a type without its methods. */
static void walk_place(Gathering *g, const Place *p, View view)
{
    ViewWalk *w = &g->walk;
    begin_view(g, p->file);
    view_word(w, p->ordinal);
    if (p->is_type && view == VIEW_NAME && !p->is_alias) {
        return; /* it is itself */
    }
    if (p->node != 0) {
        view_walk(w, p->node, view);
    } else {
        view_walk(w, p->type, VIEW_WHOLE);
        view_walk(w, p->init, VIEW_WHOLE);
    }
}

/* ---- mentions ---- */

/* Index of a root, which is a new one where nobody has mentioned it. */
static uint32_t root_of(Gathering *g, isize import, Name name)
{
    uint32_t *at = nameindex_put(g->scratch, &g->mentioned[import], name);
    if (*at == 0) {
        *VEC_PUSH(g->kept, &g->roots) = (SurfaceRoot){(uint32_t)import, name};
        *at = (uint32_t)g->roots.len;
    }
    return *at - 1;
}

typedef VEC(Mention) Mentions;

/* What is meant by a name that stands alone: of the package, of one that it takes in, or nothing
 * that counts. */
static void resolve_alone(Gathering *g, Arena *a, const RawMention *raw, Mentions *list)
{
    const uint32_t *own = nameindex_get(&g->by_name, raw->name);
    if (own != NULL && *own > 0) {
        *VEC_PUSH(a, list) = (Mention){*own - 1, false, (uint8_t)raw->view};
        return;
    }
    for (isize i = 0; i < g->source->n_imports; i++) {
        if (g->is_dot[i]) {
            uint32_t root = root_of(g, i, raw->name);
            *VEC_PUSH(a, list) = (Mention){root, true, (uint8_t)raw->view};
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

/* What was walked, on a. */
static SurfaceView take_view(Gathering *g, Arena *a)
{
    const ViewWalk *w = &g->walk;
    Mentions list = {0};
    for (isize i = 0; i < w->mentions.len; i++) {
        const RawMention *raw = &w->mentions.ptr[i];
        if (raw->import < 0) {
            resolve_alone(g, a, raw, &list);
        } else {
            uint32_t root = root_of(g, raw->import, raw->name);
            *VEC_PUSH(a, &list) = (Mention){root, true, (uint8_t)raw->view};
        }
    }
    drop_repeated(&list);
    return (SurfaceView){
        .text = fingerprint_of(w->text.ptr, w->text.len),
        .mentions = list.ptr,
        .n_mentions = list.len,
    };
}

/* ---- declarations with their methods ---- */

/* A hidden method is noticed by interfaces of the package that ask for its name, and by nobody
 * else. */
static bool is_noticed(const Gathering *g, const Method *m)
{
    const AstFile *f = m->file->ast;
    Name name = ast_name(f, ast_func_decl(f, m->node)->name);
    return !view_is_hidden(g->source->names, name) || nameindex_get(&g->walk.asked, name) != NULL;
}

static void add_mentions(Gathering *g, const SurfaceView *v, bool is_noticed, Mentions *list)
{
    for (isize i = 0; i < v->n_mentions; i++) {
        Mention m = v->mentions[i];
        m.view = is_noticed ? m.view : VIEW_NONE;
        *VEC_PUSH(g->kept, list) = m;
    }
}

/* Once everything was walked. A type of which no method is noticed is as one without. */
static void add_methods(Gathering *g, const Place *p, SurfaceView *v)
{
    FingerprintText text = {.arena = g->scratch};
    Mentions list = {0};
    Fingerprint whole = v->text;
    add_mentions(g, v, true, &list);
    for (isize i = p->first_method; i > 0; i = g->methods.ptr[i - 1].next) {
        const Method *m = &g->methods.ptr[i - 1];
        add_mentions(g, &m->shown, is_noticed(g, m), &list);
        if (is_noticed(g, m)) {
            fingerprint_take(&text, &whole, sizeof whole);
            fingerprint_take(&text, &m->shown.text, sizeof m->shown.text);
            whole = fingerprint_end(&text);
        }
    }
    drop_repeated(&list);
    *v = (SurfaceView){whole, list.ptr, list.len};
}

static void walk_decl(Gathering *g, const Place *p, SurfaceDecl *d)
{
    *d = (SurfaceDecl){.name = p->name, .is_type = p->is_type};
    for (View v = VIEW_WHOLE; v < (p->is_type ? VIEW_NONE : VIEW_WHOLE + 1); v++) {
        bool is_part = p->first_method > 0 && v <= VIEW_BEHIND;
        walk_place(g, p, v);
        d->views[v] = take_view(g, is_part ? g->scratch : g->kept);
    }
    for (isize i = p->first_method; i > 0; i = g->methods.ptr[i - 1].next) {
        Method *m = &g->methods.ptr[i - 1];
        walk_method(g, m);
        m->shown = take_view(g, g->scratch);
    }
}

static void make_decls(Gathering *g, Surface *s)
{
    s->n_decls = g->places.len;
    s->decls = ARENA_ARRAY(g->kept, SurfaceDecl, s->n_decls);
    for (isize i = 0; i < s->n_decls; i++) {
        const Place *p = &g->places.ptr[i];
        walk_decl(g, p, &s->decls[i]);
        if (p->name != NAME_BLANK) {
            const uint32_t *first = nameindex_get(&g->by_name, p->name);
            *nameindex_put(g->kept, &s->by_name, p->name) = *first - 1;
        }
    }
    for (isize i = 0; i < s->n_decls; i++) {
        const Place *p = &g->places.ptr[i];
        if (p->first_method > 0) {
            add_methods(g, p, &s->decls[i].views[VIEW_WHOLE]);
            add_methods(g, p, &s->decls[i].views[VIEW_BEHIND]);
        }
    }
}

/* All that stands anywhere in a file, in bodies, too. */
static void gather_roots(Gathering *g, const SurfaceFile *file, bool has_dots)
{
    const AstFile *f = file->ast;
    for (AstNode n = ast_first(f); n != 0; n = ast_next(f, n)) {
        if (ast_kind(f, n) == AST_IDENT && has_dots) {
            for (isize i = 0; i < g->source->n_imports; i++) {
                if (g->is_dot[i]) {
                    root_of(g, i, ast_name(f, n));
                }
            }
        }
        if (ast_kind(f, n) != AST_SELECTOR_EXPR) {
            continue;
        }
        const AstSelectorExpr *s = ast_selector_expr(f, n);
        const uint32_t *import = ast_kind(f, s->x) == AST_IDENT
                                     ? nameindex_get(&file->qualifiers, ast_name(f, s->x))
                                     : NULL;
        if (import != NULL) {
            root_of(g, (isize)*import - 1, ast_name(f, s->sel));
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
        SurfaceFile *file = &g->files[g->n_files++];
        file->ast = &tree->ast;
        s->name = s->name != 0 ? s->name : ast_name(file->ast, file->ast->name);
        AstNodes decls = ast_list(file->ast, &file->ast->decls);
        for (isize k = 0; k < decls.len; k++) {
            gather_decl(g, file, decls.ptr[k]);
        }
    }
}

const Surface *surface_of(Arena *a, Arena scratch, const SurfaceSource *source)
{
    Surface *s = ARENA_NEW(a, Surface);
    Gathering g = {
        .source = source,
        .kept = a,
        .scratch = &scratch,
        .files = ARENA_ARRAY(&scratch, SurfaceFile, source->n_files),
        .mentioned = ARENA_ARRAY(&scratch, NameIndex, source->n_imports),
        .is_dot = ARENA_ARRAY(&scratch, bool, source->n_imports),
        .walk = {.arena = &scratch, .names = source->names, .text = {.arena = &scratch}},
    };
    gather_files(&g, s);
    give_methods(&g);
    make_decls(&g, s);
    bool has_dots = false;
    for (isize i = 0; i < source->n_imports; i++) {
        has_dots = has_dots || g.is_dot[i];
    }
    for (isize i = 0; i < g.n_files && !source->ignores_bodies; i++) {
        gather_roots(&g, &g.files[i], has_dots);
    }
    s->roots = g.roots.ptr;
    s->n_roots = g.roots.len;
    return s;
}
