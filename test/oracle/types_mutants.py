#!/usr/bin/env python3
"""Does goward say of programs that are slightly wrong what go/types says of them?

Files of the standard library, of GOROOT/test/typeparam and of go/types' own testdata are changed at one place each, by a
generator that TEST_SEED starts: a name, type, operator or literal is another one, an argument, statement, import,
result or bracket is gone or stands there twice, an expression or statement of the file stands in place of another.
Each mutant is a package of its own, with the other files of its package as they are; both checkers get the same files.
They must agree whether it is right, and on the places of all errors, and mostly on each word (MIN_SAME). What go/types
says depends on the order of Go's maps in a few places: where two runs of it differ, nothing is judged.

types_mutants.py [--keep DIR] [COUNT]: the mutants stay in DIR. A soak makes thousands.
"""
import collections
import os
import pathlib
import random
import re
import subprocess
import sys
import tempfile

HERE = pathlib.Path(__file__).resolve().parent
sys.path[:0] = [str(HERE), str(HERE.parent / "lib")]
import gotypes  # noqa: E402
from doctor import fetch  # noqa: E402
from types_testdata import FOLDERS, holds, minor_of, tokens  # noqa: E402

DRIVER = pathlib.Path(os.environ.get("TEST_BUILD", "build-check/release")) / "oracle.types_driver"
NEWEST = "1.27.4"
COUNT = 8000 if os.environ.get("TEST_SOAK") else 600
SHARES = {"std": 4, "testdata": 3, "typeparam": 1}
MAX_BYTES = 80_000  # of a package: larger ones cost more than they tell
PER_PACKAGE = 8  # mutants of one package of std: its imports are loaded once
BATCH = 200
SECONDS = 20  # for the first mutants of a batch; the imports of all are read once
MIN_SAME = 0.98  # share of mutants whose errors are the same to the word
SHOWN = 30

KEYWORDS = set("break case chan const continue default defer else fallthrough for func go goto if import interface map "
               "package range return select struct switch type var".split())
BASICS = ["int", "int8", "uint", "uint16", "int64", "uintptr", "float64", "complex128", "string", "bool", "byte", "rune",
          "error", "any", "comparable", "[]int", "*int", "map[string]int", "func()", "chan int", "struct{}", "[2]string"]
OPERATORS = ["+", "-", "*", "/", "%", "&", "|", "^", "<<", ">>", "&^", "&&", "||", "==", "!=", "<", "<=", ">", ">="]
ASSIGNING = ["=", ":=", "+=", "-=", "<<=", "&^=", "%="]
LITERALS = ["0", "1", "-1", "1.5", '"s"', "'r'", "1i", "nil", "true", "1e100", "1<<70", "300", "iota", "[]int{1}", "struct{}{}",
            "func() {}", "new(int)", "len(\"s\")", "(1)", "x", "_", "int", "1/0", "map[string]int{\"a\": 1, \"a\": 2}"]
STATEMENTS = ["var unused int", "unused := 1", "return", "return 1", "break", "continue", "goto L", "L:", "break L", "_ = nil",
              "fallthrough", "1 + 1", "len(\"x\")", "go f", "defer recover()", "for i := range 10 { _ = i }",
              "for i := range 1.5 { _ = i }", "switch 1 { case 1, 1: }", "switch x := any(1).(type) { case int: }",
              "var e error; _ = e.(int)", "select { case 1: }", "const c = 1 << 1000", "var a [-1]int; _ = a",
              "type T struct { T }", "type T[P any] []P; var _ T", "_ = T[int]{}", "x, y := 1", "var f func(); _ = f == f",
              "for { }", "panic(1)", "if x := 1; x {}", "nil := 1", "_ = append(1)", "_ = copy", "make([]int)", "var _ = _",
              "func() int { }()", "func(p ...int) {}([]int{}...)", "_ = [...]int{5: 1, 5: 2}", "_ = struct{a int}{b: 1}"]


