/*
 * What a package declares: its files are read once, and every object of the package level is
 * entered in the package's scope, every import in that of its file, with a Declaration that
 * says where its parts stand. Nothing is evaluated here. In the end each method is put down at
 * the type that its receiver names.
 *
 * check_package_objects then finds the types of all of them: definitions first, aliases next, the
 * rest last, so that an alias is seldom needed before it is known.
 */
#include "go/types/decl.h"
#include "go/types/importing.h"

/* A method and the name of its receiver's type. */
typedef struct {
    Object *func;
    bool is_pointer;
    Name base;
} MethodInfo;

typedef struct {
    Importing imports;
    Scope *scope; /* of the file */
    VEC(Declaration *) declarations;
    VEC(MethodInfo) methods;
} Collector;

/* ---- what is not wanted ---- */

/* Of a package of which parts are wanted: whether a name can be passed over. Exported ones
 * stay: who asks for one that is not there is told of others. */
static bool is_passed_over(const Checker *c, Name name)
{
    return c->parts != NULL && nameindex_get(c->parts, name) == NULL &&
           !name_is_exported(c->program, name);
}

static bool are_passed_over(const Checker *c, AstNodes names)
{
    for (isize i = 0; i < names.len; i++) {
        if (!is_passed_over(c, ast_name(check_ast(c), names.ptr[i]))) {
            return false;
        }
    }
    return c->parts != NULL;
}

/* A method goes with its type. */
static bool is_func_passed_over(const Checker *c, AstNode decl)
{
    if (c->parts == NULL) {
        return false;
    }
    const AstFile *f = check_ast(c);
    Name base = ast_method_base(f, decl);
    return base != 0 ? nameindex_get(c->parts, base) == NULL
                     : is_passed_over(c, ast_name(f, ast_func_decl(f, decl)->name));
}

/* ---- objects of the package level ---- */

static Declaration *new_declaration(Checker *c, const Collector *k)
{
    Declaration *d = ARENA_NEW(c->scratch, Declaration);
    d->file = c->env.file;
    d->scope = k->scope;
    d->version = c->env.version;
    return d;
}

static void enter(Checker *c, Collector *k, Object *o, Declaration *d)
{
    *VEC_PUSH(c->scratch, &c->objects) = o;
    *VEC_PUSH(c->scratch, &k->declarations) = d;
    c->declarations = k->declarations.ptr;
    o->order = (uint32_t)c->objects.len;
}

static bool is_main_package(const Checker *c)
{
    return str_eq(c->pkg->name, S("main"));
}

/* Enters what is no function. */
static void declare(Checker *c, Collector *k, AstNode ident, Object *o, Declaration *d)
{
    if (o->name == c->program->known.init) {
        check_error(c, ident, CODE_INVALID_INIT_DECL, "cannot declare init - must be func");
        return;
    }
    if (o->name == c->program->known.main && is_main_package(c)) {
        check_error(c, ident, CODE_INVALID_MAIN_DECL, "cannot declare main - must be func");
        return;
    }
    check_declare(c, c->pkg->scope, ident, o, 0);
    enter(c, k, o, d);
}

static void collect_import(Checker *c, void *context, AstNode spec)
{
    Collector *k = context;
    check_import(c, &k->imports, k->scope, spec);
}

static void collect_consts(Checker *c, void *context, const ConstSpec *spec)
{
    Collector *k = context;
    const AstFile *f = check_ast(c);
    AstNodes names = ast_list(f, &ast_value_spec(f, spec->spec)->names);
    if (are_passed_over(c, names)) {
        return;
    }
    for (isize i = 0; i < names.len; i++) {
        AstNode name = names.ptr[i];
        Object *o = check_new_object(c, OBJECT_CONST, ast_pos(f, name), ast_name(f, name), NULL);
        o->value = constant_of_int(c->arena, spec->iota);
        Declaration *d = new_declaration(c, k);
        d->name = name;
        d->vtype = spec->type;
        d->init = i < spec->init.len ? spec->init.ptr[i] : 0;
        d->is_inherited = spec->is_inherited;
        declare(c, k, name, o, d);
    }
}

