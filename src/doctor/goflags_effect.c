/*
 * GWD045: what GOFLAGS does to the project here. Its flags are given to every command that has
 * them, in every directory: what suits one project breaks the next one.
 */
#include "doctor/goflags.h"

#include "base/path.h"
#include "go/env/overlay.h"
#include "go/env/workdir.h"
#include "go/mod/gowork.h"
#include "go/mod/version.h"
#include "os/file.h"

#define MAX_MODULES 100 /* of a workspace that are looked at */

/* ---- -mod ---- */

typedef struct {
    Variable v; /* GOFLAGS */
    GoFlagWord word;
    bool is_workspace;
    Str root;          /* of the workspace, else of the module; empty: there is neither */
    Str go;            /* the go line of the module */
    bool has_requires; /* the module, or one of the workspace */
    bool has_vendor;   /* a folder of that name; what is in it is GWD059's */
} ModFlag;

static bool read_text(Doctor *d, Str path, Str *ret)
{
    Err ignored;
    return file_read_all(d->arena, FILE_CWD, path, GOMOD_MAX_FILE, ret, &ignored) == FILE_FOUND;
}

static void look_at_module(Doctor *d, Str path, GoMod *ret)
{
    Str text;
    Err ignored;
    *ret = (GoMod){0};
    if (read_text(d, path, &text)) {
        gomod_parse(d->arena, path, text, GOMOD_STRICT, ret, &ignored);
    }
}

static void look_at_workspace(Doctor *d, Str path, ModFlag *f)
{
    GoMod module;
    GoWork work;
    Str text;
    Err ignored;
    f->is_workspace = true;
    f->root = path_dir(path);
    if (!read_text(d, path, &text) || !gowork_parse(d->arena, path, text, &work, &ignored)) {
        return;
    }
    for (isize i = 0; i < work.uses.len && i < MAX_MODULES && !f->has_requires; i++) {
        Str dir = path_absolute(d->arena, f->root, work.uses.ptr[i].path);
        look_at_module(d, path_join(d->arena, dir, S("go.mod")), &module);
        f->has_requires = module.requires.len > 0;
    }
}

static void look_around(Doctor *d, ModFlag *f)
{
    GoMod module;
    Str path;
    FileStat st;
    Err ignored;
    if (gowork_find(d->arena, d->in->env, d->in->dir, &path) == GOWORK_FOUND) {
        look_at_workspace(d, path, f);
    } else if (gomod_find(d->arena, d->in->dir, workdir_temp(d->in->env->environ), &path)) {
        look_at_module(d, path, &module);
        f->root = path_dir(path);
        f->go = module.go.version;
        f->has_requires = module.requires.len > 0;
    }
    Str vendor = path_join(d->arena, f->root, S("vendor"));
    f->has_vendor = f->root.len > 0 && file_stat(FILE_CWD, vendor, &st, &ignored) == FILE_FOUND;
}

static void find_mod(Doctor *d, Severity severity, const ModFlag *f, Str title)
{
    doctor_find_variable(d, severity, &f->v, goflags_without(d, &f->v, f->word.word), "%.*s",
                         STR_ARG(title));
}

static void check_mod_in_workspace(Doctor *d, const ModFlag *f)
{
    bool may_vendor = !doctor_go_is_before(d, S("1.22"));
    if (f->word.value.len == 0 || str_eq(f->word.value, S("readonly"))) {
        return;
    }
    if (!str_eq(f->word.value, S("vendor")) || !may_vendor) {
        find_mod(d, SEVERITY_ERROR, f,
                 str_format(d->arena,
                            "builds fail: -%.*s in GOFLAGS is not allowed in the workspace of %.*s",
                            STR_ARG(str_from(f->word.word, 1)), STR_ARG(f->root)));
    } else if (!f->has_vendor && f->has_requires) {
        find_mod(d, SEVERITY_ERROR, f,
                 S("builds fail: -mod=vendor in GOFLAGS, and the workspace has no vendor folder"));
    }
}

static void check_mod_in_module(Doctor *d, const ModFlag *f)
{
    bool checks_vendor = goversion_compare(f->go, S("1.14")) >= 0;
    if (str_eq(f->word.value, S("vendor"))) {
        if (!f->has_vendor && f->has_requires) {
            find_mod(d, checks_vendor ? SEVERITY_ERROR : SEVERITY_WARN, f,
                     S("builds fail: -mod=vendor in GOFLAGS, and the module has no vendor folder"));
        }
    } else if (f->has_vendor && checks_vendor && f->word.value.len > 0) {
        find_mod(d, SEVERITY_WARN, f,
                 str_format(d->arena, "the vendor folder is passed over: GOFLAGS has -mod=%.*s",
                            STR_ARG(f->word.value)));
    } else if (str_eq(f->word.value, S("mod"))) {
        find_mod(d, SEVERITY_INFO, f,
                 S("a build may change go.mod and go.sum: GOFLAGS has -mod=mod"));
    }
}

