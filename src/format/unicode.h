/*
 * What file names and Go programs need to know of Unicode: which names differ only in case, and
 * what is a letter, a digit, a capital, and what can be shown.
 *
 * It is the Unicode 17 of Go 1.27, whichever Go is looked at: those since 1.21 have Unicode 15, and
 * take a letter that was added since for an illegal character.
 */
#ifndef FORMAT_UNICODE_H
#define FORMAT_UNICODE_H

#include "base/num.h"

/* The representative of all code points that differ from rune only in case (simple folding): the
 * smallest of them as Go's unicode.SimpleFold has it, but a small letter in ASCII. */
uint32_t unicode_fold(uint32_t rune);
/* Category L, as Go's unicode.IsLetter. */
bool unicode_is_letter(uint32_t rune);
/* Decimal digits, category Nd, as Go's unicode.IsDigit. */
bool unicode_is_digit(uint32_t rune);
/* Category Lu, as Go's unicode.IsUpper. */
bool unicode_is_upper(uint32_t rune);
/* Category Ll, as Go's unicode.IsLower. */
bool unicode_is_lower(uint32_t rune);
/* Letters, marks, numbers, punctuation, symbols and the space of ASCII, as Go's strconv.IsPrint. */
bool unicode_is_print(uint32_t rune);

#endif
