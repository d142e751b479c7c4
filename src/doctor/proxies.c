/* Where modules come from and how they are checked: GOPROXY and GOSUMDB. */
#include "doctor/proxies.h"

#include "base/path.h"
#include "base/strbuf.h"
#include "doctor/variables.h"
#include "go/mod/pattern.h"
#include "os/file.h"
#include "sumdb/gosumdb.h"

#define MAX_TYPO 2 /* letters by which a host may differ from the one that was meant */

/* ---- values ---- */

bool proxies_variable(const Doctor *d, Str name, Variable *ret)
{
    Variable v = doctor_variable(d, name);
    if (d->in->goroot.len == 0 && !variable_is_set(&v)) {
        return false;
    }
    if (v.got.value.len == 0 && doctor_go_is_before(d, S("1.21"))) {
        v.got.value = variables_default(d->in, d->arena, name);
    }
    *ret = v;
    return true;
}

/* The text up to the next "://" after the first byte, or all of it. */
static Str next_url(Str text)
{
    isize scheme = str_index(text, S("://"));
    isize next = scheme < 0 ? -1 : str_index(str_from(text, scheme + 3), S("://"));
    return next < 0 ? text : str_to(text, scheme + 3 + next);
}

/* Without queries: from "?" to the end of the entry. */
static void add_without_queries(StrBuf *b, Str text)
{
    bool is_query = false;
    for (isize i = 0; i < text.len; i++) {
        bool is_end = text.ptr[i] == ',' || text.ptr[i] == '|' || text.ptr[i] == ' ';
        is_query = is_query && !is_end;
        if (is_query) {
            continue;
        }
        strbuf_add_byte(b, text.ptr[i]);
        if (text.ptr[i] == '?') {
            strbuf_add(b, S("***"));
            is_query = true;
        }
    }
}

Str proxies_hide(Arena *a, Str text)
{
    StrBuf b = strbuf_init(a);
    while (text.len > 0) {
        Str url = next_url(text);
        text = str_from(text, url.len);
        isize at = str_last_index_byte(url, '@');
        isize scheme = str_index(url, S("://"));
        isize from = scheme >= 0 && scheme < at ? scheme + 3 : 0;
        if (at >= 0) {
            strbuf_add(&b, str_to(url, from));
            strbuf_add(&b, S("***"));
            url = str_from(url, at);
        }
        add_without_queries(&b, url);
    }
    return strbuf_str(&b);
}

void proxies_find(Doctor *d, Severity severity, const Variable *v, Str better, Str title)
{
    Variable shown = *v;
    shown.got.value = proxies_hide(d->arena, v->got.value);
    doctor_find_variable(d, severity, &shown, better, "%.*s", STR_ARG(title));
}

bool proxies_matches_all(Str globs)
{
    return pattern_list_matches(globs, S("a.example/b/c")) &&
           pattern_list_matches(globs, S("zz.invalid/q"));
}

/* The last line of the user's go env file that sets the variable; 0: none. */
static isize line_in_user_file(const GoEnv *env, Str name)
{
    Str rest = env->user_text, line;
    isize found = 0;
    for (isize n = 1; str_next_line(&rest, &line); n++) {
        StrCut cut = str_cut(line, '=');
        found = cut.found && str_eq(cut.head, name) ? n : found;
    }
    return found;
}

/* Without a value: "NAME=" in the user's file takes away what go.env says. When go.env itself says
 * nothing, or is not found, that is GWD025's, GWD020's and GWD021's. */
static void find_emptied(Doctor *d, const Variable *v, Str title)
{
    isize line = line_in_user_file(d->in->env, v->name);
    if (line == 0) {
        return;
    }
    Variable set = *v;
    set.got =
        (GoEnvValue){.origin = GOENV_ORIGIN_USER_FILE, .file = d->in->env->user_path, .line = line};
    proxies_find(d, SEVERITY_ERROR, &set, (Str){0}, title);
}

/* ---- GWD050: GOPROXY ---- */

/* Takes the next entry off the list, trimmed. */
static bool next_entry(Str *rest, Str *ret)
{
    if (rest->len == 0) {
        return false;
    }
    isize end = 0;
    while (end < rest->len && rest->ptr[end] != ',' && rest->ptr[end] != '|') {
        end++;
    }
    *ret = str_trim(str_to(*rest, end));
    *rest = str_from(*rest, MIN(end + 1, rest->len));
    return true;
}

static bool is_last_word(Str entry)
{
    return str_eq(entry, S("direct")) || str_eq(entry, S("off"));
}

/* The value with one entry replaced; empty when it holds what must stay hidden. */
static Str with_entry(Arena *a, Str value, Str entry, Str other)
{
    if (!str_eq(proxies_hide(a, value), value)) {
        return (Str){0};
    }
    isize at = entry.ptr - value.ptr;
    return str_format(a, "%.*s%.*s%.*s", (int)at, value.ptr, STR_ARG(other),
                      STR_ARG(str_from(value, at + entry.len)));
}

