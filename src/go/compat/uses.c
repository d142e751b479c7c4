#include "go/compat/uses.h"

#include "base/path.h"
#include "base/sort.h"
#include "go/compat/loops.h"
#include "go/load/gostring.h"
#include "go/syntax/langversion.h"
#include "go/types/decl.h"

#define OLDEST_OF_FILE 21 /* a file cannot ask for less (initFiles of go/types) */

/* Of one file of one unit. */
typedef struct {
    uint32_t file;
    Str path;
    isize unit;
    int asked; /* N of the Go 1.N of its build line, or LANGVERSION_NONE */
    CodeUses uses;
} FileUses;

/* Of one thread. */
typedef struct {
    Arena arena;
    VEC(FileUses) files;
} UsageWorker;

struct Usage {
    Arena *arena;
    StdSymbols *std;
    UsageWorker *workers;
    isize n_workers;
    Map files; /* paths of those that were taken */
    Map index; /* kind, what and class -> 1 + index in uses */
    CodeUses uses;
};

/* A file while it is looked at. */
typedef struct {
    const Usage *usage;
    Checker *check;
    Arena *arena;
    uint32_t file;
    const AstFile *ast;
    int asked; /* as in FileUses */
    bool is_test;
    Map index; /* kind and what -> 1 + index in uses */
    CodeUses uses;
} Look;

Usage *usage_new(Arena *a, StdSymbols *std, isize n_workers)
{
    Usage *u = ARENA_NEW(a, Usage);
    *u = (Usage){.arena = a,
                 .std = std,
                 .workers = ARENA_ARRAY(a, UsageWorker, n_workers),
                 .n_workers = n_workers,
                 .files = map_init(a),
                 .index = map_init(a)};
    for (isize i = 0; i < n_workers; i++) {
        u->workers[i].arena = arena_init(64 * KIB);
    }
    return u;
}

void usage_done(Usage *u)
{
    for (isize i = 0; i < u->n_workers; i++) {
        arena_done(&u->workers[i].arena);
    }
}

/* ---- one use ---- */

static void add_use_of(Look *k, CodeUse one)
{
    if (one.since == 0) {
        return; /* every Go has it */
    }
    Str key = str_format(k->arena, "%d %td %.*s %.*s", (int)one.kind, one.what,
                         STR_ARG(one.unlisted.package), STR_ARG(one.unlisted.name));
    bool is_new;
    isize *at = map_put(&k->index, key, &is_new);
    if (is_new) {
        one.is_test = k->is_test;
        one.is_guarded = k->asked >= one.since;
        *VEC_PUSH(k->arena, &k->uses) = one;
        *at = k->uses.len;
    }
    CodeUse *use = &k->uses.ptr[*at - 1];
    use->count++;
    use->pos = MIN(use->pos, one.pos);
}

static void add(Look *k, UseKind kind, isize what, int since, SourcePos pos)
{
    add_use_of(k, (CodeUse){.kind = kind, .what = what, .since = since, .pos = pos});
}

/* ---- features ---- */

/* The index of the first one of a file, or of a file behind it. */
static isize first_feature(const Checker *c, uint32_t file)
{
    isize from = 0, to = c->features.len;
    while (from < to) {
        isize middle = from + (to - from) / 2;
        if (c->features.ptr[middle].at.file < file) {
            from = middle + 1;
        } else {
            to = middle;
        }
    }
    return from;
}

static void add_features(Look *k)
{
    const Checker *c = k->check;
    for (isize i = first_feature(c, k->file);
         i < c->features.len && c->features.ptr[i].at.file == k->file; i++) {
        const UsedFeature *f = &c->features.ptr[i];
        add(k, USE_FEATURE, f->feature, langversion_row(f->feature)->first, f->at.pos);
    }
}

/* They are comments to the checker of types. */
static void add_embeds(Look *k)
{
    for (isize i = 0; i < k->ast->comments.len; i++) {
        SourcePos pos = k->ast->comments.ptr[i].pos;
        Str text = str_slice(k->ast->text, pos, k->ast->comments.ptr[i].end);
        if (str_starts_with(text, S("//go:embed ")) || str_starts_with(text, S("//go:embed\t"))) {
            add(k, USE_FEATURE, LANG_EMBED, langversion_row(LANG_EMBED)->first, pos);
        }
    }
}

/* ---- packages ---- */

