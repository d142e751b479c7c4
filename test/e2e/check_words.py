#!/usr/bin/env python3
"""goward check for targets with words of other sizes: what is found for one stands for another only where nothing depends
on that. Each row is checked for each target alone, for all of them in each order, and with a cache that others filled.
Last line "N passed, N failed, N skipped".
"""
import collections
import itertools
import json
import pathlib
import sys
import tempfile

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent))
import check as one  # noqa: E402

WORDS = ("linux/amd64", "linux/386")
TARGETS = WORDS + ("linux/mips", "js/wasm")
SIZED = "[unsafe.Sizeof(0)]int"  # eight of them, or four

# The package base, the package mid, if there is one between, and a use of them that is right for some targets only.
ROWS = {
    "a value too large": ("", "", "var _ int = 1 << 40"),
    "a value too large without a type": ("", "", "func _() { x := 1 << 40; _ = x }"),
    "a value too large in a call": ("", "", "func f(uint) {}\n\nfunc _() { f(1 << 32) }"),
    "a value too low": ("", "", "var _ int = -1<<31 - 1"),
    "a value of a uintptr": ("", "", "const _ uintptr = 1 << 32"),
    "a sum": ("", "", "const _ = int(1<<30) + int(1<<30)"),
    "a product of a constant": ("const N int = 1 << 20", "", "var _ = base.N * base.N"),
    "an index": ("", "", "func _(x []int) { _ = x[1<<32] }"),
    "a length": ("", "", "var _ = make([]int, 1<<32)"),
    "a long array": ("", "", "var _ *[1 << 33]struct{}"),
    "all bits of a word": ("", "", "const _ = uint32(^uint(0))"),
    "all bits of a uintptr": ("const N = ^uintptr(0)", "", "const _ = uint32(base.N)"),
    "a constant": ("const N = 1 << 40", "", "var _ int = base.N"),
    "a typed constant": ("const N uint = 1 << 31", "", "var _ = base.N * 2"),
    "a constant that is wrong itself": ("const N int = 1 << 40", "", "var _ [1]int = [base.N >> 40]int{}"),
    "a size": ("", "", "var _ [unsafe.Sizeof(uintptr(0))]int = [8]int{}"),
    "a size in a body": ("", "", "func _() { const n = unsafe.Sizeof(\"\"); var _ [n]int = [8]int{} }"),
    "a size of a type": ("type T struct{ a, b *int }", "", "var _ [unsafe.Sizeof(base.T{})]int = [16]int{}"),
    "an alignment": ("type T struct{ a *int }\n\nconst N = unsafe.Alignof(T{})", "", "var _ [base.N]int = [8]int{}"),
    "an offset": ("type T struct{ a *int; B int }\n\nconst N = unsafe.Offsetof(T{}.B)", "", "var _ [base.N]int = [8]int{}"),
    "an offset of another's field": ("type T struct{ a *int; B int }", "", "const _ = 1 / (unsafe.Offsetof(base.T{}.B) - 8)"),
    "a size too large": ("type T [1 << 29]string\n\nconst N = unsafe.Sizeof(T{})", "", "var _ uint32 = base.N / 2"),
    "a switch": ("", "", "func _(x uintptr) { switch x { case 8, unsafe.Sizeof(0): } }"),
    "an array": (f"type T {SIZED}", "", "var _ [8]int = base.T{}"),
    "an alias": (f"type T = {SIZED}", "", "var _ [8]int = base.T{}"),
    "a hidden type": (f"type t {SIZED}\n\ntype T struct{{ F t }}", "", "var _ [8]int = base.T{}.F"),
    "a hidden constant": ("const n = unsafe.Sizeof(0)\n\ntype T [n]int", "", "var _ [8]int = base.T{}"),
    "a type in a circle": (f"type U struct {{\n\tT *T\n\tA {SIZED}\n}}\n\ntype T struct{{ U *U }}", "", "var _ [8]int = base.T{}.U.A"),
    "a circle from its other end": (f"type T struct{{ U *U }}\n\ntype U struct {{\n\tT *T\n\tA {SIZED}\n}}", "", "var _ [8]int = base.T{}.U.A"),
    "a result": (f"func F() (x {SIZED}) {{ return }}", "", "var _ [8]int = base.F()"),
    "a variable": (f"var V {SIZED}", "", "var _ [8]int = base.V"),
    "an inferred variable": (f"var V = f()\n\nfunc f() (x {SIZED}) {{ return }}", "", "var _ [8]int = base.V"),
    "two variables of one value": (f"var A, B = [...]int{{unsafe.Sizeof(0) - 1: 0}}, f()\n\nfunc f() (x {SIZED}) {{ return }}", "",
                                   "var _, _ [8]int = base.A, base.B"),
    "two variables of one call": (f"var A, B = f({SIZED}{{}})\n\nfunc f[X any](x X) (a int, b X) {{ return }}", "", "var _ [8]int = base.B"),
    "variables of one type": (f"var A, B {SIZED}", "", "var _ [8]int = base.B"),
    "fields of one type": (f"type T struct{{ A, B {SIZED} }}", "", "var _ [8]int = base.T{}.B"),
    "constants of one type": ("const A, B uintptr = 1 << 20, ^uintptr(0)", "", "const _ = uint32(base.B)"),
    "a generic alias": (f"type A[X any] = [unsafe.Sizeof(0)]X", "", "var _ [8]int = base.A[int]{}"),
    "an instance": ("type P[X any] struct{ F X }\n\ntype T struct{ P[[unsafe.Sizeof(0)]int] }", "", "var _ [8]int = base.T{}.F"),
    "an embedded interface": (f"type i interface{{ M() {SIZED} }}\n\ntype I interface{{ i }}", "", "func _(i base.I) { var _ [8]int = i.M() }"),
    "a variable beside one without a name": (f"var _, B = f({SIZED}{{}})\n\nfunc f[X any](x X) (a int, b X) {{ return }}", "", "var _ [8]int = base.B"),
    "a variable behind one without a name": (f"var B, _ = f({SIZED}{{}})\n\nfunc f[X any](x X) (a, b X) {{ return }}", "", "var _ [8]int = base.B"),
    "a name that nobody can say": (f"type _ {SIZED}\n\nvar _ {SIZED}\n\ntype T int\n\nfunc (T) _() (x {SIZED}) {{ return }}", "", "var _ base.T = 1 << 32"),
    "a method": (f"type T int\n\nfunc (T) M() (x {SIZED}) {{ return }}", "", "var _ [8]int = base.T(0).M()"),
    "a method of a hidden type": (f"type t int\n\nfunc (t) M() (x {SIZED}) {{ return }}\n\ntype T struct{{ t }}", "", "var _ [8]int = base.T{}.M()"),
    "a method of an interface": (f"type I interface{{ M() {SIZED} }}", "", "func _(i base.I) { var _ [8]int = i.M() }"),
    "a constraint": (f"type C interface{{ {SIZED} }}", "", "func f[X base.C](x X) {}\n\nfunc _() { f([8]int{}) }"),
    "a type with parameters": (f"type T[X any] struct{{ F [unsafe.Sizeof(0)]X }}", "", "var _ [8]int = base.T[int]{}.F"),
    "a function with parameters": ("func F[X any]() (x [unsafe.Sizeof(0)]X) { return }", "", "var _ [8]int = base.F[int]()"),
    "a line above": ("const (\n\t_ = iota + unsafe.Sizeof(0)\n\tN\n)", "", "var _ [base.N]int = [9]int{}"),
    "a shift": ("const N = 32 << (^uint(0) >> 63)", "", "var _ [base.N]int = [64]int{}"),
    "a condition": ("const Is64 = ^uint(0)>>63 == 1", "", "var _ = map[bool]int{base.Is64: 1, true: 2}"),
    "another package's array": (f"type T {SIZED}", "type U struct{ base.T }", "var _ [8]int = mid.U{}.T"),
    "another package's size": ("type T struct{ a *int }", "type U [unsafe.Sizeof(base.T{})]int", "var _ [8]int = mid.U{}"),
    "another package's hidden field": ("type T struct{ a *int }", "type u struct{ t base.T }\n\ntype U struct{ f [2]u }",
                                       "var _ [unsafe.Sizeof(mid.U{})]int = [16]int{}"),
    "another package's constant": ("const N = unsafe.Sizeof(0)", "const M = base.N + 1", "var _ [mid.M]int = [9]int{}"),
    "another package's function": (f"type T = {SIZED}", "func F() []base.T { return nil }", "var _ [8]int = mid.F()[0]"),
    "an element of a channel": ("", "", "var _ chan [10000]*int"),
    "another's element of a channel": ("type T [10000]*int", "", "var _ chan base.T"),
    "a large array": ("", "", "var _ *[1 << 29]int"),
    "an array too large for some": ("", "", "var _ *[3 << 29]int16"),
    "arguments too large": ("", "", "func _(x [1 << 27]*int) {}"),
    "what is imported": ("", "", "//go:wasmimport a b\nfunc f()"),
    "what is imported in another place": ("", "", "func _() {\n\t//go:wasmimport a b\n\tx := 1\n\t_ = x\n}"),
}


