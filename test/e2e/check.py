#!/usr/bin/env python3
"""goward check: places, statuses and limits; what is wrong with files, packages and options.

Whether the errors are Go's is asked by test/oracle/types_*.py. The Go in use is a folder with the few tables that matter,
without a library. Last line "N passed, N failed, N skipped".
"""
import json
import os
import pathlib
import re
import subprocess
import sys
import tempfile

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent))
sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1] / "lib"))
from files import GOROOT  # noqa: E402
from madeworld import GOWARD, MadeWorld  # noqa: E402

MAX_ERRORS = 1000  # of a package
MODULE = {
    "go.mod": "module example.com/m\n\ngo 1.21\n",
    "good/g.go": "package good\n\ntype T[P any] struct{ F P }\n\nfunc (t T[P]) Get() P { return t.F }\n",
    "uses/u.go": "package uses\n\nimport \"example.com/m/good\"\n\nvar X int = good.T[int]{1}.Get()\n",
    "wrong/a.go": "package wrong\n\nfunc f() {\n\tvar unused = 1\n}\n\nvar x int = \"text\"\n",
    "wrong/b.go": "package wrong\n\nvar x string\n",
    "line/l.go": "package line\n\n//line made.y:70\nvar x int = \"a\"\n",
    "syntax/s.go": "package syntax\n\nfunc f( {\n}\n\nvar x int = \"text\"\n",
    "onsyntax/o.go": "package onsyntax\n\nimport \"example.com/m/syntax\"\n\nvar _ = syntax.Nothing\n",
    "missing/m.go": "package missing\n\nimport \"example.com/nowhere\"\n\nvar x int = nowhere.F(nowhere.G.H)[1]\n",
    "ring/a/a.go": "package a\n\nimport _ \"example.com/m/ring/b\"\n",
    "ring/b/b.go": "package b\n\nimport _ \"example.com/m/ring/a\"\n",
    "self/s.go": "package self\n\nimport _ \"example.com/m/self\"\n",
    "tested/t.go": "package tested\n\nvar hidden int\n",
    "tested/t_test.go": "package tested\n\nvar y string = hidden\n",
    "tested/x_test.go": "package tested_test\n\nimport \"example.com/m/tested\"\n\nvar _ = tested.Nope\n",
    "words/w.go": "package words\n\n" + "".join(f"const C{i} = \"{chr(97 + i) * 40}\"\n" for i in range(8)),
    "usewords/u.go": f"//{'x' * 4000}\npackage usewords\n\nimport \"example.com/m/words\"\n\nfunc F(s string) {{\n\tswitch s {{\n\tcase "
                     + ", ".join(f"words.C{i}" for i in range(8)) + ":\n\t}\n}\n",
    "cgo/c.go": "package cgo\n\nimport \"C\"\n\ntype id = C.uid_t\n\nfunc get() id\n\nvar x = int(get()) + get() << 1\n",
    "ctypes/c.go": "package ctypes\n\n// struct stats { unsigned packets; };\n"
        "// typedef struct stats *handle;\n// typedef _Bool flag;\n"
        "// typedef int number;\n// union word { int i; float f; };\nimport \"C\"\n"
        "import \"unsafe\"\n\ntype Stats C.struct_stats\ntype Handle C.handle\n"
        "type Flag C.flag\ntype Number C.number\ntype Word C.union_word\n"
        "type other Number\ntype embeds struct{ Stats }\ntype bare struct {\n"
        "\tc C.struct_stats\n\tn int\n}\ntype list []Number\n\n"
        "func (s *Stats) Packets() uint { return uint(s.packets) }\n\n"
        "func (b *bare) all(e embeds) uint { return uint(b.c.packets) + uint(e.packets) + e.Packets() }\n"
        "\nfunc cleared(h Handle) Handle {\n\tif h != nil && h.packets == 0 {\n\t\th = nil\n"
        "\t}\n\treturn h\n}\n\nfunc is(f Flag) bool {\n\tfor f {\n\t\treturn !bool(f)\n\t}\n\tif f {\n"
        "\t\treturn true\n\t}\n\treturn f == true\n}\n\nfunc next(n Number, o other) int {\n"
        "\tswitch n {\n\tcase 1, 2:\n\t}\n\tn += Number(o) << 1\n"
        "\tm := map[Number]list{n: {n, 2, 3}}\n"
        "\treturn int(n+1) + len(m[0][1:n]) + int(-o)\n}\n\n"
        "var empty [unsafe.Sizeof(Stats{}) - 4]byte\nvar _ = [0]byte(empty)\n"
        "var word = Word{0, 1}\n"
        "var _ = [5]int{}[unsafe.Offsetof(bare{}.n)-unsafe.Sizeof(embeds{})]\n"
        "var _ [16]byte = [unsafe.Sizeof(bare{})]byte{}\n",
    "usectypes/u.go": "package usectypes\n\nimport \"example.com/m/ctypes\"\n\ntype mine ctypes.Number\n\n"
        "func F(n int, h ctypes.Handle) mine {\n\tif h == nil {\n"
        "\t\treturn mine(ctypes.Number(n)) + 1\n\t}\n\treturn 2\n}\n",
    "wrongctypes/w.go": "package wrongctypes\n\n// typedef int number;\nimport \"C\"\n\ntype Number C.number\n\n"
        "var n Number = 1\nvar s string = 2\n\n"
        "func (n *Number) get() int { return n.foo + unknown }\n",
    "commented/a.go": "package commented // import \"example.com/x\"\n", "commented/b.go": "package commented // import b\n",
    "order/z.go": "package order\n\nvar X int\n", "order/a_test.go": "package order\n\nvar X int\n",
    "other/w_windows.go": "package other\n\nvar x int = \"w\"\n", "other/o.go": "package other\n",
    "filelang/f.go": "//go:build go1.21\n\npackage filelang\n\nfunc f() {\n\tfor range 10 {\n\t}\n}\n",
    "nofile/n.go": "package nofile\n\nfunc f() {\n\tfor range 10 {\n\t}\n}\n",
    "recursive/r.go": "package recursive\n\ntype T struct{ a [2]T }\n\ntype I interface{ I }\n\nconst a, b = b, a\n",
    "body/b.go": "package body\n\nfunc f()\n", "asm/a.go": "package asm\n\nfunc f()\n", "asm/a_amd64.s": "",
    "mild/m.go": "package mild\n\nvar a []int\n\nvar b, c = a[::], d\n", "stray/s.go": "package stray\n\n//go:noinline\nvar x int = \"\"\n",
    "two/a.go": "package one\n", "two/b.go": "package two\n", "none/x.txt": "", "nul/n.go": "package nul\n\nvar x = \"\0\"\n",
}

