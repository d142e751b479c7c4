/* Sources against made releases (test/lib/makelog.py) behind a server that misbehaves. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "base/strbuf.h"
#include "format/sha256.h"
#include "support/assert_str.h"
#include "support/fixture.h"
#include "support/webserver.h"
#include "toolchain/source.h"

typedef struct {
    Arena arena;
    bool is_usable;
    Str root; /* served: a proxy, and a feed in dl/ */
    Environ env;
    WebServer web;
    Fetcher *fetcher;
    Str zip, tar; /* contents of the archives of 1.99.3 */
} World;

static World world;

static const Str made[] = {
    STR_CONST("1.99.1:linux-amd64"),  STR_CONST("1.99.3:linux-amd64"),
    STR_CONST("1.98.0:linux-amd64"),  STR_CONST("1.99.2:linux-amd64"),
    STR_CONST("1.99.3:darwin-arm64"),
};

static const Release newest = {STR_CONST("1.99.3"), STR_CONST("linux"), STR_CONST("amd64")};

static Str zip_of(const Release *r)
{
    Str name = release_module_version(&world.arena, r);
    return str_format(&world.arena, "%.*s/golang.org/toolchain/@v/%.*s.zip", STR_ARG(world.root),
                      STR_ARG(name));
}

/* A feed with one archive, and one whose stated SHA-256 is wrong. */
static void make_feed(Arena *a)
{
    char hex[64];
    Sha256 digest = sha256_of(world.tar);
    sha256_to_hex(&digest, hex);
    StrBuf b = strbuf_init(a);
    strbuf_add(&b, S("["));
    static const char *const versions[] = {"1.99.3", "1.99.4"};
    for (int i = 0; i < 2; i++) {
        strbuf_add_format(&b,
                          "%s{\"version\": \"go%s\", \"files\": [{\"filename\": "
                          "\"go%s.linux-amd64.tar.gz\", \"os\": \"linux\", \"arch\": \"amd64\", "
                          "\"sha256\": \"%.64s\", \"size\": %td, \"kind\": \"archive\"}]}",
                          i > 0 ? "," : "", versions[i], versions[i], hex, world.tar.len);
        fixture_file(a, world.root, str_format(a, "dl/go%s.linux-amd64.tar.gz", versions[i]),
                     i == 0 ? world.tar : str_concat(a, world.tar, S("x")));
    }
    strbuf_add(&b, S("]"));
    fixture_file(a, world.root, S("dl/index.json"), strbuf_str(&b));
}

static int set_up_world(void **state)
{
    (void)state;
    world.arena = arena_init(8 * MIB);
    Arena *a = &world.arena;
    world.root = fixture_dir(a);
    world.env = webserver_environ(a);
    world.is_usable = webserver_has_helper(a) &&
                      webserver_make_releases(a, world.root, made, COUNT_OF(made)) &&
                      webserver_start(a, world.root, S(""), S(""), &world.web);
    if (world.is_usable) {
        world.zip = fixture_read(a, FILE_CWD, zip_of(&newest));
        world.tar = str_format(a, "\x1f\x8b%060000d", 7);
        make_feed(a);
        Str list = path_join(a, world.root, S("golang.org/toolchain/@v/list"));
        Str twice =
            str_concat(a, fixture_read(a, FILE_CWD, list),
                       S("v0.0.1-go1.99.1.linux-amd64\nv0.0.1-tip.linux-amd64\nv1.0.0\n\n"));
        fixture_file(a, world.root, S("golang.org/toolchain/@v/list"), twice);
    }
    world.fetcher = fetcher_open(a, S(""), &world.env, false);
    return 0;
}

static int tear_down_world(void **state)
{
    (void)state;
    fetcher_close(world.fetcher);
    webserver_stop(&world.web);
    arena_done(&world.arena);
    return 0;
}

static void need_world(Str faults)
{
    if (!world.is_usable) {
        skip();
    }
    webserver_misbehave(&world.web, faults);
}

static Str web(const char *path)
{
    return str_format(&world.arena, "%.*s%s", STR_ARG(world.web.url), path);
}

