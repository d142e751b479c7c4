#include "go/syntax/parser.h"

#include "go/syntax/parse.h"

#include "os/stack.h"

#include <stdio.h>

#define FIRST_STACK 256
#define STACK_RESERVE (128 * KIB) /* for what is called between two levels */
#define MAX_SYNCS 10              /* stops at one place until a token is passed over all the same */

/* ---- sets of tokens ---- */

/* Keywords and the last operators fit into a word, counted from here. */
#define SET_BASE TOKEN_LPAREN
#define IN_SET(name) (UINT64_C(1) << (TOKEN_##name - SET_BASE))
_Static_assert(TOKEN_COUNT - SET_BASE <= 64,
               "a TokenSet has a bit for each token from SET_BASE on");

#define STMT_START                                                                            \
    (IN_SET(BREAK) | IN_SET(CONST) | IN_SET(CONTINUE) | IN_SET(DEFER) | IN_SET(FALLTHROUGH) | \
     IN_SET(FOR) | IN_SET(GO) | IN_SET(GOTO) | IN_SET(IF) | IN_SET(RETURN) | IN_SET(SELECT) | \
     IN_SET(SWITCH) | IN_SET(TYPE) | IN_SET(VAR))
#define DECL_START (IN_SET(IMPORT) | IN_SET(CONST) | IN_SET(TYPE) | IN_SET(VAR))

const TokenSet parse_stmt_start = STMT_START;
const TokenSet parse_decl_start = DECL_START;
const TokenSet parse_any_decl_start = DECL_START | IN_SET(FUNC);
const TokenSet parse_expr_end = IN_SET(COMMA) | IN_SET(COLON) | IN_SET(SEMICOLON) | IN_SET(RPAREN) |
                                IN_SET(RBRACK) | IN_SET(RBRACE);
const TokenSet parse_closing = STMT_START | IN_SET(RPAREN) | IN_SET(RBRACK) | IN_SET(RBRACE);
const TokenSet parse_clause_start = STMT_START | IN_SET(CASE) | IN_SET(DEFAULT) | IN_SET(RBRACE);
const TokenSet parse_clause_part =
    STMT_START | IN_SET(CASE) | IN_SET(DEFAULT) | IN_SET(RBRACE) | IN_SET(COLON);
const TokenSet parse_block_edge = STMT_START | IN_SET(LBRACE) | IN_SET(RBRACE);
static const TokenSet stmt_end =
    STMT_START | IN_SET(SEMICOLON) | IN_SET(RBRACE) | IN_SET(CASE) | IN_SET(DEFAULT);

/* ---- tokens ---- */

void parse_next(Parser *p)
{
    if (!p->is_over) {
        scanner_next(&p->scanner);
    }
}

bool parse_got(Parser *p, Token tok)
{
    if (parse_tok(p) != tok) {
        return false;
    }
    parse_next(p);
    return true;
}

SourcePos parse_expect(Parser *p, Token tok)
{
    SourcePos pos = parse_pos(p);
    if (parse_tok(p) != tok) {
        Str text = token_text(tok);
        char what[20];
        snprintf(what, sizeof(what), "'%.*s'", STR_ARG(text));
        parse_error_expected(p, pos, what);
    }
    parse_next(p);
    return pos;
}

SourcePos parse_expect_or_none(Parser *p, Token tok)
{
    bool is_there = parse_tok(p) == tok;
    SourcePos pos = parse_expect(p, tok);
    return is_there ? pos : 0;
}

static bool is_at_newline(const Parser *p)
{
    return parse_tok(p) == TOKEN_SEMICOLON && p->scanner.is_newline;
}

SourcePos parse_expect_closing(Parser *p, Token tok, const char *context)
{
    if (p->lost_at != 0 && p->lost_at == parse_pos(p) && parse_tok(p) != tok) {
        return p->lost_at; /* that was told */
    }
    if (is_at_newline(p)) {
        parse_error(p, parse_pos(p), "missing ',' before newline in %s", context);
        parse_next(p);
    }
    return parse_expect(p, tok);
}