passed = failed = skipped = 0


def check(what, good, *said):
    global passed, failed
    passed, failed = passed + bool(good), failed + (not good)
    if not good:
        print(f"FAILED: {what}:", *said)


class World(MadeWorld):
    def __init__(self, top):
        super().__init__(top, GOROOT, MODULE)

    def run(self, *args, env=None):
        return self.goward("check", *args, env=env)

    def errors(self, *args, **how):
        done = self.run("--json", *args, **how)
        return json.loads(done.stdout)["diagnostics"]


def test_text(w):
    done = w.run("./good", "./uses")
    check("nothing wrong", (done.returncode, done.stdout) == (0, "") and "2 packages, no errors" in done.stderr, done)
    done = w.run("./wrong")
    lines = done.stdout.splitlines()
    check("status of errors", done.returncode == 1 and "3 errors" in done.stderr, done)
    check("place, words and code", "wrong/a.go:4:6: declared and not used: unused [UnusedVar]" in lines, done.stdout)
    at = lines.index("wrong/a.go:4:6: declared and not used: unused [UnusedVar]") if len(lines) > 2 else 0
    check("line and caret", lines[at + 1:at + 3] == ["        var unused = 1", "            ^"], lines)
    check("a related place", any(line.strip().startswith("wrong/") and "other declaration of x" in line for line in lines), lines)
    check("in order", [line.split(":")[0] for line in lines if line.startswith("wrong/")]
          == sorted(line.split(":")[0] for line in lines if line.startswith("wrong/")), lines)


def test_full_disk(w):
    global skipped
    if not os.path.exists("/dev/full"):
        skipped += 1
        return
    for args in (["./wrong"], ["--json", "./wrong"]):
        with open("/dev/full", "w") as full:
            done = subprocess.run([GOWARD, "check", *args], cwd=w.top / "m", env=w.env, text=True, stdout=full, stderr=subprocess.PIPE,
                                  check=False, timeout=60)
        check("errors that cannot be written", done.returncode == 3 and done.stderr.count("No space left") == 1, args, done)


def test_few_addresses(w):
    """Stacks are addresses: where these are limited they leave some to the heap."""
    global skipped
    if b"__asan_init" in pathlib.Path(GOWARD).read_bytes():  # which needs terabytes
        skipped += 1
        return
    w.write("m/wide/a.go", "package wide\n\n" + "".join(f"func f{i}(a, b int) (x int) {{\n\treturn a*b + {i}\n}}\n\n" for i in range(60000)))
    for kib, more in ((180_000, "--no-cache"), (215_000, ""), (400_000, ""), (1_000_000, "")):
        done = subprocess.run(["sh", "-c", f"ulimit -v {kib} && exec {GOWARD} check -j2 {more} ./wide"], cwd=w.top / "m", env=w.env, text=True,
                              capture_output=True, check=False, timeout=60)
        check(f"{kib} KiB of addresses", done.returncode == 0, done)


def test_small_stack(w):
    """Go programs run under ulimit -s 16, and so does goward, all of it on a thread whose stack is no part of that."""
    global skipped
    if b"__asan_init" in pathlib.Path(GOWARD).read_bytes():  # which needs more before main
        skipped += 1
        return
    for kib in (16, 64, 128):
        done = subprocess.run(["sh", "-c", f"ulimit -s {kib} && exec {GOWARD} check -j2 ./good ./uses"], cwd=w.top / "m", env=w.env, text=True,
                              capture_output=True, check=False, timeout=60)
        check(f"{kib} KiB of stack", done.returncode == 0 and "2 packages, no errors" in done.stderr, done)


def test_json(w):
    said = json.loads(w.run("--json", "./wrong").stdout)
    check("its head", said["schema"] == "goward/check" and said["targets"] == ["linux/amd64"] and said["dropped"] == 0, said)
    check("coverage", said["coverage"]["packages"] == 1 and said["coverage"]["files"] == 2, said["coverage"])
    first = said["diagnostics"][0]
    check("keys", list(first) == ["file", "line", "column", "end", "code", "message", "severity", "targets", "rounds", "related"], first)
    check("an error", (first["file"], first["line"], first["column"], first["end"], first["severity"], first["targets"])
          == (str(w.top / "m/wrong/a.go"), 4, 6, {"line": 4, "column": 12}, "error", ["linux/amd64"]), first)
    check("fields", set(json.loads(w.run("--json=coverage", "./good").stdout)) == {"schema", "version", "coverage"})
    check("//line", [(d["file"].endswith("made.y"), d["line"]) for d in w.errors("./line")] == [(True, 70)])


