/*
 * A package that cannot be had is replaced by one that knows nothing and counts as used; that it is
 * missing is told once.
 */
#include "go/types/importing.h"

#include "format/utf8.h"
#include "go/load/space.h"
#include "go/types/decl.h"

#define NAME_PADDING 8 /* bytes that name_intern may read behind a name */

Importing importing_begin(Checker *c)
{
    return (Importing){.by_path = map_init(c->scratch)};
}

static Name intern(Checker *c, Str text)
{
    if (c->names == NULL) {
        c->names = name_cache_new(c->scratch, c->program->names);
    }
    char *padded = ARENA_ARRAY(c->scratch, char, text.len + NAME_PADDING);
    memcpy(padded, text.ptr, (size_t)text.len);
    return name_intern(c->names, (Str){padded, text.len});
}

/* ---- paths ---- */

/* What is wrong with a rune of an import path, as %#U shows it; empty: nothing. */
static Str odd_rune(Checker *c, Str at, uint32_t rune)
{
    bool is_illegal = rune < 0x80 ? str_index_byte(S("!\"#$%&'()*,:;<=>?[\\]^{|}`"), at.ptr[0]) >= 0
                                  : rune == 0xFFFD;
    bool is_graphic = (rune > 0x20 && rune < 0x7F) || (rune >= 0xA0 && !space_is(rune));
    if (is_graphic && !is_illegal) {
        return (Str){0};
    }
    bool is_printable = rune >= 0x20 && rune != 0x7F && (rune < 0x80 || rune > 0xA0);
    return is_printable ? str_format(c->scratch, "U+%04X '%.*s'", rune, STR_ARG(at))
                        : str_format(c->scratch, "U+%04X", rune);
}

/* The path that a literal says; false, with an error told, when it cannot be one. */
static bool read_path(Checker *c, AstNode literal, Str *ret_path)
{
    const AstFile *f = check_ast(c);
    const AstBasicLit *lit = ast_basic_lit(f, literal);
    Str text = str_slice(f->text, (isize)lit->pos, (isize)lit->end);
    Constant value = constant_from_literal(c->scratch, text, TOKEN_STRING);
    if (constant_kind(value) != CONSTANT_STRING) {
        check_error(c, literal, CODE_BAD_IMPORT_PATH, "invalid import path (invalid syntax)");
        return false;
    }
    Str path = constant_string(c->scratch, value);
    if (path.len == 0) {
        check_error(c, literal, CODE_BAD_IMPORT_PATH, "invalid import path (empty string)");
        return false;
    }
    for (isize i = 0, len; i < path.len; i += len) {
        uint32_t rune = 0xFFFD;
        len = MAX(utf8_decode(str_from(path, i), &rune), 1);
        Str odd = odd_rune(c, str_slice(path, i, i + len), rune);
        if (odd.len > 0) {
            check_error(c, literal, CODE_BAD_IMPORT_PATH,
                        "invalid import path (invalid character %s)", &odd);
            return false;
        }
    }
    *ret_path = path;
    return true;
}

/* ---- packages ---- */

/* A package that cannot be had, for the reason given; its name is guessed from its path. */
static TypePackage *fake_package(Checker *c, Str path, Str trouble)
{
    Str name = path;
    str_eat_suffix(&name, S("/"));
    TypePackage *p = ARENA_NEW(c->arena, TypePackage);
    path = str_copy(c->arena, path); /* it may stand in the source, which goes sooner */
    name = str_to(path, name.len);
    p->path = path;
    p->name = str_from(name, str_last_index_byte(name, '/') + 1);
    p->name = p->name.len > 0 ? p->name : path;
    p->scope = scope_new(c->arena, c->program->universe);
    p->trouble = trouble;
    p->is_fake = true;
    return p;
}

static TypePackage *find_package(Checker *c, Str path)
{
    if (str_eq(path, S("unsafe"))) {
        return c->program->unsafe;
    }
    if (str_eq(path, S("C"))) {
        TypePackage *p = fake_package(c, path, c->pkg->is_cgo ? (Str){0} : S("cgo is not in use"));
        p->is_cgo = c->pkg->is_cgo;
        return p;
    }
    for (isize i = 0; i < c->pkg->n_imports; i++) {
        if (!str_eq(c->pkg->import_paths[i], path)) {
            continue;
        }
        TypePackage *p = c->pkg->imports[i];
        bool has_name = p->name.len > 0 && !str_eq(p->name, S("_"));
        return has_name ? p
                        : fake_package(
                              c, path,
                              check_format(c, c->scratch, "invalid package name: %q", &p->name));
    }
    return fake_package(c, path, S("no package of that path was found"));
}

/* The package of a path, found at the first import of it. One that cannot be had is told where the
 * go command tells it, which is where the import begins, be it with a name; by go/types it is told
 * at the path. */
