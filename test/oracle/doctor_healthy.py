#!/usr/bin/env python3
"""Healthy set-ups, on which the doctor has nothing to say that is worse than "info".

Each is made of a real release, a home, a PATH and a project (test/lib/machine.py), and the real go
builds the project there first: what go does well is healthy. Needs the toolchains that
test/oracle/toolchains.py fetches; what cannot be had is skipped.
"""
import glob
import os
import pathlib
import re
import shutil
import subprocess
import sys
import zipfile

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent.parent / "lib"))
from machine import CACHE, GOWARD, MAIN, Machine, SYSTEM, Skip, run_cases  # noqa: E402

CASES = []


def case(title):
    def add(function):
        CASES.append((title, function))
        return function
    return add


# ---- what is asked

def builds(m, cwd=None):
    done = m.run("go", "build", "-o", "/dev/null", "./...", cwd=cwd)
    if done.code != 0:
        raise AssertionError(f"the real go does not build here:\n{done}")


def is_silent(m, *options, but=()):
    worse = [f for f in m.doctor(*options)["findings"] if f["severity"] != "info" and f["id"] not in but]
    if worse:
        raise AssertionError("\n".join(f"{f['severity']} {f['id']} {f['title']} | {f['place']} | {f['evidence']}"
                                       for f in worse))


def official(m, version="1.26.8"):
    root = m.install_go(version)
    m.share_cache(version)
    return root


def did(done):
    if done.code != 0:
        raise AssertionError(str(done))


# ---- the usual ones

@case("an official Go in a folder of its own")
def _(m):
    official(m)
    builds(m)
    is_silent(m)


@case("the newest Go, and a project that says so")
def _(m):
    official(m, "1.27.4")
    m.write("go.mod", "module example.com/well\n\ngo 1.27.0\n\ntoolchain go1.27.4\n")
    builds(m)
    is_silent(m)
    is_silent(m, "--profile", "release")


@case("GOPATH/bin in PATH")
def _(m):
    root = m.install_go("1.25.11", "sdk/go1.25.11")
    m.share_cache("1.25.11")
    (m.home / "go/bin").mkdir(parents=True)
    m.path(root / "bin", m.home / "go/bin")
    builds(m)
    is_silent(m)


@case("no Go at all")
def _(m):
    places = [p for p in ["/usr/local/go", "/usr/lib/go", *glob.glob("/usr/lib/go-*"), *glob.glob("/opt/go*")]
              if os.path.isdir(p) and not os.path.islink(p)]
    if any(os.path.lexists(f"{folder}/{name}") for folder in SYSTEM.split(":") for name in ("go", "gofmt")):
        m.without("go", "gofmt")
    if places:
        m.mount("\n".join(f"mount -t tmpfs none '{place}'" for place in places))
    if m.run("sh", "-c", "command -v go").code == 0:
        raise AssertionError("a Go is left")
    is_silent(m)


@case("goward itself")
def _(m):
    zip_file = CACHE / "gomod/cache/download/golang.org/toolchain/@v/v0.0.1-go1.27.4.linux-amd64.zip"
    if not zip_file.exists():
        raise Skip("go1.27.4 cannot be had")
    proxy = os.environ.get("GOPROXY")
    if proxy is None and shutil.which("go"):
        proxy = subprocess.run(["go", "env", "GOPROXY"], text=True, stdout=subprocess.PIPE, check=False).stdout.strip()
    done = m.run(GOWARD, "install", zip_file, env={"GOPROXY": proxy} if proxy else {})
    if done.code == 6:
        raise Skip("the log cannot be reached")
    did(done)
    did(m.run(GOWARD, "use", "1.27.4", "--global"))
    m.path(m.home / ".local/share/goward/bin")
    m.share_cache("1.27.4")
    builds(m)
    is_silent(m)


