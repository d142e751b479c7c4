/* The database as seen through a transport that somebody else provides. */
#ifndef SUMDB_REMOTE_H
#define SUMDB_REMOTE_H

#include "base/err.h"

#define SUMDB_MAX_REPLY \
    (64 * KIB) /* bytes; no answer of a database is longer. For transports too */

/* Answer to one path. */
typedef struct {
    int status;  /* HTTP status, when there was an answer */
    bool failed; /* there was none: error says why */
    Str body;    /* on the arena of the call */
    Err error;
} SumdbReply;

/* Asks the database for n paths at the same time and waits for all. Paths are relative to its base
 * URL: "lookup/golang.org/toolchain@v0.0.1-go1.26.8.linux-amd64", "tile/8/0/x241/187", "latest".
 * ret has room for n and is zeroed. False (with *err) only when nothing at all could be asked; the
 * fate of one path stands in its reply. A file:// base gives status 200 or 404. */
typedef bool (*SumdbGet)(void *context, Arena *a, const Str *paths, isize n, SumdbReply *ret,
                         Err *err);

typedef struct {
    Str name;     /* of the database, for messages */
    SumdbGet get; /* NULL: offline */
    void *context;
    isize n_batches; /* calls of get so far */
    isize n_requests;
} SumdbRemote;

typedef enum {
    SUMDB_REPLY_FAILED,
    SUMDB_REPLY_FOUND,
    SUMDB_REPLY_ABSENT, /* status 404 or 410; *err untouched */
} SumdbReplyOutcome;

/* Asks for n > 0 paths in one batch. Offline it fails with ERR_NET. */
bool sumdb_remote_ask(SumdbRemote *remote, Arena *a, const Str *paths, isize n, SumdbReply **ret,
                      Err *err);
/* What a reply amounts to: another status is ERR_NET, more than SUMDB_MAX_REPLY is ERR_LIMIT. */
SumdbReplyOutcome sumdb_reply_judge(const SumdbReply *reply, Str path, Err *err);

#endif
