#!/usr/bin/env python3
"""goward beside its peers, in one run.

    bench/compare.py [--rounds N] [--tmpfs DIR] [--disk DIR] [--only PART...]

Prints the tables of docs/benchmarks.md. Each figure is the median of N rounds; goward and its peers
take turns, so that all see the same machine; CPU is user + system time of the process and all its
children. Needs a release build of goward (TEST_GOWARD), a go on PATH, and what ./check oracle puts
into the module cache of the tests. mise takes part where npm can fetch it. The network is not
measured: proxy and log are folders, and mise's archives come from a server on loopback. The front
end is also tried on the files that the file $FRONTEND_FILES names, one a line, the type checker on
the program in the folder $TYPES_MODULE.
"""
import argparse
import contextlib
import os
import pathlib
import shutil
import statistics
import subprocess
import sys
import time

from frontend import frontend
from measure import (FIVE, GOWARD, VERSION, base_env, compile_noop, has_release, install,
                     install_by_go, make_mirror, measure, module_tree, peak_memory, release_file, size,
                     standing_in, tree_name)
from mise import Mise, Unavailable
from project import make_project
from typecheck import types

STARTS = 20  # of a program in one sample: a single one is below the clock's grain


def compare(rounds, *tasks):
    """Runs (name, function(round) -> (wall, cpu, code)) in turns; medians by name."""
    samples = {name: [] for name, _ in tasks}
    for n in range(rounds):
        for name, run in tasks:
            wall, cpu, code = run(n)
            if code != 0:
                sys.exit(f"{name}: exit status {code}")
            samples[name].append((wall, cpu))
    return {name: (statistics.median(w for w, _ in s), statistics.median(c for _, c in s))
            for name, s in samples.items()}


def row(*cells):
    print("| " + " | ".join(str(c) for c in cells) + " |", flush=True)


def head(*cells):
    row(*cells)
    print("|" + "---|" * len(cells))


def ms(seconds):
    return f"{seconds * 1000:.2f} ms"


class Bench:
    """What all parts share: the mirror, the peers, and a folder in memory and one on the disk."""

    def __init__(self, rounds, ram, disk, mise):
        self.rounds, self.ram, self.disk, self.mise = rounds, ram, disk, mise
        (ram / "home").mkdir()
        self.mirror = make_mirror(ram / "mirror", [VERSION])
        self.homes = {}

    def env(self, home, **more):
        return base_env(self.mirror, GOWARD_HOME=home, **more)

    def home(self, where):
        """An installed Go, for the parts that start from one."""
        if where not in self.homes:
            self.homes[where] = where / "installed"
            if install(self.mirror, self.homes[where])[2] != 0:
                sys.exit(f"go{VERSION} cannot be installed in {where}")
        return self.homes[where]


# --- Install ---------------------------------------------------------------------------------------

def compare_installs(b, where, label):
    """Into fresh folders: ext4 makes those pay who create files where many were just deleted."""
    def by_mise(n):
        argv, env = b.mise.install(where / f"mise-{n}")
        return measure(argv, env)

    tasks = [("goward", lambda n: install(b.mirror, where / f"goward-{n}")),
             ("cmd/go", lambda n: install_by_go(b.mirror, where / f"gopath-{n}"))]
    if b.mise:
        tasks.append(("mise, without proof", by_mise))
    got = compare(b.rounds, *tasks)
    own_wall, own_cpu = got["goward"]
    head(f"install of go{VERSION}, {label}", "wall", "CPU", "wall, times goward's",
         "CPU, times goward's")
    for name, (wall, cpu) in got.items():
        row(name, f"{wall:.3f} s", f"{cpu:.3f} s", f"{wall / own_wall:.1f}", f"{cpu / own_cpu:.1f}")
    print()


def installs(b):
    compare_installs(b, b.ram, "tmpfs")
    compare_installs(b, b.disk, "disk, fresh folders")


