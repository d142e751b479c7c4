/* The way to the checksum database: which proxy is asked, how often, and what is remembered. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "os/proc.h"
#include "support/assert_str.h"
#include "support/fixture.h"
#include "support/webserver.h"
#include "toolchain/sumdb_source.h"

#define NAME "sumdb.goward.test"
#define LOOKUP "lookup/golang.org/toolchain@v0.0.1-go1.99.1.linux-amd64"

typedef struct {
    Arena arena;
    bool is_usable;
    Str root, file_url;
    Environ env;
    WebServer web;
    Fetcher *fetcher;
} World;

static World world;

static int set_up_world(void **state)
{
    (void)state;
    static const Str made[] = {STR_CONST("1.99.1:linux-amd64")};
    world.arena = arena_init(MIB);
    Arena *a = &world.arena;
    world.root = fixture_dir(a);
    world.file_url = str_concat(a, S("file://"), world.root);
    world.env = webserver_environ(a);
    world.is_usable = webserver_has_helper(a) &&
                      webserver_make_releases(a, world.root, made, COUNT_OF(made)) &&
                      webserver_start(a, world.root, S(""), S(""), &world.web);
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

/* One process's view: a source with this GOPROXY, --from and memory, and a database. */
typedef struct {
    Source *source;
    Gosumdb database;
    SumdbSource *way;
    Err err;
} View;

static View view(Fetcher *f, Str goproxy, Str from, Str memory, Str name, Str url)
{
    View v = {.database = {.verifier = {.name = name}, .url = url}};
    SourceConfig config = {.goproxy = goproxy, .from = from, .state_dir = memory};
    v.source = source_open(&world.arena, f, &config, &v.err);
    assert_non_null(v.source);
    return v;
}

static bool ask(View *v, Str path, SumdbReply *ret)
{
    if (v->way == NULL) {
        v->way = source_sumdb_new(&world.arena, v->source, &v->database);
    }
    return source_sumdb_get(v->way, &world.arena, &path, 1, ret, &v->err);
}

/* Asks once with a fresh view and gives the status: 0 for no answer to the path, -1 for none at
 * all. */
static int status_with(Str goproxy, Str from, Str memory, Str path)
{
    View v = view(world.fetcher, goproxy, from, memory, S(NAME), S(""));
    SumdbReply reply;
    int status = ask(&v, path, &reply) ? reply.status : -1;
    source_close(v.source);
    return status;
}

static isize n_supported(void)
{
    Str log = webserver_log(&world.web), line;
    isize n = 0;
    while (str_next_line(&log, &line)) {
        n += str_contains(line, S("/supported"));
    }
    return n;
}

static void test_asks_the_proxy_that_supports_it(void **state)
{
    (void)state;
    need_world(S(""));
    View v = view(world.fetcher, world.web.url, S(""), S(""), S(NAME), S(""));
    SumdbReply reply;
    assert_true(ask(&v, S(LOOKUP), &reply));
    assert_int_equal(reply.status, 200);
    assert_false(reply.failed);
    assert_true(str_starts_with(reply.body, S("0\ngolang.org/toolchain v0.0.1-go1.99.1")));
    assert_str(source_sumdb_place(v.way),
               str_format(&world.arena, "%.*s/sumdb/" NAME, STR_ARG(world.web.url)));
    assert_true(ask(&v, S("latest"), &reply));
    assert_true(ask(&v, S("lookup/absent@v1.0.0"), &reply));
    assert_int_equal(reply.status, 404);
    assert_int_equal(n_supported(), 1);
    assert_int_equal(webserver_n_requests(&world.web), 4);
    source_close(v.source);
}

static void test_asks_many_paths_at_once(void **state)
{
    (void)state;
    need_world(S(""));
    View v = view(world.fetcher, world.web.url, S(""), S(""), S(NAME), S(""));
    SumdbSource *way = source_sumdb_new(&world.arena, v.source, &v.database);
    const Str paths[] = {S("latest"), S("tile/8/0/000.p/1"), S("tile/8/0/009"), S(LOOKUP)};
    SumdbReply replies[COUNT_OF(paths)];
    assert_true(source_sumdb_get(way, &world.arena, paths, COUNT_OF(paths), replies, &v.err));
    assert_int_equal(replies[0].status, 200);
    assert_int_equal(replies[1].body.len, 32);
    assert_int_equal(replies[2].status, 404);
    assert_int_equal(replies[3].status, 200);
    source_close(v.source);
}

