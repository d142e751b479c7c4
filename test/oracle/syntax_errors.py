#!/usr/bin/env python3
"""Does goward reject what cmd/compile rejects, on the same lines, and nothing that Go accepts?

- Files written to be wrong (test/ of a full distribution, testdata of cmd/compile's parser and of the type
  checkers): rejected when the compiler stops with "syntax error", and with an error on each line that has
  one. What goward rejects besides, the compiler must complain of in other words, on the line of
  goward's first error. goward recovers as go/parser does, which is not how the compiler does it: files where that
  shows, and why, are in data/syntax_ledger.tsv, and no other file may differ.
- Each text of go/scanner's own test has the error at the place and in the words that the test wants.
- Library and commands of five Gos: no error at all, and nothing too new for their go lines.

A soak asks about all files, any other run about a sample (TEST_SEED) and those of the ledger.
"""
import ast
import concurrent.futures
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
BUILD = pathlib.Path(os.environ.get("TEST_BUILD", "build-check/release"))
DRIVER = BUILD / "oracle.syntax_driver"
GOWARD = os.environ.get("TEST_GOWARD", str(BUILD / "goward"))
NEWEST = "1.27.4"
OTHERS = ["1.21.13", "1.23.12", "1.25.11", "1.26.8"]
IS_SOAK = bool(os.environ.get("TEST_SOAK"))
SAMPLE = 200  # files of each kind
COMPILE_SECONDS = 5  # one file of testdata makes it spin, and take memory
MIN_FILES = 5000  # of the library and the commands: fewer means that the search is wrong

passed = failed = skipped = 0


def check(what, wrong):
    global passed, failed
    passed, failed = passed + (not wrong), failed + bool(wrong)
    if wrong:
        print(f"FAILED: {what}: {wrong}")


def ledger():
    """{end of the path: reason}"""
    lines = (HERE / "data/syntax_ledger.tsv").read_text().splitlines()
    return dict(line.split("\t") for line in lines if line and not line.startswith("#"))


def compiled(compiler, file):
    """{line: words} of what the compiler says of a file; nothing where it checks types without end."""
    with tempfile.TemporaryDirectory() as tmp:  # a compiler that fails removes its output, be it /dev/null
        try:
            done = subprocess.run([compiler, "-e", "-p", "p", "-o", f"{tmp}/p.o", file], capture_output=True,
                                  text=True, errors="replace", check=False, timeout=COMPILE_SECONDS)
        except subprocess.TimeoutExpired:
            return {}
    return {int(m[1]): m[2] for m in re.finditer(r":(\d+)(?::\d+)?: (.*)", done.stdout + done.stderr)}


def parsed(files):
    """{file: lines of the errors}"""
    done = subprocess.run([DRIVER], input="".join(f"{f}\n" for f in files), capture_output=True, text=True,
                          errors="replace", check=True)
    found = {}
    for part in ("\n" + done.stdout).split("\n== ")[1:]:
        name, _, text = part.partition("\n")
        places = (re.match(r"error \d+:\d+ (.*?): ", line) for line in text.splitlines())
        found[name] = [int(re.search(r":?(\d+)(:\d+)?$", m[1])[1]) if not re.search(r":\d+:\d+$", m[1])
                       else int(m[1].split(":")[-2]) for m in places if m]
    return found


def difference(said, lines):
    """None, or how the two differ."""
    syntax = {line for line, words in said.items() if words.startswith("syntax error")}
    if syntax and not lines:
        return f"goward accepts it, the compiler has syntax errors on {sorted(syntax)}"
    if lines and not syntax and lines[0] not in said:
        return f"goward has an error on line {lines[0]}, the compiler on {sorted(said)}"
    missing = sorted(syntax - set(lines))
    return f"no error on {missing}" if missing else None


