#!/usr/bin/env python3
"""Are `goward mod graph` and `goward mod list` byte for byte what `go mod graph` and `go list -m all` print?

Universes of modules are made at random (TEST_SEED) and served from a folder: diamonds, cycles, go lines
from none to 1.21, pruned and unpruned modules, replace by version and by folder, exclude, workspaces,
requirements that contradict each other, files that are missing. What the real go has read lies in its
module cache afterwards: exactly that must be enough for goward. Then some real modules, through the
configured GOPROXY, where it can be had. A soak makes many more universes.
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

VERSIONS = ["1.21.13", "1.23.12", "1.26.8"]
GOWARD = os.environ.get("TEST_GOWARD", "")
CACHE = pathlib.Path(os.environ.get("TEST_CACHE", ""))
CASES = 600 if os.environ.get("TEST_SOAK") else 30  # of each Go
GO_LINES = ["", "", "go 1.11", "go 1.16", "go 1.17", "go 1.17", "go 1.20", "go 1.21", "go 1.21.3", "go 1.21rc2"]
REAL = {
    "tools": ("1.21", ["golang.org/x/tools v0.24.0"]),
    "client": ("1.21", ["k8s.io/client-go v0.28.4", "k8s.io/apimachinery v0.28.4"]),
    "unpruned": ("1.16", ["github.com/spf13/viper v1.7.0", "google.golang.org/grpc v1.40.0"]),
    "raised": ("1.17", ["github.com/prometheus/client_golang v1.14.0", "github.com/golang/protobuf v1.4.0"]),
}


def escaped(path):
    return "".join("!" + c.lower() if c.isupper() else c for c in path)


class Universe:
    """A proxy's folder, and a main module or a workspace that draws on it."""

    def __init__(self, top, rng):
        self.top, self.rng = top, rng
        self.in_workspace = rng.random() < 0.3
        self.versions = {}
        for n in range(rng.randint(3, 22)):
            kind = rng.choice(["", "", "", "/v2", "+incompatible", "M"])
            path = f"example.com/{'M' if kind == 'M' else 'm'}{n}{kind if kind == '/v2' else ''}"
            major = {"/v2": 2, "+incompatible": rng.choice([2, 3])}.get(kind, rng.choice([0, 1]))
            tail = kind if kind == "+incompatible" else ""
            numbers = [f"v{major}.{rng.choice([0, 2, 9, 10])}.{rng.randint(0, 11)}{end}{tail}"
                       for end in rng.choices(["", "", "-rc.1", "-rc.10", "-rc.9", "-0.20240102150405-abcdefabcdef"],
                                              k=rng.randint(1, 4))]
            self.versions[path] = sorted(set(numbers))
        self.all = [(path, version) for path, versions in self.versions.items() for version in versions]
        # A version in no proxy fails a go command, but only where the graph is not pruned before it.
        self.lost = set(rng.sample(self.all, 2)) if rng.random() < 0.3 and len(self.all) > 1 else set()
        for path, version in self.all:
            if (path, version) not in self.lost:
                self.publish(path, version)
        for name in "abc":  # some require a published version of what is the main module here
            self.publish(f"example.com/{name}", "v1.0.0")
        if self.in_workspace:
            for name in ("a", "b", "c"):
                self.make_main(name)
            toolchain = rng.choice(["", "", "toolchain go1.21.5\n"])
            self.write("go.work", f"go {rng.choice(['1.21.4', '1.21.5'])}\n{toolchain}use ./a\nuse (\n\t./c\n\t./b\n)\n"
                       + self.replaces("."))
        else:
            self.make_main("a")

    def write(self, name, text):
        path = self.top / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text)

    def requires(self, most, comment=False):
        some = self.rng.sample(self.all, min(len(self.all), self.rng.randint(0, most)))
        if self.rng.random() < 0.07:
            some.append((f"example.com/{self.rng.choice('abc')}", "v1.0.0"))
        return "".join(f"require {path} {version}{self.rng.choice(['', ' // indirect']) if comment else ''}\n"
                       for path, version in some)

    def publish(self, path, version):
        folder = f"proxy/{escaped(path)}/@v/{version}"
        # Without a go.mod of its own: what a proxy makes up for such a module.
        text = "" if version.endswith("+incompatible") else f"{self.rng.choice(GO_LINES)}\n{self.requires(4)}"
        self.write(folder + ".mod", f"module {path}\n\n{text}")
        self.write(folder + ".info", f'{{"Version":"{version}","Time":"2024-01-02T15:04:05Z"}}')

    def replaces(self, to_top):
        lines = {}
        for n in range(self.rng.choice([0, 0, 1, 2, 3])):
            path, version = self.rng.choice(self.all)
            old = path + self.rng.choice(["", f" {version}"])
            if self.rng.random() < 0.4:
                name = f"fork{n}{self.rng.randint(0, 1)}"
                self.write(f"{name}/go.mod", f"module {path}\n\n{self.rng.choice(GO_LINES)}\n{self.requires(3)}")
                lines[old] = f"{to_top}/{name}"
            else:
                others = [v for v in self.versions[path] if (path, v) not in self.lost]
                lines[old] = f"{path} {self.rng.choice(others)}" if others else f"{path} {version}"
        if self.in_workspace and to_top == "..":
            return ""  # only go.work has any: contradictions are another test's matter
        return "".join(f"replace {old} => {new}\n" for old, new in lines.items())

    def make_main(self, name):
        rng = self.rng
        excludes = rng.sample(self.all, rng.choice([0, 0, 0, 1, 2]))
        toolchain = rng.choice(["", "", "", "toolchain go1.21.5\n"])
        go = rng.choice(GO_LINES)
        if toolchain and not go.startswith("go 1.21"):
            toolchain = ""
        self.go = go
        self.write(f"{name}/go.mod", f"module example.com/{name}\n\n{go}\n{toolchain}{self.requires(6, True)}"
                   + "".join(f"exclude {path} {version}\n" for path, version in excludes) + self.replaces(".."))


