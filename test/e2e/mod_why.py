#!/usr/bin/env python3
"""goward mod why: what it says when something is missing, wrong or hostile, and its JSON.

Answers as such are compared with the go command's in test/oracle/modwhy.py. The Go in use is a folder with the
few tables that matter. Last line "N passed, N failed, 0 skipped".
"""
import json
import os
import pathlib
import subprocess
import sys
import tempfile

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent))
from files import GOROOT, GOWARD  # noqa: E402

MODULE = {
    "go.mod": "module example.com/m\n\ngo 1.21\n\nrequire (\n\texample.com/a v1.0.0\n\texample.com/gone v1.2.3\n)\n",
    "m.go": "package m\n\nimport _ \"example.com/a\"\n", "w_windows.go": "package m\n\nimport _ \"example.com/gone/x\"\n",
    "m_test.go": "package m\n\nimport _ \"fmt\"\n",
}
CACHE = {
    "cache/download/example.com/a/@v/v1.0.0.mod": "module example.com/a\n\ngo 1.21\n",
    "cache/download/example.com/gone/@v/v1.2.3.mod": "module example.com/gone\n\ngo 1.21\n",
    "example.com/a@v1.0.0/go.mod": "module example.com/a\n\ngo 1.21\n",
    "example.com/a@v1.0.0/a.go": "package a\n\nimport _ \"example.com/a/deep\"\n",
    "example.com/a@v1.0.0/deep/d.go": "package deep\n",
}

passed = failed = 0


def check(what, good, *said):
    global passed, failed
    passed, failed = passed + bool(good), failed + (not good)
    if not good:
        print(f"FAILED: {what}:", *said)


class World:
    def __init__(self, top):
        self.top = top
        self.write("go", GOROOT)
        self.write("go", {"src/fmt/f.go": "package fmt\n"})
        self.write("mod", CACHE)
        self.write("m", MODULE)
        (top / "go/bin/go").chmod(0o755)
        (top / "home").mkdir()

    def write(self, folder, files):
        for name, text in files.items():
            path = self.top / folder / name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(text if isinstance(text, bytes) else text.encode())

    def run(self, *args, cwd="m", **env):
        env = {"HOME": str(self.top / "home"), "PATH": f"{self.top}/go/bin:/usr/bin:/bin", "GOOS": "linux", "GOARCH": "amd64",
               "CGO_ENABLED": "0", "GOMODCACHE": str(self.top / "mod"), **env}
        return subprocess.run([GOWARD, "mod", "why", *args], cwd=self.top / cwd, env=env, text=True, capture_output=True,
                              check=False, timeout=60)


def test_tells_ways(w):
    done = w.run("example.com/a/deep", "fmt", "example.com/none")
    check("ways", done.stdout == "# example.com/a/deep\nexample.com/m\nexample.com/a\nexample.com/a/deep\n\n# fmt\nexample.com/m\n"
          "example.com/m.test\nfmt\n\n# example.com/none\n(main module does not need package example.com/none)\n", done)
    done = w.run("-m", "--vendor", "example.com/a", "example.com/none")
    check("modules", done.stdout == "# example.com/a\nexample.com/m\nexample.com/a\n\n# example.com/none\n"
          "(main module does not need to vendor module example.com/none)\n", done)


def test_names_what_is_missing(w):
    done = w.run("example.com/a")
    check("the command that fetches", done.returncode == 1 and "go mod download example.com/gone@v1.2.3" in done.stderr, done)
    check("once", done.stderr.count("example.com/gone") == 1, done)
    said = json.loads(w.run("--json", "fmt").stdout)
    check("uncached", said["uncached"] == ["example.com/gone@v1.2.3"], said)
    check("remedy", said["remedy"] == "go mod download example.com/gone@v1.2.3", said)
    check("way", said["answers"] == [{"package": "fmt", "needed": True, "way": [
        {"package": "example.com/m", "module": "example.com/m", "test": False},
        {"package": "example.com/m", "module": "example.com/m", "test": True},
        {"package": "fmt", "module": "", "test": False}]}], said)
    said = json.loads(w.run("--json", "-m", "example.com/none").stdout)
    check("not needed", said["answers"] == [{"module": "example.com/none", "needed": False, "way": []}], said)
    w.write("m/bare", {"go.mod": "module example.com/bare\n\ngo 1.16\n\nrequire example.com/lost v1.0.0\n", "b.go": "package bare\n"})
    done = w.run("example.com/bare", cwd="m/bare")
    check("a go.mod that is missing", done.returncode == 1 and "go mod download example.com/lost@v1.0.0" in done.stderr
          and done.stdout == "# example.com/bare\nexample.com/bare\n", done)


def test_refuses_bad_input(w):
    for args, code, says in (((), 2, "which package?"), (("-m", "example.com/a@v1.0.0"), 2, "takes a module path, not a version"),
                             (("-m", "./a"), 2, "relative path ./a"), (("-m", "a\\b"), 2, "never use backslash"),
                             (("--nosuch", "a"), 2, "nosuch"), (("--json=nosuch", "a"), 2, "nosuch")):
        done = w.run(*args)
        check(f"{args}", done.returncode == code and says in done.stderr and not done.stdout.startswith("#"), done)
    done = w.run("fmt", cwd="home")
    check("no go.mod", done.returncode == 4 and "go.mod" in done.stderr, done)
    done = w.run("./nowhere", "example.com/nothing...", "-m")
    check("nothing of that name", done.returncode == 2, done)
    done = w.run("./nowhere", "example.com/nothing/...")
    check("patterns that stand for nothing", done.returncode == 1 and "./nowhere" in done.stderr
          and '"example.com/nothing/..." matched no packages' in done.stderr and done.stdout == "", done)
    done = w.run("-m", "nothing...")
    check("modules that are none", done.returncode == 1 and "matched no module dependencies" in done.stderr, done)


def test_survives_hostile_files(w):
    w.write("h", {"go.mod": "module example.com/h\n\ngo 1.21\n", "h.go": "package h\n\nimport _ \"example.com/h/x\"\n",
                  "nul.go": b"package h\n\0import _ \"example.com/h/y\"\n", "binary.go": bytes(range(256)) * 64, "empty.go": "",
                  "x/x.go": "package x\n\nimport _ \"example.com/h\"\n"})
    os.mkfifo(w.top / "h/pipe.go")
    (w.top / "h/loop").symlink_to(".")
    (w.top / "h/broken.go").symlink_to("nowhere")
    done = w.run("example.com/h/x", "example.com/h/y", cwd="h")
    check("faulty files beside good ones", done.returncode == 0 and done.stdout == "# example.com/h/x\nexample.com/h/x\n\n"
          "# example.com/h/y\n(main module does not need package example.com/h/y)\n", done)
    for text, what in ((b"\0\xff" * 100, "binary"), (b"module\n", "no module")):
        w.write("b", {"go.mod": text})
        done = w.run("fmt", cwd="b")
        check(f"go.mod: {what}", done.returncode in (2, 3) and len(done.stderr.splitlines()) <= 3, done)
    (w.top / "b/go.mod").unlink()
    os.mkfifo(w.top / "b/go.mod")
    done = w.run("fmt", cwd="b")
    check("go.mod: a pipe", done.returncode in (2, 3, 4) and done.stdout == "", done)


def main():
    with tempfile.TemporaryDirectory() as name:
        world = World(pathlib.Path(name).resolve())
        test_tells_ways(world)
        test_names_what_is_missing(world)
        test_refuses_bad_input(world)
        test_survives_hostile_files(world)
    print(f"{passed} passed, {failed} failed, 0 skipped")
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
