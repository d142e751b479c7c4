/* Gunzip (RFC 1952) as a stream. */
#ifndef FORMAT_GZIP_H
#define FORMAT_GZIP_H

#include "format/byte_source.h"

typedef struct GzipReader GzipReader;

/* A reader that unpacks what `packed` gives; all its memory (192 KB) is on the arena. Several
 * members after each other are one stream, as RFC 1952 wants. */
GzipReader *gzip_new(Arena *a, ByteSource packed, int64_t max_len);

/* As ByteSource.read. Each member's CRC-32 and length are checked when its end is reached, so bytes
 * are unproved until then; after a failure the reader is of no more use. Truncation, anything after
 * the last member and a bad checksum are ERR_FORMAT; more than max_len unpacked bytes are
 * ERR_LIMIT. */
bool gzip_read(GzipReader *gzip, void *buf, isize cap, isize *ret_n, Err *err);
ByteSource gzip_source(GzipReader *gzip);

#endif