/* Opened with this GOPROXY and --from. */
static Source *opened(Str goproxy, Str from)
{
    Err err = {0};
    SourceConfig config = {.goproxy = goproxy, .from = from, .feed_url = web("/dl")};
    Source *s = source_open(&world.arena, world.fetcher, &config, &err);
    if (s == NULL) {
        fail_msg("%s", err.text);
    }
    return s;
}

static int open_part(Str content)
{
    Err err;
    int fd = -1;
    Str path = fixture_file(&world.arena, fixture_dir(&world.arena), S("part"), content);
    assert_true(file_open_update(FILE_CWD, path, 0600, &fd, &err));
    return fd;
}

static Str content_of(int fd)
{
    Err err;
    FileStat st;
    assert_true(file_fstat(fd, &st, &err));
    char *buf = arena_alloc(&world.arena, (isize)st.size + 1, 1, 1);
    isize n;
    assert_true(file_read_at(fd, 0, buf, (isize)st.size, &n, &err));
    return (Str){buf, n};
}

static bool download(Source *s, const Release *r, int part, SourceArchive *ret, Err *err)
{
    *err = (Err){0};
    return source_download(s, &world.arena, r, part, NULL, NULL, ret, err);
}

static void assert_downloads(Source *s, int part, Str content)
{
    SourceArchive got;
    Err err;
    if (!download(s, &newest, part, &got, &err)) {
        Str text = err_format(&world.arena, &err);
        fail_msg("%.*s", STR_ARG(text));
    }
    assert_int_equal(got.len, content.len);
    assert_true(str_eq(content_of(got.fd), content));
}

/* The whole error, hint included. */
static Str said(const Err *err)
{
    Str text = err_format(&world.arena, err);
    return str_format(&world.arena, "%.*s [%s]", STR_ARG(text), err->hint);
}

static void assert_says(const Err *err, Str part)
{
    if (!str_contains(said(err), part)) {
        Str text = said(err);
        fail_msg("\"%.*s\" is not in: %.*s", STR_ARG(part), STR_ARG(text));
    }
}

/* --- Which source --- */

static void test_chooses_kind_by_configuration(void **state)
{
    (void)state;
    need_world(S(""));
    Str zip = zip_of(&newest);
    const struct {
        Str goproxy, from;
        SourceKind kind;
        ArchiveKind archive;
        Str name;
    } rows[] = {
        {S("https://p"), S(""), SOURCE_PROXY, ARCHIVE_MODULE_ZIP, S("GOPROXY")},
        {S(""), S(""), SOURCE_FEED, ARCHIVE_TAR_GZ, str_from(web("/dl"), 7)},
        {S("https://p"), S("dl"), SOURCE_FEED, ARCHIVE_TAR_GZ, str_from(web("/dl"), 7)},
        {S("https://p"), S("proxy"), SOURCE_PROXY, ARCHIVE_MODULE_ZIP, S("GOPROXY")},
        {S("https://p"), S("https://u:p@m/x"), SOURCE_PROXY, ARCHIVE_MODULE_ZIP, S("https://m/x")},
        {S("https://p"), S("https://m/dl/"), SOURCE_FEED, ARCHIVE_TAR_GZ, S("m/dl")},
        {S("https://p"), S("https://m/x.zip?y"), SOURCE_URL, ARCHIVE_MODULE_ZIP,
         S("https://m/x.zip")},
        {S("https://p"), S("https://m/x.tar.gz"), SOURCE_URL, ARCHIVE_TAR_GZ,
         S("https://m/x.tar.gz")},
        {S("https://p"), world.root, SOURCE_PROXY, ARCHIVE_MODULE_ZIP, world.root},
        {S("https://p"), zip, SOURCE_FILE, ARCHIVE_MODULE_ZIP, zip},
    };
    for (isize i = 0; i < COUNT_OF(rows); i++) {
        Source *s = opened(rows[i].goproxy, rows[i].from);
        assert_int_equal(source_kind(s), rows[i].kind);
        assert_int_equal(source_archive_kind(s), rows[i].archive);
        assert_str(source_name(s), rows[i].name);
        source_close(s);
    }
}

