/*
 * The C compiler, asked: the command that cmd/go would run preprocesses a line that includes
 * stdlib.h, and shows the macros it knows. That proves the headers, the sysroot and the flags in
 * one go, and the macros say for which target it compiles. Nothing is written.
 */
#include "doctor/cgo_command.h"

#include "base/strbuf.h"
#include "os/file.h"
#include "os/spawn.h"

#define TIME_LIMIT_MS 15000  /* a compiler on a slow network file system needs two seconds */
#define MAX_OUTPUT (1 * MIB) /* macros take 30 KiB */
#define MAX_MESSAGES (8 * KIB)
#define MAX_SHOWN_LINES 4

static const Str source = STR_CONST("#include <stdlib.h>\n");

/* What cmd/go adds for the architecture (gccArchArgs), as far as it chooses another target, and
 * what a compiler for it defines. */
static const struct {
    Str arch;
    Str flag;
    Str macro;
} archs[] = {
    {STR_CONST("386"), STR_CONST("-m32"), STR_CONST("__i386__")},
    {STR_CONST("amd64"), STR_CONST("-m64"), STR_CONST("__x86_64__")},
    {STR_CONST("arm"), STR_CONST("-marm"), STR_CONST("__arm__")},
    {STR_CONST("arm64"), {0}, STR_CONST("__aarch64__")},
    {STR_CONST("loong64"), STR_CONST("-mabi=lp64d"), STR_CONST("__loongarch__")},
    {STR_CONST("mips"), STR_CONST("-mabi=32"), STR_CONST("__mips__")},
    {STR_CONST("mipsle"), STR_CONST("-mabi=32"), STR_CONST("__mips__")},
    {STR_CONST("mips64"), STR_CONST("-mabi=64"), STR_CONST("__mips64")},
    {STR_CONST("mips64le"), STR_CONST("-mabi=64"), STR_CONST("__mips64")},
    {STR_CONST("ppc64"), {0}, STR_CONST("__powerpc64__")},
    {STR_CONST("ppc64le"), {0}, STR_CONST("__powerpc64__")},
    {STR_CONST("riscv64"), {0}, STR_CONST("__riscv")},
    {STR_CONST("s390x"), STR_CONST("-m64"), STR_CONST("__s390x__")},
};

static const struct {
    Str os;
    Str macro;
} systems[] = {
    {STR_CONST("android"), STR_CONST("__ANDROID__")},
    {STR_CONST("darwin"), STR_CONST("__APPLE__")},
    {STR_CONST("freebsd"), STR_CONST("__FreeBSD__")},
    {STR_CONST("ios"), STR_CONST("__APPLE__")},
    {STR_CONST("linux"), STR_CONST("__linux__")},
    {STR_CONST("netbsd"), STR_CONST("__NetBSD__")},
    {STR_CONST("openbsd"), STR_CONST("__OpenBSD__")},
    {STR_CONST("windows"), STR_CONST("_WIN32")},
};

typedef struct {
    CgoWords command;
    Str macros;   /* "#define" lines, on success */
    Str messages; /* of the compiler */
    int code;
} Probe;

static void add_words(const Doctor *d, CgoWords *command, CgoWords more)
{
    for (isize i = 0; i < more.len; i++) {
        *VEC_PUSH(d->arena, command) = more.ptr[i];
    }
}

static void add_variable(const Doctor *d, CgoWords *command, Str name)
{
    CgoWords words;
    if (cgo_split(d->arena, goenv_value(d->in->env, name), &words)) {
        add_words(d, command, words);
    }
}

