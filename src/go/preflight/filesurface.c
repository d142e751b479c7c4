/* Imports come first, since names before a dot are theirs; then each declaration is walked in all
 * the views that it has. */
#include "go/preflight/filesurface.h"

#include "base/map.h"
#include "base/sort.h"
#include "go/load/gostring.h"
#include "go/preflight/views.h"
#include "os/task.h"

/* Where a declaration stands. */
typedef struct {
    Name name;
    AstNode node; /* AstTypeSpec, AstFuncType or 0 */
    AstNode type, init;
    uint32_t ordinal; /* iota of a const, place of a var among those of one value */
    bool is_type, is_const;
} Place;

typedef struct {
    const SurfaceSource *source;
    Arena *kept;
    Arena *scratch;
    ViewWalk walk;
    VEC(FileImport) imports;
    VEC(FileDecl) decls;
    VEC(FileMethod) methods;
    VEC(RawMention) roots;
} Gathering;

/* ---- imports ---- */

static isize find_import(const SurfaceSource *s, Str path)
{
    for (isize i = 0; i < s->n_imports; i++) {
        if (str_eq(s->import_paths[i], path)) {
            return i;
        }
    }
    return -1;
}

/* What a path means to the unit. */
static FileImport import_of(const SurfaceSource *s, Str path)
{
    isize at = find_import(s, path);
    return (FileImport){
        .path = path, .name = at < 0 ? 0 : s->import_names[at], .is_known = at >= 0};
}

static void gather_import(Gathering *g, AstNode spec)
{
    const AstFile *f = g->walk.file.ast;
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
    FileImport *import = VEC_PUSH(g->kept, &g->imports);
    *import = import_of(g->source, str_copy(g->kept, path));
    Name name = s->name == 0 ? import->name : ast_name(f, s->name);
    if (!import->is_known || name == 0) {
        return;
    }
    import->is_dot = s->name != 0 && str_eq(name_text(g->source->names, name), S("."));
    if (!import->is_dot) {
        *nameindex_put(g->scratch, &g->walk.file.qualifiers, name) = (uint32_t)g->imports.len;
    }
}

static void gather_imports(Gathering *g, AstNodes decls)
{
    const AstFile *f = g->walk.file.ast;
    for (isize i = 0; i < decls.len; i++) {
        if (ast_kind(f, decls.ptr[i]) != AST_GEN_DECL || ast_tok(f, decls.ptr[i]) != TOKEN_IMPORT) {
            continue;
        }
        AstNodes specs = ast_list(f, &ast_gen_decl(f, decls.ptr[i])->specs);
        for (isize k = 0; k < specs.len; k++) {
            if (ast_kind(f, specs.ptr[k]) == AST_IMPORT_SPEC) {
                gather_import(g, specs.ptr[k]);
            }
        }
    }
}

/* ---- views ---- */

typedef struct {
    RawMention mention;
    isize at; /* its place in the order in which they were met */
} Met;

static int compare_mentions(const RawMention *x, const RawMention *y)
{
    if (x->import != y->import) {
        return x->import < y->import ? -1 : 1;
    }
    if (x->name != y->name) {
        return x->name < y->name ? -1 : 1;
    }
    return (x->view > y->view) - (x->view < y->view);
}

static int compare_met(const void *a, const void *b)
{
    const Met *x = a, *y = b;
    int order = compare_mentions(&x->mention, &y->mention);
    return order != 0 ? order : (x->at > y->at) - (x->at < y->at);
}

static int compare_places(const void *a, const void *b)
{
    const Met *x = a, *y = b;
    return (x->at > y->at) - (x->at < y->at);
}

/* Each once, in the order in which they were met: the numbers of names are others in each run. */
static isize drop_repeated(Met *list, isize len)
{
    isize n = 0;
    sort_array(list, len, sizeof *list, compare_met);
    for (isize i = 0; i < len; i++) {
        if (n == 0 || compare_mentions(&list[n - 1].mention, &list[i].mention) != 0) {
            list[n++] = list[i];
        }
    }
    sort_array(list, n, sizeof *list, compare_places);
    return n;
}

