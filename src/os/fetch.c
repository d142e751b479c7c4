/*
 * The goward end of the socket to goward-fetch. Requests are sent as long as the helper has slots,
 * replies come in any order. A body without a descriptor of the caller's goes into an unnamed file
 * in memory, and from there onto the arena once the helper has let go of it.
 *
 * The helper is trusted with nothing: a packet that does not decode, an id that is not outstanding,
 * a length that does not match the file, all end it.
 */
#define _GNU_SOURCE /* SOCK_CLOEXEC, MSG_CMSG_CLOEXEC */
#include "os/fetch.h"

#include "base/panic.h"
#include "base/path.h"
#include "base/strbuf.h"
#include "os/clock.h"
#include "os/file.h"
#include "os/proc.h"
#include "os/spawn.h"

#include <errno.h>
#include <poll.h>
#include <sys/socket.h>
#include <unistd.h>

#define HELPER_NAME "goward-fetch"
#define HELPER_END_MS 2000       /* from closing the socket to killing it */
#define HELPER_CRASH_MS 200      /* the same, when it should be gone already */
#define HELPER_SILENCE_MS 120000 /* on top of three times the stall time: then it hangs */

struct Fetcher {
    Str helper; /* empty when none was found */
    Str dir;    /* of the running program, where it was looked for */
    const Environ *env;
    bool offline;
    int socket, pid; /* -1: not running */
    uint32_t landlock;
    uint32_t next_id;
};

/* All that the helper learns of the environment. */
static const Str env_names[] = {
    STR_CONST("HTTP_PROXY"),      STR_CONST("http_proxy"),      STR_CONST("HTTPS_PROXY"),
    STR_CONST("https_proxy"),     STR_CONST("ALL_PROXY"),       STR_CONST("all_proxy"),
    STR_CONST("NO_PROXY"),        STR_CONST("no_proxy"),        STR_CONST("SSL_CERT_FILE"),
    STR_CONST("SSL_CERT_DIR"),    STR_CONST("NETRC"),           STR_CONST("HOME"),
    STR_CONST("RES_OPTIONS"),     STR_CONST("LOCALDOMAIN"),     STR_CONST("HOSTALIASES"),
    STR_CONST("OPENSSL_CONF"),    STR_CONST("LD_LIBRARY_PATH"), STR_CONST("TZ"),
    STR_CONST("OPENSSL_MODULES"),
};

/* Where a helper may lie, seen from the directory of the running program: beside it, installed,
 * and in a build tree. */
static const Str helper_places[] = {
    STR_CONST(HELPER_NAME),
    STR_CONST("../libexec/goward/" HELPER_NAME),
    STR_CONST("../helper/" HELPER_NAME),
};

/* What a fault means to the caller, and what a person can do about it. */
static const struct {
    ErrKind kind;
    const char *hint;
} fault_meanings[FETCH_FAULT_COUNT] = {
    [FETCH_FAULT_OFFLINE] = {ERR_NET, "run it again without --offline"},
    [FETCH_FAULT_URL] = {ERR_USAGE, ""},
    [FETCH_FAULT_RESOLVE] = {ERR_NET, "check the network and the name; behind a firewall set "
                                      "HTTPS_PROXY, or GOPROXY to a mirror that is reachable"},
    [FETCH_FAULT_CONNECT] = {ERR_NET, "check the network; behind a firewall set HTTPS_PROXY, or "
                                      "GOPROXY to a mirror that is reachable"},
    [FETCH_FAULT_PROXY] = {ERR_NET, "check HTTPS_PROXY, HTTP_PROXY and NO_PROXY"},
    [FETCH_FAULT_TLS_TIME] = {ERR_NET,
                              "check this machine's clock with 'date'; if it is right, the "
                              "server's certificate has to be renewed"},
    [FETCH_FAULT_TLS_TRUST] = {ERR_NET,
                               "if your network inspects TLS, or the server is your own, put "
                               "its CA certificate into a file and set SSL_CERT_FILE to it; "
                               "on a bare machine install ca-certificates"},
    [FETCH_FAULT_TLS_NAME] = {ERR_NET, "check the URL; something between here and there may have "
                                       "answered in the server's place"},
    [FETCH_FAULT_TLS] = {ERR_NET,
                         "check SSL_CERT_FILE, and that the server speaks TLS 1.2 or newer"},
    [FETCH_FAULT_CUT] = {ERR_NET, "run it again: what has arrived is kept where it can be resumed"},
    [FETCH_FAULT_STALL] = {ERR_NET,
                           "run it again: what has arrived is kept where it can be resumed"},
    [FETCH_FAULT_TIMEOUT] = {ERR_NET, ""},
    [FETCH_FAULT_TOO_LARGE] = {ERR_LIMIT, ""},
    [FETCH_FAULT_REDIRECT] = {ERR_NET, ""},
    [FETCH_FAULT_NO_RANGE] = {ERR_UNSUPPORTED, ""},
    [FETCH_FAULT_WRITE] = {ERR_IO, ""},
    [FETCH_FAULT_PROTOCOL] = {ERR_FORMAT, ""},
    [FETCH_FAULT_HELPER] = {ERR_BUG, ""},
};

