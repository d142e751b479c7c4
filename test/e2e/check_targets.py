#!/usr/bin/env python3
"""goward check for several targets: what it says of each is what it says of that one alone.

Modules are made at random (TEST_SEED): a package whose declarations differ from system to system in all ways that another
package can notice, or cannot; others that hand them on; and many small ones that each make use of something. Last line
"N passed, N failed, N skipped".
"""
import collections
import json
import os
import pathlib
import random
import shutil
import sys
import tempfile

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent))
import check as one  # noqa: E402

TARGETS = ("linux/amd64", "linux/386", "windows/amd64", "darwin/arm64", "plan9/386", "freebsd/amd64")
SYSTEMS = ("linux", "windows", "darwin", "plan9", "freebsd")
N_MODULES = 60 if os.environ.get("TEST_SOAK") else 8
N_TYPES, N_USERS = 6, 150
N_ROUNDS = 4  # in which base and mid lose what is wrong in them
N_WRONG = 6  # users that stay though no target takes them

TYPES = (
    "int", "string", "func()", "[4]int", "[N]int", "*int", "[]{t}", "map[string]{t}", "chan {t}", "{t}", "*{t}", "func({t}) {t}",
    "struct{{ A int; b string }}", "struct{{ A int; b []int }}", "struct{{ A string; b {t} }}", "struct{{ A {t}; b *{t} }}",
    "struct{{ {t} }}", "struct{{ *{t}; A int }}", "struct{{ inner }}", "struct{{ *inner }}", "struct{{ *inner; b int }}",
    "interface{{ M() }}", "interface{{ M() {t} }}", "struct{{ A [2]{t}; b func() }}", "Pair[{t}]", "struct{{ b Pair[{t}] }}",
    "struct{{ b [2]*{t}; c map[int]{t} }}", "interface{{ ~int | ~string }}", "struct{{ A, b int `tag` }}",
)
INNER = ("struct{ A int; b string }", "struct{ b []int }", "struct{ deep }", "struct{ *deep; b int }", "struct{ Q string; b func() }")
DEEP = ("struct{ Z int }", "struct{ z int }", "struct{ Z, z string }", "struct{ z func() }")
METHODS = ("M()", "M() int", "m()", "m() T0", "N() T1", "N(x T0) T2", "Self() T3")
CONSTS = ("1", "2", "3 << 2", "\"x\"", "len(\"four\")", "iota + 1", "1.5", "N0 + 1", "unsafe.Sizeof(T0_)", "1 << 40")
FUNCS = ("() {t}", "(x int) {t}", "(x {t})", "(x ...{t}) (int, {t})", "[X any](x X) {t}", "[X comparable](x X) X", "() (int, error)")
USES = (
    "var _ = {v}", "var _ = {v}.A", "var _ = {v}.Z", "var _ = {v}.b", "func _() {{ {v}.M() }}", "var _ interface{{ M() }} = {v}", "var _ = {v} == {v}",
    "var _ map[{t}]int", "var _ = {t}{{}}", "var _ = {t}{{A: 1}}", "var _ = {f}()", "var _ = {f}(1)", "var _, _ = {f}()", "var _ int = {v}",
    "var _ [{c}]int = [1]int{{}}", "var _ = [unsafe.Sizeof({v})]int{{31: 1}}", "func _() {{ for range {v} {{ }} }}", "var _ = {v}.N().A",
    "func _() {{ switch {c} {{ case 1, 4: }} }}", "var _ = {t}({u}{{}})", "var _ {t} = {w}", "var _ = {v}.Self().M", "type _ struct {{ {t} }}",
    "type own struct {{ {t} }}\n\nvar _ = own{{}}.A", "type own struct {{ *{t} }}\n\nvar _ interface{{ M() }} = own{{}}", "var _ = unsafe.Offsetof({v}.A)",
    "func _[P {t}](p P) {{ var _ int = int(p) }}", "var _ = comparable1[{t}]()", "func _() {{ var x {t} = {v}; x.A++ }}", "var _ uint8 = {c}",
    "var _ = [...]int{{{c}: 1, {d}: 2}}", "var _ = append([]{t}{{}}, {v})", "func _() {{ {v}, _ := {v}.(interface{{ N() }}) }}", "var _ = len({v})",
    "var _ = {pkg}.Pair[{t}]{{}}.First.A", "func _() (x {t}) {{ return {f}[int](1) }}", "var _ func() {t} = {f}", "var _ = {v}.T0.A",
)


