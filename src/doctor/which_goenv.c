/*
 * go.env in the GOROOT: the defaults that a release comes with. A distribution may have changed
 * them; a copy may have lost them.
 */
#include "doctor/which_gos.h"

#include "base/path.h"
#include "base/strbuf.h"
#include "doctor/remedy.h"

/* The lines of upstream's go.env, the same bytes from Go 1.21 to 1.27. */
static const struct {
    Str name, value;
} defaults[] = {
    {STR_CONST("GOPROXY"), STR_CONST("https://proxy."
                                     "golang.org,direct")},
    {STR_CONST("GOSUMDB"), STR_CONST("sum.golang.org")},
    {STR_CONST("GOTOOLCHAIN"), STR_CONST("auto")},
};

/* The value that the text of a go.env gives name, whose first line counts; false for none. */
static bool look_up(Str text, Str name, Str *ret, isize *ret_line)
{
    Str line;
    for (isize n = 1; str_next_line(&text, &line); n++) {
        StrCut cut = str_cut(line, '=');
        if (cut.found && str_eq(cut.head, name)) {
            *ret = cut.tail;
            *ret_line = n;
            return true;
        }
    }
    return false;
}

/* Only of a whole Go that has such a file at all. */
static bool is_to_be_there(const Doctor *d)
{
    return d->in->env->goroot_path.len > 0 && doctor_go_is_at_least(d, S("1.21"));
}

/* ---- GWD025 ---- */

static Severity severity_of_missing(const Doctor *d, Str name)
{
    Variable v = doctor_variable(d, name);
    if (variable_is_set(&v)) {
        return SEVERITY_INFO; /* somebody else says it */
    }
    return str_eq(name, S("GOPROXY")) ? SEVERITY_ERROR : SEVERITY_WARN;
}

static void find_missing(Doctor *d, Severity severity, Str names, Str add, bool has_file)
{
    const GoEnv *env = d->in->env;
    Str newline =
        env->goroot_text.len > 0 && !str_ends_with(env->goroot_text, S("\n")) ? S("\n") : (Str){0};
    doctor_find(d, (Finding){
                       .severity = severity,
                       .title = has_file ? str_format(d->arena,
                                                      "go.env does not set %.*s: the go "
                                                      "command knows no other default",
                                                      STR_ARG(names))
                                         : S("go.env of this Go is gone: GOPROXY, GOSUMDB and "
                                             "GOTOOLCHAIN have no defaults"),
                       .place = {.file = env->goroot_path},
                       .evidence = has_file ? str_format(d->arena, "%.*s has no line for it",
                                                         STR_ARG(env->goroot_path))
                                            : str_format(d->arena, "%.*s is missing",
                                                         STR_ARG(env->goroot_path)),
                       .remedy = str_format(d->arena, "printf '%%s\\n' %s%.*s >> %.*s",
                                            newline.len > 0 ? "'' " : "", STR_ARG(names),
                                            STR_ARG(remedy_word(d->arena, env->goroot_path))),
                   });
    doctor_fix(d, (Fix){
                      .kind = FIX_WRITE,
                      .path = env->goroot_path,
                      .value = str_format(d->arena, "%.*s%.*s%.*s", STR_ARG(env->goroot_text),
                                          STR_ARG(newline), STR_ARG(add)),
                      .mode = 0644,
                      .is_new = !has_file,
                      .says = str_format(d->arena, "add upstream's lines to %.*s",
                                         STR_ARG(env->goroot_path)),
                  });
}

static bool check_defaults(Doctor *d, Err *err)
{
    const GoEnv *env = d->in->env;
    Severity severity = SEVERITY_NONE;
    StrBuf names = strbuf_init(d->arena), add = strbuf_init(d->arena);
    FileStat st;
    (void)err;
    if (!is_to_be_there(d) ||
        which_look(d, path_join(d->arena, path_dir(env->goroot_path), S("bin/go"))).kind !=
            WHICH_GO) {
        return true;
    }
    for (isize i = 0; i < COUNT_OF(defaults); i++) {
        Str value;
        isize line;
        if (!look_up(env->goroot_text, defaults[i].name, &value, &line)) {
            strbuf_add_format(&names, "%s%.*s=%.*s", names.len > 0 ? " " : "",
                              STR_ARG(defaults[i].name), STR_ARG(defaults[i].value));
            strbuf_add_format(&add, "%.*s=%.*s\n", STR_ARG(defaults[i].name),
                              STR_ARG(defaults[i].value));
            severity = MAX(severity, severity_of_missing(d, defaults[i].name));
        }
    }
    if (severity != SEVERITY_NONE) {
        Err ignored;
        bool has_file = file_stat(FILE_CWD, env->goroot_path, &st, &ignored) == FILE_FOUND;
        find_missing(d, severity, strbuf_str(&names), strbuf_str(&add), has_file);
    }
    return true;
}

