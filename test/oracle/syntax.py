#!/usr/bin/env python3
"""Are goward's trees and syntax errors those of go/parser, node by node and byte by byte?

A Go program (data/ast_of_go) made by the newest Go at hand prints what go/parser makes of a file,
oracle.syntax_driver what goward makes of it; both must be the same, errors included. Files are those
of the library and the commands of five Gos, their testdata (written to be wrong), and test/ of a full
distribution, where there is one. A soak asks all of them, any other run a sample (TEST_SEED).

Errors of files with //line comments are compared without their order: go/parser sorts by the lines
that the comments claim.
"""
import os
import pathlib
import random
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


def has_line_comment(file):
    return b"line " in file.read_bytes()


def differs(file, ours, theirs):
    """None, or the first line that is not the same."""
    if has_line_comment(file):
        ours, theirs = sorted(ours), sorted(theirs)
    for a, b in zip(ours + ["the end"], theirs + ["the end"]):
        if a != b:
            return f"goward: {a!r}, go/parser: {b!r}"
    return None


def compare(program, files):
    passed = failed = 0
    for at in range(0, len(files), BATCH):
        batch = files[at:at + BATCH]
        ours, theirs = dumps(DRIVER, batch), dumps(program, batch)
        for file in batch:
            wrong = differs(file, ours.get(str(file), []), theirs.get(str(file), []))
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
        for what, files in groups(roots):
            if not IS_SOAK:
                files = rng.sample(files, min(SAMPLE, len(files)))
            good, bad = compare(program, files)
            print(f"{what}: {good} of {len(files)} files")
            passed, failed = passed + good, failed + bad
    print(f"{passed} passed, {failed} failed, {skipped} skipped")
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
