/* From the patterns of "//go:embed" to files: cmd/go/internal/load's resolveEmbed. */
#ifndef GO_LOAD_EMBED_H
#define GO_LOAD_EMBED_H

#include "base/err.h"
#include "go/load/strs.h"

#define EMBED_MAX_FILES 1000000 /* of one pattern */

typedef struct {
    Str pattern;
    Strs files; /* that it names, relative to the package, sorted, without doubles */
} EmbedMatch;

typedef VEC(EmbedMatch) EmbedMatches;

/* What patterns name in the package at dir (absolute), for Go 1.go_minor. False when a pattern is
 * invalid or matches nothing that can be embedded: *ret_pattern is that pattern, and *ret_words
 * what cmd/go says of it ("pattern x: no matching files found" without the pattern). */
bool embed_resolve(Arena *a, Str dir, isize go_minor, const Strs *patterns, EmbedMatches *ret,
                   Str *ret_pattern, Str *ret_words);

/* The files of all of them, sorted, without doubles. */
Strs embed_files(Arena *a, const EmbedMatches *matches);

#endif
