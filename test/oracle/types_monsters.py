#!/usr/bin/env python3
"""Does goward take programs that nobody writes by hand as go/types does, and in no more time?

Each monster is a program of one thing very many times: it is shown to go/types and to goward, which must find the same
errors (the first ones, where there are many) at the same places, in at most RATIO of its time, with bounded memory.
Where go/types itself gives up (a time that doubles with each line, a stack that is used up) it is not asked, and
`says` has what goward must say.
"""
import os
import pathlib
import resource
import subprocess
import sys
import tempfile

HERE = pathlib.Path(__file__).resolve().parent
sys.path[:0] = [str(HERE), str(HERE.parent / "lib")]
import gotypes  # noqa: E402
from doctor import fetch  # noqa: E402

DRIVER = pathlib.Path(os.environ.get("TEST_BUILD", "build-check/release")) / "oracle.types_driver"
NEWEST = "1.27.4"
RATIO = 1.0  # of go/types' time, from which on SLACK
SLACK = 0.3  # seconds: below that, starting takes most of it
MAX_SECONDS = 60  # of CPU
MAX_BYTES = 3 << 30  # of address space
SHOWN = 20  # errors that are compared

MONSTERS = []


def monster(says=None):
    """A function that makes a program: its text, or {package: text}, each importing those before it."""
    def add(make):
        MONSTERS.append((make.__name__, make, says))
        return make
    return add


def lines(n, each, head="package p\n", tail=""):
    return head + "\n".join(each(i) for i in range(n)) + "\n" + tail


# --- Long expressions -------------------------------------------------------------------------------

@monster()
def sum_of_constants():
    return "package p\nconst c = " + "+".join(["1"] * 50000) + "\nvar v [c]int\nvar _ string = c\n"


@monster()
def sum_of_strings():
    return "package p\nconst c = " + "+".join(['"abc"'] * 5000) + "\nvar _ int = c\n"


@monster()
def sum_of_variables():
    return "package p\nvar v int\nvar s = " + "+".join(["v"] * 50000) + "\nvar _ string = s\n"


@monster()
def sum_with_an_error():
    return "package p\nvar v int\nvar s = " + "+".join(["v"] * 25000 + ['"x"'] + ["v"] * 20000) + "\n"


@monster()
def conjunction():
    return "package p\nvar b bool\nvar v = " + " && ".join(["b", "1 < 2"] * 20000) + "\nvar _ string = v\n"


@monster()
def sum_of_mixed_untyped():
    return "package p\nvar f float64\nvar v = " + "+".join(["1", "'a'", "2.5"] * 10000) + " + f\nvar _ string = v\n"


@monster()
def comparisons_of_untyped():
    return "package p\nvar x int\nvar v = " + " || ".join(["1 << x == 2"] * 20000) + "\n"


@monster()
def sum_of_shifts():
    return "package p\nvar s uint\nvar v int64 = " + " + ".join(["1 << s"] * 20000) + "\n"


@monster()
def shifts_of_shifts():
    return "package p\nvar s uint\nvar v int64 = 1" + " << s" * 20000 + "\n"


@monster()
def chain_of_methods():
    return "package p\ntype T struct{}\nfunc (t T) f() T { return t }\nvar x T\nvar v = x" + ".f()" * 45000 + \
        "\nvar _ int = v\n"


@monster()
def chain_of_fields():
    return "package p\ntype T struct{ n *T }\nvar x T\nvar v = x" + ".n" * 90000 + "\nvar _ int = v\n"


@monster()
def chain_of_unknown_fields():
    return "package p\ntype T struct{ n *T }\nvar x T\nvar v = x" + ".m" * 40000 + "\nvar _ int = v\n"


@monster()
def chain_of_indices():
    return "package p\ntype T []T\nvar x T\nvar v = x" + "[0]" * 90000 + "\nvar _ int = v\n"


@monster()
def chain_of_slices():
    return "package p\nvar x []int\nvar v = x" + "[1:2]" * 45000 + "\nvar _ int = v\n"


@monster()
def chain_of_calls():
    return "package p\ntype F func() F\nvar x F\nvar v = x" + "()" * 90000 + "\nvar _ int = v\n"


@monster()
def chain_of_assertions():
    return "package p\nvar x any\nvar v = x" + ".(any)" * 45000 + "\nvar _ int = v\n"


N_NEST = 10000


@monster()
def nested_parentheses():
    return "package p\nvar v = " + "(" * N_NEST + "1" + ")" * N_NEST + "\nvar _ string = v\n"


@monster()
def nested_negations():
    return "package p\nvar v = " + "- " * N_NEST + "1" + "\nvar _ string = v\n"


@monster()
def nested_calls():
    return "package p\nfunc f(x int) int { return x }\nvar v = " + "f(" * N_NEST + "1" + ")" * N_NEST + "\nvar _ string = v\n"


@monster()
def nested_generic_calls():
    return "package p\nfunc f[T any](x T) T { return x }\nvar v = " + "f(" * N_NEST + "1" + ")" * N_NEST + \
        "\nvar _ string = v\n"


@monster()
def nested_conversions():
    return "package p\nvar v = " + "int(" * N_NEST + "1" + ")" * N_NEST + "\nvar _ string = v\n"


@monster()
def nested_literals():
    return "package p\ntype T []T\nvar v = T" + "{" * N_NEST + "}" * N_NEST + "\nvar _ string = v\n"


@monster()
def nested_functions():
    return "package p\nvar v = " + "func() any { return " * N_NEST + "1" + " }" * N_NEST + "\nvar _ string = v\n"


@monster()
def nested_types():
    return "package p\nvar v " + "[]" * N_NEST + "int\nvar _ string = v\n"


@monster()
def nested_struct_types():
    return "package p\nvar v " + "struct{ a " * N_NEST + "int" + " }" * N_NEST + "\nvar w " + "struct{ a " * N_NEST + "int" + \
        " }" * N_NEST + " = v\n"


@monster()
def nested_pointer_types():
    return "package p\nvar v " + "*" * N_NEST + "int\nvar w " + "*" * N_NEST + "uint = v\n"


@monster()
def nested_func_types():
    return "package p\nvar v " + "func(" * N_NEST + "int" + ")" * N_NEST + "\nvar w " + "func(" * N_NEST + "uint" + ")" * N_NEST + \
        " = v\n"


@monster()
def chain_of_else():
    return "package p\nfunc f(x int) int {\n\tif x == 0 {\n\t\treturn 0\n\t}" + \
        "".join(f" else if x == {i} {{\n\t\treturn {i}\n\t}}" for i in range(1, 10000)) + "\n}\n"


@monster()
def nested_blocks():
    return "package p\nfunc f() {\n" + "{ var x int\n" * N_NEST + "}" * N_NEST + "\n}\n"


@monster()
def nested_ifs():
    return "package p\nfunc f(x int) int {\n" + "if x := x; x > 0 {\n" * N_NEST + "return x\n" + "}" * N_NEST + "\n}\n"


# --- Long chains of declarations ----------------------------------------------------------------------