static void add_import(Look *k, const AstImportSpec *spec)
{
    SourcePos pos = ast_pos(k->ast, spec->path);
    Str path;
    if (gostring_unquote(k->arena, str_slice(k->ast->text, pos, ast_end(k->ast, spec->path)),
                         &path)) {
        isize package = stdsymbols_package(k->usage->std, path);
        if (package >= 0) {
            add(k, USE_PACKAGE, package, k->usage->std->packages.ptr[package].since, pos);
        }
    }
}

static void add_imports(Look *k)
{
    AstNodes decls = ast_list(k->ast, &k->ast->decls);
    for (isize i = 0; i < decls.len; i++) {
        if (ast_kind(k->ast, decls.ptr[i]) != AST_GEN_DECL ||
            ast_tok(k->ast, decls.ptr[i]) != TOKEN_IMPORT) {
            continue;
        }
        AstNodes specs = ast_list(k->ast, &ast_gen_decl(k->ast, decls.ptr[i])->specs);
        for (isize s = 0; s < specs.len; s++) {
            if (ast_kind(k->ast, specs.ptr[s]) == AST_IMPORT_SPEC) {
                add_import(k, ast_import_spec(k->ast, specs.ptr[s]));
            }
        }
    }
}

/* ---- symbols ---- */

static Str text_of(const Look *k, Name name)
{
    return name_text(k->check->program->names, name);
}

/* Whether an object is of a package that the table knows, and not of the one that is looked at. */
static bool is_of_std(const Look *k, const Object *o)
{
    return o != NULL && o->pkg != NULL && o->pkg != k->check->pkg &&
           stdsymbols_package(k->usage->std, o->pkg->path) >= 0;
}

static isize find(const Look *k, const Object *type, Name name)
{
    return is_of_std(k, type) ? stdsymbols_find(k->usage->std, *k->arena, type->pkg->path,
                                                text_of(k, type->name), text_of(k, name))
                              : -1;
}

/* ---- what the table has not ---- */

/* Whether others may import the package from the tree that the table is of. What syscall has
 * differs from port to port, and is not in any table for all of them. */
static bool is_public(const Look *k, const TypePackage *pkg)
{
    const StdSymbols *std = k->usage->std;
    bool is_of_tree =
        pkg->n_files > 0 && str_starts_with(k->check->program->files[pkg->files[0]].path, std->src);
    Str rest = pkg->path;
    bool is_hidden = str_eq(rest, S("syscall")) || str_starts_with(rest, S("syscall/")) ||
                     str_starts_with(rest, S("vendor/")) || str_starts_with(rest, S("cmd/"));
    for (StrCut cut = {.tail = rest, .found = true}; cut.found;) {
        cut = str_cut(cut.tail, '/');
        is_hidden = is_hidden || str_eq(cut.head, S("internal"));
    }
    return is_of_tree && !is_hidden;
}

static bool is_interface(const Object *o)
{
    return o->kind == OBJECT_TYPE_NAME && type_kind(type_under(o->type)) == TYPE_INTERFACE;
}

/* Whether other packages cannot have the methods of t. */
static bool is_sealed(Type *t)
{
    const Type *under = type_under(t);
    if (type_kind(under) != TYPE_INTERFACE) {
        return false;
    }
    const Interface *i = (const Interface *)under;
    bool is = false;
    for (isize n = 0; n < i->methods.len; n++) {
        is = is || !object_is_exported(i->methods.ptr[n]);
    }
    for (isize n = 0; n < i->n_embeddeds; n++) {
        is = is || is_sealed(i->embeddeds[n]);
    }
    return is;
}

/* Of these the tables of vet have all that is older than their Go; of fields they leave out some,
 * and since Go 1.26 interfaces that are sealed. */
static bool is_always_listed(const Object *o)
{
    bool is_field = o->kind == OBJECT_VAR && o->var_kind == VAR_FIELD;
    return !is_field && !(is_interface(o) && is_sealed(o->type));
}

