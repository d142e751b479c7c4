/* One large file over the network into a file of ours, resumed as often as it takes. */
#ifndef TOOLCHAIN_DOWNLOAD_H
#define TOOLCHAIN_DOWNLOAD_H

#include "go/mod/proxy.h"
#include "os/fetch.h"

typedef struct {
    int64_t len;       /* bytes in the file now */
    int64_t fetched;   /* of these, bytes that came now */
    bool was_resumed;  /* the file held a part at the start */
    bool len_is_known; /* the server said the length, and it is this */
    int status;        /* of the last answer, 0 when there was none */
} Download;

/* Completes fd, which holds the first bytes of the resource or nothing. A connection that breaks is
 * resumed while each attempt brings something, a few times. PROXY_ABSENT for 404 and 410. On
 * failure fd keeps what has come, and *ret says how far it went. */
ProxyAnswer download_run(Fetcher *f, Arena scratch, Str url, int fd, isize max,
                         FetchProgress progress, void *progress_context, Download *ret, Err *err);

#endif
