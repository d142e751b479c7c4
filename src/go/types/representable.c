#include "go/types/representable.h"

typedef enum { CLASS_NONE, CLASS_BOOL, CLASS_INT, CLASS_FLOAT, CLASS_COMPLEX, CLASS_STRING } Class;

#define BITS_OF_WORD (-1) /* those of the target */
#define BITS_ANY 0        /* untyped: as it is */

static const struct {
    Class class;
    int bits; /* of an integer, or of each float */
    bool is_unsigned;
} types[BASIC_COUNT] = {
    [BASIC_BOOL] = {CLASS_BOOL, 0, false},
    [BASIC_INT] = {CLASS_INT, BITS_OF_WORD, false},
    [BASIC_INT8] = {CLASS_INT, 8, false},
    [BASIC_INT16] = {CLASS_INT, 16, false},
    [BASIC_INT32] = {CLASS_INT, 32, false},
    [BASIC_INT64] = {CLASS_INT, 64, false},
    [BASIC_UINT] = {CLASS_INT, BITS_OF_WORD, true},
    [BASIC_UINT8] = {CLASS_INT, 8, true},
    [BASIC_UINT16] = {CLASS_INT, 16, true},
    [BASIC_UINT32] = {CLASS_INT, 32, true},
    [BASIC_UINT64] = {CLASS_INT, 64, true},
    [BASIC_UINTPTR] = {CLASS_INT, BITS_OF_WORD, true},
    [BASIC_FLOAT32] = {CLASS_FLOAT, 32, false},
    [BASIC_FLOAT64] = {CLASS_FLOAT, 64, false},
    [BASIC_COMPLEX64] = {CLASS_COMPLEX, 32, false},
    [BASIC_COMPLEX128] = {CLASS_COMPLEX, 64, false},
    [BASIC_STRING] = {CLASS_STRING, 0, false},
    [BASIC_UNTYPED_BOOL] = {CLASS_BOOL, 0, false},
    [BASIC_UNTYPED_INT] = {CLASS_INT, BITS_ANY, false},
    [BASIC_UNTYPED_RUNE] = {CLASS_INT, BITS_ANY, false},
    [BASIC_UNTYPED_FLOAT] = {CLASS_FLOAT, BITS_ANY, false},
    [BASIC_UNTYPED_COMPLEX] = {CLASS_COMPLEX, BITS_ANY, false},
    [BASIC_UNTYPED_STRING] = {CLASS_STRING, 0, false},
};

static bool fits_int(Arena *a, Constant x, int bits, bool is_unsigned)
{
    if (bits == BITS_ANY) {
        return true;
    }
    if (is_unsigned) {
        return constant_sign(x) >= 0 && constant_bit_len(x) <= bits;
    }
    /* The lowest number has as many bits as one that is too large: its complement does not. */
    if (constant_sign(x) < 0) {
        x = constant_unary(a, TOKEN_XOR, x, 0);
    }
    return constant_bit_len(x) <= bits - 1;
}

/* Unknown when the nearest such float is infinite. */
static Constant rounded(Arena *a, Constant x, int bits)
{
    bool is_exact;
    return constant_of_double(a, bits == 32 ? constant_float32(x, &is_exact)
                                            : constant_float64(x, &is_exact));
}

static bool in_floats(Arena *a, Constant x, int bits, Constant *ret_rounded)
{
    x = constant_to_float(a, x);
    if (x.word == 0 || bits == BITS_ANY) {
        return x.word != 0;
    }
    Constant near = rounded(a, x, bits);
    *ret_rounded = near.word != 0 ? near : *ret_rounded;
    return near.word != 0;
}

static bool in_complexes(Arena *a, Constant x, int bits, Constant *ret_rounded)
{
    x = constant_to_complex(a, x);
    if (x.word == 0 || bits == BITS_ANY) {
        return x.word != 0;
    }
    Constant re = rounded(a, constant_real(x), bits);
    Constant im = rounded(a, constant_imag(a, x), bits);
    Constant near = constant_binary(a, re, TOKEN_ADD, constant_of_imag(a, im));
    *ret_rounded = near.word != 0 ? near : *ret_rounded;
    return near.word != 0;
}

bool constant_is_representable(Arena *a, Constant x, BasicKind type, int word_bits,
                               Constant *ret_rounded)
{
    int bits = types[type].bits == BITS_OF_WORD ? word_bits : types[type].bits;
    if (x.word == 0) {
        return true;
    }
    switch (types[type].class) {
    case CLASS_NONE:
        break;
    case CLASS_BOOL:
        return constant_kind(x) == CONSTANT_BOOL;
    case CLASS_STRING:
        return constant_kind(x) == CONSTANT_STRING;
    case CLASS_FLOAT:
        return in_floats(a, x, bits, ret_rounded);
    case CLASS_COMPLEX:
        return in_complexes(a, x, bits, ret_rounded);
    case CLASS_INT:
        x = constant_to_int(a, x);
        *ret_rounded = x.word != 0 ? x : *ret_rounded;
        return x.word != 0 && fits_int(a, x, bits, types[type].is_unsigned);
    }
    return false;
}
