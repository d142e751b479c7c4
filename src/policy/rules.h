/*
 * What the key `policy` of a goward.yaml says, decoded: rules, each with the line that it stands
 * on. docs/formats/policy.md is the page for those who write them.
 *
 *   policy:
 *     role: production            which role this machine or project has, unless told otherwise
 *     all: {...}                  rules of every role
 *     roles:
 *       production: {...}         rules of one more
 *
 * Nothing is guessed: an unknown key, a range that is none, a date that does not exist are errors,
 * also in a role that nobody has, because a rule that silently is none protects nobody.
 */
#ifndef POLICY_RULES_H
#define POLICY_RULES_H

#include "go/mod/proxy.h"
#include "go/mod/spec.h"
#include "policy/configfile.h"
#include "report/report.h"

#define RULES_MAX_DAYS 36500 /* of grace and of retention: a hundred years */
#define RULES_MAX_NAME 64    /* bytes of a role's or a variable's name */

typedef enum {
    RULE_NONE,
    RULE_GO,        /* the Go is one of these */
    RULE_MINIMUM,   /* a Go of this minor release is at least this patch */
    RULE_SUPPORT,   /* the Go is one that is still mended */
    RULE_REQUIRED,  /* the variable has this value, or holds this word */
    RULE_FORBIDDEN, /* the variable is not set, or has not this value, or holds not this word */
    RULE_PROXIES,   /* GOPROXY names no others */
    RULE_LOGS,      /* how long the audit log is kept */
    RULE_KIND_COUNT,
} RuleKind;

typedef struct {
    RuleKind kind;
    Place place;
    Str section;     /* "all", or the role that it is for */
    bool warns_only; /* `enforce: warn`, or `support: warn`: never an error */
    /* GO */
    const Spec *specs;
    isize n_specs;
    /* MINIMUM */
    Str version;        /* "1.26.8" */
    int64_t since_day;  /* from this day on (policy/date.h); 0: always */
    int64_t grace_days; /* so long it is a warning */
    /* REQUIRED, FORBIDDEN */
    Str name, value;
    bool has_value; /* FORBIDDEN; without: it must not be set at all */
    /* PROXIES */
    ProxyList proxies;
    /* LOGS */
    int64_t days;
} Rule;

typedef struct {
    bool has_policy;  /* the file has the key */
    Str role;         /* empty when it chooses none */
    Place role_place; /* of that line */
    VEC(Str) roles;   /* that it has rules for */
    VEC(Rule) rules;  /* of all sections, in the order of the file */
} RuleFile;

/* Of a file without the key: nothing. ERR_FORMAT, "file:line: what", for the first mistake. */
bool rules_read(Arena *a, const ConfigFile *file, RuleFile *ret, Err *err);

/* Between the words of a variable that is a list (GOFLAGS, GODEBUG, GOEXPERIMENT), of which the
 * last one about a thing counts; 0 for any other. */
char rules_separator(Str variable);

/* The rule as a sentence without full stop: "Go is one of: >=1.25.3,<1.28". */
Str rule_text(Arena *a, const Rule *rule);

#endif
