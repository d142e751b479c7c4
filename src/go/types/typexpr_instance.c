/*
 * Two type expressions that evaluate more than types: T[A, B], whose arguments are held against the
 * constraints once those are known, and the length of an array.
 */
#include "go/types/decl.h"

typedef struct {
    AstNode node;
    Type *inst;
    TypeArgs targs;
} LaterInstance;

/* ---- instances ---- */

static const Object *object_of(const Type *t)
{
    return type_kind(t) == TYPE_NAMED ? ((const Named *)t)->obj : ((const Alias *)t)->obj;
}

static TypeParams params_of(Type *t)
{
    return type_kind(t) == TYPE_NAMED ? named_params((Named *)t) : ((Alias *)t)->tparams;
}

static void check_arguments(Checker *c, void *arg)
{
    const LaterInstance *later = arg;
    SourcePos pos = ast_pos(check_ast(c), later->node);
    record_instance(c, later->node, later->targs, later->inst);

    Str name = name_text(c->program->names, object_of(later->inst)->name);
    TypeParams params = params_of(later->inst);
    if (!check_targ_count(c, check_pos(c, pos), name, params.len, later->targs.len)) {
        return;
    }
    IndexedExpr x;
    bool is_indexed = check_indexed(c, later->node, &x);
    ASSERT(is_indexed);
    Str cause = {0};
    isize wrong = check_verify(c, check_pos(c, pos), params, later->targs, &cause);
    if (wrong < 0) {
        mono_record_instance(c, pos, params, later->targs, x.indices);
        return;
    }
    AstNode at = wrong < x.indices.len ? x.indices.ptr[wrong] : later->node;
    check_soft_error(c, check_node_pos(c, at), CODE_INVALID_TYPE_ARG, "%s", &cause);
}

Type *check_instantiated_type(Checker *c, AstNode index_expr)
{
    IndexedExpr x;
    bool is_indexed = check_indexed(c, index_expr, &x);
    ASSERT(is_indexed);
    Str cause = {0};
    Type *generic = check_generic_type(c, x.x, &cause);
    if (cause.len > 0) {
        check_error(c, index_expr, CODE_NOT_A_GENERIC_TYPE, "invalid operation: %x (%s)",
                    index_expr, &cause);
    }
    if (!type_is_valid(generic)) {
        return generic;
    }
    ASSERT(type_kind(generic) == TYPE_NAMED || type_kind(generic) == TYPE_ALIAS);
    TypeArgs targs = check_type_list(c, x.indices);
    if (targs.ptr == NULL) {
        return check_basic(c, BASIC_INVALID);
    }
    Type *inst = check_instance(c, check_node_pos(c, index_expr), generic, targs, NULL);
    if (type_kind(inst) != TYPE_NAMED && type_kind(inst) != TYPE_ALIAS) {
        return check_basic(c, BASIC_INVALID);
    }
    /* The parameters of a type that is being declared may not be known yet. */
    LaterInstance *later = ARENA_NEW(c->scratch, LaterInstance);
    *later = (LaterInstance){index_expr, inst, targs};
    check_later(c, check_arguments, later);
    return inst;
}

/* ---- array lengths ---- */

/* A name that is no constant may be meant as a type parameter whose constraint is missing. */
static bool is_possible_length(Checker *c, AstNode e)
{
    const AstFile *f = check_ast(c);
    if (ast_kind(f, e) != AST_IDENT) {
        return true;
    }
    Name name = ast_name(f, e);
    const Object *o = check_lookup(c, name, NULL);
    if (o == NULL) {
        check_error(c, e, CODE_INVALID_ARRAY_LEN,
                    "undefined array length %n or missing type constraint", name);
        return false;
    }
    if (o->kind != OBJECT_CONST) {
        check_error(c, e, CODE_INVALID_ARRAY_LEN, "invalid array length %n", name);
        return false;
    }
    return true;
}

/* -1: the constant is none that an array can have as its length. */
static int64_t length_of(Checker *c, const Operand *x)
{
    Constant value = constant_to_int(c->scratch, x->value);
    int64_t len;
    if (constant_kind(value) != CONSTANT_INT ||
        !constant_representable(c, value, c->program->basic[BASIC_INT], NULL) ||
        !constant_int64(value, &len)) {
        return -1;
    }
    return len >= 0 ? len : -1;
}

int64_t check_array_length(Checker *c, AstNode e)
{
    if (!is_possible_length(c, e)) {
        return -1;
    }
    Operand x;
    check_expr(c, NULL, &x, e);
    if (x.mode != MODE_CONSTANT) {
        if (x.mode != MODE_INVALID) {
            check_error(c, x.expr, CODE_INVALID_ARRAY_LEN, "array length %o must be constant", &x);
        }
        return -1;
    }
    bool is_integer = type_is(x.type, IS_INTEGER);
    int64_t len = !type_is_typed(x.type) || is_integer ? length_of(c, &x) : -1;
    if (len < 0) {
        check_error(c, x.expr, CODE_INVALID_ARRAY_LEN,
                    is_integer ? "invalid array length %o" : "array length %o must be integer", &x);
    }
    return len;
}
