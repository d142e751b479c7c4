#define _GNU_SOURCE /* sched_getaffinity, CPU_COUNT */
#include "os/proc.h"

#include "base/sort.h"
#include "base/vec.h"
#include "os/cpath.h"
#include "os/dir.h"

#include <errno.h>
#include <sched.h>
#include <stdlib.h>
#include <sys/utsname.h>
#include <unistd.h>

#define MAX_PASSWD (4 * MIB) /* bytes of /etc/passwd that are searched for a name */

bool proc_working_dir(Arena *a, Str *ret, Err *err)
{
    char buf[CPATH_MAX];
    if (getcwd(buf, sizeof(buf)) == NULL) {
        FAIL_SYS(err, "the working directory cannot be read");
        return err_hint(err, "it may have been removed: cd to an existing directory");
    }
    *ret = str_copy(a, str_from_c(buf));
    return true;
}

bool proc_change_dir(Str dir, Err *err)
{
    char c[CPATH_MAX];
    if (!cpath_make(dir, c) || chdir(c) != 0) {
        return FAIL_SYS(err, "entering '%.*s'", STR_ARG(dir));
    }
    return true;
}

bool proc_executable(Arena *a, Str *ret, Err *err)
{
    if (file_readlink(a, FILE_CWD, S("/proc/self/exe"), ret, err) == FILE_FOUND) {
        return true;
    }
    return FAIL(err, ERR_UNSUPPORTED, "/proc is not mounted, so the running program is unknown");
}

FileOutcome proc_real_path(Arena *a, Str path, Str *ret, Err *err)
{
    char c[CPATH_MAX], real[CPATH_MAX];
    if (!cpath_make(path, c) || realpath(c, real) == NULL) {
        if (errno == ENOENT || errno == ENOTDIR) {
            return FILE_ABSENT;
        }
        FAIL_SYS(err, "resolving '%.*s'", STR_ARG(path));
        return FILE_FAILED;
    }
    *ret = str_copy(a, str_from_c(real));
    return FILE_FOUND;
}

/* What the kernel calls a machine, and Go's name for it. */
static const struct {
    Str machine, arch;
} machines[] = {
    {STR_CONST("x86_64"), STR_CONST("amd64")},
    {STR_CONST("aarch64"), STR_CONST("arm64")},
    {STR_CONST("i386"), STR_CONST("386")},
    {STR_CONST("i486"), STR_CONST("386")},
    {STR_CONST("i586"), STR_CONST("386")},
    {STR_CONST("i686"), STR_CONST("386")},
    {STR_CONST("armv5tel"), STR_CONST("arm")},
    {STR_CONST("armv6l"), STR_CONST("arm")},
    {STR_CONST("armv7l"), STR_CONST("arm")},
    {STR_CONST("armv8l"), STR_CONST("arm")},
    {STR_CONST("ppc64le"), STR_CONST("ppc64le")},
    {STR_CONST("ppc64"), STR_CONST("ppc64")},
    {STR_CONST("s390x"), STR_CONST("s390x")},
    {STR_CONST("riscv64"), STR_CONST("riscv64")},
    {STR_CONST("loongarch64"), STR_CONST("loong64")},
};

ProcHost proc_host(void)
{
    struct utsname names;
    ProcHost host = {S("linux"), {0}};
    if (uname(&names) != 0) {
        return host;
    }
    Str machine = str_from_c(names.machine);
    for (isize i = 0; i < COUNT_OF(machines); i++) {
        if (str_eq(machine, machines[i].machine)) {
            host.arch = machines[i].arch;
        }
    }
    return host;
}

uint32_t proc_user_id(void)
{
    return geteuid();
}

Str proc_user_name(Arena *a)
{
    /* From /etc/passwd directly: a static program has no name service to ask. */
    Err ignored;
    Str rest;
    Str number = str_format(a, "%u", (unsigned)geteuid());
    if (file_read_all(a, FILE_CWD, S("/etc/passwd"), MAX_PASSWD, &rest, &ignored) != FILE_FOUND) {
        return number;
    }
    Str line;
    while (str_next_line(&rest, &line)) {
        StrCut name = str_cut(line, ':');
        StrCut password = str_cut(name.tail, ':');
        if (str_eq(str_cut(password.tail, ':').head, number)) {
            return name.head;
        }
    }
    return number;
}

isize proc_cpus(void)
{
    cpu_set_t set;
    return sched_getaffinity(0, sizeof(set), &set) == 0 ? MAX(1, CPU_COUNT(&set)) : 1;
}

Str proc_boot_id(Arena *a)
{
    Err ignored;
    Str id;
    if (file_read_all(a, FILE_CWD, S("/proc/sys/kernel/random/boot_id"), 64, &id, &ignored) !=
        FILE_FOUND) {
        return (Str){0};
    }
    return str_trim(id);
}

static int compare_paths(const void *x, const void *y)
{
    return str_compare(*(const Str *)x, *(const Str *)y);
}

bool proc_running_executables(Arena *a, Str **ret_paths, isize *ret_n, Err *err)
{
    AUTO_CLOSE int proc = -1;
    DirList processes;
    if (dir_open(FILE_CWD, S("/proc"), &proc, err) != FILE_FOUND) {
        return FAIL(err, ERR_UNSUPPORTED, "/proc is not mounted, so running programs are unknown");
    }
    if (!dir_list(a, proc, &processes, err)) {
        return false;
    }
    VEC(Str) paths = {0};
    for (isize i = 0; i < processes.len; i++) {
        int64_t pid;
        Str path;
        Err ignored;
        if (str_parse_decimal(processes.ptr[i].name, INT32_MAX, &pid) &&
            file_readlink(a, proc, str_format(a, "%lld/exe", (long long)pid), &path, &ignored) ==
                FILE_FOUND) {
            *VEC_PUSH(a, &paths) = path;
        }
    }
    sort_array(paths.ptr, paths.len, (isize)sizeof(Str), compare_paths);
    isize n = 0;
    for (isize i = 0; i < paths.len; i++) {
        if (n == 0 || !str_eq(paths.ptr[n - 1], paths.ptr[i])) {
            paths.ptr[n++] = paths.ptr[i];
        }
    }
    *ret_paths = paths.ptr;
    *ret_n = n;
    return true;
}
