/*
 * Arguments of calls: their number, the type arguments that follow from them, and whether each can
 * be assigned to its parameter.
 *
 *                  | f(a, b)          | f(a, b...)
 *   not variadic   | nargs == npars   | an error
 *   variadic       | nargs >= npars-1 | nargs == npars
 */
#include "go/types/call.h"
#include "go/types/generic.h"

typedef struct {
    Checker *check;
    const CallArguments *in;
    const AstCallExpr *call;
    Tuple *params;     /* one for each argument */
    bool is_adjusted;  /* params is not that of the signature */
    isize n_wanted;    /* parameters, for errors */
    isize n_of_callee; /* of tparams: those of the function that is called come first */
    VEC(TypeParam *) tparams;
    VEC(Type *) targs;   /* of each of tparams, NULL: to be inferred */
    VEC(isize) generics; /* arguments that are generic functions */
} Call;

/* It is asked for only where it is needed: in a chain of calls it lies far away. */
static SourcePos call_pos(const Call *k)
{
    return ast_pos(&k->check->file->ast, k->in->call);
}

static bool has_dots(const Call *k)
{
    return k->call->ellipsis != 0;
}

/* ---- how many ---- */

/* Instead of the variadic parameter one for each argument that it stands for. */
static Tuple *spread(Checker *c, const Signature *sig, isize n_args)
{
    Objects from = sig->params->vars;
    isize n_fixed = from.len - 1;
    if (n_args == 0) {
        return NULL;
    }
    const Object *last = from.ptr[n_fixed];
    Type *elem = type_kind(last->type) == TYPE_SLICE ? ((Slice *)last->type)->elem : last->type;
    Object **vars = ARENA_ARRAY(c->arena, Object *, n_args);
    for (isize i = 0; i < n_args; i++) {
        if (i < n_fixed) {
            vars[i] = from.ptr[i];
            continue;
        }
        if (i > n_fixed) {
            vars[i] = vars[n_fixed]; /* they are all alike, and only read */
            continue;
        }
        vars[i] = ARENA_NEW(c->arena, Object);
        *vars[i] = (Object){.kind = OBJECT_VAR,
                            .var_kind = VAR_PARAM,
                            .name = last->name,
                            .type = elem,
                            .pkg = last->pkg,
                            .pos = last->pos};
    }
    Tuple *tuple = CHECK_NEW_TYPE(c, TYPE_TUPLE, Tuple);
    tuple->vars = (Objects){vars, n_args};
    return tuple;
}

/* Finds a parameter for each argument; false, and told: dots are where they cannot be. */
static bool match_params(Call *k)
{
    Checker *c = k->check;
    Signature *sig = k->in->sig;
    isize n_args = k->in->args.len;
    AstNodes written = ast_list(&c->file->ast, &k->call->args);
    k->params = sig->params;
    k->n_wanted = tuple_vars(sig->params).len;
    if (!sig->is_variadic) {
        if (has_dots(k)) {
            check_error_pos(c, check_pos(c, k->call->ellipsis), CODE_NON_VARIADIC_DOT_DOT_DOT,
                            "cannot use ... in call to non-variadic %x", k->call->fun);
        }
        return !has_dots(k);
    }
    if (has_dots(k)) {
        if (written.len == 1 && n_args > 1) {
            check_error_pos(c, check_pos(c, k->call->ellipsis), CODE_INVALID_DOT_DOT_DOT,
                            "cannot use ... with %d-valued %x", (int)n_args, written.ptr[0]);
            return false;
        }
        return true;
    }
    if (n_args >= k->n_wanted - 1) {
        k->params = spread(c, sig, n_args);
        k->is_adjusted = true;
        k->n_wanted = n_args;
    } else {
        k->n_wanted--; /* the variadic one is not missed */
    }
    return true;
}

/* How a type is called where only the number of types counts. */
static Str type_in_summary(Checker *c, Type *t)
{
    if (t == NULL || !type_is_valid(t)) {
        return S("unknown type");
    }
    if (type_is_typed(t)) {
        return check_format(c, c->scratch, "%t", t);
    }
    if (type_is(t, IS_NUMERIC)) {
        return S("number");
    }
    Str name = ((Basic *)t)->name;
    str_eat_prefix(&name, S("untyped "));
    return name;
}

