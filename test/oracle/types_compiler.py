#!/usr/bin/env python3
"""goward check against cmd/compile, in what the compiler refuses and go/types does not: directives, functions without a
body, anonymous interfaces that contain themselves, types and arguments that are too large, labels, syntax.

The packages of data/compiler_errors.txt, for a target of 64 bits, one of 32 and wasm, and by an older Go: the lines of errors are the same; of
errors that go/types has no words for, the words too. Last line "N passed, N failed, N skipped".
"""
import json
import os
import pathlib
import re
import subprocess
import sys
import tempfile

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent))
from doctor import fetch  # noqa: E402

CACHE = pathlib.Path(os.environ["TEST_CACHE"])
DATA = pathlib.Path(__file__).resolve().parent / "data/compiler_errors.txt"
ASKED = {"1.27.4": ("linux/amd64", "linux/386", "js/wasm"), "1.22.12": ("linux/amd64",)}
MIN_PACKAGES = 30  # fewer means that the file is not read
WORDS = re.compile(r"main package|directive|linkname|embed|missing function body|external func|too large|address space|refers to itself|only allowed|usage:")
FRAME = re.compile(r"^stack frame too large.*")  # how large is left open


def packages():
    """{name: {file: text}}"""
    found, files, name = {}, None, None
    for line in DATA.read_text().splitlines(keepends=True):
        m = re.fullmatch(r"== (\w+)\n", line)
        n = re.fullmatch(r"-- (\S+) --\n", line)
        if m:
            found[m[1]] = files = {}
            name = "a.go"
        elif n:
            name = n[1]
        if files is not None:
            files.setdefault(name, "")
            files[name] += "" if m or n else line
    return found


class World:
    def __init__(self, top, root, every):
        self.folder, self.root, self.every = top / "m", root, every
        for name, files in every.items():
            for file, text in files.items():
                path = self.folder / name / file
                path.parent.mkdir(parents=True, exist_ok=True)
                path.write_text(text)
        (self.folder / "go.mod").write_text("module m\n\ngo 1.21\n")
        self.env = {"HOME": str(top / "home"), "PATH": f"{root / 'bin'}:{os.environ['PATH']}", "GOTOOLCHAIN": "local", "GOENV": "off",
                    "GOFLAGS": "", "GOCACHE": str(CACHE / "gocache"), "LANG": "C.UTF-8", "GOWARD_HOME": str(top / "home/goward"),
                    "CGO_ENABLED": "0", "GOPROXY": "off"}

    def run(self, target, *words):
        goos, goarch = target.split("/")
        return subprocess.run([str(w) for w in words], cwd=self.folder, env={**self.env, "GOOS": goos, "GOARCH": goarch}, text=True,
                              stdin=subprocess.DEVNULL, capture_output=True, check=False, timeout=1200)

    def theirs(self, target):
        """{package: {(file, line, words)}}"""
        done = self.run(target, "go", "build", "-gcflags=-e", "./...")
        found, name = {}, ""
        for line in done.stderr.splitlines():
            name = line.removeprefix("# m/") if line.startswith("# ") else name
            if line.startswith("runtime.main_main"):  # the linker's, which knows no place: the package clause
                found.setdefault(name, set()).add((min(self.every[name]), 1, line.split(": ", 1)[1]))
            m = re.match(r"(\w+)/(\w+\.go):(\d+)(?::\d+)?: (.*)", line)
            if m:
                found.setdefault(m[1], set()).add((m[2], int(m[3]), m[4]))
        return found

    def ours(self, target):
        done = self.run(target, os.environ["TEST_GOWARD"], "check", "--json", "./...")
        found = {}
        for d in json.loads(done.stdout)["diagnostics"]:
            path = pathlib.Path(d["file"])
            found.setdefault(path.parent.name, set()).add((path.name, d["line"], d["message"]))
        return found


def difference(ours, theirs):
    """Lines that are not the same, and words that are cmd/compile's alone and not the same; empty: none."""
    lines = {e[:2] for e in ours} ^ {e[:2] for e in theirs}
    said = {(*e[:2], FRAME.sub("stack frame too large", e[2])) for e in ours if WORDS.search(e[2])}
    wanted = {(*e[:2], FRAME.sub("stack frame too large", e[2])) for e in theirs if WORDS.search(e[2])}
    return f"lines {sorted(lines)}, words {sorted(said ^ wanted)}" if lines or said != wanted else ""


def ask(go, root, every):
    """{(target, name): what is wrong}, empty for nothing."""
    with tempfile.TemporaryDirectory() as tmp:
        world, found = World(pathlib.Path(tmp), root, every), {}
        for target in ASKED[go]:
            theirs, ours = world.theirs(target), world.ours(target)
            found |= {(target, name): difference(ours.get(name, set()), theirs.get(name, set())) for name in every}
    return found


def main():
    every = packages()
    passed, failed, skipped = 0, int(len(every) < MIN_PACKAGES), 0
    for go in ASKED:
        root = fetch(go)
        skipped += root is None
        for (target, name), wrong in (ask(go, root, every) if root else {}).items():
            passed, failed = passed + (not wrong), failed + bool(wrong)
            if wrong:
                print(f"FAILED: {go} {target} {name}: {wrong}")
    print(f"{passed} passed, {failed} failed, {skipped} skipped")
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
