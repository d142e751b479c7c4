/* The head of a Go file: it comes to an end, points into the text, and more text behind a head that
 * is whole changes nothing. */
#include "base/panic.h"
#include "doctor/gohead.h"

static isize read_all(Str text, GoHead *h)
{
    isize n = 0, line = 1;
    GoHeadItem item;
    *h = gohead_of(text);
    while ((item = gohead_next(h)).kind != GOHEAD_END) {
        ASSERT(item.line >= line && item.doc_line <= item.line && ++n <= text.len);
        ASSERT(item.text.len == 0 ||
               (item.text.ptr >= text.ptr && item.text.ptr + item.text.len <= text.ptr + text.len));
        ASSERT(item.doc.len == 0 ||
               (item.doc.ptr >= text.ptr && item.doc.ptr + item.doc.len <= text.ptr + text.len));
        line = item.line;
    }
    return n;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    Str text = {(const char *)data, (isize)size};
    GoHead whole, part;
    isize n = read_all(text, &whole);
    for (isize len = text.len / 2; len < text.len; len += MAX(1, text.len / 8)) {
        isize n_part = read_all(str_to(text, len), &part);
        ASSERT(part.is_cut || n_part == n);
    }
    return 0;
}