void parse_expect_semi(Parser *p)
{
    Token tok = parse_tok(p);
    if (tok == TOKEN_RPAREN || tok == TOKEN_RBRACE) {
        return; /* it may be left out before them */
    }
    if (tok != TOKEN_SEMICOLON) {
        parse_error_expected(p, parse_pos(p), "';'");
    }
    bool is_stmt = p->is_compiler && p->n_blocks > 0;
    if (tok == TOKEN_SEMICOLON || (tok == TOKEN_COMMA && !is_stmt)) {
        parse_next(p);
    } else if (is_stmt) {
        parse_advance(p, &stmt_end);
        parse_got(p, TOKEN_SEMICOLON);
    } else {
        parse_advance(p, p->is_compiler ? &parse_any_decl_start : &parse_stmt_start);
    }
}

bool parse_at_comma(Parser *p, const char *context, Token follow)
{
    if (parse_tok(p) == TOKEN_COMMA) {
        return true;
    }
    if (parse_tok(p) == follow) {
        return false;
    }
    parse_error(p, parse_pos(p), "missing ','%s in %s", is_at_newline(p) ? " before newline" : "",
                context);
    if (p->is_compiler) {
        parse_advance(p, &parse_closing);
        p->lost_at = parse_pos(p);
    }
    return !p->is_compiler; /* as if it stood there */
}

/* ---- errors ---- */

static bool is_on_line_of_last(const Parser *p, SourcePos pos)
{
    const DiagnosticList *errors = p->errors;
    if (errors->len == 0) {
        return false;
    }
    SourcePos last = errors->ptr[errors->len - 1].pos, first = MIN(pos, last), end = MAX(pos, last);
    end -= end > first && (isize)end == p->file.text.len; /* no line begins behind the last byte */
    Str between = str_slice(p->file.text, first, end);
    return str_index_byte(between, '\n') < 0;
}

/* Whether it likely says nothing that was not said. */
static bool is_superfluous(const Parser *p, SourcePos pos)
{
    bool is_at_end = p->is_compiler && parse_tok(p) == TOKEN_EOF && p->errors->len > 0;
    return is_at_end || (p->is_brief && is_on_line_of_last(p, pos));
}

/* Whether it was added. */
static bool add_error(Parser *p, SourcePos pos, const char *format, va_list args)
{
    pos = MIN(pos, (SourcePos)p->file.text.len); /* a name that is missing there would end later */
    bool is_new = !p->is_over && !is_superfluous(p, pos);
    if (is_new) {
        diagnostic_add_args(p->errors, pos, format, args);
    }
    return is_new;
}

void parse_error(Parser *p, SourcePos pos, const char *format, ...)
{
    va_list args;
    va_start(args, format);
    add_error(p, pos, format, args);
    va_end(args);
}

void parse_mild_error(Parser *p, SourcePos pos, const char *format, ...)
{
    va_list args;
    va_start(args, format);
    p->file.n_mild += add_error(p, pos, format, args);
    va_end(args);
}

void parse_error_expected(Parser *p, SourcePos pos, const char *what)
{
    if (pos != parse_pos(p)) {
        parse_error(p, pos, "expected %s", what);
    } else if (is_at_newline(p)) {
        parse_error(p, pos, "expected %s, found newline", what);
    } else if (token_is_literal(parse_tok(p))) {
        Str found = scanner_text(&p->scanner);
        parse_error(p, pos, "expected %s, found %.*s", what, STR_ARG(found));
    } else {
        Str found = token_text(parse_tok(p));
        parse_error(p, pos, "expected %s, found '%.*s'", what, STR_ARG(found));
    }
}

