#!/usr/bin/env python3
"""goward compat: what it prints for people and programs, which uses count, and what goes wrong.

Whether real Gos agree is asked by test/oracle/compat.py. The Go in use is a folder with the few tables that matter, a
library of three packages and a list of what it has since when. Last line "N passed, N failed, 0 skipped".
"""
import json
import os
import pathlib
import subprocess
import sys
import tempfile

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent))
from files import GOROOT, GOWARD  # noqa: E402

MANIFEST = "src/cmd/vendor/golang.org/x/tools/internal/stdlib/manifest.go"
LIBRARY = {
    "src/web/web.go": "package web\n\ntype Request struct{ Old, New int }\n\nfunc (*Request) Value() int\n\n"
                      "type Reader interface{ Read(); ReadAll() }\n\nfunc Get() *Request\n\nconst Limit = 1\n",
    "src/fresh/fresh.go": "package fresh\n\nfunc F()\n",
    "src/plain/plain.go": "package plain\n\nfunc F()\n",
    "api/go1.txt": "pkg plain, func F()\npkg web, type Request struct\npkg web, type Request struct, Old int\n"
                   "pkg web, func Get() *Request\npkg web, type Reader interface { Read }\n",
    "api/go1.16.txt": "pkg web, const Limit = 1\n", "api/go1.19.txt": "pkg web, type Reader interface, ReadAll()\n",
    "api/go1.22.txt": "pkg web, method (*Request) Value() int #1\n",
    "api/go1.24.txt": "pkg web, type Request struct, New int #2\n", "api/go1.25.txt": "pkg fresh, func F() #3\n",
    "api/next/1.txt": "pkg plain, func F()\n", "api/README": "pkg plain, func F()\n",
}
USES = """package m

import "web"

type wrapped struct{ *web.Request }

func f(w wrapped, r web.Reader) {
	w.Value()
	w.Request.Value()
	r.ReadAll()
	_ = web.Limit
	for i := range 10 {
		_ = func() int { return i }
	}
}
"""

passed = failed = 0


def check(what, good, *said):
    global passed, failed
    passed, failed = passed + bool(good), failed + (not good)
    if not good:
        print(f"FAILED: {what}:", *said)


class World:
    def __init__(self, top):
        self.top = pathlib.Path(top)
        for name, text in {**GOROOT, **LIBRARY}.items():
            self.write(f"go/{name}", text)
        (self.top / "go/bin/go").chmod(0o755)
        (self.top / "home").mkdir()

    def write(self, name, text):
        path = self.top / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(text if isinstance(text, bytes) else text.encode())

    def module(self, name, line, files, cached=()):
        self.write(f"{name}/go.mod", f"module example.com/m\n\n{line}\n")
        for file, text in files.items():
            self.write(f"{name}/{file}", text)
        for mod, text in cached:
            path, version = mod.split("@")
            self.write(f"mod/cache/download/{path}/@v/{version}.mod", f"module {path}\n\n{text}")

    def run(self, name, *args, go="go", flags="-mod=mod"):
        env = {"HOME": str(self.top / "home"), "PATH": f"{self.top}/{go}/bin:/usr/bin:/bin", "GOOS": "linux",
               "GOARCH": "amd64", "CGO_ENABLED": "0", "GOMODCACHE": str(self.top / "mod"), "GOFLAGS": flags}
        env.update({k: v for k, v in os.environ.items() if k.endswith("SAN_OPTIONS")})
        return subprocess.run([GOWARD, "compat", *args], cwd=self.top / name, env=env, text=True, capture_output=True,
                              check=False, timeout=60)

    def json(self, name, *args, go="go", flags="-mod=mod"):
        done = self.run(name, "--json", *args, go=go, flags=flags)
        check(f"{name} {args} has an answer", done.stdout.startswith("{"), done.stderr)
        return json.loads(done.stdout), done.returncode