/* The entry that is meant by a word which is no URL: a misspelt "direct" or "off". */
static Str meant_by(Str word)
{
    static const Str words[] = {STR_CONST("direct"), STR_CONST("off")};
    bool is_word = str_index_byte(word, '.') < 0 && str_index_byte(word, ':') < 0 &&
                   str_index_byte(word, '/') < 0;
    for (isize i = 0; i < COUNT_OF(words) && is_word && word.len > 0; i++) {
        if (!str_eq(word, words[i]) &&
            (str_eq_fold(word, words[i]) || str_is_near(word, words[i]))) {
            return words[i];
        }
    }
    return (Str){0};
}

static void find_refused(Doctor *d, const Variable *v, const Err *why)
{
    Str rest = v->got.value, entry, better = {0};
    while (better.len == 0 && next_entry(&rest, &entry)) {
        Str meant = meant_by(entry);
        better = meant.len == 0 ? (Str){0} : with_entry(d->arena, v->got.value, entry, meant);
    }
    proxies_find(d, SEVERITY_ERROR, v, better,
                 str_format(d->arena, "the go command refuses GOPROXY: %s", why->text));
}

/* What Go reads over without a word. */
static void check_list_text(Doctor *d, const Variable *v)
{
    Str rest = v->got.value, entry, last = {0};
    bool has_empty = false;
    while (last.len == 0 && next_entry(&rest, &entry)) {
        has_empty = has_empty || entry.len == 0;
        last = is_last_word(entry) ? entry : (Str){0};
    }
    if (has_empty) {
        proxies_find(d, SEVERITY_WARN, v, (Str){0},
                     S("GOPROXY has an empty entry, as when it is put together from a variable "
                       "that is not set"));
    }
    if (str_trim(rest).len > 0) {
        proxies_find(
            d, SEVERITY_WARN, v, (Str){0},
            str_format(d->arena, "what follows \"%.*s\" in GOPROXY is never asked", STR_ARG(last)));
    }
}

/* The host that this Go comes with is the one that is misspelt. */
static void check_host(Doctor *d, const Variable *v, const ProxyEntry *entry)
{
    Str usual = fetch_url_host(str_cut(variables_default(d->in, d->arena, v->name), ',').head);
    Str host = fetch_url_host(entry->url);
    if (usual.len > 0 && !str_eq_fold(host, usual) && str_distance(host, usual) <= MAX_TYPO) {
        proxies_find(d, SEVERITY_WARN, v, (Str){0},
                     str_format(d->arena, "GOPROXY names the host %.*s: is %.*s meant?",
                                STR_ARG(host), STR_ARG(usual)));
    }
}

static bool is_loopback(Str host)
{
    return str_eq(host, S("localhost")) || str_starts_with(host, S("127.")) ||
           str_eq(host, S("[::1]"));
}

static void check_entry(Doctor *d, const Variable *v, const ProxyEntry *entry, bool is_only)
{
    FileStat st;
    Err ignored;
    Str sumdb = goenv_value(d->in->env, S("GOSUMDB"));
    if (entry->kind == PROXY_FILE && file_stat(FILE_CWD, entry->dir, &st, &ignored) != FILE_FOUND) {
        proxies_find(d, is_only ? SEVERITY_ERROR : SEVERITY_WARN, v, (Str){0},
                     str_format(d->arena, "GOPROXY names %.*s, which is not there",
                                STR_ARG(entry->printable)));
    } else if (entry->kind == PROXY_URL) {
        bool is_plain = str_starts_with(entry->url, S("http://"));
        if (str_contains(entry->url, S(";direct")) || str_contains(entry->url, S(";off")) ||
            str_contains(entry->url, S(";http"))) {
            proxies_find(d, SEVERITY_ERROR, v, (Str){0},
                         S("entries of GOPROXY are parted by , or |, not by a semicolon: no such "
                           "host is found"));
        } else if (str_starts_with(entry->url, S("https://https//")) ||
                   str_starts_with(entry->url, S("https://http//"))) {
            proxies_find(d, SEVERITY_ERROR, v, (Str){0},
                         S("an entry of GOPROXY lacks the colon of https://: no such host is "
                           "found"));
        } else if (is_plain && str_eq(sumdb, S("off")) &&
                   !is_loopback(fetch_url_host(entry->url))) {
            proxies_find(
                d, SEVERITY_WARN, v, (Str){0},
                str_format(d->arena,
                           "modules come from %.*s without encryption, and with GOSUMDB=off "
                           "without proof",
                           STR_ARG(entry->printable)));
        } else {
            check_host(d, v, entry);
        }
    }
}

