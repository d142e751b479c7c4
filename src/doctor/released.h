/*
 * What the files of the Go in use should be: the hash by which the checksum database knows its
 * release, as far as this machine has it, and the list of the files. The network is asked only by
 * released_ask.
 */
#ifndef DOCTOR_RELEASED_H
#define DOCTOR_RELEASED_H

#include "doctor/context.h"
#include "go/root/manifest.h"

typedef enum {
    RELEASED_ELSEWHERE,    /* unpacked by somebody: an archive, an image */
    RELEASED_STORE,        /* a tree of goward's */
    RELEASED_MODULE_CACHE, /* unpacked by the go command */
} ReleasedBy;

typedef struct {
    Goroot root;
    ReleasedBy by;
    Str id;            /* RELEASED_STORE: of the tree */
    int64_t whole_ns;  /* RELEASED_STORE: when goward last knew it whole, since 1970; else 0 */
    int64_t linked_ns; /* RELEASED_STORE: when it last may have linked files of it elsewhere */
    bool is_official;  /* h1 is the log's, not just that of what was installed */
    Str h1;            /* empty: not known */
    Str source;        /* what says so: a path, or what was asked */
    Str manifest;      /* text that hashes to h1; empty: not looked for, or not here */
} Released;

typedef VEC(Released) ReleasedList;

/* The Go in use, and the one in the module cache that it goes on as, as what they are to be
 * measured. None where there is nothing to measure: no Go, no release, or one that a distribution
 * has built, whose files are its own. */
ReleasedList released_in_use(const Doctor *d);

/* Fills h1 and source from what lies on the disk: a proof of the store, an answer of the log that
 * goward has kept, what goward wrote at the install, what the go command kept after it had asked
 * the log. False: nothing does. */
bool released_recall(const Doctor *d, Released *r);

/* The same from the log itself. ERR_NOT_FOUND: it has no such release; ERR_VERIFY: it lies. */
bool released_ask(Doctor *d, Released *r, Err *err);

/* Fills manifest, from the store or from another tree of the same release that has h1, which is
 * hashed for that. False: there is none. */
bool released_list(const Doctor *d, Released *r);

#endif
