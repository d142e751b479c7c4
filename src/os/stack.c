/* The libc knows where a thread's stack lies: it has made it. */
#define _GNU_SOURCE

#include "os/stack.h"

#include "base/panic.h"
#include "os/deepthread.h"
#include "os/pool.h"

#include <pthread.h>
#include <sys/resource.h>
#include <unistd.h>

/* Of the limit of the main thread's stack, in quarters: the rest may be arguments and variables. */
#define QUARTERS_OF_MAIN 3
#define MAX_OF_MAIN (8 * MIB) /* also where there is no limit: other mappings are somewhere below */

/* The main thread's stack grows until it meets its limit, while musl tells how far it has grown. */
static uintptr_t floor_of_main(uintptr_t top)
{
    struct rlimit limit;
    rlim_t room = MAX_OF_MAIN;
    if (getrlimit(RLIMIT_STACK, &limit) == 0) {
        room = MIN(limit.rlim_cur, room);
    }
    return top - (uintptr_t)(room / 4 * QUARTERS_OF_MAIN);
}

uintptr_t stack_floor(void)
{
    pthread_attr_t attributes;
    void *lowest = NULL;
    size_t size = 0;
    if (pthread_getattr_np(pthread_self(), &attributes) == 0) {
        pthread_attr_getstack(&attributes, &lowest, &size);
        pthread_attr_destroy(&attributes);
    }
    ASSERT(lowest != NULL);
    uintptr_t floor = (uintptr_t)lowest;
    return getpid() == gettid() ? MIN(floor, floor_of_main(floor + size)) : floor;
}

typedef struct {
    int (*run)(int argc, char **argv);
    int argc;
    char **argv;
    int result;
} Call;

static void *call(void *argument)
{
    Call *c = argument;
    c->result = c->run(c->argc, c->argv);
    return NULL;
}

/* Where no thread can be had either, the stack may do for what is asked. */
int stack_call(int (*run)(int argc, char **argv), int argc, char **argv)
{
    Call c = {.run = run, .argc = argc, .argv = argv};
    isize stack = POOL_STACK;
    struct rlimit limit;
    pthread_t thread;
    bool is_short = getrlimit(RLIMIT_STACK, &limit) == 0 && limit.rlim_cur < (rlim_t)stack;
    if (!is_short || !deepthread_start(&thread, &stack, call, &c)) {
        return run(argc, argv);
    }
    pthread_join(thread, NULL);
    return c.result;
}
