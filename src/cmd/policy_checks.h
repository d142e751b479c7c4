/* The checks of the team's own, file by file, with whether they are trusted. */
#ifndef CMD_POLICY_CHECKS_H
#define CMD_POLICY_CHECKS_H

#include "cmd/command.h"
#include "policy/checktrust.h"

typedef struct {
    ConfigFile config;
    ProjectChecks checks; /* at least one */
    TrustSubject subject;
    TrustVerdict verdict;
} PolicyCheckFile;

typedef VEC(PolicyCheckFile) PolicyChecks;

/* Of those files that have some. home: goward's own. False for the first mistake in one. */
bool policy_checks_find(Invocation *inv, Str home, const ConfigFiles *files, PolicyChecks *ret,
                        Err *err);

/* A line for each; nothing when there are none. */
void policy_checks_print(Invocation *inv, const PolicyChecks *all);
/* The key "checks": an array of {name, command, severity, trust, place}. */
void policy_checks_json(Invocation *inv, const PolicyChecks *all, JsonWriter *w);

#endif
