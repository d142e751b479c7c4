/*
 * libcurl runs single hops; redirects and retries are decided here, because the rules are stricter
 * than its own: never from https to http, credentials and netrc for the first origin only, retries
 * only before any byte of the body. The URL that libcurl sees never holds credentials, so neither
 * do its error texts.
 *
 * The body goes straight from libcurl's buffer to the descriptor, at the offset that the status and
 * Content-Range say. Bodies of other statuses are dropped, but for the first line of a plain text.
 */
#define _GNU_SOURCE /* strcasecmp, strncasecmp */
#include "transfer.h"

#include "base/panic.h"
#include "clock.h"

#include <errno.h>
#include <stdio.h>
#include <strings.h>
#include <unistd.h>

#define USER_AGENT "goward/0.1.0"
#define CONNECT_TIMEOUT_MS 20000L      /* name, TCP and TLS together */
#define BUFFER_LEN (256L * 1024)       /* bytes that libcurl reads at once */
#define RETRY_PAUSE_NS (200 * 1000000) /* before the first retry; four times that the next */
#define MAX_DROPPED (64 * KIB)         /* of an error page; then the connection is given up */

typedef struct {
    char *scheme, *host, *port;
} Origin;

static void origin_free(Origin *o)
{
    curl_free(o->scheme);
    curl_free(o->host);
    curl_free(o->port);
}

/* Scheme, host and port of a URL; false when it is not a usable http or https URL. */
static bool origin_parse(const char *url, Origin *ret)
{
    *ret = (Origin){0};
    CURLU *parsed = curl_url();
    bool ok = parsed != NULL && curl_url_set(parsed, CURLUPART_URL, url, 0) == CURLUE_OK &&
              curl_url_get(parsed, CURLUPART_SCHEME, &ret->scheme, 0) == CURLUE_OK &&
              curl_url_get(parsed, CURLUPART_HOST, &ret->host, 0) == CURLUE_OK &&
              curl_url_get(parsed, CURLUPART_PORT, &ret->port, CURLU_DEFAULT_PORT) == CURLUE_OK &&
              (strcasecmp(ret->scheme, "http") == 0 || strcasecmp(ret->scheme, "https") == 0);
    curl_url_cleanup(parsed);
    return ok;
}

static bool is_same_origin(const char *x, const char *y)
{
    Origin a, b;
    bool same = origin_parse(x, &a);
    same = origin_parse(y, &b) && same;
    same = same && strcasecmp(a.scheme, b.scheme) == 0 && strcasecmp(a.host, b.host) == 0 &&
           strcmp(a.port, b.port) == 0;
    origin_free(&a);
    origin_free(&b);
    return same;
}

/* Copies a C string with its NUL; false when it does not fit. NULL is the empty string. */
static bool copy_text(const char *from, char *to, size_t cap)
{
    size_t len = from == NULL ? 0 : strlen(from);
    if (len >= cap) {
        return false;
    }
    memcpy(to, from == NULL ? "" : from, len + 1);
    return true;
}

static bool take_part(CURLU *url, CURLUPart part, char *ret, size_t cap)
{
    char *text = NULL;
    CURLUcode code = curl_url_get(url, part, &text, CURLU_URLDECODE);
    bool ok = (code == CURLUE_OK || code == CURLUE_NO_USER || code == CURLUE_NO_PASSWORD) &&
              copy_text(text, ret, cap);
    curl_free(text);
    return ok;
}

