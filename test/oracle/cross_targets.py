#!/usr/bin/env python3
"""goward check --target all against go build: the targets for which a module does not build are the same, and so is what is wrong.

Modules with files of their own for systems and processors. For each target the real go builds the packages, without cgo; of
the packages that it refuses the lines with errors must be ours too. Building the library for a target takes
long, so a run asks go for a few targets, others with each seed; TEST_SOAK asks for all. Last line "N passed, N failed, N
skipped".
"""
import concurrent.futures
import json
import os
import pathlib
import random
import re
import subprocess
import sys
import tempfile

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent))
from doctor import fetch  # noqa: E402

GOWARD = os.environ["TEST_GOWARD"]
CACHE = pathlib.Path(os.environ["TEST_CACHE"])
GO = "1.27.4"
N_TARGETS = 1  # of a run
# The first ones are asked in every run.
MODULES = {
    "github.com/creack/pty": "v1.1.24", "github.com/edsrzf/mmap-go": "v1.2.0", "go.etcd.io/bbolt": "v1.3.11",
    "golang.org/x/sys": "v0.30.0", "golang.org/x/term": "v0.29.0", "github.com/fsnotify/fsnotify": "v1.8.0",
    "github.com/mattn/go-isatty": "v0.0.20", "github.com/shirou/gopsutil/v4": "v4.24.12", "github.com/moby/term": "v0.5.0",
    "github.com/prometheus/procfs": "v0.15.1", "github.com/tklauser/go-sysconf": "v0.3.14", "github.com/klauspost/cpuid/v2": "v2.2.9",
}
N_MODULES = 2
ERROR = re.compile(r"(\S+?\.go):(\d+)(?::\d+)?: (.*)")
MAX_SHOWN = 5


class Module:
    """A module that requires the one to be looked at, and builds its packages."""

    def __init__(self, root, top, path, version):
        self.path, self.folder, self.root = path, top / path.replace("/", "_"), root
        self.folder.mkdir(parents=True)
        self.env = {name: value for name, value in os.environ.items() if name in ("GOPROXY", "GOSUMDB", "GONOSUMDB", "SSL_CERT_FILE", "HTTPS_PROXY")}
        self.env |= {"HOME": str(top / "home"), "PATH": f"{root / 'bin'}:{os.environ['PATH']}", "GOTOOLCHAIN": "local", "GOENV": "off",
                     "GOFLAGS": "-mod=mod -buildvcs=false", "GOMODCACHE": str(CACHE / "gomod"), "GOCACHE": str(CACHE / "gocache"),
                     "LANG": "C.UTF-8", "GOWARD_HOME": str(top / "home/goward"), "CGO_ENABLED": "0"}
        (self.folder / "go.mod").write_text(f"module example.com/asks\n\ngo 1.21\n\nrequire {path} {version}\n")
        self.is_there = self.run("go", "mod", "download").returncode == 0 and self.run("go", "list", "-deps", self.pattern).returncode == 0

    @property
    def pattern(self):
        return f"{self.path}/..."

    def run(self, *words, **more):
        return subprocess.run([str(w) for w in words], cwd=self.folder, env={**self.env, "PWD": str(self.folder), **more}, text=True,
                              stdin=subprocess.DEVNULL, capture_output=True, check=False, timeout=1200)

    def ours(self):
        """{target: {(file, line)}} of all targets."""
        done = self.run(GOWARD, "check", "--json", "--target", "all", self.pattern)
        said = json.loads(done.stdout)
        assert done.returncode in (0, 1) and "diagnostics" in said, done.stderr
        found = {target: set() for target in said["targets"]}
        for d in said["diagnostics"]:
            for target in d["targets"]:
                found[target].add((pathlib.Path(d["file"] or "").name, d["line"]))
        return found

    def theirs(self, target):
        """{(file, line)}: where the compiler refuses it. Programs are not linked: packages alone are asked for."""
        system, arch = target.split("/")
        where = {"GOOS": system, "GOARCH": arch}
        listed = self.run("go", "list", "-e", "-f", "{{if .GoFiles}}{{.ImportPath}}{{end}}", self.pattern, **where).stdout.split()
        if not listed:
            return set()
        done = self.run("go", "list", "-e", "-export", "-gcflags=-e", "-f", "{{with .Error}}{{.}}{{end}}", *listed, **where)
        return {(pathlib.Path(m[1]).name, int(m[2])) for line in (done.stdout + done.stderr).splitlines() if (m := ERROR.search(line))}


def main():
    passed = failed = skipped = 0
    root = fetch(GO)
    if root is None:
        print(f"skipped: Go {GO} cannot be had\n0 passed, 0 failed, 1 skipped")
        return 0
    is_soak = os.environ.get("TEST_SOAK") or sys.argv[1:]
    rng = random.Random(os.environ.get("TEST_SEED", "1"))
    with tempfile.TemporaryDirectory() as folder, concurrent.futures.ThreadPoolExecutor(os.cpu_count()) as pool:
        top = pathlib.Path(folder).resolve()
        paths = [p for p in MODULES if any(word in p for word in sys.argv[1:])] or list(MODULES)[:None if is_soak else N_MODULES]
        modules = [Module(root, top, path, MODULES[path]) for path in paths]
        for absent in (m for m in modules if not m.is_there):
            print(f"skipped: {absent.path} cannot be had")
            skipped += 1
        ours = {m: m.ours() for m in modules if m.is_there}
        targets = sorted({target for found in ours.values() for target in found})
        asked = targets if is_soak else rng.sample(targets, min(N_TARGETS, len(targets)))
        cases = [(m, target) for target in asked for m in ours]
        n_refused = 0
        for (m, target), theirs in zip(cases, pool.map(lambda case: case[0].theirs(case[1]), cases)):
            n_refused += bool(theirs)
            if theirs == ours[m][target]:
                passed += 1
                continue
            failed += 1
            print(f"FAILED: {m.path} for {target}: goward alone {sorted(ours[m][target] - theirs)[:MAX_SHOWN]}, "
                  f"go alone {sorted(theirs - ours[m][target])[:MAX_SHOWN]}")
    print(f"{len(asked)} targets, {n_refused} of {len(cases)} builds refused by go")
    print(f"{passed} passed, {failed} failed, {skipped} skipped")
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