def runner(root, top, cache, proxy):
    env = {"HOME": str(top / "home"), "PATH": f"{root / 'bin'}:/usr/bin:/bin", "GOTOOLCHAIN": "local",
           "GOPROXY": proxy, "GONOSUMDB": "*", "GOENV": "off", "CGO_ENABLED": "0", "TMPDIR": str(top),
           "GOCACHE": str(top / "cache"), "GOMODCACHE": str(cache), "GOWARD_HOME": str(top / "goward")}
    if proxy is None:
        del env["GOPROXY"], env["GONOSUMDB"]

    def run(cwd, *words, flags="-modcacherw"):
        return subprocess.run(words, cwd=cwd, env=dict(env, GOFLAGS=flags), text=True, capture_output=True,
                              timeout=600, check=False)
    return run


def differ(what, real, ours):
    """None when the same was said, or both refused."""
    if real.returncode != 0:
        if ".info: no such file" in real.stderr:
            return None  # the date of a version whose go.mod is pruned out: nothing that goward asks for
        said = real.stderr.strip().split("\n")[0]
        return None if ours.returncode != 0 else f"{what}: go refuses ({said}), goward does not"
    if ours.returncode != 0:
        return f"{what}: goward ended with {ours.returncode}: {ours.stderr}"
    if real.stdout != ours.stdout:
        theirs, mine = set(real.stdout.splitlines()), set(ours.stdout.splitlines())
        return f"{what}: only go says {sorted(theirs - mine)[:6]}, only goward {sorted(mine - theirs)[:6]}"
    return None


def judge_missing(run, universe, cache, graph):
    """One go.mod taken away is named, with what fetches it; what is printed is true."""
    files = sorted(cache.glob("cache/download/**/*.mod"))
    if not files:
        return None
    file = universe.rng.choice(files)
    text = file.read_text()
    file.unlink()
    ours = run(universe.top / "a", GOWARD, "mod", "graph")
    file.write_text(text)
    version = file.name[:-len(".mod")]
    path = text.split()[1]
    if ours.returncode == 0 and ours.stdout == graph:
        return None  # it does not take part: a version that is replaced
    if ours.returncode != 1 or f"go mod download {path}@{version}" not in ours.stderr:
        return f"without {path}@{version}: goward ended with {ours.returncode}: {ours.stderr}"
    return None


def reached(edges, start):
    found, todo = set(), [start]
    while todo:
        for to in edges.get(todo.pop(), ()):
            if to not in found:
                found.add(to)
                todo.append(to)
    return found


def judge_stats(run, universe, graph):
    """The figures of `goward mod stats` are those of the lines that go printed."""
    lines = [line.split() for line in graph.splitlines()]
    lines = [(a, b) for a, b in lines if not re.match(r"(go|toolchain)@", a) and not re.match(r"(go|toolchain)@", b)]
    ours = run(universe.top / "a", GOWARD, "mod", "stats", "--json", flags="-mod=mod")
    stats = json.loads(ours.stdout)
    mains = {f"example.com/{name}" for name in ("abc" if universe.in_workspace else "a")}
    versions = {name for line in lines for name in line} | mains
    edges = {}
    for a, b in lines:
        edges.setdefault(a.split("@")[0], set()).add(b.split("@")[0])
    reach = {path: reached(edges, path) for path in edges}
    rings = {tuple(sorted({path} | {p for p in reach[path] if path in reach.get(p, ())})) for path in edges if path in reach[path]}
    rings = sorted(ring for ring in rings if len(ring) > 1)
    if (stats["versions"], [tuple(r) for r in stats["rings"]]) != (len(versions), rings):
        return f"mod stats: goward {stats['versions']} {stats['rings']}, from go's lines {len(versions)} {rings}"
    way, steps = stats["deepest"], set(lines)
    broken = [pair for pair in zip(way, way[1:]) if pair not in steps]
    return f"mod stats: no such way {way}" if broken or len(way) - 1 != stats["depth"] else None


