/*
 * Packets are a kind, an id and the fields of that kind in the order of the struct: integers
 * little-endian, texts as a 16-bit length and their bytes. One switch names the fields of each
 * kind, and a codec carries them one way or the other, so that both directions cannot disagree.
 */
#include "os/fetch_wire.h"

#include "base/panic.h"

static const Str fault_names[FETCH_FAULT_COUNT] = {
    [FETCH_FAULT_NONE] = STR_CONST("none"),
    [FETCH_FAULT_OFFLINE] = STR_CONST("offline"),
    [FETCH_FAULT_URL] = STR_CONST("url"),
    [FETCH_FAULT_RESOLVE] = STR_CONST("resolve"),
    [FETCH_FAULT_CONNECT] = STR_CONST("connect"),
    [FETCH_FAULT_PROXY] = STR_CONST("proxy"),
    [FETCH_FAULT_TLS_TIME] = STR_CONST("tls-time"),
    [FETCH_FAULT_TLS_TRUST] = STR_CONST("tls-trust"),
    [FETCH_FAULT_TLS_NAME] = STR_CONST("tls-name"),
    [FETCH_FAULT_TLS] = STR_CONST("tls"),
    [FETCH_FAULT_CUT] = STR_CONST("cut"),
    [FETCH_FAULT_STALL] = STR_CONST("stall"),
    [FETCH_FAULT_TIMEOUT] = STR_CONST("timeout"),
    [FETCH_FAULT_TOO_LARGE] = STR_CONST("too-large"),
    [FETCH_FAULT_REDIRECT] = STR_CONST("redirect"),
    [FETCH_FAULT_NO_RANGE] = STR_CONST("no-range"),
    [FETCH_FAULT_WRITE] = STR_CONST("write"),
    [FETCH_FAULT_PROTOCOL] = STR_CONST("protocol"),
    [FETCH_FAULT_HELPER] = STR_CONST("helper"),
};

Str fetch_fault_name(FetchFault fault)
{
    ASSERT(fault >= 0 && fault < FETCH_FAULT_COUNT);
    return fault_names[fault];
}

/* A packet being written or read. The first failure sticks; fields after it are left alone. */
typedef struct {
    char *out;      /* where encoding writes, NULL when decoding */
    const char *in; /* where decoding reads */
    isize at, len;  /* len: capacity, or length of the packet */
    bool failed;
} Codec;

static bool take(Codec *c, isize n)
{
    c->failed = c->failed || n > c->len - c->at;
    return !c->failed;
}

static void code_bytes(Codec *c, uint64_t *value, int n)
{
    if (!take(c, n)) {
        return;
    }
    uint64_t read = 0;
    for (int i = 0; i < n; i++) {
        if (c->out != NULL) {
            c->out[c->at + i] = (char)(*value >> (8 * i) & 0xff);
        } else {
            read |= (uint64_t)(uint8_t)c->in[c->at + i] << (8 * i);
        }
    }
    if (c->out == NULL) {
        *value = read;
    }
    c->at += n;
}

static void code_u32(Codec *c, uint32_t *value, uint32_t max)
{
    uint64_t wide = *value;
    code_bytes(c, &wide, 4);
    c->failed = c->failed || wide > max;
    *value = (uint32_t)wide;
}

static void code_i64(Codec *c, int64_t *value, int64_t min)
{
    uint64_t wide = (uint64_t)*value;
    code_bytes(c, &wide, 8);
    c->failed = c->failed || (int64_t)wide < min;
    *value = (int64_t)wide;
}

/* Printable ASCII only: these texts end up in messages and in requests. */
static bool is_clean(Str s, bool allow_space)
{
    for (isize i = 0; i < s.len; i++) {
        if (s.ptr[i] < (allow_space ? 0x20 : 0x21) || s.ptr[i] > 0x7e) {
            return false;
        }
    }
    return true;
}

