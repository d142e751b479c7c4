/*
 * A byte decides by its class what a token is; names, spaces and comments are passed over in tight
 * loops that stop at the first byte which needs a second look. Only then is it asked whether that
 * byte is the end of the text (a zero behind it), a zero within it, or a sign beyond ASCII.
 *
 * go/scanner reports each odd sign when it reads it, wherever that is: so do read_odd and its
 * callers.
 */
#include "go/syntax/scanner.h"

#include "base/panic.h"
#include "format/unicode.h"
#include "format/utf8.h"
#include "go/syntax/scanner_literal.h"

enum {
    NAME = 1,  /* of identifiers: letters, digits, "_" */
    DIGIT = 2, /* decimal */
    BLANK = 4, /* space, tab, CR */
    ODD = 8,   /* zero, and all beyond ASCII */
};

static const uint8_t classes[256] = {
    [0] = ODD,
    ['\t'] = BLANK,
    ['\r'] = BLANK,
    [' '] = BLANK,
    ['0' ... '9'] = NAME | DIGIT,
    ['A' ... 'Z'] = NAME,
    ['_'] = NAME,
    ['a' ... 'z'] = NAME,
    [0x80 ... 0xff] = ODD,
};

static unsigned class_of(char byte)
{
    return classes[(uint8_t)byte];
}

/* ---- signs that are not plain ---- */

#define BOM 0xFEFF

static SourcePos pos_of(const Scanner *s, const char *at)
{
    return (SourcePos)(at - s->text.ptr);
}

bool scanner_is_end(const Scanner *s, const char *at)
{
    return at == s->text.ptr + s->text.len;
}

int scanner_read_odd(Scanner *s, const char *at, uint32_t *ret_rune)
{
    if (*at == 0) {
        *ret_rune = 0;
        diagnostic_add(s->errors, pos_of(s, at), "illegal character NUL");
        return 1;
    }
    int n = utf8_decode(str_from(s->text, at - s->text.ptr), ret_rune);
    if (n == 0) {
        *ret_rune = UTF8_REPLACEMENT;
        bool is_utf16 = at == s->text.ptr && (str_starts_with(s->text, S("\xff\xfe")) ||
                                              str_starts_with(s->text, S("\xfe\xff")));
        diagnostic_add(s->errors, pos_of(s, at), "illegal UTF-8 encoding%s",
                       is_utf16 ? " (got UTF-16)" : "");
        return is_utf16 ? (int)s->text.len : 1; /* all of it would be wrong */
    }
    if (*ret_rune == BOM && at > s->text.ptr) {
        diagnostic_add(s->errors, pos_of(s, at), "illegal byte order mark");
    }
    return n;
}

/* ---- space and comments ---- */

#define ONES 0x0101010101010101u
#define HIGH 0x8080808080808080u

/* The first byte from `at` on that is `stop`, zero or beyond ASCII. Eight bytes at a time: a byte
 * is zero exactly when taking one from it borrows from its high bit; a borrow can only make a byte
 * above the first hit look like one. */
static const char *find_stop(const char *at, char stop)
{
    uint64_t pattern = ONES * (uint8_t)stop;
    for (;; at += 8) {
        uint64_t word;
        memcpy(&word, at, 8);
        uint64_t same = word ^ pattern;
        uint64_t hits = ((word - ONES) | word | ((same - ONES) & ~same)) & HIGH;
        if (hits != 0) {
            return at + (__builtin_ctzll(hits) >> 3);
        }
    }
}

/* Passes over what a comment may hold up to `stop`; false at the end of the text. */
static bool find_in_comment(Scanner *s, const char **at, char stop)
{
    uint32_t rune;
    for (;;) {
        *at = find_stop(*at, stop);
        if (**at == stop) {
            return true;
        }
        if (scanner_is_end(s, *at)) {
            return false;
        }
        *at += scanner_read_odd(s, *at, &rune);
    }
}

