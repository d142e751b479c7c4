#!/usr/bin/env python3
"""cgo, the race detector and the stamp of git: each fault is planted on a small machine of its own
(a Go, a PATH with compilers that are scripts, a project), and goward doctor has to name it; without
it, it says nothing."""
import os
import pathlib
import re
import shutil
import sys

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent.parent / "lib"))
from sandbox import *  # noqa: E402,F403

ALL = [f"GWD{n:03}" for n in range(80, 89) if n != 87]
IMPORT = 'package main\n\n%s\nimport "C"\n\nfunc main() {}\n'
PLAIN = IMPORT % "// #include <stdlib.h>"
COMPILER = "#!/bin/sh\necho '#define %s 1'\necho '#define __linux__ 1'\n"
BARE = ("#!/bin/sh\necho '<stdin>:1:10: fatal error: stdlib.h: No such file or directory' >&2\n"
        "exit 1\n")
MACRO = {"amd64": "__x86_64__", "arm64": "__aarch64__"}[ARCH]
FOREIGN = {"amd64": "arm64", "arm64": "amd64"}[ARCH]
LISTS = """var validCompilerFlags = []*lazyregexp.Regexp{
\tre(`-O([^@\\-].*)`),
}

var validLinkerFlags = []*lazyregexp.Regexp{
\tre(`-l([^@\\-].*)`),
}
"""
RACE = """func RaceDetectorSupported(goos, goarch string) bool {
\tswitch goos {
\tcase "linux":
\t\treturn goarch == "amd64" || goarch == "arm64"
\tdefault:
\t\treturn false
\t}
}
"""
PKG_CONFIG = """#!/bin/sh
for name; do
    case $name in
    gtk4) echo "Package gtk4 was not found in the pkg-config search path."
          echo "Perhaps you should add the directory containing gtk4.pc" ;;
    vte) echo "Package 'pango', required by 'vte', not found" ;;
    *) continue ;;
    esac >&2
    exit 1
done
"""
SYSO = {"amd64": "internal/amd64v1/race_linux.syso", "arm64": "race_linux_arm64.syso"}[ARCH]


def machine(box):
    """A Go with what the checks read, a PATH of one folder, a project."""
    root, tools = box.folder / "go", box.folder / "tools"
    write_tree(root, goroot_files("1.26.8"))
    put(root / "src/cmd/go/internal/work/security.go", LISTS)
    put(root / "src/internal/platform/supported.go", RACE)
    put(root / "src/runtime/race" / SYSO, "syso")
    program(tools / "gcc", COMPILER % MACRO)
    program(tools / "git", "#!/bin/sh\n")
    put(box.project / "go.mod", "module example.com/w\n\ngo 1.26\n")
    box.env["PATH"] = f"{root}/bin:{tools}"
    return root, tools


def put(path, text):
    path.parent.mkdir(parents=True, exist_ok=True)
    path.unlink(missing_ok=True)
    path.write_text(text)


def program(path, text):
    put(path, text)
    path.chmod(0o755)


def findings(box, *ids, env=None, options=()):
    done = box.goward("doctor", "--only", ",".join(ids), "--json", *options, env=env or {})
    return [(f["id"], f["severity"], f["title"], f["place"]) for f in done.json["findings"]]


def one(box, check_id, severity, part, line=None, env=None, options=()):
    found = findings(box, check_id, env=env, options=options)
    same([f[:2] for f in found], [(check_id, severity)], f"of {part!r}: {found}")
    check(part in found[0][2], f"{part!r} in {found[0][2]!r}")
    if line:
        same(found[0][3]["line"], line, "its line")