static bool is_in_set(TokenSet set, Token tok)
{
    return tok >= SET_BASE && (set >> (tok - SET_BASE) & 1) != 0;
}

/* Several functions may stop at one place without going on; one token is then passed over, so that
 * this comes to an end. */
void parse_advance(Parser *p, const TokenSet *to)
{
    for (; parse_tok(p) != TOKEN_EOF; parse_next(p)) {
        if (!is_in_set(*to, parse_tok(p))) {
            continue;
        }
        if (parse_pos(p) == p->sync_pos && p->n_syncs < MAX_SYNCS) {
            p->n_syncs++;
            return;
        }
        if (parse_pos(p) > p->sync_pos) {
            p->sync_pos = parse_pos(p);
            p->n_syncs = 0;
            return;
        }
    }
}

void parse_give_up(Parser *p)
{
    if (!p->is_over) {
        parse_error(p, parse_pos(p), "exceeded max nesting depth");
        p->is_over = true;
        p->scanner.tok = TOKEN_EOF;
    }
}

/* ---- nodes ---- */

/* What the tree of a text hardly ever exceeds: three bytes for each of its own. */
static isize usual_words(Str text)
{
    return text.len * 3 / 4;
}

void parse_grow_words(Parser *p, isize n)
{
    ParserRoom *room = p->room;
    isize size = (isize)sizeof(uint32_t);
    isize cap = MAX(room->words_cap * 2, p->file.n_words + MAX(n, usual_words(p->file.text)));
    uint32_t *words = arena_room(room->arena, cap * size, _Alignof(uint32_t));
    if (p->file.n_words > 0) {
        memcpy(words, room->words, (size_t)(p->file.n_words * size));
    }
    room->words = words;
    room->words_cap = cap;
    p->file.words = words;
}

void parse_grow_stack(Parser *p)
{
    ParserRoom *room = p->room;
    isize size = (isize)sizeof(AstNode), cap = MAX(room->stack_cap * 2, FIRST_STACK);
    room->stack =
        arena_grow(room->arena, room->stack, room->stack_cap * size, cap * size, _Alignof(AstNode));
    room->stack_cap = cap;
}

AstNode parse_new_ident(Parser *p, SourcePos pos, Name name)
{
    if (name == 0) {
        parse_error(p, pos, "exceeded max number of names");
        name = NAME_BLANK;
    }
    const uint32_t words[] = {AST_IDENT | name << 8, pos};
    return parse_add(p, words, (isize)sizeof(words));
}

AstNode parse_list_end(Parser *p, isize begin)
{
    isize len = p->stack_len - begin;
    p->stack_len = begin;
    if (len <= 1) {
        return len == 0 ? 0 : p->room->stack[begin];
    }
    AstNode list = (AstNode)p->file.n_words;
    bool is_long = len >= AST_LONG_LIST;
    uint32_t *words = parse_words(p, 1 + is_long + len);
    *words++ = AST_LIST | (uint32_t)(is_long ? AST_LONG_LIST : len) << 8;
    if (is_long) {
        *words++ = (uint32_t)len;
    }
    memcpy(words, p->room->stack + begin, (size_t)len * sizeof(AstNode));
    return list;
}

AstNode parse_bad_expr(Parser *p, SourcePos from, SourcePos to)
{
    return PARSE_NEW(p, AST_BAD_EXPR, AstBadExpr, .from = from, .to = to);
}

AstNode parse_blank(Parser *p, SourcePos pos)
{
    return parse_new_ident(p, pos, NAME_BLANK);
}

/* ---- names ---- */

AstNode parse_ident(Parser *p)
{
    SourcePos pos = parse_pos(p);
    if (parse_tok(p) != TOKEN_IDENT) {
        parse_expect(p, TOKEN_IDENT);
        return parse_blank(p, pos);
    }
    Name name = name_intern(p->names, scanner_text(&p->scanner));
    parse_next(p);
    return parse_new_ident(p, pos, name);
}

