/*
 * A line is appended with one write and synced before anything else happens, so a crash can harm
 * the last line only: it is missing, cut short, or (where the file system gave it room before
 * content) holds NUL bytes. Such a tail is cut off by recovery. A line that is whole and wrong is
 * somebody else's work: it stays as evidence, and the chain goes on from the hash that it bears.
 */
#include "store/audit.h"

#include "base/path.h"
#include "base/strbuf.h"
#include "base/vec.h"
#include "os/clock.h"
#include "store/generation.h"
#include "store/journal.h"
#include "store/lines.h"

#define LOG_NAME S("audit.log")
#define N_FIELDS 8
#define HEX_LEN (2 * SHA256_LEN)
#define FORGOTTEN S("forgotten ")
#define FORGET_ACTION S("forget")
#define MAX_READS 3 /* of a log that does not fit `current`, should a writer have come between */

static void add_field(StrBuf *b, Str value)
{
    strbuf_add_byte(b, ' ');
    lines_add_field(b, str_to(value, MIN(value.len, AUDIT_MAX_FIELD)));
}

/* rest is what follows the hash in a line, without its newline. */
static Sha256 chain_hash(const Sha256 *previous, Str rest)
{
    char hex[HEX_LEN];
    sha256_to_hex(previous, hex);
    Sha256Stream stream = sha256_begin();
    sha256_add(&stream, hex, HEX_LEN);
    sha256_add(&stream, rest.ptr, rest.len);
    sha256_add(&stream, "\n", 1);
    return sha256_end(&stream);
}

