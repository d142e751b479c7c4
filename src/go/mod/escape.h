/*
 * Module paths and versions as they stand in URLs and file names: every capital letter becomes "!"
 * and its small one, because not every file system tells the two apart (x/mod/module.EscapePath).
 */
#ifndef GO_MOD_ESCAPE_H
#define GO_MOD_ESCAPE_H

#include "base/str.h"

/* False when the path (version) is none: see escape_is_module_path. */
bool escape_module_path(Arena *a, Str path, Str *ret);
bool escape_version(Arena *a, Str version, Str *ret);

/* Undoes it; false for what no escaping gives: a capital, a "!" without a small letter behind it,
 * or a result that is no path (version). */
bool unescape_module_path(Arena *a, Str escaped, Str *ret);
bool unescape_version(Arena *a, Str escaped, Str *ret);

/* x/mod/module.CheckPath without its rules for major versions: elements of [-._~0-9A-Za-z], none of
 * them empty, with a dot at either end, a device of Windows, or ending in ~digits; the first one
 * with a dot in it, without capitals, not beginning with a dash. */
bool escape_is_module_path(Str path);
/* One ASCII element of a file path without "!": not ending in a dot, no device of Windows. */
bool escape_is_version(Str version);

#endif
