#!/usr/bin/env python3
"""Are goward's trees and syntax errors those of go/parser, node by node and byte by byte?

A Go program (data/ast_of_go) made by the newest Go at hand prints what go/parser makes of a file,
oracle.syntax_driver what goward makes of it; both must be the same, errors included. Files are those
of the library and the commands of five Gos, their testdata (written to be wrong), and test/ of a full
distribution, where there is one. A soak asks all of them, any other run a sample (TEST_SEED).
Comments are compared by their places, as they are and with //line directives applied.
"""
import os
import pathlib
import random
import re
import subprocess
import sys
import tempfile

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent))
from doctor import fetch  # noqa: E402

HERE = pathlib.Path(__file__).resolve().parent
DRIVER = pathlib.Path(os.environ.get("TEST_BUILD", "build-check/release")) / "oracle.syntax_driver"
NEWEST = "1.27.4"  # the language that goward reads
OTHERS = ["1.21.13", "1.23.12", "1.25.11", "1.26.8"]
IS_SOAK = bool(os.environ.get("TEST_SOAK"))
SAMPLE = 150  # files of each kind
BATCH = 200  # files that are compared together
LINE_FILES = 4000 if IS_SOAK else 400  # of //line directives

LINES = [  # of a file that is not where it says, and has errors in between
    "//line :10", "//line :10:3", "//line a.y:7", "//line a.y:7:2", "//line ../x/b.go:3:9",
    "//line /abs/./c.go:4", "//line x:0", "//line x:0:1", "//line x:1:0", "//line x:y", "//line x:1:y",
    "//line x:-1", "//line 5", "//line ", "//line x:99999999999", "//line x:1:99999999999",
    "//line x:99999999999999999999999:1", "//line x:1:99999999999999999999999", "//line :5:1\r",
    "//line foo:007", "//line a:b:3", " //line nope:3", "//line a b:3:4", "//line \u00e9.go:3", "//line :0",
    "//line 12:34", "//line ::5", "//line x:1 ", "//line C:\\foo.go:3", "//line x:1073741824",
    "//line x:1073741825", "/*line x:3*/ // c", "/*line y.go:30:40*/",
    "/*line :5:6*/ x @ /*line z:1*/ y $", "x = 1 /*line q:3:4*/ + @", "/*line x:1:*/", "/*line x*/",
    "/*line x\n:3:4*/ y $", "var var", "func (", "}", "x := ~", "// plain", "/*\n*/",
    "type T struct { /*line t.go:1:1*/ a int; 3 }", "/*line :1:1*//*line :2:2*/ @", "\"str", "`raw\n`",
]


def oracle(root, folder):
    """The Go program, built by the Go in root."""
    env = dict(os.environ, GOROOT=str(root), GOTOOLCHAIN="local", GOFLAGS="", GOWORK="off", GOENV="off",
               GOCACHE=str(folder / "cache"), GO111MODULE="off", CGO_ENABLED="0")
    program = folder / "ast_of_go"
    subprocess.run([root / "bin/go", "build", "-o", program, HERE / "data/ast_of_go/main.go"], env=env,
                   cwd=folder, check=True)
    return program


def dumps(program, files):
    """{file: [lines]} of what a program prints of them."""
    done = subprocess.run([program], input="\n".join(map(str, files)) + "\n", text=True, errors="replace",
                          capture_output=True, check=True)
    found = {}
    for part in ("\n" + done.stdout).split("\n== ")[1:]:
        name, _, text = part.partition("\n")
        found[name] = text.splitlines()
    return found


def shown(lines):
    """Without where errors lie: those that read the same come from Go in any order."""
    return [re.sub(r"^error \d+:\d+ ", "error ", line) for line in lines]


def differs(ours, theirs):
    """None, or the first line that is not the same."""
    for mine, others in ((shown(ours), shown(theirs)), (sorted(ours), sorted(theirs))):
        for a, b in zip(mine + ["the end"], others + ["the end"]):
            if a != b:
                return f"goward: {a!r}, go/parser: {b!r}"
    return None


def line_files(folder, rng):
    """Files full of //line directives, right and wrong."""
    (folder / "lines").mkdir()
    for n in range(LINE_FILES):
        begin = rng.choice(["package p\n"] * 3 + [
            "//line pre.go:3:4\npackage p\n", "\ufeff//line bom.go:3\npackage p\n",
            "/*line p:1:1*/package p;", "//line x:y\npackage p\n"])
        body = "\n".join(rng.choice(LINES) for _ in range(rng.randint(1, 12)))
        end = rng.choice(["", "\n", "\n//line end.go:4", "\n/*line end.go:4*/"])
        (folder / f"lines/f{n}.go").write_bytes((begin + body + end).encode())
    return sorted((folder / "lines").iterdir())


def compare(program, files):
    passed = failed = 0
    for at in range(0, len(files), BATCH):
        batch = files[at:at + BATCH]
        ours, theirs = dumps(DRIVER, batch), dumps(program, batch)
        for file in batch:
            wrong = differs(ours.get(str(file), []), theirs.get(str(file), []))
            passed, failed = passed + (wrong is None), failed + (wrong is not None)
            if wrong is not None:
                print(f"FAILED: {file}: {wrong}")
    return passed, failed


def go_files(folder):
    return sorted(path for path in folder.rglob("*") if path.suffix in (".go", ".src", ".go2")
                  and path.is_file() and not path.is_symlink() and "\n" not in str(path))


def groups(roots):
    """[(what, files)]"""
    found = []
    for version, root in roots.items():
        files = go_files(root / "src")
        found.append((f"Go {version}", [f for f in files if "testdata" not in f.parts]))
        found.append((f"testdata of Go {version}", [f for f in files if "testdata" in f.parts]))
    root = pathlib.Path(subprocess.run(["go", "env", "GOROOT"], capture_output=True, text=True,
                                       check=True).stdout.strip())
    found.append(("GOROOT/test", go_files(root / "test")))
    return found


def main():
    newest = fetch(NEWEST)
    if newest is None:
        print(f"0 passed, 0 failed, 1 skipped (Go {NEWEST} cannot be had)")
        return 0
    passed = failed = skipped = 0
    rng = random.Random(os.environ.get("TEST_SEED", "1"))
    roots = {NEWEST: newest}
    for version in OTHERS:
        root = fetch(version)
        skipped += root is None
        if root is not None:
            roots[version] = root
    with tempfile.TemporaryDirectory() as folder:
        program = oracle(newest, pathlib.Path(folder))
        lines = [("//line directives", line_files(pathlib.Path(folder), rng))]
        for what, files in groups(roots) + lines:
            if not IS_SOAK and files is not lines[0][1]:
                files = rng.sample(files, min(SAMPLE, len(files)))
            good, bad = compare(program, files)
            print(f"{what}: {good} of {len(files)} files")
            passed, failed = passed + good, failed + bad
    print(f"{passed} passed, {failed} failed, {skipped} skipped")
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