static void check_mod(Doctor *d, const Variable *v)
{
    ModFlag f = {.v = *v};
    if (!goflags_last(d, v, S("mod"), &f.word) || !f.word.has_value) {
        return;
    }
    look_around(d, &f);
    if (f.is_workspace) {
        check_mod_in_workspace(d, &f);
    } else if (f.root.len > 0) {
        check_mod_in_module(d, &f);
    }
}

/* ---- files and programs ---- */

static void check_overlay(Doctor *d, const Variable *v, const GoFlagWord *word, Str path)
{
    Err err = {0};
    if (!overlay_check(*d->arena, path, &err)) {
        doctor_find_variable(d, SEVERITY_ERROR, v, goflags_without(d, v, word->word),
                             "builds fail: GOFLAGS has %.*s: %.*s", STR_ARG(word->word),
                             STR_ARG(err_format(d->arena, &err)));
    }
}

/* Flags whose value is a file that every build reads. */
static const struct {
    Str name;
    Str but; /* a value that is no file */
} file_flags[] = {
    {STR_CONST("modfile"), {0}},
    {STR_CONST("overlay"), {0}},
    {STR_CONST("pgo"), STR_CONST("auto off")},
};

static void check_files(Doctor *d, const Variable *v)
{
    for (isize i = 0; i < COUNT_OF(file_flags); i++) {
        GoFlagWord word;
        FileStat st;
        Err ignored;
        if (!goflags_last(d, v, file_flags[i].name, &word) || word.value.len == 0 ||
            (file_flags[i].but.len > 0 && str_contains(file_flags[i].but, word.value))) {
            continue;
        }
        Str path = path_absolute(d->arena, d->in->dir, word.value);
        if (file_stat(FILE_CWD, path, &st, &ignored) == FILE_ABSENT) {
            doctor_find_variable(d, SEVERITY_ERROR, v, goflags_without(d, v, word.word),
                                 "builds fail: GOFLAGS has %.*s, and %.*s is not there",
                                 STR_ARG(word.word), STR_ARG(path));
        } else if (str_eq(word.name, S("overlay"))) {
            check_overlay(d, v, &word, path);
        }
    }
}

static bool is_program(Doctor *d, Str name)
{
    Str dirs = environ_value(d->in->env->environ, S("PATH"));
    if (str_index_byte(name, '/') >= 0) {
        return file_may_execute(FILE_CWD, path_absolute(d->arena, d->in->dir, name));
    }
    while (dirs.len > 0) {
        StrCut cut = str_cut(dirs, ':');
        dirs = cut.tail;
        if (cut.head.len > 0 && file_may_execute(FILE_CWD, path_join(d->arena, cut.head, name))) {
            return true;
        }
    }
    return false;
}

static void check_toolexec(Doctor *d, const Variable *v)
{
    GoFlagWord word;
    Str program;
    if (!goflags_last(d, v, S("toolexec"), &word)) {
        return;
    }
    Str rest = word.value;
    if (goflags_next_quoted(&rest, true, &program) != GOFLAG_WORD) {
        return;
    }
    bool is_there = is_program(d, program);
    doctor_find_variable(d, is_there ? SEVERITY_INFO : SEVERITY_ERROR, v,
                         goflags_without(d, v, word.word),
                         is_there ? "the compiler and the linker are started through %.*s: GOFLAGS "
                                    "has -toolexec"
                                  : "builds fail: -toolexec in GOFLAGS names %.*s, which is not "
                                    "there",
                         STR_ARG(program));
}

/* ---- what needs cgo ---- */

static bool is_on(const Doctor *d, const Variable *v, Str name, GoFlagWord *ret)
{
    bool value = true;
    return goflags_last(d, v, name, ret) &&
           (!ret->has_value || (goflag_is_bool(ret->value, &value) && value));
}