static void test_refuses_unusable_configuration(void **state)
{
    (void)state;
    static const struct {
        Str goproxy, from, text;
        ErrKind kind;
    } rows[] = {
        {STR_CONST(""), STR_CONST("proxy"), STR_CONST("GOPROXY has no value"), ERR_USAGE},
        {STR_CONST(","), STR_CONST(""), STR_CONST("no entries"), ERR_USAGE},
        {STR_CONST("ftp://x"), STR_CONST("dl"), STR_CONST("unknown scheme"), ERR_USAGE},
        {STR_CONST(""), STR_CONST("/nonexistent"), STR_CONST("does not exist"), ERR_NOT_FOUND},
        {STR_CONST(""), STR_CONST("STYLE.md"), STR_CONST("neither"), ERR_USAGE},
        {STR_CONST(""), STR_CONST("https://a,https://b"), STR_CONST("not a list"), ERR_USAGE},
    };
    for (isize i = 0; i < COUNT_OF(rows); i++) {
        Err err = {0};
        SourceConfig config = {.goproxy = rows[i].goproxy, .from = rows[i].from};
        assert_null(source_open(&world.arena, NULL, &config, &err));
        assert_int_equal(err.kind, rows[i].kind);
        assert_says(&err, rows[i].text);
    }
}

/* --- Versions --- */

static void test_lists_versions_newest_first(void **state)
{
    (void)state;
    need_world(S(""));
    const Str sources[] = {web(""), str_format(&world.arena, "file://%.*s", STR_ARG(world.root))};
    for (isize i = 0; i < COUNT_OF(sources); i++) {
        Source *s = opened(sources[i], S(""));
        SourceVersions v;
        Err err;
        for (int again = 0; again < 2; again++) {
            assert_true(source_versions(s, &world.arena, S("linux"), S("amd64"), &v, &err));
            assert_int_equal(v.len, 4);
            assert_str(v.ptr[0], S("1.99.3"));
            assert_str(v.ptr[1], S("1.99.2"));
            assert_str(v.ptr[3], S("1.98.0"));
        }
        source_close(s);
    }
    assert_int_equal(webserver_n_requests(&world.web), 1);
}

static void test_says_which_platforms_there_are(void **state)
{
    (void)state;
    need_world(S(""));
    Source *s = opened(web(""), S(""));
    SourceVersions v;
    Err err;
    assert_false(source_versions(s, &world.arena, S("linux"), S("vax"), &v, &err));
    assert_int_equal(err.kind, ERR_NOT_FOUND);
    assert_says(&err, S("GOPROXY has no Go for linux/vax"));
    assert_says(&err, S("it has darwin/arm64 linux/amd64"));
    source_close(s);
}

static void test_takes_no_web_page_for_a_list(void **state)
{
    (void)state;
    static const Str faults[] = {
        STR_CONST("[{\"kind\": \"html\"}]"),
        STR_CONST("[{\"kind\": \"swap\", \"file\": \"STYLE.md\"}]"),
    };
    static const Str texts[] = {STR_CONST("web page"), STR_CONST("no list of versions")};
    for (isize i = 0; i < COUNT_OF(faults); i++) {
        need_world(faults[i]);
        Source *s = opened(web(""), S(""));
        SourceVersions v;
        Err err;
        assert_false(source_versions(s, &world.arena, S("linux"), S("amd64"), &v, &err));
        assert_says(&err, texts[i]);
        source_close(s);
    }
}

static void test_lists_the_feed_and_a_named_archive(void **state)
{
    (void)state;
    need_world(S(""));
    SourceVersions v;
    Err err;
    Source *s = opened(S(""), S(""));
    assert_true(source_versions(s, &world.arena, S("linux"), S("amd64"), &v, &err));
    assert_int_equal(v.len, 2);
    assert_str(v.ptr[0], S("1.99.4"));
    source_close(s);
    s = opened(S(""), zip_of(&newest));
    assert_true(source_versions(s, &world.arena, S("linux"), S("amd64"), &v, &err));
    assert_int_equal(v.len, 1);
    assert_str(v.ptr[0], S("1.99.3"));
    source_close(s);
}

/* --- Archives --- */

