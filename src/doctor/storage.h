/* What the checks of places share: the nearest directory that is there, and what a disk is worth to
 * those who write on it; apart from the checks, so that it can be tested without such disks. */
#ifndef DOCTOR_STORAGE_H
#define DOCTOR_STORAGE_H

#include "doctor/context.h"
#include "os/filesystem.h"
#include "os/quota.h"

/* What a place wants of its disk. */
typedef struct {
    Str what;             /* "the build cache" */
    int64_t little_bytes; /* less room than this is a warning */
    int64_t least_bytes;  /* less than this an error */
    int64_t little_inodes;
    Severity read_only; /* how bad a disk is that takes nothing */
    bool stays;         /* it is worth less when it goes with its container */
    Str makes_room;     /* the command that does; empty: what holds of the variable */
    Str elsewhere;      /* the command that moves it, in this shell, to where can be written */
} StorageNeed;

extern const StorageNeed storage_cache_need;    /* storage.c */
extern const StorageNeed storage_modcache_need; /* folders.c */
extern const StorageNeed storage_tmp_need;

/* Tells of the kind of file system and its room; v is the variable that names the place. */
void storage_judge_disk(Doctor *d, const Variable *v, const StorageNeed *need,
                        const Filesystem *fs);

/* Tells where a quota leaves less than the place needs; now_s: seconds since 1970. Says whether it
 * did. */
bool storage_judge_quota(Doctor *d, const Variable *v, const StorageNeed *need, QuotaKind kind,
                         const Quota *quota, int64_t now_s);

/* The directory (or file) path itself, or the nearest one above it that is there. */
bool storage_find_existing(Str path, FileStat *ret_st, Str *ret);

#endif
