#include "go/load/space.h"

#include "format/utf8.h"

bool space_is(uint32_t rune)
{
    return (rune >= '\t' && rune <= '\r') || rune == ' ' || rune == 0x85 || rune == 0xA0 ||
           rune == 0x1680 || (rune >= 0x2000 && rune <= 0x200A) || rune == 0x2028 ||
           rune == 0x2029 || rune == 0x202F || rune == 0x205F || rune == 0x3000;
}

isize space_len(Str s)
{
    uint32_t rune;
    if (s.len == 0) {
        return 0;
    }
    if ((s.ptr[0] & 0x80) == 0) {
        return space_is((unsigned char)s.ptr[0]) ? 1 : 0;
    }
    int len = utf8_decode(s, &rune);
    return len > 0 && space_is(rune) ? len : 0;
}

/* Of the white space that s ends with. */
static isize trailing_len(Str s)
{
    for (isize n = 1; n <= MIN(3, s.len); n++) {
        Str last = str_from(s, s.len - n);
        if ((last.ptr[0] & 0xC0) != 0x80) {
            return space_len(last) == n ? n : 0;
        }
    }
    return 0;
}

Str space_trim(Str s)
{
    isize n;
    while ((n = space_len(s)) > 0) {
        s = str_from(s, n);
    }
    while ((n = trailing_len(s)) > 0) {
        s = str_to(s, s.len - n);
    }
    return s;
}

bool space_next_field(Str *rest, Str *ret_field)
{
    isize n;
    while ((n = space_len(*rest)) > 0) {
        *rest = str_from(*rest, n);
    }
    isize end = 0;
    while (end < rest->len && space_len(str_from(*rest, end)) == 0) {
        end++;
    }
    *ret_field = str_to(*rest, end);
    *rest = str_from(*rest, end);
    return end > 0;
}
