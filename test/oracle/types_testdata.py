#!/usr/bin/env python3
"""Does goward find in internal/types/testdata what is annotated there, and nothing else?

What an annotation means is go/types' check_test.go: a comment /* ERROR "text" */ or // ERROR "text" stands behind the
token at whose line and column an error is told that has the text in it; with ERRORx it is a regular expression.
Line ends that stand for a semicolon are no tokens. The first line of a file may have flags (// -lang=go1.17), a
directory is one package, and files that their build line leaves out are left out.

What goward does not get right stands in types_ledger.txt, "FILE:LINE reason"; any other miss fails, and so does a line
of the ledger that is right by now. `types_testdata.py --reader` asks go/types itself instead, about which
nothing may be missed: that proves the reading of the annotations. Of older Gos, whose language goward checks and many of whose
messages are other ones, the share of OLDER must be right, and no more lines than it allows may be wrong for one alone. Those are
errors of recursive types that stand a line apart since 1.26 or 1.23, what -gotypesalias and -goexperiment ask for, sizes that only
go/types of 1.21 had, and iterators with a bool of their own, at which the compiler of 1.23 breaks down.
"""
import os
import pathlib
import re
import sys
import tempfile

HERE = pathlib.Path(__file__).resolve().parent
sys.path[:0] = [str(HERE), str(HERE.parent / "lib")]
import gotypes  # noqa: E402
from doctor import fetch  # noqa: E402

DRIVER = pathlib.Path(os.environ.get("TEST_BUILD", "build-check/release")) / "oracle.types_driver"
LEDGER = HERE / "types_ledger.txt"
NEWEST = "1.27.4"
OLDER = {"1.26.8": (0.99, 4), "1.25.11": (0.98, 18), "1.23.12": (0.95, 28), "1.22.12": (0.95, 45), "1.21.13": (0.93, 20)}
FOLDERS = ["internal/types/testdata/check", "internal/types/testdata/spec", "internal/types/testdata/examples",
           "internal/types/testdata/fixedbugs", "go/types/testdata/local"]
MIN_ANNOTATIONS = 3000  # fewer means that the search is wrong

OPERATORS = ["&^=", "<<=", ">>=", "...", "&^", "<<", ">>", "&&", "||", "<-", "++", "--", "==", "!=", "<=", ">=", ":=",
             "+=", "-=", "*=", "/=", "%=", "&=", "|=", "^="]
# What go/scanner takes for one token, as far as it matters where the next one begins.
TOKEN = re.compile("|".join(f"(?P<{name}>{rule})" for name, rule in [
    ("space", r"[ \t\r\n]+"),
    ("line", r"//[^\n]*"),
    ("block", r"/\*(?s:.*?)(?:\*/|\Z)"),
    ("raw", r"`[^`]*`?"),
    ("string", r'"(?:\\.|[^"\\\n])*"?'),
    ("rune", r"'(?:\\.|[^'\\\n])*'?"),
    ("number", r"\.?[0-9](?:[eEpP][+-]|[0-9a-zA-Z_.])*"),
    ("name", r"[^\W\d]\w*"),
    ("operator", "|".join(map(re.escape, OPERATORS))),
    ("other", r"(?s:.)"),
]).encode().decode())
HEX_NUMBER = re.compile(r"0[xX][0-9a-fA-F_.]*(?:[pP][+-]?[0-9_]*)?i?|[0-9.](?:[eE][+-]|[0-9a-zA-Z_.])*")


class Annotation:
    def __init__(self, line, column, kind, pattern):
        self.line, self.column, self.kind, self.pattern = line, column, kind, pattern
        self.text = unquoted(pattern)

    def takes(self, message):
        return self.text in message if self.kind == "ERROR" else re.search(self.text, message) is not None


def unquoted(pattern):
    """A string of Go."""
    if pattern[:1] == "`" and pattern[-1:] == "`":
        return pattern[1:-1].replace("\r", "")
    if len(pattern) < 2 or pattern[0] != '"' or pattern[-1] != '"':
        raise ValueError(f"no string of Go: {pattern}")
    simple = {"a": "\a", "b": "\b", "f": "\f", "n": "\n", "r": "\r", "t": "\t", "v": "\v", "\\": "\\", '"': '"'}

    def one(m):
        code = m[1]
        if code in simple:
            return simple[code]
        return chr(int(code, 8)) if code[0].isdigit() else chr(int(code[1:], 16))

    return re.sub(r"\\([abfnrtv\\\"]|x[0-9a-fA-F]{2}|u[0-9a-fA-F]{4}|U[0-9a-fA-F]{8}|[0-7]{3})", one, pattern[1:-1])


