#!/usr/bin/env python3
"""Limits, control groups, the clock and filters of system calls, each planted for real."""
import ctypes
import pathlib
import resource
import struct
import sys

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent.parent / "lib"))
from sandbox import *  # noqa: E402,F403

NOTHING = "none"
UNLIMITED = resource.RLIM_INFINITY


def findings(box, check_id, **more):
    done = box.goward("doctor", "--only", check_id, "--fail-on", "never", "--json", **more)
    found = done.succeeds().json["findings"]
    return [(f["severity"], f["title"], f["remedy"]) for f in found if f["id"] == check_id]


def finds(box, check_id, severity, title, **more):
    found = findings(box, check_id, **more)
    if severity == NOTHING:
        same(found, [], check_id)
        return None
    same([f[0] for f in found], [severity], f"{check_id}: {found}")
    check(title in found[0][1], f"{check_id}: {found[0][1]}")
    return found[0]


def limited(which, soft, hard=None):
    def plant():
        resource.setrlimit(which, (soft, soft if hard is None else hard))
    return plant


# --- ulimit ------------------------------------------------------------------------------------------

@case
def limits_of_the_process(box):
    rows = [
        # check, limit, soft, hard; severity, title, the remedy that is typed
        ("GWD091", resource.RLIMIT_NOFILE, 16, 16, "error", "no more than 16 open files", "hard"),
        ("GWD091", resource.RLIMIT_NOFILE, 64, 64, "warn", "no more than 64 open files", "hard"),
        ("GWD091", resource.RLIMIT_NOFILE, 1024, 1024, NOTHING, "", ""),
        ("GWD093", resource.RLIMIT_FSIZE, 2 << 20, None, "error", "file too large", "hard"),
        ("GWD093", resource.RLIMIT_FSIZE, 64 << 20, UNLIMITED, "warn", "65536 KiB in one file",
         "ulimit -f unlimited"),
        ("GWD093", resource.RLIMIT_AS, 600 << 20, UNLIMITED, "error", "page summary memory",
         "ulimit -v unlimited"),
        ("GWD093", resource.RLIMIT_CPU, 300, None, "warn", "300 seconds of processor time", ""),
    ]
    for check_id, which, soft, hard, severity, title, remedy in rows:
        hard = soft if hard is None else hard
        if hard == UNLIMITED and resource.getrlimit(which)[1] != UNLIMITED:
            continue
        found = finds(box, check_id, severity, title, preexec_fn=limited(which, soft, hard))
        check(found is None or remedy in found[2], f"{check_id}: {found}")


# --- what the runtime is told ---------------------------------------------------------------------------

@case
def variables_of_the_runtime(box):
    for variables, severity, title in [
            ({"GOMEMLIMIT": "2G"}, "error", "every Go program stops at its start"),
            ({"GOMEMLIMIT": "2GiB"}, NOTHING, ""),
            ({"GOMEMLIMIT": "1MiB"}, "warn", "below what the go command itself needs"),
            ({"GOGC": "50%"}, "warn", "GOGC is passed over"),
            ({"GOGC": "off"}, "warn", "nothing bounds the memory"),
            ({"GOGC": "off", "GOMEMLIMIT": "2GiB"}, NOTHING, ""),
            ({"GOMAXPROCS": "two"}, "warn", "GOMAXPROCS is passed over"),
            ({"GOMAXPROCS": "2"}, NOTHING, "")]:
        finds(box, "GWD096", severity, title, env=variables)


# --- the clock -------------------------------------------------------------------------------------------

@case
def a_clock_before_the_go_was_made(box):
    root = box.folder / "go"
    write_tree(root, goroot_files("1.26.8"))
    path = f"{root / 'bin'}:/usr/bin:/bin"
    for made, severity in [("2026-08-28T16:20:06Z", NOTHING), ("2199-01-01T00:00:00Z", "error")]:
        version = root / "VERSION"
        version.chmod(0o644)
        version.write_text(f"go1.26.8\ntime {made}\n")
        finds(box, "GWD101", severity, "the clock is wrong", env={"PATH": path})


# --- filters -----------------------------------------------------------------------------------------------

EPOLL_CREATE1 = {"amd64": 291, "arm64": 20, "riscv64": 20}
PR_SET_NO_NEW_PRIVS, PR_SET_SECCOMP, SECCOMP_MODE_FILTER = 38, 22, 2
RET_ALLOW, RET_KILL, RET_ERRNO = 0x7FFF0000, 0x80000000, 0x00050000
EPERM = 1


