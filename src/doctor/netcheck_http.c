/* The HTTP proxies of the environment: can their addresses be read; with --net, do they answer? */
#include "doctor/httpproxy.h"
#include "doctor/netcheck.h"

/* ---- GWD066: HTTP proxies ---- */

/* Why Go cannot use the address of an HTTP proxy; NULL when it can. Without a scheme it is taken as
 * http. */
static const char *why_no_proxy(Str value)
{
    static const Str schemes[] = {STR_CONST("http"), STR_CONST("https"), STR_CONST("socks5"),
                                  STR_CONST("socks5h")};
    isize scheme = str_index(value, S("://"));
    bool is_known = scheme < 0;
    for (isize i = 0; i < COUNT_OF(schemes) && !is_known; i++) {
        is_known = str_eq_fold(str_to(value, scheme), schemes[i]);
    }
    Str host = scheme < 0 ? value : str_from(value, scheme + 3);
    host = str_cut(host, '/').head;
    host = str_from(host, str_last_index_byte(host, '@') + 1);
    StrCut port = str_cut_last(host, ':');
    int64_t number;
    if (!is_known) {
        return "has a scheme that Go does not speak";
    }
    if (host.len == 0 || str_index_byte(host, ' ') >= 0) {
        return "has no host";
    }
    bool has_port = port.found && str_index_byte(port.tail, ']') < 0;
    return has_port && port.tail.len > 0 && !str_parse_decimal(port.tail, 65535, &number)
               ? "has a port that is no number, and is passed over without a word"
               : NULL;
}

static void check_pair(Doctor *d, Str big, Str small)
{
    Str of_big = environ_value(d->in->env->environ, big);
    Str of_small = environ_value(d->in->env->environ, small);
    if (of_big.len == 0 || of_small.len == 0 || str_eq(of_big, of_small)) {
        return;
    }
    doctor_find(d,
                (Finding){
                    .severity = SEVERITY_WARN,
                    .title = str_format(d->arena,
                                        "%.*s and %.*s differ: Go reads the first, curl and "
                                        "git may read the second",
                                        STR_ARG(big), STR_ARG(small)),
                    .evidence = str_format(d->arena, "%.*s=%.*s\n%.*s=%.*s", STR_ARG(big),
                                           STR_ARG(proxies_hide(d->arena, of_big)), STR_ARG(small),
                                           STR_ARG(proxies_hide(d->arena, of_small))),
                    .remedy = str_format(d->arena, "unset %.*s", STR_ARG(small)),
                });
}

static void check_no_proxy(Doctor *d, const Variable *v)
{
    if (str_contains(v->got.value, S("://"))) {
        proxies_find(d, SEVERITY_WARN, v, (Str){0},
                     str_format(d->arena, "%.*s holds a URL, and takes hosts only: it excepts none",
                                STR_ARG(v->name)));
    } else if (str_index_byte(v->got.value, ';') >= 0 ||
               (str_index_byte(str_trim(v->got.value), ' ') >= 0 &&
                str_index_byte(v->got.value, ',') < 0)) {
        proxies_find(
            d, SEVERITY_WARN, v, (Str){0},
            str_format(d->arena, "the hosts in %.*s are parted by commas only", STR_ARG(v->name)));
    }
}

static bool check_http_proxies(Doctor *d, Err *err)
{
    (void)err;
    for (isize i = 0; i < HTTPPROXY_COUNT; i++) {
        check_pair(d, httpproxy_names[i].big, httpproxy_names[i].small);
        Variable v = httpproxy_variable(d, &httpproxy_names[i]);
        if (v.got.value.len == 0) {
            continue;
        }
        if (i == HTTPPROXY_NO) {
            check_no_proxy(d, &v);
        } else if (why_no_proxy(v.got.value) != NULL) {
            proxies_find(d, SEVERITY_ERROR, &v, (Str){0},
                         str_format(d->arena, "the HTTP proxy in %.*s %s", STR_ARG(v.name),
                                    why_no_proxy(v.got.value)));
        }
    }
    return true;
}

/* ---- GWD105: do they answer? ---- */

/* "HTTPS_PROXY", or both names where both have the value: what to take away. */
static Str names_of(const Doctor *d, const Variable *v)
{
    for (isize i = 0; i < HTTPPROXY_COUNT; i++) {
        const HttpproxyNames *names = &httpproxy_names[i];
        if (str_eq(names->big, v->name) &&
            environ_value(d->in->env->environ, names->small).len > 0) {
            return str_format(d->arena, "%.*s %.*s", STR_ARG(names->big), STR_ARG(names->small));
        }
    }
    return v->name;
}

