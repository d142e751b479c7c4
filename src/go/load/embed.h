/* From the patterns of "//go:embed" to files: cmd/go/internal/load's resolveEmbed. */
#ifndef GO_LOAD_EMBED_H
#define GO_LOAD_EMBED_H

#include "base/err.h"
#include "go/load/strs.h"

#define EMBED_MAX_FILES 1000000 /* of one package */

/* The files that patterns name in the package at dir (absolute), sorted, without doubles. False
 * when a pattern is invalid or matches nothing that can be embedded: *ret_pattern is that pattern,
 * and *ret_words what cmd/go says of it ("pattern x: no matching files found" without the
 * pattern). */
bool embed_resolve(Arena *a, Str dir, const Strs *patterns, Strs *ret_files, Str *ret_pattern,
                   Str *ret_words);

#endif