static void collect_vars(Checker *c, void *context, AstNode spec)
{
    Collector *k = context;
    const AstFile *f = check_ast(c);
    const AstValueSpec *s = ast_value_spec(f, spec);
    AstNodes names = ast_list(f, &s->names), values = ast_list(f, &s->values);
    if (are_passed_over(c, names)) {
        return;
    }
    Object **lhs = ARENA_ARRAY(c->scratch, Object *, names.len);
    Declaration *shared = NULL; /* one value for all of them: all depend on it */
    if (values.len == 1) {
        shared = new_declaration(c, k);
        shared->lhs = lhs;
        shared->n_lhs = names.len;
        shared->vtype = s->type;
        shared->init = values.ptr[0];
    }
    for (isize i = 0; i < names.len; i++) {
        AstNode name = names.ptr[i];
        lhs[i] = check_new_var(c, VAR_PACKAGE, ast_pos(f, name), ast_name(f, name), NULL);
        Declaration *d = shared;
        if (d == NULL) {
            d = new_declaration(c, k);
            d->vtype = s->type;
            d->init = i < values.len ? values.ptr[i] : 0;
        }
        declare(c, k, name, lhs[i], d);
    }
}

static void collect_type(Checker *c, void *context, AstNode spec)
{
    Collector *k = context;
    const AstFile *f = check_ast(c);
    AstNode name = ast_type_spec(f, spec)->name;
    if (is_passed_over(c, ast_name(f, name))) {
        return;
    }
    Object *o = check_new_object(c, OBJECT_TYPE_NAME, ast_pos(f, name), ast_name(f, name), NULL);
    Declaration *d = new_declaration(c, k);
    d->tdecl = spec;
    declare(c, k, name, o, d);
}

/* ---- functions and methods ---- */

/* init and main take nothing, give nothing and have no type parameters. tparam: the first, or 0. */
static void check_entry_point(Checker *c, const AstFuncDecl *decl, AstNode tparam, Name name)
{
    ErrCode code = name == c->program->known.main ? CODE_INVALID_MAIN_DECL : CODE_INVALID_INIT_DECL;
    if (tparam != 0) {
        check_soft_error(c, check_node_pos(c, tparam), code, "func %n must have no type parameters",
                         name);
    }
    const AstFuncType *t = ast_func_type(check_ast(c), decl->type);
    if (check_field_count(c, t->params) != 0 || t->results != 0) {
        check_soft_error(c, check_node_pos(c, decl->name), code,
                         "func %n must have no arguments and no return values", name);
    }
}

static void collect_function(Checker *c, const AstFuncDecl *decl, AstNode tparam, Object *o)
{
    if (decl->recv != 0) {
        check_error(c, decl->recv, CODE_BAD_RECV, "method has no receiver");
    }
    bool is_init = o->name == c->program->known.init;
    if (is_init || (o->name == c->program->known.main && is_main_package(c))) {
        check_entry_point(c, decl, tparam, o->name);
    } else if (tparam != 0) {
        check_verify_version(c, tparam, LANG_TYPE_PARAMETER);
    }
    if (!is_init) {
        check_declare(c, c->pkg->scope, decl->name, o, 0);
        return;
    }
    o->parent = c->pkg->scope; /* nobody sees it there */
    record_def(c, decl->name, o);
    if (decl->body == 0) {
        check_soft_error(c, o->pos, CODE_MISSING_INIT_BODY, "func init must have a body");
    }
}