static void find_silent(Doctor *d, Severity severity, const Variable *v, const NetAnswer *answer,
                        Str url)
{
    bool has_address = answer->fault != FETCH_FAULT_RESOLVE;
    Str host = fetch_url_host(url);
    Str title =
        str_format(d->arena, "the HTTP proxy that %.*s names %s: nothing is downloaded through it",
                   STR_ARG(v->name), has_address ? "does not answer" : "has no address");
    Str more =
        str_format(d->arena, "NO_PROXY=%.*s goes past it for that host alone", STR_ARG(host));
    netcheck_find(d, severity, v, answer, title, more,
                  str_format(d->arena, "unset %.*s", STR_ARG(names_of(d, v))));
}

/* Asks for the URL where it goes through an HTTP proxy that was not told of yet. */
static void check_way(Doctor *d, Severity severity, Str url, bool told[HTTPPROXY_COUNT])
{
    Variable v;
    int which = str_starts_with(url, S("https://")) ? HTTPPROXY_HTTPS : HTTPPROXY_HTTP;
    if (told[which] || !httpproxy_for(d, url, &v) || why_no_proxy(v.got.value) != NULL) {
        return;
    }
    NetAnswer answer = netcheck_ask(d, url);
    told[which] = answer.fault == FETCH_FAULT_RESOLVE || answer.fault == FETCH_FAULT_CONNECT;
    if (told[which]) {
        find_silent(d, severity, &v, &answer, url);
    }
}

/* The database, where no proxy of GOPROXY passes it on. */
static void check_way_to_database(Doctor *d, bool told[HTTPPROXY_COUNT])
{
    Variable v;
    Gosumdb database;
    if (!netcheck_read_database(d, &v, &database)) {
        return;
    }
    NetDatabase base = netcheck_database(d, &database);
    if (base.entry == NULL) {
        check_way(d, SEVERITY_ERROR, netcheck_latest(d->arena, &base), told);
    }
}

static bool check_answers(Doctor *d, Err *err)
{
    Variable v;
    ProxyList list = {0};
    bool told[HTTPPROXY_COUNT] = {false};
    if (fetcher_is_offline(d->in->fetcher)) {
        return FAIL(err, ERR_NET, "goward is told to stay offline");
    }
    bool has_list = netcheck_read_list(d, &v, &list);
    for (isize i = 0; has_list && i < MIN(list.len, NETCHECK_MAX_ASKED); i++) {
        const ProxyEntry *entry = &list.ptr[i];
        bool is_passed = i + 1 < list.len && entry->any_error;
        if (entry->kind == PROXY_URL) {
            check_way(d, is_passed ? SEVERITY_WARN : SEVERITY_ERROR,
                      netcheck_list_location(d->arena, entry), told);
        }
    }
    check_way_to_database(d, told);
    return true;
}

static const Check rows[] = {
    {
        .about =
            {
                .id = STR_CONST("GWD066"),
                .title = STR_CONST("HTTP proxies of the environment are well-formed"),
                .severity = SEVERITY_ERROR,
                .looks_at = STR_CONST("HTTPS_PROXY, HTTP_PROXY, NO_PROXY and the same names in "
                                      "small letters. Whether they answer, GWD105 asks with --net"),
                .why = STR_CONST(
                    "Go reads the name in capitals first, curl and git often the other one, so two "
                    "values make the same address reachable from one and not from the other. An "
                    "address that cannot be read is passed over without a word, and connections "
                    "are tried directly. NO_PROXY takes hosts, parted by commas, and no URLs."),
                .cure = STR_CONST("export HTTPS_PROXY=http://proxy.example.com:3128"),
                .since = STR_CONST("0.1.0"),
                .source = STR_CONST("golang.org/x/net/http/httpproxy"),
            },
        .run = check_http_proxies,
        .modes = MODE_PROXY,
    },
    {
        .about =
            {
                .id = STR_CONST("GWD105"),
                .title = STR_CONST("the HTTP proxies of the environment answer"),
                .severity = SEVERITY_ERROR,
                .looks_at = STR_CONST("HTTPS_PROXY and HTTP_PROXY, where GOPROXY and GOSUMDB lead "
                                      "through them; NO_PROXY. Made with --net only"),
                .why = STR_CONST(
                    "A program that was ended, a laptop that left the office, a tunnel that is "
                    "closed: the variable stays, and each download fails with `proxyconnect tcp: "
                    "connection refused`, whatever GOPROXY says. Go reads these variables from the "
                    "environment alone, `go env -w` does not take them."),
                .cure = STR_CONST("unset HTTPS_PROXY; or NO_PROXY=host.example.com for hosts that "
                                  "are reached without it"),
                .since = STR_CONST("0.1.0"),
                .source = STR_CONST("golang.org/x/net/http/httpproxy"),
            },
        .run = check_answers,
        .cost = COST_NETWORK,
        .modes = MODE_PROXY,
    },
};

const CheckGroup doctor_netcheck_http = {rows, COUNT_OF(rows)};
