/* The module mode and the workspace, as cmd/go/internal/modload sees them. */
#include "doctor/context.h"

#include "base/path.h"
#include "base/strbuf.h"
#include "go/env/workdir.h"
#include "go/mod/gowork.h"
#include "os/file.h"

/* The go.mod that the working directory belongs to. */
static bool find_module(const Doctor *d, Str *ret_path)
{
    Str temp = workdir_temp(d->in->env->environ);
    return gomod_find(d->arena, d->in->dir, temp, ret_path);
}

/* ---- GWD005 ---- */

/* The go command looks for the Go to run with a scan that reads over what it does not know; only
 * then does it read the file, and stop. */
static void check_main_module(Doctor *d)
{
    Str path, text;
    GoMod module;
    Err err = {0};
    if (find_module(d, &path) &&
        (file_read_all(d->arena, FILE_CWD, path, GOMOD_MAX_FILE, &text, &err) == FILE_FAILED ||
         !gomod_parse(d->arena, path, text, GOMOD_STRICT, &module, &err))) {
        doctor_find(d, (Finding){
                           .severity = SEVERITY_ERROR,
                           .title = S("go.mod cannot be read: every build fails"),
                           .place = {.file = path},
                           .evidence = err_format(d->arena, &err),
                           .remedy = S("correct the line"),
                       });
    }
}

static bool check_module_mode(Doctor *d, Err *err)
{
    (void)err;
    Variable v = doctor_variable(d, S("GO111MODULE"));
    Str value = v.got.value, module;
    if (value.len == 0 || str_eq(value, S("on"))) {
        check_main_module(d);
    } else if (str_eq(value, S("auto"))) {
        doctor_find_variable(d, SEVERITY_WARN, &v, (Str){0},
                             "outside a module the go command works as before Go 1.16, in GOPATH");
    } else if (!str_eq(value, S("off"))) {
        doctor_find_variable(d, SEVERITY_ERROR, &v, (Str){0},
                             "GO111MODULE is neither on, off nor auto: the go command stops");
    } else if (find_module(d, &module)) {
        doctor_find_variable(d, SEVERITY_ERROR, &v, (Str){0},
                             "modules are off, and %.*s is passed over", STR_ARG(module));
    } else {
        doctor_find_variable(d, SEVERITY_WARN, &v, (Str){0},
                             "modules are off: the go command works in GOPATH");
    }
    return true;
}

/* ---- GWD012 ---- */

typedef struct {
    Str path;    /* of go.work */
    GoWork work; /* its content */
    Str *dirs;   /* of the use lines, absolute and clean */
    Variable v;  /* GOWORK */
} Workspace;

static void find_in_workspace(Doctor *d, Severity severity, const Workspace *w, isize line,
                              Str title, Str remedy)
{
    Str evidence = w->path;
    if (variable_is_set(&w->v)) {
        evidence = variable_evidence(d->arena, &w->v);
    }
    doctor_find(d, (Finding){
                       .severity = severity,
                       .title = title,
                       .place = {.file = w->path, .line = line},
                       .evidence = evidence,
                       .remedy = remedy,
                   });
}

static void check_use(Doctor *d, const Workspace *w, isize i)
{
    const GoModPath *use = &w->work.uses.ptr[i];
    Str dir = w->dirs[i];
    FileStat st;
    Err ignored;
    for (isize j = 0; j < i; j++) {
        if (str_eq(w->dirs[j], dir)) {
            find_in_workspace(d, SEVERITY_ERROR, w, use->pos.line,
                              str_format(d->arena, "go.work uses %.*s twice", STR_ARG(use->path)),
                              S("delete one of the two lines"));
            return;
        }
    }
    if (file_stat(FILE_CWD, path_join(d->arena, dir, S("go.mod")), &st, &ignored) == FILE_FOUND) {
        return;
    }
    bool is_dir = file_stat(FILE_CWD, dir, &st, &ignored) == FILE_FOUND;
    find_in_workspace(d, SEVERITY_ERROR, w, use->pos.line,
                      str_format(d->arena, "go.work uses %.*s, %s", STR_ARG(use->path),
                                 is_dir ? "which has no go.mod" : "which is not there"),
                      str_format(d->arena, "go work edit -dropuse=%.*s", STR_ARG(use->path)));
}

/* The module around the working directory has to be one of the workspace's. */
static void check_own_module(Doctor *d, const Workspace *w)
{
    Str module;
    if (!find_module(d, &module)) {
        return;
    }
    Str dir = path_dir(module);
    for (isize i = 0; i < w->work.uses.len; i++) {
        if (str_eq(w->dirs[i], dir)) {
            return;
        }
    }
    find_in_workspace(
        d, SEVERITY_ERROR, w, 0,
        str_format(d->arena, "the workspace does not use the module in %.*s", STR_ARG(dir)),
        str_format(d->arena, "go work use %.*s", STR_ARG(dir)));
}

static void note_workspace(Doctor *d, const Workspace *w)
{
    StrBuf b = strbuf_init(d->arena);
    for (isize i = 0; i < w->work.uses.len; i++) {
        strbuf_add_format(&b, "%suse %.*s", i > 0 ? "\n" : "", STR_ARG(w->dirs[i]));
    }
    doctor_find(d, (Finding){
                       .severity = SEVERITY_INFO,
                       .title = S("builds here see the modules of a workspace instead of their "
                                  "released versions"),
                       .place = {.file = w->path},
                       .evidence = strbuf_str(&b),
                       .remedy = S("GOWORK=off go build ./... builds as others will see it"),
                   });
}