static void test_downloads_and_resumes(void **state)
{
    (void)state;
    static const struct {
        Str faults;
        isize part; /* bytes that are there already; -1: something longer than the archive */
    } rows[] = {
        {STR_CONST(""), 0},
        {STR_CONST(""), 1000},
        {STR_CONST("[{\"kind\": \"norange\"}]"), 1000},
        {STR_CONST("[{\"kind\": \"cut\", \"times\": 3}]"), 0},
        {STR_CONST("[{\"kind\": \"reset\", \"times\": 1}]"), 0},
        {STR_CONST("[{\"kind\": \"wrongrange\", \"times\": 1}]"), 1000},
        {STR_CONST(""), -1},
        {STR_CONST("[{\"kind\": \"nolength\"}]"), 0},
        {STR_CONST("[{\"kind\": \"status\", \"code\": 503, \"times\": 2}]"), 0},
    };
    for (isize i = 0; i < COUNT_OF(rows); i++) {
        need_world(rows[i].faults);
        Str there = rows[i].part < 0 ? str_concat(&world.arena, world.zip, S("more"))
                                     : str_to(world.zip, rows[i].part);
        int part = open_part(there);
        Source *s = opened(web(""), S(""));
        assert_downloads(s, part, world.zip);
        source_close(s);
        file_close(&part);
    }
}

static void test_whole_part_costs_one_request_and_no_byte(void **state)
{
    (void)state;
    need_world(S(""));
    int part = open_part(world.zip);
    Source *s = opened(web(""), S(""));
    SourceArchive got;
    Err err;
    assert_true(download(s, &newest, part, &got, &err));
    assert_int_equal(got.fetched, 0);
    assert_true(got.was_resumed);
    assert_int_equal(webserver_n_requests(&world.web), 1);
    source_close(s);
    file_close(&part);
}

static void test_broken_download_keeps_what_came_and_goes_on_next_time(void **state)
{
    (void)state;
    need_world(S("[{\"kind\": \"cut\", \"percent\": 30, \"times\": 1}, {\"kind\": \"drop\"}]"));
    int part = open_part(S(""));
    Source *s = opened(web(""), S(""));
    SourceArchive got;
    Err err;
    assert_false(download(s, &newest, part, &got, &err));
    assert_int_equal(err.kind, ERR_NET);
    assert_says(&err, S("bytes have come and are kept"));
    assert_says(&err, S("it goes on from there"));
    isize kept = world.zip.len * 30 / 100;
    assert_true(str_eq(content_of(part), str_to(world.zip, kept)));
    webserver_misbehave(&world.web, S(""));
    assert_downloads(s, part, world.zip);
    assert_true(str_contains(webserver_log(&world.web),
                             str_format(&world.arena, "range=bytes=%td- ", kept)));
    source_close(s);
    file_close(&part);
}

static void test_cut_body_without_length_is_noticed_and_goes_on(void **state)
{
    (void)state;
    need_world(S("[{\"kind\": \"short\", \"percent\": 60}]"));
    int part = open_part(S(""));
    Source *s = opened(web(""), S(""));
    SourceArchive got;
    Err err;
    assert_false(download(s, &newest, part, &got, &err));
    assert_says(&err, S("no complete zip archive"));
    assert_says(&err, S("did not say its length"));
    webserver_misbehave(&world.web, S(""));
    assert_downloads(s, part, world.zip);
    source_close(s);
    file_close(&part);
}

static void test_what_is_no_archive_is_refused_and_not_kept(void **state)
{
    (void)state;
    static const struct {
        Str faults, text;
    } rows[] = {
        {STR_CONST("[{\"kind\": \"html\"}]"), STR_CONST("is a web page, not a zip")},
        {STR_CONST("[{\"kind\": \"swap\", \"file\": \"STYLE.md\"}]"),
         STR_CONST("something else, not a zip")},
        {STR_CONST("[{\"kind\": \"swap\", \"file\": \"/dev/null\"}]"), STR_CONST("no such thing")},
        {STR_CONST("[{\"kind\": \"big\", \"size\": 0, \"length\": true}]"), STR_CONST("empty")},
    };
    for (isize i = 0; i < COUNT_OF(rows); i++) {
        need_world(rows[i].faults);
        int part = open_part(S(""));
        Source *s = opened(web(""), S(""));
        SourceArchive got;
        Err err;
        assert_false(download(s, &newest, part, &got, &err));
        assert_says(&err, rows[i].text);
        assert_int_equal(content_of(part).len, 0);
        source_close(s);
        file_close(&part);
    }
}

