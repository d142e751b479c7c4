/*
 * audit.log: what was done, when, by whom; append-only and hash-chained.
 *
 *   PREVIOUS SEQUENCE TIME USER FROM TO ACTION DETAIL
 *
 * PREVIOUS is the SHA-256 of the line before (its newline included), zeros for the first. FROM and TO
 * are generation numbers, equal when the event changed nothing about what is active. Fields are
 * escaped as store/lines.h says.
 */
#ifndef STORE_AUDIT_H
#define STORE_AUDIT_H

#include "format/sha256.h"
#include "store/store.h"

#define AUDIT_MAX_LINE (8 * KIB)    /* bytes, newline included */
#define AUDIT_MAX_FIELD 1024        /* bytes of user, action or detail; longer ones are cut */
#define AUDIT_MAX_LOG (256 * MIB)   /* read as a whole only by history and verify */

typedef struct {
    int64_t sequence; /* from 1 */
    int64_t time;     /* seconds since 1970, of a clock that may jump: the order is the sequence */
    Str user;
    int64_t from, to;
    Str action, detail;
} AuditEntry;

/* Where the chain stands: what the next line needs. */
typedef struct {
    int64_t sequence; /* of the last line, 0 for an empty log */
    int64_t to;       /* of the last line, -1 for an empty log */
    Sha256 hash;      /* of the last line, zeros for an empty log */
    int64_t len;      /* bytes of whole lines */
    int64_t torn;     /* bytes after them: a line that a crash cut short */
} AuditTail;

/* One line, newline included. */
Str audit_format_line(Arena *a, const Sha256 *previous, const AuditEntry *entry);
/* line without its newline; false when it has not this form. */
bool audit_parse_line(Arena *a, Str line, Sha256 *ret_previous, AuditEntry *ret);
/* The tail from the last bytes of a log (all of it, or at least AUDIT_MAX_LINE bytes and more than
 * one line); log_len is the length of the whole. A last line that is whole and yet broken is
 * ERR_VERIFY: that is no crash. */
bool audit_find_tail(Arena scratch, Str end, int64_t log_len, AuditTail *ret, Err *err);

typedef struct {
    AuditEntry *ptr; /* the lines that hold, oldest first */
    isize len;
    bool is_whole;
    isize broken_line; /* from 1, when not whole */
    Str broken_why;
} AuditLog;

/* Reads a whole log and checks its chain. */
AuditLog audit_check(Arena *a, Str text);
/* The same for the log of a store; an absent log is empty. */
bool audit_read(Arena *a, Store *s, AuditLog *ret, Err *err);

/* The rest is for this folder, under the lock. */
bool audit_read_tail(Store *s, AuditTail *ret, Err *err);
/* The line that would come next: entry with sequence, time and user filled in. */
Str audit_next_line(Arena *a, Store *s, const AuditTail *tail, int64_t from, int64_t to, Str action,
                    Str detail);
/* Appends a line made by audit_next_line, durably. */
bool audit_append_line(Store *s, Str line, Err *err);
/* Both: an event that changed nothing about what is active. */
bool audit_append_event(Store *s, Str action, Str detail, Err *err);
/* Cuts off what a crash left of a line. */
bool audit_cut_torn(Store *s, const AuditTail *tail, Err *err);

#endif
