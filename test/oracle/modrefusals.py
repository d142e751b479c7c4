#!/usr/bin/env python3
"""Module files that go refuses, goward check and goward packages refuse, in go's words; what go accepts, they accept.

Projects made of a main module (or workspace) and modules that are replaced by folders: each is asked of go list -deps
with and without -test. Some more are put together at random, by TEST_SEED.
"""
import concurrent.futures
import os
import pathlib
import random
import re
import subprocess
import sys
import tempfile

HERE = pathlib.Path(__file__).resolve().parent
sys.path[:0] = [str(HERE.parent / "lib")]
from releases import fetch  # noqa: E402

GOWARD = os.environ.get("TEST_GOWARD", "")
GOS = ("1.21.13", "1.23.12", "1.26.8", "1.27.4")
RANDOM = 8  # projects made up for each Go

# Where go says some of these goward has to say one of them.
ESSENTIAL = ["updates to go.mod needed", "go.mod: no such file or directory|reading \\S*go.mod", "conflicting replacements",
             "appears multiple times in workspace", "no required module provides package", "missing go.sum entry for go.mod file",
             "requires go >=", "inconsistent vendoring", "empty string key in overlay map", "parsing overlay JSON"]


def module(name, go, lines="", imports=(), tests=()):
    """Files of a module example.com/NAME, whose package imports others."""
    path = f"example.com/{name.split('-')[0]}"
    files = {"go.mod": f"module {path}\n\n" + (f"go {go}\n" if go else "") + f"\n{lines}\n",
             "p.go": "package p\n" + "".join(f'import _ "{i}"\n' for i in expand(imports))}
    if tests:
        files["p_test.go"] = "package p\n" + "".join(f'import _ "{i}"\n' for i in expand(tests))
    return files


def expand(imports):
    return [i if "." in i else f"example.com/{i}" for i in (imports.split() if isinstance(imports, str) else imports)]


def project(main, *dependencies, more=None):
    """main: arguments of module; a dependency: ("a-v1.0.0", go, lines, imports, tests)."""
    files = {}
    replaces = ""
    for one in dependencies:
        files |= {f"{one[0]}/{name}": text for name, text in module(*one).items()}
        path, version = one[0].split("-", 1)
        replaces += f"replace example.com/{path} {version} => ./{one[0]}\n"
    go, lines, *rest = main
    files |= module("m", go, lines + "\n" + replaces, *rest)
    for name, text in (more or {}).items():
        files.pop(name, None) if text is None else files.__setitem__(name, text)
    return files


def r(*words):
    """"a", "b-v1.1.0", "c//" (indirect): require lines."""
    said = ""
    for word in words:
        name, version = (word.rstrip("/").split("-") + ["v1.0.0"])[:2]
        said += f"require example.com/{name} {version}{' // indirect' if word.endswith('/') else ''}\n"
    return said


A, A21, B, B11 = ("a-v1.0.0", "1.20", "", ()), ("a-v1.0.0", "1.21.5"), ("b-v1.0.0", "1.20"), ("b-v1.1.0", "1.20")
AB = ("a-v1.0.0", "1.20", r("b"), "b")
AB11 = ("a-v1.0.0", "1.20", r("b-v1.1.0"), "b")
WORK = "go 1.21\n\nuse (\n\t./x\n\t./y\n)\n"


def workspace(x, y, work=WORK, **more):
    return {"go.work": work, **{f"x/{n}": t for n, t in module("x", "1.21", *x).items()},
            **{f"y/{n}": t for n, t in module("y", "1.21", *y).items()}, **{k.replace("__", "/"): v for k, v in more.items()}}


C1, C2 = ({f"{d}/go.mod": "module example.com/c\n\ngo 1.20\n", f"{d}/p.go": "package p\n"} for d in ("c1", "c2"))
C = C1 | C2
E1, E2 = "replace example.com/c v1.0.0 => ../c1\n", "replace example.com/c v1.0.0 => ../c2\n"
W1, W2 = "replace example.com/c => ../c1\n", "replace example.com/c => ../c2\n"

