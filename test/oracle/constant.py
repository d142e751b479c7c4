#!/usr/bin/env python3
"""Are goward's constants those of go/constant and go/types, to the last bit?

Random postfix expressions (TEST_SEED), most of them over values where something changes: powers of
two and ten, limits of integers and floats, denormals, exponents that no float has, fractions, runes,
strings, literals that are not well formed. oracle.constant_driver and a Go program
(data/constants_of_go) evaluate them; kind, text, exact text, float64 and float32, bit length, and the
rounded value in each basic type for 64 and 32 bits must be equal.
"""
import concurrent.futures
import os
import pathlib
import random
import subprocess
import sys
import tempfile

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent))
from doctor import CACHE, fetch  # noqa: E402

HERE = pathlib.Path(__file__).resolve().parent
DRIVER = pathlib.Path(os.environ.get("TEST_BUILD", "build-check/release")) / "oracle.constant_driver"
NEWEST = "1.27.4"
COUNT = 2000000 if os.environ.get("TEST_SOAK") else 50000
MAX_REPORTED = 20

INT_OPS = ["+", "-", "*", "/", "//", "%", "&", "|", "^", "&^"]
NUMBER_OPS = ["+", "-", "*", "/"]
COMPARISONS = ["==", "!=", "<", "<=", ">", ">="]
CONVERSIONS = ["toint", "tofloat", "tocomplex", "real", "imag", "neg"]
LIMITS = [2 ** n + d for n in (0, 7, 8, 15, 16, 24, 31, 32, 53, 60, 61, 63, 64, 127, 128, 511, 512, 513, 1023, 1024)
          for d in (-2, -1, 0, 1, 2) if 2 ** n + d >= 0]
FLOATS = [
    "0.0", "1.5", "0.1", "3.14159265358979323846264338327950288419716939937510582097494459", "1e-400",
    "1e400", "1e308", "1.7976931348623157e308", "1.7976931348623158e308", "1.797693134862315808e308",
    "3.4028235e38", "3.4028236e38", "3.40282356779733661637539395458142568448e38", "5e-324", "2.4e-324",
    "2.5e-324", "2.4703282292062327208e-324", "4.9406564584124654e-324", "1.4e-45", "7.006492321624085e-46",
    "7.1e-46", "1.1754943508222875e-38", "2.2250738585072014e-308", "2.2250738585072011e-308", "0x1p-1074",
    "0x1p-1075", "0x1.8p-1075", "0x1p-1076", "0x1p1023", "0x1p1024", "0x1.fffffffffffff8p1023",
    "0x1.fffffffffffff7fp1023", "0x1p-149", "0x1p-150", "0x1.8p-150", "0x1.ffffffp127", "0x1.fffffefp127",
    "0x1p4094", "0x1p4095", "0x1p4096", "0x1p-4095", "0x1p-4096", "0x1p-4097", "1e1233", "1e1232",
    "1e-1233", "1e-1232", "100000.3", "1000000.5", "2000000.5", "100000.0000000001", "999999.5",
    "999999.4999", "0.0001", "0.00009999996", "123456789.0", "1e21", "1e20", "1e5", "1e6", "0x.8p1",
    "0b1.1p1", "0o7.4p3", "1p5", "0b1e3", "1_0.2_5e1_0", "1.", ".5",
]
HUGE = [  # rarely computed with: Go shifts by the difference of exponents
    "1e1000000", "1e646456993", "1e-646456993", "1e646456992", "1e2147483646", "1e2147483647",
    "1e-2147483648", "1e-2147483660", "1e9223372036854775807", "1e9223372036854775808",
    "1e-9223372036854775808", "1e-9223372036854775809", "0e9999999999", "0x1p2147483646", "0x1p2147483647",
    "0x1p2147483648", "0x1p-2147483649", "0x1p-2147483650",
]
WRONG = ["", "0x", "0b", "0o", "08", "0b2", "0o8", "1__0", "_1", "1_", "0x_", "0_x1", "0x1_", "1e", "1e+", "1e_1",
         "1_e1", "1e1_", ".", "._1", "1._1", "1_.1", "0x.p1", "0x1.8", "0x1p", "1.2.3", "abc", "09", "0_9", "0_7",
         "0x_1", "0__1", "1e5", "1.5", "0X1F", "0B11", "0O17", "00", "0_0", "0x1.p1", "09.5", "08e1", "i"]
