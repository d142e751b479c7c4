/*
 * Whether a Go and its environment are as the rules say. The same function judges for `policy
 * check`, doctor, up, exec and the shim.
 *
 * Findings are GWP001 to GWP008, in the order of RuleKind and then a file that cannot be read; the
 * place is that of the rule. An error is what `up`, `exec` and the shim refuse; a warning (a patch
 * within its days of grace, a rule with `enforce: warn`) they go on with. The texts behind the ids
 * are in doctor/policy_rules.c.
 */
#ifndef POLICY_JUDGE_H
#define POLICY_JUDGE_H

#include "go/env/env.h"
#include "policy/policy.h"
#include "report/finding.h"

typedef struct {
    const GoEnv *env;  /* as the go command sees it */
    bool has_go;       /* false: rules about the Go are not judged */
    Str version;       /* of that Go, "1.26.8"; empty when it is none of Go's own */
    Str home;          /* goward's own, for the releases that it holds */
    int64_t today;     /* policy/date.h */
    bool has_log;      /* the audit log has lines */
    int64_t log_since; /* the day of its oldest line */
} PolicySubject;

typedef enum {
    VERDICT_NONE,
    VERDICT_HOLDS,
    VERDICT_BROKEN,
    VERDICT_UNJUDGED, /* about a Go, and there is none; not yet in force; no list of proxies */
} Verdict;

/* One rule; what breaks it is added to *list. */
Verdict policy_judge_rule(Arena *a, const Policy *p, const Rule *rule, const PolicySubject *s,
                          FindingList *list);
/* All that apply; sorted. */
void policy_judge(Arena *a, const Policy *p, const PolicySubject *s, FindingList *ret);

/* "GWP001" of RULE_GO and so on. */
Str policy_rule_id(RuleKind kind);
/* A failed policy_load as a finding: GWP008, at the line that err names. */
Finding policy_trouble(Arena *a, const Err *err);

/* Fails when one of the findings is an error: the first one in a sentence, with its place. */
bool policy_refuse(const FindingList *list, Err *err);

#endif
