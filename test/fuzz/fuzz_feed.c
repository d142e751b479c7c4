/* The feed of the download site: whatever is taken has names that are safe in a URL and a path. */
#include "base/panic.h"
#include "base/path.h"
#include "toolchain/feed.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    Arena a = arena_init(0);
    Feed feed;
    Err err;
    if (feed_parse(&a, (Str){(const char *)data, (isize)size}, &feed, &err)) {
        for (isize i = 0; i < feed.len; i++) {
            const FeedFile *f = &feed.ptr[i];
            ASSERT(path_is_local(f->name) && str_index_byte(f->name, '/') < 0);
            ASSERT(f->size >= -1 && feed_find(&feed, &f->release) != NULL);
        }
    }
    arena_done(&a);
    return 0;
}
