#!/usr/bin/env python3
"""Faults planted for real: what the real go then says, `goward doctor why -` is given, and it must name
the cause first, where it is set on this machine (a variable, a line of the go env file, or a finding of
one of its checks), and a cure. Each case has a machine of its own (test/lib/machine.py)."""
import json
import pathlib
import re
import subprocess
import sys

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent.parent / "lib"))
from machine import GOWARD, SHARE, Machine, Skip, run_cases  # noqa: E402

BUILD = ("go", "build", "-o", "/dev/null", "./...")
RUN, RACE = ("go", "run", "."), ("go", "test", "-race", "./...")
GET = ("go", "get", "example.invalid/m@v1.0.0")
CGO = 'package main\n\nimport "C"\n\nfunc main() {}\n'
NEEDS = "module example.com/well\n\ngo 1.21\n\nrequire example.invalid/m v1.0.0\n"
USES = 'package main\n\nimport _ "example.invalid/m"\n\nfunc main() {}\n'
USE_LINE = "go 1.21\n\nuse ./other\n"
EMBEDS = 'package main\n\nimport _ "embed"\n\n//go:embed page/*\nvar page string\n\nfunc main() {}\n'
MERGE = "module example.com/well\n\n<<<<<<< HEAD\ngo 1.21\n=======\ngo 1.22\n>>>>>>> x\n"
DEAD = "https://127.0.0.1:9"

# What is set (the last is the cause), what is asked of go, the cause, another version of Go.
IN_ENVIRONMENT = [
    ({"GOFLAGS": "foo"}, BUILD, "GWE304"),
    ({"GOFLAGS": "-modfile=x"}, BUILD, "GWE327"),
    ({"GOFLAGS": "-overlay=/nonexistent.json"}, BUILD, "GWE323"),
    ({"GOFLAGS": "-p=0"}, BUILD, "GWE326"),
    ({"GOFLAGS": "-mod=maybe"}, BUILD, "GWE326"),
    ({"GOFLAGS": "-buildmode=nosuch"}, BUILD, "GWE622"),
    ({"GOTOOLCHAIN": "1.26.8"}, BUILD, "GWE203"),
    ({"GOTOOLCHAIN": "go1.99.1", "GOPROXY": "off"}, BUILD, "GWE202"),
    ({"GOTOOLCHAIN": "go1.99.1+path"}, BUILD, "GWE204"),
    ({"GO111MODULE": "off"}, ("go", "mod", "tidy"), "GWE311"),
    ({"GO111MODULE": "maybe"}, BUILD, "GWE311"),
    ({"GOEXPERIMENT": "nosuch"}, BUILD, "GWE312"),
    ({"GOOS": "windows"}, RUN, "GWE306"),
    ({"GOOS": "lunix"}, BUILD, "GWE308"),
    ({"GOARCH": "x86_64"}, BUILD, "GWE308"),
    ({"GOBIN": "bin"}, ("go", "install", "."), "GWE309"),
    ({"GOBIN": "/nonexistent/bin", "GOOS": "darwin"}, ("go", "install", "."), "GWE307"),
    ({"GODEBUG": "cgocheck=2"}, RUN, "GWE303"),
    ({"GODEBUG": "fips140=yes"}, RUN, "GWE319"),
    ({"GODEBUG": "asynctimerchan=1"}, BUILD, "GWE301", "1.27.4"),
    ({"GOFIPS140": "v9.9.9"}, BUILD, "GWE318"),
    ({"GOROOT": "/nonexistent"}, BUILD, "GWE102"),
    ({"GOPATH": "relative"}, GET, "GWE310"),
    ({"GOPATH": "~/go"}, GET, "GWE310"),
    ({"GOCACHE": "off"}, BUILD, "GWE506"),
    ({"GOCACHE": "cache"}, BUILD, "GWE506"),
    ({"GOCACHE": "/proc/cache"}, BUILD, "GWE502"),
    ({"GOCACHEPROG": "/nonexistent"}, BUILD, "GWE322"),
    ({"GOTMPDIR": "/nonexistent"}, BUILD, "GWE511"),
    ({"GOWORK": "go.work"}, BUILD, "GWE903"),
    ({"GOWORK": "/nonexistent/go.work"}, BUILD, "GWE903"),
    ({"GOPROXY": DEAD}, GET, "GWE423"),
    ({"GOPROXY": "https://proxy.invalid", "HTTPS_PROXY": "http://127.0.0.1:9"}, GET, "GWE403"),
    ({"GOPROXY": "ftp://127.0.0.1"}, GET, "GWE432"),
    ({"GOPROXY": ","}, GET, "GWE408"),
    ({"GOPROXY": "off"}, GET, "GWE401"),
    ({"GOPROXY": DEAD, "GOAUTH": "off;netrc"}, GET, "GWE321"),
    ({"GOPROXY": "direct", "GOVCS": "*:off"}, ("go", "get", "example.invalid/m.git@v1"), "GWE416"),
]
# The same in the file that `go env -w` writes: line 2 of it.
IN_FILE = [
    ("GOFLAGS=foo", BUILD, "GWE304"),
    ("GOPROXY=off", GET, "GWE401"),
    ("GOTOOLCHAIN=1.26.8", BUILD, "GWE203"),
    ("GOOS=lunix", BUILD, "GWE308"),
    ("GO111MODULE=off", ("go", "mod", "tidy"), "GWE311"),
]
# Files of the project: {name: text}, what is asked, the cause, what must have been found here.
IN_PROJECT = [
    ({"go.mod": MERGE}, BUILD, "GWE907", "GWD005"),
    ({"go.mod": "\ufeffmodule example.com/well\n\ngo 1.21\n"}, BUILD, "GWE906", "GWD005"),
    ({"go.mod": "module example.com/well\n\ngo 1.x\n"}, BUILD, "GWE206", "GWD005"),
    ({"go.mod": "module example.com/well\n\ngo 1.25\n\ngodebug nosuch=1\n"}, BUILD, "GWE302",
     "GWD041"),
    ({"go.mod": None}, ("go", "build", "."), "GWE421", None),
    ({"go.mod": NEEDS + "\nreplace example.invalid/m => ../gone\n", "main.go": USES}, BUILD,
     "GWE904", "GWD056"),
    ({"go.mod": NEEDS, "vendor/modules.txt": "# example.invalid/o v1.0.0\n"}, BUILD, "GWE430",
     "GWD059"),
    ({"go.work": USE_LINE, "other/go.mod": "module example.com/other\n\ngo 1.21\n"}, BUILD,
     "GWE901", "GWD012"),
    ({"go.work": USE_LINE}, BUILD, "GWE903", "GWD012"),
    ({"go.work": "go 1.21\n\nuse .\n"}, ("go", "mod", "vendor"), "GWE914", None),
    ({"main.go": EMBEDS}, BUILD, "GWE912", None),
    ({"main.go": None}, ("go", "build", "."), "GWE909", None),
    ({"main.go": 'package main\n\nimport _ "nosuch/thing"\n\nfunc main() {}\n'}, BUILD, "GWE205",
     None),
]


