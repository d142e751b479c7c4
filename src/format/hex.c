#include "format/hex.h"

static const char digits[16 + 1] = "0123456789abcdef";

/* Value of a digit, or -1. */
static int digit_value(char c)
{
    return c >= '0' && c <= '9' ? c - '0' : c >= 'a' && c <= 'f' ? c - 'a' + 10 : -1;
}

static bool is_hex(Str text)
{
    for (isize i = 0; i < text.len; i++) {
        if (digit_value(text.ptr[i]) < 0) {
            return false;
        }
    }
    return true;
}

void hex_encode(const void *bytes, isize n, char *ret)
{
    const uint8_t *in = bytes;
    for (isize i = 0; i < n; i++) {
        ret[2 * i] = digits[in[i] >> 4];
        ret[2 * i + 1] = digits[in[i] & 15];
    }
}

bool hex_decode(Str text, isize n, void *ret)
{
    if (text.len % 2 != 0 || text.len / 2 != n || !is_hex(text)) {
        return false;
    }
    uint8_t *out = ret;
    for (isize i = 0; i < n; i++) {
        int high = digit_value(text.ptr[2 * i]);
        int low = digit_value(text.ptr[2 * i + 1]);
        out[i] = (uint8_t)(high << 4 | low);
    }
    return true;
}
