#!/usr/bin/env python3
"""goward api and api diff: places, statuses, versions, modules of a cache; what is missing or wrong.

Whether lines and changes are Go's is asked by test/oracle/api.py and api_diff.py. The Go in use is a folder with the few
tables that matter, and a library of one package. Last line "N passed, N failed, N skipped".
"""
import itertools
import json
import pathlib
import subprocess
import sys
import tempfile

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent))
sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1] / "lib"))
from files import GOROOT  # noqa: E402
from madeworld import GOWARD, MadeWorld  # noqa: E402

LIBRARY = {"src/go.mod": "module std\n\ngo 1.26\n", "src/io/io.go": "package io\n\ntype Reader interface{ Read([]byte) (int, error) }\n",
           "src/runtime/r.go": "package runtime\n", "src/internal/x/x.go": "package x\n\nconst Hidden = 1\n"}
MODULE = {
    "go.mod": "module example.com/m\n\ngo 1.21\n",
    "p/p.go": "package p\n\nimport \"io\"\n\n// Max is old.\n//\n// Deprecated: use Min.\nconst Max = 1 << 70\n\ntype T[P any] struct {\n\tio.Reader\n\tF P // f\n"
              "\th int\n}\n\nfunc (t *T[P]) Set(p P) {}\n\nvar V = T[string]{}\n\nfunc F[A ~int, B any](a A, b ...B) (x, y A) { return undefined }\n",
    "p/p_windows.go": "package p\n\nvar W int\n", "cmd/main.go": "package main\n\nvar X int\n\nfunc main() {}\n",
    "internal/i/i.go": "package i\n\nvar I int\n", "wrong/w.go": "package wrong\n\nvar X = nowhere\n\nvar Y int\n",
    "nothing/x.txt": "", "winonly/o_windows.go": "package winonly\n\nvar O int\n", "alone/a.go": "package alone\n\nimport \"example.com/dep/d\"\n\ntype A struct{ d.D }\n",
}
LINES = """pkg example.com/m/p, const Max //deprecated
pkg example.com/m/p, const Max = 1180591620717411303424
pkg example.com/m/p, const Max ideal-int
pkg example.com/m/p, func F[$0 interface{ ~int }, $1 interface{}]($0, ...$1) ($0, $0)
pkg example.com/m/p, method (*T[$0]) Set($0)
pkg example.com/m/p, method (T) Read([]uint8) (int, error)
pkg example.com/m/p, type T[$0 interface{}] struct
pkg example.com/m/p, type T[$0 interface{}] struct, F $0
pkg example.com/m/p, type T[$0 interface{}] struct, embedded io.Reader
pkg example.com/m/p, var V T[string]
"""

passed = failed = skipped = 0


def check(what, good, *said):
    global passed, failed
    passed, failed = passed + bool(good), failed + (not good)
    if not good:
        print(f"FAILED: {what}:", *said)


class World(MadeWorld):
    def __init__(self, top):
        super().__init__(top, {**GOROOT, **LIBRARY}, MODULE)

    def run(self, *args, folder="m"):
        return self.goward(*args, folder=folder)

    def cached(self, path, version, files, with_mod=True):
        """A module in the module cache."""
        mod = f"module {path}\n\ngo 1.21\n" + files.pop("go.mod", "")
        self.write(f"mod/cache/download/{path}/@v/{version}.mod", mod if with_mod else f"module {path}\n")
        for name, text in {**files, **({"go.mod": mod} if with_mod else {})}.items():
            self.write(f"mod/{path}@{version}/{name}", text)

    def diff(self, old, new, **where):
        done = self.run("api", "diff", "--json", old, new, **where)
        return done, json.loads(done.stdout) if done.stdout else {}