def why(m, said):
    """What doctor why makes of that output, on that machine."""
    done = subprocess.run([GOWARD, "doctor", "why", "--json", "-"], input=said.encode(), cwd=m.project,
                          env={**m.env, "PWD": str(m.project)}, stdout=subprocess.PIPE,
                          stderr=subprocess.PIPE, timeout=120, check=False)
    if done.returncode not in (0, 4):
        raise AssertionError(f"doctor why failed: {done.returncode}\n{done.stderr.decode()}")
    return json.loads(done.stdout)["causes"]


def require(condition, what):
    if not condition:
        raise AssertionError(what)


def ask(m, command, cause):
    """The first cause of what go says."""
    done = m.run(*command)
    require(done.code != 0, f"it is broken, and go works all the same:\n{done}")
    causes = why(m, done.out)
    told = [f"{c['id']} {c['title']}" for c in causes]
    require(causes and causes[0]["id"] == cause, f"wanted {cause}, told {told}:\n{done}")
    require(causes[0]["cure"], "no cure")
    return causes[0]


def planted_in_environment(m, env, command, cause):
    m.env.update(env)
    found = ask(m, command, cause)
    name = list(env)[-1]
    places = [s["place"] for s in found["settings"] if s["name"] == name]
    require(places == [None], f"{name} is set in the environment, and is not named: {found}")


def planted_in_file(m, line, command, cause):
    file = m.go_env("# of a test\n" + line + "\n")
    found = ask(m, command, cause)
    places = [s["place"] for s in found["settings"] if s["name"] == line.split("=")[0]]
    require(places == [{"file": str(file), "line": 2}], f"{file}:2 is not named: {found}")


def planted_in_project(m, files, command, cause, finds):
    for name, text in files.items():
        m.write(name, text)
    found = ask(m, command, cause)
    ids = [f["id"] for f in found["findings"]]
    require(finds is None or finds in ids, f"wanted the finding {finds}, found {ids}")


# ---- faults that need more than a value or a file ----

