/* The names that a dynamic program of 64-bit ELF asks of others, and gives them. */
#ifndef DOCTOR_DYNAMIC_H
#define DOCTOR_DYNAMIC_H

#include "go/buildinfo/exe.h"

/* Each with a NUL after it: libraries, symbols, versions of symbols; empty for a static program.
 * They live on the arena of x. Reads the dynamic segment, never the symbols. */
bool dynamic_names(Exe *x, Str *ret, Err *err);

#endif