def for_people(w):
    w.module("low", "go 1.20", {"a.go": USES})
    want = """go    is needed for                            first use  others
1.22  range over an integer                      a.go:12:17      1
1.19  web.(Reader).ReadAll                       a.go:10:4
1.16  web.Limit                                  a.go:11:10
  no       go 1.20, range over an integer needs 1.22
  yes      go 1.22
  meaning  1 loop has another meaning from go 1.22, the first at a.go:12:2
  lowest   go 1.22
  go line  go 1.20, is too low: it builds only where Go is newer than that
"""
    done = w.run("low", "--go", "1.20,1.22")
    check("steps for people", [x.split() for x in done.stdout.splitlines()] == [x.split() for x in want.splitlines()],
          done.stdout)
    check("a line that is too low is a finding", done.returncode == 1 and done.stderr == "", done.returncode, done.stderr)
    done = w.run("low", "--all", "--go", "1.22")
    check("--all has each use", "web.(*Request).Value" in done.stdout and "will mean something else" in done.stdout,
          done.stdout)


def for_programs(w):
    answer, code = w.json("low")
    value = next(s for s in answer["symbols"] if s["name"] == "(*Request).Value")
    check("a method through an embedded field, and by its own",
          {k: value[k] for k in ("package", "kind", "since", "count", "newer", "line", "column", "guarded", "test")} ==
          {"package": "web", "kind": "method", "since": "1.22", "count": 2, "newer": 2, "line": 8, "column": 4,
           "guarded": False, "test": False}, value)
    check("features have their gate", [(f["what"], f["gate"]) for f in answer["features"]] ==
          [("range over an integer", "range.go: rangeKeyVal")], answer["features"])
    check("the rest", (answer["lowest"], answer["go_line"], answer["verdict"], answer["symbols_from"], code) ==
          ("1.22", "1.20", "too-low", "api", 1), answer)
    check("loops", len(answer["meaning_changes"]) == 1 and answer["meaning_changes"][0]["newer"] == 1, answer)
    for line, verdict in (("go 1.22", "fits"), ("go 1.22.0", "fits"), ("go 1.22.1", "higher"), ("go 1.24", "higher")):
        w.module("low", line, {})
        answer, code = w.json("low")
        check(f"{line} {verdict}", (answer["verdict"], code) == (verdict, 0), answer["verdict"], code)


def what_counts(w):
    w.module("fields", "go 1.24", {"a.go": "package m\n\nimport \"web\"\n\nvar r = web.Request{New: 1}\nvar _ = web.Get().Old\n"})
    check("a key of a literal", w.json("fields")[0]["lowest"] == "1.24")
    w.module("import", "go 1.24", {"a.go": "package m\n\nimport _ \"fresh\"\n"})
    answer, _ = w.json("import")
    check("a package", (answer["lowest"], answer["packages"][0]["what"]) == ("1.25", "package fresh"), answer["packages"])
    w.module("guarded", "go 1.18", {"a.go": "package m\n", "b.go": "//go:build go1.25\n\npackage m\n\nimport _ \"fresh\"\n",
                                    "c.go": "//go:build go1.25 || other\n\npackage m\n\nimport \"web\"\n\nconst c = web.Limit\n"})
    answer, _ = w.json("guarded")
    check("behind a build line", answer["lowest"] == "1.16" and answer["packages"][0]["guarded"], answer)
    w.module("plain", "go 1.18", {"a.go": "package m\n\nimport \"plain\"\n\nfunc f() { plain.F() }\n"})
    answer, code = w.json("plain")
    check("nothing new", (answer["lowest"], answer["steps"], answer["verdict"], code) == (None, [], "higher", 0), answer)
    w.module("tests", "go 1.18", {"a.go": "package m\n", "a_test.go": "package m\n\nimport \"web\"\n\nfunc f(r *web.Request) { r.Value() }\n",
                                  "x_test.go": "package m_test\n\nimport _ \"example.com/m\"\n"})
    check("tests are left out", w.json("tests")[0]["lowest_with_tests"] is None)
    answer, code = w.json("tests", "--test")
    check("tests count apart", (answer["lowest"], answer["lowest_with_tests"], code) == (None, "1.22", 0) and
          answer["symbols"][0]["count"] == 1, answer)
    w.module("lines", "go 1.20\n\ntool example.com/m/cmd", {"a.go": "package m\n"})
    answer, _ = w.json("lines")
    check("a line of go.mod", [(s["go"], s["what"]) for s in answer["steps"]] == [("1.24", "the tool line of go.mod")], answer)
    w.module("requires", "go 1.23\n\nrequire example.com/d v1.0.0", {"a.go": "package m\n"},
             [("example.com/d@v1.0.0", "go 1.21.3\n")])
    answer, _ = w.json("requires")
    check("a requirement", (answer["lowest"], answer["verdict"], answer["modules"]) ==
          ("1.21.3", "higher", [{"path": "example.com/d", "version": "v1.0.0", "go": "1.21.3"}]), answer)


