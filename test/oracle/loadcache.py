#!/usr/bin/env python3
"""Is what a load finds the same with a cache that other loads have filled, to the last byte?

oracle.load_driver loads one port after the other, each once with the cache that all of them share and once without, and
compares everything: modules, matches, where each path was found, what was read of each directory, the objects of `go list`. It
is asked about all modules that packages.py makes, with all that can be wrong with a package, about the directories that
buildpkg.py makes to be hard to read, about the standard library of several Gos, and about real modules where they are at hand.
Last line "N passed, N failed, N skipped".
"""
import concurrent.futures
import os
import pathlib
import random
import re
import subprocess
import sys
import tempfile

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent))
import buildpkg  # noqa: E402
import packages  # noqa: E402
from doctor import fetch  # noqa: E402

DRIVER = pathlib.Path(os.environ.get("TEST_BUILD", "build-check/release")) / "oracle.load_driver"
CACHE = pathlib.Path(os.environ.get("TEST_CACHE", ""))
VERSIONS = ["1.21.13", "1.27.4"]
NEWEST = VERSIONS[-1]
PORTS = ["linux/amd64", "windows/amd64", "darwin/arm64", "js/wasm", "plan9/386", "linux/arm64", "android/arm64", "aix/ppc64", "linux/arm", "ios/arm64"]
N_PORTS = 4  # of a run, and the first one once more behind them
THREADS = ["1", "3"]


class Asker:
    """A Go to load with, and ports to load for."""

    def __init__(self, version, root, top, ports):
        self.version, self.root, self.ports = version, root, ports
        self.env = {"HOME": str(top), "PATH": f"{root / 'bin'}:{os.environ['PATH']}", "GOENV": "off", "GOTOOLCHAIN": "local", "GOPROXY": "off",
                    "GOMODCACHE": str(top / "modcache"), "GOCACHE": str(top / "gocache"), "GOFLAGS": "", "LANG": "C.UTF-8"}

    def ask(self, folder, patterns, tests, threads="1", more=None):
        """None, or how loads differ."""
        words = [DRIVER, self.root, self.version, folder, threads, "compare", ",".join(self.ports), "test" if tests else "plain", *patterns]
        done = subprocess.run([str(w) for w in words], cwd=folder, env={**self.env, "PWD": str(folder), **(more or {})}, text=True, errors="replace",
                              stdin=subprocess.DEVNULL, capture_output=True, check=False, timeout=600)
        if done.returncode == 0 and done.stdout.startswith("the same: "):
            return None
        return f"{done.returncode}: {done.stdout.strip()[:1500]} {done.stderr.strip()[-500:]}"


def grouped(asked):
    """Lists of arguments for go list -> (patterns, whether with tests, variables), as few as can be."""
    together, alone = {}, []
    for arguments in asked:
        variables = dict(a.split("=", 1) for a in arguments if re.match("[A-Z]+=", a))
        patterns = [a for a in arguments if not a.startswith("-") and not re.match("[A-Z]+=", a)]
        if variables or any(p.endswith(".go") for p in patterns):
            alone.append((patterns, "-test" in arguments, variables))
        else:
            together |= dict.fromkeys(patterns or ["."])
    return [(list(together), tests, {}) for tests in (False, True) if together] + alone


def cases(asker, top, rng):
    """(title, function that gives None or how loads differ)"""
    for name, (files, asked) in packages.MADE.items():
        folder = top / name
        packages.make(folder, files)
        if not files.get("go.mod", "module").strip():
            continue  # nothing is loaded with a go.mod that cannot be read
        for patterns, tests, variables in grouped(asked):
            more = {key: value.replace("{}", str(folder)) for key, value in variables.items()}
            yield (f"{name}: {' '.join(patterns)} {'with tests' if tests else ''} {more or ''}",
                   lambda f=folder, p=patterns, t=tests, m=more, n=rng.choice(THREADS): asker.ask(f, p, t, n, m))
    hard = top / "hard"
    packages.make(hard, {"go.mod": "module example.com/hard\n\ngo 1.24\n"})
    buildpkg.hostile(hard)
    for more in ({}, {"CGO_ENABLED": "1"}, {"GOFLAGS": "-tags=cgo,windows,purego"}, {"GOFLAGS": "-race", "CGO_ENABLED": "1"}):
        yield f"hard to read: {more}", lambda m=more: asker.ask(hard, ["./..."], True, "3", m)
    for pattern in ("std", "cmd/..."):
        yield pattern, lambda p=pattern: asker.ask(hard, [p], True, "3", {"CGO_ENABLED": "1"})
    for name, (go, requires, patterns) in packages.REAL.items():
        folder = top / "real" / name
        packages.make(folder, {"go.mod": f"module example.com/m\n\ngo {go}\n" + "".join(f"require {line}\n" for line in requires)})
        yield (f"real: {name}", lambda f=folder, p=patterns: asker.ask(
            f, [*p, f"{p[0].rsplit('/', 1)[0]}/...", "all"], True, "3", {"GOFLAGS": "-mod=mod", "GOMODCACHE": str(CACHE / "gomod")}))


def main():
    passed = failed = skipped = 0
    rng = random.Random(os.environ.get("TEST_SEED", "1"))
    ports = PORTS if os.environ.get("TEST_SOAK") else [PORTS[0], *rng.sample(PORTS[1:], N_PORTS - 1)]
    with tempfile.TemporaryDirectory() as tmp, concurrent.futures.ThreadPoolExecutor(os.cpu_count()) as pool:
        wanted = []
        for version in VERSIONS:
            top = pathlib.Path(tmp).resolve() / version
            root = fetch(version)
            if root is None:
                print(f"skipped: Go {version} cannot be had")
                skipped += 1
                continue
            top.mkdir()
            asker = Asker(version, root, top, [*ports, ports[0]])
            found = [(f"Go {version}: {title}", ask) for title, ask in cases(asker, top, rng)]
            is_whole = version == NEWEST or os.environ.get("TEST_SOAK") or sys.argv[1:]
            wanted += found if is_whole else rng.sample(found, len(found) // 4)
        wanted = [(t, f) for t, f in wanted if not sys.argv[1:] or any(w in t for w in sys.argv[1:])]
        for (title, _), difference in zip(wanted, pool.map(lambda case: case[1](), wanted)):
            passed += difference is None
            failed += difference is not None
            if difference is not None:
                print(f"FAILED: {title}: {difference}")
    print(f"{passed} passed, {failed} failed, {skipped} skipped")
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
