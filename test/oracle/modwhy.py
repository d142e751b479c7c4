#!/usr/bin/env python3
"""Is `goward mod why` line for line what `go mod why` prints?

Universes of modules are made at random, the same in each run but for a soak (TEST_SEED): packages that import
each other across modules, files for other systems and tags, tests of tests, packages that are missing, modules
within modules, several versions of one module, go.mod files that contradict themselves or lack modules, go
lines on both sides of 1.16 and 1.17, workspaces, vendor directories. Then projects with one peculiarity each,
GOROOT's own modules, and real modules through the configured GOPROXY, where it can be had.

A soak makes many more universes, and lets a main go.mod require one module at two versions, where one answer
in a hundred is another than the go command's.
"""
import concurrent.futures
import os
import pathlib
import random
import sys
import tempfile

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent))
from doctor import fetch  # noqa: E402
from packages import CACHE, GOWARD, MADE as PACKAGES, REAL, Place, make  # noqa: E402

VERSIONS = ["1.21.13", "1.24.13", "1.26.8", "1.27.4"]
NEWEST = VERSIONS[-1]
IS_SOAK = bool(os.environ.get("TEST_SOAK"))
UNIVERSES = 300 if IS_SOAK else 8  # of each Go
GO_LINES = ["1.15", "1.16", "1.17", "1.20", "1.21"]
CONSTRAINTS = ["", "", "", "//go:build ignore\n\n", "//go:build !ignore\n\n", "//go:build windows && cgo\n\n", "// +build ignore\n\n",
               "// +build never other\n\n", "//go:build tools\n\n", "//go:build !(linux && amd64)\n\n", "//go:build (broken\n\n",
               "//go:build ignore || plan9\n\n", "//go:build linux\n//go:build amd64\n\n"]
FILES = ["a.go", "b_windows.go", "c_plan9_arm.go", "_hidden.go", "a_test.go", "x_windows_test.go", "d.go"]
STD = ["errors", "unsafe", "C", "appengine", "appengine/datastore", "golang.org/x/absent", "nosuchstd", "embed"]


def age(top):
    """The go command trusts its index of a directory that nobody touched for two seconds, and reads a file that
    has faults in another way before."""
    for folder, _, names in os.walk(top):
        for name in (*names, "."):
            os.utime(pathlib.Path(folder) / name, (1700000000, 1700000000))


class Universe:
    """Modules at versions, each in a directory that a replace line leads to, and one or two that use them."""

    def __init__(self, top, rng):
        self.top, self.rng = top, rng
        self.paths = [f"example.com/m{n}{rng.choice(['', '', '/sub'])}" for n in range(rng.randint(2, 7))]
        if rng.random() < 0.5:
            self.paths.append(self.paths[0] + "/p1")  # a module where the first has a package
        self.versions = {path: [f"v1.{n}.0" for n in range(rng.randint(1, 3))] for path in self.paths}
        self.all = [(path, version) for path, versions in self.versions.items() for version in versions]
        self.packages = [f"{path}{below}" for path in self.paths for below in ("", "/p1", "/p2")]
        replaces = ""
        for n, (path, version) in enumerate(self.all):
            self.make_module(f"r{n}", path, rng.choice(GO_LINES), self.requires(3))
            replaces += f"replace {path} {version} => ./r{n}\n"
        self.in_workspace = rng.random() < 0.25
        self.packages += ["example.com/main/p1", "example.com/main/p2", "example.com/other/p1"]
        mains = ["main", "other"] if self.in_workspace else ["main"]
        for name in mains:
            more = "" if self.in_workspace else replaces.replace("./r", "../r")
            self.make_module(name, f"example.com/{name}", rng.choice(GO_LINES), self.requires(5, True) + more)
        if self.in_workspace:
            self.write("go.work", "go 1.20\nuse ./main\nuse ./other\n" + replaces)
        if rng.random() < 0.2:
            self.write("main/vendor/modules.txt", "")

    def write(self, name, text):
        make(self.top, {name: text})

    def requires(self, most, is_main=False):
        some = self.rng.sample(self.all, min(len(self.all), self.rng.randint(0, most)))
        if is_main and not IS_SOAK:
            some = list(dict(some).items())
        return "".join(f"require {path} {version}{self.rng.choice(['', ' // indirect'])}\n" for path, version in some)

    def make_module(self, folder, path, go, lines):
        self.write(f"{folder}/go.mod", f"module {path}\n\ngo {go}\n{lines}")
        for below in ("", "/p1", "/p2", "/testdata", "/p1/deep"):
            if self.rng.random() < 0.8:
                self.make_package(folder + below)

    def make_package(self, folder):
        for name in self.rng.sample(FILES, self.rng.randint(0, 3)):
            imports = self.rng.sample(self.packages, self.rng.randint(0, min(3, len(self.packages))))
            imports += self.rng.sample(STD, self.rng.choice([0, 0, 1]))
            package = self.rng.choice(["p", "p", "p", "p_test", "main", "documentation"])
            self.write(f"{folder}/{name}", self.rng.choice(CONSTRAINTS) + f"package {package}\n"
                       + "".join(f'import _ "{path}"\n' for path in imports))

    def questions(self):
        packages = self.rng.sample(self.packages, 2) + ["errors", "internal/abi"]
        yield from (["all"], ["-vendor", "all"], ["-m", "all"], ["./..."], packages, ["-m", "-vendor", "all"], ["-m"],
                    ["-m", *self.rng.sample(self.paths, 2), "example.com/main", "example.com/absent", "example.com/m..."])
        # In a module of its own the pattern adds modules to go.mod, and what it stands for while they raise each
        # other's versions depends on the order in which cmd/go does that.
        if self.in_workspace:
            yield ["example.com/...", "-vendor"]


