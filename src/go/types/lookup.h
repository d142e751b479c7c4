/* What lookup.c (fields and methods) and missing.c (methods that an interface asks for) share. */
#ifndef GO_TYPES_LOOKUP_H
#define GO_TYPES_LOOKUP_H

#include "go/types/checker.h"

/* lookup_field_or_method without its rule for defined pointer types, which have no methods. The
 * path of what was found has a length, and is there only when it is wanted. */
Found_ lookup_plain(Checker *c, Type *t, bool is_addressable, TypePackage *pkg, Name name,
                    bool folds, bool wants_path);

/* Whether the receiver is a pointer, also of a method whose signature is not known yet. */
bool method_has_ptr_recv(const Object *method);

#endif
