#include <stdio.h>
#include <stdlib.h>

void bug(void)
{
    fputs("bug\n", stderr);
    abort();
}