CASES = {
    "alone": project(("1.21", "")),
    "all is listed": project(("1.21", r("a", "b//"), "a"), AB, B),
    "a dependency says a higher go": project(("1.21.0", r("a"), "a"), A21),
    "a dependency that nobody imports says a higher go": project(("1.21.0", r("a")), A21),
    "and a package is missing": project(("1.21.0", r("a"), "absent.example/x"), A21),
    "a dependency says a higher go below 1.21": project(("1.19", r("a"), "a"), A),
    "the same go": project(("1.21.5", r("a"), "a"), A21),
    "a requirement of a requirement is not listed": project(("1.21", r("a"), "a"), AB, B),
    "of an unpruned one neither": project(("1.16", r("a"), "a"), AB, B),
    "not listed, nor imported": project(("1.21", r("a"), "a"), ("a-v1.0.0", "1.20", r("b")), B),
    "not listed, imported by the main module": project(("1.21", r("a"), "a b"), AB, B),
    "not listed, imported by an unpruned main module": project(("1.16", r("a"), "a b"), AB, B),
    "not listed, imported by a test": project(("1.21", r("a"), "a", "b"), ("a-v1.0.0", "1.20", r("b")), B),
    "not listed, imported by a test of a dependency": project(("1.21", r("a"), "a"), ("a-v1.0.0", "1.20", r("b"), (), "b"), B),
    "not listed, by way of a test": project(("1.21", r("a"), (), "a"), AB, B),
    "a requirement is higher than the line": project(("1.21", r("a", "b//"), "a"), AB11, B, B11),
    "higher than the line of what is imported alone": project(("1.21", r("a", "b"), "b"), AB11, B, B11),
    "higher, unpruned": project(("1.16", r("a", "b")), AB11, B, B11),
    "higher, and a package is missing": project(("1.21", r("a", "b"), "absent.example/x"), AB11, B, B11),
    "lower than the line": project(("1.21", r("a", "b-v1.1.0//"), "a"), AB, B, B11),
    "two versions": project(("1.21", r("b", "b-v1.1.0"), "b"), B, B11),
    "two versions, unused": project(("1.21", r("b", "b-v1.1.0")), B, B11),
    "two versions, unpruned": project(("1.16", r("b", "b-v1.1.0"), "b"), B, B11),
    "one version twice": project(("1.21", r("b", "b"), "b"), B),
    "one version twice, unpruned": project(("1.16", r("b", "b"), "b"), B),
    "one version twice, once indirect": project(("1.21", r("b", "b//"), "b"), B),
    "two versions, one excluded": project(("1.21", r("b", "b-v1.1.0") + "exclude example.com/b v1.0.0\n", "b"), B, B11),
    "excluded": project(("1.21", r("b") + "exclude example.com/b v1.0.0\n"), B),
    "another version excluded": project(("1.21", r("b") + "exclude example.com/b v1.1.0\n", "b"), B),
    "the higher version excluded": project(("1.21", r("a", "b//") + "exclude example.com/b v1.1.0\n", "a"), AB11, B, B11),
    "itself": project(("1.21", r("m"))),
    "itself, replaced": project(("1.21", r("m", "a"), "a"), A, ("m-v1.0.0", "1.20")),
    "itself, unpruned": project(("1.16", r("m")), ("m-v1.0.0", "1.16")),
    "a dependency requires the main module": project(("1.21", r("a"), "a"), ("a-v1.0.0", "1.20", r("m")), ("m-v1.0.0", "1.20")),
    "a ring, and something is higher": project(("1.21", r("a", "d", "b"), "a"), ("a-v1.0.0", "1.20", r("m")), ("m-v1.0.0", "1.20"),
                                               ("d-v1.0.0", "1.20", r("b-v1.1.0")), B, B11),
    "no go line": project(("", r("a"), "a"), A),
    "no go line, and a dependency with one": project(("", r("a"), "a"), A21),
    "an old go line, and a newer dependency": project(("1.16", r("a"), "a"), A21),
    "an old go line, a newer dependency, unused": project(("1.16", r("a")), A21),
    "go 1.17": project(("1.17", r("a"), "a"), A21),
    "a toolchain line": project(("1.21", "toolchain go1.21.5\n")),
    "a toolchain line of the go line": project(("1.21.5", "toolchain go1.21.5\n")),
    "a toolchain line that is older": project(("1.21.5", "toolchain go1.21.3\n")),
    "one that is older, with a graph": project(("1.21.5", "toolchain go1.21.3\n", "absent.example/x")),
    "a toolchain line from before": project(("1.20", "toolchain go1.20.5\n")),
    "toolchain default": project(("1.21", "toolchain default\n")),
    "a toolchain line of another maker": project(("1.21", "toolchain go1.21.5-corp\n")),
    "a dependency with a toolchain line": project(("1.21", r("a"), "a"), ("a-v1.0.0", "1.21", "toolchain go1.21.7\n")),
    "a folder without go.mod, imported": project(("1.21", r("a"), "a"), A, more={"a-v1.0.0/go.mod": None}),
    "a folder without go.mod, not imported": project(("1.21", r("a")), A, more={"a-v1.0.0/go.mod": None}),
    "the same, unpruned": project(("1.16", r("a")), A, more={"a-v1.0.0/go.mod": None}),
    "without go.mod, imported by a test": project(("1.21", r("a"), (), "a"), A, more={"a-v1.0.0/go.mod": None}),
    "without go.mod, below": project(("1.21", r("a", "b//"), "a"), AB, B, more={"b-v1.0.0/go.mod": None}),
    "without go.mod, below and unlisted": project(("1.21", r("a"), "a"), AB, B, more={"b-v1.0.0/go.mod": None}),
    "without go.mod, below an unpruned one": project(("1.21", r("a"), "a"), ("a-v1.0.0", "1.16", r("b")), B, more={"b-v1.0.0/go.mod": None}),
    "without go.mod, and a package is missing": project(("1.21", r("a"), "absent.example/x"), A, more={"a-v1.0.0/go.mod": None}),
    "a replaced folder's go.mod of another name": project(("1.21", r("a"), "a"), A, more={"a-v1.0.0/go.mod": "module other.example/a\n\ngo 1.20\n"}),
    "a replaced folder's go.mod is empty": project(("1.21", r("a"), "a"), A, more={"a-v1.0.0/go.mod": ""}),
    "a replaced folder's go.mod is broken": project(("1.21", r("a"), "a"), A, more={"a-v1.0.0/go.mod": "module example.com/a\n\nrequire (\n"}),
    "a folder that is not there, imported": project(("1.21", r("a") + "replace example.com/a => ./nowhere\n", "a")),
    "a folder that is not there": project(("1.21", r("a") + "replace example.com/a => ./nowhere\n")),
    "a folder that is not there, unpruned": project(("1.16", r("a") + "replace example.com/a => ./nowhere\n")),
    "a folder that is not there, nor required": project(("1.16", "replace example.com/a => ./nowhere\n")),
    "a broken go.mod, not imported": project(("1.21", r("a")), A, more={"a-v1.0.0/go.mod": "module example.com/a\n\nrequire (\n"}),
    "a broken go.mod, unpruned": project(("1.16", r("a")), A, more={"a-v1.0.0/go.mod": "module example.com/a\n\nrequire (\n"}),
    "workspace": workspace((r("c") + E1, "c"), ("",)) | C,
    "workspace: a dependency says a higher go": workspace((r("c") + E1, "c"), ("",)) | C | {"c1/go.mod": "module example.com/c\n\ngo 1.21.5\n"},
    "workspace: two versions": workspace((r("c", "c-v1.1.0") + W1, "c"), ("",)) | C,
    "workspace: without go.mod": workspace((r("c") + E1, "c"), ("",)) | {"c1/p.go": "package p\n"},
    "workspace: without go.mod, not imported": workspace((r("c") + E1,), ("",)) | {"c1/p.go": "package p\n"},
    "workspace: not imported, something else is": workspace((r("c") + E1, "d"), (r("d") + "replace example.com/d => ../d\n",)) |
    {"c1/p.go": "package p\n", "d/go.mod": "module example.com/d\n", "d/p.go": "package p\n"},
    "workspace: E, E": workspace((r("c") + E1, "c"), (E2,)) | C,
    "workspace: E, E alike": workspace((r("c") + E1, "c"), (E1,)) | C,
    "workspace: W, W": workspace((r("c") + W1, "c"), (W2,)) | C,
    "workspace: W, E": workspace((r("c") + W1, "c"), (E2,)) | C,
    "workspace: W, E alike": workspace((r("c") + W1, "c"), (E1,)) | C,
    "workspace: W, E alike, otherwise written": workspace((r("c") + W1, "c"), (E1.replace("../c1", "../y/../c1"),)) | C,
    "workspace: E, E otherwise written": workspace((r("c") + E1, "c"), (E1.replace("../c1", "../y/../c1"),)) | C,
    "workspace: E, W": workspace((r("c") + E1, "c"), (W2,)) | C,
    "workspace: E, W alike": workspace((r("c") + E1, "c"), (W1,)) | C,
    "workspace: W, E of another version": workspace((r("c") + W1, "c"), (E2.replace("v1.0.0", "v1.1.0"),)) | C,
    "workspace: W, E, not imported": workspace((r("c") + W1,), (E2,)) | C,
    "workspace: W, E, not required": workspace((W1,), (E2,)) | C,
    "workspace: W, E, required by the second": workspace((W1,), (r("c") + E2, "c")) | C,
    "workspace: W and E, E": workspace((r("c") + W1 + E1, "c"), (E2,)) | C,
    "workspace: W and E, W": workspace((r("c") + W1 + E1, "c"), (W2,)) | C,
    "workspace: W, E, overridden": workspace((r("c") + W1, "c"), (E2,), WORK + "replace example.com/c => ./c1\n") | C,
    "workspace: W, E, one overridden": workspace((r("c") + W1, "c"), (E2,), WORK + "replace example.com/c v1.0.0 => ./c1\n") | C,
    "workspace: W, E, another overridden": workspace((r("c") + W1, "c"), (E2,), WORK + "replace example.com/c v1.2.0 => ./c1\n") | C,
    "workspace: a module used twice": workspace(("",), ("",), WORK + "use ./x\n"),
    "workspace: used twice, otherwise written": workspace(("",), ("",), WORK + "\nuse ./y/../x\n"),
}


