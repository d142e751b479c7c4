/*
 * Operators. Both operands are brought to the more general of their two forms, which has one
 * function that knows its operators; what small integers can do among themselves is done first.
 */
#include "go/types/constant_parts.h"

#define MAX_FRACTION_BITS 4096 /* go/constant: larger parts make a fraction a float */

static const Constant unknown = {0};

static bool is_small_part(const mpz_t z)
{
    return mpz_sizeinbase(z, 2) < MAX_FRACTION_BITS;
}

Constant constant_put_ratio(Arena *a, const mpq_t z)
{
    if (is_small_part(mpq_numref(z)) && is_small_part(mpq_denref(z))) {
        return constant_put_fraction(a, z);
    }
    AUTO_BIGFLOAT(f);
    bigfloat_set_ratio(&f, z, CONSTANT_PRECISION);
    return constant_put_float(a, &f);
}

static Constant int_quotient(Arena *a, const mpz_t x, const mpz_t y)
{
    AUTO_MPQ(q);
    if (mpz_sgn(y) == 0) {
        return unknown;
    }
    mpz_set(mpq_numref(q), x);
    mpz_set(mpq_denref(q), y);
    mpq_canonicalize(q);
    return constant_put_ratio(a, q);
}

static void and_not(mpz_t z, const mpz_t x, const mpz_t y)
{
    mpz_com(z, y);
    mpz_and(z, x, z);
}

static const struct {
    Token op;
    void (*apply)(mpz_ptr z, mpz_srcptr x, mpz_srcptr y);
    bool divides;
} int_ops[] = {
    {TOKEN_ADD, mpz_add, false},     {TOKEN_SUB, mpz_sub, false},
    {TOKEN_MUL, mpz_mul, false},     {TOKEN_QUO_ASSIGN, mpz_tdiv_q, true},
    {TOKEN_REM, mpz_tdiv_r, true},   {TOKEN_AND, mpz_and, false},
    {TOKEN_OR, mpz_ior, false},      {TOKEN_XOR, mpz_xor, false},
    {TOKEN_AND_NOT, and_not, false},
};

static Constant binary_int(Arena *a, Constant x, Token op, Constant y)
{
    AUTO_MPZ(p);
    AUTO_MPZ(q);
    AUTO_MPZ(z);
    constant_get_int(p, x);
    constant_get_int(q, y);
    if (op == TOKEN_QUO) {
        return int_quotient(a, p, q);
    }
    for (isize i = 0; i < COUNT_OF(int_ops); i++) {
        if (int_ops[i].op == op) {
            if (int_ops[i].divides && mpz_sgn(q) == 0) {
                return unknown;
            }
            int_ops[i].apply(z, p, q);
            if (op == TOKEN_QUO_ASSIGN && mpz_fits_slong_p(p) && !mpz_fits_slong_p(z)) {
                mpz_set(z, p); /* -1<<63 / -1 is computed in an int64, in Go */
            }
            return constant_put_int(a, z);
        }
    }
    UNREACHABLE("an operator that integers do not have");
}

/* Of integers that lie in their words, which cannot overflow where no product is made. */
static bool operate_small(int64_t p, Token op, int64_t q, int64_t *ret)
{
    switch ((int)op) {
    case TOKEN_ADD:
        *ret = p + q;
        return true;
    case TOKEN_SUB:
        *ret = p - q;
        return true;
    case TOKEN_MUL:
        return !__builtin_mul_overflow(p, q, ret);
    case TOKEN_QUO_ASSIGN:
        *ret = q != 0 ? p / q : 0;
        return q != 0;
    case TOKEN_REM:
        *ret = q != 0 ? p % q : 0;
        return q != 0;
    case TOKEN_AND:
        *ret = p & q;
        return true;
    case TOKEN_OR:
        *ret = p | q;
        return true;
    case TOKEN_XOR:
        *ret = p ^ q;
        return true;
    case TOKEN_AND_NOT:
        *ret = p & ~q;
        return true;
    }
    return false;
}

static bool binary_small(Arena *a, Constant x, Token op, Constant y, Constant *ret)
{
    int64_t z;
    bool is_done = operate_small(constant_small(x), op, constant_small(y), &z);
    *ret = is_done ? constant_of_int(a, z) : *ret;
    return is_done;
}

static Constant binary_fraction(Arena *a, Constant x, Token op, Constant y)
{
    AUTO_MPQ(p);
    AUTO_MPQ(q);
    constant_get_fraction(p, x);
    constant_get_fraction(q, y);
    if (op == TOKEN_ADD) {
        mpq_add(p, p, q);
    } else if (op == TOKEN_SUB) {
        mpq_sub(p, p, q);
    } else if (op == TOKEN_MUL) {
        mpq_mul(p, p, q);
    } else {
        ASSERT(op == TOKEN_QUO);
        if (mpq_sgn(q) == 0) {
            return unknown;
        }
        mpq_div(p, p, q);
    }
    return constant_put_ratio(a, p);
}

