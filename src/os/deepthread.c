#include "os/deepthread.h"

#include "os/pool.h"

bool deepthread_start(pthread_t *ret, isize *stack, void *(*run)(void *), void *argument)
{
    pthread_attr_t attributes;
    if (pthread_attr_init(&attributes) != 0) {
        return false;
    }
    bool is_started = false;
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