/* Whether its end was found. */
static bool skip_block(Scanner *s)
{
    const char *begin = s->at, *at = begin + 2;
    bool is_closed = false;
    while (!is_closed && find_in_comment(s, &at, '*')) {
        at++;
        is_closed = *at == '/';
    }
    if (is_closed) {
        at++;
    } else {
        diagnostic_add(s->errors, pos_of(s, begin), "comment not terminated");
    }
    s->at = at;
    if (s->inserts_semi && (s->semi_at = memchr(begin, '\n', (size_t)(at - begin))) != NULL) {
        s->inserts_semi = false;
    }
    return is_closed;
}

/* A comment begins at s->at. */
static void skip_comment(Scanner *s)
{
    const char *begin = s->at;
    bool is_whole = true;
    if (begin[1] == '*') {
        is_whole = skip_block(s);
    } else {
        s->at += 2;
        find_in_comment(s, &s->at, '\n');
    }
    Comment comment = {pos_of(s, begin), pos_of(s, s->at)};
    *VEC_PUSH(s->arena, &s->comments) = comment;
    if (is_whole && linedir_may_be(begin, comment.pos)) {
        linedir_read(&s->linedirs, s->text, comment, s->errors);
    }
}

/* Up to the next token, which may be a semicolon for the end of a line. */
static void skip_space(Scanner *s)
{
    const char *at = s->at;
    for (;;) {
        while ((class_of(*at) & BLANK) != 0 || (*at == '\n' && !s->inserts_semi)) {
            at++;
        }
        s->at = at;
        if (*at != '/' || (at[1] != '/' && at[1] != '*')) {
            return;
        }
        skip_comment(s);
        if (s->semi_at != NULL) {
            return;
        }
        at = s->at;
    }
}

/* ---- names and keywords ---- */

/* A keyword lies where its first two bytes and its length say; no two lie at the same place. */
#define KEYWORD_SLOTS 64
#define KEYWORD_MAX 11 /* "fallthrough" */

static const uint8_t keywords[KEYWORD_SLOTS] = {
    [8] = TOKEN_BREAK,        [63] = TOKEN_CASE,    [27] = TOKEN_CHAN,   [61] = TOKEN_CONST,
    [15] = TOKEN_CONTINUE,    [34] = TOKEN_DEFAULT, [22] = TOKEN_DEFER,  [45] = TOKEN_ELSE,
    [44] = TOKEN_FALLTHROUGH, [52] = TOKEN_FOR,     [18] = TOKEN_FUNC,   [47] = TOKEN_GO,
    [59] = TOKEN_GOTO,        [13] = TOKEN_IF,      [1] = TOKEN_IMPORT,  [23] = TOKEN_INTERFACE,
    [3] = TOKEN_MAP,          [30] = TOKEN_PACKAGE, [20] = TOKEN_RANGE,  [42] = TOKEN_RETURN,
    [43] = TOKEN_SELECT,      [39] = TOKEN_STRUCT,  [51] = TOKEN_SWITCH, [48] = TOKEN_TYPE,
    [12] = TOKEN_VAR,
};

static Token keyword_or_ident(const char *name, isize len)
{
    if (len < 2 || len > KEYWORD_MAX) {
        return TOKEN_IDENT;
    }
    unsigned slot = ((uint8_t)name[0] + 4u * (uint8_t)name[1] + 6u * (unsigned)len) % KEYWORD_SLOTS;
    Token tok = keywords[slot];
    return tok != TOKEN_ILLEGAL && str_eq(token_text(tok), (Str){name, len}) ? tok : TOKEN_IDENT;
}

/* Letters and digits beyond ASCII within a name, and what follows them. */
static const char *skip_name(Scanner *s, const char *at)
{
    uint32_t rune;
    while (!scanner_is_end(s, at) && (class_of(*at) & (NAME | ODD)) != 0) {
        DiagnosticMark before = diagnostic_mark(s->errors);
        int n = (class_of(*at) & NAME) != 0 ? 1 : scanner_read_odd(s, at, &rune);
        if ((class_of(*at) & NAME) == 0 && !unicode_is_letter(rune) && !unicode_is_digit(rune)) {
            diagnostic_reset(s->errors, before); /* it is read again as a token of its own */
            break;
        }
        at += n;
    }
    return at;
}

