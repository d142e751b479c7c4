/*
 * What -race needs before it does anything: a target that has the detector, cgo, and the detector's
 * own code, which is no Go source but object files (.syso) in the GOROOT. Packagers drop those, and
 * some copies of a Go do not have them; the link then ends with undefined names.
 */
#include "doctor/cgo_command.h"
#include "doctor/race_wanted.h"
#include "go/root/gosource.h"

#include "base/path.h"
#include "os/file.h"

static void find_fault(Doctor *d, Str title, Str evidence, Str remedy)
{
    Variable flags = doctor_variable(d, S("GOFLAGS"));
    doctor_find(
        d, (Finding){.severity = SEVERITY_ERROR,
                     .title = title,
                     .place = variable_place(&flags),
                     .evidence = evidence.len > 0 ? evidence : variable_evidence(d->arena, &flags),
                     .remedy = remedy});
}

/* ---- the target ---- */

/* RaceDetectorSupported of internal/platform, before Go 1.20 of cmd/internal/sys. What cannot be
 * read is taken to be supported: whether cmd/go refuses is then seen from cmd/go. */
static bool is_supported(const Doctor *d)
{
    Str text, body, line;
    Err ignored;
    bool is_ours = false;
    const DoctorInput *in = d->in;
    if ((!gosource_read(d->arena, in->goroot, S("internal/platform/supported.go"), &text,
                        &ignored) &&
         !gosource_read(d->arena, in->goroot, S("cmd/internal/sys/supported.go"), &text,
                        &ignored)) ||
        !gosource_next_block(&text, S("func RaceDetectorSupported("), &body)) {
        return true;
    }
    while (gosource_next_line(&body, &line)) {
        if (str_starts_with(line, S("case ")) || str_starts_with(line, S("default:"))) {
            is_ours = gosource_has_quoted(line, in->os);
        } else if (is_ours && str_starts_with(line, S("return "))) {
            return gosource_has_quoted(line, in->arch);
        }
    }
    return false;
}

/* ---- cgo ---- */

static void check_cgo(Doctor *d)
{
    Str path, title, remedy = S("export CGO_ENABLED=1");
    CgoWords cc = cgo_compiler(d);
    switch (cgo_state(d)) {
    case CGO_OFF_SET:
        title = S("-race needs cgo, and CGO_ENABLED=0 turns it off: every build stops");
        break;
    case CGO_OFF_CROSS:
        title = S("-race needs cgo, which is off for another target unless it is asked for: every "
                  "build stops");
        remedy = S("export CGO_ENABLED=1, and CC to a compiler for the target");
        break;
    case CGO_OFF_NO_COMPILER:
        title = str_format(d->arena,
                           "-race needs cgo, which is off because %.*s is not in PATH: every build "
                           "stops",
                           STR_ARG(cgo_default_cc(d)));
        remedy = str_format(d->arena, "install %.*s", STR_ARG(cgo_default_cc(d)));
        break;
    case CGO_ON:
        if (!doctor_go_is_before(d, S("1.20")) || cc.len == 0 ||
            cgo_find_program(d, cc.ptr[0], &path)) {
            return; /* from 1.20 on cgo would be off, or GWD003 tells */
        }
        title = str_format(d->arena,
                           "-race needs the C compiler %.*s, which is not there: the link ends "
                           "with \"relocation target not defined\"",
                           STR_ARG(cc.ptr[0]));
        remedy = str_format(d->arena, "install %.*s", STR_ARG(cc.ptr[0]));
        break;
    case CGO_OFF_PORT:
    case CGO_UNKNOWN:
        return;
    }
    Variable flags = doctor_variable(d, S("GOFLAGS")),
             enabled = doctor_variable(d, S("CGO_ENABLED"));
    find_fault(d, title,
               str_format(d->arena, "%.*s\n%.*s", STR_ARG(variable_evidence(d->arena, &flags)),
                          STR_ARG(variable_evidence(d->arena, &enabled))),
               remedy);
}

/* ---- the detector's own code ---- */

/* Below src/runtime/race; Go 1.20 gave amd64 a folder of its own per level. */
static Str runtime_name(const Doctor *d)
{
    const DoctorInput *in = d->in;
    Str level = goenv_value(in->env, S("GOAMD64"));
    if (!str_eq(in->arch, S("amd64")) || doctor_go_is_before(d, S("1.20"))) {
        return str_format(d->arena, "race_%.*s_%.*s.syso", STR_ARG(in->os), STR_ARG(in->arch));
    }
    bool is_v3 = str_eq(in->os, S("linux")) && (str_eq(level, S("v3")) || str_eq(level, S("v4")));
    return str_format(d->arena, "internal/amd64v%c/race_%.*s.syso", is_v3 ? '3' : '1',
                      STR_ARG(in->os));
}

