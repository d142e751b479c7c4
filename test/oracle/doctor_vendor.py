#!/usr/bin/env python3
"""Is a vendor directory inconsistent for the doctor (GWD059), and for goward packages, where it is for the real go?

Modules and workspaces are made at random (TEST_SEED), vendored by a real Go, spoilt in up to two ways, and
shown to `go list` and to the doctor, from the folder of go.work and from that of a module. Gos from
1.21, which does not know vendored workspaces, to 1.27. A soak makes many more of them.

The Gos are fetched as cmd/go fetches them, into $TEST_CACHE/gomod; what cannot be had is skipped.
"""
import concurrent.futures
import json
import os
import pathlib
import random
import re
import shutil
import subprocess
import sys
import tempfile

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent))
from doctor import fetch  # noqa: E402

VERSIONS = ["1.21.13", "1.22.12", "1.23.12", "1.24.13", "1.25.11", "1.26.8", "1.27.4"]
GOWARD = os.environ.get("TEST_GOWARD", "")
CASES = 400 if os.environ.get("TEST_SOAK") else 20  # of each Go
FOUND = [3259708195]  # seeds that showed a difference once
LIBS = ["lib1", "lib2", "lib3"]
DISAGREES = "does not agree"


class Place:
    """A folder with modules a and b, libraries beside them, and go.work or not."""

    def __init__(self, top, rng):
        self.top, self.rng = top, rng
        self.in_workspace = rng.random() < 0.75
        self.modules = ["a", "b"] if self.in_workspace else ["a"]
        for lib in LIBS + ["other"]:
            path = "lib1" if lib == "other" else lib  # other is another lib1
            self.write(f"{lib}/go.mod", f"module example.com/{path}\n\ngo 1.18\n")
            self.write(f"{lib}/{lib}.go", f"package {path}\n")
        self.of_work = {}
        for module in self.modules:
            self.make_module(module)
        if self.in_workspace:
            lines = "".join(f"replace {lib} => ./{to}\n" for lib, to in self.of_work.items())
            uses = "".join(f"use ./{module}\n" for module in self.modules)
            self.write("go.work", f"go {rng.choice(['1.21', '1.22'])}\n\n{uses}{lines}")

    def write(self, name, text):
        path = self.top / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text)

    def make_module(self, module):
        libs = self.rng.sample(LIBS, self.rng.randint(1, len(LIBS)))
        lines = ""
        for lib in libs:
            old = f"example.com/{lib}" + self.rng.choice(["", " v1.0.0"])
            if self.in_workspace and self.rng.random() < 0.3:
                self.of_work[f"example.com/{lib}"] = lib
            else:
                lines += f"replace {old} => ../{lib}\n"
        requires = "".join(f"require example.com/{lib} v1.0.0\n" for lib in libs)
        imports = "".join(f'import _ "example.com/{lib}"\n' for lib in libs)
        self.write(f"{module}/go.mod", f"module example.com/{module}\n\ngo 1.21\n{requires}{lines}")
        self.write(f"{module}/{module}.go", f"package {module}\n\n{imports}")

    def vendor_dir(self):
        return self.top / "vendor" if self.in_workspace else self.top / "a/vendor"

    # ---- what is spoilt: each changes one line of one file, where it finds one

    def change(self, file, pattern, new):
        if file.is_file():
            text = file.read_text()
            found = list(re.finditer(pattern, text, re.M))
            if found:
                at = self.rng.choice(found)
                file.write_text(text[:at.start()] + at.expand(new) + text[at.end():])

    def spoil(self):
        mod = self.top / self.rng.choice(self.modules) / "go.mod"
        work, listed = self.top / "go.work", self.vendor_dir() / "modules.txt"
        lines = self.rng.choice([mod, work])
        lib = self.rng.choice(LIBS)
        self.rng.choice([
            lambda: self.change(mod, r"^(require .*) v1.0.0$", r"\1 v1.1.0"),
            lambda: self.change(mod, r"^require .*\n", ""),
            lambda: self.change(mod, r"\Z", f"require example.com/{lib} v1.0.0\n"),
            lambda: self.change(lines, r"^replace .*\n", ""),
            lambda: self.change(lines, r"=> (\.\.?)/lib1$", r"=> \1/other"),
            lambda: self.change(lines, r"^(replace \S+) v1.0.0", r"\1"),
            lambda: self.change(lines, r"^(replace \S+) =>", r"\1 v1.0.0 =>"),
            lambda: self.change(lines, r"=> (\.\.?)/(lib.)$", r"=> \1/./\2"),
            lambda: self.change(lines, r"\Z", "replace example.com/unused => ../unused\n"),
            lambda: self.change(lines, r"\Z", "replace example.com/a => ../a\n"),
            lambda: self.change(work, r"^use ./b\n", ""),
            lambda: self.change(listed, r"^## explicit.*\n", ""),
            lambda: self.change(listed, r"^## workspace\n", ""),
            lambda: self.change(listed, r"=> (\S+)$", r"=> \1x"),
            lambda: self.change(listed, r"=> \S+$", ""),
            lambda: self.change(listed, r"^# .*\n", ""),
            lambda: self.change(listed, r"^example\S+\n", ""),
            lambda: self.change(listed, r"\Z", "# example.com/more => ./more\n"),
        ])()