def forbid(number, verdict):
    """A filter that answers one system call with the verdict."""
    program = b"".join(struct.pack("HBBI", *row) for row in [
        (0x20, 0, 0, 0),            # load the number
        (0x15, 0, 1, number),       # another one: pass over the next
        (0x06, 0, 0, verdict),
        (0x06, 0, 0, RET_ALLOW)])

    def plant():
        libc = ctypes.CDLL(None, use_errno=True)
        code = ctypes.create_string_buffer(program, len(program))
        head = ctypes.create_string_buffer(struct.pack("HxxxxxxP", 4, ctypes.addressof(code)))
        if libc.prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) != 0 or \
                libc.prctl(PR_SET_SECCOMP, SECCOMP_MODE_FILTER, head, 0, 0) != 0:
            raise OSError(ctypes.get_errno(), "no filter")
    return plant


@case
def a_system_call_that_is_forbidden(box):
    if ARCH not in EPOLL_CREATE1:
        raise Skip("the numbers of system calls are not known here")
    number = EPOLL_CREATE1[ARCH]
    finds(box, "GWD097", NOTHING, "")
    for verdict, says in [(RET_ERRNO | EPERM, "epoll_create1"), (RET_KILL, "epoll_create1")]:
        finds(box, "GWD097", "error", says, preexec_fn=forbid(number, verdict))
    finds(box, "GWD097", NOTHING, "", preexec_fn=forbid(number + 10000, RET_KILL))


# --- the machine as it is ----------------------------------------------------------------------------------

@case
def a_healthy_machine_is_silent(box):
    ids = [f"GWD{n:03}" for n in range(90, 105)]
    known = {c["id"] for c in box.goward("doctor", "list", "--json").succeeds().json["checks"]}
    done = box.goward("doctor", "--only", ",".join(i for i in ids if i in known), "--json")
    bad = [f for f in done.json["findings"] if f["severity"] != "info"]
    same(bad, [], "findings")


# Starts a program under Landlock: it may do anything but read the directories that are not named.
# argv: folder that is closed, its siblings and the rest of the root stay open.
LANDLOCK = """
import ctypes, os, struct, sys
closed, command = sys.argv[1], sys.argv[2:]
libc = ctypes.CDLL(None, use_errno=True)
CREATE, ADD, RESTRICT, READ_DIR = 444, 445, 446, 8
if libc.syscall(CREATE, None, 0, 1) < 1:
    sys.exit(99)
rules = libc.syscall(CREATE, struct.pack("Q", READ_DIR), 8, 0)
path = "/"
for part in closed.strip("/").split("/"):  # all beside the way to the closed directory
    for name in os.listdir(path):
        if name != part and os.path.isdir(os.path.join(path, name)):
            fd = os.open(os.path.join(path, name), os.O_PATH)
            libc.syscall(ADD, rules, 1, struct.pack("=Qi", READ_DIR, fd), 0)
            os.close(fd)
    path = os.path.join(path, part)
libc.prctl(38, 1, 0, 0, 0)
if libc.syscall(RESTRICT, rules, 0) != 0:
    sys.exit(99)
os.execv(command[0], command)
"""


@case
def a_sandbox_that_closes_a_directory(box):
    """Refused for real, by Landlock: mode and owner are right, and nothing in /proc tells."""
    cache, env = box.folder / "cache", {"GOCACHE": str(box.folder / "cache")}
    cache.mkdir()
    only = ["doctor", "--only", "GWD108", "--fail-on", "never", "--json"]
    same(box.goward(*only, env=env).succeeds().json["findings"], [], "outside of the sandbox")
    done = box.run([sys.executable, "-c", LANDLOCK, cache, GOWARD, *only], env=env)
    if done.code == 99:
        raise Skip("no Landlock here")
    found, = [f for f in done.succeeds().json["findings"] if str(cache) in f["title"]]
    same(found["severity"], "error", "severity")
    check("although its owner and mode allow it" in found["title"], found["title"])
    check("mode 0755, permission denied" in found["evidence"], found["evidence"])
    check("Landlock" in found["remedy"], found["remedy"])
    cache.chmod(0o000)  # now the mode says so, which is another finding's
    done = box.run([sys.executable, "-c", LANDLOCK, cache, GOWARD, *only], env=env).succeeds()
    same([f for f in done.json["findings"] if str(cache) in f["title"]], [], "of a closed mode")
    cache.chmod(0o755)


if __name__ == "__main__":
    sys.exit(main(releases=["1.26.8"]))
