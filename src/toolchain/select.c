/*
 * See select.h for the steps. The order of tests, and which of two faults is named, are cmd/go's: a
 * refusal is an answer like any other, and is compared with the real one by test/oracle.
 */
#include "toolchain/select.h"

#include "base/panic.h"
#include "base/path.h"
#include "go/env/workdir.h"
#include "go/mod/gowork.h"
#include "go/mod/quote.h"
#include "go/mod/version.h"

#include <errno.h>

/* cmd/go's variables between a go command and the one it becomes. */
#define SWITCH_VERSION S("GOTOOLCHAIN_INTERNAL_SWITCH_VERSION")
#define SWITCH_COUNT S("GOTOOLCHAIN_INTERNAL_SWITCH_COUNT")
#define SWITCH_MAX 100 /* switches in a row, then cmd/go gives up */

typedef enum {
    RULE_SELECTS,         /* there is a choice of toolchains at all */
    RULE_EQUAL_STAYS,     /* a toolchain line equal to the minimum changes nothing */
    RULE_SAME_SHORT_PATH, /* messages shorten a path only where it leads to the same file */
    RULE_QUERY_AND_FILE,  /* `go install path@version` asks the file at hand too, not only path */
    RULE_WORK_IS_AUTO,    /* a go.work makes GO111MODULE=auto mean on */
} Rule;

static const Str rules[] = {
    [RULE_SELECTS] = STR_CONST("1.21"),         [RULE_EQUAL_STAYS] = STR_CONST("1.22"),
    [RULE_SAME_SHORT_PATH] = STR_CONST("1.24"), [RULE_QUERY_AND_FILE] = STR_CONST("1.25"),
    [RULE_WORK_IS_AUTO] = STR_CONST("1.27"),
};

static bool has_rule(Str base_version, Rule rule)
{
    return goversion_compare(base_version, rules[rule]) >= 0;
}

/* One selection under way. A step that ends it says so by DONE, having filled *s. */
typedef struct {
    Arena *arena;
    const GoSelectInput *in;
    Str base_version;
    GoArgs args;
    GoSelectMinimum min;
    GoSelection *s;
    Err *err;
} Run;

typedef enum { DONE, GO_ON, FAILED } Step;

static Step stay(Run *r, GoSelectBy by)
{
    r->s->outcome = GOSELECT_LOCAL;
    r->s->by = by;
    r->s->name = r->in->base_name;
    return DONE;
}

static Step refuse(Run *r, Str refusal)
{
    r->s->outcome = GOSELECT_REFUSED;
    r->s->refusal = refusal;
    return DONE;
}

/* ---- -C, modules, exempt commands ---- */

/* As Go words a failed system call on a file: the C library's text, its first letter small. */
static Str syscall_text(Arena *a, const char *call, Str path, int errnum)
{
    const char *why = strerror(errnum);
    bool is_upper = why[0] >= 'A' && why[0] <= 'Z';
    char first = is_upper ? (char)(why[0] + ('a' - 'A')) : why[0];
    return str_format(a, "%s %.*s: %c%s", call, STR_ARG(path), first, why + 1);
}

/* 0, or why nobody can work in dir. */
static int directory_fault(Str dir)
{
    FileStat stat;
    Err failure = {0};
    switch (file_stat(FILE_CWD, dir, &stat, &failure)) {
    case FILE_ABSENT:
        return ENOENT;
    case FILE_FAILED:
        return failure.errnum;
    case FILE_FOUND:
        return stat.kind == FILE_KIND_DIR ? 0 : ENOTDIR;
    }
    UNREACHABLE("file_stat without outcome");
}

bool goselect_enter(Arena *a, const Environ *environ, Str dir, const GoArgs *args, Str *ret_dir,
                    Str *ret_refusal)
{
    if (!args->has_dir) {
        *ret_dir = path_clean(a, dir);
        return true;
    }
    /* Not cleaned: behind a symlink the kernel's ".." is not the one of the name. */
    Str entered = path_is_absolute(args->dir) ? args->dir : path_join(a, dir, args->dir);
    int errnum = directory_fault(entered);
    if (errnum != 0) {
        *ret_refusal = syscall_text(a, "chdir", args->dir, errnum);
        return false;
    }
    Err ignored;
    if (!workdir_of_go(a, environ, entered, ret_dir, &ignored)) {
        *ret_dir = path_clean(a, entered);
    }
    return true;
}

static Step change_dir(Run *r)
{
    Str refusal;
    bool is_fine = goselect_enter(r->arena, r->in->goenv->environ, r->in->working_dir, &r->args,
                                  &r->s->working_dir, &refusal);
    return is_fine ? GO_ON : refuse(r, refusal);
}