static void test_falls_through_as_cmd_go_does(void **state)
{
    (void)state;
    Arena *a = &world.arena;
    need_world(S("[{\"kind\": \"status\", \"code\": 404, \"path\": \"^/absent\"},"
                 " {\"kind\": \"status\", \"code\": 410, \"path\": \"^/gone\"},"
                 " {\"kind\": \"status\", \"code\": 500, \"path\": \"^/bad\"},"
                 " {\"kind\": \"html\", \"path\": \"^/page\"},"
                 " {\"kind\": \"drop\", \"path\": \"^/dead\"}]"));
    static const struct {
        const char *list; /* each @ stands for the server */
        int status;
    } rows[] = {
        {"@/absent,@", 200}, {"@/gone,@", 200}, {"@/bad,@", -1},
        {"@/bad|@", 200},    {"@/dead,@", -1},  {"@/dead|@", 200},
        {"@/page,@", -1},    {"@,@/bad", 200},  {"@/bad|@/absent", -1},
    };
    for (isize i = 0; i < COUNT_OF(rows); i++) {
        Str rest = str_from_c(rows[i].list), list = S("");
        for (bool more = true; more;) {
            StrCut cut = str_cut(rest, '@');
            list = str_concat(a, list, cut.head);
            list = cut.found ? str_concat(a, list, world.web.url) : list;
            rest = cut.tail;
            more = cut.found;
        }
        int status = status_with(list, S(""), S(""), S("latest"));
        if (status != rows[i].status) {
            fail_msg("%s: status %d", rows[i].list, status);
        }
    }
}

static void test_failure_is_not_asked_for_again(void **state)
{
    (void)state;
    need_world(S("[{\"kind\": \"status\", \"code\": 500}]"));
    View v = view(world.fetcher, world.web.url, S(""), S(""), S(NAME), S(""));
    SumdbReply reply;
    assert_false(ask(&v, S("latest"), &reply));
    assert_int_equal(v.err.kind, ERR_NET);
    Str text = err_format(&world.arena, &v.err);
    assert_true(str_contains(text, S("looking for the checksum database " NAME)));
    assert_false(ask(&v, S("latest"), &reply));
    assert_int_equal(webserver_n_requests(&world.web), 1);
    source_close(v.source);
}

static void test_files_need_no_helper(void **state)
{
    (void)state;
    need_world(S(""));
    Fetcher *none = fetcher_open(&world.arena, S("/nonexistent"), &world.env, false);
    View views[] = {
        view(none, world.file_url, S(""), S(""), S(NAME), S("")),
        view(none, S("off"), world.root, S(""), S(NAME), S("")),
        view(none, S("file:///nonexistent,off"), S(""), S(""), S(NAME),
             str_concat(&world.arena, world.file_url, S("/sumdb/" NAME))),
    };
    for (isize i = 0; i < COUNT_OF(views); i++) {
        SumdbReply reply;
        assert_true(ask(&views[i], S(LOOKUP), &reply));
        assert_int_equal(reply.status, 200);
        assert_true(ask(&views[i], S("lookup/absent@v1.0.0"), &reply));
        assert_int_equal(reply.status, 404);
        assert_true(ask(&views[i], S("../../golang.org/toolchain/@v/list"), &reply));
        assert_int_equal(reply.status, 404);
        source_close(views[i].source);
    }
    fetcher_close(none);
}

static void test_address_in_gosumdb_bypasses_the_proxies(void **state)
{
    (void)state;
    need_world(S("[{\"kind\": \"status\", \"code\": 500, \"path\": \"^/bad\"}]"));
    Str proxy = str_concat(&world.arena, world.web.url, S("/bad"));
    Str url = str_concat(&world.arena, world.web.url, S("/sumdb/" NAME));
    View v = view(world.fetcher, proxy, S(""), S(""), S(NAME), url);
    SumdbReply reply;
    assert_true(ask(&v, S("latest"), &reply));
    assert_int_equal(reply.status, 200);
    assert_int_equal(webserver_n_requests(&world.web), 1);
    source_close(v.source);
}

