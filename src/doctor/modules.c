/* The module mode and the workspace, as cmd/go/internal/modload sees them. */
#include "doctor/context.h"

#include "base/map.h"
#include "base/path.h"
#include "base/strbuf.h"
#include "doctor/goenvfile.h"
#include "doctor/gomodfile.h"
#include "doctor/lines.h"
#include "doctor/remedy.h"
#include "go/env/workdir.h"
#include "go/mod/version.h"
#include "os/file.h"
#include "os/proc.h"

#define BYTE_ORDER_MARK S("\xef\xbb\xbf")
#define MAX_GITMODULES MIB

/* The go.mod that the working directory belongs to. */
static bool find_module(const Doctor *d, Str *ret_path)
{
    Str temp = workdir_temp(d->in->env->environ);
    return gomod_find(d->arena, d->in->dir, temp, ret_path);
}

/* ---- GWD005 ---- */

/* Why a file cannot be read, where its first bytes or a line say more than a parser does. name:
 * "go.mod" or "go.work". */
static void explain_text(const Doctor *d, const char *name, Str text, Finding *finding)
{
    isize conflict = gosum_conflict(text);
    bool is_wide = str_starts_with(text, S("\xff\xfe")) || str_starts_with(text, S("\xfe\xff"));
    if (conflict > 0) {
        finding->place.line = conflict;
        finding->title = str_format(d->arena, "%s holds a merge conflict: every build fails", name);
        finding->remedy = S("choose between the two sides, delete the marks, then go mod tidy");
    } else if (is_wide || str_starts_with(text, BYTE_ORDER_MARK)) {
        finding->place.line = 1;
        finding->title =
            str_format(d->arena, "%s %s: every build fails", name,
                       is_wide ? "is saved as UTF-16" : "begins with a byte order mark");
        finding->remedy = is_wide ? S("save it as UTF-8 without a byte order mark")
                                  : str_format(d->arena, "sed -i '1s/^\\xef\\xbb\\xbf//' '%.*s'",
                                               STR_ARG(finding->place.file));
    }
}

static void fix_byte_order_mark(Doctor *d, Str path, Str text)
{
    if (str_eat_prefix(&text, BYTE_ORDER_MARK)) {
        doctor_fix(
            d, (Fix){
                   .kind = FIX_WRITE,
                   .path = path,
                   .value = text,
                   .says = str_format(d->arena, "take the byte order mark off %.*s", STR_ARG(path)),
               });
    }
}

/* `go mod edit` finds its file by name and so works here, too. */
static void find_nameless(Doctor *d, Str path)
{
    doctor_find(d, (Finding){
                       .severity = SEVERITY_ERROR,
                       .title = S("go.mod has no module line: every build fails"),
                       .place = {.file = path},
                       .evidence = S("error reading go.mod: missing module declaration"),
                       .remedy = str_format(d->arena, "go mod edit -module=example.com/%.*s",
                                            STR_ARG(path_base(path_dir(path)))),
                   });
}

/* Of a file that this user may not read, or that is none. */
static Finding unreadable(const Doctor *d, const char *name, Str path, Err *why)
{
    FileStat st;
    Err ignored;
    Str word = remedy_word(d->arena, path);
    bool is_there = file_stat(FILE_CWD, path, &st, &ignored) == FILE_FOUND;
    bool is_other = is_there && st.kind != FILE_KIND_REGULAR;
    bool is_mine = is_there && st.uid == proc_user_id();
    return (Finding){
        .severity = SEVERITY_ERROR,
        .title = str_format(d->arena, "%s %s: every build fails", name,
                            is_other ? "is no file" : "cannot be read"),
        .place = {.file = path},
        .evidence =
            is_other ? str_format(d->arena, "%.*s is a pipe, a socket or a device", STR_ARG(path))
                     : err_format(d->arena, why),
        .remedy = is_other  ? remedy_put_away(d->arena, path)
                  : is_mine ? str_format(d->arena, "chmod u+r %.*s", STR_ARG(word))
                            : str_format(d->arena, "sudo chown \"$(id -u)\" %.*s", STR_ARG(word)),
    };
}

static bool is_special(Str path)
{
    FileStat st;
    Err ignored;
    return file_stat(FILE_CWD, path, &st, &ignored) == FILE_FOUND && st.kind != FILE_KIND_REGULAR;
}

/* The go command looks for the Go to run with a scan that reads over what it does not know; only
 * then does it read the file, and stop. */
