#include <stdlib.h>
#include <string.h>

char *heap(const char *s)
{
    char *copy = strdup(s);
    strcpy(copy, s);
    free(copy);
    return malloc((size_t)atoi(s));
}