# id, severity, part of the title, line, files of the project, environment
FAULTS = [
    ("GWD080", "error", "every Go file here needs cgo", 4, {"a.go": PLAIN}, {"CGO_ENABLED": "0"}),
    ("GWD080", "error", "every Go file here needs cgo", 4, {"a.go": PLAIN}, {"GOARCH": FOREIGN}),
    ("GWD080", "warn", "1 of the 2 Go files", 4, {"a.go": PLAIN, "b.go": "package main\n"},
     {"CGO_ENABLED": "0"}),
    ("GWD080", "warn", "This is a stub", 5,
     {"go.mod": "module x\n\ngo 1.26\n\nrequire github.com/mattn/go-sqlite3 v1.14.53\n"},
     {"CGO_ENABLED": "0"}),
    ("GWD081", "error", "CC is a relative path", None, {}, {"CC": "../gcc"}),
    ("GWD081", "error", "a quote in CGO_CFLAGS has no end", None, {}, {"CGO_CFLAGS": '"-O2'}),
    ("GWD081", "warn", "CXX names nonesuch", None, {}, {"CXX": "nonesuch"}),
    ("GWD081", "error", "asks pkg-config, which is not there", 3,
     {"a.go": IMPORT % "// #cgo pkg-config: gtk4"}, {}),
    ("GWD082", "error", "-specs=/x", 3, {"a.go": IMPORT % "// #cgo LDFLAGS: -lm -specs=/x"}, {}),
    ("GWD082", "error", "CGO_CFLAGS_ALLOW is no regular expression", None, {},
     {"CGO_CFLAGS_ALLOW": "("}),
    ("GWD083", "error", "the sysroot /nonexistent is not there", None, {},
     {"CGO_CFLAGS": "--sysroot=/nonexistent"}),
    ("GWD085", "error", "CGO_ENABLED=0 turns it off", None, {},
     {"GOFLAGS": "-race", "CGO_ENABLED": "0"}),
    ("GWD085", "error", "no race detector for linux/386", None, {},
     {"GOFLAGS": "-race", "GOARCH": "386", "CGO_ENABLED": "1"}),
    ("GWD085", "warn", "end as if all were well", None, {}, {"GORACE": "exitcode=0"}),
]


@case
def each_fault_is_found(box):
    machine(box)
    for check_id, severity, part, line, files, env in FAULTS:
        for name, text in files.items():
            put(box.project / name, text)
        one(box, check_id, severity, part, line, env)
        for name in files:
            (box.project / name).unlink()
        put(box.project / "go.mod", "module example.com/w\n\ngo 1.26\n")


@case
def a_machine_without_a_fault_is_left_in_peace(box):
    machine(box)
    same(findings(box, *ALL), [], "of an empty project")
    put(box.project / "a.go", PLAIN)
    same(findings(box, *ALL), [], "of one with cgo")
    same(findings(box, *ALL, env={"GOFLAGS": "-race"}), [], "with -race")
    put(box.project / "b.go", "//go:build !cgo\n\npackage main\n")
    same(findings(box, *ALL, env={"CGO_ENABLED": "0"}), [], "with a stand-in, without cgo")


@case
def cgo_turns_itself_off(box):
    _, tools = machine(box)
    put(box.project / "a.go", PLAIN)
    (tools / "gcc").unlink()
    one(box, "GWD080", "error", "every Go file here needs cgo", 4)
    one(box, "GWD085", "error", "gcc is not in PATH", env={"GOFLAGS": "-race"})


@case
def a_compiler_is_asked(box):
    _, tools = machine(box)
    program(tools / "gcc", BARE)
    one(box, "GWD084", "error", "does not find the C library's headers")
    program(tools / "gcc", COMPILER % "__wrong__")
    one(box, "GWD084", "error", "does not compile for linux")
    program(tools / "gcc", "#!/bin/sh\nexit 1\n")
    one(box, "GWD084", "error", "the C compiler fails")


@case
def pkg_config_is_asked(box):
    _, tools = machine(box)
    put(box.project / "a.go", IMPORT % "// #cgo pkg-config: --static zlib gtk4")
    program(tools / "pkg-config", "#!/bin/sh\n")
    same(findings(box, "GWD122"), [], "of what it knows")
    program(tools / "pkg-config", PKG_CONFIG)
    one(box, "GWD122", "error", "does not know the library gtk4", 3)
    put(box.project / "a.go", IMPORT % "// #cgo pkg-config: vte")
    one(box, "GWD122", "error", "does not know the library pango, which is needed by vte", 3)
    same(findings(box, "GWD122", env={"CGO_ENABLED": "0"}), [], "without cgo")
    program(tools / "pkg-config", "#!/bin/sh\nexit 1\n")
    one(box, "GWD122", "error", "does not know the library vte", 3)


@case
def a_go_without_the_race_runtime(box):
    root, _ = machine(box)
    (root / "src/runtime/race" / SYSO).unlink()
    one(box, "GWD085", "error", "has no race detector", options=("--profile", "race"))