def judge(root, top, seed, seen):
    """None when both agree, else how they differ; what the go said is added to seen."""
    rng = random.Random(seed)
    place = Place(top, rng)
    env = {"HOME": str(top / "home"), "PATH": f"{root / 'bin'}:/usr/bin:/bin", "GOTOOLCHAIN": "local",
           "GOPROXY": "off", "GOFLAGS": "", "GOENV": "off", "CGO_ENABLED": "0", "TMPDIR": str(top),
           "GOWARD_HOME": str(top / "goward")}

    def run(cwd, *words):
        return subprocess.run(words, cwd=cwd, env=env, text=True, capture_output=True, check=False)

    words = ("go", "work" if place.in_workspace else "mod", "vendor")
    vendored = run(top if place.in_workspace else top / "a", *words)
    if vendored.returncode != 0:
        if "go1.21" not in str(root):
            return f"{' '.join(words)}: {vendored.stderr}"
        shutil.rmtree(place.vendor_dir(), ignore_errors=True)
        place.write("vendor/modules.txt", "## workspace\n# example.com/x v1.0.0\n## explicit\n")
    for _ in range(rng.randint(0, 2)):
        place.spoil()
    for cwd, pattern in ((top / "a", "./..."), *([(top, "./a/...")] if place.in_workspace else [])):
        real = run(cwd, "go", "list", "-deps", pattern)
        ours = run(cwd, GOWARD, "doctor", "--only", "GWD059", "--json", "--fail-on", "never")
        if ours.returncode != 0:
            return f"goward ended with {ours.returncode}: {ours.stderr}"
        told = [f for f in json.loads(ours.stdout)["findings"] if DISAGREES in f["title"]]
        is_inconsistent = "inconsistent vendoring" in real.stderr
        seen.add((place.in_workspace, is_inconsistent))
        is_other = real.returncode != 0 and not is_inconsistent  # go stopped before it compared
        if bool(told) != is_inconsistent and not is_other:
            return f"in {cwd.name}: go says {real.stderr!r}, the doctor {told}"
        loaded = run(cwd, GOWARD, "packages", "-q", pattern)
        # Of that the go tells as well, and goes on.
        is_refused = all("is replaced at all versions" in done.stderr for done in (loaded, real))
        if ("inconsistent vendoring" in loaded.stderr) != is_inconsistent and not is_other and not is_refused:
            return f"in {cwd.name}: go says {real.stderr!r}, goward packages {loaded.stderr!r}"
        if told and is_inconsistent and told[0]["remedy"] not in real.stderr:
            return f"go says {real.stderr!r}, the doctor {told[0]['remedy']!r}"
    return None


def main():
    passed = failed = skipped = 0
    rng = random.Random(os.environ.get("TEST_SEED", "1"))
    with tempfile.TemporaryDirectory() as tmp, \
            concurrent.futures.ThreadPoolExecutor(os.cpu_count()) as pool:
        for version in VERSIONS:
            root = fetch(version)
            if root is None:
                print(f"skipped: Go {version} cannot be had")
                skipped += 1
                continue
            seeds = [*FOUND, *(rng.getrandbits(32) for _ in range(CASES))]
            tops = [pathlib.Path(tmp).resolve() / f"{version}-{n}" for n in range(len(seeds))]
            seen = set()  # (in a workspace, inconsistent)
            results = list(pool.map(lambda x: judge(root, *x, seen), zip(tops, seeds)))
            if (True, True) not in seen and version != "1.21.13" or (True, False) not in seen:
                failed += 1
                print(f"FAILED: Go {version}: too little was tried, only {seen}")
            for seed, difference in zip(seeds, results):
                if difference is None:
                    passed += 1
                else:
                    failed += 1
                    print(f"FAILED: Go {version}, seed {seed}: {difference}")
    print(f"{passed} passed, {failed} failed, {skipped} skipped")
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