def test_packages(w):
    errors = w.errors("./syntax")
    check("of a package with errors of syntax these alone", errors and errors[0]["line"] == 3 and all(d["code"] is None for d in errors), errors)
    check("a broken import stops nothing", w.run("./onsyntax").returncode == 1)
    errors = w.errors("./missing")
    check("a missing import is one error", [(d["line"], d["code"]) for d in errors] == [(3, "BrokenImport")]
          and "could not import example.com/nowhere" in errors[0]["message"], errors)
    for what in ("./ring/...", "./self"):
        errors = w.errors(what)
        check(f"a cycle of imports: {what}", errors and "import cycle not allowed" in errors[0]["message"], errors)
    done = w.run("./two")
    check("two packages in a folder", "two/b.go:1:1: package two; expected package one" in done.stdout and done.stderr == "1 error\n", done)
    check("only what is built here", w.run("./other").returncode == 0)
    check("another target", [d["targets"] for d in w.errors("--target", "windows/amd64", "./other")] == [["windows/amd64"]])
    check("without tests", w.run("./tested").returncode == 0)
    errors = w.errors("--test", "./tested")
    check("with tests", [pathlib.Path(d["file"]).name for d in errors] == ["t_test.go", "x_test.go"], errors)
    done = w.run("-j1", "./words", "./usewords")
    check("constants outlive the file that they stand in", done.returncode == 0, done.stdout)
    done = w.run("./cgo", env=dict(w.env, CGO_ENABLED="1"))
    check("nothing is said of C's types", done.returncode == 0, done.stdout, done.stderr)
    done = w.run("./ctypes", "./usectypes", env=dict(w.env, CGO_ENABLED="1"))
    check("nor of what is declared with them", done.returncode == 0, done.stdout, done.stderr)
    errors = w.errors("./wrongctypes", env=dict(w.env, CGO_ENABLED="1"))
    check("but of all else", [(d["line"], d["code"]) for d in errors] == [(9, "IncompatibleAssign"), (11, "UndeclaredName")], errors)
    check("import comments are read without modules alone", w.run("./commented").returncode == 0, w.run("./commented"))
    errors = w.errors("--test", "./order")
    check("files of tests come last", [pathlib.Path(d["file"]).name for d in errors] == ["a_test.go"], errors)
    check("named files", w.run("wrong/b.go").returncode == 0 and w.run("wrong/a.go", "wrong/b.go").returncode == 1)
    errors = w.errors("./recursive")
    check("recursive declarations", [d["line"] for d in errors] == [3, 5, 7], errors)
    check("a function without a body", [(d["line"], d["message"]) for d in w.errors("./body")] == [(3, "missing function body")])
    check("a function that may be in assembly", w.run("./asm").returncode == 0, w.run("./asm"))
    check("types beside what is no error of the syntax to the compiler", [d["code"] for d in w.errors("./mild")] == [None, "UndeclaredName"])
    errors = w.errors("./stray")
    check("the compiler's later stages say nothing beside errors of types", [d["code"] for d in errors] == ["IncompatibleAssign"], errors)
    alone = w.run("--json", "-j1", "./...")
    check("the same from any number of threads", all(w.run("--json", "-j4", "./...").stdout == alone.stdout for _ in range(5)))


def test_versions(w):
    errors = w.errors("--lang", "go1.17", "./good")
    check("--lang", errors and all("requires go1.18 or later" in d["message"] for d in errors), errors)
    said = w.run("./filelang").stdout
    check("the version of a file", "requires go1.22 or later" in said and "\n  file declares //go:build go1.21\n" in said, said)
    said = w.run("--lang", "go1.20", "./good", "./uses", "./nofile").stdout
    check("what makes the version", "\n  -lang was set to go1.20; check go.mod\n" in said, said)
    check("--lang of a patch", w.run("--lang", "1.21.5", "./good").returncode == 0)
    for lang in ("go2.1", "1", "go1.", "go1.x", "newest", "go1.99999", "-1"):
        done = w.run("--lang", lang, "./good")
        check(f"no version: {lang}", done.returncode == 2 and done.stdout == "" and done.stderr, done)


