#include "toolchain/parts.h"

#include "base/panic.h"
#include "os/file.h"
#include "toolchain/remote.h"

static bool fail_short(const SourceRange *range, Str origin, Err *err)
{
    return FAIL(err, ERR_FORMAT, "'%.*s' does not have the bytes %lld to %lld", STR_ARG(origin),
                (long long)range->from, (long long)range->to);
}

static bool is_tail(const SourceRange *range)
{
    return range->from < 0;
}

/* Bytes that were asked for; of a tail, at most. */
static int64_t range_len(const SourceRange *range)
{
    return is_tail(range) ? -range->from : range->to - range->from + 1;
}

static void check_ranges(const SourceRange *ranges, isize n)
{
    for (isize i = 0; i < n; i++) {
        ASSERT(range_len(&ranges[i]) > 0 && range_len(&ranges[i]) <= PARTS_MAX_LEN);
    }
}

static ProxyAnswer take_reply(Arena *a, Str url, const SourceRange *range, const FetchReply *reply,
                              SourcePart *ret, Err *err)
{
    if (reply->fault != FETCH_FAULT_NONE) {
        *err = reply->error;
        return PROXY_FAILED;
    }
    if (reply->status != 206 && reply->status != 416) {
        return remote_refusal(*a, url, reply, err);
    }
    int64_t wanted = is_tail(range) ? MIN(range_len(range), reply->total_len) : range_len(range);
    if (reply->status == 416 || reply->total_len < 0 || reply->body_len != wanted) {
        fail_short(range, fetch_printable_url(a, url), err);
        return PROXY_FAILED;
    }
    *ret = (SourcePart){reply->body_from, reply->total_len, reply->body};
    return PROXY_ANSWERED;
}

ProxyAnswer parts_fetch(Fetcher *f, Arena *a, Str url, const SourceRange *ranges, isize n,
                        SourcePart *ret, bool *ret_lacks_ranges, Err *err)
{
    FetchRequest *requests = ARENA_ARRAY(a, FetchRequest, n);
    FetchReply *replies = ARENA_ARRAY(a, FetchReply, n);
    check_ranges(ranges, n);
    for (isize i = 0; i < n; i++) {
        requests[i] = (FetchRequest){.url = url,
                                     .max = (isize)range_len(&ranges[i]),
                                     .from = ranges[i].from,
                                     .to = is_tail(&ranges[i]) ? -1 : ranges[i].to,
                                     .body_fd = -1};
    }
    if (!fetch_run(f, a, requests, n, replies, NULL, NULL, err)) {
        return PROXY_FAILED;
    }
    for (isize i = 0; i < n; i++) {
        ProxyAnswer answer = take_reply(a, url, &ranges[i], &replies[i], &ret[i], err);
        if (answer != PROXY_ANSWERED) {
            *ret_lacks_ranges = *ret_lacks_ranges || replies[i].fault == FETCH_FAULT_NO_RANGE;
            return answer;
        }
    }
    return PROXY_ANSWERED;
}

static bool read_part(Arena *a, int fd, int64_t total, const SourceRange *range, Str path,
                      SourcePart *ret, Err *err)
{
    int64_t from = is_tail(range) ? MAX(0, total + range->from) : range->from;
    int64_t len = is_tail(range) ? total - from : range_len(range);
    if (from > total || len > total - from) {
        return fail_short(range, path, err);
    }
    char *buf = arena_alloc(a, (isize)len, 1, 1);
    isize n;
    if (!file_read_at(fd, from, buf, (isize)len, &n, err)) {
        return false;
    }
    *ret = (SourcePart){from, total, {buf, n}};
    return n == len || fail_short(range, path, err);
}

ProxyAnswer parts_read_file(Arena *a, Str path, const SourceRange *ranges, isize n, SourcePart *ret,
                            Err *err)
{
    AUTO_CLOSE int fd = -1;
    FileStat st;
    check_ranges(ranges, n);
    FileOutcome found = file_open(FILE_CWD, path, &fd, err);
    if (found == FILE_ABSENT) {
        FAIL(err, ERR_NOT_FOUND, "there is no file '%.*s'", STR_ARG(path));
        return PROXY_ABSENT;
    }
    if (found == FILE_FAILED || !file_fstat(fd, &st, err)) {
        return PROXY_FAILED;
    }
    for (isize i = 0; i < n; i++) {
        if (!read_part(a, fd, st.size, &ranges[i], path, &ret[i], err)) {
            return PROXY_FAILED;
        }
    }
    return PROXY_ANSWERED;
}