def look_at_features(w):
    done = w.run("api", "./p")
    check("features", done.stdout == LINES and not done.stderr and done.returncode == 0, done.stdout, done.stderr)
    done = w.run("api", "--target", "linux/amd64,windows/amd64/nocgo,linux/arm64/cgo", "./p")
    check("targets", "pkg example.com/m/p (windows-amd64), var W int\n" in done.stdout and len(done.stdout.splitlines()) == 11,
          done.stdout, done.stderr)
    said = json.loads(w.run("api", "--json", "--target", "linux/amd64,linux/arm64/cgo", "./p").stdout)
    check("json", said["targets"] == ["linux-amd64", "linux-arm64-cgo"] and len(said["features"]) == 10 and
          said["features"][0] == {"package": "example.com/m/p", "text": "const Max //deprecated", "targets": said["targets"]}, said)
    done = w.run("api", "--json", "--target", "linux/amd64,linux,linux/arm64", "./p")
    check("words that mean several, each once", done.stdout and json.loads(done.stdout)["targets"] == ["linux-amd64", "linux-arm64"],
          done.stdout, done.stderr)
    done = w.run("api", "--target", "first-class", "./p")
    check("a Go without first-class ports", done.returncode == 2 and "first class" in done.stderr, done.stderr)
    table = w.top / "go/src/internal/platform/zosarch.go"
    text = table.read_text()
    w.write("go/src/internal/platform/zosarch.go", text.replace("{\"linux\", \"amd64\"}: {CgoSupported: true",
                                                                "{\"linux\", \"amd64\"}: {FirstClass: true, CgoSupported: true"))
    done = w.run("api", "--json", "--target", "first-class", "./p")
    check("first-class ports", json.loads(done.stdout).get("targets") == ["linux-amd64"], done.stdout, done.stderr)
    w.write("go/src/internal/platform/zosarch.go", text)
    done = w.run("api", "--target", "linux/amd64,windows/amd64", "./winonly")
    check("a package that one target has", done.stdout == "pkg example.com/m/winonly (windows-amd64), var O int\n", done.stdout, done.stderr)
    done = w.run("api", "--target", "linux", "./wrong")
    check("a warning is told once, with its place", done.stderr.count("has errors") == 1 and "wrong/w.go:3:9: undefined: nowhere" in done.stderr,
          done.stderr)
    done = w.run("api", "./...")
    check("programs and internal packages are left out", done.returncode == 1 and "cmd" not in done.stdout and "/i" not in done.stdout,
          done.stdout)
    check("errors are a warning", "example.com/m/wrong has errors" in done.stderr and "pkg example.com/m/wrong, var Y int\n" in done.stdout,
          done.stderr)
    done = w.run("api", "./cmd")
    check("a program has none, and that is said", (done.returncode, done.stdout) == (0, "") and "programs are left out" in done.stderr, done)
    done = w.run("api", "./internal/i")
    check("unless it is named", done.stdout == "pkg example.com/m/internal/i, var I int\n", done.stdout)
    done = w.run("api", "std", folder="home")
    check("std", done.stdout.startswith("pkg io, type Reader interface { Read }\n") and "Hidden" not in done.stdout, done.stdout, done.stderr)
    for args, code in ((["--target", "beos"], 2), (["--target", ",".join(["linux/amd64"] * 300), "./p"], 0), (["./absent"], 4),
                       (["--target", "linux/amd64/tgo", "./p"], 2), (["--goroot", "m", "./p"], 4), (["./nothing"], 4)):
        done = w.run("api", *args)
        check(f"api {args} ends with {code}", done.returncode == code and (code == 0 or done.stderr.count("goward:") >= 1), done.returncode, done.stderr)


