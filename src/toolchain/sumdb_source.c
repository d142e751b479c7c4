#include "toolchain/sumdb_source.h"

#include "base/path.h"
#include "base/strbuf.h"
#include "os/clock.h"
#include "os/dir.h"
#include "os/file.h"
#include "toolchain/remote.h"

#define REQUEST_TIMEOUT_MS (60 * 1000)
#define MAX_SUPPORTED (64 * KIB) /* bytes of a page that should be empty */
#define MEMORY_FILE "sumdb"
#define MEMORY_TITLE "proxy-memory 1"
#define MEMORY_MAX (64 * KIB)
#define MEMORY_S (24 * 3600) /* a proxy that changes its mind is noticed within a day */

struct SumdbSource {
    Source *source;
    const Gosumdb *database;
    bool is_settled, is_from_memory, has_failed;
    ProxyEntry base; /* URL or FILE: the root of the database's paths */
    Err trouble;     /* when has_failed */
};

SumdbSource *source_sumdb_new(Arena *a, Source *s, const Gosumdb *database)
{
    SumdbSource *d = ARENA_NEW(a, SumdbSource);
    d->source = s;
    d->database = database;
    return d;
}

Str source_sumdb_place(const SumdbSource *s)
{
    return s->is_settled ? s->base.printable : (Str){0};
}

/* --- The memory between runs --- */

/* The proxies as they may be written down: the list whose answers the memory holds. */
static Str printable_list(Arena *a, const ProxyList *list)
{
    StrBuf b = strbuf_init(a);
    for (isize i = 0; i < list->len; i++) {
        strbuf_add(&b, list->ptr[i].printable);
        strbuf_add_byte(&b, list->ptr[i].any_error ? '|' : ',');
    }
    return strbuf_str(&b);
}

static bool take_line(Str *rest, Str key, Str *ret)
{
    Str line;
    if (!str_next_line(rest, &line) || !str_eat_prefix(&line, key)) {
        return false;
    }
    *ret = line;
    return true;
}

/* Which proxy of the list is remembered to know the database; -1 when none is. */
static isize recall(const SumdbSource *d, Arena scratch)
{
    const ProxyList *list = source_log_proxies(d->source);
    Str dir = source_state_dir(d->source), text, value;
    int64_t at, until, now = clock_wall_s();
    Err ignored;
    bool is_there =
        dir.len > 0 && file_read_all(&scratch, FILE_CWD, path_join(&scratch, dir, S(MEMORY_FILE)),
                                     MEMORY_MAX, &text, &ignored) == FILE_FOUND;
    bool holds =
        is_there && take_line(&text, S(MEMORY_TITLE), &value) && value.len == 0 &&
        take_line(&text, S("database "), &value) && str_eq(value, d->database->verifier.name) &&
        take_line(&text, S("list "), &value) && str_eq(value, printable_list(&scratch, list)) &&
        take_line(&text, S("proxy "), &value) && str_parse_decimal(value, list->len - 1, &at) &&
        take_line(&text, S("until "), &value) && str_parse_decimal(value, INT64_MAX, &until) &&
        text.len == 0;
    bool is_fresh = holds && now < until && until <= now + MEMORY_S;
    return is_fresh && list->ptr[at].kind == PROXY_URL ? (isize)at : -1;
}

/* Without effect where the directory cannot be written: then the proxies are asked each time. */
static void remember(const SumdbSource *d, Arena scratch, isize at)
{
    const ProxyList *list = source_log_proxies(d->source);
    Str dir = source_state_dir(d->source);
    Err ignored;
    if (dir.len == 0 || !dir_make_all(FILE_CWD, dir, 0700, &ignored)) {
        return;
    }
    Str known = printable_list(&scratch, list), name = d->database->verifier.name;
    Str text =
        str_format(&scratch, MEMORY_TITLE "\ndatabase %.*s\nlist %.*s\nproxy %td\nuntil %lld\n",
                   STR_ARG(name), STR_ARG(known), at, (long long)clock_wall_s() + MEMORY_S);
    file_replace(FILE_CWD, path_join(&scratch, dir, S(MEMORY_FILE)), text, 0600, &ignored);
}

/* --- Finding the database --- */

/* The entry's folder of the database. */
static ProxyEntry base_at(SumdbSource *d, const ProxyEntry *proxy)
{
    Arena *a = source_arena(d->source);
    Str path = str_concat(a, S("sumdb/"), d->database->verifier.name);
    ProxyEntry base = *proxy;
    base.url = str_format(a, "%.*s/%.*s", STR_ARG(proxy->url), STR_ARG(path));
    base.dir = path_join(a, proxy->dir, path);
    base.printable = str_format(a, "%.*s/%.*s", STR_ARG(proxy->printable), STR_ARG(path));
    return base;
}

static void settle_on(SumdbSource *d, ProxyEntry base)
{
    d->base = base;
    d->is_settled = true;
}

static ProxyAnswer ask_supported(void *context, const ProxyEntry *entry, Err *err)
{
    SumdbSource *d = context;
    Str page;
    if (entry->kind == PROXY_DIRECT || entry->kind == PROXY_OFF) {
        FAIL(err, ERR_NOT_FOUND, "no proxy of GOPROXY knows the checksum database");
        return PROXY_ABSENT;
    }
    ProxyEntry base = base_at(d, entry);
    ProxyAnswer answer = remote_read_entry(source_fetcher(d->source), source_arena(d->source),
                                           &base, S("supported"), MAX_SUPPORTED, &page, err);
    if (answer == PROXY_ANSWERED) {
        settle_on(d, base);
        const ProxyList *list = source_log_proxies(d->source);
        if (entry->kind == PROXY_URL) {
            remember(d, *source_arena(d->source), entry - list->ptr);
        }
    }
    return answer;
}

