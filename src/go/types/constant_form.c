/* Values in memory: how numbers come from an arena to GMP, which computes with memory of its own,
 * and back. Limbs are copied both ways; only what is long lives in many of them. */
#include "go/types/constant_parts.h"

#include <math.h>

#define DOUBLE_BITS 53 /* of the mantissa of a double */

static ConstantNumber *new_number(Arena *a, int32_t size, int32_t under)
{
    isize n_limbs = (size < 0 ? -size : size) + under;
    isize bytes = (isize)offsetof(ConstantNumber, limbs) + n_limbs * (isize)sizeof(mp_limb_t);
    ConstantNumber *n =
        arena_alloc(a, 1, MAX(bytes, (isize)sizeof(ConstantNumber)), _Alignof(ConstantNumber));
    n->size = size;
    n->under = under;
    return n;
}

/* over / under, in lowest terms, of one limb each. */
static Constant plain_fraction(Arena *a, bool is_negative, uint64_t over, uint64_t under)
{
    int32_t size = over == 0 ? 0 : is_negative ? -1 : 1;
    ConstantNumber *n = new_number(a, size, 1);
    n->limbs[0] = over;
    n->limbs[over == 0 ? 0 : 1] = under;
    return constant_at(n, FORM_FRACTION);
}

static uint64_t magnitude(int64_t x)
{
    return x < 0 ? -(uint64_t)x : (uint64_t)x;
}

static int32_t limbs_of(const mpz_t z)
{
    return (int32_t)mpz_size(z);
}

static void put_limbs(mp_limb_t *to, const mpz_t z)
{
    if (mpz_size(z) > 0) {
        memcpy(to, mpz_limbs_read(z), mpz_size(z) * sizeof(mp_limb_t));
    }
}

static void get_limbs(mpz_t z, const mp_limb_t *from, int32_t size)
{
    mpz_t in_place;
    mpz_set(z, mpz_roinit_n(in_place, from, size));
}

static int32_t count_of(int32_t size)
{
    return size < 0 ? -size : size;
}

static int32_t signed_size(const mpz_t z)
{
    return mpz_sgn(z) < 0 ? -limbs_of(z) : limbs_of(z);
}

static Constant small(int64_t x)
{
    return (Constant){(uint64_t)x << FORM_BITS | FORM_SMALL};
}

Constant constant_put_int(Arena *a, const mpz_t z)
{
    if (mpz_fits_slong_p(z)) {
        int64_t x = mpz_get_si(z);
        if (x >= SMALL_MIN && x <= SMALL_MAX) {
            return small(x);
        }
    }
    ConstantNumber *n = new_number(a, signed_size(z), 0);
    put_limbs(n->limbs, z);
    return constant_at(n, FORM_INT);
}

Constant constant_put_fraction(Arena *a, const mpq_t z)
{
    ConstantNumber *n = new_number(a, signed_size(mpq_numref(z)), limbs_of(mpq_denref(z)));
    put_limbs(n->limbs, mpq_numref(z));
    put_limbs(n->limbs + count_of(n->size), mpq_denref(z));
    return constant_at(n, FORM_FRACTION);
}

Constant constant_put_float(Arena *a, const BigFloat *z)
{
    if (z->is_inf) {
        return (Constant){0};
    }
    ConstantNumber *n = new_number(a, signed_size(z->mant), 0);
    n->exp = z->exp;
    put_limbs(n->limbs, z->mant);
    return constant_at(n, FORM_FLOAT);
}

Constant constant_put_complex(Arena *a, Constant re, Constant im)
{
    if (re.word == 0 || im.word == 0) {
        return (Constant){0};
    }
    ConstantComplex *both = ARENA_NEW(a, ConstantComplex);
    *both = (ConstantComplex){re, im};
    return constant_at(both, FORM_COMPLEX);
}

void constant_get_int(mpz_t z, Constant x)
{
    if (constant_form(x) == FORM_SMALL) {
        mpz_set_si(z, constant_small(x));
        return;
    }
    ASSERT(constant_form(x) == FORM_INT);
    const ConstantNumber *n = constant_memory(x);
    get_limbs(z, n->limbs, n->size);
}

void constant_get_fraction(mpq_t z, Constant x)
{
    if (constant_form(x) != FORM_FRACTION) {
        constant_get_int(mpq_numref(z), x);
        mpz_set_ui(mpq_denref(z), 1);
        return;
    }
    const ConstantNumber *n = constant_memory(x);
    get_limbs(mpq_numref(z), n->limbs, n->size);
    get_limbs(mpq_denref(z), n->limbs + count_of(n->size), n->under);
}

