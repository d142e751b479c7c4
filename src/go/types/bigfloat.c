/*
 * Sums and products are made exactly and then rounded once, so all care is in bigfloat_round. Only
 * where exponents lie so far apart that the exact sum would be huge, the smaller number is replaced
 * by another one that rounds the same.
 */
#include "go/types/bigfloat.h"

#include "base/panic.h"

#include <math.h>

const FloatFormat float_format_64 = {53, -1022, 1023};
const FloatFormat float_format_32 = {24, -126, 127};

#define POW5_WORD_MAX 27 /* the largest power of 5 in 64 bits */

void bigfloat_init(BigFloat *z)
{
    mpz_init(z->mant);
    z->exp = 0;
    z->is_inf = false;
}

void bigfloat_done(BigFloat *z)
{
    mpz_clear(z->mant);
}

static isize bit_len(const mpz_t z)
{
    return mpz_sgn(z) == 0 ? 0 : (isize)mpz_sizeinbase(z, 2);
}

int64_t bigfloat_exponent(const BigFloat *x)
{
    return mpz_sgn(x->mant) == 0 ? 0 : x->exp + bit_len(x->mant);
}

bool bigfloat_is_int(const BigFloat *x)
{
    return mpz_sgn(x->mant) == 0 || x->exp >= 0 ||
           (!x->is_inf && (int64_t)mpz_scan1(x->mant, 0) >= -x->exp);
}

static void set_zero(BigFloat *z)
{
    mpz_set_ui(z->mant, 0);
    z->exp = 0;
    z->is_inf = false;
}

static void set_infinite(BigFloat *z)
{
    mpz_set_si(z->mant, mpz_sgn(z->mant) < 0 ? -1 : 1);
    z->exp = 0;
    z->is_inf = true;
}

static void copy(BigFloat *z, const BigFloat *x)
{
    mpz_set(z->mant, x->mant);
    z->exp = x->exp;
    z->is_inf = x->is_inf;
}

/* Cuts n bits off mant, n > 0, rounding to nearest even; whether that changed the value. */
static bool drop_bits(mpz_t mant, isize n, bool is_sticky)
{
    int sign = mpz_sgn(mant);
    mpz_abs(mant, mant);
    mp_bitcnt_t lowest = mpz_scan1(mant, 0);
    bool has_half = mpz_tstbit(mant, (mp_bitcnt_t)n - 1) != 0;
    bool has_more = is_sticky || lowest < (mp_bitcnt_t)n - 1;
    mpz_tdiv_q_2exp(mant, mant, (mp_bitcnt_t)n);
    if (has_half && (has_more || mpz_odd_p(mant))) {
        mpz_add_ui(mant, mant, 1);
    }
    if (sign < 0) {
        mpz_neg(mant, mant);
    }
    return has_half || has_more;
}

void bigfloat_round(BigFloat *z, isize prec, bool is_sticky)
{
    isize bits = bit_len(z->mant);
    if (bits == 0 || z->is_inf) {
        return;
    }
    int64_t e = bigfloat_exponent(z);
    if (e < BIGFLOAT_MIN_EXP) {
        set_zero(z);
        return;
    }
    if (e <= BIGFLOAT_MAX_EXP && bits > prec) {
        drop_bits(z->mant, bits - prec, is_sticky);
        z->exp += bits - prec;
        e = bigfloat_exponent(z);
    }
    if (e > BIGFLOAT_MAX_EXP) {
        set_infinite(z);
    }
}

/* The sum of x, which has the larger exponent, and y, when y is below the last bit that x's unit
 * may be moved down by: enough to be seen in rounding, whatever it is. */
static void add_trace(BigFloat *z, const BigFloat *x, const BigFloat *y, isize prec)
{
    int sign = mpz_sgn(y->mant);
    mp_bitcnt_t down = (mp_bitcnt_t)prec + 2;
    mpz_mul_2exp(z->mant, x->mant, down);
    z->exp = x->exp - (int64_t)down;
    z->is_inf = false;
    if (sign < 0) {
        mpz_sub_ui(z->mant, z->mant, 1);
    } else {
        mpz_add_ui(z->mant, z->mant, 1);
    }
}

void bigfloat_add(BigFloat *z, const BigFloat *x, const BigFloat *y, isize prec)
{
    if (mpz_sgn(y->mant) == 0 || x->is_inf) {
        copy(z, x);
    } else if (mpz_sgn(x->mant) == 0 || y->is_inf) {
        copy(z, y);
    } else if (bigfloat_exponent(y) < x->exp - prec - 2) {
        add_trace(z, x, y, prec);
    } else if (bigfloat_exponent(x) < y->exp - prec - 2) {
        add_trace(z, y, x, prec);
    } else {
        AUTO_MPZ(high);
        const BigFloat *above = x->exp > y->exp ? x : y, *below = above == x ? y : x;
        int64_t exp = below->exp;
        mpz_mul_2exp(high, above->mant, (mp_bitcnt_t)(above->exp - exp));
        mpz_add(z->mant, high, below->mant);
        z->exp = exp;
        z->is_inf = false;
    }
    bigfloat_round(z, prec, false);
}

void bigfloat_mul(BigFloat *z, const BigFloat *x, const BigFloat *y, isize prec)
{
    bool is_inf = x->is_inf || y->is_inf;
    int64_t exp = x->exp + y->exp;
    mpz_mul(z->mant, x->mant, y->mant);
    z->exp = exp;
    z->is_inf = false;
    if (is_inf) {
        set_infinite(z);
    }
    bigfloat_round(z, prec, false);
}

