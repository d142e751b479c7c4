/*
 * What a command is, and what it is given.
 *
 * Two visible tables are the command line: `commands` (cmd/table.c) and `options`
 * (cmd/options.c). The parser, --help, the manual pages and the completions of three shells all
 * come from their rows, so none of them can disagree. A command is a function cmd_NAME in the
 * file of its name; it gets an Invocation, works, prints through inv->report, and says how it
 * went:
 *
 *     return true   with *ret_code (preset to 0) as exit code: 0, EXIT_FINDINGS, EXIT_NOT_VERIFIED
 *     return false  with *err set: the exit code follows from the kind (command_exit_code), unless
 *                   the command put another one into *ret_code; the caller prints the error
 */
#ifndef CMD_COMMAND_H
#define CMD_COMMAND_H

#include "base/err.h"
#include "cmd/options.h"
#include "os/environ.h"
#include "report/report.h"

/* The same for every command and every format. `exec` returns the code of what it ran. */
typedef enum {
    EXIT_OK = 0,
    EXIT_FINDINGS = 1,     /* findings at or over --fail-on */
    EXIT_USAGE = 2,        /* usage or configuration */
    EXIT_INTERNAL = 3,     /* input, output, limits, goward's own fault */
    EXIT_NOTHING = 4,      /* nothing to work on */
    EXIT_NOT_VERIFIED = 5, /* never masked by any option */
    EXIT_OFFLINE = 6,      /* needs the network and cannot have it */
    EXIT_BUSY = 7,         /* somebody else holds it */
    EXIT_TIMEOUT = 124,
} ExitCode;

typedef struct Command Command;

typedef struct {
    Arena *arena;       /* lives as long as the run */
    const Environ *env; /* the caller's, with PWD as -C left it */
    Str dir;            /* absolute working directory after -C, with no symlink on the way */
    Str go_dir;         /* the same by the name that the go command has for it (workdir_of_go) */
    const Command *command;
    const Str *args; /* positional arguments; for exec the command line to run */
    isize n_args;
    OptionValue options[OPTION_COUNT]; /* ask with the option_ functions */

    /* Settled from options, environment and the streams. */
    bool wants_json;
    bool is_quiet;
    bool is_verbose;
    bool no_input; /* never ask a person; also set when stdin is no terminal */
    bool offline;
    bool dry_run;
    int64_t timeout_ms; /* -1: none */
    isize jobs;         /* worker threads, at least 1 */
    Report *report;
} Invocation;

typedef bool (*CommandRun)(Invocation *inv, int *ret_code, Err *err);

/* What was given for an option of this command (or for a global one). */
bool option_is_set(const Invocation *inv, OptionId id);
Str option_text(const Invocation *inv, OptionId id);       /* empty when not given */
int64_t option_number(const Invocation *inv, OptionId id); /* or the fallback of its row */
int option_choice(const Invocation *inv, OptionId id); /* index in its choices, or the fallback */

/* Where goward keeps everything: GOWARD_HOME, else ${XDG_DATA_HOME:-$HOME/.local/share}/goward.
 * Absolute and clean. An empty or relative GOWARD_HOME, or no HOME at all, is ERR_USAGE. Asks only
 * the environment: the folder need not exist. */
bool command_home(Arena *a, const Environ *env, Str *ret, Err *err);

int command_exit_code(ErrKind kind);

/* What a person can do when the kernel says no; for an *err that has no hint of its own. */
void command_add_hint(Err *err);

#define COMMAND_MAX_OPTIONS 12
#define COMMAND_MAX_EXAMPLES 6
#define COMMAND_MAX_EXITS 5

typedef struct {
    Str line; /* "goward install 1.26" */
    Str says; /* "newest patch of Go 1.26" */
} Example;

typedef struct {
    int code;
    Str when;
} ExitNote;

typedef enum {
    GROUP_NONE,
    GROUP_DAILY,
    GROUP_LOOK,
    GROUP_CODE,
    GROUP_TRUST,
    GROUP_UNDO,
    GROUP_SELF,
    GROUP_COUNT,
} CommandGroup;

struct Command {
    Str name;           /* "up"; two words for a subcommand: "proof export" */
    CommandGroup group; /* the heading it stands under in `goward help` */
    Str summary;        /* one line, no full stop */
    Str arguments;      /* as in the synopsis: "SPEC..." */
    int min_args;
    int max_args;           /* -1: any number */
    Completion completes;   /* what its arguments are */
    bool stops_at_argument; /* options end at the first argument, as for exec */
    bool is_hidden;         /* not listed, no page, not completed */
    bool only_looks; /* works without a HOME, as in a unit of systemd: there is no store then */
    OptionId options[COMMAND_MAX_OPTIONS]; /* beside the global ones; ends with OPTION_NONE */
    Example examples[COMMAND_MAX_EXAMPLES];
    Str description; /* paragraphs, an empty line between them */
    Str fields; /* top-level keys of its JSON object but schema and version: "ready,selected" */
    ExitNote exits[COMMAND_MAX_EXITS]; /* beside 0, 2 and 3 */
    CommandRun run;
};

extern const Command commands[];
extern const isize n_commands;

/* The row of that name, or NULL. */
const Command *command_find(Str name);

/* Everything between main and exit: parses, runs, prints, flushes; gives the exit code. */
int command_main(int argc, char **argv);

#endif