/* Whether the file could be read; when not, that is what is found. */
static bool read_workspace(Doctor *d, Workspace *w)
{
    Str text;
    Err err = {0};
    FileOutcome outcome = file_read_all(d->arena, FILE_CWD, w->path, GOMOD_MAX_FILE, &text, &err);
    if (outcome == FILE_ABSENT) {
        find_in_workspace(d, SEVERITY_ERROR, w, 0,
                          S("GOWORK names a file that is not there: every build fails"),
                          variable_remedy(d->arena, &w->v, (Str){0}));
        return false;
    }
    if (outcome == FILE_FAILED || !gowork_parse(d->arena, w->path, text, &w->work, &err)) {
        find_in_workspace(d, SEVERITY_ERROR, w, 0,
                          str_format(d->arena, "go.work cannot be read: %.*s",
                                     STR_ARG(err_format(d->arena, &err))),
                          S("correct the line, or GOWORK=off"));
        return false;
    }
    Str base = path_dir(w->path);
    w->dirs = ARENA_ARRAY(d->arena, Str, w->work.uses.len);
    for (isize i = 0; i < w->work.uses.len; i++) {
        w->dirs[i] = path_absolute(d->arena, base, w->work.uses.ptr[i].path);
    }
    return true;
}

static void check_workspace_file(Doctor *d, Workspace *w)
{
    isize before = d->findings.len;
    if (!read_workspace(d, w)) {
        return;
    }
    if (w->work.uses.len == 0) {
        find_in_workspace(d, SEVERITY_ERROR, w, 0,
                          S("go.work uses no module: builds below it fail"),
                          S("go work use DIR, for each module"));
        return;
    }
    for (isize i = 0; i < w->work.uses.len; i++) {
        check_use(d, w, i);
    }
    check_own_module(d, w);
    if (d->findings.len == before) {
        note_workspace(d, w);
    }
}

static bool check_workspace(Doctor *d, Err *err)
{
    (void)err;
    Workspace w = {.v = doctor_variable(d, S("GOWORK"))};
    if (str_eq(goenv_value(d->in->env, S("GO111MODULE")), S("off"))) {
        return true;
    }
    switch (gowork_find(d->arena, d->in->env, d->in->dir, &w.path)) {
    case GOWORK_INVALID:
        doctor_find_variable(d, SEVERITY_ERROR, &w.v, (Str){0},
                             "GOWORK is no absolute path: every build fails");
        break;
    case GOWORK_MISSING:
        w.path = w.v.got.value;
        check_workspace_file(d, &w);
        break;
    case GOWORK_FOUND:
        check_workspace_file(d, &w);
        break;
    case GOWORK_ABSENT:
    case GOWORK_NONE:
        break;
    }
    return true;
}

static const Check rows[] = {
    {
        .about =
            {
                .id = STR_CONST("GWD005"),
                .title = STR_CONST("modules are on, and go.mod can be read"),
                .severity = SEVERITY_ERROR,
                .looks_at = STR_CONST("GO111MODULE, and the go.mod in the working directory or "
                                      "above"),
                .why = STR_CONST(
                    "Unset means on since Go 1.16. off passes go.mod over: packages are looked for "
                    "in GOPATH, versions are whatever lies there, go install PKG@VERSION and go "
                    "mod fail. auto does the same wherever no go.mod is found. Old instructions "
                    "and images still set it.\n\n"
                    "A go.mod with a line that Go does not understand stops every build, but not "
                    "`go version`: which Go to run is found by a scan that reads over it."),
                .cure = STR_CONST("unset GO111MODULE, or go env -u GO111MODULE; correct the line "
                                  "of go.mod"),
                .since = STR_CONST("0.1.0"),
                .source = STR_CONST("go.dev/ref/mod#mod-commands"),
            },
        .run = check_module_mode,
        .modes = MODE_MINIMAL | MODE_PROXY,
        .item = 5,
    },
    {
        .about =
            {
                .id = STR_CONST("GWD012"),
                .title = STR_CONST("the workspace is whole"),
                .severity = SEVERITY_ERROR,
                .looks_at = STR_CONST("GOWORK, go.work in the working directory and above, the "
                                      "directories of its use lines, and the go.mod around the "
                                      "working directory"),
                .why = STR_CONST(
                    "An empty GOWORK does not mean that there is no workspace: go.work is searched "
                    "upward, and one in a parent directory governs all below. A use line whose "
                    "directory is gone stops every build in the workspace; so does a module that "
                    "stands below go.work without being listed.\n\n"
                    "A workspace that is whole is noted: what builds here may need changes that "
                    "the released versions of its modules do not have."),
                .cure = STR_CONST("go work use DIR, go work edit -dropuse=DIR, or GOWORK=off for "
                                  "one command"),
                .since = STR_CONST("0.1.0"),
                .source = STR_CONST("go.dev/ref/mod#workspaces"),
            },
        .run = check_workspace,
        .modes = MODE_MINIMAL,
        .item = 12,
    },
};

const CheckGroup doctor_modules = {rows, COUNT_OF(rows)};
