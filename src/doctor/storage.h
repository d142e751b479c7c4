/* What the disk under the build cache is worth; apart from the check that looks at it, so that it
 * can be tested without such disks. */
#ifndef DOCTOR_STORAGE_H
#define DOCTOR_STORAGE_H

#include "doctor/context.h"
#include "os/filesystem.h"

/* Tells of the kind of file system and its room; cache is GOCACHE. */
void storage_judge_disk(Doctor *d, const Variable *cache, const Filesystem *fs);

#endif
