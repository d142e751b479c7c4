#!/usr/bin/env python3
"""Does goward give every expression and name the type, object and value that go/types gives it?

oracle.types_driver and a Go program (data/types_of_go) get the same packages, from std and cmd of the newest Go, and
print a line for each expression (how it may be used, type, exact constant), name (the place of its object, its type,
its value), selection and instance. The lines must be equal; what differs is counted by kind. Checked body by body, by
several threads, they must be the same bytes. A soak compares all packages, any other run a sample (TEST_SEED); of the
others only the declarations are checked.

types_dump.py DIR: of the module in DIR instead, with all that its packages import ($GOMODCACHE).
"""
import collections
import json
import os
import pathlib
import random
import subprocess
import sys
import tempfile

HERE = pathlib.Path(__file__).resolve().parent
sys.path[:0] = [str(HERE), str(HERE.parent / "lib")]
import gotypes  # noqa: E402
from doctor import fetch  # noqa: E402

BUILD = pathlib.Path(os.environ.get("TEST_BUILD", "build-check/release"))
GOWARD = os.environ.get("TEST_GOWARD", str(BUILD / "goward"))
DRIVER = BUILD / "oracle.types_driver"
NEWEST = "1.27.4"
IS_SOAK = bool(os.environ.get("TEST_SOAK"))
SAMPLE = 25  # packages that are compared
BATCH = 300  # packages whose dumps are held at a time
SHOWN = 5  # differences of a kind
MIN_LINES = 1000  # of all dumps: fewer means that nothing was compared


def listed(root, home, folder, patterns):
    """The packages, imports first, as goward packages has them."""
    env = {"HOME": home, "PATH": f"{root}/bin:/usr/bin:/bin", "CGO_ENABLED": "0", "GOFLAGS": "-pgo=off", "GOWORK": "off",
           "GOENV": "off", "GOTOOLCHAIN": "local", "GOOS": "linux", "GOARCH": "amd64", "GOPROXY": "off"}
    env |= {name: value for name, value in os.environ.items() if name == "GOMODCACHE"}
    done = subprocess.run([GOWARD, "packages", "--deps", "--json", *patterns], env=env, text=True, cwd=folder,
                          capture_output=True, check=True)
    decoder, text, found, at = json.JSONDecoder(), done.stdout.rstrip(), [], 0
    while at < len(text):
        one, at = decoder.raw_decode(text, at + (text[at] == "\n"))
        found.append(one)
    return [p for p in found if p["ImportPath"] != "unsafe"]


def lang_of(p):
    """The language version that the compiler is started with."""
    if "Module" not in p:
        return f"go{'.'.join(NEWEST.split('.')[:2])}"
    version = p["Module"].get("GoVersion", "1.16")
    return "go" + ".".join(version.split(".")[:2])


def package(p, is_compared):
    files = sorted(f"{p['Dir']}/{name}" for name in p.get("GoFiles", []) + p.get("CgoFiles", []))
    return gotypes.Package(p["ImportPath"], files, path=p["ImportPath"], ignores_bodies=not is_compared,
                           lang=lang_of(p), imports=p.get("ImportMap", {}))


def kind_of(line):
    """"type constant", "def", "selection": what a line tells of."""
    words = line.partition("\t")[2].split(" ", 2)
    return " ".join(words[:2]) if words[0] == "type" else words[0]


class Differences:
    def __init__(self):
        self.counts, self.examples = collections.Counter(), collections.defaultdict(list)

    def add(self, what, line):
        self.counts[what] += 1
        if len(self.examples[what]) < SHOWN:
            self.examples[what].append(line)

    def compare(self, ours, theirs):
        """Lines of one package. A place and kind that both have with other contents is one difference."""
        mine, real = set(ours), set(theirs)
        left = collections.defaultdict(list)
        for line in sorted(mine - real):
            left[(line.partition("\t")[0], kind_of(line).split()[0])].append(line)
        for line in sorted(real - mine):
            twins = left[(line.partition("\t")[0], kind_of(line).split()[0])]
            if twins:
                self.add(f"{kind_of(line)} differs", f"goward   {twins.pop()}\n    go/types {line}")
            else:
                self.add(f"{kind_of(line)} lacks", line)
        for line in (line for lines in left.values() for line in lines):
            self.add(f"{kind_of(line)} too much", line)


def main(args):
    root = fetch(NEWEST)
    if root is None:
        print(f"0 passed, 0 failed, 1 skipped (Go {NEWEST} cannot be had)")
        return 0
    rng = random.Random(os.environ.get("TEST_SEED", "1"))
    passed = failed = n_lines = 0
    differences = Differences()
    with tempfile.TemporaryDirectory() as tmp:
        folder = pathlib.Path(tmp)
        program = gotypes.go_program(root, folder)
        packages = listed(root, tmp, *(args[0], ["./..."]) if args else (tmp, ["std", "cmd"]))
        paths = [p["ImportPath"] for p in packages]
        asked = paths if IS_SOAK or args else rng.sample(paths, SAMPLE)
        for at in range(0, len(asked), BATCH):
            batch = set(asked[at:at + BATCH])
            lines = [package(p, p["ImportPath"] in batch) for p in packages]
            env = gotypes.environment(root, folder)
            ours = gotypes.ask([DRIVER, root, "-dump"], lines, env)
            divided = gotypes.ask([DRIVER, root, "-dump", "-divided"], lines, env)
            theirs = gotypes.ask([program, "-dump", "-arch", "amd64"], lines, env)
            for path in batch:
                a, b = ours.get(path), theirs[path]
                wrong = a is None or set(a.dump) != set(b.dump)
                if a is not None and divided[path].dump != a.dump:
                    wrong = True
                    differences.add("other when divided", path)
                n_lines += len(b.dump)
                passed, failed = passed + (not wrong), failed + wrong
                differences.compare(a.dump if a else [], b.dump)
    for what, n in sorted(differences.counts.items()):
        print(f"FAILED: {n} times: {what}")
        for line in differences.examples[what]:
            print(f"    {line}")
    failed += n_lines < MIN_LINES
    print(f"{n_lines} lines, {sum(differences.counts.values())} differences")
    print(f"{passed} passed, {failed} failed, 0 skipped")
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