def durability(b):
    """What the calls that wait for the disk take of an install."""
    if not shutil.which("strace"):
        return
    parts = []
    for n in range(b.rounds):
        log = b.disk / f"sync-{n}.txt"
        wall, _, _ = measure(["strace", "-f", "--seccomp-bpf", "-T", "-o", log, "-e",
                              "trace=fsync,fdatasync,syncfs", GOWARD, "install", VERSION],
                             b.env(b.disk / f"durable-{n}"))
        waited = sum(float(line.rsplit("<", 1)[1].rstrip(">\n"))
                     for line in open(log) if line.rstrip().endswith(">"))
        parts.append((wall, waited))
    wall, waited = (statistics.median(p[i] for p in parts) for i in (0, 1))
    head("durability of an install on the disk", "wall", "of it waiting for the disk",
         "times the wall without")
    row("goward", f"{wall:.3f} s", f"{waited:.3f} s", f"{wall / (wall - waited):.2f}")
    print()


def memory(b):
    peak, _ = peak_memory([GOWARD, "install", VERSION], b.env(b.ram / "memory"))
    head("peak memory of an install", "anonymous")
    row("goward", f"{peak / 1e6:.1f} MB")
    print()


# --- Verify ----------------------------------------------------------------------------------------

def verify(b):
    home = b.home(b.ram)
    tree = home / "trees" / tree_name(VERSION)
    env = b.env(home)
    files = b.ram / "files"
    with open(files, "wb") as out:
        subprocess.run(["find", str(tree), "-type", "f", "-print0"], stdout=out, check=True)

    def task(*argv):
        return lambda _: measure(argv, env)

    own = [GOWARD, "verify", "--offline", tree]
    tasks = [("goward", task(*own)), ("cat", task("sh", "-c", f"xargs -0 cat <{files}"))]
    if shutil.which("taskset"):
        tasks.append(("goward, one core", task("taskset", "-c", "0", *own)))
    if shutil.which("openssl"):
        tasks.append(("openssl dgst", task("sh", "-c", f"xargs -0 openssl dgst -sha256 <{files}")))
    got = compare(b.rounds, *tasks)
    head("verify of a whole GOROOT, warm", "wall", "CPU", "wall, of openssl's", "CPU, of openssl's")
    their_wall, their_cpu = got.get("openssl dgst", (0, 0))
    for name, (wall, cpu) in got.items():
        row(name, f"{wall:.3f} s", f"{cpu:.3f} s", f"{wall / their_wall:.2f}" if their_wall else "",
            f"{cpu / their_cpu:.2f}" if their_cpu else "")
    print()


# --- Starts ----------------------------------------------------------------------------------------

def many(argv, env, cwd):
    """A sample: the mean of some starts."""
    def run(_):
        begun, cpu = time.monotonic(), 0.0
        for _ in range(STARTS):
            _, used, code = measure(argv, env, cwd=cwd)
            cpu += used
            if code != 0:
                return 0, 0, code
        return (time.monotonic() - begun) / STARTS, cpu / STARTS, 0
    return run


def make_projects(b):
    """One that wants the release by its go.mod, and one that mise understands. On the disk, as tmpfs
    forgets at once that a file is not there."""
    project, other = b.disk / "project", b.disk / "project-of-mise"
    for folder in (project, other):
        folder.mkdir()
    (project / "go.mod").write_text(f"module example.com/p\n\ngo {VERSION}\n")
    (other / ".tool-versions").write_text(f"go {VERSION}\n")
    return project, other


def tasks_of_goward(b, project, noop):
    home = b.home(b.disk)
    env = b.env(home, GOTOOLCHAIN="local")
    measure([GOWARD, "up"], env, cwd=project)
    stand_in = b.disk / "stand-in"
    stood = standing_in(stand_in, home, noop)
    its_env = b.env(stand_in, GOTOOLCHAIN="local")
    go = home / "trees" / tree_name(VERSION) / "bin/go"
    return [("a static program that does nothing", many([noop], env, project)),
            ("goward --version", many([GOWARD, "--version"], env, project)),
            ("goward list", many([GOWARD, "list"], env, project)),
            ("goward (status)", many([GOWARD], env, project)),
            ("goward up, nothing to do", many([GOWARD, "up"], env, project)),
            ("go version, the program itself", many([go, "version"], env, project)),
            ("go version, through goward's shim", many([home / "bin/go", "version"], env, project)),
            ("the stand-in, called by its path", many([stood], its_env, project)),
            ("the stand-in, through goward's shim", many([stand_in / "bin/go"], its_env, project))]


