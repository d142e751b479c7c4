/*
 * An entry may hold a password, so no message quotes one before its credentials are cut off, and
 * none whose parts cannot be told apart: "https://u:pa/ss@host" is malformed, and would be printed
 * whole.
 */
#include "go/mod/proxy.h"

#include "base/panic.h"
#include "base/path.h"
#include "base/strbuf.h"
#include "base/vec.h"
#include "os/fetch.h"

#define HIDDEN "its text is not shown because it may hold a password"

/* Next entry of the list, trimmed, and whether "|" follows it. False at the end of the list. */
static bool next_entry(Str *rest, Str *ret, bool *ret_any_error)
{
    if (rest->len == 0) {
        return false;
    }
    isize end = 0;
    while (end < rest->len && rest->ptr[end] != ',' && rest->ptr[end] != '|') {
        end++;
    }
    *ret_any_error = end < rest->len && rest->ptr[end] == '|';
    *ret = str_trim(str_to(*rest, end));
    *rest = str_from(*rest, MIN(end + 1, rest->len));
    return true;
}

/* A word that is a host, maybe with port and path, gets the scheme that cmd/go gives it. */
static Str with_scheme(Arena *a, Str text)
{
    bool looks_like_host = str_index_byte(text, '.') >= 0 || str_index_byte(text, ':') >= 0 ||
                           str_index_byte(text, '/') >= 0;
    bool is_complete = str_contains(text, S(":/")) || path_is_absolute(text);
    return looks_like_host && !is_complete ? str_concat(a, S("https://"), text) : text;
}

static bool is_printable_ascii(Str s)
{
    for (isize i = 0; i < s.len; i++) {
        if (s.ptr[i] <= 0x20 || s.ptr[i] > 0x7e) {
            return false;
        }
    }
    return true;
}

static int hex_value(char c)
{
    return c >= '0' && c <= '9'   ? c - '0'
           : c >= 'a' && c <= 'f' ? c - 'a' + 10
           : c >= 'A' && c <= 'F' ? c - 'A' + 10
                                  : -1;
}

static bool percent_decode(Arena *a, Str s, Str *ret)
{
    StrBuf b = strbuf_init(a);
    for (isize i = 0; i < s.len; i++) {
        if (s.ptr[i] != '%') {
            strbuf_add_byte(&b, s.ptr[i]);
            continue;
        }
        int high = i + 2 < s.len ? hex_value(s.ptr[i + 1]) : -1;
        int low = i + 2 < s.len ? hex_value(s.ptr[i + 2]) : -1;
        if (high < 0 || low < 0 || high + low == 0) {
            return false;
        }
        strbuf_add_byte(&b, (char)(high * 16 + low));
        i += 2;
    }
    *ret = strbuf_str(&b);
    return true;
}

/* rest is what follows "file:". */
static bool parse_file(Arena *a, Str rest, isize n, ProxyEntry *ret, Err *err)
{
    str_eat_prefix(&rest, S("//"));
    bool is_path =
        path_is_absolute(rest) && str_index_byte(rest, '?') < 0 && str_index_byte(rest, '#') < 0;
    Str dir;
    if (!is_path || !percent_decode(a, rest, &dir)) {
        FAIL(err, ERR_USAGE,
             "entry %td of GOPROXY is a file URL with more or less than an absolute path", n);
        return err_hint(err, "write file:///path/of/the/mirror");
    }
    ret->kind = PROXY_FILE;
    ret->dir = path_clean(a, dir);
    ret->printable = str_concat(a, S("file://"), ret->dir);
    return true;
}

/* Host and port as they must be: a name or [address], a number. */
static bool is_authority(Str s)
{
    s = str_from(s, str_last_index_byte(s, '@') + 1);
    isize colon = str_last_index_byte(s, ':');
    if (colon > str_last_index_byte(s, ']')) {
        int64_t port;
        Str digits = str_from(s, colon + 1);
        if (digits.len > 0 && !str_parse_decimal(digits, 65535, &port)) {
            return false;
        }
        s = str_to(s, colon);
    }
    return s.len > 0 && (s.ptr[0] == '[') == str_ends_with(s, S("]"));
}

/* rest is what follows "https:" or "http:". */
static bool parse_http(Arena *a, Str url, Str rest, isize n, ProxyEntry *ret, Err *err)
{
    isize slash = -1;
    if (str_eat_prefix(&rest, S("//"))) {
        slash = 0;
        while (slash < rest.len && rest.ptr[slash] != '/' && rest.ptr[slash] != '?' &&
               rest.ptr[slash] != '#') {
            slash++;
        }
    }
    if (slash < 0 || !is_authority(str_to(rest, slash)) || !is_printable_ascii(url)) {
        FAIL(err, ERR_USAGE,
             "entry %td of GOPROXY has a malformed host, port or character; " HIDDEN, n);
        return err_hint(err, "write special characters of user name, password and path as %%XX");
    }
    Str whole = str_cut(url, '#').head;
    StrCut query = str_cut(whole, '?');
    while (str_eat_suffix(&query.head, S("/"))) {
    }
    ret->kind = PROXY_URL;
    ret->url = query.head;
    ret->query = query.tail;
    ret->printable = fetch_printable_url(a, query.head);
    return true;
}

