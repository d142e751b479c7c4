#!/usr/bin/env python3
"""goward check: what it says does not depend on how many threads there are, nor on what is still in memory.

Modules are made at random (TEST_SEED): packages that import each other, with generic types, constants, methods and errors
in some of them. Last line "N passed, N failed, N skipped".
"""
import os
import pathlib
import random
import sys
import tempfile

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent))
import check as one  # noqa: E402

N_PACKAGES = 60
N_IMPORTS = 4  # of a package, at most
N_MODULES = 12 if os.environ.get("TEST_SOAK") else 3
JOBS = ("-j1", "-j2", "-j3", "-j8")
PADDING = 200000  # bytes of a file that lies where the ones before it lay

ERRORS = [
    "var wrong int = \"text\"", "func missing() int {\n}", "func unused() {\n\tx := 1\n}", "var gone = nowhere",
    "type Ring struct{ r Ring }", "const huge uint8 = 1 << 10", "var twice, twice = 1, 2",
    "func loop() {\nL:\n\tfor {\n\t}\n}", "func (*T) Name() string { return \"\" }", "var late = List[func()]{}.Sum()",
    "func label() {\n\tgoto done\n}", "func f() { return 1 }", "var circle = other\nvar other = circle",
]

IN_BODIES = [
    "\tvar s string = n\n\t_ = s", "\tx := n", "\treturn", "\tfor {\n\t\tgoto gone\n\t}", "\tList[func()]{}.Sum()",
    "\ttype ring struct{ r ring }", "\tgrow[*T](n)", "\tn.gone(gone)", "\tfunc() int { n = \"\" }()", "\tMap(n, n)",
    "\tswitch n {\n\tcase 1, 1:\n\t}", "\tvar _ [n]int", "\tL:", "\tconst c uint8 = 1 << 8\n\tn += c",
]
N_BODIES = 900  # some 300 bytes each: several parts, that threads may share


def package(rng, number, is_broken):
    """The text of package pN, which imports some of those before it."""
    imports = sorted(rng.sample(range(number), min(number, rng.randint(0, N_IMPORTS))))
    text = [f"package p{number}", ""]
    text += [f"import \"example.com/m/p{n}\"" for n in imports]
    text += [
        "", "type Number interface{ ~int | ~float64 }", "type List[E Number] []E", "type T struct {", "\tNext *T",
        *(f"\tF{n} p{n}.T" for n in imports), "}",
        "func (l List[E]) Sum() (sum E) {\n\tfor _, e := range l {\n\t\tsum += e\n\t}\n\treturn sum\n}",
        f"func (t *T) Name() string {{ return Word }}\nconst Word, Value = \"word {number}\", {number} << 3",
        "func Map[A, B any](in []A, f func(A) B) (out []B) {\n\tfor _, a := range in {\n\t\tout = append(out, f(a))\n\t}\n"
        "\treturn out\n}", "var Own = List[int]{Value}.Sum()",
    ]
    for n in imports:
        text += [f"var V{n} = p{n}.List[float64]{{p{n}.Value}}.Sum()",
                 f"var W{n} = p{n}.Map([]T{{}}, func(t T) string {{ return t.F{n}.Name() + p{n}.Word }})"]
        text += [f"func use{n}(s string) int {{\n\tswitch s {{\n\tcase Word:\n\t\treturn 1\n\tcase p{n}.Word:\n\t\treturn 2\n"
                 "\t}\n\treturn 0\n}"]
    if is_broken:
        text += rng.sample(ERRORS, rng.randint(1, 4))
        text += [f"var fault{n} string = p{n}.Value" for n in imports]
    return "\n".join(text) + "\n"


def any_number_of_threads(world, rng, n_broken):
    broken = set(rng.sample(range(N_PACKAGES), n_broken))
    for number in range(N_PACKAGES):
        world.write(f"m/p{number}/p.go", package(rng, number, number in broken))
    for more in ((), ("--json",)):
        said = [world.run(*more, jobs, "./...") for jobs in JOBS]
        what = f"{n_broken} broken packages{' '.join(('', *more))}"
        one.check(f"{what}: ends as it should", said[0].returncode == (1 if broken else 0), said[0].stdout[-2000:],
                  said[0].stderr[-2000:])
        for jobs, other in zip(JOBS, said):
            one.check(f"{what}: {jobs} says the same as {JOBS[0]}",
                      (other.returncode, other.stdout, other.stderr) ==
                      (said[0].returncode, said[0].stdout, said[0].stderr))


