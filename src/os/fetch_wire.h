/*
 * What goward and goward-fetch say to each other: one packet, one message (docs/formats/fetch.md).
 *
 * Both programs compile this file. Decoding trusts nothing: each side may be speaking to a
 * compromised other. Encoding refuses what decoding would refuse.
 */
#ifndef OS_FETCH_WIRE_H
#define OS_FETCH_WIRE_H

#include "base/str.h"

#define FETCH_WIRE_VERSION 1
#define FETCH_WIRE_FD 3          /* the helper's end of the socket */
#define FETCH_MAX_OUTSTANDING 16 /* requests without a last word; more ends the helper */
#define FETCH_MAX_URL 4096
#define FETCH_MAX_TEXT 512
#define FETCH_MAX_PACKET (FETCH_MAX_URL + 64)

/* Why a request got no complete answer. The numbers are part of the protocol. */
typedef enum {
    FETCH_FAULT_NONE,
    FETCH_FAULT_OFFLINE,   /* the network was not to be used */
    FETCH_FAULT_URL,       /* not http or https, or malformed */
    FETCH_FAULT_RESOLVE,   /* no address for the host (or for the HTTP proxy) */
    FETCH_FAULT_CONNECT,   /* nobody answers there */
    FETCH_FAULT_PROXY,     /* the HTTP proxy refused to pass the request on */
    FETCH_FAULT_TLS_TIME,  /* certificate expired or not yet valid */
    FETCH_FAULT_TLS_TRUST, /* certificate of an unknown authority */
    FETCH_FAULT_TLS_NAME,  /* certificate of another host */
    FETCH_FAULT_TLS,       /* another fault of TLS: version, handshake, unreadable CA file */
    FETCH_FAULT_CUT,       /* the connection ended before the answer did */
    FETCH_FAULT_STALL,     /* no byte for the allowed time */
    FETCH_FAULT_TIMEOUT,   /* the request as a whole took too long */
    FETCH_FAULT_TOO_LARGE, /* more than the cap */
    FETCH_FAULT_REDIRECT,  /* too many, or to where a redirect must not lead */
    FETCH_FAULT_NO_RANGE,  /* part was asked for, the whole was offered */
    FETCH_FAULT_WRITE,     /* the body could not be written; errnum says why */
    FETCH_FAULT_PROTOCOL,  /* the answer is not HTTP as agreed (encoding, lengths) */
    FETCH_FAULT_HELPER,    /* the helper ended, or did what it must not */
    FETCH_FAULT_COUNT,
} FetchFault;

/* "no-range", "tls-trust" ...: for logs and tests. */
Str fetch_fault_name(FetchFault fault);

typedef enum {
    FETCH_WIRE_NONE,
    FETCH_WIRE_HELLO,    /* helper, once, first */
    FETCH_WIRE_GET,      /* goward; carries one descriptor */
    FETCH_WIRE_PROGRESS, /* helper, any number per request */
    FETCH_WIRE_DONE,     /* helper, the last word on a request that got an HTTP answer */
    FETCH_WIRE_FAILED,   /* helper, the last word on one that did not */
    FETCH_WIRE_COUNT,
} FetchWireKind;

#define FETCH_GET_NEEDS_RANGE \
    1u /* an ignored range is FETCH_FAULT_NO_RANGE, and the body's first
                                    byte goes to offset 0 of the descriptor */
#define FETCH_DONE_PARTIAL 1u

/* One message of any kind; unused fields are zero. Texts point into the packet. */
typedef struct {
    FetchWireKind kind;
    uint32_t id;
    union {
        struct {
            uint32_t version;
            uint32_t landlock; /* ABI in force, 0: file reads are not confined */
            Str library;       /* "libcurl/7.88.1 OpenSSL/3.0.19" */
        } hello;
        struct {
            uint32_t flags;
            uint32_t timeout_ms, stall_ms; /* 0: none */
            int64_t from, to, max;
            Str url;
        } get;
        struct {
            int64_t done, total; /* total -1 when unknown */
        } progress;
        struct {
            uint32_t flags;
            uint32_t status;
            int64_t body_from, body_len, total;
            Str content_type, detail;
        } done;
        struct {
            FetchFault fault;
            uint32_t errnum;
            int64_t body_len;
            Str text;
        } failed;
    };
} FetchWire;

/* Length of the packet written to ret; -1 when the message would not decode again. */
isize fetch_wire_encode(const FetchWire *message, char ret[static FETCH_MAX_PACKET]);
/* False for anything but exactly one well-formed message: unknown kind, wrong length, a number out
 * of its range, a text too long or holding control bytes. */
bool fetch_wire_decode(Str packet, FetchWire *ret);

#endif
