#!/usr/bin/env python3
"""Real releases of Go, proved against the real log.

For each release: its module zip (from cmd/go's module cache) is installed with `goward install FILE`,
so the hash of the zip is the log's; the tree in the store is verified, so its hash is too; and so is
the tree that cmd/go itself unpacked. Then the Go that is on PATH, and three tampered trees.

Last, three Gos at once: 1.19.4, 1.21.13 and 1.23.12 in one store, a project for each, 20 builds of
each at the same time through the shim: all succeed, all binaries of a project are the same bytes and
carry its version, and no variable of one leaks into another.

Needs a go on PATH and a GOPROXY that can be reached; what cannot be had is skipped. The module cache
is kept in $TEST_CACHE/gomod.
"""
import concurrent.futures
import json
import os
import pathlib
import shutil
import subprocess
import sys
import tempfile

AMD64 = ["1.19.4", "1.20.14", "1.21.13", "1.22.12", "1.23.12", "1.24.13", "1.25.11", "1.26.8",
         "1.27.4"]
ARM64 = ["1.26.8", "1.27.3", "1.27.4"]
THREE = ["1.19.4", "1.21.13", "1.23.12"]
BUILDS = 20

CACHE = pathlib.Path(os.environ.get("TEST_CACHE") or
                     pathlib.Path(os.environ.get("XDG_CACHE_HOME") or
                                  pathlib.Path.home() / ".cache") / "goward-test")
MODULES = CACHE / "gomod"
GOWARD = os.environ["TEST_GOWARD"]
TMP = pathlib.Path(tempfile.mkdtemp())
HOME = TMP / "goward"
ENV = dict(os.environ, GOWARD_HOME=str(HOME), GOMODCACHE=str(MODULES), GOFLAGS="-modcacherw",
           GOTOOLCHAIN="local", CI="")

passed = failed = skipped = 0


def check(what, ok, detail=""):
    global passed, failed
    if ok:
        passed += 1
    else:
        failed += 1
        print(f"FAILED: {what}\n{detail}")
    return ok


def skip(what):
    global skipped
    skipped += 1
    print(f"skipped: {what}")


def run(*args, cwd=None, env=None):
    done = subprocess.run([str(a) for a in args], cwd=cwd, env=env or ENV, text=True,
                          stdout=subprocess.PIPE, stderr=subprocess.PIPE)
    return done.returncode, done.stdout, done.stderr


def goward(*args, **more):
    return run(GOWARD, *args, **more)


def fetch(version, platform):
    """The zip and the unpacked tree of a release, or None."""
    name = f"v0.0.1-go{version}.{platform}"
    zip_file = MODULES / "cache/download/golang.org/toolchain/@v" / f"{name}.zip"
    tree = MODULES / f"golang.org/toolchain@{name}"
    if not (zip_file.exists() and tree.is_dir()):
        if not shutil.which("go"):
            return None
        code, _, _ = run("go", "mod", "download", f"golang.org/toolchain@{name}", cwd=TMP)
        if code != 0:
            return None
    return zip_file, tree


def verify(what, path, want="proved"):
    code, out, err = goward("verify", "--json", path)
    try:
        result = json.loads(out)["results"][0]
    except (ValueError, KeyError, IndexError):
        check(what, False, out + err)
        return {}
    check(what, result["status"] == want and (code == 0) == (want in ("proved", "config-edited")),
          out + err)
    return result


def releases():
    code, _, err = goward("list", "--remote")
    if code != 0:
        skip(f"all of it: {err.strip()}")
        return False
    for version, platform in [(v, "linux-amd64") for v in AMD64] + [(v, "linux-arm64") for v in ARM64]:
        got = fetch(version, platform)
        if got is None:
            skip(f"go{version} {platform} cannot be had")
            continue
        zip_file, tree = got
        code, out, err = goward("install", zip_file)
        check(f"install of the zip of go{version} {platform}", code == 0, out + err)
        stored = HOME / f"trees/go{version}.{platform}"
        verify(f"tree of go{version} {platform} in the store", stored)
        verify(f"tree of go{version} {platform} that cmd/go unpacked", tree)
    return True


def machine_go():
    code, root, _ = run("go", "env", "GOROOT", cwd=TMP) if shutil.which("go") else (1, "", "")
    if code != 0:
        return skip("the Go on PATH: there is none")
    code, out, err = goward("verify", "--json", root.strip())
    status = json.loads(out)["results"][0]["status"]
    if status == "unknown":
        return skip(f"the Go on PATH is a distribution's own: {root.strip()}")
    check("the Go on PATH", status in ("proved", "config-edited"), out + err)