# What a use can see of what differs: the declarations of base on Linux, where the use is right, those on Windows, where it
# is not, the package mid, if there is one between them, and the use.
SEEN = {
    "a name that is gone": ("func F() {}", "", "", "func _() { base.F() }"),
    "a type of a result": ("func F() (x int) { return }", "func F() (x string) { return }", "", "var _ int = base.F()"),
    "a field": ("type T struct{ A int }", "type T struct{ B int }", "", "var _ = base.T{A: 1}"),
    "a method": ("type T int\nfunc (T) M() {}", "type T int", "", "var _ interface{ M() } = base.T(0)"),
    "a method's type": ("type T int\nfunc (T) M() {}", "type T int\nfunc (T) M(int) {}", "", "func _(t base.T) { t.M() }"),
    "a method's receiver": ("type T int\nfunc (T) M() {}", "type T int\nfunc (*T) M() {}", "", "var _ interface{ M() } = base.T(0)"),
    "a method by an alias": ("type T int\ntype A = T\nfunc (A) M() {}", "type T int\ntype A = int\nfunc M() {}", "", "func _(t base.T) { t.M() }"),
    "a hidden method": ("type I interface{ m() }\ntype T int\nfunc (T) m() {}", "type I interface{ m() }\ntype T int", "", "var _ base.I = base.T(0)"),
    "a hidden method's type": ("type I interface{ m(int) }\ntype T int\nfunc (T) m(int) {}", "type I interface{ m(int) }\ntype T int\nfunc (T) m() {}", "",
                               "var _ base.I = base.T(0)"),
    "a hidden method that a parameter asks for": ("func F(interface{ m() }) {}\ntype T int\nfunc (T) m() {}", "func F(interface{ m() }) {}\ntype T int", "",
                                                  "func _(t base.T) { base.F(t) }"),
    "a hidden method that a method asks for": ("type U int\nfunc (U) F(interface{ m() }) {}\ntype T int\nfunc (T) m() {}",
                                               "type U int\nfunc (U) F(interface{ m() }) {}\ntype T int", "", "func _(t base.T, u base.U) { u.F(t) }"),
    "a hidden method that a constraint asks for": ("func F[X interface{ m() }](X) {}\ntype T int\nfunc (T) m() {}",
                                                   "func F[X interface{ m() }](X) {}\ntype T int", "", "func _(t base.T) { base.F(t) }"),
    "a hidden method that a value asks for": ("var V = func(interface{ m() }) {}\ntype T int\nfunc (T) m() {}",
                                              "var V = func(interface{ m() }) {}\ntype T int", "", "func _(t base.T) { base.V(t) }"),
    "a hidden method by another package": ("type I interface{ m() }\ntype T int\nfunc (T) m() {}", "type I interface{ m() }\ntype T int",
                                           "type I interface{ base.I }\n\ntype T struct{ *base.T }", "var _ mid.I = mid.T{}"),
    "a hidden method behind a pointer": ("type I interface{ m() }\ntype t int\nfunc (*t) m() {}\ntype T struct{ *t }",
                                         "type I interface{ m() }\ntype t int\ntype T struct{ *t }", "", "var _ base.I = base.T{}"),
    "a variable that is a constant elsewhere": ("const N = 3", "var N = 3", "", "var _ [base.N]int"),
    "a variable with a type that is a constant elsewhere": ("const N int = 3", "var N int = 3", "", "func _() { switch base.N { case 1 / base.N: } }\n\nvar _ [base.N]int"),
    "the type of a constant in a condition": ("const N string = \"a\"", "const N int = 1", "", "func _() { if base.N == \"a\" { } }"),
    "the type of a constant in a switch": ("const N string = \"a\"", "const N int = 1", "", "func _() { switch (base.N) { case \"a\": } }"),
    "the type of a type of a constant": ("type T string\nconst N T = \"a\"", "type T int\nconst N T = 1", "", "func _() { if !(base.N != \"a\") { } }"),
    "a constant in a condition that is a variable": ("const N string = \"a\"", "var N []string", "", "func _() { if true && base.N == \"a\" { } }"),
    "a value without a type in a condition": ("const N = 1", "const N = 'a' + 0.5", "", "func _() { if base.N == 'a' { var x rune = base.N; _ = x } }"),
    "a value that has no type in a condition": ("const N = 1", "const N = \"\"", "", "func _() { if base.N == 1 { } }"),
    "a value in a condition and in another place": ("const N int = 3", "const N int = 4", "", "func _() { if base.N == 3 { _ = [3]int{base.N - 1: 1} } }"),
    "a value that is part of a condition": ("const N int = 3", "const N int = 0", "", "func _() { if 6 / base.N == 2 { } }"),
    "a value that is an index in a condition": ("const N int = 2", "const N int = 4", "", "func _() { if \"abc\"[base.N] == 'c' { } }"),
    "a value in a case": ("const N int = 3", "const N int = 4", "", "func _(x int) { switch x { case 4, base.N: } }"),
    "a value that makes a key": ("const N int = 3", "const N int = 4", "", "var _ = map[bool]int{base.N == 4: 1, true: 2}"),
    "a value": ("const N = 3", "const N = 4", "", "var _ [base.N]int = [3]int{}"),
    "a value behind a value": ("const n = 3\nconst N = n << 1", "const n = 4\nconst N = n << 1", "", "var _ [base.N]int = [6]int{}"),
    "a line above": ("const (\n\tA = iota * 2\n\tB\n)", "const (\n\tA = iota * 3\n\tB\n)", "", "var _ [base.B]int = [2]int{}"),
    "iota": ("const (\n\tA = iota\n\tB\n)", "const (\n\tA = iota\n\t_\n\tB\n)", "", "var _ [base.B]int = [1]int{}"),
    "an inferred type": ("var V = f()\nfunc f() (x int) { return }", "var V = f()\nfunc f() (x string) { return }", "", "var _ int = base.V"),
    "one of two results": ("var _, V = f()\nfunc f() (x int, y string) { return }", "var V, _ = f()\nfunc f() (x int, y string) { return }", "",
                           "var _ string = base.V"),
    "an alias": ("type T = int", "type T int", "", "var _ base.T = *new(int)"),
    "an alias behind a pointer": ("type A = int\ntype T struct{ F *A }", "type A int\ntype T struct{ F *A }", "", "var _ *int = base.T{}.F"),
    "an alias in a hidden pointer": ("type A = int\ntype S struct{ f *A }\ntype T struct{ f *int }", "type A int\ntype S struct{ f *A }\ntype T struct{ f *int }",
                                     "", "var _ = base.T(base.S{})"),
    "a hidden field that cannot be compared": ("type t struct{}\ntype T struct{ f t }", "type t struct{ g func() }\ntype T struct{ f t }", "",
                                               "var _ = base.T{} == base.T{}"),
    "a hidden array": ("type t [2]int\ntype T struct{ f [3]t }", "type t []int\ntype T struct{ f [3]t }", "", "var _ map[base.T]int"),
    "a hidden type argument": ("type t struct{}\ntype P[X any] struct{ x X }\ntype T struct{ f P[t] }",
                               "type t struct{ g []int }\ntype P[X any] struct{ x X }\ntype T struct{ f P[t] }", "", "var _ map[base.T]int"),
    "a size": ("type t int8\ntype T struct{ f t }", "type t int32\ntype T struct{ f t }", "", "var _ [1]int = [unsafe.Sizeof(base.T{})]int{}"),
    "a promoted field": ("type t struct{ A int }\ntype T struct{ t }", "type t struct{ a int }\ntype T struct{ t }", "", "var _ = base.T{}.A"),
    "a field promoted through a pointer": ("type t struct{ A int }\ntype T struct{ *t }", "type t struct{ a int }\ntype T struct{ *t }", "",
                                           "var _ = base.T{}.A"),
    "a method promoted from afar": ("type u int\nfunc (u) M() {}\ntype t struct{ *u }\ntype T struct{ *t }",
                                    "type u int\nfunc (u) m() {}\ntype t struct{ *u }\ntype T struct{ *t }", "", "var _ interface{ M() } = base.T{}"),
    "an ambiguous field": ("type t struct{ A int }\ntype u struct{ B int }\ntype T struct {\n\t*t\n\tu\n}",
                           "type t struct{ A int }\ntype u struct{ A int }\ntype T struct {\n\t*t\n\tu\n}", "", "var _ = base.T{}.A"),
    "the element of a slice": ("type T []u\ntype u struct{ A int }", "type T []u\ntype u struct{ a int }", "", "var _ = base.T{}[0].A"),
    "what a function is given": ("type T func(u)\ntype u struct{ A int }", "type T func(u)\ntype u struct{ a int }", "",
                                 "func _(f base.T) { f(struct{ A int }{}) }"),
    "a constraint": ("func F[X int | string](x X) {}", "func F[X string](x X) {}", "", "func _() { base.F(1) }"),
    "a constraint of a type": ("type C = int\ntype T[X interface{ C | ~string }] struct{}", "type C = uint\ntype T[X interface{ C | ~string }] struct{}", "",
                               "var _ base.T[int]"),
    "an embedded interface": ("type I interface{ j }\ntype j interface{ M() }", "type I interface{ j }\ntype j interface{ N() }", "", "func _(x base.I) { x.M() }"),
    "what another package hands on": ("type T struct{ A int }", "type T struct{ B int }", "type U struct{ base.T }\n\nfunc F() (u []*U) { return }", "var _ = mid.F()[0].A"),
    "an alias of another package": ("type T = int", "type T int", "type U = base.T", "var _ mid.U = *new(int)"),
    "a constant of another package": ("const N = \"x\"", "const N = \"xy\"", "const M = len(base.N)", "var _ [mid.M]int = [1]int{}"),
    "a hidden field of another package": ("type T struct{}", "type T struct{ f func() }", "type U struct{ f [1]base.T }", "var _ = mid.U{} == mid.U{}"),
    "a package's name": ("//name base", "//name other", "", "var _ = base.Always"),
    "a name that is taken in": ("type T int", "type U int", "", "import . \"example.com/m/{top}/base\"\n\nvar _ T"),
    "a word": ("", "", "", "var _ int = 1 << 40"),
}


