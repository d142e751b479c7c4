/*
 * A Source is a list of proxy entries, or a feed, or one archive. "direct", which for cmd/go is
 * what golang.org/toolchain's meta tag names, is the module proxy at <feed>/mod of the download
 * site.
 */
#include "toolchain/source.h"

#include "base/panic.h"
#include "base/path.h"
#include "base/sort.h"
#include "base/strbuf.h"
#include "base/vec.h"
#include "go/mod/spec.h"
#include "go/mod/version.h"
#include "os/file.h"
#include "toolchain/remote.h"

#define FEED_URL "https://go.dev/dl"
#define MAX_LIST (8 * MIB)      /* bytes of @v/list; the public one has some 150 KB */
#define MAX_PLATFORMS_NAMED 400 /* bytes of them in a message */

typedef VEC(Release) ReleaseVec;

struct Source {
    Arena own; /* what is learnt late must not lie where a copy of the caller's arena allocates */
    Fetcher *fetcher;
    SourceKind kind;
    Str name;
    Str feed_url;          /* without trailing slash */
    Str place;             /* URL or FILE: the archive */
    ProxyList proxies;     /* PROXY */
    ProxyList log_proxies; /* --from's, then GOPROXY's */
    ProxyEntry mod_proxy;  /* what "direct" stands for */
    Str state_dir;
    bool has_list;
    ReleaseVec releases; /* all that are on offer, for any platform */
    Feed feed;
};

/* --- Which source it is --- */

static Str without_slashes(Str url)
{
    while (str_eat_suffix(&url, S("/"))) {
    }
    return url;
}

static bool use_proxies(Source *s, Str name, Str list, Err *err)
{
    s->kind = SOURCE_PROXY;
    s->name = name;
    return proxy_list_parse(&s->own, list, &s->proxies, err);
}

static void use_feed(Source *s, Str url)
{
    s->kind = SOURCE_FEED;
    s->feed_url = without_slashes(url);
    Str printable = fetch_printable_url(&s->own, s->feed_url);
    if (!str_eat_prefix(&printable, S("https://"))) {
        str_eat_prefix(&printable, S("http://"));
    }
    s->name = printable;
}

static bool use_url(Source *s, Str url, Err *err)
{
    Str printable = fetch_printable_url(&s->own, url);
    if (archive_kind(url) != ARCHIVE_NONE) {
        s->kind = SOURCE_URL;
        s->place = url;
        s->name = printable;
        return true;
    }
    if (str_ends_with(without_slashes(printable), S("/dl"))) {
        use_feed(s, url);
        return true;
    }
    if (str_index_byte(url, ',') >= 0 || str_index_byte(url, '|') >= 0) {
        return FAIL(err, ERR_USAGE, "--from takes one URL, not a list");
    }
    return use_proxies(s, printable, url, err) || FAIL_IN(err, "reading --from");
}

/* An archive, or a directory laid out as a proxy. */
static bool use_file(Source *s, Str path, Err *err)
{
    FileStat st;
    FileOutcome found = file_stat(FILE_CWD, path, &st, err);
    if (found == FILE_FAILED) {
        return FAIL_IN(err, "reading --from");
    }
    if (found == FILE_ABSENT) {
        FAIL(err, ERR_NOT_FOUND, "--from names '%.*s', which does not exist", STR_ARG(path));
        return err_hint(
            err, "--from is proxy, dl, a URL, an archive, or a directory laid out as a proxy");
    }
    s->name = path;
    s->place = path;
    if (st.kind == FILE_KIND_REGULAR && archive_kind(path) != ARCHIVE_NONE) {
        s->kind = SOURCE_FILE;
        return true;
    }
    if (st.kind != FILE_KIND_DIR) {
        return FAIL(err, ERR_USAGE,
                    "--from names '%.*s', which is neither .zip nor .tar.gz nor a directory",
                    STR_ARG(path));
    }
    ProxyEntry *entry = ARENA_NEW(&s->own, ProxyEntry);
    *entry = (ProxyEntry){.kind = PROXY_FILE, .dir = path, .printable = path};
    s->kind = SOURCE_PROXY;
    s->proxies = (ProxyList){entry, 1};
    return true;
}