/* Splits url into one without credentials and fragment, and the credentials, decoded. */
static bool split_url(const char *url, char *ret, char *user, char *password)
{
    CURLU *parsed = curl_url();
    char *text = NULL;
    bool ok = parsed != NULL && curl_url_set(parsed, CURLUPART_URL, url, 0) == CURLUE_OK &&
              take_part(parsed, CURLUPART_USER, user, TRANSFER_MAX_CREDENTIAL) &&
              take_part(parsed, CURLUPART_PASSWORD, password, TRANSFER_MAX_CREDENTIAL) &&
              curl_url_set(parsed, CURLUPART_USER, NULL, 0) == CURLUE_OK &&
              curl_url_set(parsed, CURLUPART_PASSWORD, NULL, 0) == CURLUE_OK &&
              curl_url_set(parsed, CURLUPART_FRAGMENT, NULL, 0) == CURLUE_OK &&
              curl_url_get(parsed, CURLUPART_URL, &text, 0) == CURLUE_OK &&
              copy_text(text, ret, FETCH_MAX_URL + 1);
    curl_free(text);
    curl_url_cleanup(parsed);
    return ok;
}

/* Cuts the old content and starts writing the whole at the front. */
static bool begin_whole(Transfer *t)
{
    if (ftruncate(t->body_fd, 0) != 0) {
        trouble_set(&t->trouble, FETCH_FAULT_WRITE, "writing the body");
        t->trouble.errnum = errno;
        return false;
    }
    t->body_from = 0;
    return true;
}

static bool wants_part(const Transfer *t)
{
    return t->from != 0 || t->to != -1;
}

static bool begin_part(Transfer *t)
{
    if (!wants_part(t) || !t->has_range || (t->from >= 0 && t->range_from != t->from)) {
        trouble_set(&t->trouble, FETCH_FAULT_PROTOCOL,
                    "the server answered 206 with another range than was asked for");
        return false;
    }
    t->body_from = t->range_from;
    return true;
}

static long response_status(const Transfer *t)
{
    long status = 0;
    curl_easy_getinfo(t->easy, CURLINFO_RESPONSE_CODE, &status);
    return status;
}

static bool is_success(long status)
{
    return status == 200 || status == 206;
}

/* Settles, once per hop and before its first byte, whether and where the body is written. */
static bool begin_body(Transfer *t)
{
    if (t->has_begun) {
        return t->trouble.fault == FETCH_FAULT_NONE;
    }
    t->has_begun = true;
    bool is_part = response_status(t) == 206;
    if (!is_part && wants_part(t) && (t->flags & FETCH_GET_NEEDS_RANGE) != 0) {
        trouble_set(&t->trouble, FETCH_FAULT_NO_RANGE,
                    "the server answers no range requests: it offers the whole");
        return false;
    }
    curl_off_t len = -1;
    curl_easy_getinfo(t->easy, CURLINFO_CONTENT_LENGTH_DOWNLOAD_T, &len);
    if (len > t->max) {
        trouble_set(&t->trouble, FETCH_FAULT_TOO_LARGE,
                    "the server announces %lld bytes, at most %lld are taken", (long long)len,
                    (long long)t->max);
        return false;
    }
    if (t->is_encoded) {
        trouble_set(&t->trouble, FETCH_FAULT_PROTOCOL,
                    "the server compressed the answer although it was asked not to");
        return false;
    }
    return is_part ? begin_part(t) : begin_whole(t);
}

static bool write_at(Transfer *t, const char *data, size_t len, int64_t offset)
{
    while (len > 0) {
        ssize_t n = pwrite(t->body_fd, data, len, offset);
        if (n < 0 && errno == EINTR) {
            continue;
        }
        if (n < 0) {
            trouble_set(&t->trouble, FETCH_FAULT_WRITE, "writing the body");
            t->trouble.errnum = errno;
            return false;
        }
        data += n;
        len -= (size_t)n;
        offset += n;
    }
    return true;
}

/* Keeps the first line of what a server says about an error; false when enough was seen. */
static bool drop_body(Transfer *t, const char *data, size_t len)
{
    if (t->is_plain && t->dropped == 0) {
        char line[FETCH_MAX_TEXT + 1];
        size_t n = MIN(len, sizeof(line) - 1);
        memcpy(line, data, n);
        line[n] = '\0';
        line[strcspn(line, "\r\n")] = '\0';
        trouble_scrub(line, t->detail, sizeof(t->detail));
    }
    t->dropped += (int64_t)len;
    t->is_dropped = t->dropped > MAX_DROPPED;
    return !t->is_dropped;
}

