#include "sumdb/text.h"

#include "format/utf8.h"

/* Takes one character off *rest, which is not empty. False for what is not UTF-8. */
static bool next_rune(Str *rest, uint32_t *ret_rune)
{
    int len = utf8_decode(*rest, ret_rune);
    *rest = str_from(*rest, len);
    return len > 0;
}

/* Go's unicode.IsSpace: the property White_Space. */
static bool is_space(uint32_t rune)
{
    return (rune >= 0x09 && rune <= 0x0d) || rune == 0x20 || rune == 0x85 || rune == 0xa0 ||
           rune == 0x1680 || (rune >= 0x2000 && rune <= 0x200a) || rune == 0x2028 ||
           rune == 0x2029 || rune == 0x202f || rune == 0x205f || rune == 0x3000;
}

bool text_is_clean(Str s)
{
    uint32_t rune;
    while (s.len > 0) {
        if (!next_rune(&s, &rune) || (rune < 0x20 && rune != '\n')) {
            return false;
        }
    }
    return true;
}

bool text_is_name(Str s)
{
    uint32_t rune;
    bool is_empty = s.len == 0;
    while (s.len > 0) {
        if (!next_rune(&s, &rune) || rune == '+' || is_space(rune)) {
            return false;
        }
    }
    return !is_empty;
}
