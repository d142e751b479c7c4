/* The module cache, as far as several checks look into it. */
#ifndef DOCTOR_MODCACHE_H
#define DOCTOR_MODCACHE_H

#include "doctor/gomodfile.h"

/* Where GOMODCACHE keeps a version of a module. */
typedef struct {
    Str download; /* of its downloads, up to the suffix: ".../cache/download/PATH/@v/VERSION" */
    Str dir;      /* where it is unpacked */
} ModcachePlace;

/* False for what is no path or version, and when GOMODCACHE is not absolute. */
bool modcache_place(const Doctor *d, Str path, Str version, ModcachePlace *ret);
/* Whether it is unpacked, or its archive is there. */
bool modcache_has(const Doctor *d, Str path, Str version);

#endif