N_CHAIN = 100000
N_SLOW = 800  # where go/types takes quadratic time


@monster()
def chain_of_types():
    return lines(N_SLOW, lambda i: f"type T{i} T{i + 1}", tail=f"type T{N_SLOW} int\nvar x T0 = 1.5\n")


@monster()
def chain_of_types_from_the_end():
    return lines(N_SLOW, lambda i: f"type T{i + 1} T{i}", tail=f"type T0 int\nvar x T{N_SLOW} = 1.5\n")


@monster()
def cycle_of_types():
    return lines(1000, lambda i: f"type T{i} T{(i + 1) % 1000}")


@monster()
def chain_of_pointer_types():
    return lines(N_CHAIN, lambda i: f"type T{i} *T{i + 1}", tail=f"type T{N_CHAIN} int\nvar x T0 = 1\n")


@monster()
def chain_of_struct_types():
    return lines(N_SLOW, lambda i: f"type T{i} struct{{ a T{i + 1} }}",
                 tail=f"type T{N_SLOW} int\nvar x T0 = 1\nconst c = len([1]T0{{}})\n")


@monster()
def ring_of_struct_types():
    return lines(1000, lambda i: f"type T{i} struct{{ a T{(i + 1) % 1000} }}")


@monster()
def chain_of_array_types():
    return lines(N_SLOW, lambda i: f"type T{i} [1]T{i + 1}", tail=f"type T{N_SLOW} int\nvar x T0 = 1\n")


@monster()
def chain_of_aliases():
    return lines(N_SLOW, lambda i: f"type T{i} = T{i + 1}", tail=f"type T{N_SLOW} = int\nvar x T0 = 1.5\n")


@monster()
def chain_of_slice_aliases():
    return lines(10000, lambda i: f"type T{i} = []T{i + 1}", tail="type T10000 = int\nvar x T0\nvar y T1 = x[0]\n")


@monster()
def chain_of_embedded():
    return lines(1000, lambda i: f"type T{i} struct{{ T{i + 1} }}",
                 tail="type T1000 struct{ a int }\nvar x T0\nvar y string = x.a\n")


@monster()
def chain_of_embedded_interfaces():
    return lines(500, lambda i: f"type T{i} interface{{ T{i + 1}; m{i}() }}",
                 tail="type T500 interface{ a() int }\nvar x T0\nvar y string = x.a()\n")


@monster()
def chain_of_constants():
    return lines(N_CHAIN, lambda i: f"const c{i} = c{i + 1} + 1", tail=f"const c{N_CHAIN} = 0\nvar s string = c0\n")


@monster()
def cycle_of_constants():
    return lines(1000, lambda i: f"const c{i} = c{(i + 1) % 1000} + 1")


@monster()
def chain_of_variables():
    return lines(N_CHAIN, lambda i: f"var v{i} = v{i + 1}", tail=f"var v{N_CHAIN} = 0\nvar s string = v0\n")


@monster()
def cycle_of_variables():
    return lines(1000, lambda i: f"var v{i} int = v{(i + 1) % 1000} + 1")


@monster()
def chain_of_functions():
    return lines(20000, lambda i: f"func f{i}() int {{ return f{i + 1}() }}",
                 tail="func f20000() int { return v }\nvar v int = f0()\n")


@monster()
def chain_of_inits():
    return lines(10000, lambda i: f"var v{i} = f{i}()\nfunc f{i}() int {{ return v{i + 1} }}", tail="var v10000 = 1\n")


@monster()
def functions_that_call_many():
    calls = "; ".join(f"f{i}()" for i in range(300))
    return lines(300, lambda i: f"func f{i}() {{ {calls} }}", tail="func g() int { f0(); return 0 }\nvar v = g()\n")


@monster()
def chain_of_imports():
    found = {"p0": "package p0\ntype T int\n"}
    for i in range(1, 1000):
        found[f"p{i}"] = f'package p{i}\nimport "p{i - 1}"\ntype T p{i - 1}.T\n'
    found["q"] = 'package q\nimport "p999"\nvar x p999.T = 1.5\n'
    return found


@monster()
def constants_of_a_package_that_is_done():
    found = {"p": "package p\nconst A = \"first\" + \"second\"\nconst B = `raw`\nconst C = A + B\ntype T string\n"
                  "const D T = \"typed\"\n"}
    found.update({f"o{i}": f"package o{i}\nconst A = \"{'x' * 5000}\"\n" for i in range(200)})
    found["q"] = 'package q\nimport "p"\nvar _ int = p.C\nvar _ int = p.D\nfunc f(x string) {\n\tswitch x {\n' \
        '\tcase p.C, "firstsecondraw", p.A, "firstsecond":\n\t}\n}\n'
    return found


# --- Things that double -------------------------------------------------------------------------------

@monster(says=["cannot use 1 (untyped int constant) as T0 value in variable declaration"])
def doubling_structs():
    return lines(60, lambda i: f"type T{i} struct{{ a, b T{i + 1} }}", tail="type T60 int\nvar x T0 = 1\n")


@monster(says=["cannot use 1 (untyped int constant) as T0[int] value in variable declaration"])
def doubling_instances():
    return lines(60, lambda i: f"type T{i}[P any] struct{{ a, b T{i + 1}[P] }}",
                 tail="type T60[P any] struct{ a P }\nvar x T0[int] = 1\n")


@monster()
def doubling_arguments_sized():
    return "package p\ntype T0[P any] struct { a P }\n" + \
        "\n".join(f"type T{i}[P any] struct {{ a T{i - 1}[P]; b *T{i - 1}[[]P] }}" for i in range(1, 16)) + \
        "\nvar x T15[int] = 1\n"


@monster(says=["cannot use x (variable of struct type A60) as B60 value in variable declaration"])
def doubling_aliases():
    both = "".join(f"type {n}{i} = struct{{ a, b {n}{i - 1} }}\n" for n in "AB" for i in range(1, 61))
    return f"package p\ntype A0 = int\ntype B0 = uint\n{both}var x A60\nvar y B60 = x\n"


@monster(says=[])
def doubling_aliases_that_are_equal():
    both = "".join(f"type {n}{i} = struct{{ a, b {n}{i - 1} }}\n" for n in "AB" for i in range(1, 61))
    return f"package p\ntype A0 = int\ntype B0 = int\n{both}var x A60\nvar y B60 = x\n"


@monster(says=[])
def doubling_generic_aliases():
    each = "".join(f"type A{i}[P any] = struct{{ a, b A{i - 1}[P] }}\n" for i in range(1, 41))
    return f"package p\ntype A0[P any] = []P\n{each}var x A40[int]\nvar y A40[int] = x\n"


@monster(says=[])
def doubling_inference():
    each = "".join(f"type A{i}[P any] = struct{{ a, b A{i - 1}[P] }}\n" for i in range(1, 41))
    return f"package p\ntype A0[P any] = []P\n{each}func f[P any](x A40[P]) P {{ panic(0) }}\nvar x A40[int]\n" \
        "var y int = f(x)\n"


