/* What the files of calls share: call.c, arguments.c, funcinst.c. */
#ifndef GO_TYPES_CALL_H
#define GO_TYPES_CALL_H

#include "go/types/checker.h"

/* A function that is called, with what is known of its type arguments, and its arguments. */
typedef struct {
    AstNode call;
    Signature *sig;
    TypeArgs targs; /* of sig */
    AstNodes xlist; /* as they are written */
    Operands args;
    TypeArgs *atargs; /* of each argument that is a partially instantiated function; or NULL */
} CallArguments;

/* Checks arguments against parameters, infers what type arguments are missing, of the function and
 * of generic functions among the arguments, and instantiates them. The signature in effect; that
 * which came in after an error. */
Signature *call_arguments(Checker *c, const CallArguments *a);

/* sig with type arguments, which are verified later; xlist: as far as they are written. */
Signature *call_instantiate(Checker *c, SourcePos pos, AstNode e, Signature *sig, TypeArgs targs,
                            AstNodes xlist);

#endif
