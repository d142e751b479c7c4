#!/usr/bin/env python3
"""goward check against the go command, in what that refuses of a package before or behind its types: what is embedded, which
files and names it has, what it imports, its tests.

The folders of data/package_refusals.txt, each asked with `go list -e -test -export`, which loads and compiles them all and
tells what is wrong with each: goward check --test refuses what go refuses, and nothing else; every line that go says is
among what goward says, at its place where go names one. Last line "N passed, N failed, N skipped".
"""
import json
import os
import pathlib
import random
import re
import subprocess
import sys
import tempfile

HERE = pathlib.Path(__file__).resolve().parent
sys.path[:0] = [str(HERE), str(HERE.parent / "lib")]
from doctor import fetch  # noqa: E402

CACHE = pathlib.Path(os.environ["TEST_CACHE"])
DATA = HERE / "data/package_refusals.txt"
GOS = ("1.21.13", "1.23.12", "1.26.8", "1.27.4")
N_GOS = 4 if os.environ.get("TEST_SOAK") else 2  # the newest, and others that TEST_SEED chooses: each builds its library
PLACE = re.compile(r"(\S+?\.go):(\d+)(?::(\d+))?: (.*)", re.S)


def cases():
    """{variables: {name: {file: text}}}"""
    found, files, file = {}, None, None
    for line in DATA.read_text().splitlines(keepends=True):
        case = re.fullmatch(r"== (\w+)((?: [A-Z]\S*=\S*)*)\n", line)
        inner = re.fullmatch(r"-- (.+) --\n", line)
        if case:
            files = found.setdefault(tuple(case[2].split()), {}).setdefault(case[1], {})
            file = "a.go"
        elif inner:
            file = inner[1]
            files[file] = ""
        elif files is not None:
            files[file] = files.get(file, "") + line
    return found


class World:
    def __init__(self, top, root, variables, folders):
        self.folder, self.folders = top / "m", folders
        for name, files in folders.items():
            for file, text in files.items():
                path = self.folder / name / file
                path.parent.mkdir(parents=True, exist_ok=True)
                if text.startswith("-> "):
                    path.symlink_to(text[3:].strip())
                else:
                    path.write_text(text)
        (self.folder / "go.mod").write_text("module m\n\ngo 1.21\n")
        self.env = {"HOME": str(top / "home"), "PATH": f"{root / 'bin'}:{os.environ['PATH']}", "GOTOOLCHAIN": "local", "GOENV": "off",
                    "GOFLAGS": "", "GOPROXY": "off", "GOCACHE": str(CACHE / "gocache"), "GOWARD_HOME": str(top / "home/goward"),
                    "CGO_ENABLED": "0", "LANG": "C.UTF-8", **dict(v.split("=", 1) for v in variables)}

    def run(self, *words):
        return subprocess.run([str(w) for w in words], cwd=self.folder, env=self.env, text=True, stdin=subprocess.DEVNULL,
                              capture_output=True, check=False, timeout=600)

    def name_of(self, path):
        try:
            return pathlib.Path(path).relative_to(self.folder).parts[0]
        except (ValueError, IndexError):
            return ""

    def theirs(self):
        """{folder: {(file, line, column, words)}}; what has no place has zeros."""
        text = self.run("go", "list", "-e", "-test", "-export", "-json=ImportPath,Dir,Error,DepsErrors", "./...").stdout
        decoder, found, at = json.JSONDecoder(), {}, 0
        while text[at:].strip():
            p, at = decoder.raw_decode(text, at + len(text[at:]) - len(text[at:].lstrip()))
            name = self.name_of(p.get("Dir", "")) or p["ImportPath"].removeprefix("m/").split("/")[0].split(" ")[0].split(".")[0]
            for error in [p.get("Error"), *(p.get("DepsErrors") or [])]:
                # Of import "C" in a test go list tells that, too, where go vet and go test do not.
                if error and name in self.folders and error["Err"] != "cannot find package":
                    found.setdefault(name, set()).update(self.lines(error))
        for said in found.values():  # Go 1.21 tells both of a package of tests alone, go build the second
            if any(error[3].startswith("no non-test Go files") for error in said):
                said -= {error for error in said if error[3].startswith("no Go files")}
        return found

    @staticmethod
    def lines(error):
        """What a PackageError says, line by line."""
        whole = f"{error['Pos']}: {error['Err']}" if error.get("Pos") else error["Err"]
        said = [line for line in whole.splitlines() if not line.startswith(("# ", "\t")) and line.strip()]
        for line in said:
            m = PLACE.fullmatch(line)
            yield (m[1].removeprefix("./"), int(m[2]), int(m[3] or 0), m[4]) if m else ("", 0, 0, line)

    def ours(self):
        found = {}
        done = self.run(os.environ["TEST_GOWARD"], "check", "--test", "--json", "./...")
        for d in json.loads(done.stdout)["diagnostics"]:
            file = d["file"] or ""
            name = self.name_of(file) or next((n for n in self.folders if f"m/{n}/" in d["message"]), "")
            if name:
                place = (os.path.relpath(file or ".", self.folder), d["line"] or 0, d["column"] or 0)
                found.setdefault(name, set()).add((*place, d["message"]))
        return found


