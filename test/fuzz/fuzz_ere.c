/* The first line is a pattern, the rest is searched: a pattern that is taken finds the same twice,
 * and in a text with another line before it as well. */
#include "base/panic.h"
#include "base/strbuf.h"
#include "format/ere.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

#define MAX_SEARCHED 2000 /* bytes; a step for each of them and of the program */

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    Arena a = arena_init(0), b = arena_init(0);
    Err err;
    const Ere *ere;
    StrCut cut = str_cut((Str){(const char *)data, (isize)size}, '\n');
    Str text = str_to(cut.tail, MIN(cut.tail.len, MAX_SEARCHED));
    if (ere_compile(&a, cut.head, &ere, &err)) {
        bool is_found = ere_search(b, ere, text);
        ASSERT(is_found == ere_search(b, ere, text));
        bool is_found_later = ere_search(b, ere, str_concat(&a, S("x\n"), text));
        ASSERT(!is_found || text.len == 0 || is_found_later);
    } else {
        ASSERT(err.kind == ERR_FORMAT || err.kind == ERR_LIMIT);
    }
    arena_done(&a);
    arena_done(&b);
    return 0;
}
