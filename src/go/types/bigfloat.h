/*
 * Binary floating point of a chosen precision, rounded to nearest even, with Go's limits: what
 * math/big's Float does for constants. On GMP's integers, because its own floats do not round.
 */
#ifndef GO_TYPES_BIGFLOAT_H
#define GO_TYPES_BIGFLOAT_H

#include "base/num.h"

#include <gmp.h>

/* mant * 2**exp. The memory is GMP's: bigfloat_init and bigfloat_done go in pairs. */
typedef struct {
    mpz_t mant;
    int64_t exp;
    bool is_inf; /* too large; the mantissa is then not 0 and means nothing but a sign */
} BigFloat;

/* Exponents with the point in front of the first bit of the mantissa: math/big's MinExp, MaxExp. */
#define BIGFLOAT_MIN_EXP INT32_MIN
#define BIGFLOAT_MAX_EXP INT32_MAX

void bigfloat_init(BigFloat *z); /* 0 */
void bigfloat_done(BigFloat *z);

static inline void bigfloat_done_int(mpz_t *z)
{
    mpz_clear(*z);
}
static inline void bigfloat_done_fraction(mpq_t *z)
{
    mpq_clear(*z);
}

/* Declare a 0 that is done with at the end of the block. */
#define AUTO_BIGFLOAT(name)                                \
    BigFloat name __attribute__((cleanup(bigfloat_done))); \
    bigfloat_init(&(name))
#define AUTO_MPZ(name)                                      \
    mpz_t name __attribute__((cleanup(bigfloat_done_int))); \
    mpz_init(name)
#define AUTO_MPQ(name)                                           \
    mpq_t name __attribute__((cleanup(bigfloat_done_fraction))); \
    mpq_init(name)

/* To prec bits. is_sticky: the exact value lies a little further from zero; the mantissa has then
 * more bits than prec. Beyond the exponents it becomes 0 or infinite. */
void bigfloat_round(BigFloat *z, isize prec, bool is_sticky);
/* z becomes x op y, rounded to prec bits; z may be x or y. */
void bigfloat_add(BigFloat *z, const BigFloat *x, const BigFloat *y, isize prec);
void bigfloat_mul(BigFloat *z, const BigFloat *x, const BigFloat *y, isize prec);
/* y is not zero, and only one of them is infinite. */
void bigfloat_quo(BigFloat *z, const BigFloat *x, const BigFloat *y, isize prec);
/* What math/big computes a power of 5 with beyond the precision that it is for. */
#define BIGFLOAT_POW5_EXTRA_BITS 64
/* 5**n with prec bits as math/big makes it: the rounding of each step is part of the result. */
void bigfloat_pow5(BigFloat *z, uint64_t n, isize prec);
void bigfloat_set_ratio(BigFloat *z, const mpq_t x, isize prec);

int bigfloat_compare(const BigFloat *x, const BigFloat *y);
/* The exponent e of a number that is 0.1xxx * 2**e, or 0 of zero. */
int64_t bigfloat_exponent(const BigFloat *x);
bool bigfloat_is_int(const BigFloat *x);

/* float64 and float32. */
typedef struct {
    int precision, min_exp, max_exp; /* exponents of 1.xxx; the smallest of a normal number */
} FloatFormat;
extern const FloatFormat float_format_64, float_format_32;

/* The nearest number of that format, and whether it is the same; is_sticky as above. */
double bigfloat_to_double(const BigFloat *x, bool is_sticky, const FloatFormat *format,
                          bool *ret_is_exact);
/* Of a fraction, with Go's Rat.Float64: what is too small is "exactly" 0 if it has few bits. */
double fraction_to_double(const mpq_t x, const FloatFormat *format, bool *ret_is_exact);

#endif
