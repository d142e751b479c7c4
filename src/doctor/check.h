/*
 * Checks of the environment: is what surrounds the go command as a build needs it?
 *
 * A check looks and says; it changes nothing. It runs no other program unless its cost is
 * COST_PROCESS or COST_PROJECT, and uses no network unless it is COST_NETWORK; these kinds are left
 * out unless they are asked for. Each is one row: what `goward explain` says about it, when it is
 * made, and the function that makes it. The rows stand in groups, one file per group; doctor_groups
 * (groups.c) lists them.
 *
 * How bad a finding is: SEVERITY_ERROR when a build fails or comes out wrong, SEVERITY_WARN when
 * something happens that its owner would not expect, SEVERITY_INFO for what is worth knowing. On a
 * healthy machine nothing is worse than SEVERITY_INFO.
 */
#ifndef DOCTOR_CHECK_H
#define DOCTOR_CHECK_H

#include "doctor/fix.h"
#include "go/env/env.h"
#include "os/fetch.h"
#include "report/explanation.h"

/* What a check asks of the machine. Checks of one cost run one after the other on a thread of their
 * own, so that a slow disk, a compiler and a proxy are waited for at the same time. */
typedef enum {
    COST_FILES,   /* memory and a few files with known names */
    COST_TREE,    /* walks directories of the project or of a Go */
    COST_HASH,    /* reads every byte of many files */
    COST_PROCESS, /* runs other programs: a compiler, git */
    COST_PROJECT, /* runs what the project's own goward.yaml names, for as long as it allows */
    COST_NETWORK, /* asks other machines */
    COST_COUNT,
} CheckCost;

#define DOCTOR_MAX_PROJECT_MS (60 * 60 * 1000) /* for all checks of the project's own */

/* What the environment is for; a check is made for the profiles of its row. */
typedef enum {
    PROFILE_NONE = 0,
    PROFILE_DEV = 1,
    PROFILE_CI = 2,
    PROFILE_RELEASE = 4,
    PROFILE_RACE = 8,
    PROFILE_CROSS = 16,
    PROFILE_AIRGAP = 32,
    PROFILE_ALL = 63,
    PROFILE_NAMED = 64, /* of a row: the check is made only when it is asked for by its id */
} Profile;

/* A part of the checks. MODE_FULL is all of them. */
typedef enum {
    MODE_FULL = 0,
    MODE_MINIMAL = 1, /* the twelve of the checklist, which `up` makes */
    MODE_PROXY = 2,   /* where modules and toolchains come from, and how they are proved */
    MODE_CLEAN = 4,   /* what fills the disk or is left over */
    MODE_PROCESS = 8, /* what concerns a program that runs: DoctorInput.pid */
} Mode;

typedef struct {
    const GoEnv *env;       /* with the environment that the go command would get */
    Str goroot;             /* of the Go in use, absolute; empty when there is none */
    Str version;            /* "1.26.8"; empty when it is none of Go's own */
    Str host_os, host_arch; /* what the go command itself is built for */
    Str os, arch;           /* the target: doctor_target, unless asked for another */
    Str dir;                /* absolute working directory */
    Str home;               /* goward's own */
    Str system;             /* before every path of the system that a check names ("/etc/passwd",
                             * "/proc/self"): empty, but for tests */
    int64_t pid;            /* of the process that is looked at; 0: this one, and what it starts */
    bool may_write;         /* checks may try to write where builds do (GWD006) */
    bool may_run;           /* checks that run programs are made */
    const Environ *project_env; /* of the programs of COST_PROJECT; NULL: that of env */
    Fetcher *fetcher;           /* not NULL: checks of COST_NETWORK are made */
    Profile profile;            /* PROFILE_NONE: any */
    Mode mode;
    const Str *only, *skip; /* ids; with n_only 0 all that the rest allows */
    isize n_only, n_skip;
} DoctorInput;