AstNode parse_ident_list(Parser *p)
{
    isize begin = parse_list_begin(p);
    do {
        parse_list_push(p, parse_ident(p));
    } while (parse_got(p, TOKEN_COMMA));
    return parse_list_end(p, begin);
}

AstNode parse_basic_lit(Parser *p)
{
    AstNode lit = PARSE_NEW_TOK(p, AST_BASIC_LIT, AstBasicLit, parse_tok(p), .pos = parse_pos(p),
                                .end = p->scanner.end);
    parse_next(p);
    return lit;
}

/* ---- the file ---- */

/* Declarations; imports alone when no more is asked for. */
static AstNode parse_decls(Parser *p, ParserExtent extent)
{
    /* go/parser goes on behind a whole function. */
    const TokenSet *sync = p->is_compiler ? &parse_any_decl_start : &parse_decl_start;
    isize begin = parse_list_begin(p);
    while (extent != PARSER_PACKAGE && parse_tok(p) == TOKEN_IMPORT) {
        parse_list_push(p, parse_import_decl(p));
    }
    Token before = TOKEN_IMPORT;
    while (extent == PARSER_WHOLE && parse_tok(p) != TOKEN_EOF) {
        if (parse_tok(p) == TOKEN_IMPORT && before != TOKEN_IMPORT) {
            parse_error(p, parse_pos(p), "imports must appear before other declarations");
        }
        before = parse_tok(p);
        parse_list_push(p, parse_decl(p, sync));
    }
    return parse_list_end(p, begin);
}

/* Whether all that stands before the first declaration is in order; what is not is likely no Go. */
static bool parse_package_clause(Parser *p)
{
    if (p->errors->len > 0) {
        return false;
    }
    p->file.package = parse_expect(p, TOKEN_PACKAGE);
    p->file.name = parse_ident(p);
    parse_expect_semi(p);
    return p->errors->len == 0;
}

/* Takes the tree and the comments out of the room. */
static void keep(Arena *a, Parser *p)
{
    const CommentList *comments = &p->scanner.comments;
    p->file.words = arena_copy(a, p->room->words, p->file.n_words * (isize)sizeof(uint32_t),
                               _Alignof(uint32_t));
    p->file.comments = (CommentList){
        arena_copy(a, comments->ptr, comments->len * (isize)sizeof(Comment), _Alignof(Comment)),
        comments->len, comments->len};
    p->file.linedirs = p->scanner.linedirs;
    p->room->comments = *comments;
}

bool parser_parse(const ParserInput *in, Str text, AstFile *ret, DiagnosticList *errors)
{
    DiagnosticList own = {.arena = errors->arena, .max = errors->max};
    Parser p = {.file = {.text = text, .words = in->room->words},
                .room = in->room,
                .names = in->names,
                .errors = &own,
                .is_brief = in->is_brief,
                .is_compiler = in->is_compiler};
    if (in->extent == PARSER_WHOLE && in->room->stack_floor == 0) {
        in->room->stack_floor = stack_floor() + STACK_RESERVE;
    }
    if (in->room->words_cap < usual_words(text)) {
        parse_grow_words(&p, 1);
    }
    *parse_words(&p, 1) = 0; /* node 0 is none */
    scanner_init(&p.scanner, in->room->arena, text, &own);
    p.scanner.comments = (CommentList){in->room->comments.ptr, 0, in->room->comments.cap};
    parse_next(&p);
    bool is_go = parse_package_clause(&p);
    if (is_go) {
        p.file.decls = parse_decls(&p, in->extent);
    } else {
        p.file.name = 0;
    }
    keep(in->arena, &p);
    diagnostic_sort(&own);
    for (isize i = 0; i < own.len; i++) {
        *VEC_PUSH(errors->arena, errors) = own.ptr[i];
    }
    errors->n_dropped += own.n_dropped;
    *ret = p.file;
    return is_go;
}
