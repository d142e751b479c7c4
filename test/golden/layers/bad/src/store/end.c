#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

void end(int how)
{
    if (how == 1) {
        fprintf(stdout, "end\n");
        exit(1);
    }
    if (how == 2) {
        _exit(1);
    }
    abort();
}
