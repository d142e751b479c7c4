/* What file names need to know of Unicode: which names differ only in case, and what a letter is.
 */
#ifndef FORMAT_UNICODE_H
#define FORMAT_UNICODE_H

#include "base/num.h"

/* The representative of all code points that differ from rune only in case (simple folding): the
 * smallest of them as Go's unicode.SimpleFold has it, but a small letter in ASCII. */
uint32_t unicode_fold(uint32_t rune);
/* Category L, as Go's unicode.IsLetter. */
bool unicode_is_letter(uint32_t rune);

#endif
