/*
 * A client of a checksum database that trusts nothing but the database's public key.
 *
 * What it keeps in the state directory, in a folder named like the database:
 *
 *     latest      the newest signed head seen; a later one must contain it
 *     tile/8/...  tiles, lookup/... replies: caches, proved again at every use
 *     forks/...   evidence of two histories; while there is any, nothing is trusted
 *
 * (docs/formats/sumdb-state.md). The model is that of golang.org/x/mod/sumdb/client.go with its
 * holes closed: every tile is checked against its parent, only lines of the authenticated record
 * count, a record without the wanted line is a failure, and there is no way to skip the log.
 *
 * A client belongs to one thread at a time; processes may share the state.
 */
#ifndef SUMDB_CLIENT_H
#define SUMDB_CLIENT_H

#include "sumdb/fork.h"
#include "sumdb/record.h"
#include "sumdb/remote.h"
#include "sumdb/state.h"

typedef struct {
    NoteVerifier verifier;
    SumdbState state;
    Arena *arena; /* of head and fork */

    /* For the caller to read. */
    SumdbRemote remote; /* counts what was asked */
    SumdbHead head;     /* the newest head that is known to continue all before it */
    bool has_fork;
    SumdbFork fork; /* when has_fork: both signed heads and the proof */
    Str fork_path;  /* where the evidence was written, relative to the state directory; empty when
                     * it could not be */
} SumdbClient;

/* Opens the client on its state. state_dirfd is a directory of the caller's, which outlives
 * the client, as do a, context and the strings of verifier; what is needed below it is made
 * when it is first written. get may be NULL: then only what is cached can be proved.
 * ERR_VERIFY when the saved head is not signed by the database, or a fork is on record. */
bool sumdb_open(SumdbClient *ret, Arena *a, int state_dirfd, const NoteVerifier *verifier,
                SumdbGet get, void *context, Err *err);

/* The same for whoever may write nothing: what is there counts, what is learnt lasts as long as the
 * client, evidence of a fork as well. state_dirfd may be -1: then nothing is there. */
bool sumdb_open_read_only(SumdbClient *ret, Arena *a, int state_dirfd, const NoteVerifier *verifier,
                          SumdbGet get, void *context, Err *err);

/* Proves the record of a module version and gives it on `a`. A record that was proved before
 * costs no request; a new one costs one for the reply and at most one batch of tiles (one more
 * when the database has dropped partial tiles of an old head).
 *
 * ERR_NOT_FOUND: the database has no such record. ERR_NET: no answer, or offline. ERR_LIMIT:
 * an answer beyond SUMDB_MAX_REPLY. ERR_VERIFY: an answer that cannot be read or does not
 * hold; nothing of it may be trusted. When it was a fork, has_fork is set, and every later
 * call fails. ERR_USAGE: not a module path or version. */
bool sumdb_lookup(SumdbClient *client, Arena *a, Str module, Str version, SumdbRecord *ret,
                  Err *err);

/* Asks for the newest head and moves forward to it when it is newer. Fails as sumdb_lookup does. */
bool sumdb_refresh(SumdbClient *client, Err *err);

/* Takes a signed head from elsewhere (a second mirror, a colleague, a proof file) and checks that
 * it and the client's own are one history; moves forward when it is newer. Fails likewise. */
bool sumdb_merge_head(SumdbClient *client, Str note, Err *err);

#endif