static Str authority_of(Str url, isize *ret_from)
{
    isize scheme = str_index(url, S("://"));
    isize from = scheme < 0 ? 0 : scheme + 3;
    isize to = from;
    while (to < url.len && url.ptr[to] != '/' && url.ptr[to] != '?' && url.ptr[to] != '#') {
        to++;
    }
    *ret_from = from;
    return str_slice(url, from, to);
}

Str fetch_printable_url(Arena *a, Str url)
{
    isize from;
    Str authority = authority_of(url, &from);
    isize at = str_last_index_byte(authority, '@');
    Str rest = str_from(url, from + at + 1);
    isize end = 0;
    while (end < rest.len && rest.ptr[end] != '?' && rest.ptr[end] != '#') {
        end++;
    }
    return str_concat(a, str_to(url, from), str_to(rest, end));
}

Str fetch_url_host(Str url)
{
    isize from;
    Str host = authority_of(url, &from);
    if (from == 0) {
        return (Str){0};
    }
    host = str_from(host, str_last_index_byte(host, '@') + 1);
    isize bracket = str_last_index_byte(host, ']');
    isize colon = str_last_index_byte(host, ':');
    return colon > bracket ? str_to(host, colon) : host;
}

/* Looks for the helper where it may lie. Without /proc nothing is found. */
static void find_helper(Fetcher *f, Arena *a)
{
    Str self;
    Err ignored;
    if (!proc_executable(a, &self, &ignored)) {
        return;
    }
    f->dir = path_dir(self);
    for (isize i = 0; i < COUNT_OF(helper_places) && f->helper.len == 0; i++) {
        Str path = path_clean(a, path_join(a, f->dir, helper_places[i]));
        if (file_may_execute(FILE_CWD, path)) {
            f->helper = path;
        }
    }
}

Fetcher *fetcher_open(Arena *a, Str helper, const Environ *env, bool offline)
{
    Fetcher *f = ARENA_NEW(a, Fetcher);
    *f = (Fetcher){.helper = helper, .env = env, .offline = offline};
    f->socket = f->pid = -1;
    f->next_id = 1;
    if (f->helper.len == 0) {
        f->helper = environ_value(env, S("GOWARD_FETCH"));
    }
    if (f->helper.len == 0 && !offline) {
        find_helper(f, a);
    }
    return f;
}

bool fetcher_is_offline(const Fetcher *f)
{
    return f->offline;
}

uint32_t fetcher_landlock(const Fetcher *f)
{
    return f->landlock;
}

/* Ends the helper and says how it ended: exit status, 128 + signal, -1 when that is unknown. */
static int stop_helper(Fetcher *f, int timeout_ms)
{
    int code = -1;
    Err ignored;
    file_close(&f->socket);
    if (f->pid >= 0 && !spawn_wait(f->pid, timeout_ms, &code, &ignored)) {
        code = -1;
    }
    f->pid = -1;
    f->landlock = 0;
    return code;
}

void fetcher_close(Fetcher *f)
{
    if (f != NULL) {
        stop_helper(f, HELPER_END_MS);
    }
}

