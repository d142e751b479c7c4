#!/usr/bin/env python3
"""Does goward say of each construct what cmd/compile says of it under each language version?

One small program for each use of each row of src/go/syntax/langversion.def that the tree tells; cmd/compile of the newest
Go gets it with -lang=go1.0 to -lang=go1.27, and with a //go:build line of its own for each version
that the file may ask for. Only what "requires go1.N or later" is compared: line, column and text, but for
the second of two that are equal on one line, which cmd/compile leaves out. What needs types (STILL_TYPES) is not goward's to say yet; a program may have such errors beside its own.
"""
import os
import pathlib
import re
import subprocess
import sys
import tempfile

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent))
from doctor import fetch  # noqa: E402

DRIVER = pathlib.Path(os.environ.get("TEST_BUILD", "build-check/release")) / "oracle.langversion_driver"
TABLE = pathlib.Path(__file__).resolve().parents[2] / "src/go/syntax/langversion.def"
NEWEST = "1.27.4"
VERSIONS = range(0, 28)
TAGS = [9, 17, 20, 21, 22, 24, 26, 27]

# By row: programs that use it, without their package clause.
PROGRAMS = {
    "TYPE_ALIAS": ["type T = int", "type (\n\tA = []int\n\tB int\n)", "func f() {\n\ttype T = struct{}\n\tvar _ T\n}"],
    "NUMBER_UNDERSCORE": ["const c = 1_0", "var x = 0x_1 + 0b_1", "var f = 1_0.5e1_0", "var i = 1_0i",
                          "type T [1_0]int", "func f(a []int) int { return a[1_0] }"],
    "NUMBER_BINARY": ["const c = 0b1", "var x = []int{0B10: 0b11}", "var i = 0b1i"],
    "NUMBER_OCTAL": ["const c = 0o17", "var x = 0O17", "var i = 0o1i"],
    "NUMBER_HEX_FLOAT": ["const c = 0x1p2", "var x = 0X1.8p-1", "var i = 0x1i", "var y = 0x1"],
    "EMBED": ["import \"embed\"\n\n//go:embed x\nvar f embed.FS", "import _ \"embed\"\n\n//go:embed x y\nvar s string"],
    "TYPE_PARAMETER": ["func f[P interface{}](x P) {}", "type T[P interface{}] struct{}",
                       "func f[P, Q interface{}]() {}", "type T[P, Q interface{ m() }] int",
                       "type T[P *int,] int", "func init() {}\nfunc g[ P interface{ m() } ]() {}"],
    "TYPE_INSTANCE": [
        "type T[P interface{}] struct{}\nvar x T[int]",
        "type T[P interface{}] struct{}\nfunc (t *T[P]) m() {}\nfunc (T[_]) n() {}",
        "type T[P, Q interface{}] struct{}\nvar x map[string]*T[int, []T[int, int]]",
        "type T[P, Q interface{}] struct{}\nvar x = T[int, int]{}\nvar y = make(chan T[int, int])",
        "type T[P interface{}] struct{}\nfunc f(x interface{}) {\n\tswitch x.(type) {\n\tcase T[int], *T[string]:\n\t}\n\t_ = x.(T[int])\n}",
        "type T[P interface{}] []P\nfunc f(x T[int]) (y T[int]) { return make(T[int], 1) }",
        "type T[P interface{}] struct{}\ntype U struct {\n\tT[int]\n\tx T[string]\n}",
        "type T[P, Q interface{}] struct{}\nvar x = new(T[int, int])\nvar y = []T[int, int]{}",
        "type I[P interface{}] interface{ m(P) }\ntype J interface{ I[int] }\nfunc f(x ...I[int]) {}",
    ],
    "FUNC_INSTANCE": ["func f[P, Q interface{}](P) {}\nvar x = f[int, string]",
                      "func f[P, Q interface{}](P) {}\nfunc g() { f[int, string](1) }"],
    "INTERFACE_ELEMENT": ["type I interface{ ~int }", "type I interface{ int | string }",
                          "type I interface {\n\tm()\n\t~int|~string | []byte\n}",
                          "func f[P ~int]() {}", "type T[P ~[]int | ~string] int",
                          "func f[P, Q int|string, R ~int]() {}", "type L int\ntype I interface{ L|int }",
                          "type I interface{ map[string]int | chan<- int | *int | func() | [2]int }"],
    "INTERFACE_TYPE": ["type I interface{ []int }", "type I interface{ *int }", "type I interface{ map[string]int }",
                       "type I interface{ chan int; struct{}; [2]int }"],
    "GENERIC_ALIAS": ["type A[P interface{}] = []P", "type A[P, Q interface{ m() }] = map[string]P"],
    "GENERIC_METHOD": ["type T struct{}\nfunc (T) m[P interface{}](x P) {}",
                       "type T struct{}\nfunc (t *T) m[P, Q interface{}]() {}"],
}