def tokens(text):
    """(kind, text, offset) of everything but white space."""
    at = 0
    while at < len(text):
        m = TOKEN.match(text, at)
        kind, end = m.lastgroup, m.end()
        if kind == "number":
            end = HEX_NUMBER.match(text, at).end()
        if kind != "space":
            yield kind, text[at:end], at
        at = end


def annotations(text):
    """{line: [Annotation]} of a file, in the order of the source."""
    starts = [0] + [m.end() for m in re.finditer("\n", text)]
    found, line, column, at_line = {}, 0, 0, 0
    for kind, token, offset in tokens(text):
        while at_line + 1 < len(starts) and starts[at_line + 1] <= offset:
            at_line += 1
        if kind not in ("line", "block"):
            line, column = at_line + 1, len(text[starts[at_line]:offset].encode()) + 1
            continue
        m = re.match(r" (ERRORx?) (.*)", token[2:].removesuffix("*/") if kind == "block" else token[2:], re.S)
        if m:
            found.setdefault(line, []).append(Annotation(line, column, m[1], m[2].strip()))
    return found


# --- Packages -------------------------------------------------------------------------------------

def minor_of(version):
    return int(version.split(".")[1])


def holds(expression, minor):
    """A build line of linux/amd64 with the release tags of Go 1.minor; no other tag holds."""
    def tag(m):
        release = re.fullmatch(r"go1\.(\d+)", m[0])
        return str(m[0] in ("linux", "amd64") or bool(release and int(release[1]) <= minor))

    python = re.sub(r"[\w.]+", tag, expression)
    python = python.replace("&&", " and ").replace("||", " or ").replace("!", " not ")
    return eval(python, {"__builtins__": {}})  # nothing but True, False and operators is left


def is_tested(text, minor):
    for line in text.split("\n"):
        if line.startswith("package "):
            return True
        m = re.match(r"//go:build\s+(.*)", line.strip())
        if m:
            return holds(m[1], minor)
    return True


def flags(text):
    """Of the first line: {"lang": ..., "fakeImportC": True, ...}"""
    first = text.split("\n", 1)[0]
    if not re.match(r"//\s*-", first):
        return {}
    found = {}
    for word in first[2:].split():
        name, equal, value = word.lstrip("-").partition("=")
        found[name] = value if equal else True
    unknown = set(found) - {"lang", "goexperiment", "fakeImportC", "gotypesalias"}
    if unknown:
        raise ValueError(f"flags that nobody here knows: {unknown}")
    return found


class Case:
    def __init__(self, src, paths, minor):
        texts = {p: p.read_bytes().decode("utf-8", "surrogateescape") for p in paths}
        self.files = [p for p in paths if is_tested(texts[p], minor)]
        self.name = str((paths[0] if len(paths) == 1 else paths[0].parent).relative_to(src))
        self.wanted = {str(p): annotations(texts[p]) for p in self.files}
        asked = flags(texts[self.files[0]]) if self.files else {}
        self.package = gotypes.Package(self.name, self.files, lang=asked.get("lang", ""),
                                       takes_c=bool(asked.get("fakeImportC")))

    def count(self):
        return sum(len(a) for lines in self.wanted.values() for a in lines.values())

    def moved(self, errors):
        """How many lines are wrong for one alone."""
        wanted = {(file, line) for file, lines in self.wanted.items() for line in lines}
        return len(wanted ^ {(e.file, e.line) for e in errors})

    def misses(self, errors):
        """[(file, line, why)]: what testFiles of go/types would complain of."""
        left = {file: {line: list(a) for line, a in lines.items()} for file, lines in self.wanted.items()}
        found = []
        for e in errors:
            here = left.get(e.file, {}).get(e.line, [])
            fits = [a for a in here if a.takes(e.message)]
            if not fits:
                found.append((e.file, e.line, f"{e.column}: no error expected: {e.message!r}"))
                continue
            best = min(fits, key=lambda a: abs(a.column - e.column))
            if best.column != e.column:
                found.append((e.file, e.line, f"{e.column}: the column should be {best.column}: {e.message!r}"))
            here.remove(best)
        found += [(file, line, f"{a.column}: not reported: {a.kind} {a.pattern}")
                  for file, lines in left.items() for line, rest in lines.items() for a in rest]
        return found