def loops(w):
    text = """package m

type t struct{ x int }

func (*t) m()    {}
func (t) v()     {}
func keep(*int)  {}
func use(func()) {}

func f(all []t, p *[2]int) {
	for i := 0; i < 3; i++ { keep(&i) }
	for _, x := range all { x.m() }
	for _, x := range all { keep(&x.x) }
	for i := range p { use(func() { println(i) }) }
	for i := range p { use(func() { i := i; _ = i }) }

	for i := range p { println(i) }
	for _, x := range all { x.v() }
	for _, x := range []*t{} { x.m() }
	for _, x := range [][]int{} { keep(&x[0]) }
	for i := range p { j := i; keep(&j) }
	var o int
	for o = range p { keep(&o) }
	use(func() { for i := range p { println(i) } })
}
"""
    w.module("loops", "go 1.21", {"a.go": text})
    answer, _ = w.json("loops")
    check("loops whose variables are taken along", [u["line"] for u in answer["meaning_changes"]] == [11, 12, 13, 14, 15],
          [u["line"] for u in answer["meaning_changes"]])
    check("they ask for nothing", answer["lowest"] is None, answer["lowest"])


def workspace(w):
    for name in ("one", "two"):
        w.write(f"work/{name}/go.mod", f"module example.com/{name}\n\ngo 1.21\n")
    w.write("work/go.work", "go 1.22\n\nuse (\n\t./one\n\t./two\n)\n")
    w.write("work/one/a.go", "package one\n\nfunc f[T any]() {}\n")
    w.write("work/two/a.go", "package two\n\nfunc f() { clear(map[int]int{}) }\n")
    for folder, lowest, n in (("work", "1.21", 2), ("work/one", "1.18", 1)):
        answer, _ = w.json(folder, flags="")
        check(f"{folder}: what is around", (answer["lowest"], answer["go_line"], answer["coverage"]["packages"]) == (lowest, "1.22", n), answer)


