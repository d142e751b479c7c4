/* Threads with much stack, for the other files of os/. */
#ifndef OS_DEEPTHREAD_H
#define OS_DEEPTHREAD_H

#include "os/stack.h"

#include <pthread.h>

/* Starts a thread with *stack bytes of stack. Where addresses are scarce (ulimit -v) it is a small
 * part of these, halved until it can be had, but POOL_STACK at least; *stack says what came of it,
 * for the next one. False: no thread can be had. */
bool deepthread_start(pthread_t *ret, isize *stack, void *(*run)(void *), void *argument);

#endif
