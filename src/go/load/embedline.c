#include "go/load/embedline.h"

#include "go/load/gostring.h"
#include "go/load/space.h"

/* Behind the quote that ends what s begins with; -1: none does. */
static isize quoted_end(Str s)
{
    isize i = 1;
    while (i < s.len && s.ptr[i] != s.ptr[0]) {
        i += s.ptr[0] == '"' && s.ptr[i] == '\\' ? 2 : 1;
    }
    return i < s.len ? i + 1 : -1;
}

EmbedWord embedline_next(Arena *a, Str *rest, Str *ret)
{
    for (isize n; (n = space_len(*rest)) > 0;) {
        *rest = str_from(*rest, n);
    }
    if (rest->len == 0) {
        return EMBEDWORD_NONE;
    }
    if (rest->ptr[0] != '"' && rest->ptr[0] != '`') {
        space_next_field(rest, ret);
        return EMBEDWORD_PATTERN;
    }
    isize end = quoted_end(*rest);
    if (end < 0 || !gostring_unquote(a, str_to(*rest, end), ret)) {
        *ret = end < 0 ? space_trim(*rest) : str_to(*rest, end);
        return EMBEDWORD_WRONG;
    }
    *rest = str_from(*rest, end);
    if (rest->len > 0 && space_len(*rest) == 0) {
        *ret = space_trim(*rest);
        return EMBEDWORD_WRONG;
    }
    return EMBEDWORD_PATTERN;
}
