/*
 * A log is read in one pass. What is kept of it is the line that is being read, or the last few KiB
 * of it, so that it can be shown once it has turned out to say something.
 *
 * What ends a line for the matcher is a newline, a carriage return (progress bars), or the two
 * bytes \n of a JSON string; only the newline counts. Escape sequences of terminals do not count
 * at all. One line has one cause: the one nearest to the root, since "toolchain not available: no
 * such host" is a matter of the name, not of the toolchain.
 */
#include "doctor/diagnose.h"

#include "base/sort.h"
#include "base/strbuf.h"
#include "doctor/errors_filter.h"
#include "doctor/errors_match.h"

#define MAX_HELD (8 * KIB)    /* of a line that goes on in the next bytes */
#define BEFORE 120            /* bytes of a long line that are shown before the message */
#define MAX_RETOLD (16 * KIB) /* a text that is read again as one line */
#define MAX_SEQUENCE 4096     /* bytes; a longer escape sequence is none */
#define ESCAPE '\x1b'
#define BELL '\a'

typedef enum {
    IN_TEXT,
    AFTER_ESCAPE,
    IN_CSI, /* ESC [ ... letter: colours */
    IN_OSC, /* ESC ] ... BEL or ESC \: links */
    AFTER_BACKSLASH,
} Where;

struct Diagnosis {
    Arena *arena;
    ErrorMatcher *matcher;
    const ErrorFilter *filter; /* NULL: the matcher reads every line */
    Cause *causes;             /* by row; line 0: not seen */
    isize n_rows;
    Where where;
    isize sequence; /* bytes of the escape sequence so far */
    int64_t line;   /* from 1 */
    bool has_bytes; /* in this line */
    char held[MAX_HELD];
    isize n_held;
};

static Diagnosis *diagnosis_with(Arena *a, ErrorMatcher *matcher)
{
    Diagnosis *d = ARENA_NEW(a, Diagnosis);
    d->arena = a;
    while (errors_row(d->n_rows) != NULL) {
        d->n_rows++;
    }
    d->matcher = matcher;
    d->causes = ARENA_ARRAY(a, Cause, d->n_rows);
    d->line = 1;
    error_matcher_begin(d->matcher);
    return d;
}

Diagnosis *diagnosis_new(Arena *a)
{
    Diagnosis *d = diagnosis_with(a, error_matcher_new(a));
    d->filter = error_filter_new(a);
    return d;
}

int64_t diagnosis_lines(const Diagnosis *d)
{
    return d->line - !d->has_bytes;
}

/* ---- the text of a line ---- */

static bool ends_url(char c)
{
    return c == '/' || c == ' ' || c == '"' || c == '\'' || c == '\t' || c == '\n' || c == '<';
}

Str diagnose_hide_passwords(Arena *a, Str s)
{
    StrBuf b = strbuf_init(a);
    Str mark = S("://");
    isize at;
    while ((at = str_index(s, mark)) >= 0) {
        isize host = at + mark.len;
        strbuf_add(&b, str_to(s, host));
        s = str_from(s, host);
        isize end = 0;
        isize user_end = -1;
        while (end < s.len && !ends_url(s.ptr[end])) {
            user_end = s.ptr[end] == '@' ? end : user_end;
            end++;
        }
        if (user_end >= 0) {
            strbuf_add(&b, S("***"));
            s = str_from(s, user_end);
        }
    }
    strbuf_add(&b, s);
    return strbuf_str(&b);
}

/* What follows the escape byte at s: the bytes that belong to it. */
static isize sequence_len(Str s)
{
    isize n = 1;
    if (s.len > 1 && s.ptr[1] == '[') {
        n = 2;
        while (n < s.len && (s.ptr[n] < '@' || s.ptr[n] > '~')) {
            n++;
        }
        n++;
    } else if (s.len > 1 && s.ptr[1] == ']') {
        n = 2;
        while (n < s.len && s.ptr[n] != BELL && s.ptr[n] != ESCAPE) {
            n++;
        }
        n += n < s.len && s.ptr[n] == ESCAPE ? 2 : 1;
    }
    return MIN(n, s.len);
}

static Str plain(Arena *a, Str line)
{
    StrBuf b = strbuf_init(a);
    for (isize i = 0; i < line.len;) {
        if (line.ptr[i] == ESCAPE) {
            i += sequence_len(str_from(line, i));
            continue;
        }
        if (line.ptr[i] != '\0') {
            strbuf_add_byte(&b, line.ptr[i]);
        }
        i++;
    }
    return str_trim(strbuf_str(&b));
}

/* The part of the line that is shown: the message, a little of what is before it, what follows. */
static Str shown(Arena *a, Str line, int64_t from)
{
    Str text = diagnose_hide_passwords(a, plain(a, line));
    if (text.len > DIAGNOSE_MAX_TEXT) {
        isize at = MAX(0, MIN((isize)from - BEFORE, text.len - DIAGNOSE_MAX_TEXT));
        text = str_slice(text, at, at + DIAGNOSE_MAX_TEXT);
    }
    return text;
}

/* ---- lines ---- */

/* Keeps the end of a line that is not over. */
static void hold(Diagnosis *d, Str part)
{
    if (part.len >= MAX_HELD) {
        part = str_from(part, part.len - MAX_HELD);
        d->n_held = 0;
    }
    isize too_many = MAX(0, d->n_held + part.len - MAX_HELD);
    memmove(d->held, d->held + too_many, (size_t)(d->n_held - too_many));
    d->n_held -= too_many;
    if (part.len > 0) {
        memcpy(d->held + d->n_held, part.ptr, (size_t)part.len);
        d->n_held += part.len;
    }
}

