#include "store/journal.h"

#include "base/panic.h"
#include "base/vec.h"
#include "format/sha256.h"
#include "store/audit.h"
#include "store/lines.h"

#define NAME S("journal")
#define END S("end ")
#define END_LEN (4 + 2 * SHA256_LEN + 1) /* "end ", the digest, a newline */

static const Str kind_names[JOURNAL_KIND_COUNT] = {
    [JOURNAL_NONE] = STR_CONST(""),
    [JOURNAL_INSTALL] = STR_CONST("install"),
    [JOURNAL_REMOVE] = STR_CONST("remove"),
    [JOURNAL_SWITCH] = STR_CONST("switch"),
    [JOURNAL_ROLLBACK] = STR_CONST("rollback"),
};

/* ---- writing ---- */

static void add_digest(StrBuf *b)
{
    Sha256 digest = sha256_of(strbuf_str(b));
    char hex[2 * SHA256_LEN];
    sha256_to_hex(&digest, hex);
    strbuf_add(b, END);
    strbuf_add(b, (Str){hex, (isize)sizeof(hex)});
    strbuf_add_byte(b, '\n');
}

Str journal_format(Arena *a, const Journal *j)
{
    StrBuf b = strbuf_init(a);
    lines_add(&b, S("operation"), kind_names[j->kind]);
    lines_add(&b, S("id"), j->id);
    lines_add_number(&b, S("from"), j->from);
    lines_add_number(&b, S("to"), j->to);
    for (isize i = 0; i < j->changes.len; i++) {
        const ProjectChange *change = &j->changes.ptr[i];
        lines_add(&b, S("file"), change->path);
        if (change->from.exists) {
            lines_add(&b, S("file_from"), change->from.text);
        }
        if (change->to.exists) {
            lines_add(&b, S("file_to"), change->to.text);
        }
    }
    lines_add_number(&b, S("sequence"), j->sequence);
    lines_add(&b, S("audit"), j->audit_line);
    add_digest(&b);
    return strbuf_str(&b);
}

/* ---- reading ---- */

/* Takes the last line off a journal when it is the digest of the rest. */
static bool check_digest(Str *text)
{
    if (text->len < END_LEN) {
        return false;
    }
    Str body = str_to(*text, text->len - END_LEN);
    Str end = str_from(*text, text->len - END_LEN);
    Sha256 stated;
    if (!str_eat_prefix(&end, END) || !str_eat_suffix(&end, S("\n")) ||
        !sha256_from_hex(end, &stated)) {
        return false;
    }
    Sha256 actual = sha256_of(body);
    *text = body;
    return sha256_eq(&stated, &actual);
}

static JournalKind kind_of(Str name)
{
    for (int kind = JOURNAL_NONE + 1; kind < JOURNAL_KIND_COUNT; kind++) {
        if (str_eq(name, kind_names[kind])) {
            return (JournalKind)kind;
        }
    }
    return JOURNAL_NONE;
}

typedef VEC(ProjectChange) ChangeVec;

static bool parse_pair(Arena *a, Str key, Str value, Journal *j, ChangeVec *changes)
{
    Err ignored;
    ProjectChange *last = changes->len > 0 ? &changes->ptr[changes->len - 1] : NULL;
    if (str_eq(key, S("operation"))) {
        j->kind = kind_of(value);
        return j->kind != JOURNAL_NONE;
    }
    if (str_eq(key, S("id"))) {
        j->id = value;
        return value.len == 0 || store_id_is_valid(value);
    }
    if (str_eq(key, S("audit"))) {
        j->audit_line = value;
        return true;
    }
    if (str_eq(key, S("file")) && changes->len < JOURNAL_MAX_CHANGES) {
        *VEC_PUSH(a, changes) = (ProjectChange){.path = value};
        return true;
    }
    if (str_eq(key, S("file_from")) && last != NULL) {
        last->from = (FileContent){true, value};
        return true;
    }
    if (str_eq(key, S("file_to")) && last != NULL) {
        last->to = (FileContent){true, value};
        return true;
    }
    int64_t *number = str_eq(key, S("from"))       ? &j->from
                      : str_eq(key, S("to"))       ? &j->to
                      : str_eq(key, S("sequence")) ? &j->sequence
                                                   : NULL;
    return number != NULL && lines_number(key, value, number, &ignored);
}

/* What recovery relies on. */
static bool is_sound(const Journal *j)
{
    switch (j->kind) {
    case JOURNAL_INSTALL:
    case JOURNAL_REMOVE:
        return j->id.len > 0;
    case JOURNAL_SWITCH:
    case JOURNAL_ROLLBACK:
        return j->to >= 0 && j->to <= GENERATION_MAX && j->from != j->to;
    case JOURNAL_NONE:
    case JOURNAL_KIND_COUNT:
        break;
    }
    return false;
}

bool journal_parse(Arena *a, Str text, Journal *ret)
{
    Journal j = {0};
    ChangeVec changes = {0};
    Str key, value;
    Err ignored;
    if (!check_digest(&text)) {
        return false;
    }
    LinesOutcome outcome;
    while ((outcome = lines_next(a, &text, &key, &value, &ignored)) == LINES_PAIR) {
        if (!parse_pair(a, key, value, &j, &changes)) {
            return false;
        }
    }
    if (outcome == LINES_BROKEN || !is_sound(&j)) {
        return false;
    }
    j.changes = (ProjectChanges){changes.ptr, changes.len};
    *ret = j;
    return true;
}

/* ---- on disk ---- */

bool journal_write(Store *s, const Journal *j, bool is_durable, Err *err)
{
    ASSERT(is_sound(j));
    Arena a = arena_init(0);
    Str text = journal_format(&a, j);
    bool ok;
    if (j->changes.len > JOURNAL_MAX_CHANGES || text.len > JOURNAL_MAX_LEN) {
        ok = FAIL(err, ERR_LIMIT, "%td project files would change at once", j->changes.len);
        err_hint(err, "go there in several steps: goward rollback --to N");
    } else {
        ok = store_place_file(s, text, 0600, is_durable, s->home_fd, NAME, err);
    }
    arena_done(&a);
    return ok;
}

FileOutcome journal_read(Arena *a, Store *s, Journal *ret, Err *err)
{
    Str text;
    FileOutcome found = file_read_all(a, s->home_fd, NAME, JOURNAL_MAX_LEN, &text, err);
    return found != FILE_FOUND || journal_parse(a, text, ret) ? found : FILE_ABSENT;
}

bool journal_delete(Store *s, Err *err)
{
    return file_unlink(s->home_fd, NAME, err) != FILE_FAILED;
}

/* The journal's own line; where the log is no longer what it was, the same event in a line that
 * fits. */
static bool append_audit(Arena *a, Store *s, const Journal *j, Err *err)
{
    AuditTail tail;
    AuditEntry entry;
    Sha256 hash;
    Str line = j->audit_line;
    str_eat_suffix(&line, S("\n"));
    if (!audit_parse_line(a, line, &hash, &entry)) {
        return FAIL(err, ERR_FORMAT, "the journal's audit line has not the form of one");
    }
    if (!audit_read_tail(s, &tail, err)) {
        return false;
    }
    entry.sequence = tail.sequence + 1;
    return audit_append_line(s, audit_format_line(a, &tail.hash, &entry), err);
}

bool journal_finish(Store *s, const Journal *j, Err *err)
{
    Arena a = arena_init(0);
    bool ok = append_audit(&a, s, j, err);
    if (ok) {
        Err ignored; /* a journal whose line is in the log is a finished one */
        journal_delete(s, &ignored);
    }
    arena_done(&a);
    return ok;
}