static Token scan_name(Scanner *s)
{
    const char *begin = s->at, *at = begin;
    while ((class_of(*at) & NAME) != 0) {
        at++;
    }
    if ((class_of(*at) & ODD) != 0) {
        at = skip_name(s, at);
    }
    s->at = at;
    Token tok = keyword_or_ident(begin, at - begin);
    s->inserts_semi = tok == TOKEN_IDENT || tok == TOKEN_BREAK || tok == TOKEN_CONTINUE ||
                      tok == TOKEN_FALLTHROUGH || tok == TOKEN_RETURN;
    return tok;
}

/* ---- operators ---- */

/* One that may be followed by "=", or doubled, or both: the longest that stands here. */
static Token scan_operator(Scanner *s, Token plain, Token assign, Token twice, Token twice_assign)
{
    char first = *s->at++;
    if (*s->at == '=' && assign != TOKEN_ILLEGAL) {
        s->at++;
        return assign;
    }
    if (*s->at != first || twice == TOKEN_ILLEGAL) {
        return plain;
    }
    s->at++;
    if (*s->at == '=' && twice_assign != TOKEN_ILLEGAL) {
        s->at++;
        return twice_assign;
    }
    return twice;
}

static Token scan_and(Scanner *s)
{
    if (s->at[1] != '^') {
        return scan_operator(s, TOKEN_AND, TOKEN_AND_ASSIGN, TOKEN_LAND, TOKEN_ILLEGAL);
    }
    s->at++;
    return scan_operator(s, TOKEN_AND_NOT, TOKEN_AND_NOT_ASSIGN, TOKEN_ILLEGAL, TOKEN_ILLEGAL);
}

static Token scan_less(Scanner *s)
{
    if (s->at[1] != '-') {
        return scan_operator(s, TOKEN_LSS, TOKEN_LEQ, TOKEN_SHL, TOKEN_SHL_ASSIGN);
    }
    s->at += 2;
    return TOKEN_ARROW;
}

static Token scan_period(Scanner *s)
{
    if ((class_of(s->at[1]) & DIGIT) != 0) {
        s->inserts_semi = true;
        return scanner_scan_number(s);
    }
    bool is_ellipsis = s->at[1] == '.' && s->at[2] == '.';
    s->at += is_ellipsis ? 3 : 1;
    return is_ellipsis ? TOKEN_ELLIPSIS : TOKEN_PERIOD;
}

/* ---- the rest ---- */

static Token scan_illegal(Scanner *s, uint32_t rune, int n)
{
    if (rune == 0x201C || rune == 0x201D) {
        diagnostic_add(s->errors, s->pos, "curly quotation mark '%.*s' (use neutral '\"')", n,
                       s->at);
    } else if (rune != BOM) {
        scanner_error_rune(s, s->pos, "illegal character %s", rune);
    }
    s->at += n;
    return TOKEN_ILLEGAL;
}

/* A token that begins with a zero or beyond ASCII. */
static Token scan_odd(Scanner *s)
{
    uint32_t rune;
    if (scanner_is_end(s, s->at)) {
        bool is_semi = s->inserts_semi;
        s->inserts_semi = false;
        s->is_newline = is_semi;
        return is_semi ? TOKEN_SEMICOLON : TOKEN_EOF;
    }
    int n = scanner_read_odd(s, s->at, &rune);
    if (!unicode_is_letter(rune)) {
        return scan_illegal(s, rune, n);
    }
    s->at = skip_name(s, s->at + n);
    s->inserts_semi = true;
    return TOKEN_IDENT;
}

static Token take(Scanner *s, Token tok)
{
    s->at++;
    return tok;
}

/* A token that may end a statement. */
static Token take_last(Scanner *s, Token tok)
{
    s->inserts_semi = true;
    return take(s, tok);
}

static Token scan_twin(Scanner *s, Token plain, Token assign, Token twice)
{
    Token tok = scan_operator(s, plain, assign, twice, TOKEN_ILLEGAL);
    s->inserts_semi = tok == twice;
    return tok;
}

static Token scan_line_end(Scanner *s)
{
    s->is_newline = true;
    return take(s, TOKEN_SEMICOLON);
}

static Token scan_text(Scanner *s, Token (*scan)(Scanner *s))
{
    s->inserts_semi = true;
    return scan(s);
}

