/*
 * What the key `checks` of a goward.yaml says, decoded: commands of the team's own that look
 * whether what the project needs is there. docs/formats/policy.md is the page for those who write
 * them.
 *
 *   checks:
 *     - name: protoc is 25 or newer
 *       command: [protoc, --version]    a list runs as it is, a string by `sh -c`
 *       exit: 0
 *       output: 'libprotoc (2[5-9]|[3-9][0-9])'
 *       hint: apt install protobuf-compiler
 *       timeout: 5s
 *       severity: warn
 *       os: [linux, darwin]
 *
 * Nothing runs here. Whether a command may run at all is asked of policy/checktrust.h.
 */
#ifndef POLICY_PROJECTCHECKS_H
#define POLICY_PROJECTCHECKS_H

#include "format/ere.h"
#include "policy/configfile.h"
#include "report/finding.h"

#define PROJECTCHECKS_MAX 1000               /* of a file; a team has a dozen */
#define PROJECTCHECKS_MAX_NAME 200           /* bytes: it is the title of a finding */
#define PROJECTCHECKS_MAX_TEXT 4000          /* bytes of a hint, of a word of a command */
#define PROJECTCHECKS_MAX_WORDS 200          /* of a command */
#define PROJECTCHECKS_MAX_TIMEOUT_MS 600000  /* ten minutes: more is a build, not a check */
#define PROJECTCHECKS_USUAL_TIMEOUT_MS 10000 /* without `timeout` */

typedef struct {
    Str name;
    Place place;        /* of its first line */
    VEC(Str) command;   /* the program and its arguments; of a script one element: its text */
    bool is_script;     /* for `sh -c` */
    int exit;           /* the code that is expected */
    Str output;         /* the pattern, for messages */
    const Ere *pattern; /* that the output holds; NULL: any output will do */
    Str hint;           /* may be empty */
    int64_t timeout_ms;
    Severity severity; /* when it fails */
    VEC(Str) systems;  /* GOOS names; none: all */
} ProjectCheck;

typedef VEC(ProjectCheck) ProjectChecks;

/* In the order of the file; of a file without the key none. ERR_FORMAT, "file:line: what", for the
 * first mistake: an unknown key, a value out of its bounds, a pattern that is none, a name that is
 * there twice; in files of the user and the system also a program with a relative path, which
 * would be another one in each project. */
bool projectchecks_read(Arena *a, const ConfigFile *file, ProjectChecks *ret, Err *err);

bool projectcheck_is_for(const ProjectCheck *check, Str os);
/* The command as one would type it, on one line unless it is a script of several. */
Str projectcheck_command(Arena *a, const ProjectCheck *check);

#endif