/* recv: of a method; else NULL. */
static void add_unlisted(Look *k, const Object *o, const Object *recv, SourcePos pos)
{
    static const StdKind kinds[] = {[OBJECT_CONST] = STD_CONST,
                                    [OBJECT_TYPE_NAME] = STD_TYPE,
                                    [OBJECT_VAR] = STD_VAR,
                                    [OBJECT_FUNC] = STD_FUNC};
    const StdSymbols *std = k->usage->std;
    if (std->own == 0 || o->pkg == NULL || o->pkg == k->check->pkg || !is_always_listed(o) ||
        (recv != NULL && (!object_is_exported(recv) || is_interface(recv))) ||
        !is_public(k, o->pkg)) {
        return;
    }
    Str name = text_of(k, o->name);
    bool is_pointer =
        recv != NULL && type_kind(((const Signature *)o->type)->recv->type) == TYPE_POINTER;
    StdSymbol symbol = {
        .package = o->pkg->path,
        .name = recv == NULL ? name
                             : str_format(k->arena, "(%s%.*s).%.*s", is_pointer ? "*" : "",
                                          STR_ARG(text_of(k, recv->name)), STR_ARG(name)),
        .kind = recv != NULL ? STD_METHOD : kinds[o->kind],
        .since = std->own,
    };
    add_use_of(
        k, (CodeUse){
               .kind = USE_SYMBOL, .what = -1, .unlisted = symbol, .since = std->own, .pos = pos});
}

/* ---- symbols in files ---- */

static void add_symbol(Look *k, isize symbol, SourcePos pos)
{
    if (symbol >= 0) {
        add(k, USE_SYMBOL, symbol, k->usage->std->symbols.ptr[symbol].since, pos);
    }
}

/* The object of the defined type that t is, or points to. */
static Object *object_of(Type *t)
{
    Named *n = type_as_named(type_deref(t, NULL));
    return n == NULL ? NULL : n->obj;
}

/* The first type on the way to what is selected that has it in the table: of x.f where x is of a
 * struct with an http.Request in it, that of http.Request. */
static isize find_selected(const Look *k, const RecordedSelection *s)
{
    Type *t = s->recv;
    for (isize i = 0; t != NULL && i < s->n_path; i++) {
        isize symbol = find(k, object_of(t), s->object->name);
        if (symbol >= 0) {
            return symbol;
        }
        Type *under = type_under(type_deref(t, NULL));
        if (under == NULL || type_kind(under) != TYPE_STRUCT) {
            break;
        }
        Objects fields = ((const Struct *)under)->fields;
        int32_t index = s->path[i];
        t = index >= 0 && index < fields.len ? fields.ptr[index]->type : NULL;
    }
    const Type *type = s->object->type;
    bool is_method = type != NULL && type_kind(type) == TYPE_SIGNATURE &&
                     ((const Signature *)type)->recv != NULL;
    return is_method ? find(k, object_of(((const Signature *)type)->recv->type), s->object->name)
                     : -1;
}

/* The oldest symbol that a field is, of all defined types that share its struct. */
static isize find_field(const Look *k, const Object *field)
{
    isize best = -1;
    const Scope *scope = field->pkg->scope;
    for (isize i = 0; i < scope->len; i++) {
        Object *o = scope->list[i];
        const Type *under = o->kind == OBJECT_TYPE_NAME ? type_under(o->type) : NULL;
        if (under == NULL || type_kind(under) != TYPE_STRUCT) {
            continue;
        }
        Objects fields = ((const Struct *)under)->fields;
        for (isize n = 0; n < fields.len; n++) {
            isize symbol = fields.ptr[n] == field ? find(k, o, field->name) : -1;
            bool is_older = symbol >= 0 && (best < 0 || k->usage->std->symbols.ptr[symbol].since <
                                                            k->usage->std->symbols.ptr[best].since);
            best = is_older ? symbol : best;
        }
    }
    return best;
}

static const Object *origin_of(const Object *o)
{
    bool has_origin = (o->kind == OBJECT_VAR || o->kind == OBJECT_FUNC) && o->origin != NULL;
    return has_origin ? o->origin : o;
}

static void add_use(Look *k, AstNode ident)
{
    const Object *o = recorded_object(k->check->program, k->file, ident, RECORDED_USE);
    SourcePos pos = ast_pos(k->ast, ident);
    if (o == NULL || o->pkg == NULL || !object_is_exported(o)) {
        return;
    }
    bool is_field = o->kind == OBJECT_VAR && o->var_kind == VAR_FIELD;
    isize symbol = !is_of_std(k, o) ? -1
                   : is_field       ? find_field(k, origin_of(o))
                              : stdsymbols_find(k->usage->std, *k->arena, o->pkg->path, (Str){0},
                                                text_of(k, o->name));
    if (symbol < 0 && scope_lookup(o->pkg->scope, o->name) == o) {
        add_unlisted(k, o, NULL, pos);
    }
    add_symbol(k, symbol, pos);
}

