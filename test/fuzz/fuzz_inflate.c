/* Two bytes of a length, then deflated data: what is accepted, zlib must unpack to the same bytes.
 */
#include "base/panic.h"
#include "format/inflate.h"

#include <stdlib.h>
#include <zlib.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void compare_with_zlib(Str packed, const char *expected, isize len)
{
    z_stream z = {0};
    int result = inflateInit2(&z, -MAX_WBITS);
    ASSERT(result == Z_OK);
    char *out = malloc((size_t)len + 1);
    ASSERT(out != NULL);
    z.next_in = (Bytef *)packed.ptr;
    z.avail_in = (uInt)packed.len;
    z.next_out = (Bytef *)out;
    z.avail_out = (uInt)len + 1;
    result = inflate(&z, Z_FINISH);
    ASSERT(result == Z_STREAM_END && z.avail_in == 0 && z.avail_out == 1);
    ASSERT(len == 0 || memcmp(out, expected, (size_t)len) == 0);
    free(out);
    inflateEnd(&z);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    if (size < 2) {
        return 0;
    }
    Err err;
    isize len = data[0] | data[1] << 8;
    Str packed = {(const char *)data + 2, (isize)size - 2};
    char *out = malloc(len > 0 ? (size_t)len : 1); /* exact, so that a byte too far is seen */
    ASSERT(out != NULL);
    Inflater inflater = inflater_open();
    if (inflate_exact(&inflater, packed, out, len, &err)) {
        compare_with_zlib(packed, out, len);
    }
    inflater_close(&inflater);
    free(out);
    return 0;
}
