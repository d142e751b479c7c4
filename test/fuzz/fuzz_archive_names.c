/* Names, one a line, folders with a slash at their end: the verdict is the same in any order, and
 * each name that is taken is safe to create. */
#include "base/panic.h"
#include "base/path.h"
#include "base/vec.h"
#include "format/archive_names.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    Arena a = arena_init(0);
    Err err;
    Str rest = {(const char *)data, (isize)size}, line;
    VEC(ArchiveName) names = {0};
    while (str_next_line(&rest, &line)) {
        bool is_dir = str_eat_suffix(&line, S("/"));
        *VEC_PUSH(&a, &names) = (ArchiveName){line, is_dir};
    }
    bool ok = archive_names_check(a, names.ptr, names.len, &err);
    for (isize i = 0; ok && i < names.len; i++) {
        ASSERT(path_is_local(names.ptr[i].name));
    }
    for (isize i = 0; i < names.len / 2; i++) {
        ArchiveName held = names.ptr[i];
        names.ptr[i] = names.ptr[names.len - 1 - i];
        names.ptr[names.len - 1 - i] = held;
    }
    ASSERT(archive_names_check(a, names.ptr, names.len, &err) == ok);
    arena_done(&a);
    return 0;
}
