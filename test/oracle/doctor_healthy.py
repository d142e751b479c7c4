#!/usr/bin/env python3
"""Healthy set-ups, on which the doctor has nothing to say that is worse than "info".

Each is made of a real release, a home, a PATH and a project, and the real go builds the project there
first: what go does well is healthy. Needs the toolchains that test/oracle/toolchains.py fetches; what
cannot be had is skipped.
"""
import json
import os
import pathlib
import shutil
import subprocess
import sys
import tempfile

CACHE = pathlib.Path(os.environ.get("TEST_CACHE") or
                     pathlib.Path(os.environ.get("XDG_CACHE_HOME") or
                                  pathlib.Path.home() / ".cache") / "goward-test")
GOWARD = os.environ["TEST_GOWARD"]
# Where a build cache may lie: in memory the doctor rightly speaks of the space that is left.
TMP = pathlib.Path(tempfile.mkdtemp(dir="/var/tmp"))
SYSTEM = "/usr/sbin:/usr/bin:/sbin:/bin"
MAIN = 'package main\n\nimport "fmt"\n\nfunc main() { fmt.Println("well") }\n'
CASES = []


class Skip(Exception):
    pass


def case(function):
    CASES.append(function)
    return function


def release(version, place):
    """An official release, unpacked at a place of its own."""
    tree = CACHE / f"gomod/golang.org/toolchain@v0.0.1-go{version}.linux-amd64"
    if not (tree / "bin/go").is_file():
        raise Skip(f"go{version} cannot be had")
    place.parent.mkdir(parents=True, exist_ok=True)
    shutil.copytree(tree, place, copy_function=os.link,
                    ignore=lambda folder, names: [n for n in names if n in ("bin", "tool")])
    for programs in ("bin", "pkg/tool"):
        shutil.copytree(tree / programs, place / programs)
        for program in (place / programs).rglob("*"):
            program.chmod(0o755)
    for name in place.rglob("_go.mod"):  # the archive has go.mod, the module _go.mod
        if not (name.parent / "go.mod").exists():
            os.link(name, name.parent / "go.mod")
        name.unlink()
    return place


class Setup:
    def __init__(self, name):
        self.top = TMP / name
        self.home = self.top / "home"
        self.project = self.top / "project"
        for folder in (self.home, self.project, self.top / "tmp"):
            folder.mkdir(parents=True)
        self.env = {"HOME": str(self.home), "PATH": SYSTEM, "LANG": "C.UTF-8",
                    "GOWARD_HOME": str(self.home / ".local/share/goward")}
        self.files(go_mod="module example.com/well\n\ngo 1.21\n", main_go=MAIN)

    def files(self, **files):
        for name, text in files.items():
            (self.project / name.replace("_", ".")).write_text(text)

    def path(self, *folders):
        self.env["PATH"] = ":".join([*map(str, folders), SYSTEM])

    def run(self, *argv):
        return subprocess.run([str(a) for a in argv], cwd=self.project, env=dict(self.env, PWD=str(self.project)),
                              text=True, stdout=subprocess.PIPE, stderr=subprocess.STDOUT)

    def builds(self):
        done = self.run(shutil.which("go", path=self.env["PATH"]), "build", "-o", "/dev/null", "./...")
        if done.returncode != 0:
            raise AssertionError(f"the real go does not build here: {done.stdout}")

    def examine(self, *more):
        done = subprocess.run([GOWARD, "doctor", "--json", *more], cwd=self.project,
                              env=dict(self.env, PWD=str(self.project)), text=True, stdout=subprocess.PIPE,
                              stderr=subprocess.PIPE)
        answer = json.loads(done.stdout)
        worse = [f for f in answer.get("findings", [{"severity": "error", "id": "", "title": done.stdout,
                                                      "evidence": ""}])
                 if f["severity"] != "info"]
        if worse or done.returncode != 0:
            raise AssertionError("\n".join(f"{f['severity']} {f['id']} {f['title']} | {f['evidence']}"
                                           for f in worse) or done.stderr)
        return answer


@case
def official_go_in_a_folder_of_its_own(s):
    root = release("1.26.8", s.top / "usr/local/go")
    s.path(root / "bin")
    s.builds()
    s.examine()


@case
def newest_go_and_a_project_that_says_so(s):
    root = release("1.27.4", s.top / "usr/local/go")
    s.path(root / "bin")
    s.files(go_mod="module example.com/well\n\ngo 1.27.0\n\ntoolchain go1.27.4\n")
    s.builds()
    s.examine()
    s.examine("--profile", "release")


@case
def gopath_bin_on_path(s):
    root = release("1.25.11", s.top / "sdk/go1.25.11")
    (s.home / "go/bin").mkdir(parents=True)
    s.path(root / "bin", s.home / "go/bin")
    s.builds()
    s.examine()


@case
def no_go_at_all(s):
    if any(os.path.exists(f"{f}/go") for f in [*SYSTEM.split(":"), "/usr/local/go/bin"]):
        raise Skip("this machine has a Go")
    s.examine()