static Environ trusting(void)
{
    Err err;
    Str dir;
    assert_true(proc_working_dir(&world.arena, &dir, &err));
    Str ca = path_join(&world.arena, dir, S("test/lib/tls/ca.pem"));
    return environ_with(&world.arena, &world.env, S("SSL_CERT_FILE"), ca);
}

static void test_goes_to_the_database_itself_when_no_proxy_knows_it(void **state)
{
    (void)state;
    WebServer database;
    need_world(S("[{\"kind\": \"status\", \"code\": 404}]"));
    Str root = path_join(&world.arena, world.root, S("sumdb/" NAME));
    assert_true(webserver_start(&world.arena, root, S("good.pem"), S(""), &database));
    Environ env = trusting();
    Fetcher *f = fetcher_open(&world.arena, S(""), &env, false);
    Str name = str_from(database.url, 8); /* host:port */
    const Str lists[] = {world.web.url, S("direct"), S("off"), S(""),
                         str_concat(&world.arena, world.web.url, S("|off"))};
    for (isize i = 0; i < COUNT_OF(lists); i++) {
        View v = view(f, lists[i], S(""), S(""), name, S(""));
        SumdbReply reply;
        assert_true(ask(&v, S("latest"), &reply));
        assert_int_equal(reply.status, 200);
        source_close(v.source);
    }
    webserver_stop(&database);
    fetcher_close(f);
}

static void test_remembers_who_supports_it(void **state)
{
    (void)state;
    need_world(S("[{\"kind\": \"status\", \"code\": 404, \"path\": \"^/absent\"}]"));
    Arena *a = &world.arena;
    Str memory = path_join(a, fixture_dir(a), S("deep/memory"));
    Str list = str_format(a, "%.*s/absent,%.*s", STR_ARG(world.web.url), STR_ARG(world.web.url));
    assert_int_equal(status_with(list, S(""), memory, S("latest")), 200);
    assert_int_equal(n_supported(), 2);
    webserver_misbehave(&world.web, S(""));
    assert_int_equal(status_with(list, S(""), memory, S("latest")), 200);
    assert_int_equal(webserver_n_requests(&world.web), 1);
}

static void test_remembers_for_one_list_and_database(void **state)
{
    (void)state;
    Arena *a = &world.arena;
    need_world(S(""));
    Str memory = fixture_dir(a);
    assert_int_equal(status_with(world.web.url, S(""), memory, S("latest")), 200);
    webserver_misbehave(&world.web, S(""));
    View v = view(world.fetcher, world.web.url, S(""), memory, S("nobody.invalid"), S(""));
    SumdbReply reply;
    assert_true(ask(&v, S("latest"), &reply));
    assert_true(reply.failed); /* the database itself, which has no address */
    assert_int_equal(webserver_n_requests(&world.web), 1);
    source_close(v.source);
    webserver_misbehave(&world.web,
                        S("[{\"kind\": \"status\", \"code\": 404, \"path\": \"^/absent\"}]"));
    Str list = str_format(a, "%.*s/absent,%.*s", STR_ARG(world.web.url), STR_ARG(world.web.url));
    assert_int_equal(status_with(list, S(""), memory, S("latest")), 200);
    assert_int_equal(webserver_n_requests(&world.web), 3);
}

static void test_memory_without_credentials(void **state)
{
    (void)state;
    need_world(S(""));
    Arena *a = &world.arena;
    Str memory = fixture_dir(a);
    Str host = str_from(world.web.url, 7);
    Str list = str_format(a, "http://ann:hunter2@%.*s?token=hunter2", STR_ARG(host));
    assert_int_equal(status_with(list, S(""), memory, S("latest")), 200);
    Str text = fixture_read(a, FILE_CWD, path_join(a, memory, S("sumdb")));
    assert_true(str_starts_with(text, S("proxy-memory 1\ndatabase " NAME "\n")));
    assert_false(str_contains(text, S("hunter2")));
}

