/* A table with addresses in it is constant, and the word malloc(3) here is no call of it. */
#include "base/arena.h"
#include "go/mod/version.h"

#include <string.h>

static const char *const names[] = {"exit(1)", "#include <unistd.h>"};

const char *note_name(int i)
{
    return names[i];
}
