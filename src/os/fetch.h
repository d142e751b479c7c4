/*
 * The network, through the helper program goward-fetch: one helper process per goward process,
 * started at the first request, kept for its connections, ended with the Fetcher.
 * Protocol: docs/formats/fetch.md. The helper gets URLs, caps and descriptors, never the store.
 */
#ifndef OS_FETCH_H
#define OS_FETCH_H

#include "base/err.h"
#include "os/environ.h"

typedef struct Fetcher Fetcher;

/* Nothing is started yet. helper: path of goward-fetch, empty to look for it beside the running
 * program and in ../libexec/goward. env is the environment the helper gets (proxies, CA files).
 * With offline every request fails with ERR_NET. */
Fetcher *fetcher_open(Arena *a, Str helper, const Environ *env, bool offline);
void fetcher_close(Fetcher *f);

typedef struct {
    Str url;       /* http or https; may hold credentials, which are never printed */
    isize max;     /* cap of the body in bytes; more is an error */
    int64_t from;  /* first byte wanted (Range), 0 for the start */
    int64_t to;    /* last byte wanted, -1 for the end */
    int body_fd;   /* where the body is written, from its current offset; -1: into ret_body */
    int timeout_ms; /* for the whole request, 0 for the default of 120 s without any progress */
} FetchRequest;

typedef struct {
    int status;        /* HTTP status of the last response, after at most 10 redirects */
    bool is_partial;   /* 206: the range was honoured */
    int64_t body_len;  /* bytes written */
    int64_t total_len; /* of the whole resource, -1 when unknown */
    Str body;          /* when body_fd was -1; on the arena */
    Str content_type;
    bool failed;       /* no HTTP answer: error says why (err kind ERR_NET, ERR_LIMIT ...) */
    Err error;
} FetchReply;

/* Called now and then while a body arrives. total -1 when unknown. */
typedef void (*FetchProgress)(void *context, int64_t done, int64_t total);

/* Runs n requests at the same time and waits for all. False only when the helper itself cannot be
 * used; what went wrong with one request stands in its reply. An HTTP error status is no error here. */
bool fetch_run(Fetcher *f, Arena *a, const FetchRequest *requests, isize n, FetchReply *ret_replies,
               FetchProgress progress, void *progress_context, Err *err);

/* url without user name, password and query: what may be printed and logged. */
Str fetch_printable_url(Arena *a, Str url);

#endif
