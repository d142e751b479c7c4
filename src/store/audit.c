/*
 * A line is appended with one write and synced before anything else happens, so a crash can harm
 * the last line only: it is missing, cut short, or (where the file system gave it room before
 * content) holds NUL bytes. Such a tail is cut off by recovery. A last line that is whole and
 * wrong is somebody else's work: it stays as evidence, and the chain goes on from it.
 */
#include "store/audit.h"

#include "base/strbuf.h"
#include "base/vec.h"
#include "os/clock.h"
#include "store/generation.h"
#include "store/lines.h"

#define LOG_NAME S("audit.log")
#define N_FIELDS 8

static void add_field(StrBuf *b, Str value)
{
    strbuf_add_byte(b, ' ');
    lines_add_field(b, str_to(value, MIN(value.len, AUDIT_MAX_FIELD)));
}

Str audit_format_line(Arena *a, const Sha256 *previous, const AuditEntry *entry)
{
    char hex[2 * SHA256_LEN];
    sha256_to_hex(previous, hex);
    StrBuf b = strbuf_init(a);
    strbuf_add(&b, (Str){hex, (isize)sizeof(hex)});
    strbuf_add_format(&b, " %lld %lld", (long long)entry->sequence, (long long)entry->time);
    add_field(&b, entry->user);
    strbuf_add_format(&b, " %lld %lld", (long long)entry->from, (long long)entry->to);
    add_field(&b, entry->action);
    add_field(&b, entry->detail);
    strbuf_add_byte(&b, '\n');
    return strbuf_str(&b);
}

/* Exactly n fields with one space between them. */
static bool split_fields(Str line, Str *fields, isize n)
{
    for (isize i = 0; i < n; i++) {
        StrCut cut = str_cut(line, ' ');
        if (cut.found != (i < n - 1) || cut.head.len == 0) {
            return false;
        }
        fields[i] = cut.head;
        line = cut.tail;
    }
    return true;
}

bool audit_parse_line(Arena *a, Str line, Sha256 *ret_previous, AuditEntry *ret)
{
    Str fields[N_FIELDS];
    Sha256 previous;
    AuditEntry entry;
    if (!split_fields(line, fields, N_FIELDS) || !sha256_from_hex(fields[0], &previous) ||
        !str_parse_decimal(fields[1], INT64_MAX, &entry.sequence) ||
        !str_parse_decimal(fields[2], INT64_MAX, &entry.time) ||
        !lines_unescape_field(a, fields[3], &entry.user) ||
        !str_parse_decimal(fields[4], GENERATION_MAX, &entry.from) ||
        !str_parse_decimal(fields[5], GENERATION_MAX, &entry.to) ||
        !lines_unescape_field(a, fields[6], &entry.action) ||
        !lines_unescape_field(a, fields[7], &entry.detail)) {
        return false;
    }
    *ret_previous = previous;
    *ret = entry;
    return true;
}

/* Length of the lines that are whole: those up to the last newline, less trailing ones with
 * NULs. */
static isize whole_len(Str end)
{
    for (;;) {
        isize newline = str_last_index_byte(end, '\n');
        if (newline < 0) {
            return 0;
        }
        isize start = str_last_index_byte(str_to(end, newline), '\n') + 1;
        if (str_index_byte(str_slice(end, start, newline), '\0') < 0) {
            return newline + 1;
        }
        end = str_to(end, start);
    }
}

AuditTail audit_find_tail(Arena scratch, Str end, int64_t log_len)
{
    isize len = whole_len(end);
    AuditTail tail = {.to = -1, .torn = end.len - len};
    if (len == 0 && end.len == log_len) {
        return tail; /* no line yet */
    }
    if (len == 0) {
        return (AuditTail){.to = -1, .is_broken = true}; /* longer than any line of ours */
    }
    isize start = str_last_index_byte(str_to(end, len - 1), '\n') + 1;
    Str line = str_slice(end, start, len);
    tail.hash = sha256_of(line);
    Sha256 previous;
    AuditEntry entry;
    str_eat_suffix(&line, S("\n"));
    if ((start == 0 && end.len < log_len) || !audit_parse_line(&scratch, line, &previous, &entry)) {
        tail.is_broken = true;
        return tail;
    }
    tail.sequence = entry.sequence;
    tail.to = entry.to;
    return tail;
}

/* Why a line does not follow from the one before; NULL when it does. */
static const char *find_fault(const Sha256 *expected, int64_t last_sequence, const Sha256 *previous,
                              const AuditEntry *entry)
{
    if (!sha256_eq(previous, expected)) {
        return "it does not hold the hash of the line before";
    }
    return entry->sequence == last_sequence + 1 ? NULL : "its number is out of order";
}

