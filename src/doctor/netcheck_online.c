/*
 * The proxies and the checksum database, asked: only with --net.
 *
 * A proxy is asked for the list of Go toolchains, which needs no credentials and which each proxy
 * that passes public modules on has. The database is asked for its newest tree head, the way the go
 * command would, and the signature is checked: who can sign it is the database.
 */
#include "base/path.h"
#include "doctor/proxies.h"
#include "os/clock.h"
#include "os/file.h"
#include "sumdb/gosumdb.h"
#include "sumdb/note.h"

#define NET_MAX_ASKED 5 /* entries of GOPROXY; each may take the whole time limit */
#define NET_TIMEOUT_MS 8000
#define NET_SLOW_MS 2000
#define NET_MAX_BODY (4 * MIB) /* the list of toolchains has 100 KiB */
#define NET_LIST_PATH "golang.org/toolchain/@v/list"
#define NS_PER_MS 1000000

typedef struct {
    int status; /* of HTTP; of a file 200 or 404; 0: no answer, fault and error say why */
    FetchFault fault;
    Str body, content_type;
    Err error;
    int64_t ms;
} Answer;

static Answer ask_file(Doctor *d, Str file)
{
    Answer ret = {0};
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

/* location: a URL, or the absolute path of a file. */
static Answer ask(Doctor *d, Str location)
{
    Answer ret = {0};
    FetchReply reply = {0};
    if (path_is_absolute(location)) {
        return ask_file(d, location);
    }
    FetchRequest request = {
        .url = location,
        .max = NET_MAX_BODY,
        .to = -1,
        .body_fd = -1,
        .timeout_ms = NET_TIMEOUT_MS,
    };
    int64_t begin = clock_monotonic_ns();
    if (!fetch_run(d->in->fetcher, d->arena, &request, 1, &reply, NULL, NULL, &ret.error)) {
        ret.fault = FETCH_FAULT_HELPER;
        return ret;
    }
    ret.ms = (clock_monotonic_ns() - begin) / NS_PER_MS;
    ret.fault = reply.fault;
    ret.error = reply.error;
    ret.status = reply.fault == FETCH_FAULT_NONE ? reply.status : 0;
    ret.body = reply.body;
    ret.content_type = reply.content_type;
    return ret;
}

static bool is_absence(const Answer *answer)
{
    return answer->status == 404 || answer->status == 410;
}

/* A page for people where a program asked: a login, a captive portal, an error page. */
static bool is_web_page(const Answer *answer)
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
                              STR_CONST("date -u; timedatectl set-ntp true")},
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

static void find_answer(Doctor *d, Severity severity, const Variable *v, const Answer *answer,
                        Str title, Str remedy)
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
    doctor_find(d, (Finding){
                       .severity = severity,
                       .title = title,
                       .place = variable_place(v),
                       .evidence = evidence,
                       .remedy = remedy,
                   });
}

/* server: its address as it may be printed. */
static void find_fault(Doctor *d, Severity severity, const Variable *v, const Answer *answer,
                       Str server)
{
    const FaultText *text = &fault_texts[answer->fault];
    const char *says = text->says != NULL ? text->says : "gave no answer that could be used";
    find_answer(d, severity, v, answer, str_format(d->arena, "%.*s %s", STR_ARG(server), says),
                text->remedy);
}

static void find_status(Doctor *d, Severity severity, const Variable *v, const Answer *answer,
                        Str server)
{
    bool is_refusal = answer->status == 401 || answer->status == 403;
    find_answer(d, severity, v, answer,
                str_format(d->arena, "%.*s answers with HTTP status %d%s", STR_ARG(server),
                           answer->status, is_refusal ? ": it wants other credentials" : ""),
                is_refusal ? S("put user and password for this host into ~/.netrc")
                           : S("ask who runs it; an entry behind | in GOPROXY is asked instead"));
}

/* ---- GWD067: proxies ---- */

