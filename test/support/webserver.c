#include "support/webserver.h"

#include "base/panic.h"
#include "os/clock.h"
#include "os/proc.h"
#include "os/spawn.h"
#include "support/fixture.h"

#include <signal.h>

#define START_MS 20000 /* for Python on a loaded machine */

static Str wait_for_port(const WebServer *w, Str path)
{
    for (int waited = 0; waited < START_MS; waited += 10) {
        Str port = fixture_read(w->arena, FILE_CWD, path);
        if (!str_eq(port, S("(absent)"))) {
            return port;
        }
        clock_sleep_ms(10);
    }
    UNREACHABLE("test/lib/goproxy.py does not start");
}

bool webserver_start(Arena *a, Str root, Str certificate, Str connect_to, WebServer *ret)
{
    Environ env = environ_get(a);
    Str python;
    if (!spawn_find(a, &env, S("python3"), &python)) {
        return false;
    }
    Str dir = fixture_dir(a);
    Str port_file = path_join(a, dir, S("port"));
    WebServer w = {
        .arena = a, .faults = path_join(a, dir, S("faults")), .log = path_join(a, dir, S("log"))};
    Str argv[16] = {python,    S("test/lib/goproxy.py"),
                    root,      S("--port-file"),
                    port_file, S("--faults"),
                    w.faults,  S("--log"),
                    w.log};
    isize argc = 9;
    if (certificate.len > 0) {
        argv[argc++] = S("--tls");
        argv[argc++] = path_join(a, S("test/lib/tls"), certificate);
        argv[argc++] = S("test/lib/tls/leaf.key");
    }
    if (connect_to.len > 0) {
        argv[argc++] = S("--connect-to");
        argv[argc++] = connect_to;
    }
    Err err;
    int null = -1;
    ASSERT(file_open_update(FILE_CWD, S("/dev/null"), 0, &null, &err));
    Spawn s = {.path = python, .argv = argv, .argc = argc, .env = &env};
    s.in = s.out = null;
    s.err = s.extra = -1;
    ASSERT(spawn_start(&s, &w.pid, &err));
    file_close(&null);
    Str port = wait_for_port(&w, port_file);
    int64_t number;
    ASSERT(str_parse_decimal(port, 65535, &number));
    w.port = (int)number;
    w.url = str_format(a, "%s://127.0.0.1:%d", certificate.len > 0 ? "https" : "http", w.port);
    *ret = w;
    return true;
}

void webserver_stop(WebServer *w)
{
    int code;
    Err err;
    if (w->pid > 0) {
        kill(w->pid, SIGTERM);
        spawn_wait(w->pid, START_MS, &code, &err);
        w->pid = 0;
    }
}

void webserver_misbehave(const WebServer *w, Str faults)
{
    Err err;
    ASSERT(file_replace(FILE_CWD, w->faults, faults, 0644, &err));
    ASSERT(file_unlink(FILE_CWD, w->log, &err) != FILE_FAILED);
}

Str webserver_log(const WebServer *w)
{
    Str log = fixture_read(w->arena, FILE_CWD, w->log);
    return str_eq(log, S("(absent)")) ? S("") : log;
}

isize webserver_n_requests(const WebServer *w)
{
    Str log = webserver_log(w), line;
    isize n = 0;
    while (str_next_line(&log, &line)) {
        n++;
    }
    return n;
}

Environ webserver_environ(Arena *a)
{
    static const Str unwanted[] = {
        STR_CONST("HTTP_PROXY"),  STR_CONST("http_proxy"),    STR_CONST("HTTPS_PROXY"),
        STR_CONST("https_proxy"), STR_CONST("ALL_PROXY"),     STR_CONST("all_proxy"),
        STR_CONST("NO_PROXY"),    STR_CONST("no_proxy"),      STR_CONST("NETRC"),
        STR_CONST("HOME"),        STR_CONST("SSL_CERT_FILE"), STR_CONST("SSL_CERT_DIR"),
    };
    Environ env = environ_get(a);
    for (isize i = 0; i < COUNT_OF(unwanted); i++) {
        env = environ_without(a, &env, unwanted[i]);
    }
    return env;
}

bool webserver_has_helper(Arena *a)
{
    Err err;
    Str self;
    if (getenv("GOWARD_FETCH") != NULL) {
        return true;
    }
    return proc_executable(a, &self, &err) &&
           file_may_execute(FILE_CWD, path_join(a, path_dir(self), S("goward-fetch")));
}

bool webserver_make_releases(Arena *a, Str out, const Str *releases, isize n)
{
    Environ env = environ_get(a);
    Str python;
    if (!spawn_find(a, &env, S("python3"), &python)) {
        return false;
    }
    Str *argv = ARENA_ARRAY(a, Str, 3 + 2 * n);
    isize argc = 0;
    argv[argc++] = python;
    argv[argc++] = S("test/lib/makelog.py");
    argv[argc++] = out;
    for (isize i = 0; i < n; i++) {
        argv[argc++] = S("--release");
        argv[argc++] = releases[i];
    }
    Spawn s = {.path = python, .argv = argv, .argc = argc, .env = &env};
    s.in = s.out = s.err = s.extra = -1;
    Err err;
    Str said;
    int code;
    ASSERT(spawn_output(a, &s, START_MS, MIB, &said, &code, &err) && code == 0);
    return true;
}
