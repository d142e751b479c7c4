/* A manifest, as an index takes it: every file of an accepted one is found under its digest, and
 * can be created below a root. */
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
    DirhashFile *files;
    isize n;
    if (manifest_files(&a, text, &files, &n, &err)) {
        ManifestIndex index = manifest_index_init(&a);
        manifest_index_add(&index, 1, files, n);
        for (isize i = 0; i < n; i++) {
            ManifestPlace place;
            ASSERT(manifest_index_find(&index, &files[i].digest, &place));
            ASSERT(place.tree == 1 && path_is_local(place.name));
        }
        ASSERT(index.len <= n);
    }
    arena_done(&a);
    return 0;
}
