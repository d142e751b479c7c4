/*
 * Type expressions.
 *
 * A type is made as soon as its parts are; what its parts have to be (a map's key comparable, a
 * variable's type no constraint) needs types that are complete, and is checked later. One function
 * a kind, found by table: types nest as deep as the parser lets them (PARSER_MAX_NESTING), and a
 * small frame a level is what that costs.
 */
#include "go/types/decl.h"

/* NULL: the expression is no type, which was told. */
typedef Type *(*TypeOf)(Checker *c, AstNode e, Object *def);

typedef struct {
    AstNode at;
    Type *type;
} LaterType;

static LaterType *later_type(Checker *c, AstNode at, Type *t)
{
    LaterType *later = ARENA_NEW(c->scratch, LaterType);
    *later = (LaterType){at, t};
    return later;
}

/* ---- names ---- */

static Type *type_of_operand(Checker *c, const Operand *x)
{
    if (x->mode == MODE_TYPE) {
        return x->type;
    }
    if (x->mode == MODE_NO_VALUE) {
        check_error(c, x->expr, CODE_NOT_A_TYPE, "%o used as type", x);
    } else if (x->mode != MODE_INVALID) {
        check_error(c, x->expr, CODE_NOT_A_TYPE, "%o is not a type", x);
    }
    return NULL;
}

static Type *type_of_ident(Checker *c, AstNode e, Object *def)
{
    (void)def;
    Operand x;
    check_ident(c, &x, e, true);
    return type_of_operand(c, &x);
}

static Type *type_of_selector(Checker *c, AstNode e, Object *def)
{
    (void)def;
    Operand x = {.mode = MODE_INVALID, .expr = e};
    check_selector(c, &x, e, true);
    return type_of_operand(c, &x);
}

/* ---- types made of others ---- */

static Type *type_of_bad_expr(Checker *c, AstNode e, Object *def)
{
    (void)c;
    (void)e;
    (void)def;
    return NULL;
}

static Type *type_of_index(Checker *c, AstNode e, Object *def)
{
    (void)def;
    IndexedExpr x;
    bool is_indexed = check_indexed(c, e, &x);
    ASSERT(is_indexed);
    check_verify_version_pos(c, check_pos(c, x.lbrack), LANG_TYPE_INSTANCE);
    return check_instantiated_type(c, e);
}

/* A generic type cannot stand in parentheses. */
static Type *type_of_paren(Checker *c, AstNode e, Object *def)
{
    return check_declared_type(c, ast_paren_expr(check_ast(c), e)->x, def);
}

static Type *type_of_array(Checker *c, AstNode e, Object *def)
{
    (void)def;
    const AstArrayType *spec = ast_array_type(check_ast(c), e);
    if (spec->len == 0) {
        return (Type *)program_slice(c->program, c->arena, check_var_type(c, spec->elt));
    }
    int64_t len = -1;
    if (ast_kind(check_ast(c), spec->len) == AST_ELLIPSIS) {
        check_error(c, spec->len, CODE_BAD_DOT_DOT_DOT_SYNTAX,
                    "invalid use of [...] array (outside a composite literal)");
    } else {
        len = check_array_length(c, spec->len);
    }
    Type *elem = check_var_type(c, spec->elt);
    return len >= 0 ? (Type *)program_array(c->program, c->arena, elem, len) : NULL;
}

static Type *type_of_ellipsis(Checker *c, AstNode e, Object *def)
{
    (void)def;
    check_error(c, e, CODE_INVALID_SYNTAX_TREE, "invalid use of ...");
    return NULL;
}

static Type *type_of_struct(Checker *c, AstNode e, Object *def)
{
    (void)def;
    Struct *t = CHECK_NEW_TYPE(c, TYPE_STRUCT, Struct);
    check_struct_type(c, t, e);
    return &t->t;
}

/* A pointer to an invalid type is no more useful than that, and leads to further errors. */
static Type *type_of_star(Checker *c, AstNode e, Object *def)
{
    (void)def;
    Type *elem = check_var_type(c, ast_star_expr(check_ast(c), e)->x);
    return type_is_valid(elem) ? (Type *)program_pointer(c->program, c->arena, elem) : NULL;
}

static Type *type_of_func(Checker *c, AstNode e, Object *def)
{
    (void)def;
    Signature *t = CHECK_NEW_TYPE(c, TYPE_SIGNATURE, Signature);
    check_func_type(c, t, 0, e);
    return &t->t;
}

static Type *type_of_interface(Checker *c, AstNode e, Object *def)
{
    Interface *t = check_new_interface(c);
    check_interface_type(c, t, e, def);
    return &t->t;
}

static void check_map_key(Checker *c, void *arg)
{
    const LaterType *later = arg;
    if (!type_is_comparable(c, later->type, true, NULL)) {
        Str why = type_is_param(later->type) ? S(" (missing comparable constraint)") : S("");
        check_error(c, later->at, CODE_INCOMPARABLE_MAP_KEY, "invalid map key type %t%s",
                    later->type, &why);
    }
}

static Type *type_of_map(Checker *c, AstNode e, Object *def)
{
    (void)def;
    const AstMapType *spec = ast_map_type(check_ast(c), e);
    Type *key = check_var_type(c, spec->key);
    Type *elem = check_var_type(c, spec->value);
    check_later(c, check_map_key, later_type(c, spec->key, key));
    return (Type *)program_map(c->program, c->arena, key, elem);
}

