/* Numbers as people read them: decimal units, three digits at most, one space before the unit. */
#ifndef REPORT_HUMAN_H
#define REPORT_HUMAN_H

#include "base/str.h"

Str human_bytes(Arena *a, int64_t n);                /* "512 B", "7.7 kB", "75.8 MB", "1.2 GB" */
Str human_duration(Arena *a, int64_t ns);            /* "0.4 ms", "40 ms", "1.9 s", "2 min 5 s" */
Str human_rate(Arena *a, int64_t bytes, int64_t ns); /* "40.1 MB/s"; empty when ns is 0 */
Str human_count(Arena *a, int64_t n);                /* "12,071" */
/* "no files", "1 file", "12,071 files": many is the plural. */
Str human_plural(Arena *a, int64_t n, Str one, Str many);

#endif