static void collect_method(Checker *c, Collector *k, const AstFuncDecl *decl, AstNode tparam,
                           Object *o)
{
    const AstFile *f = check_ast(c);
    AstNode field = ast_list(f, &ast_field_list(f, decl->recv)->list).ptr[0];
    AstReceiver r = ast_receiver(f, ast_field(f, field)->type);
    /* Others belong to no type, or are never found; they are checked with the functions. */
    if (ast_kind(f, r.base) == AST_IDENT && o->name != NAME_BLANK) {
        *VEC_PUSH(c->scratch, &k->methods) = (MethodInfo){o, r.is_pointer, ast_name(f, r.base)};
    }
    if (tparam != 0) {
        check_verify_version(c, tparam, LANG_GENERIC_METHOD);
    }
    record_def(c, decl->name, o);
}

static void collect_func(Checker *c, void *context, AstNode node)
{
    Collector *k = context;
    const AstFile *f = check_ast(c);
    const AstFuncDecl *decl = ast_func_decl(f, node);
    if (is_func_passed_over(c, node)) {
        return;
    }
    Object *o =
        check_new_object(c, OBJECT_FUNC, ast_pos(f, decl->name), ast_name(f, decl->name), NULL);
    AstNode tparams = ast_func_type(f, decl->type)->type_params;
    AstNode tparam = 0;
    if (check_field_count(c, tparams) > 0) {
        tparam = ast_list(f, &ast_field_list(f, tparams)->list).ptr[0];
    }
    if (check_field_count(c, decl->recv) == 0) {
        collect_function(c, decl, tparam, o);
    } else {
        collect_method(c, k, decl, tparam, o);
    }
    Declaration *d = new_declaration(c, k);
    d->fdecl = node;
    enter(c, k, o, d);
}

/* ---- all files ---- */

static void collect_file(Checker *c, Collector *k, uint32_t file)
{
    static const DeclVisitor visitor = {collect_import, collect_consts, collect_vars, collect_type,
                                        collect_func};
    c->file = &c->program->files[file];
    k->scope = scope_new(c->scratch, c->pkg->scope);
    c->env = (Environment){.file = file, .scope = k->scope, .version = c->file->version};
    const AstFile *f = check_ast(c);
    if (f->name != 0) {
        record_def(c, f->name, NULL);
    }
    AstNodes decls = ast_list(f, &f->decls);
    for (isize i = 0; i < decls.len; i++) {
        check_walk_decl(c, decls.ptr[i], &visitor, k);
    }
}

/* The scope of a file and that of the package have no name in common. */
static void check_file_scope(Checker *c, const Scope *file)
{
    for (isize i = 0; i < file->len; i++) {
        Object *o = file->list[i];
        Object *alt = scope_lookup(c->pkg->scope, o->name);
        if (alt == NULL) {
            continue;
        }
        bool is_package = o->kind == OBJECT_PKG_NAME;
        const TypePackage *p = is_package ? o->imported : o->pkg;
        ErrorDesc e = check_error_begin(c, CODE_DUPLICATE_DECL);
        error_add(&e, alt->pos,
                  is_package ? "%n already declared through import of package %s (%q)"
                             : "%n already declared through dot-import of package %s (%q)",
                  alt->name, &p->name, &p->path);
        error_add_alt_decl(&e, o);
        error_report(&e);
    }
}

/* The type that a receiver's type name stands for, behind aliases that are not generic and at most
 * one pointer; NULL: it is none of this package. */
static Object *resolve_base(const Checker *c, Name name, bool *is_pointer)
{
    /* An alias may lead to itself: then we meet the one that we remembered at a power of two. */
    const Object *remembered = NULL;
    isize steps = 0, power = 1;
    for (;;) {
        Object *o = scope_lookup(c->pkg->scope, name);
        if (o == NULL || o->kind != OBJECT_TYPE_NAME || o == remembered) {
            return NULL;
        }
        const Declaration *d = check_declaration(c, o);
        const AstFile *f = &c->program->files[d->file].ast;
        const AstTypeSpec *s = ast_type_spec(f, d->tdecl);
        if (s->assign == 0) {
            return o;
        }
        if (s->type_params != 0) {
            return NULL;
        }
        if (++steps == power) {
            remembered = o;
            power *= 2;
        }
        AstNode type = ast_unparen(f, s->type);
        if (ast_kind(f, type) == AST_STAR_EXPR) {
            if (*is_pointer) {
                return NULL;
            }
            *is_pointer = true;
            type = ast_unparen(f, ast_star_expr(f, type)->x);
        }
        if (ast_kind(f, type) != AST_IDENT) {
            return NULL;
        }
        name = ast_name(f, type);
    }
}

