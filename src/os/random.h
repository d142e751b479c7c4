/* Random bytes of the kernel: for names that must not collide, and for hashes of others' texts. */
#ifndef OS_RANDOM_H
#define OS_RANDOM_H

#include "base/str.h"

/* 16 lowercase hexadecimal digits. */
Str random_name(Arena *a);

/* Two words that were drawn for this process: the same ones each time, in each of its threads. */
void random_of_process(uint64_t ret_words[2]);

#endif
