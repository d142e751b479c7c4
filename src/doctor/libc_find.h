/* The C library of this machine, told from its files. */
#ifndef DOCTOR_LIBC_FIND_H
#define DOCTOR_LIBC_FIND_H

#include "doctor/context.h"

typedef enum {
    LIBC_UNKNOWN, /* none is found: a system without one, or in an unusual place */
    LIBC_GLIBC,
    LIBC_MUSL,
} LibcKind;

typedef struct {
    LibcKind kind;
    Str path;
    int64_t major, minor; /* of glibc; 0 when the file does not say it */
} Libc;

/* Of the machine's own architecture. */
Libc libc_find(const Doctor *d);

#endif
