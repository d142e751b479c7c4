#include "toolchain/download.h"

#include "os/file.h"
#include "toolchain/remote.h"

#define DOWNLOAD_MAX_ATTEMPTS 5 /* connections that broke after bringing something */

/* What became of one attempt. */
typedef enum {
    ATTEMPT_FAILED,
    ATTEMPT_ABSENT,
    ATTEMPT_COMPLETE,
    ATTEMPT_BROKEN, /* worth another one from where the file ends now; *err says what happened */
} Attempt;

static bool file_len(int fd, int64_t *ret, Err *err)
{
    FileStat st;
    if (!file_fstat(fd, &st, err)) {
        return false;
    }
    *ret = st.size;
    return true;
}

/* The server has nothing after what is there: either that is all of it, or it is something else. */
static Attempt take_unsatisfiable(const FetchReply *reply, int fd, int64_t had, Download *d,
                                  Err *err)
{
    if (reply->total_len == had) {
        d->len = had;
        d->len_is_known = true;
        return ATTEMPT_COMPLETE;
    }
    FAIL(err, ERR_NET, "the part that was there is longer than the file");
    return file_truncate(fd, 0, err) ? ATTEMPT_BROKEN : ATTEMPT_FAILED;
}

static Attempt take_body(const FetchReply *reply, isize max, Download *d, Err *err)
{
    d->fetched += reply->body_len;
    d->len = reply->body_from + reply->body_len;
    d->len_is_known = reply->total_len >= 0;
    if (d->len > max) { /* the cap of a request holds for what one answer brings */
        FAIL(err, ERR_LIMIT, "it has %lld bytes, at most %td are taken", (long long)d->len, max);
        return ATTEMPT_FAILED;
    }
    if (d->len_is_known && d->len != reply->total_len) {
        FAIL(err, ERR_NET, "%lld of %lld bytes came", (long long)d->len,
             (long long)reply->total_len);
        return ATTEMPT_BROKEN;
    }
    return ATTEMPT_COMPLETE;
}

/* An answer that is not complete. What broke off can go on; what was no answer to a range request
 * may be one to a plain request. */
static Attempt take_fault(const FetchReply *reply, int fd, int64_t had, Download *d, Err *err)
{
    d->fetched += reply->body_len;
    *err = reply->error;
    if (reply->fault == FETCH_FAULT_CUT || reply->fault == FETCH_FAULT_STALL) {
        int64_t len;
        Err ignored;
        return file_len(fd, &len, &ignored) && len > had ? ATTEMPT_BROKEN : ATTEMPT_FAILED;
    }
    if (reply->fault == FETCH_FAULT_PROTOCOL && had > 0) {
        Err ignored;
        return file_truncate(fd, 0, &ignored) ? ATTEMPT_BROKEN : ATTEMPT_FAILED;
    }
    if (reply->fault == FETCH_FAULT_WRITE) {
        Err ignored; /* a full disk gets its space back: others need it, too */
        file_truncate(fd, 0, &ignored);
    }
    return ATTEMPT_FAILED;
}

typedef struct {
    Fetcher *fetcher;
    FetchRequest request;
    FetchProgress progress;
    void *progress_context;
} Job;

static Attempt attempt(Job *job, Arena scratch, Download *d, Err *err)
{
    int fd = job->request.body_fd;
    FetchReply reply;
    int64_t had;
    if (!file_len(fd, &had, err)) {
        return ATTEMPT_FAILED;
    }
    job->request.from = had;
    if (!fetch_run(job->fetcher, &scratch, &job->request, 1, &reply, job->progress,
                   job->progress_context, err)) {
        return ATTEMPT_FAILED;
    }
    d->status = reply.status;
    if (reply.fault != FETCH_FAULT_NONE) {
        return take_fault(&reply, fd, had, d, err);
    }
    if (reply.status == 416 && had > 0) {
        return take_unsatisfiable(&reply, fd, had, d, err);
    }
    if (reply.status == 200 || reply.status == 206) {
        return take_body(&reply, job->request.max, d, err);
    }
    return remote_refusal(scratch, job->request.url, &reply, err) == PROXY_ABSENT ? ATTEMPT_ABSENT
                                                                                  : ATTEMPT_FAILED;
}

/* Adds to *err how far it came, and that this is kept. */
static void tell_what_is_kept(int fd, const Download *d, Err *err)
{
    int64_t len;
    Err ignored;
    if (d->fetched > 0 && file_len(fd, &len, &ignored) && len > 0) {
        err_frame(err, "%lld bytes have come and are kept", (long long)len);
        err_hint(err, "run it again: it goes on from there");
    }
}

ProxyAnswer download_run(Fetcher *f, Arena scratch, Str url, int fd, isize max,
                         FetchProgress progress, void *progress_context, Download *ret, Err *err)
{
    int64_t had;
    *ret = (Download){0};
    if (!file_len(fd, &had, err)) {
        return PROXY_FAILED;
    }
    ret->was_resumed = had > 0;
    Job job = {f, {.url = url, .max = max, .to = -1, .body_fd = fd}, progress, progress_context};
    Attempt outcome = ATTEMPT_BROKEN;
    for (int i = 0; i < DOWNLOAD_MAX_ATTEMPTS && outcome == ATTEMPT_BROKEN; i++) {
        outcome = attempt(&job, scratch, ret, err);
    }
    if (outcome == ATTEMPT_COMPLETE) {
        return PROXY_ANSWERED;
    }
    if (outcome == ATTEMPT_ABSENT) {
        return PROXY_ABSENT;
    }
    tell_what_is_kept(fd, ret, err);
    return PROXY_FAILED;
}
