#!/usr/bin/env python3
"""goward packages: exit statuses, output that somebody does not want, what is wrong with one of many.

Answers as such are compared with the go command's in test/oracle/packages.py. The Go in use is a folder with the
few tables that matter. Last line "N passed, N failed, N skipped".
"""
import json
import os
import pathlib
import subprocess
import sys
import tempfile

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent))
from files import GOROOT, GOWARD  # noqa: E402

N_MANY = 1500  # packages whose JSON is more than a pipe and a block of output hold
MODULE = {
    "go.mod": "module example.com/m\n\ngo 1.21\n", "m.go": "package m\n\nimport _ \"example.com/m/a\"\n",
    "a/a.go": "package a\n", "bad/b.go": "package b\n\nimport 3\n", "none/x.txt": "", "none2/x.txt": "",
    "absent/a.go": "package absent\n\nimport _ \"example.com/nowhere\"\n", "w/w_windows.go": "package w\n",
}

passed = failed = skipped = 0


def check(what, good, *said):
    global passed, failed
    passed, failed = passed + bool(good), failed + (not good)
    if not good:
        print(f"FAILED: {what}:", *said)


class World:
    def __init__(self, top):
        self.top = top
        self.env = {"HOME": str(top / "home"), "PATH": f"{top}/go/bin:/usr/bin:/bin", "GOOS": "linux", "GOARCH": "amd64",
                    "CGO_ENABLED": "0", "GOMODCACHE": str(top / "mod")}
        for folder, files in (("go", GOROOT), ("m", MODULE)):
            for name, text in files.items():
                path = top / folder / name
                path.parent.mkdir(parents=True, exist_ok=True)
                path.write_text(text)
        for i in range(N_MANY):
            (top / f"m/many/p{i}").mkdir(parents=True)
            (top / f"m/many/p{i}/p.go").write_text("// Package p is one of many.\npackage p\n")
        (top / "go/bin/go").chmod(0o755)
        (top / "home").mkdir()

    def run(self, *args, stdout=subprocess.PIPE):
        return subprocess.run([GOWARD, "packages", *args], cwd=self.top / "m", env=self.env, text=True, stdout=stdout,
                              stderr=subprocess.PIPE, check=False, timeout=60)


def objects(text):
    decoder, found = json.JSONDecoder(), []
    while text.strip():
        one, end = decoder.raw_decode(text)
        found, text = found + [one], text[end:].lstrip()
    return found


def test_status(w):
    done = w.run(".", "./a")
    check("fine", (done.returncode, done.stdout, done.stderr) == (0, "example.com/m\nexample.com/m/a\n", ""), done)
    for what, args, code, says in (
            ("a syntax error", ["./bad"], 1, "b.go:3:8"), ("an import that is nowhere", ["--json", "--deps", "./absent"], 1, "example.com/nowhere"),
            ("nothing for this system", ["./w"], 1, "build constraints exclude all Go files"),
            ("no Go file", ["./none"], 4, "no Go files in"), ("no Go file in two", ["--json", "./none", "./none2"], 4, "no Go files in"),
            ("no Go file in one of two", ["./none", "./a"], 1, "no Go files in"), ("no directory", ["./nowhere"], 1, "nowhere"),
            ("a field that is none", ["--json=Nonsense", "."], 2, "Nonsense"), ("a target that is none", ["--target", "plan10/amd64", "."], 2, "plan10")):
        done = w.run(*args)
        check(what, done.returncode == code and says in done.stderr, done)


def test_many(w):
    done = w.run("--json", "./many/...")
    found = objects(done.stdout)
    check("all of many", done.returncode == 0 and len(found) == N_MANY and len(done.stdout) > 300_000, len(found), len(done.stdout))
    check("in order", [p["ImportPath"] for p in found] == sorted(p["ImportPath"] for p in found))
    check("the same by one thread", w.run("--json", "-j1", "./many/...").stdout == done.stdout)


def test_output(w):
    global skipped
    with subprocess.Popen([GOWARD, "packages", "--json", "./many/..."], cwd=w.top / "m", env=w.env,
                          stdout=subprocess.PIPE, stderr=subprocess.PIPE) as process:
        process.stdout.read(10)
        process.stdout.close()
        said = process.stderr.read()
        check("a reader that goes away", process.wait(timeout=60) == 0 and said == b"", process.returncode, said)
    if not os.path.exists("/dev/full"):
        skipped += 1
        return
    for args in (["--json", "./many/..."], ["./many/..."], ["--json", "."]):
        with open("/dev/full", "w") as full:
            done = w.run(*args, stdout=full)
        check("a full disk", done.returncode == 3 and done.stderr.count("No space left") == 1, args, done)


def test_linked(w):
    """Upward from a linked directory is along $PWD, as for the go command; a path that is given is the kernel's."""
    for name, text in (("above/go.work", "go 1.21\n\nuse ./gone\n"), ("above/project/go.mod", MODULE["go.mod"]),
                       ("above/project/m.go", "package m\n"), ("above/other/x.go", "package x\n")):
        (w.top / name).parent.mkdir(parents=True, exist_ok=True)
        (w.top / name).write_text(text)
    project, link = w.top / "above/project", w.top / "link"
    link.symlink_to(project)

    def run(pwd, *args):
        done = subprocess.run([GOWARD, *args], cwd=link, env={**w.env, "PWD": str(pwd)}, text=True,
                              capture_output=True, timeout=60)
        return done.returncode, done.stdout, done.stderr

    for pwd, args in ((link, []), (f"{link}/./", []), (link, ["-C", "."]), (link, ["-C", "../project"])):
        code, out, _ = run(pwd, *args, "packages", ".")
        check("packages along $PWD", code == 0 and "example.com/m" in out, pwd, args, code, out)
    for pwd, args in ((project, []), (w.top, []), ("", []), ("link", [])):
        code, out, err = run(pwd, *args, "packages", ".")
        check("packages along the kernel's name", code != 0 and "go.work" in err, pwd, args, code, out, err)
    code, out, err = run(link, "files", "../other")
    check("a path that climbs from a link", code == 0 and "x.go" in out, code, out, err)
    project.joinpath("m.go").write_text("package m\n\nvar _ int = nil\n")
    code, out, err = run(link, "check", ".")
    check("places in a linked directory", code == 1 and "\nm.go:3:13" in "\n" + out, code, out, err)


def main():
    with tempfile.TemporaryDirectory() as folder:
        w = World(pathlib.Path(folder).resolve())
        for test in (test_status, test_many, test_output, test_linked):
            test(w)
    print(f"{passed} passed, {failed} failed, {skipped} skipped")
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
