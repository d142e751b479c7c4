/* go.work. */
#include "base/panic.h"
#include "go/mod/gowork.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    Arena a = arena_init(64 * KIB);
    Str text = {(const char *)data, (isize)size};
    GoWork work;
    Err err;
    if (gowork_parse(&a, S("go.work"), text, &work, &err)) {
        for (isize i = 0; i < work.uses.len; i++) {
            ASSERT(work.uses.ptr[i].pos.line > 0);
        }
    } else {
        ASSERT(err.kind == ERR_FORMAT || err.kind == ERR_LIMIT);
    }
    arena_done(&a);
    return 0;
}
