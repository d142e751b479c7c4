#include "os/random.h"

#include "base/panic.h"

#include <string.h>
#include <sys/auxv.h>
#include <sys/random.h>

Str random_name(Arena *a)
{
    uint64_t bits;
    /* Up to 256 bytes are never cut short once the pool is ready, which getrandom waits for. */
    ASSERT(getrandom(&bits, sizeof(bits), 0) == sizeof(bits));
    return str_format(a, "%016llx", (unsigned long long)bits);
}

/* The kernel puts them above the stack of each program that it starts. */
void random_of_process(uint64_t ret_words[2])
{
    const void *drawn = (const void *)(uintptr_t)getauxval(AT_RANDOM);
    ASSERT(drawn != NULL);
    memcpy(ret_words, drawn, 2 * sizeof ret_words[0]);
}
