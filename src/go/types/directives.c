/*
 * Directives as cmd/compile takes them (noder.pragma, collectDecls, funcExt): first each alone, as
 * its parser meets it, then together with what it belongs to.
 */
#include "go/types/compiler.h"

#include "go/load/embedline.h"
#include "go/syntax/langversion.h"
#include "go/types/seen.h"

enum {
    FOR_FILE = 1,    /* may stand above the package clause */
    FOR_FUNC = 2,    /* may belong to a function */
    FOR_RUNTIME = 4, /* only the runtime may have it */
    FOR_STD = 8,     /* only the standard library may */
    NO_BODY = 16,    /* the function must not have a body */
};

static const struct {
    Str verb;
    unsigned traits;
} verbs[] = {
    {STR_CONST("go:build"), FOR_FILE},
    {STR_CONST("go:noescape"), FOR_FUNC | NO_BODY},
    {STR_CONST("go:norace"), FOR_FUNC},
    {STR_CONST("go:nosplit"), FOR_FUNC},
    {STR_CONST("go:noinline"), FOR_FUNC},
    {STR_CONST("go:nocheckptr"), FOR_FUNC},
    {STR_CONST("go:registerparams"), FOR_FUNC},
    {STR_CONST("go:uintptrescapes"), FOR_FUNC},
    {STR_CONST("go:cgo_unsafe_args"), FOR_FUNC},
    {STR_CONST("go:uintptrkeepalive"), FOR_FUNC | FOR_STD},
    {STR_CONST("go:systemstack"), FOR_FUNC | FOR_RUNTIME},
    {STR_CONST("go:nowritebarrier"), FOR_FUNC | FOR_RUNTIME},
    {STR_CONST("go:nowritebarrierrec"), FOR_FUNC | FOR_RUNTIME},
    {STR_CONST("go:yeswritebarrierrec"), FOR_FUNC | FOR_RUNTIME},
};

/* N of the Go 1.N that refuses names of instances, of the one that knows go:wasmexport, of the one
 * that says how to import "embed", and of the language that looks for the local name. */
#define FIRST_WITHOUT_INSTANCES 24
#define FIRST_WITH_WASMEXPORT 24
#define FIRST_WITH_EMBED_EXPLAINED 25
#define FIRST_WITH_GENERICS 18

#define MISPLACED "misplaced compiler directive"
#define MISPLACED_EMBED "misplaced go:embed directive"

static unsigned traits_of(const Directive *d)
{
    Str verb = directive_verb(d);
    for (isize i = 0; i < COUNT_OF(verbs); i++) {
        if (str_eq(verbs[i].verb, verb)) {
            return verbs[i].traits;
        }
    }
    return 0;
}

/* Whether it is that one, with something behind it. */
static bool is_verb(const Directive *d, Str verb)
{
    return d->text.len > verb.len && str_eq(directive_verb(d), verb);
}

static bool is_embed(const Directive *d)
{
    return str_eq(directive_verb(d), S("go:embed"));
}

static isize count_fields(Str text)
{
    isize n = 0;
    for (Str field; str_next_field(&text, &field);) {
        n++;
    }
    return n;
}

/* ---- each alone ---- */

typedef struct {
    const GcArch *arch;
    int go_minor;
    DiagnosticList *errors;
} Parsing;

static bool is_for_wasm(const Directive *d)
{
    return is_verb(d, S("go:wasmimport")) || is_verb(d, S("go:wasmexport"));
}

/* A wasm host function: elsewhere it means nothing. */
static void check_wasm(const Parsing *p, const Directive *d)
{
    bool is_import = is_verb(d, S("go:wasmimport"));
    if (!is_import && p->go_minor < FIRST_WITH_WASMEXPORT) {
        return;
    }
    if (count_fields(d->text) != (is_import ? 3 : 2)) {
        diagnostic_add(p->errors, d->pos,
                       is_import ? "usage: //go:wasmimport importmodule importname"
                                 : "usage: //go:wasmexport exportname");
    } else if (p->arch->is_wasm && d->place == DIRECTIVE_STRAY) {
        diagnostic_add(p->errors, d->pos, "misplaced %s directive",
                       is_import ? "go:wasmimport" : "go:wasmexport");
    }
}

/* A local name, and perhaps another one. */
static bool has_names(const Directive *linkname)
{
    isize n = count_fields(linkname->text);
    return n == 2 || n == 3;
}

static void check_linkname_usage(const Parsing *p, const Directive *d)
{
    if (!has_names(d)) {
        diagnostic_add(p->errors, d->pos, "usage: //go:linkname localname [linkname]");
    }
}