# What only the type checker can tell, as far as the programs above meet it.
STILL_TYPES = re.compile(r"^(using type constraint|embedding constraint interface|predeclared |implicit )")


def rows():
    return re.findall(r"^LANG\((\w+),", TABLE.read_text().partition("told by types")[0], re.M)


def export_of(root, folder):
    """An importcfg with what the programs import."""
    env = dict(os.environ, GOROOT=str(root), GOTOOLCHAIN="local", GOFLAGS="", GOWORK="off", GOENV="off",
               GOCACHE=str(folder / "cache"), GO111MODULE="off", CGO_ENABLED="0")
    done = subprocess.run([root / "bin/go", "list", "-deps", "-export", "-f",
                           "{{if .Export}}packagefile {{.ImportPath}}={{.Export}}{{end}}", "embed"], env=env,
                          cwd=folder, check=True, text=True, capture_output=True)
    (folder / "importcfg").write_text(done.stdout)
    return folder / "importcfg"


def compiler(root):
    return next((root / "pkg/tool").glob("*/compile"))


def first_of_each(lines):
    """Each message once a line, at its first column."""
    found = {}
    for line in lines:
        at, column, text = line.split(":", 2)
        found.setdefault((int(at), text), []).append(int(column))
    return sorted((at, min(columns), text) for (at, text), columns in found.items())


def theirs(root, importcfg, file, version):
    done = subprocess.run([compiler(root), "-e", "-p", "p", f"-lang=go1.{version}", "-importcfg", importcfg,
                           "-o", file.with_suffix(".o"), file], text=True, capture_output=True, check=False)
    said = (done.stdout + done.stderr).splitlines()
    lines = [re.sub(r"^.*?:(\d+:\d+: )", r"\1", line) for line in said if re.search(r" requires go1\.\d+ or later", line)]
    return first_of_each(line for line in lines if not STILL_TYPES.match(line.split(": ", 1)[1]))


def ours(asked):
    done = subprocess.run([DRIVER], input="".join(f"{m} {t} {f}\n" for m, t, f in asked), text=True,
                          capture_output=True, check=True)
    return [first_of_each(part.splitlines()[1:]) for part in ("\n" + done.stdout).split("\n== ")[1:]]


def programs(folder):
    """(row, file, tag)"""
    for row, texts in PROGRAMS.items():
        for n, text in enumerate(texts):
            for tag in [-1, *TAGS]:
                line = "" if tag < 0 else f"//go:build go1.{tag} && (linux || !linux)\n\n"
                file = folder / f"{row}.{n}.{tag}.go"
                file.write_text(f"{line}package p\n\n{text}\n")
                yield row, file, tag


def main():
    root = fetch(NEWEST)
    if root is None:
        print(f"0 passed, 0 failed, 1 skipped (Go {NEWEST} cannot be had)")
        return 0
    passed = failed = 0
    untold = [row for row in rows() if row not in PROGRAMS]
    for row in untold:
        print(f"FAILED: no program for {row}")
    with tempfile.TemporaryDirectory() as tmp:
        folder = pathlib.Path(tmp)
        importcfg = export_of(root, folder)
        asked = [(version, tag, file) for _, file, tag in programs(folder)
                 for version in (VERSIONS if tag < 0 else (9, 18, 27))]
        for (version, tag, file), own in zip(asked, ours(asked)):
            real = theirs(root, importcfg, file, version)
            passed, failed = passed + (own == real), failed + (own != real)
            if own != real:
                print(f"FAILED: {file.name} at go1.{version}:\n  goward {own}\n  compile {real}")
                print("  " + file.read_text().replace("\n", "\n  "))
    failed += len(untold)
    print(f"{passed} passed, {failed} failed, 0 skipped")
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