@case("a job of GitHub")
def _(m):
    root = m.install_go("1.26.8", "hostedtoolcache/go/1.26.8/x64")
    m.share_cache("1.26.8")
    (m.home / "go/bin").mkdir(parents=True)
    m.path(m.home / "go/bin", root / "bin")
    m.env.update(CI="true", GITHUB_ACTIONS="true", GOTOOLCHAIN="local", RUNNER_OS="Linux")
    m.write(".github/workflows/test.yml",
            "name: test\non: [push, pull_request]\npermissions:\n  contents: read\njobs:\n  test:\n"
            "    runs-on: ubuntu-24.04\n    steps:\n      - uses: actions/checkout@v4\n"
            "      - uses: actions/setup-go@v5\n        with:\n          go-version-file: go.mod\n"
            "      - run: go vet ./...\n      - run: go test -race ./...\n")
    builds(m)
    is_silent(m, "--profile", "ci")


@case("the golang image")
def _(m):
    root = official(m)
    (m.top / "go/bin").mkdir(parents=True)
    m.path(m.top / "go/bin", root / "bin")
    m.env.update(GOPATH=str(m.top / "go"), GOTOOLCHAIN="local", GOLANG_VERSION="1.26.8")
    m.write("Dockerfile", "FROM golang:1.26 AS build\nWORKDIR /src\nCOPY . .\n"
            "RUN CGO_ENABLED=0 go build -o /well .\nFROM gcr.io/distroless/static\n"
            "COPY --from=build /well /well\nENTRYPOINT [\"/well\"]\n")
    builds(m)
    is_silent(m)


@case("an old Go with an old project")
def _(m):
    official(m, "1.19.4")
    m.write("go.mod", "module example.com/well\n\ngo 1.19\n")
    builds(m)
    is_silent(m)


@case("a workspace")
def _(m):
    official(m)
    for name in ("a", "b"):
        m.write(f"{name}/go.mod", f"module example.com/{name}\n\ngo 1.26.0\n")
        m.write(f"{name}/main.go", MAIN)
    m.write("go.mod", None)
    m.write("main.go", None)
    m.write("go.work", "go 1.26.0\n\nuse (\n\t./a\n\t./b\n)\n")
    is_silent(m)
    m.project = m.project / "a"
    builds(m)
    is_silent(m)


@case("cgo off for a static program")
def _(m):
    official(m)
    m.env.update(CGO_ENABLED="0", GOOS="linux", GOARCH="amd64", GOFLAGS="-trimpath")
    builds(m)
    is_silent(m, "--profile", "release")


@case("cgo off for a static program, beside a package that is ready for it")
def _(m):
    official(m)
    m.write("internal/c/with.go", '//go:build cgo\n\npackage c\n\n// static int f(void) { return 7; }\nimport "C"\n\n'
            "func F() int { return int(C.f()) }\n")
    m.write("internal/c/without.go", "//go:build !cgo\n\npackage c\n\nfunc F() int { return 7 }\n")
    m.write("examples/c/main.go", 'package main\n\n// static int f(void) { return 7; }\nimport "C"\n\n'
            "func main() { println(C.f()) }\n")  # built by nothing here but its owner
    m.write("main.go", 'package main\n\nimport "example.com/well/internal/c"\n\nfunc main() { println(c.F()) }\n')
    m.env["CGO_ENABLED"] = "0"
    builds(m)
    is_silent(m)


@case("a private proxy")
def _(m):
    official(m, "1.27.4")  # older ones can be talked past the checksum database by a proxy
    m.go_env("GOPROXY=https://proxy.corp.example/go,direct\nGOPRIVATE=git.corp.example/*\n"
             "GOFLAGS=-mod=readonly\n")
    builds(m)
    is_silent(m)


@case("GOOS of another system for one build")
def _(m):
    official(m)
    m.env.update(GOOS="windows", GOARCH="arm64")
    builds(m)
    is_silent(m, "--profile", "cross")


# ---- distributions