static TypePackage *import_package(Checker *c, Importing *imports, AstNode spec, Str path)
{
    bool is_new = false;
    isize *index = map_put(&imports->by_path, path, &is_new);
    if (!is_new) {
        return imports->packages.ptr[*index];
    }
    TypePackage *p = find_package(c, path);
    *index = imports->packages.len;
    *VEC_PUSH(c->scratch, &imports->packages) = p;
    if (p->is_fake && p->trouble.len > 0) {
        AstNode at = c->is_compiler ? spec : ast_import_spec(check_ast(c), spec)->path;
        check_error(c, at, CODE_BROKEN_IMPORT, "could not import %s (%s)", &path, &p->trouble);
    }
    return p;
}

/* ---- imports ---- */

static bool is_dot(const Checker *c, Name name)
{
    return str_eq(name_text(c->program->names, name), S("."));
}

/* Enters what the package of a dot-import exports. The objects may be entered by several threads at
 * once: they are not changed. */
static void merge_package(Checker *c, Scope *file, AstNode dot, const TypePackage *p)
{
    for (isize i = 0; p->scope != NULL && i < p->scope->len; i++) {
        Object *o = p->scope->list[i];
        if (!name_is_exported(c->program, o->name)) {
            continue;
        }
        Object *alt = scope_insert(c->scratch, file, o);
        if (alt != NULL) {
            ErrorDesc e = check_error_begin(c, CODE_DUPLICATE_DECL);
            error_add(&e, check_node_pos(c, dot), "%n redeclared in this block", alt->name);
            check_set_end(c, &e, dot);
            error_add_alt_decl(&e, alt);
            error_report(&e);
        }
    }
}

/* Enters a package under a name. local: that the import gives it, or 0. */
static void declare_package(Checker *c, Scope *file, AstNode spec, AstNode local, TypePackage *p)
{
    const AstFile *f = check_ast(c);
    Name name = local != 0 ? ast_name(f, local) : intern(c, p->name);
    if (name == c->program->known.init) {
        check_error(c, spec, CODE_INVALID_INIT_DECL,
                    "cannot import package as init - init must be a func");
        return;
    }
    Object *o =
        check_new_object(c, OBJECT_PKG_NAME, ast_pos(f, spec), name, check_basic(c, BASIC_INVALID));
    o->imported = p;
    o->is_used = p->is_fake;
    if (local != 0) {
        record_def(c, local, o);
    } else {
        record_implicit(c, spec, o);
    }
    *VEC_PUSH(c->scratch, &c->package_names) = o;
    if (is_dot(c, name)) {
        c->pkg->lacks_dots |= p->is_fake;
        merge_package(c, file, local, p);
    } else {
        check_declare(c, file, 0, o, 0);
    }
}

void check_import(Checker *c, Importing *imports, Scope *file, AstNode spec)
{
    const AstFile *f = check_ast(c);
    const AstImportSpec *s = ast_import_spec(f, spec);
    const AstBasicLit *lit = ast_basic_lit(f, s->path);
    Str path;
    if (lit->pos == lit->end || !read_path(c, s->path, &path)) {
        return; /* an empty literal: the parser missed one, and said so */
    }
    TypePackage *p = import_package(c, imports, spec, path);
    if (s->name != 0 && str_eq(path, S("C"))) {
        check_error(c, s->name, CODE_IMPORT_C_RENAMED, "cannot rename import \"C\"");
        return;
    }
    declare_package(c, file, spec, s->name, p);
}

/* ---- those that are not used ---- */

void check_use_dot_import(Checker *c, const Object *o)
{
    for (isize i = 0; i < c->package_names.len; i++) {
        Object *p = c->package_names.ptr[i];
        if (p->pos.file == c->env.file && p->imported == o->pkg && is_dot(c, p->name)) {
            object_mark_used(p);
            return;
        }
    }
}

static void tell_unused(Checker *c, const Object *o)
{
    Str path = o->imported->path;
    Str last = str_from(path, str_last_index_byte(path, '/') + 1);
    if (is_dot(c, o->name) || str_eq(name_text(c->program->names, o->name), last)) {
        check_soft_error(c, o->pos, CODE_UNUSED_IMPORT, "%q imported and not used", &path);
    } else {
        check_soft_error(c, o->pos, CODE_UNUSED_IMPORT, "%q imported as %n and not used", &path,
                         o->name);
    }
}

void check_unused_imports(Checker *c)
{
    if (c->ignores_bodies || (c->n_untyped > 0 && check_blames_others(c))) {
        return; /* not all uses were seen */
    }
    for (isize i = 0; i < c->package_names.len; i++) {
        const Object *o = c->package_names.ptr[i];
        if (o->name != NAME_BLANK && !o->is_used) {
            tell_unused(c, o);
        }
    }
}