/* What was walked; what comes next is another view. */
static FileView take_view(Gathering *g)
{
    ViewWalk *w = &g->walk;
    Arena scratch = *g->scratch;
    Met *list = ARENA_ARRAY(&scratch, Met, w->mentions.len);
    for (isize i = 0; i < w->mentions.len; i++) {
        list[i] = (Met){w->mentions.ptr[i], i};
    }
    isize n = drop_repeated(list, w->mentions.len);
    RawMention *kept = ARENA_ARRAY(g->kept, RawMention, n);
    for (isize i = 0; i < n; i++) {
        kept[i] = list[i].mention;
    }
    w->mentions.len = 0;
    return (FileView){fingerprint_end(&w->text), kept, n};
}

static void walk_place(Gathering *g, const Place *p, bool is_alias, View view)
{
    ViewWalk *w = &g->walk;
    view_word(w, p->is_const);
    view_word(w, p->is_const && view == VIEW_TYPE ? 0 : p->ordinal);
    if (p->is_type && view == VIEW_NAME && !is_alias) {
        return; /* it is itself */
    }
    if (p->node != 0) {
        view_walk(w, p->node, view);
    } else {
        view_walk(w, p->type, VIEW_WHOLE);
        view_walk(w, view == VIEW_TYPE ? 0 : p->init, VIEW_WHOLE);
    }
}

static bool has_view(const FileDecl *d, View view)
{
    return d->is_type || view == VIEW_WHOLE || (d->is_typed && view == VIEW_TYPE);
}

/* ---- declarations ---- */

static FileDecl *add_place(Gathering *g, Place p, bool is_alias)
{
    FileDecl *d = VEC_PUSH(g->kept, &g->decls);
    *d = (FileDecl){.name = p.name,
                    .is_type = p.is_type,
                    .is_alias = is_alias,
                    .is_typed = p.is_const && p.type != 0};
    for (View v = VIEW_WHOLE; v < VIEW_NONE; v++) {
        if (has_view(d, v)) {
            walk_place(g, &p, is_alias, v);
            d->views[v] = take_view(g);
        }
    }
    return d;
}

/* A line of consts without type and value repeats those of the line before. */
static void gather_consts(Gathering *g, AstNodes specs)
{
    const AstFile *f = g->walk.file.ast;
    const AstValueSpec *said = NULL;
    for (isize iota = 0; iota < specs.len; iota++) {
        const AstValueSpec *s = ast_value_spec(f, specs.ptr[iota]);
        said = said == NULL || s->type != 0 || s->values != 0 ? s : said;
        AstNodes names = ast_list(f, &s->names), values = ast_list(f, &said->values);
        for (isize i = 0; i < names.len; i++) {
            add_place(g,
                      (Place){.name = ast_name(f, names.ptr[i]),
                              .type = said->type,
                              .init = i < values.len ? values.ptr[i] : 0,
                              .ordinal = (uint32_t)iota,
                              .is_const = true},
                      false);
        }
    }
}

static void gather_vars(Gathering *g, AstNode spec)
{
    const AstFile *f = g->walk.file.ast;
    const AstValueSpec *s = ast_value_spec(f, spec);
    AstNodes names = ast_list(f, &s->names), values = ast_list(f, &s->values);
    for (isize i = 0; i < names.len; i++) {
        Place p = {.name = ast_name(f, names.ptr[i]), .type = s->type};
        if (s->type == 0 && values.len > 0) {
            p.init = i < values.len ? values.ptr[i] : values.ptr[0];
            p.ordinal = (uint32_t)i;
        }
        add_place(g, p, false);
    }
}