def cases(root, minor):
    src = root / "src"
    for folder in (f for f in FOLDERS if (src / f).is_dir()):
        for path in sorted((src / folder).iterdir()):
            case = Case(src, sorted(path.iterdir()) if path.is_dir() else [path], minor)
            if case.files:
                yield case


# --- The ledger -----------------------------------------------------------------------------------

def ledger():
    """{"file:line": reason}"""
    lines = LEDGER.read_text().splitlines() if LEDGER.exists() else []
    found = {}
    for line in lines:
        if line.strip() and not line.startswith("#"):
            place, _, reason = line.partition(" ")
            if not reason.strip() or place in found:
                raise ValueError(f"{LEDGER.name}: {line!r} has no reason, or stands there twice")
            found[place] = reason.strip()
    return found


def judge(root, version, known, reader=None):
    """(annotations, misses that are new, misses that are known, lines of the ledger that are right by now, lines that are
    wrong for one alone)"""
    src, every = root / "src", list(cases(root, minor_of(version)))
    packages, env = [c.package for c in every], gotypes.environment(root, pathlib.Path("/nonexistent"))
    if reader is None:
        answers = gotypes.ask_driver([DRIVER, root, "-tests"], packages, env)
    else:
        answers = gotypes.ask([reader, root, "-tests"], packages, env)
    missed, new, moved = {}, [], 0
    for case in every:
        answer = answers.get(case.name, gotypes.Answer([], []))
        moved += case.moved(answer.errors)
        for file, line, why in case.misses(answer.errors):
            path = pathlib.Path(file)
            name = str(path.relative_to(src)) if path.is_relative_to(src) else file
            missed.setdefault(f"{name}:{line}", []).append(why)
    for place, reasons in sorted(missed.items()):
        if place not in known:
            new += [f"{place}:{why}" for why in reasons]
    return (sum(c.count() for c in every), new, [p for p in missed if p in known],
            sorted(p for p in known if p not in missed), moved)


def look_at_older():
    """(passed, failed, skipped) of the older Gos: one for each."""
    passed = failed = skipped = 0
    for version, (share, max_moved) in OLDER.items():
        root = fetch(version)
        if root is None:
            skipped += 1
            continue
        n, new, _, _, moved = judge(root, version, {})
        missed = sum("no error expected" not in miss for miss in new)
        is_good = missed <= (1 - share) * n and moved <= max_moved
        passed, failed = passed + is_good, failed + (not is_good)
        print(f"{'' if is_good else 'FAILED: '}Go {version}: {n - missed} of {n} annotations, {len(new) - missed} errors too many, "
              f"{moved} lines wrong for one alone")
    return passed, failed, skipped


def main(args):
    root = fetch(NEWEST)
    if root is None:
        print(f"0 passed, 0 failed, 1 skipped (Go {NEWEST} cannot be had)")
        return 0
    with tempfile.TemporaryDirectory() as tmp:
        is_reader = "--reader" in args
        reader = gotypes.go_program(root, pathlib.Path(tmp)) if is_reader else None
        known = {} if is_reader else ledger()
        n, new, old, healed, _ = judge(root, NEWEST, known, reader)
    for miss in new:
        print(f"FAILED: {miss}")
    for place in healed:
        print(f"FAILED: {place} is right by now: {known[place]}")
    passed, failed, skipped = (0, 0, 0) if is_reader else look_at_older()
    wrong = len(new) + len(healed) + (n < MIN_ANNOTATIONS) + failed
    print(f"{n} annotations, {len(new)} missed, {len(old)} known to be missed")
    print(f"{max(n - len(new) - len(old), 0) + passed} passed, {wrong} failed, {len(old) + skipped} skipped")
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