static bool choose(Source *s, const SourceConfig *config, Err *err)
{
    bool wants_proxy = str_eq(config->from, S("proxy"));
    if (wants_proxy && config->goproxy.len == 0) {
        FAIL(err, ERR_USAGE, "--from proxy was asked for, but GOPROXY has no value");
        return err_hint(err, "set GOPROXY, or give the proxy's URL with --from");
    }
    if (wants_proxy || (config->from.len == 0 && config->goproxy.len > 0)) {
        return use_proxies(s, S("GOPROXY"), config->goproxy, err);
    }
    if (config->from.len == 0 || str_eq(config->from, S("dl"))) {
        use_feed(s, s->feed_url);
        return true;
    }
    Str path = config->from;
    if (str_starts_with(path, S("https://")) || str_starts_with(path, S("http://"))) {
        return use_url(s, path, err);
    }
    str_eat_prefix(&path, S("file://"));
    return use_file(s, path, err);
}

/* The proxies to ask about the checksum database: the source's own first. */
static bool gather_log_proxies(Source *s, const SourceConfig *config, Err *err)
{
    ProxyList configured = {0};
    if (config->goproxy.len > 0 && !proxy_list_parse(&s->own, config->goproxy, &configured, err)) {
        return false;
    }
    bool is_own =
        s->kind == SOURCE_PROXY && config->from.len > 0 && !str_eq(config->from, S("proxy"));
    ProxyEntry *all = ARENA_ARRAY(&s->own, ProxyEntry, configured.len + 1);
    isize n = 0;
    if (is_own) {
        all[n++] = s->proxies.ptr[0];
    }
    for (isize i = 0; i < configured.len; i++) {
        all[n++] = configured.ptr[i];
    }
    s->log_proxies = (ProxyList){all, n};
    return true;
}

Source *source_open(Arena *a, Fetcher *f, const SourceConfig *config, Err *err)
{
    Source *s = ARENA_NEW(a, Source);
    s->own = arena_init(0);
    s->fetcher = f;
    s->state_dir = config->state_dir;
    s->feed_url = without_slashes(config->feed_url.len > 0 ? config->feed_url : S(FEED_URL));
    if (!choose(s, config, err) || !gather_log_proxies(s, config, err)) {
        source_close(s);
        return NULL;
    }
    s->mod_proxy =
        (ProxyEntry){.kind = PROXY_URL, .url = str_concat(&s->own, s->feed_url, S("/mod"))};
    s->mod_proxy.printable = fetch_printable_url(&s->own, s->mod_proxy.url);
    return s;
}

void source_close(Source *s)
{
    if (s != NULL) {
        arena_done(&s->own);
    }
}

SourceKind source_kind(const Source *s)
{
    return s->kind;
}

Str source_name(const Source *s)
{
    return s->name;
}

Fetcher *source_fetcher(const Source *s)
{
    return s->fetcher;
}

Arena *source_arena(Source *s)
{
    return &s->own;
}

const ProxyList *source_log_proxies(const Source *s)
{
    return &s->log_proxies;
}

Str source_state_dir(const Source *s)
{
    return s->state_dir;
}

ArchiveKind source_archive_kind(const Source *s)
{
    switch (s->kind) {
    case SOURCE_PROXY:
        return ARCHIVE_MODULE_ZIP;
    case SOURCE_FEED:
        return ARCHIVE_TAR_GZ;
    case SOURCE_URL:
    case SOURCE_FILE:
        return archive_kind(s->place);
    case SOURCE_NONE:
    case SOURCE_KIND_COUNT:
        break;
    }
    UNREACHABLE("a source of no kind");
}

