/* UTF-8 (RFC 3629): shortest forms only, no surrogates, nothing above U+10FFFF. */
#ifndef FORMAT_UTF8_H
#define FORMAT_UTF8_H

#include "base/str.h"

#define UTF8_MAX_LEN 4
#define UTF8_REPLACEMENT 0xFFFD

/* The code point that s begins with and, as result, its length in bytes: 1 to 4. 0 when s is empty
 * or does not begin with one; *ret_rune is then untouched. */
int utf8_decode(Str s, uint32_t *ret_rune);
/* Writes rune, which must be a code point and no surrogate; gives the number of bytes. */
int utf8_encode(uint32_t rune, char ret[static UTF8_MAX_LEN]);
bool utf8_is_valid(Str s);
bool utf8_is_ascii(Str s);
/* Columns that a terminal uses for rune: 0 for combining marks, 2 for wide East Asian signs and
 * emoji, else 1. Control characters are the caller's business. */
int utf8_columns(uint32_t rune);

#endif
