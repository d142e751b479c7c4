/* What stands between Go and the kernel: a filter of system calls, a container, Windows. */
#include "doctor/cgroup.h"

#include "base/strbuf.h"
#include "os/callprobe.h"
#include "os/file.h"

/* ---- GWD097: system calls ---- */

/* What each call that is refused means for Go; where a row has a version, only from that on. */
static const struct {
    CallKind call;
    Str since;
    bool only_killed; /* Go does without the call where it is refused, but not when it is killed */
    Str effect;
} call_needs[] = {
    {CALL_CLONE,
     {NULL, 0},
     false,
     STR_CONST("every Go program stops at its start (\"failed to create new OS thread\")")},
    {CALL_EPOLL_CREATE,
     {NULL, 0},
     false,
     STR_CONST("every Go program that uses files or the network stops (\"epollcreate failed\")")},
    {CALL_EVENTFD, STR_CONST("1.21"), false,
     STR_CONST("every Go program that uses files or the network stops (\"eventfd failed\")")},
    {CALL_PIPE, {NULL, 0}, false, STR_CONST("the go command cannot start the compiler")},
    {CALL_SIGALTSTACK, {NULL, 0}, false, STR_CONST("every Go program stops at its start")},
    {CALL_MADVISE, {NULL, 0}, true, STR_CONST("every Go program is killed")},
    {CALL_PIDFD_OPEN, STR_CONST("1.23"), true,
     STR_CONST("every Go program that starts another is killed (\"bad system call\")")},
};

static bool try_call(Doctor *d, isize i, Err *err)
{
    int number = 0;
    bool is_killed = false;
    CallKind call = call_needs[i].call;
    switch (callprobe_try(call, &number, err)) {
    case CALL_FAILED:
        return false;
    case CALL_TAKEN:
        return true;
    case CALL_KILLED:
        is_killed = true;
        break;
    case CALL_REFUSED:
        if (call_needs[i].only_killed) {
            return true;
        }
        break;
    }
    doctor_find(
        d, (Finding){
               .severity = SEVERITY_ERROR,
               .title = str_format(d->arena, "the system call %.*s is forbidden here: %.*s",
                                   STR_ARG(callprobe_name(call)), STR_ARG(call_needs[i].effect)),
               .evidence = str_format(d->arena,
                                      "%.*s: %s %d; Seccomp: 2 in "
                                      "/proc/self/status",
                                      STR_ARG(callprobe_name(call)),
                                      is_killed ? "killed by signal" : "refused, errno", number),
               .remedy = S("update the container runtime (Docker 20.10.10, runc 1.0.2 and "
                           "libseccomp 2.5 or newer), or its seccomp profile"),
           });
    return true;
}

static bool check_calls(Doctor *d, Err *err)
{
    Str filter = cgroup_field(cgroup_file(d, S("/proc/self/status")), S("Seccomp"));
    for (isize i = 0; str_eq(filter, S("2")) && i < COUNT_OF(call_needs); i++) {
        bool counts = call_needs[i].since.len == 0 || !doctor_go_is_before(d, call_needs[i].since);
        if (counts && !try_call(d, i, err)) {
            return false;
        }
    }
    return true;
}

/* ---- GWD099: where this runs ---- */

static bool is_there(const Doctor *d, Str path)
{
    FileStat st;
    Err ignored;
    return file_stat(FILE_CWD, doctor_system_path(d, path), &st, &ignored) == FILE_FOUND;
}

/* The name of the container runtime; empty outside of containers. */
static Str container_kind(const Doctor *d)
{
    static const struct {
        Str file, kind;
    } signs[] = {
        {STR_CONST("/.dockerenv"), STR_CONST("Docker")},
        {STR_CONST("/run/.containerenv"), STR_CONST("Podman")},
        {STR_CONST("/run/systemd/container"), {NULL, 0}},
    };
    if (environ_value(d->in->env->environ, S("KUBERNETES_SERVICE_HOST")).len > 0) {
        return S("Kubernetes");
    }
    for (isize i = 0; i < COUNT_OF(signs); i++) {
        if (is_there(d, signs[i].file)) {
            return signs[i].kind.len > 0 ? signs[i].kind : str_trim(cgroup_file(d, signs[i].file));
        }
    }
    return (Str){0};
}

