/* The table of options. What a command takes of them says its row in cmd/table.c; cmd/parse.h reads
 * an argument vector by the two tables. */
#ifndef CMD_OPTIONS_H
#define CMD_OPTIONS_H

#include "base/err.h"
#include "os/environ.h"

typedef enum {
    OPTION_NONE,
    /* global: every command takes them */
    OPTION_HELP,
    OPTION_VERSION,
    OPTION_DIR,
    OPTION_JSON,
    OPTION_QUIET,
    OPTION_VERBOSE,
    OPTION_COLOR, /* a ColourWish */
    OPTION_NO_HYPERLINKS,
    OPTION_NO_INPUT,
    OPTION_OFFLINE,
    OPTION_TIMEOUT, /* milliseconds */
    /* of single commands */
    OPTION_DRY_RUN,
    OPTION_JOBS,
    OPTION_FROM,
    OPTION_PLATFORM,
    OPTION_ALLOW_UNPROVED,
    OPTION_GLOBAL,
    OPTION_REMOTE,
    OPTION_GO,
    OPTION_BASE,
    OPTION_ENV_FORMAT, /* an EnvFormat */
    OPTION_EXPLAIN,
    OPTION_REPAIR,
    OPTION_TO,
    OPTION_VERIFY,
    OPTION_OUTPUT,
    OPTION_FAIL_ON, /* a Severity; "never" is SEVERITY_NONE */
    OPTION_PROFILE, /* a DoctorProfile */
    OPTION_MODE,    /* a DoctorMode */
    OPTION_ONLY,
    OPTION_SKIP,
    OPTION_NET,
    OPTION_CHECKLIST,
    OPTION_PID,
    OPTION_FIX,
    OPTION_YES,
    OPTION_ROLE,
    OPTION_TARGET,
    OPTION_TAGS,
    OPTION_TARGETS, /* lists, of the same names as OPTION_TARGET and OPTION_TAGS */
    OPTION_TAG_LISTS,
    OPTION_TAG_SETS,
    OPTION_TEST,
    OPTION_DEPS,
    OPTION_LANG,
    OPTION_GOEXPERIMENT,
    OPTION_GOROOT,
    OPTION_FAKE_IMPORT_C,
    OPTION_NO_CHECK,
    OPTION_NO_CACHE,
    OPTION_WITH_GOS, /* and this as OPTION_GO */
    OPTION_GOS,      /* a list, of the same name as OPTION_GO */
    OPTION_ALL,
    OPTION_MODULES,
    OPTION_VENDOR,
    OPTION_MAN,
    OPTION_COUNT,
} OptionId;

/* Choices of `env --format`, in the order of the option's row. */
typedef enum {
    ENV_FORMAT_SH,
    ENV_FORMAT_FISH,
    ENV_FORMAT_DOTENV,
    ENV_FORMAT_JSON,
    ENV_FORMAT_GITHUB,
    ENV_FORMAT_GITLAB,
    ENV_FORMAT_COUNT,
} EnvFormat;

/* Choices of `doctor --profile`, in the order of the option's row. */
typedef enum {
    DOCTOR_PROFILE_DEV,
    DOCTOR_PROFILE_CI,
    DOCTOR_PROFILE_RELEASE,
    DOCTOR_PROFILE_RACE,
    DOCTOR_PROFILE_CROSS,
    DOCTOR_PROFILE_AIRGAP,
    DOCTOR_PROFILE_COUNT,
} DoctorProfile;

/* Choices of `doctor --mode`. */
typedef enum {
    DOCTOR_MODE_FULL,
    DOCTOR_MODE_MINIMAL,
    DOCTOR_MODE_PROXY,
    DOCTOR_MODE_CLEAN,
    DOCTOR_MODE_COUNT,
} DoctorMode;

typedef enum {
    OPTION_FLAG,     /* no value */
    OPTION_TEXT,     /* any value that is not empty */
    OPTION_OPTIONAL, /* a value only in the form --name=value */
    OPTION_NUMBER,   /* decimal, from min to max */
    OPTION_DURATION, /* "500ms", "30s", "5m", "1h"; kept in milliseconds */
    OPTION_CHOICE,   /* one of choices */
    OPTION_TYPE_COUNT,
} OptionType;

/* What a shell offers for a value or an argument. */
typedef enum {
    COMPLETION_NONE,
    COMPLETION_FILE,
    COMPLETION_DIR,
    COMPLETION_SPEC,      /* installed versions and the words latest, stable, oldstable */
    COMPLETION_INSTALLED, /* installed versions */
    COMPLETION_VERIFY,    /* installed versions, all, directories */
    COMPLETION_GENERATION,
    COMPLETION_PLATFORM,
    COMPLETION_COMMAND, /* goward's own commands */
    COMPLETION_PROGRAM, /* any command line */
    COMPLETION_ID,      /* of `explain` */
    COMPLETION_SHELL,
    COMPLETION_SOURCE, /* of --from */
    COMPLETION_TOOL,   /* programs of a Go: go, gofmt */
    COMPLETION_FIELDS, /* of --json= */
    COMPLETION_COUNT,
} Completion;

typedef struct {
    Str name;    /* without "--" */
    char letter; /* 0 when it has no short form */
    bool is_global;
    OptionType type;
    Str value_name;     /* "DIR"; empty for a flag */
    const Str *choices; /* of OPTION_CHOICE */
    int n_choices;
    int64_t min, max, fallback; /* of numbers, durations and choices (index) */
    Completion completes;
    Str variable; /* environment variable that stands in for it: "GOWARD_OFFLINE"; may be empty */
    Str help;     /* one sentence without a full stop */
} Option;

/* By OptionId, in the order in which help shows them; the row of OPTION_NONE is empty. */
extern const Option options[OPTION_COUNT];

typedef struct {
    bool is_set;
    Str text;
    int64_t number; /* of numbers, durations and choices */
} OptionValue;

#endif