static CgoWords probe_command(const Doctor *d)
{
    static const Str end[] = {STR_CONST("-E"), STR_CONST("-dM"), STR_CONST("-x"), STR_CONST("c"),
                              STR_CONST("-")};
    CgoWords command = {0};
    add_words(d, &command, cgo_compiler(d));
    for (isize i = 0; i < COUNT_OF(archs); i++) {
        if (str_eq(archs[i].arch, d->in->arch) && archs[i].flag.len > 0) {
            *VEC_PUSH(d->arena, &command) = archs[i].flag;
        }
    }
    add_variable(d, &command, S("CGO_CPPFLAGS"));
    add_variable(d, &command, S("CGO_CFLAGS"));
    for (isize i = 0; i < COUNT_OF(end); i++) {
        *VEC_PUSH(d->arena, &command) = end[i];
    }
    return command;
}

static bool run_probe(const Doctor *d, Str program, Probe *p, Err *err)
{
    AUTO_CLOSE int in = -1;
    AUTO_CLOSE int messages = -1;
    if (!file_create_memory(S("source"), &in, err) || !file_write_at(in, 0, source, err) ||
        !file_create_memory(S("messages"), &messages, err)) {
        return false;
    }
    Environ env = environ_with(d->arena, d->in->env->environ, S("LC_ALL"), S("C"));
    Spawn s = {.path = program,
               .argv = p->command.ptr,
               .argc = p->command.len,
               .env = &env,
               .dir = d->in->dir,
               .in = in,
               .out = -1,
               .err = messages,
               .extra = -1};
    if (!spawn_output(d->arena, &s, TIME_LIMIT_MS, MAX_OUTPUT, &p->macros, &p->code, err)) {
        return FAIL_IN(err, "asking the C compiler %.*s", STR_ARG(program));
    }
    char *buf = ARENA_ARRAY(d->arena, char, MAX_MESSAGES);
    isize n = 0;
    if (!file_read_at(messages, 0, buf, MAX_MESSAGES, &n, err)) {
        return false;
    }
    p->messages = (Str){buf, n};
    return true;
}

/* The command, and the first lines that it said. */
static Str evidence(const Doctor *d, const Probe *p)
{
    StrBuf b = strbuf_init(d->arena);
    Str rest = p->messages, line;
    for (isize i = 0; i < p->command.len; i++) {
        strbuf_add_format(&b, "%s%.*s", i > 0 ? " " : "", STR_ARG(p->command.ptr[i]));
    }
    strbuf_add_format(&b, " (with #include <stdlib.h>): exit code %d", p->code);
    for (int i = 0; i < MAX_SHOWN_LINES && str_next_line(&rest, &line); i++) {
        strbuf_add_format(&b, "\n%.*s", STR_ARG(line));
    }
    return strbuf_str(&b);
}

static void find_failure(Doctor *d, const Probe *p)
{
    bool lacks_own = str_contains(p->messages, S("stddef.h: No such file"));
    bool lacks_headers = !lacks_own && str_contains(p->messages, S("stdlib.h")) &&
                         (str_contains(p->messages, S("No such file")) ||
                          str_contains(p->messages, S("file not found")));
    bool is_late = p->code == 124;
    doctor_find(
        d, (Finding){
               .severity = SEVERITY_ERROR,
               .title = is_late     ? S("the C compiler does not answer")
                        : lacks_own ? S("the C compiler does not find its own headers: packages "
                                        "with C in them, net among them, do not build")
                        : lacks_headers ? S("the C compiler does not find the C library's headers: "
                                            "packages with C in them, net among them, do not build")
                                        : S("the C compiler fails: packages with C in them, net "
                                            "among them, do not build"),
               .evidence = evidence(d, p),
               .remedy =
                   is_late     ? S("run the command above by hand and see what it waits for")
                   : lacks_own ? S("install the C compiler again, or correct -nostdinc and the "
                                   "paths in CC and CGO_CFLAGS")
                   : lacks_headers
                       ? S("install libc6-dev (Debian), glibc-devel (Fedora) or musl-dev (Alpine), "
                           "for another target its sysroot; or export CGO_ENABLED=0")
                       : S("correct CC, CGO_CFLAGS and CGO_CPPFLAGS, or export CGO_ENABLED=0"),
           });
}