def tasks_of_peers(b, project, noop):
    gopath = b.disk / "switching"
    install_by_go(b.mirror, gopath)
    env = base_env(b.mirror, GOPATH=gopath, GOTOOLCHAIN=f"go{VERSION}")
    tasks = [("go version, through cmd/go's switching", many(["go", "version"], env, project))]
    if not b.mise:
        return tasks
    data, stand_in = b.disk / "mise", b.disk / "mise-stand-in"
    argv, env = b.mise.install(data)
    measure(argv, env)
    b.mise.standing_in(stand_in, noop)
    its_env = b.mise.env(stand_in)
    return tasks + [
        ("mise --version", many([argv[0], "--version"], env, project)),
        ("mise ls go", many([argv[0], "ls", "go"], env, project)),
        ("go version, through mise's shim", many([b.mise.shim(data), "version"], env, project)),
        ("the stand-in, through mise's shim", many([b.mise.shim(stand_in)], its_env, project))]


def starts(b):
    project, other = make_projects(b)
    noop = b.disk / "noop"
    compile_noop(noop)
    got = compare(b.rounds, *tasks_of_goward(b, project, noop), *tasks_of_peers(b, other, noop))
    head("start", "wall", "CPU")
    for name, (wall, cpu) in got.items():
        row(name, ms(wall), ms(cpu))
    plain = got["the stand-in, called by its path"]
    for whose in ("goward", "mise"):
        shim = got.get(f"the stand-in, through {whose}'s shim")
        if shim:
            row(f"**{whose}'s shim adds**", ms(shim[0] - plain[0]), ms(shim[1] - plain[1]))
    itself = got["go version, the program itself"]
    switched = got["go version, through cmd/go's switching"]
    row("**cmd/go's switching adds**", ms(switched[0] - itself[0]), ms(switched[1] - itself[1]))
    print()


# --- The doctor --------------------------------------------------------------------------------------

DROP_CACHES = pathlib.Path("/proc/sys/vm/drop_caches")


def looking(argv, env, cwd):
    """Whatever it finds here."""
    return lambda _: (*measure(argv, env, cwd=cwd)[:2], 0)


def cold(run):
    """With nothing of the disk in memory."""
    def task(n):
        os.sync()
        DROP_CACHES.write_text("3")
        return run(n)
    return task


def doctors(b):
    """On 1,000 packages and the go on PATH. go mod verify does what one of goward's checks does."""
    top = b.disk / "large"
    top.mkdir()
    env = b.env(top / "home", GOTOOLCHAIN="local", **make_project(top))

    def goward(*more):
        return looking([GOWARD, "doctor", *more], env, top / "project")

    offline = dict(env, GOPROXY="off", GOFLAGS="-mod=mod")
    tasks = [("goward doctor", goward()),
             ("the same, no process started", goward("--skip", "GWD084,GWD097")),
             ("the same, every module hashed",
              goward("--skip", "GWD084,GWD097", "--profile", "release")),
             ("go env", looking(["go", "env"], env, top / "project")),
             ("go mod verify", looking(["go", "mod", "verify"], offline, top / "project"))]
    if b.mise:
        data = b.disk / "mise-doctor"
        data.mkdir()
        tasks.append(("mise doctor", looking([b.mise.shim(data).resolve(), "doctor"], b.mise.env(data),
                                             top / "project")))
    rows = compare(b.rounds * 5, *tasks)
    if os.access(DROP_CACHES, os.W_OK):
        for name, taken in compare(min(b.rounds, 3), *((n, cold(t)) for n, t in tasks)).items():
            rows[f"{name}, cold"] = taken
    head("doctor on 1,000 packages", "wall", "CPU")
    for name, (wall, cpu) in rows.items():
        row(name, ms(wall), ms(cpu))
    peak, _ = peak_memory([GOWARD, "doctor", "--skip", "GWD084,GWD097"], env, top / "project")
    row("**peak of anonymous memory, goward**", f"{peak / 1e6:.1f} MB", "")
    print()