static void judge_proxy(Doctor *d, const Variable *v, const ProxyEntry *entry, bool has_next,
                        const Answer *answer)
{
    /* After | any other answer leads on to the next entry, after a comma absence alone does. */
    Severity severity = has_next && entry->any_error ? SEVERITY_WARN : SEVERITY_ERROR;
    if (answer->fault != FETCH_FAULT_NONE) {
        find_fault(d, severity, v, answer, entry->printable);
    } else if (is_absence(answer)) {
        find_answer(d, SEVERITY_INFO, v, answer,
                    str_format(d->arena, "%.*s has no Go toolchains", STR_ARG(entry->printable)),
                    S("goward install brings them from another proxy"));
    } else if (answer->status != 200) {
        find_status(d, severity, v, answer, entry->printable);
    } else if (is_web_page(answer)) {
        find_answer(d, SEVERITY_ERROR, v, answer,
                    str_format(d->arena,
                               "%.*s answers with a web page: a login or a captive "
                               "portal stands in between, or it is no module proxy",
                               STR_ARG(entry->printable)),
                    S("open it in a browser, log in, and try again"));
    } else if (answer->ms > NET_SLOW_MS) {
        find_answer(d, SEVERITY_WARN, v, answer,
                    str_format(d->arena, "%.*s is slow: %lld ms for a small answer",
                               STR_ARG(entry->printable), (long long)answer->ms),
                    S("take a nearer proxy"));
    } else {
        find_answer(d, SEVERITY_INFO, v, answer,
                    str_format(d->arena, "%.*s answered in %lld ms", STR_ARG(entry->printable),
                               (long long)answer->ms),
                    (Str){0});
    }
}

/* The entries that may be asked; false when there are none, or Go would not take the list. */
static bool read_list(const Doctor *d, Variable *ret_v, ProxyList *ret)
{
    Err ignored;
    return proxies_variable(d, S("GOPROXY"), ret_v) && ret_v->got.value.len > 0 &&
           proxy_list_parse(d->arena, ret_v->got.value, ret, &ignored);
}

static bool check_proxies(Doctor *d, Err *err)
{
    Variable v;
    ProxyList list;
    if (fetcher_is_offline(d->in->fetcher)) {
        return FAIL(err, ERR_NET, "goward is told to stay offline");
    }
    if (!read_list(d, &v, &list)) {
        return true;
    }
    for (isize i = 0; i < MIN(list.len, NET_MAX_ASKED); i++) {
        const ProxyEntry *entry = &list.ptr[i];
        if (entry->kind == PROXY_URL) {
            Answer answer = ask(d, proxy_join(d->arena, entry, S(NET_LIST_PATH)));
            judge_proxy(d, &v, entry, i + 1 < list.len, &answer);
        }
    }
    return true;
}

/* ---- GWD068: the checksum database ---- */

typedef enum {
    BASE_NONE, /* a proxy fails in a way that ends the search; it was told */
    BASE_FOUND,
} BaseOutcome;

typedef struct {
    Str location; /* URL or directory, without trailing slash */
    Str printable;
} SumdbBase;

/* modfetch.dbClient.initBase: the first proxy that passes the database on, else the database. */
static BaseOutcome find_base(Doctor *d, const Gosumdb *database, SumdbBase *ret)
{
    Variable v;
    ProxyList list = {0};
    Str name = database->verifier.name;
    *ret = (SumdbBase){database->url, database->url};
    if (database->url.len == 0) {
        ret->location = ret->printable = str_format(d->arena, "https://%.*s", STR_ARG(name));
    }
    if (database->url.len > 0 || !read_list(d, &v, &list)) {
        return BASE_FOUND;
    }
    for (isize i = 0; i < MIN(list.len, NET_MAX_ASKED); i++) {
        const ProxyEntry *entry = &list.ptr[i];
        if (entry->kind != PROXY_URL && entry->kind != PROXY_FILE) {
            break;
        }
        Str path = str_format(d->arena, "sumdb/%.*s", STR_ARG(name));
        Answer answer =
            ask(d, proxy_join(d->arena, entry, str_concat(d->arena, path, S("/supported"))));
        if (answer.status == 200) {
            *ret = (SumdbBase){proxy_join(d->arena, entry, path), entry->printable};
            return BASE_FOUND;
        }
        if (!is_absence(&answer) && !entry->any_error) {
            find_answer(d, SEVERITY_ERROR, &v, &answer,
                        str_format(d->arena,
                                   "%.*s does not say whether it passes the checksum database on: "
                                   "new modules are refused",
                                   STR_ARG(entry->printable)),
                        S("ask who runs it: 404 for /sumdb/ means that it does not"));
            return BASE_NONE;
        }
    }
    return BASE_FOUND;
}

