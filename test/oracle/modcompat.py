#!/usr/bin/env python3
"""Does `goward mod compat` say of a module and a release of Go what that Go does with it?

Projects are made and served from a folder: chains, replaced, excluded and pruned out modules, workspaces, vendor
directories, lines that old Gos do not know, go lines of every spelling; then projects at random (TEST_SEED), and some
with real modules. Each Go runs `go list -m all` and, where all packages are there, `go build`: it must stop where goward
says no, at a module that goward names, and must not stop for its age where goward says yes or maybe. Chains are held
against `go mod graph`, go lines against `go list -m`, and what goward proposes to go back to is tried.
"""
import concurrent.futures
import json
import os
import pathlib
import random
import re
import shutil
import subprocess
import sys
import tempfile
import zipfile

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent))
from doctor import fetch  # noqa: E402

GOWARD = os.environ.get("TEST_GOWARD", "")
CACHE = pathlib.Path(os.environ.get("TEST_CACHE", ""))
VERSIONS = ["1.20.14", "1.21.13", "1.22.12", "1.24.13", "1.26.8", "1.27.4"]
NEWEST = VERSIONS[-1]
CASES = 150 if os.environ.get("TEST_SOAK") else 8
GO_LINES = ["", "1.9", "1.16", "1.17", "1.20", "1.21", "1.21.0", "1.21rc1", "1.21.5", "1.22", "1.22rc1", "1.22.3", "1.23.0",
            "1.25.0", "1.26rc2", "1.26"]
AGE = re.compile(r"requires go >=|cannot compile Go|unknown directive|invalid go version")
A, B, C = "example.com/a", "example.com/b", "example.com/c"


def mod(path, go="", *rest):
    """The text of a go.mod."""
    return f"module {path}\n\n" + (f"go {go}\n" if go else "") + "".join(f"{line}\n" for line in rest)


def main_mod(go="", *rest):
    return mod("example.com/m", go, *rest)


def spelled(go):
    return ({"m/go.mod": main_mod(go), "m/m.go": "package m\n"}, {})


def with_dependency(go, **more):
    files = {"m/go.mod": main_mod("1.20", f"require {A} v1.0.0"), "m/m.go": f'package m\n\nimport _ "{A}"\n'}
    return ({**files, **more}, {f"{A}@v1.0.0": mod(A, go)})


def vendored(go):
    return ({"m/go.mod": main_mod("1.20", f"require {A} v1.0.0"), "m/m.go": f'package m\n\nimport _ "{A}"\n',
             "m/vendor/modules.txt": f"# {A} v1.0.0\n## explicit; go {go}\n{A}\n", "m/vendor/example.com/a/a.go": "package a\n"},
            {f"{A}@v1.0.0": mod(A, go)})


def workspace(work, first, second, *requires):
    return ({"go.work": work, "m/go.mod": mod("example.com/m", first), "m/m.go": "package m\n",
             "n/go.mod": mod("example.com/n", second, *requires), "n/n.go": "package n\n"},
            {f"{A}@v1.0.0": mod(A, "1.22.3", f"require {B} v1.0.0"), f"{B}@v1.0.0": mod(B, "1.25.0")})