def vendored(files, listed):
    """Without what is replaced, and with vendor/modules.txt."""
    files = {n: t for n, t in files.items() if n == "go.mod" or "/" not in n} | {"vendor/modules.txt": listed}
    files["go.mod"] = "".join(line for line in files["go.mod"].splitlines(True) if not line.startswith("replace"))
    return files | {f"vendor/{line}/p.go": "package p\n" for line in listed.splitlines() if line[0] != "#"}


V_A = "# example.com/a v1.0.0\n## explicit; go 1.20\nexample.com/a\n"
V_B = "# example.com/b v1.0.0\nexample.com/b\n"

W_V = "## workspace\n# example.com/c v1.0.0 => ./c2\n## explicit; go 1.20\nexample.com/c\n# example.com/c v1.0.0 => ./c2\n# example.com/c => ./c1\n"

OVERLAYS = """
{"Replace": {"n.txt": "p.go"}}
{"Replace": {"n.txt": "p.go", "n.txt": ""}}
{"Replace": {"n.txt": "", "n.txt": "p.go", "o.txt": ""}}
{"Replace": {"n.txt": "p.go"}, "Replace": {"o.txt": "p.go"}}
{"Replace": {"n.txt": 1, "n.txt": "p.go"}}
{"Replace": {"n.txt": "p.go", "n.txt": 1}}
{"Replace": {"n.txt": "p.go"}, "Replace": []}
{"Replace": 1, "Replace": {"n.txt": "p.go"}}
{"Replace": null, "Replace": {"n.txt": null, "n.txt": null}}
{"Replace": {"": ""}}
{"Replace": {"": ""}, "Replace": {"n.txt": "p.go"}}
{"Replace": {"": ""}, "Replace": null}
{"Replace": null, "Replace": {"": ""}}
{"replace": {"n.txt": "p.go"}}
{"REPLACE": 1}
{"replace": {"": ""}, "Replace": {}}
{"Replaced": 1, "Replaced": 2, "x": {"": 1, "": 2}}
{"Replace": {"n.txt": "p.go",}}
""".strip().splitlines()

