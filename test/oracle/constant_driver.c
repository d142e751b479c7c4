/*
 * Evaluates lines of postfix constant expressions for test/oracle/constant.py, and prints of each
 * result all that can be asked of it; data/constants_of_go does the same with Go's own packages.
 */
#include "base/strbuf.h"
#include "go/types/representable.h"

#include <stdio.h>
#include <stdlib.h>

#define MAX_LINE (1 << 20)
#define MAX_STACK 64
#define MAX_BITS 4000 /* integers beyond are not computed with */

static const struct {
    Str word;
    Token op;
} binaries[] = {
    {STR_CONST("+"), TOKEN_ADD},         {STR_CONST("-"), TOKEN_SUB},
    {STR_CONST("*"), TOKEN_MUL},         {STR_CONST("/"), TOKEN_QUO},
    {STR_CONST("//"), TOKEN_QUO_ASSIGN}, {STR_CONST("%"), TOKEN_REM},
    {STR_CONST("&"), TOKEN_AND},         {STR_CONST("|"), TOKEN_OR},
    {STR_CONST("^"), TOKEN_XOR},         {STR_CONST("&^"), TOKEN_AND_NOT},
    {STR_CONST("&&"), TOKEN_LAND},       {STR_CONST("||"), TOKEN_LOR},
    {STR_CONST("=="), TOKEN_EQL},        {STR_CONST("!="), TOKEN_NEQ},
    {STR_CONST("<"), TOKEN_LSS},         {STR_CONST("<="), TOKEN_LEQ},
    {STR_CONST(">"), TOKEN_GTR},         {STR_CONST(">="), TOKEN_GEQ},
};

static bool is_comparison(Token op)
{
    return op == TOKEN_EQL || op == TOKEN_NEQ || op == TOKEN_LSS || op == TOKEN_LEQ ||
           op == TOKEN_GTR || op == TOKEN_GEQ;
}

static bool is_allowed(Token op, Constant x, Constant y)
{
    ConstantKind p = constant_kind(x), q = constant_kind(y);
    bool numbers = p >= CONSTANT_INT && q >= CONSTANT_INT;
    bool ints = p == CONSTANT_INT && q == CONSTANT_INT;
    bool strings = p == CONSTANT_STRING && q == CONSTANT_STRING;
    bool bools = p == CONSTANT_BOOL && q == CONSTANT_BOOL;
    bool reals = numbers && p != CONSTANT_COMPLEX && q != CONSTANT_COMPLEX;
    if (op == TOKEN_ADD) {
        return strings || numbers;
    }
    if (op == TOKEN_SUB || op == TOKEN_MUL) {
        return numbers;
    }
    if (op == TOKEN_QUO) {
        return numbers && constant_sign(y) != 0;
    }
    if (op == TOKEN_QUO_ASSIGN || op == TOKEN_REM) {
        return ints && constant_sign(y) != 0;
    }
    if (op == TOKEN_LAND || op == TOKEN_LOR) {
        return bools;
    }
    if (op == TOKEN_EQL || op == TOKEN_NEQ) {
        return bools || strings || numbers;
    }
    return is_comparison(op) ? strings || reals : ints;
}

static Constant apply_binary(Arena *a, Constant x, Token op, Constant y)
{
    if (!is_allowed(op, x, y)) {
        return (Constant){0};
    }
    if (is_comparison(op)) {
        Arena scratch = arena_init(KIB);
        bool holds = constant_compare(scratch, x, op, y);
        arena_done(&scratch);
        return constant_of_bool(holds);
    }
    return constant_binary(a, x, op, y);
}

static Constant apply_unary(Arena *a, Str word, int64_t n, Constant x)
{
    ConstantKind kind = constant_kind(x);
    bool is_int = kind == CONSTANT_INT, is_number = kind >= CONSTANT_INT;
    if (str_eq(word, S("neg")) && is_number) {
        return constant_unary(a, TOKEN_SUB, x, 0);
    }
    if (str_eq(word, S("not")) && kind == CONSTANT_BOOL) {
        return constant_unary(a, TOKEN_NOT, x, 0);
    }
    if (str_eq(word, S("inv")) && is_int) {
        return constant_unary(a, TOKEN_XOR, x, (int)n);
    }
    if (str_eq(word, S("shl")) && is_int) {
        return constant_shift(a, x, TOKEN_SHL, (uint64_t)n);
    }
    if (str_eq(word, S("shr")) && is_int) {
        return constant_shift(a, x, TOKEN_SHR, (uint64_t)n);
    }
    if (str_eq(word, S("toint"))) {
        return constant_to_int(a, x);
    }
    if (str_eq(word, S("tofloat"))) {
        return constant_to_float(a, x);
    }
    if (str_eq(word, S("tocomplex"))) {
        return constant_to_complex(a, x);
    }
    if (str_eq(word, S("real")) && is_number) {
        return constant_real(x);
    }
    return str_eq(word, S("imag")) && is_number ? constant_imag(a, x) : (Constant){0};
}