def targets(w):
    w.module("targets", "go 1.17", {
        "a.go": "package m\n\nfunc f[T any]() {}\n\nfunc g(all []int) {\n\tfor i := range all {\n\t\t_ = func() int { return i }\n\t}\n}\n",
        "b_windows.go": "package m\n\nfunc h() {\n\tclear(map[int]int{})\n\tfor i := range 2 {\n\t\t_ = func() int { return i }\n\t}\n}\n",
        "c_arm64.go": "package m\n\nimport _ \"fresh\"\n\nvar x int = \"\"\n\nvar _ int = \"\"\n", "d.go": "//go:build some\n\npackage m\n\nfunc s[T any]() {}\n",
        "e.go": "//go:build ignore\n\npackage m\n", "g_plan9_test.go": "package m\n"})
    done = w.run("targets")
    check("what is not built is counted", "4 Go files are not built for linux/amd64, and not looked at" in done.stderr and "or take --target all" in done.stderr, done.stderr)
    for args, want in ((("--target", "windows/amd64"), ("1.22", 0, ["windows/amd64"], 2, 3, [6, 5], 1)),
                       (("--target", "windows,linux/amd64"), ("1.22", 0, ["windows/amd64", "linux/amd64"], 2, 3, [6, 5], 1)),
                       (("--target", "all", "--tags", "some;"), ("1.25", 2, ["linux/amd64", "linux/arm64", "windows/amd64"], 4, 1, [6, 5], 2))):
        answer, code = w.json("targets", *args)
        count = answer["coverage"]
        generics = [f["count"] for f in answer["features"] if f["what"] == "type parameters"]
        check(f"targets {args}", (answer["lowest"], count["errors"], answer["targets"], count["files"], count["left_out"],
                                  [u["line"] for u in answer["meaning_changes"]], *generics) == want and code == 1, answer)
    check("no such target", w.run("targets", "--target", "plan10").returncode == 2)
    done = w.run("targets", "--target", "all")
    check("nor for any of several", "2 Go files are not built for any of 3 targets, and not looked at; see 'goward files'\n" in done.stderr, done.stderr)


def what_targets_share(w):
    """A package that a target before had is not looked at again: each of its files counts once, in whatever order."""
    w.module("shared", "go 1.18", {
        "a/a.go": "package a\n\nimport \"web\"\n\ntype R struct{ *web.Request }\n\nfunc F[T any](r R) int { return r.Value() + web.Limit }\n",
        "b/b.go": "package b\n\nimport \"example.com/m/a\"\n\nvar B = a.F[int]\n",
        "b/b_linux.go": "package b\n\nimport \"example.com/m/a\"\n\nfunc f(r a.R) { r.Value() }\n",
        "b/b_windows.go": "package b\n\nimport \"example.com/m/a\"\n\nfunc f(r a.R) {\n\tr.Value()\n\tr.New++\n\tclear(map[int]int{})\n}\n",
        "b/b_test.go": "package b\n\nimport \"web\"\n\nvar r = web.Request{New: 1}\n",
        "c/c.go": "package c\n\nimport \"example.com/m/a\"\n\nvar x int = \"\"\nvar y a.R\n",
        "c/c_arm64.go": "package c\n\nimport (\n\t_ \"fresh\"\n\t\"example.com/m/b\"\n)\n\nvar B = b.B\n",
        "d/d_windows.go": "package d\n\nimport \"example.com/m/a\"\n\nfunc f(r a.R) int { return r.Value() }\n",
    })
    want = {"(*Request).Value": (4, "a/a.go"), "Limit": (1, "a/a.go"), "Request.New": (1, "b/b_windows.go")}
    for order in ("linux/amd64,windows/amd64,linux/arm64", "windows/amd64,linux/arm64,linux/amd64", "all"):
        answer, _ = w.json("shared", "--target", order)
        found = {s["name"]: (s["count"], "/".join(s["file"].split("/")[-2:])) for s in answer["symbols"] if not s["test"]}
        count = answer["coverage"]
        check(f"{order}: each file once", found == want and [count[k] for k in ("packages", "files", "errors", "left_out")] ==
              [4, 7, 1, 0], found, count)
    said = {w.run("shared", "--json", "--test", "--target", "all", j).stdout for j in ("-j1", "-j2", "-j8")}
    check("for any number of threads the same", len(said) == 1, said)


