#include "doctor/netcheck.h"

#include "base/path.h"
#include "doctor/httpproxy.h"
#include "doctor/kernel.h"
#include "os/clock.h"
#include "os/file.h"

#define NET_TIMEOUT_MS 8000
#define NET_MAX_BODY (4 * MIB) /* the list of toolchains has 100 KiB */
#define NET_LIST_PATH "golang.org/toolchain/@v/list"
#define NS_PER_MS 1000000

static NetAnswer ask_file(Doctor *d, Str file)
{
    NetAnswer ret = {0};
    switch (file_read_all(d->arena, FILE_CWD, file, NET_MAX_BODY, &ret.body, &ret.error)) {
    case FILE_FOUND:
        ret.status = 200;
        break;
    case FILE_ABSENT:
        ret.status = 404;
        break;
    case FILE_FAILED:
        ret.fault = FETCH_FAULT_URL;
        break;
    }
    return ret;
}

static NetAnswer answer_of(const FetchReply *reply, int64_t ms)
{
    return (NetAnswer){.status = reply->fault == FETCH_FAULT_NONE ? reply->status : 0,
                       .fault = reply->fault,
                       .body = reply->body,
                       .content_type = reply->content_type,
                       .detail = reply->detail,
                       .error = reply->error,
                       .ms = ms};
}

static void ask_urls(Doctor *d, const Str *urls, isize n, NetAnswer *ret)
{
    FetchRequest *requests = ARENA_ARRAY(d->arena, FetchRequest, n);
    FetchReply *replies = ARENA_ARRAY(d->arena, FetchReply, n);
    Err err;
    for (isize i = 0; i < n; i++) {
        requests[i] = (FetchRequest){.url = urls[i],
                                     .max = NET_MAX_BODY,
                                     .to = -1,
                                     .body_fd = -1,
                                     .timeout_ms = NET_TIMEOUT_MS};
    }
    int64_t begin = clock_monotonic_ns();
    bool ok = fetch_run(d->in->fetcher, d->arena, requests, n, replies, NULL, NULL, &err);
    int64_t ms = (clock_monotonic_ns() - begin) / NS_PER_MS;
    for (isize i = 0; i < n; i++) {
        ret[i] = ok ? answer_of(&replies[i], ms)
                    : (NetAnswer){.fault = FETCH_FAULT_HELPER, .error = err};
    }
}

void netcheck_ask_all(Doctor *d, const Str *locations, isize n, NetAnswer *ret)
{
    if (n > 0 && !path_is_absolute(locations[0])) {
        ask_urls(d, locations, n, ret);
        return;
    }
    for (isize i = 0; i < n; i++) {
        ret[i] = ask_file(d, locations[i]);
    }
}

NetAnswer netcheck_ask(Doctor *d, Str location)
{
    NetAnswer ret;
    netcheck_ask_all(d, &location, 1, &ret);
    return ret;
}

bool netcheck_is_absence(const NetAnswer *answer)
{
    return answer->status == 404 || answer->status == 410;
}

bool netcheck_is_web_page(const NetAnswer *answer)
{
    return str_starts_with(answer->content_type, S("text/html")) ||
           str_starts_with(str_trim(answer->body), S("<"));
}

/* ---- what a fault means ---- */

typedef struct {
    const char *says; /* after the name of the server */
    Str remedy;
} FaultText;

static const FaultText fault_texts[FETCH_FAULT_COUNT] = {
    [FETCH_FAULT_RESOLVE] = {"has no address: the name is wrong, or DNS does not answer",
                             STR_CONST("check the spelling, /etc/resolv.conf and HTTPS_PROXY")},
    [FETCH_FAULT_CONNECT] = {"does not answer: nobody listens, or a firewall is in between",
                             STR_CONST("check the port, the firewall, and whether HTTPS_PROXY is "
                                       "needed here")},
    [FETCH_FAULT_PROXY] = {"is behind an HTTP proxy that refuses to pass requests on",
                           STR_CONST("check HTTPS_PROXY and its password; NO_PROXY=HOST goes past "
                                     "it")},
    [FETCH_FAULT_TLS_TIME] = {"has a certificate that is expired or not yet valid: its, or the "
                              "clock here is wrong",
                              STR_CONST("date -u; when that is right, the server needs another "
                                        "certificate")},
    [FETCH_FAULT_TLS_TRUST] = {"has a certificate of an unknown authority: none is installed, or "
                               "somebody inspects TLS",
                               STR_CONST(
                                   "install ca-certificates, or the authority of your company "
                                   "in the system's bundle")},
    [FETCH_FAULT_TLS_NAME] = {"has a certificate of another host",
                              STR_CONST("check the name in GOPROXY; somebody else may answer for "
                                        "it")},
    [FETCH_FAULT_TLS] = {"does not speak TLS there: perhaps https was said to a port of http",
                         STR_CONST("check scheme and port of the entry")},
    [FETCH_FAULT_CUT] = {"ends the connection before its answer is whole",
                         STR_CONST("try again; an HTTP proxy or a load balancer may cut it")},
    [FETCH_FAULT_STALL] = {"stops in the middle of its answer", STR_CONST("try again")},
    [FETCH_FAULT_TIMEOUT] = {"takes too long to answer",
                             STR_CONST("check the network, or take a nearer proxy")},
    [FETCH_FAULT_TOO_LARGE] = {"answers with more than such an answer can have",
                               STR_CONST("curl -v shows what answers there")},
    [FETCH_FAULT_REDIRECT] = {"redirects without end, or to where no redirect may lead",
                              STR_CONST("curl -vL shows where it leads")},
};