# (files, GOFLAGS, arguments)
CASES |= {
    "vendored": vendored(project(("1.21", r("a"), "a"), A), V_A),
    "vendored: not listed": vendored(project(("1.21", r("a"), "a"), A), V_A + V_B),
    "vendored: not listed, imported": vendored(project(("1.21", r("a"), "a b"), A), V_A + V_B),
    "vendored: not listed, unpruned": vendored(project(("1.16", r("a"), "a b"), A), V_A + V_B),
    "vendored: two versions": vendored(project(("1.21", r("a", "a-v1.1.0"), "a"), A), V_A.replace("v1.0", "v1.1") + "# example.com/a v1.0.0\n## explicit; go 1.20\n"),
    "vendored: excluded": vendored(project(("1.21", r("a") + "exclude example.com/a v1.0.0\n", "a"), A), V_A),
    "vendored: a toolchain line of the go line": vendored(project(("1.21.5", "toolchain go1.21.5\n" + r("a"), "a"), A), V_A),
    "vendored: a higher go": vendored(project(("1.21", r("a"), "a"), A), V_A.replace("1.20", "1.21.5")),
    "workspace: W, E, standard library": (workspace((r("c") + W1, "c"), (E2,)) | C, "", ["errors"]),
    "workspace: W, E, the module asked for": (workspace((r("c") + W1, "c"), (E2,)) | C, "", ["example.com/c"]),
    "workspace: W, E, a package that is missing": (workspace((r("c") + W1, "c"), (E2,)) | C, "", ["absent.example/x"]),
    "workspace: W, E, -mod=readonly": (workspace((r("c") + W1, "c"), (E2,)) | C, "-mod=readonly"),
    "workspace: W, E of a main module": workspace((r("y"), ""), (r("c") + W1, "c"), WORK) | C | {"c1/go.mod": "module example.com/c\n\nrequire example.com/x v1.0.0\n"},
    "workspace: W, E, of what a dependency requires": workspace((r("d") + "replace example.com/d => ../d\n" + W1, "d"), (E2,)) | C |
    {"d/go.mod": "module example.com/d\n\ngo 1.21\n\nrequire example.com/c v1.0.0\n", "d/p.go": "package p\n"},
    "workspace: W, E, of what a pruned one requires": workspace((r("e") + "replace example.com/e => ../e\nreplace example.com/d => ../d\n" + W1, "e"), (E2,)) | C |
    {"d/go.mod": "module example.com/d\n\ngo 1.21\n\nrequire example.com/c v1.0.0\n", "d/p.go": "package p\n",
     "e/go.mod": "module example.com/e\n\ngo 1.21\n\nrequire example.com/d v1.0.0\n", "e/p.go": "package p\n"},
    "workspace: W, E, vendored": workspace((r("c") + W1, "c"), (E2,)) | C | {"vendor/modules.txt": W_V, "vendor/example.com/c/p.go": "package p\n"},
    "workspace: a name used twice": workspace(("",), ("",)) | {"y/go.mod": "module example.com/x\n\ngo 1.21\n"},
    **{f"overlay {text}": (project(("1.21", "")) | {"o.json": text}, "-overlay=o.json") for text in OVERLAYS},
    "a higher go, -mod=mod": (project(("1.21.0", r("a"), "a"), A21), "-mod=mod"),
    "two versions, -mod=mod": (project(("1.21", r("b", "b-v1.1.0"), "b"), B, B11), "-mod=mod"),
    "without go.mod, -mod=mod": (project(("1.21", r("a"), "a"), A, more={"a-v1.0.0/go.mod": None}), "-mod=mod"),
    "a higher go, -mod=readonly": (project(("1.21.0", r("a"), "a"), A21), "-mod=readonly"),
    "not listed, by a pattern of the dependency": (project(("1.21", r("a")), AB, B), "", ["example.com/a"]),
    "not listed, asked for": (project(("1.21", r("a")), AB, B), "", ["example.com/b"]),
    "by a pattern, with the graph": (project(("1.21", r("a")), AB, B), "", ["example.com/a/..."]),
    "by a pattern, and a requirement is higher": (project(("1.21", r("a", "b")), AB11, B, B11), "", ["example.com/a/..."]),
    "a file": (project(("1.21.0", r("a"), "a"), A21), "", ["p.go"]),
    "a file, nothing imported": (project(("1.21.0", r("a")), A21), "", ["p.go"]),
    "a file, not listed below": (project(("1.21", r("a"), "a"), AB, B), "", ["p.go"]),
    "a file, not listed": (project(("1.21", r("a"), "b"), AB, B), "", ["p.go"]),
    "all": (project(("1.21", r("a"), (), "a"), AB, B), "", ["all"]),
    "std": (project(("1.21.0", r("a"), "a"), A21), "", ["errors"]),
    "two versions, std": (project(("1.21", r("b", "b-v1.1.0"), "b"), B, B11), "", ["errors"]),
}