static bool has_gomod(Run *r)
{
    Str path;
    return gomod_find(r->arena, r->s->working_dir, workdir_temp(r->in->goenv->environ), &path);
}

static Step invalid_gowork(Run *r)
{
    return refuse(r, S("invalid GOWORK: not an absolute path"));
}

static Step check_modules(Run *r)
{
    Str setting = goenv_value(r->in->goenv, S("GO111MODULE"));
    if (setting.len == 0 || str_eq(setting, S("on"))) {
        return GO_ON;
    }
    if (!str_eq(setting, S("auto"))) {
        return stay(r, GOSELECT_BY_MODULES_OFF);
    }
    if (has_gomod(r)) {
        return GO_ON;
    }
    if (!has_rule(r->base_version, RULE_WORK_IS_AUTO)) {
        return stay(r, GOSELECT_BY_MODULES_OFF);
    }
    Str path;
    switch (gowork_find(r->arena, r->in->goenv, r->s->working_dir, &path)) {
    case GOWORK_FOUND:
    case GOWORK_MISSING:
        return GO_ON;
    case GOWORK_ABSENT:
        return stay(r, GOSELECT_BY_MODULES_OFF);
    case GOWORK_INVALID:
        return invalid_gowork(r);
    case GOWORK_NONE:
        break;
    }
    UNREACHABLE("gowork_find without outcome");
}

static Step check_command(Run *r)
{
    bool is_exempt = goargs_is_exempt(&r->args, r->base_version);
    return is_exempt ? stay(r, GOSELECT_BY_COMMAND) : GO_ON;
}

/* ---- GOTOOLCHAIN ---- */

bool goselect_parse(Arena *a, Str gotoolchain, Str base_name, GoSelectMinimum *ret,
                    Str *ret_refusal)
{
    GoSelectMinimum m = {.min_name = base_name, .min_version = goversion_of_toolchain(base_name)};
    StrCut cut = str_cut(gotoolchain, '+');
    Str name = cut.head, suffix = cut.tail;
    if (str_eq(gotoolchain, S("auto")) || str_eq(gotoolchain, S("path"))) {
        name = S("local");
        suffix = gotoolchain;
    }
    if (!str_eq(name, S("local"))) {
        m.min_name = name;
        m.min_version = goversion_of_toolchain(name);
        if (m.min_version.len == 0) {
            Str quoted = quote_go(a, gotoolchain);
            Str quoted_name = quote_go(a, name);
            *ret_refusal = cut.found ? str_format(a,
                                                  "invalid GOTOOLCHAIN %.*s: invalid minimum "
                                                  "toolchain %.*s",
                                                  STR_ARG(quoted), STR_ARG(quoted_name))
                                     : str_format(a, "invalid GOTOOLCHAIN %.*s", STR_ARG(quoted));
            return false;
        }
    }
    if (str_eq(suffix, S("auto"))) {
        m.mode = GOSELECT_MODE_AUTO;
    } else if (str_eq(suffix, S("path"))) {
        m.mode = GOSELECT_MODE_PATH;
    } else if (cut.found) {
        Str quoted = quote_go(a, gotoolchain);
        *ret_refusal = str_format(a,
                                  "invalid GOTOOLCHAIN %.*s: only version suffixes are +auto "
                                  "and +path",
                                  STR_ARG(quoted));
        return false;
    }
    *ret = m;
    return true;
}

static Step read_gotoolchain(Run *r)
{
    r->s->gotoolchain = goenv_get(r->in->goenv, S("GOTOOLCHAIN"));
    if (r->s->gotoolchain.value.len == 0) {
        return stay(r, GOSELECT_BY_UNSET);
    }
    Str refusal;
    if (!goselect_parse(r->arena, r->s->gotoolchain.value, r->in->base_name, &r->min, &refusal)) {
        return refuse(r, refusal);
    }
    r->s->mode = r->min.mode;
    return GO_ON;
}

/* ---- the file ---- */

/* The file whose lines count: go.work, else go.mod; *ret empty when there is neither. */
static Step find_file(Run *r, Str *ret)
{
    switch (gowork_find(r->arena, r->in->goenv, r->s->working_dir, ret)) {
    case GOWORK_FOUND:
        r->s->is_work_file = true;
        return GO_ON;
    case GOWORK_INVALID:
        return invalid_gowork(r);
    case GOWORK_ABSENT:
    case GOWORK_MISSING:
    case GOWORK_NONE:
        break;
    }
    Str temp_dir = workdir_temp(r->in->goenv->environ);
    if (!gomod_find(r->arena, r->s->working_dir, temp_dir, ret)) {
        *ret = S("");
    }
    return GO_ON;
}

