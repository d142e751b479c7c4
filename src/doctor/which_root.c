/*
 * GOROOT: where the go command looks for the compiler and the standard library. It finds its own
 * tree by itself; a value from outside can only be right, wrong or of another version
 * (cmd/go/internal/cfg, findGOROOT and SetGOROOT).
 */
#include "doctor/which_gos.h"

#include "base/path.h"
#include "doctor/remedy.h"
#include "os/proc.h"

/* The version that the compiler of a tree says, as the go command compares it. */
static Str version_of_compiler(const Doctor *d, Str root)
{
    BuildInfo info;
    Err ignored;
    Str path = str_format(d->arena, "%.*s/pkg/tool/%.*s_%.*s/compile", STR_ARG(root),
                          STR_ARG(d->in->host_os), STR_ARG(d->in->host_arch));
    return buildinfo_read_file(d->arena, path, &info, &ignored) == BUILDINFO_FOUND
               ? buildinfo_version(&info)
               : (Str){0};
}

/* ---- GWD020 ---- */

static void find_foreign(Doctor *d, const Variable *v, Str compiler, const WhichGo *go)
{
    doctor_find_variable(d, SEVERITY_ERROR, v, (Str){0},
                         "GOROOT is a Go %.*s, and %.*s is Go %.*s: every build fails",
                         STR_ARG(compiler), STR_ARG(go->path), STR_ARG(go->version));
}

static bool check_goroot(Doctor *d, Err *err)
{
    (void)err;
    Variable v = doctor_variable(d, S("GOROOT"));
    if (v.got.origin != GOENV_ORIGIN_PROCESS) {
        return true; /* the env file is GWD021 */
    }
    if (!file_is_dir(FILE_CWD, v.got.value)) {
        doctor_find_variable(d, SEVERITY_ERROR, &v, (Str){0},
                             "GOROOT names no directory: every go command fails");
        return true;
    }
    WhichGo go = which_in_use(d);
    Str compiler = version_of_compiler(d, v.got.value);
    if (!file_is_dir(FILE_CWD, path_join(d->arena, v.got.value, S("src/runtime")))) {
        doctor_find_variable(d, SEVERITY_ERROR, &v, (Str){0},
                             "GOROOT has no src/runtime: it is no Go, and every build fails");
    } else if (go.version.len > 0 && compiler.len > 0 && !str_eq(go.version, compiler)) {
        find_foreign(d, &v, compiler, &go);
    }
    return true;
}

/* ---- GWD021 ---- */

/* The last line of the user's file counts. goenv_get never looks there for GOROOT. */
static Variable goroot_of_file(const GoEnv *env)
{
    Variable v = {.name = S("GOROOT")};
    Str rest = env->user_text, line;
    for (isize n = 1; str_next_line(&rest, &line); n++) {
        if (str_eat_prefix(&line, S("GOROOT="))) {
            v.got = (GoEnvValue){line, GOENV_ORIGIN_USER_FILE, env->user_path, n};
        }
    }
    return v;
}

static bool check_goroot_in_file(Doctor *d, Err *err)
{
    (void)err;
    Variable v = goroot_of_file(d->in->env);
    Str user_path = d->in->env->user_path;
    if (v.got.value.len == 0) {
        return true;
    }
    bool is_there = file_is_dir(FILE_CWD, v.got.value);
    doctor_find(d,
                (Finding){
                    .severity = is_there ? SEVERITY_WARN : SEVERITY_ERROR,
                    .title = is_there ? S("GOROOT stands in the go env file: every other Go uses "
                                          "this tree, and its builds fail")
                                      : S("GOROOT in the go env file names no directory: every go "
                                          "command fails, go env -u too"),
                    .place = variable_place(&v),
                    .evidence = variable_evidence(d->arena, &v),
                    .remedy = str_format(d->arena, "sed -i '/^GOROOT=/d' %.*s",
                                         STR_ARG(remedy_word(d->arena, user_path))),
                });
    doctor_fix(d,
               (Fix){.kind = FIX_GOENV_UNSET,
                     .name = S("GOROOT"),
                     .says = str_format(d->arena, "remove GOROOT from %.*s", STR_ARG(user_path))});
    return true;
}

static const Check rows[] = {
    {
        .about =
            {
                .id = STR_CONST("GWD020"),
                .title = STR_CONST("GOROOT is unset, or the tree of the go that runs"),
                .severity = SEVERITY_ERROR,
                .looks_at = STR_CONST("GOROOT in the environment, the version of the compiler in "
                                      "it, and that of the first go on PATH"),
                .why = STR_CONST(
                    "The go command knows its tree. A GOROOT that an old instruction exported "
                    "survives the next installation: go version still answers, and go build says "
                    "compile: version \"go1.23.12\" does not match go tool version \"go1.26.8\", "
                    "or "
                    "go: cannot find GOROOT directory."),
                .cure = STR_CONST("unset GOROOT, and remove its line from the shell's files"),
                .since = STR_CONST("0.1.0"),
                .source = STR_CONST("go.dev/issue/34214, cmd/go/internal/cfg"),
            },
        .run = check_goroot,
        .modes = MODE_PROXY,
    },
    {
        .about =
            {
                .id = STR_CONST("GWD021"),
                .title = STR_CONST("the go env file does not set GOROOT"),
                .severity = SEVERITY_ERROR,
                .looks_at = STR_CONST("the user's go env file, whatever the environment says"),
                .why = STR_CONST(
                    "go env -w GOROOT=DIR was taken without a word until Go 1.26. From then on "
                    "every Go of this user uses that tree; when it goes away every go command "
                    "fails, go env -u GOROOT included, so the file can only be edited by hand. Go "
                    "1.27 refuses to write it, and still reads it."),
                .cure = STR_CONST("sed -i '/^GOROOT=/d' ~/.config/go/env"),
                .since = STR_CONST("0.1.0"),
                .source = STR_CONST("go.dev/issue/79648"),
            },
        .run = check_goroot_in_file,
        .modes = MODE_PROXY,
    },
};

const CheckGroup doctor_which_root = {rows, COUNT_OF(rows)};