static size_t on_body(char *data, size_t size, size_t n, void *context)
{
    Transfer *t = context;
    size_t len = size * n;
    t->last_byte = clock_now();
    if (!is_success(response_status(t))) {
        return drop_body(t, data, len) ? len : 0;
    }
    if (!begin_body(t)) {
        return 0;
    }
    if ((int64_t)len > t->max - t->body_len) {
        trouble_set(&t->trouble, FETCH_FAULT_TOO_LARGE, "the body goes on after %lld bytes",
                    (long long)t->max);
        return 0;
    }
    bool from_zero = (t->flags & FETCH_GET_NEEDS_RANGE) != 0;
    if (!write_at(t, data, len, t->body_len + (from_zero ? 0 : t->body_from))) {
        return 0;
    }
    t->body_len += (int64_t)len;
    return len;
}

/* "bytes 5-9/100", "bytes 5-9/" and "*", "bytes *" and "/100". */
static void read_content_range(Transfer *t, Str value)
{
    int64_t from = 0, total = -1;
    if (!str_eat_prefix(&value, S("bytes "))) {
        return;
    }
    StrCut slash = str_cut(value, '/');
    StrCut dash = str_cut(slash.head, '-');
    bool has_from = str_parse_decimal(dash.head, INT64_MAX, &from);
    bool has_total = str_parse_decimal(slash.tail, INT64_MAX, &total);
    t->has_range = has_from && dash.found && slash.found;
    t->range_from = has_from ? from : 0;
    t->range_total = has_total ? total : -1;
}

static void read_content_type(Transfer *t, Str value)
{
    Str type = str_trim(str_cut(value, ';').head);
    isize len = MIN(type.len, (isize)sizeof(t->content_type) - 1);
    for (isize i = 0; i < len; i++) {
        char c = type.ptr[i];
        bool is_clean = c >= 0x20 && c <= 0x7e;
        t->content_type[i] = !is_clean ? '?' : c >= 'A' && c <= 'Z' ? (char)(c + ('a' - 'A')) : c;
    }
    t->content_type[len] = '\0';
    t->is_plain = strcmp(t->content_type, "text/plain") == 0;
}

static void forget_answer(Transfer *t)
{
    t->has_begun = t->is_dropped = t->is_plain = t->is_encoded = t->has_range = false;
    t->range_from = t->body_from = t->body_len = t->dropped = 0;
    t->range_total = -1;
    t->content_type[0] = t->detail[0] = t->curl_text[0] = '\0';
    t->trouble.fault = FETCH_FAULT_NONE;
}

static size_t on_header(char *data, size_t size, size_t n, void *context)
{
    Transfer *t = context;
    Str line = str_trim((Str){data, (isize)(size * n)});
    t->last_byte = clock_now();
    if (str_starts_with(line, S("HTTP/")) && !t->has_begun) {
        forget_answer(t); /* what came before belonged to an interim response */
        return size * n;
    }
    StrCut colon = str_cut(line, ':');
    Str value = str_trim(colon.tail);
    if (str_eq_fold(colon.head, S("content-type"))) {
        read_content_type(t, value);
    } else if (str_eq_fold(colon.head, S("content-range"))) {
        read_content_range(t, value);
    } else if (str_eq_fold(colon.head, S("content-encoding"))) {
        t->is_encoded = value.len > 0 && !str_eq_fold(value, S("identity"));
    }
    return size * n;
}