static Constant binary_float(Arena *a, Constant x, Token op, Constant y)
{
    AUTO_BIGFLOAT(p);
    AUTO_BIGFLOAT(q);
    constant_get_float(&p, x);
    constant_get_float(&q, y);
    if (op == TOKEN_SUB) {
        mpz_neg(q.mant, q.mant);
    }
    if (op == TOKEN_ADD || op == TOKEN_SUB) {
        bigfloat_add(&p, &p, &q, CONSTANT_PRECISION);
    } else if (op == TOKEN_MUL) {
        bigfloat_mul(&p, &p, &q, CONSTANT_PRECISION);
    } else {
        ASSERT(op == TOKEN_QUO);
        if (mpz_sgn(q.mant) == 0) {
            return unknown;
        }
        bigfloat_quo(&p, &p, &q, CONSTANT_PRECISION);
    }
    return constant_put_float(a, &p);
}

static ConstantComplex as_complex(Arena *a, Constant x)
{
    if (constant_form(x) == FORM_COMPLEX) {
        return *constant_complex(x);
    }
    return (ConstantComplex){x, constant_of_int(a, 0)};
}

/* p*q + r*s, or p*q - r*s. */
static Constant cross(Arena *a, Constant p, Constant q, Token op, Constant r, Constant s)
{
    Constant left = constant_binary(a, p, TOKEN_MUL, q);
    return constant_binary(a, left, op, constant_binary(a, r, TOKEN_MUL, s));
}

static Constant binary_complex(Arena *a, Constant x, Token op, Constant y)
{
    ConstantComplex p = as_complex(a, x), q = as_complex(a, y);
    if (op == TOKEN_ADD || op == TOKEN_SUB) {
        return constant_put_complex(a, constant_binary(a, p.re, op, q.re),
                                    constant_binary(a, p.im, op, q.im));
    }
    if (op == TOKEN_MUL) {
        return constant_put_complex(a, cross(a, p.re, q.re, TOKEN_SUB, p.im, q.im),
                                    cross(a, p.im, q.re, TOKEN_ADD, p.re, q.im));
    }
    ASSERT(op == TOKEN_QUO);
    Constant under = cross(a, q.re, q.re, TOKEN_ADD, q.im, q.im);
    Constant re = cross(a, p.re, q.re, TOKEN_ADD, p.im, q.im);
    Constant im = cross(a, p.im, q.re, TOKEN_SUB, p.re, q.im);
    return constant_put_complex(a, constant_binary(a, re, TOKEN_QUO, under),
                                constant_binary(a, im, TOKEN_QUO, under));
}

static Constant binary_bool(Constant x, Token op, Constant y)
{
    bool p = constant_bool(x), q = constant_bool(y);
    ASSERT(op == TOKEN_LAND || op == TOKEN_LOR);
    return constant_of_bool(op == TOKEN_LAND ? p && q : p || q);
}

/* Whether both are numbers, or both of one kind that has no other form. */
static bool match(ConstantForm x, ConstantForm y)
{
    return x == y || (x >= FORM_SMALL && y >= FORM_SMALL);
}

Constant constant_binary(Arena *a, Constant x, Token op, Constant y)
{
    ConstantForm form = MAX(constant_form(x), constant_form(y));
    Constant z = unknown;
    if (x.word == 0 || y.word == 0) {
        return unknown;
    }
    ASSERT(match(constant_form(x), constant_form(y)));
    switch (form) {
    case FORM_UNKNOWN:
        break;
    case FORM_BOOL:
        return binary_bool(x, op, y);
    case FORM_STRING:
        ASSERT(op == TOKEN_ADD);
        return constant_string_sum(a, x, y);
    case FORM_SMALL:
        return binary_small(a, x, op, y, &z) ? z : binary_int(a, x, op, y);
    case FORM_INT:
        return binary_int(a, x, op, y);
    case FORM_FRACTION:
        return binary_fraction(a, x, op, y);
    case FORM_FLOAT:
        return binary_float(a, x, op, y);
    case FORM_COMPLEX:
        return binary_complex(a, x, op, y);
    }
    return unknown;
}

static Constant complement(Arena *a, Constant x, int size)
{
    if (constant_form(x) == FORM_SMALL && size < SMALL_BITS) {
        int64_t all = size > 0 ? (INT64_C(1) << size) - 1 : -1;
        return constant_of_int(a, ~constant_small(x) & all);
    }
    AUTO_MPZ(z);
    constant_get_int(z, x);
    mpz_com(z, z);
    if (size > 0) {
        mpz_fdiv_r_2exp(z, z, (mp_bitcnt_t)size);
    }
    return constant_put_int(a, z);
}

