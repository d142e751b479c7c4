/* All kinds of mutable state: zero and not, in functions, per thread, an array that lacks a const. */
#include <stddef.h>

int counter;
static int started = 1;
static _Thread_local int depth;
static const char *names[] = {"a", "b"};
static const char *const fixed[] = {"a", "b"};

const char *next(size_t i)
{
    static size_t calls;
    calls++;
    depth += started;
    return i == 0 ? names[calls % 2] : fixed[i % 2];
}