/* Where patterns begin. */
static Str behind_verb(const Directive *embed)
{
    return str_from(embed->text, directive_verb(embed).len);
}

/* Of a line with a word that is wrong no pattern counts. */
static void check_embed_usage(Arena scratch, const Parsing *p, const Directive *d)
{
    Str rest = behind_verb(d), text;
    isize n = 0;
    EmbedWord word;
    while ((word = embedline_next(&scratch, &rest, &text)) == EMBEDWORD_PATTERN) {
        n++;
    }
    if (word == EMBEDWORD_WRONG) {
        diagnostic_add(p->errors, d->pos, "invalid quoted string in //go:embed: %.*s",
                       STR_ARG(text));
    }
    if (word == EMBEDWORD_WRONG || n == 0) {
        diagnostic_add(p->errors, d->pos, "usage: //go:embed pattern...");
    } else if (d->place == DIRECTIVE_STRAY) {
        diagnostic_add(p->errors, d->pos, MISPLACED_EMBED);
    }
}

/* All but one, which names what a library has, are for what cgo writes. */
static void check_cgo(const Parsing *p, const Directive *d)
{
    if (!is_verb(d, S("go:cgo_import_dynamic")) || count_fields(d->text) < 4) {
        diagnostic_add(p->errors, d->pos, "//%.*s only allowed in cgo-generated code",
                       STR_ARG(d->text));
    }
}

static void check_plain(const Parsing *p, const Directive *d)
{
    unsigned traits = traits_of(d);
    Str verb = directive_verb(d);
    if ((traits & FOR_RUNTIME) != 0) {
        diagnostic_add(p->errors, d->pos, "//%.*s only allowed in runtime", STR_ARG(verb));
    }
    if ((traits & FOR_STD) != 0) {
        diagnostic_add(p->errors, d->pos, "//%.*s is only allowed in the standard library",
                       STR_ARG(verb));
    }
    if (traits != 0 && d->place == DIRECTIVE_STRAY) {
        diagnostic_add(p->errors, d->pos, MISPLACED);
    }
}

static void check_alone(const Parsing *p, const Directive *d)
{
    if (d->place == DIRECTIVE_TRAILS) {
        diagnostic_add(p->errors, d->pos, MISPLACED);
    } else if (is_for_wasm(d)) {
        check_wasm(p, d);
    } else if (is_verb(d, S("go:linkname"))) {
        check_linkname_usage(p, d);
    } else if (is_embed(d)) {
        check_embed_usage(*p->errors->arena, p, d);
    } else {
        if (str_starts_with(d->text, S("go:cgo_"))) {
            check_cgo(p, d);
        }
        check_plain(p, d);
    }
}

bool compiler_check_directives(const GcArch *arch, int go_minor, const Directives *list,
                               DiagnosticList *errors)
{
    Parsing p = {arch, go_minor, errors};
    bool minds_arch = false;
    for (isize i = 0; i < list->len; i++) {
        check_alone(&p, &list->ptr[i]);
        minds_arch = minds_arch || is_for_wasm(&list->ptr[i]);
    }
    return minds_arch;
}

/* ---- with what they belong to ---- */

typedef struct {
    Checker *check;
    const CompilerInput *in;
    const AstFile *file;
    const Directives *list;
    DiagnosticList *errors;
    bool imports_embed, imports_unsafe; /* the file does, in which there are directives */
    Map linked; /* functions and variables that "//go:linkname" gave a name: seen.h */
} Declarations;

static bool has_import(const AstFile *f, Str path)
{
    for (AstNode n = ast_first(f); n != 0; n = ast_next(f, n)) {
        if (ast_kind(f, n) == AST_IMPORT_SPEC) {
            AstNode lit = ast_import_spec(f, n)->path;
            Str text = str_slice(f->text, ast_pos(f, lit), ast_end(f, lit));
            if (text.len == path.len + 2 && str_eq(str_slice(text, 1, text.len - 1), path)) {
                return true;
            }
        }
    }
    return false;
}

/* Of nodes in the order of the source, of which there are some, the last that begins at or before
 * pos; the first where all begin later. */
static AstNode node_at(const AstFile *f, AstNodes nodes, SourcePos pos)
{
    isize low = 0, high = nodes.len;
    while (high - low > 1) {
        isize middle = (low + high) / 2;
        bool is_later = ast_pos(f, nodes.ptr[middle]) > pos;
        low = is_later ? low : middle;
        high = is_later ? middle : high;
    }
    return nodes.ptr[low];
}