static Step read_file(Run *r)
{
    Str path;
    Step step = find_file(r, &path);
    if (step != GO_ON || path.len == 0) {
        return step;
    }
    Str text;
    Err failure = {0};
    FileOutcome outcome = file_read_all(r->arena, FILE_CWD, path, GOMOD_MAX_FILE, &text, &failure);
    if (outcome == FILE_FAILED && failure.kind == ERR_LIMIT) {
        *r->err = failure;
        return FAILED;
    }
    if (outcome != FILE_FOUND) {
        int errnum = outcome == FILE_ABSENT ? ENOENT : failure.errnum;
        const char *call = errnum == EISDIR ? "read" : "open";
        return refuse(r, syscall_text(r->arena, call, path, errnum));
    }
    r->s->mod_file = path;
    r->s->go_line = gomod_lookup(text, S("go"));
    r->s->toolchain_line = gomod_lookup(text, S("toolchain"));
    return GO_ON;
}

bool goselect_raise(Arena *a, GoSelectMinimum min, Str go_line, Str toolchain_line,
                    Str base_version, GoSelectRaised *ret)
{
    GoSelectRaised raised = {GOSELECT_BY_GOTOOLCHAIN, min.min_name, min.min_version};
    if (str_eq(toolchain_line, S("default"))) {
        *ret = raised;
        return true;
    }
    if (toolchain_line.len > 0) {
        Str version = goversion_of_toolchain(toolchain_line);
        if (version.len == 0) {
            return false;
        }
        int order = goversion_compare(version, raised.version);
        if (order > 0 || (order == 0 && !has_rule(base_version, RULE_EQUAL_STAYS))) {
            raised = (GoSelectRaised){GOSELECT_BY_TOOLCHAIN_LINE, toolchain_line, version};
        }
    }
    if (goversion_compare(go_line, raised.version) > 0) {
        Str name = goversion_toolchain_name(a, go_line);
        raised = (GoSelectRaised){GOSELECT_BY_GO_LINE, name, go_line};
    }
    *ret = raised;
    return true;
}

/* What cmd/go remembers of the file for later refusals. */
static void remember(Run *r, GoSelectBy by)
{
    Str toolchain = r->s->toolchain_line.value;
    bool is_default = str_eq(toolchain, S("default"));
    r->s->auto_toolchain = is_default || by == GOSELECT_BY_TOOLCHAIN_LINE ? toolchain : S("");
    r->s->auto_go = by == GOSELECT_BY_GO_LINE ? r->s->go_line.value : S("");
}

static Step raise_by_file(Run *r)
{
    Step step = read_file(r);
    if (step != GO_ON) {
        return step;
    }
    GoSelectRaised raised;
    Str toolchain = r->s->toolchain_line.value;
    if (!goselect_raise(r->arena, r->min, r->s->go_line.value, toolchain, r->base_version,
                        &raised)) {
        Str quoted = quote_go(r->arena, toolchain);
        Str file = workdir_short(r->arena, r->s->working_dir, r->s->mod_file,
                                 has_rule(r->base_version, RULE_SAME_SHORT_PATH));
        return refuse(r, str_format(r->arena, "invalid toolchain %.*s in %.*s", STR_ARG(quoted),
                                    STR_ARG(file)));
    }
    r->s->by = raised.by;
    r->min.min_name = raised.name;
    r->min.min_version = raised.version;
    remember(r, raised.by);
    return GO_ON;
}

/* Whether the command names path@version. */
static Step read_query(Run *r, bool *ret_found)
{
    Str text = {0};
    GoArgsQuery query = goargs_query(&r->args, r->base_version, &text);
    if (query == GOARGS_QUERY_INVALID) {
        Str quoted = quote_go(r->arena, text);
        return refuse(r, str_format(r->arena, "invalid module version %.*s", STR_ARG(quoted)));
    }
    *ret_found = query == GOARGS_QUERY_FOUND;
    r->s->query = text;
    return GO_ON;
}

/* Step 4. Up to Go 1.24 a path@version keeps the file from being read. */
static Step raise_minimum(Run *r)
{
    r->s->by = GOSELECT_BY_GOTOOLCHAIN;
    if (r->s->mode == GOSELECT_MODE_NONE) {
        return GO_ON;
    }
    bool has_query = false;
    if (has_rule(r->base_version, RULE_QUERY_AND_FILE)) {
        Step step = raise_by_file(r);
        return step != GO_ON ? step : read_query(r, &has_query);
    }
    Step step = read_query(r, &has_query);
    return step != GO_ON || has_query ? step : raise_by_file(r);
}

/* ---- running it ---- */