def test_rounds(w):
    w.write("m/grid/g.go", "package grid\n\nvar always int = \"a\"\n")
    w.write("m/grid/g_windows.go", "package grid\n\nvar x int = \"w\"\n")
    w.write("m/grid/g_linux_arm64.go", "package grid\n\nvar y int = \"l\"\n")
    w.write("m/grid/t.go", "//go:build special\n\npackage grid\n\nvar z int = \"t\"\n")
    other = w.top / "other"
    for name, text in GOROOT.items():
        w.write(f"other/{name}", text)
    w.write("other/VERSION", "go1.26.1\n")
    w.write("other/src/internal/platform/zosarch.go", GOROOT["src/internal/platform/zosarch.go"].replace('{"windows", "amd64"},', ""))
    said = json.loads(w.run("--json", "--target", "all", "./grid").stdout)
    check("all ports", said["targets"] == ["linux/amd64", "linux/arm64", "windows/amd64"], said["targets"])
    holds = {d["message"].split('"')[1]: d["targets"] for d in said["diagnostics"]}
    check("each error once, with its targets", holds == {"a": said["targets"], "l": ["linux/arm64"], "w": ["windows/amd64"]}, holds)
    check("what was looked at", said["coverage"]["packages"] == 1 and said["coverage"]["checked"] == 3
          and said["coverage"]["expressions"] >= said["coverage"]["typed"] > 0, said["coverage"])
    text = w.run("--target", "linux,windows/amd64", "./grid").stdout
    check("told with what it holds for", "(windows/amd64)" in text and "(linux/arm64)" in text, text)
    first = text.splitlines()[0]
    check("no word where it holds for all", first.endswith("[IncompatibleAssign]") and "grid/g.go:3:18" in first, first)
    said = json.loads(w.run("--json", "--tags", "special;;other", "./grid").stdout)
    check("sets of tags", [r["tags"] for r in said["rounds"]] == ["special", "", "other"], said["rounds"])
    check("which set", [d["rounds"] for d in said["diagnostics"]] == [[0, 1, 2], [0]], said["diagnostics"])
    check("tags for people", "(-tags special)" in w.run("--tags", "special;;other", "./grid").stdout)
    gos = f"{w.top}/go/,{other}/"
    said = json.loads(w.run("--json", "--go", gos, "--target", "all", "./grid").stdout)
    check("a Go without the port", [r["target"] for r in said["rounds"]].count("windows/amd64") == 1 and len(said["rounds"]) == 5, said["rounds"])
    text = w.run("--go", gos, "--target", "all", "./grid").stdout
    check("another Go", "(windows/amd64 with go" in text and "[IncompatibleAssign] (linux/arm64)\n" in text, text)
    check("one package for all", "1 package, no errors for 3 targets" in w.run("--target", "all", "./good").stderr)
    check("only for another system", w.run("--target", "all", "./grid").returncode == 1)
    for what, args, code, says in (
            ("an empty target", ["--target", "linux/amd64,"], 2, "no target"), ("no such Go", ["--go", "1.2.3"], 4, "1.2.3"),
            ("no Go in the folder", ["--go", f"{w.top}/m/"], 2, "no Go root"), ("an archive", ["--go", "x.zip"], 2, "neither"),
            ("too many", ["--target", "all", "--tags", ";" * 9000], 3, "too many"), ("no such class", ["--target", "second"], 2, "no target")):
        done = w.run(*args, "./good")
        check(what, done.returncode == code and says in done.stderr and done.stdout == "", done)


def test_options(w):
    for what, args, code, says in (
            ("no such target", ["--target", "plan10/amd64", "."], 2, "plan10"), ("no target", ["--target", "x", "."], 2, "no target"),
            ("no such root", ["--goroot", "/nowhere", "./good"], 4, "/nowhere"), ("no root", ["--goroot", str(w.top / "m"), "./good"], 2, "no Go root"),
            ("no experiment", ["--goexperiment", "wishful", "./good"], 2, "wishful"), ("no Go file", ["./none"], 4, "no Go files"),
            ("no folder", ["./nowhere/x"], 1, ""), ("a field that is none", ["--json=nonsense", "./good"], 2, "nonsense")):
        done = w.run(*args)
        check(what, done.returncode == code and says in done.stdout + done.stderr, done)
    check("another root", w.run("--goroot", str(w.top / "go"), "./good").returncode == 0)
    nothing = dict(w.env, PATH="/nowhere")
    check("no Go here", w.run("./good", env=nothing).returncode == 4)
    check("--goroot where no Go runs", w.run("--goroot", str(w.top / "go"), "./good", env=nothing).returncode == 0)


def test_bad_files(w):
    check("a byte of zero", w.run("./nul").returncode == 1)
    os.mkfifo(w.top / "m/good/pipe.go")
    check("a pipe is not waited for", w.run("./good").returncode in (0, 1))
    os.unlink(w.top / "m/good/pipe.go")
    w.write("m/bytes/b.go", b"package bytes\n\nvar \xff\xfe = 1\n" + bytes(range(256)) * 50)
    check("bytes", w.run("./bytes").returncode == 1)
    w.write("m/away/a.go", "package away\n")
    os.symlink("nowhere.go", w.top / "m/away/b.go")
    check("a link to nothing", w.run("./away").returncode in (0, 1))


def test_missing_files(w):
    """A file that a go.work or a variable names, and that is not there, is not taken for none."""
    w.write("work/go.work", "go 1.21\n\nuse (\n\t../m\n\t./away\n)\n")
    for what, env, code, says in (
            ("a module of a workspace", {"GOWORK": str(w.top / "work/go.work")}, 2, "away/go.mod"),
            ("a workspace", {"GOWORK": "/nowhere/go.work"}, 2, "/nowhere/go.work"),
            ("a go.mod of its own", {"GOFLAGS": "-modfile=/nowhere/x.mod"}, 2, "/nowhere/x.mod")):
        done = w.run("./good", env=dict(w.env, **env))
        check(f"there is no {what}", done.returncode == code and says in done.stderr, done)
    w.write("vend/go.mod", "module example.com/v\n\ngo 1.21\n\nrequire example.com/d v1.1.0\n")
    w.write("vend/v.go", "package v\n\nimport _ \"example.com/d\"\n")
    w.write("vend/vendor/modules.txt", "# example.com/d v1.0.0\n## explicit; go 1.21\nexample.com/d\n")
    w.write("vend/vendor/example.com/d/d.go", "package d\n")
    done = w.goward("check", folder="vend", env=dict(w.env, GOFLAGS=""))
    check("a vendor directory that go.mod does not mean", done.returncode == 2 and "inconsistent vendoring in" in done.stderr and "go mod vendor" in done.stderr, done)
    w.write("o.json", "{}")
    done = w.run("./good", env=dict(w.env, GOFLAGS=f"-overlay={w.top}/o.json"))
    check("an overlay is warned of, once", done.returncode == 0 and done.stderr.count("-overlay in GOFLAGS is not followed") == 1, done)


