#!/usr/bin/env python3
"""Settings that stop or surprise Go, planted and found: GODEBUG, GOFLAGS, GOTOOLCHAIN, targets.

Where a real go is on PATH, it is asked as well: it fails before the cure, and works after it.
"""
import os
import pathlib
import shutil
import subprocess
import sys

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent.parent / "lib"))
from sandbox import *  # noqa: E402,F403

GO = shutil.which("go")


def settle(box):
    """A made Go, first on PATH, and a module."""
    root = box.folder / "go"
    write_tree(root, goroot_files("1.26.8"))
    (root / "src/internal/godebugs").mkdir(parents=True)
    (root / "src/internal/godebugs/table.go").write_text(
        'var All = []Info{\n\t{Name: "panicnil", Package: "runtime", Changed: 21, Old: "1"},\n}\n')
    (root / "src/runtime").mkdir(parents=True, exist_ok=True)
    (root / "src/runtime/runtime1.go").write_text(
        'var dbgvars = []*dbgVar{\n\t{name: "gctrace", value: &debug.gctrace},\n'
        '\t{name: "cgocheck", value: &debug.cgocheck},\n}\n\n'
        'func parsegodebug() {\n\tthrow("cgocheck > 1 mode is no longer supported")\n}\n')
    telemetry = box.folder / "user/.config/go/telemetry"  # the real go starts no process for it
    telemetry.mkdir(parents=True)
    (telemetry / "mode").write_text("off")
    box.env["PATH"] = f"{root / 'bin'}:/usr/bin:/bin"
    box.wants("1.26.8")
    return root


def found(box, check, env=None):
    """[(severity, title)] of one check."""
    done = box.goward("doctor", "--only", check, "--json", env=env or {})
    findings = done.json["findings"]
    same({f["id"] for f in findings} - {check}, set(), "other findings")
    return [(f["severity"], f["title"]) for f in findings]


def finds(box, check, severity, part, env=None):
    told = found(box, check, env)
    check_told = any(s == severity and part in title for s, title in told)
    if not check_told:
        raise AssertionError(f"wanted {severity} with {part!r} of {check}, got {told}")


def finds_nothing(box, check, env=None):
    same(found(box, check, env), [], check)


def go_works(box, env, args=("version",)):
    if GO is None:
        return None
    done = subprocess.run([GO, *args], env=box.environment(
        {"PATH": os.environ["PATH"], "GOTOOLCHAIN": "local", **env}), cwd=box.project,
        capture_output=True, check=False)
    return done.returncode == 0


def breaks_go(box, env, cured, args=("version",)):
    if GO is not None:
        same((go_works(box, env, args), go_works(box, cured, args)), (False, True),
             "whether go works, before and after")


@case
def a_key_that_ends_every_program(box):
    settle(box)
    finds(box, "GWD040", "error", "GOEXPERIMENT=cgocheck2", {"GODEBUG": "cgocheck=2"})
    finds_nothing(box, "GWD040", {"GODEBUG": "panicnil=1"})
    breaks_go(box, {"GODEBUG": "cgocheck=2"}, {"GODEBUG": "panicnil=1"})


@case
def a_misspelled_key(box):
    settle(box)
    finds(box, "GWD040", "warn", "its name is gctrace", {"GODEBUG": "gctrase=1"})


@case
def a_setting_that_go_mod_may_not_have(box):
    settle(box)
    mod = box.project / "go.mod"
    mod.write_text("module example.com/m\n\ngo 1.21\n\ngodebug gctrace=1\n")
    finds(box, "GWD041", "error", "in the environment only")
    mod.write_text("module example.com/m\n\ngo 1.21\n\ngodebug nosuch=1\n")
    finds(box, "GWD041", "error", "has no GODEBUG setting")
    mod.write_text("module example.com/m\n\ngo 1.21\n\ngodebug panicnil=1\n")
    finds_nothing(box, "GWD041")


@case
def a_debug_line_that_is_wrong(box):
    settle(box)
    source = box.project / "main.go"
    source.write_text("//go:debug nosuch=1\npackage main\n")
    finds(box, "GWD041", "error", "every build fails")
    source.write_text("//go:debug panicnil=1\npackage main\n")
    finds_nothing(box, "GWD041")
    source.write_text("//go:debug panicnil=1\npackage other\n")
    finds(box, "GWD042", "warn", "outside of package main")


@case
def traces_for_every_program(box):
    settle(box)
    finds(box, "GWD043", "warn", "prints a line per collection", {"GODEBUG": "gctrace=1"})


