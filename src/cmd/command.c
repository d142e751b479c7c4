#include "cmd/command.h"

#include "base/panic.h"
#include "base/path.h"
#include "cmd/help.h"
#include "cmd/parse.h"
#include "cmd/version.h"
#include "go/env/workdir.h"
#include "os/proc.h"
#include "os/task.h"
#include "os/term.h"

#include <errno.h>

#define FIRST_CHUNK (64 * KIB) /* holds what most commands need */

bool option_is_set(const Invocation *inv, OptionId id)
{
    ASSERT(command_takes(inv->command, id));
    return inv->options[id].is_set;
}

Str option_text(const Invocation *inv, OptionId id)
{
    ASSERT(command_takes(inv->command, id));
    return inv->options[id].text;
}

int64_t option_number(const Invocation *inv, OptionId id)
{
    ASSERT(command_takes(inv->command, id));
    ASSERT(options[id].type == OPTION_NUMBER || options[id].type == OPTION_DURATION);
    return inv->options[id].number;
}

int option_choice(const Invocation *inv, OptionId id)
{
    ASSERT(command_takes(inv->command, id) && options[id].type == OPTION_CHOICE);
    return (int)inv->options[id].number;
}

int command_exit_code(ErrKind kind)
{
    switch (kind) {
    case ERR_USAGE:
    case ERR_FORMAT:
    case ERR_UNSUPPORTED:
        return EXIT_USAGE;
    case ERR_NOT_FOUND:
        return EXIT_NOTHING;
    case ERR_VERIFY:
        return EXIT_NOT_VERIFIED;
    case ERR_NET:
        return EXIT_OFFLINE;
    case ERR_CONFLICT:
        return EXIT_BUSY;
    case ERR_NONE:
    case ERR_IO:
    case ERR_LIMIT:
    case ERR_BUG:
    case ERR_KIND_COUNT:
        return EXIT_INTERNAL;
    }
    UNREACHABLE("error kind");
}

#define NO_LEAVE \
    "see who owns it (ls -ld); below GOWARD_HOME, set that to a directory of your own instead"

void command_add_hint(Err *err)
{
    static const struct {
        int errnum;
        const char *hint;
    } cures[] = {
        {EFBIG, "a limit on the size of files is in the way: ulimit -f unlimited"},
        {ENOSPC, "free some space on that disk (goward gc may help), then run it again"},
        {EDQUOT, "free some of your quota on that disk (goward gc may help), then run it again"},
        {EROFS, "set GOWARD_HOME to a directory on a disk that can be written to"},
        {EACCES, NO_LEAVE},
        {EPERM, NO_LEAVE},
        {EMFILE, "allow more open files (ulimit -n), then run it again"},
        {EIO, "the disk has trouble: see dmesg, and keep a copy of what matters"},
    };
    for (isize i = 0; i < COUNT_OF(cures) && err->hint[0] == '\0'; i++) {
        if (err->errnum == cures[i].errnum) {
            err_hint(err, "%s", cures[i].hint);
        }
    }
}

bool command_home(Arena *a, const Environ *env, Str *ret, Err *err)
{
    Str given;
    if (environ_lookup(env, S("GOWARD_HOME"), &given)) {
        if (!path_is_absolute(given)) {
            return FAIL(err, ERR_USAGE, "GOWARD_HOME is '%.*s': it must be an absolute path",
                        STR_ARG(given));
        }
        *ret = path_clean(a, given);
        return true;
    }
    Str data = environ_value(env, S("XDG_DATA_HOME"));
    if (path_is_absolute(data)) { /* a relative one is to be ignored, says the specification */
        *ret = path_clean(a, path_join(a, data, S("goward")));
        return true;
    }
    Str home = environ_value(env, S("HOME"));
    if (!path_is_absolute(home)) {
        FAIL(err, ERR_USAGE, "there is no place to keep anything: HOME is %s",
             home.len == 0 ? "not set" : "not an absolute path");
        return err_hint(err, "export HOME=DIR, which the go command needs as well: its caches are "
                             "there; or set GOWARD_HOME to an absolute path");
    }
    *ret = path_clean(a, path_join(a, home, S(".local/share/goward")));
    return true;
}