def bodies(rng, n_broken):
    """A package of functions, some of which have an error in them."""
    text = ["package p", "", "import (", "\t\"example.com/m/used\"", "\t\"example.com/m/idle\"", ")", "", "var start, other = f1(2), f0(start)"]
    text += ["type T struct{ Next *T; N int }", "type Number interface{ ~int | ~float64 }", "type List[E Number] []E",
             "func (l List[E]) Sum() (sum E) {\n\tfor _, e := range l {\n\t\tsum += e\n\t}\n\treturn sum\n}",
             "func Map[A, B any](in []A, f func(A) B) (out []B) {\n\treturn append(out, f(in[0]))\n}",
             "func grow[A any](n int) {\n\tif n > 0 {\n\t\tgrow[A](n - 1)\n\t}\n}"]
    broken = set(rng.sample(range(N_BODIES), n_broken))
    for i in range(N_BODIES):
        text.append(f"func f{i}(n int) int {{\n\ttype pair[] struct{{ a, b List[float64]; t *T }}".replace("[]", "") +
                    f"\n\tp := pair{{a: List[float64]{{{i}, 0.5}}}}\n\tp.b = append(p.b, p.a.Sum()*{i}, float64(len(used.Args)))"
                    f"\n\tlater := func(k int) (s string) {{ return used.Show(k<<{i % 60}, p.t, f{rng.randrange(N_BODIES)}(k) == n) }}"
                    "\n\twords := Map([]T{{N: n}}, func(t T) string { return later(t.N) })")
        text += rng.sample(IN_BODIES, rng.randint(1, 3)) if i in broken else []
        text.append(f"\treturn len(words) + n>>{i % 8}\n}}")
    return "\n".join(text) + "\n"


def parts_of_one_package(world, rng, n_broken):
    world.write("m/used/u.go", "package used\n\nvar Args []string\n\nfunc Show(...any) string { return \"\" }\n")
    world.write("m/idle/i.go", "package idle\n")
    world.write("m/bodies/p.go", bodies(rng, n_broken))
    said = [world.run(jobs, "--no-cache", "./bodies") for jobs in JOBS]
    for jobs, other in zip(JOBS, said):
        one.check(f"{n_broken} broken bodies: {jobs} says the same as {JOBS[0]}",
                  (other.returncode, other.stdout, other.stderr) == (said[0].returncode, said[0].stdout, said[0].stderr))
    n = said[0].stdout.count("bodies/p.go:")
    one.check(f"{n_broken} broken bodies: errors in them", n > n_broken, n, said[0].stdout[-2000:], said[0].stderr[-2000:])
    one.check("and what the package as a whole shows", "\"example.com/m/idle\" imported and not used" in said[0].stdout,
              said[0].stdout[:2000])


def constants_outlive_their_source(world):
    """The text of a file is not kept; what its constants and tags say is."""
    padding = "".join(" " * 99 + "\n" for _ in range(PADDING // 100))
    world.write("m/a/a.go", "package a\n\nconst X, Y, Z = \"left\", \"side\", \"to\" + \"do\"\n\n"
                "type S struct {\n\tF int `tag`\n}\n\nconst Big, Half, Wide = 1 << 100, 0.5e-300, 2i\n")
    world.write("m/b/b.go", f"package b\n\nimport \"example.com/m/a\"\n{padding}\nfunc f(s string) int {{\n\tswitch s {{\n"
                "\tcase a.X, a.Y, a.Z:\n\t\treturn 1\n\t}\n\treturn [1]int{}[a.Big>>100-1]\n}\n\n"
                "var s struct {\n\tF int `tag`\n} = a.S{}\n\nvar x = [...]int{a.Half * 1e301: 5}\n\nvar y uint8 = a.X + a.Z\n")
    said = world.run("-j1", "./a", "./b")
    one.check("constants of an import", "\"lefttodo\"" in said.stdout and "duplicate" not in said.stdout and
              "tag" not in said.stdout and said.stdout.count("b.go:") == 1, said.stdout, said.stderr)


def main():
    rng = random.Random(os.environ.get("TEST_SEED", "1"))
    with tempfile.TemporaryDirectory() as top:
        one.MODULE = {"go.mod": "module example.com/m\n\ngo 1.24\n"}
        world = one.World(pathlib.Path(top))
        for n in range(N_MODULES):
            any_number_of_threads(world, rng, n * N_PACKAGES // 4)
        for n_broken in (0, 40, N_BODIES):
            parts_of_one_package(world, rng, n_broken)
        constants_outlive_their_source(world)
    print(f"{one.passed} passed, {one.failed} failed, {one.skipped} skipped")
    return 1 if one.failed else 0


if __name__ == "__main__":
    sys.exit(main())
