/* How a Constant lies in memory; for constant_*.c alone. */
#ifndef GO_TYPES_CONSTANT_PARTS_H
#define GO_TYPES_CONSTANT_PARTS_H

#include "go/types/bigfloat.h"
#include "go/types/constant.h"

/* The lowest bits of a word. What stands further down is the more general number: operands are
 * brought to the later form of the two. */
typedef enum {
    FORM_UNKNOWN,
    FORM_BOOL,   /* the bits above are 0 or 1 */
    FORM_STRING, /* the others point to a ConstantString, */
    FORM_SMALL,  /* an integer in the bits above */
    FORM_INT,    /* a ConstantNumber, */
    FORM_FRACTION,
    FORM_FLOAT,
    FORM_COMPLEX, /* a ConstantComplex */
} ConstantForm;

#define FORM_BITS 3
#define FORM_MASK ((uint64_t)(1 << FORM_BITS) - 1)
#define SMALL_MAX (INT64_MAX >> FORM_BITS)
#define SMALL_MIN (INT64_MIN >> FORM_BITS)
#define SMALL_BITS (64 - FORM_BITS) /* the sign among them */

typedef struct {
    int32_t size;       /* limbs of the integer, numerator or mantissa; negative: it is negative */
    int32_t under;      /* limbs of the denominator, which follow */
    int64_t exp;        /* of a float: the mantissa's unit is 2**exp */
    mp_limb_t limbs[1]; /* or more, or none */
} ConstantNumber;

typedef struct {
    uint64_t words[2];
} StringHash;

typedef struct ConstantString ConstantString;
struct ConstantString {
    const char *ptr; /* NULL: left and right, one behind the other */
    isize len;
    const ConstantString *left, *right;
    int32_t depth;   /* of sums below this one */
    bool is_kept;    /* it lives as long as what was declared */
    StringHash hash; /* of a long sum, and of a long string that is kept */
};

typedef struct {
    Constant re, im;
} ConstantComplex;

static inline ConstantForm constant_form(Constant x)
{
    return (ConstantForm)(x.word & FORM_MASK);
}
static inline const void *constant_memory(Constant x)
{
    return (const void *)(uintptr_t)(x.word & ~FORM_MASK);
}
static inline Constant constant_at(const void *memory, ConstantForm form)
{
    return (Constant){(uint64_t)(uintptr_t)memory | form};
}
static inline int64_t constant_small(Constant x)
{
    return (int64_t)x.word >> FORM_BITS;
}
static inline const ConstantComplex *constant_complex(Constant x)
{
    return constant_memory(x);
}

/* An integer of either form is set into z, which is initialised; x is one. */
void constant_get_int(mpz_t z, Constant x);
/* Likewise of an integer or a fraction. */
void constant_get_fraction(mpq_t z, Constant x);
/* Likewise of any real number, rounded. */
void constant_get_float(BigFloat *z, Constant x);

/* x as a fraction. */
Constant constant_of_small_fraction(Arena *a, int64_t x);
/* z in the least general form. */
Constant constant_put_int(Arena *a, const mpz_t z);
/* z, which is canonical, as a fraction however large it is. */
Constant constant_put_fraction(Arena *a, const mpq_t z);
/* z, which is canonical, as a fraction or as a float if it is too large for one. */
Constant constant_put_ratio(Arena *a, const mpq_t z);
/* Unknown when z is infinite. */
Constant constant_put_float(Arena *a, const BigFloat *z);
/* Unknown when one of them is. */
Constant constant_put_complex(Arena *a, Constant re, Constant im);

/* The first max bytes of a string, or all. */
Str constant_string_head(Arena *a, const ConstantString *s, isize max);
Constant constant_string_sum(Arena *a, Constant x, Constant y);
/* constant_copy of a string. */
Constant constant_string_keep(Arena *a, Arena scratch, Constant x);
/* < 0, 0 or > 0, by bytes. */
int constant_string_compare(Arena scratch, Constant x, Constant y);

#endif