def declarations(rng, system):
    """What a system declares; with another generator, something else."""
    text = []
    for n in range(N_TYPES):
        sign = " = " if rng.random() < 0.15 and n > 0 else " "
        rest = rng.choice(TYPES).format(t=f"T{rng.randrange(n)}" if n else "int")
        text.append(f"type T{n}{sign}{rest}")
        if sign == " " and not rest.startswith(("*", "interface", "T")):
            text += [f"func ({rng.choice(('', '*'))}T{n}) {m} {{ panic({system!r}) }}".replace("'", '"')
                     for m in dict((m[0], m) for m in rng.sample(METHODS, rng.randint(0, 3))).values()]
        value = rng.choice((f"V{n} T{n}", f"V{n} = new(T{n})", f"V{n} = F{n}", f"V{n} *T{n} = nil", f"V{n} = []T{n}(nil)"))
        text += [f"func F{n}{rng.choice(FUNCS).format(t=f'T{n}')} {{ panic(0) }}", f"var {value}"]
    text += [f"type inner {rng.choice(INNER)}", f"type deep {rng.choice(DEEP)}", "func (inner) M() {}" if rng.random() < 0.5 else "",
             f"func (*deep) {rng.choice(METHODS[:3])} {{ panic(0) }}", "var T0_ T0"]
    text += ["const (", f"\tN0 = {rng.choice(CONSTS[:3])}", *(f"\tN{n} = {rng.choice(CONSTS)}" for n in range(1, 4)), "\tN4", ")"]
    return text


