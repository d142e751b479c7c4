/* Types in the words of Go's "api" files: what cmd/api's writeType and its kin write. */
#ifndef GO_API_TYPEWORDS_H
#define GO_API_TYPEWORDS_H

#include "go/types/checker.h"

#define TYPEWORDS_MAX_TEXT MIB /* of a type; type arguments can double it at each level */

/* Where words are written, and for which package: its own names have no qualifier, others the name
 * of their package. c is a Checker of the program. */
typedef struct {
    StrBuf *out;
    Checker *check;
    const TypePackage *own;
} TypeWords;

/* "*T", "map[string]interface{ Close, Read }", "$0" for a type parameter, "struct" for any. */
void typewords_write(const TypeWords *w, Type *t);
/* "[$0 interface{}]($0, ...string) (int, error)" */
void typewords_write_signature(const TypeWords *w, const Signature *s);
/* "[$0 interface{ ~int }, $1 interface{}]", or without the constraints "[$0, $1]". */
void typewords_write_params(const TypeWords *w, TypeParams params, bool with_constraints);

#endif
