#!/usr/bin/env python3
"""Does `goward api diff` judge the number of a release as golang.org/x/exp/cmd/gorelease does?

Both get the same two: a published version of a module, and a folder with the files of a later one that is to be released under a
number: the next patch, minor or major version, a prerelease, or none, when both say which one it should be. To gorelease the
proxy has no other version of the module, so that what was published since does not count. Neither does what gorelease
says of go.mod and go.sum, as goward has other commands for that. A soak takes all pairs, any other run a few (TEST_SEED).

api_release.py [WORD...]: the pairs with one of the words in a path.

What gorelease does otherwise, and the test expects: it counts a program that comes or goes as a change of the API, where both
versions have the program it does not look at it; it suggests a minor version where the requirements are higher, too.
"""
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

GOWARD = os.environ.get("TEST_GOWARD", "")
CACHE = pathlib.Path(os.environ.get("TEST_CACHE", ""))
IS_SOAK = bool(os.environ.get("TEST_SOAK"))
GO = "1.27.4"
GORELEASE = "golang.org/x/exp/cmd/gorelease@v0.0.0-20261014143641-f0251eb4aa3e"
SAMPLE = 2  # pairs
SECONDS = 600

PAIRS = [line.split() for line in """
github.com/BurntSushi/toml v1.3.2 v1.4.0
github.com/cenkalti/backoff/v4 v4.2.1 v4.3.0
github.com/cespare/xxhash/v2 v2.2.0 v2.3.0
github.com/fsnotify/fsnotify v1.6.0 v1.7.0
github.com/go-chi/chi v1.5.4 github.com/go-chi/chi/v5@v5.1.0
github.com/go-chi/chi/v5 v5.0.12 v5.1.0
github.com/golang-jwt/jwt/v5 v5.2.0 v5.2.1
github.com/google/btree v1.0.1 v1.1.2
github.com/google/btree v1.1.2 v1.1.3
github.com/google/go-cmp v0.5.9 v0.6.0
github.com/google/uuid v1.3.0 v1.3.1
github.com/google/uuid v1.5.0 v1.6.0
github.com/gorilla/mux v1.8.0 v1.8.1
github.com/gorilla/websocket v1.5.0 v1.5.1
github.com/hashicorp/golang-lru v0.5.4 v1.0.2
github.com/hashicorp/golang-lru v1.0.2 github.com/hashicorp/golang-lru/v2@v2.0.0
github.com/hashicorp/golang-lru/v2 v2.0.0 v2.0.7
github.com/klauspost/compress v1.17.8 v1.17.9
github.com/mattn/go-isatty v0.0.19 v0.0.20
github.com/samber/lo v1.46.0 v1.47.0
github.com/sirupsen/logrus v1.4.2 v1.9.3
github.com/sirupsen/logrus v1.9.0 v1.9.3
github.com/spf13/cobra v1.7.0 v1.8.0
github.com/spf13/pflag v1.0.5 v1.0.6
github.com/stretchr/testify v1.8.4 v1.9.0
go.uber.org/multierr v1.10.0 v1.11.0
go.uber.org/zap v1.26.0 v1.27.0
golang.org/x/mod v0.19.0 v0.20.0
golang.org/x/text v0.13.0 v0.14.0
gopkg.in/yaml.v3 v3.0.0 v3.0.1
""".split("\n") if line]


def escaped(path):
    return re.sub("[A-Z]", lambda m: "!" + m[0].lower(), path)


def numbers_after(version):
    """Those that a release might get: {what: number}."""
    major, minor, patch = map(int, version[1:].split("."))
    return {"none": "", "patch": f"v{major}.{minor}.{patch + 1}", "minor": f"v{major}.{minor + 1}.0",
            "prerelease": f"v{major}.{minor + 1}.0-rc.1", "major": f"v{major + 1}.0.0"}