class Source:
    """The tokens of a file: [kind, text, offset]."""

    def __init__(self, text):
        self.text = text
        self.tokens = [t for t in tokens(text) if t[0] not in ("line", "block")]
        self.words = [t[1] for t in self.tokens]
        self.names = sorted({w for k, w, _ in self.tokens if k == "name" and w not in KEYWORDS})
        self.match = self.brackets()
        self.body = next((i for i, w in enumerate(self.words) if w in ("const", "type", "var", "func")), 0)
        self.lines = self.statements()

    def brackets(self):
        found, opened = {}, []
        for i, (kind, word, _) in enumerate(self.tokens):
            if kind == "other" and word in "([{":
                opened.append(i)
            elif kind == "other" and word in ")]}" and opened:
                found[opened.pop()] = i
        return found

    def span(self, first, last):
        """Offsets of the tokens first to last."""
        return self.tokens[first][2], self.tokens[last][2] + len(self.words[last])

    def statements(self):
        """Offsets of the lines that stand alone: their brackets match, and none leads to another line."""
        found, at = [], 0
        start = self.tokens[self.body][2] if self.tokens else 0
        for line in self.text.split("\n"):
            begin, at = at, at + len(line) + 1
            bare = line.split("//")[0].strip()
            if begin >= start and line[:1] == "\t" and bare and not bare.startswith(("case ", "default:", "}")) \
                    and all(bare.count(a) == bare.count(b) for a, b in ["()", "[]", "{}"]) \
                    and bare.count("`") % 2 == 0 and bare[-1] not in ",+-*/|&(.":
                found.append((begin, begin + len(line)))
        return found