static Constant literal(Arena *a, Str word)
{
    static const struct {
        char letter;
        Token tok;
    } kinds[] = {
        {'i', TOKEN_INT},  {'f', TOKEN_FLOAT},  {'m', TOKEN_IMAG},
        {'c', TOKEN_CHAR}, {'s', TOKEN_STRING},
    };
    Str hex = str_from(word, 2);
    StrBuf bytes = strbuf_init(a);
    for (isize i = 0; i + 1 < hex.len; i += 2) {
        char two[] = {hex.ptr[i], hex.ptr[i + 1], '\0'};
        strbuf_add_byte(&bytes, (char)strtol(two, NULL, 16));
    }
    for (isize i = 0; i < COUNT_OF(kinds); i++) {
        if (kinds[i].letter == word.ptr[0]) {
            return constant_from_literal(a, strbuf_str(&bytes), kinds[i].tok);
        }
    }
    UNREACHABLE("a literal of no kind");
}

typedef struct {
    Constant at[MAX_STACK];
    isize len;
} Stack;

static void push(Stack *s, Constant x)
{
    bool is_huge = constant_kind(x) == CONSTANT_INT && constant_bit_len(x) > MAX_BITS;
    ASSERT(s->len < MAX_STACK);
    s->at[s->len++] = is_huge ? (Constant){0} : x;
}

static void step(Arena *a, Stack *s, Str word)
{
    if (word.len > 1 && word.ptr[1] == ':') {
        push(s, literal(a, word));
        return;
    }
    for (isize i = 0; i < COUNT_OF(binaries); i++) {
        if (str_eq(binaries[i].word, word)) {
            ASSERT(s->len >= 2);
            s->len -= 2;
            push(s, apply_binary(a, s->at[s->len], binaries[i].op, s->at[s->len + 1]));
            return;
        }
    }
    int64_t n = 0;
    StrCut cut = str_cut(word, '=');
    str_parse_decimal(cut.tail, INT64_MAX, &n);
    ASSERT(s->len >= 1);
    s->len--;
    push(s, apply_unary(a, cut.head, n, s->at[s->len]));
}

static const char *yes(bool x)
{
    return x ? "true" : "false";
}

static uint64_t bits_of(double x)
{
    uint64_t bits;
    memcpy(&bits, &x, sizeof(bits));
    return bits;
}

static void print_number(Constant x)
{
    if (constant_kind(x) == CONSTANT_INT) {
        int64_t i = 0;
        uint64_t u = 0;
        bool fits_int = constant_int64(x, &i), fits_uint = constant_uint64(x, &u);
        printf("|%lld %s %llu %s %td", (long long)i, yes(fits_int), (unsigned long long)u,
               yes(fits_uint), constant_bit_len(x));
    }
    if (constant_kind(x) != CONSTANT_COMPLEX) {
        bool is_exact;
        double f = constant_float64(x, &is_exact);
        printf("|%llx %s", (unsigned long long)bits_of(f), yes(is_exact));
        f = constant_float32(x, &is_exact);
        printf(" %llx %s", (unsigned long long)bits_of(f), yes(is_exact));
    }
    printf("|%d", constant_sign(x));
}

static void print_types(Arena *a, Constant x)
{
    for (int kind = BASIC_BOOL; kind <= BASIC_UNTYPED_STRING; kind++) {
        if (kind == BASIC_UNSAFE_POINTER || kind == BASIC_UNTYPED_RUNE) {
            continue;
        }
        for (int bits = 64; bits >= 32; bits -= 32) {
            Constant rounded = x;
            bool is_one = constant_is_representable(a, x, (BasicKind)kind, bits, &rounded);
            Str text = is_one ? constant_format_exact(a, rounded) : S("");
            printf("|-%.*s", STR_ARG(text));
        }
    }
}

int main(void)
{
    static char line[MAX_LINE];
    while (fgets(line, (int)sizeof(line), stdin) != NULL) {
        Arena own = arena_init(64 * KIB);
        Stack stack = {.len = 0};
        Str rest = str_trim(str_from_c(line)), word;
        while (str_next_field(&rest, &word)) {
            step(&own, &stack, word);
        }
        ASSERT(stack.len == 1);
        Constant x = stack.at[0];
        Str exact = constant_format_exact(&own, x), shown = constant_format(&own, x);
        printf("%d|%.*s|%.*s", (int)constant_kind(x), STR_ARG(exact), STR_ARG(shown));
        if (constant_kind(x) >= CONSTANT_INT) {
            print_number(x);
        }
        if (constant_kind(x) != CONSTANT_UNKNOWN) {
            print_types(&own, x);
        }
        printf("\n");
        arena_done(&own);
    }
    return 0;
}
