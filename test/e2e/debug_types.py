#!/usr/bin/env python3
"""goward debug types: what stands at a place, and what is said where nothing does.

Whether types and values are Go's is asked by test/oracle/types_dump.py. Last line "N passed, N failed, N skipped".
"""
import json
import os
import pathlib
import shutil
import subprocess
import sys
import tempfile

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent))
sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1] / "lib"))
from files import GOROOT  # noqa: E402
from madeworld import GOWARD, MadeWorld, SECONDS  # noqa: E402

SOURCE = """package dt

import other "example.com/m/sub"

type Base struct{ n int }

func (b *Base) Get() int { return b.n }

type T[P any] struct{ Base }

func Map[A, B any](f func(A) B, in ...A) []B { return nil }

const big = 1 << 100 / 3.0

var m = map[string]T[int]{}

func use(x any) {
	t := m["k"]
	other.Print(t.Get(), t.n, big)
	_ = Map(func(i int) string { return "" }, 1)
	_ = (*Base).Get
outer:
	for { // a comment
		break outer
	}
	_ = len(m)
}
"""
# What stands before the place, the place, and what is told of it.
PLACES = [
    ("import ", "other", {"kind": "package name", "type": None, "expression": "other"}),
    ("const ", "big", {"kind": "constant", "value": "1267650600228229401496703205376/3", "type": "untyped float"}),
    ("t.n, ", "big", {"kind": "constant", "value": "422550200076076443709319675904", "type": "float64"}),
    ("\t", "t := ", {"kind": "local variable", "type": "example.com/m.T[int]", "underlying": "struct{Base}"}),
    ("t := ", "m[", {"kind": "variable", "expression": "m", "type": "map[string]example.com/m.T[int]", "underlying": None}),
    ("t := m", '["k"', {"kind": "map element", "expression": 'm["k"]'}),
    ("other.", "Print", {"expression": "other.Print", "kind": "value", "selection": None}),
    ("(t", ".Get", {"selection": {"kind": "method", "receiver": "T[int]", "path": "0 0"}, "type": "func() int"}),
    ("t.", "n, ", {"kind": "variable", "selection": {"kind": "field", "receiver": "T[int]", "path": "0 0"}}),
    ("_ = ", "Map", {"type_arguments": ["int", "string"], "type": "func(f func(int) string, in ...int) []string"}),
    ("(*Base).", "Get", {"selection": {"kind": "method expression", "receiver": "*Base", "path": "0"}}),
    ("break ", "outer", {"kind": "label", "type": None}),
    ("_ = ", "len", {"kind": "built-in function"}),
    ("x ", "any", {"kind": "type", "type": "any", "underlying": "interface{}"}),
]
NOBODY = 65534
passed = failed = 0


def check(what, ok, *details):
    global passed, failed
    passed, failed = passed + bool(ok), failed + (not ok)
    if not ok:
        print(f"FAILED: {what}", *(str(d)[:1500] for d in details))


class World(MadeWorld):
    def __init__(self, top):
        super().__init__(top, GOROOT, {
            "go.mod": "module example.com/m\n\ngo 1.21\n", "a.go": SOURCE, "a_test.go": "package dt\n\nvar tested = big\n",
            "sub/s.go": "package sub\n\nfunc Print(a ...any) {}\n", "w/w_windows.go": "package w\n\nvar x = 1\n",
            "bad/b.go": "package bad\n\nvar x int = \"text\"\n"})
        self.write("alone.go", "package alone\n\nvar x = 1\n")

    def run(self, *args):
        return self.goward("debug", "types", *args)

    def said(self, *args):
        return json.loads(self.run("--json", *args).stdout)


def test_places(w):
    for before, at, expected in PLACES:
        offset = SOURCE.index(before + at) + len(before)
        line = SOURCE.count("\n", 0, offset) + 1
        column = offset - SOURCE.rfind("\n", 0, offset)
        said = w.said(f"a.go:{line}:{column}")
        check(f"{before}|{at}", {key: said.get(key) for key in expected} == expected, said)