Str netcheck_list_location(Arena *a, const ProxyEntry *entry)
{
    return proxy_join(a, entry, S(NET_LIST_PATH));
}

bool netcheck_read_list(const Doctor *d, Variable *ret_v, ProxyList *ret)
{
    Err ignored;
    return proxies_variable(d, S("GOPROXY"), ret_v) && ret_v->got.value.len > 0 &&
           proxy_list_parse(d->arena, ret_v->got.value, ret, &ignored);
}

void netcheck_find(Doctor *d, Severity severity, const Variable *v, const NetAnswer *answer,
                   Str title, Str more, Str remedy)
{
    Variable shown = *v;
    shown.got.value = proxies_hide(d->arena, v->got.value);
    Str evidence = variable_evidence(d->arena, &shown);
    if (answer->fault != FETCH_FAULT_NONE) {
        evidence = str_format(d->arena, "%.*s\n%.*s", STR_ARG(evidence),
                              STR_ARG(err_format(d->arena, &answer->error)));
    } else {
        evidence = str_format(d->arena, "%.*s\nHTTP status %d after %lld ms", STR_ARG(evidence),
                              answer->status, (long long)answer->ms);
    }
    if (more.len > 0) {
        evidence = str_format(d->arena, "%.*s\n%.*s", STR_ARG(evidence), STR_ARG(more));
    }
    doctor_find(d, (Finding){
                       .severity = severity,
                       .title = title,
                       .place = variable_place(v),
                       .evidence = evidence,
                       .remedy = remedy,
                   });
}

/* http where https is spoken: such a server hangs up. */
static bool may_be_https(const NetAnswer *answer, Str url)
{
    return answer->fault == FETCH_FAULT_CUT && str_starts_with(url, S("http://"));
}

void netcheck_find_fault(Doctor *d, Severity severity, const Variable *v, const NetAnswer *answer,
                         Str server, Str url)
{
    const FaultText *text = &fault_texts[answer->fault];
    const char *says = text->says != NULL ? text->says : "gave no answer that could be used";
    Variable bundle = netcheck_variable(d, S("SSL_CERT_FILE"));
    Str more = {0}, remedy = text->remedy;
    if (answer->fault == FETCH_FAULT_TLS_TRUST && bundle.got.value.len > 0) {
        more = variable_evidence(d->arena, &bundle);
        remedy = str_format(d->arena,
                            "add the authority to %.*s, or unset SSL_CERT_FILE to trust the "
                            "system's bundle",
                            STR_ARG(doctor_shell_word(d->arena, bundle.got.value)));
    } else if (may_be_https(answer, url)) {
        remedy = S("check scheme and port of the entry, https may be spoken there; else try again");
    }
    netcheck_find(d, severity, v, answer, str_format(d->arena, "%.*s %s", STR_ARG(server), says),
                  more, remedy);
}

bool netcheck_is_told(const Doctor *d, const NetAnswer *answer, Str url)
{
    Variable ignored;
    switch (answer->fault) {
    case FETCH_FAULT_RESOLVE:
    case FETCH_FAULT_CONNECT:
        return httpproxy_for(d, url, &ignored);
    case FETCH_FAULT_TLS_TRUST:
    case FETCH_FAULT_TLS: /* the helper cannot take a bundle without certificates */
        return netcheck_lacks_authorities(d);
    case FETCH_FAULT_TLS_TIME:
        return kernel_clock_is_behind(d);
    case FETCH_FAULT_NONE:
    case FETCH_FAULT_OFFLINE:
    case FETCH_FAULT_URL:
    case FETCH_FAULT_PROXY:
    case FETCH_FAULT_TLS_NAME:
    case FETCH_FAULT_CUT:
    case FETCH_FAULT_STALL:
    case FETCH_FAULT_TIMEOUT:
    case FETCH_FAULT_TOO_LARGE:
    case FETCH_FAULT_REDIRECT:
    case FETCH_FAULT_NO_RANGE:
    case FETCH_FAULT_WRITE:
    case FETCH_FAULT_PROTOCOL:
    case FETCH_FAULT_HELPER:
    case FETCH_FAULT_COUNT:
        return false;
    }
    return false;
}
