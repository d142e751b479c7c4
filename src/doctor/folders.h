/* Where temporary files of builds go, and what disks are worth to the folders of Go's; apart from
 * the checks, so that it can be tested without such disks. */
#ifndef DOCTOR_FOLDERS_H
#define DOCTOR_FOLDERS_H

#include "doctor/storage.h"

/* GOTMPDIR when it is set, else TMPDIR, else /tmp: the rule of cmd/go and os.TempDir. */
Variable folders_tmp(const Doctor *d);

/* Tells of the disk of the folder for temporary files, which v names. */
void folders_judge_tmp_disk(Doctor *d, const Variable *v, const Filesystem *fs);
/* Tells of the disk of the i-th folder from which programs are started (GOCACHE, GOMODCACHE,
 * GOBIN), which v names. */
void folders_judge_programs(Doctor *d, isize i, const Variable *v, const Filesystem *fs);
/* Tells of the disk of the project. */
void folders_judge_project(Doctor *d, const Filesystem *fs, bool does_fold_case);

#endif