static void check_main_module(Doctor *d)
{
    Str path, text = {0};
    GoMod module;
    Err err = {0};
    if (!find_module(d, &path)) {
        return;
    }
    if (is_special(path) ||
        file_read_all(d->arena, FILE_CWD, path, GOMOD_MAX_FILE, &text, &err) == FILE_FAILED) {
        doctor_find(d, unreadable(d, "go.mod", path, &err));
        return;
    }
    if (gomod_parse(d->arena, path, text, GOMOD_STRICT, &module, &err)) {
        if (module.module.path.len == 0) {
            find_nameless(d, path);
        }
        return;
    }
    Finding finding = {
        .severity = SEVERITY_ERROR,
        .title = S("go.mod cannot be read: every build fails"),
        .place = {.file = path},
        .evidence = err_format(d->arena, &err),
        .remedy = S("correct the line"),
    };
    explain_text(d, "go.mod", text, &finding);
    doctor_find(d, finding);
    fix_byte_order_mark(d, path, text);
}

/* Whether the working directory lies where GOPATH mode builds: there it may well be meant. */
static bool is_in_gopath(const Doctor *d)
{
    for (StrCut cut = {.tail = goenv_value(d->in->env, S("GOPATH")), .found = true}; cut.found;) {
        cut = str_cut(cut.tail, ':');
        if (path_is_absolute(cut.head) &&
            path_is_within(d->in->dir, path_join(d->arena, cut.head, S("src")))) {
            return true;
        }
    }
    return false;
}

/* Of a mode without modules that was set once and forgotten. */
static void find_gopath_mode(Doctor *d, const Variable *v, const char *title)
{
    doctor_find_variable(d, SEVERITY_WARN, v, (Str){0}, "%s", title);
    if (!is_in_gopath(d) && !goenvfile_explains(d, v)) {
        doctor_fix_variable(d, v, (Str){0});
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
        find_gopath_mode(d, &v,
                         "outside a module the go command works as before Go 1.16, in GOPATH");
    } else if (!str_eq(value, S("off"))) {
        doctor_find_variable(d, SEVERITY_ERROR, &v, (Str){0},
                             "GO111MODULE is neither on, off nor auto: the go command stops");
    } else if (find_module(d, &module)) {
        doctor_find_variable(d, SEVERITY_ERROR, &v, (Str){0},
                             "modules are off, and %.*s is passed over", STR_ARG(module));
    } else {
        find_gopath_mode(d, &v, "modules are off: the go command works in GOPATH");
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

/* The directory of a submodule of git that holds dir, as .gitmodules beside go.work has it; empty
 * when there is none. */
static Str submodule_of(const Doctor *d, const Workspace *w, Str dir)
{
    Str text, line, base = path_dir(w->path);
    Err ignored;
    if (file_read_all(d->arena, FILE_CWD, path_join(d->arena, base, S(".gitmodules")),
                      MAX_GITMODULES, &text, &ignored) != FILE_FOUND) {
        return (Str){0};
    }
    while (str_next_line(&text, &line)) {
        StrCut pair = str_cut(line, '=');
        if (pair.found && str_eq(str_trim(pair.head), S("path")) &&
            path_is_within(dir, path_absolute(d->arena, base, str_trim(pair.tail)))) {
            return str_trim(pair.tail);
        }
    }
    return (Str){0};
}

/* The line can go, as `go work use` has it go, but where the directory only waits to be checked
 * out. */
static void find_lost_use(Doctor *d, const Workspace *w, const GoModPath *use, Str dir)
{
    FileStat st;
    Err ignored;
    bool is_dir = file_stat(FILE_CWD, dir, &st, &ignored) == FILE_FOUND;
    Str submodule = submodule_of(d, w, dir);
    if (submodule.len > 0) {
        find_in_workspace(d, SEVERITY_ERROR, w, use->pos.line,
                          str_format(d->arena, "go.work uses %.*s, a submodule that is not there",
                                     STR_ARG(use->path)),
                          str_format(d->arena, "git -C %.*s submodule update --init %.*s",
                                     STR_ARG(remedy_word(d->arena, path_dir(w->path))),
                                     STR_ARG(remedy_word(d->arena, submodule))));
        return;
    }
    find_in_workspace(d, SEVERITY_ERROR, w, use->pos.line,
                      str_format(d->arena, "go.work uses %.*s, %s", STR_ARG(use->path),
                                 is_dir ? "which has no go.mod" : "which is not there"),
                      str_format(d->arena, "go work edit -dropuse=%.*s",
                                 STR_ARG(remedy_word(d->arena, use->path))));
    lines_fix_drop(d, (Place){.file = w->path, .line = use->pos.line});
}

/* `go work edit -dropuse` takes all lines of that spelling away. */
static void find_repeated_use(Doctor *d, const Workspace *w, const GoModPath *use, Str earlier)
{
    Str word = remedy_word(d->arena, use->path);
    find_in_workspace(d, SEVERITY_ERROR, w, use->pos.line,
                      str_format(d->arena, "go.work uses %.*s twice", STR_ARG(use->path)),
                      str_eq(use->path, earlier)
                          ? str_format(d->arena, "go work edit -dropuse=%.*s -use=%.*s",
                                       STR_ARG(word), STR_ARG(word))
                          : str_format(d->arena, "go work edit -dropuse=%.*s", STR_ARG(word)));
    lines_fix_drop(d, (Place){.file = w->path, .line = use->pos.line});
}

static void check_use(Doctor *d, const Workspace *w, isize i)
{
    const GoModPath *use = &w->work.uses.ptr[i];
    Str dir = w->dirs[i];
    FileStat st;
    Err ignored;
    for (isize j = 0; j < i; j++) {
        if (str_eq(w->dirs[j], dir)) {
            find_repeated_use(d, w, use, w->work.uses.ptr[j].path);
            return;
        }
    }
    if (file_stat(FILE_CWD, path_join(d->arena, dir, S("go.mod")), &st, &ignored) != FILE_FOUND) {
        find_lost_use(d, w, use, dir);
    }
}

/* The module around the working directory has to be one of the workspace's. No fix: its owner may
 * as well mean it to be built without the workspace, by GOWORK=off. */
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
        str_eq(dir, d->in->dir)
            ? S("go work use .") /* an absolute path would stay one in go.work */
            : str_format(d->arena, "(cd %.*s && go work use .)",
                         STR_ARG(remedy_word(d->arena, dir))));
}