/* The token that begins at s->at. inserts_semi is that of the token before, and becomes its own. */
static Token scan_token(Scanner *s)
{
    char byte = *s->at;
    bool was_last = s->inserts_semi;
    s->inserts_semi = false;
    switch (byte) {
    case 'a' ... 'z':
    case 'A' ... 'Z':
    case '_':
        return scan_name(s);
    case '0' ... '9':
        return scan_text(s, scanner_scan_number);
    case '"':
        return scan_text(s, scanner_scan_string);
    case '`':
        return scan_text(s, scanner_scan_raw_string);
    case '\'':
        return scan_text(s, scanner_scan_char);
    case '\n':
        return scan_line_end(s);
    case ')':
        return take_last(s, TOKEN_RPAREN);
    case ']':
        return take_last(s, TOKEN_RBRACK);
    case '}':
        return take_last(s, TOKEN_RBRACE);
    case '(':
        return take(s, TOKEN_LPAREN);
    case '[':
        return take(s, TOKEN_LBRACK);
    case '{':
        return take(s, TOKEN_LBRACE);
    case ',':
        return take(s, TOKEN_COMMA);
    case ';':
        return take(s, TOKEN_SEMICOLON);
    case '~':
        return take(s, TOKEN_TILDE);
    case '.':
        return scan_period(s);
    case '+':
        return scan_twin(s, TOKEN_ADD, TOKEN_ADD_ASSIGN, TOKEN_INC);
    case '-':
        return scan_twin(s, TOKEN_SUB, TOKEN_SUB_ASSIGN, TOKEN_DEC);
    case ':':
        return scan_operator(s, TOKEN_COLON, TOKEN_DEFINE, TOKEN_ILLEGAL, TOKEN_ILLEGAL);
    case '=':
        return scan_operator(s, TOKEN_ASSIGN, TOKEN_EQL, TOKEN_ILLEGAL, TOKEN_ILLEGAL);
    case '!':
        return scan_operator(s, TOKEN_NOT, TOKEN_NEQ, TOKEN_ILLEGAL, TOKEN_ILLEGAL);
    case '*':
        return scan_operator(s, TOKEN_MUL, TOKEN_MUL_ASSIGN, TOKEN_ILLEGAL, TOKEN_ILLEGAL);
    case '/':
        return scan_operator(s, TOKEN_QUO, TOKEN_QUO_ASSIGN, TOKEN_ILLEGAL, TOKEN_ILLEGAL);
    case '%':
        return scan_operator(s, TOKEN_REM, TOKEN_REM_ASSIGN, TOKEN_ILLEGAL, TOKEN_ILLEGAL);
    case '^':
        return scan_operator(s, TOKEN_XOR, TOKEN_XOR_ASSIGN, TOKEN_ILLEGAL, TOKEN_ILLEGAL);
    case '|':
        return scan_operator(s, TOKEN_OR, TOKEN_OR_ASSIGN, TOKEN_LOR, TOKEN_ILLEGAL);
    case '>':
        return scan_operator(s, TOKEN_GTR, TOKEN_GEQ, TOKEN_SHR, TOKEN_SHR_ASSIGN);
    case '<':
        return scan_less(s);
    case '&':
        return scan_and(s);
    }
    s->inserts_semi = was_last; /* what is illegal changes nothing */
    return class_of(byte) & ODD ? scan_odd(s) : scan_illegal(s, (uint8_t)byte, 1);
}

void scanner_init(Scanner *s, Arena *a, Str text, DiagnosticList *errors)
{
    ASSERT(text.len <= SCANNER_MAX_TEXT);
    *s = (Scanner){.text = text, .at = text.ptr, .errors = errors, .arena = a};
    if (str_starts_with(text, S("\xef\xbb\xbf"))) {
        s->at += 3;
    }
}

Token scanner_next(Scanner *s)
{
    s->is_newline = false;
    if (s->semi_at == NULL) {
        skip_space(s);
    }
    if (s->semi_at != NULL) {
        s->pos = pos_of(s, s->semi_at);
        s->end = s->pos + 1;
        s->semi_at = NULL;
        s->is_newline = true;
        return s->tok = TOKEN_SEMICOLON;
    }
    s->pos = pos_of(s, s->at);
    s->tok = scan_token(s);
    s->end = pos_of(s, s->at);
    return s->tok;
}
