"""The part of bench/compare.py that is about the front end: bench/frontend_bench.c beside
bench/frontend/main.go, on the library and the commands of a Go, and on a large corpus where there is one.
"""
import os
import pathlib
import statistics
import subprocess

from measure import MODULES, ROOT

GO = "1.27.4"
SOURCES = ["src/base/?*.c", "src/os/?*.c", "src/format/?*.c", "src/go/syntax/?*.c"]
LIBRARIES = ["-ldeflate", "-lz", "-lsodium", "-lyaml", "-lpthread"]
INSTRUCTIONS_OF = 400  # files


def goroot():
    """GOROOT of the newest Go, or None."""
    env = dict(os.environ, GOMODCACHE=str(MODULES), GOFLAGS="-modcacherw", GOTOOLCHAIN=f"go{GO}", GOWORK="off")
    done = subprocess.run(["go", "env", "GOROOT"], env=env, capture_output=True, text=True, check=False)
    return pathlib.Path(done.stdout.strip()) if done.returncode == 0 else None


def build(root, folder):
    """(ours, Go's)"""
    sources = [str(p) for pattern in SOURCES for p in sorted(ROOT.glob(pattern))]
    ours, theirs = folder / "frontend_bench", folder / "frontend_go"
    subprocess.run(["cc", "-std=gnu17", "-O2", "-g", "-iquote", "src", "bench/frontend_bench.c", *sources, "-o", ours,
                    *LIBRARIES], cwd=ROOT, check=True)
    env = dict(os.environ, GOROOT=str(root), GOTOOLCHAIN="local", GOFLAGS="", GOENV="off", GO111MODULE="off",
               GOCACHE=str(folder / "gocache"), CGO_ENABLED="0")
    subprocess.run([root / "bin/go", "build", "-o", theirs, ROOT / "bench/frontend/main.go"], env=env, check=True)
    return ours, theirs


def library(root):
    """The files below src of a GOROOT, tests and testdata aside."""
    return sorted(str(p) for p in (root / "src").rglob("*.go")
                  if not p.name.endswith("_test.go") and "testdata" not in p.parts)


def run(program, mode, files, before=()):
    """(CPU seconds, lines, bytes, what was made, KiB at most)"""
    done = subprocess.run([*before, program, mode], input="\n".join(files) + "\n", text=True, capture_output=True,
                          check=True, env=dict(os.environ, GOMAXPROCS="1"))
    seconds, *rest = done.stdout.split()
    return (float(seconds), *map(int, rest)), done.stderr


def speed(rounds, corpus, files, programs, row):
    for mode, what in (("scan", "scan"), ("parse", "parse")):
        took = [[run(p, mode, files)[0] for p in programs] for _ in range(rounds)]
        ours, theirs = (statistics.median(t[i][0] for t in took) for i in (0, 1))
        lines = took[0][0][1]
        row(f"{what} {corpus}", f"{ours:.3f} s", f"{lines / ours / 1e6:.1f}", f"{theirs:.3f} s",
            f"{lines / theirs / 1e6:.1f}", f"{theirs / ours:.1f}x")


def memory(corpus, files, programs, row):
    (kept, _), (read, _) = run(programs[0], "keep", files), run(programs[0], "read", files)
    (go_kept, _), (go_read, _) = run(programs[1], "keep", files), run(programs[1], "read", files)
    ours, theirs = kept[4] - read[4], go_kept[4] - go_read[4]
    row(corpus, f"{kept[3] * 4 / 1e6:.0f} MB, {kept[3] * 4 / kept[2]:.2f} bytes a byte", f"{ours / 1024:.0f} MiB",
        f"{go_kept[3] / 1e6:.0f} MB", f"{theirs / 1024:.0f} MiB", f"{theirs / ours:.1f}x")


def instructions(files, program, folder, row):
    """Of a line and a byte, by callgrind; the processor's own counters are rarely there."""
    counts = {}
    for mode in ("read", "scan", "parse"):
        said = run(program, mode, files[:INSTRUCTIONS_OF], [
            "valgrind", "--tool=callgrind", f"--callgrind-out-file={folder}/callgrind.{mode}"])
        counts[mode] = int(said[1].split("Collected :")[1].split()[0])
        _, lines, size, *_ = said[0]
    for mode in ("scan", "parse"):
        n = counts[mode] - counts["read"]
        row(mode, f"{n / lines:.0f}", f"{n / size:.1f}")


def frontend(b, head, row):
    root = goroot()
    if root is None:
        print(f"Go {GO} cannot be had: no front end\n")
        return
    programs = build(root, b.ram)
    corpora = {"std+cmd": library(root)}
    if os.environ.get("FRONTEND_FILES"):
        corpora["large"] = pathlib.Path(os.environ["FRONTEND_FILES"]).read_text().split()
    head("one core, files in memory", "goward, CPU", "M lines/s", "go/scanner, go/parser, CPU", "M lines/s", "goward is")
    for corpus, files in corpora.items():
        speed(b.rounds, corpus, files, programs, row)
    print()
    head("all trees kept", "goward's trees", "process", "go/parser's heap", "process", "goward's process is smaller")
    for corpus, files in corpora.items():
        memory(corpus, files, programs, row)
    print()
    head("instructions", "a line", "a byte")
    instructions(corpora["std+cmd"], programs[0], b.ram, row)
    print()
