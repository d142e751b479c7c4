/* The rules are those of the importReader of go/build: semicolons are white space, a name may begin
 * with a digit, and what stands between quotes is not looked at. */
#include "go/load/filehead_parts.h"

typedef struct {
    Str text;
    isize at;
    HeadSkimOutcome outcome;
} Skim;

static void fail(Skim *s, HeadSkimOutcome outcome)
{
    s->outcome = s->outcome == HEADSKIM_FINE ? outcome : s->outcome;
}

static bool is_over(const Skim *s)
{
    return s->outcome != HEADSKIM_FINE;
}

/* The next byte; 0 at the end. */
static char peek(Skim *s)
{
    if (is_over(s) || s->at >= s->text.len) {
        return '\0';
    }
    if (s->text.ptr[s->at] == '\0') {
        fail(s, HEADSKIM_NUL);
    }
    return s->text.ptr[s->at];
}

static void take(Skim *s, isize n)
{
    if (memchr(s->text.ptr + s->at, 0, (size_t)n) != NULL) {
        fail(s, HEADSKIM_NUL);
    }
    s->at += n;
}

static void take_comment(Skim *s)
{
    Str rest = str_from(s->text, s->at);
    bool is_block = rest.len > 1 && rest.ptr[1] == '*';
    if (rest.len < 2 || (!is_block && rest.ptr[1] != '/')) {
        fail(s, rest.len > 1 && rest.ptr[1] == '\0' ? HEADSKIM_NUL : HEADSKIM_SYNTAX);
        return;
    }
    isize n = is_block ? str_index(str_from(rest, 2), S("*/")) : str_index_byte(rest, '\n');
    bool is_open = n < 0 && is_block;
    take(s, n < 0 ? rest.len : is_block ? n + 4 : n + 1);
    if (is_open) {
        fail(s, HEADSKIM_SYNTAX);
    }
}

/* Past white space and comments, to the byte that is given. */
static char skip(Skim *s)
{
    for (;;) {
        char byte = peek(s);
        if (byte == '/') {
            take_comment(s);
        } else if (byte == ' ' || byte == '\f' || byte == '\t' || byte == '\r' || byte == '\n' ||
                   byte == ';') {
            s->at++;
        } else {
            return byte;
        }
    }
}

static bool is_name_byte(char byte)
{
    return (byte >= 'A' && byte <= 'Z') || (byte >= 'a' && byte <= 'z') ||
           (byte >= '0' && byte <= '9') || byte == '_' || (byte & 0x80) != 0;
}

static void take_keyword(Skim *s, Str word)
{
    skip(s);
    for (isize i = 0; i < word.len; i++) {
        if (peek(s) != word.ptr[i]) {
            fail(s, HEADSKIM_SYNTAX);
            return;
        }
        s->at++;
    }
    if (is_name_byte(peek(s))) {
        fail(s, HEADSKIM_SYNTAX);
    }
}

static void take_name(Skim *s)
{
    if (!is_name_byte(skip(s))) {
        fail(s, HEADSKIM_SYNTAX);
    }
    while (is_name_byte(peek(s))) {
        s->at++;
    }
}

static void take_string(Skim *s)
{
    char quote = skip(s);
    if (quote != '"' && quote != '`') {
        fail(s, HEADSKIM_SYNTAX);
        return;
    }
    s->at++;
    for (char byte; !is_over(s) && (byte = peek(s)) != quote;) {
        if (s->at >= s->text.len || (quote == '"' && byte == '\n')) {
            fail(s, HEADSKIM_SYNTAX);
            return;
        }
        s->at++;
        if (quote == '"' && byte == '\\') {
            peek(s);
            s->at += s->at < s->text.len;
        }
    }
    s->at++;
}

static void take_import(Skim *s)
{
    char byte = skip(s);
    if (byte == '.') {
        s->at++;
    } else if (is_name_byte(byte)) {
        take_name(s);
    }
    take_string(s);
}

HeadSkimOutcome headskim(Str text, isize *ret_len)
{
    Skim s = {.text = text};
    take_keyword(&s, S("package"));
    take_name(&s);
    while (skip(&s) == 'i') {
        take_keyword(&s, S("import"));
        if (skip(&s) != '(') {
            take_import(&s);
            continue;
        }
        s.at++;
        while (skip(&s) != ')' && !is_over(&s)) {
            take_import(&s);
        }
        s.at++;
    }
    *ret_len = MIN(s.at, text.len);
    return s.outcome;
}
