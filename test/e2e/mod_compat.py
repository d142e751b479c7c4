#!/usr/bin/env python3
"""goward mod compat: what it prints for people and programs, and what goes wrong: no versions of Go, no go.mod, modules that
are not there, files that are none. There is no Go here, and no network.

Last line "N passed, N failed, 0 skipped".
"""
import json
import os
import pathlib
import subprocess
import sys
import tempfile

GOWARD = os.environ["TEST_GOWARD"]

passed = failed = 0


def check(what, good, *said):
    global passed, failed
    passed, failed = passed + bool(good), failed + (not good)
    if not good:
        print(f"FAILED: {what}:", *said)


def write(name, text):
    file = pathlib.Path(name)
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_text(text)


def module(name, text):
    """A version in the module cache."""
    path, version = name.split("@")
    write(f"cache/cache/download/{path}/@v/{version}.mod", f"module {path}\n\n{text}")


def goward(folder, *args, timeout=20):
    env = {"HOME": os.getcwd(), "PATH": "/nowhere", "GOWARD_HOME": f"{os.getcwd()}/home", "GOENV": "off",
           "GOMODCACHE": f"{os.getcwd()}/cache"}
    return subprocess.run([GOWARD, "-C", folder, "mod", "compat", *args], text=True, capture_output=True, check=False, timeout=timeout, env=env)


def says(what, done, code, out=None, err=None):
    good = done.returncode == code and (out is None or done.stdout == out) and (err is None or done.stderr == err)
    check(what, good, done.returncode, done.stdout, done.stderr)


def tables():
    write("m/go.mod", "module example.com/m\n\ngo 1.21\n\nrequire (\n\texample.com/a v1.0.0\n\texample.com/new v1.1.0 // indirect\n"
                      "\texample.com/old v1.0.0\n)\n")
    module("example.com/a@v1.0.0", "go 1.21\nrequire example.com/new v1.1.0\n")
    module("example.com/new@v1.1.0", "go 1.22.3\n")
    module("example.com/new@v1.0.0", "go 1.20\n")
    module("example.com/old@v1.0.0", "")
    table = """module                  go line  1.20   1.21  1.22
example.com/m           1.21     maybe  yes   yes
example.com/a@v1.0.0    1.21     maybe  yes   yes
example.com/new@v1.1.0  1.22.3   no     no    from 1.22.3
example.com/m: is for Go 1.21
example.com/a@v1.0.0: is for Go 1.21
  example.com/m -> example.com/a@v1.0.0
example.com/new@v1.1.0: requires go >= 1.22.3
  example.com/m -> example.com/a@v1.0.0 -> example.com/new@v1.1.0
  no       1.20, 1.21
  yes      1.22
  lowest   go 1.22.3, by example.com/new@v1.1.0
  go.mod   go 1.21, go mod tidy makes it 1.22.3
"""
    says("a table", goward("m", "-q", "--go", "1.22,1.20,1.21,1.21,go1.20"), 1, table[table.index("\n") + 1:])
    done = goward("m", "--go", "1.22,1.20,1.21")
    check("with its heads", done.stdout == table and "go mod tidy" in done.stderr, done.stdout, done.stderr)
    done = goward("m", "--go", "1.22", "--all")
    check("all of them", "example.com/old@v1.0.0  -        yes" in done.stdout, done.stdout)
    said = json.loads(goward("m", "--json").stdout)
    check("the usual columns", {"1.21", "1.27"} <= {g["go"] for g in said["gos"]}, said["gos"])
    check("no way back, for a requires it", said["lower"] == {"go": None, "modules": []}, said["lower"])
    write("back/go.mod", "module example.com/back\n\ngo 1.22.3\n\nrequire example.com/new v1.1.0\n")
    said = json.loads(goward("back", "--json=lowest,lower", "--go", "1.22").stdout)
    check("a way back", (said["lowest"], said["lower"]) == ("1.22.3", {"go": "1.20", "modules": ["example.com/new@v1.0.0"]}), said)
    done = goward("back", "--go", "1.22.3")
    check("told to people", done.returncode == 0 and "  lower    go 1.20, with example.com/new@v1.0.0" in done.stdout, done.stdout)
    write("fork/go.mod", "module example.com/old\n\ngo 1.30.0\n")
    write("r/go.mod", "module example.com/r\n\ngo 1.30.0\n\nrequire example.com/old v1.0.0\n\nreplace example.com/old => ../fork\n")
    done = goward("r", "--go", "1.29")
    check("what replaces it", "\nexample.com/old@v1.0.0 => ../fork: requires go >= 1.30.0\n  example.com/r -> example.com/old@v1.0.0\n"
          in done.stdout, done.stdout)
    write("plain/go.mod", "module example.com/plain\n")
    says("nothing is asked for", goward("plain", "--go", "1.11"), 0, "  yes      1.11\n", "")