@case
def a_word_that_is_no_flag(box):
    settle(box)
    finds(box, "GWD044", "error", "no flag", {"GOFLAGS": "-trimpath foo"})
    finds(box, "GWD044", "error", "its name is -mod", {"GOFLAGS": "-modd=mod"})
    finds_nothing(box, "GWD044", {"GOFLAGS": "-trimpath"})
    breaks_go(box, {"GOFLAGS": "-trimpath foo"}, {"GOFLAGS": "-trimpath"})
    breaks_go(box, {"GOFLAGS": "-modd=mod"}, {"GOFLAGS": "-mod=mod"})


@case
def mod_in_a_workspace(box):
    settle(box)
    (box.project / "go.mod").write_text("module example.com/m\n\ngo 1.21\n")
    (box.project / "go.work").write_text("go 1.21\n\nuse .\n")
    finds(box, "GWD045", "error", "not allowed in the workspace", {"GOFLAGS": "-mod=mod"})
    finds_nothing(box, "GWD045", {"GOFLAGS": "-mod=readonly"})
    breaks_go(box, {"GOFLAGS": "-mod=mod"}, {"GOFLAGS": "-mod=readonly"}, ("list", "-m"))


@case
def race_without_cgo(box):
    settle(box)
    finds(box, "GWD085", "error", "needs cgo", {"GOFLAGS": "-race", "CGO_ENABLED": "0"})


@case
def a_toolchain_without_go(box):
    settle(box)
    finds(box, "GWD046", "error", "is no name of a toolchain", {"GOTOOLCHAIN": "1.26.8"})
    (box.project / "go.mod").write_text("module example.com/m\n\ngo 1.21\n")
    breaks_go(box, {"GOTOOLCHAIN": "1.26.8"}, {"GOTOOLCHAIN": "local"})


@case
def a_file_with_carriage_returns(box):
    settle(box)
    file = box.folder / "env"
    file.write_bytes(b"GOTOOLCHAIN=local\r\nGOFLAGS=-v\r\n")
    finds(box, "GWD047", "error", "holds a carriage return", {"GOENV": file})
    (box.project / "go.mod").write_text("module example.com/m\n\ngo 1.21\n")
    broken = go_works(box, {"GOENV": file, "GOTOOLCHAIN": None})
    subprocess.run(["sed", "-i", r"s/\r$//", file], check=True)
    finds_nothing(box, "GWD047", {"GOENV": file})
    if GO is not None:
        same((broken, go_works(box, {"GOENV": file, "GOTOOLCHAIN": None})), (False, True),
             "whether go works, before and after")


@case
def bytes_that_nobody_meant_are_one_finding(box):
    """What follows from a space at the end is not told beside it, but is where nothing else tells."""
    settle(box)
    (box.folder / "go/src/internal/platform").mkdir(parents=True, exist_ok=True)
    (box.folder / "go/src/internal/platform/zosarch.go").write_text(
        'var List = []OSArch{\n\t{"linux", "amd64"},\n}\n')
    (box.folder / "go/src/internal/buildcfg").mkdir(parents=True, exist_ok=True)
    (box.folder / "go/src/internal/buildcfg/cfg.go").write_text(
        'func goamd64() int {\n\tswitch v {\n\tcase "v1":\n\t}\n}\n')
    for name, value, alone in (("GOAMD64", "v1 ", "GWD011"), ("GOTOOLCHAIN", "local\r", "GWD046"),
                               ("GOOS", " linux", "GWD008")):
        file = box.folder / "env"
        file.write_text(f"{name}={value}\n")
        for env in ({name: value}, {"GOENV": file, name: ""}):
            done = box.goward("doctor", "--json", "--skip", "GWD014,GWD024", env=env)
            told = [f["id"] for f in done.json["findings"] if name in f["title"]]
            same(told, ["GWD047"], f"of {env}")
            found = box.goward("doctor", "--only", alone, "--json", env=env).json["findings"]
            same([f["severity"] for f in found if f["id"] == alone], ["error"], f"{alone} of {env}")


@case
def a_target_that_was_left_exported(box):
    settle(box)
    other = "arm64" if ARCH != "arm64" else "amd64"
    finds(box, "GWD048", "warn", f"is for linux/{other}", {"GOARCH": other})
    finds_nothing(box, "GWD048", {"GOARCH": ARCH})


@case
def files_that_are_no_files(box):
    """FIFOs, directories and binary files where settings are looked for end nothing."""
    settle(box)
    os.mkfifo(box.project / "fifo.go")
    (box.project / "folder.go").mkdir()
    (box.project / "binary.go").write_bytes(bytes(range(256)) * 1000)
    finds_nothing(box, "GWD041")
    box.goward("doctor", "--only", "GWD042", "--json", timeout=20)


if __name__ == "__main__":
    sys.exit(main())