# Projects: name -> (files, [arguments]).
MADE = {
    "chain": ({"go.mod": "module example.com/m\n\ngo 1.21\n\nrequire example.com/a v1.0.0\nrequire example.com/b v1.0.0 // indirect\n"
                         "replace example.com/a => ./a\nreplace example.com/b => ./b\nreplace example.com/c => ./c\n",
               "m.go": "package m\nimport _ \"fmt\"\n", "m_test.go": "package m_test\nimport _ \"example.com/a\"\n",
               "a/go.mod": "module example.com/a\n\ngo 1.21\n\nrequire example.com/b v1.0.0\n", "a/a.go": "package a\n",
               "a/a_test.go": "package a\nimport _ \"example.com/b\"\n",
               "b/go.mod": "module example.com/b\n\ngo 1.21\n\nrequire example.com/c v1.0.0\n", "b/b.go": "package b\n",
               "b/b_test.go": "package b\nimport _ \"example.com/c\"\n", "c/go.mod": "module example.com/c\n", "c/c.go": "package c\n"},
              [["example.com/a", "example.com/b", "example.com/c"], ["-vendor", "example.com/a", "example.com/b"],
               ["-m", "example.com/c", "example.com/b"], ["."], ["./..."], ["./absent"], ["./a"], ["fmt"], ["x@v1"], ["all"], ["-m", "a@v1"],
               ["-m", "./a"], ["-m", "a\\b"], ["-m", "nosuch..."], ["-m", "go", "toolchain", "std"], ["unsafe", "C"], ["std"], ["cmd"], ["tool"], ["work"],
               ["a b", "x/.."], ["/"], ["../..."], ["example.com/m/nosuch", "absent.example/x"], [".", "."], ["example.com/c/..."]]),
    "tools": ({"go.mod": "module example.com/m\n\ngo 1.24\n\ntool example.com/t/cmd\n\nrequire example.com/t v1.0.0\nreplace example.com/t => ./t\n",
               "m.go": "package m\n", "t/go.mod": "module example.com/t\n\ngo 1.24\n", "t/cmd/main.go": "package main\nimport _ \"example.com/t/x\"\n",
               "t/x/x.go": "package x\n", "t/x/x_test.go": "package x\nimport _ \"example.com/t/y\"\n", "t/y/y.go": "package y\n"},
              [["example.com/t/x", "example.com/t/y"], ["tool"], ["-m", "example.com/t"], ["all"], ["-vendor", "all"]]),
    "faulty": ({"go.mod": "module example.com/m\n\ngo 1.21\n",
                "m.go": "package m\nimport _ \"example.com/m/x\"\nimport \"example.com/m/z\nimport _ \"example.com/m/w\"\n",
                "n.go": "package m\nimport (\n\t\"example.com/m/y\"\n\t5\n)\n", "no.go": "pakage m\nimport \"example.com/m/v\"\n",
                "bad/b.go": "package bad\nimport _ \"a b\"\nimport _ \"example.com/m/u\"\n", "body.go": "package m\nimport _ \"example.com/m/t\"\nfunc {\n",
                "empty/README": "", "ign/i.go": "//go:build ignore\n\npackage main\nimport _ \"os\"\n"},
               [["example.com/m/x", "example.com/m/y", "example.com/m/z", "example.com/m/w", "example.com/m/v", "example.com/m/u", "example.com/m/t"],
                ["./..."], ["all"], ["os"], ["./empty", "./ign"]]),
    "nothing": ({"x.go": "package x\n"}, [["fmt"], ["-m"], ["-m", "all"]]),
}