def row_files(number, what, m):
    base, mid, use = ROWS[what]
    path = f"example.com/m/row{number}"
    for name, text in (("base", base), ("mid", mid), ("user", use)):
        imports = [f"import \"{path}/{p}\"\n" for p in ("base", "mid") if f"{p}." in text]
        imports += ["import \"unsafe\"\n"] * ("unsafe." in text)
        if text:
            m[f"row{number}/{name}/x.go"] = f"package {name}\n\n" + "".join(imports) + f"\n{text}\n"


def found(world, targets, pattern, *more):
    done = world.run("--json", *more, "--target", ",".join(targets), pattern)
    one.check(f"{pattern}, {targets}: status", done.returncode in (0, 1), done.returncode, done.stderr[:500])
    by_target = collections.defaultdict(set)
    for d in json.loads(done.stdout)["diagnostics"]:
        for target in d["targets"]:
            by_target[target].add((d["file"], d["line"], d["column"], d["code"], d["message"]))
    return by_target


def judge(world, number, what):
    pattern = f"./row{number}/..."
    alone = {t: found(world, (t,), pattern, "--no-cache")[t] for t in TARGETS}
    one.check(f"{what}: not the same for all", len({frozenset(said) for said in alone.values()}) > 1, alone)
    orders = list(itertools.permutations(WORDS)) + [TARGETS, TARGETS[::-1]]
    for targets in orders:
        said = found(world, targets, pattern, "--no-cache")
        one.check(f"{what}, {targets}", all(said[t] == alone[t] for t in targets), said, alone)
    for target in TARGETS:  # each finds what those before it have kept
        one.check(f"{what}, {target} kept", found(world, (target,), pattern)[target] == alone[target], alone)


def main():
    m = {"go.mod": "module example.com/m\n\ngo 1.24\n"}
    for number, what in enumerate(ROWS):
        row_files(number, what, m)
    with tempfile.TemporaryDirectory() as top:
        one.MODULE = m
        world = one.World(pathlib.Path(top))
        world.have_targets(TARGETS)
        for number, what in enumerate(ROWS):
            judge(world, number, what)
    print(f"{one.passed} passed, {one.failed} failed, {one.skipped} skipped")
    return 1 if one.failed else 0


if __name__ == "__main__":
    sys.exit(main())