STRINGS = ['""', '"a"', '"\\n\\t\\x00\\u00e9\\U0001F600"', "`raw\\n`", '"\\xff\\xfe"', '"' + "x" * 69 + '"',
           '"' + "x" * 70 + '"', '"' + "x" * 71 + '"', '"' + "\u00e9" * 80 + '"', '"' + "\\n" * 40 + '"', '"bad',
           '"\\q"', "`a\rb`", '"\u4e16\u754c"', "'a'", '"' + "\\\"" * 100 + '"', '"' + "\U0001F600" * 300 + '"']
RUNES = ["'a'", "'\\n'", "'\\''", "'\\x41'", "'\\xff'", "'\\377'", "'\\u00ff'", "'\\U0010FFFF'", "'\\U00110000'",
         "'\\ud800'", "'\u4e16'", "'\U0001F600'", "''", "'\\\"'", "'\\0'", "'\\400'"]


def word(letter, text):
    return f"{letter}:{text.encode('utf-8', 'surrogatepass').hex()}"


def separated(rng, digits):
    """With underscores here and there."""
    return "".join(d + ("_" if rng.random() < 0.05 and i + 1 < len(digits) else "") for i, d in enumerate(digits))


def integer(rng):
    value = rng.choice([lambda: rng.choice(LIMITS), lambda: rng.randrange(0, 20), lambda: 10 ** rng.randrange(0, 60),
                        lambda: rng.getrandbits(rng.randrange(1, 70)), lambda: rng.getrandbits(600),
                        lambda: 5 ** rng.randrange(0, 200)])()
    form = rng.choice(["{}", "{}", "{}", "0x{:x}", "0b{:b}", "0o{:o}", "0{:o}", "0X{:X}"]).format(value)
    return separated(rng, form) if rng.random() < 0.1 else form


def floating(rng):
    choice = rng.random()
    if choice < 0.4:
        return rng.choice(HUGE if rng.random() < 0.004 else FLOATS)
    if choice < 0.55:
        return f"0x{rng.getrandbits(rng.randrange(1, 80)):x}.{rng.getrandbits(64):x}p{edge_exponent(rng)}"
    digits = str(rng.getrandbits(rng.choice([8, 30, 60, 200, 1800])))
    point = rng.randrange(0, len(digits) + 1)
    spread = rng.choice([3, 30, 330, 1300, 5000])
    exp = rng.randrange(-spread, spread + 1)
    return separated(rng, digits[:point] or "0") + "." + digits[point:] + rng.choice(["", f"e{exp}", f"E{exp:+d}"])


def edge_exponent(rng):
    edge = rng.choice([0, 0, -1022, -1074, 1023, 127, -126, -149, 4096, -4096, 511, 512])
    return edge + rng.randrange(-70, 70)


def number(rng):
    choice = rng.random()
    if choice < 0.45:
        return word("i", integer(rng))
    if choice < 0.85:
        return word("f", floating(rng))
    if choice < 0.92:
        return word("m", (integer(rng) if rng.random() < 0.3 else floating(rng)) + "i")
    if choice < 0.96:
        return word("c", rng.choice(RUNES))
    return word(rng.choice("if"), rng.choice(WRONG))


def int_tree(rng, depth):
    if depth == 0:
        return [word("i", integer(rng))] + (["neg"] if rng.random() < 0.3 else [])
    x = int_tree(rng, rng.randrange(depth))
    choice = rng.random()
    if choice < 0.2:
        count = rng.choice([0, 1, 7, 8, 63, 64, 511, 512, 1000, 1074, rng.randrange(0, 1075)])
        return x + [f"{rng.choice(['shl', 'shr'])}={count}"]
    if choice < 0.3:
        return x + [f"inv={rng.choice([0, 8, 16, 32, 64])}"]
    return x + int_tree(rng, rng.randrange(depth)) + [rng.choice(INT_OPS)]