static Environ helper_environ(Arena *a, const Environ *env)
{
    Environ few = {ARENA_ARRAY(a, Str, COUNT_OF(env_names)), 0};
    for (isize i = 0; i < COUNT_OF(env_names); i++) {
        Str value;
        if (environ_lookup(env, env_names[i], &value)) {
            few.entries[few.len++] =
                str_format(a, "%.*s=%.*s", STR_ARG(env_names[i]), STR_ARG(value));
        }
    }
    return few;
}

static bool start_helper(Fetcher *f, Err *err)
{
    int ends[2];
    AUTO_CLOSE int null = -1;
    if (f->helper.len == 0) {
        FAIL(err, ERR_NOT_FOUND,
             "the program " HELPER_NAME ", which speaks to the network for goward, is neither in "
             "'%.*s' nor in '../libexec/goward' beside it",
             STR_ARG(f->dir));
        return err_hint(err, "install it there, or set GOWARD_FETCH to its path");
    }
    if (file_open(FILE_CWD, S("/dev/null"), &null, err) == FILE_FAILED) {
        return false;
    }
    if (socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0, ends) != 0) {
        return FAIL_SYS(err, "making a socket for " HELPER_NAME);
    }
    Arena own = arena_init(0);
    Environ env = helper_environ(&own, f->env);
    Str argv[] = {S(HELPER_NAME)};
    Spawn s = {.path = f->helper, .argv = argv, .argc = 1, .env = &env};
    s.in = s.out = null;
    s.err = -1;
    s.extra = ends[1];
    bool started = spawn_start(&s, &f->pid, err);
    arena_done(&own);
    file_close(&ends[1]);
    f->socket = ends[0];
    if (!started) {
        f->pid = -1;
        file_close(&f->socket);
        return FAIL_IN(err, "starting the network helper");
    }
    return true;
}

/* The helper is gone, or did what it must not: ends it, and says so. */
static bool helper_failed(Fetcher *f, const char *what, Err *err)
{
    int code = stop_helper(f, HELPER_CRASH_MS);
    FAIL(err, ERR_BUG, "the network helper '%.*s' %s (exit status %d)", STR_ARG(f->helper), what,
         code);
    return err_hint(err,
                    "goward's own state is untouched; run it again, and report it if it happens "
                    "twice");
}

/* One fetch_run: what was sent, and the memory files of those without a descriptor. */
typedef struct {
    Fetcher *fetcher;
    Arena *arena;
    const FetchRequest *requests;
    FetchReply *replies;
    isize n;
    uint32_t first_id;
    isize n_sent, n_ended;
    bool *has_ended;
    int *memory; /* -1: none */
    FetchProgress progress;
    void *progress_context;
} Run;

static void fail_reply(Run *r, isize i, FetchFault fault, int errnum, Str text)
{
    FetchReply *reply = &r->replies[i];
    Str url = fetch_printable_url(r->arena, r->requests[i].url);
    reply->fault = fault;
    err_set(&reply->error, fault_meanings[fault].kind, errnum, "%.*s", STR_ARG(text));
    err_frame(&reply->error, "asking for %.*s", STR_ARG(url));
    err_hint(&reply->error, "%s", fault_meanings[fault].hint);
}

static void mark_ended(Run *r, isize i)
{
    r->has_ended[i] = true;
    r->n_ended++;
}

/* Sends a packet with a descriptor; false when the helper is gone. */
static bool send_packet(int socket, Str packet, int fd)
{
    union {
        char bytes[CMSG_SPACE(sizeof(int))];
        struct cmsghdr align;
    } control;
    memset(&control, 0, sizeof(control));
    struct iovec body = {(char *)(uintptr_t)packet.ptr, (size_t)packet.len};
    struct msghdr header = {.msg_iov = &body,
                            .msg_iovlen = 1,
                            .msg_control = control.bytes,
                            .msg_controllen = sizeof(control.bytes)};
    struct cmsghdr *part = CMSG_FIRSTHDR(&header);
    part->cmsg_level = SOL_SOCKET;
    part->cmsg_type = SCM_RIGHTS;
    part->cmsg_len = CMSG_LEN(sizeof(fd));
    memcpy(CMSG_DATA(part), &fd, sizeof(fd));
    ssize_t n;
    do {
        n = sendmsg(socket, &header, MSG_NOSIGNAL);
    } while (n < 0 && errno == EINTR);
    return n == packet.len;
}

