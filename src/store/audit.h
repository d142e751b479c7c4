/*
 * audit.log: what was done, when, by whom; append-only and hash-chained.
 *
 *   HASH SEQUENCE TIME USER FROM TO ACTION DETAIL
 *
 * HASH is the SHA-256 of the HASH of the line before (64 digits; zeros before the first line) and
 * all that follows it in this line, the newline included: so every line, the last one too, vouches
 * for itself and for all before it. FROM and TO are generation numbers, equal when the event
 * changed nothing about what is active. Fields are escaped as store/lines.h says.
 *
 * A log whose oldest lines are gone begins with "forgotten SEQUENCE HASH", the number and the HASH
 * of the last of them: the chain goes on from there. A line of action "forget" with the same two in
 * its DETAIL vouches for it.
 */
#ifndef STORE_AUDIT_H
#define STORE_AUDIT_H

#include "format/sha256.h"
#include "store/store.h"

#define AUDIT_MAX_FIELD 1000      /* bytes of user, action or detail; longer ones are cut */
#define AUDIT_MAX_LINE (16 * KIB) /* three such fields with every byte escaped, and the numbers */
#define AUDIT_MAX_LOG (256 * MIB) /* read as a whole by history only */

typedef struct {
    int64_t sequence; /* from 1 */
    int64_t time;     /* seconds since 1970, of a clock that may jump: the order is the sequence */
    Str user;
    int64_t from, to;
    Str action, detail;
} AuditEntry;

/* One line, newline included; previous is the hash in the line before it. */
Str audit_format_line(Arena *a, const Sha256 *previous, const AuditEntry *entry);
/* line without its newline; false when it has not this form. *ret_hash is the hash that it bears,
 * right or not. */
bool audit_parse_line(Arena *a, Str line, Sha256 *ret_hash, AuditEntry *ret);

/* Where the chain stands: what the next line needs. */
typedef struct {
    int64_t sequence; /* of the last line, 0 for an empty log */
    int64_t to;       /* of the last line, -1 for an empty log */
    Sha256 hash;      /* that the last line bears, zeros for an empty log */
    int64_t torn;     /* bytes after the last whole line: what a crash left of one */
    bool is_broken;   /* the last line is whole and has not the form of one, so no crash did that;
                       * sequence is 0 and to is -1, and the chain goes on from its SHA-256 */
} AuditTail;

/* The tail, from the last bytes of a log of log_len bytes: at least 2 * AUDIT_MAX_LINE of them, or
 * all. */
AuditTail audit_find_tail(Arena scratch, Str end, int64_t log_len);

typedef struct {
    AuditEntry *ptr; /* the lines that hold, oldest first */
    isize len;
    Sha256 hash;         /* that the last of them bears, zeros for none */
    int64_t n_forgotten; /* lines before them, which audit_forget took away */
    bool is_whole;
    isize broken_line; /* from 1, when not whole */
    Str broken_why;
} AuditLog;

/* Reads a whole log and checks its chain. */
AuditLog audit_check(Arena *a, Str text);
/* The same for the log of a store; an absent log is empty. */
bool audit_read(Arena *a, Store *s, AuditLog *ret, Err *err);
/* The same, and what a chain cannot show: a cut that took the last switch with it leaves a log that
 * ends at another generation than `current`. The line after its last one is then broken_line. The
 * end of a log is not judged while a change is under way. */
bool audit_verify(Arena *a, Store *s, AuditLog *ret, Err *err);

/* Appends, durably, an event that changed nothing about what is active ("repair", say). */
bool audit_append_event(Store *s, Str action, Str detail, Err *err);

/* Takes away the lines at the beginning of the log that are from before that time (seconds since
 * 1970), never the last line, in one step: a crash leaves the old log or the new one. A log that
 * does not hold is left as it is, ERR_VERIFY: it is evidence. *ret_n lines went; with dry_run they
 * would. Under the lock but for a dry run. */
bool audit_forget(Store *s, int64_t before, bool dry_run, isize *ret_n, Err *err);

/* The time of the oldest line (AuditEntry.time), from the first bytes of the log in that home,
 * asked without opening a store. False when there is no log, or it begins with no line. */
bool audit_oldest(Arena scratch, Str home, int64_t *ret_time);

/* The rest is for this folder, under the lock. */
bool audit_read_tail(Store *s, AuditTail *ret, Err *err);
/* The line that comes next; time and user are those of now. */
Str audit_next_line(Arena *a, const Store *s, const AuditTail *tail, int64_t from, int64_t to,
                    Str action, Str detail);
/* Appends a line that audit_next_line made, durably. */
bool audit_append_line(Store *s, Str line, Err *err);
/* Cuts off what a crash left of a line. */
bool audit_cut_torn(Store *s, const AuditTail *tail, Err *err);

#endif
