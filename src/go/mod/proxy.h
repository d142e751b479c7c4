/*
 * GOPROXY: the list of module proxies, and the rule by which a request falls through it.
 *
 * Grammar and rule are cmd/go's (modfetch/proxy.go, and "GOPROXY protocol" of the module
 * reference): entries separated by "," (the next one is asked after 404 and 410 only) or "|"
 * (after any error).
 */
#ifndef GO_MOD_PROXY_H
#define GO_MOD_PROXY_H

#include "base/err.h"

typedef enum {
    PROXY_NONE,
    PROXY_URL,    /* http or https */
    PROXY_FILE,   /* file://, a directory laid out as a proxy */
    PROXY_DIRECT, /* "direct": where the module comes from; ends the list */
    PROXY_OFF,    /* "off": downloads are forbidden; ends the list */
    PROXY_KIND_COUNT,
} ProxyKind;

#define PROXY_MAX_ENTRIES 64
#define PROXY_MAX_URL 2048 /* bytes of one entry */

typedef struct {
    ProxyKind kind;
    Str url;        /* URL: scheme, host and path without trailing slash; credentials included */
    Str query;      /* URL: what follows "?", sent with every request; not printed either */
    Str dir;        /* FILE: the absolute directory, percent-decoded */
    Str printable;  /* for messages: without credentials; "direct" and "off" as they are */
    bool any_error; /* followed by "|" */
} ProxyEntry;

typedef struct {
    ProxyEntry *ptr;
    isize len;
} ProxyList;

/* Parses the value of GOPROXY, which is not empty. As in cmd/go empty entries are skipped, entries
 * after "direct" or "off" are ignored, and a host without scheme gets https. ERR_USAGE for a list
 * without entries, another scheme, or a file URL that is more than a path. */
bool proxy_list_parse(Arena *a, Str value, ProxyList *ret, Err *err);

/* What one entry answered. */
typedef enum {
    PROXY_FAILED, /* any other error; *err says which */
    PROXY_ABSENT, /* 404, 410, or no such file; *err says what was asked for */
    PROXY_ANSWERED,
} ProxyAnswer;

typedef ProxyAnswer (*ProxyAsk)(void *context, const ProxyEntry *entry, Err *err);

/* Asks the entries in turn until one answers or the rule stops the walk. Otherwise *err is the most
 * telling error, ranked as cmd/go does: that of "direct", else the last failure, else the last
 * absence ("off" speaks only when nobody else was asked). The result is PROXY_ABSENT only when that
 * error is an absence. */
ProxyAnswer proxy_list_ask(const ProxyList *list, ProxyAsk ask, void *context, Err *err);

/* Where the entry (URL or FILE) keeps path, which is already escaped for a URL: the URL with the
 * entry's query, or the file's path. */
Str proxy_join(Arena *a, const ProxyEntry *entry, Str path);

#endif
