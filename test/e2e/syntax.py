#!/usr/bin/env python3
"""goward syntax, with what goes wrong: files that are none, programs nested without end, little stack.

Last line "N passed, N failed, 0 skipped".
"""
import json
import os
import pathlib
import resource
import subprocess
import sys
import tempfile

GOWARD = os.environ["TEST_GOWARD"]
DEEP = 10**6  # levels
SMALL_STACK = 256 * 1024  # of the process; threads have their own

# A program that nests one construct DEEP times, and the errors that are not the limit's.
NESTED = {
    "parentheses": "var x = " + "(" * DEEP, "blocks": "func f() " + "{" * DEEP,
    "composite literals": "var x = T" + "{" * DEEP, "function literals": "var x = " + "func(){_=" * DEEP,
    "slice types": "var x " + "[]" * DEEP + "int", "pointer types": "var x " + "*" * DEEP + "int",
    "map types": "var x " + "map[int]" * DEEP + "int", "unary operators": "var x = " + "- " * DEEP + "1",
    "receive operators": "var x = " + "<-" * DEEP + "c", "selectors": "var x = a" + ".a" * DEEP,
    "calls": "var x = f" + "()" * DEEP, "calls in calls": "var x = " + "f(" * DEEP,
    "indices": "var x = a" + "[0]" * DEEP, "indices in indices": "var x = " + "a[" * DEEP,
    "channels": "var x " + "chan " * DEEP + "int", "receive channels": "var x " + "<-chan " * DEEP + "int",
    "structs": "var x " + "struct{a " * DEEP, "interfaces": "var x " + "interface{m(" * DEEP,
    "sums": "var x = 1" + "+1" * DEEP, "sums in parentheses": "var x = 1" + "+(1" * DEEP,
    "labels": "func f() {" + "a:" * DEEP, "loops": "func f() {" + "for {" * DEEP,
    "switches": "func f() {" + "switch {case 1:" * DEEP, "selects": "func f() {" + "select {case <-c:" * DEEP,
    "function types": "var x " + "func(" * DEEP, "results": "var x " + "func() " * DEEP + "int",
    "instances": "var x " + "T[" * DEEP, "assertions": "var x = a" + ".(T)" * DEEP,
    "conversions": "var x = " + "[]int(" * DEEP, "keys": "var x = T{" + "a:{" * DEEP,
    "slices": "var x = a" + "[:]" * DEEP, "goroutines": "func f() { " + "go func(){" * DEEP,
    "type parameters": "type T[" + "P[" * DEEP, "parameter types": "func f(a ..." + "[]" * DEEP + "int)",
    "else": "func f() {" + "if x {} else " * DEEP + "{}}",
    "receivers": "func (" + "(" * DEEP, "dereferences": "func f() { " + "*" * DEEP + "x = 1 }",
    "if in else": "func f() {" + "if x {} else if y {" * DEEP,
}
# Lists are no nesting: go/parser takes them at any length.
LONG = {"union": "type I interface{ " + "a|" * DEEP + "b}", "imports": "import (" + '"a";' * DEEP + ")",
        "parameters": "func f(" + "a," * DEEP + "b int)", "elements": "var x = T{" + "1," * DEEP + "}"}

passed = failed = 0


def check(what, good, *said):
    global passed, failed
    passed, failed = passed + bool(good), failed + (not good)
    if not good:
        print(f"FAILED: {what}:", *said)


def small_stack():
    resource.setrlimit(resource.RLIMIT_STACK, (SMALL_STACK, SMALL_STACK))


def goward(*args, **more):
    done = subprocess.run([GOWARD, "syntax", *map(str, args)], text=True, capture_output=True, check=False,
                          timeout=300, errors="replace", **more)
    return done.returncode, done.stdout, done.stderr


def diagnostics(*args, **more):
    code, out, _ = goward("--json", *args, **more)
    return code, json.loads(out)["diagnostics"] if out else None


def test_nesting(folder):
    for name, text in {**NESTED, **LONG}.items():
        (folder / f"{name}.go").write_text(f"package p\n{text}\n")
    code, found = diagnostics(folder, preexec_fn=small_stack)
    check("nested programs", code == 1, code)
    said = {pathlib.Path(d["file"]).stem: d["message"] for d in found or []}
    for name in NESTED:
        check(name, said.get(name) == "exceeded max nesting depth", said.get(name))
    for name in LONG:
        check(name, name not in said, said.get(name))
    code, out, _ = goward(folder / "else.go", folder / "union.go")
    check("chains", code == 1, out[:200])
    file = folder / "fine.go"
    file.write_text("package p\n\nvar x = " + "(" * 900 + "1" + ")" * 900 + "\n")
    code, out, _ = goward("-j1", file, preexec_fn=small_stack)
    check("900 parentheses on a thread", (code, out) == (0, ""), code, out[:200])


def test_shown(folder):
    file = folder / "a.go"
    file.write_text("package p\n\nfunc f() {\n\tx := 1 2\n\t/* \u4e16 */ return return\n}\n")
    code, out, err = goward("a.go", cwd=folder)
    check("shown with carets", (code, out) == (1, """\
a.go:4:9: expected ';', found 2
        x := 1 2
               ^
a.go:5:19: expected operand, found 'return'
        /* \u4e16 */ return return
                        ^
"""), out)
    check("summed up", err == "2 errors in 1 of 1 file\n", err)
    file.write_text("package p\n//line x.y:7\nvar\n")
    check("places are those of //line", goward("a.go", cwd=folder)[1].startswith("x.y:7: expected"))
    file.write_text("package p\n" + "+\n" * 5000)
    code, out, _ = goward("a.go", cwd=folder)
    check("not without end", code == 1 and out.count("\n") < 4000, out[-200:])


