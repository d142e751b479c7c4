/*
 * The CI files of a project, as steps: what a runner would do, one after the other.
 *
 * Read are the workflows and composite actions of GitHub, .gitlab-ci.yml, the configuration of
 * CircleCI, and .travis.yml. Files that they include from elsewhere are not.
 */
#ifndef DOCTOR_CIFILES_LOAD_H
#define DOCTOR_CIFILES_LOAD_H

#include "doctor/cifiles_shell.h"
#include "doctor/context.h"

#define CIFILES_MAX_FILE (1 * MIB) /* of one file; GitHub takes 512 KiB */
#define CIFILES_MAX_FILES 300
#define CIFILES_MAX_STEPS 20000

typedef enum {
    CI_NONE,
    CI_GITHUB,
    CI_ACTION, /* a composite action of GitHub */
    CI_GITLAB,
    CI_CIRCLE,
    CI_TRAVIS,
    CI_KIND_COUNT,
} CiKind;

typedef struct {
    Str path; /* absolute */
    CiKind kind;
    Str text;
    const YamlNode *root; /* NULL: empty, or it cannot be read */
    Str trouble;          /* why it cannot be read: "file:line: what"; else empty */
} CiFile;

/* A `uses:` or one script. */
typedef struct {
    const CiFile *file;
    const YamlNode *job;    /* NULL in an action */
    const YamlNode *step;   /* of GitHub and CircleCI; else NULL */
    const YamlNode *uses;   /* a scalar, or NULL */
    const YamlNode *with;   /* of uses, a mapping, or NULL */
    const YamlNode *script; /* a scalar, or NULL */
    Str shell;              /* of GitHub: as asked for; empty: the runner's own choice */
} CiStep;

typedef struct CiFiles {
    Str root;     /* of the project: the nearest .git, else go.work, go.mod, else the directory */
    CiFile **ptr; /* sorted by path */
    isize len;
    VEC(CiStep) steps; /* in the order of the files */
} CiFiles;

/* Read when first asked for. */
const CiFiles *cifiles_of(Doctor *d);

/* Calls judge for each step that has a script. */
typedef void (*JudgeScript)(Doctor *d, const CiStep *step, const ShellScript *script);
void cifiles_judge_scripts(Doctor *d, JudgeScript judge);

/* The value of an environment variable that CI files set for a step: of the step, its job, the
 * file; NULL when none of them does. */
const YamlNode *cifiles_variable(const CiStep *step, Str name);
/* Whether the step is `uses: name@...`; *ret_version is what follows the @. */
bool cifiles_uses(const CiStep *step, Str name, Str *ret_version);
/* Line i (from 1) of the file, trimmed: what findings show. */
Str cifiles_line(const CiFile *file, isize i);
/* What checks of scripts look at, as `goward explain` says it. */
#define CIFILES_SCRIPTS                                                             \
    STR_CONST("the scripts in .github/workflows, .github/actions, .gitlab-ci.yml, " \
              ".circleci/config.yml and .travis.yml")
/* A finding of the running check, with the line as evidence; the same one is added once. */
void cifiles_find(Doctor *d, Severity severity, const CiFile *file, isize line, Str title,
                  Str remedy);

#endif