class Mutator:
    """Ways to change a source. Each gives (first offset, end offset, text) or None."""

    def __init__(self, source, rng):
        self.s, self.rng = source, rng

    def pick(self, accepts, first=None):
        first = self.s.body if first is None else first
        fits = [i for i in range(first, len(self.s.tokens)) if accepts(i)]
        return self.rng.choice(fits) if fits else None

    def replace(self, accepts, choices, first=None):
        i = self.pick(accepts, first)
        if i is None or not choices:
            return None
        return (*self.s.span(i, i), self.rng.choice(choices))

    def is_name(self, i):
        return self.s.tokens[i][0] == "name" and self.s.words[i] not in KEYWORDS

    def name_is_other(self):
        return self.replace(self.is_name, self.s.names)

    def name_is_misspelt(self):
        return self.replace(self.is_name, ["misspelt", "_", "init", "main", "nil", "Misspelt"])

    def selected_is_other(self):
        return self.replace(lambda i: self.is_name(i) and self.s.words[i - 1] == ".", self.s.names)

    def type_is_other(self):
        return self.replace(lambda i: self.s.words[i] in BASICS, BASICS)

    def name_is_type(self):
        return self.replace(self.is_name, BASICS)

    def operator_is_other(self):
        return self.replace(lambda i: self.s.words[i] in OPERATORS, OPERATORS)

    def assignment_is_other(self):
        return self.replace(lambda i: self.s.words[i] in ASSIGNING, ASSIGNING)

    def literal_is_other(self):
        return self.replace(lambda i: self.s.tokens[i][0] in ("number", "string", "rune"), LITERALS)

    def name_is_literal(self):
        return self.replace(self.is_name, LITERALS)

    def keyword_is_other(self):
        return self.replace(lambda i: self.s.words[i] in ("break", "continue", "fallthrough", "var", "const", "struct", "interface"),
                            ["break", "continue", "fallthrough", "var", "const", "struct", "interface"])

    def token_is_gone(self):
        return self.replace(lambda i: self.s.words[i] in ("*", "&", "!", "~", "...", "<-", ":", "-", "chan", "range", "goto", "defer"), [""])

    def token_is_new(self):
        i = self.pick(self.is_name)
        return None if i is None else (*[self.s.tokens[i][2]] * 2, self.rng.choice(["*", "&", "-", "!", "<-", "[]", "...", "~", "func() "]))

    def suffix_is_new(self):
        i = self.pick(self.is_name)
        new = ["()", "[0]", ".x", "(1)", "[int]", ".(int)", "[:]", "{}", "++", "...", ".String()", "[1:2:1]", ".(type)"]
        return None if i is None else (*[self.s.span(i, i)[1]] * 2, self.rng.choice(new))

    def import_is_gone(self):
        return self.replace(lambda i: self.s.tokens[i][0] == "string" and i < self.s.body, ['""', '"fmt"', '"no/such"', '"unsafe"'], 0)

    def import_is_renamed(self):
        i = self.pick(lambda i: self.s.tokens[i][0] == "string" and i < self.s.body, 0)
        return None if i is None else (*[self.s.tokens[i][2]] * 2, self.rng.choice([". ", "_ ", "other ", "init "]))

    def bracket(self, open_with):
        i = self.pick(lambda i: self.s.words[i] in open_with and i in self.s.match)
        return (None, None) if i is None else (i, self.s.match[i])

    def bracket_is_gone(self):
        first, last = self.bracket("([")
        return None if first is None else (*self.s.span(first, last), "")

    def contents_are_gone(self):
        first, last = self.bracket("([{")
        return None if first is None else (self.s.span(first, first)[1], self.s.tokens[last][2], "")

    def parts(self):
        """Those between the commas of a bracket, as offsets."""
        first, last = self.bracket("([{")
        if first is None or last - first < 2:
            return []
        found, at, i = [], self.s.span(first, first)[1], first + 1
        while i < last:
            if self.s.words[i] == ",":
                found, at = found + [(at, self.s.tokens[i][2])], self.s.span(i, i)[1]
            i = self.s.match.get(i, i) + 1
        return found + [(at, self.s.tokens[last][2])]

    def part_is_gone(self):
        parts = self.parts()
        if not parts:
            return None
        k = self.rng.randrange(len(parts))
        return (parts[k][0], parts[min(k + 1, len(parts) - 1)][0] if k + 1 < len(parts) else parts[k][1], "")

    def part_is_double(self):
        parts = self.parts()
        if not parts:
            return None
        first, end = self.rng.choice(parts)
        return (end, end, "," + self.s.text[first:end])

    def part_is_literal(self):
        parts = self.parts()
        return (*self.rng.choice(parts), " " + self.rng.choice(LITERALS)) if parts else None

    def part_is_other(self):
        parts, others = self.parts(), self.parts()
        if not parts or not others:
            return None
        first, end = self.rng.choice(others)
        return (*self.rng.choice(parts), " " + self.s.text[first:end].strip())

    def parts_are_swapped(self):
        parts = self.parts()
        if len(parts) < 2:
            return None
        k = self.rng.randrange(len(parts) - 1)
        (a, b), (c, d) = parts[k], parts[k + 1]
        return (a, d, f"{self.s.text[c:d]},{self.s.text[a:b]}")

    def line(self):
        return self.rng.choice(self.s.lines) if self.s.lines else None

    def line_is_gone(self):
        line = self.line()
        return (*line, "") if line else None

    def line_is_double(self):
        line = self.line()
        return (line[1], line[1], "\n" + self.s.text[line[0]:line[1]]) if line else None

    def line_is_elsewhere(self):
        line, other = self.line(), self.line()
        return (other[1], other[1], "\n" + self.s.text[line[0]:line[1]]) if line else None

    def line_is_other(self):
        line, other = self.line(), self.line()
        return (*other, self.s.text[line[0]:line[1]]) if line else None

    def statement_is_new(self):
        line = self.line()
        return (line[1], line[1], "\n\t" + self.rng.choice(STATEMENTS)) if line else None

    def result_is_gone(self):
        i = self.pick(lambda i: self.s.words[i] == "return")
        if i is None:
            return None
        end = self.s.text.find("\n", self.s.tokens[i][2])
        return (self.s.span(i, i)[1], end, "") if end > 0 else None

    def declaration_is_double(self):
        starts = [m.start() for m in re.finditer(r"(?m)^(?:func|type|var|const) ", self.s.text)]
        if not starts:
            return None
        at = self.rng.choice(starts)
        end = min([s for s in starts if s > at], default=len(self.s.text))
        return (end, end, "\n" + self.s.text[at:end])

    def declaration_is_gone(self):
        change = self.declaration_is_double()
        return (change[0] - len(change[2]) + 1, change[0], "") if change else None


WAYS = [name for name in vars(Mutator) if "_is_" in name and name != "is_name" or "_are_" in name]

Mutant = collections.namedtuple("Mutant", "package what")


def mutate(source, rng):
    """(text, what was done)"""
    while True:
        way = rng.choice(WAYS)
        change = getattr(Mutator(source, rng), way)()
        if change is None:
            continue
        first, end, text = change
        if source.text[first:end] != text:
            line = source.text.count("\n", 0, first) + 1
            return source.text[:first] + text + source.text[end:], f"{line}: {way}: {source.text[first:end]!r:.60} -> {text!r:.60}"


