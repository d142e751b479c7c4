/* For unit tests of what goward prints: standard error caught while something runs. */
#ifndef SUPPORT_TALK_H
#define SUPPORT_TALK_H

#include "base/panic.h"
#include "os/file.h"

#include <unistd.h>

typedef struct {
    int saved, caught;
} Talk;

static inline Talk talk_begin(void)
{
    Err err;
    Talk t = {.saved = dup(2), .caught = -1};
    ASSERT(t.saved >= 0 && file_create_memory(S("talk"), &t.caught, &err));
    ASSERT(dup2(t.caught, 2) == 2);
    return t;
}

/* What was written to standard error since talk_begin. */
static inline Str talk_end(Arena *a, Talk *t)
{
    Err err;
    Str said;
    ASSERT(dup2(t->saved, 2) == 2);
    ASSERT(lseek(t->caught, 0, SEEK_SET) == 0 && file_read_fd(a, t->caught, MIB, &said, &err));
    file_close(&t->saved);
    file_close(&t->caught);
    return said;
}

#endif
