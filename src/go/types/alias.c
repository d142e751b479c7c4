/* Alias types, generic ones too. An instance of an alias is made at once, not when it is asked
 * for: what it stands for is known then. */
#include "go/types/generic.h"

Alias *check_new_alias(Checker *c, Object *obj, Type *rhs)
{
    Alias *a = CHECK_NEW_TYPE(c, TYPE_ALIAS, Alias);
    a->obj = obj;
    a->orig = a;
    a->from_rhs = rhs;
    if (obj->type == NULL) {
        obj->type = &a->t;
    }
    *VEC_PUSH(c->scratch, &c->to_clean) = &a->t;
    return a;
}

Alias *alias_instance_new(Checker *c, ObjectPos pos, Alias *orig, TypeArgs targs, Named *expanding)
{
    Object *o = ARENA_NEW(c->arena, Object);
    o->kind = OBJECT_TYPE_NAME;
    o->name = orig->obj->name;
    o->pkg = orig->obj->pkg;
    o->pos = pos;
    Type *rhs =
        orig->from_rhs == NULL
            ? check_basic(c, BASIC_INVALID) /* it is being declared: an error is told */
            : check_subst(c, pos, orig->from_rhs, subst_map(orig->tparams, targs), expanding);
    Alias *a = check_new_alias(c, o, rhs);
    a->orig = orig;
    a->tparams = orig->tparams;
    a->targs = targs;
    return a;
}