# name -> (files, published modules)
MADE = {
    **{f"main {go}": spelled(go) for go in GO_LINES if go},
    **{f"dependency {go}": with_dependency(go) for go in GO_LINES},
    **{f"vendored {go}": vendored(go) for go in ("1.19", "1.20.3", "1.21", "1.21.3", "1.22", "1.25.0")},
    "toolchain": ({"m/go.mod": main_mod("1.20", "toolchain go1.99.1"), "m/m.go": "package m\n"}, {}),
    "toolchain of a dependency": ({"m/go.mod": main_mod("1.20", f"require {A} v1.0.0"), "m/m.go": f'package m\n\nimport _ "{A}"\n'},
                                  {f"{A}@v1.0.0": mod(A, "1.20", "toolchain go1.99.1", "godebug panicnil=1", "ignore ./x")}),
    "godebug": ({"m/go.mod": main_mod("1.20", "godebug panicnil=1"), "m/m.go": "package m\n"}, {}),
    "tool": ({"m/go.mod": main_mod("1.20", "tool example.com/m"), "m/m.go": "package m\n"}, {}),
    "ignore": ({"m/go.mod": main_mod("1.20", "ignore ./x"), "m/m.go": "package m\n"}, {}),
    "replaced by a folder": ({"m/go.mod": main_mod("1.20", f"require {A} v1.0.0", f"replace {A} => ../fork"), "fork/go.mod": mod(A, "1.25.0"),
                              "fork/a.go": "package a\n", "m/m.go": f'package m\n\nimport _ "{A}"\n'}, {f"{A}@v1.0.0": mod(A, "1.20")}),
    "replaced by an older one": ({"m/go.mod": main_mod("1.20", f"require {A} v1.1.0", f"replace {A} v1.1.0 => {A} v1.0.0"),
                                  "m/m.go": f'package m\n\nimport _ "{A}"\n'},
                                 {f"{A}@v1.0.0": mod(A, "1.20"), f"{A}@v1.1.0": mod(A, "1.25.0")}),
    "pruned out": ({"m/go.mod": main_mod("1.21", f"require {A} v1.0.0")},
                   {f"{A}@v1.0.0": mod(A, "1.21", f"require {B} v1.0.0"), f"{B}@v1.0.0": mod(B, "1.25.0")}),
    "not pruned": ({"m/go.mod": main_mod("1.16", f"require {A} v1.0.0")},
                   {f"{A}@v1.0.0": mod(A, "1.21", f"require {B} v1.0.0"), f"{B}@v1.0.0": mod(B, "1.25.0")}),
    "not chosen": ({"m/go.mod": main_mod("1.21", f"require {A} v1.0.0", f"require {B} v1.1.0")},
                   {f"{A}@v1.0.0": mod(A, "1.16", f"require {B} v1.0.0"), f"{B}@v1.0.0": mod(B, "1.25.0"), f"{B}@v1.1.0": mod(B, "1.21")}),
    "excluded": ({"m/go.mod": main_mod("1.21", f"require {A} v1.0.0", f"require {B} v1.1.0", f"exclude {B} v1.0.0")},
                 {f"{A}@v1.0.0": mod(A, "1.16", f"require {B} v1.0.0"), f"{B}@v1.0.0": mod(B, "1.25.0"), f"{B}@v1.1.0": mod(B, "1.21")}),
    "raised": ({"m/go.mod": main_mod("1.21", f"require {A} v1.0.0", f"require {B} v1.0.0")},
               {f"{A}@v1.0.0": mod(A, "1.21", f"require {B} v1.1.0"), f"{B}@v1.0.0": mod(B, "1.21"), f"{B}@v1.1.0": mod(B, "1.22.3")}),
    "two ways": ({"m/go.mod": main_mod("1.25.0", f"require {A} v1.0.0", f"require {B} v1.0.0", f"require {C} v1.0.0 // indirect")},
                 {f"{A}@v1.0.0": mod(A, "1.21", f"require {C} v1.0.0"), f"{B}@v1.0.0": mod(B, "1.21", f"require {C} v1.0.0"),
                  f"{C}@v1.0.0": mod(C, "1.25.0")}),
    "to go back": ({"m/go.mod": main_mod("1.25.0", f"require {A} v1.2.0", f"require {B} v1.0.0")},
                   {f"{A}@v1.0.0": mod(A, "1.20"), f"{A}@v1.1.0": mod(A, "1.22"), f"{A}@v1.2.0": mod(A, "1.25.0"), f"{A}@v1.1.9-rc.1": mod(A, "1.20"),
                    f"{B}@v1.0.0": mod(B, "1.21", f"require {A} v1.1.0")}),
    "no way back": ({"m/go.mod": main_mod("1.25.0", f"require {A} v1.2.0", f"require {B} v1.0.0")},
                    {f"{A}@v1.1.0": mod(A, "1.22"), f"{A}@v1.2.0": mod(A, "1.25.0"), f"{B}@v1.0.0": mod(B, "1.21", f"require {A} v1.2.0")}),
    "workspace": workspace("go 1.25.0\nuse ./m\nuse ./n\n", "1.20", "1.21", f"require {A} v1.0.0"),
    "workspace, old": workspace("go 1.21\nuse ./m\nuse ./n\n", "1.20", "1.21", f"require {A} v1.0.0"),
    "workspace without a line": workspace("use ./m\nuse ./n\n", "1.20", "", f"require {A} v1.0.0"),
    "workspace with lines": workspace("go 1.20\ngodebug panicnil=1\nuse ./m\nuse ./n\n", "1.20", "1.20"),
    "workspace with a toolchain": workspace("go 1.20\ntoolchain go1.21.1\nuse ./m\nuse ./n\n", "1.20", "1.20"),
}
PROPOSED = {"to go back": ("1.22", [f"{A}@v1.1.0"])}  # what must be said; of all others it is only tried
REAL = {
    "tools": ("1.21", ["golang.org/x/tools v0.24.0"]),
    "client": ("1.21", ["k8s.io/client-go v0.28.4", "k8s.io/apimachinery v0.28.4"]),
    "unpruned": ("1.16", ["github.com/spf13/viper v1.7.0", "google.golang.org/grpc v1.40.0"]),
    "new": ("1.21", ["golang.org/x/net v0.49.0"]),
}


