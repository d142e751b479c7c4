/* Time. The wall clock may jump: nothing but records and messages is made from it. */
#ifndef OS_CLOCK_H
#define OS_CLOCK_H

#include "base/str.h"

int64_t clock_monotonic_ns(void);
int64_t clock_wall_s(void); /* seconds since 1970, UTC */
int64_t clock_wall_ns(void);
/* "2026-11-21T08:42:15Z" */
Str clock_format_utc(Arena *a, int64_t wall_s);
void clock_sleep_ms(int64_t ms);

/* ms milliseconds from now on CLOCK_MONOTONIC, for pthread's timed waits. For this folder. */
struct timespec;
void clock_deadline(int64_t ms, struct timespec *ret);

#endif
