/*
 * Literals. A number is read once: base, digits, exponent. Integers are done then; of the others
 * the floating-point value is found as math/big does it, rounding included, and when its exponent
 * is moderate the exact fraction takes its place.
 */
#include "base/strbuf.h"
#include "format/utf8.h"
#include "go/load/gostring.h"
#include "go/types/constant_parts.h"

#define MAX_PLAIN_HEX 15      /* digits that fit into an int64_t */
#define MAX_FRACTION_EXP 4096 /* go/constant: beyond 2**±4096 a literal is a float */
#define MAX_RATIO_EXP5 1000000
#define MAX_RATIO_EXP2 10000000 /* math/big: exponents that no fraction is made of */

typedef struct {
    int base;
    StrBuf digits;      /* without point and underscores */
    int64_t n_fraction; /* digits behind the point */
    int64_t exp;
    int exp_base; /* 2 or 10 */
    bool has_point;
    bool is_old_octal; /* begins with 0, which an integer takes for base 8 */
} Number;

static int digit_of(char c)
{
    if (c >= '0' && c <= '9') {
        return c - '0';
    }
    char lower = (char)(c | 0x20);
    return lower >= 'a' && lower <= 'z' ? lower - 'a' + 10 : 36;
}

/* Takes "0x" and its kin off *s, whether or not it is there. */
static void eat_prefix(Str *s, Number *n)
{
    static const struct {
        char letter;
        int base;
    } prefixes[] = {{'b', 2}, {'o', 8}, {'x', 16}};
    n->base = 10;
    n->is_old_octal = s->len > 1 && s->ptr[0] == '0';
    for (isize i = 0; i < COUNT_OF(prefixes) && n->is_old_octal; i++) {
        if ((s->ptr[1] | 0x20) == prefixes[i].letter) {
            n->base = prefixes[i].base;
            n->is_old_octal = false;
            *s = str_from(*s, 2);
        }
    }
}

/* Takes digits, one point and underscores, which stand behind a digit or a prefix, off *s. */
static bool eat_mantissa(Str *s, Number *n)
{
    bool may_separate = n->base != 10, is_fine = true;
    isize i = 0;
    for (; i < s->len; i++) {
        char c = s->ptr[i];
        if (c == '_') {
            is_fine &= may_separate;
            may_separate = false;
        } else if (c == '.' && !n->has_point) {
            is_fine &= i == 0 || s->ptr[i - 1] != '_';
            n->has_point = true;
            may_separate = false;
        } else if (digit_of(c) < n->base) {
            strbuf_add_byte(&n->digits, c);
            n->n_fraction += n->has_point;
            may_separate = true;
        } else {
            break;
        }
    }
    is_fine &= n->digits.len > 0 && s->ptr[i - 1] != '_';
    *s = str_from(*s, i);
    return is_fine;
}

static bool eat_exponent(Str *s, Number *n)
{
    char letter = s->len > 0 ? (char)(s->ptr[0] | 0x20) : '\0';
    n->exp_base = letter == 'p' ? 2 : 10;
    if (letter != 'e' && letter != 'p') {
        return true;
    }
    isize i = 1;
    bool is_negative = s->len > 1 && s->ptr[1] == '-';
    i += s->len > 1 && (s->ptr[1] == '-' || s->ptr[1] == '+');
    isize first = i;
    for (; i < s->len && (s->ptr[i] == '_' || digit_of(s->ptr[i]) < 10); i++) {
        if (s->ptr[i] == '_') {
            if (i == first || s->ptr[i - 1] == '_') {
                return false;
            }
        } else if (__builtin_mul_overflow(n->exp, 10, &n->exp) ||
                   __builtin_sub_overflow(n->exp, digit_of(s->ptr[i]), &n->exp)) {
            return false;
        }
    }
    if (i == first || s->ptr[i - 1] == '_' || (!is_negative && n->exp == INT64_MIN)) {
        return false;
    }
    n->exp = is_negative ? n->exp : -n->exp;
    *s = str_from(*s, i);
    return true;
}

static void set_digits(mpz_t z, Arena scratch, Str digits, int base)
{
    Str terminated = str_concat(&scratch, digits, (Str){"", 1});
    mpz_set_str(z, terminated.ptr, base);
}

/* "0xFF" without underscores, of no more digits than surely fit. */
static bool read_plain_hex(Str s, int64_t *ret)
{
    int64_t value = 0;
    if (s.len < 3 || s.len > 2 + MAX_PLAIN_HEX || s.ptr[0] != '0' || (s.ptr[1] | 0x20) != 'x') {
        return false;
    }
    for (isize i = 2; i < s.len; i++) {
        int digit = digit_of(s.ptr[i]);
        if (digit >= 16) {
            return false;
        }
        value = value * 16 + digit;
    }
    *ret = value;
    return true;
}

static Constant read_int(Arena *a, Str s)
{
    int64_t plain;
    if (str_parse_decimal(s, INT64_MAX, &plain) || read_plain_hex(s, &plain)) { /* nearly all */
        return constant_of_int(a, plain);
    }
    Number n = {.digits = strbuf_init(a)};
    AUTO_MPZ(z);
    eat_prefix(&s, &n);
    n.base = n.is_old_octal ? 8 : n.base;
    if (!eat_mantissa(&s, &n) || s.len > 0 || n.has_point) {
        return (Constant){0};
    }
    set_digits(z, *a, strbuf_str(&n.digits), n.base);
    return constant_put_int(a, z);
}