/* A method that the table has nowhere is told of its own receiver. */
static void add_selected(Look *k, const RecordedSelection *s, SourcePos pos)
{
    isize symbol = find_selected(k, s);
    const Object *o = s->object;
    const Signature *sig = o->kind == OBJECT_FUNC ? (const Signature *)o->type : NULL;
    const Object *recv = sig != NULL && sig->recv != NULL ? object_of(sig->recv->type) : NULL;
    if (symbol < 0 && recv != NULL) {
        add_unlisted(k, o, recv, pos);
    }
    add_symbol(k, symbol, pos);
}

/* The name of what was selected; 0: n is no such selection. */
static AstNode add_selection(Look *k, AstNode n)
{
    const RecordedSelection *s = recorded_selection(k->check->program, k->file, n);
    if (s == NULL) {
        return 0;
    }
    AstNode name = ast_selector_expr(k->ast, n)->sel;
    if (is_of_std(k, s->object) && object_is_exported(s->object)) {
        add_selected(k, s, ast_pos(k->ast, name));
    }
    return name;
}

static void add_symbols(Look *k)
{
    const AstFile *f = k->ast;
    bool *is_selected = ARENA_ARRAY(k->arena, bool, f->n_words); /* by node, the names of these */
    for (AstNode n = ast_first(f); n != 0; n = ast_next(f, n)) {
        is_selected[add_selection(k, n)] = true;
    }
    for (AstNode n = ast_first(f); n != 0; n = ast_next(f, n)) {
        if (!is_selected[n]) {
            add_use(k, n);
        }
    }
}

/* ---- meaning ---- */

/* Each is a use of its own, so that all have a place. */
static void add_loops(Look *k)
{
    SourcePoses loops = {0};
    loops_find(k->arena, k->check->program, k->file, &loops);
    for (isize i = 0; i < loops.len; i++) {
        add(k, USE_LOOP, loops.ptr[i], USE_LOOP_SINCE, loops.ptr[i]);
    }
}

/* ---- a file ---- */

static void look(Look *k)
{
    add_features(k);
    add_embeds(k);
    add_imports(k);
    add_symbols(k);
    add_loops(k);
}

/* What was found, with places for people. */
static CodeUses keep(Arena *a, const Look *k, uint32_t file)
{
    CodeUses kept = {0};
    for (isize i = 0; i < k->uses.len; i++) {
        Arena scratch = *k->arena;
        CodeUse *use = VEC_PUSH(a, &kept);
        *use = k->uses.ptr[i];
        use->at = check_place(k->check, &scratch, (ObjectPos){file, use->pos});
        use->at.file = str_copy(a, use->at.file);
        use->unlisted.package = str_copy(a, use->unlisted.package);
        use->unlisted.name = str_copy(a, use->unlisted.name);
    }
    return kept;
}

static void look_at_file(Usage *u, UsageWorker *w, Checker *c, uint32_t file, isize unit)
{
    Arena scratch = *c->scratch;
    const TypeFile *f = &c->program->files[file];
    Look k = {.usage = u,
              .check = c,
              .arena = &scratch,
              .file = file,
              .ast = &f->ast,
              .asked = f->asked,
              .is_test = str_ends_with(f->path, S("_test.go")),
              .index = map_init(&scratch)};
    look(&k);
    *VEC_PUSH(&w->arena, &w->files) = (FileUses){.file = file,
                                                 .path = str_copy(&w->arena, f->path),
                                                 .unit = unit,
                                                 .asked = f->asked,
                                                 .uses = keep(&w->arena, &k, file)};
}

void usage_witness(void *usage, Checker *c, isize unit, isize worker)
{
    Usage *u = usage;
    isize n = c->records ? c->pkg->n_files : 0; /* what does not record is only imported */
    for (isize i = 0; i < n; i++) {
        uint32_t file = c->pkg->files[i];
        if (!usage_has_file(u, c->program->files[file].path)) {
            look_at_file(u, &u->workers[worker], c, file, unit);
        }
    }
}

/* ---- all of them ---- */

