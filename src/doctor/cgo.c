/*
 * Whether cgo is on, cmd/go decides so (cmd/go/internal/cfg, defaultContext): CGO_ENABLED when it
 * is 0 or 1, any other value is passed over; else off when the target is not the machine itself;
 * else, since Go 1.20, on when CC is set or the default compiler is in PATH. With cgo on and a
 * compiler that is not there, or that compiles for something else, packages with C in them fail,
 * and net is one of them on most systems.
 *
 * For which target a compiler compiles, only the compiler knows, and none is run here: its name and
 * arguments say it (aarch64-linux-gnu-gcc, zig cc -target aarch64-linux), or it is doubted.
 */
#include "doctor/cgo_command.h"

static const struct {
    Str arch;
    Str triple; /* what Debian's cross compilers for Linux are called by */
    Str words;  /* of which one stands in a command that compiles for it */
} archs[] = {
    {STR_CONST("386"), STR_CONST("i686-linux-gnu"), STR_CONST("i386 i486 i586 i686 x86- -m32")},
    {STR_CONST("amd64"), STR_CONST("x86_64-linux-gnu"), STR_CONST("x86_64 amd64 -m64")},
    {STR_CONST("arm"), STR_CONST("arm-linux-gnueabihf"), STR_CONST("arm-")},
    {STR_CONST("arm"), {0}, STR_CONST("armv armel armhf gnueabi")},
    {STR_CONST("arm64"), STR_CONST("aarch64-linux-gnu"), STR_CONST("aarch64 arm64")},
    {STR_CONST("loong64"), STR_CONST("loongarch64-linux-gnu"), STR_CONST("loongarch64")},
    {STR_CONST("mips"), STR_CONST("mips-linux-gnu"), STR_CONST("mips-")},
    {STR_CONST("mipsle"), STR_CONST("mipsel-linux-gnu"), STR_CONST("mipsel")},
    {STR_CONST("mips64"), STR_CONST("mips64-linux-gnuabi64"), STR_CONST("mips64-")},
    {STR_CONST("mips64le"), STR_CONST("mips64el-linux-gnuabi64"), STR_CONST("mips64el")},
    {STR_CONST("ppc64"), STR_CONST("powerpc64-linux-gnu"), STR_CONST("powerpc64- ppc64-")},
    {STR_CONST("ppc64le"), STR_CONST("powerpc64le-linux-gnu"), STR_CONST("powerpc64le ppc64le")},
    {STR_CONST("riscv64"), STR_CONST("riscv64-linux-gnu"), STR_CONST("riscv64")},
    {STR_CONST("s390x"), STR_CONST("s390x-linux-gnu"), STR_CONST("s390x")},
};

static const struct {
    Str os;
    Str words;
} systems[] = {
    {STR_CONST("linux"), STR_CONST("linux musl")},
    {STR_CONST("windows"), STR_CONST("mingw windows")},
    {STR_CONST("darwin"), STR_CONST("darwin apple macos o64")},
    {STR_CONST("ios"), STR_CONST("apple ios")},
    {STR_CONST("android"), STR_CONST("android")},
    {STR_CONST("freebsd"), STR_CONST("freebsd")},
    {STR_CONST("netbsd"), STR_CONST("netbsd")},
    {STR_CONST("openbsd"), STR_CONST("openbsd")},
};

static bool has_one_of(Str text, Str words)
{
    Str word;
    while (str_next_field(&words, &word)) {
        if (str_contains(text, word)) {
            return true;
        }
    }
    return false;
}

static bool says_arch(Str command, Str arch)
{
    bool is_listed = false;
    for (isize i = 0; i < COUNT_OF(archs); i++) {
        if (str_eq(archs[i].arch, arch)) {
            is_listed = true;
            if (has_one_of(command, archs[i].words)) {
                return true;
            }
        }
    }
    return !is_listed; /* nothing is known that it could say */
}

static bool says_system(Str command, Str os)
{
    for (isize i = 0; i < COUNT_OF(systems); i++) {
        if (str_eq(systems[i].os, os)) {
            return has_one_of(command, systems[i].words);
        }
    }
    return true;
}

static bool says_target(const Doctor *d, Str command)
{
    const DoctorInput *in = d->in;
    return (str_eq(in->arch, in->host_arch) || says_arch(command, in->arch)) &&
           (str_eq(in->os, in->host_os) || says_system(command, in->os));
}

/* What makes it compile for the target, as far as that can be said. */
static Str compiler_remedy(const Doctor *d, const Variable *cc, const Variable *enabled)
{
    Str off = variable_remedy(d->arena, enabled, S("0"));
    if (cgo_is_native(d->in)) {
        return variable_is_set(cc) ? variable_remedy(d->arena, cc, (Str){0})
                                   : str_format(d->arena, "install %.*s, or %.*s",
                                                STR_ARG(cc->got.value), STR_ARG(off));
    }
    for (isize i = 0; i < COUNT_OF(archs); i++) {
        if (str_eq(d->in->os, S("linux")) && str_eq(archs[i].arch, d->in->arch)) {
            return str_format(d->arena, "export CC=%.*s-gcc, or %.*s", STR_ARG(archs[i].triple),
                              STR_ARG(off));
        }
    }
    return off;
}

static void find_compiler(Doctor *d, Severity severity, const Variable *cc, const Variable *enabled,
                          Str title)
{
    doctor_find(d, (Finding){
                       .severity = severity,
                       .title = title,
                       .place = variable_place(cc->got.file.len > 0 ? cc : enabled),
                       .evidence = str_format(d->arena, "%.*s\n%.*s",
                                              STR_ARG(variable_evidence(d->arena, cc)),
                                              STR_ARG(variable_evidence(d->arena, enabled))),
                       .remedy = compiler_remedy(d, cc, enabled),
                   });
}

