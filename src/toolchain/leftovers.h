/*
 * Partial downloads in the store's cache: cache/<id>.<kind>.part. They are kept because the next
 * run goes on with them; what nobody goes on with is deleted by gc.
 */
#ifndef TOOLCHAIN_LEFTOVERS_H
#define TOOLCHAIN_LEFTOVERS_H

#include "store/store.h"

#define LEFTOVER_SUFFIX ".part"

typedef struct {
    Str name; /* in the cache: "go1.26.8.linux-amd64.zip.part" */
    int64_t bytes;
} Leftover;

typedef struct {
    Leftover *ptr;
    isize len, cap;
    int64_t bytes; /* of all of them */
} Leftovers;

/* All that there are, sorted by name. While the store is claimed nobody adds to them. */
bool leftovers_find(Store *s, Arena *a, Leftovers *ret, Err *err);
/* Deletes them; one that is gone already is fine. */
bool leftovers_delete(Store *s, const Leftovers *leftovers, Err *err);
/* Deletes those of one toolchain, as far as that is possible: gc sees to the rest. */
void leftovers_drop(Store *s, Arena scratch, Str id);

#endif
