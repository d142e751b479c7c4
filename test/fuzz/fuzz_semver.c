/* Versions of modules, two of them with a space between: what is accepted has one canonical form,
 * equal to it in the order, and the order has two sides. */
#include "base/panic.h"
#include "go/mod/semver.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void check_canonical(Arena *a, Str text)
{
    Semver v;
    Str canonical = semver_canonical(a, text);
    ASSERT(semver_parse(text, &v) == (canonical.len > 0));
    if (canonical.len > 0) {
        ASSERT(semver_compare(text, canonical) == 0);
        ASSERT(str_eq(semver_canonical(a, canonical), canonical));
    }
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    Arena arena = arena_init(0);
    StrCut cut = str_cut((Str){(const char *)data, (isize)size}, ' ');
    check_canonical(&arena, cut.head);
    check_canonical(&arena, cut.tail);
    int order = semver_compare(cut.head, cut.tail), back = semver_compare(cut.tail, cut.head);
    ASSERT((order > 0) == (back < 0) && (order < 0) == (back > 0));
    arena_done(&arena);
    return 0;
}