@monster()
def doubling_strings():
    return "package p\nconst s0 = \"x\"\n" + "".join(f"const s{i} = s{i - 1} + s{i - 1}\n" for i in range(1, 24)) + \
        "const n = len(s23)\nvar x [n]int\nvar _ string = n\n"


@monster()
def doubling_integers():
    return "package p\nconst n0 = 3\n" + "".join(f"const n{i} = n{i - 1} * n{i - 1}\n" for i in range(1, 40))


@monster()
def doubling_floats():
    return "package p\nconst n0 = 1.1\n" + "".join(f"const n{i} = n{i - 1} * n{i - 1}\n" for i in range(1, 40)) + \
        "var s string = n39\n"


@monster()
def infinite_instances():
    return "package p\ntype T[P any] struct { f *T[[]P] }\nfunc f[P any]() { f[*P]() }\nvar x T[int]\n" \
        "type A[P any] struct { a *B[[]P] }\ntype B[P any] struct { a *A[map[string]P] }\n"


@monster()
def infinite_methods():
    return "package p\ntype T[P any] struct{}\nfunc (T[P]) m() { var x T[[]P]; x.m() }\n" \
        "func g[P any](n int) { if n > 0 { g[T[P]](n - 1) } }\n"


@monster()
def many_instances():
    return lines(20000, lambda i: f"type A{i} int\nvar v{i} T[A{i}] = w{i}.f()\nvar w{i} T[A{i}]",
                 "package p\ntype T[P any] struct { a P }\nfunc (t T[P]) f() T[P] { return t }\n", "var y string = v7\n")


@monster()
def long_inference():
    params = ", ".join(f"P{i}" for i in range(500))
    values = ", ".join(f"x{i} P{i}" for i in range(500))
    return f"package p\nfunc f[{params} any]({values}) P499 {{ return x499 }}\n" \
        f"var v string = f({', '.join(str(i) for i in range(500))})\n"


@monster()
def long_core_inference():
    params = ", ".join(f"P{i} ~[]P{i + 1}" for i in range(200))
    nested = "[]" * 200
    return f"package p\nfunc f[{params}, P200 any](x P0) (y P200) {{ return }}\nvar x {nested}int\nvar v string = f(x)\n"


@monster()
def growing_inference():
    return "package p\nfunc f[A interface{ ~[]B }, B interface{ ~[]A }](x A) {}\nvar x []int\nfunc g() { f(x) }\n" \
        "func h[A interface{ *B }, B interface{ *A }](x A) {}\nvar p *int\nfunc k() { h(p) }\n"


# --- Many of the same ----------------------------------------------------------------------------------

@monster()
def union_of_many_terms():
    return lines(10000, lambda i: f"type A{i} int",
                 tail="type U interface { " + " | ".join(f"A{i}" for i in range(90)) + " }\nfunc f[P U](x P) P "
                 "{ return x + x }\nvar v = f(A7(1))\nvar s string = v\n")


@monster()
def union_of_too_many_terms():
    return lines(10000, lambda i: f"type A{i} int",
                 tail="type U interface { " + " | ".join(f"A{i}" for i in range(10000)) + " }\n")


@monster()
def intersection_of_many():
    union = " | ".join(f"A{i}" for i in range(90))
    return lines(90, lambda i: f"type A{i} int",
                 tail=f"type U interface {{ {f'; '.join([union] * 500)} }}\nfunc f[P U](x P) P {{ return x + x }}\n"
                 "var v string = f(A7(1))\n")


@monster()
def interface_of_many_methods():
    return "package p\ntype I interface {\n" + "\n".join(f"m{i}()" for i in range(25000)) + \
        "\n}\ntype T struct{ a int }\n" + "\n".join(f"func (T) m{i}() {{}}" for i in range(25000)) + \
        "\nvar x I = T{}\nvar y I = 1\nvar z T = x\n"


@monster()
def interface_of_many_embeds():
    return lines(10000, lambda i: f"type I{i} interface {{ m{i}(); m() }}",
                 tail="type I interface {\n" + "\n".join(f"I{i}" for i in range(10000)) + "\n}\nvar x I = 1\n")


@monster()
def interface_of_the_same_methods():
    return "package p\ntype I interface {\n" + "\n".join("m()" for i in range(2000)) + "\n}\n"


@monster()
def methods_of_the_same_name():
    return lines(2000, lambda i: "func (T) m() {}", "package p\ntype T int\n")


@monster()
def structs_of_many_embeds():
    return lines(10000, lambda i: f"type I{i} struct {{ a{i}, a int }}",
                 tail="type I struct {\n" + "\n".join(f"I{i}" for i in range(10000)) +
                 "\n}\nvar x I\nvar y string = x.a9999\nvar z = x.a\n")


@monster()
def struct_of_many_fields():
    return "package p\ntype T struct {\n" + "\n".join(f"a{i} int" for i in range(100000)) + \
        "\n}\nvar x T\nvar y string = x.a99999\nvar z = T{" + ", ".join(f"a{i}: {i}" for i in range(3000)) + "}\n"


@monster()
def struct_of_the_same_fields():
    return "package p\ntype T struct {\n" + "\n".join("a int" for i in range(2000)) + "\n}\n"


@monster()
def switch_of_many_integers():
    return "package p\nfunc f(x int) {\n\tswitch x {\n" + "\n".join(f"case {i}: x = {i}" for i in range(100000)) + \
        "\ncase 5:\n}\n}\n"


@monster()
def switch_of_many_strings():
    return "package p\nfunc f(x string) {\n\tswitch x {\n" + "\n".join(f'case "{i}":' for i in range(100000)) + \
        "\ncase \"5\":\n}\n}\n"


@monster()
def switch_of_one_long_case():
    return "package p\nfunc f(x any) {\n\tswitch x {\ncase " + ", ".join(f'"{i}", {i}, {i}.5' for i in range(30000)) + \
        ", 7.5:\n}\n}\n"


@monster()
def switch_of_any():
    return lines(2000, lambda i: f"type A{i} int",
                 tail="func f(x any) {\n\tswitch x {\n" + "\n".join(f"case A{i}(1):" for i in range(2000)) +
                 "\ncase A7(1):\n}\n}\n")


@monster()
def switch_of_many_types():
    return lines(3000, lambda i: f"type A{i} int",
                 tail="func f(x any) {\n\tswitch x.(type) {\n" + "\n".join(f"case A{i}:" for i in range(3000)) +
                 "\ncase A7:\n}\n}\n")


@monster()
def switch_of_many_literal_types():
    return "package p\nfunc f(x any) {\n\tswitch x.(type) {\n" + "\n".join(f"case [{i}]int:" for i in range(3000)) + \
        "\ncase [7]int:\n}\n}\n"


@monster()
def select_of_many():
    return "package p\nfunc f(x chan int) {\n\tselect {\n" + "\n".join("case x <- 1:" for i in range(50000)) + "\n}\n}\n"


@monster()
def map_of_many_integers():
    return "package p\nvar m = map[int]int{\n" + "\n".join(f"{i}: {i}," for i in range(1000000)) + "\n5: 1,\n}\n"