void constant_get_float(BigFloat *z, Constant x)
{
    z->is_inf = false;
    z->exp = 0;
    if (constant_form(x) == FORM_FLOAT) {
        const ConstantNumber *n = constant_memory(x);
        get_limbs(z->mant, n->limbs, n->size);
        z->exp = n->exp;
    } else if (constant_form(x) == FORM_FRACTION) {
        AUTO_MPQ(q);
        constant_get_fraction(q, x);
        bigfloat_set_ratio(z, q, CONSTANT_PRECISION);
    } else {
        constant_get_int(z->mant, x);
        bigfloat_round(z, CONSTANT_PRECISION, false);
    }
}

Constant constant_of_bool(bool x)
{
    return (Constant){(uint64_t)x << FORM_BITS | FORM_BOOL};
}

Constant constant_of_int(Arena *a, int64_t x)
{
    if (x >= SMALL_MIN && x <= SMALL_MAX) {
        return small(x);
    }
    AUTO_MPZ(z);
    mpz_set_si(z, x);
    return constant_put_int(a, z);
}

/* What has few bits before and behind the point, which is nearly all. */
static bool plain_double(Arena *a, double x, Constant *ret)
{
    int exp;
    double half = frexp(x, &exp); /* x is half * 2**exp */
    uint64_t mant = (uint64_t)ldexp(half < 0 ? -half : half, DOUBLE_BITS);
    if (mant == 0) {
        *ret = plain_fraction(a, false, 0, 1);
        return true;
    }
    int down = __builtin_ctzll(mant);
    mant >>= down;
    exp += down - DOUBLE_BITS;
    if (exp > __builtin_clzll(mant) || exp < -63) {
        return false;
    }
    bool is_negative = half < 0;
    *ret = exp > 0 ? plain_fraction(a, is_negative, mant << exp, 1)
                   : plain_fraction(a, is_negative, mant, UINT64_C(1) << -exp);
    return true;
}

Constant constant_of_double(Arena *a, double x)
{
    Constant plain;
    if (!(x - x == 0)) { /* infinite, or no number */
        return (Constant){0};
    }
    if (plain_double(a, x, &plain)) {
        return plain;
    }
    AUTO_MPQ(q);
    mpq_set_d(q, x);
    return constant_put_fraction(a, q);
}

Constant constant_of_small_fraction(Arena *a, int64_t x)
{
    return plain_fraction(a, x < 0, magnitude(x), 1);
}

Constant constant_of_imag(Arena *a, Constant x)
{
    return constant_put_complex(a, small(0), x);
}

/* A number as it lies in memory. */
static Constant copy_number(Arena *a, Constant x)
{
    const ConstantNumber *n = constant_memory(x);
    ConstantNumber *copy = new_number(a, n->size, n->under);
    isize bytes = (isize)offsetof(ConstantNumber, limbs) +
                  (count_of(n->size) + n->under) * (isize)sizeof(mp_limb_t);
    memcpy(copy, n, (size_t)bytes);
    return constant_at(copy, constant_form(x));
}

Constant constant_copy(Arena *a, Arena scratch, Constant x)
{
    switch (constant_form(x)) {
    case FORM_UNKNOWN:
    case FORM_BOOL:
    case FORM_SMALL:
        return x;
    case FORM_STRING:
        return constant_string_keep(a, scratch, x);
    case FORM_INT:
    case FORM_FRACTION:
    case FORM_FLOAT:
        return copy_number(a, x);
    case FORM_COMPLEX:
        return constant_put_complex(a, constant_copy(a, scratch, constant_complex(x)->re),
                                    constant_copy(a, scratch, constant_complex(x)->im));
    }
    UNREACHABLE("form of a constant");
}

Constant constant_real(Constant x)
{
    return constant_form(x) == FORM_COMPLEX ? constant_complex(x)->re : x;
}

Constant constant_imag(Arena *a, Constant x)
{
    if (constant_form(x) == FORM_COMPLEX) {
        return constant_complex(x)->im;
    }
    return x.word == 0 ? x : constant_of_int(a, 0);
}

