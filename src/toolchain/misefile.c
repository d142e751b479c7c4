/*
 * In: the text of a mise.toml. Out: the value of tools.go.
 *
 * The text is walked with TOML's own rules for comments, keys, strings, arrays and tables, so that
 * a
 * "go =" in a string or in another table is never taken for the one that counts. How much of the
 * path tools.go.version the current table and key have spelled is the only thing remembered.
 */
#include "toolchain/misefile.h"

typedef enum {
    AT_OTHER, /* not on the way */
    AT_ROOT,
    AT_TOOLS,
    AT_GO,
    AT_VERSION,
} Spot;

typedef struct {
    Str file, text;
    isize at, line;
    int depth;
    MiseGo found;
    Err *err;
} Parser;

static bool fail(const Parser *p, const char *what)
{
    return FAIL(p->err, ERR_FORMAT, "%.*s:%td: %s", STR_ARG(p->file), p->line, what);
}

/* ---- characters ---- */

/* The byte at the cursor, 0 at the end. */
static char peek(const Parser *p)
{
    return p->at < p->text.len ? p->text.ptr[p->at] : '\0';
}

static bool is_at_end(const Parser *p)
{
    return p->at == p->text.len;
}

static void skip_byte(Parser *p)
{
    p->line += p->text.ptr[p->at] == '\n';
    p->at++;
}

static bool eat(Parser *p, Str s)
{
    if (!str_starts_with(str_from(p->text, p->at), s)) {
        return false;
    }
    for (isize i = 0; i < s.len; i++) {
        skip_byte(p);
    }
    return true;
}

static void skip_blanks(Parser *p)
{
    while (peek(p) == ' ' || peek(p) == '\t') {
        p->at++;
    }
}

static void skip_comment(Parser *p)
{
    if (peek(p) == '#') {
        while (!is_at_end(p) && peek(p) != '\n') {
            p->at++;
        }
    }
}

/* Blanks, line ends and comments. */
static void skip_space(Parser *p)
{
    for (;;) {
        skip_blanks(p);
        skip_comment(p);
        if (peek(p) != '\n' && peek(p) != '\r') {
            return;
        }
        skip_byte(p);
    }
}

/* Nothing but a comment may follow on the line. */
static bool eat_line_end(Parser *p)
{
    skip_blanks(p);
    skip_comment(p);
    eat(p, S("\r"));
    return is_at_end(p) || eat(p, S("\n")) || fail(p, "expected the end of the line");
}

/* ---- strings and keys ---- */

/* Up to and with the closing quotes; escapes stay as they are. */
static bool eat_string_body(Parser *p, Str close, bool has_escapes, bool has_lines, Str *ret)
{
    isize from = p->at;
    while (!is_at_end(p)) {
        if (str_starts_with(str_from(p->text, p->at), close)) {
            *ret = str_slice(p->text, from, p->at);
            return eat(p, close);
        }
        if (peek(p) == '\n' && !has_lines) {
            break;
        }
        if (peek(p) == '\\' && has_escapes && p->at + 1 < p->text.len) {
            skip_byte(p);
        }
        skip_byte(p);
    }
    return fail(p, "a string without its closing quotes");
}

static bool eat_string(Parser *p, Str *ret)
{
    if (eat(p, S("\"\"\""))) {
        return eat_string_body(p, S("\"\"\""), true, true, ret);
    }
    if (eat(p, S("'''"))) {
        return eat_string_body(p, S("'''"), false, true, ret);
    }
    if (eat(p, S("\""))) {
        return eat_string_body(p, S("\""), true, false, ret);
    }
    return eat(p, S("'")) && eat_string_body(p, S("'"), false, false, ret);
}

