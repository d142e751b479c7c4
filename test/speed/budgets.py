#!/usr/bin/env python3
"""The budgets of docs/benchmarks.md, as tests that a busy machine cannot make fail.

A figure is among the lowest of many rounds in which goward and its yardstick take turns: others on the
machine only add to a figure, but for a kernel that now and then counts a run too low. Rounds go on until
the budget holds, or there were so many that noise cannot be why it does not. CPU time is measured, not wall time.
Where a budget is in milliseconds and not in times of a yardstick, it grows on a machine that starts a
program which does nothing slower than the budgets assume. What does not depend on time at all (system
calls, bytes) has a budget, too. bench/compare.py shows the same figures as they are, wall time included.

Needs the module of one release (./check oracle keeps it; else the proxy is asked), and a go on PATH.
"""
import functools
import os
import pathlib
import shutil
import subprocess
import sys
import tempfile

ROOT = pathlib.Path(__file__).resolve().parent.parent.parent
sys.path[:0] = [str(ROOT / "bench"), str(ROOT / "test/lib")]
from measure import (ARCH, FIVE, VERSION, base_env, compile_noop, has_release, install,  # noqa: E402
                     install_by_go, make_mirror, measure, peak_memory, size, standing_in,
                     system_calls, tree_name)
from frontend import goroot  # noqa: E402
from project import make_project  # noqa: E402
from sandbox import GOWARD, Skip, case, check, main, remove_tree  # noqa: E402
from typecheck import build_go_types, go_env, write_plan  # noqa: E402

TMPFS = pathlib.Path("/dev/shm")
TMPFS_NEEDED = 3 << 30  # bytes: the zips and the trees of all cases
DISK = pathlib.Path("/var/tmp")  # where a project lies as deep as one in a home folder
NOOP_SECONDS = 0.0002  # to start what does nothing, where the budgets in milliseconds were set


# --- The world: a mirror of real releases in memory, one Go installed there, a project on the disk ----

class World:
    """tmpfs forgets at once that a file is not there, a disk does not: a project is looked at there."""

    def __init__(self, top, disk):
        self.top, self.disk = top, disk
        (top / "home").mkdir()
        self.mirror = make_mirror(top / "mirror", [VERSION])
        self.home = top / "installed"
        _, _, code = install(self.mirror, self.home)
        check(code == 0, f"install of go{VERSION}: exit status {code}")
        self.tree = self.home / "trees" / tree_name(VERSION)
        self.noop = top / "noop"
        compile_noop(self.noop)
        self.project = disk / "project"
        self.project.mkdir()
        (self.project / "go.mod").write_text(f"module example.com/p\n\ngo {VERSION}\n")

    def env(self, home=None, **more):
        return base_env(self.mirror, GOWARD_HOME=home or self.home, **more)

    @functools.cached_property
    def files(self):
        return sum(len(files) for _, _, files in os.walk(self.tree))

    @functools.cached_property
    def slowness(self):
        """How many times slower than where the budgets in milliseconds were set; at least 1."""
        taken = lowest([measure([self.noop], self.env())[1] for _ in range(200)])
        return max(1.0, taken / NOOP_SECONDS)


@functools.cache
def why_no_world():
    if not TMPFS.is_dir() or shutil.disk_usage(TMPFS).free < TMPFS_NEEDED:
        return f"{TMPFS} has no room"
    if not has_release(VERSION):
        return f"go{VERSION} cannot be had"
    return ""


@functools.cache
def folder_in(place):
    return pathlib.Path(tempfile.mkdtemp(prefix="goward-speed-", dir=place))


@functools.cache
def world():
    return World(folder_in(TMPFS), folder_in(DISK))


def get_world():
    if why_no_world():
        raise Skip(why_no_world())
    return world()


# --- Measuring ---------------------------------------------------------------------------------------

