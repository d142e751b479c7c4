/*
 * In: the text of a go.mod or go.work. Out: its lines, each with verb, words and position.
 *
 * No word, string or comment of the format goes over the end of a line, so the text is taken line
 * by line, and whether a block is open is the only state. A "(" opens a block as the last word of a
 * line, a ")" closes it as its only one; anywhere else both are words like others.
 *
 * Which runes make up a word follows Go but for one thing: runes that Go calls unprintable are
 * refused here only among the control characters and white space, not among the unassigned ones.
 */
#include "go/mod/modline.h"

#include "base/panic.h"
#include "base/vec.h"
#include "format/utf8.h"

typedef VEC(Str) Words;
typedef VEC(ModLine) LineVec;

typedef struct {
    Arena *arena;
    Str file;
    Err *err;
    Words words; /* of the current line; reused */
    Str comment; /* of the current line */
    LineVec lines;
    bool in_block;
    Str block_verb;
    ModPos block_pos;
} Parser;

static bool is_blank(char c)
{
    return c == ' ' || c == '\t' || c == '\r';
}

static bool is_punctuation(char c)
{
    return c == '(' || c == ')' || c == '[' || c == ']' || c == '{' || c == '}' || c == ',';
}

static bool is_control_or_space(uint32_t rune)
{
    return rune <= ' ' || (rune >= 0x7F && rune <= 0xA0) || rune == 0x1680 ||
           (rune >= 0x2000 && rune <= 0x200A) || rune == 0x2028 || rune == 0x2029 ||
           rune == 0x202F || rune == 0x205F || rune == 0x3000;
}

/* Bytes of the rune that rest begins with if it may stand in a word, else 0. What is not UTF-8
 * stands for itself. */
static isize word_rune_len(Str rest)
{
    if (rest.len == 0 || is_punctuation(rest.ptr[0])) {
        return 0;
    }
    uint32_t rune;
    int len = utf8_decode(rest, &rune);
    if (len == 0) {
        return 1;
    }
    return is_control_or_space(rune) ? 0 : len;
}

static ModPos position(Str line, isize at, isize number)
{
    isize column = 1;
    for (isize i = 0; i < at; i++) {
        column += ((unsigned char)line.ptr[i] & 0xC0) != 0x80;
    }
    return (ModPos){number, column};
}

static bool fail_at(const Parser *p, ModPos pos, const char *what)
{
    return FAIL(p->err, ERR_FORMAT, "%.*s:%td:%td: %s", STR_ARG(p->file), pos.line, pos.column,
                what);
}

/* End of the quoted string that begins at `at`; -1 when the line ends first. */
static isize string_end(Str line, isize at)
{
    char quote = line.ptr[at];
    for (isize i = at + 1; i < line.len; i++) {
        if (line.ptr[i] == quote) {
            return i + 1;
        }
        if (line.ptr[i] == '\\' && quote == '"') {
            i++;
        }
    }
    return -1;
}

/* End of the plain word that begins at `at`. */
static isize word_end(Str line, isize at)
{
    isize end = at;
    for (;;) {
        Str rest = str_from(line, end);
        isize len = word_rune_len(rest);
        if (len == 0 || str_starts_with(rest, S("//")) || str_starts_with(rest, S("/*"))) {
            return end;
        }
        end += len;
    }
}

/* End of the word at `at`, which is neither blank nor a comment; -1 with the error set. */
static isize any_word_end(Parser *p, Str line, isize at, isize number)
{
    char c = line.ptr[at];
    if (is_punctuation(c)) {
        return at + 1;
    }
    bool is_string = c == '"' || c == '`';
    isize end = is_string ? string_end(line, at) : word_end(line, at);
    if (end <= at) {
        fail_at(p, position(line, at, number),
                is_string ? "string does not end on its line" : "unexpected character");
        return -1;
    }
    return end;
}

