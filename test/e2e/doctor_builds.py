#!/usr/bin/env python3
"""What is built and for what: GOEXPERIMENT, GODEBUG, ports, levels, the C compiler, modules, GOBIN and the
build cache, each set wrong for real on a made Go with the sources that the checks read. And what a
user has of other users, and a program that runs."""
import os
import pathlib
import shutil
import sys

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent.parent / "lib"))
from sandbox import *  # noqa: E402,F403

SOURCES = {
    "internal/goexperiment/flags.go": "package goexperiment\n\ntype Flags struct {\n\tFieldTrack bool\n"
    "\tArenas bool\n\tGreenTeaGC bool\n\tJSONv2 bool\n}\n",
    "internal/buildcfg/exp.go": "func ParseGOEXPERIMENT() {\n\tbaseline := goexperiment.Flags{\n"
    "\t\tGreenTeaGC: true,\n\t}\n}\n",
    "internal/buildcfg/cfg.go": "func goamd64() int {\n"
    "\tswitch v := envOr(\"GOAMD64\", DefaultGOAMD64); v {\n" + "".join(
        f"\tcase \"v{n}\":\n\t\treturn {n}\n" for n in range(1, 5)) + "\t}\n}\n",
    "internal/buildcfg/zbootstrap.go": "const DefaultGOAMD64 = `v1`\nconst DefaultGOARM64 = `v8.0`\n",
    "internal/platform/zosarch.go": "var List = []OSArch{\n\t{\"linux\", \"amd64\"},\n"
    "\t{\"linux\", \"arm64\"},\n\t{\"openbsd\", \"mips64\"},\n\t{\"windows\", \"amd64\"},\n}\n\n"
    "var distInfo = map[OSArch]osArchInfo{\n"
    "\t{\"linux\", \"amd64\"}: {CgoSupported: true, FirstClass: true},\n"
    "\t{\"linux\", \"arm64\"}: {CgoSupported: true},\n"
    "\t{\"openbsd\", \"mips64\"}: {CgoSupported: true, Broken: true},\n"
    "\t{\"windows\", \"amd64\"}: {CgoSupported: true},\n}\n",
    "cmd/go/internal/cfg/zdefaultcc.go": "func DefaultCC(goos, goarch string) string {\n"
    "\treturn \"gcc\"\n}\n",
    "runtime/asm_amd64.s": "", "runtime/asm_arm64.s": "", "runtime/rt0_linux_amd64.s": "",
    "runtime/rt0_windows_amd64.s": "",
}


def settle(box, version="1.26.8"):
    root = box.folder / "go"
    write_tree(root, {**goroot_files(version),
                      **{f"src/{name}": (0o644, text.encode()) for name, text in SOURCES.items()}})
    (root / "go.env").write_text("GOPROXY=https://proxy.example,direct\nGOSUMDB=sum.golang.org\n"
                                 "GOTOOLCHAIN=auto\n")
    tools = box.folder / "tools"
    tools.mkdir(exist_ok=True)
    (tools / "gcc").write_text("#!/bin/sh\n")
    (tools / "gcc").chmod(0o755)
    box.env["PATH"] = f"{root}/bin:{tools}"
    box.env["GOCACHE"] = str(box.folder / "cache")
    box.wants("1.25.0")
    return root


def finds(box, check_id, severity, title, **env):
    done = box.goward("doctor", "--only", check_id, "--fail-on", "never", "--json", env=env).succeeds()
    told = [(f["severity"], f["title"]) for f in done.json["findings"]]
    check([s for s, t in told if s == severity and title in t],
          f"{check_id} is to find {severity} {title!r}\n{done}")


CASES_OF_VARIABLES = [
    ("GWD001", "error", "arena", {"GOEXPERIMENT": "arena"}),
    ("GWD001", "error", "has no experiment 'such'", {"GOEXPERIMENT": "arenas,nosuch"}),
    ("GWD002", "warn", "stops the program", {"GODEBUG": "gcstoptheworld=1"}),
    ("GWD003", "error", "", {"CGO_ENABLED": "1", "GOARCH": "arm64"}),
    ("GWD004", "info", "", {"GOARCH": "arm64"}),
    ("GWD005", "warn", "", {"GO111MODULE": "auto"}),
    ("GWD006", "error", "", {"GOCACHE": "off"}),
    ("GWD008", "error", "", {"GOOS": "linux", "GOARCH": "x86_64"}),
    ("GWD009", "warn", "", {"GODEBUG": "madvdontneed=0"}),
    ("GWD010", "error", "", {"GOEXPERIMENT": "unified"}),
    ("GWD011", "error", "", {"GOAMD64": "3"}),
    ("GWD061", "warn", "talked past", {"GOPROXY": "https://proxy.corp.example", "GOSUMDB": None}),
]


@case
def variables(box):
    settle(box)
    for check_id, severity, title, env in CASES_OF_VARIABLES:
        finds(box, check_id, severity, title, **env)


@case
def a_flaw_of_the_go_that_downloads_modules(box):
    settle(box, "1.25.9")
    finds(box, "GWD061", "info", "talked past", GOPROXY=None, GOSUMDB=None)


@case
def files(box):
    settle(box)
    (box.folder / "gobin").mkdir()
    (box.folder / "gobin/tool").write_text("#!/bin/sh\n")
    (box.folder / "gobin/tool").chmod(0o755)
    finds(box, "GWD007", "warn", "PATH", GOBIN=box.folder / "gobin")
    (box.folder / "go.work").write_text("go 1.25\n\nuse ./gone\n")
    finds(box, "GWD012", "error", "")


@case
def a_directory_that_is_not_there(box):
    settle(box)
    for place in (box.folder / "nowhere", box.folder / "gobin/tool"):
        done = box.goward("doctor", place)
        same(done.code, 4, str(place))
        check("there is no directory" in done.err, done.err)


@case
def a_level_above_this_processor(box):
    flags = pathlib.Path("/proc/cpuinfo").read_text()
    if ARCH != "amd64" or "avx512vl" in flags or "avx2" not in flags:
        raise Skip("this processor has another level")
    settle(box)
    finds(box, "GWD049", "error", "avx512", GOAMD64="v4")


@case
def a_program_that_runs_and_is_none_of_go(box):
    settle(box)
    done = box.goward("doctor", "--pid", os.getpid())
    done.ends(NOT_FOUND).says("is no Go program")
    box.goward("doctor", "--pid", os.getpid(), "--fix").ends(USAGE)
    finds(box, "GWD064", "warn", "could not be looked at")


if __name__ == "__main__":
    sys.exit(main())