def lowest(samples):
    """The third lowest of many: a kernel may count one run of a thousand much too low."""
    return sorted(samples)[min(2, len(samples) // 20)]


def least(tasks, holds, rounds):
    """{name: the lowest CPU seconds} of rounds in which the tasks take turns, until holds(them).

    rounds is (at least, at most); a task is a function that gives (wall, CPU, exit code)."""
    samples, best = {name: [] for name in tasks}, {}
    for n in range(rounds[1]):
        for name, run in tasks.items():
            _, cpu, code = run(n)
            check(code == 0, f"{name}: exit status {code}")
            samples[name].append(cpu)
        if n + 1 >= rounds[0]:
            best = {name: lowest(taken) for name, taken in samples.items()}
            if holds(best):
                break
    return best


def within(what, actual, budget, unit=""):
    print(f"# {what}: {actual:.4g}{unit}, budget {budget:.4g}{unit}")
    check(actual <= budget, f"{what}: {actual:.4g}{unit}, more than {budget:.4g}{unit}")


def start_within(what, argv, milliseconds, rounds=(50, 1000)):
    """A start of goward in a project, in CPU time."""
    w = get_world()
    env, budget = w.env(GOTOOLCHAIN="local"), milliseconds * w.slowness
    best = least({what: lambda _: measure([GOWARD, *argv], env, cwd=w.project)},
                 lambda best: best[what] * 1000 <= budget, rounds)
    within(what, best[what] * 1000, budget, " ms")


def calls_within(what, argv, budget, env=None, cwd=None):
    w = get_world()
    calls = system_calls(argv, env or w.env(GOTOOLCHAIN="local"), cwd=cwd or w.project)
    if calls is None:
        raise Skip("strace is missing or may not trace")
    within(f"system calls of {what}", calls["total"], budget)
    return calls


# --- Install -----------------------------------------------------------------------------------------

@case
def an_install_takes_a_quarter_of_the_cpu_of_cmd_go(_):
    w = get_world()
    if not shutil.which("go") or install_by_go(w.mirror, w.top / "gopath")[2] != 0:
        raise Skip("there is no go on PATH that would install another")

    def in_a_fresh_folder(run, name):
        def task(n):
            folder = w.top / f"{name}-{n}"
            taken = run(w.mirror, folder)
            remove_tree(folder)
            return taken
        return task

    best = least({"goward": in_a_fresh_folder(install, "goward"),
                  "cmd/go": in_a_fresh_folder(install_by_go, "cmd-go")},
                 lambda best: best["goward"] * 4 <= best["cmd/go"], (2, 6))
    within("CPU of an install, of cmd/go's", best["goward"] / best["cmd/go"], 1 / 4)


@case
def an_install_keeps_its_anonymous_memory_below_32_mb(_):
    w = get_world()
    peak, code = peak_memory([GOWARD, "install", VERSION], w.env(w.top / "memory"))
    check(code == 0, f"exit status {code}")
    check(peak > 0, "the memory could not be read")
    within("anonymous memory of an install", peak / 1e6, 32, " MB")


@case
def an_install_opens_each_file_once(_):
    """An open, a write and a close for a file, and little else."""
    w = get_world()
    calls = calls_within("an install", [GOWARD, "install", VERSION], w.files * 3.5,
                         w.env(w.top / "traced"))
    within("opens, of an install", calls["openat"], w.files * 1.01)


@case
def five_versions_take_less_than_745_mb(_):
    if ARCH != "amd64":
        raise Skip("the budget is that of amd64")
    w = get_world()
    missing = [v for v in FIVE if not has_release(v)]
    if missing:
        raise Skip(f"go{missing[0]} cannot be had")
    (w.top / "five").mkdir()
    home = w.top / "five/store"
    _, _, code = install(make_mirror(w.top / "five/mirror", FIVE), home, *FIVE)
    check(code == 0, f"exit status {code}")
    taken = size(home)
    remove_tree(w.top / "five")
    within("five versions on disk", taken / 1e6, 745, " MB")


# --- Verify ------------------------------------------------------------------------------------------

@case
def verify_takes_four_fifths_of_the_cpu_of_openssl(_):
    if not shutil.which("openssl"):
        raise Skip("openssl is missing")
    w = get_world()
    files = w.top / "files"
    with open(files, "wb") as out:
        subprocess.run(["find", str(w.tree), "-type", "f", "-print0"], stdout=out, check=True)
    best = least(
        {"goward": lambda _: measure([GOWARD, "verify", "--offline", w.tree], w.env()),
         "openssl": lambda _: measure(["sh", "-c", f"xargs -0 openssl dgst -sha256 <{files}"])},
        lambda best: best["goward"] <= best["openssl"] * 0.8, (3, 15))
    within("CPU of verify, of openssl's", best["goward"] / best["openssl"], 0.8)


@case
def verify_opens_each_file_once(_):
    """And each folder; an open, a look, a read and a close for a file."""
    w = get_world()
    calls = calls_within("verify", [GOWARD, "verify", "--offline", w.tree], w.files * 4.8)
    within("opens, of verify", calls["openat"], w.files * 1.15)


# --- Starts ------------------------------------------------------------------------------------------

@functools.cache
def stand_in_home():
    w = get_world()
    home = w.disk / "stand-in"
    return home, standing_in(home, w.home, w.noop)


@case
def the_shim_adds_a_third_of_a_millisecond(_):
    """Over a go that does nothing, called by its path. A quarter is the aim, and what it took before the
    team's rules; now 0.24 to 0.26 are measured where go version takes 5.7."""
    w = get_world()
    home, go = stand_in_home()
    env, budget = w.env(home, GOTOOLCHAIN="local"), 0.3 * w.slowness
    best = least({"go": lambda _: measure([go], env, cwd=w.project),
                  "shim": lambda _: measure([home / "bin/go"], env, cwd=w.project)},
                 lambda best: (best["shim"] - best["go"]) * 1000 <= budget, (50, 1000))
    within("CPU that the shim adds", (best["shim"] - best["go"]) * 1000, budget, " ms")


@case
def the_shim_asks_the_kernel_little(_):
    home, _ = stand_in_home()
    calls_within("the shim", [home / "bin/go", "build"], 50, get_world().env(home, GOTOOLCHAIN="local"))


@case
def version_is_told_in_half_a_millisecond(_):
    start_within("goward --version", ["--version"], 0.5)


@case
def list_takes_less_than_a_millisecond(_):
    start_within("goward list", ["list"], 0.8)


@case
def status_takes_a_millisecond(_):
    start_within("goward", [], 1.0)


@case
def up_with_nothing_to_do_takes_20_milliseconds(_):
    w = get_world()
    _, _, code = measure([GOWARD, "up"], w.env(GOTOOLCHAIN="local"), cwd=w.project)
    check(code == 0, f"the first up: exit status {code}")
    start_within("goward up, nothing to do", ["up"], 20, (10, 50))


# --- The doctor --------------------------------------------------------------------------------------

@functools.cache
def large_project():
    """On the disk: 1,000 packages with all the modules that they need, to be built by the go on PATH."""
    if not shutil.which("go"):
        raise Skip("there is no go on PATH")
    w = get_world()
    top = w.disk / "large"
    top.mkdir()
    return top, w.env(top / "home", GOTOOLCHAIN="local", **make_project(top))


def doctor(*more):
    """All that is looked at without the network; what is found on this machine does not matter."""
    return [GOWARD, "doctor", "--fail-on", "never", *more]


HASHING = ("--profile", "release")
NO_PROCESS = ("--skip", "GWD084,GWD097")  # they try a compiler, and calls that may kill the caller
NO_GO = ("--skip", "GWD038")  # looks at each file of the Go in use, which are no fewer
NEITHER = ("--skip", "GWD084,GWD097,GWD038")


@functools.cache
def n_unpacked():
    """Files of the modules in the build: with HASHING each is read and hashed, as `go mod verify` does,
    else looked at."""
    modules = large_project()[0] / "modcache/example.org"
    return sum(len(files) for _, _, files in os.walk(modules))


@case
def the_doctor_takes_the_cpu_of_16_go_env(_):
    """On 1,000 packages; 30 ms of wall are asked for where `go env` takes 3.3, which on two cores, 1.8 of
    them busy, is 16 times its CPU. Nearly all of it is the kernel's: machines differ, from 12 to 14 times,
    and what the next two cases count does not."""
    top, env = large_project()
    tasks = {name: lambda _, argv=argv: measure(argv, env, cwd=top / "project")
             for name, argv in (("go env", ["go", "env"]), ("doctor", doctor(*NO_PROCESS)))}
    best = least(tasks, lambda best: best["doctor"] <= best["go env"] * 16, (10, 100))
    within("CPU of the doctor, of go env's", best["doctor"] / best["go env"], 16)


@case
def the_doctor_opens_each_file_of_a_module_once(_):
    """An open, a look, a read and a close for each; as much again for its folders and all other checks.
    One look alone where modules lie as they were unpacked. The head of each Go file of the project is
    read once, for what it imports and for cgo: that is half of all."""
    top, env = large_project()
    calls = calls_within("the doctor that hashes", doctor(*NO_PROCESS, *HASHING), n_unpacked() * 13, env,
                         top / "project")
    within("opens, of the doctor that hashes", calls["openat"], n_unpacked() * 4)
    calls = calls_within("the doctor", doctor(*NEITHER), n_unpacked() * 10, env, top / "project")
    within("opens, of the doctor", calls["openat"], n_unpacked() * 3)
    check(calls["execve"] == 1, "the doctor started other programs")


@case
def the_doctor_looks_at_each_file_of_the_go_once(_):
    """One call for each source that is compiled into programs, four for its folder; no byte is read."""
    top, env = large_project()
    src = pathlib.Path(shutil.which("go")).resolve().parent.parent / "src"
    n = sum(name.endswith((".go", ".s", ".h", ".c", ".syso")) and not name.endswith("_test.go")
            for folder, _, names in os.walk(src) if not folder.startswith(f"{src}/cmd") for name in names)
    total = [system_calls(doctor(*skipped), env, cwd=top / "project") for skipped in (NO_PROCESS, NEITHER)]
    if None in total:
        raise Skip("strace is missing or may not trace")
    within("system calls, of the look at a Go", total[0]["total"] - total[1]["total"], n * 2)
    within("opens, of the look at a Go", total[0]["openat"] - total[1]["openat"], n / 3)


@case
def the_doctor_runs_one_program_at_most(_):
    """The compiler, as a build would, and what that starts; no go, no git, no shell."""
    top, env = large_project()
    calls = calls_within("the doctor with all checks", doctor(*NO_GO), n_unpacked() * 11, env, top / "project")
    within("programs, of the doctor", calls["execve"], 4)


@case
def the_doctor_keeps_its_memory_below_32_mb(_):
    """Whatever the size of a module."""
    top, env = large_project()
    module = next((top / "modcache/example.org/cart").iterdir())
    module.chmod(0o755)
    (module / "large.bin").write_bytes(bytes(100 << 20))
    peak, code = peak_memory(doctor(*NO_PROCESS, *HASHING), env, cwd=top / "project")
    (module / "large.bin").unlink()
    module.chmod(0o555)
    check(code == 0, f"exit status {code}")
    check(peak > 0, "the memory could not be read")
    within("anonymous memory of the doctor", peak / 1e6, 32, " MB")


# --- The type checker --------------------------------------------------------------------------------

@functools.cache
def library():
    """The newest Go, and a folder with bench/types/main.go and the packages of its library for that."""
    root = goroot()
    if root is None:
        raise Skip("the newest Go cannot be had")
    top = folder_in(DISK) / "types"
    top.mkdir()
    build_go_types(root, top)
    write_plan(root, root / "src", ["std"], top / "std.plan")
    return root, top


def check_library(n, *more):
    """By one thread, from the sources alone: nothing is left from another run."""
    root, top = library()
    home = top / f"home{n}"
    env = go_env(root, HOME=str(home), GOWARD_HOME=str(home), XDG_CACHE_HOME=str(home), XDG_CONFIG_HOME=str(home))
    home.mkdir(exist_ok=True)
    return [GOWARD, "check", *more, "--jobs", "1", "--goroot", root, "std"], env, top


@case
def the_type_checker_takes_three_tenths_of_the_cpu_of_go_types(_):
    """All bodies of std, one thread each. goward finds out by itself what it has to check, go/types is told.

    Neither keeps anything for a next time. A quarter is what it takes, give or take a hundredth."""
    root, top = library()
    tasks = {"go/types": lambda _: measure([top / "types_go", top / "std.plan", "types", "1"], go_env(root), cwd=top),
             "goward": lambda n: measure(*check_library(n, "--no-cache"))}
    best = least(tasks, lambda best: best["goward"] <= best["go/types"] * 0.3, (3, 30))
    within("CPU of goward check std, of go/types'", best["goward"] / best["go/types"], 0.3)


@case
def the_type_checker_keeps_its_memory_below_64_mb(_):
    """Where go/types takes 140; what is kept for the next time may take a quarter more."""
    for more, budget in (("--no-cache",), 64), ((), 80):
        peak, code = peak_memory(*check_library("of_memory", *more))
        check(code == 0, f"exit status {code}")
        check(peak > 0, "the memory could not be read")
        within(f"anonymous memory of goward check {' '.join(more)} std", peak / 1e6, budget, " MB")


@case
def a_check_of_what_did_not_change_takes_a_fifth(_):
    """It looks at the status of the files, and loads."""
    argv, env, top = check_library("of_before")
    check(measure(argv, env, cwd=top)[2] == 0, "std is not checked")
    best = least({"anew": lambda _: measure([*argv, "--no-cache"], env, cwd=top), "again": lambda _: measure(argv, env, cwd=top)},
                 lambda best: best["again"] * 5 <= best["anew"], (5, 40))
    within("CPU of a second goward check std, of one that keeps nothing", best["again"] / best["anew"], 1 / 5)


# --- Switches ----------------------------------------------------------------------------------------

def switch_within(what, box, argv, back, syncs):
    """CPU time, and how often it waits for the disk, as a busy disk makes of the waits what it likes.

    A journal and what it announces are two files and two names to be waited for."""
    w = get_world()
    env, budget = box.environment({}), 5 * w.slowness
    box.goward("install", "1.25.3", "1.26.8").succeeds()
    box.goward("use", "1.25.3", "--global").succeeds()
    box.goward("use", "1.26.8", "--global").succeeds()
    best = least({what: lambda _: measure([GOWARD, *argv], env, cwd=box.project),
                  "back": lambda _: measure([GOWARD, *back], env, cwd=box.project)},
                 lambda best: best[what] * 1000 <= budget, (10, 100))
    within(f"CPU of {what}", best[what] * 1000, budget, " ms")
    calls = calls_within(what, [GOWARD, *argv], 500, env)
    waits = sum(calls.get(name, 0) for name in ("fsync", "fdatasync", "syncfs", "sync"))
    within(f"waits for the disk, of {what}", waits, syncs)


@case
def a_switch_takes_5_milliseconds(box):
    switch_within("a switch", box, ["use", "1.25.3", "--global"], ["use", "1.26.8", "--global"], 8)


@case
def a_rollback_takes_5_milliseconds(box):
    switch_within("a rollback", box, ["rollback"], ["use", "1.26.8", "--global"], 4)


def run():
    try:
        return main(releases=["1.25.3", "1.26.8"])
    finally:
        for place in (TMPFS, DISK):
            if folder_in.cache_info().currsize:
                remove_tree(folder_in(place))


if __name__ == "__main__":
    sys.exit(run())
