/* The team's rules that apply in a directory, to somebody in a role. */
#ifndef POLICY_POLICY_H
#define POLICY_POLICY_H

#include "policy/rules.h"

typedef struct {
    ConfigPlace place;
    Str role; /* --role, or empty */
} PolicyWish;

typedef struct {
    ConfigFiles files;
    bool has_rules;   /* some file has the key `policy` */
    Str role;         /* empty where has_rules is false */
    Str because;      /* "--role", "GOWARD_ROLE", "goward.yaml:3", "CI", "nothing else is said" */
    Place role_place; /* of a file that chose it */
    VEC(Rule) rules;  /* of all files: those for every role, and those for this one */
} Policy;

/* The role is that of wish, else GOWARD_ROLE, else what a file says (the system's before the
 * user's before the project's: a machine knows what it is), else ci where CI is true, else dev.
 * ERR_FORMAT for a bad file; ERR_USAGE for a role that is neither one of production, ci and dev nor
 * of a file. Without any file a few failed opens are all it costs. */
bool policy_load(Arena *a, const PolicyWish *wish, Policy *ret, Err *err);

/* After how many days lines of the audit log go: the longest time of all files. 0: never, as there
 * is no rule about it but in files of projects. A checkout may be a stranger's: it can have lines
 * kept, and none removed. */
int64_t policy_log_days(const Policy *p);

#endif