class WhyPlace(Place):
    def judge_why(self, cwd, arguments):
        """None, or how the two differ."""
        real = self.run(cwd, "go", "mod", "why", *[a for a in arguments if a.startswith("-")], "--", *[a for a in arguments if not a.startswith("-")])
        words = [a.replace("-vendor", "--vendor") for a in arguments if a.startswith("-")]
        ours = self.run(cwd, GOWARD, "mod", "why", *words, "--", *[a for a in arguments if not a.startswith("-")])
        title = " ".join(arguments)
        if real.returncode != 0:
            return None if ours.returncode != 0 else [f"{title}: go refuses ({real.stderr.strip()[:300]}), goward does not"]
        if ours.returncode not in (0, 1):
            return [f"{title}: goward ended with {ours.returncode}: {ours.stderr.strip()[:300]}"]
        if arguments == ["tool"]:  # some Gos name each tool several times
            return None if set(real.stdout.split("\n")) == set(ours.stdout.split("\n")) else [f"{title}: {ours.stdout[:300]}"]
        return None if real.stdout == ours.stdout else [f"{title}:", *first_difference(real.stdout, ours.stdout), ours.stderr[:300]]


def first_difference(theirs, ours):
    real, mine = theirs.split("\n\n"), ours.split("\n\n")
    pairs = [(a, b) for a, b in zip(real, mine) if a != b]
    both = pairs[0] if pairs else (real[len(mine):][:1], mine[len(real):][:1])
    return [f"{len(real)} and {len(mine)} answers, {len(pairs)} differ", f"go     {both[0]!r}"[:400], f"goward {both[1]!r}"[:400]]


def judge_universe(root, top, seed):
    place = WhyPlace(root, top / "home", top / "modcache")
    universe = Universe(top / "u", random.Random(seed))
    age(top / "u")
    problems = []
    for arguments in universe.questions():
        problems += place.judge_why(top / "u/main", arguments) or []
    return problems or None


def judge_real(root, top, go, requires, patterns):
    """A module that requires real ones; then with a vendor directory, which counts for nothing."""
    online = WhyPlace(root, top / "home", CACHE / "gomod", None)
    make(top / "m", {"go.mod": f"module example.com/m\n\ngo {go}\n" + "".join(f"require {line}\n" for line in requires),
                     "tools.go": "//go:build tools\npackage m\nimport (\n" + "".join(f"_ \"{p}\"\n" for p in patterns) + ")\n"})
    if online.run(top / "m", "go", "mod", "tidy").returncode != 0 or online.run(top / "m", "go", "mod", "why", "all").returncode != 0:
        return "skipped"
    offline = WhyPlace(root, top / "home", CACHE / "gomod")
    problems = []
    questions = [["all"], ["-vendor", "all"], ["-m", "all"], ["-m", "-vendor", "all"], ["std"], [f"{patterns[0]}/..."]]
    for arguments in questions:
        problems += offline.judge_why(top / "m", arguments) or []
    if online.run(top / "m", "go", "mod", "vendor").returncode == 0:
        for arguments in questions[:3]:
            problems += offline.judge_why(top / "m", arguments) or []
    return problems or None