static void set_range(Transfer *t)
{
    char range[64];
    if (t->from < 0) {
        snprintf(range, sizeof(range), "%lld", (long long)t->from);
    } else if (t->to >= 0) {
        snprintf(range, sizeof(range), "%lld-%lld", (long long)t->from, (long long)t->to);
    } else {
        snprintf(range, sizeof(range), "%lld-", (long long)t->from);
    }
    if (wants_part(t)) {
        curl_easy_setopt(t->easy, CURLOPT_RANGE, range);
    }
}

static void set_tls(Transfer *t)
{
    curl_easy_setopt(t->easy, CURLOPT_SSLVERSION, (long)CURL_SSLVERSION_TLSv1_2);
    curl_easy_setopt(t->easy, CURLOPT_PROXY_SSLVERSION, (long)CURL_SSLVERSION_TLSv1_2);
    if (t->settings->ca_file != NULL) {
        curl_easy_setopt(t->easy, CURLOPT_CAINFO, t->settings->ca_file);
        curl_easy_setopt(t->easy, CURLOPT_PROXY_CAINFO, t->settings->ca_file);
    }
    if (t->settings->ca_dirs != NULL) {
        curl_easy_setopt(t->easy, CURLOPT_CAPATH, t->settings->ca_dirs);
        curl_easy_setopt(t->easy, CURLOPT_PROXY_CAPATH, t->settings->ca_dirs);
    }
}

/* Name and password go to the origin that was asked for, wherever redirects lead. */
static void set_credentials(Transfer *t)
{
    if (!is_same_origin(t->url, t->first_url)) {
        return;
    }
    if (t->user[0] != '\0' || t->password[0] != '\0') {
        curl_easy_setopt(t->easy, CURLOPT_HTTPAUTH, (long)CURLAUTH_BASIC);
        curl_easy_setopt(t->easy, CURLOPT_USERNAME, t->user);
        curl_easy_setopt(t->easy, CURLOPT_PASSWORD, t->password);
    } else if (t->settings->netrc[0] != '\0') {
        curl_easy_setopt(t->easy, CURLOPT_NETRC, (long)CURL_NETRC_OPTIONAL);
        curl_easy_setopt(t->easy, CURLOPT_NETRC_FILE, t->settings->netrc);
    }
}

/* Makes the handle ready for the hop to t->url. */
static void prepare_hop(Transfer *t, int64_t now)
{
    forget_answer(t);
    t->state = TRANSFER_RUNNING;
    t->last_byte = now;
    curl_easy_reset(t->easy);
    curl_easy_setopt(t->easy, CURLOPT_URL, t->url);
    curl_easy_setopt(t->easy, CURLOPT_PRIVATE, t);
    curl_easy_setopt(t->easy, CURLOPT_ERRORBUFFER, t->curl_text);
    curl_easy_setopt(t->easy, CURLOPT_NOSIGNAL, 1L);
    curl_easy_setopt(t->easy, CURLOPT_USERAGENT, USER_AGENT);
    curl_easy_setopt(t->easy, CURLOPT_BUFFERSIZE, BUFFER_LEN);
    curl_easy_setopt(t->easy, CURLOPT_CONNECTTIMEOUT_MS, CONNECT_TIMEOUT_MS);
    curl_easy_setopt(t->easy, CURLOPT_HTTP_VERSION, (long)CURL_HTTP_VERSION_2TLS);
    curl_easy_setopt(t->easy, CURLOPT_PIPEWAIT, 1L); /* one HTTP/2 connection for all */
    curl_easy_setopt(t->easy, CURLOPT_SUPPRESS_CONNECT_HEADERS, 1L);
    curl_easy_setopt(t->easy, CURLOPT_WRITEFUNCTION, on_body);
    curl_easy_setopt(t->easy, CURLOPT_WRITEDATA, t);
    curl_easy_setopt(t->easy, CURLOPT_HEADERFUNCTION, on_header);
    curl_easy_setopt(t->easy, CURLOPT_HEADERDATA, t);
    set_range(t);
    set_tls(t);
    set_credentials(t);
}