/* "(int, ...string)": variadic: the last type is that of a variadic parameter. */
static Str summary(Checker *c, TypeArgs types, bool is_variadic, bool has_dots_behind)
{
    StrBuf b = strbuf_init(c->scratch);
    strbuf_add_byte(&b, '(');
    for (isize i = 0; i < types.len; i++) {
        Type *t = types.ptr[i];
        bool is_last = i == types.len - 1;
        bool is_spread = is_last && is_variadic && t != NULL && type_kind(t) == TYPE_SLICE;
        Str text = is_spread ? check_format(c, c->scratch, "%t", ((Slice *)t)->elem)
                             : type_in_summary(c, t);
        strbuf_add(&b, i > 0 ? S(", ") : (Str){0});
        strbuf_add(&b, is_last && is_variadic ? S("...") : (Str){0});
        strbuf_add(&b, text);
        strbuf_add(&b, is_last && has_dots_behind ? S("...") : (Str){0});
    }
    strbuf_add_byte(&b, ')');
    return strbuf_str(&b);
}

static TypeArgs types_of_operands(Checker *c, Operands args)
{
    TypeArgs types = {ARENA_ARRAY(c->scratch, Type *, args.len), args.len};
    for (isize i = 0; i < args.len; i++) {
        types.ptr[i] = args.ptr[i]->type;
    }
    return types;
}

static TypeArgs types_of_vars(Checker *c, Objects vars)
{
    TypeArgs types = {ARENA_ARRAY(c->scratch, Type *, vars.len), vars.len};
    for (isize i = 0; i < vars.len; i++) {
        types.ptr[i] = vars.ptr[i]->type;
    }
    return types;
}

/* Whether the only argument may be any number of them: a call of what is not known. */
static bool may_be_more(const Call *k)
{
    Operands args = k->in->args;
    return args.len == 1 && args.ptr[0]->mode == MODE_INVALID && package_has_unknown(k->check->pkg);
}

/* At the first argument that is too much, or at the closing parenthesis. */
static void tell_count(const Call *k)
{
    Checker *c = k->check;
    const AstFile *file = &c->file->ast;
    Operands args = k->in->args;
    bool is_too_many = args.len > k->n_wanted;
    AstNode extra = is_too_many ? args.ptr[k->n_wanted]->expr : 0;
    SourcePos at = extra != 0 ? ast_pos(file, extra) : k->call->rparen;
    Str qualifier = is_too_many ? S("too many") : S("not enough");
    const Signature *sig = k->in->sig;
    Str have = summary(c, types_of_operands(c, args), false, has_dots(k));
    Str want = summary(c, types_of_vars(c, tuple_vars(sig->params)), sig->is_variadic, false);
    ErrorDesc err = check_error_begin(c, CODE_WRONG_ARG_COUNT);
    error_add(&err, check_pos(c, at), "%s arguments in call to %x", &qualifier, k->call->fun);
    if (extra != 0) {
        err.parts.ptr[0].end = check_pos(c, ast_end(file, extra));
    }
    error_add(&err, (ObjectPos){0}, "have %s", &have);
    error_add(&err, (ObjectPos){0}, "want %s", &want);
    error_report(&err);
}

/* ---- type parameters ---- */

static void add_params(Call *k, TypeParams params, TypeArgs targs)
{
    Arena *a = k->check->scratch;
    for (isize i = 0; i < params.len; i++) {
        *VEC_PUSH(a, &k->tparams) = params.ptr[i];
        *VEC_PUSH(a, &k->targs) = i < targs.len ? targs.ptr[i] : NULL;
    }
}

static void require_generics(const Call *k)
{
    Checker *c = k->check;
    IndexedExpr ix;
    bool is_indexed = check_indexed(c, k->call->fun, &ix);
    check_verify_version_pos(c, check_pos(c, is_indexed ? ix.lbrack : k->call->lparen),
                             is_indexed ? LANG_FUNC_INSTANCE : LANG_IMPLICIT_INSTANCE);
}

/* They are renamed: the function may be calling itself. */
static void collect_callee(Call *k)
{
    Checker *c = k->check;
    TypeParams params = k->in->sig->tparams;
    k->n_of_callee = params.len;
    if (params.len == 0) {
        return;
    }
    require_generics(k);
    Type *t = (Type *)k->params;
    params = check_rename_params(c, check_pos(c, call_pos(k)), params, &t);
    k->params = (Tuple *)t;
    add_params(k, params, k->in->targs);
}

/* Each generic function among the arguments gets parameters of its own, as in f(g, g); its object
 * keeps its type. */