def number_tree(rng, depth):
    if depth == 0:
        return [number(rng)]
    x = number_tree(rng, rng.randrange(depth))
    if rng.random() < 0.2:
        return x + [rng.choice(CONVERSIONS)]
    return x + number_tree(rng, rng.randrange(depth)) + [rng.choice(NUMBER_OPS)]


def string_tree(rng, depth):
    if depth == 0:
        return [word("s", rng.choice(STRINGS))]
    return string_tree(rng, rng.randrange(depth)) + string_tree(rng, rng.randrange(depth)) + ["+"]


def inexact_tree(rng):
    """A quotient and back: an integer but for the rounding of a float."""
    big = word("f", rng.choice(["0x1p4096", "0x3p4097", "1e2000", "7e-2000"]))
    n = word("i", integer(rng))
    return [n, big, "*", big, "/", rng.choice(["toint", "tofloat", "neg"])]


def expression(rng):
    choice = rng.random()
    if choice < 0.3:
        tree = int_tree(rng, rng.randrange(0, 5))
    elif choice < 0.82:
        tree = number_tree(rng, rng.randrange(0, 5))
    elif choice < 0.86:
        tree = inexact_tree(rng)
    elif choice < 0.94:
        tree = number_tree(rng, rng.randrange(0, 3))
        tree += (number_tree(rng, 0) if rng.random() < 0.7 else tree) + [rng.choice(COMPARISONS)]
    else:
        tree = string_tree(rng, rng.randrange(0, 5))
        if rng.random() < 0.3:
            tree += string_tree(rng, 0) + [rng.choice(COMPARISONS)]
    return " ".join(tree)


def oracle(root, folder):
    """The Go program, built by the Go in root; it calls a function that go/types keeps to itself."""
    env = dict(os.environ, GOROOT=str(root), GOTOOLCHAIN="local", GOFLAGS="", GOWORK="off", GOENV="off",
               GOCACHE=str(CACHE / "gocache-constant"), GO111MODULE="off", CGO_ENABLED="0")
    program = folder / "constants_of_go"
    subprocess.run([root / "bin/go", "build", "-ldflags=-checklinkname=0", "-o", program, "."], env=env,
                   cwd=HERE / "data/constants_of_go", check=True)
    return program


def readable(line):
    """The expression with its literals in the clear."""
    return " ".join(w[:2] + repr(bytes.fromhex(w[2:]).decode(errors="replace")) if w[1:2] == ":" else w
                    for w in line.split())


def answers(program, lines):
    done = subprocess.run([program], input="\n".join(lines) + "\n", capture_output=True, text=True,
                          errors="replace", check=True, env=dict(os.environ, GOGC="400"))
    return done.stdout.split("\n")[:-1]


def main():
    newest = fetch(NEWEST)
    if newest is None:
        print(f"0 passed, 0 failed, 1 skipped (Go {NEWEST} cannot be had)")
        return 0
    rng = random.Random(os.environ.get("TEST_SEED", "1"))
    lines = [expression(rng) for _ in range(COUNT)]
    lines += [word(letter, text) for letter in "if" for text in WRONG + FLOATS + HUGE]
    lines += [word("m", text + "i") for text in WRONG + FLOATS + HUGE]
    lines += [word("s", text) for text in STRINGS] + [word("c", text) for text in RUNES]
    with tempfile.TemporaryDirectory() as folder:
        program = oracle(newest, pathlib.Path(folder))
        with concurrent.futures.ThreadPoolExecutor() as pool:
            ours, theirs = pool.map(lambda p: answers(p, lines), (DRIVER, program))
    failed = abs(len(ours) - len(lines)) + abs(len(theirs) - len(lines))
    panics = 0
    for line, mine, others in zip(lines, ours, theirs):
        panics += others == "panic"  # a division by a float that underflowed
        if mine != others and others != "panic":
            failed += 1
            if failed <= MAX_REPORTED:
                print(f"FAILED: {readable(line)}\n  goward: {mine[:600]}\n  Go:     {others[:600]}")
    if panics:
        print(f"{panics} of them panic in Go")
    print(f"{len(lines) - failed} passed, {failed} failed, 0 skipped")
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