/* A line ends for the matcher; rest is what of it is not held. */
static void end_part(Diagnosis *d, Str rest)
{
    ErrorMatch match = error_matcher_end(d->matcher);
    error_matcher_begin(d->matcher);
    if (match.row != NULL) {
        Cause *cause = &d->causes[match.row - errors_row(0)];
        cause->count++;
        if (cause->line == 0) {
            hold(d, rest);
            cause->row = match.row;
            cause->line = d->line;
            cause->text = shown(d->arena, (Str){d->held, d->n_held}, match.from);
        }
    }
    d->n_held = 0;
}

/* Takes a byte that is not text: gives whether it ended the line, or a part of it. */
static bool take_special(Diagnosis *d, char c)
{
    switch (c) {
    case ESCAPE:
        d->where = AFTER_ESCAPE;
        d->sequence = 0;
        return false;
    case '\\':
        d->where = AFTER_BACKSLASH;
        return false;
    default:
        return true;
    }
}

/* Takes a byte of an escape sequence. */
static void take_sequence(Diagnosis *d, char c)
{
    bool is_too_long = ++d->sequence > MAX_SEQUENCE;
    switch (d->where) {
    case AFTER_ESCAPE:
        d->where = c == '[' ? IN_CSI : c == ']' ? IN_OSC : IN_TEXT;
        return;
    case IN_CSI:
        d->where = is_too_long || (c >= '@' && c <= '~') ? IN_TEXT : IN_CSI;
        return;
    case IN_OSC:
        d->where = c == ESCAPE ? AFTER_ESCAPE : is_too_long || c == BELL ? IN_TEXT : IN_OSC;
        return;
    case AFTER_BACKSLASH:
    case IN_TEXT:
        break;
    }
    d->where = IN_TEXT;
}

/* Passes over lines that say nothing, where a line begins; gives how many bytes. */
static isize pass_lines(Diagnosis *d, Str bytes)
{
    if (d->filter == NULL || d->has_bytes) {
        return 0;
    }
    int64_t n_lines;
    isize n = error_filter_pass(d->filter, bytes, &n_lines);
    d->line += n_lines;
    return n;
}

void diagnosis_feed(Diagnosis *d, Str bytes)
{
    isize begin = pass_lines(d, bytes); /* of the part of the line that is not held */
    isize i = begin;
    while (i < bytes.len) {
        if (d->where == IN_TEXT) {
            isize n = error_matcher_feed(d->matcher, str_from(bytes, i));
            d->has_bytes = d->has_bytes || n > 0;
            i += n;
            if (i == bytes.len) {
                break;
            }
        }
        char c = bytes.ptr[i];
        bool ends = c == '\n';
        if (d->where == AFTER_BACKSLASH) {
            d->where = IN_TEXT;
            ends = ends || c == 'n';
            if (!ends) {
                continue; /* the byte is text, or another special one */
            }
        } else if (!ends && d->where != IN_TEXT) {
            take_sequence(d, c);
        } else if (!ends) {
            ends = take_special(d, c);
        }
        d->has_bytes = true;
        if (ends) {
            end_part(d, str_slice(bytes, begin, i));
            begin = i + 1;
        }
        if (c == '\n') {
            d->where = IN_TEXT;
            d->line++;
            d->has_bytes = false;
            begin += pass_lines(d, str_from(bytes, begin));
            i = begin - 1;
        }
        i++;
    }
    hold(d, str_from(bytes, begin));
}

/* ---- all causes ---- */

static int compare_causes(const void *x, const void *y)
{
    const Cause *a = x;
    const Cause *b = y;
    if (a->row->depth != b->row->depth) {
        return a->row->depth > b->row->depth ? -1 : 1;
    }
    return a->line < b->line ? -1 : a->line > b->line;
}

CauseList diagnosis_end(Diagnosis *d)
{
    end_part(d, (Str){0});
    CauseList list = {0};
    for (isize i = 0; i < d->n_rows; i++) {
        if (d->causes[i].line > 0) {
            *VEC_PUSH(d->arena, &list) = d->causes[i];
        }
    }
    sort_array(list.ptr, list.len, (isize)sizeof(Cause), compare_causes);
    for (isize i = 1; i < list.len; i++) {
        for (isize k = 0; k < i && list.ptr[i].follows == NULL; k++) {
            if (list.ptr[k].row->depth > list.ptr[i].row->depth &&
                list.ptr[k].line <= list.ptr[i].line) {
                list.ptr[i].follows = list.ptr[k].row;
            }
        }
    }
    return list;
}

/* ---- texts that are at hand as a whole ---- */

Diagnosis *diagnosis_of(Arena *a, Str text)
{
    ErrorMatcher *matcher = error_matcher_noting(a);
    Diagnosis *noting = diagnosis_with(a, matcher);
    diagnosis_feed(noting, text);
    diagnosis_end(noting);
    error_matcher_choose(matcher, a);
    Diagnosis *d = diagnosis_with(a, matcher);
    diagnosis_feed(d, text);
    return d;
}

CauseList diagnose_text(Arena *a, Str text)
{
    CauseList causes = diagnosis_end(diagnosis_of(a, text));
    if (causes.len > 0 || text.len > MAX_RETOLD || str_index_byte(str_trim(text), '\n') < 0) {
        return causes;
    }
    StrBuf joined = strbuf_init(a);
    Str line;
    while (str_next_line(&text, &line)) {
        strbuf_add(&joined, joined.len > 0 ? S(" ") : S(""));
        strbuf_add(&joined, str_trim(line));
    }
    return diagnosis_end(diagnosis_of(a, strbuf_str(&joined)));
}