static FetchWire request_message(const FetchRequest *request, uint32_t id)
{
    FetchWire m = {.kind = FETCH_WIRE_GET, .id = id};
    m.get.flags = request->body_fd < 0 ? FETCH_GET_NEEDS_RANGE : 0;
    m.get.timeout_ms = (uint32_t)request->timeout_ms;
    m.get.stall_ms = (uint32_t)(request->stall_ms == 0 ? FETCH_STALL_MS : request->stall_ms);
    m.get.from = request->from;
    m.get.to = request->to;
    m.get.max = request->max;
    m.get.url = request->url;
    return m;
}

static bool send_request(Run *r, isize i, Err *err)
{
    const FetchRequest *request = &r->requests[i];
    ASSERT(request->timeout_ms >= 0 && request->stall_ms >= 0 && request->max >= 0);
    FetchWire message = request_message(request, r->first_id + (uint32_t)i);
    char packet[FETCH_MAX_PACKET];
    isize len = fetch_wire_encode(&message, packet);
    if (len < 0) {
        fail_reply(r, i, FETCH_FAULT_URL, 0, S("it is not a usable http or https URL"));
        mark_ended(r, i);
        return true;
    }
    if (request->body_fd < 0 && !file_create_memory(S("body"), &r->memory[i], err)) {
        return false;
    }
    int fd = request->body_fd < 0 ? r->memory[i] : request->body_fd;
    return send_packet(r->fetcher->socket, (Str){packet, len}, fd) ||
           helper_failed(r->fetcher, "ended unexpectedly", err);
}

/* Moves the body from its memory file to the arena. */
static bool take_body(Run *r, isize i, Err *err)
{
    FetchReply *reply = &r->replies[i];
    if (!file_read_fd(r->arena, r->memory[i], r->requests[i].max, &reply->body, err) ||
        reply->body.len != reply->body_len) {
        return helper_failed(r->fetcher, "gave a body of another length than it said", err);
    }
    return true;
}

static bool take_done(Run *r, isize i, const FetchWire *m, Err *err)
{
    FetchReply *reply = &r->replies[i];
    reply->status = (int)m->done.status;
    reply->is_partial = (m->done.flags & FETCH_DONE_PARTIAL) != 0;
    reply->body_from = m->done.body_from;
    reply->body_len = m->done.body_len;
    reply->total_len = m->done.total;
    reply->content_type = str_copy(r->arena, m->done.content_type);
    reply->detail = str_copy(r->arena, m->done.detail);
    mark_ended(r, i);
    return r->memory[i] < 0 || take_body(r, i, err);
}

static void take_failed(Run *r, isize i, const FetchWire *m)
{
    r->replies[i].body_len = m->failed.body_len;
    fail_reply(r, i, m->failed.fault, (int)m->failed.errnum, m->failed.text);
    mark_ended(r, i);
}

static void take_progress(Run *r, const FetchWire *m)
{
    if (r->progress != NULL) {
        r->progress(r->progress_context, m->progress.done, m->progress.total);
    }
}

/* Whether a message of the helper's makes sense now; *ret_i is the request that it is about. */
static bool is_expected(const Run *r, const FetchWire *m, isize *ret_i)
{
    uint32_t i = m->id - r->first_id;
    *ret_i = i;
    return i < (uint32_t)r->n_sent && !r->has_ended[i];
}

static bool take_message(Run *r, Str packet, Err *err)
{
    FetchWire m;
    isize i;
    if (!fetch_wire_decode(packet, &m)) {
        return helper_failed(r->fetcher, "sent a malformed message", err);
    }
    if (m.kind == FETCH_WIRE_HELLO && m.hello.version == FETCH_WIRE_VERSION) {
        r->fetcher->landlock = m.hello.landlock;
        return true;
    }
    if (m.kind == FETCH_WIRE_HELLO) {
        return helper_failed(r->fetcher, "is of another version than goward", err);
    }
    if (m.kind == FETCH_WIRE_GET || !is_expected(r, &m, &i)) {
        return helper_failed(r->fetcher, "sent a message out of turn", err);
    }
    if (m.kind == FETCH_WIRE_DONE) {
        return take_done(r, i, &m, err);
    }
    if (m.kind == FETCH_WIRE_FAILED) {
        take_failed(r, i, &m);
    } else {
        take_progress(r, &m);
    }
    return true;
}