def switches(b):
    """On the disk: what counts is that a switch survives a power cut."""
    env = b.env(b.home(b.disk))
    got = compare(b.rounds * 5, ("goward rollback, durable", lambda n: measure(
        [GOWARD, "rollback", "--to", str(n % 2)], env)))
    head("switch, on the disk", "wall", "CPU")
    for name, (wall, cpu) in got.items():
        row(name, ms(wall), ms(cpu))
    print()


# --- Space -----------------------------------------------------------------------------------------

def space_of_mise(b):
    data = b.disk / "five-of-mise"
    for version in FIVE:
        argv, env = b.mise.install(data, version)
        if measure(argv, env)[2] != 0:
            sys.exit(f"mise cannot install go{version}")
    return size(data)


def space(b):
    missing = [version for version in FIVE if not has_release(version)]
    if missing:
        print(f"go{missing[0]} cannot be had: no figure for five versions\n")
        return
    mirror, home = make_mirror(b.disk / "mirror", FIVE), b.disk / "five"
    if install(mirror, home, *FIVE)[2] != 0:
        sys.exit("five versions cannot be installed")
    head("five versions on disk", "bytes of files")
    row("goward", f"{size(home) / 1e6:.0f} MB")
    row("the five trees, one by one",
        f"{sum(size(home / 'trees' / tree_name(v)) for v in FIVE) / 1e6:.0f} MB")
    if b.mise:
        row("mise", f"{space_of_mise(b) / 1e6:.0f} MB")
    kept = sum(size(module_tree(v)) + release_file(v, "zip").stat().st_size for v in FIVE)
    row("cmd/go (trees and zips)", f"{kept / 1e6:.0f} MB")
    print()


# --- The run ---------------------------------------------------------------------------------------

PARTS = {"install": installs, "durability": durability, "verify": verify, "start": starts,
         "doctor": doctors, "switch": switches, "memory": memory, "space": space,
         "frontend": lambda b: frontend(b, head, row), "types": lambda b: types(b, head, row)}


def open_mise(stack, where):
    try:
        versions = [v for v in FIVE if has_release(v)]
        return stack.enter_context(Mise(where, versions))
    except (Unavailable, OSError, subprocess.CalledProcessError) as why:
        print(f"mise takes no part: {why}\n")
        return None


def remove(folder):
    subprocess.run(["chmod", "-R", "u+w", str(folder)], check=False)
    shutil.rmtree(folder, ignore_errors=True)


def make_folder(stack, place):
    folder = pathlib.Path(place) / f"goward-bench-{os.getpid()}"
    folder.mkdir()
    stack.callback(remove, folder)
    return folder


def main():
    args = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    args.add_argument("--rounds", type=int, default=5)
    args.add_argument("--tmpfs", default="/dev/shm")
    args.add_argument("--disk", default=os.environ.get("TMPDIR", "/var/tmp"))
    args.add_argument("--only", nargs="+", choices=PARTS, default=list(PARTS))
    args = args.parse_args()
    if not has_release(VERSION):
        sys.exit(f"{release_file(VERSION, 'zip')} is not there: run ./check oracle first")
    print(f"goward of {time.strftime('%Y-%m-%d')}, {os.cpu_count()} cores, {args.rounds} rounds, "
          f"{subprocess.run(['go', 'version'], capture_output=True, text=True).stdout.strip()}\n")
    with contextlib.ExitStack() as stack:
        ram, disk = make_folder(stack, args.tmpfs), make_folder(stack, args.disk)
        bench = Bench(args.rounds, ram, disk, open_mise(stack, ram))
        for part in args.only:
            PARTS[part](bench)


main()