static bool is_bare_key(char c)
{
    return (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '_' ||
           c == '-';
}

static bool is_quote(char c)
{
    return c == '"' || c == '\'';
}

static bool eat_simple_key(Parser *p, Str *ret)
{
    if (is_quote(peek(p))) {
        return eat_string(p, ret);
    }
    isize from = p->at;
    while (is_bare_key(peek(p))) {
        p->at++;
    }
    *ret = str_slice(p->text, from, p->at);
    return ret->len > 0 || fail(p, "expected a key");
}

static Spot step(Spot from, Str key)
{
    if (from == AT_ROOT && str_eq(key, S("tools"))) {
        return AT_TOOLS;
    }
    if (from == AT_TOOLS && (str_eq(key, S("go")) || str_eq(key, S("golang")))) {
        return AT_GO;
    }
    return from == AT_GO && str_eq(key, S("version")) ? AT_VERSION : AT_OTHER;
}

/* A dotted key, taken from the spot `from`. */
static bool eat_key(Parser *p, Spot from, Spot *ret)
{
    Spot spot = from;
    do {
        Str key;
        skip_blanks(p);
        if (!eat_simple_key(p, &key)) {
            return false;
        }
        spot = step(spot, key);
        skip_blanks(p);
    } while (eat(p, S(".")));
    *ret = spot;
    return true;
}

/* ---- values ---- */

static bool eat_value(Parser *p, Spot spot);

static void take(Parser *p, Spot spot, Str value, isize line, bool is_number)
{
    if ((spot == AT_GO || spot == AT_VERSION) && !p->found.is_found) {
        p->found = (MiseGo){.value = value, .line = line, .is_number = is_number, .is_found = true};
    }
}

static bool eat_key_value(Parser *p, Spot table)
{
    Spot spot;
    if (!eat_key(p, table, &spot)) {
        return false;
    }
    if (!eat(p, S("="))) {
        return fail(p, "expected '=' behind the key");
    }
    skip_blanks(p);
    return eat_value(p, spot);
}

static bool eat_array(Parser *p, Spot spot)
{
    for (;;) {
        skip_space(p);
        if (eat(p, S("]"))) {
            return true;
        }
        if (is_at_end(p)) {
            return fail(p, "an array without its ']'");
        }
        if (!eat_value(p, spot)) {
            return false;
        }
        skip_space(p);
        if (!eat(p, S(",")) && peek(p) != ']') {
            return fail(p, "expected ',' or ']' in the array");
        }
    }
}

static bool eat_inline_table(Parser *p, Spot spot)
{
    for (;;) {
        skip_space(p);
        if (eat(p, S("}"))) {
            return true;
        }
        if (!eat_key_value(p, spot)) {
            return false;
        }
        skip_space(p);
        if (!eat(p, S(",")) && peek(p) != '}') {
            return fail(p, "expected ',' or '}' in the table");
        }
    }
}

static bool ends_bare_value(char c)
{
    return c == ',' || c == ']' || c == '}' || c == '#' || c == '\n' || c == '\r';
}

/* A number, date or truth value. */
static bool eat_bare_value(Parser *p, Spot spot)
{
    isize from = p->at;
    while (!is_at_end(p) && !ends_bare_value(peek(p))) {
        p->at++;
    }
    Str value = str_trim(str_slice(p->text, from, p->at));
    take(p, spot, value, p->line, true);
    return value.len > 0 || fail(p, "expected a value");
}

static bool eat_nested(Parser *p, Spot spot, bool (*eat_body)(Parser *p, Spot spot))
{
    if (p->depth == MISEFILE_MAX_DEPTH) {
        return FAIL(p->err, ERR_LIMIT, "%.*s:%td: values nested more than %d deep",
                    STR_ARG(p->file), p->line, MISEFILE_MAX_DEPTH);
    }
    p->depth++;
    bool is_fine = eat_body(p, spot);
    p->depth--;
    return is_fine;
}

static bool eat_value(Parser *p, Spot spot)
{
    if (is_quote(peek(p))) {
        isize line = p->line;
        Str value;
        if (!eat_string(p, &value)) {
            return false;
        }
        take(p, spot, value, line, false);
        return true;
    }
    if (eat(p, S("["))) {
        return eat_nested(p, spot, eat_array);
    }
    if (eat(p, S("{"))) {
        return eat_nested(p, spot, eat_inline_table);
    }
    return eat_bare_value(p, spot);
}

/* ---- lines ---- */

/* "[a.b]" or "[[a.b]]"; *table is where the keys below it stand. */
static bool eat_header(Parser *p, Spot *table)
{
    bool is_array = eat(p, S("["));
    if (!eat_key(p, AT_ROOT, table)) {
        return false;
    }
    return eat(p, is_array ? S("]]") : S("]")) || fail(p, "expected ']' behind the table's name");
}

bool misefile_parse(Str file, Str text, MiseGo *ret, Err *err)
{
    Parser p = {.file = file, .text = text, .line = 1, .err = err};
    Spot table = AT_ROOT;
    for (skip_space(&p); !is_at_end(&p); skip_space(&p)) {
        bool is_fine = eat(&p, S("[")) ? eat_header(&p, &table) : eat_key_value(&p, table);
        if (!is_fine || !eat_line_end(&p)) {
            return false;
        }
    }
    *ret = p.found;
    return true;
}