def test_refused_settings(w):
    """What go list refuses of GOFLAGS and GO111MODULE before it looks at anything, goward does not pass over."""
    for flags, says in (
            ("-mod=banana", "go refuses -mod=banana in GOFLAGS: its values are mod, readonly, vendor; GOFLAGS is set in the environment\n  try: unset GOFLAGS\n"),
            ("-trimpath banana", "each word has to be a flag, with its value in the same word"),
            ("-modd=mod", "there is no such flag, but a -mod;"), ("-zebra", "there is no such flag;"), ("-mod", "it needs a value in the same word: -mod=..."),
            ("-race=maybe", "its values are true and false"), ("-race=", "its values are true and false"), ("-p=0", "a number above zero"), ("-p=x", "a number above zero"),
            ("-p=-1", "a number above zero"), ("-compiler=cc", "its values are gc, gccgo"), ("-buildmode=", "its values are archive, "), ("-modfile=go.txt", "end in .mod"),
            ("'-tags=a b,c'", "commas alone"), ("-gcflags=all", "PATTERN=FLAGS"), ("'-x", "nothing closes the quote"), ("-C=/", "first word of a command"),
            ("-overlay=/nowhere/o.json", "reading overlay: there is no '/nowhere/o.json'"), (f"-overlay={w.top}/m/go.mod", "parsing overlay JSON: "),
            ("-p=0 -mod=banana -race=maybe -zebra", "go refuses -zebra in"), ("-p=0 -mod=banana -race=maybe", "go refuses -race=maybe in"),
            ("-buildvcs=maybe", "its values are auto, "), ("---x", "has to be a flag"), ("-=x", "has to be a flag")):
        done = w.run("./good", env=dict(w.env, GOFLAGS=flags))
        check(f"GOFLAGS={flags} is refused", done.returncode == 2 and says in done.stderr and done.stderr.count("\n") == 2, done)
    for flags in ("", "-mod=", "--mod=mod", "-v -x=0", "-p=0x4 -p=+4 -p=1_0", "-modfile=", "-covermode= -buildvcs=", "-buildvcs", "-run -count=x -bench", "-tags=a,b",
                  "'-tags=a b'", "-gcflags=", "-gcflags=all=-N", "-json=x", "-insecure=x", "-o"):
        done = w.run("./good", env=dict(w.env, GOFLAGS=flags))
        check(f"GOFLAGS={flags} is not", done.returncode == 0 and "GOFLAGS" not in done.stderr, done)
    w.write("goenv", "\nGOFLAGS=-mod=pear\nGO111MODULE=zap\n")
    env = dict(w.env, GOENV=str(w.top / "goenv"))
    env.pop("GOFLAGS", None)
    done = w.run("./good", env=env)
    check("in the go env file", done.returncode == 2 and f"set in '{w.top}/goenv', line 2\n  try: go env -u GOFLAGS\n" in done.stderr, done)
    for mode in ("zap", "On"):
        done = w.run("./good", env=dict(w.env, GO111MODULE=mode))
        check(f"GO111MODULE={mode} is refused", done.returncode == 2 and f"go refuses GO111MODULE={mode}: its values are on, off, auto; GO111MODULE is set in the environment\n  try: unset" in done.stderr, done)
    done = w.run("./good", env=dict(env, GOFLAGS="-mod=mod"))
    check("GO111MODULE in the go env file", done.returncode == 2 and "line 3\n  try: go env -u GO111MODULE\n" in done.stderr, done)
    for mode in ("on", "auto"):
        check(f"GO111MODULE={mode} is not", w.run("./good", env=dict(w.env, GO111MODULE=mode)).returncode == 0)


def test_all_faults_of_loading(w):
    """Every import that may not be is told at once; files of another package once each, by their place."""
    w.write("m/prog/p.go", "package main\n\nfunc main() {}\n")
    for name in ("abi", "cpu", "poll"):
        w.write(f"m/x/internal/{name}/i.go", f"package {name}\n")
    w.write("m/forb/f.go", "package forb\n\nimport (\n\t_ \"example.com/m/prog\"\n\t_ \"example.com/m/x/internal/abi\"\n)\n\nvar x int = \"\"\n")
    w.write("m/forb/g.go", "package forb\n\nimport _ \"example.com/m/x/internal/cpu\"\n")
    w.write("m/forb/f_test.go", "package forb\n\nimport _ \"example.com/m/x/internal/poll\"\n")
    w.write("m/forb/x_test.go", "package forb_test\n\nimport _ \"example.com/m/x/internal/abi\"\n")
    places = ["f.go:4:2", "f.go:5:2", "f.go:8:13", "g.go:3:8"]
    for words, extra in (((), []), (("--test",), ["f_test.go:3:8", "x_test.go:3:8"])):
        done = w.run(*words, "./forb")
        told = [line.split(": ")[0] for line in done.stdout.splitlines() if line.startswith("forb/")]
        check(f"all bad imports {words}", sorted(told) == sorted(f"forb/{p}" for p in places + extra), done)
    for name in "abc":
        w.write(f"m/names/{name}.go", f"package {name}\n\nvar {name} = 1\n")
    done = w.run("./names")
    check("names of packages", done.stderr == "2 errors\n" and "found packages" not in done.stdout and
          "names/b.go:1:1: package b; expected package a" in done.stdout and "names/c.go:1:1: package c; expected package a" in done.stdout, done)
    w.write("m/names2/a.go", "package a\n")
    w.write("m/names2/a_test.go", "package b\n")
    done = w.run("./names2")
    check("a test of another name", done.stderr == "1 error\n" and "found packages a (a.go) and b (a_test.go)" in done.stdout, done)


