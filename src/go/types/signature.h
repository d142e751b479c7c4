/* What signature.c (functions) and receiver.c (receivers of methods) share. */
#ifndef GO_TYPES_SIGNATURE_H
#define GO_TYPES_SIGNATURE_H

#include "go/types/checker.h"

/* The receiver of a field of the source, and its type parameters in *ret_params, which are declared
 * in env.scope and seen from scope_pos on. The receiver itself is not declared: that comes behind
 * all type parameters. */
Object *check_collect_receiver(Checker *c, AstNode field, SourcePos scope_pos,
                               TypeParams *ret_params);

#endif
