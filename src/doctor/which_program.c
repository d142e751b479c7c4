/*
 * Can the first go on PATH be run at all? A script may start a manager that is gone, a program may
 * be for another machine or miss what loads it. And the programs that look at Go code: were they
 * built by a Go that knows the language of this module?
 */
#include "doctor/which_gos.h"

#include "base/path.h"
#include "doctor/remedy.h"
#include "go/mod/version.h"
#include "os/dir.h"
#include "os/proc.h"

#define MAX_HANDLER (4 * KIB) /* of a file of binfmt_misc */

static Str path_value(const Doctor *d)
{
    return environ_value(d->in->env->environ, S("PATH"));
}

static bool is_there(Str path)
{
    FileStat st;
    Err ignored;
    return file_stat(FILE_CWD, path, &st, &ignored) != FILE_ABSENT;
}

/* ---- GWD027: scripts ---- */

/* Whether a word of a script names a program that is not there. Words with anything that a shell
 * would work out are not known, and count as there. */
static bool is_missing(const Doctor *d, Str word)
{
    static const char worked_out[] = "$`\\*?[]{}()<>|&;=~\"'";
    for (isize i = 0; i < COUNT_OF(worked_out) - 1; i++) {
        if (str_index_byte(word, worked_out[i]) >= 0) {
            return false;
        }
    }
    if (path_is_absolute(word)) {
        return !is_there(word);
    }
    return word.len > 0 && str_index_byte(word, '/') < 0 &&
           which_first(d, path_value(d), word).kind == WHICH_NONE;
}

/* The program of an "#!" line: what it names, or what env is to find. */
static Str interpreter_of(Str line)
{
    Str word = {0}, next;
    str_eat_prefix(&line, S("#!"));
    str_next_field(&line, &word);
    if (!str_eq(path_base(word), S("env"))) {
        return word;
    }
    while (str_next_field(&line, &next)) {
        if (next.ptr[0] != '-') {
            return next;
        }
    }
    return word;
}

/* The word behind an exec at the beginning of a line; options of exec are none of a shim's. */
static bool exec_target(Str line, Str *ret)
{
    Str word;
    return str_next_field(&line, &word) && str_eq(word, S("exec")) && str_next_field(&line, ret);
}

static void find_dead(Doctor *d, const WhichGo *go, isize line, Str missing)
{
    doctor_find(
        d, (Finding){
               .severity = SEVERITY_ERROR,
               .title = str_format(d->arena, "go is a script that starts %.*s, which is not there",
                                   STR_ARG(missing)),
               .place = {.file = go->path, .line = line},
               .evidence = which_say(d->arena, go),
               .remedy = remedy_path_without(d, path_dir(go->path)),
           });
}

static void check_script(Doctor *d, const WhichGo *go)
{
    Str text, line, target;
    if (!which_read_text(d, go->real, &text) || !str_next_line(&text, &line)) {
        return;
    }
    Str interpreter = interpreter_of(line);
    if (is_missing(d, interpreter)) {
        find_dead(d, go, 1, interpreter);
        return;
    }
    for (isize n = 2; str_next_line(&text, &line); n++) {
        if (exec_target(line, &target) && is_missing(d, which_unquoted(target))) {
            find_dead(d, go, n, which_unquoted(target));
            return;
        }
    }
    doctor_find(d, (Finding){
                       .severity = SEVERITY_INFO,
                       .title = S("go is a script: it decides which Go runs"),
                       .place = {.file = go->path},
                       .evidence = which_say(d->arena, go),
                   });
}

static void check_loader(Doctor *d, const WhichGo *go)
{
    Str loader = go->info.interpreter;
    if (go->info.format != EXE_FORMAT_ELF || !path_is_absolute(loader) || is_there(loader)) {
        return;
    }
    doctor_find(d, (Finding){
                       .severity = SEVERITY_ERROR,
                       .title = str_format(d->arena,
                                           "go cannot start: it needs %.*s, and the shell says "
                                           "\"go: not found\"",
                                           STR_ARG(loader)),
                       .evidence = which_say(d->arena, go),
                       .remedy = S("install the Go that is made for this system's C library"),
                   });
}

/* In its tree it can be put back; elsewhere it is in the way of the next one. */
static void find_damaged(Doctor *d, const WhichGo *go, Str title)
{
    Str root = path_dir(path_dir(go->real));
    bool has_tree = is_there(path_join(d->arena, root, S("VERSION")));
    doctor_find(d, (Finding){
                       .severity = SEVERITY_ERROR,
                       .title = title,
                       .evidence = which_say(d->arena, go),
                       .remedy = has_tree ? remedy_repair(d->arena, root)
                                          : remedy_put_away(d->arena, go->path),
                   });
}

static bool check_runs(Doctor *d, Err *err)
{
    (void)err;
    WhichGo go = which_in_use(d);
    if (go.kind == WHICH_SCRIPT) {
        check_script(d, &go);
    } else if (go.is_loaded && which_is_cut_off(d, go.real)) {
        find_damaged(d, &go, S("go is cut off: the end of its file is missing"));
    } else if (go.is_loaded) {
        check_loader(d, &go);
    } else if (go.kind == WHICH_OTHER) {
        find_damaged(d, &go, S("go is no program: its file is damaged, or something else"));
    }
    return true;
}