/* The name that an alias stands for; 0: it stands for something else. */
static Name aliased_name(const AstFile *f, AstNode type)
{
    AstNode base = ast_receiver(f, type).base;
    return ast_kind(f, base) == AST_IDENT ? ast_name(f, base) : 0;
}

static void gather_type(Gathering *g, AstNode spec)
{
    const AstFile *f = g->walk.file.ast;
    const AstTypeSpec *s = ast_type_spec(f, spec);
    bool is_alias = s->assign != 0;
    Place p = {.name = ast_name(f, s->name), .node = spec, .is_type = true};
    add_place(g, p, is_alias)->alias_of = is_alias ? aliased_name(f, s->type) : 0;
}

static void gather_method(Gathering *g, AstNode decl)
{
    ViewWalk *w = &g->walk;
    const AstFile *f = w->file.ast;
    const AstFuncDecl *d = ast_func_decl(f, decl);
    Name name = ast_name(f, d->name), base = ast_method_base(f, decl);
    view_name(w, name);
    view_walk(w, d->recv, VIEW_NAME);
    view_walk(w, d->type, view_is_hidden(w->names, name) ? VIEW_NAME : VIEW_WHOLE);
    if (base != 0) { /* may be an alias, which is needed to find the type */
        view_mention(w, -1, base, VIEW_NAME);
    }
    *VEC_PUSH(g->kept, &g->methods) = (FileMethod){name, base, take_view(g)};
}

static void gather_func(Gathering *g, AstNode decl)
{
    const AstFile *f = g->walk.file.ast;
    const AstFuncDecl *d = ast_func_decl(f, decl);
    if (d->recv != 0) {
        gather_method(g, decl);
    } else {
        add_place(g, (Place){.name = ast_name(f, d->name), .node = d->type}, false);
    }
}

static void gather_spec(Gathering *g, AstNode spec)
{
    switch ((int)ast_kind(g->walk.file.ast, spec)) {
    case AST_TYPE_SPEC:
        gather_type(g, spec);
        break;
    case AST_VALUE_SPEC:
        gather_vars(g, spec);
        break;
    default:
        break;
    }
}

static void gather_decl(Gathering *g, AstNode decl)
{
    const AstFile *f = g->walk.file.ast;
    if (ast_kind(f, decl) == AST_FUNC_DECL) {
        gather_func(g, decl);
    }
    if (ast_kind(f, decl) != AST_GEN_DECL) {
        return;
    }
    AstNodes specs = ast_list(f, &ast_gen_decl(f, decl)->specs);
    if (ast_tok(f, decl) == TOKEN_CONST) {
        gather_consts(g, specs);
        return;
    }
    for (isize i = 0; i < specs.len; i++) {
        gather_spec(g, specs.ptr[i]);
    }
}

/* ---- constants of which the value does not matter ---- */

/* Nodes that are nothing but conditions, or parts of such. */
typedef VEC(AstNode) Conditions;

/* A side of x == y, the other side of which is a literal. */
static AstNode compared(const AstFile *f, const AstBinaryExpr *b)
{
    bool has_literal = ast_kind(f, b->x) == AST_BASIC_LIT || ast_kind(f, b->y) == AST_BASIC_LIT;
    return !has_literal ? 0 : ast_kind(f, b->x) == AST_BASIC_LIT ? b->y : b->x;
}

static void push_parts(Gathering *g, AstNode n, Conditions *stack)
{
    const AstFile *f = g->walk.file.ast;
    const AstBinaryExpr *b = ast_binary_expr(f, n);
    switch ((int)ast_tok(f, n)) {
    case TOKEN_LAND:
    case TOKEN_LOR:
        *VEC_PUSH(g->scratch, stack) = b->x;
        *VEC_PUSH(g->scratch, stack) = b->y;
        break;
    case TOKEN_EQL:
    case TOKEN_NEQ:
        *VEC_PUSH(g->scratch, stack) = compared(f, b);
        break;
    default:
        break;
    }
}