static void check_runtime(Doctor *d)
{
    Str name = str_format(d->arena, "src/runtime/race/%.*s", STR_ARG(runtime_name(d)));
    Str path = path_join(d->arena, d->in->goroot, name);
    FileStat st;
    Err ignored;
    FileOutcome outcome = file_stat(FILE_CWD, path, &st, &ignored);
    if (outcome == FILE_FAILED || (outcome == FILE_FOUND && st.size > 0)) {
        return;
    }
    find_fault(d,
               str_format(d->arena,
                          "%.*s has no race detector for %.*s/%.*s: the link of every -race build "
                          "ends with undefined names",
                          STR_ARG(doctor_go_name(d)), STR_ARG(d->in->os), STR_ARG(d->in->arch)),
               str_format(d->arena, "%.*s %s", STR_ARG(path),
                          outcome == FILE_ABSENT ? "is not there" : "is empty"),
               S("use the official Go (goward use), or install the package with the race "
                 "detector's runtime; goward verify says what else is missing"));
}

/* ---- beside it ---- */

static void check_companions(Doctor *d)
{
    static const Str others[] = {STR_CONST("msan"), STR_CONST("asan")};
    const GoEnv *env = d->in->env;
    Str mode;
    if (!race_flag_is_on(env, S("race"))) {
        return;
    }
    for (isize i = 0; i < COUNT_OF(others); i++) {
        if (race_flag_is_on(env, others[i])) {
            find_fault(d,
                       str_format(d->arena,
                                  "GOFLAGS holds -race and -%.*s, which exclude each other: every "
                                  "build stops",
                                  STR_ARG(others[i])),
                       (Str){0}, S("take one of them out of GOFLAGS"));
        }
    }
    if (goenv_flag(env, S("covermode"), &mode) && !str_eq(mode, S("atomic"))) {
        find_fault(d,
                   str_format(d->arena,
                              "with -race -covermode must be atomic, and is %.*s: every "
                              "build stops",
                              STR_ARG(mode)),
                   (Str){0}, S("take -covermode out of GOFLAGS"));
    }
}

/* A program with races found ends with this code; 66 when it is not set. */
static void check_gorace(Doctor *d)
{
    Variable v = {
        S("GORACE"),
        {.value = environ_value(d->in->env->environ, S("GORACE")), .origin = GOENV_ORIGIN_PROCESS}};
    Str rest = v.got.value, option, code = {0};
    while (str_next_field(&rest, &option)) {
        if (str_eat_prefix(&option, S("exitcode="))) {
            code = option;
        }
    }
    if (str_eq(code, S("0"))) {
        doctor_find_variable(d, SEVERITY_WARN, &v, (Str){0},
                             "programs in which a race is found end as if all were well");
    }
}

static bool check_target(Doctor *d, Err *err)
{
    (void)err;
    check_gorace(d);
    if (d->in->goroot.len == 0 || !race_is_wanted(d)) {
        return true;
    }
    check_companions(d);
    if (!is_supported(d)) {
        find_fault(d,
                   str_format(d->arena,
                              "%.*s has no race detector for %.*s/%.*s: every build with -race "
                              "stops",
                              STR_ARG(doctor_go_name(d)), STR_ARG(d->in->os), STR_ARG(d->in->arch)),
                   (Str){0}, S("take -race out of GOFLAGS, or build for another target"));
        return true;
    }
    bool is_apart = str_eq(d->in->os, S("darwin")) && !doctor_go_is_before(d, S("1.20"));
    if (!is_apart) {
        check_cgo(d);
    }
    check_runtime(d);
    return true;
}

static const Check rows[] = {
    {
        .about =
            {
                .id = STR_CONST("GWD085"),
                .title = STR_CONST("where -race is used, it can be"),
                .severity = SEVERITY_ERROR,
                .looks_at = STR_CONST(
                    "-race, -msan, -asan and -covermode in GOFLAGS; GORACE; whether cgo is on; "
                    "RaceDetectorSupported in the Go in use; src/runtime/race/*.syso of it, for "
                    "GOAMD64=v3 and v4 on Linux that of internal/amd64v3. Made when GOFLAGS holds "
                    "-race or the profile is race"),
                .why = STR_CONST(
                    "The race detector is there for some ports only: linux/loong64 came with Go "
                    "1.25, linux/riscv64 with 1.26, openbsd/amd64 went with 1.22. Everywhere but "
                    "on darwin it needs cgo, which turns itself off where there is no compiler. "
                    "Its runtime is a set of object files, which some packages of Go lack; then "
                    "only the link fails, with names that say nothing to anybody.\n\n"
                    "GORACE=exitcode=0 lets tests pass in which races were found."),
                .cure = STR_CONST("export CGO_ENABLED=1, install a C compiler, use the official "
                                  "Go"),
                .since = STR_CONST("0.1.0"),
                .source = STR_CONST("go.dev/doc/articles/race_detector#Requirements, "
                                    "cmd/go/internal/work/init.go (instrumentInit)"),
            },
        .run = check_target,
    },
};

const CheckGroup doctor_race_target = {rows, COUNT_OF(rows)};