@monster()
def map_of_many_strings():
    return "package p\nvar m = map[string]int{\n" + "\n".join(f'"{i}": {i},' for i in range(200000)) + "\n\"5\": 1,\n}\n"


@monster()
def map_of_many_interfaces():
    return "package p\nvar m = map[any]int{\n" + "\n".join(f'"{i}": {i}, {i}: 1,' for i in range(100000)) + \
        "\n\"5\": 1,\n}\n"


@monster()
def map_of_many_structs():
    return "package p\ntype T struct{ a, b int }\nvar m = map[T]int{\n" + \
        "\n".join(f"{{{i}, {i}}}: {i}," for i in range(100000)) + "\n}\n"


@monster()
def array_of_many():
    return "package p\nvar a = [...]int{\n" + "\n".join(f"{i}: {i}," for i in range(300000)) + "\n5: 1,\n}\n"


@monster()
def bytes_of_many():
    return "package p\nvar a = []byte{" + ", ".join(f"{i % 256}" for i in range(1000000)) + ", 256}\n"


@monster()
def many_local_variables():
    return lines(100000, lambda i: f"\tvar x{i} = {i}\n\t_ = x{i}", "package p\nfunc f() {\n", "\tvar y int\n}\n")


@monster()
def many_unused_variables():
    return lines(3000, lambda i: f"\tvar x{i} = {i}", "package p\nfunc f() {\n", "}\n")


@monster()
def many_local_scopes():
    return lines(100000, lambda i: f"\t{{ x := x + {i}; _ = x }}", "package p\nfunc f(x int) {\n", "\tvar y int\n}\n")


@monster()
def many_closures():
    return lines(50000, lambda i: f"\tx = func() int {{ return x + {i} }}()", "package p\nfunc f(x int) {\n",
                 "\tvar y int\n}\n")


@monster()
def many_labels():
    return lines(20000, lambda i: f"\tgoto L{i}\nL{i}:\n\tx++", "package p\nfunc f(x int) {\n", "\tvar y int\n}\n")


@monster()
def many_jumps_over_variables():
    return lines(3000, lambda i: "\tif x > 0 { goto L }", "package p\nfunc f(x int) {\n", "\tvar y int\nL:\n\t_ = y\n}\n")


@monster()
def long_function():
    return lines(1000000, lambda i: "\tx += y", "package p\nfunc f(x, y int) int {\n", "\tvar z int\n\treturn x\n}\n")


@monster()
def long_function_of_calls():
    return lines(300000, lambda i: f"\tx = g(x, {i})", "package p\nfunc g(x, y int) int { return x }\nfunc f(x int) {\n",
                 "\tvar z int\n}\n")


@monster()
def many_functions():
    return lines(100000, lambda i: f"func f{i}(x int) int {{ return x + f{(i * 7) % 100000}(x) }}",
                 tail="var v string = f7(1)\n")


@monster()
def many_constants():
    return "package p\nconst (\n\tc0 = iota\n" + "\n".join(f"\tc{i}" for i in range(1, 200000)) + \
        "\n)\nvar v string = c1999\n"


@monster()
def many_variables():
    return lines(100000, lambda i: f"var v{i} = {i}", tail="var s string = v7\n")


@monster()
def many_methods():
    return lines(25000, lambda i: f"func (t *T) m{i}() {{ t.m{(i + 1) % 25000}() }}", "package p\ntype T struct{}\n",
                 "var v int = (*T).m0\n")


@monster()
def many_parameters():
    return "package p\nfunc f(" + ", ".join(f"a{i} int" for i in range(10000)) + ") {}\nvar v string = f(" + \
        ", ".join("1" for i in range(9999)) + ")\n"


@monster()
def many_redeclarations():
    return lines(900, lambda i: "var v = 1")


@monster()
def many_unused_imports():
    found = {f"p{i}": f"package p{i}\n" for i in range(500)}
    found["q"] = "package q\n" + "".join(f'import "p{i}"\n' for i in range(500))
    return found


# --- Large constants ------------------------------------------------------------------------------------

@monster()
def integer_of_many_digits():
    return f"package p\nconst c = {'7' * 1000000}\nvar v = c\n"


@monster()
def hexadecimal_of_many_digits():
    return f"package p\nconst c = 0x{'7' * 1000000}\nvar v = c\n"


@monster()
def float_of_many_digits():
    return f"package p\nconst c = 0.{'7' * 1000000}\nvar v string = c\n"


@monster()
def float_of_large_exponent():
    return "package p\nconst a = 1e1000000\nconst b = 1e-1000000\nconst c = 0x1p1000000\nconst d = 1e9999999999\n" \
        "var v string = a\nvar w string = b * b * b\nconst e = a * a * a\nconst f int = 1e1000\n"


@monster()
def string_of_many_bytes():
    return f"package p\nconst c = \"{'x' * 10000000}\"\nvar v [len(c)]int\nvar w int = v\n"


@monster()
def large_shifts():
    return "package p\nconst a = 1 << 1000000000\nconst b = 1 << 10000\nconst c = 1 >> 1000000000\nconst d = 1 << 511\n" \
        "const e = 1 << 512\nvar v = 1 << 64\nconst f = 1.0 << 1e9\nvar x = 1 << -1\n"


@monster()
def large_arrays():
    return "package p\nvar a [1 << 62]int\nvar b [1 << 62][1 << 62]int\nconst c = len(b) * len(b)\n" \
        "import \"unsafe\"\nconst d = unsafe.Sizeof(b)\n"


@monster()
def rune_of_unprintable():
    return "package p\nconst s = \"a\\u200c\\u00ad\\ufeff\\U000e0001\\x80\\xff\\a\\v\\x00\\u2028é世\"\nvar x int = s\n" \
        "const r = '\\u200c'\nvar y string = r\nfunc f(x string) { switch x { case s, s: } }\n"


# --- Constant strings -----------------------------------------------------------------------------------

def doubled(name, first, n, kind=""):
    return f"const {name}0{kind} = {first}\n" + "".join(f"const {name}{i} = {name}{i - 1} + {name}{i - 1}\n"
                                                      for i in range(1, n + 1))


@monster()
def strings_doubled_beyond_the_limit():
    return "package p\n" + doubled("s", f'"{"x" * 100000}"', 18) + "const n = len(s14)\nvar _ string = n\n"


@monster(says=["cannot use n (constant 536870912000 of type int) as string value in variable declaration",
               "cannot use s30 (constant \"" + "x" * 68 + "... of type string) as int value in variable declaration"])
def typed_strings_have_no_limit():
    return "package p\n" + doubled("s", f'"{"x" * 500}"', 30, " string") + "const n = len(s30)\nvar _ string = n\nvar _ int = s30\n"


@monster(says=["invalid argument: index 1048576000 out of bounds [0:1048576000]",
               "cannot use eq (untyped bool constant true) as int value in variable declaration",
               "cannot use ne (untyped bool constant true) as int value in variable declaration",
               "cannot use le (untyped bool constant true) as int value in variable declaration",
               "cannot use gt (untyped bool constant true) as int value in variable declaration",
               "cannot use ge (untyped bool constant false) as int value in variable declaration"])
