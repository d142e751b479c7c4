/*
 * Selectors x.f: names of packages, fields, methods with their receivers (x.m) and without
 * (T.m), and names of C.
 *
 * What cgo's own output declares for a name of C stands in the package itself, under the name
 * with a prefix. Where that output is not there, all names of C are unknown, and nothing is
 * said of them.
 */
#include "go/types/expr.h"
#include "go/types/generic.h"
#include "go/types/selection.h"

static void invalidate(Checker *c, Operand *x, AstNode e)
{
    operand_invalidate(x);
    x->type = check_basic(c, BASIC_INVALID);
    x->expr = e;
}

/* ---- names of C ---- */

typedef enum {
    CGO_ICONST,
    CGO_FCONST,
    CGO_SCONST,
    CGO_TYPE,
    CGO_VAR, /* a pointer to the variable */
    CGO_FPVAR,
    CGO_FUNC,
    CGO_MACRO, /* a function that gives the value of the expression */
    CGO_COUNT,
} CgoKind;

static const Str cgo_prefixes[CGO_COUNT] = {
    [CGO_ICONST] = STR_CONST("_Ciconst_"), [CGO_FCONST] = STR_CONST("_Cfconst_"),
    [CGO_SCONST] = STR_CONST("_Csconst_"), [CGO_TYPE] = STR_CONST("_Ctype_"),
    [CGO_VAR] = STR_CONST("_Cvar_"),       [CGO_FPVAR] = STR_CONST("_Cfpvar_fp_"),
    [CGO_FUNC] = STR_CONST("_Cfunc_"),     [CGO_MACRO] = STR_CONST("_Cmacro_"),
};

/* The object for a name of C; NULL: cgo declares none. */
static Object *cgo_lookup(Checker *c, Str sel, CgoKind *ret_kind)
{
    for (int i = 0; i < CGO_COUNT; i++) {
        isize len = cgo_prefixes[i].len + sel.len;
        char *text = ARENA_ARRAY(c->scratch, char, len + SCANNER_PADDING);
        memcpy(text, cgo_prefixes[i].ptr, (size_t)cgo_prefixes[i].len);
        memcpy(text + cgo_prefixes[i].len, sel.ptr, (size_t)sel.len);
        Object *o = check_lookup(c, name_intern(c->names, (Str){text, len}), NULL);
        if (o != NULL) {
            *ret_kind = (CgoKind)i;
            return o;
        }
    }
    return NULL;
}

/* x is C.name, checked as any other name of the package that cgo made of it. */
static void take_cgo_kind(Operand *x, CgoKind kind, bool has_errno)
{
    if (kind == CGO_VAR && x->mode == MODE_VARIABLE && type_kind(x->type) == TYPE_POINTER) {
        x->type = ((Pointer *)x->type)->elem;
    }
    Signature *sig = x->mode == MODE_VALUE ? as_signature(x->type) : NULL;
    if (sig == NULL) {
        return;
    }
    if (kind == CGO_MACRO && tuple_vars(sig->results).len > 0) {
        x->type = sig->results->vars.ptr[0]->type;
    } else if (kind != CGO_MACRO && has_errno) {
        x->mode = MODE_CGO_FUNC;
    }
}

/* ---- names of packages ---- */

/* An object of a package as an operand; one that is imported is set up. */
static void take_object(Operand *x, Object *o)
{
    static const uint8_t modes[] = {
        [OBJECT_CONST] = MODE_CONSTANT,  [OBJECT_TYPE_NAME] = MODE_TYPE,
        [OBJECT_VAR] = MODE_VARIABLE,    [OBJECT_FUNC] = MODE_VALUE,
        [OBJECT_BUILTIN] = MODE_BUILTIN,
    };
    ASSERT(o->kind < sizeof modes);
    x->mode = (OperandMode)modes[o->kind];
    x->type = o->type;
    if (o->kind == OBJECT_CONST) {
        x->value = o->value;
    } else if (o->kind == OBJECT_BUILTIN) {
        x->builtin = o->builtin;
    }
}

/* Of the exported names that differ in the case of letters alone the first in order. */
static Object *lookup_folded(const Checker *c, const Scope *s, Name name)
{
    const NameTable *names = c->program->names;
    Object *first = NULL;
    for (isize i = 0; i < s->len; i++) {
        Object *o = s->list[i];
        if (name_is_exported(c->program, o->name) && name_equal_folded(c->program, o->name, name) &&
            (first == NULL ||
             str_compare(name_text(names, o->name), name_text(names, first->name)) < 0)) {
            first = o;
        }
    }
    return first;
}

