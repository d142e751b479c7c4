#!/usr/bin/env python3
"""Too little memory, for real: in a memory control group below the one that the tests run in, of version
1 or 2, the kernel kills compilers of the real go (test/lib/breakage.py)."""
import functools
import os
import pathlib
import signal
import subprocess
import sys
import time

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent.parent / "lib"))
import breakage as harness  # noqa: E402
from breakage import main  # noqa: E402
from machine import Skip  # noqa: E402

MIB = 1 << 20
KILLED = "compile: signal: killed"
LARGE = 6  # packages, of which each takes its compiler 185 MiB
TEXT = 30_000_000  # bytes of the constant in each that do it, and cost little time
LIMIT = 620  # MiB: for two such compilers at a time
TRIES = 3  # builds of which one must fail
PATIENCE = 60  # seconds for a build that takes three, whether it fails or not

breakage = functools.partial(harness.breakage, finds="GWD095", own_go=False, symptom=KILLED)


# ---- control groups

def groups():
    """(version, the folder of the group this process is in) of each hierarchy that may have the memory
    controller; version 1 first, as where both are mounted it has the controller."""
    own = {}
    for line in pathlib.Path("/proc/self/cgroup").read_text().splitlines():
        number, controllers, path = line.split(":", 2)
        if number == "0" or "memory" in controllers.split(","):
            own[2 if number == "0" else 1] = path
    mounts = pathlib.Path("/proc/self/mountinfo").read_text().splitlines()
    for version in sorted(own):
        for fields in (line.split() for line in mounts):
            kind, options = fields[fields.index("-") + 1], fields[-1].split(",")
            if kind == ("cgroup" if version == 1 else "cgroup2") and (version == 2 or "memory" in options):
                below = os.path.relpath(own[version], fields[3])
                yield version, pathlib.Path(fields[4], below)


class Group:
    """A group of its own below this process's, which its limit stays in force for."""

    def __init__(self, name):
        for version, folder in groups():
            self.folder = folder / f"goward-test-{os.getpid()}-{name}"
            self.limit_file = self.folder / ("memory.limit_in_bytes" if version == 1 else "memory.max")
            try:
                self.folder.mkdir()
            except OSError:
                continue
            if self.limit_file.exists() and self.let_in():
                return
            self.remove()
        raise Skip("no memory control group may be made here")

    def let_in(self):
        return os.access(self.limit_file, os.W_OK) and os.access(self.folder / "cgroup.procs", os.W_OK)

    def limit(self, mib):
        self.limit_file.write_text(str(mib * MIB))

    def starter(self):
        return ["/bin/sh", "-c", f'echo $$ >"{self.folder}/cgroup.procs" && exec "$@"', "sh"]

    def end(self):
        """Ends what runs in it: a build that is given up leaves its compilers behind."""
        for number in (self.folder / "cgroup.procs").read_text().split():
            try:
                os.kill(int(number), signal.SIGKILL)
            except ProcessLookupError:
                pass

    def remove(self):
        for _ in range(100):
            try:
                return self.folder.rmdir()
            except OSError:  # a program that was killed has not gone yet
                self.end()
                time.sleep(0.05)


def with_memory(m, mib):
    """From now on all runs in a group with this much memory. It is removed with the machine. What Go's
    programs are read into counts outside of it, as they have run before."""
    m.run("go", "build", "-o", "/dev/null", "./...")
    m.group = Group(m.top.name)
    m.servers.append(Removal(m.group))
    m.group.limit(mib)
    m.starter = m.group.starter()
    if m.run("true").code != 0:
        raise Skip("no process may be put into a memory control group here")


class Removal:
    """Stands among the servers of a machine, to be ended with them."""

    def __init__(self, group):
        self.kill, self.wait, self.stdout = group.remove, lambda: None, self
        self.close = lambda: None


# ---- what is built

def packages(m, n, text):
    """A program of packages, none of which imports the library, with a long constant in each. Only its
    length is in what the compiler writes: what waits to go to the disk would count as memory, too."""
    for i in range(n):
        m.write(f"p{i}/p.go", f'package p{i}\n\nvar N = len("{"x" * text}")\n')
    imports = "".join(f'\t_ "example.com/well/p{i}"\n' for i in range(n))
    m.write("main.go", f"package main\n\nimport (\n{imports})\n\nfunc main() {{ println() }}\n")
    m.touched = 0


def build_anew(m):
    """A build in which each package is compiled: none of them is in the cache with that flag."""
    m.touched += 1
    try:
        return m.run("go", "build", f"-gcflags=-trimpath=/{m.touched}", "-o", "/dev/null", "./...",
                     time_limit=PATIENCE)
    except subprocess.TimeoutExpired:
        m.group.end()
        raise Skip("the kernel lets the compilers take memory from each other, and kills none") from None


def build_often(m):
    """How many compilers run at once is luck: one of some builds has to fail, and none once it is cured."""
    for _ in range(TRIES):
        done = build_anew(m)
        if done.code != 0:
            break
    return done


def small(m):
    packages(m, 1, TEXT)


def large(m):
    """What is well before it is broken: one compiler at a time, in a group with the memory for all."""
    packages(m, LARGE, TEXT)
    with_memory(m, 8000)


def more_memory(m):
    m.group.limit(8000)


@breakage("memory for no compiler", prepare=small, command=build_anew, remedy="GOFLAGS=-p=1|more memory",
          cure=more_memory)
def _(m):
    with_memory(m, 60)


@breakage("memory for no compiler, and one runs at a time", prepare=small, command=build_anew,
          remedy="^more memory", cure=more_memory)
def _(m):
    m.env["GOFLAGS"] = "-p=1"
    with_memory(m, 60)


@breakage("more compilers at a time than there is memory for", prepare=large, command=build_often)
def _(m):
    m.env["GOFLAGS"] = f"-v -p={LARGE}"
    m.group.limit(LIMIT)


@breakage("more compilers at a time than there is memory for, in the go env file", prepare=large,
          command=build_often)
def _(m):
    m.go_env(f"GOFLAGS=-p={LARGE}\n")
    m.group.limit(LIMIT)


@breakage("more processors are said to be there than there is memory for", prepare=large, command=build_often)
def _(m):
    m.env["GOMAXPROCS"] = str(LARGE)
    m.group.limit(LIMIT)


if __name__ == "__main__":
    sys.exit(main())