/* --- Proxies --- */

/* The entry that is really asked for one of a list: "direct" stands for the download site. NULL
 * with *err for "off". */
static const ProxyEntry *real_entry(const Source *s, const ProxyEntry *entry, Err *err)
{
    if (entry->kind == PROXY_OFF) {
        FAIL(err, ERR_NET, "GOPROXY=off forbids downloads");
        err_hint(err, "set GOPROXY to a mirror, or install from a file");
        return NULL;
    }
    return entry->kind == PROXY_DIRECT ? &s->mod_proxy : entry;
}

/* "golang.org/toolchain/@v/" + what follows it. */
static Str module_path(Arena *a, Str name)
{
    return str_concat(a, S(RELEASE_MODULE "/@v/"), name);
}

static Str zip_path(Arena *a, const Release *r)
{
    return module_path(a, str_concat(a, release_module_version(a, r), S(".zip")));
}

/* --- Lists of versions --- */

static ProxyAnswer read_list(void *context, const ProxyEntry *entry, Err *err)
{
    Source *s = context;
    Str text, line, field;
    entry = real_entry(s, entry, err);
    if (entry == NULL) {
        return PROXY_ABSENT;
    }
    Str path = module_path(&s->own, S("list"));
    ProxyAnswer answer = remote_read_entry(s->fetcher, &s->own, entry, path, MAX_LIST, &text, err);
    if (answer != PROXY_ANSWERED) {
        return answer;
    }
    Str whole = text;
    s->releases.len = 0;
    while (str_next_line(&text, &line)) {
        Release r;
        if (str_next_field(&line, &field) && release_parse(field, &r)) {
            *VEC_PUSH(&s->own, &s->releases) = r;
        }
    }
    if (s->releases.len == 0 && str_trim(whole).len > 0) {
        FAIL(err, ERR_FORMAT, "%.*s answered with something that is no list of versions",
             STR_ARG(entry->printable));
        return PROXY_FAILED;
    }
    return PROXY_ANSWERED;
}

static bool load_feed(Source *s, Err *err)
{
    Str url = str_concat(&s->own, s->feed_url, S("/?mode=json&include=all"));
    Str json;
    if (remote_read(s->fetcher, &s->own, url, FEED_MAX_LEN, &json, err) != PROXY_ANSWERED ||
        !feed_parse(&s->own, json, &s->feed, err)) {
        return FAIL_IN(err, "reading what %.*s offers", STR_ARG(s->name));
    }
    for (isize i = 0; i < s->feed.len; i++) {
        *VEC_PUSH(&s->own, &s->releases) = s->feed.ptr[i].release;
    }
    return true;
}

static bool load_name(Source *s, Err *err)
{
    Release r;
    Str name = path_base(fetch_printable_url(&s->own, s->place));
    if (!release_parse_archive_name(name, &r)) {
        FAIL(err, ERR_UNSUPPORTED, "the name '%.*s' does not tell which Go it holds",
             STR_ARG(name));
        return err_hint(err, "give the archive itself as SPEC");
    }
    *VEC_PUSH(&s->own, &s->releases) = r;
    return true;
}

static bool load_releases(Source *s, Err *err)
{
    if (s->has_list) {
        return true;
    }
    switch (s->kind) {
    case SOURCE_PROXY:
        s->has_list = proxy_list_ask(&s->proxies, read_list, s, err) == PROXY_ANSWERED ||
                      FAIL_IN(err, "reading what %.*s offers", STR_ARG(s->name));
        break;
    case SOURCE_FEED:
        s->has_list = load_feed(s, err);
        break;
    case SOURCE_URL:
    case SOURCE_FILE:
        s->has_list = load_name(s, err);
        break;
    case SOURCE_NONE:
    case SOURCE_KIND_COUNT:
        UNREACHABLE("a source of no kind");
    }
    return s->has_list;
}