class Base:
    """A package that mutants are made of: {path: text}."""

    def __init__(self, name, files, lang):
        self.name, self.files, self.lang = name, files, lang
        self.sources = {}

    def mutant(self, n, folder, rng):
        path = rng.choice(list(self.files))
        if path not in self.sources:
            self.sources[path] = Source(self.files[path])
        text, what = mutate(self.sources[path], rng)
        copy = folder / f"m{n}_{path.name}"
        copy.write_bytes(text.encode("utf-8", "surrogateescape"))
        files = [copy if p == path else p for p in self.files]
        return Mutant(gotypes.Package(f"mutant {n}", files, path=self.name, lang=self.lang), f"{copy} of {path}:{what}")


def read(path):
    return path.read_bytes().decode("utf-8", "surrogateescape")


def is_built(path, text, minor):
    words = path.stem.split("_")[1:]
    systems = {"test", "windows", "darwin", "plan9", "js", "wasm", "arm64", "386", "arm", "freebsd", "netbsd", "openbsd", "solaris",
               "aix", "wasip1", "ppc64x", "s390x", "riscv64", "loong64", "mips64x", "mipsx", "android", "ios", "illumos",
               "dragonfly", "ppc64", "ppc64le", "mips", "mipsle", "mips64", "mips64le"}
    if systems & set(words):
        return False
    m = re.search(r"(?m)^//go:build\s+(.*)", text.split("\npackage ")[0])
    return not m or ("goexperiment" not in m[1] and holds(re.sub(r"\b(unix|gc)\b", "linux", m[1]), minor))


def std_bases(root, minor, rng):
    """Packages of std: small, with what they import found in GOROOT by its path alone."""
    src = root / "src"
    folders = sorted({p.parent for p in src.rglob("*.go")} - {src})
    rng.shuffle(folders)
    for folder in folders:
        name = str(folder.relative_to(src))
        if re.search(r"(^|/)(testdata|vendor|cmd|builtin|cgo|_\w+)(/|$)", name):
            continue
        files = {p: read(p) for p in sorted(folder.glob("*.go")) if not p.name.endswith("_test.go")}
        files = {p: t for p, t in files.items() if is_built(p, t, minor)}
        text = "".join(files.values())
        if files and len(text) < MAX_BYTES and not re.search(r'"(golang\.org/|C")', text):
            yield Base(name, files, f"go1.{minor}")


def single_bases(paths, minor, rng):
    paths = sorted(p for p in paths if p.is_file() and p.suffix == ".go")
    rng.shuffle(paths)
    for path in paths:
        text = read(path)
        lang = re.match(r"// -lang=(go1\.\d+)", text)
        if "import \"C\"" not in text and len(text) > 100 and "\npackage " in "\n" + text:
            yield Base(path.stem, {path: text}, lang[1] if lang else f"go1.{minor}")