def write(top, files):
    for name, text in files.items():
        (top / name).parent.mkdir(parents=True, exist_ok=True)
        (top / name).write_text(text)


def publish(top, name, text):
    """One version of a module in the proxy's folder; its package imports those of what it requires."""
    path, version = name.split("@")
    imports = "".join(f'import _ "{p}"\n' for p in re.findall(r"require (\S+)", text))
    base = top / "proxy" / path / "@v"
    write(base, {f"{version}.mod": text, f"{version}.info": json.dumps({"Version": version, "Time": "2024-01-02T15:04:05Z"})})
    with zipfile.ZipFile(base / f"{version}.zip", "w") as packed:
        packed.writestr(f"{name}/go.mod", text)
        packed.writestr(f"{name}/x.go", f"package {path.rsplit('/', maxsplit=1)[-1]}\n\n{imports}")
    with open(base / "list", "a", encoding="utf-8") as listed:
        listed.write(version + "\n")


class Project:
    """A folder with a project in m/, a proxy, and a way to run each Go in a copy of it."""

    def __init__(self, roots, top, proxy=True):
        self.roots, self.top, self.copies = roots, top, 0
        top.mkdir(parents=True, exist_ok=True)
        self.cache = top / "modcache" if proxy else CACHE / "gomod"
        self.env = {"HOME": str(top / "home"), "GOTOOLCHAIN": "local", "GONOSUMDB": "*", "GOENV": "off", "CGO_ENABLED": "0", "TMPDIR": str(top),
                    "GOCACHE": str(top.parent / "gocache"), "GOMODCACHE": str(self.cache), "GOWARD_HOME": str(top / "goward")}
        self.env["GOPROXY"] = f"file://{top / 'proxy'}" if proxy else os.environ.get("GOPROXY", "")
        if not self.env["GOPROXY"]:
            del self.env["GOPROXY"]

    def flags(self):
        if (self.top / "m/vendor").exists():
            return "-modcacherw -mod=vendor"
        return "-modcacherw" if (self.top / "go.work").exists() else "-modcacherw -mod=mod"

    def run(self, version, *words, cwd=None):
        path = f"{self.roots[version] / 'bin'}:/usr/bin:/bin"
        return subprocess.run(words, cwd=cwd or self.top / "m", env=dict(self.env, PATH=path, GOFLAGS=self.flags()), text=True,
                              capture_output=True, timeout=300, check=False)

    def go(self, version, *words):
        """In the project itself; its go.mod files are put back afterwards."""
        before = {file: file.read_text() for file in self.top.glob("*/go.*") if file.parent.name != "proxy"}
        done = self.run(version, "go", *words)
        for file, text in before.items():
            file.write_text(text)
        for file in self.top.glob("*/go.sum"):
            if file not in before:
                file.unlink()
        return done

    def compat(self, *words):
        done = self.run(NEWEST, GOWARD, "mod", "compat", "--json", *words)
        return done, json.loads(done.stdout) if done.returncode in (0, 1) else None


