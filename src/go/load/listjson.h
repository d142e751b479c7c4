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

/* Writes the packages of l->list. fields: names parted by commas, empty for all. ERR_USAGE for a
 * name that go list does not have. */
bool listjson_write(Loaded *l, Str fields, StrBuf *out, Err *err);

#endif