def look_at_modules(w):
    w.cached("example.com/d", "v1.0.0", {"d.go": "package d\n\nfunc A() {}\n\ntype S struct{ X int }\n", "sub/s.go": "package sub\n"})
    w.cached("example.com/d", "v1.0.1", {"d.go": "package d\n\nfunc A() {}\n\ntype S struct{ X, Y int }\n", "sub/s.go": "package sub\n"})
    w.cached("example.com/d", "v1.1.0", {"d.go": "package d\n\nfunc A(int) {}\n\ntype S struct{ X int }\n", "new/n.go": "package new\n"})
    w.cached("example.com/d/v2", "v2.0.0", {"d.go": "package d\n\ntype S struct{ X string }\n", "sub/s.go": "package sub\n"})
    w.cached("example.com/d", "v2.0.0+incompatible", {"d.go": "package d\n"}, with_mod=False)
    done, said = w.diff("example.com/d@v1.0.0", "example.com/d@v1.0.0")
    check("nothing changed", done.returncode == 0 and said["packages"] == [] and said["verdict"]["release"] == "patch", said)
    done, said = w.diff("example.com/d@v1.0.0", "example.com/d@v1.0.1")
    check("an addition needs a minor version", done.returncode == 1 and said["verdict"]["number"] == "wrong" and
          said["verdict"]["next"] == "v1.1.0" and said["packages"] == [{"path": "example.com/d", "change": "changed", "changes": [
              {"what": "S.Y", "says": "added", "compatible": True}]}], said)
    done, said = w.diff("example.com/d@v1.0.0", "example.com/d@v1.1.0")
    check("a removed package and a changed function are incompatible", done.returncode == 1 and said["incompatible"] == 2 and
          said["compatible"] == 1 and said["verdict"]["next_path"] == "example.com/d/v2", said)
    done = w.run("api", "diff", "example.com/d@v1.0.0", "example.com/d@v1.1.0")
    check("for people", done.stdout == "example.com/d\n  incompatible\n    A: changed from func() to func(int)\n"
          "example.com/d/new: package added\nexample.com/d/sub: package removed\n2 incompatible changes, 1 compatible change: major\n"
          "v1.1.0 is no right number after v1.0.0\nThere are incompatible changes, and v1.1.0 is still version 1.\n"
          "the next version: example.com/d/v2@v2.0.0\n", done.stdout)
    done, said = w.diff("example.com/d@v1.0.0", "example.com/d/v2@v2.0.0")
    check("a path for a major version", done.returncode == 0 and said["verdict"]["number"] == "right" and said["incompatible"] == 2, said)
    done, said = w.diff("example.com/d@v1.0.0", "example.com/d@v2.0.0+incompatible")
    check("+incompatible", done.returncode == 0 and said["verdict"]["number"] == "right" and said["verdict"]["reason"], said)
    done, said = w.diff("example.com/d@v1.1.0", "example.com/d@v1.0.0")
    check("the wrong way round", done.returncode == 1 and "older" in said["verdict"]["reason"], said)


def look_at_dirs(w):
    w.write("old/go.mod", "module example.com/d\n\ngo 1.21\n")
    w.write("old/d.go", "package d\n\nfunc A() {}\n\ntype S struct{ X int }\n\nfunc B() {}\n")
    w.write("old/sub/s.go", "package sub\n")
    done, said = w.diff("example.com/d@v1.0.0", "../old")
    check("a directory has no number", done.returncode == 0 and said["verdict"]["number"] == "unknown" and
          said["verdict"]["next"] == "v1.1.0" and said["new"]["dir"].endswith("/old"), said)
    for version, code in (("v1.1.0", 0), ("v1.0.1", 1), ("v2.0.0", 1)):
        done, said = w.diff("example.com/d@v1.0.0", f"../old@{version}")
        check(f"it is to become {version}", done.returncode == code and said["new"]["version"] == version, said)
    for side, kind, value in (("text", "string", '"x"'), ("number", "byte", "'x'"), ("truth", "bool", "true")):
        w.write(f"{side}/go.mod", "module example.com/k\n\ngo 1.21\n")
        w.write(f"{side}/k.go", f"package k\n\ntype Kind {kind}\n\nconst First Kind = {value}\n")
    for old, new in itertools.permutations(("text", "number", "truth"), 2):
        done, said = w.diff(f"../{old}", f"../{new}")
        check(f"constants of a type that was of another kind: {old} {new}", done.returncode == 1 and
              [c["what"] for c in said["packages"][0]["changes"]] == ["Kind"], done)
    done, said = w.diff("../old", "example.com/d@v1.0.0")
    check("without a number incompatible changes are findings", done.returncode == 1 or said["verdict"]["number"] == "unknown", said)
    done, said = w.diff("../old", ".")
    check("another module", done.returncode == 1 and "two modules" in said["verdict"]["reason"], said)
    done, said = w.diff("../go", "../go")
    check("a Go root is its library", done.returncode == 0 and said["old"]["kind"] == "std" and said["old"]["version"] == "v1.26.8" and
          said["old"]["packages"] == 2, said, done.stderr)
    done, said = w.diff("go1.26.8", "../go")
    check("the Go that runs here", done.returncode == 0 and said["old"]["dir"].endswith("/go"), said, done.stderr)