def judge_goroot(root, top, below):
    """Where std or cmd is the main module, its imports mean modules, not GOROOT's vendor directories."""
    online = WhyPlace(root, top / "home", CACHE / "gomod", None)
    if online.run(root / below, "go", "mod", "why", "-m", "golang.org/x/sys").returncode != 0 \
            or online.run(root / below, "go", "mod", "why", "all").returncode != 0:
        return "skipped"
    offline, problems = WhyPlace(root, top / "home", CACHE / "gomod"), []
    for arguments in (["all"], ["-vendor", "golang.org/x/sys/cpu", "vendor/golang.org/x/sys/cpu"], ["-m", "golang.org/x/sys"]):
        problems += offline.judge_why(root / below, arguments) or []
    return problems or None


def cases(roots, tmp, rng):
    """(title, function that gives None, "skipped" or how they differ)."""
    for version, root in roots.items():
        place = WhyPlace(root, tmp / version / "home", tmp / version / "modcache")
        is_whole = version == NEWEST or IS_SOAK or sys.argv[1:]
        of_universes = rng if IS_SOAK else random.Random(version)
        for n in range(UNIVERSES):
            seed = of_universes.getrandbits(32)
            yield (f"Go {version}: universe {seed}", lambda r=root, t=tmp / version / str(n), s=seed: judge_universe(r, t, s))
        for name, (files, questions) in MADE.items():
            if name == "tools" and int(version.split(".")[1]) < 24:
                continue
            folder = tmp / version / "made" / name
            # Gos before 1.26 take imports that are no paths.
            make(folder, {path: text for path, text in files.items() if "bad/" not in path or int(version.split(".")[1]) >= 26})
            age(folder)
            for arguments in questions if is_whole else rng.sample(questions, min(len(questions), 3)):
                yield f"Go {version}: {name}: {' '.join(arguments)}", lambda p=place, f=folder, a=arguments: p.judge_why(f, a)
        for name, (files, _) in PACKAGES.items():
            folder = tmp / version / "packages" / name
            make(folder, files)
            age(folder)
            where = folder / "a" if name == "work" else folder
            for arguments in (["all"], ["-m", "all"], ["-vendor", "./..."]) if is_whole else (["all"],):
                yield f"Go {version}: packages' {name}: {' '.join(arguments)}", lambda p=place, f=where, a=arguments: p.judge_why(f, a)
    for below in ("src", "src/cmd"):
        yield f"Go {NEWEST}: in GOROOT/{below}", lambda b=below: judge_goroot(roots[NEWEST], tmp / "goroot" / b, b)
    for name, (go, requires, patterns) in REAL.items():
        yield f"Go {NEWEST}: {name}", lambda n=name, g=go, r=requires, p=patterns: judge_real(roots[NEWEST], tmp / "real" / n, g, r, p)


def main():
    passed = failed = skipped = 0
    roots = {version: root for version in VERSIONS if (root := fetch(version)) is not None}
    if NEWEST not in roots:
        print(f"skipped: Go {NEWEST} cannot be had")
        print("0 passed, 0 failed, 1 skipped")
        return 0
    with tempfile.TemporaryDirectory() as tmp, concurrent.futures.ThreadPoolExecutor(os.cpu_count()) as pool:
        all_cases = list(cases(roots, pathlib.Path(tmp).resolve(), random.Random(os.environ.get("TEST_SEED", "1"))))
        wanted = [(t, f) for t, f in all_cases if not sys.argv[1:] or any(w in t for w in sys.argv[1:])]
        for (title, _), found in zip(wanted, pool.map(lambda case: case[1](), wanted)):
            if found is None:
                passed += 1
            elif found == "skipped":
                print(f"skipped: {title}: its modules cannot be had")
                skipped += 1
            else:
                failed += 1
                print(f"FAILED: {title}")
                for line in found:
                    print(f"    {line}")
    print(f"{passed} passed, {failed} failed, {skipped} skipped")
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
