/* The libc knows where a thread's stack lies: it has made it. */
#define _GNU_SOURCE

#include "os/stack.h"

#include "base/panic.h"

#include <pthread.h>

uintptr_t stack_floor(void)
{
    pthread_attr_t attributes;
    void *lowest = NULL;
    size_t size;
    if (pthread_getattr_np(pthread_self(), &attributes) == 0) {
        pthread_attr_getstack(&attributes, &lowest, &size);
        pthread_attr_destroy(&attributes);
    }
    ASSERT(lowest != NULL);
    return (uintptr_t)lowest;
}