/* A go command that another one became must be what that one wanted. */
static Step check_switch(Run *r)
{
    Str target = environ_value(r->in->goenv->environ, SWITCH_VERSION);
    if (target.len == 0) {
        return GO_ON;
    }
    if (!str_eq(target, r->in->base_name)) {
        return refuse(r, str_format(r->arena, "toolchain %.*s invoked to provide %.*s",
                                    STR_ARG(r->in->base_name), STR_ARG(target)));
    }
    return stay(r, GOSELECT_BY_SWITCH);
}

static bool has_switched_too_often(const Environ *environ)
{
    int64_t count = 0;
    str_parse_decimal(environ_value(environ, SWITCH_COUNT), INT32_MAX, &count);
    return count >= SWITCH_MAX;
}

static Step become(Run *r)
{
    Str name = r->min.min_name;
    if (str_eq(name, r->in->base_name)) {
        return stay(r, r->s->by);
    }
    Str quoted = quote_go(r->arena, name);
    if (!str_starts_with(name, S("go1")) && !str_contains(name, S("-go1"))) {
        return refuse(r, str_format(r->arena, "invalid GOTOOLCHAIN %.*s", STR_ARG(quoted)));
    }
    if (has_switched_too_often(r->in->goenv->environ)) {
        return refuse(r, S("too many toolchain switches"));
    }
    bool is_found = r->in->find != NULL && r->in->find(r->in->find_context, name, &r->s->tool_path);
    if (!is_found && r->s->mode == GOSELECT_MODE_PATH) {
        return refuse(r, str_format(r->arena, "cannot find %.*s in PATH", STR_ARG(quoted)));
    }
    r->s->outcome = GOSELECT_TOOL;
    r->s->name = name;
    return DONE;
}

static Step check_age(Run *r)
{
    bool selects = has_rule(r->base_version, RULE_SELECTS);
    return selects ? GO_ON : stay(r, GOSELECT_BY_OLD_GO);
}

bool goselect_run(Arena *a, const GoSelectInput *in, GoSelection *ret, Err *err)
{
    static Step (*const steps[])(Run * r) = {
        change_dir,       check_age,     check_modules, check_command,
        read_gotoolchain, raise_minimum, check_switch,  become,
    };
    GoSelection s = {0};
    Run r = {
        .arena = a,
        .in = in,
        .base_version = goversion_of_toolchain(in->base_name),
        .args = goargs_read(a, in->argv, in->argc),
        .s = &s,
        .err = err,
    };
    for (isize i = 0; i < COUNT_OF(steps); i++) {
        switch (steps[i](&r)) {
        case GO_ON:
            break;
        case FAILED:
            return false;
        case DONE:
            *ret = s;
            return true;
        }
    }
    UNREACHABLE("a selection without outcome");
}

void goselect_place(const GoSelection *s, Str *ret_file, isize *ret_line)
{
    Str file = {0};
    isize line = 0;
    switch (s->by) {
    case GOSELECT_BY_GOTOOLCHAIN:
        file = s->gotoolchain.file;
        line = s->gotoolchain.line;
        break;
    case GOSELECT_BY_TOOLCHAIN_LINE:
        file = s->mod_file;
        line = s->toolchain_line.line;
        break;
    case GOSELECT_BY_GO_LINE:
        file = s->mod_file;
        line = s->go_line.line;
        break;
    case GOSELECT_BY_NONE:
    case GOSELECT_BY_OLD_GO:
    case GOSELECT_BY_MODULES_OFF:
    case GOSELECT_BY_COMMAND:
    case GOSELECT_BY_UNSET:
    case GOSELECT_BY_SWITCH:
    case GOSELECT_BY_COUNT:
        break;
    }
    *ret_file = file;
    *ret_line = line;
}

/* ---- PATH ---- */

/* As exec.LookPath: the first executable that is no directory; one that is found through a relative
 * element ends the search without success, unless GODEBUG=execerrdot=0. */
bool goselect_find_on_path(void *context, Str name, Str *ret_path)
{
    const GoSelectPath *c = context;
    Str path = environ_value(c->environ, S("PATH"));
    bool more = path.len > 0;
    while (more) {
        StrCut cut = str_cut(path, ':');
        path = cut.tail;
        more = cut.found;
        Str dir = cut.head.len == 0 ? S(".") : cut.head;
        Str candidate = path_clean(c->arena, path_join(c->arena, dir, name));
        FileStat stat;
        Err ignored;
        if (file_stat(FILE_CWD, candidate, &stat, &ignored) != FILE_FOUND ||
            stat.kind == FILE_KIND_DIR || !file_may_execute(FILE_CWD, candidate)) {
            continue;
        }
        Str godebug = environ_value(c->environ, S("GODEBUG"));
        if (!path_is_absolute(candidate) && !str_contains(godebug, S("execerrdot=0"))) {
            return false;
        }
        *ret_path = candidate;
        return true;
    }
    return false;
}