static Constant negative(Arena *a, Constant x)
{
    if (constant_form(x) == FORM_COMPLEX) {
        return constant_put_complex(a, negative(a, constant_complex(x)->re),
                                    negative(a, constant_complex(x)->im));
    }
    if (constant_form(x) == FORM_FRACTION) {
        AUTO_MPQ(q);
        constant_get_fraction(q, x);
        mpq_neg(q, q);
        return constant_put_ratio(a, q);
    }
    return constant_binary(a, constant_of_int(a, 0), TOKEN_SUB, x);
}

Constant constant_unary(Arena *a, Token op, Constant x, int size)
{
    if (x.word == 0) {
        return x;
    }
    if (op == TOKEN_NOT) {
        ASSERT(constant_form(x) == FORM_BOOL);
        return constant_of_bool(!constant_bool(x));
    }
    ASSERT(constant_form(x) >= FORM_SMALL);
    if (op == TOKEN_XOR) {
        return complement(a, x, size);
    }
    ASSERT(op == TOKEN_ADD || op == TOKEN_SUB);
    return op == TOKEN_SUB ? negative(a, x) : x;
}

/* Of an integer that lies in its word, as long as the result does. */
static bool shift_small(Arena *a, Constant x, Token op, uint64_t count, Constant *ret)
{
    if (constant_form(x) != FORM_SMALL) {
        return false;
    }
    if (op == TOKEN_SHR) {
        *ret = constant_of_int(a, constant_small(x) >> MIN(count, 63));
        return true;
    }
    if (count + (uint64_t)constant_bit_len(x) >= SMALL_BITS) {
        return false;
    }
    *ret = constant_of_int(a, constant_small(x) * (INT64_C(1) << count));
    return true;
}

Constant constant_shift(Arena *a, Constant x, Token op, uint64_t count)
{
    Constant shifted;
    if (x.word == 0 || count == 0 || constant_sign(x) == 0) {
        return x;
    }
    if (count <= CONSTANT_MAX_SHIFT && shift_small(a, x, op, count, &shifted)) {
        return shifted;
    }
    AUTO_MPZ(z);
    constant_get_int(z, x);
    if (op == TOKEN_SHR) {
        mpz_fdiv_q_2exp(z, z, count);
        return constant_put_int(a, z);
    }
    ASSERT(op == TOKEN_SHL);
    if (count > CONSTANT_MAX_SHIFT) {
        return unknown;
    }
    mpz_mul_2exp(z, z, count);
    return constant_put_int(a, z);
}

static int compare_numbers(Constant x, Constant y)
{
    ConstantForm form = MAX(constant_form(x), constant_form(y));
    if (form == FORM_SMALL) {
        return (constant_small(x) > constant_small(y)) - (constant_small(x) < constant_small(y));
    }
    if (form == FORM_FLOAT) {
        AUTO_BIGFLOAT(p);
        AUTO_BIGFLOAT(q);
        constant_get_float(&p, x);
        constant_get_float(&q, y);
        return bigfloat_compare(&p, &q);
    }
    AUTO_MPQ(p);
    AUTO_MPQ(q);
    constant_get_fraction(p, x);
    constant_get_fraction(q, y);
    return mpq_cmp(p, q);
}

static bool order_holds(int order, Token op)
{
    bool less = op == TOKEN_LSS || op == TOKEN_LEQ || op == TOKEN_NEQ;
    bool equal = op == TOKEN_EQL || op == TOKEN_LEQ || op == TOKEN_GEQ;
    bool more = op == TOKEN_GTR || op == TOKEN_GEQ || op == TOKEN_NEQ;
    ASSERT(less || equal || more);
    return order < 0 ? less : order > 0 ? more : equal;
}

bool constant_compare(Arena scratch, Constant x, Token op, Constant y)
{
    ConstantForm form = MAX(constant_form(x), constant_form(y));
    if (x.word == 0 || y.word == 0) {
        return false;
    }
    ASSERT(match(constant_form(x), constant_form(y)));
    if (form == FORM_BOOL) {
        ASSERT(op == TOKEN_EQL || op == TOKEN_NEQ);
        return (x.word == y.word) == (op == TOKEN_EQL);
    }
    if (form == FORM_STRING) {
        return order_holds(constant_string_compare(scratch, x, y), op);
    }
    if (form == FORM_COMPLEX) {
        ConstantComplex p = as_complex(&scratch, x), q = as_complex(&scratch, y);
        ASSERT(op == TOKEN_EQL || op == TOKEN_NEQ);
        bool is_same = compare_numbers(p.re, q.re) == 0 && compare_numbers(p.im, q.im) == 0;
        return is_same == (op == TOKEN_EQL);
    }
    return order_holds(compare_numbers(x, y), op);
}
