#include "format/unicode.h"

typedef struct {
    uint32_t first, last;
    uint32_t step;
    int32_t delta;
} FoldRange;

typedef struct {
    uint32_t first, last;
    uint32_t step;
} ClassRange;

#define FOLD(first, last, step, delta) {first, last, step, delta},
#define LETTERS(first, last)
#define DIGITS(first, last)
#define UPPERS(first, last, step)
#define LOWERS(first, last, step)
#define PRINTS(first, last)
static const FoldRange folds[] = {
#include "format/unicode.def"
};
#undef FOLD
#undef LETTERS

#define FOLD(first, last, step, delta)
#define LETTERS(first, last) {first, last, 1},
static const ClassRange letters[] = {
#include "format/unicode.def"
};
#undef LETTERS
#undef DIGITS

#define LETTERS(first, last)
#define DIGITS(first, last) {first, last, 1},
static const ClassRange digits[] = {
#include "format/unicode.def"
};
#undef DIGITS
#undef UPPERS

#define DIGITS(first, last)
#define UPPERS(first, last, step) {first, last, step},
static const ClassRange uppers[] = {
#include "format/unicode.def"
};
#undef UPPERS
#undef LOWERS

#define UPPERS(first, last, step)
#define LOWERS(first, last, step) {first, last, step},
static const ClassRange lowers[] = {
#include "format/unicode.def"
};
#undef LOWERS
#undef PRINTS

#define LOWERS(first, last, step)
#define PRINTS(first, last) {first, last, 1},
static const ClassRange prints[] = {
#include "format/unicode.def"
};
#undef FOLD
#undef LETTERS
#undef DIGITS
#undef UPPERS
#undef LOWERS
#undef PRINTS

uint32_t unicode_fold(uint32_t rune)
{
    isize low = 0, high = COUNT_OF(folds);
    while (low < high) {
        isize mid = low + (high - low) / 2;
        const FoldRange *range = &folds[mid];
        if (rune > range->last) {
            low = mid + 1;
        } else if (rune < range->first) {
            high = mid;
        } else {
            bool is_in = (rune - range->first) % range->step == 0;
            return is_in ? rune + (uint32_t)range->delta : rune;
        }
    }
    return rune;
}

static bool is_among(uint32_t rune, const ClassRange *ranges, isize n)
{
    isize low = 0, high = n;
    while (low < high) {
        isize mid = low + (high - low) / 2;
        if (rune > ranges[mid].last) {
            low = mid + 1;
        } else if (rune < ranges[mid].first) {
            high = mid;
        } else {
            return (rune - ranges[mid].first) % ranges[mid].step == 0;
        }
    }
    return false;
}

bool unicode_is_letter(uint32_t rune)
{
    return (rune >= 'a' && rune <= 'z') || (rune >= 'A' && rune <= 'Z') ||
           is_among(rune, letters, COUNT_OF(letters));
}

bool unicode_is_digit(uint32_t rune)
{
    return (rune >= '0' && rune <= '9') || is_among(rune, digits, COUNT_OF(digits));
}

bool unicode_is_upper(uint32_t rune)
{
    return (rune >= 'A' && rune <= 'Z') || is_among(rune, uppers, COUNT_OF(uppers));
}

bool unicode_is_lower(uint32_t rune)
{
    return (rune >= 'a' && rune <= 'z') || is_among(rune, lowers, COUNT_OF(lowers));
}

bool unicode_is_print(uint32_t rune)
{
    return (rune >= ' ' && rune <= '~') || is_among(rune, prints, COUNT_OF(prints));
}