def test_program_without_main(w):
    """What the linker refuses: of the package itself, not of what is built of it for its tests."""
    w.write("m/nomain/n.go", "package main\n\ntype T int\n\nfunc (T) main() {}\n")
    w.write("m/nomain/n_test.go", "package main\n\nfunc main() {}\n")
    for words in ((), ("--test",), ("--test", "--no-cache")):
        done = w.run(*words, "./nomain")
        check(f"no function main {words}", done.returncode == 1 and done.stderr == "1 error\n" and
              "nomain/n.go:1:9: function main is undeclared in the main package\n" in done.stdout, done)


def test_broken_module_files(w):
    """All that is wrong with a go.mod or go.work is told at once, each with its line."""
    w.write("broken/go.mod", "module example.com/b\n\ngo 1.x\n\nrequire (\n\texample.com/a\n)\n\npear\n")
    w.write("broken/b.go", "package b\n")
    w.write("majors/go.mod", "module example.com/b\n\nrequire example.com/x/v2 v1.0.0\n")
    done = w.goward("check", folder="majors")
    check("a version of another path", done.returncode == 2 and
          "/majors/go.mod:3: require example.com/x/v2: version \"v1.0.0\" invalid: should be v2, not v1\n" in done.stderr, done)
    done = w.goward("check", folder="broken")
    lines = done.stderr.splitlines()
    check("three errors", done.returncode == 2 and lines[0].endswith(f": 3 errors in {w.top}/broken/go.mod:") and
          [line[:13] for line in lines[1:]] == ["    go.mod:3:", "    go.mod:6:", "    go.mod:9:"], done)
    done = w.goward("check", "--json", folder="broken")
    check("as JSON", json.loads(done.stdout)["error"]["message"].count("\n") == 3, done)


def test_godebug_lines(w):
    """What go build refuses of //go:debug before it compiles a package, whatever package it is, and of go.mod before it loads any."""
    w.write("m/gd/a.go", "//go:debug panicnil=1\n//go:debug nosuch=1\n//go:debugger\n//go:debug\n//go:debug panicnil=0\npackage gd\n")
    w.write("m/gd/b.go", "//go:debug default=go1.x\npackage gd\n")
    w.write("m/gd/a_test.go", "//go:debug http2client=0\n//go:debug panicnil=1\npackage gd\n")
    w.write("m/gd/x_test.go", "//go:debug panicnil=1\n//go:debug gctrace=1\npackage gd_test\n")
    own = ["gd/a.go:2:1: invalid //go:debug: unknown //go:debug setting \"nosuch\"", "gd/a.go:4:1: invalid //go:debug: missing key=value",
           "gd/a.go:5:1: repeated //go:debug for panicnil", "gd/b.go:1:1: invalid //go:debug: value for default= must be goVERSION"]
    tests = ["gd/a_test.go:2:1: repeated //go:debug for panicnil", "gd/x_test.go:2:1: invalid //go:debug: unknown //go:debug setting \"gctrace\""]
    for words, expected in (((), own), (("--test",), sorted(own + tests))):
        done = w.run(*words, "./gd")
        check(f"//go:debug {words}", done.returncode == 1 and sorted(done.stdout.splitlines()) == expected, done)
    w.write("godebug/go.mod", "module example.com/b\n\ngodebug (\n\tpanicnil=1\n\tnosuch=1\n)\n")
    w.write("godebug/b.go", "package b\n")
    done = w.goward("check", folder="godebug")
    check("a godebug line of go.mod", done.returncode == 2 and "/godebug/go.mod:5: unknown godebug \"nosuch\"\n" in done.stderr, done)


def test_hidden_names(w):
    """Of a hidden name it is known whether it is a type, also where nothing asked for more of it."""
    w.write("go/src/hides/h.go", "package hides\n\nfunc f() {}\n\nvar v = 1\n\nconst c = \"\"\n\ntype t int\n")
    w.write("m/hidden/h.go", "package hidden\n\nimport \"hides\"\n\nvar (\n\t_ hides.f\n\t_ []hides.v\n\t_ hides.c\n\t_ hides.t\n\t_ = hides.f\n)\n")
    done = w.run("--json", "./hidden")
    told = sorted((d["line"], d["column"], d["code"]) for d in json.loads(done.stdout)["diagnostics"])
    check("hidden names as types", done.returncode == 1 and told == [
        (6, 4, "NotAType"), (6, 10, "UnexportedName"), (7, 6, "NotAType"), (7, 12, "UnexportedName"), (8, 4, "NotAType"), (8, 10, "UnexportedName"),
        (9, 10, "UnexportedName"), (10, 12, "UnexportedName")], done)