def comparisons_of_doubled_strings():
    return "package p\n" + doubled("s", f'"{"x" * 1000}"', 20) + doubled("t", f'"{"x" * 500}"', 21) + \
        "var b = s20[1048576000]\nvar c = s20[1048575999]\n" \
        "const eq = s20 == t21\nvar _ int = eq\nconst ne = \"a\" + s20 != t21 + \"a\"\nvar _ int = ne\n" \
        "const le = \"x\" + s20 <= s20 + \"x\"\nvar _ int = le\nconst gt = s20 + \"y\" > t21 + \"x\"\nvar _ int = gt\n" \
        "const ge = s19 >= t21\nvar _ int = ge\n"


@monster()
def comparisons_of_strings_doubled_less():
    return "package p\n" + doubled("s", f'"{"x" * 1000}"', 12) + doubled("t", f'"{"x" * 500}"', 13) + \
        "var b = s12[4096000]\nvar c = s12[4095999]\n" \
        "const eq = s12 == t13\nvar _ int = eq\nconst ne = \"a\" + s12 != t13 + \"a\"\nvar _ int = ne\n" \
        "const le = \"x\" + s12 <= s12 + \"x\"\nvar _ int = le\nconst gt = s12 + \"y\" > t13 + \"x\"\nvar _ int = gt\n" \
        "const ge = s11 >= t13\nvar _ int = ge\nfunc f(x string) {\n\tswitch x {\n\tcase s12, t13, s12 + \"x\", " \
        "\"x\" + t13, s11 + t12, s11 + \"x\":\n\t}\n}\nvar m = map[string]int{s12: 1, s11: 1, t13: 1, s12 + \"a\": 1, s3 + s3: 1, s4: 1}\n" \
        "var a = map[any]int{s12: 1, T(t13): 1, T(s12): 1, t13: 1}\ntype T string\n"


@monster(says=["duplicate case s20 + \"1\" (constant \"" + "x" * 68 + "... of type string) in expression switch"])
def cases_of_doubled_strings():
    return "package p\n" + doubled("s", f'"{"x" * 1000}"', 20) + "func f(x string) {\n\tswitch x {\n" + \
        "\n".join(f'case s20 + "{i}":' for i in range(1000)) + "\ncase s20 + \"1\":\n\t}\n}\n"


@monster()
def chain_of_string_constants():
    return lines(20000, lambda i: f"const s{i + 1} = s{i} + \"x\"", tail="const s0 = \"\"\nvar _ [len(s20000)]int = 1\n")


@monster()
def sums_of_a_long_string():
    return f"package p\nconst s = \"{'x' * 100000}\"\n" + \
        "\n".join(f"const s{i} = \"{i}\" + s + \"{i}\"" for i in range(20000)) + "\nvar _ int = s7\n"


# --- Deep types -----------------------------------------------------------------------------------------

@monster()
def nested_instances():
    return "package p\ntype T[P any] struct { a P }\nvar v " + "T[" * 3000 + "int" + "]" * 3000 + "\nvar _ string = v.a\n"


@monster()
def nested_instances_of_slices():
    return "package p\ntype T[P any] struct { a P }\nvar v " + "T[[]" * 2000 + "int" + "]" * 2000 + "\nvar _ string = v.a.a\n"


@monster()
def instances_of_longer_and_longer_slices():
    return lines(3000, lambda i: f"type A{i + 1} = []A{i}\nvar v{i} T[A{i}]", "package p\ntype T[P any] struct { a P }\n",
                 "type A0 = int\nvar _ string = v7.a\n")


@monster()
def instances_of_much_the_same():
    return lines(5000, lambda i: f"var v{i} T[struct {{ a, b, c, d, e int; f A{i}; g, h, i, j, k int }}]\ntype A{i} int",
                 "package p\ntype T[P any] struct { a P }\n", "var _ string = v7.a\n")


@monster()
def nested_interfaces():
    return "package p\ntype C " + "interface{ " * 3000 + "int | string" + " }" * 3000 + "\nvar c C\n"


@monster()
def nested_interfaces_with_unions():
    return "package p\ntype C " + "interface{ " * 3000 + "int" + " | string }" * 3000 + "\nvar c C\n"


@monster()
def nested_interfaces_of_methods():
    return "package p\ntype C " + "interface{ m() " * 3000 + "int" + " }" * 3000 + "\nvar c C = 1\n"


@monster()
def errors_of_nested_instances():
    return "package p\ntype T[P any] struct { a P }\nvar v " + "T[" * 2000 + "int" + "]" * 2000 + "\n" + \
        "var _ string = v\n" * 300


@monster()
def errors_of_nested_interfaces():
    return "package p\nvar v " + "interface{ m() " * 2000 + "int" + " }" * 2000 + "\n" + "var _ string = v\n" * 300


@monster()
def nested_maps():
    return "package p\nvar v " + "map[" * 4000 + "int" + "]int" * 4000 + "\nvar _ string = v\n"


@monster()
def nested_map_elements():
    return "package p\nvar v " + "map[int]" * N_NEST + "int" + "\nvar _ string = v\n"


# --- Labels ---------------------------------------------------------------------------------------------

@monster(says=[f"label L{i} declared and not used" for i in range(1000)])  # go/types tells them in no order
def many_unused_labels():
    return lines(10000, lambda i: f"L{i}:\n\tx++", "package p\nfunc f(x int) {\n", "\tvar y int\n}\n")


@monster()
def many_nested_labels():
    return lines(3000, lambda i: f"L{i}:\n\tfor x > {i} {{", "package p\nfunc f(x int) {\n",
                 "\n".join(f"break L{i}" for i in range(3000)) + "}" * 3000 + "\n\tvar y int\n}\n")


@monster()
def the_same_label():
    return lines(5000, lambda i: "L:\n\tx++", "package p\nfunc f(x int) {\n", "\tgoto L\n}\n")


@monster()
def many_jumps_to_labels_behind():
    return lines(10000, lambda i: f"\tgoto L{i}", "package p\nfunc f(x int) {\n",
                 "\n".join(f"L{i}:\n\tx++" for i in range(10000)) + "\n\tvar y int\n}\n")


# --- More of many ---------------------------------------------------------------------------------------

@monster()
def interface_of_100000_methods():
    return "package p\ntype I interface {\n" + "\n".join(f"m{i}()" for i in range(100000)) + "\n}\nvar x I\nvar y int = x.m7\n"


@monster()
def iota_of_many():
    return "package p\nconst (\n\tc0, d0 = iota, 1 << (iota % 60) + c0x\n" + "\n".join(f"\tc{i}, d{i}" for i in range(1, 100000)) + \
        "\n)\nconst c0x = 5\nvar v string = d1999\n"


@monster()
def embedding_of_10000():
    return lines(10000, lambda i: f"type T{i} struct{{ *T{i + 1} }}",
                 tail="type T10000 struct{ a int }\nvar x T0\nvar y string = x.a\n")