def mutants(root, minor, count, folder, rng):
    """As many as that, of all kinds."""
    kinds = {"std": list(std_bases(root, minor, rng)),
             "testdata": list(single_bases([p for f in FOLDERS for p in (root / "src" / f).iterdir()], minor, rng)),
             "typeparam": list(single_bases((distribution() / "test/typeparam").glob("*.go"), minor, rng))}
    found = []
    for kind, share in SHARES.items():
        n = count * share // sum(SHARES.values())
        bases = kinds[kind]
        per = max(PER_PACKAGE, n // max(len(bases), 1) + 1) if kind == "std" else max(1, n // max(len(bases), 1) + 1)
        made = [base for base in bases for _ in range(per)][:n]
        found += [base.mutant(len(found) + i, folder, rng) for i, base in enumerate(made)]
    return found


def distribution():
    """A GOROOT that has test/ in it, or nothing."""
    done = subprocess.run(["go", "env", "GOROOT"], capture_output=True, text=True, check=False)
    return pathlib.Path(done.stdout.strip() or "/nonexistent")


def plain(errors):
    """What is compared. Why a package is missing is for those to say who look for it; and goward tells once what go/types
    tells each time that it comes by, as of arguments with an index, which it evaluates twice."""
    told = [(pathlib.Path(e.file).name, e.line, e.column, e.code, re.sub(r"(?s)^(could not import \S+) .*", r"\1", e.message))
            for e in errors]
    return list(dict.fromkeys(told))


def ask_go(program, packages, env):
    """What go/types says. It loops forever on a few mutants, and panics on others: those it has no answer for."""
    found, waiting = {}, list(packages)
    while waiting:
        try:
            found.update(gotypes.ask([program, "-source", "-arch", "amd64"], waiting, env, timeout=SECONDS + len(waiting) // 10))
            break
        except subprocess.TimeoutExpired as e:
            text = e.stdout or b""
            answers = gotypes.answers_of(text if isinstance(text, str) else text.decode("utf-8", "surrogateescape"))
        except gotypes.Crash as crash:
            answers = crash.answers
        found.update(answers)
        waiting = waiting[len(answers) + 1:]
    return found


class Judge:
    def __init__(self):
        self.n = collections.Counter()
        self.shown = []

    def show(self, kind, mutant, ours, theirs):
        self.n[kind] += 1
        a, b = plain(ours), plain(theirs)
        lines = [f"    goward   {e}" for e in a if e not in b][:3] + [f"    go/types {e}" for e in b if e not in a][:3]
        if not lines:
            lines = [f"    goward   {e}" for e in a][:4] + [f"    go/types {e}" for e in b][:4]
        self.shown.append((kind, "\n".join([f"{kind}: {mutant.what}", *lines])))

    def look(self, mutant, ours, theirs, again):
        n = self.n
        n["all"] += 1
        n["rejected"] += bool(theirs)
        a, b = plain(ours), plain(theirs)
        if b != plain(again):
            n["unsteady"] += 1
        elif any(e.code == 0 for e in theirs):
            n["syntax"] += 1
            if not any(e.code == 0 for e in ours):
                self.show("verdict", mutant, ours, theirs)
        elif bool(ours) != bool(theirs):
            self.show("verdict", mutant, ours, theirs)
        elif a == b:
            n["same"] += 1
        elif ours and sorted(a)[0][:3] != sorted(b)[0][:3]:
            self.show("first place", mutant, ours, theirs)
        elif {e[:4] for e in a} != {e[:4] for e in b}:
            self.show("places", mutant, ours, theirs)
        elif sorted(a) != sorted(b):
            self.show("words", mutant, ours, theirs)
        else:
            self.show("order", mutant, ours, theirs)


def main(args):
    root = fetch(NEWEST)
    if root is None:
        print(f"0 passed, 0 failed, 1 skipped (Go {NEWEST} cannot be had)")
        return 0
    kept = args[args.index("--keep") + 1] if "--keep" in args else None
    count = next((int(a) for a in args if a.isdecimal()), COUNT)
    rng = random.Random(os.environ.get("TEST_SEED", "1"))
    judge = Judge()
    with tempfile.TemporaryDirectory() as tmp:
        folder = pathlib.Path(tmp)
        program, env = gotypes.go_program(root, folder), gotypes.environment(root, folder)
        files = pathlib.Path(kept) if kept else folder / "mutants"
        files.mkdir(exist_ok=True)
        every = mutants(root, minor_of(NEWEST), count, files, rng)
        for at in range(0, len(every), BATCH):
            part = every[at:at + BATCH]
            packages = [m.package for m in part]
            ours = gotypes.ask_driver([DRIVER, root, "-source"], packages, env)
            theirs = ask_go(program, packages, env)
            part = [m for m in part if m.package.name in theirs]
            judge.n["unanswered"] += len(packages) - len(part)
            doubted = [m.package for m in part if plain(ours[m.package.name].errors) != plain(theirs[m.package.name].errors)]
            again = ask_go(program, doubted, env)
            for m in part:
                name = m.package.name
                judge.look(m, ours[name].errors, theirs[name].errors, again.get(name, theirs[name]).errors)
    for _, text in sorted(judge.shown, key=lambda s: ["verdict", "first place", "places", "words", "order"].index(s[0]))[:None if kept else SHOWN]:
        print(f"FAILED: {text}")
    n = judge.n
    print(", ".join(f"{what} {n[what]}" for what in ["all", "rejected", "syntax", "same", "verdict", "first place", "places", "words", "order",
                                                     "unsteady", "unanswered"]))
    wrong = n["verdict"] + n["first place"]
    judged = n["all"] - n["syntax"] - n["unsteady"]
    wrong += n["same"] < MIN_SAME * judged
    print(f"{n['all'] - wrong} passed, {wrong} failed, 0 skipped")
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
