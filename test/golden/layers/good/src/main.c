#include "base/arena.h"

#include <stdlib.h>

int main(void)
{
    exit(arena_take(1) == NULL);
}