/* One entry made of a URL that stands for the database itself. */
static bool settle_on_url(SumdbSource *d, Str url, Err *err)
{
    ProxyList one;
    if (!proxy_list_parse(source_arena(d->source), url, &one, err)) {
        return false;
    }
    if (one.len != 1) {
        return FAIL(err, ERR_USAGE, "GOSUMDB gives a URL with a comma or bar in it");
    }
    settle_on(d, one.ptr[0]);
    return true;
}

static bool find_database(SumdbSource *d, Err *err)
{
    const ProxyList *list = source_log_proxies(d->source);
    Str name = d->database->verifier.name;
    ProxyAnswer answer = PROXY_ABSENT;
    if (d->database->url.len > 0) {
        return settle_on_url(d, d->database->url, err);
    }
    if (list->len > 0) {
        answer = proxy_list_ask(list, ask_supported, d, err);
    }
    switch (answer) {
    case PROXY_ANSWERED:
        return true;
    case PROXY_ABSENT:
        return settle_on_url(d, str_concat(source_arena(d->source), S("https://"), name), err);
    case PROXY_FAILED:
        break;
    }
    return FAIL_IN(err, "looking for the checksum database %.*s", STR_ARG(name));
}

static bool settle(SumdbSource *d, bool may_recall, Err *err)
{
    if (d->has_failed) {
        *err = d->trouble;
        return false;
    }
    if (d->is_settled) {
        return true;
    }
    Arena *own = source_arena(d->source);
    isize at = may_recall && d->database->url.len == 0 ? recall(d, *own) : -1;
    d->is_from_memory = at >= 0;
    if (at >= 0) {
        settle_on(d, base_at(d, &source_log_proxies(d->source)->ptr[at]));
        return true;
    }
    if (!find_database(d, &d->trouble)) {
        d->has_failed = true;
        *err = d->trouble;
        return false;
    }
    return true;
}

/* --- Asking it --- */

static void take_file(const SumdbSource *d, Arena *a, Str path, SumdbReply *ret)
{
    FileOutcome found = FILE_ABSENT;
    if (path_is_local(path)) {
        found = file_read_all(a, FILE_CWD, proxy_join(a, &d->base, path), SUMDB_MAX_REPLY,
                              &ret->body, &ret->error);
    }
    ret->failed = found == FILE_FAILED;
    ret->status = ret->failed ? 0 : found == FILE_FOUND ? 200 : 404;
}

static void take_answer(Arena scratch, Str url, const FetchReply *reply, SumdbReply *ret)
{
    ret->status = reply->status;
    ret->body = reply->body;
    ret->failed = reply->fault != FETCH_FAULT_NONE;
    if (ret->failed) {
        ret->error = reply->error;
    } else if (reply->status == 200 && remote_is_web_page(reply)) {
        ret->failed = true;
        remote_fail_web_page(scratch, url, &ret->error);
    }
}

static bool ask_server(const SumdbSource *d, Arena *a, const Str *paths, isize n, SumdbReply *ret,
                       Err *err)
{
    FetchRequest *requests = ARENA_ARRAY(a, FetchRequest, n);
    FetchReply *replies = ARENA_ARRAY(a, FetchReply, n);
    for (isize i = 0; i < n; i++) {
        requests[i] = (FetchRequest){.url = proxy_join(a, &d->base, paths[i]),
                                     .max = SUMDB_MAX_REPLY,
                                     .to = -1,
                                     .body_fd = -1,
                                     .timeout_ms = REQUEST_TIMEOUT_MS};
    }
    if (!fetch_run(source_fetcher(d->source), a, requests, n, replies, NULL, NULL, err)) {
        return FAIL_IN(err, "asking the checksum database");
    }
    for (isize i = 0; i < n; i++) {
        take_answer(*a, requests[i].url, &replies[i], &ret[i]);
    }
    return true;
}

static bool ask(const SumdbSource *d, Arena *a, const Str *paths, isize n, SumdbReply *ret,
                Err *err)
{
    for (isize i = 0; i < n; i++) {
        ret[i] = (SumdbReply){0};
    }
    if (d->base.kind == PROXY_URL) {
        return ask_server(d, a, paths, n, ret, err);
    }
    for (isize i = 0; i < n; i++) {
        take_file(d, a, paths[i], &ret[i]);
    }
    return true;
}

static bool has_refusal(const SumdbReply *replies, isize n)
{
    for (isize i = 0; i < n; i++) {
        if (replies[i].failed || replies[i].status != 200) {
            return true;
        }
    }
    return false;
}

bool source_sumdb_get(void *context, Arena *a, const Str *paths, isize n, SumdbReply *ret, Err *err)
{
    SumdbSource *d = context;
    if (!settle(d, true, err) || !ask(d, a, paths, n, ret, err)) {
        return false;
    }
    if (!d->is_from_memory || !has_refusal(ret, n)) {
        return true;
    }
    Str old = d->base.url;
    Err ignored; /* when nobody can be asked any more, the answers that there are have to do */
    d->is_settled = d->is_from_memory = false;
    if (!settle(d, false, &ignored) || str_eq(old, d->base.url)) {
        return true;
    }
    return ask(d, a, paths, n, ret, err);
}
