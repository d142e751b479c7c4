#include "go/syntax/lines.h"

Lines lines_of(Arena *a, Str text)
{
    VEC(SourcePos) starts = {0};
    *VEC_PUSH(a, &starts) = 0;
    const char *at = text.ptr, *end = text.ptr + text.len;
    while (at < end && (at = memchr(at, '\n', (size_t)(end - at))) != NULL) {
        at++;
        if (at < end) { /* behind the last line end there is no line */
            *VEC_PUSH(a, &starts) = (SourcePos)(at - text.ptr);
        }
    }
    isize size = (isize)sizeof(*starts.ptr);
    arena_shrink(a, starts.ptr, starts.cap * size, starts.len * size);
    return (Lines){starts.ptr, starts.len};
}

LinePos lines_at(const Lines *lines, SourcePos pos)
{
    isize low = 0, high = lines->len; /* the line lies in [low, high) */
    while (high - low > 1) {
        isize middle = low + (high - low) / 2;
        if (lines->starts[middle] <= pos) {
            low = middle;
        } else {
            high = middle;
        }
    }
    return (LinePos){low + 1, (isize)pos - lines->starts[low] + 1};
}
