#include <stdio.h>

void text(void)
{
    printf("%d\n", 1);
}
