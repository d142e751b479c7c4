/*
 * One request on its way through redirects and retries to an answer.
 *
 * A transfer is a slot that is used again and again. It decides; the engine carries it out: after
 * transfer_begin and whenever transfer_finish says so, the engine gives transfer.easy to libcurl.
 */
#ifndef HELPER_TRANSFER_H
#define HELPER_TRANSFER_H

#include "settings.h"
#include "trouble.h"

#define TRANSFER_MAX_RETRIES 2
#define TRANSFER_MAX_REDIRECTS 10
#define TRANSFER_MAX_CREDENTIAL 1024 /* bytes of a user name or password */

typedef enum {
    TRANSFER_IDLE,
    TRANSFER_RUNNING, /* libcurl has it */
    TRANSFER_PAUSED,  /* a retry is due at retry_at */
    TRANSFER_ENDED,   /* transfer_result is to be sent, then transfer_release */
} TransferState;

typedef struct {
    TransferState state;
    const Settings *settings;
    CURL *easy;
    uint32_t id;
    int body_fd;
    uint32_t flags;
    int64_t from, to, max;

    char first_url[FETCH_MAX_URL + 1]; /* as asked for, but without credentials */
    char url[FETCH_MAX_URL + 1];       /* of this hop */
    char user[TRANSFER_MAX_CREDENTIAL], password[TRANSFER_MAX_CREDENTIAL];
    int n_redirects, n_retries;

    int64_t stall_ns, deadline; /* 0: none */
    int64_t last_byte;          /* when the last sign of life came */
    int64_t retry_at;

    /* The answer of this hop. */
    bool has_begun;  /* the body's place is settled */
    bool is_dropped; /* enough of an error page was seen */
    bool is_plain;   /* content-type is text/plain */
    bool is_encoded; /* content-encoding is not identity */
    bool has_range;  /* content-range was sent */
    int64_t range_from, range_total;
    int64_t body_from, body_len, dropped;
    char content_type[FETCH_MAX_TEXT + 1];
    char detail[FETCH_MAX_TEXT + 1];
    Trouble trouble;
    char curl_text[CURL_ERROR_SIZE];
} Transfer;

/* Takes the slot for a request; body_fd is owned from here on. Ends it at once when the URL cannot
 * be used; otherwise transfer->easy is ready to run. */
void transfer_begin(Transfer *t, const FetchWire *get, int body_fd, int64_t now);

/* libcurl is done with it. The new state: RUNNING (run it again now), PAUSED or ENDED. */
TransferState transfer_finish(Transfer *t, CURLcode code, int64_t now);

/* A paused transfer whose time has come; it is then RUNNING. */
void transfer_resume(Transfer *t, int64_t now);

/* When the next time-out of the transfer is due, INT64_MAX for none. */
int64_t transfer_next_time(const Transfer *t);
/* Whether a time-out is over; the transfer is then ENDED, and libcurl must let go of it. */
bool transfer_is_overdue(Transfer *t, int64_t now);

/* The last message on it; its texts point into t. */
FetchWire transfer_result(const Transfer *t);
/* Whether the body has grown since, and the message that tells so. */
FetchWire transfer_progress(const Transfer *t);

/* The slot is free again. */
void transfer_release(Transfer *t);

#endif
