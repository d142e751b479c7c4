#include "base/arena.h"

#include <stdlib.h>

void *arena_take(isize n)
{
    return malloc((size_t)n);
}
