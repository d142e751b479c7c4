#!/usr/bin/env python3
"""goward beside its peers, in one run.

    bench/compare.py [--rounds N] [--tmpfs DIR] [--disk DIR]

Prints the tables of docs/benchmarks.md. Each figure is the median of N rounds; goward and the peer
take turns, so that both see the same machine; CPU is user + system time of the process and all its
children. Needs TEST_GOWARD (a release build), a go on PATH, and the toolchain modules in the module
cache of the tests (./check oracle puts them there). Network is not used: proxy and log are folders.
"""
import argparse
import os
import pathlib
import shutil
import statistics
import subprocess
import sys
import time

ROOT = pathlib.Path(__file__).resolve().parent.parent
CACHE = pathlib.Path(os.environ.get("TEST_CACHE") or
                     pathlib.Path(os.environ.get("XDG_CACHE_HOME") or
                                  pathlib.Path.home() / ".cache") / "goward-test")
MODULES = CACHE / "gomod"
GOWARD = os.environ.get("TEST_GOWARD", str(ROOT / "build/goward"))
VERSION = "1.27.3"
FIVE = ["1.21.13", "1.25.0", "1.25.14", "1.26.8", "1.27.3"]


def measure(argv, env=None, cwd=None):
    """Wall seconds, CPU seconds, exit code."""
    begun = time.monotonic()
    with open(os.devnull, "wb") as null:
        child = subprocess.Popen([str(a) for a in argv], env=env, cwd=cwd, stdout=null, stderr=null)
        _, status, usage = os.wait4(child.pid, 0)
    child.returncode = os.waitstatus_to_exitcode(status)
    return time.monotonic() - begun, usage.ru_utime + usage.ru_stime, child.returncode


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
    print("| " + " | ".join(str(c) for c in cells) + " |")


def head(*cells):
    row(*cells)
    print("|" + "---|" * len(cells))


def ms(seconds):
    return f"{seconds * 1000:.2f} ms"


def make_mirror(folder):
    """A proxy and a log as plain folders: the real zip, recorded in a log with a key of its own."""
    tree = MODULES / f"golang.org/toolchain@v0.0.1-go{VERSION}.linux-amd64"
    zip_file = MODULES / f"cache/download/golang.org/toolchain/@v/v0.0.1-go{VERSION}.linux-amd64.zip"
    if not zip_file.exists():
        sys.exit(f"{zip_file} is not there: run ./check oracle first")
    made = subprocess.run([sys.executable, str(ROOT / "test/lib/makelog.py"), str(folder), "--release",
                           f"{VERSION}:linux-amd64:{tree}"], stdout=subprocess.PIPE, text=True,
                          check=True)
    shutil.copy(zip_file, folder / f"golang.org/toolchain/@v/v0.0.1-go{VERSION}.linux-amd64.zip")
    return made.stdout.strip().splitlines()[-1]


def base_env(mirror, vkey, **more):
    env = {"PATH": os.environ["PATH"], "HOME": str(mirror.parent / "home"),
           "GOPROXY": f"file://{mirror}", "GOSUMDB": vkey, "GOENV": "off", "GOTELEMETRY": "off"}
    env.update(more)
    return env


def installs(rounds, where, mirror, vkey, label):
    def goward(n):
        home = where / f"goward-{n}"
        return measure([GOWARD, "install", VERSION], base_env(mirror, vkey, GOWARD_HOME=str(home)))

    def cmd_go(n):
        path = where / f"gopath-{n}"
        env = base_env(mirror, vkey, GOPATH=str(path), GOFLAGS="-modcacherw",
                       GOTOOLCHAIN=f"go{VERSION}")
        return measure(["go", "version"], env, cwd="/")

    got = compare(rounds, ("goward", goward), ("cmd/go", cmd_go))
    (gw, gc), (cw, cc) = got["goward"], got["cmd/go"]
    head(f"install of go{VERSION}, {label}", "wall", "CPU", "wall, times less", "CPU, times less")
    row("goward", f"{gw:.3f} s", f"{gc:.3f} s", "", "")
    row("cmd/go", f"{cw:.3f} s", f"{cc:.3f} s", f"{cw / gw:.1f}", f"{cc / gc:.1f}")
    print()
    return gw


