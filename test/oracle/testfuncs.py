#!/usr/bin/env python3
"""Functions that look like tests: goward check --test refuses those that go test refuses, in its words, at its places.

A package for each function, which the real go is asked for: it tells the first error of a package, goward all.
"""
import json
import os
import pathlib
import subprocess
import sys
import tempfile

HERE = pathlib.Path(__file__).resolve().parent
sys.path[:0] = [str(HERE), str(HERE.parent / "lib")]
from doctor import fetch  # noqa: E402

GOS = ("1.21.13", "1.26.8", "1.27.4")

FUNCTIONS = """
func TestA(t *testing.T) {}
func TestA(*testing.T) {}
func TestA(t *T) {}; type T int
func TestA(t *M) {}; type M = testing.T
func TestA(t *other.T) {}
func TestA(t *testing.B) {}
func TestA(t testing.T) {}
func TestA(t **testing.T) {}
func TestA(t (*testing.T)) {}
func TestA(t ...*testing.T) {}
func TestA(a, b *testing.T) {}
func TestA(a *testing.T, b int) {}
func TestA() {}
func TestA(t *testing.T) error { return nil }
func TestA(t *testing.T) () {}
func TestA[P any](t *testing.T) {}
func TestA[P any](t P) {}
func Test() {}
func Test(t *testing.T) {}
func Testa() {}
func Test_a() {}
func Test1() {}
func TestÉ() {}
func Testé() {}
func Testª() {}
func Testʼ() {}
func Test世() {}
func Testﬁ() {}
func Test𝐚() {}
func (T) TestA() {}; type T int
func testA() {}
func Tes() {}
func BenchmarkA(b *testing.T) {}
func BenchmarkA(b *testing.B) {}
func Benchmark() {}
func Benchmarka() {}
func FuzzA(f *testing.T) {}
func FuzzA(f *testing.F) {}
func Fuzz_() {}
func Fuzzy() {}
func TestMain(m *testing.M) {}
func TestMain(t *testing.T) {}
func TestMain() {}
func TestMain(m *testing.B) {}
func TestMain(m *testing.M) int { return 0 }
func TestMaint() {}
func ExampleA(n int) {}
var TestA = func() {}
type TestA struct{}
""".strip().splitlines()


def source(name, function):
    imports = '\nimport "testing"\nimport "m/other"\nvar _ testing.TB\nvar _ other.T\n'
    return f"package {name}\n{imports}\n{function.replace('; ', chr(10))}\n"


def ask(folder, env, *words):
    return subprocess.run(list(map(str, words)), cwd=folder, env=env, text=True, stdin=subprocess.DEVNULL,
                          capture_output=True, check=False, timeout=600).stdout


def theirs(folder, env):
    """{package: (line, column, words) of its error}"""
    text, found, at = ask(folder, env, "go", "list", "-e", "-test", "-json=ImportPath,Error", "./..."), {}, 0
    decoder = json.JSONDecoder()
    while text[at:].strip():
        p, at = decoder.raw_decode(text, at + len(text[at:]) - len(text[at:].lstrip()))
        if p.get("Error"):
            _, line, column, words = p["Error"]["Err"].split(":", 3)
            found[p["ImportPath"].removeprefix("m/").removesuffix(".test")] = (int(line), int(column), words.strip())
    return found


def ours(folder, env):
    """The same, of what is said of tests."""
    found = {}
    for d in json.loads(ask(folder, env, os.environ["TEST_GOWARD"], "check", "--test", "--json", "./..."))["diagnostics"]:
        if d["message"].startswith("wrong signature"):
            found.setdefault(pathlib.Path(d["file"]).parent.name, (d["line"], d["column"], d["message"]))
    return found


def main():
    passed = failed = skipped = 0
    for version in GOS:
        root = fetch(version)
        if root is None:
            skipped += 1
            continue
        with tempfile.TemporaryDirectory() as tmp:
            folder = pathlib.Path(tmp) / "m"
            texts = {"go.mod": "module m\n\ngo 1.21\n", "other/other.go": "package other\n\ntype T int\n"}
            texts |= {f"p{i}/p{'_x' * (i % 2)}_test.go": source(f"p{i}" + "_test" * (i % 2), function) for i, function in enumerate(FUNCTIONS)}
            for name, text in texts.items():
                (folder / name).parent.mkdir(parents=True, exist_ok=True)
                (folder / name).write_text(text)
            env = {"HOME": tmp, "PATH": f"{root / 'bin'}:{os.environ['PATH']}", "GOTOOLCHAIN": "local", "GOENV": "off", "GOFLAGS": "",
                   "GOPROXY": "off", "GOWARD_HOME": f"{tmp}/goward", "CGO_ENABLED": "0", "LANG": "C.UTF-8"}
            go, goward = theirs(folder, env), ours(folder, env)
        failed += len(go) < len(FUNCTIONS) // 3  # then go was not asked
        for i, function in enumerate(FUNCTIONS):
            same = go.get(f"p{i}") == goward.get(f"p{i}")
            passed, failed = passed + same, failed + (not same)
            if not same:
                print(f"FAILED: go{version}, {function}: go says {go.get(f'p{i}')}, goward {goward.get(f'p{i}')}")
    print(f"{passed} passed, {failed} failed, {skipped} skipped")
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