def compare(what, compiler, files, known, rng):
    listed = [f for f in files if any(str(f).endswith(end) for end in known)]
    if not IS_SOAK:
        files = rng.sample(files, min(SAMPLE, len(files)))
    files = sorted({*files, *listed})
    ours = parsed(files)
    with concurrent.futures.ThreadPoolExecutor(os.cpu_count()) as pool:
        theirs = dict(zip(files, pool.map(lambda f: compiled(compiler, f), files)))
    for file in files:
        wrong = difference(theirs[file], ours[str(file)])
        if file in listed:
            check(file, None if wrong else "it no longer differs: take it out of the ledger")
        else:
            check(file, wrong)
    print(f"{what}: {len(files)} files, {sum(bool(v) for v in ours.values())} rejected")


def go_string(text):
    return text[1:-1] if text[0] == "`" else ast.literal_eval(text)


def scanner_cases(root):
    """(text, offset, words) of the table of errors in go/scanner's test."""
    source = (root / "src/go/scanner/scanner_test.go").read_text()
    table = source[source.index("var errors = "):]
    table = table[:table.index("\n}\n")]
    string = r'("(?:[^"\\]|\\.)*"|`[^`]*`)'
    for m in re.finditer(rf"^\t\{{{string}, token\.\w+, (\d+), {string}, {string}\}},", table, re.M):
        # \x in Go makes a byte, in Python a character of that number
        text, words = go_string(m[1]), go_string(m[4])
        is_bytes = re.search(r"\\x[89a-f]|\\[2-3]\d\d", m[1])
        yield text.encode("latin-1" if is_bytes else "utf-8"), int(m[2]), words


def scanner_table(root, folder):
    n = 0
    for n, (text, offset, words) in enumerate(scanner_cases(root), 1):
        file = folder / "s.go"
        file.write_bytes(text)
        done = subprocess.run([GOWARD, "debug", "tokens", file], capture_output=True, text=True,
                              errors="replace", check=False)
        said = [line.split(":", 1)[1] for line in done.stderr.splitlines()]
        before = text[:offset]
        place = f"{before.count(10) + 1}:{offset - (before.rfind(10) + 1) + 1}"
        wanted = [f"{place}: {words}"] if words else []
        check(f"go/scanner's {text!r}", None if said[:1] == wanted[:1] else f"{said}, wanted {wanted}")
    print(f"go/scanner: {n} texts")
    check("go/scanner's table", None if n > 40 else f"only {n} texts were found")


def library(version, root):
    src = root / "src"
    done = subprocess.run([GOWARD, "syntax", f"{src}/...", f"{src}/cmd/...", f"{src}/vendor/...",
                           f"{src}/cmd/vendor/..."], capture_output=True, text=True, check=False)
    check(f"Go {version}", done.stdout[:500] if done.returncode else None)
    n = int(re.match(r"(\d+) files", done.stderr)[1]) if done.returncode == 0 else 0
    check(f"Go {version}: {n} files", None if n > MIN_FILES else "too few")
    print(f"Go {version}: {n} files")


def main():
    global skipped
    newest = fetch(NEWEST)
    if newest is None:
        print(f"0 passed, 0 failed, 1 skipped (Go {NEWEST} cannot be had)")
        return 0
    compiler = next((newest / "pkg/tool").glob("*/compile"))
    known, rng = ledger(), random.Random(os.environ.get("TEST_SEED", "1"))
    full = pathlib.Path(subprocess.run(["go", "env", "GOROOT"], capture_output=True, text=True,
                                       check=True).stdout.strip())
    for what, folder in (("GOROOT/test", full / "test"),
                         ("cmd/compile", newest / "src/cmd/compile/internal/syntax/testdata"),
                         ("types", newest / "src/internal/types/testdata")):
        files = sorted(f for f in folder.rglob("*.go") if f.is_file())
        skipped += not files
        compare(what, compiler, files, known, rng)
    with tempfile.TemporaryDirectory() as tmp:
        scanner_table(newest, pathlib.Path(tmp))
    library(NEWEST, newest)
    for version in OTHERS:
        root = fetch(version)
        skipped += root is None
        if root is not None:
            library(version, root)
    print(f"{passed} passed, {failed} failed, {skipped} skipped")
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