/* ---- GWD026 ---- */

static bool is_snap(Str root)
{
    return str_contains(root, S("/snap/"));
}

static void note_change(Doctor *d, isize i, Str value, isize line)
{
    bool is_unproved = str_eq(defaults[i].name, S("GOSUMDB")) && str_eq(value, S("off"));
    doctor_find(
        d, (Finding){
               .severity = is_unproved ? SEVERITY_WARN : SEVERITY_INFO,
               .title = is_unproved ? S("this Go was built not to ask the checksum database")
                                    : str_format(d->arena, "this Go's own default of %.*s is %.*s",
                                                 STR_ARG(defaults[i].name), STR_ARG(value)),
               .place = {.file = d->in->env->goroot_path, .line = line},
               .evidence = str_format(d->arena, "upstream: %.*s=%.*s", STR_ARG(defaults[i].name),
                                      STR_ARG(defaults[i].value)),
               .remedy = str_format(d->arena, "go env -w %.*s=%.*s", STR_ARG(defaults[i].name),
                                    STR_ARG(defaults[i].value)),
           });
}

static bool check_distribution(Doctor *d, Err *err)
{
    (void)err;
    for (isize i = 0; is_to_be_there(d) && i < COUNT_OF(defaults); i++) {
        Str value;
        isize line;
        Variable v = doctor_variable(d, defaults[i].name);
        if (!variable_is_set(&v) &&
            look_up(d->in->env->goroot_text, defaults[i].name, &value, &line) &&
            !str_eq(value, defaults[i].value)) {
            note_change(d, i, value, line);
        }
    }
    if (is_snap(d->in->goroot)) {
        doctor_find(d, (Finding){
                           .severity = SEVERITY_INFO,
                           .title = S("this Go is a snap: it changes when the snap is refreshed"),
                           .evidence = d->in->goroot,
                           .remedy = S("snap refresh --hold go"),
                       });
    }
    return true;
}

static const Check rows[] = {
    {
        .about =
            {
                .id = STR_CONST("GWD025"),
                .title = STR_CONST("go.env gives GOPROXY, GOSUMDB and GOTOOLCHAIN a default"),
                .severity = SEVERITY_ERROR,
                .looks_at = STR_CONST("go.env of the GOROOT, and whether the environment or the "
                                      "user's go env file say what it does not"),
                .why = STR_CONST(
                    "Since Go 1.21 these three defaults stand in that file and nowhere else. "
                    "Without it go env shows them empty: a download says GOPROXY list is not the "
                    "empty string, but contains no entries, and a go.mod that asks for a newer Go "
                    "stops the build instead of bringing it."),
                .cure =
                    STR_CONST("goward doctor --fix adds the missing lines; goward verify --repair "
                              "brings the release's own file back"),
                .since = STR_CONST("0.1.0"),
                .source = STR_CONST("go.dev/doc/toolchain#GOTOOLCHAIN"),
            },
        .run = check_defaults,
        .modes = MODE_PROXY,
    },
    {
        .about =
            {
                .id = STR_CONST("GWD026"),
                .title = STR_CONST("the Go has upstream's defaults"),
                .severity = SEVERITY_WARN,
                .looks_at = STR_CONST("the values in go.env of the GOROOT, as far as nobody sets "
                                      "them elsewhere, and whether the Go is a snap"),
                .why = STR_CONST(
                    "Distributions change them: GOTOOLCHAIN=local keeps Go from fetching the "
                    "release that go.mod asks for, GOPROXY=direct asks every host of a module "
                    "itself, GOSUMDB=off lets changed modules pass. The same module then builds "
                    "here and not there."),
                .cure = STR_CONST("go env -w NAME=VALUE with upstream's value, where that is what "
                                  "you want"),
                .since = STR_CONST("0.1.0"),
                .source = STR_CONST("go.dev/doc/toolchain"),
            },
        .run = check_distribution,
    },
};

const CheckGroup doctor_which_goenv = {rows, COUNT_OF(rows)};