def test_versions(folder):
    (folder / "m").mkdir()
    (folder / "m/a.go").write_text("package p\n\ntype T[P interface{}] int\n")
    for line, wrong in (("go 1.17\n", True), ("go 1.18\n", False), ("", True), ("go 1.22.3\n", False)):
        (folder / "m/go.mod").write_text(f"module m\n\n{line}")
        code, found = diagnostics(folder / "m")
        check(f"go line {line!r}", code == wrong, found)
        if wrong:
            check("words", found[0]["message"].startswith("type parameter requires go1.18 or later (-lang was set to go1.1"), found)
    (folder / "m/go.mod").write_text("module m\n\ngo 1.16\n")
    for tag, wrong in (("go1.18", False), ("linux && go1.20", False), ("linux || go1.20", True), ("!go1.20", True),
                       ("(", True)):
        (folder / "m/a.go").write_text(f"//go:build {tag}\n\npackage p\n\ntype T[P interface{{}}] int\n")
        code, found = diagnostics(folder / "m")
        check(f"//go:build {tag}", code == wrong, found)
    (folder / "m/go.mod").unlink()
    check("without go.mod", goward(folder / "m")[0] == 0)


def test_bad_input(folder):
    d = folder / "d"
    (d / "empty").mkdir(parents=True)
    (d / "nul.go").write_bytes(b"package p\0\n")
    (d / "bom.go").write_bytes(b"\xef\xbb\xbfpackage p\n")
    (d / "bom2.go").write_bytes(b"package p\n\xef\xbb\xbfvar x int\n")
    (d / "latin.go").write_bytes(b"package p\n\nvar s = \"\xe9\"\n")
    (d / "rand.go").write_bytes(bytes(range(256)) * 1000)
    (d / "none.go").write_bytes(b"")
    (d / "dir.go").mkdir()
    (d / "_hidden.go").write_text("no")
    os.mkfifo(d / "fifo.go")
    for name, to in (("dev.go", "/dev/zero"), ("loop.go", "loop.go"), ("dead.go", "nowhere"),
                     ("link.go", "bom.go"), ("self", ".")):
        (d / name).symlink_to(to)
    code, found = diagnostics("d/...", cwd=folder)
    said = {}
    for one in found or []:
        said.setdefault(one["file"], []).append((one["line"], one["message"]))
    check("exit status", code == 1, code)
    for name, line, words in (("nul", 1, "illegal character NUL"), ("bom2", 2, "illegal byte order mark"),
                              ("latin", 3, "illegal UTF-8 encoding"), ("fifo", None, "no regular file"),
                              ("dev", None, "no regular file"), ("dead", None, "a link that leads nowhere"),
                              ("none", 1, "expected 'package', found 'EOF'"),
                              ("rand", 1, "illegal character NUL")):
        check(name, said.get(f"d/{name}.go") == [(line, words)], said.get(f"d/{name}.go"))
    check("symlink loop", "loop" in str(said.get("d/loop.go")), said.get("d/loop.go"))
    check("nothing else", len(said) == 9, sorted(said))
    check("no Go files", goward(d / "empty")[0] == 4, goward(d / "empty"))
    check("no Go files below", goward(f"{d}/empty/...")[0] == 4)
    code, found = diagnostics("d/empty", "d/bom.go", "gone", cwd=folder)
    check("the rest is looked at", code == 1 and [f["message"] for f in found] ==
          ["no Go files", "no such file or directory"], found)
    if os.geteuid() != 0:
        (d / "empty").chmod(0)
        check("unreadable directory", goward(d / "empty")[0] == 1)
        (d / "empty").chmod(0o700)


def test_large_file(folder):
    file = folder / "large.go"
    with open(file, "w") as out:
        out.write("package p\n\n")
        for _ in range(100):
            out.write("func _() { x.y(\"some text\", 17) }\n" * 30000)
        out.write("func _() { 1 2 }\n")
    code, found = diagnostics(file)
    check("100 MB", code == 1 and len(found) == 1 and found[0]["line"] == 3000003, found)
    file.write_bytes(b"package p\n\nvar x = []int{" + b"0," * (1 << 24) + b"1 2}\n")
    code, found = diagnostics(file)
    check("a list of 2^24 elements", code == 1 and len(found) == 1 and found[0]["line"] == 3, found)
    file.write_bytes(b"package p\n" + b"@" * 50_000_000)
    code, found = diagnostics(file)
    check("50 MB of nothing", code == 1 and len(found) == 1, found and found[:3])


def test_order(folder):
    for i in range(300):
        (folder / f"o{i}").mkdir()
        (folder / f"o{i}/x.go").write_text("package p\n" + "var 1\n" * (i % 7))
    outs = {goward("./...", f"-j{jobs}", cwd=folder)[1] for jobs in (1, 2, 7, 64)}
    check("the same for any number of threads", len(outs) == 1 and all(outs))


def main():
    for test in (test_nesting, test_shown, test_versions, test_bad_input, test_large_file, test_order):
        with tempfile.TemporaryDirectory() as folder:
            test(pathlib.Path(folder))
    print(f"{passed} passed, {failed} failed, 0 skipped")
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
