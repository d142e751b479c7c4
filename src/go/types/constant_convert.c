/* Conversions between the kinds of numbers. */
#include "go/types/constant_parts.h"

#define MAX_EXP 4096 /* go/constant: integers beyond 2**4096 are not made of floats */
#define DELTA_BITS 4 /* of a float that is an integer but for as many of its last bits */

/* Cuts z to prec bits, towards zero or away from it. */
static void cut(BigFloat *z, isize prec, bool away)
{
    isize bits = mpz_sgn(z->mant) == 0 ? 0 : (isize)mpz_sizeinbase(z->mant, 2);
    if (bits <= prec) {
        return;
    }
    mp_bitcnt_t n = (mp_bitcnt_t)(bits - prec);
    bool is_changed = mpz_divisible_2exp_p(z->mant, n) == 0;
    int sign = mpz_sgn(z->mant);
    mpz_tdiv_q_2exp(z->mant, z->mant, n);
    z->exp += bits - prec;
    if (away && is_changed && sign > 0) {
        mpz_add_ui(z->mant, z->mant, 1);
    } else if (away && is_changed) {
        mpz_sub_ui(z->mant, z->mant, 1);
    }
}

static Constant whole(Arena *a, const BigFloat *f)
{
    AUTO_MPZ(z);
    if (f->exp >= 0) {
        mpz_mul_2exp(z, f->mant, (mp_bitcnt_t)f->exp);
    } else {
        mpz_tdiv_q_2exp(z, f->mant, (mp_bitcnt_t)-f->exp);
    }
    return constant_put_int(a, z);
}

static Constant float_to_int(Arena *a, Constant x)
{
    AUTO_BIGFLOAT(f);
    constant_get_float(&f, x);
    int64_t e = bigfloat_exponent(&f);
    if (e <= -MAX_EXP || e >= MAX_EXP) {
        return (Constant){0};
    }
    if (bigfloat_is_int(&f)) {
        return whole(a, &f);
    }
    for (int away = 0; away <= 1; away++) {
        constant_get_float(&f, x);
        cut(&f, CONSTANT_PRECISION - DELTA_BITS, away != 0);
        if (bigfloat_is_int(&f)) {
            return whole(a, &f);
        }
    }
    return (Constant){0};
}

static Constant fraction_to_int(Arena *a, Constant x)
{
    const ConstantNumber *n = constant_memory(x);
    if (n->size == 0 || n->size == 1 || n->size == -1) {
        bool is_int = n->under == 1 && n->limbs[n->size == 0 ? 0 : 1] == 1;
        uint64_t value = n->size == 0 ? 0 : n->limbs[0];
        if (!is_int || value <= (uint64_t)SMALL_MAX) {
            return is_int ? constant_of_int(a, n->size < 0 ? -(int64_t)value : (int64_t)value)
                          : (Constant){0};
        }
    }
    AUTO_MPQ(q);
    constant_get_fraction(q, x);
    if (mpz_cmp_ui(mpq_denref(q), 1) != 0) {
        return (Constant){0};
    }
    return constant_put_int(a, mpq_numref(q));
}

Constant constant_to_int(Arena *a, Constant x)
{
    switch (constant_form(x)) {
    case FORM_SMALL:
    case FORM_INT:
        return x;
    case FORM_FRACTION:
        return fraction_to_int(a, x);
    case FORM_FLOAT:
        return float_to_int(a, x);
    case FORM_COMPLEX: {
        Constant real = constant_to_float(a, x);
        return real.word == 0 ? real : constant_to_int(a, real);
    }
    case FORM_UNKNOWN:
    case FORM_BOOL:
    case FORM_STRING:
        break;
    }
    return (Constant){0};
}

static Constant int_to_float(Arena *a, Constant x)
{
    if (constant_form(x) == FORM_SMALL) {
        return constant_of_small_fraction(a, constant_small(x));
    }
    if (constant_bit_len(x) >= MAX_EXP) {
        AUTO_BIGFLOAT(f);
        constant_get_float(&f, x);
        return constant_put_float(a, &f);
    }
    AUTO_MPQ(q);
    constant_get_fraction(q, x);
    return constant_put_fraction(a, q);
}

Constant constant_to_float(Arena *a, Constant x)
{
    switch (constant_form(x)) {
    case FORM_SMALL:
    case FORM_INT:
        return int_to_float(a, x);
    case FORM_FRACTION:
    case FORM_FLOAT:
        return x;
    case FORM_COMPLEX:
        if (constant_sign(constant_complex(x)->im) == 0) {
            return constant_to_float(a, constant_complex(x)->re);
        }
        break;
    case FORM_UNKNOWN:
    case FORM_BOOL:
    case FORM_STRING:
        break;
    }
    return (Constant){0};
}

Constant constant_to_complex(Arena *a, Constant x)
{
    if (constant_form(x) < FORM_SMALL || constant_form(x) == FORM_COMPLEX) {
        return constant_form(x) == FORM_COMPLEX ? x : (Constant){0};
    }
    return constant_put_complex(a, x, constant_of_int(a, 0));
}