/* Splits a line into p->words and p->comment; *ret_pos is the first word's place. */
static bool split_line(Parser *p, Str line, isize number, ModPos *ret_pos)
{
    p->words.len = 0;
    p->comment = S("");
    for (isize at = 0; at < line.len;) {
        if (is_blank(line.ptr[at])) {
            at++;
            continue;
        }
        Str rest = str_from(line, at);
        if (str_starts_with(rest, S("//"))) {
            p->comment = rest;
            str_eat_suffix(&p->comment, S("\r"));
            return true;
        }
        if (str_starts_with(rest, S("/*"))) {
            return fail_at(p, position(line, at, number),
                           "comments begin with //, there are no /* */ comments here");
        }
        isize end = any_word_end(p, line, at, number);
        if (end < 0) {
            return false;
        }
        if (p->words.len == 0) {
            *ret_pos = position(line, at, number);
        }
        *VEC_PUSH(p->arena, &p->words) = str_slice(line, at, end);
        at = end;
    }
    return true;
}

/* A line of the words from `from` to `to`. */
static bool add_line(Parser *p, ModLineKind kind, Str verb, isize from, isize to, ModPos pos)
{
    if (p->lines.len == MODLINE_MAX_LINES) {
        return FAIL(p->err, ERR_LIMIT, "%.*s has more than %d lines", STR_ARG(p->file),
                    MODLINE_MAX_LINES);
    }
    isize n = to - from;
    Str *args = ARENA_ARRAY(p->arena, Str, n);
    for (isize i = 0; i < n; i++) {
        args[i] = p->words.ptr[from + i];
    }
    *VEC_PUSH(p->arena, &p->lines) = (ModLine){
        .kind = kind, .verb = verb, .args = args, .n_args = n, .comment = p->comment, .pos = pos};
    return true;
}

static bool parse_in_block(Parser *p, ModPos pos)
{
    if (!str_eq(p->words.ptr[0], S(")"))) {
        return add_line(p, MODLINE_IN_BLOCK, p->block_verb, 0, p->words.len, pos);
    }
    if (p->words.len > 1) {
        return fail_at(p, pos, "expected a new line after the closing parenthesis");
    }
    p->in_block = false;
    return true;
}

static bool parse_outside(Parser *p, ModPos pos)
{
    const Words *w = &p->words;
    Str verb = w->ptr[0];
    if (w->len >= 2 && str_eq(w->ptr[w->len - 1], S("("))) {
        p->in_block = true;
        p->block_verb = verb;
        p->block_pos = pos;
        return add_line(p, MODLINE_BLOCK, verb, 1, w->len - 1, pos);
    }
    bool is_empty_block =
        w->len >= 3 && str_eq(w->ptr[w->len - 2], S("(")) && str_eq(w->ptr[w->len - 1], S(")"));
    if (is_empty_block) {
        return add_line(p, MODLINE_BLOCK, verb, 1, w->len - 2, pos);
    }
    return add_line(p, MODLINE_PLAIN, verb, 1, w->len, pos);
}

bool modlines_parse(Arena *a, Str file, Str text, ModLines *ret, Err *err)
{
    Parser p = {.arena = a, .file = file, .err = err};
    for (isize number = 1; text.len > 0; number++) {
        StrCut cut = str_cut(text, '\n');
        text = cut.tail;
        ModPos pos = {0};
        if (!split_line(&p, cut.head, number, &pos)) {
            return false;
        }
        if (p.words.len > 0 && !(p.in_block ? parse_in_block(&p, pos) : parse_outside(&p, pos))) {
            return false;
        }
    }
    if (p.in_block) {
        return fail_at(&p, p.block_pos, "the block that begins here has no closing parenthesis");
    }
    *ret = (ModLines){p.lines.ptr, p.lines.len};
    return true;
}

/* ---- quoted words ---- */

static int digit_value(char c)
{
    if (c >= '0' && c <= '9') {
        return c - '0';
    }
    char low = (char)(c | 0x20);
    return low >= 'a' && low <= 'f' ? low - 'a' + 10 : 99;
}

