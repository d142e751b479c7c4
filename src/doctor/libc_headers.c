/*
 * The headers of the C library, looked for where compilers look for them, so that a doctor that may
 * run nothing sees the commonest fault: gcc without libc6-dev. Judged are only compilers of the
 * system (in /usr/bin and beside it), whose folders are known; whoever brings a compiler of his own
 * brings its headers. GWD084 asks the compiler itself.
 */
#include "doctor/cgo_command.h"

#include "base/path.h"
#include "base/strbuf.h"
#include "os/file.h"

/* The folders of a compiler that are known. */
static const Str compiler_dirs[] = {STR_CONST("/usr/bin"), STR_CONST("/bin")};

/* Debian's folder below /usr/include. */
static const struct {
    Str arch, name;
} multiarch[] = {
    {STR_CONST("386"), STR_CONST("i386-linux-gnu")},
    {STR_CONST("amd64"), STR_CONST("x86_64-linux-gnu")},
    {STR_CONST("arm"), STR_CONST("arm-linux-gnueabihf")},
    {STR_CONST("arm64"), STR_CONST("aarch64-linux-gnu")},
    {STR_CONST("riscv64"), STR_CONST("riscv64-linux-gnu")},
};

typedef VEC(Str) Folders;

static void add(const Doctor *d, Folders *folders, Str path)
{
    *VEC_PUSH(d->arena, folders) = path_absolute(d->arena, d->in->dir, path);
}

static void add_system(const Doctor *d, Folders *folders, Str path)
{
    *VEC_PUSH(d->arena, folders) = doctor_system_path(d, path);
}

/* A flag and its value, in one word or two. */
static bool eat_flag(const CgoWords *words, isize *i, Str flag, Str *ret)
{
    Str word = words->ptr[*i];
    if (!str_eat_prefix(&word, flag)) {
        return false;
    }
    if (word.len == 0 && *i + 1 < words->len) {
        word = words->ptr[++*i];
    }
    str_eat_prefix(&word, S("="));
    *ret = word;
    return word.len > 0;
}

/* -I, -isystem and a sysroot; *ret_sysroot is left alone where there is none. */
static void add_flags(const Doctor *d, Folders *folders, const CgoWords *words, Str *ret_sysroot)
{
    static const Str include[] = {STR_CONST("-I"), STR_CONST("-isystem"), STR_CONST("-idirafter")};
    static const Str sysroot[] = {STR_CONST("--sysroot"), STR_CONST("-isysroot")};
    for (isize i = 0; i < words->len; i++) {
        Str value;
        for (isize f = 0; f < COUNT_OF(include); f++) {
            if (eat_flag(words, &i, include[f], &value)) {
                add(d, folders, value);
            }
        }
        for (isize f = 0; f < COUNT_OF(sysroot); f++) {
            if (eat_flag(words, &i, sysroot[f], &value)) {
                *ret_sysroot = path_absolute(d->arena, d->in->dir, value);
            }
        }
    }
}

static void add_variables(const Doctor *d, Folders *folders)
{
    static const Str names[] = {STR_CONST("CPATH"), STR_CONST("C_INCLUDE_PATH")};
    for (isize i = 0; i < COUNT_OF(names); i++) {
        Str rest = environ_value(d->in->env->environ, names[i]);
        while (rest.len > 0) {
            StrCut cut = str_cut(rest, ':');
            if (cut.head.len > 0) {
                add(d, folders, cut.head);
            }
            rest = cut.tail;
        }
    }
}

/* "aarch64-linux-gnu" of aarch64-linux-gnu-gcc-13; empty for gcc. */
static Str triple_of(Str program)
{
    static const Str names[] = {STR_CONST("-gcc"), STR_CONST("-cc"), STR_CONST("-clang")};
    Str name = path_base(program);
    for (isize i = 0; i < COUNT_OF(names); i++) {
        isize at = str_index(name, names[i]);
        if (at > 0) {
            return str_to(name, at);
        }
    }
    return (Str){0};
}

