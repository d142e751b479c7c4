/* The files goward.yaml of a directory that have checks of the team's own, and whether their
 * commands may run. */
#ifndef DOCTOR_PROJECT_FILES_H
#define DOCTOR_PROJECT_FILES_H

#include "doctor/context.h"
#include "policy/checktrust.h"

typedef struct {
    ConfigFile config;
    ProjectChecks checks; /* at least one, unless has_trouble */
    TrustSubject subject;
    TrustVerdict verdict;
    Str dir; /* in which its commands run: where a project's file lies, else the project's root */
    bool has_trouble;
    Err trouble; /* why its checks cannot be read */
    bool is_unjudged;
    Err unjudged; /* why nobody can say whether they may run */
} ProjectFile;

typedef VEC(ProjectFile) ProjectFiles;

/* In the order of policy/configfile.h. False when the files cannot be read at all. */
bool project_files_load(Doctor *d, ProjectFiles *ret, Err *err);
/* Whether its commands may run. */
bool project_file_is_trusted(const ProjectFile *file);

#endif
