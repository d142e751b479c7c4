/*
 * The values of Go's constants, as go/constant has them: exact integers of any size, exact
 * fractions as long as both parts stay below 4096 bits, and binary floating point of 512 bits
 * beyond that, rounded to nearest even. A result in floating point stays one; nothing goes back to
 * a fraction.
 *
 * A Constant is one word, passed by value. Small integers and booleans lie in it, all else on the
 * arena that its maker was given, which must live as long. Values are never changed. Where an
 * operand is Unknown the result is, so one error is one message.
 *
 * What is bounded where: numbers in source have at most CONSTANT_MAX_LITERAL bytes, left shifts at
 * most CONSTANT_MAX_SHIFT bits. Untyped integers of more than CONSTANT_PRECISION bits are the
 * checker's to refuse ("constant multiplication overflow"), so no operand grows beyond twice that.
 */
#ifndef GO_TYPES_CONSTANT_H
#define GO_TYPES_CONSTANT_H

#include "base/str.h"
#include "go/syntax/token.h"

#define CONSTANT_PRECISION 512     /* bits of a float, and of an untyped integer in go/types */
#define CONSTANT_MAX_SHIFT 1074    /* bits: 1023 - 1 + 52, the shiftBound of go/types */
#define CONSTANT_MAX_LITERAL 10000 /* bytes: from there on go/types says "excessively long" */
#define CONSTANT_MAX_STRING ((isize)2000000000) /* bytes: of more it says "too long" when untyped */

/* All bits 0 is the unknown value. */
typedef struct {
    uint64_t word;
} Constant;

typedef enum {
    CONSTANT_UNKNOWN,
    CONSTANT_BOOL,
    CONSTANT_STRING,
    CONSTANT_INT,
    CONSTANT_FLOAT,
    CONSTANT_COMPLEX,
} ConstantKind;

ConstantKind constant_kind(Constant x);

Constant constant_of_bool(bool x);
Constant constant_of_int(Arena *a, int64_t x);
/* Of kind Float; Unknown when x is not finite. */
Constant constant_of_double(Arena *a, double x);
/* The bytes stay where they are. */
Constant constant_of_string(Arena *a, Str bytes);
/* x*i, where x is real. */
Constant constant_of_imag(Arena *a, Constant x);

/* What a literal of that token (INT, FLOAT, IMAG, CHAR or STRING) says; a string may stay where it
 * stands in the source. Unknown when it is not well formed, when its exponent is beyond Go's, or
 * when it is a number of more than CONSTANT_MAX_LITERAL bytes. */
Constant constant_from_literal(Arena *a, Str literal, Token tok);

/* Operators ask for operands that they are defined for (Go's spec; a fault of the caller else).
 *
 * op is ADD, SUB, XOR or NOT. size > 0 is that of the unsigned type, in bits, that ^ is of. */
Constant constant_unary(Arena *a, Token op, Constant x, int size);
/* QUO of two integers is a Float; QUO_ASSIGN is their truncated quotient. Whether y is zero is the
 * caller's to ask (constant_sign); of floats and fractions the quotient is then Unknown. */
Constant constant_binary(Arena *a, Constant x, Token op, Constant y);
/* x is an integer, op SHL or SHR. Unknown when count > CONSTANT_MAX_SHIFT asks for more bits. */
Constant constant_shift(Arena *a, Constant x, Token op, uint64_t count);
/* op is EQL, NEQ, LSS, LEQ, GTR or GEQ. False when an operand is unknown. */
bool constant_compare(Arena scratch, Constant x, Token op, Constant y);

/* x as a value of that kind, or Unknown. A float that is an integer but for its last four bits
 * becomes that integer. */
Constant constant_to_int(Arena *a, Constant x);
Constant constant_to_float(Arena *a, Constant x);
Constant constant_to_complex(Arena *a, Constant x);
/* x in memory of a, for what outlives the arena that x was made on, and the source; or in that of
 * copies that were made before, which must live as long. */
Constant constant_copy(Arena *a, Arena scratch, Constant x);
/* The parts of a number. */
Constant constant_real(Constant x);
Constant constant_imag(Arena *a, Constant x);

/* -1, 0 or 1; of a complex number 0 or not. 1 of Unknown: no division by zero. */
int constant_sign(Constant x);
/* Bits of the absolute value of an integer; 0 of Unknown. */
isize constant_bit_len(Constant x);
bool constant_bool(Constant x);
/* The integer x, if it fits. */
bool constant_int64(Constant x, int64_t *ret);
bool constant_uint64(Constant x, uint64_t *ret);
/* The nearest float64 (float32), infinite when x is too large, and whether it is x; x is real. */
double constant_float64(Constant x, bool *ret_is_exact);
double constant_float32(Constant x, bool *ret_is_exact);
/* Bytes that are the same for equal strings alone, and few. They begin with 's' or 'l'. */
Str constant_string_key(Arena *a, Constant x);
/* The bytes of a string, which are put together on a when x is a sum. */
Str constant_string(Arena *a, Constant x);
/* Its length, without putting it together. */
isize constant_string_len(Constant x);

/* As messages show it: a number of six digits, a string quoted and cut to 72 runes. */
Str constant_format(Arena *a, Constant x);
/* In full: "-3", "2/3", "0x.8p+5000", "(1 + 2i)", a quoted string. */
Str constant_format_exact(Arena *a, Constant x);
/* The same, but of a string of more than max bytes as messages show it. */
Str constant_format_within(Arena *a, Constant x, isize max);

#endif
