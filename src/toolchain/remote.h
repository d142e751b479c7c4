/* Asking a server, or a folder that stands for one, and saying in words what came of it. */
#ifndef TOOLCHAIN_REMOTE_H
#define TOOLCHAIN_REMOTE_H

#include "go/mod/proxy.h"
#include "os/fetch.h"

#define REMOTE_TIMEOUT_MS (120 * 1000) /* for what is not an archive */

/* Reads a small resource into memory. PROXY_ABSENT: 404 or 410. */
ProxyAnswer remote_read(Fetcher *f, Arena *a, Str url, isize max, Str *ret, Err *err);

/* The same of an entry of kind URL or FILE; path as in proxy_join. */
ProxyAnswer remote_read_entry(Fetcher *f, Arena *a, const ProxyEntry *entry, Str path, isize max,
                              Str *ret, Err *err);

/* What an answer other than 200 and 206 means; never PROXY_ANSWERED. */
ProxyAnswer remote_refusal(Arena scratch, Str url, const FetchReply *reply, Err *err);

/* Whether the answer is a web page, where none belongs. An empty one is taken for what it should
 * be: servers label those at random. */
bool remote_is_web_page(const FetchReply *reply);
/* *err for such an answer; returns PROXY_FAILED. */
ProxyAnswer remote_fail_web_page(Arena scratch, Str url, Err *err);

#endif
