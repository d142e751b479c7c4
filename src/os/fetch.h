/*
 * The network, through the helper program goward-fetch: one helper process per goward process,
 * started at the first request, kept for its connections, ended with the Fetcher.
 * Protocol: docs/formats/fetch.md. The helper gets URLs, caps and descriptors, never the store.
 *
 * A Fetcher is used by one thread at a time.
 */
#ifndef OS_FETCH_H
#define OS_FETCH_H

#include "base/err.h"
#include "os/environ.h"
#include "os/fetch_wire.h"

#define FETCH_STALL_MS (60 * 1000) /* silence after which a transfer is given up */

typedef struct Fetcher Fetcher;

/* Nothing is started yet. helper: path of goward-fetch; empty to take GOWARD_FETCH of env, else to
 * look beside the running program, then in ../libexec/goward and in ../helper of its directory.
 * Of env the helper gets only what concerns the network (proxies, CA files, netrc, resolver), so
 * that a token in the environment stays out of its reach. env and helper live as long as the
 * Fetcher. With offline every request fails with FETCH_FAULT_OFFLINE. */
Fetcher *fetcher_open(Arena *a, Str helper, const Environ *env, bool offline);
/* Ends the helper. Closing NULL does nothing. */
void fetcher_close(Fetcher *f);
bool fetcher_is_offline(const Fetcher *f);
/* The Landlock ABI that confines the running helper's file access; 0 when it runs unconfined, or
 * does not run yet. */
uint32_t fetcher_landlock(const Fetcher *f);

typedef struct {
    Str url;   /* http or https; may hold credentials, which are never printed */
    isize max; /* cap of the body in bytes; more is FETCH_FAULT_TOO_LARGE */
    /* The bytes wanted (Range): [from, to], to -1 for the end; a negative from is the last -from
     * bytes. {0, -1} is the whole. */
    int64_t from, to;
    /* Where the body is written: byte n of the resource to offset n of this file, whatever range
     * was asked for, so that a download resumes with from = what is there. A server that ignores
     * the range sends the whole, which then overwrites the file from its start and cuts what is
     * left of the old content. -1: into ret->body; a server that ignores the range is then
     * FETCH_FAULT_NO_RANGE. Never written by a status other than 200 and 206. */
    int body_fd;
    int timeout_ms; /* for the whole request; 0: none */
    int stall_ms;   /* longest silence; 0: FETCH_STALL_MS */
} FetchRequest;

typedef struct {
    int status;        /* HTTP status of the last response, after the redirects */
    bool is_partial;   /* 206: the range was honoured */
    int64_t body_from; /* offset of the first byte of the body within the resource */
    int64_t body_len;  /* bytes of the body that arrived, also when the transfer failed later */
    int64_t total_len; /* of the whole resource, -1 when unknown; a 416 says it too */
    Str body;          /* when body_fd was -1; on the arena */
    Str content_type;  /* lower case, without parameters */
    Str detail;        /* first line of a text/plain error body, printable ASCII; may be empty */
    FetchFault fault;  /* not NONE: no complete answer, and error says why */
    Err error;
} FetchReply;

/* Called now and then while a body arrives: the offset reached and the size of the resource, -1
 * when unknown. With several requests at once the calls are of any of them. */
typedef void (*FetchProgress)(void *context, int64_t done, int64_t total);

/* Runs n requests at the same time and waits for all. False only when the helper itself cannot be
 * used; what went wrong with one request stands in its reply. An HTTP error status is no error
 * here. progress may be NULL. */
bool fetch_run(Fetcher *f, Arena *a, const FetchRequest *requests, isize n, FetchReply *ret_replies,
               FetchProgress progress, void *progress_context, Err *err);

/* url without user name, password, query and fragment: what may be printed and logged. */
Str fetch_printable_url(Arena *a, Str url);
/* Its host, without credentials and port; empty when there is none. */
Str fetch_url_host(Str url);

#endif