/* An object of an imported package; NULL, and told if there is something to tell. */
static Object *lookup_imported(Checker *c, AstNode e, AstNode sel, const TypePackage *pkg)
{
    Name name = ast_name(&c->file->ast, sel);
    Object *o = scope_lookup(pkg->scope, name);
    if (o == NULL) {
        if (pkg->is_fake) {
            return NULL;
        }
        Object *other = lookup_folded(c, pkg->scope, name);
        if (other != NULL) {
            check_error(c, sel, CODE_UNDECLARED_IMPORTED_NAME, "undefined: %x (but have %n)", e,
                        other->name);
        } else {
            check_error(c, sel, CODE_UNDECLARED_IMPORTED_NAME, "undefined: %x", e);
        }
        return NULL;
    }
    if (!name_is_exported(c->program, name)) {
        check_error(c, sel, CODE_UNEXPORTED_NAME, "name %n not exported by package %s", name,
                    &pkg->name);
    }
    return o;
}

static void select_cgo(Checker *c, Operand *x, AstNode e, AstNode sel, const TypePackage *pkg)
{
    Str name = name_text(c->program->names, ast_name(&c->file->ast, sel));
    bool is_malloc = str_eq(name, S("malloc")); /* never fails, so has no second result */
    CgoKind kind = CGO_COUNT;
    Object *o = cgo_lookup(c, is_malloc ? S("_CMalloc") : name, &kind);
    if (o == NULL) {
        if (!pkg->is_fake) {
            check_error(c, sel, CODE_UNDECLARED_IMPORTED_NAME, "undefined: %x", e);
        }
        invalidate(c, x, e);
        return;
    }
    check_object(c, o);
    record_use(c, sel, o);
    take_object(x, o);
    take_cgo_kind(x, kind, !is_malloc);
    x->expr = e;
}

/* The package name that the operand of a selector is; NULL: it is something else. */
static Object *package_name(const Checker *c, AstNode ident)
{
    const AstFile *file = &c->file->ast;
    Object *o =
        ast_kind(file, ident) == AST_IDENT ? check_lookup(c, ast_name(file, ident), NULL) : NULL;
    return o != NULL && o->kind == OBJECT_PKG_NAME ? o : NULL;
}

/* What is told besides of an object whose type nobody needed to know, because it is hidden: its
 * kind is that of its declaration. */
static void tell_unknown(Checker *c, AstNode e, const Object *o, bool wants_type)
{
    if (wants_type && o != NULL && o->kind != OBJECT_TYPE_NAME) {
        check_error(c, e, CODE_NOT_A_TYPE, "%x is not a type", e);
    }
}

static void select_imported(Checker *c, Operand *x, AstNode e, Object *package, bool wants_type)
{
    const AstSelectorExpr *selector = ast_selector_expr(&c->file->ast, e);
    const TypePackage *pkg = package->imported;
    record_use(c, selector->x, package);
    object_mark_used(package);
    if (pkg->is_cgo && str_eq(pkg->path, S("C"))) {
        select_cgo(c, x, e, selector->sel, pkg);
        return;
    }
    Object *o = lookup_imported(c, e, selector->sel, pkg);
    bool is_known = o != NULL && (o->type != NULL || o->kind == OBJECT_BUILTIN);
    if (!is_known) {
        tell_unknown(c, e, o, wants_type);
        invalidate(c, x, e);
        return;
    }
    record_use(c, selector->sel, o);
    take_object(x, o);
    x->expr = e;
}

/* ---- what is not there ---- */

/* Tells why there is neither field nor method; of an invalid type nothing more is said. */
static void tell_missing(Checker *c, const Operand *x, AstNode sel, const Found_ *f)
{
    Name name = ast_name(&c->file->ast, sel);
    Type *t = x->type;
    if (!type_is_valid(type_under(t)) || f->is_unknown) {
        return;
    }
    if (f->path != NULL) {
        check_error(c, sel, CODE_AMBIGUOUS_SELECTOR, "ambiguous selector %x.%n", x->expr, name);
    } else if (f->is_indirect && x->mode == MODE_TYPE) {
        check_error(c, sel, CODE_INVALID_METHOD_EXPR,
                    "invalid method expression %t.%n (needs pointer receiver (*%t).%n)", t, name, t,
                    name);
    } else if (f->is_indirect) {
        check_error(c, sel, CODE_INVALID_METHOD_EXPR, "cannot call pointer method %n on %t", name,
                    t);
    } else {
        bool is_variable = x->mode == MODE_VARIABLE;
        Str why =
            is_interface_pointer(t)
                ? interface_pointer_error(c, t)
                : check_lookup_error(
                      c, t, name,
                      lookup_field_or_method(c, t, is_variable, c->pkg, name, true).object, false);
        check_error(c, sel, CODE_MISSING_FIELD_OR_METHOD, "%x.%n undefined (%s)", x->expr, name,
                    &why);
    }
}

/* ---- fields and methods ---- */

static bool select_field(Checker *c, Operand *x, AstNode e, const Found_ *f)
{
    const AstSelectorExpr *selector = ast_selector_expr(&c->file->ast, e);
    if (x->mode == MODE_TYPE) {
        check_error(c, selector->x, CODE_MISSING_FIELD_OR_METHOD,
                    "operand for field selector %n must be value of type %t",
                    ast_name(&c->file->ast, selector->sel), x->type);
        return false;
    }
    record_selection(c, e, SELECTION_FIELD_VAL, x->type, f);
    x->mode = x->mode == MODE_VARIABLE || f->is_indirect ? MODE_VARIABLE : MODE_VALUE;
    x->type = f->object->type;
    return true;
}