static int newest_first(const void *x, const void *y)
{
    const Str *a = x, *b = y;
    int order = goversion_compare(*b, *a);
    return order != 0 ? order : str_compare(*a, *b);
}

static int platform_order(const void *x, const void *y)
{
    const Release *a = x, *b = y;
    int order = str_compare(a->os, b->os);
    return order != 0 ? order : str_compare(a->arch, b->arch);
}

static bool is_same_platform(const Release *x, const Release *y)
{
    return str_eq(x->os, y->os) && str_eq(x->arch, y->arch);
}

/* The list has nothing for the platform: says what it has. */
static bool fail_no_platform(const Source *s, Arena scratch, const Release *wanted, Err *err)
{
    StrBuf names = strbuf_init(&scratch);
    Release *all = ARENA_ARRAY(&scratch, Release, s->releases.len);
    for (isize i = 0; i < s->releases.len; i++) {
        all[i] = s->releases.ptr[i];
    }
    sort_array(all, s->releases.len, sizeof(*all), platform_order);
    for (isize i = 0; i < s->releases.len && names.len < MAX_PLATFORMS_NAMED; i++) {
        if (i == 0 || !is_same_platform(&all[i - 1], &all[i])) {
            strbuf_add_format(&names, "%s%.*s/%.*s", names.len > 0 ? " " : "", STR_ARG(all[i].os),
                              STR_ARG(all[i].arch));
        }
    }
    Str shown = strbuf_str(&names);
    FAIL(err, ERR_NOT_FOUND, "%.*s has no Go for %.*s/%.*s", STR_ARG(s->name), STR_ARG(wanted->os),
         STR_ARG(wanted->arch));
    if (shown.len == 0) {
        return err_hint(err, "its list is empty");
    }
    return err_hint(err, "it has %.*s%s", STR_ARG(shown),
                    names.len < MAX_PLATFORMS_NAMED ? "" : " ...");
}

bool source_versions(Source *s, Arena *a, Str os, Str arch, SourceVersions *ret, Err *err)
{
    Release wanted = {.os = os, .arch = arch};
    if (!load_releases(s, err)) {
        return false;
    }
    SourceVersions v = {ARENA_ARRAY(a, Str, s->releases.len), 0};
    for (isize i = 0; i < s->releases.len; i++) {
        if (is_same_platform(&s->releases.ptr[i], &wanted)) {
            v.ptr[v.len++] = s->releases.ptr[i].version;
        }
    }
    if (v.len == 0) {
        return fail_no_platform(s, *a, &wanted, err);
    }
    sort_array(v.ptr, v.len, sizeof(*v.ptr), newest_first);
    isize kept = 1;
    for (isize i = 1; i < v.len; i++) {
        if (!str_eq(v.ptr[i], v.ptr[kept - 1])) {
            v.ptr[kept++] = v.ptr[i];
        }
    }
    v.len = kept;
    *ret = v;
    return true;
}

/* --- Archives --- */

/* One wish for an archive, as it goes through the proxies. */
typedef struct {
    Source *source;
    Arena *arena;
    const Release *release;
    int part_fd;
    FetchProgress progress;
    void *progress_context;
    bool was_refused; /* somebody was reached, and has no such thing or does not give it */
    SourceArchive archive;
} Wish;

static void take_part(Wish *w, ArchiveKind kind, const Download *d, Str origin)
{
    w->archive = (SourceArchive){.kind = kind,
                                 .fd = w->part_fd,
                                 .was_resumed = d->was_resumed,
                                 .len = d->len,
                                 .fetched = d->fetched,
                                 .origin = origin};
}