/* Takes n digits of the base off *rest. */
static bool eat_digits(Str *rest, isize n, uint32_t base, uint32_t *ret)
{
    if (rest->len < n) {
        return false;
    }
    uint32_t value = 0;
    for (isize i = 0; i < n; i++) {
        uint32_t digit = (uint32_t)digit_value(rest->ptr[i]);
        if (digit >= base) {
            return false;
        }
        value = value * base + digit;
    }
    *rest = str_from(*rest, n);
    *ret = value;
    return true;
}

static const struct {
    char letter, byte;
} simple_escapes[] = {
    {'a', '\a'}, {'b', '\b'}, {'f', '\f'},  {'n', '\n'}, {'r', '\r'},
    {'t', '\t'}, {'v', '\v'}, {'\\', '\\'}, {'"', '"'},
};

static const struct {
    char letter;
    isize digits;
    bool is_rune; /* else a byte */
} hex_escapes[] = {{'x', 2, false}, {'u', 4, true}, {'U', 8, true}};

static bool is_rune(uint32_t value)
{
    return value <= 0x10FFFF && (value < 0xD800 || value > 0xDFFF);
}

/* Takes what follows a backslash off *rest and writes the bytes it stands for. */
static bool unescape(Str *rest, char **out)
{
    if (rest->len == 0) {
        return false;
    }
    char c = rest->ptr[0];
    for (isize i = 0; i < COUNT_OF(simple_escapes); i++) {
        if (simple_escapes[i].letter == c) {
            *(*out)++ = simple_escapes[i].byte;
            *rest = str_from(*rest, 1);
            return true;
        }
    }
    uint32_t value;
    for (isize i = 0; i < COUNT_OF(hex_escapes); i++) {
        if (hex_escapes[i].letter != c) {
            continue;
        }
        *rest = str_from(*rest, 1);
        if (!eat_digits(rest, hex_escapes[i].digits, 16, &value) ||
            (hex_escapes[i].is_rune && !is_rune(value))) {
            return false;
        }
        if (hex_escapes[i].is_rune) {
            *out += utf8_encode(value, *out);
        } else {
            *(*out)++ = (char)value;
        }
        return true;
    }
    if (!eat_digits(rest, 3, 8, &value) || value > 0xFF) {
        return false;
    }
    *(*out)++ = (char)value;
    return true;
}

/* Of what stands between double quotes. No escape is shorter than what it stands for. */
static bool unquote_escapes(Arena *a, Str inner, Str *ret)
{
    char *buf = ARENA_ARRAY(a, char, inner.len + UTF8_MAX_LEN);
    char *out = buf;
    while (inner.len > 0) {
        char c = inner.ptr[0];
        inner = str_from(inner, 1);
        if (c == '"') {
            return false;
        }
        if (c != '\\') {
            *out++ = c;
        } else if (!unescape(&inner, &out)) {
            return false;
        }
    }
    *ret = (Str){buf, out - buf};
    return true;
}

bool modline_unquote(Arena *a, Str word, Str *ret, Str *ret_why)
{
    ASSERT(word.len > 0);
    char quote = word.ptr[0];
    bool is_closed = word.len >= 2 && word.ptr[word.len - 1] == quote;
    if (quote == '"') {
        *ret_why = S("the quoted string is malformed");
        return is_closed && unquote_escapes(a, str_slice(word, 1, word.len - 1), ret);
    }
    if (quote == '`') {
        *ret_why = S("the quoted string is malformed");
        if (!is_closed) {
            return false;
        }
        *ret = str_slice(word, 1, word.len - 1);
        return true;
    }
    if (str_index_byte(word, '"') >= 0 || str_index_byte(word, '\'') >= 0 ||
        str_index_byte(word, '`') >= 0) {
        *ret_why = S("an unquoted word holds a quote");
        return false;
    }
    *ret = word;
    return true;
}