def tampering():
    """A changed, a missing and an extra file are named, and repaired from the release's zip."""
    tree = HOME / "trees/go1.26.8.linux-amd64"
    if not tree.is_dir():
        return skip("tampering: go1.26.8 is not there")
    fmt = tree / "src/fmt"
    os.chmod(fmt, 0o755)
    (fmt / "print.go").unlink()
    (fmt / "extra.go").write_text("package fmt\n")
    os.chmod(tree / "bin", 0o755)
    gofmt = tree / "bin/gofmt"
    gofmt.unlink()
    gofmt.write_bytes(b"#!/bin/sh\n")
    want = {("bin/gofmt", "changed"), ("src/fmt/print.go", "missing"), ("src/fmt/extra.go", "extra")}
    result = verify("a tampered tree differs", tree, "differs")
    named = {(f["path"], f["kind"]) for f in result.get("files", [])}
    check("a tampered tree's files are named", named == want, str(named))
    code, out, err = goward("verify", "--json", "--offline", tree)
    named = {(f["path"], f["kind"]) for f in json.loads(out)["results"][0]["files"]}
    check("offline too, from the stored manifest", code == 5 and named == want, out + err)
    code, out, err = goward("verify", "--json", "--repair", tree)
    check("repair proves it again",
          code == 0 and json.loads(out)["results"][0]["status"] == "proved", out + err)

    # Without a manifest of ours: the same files, from the zip's central directory.
    got = fetch("1.26.8", "linux-amd64")
    copy = TMP / "copy"
    subprocess.run(["cp", "-r", str(got[1]), str(copy)], check=True)
    os.chmod(copy / "src/fmt", 0o755)
    (copy / "src/fmt/print.go").write_text("package fmt\n")
    env = dict(ENV, GOWARD_HOME=str(TMP / "empty"))
    code, out, err = goward("verify", "--json", copy, env=env)
    result = json.loads(out)["results"][0] if out else {}
    named = {(f["path"], f["kind"]) for f in result.get("files", [])}
    check("a foreign tree's files are named by the zip's index",
          code == 5 and named == {("src/fmt/print.go", "changed")} and
          result["named_by"] == "zip-index", out + err)
    code, out, err = goward("verify", "--json", "--repair", copy, env=env)
    check("and repaired", code == 0 and json.loads(out)["results"][0]["status"] == "proved", out + err)


def adoption():
    got = fetch("1.26.8", "linux-amd64")
    if got is None:
        return skip("adoption: go1.26.8 is not there")
    home = TMP / "adopting"
    env = dict(ENV, GOWARD_HOME=str(home))
    code, out, err = goward("install", got[1], env=env)
    check("a tree of the module cache is adopted", code == 0, out + err)
    code, out, err = goward("verify", "--json", home / "trees/go1.26.8.linux-amd64", env=env)
    check("and proved", code == 0, out + err)


# -- three Gos at once -----------------------------------------------------------------------------

PROGRAM = """package main

import (
	"os"
	"runtime"
)

func main() {
	os.Stdout.WriteString(runtime.Version() + "\\n")
	for _, name := range []string{"GOROOT", "GOBIN", "GOTOOLDIR"} {
		if value, ok := os.LookupEnv(name); ok {
			os.Stdout.WriteString(name + "=" + value + "\\n")
		}
	}
}
"""


def project(version):
    folder = TMP / f"project-{version}"
    folder.mkdir()
    lang = ".".join(version.split(".")[:2])
    (folder / "go.mod").write_text(f"module example.com/p\n\ngo {lang}\n")
    (folder / "main.go").write_text(PROGRAM)
    code, out, err = goward("use", version, cwd=folder)
    check(f"goward use {version}", code == 0, out + err)
    return folder


def shim_env():
    env = {k: v for k, v in ENV.items() if not k.startswith("GO") or k.startswith("GOWARD")}
    env.update(PATH=f"{HOME}/bin:{os.environ['PATH']}", GOFLAGS="-buildvcs=false", GOPROXY="off",
               GOCACHE=str(TMP / "gocache"), GOENV="off", CGO_ENABLED="0")
    return env


def build(folder, name):
    """Builds, runs what was built, and runs it through `go run`: there it sees go's environment."""
    env = shim_env()
    code, out, err = run("go", "build", "-trimpath", "-o", TMP / name, ".", cwd=folder, env=env)
    if code != 0:
        return f"build failed: {out}{err}"
    _, built, _ = run(TMP / name, env=env)
    _, ran, err = run("go", "run", "-trimpath", ".", cwd=folder, env=env)
    return built + ran + err


def three_at_once():
    if not all((HOME / f"trees/go{v}.linux-amd64").is_dir() for v in THREE):
        return skip("three Gos at once: not all of them are there")
    folders = {v: project(v) for v in THREE}
    for version, folder in folders.items():  # fills the build cache, which 20 builds then share
        check(f"first build with {version}",
              build(folder, f"warm-{version}") == 2 * f"go{version}\n")
    with concurrent.futures.ThreadPoolExecutor(len(THREE) * BUILDS) as pool:
        jobs = {(v, i): pool.submit(build, folders[v], f"out-{v}-{i}")
                for i in range(BUILDS) for v in THREE}
    for version in THREE:
        said = {jobs[version, i].result() for i in range(BUILDS)}
        check(f"{BUILDS} builds with {version} carry it, and no variable",
              said == {2 * f"go{version}\n"}, str(said))
        binaries = {(TMP / f"out-{version}-{i}").read_bytes() for i in range(BUILDS)
                    if (TMP / f"out-{version}-{i}").exists()}
        check(f"{BUILDS} builds with {version} are the same bytes", len(binaries) == 1)


def main():
    try:
        if releases():
            machine_go()
            tampering()
            adoption()
            three_at_once()
    finally:
        subprocess.run(["chmod", "-R", "u+w", str(TMP)], check=False)
        shutil.rmtree(TMP, ignore_errors=True)
    print(f"{passed} passed, {failed} failed, {skipped} skipped")
    return 1 if failed else 0


sys.exit(main())