/* Goes where -C says. */
static bool enter_dir(Invocation *inv, Err *err)
{
    Str dir = inv->options[OPTION_DIR].text;
    if (dir.len > 0 && !proc_change_dir(dir, err)) {
        err->kind = ERR_USAGE; /* the wish was wrong, not the disk */
        return FAIL_IN(err, "-C");
    }
    if (!proc_working_dir(inv->arena, &inv->dir, err) ||
        !workdir_of_go(inv->arena, inv->env, S("."), &inv->go_dir, err)) {
        return false;
    }
    if (dir.len > 0) {
        Environ *moved = ARENA_NEW(inv->arena, Environ);
        *moved = environ_with(inv->arena, inv->env, S("PWD"), inv->go_dir);
        inv->env = moved;
    }
    return true;
}

static void settle(Invocation *inv, const OptionValue *given)
{
    inv->wants_json = given[OPTION_JSON].is_set;
    inv->is_quiet = given[OPTION_QUIET].is_set;
    inv->is_verbose = given[OPTION_VERBOSE].is_set;
    inv->no_input = given[OPTION_NO_INPUT].is_set || !term_is_terminal(0);
    inv->offline = given[OPTION_OFFLINE].is_set;
    inv->dry_run = given[OPTION_DRY_RUN].is_set;
    inv->timeout_ms = given[OPTION_TIMEOUT].number;
    inv->jobs = given[OPTION_JOBS].is_set ? (isize)given[OPTION_JOBS].number : proc_cpus();
}

static bool run(Arena *a, const Environ *env, const CommandLine *line, Report *r, int *ret_code,
                Err *err)
{
    if (line->options[OPTION_HELP].is_set) {
        return help_print(r, line->is_named ? line->command : NULL, line->group);
    }
    if (line->options[OPTION_VERSION].is_set) {
        return version_print(r);
    }
    Invocation inv = {
        .arena = a,
        .env = env,
        .command = line->command,
        .args = line->args,
        .n_args = line->n_args,
        .report = r,
    };
    memcpy(inv.options, line->options, sizeof(inv.options));
    settle(&inv, line->options);
    if (!enter_dir(&inv, err)) {
        return false;
    }
    r->dir = inv.go_dir;
    r->dir_is_linked = !str_eq(inv.go_dir, inv.dir);
    return line->command->run(&inv, ret_code, err);
}

static void open_report(Report *r, const Environ *env, const OptionValue *given)
{
    ColourWish wish = (ColourWish)given[OPTION_COLOR].number;
    bool no_hyperlinks = given[OPTION_NO_HYPERLINKS].is_set;
    Style data = style_of(1, env, wish, no_hyperlinks);
    Style talk = style_of(2, env, wish, no_hyperlinks);
    report_open(r, data, talk);
    r->wants_json = given[OPTION_JSON].is_set;
    r->fields = given[OPTION_JSON].text;
    r->is_quiet = given[OPTION_QUIET].is_set;
    r->is_verbose = given[OPTION_VERBOSE].is_set;
}

/* The exit code of a run: reports the error if there is one, and writes the data. Findings that
 * nobody gets to see are worse than findings. */
static int finish(Report *r, bool ok, int code, Err *err)
{
    if (!ok) {
        command_add_hint(err);
        code = code != EXIT_OK ? code : command_exit_code(err->kind);
        report_error(r, err);
    }
    Err flush_err;
    if (!report_flush(r, &flush_err)) {
        r->wants_json = false; /* there is nowhere to put the object */
        report_error(r, &flush_err);
        code = code == EXIT_OK || code == EXIT_FINDINGS ? EXIT_INTERNAL : code;
    }
    return code;
}

int command_main(int argc, char **argv)
{
    Arena a = arena_init(FIRST_CHUNK);
    Environ env = environ_get(&a);
    isize n_args = MAX(argc - 1, 0);
    Str *args = ARENA_ARRAY(&a, Str, n_args);
    for (isize i = 0; i < n_args; i++) {
        args[i] = str_from_c(argv[i + 1]);
    }

    Err err;
    int code = EXIT_OK;
    CommandLine line;
    bool ok = command_line_parse(&a, args, n_args, &env, &line, &err);
    Report r;
    open_report(&r, &env, line.options);
    ok = ok && run(&a, &env, &line, &r, &code, &err);
    code = finish(&r, ok, code, &err);
    report_close(&r);
    if (!task_is_any_left()) { /* a check that hangs may yet wake up */
        arena_done(&a);
    }
    return code;
}
