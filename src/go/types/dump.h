/* What was recorded of a package as text, for comparison with go/types. */
#ifndef GO_TYPES_DUMP_H
#define GO_TYPES_DUMP_H

#include "base/strbuf.h"
#include "go/types/type.h"

/* Adds a line for each expression, name, selection and instance: "FILE:LINE:COLUMN-LINE:COLUMN", a
 * tab, and what it is, sorted. Of a checker that is done and has recorded. After some max bytes the
 * lines that would follow are left out: types in types have texts of quadratic length. */
void dump_package(const Checker *c, isize max, StrBuf *out);

#endif
