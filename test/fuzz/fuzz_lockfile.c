/* goward.lock: what is read is written as bytes that are read as the same. */
#include "base/panic.h"
#include "toolchain/lockfile.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    Arena a = arena_init(256 * KIB);
    Str text = {(const char *)data, (isize)size};
    Lockfile *lock = ARENA_NEW(&a, Lockfile), *again = ARENA_NEW(&a, Lockfile);
    Err err;
    if (lockfile_parse(&a, S("goward.lock"), text, lock, &err)) {
        Str written = lockfile_format(&a, lock);
        ASSERT(lockfile_parse(&a, S("goward.lock"), written, again, &err));
        ASSERT(str_eq(lock->name, again->name));
        ASSERT(lock->n_platforms == again->n_platforms);
        ASSERT(str_eq(lockfile_format(&a, again), written));
    }
    arena_done(&a);
    return 0;
}