def look_at_unread(w):
    w.write("twice/go.mod", "module example.com/d\n\ngo 1.21\n")
    w.write("twice/d.go", "package d\n")
    w.write("twice/sub/s.go", "package sub\n")
    w.write("spoilt/go.mod", "module example.com/d\n\ngo 1.21\n")
    w.write("spoilt/d.go", "package d\n")
    w.write("spoilt/sub/s.go", "\0\1 no Go\n")
    done, said = w.diff("../spoilt", "../spoilt")
    check("a package that cannot be read is not passed over", done.returncode == 1 and "example.com/d/sub" in done.stderr and
          [words.split(":")[0] for words in said["old"]["unread"]] == ["example.com/d/sub"], said, done.stderr)
    done, said = w.diff("../twice", "../spoilt")
    check("and not taken for removed in silence", done.returncode == 1 and "cannot be read" in done.stderr, said, done.stderr)
    check("nor told where all can be read", w.diff("../twice", "../twice")[1]["old"]["unread"] == [])
    w.write("spoilt/d.go", "\0")
    done = w.run("api", "diff", "../spoilt", "../spoilt")
    check("where none can be read, why", done.returncode == 4 and "NUL" in done.stderr and not done.stdout, done.stderr)


def look_at_memory(w):
    """Each type is held against each interface: that must leave nothing behind."""
    global skipped
    if b"__asan_init" in pathlib.Path(GOWARD).read_bytes():  # which needs terabytes of addresses
        skipped += 1
        return
    w.write("many/go.mod", "module example.com/many\n\ngo 1.21\n")
    w.write("many/m.go", "package many\n\n" + "".join(
        f"type T{i} struct{{}}\n\nfunc (T{i}) M{i}() {{}}\n\ntype I{i} interface{{ M{i}() }}\n\n" for i in range(2000)))
    done = subprocess.run(["sh", "-c", f"ulimit -v 600000 && exec {GOWARD} api diff . ."], cwd=w.top / "many", env=w.env, text=True,
                          capture_output=True, check=False, timeout=60)
    check("many types and interfaces", done.returncode == 0 and done.stdout.startswith("no changes"), done)


def look_at_trouble(w):
    w.cached("example.com/user", "v1.0.0", {"go.mod": "\nrequire example.com/dep v1.2.3\n",
                                            "u.go": "package user\n\nimport \"example.com/dep/d\"\n\ntype U struct{ d.D }\n"})
    w.write("mod/cache/download/example.com/dep/@v/v1.2.3.mod", "module example.com/dep\n\ngo 1.21\n")
    done, said = w.diff("example.com/user@v1.0.0", "example.com/user@v1.0.0")
    check("what is missing is named", done.returncode == 1 and "go mod download example.com/dep@v1.2.3" in done.stderr and
          "1 import cannot be had (example.com/dep/d), and what comes from there is not compared" in done.stderr and
          said["old"]["missing_imports"] == ["example.com/dep/d"] and said["old"]["uncached"] == ["example.com/dep@v1.2.3"], said, done.stderr)
    for old, code, says in (("example.com/d@v9.9.9", 4, "go mod download example.com/d@v9.9.9"), ("example.com/d@latest", 2, "no version"),
                            ("a b@v1.0.0", 2, "no path"), ("./absent", 4, "no directory"), ("../absent@v1.0.0", 4, "no directory"), ("go1.99.1", 4, "goward install 1.99.1"),
                            ("../home", 4, "go.mod"), ("./nothing", 4, "no package"), (".@x", 2, "no version"), ("@", 2, "no path"),
                            ("example.com/d", 4, "no directory")):
        done = w.run("api", "diff", old, ".")
        check(f"{old} ends with {code}", done.returncode == code and says in done.stderr and not done.stdout, done.returncode, done.stderr)
    check("two arguments", w.run("api", "diff", ".").returncode == 2)


def main():
    with tempfile.TemporaryDirectory() as top:
        w = World(pathlib.Path(top))
        look_at_features(w)
        look_at_modules(w)
        look_at_dirs(w)
        look_at_unread(w)
        look_at_memory(w)
        look_at_trouble(w)
    print(f"{passed} passed, {failed} failed, {skipped} skipped")
    return failed > 0


if __name__ == "__main__":
    sys.exit(main())
