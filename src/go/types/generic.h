/* What the files about generic types and functions share among themselves. */
#ifndef GO_TYPES_GENERIC_H
#define GO_TYPES_GENERIC_H

#include "go/types/checker.h"

/* The interface when t is one, else NULL. */
static inline Interface *as_interface(Type *t)
{
    return t != NULL && type_kind(t) == TYPE_INTERFACE ? (Interface *)t : NULL;
}

static inline Signature *as_signature(Type *t)
{
    return t != NULL && type_kind(t) == TYPE_SIGNATURE ? (Signature *)t : NULL;
}

/* The variables of a tuple, which may be NULL. */
static inline Objects tuple_vars(const Tuple *t)
{
    return t == NULL ? (Objects){0} : t->vars;
}

/* An instance of a defined type, found in that context; it is expanded when it is asked for. It
 * belongs to c, or to nobody where the context is that of the program or c is lent. */
Named *named_instance_new(Checker *c, ObjectPos pos, Named *orig, TypeArgs targs, Context *home,
                          Named *expanding);
Alias *alias_instance_new(Checker *c, ObjectPos pos, Alias *orig, TypeArgs targs, Named *expanding);

static inline SubstMap subst_map(TypeParams params, TypeArgs targs)
{
    ASSERT(params.len == targs.len);
    return (SubstMap){params.ptr, targs.ptr, params.len};
}

/* A copy of a variable or function of another type, which remembers what it came from. */
Object *object_clone(Checker *c, const Object *o, Type *t);
/* A copy of a signature, which is a type of its own. */
Signature *signature_clone(Checker *c, const Signature *s);
/* Methods whose receiver is of type old, with one of type new in place of it: methods itself when
 * there is none. */
Objects methods_with_receiver(Checker *c, Objects methods, const Type *old, Type *new);

/* Whether t is a pointer to an interface or type parameter, and what is wrong with that. */
bool is_interface_pointer(Type *t);
Str interface_pointer_error(Checker *c, Type *t);

#endif
