/*
 * Packages as `go list -json` prints them: one object after the other, fields in its order and
 * with its indentation, what is empty left out.
 *
 * Three fields are only the go command's to know, and are left out: Stale, StaleReason and, of the
 * program that runs a test, the path of the generated file in its cache (GoFiles has its name).
 */
#ifndef GO_LOAD_LISTJSON_H
#define GO_LOAD_LISTJSON_H

#include "base/strbuf.h"
#include "go/load/load.h"

/* Prepares the output of packages of l, on its arena. fields: names parted by commas, empty for
 * all. NULL with ERR_USAGE for a name that go list does not have. */
typedef struct ListJson ListJson;
ListJson *listjson_begin(Loaded *l, Str fields, Err *err);
/* Adds the object of one package of l->list, and a line's end. */
void listjson_add(const ListJson *g, const Package *p, StrBuf *out);

#endif
