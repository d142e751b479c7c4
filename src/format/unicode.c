#include "format/unicode.h"

typedef struct {
    uint32_t first, last;
    uint32_t step;
    int32_t delta;
} FoldRange;

typedef struct {
    uint32_t first, last;
} LetterRange;

#define FOLD(first, last, step, delta) {first, last, step, delta},
#define LETTERS(first, last)
static const FoldRange folds[] = {
#include "format/unicode.def"
};
#undef FOLD
#undef LETTERS

#define FOLD(first, last, step, delta)
#define LETTERS(first, last) {first, last},
static const LetterRange letters[] = {
#include "format/unicode.def"
};
#undef FOLD
#undef LETTERS

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

static bool is_ascii_letter(uint32_t rune)
{
    return (rune >= 'a' && rune <= 'z') || (rune >= 'A' && rune <= 'Z');
}

bool unicode_is_letter(uint32_t rune)
{
    isize low = 0, high = COUNT_OF(letters);
    while (low < high) {
        isize mid = low + (high - low) / 2;
        if (rune > letters[mid].last) {
            low = mid + 1;
        } else if (rune < letters[mid].first) {
            high = mid;
        } else {
            return true;
        }
    }
    return is_ascii_letter(rune);
}