/* Of if and of switch: what a constant is there decides what runs, and nothing else. */
static void mark_condition(Gathering *g, AstNode n, NameIndex *loose)
{
    const AstFile *f = g->walk.file.ast;
    Conditions stack = {0};
    *VEC_PUSH(g->scratch, &stack) = n;
    while (stack.len > 0) {
        n = stack.ptr[--stack.len];
        switch (n == 0 ? AST_NONE : (int)ast_kind(f, n)) {
        case AST_PAREN_EXPR:
            *VEC_PUSH(g->scratch, &stack) = ast_paren_expr(f, n)->x;
            break;
        case AST_UNARY_EXPR:
            if (ast_tok(f, n) == TOKEN_NOT) {
                *VEC_PUSH(g->scratch, &stack) = ast_unary_expr(f, n)->x;
            }
            break;
        case AST_BINARY_EXPR:
            push_parts(g, n, &stack);
            break;
        case AST_SELECTOR_EXPR:
            *nameindex_put(g->scratch, loose, n) = 1;
            break;
        default:
            break;
        }
    }
}

/* ---- roots ---- */

/* Each once in each view; mentioned: by import, names: bits of views. */
static void add_root(Gathering *g, NameIndex *mentioned, isize import, Name name, View view)
{
    uint32_t *views = nameindex_put(g->scratch, &mentioned[import], name);
    if ((*views & 1U << view) == 0) {
        *views |= 1U << view;
        *VEC_PUSH(g->kept, &g->roots) = (RawMention){(int32_t)import, name, view};
    }
}

/* A name that stands alone may be of any package that the file takes in. */
static void add_to_dots(Gathering *g, NameIndex *mentioned, Name name)
{
    for (isize i = 0; i < g->imports.len; i++) {
        if (g->imports.ptr[i].is_dot) {
            add_root(g, mentioned, i, name, VIEW_WHOLE);
        }
    }
}

/* What a walk over all nodes has met. */
typedef struct {
    AstNode node; /* AstSelectorExpr */
    isize import;
} Qualified;

typedef struct {
    bool has_dots; /* there is an import that takes names in */
    NameIndex *mentioned;
    NameIndex loose; /* selectors that are nothing but conditions */
    VEC(Qualified) qualified;
} Roots;

static void meet_node(Gathering *g, AstNode n, Roots *r)
{
    const AstFile *f = g->walk.file.ast;
    switch ((int)ast_kind(f, n)) {
    case AST_IDENT:
        if (r->has_dots) {
            add_to_dots(g, r->mentioned, ast_name(f, n));
        }
        break;
    case AST_IF_STMT:
        mark_condition(g, ast_if_stmt(f, n)->cond, &r->loose);
        break;
    case AST_SWITCH_STMT:
        mark_condition(g, ast_switch_stmt(f, n)->tag, &r->loose);
        break;
    case AST_SELECTOR_EXPR: {
        AstNode x = ast_selector_expr(f, n)->x;
        const uint32_t *import = ast_kind(f, x) == AST_IDENT
                                     ? nameindex_get(&g->walk.file.qualifiers, ast_name(f, x))
                                     : NULL;
        if (import != NULL) {
            *VEC_PUSH(g->scratch, &r->qualified) = (Qualified){n, (isize)*import - 1};
        }
        break;
    }
    default:
        break;
    }
}

static void gather_roots(Gathering *g)
{
    const AstFile *f = g->walk.file.ast;
    Roots r = {.mentioned = ARENA_ARRAY(g->scratch, NameIndex, g->imports.len)};
    for (isize i = 0; i < g->imports.len; i++) {
        r.has_dots = r.has_dots || g->imports.ptr[i].is_dot;
    }
    for (AstNode n = ast_first(f); n != 0; n = ast_next(f, n)) {
        meet_node(g, n, &r);
    }
    for (isize i = 0; i < r.qualified.len; i++) {
        const Qualified *q = &r.qualified.ptr[i];
        View view = nameindex_get(&r.loose, q->node) == NULL ? VIEW_WHOLE : VIEW_TYPE;
        Name name = ast_name(f, ast_selector_expr(f, q->node)->sel);
        add_root(g, r.mentioned, q->import, name, view);
    }
}