/* ---- GWD028: another machine ---- */

/* Pairs that the processor runs without help: 32 bits under 64. */
static bool is_narrower(Str host, Str arch)
{
    return (str_eq(host, S("amd64")) && str_eq(arch, S("386"))) ||
           (str_eq(host, S("arm64")) && str_eq(arch, S("arm")));
}

/* Whether the kernel hands programs of the architecture to an emulator: binfmt_misc has an enabled
 * entry whose name ends in qemu's name of it. */
static bool is_emulated(const Doctor *d, Str arch)
{
    static const struct {
        Str arch, name;
    } names[] = {
        {STR_CONST("amd64"), STR_CONST("x86_64")},
        {STR_CONST("arm64"), STR_CONST("aarch64")},
        {STR_CONST("386"), STR_CONST("i386")},
        {STR_CONST("arm"), STR_CONST("arm")},
        {STR_CONST("riscv64"), STR_CONST("riscv64")},
        {STR_CONST("s390x"), STR_CONST("s390x")},
        {STR_CONST("ppc64le"), STR_CONST("ppc64le")},
        {STR_CONST("loong64"), STR_CONST("loongarch64")},
    };
    for (isize i = 0; i < COUNT_OF(names); i++) {
        Str text;
        Err ignored;
        Str path =
            str_format(d->arena, "/proc/sys/fs/binfmt_misc/qemu-%.*s", STR_ARG(names[i].name));
        if (str_eq(names[i].arch, arch) &&
            file_read_all(d->arena, FILE_CWD, doctor_system_path(d, path), MAX_HANDLER, &text,
                          &ignored) == FILE_FOUND) {
            return str_starts_with(text, S("enabled"));
        }
    }
    return false;
}

static void find_foreign(Doctor *d, const WhichGo *go, ProcHost host, bool runs)
{
    const BuildInfo *info = &go->info;
    Str os = info->os.len > 0 ? info->os : host.os;
    Str arch = info->arch.len > 0 ? info->arch : S("an unknown machine");
    bool has_other = which_along(d, path_value(d), S("go")).len > 1;
    doctor_find(
        d,
        (Finding){
            .severity = runs ? SEVERITY_WARN : SEVERITY_ERROR,
            .title = str_format(d->arena, "go is for %.*s/%.*s, and this is %.*s/%.*s: %s",
                                STR_ARG(os), STR_ARG(arch), STR_ARG(host.os), STR_ARG(host.arch),
                                runs ? "it is slow, and builds for its own machine"
                                     : "it cannot be executed (Exec format error)"),
            .evidence = which_say(d->arena, go),
            .remedy = has_other ? remedy_path_without(d, path_dir(go->path))
                                : str_format(d->arena, "goward install %.*s", STR_ARG(go->version)),
        });
}

static bool check_machine(Doctor *d, Err *err)
{
    (void)err;
    WhichGo go = which_in_use(d);
    ProcHost host = proc_host();
    if (!go.is_loaded || host.arch.len == 0) {
        return true;
    }
    const BuildInfo *info = &go.info;
    bool is_other_os = info->os.len > 0 && !str_eq(info->os, host.os);
    if (is_other_os || !str_eq(info->arch, host.arch)) {
        bool runs =
            !is_other_os && (is_narrower(host.arch, info->arch) || is_emulated(d, info->arch));
        find_foreign(d, &go, host, runs);
    }
    return true;
}

/* ---- GWD029: programs that read Go code ---- */

static const Str analyzers[] = {
    STR_CONST("gopls"),       STR_CONST("staticcheck"), STR_CONST("golangci-lint"),
    STR_CONST("govulncheck"), STR_CONST("errcheck"),    STR_CONST("revive"),
    STR_CONST("gosec"),       STR_CONST("nilaway"),     STR_CONST("stringer"),
    STR_CONST("mockgen"),     STR_CONST("deadcode"),
};

/* As a person's shell finds it, else in GOBIN. */
static WhichGo find_program(const Doctor *d, Str name)
{
    WhichGo found = which_first(d, path_value(d), name);
    Str gobin = goenv_value(d->in->env, S("GOBIN"));
    if (found.kind == WHICH_NONE && path_is_absolute(gobin)) {
        found = which_look(d, path_join(d->arena, gobin, name));
    }
    return found;
}

static Str reinstall(const Doctor *d, const WhichGo *program)
{
    Str path = program->info.path;
    return path.len == 0 ? str_format(d->arena, "install %.*s anew", STR_ARG(program->path))
                         : str_format(d->arena, "go install %.*s@latest", STR_ARG(path));
}