@case
def goward_itself(s):
    zip_file = CACHE / "gomod/cache/download/golang.org/toolchain/@v/v0.0.1-go1.27.4.linux-amd64.zip"
    if not zip_file.exists():
        raise Skip("go1.27.4 cannot be had")
    if "GOPROXY" in os.environ:
        s.env["GOPROXY"] = os.environ["GOPROXY"]
    elif shutil.which("go"):
        s.env["GOPROXY"] = subprocess.run(["go", "env", "GOPROXY"], text=True, stdout=subprocess.PIPE).stdout.strip()
    done = s.run(GOWARD, "install", zip_file)
    if done.returncode == 6:
        raise Skip("the log cannot be reached")
    s.run(GOWARD, "use", "1.27.4", "--global")
    s.env.pop("GOPROXY", None)
    s.path(s.home / ".local/share/goward/bin")
    s.builds()
    s.examine()


@case
def a_job_of_github(s):
    root = release("1.26.8", s.top / "hostedtoolcache/go/1.26.8/x64")
    s.path(s.home / "go/bin", root / "bin")
    (s.home / "go/bin").mkdir(parents=True)
    s.env.update(CI="true", GITHUB_ACTIONS="true", GOTOOLCHAIN="local", RUNNER_OS="Linux")
    (s.project / ".github/workflows").mkdir(parents=True)
    (s.project / ".github/workflows/test.yml").write_text(
        "name: test\non: [push, pull_request]\npermissions:\n  contents: read\njobs:\n  test:\n"
        "    runs-on: ubuntu-24.04\n    steps:\n      - uses: actions/checkout@v4\n"
        "      - uses: actions/setup-go@v5\n        with:\n          go-version-file: go.mod\n"
        "      - run: go vet ./...\n      - run: go test -race ./...\n")
    s.builds()
    s.examine("--profile", "ci")


@case
def the_golang_image(s):
    root = release("1.26.8", s.top / "usr/local/go")
    (s.top / "go/bin").mkdir(parents=True)
    s.path(s.top / "go/bin", root / "bin")
    s.env.update(GOPATH=str(s.top / "go"), GOTOOLCHAIN="local", GOLANG_VERSION="1.26.8")
    (s.project / "Dockerfile").write_text(
        "FROM golang:1.26 AS build\nWORKDIR /src\nCOPY . .\nRUN CGO_ENABLED=0 go build -o /well .\n"
        "FROM gcr.io/distroless/static\nCOPY --from=build /well /well\nENTRYPOINT [\"/well\"]\n")
    s.builds()
    s.examine()


@case
def an_old_go_with_an_old_project(s):
    root = release("1.19.4", s.top / "usr/local/go")
    s.path(root / "bin")
    s.files(go_mod="module example.com/well\n\ngo 1.19\n")
    s.builds()
    answer = None
    try:
        answer = s.examine()
    except AssertionError as why:  # that its support has ended is true, and worth a warning
        lines = [line for line in str(why).splitlines() if "support" not in line and "vulnerab" not in line]
        if lines:
            raise AssertionError("\n".join(lines)) from None
    return answer


@case
def a_workspace(s):
    root = release("1.26.8", s.top / "usr/local/go")
    s.path(root / "bin")
    for name in ("a", "b"):
        (s.project / name).mkdir()
        (s.project / name / "go.mod").write_text(f"module example.com/{name}\n\ngo 1.26.0\n")
        (s.project / name / "main.go").write_text(MAIN)
    (s.project / "go.mod").unlink()
    (s.project / "main.go").unlink()
    (s.project / "go.work").write_text("go 1.26.0\n\nuse (\n\t./a\n\t./b\n)\n")
    s.project = s.project / "a"
    s.builds()
    s.examine()


@case
def cgo_off_for_a_static_program(s):
    root = release("1.26.8", s.top / "usr/local/go")
    s.path(root / "bin")
    s.env.update(CGO_ENABLED="0", GOOS="linux", GOARCH="amd64", GOFLAGS="-trimpath")
    s.builds()
    s.examine("--profile", "release")


@case
def a_private_proxy(s):
    root = release("1.26.8", s.top / "usr/local/go")
    s.path(root / "bin")
    config = s.home / ".config/go/env"
    config.parent.mkdir(parents=True)
    config.write_text("GOPROXY=https://proxy.corp.example/go,direct\nGOPRIVATE=git.corp.example/*\n"
                      "GOFLAGS=-mod=readonly\n")
    s.builds()
    s.examine()


@case
def goos_of_another_system_for_one_build(s):
    root = release("1.26.8", s.top / "usr/local/go")
    s.path(root / "bin")
    s.env.update(GOOS="windows", GOARCH="arm64")
    s.builds()
    s.examine("--profile", "cross")


def main():
    passed = failed = skipped = 0
    print(f"1..{len(CASES)}")
    for number, function in enumerate(CASES, 1):
        name = function.__name__
        try:
            function(Setup(name))
        except Skip as why:
            skipped += 1
            print(f"ok {number} - {name} # SKIP {why}")
        except (AssertionError, OSError, ValueError) as why:
            failed += 1
            print(f"not ok {number} - {name}")
            print("\n".join("# " + line for line in str(why).splitlines()))
        else:
            passed += 1
            print(f"ok {number} - {name}")
    print(f"{passed} passed, {failed} failed, {skipped} skipped")
    return 1 if failed else 0


if __name__ == "__main__":
    try:
        sys.exit(main())
    finally:
        subprocess.run(["chmod", "-R", "u+w", str(TMP)], check=False)
        shutil.rmtree(TMP, ignore_errors=True)