# What follows from an import that cannot be had, behind one package and behind two.
UNKNOWN = """package unknown

import (
	bindings "example.com/nowhere"
	"example.com/nowhere/go-thing"
)

type (
	Alias  = bindings.Alias
	Named  bindings.Named
	Struct struct {
		bindings.Base
		F bindings.F
	}
	Pointer   struct{ *bindings.Base }
	Interface interface {
		bindings.Interface
		M()
	}
	Generic[T any] struct{ bindings.Generic[T] }
)

const Const = bindings.Const

var Make, Things, other = bindings.Make, thing.List{{F: 1}, {F: 2}}, 1

func Result(x bindings.Alias) bindings.Alias { return x }

func own() int {
	s := Struct{}
	s.Method()
	thing.Do(s)
	panic(thing.Text)
}

var wrong int = "own"

var _ = thin.List{}
"""
FOLLOWS = """package follows

import "example.com/m/unknown"
import "example.com/m/fails"

type wide struct{ unknown.Struct }
type doer interface{ Do() }

func unused(row int) bool {
	var d unknown.Alias
	a := unknown.Make(1, &d)
	index := unknown.Alias(row)
	b, c := unknown.Make(index)
	switch t := any(b).(type) {
	case unknown.Alias, unknown.Named:
		c.Do(&t, t)
	}
	for i := range unknown.Result(c) {
		unknown.Make(i)
	}
	e := 1
	fails.Make(e, unknown.Alias(1))
	return a == unknown.Const
}

func keys(of map[string]int) (all []unknown.Alias) {
	for k, v := range of {
		all = append(all, unknown.Alias{k: v, k + "x": {k: 1}})
	}
	first := 0
	return all[first:unknown.Const]
}

func counts() (int, error) {
	a, b := unknown.Make()
	var c, d = unknown.Result(a), b
	_, _ = counts2(unknown.Result(c), d)
	counts2(unknown.Make(c))
	func(int, ...any) {}(unknown.Make())
	return unknown.Make()
}

func counts2(int, error) (x, y int) { return unknown.Make() }

func named(n unknown.Named, f func(unknown.Named)) {
	n.foo()
	_, _, _, _, _ = n[0], n + 1, -n, n == nil, len(n)
	n++
	_, _ = unknown.Named(1), make(unknown.Named)
	f(1)
	f = func(int) {}
	for range n {
	}
}

func embeds(s unknown.Struct, w wide, p unknown.Pointer, i unknown.Interface, g unknown.Generic[int]) (d doer) {
	s.Method()
	w.Method()
	p.Method()
	i.Method()
	g.Method()
	d, d, d, i = s, p, i, w
	_ = unknown.Struct{Base: 1, F: 2}
	_ = []unknown.Struct{{Any: 1}}
	return
}

func wrong() {
	left := 1
}

var x int = "text"
"""


def test_what_follows(w):
    """An error of a dependency stops nothing, and what follows from it is not told: what else is wrong is."""
    w.write("m/unknown/u.go", UNKNOWN)
    w.write("m/dots/d.go", "package dots\n\nimport . \"example.com/nowhere/dots\"\n\nvar _ = FromDots(1)\n")
    w.write("m/fails/f.go", "package fails\n\nvar Make = nothing\n")
    w.write("m/follows/f.go", FOLLOWS)
    lines = FOLLOWS.split("\n")
    expected = [("dots", 3, "BrokenImport"), ("fails", 3, "UndeclaredName"), ("follows", lines.index("\tleft := 1") + 1, "UnusedVar"),
                ("follows", lines.index('var x int = "text"') + 1, "IncompatibleAssign"),
                ("unknown", 4, "BrokenImport"), ("unknown", 5, "BrokenImport"),
                ("unknown", UNKNOWN.split("\n").index('var wrong int = "own"') + 1, "IncompatibleAssign"),
                ("unknown", UNKNOWN.split("\n").index("var _ = thin.List{}") + 1, "UndeclaredName")]
    for args in (["--no-cache"], [], [], ["--no-cache", "-j1"]):
        found = w.errors(*args, "./follows", "./unknown", "./fails", "./dots")
        told = sorted((pathlib.Path(d["file"]).parent.name, d["line"], d["code"]) for d in found)
        check("what follows from an import that cannot be had", told == expected, args, told)
    said = w.run("./follows", "./unknown").stderr
    check("how much is known", re.search(r"^[1-9]\d\.\d % of the expressions are known; ", said, re.M), said)
    check("all is known", "known" not in w.run("./good").stderr)
    w.write("m/unused/u.go", "package unused\n\n// void f(void *);\nimport \"C\"\nimport \"unsafe\"\n\nfunc g(p *unsafe.Pointer) {\n"
            "\t_cgoCheckPointer := func(any) {}\n\tother := 1\n\tC.f(unsafe.Pointer(p))\n}\n\n"
            "func h(of struct{ a [C.n]byte }) []byte {\n\tn := len(of.a)\n\tm := 1\n\treturn of.a[m:n]\n}\n")
    found = [(d["line"], d["message"]) for d in w.errors("--no-cache", "./unused", env=dict(w.env, CGO_ENABLED="1"))]
    check("the check of pointers that cgo writes", found == [(9, "declared and not used: other")], found)