/* cgo is on for another machine: what compiles for it? */
static void check_foreign(Doctor *d, const Variable *cc, const Variable *enabled)
{
    Str command = cc->got.value;
    const DoctorInput *in = d->in;
    if (says_target(d, command)) {
        return;
    }
    if (variable_is_set(cc)) {
        find_compiler(d, SEVERITY_WARN, cc, enabled,
                      str_format(d->arena,
                                 "cgo is on for %.*s/%.*s, and nothing in CC says that %.*s "
                                 "compiles for it",
                                 STR_ARG(in->os), STR_ARG(in->arch), STR_ARG(command)));
        return;
    }
    find_compiler(d, SEVERITY_ERROR, cc, enabled,
                  str_format(d->arena,
                             "cgo is on for %.*s/%.*s, but CC is not set and %.*s compiles for "
                             "this machine",
                             STR_ARG(in->os), STR_ARG(in->arch), STR_ARG(command)));
}

/* Programs for these are linked by a C compiler, with or without C in them (MustLinkExternal of
 * internal/platform). */
static bool needs_cgo(const DoctorInput *in)
{
    bool is_arm64 = str_eq(in->arch, S("arm64"));
    return (str_eq(in->os, S("android")) && !is_arm64) || (str_eq(in->os, S("ios")) && is_arm64);
}

static void check_off(Doctor *d, const Variable *enabled)
{
    if (needs_cgo(d->in)) {
        doctor_find_variable(d, SEVERITY_ERROR, enabled, S("1"),
                             "cgo is off, and programs for %.*s/%.*s cannot be linked without it",
                             STR_ARG(d->in->os), STR_ARG(d->in->arch));
    }
}

static void check_on(Doctor *d, bool is_asked, const Variable *cc, const Variable *enabled)
{
    CgoWords words;
    Str path, program = cc->got.value;
    if (!cgo_split(d->arena, program, &words)) {
        return; /* what GWD081 tells */
    }
    program = words.len > 0 ? words.ptr[0] : program;
    if (!cgo_has_port(d)) {
        if (is_asked) {
            doctor_find_variable(d, SEVERITY_INFO, enabled, (Str){0},
                                 "CGO_ENABLED=1 changes nothing: %.*s/%.*s has no cgo",
                                 STR_ARG(d->in->os), STR_ARG(d->in->arch));
        }
    } else if (!cgo_find_program(d, program, &path)) {
        if (is_asked || variable_is_set(cc)) {
            find_compiler(d, SEVERITY_ERROR, cc, enabled,
                          str_format(d->arena, "cgo is on, but the C compiler %.*s is not there",
                                     STR_ARG(program)));
        }
    } else if (!cgo_is_native(d->in)) {
        check_foreign(d, cc, enabled);
    }
}

static bool check_compiler(Doctor *d, Err *err)
{
    (void)err;
    Variable enabled = doctor_variable(d, S("CGO_ENABLED"));
    Variable cc = doctor_variable(d, S("CC"));
    bool is_asked = str_eq(enabled.got.value, S("1"));
    bool is_off = str_eq(enabled.got.value, S("0"));
    if (enabled.got.value.len > 0 && !is_asked && !is_off) {
        doctor_find_variable(d, SEVERITY_WARN, &enabled, (Str){0},
                             "CGO_ENABLED is neither 0 nor 1 and is passed over: cgo is %s",
                             cgo_is_native(d->in) ? "on where a C compiler is found" : "off");
    }
    if (is_off || (!is_asked && !cgo_is_native(d->in))) {
        check_off(d, &enabled);
        return true;
    }
    if (cc.got.value.len == 0) {
        cc.got.value = cgo_default_cc(d);
    }
    check_on(d, is_asked, &cc, &enabled);
    return true;
}

static const Check rows[] = {
    {
        .about =
            {
                .id = STR_CONST("GWD003"),
                .title = STR_CONST("where cgo is on, a C compiler for the target is there"),
                .severity = SEVERITY_ERROR,
                .looks_at = STR_CONST(
                    "CGO_ENABLED, CC, GOOS and GOARCH; PATH; the default compiler in "
                    "src/cmd/go/internal/cfg/zdefaultcc.go of the Go in use. The compiler is "
                    "judged by its name and arguments; it is not run"),
                .why = STR_CONST(
                    "Building for another machine turns cgo off, unless CGO_ENABLED=1 turns it on. "
                    "Then CC has to compile for that machine; left unset it is the compiler of "
                    "this one, and the build fails in runtime/cgo with assembler messages or "
                    "missing headers. Whoever only copied the variable gets the same.\n\n"
                    "CGO_ENABLED=true, yes or any other word is passed over without a message. "
                    "Programs for ios/arm64 and for android, but for android/arm64, cannot be "
                    "linked while cgo is off."),
                .cure = STR_CONST("export CC=aarch64-linux-gnu-gcc (the compiler for the target), "
                                  "or unset CGO_ENABLED when no C is needed"),
                .since = STR_CONST("0.1.0"),
                .source = STR_CONST("pkg.go.dev/cmd/cgo#hdr-Using_cgo_with_the_go_command"),
            },
        .run = check_compiler,
        .modes = MODE_MINIMAL,
        .item = 3,
    },
};

const CheckGroup doctor_cgo = {rows, COUNT_OF(rows)};
