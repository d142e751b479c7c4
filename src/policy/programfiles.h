/*
 * The files of a project that a command runs: what must not change unseen once somebody has said
 * that the command may run.
 *
 * A word of a command names such a file when there is a regular file of that name and
 *   - it is the first word,
 *   - or it may be executed ([env, X=1, ./check.sh]),
 *   - or it stands after an interpreter ([bash, -o, pipefail, scripts/check.sh]), options and what
 *     may be their values left out.
 * Of a script for `sh -c` every word counts in this way, wherever it stands. An absolute path
 * counts when it lies in the project: what the system came with changes with every update. A word
 * without a slash names a program also where a directory of PATH lies in the project.
 *
 * What such a file reads or runs in its turn (make, go run) is not looked into.
 */
#ifndef POLICY_PROGRAMFILES_H
#define POLICY_PROGRAMFILES_H

#include "format/sha256.h"
#include "policy/projectchecks.h"

#define PROGRAMFILES_MAX 1000             /* of all checks of a file */
#define PROGRAMFILES_MAX_SIZE (256 * MIB) /* bytes of one */

typedef struct {
    Str path; /* as the command names it */
    Sha256 digest;
} ProgramFile;

typedef VEC(ProgramFile) ProgramFiles;

/* Those of all checks, each once, sorted by path; dir (absolute, a real path) is where the commands
 * run, env the caller's. False for one that cannot be read or is past a bound. */
bool programfiles_find(Arena *a, const ProjectChecks *checks, const Environ *env, Str dir,
                       ProgramFiles *ret, Err *err);

#endif
