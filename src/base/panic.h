/* What cannot happen: asserts stay on in release, and out of memory ends the process. */
#ifndef BASE_PANIC_H
#define BASE_PANIC_H

/* Prints where and what to stderr and aborts. For faults of goward itself, never for bad input. */
_Noreturn void bug(const char *file, int line, const char *what);

/* Prints that memory is exhausted and exits with status 3. */
_Noreturn void out_of_memory(void);

#define ASSERT(condition) ((condition) ? (void)0 : bug(__FILE__, __LINE__, #condition))
#define UNREACHABLE(what) bug(__FILE__, __LINE__, what)

#endif