ConstantKind constant_kind(Constant x)
{
    static const uint8_t kinds[] = {
        [FORM_UNKNOWN] = CONSTANT_UNKNOWN, [FORM_BOOL] = CONSTANT_BOOL,
        [FORM_STRING] = CONSTANT_STRING,   [FORM_SMALL] = CONSTANT_INT,
        [FORM_INT] = CONSTANT_INT,         [FORM_FRACTION] = CONSTANT_FLOAT,
        [FORM_FLOAT] = CONSTANT_FLOAT,     [FORM_COMPLEX] = CONSTANT_COMPLEX,
    };
    return (ConstantKind)kinds[constant_form(x)];
}

bool constant_bool(Constant x)
{
    return x.word >> FORM_BITS != 0;
}

int constant_sign(Constant x)
{
    ConstantForm form = constant_form(x);
    if (form == FORM_UNKNOWN) {
        return 1;
    }
    if (form == FORM_COMPLEX) {
        return constant_sign(constant_complex(x)->re) | constant_sign(constant_complex(x)->im);
    }
    int64_t value =
        form == FORM_SMALL ? constant_small(x) : ((const ConstantNumber *)constant_memory(x))->size;
    return (value > 0) - (value < 0);
}

isize constant_bit_len(Constant x)
{
    if (constant_form(x) == FORM_SMALL) {
        uint64_t value = magnitude(constant_small(x));
        return value == 0 ? 0 : 64 - __builtin_clzll(value);
    }
    AUTO_MPZ(z);
    if (x.word == 0) {
        return 0;
    }
    constant_get_int(z, x);
    return mpz_sgn(z) == 0 ? 0 : (isize)mpz_sizeinbase(z, 2);
}

bool constant_int64(Constant x, int64_t *ret)
{
    if (constant_form(x) == FORM_SMALL) {
        *ret = constant_small(x);
        return true;
    }
    AUTO_MPZ(z);
    if (x.word == 0) {
        return false;
    }
    constant_get_int(z, x);
    bool fits = mpz_fits_slong_p(z) != 0;
    *ret = fits ? mpz_get_si(z) : *ret;
    return fits;
}

bool constant_uint64(Constant x, uint64_t *ret)
{
    if (constant_form(x) == FORM_SMALL && constant_small(x) >= 0) {
        *ret = (uint64_t)constant_small(x);
        return true;
    }
    AUTO_MPZ(z);
    if (x.word == 0) {
        return false;
    }
    constant_get_int(z, x);
    bool fits = mpz_fits_ulong_p(z) != 0;
    *ret = fits ? mpz_get_ui(z) : *ret;
    return fits;
}

/* The parts of a number, if each has as few bits as the format has: then one division rounds it as
 * it should be, and it is exact when what it is divided by is a power of two. */
static bool plain_parts(Constant x, const FloatFormat *format, int64_t *ret_over,
                        uint64_t *ret_under)
{
    const uint64_t max = UINT64_C(1) << format->precision;
    uint64_t over, under = 1;
    bool is_negative;
    if (constant_form(x) == FORM_SMALL) {
        over = magnitude(constant_small(x));
        is_negative = constant_small(x) < 0;
    } else if (constant_form(x) == FORM_FRACTION) {
        const ConstantNumber *n = constant_memory(x);
        if (count_of(n->size) > 1 || n->under != 1) {
            return false;
        }
        over = n->size == 0 ? 0 : n->limbs[0];
        under = n->limbs[count_of(n->size)];
        is_negative = n->size < 0;
    } else {
        return false;
    }
    if (over > max || under > max) {
        return false;
    }
    *ret_over = is_negative ? -(int64_t)over : (int64_t)over;
    *ret_under = under;
    return true;
}

static double to_double(Constant x, const FloatFormat *format, bool *ret_is_exact)
{
    *ret_is_exact = false;
    if (x.word == 0) {
        return 0;
    }
    int64_t over;
    uint64_t under;
    if (plain_parts(x, format, &over, &under)) {
        *ret_is_exact = (under & (under - 1)) == 0;
        return format->precision == DOUBLE_BITS ? (double)over / (double)under
                                                : (double)((float)over / (float)under);
    }
    if (constant_form(x) == FORM_FRACTION) {
        AUTO_MPQ(q);
        constant_get_fraction(q, x);
        return fraction_to_double(q, format, ret_is_exact);
    }
    AUTO_BIGFLOAT(f);
    constant_get_float(&f, x);
    return bigfloat_to_double(&f, false, format, ret_is_exact);
}

double constant_float64(Constant x, bool *ret_is_exact)
{
    return to_double(x, &float_format_64, ret_is_exact);
}

double constant_float32(Constant x, bool *ret_is_exact)
{
    return to_double(x, &float_format_32, ret_is_exact);
}