@monster(says=["cannot use x.a (variable of type int) as string value in variable declaration"])
def embedding_of_values():
    return lines(3000, lambda i: f"type T{i} struct{{ T{i + 1} }}",
                 tail="type T3000 struct{ a int }\nfunc (T3000) m() {}\nvar x T0\nvar y string = x.a\nvar z interface{ m() } = x\n")


@monster()
def wide_diamond():
    return lines(3000, lambda i: f"type A{i} struct {{ *B }}", "package p\ntype B struct { b int }\n",
                 "type T struct {\n" + "\n".join(f"A{i}" for i in range(3000)) + "\n}\nvar x T\nvar y = x.b\nvar z = x.c\n")


@monster()
def deep_diamonds():
    return lines(1000, lambda i: f"type A{i} struct {{ *B{i}; *C{i} }}\ntype B{i} struct {{ *A{i + 1} }}\n"
                 f"type C{i} struct {{ *A{i + 1} }}", tail="type A1000 struct { a int }\nvar x A0\nvar y = x.a\nvar z = x.b\n")


@monster()
def literal_of_many_keys():
    return "package p\ntype T struct {\n" + "\n".join(f"a{i} int" for i in range(20000)) + "\n}\nvar z = T{" + \
        ", ".join(f"a{i}: {i}" for i in range(20000)) + ", a7: \"\"}\n"


@monster()
def literals_of_many_fields():
    return "package p\ntype T struct {\n" + "\n".join(f"a{i} int" for i in range(2000)) + "\n}\n" + \
        "\n".join(f"var z{i} = T{{a{i}: 1}}" for i in range(2000)) + "\n"


@monster()
def parameters_of_types():
    return "package p\ntype T[" + ", ".join(f"P{i}" for i in range(10000)) + " any] struct { a P7 }\nvar x T[" + \
        ", ".join("int" for i in range(10000)) + "]\nvar y string = x.a\n"


@monster()
def parameters_of_types_with_constraints():
    return "package p\ntype T[" + ", ".join(f"P{i} interface{{ ~int | ~string; m(P{i}) }}" for i in range(3000)) + \
        "] struct { a P7 }\nfunc f[" + ", ".join(f"P{i} ~int" for i in range(3000)) + "](x P7) P7 { return x }\n" \
        "var y string = f(1)\n"


@monster()
def chain_of_10000_aliases():
    return lines(3000, lambda i: f"type T{i} = T{i + 1}", tail="type T3000 = int\nvar x T0 = 1.5\n")


@monster()
def chain_of_generic_aliases():
    return lines(1000, lambda i: f"type T{i}[P any] = T{i + 1}[P]", tail="type T1000[P any] = []P\nvar x T0[int] = 1.5\n")


@monster()
def chain_of_generic_types():
    return lines(1000, lambda i: f"type T{i}[P any] struct {{ a *T{i + 1}[[]P] }}",
                 tail="type T1000[P any] []P\nvar x T0[int] = 1.5\nvar y int = x.a.a.a\n")


@monster()
def chain_of_generic_types_in_each_other():
    return lines(500, lambda i: f"type T{i}[P any] struct {{ a T{i + 1}[P] }}",
                 tail="type T500[P any] []P\nvar x T0[int] = 1.5\nvar y int = x.a.a.a\n")


@monster()
def fields_of_many_embeds():
    return "package p\n" + "\n".join(f"type E{i} struct {{ a{i} int }}" for i in range(500)) + "\ntype T struct {\n" + \
        "\n".join(f"E{i}" for i in range(500)) + "\n}\nvar x T\nfunc f() {\n" + "\n".join(f"_ = x.a{i}" for i in range(500)) + "\n}\n"


@monster()
def mutual_generic_types():
    return lines(1000, lambda i: f"type T{i}[P any] struct {{ a *T{(i + 1) % 1000}[P]; b *T{(i * 7) % 1000}[P] }}",
                 tail="var x T0[int] = 1.5\nvar y int = x.a.b.a\n")


@monster()
def mutual_generic_types_that_grow():
    return lines(200, lambda i: f"type T{i}[P any] struct {{ a *T{(i + 1) % 200}[P]; b *T{(i * 7) % 200}[[]P] }}",
                 tail="var x T0[int] = 1.5\n")


@monster()
def mutual_generic_functions():
    return lines(1000, lambda i: f"func f{i}[P any](x P) {{ f{(i + 1) % 1000}(x); f{(i * 7) % 1000}(x) }}",
                 tail="var x int = f0(1)\n")


@monster()
def mutual_generic_functions_that_grow():
    return lines(500, lambda i: f"func f{i}[P any](x P) {{ f{(i + 1) % 500}(&x); f{(i * 7) % 500}(x) }}",
                 tail="var x int = f0(1)\n")


@monster(says=["cannot use x (variable of type int) as string value in variable declaration"])
def calls_each_other():
    return lines(3000, lambda i: f"func f{i}() int {{ return f{(i * 7) % 3000}() + f{(i + 1) % 3000}() + v{i} }}\nvar v{i} = {i}",
                 tail="var x = f0()\nvar y string = x\n")


@monster()
def variables_behind_functions():
    return lines(3000, lambda i: f"var v{i} = f{i}()\nfunc f{i}() int {{ return v{i + 1} + v{min(i * 7, 3000)} }}",
                 tail="var v3000 = 1\nvar y string = v0\n")


@monster()
def variables_of_many():
    return lines(300, lambda i: f"var v{i} = " + " + ".join(f"v{k}" for k in range(i + 1, 300)) + " + 1", tail="var y string = v0\n")


@monster()
def one_function_of_many():
    return lines(20000, lambda i: f"var v{i} = f()", tail="func f() int { return g() }\nfunc g() int { return w }\nvar w = 1\nvar y string = v0\n")


@monster(says=["cannot use v (variable of type int) as string value in variable declaration"])
def functions_in_layers():
    calls = [" + ".join(f"f{layer + 1}_{i}()" for i in range(100)) for layer in range(20)] + ["1"]
    return lines(2100, lambda n: f"func f{n // 100}_{n % 100}() int {{ return {calls[n // 100]} }}",
                 tail="var v = f0_0()\nvar y string = v\n")


@monster()
def union_of_many_in_many():
    return lines(90, lambda i: f"type A{i} int", tail="\n".join(
        f"type U{k} interface {{ " + " | ".join(f"A{i}" for i in range(90)) + " }" for k in range(500)) +
        "\nfunc f[P U7](x P) P { return x + x }\nfunc g[P interface { " + "; ".join(f"U{k}" for k in range(500)) +
        " }](x P) string { return f(x) }\n")


@monster(says=["cannot use f(1) (value of type int) as string value in variable declaration"])
def nested_unions():
    return lines(2000, lambda i: f"type U{i} interface {{ U{i + 1} | U{i + 1} }}", tail="type U2000 interface { int | string }\n"
                 "func f[P U0](x P) P { return x + x }\nvar y string = f(1)\n")