@case
def git_that_refuses(box):
    _, tools = machine(box)
    put(box.project / ".git/HEAD", "ref: refs/heads/main\n")
    same(findings(box, "GWD088"), [], "of one's own repository")
    (tools / "git").unlink()
    one(box, "GWD088", "info", "git is not in PATH")
    one(box, "GWD088", "error", "needs git", env={"GOFLAGS": "-buildvcs=true"})
    program(tools / "git", "#!/bin/sh\n")
    if os.geteuid() != 0:
        raise Skip("only root can give a file away")
    os.chown(box.project / ".git", 12345, -1)
    one(box, "GWD088", "error", "belongs to another user")
    put(box.folder / "user/.gitconfig", f"[safe]\n\tdirectory = {box.project}\n")
    same(findings(box, "GWD088"), [], "once it is named")


@case
def the_detector_is_tried_when_named(box):
    """With a go command that builds what it is told."""
    root, _ = machine(box)
    for racy, severity, part in ((66, "info", "the race detector works"),
                                 (0, "error", "does not catch a race")):
        program(root / "bin/go", f"#!/bin/sh\ncase $PWD in *racy) c={racy} ;; *) c=0 ;; esac\n"
                "printf '#!/bin/sh\\nexit %d\\n' $c >\"$4\"\n/bin/chmod 755 \"$4\"\n")
        one(box, "GWD087", severity, part)
    made = box.goward("doctor", "--json").json["checks"]
    check("GWD087" not in [c["id"] for c in made], "it is not made unless it is named")
    same([p.name for p in box.folder.glob("goward-race-*")], [], "nothing is left")


@case
def the_detector_of_a_real_go(box):
    go = shutil.which("go")
    if not go or not shutil.which("gcc"):
        raise Skip("there is no Go with a C compiler here")
    root = pathlib.Path(os.path.realpath(go)).parent.parent
    box.env["PATH"] = f"{root}/bin:/usr/bin:/bin"
    found = findings(box, "GWD087")
    if "did not end" in found[0][2]:
        raise Skip("this machine is too busy to build a runtime in time")
    same([f[:2] for f in found], [("GWD087", "info")], f"of a real Go: {found}")


@case
def programs_that_cannot_start(box):
    """A real program with cgo, its loader and its version of glibc changed byte for byte."""
    go = shutil.which("go")
    if not go or not shutil.which("gcc"):
        raise Skip("there is no Go with a C compiler here")
    root, _ = machine(box)
    put(box.project / "main.go", PLAIN)
    bin_dir = box.folder / "user/go/bin"
    built = box.run([go, "build", "-o", bin_dir / "tool", "."],
                    env={"PATH": os.environ["PATH"], "GOTOOLCHAIN": "local", "GOPROXY": "off"},
                    cwd=box.project)
    built.succeeds()
    same(findings(box, "GWD089"), [], "of a program of this machine")
    tool = bin_dir / "tool"
    data = tool.read_bytes()
    loader = re.search(rb"/lib[0-9]*/ld-[-.a-z0-9_]+\x00", data)
    if not loader or b"\x00GLIBC_2." not in data:
        raise Skip("programs here are not bound to glibc")
    tool.write_bytes(data.replace(loader[0], b"/lib/ld-none.so.1".ljust(len(loader[0]), b"\x00")))
    one(box, "GWD089", "warn", "its loader is not there")
    newest = max(re.findall(rb"\x00GLIBC_2\.\d\d\x00", data))
    tool.write_bytes(data.replace(newest, b"\x00GLIBC_2.99\x00"))
    one(box, "GWD089", "warn", "needs glibc 2.99")
    tool.unlink()


@case
def a_plugin_of_another_go(box):
    """The standard library is built once more for plugins, which takes a minute."""
    go = shutil.which("go")
    if not IS_SOAK or not go or not shutil.which("gcc"):
        raise Skip("only in a soak, and where there is a Go with a C compiler")
    root, _ = machine(box)
    put(box.project / "main.go", PLAIN)
    box.run([go, "build", "-buildmode=plugin", "-o", box.project / "x.so", "."],
            env={"PATH": os.environ["PATH"], "GOTOOLCHAIN": "local", "GOPROXY": "off"},
            cwd=box.project).succeeds()
    put(root / "VERSION", "go1.19.13\n")
    one(box, "GWD109", "warn", "cannot open the plugin x.so")


if __name__ == "__main__":
    sys.exit(main(releases=["1.26.8"]))