static void test_asks_anew_when_what_is_remembered_refuses(void **state)
{
    (void)state;
    Arena *a = &world.arena;
    need_world(S(""));
    Str memory = fixture_dir(a);
    Str list = str_format(a, "%.*s/first,%.*s", STR_ARG(world.web.url), STR_ARG(world.web.url));
    Str text = str_format(a,
                          "proxy-memory 1\ndatabase " NAME "\nlist %.*s/first,%.*s,\nproxy 0\n"
                          "until 99999999999\n",
                          STR_ARG(world.web.url), STR_ARG(world.web.url));
    fixture_file(a, memory, S("sumdb"), text);
    assert_int_equal(status_with(list, S(""), memory, S("latest")),
                     200); /* too far in the future */
    assert_int_equal(n_supported(), 2);
    text = fixture_read(a, FILE_CWD, path_join(a, memory, S("sumdb")));
    isize at = str_index(text, S("proxy 1"));
    assert_true(at > 0);
    Str wrong = str_concat(a, str_to(text, at), S("proxy 0"));
    fixture_file(a, memory, S("sumdb"), str_concat(a, wrong, str_from(text, at + 7)));
    webserver_misbehave(&world.web, S(""));
    assert_int_equal(status_with(list, S(""), memory, S("latest")), 200);
    assert_int_equal(n_supported(), 2); /* after the refusal of what was remembered */
    assert_int_equal(webserver_n_requests(&world.web), 4);
}

static void test_takes_no_malformed_memory(void **state)
{
    (void)state;
    static const char *const rows[] = {
        "",
        "proxy-memory 2\n",
        "proxy-memory 1\ndatabase x\n",
        "proxy-memory 1\ndatabase " NAME "\nlist @,\nproxy 1\nuntil 1\n",
        "proxy-memory 1\ndatabase " NAME "\nlist @,\nproxy -1\nuntil 1\n",
        "proxy-memory 1\ndatabase " NAME "\nlist @,\nproxy 0\nuntil 1\n",
        "proxy-memory 1\ndatabase " NAME "\nlist @,\nproxy 0\nuntil x\n",
    };
    Arena *a = &world.arena;
    for (isize i = 0; i < COUNT_OF(rows); i++) {
        need_world(S(""));
        Str memory = fixture_dir(a);
        StrCut cut = str_cut(str_from_c(rows[i]), '@');
        Str text = cut.found ? str_format(a, "%.*s%.*s%.*s", STR_ARG(cut.head),
                                          STR_ARG(world.web.url), STR_ARG(cut.tail))
                             : cut.head;
        fixture_file(a, memory, S("sumdb"), text);
        assert_int_equal(status_with(world.web.url, S(""), memory, S("latest")), 200);
        assert_int_equal(n_supported(), 1);
    }
}

static void test_large_and_strange_answers_fail(void **state)
{
    (void)state;
    static const Str faults[] = {
        STR_CONST("[{\"kind\": \"big\", \"path\": \"latest\"}]"),
        STR_CONST("[{\"kind\": \"big\", \"path\": \"latest\", \"length\": true}]"),
        STR_CONST("[{\"kind\": \"html\", \"path\": \"latest\"}]"),
        STR_CONST("[{\"kind\": \"cut\", \"path\": \"latest\"}]"),
    };
    for (isize i = 0; i < COUNT_OF(faults); i++) {
        need_world(faults[i]);
        View v = view(world.fetcher, world.web.url, S(""), S(""), S(NAME), S(""));
        SumdbReply reply;
        assert_true(ask(&v, S("latest"), &reply));
        assert_true(reply.failed);
        assert_int_equal(reply.error.kind, i < 2 ? ERR_LIMIT : ERR_NET);
        source_close(v.source);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_asks_the_proxy_that_supports_it),
        cmocka_unit_test(test_asks_many_paths_at_once),
        cmocka_unit_test(test_falls_through_as_cmd_go_does),
        cmocka_unit_test(test_failure_is_not_asked_for_again),
        cmocka_unit_test(test_files_need_no_helper),
        cmocka_unit_test(test_address_in_gosumdb_bypasses_the_proxies),
        cmocka_unit_test(test_goes_to_the_database_itself_when_no_proxy_knows_it),
        cmocka_unit_test(test_remembers_who_supports_it),
        cmocka_unit_test(test_remembers_for_one_list_and_database),
        cmocka_unit_test(test_memory_without_credentials),
        cmocka_unit_test(test_asks_anew_when_what_is_remembered_refuses),
        cmocka_unit_test(test_takes_no_malformed_memory),
        cmocka_unit_test(test_large_and_strange_answers_fail),
    };
    return cmocka_run_group_tests_name("toolchain_sumdb_source", tests, set_up_world,
                                       tear_down_world);
}
