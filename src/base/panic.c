#include "base/panic.h"

#include <stdio.h>
#include <stdlib.h>

_Noreturn void bug(const char *file, int line, const char *what)
{
    fprintf(
        stderr,
        "goward: internal error at %s:%d: %s\n"
        "This is a fault of goward, not of your input; please report it with the command line.\n",
        file, line, what);
    abort();
}

_Noreturn void out_of_memory(void)
{
    fputs("goward: out of memory\n", stderr);
    exit(3);
}
