/* Underlying types, and those of all types in the type set of a type parameter. */
#include "go/types/checker.h"

Type *type_under(Type *t)
{
    t = type_unalias(t);
    if (t == NULL) {
        return NULL;
    }
    if (type_kind(t) == TYPE_NAMED) {
        return named_under((Named *)t);
    }
    if (type_kind(t) == TYPE_PARAM) {
        TypeParam *param = (TypeParam *)t;
        return (Type *)param_interface(param->check, param);
    }
    return t;
}

bool type_each(Type *t, EachType f, void *context)
{
    if (!type_is_param(t)) {
        return f(context, t, type_under(t));
    }
    TypeParam *param = (TypeParam *)type_unalias(t);
    Interface *bound = param_interface(param->check, param);
    const TypeSet *set = interface_set(bound->check, bound);
    if (!typeset_has_terms(set)) {
        return f(context, NULL, NULL);
    }
    for (isize i = 0; i < set->terms.len; i++) {
        Term term = set->terms.ptr[i];
        Type *under = term.is_tilde ? type_unalias(term.type) : type_under(term.type);
        if (!f(context, term.type, under)) {
            return false;
        }
    }
    return true;
}

/* ---- what all of them have in common ---- */

typedef struct {
    Checker *check;
    TypeCondition condition;
    Type *type, *under; /* that stand for those seen so far; NULL: none was */
    Str *ret_cause;     /* or NULL */
} Common;

static bool differ(Common *common, const char *format, Type *t)
{
    if (common->ret_cause != NULL) {
        Checker *c = common->check;
        *common->ret_cause = check_format(c, c->scratch, format, common->type, t);
    }
    return false;
}

/* Of two channels the one with fewer directions stands for both. */
static bool join_channels(Common *common, Type *t, Chan *chan)
{
    const Chan *known = (const Chan *)common->under;
    const int both = AST_SEND | AST_RECV;
    if (!type_identical(known->elem, chan->elem)) {
        return differ(common, "channels %t and %t have different element types", t);
    }
    if (known->dir == chan->dir || chan->dir == both) {
        return true;
    }
    if (known->dir != both) {
        return differ(common, "channels %t and %t have conflicting directions", t);
    }
    common->type = t;
    common->under = (Type *)chan;
    return true;
}

static bool join(void *context, Type *t, Type *under)
{
    Common *common = context;
    if (common->condition != NULL &&
        !common->condition(common->check, t, under, common->ret_cause)) {
        return false;
    }
    if (under == NULL) {
        if (common->ret_cause != NULL) {
            *common->ret_cause = S("no specific type");
        }
        return false;
    }
    if (common->under == NULL) {
        common->type = t;
        common->under = under;
        return true;
    }
    if (type_kind(common->under) == TYPE_CHAN && type_kind(under) == TYPE_CHAN) {
        return join_channels(common, t, (Chan *)under);
    }
    return type_identical(common->under, under) ||
           differ(common, "%t and %t have different underlying types", t);
}

Type *type_common_under(Checker *c, Type *t, TypeCondition condition, Str *ret_cause)
{
    Common common = {c, condition, NULL, NULL, ret_cause};
    return type_each(t, join, &common) ? common.under : NULL;
}