static void tell_container(Doctor *d, Str kind)
{
    Cgroup group = cgroup_read(d);
    StrBuf limits = strbuf_init(d->arena);
    if (group.cpu.value != CGROUP_UNLIMITED) {
        strbuf_add_format(&limits, "%lld.%02lld processors", (long long)(group.cpu.value / 1000),
                          (long long)(group.cpu.value % 1000 / 10));
    }
    if (group.memory.value != CGROUP_UNLIMITED) {
        strbuf_add_format(&limits, "%s%lld MiB of memory", limits.len > 0 ? ", " : "",
                          (long long)(group.memory.value / MIB));
    }
    if (limits.len > 0) {
        doctor_find(
            d, (Finding){.severity = SEVERITY_INFO,
                         .title = str_format(d->arena, "this is a container (%.*s) that has %.*s",
                                             STR_ARG(kind), STR_ARG(strbuf_str(&limits)))});
    }
}

/* WSL 1 answers system calls itself ("4.4.0-19041-Microsoft"); WSL 2 is Linux with Windows beside
 * it ("5.15.90.1-microsoft-standard-WSL2"). */
static void tell_windows(Doctor *d, Str release)
{
    if (str_ends_with(release, S("-Microsoft"))) {
        doctor_find(d, (Finding){.severity = SEVERITY_WARN,
                                 .title = S("this is WSL 1, which is no Linux kernel: builds are "
                                            "slow, and the race detector does not run"),
                                 .place = {.file = S("/proc/sys/kernel/osrelease")},
                                 .evidence = release,
                                 .remedy = S("wsl --set-version DISTRIBUTION 2")});
    } else if (str_starts_with(d->in->dir, S("/mnt/"))) {
        doctor_find(d, (Finding){.severity = SEVERITY_INFO,
                                 .title = S("the project lies on a disk of Windows: builds take "
                                            "several times as long as below the home of WSL"),
                                 .place = {.file = d->in->dir},
                                 .evidence = release,
                                 .remedy = S("keep the project below ~ in WSL")});
    }
}

static bool check_surroundings(Doctor *d, Err *err)
{
    (void)err;
    Str release = str_trim(cgroup_file(d, S("/proc/sys/kernel/osrelease")));
    Str kind = container_kind(d);
    if (str_contains(release, S("icrosoft"))) {
        tell_windows(d, release);
    }
    if (kind.len > 0) {
        tell_container(d, kind);
    }
    return true;
}

static const Check rows[] = {
    {
        .about =
            {
                .id = STR_CONST("GWD097"),
                .title = STR_CONST("the system calls that Go makes are allowed"),
                .severity = SEVERITY_ERROR,
                .looks_at = STR_CONST(
                    "Seccomp in /proc/self/status; where a filter is on, a child each tries "
                    "clone, epoll_create1, eventfd2, pipe2, sigaltstack, madvise and "
                    "pidfd_open"),
                .why = STR_CONST(
                    "Old container runtimes refuse system calls that they do not know, with an "
                    "error that Go does not expect, or kill the program. Go programs then stop at "
                    "their start (\"runtime: epollcreate failed with 1\", \"runtime: eventfd "
                    "failed with 1\") or die with \"bad system call\"."),
                .cure = STR_CONST("update the container runtime on the host"),
                .since = STR_CONST("0.1.0"),
                .source = STR_CONST("github.com/moby/moby/issues/42680"),
            },
        .run = check_calls,
        .cost = COST_PROCESS,
    },
    {
        .about =
            {
                .id = STR_CONST("GWD099"),
                .title = STR_CONST("what this machine runs in is known"),
                .severity = SEVERITY_WARN,
                .looks_at = STR_CONST("/.dockerenv, /run/.containerenv, /run/systemd/container, "
                                      "KUBERNETES_SERVICE_HOST, the limits of the control group, "
                                      "and the name of the kernel"),
                .why = STR_CONST("What is slow or fails in a container often does so because of "
                                 "its limits, which no message names. In WSL, a project on a disk "
                                 "of Windows is read through a network protocol."),
                .cure = STR_CONST("nothing, or what the note says"),
                .since = STR_CONST("0.1.0"),
                .source = STR_CONST("learn.microsoft.com/windows/wsl/filesystems"),
            },
        .run = check_surroundings,
    },
};

const CheckGroup doctor_container = {rows, COUNT_OF(rows)};