static bool defines(const Probe *p, Str macro)
{
    Str rest = p->macros, line;
    while (str_next_line(&rest, &line)) {
        if (str_eat_prefix(&line, S("#define ")) && str_eat_prefix(&line, macro) &&
            (line.len == 0 || line.ptr[0] == ' ')) {
            return true;
        }
    }
    return false;
}

/* What a compiler for the target would define, and this one does not; empty: nothing. */
static Str missing_macro(const Doctor *d, const Probe *p)
{
    for (isize i = 0; i < COUNT_OF(archs); i++) {
        if (str_eq(archs[i].arch, d->in->arch) && !defines(p, archs[i].macro)) {
            return archs[i].macro;
        }
    }
    for (isize i = 0; i < COUNT_OF(systems); i++) {
        if (str_eq(systems[i].os, d->in->os) && !defines(p, systems[i].macro)) {
            return systems[i].macro;
        }
    }
    return (Str){0};
}

static void check_macros(Doctor *d, const Probe *p)
{
    Str macro = missing_macro(d, p);
    if (macro.len == 0 || !str_contains(p->macros, S("#define "))) {
        return; /* a compiler without -dM says nothing */
    }
    Variable cc = doctor_variable(d, S("CC"));
    doctor_find(d, (Finding){
                       .severity = SEVERITY_ERROR,
                       .title = str_format(d->arena,
                                           "the C compiler %.*s does not compile for %.*s/%.*s: "
                                           "the link of packages with C in them fails",
                                           STR_ARG(p->command.ptr[0]), STR_ARG(d->in->os),
                                           STR_ARG(d->in->arch)),
                       .place = variable_place(&cc),
                       .evidence = str_format(d->arena, "%.*s\n%.*s is not defined",
                                              STR_ARG(evidence(d, p)), STR_ARG(macro)),
                       .remedy = S("export CC to a compiler for the target, or CGO_ENABLED=0"),
                   });
}

static bool check_probe(Doctor *d, Err *err)
{
    Str program;
    Probe p = {0};
    if (cgo_state(d) != CGO_ON) {
        return true;
    }
    p.command = probe_command(d);
    if (cgo_compiler(d).len == 0 || !cgo_find_program(d, p.command.ptr[0], &program) ||
        cgo_headers_are_missing(d)) {
        return true; /* GWD003, GWD081 and GWD083 tell */
    }
    if (!run_probe(d, program, &p, err)) {
        return false;
    }
    if (p.code != 0) {
        find_failure(d, &p);
    } else {
        check_macros(d, &p);
    }
    return true;
}

static const Check rows[] = {
    {
        .about =
            {
                .id = STR_CONST("GWD084"),
                .title = STR_CONST("where cgo is on, the C compiler works and is for the target"),
                .severity = SEVERITY_ERROR,
                .looks_at = STR_CONST(
                    "what the compiler says when it preprocesses #include <stdlib.h>, run as the "
                    "go command would run it: CC, the flag for the architecture, CGO_CPPFLAGS, "
                    "CGO_CFLAGS. It gets 15 seconds and writes nothing"),
                .why = STR_CONST(
                    "A compiler that is there may still not work: without the headers of the C "
                    "library (slim images have gcc and no libc6-dev), with a sysroot that is not "
                    "there, or for another target than the one asked for. The build then stops in "
                    "runtime/cgo with messages about files and registers that are nobody's own."),
                .cure = STR_CONST("install the headers (libc6-dev, glibc-devel, musl-dev), export "
                                  "CC for the target, or export CGO_ENABLED=0"),
                .since = STR_CONST("0.1.0"),
                .source = STR_CONST("cmd/go/internal/work/exec.go (gccArchArgs)"),
            },
        .run = check_probe,
        .cost = COST_PROCESS,
    },
};

const CheckGroup doctor_cgo_probe = {rows, COUNT_OF(rows)};