class Pair:
    """A version of a module, and a folder with the files of a later one."""

    def __init__(self, place, path, old, new):
        self.place, self.path, self.old = place, path, old
        self.new_path, _, self.new = ("@" + new if "@" not in new else new).rpartition("@")
        self.new_path = self.new_path or path
        self.name = f"{path}@{old} {self.new_path}@{self.new}"
        self.folder = place.top / "release"

    def prepare(self):
        """Whether both can be had."""
        shutil.rmtree(self.folder, ignore_errors=True)
        dirs = [self.place.download(*module) for module in ((self.path, self.old), (self.new_path, self.new))]
        if None in dirs or not (pathlib.Path(dirs[1]) / "go.mod").exists():
            return False
        shutil.copytree(dirs[1], self.folder)
        for folder, _, files in os.walk(self.folder):
            for name in [".", *files]:
                os.chmod(os.path.join(folder, name), 0o755)
        shutil.rmtree(self.folder / "vendor", ignore_errors=True)  # of which a zip has modules.txt at most
        self.place.offer(self.path, self.old)
        return self.place.run(self.folder, "go", "mod", "download").returncode == 0  # as goward fetches nothing

    def below(self, package):
        """Its path below the module, which may have another one on the other side."""
        return next(package[len(path):].lstrip("/") for path in sorted([self.path, self.new_path], key=len, reverse=True)
                    if package.startswith(path))

    def theirs(self, number):
        """({package below its module: changes}, whether the number will do, the version that is suggested)"""
        args = [f"-base={self.path}@{self.old}" if self.path != self.new_path else f"-base={self.old}"]
        done = self.place.run(self.folder, self.place.gorelease, *args, *([f"-version={number}"] if number else []),
                              GOPROXY=f"file://{self.place.proxy},{self.place.upstream}")
        assert done.returncode in (0, 1) and "# summary" in done.stdout, f"{args}: {done.stderr}"
        changes, package, mark = {}, "", ""
        for line in done.stdout.split("# diagnostics\n")[0].split("# summary\n")[0].splitlines():
            if line.startswith("## "):
                mark = {"incompatible changes": "-", "compatible changes": "+"}[line[3:]]
            elif line.startswith("# "):
                package = self.below(line[2:])
            elif line:
                changes.setdefault(package, set()).add(mark + line)
        next_one = re.search(r"Suggested version: (\S+)", done.stdout)
        fits = "is a valid semantic version" in done.stdout
        assert not number or fits != ("is not a valid semantic version" in done.stdout), done.stdout
        return changes, fits, next_one and next_one[1]

    def ours(self, number):
        done = self.place.run(self.place.top, GOWARD, "api", "diff", "--json", f"{self.path}@{self.old}",
                              f"{self.folder}@{number}" if number else self.folder)
        assert done.returncode in (0, 1) and not done.stderr, done.stderr
        said, changes = json.loads(done.stdout), {}
        for p in said["packages"]:
            changes[self.below(p["path"])] = {f"{'+' if c['compatible'] else '-'}{c['what']}: {c['says']}" for c in p["changes"]}
            if p["change"] != "changed":
                changes[self.below(p["path"])] = {{"added": "+", "removed": "-"}[p["change"]] + f"package {p['change']}"}
        return changes, said["verdict"]

    def is_program(self, package):
        """Whether it is one where it is."""
        return any(re.search(r"(?m)^package main\b", file.read_text()) for top in (self.folder, self.place.download(self.path, self.old))
                   for file in (pathlib.Path(top) / package).glob("*.go"))

    def requires_more(self):
        """Whether a requirement, or the go line, is new or higher (requirementsChanged of gorelease)."""
        before, now = (json.loads(self.place.run(self.place.top, "go", "mod", "edit", "-json", file).stdout)
                       for file in (self.place.mod_file(self.path, self.old), self.folder / "go.mod"))
        had = {r["Path"]: r["Version"] for r in before.get("Require") or []}

        def minor(version):
            return tuple(map(int, version[1:].split(".")[:2]))

        return any(r["Path"] not in had or minor(r["Version"]) > minor(had[r["Path"]]) for r in now.get("Require") or []) \
            or bool(before.get("Go") and now.get("Go") and now["Go"] > before["Go"])  # strings, as gorelease compares them


