#include "doctor/fixer_record.h"

#include "base/path.h"
#include "base/strbuf.h"
#include "base/vec.h"
#include "format/hex.h"

#define FIRST_LINE "goward-fixes 1"
#define SUM "sum "
#define MAX_TIME_S 253402300799 /* the end of the year 9999 */
#define MAX_MODE 07777

static const Str kind_words[CHANGE_COUNT] = {
    [CHANGE_CONTENT] = STR_CONST("content"),
    [CHANGE_MODE] = STR_CONST("mode"),
    [CHANGE_REMOVE] = STR_CONST("remove"),
    [CHANGE_MAKE_DIR] = STR_CONST("make-dir"),
};

/* ---- writing ---- */

/* Control bytes and the backslash as \xNN: a value is always one line. */
static void add_escaped(StrBuf *b, Str value)
{
    for (isize i = 0; i < value.len; i++) {
        unsigned char byte = (unsigned char)value.ptr[i];
        if (byte < ' ' || byte == '\\' || byte == 0x7f) {
            strbuf_add_format(b, "\\x%02x", byte);
        } else {
            strbuf_add_byte(b, (char)byte);
        }
    }
}

static void add_hash(StrBuf *b, bool has_content, Str content)
{
    char hex[2 * SHA256_LEN];
    if (!has_content) {
        strbuf_add(b, S(" -"));
        return;
    }
    Sha256 hash = sha256_of(content);
    sha256_to_hex(&hash, hex);
    strbuf_add_format(b, " %.*s", (int)sizeof(hex), hex);
}

static void add_change(StrBuf *b, const Change *c)
{
    bool is_content = c->kind == CHANGE_CONTENT;
    strbuf_add_format(b, "%.*s %.*s %04o", STR_ARG(kind_words[c->kind]), STR_ARG(c->ids),
                      (unsigned)c->mode_before);
    add_hash(b, is_content && !c->is_new, c->before);
    strbuf_add_format(b, " %04o", (unsigned)c->mode_after);
    add_hash(b, is_content, c->after);
    strbuf_add_byte(b, ' ');
    add_escaped(b, c->path);
    strbuf_add_byte(b, '\n');
}

static Str sum_of(Arena *a, Str text)
{
    char hex[2 * SHA256_LEN];
    Sha256 hash = sha256_of(text);
    sha256_to_hex(&hash, hex);
    return str_format(a, SUM "%.*s\n", (int)sizeof(hex), hex);
}

Str fixer_record_format(Arena *a, int64_t time_s, Str command, const Change *changes, isize n)
{
    StrBuf b = strbuf_init(a);
    strbuf_add_format(&b, FIRST_LINE "\ntime %lld\ncommand ", (long long)time_s);
    add_escaped(&b, command);
    strbuf_add_byte(&b, '\n');
    for (isize i = 0; i < n; i++) {
        add_change(&b, &changes[i]);
    }
    strbuf_add(&b, sum_of(a, strbuf_str(&b)));
    return strbuf_str(&b);
}

/* ---- reading ---- */

static bool unescape(Arena *a, Str text, Str *ret)
{
    StrBuf b = strbuf_init(a);
    while (text.len > 0) {
        char byte = text.ptr[0];
        isize len = 1;
        if (byte == '\\') {
            len = 4;
            if (text.len < len || text.ptr[1] != 'x' ||
                !hex_decode(str_slice(text, 2, len), 1, &byte)) {
                return false;
            }
        }
        strbuf_add_byte(&b, byte);
        text = str_from(text, len);
    }
    *ret = strbuf_str(&b);
    return true;
}

static bool parse_kind(Str word, ChangeKind *ret)
{
    for (int kind = CHANGE_NONE + 1; kind < CHANGE_COUNT; kind++) {
        if (str_eq(kind_words[kind], word)) {
            *ret = (ChangeKind)kind;
            return true;
        }
    }
    return false;
}

/* Four octal digits. */
static bool parse_mode(Str digits, uint32_t *ret)
{
    uint32_t mode = 0;
    for (isize i = 0; i < digits.len; i++) {
        if (digits.ptr[i] < '0' || digits.ptr[i] > '7') {
            return false;
        }
        mode = mode * 8 + (uint32_t)(digits.ptr[i] - '0');
    }
    *ret = mode;
    return digits.len == 4 && mode <= MAX_MODE;
}

/* "-" for no content. */
static bool parse_hash(Str field, bool *ret_has, Sha256 *ret)
{
    *ret_has = !str_eq(field, S("-"));
    return !*ret_has || sha256_from_hex(field, ret);
}

static bool parse_change(Arena *a, Str line, RecordedChange *ret)
{
    enum { KIND, IDS, MODE_BEFORE, HASH_BEFORE, MODE_AFTER, HASH_AFTER, N_FIELDS };
    Str fields[N_FIELDS];
    RecordedChange r = {0};
    Change *c = &r.change;
    for (int i = 0; i < N_FIELDS; i++) {
        StrCut cut = str_cut(line, ' ');
        fields[i] = cut.head;
        line = cut.tail;
    }
    bool has_before, has_after;
    if (!parse_kind(fields[KIND], &c->kind) || !parse_mode(fields[MODE_BEFORE], &c->mode_before) ||
        !parse_hash(fields[HASH_BEFORE], &has_before, &r.hash_before) ||
        !parse_mode(fields[MODE_AFTER], &c->mode_after) ||
        !parse_hash(fields[HASH_AFTER], &has_after, &r.hash_after) ||
        !unescape(a, line, &c->path) || !path_is_absolute(c->path)) {
        return false;
    }
    c->ids = fields[IDS];
    c->is_new = c->kind == CHANGE_CONTENT && !has_before;
    *ret = r;
    return has_after == (c->kind == CHANGE_CONTENT) && (has_after || !has_before);
}

static bool eat_line(Str *text, Str prefix, Str *ret)
{
    StrCut cut = str_cut(*text, '\n');
    *ret = cut.head;
    *text = cut.tail;
    return cut.found && str_eat_prefix(ret, prefix);
}

static bool parse(Arena *a, Str text, FixRecord *ret)
{
    FixRecord r = {0};
    Str first, time, command, line;
    VEC(RecordedChange) changes = {0};
    isize sum = str_last_index_byte(str_to(text, MAX(0, text.len - 1)), '\n') + 1;
    if (!str_eq(str_from(text, sum), sum_of(a, str_to(text, sum)))) {
        return false;
    }
    text = str_to(text, sum);
    if (!eat_line(&text, S(FIRST_LINE), &first) || first.len > 0 ||
        !eat_line(&text, S("time "), &time) || !str_parse_decimal(time, MAX_TIME_S, &r.time_s) ||
        !eat_line(&text, S("command "), &command) || !unescape(a, command, &r.command)) {
        return false;
    }
    while (eat_line(&text, S(""), &line)) {
        if (changes.len == FIXER_MAX_CHANGES || !parse_change(a, line, VEC_PUSH(a, &changes))) {
            return false;
        }
    }
    r.changes = changes.ptr;
    r.n_changes = changes.len;
    *ret = r;
    return text.len == 0;
}

bool fixer_record_parse(Arena *a, Str text, FixRecord *ret, Err *err)
{
    return parse(a, text, ret) || FAIL(err, ERR_FORMAT, "it is damaged");
}
