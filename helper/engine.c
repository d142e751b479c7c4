/*
 * One thread, one loop: let libcurl work, take what it finished, look at the clocks, say what is to
 * be said, sleep until a socket or a clock wants something.
 *
 * The socket is never waited for while sending: progress that does not fit is dropped, and a last
 * word stays in its transfer's slot until there is room. So goward may be slow, and neither side
 * can block the other for good.
 */
#define _GNU_SOURCE /* MSG_CMSG_CLOEXEC */
#include "engine.h"

#include "base/panic.h"
#include "clock.h"
#include "transfer.h"

#include <errno.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#define MAX_HOST_CONNECTIONS 6L /* when the server has no HTTP/2; as browsers do */
#define PROGRESS_PAUSE_NS (100 * 1000000)
#define MAX_SLEEP_MS 60000

typedef enum { LINE_OPEN, LINE_ENDED, LINE_BROKEN } Line;

typedef struct {
    int socket;
    CURLM *multi;
    Line line;
    Transfer slots[FETCH_MAX_OUTSTANDING];
    int64_t told[FETCH_MAX_OUTSTANDING];     /* when progress was last sent */
    int64_t told_len[FETCH_MAX_OUTSTANDING]; /* and how far the body was */
} Engine;

/* False when there is no room now; any other failure ends the line. */
static bool send_message(Engine *e, const FetchWire *message)
{
    char packet[FETCH_MAX_PACKET];
    isize len = fetch_wire_encode(message, packet);
    ASSERT(len > 0);
    ssize_t n;
    do {
        n = send(e->socket, packet, (size_t)len, MSG_DONTWAIT | MSG_NOSIGNAL);
    } while (n < 0 && errno == EINTR);
    if (n < 0 && errno != EAGAIN && errno != EWOULDBLOCK) {
        e->line = LINE_ENDED;
    }
    return n >= 0;
}

static void run(Engine *e, Transfer *t)
{
    if (curl_multi_add_handle(e->multi, t->easy) != CURLM_OK) {
        transfer_finish(t, CURLE_FAILED_INIT, clock_now());
    }
}

static Transfer *free_slot(Engine *e)
{
    for (isize i = 0; i < FETCH_MAX_OUTSTANDING; i++) {
        if (e->slots[i].state == TRANSFER_IDLE) {
            e->told[i] = e->told_len[i] = 0;
            return &e->slots[i];
        }
    }
    return NULL;
}

/* The descriptor that came with a packet, -1 when none did. */
static int descriptor_of(struct msghdr *header)
{
    int fd = -1;
    struct cmsghdr *part = CMSG_FIRSTHDR(header);
    if (part != NULL && part->cmsg_level == SOL_SOCKET && part->cmsg_type == SCM_RIGHTS &&
        part->cmsg_len == CMSG_LEN(sizeof(fd))) {
        memcpy(&fd, CMSG_DATA(part), sizeof(fd));
    }
    return fd;
}

static void accept_request(Engine *e, Str packet, int body_fd)
{
    FetchWire get;
    Transfer *t = free_slot(e);
    bool is_fine =
        body_fd >= 0 && t != NULL && fetch_wire_decode(packet, &get) && get.kind == FETCH_WIRE_GET;
    if (!is_fine) {
        if (body_fd >= 0) {
            close(body_fd);
        }
        e->line = LINE_BROKEN;
        return;
    }
    transfer_begin(t, &get, body_fd, clock_now());
    if (t->state == TRANSFER_RUNNING) {
        run(e, t);
    }
}

/* Takes one packet, if there is one. */
static bool receive_message(Engine *e)
{
    char packet[FETCH_MAX_PACKET];
    union {
        char bytes[CMSG_SPACE(sizeof(int))];
        struct cmsghdr align;
    } control;
    struct iovec body = {packet, sizeof(packet)};
    struct msghdr header = {.msg_iov = &body,
                            .msg_iovlen = 1,
                            .msg_control = control.bytes,
                            .msg_controllen = sizeof(control.bytes)};
    ssize_t n = recvmsg(e->socket, &header, MSG_DONTWAIT | MSG_CMSG_CLOEXEC);
    if (n < 0) {
        if (errno != EAGAIN && errno != EWOULDBLOCK && errno != EINTR) {
            e->line = LINE_ENDED;
        }
        return false;
    }
    if (n == 0) {
        e->line = LINE_ENDED;
        return false;
    }
    if ((header.msg_flags & (MSG_TRUNC | MSG_CTRUNC)) != 0) {
        e->line = LINE_BROKEN;
        return false;
    }
    accept_request(e, (Str){packet, n}, descriptor_of(&header));
    return e->line == LINE_OPEN;
}