/* Whether a specification stands in a function. */
static bool is_local(const AstFile *f, AstNode spec)
{
    SourcePos pos = ast_pos(f, spec);
    AstNode decl = node_at(f, ast_list(f, &f->decls), pos);
    return ast_kind(f, decl) != AST_GEN_DECL ||
           node_at(f, ast_list(f, &ast_gen_decl(f, decl)->specs), pos) != spec;
}

/* What a variable must be that files are embedded in (checkEmbed). */
static void check_embed(const Declarations *d, const Directive *embed)
{
    const AstFile *f = d->file;
    const AstValueSpec *spec = ast_value_spec(f, embed->owner);
    LangVersion version = langversion_of(d->check->pkg->version, LANGVERSION_NONE);
    const char *words = NULL;
    if (!d->imports_embed && d->check->program->go_minor < FIRST_WITH_EMBED_EXPLAINED) {
        words = "go:embed only allowed in Go files that import \"embed\"";
    } else if (!d->imports_embed) {
        words = "go:embed requires import \"embed\" (or import _ \"embed\", if package is not "
                "used)";
    } else if (ast_list(f, &spec->names).len > 1) {
        words = "go:embed cannot apply to multiple vars";
    } else if (spec->values != 0) {
        words = "go:embed cannot apply to var with initializer";
    } else if (is_local(f, embed->owner)) {
        words = "go:embed cannot apply to var inside func";
    } else {
        langversion_require(version, LANG_EMBED, embed->pos, (Str){0}, d->errors);
    }
    if (words != NULL) {
        diagnostic_add(d->errors, embed->pos, "%s", words);
    }
}

static bool is_of_func(const Directive *d)
{
    return d->place == DIRECTIVE_OF_DECL && d->keyword == TOKEN_FUNC;
}

/* Whether what it belongs to takes it. owner_before: of the "//go:embed" before, of which the
 * variable was looked at. */
static void check_owner(const Declarations *d, const Directive *one, AstNode owner_before)
{
    unsigned traits = traits_of(one);
    unsigned allowed = one->place == DIRECTIVE_OF_FILE ? FOR_FILE : is_of_func(one) ? FOR_FUNC : 0;
    if (one->place == DIRECTIVE_TRAILS) {
        return;
    }
    if (is_embed(one) && one->keyword != TOKEN_VAR) {
        diagnostic_add(d->errors, one->pos, MISPLACED_EMBED);
    } else if (is_embed(one) && one->owner != owner_before) {
        check_embed(d, one);
    } else if (traits != 0 && (traits & allowed) == 0) {
        diagnostic_add(d->errors, one->pos, MISPLACED);
    }
}

static void check_owners(const Declarations *d)
{
    AstNode owner = 0;
    for (isize i = 0; i < d->list->len; i++) {
        const Directive *one = &d->list->ptr[i];
        check_owner(d, one, owner);
        owner = is_embed(one) ? one->owner : owner;
    }
}

/* ---- linkname ---- */

static Question question_of(const Object *o)
{
    return (Question){{(uintptr_t)o, 0, 0}};
}

static bool is_linked(const Declarations *d, const Object *o)
{
    Question question = question_of(o);
    return seen_has(&d->linked, &question);
}

/* What is wrong with it; NULL: nothing. o: what has the local name; may be NULL. */
static const char *linkname_fault(const Declarations *d, const Object *o, Str remote)
{
    const Checker *c = d->check;
    bool is_of_instance = str_contains(remote, S("[")) && str_contains(remote, S("]"));
    if (!d->imports_unsafe) {
        return "//go:linkname only allowed in Go files that import \"unsafe\"";
    }
    if (is_of_instance && c->program->go_minor >= FIRST_WITHOUT_INSTANCES) {
        return "//go:linkname reference of an instantiation is not allowed";
    }
    bool is_linkable = o != NULL && (o->kind == OBJECT_FUNC || o->kind == OBJECT_VAR);
    return is_linkable ? NULL : "//go:linkname must refer to declared function or variable";
}