static int compare_files(const void *x, const void *y)
{
    const FileUses *a = x, *b = y;
    return (a->file > b->file) - (a->file < b->file);
}

/* version: of the language that the file is written in. A loop is in one file. */
static void take_use(Usage *u, const CodeUse *use, int version)
{
    Str key = str_format(u->arena, "%d %td %d", (int)use->kind, use->what,
                         use->is_test * 2 + use->is_guarded);
    isize n_newer = use->since > version ? use->count : 0;
    bool is_new = use->kind == USE_LOOP;
    isize *at = is_new ? NULL : map_put(&u->index, key, &is_new);
    if (!is_new) {
        CodeUse *there = &u->uses.ptr[*at - 1];
        there->count += use->count;
        there->n_newer += n_newer;
        return;
    }
    CodeUse *mine = VEC_PUSH(u->arena, &u->uses);
    *mine = *use;
    mine->n_newer = n_newer;
    mine->at.file = str_copy(u->arena, mine->at.file);
    if (at != NULL) {
        *at = u->uses.len;
    }
}

static int compare_places(Position x, Position y)
{
    int order = str_compare(path_dir(x.file), path_dir(y.file));
    order = order != 0 ? order : str_compare(x.file, y.file);
    order = order != 0 ? order : (x.line > y.line) - (x.line < y.line);
    return order != 0 ? order : (x.column > y.column) - (x.column < y.column);
}

static int compare_uses(const void *x, const void *y)
{
    const CodeUse *a = x, *b = y;
    int order = (b->since > a->since) - (b->since < a->since);
    order = order != 0 ? order : (a->is_test > b->is_test) - (a->is_test < b->is_test);
    order = order != 0 ? order : (a->kind > b->kind) - (a->kind < b->kind);
    return order != 0 ? order : compare_places(a->at, b->at);
}

static void take_file(Usage *u, const FileUses *f, const TypecheckUnits *units)
{
    bool is_new;
    int version =
        f->asked == LANGVERSION_NONE ? units->ptr[f->unit].line : MAX(f->asked, OLDEST_OF_FILE);
    map_put(&u->files, str_copy(u->arena, f->path), &is_new);
    for (isize i = 0; is_new && i < f->uses.len; i++) {
        CodeUse *use = &f->uses.ptr[i];
        StdSymbol unlisted = use->unlisted;
        if (unlisted.name.len > 0) {
            stdsymbols_add(u->std, unlisted, (Str){0}, unlisted.name);
            use->what =
                stdsymbols_find(u->std, *u->arena, unlisted.package, (Str){0}, unlisted.name);
            use->unlisted = (StdSymbol){0};
        }
        take_use(u, use, version);
    }
}

void usage_take(Usage *u, const TypecheckUnits *units)
{
    Arena scratch = arena_init(KIB);
    VEC(FileUses) all = {0};
    for (isize w = 0; w < u->n_workers; w++) {
        for (isize i = 0; i < u->workers[w].files.len; i++) {
            *VEC_PUSH(&scratch, &all) = u->workers[w].files.ptr[i];
        }
        u->workers[w].files.len = 0;
    }
    sort_array(all.ptr, all.len, sizeof(FileUses), compare_files);
    for (isize i = 0; i < all.len; i++) {
        take_file(u, &all.ptr[i], units);
    }
    arena_done(&scratch);
}

CodeUses usage_complete(Usage *u)
{
    sort_array(u->uses.ptr, u->uses.len, sizeof(CodeUse), compare_uses);
    return u->uses;
}

isize usage_count_files(const Usage *u)
{
    return u->files.len;
}

bool usage_has_file(const Usage *u, Str path)
{
    return map_get(&u->files, path) != NULL;
}

Str use_name(Arena *a, const StdSymbols *std, const CodeUse *use)
{
    switch (use->kind) {
    case USE_FEATURE:
        return langversion_row((LangFeature)use->what)->is;
    case USE_PACKAGE:
        return str_format(a, "package %.*s", STR_ARG(std->packages.ptr[use->what].name));
    case USE_SYMBOL:
        return str_format(a, "%.*s.%.*s", STR_ARG(std->symbols.ptr[use->what].package),
                          STR_ARG(std->symbols.ptr[use->what].name));
    case USE_LOOP:
        return S("variable of a loop that outlives its round");
    case USE_NONE:
    case USE_KIND_COUNT:
        break;
    }
    return (Str){0};
}
