#include "toolchain/remote.h"

#include "os/file.h"

/* What a status means in a sentence, and what can be done about it. */
static const struct {
    int status;
    ErrKind kind;
    const char *text;
    const char *hint;
} refusals[] = {
    {400, ERR_NET, "does not understand the request", ""},
    {401, ERR_NET, "wants a user name and password",
     "put them into ~/.netrc, or into the URL in GOPROXY"},
    {403, ERR_NET, "forbids it",
     "it may not hold this version, want credentials (~/.netrc), or be closed by policy"},
    {404, ERR_NOT_FOUND, "has no such thing", ""},
    {407, ERR_NET, "is behind an HTTP proxy that wants a user name and password",
     "put them into the URL in HTTPS_PROXY"},
    {410, ERR_NOT_FOUND, "has it no more", ""},
    {429, ERR_NET, "was asked too often", "try again in a while"},
    {451, ERR_NET, "may not give it out, for legal reasons", ""},
    {500, ERR_NET, "has an internal error", "try again in a while, or use another mirror"},
    {502, ERR_NET, "cannot reach what is behind it", "try again in a while, or use another mirror"},
    {503, ERR_NET, "is overloaded or down", "try again in a while, or use another mirror"},
    {504, ERR_NET, "waited in vain for what is behind it",
     "try again in a while, or use another mirror"},
};

ProxyAnswer remote_refusal(Arena scratch, Str url, const FetchReply *reply, Err *err)
{
    Str host = fetch_url_host(url), printable = fetch_printable_url(&scratch, url);
    const char *text = "gave an answer that is of no use";
    const char *hint = "";
    ErrKind kind = ERR_NET;
    for (isize i = 0; i < COUNT_OF(refusals); i++) {
        if (refusals[i].status == reply->status) {
            kind = refusals[i].kind;
            text = refusals[i].text;
            hint = refusals[i].hint;
        }
    }
    bool has_detail = reply->detail.len > 0;
    FAIL(err, kind, "%.*s %s (status %d%s%.*s)", STR_ARG(host), text, reply->status,
         has_detail ? ": " : "", STR_ARG(reply->detail));
    err_frame(err, "asking for %.*s", STR_ARG(printable));
    err_hint(err, "%s", hint);
    return kind == ERR_NOT_FOUND ? PROXY_ABSENT : PROXY_FAILED;
}

bool remote_is_web_page(const FetchReply *reply)
{
    return reply->body_len > 0 && (str_eq(reply->content_type, S("text/html")) ||
                                   str_eq(reply->content_type, S("application/xhtml+xml")));
}

ProxyAnswer remote_fail_web_page(Arena scratch, Str url, Err *err)
{
    Str host = fetch_url_host(url), printable = fetch_printable_url(&scratch, url);
    FAIL(err, ERR_NET, "%.*s answered with a web page", STR_ARG(host));
    err_frame(err, "asking for %.*s", STR_ARG(printable));
    err_hint(err, "a login page or filter may sit in between; check the URL and the network");
    return PROXY_FAILED;
}

ProxyAnswer remote_read(Fetcher *f, Arena *a, Str url, isize max, Str *ret, Err *err)
{
    FetchRequest request = {
        .url = url, .max = max, .to = -1, .body_fd = -1, .timeout_ms = REMOTE_TIMEOUT_MS};
    FetchReply reply;
    if (!fetch_run(f, a, &request, 1, &reply, NULL, NULL, err)) {
        return PROXY_FAILED;
    }
    if (reply.fault != FETCH_FAULT_NONE) {
        *err = reply.error;
        return PROXY_FAILED;
    }
    if (reply.status != 200) {
        return remote_refusal(*a, url, &reply, err);
    }
    if (remote_is_web_page(&reply)) {
        return remote_fail_web_page(*a, url, err);
    }
    *ret = reply.body;
    return PROXY_ANSWERED;
}

ProxyAnswer remote_read_entry(Fetcher *f, Arena *a, const ProxyEntry *entry, Str path, isize max,
                              Str *ret, Err *err)
{
    Str where = proxy_join(a, entry, path);
    if (entry->kind == PROXY_URL) {
        return remote_read(f, a, where, max, ret, err);
    }
    switch (file_read_all(a, FILE_CWD, where, max, ret, err)) {
    case FILE_FOUND:
        return PROXY_ANSWERED;
    case FILE_ABSENT:
        FAIL(err, ERR_NOT_FOUND, "there is no file '%.*s'", STR_ARG(where));
        return PROXY_ABSENT;
    case FILE_FAILED:
        break;
    }
    return PROXY_FAILED;
}