/* ---- the file ---- */

const FileSurface *filesurface_of(Arena *a, Arena scratch, const SourceTree *tree,
                                  const SurfaceSource *source)
{
    const AstFile *f = &tree->ast;
    Gathering g = {.source = source,
                   .kept = a,
                   .scratch = &scratch,
                   .walk = {.arena = &scratch,
                            .names = source->names,
                            .file = {.ast = f},
                            .text = {.arena = &scratch}}};
    AstNodes decls = ast_list(f, &f->decls);
    gather_imports(&g, decls);
    for (isize i = 0; i < decls.len; i++) {
        gather_decl(&g, decls.ptr[i]);
    }
    if (!source->ignores_bodies) {
        gather_roots(&g);
    }
    isize n_asked = g.walk.asked.len;
    Name *asked = ARENA_ARRAY(a, Name, n_asked);
    if (n_asked > 0) {
        memcpy(asked, g.walk.asked.ptr, (size_t)n_asked * sizeof *asked);
    }
    FileSurface *s = ARENA_NEW(a, FileSurface);
    *s = (FileSurface){ast_name(f, f->name), g.imports.ptr, g.imports.len, g.decls.ptr,
                       g.decls.len,          g.methods.ptr, g.methods.len, g.roots.ptr,
                       g.roots.len,          asked,         n_asked};
    return s;
}

/* ---- those that were made ---- */

struct FileSurfaces {
    Arena arena;
    TaskLock *lock; /* of what follows */
    VEC(const FileSurface *) list;
    Map by_path[2]; /* by SurfaceSource.ignores_bodies: 1 + index in list */
};

FileSurfaces *filesurfaces_new(void)
{
    Arena own = arena_init(MIB);
    FileSurfaces *known = ARENA_NEW(&own, FileSurfaces);
    known->lock = task_lock_new(&own);
    known->arena = own;
    known->by_path[0] = known->by_path[1] = map_init(&known->arena);
    return known;
}

void filesurfaces_done(FileSurfaces *known)
{
    Arena own = known->arena;
    arena_done(&own);
}

static bool has_same_imports(const FileSurface *s, const SurfaceSource *source)
{
    for (isize i = 0; i < s->n_imports; i++) {
        FileImport now = import_of(source, s->imports[i].path);
        if (now.name != s->imports[i].name || now.is_known != s->imports[i].is_known) {
            return false;
        }
    }
    return true;
}

static const FileSurface *find(FileSurfaces *known, const SurfaceSource *source, Str path)
{
    task_lock(known->lock);
    const isize *at = map_get(&known->by_path[source->ignores_bodies], path);
    const FileSurface *found = at == NULL ? NULL : known->list.ptr[*at - 1];
    task_unlock(known->lock);
    return found;
}

static void add(FileSurfaces *known, const SurfaceSource *source, Str path, const FileSurface *s)
{
    task_lock(known->lock);
    *VEC_PUSH(&known->arena, &known->list) = s;
    Map *by_path = &known->by_path[source->ignores_bodies];
    *map_put(by_path, str_copy(&known->arena, path), NULL) = known->list.len;
    task_unlock(known->lock);
}

const FileSurface *filesurfaces_get(Arena *a, Arena scratch, const SourceTree *tree,
                                    const SurfaceSource *source)
{
    FileSurfaces *known = source->known;
    const FileSurface *s = known == NULL ? NULL : find(known, source, tree->path);
    if (s == NULL || !has_same_imports(s, source)) {
        s = filesurface_of(a, scratch, tree, source);
        if (known != NULL) {
            add(known, source, tree->path, s);
        }
    }
    return s;
}
