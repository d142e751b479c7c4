/* Values as text: go/constant's String and ExactString. */
#include "base/strbuf.h"
#include "format/utf8.h"
#include "go/mod/quote.h"
#include "go/types/constant_parts.h"

#include <math.h>
#include <stdlib.h>

#define MAX_SHOWN_RUNES 72 /* of a quoted string, quotes included */
#define SHOWN_TAIL 3       /* of them are "..." when it is longer */
#define MAX_DOUBLE_DIGITS 17
#define LOG10_2 0.30102999566398119521
#define LN_10 2.30258509299404568402
#define HALF_LAST_DIGIT 0.5e-6 /* of what is printed with six digits */

static Str format_mpz(Arena *a, const mpz_t z)
{
    isize room = (isize)mpz_sizeinbase(z, 10) + 2;
    char *text = arena_room(a, room, 1);
    mpz_get_str(text, 10, z);
    return str_from_c(text);
}

static Str format_int(Arena *a, Constant x)
{
    AUTO_MPZ(z);
    constant_get_int(z, x);
    return format_mpz(a, z);
}

static Str exact_fraction(Arena *a, Constant x)
{
    AUTO_MPQ(q);
    constant_get_fraction(q, x);
    Str over = format_mpz(a, mpq_numref(q));
    if (mpz_cmp_ui(mpq_denref(q), 1) == 0) {
        return over;
    }
    return str_format(a, "%.*s/%.*s", STR_ARG(over), STR_ARG(format_mpz(a, mpq_denref(q))));
}

/* "0x.8p+1": the mantissa's bits from the first one on, in hexadecimal. */
static Str exact_float(Arena *a, Constant x)
{
    AUTO_BIGFLOAT(f);
    constant_get_float(&f, x);
    if (mpz_sgn(f.mant) == 0) {
        return S("0");
    }
    int64_t e = bigfloat_exponent(&f);
    const char *sign = mpz_sgn(f.mant) < 0 ? "-" : "";
    mpz_abs(f.mant, f.mant);
    mpz_mul_2exp(f.mant, f.mant, -mpz_sizeinbase(f.mant, 2) & 3);
    char *digits = arena_room(a, (isize)mpz_sizeinbase(f.mant, 16) + 2, 1);
    mpz_get_str(digits, 16, f.mant);
    Str shown = str_from_c(digits);
    while (str_ends_with(shown, S("0"))) {
        shown.len--;
    }
    return str_format(a, "%s0x.%.*sp%+lld", sign, STR_ARG(shown), (long long)e);
}

/* With as few digits as tell x from its neighbours; with an exponent below 1e-4 and from 1e6 on. */
static Str shortest(Arena *a, double x)
{
    int digits = 1;
    long exp = 0;
    for (; digits <= MAX_DOUBLE_DIGITS; digits++) {
        Arena scratch = *a;
        Str text = str_format(&scratch, "%.*e%c", digits - 1, fabs(x), '\0');
        exp = strtol(strchr(text.ptr, 'e') + 1, NULL, 10);
        text.len--;
        bool is_exact;
        if (constant_float64(constant_from_literal(&scratch, text, TOKEN_FLOAT), &is_exact) ==
            fabs(x)) {
            break;
        }
    }
    if (exp >= -4 && exp < 6) {
        return str_format(a, "%.*f", (int)MAX(0, digits - 1 - exp), x);
    }
    return str_format(a, "%.*e", digits - 1, x);
}

/* 10**x for -1 < x < 1: the series of the exponential function. */
static double power_of_ten(double x)
{
    double term = 1, sum = 1;
    for (int i = 1; i < 40; i++) {
        term *= x * LN_10 / i;
        sum += term;
    }
    return sum;
}

/* Beyond float64: mantissa and decimal exponent are found in float64, as in go/constant, whose
 * rounding shows in the digits. */
static Str format_beyond(Arena *a, BigFloat *f)
{
    bool is_exact;
    int64_t exp2 = bigfloat_exponent(f);
    f->exp -= exp2;
    double m = bigfloat_to_double(f, false, &float_format_64, &is_exact);
    double d = (double)exp2 * LOG10_2;
    int64_t e = (int64_t)d;
    m *= power_of_ten(d - (double)e);
    double size = m < 0 ? -m : m;
    if (size < 1 - HALF_LAST_DIGIT) {
        m *= 10;
        e--;
    } else if (size >= 10) {
        m /= 10;
        e++;
    }
    return str_format(a, "%.6ge%+lld", m, (long long)e);
}

static Str format_real(Arena *a, Constant x)
{
    AUTO_BIGFLOAT(f);
    bool is_exact;
    constant_get_float(&f, x);
    double value = bigfloat_to_double(&f, false, &float_format_64, &is_exact);
    if (isinf(value) || (value == 0) != (mpz_sgn(f.mant) == 0)) {
        return format_beyond(a, &f);
    }
    Str text = str_format(a, "%.6g", value);
    bool looks_whole = str_index_byte(text, '.') < 0;
    return looks_whole && !bigfloat_is_int(&f) ? shortest(a, value) : text;
}

/* Quoted, and cut when that has too many runes. */
static Str format_string(Arena *a, Constant x)
{
    Str head = constant_string_head(a, constant_memory(x), MAX_SHOWN_RUNES * UTF8_MAX_LEN * 2);
    Str quoted = quote_go(a, head);
    isize n_runes = 0, kept = 0;
    for (isize at = 0; at < quoted.len; n_runes++) {
        uint32_t rune;
        kept = n_runes == MAX_SHOWN_RUNES - SHOWN_TAIL ? at : kept;
        at += MAX(1, utf8_decode(str_from(quoted, at), &rune));
    }
    return n_runes > MAX_SHOWN_RUNES ? str_concat(a, str_to(quoted, kept), S("...")) : quoted;
}

static Str format_complex(Arena *a, Str re, Str im)
{
    return str_format(a, "(%.*s + %.*si)", STR_ARG(re), STR_ARG(im));
}

Str constant_format(Arena *a, Constant x)
{
    switch (constant_form(x)) {
    case FORM_UNKNOWN:
        break;
    case FORM_BOOL:
        return constant_bool(x) ? S("true") : S("false");
    case FORM_STRING:
        return format_string(a, x);
    case FORM_SMALL:
    case FORM_INT:
        return format_int(a, x);
    case FORM_FRACTION:
    case FORM_FLOAT:
        return format_real(a, x);
    case FORM_COMPLEX:
        return format_complex(a, constant_format(a, constant_complex(x)->re),
                              constant_format(a, constant_complex(x)->im));
    }
    return S("unknown");
}

Str constant_format_exact(Arena *a, Constant x)
{
    switch (constant_form(x)) {
    case FORM_STRING:
        return quote_go(a, constant_string(a, x));
    case FORM_FRACTION:
        return exact_fraction(a, x);
    case FORM_FLOAT:
        return exact_float(a, x);
    case FORM_COMPLEX:
        return format_complex(a, constant_format_exact(a, constant_complex(x)->re),
                              constant_format_exact(a, constant_complex(x)->im));
    case FORM_UNKNOWN:
    case FORM_BOOL:
    case FORM_SMALL:
    case FORM_INT:
        break;
    }
    return constant_format(a, x);
}

Str constant_format_within(Arena *a, Constant x, isize max)
{
    bool is_long = constant_kind(x) == CONSTANT_STRING && constant_string_len(x) > max;
    return is_long ? constant_format(a, x) : constant_format_exact(a, x);
}
