/* What the files of the parser share: parse_expr.c, parse_type.c, parse_stmt.c, parse_decl.c. */
#ifndef GO_SYNTAX_PARSE_H
#define GO_SYNTAX_PARSE_H

#include "go/syntax/parser.h"

typedef uint64_t TokenSet;

typedef struct {
    Scanner scanner; /* tok, pos, end: the current token */
    AstFile file;    /* words: as much of the tree as there is, in room */
    ParserRoom *room;
    isize stack_len; /* of room->stack */
    NameCache *names;
    DiagnosticList *errors;
    bool is_brief, is_compiler; /* as ParserInput says */

    int expr_level;     /* < 0: in a control clause, where "{" begins the block */
    bool is_rhs;        /* "=" is taken for "==" */
    int nesting;        /* as nestLev of go/parser */
    bool is_over;       /* nested too deep: nothing is read any more */
    SourcePos sync_pos; /* where parse_advance stopped last */
    int n_syncs;        /* how often it stopped there */
    int n_blocks;       /* around here: 0 between declarations */
    SourcePos lost_at;  /* where reading on from a list without its end stopped last, or 0 */
} Parser;

/* ---- tokens ---- */

void parse_next(Parser *p);

static inline Token parse_tok(const Parser *p)
{
    return p->scanner.tok;
}

static inline SourcePos parse_pos(const Parser *p)
{
    return p->scanner.pos;
}

/* If the current token is tok, goes past it. */
bool parse_got(Parser *p, Token tok);
/* Goes past the current token and gives its place; another token than tok is an error. */
SourcePos parse_expect(Parser *p, Token tok);
/* The same, but 0 for another token. */
SourcePos parse_expect_or_none(Parser *p, Token tok);
/* A closing bracket, where a line end before it means that a comma is missing. */
SourcePos parse_expect_closing(Parser *p, Token tok, const char *context);
void parse_expect_semi(Parser *p);
/* Whether there is a comma, or should be one: anything but `follow` is an error then. */
bool parse_at_comma(Parser *p, const char *context, Token follow);

/* ---- errors ---- */

void parse_error(Parser *p, SourcePos pos, const char *format, ...)
    __attribute__((format(printf, 3, 4)));
/* The same, of what cmd/compile does not call an error of the syntax. */
void parse_mild_error(Parser *p, SourcePos pos, const char *format, ...)
    __attribute__((format(printf, 3, 4)));
/* "expected WHAT, found ..." */
void parse_error_expected(Parser *p, SourcePos pos, const char *what);

extern const TokenSet parse_stmt_start, parse_decl_start, parse_any_decl_start, parse_expr_end;
/* Where cmd/compile goes on behind an expression, a list or a header that is wrong. */
extern const TokenSet parse_closing, parse_clause_start, parse_clause_part, parse_block_edge;
/* Reads on to a token of the set, or to the end. */
void parse_advance(Parser *p, const TokenSet *to);

/* Where something is nested too deep: from here on there is only the end of the file. */
void parse_give_up(Parser *p);

/* Enters a level. */
static inline void parse_enter(Parser *p)
{
    p->nesting++;
    if (p->nesting > PARSER_MAX_NESTING ||
        (uintptr_t)__builtin_frame_address(0) < p->room->stack_floor) {
        parse_give_up(p);
    }
}

static inline void parse_leave(Parser *p)
{
    p->nesting--;
}

/* ---- nodes ---- */

void parse_grow_words(Parser *p, isize n);
void parse_grow_stack(Parser *p);

/* Adds n words to the tree and gives their address. */
static inline uint32_t *parse_words(Parser *p, isize n)
{
    if (p->file.n_words + n > p->room->words_cap) {
        parse_grow_words(p, n);
    }
    uint32_t *words = p->room->words + p->file.n_words;
    p->file.n_words += n;
    return words;
}

/* Adds a node: PARSE_NEW(p, AST_STAR_EXPR, AstStarExpr, .star = pos, .x = x). */
static inline AstNode parse_add(Parser *p, const void *node, isize size)
{
    AstNode n = (AstNode)p->file.n_words;
    memcpy(parse_words(p, size / (isize)sizeof(uint32_t)), node, (size_t)size);
    return n;
}

#define PARSE_NEW(p, KIND, Type, ...) \
    parse_add((p), &(Type){.head = {.kind = (KIND)}, __VA_ARGS__}, (isize)sizeof(Type))
/* The same with a token. */
#define PARSE_NEW_TOK(p, KIND, Type, token, ...)                                            \
    parse_add((p), &(Type){.head = {.kind = (KIND), .tok = (uint8_t)(token)}, __VA_ARGS__}, \
              (isize)sizeof(Type))

AstNode parse_new_ident(Parser *p, SourcePos pos, Name name);

/* A list: begin, push its elements, end. Lists nest. */
static inline isize parse_list_begin(const Parser *p)
{
    return p->stack_len;
}

static inline void parse_list_push(Parser *p, AstNode n)
{
    if (p->stack_len == p->room->stack_cap) {
        parse_grow_stack(p);
    }
    p->room->stack[p->stack_len++] = n;
}

AstNode parse_list_end(Parser *p, isize begin);

AstNode parse_bad_expr(Parser *p, SourcePos from, SourcePos to);
/* An identifier "_" where none stands. */
AstNode parse_blank(Parser *p, SourcePos pos);

static inline bool parse_is(const Parser *p, AstNode n, AstKind kind)
{
    return n != 0 && ast_kind(&p->file, n) == kind;
}

/* ---- names ---- */

AstNode parse_ident(Parser *p);
AstNode parse_ident_list(Parser *p); /* list */
AstNode parse_basic_lit(Parser *p);

/* ---- types ---- */

AstNode parse_type(Parser *p);
AstNode parse_try_ident_or_type(Parser *p); /* 0: no type begins here */
AstNode parse_array_type(Parser *p, SourcePos lbrack, AstNode len);
AstNode parse_type_params(Parser *p);
/* In parentheses; as results also none, or a type alone. */
AstNode parse_params(Parser *p, bool is_result);
/* The fields up to `closing`, whose first name or type may have been read. */
AstNode parse_param_list(Parser *p, AstNode name0, AstNode type0, Token closing, bool allows_dots);
AstNode parse_func_type(Parser *p);
/* x[a], or x[a, b] when there are more. */
AstNode parse_pack_index(Parser *p, AstNode x, SourcePos lbrack, AstNode list, SourcePos rbrack);

/* ---- expressions ---- */

AstNode parse_expr(Parser *p);
AstNode parse_rhs(Parser *p);                    /* where "=" is a slip for "==" */
AstNode parse_expr_list(Parser *p, bool is_rhs); /* list */
AstNode parse_primary_expr(Parser *p, AstNode x);
AstNode parse_binary_expr(Parser *p, AstNode x, int precedence);

/* ---- statements and declarations ---- */

AstNode parse_block(Parser *p);
AstNode parse_stmt(Parser *p);
AstNode parse_decl(Parser *p, const TokenSet *sync);
AstNode parse_import_decl(Parser *p);

#endif
