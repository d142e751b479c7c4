/* Literals of constants: whatever is read is written, converted and computed with in bounded time,
 * and the exact text of an integer reads as the same integer. */
#include "base/panic.h"
#include "go/types/representable.h"

static void compute(Arena *a, Constant x)
{
    static const Token ops[] = {TOKEN_ADD, TOKEN_SUB, TOKEN_MUL, TOKEN_QUO};
    Constant rounded = x;
    for (int kind = BASIC_BOOL; kind < BASIC_COUNT; kind++) {
        constant_is_representable(a, x, (BasicKind)kind, 64, &rounded);
    }
    for (isize i = 0; constant_kind(x) >= CONSTANT_INT && i < COUNT_OF(ops); i++) {
        constant_format(a, constant_binary(a, x, ops[i], x));
    }
    if (constant_kind(x) == CONSTANT_INT && constant_sign(x) != 0) {
        Constant one = constant_binary(a, x, TOKEN_QUO_ASSIGN, x), again;
        ASSERT(constant_bit_len(one) == 1 && constant_sign(one) == 1);
        again = constant_from_literal(a, constant_format_exact(a, x), TOKEN_INT);
        ASSERT(again.word == 0 || constant_compare(*a, x, TOKEN_EQL, again));
    }
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    Str literal = {(const char *)data, (isize)size};
    for (Token tok = TOKEN_INT; tok <= TOKEN_STRING; tok++) {
        Arena a = arena_init(64 * KIB);
        Constant x = constant_from_literal(&a, literal, tok);
        ASSERT(constant_format(&a, x).len > 0);
        constant_format_exact(&a, x);
        compute(&a, x);
        arena_done(&a);
    }
    return 0;
}