/* The receiver as the first parameter. It has a name when the others have: what an error shows
 * would be a mixture else. */
static Tuple *params_with_receiver(Checker *c, const Signature *sig, Type *t)
{
    Objects params = tuple_vars(sig->params);
    Object *recv = ARENA_NEW(c->arena, Object);
    *recv = (Object){.kind = OBJECT_VAR,
                     .var_kind = VAR_PARAM,
                     .type = t,
                     .pkg = sig->recv->pkg,
                     .pos = sig->recv->pos};
    if (params.len > 0 && params.ptr[0]->name != 0) {
        recv->name = sig->recv->name != 0 ? sig->recv->name : NAME_BLANK;
    }
    Tuple *tuple = CHECK_NEW_TYPE(c, TYPE_TUPLE, Tuple);
    tuple->vars = (Objects){ARENA_ARRAY(c->arena, Object *, params.len + 1), params.len + 1};
    tuple->vars.ptr[0] = recv;
    for (isize i = 0; i < params.len; i++) {
        tuple->vars.ptr[i + 1] = params.ptr[i];
    }
    return tuple;
}

static bool select_method_expr(Checker *c, Operand *x, AstNode e, const Found_ *f)
{
    record_selection(c, e, SELECTION_METHOD_EXPR, x->type, f);
    const Signature *sig = as_signature(f->object->type);
    if (sig == NULL || sig->recv == NULL) {
        check_error(c, e, CODE_INVALID_DECL_CYCLE, "illegal cycle in method declaration");
        return false;
    }
    Signature *made = CHECK_NEW_TYPE(c, TYPE_SIGNATURE, Signature);
    made->tparams = sig->tparams;
    made->is_method_expr = true;
    made->params = params_with_receiver(c, sig, x->type);
    made->results = sig->results;
    made->is_variadic = sig->is_variadic;
    x->mode = MODE_VALUE;
    x->type = &made->t;
    return true;
}

/* A receiver is no part of what a type is, so a method that is not generic keeps its signature. */
static bool select_method_value(Checker *c, Operand *x, AstNode e, const Found_ *f)
{
    record_selection(c, e, SELECTION_METHOD_VAL, x->type, f);
    x->mode = MODE_VALUE;
    x->type = f->object->type;
    Signature *sig = as_signature(x->type);
    if (sig == NULL) {
        return false; /* an error was told */
    }
    if (sig->tparams.len > 0) {
        Signature *made = signature_clone(c, sig);
        made->recvold = made->recv;
        made->recv = NULL;
        x->type = &made->t;
    }
    return true;
}

static bool select_found(Checker *c, Operand *x, AstNode e, const Found_ *f)
{
    if (f->object->kind == OBJECT_VAR) {
        return select_field(c, x, e, f);
    }
    check_object(c, f->object); /* its signature is set up then */
    check_add_dependency(c, f->object);
    return x->mode == MODE_TYPE ? select_method_expr(c, x, e, f) : select_method_value(c, x, e, f);
}

/* Whether fields and methods of x can be asked for: its type, and what it points to, is
 * complete. */
static bool is_selectable(Checker *c, Operand *x, AstNode e, bool wants_type)
{
    AstNode sel = ast_selector_expr(&c->file->ast, e)->sel;
    if (x->mode == MODE_BUILTIN) {
        check_error(c, sel, CODE_UNCALLED_BUILTIN, "invalid use of %o in selector expression", x);
        return false;
    }
    if (x->mode == MODE_INVALID || !check_is_complete(c, x->type)) {
        return false;
    }
    if (wants_type) { /* what follows gives values alone; the operand may be in the making */
        check_error(c, sel, CODE_NOT_A_TYPE, "%x is not a type", e);
        return false;
    }
    Type *under = type_under(x->type);
    return type_kind(under) != TYPE_POINTER || check_is_complete(c, ((Pointer *)under)->elem);
}

void check_selector(Checker *c, Operand *x, AstNode e, bool wants_type)
{
    const AstSelectorExpr *selector = ast_selector_expr(&c->file->ast, e);
    Object *package = package_name(c, selector->x);
    if (package != NULL) {
        select_imported(c, x, e, package, wants_type);
        return;
    }
    check_expr_or_type(c, x, selector->x, false);
    bool is_ok = is_selectable(c, x, e, wants_type);
    if (is_ok) {
        Found_ f = lookup_field_or_method(c, x->type, x->mode == MODE_VARIABLE, c->pkg,
                                          ast_name(&c->file->ast, selector->sel), false);
        if (f.object == NULL) {
            tell_missing(c, x, selector->sel, &f);
        }
        is_ok = f.object != NULL && select_found(c, x, e, &f);
    }
    if (!is_ok) {
        invalidate(c, x, e);
        return;
    }
    x->expr = e;
}
