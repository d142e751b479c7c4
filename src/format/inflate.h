/* Deflate (RFC 1951) of data whose unpacked length is known: one call, one buffer. */
#ifndef FORMAT_INFLATE_H
#define FORMAT_INFLATE_H

#include "base/err.h"

/* Deflate cannot pack better than this: 258 bytes for 2 bits. */
#define INFLATE_MAX_RATIO 1032

/* What decoding needs besides its input and output, some 12 KB. For one thread at a time. */
typedef struct {
    struct libdeflate_decompressor *decoder;
} Inflater;

Inflater inflater_open(void);
void inflater_close(Inflater *inflater); /* may be called twice */

/* Unpacks packed to exactly len bytes at out. Bytes that are left over on either side, and anything
 * that is no deflate stream, are ERR_FORMAT; out then holds anything. */
bool inflate_exact(const Inflater *inflater, Str packed, char *out, isize len, Err *err);

#endif