def stops_for_age(done):
    return done.returncode != 0 and AGE.search(done.stderr) is not None


def verdict_of(module, version):
    return next(b["verdict"] for b in module["builds"] if b["go"] == version)


def name_of(module):
    return f"{module['path']}@{module['version']}" if module["version"] else module["path"]


def named(said):
    """What a Go names: "path@version", a path of vendor/modules.txt or of what cannot be compiled, a go.mod or go.work."""
    for pattern in (r"(\S+@\S+): module \S+ requires go", r"module (\S+@\S+) requires go", r"(\S+@\S+) requires go", r"go: (\S+) in vendor/modules.txt requires",
                    r"(\S+): cannot compile Go", r"(go\.mod|go\.work)"):
        found = re.search(pattern, said)
        if found:
            return found[1].rstrip(":").rsplit("/", maxsplit=1)[-1] if found[1].endswith(("go.mod", "go.work")) else found[1]
    return None


def is_known(name, modules):
    refused = {name_of(m) for m in modules} | {m["path"] for m in modules}
    own = {"go.mod" if m["path"] != "go.work" else "go.work" for m in modules if m["main"]}
    return name in refused | own


def judge_go(project, version, said, can_build):
    """None, or how this Go and goward differ."""
    refused = [m for m in said["modules"] if verdict_of(m, version) == "no"]
    compile_only = bool(refused) and all("cannot compile" in b["why"] for m in refused for b in m["builds"] if b["go"] == version)
    words = ["list", "./..."] if "vendor" in project.flags() else ["list", "-m", "all"]
    listed = project.go(version, *words)
    if stops_for_age(listed) != (bool(refused) and not compile_only):
        return f"go {version} {' '.join(words)}: {listed.stderr.strip()!r}, goward refuses {[name_of(m) for m in refused]}"
    if stops_for_age(listed) and not is_known(named(listed.stderr), refused):
        return f"go {version} names {named(listed.stderr)}, goward {[name_of(m) for m in refused]}: {listed.stderr.strip()!r}"
    if not can_build:
        return None
    built = project.go(version, "build", "./...")
    if not refused and built.returncode != 0 and "updates to go" not in built.stderr:
        return f"go {version} build: {built.stderr.strip()!r}, goward says yes"
    if compile_only and not (stops_for_age(built) and is_known(named(built.stderr), refused)):
        return f"go {version} build: {built.stderr.strip()!r}, goward says it cannot compile {[name_of(m) for m in refused]}"
    return None


def distances(edges, starts):
    found, wave = {start: 0 for start in starts}, list(starts)
    while wave:
        wave = [to for at in wave for to in edges.get(at, ()) if found.setdefault(to, found[at] + 1) > found[at]]
        wave = list(dict.fromkeys(wave))
    return found


def judge_chains(project, said):
    """Every link is a line of `go mod graph`, and no chain is shorter."""
    graph = project.go(NEWEST, "mod", "graph")
    if graph.returncode != 0:
        return f"go mod graph: {graph.stderr.strip()!r}"
    edges, direct = {}, {}
    mains = [m["path"] for m in said["modules"] if m["main"] and m["path"] != "go.work"]
    indirect = {main: set(re.findall(r"(\S+) \S+ // indirect", (project.top / main.split("/")[1] / "go.mod").read_text())) for main in mains}
    for line in graph.stdout.splitlines():
        at, to = line.split()
        edges.setdefault(at, []).append(to)
        if to.split("@")[0] not in indirect.get(at, ()):
            direct.setdefault(at, []).append(to)
    far, near = distances(direct, mains), distances(edges, mains)
    for module in said["modules"]:
        name, chain = name_of(module), module["chain"]
        if all(b["verdict"] not in ("no", "maybe") for b in module["builds"]) or module["path"] == "go.work":
            continue
        wanted = far.get(name, near.get(name))
        broken = [pair for pair in zip(chain, chain[1:]) if pair[1] not in edges.get(pair[0], ())]
        if wanted is None or not chain or chain[0] not in mains or chain[-1] != name or broken or len(chain) - 1 != wanted:
            return f"{name}: chain {chain}, broken at {broken}, shortest {wanted}"
    return None