/* A replace line of a module, and which module's it is: the number of its use line. */
typedef struct {
    isize use;
    Str target; /* with its version; a directory is absolute */
} Replacement;

typedef struct {
    const Workspace *w;
    Map names;         /* of modules: the number of the use line */
    Map replaced;      /* "path@version": the number of the Replacement */
    Map work_replaces; /* paths that go.work itself replaces */
    VEC(Replacement) replacements;
} Modules;

/* go.work decides what its modules replace differently; no fix, as only a person knows which of the
 * two is meant. The same holds of two modules of one name. */
static void check_replacement(Doctor *d, Modules *m, isize use, const GoModReplace *r)
{
    bool is_new;
    Str target = r->new_version.len > 0 ? str_format(d->arena, "%.*s@%.*s", STR_ARG(r->new_path),
                                                     STR_ARG(r->new_version))
                                        : path_absolute(d->arena, m->w->dirs[use], r->new_path);
    Str key = str_format(d->arena, "%.*s%s%.*s", STR_ARG(r->old_path),
                         r->old_version.len > 0 ? "@" : "", STR_ARG(r->old_version));
    if (map_get(&m->work_replaces, r->old_path) != NULL) {
        return;
    }
    isize *at = map_put(&m->replaced, key, &is_new);
    if (is_new) {
        *at = m->replacements.len;
        *VEC_PUSH(d->arena, &m->replacements) = (Replacement){use, target};
        return;
    }
    const Replacement *other = &m->replacements.ptr[*at];
    if (other->use != use && !str_eq(other->target, target)) {
        find_in_workspace(
            d, SEVERITY_ERROR, m->w, m->w->work.uses.ptr[use].pos.line,
            str_format(d->arena,
                       "two modules of the workspace replace %.*s, by %.*s and by %.*s: every "
                       "build fails",
                       STR_ARG(key), STR_ARG(other->target), STR_ARG(target)),
            str_format(d->arena, "go work edit -replace=%.*s # or =%.*s",
                       STR_ARG(remedy_word(d->arena, str_format(d->arena, "%.*s=%.*s", STR_ARG(key),
                                                                STR_ARG(target)))),
                       STR_ARG(other->target)));
    }
}