def test_sentences(w):
    """What loading found is told as one sentence: without a pattern as its place, the code behind it, a cycle with its way."""
    w.write("out/o.go", "package main\n\nfunc main() {}\n")
    w.write("m/crlf/c.go", "package crlf\r\n\r\nvar x int = `a\r\nb`\r\n")
    w.write("m/args/a.go", "package args\n\nfunc f() { f(1) }\n")
    ring = ("package example.com/m/ring/a", "imports example.com/m/ring/b from a.go", "imports example.com/m/ring/a from b.go")
    for what, folder, pattern, says in (
            ("a pattern outside of modules", "out", "./...", "pattern ./...: directory prefix . does not contain main module or its selected dependencies\n"),
            ("no such package", "m", "fmtt", "package fmtt is not in std"),
            ("a cycle", "m", "./ring/...", "a: import cycle not allowed\n    " + "\n    ".join(ring) + "\n"),
            ("advice", "m", "./missing", "; to add it:\n    go get example.com/nowhere) [BrokenImport]\n"),
            ("details", "m", "./args", "in call to f [WrongArgCount]\n    have (number)\n    want ()\n"),
            ("a literal of two lines", "m", "./crlf", "cannot use `a\n    b` (untyped string constant \"a\\nb\") as int value in variable declaration [Inc")):
        done = w.goward("check", pattern, folder=folder)
        check(f"the sentence of {what}", done.returncode == 1 and says in done.stdout and f"{pattern}: " + says not in done.stdout, done)
    done = w.goward("check", folder="out")
    check("no go.mod here is said", done.returncode == 1 and "no go.mod in" in done.stderr, done)
    done = w.goward("check", "o.go", folder="out")
    check("and not where files are named", done.returncode == 0 and "no go.mod in" not in done.stderr, done)
    done = w.goward("compat", folder="out")
    check("compat says where it can be asked", done.returncode == 4 and "directory of a go.mod" in done.stderr, done)


def test_standard_library(w):
    """What nobody asked for is checked as far as others can use it."""
    text = """package shown

type hidden struct{ F func() unknown1 }
type Shown struct{ inner }
type inner struct{ other }
type other int

func (other) M() (x unknown2) { return }
func (o *other) N() int { return o.n() }
func (*other) n() int { return 1 }
func (hidden) M() unknown3
func body() { var _ int = "" }
func useless(unknown4)
func Of() int { return unknown5 }

var V = of()
var v unknown6

func of() (x *result) { return }

type result struct{ A int }

func (result) Get() unknown7 { panic(0) }
"""
    w.write("go/src/shown/a.go", text)
    w.write("m/shows/a.go", """package shows

import "shown"

var _ int = shown.V.A
var _ int = shown.V.Get()
var _ string = shown.V.A
var _ interface{ N() string } = &shown.Shown{}
""")
    for more in ([], ["--no-cache"], ["--no-cache", "--target", "linux/amd64,windows/amd64"], ["--target", "linux/amd64,windows/amd64"], []):
        said = sorted(d["message"] for d in w.errors(*more, "./shows"))
        check("of a standard package what others can use", [m for m in said if m.startswith("undefined")] == ["undefined: unknown2", "undefined: unknown7"], more, said)
        check("and they know it all", len(said) == 4 and "N() string" in said[1] + said[0], more, said)
    asked = [d["message"] for d in w.errors("shown") if d["message"].startswith("undefined")]
    check("what is asked for is checked whole", asked == [f"undefined: unknown{n}" for n in (1, 2, 3, 4, 5, 6, 7)], asked)


def test_large(w):
    w.write("m/many/a.go", "package many\n\n" + "".join(f"var x{i} int = \"\"\n" for i in range(MAX_ERRORS + 5)))
    said = json.loads(w.run("--json", "./many").stdout)
    check("too many errors", (len(said["diagnostics"]), said["dropped"]) == (MAX_ERRORS, 5), len(said["diagnostics"]), said["dropped"])
    said = json.loads(w.run("--json", "--tags", "some;", "./many").stdout)
    check("too many errors, twice", (len(said["diagnostics"]), said["dropped"]) == (MAX_ERRORS, 5), len(said["diagnostics"]), said["dropped"])
    nested = "[]" * 10000 + "int"
    chain = "".join(f"type T{i} struct{{ f T{i + 1} }}\n" for i in range(10000)) + "type T10000 int\n"
    doubles = "type D0 struct{}\n" + "".join(f"type D{i} struct{{ a, b D{i - 1} }}\n" for i in range(1, 60))
    puzzle = "type P[A any] struct{ f *P[[]A] }\n\nvar p P[int]\n"
    for what, text in (("nested types", f"var x {nested}\n"), ("a chain of types", chain), ("doubled types", doubles),
                       ("types without end", puzzle), ("a constant of a million digits", f"const c = {'1' * 1000000}\n"),
                       ("many types without room", "".join(f"var x{i} chan [1 << 20]int\n" for i in range(40000))),
                       ("many linknames without unsafe", "".join(f"//go:linkname f{i} r.f{i}\nfunc f{i}() {{}}\n" for i in range(100000))),
                       ("shifted far", "const c = 1 << 100000\n"), ("multiplied", "const a = 1 << 500\nconst b = a*a*a*a*a\n"),
                       ("nested parentheses", f"var x = {'(' * 5000}1{')' * 5000}\n"),
                       ("nested calls", f"func f(int) int {{ return {'f(' * 900}1{')' * 900} }}\n")):
        w.write("m/large/a.go", f"package large\n\n{text}")
        done = w.run("./large")
        check(what, done.returncode in (0, 1) and len(done.stdout) < 10_000_000, done.returncode, done.stderr[-300:])


def main():
    with tempfile.TemporaryDirectory() as folder:
        w = World(pathlib.Path(folder).resolve())
        for test in (test_text, test_full_disk, test_few_addresses, test_small_stack, test_json, test_packages, test_versions, test_rounds, test_options, test_bad_files,
                     test_missing_files, test_refused_settings, test_all_faults_of_loading, test_program_without_main, test_broken_module_files, test_godebug_lines, test_hidden_names, test_what_follows, test_sentences, test_standard_library, test_large):
            try:
                test(w)
            except (subprocess.TimeoutExpired, ValueError, KeyError, IndexError) as trouble:
                check(test.__name__, False, repr(trouble))
    print(f"{passed} passed, {failed} failed, {skipped} skipped")
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
