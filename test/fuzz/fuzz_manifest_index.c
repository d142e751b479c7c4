/* A manifest, as an index takes it: every file of an accepted one is found under its digest. */
#include "base/panic.h"
#include "base/path.h"
#include "store/manifest_index.h"

#include <stddef.h>
#include <stdint.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    Arena a = arena_init(0);
    Err err;
    Str text = {(const char *)data, (isize)size};
    ManifestIndex index = manifest_index_init(&a);
    bool is_whole = manifest_index_add(&index, 1, text, &err);
    ManifestLine line;
    bool is_broken = false;
    while (manifest_next(&text, &line, &is_broken, &err)) {
        Sha256 digest;
        ManifestPlace place;
        ASSERT(sha256_from_hex(line.hex, &digest));
        ASSERT(manifest_index_find(&index, &digest, &place));
        ASSERT(place.tree == 1 && path_is_local(place.name));
    }
    ASSERT(is_broken == !is_whole);
    arena_done(&a);
    return 0;
}