def test_text(w):
    line = SOURCE[:SOURCE.index("t.Get")].count("\n") + 1
    done = w.run(f"a.go:{line}:16")
    check("text", done.stdout.splitlines() == [
        "expression  t.Get", "is a        value", "type        func() int", "denotes     func (*Base).Get() int",
        "declared    a.go:7:16", "selects     method of T[int], by the fields [0 0]"], done.stdout, done.stderr)
    said = w.said(f"a.go:{line}:16")
    check("the object", said["object"] == {"kind": "method", "name": "Get", "package": "example.com/m", "text": "func (*Base).Get() int",
                                           "file": str(w.top / "m/a.go"), "line": 7, "column": 16}, said["object"])
    check("the whole selector", (said["column"], said["end"]) == (14, {"line": line, "column": 19}), said)


def test_other_files(w):
    check("a test", w.said("a_test.go:3:14")["value"] is not None)
    done = w.run("w/w_windows.go:3:5")
    check("of another system", done.returncode == 4 and "built for linux/amd64" in done.stderr and "--target" in done.stderr, done.stderr)
    check("asked for it", w.said("--target", "windows/amd64", "w/w_windows.go:3:5")["type"] == "int")
    check("outside of the module", w.said("../alone.go:3:5")["type"] == "int")
    done = w.run("bad/b.go:3:5")
    check("errors are mentioned", done.returncode == 1 and "1 error" in done.stderr and "type        int" in done.stdout, done)


def test_nothing(w):
    comment = SOURCE[:SOURCE.index("// a comment")].count("\n") + 1
    for what, place, code, words in (
            ("a comment", f"a.go:{comment}:10", 4, "no expression and no name"), ("a line too many", "a.go:999:1", 4, "has no line 999"),
            ("a column too many", "a.go:1:99", 4, "has no column 99"), ("no place", "a.go", 2, "FILE:LINE:COLUMN"),
            ("no column", "a.go:1", 2, "FILE:LINE:COLUMN"), ("line 0", "a.go:0:1", 2, "FILE:LINE:COLUMN"),
            ("no file", "none.go:1:1", 4, "there is no file"), ("no folder", "none/a.go:1:1", 4, "there is no file"), ("no Go file", "go.mod:1:1", 4, "go.mod"), ("no number", "a.go:x:1", 2, "FILE:LINE")):
        done = w.run(place)
        check(what, done.returncode == code and words in done.stderr and done.stdout == "", done.returncode, done.stderr)


def test_unreadable(w):
    """What the kernel keeps from us is its fault, not the caller's: exit status 3, of goward check as well."""
    program = w.top / "goward"
    shutil.copy(GOWARD, program)
    w.write("m/kept/k.go", "package kept\n\nvar x = 1\n")
    w.write("m/shut/s.go", "package shut\n\nvar x = 1\n")
    (w.top / "m/loop").symlink_to("loop")
    (w.top / "m/kept/k.go").chmod(0)
    (w.top / "m/shut").chmod(0)
    w.top.chmod(0o711)
    as_other = {"user": NOBODY, "group": NOBODY, "extra_groups": []} if os.geteuid() == 0 else {}
    for folder, args, words in (
            ("kept", ("debug", "types", "k.go:3:5"), "k.go: permission denied"), ("kept", ("check", "k.go"), "k.go: permission denied"),
            (".", ("debug", "types", "shut/s.go:3:5"), "shut/s.go': permission denied"),
            (".", ("debug", "types", "loop/a.go:1:1"), "loop")):
        done = subprocess.run([program, *args], cwd=w.top / "m" / folder, env=w.env, text=True, capture_output=True, check=False,
                              timeout=SECONDS, **as_other)
        check(" ".join(args), done.returncode == 3 and words in done.stderr.lower() and done.stdout == "", done.returncode, done.stderr)
    (w.top / "m/shut").chmod(0o755)


def main():
    with tempfile.TemporaryDirectory() as folder:
        w = World(pathlib.Path(folder).resolve())
        for test in (test_places, test_text, test_other_files, test_nothing, test_unreadable):
            try:
                test(w)
            except (subprocess.TimeoutExpired, ValueError, KeyError, IndexError) as trouble:
                check(test.__name__, False, repr(trouble))
    print(f"{passed} passed, {failed} failed, 0 skipped")
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
