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
    LINE = 16, /* the end of one */
};

static const uint8_t classes[256] = {
    [0] = ODD,
    ['\t'] = BLANK,
    ['\n'] = LINE,
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
static __attribute__((noinline)) void skip_comment(Scanner *s)
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
        unsigned skipped = s->inserts_semi ? BLANK : BLANK | LINE;
        while ((class_of(*at) & skipped) != 0) {
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

/* A keyword lies where its first two bytes and its length say; no two lie at the same place. It is
 * compared as a word of 8 bytes, and by what is behind them. */
#define KEYWORD_SLOTS 64
#define KEYWORD_MAX 11 /* "fallthrough" */

typedef struct {
    char text[15]; /* zeros behind it */
    uint8_t tok;
} Keyword;

static const Keyword keywords[KEYWORD_SLOTS] = {
    [8] = {"break", TOKEN_BREAK},
    [63] = {"case", TOKEN_CASE},
    [27] = {"chan", TOKEN_CHAN},
    [61] = {"const", TOKEN_CONST},
    [15] = {"continue", TOKEN_CONTINUE},
    [34] = {"default", TOKEN_DEFAULT},
    [22] = {"defer", TOKEN_DEFER},
    [45] = {"else", TOKEN_ELSE},
    [44] = {"fallthrough", TOKEN_FALLTHROUGH},
    [52] = {"for", TOKEN_FOR},
    [18] = {"func", TOKEN_FUNC},
    [47] = {"go", TOKEN_GO},
    [59] = {"goto", TOKEN_GOTO},
    [13] = {"if", TOKEN_IF},
    [1] = {"import", TOKEN_IMPORT},
    [23] = {"interface", TOKEN_INTERFACE},
    [3] = {"map", TOKEN_MAP},
    [30] = {"package", TOKEN_PACKAGE},
    [20] = {"range", TOKEN_RANGE},
    [42] = {"return", TOKEN_RETURN},
    [43] = {"select", TOKEN_SELECT},
    [39] = {"struct", TOKEN_STRUCT},
    [51] = {"switch", TOKEN_SWITCH},
    [48] = {"type", TOKEN_TYPE},
    [12] = {"var", TOKEN_VAR},
};

/* The n bytes at ptr, at most 8, as a word with zeros behind them. */
static uint64_t word_of(const char *ptr, isize n)
{
    uint64_t word;
    memcpy(&word, ptr, 8);
    return n >= 8 ? word : word & ((UINT64_C(1) << (n * 8)) - 1);
}

static Token keyword_or_ident(const char *name, isize len)
{
    if (len < 2 || len > KEYWORD_MAX) {
        return TOKEN_IDENT;
    }
    unsigned slot = ((uint8_t)name[0] + 4u * (uint8_t)name[1] + 6u * (unsigned)len) % KEYWORD_SLOTS;
    const Keyword *keyword = &keywords[slot];
    bool is_same = word_of(name, len) == word_of(keyword->text, 8) &&
                   (len <= 8 || word_of(name + 8, len - 8) == word_of(keyword->text + 8, len - 8));
    return is_same ? (Token)keyword->tok : TOKEN_IDENT;
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

/* A name that goes on, or ends, with a byte of class ODD. */
static __attribute__((noinline)) Token scan_odd_name(Scanner *s, const char *begin, const char *odd)
{
    s->at = skip_name(s, odd);
    return keyword_or_ident(begin, s->at - begin);
}

static Token scan_name(Scanner *s)
{
    const char *begin = s->at, *at = begin;
    while ((class_of(*at) & NAME) != 0) {
        at++;
    }
    if ((class_of(*at) & ODD) != 0) {
        return scan_odd_name(s, begin, at);
    }
    s->at = at;
    return keyword_or_ident(begin, at - begin);
}

/* ---- operators ---- */

/* What an operator is alone, before "=", doubled, and doubled before "="; 0: it is not that. */
typedef struct {
    uint8_t plain, assign, twice, twice_assign;
} Operator;

static const Operator operators[256] = {
    ['('] = {.plain = TOKEN_LPAREN},
    [')'] = {.plain = TOKEN_RPAREN},
    ['['] = {.plain = TOKEN_LBRACK},
    [']'] = {.plain = TOKEN_RBRACK},
    ['{'] = {.plain = TOKEN_LBRACE},
    ['}'] = {.plain = TOKEN_RBRACE},
    [','] = {.plain = TOKEN_COMMA},
    [';'] = {.plain = TOKEN_SEMICOLON},
    ['~'] = {.plain = TOKEN_TILDE},
    [':'] = {.plain = TOKEN_COLON, .assign = TOKEN_DEFINE},
    ['='] = {.plain = TOKEN_ASSIGN, .assign = TOKEN_EQL},
    ['!'] = {.plain = TOKEN_NOT, .assign = TOKEN_NEQ},
    ['*'] = {.plain = TOKEN_MUL, .assign = TOKEN_MUL_ASSIGN},
    ['/'] = {.plain = TOKEN_QUO, .assign = TOKEN_QUO_ASSIGN},
    ['%'] = {.plain = TOKEN_REM, .assign = TOKEN_REM_ASSIGN},
    ['^'] = {.plain = TOKEN_XOR, .assign = TOKEN_XOR_ASSIGN},
    ['+'] = {.plain = TOKEN_ADD, .assign = TOKEN_ADD_ASSIGN, .twice = TOKEN_INC},
    ['-'] = {.plain = TOKEN_SUB, .assign = TOKEN_SUB_ASSIGN, .twice = TOKEN_DEC},
    ['|'] = {.plain = TOKEN_OR, .assign = TOKEN_OR_ASSIGN, .twice = TOKEN_LOR},
    ['&'] = {.plain = TOKEN_AND, .assign = TOKEN_AND_ASSIGN, .twice = TOKEN_LAND},
    ['>'] = {.plain = TOKEN_GTR,
             .assign = TOKEN_GEQ,
             .twice = TOKEN_SHR,
             .twice_assign = TOKEN_SHR_ASSIGN},
    ['<'] = {.plain = TOKEN_LSS,
             .assign = TOKEN_LEQ,
             .twice = TOKEN_SHL,
             .twice_assign = TOKEN_SHL_ASSIGN},
};

/* The longest operator that begins at s->at. */
static Token scan_operator(Scanner *s)
{
    char first = *s->at++;
    const Operator *op = &operators[(uint8_t)first];
    if (*s->at == '=' && op->assign != 0) {
        s->at++;
        return op->assign;
    }
    if (*s->at != first || op->twice == 0) {
        return op->plain;
    }
    s->at++;
    if (*s->at == '=' && op->twice_assign != 0) {
        s->at++;
        return op->twice_assign;
    }
    return op->twice;
}

static Token scan_and(Scanner *s)
{
    if (s->at[1] != '^') {
        return scan_operator(s);
    }
    bool assigns = s->at[2] == '=';
    s->at += assigns ? 3 : 2;
    return assigns ? TOKEN_AND_NOT_ASSIGN : TOKEN_AND_NOT;
}

static Token scan_less(Scanner *s)
{
    if (s->at[1] != '-') {
        return scan_operator(s);
    }
    s->at += 2;
    return TOKEN_ARROW;
}

static Token scan_period(Scanner *s)
{
    if ((class_of(s->at[1]) & DIGIT) != 0) {
        return scanner_scan_number(s);
    }
    bool is_ellipsis = s->at[1] == '.' && s->at[2] == '.';
    s->at += is_ellipsis ? 3 : 1;
    return is_ellipsis ? TOKEN_ELLIPSIS : TOKEN_PERIOD;
}

/* ---- the rest ---- */

static __attribute__((noinline)) Token scan_illegal(Scanner *s, uint32_t rune, int n)
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
        s->is_newline = s->inserts_semi;
        return s->inserts_semi ? TOKEN_SEMICOLON : TOKEN_EOF;
    }
    int n = scanner_read_odd(s, s->at, &rune);
    if (!unicode_is_letter(rune)) {
        return scan_illegal(s, rune, n);
    }
    s->at = skip_name(s, s->at + n);
    return TOKEN_IDENT;
}

static Token scan_line_end(Scanner *s)
{
    s->at++;
    s->is_newline = true;
    return TOKEN_SEMICOLON;
}

/* By the byte that a token begins with; names aside, which are the half of all. */
static Token (*const scans[256])(Scanner *s) = {
    [0] = scan_odd,
    ['\n'] = scan_line_end,
    ['0' ... '9'] = scanner_scan_number,
    ['"'] = scanner_scan_string,
    ['`'] = scanner_scan_raw_string,
    ['\''] = scanner_scan_char,
    [':'] = scan_operator,
    ['='] = scan_operator,
    ['!'] = scan_operator,
    ['*'] = scan_operator,
    ['/'] = scan_operator,
    ['%'] = scan_operator,
    ['^'] = scan_operator,
    ['+'] = scan_operator,
    ['-'] = scan_operator,
    ['|'] = scan_operator,
    ['>'] = scan_operator,
    ['&'] = scan_and,
    ['<'] = scan_less,
    ['.'] = scan_period,
    [0x80 ... 0xff] = scan_odd,
};

static Token scan_token(Scanner *s)
{
    uint8_t byte = (uint8_t)*s->at;
    if ((classes[byte] & (NAME | DIGIT)) == NAME) {
        return scan_name(s);
    }
    if (operators[byte].plain != 0 && operators[byte].assign == 0) {
        s->at++; /* a bracket or a separator: nothing can follow */
        return operators[byte].plain;
    }
    return scans[byte] != NULL ? scans[byte](s) : scan_illegal(s, byte, 1);
}

/* Tokens that may end a statement: a line end behind them means a semicolon. */
static const bool ends_statement[TOKEN_COUNT] = {
    [TOKEN_IDENT... TOKEN_STRING] = true,
    [TOKEN_BREAK] = true,
    [TOKEN_CONTINUE] = true,
    [TOKEN_FALLTHROUGH] = true,
    [TOKEN_RETURN] = true,
    [TOKEN_INC] = true,
    [TOKEN_DEC] = true,
    [TOKEN_RPAREN] = true,
    [TOKEN_RBRACK] = true,
    [TOKEN_RBRACE] = true,
};

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
    if (s->tok != TOKEN_ILLEGAL) { /* what is illegal changes nothing */
        s->inserts_semi = ends_statement[s->tok];
    }
    return s->tok;
}