/* The longest that a working helper can be silent. */
static int64_t patience_ms(const Run *r)
{
    int64_t stall = 0;
    for (isize i = 0; i < r->n; i++) {
        int own = r->requests[i].stall_ms;
        stall = MAX(stall, own == 0 ? FETCH_STALL_MS : own);
    }
    return 3 * stall + HELPER_SILENCE_MS;
}

/* Waits for the next packet and acts on it. */
static bool receive_message(Run *r, Err *err)
{
    char packet[FETCH_MAX_PACKET];
    int64_t deadline = clock_monotonic_ns() + patience_ms(r) * 1000000;
    struct pollfd wanted = {.fd = r->fetcher->socket, .events = POLLIN};
    int ready;
    do {
        int64_t left_ms = MAX(0, (deadline - clock_monotonic_ns()) / 1000000);
        ready = poll(&wanted, 1, (int)MIN(left_ms, INT32_MAX));
    } while (ready < 0 && errno == EINTR);
    if (ready == 0) {
        return helper_failed(r->fetcher, "does not answer any more", err);
    }
    ssize_t n = recv(r->fetcher->socket, packet, sizeof(packet), MSG_TRUNC);
    if (n <= 0 || n > (ssize_t)sizeof(packet)) {
        return helper_failed(r->fetcher, n > 0 ? "sent a malformed message" : "ended unexpectedly",
                             err);
    }
    return take_message(r, (Str){packet, n}, err);
}

static bool run_all(Run *r, Err *err)
{
    while (r->n_ended < r->n) {
        bool has_room = r->n_sent - r->n_ended < FETCH_MAX_OUTSTANDING;
        if (r->n_sent < r->n && has_room) {
            if (!send_request(r, r->n_sent++, err)) {
                return false;
            }
        } else if (!receive_message(r, err)) {
            return false;
        }
    }
    return true;
}

static void refuse_all(Run *r)
{
    for (isize i = 0; i < r->n; i++) {
        fail_reply(r, i, FETCH_FAULT_OFFLINE, 0,
                   S("this needs the network, and goward was told to stay offline"));
    }
}

/* Sends and receives until all have ended. The bookkeeping has an arena of its own, because
 * progress may allocate on an arena that the caller's is a copy of. */
static bool run_with_helper(Run *r, Err *err)
{
    Arena own = arena_init(0);
    r->has_ended = ARENA_ARRAY(&own, bool, r->n);
    r->memory = ARENA_ARRAY(&own, int, r->n);
    for (isize i = 0; i < r->n; i++) {
        r->memory[i] = -1;
    }
    bool ok = run_all(r, err);
    if (!ok) {
        stop_helper(r->fetcher, 0); /* its replies to this run would confuse the next */
    }
    for (isize i = 0; i < r->n; i++) {
        file_close(&r->memory[i]);
    }
    arena_done(&own);
    return ok;
}

bool fetch_run(Fetcher *f, Arena *a, const FetchRequest *requests, isize n, FetchReply *ret_replies,
               FetchProgress progress, void *progress_context, Err *err)
{
    Run r = {.fetcher = f,
             .arena = a,
             .requests = requests,
             .replies = ret_replies,
             .n = n,
             .first_id = f->next_id,
             .progress = progress,
             .progress_context = progress_context};
    for (isize i = 0; i < n; i++) {
        ret_replies[i] = (FetchReply){.total_len = -1};
    }
    if (f->offline) {
        refuse_all(&r);
        return true;
    }
    if (n > 0 && f->socket < 0 && !start_helper(f, err)) {
        return false;
    }
    f->next_id += (uint32_t)n;
    return run_with_helper(&r, err);
}