def durability(rounds, where, mirror, vkey):
    """What the calls that wait for the disk take of an install."""
    if not shutil.which("strace"):
        return
    parts = []
    for n in range(rounds):
        log = where / f"sync-{n}.txt"
        env = base_env(mirror, vkey, GOWARD_HOME=str(where / f"durable-{n}"))
        wall, _, _ = measure(["strace", "-f", "--seccomp-bpf", "-T", "-o", log, "-e",
                              "trace=fsync,fdatasync,syncfs", GOWARD, "install", VERSION], env)
        waited = sum(float(line.rsplit("<", 1)[1].rstrip(">\n"))
                     for line in open(log) if line.rstrip().endswith(">"))
        parts.append((wall, waited))
    wall, waited = (statistics.median(p[i] for p in parts) for i in (0, 1))
    head("durability of an install on the disk", "wall", "of it waiting for the disk",
         "times the wall without")
    row("goward", f"{wall:.3f} s", f"{waited:.3f} s", f"{wall / (wall - waited):.2f}")
    print()


def verifying(rounds, where, mirror, vkey):
    home = where / "goward-0"
    tree = home / f"trees/go{VERSION}.linux-amd64"
    env = base_env(mirror, vkey, GOWARD_HOME=str(home))
    files = where / "files"
    with open(files, "wb") as out:
        subprocess.run(["find", str(tree), "-type", "f", "-print0"], stdout=out, check=True)
    one_cpu = ["taskset", "-c", "0"] if shutil.which("taskset") else []

    def goward(_):
        return measure([GOWARD, "verify", "--offline", tree], env)

    def goward_one(_):
        return measure([*one_cpu, GOWARD, "verify", "--offline", tree], env)

    def openssl(_):
        return measure(["sh", "-c", f"xargs -0 openssl dgst -sha256 <{files}"], env)

    def cat(_):
        return measure(["sh", "-c", f"xargs -0 cat <{files}"], env)

    tasks = [("goward", goward), ("goward, one core", goward_one), ("cat", cat)]
    if shutil.which("openssl"):
        tasks.append(("openssl dgst", openssl))
    got = compare(rounds, *tasks)
    head("verify of a whole GOROOT, warm", "wall", "CPU", "wall, of openssl's", "CPU, of openssl's")
    ow, oc = got.get("openssl dgst", (0, 0))
    for name, (wall, cpu) in got.items():
        row(name, f"{wall:.3f} s", f"{cpu:.3f} s", f"{wall / ow:.2f}" if ow else "",
            f"{cpu / oc:.2f}" if oc else "")
    print()


def switching(rounds, where, mirror, vkey):
    """On the disk: what counts is that a switch survives a power cut."""
    env = base_env(mirror, vkey, GOWARD_HOME=str(where / "goward-0"))
    flips = {"n": 0}

    def switch(_):
        flips["n"] += 1
        return measure([GOWARD, "rollback", "--to", str(flips["n"] % 2)], env)

    got = compare(rounds * 5, ("goward rollback, durable", switch))
    head("switch, on the disk", "wall", "CPU")
    for name, (wall, cpu) in got.items():
        row(name, ms(wall), ms(cpu))
    print()


def standing_in(where, home, noop):
    """A home whose go does nothing: go's own 4 ms vary by more than a shim costs."""
    copy = where / "stand-in"
    tree = copy / f"trees/go{VERSION}.linux-amd64"
    (tree / "bin").mkdir(parents=True)
    for name in ("format", "current", "generations", "records", "bin"):
        subprocess.run(["cp", "-a", str(home / name), str(copy)], check=True)
    for name in ("go.env", "VERSION"):
        shutil.copy(home / f"trees/go{VERSION}.linux-amd64" / name, tree)
    shutil.copy(noop, tree / "bin/go")
    return copy


def is_stand_in(argv):
    return "stand-in/bin" in str(argv[0])


def starts(rounds, where, mirror, vkey):
    """Start-up times: each sample is the mean of 20 runs, since one is below the clock's grain."""
    home = where / "goward-0"
    env = base_env(mirror, vkey, GOWARD_HOME=str(home), GOTOOLCHAIN="local")
    tree = home / f"trees/go{VERSION}.linux-amd64/bin/go"
    project = where / "project"
    project.mkdir(exist_ok=True)
    (project / "go.mod").write_text(f"module example.com/p\n\ngo {VERSION}\n")
    noop = where / "noop"
    source = where / "noop.c"
    source.write_text("int main(void){return 0;}\n")
    subprocess.run(["cc", "-O2", "-static", "-o", str(noop), str(source)], check=True)

    def many(argv):
        def run(_):
            before = time.monotonic()
            used_env = dict(env, GOWARD_HOME=str(argv[0].parent.parent)) if is_stand_in(argv) else env
            cpu = 0.0
            for _ in range(20):
                _, used, code = measure(argv, used_env, cwd=project)
                cpu += used
                if code != 0:
                    return 0, 0, code
            return (time.monotonic() - before) / 20, cpu / 20, 0
        return run

    tasks = [("a static program that does nothing", [noop]), ("goward --version", [GOWARD, "--version"]),
             ("goward list", [GOWARD, "list"]), ("goward (status)", [GOWARD]),
             ("goward up, nothing to do", [GOWARD, "up"]), ("go version, the program itself", [tree, "version"]),
             ("go version, through the shim", [home / "bin/go", "version"])]
    measure([GOWARD, "up"], env, cwd=project)
    stand_in = standing_in(where, home, noop)
    tasks += [("the stand-in, called by its path", [stand_in / f"trees/go{VERSION}.linux-amd64/bin/go"]),
              ("the stand-in, through the shim", [stand_in / "bin/go"])]
    got = compare(rounds, *[(name, many(argv)) for name, argv in tasks])
    head("start", "wall", "CPU")
    for name, (wall, cpu) in got.items():
        row(name, ms(wall), ms(cpu))
    shim, plain = got["the stand-in, through the shim"], got["the stand-in, called by its path"]
    row("**the shim adds**", ms(shim[0] - plain[0]), ms(shim[1] - plain[1]))
    print()


