/*
 * Go's own choice of a toolchain: what the go command of a given release does at its start, before
 * it looks at its command line (cmd/go/internal/toolchain.Select), byte for byte.
 *
 *   1. GO111MODULE=off, or =auto and no go.mod: the Go that was started runs.
 *   2. `go env GOTOOLCHAIN`, `go env -w GOTOOLCHAIN=...`, `go env GOMOD`, `go env GOWORK`:
 *   likewise.
 *   3. GOTOOLCHAIN (go/env/env.h) is "auto", "path", or NAME[+auto|+path], NAME being "local" or a
 *      toolchain name. It gives a minimum. Empty: the Go that was started runs.
 *   4. With auto or path, one file is read (go.work if there is one, else go.mod): a toolchain line
 *      newer than the minimum raises it, then a newer go line does; "toolchain default" ends it.
 *   5. The result runs here if it is the Go that was started, else the program of that name on
 *   PATH,
 *      else (not with path) it is downloaded.
 *
 * Where releases differ, the rows of `rules` in select.c say since which one a rule holds; of the
 * command line the same is said in goargs.c. Releases before 1.21 select nothing. goward's own
 * choice, toolchain/resolve.h, stands on this one.
 */
#ifndef TOOLCHAIN_SELECT_H
#define TOOLCHAIN_SELECT_H

#include "go/env/env.h"
#include "go/mod/gomod.h"
#include "toolchain/goargs.h"

/* Whether a program called name is found on PATH as cmd/go looks; *ret_path is then its path. */
typedef bool (*GoSelectFind)(void *context, Str name, Str *ret_path);
/* The real one. Its context is a GoSelectPath. */
typedef struct {
    Arena *arena; /* of the path found */
    const Environ *environ;
} GoSelectPath;
bool goselect_find_on_path(void *context, Str name, Str *ret_path);

typedef struct {
    const GoEnv *goenv; /* loaded for the GOROOT of the Go that starts */
    Str base_name;      /* its name, as `go env GOVERSION` prints it: "go1.26.8" */
    Str working_dir;    /* absolute; what workdir_of_go says */
    const Str *argv;    /* of the go command, argv[0] included; -C is honoured */
    isize argc;         /* 0: any command without a rule of its own */
    GoSelectFind find;  /* NULL: nothing is on PATH */
    void *find_context;
} GoSelectInput;

typedef enum {
    GOSELECT_NONE,
    GOSELECT_LOCAL,   /* the Go that was started */
    GOSELECT_TOOL,    /* another one */
    GOSELECT_REFUSED, /* cmd/go ends with `refusal` */
    GOSELECT_OUTCOME_COUNT,
} GoSelectOutcome;

typedef enum {
    GOSELECT_MODE_NONE, /* no file is asked */
    GOSELECT_MODE_AUTO,
    GOSELECT_MODE_PATH, /* as auto, and nothing is downloaded */
    GOSELECT_MODE_COUNT,
} GoSelectMode;

/* What decided. */
typedef enum {
    GOSELECT_BY_NONE,
    GOSELECT_BY_OLD_GO,      /* the Go that starts is older than 1.21 */
    GOSELECT_BY_MODULES_OFF, /* GO111MODULE */
    GOSELECT_BY_COMMAND,     /* one of the exempt `go env` commands */
    GOSELECT_BY_UNSET,       /* GOTOOLCHAIN has no value at all */
    GOSELECT_BY_GOTOOLCHAIN, /* its value, or the Go that was started where it says local */
    GOSELECT_BY_TOOLCHAIN_LINE,
    GOSELECT_BY_GO_LINE,
    GOSELECT_BY_SWITCH, /* GOTOOLCHAIN_INTERNAL_SWITCH_VERSION: a child of such a switch */
    GOSELECT_BY_COUNT,
} GoSelectBy;

typedef struct {
    GoSelectOutcome outcome;
    GoSelectMode mode;
    GoSelectBy by;
    Str name;      /* of the toolchain that runs; empty when refused */
    Str tool_path; /* TOOL: the program on PATH; empty: it is downloaded */
    Str refusal;   /* REFUSED: cmd/go's own words, without "go: " */

    Str working_dir;        /* after -C */
    GoEnvValue gotoolchain; /* what GOTOOLCHAIN said, and where; zero where it was not asked */
    Str mod_file;           /* the file that was read, empty when none was */
    bool is_work_file;      /* it is a go.work */
    GoModValue go_line;     /* of that file */
    GoModValue toolchain_line;
    Str auto_toolchain; /* what cmd/go says of the file in a later refusal (toolchain/toonew.h) */
    Str auto_go;
    Str query; /* "path@version" of `go install` or `go run`: its go line may ask for more */
} GoSelection;

/* Fails only where goward itself cannot go on (a file over its cap); what stops cmd/go is a REFUSED
 * selection. Strings live on a or in the input. */
bool goselect_run(Arena *a, const GoSelectInput *in, GoSelection *ret, Err *err);

/* The directory that the command works in: dir, or what -C makes of it, by the name that
 * workdir_of_go has for it. False when -C leads nowhere; *ret_refusal says so in cmd/go's words. */
bool goselect_enter(Arena *a, const Environ *environ, Str dir, const GoArgs *args, Str *ret_dir,
                    Str *ret_refusal);

/* Step 3 and 4 alone, for whoever has the values at hand. */
typedef struct {
    GoSelectMode mode;
    Str min_name; /* toolchain that is the minimum, "local" for the one that starts; empty: none */
    Str min_version; /* its version; may be empty, which is older than any */
} GoSelectMinimum;

/* Reads a GOTOOLCHAIN value; base_name stands for the Go that starts. False: *ret_refusal says in
 * cmd/go's words why not. */
bool goselect_parse(Arena *a, Str gotoolchain, Str base_name, GoSelectMinimum *ret,
                    Str *ret_refusal);

typedef struct {
    GoSelectBy by; /* GOTOOLCHAIN, TOOLCHAIN_LINE or GO_LINE */
    Str name;      /* min_name, or what a line raised it to */
    Str version;
} GoSelectRaised;

/* Raises the minimum by the two lines. base_version picks the rules. False: the toolchain line is
 * no toolchain name. */
bool goselect_raise(Arena *a, GoSelectMinimum min, Str go_line, Str toolchain_line,
                    Str base_version, GoSelectRaised *ret);

/* The file and line of what decided; file empty when it was neither. */
void goselect_place(const GoSelection *s, Str *ret_file, isize *ret_line);

#endif