static void collect_generic_arguments(Call *k)
{
    Checker *c = k->check;
    for (isize i = 0; i < k->in->args.len; i++) {
        Operand *arg = k->in->args.ptr[i];
        Signature *sig = arg->mode == MODE_INVALID ? NULL : as_signature(arg->type);
        if (sig == NULL || sig->tparams.len == 0) {
            continue;
        }
        Type *t = &signature_clone(c, sig)->t;
        TypeParams params = check_rename_params(c, check_pos(c, call_pos(k)), sig->tparams, &t);
        ((Signature *)t)->tparams = params;
        arg->type = t;
        add_params(k, params, k->in->atargs == NULL ? (TypeArgs){0} : k->in->atargs[i]);
        *VEC_PUSH(c->scratch, &k->generics) = i;
    }
    if (k->generics.len > 0) {
        check_verify_version(c, k->in->args.ptr[k->generics.ptr[0]]->expr, LANG_FUNC_ARGUMENT);
    }
}

/* ---- type arguments ---- */

/* All of them; ptr NULL, and told: they cannot be inferred. */
static TypeArgs infer_all(Call *k)
{
    Checker *c = k->check;
    TypeParams params = {k->tparams.ptr, k->tparams.len};
    TypeArgs targs = {k->targs.ptr, k->targs.len};
    ErrorDesc err = check_error_begin(c, CODE_CANNOT_INFER_TYPE_ARGS);
    TypeArgs all = check_infer(c, check_pos(c, call_pos(k)), params, targs, k->params, k->in->args,
                               false, &err);
    if (all.ptr == NULL && err.parts.len > 0) {
        ErrorPart *part = &err.parts.ptr[0];
        if (part->end.file == 0) {
            part->end = check_pos(c, ast_end(&c->file->ast, k->in->call));
        }
        part->text = check_format(c, c->scratch, "in call to %x, %s", k->call->fun, &part->text);
        error_report(&err);
    }
    return all;
}

static Signature *instantiate_callee(Call *k, TypeArgs targs)
{
    Checker *c = k->check;
    Signature *sig = k->in->sig;
    if (k->n_of_callee == 0) {
        return sig;
    }
    TypeParams params = {k->tparams.ptr, k->n_of_callee};
    TypeArgs own = {targs.ptr, k->n_of_callee};
    sig = call_instantiate(c, call_pos(k), k->call->fun, sig, own, k->in->xlist);
    k->params = !k->is_adjusted
                    ? sig->params
                    : (Tuple *)check_subst(c, check_pos(c, call_pos(k)), (Type *)k->params,
                                           subst_map(params, own), NULL);
    return sig;
}

static void instantiate_generic_arguments(Call *k, TypeArgs targs)
{
    isize at = k->n_of_callee;
    for (isize i = 0; i < k->generics.len; i++) {
        Operand *arg = k->in->args.ptr[k->generics.ptr[i]];
        Signature *sig = (Signature *)arg->type;
        TypeArgs own = {targs.ptr + at, sig->tparams.len};
        at += own.len;
        arg->type = &call_instantiate(k->check, call_pos(k), arg->expr, sig, own, (AstNodes){0})->t;
        record_operand(k->check, arg);
    }
}

/* ---- all of it ---- */

static void assign(Call *k)
{
    Checker *c = k->check;
    if (k->in->args.len == 0) {
        return;
    }
    Str context = check_format(c, c->scratch, "argument to %x", k->call->fun);
    for (isize i = 0; i < k->in->args.len; i++) {
        check_assignment(c, k->in->args.ptr[i], k->params->vars.ptr[i]->type, context);
    }
}

Signature *call_arguments(Checker *c, const CallArguments *in)
{
    const AstFile *file = &c->file->ast;
    Call k = {.check = c, .in = in, .call = ast_call_expr(file, in->call)};
    if (!match_params(&k)) {
        return in->sig;
    }
    if (in->args.len != k.n_wanted) {
        if (!may_be_more(&k)) {
            tell_count(&k);
        }
        return in->sig;
    }
    collect_callee(&k);
    collect_generic_arguments(&k);
    Signature *sig = in->sig;
    if (k.tparams.len > 0) {
        TypeArgs targs = infer_all(&k);
        if (targs.ptr == NULL) {
            return sig;
        }
        sig = instantiate_callee(&k, targs);
        instantiate_generic_arguments(&k, targs);
    }
    assign(&k);
    return sig;
}

Signature *check_builtin_arguments(Checker *c, AstNode call, Signature *sig, Operands args)
{
    CallArguments in = {.call = call, .sig = sig, .args = args};
    return call_arguments(c, &in);
}