def judge_list(run, universe):
    """`go list -m all`, when it may change go.mod and when it may not."""
    cwd = universe.top / "a"
    if universe.in_workspace:
        refusals = [run(cwd, *words, flags="-mod=mod") for words in (("go", "list", "-m", "all"), (GOWARD, "mod", "list"))]
        if not all(r.returncode != 0 and "when in workspace mode, but it is set to \"mod\"" in r.stderr for r in refusals):
            return f"mod list with -mod=mod: go {refusals[0].stderr!r}, goward {refusals[1].stderr!r}"
        return differ("mod list", run(cwd, "go", "list", "-m", "all"), run(cwd, GOWARD, "mod", "list"))
    text = (cwd / "go.mod").read_text()
    flags = "-modcacherw -mod=mod"
    ours = run(cwd, GOWARD, "mod", "list", flags=flags)  # before the real one has made go.mod consistent
    difference = differ("mod list", run(cwd, "go", "list", "-m", "all", flags=flags), ours)
    (cwd / "go.mod").write_text(text)
    if difference is not None or ours.returncode != 0:
        return difference
    real, ours = run(cwd, "go", "list", "-m", "all"), run(cwd, GOWARD, "mod", "list")
    if "missing go.sum entry" in real.stderr or ".info: no such file" in real.stderr:
        return None
    if ("updates to go.mod needed" in real.stderr) != ("go mod tidy" in ours.stderr):
        return f"mod list: go says {real.stderr!r}, goward {ours.stderr!r}"
    return differ("mod list", real, ours)


def judge(root, top, seed, seen):
    """None when both agree, else how they differ; what took place is added to seen."""
    universe = Universe(top, random.Random(seed))
    cache, cwd = top / "modcache", top / "a"
    run = runner(root, top, cache, f"file://{top / 'proxy'}")
    graph = run(cwd, "go", "mod", "graph")
    difference = differ("mod graph", graph, run(cwd, GOWARD, "mod", "graph", flags="-mod=mod"))
    seen.add(("workspace" if universe.in_workspace else "module", graph.returncode == 0))
    if difference is None and graph.returncode == 0:
        difference = judge_missing(run, universe, cache, graph.stdout) or judge_stats(run, universe, graph.stdout)
    has_go_line = universe.in_workspace or universe.go != ""  # else `go list` writes one
    return judge_list(run, universe) if difference is None and has_go_line else difference


def judge_real(root, top, name):
    """As judge, for a module that requires real ones; "skipped" without a network."""
    go, requires = REAL[name]
    folder = top / name
    folder.mkdir(parents=True)
    (folder / "go.mod").write_text(f"module example.com/{name}\n\ngo {go}\n"
                                   + "".join(f"require {line}\n" for line in requires))
    run = runner(root, top, CACHE / "gomod", None)
    graph = run(folder, "go", "mod", "graph")
    if graph.returncode != 0:
        return "skipped"
    flags = "-modcacherw -mod=mod"
    difference = differ("mod graph", graph, run(folder, GOWARD, "mod", "graph", flags=flags))
    ours = run(folder, GOWARD, "mod", "list", flags=flags)
    return difference or differ("mod list", run(folder, "go", "list", "-m", "all", flags=flags), ours)


def main():
    passed = failed = skipped = 0
    rng = random.Random(os.environ.get("TEST_SEED", "1"))
    with tempfile.TemporaryDirectory() as tmp, \
            concurrent.futures.ThreadPoolExecutor(os.cpu_count()) as pool:
        for version in VERSIONS:
            root = fetch(version)
            if root is None:
                print(f"skipped: Go {version} cannot be had")
                skipped += 1
                continue
            seeds = [rng.getrandbits(32) for _ in range(CASES)]
            top = pathlib.Path(tmp).resolve() / version
            seen = set()
            results = list(pool.map(lambda x: judge(root, top / str(x), x, seen), seeds))
            real = list(pool.map(lambda name: judge_real(root, top / "real" / name, name), REAL))
            if not {("workspace", True), ("module", True)} <= seen:
                failed += 1
                print(f"FAILED: Go {version}: too little was tried, only {seen}")
            for case, difference in [*zip(seeds, results), *zip(REAL, real)]:
                if difference is None:
                    passed += 1
                elif difference == "skipped":
                    print(f"skipped: Go {version}, {case}: its modules cannot be had")
                    skipped += 1
                else:
                    failed += 1
                    print(f"FAILED: Go {version}, {case}: {difference}")
    print(f"{passed} passed, {failed} failed, {skipped} skipped")
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
