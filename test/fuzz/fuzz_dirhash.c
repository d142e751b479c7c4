/* A list of files and digests: what is read as one is written the same way. */
#include "base/panic.h"
#include "go/mod/dirhash.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    Arena a = arena_init(0);
    Err err;
    Str text = {(const char *)data, (isize)size};
    DirhashFile *files;
    isize n;
    if (dirhash_parse_summary(&a, text, &files, &n, &err)) {
        ASSERT(str_eq(dirhash_summary(&a, files, n), text));
    }
    /* Any name gives one line, which is read back unless the name is none. */
    DirhashFile file = {text, sha256_of(text)};
    Str line = dirhash_summary(&a, &file, 1);
    ASSERT(str_index_byte(line, '\n') == line.len - 1);
    if (dirhash_parse_summary(&a, line, &files, &n, &err)) {
        ASSERT(n == 1 && str_eq(files[0].name, text));
    }
    arena_done(&a);
    return 0;
}