/* Whether a single word says nothing that must stay hidden. */
static bool is_plain_word(Str s)
{
    return is_printable_ascii(s) && str_index_byte(s, '@') < 0;
}

static bool parse_entry(Arena *a, Str text, isize n, ProxyEntry *ret, Err *err)
{
    if (text.len > PROXY_MAX_URL) {
        return FAIL(err, ERR_LIMIT, "entry %td of GOPROXY has %td bytes, at most %d are taken", n,
                    text.len, PROXY_MAX_URL);
    }
    Str url = with_scheme(a, text);
    StrCut scheme = str_cut(url, ':');
    if (scheme.found && str_eq_fold(scheme.head, S("file"))) {
        return parse_file(a, scheme.tail, n, ret, err);
    }
    if (scheme.found &&
        (str_eq_fold(scheme.head, S("https")) || str_eq_fold(scheme.head, S("http")))) {
        return parse_http(a, url, scheme.tail, n, ret, err);
    }
    Str shown = scheme.found ? scheme.head : text;
    if (is_plain_word(shown)) {
        FAIL(err, ERR_USAGE, "entry %td of GOPROXY has %s '%.*s'", n,
             scheme.found ? "the unknown scheme" : "no scheme:", STR_ARG(shown));
    } else {
        FAIL(err, ERR_USAGE, "entry %td of GOPROXY is no URL; " HIDDEN, n);
    }
    return err_hint(err, "an entry is an https, http or file URL, 'direct' or 'off'");
}

bool proxy_list_parse(Arena *a, Str value, ProxyList *ret, Err *err)
{
    VEC(ProxyEntry) entries = {0};
    Str rest = value, text;
    bool any_error, is_last = false;
    for (isize n = 1; !is_last && next_entry(&rest, &text, &any_error); n++) {
        if (text.len == 0) {
            continue;
        }
        if (entries.len == PROXY_MAX_ENTRIES) {
            return FAIL(err, ERR_LIMIT, "GOPROXY has more than %d entries", PROXY_MAX_ENTRIES);
        }
        ProxyEntry entry = {.any_error = any_error};
        is_last = str_eq(text, S("direct")) || str_eq(text, S("off"));
        if (is_last) {
            entry.kind = str_eq(text, S("off")) ? PROXY_OFF : PROXY_DIRECT;
            entry.printable = entry.kind == PROXY_OFF ? S("off") : S("direct");
        } else if (!parse_entry(a, text, n, &entry, err)) {
            return false;
        }
        *VEC_PUSH(a, &entries) = entry;
    }
    if (entries.len == 0) {
        return FAIL(err, ERR_USAGE, "GOPROXY is set, but has no entries");
    }
    *ret = (ProxyList){entries.ptr, entries.len};
    return true;
}

/* How much an error tells: absence, failure of a proxy, failure of the origin. */
typedef enum { RANK_NOTHING, RANK_OFF, RANK_ABSENT, RANK_FAILED, RANK_DIRECT } Rank;

static Rank rank_of(const ProxyEntry *entry, ProxyAnswer answer)
{
    return entry->kind == PROXY_DIRECT ? RANK_DIRECT
           : answer == PROXY_FAILED    ? RANK_FAILED
           : entry->kind == PROXY_OFF  ? RANK_OFF
                                       : RANK_ABSENT;
}

ProxyAnswer proxy_list_ask(const ProxyList *list, ProxyAsk ask, void *context, Err *err)
{
    Rank best = RANK_NOTHING;
    ProxyAnswer result = PROXY_FAILED;
    Err telling;
    for (isize i = 0; i < list->len; i++) {
        const ProxyEntry *entry = &list->ptr[i];
        Err own;
        ProxyAnswer answer = ask(context, entry, &own);
        if (answer == PROXY_ANSWERED) {
            return answer;
        }
        Rank rank = rank_of(entry, answer);
        if (rank >= best) {
            best = rank;
            result = answer;
            telling = own;
        }
        if (answer == PROXY_FAILED && !entry->any_error) {
            break;
        }
    }
    ASSERT(best != RANK_NOTHING); /* a parsed list is not empty */
    *err = telling;
    return result;
}

Str proxy_join(Arena *a, const ProxyEntry *entry, Str path)
{
    if (entry->kind == PROXY_FILE) {
        return path_join(a, entry->dir, path);
    }
    return str_format(a, "%.*s/%.*s%s%.*s", STR_ARG(entry->url), STR_ARG(path),
                      entry->query.len > 0 ? "?" : "", STR_ARG(entry->query));
}