static void test_zip_without_its_end_is_not_kept(void **state)
{
    (void)state;
    need_world(S(""));
    Str half = fixture_file(&world.arena, fixture_dir(&world.arena), S("half"),
                            str_to(world.zip, world.zip.len / 2));
    webserver_misbehave(
        &world.web,
        str_format(&world.arena, "[{\"kind\": \"swap\", \"file\": \"%.*s\"}]", STR_ARG(half)));
    int part = open_part(S(""));
    Source *s = opened(web(""), S(""));
    SourceArchive got;
    Err err;
    assert_false(download(s, &newest, part, &got, &err));
    assert_says(&err, S("no complete zip archive"));
    assert_int_equal(content_of(part).len, 0);
    source_close(s);
    file_close(&part);
}

static void test_unknown_version_names_the_newest(void **state)
{
    (void)state;
    static const Str faults[] = {
        STR_CONST(""),
        STR_CONST("[{\"kind\": \"status\", \"code\": 410, \"path\": \"zip\"}]"),
        STR_CONST("[{\"kind\": \"status\", \"code\": 403, \"path\": \"zip\"}]"),
    };
    Release unknown = newest;
    unknown.version = S("1.99.99");
    for (isize i = 0; i < COUNT_OF(faults); i++) {
        need_world(faults[i]);
        const Str sources[] = {web(""),
                               str_format(&world.arena, "file://%.*s", STR_ARG(world.root))};
        for (isize k = 0; k < COUNT_OF(sources); k++) {
            int part = open_part(S(""));
            Source *s = opened(sources[k], S(""));
            SourceArchive got;
            Err err;
            assert_false(download(s, &unknown, part, &got, &err));
            assert_int_equal(err.kind, ERR_NOT_FOUND);
            assert_str(str_from_c(err.text),
                       S("go1.99.99 does not exist at GOPROXY; the newest 1.99 is 1.99.3"));
            source_close(s);
            file_close(&part);
        }
    }
}

static void test_refusal_names_the_host(void **state)
{
    (void)state;
    static const struct {
        Str faults, text;
    } rows[] = {
        {STR_CONST("[{\"kind\": \"status\", \"code\": 403, \"text\": \"blocked by policy 7\"}]"),
         STR_CONST("127.0.0.1 forbids it (status 403: blocked by policy 7)")},
        {STR_CONST("[{\"kind\": \"status\", \"code\": 401}]"), STR_CONST("wants a user name")},
        {STR_CONST("[{\"kind\": \"status\", \"code\": 500}]"), STR_CONST("internal error")},
        {STR_CONST("[{\"kind\": \"status\", \"code\": 418}]"), STR_CONST("status 418")},
    };
    for (isize i = 0; i < COUNT_OF(rows); i++) {
        need_world(rows[i].faults);
        int part = open_part(S(""));
        Source *s = opened(web(""), S(""));
        SourceArchive got;
        Err err;
        assert_false(download(s, &newest, part, &got, &err));
        assert_int_equal(err.kind, ERR_NET);
        assert_says(&err, rows[i].text);
        source_close(s);
        file_close(&part);
    }
}

static void test_goes_through_the_list(void **state)
{
    (void)state;
    need_world(S("[{\"kind\": \"status\", \"code\": 404, \"path\": \"^/absent\"},"
                 " {\"kind\": \"status\", \"code\": 500, \"path\": \"^/bad\"}]"));
    const struct {
        Str goproxy;
        bool ok;
    } rows[] = {
        {str_format(&world.arena, "%.*s/absent,%.*s", STR_ARG(world.web.url),
                    STR_ARG(world.web.url)),
         true},
        {str_format(&world.arena, "%.*s/bad,%.*s", STR_ARG(world.web.url), STR_ARG(world.web.url)),
         false},
        {str_format(&world.arena, "%.*s/bad|%.*s", STR_ARG(world.web.url), STR_ARG(world.web.url)),
         true},
        {str_format(&world.arena, "file:///nonexistent,%.*s", STR_ARG(world.web.url)), true},
    };
    for (isize i = 0; i < COUNT_OF(rows); i++) {
        int part = open_part(S(""));
        Source *s = opened(rows[i].goproxy, S(""));
        SourceArchive got;
        Err err;
        assert_int_equal(download(s, &newest, part, &got, &err), rows[i].ok);
        source_close(s);
        file_close(&part);
    }
}

