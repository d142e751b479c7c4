/*
 * This runs before every build: no tables are built, no terminal is asked, nothing is opened that
 * the answer does not need. When the wanted Go is there, it costs some two dozen system calls and
 * an exec.
 */
#include "cmd/shim.h"

#include "base/path.h"
#include "cmd/command.h"
#include "cmd/gate.h"
#include "cmd/parse.h"
#include "go/env/workdir.h"
#include "os/spawn.h"
#include "report/progress.h"
#include "toolchain/activate.h"
#include "toolchain/goargs.h"
#include "toolchain/install.h"
#include "toolchain/selected.h"

#include <stdio.h>

/* What choosing a Go that is there takes: on the stack, which is there already. */
#define USUAL_MEMORY (64 * KIB)

typedef struct {
    Arena arena;
    Environ env;
    ToolchainContext context;
    Str tool;
    Str *argv;
    isize argc;
    int code; /* to end with, where it is not that of the error */
} Shim;

bool shim_is_called(const char *argv0, Str *ret_tool)
{
    Str name = path_base(str_from_c(argv0));
    if (!str_eq(name, S("go")) && !str_eq(name, S("gofmt"))) {
        return false;
    }
    *ret_tool = name;
    return true;
}

static bool begin(Shim *s, int argc, char **argv, Err *err)
{
    Str dir, home;
    s->env = environ_get(&s->arena);
    s->argc = argc;
    s->argv = ARENA_ARRAY(&s->arena, Str, argc);
    for (isize i = 0; i < argc; i++) {
        s->argv[i] = str_from_c(argv[i]);
    }
    if (!workdir_of_go(&s->arena, &s->env, S("."), &dir, err) ||
        !command_home(&s->arena, &s->env, &home, err)) {
        return false;
    }
    s->context = context_init(&s->arena, &s->env, dir, home);
    s->context.command = s->tool;
    return flag_variable_is_set(&s->env, OPTION_OFFLINE, &s->context.offline, err);
}

static bool install_and_show(Shim *s, Selected *selected, Report *report, Err *err)
{
    ToolchainContext *c = &s->context;
    Progress progress = progress_begin(report, S("source"), PROGRESS_BYTES);
    InstallOptions wish = {.os = context_host_os(),
                           .arch = context_host_arch(),
                           .progress = progress_update,
                           .progress_context = &progress};
    Store *store;
    Installed installed;
    int64_t generation;
    if (!wanted_read_lock(c, &s->arena, &selected->want, &wish.expected_h1, err) ||
        !wanted_settle(c, &s->arena, &selected->want, err) ||
        !context_claim_store(c, &store, err)) {
        return false;
    }
    Str version = selected->want.name;
    str_eat_prefix(&version, S("go"));
    report_talk(report, "goward: installing go%.*s, which is wanted here", STR_ARG(version));
    bool ok = install_release(c, &s->arena, version, &wish, &installed, err);
    progress_end(&progress);
    if (!ok) {
        return false;
    }
    Activation activation = {
        .id = installed.record.id, .action = S("install"), .reason = S("wanted by a go command")};
    return activate_toolchain(store, &activation, &generation, err) != GENERATION_FAILED;
}

/* What is wanted and not there, when the machine allows that. */
static bool install_wanted(Shim *s, Selected *selected, Err *err)
{
    Str because;
    if (!selected_may_install(&s->context, selected, &because)) {
        selected_require(selected, err);
        return FAIL_IN(err, "not installed by itself, as %.*s", STR_ARG(because));
    }
    Report report;
    report_open(&report, style_of(1, &s->env, COLOUR_AUTO, true),
                style_of(2, &s->env, COLOUR_AUTO, true));
    bool ok = install_and_show(s, selected, &report, err);
    report_close(&report);
    context_done(&s->context); /* no lock and no helper is handed on to the go command */
    return ok;
}

static bool select_go(Shim *s, Selected *ret, Err *err)
{
    ToolchainContext *c = &s->context;
    if (!selected_find(c, &s->arena, (Str){0}, s->argv, s->argc, false, ret, err)) {
        return false;
    }
    if (ret->kind == SELECTED_MISSING &&
        (!install_wanted(s, ret, err) ||
         !selected_find(c, &s->arena, (Str){0}, s->argv, s->argc, false, ret, err))) {
        return false;
    }
    return selected_require(ret, err);
}

/* What builds and fetches nothing stays possible: it is what cures a refusal (go env -u). */
static bool is_harmless(Shim *s)
{
    static const Str words[] = {STR_CONST("env"), STR_CONST("version"), STR_CONST("help")};
    if (!str_eq(s->tool, S("go"))) {
        return true;
    }
    GoArgs args = goargs_read(&s->arena, s->argv, s->argc);
    for (isize i = 0; i < COUNT_OF(words) && args.argc > 1; i++) {
        if (str_eq(args.argv[1], words[i])) {
            return true;
        }
    }
    return args.argc < 2;
}

/* Warnings are not said: what reads the errors of a go command is often a program. */
static bool hold_policy(Shim *s, const Selected *selected, const Environ *child, Err *err)
{
    Gate gate;
    GateWish wish = gate_wish(selected, child);
    return is_harmless(s) || gate_pass(&s->context, &s->arena, &wish, &gate, &s->code, err);
}

static bool become(Shim *s, Err *err)
{
    Selected selected;
    ChildChanges changes = {0};
    if (!select_go(s, &selected, err)) {
        return false;
    }
    /* A Go that goward did not install gets the environment that it would have had without goward.
     */
    if (selected.kind == SELECTED_INSTALLED &&
        !selected_environment(&s->context, &s->arena, &selected, &changes, err)) {
        return false;
    }
    Environ child = childenv_apply(&s->arena, &s->env, &changes);
    if (!hold_policy(s, &selected, &child, err)) {
        return false;
    }
    Str program = str_concat(&s->arena, str_concat(&s->arena, selected.root, S("/bin/")), s->tool);
    s->argv[0] = program;
    Spawn spawn = {.path = program,
                   .argv = s->argv,
                   .argc = s->argc,
                   .env = &child,
                   .in = -1,
                   .out = -1,
                   .err = -1,
                   .extra = -1};
    spawn_become(s->arena, &spawn, err);
    return err_hint(err, "goward verify '%.*s' says whether it was damaged",
                    STR_ARG(selected.root));
}

int shim_main(Str tool, int argc, char **argv)
{
    char memory[USUAL_MEMORY];
    Shim s = {.arena = arena_over(memory, COUNT_OF(memory)),
              .tool = tool,
              .context = {.sumdb_dirfd = -1}};
    Err err;
    if (begin(&s, argc, argv, &err)) {
        become(&s, &err);
    }
    command_add_hint(&err);
    Str text = err_format(&s.arena, &err);
    fprintf(stderr, "goward: %.*s\n", STR_ARG(text));
    if (err.hint[0] != '\0') {
        fprintf(stderr, "  try: %s\n", err.hint);
    }
    context_done(&s.context);
    arena_done(&s.arena);
    return s.code != EXIT_OK ? s.code : command_exit_code(err.kind);
}
