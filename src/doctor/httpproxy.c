#include "doctor/httpproxy.h"

#include "os/ip.h"

#define IP_BITS 128

const HttpproxyNames httpproxy_names[HTTPPROXY_COUNT] = {
    [HTTPPROXY_HTTPS] = {STR_CONST("HTTPS_PROXY"), STR_CONST("https_proxy")},
    [HTTPPROXY_HTTP] = {STR_CONST("HTTP_PROXY"), STR_CONST("http_proxy")},
    [HTTPPROXY_NO] = {STR_CONST("NO_PROXY"), STR_CONST("no_proxy")},
};

Variable httpproxy_variable(const Doctor *d, const HttpproxyNames *names)
{
    Str big = environ_value(d->in->env->environ, names->big);
    Str small = environ_value(d->in->env->environ, names->small);
    return (Variable){big.len > 0 || small.len == 0 ? names->big : names->small,
                      {.value = big.len > 0 ? big : small, .origin = GOENV_ORIGIN_PROCESS}};
}

/* ---- NO_PROXY ---- */

typedef struct {
    Str host; /* without brackets */
    Str port;
    Ip ip;
    bool is_ip;
} Target;

/* "host:port", "[::1]:port" or a host alone, which may be an IPv6 address without brackets. */
static void split_port(Str text, Str *ret_host, Str *ret_port)
{
    StrCut cut = str_cut_last(text, ':');
    bool has_port = cut.found && str_index_byte(cut.tail, ']') < 0 &&
                    (str_index_byte(cut.head, ':') < 0 || str_starts_with(text, S("[")));
    *ret_host = has_port ? cut.head : text;
    *ret_port = has_port ? cut.tail : (Str){0};
    if (str_eat_prefix(ret_host, S("["))) {
        *ret_host = str_cut(*ret_host, ']').head;
    }
}

static bool read_target(Str url, Target *ret)
{
    bool is_https = str_starts_with(url, S("https://"));
    if (!is_https && !str_starts_with(url, S("http://"))) {
        return false;
    }
    Str host = str_from(url, is_https ? 8 : 7);
    isize end = 0;
    while (end < host.len && host.ptr[end] != '/' && host.ptr[end] != '?') {
        end++;
    }
    host = str_to(host, end);
    split_port(str_from(host, str_last_index_byte(host, '@') + 1), &ret->host, &ret->port);
    if (ret->port.len == 0) {
        ret->port = is_https ? S("443") : S("80");
    }
    ret->is_ip = ip_parse(ret->host, &ret->ip);
    return true;
}

/* "10.0.0.0/8" */
static bool matches_net(const Target *t, Str entry, bool *ret_is_net)
{
    StrCut cut = str_cut(entry, '/');
    Ip net;
    int64_t bits;
    *ret_is_net = cut.found && ip_parse(cut.head, &net) &&
                  str_parse_decimal(cut.tail, IP_BITS, &bits) && (!net.is_4 || bits <= 32);
    return *ret_is_net && t->is_ip && t->ip.is_4 == net.is_4 &&
           ip_shares_bits(&t->ip, &net, (isize)bits + (net.is_4 ? IP_OF_4 * 8 : 0));
}

/* ".example.com" takes in what lies below alone, "example.com" the host as well. */
static bool matches_domain(Str host, Str entry)
{
    if (str_starts_with(entry, S("*."))) {
        entry = str_from(entry, 1);
    }
    bool is_below =
        host.len > entry.len && str_eq_fold(str_from(host, host.len - entry.len), entry);
    return str_starts_with(entry, S("."))
               ? is_below
               : str_eq_fold(host, entry) ||
                     (is_below && host.ptr[host.len - entry.len - 1] == '.');
}

static bool matches(const Target *t, Str entry)
{
    Str host, port;
    Ip ip;
    bool is_net;
    if (entry.len == 0) {
        return false;
    }
    bool is_in_net = matches_net(t, entry, &is_net);
    if (is_net) {
        return is_in_net;
    }
    split_port(entry, &host, &port);
    if (host.len == 0 || (port.len > 0 && !str_eq(port, t->port))) {
        return false;
    }
    if (ip_parse(host, &ip)) {
        return t->is_ip && memcmp(ip.bytes, t->ip.bytes, IP_LEN) == 0;
    }
    return matches_domain(t->host, host);
}

static bool is_excepted(const Target *t, Str list)
{
    if (str_eq_fold(t->host, S("localhost")) || (t->is_ip && ip_is_loopback(&t->ip))) {
        return true;
    }
    for (StrCut cut = {.tail = list, .found = list.len > 0}; cut.found;) {
        cut = str_cut(cut.tail, ',');
        Str entry = str_trim(cut.head);
        if (str_eq(entry, S("*")) || matches(t, entry)) {
            return true;
        }
    }
    return false;
}

bool httpproxy_for(const Doctor *d, Str url, Variable *ret)
{
    Target t;
    if (!read_target(url, &t)) {
        return false;
    }
    bool is_https = str_starts_with(url, S("https://"));
    *ret = httpproxy_variable(d, &httpproxy_names[is_https ? HTTPPROXY_HTTPS : HTTPPROXY_HTTP]);
    Variable except = httpproxy_variable(d, &httpproxy_names[HTTPPROXY_NO]);
    return ret->got.value.len > 0 && !is_excepted(&t, except.got.value);
}
