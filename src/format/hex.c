#include "format/hex.h"

static const char digits[16 + 1] = "0123456789abcdef";

/* The value of each digit plus one; zero for all that is none. */
static const uint8_t values[256] = {
    ['0'] = 1, ['1'] = 2,  ['2'] = 3,  ['3'] = 4,  ['4'] = 5,  ['5'] = 6,  ['6'] = 7,  ['7'] = 8,
    ['8'] = 9, ['9'] = 10, ['a'] = 11, ['b'] = 12, ['c'] = 13, ['d'] = 14, ['e'] = 15, ['f'] = 16,
};

static bool is_hex(Str text)
{
    bool ok = true;
    for (isize i = 0; i < text.len; i++) {
        ok &= values[(uint8_t)text.ptr[i]] != 0;
    }
    return ok;
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
        int high = values[(uint8_t)text.ptr[2 * i]] - 1;
        int low = values[(uint8_t)text.ptr[2 * i + 1]] - 1;
        out[i] = (uint8_t)(high << 4 | low);
    }
    return true;
}