def is_said(error, goward):
    """A place of go's may be absolute, or as a line directive has it."""
    file, line, column, words = error
    return any(words in said and (not line or (line, column or c) == (n, c) and f"/{file}".endswith(f"/{os.path.basename(f)}"))
               for f, n, c, said in goward)


def difference(go, goward):
    """What is not the same; empty: nothing."""
    if bool(go) != bool(goward):
        return f"go says {sorted(go)}, goward {sorted(goward)}"
    missing = [error for error in go if not is_said(error, goward)]
    return f"goward does not say {sorted(missing)}, but {sorted(goward)}" if missing else ""


def profiles(root):
    """[(value of -pgo, what is not the same)]; go list does not read the profile."""
    found = []
    for value in ("nowhere.pgo", "no/where.pgo", "off", "auto"):
        with tempfile.TemporaryDirectory() as tmp:
            world = World(pathlib.Path(tmp), root, (f"GOFLAGS=-pgo={value}",), {"p": {"a.go": "package p\n"}, "q": {"a.go": "package q\n"}})
            go, goward = world.run("go", "build", "./..."), world.run(os.environ["TEST_GOWARD"], "check", "./...")
        said = re.search(r"error opening profile: .*", go.stderr)
        same = bool(go.returncode) == bool(said) == bool(goward.returncode)
        words = said[0].replace("./", f"{world.folder}/") if said else ""
        found.append((value, "" if same and words in goward.stdout else f"go says {go.stderr}, goward {goward.stdout}{goward.stderr}"))
    return found


def main():
    every = cases()
    n_cases = sum(map(len, every.values()))
    passed = failed = skipped = 0
    others = random.Random(int(os.environ.get("TEST_SEED", "0"))).sample(GOS[:-1], N_GOS - 1)
    for version in (*others, GOS[-1]):
        root = fetch(version)
        if root is None:
            skipped += 1
            continue
        n_refused = 0
        for variables, folders in every.items():
            with tempfile.TemporaryDirectory() as tmp:
                world = World(pathlib.Path(tmp), root, variables, folders)
                go, goward = world.theirs(), world.ours()
            for name in folders:
                wrong = difference(go.get(name, set()), goward.get(name, set()))
                passed, failed, n_refused = passed + (not wrong), failed + bool(wrong), n_refused + (name in go)
                if wrong:
                    print(f"FAILED: go{version} {name}: {wrong}")
        for value, wrong in profiles(root):
            passed, failed = passed + (not wrong), failed + bool(wrong)
            if wrong:
                print(f"FAILED: go{version} -pgo={value}: {wrong}")
        if not n_cases / 4 < n_refused < n_cases * 3 / 4:  # else one of them was not asked
            failed += 1
            print(f"FAILED: go{version}: {n_refused} of {n_cases} are refused")
    print(f"{passed} passed, {failed} failed, {skipped} skipped")
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
