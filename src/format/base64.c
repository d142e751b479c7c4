#include "format/base64.h"

#include "base/panic.h"

static const char alphabet[64 + 1] =
    "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";

/* Value of a digit, or -1. */
static int digit_value(char c)
{
    return c >= 'A' && c <= 'Z'   ? c - 'A'
           : c >= 'a' && c <= 'z' ? c - 'a' + 26
           : c >= '0' && c <= '9' ? c - '0' + 52
           : c == '+'             ? 62
           : c == '/'             ? 63
                                  : -1;
}

/* Bytes that the padded text stands for, by its last characters alone. */
static isize decoded_len(Str text)
{
    isize n_padding = 0;
    while (n_padding < 2 && n_padding < text.len && text.ptr[text.len - 1 - n_padding] == '=') {
        n_padding++;
    }
    return text.len / 4 * 3 - n_padding;
}

/* Four digits, of which the last 3 - n are padding, into n bytes. */
static bool decode_group(const char *digits, isize n, char *ret)
{
    uint32_t bits = 0;
    for (isize i = 0; i < 4; i++) {
        int value = i <= n ? digit_value(digits[i]) : digits[i] == '=' ? 0 : -1;
        if (value < 0) {
            return false;
        }
        bits = bits << 6 | (uint32_t)value;
    }
    for (isize i = 0; i < n; i++) {
        ret[i] = (char)(bits >> (16 - 8 * i) & 0xff);
    }
    bool has_left_over_bits = (bits & ((1u << (24 - 8 * n)) - 1)) != 0;
    return !has_left_over_bits;
}

Str base64_encode(Arena *a, Str data)
{
    isize len;
    ASSERT(num_mul((data.len + 2) / 3, 4, &len));
    char *text = arena_alloc(a, len, 1, 1);
    char *out = text;
    for (isize i = 0; i < data.len; i += 3) {
        isize n = MIN(data.len - i, 3);
        uint32_t bits = 0;
        for (isize j = 0; j < 3; j++) {
            bits = bits << 8 | (j < n ? (uint8_t)data.ptr[i + j] : 0u);
        }
        for (isize j = 0; j < 4; j++) {
            *out++ = j <= n ? alphabet[bits >> (18 - 6 * j) & 63] : '=';
        }
    }
    return (Str){text, len};
}

bool base64_decode(Arena *a, Str text, Str *ret)
{
    if (text.len % 4 != 0) {
        return false;
    }
    isize len = decoded_len(text);
    char *data = arena_alloc(a, len, 1, 1);
    for (isize i = 0, done = 0; i < text.len; i += 4, done += 3) {
        if (!decode_group(text.ptr + i, MIN(len - done, 3), data + done)) {
            return false;
        }
    }
    *ret = (Str){data, len};
    return true;
}