@monster()
def huge_shifts():
    return "package p\nvar v uint\n" + "\n".join(f"const c{i} = 1 << {i * 1000} >> {i * 1000}" for i in range(2000)) + \
        "\nconst d = 1 << (1 << 62)\nconst e = 1 << (1 << 70)\nvar f = 1.0 << (1 << 70)\nvar g = v << (1 << 70)\nvar h = int8(1) << 1000\n"


@monster()
def arguments_of_many():
    return "package p\nfunc f(x ...int) {}\nfunc g() { f(" + ", ".join(str(i) for i in range(100000)) + ", \"\") }\n"


@monster()
def results_of_many():
    names = ", ".join(f"a{i}" for i in range(3000))
    return f"package p\nfunc f() ({names} int) {{ return }}\nfunc g() ({names} string) {{ return f() }}\n"


@monster()
def assignment_of_many():
    names = ", ".join(f"a{i}" for i in range(10000))
    return f"package p\nfunc f() {{\n\tvar {names} int\n\t{names} = {names[::1]}\n\t{names} := 1\n}}\n"


@monster()
def types_that_assert():
    return lines(300, lambda i: f"type T{i} struct{{}}\n" + "\n".join(f"func (T{i}) m{k}() {{}}" for k in range(i % 30)),
                 tail="type I interface { " + "; ".join(f"m{k}()" for k in range(30)) + " }\nfunc f(x I) {\n" +
                 "\n".join(f"\t_ = x.(T{i})" for i in range(300)) + "\n}\n")


@monster()
def methods_on_instances():
    return lines(300, lambda i: f"func (t T[P]) m{i}(x T[[]P]) T[P] {{ return t }}", "package p\ntype T[P any] struct { a P }\n",
                 "\n".join(f"var v{i} = T[[{i}]int]{{}}.m{i % 300}" for i in range(1000)) + "\nvar x string = v7\n")


@monster()
def closures_in_closures():
    return "package p\nfunc f() int {\n" + "return func() int {\n" * 1000 + "return 1\n" + "}()\n" * 1000 + "}\nvar v string = f()\n"


@monster()
def strings_of_errors():
    """Each error shows a long type."""
    return "package p\nvar v struct {\n" + "\n".join(f"a{i} int" for i in range(1000)) + "\n}\n" + \
        "\n".join(f"var _ int{i % 3} = v" for i in range(300)).replace("int0", "int") .replace("int1", "string").replace("int2", "bool") + "\n"


@monster(says=["invalid operation: x == y (struct containing T991 cannot be compared)", "invalid map key type T990"])
def comparable_of_deep():
    return lines(1000, lambda i: f"type T{i} struct{{ a, b T{i + 1} }}" if i % 50 else f"type T{i} struct{{ a T{i + 1} }}",
                 tail="type T1000 struct{ f func() }\nvar x, y T990\nvar z = x == y\nvar m map[T990]int\n")


@monster()
def method_sets_of_deep():
    return lines(300, lambda i: f"type T{i} struct{{ T{i + 1} }}\nfunc (T{i}) m{i}() {{}}",
                 tail="type T300 struct{ a int }\ntype I interface { " + "; ".join(f"m{i}()" for i in range(300)) +
                 "; n() }\nvar x I = T0{}\n")


@monster()
def dots_of_many():
    found = {f"p{i}": f"package p{i}\n" + "\n".join(f"var V{i}_{k} int" for k in range(100)) for i in range(100)}
    found["q"] = "package q\n" + "".join(f'import . "p{i}"\n' for i in range(100)) + "var x string = V7_8 + V8_9\n"
    return found


@monster()
def many_small_packages():
    found = {f"p{i}": f"package p{i}\ntype T{i} struct {{ A int }}\nfunc (T{i}) M() T{i} {{ return T{i}{{}} }}\n"
             for i in range(2000)}
    found["q"] = "package q\n" + "".join(f'import "p{i}"\n' for i in range(2000)) + \
        "".join(f"var v{i} = p{i}.T{i}{{}}.M()\n" for i in range(2000)) + "var x string = v7\n"
    return found


@monster()
def powers_of_fractions():
    return lines(3000, lambda i: f"const c{i + 1} = c{i} * 1.0000001 + 1.0/3", tail="const c0 = 1.0/7\nvar v string = c3000\n")


@monster()
def complex_constants():
    return lines(3000, lambda i: f"const c{i + 1} = c{i} * (1.0000001 + 0.1i) / (3 + 1i)",
                 tail="const c0 = 1.0/7 + 2i\nvar v string = c3000\n")


@monster()
def sum_of_fractions():
    return "package p\nconst c = " + " + ".join(f"1.0/{i}" for i in range(1, 3000)) + "\nvar v string = c\n"


@monster(says=["cannot use x == y (untyped bool value) as string value in variable declaration"])
def struct_comparisons():
    return lines(500, lambda i: f"type T{i} struct{{ a, b, c T{i + 1} }}" if i % 100 else f"type T{i} struct{{ a *T{i + 1} }}",
                 tail="type T500 struct{ a int }\nvar x, y T1\nvar z string = x == y\nvar m map[T1]T2\n")


@monster()
def fields_in_other_cases():
    return "package p\ntype T struct {\n" + "\n".join(f"Field{i} int" for i in range(3000)) + "\n}\nvar x T\nfunc f() {\n" + \
        "\n".join(f"_ = x.field{i}" for i in range(900)) + "\n}\n"


@monster()
def methods_in_other_cases():
    return "package p\ntype T struct{}\n" + "\n".join(f"func (T) Method{i}() {{}}" for i in range(2000)) + \
        "\ntype I interface {\n" + "\n".join(f"method{i}()" for i in range(2000)) + "\n}\n" + \
        "var _ I = T{}\n" * 300


@monster()
def undefined_names():
    return lines(900, lambda i: f"\tx += undefined{i}", "package p\nfunc f(x int) {\n", "}\n") + \
        "\n".join(f"var Undefined{i} int" for i in range(3000)) + "\n"


@monster()
def many_generic_calls():
    return lines(30000, lambda i: f"\tx = f(x, g(x), {i})", "package p\nfunc f[P any, Q ~int](x, y P, z Q) P { return x }\n"
                 "func g[P any](x P) P { return x }\nfunc h(x int) {\n", "\tvar y string = x\n}\n")


@monster()
def many_generic_functions_as_arguments():
    return lines(10000, lambda i: "\tm(g, x)", "package p\nfunc m[P, Q any](f func(P) Q, x P) Q { return f(x) }\n"
                 "func g[P any](x P) P { return x }\nfunc h(x int) {\n", "\tvar y string = m(g, x)\n}\n")


@monster()
def one_generic_call_of_many_functions():
    params = ", ".join(f"f{i} func(P{i}) P{i + 1}" for i in range(200))
    return "package p\nfunc m[" + ", ".join(f"P{i}" for i in range(201)) + f" any](x P0, {params}) (y P200) {{ return }}\n" + \
        "func g[P any](x P) P { return x }\nvar v string = m(1" + ", g" * 200 + ")\n"


@monster()
def deep_arguments():
    return "package p\nfunc f[P any](x " + "[]" * 40 + "P) P { return x" + "[0]" * 40 + " }\nvar x " + "[]" * 40 + \
        "int\n" + "\n".join(f"var v{i} string = f(x)" for i in range(300)) + "\n"