def no_home(m):
    m.env.pop("HOME")
    m.env.pop("GOCACHE", None)
    return ask(m, BUILD, "GWE112")


def no_compiler(m):
    m.write("main.go", CGO)
    m.env.update(CGO_ENABLED="1", CC="/nonexistent/gcc")
    return ask(m, BUILD, "GWE601")


def quotes_in_cc(m):
    m.write("main.go", CGO)
    m.env.update(CGO_ENABLED="1", CC="gcc '")
    return ask(m, BUILD, "GWE625")


def race_without_cgo(m):
    m.env["CGO_ENABLED"] = "0"
    return ask(m, RACE, "GWE603")


def race_on_386(m):
    m.env["GOARCH"] = "386"
    return ask(m, RACE, "GWE615")


def no_tool(m):
    root = m.install_go("1.26.8", "opt/go")
    (root / "pkg/tool/linux_amd64/compile").unlink()
    return ask(m, BUILD, "GWE105")


def no_standard_library(m):
    root = m.install_go("1.26.8", "opt/go")
    for file in (root / "src/fmt").iterdir():
        file.unlink()
    (root / "src/fmt").rmdir()
    return ask(m, BUILD, "GWE107")


def two_gos_in_one_tree(m):
    """What an update in place leaves: a file of the old one that declares what the new one has."""
    root = m.install_go("1.26.8", "opt/go")
    m.env["GOCACHE"] = str(m.home / "cache")
    (root / "src/errors/old.go").write_text("package errors\n\nfunc New(text string) error { return nil }\n")
    (root / "src/internal/goarch/old.go").write_text("package goarch\n\nconst PtrSize = 8\n")
    return ask(m, BUILD, "GWE121")


def an_old_go(m):
    m.install_go("1.19.4", "opt/go")
    m.write("go.mod", "module example.com/well\n\ngo 1.21.0\n\ntoolchain go1.26.8\n")
    return ask(m, BUILD, "GWE206")


def a_newer_module(m):
    m.env["GOTOOLCHAIN"] = "local"
    m.write("go.mod", "module example.com/well\n\ngo 1.99\n")
    return ask(m, BUILD, "GWE201")


def no_git(m):
    (m.project / ".git").mkdir()
    m.write(".git/HEAD", "ref: refs/heads/main\n")
    m.env["PATH"] = m.env["PATH"].split(":")[0]
    return ask(m, ("go", "build", "-buildvcs=true", "-o", "/dev/null", "."), "GWE415")


def an_unknown_variable(m):
    return ask(m, ("go", "env", "-w", "GOPROXIES=off"), "GWE324")


def a_result_that_is_a_folder(m):
    (m.project / "well").mkdir()
    return ask(m, ("go", "build"), "GWE512")


MORE = [  # the function, what must be evidence: a variable, a finding, or None
    (no_home, None), (no_compiler, "CC"), (quotes_in_cc, "CC"), (race_without_cgo, "CGO_ENABLED"),
    (race_on_386, "GOARCH"), (no_tool, "GWD023"), (no_standard_library, "GWD024"),
    (two_gos_in_one_tree, None), (an_old_go, None), (a_newer_module, "GOTOOLCHAIN"), (no_git, None),
    (an_unknown_variable, None), (a_result_that_is_a_folder, None),
]


def planted_otherwise(m, function, evidence):
    found = function(m)
    names = [s["name"] for s in found["settings"]] + [f["id"] for f in found["findings"]]
    require(evidence is None or evidence in names, f"wanted {evidence} as evidence: {names}")


def cases():
    """(title, version, function(m))"""
    for env, command, cause, *version in IN_ENVIRONMENT:
        yield (" ".join(f"{k}={v}" for k, v in env.items()), (version or ["1.26.8"])[0],
               lambda m, a=(env, command, cause): planted_in_environment(m, *a))
    for row in IN_FILE:
        yield f"{row[0]} in the go env file", "1.26.8", lambda m, a=row: planted_in_file(m, *a)
    for row in IN_PROJECT:
        yield (f"{', '.join(row[0])}: {row[2]}", "1.26.8",
               lambda m, a=row: planted_in_project(m, *a))
    for function, evidence in MORE:
        yield (function.__name__.replace("_", " "), "1.26.8",
               lambda m, a=(function, evidence): planted_otherwise(m, *a))


def run(case):
    title, version, function = case
    with Machine("why-" + re.sub(r"\W+", "-", title)) as m:
        m.install_go(version)
        m.share_cache(version)
        function(m)


if __name__ == "__main__":
    sys.exit(run_cases(cases(), lambda case: case[0], run, SHARE))