/* Over the network into the part file. */
static ProxyAnswer fetch_archive(Wish *w, Str url, ArchiveKind kind, Download *ret, Err *err)
{
    Str origin = fetch_printable_url(w->arena, url);
    ProxyAnswer answer =
        download_run(w->source->fetcher, *w->arena, url, w->part_fd, SOURCE_MAX_ARCHIVE,
                     w->progress, w->progress_context, ret, err);
    w->was_refused = w->was_refused || (ret->status >= 400 && ret->status < 500);
    if (answer != PROXY_ANSWERED) {
        return answer;
    }
    if (!archive_check_shape(*w->arena, w->part_fd, kind, ret, origin, err)) {
        return PROXY_FAILED;
    }
    take_part(w, kind, ret, origin);
    return PROXY_ANSWERED;
}

/* From this machine: the file itself, where it lies. */
static ProxyAnswer open_archive(Wish *w, Str path, ArchiveKind kind, Err *err)
{
    FileStat st;
    int fd = -1;
    FileOutcome found = file_open(FILE_CWD, path, &fd, err);
    if (found == FILE_ABSENT) {
        w->was_refused = true;
        FAIL(err, ERR_NOT_FOUND, "there is no file '%.*s'", STR_ARG(path));
        return PROXY_ABSENT;
    }
    if (found == FILE_FAILED || !file_fstat(fd, &st, err)) {
        file_close(&fd);
        return PROXY_FAILED;
    }
    if (st.kind != FILE_KIND_REGULAR || st.size > SOURCE_MAX_ARCHIVE) {
        file_close(&fd);
        FAIL(err, ERR_LIMIT, "'%.*s' is no regular file of at most %td bytes", STR_ARG(path),
             SOURCE_MAX_ARCHIVE);
        return PROXY_FAILED;
    }
    w->archive = (SourceArchive){
        .kind = kind, .fd = fd, .is_original = true, .len = st.size, .origin = path};
    return PROXY_ANSWERED;
}

static ProxyAnswer archive_of_entry(void *context, const ProxyEntry *entry, Err *err)
{
    Wish *w = context;
    Download d;
    entry = real_entry(w->source, entry, err);
    if (entry == NULL) {
        return PROXY_ABSENT;
    }
    Str where = proxy_join(w->arena, entry, zip_path(w->arena, w->release));
    return entry->kind == PROXY_FILE ? open_archive(w, where, ARCHIVE_MODULE_ZIP, err)
                                     : fetch_archive(w, where, ARCHIVE_MODULE_ZIP, &d, err);
}

static bool archive_of_feed(Wish *w, Err *err)
{
    Source *s = w->source;
    if (!load_releases(s, err)) {
        return false;
    }
    const FeedFile *file = feed_find(&s->feed, w->release);
    if (file == NULL) {
        w->was_refused = true;
        return FAIL(err, ERR_NOT_FOUND, "%.*s has no such archive", STR_ARG(s->name));
    }
    Str url = str_format(w->arena, "%.*s/%.*s", STR_ARG(s->feed_url), STR_ARG(file->name));
    for (int i = 0; i < 2; i++) { /* a part of something else deserves a second, fresh try */
        Download d;
        if (fetch_archive(w, url, ARCHIVE_TAR_GZ, &d, err) != PROXY_ANSWERED) {
            return false;
        }
        ArchiveHash hash = archive_check_sha256(*w->arena, w->part_fd, d.len, file, err);
        if (hash != ARCHIVE_HASH_DIFFERS || !d.was_resumed) {
            return hash == ARCHIVE_HASH_EQUAL;
        }
    }
    return false;
}

/* When the version is not on the list, says that, instead of what a server answered. */
static bool fail_with_list(Source *s, Arena scratch, const Release *r, Err *err)
{
    Spec spec = {.kind = SPEC_EXACT, .version = r->version};
    SourceVersions versions;
    Str same;
    Err own;
    bool is_telling = source_versions(s, &scratch, r->os, r->arch, &versions, &own)
                          ? !spec_choose(&spec, versions.ptr, versions.len, s->name, &same, &own)
                          : s->has_list; /* there is one, without the platform */
    if (is_telling) {
        *err = own;
    }
    return false;
}

