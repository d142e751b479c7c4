/* Type parameters and the interfaces that constrain them. */
#include "go/types/generic.h"

TypeParam *check_new_param(Checker *c, Object *obj, Type *bound)
{
    TypeParam *t = CHECK_NEW_TYPE(c, TYPE_PARAM, TypeParam);
    t->check = c;
    t->number = t->t.id;
    t->obj = obj;
    t->index = -1;
    t->bound = bound;
    if (obj->type == NULL) {
        obj->type = &t->t;
    }
    *VEC_PUSH(c->scratch, &c->to_clean) = &t->t;
    return t;
}

/* A constraint such as ~int or *T is short for an interface that embeds it. */
static Interface *new_implicit(Checker *c, Type *bound)
{
    Interface *t = check_new_interface(c);
    t->embeddeds = ARENA_NEW(c->arena, Type *);
    t->embeddeds[0] = bound;
    t->n_embeddeds = 1;
    t->is_implicit = true;
    t->is_complete = true;
    return t;
}

/* What a parameter has whose constraint is an error that was told. */
static Interface *empty_interface(const TypeParam *t)
{
    return (Interface *)type_under(t->obj->pkg->program->any);
}

Interface *param_interface(Checker *c, TypeParam *t)
{
    Type *bound = t->bound == NULL ? NULL : type_unalias(t->bound);
    if (bound == NULL || type_kind(bound) == TYPE_PARAM) {
        return empty_interface(t);
    }
    Checker *user = c != NULL ? c : t->check;
    Type *under = type_under(bound);
    Interface *interface = as_interface(under);
    if (interface == NULL) {
        if (!type_is_valid(under) || user == NULL) {
            return empty_interface(t);
        }
        interface = new_implicit(user, t->bound);
        t->bound = &interface->t; /* for the next time */
    }
    interface_set(user, interface);
    return interface;
}