static bool check_proxies(Doctor *d, Err *err)
{
    (void)err;
    Variable v;
    ProxyList list;
    Err why = {0};
    if (!proxies_variable(d, S("GOPROXY"), &v)) {
        return true;
    }
    if (v.got.value.len == 0) {
        find_emptied(d, &v, S("GOPROXY is set to nothing: nothing can be downloaded"));
        return true;
    }
    if (!proxy_list_parse(d->arena, v.got.value, &list, &why)) {
        find_refused(d, &v, &why);
        return true;
    }
    check_list_text(d, &v);
    for (isize i = 0; i < list.len; i++) {
        check_entry(d, &v, &list.ptr[i], list.len == 1);
    }
    if (list.ptr[0].kind == PROXY_OFF) {
        proxies_find(d, SEVERITY_INFO, &v, (Str){0},
                     S("nothing is downloaded: builds use what the module cache has"));
    }
    return true;
}

/* ---- GWD052: GOSUMDB ---- */

/* A key under the name of the default database must be that database's. */
static bool is_false_default(Arena scratch, const Gosumdb *database)
{
    Gosumdb known;
    Err ignored;
    return gosumdb_parse(scratch, S(GOSUMDB_DEFAULT), &known, &ignored) &&
           str_eq(database->verifier.name, known.verifier.name) &&
           memcmp(database->verifier.key, known.verifier.key, NOTE_KEY_LEN) != 0;
}

static bool check_sumdb(Doctor *d, Err *err)
{
    (void)err;
    Variable v;
    Gosumdb database;
    Err why = {0};
    if (!proxies_variable(d, S("GOSUMDB"), &v)) {
        return true;
    }
    if (v.got.value.len == 0) {
        find_emptied(d, &v, S("GOSUMDB is set to nothing: new modules and toolchains are refused"));
    } else if (!gosumdb_parse(*d->arena, v.got.value, &database, &why)) {
        bool is_near = str_distance(str_trim(v.got.value), S(GOSUMDB_DEFAULT)) <= 3;
        proxies_find(d, SEVERITY_ERROR, &v, is_near ? S(GOSUMDB_DEFAULT) : (Str){0},
                     str_format(d->arena,
                                "GOSUMDB names no checksum database, new modules are refused: %s",
                                why.text));
    } else if (database.is_off) {
        proxies_find(d, SEVERITY_WARN, &v, (Str){0},
                     S("the checksum database is off: new modules are believed as they come, and "
                       "no Go toolchain can be downloaded"));
    } else if (is_false_default(*d->arena, &database)) {
        proxies_find(d, SEVERITY_ERROR, &v, (Str){0},
                     S("GOSUMDB gives sum.golang.org another key than its own: what it signs is "
                       "refused, what somebody else signs is believed"));
    }
    return true;
}

static const Check rows[] = {
    {
        .about =
            {
                .id = STR_CONST("GWD050"),
                .title = STR_CONST("GOPROXY is a list that can be followed to its end"),
                .severity = SEVERITY_ERROR,
                .looks_at = STR_CONST("GOPROXY from the environment, the go env file and go.env; "
                                      "the directories of its file entries"),
                .why = STR_CONST(
                    "One entry that is no URL makes every download fail, with a message about the "
                    "proxy and not about the variable. A host without scheme gets https. After "
                    "direct or off the rest is not read. After a comma the next entry is asked "
                    "when the one before says 404 or 410, after | on any error. Empty entries are "
                    "passed over; with nothing else in the list nothing can be downloaded.\n\n"
                    "Passwords in entries are never shown."),
                .cure = STR_CONST("go env -u GOPROXY brings back the default of go.env"),
                .since = STR_CONST("0.1.0"),
                .source = STR_CONST("go.dev/ref/mod#environment-variables, modfetch/proxy.go"),
            },
        .run = check_proxies,
        .modes = MODE_PROXY,
    },
    {
        .about =
            {
                .id = STR_CONST("GWD052"),
                .title = STR_CONST("GOSUMDB names a checksum database with its right key"),
                .severity = SEVERITY_ERROR,
                .looks_at = STR_CONST("GOSUMDB; the hash in a verifier key is worked out again, "
                                      "and a key for sum.golang.org compared with the one that "
                                      "every Go has built in"),
                .why = STR_CONST(
                    "Whatever go.sum does not list yet is looked up there, and so is each Go "
                    "toolchain. A name or key that is wrong makes that fail (`invalid verifier "
                    "hash`, `malformed verifier id`). With off a proxy may send anything the first "
                    "time, and toolchains cannot be downloaded at all."),
                .cure = STR_CONST("go env -u GOSUMDB; GOPRIVATE is the way to leave out modules "
                                  "that the database cannot know"),
                .since = STR_CONST("0.1.0"),
                .source = STR_CONST("go.dev/ref/mod#checksum-database, modfetch/sumdb.go"),
            },
        .run = check_sumdb,
        .modes = MODE_PROXY,
    },
};

const CheckGroup doctor_proxies = {rows, COUNT_OF(rows)};
