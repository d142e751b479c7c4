/*
 * Programs of Go that the C library keeps from starting. With cgo a program is bound to a loader
 * and to versions of glibc that the building machine had; brought to another one (a mounted home,
 * an image of another distribution) it ends with "no such file or directory" about a file that is
 * there, or with "version GLIBC_2.99 not found". Looked at are the programs in GOBIN and in the
 * working directory; none is run.
 */
#include "doctor/context.h"
#include "doctor/dynamic.h"
#include "doctor/libc_find.h"

#include "base/path.h"
#include "go/buildinfo/buildinfo.h"
#include "os/dir.h"

#define MAX_PROGRAMS 400 /* of one directory */

/* ---- the versions that a program asks for ---- */

/* The highest N of the names GLIBC_2.N; 0: none. */
static int64_t needed_glibc(Str strings)
{
    int64_t highest = 0, minor;
    while (strings.len > 0) {
        StrCut cut = str_cut(strings, '\0');
        Str name = cut.head;
        if (str_eat_prefix(&name, S("GLIBC_2.")) &&
            str_parse_decimal(str_cut(name, '.').head, 999, &minor)) {
            highest = MAX(highest, minor);
        }
        strings = cut.tail;
    }
    return highest;
}

/* ---- one program ---- */

typedef struct {
    Str path;
    int fd;
    const BuildInfo *info;
    const Libc *libc; /* of the machine */
} Program;

/* What builds it anew here. */
static Str rebuild(const Doctor *d, const BuildInfo *info)
{
    Str version = info->main.module.version;
    bool is_released = info->path.len > 0 && str_starts_with(version, S("v"));
    return is_released
               ? str_format(d->arena, "go install %.*s@%.*s", STR_ARG(info->path), STR_ARG(version))
               : S("build it again on this machine, or with CGO_ENABLED=0 for all");
}

static void find_program(Doctor *d, const Program *p, Str title, Str evidence, Str remedy)
{
    doctor_find(d, (Finding){.severity = SEVERITY_WARN,
                             .title = title,
                             .place = {.file = p->path},
                             .evidence = evidence,
                             .remedy = remedy});
}

/* Whether the loader is there; when not, that is what is found. */
static bool check_loader(Doctor *d, const Program *p)
{
    FileStat st;
    Err ignored;
    Str loader = p->info->interpreter;
    if (!path_is_absolute(loader) ||
        file_stat(FILE_CWD, doctor_system_path(d, loader), &st, &ignored) != FILE_ABSENT) {
        return true;
    }
    bool is_musl = str_contains(loader, S("ld-musl"));
    find_program(d, p,
                 str_format(d->arena,
                            "%.*s cannot start: it was built for %s, and its loader is "
                            "not there",
                            STR_ARG(path_base(p->path)), is_musl ? "musl" : "glibc"),
                 str_format(d->arena, "it asks for %.*s", STR_ARG(loader)), rebuild(d, p->info));
    return false;
}

static void check_versions(Doctor *d, const Program *p)
{
    Exe x;
    Str strings;
    Err ignored;
    if (p->libc->kind != LIBC_GLIBC || p->libc->major != 2 || !p->info->is_64 ||
        exe_read(d->arena, p->fd, &x, &ignored) != EXE_FOUND ||
        !dynamic_names(&x, &strings, &ignored)) {
        return;
    }
    int64_t needed = needed_glibc(strings);
    if (needed > p->libc->minor) {
        find_program(d, p,
                     str_format(d->arena,
                                "%.*s cannot start: it needs glibc 2.%lld, and this machine has "
                                "2.%lld",
                                STR_ARG(path_base(p->path)), (long long)needed,
                                (long long)p->libc->minor),
                     p->libc->path, rebuild(d, p->info));
    }
}

static void check_file(Doctor *d, int dirfd, Str dir, Str name, const Libc *libc)
{
    AUTO_CLOSE int fd = -1;
    BuildInfo info;
    Err ignored;
    Arena before = *d->arena;
    if (file_open(dirfd, name, &fd, &ignored) != FILE_FOUND) {
        return;
    }
    isize n_findings = d->findings.len;
    if (buildinfo_read(d->arena, fd, &info, &ignored) == BUILDINFO_FOUND &&
        info.format == EXE_FORMAT_ELF && str_eq(info.os, d->in->host_os) &&
        str_eq(info.arch, d->in->host_arch)) {
        Program p = {path_join(d->arena, dir, name), fd, &info, libc};
        if (check_loader(d, &p)) {
            check_versions(d, &p);
        }
    }
    if (d->findings.len == n_findings) {
        *d->arena = before; /* hundreds of programs leave nothing behind */
    }
}

static bool check_dir(Doctor *d, Str dir, const Libc *libc, Err *err)
{
    AUTO_CLOSE int fd = -1;
    DirList list;
    Err ignored;
    if (dir.len == 0 || dir_open(FILE_CWD, dir, &fd, &ignored) != FILE_FOUND) {
        return true; /* other checks look at the folder itself */
    }
    if (!dir_list(d->arena, fd, &list, err)) {
        return false;
    }
    isize n = 0;
    for (isize i = 0; i < list.len && n < MAX_PROGRAMS; i++) {
        Str name = list.ptr[i].name;
        if (list.ptr[i].kind != FILE_KIND_DIR &&
            (str_ends_with(name, S(".so")) || file_may_execute(fd, name))) {
            check_file(d, fd, dir, name, libc);
            n++;
        }
    }
    return true;
}

static bool check_programs(Doctor *d, Err *err)
{
    Str gobin = goenv_value(d->in->env, S("GOBIN"));
    Libc libc = libc_find(d);
    if (!str_eq(d->in->host_os, S("linux"))) {
        return true;
    }
    return check_dir(d, d->in->dir, &libc, err) &&
           (str_eq(gobin, d->in->dir) || check_dir(d, gobin, &libc, err));
}

static const Check rows[] = {
    {
        .about =
            {
                .id = STR_CONST("GWD089"),
                .title = STR_CONST("programs built with cgo can start on this machine"),
                .severity = SEVERITY_WARN,
                .looks_at = STR_CONST(
                    "the Go programs in GOBIN and in the working directory: the loader that they "
                    "name (PT_INTERP) and the versions of glibc among their dynamic names; "
                    "libc.so.6 of this machine. None is run"),
                .why = STR_CONST(
                    "A program built with cgo wants the loader and at least the glibc of the "
                    "machine that built it. On an image with musl, or without any C library, the "
                    "shell says \"not found\" of a file that is there; on an older system the "
                    "loader says \"version `GLIBC_2.34' not found\"."),
                .cure = STR_CONST("build it again here, or with CGO_ENABLED=0, which makes it "
                                  "independent of the C library"),
                .since = STR_CONST("0.1.0"),
                .source = STR_CONST("ld.so(8)"),
            },
        .run = check_programs,
        .cost = COST_TREE,
    },
};

const CheckGroup doctor_libc_programs = {rows, COUNT_OF(rows)};
