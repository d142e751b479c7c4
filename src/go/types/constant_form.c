/* Values in memory: how numbers come from an arena to GMP, which computes with memory of its own,
 * and back. Limbs are copied both ways; only what is long lives in many of them. */
#include "go/types/constant_parts.h"

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

Constant constant_of_uint(Arena *a, uint64_t x)
{
    AUTO_MPZ(z);
    mpz_set_ui(z, x);
    return constant_put_int(a, z);
}

Constant constant_of_double(Arena *a, double x)
{
    AUTO_MPQ(q);
    if (!(x - x == 0)) { /* infinite, or no number */
        return (Constant){0};
    }
    mpq_set_d(q, x);
    return constant_put_fraction(a, q);
}

Constant constant_of_imag(Arena *a, Constant x)
{
    return constant_put_complex(a, small(0), x);
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
    AUTO_MPZ(z);
    if (x.word == 0) {
        return false;
    }
    constant_get_int(z, x);
    bool fits = mpz_fits_ulong_p(z) != 0;
    *ret = fits ? mpz_get_ui(z) : *ret;
    return fits;
}

static double to_double(Constant x, const FloatFormat *format, bool *ret_is_exact)
{
    *ret_is_exact = false;
    if (x.word == 0) {
        return 0;
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