static void test_off_says_so(void **state)
{
    (void)state;
    Source *s = opened(S("off"), S(""));
    SourceArchive got;
    SourceVersions v;
    Err err;
    assert_false(download(s, &newest, -1, &got, &err));
    assert_says(&err, S("GOPROXY=off forbids downloads"));
    assert_false(source_versions(s, &world.arena, S("linux"), S("amd64"), &v, &err));
    assert_says(&err, S("GOPROXY=off forbids downloads"));
    source_close(s);
}

static void test_files_are_opened_where_they_lie(void **state)
{
    (void)state;
    need_world(S(""));
    const struct {
        Str goproxy, from;
    } rows[] = {
        {str_format(&world.arena, "file://%.*s", STR_ARG(world.root)), S("")},
        {S(""), world.root},
        {S(""), zip_of(&newest)},
    };
    for (isize i = 0; i < COUNT_OF(rows); i++) {
        Source *s = opened(rows[i].goproxy, rows[i].from);
        SourceArchive got;
        Err err;
        assert_true(download(s, &newest, -1, &got, &err));
        assert_true(got.is_original);
        assert_int_equal(got.fetched, 0);
        assert_true(str_eq(content_of(got.fd), world.zip));
        file_close(&got.fd);
        source_close(s);
    }
    assert_int_equal(webserver_n_requests(&world.web), 0);
}

static void test_feed_is_held_to_its_sha256(void **state)
{
    (void)state;
    need_world(S(""));
    Release damaged = {S("1.99.4"), S("linux"), S("amd64")};
    Release unknown = {S("1.99.5"), S("linux"), S("amd64")};
    Source *s = opened(S(""), S(""));
    SourceArchive got;
    Err err;
    int part = open_part(S(""));
    assert_true(download(s, &newest, part, &got, &err));
    assert_int_equal(got.kind, ARCHIVE_TAR_GZ);
    assert_true(str_eq(content_of(part), world.tar));
    file_close(&part);
    part = open_part(S(""));
    assert_false(download(s, &damaged, part, &got, &err));
    assert_int_equal(err.kind, ERR_VERIFY);
    assert_says(&err, S("but the feed says"));
    assert_int_equal(content_of(part).len, 0);
    assert_false(download(s, &unknown, part, &got, &err));
    assert_says(&err, S("the newest 1.99 is 1.99.4"));
    file_close(&part);
    source_close(s);
}

static void test_wrong_part_of_the_feed_is_replaced(void **state)
{
    (void)state;
    need_world(S(""));
    Source *s = opened(S(""), S(""));
    int part = open_part(S("\x1f\x8b of another archive"));
    assert_downloads(s, part, world.tar);
    file_close(&part);
    source_close(s);
}

static void test_archive_at_a_url(void **state)
{
    (void)state;
    need_world(S(""));
    Source *s = opened(S(""), web("/golang.org/toolchain/@v/v0.0.1-go1.99.3.linux-amd64.zip"));
    int part = open_part(S(""));
    assert_downloads(s, part, world.zip);
    file_close(&part);
    source_close(s);
}

static void test_offline_is_said(void **state)
{
    (void)state;
    need_world(S(""));
    Err err = {0};
    SourceConfig config = {.goproxy = web("")};
    Fetcher *f = fetcher_open(&world.arena, S(""), &world.env, true);
    Source *s = source_open(&world.arena, f, &config, &err);
    int part = open_part(S(""));
    SourceArchive got;
    assert_false(download(s, &newest, part, &got, &err));
    assert_int_equal(err.kind, ERR_NET);
    assert_says(&err, S("offline"));
    file_close(&part);
    source_close(s);
    fetcher_close(f);
}

/* --- Parts --- */