@monster()
def methods_of_instances_of_instances():
    return "package p\ntype T[P any] struct { a P }\nfunc (t T[P]) f() T[T[P]] { return T[T[P]]{t} }\nvar x T[int]\nvar v string = x" + \
        ".f()" * 200 + "\n"


@monster()
def embedded_interfaces_that_overlap():
    return lines(1000, lambda i: f"type I{i} interface {{ " + "; ".join(f"m{k}()" for k in range(50)) + " }",
                 tail="type I interface {\n" + "\n".join(f"I{i}" for i in range(1000)) + "\n}\nvar x I = 1\n")


@monster(says=["cannot use T(1) (constant 1 of int type T) as I299 value in variable declaration: "
               "T does not implement I299 (missing method m0)"])
def pyramid_of_interfaces():
    return lines(300, lambda i: f"type I{i} interface {{ m{i}()" + "".join(f"; I{k}" for k in range(max(0, i - 5), i)) + " }",
                 tail="type T int\nvar x I299 = T(1)\n")


@monster()
def constraints_of_constraints():
    return lines(300, lambda i: f"type C{i}[P C{i + 1}[P]] interface {{ ~int; m{i}(P) }}",
                 tail="type C300[P any] interface { ~int }\nfunc f[P C0[P]](x P) P { return x }\nvar y string = f(1)\n")


@monster()
def range_over_functions():
    return "package p\nfunc f(g func(func(int) bool)) {\n" + "for x := range g {\n_ = x\n" * 1000 + "}\n" * 1000 + "\tvar y int\n}\n"


@monster()
def long_switches_in_switches():
    return "package p\nfunc f(x any) {\n" + "switch y := x.(type) {\ncase int, string:\n_ = y\n" * 1000 + "}\n" * 1000 + "\tvar y int\n}\n"


@monster()
def defers_of_many():
    return lines(50000, lambda i: f"\tdefer func() {{ recover(); x++ }}()\n\tgo f(x)", "package p\nfunc f(x int) {\n", "\tvar y int\n}\n")


@monster()
def blank_of_many():
    return lines(100000, lambda i: f"var _ = {i}\nfunc _() {{}}\ntype _ int", tail="var _ string = 1\n")


@monster()
def inits_of_many():
    return lines(50000, lambda i: "func init() { v++ }", tail="var v int\nvar x string = v\n")


@monster()
def receivers_of_many_types():
    return lines(30000, lambda i: f"type T{i} struct{{}}\nfunc (T{i}) m() {{}}\nfunc (t *T{i}) n() {{ t.m() }}", tail="var x string = T7{}\n")


@monster()
def arrays_by_constants():
    return lines(3000, lambda i: f"type A{i} [len(A{i + 1}{{}}) + 1]int", tail="type A3000 [1]int\nvar x string = len(A0{})\n")


@monster()
def sizes_of_structs():
    return lines(300, lambda i: f"type A{i} struct {{ a byte; b A{i + 1}; c byte }}\nconst c{i} = unsafe.Sizeof(A{i}{{}})",
                 "package p\nimport \"unsafe\"\n", "type A300 struct { a int16 }\nvar x string = c0\n")


@monster()
def nil_of_many():
    return "package p\nvar x = []any{" + "nil, " * 200000 + "}\nvar y string = x\n"


@monster()
def strings_of_runes():
    return "package p\nvar x = string(rune(1))" + " + string('a')" * 20000 + "\nvar y int = x\n"


# --- What is said of them -------------------------------------------------------------------------------

def write(folder, made):
    """The lines for the programs."""
    found = []
    for name, text in (made if isinstance(made, dict) else {"p": made}).items():
        path = folder / f"{name}.go"
        path.write_text(text)
        found.append(gotypes.Package(name, [path]).line())
    return "".join(found)


def limit_time():
    resource.setrlimit(resource.RLIMIT_CPU, (MAX_SECONDS, MAX_SECONDS))


def limit():
    limit_time()
    resource.setrlimit(resource.RLIMIT_AS, (MAX_BYTES, MAX_BYTES))


def ask(program, text, is_limited):
    """(exit status, errors, seconds of CPU, most bytes in memory); a status of 9 or 24: it took too long."""
    with tempfile.TemporaryFile("w+") as source, tempfile.TemporaryFile("w+", errors="surrogateescape") as out:
        source.write(text)
        source.seek(0)
        child = subprocess.Popen(list(map(str, program)), stdin=source, stdout=out, stderr=subprocess.STDOUT,
                                 preexec_fn=limit if is_limited else limit_time)
        _, status, usage = os.wait4(child.pid, 0)
        child.returncode = status
        seconds = usage.ru_utime + usage.ru_stime
        out.seek(0)
        errors = [gotypes.error_of(line.rstrip("\n")) for line in out if line.startswith("error\t")]
    return status, errors, seconds, usage.ru_maxrss * 1024


def shown(errors, n=3):
    return [f"{pathlib.Path(e.file).name}:{e.line}:{e.column}: {e.message[:300]}" for e in errors[:n]]


def compare(says, go, ours):
    status, errors, seconds, _ = ours
    if status != 0:
        return f"goward ends with {status}"
    if says is not None:
        said = [e.message for e in errors]
        return "" if said == says else f"goward says {shown(errors)}"
    if go[0] != 0:
        return f"go ends with {go[0]}"
    first = [error[:5] for error in go[1]][:SHOWN]
    mine = [error[:5] for error in errors][:SHOWN]
    if first != mine or [e.message for e in go[1]][:SHOWN] != [e.message for e in errors][:SHOWN]:
        return f"go: {len(go[1])} {shown(go[1])}, goward: {len(errors)} {shown(errors)}"
    if seconds > go[2] * RATIO + SLACK:
        return f"go {go[2]:.2f} s, goward {seconds:.2f} s"
    return ""


def main():
    if not DRIVER.is_file():
        print(f"{DRIVER} is absent")
        sys.exit(1)
    asked = set(sys.argv[1:])
    failed = n = 0
    root = fetch(NEWEST)
    with tempfile.TemporaryDirectory() as name:
        folder = pathlib.Path(name)
        program = pathlib.Path(os.environ.get("TYPES_OF_GO") or gotypes.go_program(root, folder))
        for title, make, says in MONSTERS:
            if asked and title not in asked:
                continue
            text = write(folder, make())
            go = (0, [], 0, 0) if says is not None else ask([program], text, False)
            ours = ask([DRIVER, root], text, True)
            wrong = compare(says, go, ours)
            n += 1
            failed += bool(wrong)
            print(f"{'not ok' if wrong else 'ok'} {n} - {title} # {ours[2]:.2f} s, {ours[3] >> 20} MB; go "
                  f"{go[2]:.2f} s, {go[3] >> 20} MB" + (f"\n# {wrong}" if wrong else ""), flush=True)
    print(f"1..{n}")
    sys.exit(failed > 0)


if __name__ == "__main__":
    main()