typedef struct {
    FindingList findings; /* sorted */
    FixList fixes;        /* what --fix would do, in the order of the findings' ids */
    isize n_checks;
    isize n_passed; /* made, without a warning or an error */
    Str *made;      /* ids of the checks that were made, n_checks of them, sorted */
} DoctorResult;

/* Makes the checks that are asked for. A check that cannot be made (no Go, sources that are not
 * there) is a finding of its own id; one that crashes or does not end in time is GWD999, and the
 * others are made all the same. The texts live on a. After a check that did not end the process
 * must end without waiting for its threads. */
void doctor_run(const DoctorInput *in, Arena *a, DoctorResult *ret);

/* The target that GOOS and GOARCH choose. */
void doctor_target(const GoEnv *env, Str *ret_os, Str *ret_arch);

/* ---- the rows ---- */

typedef struct Doctor Doctor; /* doctor/context.h */

/* False when the check cannot be made; *err then says why. What it finds it tells the context. */
typedef bool (*CheckRun)(Doctor *d, Err *err);

typedef struct {
    Explanation about;
    CheckRun run;
    CheckCost cost;
    bool shares_tree; /* made behind those of COST_TREE, which have read the project's files */
    Profile profiles; /* or-ed; PROFILE_NONE: all */
    Mode modes;       /* or-ed; MODE_FULL: in no other mode than that */
    isize item;       /* of the checklist of twelve, from 1; 0: not on it */
} Check;

typedef struct {
    const Check *rows;
    isize len;
} CheckGroup;

/* What `goward explain` says of the checks and of GWD999, in no order: the i-th, NULL past the end.
 */
const Explanation *doctor_explanation(isize i);
extern const Explanation doctor_lost_check; /* GWD999 */

/* The check with the next higher id than `after` (empty: the first), NULL when there is none. */
const Check *doctor_next_check(Str after);
const Check *doctor_find_check(Str id); /* NULL for an id that no check has */
bool doctor_runs_programs(const Check *check);
/* Whether the input asks for it. */
bool doctor_wants(const DoctorInput *in, const Check *check);
/* Makes these checks, sorted by id, whatever the input asks for; doctor_run without the choice.
 * Each may take limit_ms milliseconds; 0: what is usual for its cost. */
void doctor_make(const DoctorInput *in, Arena *a, const Check *const *checks, isize n,
                 int64_t limit_ms, DoctorResult *ret);

