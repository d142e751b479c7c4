/*
 * What the files of a run hold, as a fingerprint of each: of those that were read, and of those
 * that the cache knows and that are by their status (size, times, inode) what they were then.
 */
#ifndef GO_PREFLIGHT_SOURCES_H
#define GO_PREFLIGHT_SOURCES_H

#include "go/preflight/checkcache.h"
#include "os/file.h"

typedef struct Sources Sources;

/* cache: must not be put to while files are looked for. Release it with sources_done. */
Sources *sources_new(CheckCache *cache);
void sources_done(Sources *s);

/* What a file holds; false: nobody knows before it is read. It is looked at once: one that changes
 * later is what it was. Several threads may ask at once. */
bool sources_find(Sources *s, Str path, Fingerprint *ret);

/* Reads a file that nobody has read, and that the cache does not know as it is. */
void sources_learn(Sources *s, Str path);
/* How many of the files that were read are not what the cache knew, or new to it. */
isize sources_count_new(const Sources *s);

/* Takes note of a file that was read: a TreesWitness, whose context is a Sources. */
void sources_read(void *sources, Str path, const FileStat *st, Str text);

/* Whether some file changed between two looks at it: what was found out in this run may then be of
 * neither content, and must not be kept. */
bool sources_are_unsteady(const Sources *s);

/* Puts into the cache what was read. A file that was changed just now may change again without a
 * difference in its times: the cache gets to know its content, not its status. */
void sources_keep(Sources *s);

#endif