static void judge_database(Doctor *d, const Variable *v, const Gosumdb *database,
                           const SumdbBase *base, const Answer *answer)
{
    Str text;
    Err why = {0};
    Str server = str_format(d->arena, "the checksum database at %.*s",
                            STR_ARG(proxies_hide(d->arena, base->printable)));
    if (answer->fault != FETCH_FAULT_NONE) {
        find_fault(d, SEVERITY_ERROR, v, answer, server);
    } else if (answer->status != 200) {
        find_status(d, SEVERITY_ERROR, v, answer, server);
    } else if (is_web_page(answer)) {
        find_answer(d, SEVERITY_ERROR, v, answer,
                    str_format(d->arena, "%.*s answers with a web page", STR_ARG(server)),
                    S("open it in a browser; a login or a captive portal stands in between"));
    } else if (!note_open(*d->arena, answer->body, &database->verifier, &text, &why)) {
        find_answer(d, SEVERITY_ERROR, v, answer,
                    str_format(d->arena, "%.*s signs with another key than GOSUMDB says: %s",
                               STR_ARG(server), why.text),
                    S("go env -u GOSUMDB; believe nothing that comes from there until it is "
                      "known why"));
    } else if (answer->ms > NET_SLOW_MS) {
        find_answer(d, SEVERITY_WARN, v, answer,
                    str_format(d->arena, "%.*s is slow", STR_ARG(server)), (Str){0});
    }
}

/* proxy_join puts a query behind the path; the path goes before it. */
static Str join(Arena *a, Str location, Str path)
{
    StrCut cut = str_cut(location, '?');
    return cut.found ? str_format(a, "%.*s/%.*s?%.*s", STR_ARG(cut.head), STR_ARG(path),
                                  STR_ARG(cut.tail))
                     : path_join(a, location, path);
}

static bool check_database(Doctor *d, Err *err)
{
    Variable v;
    Gosumdb database;
    SumdbBase base;
    Err ignored;
    if (fetcher_is_offline(d->in->fetcher)) {
        return FAIL(err, ERR_NET, "goward is told to stay offline");
    }
    if (!proxies_variable(d, S("GOSUMDB"), &v) || v.got.value.len == 0 ||
        !gosumdb_parse(*d->arena, v.got.value, &database, &ignored) || database.is_off ||
        find_base(d, &database, &base) == BASE_NONE) {
        return true;
    }
    str_eat_prefix(&base.location, S("file://"));
    Answer answer = ask(d, join(d->arena, base.location, S("latest")));
    judge_database(d, &v, &database, &base, &answer);
    return true;
}

static const Check rows[] = {
    {
        .about =
            {
                .id = STR_CONST("GWD067"),
                .title = STR_CONST("each proxy of GOPROXY answers as a module proxy does"),
                .severity = SEVERITY_ERROR,
                .looks_at = STR_CONST("GOPROXY; each of its servers is asked for "
                                      "golang.org/toolchain/@v/list, through HTTPS_PROXY where "
                                      "that is set. Made with --net only"),
                .why = STR_CONST(
                    "A name without an address, a port of http asked by https, a certificate of "
                    "an authority that is not installed, a clock that is behind, a captive portal "
                    "that answers all with a web page: the go command tells each of them in the "
                    "middle of an unrelated message. Behind a comma the next entry is not asked "
                    "when a proxy fails."),
                .cure = STR_CONST("what the finding names; go env -u GOPROXY brings back the "
                                  "default"),
                .since = STR_CONST("0.1.0"),
                .source = STR_CONST("go.dev/ref/mod#goproxy-protocol"),
            },
        .run = check_proxies,
        .cost = COST_NETWORK,
        .modes = MODE_PROXY,
    },
    {
        .about =
            {
                .id = STR_CONST("GWD068"),
                .title = STR_CONST("the checksum database answers, and signs with its key"),
                .severity = SEVERITY_ERROR,
                .looks_at = STR_CONST("GOSUMDB and GOPROXY; /sumdb/NAME/supported of each proxy, "
                                      "and the newest tree head of the database where the go "
                                      "command would ask for it. Made with --net only"),
                .why = STR_CONST(
                    "What go.sum does not list is refused while the database cannot be asked. A "
                    "proxy may pass it on; one that answers /sumdb/ with an error other than 404 "
                    "ends the search, and no other way is tried. A tree head that another key has "
                    "signed comes from somebody else."),
                .cure = STR_CONST("let the proxy answer 404 for /sumdb/, or allow "
                                  "https://sum.golang.org through the firewall"),
                .since = STR_CONST("0.1.0"),
                .source = STR_CONST("go.dev/ref/mod#checksum-database, modfetch/sumdb.go"),
            },
        .run = check_database,
        .cost = COST_NETWORK,
        .modes = MODE_PROXY,
    },
};

const CheckGroup doctor_netcheck_online = {rows, COUNT_OF(rows)};