static void test_reads_parts(void **state)
{
    (void)state;
    need_world(S(""));
    const SourceRange ranges[] = {{-22, -1}, {0, 3}, {100, 5099}, {-100 * MIB / 2, -1}};
    const struct {
        Str goproxy, from;
    } rows[] = {
        {web(""), S("")},
        {str_format(&world.arena, "file://%.*s", STR_ARG(world.root)), S("")},
        {S(""), zip_of(&newest)},
        {S(""), web("/golang.org/toolchain/@v/v0.0.1-go1.99.3.linux-amd64.zip")},
    };
    for (isize i = 0; i < COUNT_OF(rows); i++) {
        Source *s = opened(rows[i].goproxy, rows[i].from);
        SourcePart parts[COUNT_OF(ranges)];
        Err err;
        assert_true(
            source_read_parts(s, &world.arena, &newest, ranges, COUNT_OF(ranges), parts, &err));
        assert_int_equal(parts[0].from, world.zip.len - 22);
        assert_int_equal(parts[0].total, world.zip.len);
        assert_str(parts[0].bytes, str_from(world.zip, world.zip.len - 22));
        assert_str(parts[1].bytes, S("PK\003\004"));
        assert_str(parts[2].bytes, str_slice(world.zip, 100, 5100));
        assert_true(str_eq(parts[3].bytes, world.zip));
        source_close(s);
    }
}

static void test_parts_that_cannot_be_had(void **state)
{
    (void)state;
    Release unknown = {S("1.99.99"), S("linux"), S("amd64")};
    need_world(S(""));
    SourceRange tail = {-22, -1}, past = {world.zip.len - 5, world.zip.len + 5};
    SourceRange beyond = {world.zip.len + 5, world.zip.len + 9};
    Str file = str_format(&world.arena, "file://%.*s", STR_ARG(world.root));
    const struct {
        Str goproxy, faults;
        const Release *release;
        const SourceRange *range;
        ErrKind kind;
    } rows[] = {
        {web(""), S(""), &unknown, &tail, ERR_NOT_FOUND},
        {file, S(""), &unknown, &tail, ERR_NOT_FOUND},
        {web(""), S("[{\"kind\": \"norange\"}]"), &newest, &tail, ERR_UNSUPPORTED},
        {web(""), S(""), &newest, &past, ERR_FORMAT},
        {web(""), S(""), &newest, &beyond, ERR_FORMAT},
        {file, S(""), &newest, &past, ERR_FORMAT},
        {file, S(""), &newest, &beyond, ERR_FORMAT},
        {S("off"), S(""), &newest, &tail, ERR_NET},
    };
    for (isize i = 0; i < COUNT_OF(rows); i++) {
        webserver_misbehave(&world.web, rows[i].faults);
        Source *s = opened(rows[i].goproxy, S(""));
        SourcePart part;
        Err err = {0};
        assert_false(
            source_read_parts(s, &world.arena, rows[i].release, rows[i].range, 1, &part, &err));
        if (err.kind != rows[i].kind) {
            Str text = said(&err);
            fail_msg("row %td: %.*s", i, STR_ARG(text));
        }
        source_close(s);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_chooses_kind_by_configuration),
        cmocka_unit_test(test_refuses_unusable_configuration),
        cmocka_unit_test(test_lists_versions_newest_first),
        cmocka_unit_test(test_says_which_platforms_there_are),
        cmocka_unit_test(test_takes_no_web_page_for_a_list),
        cmocka_unit_test(test_lists_the_feed_and_a_named_archive),
        cmocka_unit_test(test_downloads_and_resumes),
        cmocka_unit_test(test_whole_part_costs_one_request_and_no_byte),
        cmocka_unit_test(test_broken_download_keeps_what_came_and_goes_on_next_time),
        cmocka_unit_test(test_cut_body_without_length_is_noticed_and_goes_on),
        cmocka_unit_test(test_what_is_no_archive_is_refused_and_not_kept),
        cmocka_unit_test(test_zip_without_its_end_is_not_kept),
        cmocka_unit_test(test_unknown_version_names_the_newest),
        cmocka_unit_test(test_refusal_names_the_host),
        cmocka_unit_test(test_goes_through_the_list),
        cmocka_unit_test(test_off_says_so),
        cmocka_unit_test(test_files_are_opened_where_they_lie),
        cmocka_unit_test(test_feed_is_held_to_its_sha256),
        cmocka_unit_test(test_wrong_part_of_the_feed_is_replaced),
        cmocka_unit_test(test_archive_at_a_url),
        cmocka_unit_test(test_offline_is_said),
        cmocka_unit_test(test_reads_parts),
        cmocka_unit_test(test_parts_that_cannot_be_had),
    };
    return cmocka_run_group_tests_name("toolchain_source", tests, set_up_world, tear_down_world);
}
