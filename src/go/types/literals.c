/*
 * Literals of basic types and of functions. Composite literals are composite.c's.
 */
#include "go/types/expr.h"

/* ---- basic literals ---- */

static bool has_radix(Str s, char lower)
{
    return s.ptr[1] == lower || s.ptr[1] == lower - 'a' + 'A';
}

/* What a number looks like that Go 1.13 brought; NONE: it is older than that. */
static LangFeature new_number(Str text, Token kind)
{
    if (str_index_byte(text, '_') >= 0) {
        return LANG_NUMBER_UNDERSCORE;
    }
    if (text.ptr[0] != '0') {
        return LANG_NONE;
    }
    if (has_radix(text, 'b')) {
        return LANG_NUMBER_BINARY;
    }
    if (has_radix(text, 'o')) {
        return LANG_NUMBER_OCTAL;
    }
    bool is_hex_float = kind != TOKEN_INT && has_radix(text, 'x');
    return is_hex_float ? LANG_NUMBER_HEX_FLOAT : LANG_NONE;
}

static bool check_number(Checker *c, AstNode e, Str text, Token kind)
{
    enum { MIN_NEW = 3, SHOWN = 10 };
    LangFeature what = text.len >= MIN_NEW ? new_number(text, kind) : LANG_NONE;
    if (what != LANG_NONE) {
        check_verify_version(c, e, what);
    }
    if (text.len <= CONSTANT_MAX_LITERAL) {
        return true;
    }
    Str start = str_to(text, SHOWN);
    check_error(c, e, CODE_INVALID_CONST_VAL, "excessively long constant: %s... (%l chars)", &start,
                (int64_t)text.len);
    return false;
}

/* Carriage returns of a raw string are none of its text. */
static Str without_returns(Checker *c, Str text)
{
    if (text.len == 0 || text.ptr[0] != '`' || str_index_byte(text, '\r') < 0) {
        return text;
    }
    char *copy = arena_room(c->values, text.len, 1);
    isize len = 0;
    for (isize i = 0; i < text.len; i++) {
        if (text.ptr[i] != '\r') {
            copy[len++] = text.ptr[i];
        }
    }
    return (Str){copy, len};
}

void check_basic_lit(Checker *c, Operand *x, AstNode e)
{
    static const uint8_t kinds[TOKEN_COUNT] = {
        [TOKEN_INT] = BASIC_UNTYPED_INT,       [TOKEN_FLOAT] = BASIC_UNTYPED_FLOAT,
        [TOKEN_IMAG] = BASIC_UNTYPED_COMPLEX,  [TOKEN_CHAR] = BASIC_UNTYPED_RUNE,
        [TOKEN_STRING] = BASIC_UNTYPED_STRING,
    };
    const AstFile *f = &c->file->ast;
    const AstBasicLit *lit = ast_basic_lit(f, e);
    Token kind = ast_tok(f, e);
    Str text = without_returns(c, str_slice(f->text, lit->pos, lit->end));
    bool is_number = kind == TOKEN_INT || kind == TOKEN_FLOAT || kind == TOKEN_IMAG;
    if (is_number && !check_number(c, e, text, kind)) {
        operand_invalidate(x);
        return;
    }
    x->value = constant_from_literal(c->values, text, kind);
    if (constant_kind(x->value) == CONSTANT_UNKNOWN) {
        x->type = check_basic(c, BASIC_INVALID);
        check_error(c, e, CODE_INVALID_CONST_VAL, "malformed constant: %s", &text);
        operand_invalidate(x);
        return;
    }
    x->mode = MODE_CONSTANT;
    x->type = check_basic(c, kinds[kind]);
    x->expr = e;
    check_overflow(c, x, lit->pos);
}

/* ---- function literals ---- */

static const Constant *copy_iota(Checker *c)
{
    return c->env.iota == NULL
               ? NULL
               : arena_copy(c->scratch, c->env.iota, sizeof(Constant), _Alignof(Constant));
}

/* The body waits, since the function may be part of a declaration that it mentions; but not longer
 * than the scopes around it stay as they are. It belongs to the declaration that it stands in. */
void check_func_lit(Checker *c, Operand *x, AstNode e)
{
    const AstFuncLit *lit = ast_func_lit(&c->file->ast, e);
    Type *t = check_type(c, lit->type);
    if (type_kind(t) != TYPE_SIGNATURE) {
        check_error(c, e, CODE_INVALID_SYNTAX_TREE, "invalid function literal %x", e);
        operand_invalidate(x);
        return;
    }
    if (!c->ignores_bodies && lit->body != 0) {
        FuncBody *body = ARENA_NEW(c->scratch, FuncBody);
        *body = (FuncBody){c->env.decl, (Signature *)t, lit->body, copy_iota(c)};
        check_later(c, check_func_body, body);
    }
    x->mode = MODE_VALUE;
    x->type = t;
}
