/*
 * Types that have no room in memory, elements of channels that the runtime does not take, and
 * functions whose arguments fill their frame (CalcSize of cmd/compile/internal/types,
 * CheckLargeStacks of ssagen).
 *
 * The compiler tells of a type where what it is read for is declared: at the name of a package's
 * variable, function or type, in a function at its statement.
 */
#include "go/types/compiler.h"

#define MAX_CHAN_ELEM ((1 << 16) - 1) /* bytes, of an element of a channel */
#define MAX_FRAME (INT64_C(1) << 30)  /* bytes, of a frame with its arguments */

/* ---- where it is told ---- */

static bool is_within(const AstFile *f, AstNode n, SourcePos pos)
{
    return ast_pos(f, n) <= pos && pos < ast_end(f, n);
}

/* The declaration of the package that something stands in. */
static AstNode decl_around(const AstFile *f, SourcePos pos)
{
    AstNodes decls = ast_list(f, &f->decls);
    for (isize i = 0; i < decls.len; i++) {
        if (is_within(f, decls.ptr[i], pos)) {
            return decls.ptr[i];
        }
    }
    return 0;
}

static bool is_place(AstKind kind)
{
    return (kind >= AST_EXPR_STMT && kind <= AST_RETURN_STMT) || kind == AST_VALUE_SPEC ||
           kind == AST_TYPE_SPEC;
}

/* Of the statements and specifications around it the one that begins last; 0: none. */
static AstNode innermost(const AstFile *f, SourcePos pos)
{
    AstNode found = 0;
    for (AstNode n = ast_first(f); n != 0; n = ast_next(f, n)) {
        if (is_place(ast_kind(f, n)) && is_within(f, n, pos) &&
            (found == 0 || ast_pos(f, n) >= ast_pos(f, found))) {
            found = n;
        }
    }
    return found;
}

/* Behind "func". */
static SourcePos func_pos(const AstFile *f, AstNode func)
{
    const AstFuncDecl *decl = ast_func_decl(f, func);
    return ast_pos(f, decl->recv != 0 ? decl->recv : decl->name);
}

/* 0: what stands there is not compiled, as a type that is declared in a function. */
static SourcePos place_of(const AstFile *f, SourcePos pos)
{
    AstNode decl = decl_around(f, pos);
    bool is_func = decl != 0 && ast_kind(f, decl) == AST_FUNC_DECL;
    AstNode body = is_func ? ast_func_decl(f, decl)->body : 0;
    if (is_func && (body == 0 || !is_within(f, body, pos))) {
        return func_pos(f, decl);
    }
    AstNode around = innermost(f, pos);
    bool is_lost = around == 0 || (is_func && ast_kind(f, around) == AST_TYPE_SPEC);
    return is_lost ? 0 : ast_pos(f, around);
}

/* ---- types ---- */

static bool is_zero_sized(const Checker *c, const Array *t)
{
    return t->len <= 0 || size_of(c->program, t->elem) == 0;
}

/* Whether something is larger than max bytes; what depends on a type parameter is not known. */
static bool is_larger(Checker *c, Type *t, int64_t max)
{
    if (!type_is_valid(t) || type_size_varies(c, t)) {
        return false;
    }
    int64_t size = size_of(c->program, t);
    return size < 0 || size > max;
}

/* The file of the package that has that number in the program. */
static isize file_of(const TypePackage *pkg, uint32_t number)
{
    isize i = 0;
    while (pkg->files[i] != number) {
        i++;
    }
    return i;
}

/* fault: takes the type as %t. */
static void tell(Checker *c, const CompilerInput *in, const WrittenType *w, const char *fault)
{
    const AstFile *f = &c->program->files[w->file].ast;
    SourcePos pos = place_of(f, ast_pos(f, w->at));
    if (pos != 0) {
        Str text = check_format(c, c->scratch, fault, w->type);
        diagnostic_add(&in->errors[file_of(c->pkg, w->file)], pos, "%.*s", STR_ARG(text));
    }
}

static void check_chan(Checker *c, const CompilerInput *in, const WrittenType *w)
{
    if (is_larger(c, ((const Chan *)w->type)->elem, MAX_CHAN_ELEM)) {
        tell(c, in, w, "channel element type too large (>64kB)");
    }
}

/* With words of 4 bytes both may be told. */
static void check_array(Checker *c, const CompilerInput *in, const WrittenType *w)
{
    if (is_zero_sized(c, (const Array *)w->type)) {
        return;
    }
    if (is_larger(c, w->type, in->arch->max_width - 1)) {
        tell(c, in, w, "type %t larger than address space");
    }
    if (c->program->word_size == 4 && is_larger(c, w->type, INT32_MAX)) {
        tell(c, in, w, "type %t too large");
    }
}

void compiler_check_sizes(Checker *c, const CompilerInput *in)
{
    for (isize i = 0; i < c->written.len; i++) {
        const WrittenType *w = &c->written.ptr[i];
        if (type_kind(w->type) == TYPE_CHAN) {
            check_chan(c, in, w);
        } else if (type_kind(w->type) == TYPE_ARRAY) {
            check_array(c, in, w);
        }
    }
}

/* ---- frames ---- */

#define MAX_IN_REGISTERS 1024 /* bytes; what is larger lies on the stack */

static int64_t size_on_stack(Checker *c, const Object *var)
{
    if (!type_is_valid(var->type) || type_size_varies(c, var->type)) {
        return 0;
    }
    int64_t size = size_of(c->program, var->type);
    return size < 0 ? MAX_FRAME : size > MAX_IN_REGISTERS ? size : 0;
}

static int64_t sum_on_stack(Checker *c, const Tuple *list)
{
    int64_t sum = 0;
    for (isize i = 0; list != NULL && i < list->vars.len && sum < MAX_FRAME; i++) {
        sum += size_on_stack(c, list->vars.ptr[i]);
    }
    return sum;
}

static void check_frame(Checker *c, const CompilerInput *in, const Object *o)
{
    const Declaration *d = c->declarations[o->order - 1];
    const Signature *sig = (const Signature *)o->type;
    const AstFile *f = &c->program->files[o->pos.file].ast;
    if (d->fdecl == 0 || ast_func_decl(f, d->fdecl)->body == 0 || sig->tparams.len > 0 ||
        sig->rparams.len > 0) {
        return;
    }
    int64_t size = sum_on_stack(c, sig->params) + sum_on_stack(c, sig->results);
    size += sig->recv != NULL ? size_on_stack(c, sig->recv) : 0;
    if (size >= MAX_FRAME) {
        diagnostic_add(&in->errors[file_of(c->pkg, o->pos.file)], func_pos(f, d->fdecl),
                       "stack frame too large (>1GB): %d MB of arguments and results",
                       (int)(size / MIB));
    }
}

void compiler_check_frames(Checker *c, const CompilerInput *in)
{
    for (isize i = 0; i < c->objects.len; i++) {
        const Object *o = c->objects.ptr[i];
        if (o->kind == OBJECT_FUNC && o->type != NULL && type_kind(o->type) == TYPE_SIGNATURE) {
            check_frame(c, in, o);
        }
    }
}
