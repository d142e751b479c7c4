/* Random bytes of the kernel, for names that must not collide. */
#ifndef OS_RANDOM_H
#define OS_RANDOM_H

#include "base/str.h"

/* 16 lowercase hexadecimal digits. */
Str random_name(Arena *a);

#endif
