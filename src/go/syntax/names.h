/*
 * Names as numbers: equal names have equal numbers, whichever file and thread they come from.
 *
 * A table is shared by all threads; each has a cache of its own, so that nearly no name needs the
 * table twice. Numbers depend on who comes first: nothing that is shown may be ordered by them.
 */
#ifndef GO_SYNTAX_NAMES_H
#define GO_SYNTAX_NAMES_H

#include "base/str.h"

typedef uint32_t Name; /* 24 bits of it, 0: none */

#define NAME_BLANK 1 /* "_" */

typedef struct NameTable NameTable;

/* Release it with names_done. */
NameTable *names_new(void);
void names_done(NameTable *t);

/* What stands for a name; it lives as long as the table. */
Str name_text(const NameTable *t, Name name);

/* Of one thread. */
typedef struct NameCache NameCache;

/* Lives on a. */
NameCache *name_cache_new(Arena *a, NameTable *t);

/* text is not empty, and followed by at least 8 readable bytes (SCANNER_PADDING); it is copied. 0
 * when the table is full: some 16 million names. */
Name name_intern(NameCache *cache, Str text);

#endif