def made_up(rng):
    """A project of some modules in some versions that require and import each other at random."""
    names, go = "abc", rng.choice(["1.16", "1.21"])
    versions = [f"{n}-v1.{k}.0" for n in names for k in range(2)]

    def some(most, of):
        chosen = {}
        for word in rng.sample(of, rng.randint(0, min(most, len(of)))):
            chosen.setdefault(word[0], word)
        return list(chosen.values())

    dependencies = []
    for version in versions:
        needs = some(2, [v for v in versions if v[0] > version[0]])
        imports = " ".join(n[0] for n in needs if rng.random() < .7)
        dependencies.append((version, rng.choice(["1.16", "1.20", "1.21", "1.21.5"]), r(*needs), imports))
    roots = some(4, versions)
    lines = r(*(f"{v}{rng.choice(['', '//'])}" for v in roots))
    imports, tests = (" ".join(v[0] for v in roots if rng.random() < p) for p in (.8, .2))
    return project((go if rng.random() < .8 else "1.21.5", lines, imports, tests), *dependencies)


def run(folder, env, *words):
    done = subprocess.run([str(w) for w in words], cwd=folder, env=env, text=True, stdin=subprocess.DEVNULL, capture_output=True, check=False, timeout=120)
    return done.returncode, done.stdout + done.stderr