static void check_analyzer(Doctor *d, Str name, Str wanted, Place place)
{
    WhichGo program = find_program(d, name);
    Str built_by = program.is_loaded ? buildinfo_version(&program.info) : (Str){0};
    if (built_by.len == 0 || which_minor(built_by) >= which_minor(wanted)) {
        return;
    }
    doctor_find(d, (Finding){
                       .severity = SEVERITY_WARN,
                       .title = str_format(d->arena,
                                           "%.*s was built by Go %.*s and cannot read this module, "
                                           "which asks for Go %.*s",
                                           STR_ARG(name), STR_ARG(built_by), STR_ARG(wanted)),
                       .place = place,
                       .evidence = str_format(d->arena, "%.*s: go%.*s", STR_ARG(program.path),
                                              STR_ARG(built_by)),
                       .remedy = reinstall(d, &program),
                   });
}

/* Delve 1.N is made for the Gos up to 1.N, from 1.20 on. One that a distribution has built says no
 * version of its own, and is no newer than the Go that built it. */
static void check_debugger(Doctor *d)
{
    WhichGo dlv = find_program(d, S("dlv"));
    int64_t of_go = which_minor(d->in->version);
    Str version = dlv.info.main.module.version;
    bool has_version = str_eat_prefix(&version, S("v"));
    if (!has_version) {
        version = dlv.is_loaded ? buildinfo_version(&dlv.info) : (Str){0};
    }
    if (!dlv.is_loaded || of_go < 0) {
        return;
    }
    int64_t of_dlv = which_minor(str_cut(version, '-').head);
    if (of_dlv < 0 || of_dlv >= of_go) {
        return;
    }
    doctor_find(d, (Finding){
                       .severity = SEVERITY_WARN,
                       .title = str_format(d->arena, "dlv %s%.*s does not know programs of Go %.*s",
                                           has_version ? "" : "of Go ", STR_ARG(version),
                                           STR_ARG(d->in->version)),
                       .evidence = str_format(d->arena, "%.*s: built by go%.*s", STR_ARG(dlv.path),
                                              STR_ARG(buildinfo_version(&dlv.info))),
                       .remedy = S("go install github.com/go-delve/delve/cmd/dlv@latest"),
                   });
}

static bool check_analyzers(Doctor *d, Err *err)
{
    (void)err;
    Place place = {.line = 0};
    Str wanted = which_go_line(d, &place);
    for (isize i = 0; wanted.len > 0 && i < COUNT_OF(analyzers); i++) {
        check_analyzer(d, analyzers[i], wanted, place);
    }
    check_debugger(d);
    return true;
}

static const Check rows[] = {
    {
        .about =
            {
                .id = STR_CONST("GWD027"),
                .title = STR_CONST("what is called go can be started"),
                .severity = SEVERITY_ERROR,
                .looks_at = STR_CONST(
                    "the first go on PATH: of a script the interpreter, and the programs that its "
                    "exec lines name literally; of a program the loader that it asks for"),
                .why = STR_CONST(
                    "Version managers put a script before every Go. When the manager is removed "
                    "and its directory stays in PATH, go ends with 127 and a message about "
                    "something else (exec: asdf: not found). A Go of another C library, such as "
                    "one of Debian on Alpine, is there, executable, and \"not found\": it is its "
                    "loader that is missing. What a script works out while it runs cannot be "
                    "known from outside."),
                .cure = STR_CONST("take the directory of the script out of PATH, or install its "
                                  "manager again"),
                .since = STR_CONST("0.1.0"),
                .source = STR_CONST("execve(2)"),
            },
        .run = check_runs,
    },
    {
        .about =
            {
                .id = STR_CONST("GWD028"),
                .title = STR_CONST("the Go is made for this machine"),
                .severity = SEVERITY_ERROR,
                .looks_at = STR_CONST("the machine and system in the first go on PATH, uname, and "
                                      "the emulators in /proc/sys/fs/binfmt_misc"),
                .why = STR_CONST(
                    "The archive of another architecture unpacks as well, and then says cannot "
                    "execute binary file: Exec format error. Where an emulator is registered it "
                    "runs, ten times slower, and builds programs of its own architecture."),
                .cure = STR_CONST("install the archive whose name has the architecture of uname -m "
                                  "(x86_64 is amd64, aarch64 is arm64)"),
                .since = STR_CONST("0.1.0"),
                .source = STR_CONST("go.dev/doc/install"),
            },
        .run = check_machine,
    },
    {
        .about =
            {
                .id = STR_CONST("GWD029"),
                .title = STR_CONST("analyzers and the debugger know the Go of this module"),
                .severity = SEVERITY_WARN,
                .looks_at = STR_CONST(
                    "gopls, staticcheck, golangci-lint and others along PATH and in GOBIN: the Go "
                    "that built them, against the go line of go.work or go.mod; dlv: its own "
                    "version, against the Go in use"),
                .why = STR_CONST(
                    "A program that type-checks Go code has the type checker of the Go that built "
                    "it: package requires newer Go version go1.27 (application built with "
                    "go1.26). An old Delve attaches to a newer program and reads its memory "
                    "wrongly."),
                .cure = STR_CONST("go install PATH@latest, with the newer Go"),
                .since = STR_CONST("0.1.0"),
                .source = STR_CONST("go/types, Config.GoVersion"),
            },
        .run = check_analyzers,
    },
};

const CheckGroup doctor_which_program = {rows, COUNT_OF(rows)};
