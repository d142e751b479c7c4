#!/usr/bin/env python3
"""Does `goward api diff` say what golang.org/x/exp/apidiff says?

Of the pairs of packages in apidiff's own testdata, whose changes stand there; and of pairs of real modules, fetched
through the configured GOPROXY, package by package and message by message, against a Go program over apidiff
(data/api_of_go). A soak takes all pairs, any other run a few (TEST_SEED).
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
GOWARD = os.environ.get("TEST_GOWARD", "")
CACHE = pathlib.Path(os.environ.get("TEST_CACHE", ""))
IS_SOAK = bool(os.environ.get("TEST_SOAK"))
EXP, TOOLS = "v0.0.0-20261014143641-f0251eb4aa3e", "v0.52.0"  # of golang.org/x
SAMPLE = 3  # pairs
SHOWN = 12  # differences
SECONDS = 900

PAIRS = [line.split() for line in """
golang.org/x/text@v0.4.0 golang.org/x/text@v0.14.0
golang.org/x/mod@v0.4.0 golang.org/x/mod@v0.20.0
golang.org/x/sync@v0.1.0 golang.org/x/sync@v0.10.0
golang.org/x/net@v0.10.0 golang.org/x/net@v0.30.0
golang.org/x/crypto@v0.10.0 golang.org/x/crypto@v0.30.0
golang.org/x/sys@v0.5.0 golang.org/x/sys@v0.25.0
golang.org/x/tools@v0.10.0 golang.org/x/tools@v0.25.0
golang.org/x/oauth2@v0.8.0 golang.org/x/oauth2@v0.20.0
golang.org/x/time@v0.1.0 golang.org/x/time@v0.7.0
github.com/google/uuid@v1.1.0 github.com/google/uuid@v1.6.0
github.com/google/go-cmp@v0.4.0 github.com/google/go-cmp@v0.6.0
github.com/spf13/pflag@v1.0.3 github.com/spf13/pflag@v1.0.5
github.com/spf13/cobra@v1.0.0 github.com/spf13/cobra@v1.8.0
github.com/stretchr/testify@v1.4.0 github.com/stretchr/testify@v1.9.0
github.com/pkg/errors@v0.8.0 github.com/pkg/errors@v0.9.1
github.com/sirupsen/logrus@v1.4.0 github.com/sirupsen/logrus@v1.9.3
github.com/gorilla/mux@v1.6.2 github.com/gorilla/mux@v1.8.1
github.com/BurntSushi/toml@v0.3.1 github.com/BurntSushi/toml@v1.3.2
github.com/klauspost/compress@v1.13.0 github.com/klauspost/compress@v1.17.9
github.com/fsnotify/fsnotify@v1.4.9 github.com/fsnotify/fsnotify@v1.7.0
go.uber.org/zap@v1.16.0 go.uber.org/zap@v1.27.0
google.golang.org/protobuf@v1.25.0 google.golang.org/protobuf@v1.34.2
github.com/samber/lo@v1.10.0 github.com/samber/lo@v1.47.0
github.com/hashicorp/golang-lru/v2@v2.0.0 github.com/hashicorp/golang-lru/v2@v2.0.7
github.com/hashicorp/golang-lru@v0.5.4 github.com/hashicorp/golang-lru/v2@v2.0.7
github.com/go-chi/chi@v1.5.4 github.com/go-chi/chi/v5@v5.1.0
gopkg.in/yaml.v2@v2.2.1 gopkg.in/yaml.v3@v3.0.1
k8s.io/apimachinery@v0.28.4 k8s.io/apimachinery@v0.30.0
""".split("\n") if line]

passed = failed = skipped = 0


def check(what, wrong):
    global passed, failed
    passed, failed = passed + (not wrong), failed + bool(wrong)
    if wrong:
        print(f"FAILED: {what}: {wrong}")


class Place:
    """A folder with a home, and the environment of both tools."""

    def __init__(self, folder):
        self.folder = pathlib.Path(folder)
        self.env = {"HOME": str(self.folder), "PATH": os.environ["PATH"], "GOENV": "off", "GOFLAGS": "-mod=mod", "CGO_ENABLED": "0",
                    "GOTOOLCHAIN": "local", "GOWORK": "off", "GOMODCACHE": str(CACHE / "gomod"), "GOCACHE": str(CACHE / "gocache")}
        for name in ("GOPROXY", "GOSUMDB", "GONOSUMDB", "SSL_CERT_FILE", "HTTPS_PROXY"):
            if os.environ.get(name):
                self.env[name] = os.environ[name]
        self.env.update({name: value for name, value in os.environ.items() if name.endswith("SAN_OPTIONS")})

    def run(self, folder, *command):
        return subprocess.run(command, cwd=self.folder / folder, env=self.env, text=True, capture_output=True, check=False,
                              timeout=SECONDS)

    def module(self, name, *requires):
        """A module that requires these; None when they cannot be had."""
        folder = self.folder / name
        if not folder.exists():
            folder.mkdir()
            (folder / "go.mod").write_text("module example.com/m\n\ngo 1.17\n")
            done = self.run(name, "go", "get", *requires)
            (folder / "trouble").write_text("" if done.returncode == 0 else done.stderr)
        return None if (folder / "trouble").read_text() else folder

    def ask(self, folder, old, new):
        """Changes by package below its module, as data/api_of_go has them."""
        done = self.run(folder, GOWARD, "api", "diff", "--json", old, new)
        if done.returncode not in (0, 1) or done.stderr:
            return None, f"exit {done.returncode}: {done.stderr[-1500:]}"
        said, got = json.loads(done.stdout), {}
        roots = [said[side]["module"] or "" for side in ("old", "new")]
        for p in said["packages"]:
            rel = next(p["path"][len(root):].lstrip("/") for root in (roots if p["change"] == "removed" else roots[::-1]))
            got[rel] = {f"{'+' if c['compatible'] else '-'}{c['what']}: {c['says']}" for c in p["changes"]}
            if p["change"] != "changed":
                got[rel] = {{"added": "+", "removed": "-"}[p["change"]] + f"package {p['change']}"}
        return got, None


def differences(want, got):
    lines = []
    for rel in sorted(set(want) | set(got)):
        mine, real = got.get(rel, set()), set(want.get(rel, ()))
        lines += [f"{rel}: lacks {m}" for m in sorted(real - mine)] + [f"{rel}: has {m}" for m in sorted(mine - real)]
    return lines


def tell(what, want, got):
    wrong = differences(want, got)
    n = sum(len(set(messages)) for messages in want.values())
    print(f"{what}: {n} changes of {len(want)} packages, {len(wrong)} differences")
    check(what, "".join(f"\n  {line}" for line in wrong[:SHOWN]) if wrong else "")


def split(file, folder):
    """The two packages of a file of testdata, and their changes."""
    lines, now, want = {"old": [], "new": []}, ["old", "new"], set()
    for line in file.read_text().splitlines():
        told = re.fullmatch(r"// ([ic]) +(.*)", line.strip())
        if line.strip() in ("// old", "// new", "// both"):
            now = {"// old": ["old"], "// new": ["new"], "// both": ["old", "new"]}[line.strip()]
        elif told:
            want.add(("-" if told[1] == "i" else "+") + told[2])
        else:
            for side in now:
                lines[side].append(line)
    (folder / "go.mod").write_text("module apidiff\n\ngo 1.22\n")
    for side, text in lines.items():
        (folder / side).mkdir()
        (folder / side / f"{side}.go").write_text("\n".join(text) + "\n")
    return want


def look_at_testdata(place, exp):
    for file in sorted((exp / "apidiff/testdata").glob("*.go")):
        folder = place.folder / f"data_{file.stem}"
        folder.mkdir()
        want = split(file, folder)
        got, trouble = place.ask(folder.name, "old", "new")
        if trouble:
            check(file.name, trouble)
        else:
            tell(f"testdata/{file.name}", {"": want}, {"": set().union(*got.values())})


def look_at_pair(place, driver, old, new):
    """Both tools find the dependencies in the module cache, where the first one has put them."""
    global skipped
    folders = [place.module(re.sub(r"[/@]", "_", name), name.split("@")[0] + "/...@" + name.split("@")[1]) for name in (old, new)]
    if None in folders:
        skipped += 1
        return
    done = place.run(".", str(driver), str(folders[0]), old.split("@")[0], str(folders[1]), new.split("@")[0])
    if done.returncode != 0 or done.stderr:
        print(f"{old}: apidiff says {done.stderr[:400]}")
    if done.returncode != 0:
        skipped += 1
        return
    got, trouble = place.ask(".", old, new)
    if trouble:
        check(f"{old} {new}", trouble)
    else:
        tell(f"{old} {new}", json.loads(done.stdout), got)


def main():
    global skipped
    rng = random.Random(os.environ.get("TEST_SEED", "1"))
    with tempfile.TemporaryDirectory() as folder:
        place = Place(folder)
        tools = place.module("tools", f"golang.org/x/exp/apidiff@{EXP}", f"golang.org/x/tools/go/packages@{TOOLS}")
        driver = place.folder / "api_of_go"
        if tools is not None:
            (tools / "main.go").write_text((HERE / "data/api_of_go/main.go").read_text())
            done = place.run("tools", "go", "build", "-o", str(driver), ".")
        if tools is None or done.returncode != 0:
            skipped += 1
        else:
            look_at_testdata(place, CACHE / f"gomod/golang.org/x/exp@{EXP}")
            for old, new in PAIRS if IS_SOAK else rng.sample(PAIRS, SAMPLE):
                look_at_pair(place, driver, old, new)
    print(f"{passed} passed, {failed} failed, {skipped} skipped")
    return failed > 0


if __name__ == "__main__":
    sys.exit(main())