def base(rng, m, top):
    """A package with files for systems that agree in most of what they declare."""
    seed = rng.random()
    for system in SYSTEMS:
        own = random.Random(seed)
        text = declarations(own, system)
        other = declarations(random.Random(rng.random()), system)
        changed = rng.random() < 0.7
        for at in range(min(len(text), len(other))):
            same_name = text[at].split("(")[0].split(" ")[:2] == other[at].split("(")[0].split(" ")[:2]
            if changed and same_name and not text[at].startswith(("const", "func (")) and rng.random() < 0.3:
                text[at] = other[at]
        m[f"{top}/base/base_{system}.go"] = "package base\n\nimport \"unsafe\"\n\nvar _ unsafe.Pointer\n\n" + "\n".join(text) + "\n"
    m[f"{top}/base/base.go"] = "package base\n\ntype Pair[P any] struct{ First, second P }\n\nconst N = N0\n"


def handing_on(rng, m, top):
    """A package that gives what base has in other clothes."""
    text = ["package mid", "", f"import \"example.com/m/{top}/base\"", ""]
    text += ["type Pair[P any] struct{ base.Pair[P] }"]
    for n in range(N_TYPES):
        t = f"base.T{rng.randrange(N_TYPES)}"
        kind = rng.choice((f"type T{n} = {t}", f"type T{n} {t}", f"type T{n} struct{{ {t} }}", f"type T{n} struct{{ A {t}; b *{t} }}",
                           f"type T{n} struct{{ b {t} }}", f"type T{n} struct{{ *{t} }}", f"type T{n} func({t})", f"type T{n} []{t}"))
        text += [kind, rng.choice((f"var V{n} T{n}", f"var V{n} = base.V{n}", f"var V{n} = []T{n}(nil)", f"var V{n} {t}")),
                 rng.choice((f"var F{n} = base.F{n}", f"func F{n}() T{n} {{ panic(0) }}", f"func F{n}() {t} {{ panic(0) }}")),
                 f"const N{n} = base.N{rng.randrange(5)}{rng.choice(('', ' + 1', ' == 1'))}" if n < 5 else ""]
    m[f"{top}/mid/mid.go"] = "\n".join(text) + "\n"


