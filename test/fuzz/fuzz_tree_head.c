/* Texts of tree heads: what is accepted begins with what its tree is written as. */
#include "base/panic.h"
#include "sumdb/tlog.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    Arena arena = arena_init(0);
    Str text = {(const char *)data, (isize)size};
    TlogTree tree;
    Err err;
    if (tlog_tree_parse(arena, text, &tree, &err)) {
        ASSERT(tree.size >= 0 && tree.size <= TLOG_MAX_SIZE);
        ASSERT(str_starts_with(text, tlog_tree_format(&arena, &tree)));
    }
    arena_done(&arena);
    return 0;
}