/* The powers of 2 and 5 that the digits are to be multiplied with. False: beyond all bounds. */
static bool powers(const Number *n, int64_t *ret_exp2, int64_t *ret_exp5)
{
    int bits = n->base == 16 ? 4 : n->base == 8 ? 3 : 1;
    int64_t exp2 = -n->n_fraction * bits, exp5 = n->base == 10 ? -n->n_fraction : 0;
    if (n->exp_base == 10 && __builtin_add_overflow(exp5, n->exp, &exp5)) {
        return false;
    }
    *ret_exp5 = exp5;
    return !__builtin_add_overflow(exp2, n->exp, ret_exp2);
}

/* mant * 2**exp2 * 5**exp5 as math/big's Float.SetString rounds it. */
static bool set_float(BigFloat *z, const mpz_t mant, int64_t exp2, int64_t exp5)
{
    int64_t e;
    mpz_set(z->mant, mant);
    if (mpz_sgn(mant) == 0) {
        return true;
    }
    if (__builtin_add_overflow(exp2, (int64_t)mpz_sizeinbase(mant, 2), &e) ||
        e < BIGFLOAT_MIN_EXP || e > BIGFLOAT_MAX_EXP) {
        return false;
    }
    z->exp = exp2;
    if (exp5 == 0) {
        bigfloat_round(z, CONSTANT_PRECISION, false);
        return true;
    }
    AUTO_BIGFLOAT(power);
    uint64_t n = exp5 < 0 ? -(uint64_t)exp5 : (uint64_t)exp5;
    bigfloat_pow5(&power, n, CONSTANT_PRECISION + BIGFLOAT_POW5_EXTRA_BITS);
    if (exp5 < 0) {
        bigfloat_quo(z, z, &power, CONSTANT_PRECISION);
    } else {
        bigfloat_mul(z, z, &power, CONSTANT_PRECISION);
    }
    return true;
}

/* The same, exactly; false when the powers are too high for that. */
static bool set_ratio(mpq_t z, const mpz_t mant, int64_t exp2, int64_t exp5)
{
    bool is_moderate = exp5 >= -MAX_RATIO_EXP5 && exp5 <= MAX_RATIO_EXP5 &&
                       exp2 >= -MAX_RATIO_EXP2 && exp2 <= MAX_RATIO_EXP2;
    if (!is_moderate) {
        return false;
    }
    AUTO_MPZ(power);
    mpz_ui_pow_ui(power, 5, (unsigned long)(exp5 < 0 ? -exp5 : exp5));
    mpz_set(mpq_numref(z), mant);
    if (exp5 < 0) {
        mpz_set(mpq_denref(z), power);
    } else {
        mpz_mul(mpq_numref(z), mpq_numref(z), power);
    }
    mpq_canonicalize(z);
    if (exp2 < 0) {
        mpq_div_2exp(z, z, (mp_bitcnt_t)-exp2);
    } else {
        mpq_mul_2exp(z, z, (mp_bitcnt_t)exp2);
    }
    return true;
}

static Constant read_float(Arena *a, Str s)
{
    Number n = {.digits = strbuf_init(a)};
    int64_t exp2 = 0, exp5 = 0;
    AUTO_MPZ(mant);
    AUTO_BIGFLOAT(f);
    eat_prefix(&s, &n);
    if (!eat_mantissa(&s, &n) || !eat_exponent(&s, &n) || s.len > 0) {
        return (Constant){0};
    }
    set_digits(mant, *a, strbuf_str(&n.digits), n.base);
    if (mpz_sgn(mant) != 0 && (!powers(&n, &exp2, &exp5) || !set_float(&f, mant, exp2, exp5))) {
        return (Constant){0};
    }
    int64_t e = bigfloat_exponent(&f);
    AUTO_MPQ(q);
    if (!f.is_inf && mpz_sgn(f.mant) == 0) {
        return constant_put_fraction(a, q);
    }
    bool is_moderate = !f.is_inf && e > -MAX_FRACTION_EXP && e < MAX_FRACTION_EXP;
    if (is_moderate && set_ratio(q, mant, exp2, exp5)) {
        return constant_put_fraction(a, q);
    }
    return constant_put_float(a, &f);
}

static Constant read_rune(Arena *a, Str s)
{
    Str inner;
    uint32_t rune;
    if (s.len < 3 || s.ptr[0] != '\'' || !gostring_unquote(a, s, &inner)) {
        return (Constant){0};
    }
    if (utf8_decode(inner, &rune) == 0) {
        rune = (unsigned char)inner.ptr[0];
    }
    return constant_of_int(a, rune);
}

Constant constant_from_literal(Arena *a, Str literal, Token tok)
{
    Str inner;
    if (literal.len == 0) {
        return (Constant){0};
    }
    if (tok == TOKEN_STRING) {
        return gostring_unquote(a, literal, &inner) ? constant_of_string(a, inner) : (Constant){0};
    }
    if (tok == TOKEN_CHAR) {
        return read_rune(a, literal);
    }
    if (literal.len > CONSTANT_MAX_LITERAL) {
        return (Constant){0};
    }
    if (tok == TOKEN_INT) {
        return read_int(a, literal);
    }
    if (tok == TOKEN_IMAG) {
        return str_eat_suffix(&literal, S("i")) ? constant_of_imag(a, read_float(a, literal))
                                                : (Constant){0};
    }
    ASSERT(tok == TOKEN_FLOAT);
    return read_float(a, literal);
}