static void check_module(Doctor *d, Modules *m, isize use)
{
    const Workspace *w = m->w;
    Str text, file = path_join(d->arena, w->dirs[use], S("go.mod"));
    GoMod module;
    Err ignored;
    bool is_new;
    if (file_read_all(d->arena, FILE_CWD, file, GOMOD_MAX_FILE, &text, &ignored) != FILE_FOUND ||
        !gomod_parse(d->arena, file, text, GOMOD_STRICT, &module, &ignored) ||
        module.module.path.len == 0) {
        return;
    }
    isize *at = map_put(&m->names, module.module.path, &is_new);
    if (is_new) {
        *at = use;
    } else if (!str_eq(w->dirs[*at], w->dirs[use])) {
        const GoModPath *line = &w->work.uses.ptr[use];
        find_in_workspace(d, SEVERITY_ERROR, w, line->pos.line,
                          str_format(d->arena,
                                     "two modules of the workspace are called %.*s, in %.*s and "
                                     "%.*s: every build fails",
                                     STR_ARG(module.module.path), STR_ARG(w->dirs[*at]),
                                     STR_ARG(w->dirs[use])),
                          str_format(d->arena, "go work edit -dropuse=%.*s",
                                     STR_ARG(remedy_word(d->arena, line->path))));
    }
    for (isize i = 0; i < module.replaces.len; i++) {
        check_replacement(d, m, use, &module.replaces.ptr[i]);
    }
}

/* What the modules say of themselves, one beside the other. */
static void check_modules(Doctor *d, const Workspace *w)
{
    Modules m = {.w = w,
                 .names = map_init(d->arena),
                 .replaced = map_init(d->arena),
                 .work_replaces = map_init(d->arena)};
    for (isize i = 0; i < w->work.replaces.len; i++) {
        map_put(&m.work_replaces, w->work.replaces.ptr[i].old_path, NULL);
    }
    for (isize i = 0; i < w->work.uses.len; i++) {
        check_module(d, &m, i);
    }
}

/* A module that says a newer Go than go.work is refused, since Go 1.21. */
static void check_work_version(Doctor *d, const Workspace *w)
{
    Str of_work = w->work.go.version.len > 0 ? w->work.go.version : S("1.18");
    Str newest = of_work, text;
    isize line = 0;
    Err ignored;
    for (isize i = 0; i < w->work.uses.len; i++) {
        Str file = path_join(d->arena, w->dirs[i], S("go.mod"));
        if (file_read_all(d->arena, FILE_CWD, file, GOMOD_MAX_FILE, &text, &ignored) ==
            FILE_FOUND) {
            Str version = gomod_lookup(text, S("go")).value;
            bool is_newer = goversion_compare(version, newest) > 0;
            newest = is_newer ? version : newest;
            line = is_newer ? w->work.uses.ptr[i].pos.line : line;
        }
    }
    if (line > 0 && goversion_compare(newest, S("1.21")) >= 0 &&
        doctor_go_is_at_least(d, S("1.21"))) {
        find_in_workspace(d, SEVERITY_ERROR, w, line,
                          str_format(d->arena,
                                     "go.work says go %.*s, and one of its modules go %.*s: every "
                                     "build fails",
                                     STR_ARG(of_work), STR_ARG(newest)),
                          S("go work use"));
        if (w->work.go.version.len > 0 && w->work.toolchain.name.len == 0) {
            lines_fix_word(d, (Place){.file = w->path, .line = w->work.go.pos.line}, of_work,
                           newest);
        }
    }
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
    FileOutcome outcome = is_special(w->path) ? FILE_FAILED
                                              : file_read_all(d->arena, FILE_CWD, w->path,
                                                              GOMOD_MAX_FILE, &text, &err);
    if (outcome == FILE_ABSENT) {
        find_in_workspace(d, SEVERITY_ERROR, w, 0,
                          S("GOWORK names a file that is not there: every build fails"),
                          variable_remedy(d->arena, &w->v, (Str){0}));
        doctor_fix_variable(d, &w->v, (Str){0});
        return false;
    }
    if (outcome == FILE_FAILED) {
        doctor_find(d, unreadable(d, "go.work", w->path, &err));
        return false;
    }
    if (!gowork_parse(d->arena, w->path, text, &w->work, &err)) {
        Finding finding = {
            .severity = SEVERITY_ERROR,
            .title = S("go.work cannot be read: every build fails"),
            .place = {.file = w->path},
            .evidence = err_format(d->arena, &err),
            .remedy = S("export GOWORK=off # or correct the line"),
        };
        explain_text(d, "go.work", text, &finding);
        doctor_find(d, finding);
        fix_byte_order_mark(d, w->path, text);
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
                          str_format(d->arena, "(cd %.*s && go work use -r .)",
                                     STR_ARG(remedy_word(d->arena, path_dir(w->path)))));
        return;
    }
    for (isize i = 0; i < w->work.uses.len; i++) {
        check_use(d, w, i);
    }
    check_own_module(d, w);
    check_modules(d, w);
    check_work_version(d, w);
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