def user(rng, m, top, number):
    at = rng.choice(("base", "mid"))
    uses = [rng.choice(USES).format(t=f"{at}.T{rng.randrange(N_TYPES)}", u=f"base.T{rng.randrange(N_TYPES)}", v=f"{at}.V{rng.randrange(N_TYPES)}",
                                    w=f"mid.V{rng.randrange(N_TYPES)}", f=f"{at}.F{rng.randrange(N_TYPES)}", c=f"{at}.N{rng.randrange(5)}",
                                    d=f"base.N{rng.randrange(5)}", pkg=at) for _ in range(rng.randint(1, 2))]
    uses = list(dict.fromkeys(uses))[:1] if any("own" in use for use in uses) else uses
    dot = rng.random() < 0.2
    body = "\n\n".join(uses)
    if dot:
        body = body.replace(f"{at}.", "")
    paths = [name for name in ("base", "mid") if f"{name}." in body]
    imports = [f"import \"example.com/m/{top}/{name}\"" for name in paths] + [f"import . \"example.com/m/{top}/{at}\""] * dot
    imports += ["import \"unsafe\""] * ("unsafe." in body)
    text = [f"package u{number}", "", *imports, "", "func comparable1[P comparable]() (p P) { return }", "", body, ""]
    m[f"{top}/u{number}/u.go"] = "\n".join(text)


def found(world, targets, top, *more):
    """{(place, message): targets} and the sums."""
    done = world.run("--json", "--no-cache", "--target", ",".join(targets), f"./{top}/...", *more)
    one.check(f"{top}, {targets}: status", done.returncode in (0, 1), done.returncode, done.stderr[:500])
    said = json.loads(done.stdout)
    by_text = collections.defaultdict(set)
    for d in said["diagnostics"]:
        related = tuple((r["file"], r["line"], r["message"]) for r in d["related"])
        by_text[d["file"], d["line"], d["column"], d["code"], d["message"], related] |= set(d["targets"])
    return by_text, said["coverage"]


def lines_off(world, top):
    """Takes the lines that are wrong out of base and mid."""
    for _ in range(N_ROUNDS):
        wrong = collections.defaultdict(set)
        for target in TARGETS:
            for key in found(world, (target,), f"{top}/mid", f"./{top}/base")[0]:
                wrong[key[0]].add(key[1])
        for name, numbers in wrong.items():
            path = world.top / "m" / name
            lines = path.read_text().split("\n")
            path.write_text("\n".join("" if n in numbers and "import" not in line else line for n, line in enumerate(lines, 1)))


def users_off(world, rng, top):
    """Most users that are wrong for all targets go."""
    clean = collections.Counter()
    for target in TARGETS:
        broken = {pathlib.Path(key[0]).parent.name for key in found(world, (target,), top)[0]}
        clean.update(f"u{n}" for n in range(N_USERS) if f"u{n}" not in broken)
    wrong = [f"u{n}" for n in range(N_USERS) if clean[f"u{n}"] == 0]
    for name in rng.sample(wrong, max(0, len(wrong) - N_WRONG)):
        shutil.rmtree(world.top / "m" / top / name)
    return sum(clean.values())