static void check_sanitizers(Doctor *d, const Variable *v)
{
    static const Str names[] = {STR_CONST("msan"), STR_CONST("asan")}; /* -race: GWD085 */
    Str cgo = goenv_value(d->in->env, S("CGO_ENABLED"));
    bool is_cross = !str_eq(d->in->os, d->in->host_os) || !str_eq(d->in->arch, d->in->host_arch);
    bool is_off = str_eq(cgo, S("0")) || (is_cross && !str_eq(cgo, S("1")));
    GoFlagWord word;
    for (isize i = 0; i < COUNT_OF(names); i++) {
        if (is_on(d, v, names[i], &word) && is_off) {
            doctor_find_variable(d, SEVERITY_ERROR, v, goflags_without(d, v, word.word),
                                 "builds fail: -%.*s in GOFLAGS needs cgo, which is off (%s)",
                                 STR_ARG(names[i]),
                                 is_cross ? "the target is another machine" : "CGO_ENABLED=0");
        }
    }
}

/* ---- what every command gets ---- */

typedef struct {
    Str name;
    Severity severity;
    bool is_switch; /* does what it does only when it is on */
    const char *does;
} FlagEffect;

static const FlagEffect flag_effects[] = {
    {STR_CONST("n"), SEVERITY_WARN, true, "nothing is built: commands are printed only"},
    {STR_CONST("a"), SEVERITY_WARN, true, "every build compiles everything, the library too"},
    {STR_CONST("o"), SEVERITY_WARN, false, "every build writes its result to the same place"},
    {STR_CONST("c"), SEVERITY_WARN, true, "go test builds tests and does not run them"},
    {STR_CONST("run"), SEVERITY_WARN, false, "go test leaves tests out"},
    {STR_CONST("skip"), SEVERITY_WARN, false, "go test leaves tests out"},
    {STR_CONST("list"), SEVERITY_WARN, false, "go test lists tests and does not run them"},
    {STR_CONST("w"), SEVERITY_WARN, true,
     "a word of its own is given to no linker and no compiler"},
    {STR_CONST("short"), SEVERITY_INFO, true, "tests may leave out what takes long"},
    {STR_CONST("race"), SEVERITY_INFO, true,
     "all that is built is several times as slow and large"},
    {STR_CONST("msan"), SEVERITY_INFO, true, "all that is built is several times as slow"},
    {STR_CONST("asan"), SEVERITY_INFO, true, "all that is built is several times as slow"},
    {STR_CONST("work"), SEVERITY_INFO, true, "every build leaves its temporary files behind"},
};

static void check_effects(Doctor *d, const Variable *v)
{
    for (isize i = 0; i < COUNT_OF(flag_effects); i++) {
        const FlagEffect *effect = &flag_effects[i];
        GoFlagWord word;
        bool applies = effect->is_switch
                           ? is_on(d, v, effect->name, &word)
                           : goflags_last(d, v, effect->name, &word) && word.value.len > 0;
        if (applies) {
            doctor_find_variable(d, effect->severity, v, goflags_without(d, v, word.word),
                                 "%s: GOFLAGS has %.*s", effect->does, STR_ARG(word.word));
        }
    }
}

static bool check_flags(Doctor *d, Err *err)
{
    (void)err;
    Variable v = doctor_variable(d, S("GOFLAGS"));
    if (v.got.value.len > 0) {
        check_mod(d, &v);
        check_files(d, &v);
        check_toolexec(d, &v);
        check_sanitizers(d, &v);
        check_effects(d, &v);
    }
    return true;
}

static const Check rows[] = {
    {
        .about =
            {
                .id = STR_CONST("GWD045"),
                .title = STR_CONST("GOFLAGS suits the project here"),
                .severity = SEVERITY_ERROR,
                .looks_at = STR_CONST("GOFLAGS; go.mod, go.work and vendor; files and "
                                      "programs that its flags name; CGO_ENABLED"),
                .why = STR_CONST(
                    "GOFLAGS counts for every command in every directory. -mod=mod breaks builds "
                    "in a workspace, -mod=vendor those of a module without a vendor folder, and "
                    "-mod=readonly passes the folder over where there is one. -msan and -asan "
                    "need cgo. A file or program that is named and gone stops every build. "
                    "-o, -n, -a and -run do what nobody expects of a build that somebody else "
                    "starts."),
                .cure = STR_CONST("go env -u GOFLAGS, and the flag on the command line where it is "
                                  "meant"),
                .since = STR_CONST("0.1.0"),
                .source = STR_CONST("func setDefaultBuildMod and func instrumentInit of cmd/go"),
            },
        .run = check_flags,
    },
};

const CheckGroup doctor_goflags_effect = {rows, COUNT_OF(rows)};