static void code_text(Codec *c, Str *text, isize max, bool allow_space)
{
    uint64_t len = (uint64_t)text->len;
    c->failed = c->failed || (c->out != NULL && text->len > max);
    code_bytes(c, &len, 2);
    if (c->failed || (isize)len > max || !take(c, (isize)len)) {
        c->failed = true;
        return;
    }
    if (c->out != NULL && len > 0) {
        memcpy(c->out + c->at, text->ptr, len);
    } else if (c->out == NULL) {
        *text = (Str){c->in + c->at, (isize)len};
    }
    c->failed = !is_clean(*text, allow_space);
    c->at += (isize)len;
}

static void code_get(Codec *c, FetchWire *m)
{
    code_u32(c, &m->get.flags, FETCH_GET_NEEDS_RANGE);
    code_u32(c, &m->get.timeout_ms, INT32_MAX);
    code_u32(c, &m->get.stall_ms, INT32_MAX);
    code_i64(c, &m->get.from, INT64_MIN + 1);
    code_i64(c, &m->get.to, -1);
    code_i64(c, &m->get.max, 0);
    code_text(c, &m->get.url, FETCH_MAX_URL, false);
    bool is_open = m->get.to == -1;
    c->failed = c->failed || m->get.url.len == 0 || (!is_open && m->get.to < m->get.from) ||
                (!is_open && m->get.from < 0);
}

static void code_done(Codec *c, FetchWire *m)
{
    code_u32(c, &m->done.flags, FETCH_DONE_PARTIAL);
    code_u32(c, &m->done.status, 999);
    code_i64(c, &m->done.body_from, 0);
    code_i64(c, &m->done.body_len, 0);
    code_i64(c, &m->done.total, -1);
    code_text(c, &m->done.content_type, FETCH_MAX_TEXT, true);
    code_text(c, &m->done.detail, FETCH_MAX_TEXT, true);
    c->failed = c->failed || m->done.status < 100;
}

static void code_failed(Codec *c, FetchWire *m)
{
    uint32_t fault = (uint32_t)m->failed.fault;
    code_u32(c, &fault, FETCH_FAULT_COUNT - 1);
    code_u32(c, &m->failed.errnum, 4095);
    code_i64(c, &m->failed.body_len, 0);
    code_text(c, &m->failed.text, FETCH_MAX_TEXT, true);
    c->failed = c->failed || fault == FETCH_FAULT_NONE;
    m->failed.fault = (FetchFault)fault;
}

static void code_fields(Codec *c, FetchWire *m)
{
    switch (m->kind) {
    case FETCH_WIRE_HELLO:
        code_u32(c, &m->hello.version, UINT32_MAX);
        code_u32(c, &m->hello.landlock, UINT32_MAX);
        code_text(c, &m->hello.library, FETCH_MAX_TEXT, true);
        return;
    case FETCH_WIRE_GET:
        code_get(c, m);
        return;
    case FETCH_WIRE_PROGRESS:
        code_i64(c, &m->progress.done, 0);
        code_i64(c, &m->progress.total, -1);
        return;
    case FETCH_WIRE_DONE:
        code_done(c, m);
        return;
    case FETCH_WIRE_FAILED:
        code_failed(c, m);
        return;
    case FETCH_WIRE_NONE:
    case FETCH_WIRE_COUNT:
        c->failed = true;
        return;
    }
    c->failed = true;
}

static void code_message(Codec *c, FetchWire *m)
{
    uint32_t kind = (uint32_t)m->kind;
    code_u32(c, &kind, FETCH_WIRE_COUNT - 1);
    code_u32(c, &m->id, UINT32_MAX);
    if (!c->failed) {
        m->kind = (FetchWireKind)kind;
        code_fields(c, m);
    }
}

isize fetch_wire_encode(const FetchWire *message, char ret[static FETCH_MAX_PACKET])
{
    Codec c = {.out = ret, .len = FETCH_MAX_PACKET};
    FetchWire copy = *message;
    code_message(&c, &copy);
    return c.failed ? -1 : c.at;
}

bool fetch_wire_decode(Str packet, FetchWire *ret)
{
    Codec c = {.in = packet.ptr, .len = packet.len};
    FetchWire message;
    memset(&message, 0, sizeof(message));
    code_message(&c, &message);
    if (c.failed || c.at != packet.len) {
        return false;
    }
    *ret = message;
    return true;
}
