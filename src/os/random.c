#include "os/random.h"

#include "base/panic.h"

#include <sys/random.h>

Str random_name(Arena *a)
{
    uint64_t bits;
    /* Up to 256 bytes are never cut short once the pool is ready, which getrandom waits for. */
    ASSERT(getrandom(&bits, sizeof(bits), 0) == sizeof(bits));
    return str_format(a, "%016llx", (unsigned long long)bits);
}