static void take_linkname(Declarations *d, const Directive *one)
{
    Checker *c = d->check;
    Str rest = one->text, verb, local = {0}, remote = {0};
    str_next_field(&rest, &verb);
    str_next_field(&rest, &local);
    str_next_field(&rest, &remote);
    Object *o = scope_lookup(c->pkg->scope, name_intern(c->names, local));
    const char *fault = linkname_fault(d, o, remote);
    bool is_old = c->pkg->version < FIRST_WITH_GENERICS;
    if (fault != NULL && !(is_old && o == NULL)) {
        diagnostic_add(d->errors, one->pos, "%s", fault);
    } else if (fault == NULL && is_linked(d, o)) {
        diagnostic_add(d->errors, one->pos, "duplicate //go:linkname for %.*s", STR_ARG(local));
    } else if (fault == NULL) {
        Question question = question_of(o);
        seen_add(&d->linked, &question);
    }
}

static void take_linknames(Declarations *d)
{
    for (isize i = 0; i < d->list->len; i++) {
        const Directive *one = &d->list->ptr[i];
        if (one->place != DIRECTIVE_TRAILS && is_verb(one, S("go:linkname")) && has_names(one)) {
            take_linkname(d, one);
        }
    }
}

/* ---- functions ---- */

/* Whether a directive of a function has one of the traits, or is for wasm and that is built for.
 * near: those behind the declaration before it. */
static bool has_trait(const Directives *near, AstNode func, unsigned traits)
{
    for (isize i = 0; i < near->len; i++) {
        const Directive *one = &near->ptr[i];
        if (one->place == DIRECTIVE_OF_DECL && one->owner == func &&
            (traits_of(one) & traits) != 0) {
            return true;
        }
    }
    return false;
}

static bool is_wasm_import(const Declarations *d, const Directives *near, AstNode func)
{
    for (isize i = 0; d->in->arch->is_wasm && i < near->len; i++) {
        const Directive *one = &near->ptr[i];
        if (one->owner == func && is_verb(one, S("go:wasmimport"))) {
            return true;
        }
    }
    return false;
}

/* A function without a body is somewhere else: in assembly, or behind the name it was given. */
static void check_body(const Declarations *d, const Directives *near, AstNode n)
{
    const AstFile *f = d->file;
    const AstFuncDecl *decl = ast_func_decl(f, n);
    Name name = ast_name(f, decl->name);
    SourcePos pos = ast_pos(f, decl->name);
    if (name == NAME_BLANK) {
        return;
    }
    bool is_imported = is_wasm_import(d, near, n);
    if (decl->body != 0 && has_trait(near, n, NO_BODY)) {
        diagnostic_add(d->errors, pos,
                       "can only use //go:noescape with external func implementations");
    }
    if (decl->body != 0 && is_imported) {
        diagnostic_add(d->errors, pos,
                       "can only use //go:wasmimport with external func implementations");
    }
    if (decl->body != 0 || !d->in->is_complete || is_imported) {
        return;
    }
    const Object *o = decl->recv == 0 ? scope_lookup(d->check->pkg->scope, name) : NULL;
    if (o == NULL || !is_linked(d, o)) {
        diagnostic_add(d->errors, pos, "missing function body");
    }
}

static void check_bodies(const Declarations *d)
{
    AstNodes decls = ast_list(d->file, &d->file->decls);
    const Directives *all = d->list;
    isize begin = 0;
    for (isize i = 0; i < decls.len; i++) {
        SourcePos decl_end = ast_end(d->file, decls.ptr[i]);
        isize end = begin;
        while (end < all->len && all->ptr[end].pos < decl_end) {
            end++;
        }
        Directives near = {.ptr = end > begin ? &all->ptr[begin] : NULL, .len = end - begin};
        if (ast_kind(d->file, decls.ptr[i]) == AST_FUNC_DECL) {
            check_body(d, &near, decls.ptr[i]);
        }
        begin = end;
    }
}

/* ---- all of it ---- */

static void enter_file(Declarations *d, isize i)
{
    d->file = &d->check->program->files[d->check->pkg->files[i]].ast;
    d->list = &d->in->directives[i];
    d->errors = &d->in->errors[i];
    d->imports_embed = d->list->len > 0 && has_import(d->file, S("embed"));
    d->imports_unsafe = d->list->len > 0 && has_import(d->file, S("unsafe"));
}

/* A file may give a name to what stands in another: bodies are looked at when all are read. */
void compiler_check_decls(Checker *c, const CompilerInput *in)
{
    Declarations d = {.check = c, .in = in, .linked = map_init(c->scratch)};
    for (isize i = 0; i < c->pkg->n_files; i++) {
        enter_file(&d, i);
        check_owners(&d);
        take_linknames(&d);
    }
    for (isize i = 0; i < c->pkg->n_files; i++) {
        enter_file(&d, i);
        check_bodies(&d);
    }
}

