#include "format/utf8.h"

#include "base/panic.h"

/* First and last code point of a range that takes no column, or two. From the Unicode data of
 * version 15 (general categories Mn, Me, Cf; East Asian Width W and F), runs joined where what lies
 * between is unassigned: right for names and messages, not a text-layout engine. */
typedef struct {
    uint32_t first, last;
} Range;

static const Range zero_wide[] = {
    {0x0300, 0x036F}, {0x0483, 0x0489},   {0x0591, 0x05BD}, {0x0610, 0x061A}, {0x064B, 0x065F},
    {0x06D6, 0x06DC}, {0x06DF, 0x06E4},   {0x093C, 0x093C}, {0x0941, 0x0948}, {0x094D, 0x094D},
    {0x0E31, 0x0E31}, {0x0E34, 0x0E3A},   {0x0E47, 0x0E4E}, {0x1AB0, 0x1AFF}, {0x1DC0, 0x1DFF},
    {0x200B, 0x200F}, {0x2060, 0x2064},   {0x20D0, 0x20F0}, {0xFE00, 0xFE0F}, {0xFE20, 0xFE2F},
    {0xFEFF, 0xFEFF}, {0xE0100, 0xE01EF},
};

static const Range two_wide[] = {
    {0x1100, 0x115F},   {0x231A, 0x231B},   {0x2329, 0x232A},   {0x23E9, 0x23EC},
    {0x2614, 0x2615},   {0x26A1, 0x26A1},   {0x2705, 0x2705},   {0x274C, 0x274C},
    {0x2753, 0x2755},   {0x2E80, 0x303E},   {0x3041, 0x33FF},   {0x3400, 0x4DBF},
    {0x4E00, 0xA4CF},   {0xA960, 0xA97F},   {0xAC00, 0xD7A3},   {0xF900, 0xFAFF},
    {0xFE10, 0xFE19},   {0xFE30, 0xFE6F},   {0xFF00, 0xFF60},   {0xFFE0, 0xFFE6},
    {0x16FE0, 0x18CFF}, {0x1B000, 0x1B2FF}, {0x1F300, 0x1F64F}, {0x1F680, 0x1F6FF},
    {0x1F900, 0x1F9FF}, {0x1FA70, 0x1FAFF}, {0x20000, 0x3FFFD},
};

/* Length of the sequence that the lead byte announces, and the smallest code point that may use it
 * (a smaller one would be an overlong form). 0 for a byte that cannot lead. */
static int announced_len(uint8_t lead, uint32_t *ret_bits, uint32_t *ret_min)
{
    if (lead < 0x80) {
        *ret_bits = lead;
        *ret_min = 0;
        return 1;
    }
    if ((lead & 0xE0) == 0xC0) {
        *ret_bits = lead & 0x1F;
        *ret_min = 0x80;
        return 2;
    }
    if ((lead & 0xF0) == 0xE0) {
        *ret_bits = lead & 0x0F;
        *ret_min = 0x800;
        return 3;
    }
    if ((lead & 0xF8) == 0xF0) {
        *ret_bits = lead & 0x07;
        *ret_min = 0x10000;
        return 4;
    }
    return 0;
}

static bool is_surrogate(uint32_t rune)
{
    return rune >= 0xD800 && rune <= 0xDFFF;
}

int utf8_decode(Str s, uint32_t *ret_rune)
{
    if (s.len == 0) {
        return 0;
    }
    uint32_t rune, min;
    int len = announced_len((uint8_t)s.ptr[0], &rune, &min);
    if (len == 0 || len > s.len) {
        return 0;
    }
    for (int i = 1; i < len; i++) {
        uint8_t byte = (uint8_t)s.ptr[i];
        if ((byte & 0xC0) != 0x80) {
            return 0;
        }
        rune = rune << 6 | (byte & 0x3F);
    }
    if (rune < min || rune > 0x10FFFF || is_surrogate(rune)) {
        return 0;
    }
    *ret_rune = rune;
    return len;
}

int utf8_encode(uint32_t rune, char ret[static UTF8_MAX_LEN])
{
    ASSERT(rune <= 0x10FFFF && !is_surrogate(rune));
    static const uint8_t leads[] = {0, 0x00, 0xC0, 0xE0, 0xF0};
    int len = rune < 0x80 ? 1 : rune < 0x800 ? 2 : rune < 0x10000 ? 3 : 4;
    for (int i = len - 1; i > 0; i--) {
        ret[i] = (char)(0x80 | (rune & 0x3F));
        rune >>= 6;
    }
    ret[0] = (char)(leads[len] | rune);
    return len;
}

bool utf8_is_ascii(Str s)
{
    uint64_t word, all = 0;
    isize at = 0;
    for (; s.len - at >= (isize)sizeof(word); at += (isize)sizeof(word)) {
        memcpy(&word, s.ptr + at, sizeof(word));
        all |= word;
    }
    for (; at < s.len; at++) {
        all |= (unsigned char)s.ptr[at];
    }
    return (all & 0x8080808080808080) == 0;
}

bool utf8_is_valid(Str s)
{
    isize at = 0;
    while (at < s.len) {
        uint32_t rune;
        int len = utf8_decode(str_from(s, at), &rune);
        if (len == 0) {
            return false;
        }
        at += len;
    }
    return true;
}

static bool is_in(uint32_t rune, const Range *ranges, isize n)
{
    isize low = 0, high = n;
    while (low < high) {
        isize middle = low + (high - low) / 2;
        if (rune > ranges[middle].last) {
            low = middle + 1;
        } else {
            high = middle;
        }
    }
    return low < n && rune >= ranges[low].first;
}

int utf8_columns(uint32_t rune)
{
    if (rune < 0x300) {
        return 1;
    }
    if (is_in(rune, zero_wide, COUNT_OF(zero_wide))) {
        return 0;
    }
    return is_in(rune, two_wide, COUNT_OF(two_wide)) ? 2 : 1;
}