def judge_lines(project, said):
    """The go lines are those that go reads."""
    form = "{{.Path}}@{{.Version}} {{.GoVersion}}"
    listed = project.go(NEWEST, "list", "-m", "-f", form, "all")
    if listed.returncode != 0:
        return None if "go.work" in listed.stderr else f"go list -m: {listed.stderr.strip()!r}"
    theirs = {line.split(" ")[0]: line.split(" ")[1] for line in listed.stdout.splitlines()}
    for module in said["modules"]:
        name = f"{module['path']}@{module['version']}"
        if module["path"] != "go.work" and module["chosen"] and not module["main"] and theirs.get(name) != module["go"]:
            return f"{name}: go line {module['go']!r}, go list -m says {theirs.get(name)!r}"
    return None


def order(version):
    """A key that sorts versions from 1.21 on as go does."""
    major, minor, kind, last = re.fullmatch(r"(\d+)\.(\d+)(?:(rc|\.)(\d+))?", version).groups()
    return int(major), int(minor), {None: 0, "rc": 1, ".": 2}[kind], int(last or 0)


def judge_lowest(roots, said):
    for version in roots:
        verdict = next(g["verdict"] for g in said["gos"] if g["go"] == version)
        if order(version) >= (1, 21) and (verdict == "no") != (order(version) < order(said["lowest"] or "1.0")):
            return f"lowest {said['lowest']}, but go {version}: {verdict}"
    return None


def judge_tidy(project, said):
    """The go line that a Go writes by itself."""
    if "-mod=mod" not in project.flags():
        return None
    file = project.top / "m/go.mod"
    text = file.read_text()
    project.run(NEWEST, "go", "list", "-m", "all")
    theirs, before = (re.search(r"(?m)^go (\S+)", t) for t in (file.read_text(), text))
    file.write_text(text)
    written = theirs[1] if before is None or theirs[1] != before[1] else None
    return None if before is None or written == said["tidy_go"] else f"go.mod gets go {written}, goward says {said['tidy_go']}"


def judge_lower(project, said):
    """With the older versions, and its go line, a Go that was refused goes on."""
    lower = said["lower"]
    if lower["go"] is None:
        return None
    file = project.top / "m/go.mod"
    text = file.read_text()
    changed = re.sub(r"(?m)^go .*$", f"go {lower['go']}", text)
    for name in lower["modules"]:
        path, version = name.split("@")
        changed = re.sub(rf"(?m)(^|\s){re.escape(path)} v\S+", rf"\g<1>{path} {version}", changed, count=1)
    tried = None
    for version in project.roots:
        if order(lower["go"]) <= order(version) and order(version) >= (1, 21):
            file.write_text(changed)
            done = project.go(version, "list", "-m", "all")
            tried = tried or (f"with {lower}: go {version}: {done.stderr.strip()!r}" if done.returncode != 0 else None)
    file.write_text(text)
    return tried


def judge(project, can_build):
    fetched = project.go(NEWEST, "mod", "graph") if "vendor" not in project.flags() else None
    if fetched is not None and fetched.returncode != 0:
        return f"go mod graph: {fetched.stderr.strip()!r}"
    done, said = project.compat("--go", ",".join(project.roots))
    if said is None or done.returncode != any(g["verdict"] == "no" for g in said["gos"]):
        return f"goward ended with {done.returncode}: {done.stderr.strip()!r}"
    for version in project.roots:
        difference = judge_go(project, version, said, can_build)
        if difference is not None:
            return difference
    if fetched is None:
        return judge_lowest(project.roots, said)
    return judge_chains(project, said) or judge_lines(project, said) or judge_lowest(project.roots, said) or judge_tidy(project, said) \
        or judge_lower(project, said)