def judge(root, folder, files, flags="", arguments=()):
    """How goward differs from go."""
    for name, text in files.items():
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_text(text)
    tmp = folder.parent.parent
    env = {"HOME": str(tmp), "PATH": f"{root / 'bin'}:{os.environ['PATH']}", "GOTOOLCHAIN": "local", "GOENV": "off", "GOPROXY": "off", "GOFLAGS": flags,
           "GOMODCACHE": str(tmp / "cache"), "GOCACHE": str(tmp / "gocache"), "GOWARD_HOME": str(tmp / "goward"), "CGO_ENABLED": "0", "LANG": "C.UTF-8"}
    arguments = arguments or (["./x/...", "./y/..."] if "go.work" in files else ["./..."])
    found = []
    for tests in ([], ["-test"]):
        both = [run(folder, env, GOWARD, "check", *("-" + t for t in tests), *arguments), run(folder, env, GOWARD, "packages", *("-" + t for t in tests), "--deps", *arguments)]
        real, said = run(folder, env, "go", "list", "-deps", *tests, *arguments)
        for command, (code, ours) in zip(("check", "packages"), both):
            words = [e for e in ESSENTIAL if re.search(e, said)]
            if (real != 0) != (code != 0) or words and not any(re.search(e, ours) for e in words):
                found.append(f"{command} {' '.join(tests)}: {code} {ours.strip()[-400:]}\n    go: {real} {said.strip()[-400:]}")
    return found


def main():
    passed = failed = skipped = 0
    seed = os.environ.get("TEST_SEED", "1")
    for version in GOS:
        root = fetch(version)
        if root is None:
            skipped += 1
            continue
        rng = random.Random(f"{seed} {version}")
        cases = {t: c if isinstance(c, tuple) else (c,) for t, c in CASES.items()} | {f"made up, {i} of seed {seed}": (made_up(rng),) for i in range(RANDOM)}
        cases = {t: c for t, c in cases.items() if not sys.argv[1:] or any(w in t for w in sys.argv[1:])}
        with tempfile.TemporaryDirectory() as tmp, concurrent.futures.ThreadPoolExecutor(os.cpu_count()) as pool:
            folders = [pathlib.Path(tmp).resolve() / f"p{i}/m" for i in range(len(cases))]
            for title, found in zip(cases, pool.map(lambda folder, case: judge(root, folder, *case), folders, cases.values())):
                passed, failed = passed + (not found), failed + bool(found)
                if found:
                    print(f"FAILED: go{version}: {title}: {found[0]}")
    print(f"{passed} passed, {failed} failed, {skipped} skipped")
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