/* Whether the name is one of a compiler whose folders are known. */
static bool is_known(Str program)
{
    static const Str names[] = {STR_CONST("gcc"), STR_CONST("cc"), STR_CONST("clang")};
    Str name = path_base(program), triple = triple_of(program);
    if (triple.len > 0) {
        return str_contains(triple, S("-linux-")) && !str_contains(triple, S("musl"));
    }
    for (isize i = 0; i < COUNT_OF(names); i++) {
        Str rest = name;
        if (str_eat_prefix(&rest, names[i]) &&
            (rest.len == 0 ||
             (rest.ptr[0] == '-' && rest.len > 1 && rest.ptr[1] >= '0' && rest.ptr[1] <= '9'))) {
            return true;
        }
    }
    return false;
}

static bool is_of_system(const Doctor *d, Str path)
{
    for (isize i = 0; i < COUNT_OF(compiler_dirs); i++) {
        if (str_eq(path_dir(path), doctor_system_path(d, compiler_dirs[i]))) {
            return true;
        }
    }
    return false;
}

static void add_usual(const Doctor *d, Folders *folders, Str triple, Str sysroot)
{
    if (sysroot.len > 0) {
        add(d, folders, path_join(d->arena, sysroot, S("usr/include")));
        add(d, folders, path_join(d->arena, sysroot, S("include")));
    } else if (triple.len > 0) {
        add_system(d, folders, str_format(d->arena, "/usr/%.*s/include", STR_ARG(triple)));
        add_system(d, folders,
                   str_format(d->arena, "/usr/%.*s/sys-root/usr/include", STR_ARG(triple)));
        add_system(d, folders, str_format(d->arena, "/usr/%.*s/usr/include", STR_ARG(triple)));
        add_system(d, folders, str_format(d->arena, "/usr/include/%.*s", STR_ARG(triple)));
    }
    if (triple.len == 0 || cgo_is_native(d->in)) {
        Str root = sysroot.len > 0 ? sysroot : doctor_system_path(d, S("/"));
        add(d, folders, path_join(d->arena, root, S("usr/include")));
        add(d, folders, path_join(d->arena, root, S("usr/local/include")));
        for (isize i = 0; i < COUNT_OF(multiarch); i++) {
            if (str_eq(multiarch[i].arch, d->in->arch)) {
                add(d, folders,
                    path_join(d->arena, root,
                              str_concat(d->arena, S("usr/include/"), multiarch[i].name)));
            }
        }
    }
}

/* What is only noticed through its absence is not accused for another reason: a folder that cannot
 * be looked into counts as having it. */
static bool has_header(const Doctor *d, const Folders *folders)
{
    for (isize i = 0; i < folders->len; i++) {
        FileStat st;
        Err ignored;
        Str path = path_join(d->arena, folders->ptr[i], S("stdlib.h"));
        if (file_stat(FILE_CWD, path, &st, &ignored) != FILE_ABSENT) {
            return true;
        }
    }
    return false;
}

static Str list(const Doctor *d, const Folders *folders)
{
    StrBuf b = strbuf_init(d->arena);
    strbuf_add(&b, S("no stdlib.h in"));
    for (isize i = 0; i < folders->len; i++) {
        strbuf_add_format(&b, "\n%.*s", STR_ARG(folders->ptr[i]));
    }
    return strbuf_str(&b);
}

static void find_missing(Doctor *d, const Folders *folders, Str program, Str triple)
{
    doctor_find(
        d, (Finding){
               .severity = SEVERITY_ERROR,
               .title = str_format(d->arena,
                                   "%.*s is there, and the C library's headers are not: packages "
                                   "with C in them, net among them, do not build",
                                   STR_ARG(program)),
               .evidence = list(d, folders),
               .remedy = triple.len > 0
                             ? str_format(d->arena,
                                          "install the C library for %.*s (Debian: libc6-dev-ARCH-"
                                          "cross), name its sysroot in CGO_CFLAGS, or export "
                                          "CGO_ENABLED=0",
                                          STR_ARG(triple))
                             : S("install libc6-dev (Debian), glibc-devel (Fedora) or musl-dev "
                                 "(Alpine), or export CGO_ENABLED=0"),
           });
}