bool source_download(Source *s, Arena *a, const Release *r, int part_fd, FetchProgress progress,
                     void *progress_context, SourceArchive *ret, Err *err)
{
    Wish w = {.source = s,
              .arena = a,
              .release = r,
              .part_fd = part_fd,
              .progress = progress,
              .progress_context = progress_context};
    Download d;
    bool ok = false;
    switch (s->kind) {
    case SOURCE_PROXY:
        ok = proxy_list_ask(&s->proxies, archive_of_entry, &w, err) == PROXY_ANSWERED;
        break;
    case SOURCE_FEED:
        ok = archive_of_feed(&w, err);
        break;
    case SOURCE_URL:
        ok = fetch_archive(&w, s->place, archive_kind(s->place), &d, err) == PROXY_ANSWERED;
        break;
    case SOURCE_FILE:
        ok = open_archive(&w, s->place, archive_kind(s->place), err) == PROXY_ANSWERED;
        break;
    case SOURCE_NONE:
    case SOURCE_KIND_COUNT:
        UNREACHABLE("a source of no kind");
    }
    if (ok) {
        *ret = w.archive;
        return true;
    }
    bool has_releases = s->kind == SOURCE_PROXY || s->kind == SOURCE_FEED;
    return w.was_refused && has_releases ? fail_with_list(s, *a, r, err) : false;
}

/* --- Parts of an archive --- */

typedef struct {
    Source *source;
    Arena *arena;
    const Release *release;
    const SourceRange *ranges;
    isize n;
    SourcePart *parts;
    bool lacks_ranges;
} PartsWish;

static ProxyAnswer parts_at(PartsWish *w, bool is_file, Str where, Err *err)
{
    return is_file ? parts_read_file(w->arena, where, w->ranges, w->n, w->parts, err)
                   : parts_fetch(w->source->fetcher, w->arena, where, w->ranges, w->n, w->parts,
                                 &w->lacks_ranges, err);
}

static ProxyAnswer parts_of_entry(void *context, const ProxyEntry *entry, Err *err)
{
    PartsWish *w = context;
    entry = real_entry(w->source, entry, err);
    if (entry == NULL) {
        return PROXY_ABSENT;
    }
    Str where = proxy_join(w->arena, entry, zip_path(w->arena, w->release));
    return parts_at(w, entry->kind == PROXY_FILE, where, err);
}

static ProxyAnswer parts_of_place(PartsWish *w, Err *err)
{
    Source *s = w->source;
    if (archive_kind(s->place) != ARCHIVE_MODULE_ZIP) {
        FAIL(err, ERR_UNSUPPORTED, "'%.*s' is no module zip, so single files cannot be had from it",
             STR_ARG(s->name));
        return PROXY_FAILED;
    }
    return parts_at(w, s->kind == SOURCE_FILE, s->place, err);
}

bool source_read_parts(Source *s, Arena *a, const Release *r, const SourceRange *ranges, isize n,
                       SourcePart *ret, Err *err)
{
    PartsWish w = {.source = s, .arena = a, .release = r, .ranges = ranges, .n = n, .parts = ret};
    ProxyAnswer answer = PROXY_FAILED;
    switch (s->kind) {
    case SOURCE_PROXY:
        answer = proxy_list_ask(&s->proxies, parts_of_entry, &w, err);
        break;
    case SOURCE_FEED: /* the module zips lie beside the feed */
        answer = parts_of_entry(&w, &s->mod_proxy, err);
        break;
    case SOURCE_URL:
    case SOURCE_FILE:
        answer = parts_of_place(&w, err);
        break;
    case SOURCE_NONE:
    case SOURCE_KIND_COUNT:
        UNREACHABLE("a source of no kind");
    }
    if (answer != PROXY_ANSWERED && w.lacks_ranges) {
        err_hint(err, "install the release afresh instead, which takes the whole archive");
    }
    return answer == PROXY_ANSWERED;
}