AuditLog audit_check(Arena *a, Str text)
{
    VEC(AuditEntry) entries = {0};
    Sha256 hash = {0};
    const char *why = NULL;
    while (text.len > 0 && why == NULL) {
        StrCut cut = str_cut(text, '\n');
        Sha256 previous;
        AuditEntry entry;
        if (!cut.found) {
            why = "it is cut short";
        } else if (!audit_parse_line(a, cut.head, &previous, &entry)) {
            why = "it has not the form of a line";
        } else {
            why = find_fault(&hash, entries.len, &previous, &entry);
        }
        if (why == NULL) {
            *VEC_PUSH(a, &entries) = entry;
            hash = sha256_of((Str){cut.head.ptr, cut.head.len + 1});
            text = cut.tail;
        }
    }
    return (AuditLog){.ptr = entries.ptr,
                      .len = entries.len,
                      .is_whole = why == NULL,
                      .broken_line = why == NULL ? 0 : entries.len + 1,
                      .broken_why = str_from_c(why)};
}

bool audit_read(Arena *a, Store *s, AuditLog *ret, Err *err)
{
    Str text = S("");
    if (file_read_all(a, s->home_fd, LOG_NAME, AUDIT_MAX_LOG, &text, err) == FILE_FAILED) {
        return FAIL_IN(err, "reading the audit log");
    }
    *ret = audit_check(a, text);
    return true;
}

bool audit_read_tail(Store *s, AuditTail *ret, Err *err)
{
    AUTO_CLOSE int fd = -1;
    FileStat st;
    switch (file_open_plain(s->home_fd, LOG_NAME, &fd, err)) {
    case FILE_ABSENT:
        *ret = (AuditTail){.to = -1};
        return true;
    case FILE_FAILED:
        return FAIL_IN(err, "reading the audit log");
    case FILE_FOUND:
        break;
    }
    Arena a = arena_init(4 * AUDIT_MAX_LINE);
    char *buf = arena_alloc(&a, 2 * AUDIT_MAX_LINE, 1, 1);
    isize n = 0;
    bool ok = file_fstat(fd, &st, err) && file_read_at(fd, MAX(0, st.size - 2 * AUDIT_MAX_LINE),
                                                       buf, 2 * AUDIT_MAX_LINE, &n, err);
    if (ok) {
        *ret = audit_find_tail(a, (Str){buf, n}, st.size);
    }
    arena_done(&a);
    return ok || FAIL_IN(err, "reading the audit log");
}

Str audit_next_line(Arena *a, const Store *s, const AuditTail *tail, int64_t from, int64_t to,
                    Str action, Str detail)
{
    AuditEntry entry = {.sequence = tail->sequence + 1,
                        .time = clock_wall_s(),
                        .user = s->user,
                        .from = from,
                        .to = to,
                        .action = action,
                        .detail = detail};
    return audit_format_line(a, &tail->hash, &entry);
}

bool audit_append_line(Store *s, Str line, Err *err)
{
    AUTO_CLOSE int fd = -1;
    FileStat st;
    if (!file_open_append(s->home_fd, LOG_NAME, 0600, &fd, err) || !file_fstat(fd, &st, err)) {
        return FAIL_IN(err, "writing the audit log");
    }
    if (!file_write(fd, line, err)) {
        Err ignored; /* what cannot be cut off now, recovery cuts off */
        file_truncate(fd, st.size, &ignored);
        return FAIL_IN(err, "writing the audit log");
    }
    /* A log that was just made needs its name on disk, too. */
    return (file_sync(fd, err) && (st.size > 0 || file_sync(s->home_fd, err))) ||
           FAIL_IN(err, "writing the audit log");
}

bool audit_append_event(Store *s, Str action, Str detail, Err *err)
{
    AuditTail tail;
    int64_t current = 0;
    Arena a = arena_init(0);
    bool ok =
        audit_read_tail(s, &tail, err) &&
        generation_current_number(a, s, &current, err) != FILE_FAILED &&
        audit_append_line(s, audit_next_line(&a, s, &tail, current, current, action, detail), err);
    arena_done(&a);
    return ok;
}

bool audit_cut_torn(Store *s, const AuditTail *tail, Err *err)
{
    AUTO_CLOSE int fd = -1;
    FileStat st;
    return (file_open_update(s->home_fd, LOG_NAME, 0600, &fd, err) && file_fstat(fd, &st, err) &&
            file_truncate(fd, st.size - tail->torn, err) && file_sync(fd, err)) ||
           FAIL_IN(err, "repairing the end of the audit log");
}
