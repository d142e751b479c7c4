/* Stacks of threads whose calls nest as deep as their input does. */
#ifndef OS_STACK_H
#define OS_STACK_H

#include "base/num.h"

#include <stdint.h>

/* As much as a goroutine may take (runtime.maxstacksize of 64-bit systems). It is addresses alone:
 * pages that nobody touches cost nothing. */
#define STACK_DEEP ((isize)1 << 30)

/* The lowest address of the stack that the calling thread has, or may get: of the main thread three
 * quarters of its limit, and no more than 6 MiB. */
uintptr_t stack_floor(void);

/* What run gives, which has POOL_STACK bytes of stack (os/pool.h): where the limit of the main
 * thread allows less (ulimit -s), it runs on another one. For main alone. */
int stack_call(int (*run)(int argc, char **argv), int argc, char **argv);

#endif
