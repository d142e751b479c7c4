/* Base64 of RFC 4648 section 4 (standard alphabet, padded, no line breaks), decoded strictly. */
#ifndef FORMAT_BASE64_H
#define FORMAT_BASE64_H

#include "base/str.h"

Str base64_encode(Arena *a, Str data);
/* False for any byte outside the alphabet, wrong padding or non-zero left-over bits. */
bool base64_decode(Arena *a, Str text, Str *ret);

#endif
