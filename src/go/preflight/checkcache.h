/*
 * What checks have found out, kept on the disk from one run to the next: records under the
 * fingerprint of all that they depend on (docs/formats/checks.md).
 *
 * It is never in the way: a file that is not there, is of another goward, of another user, torn or
 * otherwise no good is as good as an empty one, and the next one takes its place. It is written
 * whole beside the old one and renamed; nobody waits for the disk, as a torn file is noticed.
 */
#ifndef GO_PREFLIGHT_CHECKCACHE_H
#define GO_PREFLIGHT_CHECKCACHE_H

#include "base/err.h"
#include "go/preflight/fingerprint.h"

typedef struct CheckCache CheckCache;

/* What is to be put. */
typedef struct {
    Fingerprint key;
    Str bytes;
} CheckRecord;

/* The records of <home>/checks/<name>, name being what they are about, such as a directory. build:
 * what tells this goward from others. Release it with checkcache_done. */
CheckCache *checkcache_open(Str home, Str name, Str build);
/* The same of the bytes of a file, which must stay as long, with 16 readable bytes behind them. */
CheckCache *checkcache_read(Str text, Str build);
void checkcache_done(CheckCache *c);

/* Why there is nothing in it; empty: it was read. */
Str checkcache_trouble(const CheckCache *c);

/* The record of a key, which lives as long as c and has 16 readable bytes behind it; false: there
 * is none. Several threads may ask, while nobody puts. */
bool checkcache_find(const CheckCache *c, Fingerprint key, Str *ret);

/* Adds a record, or replaces it. bytes must stay until checkcache_save is done. */
void checkcache_put(CheckCache *c, Fingerprint key, Str bytes);
void checkcache_put_all(CheckCache *c, const CheckRecord *list, isize len);

/* Writes what is new, and what was asked for in one of the last runs. Nothing happens when nothing
 * is new. Files in the same folder that nobody has written for long are removed. */
bool checkcache_save(CheckCache *c, Err *err);

#endif