Str audit_format_line(Arena *a, const Sha256 *previous, const AuditEntry *entry)
{
    StrBuf b = strbuf_init(a);
    strbuf_add_format(&b, "%*s", HEX_LEN, ""); /* room for the hash */
    strbuf_add_format(&b, " %lld %lld", (long long)entry->sequence, (long long)entry->time);
    add_field(&b, entry->user);
    strbuf_add_format(&b, " %lld %lld", (long long)entry->from, (long long)entry->to);
    add_field(&b, entry->action);
    add_field(&b, entry->detail);
    Sha256 hash = chain_hash(previous, str_from(strbuf_str(&b), HEX_LEN));
    sha256_to_hex(&hash, b.ptr);
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

bool audit_parse_line(Arena *a, Str line, Sha256 *ret_hash, AuditEntry *ret)
{
    Str fields[N_FIELDS];
    Sha256 hash;
    AuditEntry entry;
    if (!split_fields(line, fields, N_FIELDS) || !sha256_from_hex(fields[0], &hash) ||
        !str_parse_decimal(fields[1], INT64_MAX, &entry.sequence) ||
        !str_parse_decimal(fields[2], INT64_MAX, &entry.time) ||
        !lines_unescape_field(a, fields[3], &entry.user) ||
        !str_parse_decimal(fields[4], GENERATION_MAX, &entry.from) ||
        !str_parse_decimal(fields[5], GENERATION_MAX, &entry.to) ||
        !lines_unescape_field(a, fields[6], &entry.action) ||
        !lines_unescape_field(a, fields[7], &entry.detail)) {
        return false;
    }
    *ret_hash = hash;
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
    AuditEntry entry;
    Str text = line;
    str_eat_suffix(&text, S("\n"));
    if ((start == 0 && end.len < log_len) ||
        !audit_parse_line(&scratch, text, &tail.hash, &entry)) {
        tail.hash = sha256_of(line);
        tail.is_broken = true;
        return tail;
    }
    tail.sequence = entry.sequence;
    tail.to = entry.to;
    return tail;
}

/* ---- a log whose oldest lines are gone ---- */

/* "SEQUENCE HASH" of the last line that is gone. */
static Str format_forgotten(Arena *a, int64_t sequence, const Sha256 *hash)
{
    char hex[HEX_LEN];
    sha256_to_hex(hash, hex);
    return str_format(a, "%lld %.*s", (long long)sequence, HEX_LEN, hex);
}

/* Takes the first line off the text when it is one that speaks of lines before it. */
static void eat_forgotten(Str *text, AuditLog *ret)
{
    StrCut cut = str_cut(*text, '\n');
    Str line = cut.head;
    if (!cut.found || !str_eat_prefix(&line, FORGOTTEN)) {
        return;
    }
    StrCut fields = str_cut(line, ' ');
    if (str_parse_decimal(fields.head, INT64_MAX, &ret->n_forgotten) && ret->n_forgotten > 0 &&
        sha256_from_hex(fields.tail, &ret->hash)) {
        *text = cut.tail;
    } else {
        *ret = (AuditLog){0};
    }
}

/* Whether a line says that the forgotten ones were taken away by goward. */
static bool is_vouched(const AuditLog *log, Str forgotten)
{
    for (isize i = log->len - 1; i >= 0; i--) {
        if (str_eq(log->ptr[i].action, FORGET_ACTION) && str_eq(log->ptr[i].detail, forgotten)) {
            return true;
        }
    }
    return false;
}

/* The line of the file after the last one that holds. */
static isize next_line_number(const AuditLog *log)
{
    return log->len + 1 + (log->n_forgotten > 0);
}

/* ---- checking ---- */

/* Why a line does not follow from the ones before; empty when it does. */
static Str find_fault(Arena *a, const AuditLog *before, Str line, const Sha256 *hash,
                      const AuditEntry *entry)
{
    Sha256 due = chain_hash(&before->hash, str_from(line, HEX_LEN));
    if (entry->sequence != before->n_forgotten + before->len + 1) {
        return str_format(a, "it has the number %lld: lines were removed, added or moved",
                          (long long)entry->sequence);
    }
    return sha256_eq(hash, &due) ? (Str){0} : S("it was changed: its hash is that of another line");
}

AuditLog audit_check(Arena *a, Str text)
{
    VEC(AuditEntry) entries = {0};
    AuditLog log = {0};
    eat_forgotten(&text, &log);
    Str forgotten = format_forgotten(a, log.n_forgotten, &log.hash);
    while (text.len > 0 && log.broken_why.len == 0) {
        StrCut cut = str_cut(text, '\n');
        Sha256 hash;
        AuditEntry entry;
        if (!cut.found) {
            log.broken_why = S("it is cut short");
        } else if (!audit_parse_line(a, cut.head, &hash, &entry)) {
            log.broken_why = S("it has not the form of a line");
        } else {
            log.broken_why = find_fault(a, &log, cut.head, &hash, &entry);
        }
        if (log.broken_why.len == 0) {
            *VEC_PUSH(a, &entries) = entry;
            log.len = entries.len;
            log.hash = hash;
            text = cut.tail;
        }
    }
    log.ptr = entries.ptr;
    log.broken_line = log.broken_why.len > 0 ? next_line_number(&log) : 0;
    if (log.broken_line == 0 && log.n_forgotten > 0 && !is_vouched(&log, forgotten)) {
        log.broken_line = 1;
        log.broken_why = S("it speaks of lines that were taken away, and no line vouches for that");
    }
    log.is_whole = log.broken_line == 0;
    return log;
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

/* Whether the log's last line is about the generation that is active. A link that leads nowhere
 * says nothing about the log. */
static bool ends_right(const AuditLog *log, FileOutcome found, int64_t current)
{
    int64_t end = log->len > 0 ? log->ptr[log->len - 1].to : -1;
    return found == FILE_ABSENT || end == current;
}

bool audit_verify(Arena *a, Store *s, AuditLog *ret, Err *err)
{
    AuditLog log;
    int64_t current = -1;
    for (int n_reads = 1; n_reads <= MAX_READS; n_reads++) {
        Journal under_way;
        if (!audit_read(a, s, &log, err)) {
            return false;
        }
        FileOutcome found = generation_current_number(*a, s, &current, err);
        FileOutcome journal = journal_read(a, s, &under_way, err);
        if (found == FILE_FAILED || journal == FILE_FAILED) {
            return false;
        }
        if (!log.is_whole || journal == FILE_FOUND || ends_right(&log, found, current)) {
            *ret = log;
            return true;
        }
    }
    log.is_whole = false;
    log.broken_line = next_line_number(&log);
    log.broken_why = str_format(
        a, "it is missing: nothing before it tells of generation %lld, which is the active one",
        (long long)current);
    *ret = log;
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

/* ---- retention ---- */

/* Of the last n lines from the beginning; *ret_rest is what follows them. */
static bool skip_lines(Arena scratch, Str text, isize n, Sha256 *ret_hash, Str *ret_rest)
{
    AuditLog ignored = {0};
    eat_forgotten(&text, &ignored);
    for (isize i = 0; i < n; i++) {
        AuditEntry entry;
        StrCut cut = str_cut(text, '\n');
        if (!audit_parse_line(&scratch, cut.head, ret_hash, &entry)) {
            return false;
        }
        text = cut.tail;
    }
    *ret_rest = text;
    return true;
}

/* What a crash leaves in incoming/ recovery removes; in the home it would stay. */
static bool replace_log(Store *s, Str text, Err *err)
{
    AUTO_CLOSE int fd = -1;
    int incoming;
    if (!store_dir(s, STORE_DIR_INCOMING, &incoming, err) ||
        !file_create(incoming, LOG_NAME, 0600, &fd, err)) {
        return false;
    }
    if (!file_write(fd, text, err) || !file_sync(fd, err) ||
        !file_rename(incoming, LOG_NAME, s->home_fd, LOG_NAME, err)) {
        Err ignored;
        file_unlink(incoming, LOG_NAME, &ignored);
        return false;
    }
    return file_sync(s->home_fd, err);
}

/* The log without its first n lines. */
static bool write_without(Arena *a, Store *s, Str text, const AuditLog *log, isize n, Err *err)
{
    Sha256 hash;
    Str rest;
    StrBuf b = strbuf_init(a);
    if (!skip_lines(*a, text, n, &hash, &rest)) {
        return FAIL(err, ERR_BUG, "the audit log changed while it was read");
    }
    const AuditEntry *last = &log->ptr[log->len - 1];
    AuditTail tail = {.sequence = last->sequence, .to = last->to, .hash = log->hash};
    Str forgotten = format_forgotten(a, log->ptr[n - 1].sequence, &hash);
    strbuf_add(&b, FORGOTTEN);
    strbuf_add(&b, forgotten);
    strbuf_add_byte(&b, '\n');
    strbuf_add(&b, rest);
    strbuf_add(&b, audit_next_line(a, s, &tail, last->to, last->to, FORGET_ACTION, forgotten));
    return replace_log(s, strbuf_str(&b), err) || FAIL_IN(err, "writing the audit log");
}

static bool forget(Arena *a, Store *s, int64_t before, bool dry_run, isize *ret_n, Err *err)
{
    Str text = S("");
    if (file_read_all(a, s->home_fd, LOG_NAME, AUDIT_MAX_LOG, &text, err) == FILE_FAILED) {
        return FAIL_IN(err, "reading the audit log");
    }
    AuditLog log = audit_check(a, text);
    if (!log.is_whole) {
        FAIL(err, ERR_VERIFY, "audit.log line %td: %.*s; nothing of it is removed", log.broken_line,
             STR_ARG(log.broken_why));
        return err_hint(err, "goward history --verify");
    }
    isize n = 0;
    while (n < log.len - 1 && log.ptr[n].time < before) {
        n++;
    }
    *ret_n = n;
    return n == 0 || dry_run || write_without(a, s, text, &log, n, err);
}

bool audit_forget(Store *s, int64_t before, bool dry_run, isize *ret_n, Err *err)
{
    Arena a = arena_init(0);
    *ret_n = 0;
    bool ok = forget(&a, s, before, dry_run, ret_n, err);
    arena_done(&a);
    return ok;
}

bool audit_oldest(Arena scratch, Str home, int64_t *ret_time)
{
    Err ignored;
    AuditEntry entry;
    AuditLog log = {0};
    AUTO_CLOSE int fd = -1;
    isize n = 0;
    char *buf = arena_alloc(&scratch, 2 * AUDIT_MAX_LINE, 1, 1);
    Str path = path_join(&scratch, home, LOG_NAME);
    if (file_open_plain(FILE_CWD, path, &fd, &ignored) != FILE_FOUND ||
        !file_read(fd, buf, 2 * AUDIT_MAX_LINE, &n, &ignored)) {
        return false;
    }
    Str text = {buf, n};
    eat_forgotten(&text, &log);
    StrCut line = str_cut(text, '\n');
    if (!line.found || !audit_parse_line(&scratch, line.head, &log.hash, &entry)) {
        return false;
    }
    *ret_time = entry.time;
    return true;
}
