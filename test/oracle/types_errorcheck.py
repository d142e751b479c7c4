#!/usr/bin/env python3
"""Does goward complain of the lines that GOROOT/test wants complaints of, and of nothing in programs that compile?

The files of test/ of a full distribution. "// errorcheck": an error on each line that has an ERROR or GC_ERROR comment,
and on no other; whether the words fit, which are cmd/compile's, is counted, not judged. "// errorcheckdir": the same for
each package of a folder, in their order. "// run", "// compile", "// build" and the folders of "// compiledir", "// rundir",
"// builddir": no error at all. What needs more than a front end (flags for the optimizer, other systems) is left out.

Where a file of errorcheck differs from its comments, the compiler itself is asked, and is right: some of Go's own tests are
known to fail. What is left is in KNOWN, with why; nothing else may differ, nothing in it may agree, and of errorcheck files
MIN_SHARE must be right.
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

DRIVER = pathlib.Path(os.environ.get("TEST_BUILD", "build-check/release")) / "oracle.types_driver"
MIN_SHARE = 0.97
MIN_FILES = 1000  # fewer means that the search is wrong
TAGS = {"linux", "amd64", "unix", "gc", "goexperiment.regabiargs"}
ACCEPTED = {"run", "compile", "build", "buildrun", "runoutput", "cmpout", "runindir"}
FOLDERS = {"errorcheckdir": True, "compiledir": False, "rundir": False, "builddir": False, "buildrundir": False}  # wants errors
ONE_PACKAGE = {"builddir", "buildrundir"}
# That change nothing, or only the language.
FLAGS = re.compile(r"-lang=(go1\.\d+)|-p=\w+|-complete|-pack|-s|-c=\d|-l=\d")
LABELS = "labels of other functions are not looked at beside errors of the syntax"
FRAME = "the frame depends on what the optimizer keeps in it"
KNOWN = {
    "fixedbugs/bug385_64.go": FRAME,
    "fixedbugs/issue14006.go": LABELS,
    "fixedbugs/issue20529.go": FRAME,
    "fixedbugs/issue20780.go": FRAME,
    "fixedbugs/issue22200.go": FRAME,
    "fixedbugs/issue22200b.go": FRAME,
    "fixedbugs/issue52697.go": FRAME,
}


class File:
    def __init__(self, path, minor):
        self.text = path.read_text(errors="surrogateescape")
        self.path, self.lines = path, self.text.split("\n")
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


def compiler_lines(f):
    """The lines of a file that cmd/compile complains of; None: it cannot be asked."""
    with tempfile.TemporaryDirectory() as tmp:
        env = dict(os.environ, GOCACHE=f"{tmp}/cache", GOFLAGS="", GOWORK="off", GOENV="off", GOTOOLCHAIN="local", GO111MODULE="off")
        done = subprocess.run(["go", "tool", "compile", "-p=p", "-C", "-e", *f.flags, "-o", f"{tmp}/o", str(f.path)],
                              capture_output=True, text=True, check=False, env=env)
    found = re.findall(rf"^(?:.*/)?{re.escape(f.path.name)}:(\d+): ", done.stdout + done.stderr, re.M)
    return {int(line) for line in found}


def distribution():
    """GOROOT with test/ in it, and N of its Go 1.N."""
    done = subprocess.run(["go", "env", "GOROOT", "GOVERSION"], capture_output=True, text=True, check=False)
    root, version = (done.stdout.split() + ["", ""])[:2]
    m = re.match(r"go1\.(\d+)", version)
    return (pathlib.Path(root), int(m[1])) if m and (pathlib.Path(root) / "test").is_dir() else (None, 0)


class Folder:
    """The packages of a folder: files by the name that they give their package, in the order in which these come."""

    def __init__(self, f, minor):
        self.name, self.files, groups = str(f.path), {}, {}
        folder = f.path.with_suffix(".dir")
        for path in sorted(folder.glob("*.go")):
            self.files[str(path)] = File(path, minor)
            m = re.search(r"^package (\w+)", self.files[str(path)].text, re.M)
            one = str(path) if "-s" in f.flags or not m or f.action in ONE_PACKAGE else m[1]
            groups.setdefault(one, []).append(path)
        self.packages = []
        for paths in groups.values():
            text = "".join(self.files[str(p)].text for p in paths)
            imports = {raw: f"{folder.name}/{name}" for raw, name in re.findall(r'"((?:\.|test)/(\w+))"', text)}
            lang = f.lang() or f"go1.{minor}"
            path = f"{folder.name}/{paths[0].stem}"
            self.packages.append(gotypes.Package(path, paths, path=path, lang=lang, imports=imports))
        if f.action in ONE_PACKAGE:
            self.packages = [gotypes.Package(str(folder), list(map(pathlib.Path, self.files)), path=folder.name, lang=f"go1.{minor}")]

    def difference(self, answers, wants_errors):
        """What is wrong with the answers; empty: nothing."""
        said, wanted = {}, {}
        for package in self.packages:
            for e in answers[package.name].errors:
                said.setdefault(e.file, set()).add(e.line)
        if wants_errors:
            wanted = {name: set(f.wanted()) for name, f in self.files.items() if f.wanted()}
        return "" if said == wanted else f"{said} instead of {wanted}"


def package_of(f, minor):
    return gotypes.Package(str(f.path), [f.path], path=f"test/{f.path.stem}", lang=f.lang() or f"go1.{minor}",
                           is_complete="-complete" in f.flags)


def check_errors(files, answers, root):
    """(how many are right, what is wrong)"""
    failures, n_right, n_as_compiler, n_patterns, n_fit = [], 0, 0, 0, 0
    for f in files:
        errors, wanted = answers[str(f.path)].errors, f.wanted()
        lines, name = {e.line for e in errors}, str(f.path.relative_to(root / "test"))
        n_patterns += sum(map(len, wanted.values()))
        n_fit += fits(errors, wanted)
        is_right = lines == set(wanted)
        as_compiler = not is_right and name not in KNOWN and lines == compiler_lines(f)
        n_right += is_right
        n_as_compiler += as_compiler
        if (is_right or as_compiler) == (name in KNOWN):
            failures.append(f"{name}: lacks {sorted(set(wanted) - lines)}, too much {sorted(lines - set(wanted))}, known: {name in KNOWN}")
    share = (n_right + n_as_compiler) / max(len(files), 1)
    print(f"errorcheck: {n_right} of {len(files)} files, {n_as_compiler} more as the compiler, {share:.2%}, {n_fit} of {n_patterns} messages")
    if share < MIN_SHARE:
        failures.append(f"share {share:.2%}")
    return n_right + n_as_compiler, failures


def main():
    root, minor = distribution()
    if root is None:
        print("0 passed, 0 failed, 1 skipped (no Go with test/ is here)")
        return 0
    every = [File(path, minor) for path in sorted((root / "test").rglob("*.go"))
             if path.is_file() and not any(part.endswith(".dir") for part in path.parts)]
    wrong = [f for f in every if f.action == "errorcheck" and f.is_for_us()]
    right = [f for f in every if f.action in ACCEPTED and f.is_for_us()]
    folders = [(f, Folder(f, minor)) for f in every if f.action in FOLDERS and f.is_for_us()]
    packages = [package_of(f, minor) for f in wrong + right] + [p for _, folder in folders for p in folder.packages]
    answers = gotypes.ask_driver([DRIVER, root, "-brief"], packages)
    n_right, failures = check_errors(wrong, answers, root)
    counts = {}
    for f in right:
        errors = answers[str(f.path)].errors
        counts.setdefault(f.action, []).append(not errors)
        if errors:
            failures.append(f"{f.path}:{errors[0].line}:{errors[0].column}: {errors[0].message}")
    for f, folder in folders:
        difference = folder.difference(answers, FOLDERS[f.action])
        counts.setdefault(f.action, []).append(not difference)
        if difference:
            failures.append(f"{folder.name}: {difference}")
    for action, results in sorted(counts.items()):
        print(f"{action}: {sum(results)} of {len(results)}")
    for failure in failures:
        print(f"FAILED: {failure}")
    n_failed = len(failures) + (len(every) < MIN_FILES)
    print(f"{n_right + sum(map(sum, counts.values()))} passed, {n_failed} failed, 0 skipped")
    return 1 if n_failed else 0


if __name__ == "__main__":
    sys.exit(main())
