/* A stream of bytes that is pulled: what a decoder reads from, whoever provides it. */
#ifndef FORMAT_BYTE_SOURCE_H
#define FORMAT_BYTE_SOURCE_H

#include "base/err.h"

typedef struct {
    /* Puts up to cap bytes (cap > 0) at buf. *ret_n is 0 at the end of the stream, and only there.
     */
    bool (*read)(void *context, void *buf, isize cap, isize *ret_n, Err *err);
    void *context;
} ByteSource;

/* Reads until buf is full or the stream ends; *ret_n < cap means that it ended. */
bool byte_source_fill(ByteSource source, void *buf, isize cap, isize *ret_n, Err *err);

/* The bytes of *rest, which is cut as it is read. */
ByteSource byte_source_of_str(Str *rest);

#endif