def bad_versions():
    hint = "  try: such as 1.22, 1.22.3 or 1.22rc1\n"
    for text in ("nonsense", "1", "v1.22", "1.22,", ",", "1.22,,1.23", "1.22.3rc1", "1.22 1.23", "latest", "\x1b[31m", "9" * 5000):
        done = goward("m", "--go", text)
        check(f"--go {text[:20]!r}", done.returncode == 2 and done.stdout == "" and "is no version of Go" in done.stderr
              and done.stderr.endswith(hint) and "\x1b" not in done.stderr, done.returncode, done.stderr)
    says("an empty list", goward("m", "--go", ""), 2, "")
    says("before modules", goward("m", "--go", "1.10.8"), 2, "", "goward: --go: Go 1.10.8 knows no modules: they came with Go 1.11\n")
    says("too many", goward("m", "--go", ",".join(f"1.{n}" for n in range(11, 30))), 2, "", "goward: --go: more than 14 versions of Go\n")
    says("many times the same", goward("m", "--go", ",".join(["1.25"] * 5000)), 0 + 1)


def bad_projects():
    pathlib.Path("none").mkdir()
    done = goward("none", "--go", "1.22")
    check("no go.mod", done.returncode == 4 and "no go.mod" in done.stderr, done.returncode, done.stderr)
    write("lost/go.mod", "module example.com/lost\n\ngo 1.21\n\nrequire example.com/nowhere v1.0.0\n")
    done = goward("lost", "--go", "1.22")
    check("a module that is not there", done.returncode == 1 and "go mod download example.com/nowhere@v1.0.0" in done.stderr
          and "  unknown  1.22\n" in done.stdout and "lower" not in done.stdout, done.returncode, done.stdout, done.stderr)
    check("and what may be missing", "  lowest   go >= 1.21, by example.com/lost\n" in done.stdout, done.stdout)
    said = json.loads(goward("lost", "--go", "1.22", "--json").stdout)
    check("and in JSON", said["gos"] == [{"go": "1.22", "verdict": "unknown"}] and len(said["troubles"]) == 1, said)
    write("fifo/go.mod", "module example.com/fifo\n\ngo 1.21\n\nrequire example.com/fifo2 v1.0.0\n")
    folder = pathlib.Path("cache/cache/download/example.com/fifo2/@v")
    folder.mkdir(parents=True)
    os.mkfifo(folder / "v1.0.0.mod")
    says("a go.mod that never ends", goward("fifo", "--go", "1.22"), 1)
    write("broken/go.mod", "module example.com/broken\n\ngo one\n")
    check("a go.mod that is none", goward("broken", "--go", "1.22").returncode == 2, "")


def vendored():
    write("v/go.mod", "module example.com/v\n\ngo 1.21\n\nrequire example.com/gone v1.0.0\n")
    write("v/vendor/modules.txt", "# example.com/gone v1.0.0\n## explicit; go 1.25.0\nexample.com/gone\n# example.com/deep v1.0.0\n")
    done = goward("v", "--go", "1.24,1.25")
    check("a vendored module needs no cache", done.returncode == 1 and done.stderr == ""
          and "  example.com/v -> example.com/gone@v1.0.0\n" in done.stdout and "  yes      1.25\n" in done.stdout, done.stdout, done.stderr)
    os.remove("v/vendor/modules.txt")
    says("a vendor directory without a list", goward("v", "--go", "1.24"), 0)
    os.mkfifo("v/vendor/modules.txt")
    done = goward("v", "--go", "1.24")
    check("a list that never ends", done.returncode not in (0, 1) and "regular file" in done.stderr, done.returncode, done.stderr)


def main():
    with tempfile.TemporaryDirectory() as folder:
        os.chdir(folder)
        tables()
        bad_versions()
        bad_projects()
        vendored()
        os.chdir("/")
    print(f"{passed} passed, {failed} failed, 0 skipped")
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