void bigfloat_quo(BigFloat *z, const BigFloat *x, const BigFloat *y, isize prec)
{
    AUTO_MPZ(rest);
    ASSERT(mpz_sgn(y->mant) != 0);
    if (x->is_inf) {
        copy(z, x);
        return;
    }
    if (y->is_inf) {
        set_zero(z);
        return;
    }
    /* Enough bits for a quotient that is longer than prec. */
    isize up = MAX(0, prec + 2 + bit_len(y->mant) - bit_len(x->mant));
    int64_t exp = x->exp - y->exp - up;
    mpz_mul_2exp(rest, x->mant, (mp_bitcnt_t)up);
    mpz_tdiv_qr(z->mant, rest, rest, y->mant);
    z->exp = exp;
    z->is_inf = false;
    bigfloat_round(z, prec, mpz_sgn(rest) != 0);
}

void bigfloat_pow5(BigFloat *z, uint64_t n, isize prec)
{
    AUTO_BIGFLOAT(factor);
    uint64_t at_once = MIN(n, POW5_WORD_MAX);
    mpz_ui_pow_ui(z->mant, 5, (unsigned long)at_once);
    z->exp = 0;
    z->is_inf = false;
    mpz_set_ui(factor.mant, 5);
    for (n -= at_once; n > 0; n >>= 1) {
        if ((n & 1) != 0) {
            bigfloat_mul(z, z, &factor, prec);
        }
        bigfloat_mul(&factor, &factor, &factor, prec + BIGFLOAT_POW5_EXTRA_BITS);
    }
}

void bigfloat_set_ratio(BigFloat *z, const mpq_t x, isize prec)
{
    AUTO_BIGFLOAT(under);
    mpz_set(z->mant, mpq_numref(x));
    mpz_set(under.mant, mpq_denref(x));
    z->exp = 0;
    z->is_inf = false;
    bigfloat_quo(z, z, &under, prec);
}

int bigfloat_compare(const BigFloat *x, const BigFloat *y)
{
    int sign_x = mpz_sgn(x->mant), sign_y = mpz_sgn(y->mant);
    if (sign_x != sign_y || sign_x == 0) {
        return sign_x - sign_y;
    }
    int64_t ex = bigfloat_exponent(x), ey = bigfloat_exponent(y);
    if (ex != ey) {
        return ex > ey ? sign_x : -sign_x;
    }
    /* The same exponent: aligned, they have as many bits as the longer one. */
    AUTO_MPZ(aligned);
    if (x->exp >= y->exp) {
        mpz_mul_2exp(aligned, x->mant, (mp_bitcnt_t)(x->exp - y->exp));
        return mpz_cmp(aligned, y->mant);
    }
    mpz_mul_2exp(aligned, y->mant, (mp_bitcnt_t)(y->exp - x->exp));
    return mpz_cmp(x->mant, aligned);
}

double bigfloat_to_double(const BigFloat *x, bool is_sticky, const FloatFormat *format,
                          bool *ret_is_exact)
{
    isize bits = bit_len(x->mant);
    int64_t e = bigfloat_exponent(x) - 1;
    double sign = mpz_sgn(x->mant) < 0 ? -1 : 1;
    *ret_is_exact = true;
    if (bits == 0) {
        return 0;
    }
    int64_t precision = format->precision - (e < format->min_exp ? format->min_exp - e : 0);
    /* The smallest exponent of all overflows in math/big, which makes it the largest. */
    if (precision < 0 && e >= BIGFLOAT_MIN_EXP) {
        *ret_is_exact = false;
        return sign * 0.0;
    }
    *ret_is_exact = false;
    if (x->is_inf || e > format->max_exp || e < BIGFLOAT_MIN_EXP) {
        return sign * INFINITY;
    }
    AUTO_MPZ(mant);
    mpz_abs(mant, x->mant);
    int64_t exp = x->exp;
    *ret_is_exact = !is_sticky;
    if (bits > precision) {
        *ret_is_exact = !drop_bits(mant, bits - (isize)precision, is_sticky);
        exp += bits - precision;
    }
    if (bit_len(mant) + exp - 1 > format->max_exp) {
        *ret_is_exact = false;
        return sign * INFINITY;
    }
    return sign * ldexp((double)mpz_get_ui(mant), (int)exp);
}

double fraction_to_double(const mpq_t x, const FloatFormat *format, bool *ret_is_exact)
{
    AUTO_BIGFLOAT(quotient);
    AUTO_MPZ(rest);
    /* More bits than any format has, and a bit for rounding. */
    isize up = MAX(0, format->precision + 2 + bit_len(mpq_denref(x)) - bit_len(mpq_numref(x)));
    mpz_mul_2exp(rest, mpq_numref(x), (mp_bitcnt_t)up);
    mpz_tdiv_qr(quotient.mant, rest, rest, mpq_denref(x));
    quotient.exp = -up;
    bool is_sticky = mpz_sgn(rest) != 0;
    double value = bigfloat_to_double(&quotient, is_sticky, format, ret_is_exact);
    isize bits = bit_len(quotient.mant);
    if (bits > 0 && bigfloat_exponent(&quotient) < format->min_exp - format->precision + 1) {
        isize used = bits - (isize)mpz_scan1(quotient.mant, 0);
        *ret_is_exact = !is_sticky && used <= format->precision;
    }
    return value;
}