static TransferState end(Transfer *t)
{
    if (t->body_fd >= 0) {
        close(t->body_fd);
        t->body_fd = -1;
    }
    return t->state = TRANSFER_ENDED;
}

static TransferState end_with(Transfer *t, FetchFault fault, const char *text)
{
    trouble_set(&t->trouble, fault, "%s", text);
    return end(t);
}

void transfer_begin(Transfer *t, const FetchWire *get, int body_fd, int64_t now)
{
    ASSERT(t->state == TRANSFER_IDLE && get->kind == FETCH_WIRE_GET);
    char url[FETCH_MAX_URL + 1];
    memcpy(url, get->get.url.ptr, (size_t)get->get.url.len);
    url[get->get.url.len] = '\0';
    t->id = get->id;
    t->body_fd = body_fd;
    t->flags = get->get.flags;
    t->from = get->get.from;
    t->to = get->get.to;
    t->max = get->get.max;
    t->n_redirects = t->n_retries = 0;
    t->stall_ns = (int64_t)get->get.stall_ms * 1000000;
    t->deadline = get->get.timeout_ms == 0 ? 0 : now + (int64_t)get->get.timeout_ms * 1000000;
    Origin origin;
    bool is_usable =
        origin_parse(url, &origin) && split_url(url, t->first_url, t->user, t->password);
    origin_free(&origin);
    if (!is_usable) {
        forget_answer(t);
        end_with(t, FETCH_FAULT_URL, "it is not a usable http or https URL");
        return;
    }
    memcpy(t->url, t->first_url, sizeof(t->url));
    prepare_hop(t, now);
}

static bool is_redirect(long status)
{
    return status == 301 || status == 302 || status == 303 || status == 307 || status == 308;
}

/* Goes to where a redirect points, if it may. */
static TransferState follow(Transfer *t, const char *location, int64_t now)
{
    char next[FETCH_MAX_URL + 1], user[TRANSFER_MAX_CREDENTIAL], password[TRANSFER_MAX_CREDENTIAL];
    Origin to;
    bool is_usable = origin_parse(location, &to) && split_url(location, next, user, password);
    bool is_downgrade =
        is_usable && strncasecmp(t->url, "https:", 6) == 0 && strcasecmp(to.scheme, "https") != 0;
    origin_free(&to);
    if (!is_usable) {
        return end_with(t, FETCH_FAULT_REDIRECT,
                        "it redirects to something that is no http or https URL");
    }
    if (is_downgrade) {
        return end_with(t, FETCH_FAULT_REDIRECT, "it redirects from https to unprotected http");
    }
    if (++t->n_redirects > TRANSFER_MAX_REDIRECTS) {
        return end_with(t, FETCH_FAULT_REDIRECT, "more than 10 redirects");
    }
    memcpy(t->url, next, sizeof(t->url));
    prepare_hop(t, now);
    return TRANSFER_RUNNING;
}

static TransferState postpone(Transfer *t, int64_t now)
{
    t->retry_at = now + (RETRY_PAUSE_NS << (2 * t->n_retries));
    t->n_retries++;
    t->n_redirects = 0;
    return t->state = TRANSFER_PAUSED;
}

static bool is_overloaded(long status)
{
    return status == 502 || status == 503 || status == 504;
}

TransferState transfer_finish(Transfer *t, CURLcode code, int64_t now)
{
    long status = response_status(t);
    bool has_answer = code == CURLE_OK || t->is_dropped;
    if (has_answer && is_redirect(status)) {
        char *location = NULL;
        curl_easy_getinfo(t->easy, CURLINFO_REDIRECT_URL, &location);
        if (location != NULL) {
            return follow(t, location, now);
        }
    }
    if (has_answer && is_success(status)) {
        begin_body(t); /* an empty body still replaces what was there */
    }
    if (!has_answer && t->trouble.fault == FETCH_FAULT_NONE) {
        trouble_from_curl(t->easy, code, t->curl_text, &t->trouble);
    }
    bool is_worth_it = t->trouble.fault == FETCH_FAULT_NONE ? is_overloaded(status)
                                                            : trouble_is_transient(&t->trouble);
    if (is_worth_it && !t->has_begun && t->n_retries < TRANSFER_MAX_RETRIES) {
        return postpone(t, now);
    }
    return end(t);
}

