#include "sumdb/remote.h"

enum { STATUS_OK = 200, STATUS_ABSENT = 404, STATUS_GONE = 410 };

bool sumdb_remote_ask(SumdbRemote *remote, Arena *a, const Str *paths, isize n, SumdbReply **ret,
                      Err *err)
{
    if (remote->get == NULL) {
        return FAIL(err, ERR_NET, "'%.*s' of %.*s is not in the cache, and goward is offline",
                    STR_ARG(paths[0]), STR_ARG(remote->name));
    }
    SumdbReply *replies = ARENA_ARRAY(a, SumdbReply, n);
    remote->n_batches++;
    remote->n_requests += n;
    if (!remote->get(remote->context, a, paths, n, replies, err)) {
        return false; /* it says where it asked, the client whom it asks */
    }
    *ret = replies;
    return true;
}

SumdbReplyOutcome sumdb_reply_judge(const SumdbReply *reply, Str path, Err *err)
{
    if (reply->failed) {
        *err = reply->error;
        return SUMDB_REPLY_FAILED;
    }
    if (reply->status == STATUS_ABSENT || reply->status == STATUS_GONE) {
        return SUMDB_REPLY_ABSENT;
    }
    if (reply->status != STATUS_OK) {
        FAIL(err, ERR_NET, "'%.*s' was answered with status %d", STR_ARG(path), reply->status);
        return SUMDB_REPLY_FAILED;
    }
    if (reply->body.len > SUMDB_MAX_REPLY) {
        FAIL(err, ERR_LIMIT, "'%.*s' was answered with %td bytes, at most %td are read",
             STR_ARG(path), reply->body.len, SUMDB_MAX_REPLY);
        return SUMDB_REPLY_FAILED;
    }
    return SUMDB_REPLY_FOUND;
}