def fetch(version):
    """Into the module cache of the tests, unless it is there."""
    env = dict(os.environ, GOMODCACHE=str(MODULES), GOFLAGS="-modcacherw", GOTOOLCHAIN="local")
    subprocess.run(["go", "mod", "download", f"golang.org/toolchain@v0.0.1-go{version}.linux-amd64"],
                   env=env, cwd="/", check=False, capture_output=True)


def space(where):
    home = where / "five"
    env = dict(os.environ, GOWARD_HOME=str(home))
    one_by_one = 0
    for version in FIVE:
        fetch(version)
        name = f"v0.0.1-go{version}.linux-amd64"
        zip_file = MODULES / f"cache/download/golang.org/toolchain/@v/{name}.zip"
        if not zip_file.exists() or subprocess.run([GOWARD, "install", str(zip_file)], env=env,
                                                   stdout=subprocess.DEVNULL).returncode != 0:
            print(f"go{version} cannot be had: no figure for five versions\n")
            return
        one_by_one += size(home / f"trees/go{version}.linux-amd64")
    head("five versions on disk", "bytes of files")
    row("one by one", f"{one_by_one / 1e6:.0f} MB")
    row("goward", f"{size(home) / 1e6:.0f} MB")
    print()


def size(folder):
    seen, total = set(), 0
    for path, _, files in os.walk(folder):
        for name in files:
            st = os.lstat(os.path.join(path, name))
            if st.st_ino not in seen:
                seen.add(st.st_ino)
                total += st.st_size
    return total


def memory(where, mirror, vkey):
    """Peak of anonymous memory of an install, sampled from /proc as often as it can be."""
    env = base_env(mirror, vkey, GOWARD_HOME=str(where / "memory"))
    child = subprocess.Popen([GOWARD, "install", VERSION], env=env, stdout=subprocess.DEVNULL)
    peak = 0
    while child.poll() is None:
        try:
            for line in open(f"/proc/{child.pid}/status"):
                if line.startswith("RssAnon:"):
                    peak = max(peak, int(line.split()[1]))
        except OSError:
            break
    child.wait()
    head("peak memory of an install", "anonymous")
    row("goward", f"{peak / 1000:.1f} MB")
    print()


def main():
    args = argparse.ArgumentParser()
    args.add_argument("--rounds", type=int, default=5)
    args.add_argument("--tmpfs", default="/dev/shm")
    args.add_argument("--disk", default=os.environ.get("TMPDIR", "/var/tmp"))
    args = args.parse_args()
    print(f"goward of {time.strftime('%Y-%m-%d')}, {os.cpu_count()} cores, {args.rounds} rounds, "
          f"{subprocess.run(['go', 'version'], capture_output=True, text=True).stdout.strip()}\n")
    ram = pathlib.Path(args.tmpfs) / f"goward-bench-{os.getpid()}"
    disk = pathlib.Path(args.disk) / f"goward-bench-{os.getpid()}"
    try:
        ram.mkdir()
        disk.mkdir()
        (ram / "home").mkdir()
        mirror = ram / "mirror"
        vkey = make_mirror(mirror)
        installs(args.rounds, ram, mirror, vkey, "tmpfs")
        installs(args.rounds, disk, mirror, vkey, "disk, fresh folders")
        durability(args.rounds, disk, mirror, vkey)
        verifying(args.rounds, ram, mirror, vkey)
        starts(args.rounds, ram, mirror, vkey)
        switching(args.rounds, disk, mirror, vkey)
        memory(ram, mirror, vkey)
        space(disk)
    finally:
        for folder in (ram, disk):
            subprocess.run(["chmod", "-R", "u+w", str(folder)], check=False)
            shutil.rmtree(folder, ignore_errors=True)


main()
