/* Lowercase hexadecimal. */
#ifndef FORMAT_HEX_H
#define FORMAT_HEX_H

#include "base/str.h"

/* Writes two digits for each of the n bytes; no NUL follows. */
void hex_encode(const void *bytes, isize n, char *ret);
/* Reads exactly 2 * n digits, lowercase only, into n bytes. False, with ret untouched, otherwise.
 */
bool hex_decode(Str text, isize n, void *ret);

#endif