static Type *type_of_chan(Checker *c, AstNode e, Object *def)
{
    (void)def;
    unsigned dir = ast_flags(check_ast(c), e) & (AST_SEND | AST_RECV);
    if (dir == 0) {
        check_error(c, e, CODE_INVALID_SYNTAX_TREE, "unknown channel direction %d", (int)dir);
        dir = AST_SEND | AST_RECV;
    }
    Type *elem = check_var_type(c, ast_chan_type(check_ast(c), e)->value);
    return (Type *)program_chan(c->program, c->arena, elem, (uint8_t)dir);
}

/* NULL: no type is written like that. */
static const TypeOf types_of[AST_COUNT] = {
    [AST_BAD_EXPR] = type_of_bad_expr,      [AST_IDENT] = type_of_ident,
    [AST_SELECTOR_EXPR] = type_of_selector, [AST_INDEX_EXPR] = type_of_index,
    [AST_INDEX_LIST_EXPR] = type_of_index,  [AST_PAREN_EXPR] = type_of_paren,
    [AST_ARRAY_TYPE] = type_of_array,       [AST_ELLIPSIS] = type_of_ellipsis,
    [AST_STRUCT_TYPE] = type_of_struct,     [AST_STAR_EXPR] = type_of_star,
    [AST_FUNC_TYPE] = type_of_func,         [AST_INTERFACE_TYPE] = type_of_interface,
    [AST_MAP_TYPE] = type_of_map,           [AST_CHAN_TYPE] = type_of_chan,
};

void check_note_written(Checker *c, AstNode e, Type *t)
{
    if (c->is_compiler) {
        *VEC_PUSH(c->lasting, &c->written) = (WrittenType){c->env.file, e, t};
    }
}

/* Whether cmd/compile may refuse it where go/types does not. */
static bool is_noted(AstKind kind, const Type *t)
{
    return kind == AST_CHAN_TYPE || kind == AST_INTERFACE_TYPE ||
           (kind == AST_ARRAY_TYPE && type_kind(t) == TYPE_ARRAY);
}

/* A type that may be generic, or the invalid one. */
static Type *type_of(Checker *c, AstNode e, Object *def)
{
    TypeOf of_kind = types_of[ast_kind(check_ast(c), e)];
    Type *t = NULL;
    if (check_is_too_deep(c)) {
        check_refuse_deep(c, e, "type is nested too deeply");
    } else if (of_kind != NULL) {
        t = of_kind(c, e, def);
    } else {
        check_error(c, e, CODE_NOT_A_TYPE, "%x is not a type", e);
        check_use(c, &e, 1);
    }
    if (t != NULL && is_noted(ast_kind(check_ast(c), e), t)) {
        check_note_written(c, e, t);
    }
    return t != NULL ? t : check_basic(c, BASIC_INVALID);
}

/* ---- what a type is wanted for ---- */

Type *check_type(Checker *c, AstNode e)
{
    return check_declared_type(c, e, NULL);
}

Type *check_var_type(Checker *c, AstNode e)
{
    Type *t = check_declared_type(c, e, NULL);
    check_valid_var_type(c, e, t);
    return t;
}

static void check_no_constraint(Checker *c, void *arg)
{
    const LaterType *later = arg;
    Type *under = type_under(later->type);
    if (under == NULL || type_kind(under) != TYPE_INTERFACE) {
        return;
    }
    const TypeSet *set = interface_set(c, (Interface *)under);
    if (typeset_is_method_set(set)) {
        return;
    }
    Str why = set->is_comparable ? S("interface is (or embeds) comparable")
                                 : S("interface contains type constraints");
    check_soft_error(c, check_node_pos(c, later->at), CODE_MISPLACED_CONSTRAINT_IFACE,
                     "cannot use type %t outside a type constraint: %s", later->type, &why);
}

/* Whether a type is, or may turn out to be, an interface that is no type parameter's. */
static bool may_be_interface(Type *t)
{
    if (type_kind(t) == TYPE_NAMED) {
        const Named *named = (const Named *)t;
        return named->inst != NULL || named->underlying == NULL ||
               type_kind(named->underlying) == TYPE_INTERFACE;
    }
    return type_kind(t) == TYPE_INTERFACE || (type_kind(t) == TYPE_ALIAS && !type_is_param(t));
}

/* Parameters of an interface's methods come here while that interface is being made. */
void check_valid_var_type(Checker *c, AstNode e, Type *t)
{
    if (may_be_interface(t)) {
        check_later(c, check_no_constraint, later_type(c, e, t));
    }
}

Type *check_declared_type(Checker *c, AstNode e, Object *def)
{
    Type *t = type_of(c, e, def);
    if (type_is_generic(t)) {
        check_error(c, e, CODE_WRONG_TYPE_ARG_COUNT,
                    "cannot use generic type %t without instantiation", t);
        t = check_basic(c, BASIC_INVALID);
    }
    record_type(c, e, MODE_TYPE, t, NULL);
    return t;
}

Type *check_generic_type(Checker *c, AstNode e, Str *ret_cause)
{
    Type *t = type_of(c, e, NULL);
    if (type_is_valid(t) && !type_is_generic(t)) {
        if (ret_cause != NULL) {
            *ret_cause = check_format(c, c->scratch, "%t is not a generic type", t);
        }
        t = check_basic(c, BASIC_INVALID);
    }
    record_type(c, e, MODE_TYPE, t, NULL);
    return t;
}

TypeArgs check_type_list(Checker *c, AstNodes list)
{
    TypeArgs types = {ARENA_ARRAY(c->arena, Type *, list.len), list.len};
    bool is_valid = true;
    for (isize i = 0; i < list.len; i++) {
        types.ptr[i] = check_var_type(c, list.ptr[i]);
        is_valid = is_valid && type_is_valid(types.ptr[i]);
    }
    return is_valid ? types : (TypeArgs){NULL, 0};
}