/* ---- what files are embedded in ---- */

/* embedKind of cmd/compile/internal/staticdata. */
typedef enum {
    EMBED_NOTHING,
    EMBED_FILE, /* in strings and slices of bytes */
    EMBED_FILES,
} EmbedKind;

static EmbedKind embed_kind(const Checker *c, Type *t)
{
    const Named *named = type_as_named(t);
    if (named != NULL && named->obj->pkg != NULL && str_eq(named->obj->pkg->path, S("embed")) &&
        str_eq(name_text(c->program->names, named->obj->name), S("FS"))) {
        return EMBED_FILES;
    }
    Type *under = type_under(t);
    if (under != NULL && type_kind(under) == TYPE_SLICE) {
        Type *elem = type_under(((const Slice *)under)->elem);
        bool has_bytes = elem != NULL && type_kind(elem) == TYPE_BASIC &&
                         ((const Basic *)elem)->kind == BASIC_UINT8;
        return has_bytes ? EMBED_FILE : EMBED_NOTHING;
    }
    bool is_string = under != NULL && type_kind(under) == TYPE_BASIC &&
                     ((const Basic *)under)->kind == BASIC_STRING;
    return is_string ? EMBED_FILE : EMBED_NOTHING;
}

/* Whether a pattern names another file than *file, which becomes the first one where it is
 * empty. */
static bool names_another(const EmbedMatches *embeds, Str pattern, Str *file)
{
    isize i = 0;
    while (i < embeds->len && !str_eq(embeds->ptr[i].pattern, pattern)) {
        i++;
    }
    for (isize k = 0; i < embeds->len && k < embeds->ptr[i].files.len; k++) {
        Str other = embeds->ptr[i].files.ptr[k];
        *file = file->len > 0 ? *file : other;
        if (!str_eq(*file, other)) {
            return true;
        }
    }
    return false;
}

/* Whether the variable that the directives from first on belong to has several files. */
static bool has_several_files(const Declarations *d, isize first)
{
    Arena scratch = *d->check->scratch;
    AstNode owner = d->list->ptr[first].owner;
    Str file = {0}, pattern;
    for (isize i = first; i < d->list->len && d->list->ptr[i].owner == owner; i++) {
        const Directive *one = &d->list->ptr[i];
        Str rest = is_embed(one) ? behind_verb(one) : S("");
        while (embedline_next(&scratch, &rest, &pattern) == EMBEDWORD_PATTERN) {
            if (names_another(&d->in->embeds, pattern, &file)) {
                return true;
            }
        }
    }
    return false;
}

/* The object at pos, which stands behind those that were asked for before; *next goes on there. */
static const Object *next_object_at(const Declarations *d, SourcePos pos, isize *next)
{
    const Checker *c = d->check;
    while (*next < c->objects.len) {
        const Object *o = c->objects.ptr[(*next)++];
        if (o->pos.pos == pos && &c->program->files[o->pos.file].ast == d->file) {
            return o;
        }
    }
    return NULL;
}

/* first: index of the variable's first directive. */
static void check_embedded(const Declarations *d, isize first, isize *next)
{
    Checker *c = d->check;
    const Directive *one = &d->list->ptr[first];
    AstNode name = ast_list(d->file, &ast_value_spec(d->file, one->owner)->names).ptr[0];
    SourcePos pos = ast_pos(d->file, name);
    const Object *o = next_object_at(d, pos, next);
    EmbedKind kind = o == NULL ? EMBED_FILES : embed_kind(c, o->type);
    const char *words = NULL;
    if (kind == EMBED_NOTHING) {
        words = "go:embed cannot apply to var of type %t";
    } else if (kind == EMBED_FILE && has_several_files(d, first)) {
        words = "invalid go:embed: multiple files for type %t";
    }
    if (words != NULL) {
        Str text = check_format(c, c->scratch, words, type_unalias(o->type));
        diagnostic_add(d->errors, pos, "%.*s", STR_ARG(text));
    }
}

void compiler_check_embeds(Checker *c, const CompilerInput *in)
{
    Declarations d = {.check = c, .in = in};
    isize next = 0;
    for (isize i = 0; i < c->pkg->n_files; i++) {
        AstNode owner = 0;
        enter_file(&d, i);
        for (isize k = 0; k < d.list->len; k++) {
            const Directive *one = &d.list->ptr[k];
            if (is_embed(one) && one->keyword == TOKEN_VAR && one->owner != owner) {
                owner = one->owner;
                check_embedded(&d, k, &next);
            }
        }
    }
}
