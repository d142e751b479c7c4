/*
 * See toonew.h. cmd/go reads go.work, or go.mod, strictly; a file it cannot read so is another
 * fault and hides this one, except that since Go 1.24 a faulty go.mod is read a second time laxly,
 * to tell whether it only comes from the future.
 */
#include "toolchain/toonew.h"

#include "base/path.h"
#include "base/strbuf.h"
#include "go/env/workdir.h"
#include "go/mod/gowork.h"
#include "go/mod/version.h"

#define NO_GO_LINE_IN_MOD S("1.16") /* language version of a go.mod without go line */
#define NO_GO_LINE_IN_WORK S("1.18")
#define STRICT_SINCE S("1.21") /* go lines from here on bind go.work as well */

typedef struct {
    Arena *arena;
    const GoEnv *goenv;
    const GoSelection *sel;
    Str running; /* version of the Go that runs: "1.26.8" */
} Check;

static bool is_since(const Check *c, Str version)
{
    return goversion_compare(c->running, version) >= 0;
}

/* ---- texts ---- */

static Str short_path(const Check *c, Str path)
{
    if (!path_is_absolute(path)) {
        return path;
    }
    return workdir_short(c->arena, c->sel->working_dir, path, is_since(c, S("1.24")));
}

static Str too_new(const Check *c, Str file, Str go_version)
{
    StrBuf b = strbuf_init(c->arena);
    Str what = short_path(c, file);
    strbuf_add_format(&b, "%.*s requires go >= %.*s (running go %.*s", STR_ARG(what),
                      STR_ARG(go_version), STR_ARG(c->running));
    Str setting = c->sel->gotoolchain.value;
    if (setting.len > 0 && !str_eq(setting, S("auto"))) {
        strbuf_add_format(&b, "; GOTOOLCHAIN=%.*s", STR_ARG(setting));
    }
    bool has_toolchain = c->sel->auto_toolchain.len > 0;
    Str set = has_toolchain ? c->sel->auto_toolchain : c->sel->auto_go;
    if (set.len > 0) {
        Str sets = short_path(c, c->sel->mod_file);
        strbuf_add_format(&b, "; %.*s sets %s %.*s", STR_ARG(sets),
                          has_toolchain ? "toolchain" : "go", STR_ARG(set));
    }
    strbuf_add_byte(&b, ')');
    return strbuf_str(&b);
}

static Str work_too_old(const Check *c, Str dir, Str needed, const GoWork *work)
{
    bool is_implicit = work->go.version.len == 0;
    const char *verb = is_implicit && is_since(c, S("1.23")) ? "implicitly requires" : "lists";
    Str has = is_implicit ? NO_GO_LINE_IN_WORK : work->go.version;
    Str name = short_path(c, dir);
    return str_format(
        c->arena, "module %.*s listed in go.work file requires go >= %.*s, but go.work %s go %.*s",
        STR_ARG(name), STR_ARG(needed), verb, STR_ARG(has));
}

/* ---- files ---- */

/* Whether the Go that runs knows all kinds of lines that were found. */
static bool knows_lines(const Check *c, const GoMod *mod)
{
    return (mod->godebugs.len == 0 || is_since(c, S("1.23"))) &&
           (mod->tools.len == 0 || is_since(c, S("1.24"))) &&
           (mod->ignores.len == 0 || is_since(c, S("1.25")));
}

typedef enum { MOD_FAULTY, MOD_TOO_NEW, MOD_FINE } ModOutcome;

/* *ret_go is the version of its go line where it has one, in the two good cases. */
static ModOutcome read_mod(const Check *c, Str file, Str *ret_go)
{
    Str text;
    Err ignored;
    if (file_read_all(c->arena, FILE_CWD, file, GOMOD_MAX_FILE, &text, &ignored) != FILE_FOUND) {
        return MOD_FAULTY;
    }
    GoMod mod;
    bool is_sound =
        gomod_parse(c->arena, file, text, GOMOD_STRICT, &mod, &ignored) && knows_lines(c, &mod);
    if (!is_sound && (!is_since(c, S("1.24")) ||
                      !gomod_parse(c->arena, file, text, GOMOD_LAX, &mod, &ignored))) {
        return MOD_FAULTY;
    }
    *ret_go = mod.go.version;
    if (goversion_compare(mod.go.version, c->running) > 0) {
        return MOD_TOO_NEW;
    }
    return is_sound && mod.module.path.len > 0 ? MOD_FINE : MOD_FAULTY;
}

/* ---- the two cases ---- */

