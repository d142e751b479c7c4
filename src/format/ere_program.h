/* The program that a pattern becomes: between ere.c, which writes it, and ere_search.c, which runs
 * it. */
#ifndef FORMAT_ERE_PROGRAM_H
#define FORMAT_ERE_PROGRAM_H

#include "base/vec.h"
#include "format/ere.h"

typedef struct {
    uint32_t low, high;
} Range;

typedef VEC(Range) Ranges;

/* The signs that an instruction takes. */
typedef struct {
    Ranges ranges;
    bool is_negated;
} SignSet;

typedef enum { STEP_SIGN, STEP_BEGIN, STEP_END, STEP_SPLIT, STEP_JUMP, STEP_FOUND } StepKind;

typedef struct {
    StepKind kind;
    SignSet signs;
    isize to, or_to; /* SPLIT: both; JUMP: to. The others go on with the next instruction */
} Instruction;

struct Ere {
    VEC(Instruction) program;
};

/* The sign that begins at *at, which goes past it; a byte that is not UTF-8 is one above all of
 * Unicode. */
uint32_t ere_next_sign(Str text, isize *at);

#endif
