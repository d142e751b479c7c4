#define _GNU_SOURCE /* sched_getaffinity, CPU_COUNT */
#include "os/proc.h"

#include "base/path.h"
#include "base/sort.h"
#include "base/vec.h"
#include "os/cpath.h"
#include "os/dir.h"

#include <errno.h>
#include <sched.h>
#include <stdlib.h>
#include <sys/utsname.h>
#include <unistd.h>

#define MAX_ENVIRON (8 * MIB) /* of a process; the kernel takes 6 MiB, arguments included */
#define MAX_PASSWD (4 * MIB)  /* bytes of /etc/passwd that are searched for a name */

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

/* The next process of a listing of /proc from *at on whose program the caller may see. */
static bool next_process(Arena *a, int proc, const DirList *list, isize *at, int64_t *ret_pid,
                         Str *ret_program)
{
    while (*at < list->len) {
        Str name = list->ptr[(*at)++].name;
        Err ignored;
        if (str_parse_decimal(name, INT32_MAX, ret_pid) &&
            file_readlink(a, proc, path_join(a, name, S("exe")), ret_program, &ignored) ==
                FILE_FOUND) {
            return true;
        }
    }
    return false;
}

static bool list_processes(Arena *a, int *ret_proc, DirList *ret, Err *err)
{
    if (dir_open(FILE_CWD, S("/proc"), ret_proc, err) != FILE_FOUND) {
        return FAIL(err, ERR_UNSUPPORTED, "/proc is not mounted, so running programs are unknown");
    }
    return dir_list(a, *ret_proc, ret, err);
}

bool proc_running_executables(Arena *a, Str **ret_paths, isize *ret_n, Err *err)
{
    AUTO_CLOSE int proc = -1;
    DirList processes;
    VEC(Str) paths = {0};
    Str path;
    int64_t pid;
    if (!list_processes(a, &proc, &processes, err)) {
        return false;
    }
    for (isize at = 0; next_process(a, proc, &processes, &at, &pid, &path);) {
        *VEC_PUSH(a, &paths) = path;
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

/* The arguments, which stand there with a NUL after each. */
static Str read_command(Arena *a, int proc, int64_t pid)
{
    AUTO_CLOSE int fd = -1;
    Err ignored;
    isize n = 0;
    char *text = arena_alloc(a, PROC_MAX_COMMAND, 1, 1);
    Str name = str_format(a, "%lld/cmdline", (long long)pid);
    if (file_open_plain(proc, name, &fd, &ignored) != FILE_FOUND ||
        !file_read_at(fd, 0, text, PROC_MAX_COMMAND, &n, &ignored)) {
        return (Str){0};
    }
    for (isize i = 0; i < n; i++) {
        text[i] = text[i] == '\0' ? ' ' : text[i];
    }
    return str_trim((Str){text, n});
}

FileOutcome proc_environment(Arena *a, int64_t pid, Environ *ret, Err *err)
{
    Str text;
    VEC(Str) entries = {0};
    AUTO_CLOSE int fd = -1;
    Str path = str_format(a, "/proc/%lld/environ", (long long)pid);
    FileOutcome found = file_open(FILE_CWD, path, &fd, err);
    if (found != FILE_FOUND) {
        return found;
    }
    if (!file_read_fd(a, fd, MAX_ENVIRON, &text, err)) {
        return FILE_FAILED;
    }
    while (text.len > 0) {
        StrCut cut = str_cut(text, '\0');
        if (str_index_byte(cut.head, '=') > 0) {
            *VEC_PUSH(a, &entries) = cut.head;
        }
        text = cut.tail;
    }
    *ret = (Environ){entries.ptr, entries.len};
    return FILE_FOUND;
}

FileOutcome proc_find_running(Arena *a, Str dir, int64_t *ret_pid, Str *ret_command, Err *err)
{
    AUTO_CLOSE int proc = -1;
    DirList processes;
    Str path;
    int64_t pid;
    if (!list_processes(a, &proc, &processes, err)) {
        return FILE_FAILED;
    }
    for (isize at = 0; next_process(a, proc, &processes, &at, &pid, &path);) {
        if (path_is_within(path, dir)) {
            *ret_command = read_command(a, proc, pid);
            *ret_pid = pid;
            return FILE_FOUND;
        }
    }
    return FILE_ABSENT;
}