static void find_sysroot(Doctor *d, Str sysroot)
{
    doctor_find(d, (Finding){.severity = SEVERITY_ERROR,
                             .title = str_format(d->arena,
                                                 "the sysroot %.*s is not there: packages with C "
                                                 "in them do not build",
                                                 STR_ARG(sysroot)),
                             .evidence = str_format(d->arena, "--sysroot=%.*s", STR_ARG(sysroot)),
                             .remedy = S("correct --sysroot in CC, CGO_CFLAGS and CGO_LDFLAGS")});
}

static bool check_headers(Doctor *d, Err *err)
{
    (void)err;
    static const Str flags[] = {STR_CONST("CGO_CFLAGS"), STR_CONST("CGO_CPPFLAGS")};
    Folders folders = {0};
    CgoWords cc = cgo_compiler(d), words;
    Str path, sysroot = {0};
    FileStat st;
    Err ignored;
    if (cgo_state(d) != CGO_ON || cc.len == 0 || !cgo_find_program(d, cc.ptr[0], &path)) {
        return true;
    }
    add_flags(d, &folders, &cc, &sysroot);
    for (isize i = 0; i < COUNT_OF(flags); i++) {
        if (cgo_split(d->arena, goenv_value(d->in->env, flags[i]), &words)) {
            add_flags(d, &folders, &words, &sysroot);
        }
    }
    if (sysroot.len > 0 && file_stat(FILE_CWD, sysroot, &st, &ignored) == FILE_ABSENT) {
        find_sysroot(d, sysroot);
        return true;
    }
    Str triple = triple_of(path);
    bool is_for_linux = str_eq(d->in->os, S("linux")) && str_eq(d->in->host_os, S("linux"));
    if (!is_for_linux || !is_known(path) || !is_of_system(d, path) ||
        (triple.len == 0 && sysroot.len == 0 && !cgo_is_native(d->in))) {
        return true; /* of a compiler for another target by its flags nothing is known */
    }
    add_variables(d, &folders);
    add_usual(d, &folders, triple, sysroot);
    if (!has_header(d, &folders)) {
        find_missing(d, &folders, cc.ptr[0], triple);
    }
    return true;
}

bool cgo_headers_are_missing(const Doctor *d)
{
    Doctor asked = *d;
    Err ignored;
    asked.findings = (FindingList){0};
    return check_headers(&asked, &ignored) && asked.findings.len > 0;
}

static const Check rows[] = {
    {
        .about =
            {
                .id = STR_CONST("GWD083"),
                .title = STR_CONST("where cgo is on, the C library's headers are there"),
                .severity = SEVERITY_ERROR,
                .looks_at = STR_CONST(
                    "stdlib.h in /usr/include and beside it, for a cross compiler in "
                    "/usr/TRIPLE/include and beside it, in the folders that CC, CGO_CFLAGS, "
                    "CGO_CPPFLAGS, CPATH and C_INCLUDE_PATH name, and below a --sysroot. For "
                    "compilers in /usr/bin and targets on Linux; the compiler is not run"),
                .why = STR_CONST(
                    "A compiler comes without the C library's headers in slim images and where "
                    "recommended packages are left out. cgo is on then, since a compiler is "
                    "there, and every program that imports net, os/user or anything with C ends "
                    "with \"stdlib.h: No such file or directory\" in runtime/cgo. Without the "
                    "compiler it would have been built without cgo."),
                .cure = STR_CONST("install libc6-dev, glibc-devel or musl-dev; for another target "
                                  "its sysroot; or export CGO_ENABLED=0"),
                .since = STR_CONST("0.1.0"),
                .source = STR_CONST("gcc(1), src/runtime/cgo of each release"),
            },
        .run = check_headers,
    },
};

const CheckGroup doctor_libc_headers = {rows, COUNT_OF(rows)};
