#include "os/deepthread.h"

#include "os/pool.h"

#include <sys/resource.h>

#define SHARE \
    16 /* of the addresses that a limit allows: what a stack takes of them, the heap lacks */

/* No more than there is to share, but POOL_STACK. */
static isize fitting(isize stack)
{
    struct rlimit limit;
    bool is_limited = getrlimit(RLIMIT_AS, &limit) == 0 && limit.rlim_cur / SHARE < (rlim_t)stack;
    return is_limited ? MAX((isize)(limit.rlim_cur / SHARE), POOL_STACK) : stack;
}

bool deepthread_start(pthread_t *ret, isize *stack, void *(*run)(void *), void *argument)
{
    pthread_attr_t attributes;
    if (pthread_attr_init(&attributes) != 0) {
        return false;
    }
    bool is_started = false;
    *stack = fitting(*stack);
    for (bool is_last = false; !is_started && !is_last;) {
        is_last = *stack <= POOL_STACK;
        pthread_attr_setstacksize(&attributes, (size_t)*stack);
        is_started = pthread_create(ret, &attributes, run, argument) == 0;
        if (!is_started && !is_last) {
            *stack = MAX(*stack / 2, POOL_STACK);
        }
    }
    pthread_attr_destroy(&attributes);
    return is_started;
}
