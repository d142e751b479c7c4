/* The record of a set of changes: docs/formats/fixes.md. Pure: the contents that it names by their
 * SHA-256 are files of their own. */
#ifndef DOCTOR_FIXER_RECORD_H
#define DOCTOR_FIXER_RECORD_H

#include "doctor/fixer_change.h"
#include "format/sha256.h"

#define FIXER_MAX_CHANGES 1000 /* of one set */
#define FIXER_MAX_RECORD (8 * MIB)

typedef struct {
    Change change; /* before and after are filled in by whoever reads the contents */
    Sha256 hash_before, hash_after;
} RecordedChange;

typedef struct {
    int64_t time_s; /* seconds since 1970 */
    Str command;
    RecordedChange *changes;
    isize n_changes;
} FixRecord;

/* Computes the hashes of what before and after hold. */
Str fixer_record_format(Arena *a, int64_t time_s, Str command, const Change *changes, isize n);
/* ERR_FORMAT for anything but a whole record. Strings live on a. */
bool fixer_record_parse(Arena *a, Str text, FixRecord *ret, Err *err);

#endif