void transfer_resume(Transfer *t, int64_t now)
{
    ASSERT(t->state == TRANSFER_PAUSED);
    memcpy(t->url, t->first_url, sizeof(t->url));
    prepare_hop(t, now);
}

int64_t transfer_next_time(const Transfer *t)
{
    int64_t next = t->deadline == 0 ? INT64_MAX : t->deadline;
    if (t->state == TRANSFER_PAUSED) {
        return MIN(next, t->retry_at);
    }
    if (t->state != TRANSFER_RUNNING) {
        return INT64_MAX;
    }
    return t->stall_ns == 0 ? next : MIN(next, t->last_byte + t->stall_ns);
}

bool transfer_is_overdue(Transfer *t, int64_t now)
{
    if (t->state != TRANSFER_RUNNING && t->state != TRANSFER_PAUSED) {
        return false;
    }
    if (t->deadline != 0 && now >= t->deadline) {
        end_with(t, FETCH_FAULT_TIMEOUT, "it took longer than it was allowed to");
        return true;
    }
    if (t->state == TRANSFER_RUNNING && t->stall_ns != 0 && now - t->last_byte >= t->stall_ns) {
        trouble_set(&t->trouble, FETCH_FAULT_STALL, "not one byte came for %lld seconds",
                    (long long)(t->stall_ns / 1000000000));
        end(t);
        return true;
    }
    return false;
}

/* Size of the whole resource, -1 when nothing says it. */
static int64_t total_len(const Transfer *t)
{
    long status = response_status(t);
    if (status == 206 || status == 416) {
        return t->range_total;
    }
    curl_off_t len = -1;
    if (status == 200) {
        curl_easy_getinfo(t->easy, CURLINFO_CONTENT_LENGTH_DOWNLOAD_T, &len);
    }
    return len;
}

FetchWire transfer_result(const Transfer *t)
{
    FetchWire m = {.id = t->id};
    long status = response_status(t);
    if (t->trouble.fault == FETCH_FAULT_NONE && status >= 100 && status <= 999) {
        m.kind = FETCH_WIRE_DONE;
        m.done.status = (uint32_t)status;
        m.done.flags = status == 206 ? FETCH_DONE_PARTIAL : 0;
        m.done.body_from = t->body_from;
        m.done.body_len = t->body_len;
        m.done.total = total_len(t);
        m.done.content_type = str_from_c(t->content_type);
        m.done.detail = str_from_c(t->detail);
        return m;
    }
    bool has_trouble = t->trouble.fault != FETCH_FAULT_NONE;
    m.kind = FETCH_WIRE_FAILED;
    m.failed.fault = has_trouble ? t->trouble.fault : FETCH_FAULT_PROTOCOL;
    m.failed.errnum = (uint32_t)t->trouble.errnum;
    m.failed.body_len = t->body_len;
    m.failed.text = has_trouble ? str_from_c(t->trouble.text) : S("the answer is not HTTP");
    return m;
}

FetchWire transfer_progress(const Transfer *t)
{
    FetchWire m = {.kind = FETCH_WIRE_PROGRESS, .id = t->id};
    m.progress.done = t->body_from + t->body_len;
    m.progress.total = total_len(t);
    return m;
}

void transfer_release(Transfer *t)
{
    ASSERT(t->state == TRANSFER_ENDED);
    explicit_bzero(t->user, sizeof(t->user));
    explicit_bzero(t->password, sizeof(t->password));
    t->state = TRANSFER_IDLE;
}
