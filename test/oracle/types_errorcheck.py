#!/usr/bin/env python3
"""Does goward complain of the lines that GOROOT/test wants complaints of, and of nothing in programs that compile?

The files of test/ of a full distribution, one at a time. "// errorcheck": an error on each line that has an ERROR or
GC_ERROR comment, and on no other; whether the words fit, which are cmd/compile's, is counted, not judged. "// run",
"// compile" and "// build": no error at all. What needs more than types (flags for the optimizer, files in other
folders, other systems) is left out. What only cmd/compile complains of (directives, frames that are too large) and where it
recovers from errors of the syntax in another way is not goward's: where a file differs, go/types is asked, and is right.
Of errorcheck files MIN_SHARE must be right so, of the others all.
"""
import os
import pathlib
import re
import subprocess
import sys
import tempfile

HERE = pathlib.Path(__file__).resolve().parent
sys.path[:0] = [str(HERE), str(HERE.parent / "lib")]
import gotypes  # noqa: E402
from doctor import fetch  # noqa: E402

DRIVER = pathlib.Path(os.environ.get("TEST_BUILD", "build-check/release")) / "oracle.types_driver"
NEWEST = "1.27.4"  # whose go/types is asked
MIN_SHARE = 0.97
MIN_FILES = 1000  # fewer means that the search is wrong
TAGS = {"linux", "amd64", "unix", "gc", "goexperiment.regabiargs"}
ACCEPTED = {"run", "compile", "build", "buildrun", "runoutput", "cmpout", "runindir"}
FLAGS = re.compile(r"-lang=(go1\.\d+)|-p=\w+|-complete|-pack")  # that change nothing, or only the language


class File:
    def __init__(self, path, minor):
        text = path.read_text(errors="surrogateescape")
        self.path, self.lines = path, text.split("\n")
        first = next((line for line in self.lines if line.startswith("// ") or line == "//"), "")
        words = first[2:].split()
        self.action, self.flags = (words[0] if words else ""), words[1:]
        self.minor = minor

    def is_for_us(self):
        """Built here, and not for what types say nothing about."""
        for line in self.lines:
            if line.startswith("package "):
                break
            m = re.match(r"//go:build\s+(.*)", line)
            if m and not holds(m[1], self.minor):
                return False
        return all(FLAGS.fullmatch(flag) for flag in self.flags)

    def lang(self):
        return next((m[1] for flag in self.flags if (m := FLAGS.fullmatch(flag)) and m[1]), "")

    def wanted(self):
        """{line: [regular expressions]}"""
        found = {}
        for number, line in enumerate(self.lines, 1):
            if "////" in line:
                continue
            m = re.search(r"// (?:GC_)?ERROR (.*)", line)
            if m:
                found[number] = re.findall(r'"([^"]*)"', m[1])
            m = re.search(r"// (?:GC_)?ERRORAUTO", line)
            if m:
                found[number] = []
        return found


def holds(expression, minor):
    def tag(m):
        release = re.fullmatch(r"go1\.(\d+)", m[0])
        return str(m[0] in TAGS or bool(release and int(release[1]) <= minor))

    python = re.sub(r"[\w.]+", tag, expression).replace("&&", " and ").replace("||", " or ").replace("!", " not ")
    return eval(python, {"__builtins__": {}})  # nothing but True, False and operators is left


def fits(errors, wanted):
    """How many of the wanted expressions some error on their line matches."""
    n = 0
    for line, patterns in wanted.items():
        said = [e.message for e in errors if e.line == line]
        for pattern in patterns:
            try:
                n += any(re.search(pattern.replace(r"\\", "\\"), message) for message in said)
            except re.error:
                n += 1
    return n


def agrees(ours, theirs):
    """Whether go/types says the same; of errors of the syntax goward leaves out what likely follows from others."""
    if ours and all(e.code == 0 for e in ours):
        return {e.line for e in ours} <= {e.line for e in theirs if e.code == 0}
    return {(e.line, e.column, e.code) for e in ours} == {(e.line, e.column, e.code) for e in theirs}


def ask_go(packages):
    """What go/types says of them."""
    root = fetch(NEWEST)
    if root is None or not packages:
        return {}
    with tempfile.TemporaryDirectory() as tmp:
        folder = pathlib.Path(tmp)
        return gotypes.ask([gotypes.go_program(root, folder), "-source"], packages, gotypes.environment(root, folder))


def distribution():
    """GOROOT with test/ in it, and N of its Go 1.N."""
    done = subprocess.run(["go", "env", "GOROOT", "GOVERSION"], capture_output=True, text=True, check=False)
    root, version = (done.stdout.split() + ["", ""])[:2]
    m = re.match(r"go1\.(\d+)", version)
    return (pathlib.Path(root), int(m[1])) if m and (pathlib.Path(root) / "test").is_dir() else (None, 0)


def main():
    root, minor = distribution()
    if root is None:
        print("0 passed, 0 failed, 1 skipped (no Go with test/ is here)")
        return 0
    every = [File(path, minor) for path in sorted((root / "test").rglob("*.go"))
             if path.is_file() and not any(part.endswith(".dir") for part in path.parts)]
    wrong = [f for f in every if f.action == "errorcheck" and f.is_for_us()]
    right = [f for f in every if f.action in ACCEPTED and f.is_for_us()]
    packages = [gotypes.Package(str(f.path), [f.path], path=f"test/{f.path.stem}", lang=f.lang() or f"go1.{minor}") for f in wrong + right]
    answers = gotypes.ask([DRIVER, root, "-brief"], packages)
    good = accepted = n_patterns = n_fit = 0
    differing = {}
    for f in wrong:
        errors, wanted = answers[str(f.path)].errors, f.wanted()
        lines, want = {e.line for e in errors}, set(wanted)
        good += lines == want
        n_patterns += sum(map(len, wanted.values()))
        n_fit += fits(errors, wanted)
        if lines != want:
            differing[str(f.path)] = f"lacks {sorted(want - lines)}, too much {sorted(lines - want)}"
    theirs = ask_go([p for p in packages if p.name in differing])
    explained = [name for name in differing if name in theirs and agrees(answers[name].errors, theirs[name].errors)]
    for name in sorted(set(differing) - set(explained)):
        print(f"differs: {name}: {differing[name]}")
    for f in right:
        errors = answers[str(f.path)].errors
        accepted += not errors
        if errors:
            print(f"FAILED: {f.path}:{errors[0].line}:{errors[0].column}: {errors[0].message}")
    share = (good + len(explained)) / max(len(wrong), 1)
    print(f"errorcheck: {good} of {len(wrong)} files, {len(explained)} more as go/types, {n_fit} of {n_patterns} messages; accepted: {accepted} of {len(right)}")
    failed = (share < MIN_SHARE) + (len(right) - accepted) + (len(every) < MIN_FILES)
    print(f"{good + len(explained) + accepted} passed, {failed} failed, 0 skipped")
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