/* Hands what libcurl has finished back to its transfer. */
static void collect_finished(Engine *e)
{
    CURLMsg *message;
    int left;
    while ((message = curl_multi_info_read(e->multi, &left)) != NULL) {
        if (message->msg != CURLMSG_DONE) {
            continue;
        }
        Transfer *t = NULL;
        CURLcode code = message->data.result;
        CURL *easy = message->easy_handle;
        curl_easy_getinfo(easy, CURLINFO_PRIVATE, (char **)&t);
        curl_multi_remove_handle(e->multi, easy);
        if (transfer_finish(t, code, clock_now()) == TRANSFER_RUNNING) {
            run(e, t);
        }
    }
}

static void look_at_clocks(Engine *e)
{
    int64_t now = clock_now();
    for (isize i = 0; i < FETCH_MAX_OUTSTANDING; i++) {
        Transfer *t = &e->slots[i];
        bool was_running = t->state == TRANSFER_RUNNING;
        if (transfer_is_overdue(t, now) && was_running) {
            curl_multi_remove_handle(e->multi, t->easy);
        }
        if (t->state == TRANSFER_PAUSED && now >= t->retry_at) {
            transfer_resume(t, now);
            run(e, t);
        }
    }
}

static void tell_progress(Engine *e, isize i, int64_t now)
{
    Transfer *t = &e->slots[i];
    if (t->body_len == e->told_len[i] || now - e->told[i] < PROGRESS_PAUSE_NS) {
        return;
    }
    FetchWire message = transfer_progress(t);
    send_message(e, &message);
    e->told[i] = now;
    e->told_len[i] = t->body_len;
}

/* Whether something is left to say that the socket had no room for. */
static bool tell(Engine *e)
{
    bool is_left = false;
    int64_t now = clock_now();
    for (isize i = 0; i < FETCH_MAX_OUTSTANDING && e->line == LINE_OPEN; i++) {
        Transfer *t = &e->slots[i];
        if (t->state == TRANSFER_RUNNING) {
            tell_progress(e, i, now);
        } else if (t->state == TRANSFER_ENDED) {
            FetchWire message = transfer_result(t);
            if (send_message(e, &message)) {
                transfer_release(t);
            } else {
                is_left = true;
            }
        }
    }
    return is_left;
}

static int sleep_ms(const Engine *e)
{
    int64_t next = INT64_MAX;
    for (isize i = 0; i < FETCH_MAX_OUTSTANDING; i++) {
        next = MIN(next, transfer_next_time(&e->slots[i]));
    }
    if (next == INT64_MAX) {
        return MAX_SLEEP_MS;
    }
    int64_t left_ms = (next - clock_now()) / 1000000 + 1;
    return (int)MAX(0, MIN(left_ms, MAX_SLEEP_MS));
}

static void serve(Engine *e)
{
    while (e->line == LINE_OPEN) {
        int n_running;
        curl_multi_perform(e->multi, &n_running);
        collect_finished(e);
        look_at_clocks(e);
        short events = CURL_WAIT_POLLIN;
        if (tell(e)) {
            events |= CURL_WAIT_POLLOUT;
        }
        struct curl_waitfd line = {.fd = e->socket, .events = events};
        if (e->line == LINE_OPEN) {
            curl_multi_poll(e->multi, &line, 1, sleep_ms(e), NULL);
        }
        while (line.revents != 0 && receive_message(e)) {
        }
    }
}

static bool set_up(Engine *e, const Settings *settings)
{
    e->multi = curl_multi_init();
    if (e->multi == NULL) {
        return false;
    }
    curl_multi_setopt(e->multi, CURLMOPT_PIPELINING, (long)CURLPIPE_MULTIPLEX);
    curl_multi_setopt(e->multi, CURLMOPT_MAX_HOST_CONNECTIONS, MAX_HOST_CONNECTIONS);
    for (isize i = 0; i < FETCH_MAX_OUTSTANDING; i++) {
        Transfer *t = &e->slots[i];
        *t = (Transfer){.settings = settings, .easy = curl_easy_init(), .body_fd = -1};
        if (t->easy == NULL) {
            return false;
        }
    }
    return true;
}

int engine_run(int socket, const Settings *settings, uint32_t landlock)
{
    Arena a = arena_init((isize)sizeof(Engine) + KIB);
    Engine *e = ARENA_NEW(&a, Engine);
    e->socket = socket;
    e->line = LINE_OPEN;
    if (!set_up(e, settings)) {
        return 1;
    }
    FetchWire hello = {.kind = FETCH_WIRE_HELLO};
    hello.hello.version = FETCH_WIRE_VERSION;
    hello.hello.landlock = landlock;
    char library[FETCH_MAX_TEXT + 1];
    trouble_scrub(curl_version(), library, sizeof(library));
    hello.hello.library = str_from_c(library);
    send_message(e, &hello);
    serve(e);
    return e->line == LINE_BROKEN ? 2 : 0;
}
