/* Where temporary files of builds go, and what disks are worth to the folders of Go's; apart from
 * the checks, so that it can be tested without such disks. */
#ifndef DOCTOR_FOLDERS_H
#define DOCTOR_FOLDERS_H

#include "doctor/storage.h"

/* GOTMPDIR when it is set, else TMPDIR, else /tmp: the rule of cmd/go and os.TempDir. */
Variable folders_tmp(const Doctor *d);

/* Tells that this user may not write into a folder: its own lacks a right, which --fix gives;
 * another user's wants an administrator. */
void folders_find_closed(Doctor *d, const Variable *v, Str title, Str folder, const FileStat *st);
/* The directory that a variable (with an absolute path) names, or the nearest one above it that is
 * there; *ret_existing is empty when that is a link to nowhere or no directory, which is told. what
 * names the place. */
bool folders_find_existing(Doctor *d, const Variable *v, Str what, FileStat *ret_st,
                           Str *ret_existing, Err *err);

/* Tells of the disk of the folder for temporary files, which v names. */
void folders_judge_tmp_disk(Doctor *d, const Variable *v, const Filesystem *fs);
/* Tells of the disk of the i-th folder from which programs are started (GOCACHE, GOMODCACHE,
 * GOBIN), which v names. */
void folders_judge_programs(Doctor *d, isize i, const Variable *v, const Filesystem *fs);
/* Tells of the disk of the project. */
void folders_judge_project(Doctor *d, const Filesystem *fs, bool does_fold_case);

#endif