def debian_package(name):
    """The files of a package of Debian's, by way of a cache."""
    place = CACHE / "debian"
    place.mkdir(parents=True, exist_ok=True)
    found = sorted(place.glob(f"{name}_*.deb"))
    if not found:
        if not shutil.which("apt-get") or not shutil.which("dpkg-deb"):
            raise Skip("this is no Debian")
        subprocess.run(["apt-get", "download", "-qq", name], cwd=place, check=False, timeout=240,
                       stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        found = sorted(place.glob(f"{name}_*.deb"))
    if not found:
        raise Skip(f"Debian's package {name} cannot be had")
    return found[0]


@case("Debian's golang-go")
def _(m):
    for name in ("golang-1.19-go", "golang-1.19-src", "golang-go", "golang-src"):
        did(m.run("dpkg-deb", "-x", debian_package(name), m.top / "debian"))
    m.write("go.mod", "module example.com/well\n\ngo 1.19\n")
    try:
        m.mount(f"mount -t overlay overlay -o 'lowerdir={m.top}/debian/usr:/usr' /usr")
    except Skip:  # then it stands elsewhere, as in an image that is looked at from outside
        m.path(m.top / "debian/usr/bin")
    did(m.run("go", "version"))
    builds(m)
    is_silent(m)


@case("an image with musl, without gcc")
def _(m):
    image = m.top / "image"
    loader = pathlib.Path("/lib/ld-musl-x86_64.so.1")
    if not loader.exists():
        did(m.run("dpkg-deb", "-x", debian_package("musl"), m.top / "musl"))
        loader = m.top / "musl/lib/x86_64-linux-musl/libc.so"
    for folder in ("lib", "bin", "tmp", "home/dev", "proc", "dev", "etc/ssl", "usr/local", "var/tmp", "project"):
        (image / folder).mkdir(parents=True)
    shutil.copy(loader, image / "lib/ld-musl-x86_64.so.1")
    (image / "lib/libc.musl-x86_64.so.1").symlink_to("ld-musl-x86_64.so.1")
    m.write("etc/alpine-release", "3.22.1\n", below=image)
    m.write("etc/os-release", "NAME=\"Alpine Linux\"\nID=alpine\nVERSION_ID=3.22.1\n", below=image)
    m.write("etc/passwd", "root:x:0:0:root:/home/dev:/bin/sh\n", below=image)
    for authorities in ("/etc/ssl/certs/ca-certificates.crt", "/etc/pki/tls/certs/ca-bundle.crt"):
        if os.path.exists(authorities):
            shutil.copy(authorities, image / "etc/ssl/cert.pem")
    m.install_go("1.26.8", "image/usr/local/go", on_path=False)
    place = image / str(GOWARD).lstrip("/")
    place.parent.mkdir(parents=True, exist_ok=True)
    shutil.copy(GOWARD, place)
    for name in ("go.mod", "main.go"):
        shutil.copy(m.project / name, image / "project" / name)
    m.mount(f"mount --rbind /proc '{image}/proc'\nmount --rbind /dev '{image}/dev'")
    m.starter = [shutil.which("unshare"), f"--root={image}", "--wd=/project"]
    m.env = {"HOME": "/home/dev", "PATH": "/usr/local/go/bin:/usr/sbin:/usr/bin:/sbin:/bin",
             "GOWARD_HOME": "/home/dev/.local/share/goward"}
    builds(m)
    is_silent(m)


# ---- places

@case("a Go below a name with a space, and a home behind a link")
def _(m):
    root = m.install_go("1.26.8", "opt/my tools/go")
    m.share_cache("1.26.8")
    m.home.rename(m.top / "disk2-home")
    m.home.symlink_to(m.top / "disk2-home")
    (m.home / "go/bin").mkdir(parents=True)
    m.path(root / "bin", m.home / "go/bin")
    did(m.run("go", "install", "."))
    builds(m)
    is_silent(m)


@case("a project below a name with a space, a quote and another script")
def _(m):
    official(m)
    m.project = m.project.rename(m.top / "it's my \u5de5\u7a0b")
    builds(m)
    is_silent(m)


# ---- modules

def file_proxy(m):
    """A folder that serves example.com/lib v1.0.0; the address of it."""
    place = m.top / "proxy/example.com/lib/@v"
    m.write("list", "v1.0.0\n", below=place)
    m.write("v1.0.0.info", '{"Version":"v1.0.0","Time":"2026-01-02T03:04:05Z"}', below=place)
    gomod = m.write("v1.0.0.mod", "module example.com/lib\n\ngo 1.21\n", below=place)
    with zipfile.ZipFile(place / "v1.0.0.zip", "w") as archive:
        archive.writestr("example.com/lib@v1.0.0/go.mod", gomod.read_text())
        archive.writestr("example.com/lib@v1.0.0/lib.go", "package lib\n\nfunc F() {}\n")
    return f"file://{m.top}/proxy"


USES_LIB = 'package main\n\nimport "example.com/lib"\n\nfunc main() { lib.F() }\n'


@case("a machine without a network, whose modules lie in a folder")
def _(m):
    official(m)
    m.go_env(f"GOPROXY={file_proxy(m)}\nGOTOOLCHAIN=local\n")
    m.write("main.go", USES_LIB)
    did(m.run("go", "mod", "tidy", env={"GONOSUMDB": "example.com"}))
    builds(m)
    is_silent(m)
    is_silent(m, "--profile", "airgap")


@case("a machine without a network, whose modules lie in vendor")
def _(m):
    official(m)
    m.write("main.go", USES_LIB)
    env = {"GONOSUMDB": "example.com", "GOPROXY": file_proxy(m)}
    did(m.run("go", "mod", "tidy", env=env))
    did(m.run("go", "mod", "vendor", env=env))
    did(m.run("go", "clean", "-modcache"))
    m.env.update(GOPROXY="off", GOTOOLCHAIN="local")
    builds(m)
    is_silent(m, "--profile", "airgap")


@case("a vendored workspace")
def _(m):
    official(m)
    env = {"GONOSUMDB": "example.com", "GOPROXY": file_proxy(m)}
    for name in ("a", "b"):
        m.write(f"{name}/go.mod", f"module example.com/{name}\n\ngo 1.26.0\n")
        m.write(f"{name}/main.go", USES_LIB)
        did(m.run("go", "mod", "tidy", env=env, cwd=m.project / name))
    m.write("go.mod", None)
    m.write("main.go", None)
    m.write("go.work", "go 1.26.0\n\nuse (\n\t./a\n\t./b\n)\n")
    did(m.run("go", "work", "vendor", env=env))
    did(m.run("go", "clean", "-modcache"))
    m.project = m.project / "a"
    builds(m)
    is_silent(m)


@case("modules below one another in one repository")
def _(m):
    official(m)
    for name in ("tools", "services/a", "services/b", "api/v2"):
        m.write(f"{name}/go.mod", f"module example.com/well/{name}\n\ngo 1.26.0\n")
        m.write(f"{name}/main.go", MAIN)
    m.write("services/a/go.mod", "module example.com/well/services/a\n\ngo 1.26.0\n\n"
            "require example.com/well v0.0.0\n\nreplace example.com/well => ../..\n")
    m.write("internal/x/x.go", "package x\n")
    m.write("testdata/broken/go.mod", "<<<<<<< not a module\n")
    m.write("testdata/c/c.go", 'package c\n\n// #cgo LDFLAGS: -specs=/x\nimport "C"\n')
    did(m.run("git", "init", "-q"))
    builds(m)
    is_silent(m)
    for name in ("services/b", "services/a"):
        m.project = m.project / name
        m.run("go", "mod", "tidy")
        builds(m)
        is_silent(m)
        m.project = m.project.parent.parent


def run(case):
    title, function = case
    with Machine(re.sub(r"\W+", "-", title)) as m:
        function(m)


if __name__ == "__main__":
    sys.exit(run_cases(CASES, lambda case: case[0], run, 0.5))
