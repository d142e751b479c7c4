/* The network against a server that misbehaves in every way it knows (test/lib/goproxy.py). */
#define _GNU_SOURCE
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "base/strbuf.h"
#include "os/fetch.h"
#include "os/proc.h"
#include "support/assert_str.h"
#include "support/fixture.h"
#include "support/webserver.h"

#include <dirent.h>
#include <sys/resource.h>

#define BODY_LEN 300000

typedef struct {
    Arena arena;
    bool is_usable; /* there is a helper and a Python */
    Str root, body;
    Environ env; /* without proxies, with the test authority */
    WebServer web;
    Fetcher *fetcher;
} World;

static World world;

static Str made_body(Arena *a)
{
    char *bytes = arena_alloc(a, BODY_LEN, 1, 1);
    uint32_t x = 1;
    for (isize i = 0; i < BODY_LEN; i++) {
        x = x * 1664525 + 1013904223;
        bytes[i] = (char)(x >> 24);
    }
    return (Str){bytes, BODY_LEN};
}

static int set_up_world(void **state)
{
    (void)state;
    world.arena = arena_init(8 * MIB);
    Arena *a = &world.arena;
    world.root = fixture_dir(a);
    world.body = made_body(a);
    fixture_file(a, world.root, S("f.zip"), world.body);
    fixture_file(a, world.root, S("small"), S("hello\n"));
    fixture_file(a, world.root, S("empty"), S(""));
    world.env = webserver_environ(a);
    world.is_usable =
        webserver_has_helper(a) && webserver_start(a, world.root, S(""), S(""), &world.web);
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

static Str url_of(Str path)
{
    return str_format(&world.arena, "%.*s/%.*s", STR_ARG(world.web.url), STR_ARG(path));
}

static FetchRequest whole(Str url)
{
    return (FetchRequest){.url = url, .max = MIB, .to = -1, .body_fd = -1};
}

static FetchReply run_with(Fetcher *f, FetchRequest request)
{
    Err err;
    FetchReply reply;
    if (!fetch_run(f, &world.arena, &request, 1, &reply, NULL, NULL, &err)) {
        Str text = err_format(&world.arena, &err);
        fail_msg("%.*s", STR_ARG(text));
    }
    return reply;
}

static FetchReply run(FetchRequest request)
{
    return run_with(world.fetcher, request);
}

static FetchReply get(Str path)
{
    return run(whole(url_of(path)));
}

static void assert_fault(const FetchReply *reply, FetchFault fault)
{
    Str text = reply->fault == FETCH_FAULT_NONE ? S("") : err_format(&world.arena, &reply->error);
    if (reply->fault != fault) {
        Str is = fetch_fault_name(reply->fault), wanted = fetch_fault_name(fault);
        fail_msg("fault is %.*s, not %.*s (status %d; %.*s)", STR_ARG(is), STR_ARG(wanted),
                 reply->status, STR_ARG(text));
    }
}

/* A request in an environment of its own, by a helper of its own. */
static FetchReply get_in(Environ env, Str url)
{
    Fetcher *f = fetcher_open(&world.arena, S(""), &env, false);
    FetchReply reply = run_with(f, whole(url));
    fetcher_close(f);
    return reply;
}

static int open_part(Str content)
{
    Err err;
    int fd = -1;
    Str path = fixture_file(&world.arena, fixture_dir(&world.arena), S("part"), content);
    assert_true(file_open_update(FILE_CWD, path, 0644, &fd, &err));
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

/* --- Answers --- */

static void test_gives_body_and_what_is_known_of_it(void **state)
{
    (void)state;
    need_world(S(""));
    FetchReply reply = get(S("f.zip"));
    assert_fault(&reply, FETCH_FAULT_NONE);
    assert_int_equal(reply.status, 200);
    assert_true(str_eq(reply.body, world.body));
    assert_int_equal(reply.body_len, BODY_LEN);
    assert_int_equal(reply.total_len, BODY_LEN);
    assert_str(reply.content_type, S("application/zip"));
    assert_true(str_contains(webserver_log(&world.web), S("agent=goward/")));
}

static void test_gives_empty_body(void **state)
{
    (void)state;
    need_world(S(""));
    FetchReply reply = get(S("empty"));
    assert_fault(&reply, FETCH_FAULT_NONE);
    assert_int_equal(reply.body.len, 0);
}

static void test_error_status_is_an_answer_without_body(void **state)
{
    (void)state;
    static const int codes[] = {400, 401, 403, 404, 410, 418, 500};
    for (isize i = 0; i < COUNT_OF(codes); i++) {
        need_world(str_format(
            &world.arena, "[{\"kind\": \"status\", \"code\": %d, \"text\": \"no\\u0007 thanks\"}]",
            codes[i]));
        int fd = open_part(S("kept"));
        FetchRequest request = whole(url_of(S("f.zip")));
        request.body_fd = fd;
        FetchReply reply = run(request);
        assert_fault(&reply, FETCH_FAULT_NONE);
        assert_int_equal(reply.status, codes[i]);
        assert_int_equal(reply.body_len, 0);
        assert_str(reply.detail, S("no? thanks"));
        assert_str(content_of(fd), S("kept"));
        assert_int_equal(webserver_n_requests(&world.web), 1);
        file_close(&fd);
    }
}

static void test_error_page_larger_than_the_cap_is_still_that_status(void **state)
{
    (void)state;
    Str page = str_format(&world.arena, "%0200000d", 7);
    need_world(str_format(&world.arena,
                          "[{\"kind\": \"status\", \"code\": 404, \"text\": \"%.*s\"}]",
                          STR_ARG(page)));
    FetchRequest request = whole(url_of(S("f.zip")));
    request.max = 1000;
    FetchReply reply = run(request);
    assert_fault(&reply, FETCH_FAULT_NONE);
    assert_int_equal(reply.status, 404);
}

static void test_web_page_is_told_by_its_type(void **state)
{
    (void)state;
    need_world(S("[{\"kind\": \"html\"}]"));
    FetchReply reply = get(S("f.zip"));
    assert_int_equal(reply.status, 200);
    assert_str(reply.content_type, S("text/html"));
}

static void test_runs_many_requests_at_once(void **state)
{
    (void)state;
    need_world(S(""));
    enum { N = 40 };
    FetchRequest requests[N];
    FetchReply replies[N];
    Err err;
    for (int i = 0; i < N; i++) {
        requests[i] = whole(i % 3 == 2 ? url_of(S("absent")) : url_of(S("small")));
    }
    assert_true(fetch_run(world.fetcher, &world.arena, requests, N, replies, NULL, NULL, &err));
    for (int i = 0; i < N; i++) {
        assert_fault(&replies[i], FETCH_FAULT_NONE);
        assert_int_equal(replies[i].status, i % 3 == 2 ? 404 : 200);
        assert_str(replies[i].body, i % 3 == 2 ? S("") : S("hello\n"));
    }
    assert_int_equal(webserver_n_requests(&world.web), N);
}

static isize n_open_descriptors(void)
{
    isize n = 0;
    DIR *dir = opendir("/proc/self/fd");
    assert_non_null(dir);
    while (readdir(dir) != NULL) {
        n++;
    }
    closedir(dir);
    return n;
}

static void test_leaks_no_descriptor(void **state)
{
    (void)state;
    need_world(S("[{\"kind\": \"cut\", \"path\": \"f.zip\"}]"));
    get(S("small"));
    isize before = n_open_descriptors();
    get(S("small"));
    get(S("f.zip"));
    assert_int_equal(n_open_descriptors(), before);
}

static void count_progress(void *context, int64_t done, int64_t total)
{
    int64_t *seen = context;
    assert_true(done > seen[0] && done <= BODY_LEN);
    assert_int_equal(total, BODY_LEN);
    seen[0] = done;
    seen[1]++;
}

static void test_tells_progress(void **state)
{
    (void)state;
    need_world(S("[{\"kind\": \"slow\", \"rate\": 600000}]"));
    FetchRequest request = whole(url_of(S("f.zip")));
    FetchReply reply;
    Err err;
    int64_t seen[2] = {0, 0};
    assert_true(
        fetch_run(world.fetcher, &world.arena, &request, 1, &reply, count_progress, seen, &err));
    assert_fault(&reply, FETCH_FAULT_NONE);
    assert_true(seen[1] >= 2);
}

/* --- Ranges and resuming --- */

static void test_reads_ranges(void **state)
{
    (void)state;
    static const struct {
        int64_t from, to, first, len;
    } rows[] = {
        {0, 0, 0, 1},
        {5, 9, 5, 5},
        {BODY_LEN - 1, -1, BODY_LEN - 1, 1},
        {-22, -1, BODY_LEN - 22, 22},
        {100, BODY_LEN + 5, 100, BODY_LEN - 100},
    };
    need_world(S(""));
    for (isize i = 0; i < COUNT_OF(rows); i++) {
        FetchRequest request = whole(url_of(S("f.zip")));
        request.from = rows[i].from;
        request.to = rows[i].to;
        FetchReply reply = run(request);
        assert_fault(&reply, FETCH_FAULT_NONE);
        assert_int_equal(reply.status, 206);
        assert_true(reply.is_partial);
        assert_int_equal(reply.body_from, rows[i].first);
        assert_int_equal(reply.total_len, BODY_LEN);
        isize first = (isize)rows[i].first;
        assert_str(reply.body, str_slice(world.body, first, first + (isize)rows[i].len));
    }
}

static void test_range_past_the_end_tells_the_length(void **state)
{
    (void)state;
    need_world(S(""));
    FetchRequest request = whole(url_of(S("f.zip")));
    request.from = BODY_LEN;
    FetchReply reply = run(request);
    assert_fault(&reply, FETCH_FAULT_NONE);
    assert_int_equal(reply.status, 416);
    assert_int_equal(reply.total_len, BODY_LEN);
}

static void test_cut_download_resumes(void **state)
{
    (void)state;
    need_world(S("[{\"kind\": \"cut\", \"percent\": 40, \"times\": 1}]"));
    int fd = open_part(S(""));
    FetchRequest request = whole(url_of(S("f.zip")));
    request.body_fd = fd;
    FetchReply reply = run(request);
    assert_fault(&reply, FETCH_FAULT_CUT);
    assert_int_equal(reply.body_len, BODY_LEN * 40 / 100);
    request.from = reply.body_len;
    reply = run(request);
    assert_fault(&reply, FETCH_FAULT_NONE);
    assert_true(reply.is_partial);
    assert_int_equal(reply.body_len, BODY_LEN - BODY_LEN * 40 / 100);
    assert_true(str_eq(content_of(fd), world.body));
    file_close(&fd);
}

static void test_resume_starts_over_where_ranges_are_ignored(void **state)
{
    (void)state;
    need_world(S("[{\"kind\": \"norange\"}]"));
    Str wrong = str_format(&world.arena, "%0400000d", 1); /* longer than the body */
    int fd = open_part(wrong);
    FetchRequest request = whole(url_of(S("f.zip")));
    request.body_fd = fd;
    request.from = 1000;
    FetchReply reply = run(request);
    assert_fault(&reply, FETCH_FAULT_NONE);
    assert_int_equal(reply.status, 200);
    assert_int_equal(reply.body_from, 0);
    assert_true(str_eq(content_of(fd), world.body));
    file_close(&fd);
}

static void test_part_in_memory_needs_ranges(void **state)
{
    (void)state;
    need_world(S("[{\"kind\": \"norange\"}]"));
    FetchRequest request = whole(url_of(S("f.zip")));
    request.from = -22;
    FetchReply reply = run(request);
    assert_fault(&reply, FETCH_FAULT_NO_RANGE);
    assert_int_equal(reply.error.kind, ERR_UNSUPPORTED);
    assert_int_equal(reply.body.len, 0);
}

static void test_refuses_another_range_than_asked_for(void **state)
{
    (void)state;
    need_world(S("[{\"kind\": \"wrongrange\"}]"));
    int fd = open_part(S("0123456789"));
    FetchRequest request = whole(url_of(S("f.zip")));
    request.body_fd = fd;
    request.from = 10;
    FetchReply reply = run(request);
    assert_fault(&reply, FETCH_FAULT_PROTOCOL);
    assert_str(content_of(fd), S("0123456789"));
    file_close(&fd);
}

/* --- Faults, each as what it is --- */

typedef struct {
    Str faults;
    FetchFault fault;
    ErrKind kind;
    isize n_requests;
} FaultRow;

static void test_names_each_fault(void **state)
{
    (void)state;
    static const FaultRow rows[] = {
        {STR_CONST("[{\"kind\": \"cut\"}]"), FETCH_FAULT_CUT, ERR_NET, 1},
        {STR_CONST("[{\"kind\": \"reset\"}]"), FETCH_FAULT_CUT, ERR_NET, 1},
        {STR_CONST("[{\"kind\": \"drop\"}]"), FETCH_FAULT_CUT, ERR_NET, 3},
        {STR_CONST("[{\"kind\": \"cut\", \"percent\": 0}]"), FETCH_FAULT_CUT, ERR_NET, 3},
        {STR_CONST("[{\"kind\": \"big\", \"length\": true}]"), FETCH_FAULT_TOO_LARGE, ERR_LIMIT, 1},
        {STR_CONST("[{\"kind\": \"big\"}]"), FETCH_FAULT_TOO_LARGE, ERR_LIMIT, 1},
        {STR_CONST("[{\"kind\": \"gzip\"}]"), FETCH_FAULT_PROTOCOL, ERR_FORMAT, 1},
        {STR_CONST("[{\"kind\": \"loop\"}]"), FETCH_FAULT_REDIRECT, ERR_NET, 11},
        {STR_CONST("[{\"kind\": \"redirect\", \"to\": \"file:///etc/passwd\"}]"),
         FETCH_FAULT_REDIRECT, ERR_NET, 1},
        {STR_CONST("[{\"kind\": \"redirect\", \"to\": \"gopher://127.0.0.1/\"}]"),
         FETCH_FAULT_REDIRECT, ERR_NET, 1},
    };
    for (isize i = 0; i < COUNT_OF(rows); i++) {
        need_world(rows[i].faults);
        FetchReply reply = get(S("f.zip"));
        assert_fault(&reply, rows[i].fault);
        assert_int_equal(reply.error.kind, rows[i].kind);
        assert_int_equal(webserver_n_requests(&world.web), rows[i].n_requests);
    }
}

static void test_announced_length_is_refused_before_the_body(void **state)
{
    (void)state;
    need_world(S("[{\"kind\": \"big\", \"length\": true}]"));
    FetchReply reply = get(S("f.zip"));
    assert_fault(&reply, FETCH_FAULT_TOO_LARGE);
    assert_int_equal(reply.body_len, 0);
    assert_true(str_contains(str_from_c(reply.error.text), S("announces 10485760 bytes")));
}

static void test_retries_what_may_pass(void **state)
{
    (void)state;
    static const struct {
        Str faults;
        int status;
        isize n_requests;
    } rows[] = {
        {STR_CONST("[{\"kind\": \"drop\", \"times\": 1}]"), 200, 2},
        {STR_CONST("[{\"kind\": \"drop\", \"times\": 2}]"), 200, 3},
        {STR_CONST("[{\"kind\": \"status\", \"code\": 502, \"times\": 2}]"), 200, 3},
        {STR_CONST("[{\"kind\": \"status\", \"code\": 503, \"times\": 1}]"), 200, 2},
        {STR_CONST("[{\"kind\": \"status\", \"code\": 504}]"), 504, 3},
        {STR_CONST("[{\"kind\": \"status\", \"code\": 500}]"), 500, 1},
    };
    for (isize i = 0; i < COUNT_OF(rows); i++) {
        need_world(rows[i].faults);
        FetchReply reply = get(S("small"));
        assert_fault(&reply, FETCH_FAULT_NONE);
        assert_int_equal(reply.status, rows[i].status);
        assert_int_equal(webserver_n_requests(&world.web), rows[i].n_requests);
    }
}

static void test_gives_up_on_silence(void **state)
{
    (void)state;
    need_world(S("[{\"kind\": \"stall\", \"percent\": 50, \"seconds\": 5}]"));
    FetchRequest request = whole(url_of(S("f.zip")));
    request.stall_ms = 300;
    FetchReply reply = run(request);
    assert_fault(&reply, FETCH_FAULT_STALL);
    assert_int_equal(reply.body_len, BODY_LEN / 2);
}

static void test_keeps_the_time_of_the_whole(void **state)
{
    (void)state;
    need_world(S("[{\"kind\": \"slow\", \"rate\": 20000}]"));
    FetchRequest request = whole(url_of(S("f.zip")));
    request.timeout_ms = 300;
    FetchReply reply = run(request);
    assert_fault(&reply, FETCH_FAULT_TIMEOUT);
}

static void test_nobody_there(void **state)
{
    (void)state;
    need_world(S(""));
    FetchReply reply = run(whole(S("http://127.0.0.1:1/x")));
    assert_fault(&reply, FETCH_FAULT_CONNECT);
    reply = run(whole(S("http://nobody.invalid/x")));
    assert_fault(&reply, FETCH_FAULT_RESOLVE);
}

static void test_server_that_goes_away(void **state)
{
    (void)state;
    WebServer web;
    need_world(S(""));
    assert_true(webserver_start(&world.arena, world.root, S(""), S(""), &web));
    webserver_misbehave(&web, S("[{\"kind\": \"refuse\", \"after\": 2}]"));
    static const FetchFault faults[] = {FETCH_FAULT_NONE, FETCH_FAULT_NONE, FETCH_FAULT_CONNECT};
    for (isize i = 0; i < COUNT_OF(faults); i++) {
        FetchReply reply = run(whole(str_format(&world.arena, "%.*s/small", STR_ARG(web.url))));
        assert_fault(&reply, faults[i]);
    }
    webserver_stop(&web);
}

static void test_unusable_urls(void **state)
{
    (void)state;
    need_world(S(""));
    static const Str urls[] = {
        STR_CONST("ftp://127.0.0.1/x"),
        STR_CONST("file:///etc/passwd"),
        STR_CONST(""),
        STR_CONST("http://"),
        STR_CONST("http://a b/"),
        STR_CONST("127.0.0.1/x"),
        STR_CONST("http://127.0.0.1:x/"),
        STR_CONST("http://a/\n"),
    };
    for (isize i = 0; i < COUNT_OF(urls); i++) {
        FetchReply reply = run(whole(urls[i]));
        assert_fault(&reply, FETCH_FAULT_URL);
        assert_int_equal(reply.error.kind, ERR_USAGE);
    }
    Str endless = str_format(&world.arena, "http://127.0.0.1/%05000d", 1);
    FetchReply reply = run(whole(endless));
    assert_fault(&reply, FETCH_FAULT_URL);
}

static bool limit_files_and_get(void *context)
{
    (void)context;
    const struct rlimit few = {1000, 1000};
    Err err;
    FetchReply reply;
    if (setrlimit(RLIMIT_FSIZE, &few) != 0) {
        return false;
    }
    Fetcher *f = fetcher_open(&world.arena, S(""), &world.env, false);
    FetchRequest request = whole(url_of(S("f.zip")));
    bool ok = fetch_run(f, &world.arena, &request, 1, &reply, NULL, NULL, &err) &&
              reply.fault == FETCH_FAULT_WRITE && reply.error.kind == ERR_IO &&
              reply.error.errnum != 0;
    fetcher_close(f);
    return ok;
}

static void test_body_that_cannot_be_written(void **state)
{
    (void)state;
    need_world(S(""));
    assert_true(fixture_holds_in_child(limit_files_and_get, NULL));
}

/* --- Redirects and credentials --- */

static void test_follows_redirects(void **state)
{
    (void)state;
    need_world(S("[{\"kind\": \"redirect\", \"to\": \"/small\", \"path\": \"there\"}]"));
    FetchReply reply = get(S("there"));
    assert_fault(&reply, FETCH_FAULT_NONE);
    assert_str(reply.body, S("hello\n"));
}

static Str with_user(Str url, Str user)
{
    Str rest = url;
    str_eat_prefix(&rest, S("http://"));
    return str_format(&world.arena, "http://%.*s@%.*s", STR_ARG(user), STR_ARG(rest));
}

static void test_uses_credentials_of_the_url(void **state)
{
    (void)state;
    need_world(S("[{\"kind\": \"auth\", \"user\": \"ann\", \"password\": \"pa:ss@1\"}]"));
    FetchReply reply = run(whole(with_user(url_of(S("small")), S("ann:pa%3Ass%401"))));
    assert_fault(&reply, FETCH_FAULT_NONE);
    assert_int_equal(reply.status, 200);
    reply = run(whole(url_of(S("small"))));
    assert_int_equal(reply.status, 401);
}

static void test_uses_netrc(void **state)
{
    (void)state;
    need_world(S("[{\"kind\": \"auth\", \"user\": \"ann\", \"password\": \"tree\"}]"));
    Arena *a = &world.arena;
    Str home = fixture_dir(a);
    Str text = S("machine 127.0.0.1 login ann password tree\n");
    Str netrc = fixture_file(a, home, S(".netrc"), text);
    Str other = fixture_file(a, home, S("other"), text);
    FetchReply reply = get_in(environ_with(a, &world.env, S("HOME"), home), url_of(S("small")));
    assert_int_equal(reply.status, 200);
    reply = get_in(environ_with(a, &world.env, S("NETRC"), other), url_of(S("small")));
    assert_int_equal(reply.status, 200);
    reply = get_in(environ_with(a, &world.env, S("NETRC"), S("/nonexistent")), url_of(S("small")));
    assert_int_equal(reply.status, 401);
    (void)netrc;
}

static void test_sends_no_credentials_to_another_origin(void **state)
{
    (void)state;
    WebServer other;
    need_world(S(""));
    assert_true(webserver_start(&world.arena, world.root, S(""), S(""), &other));
    Str fault = str_format(&world.arena, "[{\"kind\": \"redirect\", \"to\": \"%.*s/small\"}]",
                           STR_ARG(other.url));
    webserver_misbehave(&world.web, fault);
    FetchReply reply = run(whole(with_user(url_of(S("x")), S("ann:tree"))));
    assert_int_equal(reply.status, 200);
    assert_true(str_contains(webserver_log(&world.web), S("auth=ann:tree")));
    assert_true(str_contains(webserver_log(&other), S("auth= ")));
    webserver_stop(&other);
}

static void test_no_message_holds_a_password(void **state)
{
    (void)state;
    static const Str urls[] = {
        STR_CONST("http://ann:hunter2@127.0.0.1:1/x?token=hunter2"),
        STR_CONST("http://ann:hunter2@nobody.invalid/"),
        STR_CONST("http://ann:hunter2@127.0.0.1:port/"),
        STR_CONST("ftp://ann:hunter2@127.0.0.1/"),
        STR_CONST("http://ann:hunter2@/x y"),
    };
    need_world(S(""));
    Environ env = environ_with(&world.arena, &world.env, S("HTTP_PROXY"),
                               S("http://bob:hunter2 hunter2@127.0.0.1:1"));
    env = environ_with(&world.arena, &env, S("ALL_PROXY"), S("bad://bob:hunter2@host"));
    for (isize i = 0; i < COUNT_OF(urls); i++) {
        FetchReply replies[] = {run(whole(urls[i])), get_in(env, urls[i])};
        for (isize k = 0; k < COUNT_OF(replies); k++) {
            assert_true(replies[k].fault != FETCH_FAULT_NONE);
            Str text = err_format(&world.arena, &replies[k].error);
            assert_false(str_contains(text, S("hunter2")));
            assert_false(str_contains(str_from_c(replies[k].error.hint), S("hunter2")));
        }
    }
}

/* --- TLS --- */

static Environ trusting(void)
{
    Err err;
    Str dir;
    assert_true(proc_working_dir(&world.arena, &dir, &err));
    Str ca = path_join(&world.arena, dir, S("test/lib/tls/ca.pem"));
    return environ_with(&world.arena, &world.env, S("SSL_CERT_FILE"), ca);
}

static void assert_tls(Str certificate, Environ env, FetchFault fault)
{
    WebServer web;
    need_world(S(""));
    assert_true(webserver_start(&world.arena, world.root, certificate, S(""), &web));
    FetchReply reply = get_in(env, str_format(&world.arena, "%.*s/small", STR_ARG(web.url)));
    webserver_stop(&web);
    assert_fault(&reply, fault);
    if (fault == FETCH_FAULT_NONE) {
        assert_str(reply.body, S("hello\n"));
    }
}

static void test_trusts_the_authority_of_the_environment(void **state)
{
    (void)state;
    assert_tls(S("good.pem"), trusting(), FETCH_FAULT_NONE);
}

static void test_refuses_unknown_authority(void **state)
{
    (void)state;
    assert_tls(S("good.pem"), world.env, FETCH_FAULT_TLS_TRUST);
}

static void test_refuses_expired_certificate(void **state)
{
    (void)state;
    assert_tls(S("expired.pem"), trusting(), FETCH_FAULT_TLS_TIME);
}

static void test_refuses_certificate_of_another_host(void **state)
{
    (void)state;
    assert_tls(S("other.pem"), trusting(), FETCH_FAULT_TLS_NAME);
}

static void test_refuses_plain_http_behind_https(void **state)
{
    (void)state;
    WebServer web;
    need_world(S(""));
    assert_true(webserver_start(&world.arena, world.root, S("good.pem"), S(""), &web));
    webserver_misbehave(&web, str_format(&world.arena,
                                         "[{\"kind\": \"redirect\", \"to\": \"%.*s/small\"}]",
                                         STR_ARG(world.web.url)));
    FetchReply reply = get_in(trusting(), str_format(&world.arena, "%.*s/x", STR_ARG(web.url)));
    webserver_stop(&web);
    assert_fault(&reply, FETCH_FAULT_REDIRECT);
    assert_int_equal(webserver_n_requests(&world.web), 0);
}

static void test_plain_http_where_tls_is_expected(void **state)
{
    (void)state;
    need_world(S(""));
    FetchReply reply =
        run(whole(str_format(&world.arena, "https://127.0.0.1:%d/small", world.web.port)));
    assert_fault(&reply, FETCH_FAULT_TLS);
}

/* --- HTTP proxies --- */

static void test_asks_through_the_proxy_of_the_environment(void **state)
{
    (void)state;
    static const Str names[] = {STR_CONST("HTTP_PROXY"), STR_CONST("http_proxy")};
    for (isize i = 0; i < COUNT_OF(names); i++) {
        need_world(S(""));
        Environ env = environ_with(&world.arena, &world.env, names[i], world.web.url);
        FetchReply reply = get_in(env, S("http://made.invalid/small"));
        assert_fault(&reply, FETCH_FAULT_NONE);
        assert_str(reply.body, S("hello\n"));
        assert_true(
            str_contains(webserver_log(&world.web), S("GET http://made.invalid/small 200")));
        env = environ_with(&world.arena, &env, S("NO_PROXY"), S("example.com,.invalid"));
        reply = get_in(env, S("http://made.invalid/small"));
        assert_fault(&reply, FETCH_FAULT_RESOLVE);
    }
}

static void test_never_asks_a_proxy_for_this_machine(void **state)
{
    (void)state;
    need_world(S(""));
    Environ env = environ_with(&world.arena, &world.env, S("HTTP_PROXY"), S("http://127.0.0.1:1"));
    FetchReply reply = get_in(env, url_of(S("small")));
    assert_fault(&reply, FETCH_FAULT_NONE);
}

static void test_tunnels_through_the_proxy(void **state)
{
    (void)state;
    WebServer tls, proxy;
    need_world(S(""));
    Arena *a = &world.arena;
    assert_true(webserver_start(a, world.root, S("other.pem"), S(""), &tls));
    Str to = str_format(a, "127.0.0.1:%d", tls.port);
    assert_true(webserver_start(a, world.root, S(""), to, &proxy));
    Environ trust = trusting();
    Environ env = environ_with(a, &trust, S("HTTPS_PROXY"), proxy.url);
    FetchReply reply = get_in(env, S("https://other.example/small"));
    assert_fault(&reply, FETCH_FAULT_NONE);
    assert_str(reply.body, S("hello\n"));
    webserver_misbehave(&proxy, S("[{\"kind\": \"connect\", \"code\": 407}]"));
    reply = get_in(env, S("https://other.example/small"));
    webserver_stop(&tls);
    webserver_stop(&proxy);
    assert_fault(&reply, FETCH_FAULT_PROXY);
}

/* --- The helper itself --- */

static void test_offline_asks_nobody(void **state)
{
    (void)state;
    Fetcher *f = fetcher_open(&world.arena, S("/nonexistent"), &world.env, true);
    FetchReply reply = run_with(f, whole(S("http://127.0.0.1:1/x")));
    assert_fault(&reply, FETCH_FAULT_OFFLINE);
    assert_int_equal(reply.error.kind, ERR_NET);
    assert_true(fetcher_is_offline(f));
    fetcher_close(f);
}

static void test_missing_helper_is_said(void **state)
{
    (void)state;
    FetchRequest request = whole(S("http://127.0.0.1:1/x"));
    FetchReply reply;
    Err err;
    Fetcher *f = fetcher_open(&world.arena, S("/nonexistent/goward-fetch"), &world.env, false);
    assert_false(fetch_run(f, &world.arena, &request, 1, &reply, NULL, NULL, &err));
    assert_true(str_contains(err_format(&world.arena, &err), S("/nonexistent/goward-fetch")));
    fetcher_close(f);
}

static void test_helper_that_ends_is_said_and_replaced(void **state)
{
    (void)state;
    FetchRequest request = whole(S("http://127.0.0.1:1/x"));
    FetchReply reply;
    Err err;
    Fetcher *f = fetcher_open(&world.arena, S("/bin/false"), &world.env, false);
    for (int i = 0; i < 2; i++) {
        assert_false(fetch_run(f, &world.arena, &request, 1, &reply, NULL, NULL, &err));
        assert_int_equal(err.kind, ERR_BUG);
        assert_true(str_contains(err_format(&world.arena, &err), S("ended unexpectedly")));
    }
    fetcher_close(f);
}

/* So few descriptors that a run fails with requests outstanding; the next one must not meet their
 * replies. */
static bool run_short_of_descriptors(void *context)
{
    (void)context;
    enum { N = 12 };
    FetchRequest requests[N];
    FetchReply replies[N];
    Err err;
    struct rlimit limit = {0}, few;
    Fetcher *f = fetcher_open(&world.arena, S(""), &world.env, false);
    for (int i = 0; i < N; i++) {
        requests[i] = whole(url_of(S("small")));
    }
    bool ok = fetch_run(f, &world.arena, requests, 1, replies, NULL, NULL, &err) &&
              getrlimit(RLIMIT_NOFILE, &limit) == 0;
    few = limit;
    few.rlim_cur = (rlim_t)n_open_descriptors() + 3;
    ok = ok && setrlimit(RLIMIT_NOFILE, &few) == 0 &&
         !fetch_run(f, &world.arena, requests, N, replies, NULL, NULL, &err) &&
         err.kind == ERR_IO && setrlimit(RLIMIT_NOFILE, &limit) == 0 &&
         fetch_run(f, &world.arena, requests, N, replies, NULL, NULL, &err) &&
         replies[N - 1].fault == FETCH_FAULT_NONE;
    fetcher_close(f);
    return ok;
}

static void test_failed_run_leaves_nothing_behind(void **state)
{
    (void)state;
    need_world(S(""));
    assert_true(fixture_holds_in_child(run_short_of_descriptors, NULL));
}

static void test_helper_starts_again_after_it_was_closed(void **state)
{
    (void)state;
    need_world(S(""));
    FetchRequest requests[] = {whole(url_of(S("small"))), whole(url_of(S("small")))};
    FetchReply reply = run(requests[0]);
    assert_fault(&reply, FETCH_FAULT_NONE);
    reply = run(requests[1]);
    assert_fault(&reply, FETCH_FAULT_NONE);
    fetcher_close(world.fetcher);
    reply = run(requests[0]);
    assert_fault(&reply, FETCH_FAULT_NONE);
}

/* --- Printing URLs --- */

static void test_printable_url_and_host(void **state)
{
    (void)state;
    static const struct {
        Str url, printable, host;
    } rows[] = {
        {STR_CONST("https://h/p@v/list"), STR_CONST("https://h/p@v/list"), STR_CONST("h")},
        {STR_CONST("https://u:p@h:80/p"), STR_CONST("https://h:80/p"), STR_CONST("h")},
        {STR_CONST("https://u:p@q@h"), STR_CONST("https://h"), STR_CONST("h")},
        {STR_CONST("http://u@[::1]:8/x?y#z"), STR_CONST("http://[::1]:8/x"), STR_CONST("[::1]")},
        {STR_CONST("https://h?a=b"), STR_CONST("https://h"), STR_CONST("h")},
        {STR_CONST("https://h#a@b"), STR_CONST("https://h"), STR_CONST("h")},
        {STR_CONST("direct"), STR_CONST("direct"), STR_CONST("")},
        {STR_CONST(""), STR_CONST(""), STR_CONST("")},
        {STR_CONST("u:p@host"), STR_CONST("host"), STR_CONST("")},
    };
    for (isize i = 0; i < COUNT_OF(rows); i++) {
        assert_str(fetch_printable_url(&world.arena, rows[i].url), rows[i].printable);
        assert_str(fetch_url_host(rows[i].url), rows[i].host);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_gives_body_and_what_is_known_of_it),
        cmocka_unit_test(test_gives_empty_body),
        cmocka_unit_test(test_error_status_is_an_answer_without_body),
        cmocka_unit_test(test_error_page_larger_than_the_cap_is_still_that_status),
        cmocka_unit_test(test_web_page_is_told_by_its_type),
        cmocka_unit_test(test_runs_many_requests_at_once),
        cmocka_unit_test(test_leaks_no_descriptor),
        cmocka_unit_test(test_tells_progress),
        cmocka_unit_test(test_reads_ranges),
        cmocka_unit_test(test_range_past_the_end_tells_the_length),
        cmocka_unit_test(test_cut_download_resumes),
        cmocka_unit_test(test_resume_starts_over_where_ranges_are_ignored),
        cmocka_unit_test(test_part_in_memory_needs_ranges),
        cmocka_unit_test(test_refuses_another_range_than_asked_for),
        cmocka_unit_test(test_names_each_fault),
        cmocka_unit_test(test_announced_length_is_refused_before_the_body),
        cmocka_unit_test(test_retries_what_may_pass),
        cmocka_unit_test(test_gives_up_on_silence),
        cmocka_unit_test(test_keeps_the_time_of_the_whole),
        cmocka_unit_test(test_nobody_there),
        cmocka_unit_test(test_server_that_goes_away),
        cmocka_unit_test(test_unusable_urls),
        cmocka_unit_test(test_body_that_cannot_be_written),
        cmocka_unit_test(test_follows_redirects),
        cmocka_unit_test(test_uses_credentials_of_the_url),
        cmocka_unit_test(test_uses_netrc),
        cmocka_unit_test(test_sends_no_credentials_to_another_origin),
        cmocka_unit_test(test_no_message_holds_a_password),
        cmocka_unit_test(test_trusts_the_authority_of_the_environment),
        cmocka_unit_test(test_refuses_unknown_authority),
        cmocka_unit_test(test_refuses_expired_certificate),
        cmocka_unit_test(test_refuses_certificate_of_another_host),
        cmocka_unit_test(test_refuses_plain_http_behind_https),
        cmocka_unit_test(test_plain_http_where_tls_is_expected),
        cmocka_unit_test(test_asks_through_the_proxy_of_the_environment),
        cmocka_unit_test(test_never_asks_a_proxy_for_this_machine),
        cmocka_unit_test(test_tunnels_through_the_proxy),
        cmocka_unit_test(test_offline_asks_nobody),
        cmocka_unit_test(test_missing_helper_is_said),
        cmocka_unit_test(test_helper_that_ends_is_said_and_replaced),
        cmocka_unit_test(test_failed_run_leaves_nothing_behind),
        cmocka_unit_test(test_helper_starts_again_after_it_was_closed),
        cmocka_unit_test(test_printable_url_and_host),
    };
    return cmocka_run_group_tests_name("os_fetch", tests, set_up_world, tear_down_world);
}