def judge_made(roots, top, name):
    files, published = MADE[name]
    project = Project(roots, top)
    write(top, files)
    for version, text in published.items():
        publish(top, version, text)
    for file in (top / "proxy").rglob("*.mod"):  # in the cache, as far as it could be needed
        path = file.parent.parent.relative_to(top / "proxy")
        folder = project.cache / "cache/download" / path / "@v"
        folder.mkdir(parents=True, exist_ok=True)
        shutil.copy(file, folder / file.name)
    difference = judge(project, "m/m.go" in files and "go.work" not in files)
    if difference is None and name in PROPOSED:
        lower = project.compat()[1]["lower"]
        if (lower["go"], lower["modules"]) != PROPOSED[name]:
            return f"to go back to: {lower}, expected {PROPOSED[name]}"
    return difference


def judge_random(roots, top, seed):
    """A project that `go mod tidy` has made consistent, whose go line is then put back."""
    rng = random.Random(seed)
    project = Project(roots, top)
    names = [f"example.com/m{n}" for n in range(rng.randint(3, 9))]
    for at, path in enumerate(names):
        for version in ("v1.0.0", "v1.1.0")[: rng.randint(1, 2)]:
            below = rng.sample(names[:at], min(at, rng.randint(0, 3)))
            publish(top, f"{path}@{version}", mod(path, rng.choice(GO_LINES), *[f"require {p} v1.0.0" for p in below]))
    some = rng.sample(names, rng.randint(1, 3))
    go = rng.choice(["1.16", "1.17", "1.20", "1.21", "1.22.3", "1.26"])
    write(top, {"m/go.mod": main_mod(go, *[f"require {p} v1.0.0" for p in some]),
                "m/m.go": "package m\n\n" + "".join(f'import _ "{p}"\n' for p in some)})
    if rng.random() < 0.5:
        higher = [p for p in names if (top / "proxy" / p / "@v/v1.1.0.mod").exists()]
        if higher:
            write(top, {"m/go.mod": (top / "m/go.mod").read_text() + f"replace {higher[0]} v1.0.0 => {higher[0]} v1.1.0\n"})
    tidied = project.run(NEWEST, "go", "mod", "tidy")
    if tidied.returncode != 0:
        return f"go mod tidy: {tidied.stderr.strip()!r}"
    project.run(NEWEST, "go", "mod", "edit", f"-go={go}")
    return judge(project, True)


def judge_real(roots, top, name):
    go, requires = REAL[name]
    project = Project(roots, top, proxy=False)
    write(top, {"m/go.mod": main_mod(go, *[f"require {line}" for line in requires])})
    # What `go list -m` fetches goward must find as well: it fetches nothing itself.
    is_there = all(project.go(NEWEST, *words).returncode == 0 for words in (("mod", "graph"), ("list", "-m", "all")))
    return judge(project, False) if is_there else "skipped"


def main():
    rng = random.Random(os.environ.get("TEST_SEED", "1"))
    roots = {version: root for version in VERSIONS if (root := fetch(version)) is not None}
    if NEWEST not in roots or len(roots) < 3:
        print("skipped: too few releases of Go can be had\n0 passed, 0 failed, 1 skipped")
        return 0
    counts = {"passed": 0, "failed": 0, "skipped": len(VERSIONS) - len(roots)}
    with tempfile.TemporaryDirectory() as tmp, concurrent.futures.ThreadPoolExecutor(os.cpu_count()) as pool:
        top = pathlib.Path(tmp).resolve()
        work = [(name, judge_made, name) for name in MADE] + [(name, judge_real, name) for name in REAL]
        work += [(f"seed {seed}", judge_random, seed) for seed in (rng.getrandbits(32) for _ in range(CASES))]
        results = pool.map(lambda job: job[1](roots, top / re.sub(r"\W", "-", job[0]), job[2]), work)
        for (name, _, _), difference in zip(work, results):
            result = {None: "passed", "skipped": "skipped"}.get(difference, "failed")
            counts[result] += 1
            if result != "passed":
                print(f"{result.upper()}: {name}: {difference}")
    print(f"{counts['passed']} passed, {counts['failed']} failed, {counts['skipped']} skipped")
    return 1 if counts["failed"] else 0


if __name__ == "__main__":
    sys.exit(main())