void check_collect_objects(Checker *c)
{
    Collector k = {.imports = importing_begin(c)};
    Scope **scopes = ARENA_ARRAY(c->scratch, Scope *, c->pkg->n_files);
    for (isize i = 0; i < c->pkg->n_files; i++) {
        collect_file(c, &k, c->pkg->files[i]);
        scopes[i] = k.scope;
    }
    for (isize i = 0; i < c->pkg->n_files; i++) {
        check_file_scope(c, scopes[i]);
    }
    for (isize i = 0; i < k.methods.len; i++) {
        MethodInfo *m = &k.methods.ptr[i];
        bool is_pointer = m->is_pointer;
        Object *base = resolve_base(c, m->base, &is_pointer);
        if (base != NULL) {
            m->func->has_ptr_recv = is_pointer;
            Declaration *d = check_declaration(c, base);
            *VEC_PUSH(c->scratch, &d->methods) = m->func;
        }
    }
}

/* ---- their types ---- */

typedef enum { PHASE_DEFINITIONS, PHASE_ALIASES, PHASE_OTHERS, PHASE_COUNT } Phase;

static Phase phase_of(const Checker *c, isize i)
{
    if (c->objects.ptr[i]->kind != OBJECT_TYPE_NAME) {
        return PHASE_OTHERS;
    }
    const Declaration *d = c->declarations[i];
    const AstFile *f = &c->program->files[d->file].ast;
    return ast_type_spec(f, d->tdecl)->assign != 0 ? PHASE_ALIASES : PHASE_DEFINITIONS;
}

/* The name that an object's declaration is known by: of a method that of its receiver's type. */
static Name name_of_part(const Checker *c, isize i)
{
    const Declaration *d = c->declarations[i];
    const AstFile *f = &c->program->files[d->file].ast;
    Name base = d->fdecl == 0 ? 0 : ast_method_base(f, d->fdecl);
    return base != 0 ? base : c->objects.ptr[i]->name;
}

static bool is_wanted(const Checker *c, isize i)
{
    if (c->exported_only) {
        return name_is_exported(c->program, name_of_part(c, i));
    }
    return c->parts == NULL || nameindex_get(c->parts, name_of_part(c, i)) != NULL;
}

bool check_hidden_methods(Checker *c)
{
    bool is_one = false;
    for (isize i = 0; c->exported_only && i < c->objects.len; i++) {
        const Object *o = c->objects.ptr[i];
        bool is_named =
            o->kind == OBJECT_TYPE_NAME && o->type != NULL && type_kind(o->type) == TYPE_NAMED;
        for (isize k = 0; is_named && k < ((const Named *)o->type)->methods.len; k++) {
            Object *method = ((const Named *)o->type)->methods.ptr[k];
            is_one = is_one || method->type == NULL;
            check_object(c, method);
        }
    }
    return is_one;
}

void check_package_objects(Checker *c)
{
    /* Types that are known already: of direct cycles, invalid. */
    for (isize i = 0; i < c->objects.len; i++) {
        Object *o = c->objects.ptr[i];
        if (o->kind == OBJECT_TYPE_NAME && o->type != NULL) {
            check_collect_methods(c, o);
        }
    }
    for (Phase phase = PHASE_DEFINITIONS; phase < PHASE_COUNT; phase++) {
        for (isize i = 0; i < c->objects.len; i++) {
            if (phase_of(c, i) == phase && is_wanted(c, i)) {
                check_object(c, c->objects.ptr[i]);
            }
        }
    }
}
