#include "base/panic.h"
#include "format/gzip.h"
#include "format/inflate.h"

#include <libdeflate.h>

#define FASTEST 1 /* libdeflate's levels go from 0 to 12 */

/* RFC 1952: ten bytes of header, then deflate, then CRC-32 and length as little-endian words. */
#define MIN_LEN 18
#define LENGTH_LEN 4

Str gzip_pack(Arena *a, Str data)
{
    struct libdeflate_compressor *packer = libdeflate_alloc_compressor(FASTEST);
    if (packer == NULL) {
        out_of_memory();
    }
    size_t bound = libdeflate_gzip_compress_bound(packer, (size_t)data.len);
    char *out = arena_alloc(a, (isize)bound, 1, 1);
    size_t len = libdeflate_gzip_compress(packer, data.len > 0 ? data.ptr : "", (size_t)data.len,
                                          out, bound);
    libdeflate_free_compressor(packer);
    ASSERT(len >= MIN_LEN);
    return (Str){out, (isize)len};
}

static isize stated_length(Str packed)
{
    const unsigned char *at = (const unsigned char *)packed.ptr + packed.len - LENGTH_LEN;
    return (isize)(at[0] | (uint32_t)at[1] << 8 | (uint32_t)at[2] << 16 | (uint32_t)at[3] << 24);
}

bool gzip_unpack(Arena *a, Str packed, isize max_len, Str *ret, Err *err)
{
    if (packed.len < MIN_LEN) {
        return FAIL(err, ERR_FORMAT, "the gzip data is cut off");
    }
    isize len = stated_length(packed);
    if (len > max_len || len / INFLATE_MAX_RATIO > packed.len) {
        return FAIL(err, ERR_LIMIT, "the gzip data unpacks to more than is allowed");
    }
    struct libdeflate_decompressor *unpacker = libdeflate_alloc_decompressor();
    if (unpacker == NULL) {
        out_of_memory();
    }
    char *out = arena_alloc(a, len + 1, 1, 1); /* libdeflate wants an address even for nothing */
    size_t used = 0;
    enum libdeflate_result result = libdeflate_gzip_decompress_ex(
        unpacker, packed.ptr, (size_t)packed.len, out, (size_t)len, &used, NULL);
    libdeflate_free_decompressor(unpacker);
    if (result != LIBDEFLATE_SUCCESS || (isize)used != packed.len) {
        return FAIL(err, ERR_FORMAT, "the gzip data is damaged or cut off");
    }
    *ret = (Str){out, len};
    return true;
}
