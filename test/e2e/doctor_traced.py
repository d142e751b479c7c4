#!/usr/bin/env python3
"""The whole doctor under strace: without --net nothing is written and no packet leaves."""
import pathlib
import sys

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent.parent / "lib"))
from sandbox import *  # noqa: E402,F403

# System calls that change files or their names.
CHANGING = {
    "creat", "mkdir", "mkdirat", "mknod", "mknodat", "rmdir", "unlink", "unlinkat", "rename",
    "renameat", "renameat2", "link", "linkat", "symlink", "symlinkat", "truncate", "ftruncate",
    "fallocate", "chmod", "fchmod", "fchmodat", "fchmodat2", "chown", "fchown", "lchown", "fchownat",
    "utime", "utimes", "utimensat", "futimesat", "setxattr", "lsetxattr", "fsetxattr",
    "removexattr", "lremovexattr", "fremovexattr", "copy_file_range", "sendfile", "pwrite64",
    "pwritev", "pwritev2", "mount", "umount2", "swapon", "bpf", "fsync", "fdatasync", "syncfs",
}
OPENING = {"open", "openat", "openat2"}
WRITING = re.compile(r"\b(O_WRONLY|O_RDWR|O_CREAT|O_TRUNC|O_TMPFILE)\b")
# No file of anybody's: the null device, the terminal, and unnamed files in memory.
HARMLESS = re.compile(r'"/dev/(null|tty)"|^\d+</memfd:')
CALL = re.compile(r"^(?:\d+\s+)?([a-z][a-z0-9_]*)\((.*)")


def trace(box, *args, **more):
    """How goward ended, and [(name, arguments)] of the system calls of it and of what it starts."""
    strace = shutil.which("strace")
    if strace is None:
        raise Skip("strace is not installed")
    log = box.folder / "trace"
    done = box.run([strace, "-f", "-y", "-qq", "-v", "-s", "200", "-o", log, GOWARD, *args], **more)
    if "PTRACE" in done.err or "ptrace" in done.err:
        raise Skip(f"strace cannot trace here: {done.err[:200]}")
    lines = log.read_text(errors="replace").splitlines()
    return done, [match.groups() for match in map(CALL.match, lines) if match]


def wrongs(calls):
    """What changes something or leaves the machine, and how many programs were started."""
    wrong, started = [], 0
    for name, arguments in calls:
        if HARMLESS.search(arguments):
            continue
        is_open = name in OPENING and WRITING.search(arguments)
        is_net = name in ("socket", "connect") and re.search(r"\bAF_(INET6?|PACKET)\b", arguments)
        if name in CHANGING or is_open or is_net:
            wrong.append(f"{name}({arguments[:150]}")
        started += name == "execve"
    return wrong, started


def machine(box):
    """A home and a project in use, with something in every place that is looked at."""
    box.wants("1.26.8")
    (box.project / "main.go").write_text("package main\n\nfunc main() {}\n")
    for folder in ["go/pkg/mod/cache/download", "go/bin", ".cache/go-build/00", ".config/go"]:
        (box.folder / "user" / folder).mkdir(parents=True)
    (box.folder / "user/.config/go/env").write_text("GOFLAGS=-mod=mod\nGOARM=9\n")
    (box.folder / "user/.cache/go-build/trim.txt").write_text("1700000000\n")
    (box.folder / "user/go/pkg/mod/cache/lock").write_text("")
    write_tree(box.folder / "goroot", goroot_files("1.26.8"))
    box.env["PATH"] = f"{box.folder / 'goroot/bin'}:/usr/bin:/bin"
    box.proxy = "https://proxy.example,direct"
    box.env["TMPDIR"] = str(box.folder / "user")


@case
def nothing_is_written_and_no_packet_leaves(box):
    machine(box)
    before = box.snapshot(box.folder)
    done, calls = trace(box, "doctor", "--fail-on", "never", "--json")
    done.succeeds()
    check(len(done.json["checks"]) > 40, "these are all checks")
    wrong, started = wrongs(calls)
    same(wrong, [], "calls that change something")
    check(started >= 1, "the trace begins with goward")
    after = box.snapshot(box.folder)
    after.pop(str(box.folder / "trace"), None)
    same(after, before, "all files")


@case
def no_program_runs_where_none_is_asked_for(box):
    machine(box)
    done, calls = trace(box, "doctor", "--mode", "clean", "--fail-on", "never", "--json")
    done.succeeds()
    wrong, started = wrongs(calls)
    same(wrong, [], "calls that change something")
    same(started, 1, "programs, goward included")


@case
def the_trace_would_show_it(box):
    """A test of the test: what does write is seen to write."""
    machine(box)
    done, calls = trace(box, "use", "1.26.8", env={"GOPROXY": box.mirror.url})
    done.succeeds()
    wrong, _ = wrongs(calls)
    check(wrong, "a command that writes is seen")


if __name__ == "__main__":
    sys.exit(main(releases=["1.26.8"]))