class Place:
    """Where both run, and the proxy that gorelease asks first."""

    def __init__(self, top, root):
        self.top, self.proxy = top, top / "proxy"
        self.gorelease = CACHE / "gorelease" / GORELEASE.rpartition("@")[2] / "gorelease"
        self.mods = CACHE / "gomod"
        self.env = {"HOME": str(top), "PATH": f"{root}/bin:/usr/bin:/bin", "GOENV": "off", "GOFLAGS": "", "CGO_ENABLED": "0",
                    "GOTOOLCHAIN": "local", "GOWORK": "off", "GOMODCACHE": str(self.mods), "GOCACHE": str(top / "gocache"),
                    "TMPDIR": str(top), "GOGC": "400", "GOSUMDB": "off"}
        self.env.update({name: value for name, value in os.environ.items()
                         if name in ("GOPROXY", "SSL_CERT_FILE", "HTTPS_PROXY") or name.endswith("SAN_OPTIONS")})
        self.upstream = self.run(top, "go", "env", "GOPROXY").stdout.strip()

    def run(self, folder, *command, **more):
        return subprocess.run(list(map(str, command)), cwd=folder, env={**self.env, **more}, text=True, capture_output=True,
                              check=False, timeout=SECONDS)

    def build(self):
        """Whether there is a gorelease."""
        return self.gorelease.exists() or self.run(self.top, "go", "install", GORELEASE, GOBIN=self.gorelease.parent).returncode == 0

    def download(self, path, version):
        done = self.run(self.top, "go", "mod", "download", "-json", f"{path}@{version}")
        return json.loads(done.stdout).get("Dir") if done.returncode == 0 else None

    def mod_file(self, path, version):
        return self.mods / "cache/download" / escaped(path) / "@v" / f"{version}.mod"

    def offer(self, path, version):
        """This version alone, by the proxy that is asked first."""
        folder = self.proxy / escaped(path) / "@v"
        shutil.rmtree(self.proxy, ignore_errors=True)
        folder.mkdir(parents=True)
        (folder / "list").write_text(version + "\n")
        for kind in ("info", "mod", "zip"):
            (folder / f"{version}.{kind}").symlink_to(self.mod_file(path, version).with_suffix(f".{kind}"))


def differences(pair):
    """(what both say otherwise, how many numbers were judged, how many of these will do)"""
    wrong, n_right = [], 0
    numbers = numbers_after(pair.old)
    counts_programs = False
    for what, number in numbers.items():
        (theirs, fits, suggested), (changes, verdict) = pair.theirs(number), pair.ours(number)
        programs = {p for p in theirs if theirs[p] <= {"-package removed", "+package added"} and pair.is_program(p)}
        counts_programs = counts_programs or bool(programs)
        if what == "none":
            theirs = {p: c for p, c in theirs.items() if p not in programs}
            wrong += [f"{p}: gorelease {sorted(theirs.get(p, set()) - changes.get(p, set()))}, goward "
                      f"{sorted(changes.get(p, set()) - theirs.get(p, set()))}"
                      for p in sorted({*theirs, *changes}) if theirs.get(p, set()) != changes.get(p, set())]
            is_higher = verdict["release"] == "patch" and pair.requires_more()
            if suggested and suggested != (numbers["minor"] if is_higher else verdict["next"]):
                wrong.append(f"gorelease suggests {suggested}, goward {verdict['next']}")
            continue
        n_right += fits
        if fits != (verdict["number"] == "right") and not counts_programs:
            wrong.append(f"{number} will do: gorelease {fits}, goward {verdict['number']} ({verdict['reason']})")
    return wrong, len(numbers) - 1, n_right


def main(words):
    root = fetch(GO)
    if root is None:
        print(f"0 passed, 0 failed, 1 skipped (Go {GO} cannot be had)")
        return 0
    passed = failed = skipped = 0
    rng = random.Random(os.environ.get("TEST_SEED", "1"))
    asked = [p for p in PAIRS if any(word in p[0] for word in words)] or (PAIRS if IS_SOAK else rng.sample(PAIRS, SAMPLE))
    with tempfile.TemporaryDirectory() as folder:
        place = Place(pathlib.Path(folder).resolve(), root)
        if not place.build():
            print("0 passed, 0 failed, 1 skipped (gorelease cannot be had)")
            return 0
        for path, old, new in asked:
            pair = Pair(place, path, old, new)
            if not pair.prepare():
                skipped += 1
                print(f"skipped: {pair.name}: it cannot be had", flush=True)
                continue
            wrong, n, n_right = differences(pair)
            passed, failed = passed + (not wrong), failed + bool(wrong)
            print(f"{'FAILED: ' if wrong else ''}{pair.name}: {n_right} of {n} numbers will do", *wrong, sep="\n  ", flush=True)
    print(f"{passed} passed, {failed} failed, {skipped} skipped")
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