def one_module(world, rng, top):
    lines_off(world, top)
    n_clean = users_off(world, rng, top)
    together, sums = found(world, TARGETS, top)
    apart, sum_apart = collections.defaultdict(set), collections.Counter()
    for target in TARGETS:
        alone, coverage = found(world, (target,), top)
        for key in alone:
            apart[key].add(target)
        sum_apart.update(coverage)
    wrong = [(key, sorted(together[key]), sorted(apart[key])) for key in together.keys() | apart.keys() if together[key] != apart[key]]
    one.check(f"{top}: the same for each target", not wrong, *wrong[:3])
    names = ("checked", "files", "lines", "expressions", "typed")
    one.check(f"{top}: the same was looked at", all(sums[n] == sum_apart[n] for n in names), sums, dict(sum_apart))
    n_changing = sum(len(targets) < len(TARGETS) for targets in apart.values())
    return n_clean, n_changing


def seen_case(number, what, m):
    linux, windows, mid, use = SEEN[what]
    top = f"seen{number}"
    if what == "a word":  # is seen by all, without a declaration
        m[f"{top}/user/u.go"] = f"package user\n\n{use}\n"
        return
    for system, text in (("linux", linux), ("windows", windows)):
        name = text.removeprefix("//name ") if text.startswith("//name") else "base"
        m[f"{top}/base/base_{system}.go"] = f"package {name}\n\nconst Always = 1\n\n{text}\n"
    path = f"example.com/m/{top}"
    if mid:
        m[f"{top}/mid/mid.go"] = f"package mid\n\nimport \"{path}/base\"\n\n{mid}\n"
    imports = [f"import \"{path}/{name}\"\n" for name in ("base", "mid") if f"{name}." in use]
    imports += ["import \"unsafe\"\n"] if "unsafe." in use else []
    m[f"{top}/user/u.go"] = "package user\n\n" + "".join(imports) + "\n" + use.replace("{top}", top) + "\n"


def each_difference_is_seen(world, number, what):
    """Also by those who come to it second."""
    good, bad = ("linux/amd64", "linux/386") if what == "a word" else ("linux/amd64", "windows/amd64")
    for targets in ((good, bad), (bad, good)):
        said = found(world, targets, f"seen{number}")[0]
        of_user = {t for key, on in said.items() for t in on if "/user/" in key[0]}
        one.check(f"{what}, {targets}", of_user == {bad}, said)


def other_name_case(m):
    """A file whose imports have another name from the second target on, and mean something else in the third."""
    for system, text in (("linux", "package base"), ("windows", "package other\n\nconst X = 1"), ("darwin", "package other\n\nconst X = \"\"")):
        m[f"renamed/base/base_{system}.go"] = f"{text}\n"
    m["renamed/user/u.go"] = "package user\n\nimport \"example.com/m/renamed/base\"\n\nvar _ int = other.X\n"


def other_name_is_seen(world):
    said = found(world, ("linux/amd64", "windows/amd64", "darwin/arm64"), "renamed")[0]
    words = {key[4]: on for key, on in said.items()}
    one.check("another name: where it is not there", words.get("undefined: other") == {"linux/amd64"}, words)
    one.check("another name: where it is something else", {"darwin/arm64"} in words.values() and not any("windows/amd64" in on for on in words.values()), words)


def main():
    rng = random.Random(os.environ.get("TEST_SEED", "1"))
    m = {"go.mod": "module example.com/m\n\ngo 1.24\n"}
    for number, what in enumerate(SEEN):
        seen_case(number, what, m)
    other_name_case(m)
    for n in range(N_MODULES):
        base(rng, m, f"m{n}")
        handing_on(rng, m, f"m{n}")
        for number in range(N_USERS):
            user(rng, m, f"m{n}", number)
    with tempfile.TemporaryDirectory() as top:
        one.MODULE = m
        world = one.World(pathlib.Path(top))
        world.have_targets(TARGETS)
        for number, what in enumerate(SEEN):
            each_difference_is_seen(world, number, what)
        other_name_is_seen(world)
        counts = [one_module(world, rng, f"m{n}") for n in range(N_MODULES)]
        one.check("much is right, and something only for some", sum(c[0] for c in counts) > 50 * N_MODULES and sum(c[1] for c in counts) > N_MODULES, counts)
    print(f"{one.passed} passed, {one.failed} failed, {one.skipped} skipped")
    return 1 if one.failed else 0


if __name__ == "__main__":
    sys.exit(main())