extern const CheckGroup doctor_goexperiment;      /* GWD001, GWD010 */
extern const CheckGroup doctor_godebug;           /* GWD002, GWD009 */
extern const CheckGroup doctor_cgo;               /* GWD003 */
extern const CheckGroup doctor_ports;             /* GWD004, GWD008, GWD011 */
extern const CheckGroup doctor_modules;           /* GWD005, GWD012 */
extern const CheckGroup doctor_storage;           /* GWD006 */
extern const CheckGroup doctor_gobin;             /* GWD007 */
extern const CheckGroup doctor_which_path;        /* GWD013 to GWD015 */
extern const CheckGroup doctor_which_places;      /* GWD016 to GWD018 */
extern const CheckGroup doctor_which_shells;      /* GWD019 */
extern const CheckGroup doctor_which_root;        /* GWD020, GWD021 */
extern const CheckGroup doctor_which_tree;        /* GWD022 to GWD024 */
extern const CheckGroup doctor_edited;            /* GWD038, GWD069 */
extern const CheckGroup doctor_which_goenv;       /* GWD025, GWD026 */
extern const CheckGroup doctor_which_program;     /* GWD027 to GWD029 */
extern const CheckGroup doctor_folders;           /* GWD070, GWD071 */
extern const CheckGroup doctor_folders_owner;     /* GWD072, GWD074, GWD075 */
extern const CheckGroup doctor_storage_entries;   /* GWD073, GWD078 */
extern const CheckGroup doctor_storage_used;      /* GWD076, GWD077 */
extern const CheckGroup doctor_storage_quota;     /* GWD107 */
extern const CheckGroup doctor_security;          /* GWD108 */
extern const CheckGroup doctor_limits;            /* GWD091 to GWD093 */
extern const CheckGroup doctor_limits_memory;     /* GWD095, GWD096, GWD102 */
extern const CheckGroup doctor_limits_cpu;        /* GWD094 */
extern const CheckGroup doctor_kernel;            /* GWD090, GWD100, GWD101, GWD103 */
extern const CheckGroup doctor_container;         /* GWD097, GWD099 */
extern const CheckGroup doctor_cisetup;           /* GWD110 to GWD113 */
extern const CheckGroup doctor_cifailures;        /* GWD114, GWD115, GWD117 */
extern const CheckGroup doctor_ciunsafe;          /* GWD118 to GWD121 */
extern const CheckGroup doctor_cgo_need;          /* GWD080 */
extern const CheckGroup doctor_cgo_tools;         /* GWD081 */
extern const CheckGroup doctor_cgo_libraries;     /* GWD122 */
extern const CheckGroup doctor_cgo_flags;         /* GWD082 */
extern const CheckGroup doctor_libc_headers;      /* GWD083 */
extern const CheckGroup doctor_cgo_probe;         /* GWD084 */
extern const CheckGroup doctor_race_target;       /* GWD085 */
extern const CheckGroup doctor_race_libc;         /* GWD086 */
extern const CheckGroup doctor_race_selftest;     /* GWD087 */
extern const CheckGroup doctor_vcs_stamp;         /* GWD088 */
extern const CheckGroup doctor_godebug_keys;      /* GWD040, GWD043 */
extern const CheckGroup doctor_godebug_lines;     /* GWD041, GWD042 */
extern const CheckGroup doctor_goflags;           /* GWD044 */
extern const CheckGroup doctor_goflags_effect;    /* GWD045 */
extern const CheckGroup doctor_gotoolchain;       /* GWD046 */
extern const CheckGroup doctor_goenvfile;         /* GWD047 */
extern const CheckGroup doctor_cpulevel;          /* GWD048, GWD049 */
extern const CheckGroup doctor_proxies;           /* GWD050, GWD052 */
extern const CheckGroup doctor_proxies_private;   /* GWD051 */
extern const CheckGroup doctor_proxies_git;       /* GWD053 */
extern const CheckGroup doctor_proxies_access;    /* GWD054 */
extern const CheckGroup doctor_proxies_toolchain; /* GWD055 */
extern const CheckGroup doctor_proxies_bypass;    /* GWD061 */
extern const CheckGroup doctor_proxies_missing;   /* GWD098 */
extern const CheckGroup doctor_gomodfile;         /* GWD056, GWD057, GWD060 */
extern const CheckGroup doctor_gosum;             /* GWD058 */
extern const CheckGroup doctor_gosum_log;         /* GWD106 */
extern const CheckGroup doctor_vendor;            /* GWD059 */
extern const CheckGroup doctor_modcache;          /* GWD062, GWD063 */
extern const CheckGroup doctor_netcheck;          /* GWD065 */
extern const CheckGroup doctor_netcheck_http;     /* GWD066, GWD105 */
extern const CheckGroup doctor_netcheck_online;   /* GWD067, GWD068 */
extern const CheckGroup doctor_versions_drift;    /* GWD030, GWD032, GWD037 */
extern const CheckGroup doctor_versions_inuse;    /* GWD033, GWD034 */
extern const CheckGroup doctor_versions_ci;       /* GWD031, GWD035, GWD036 */
extern const CheckGroup doctor_process;           /* GWD064 */
extern const CheckGroup doctor_libc_programs;     /* GWD089 */
extern const CheckGroup doctor_plugins;           /* GWD109 */
extern const CheckGroup doctor_policy_rules;      /* GWP001 to GWP008, no GWP007 */
extern const CheckGroup doctor_project_checks;    /* GWP020, GWP021 */

#endif