def trouble(w):
    w.module("wrong", "go 1.21", {"a.go": "package m\n\nvar x int = \"\"\n"})
    done = w.run("wrong")
    check("errors of types", done.returncode == 1 and "1 error, which 'goward check' tells" in done.stderr, done.returncode, done.stderr)
    answer, _ = w.json("wrong", "--go", "1.20,1.22")
    check("no yes where something may be hidden", [g["verdict"] for g in answer["gos"]] == ["unknown", "unknown"], answer["gos"])
    check("and no verdict", answer["verdict"] == "unknown" and "lowest   not known\n" in done.stdout and "may be right" in done.stdout, done.stdout)
    w.module("unread", "go 1.21\n\nrequire example.com/away v1.0.0", {"a.go": "package m\n\nfunc f[T any]() {}\n"})
    answer, _ = w.json("unread", "--go", "1.17,1.21")
    check("nor where a go.mod cannot be read", ([g["verdict"] for g in answer["gos"]], answer["verdict"]) == (["no", "unknown"], "unknown"), answer)
    check("a lower bound", "lowest   go >= 1.18\n" in w.run("unread").stdout, w.run("unread").stdout)
    w.module("wronglow", "go 1.17", {"a.go": "package m\n\nfunc f[T any]() {}\n\nvar x int = \"\"\n"})
    check("what is too low is, whatever is hidden", w.json("wronglow")[0]["verdict"] == "too-low")
    w.module("empty", "go 1.21", {})
    done = w.run("empty")
    check("no file", done.returncode == 4 and done.stdout == "", done.returncode, done.stdout, done.stderr)
    done = w.run("empty", "./absent")
    check("what stood in the way", done.returncode == 4 and "absent: directory not found" in done.stderr, done.returncode, done.stderr)
    w.module("others", "go 1.21", {"a.go": "package m\n", "a_windows.go": "package m\n", "b.go": "//go:build ignore\n\npackage main\n"})
    done = w.run("others")
    check("files of other targets are mentioned", done.returncode == 0 and "2 Go files are not built for linux/amd64" in done.stderr, done)
    check("and counted", w.json("others", "--target", "windows/amd64")[0]["coverage"]["left_out"] == 1)
    for args in (("--go", "1.x"), ("--go", "1.5"), ("--go", "")):
        check(f"{args}", w.run("low", *args).returncode == 2, w.run("low", *args).returncode)
    for name, text in {**GOROOT, **LIBRARY}.items():
        if not name.startswith("api/"):
            w.write(f"bare/{name}", text)
    (w.top / "bare/bin/go").chmod(0o755)
    done = w.run("low", "--json", go="bare")
    check("a Go that says nothing", json.loads(done.stdout)["symbols_from"] is None and
          "neither GOROOT/api" in done.stderr, done.stderr)
    w.write(f"bare/{MANIFEST}", "package stdlib\n\nvar PackageSymbols = map[string][]Symbol{\n\t\"web\": {\n"
            "\t\t{\"(*Request).Value\", Method, 23, \"\"},\n\t},\n}\n")
    answer, _ = w.json("low", go="bare")
    since = {s["name"]: s["since"] for s in answer["symbols"]}
    check("the table of vet", (answer["symbols_from"], since.get("(*Request).Value")) == (MANIFEST, "1.23"), since)
    check("what it has not came with this Go", answer["lowest"] == "1.26" and set(since.values()) == {"1.23", "1.26"}, since)
    w.write(f"bare/{MANIFEST}", "package stdlib\n")
    done = w.run("low", go="bare")
    check("a table that is none", done.returncode not in (0, 1) and "no table of symbols" in done.stderr, done.returncode, done.stderr)
    os.unlink(w.top / "bare" / MANIFEST)
    os.mkfifo(w.top / "bare" / MANIFEST)
    done = w.run("low", go="bare")
    check("a table that is a pipe", done.returncode not in (0, 1) and done.stdout == "", done.returncode, done.stderr)


def main():
    with tempfile.TemporaryDirectory() as top:
        w = World(top)
        for test in (for_people, for_programs, what_counts, loops, workspace, targets, what_targets_share, trouble):
            test(w)
    print(f"{passed} passed, {failed} failed, 0 skipped")
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