static Str check_use(const Check *c, Str work_file, const GoWork *work, Str use)
{
    Str dir = path_absolute(c->arena, path_dir(work_file), use);
    Str go = {0};
    Str file = path_join(c->arena, dir, S("go.mod"));
    switch (read_mod(c, file, &go)) {
    case MOD_TOO_NEW:
        return work_too_old(c, dir, go, work);
    case MOD_FAULTY:
        return S("");
    case MOD_FINE:
        break;
    }
    Str needed = go.len > 0 ? go : NO_GO_LINE_IN_MOD;
    Str has = work->go.version.len > 0 ? work->go.version : NO_GO_LINE_IN_WORK;
    bool is_too_old =
        goversion_compare(needed, has) > 0 && goversion_compare(needed, STRICT_SINCE) >= 0;
    return is_too_old ? work_too_old(c, dir, needed, work) : S("");
}

static Str check_work(const Check *c, Str file)
{
    Str text;
    GoWork work;
    Err ignored;
    if (file_read_all(c->arena, FILE_CWD, file, GOMOD_MAX_FILE, &text, &ignored) != FILE_FOUND ||
        !gowork_parse(c->arena, file, text, &work, &ignored) ||
        (work.godebugs.len > 0 && !is_since(c, S("1.23")))) {
        return S("");
    }
    if (goversion_compare(work.go.version, c->running) > 0) {
        return too_new(c, file, work.go.version);
    }
    Str refusal = {0};
    for (isize i = 0; refusal.len == 0 && i < work.uses.len; i++) {
        refusal = check_use(c, file, &work, work.uses.ptr[i].path);
    }
    return refusal;
}

/* The go.mod of the main module, or what GOFLAGS=-modfile puts in its place. */
static Str check_mod(const Check *c, Str file, Str modfile)
{
    Str go;
    if (modfile.len > 0) {
        if (!str_ends_with(modfile, S(".mod"))) {
            return S("");
        }
        file = path_absolute(c->arena, c->sel->working_dir, modfile);
    }
    if (read_mod(c, file, &go) != MOD_TOO_NEW) {
        return S("");
    }
    return too_new(c, modfile.len > 0 ? modfile : file, go);
}

typedef enum { MODULES_ON, MODULES_BY_WORK, MODULES_OFF } Modules;

/* GO111MODULE=auto without a go.mod: a go.work turns modules on, though only after the choice. */
static Modules modules_of(const Check *c)
{
    if (c->sel->by != GOSELECT_BY_MODULES_OFF) {
        return MODULES_ON;
    }
    bool is_auto = str_eq(goenv_value(c->goenv, S("GO111MODULE")), S("auto"));
    return is_auto ? MODULES_BY_WORK : MODULES_OFF;
}

/* Whether GOFLAGS holds what has no place in a workspace: that fault is named first. */
static bool has_flag_against_work(const Check *c)
{
    Str value;
    if (goenv_flag(c->goenv, S("modfile"), &value)) {
        return true;
    }
    return goenv_flag(c->goenv, S("mod"), &value) && !str_eq(value, S("readonly")) &&
           !(str_eq(value, S("vendor")) && is_since(c, S("1.22")));
}

static Str check(const Check *c)
{
    Str modfile = {0};
    goenv_flag(c->goenv, S("modfile"), &modfile);
    Str file;
    GoWorkOutcome work = gowork_find(c->arena, c->goenv, c->sel->working_dir, &file);
    if (work != GOWORK_INVALID && modules_of(c) == MODULES_OFF) {
        return S("");
    }
    switch (work) {
    case GOWORK_FOUND:
        return has_flag_against_work(c) ? S("") : check_work(c, file);
    case GOWORK_INVALID:
        return S("invalid GOWORK: not an absolute path");
    case GOWORK_MISSING:
        return S("");
    case GOWORK_ABSENT:
    case GOWORK_NONE:
        break;
    }
    Str temp_dir = workdir_temp(c->goenv->environ);
    if (modules_of(c) == MODULES_BY_WORK ||
        !gomod_find(c->arena, c->sel->working_dir, temp_dir, &file)) {
        return S("");
    }
    return check_mod(c, file, modfile);
}

/* The selection that the chosen toolchain makes when it is started in turn. */
static bool select_as_child(Arena *a, const GoSelectInput *in, Str name, GoSelection *ret, Err *err)
{
    Environ environ =
        environ_with(a, in->goenv->environ, S("GOTOOLCHAIN_INTERNAL_SWITCH_VERSION"), name);
    GoEnv goenv = *in->goenv;
    goenv.environ = &environ;
    GoSelectInput child = *in;
    child.goenv = &goenv;
    child.base_name = name;
    return goselect_run(a, &child, ret, err);
}

bool toonew_run(Arena *a, const GoSelectInput *in, const GoSelection *sel, Str *ret, Err *err)
{
    *ret = S("");
    GoSelection own = *sel;
    if (sel->outcome == GOSELECT_TOOL && !select_as_child(a, in, sel->name, &own, err)) {
        return false;
    }
    if (own.outcome == GOSELECT_LOCAL && own.by != GOSELECT_BY_OLD_GO) {
        Check c = {.arena = a,
                   .goenv = in->goenv,
                   .sel = &own,
                   .running = goversion_of_toolchain(own.name)};
        *ret = check(&c);
    }
    return true;
}
