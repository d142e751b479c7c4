#include "format/inflate.h"

#include "base/panic.h"

#include <libdeflate.h>

Inflater inflater_open(void)
{
    Inflater inflater = {libdeflate_alloc_decompressor()};
    if (inflater.decoder == NULL) {
        out_of_memory();
    }
    return inflater;
}

void inflater_close(Inflater *inflater)
{
    libdeflate_free_decompressor(inflater->decoder);
    inflater->decoder = NULL;
}

bool inflate_exact(const Inflater *inflater, Str packed, char *out, isize len, Err *err)
{
    ASSERT(inflater->decoder != NULL && packed.len >= 0 && len >= 0);
    /* libdeflate wants addresses even for nothing. */
    char unused;
    const char *in = packed.len > 0 ? packed.ptr : &unused;
    size_t used, made;
    enum libdeflate_result result =
        libdeflate_deflate_decompress_ex(inflater->decoder, in, (size_t)packed.len,
                                         len > 0 ? out : &unused, (size_t)len, &used, &made);
    if (result == LIBDEFLATE_INSUFFICIENT_SPACE) {
        return FAIL(err, ERR_FORMAT, "unpacks to more than its %td bytes", len);
    }
    if (result != LIBDEFLATE_SUCCESS) {
        return FAIL(err, ERR_FORMAT, "the packed data is damaged or cut off");
    }
    if ((isize)made != len) {
        return FAIL(err, ERR_FORMAT, "unpacks to %zu bytes, not to its %td", made, len);
    }
    if ((isize)used != packed.len) {
        return FAIL(err, ERR_FORMAT, "%td bytes follow the packed data", packed.len - (isize)used);
    }
    return true;
}
