#!/usr/bin/env python3
"""Does goward make of a directory what go/build makes of it: every list, import, place and error?

A Go program (data/buildpkg_of_go) made by the newest Go at hand prints what go/build's ImportDir says
of directories, oracle.buildpkg_driver what goward says. Directories are those of the sources of three
Gos, testdata and vendor included, for many targets, with cgo and without, and some that are made here
to be hard to read. That the target itself is the one that the go command takes (tags of tools and
releases, whether cgo is on) is asked of `go list`.
"""
import os
import pathlib
import random
import subprocess
import sys
import tempfile

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent))
from doctor import fetch  # noqa: E402

HERE = pathlib.Path(__file__).resolve().parent
DRIVER = pathlib.Path(os.environ.get("TEST_BUILD", "build-check/release")) / "oracle.buildpkg_driver"
NEWEST = "1.27.4"
VERSIONS = ["1.21.13", "1.26.8", NEWEST]
IS_SOAK = bool(os.environ.get("TEST_SOAK"))

TARGETS = ["linux/amd64", "linux/arm64", "windows/amd64", "darwin/arm64", "js/wasm", "plan9/386",
           "android/arm64", "aix/ppc64"]
SETTINGS = [{}, {"CGO_ENABLED": "0"}, {"CGO_ENABLED": "1"},
            {"CGO_ENABLED": "1", "GOFLAGS": "-tags=purego,netgo,osusergo,ignore"},
            {"GOFLAGS": "-tags=windows,integration"}, {"GOFLAGS": "-race"},
            {"GOEXPERIMENT": "boringcrypto,nodwarf5"}, {"GOEXPERIMENT": "none"}, {"GOAMD64": "v3"},
            {"GOARM64": "v9.2,lse"}, {"GOPPC64": "power10"}, {"CC": "nowhere-cc"}]
MORE_TARGETS = ["linux/arm", "linux/riscv64", "linux/mips64le", "ios/arm64", "illumos/amd64",
                "freebsd/amd64", "wasip1/wasm", "linux/loong64", "linux/386", "darwin/amd64"]

# Heads of Go files, one directory each.
HEADS = [
    b"", b"\n", b"package", b"package\n", b"package p", b"package p;", b"package p;;import \"a\"\n",
    b"package p\n;import \"a\"\n", b"package p import \"a\"\n", b"package p @", b"package p\n@\n",
    b"package 9p\n", b"package func\n", b"package _\n", b"package p.q\n", b"Package p\n",
    b"packagep\n", b"package p\nimport \"a\" import \"b\"\n", b"package p\nimport \"a\" \"b\"\n",
    b"package p\nimport (\"a\" \"b\")\n", b"package p\nimport (\"a\"; \"b\")\n",
    b"package p\nimport (\"a\";; \"b\")\n", b"package p\nimport ()\nimport (\n)\n",
    b"package p\nimport (\n\"a\"\n", b"package p\nimport\n\"a\"\n", b"package p\nimport(\"a\")\n",
    b"package p\nimport\"a\"\n", b"package p\nimport . \"a\"\nimport _ \"b\"\nimport c\"d\"\n",
    b"package p\nimport x\n\"a\"\n", b"package p\nimport .\n\"a\"\n", b"package p\nimport 9 \"a\"\n",
    b"package p\nimport type \"a\"\n", b"package p\nimport a.b \"c\"\n", b"package p\nimport 'a'\n",
    b"package p\nimport `a`\nimport \"\\x61b\"\n", b"package p\nimport `a\nb`\n", b"package p\nimport `a\rb`\n",
    b"package p\nimport \"a\nimport \"b\"\n", b"package p\nimport \"a", b"package p\nimport \"a\\", b"package p\nimport \"\\q\"\n",
    b"package p\nimport \"\"\nimport \"b\"\n", b"package p\nimport \"a b\"\n", b"package p\nimport \"a!b\"\nimport (\n",
    b"package p\nimport \"\xc3\xa9\"\n", b"package p\nimport \"\xff\"\n", b"package p\nimportant := 1\n",
    b"package p\nimport \"a\"\nimportant := 1\n", b"package p\nimport \"a\"; important\n",
    b"package p\nint main() {}\n", b"package p int main\n", b"package \xc3\xa9t\xc3\xa9\n", b"package p\xff\n",
    b"\xef\xbb\xbfpackage p\nimport \"a\"\n", b"\xef\xbb\xbf\xef\xbb\xbfpackage p\n", b"package p // \xef\xbb\xbf\n",
    b"// \xff\npackage p\nimport \"a\"\n", b"\xff\xfep\x00a\x00c\x00", b"\x00package p\n", b"package p\x00\n",
    b"package p\n// \x00\nimport \"a\"\n", b"package p\nimport \"a\x00\"\n", b"package p\nvar x = \x00\n",
    b"package p\nimport 3\n// \x00\n", b"// \x00\n3", b"package p /* \n", b"package p // x", b"package p /",
    b"/ package p\n", b"/* */ package /* \n */ p\n", b"package /* a */ p /* b */ ; import /* c */ \"a\" /* d */\n",
    b"package p\r\n\r\nimport (\r\n\t\"a\"\r\n)\r\n", b"\fpackage p\n", b"package p\n\fimport \"a\"\n",
    b"package p\n}\nimport \"a\"\n", b"package p\nimport \"a\"}\n", b"package p\nimport (\"a\"}\n",
    b"package p\nimport (\n\t// doc\n\t\"a\" // line\n\n\t/* b */ \"b\"\n)\nfunc f() {}\n",
    b"package documentation\nimport \"a\"\n", b"package documentation // import \"x\"\nimport 3\n",
    b"package p\n" + b"// c\n" * 3000 + b"import \"a\"\n", b"/*" + b"x" * 20000 + b"*/package p\nimport \"a\"\n",
    b"package p\nimport (\n" + b"".join(b"\t\"m%d\"\n" % i for i in range(3000)) + b")\n",
    b"package " + b"p" * 9000 + b"\nimport \"a\"\n", b"package p\nimport \"" + b"a/" * 3000 + b"b\"\n",
    b"package p\n" + b"import 3\n" * 30, b"package p\n" + b"@\n" * 30, b"package p; import (\n" + b"3 4 5\n" * 20,
    b"@ package p\n", b"\"str\" package p\n", b"#!/bin/sh\npackage p\n", b"package p;import \"a\";var x int\n",
    b"package main\n\nimport \"embed\"\n\n//go:embed a*.txt \"b c\" `d`\nvar x embed.FS\n",
    b"// Package p is fine. It is.\npackage p\n", b"// Copyright (c) X\npackage p\n", b"/*\nPackage p  is\n\tfine.\n*/\npackage p\n",
    b"// Package p ``does'' [math] and [Foo] and [encoding/json.Marshal]. x\npackage p\n", b"//\tcode\npackage p\n",
    b"// # Head\n// text\npackage p\n", b"// # Head\npackage p\n", b"// - a\n// - b\n//   c\npackage p\n", b"// One\n\n// Two\npackage p\n",
    b"// One J. Doe did. Two\npackage p\n", b"// Text\r\n// more\r\npackage p\r\n", b"//nospace\n//go:x y\npackage p\n",
    b"//line foo.y:10\npackage p\n\nimport \"a\"\n", b"package p\n\n//line /x/y.go:3:4\nimport \"a\"\nimport \"b\"\n",
    b"package p\n//line x:0\nimport \"a\"\n", b"package p; /*line z.go:7:8*/ import \"a\"\n",
    b"//line x.y:5\npackage p\nimport 3\n", b"//go:debug a=b\n//go:debug  c=d\r\n/* x */ //go:nope\npackage p\n//go:debug no=no\n",
    b"package p // import \"x/y\"\n", b"package p /* import \"x/y\" */\n", b"package p // import x\n", b"package p // import\n",
    b"package p // importx \"a\"\n", b"package p /* import \"a\"\n*/\n", b"package p // import 'a'\n", b"//go:binary-only-package\n\npackage p\n",
]

# Lines above "package p", with an empty line behind them.
CONSTRAINTS = [
    "//go:build linux", "//go:build !linux", "//go:build linux && amd64 || windows", "//go:build (linux)", "//go:build ((((linux))))",
    "//go:build", "//go:build ", "//go:build\tlinux", "//go:buildlinux", "//go:build linux // comment", "//go:build linux,amd64",
    "//go:build linux amd64", "//go:build !!linux", "//go:build !(linux || windows)", "//go:build (linux", "//go:build linux)",
    "//go:build &&", "//go:build linux &&", "//go:build linux & amd64", "//go:build ||", "//go:build !", "//go:build ! linux", "//go:build ()",
    "//go:build linux\n//go:build windows", " //go:build linux", "\t//go:build windows", "/* */ //go:build windows", "/*\n//go:build windows\n*/",
    "//go:build é", "//go:build a\u00a0b", "//go:build\u00a0linux", "//go:build linux\u3000", "//go:build $", "//go:build \x01", "//go:build go1.1 && !go1.999",
    "//go:build go1.01 || go1.0 || go1 || go1.", "//go:build unix", "//go:build cgo", "//go:build gc && !gccgo", "//go:build boringcrypto || goexperiment.dwarf5",
    "//go:build " + "(" * 400 + "linux" + ")" * 400, "//go:build " + "(" * 1100 + "linux" + ")" * 1100, "//go:build " + " && ".join(["linux"] * 1000),
    "//go:build " + " && ".join(["linux"] * 1001), "//go:build " + "!(" * 300 + "linux" + ")" * 300, "// +build linux", "//+build windows", "// +build !linux windows,amd64",
    "// +build linux\n// +build windows", "// +build", "// +build !!linux", "// +build !", "// +build ,", "// +build linux,,amd64", "// +build a&b", "//  +build\twindows",
    "//  x +build windows", "// +buildx", "// +build " + " ".join(["x"] * 150), "// +build " + ",".join(["linux"] * 90), "//go:build linux\n// +build windows", "// +build windows\n\n// +build linux\n//go:build linux",
    "// +build linux\n/* x */\n// +build windows", "//go:build ignore\r", "//go:build linux\n//go:binary-only-package", "//go:build amd64.v1 && amd64.v2", "//go:build race", "//go:build 386 || 9",
]

# The comment above import "C".
CGO = [
    "#cgo LDFLAGS: -lm", "#cgo linux LDFLAGS: -la\n#cgo windows LDFLAGS: -lb", "#cgo CFLAGS: -I. -Iinc -I /abs -L lib -DX='a b' -DY=\"c d\"", "#cgo CFLAGS: -I${SRCDIR}/x ${SRCDIR}",
    "#cgo CFLAGS: `x`", "#cgo CFLAGS: a;b", "#cgo CFLAGS: \"open", "#cgo CFLAGS: a\\", "#cgo CFLAGS", "#cgo : x", "#cgo FOO: x", "#cgo", "#cgo\tCFLAGS: -O", "#cgox CFLAGS: a",
    "#cgo linux,!amd64 darwin CFLAGS: -x", "#cgo (linux&&amd64)||x CFLAGS: -y", "#cgo (linux CFLAGS: -z", "#cgo pkg-config: a b >= 1", "#cgo pkg-config: a b", "#cgo noescape f", "#cgo nocallback f", "#cgo noescape f g",
    "#cgo CFLAGS: ''", "#cgo CFLAGS:", "#cgo CXXFLAGS: -std=c++17\n#cgo FFLAGS: -a\n#cgo CPPFLAGS: -b", "#cgo CFLAGS: a\u00a0b\u3000c \u00e9", "#cgo !linux !windows CFLAGS: -q", "  #cgo CFLAGS: -r: s", "#cgo CFLAGS: ${SRCDIR",
    "#cgo CFLAGS: $(x)", "#cgo CFLAGS: -I \"\"", "#cgo LDFLAGS: -Wl,$ORIGIN @x %y ~z ^ !a",
]

EMBEDS = [
    "//go:embed a b", "//go:embed \"a b\" `c d`", "//go:embed \"a", "//go:embed `a", "//go:embed \"a\"b", "//go:embedx a", "//go:embed", "//go:embed  ", "//go:embed\ta\u00a0b", "  //go:embed a",
    "var s = \"//go:embed no\"\n//go:embed yes", "/*\n//go:embed no\n*/", "//go:embed a /* x */", "//go:embed \"\\x61\" \"\\q\"", "//go:embed a\r", "var c = '\"'\n//go:embed a", "//line x.y:3\n//go:embed a", "//go:embed a//go:embed b",
]

# Directories of several files: {name: content}.
P, Q, PT, PX = b"package p\n", b"package q\n", b"package p\n", b"package p_test\n"
C = b"package p\n\nimport \"C\"\n"
TREES = [
    {"a.go": P, "b.go": Q}, {"a.go": P, "b.go": Q, "c.go": b"package r\n"}, {"a.go": P, "b.go": b"package p_test\n"}, {"a_test.go": PX}, {"a_test.go": PX, "b_test.go": PT}, {"a_test.go": PT, "b_test.go": PX, "c_test.go": b"package q_test\n"},
    {"a.go": P, "_b.go": Q, ".c.go": Q, "_.go": Q, "..go": Q}, {".go": P}, {"a.go": b"package p_test\n", "b_test.go": PX}, {"a.go": b"x", "b.go": P, "c.go": Q}, {"a.go": P, "b.go": b"x"},
    {"linux.go": P, "windows.go": P, "linux_amd64.go": P, "a_linux.go": P, "a_windows.go": P, "_linux.go": P, "a_amd64_linux.go": P, "a_linux_arm64_test.go": P, "a_linux_x.go": P, "a_b_windows_amd64.go": P, "a_hurd.go": P, "a__linux.go": P,
     "a_test_linux.go": P, "a_linux_test.go": P, "test_test.go": P, "a_linux.b_windows.go": P, "a.windows.go": P, "a_Linux.go": P, "amd64_.go": P, "a_unix.go": P, "a_zos.go": P, "a_amd64p32.go": P, "x_ios.go": P, "x_android_test.go": P, "windows_test.go": P},
    {"a.go": P, "a.c": b"", "b.cc": b"", "c.cpp": b"", "d.cxx": b"", "e.m": b"", "f.h": b"", "g.hh": b"", "h.hpp": b"", "i.hxx": b"", "j.f": b"", "k.F": b"", "l.for": b"", "m.f90": b"", "n.s": b"", "o.S": b"", "p.sx": b"", "q.swig": b"",
     "r.swigcxx": b"", "s.syso": b"\0", "t.txt": b"", "u": b"", "v.GO": b"", "w.go.txt": b"", "a_windows.c": b"", "s_windows.syso": b"", "b_linux.s": b"", "c_arm64.s": b"", "x_windows.S": b""},
    {"a.go": C, "o.S": b"", "p.sx": b"", "n.s": b"", "a.c": b"//go:build windows\n", "b.c": b"// +build windows\n\nint x;", "c.c": b"//go:build (\n", "d.c": b"/* \x00 */", "e.c": b"/", "f.c": b"/* open", "g.c": b"//go:build linux\n\x00", "h.c": b";;\f//go:build windows\n", "i.h": b"\xef\xbb\xbf//go:build windows\n",
     "j.s": b"TEXT x\n//go:build windows\n", "k.c": b"//go:build windows", "l.c": b"// +build windows", "m.c": b"// +build windows\n\n", "n.c": b"/* */ // +build windows\n\n", "o.c": b"/" + b"/ x\n//" * 2000 + b"\n//go:build windows\n\n"},
    {"a.go": C, "a_test.go": b"package p\nimport \"C\"\n", "b_test.go": b"package p_test\nimport \"C\"\nimport \"x\"\n"}, {"a.go": b"package p\n\n// #cgo LDFLAGS: -la\nimport \"C\"\n\n// #cgo LDFLAGS: -lb\nimport \"C\"\nimport \"unsafe\"\n"},
    {"a.go": b"package p\n// #cgo CFLAGS: -a\nimport (\n\t\"C\"\n)\n"}, {"a.go": b"package p\n// #cgo CFLAGS: -a\nimport (\n\t// #cgo CFLAGS: -b\n\t\"C\"\n\t\"x\"\n)\n"}, {"a.go": b"package p\n// #cgo CFLAGS: -a\n\nimport \"C\"\n"}, {"a.go": b"package p\n/*\n#cgo CFLAGS: -a\n*/ import \"C\"\n"},
    {"a.go": b"package p // #cgo CFLAGS: -a\nimport \"C\"\n"}, {"a.go": b"package p; // #cgo CFLAGS: -a\nimport \"C\"\n"}, {"a.go": b"package p\n// #cgo CFLAGS: -a\n/* #cgo CFLAGS: -b */\n// #cgo CFLAGS: -c\nimport \"C\"\n"}, {"a.go": b"package p\n/* #cgo CFLAGS: -a\r\n#cgo CFLAGS: -b*\r/\n*/\r\nimport \"C\"\r\n"},
    {"a.go": b"package p // import \"x\"\n", "b.go": b"package p // import \"y\"\n"}, {"a.go": b"package p // import \"x\"\n", "b.go": b"package p // import \"x\"\n"}, {"a_windows.go": P, "b.go": b"//go:build ignore\n\npackage main\n"}, {"a.go": b"//go:build\n\npackage p\n", "b.go": P},
    {"a.txt": b""}, {}, {"a.go": b"package documentation\n", "b.go": P}, {"a.go": b"// One.\npackage p\n", "b.go": b"// Two.\npackage p\n", "c_test.go": b"// Three.\npackage p\n"}, {"a_test.go": b"// T.\npackage p\n", "b.go": b"package p\n", "c.go": b"// All rights\npackage p\n", "d.go": b"// Fine.\npackage p\n"},
    {"a.go": b"package p\nimport (\"b\"; \"a\"; \"b\")\n", "b.go": b"package p\nimport \"a\"\n", "b_test.go": b"package p\nimport \"a\"\n"}, {f"f{i:05}.go": b"package p\nimport \"m%d\"\n" % (i % 7) for i in range(3000)}, {f"f{i}.go": b"package p%d\n" % (i % 3) for i in range(40)},
    {"a b.go": P, "\u00e9.go": P, "a\tb.go": P, "-x.go": P, "x.go.go": P, "x~.go": P, "#x#.go": P},
]


def hostile(top):
    """Makes the directories; those that only goward can be asked about come second."""
    dirs, alone = [], []

    def make(files):
        folder = top / f"d{len(dirs) + len(alone):04}"
        folder.mkdir()
        for name, content in files.items():
            (folder / name).write_bytes(content)
        return folder

    for head in HEADS:
        dirs.append(make({"x.go": head}))
    for line in CONSTRAINTS:
        dirs.append(make({"x.go": line.encode() + b"\n\npackage p\n", "y.go": line.encode() + b"\npackage p\n",
                          "z.go": b"// c\n\n" + line.encode() + b"\n\n\n// doc\npackage p\n"}))
    for line in CGO:
        dirs.append(make({"x.go": b"package p\n\n/*\n" + line.encode() + b"\n*/\nimport \"C\"\n",
                          "y.go": b"package p\n\n" + b"\n".join(b"// " + x.encode() for x in line.split("\n"))
                                  + b"\nimport \"C\"\n"}))
    for line in EMBEDS:
        dirs.append(make({"x.go": b"package p\n\nimport \"embed\"\n\n" + line.encode() + b"\nvar x embed.FS\n",
                          "y_test.go": b"package p\nimport _ \"embed\"\nfunc f() {\n" + line.encode() + b"\n}\n"}))
    for files in TREES:
        dirs.append(make(files))
    odd = make({"a.go": P})
    (odd / "sub.go").mkdir()
    (odd / "link.go").symlink_to("a.go")
    (odd / "todir.go").symlink_to("sub.go")
    (odd / "broken.go").symlink_to("nowhere")
    (odd / "broken.c").symlink_to("nowhere")
    (odd / "loop.go").symlink_to("loop.go")
    dirs.append(odd)
    fifo = make({"a.go": P})
    os.mkfifo(fifo / "b.go")
    os.mkfifo(fifo / "c.c")
    (fifo / "d.go").symlink_to("b.go")
    (fifo / "e.go").symlink_to("/dev/zero")
    alone.append(fifo)
    return dirs, alone


def parts(text):
    found = {}
    for part in ("\n" + text).split("\n== ")[1:]:
        name, _, rest = part.partition("\n")
        found[name] = rest.splitlines()
    return found


def run(command, dirs, env=None):
    return subprocess.run(command, input="\n".join(map(str, dirs)) + "\n", text=True, env=env, timeout=600,
                          encoding="utf-8", errors="surrogateescape", capture_output=True, check=False)


class Case:
    """A Go and an environment, and what goward makes of them."""

    def __init__(self, root, target, settings, folder):
        goos, goarch = target.split("/")
        self.env = {"HOME": str(folder), "PATH": os.environ["PATH"], "GOENV": "off", "GOTOOLCHAIN": "local",
                    "GOWORK": "off", "GOFLAGS": "", "GOOS": goos, "GOARCH": goarch,
                    "GOCACHE": str(folder / "cache"), **settings}
        self.root, self.goos, self.goarch = root, goos, goarch
        self.name = f"{root.name.split('@')[-1]} {target} {' '.join(f'{k}={v}' for k, v in settings.items())}"
        self.head = self.ask([])[0]

    def ask(self, dirs):
        done = run([DRIVER, self.root], dirs, self.env)
        if done.returncode != 0:
            return {"failed": done.stdout + done.stderr}, {}
        head, _, rest = done.stdout.partition("== ")
        return dict(line.partition(" ")[::2] for line in head.splitlines()), parts("== " + rest)

    def words(self, key):
        return self.head.get(key, "").replace('"', "").split()

    def target_wrong(self):
        """None when the go command has the same target."""
        asked = subprocess.run([self.root / "bin/go", "list", "-f", "{{len context.ReleaseTags}} "
                                "{{context.CgoEnabled}} {{context.ToolTags}}", "unsafe"], env=self.env,
                               cwd=self.env["HOME"], text=True, capture_output=True, check=False)
        if asked.returncode != 0:
            return None if "failed" in self.head or "-race" in self.name else f"go says {asked.stderr}"
        release, cgo, tags = asked.stdout.strip().split(" ", 2)
        theirs = (release, cgo, sorted(tags.strip("[]").split()))
        ours = (self.head.get("Release"), self.head.get("CgoEnabled"), sorted(self.words("ToolTags")))
        return None if ours == theirs else f"goward: {ours}, go: {theirs}"

    def compare(self, program, dirs):
        """[(directory, how it differs)]"""
        theirs = parts(run([program, self.goos, self.goarch, self.head["CgoEnabled"],
                            ",".join(self.words("BuildTags")), " ".join(self.words("ToolTags")),
                            self.head["Release"]], dirs).stdout)
        ours = self.ask(dirs)[1]
        wrong = []
        for folder in map(str, dirs):
            mine, others = sorted(ours.get(folder, ["nothing"])), sorted(theirs.get(folder, ["nothing"]))
            if mine != others:
                only = ([f"goward: {x}" for x in mine if x not in others]
                        + [f"go: {x}" for x in others if x not in mine])
                wrong.append((folder, "; ".join(only[:4])))
        return wrong


def build(root, folder):
    env = dict(os.environ, GOROOT=str(root), GOTOOLCHAIN="local", GOFLAGS="", GOWORK="off", GOENV="off",
               GOCACHE=str(folder / "cache"), GO111MODULE="off", CGO_ENABLED="0")
    program = folder / "buildpkg_of_go"
    subprocess.run([root / "bin/go", "build", "-o", program, HERE / "data/buildpkg_of_go/main.go"], env=env,
                   cwd=folder, check=True)
    return program


def pairs(rng):
    """The targets and settings to ask about."""
    every = [(target, settings) for target in TARGETS + MORE_TARGETS for settings in SETTINGS]
    if IS_SOAK:
        return every
    return [(target, rng.choice(SETTINGS[:5])) for target in TARGETS] + rng.sample(every, 8)


def refuses_what_is_no_file(case, folders):
    """A pipe or a device in place of a file is said to be none, at once."""
    found = case.ask(folders)[1]
    good = [f for f in map(str, folders)
            if any("not a regular file" in line for line in found.get(f, []))]
    return len(good) == len(folders)


def main():
    rng = random.Random(os.environ.get("TEST_SEED", "1"))
    roots = {version: fetch(version) for version in VERSIONS}
    skipped = sum(root is None for root in roots.values())
    if roots[NEWEST] is None:
        print(f"0 passed, 0 failed, {skipped} skipped (Go {NEWEST} cannot be had)")
        return 0
    passed = failed = 0
    with tempfile.TemporaryDirectory() as name:
        top = pathlib.Path(name)
        program = build(roots[NEWEST], top)
        (top / "made").mkdir()
        made, alone = hostile(top / "made")
        for version, root in roots.items():
            if root is None:
                continue
            dirs = sorted(path for path in (root / "src").rglob("*") if path.is_dir())
            for target, settings in pairs(rng):
                case = Case(root, target, settings, top)
                wrong = case.target_wrong()
                passed, failed = passed + (wrong is None), failed + (wrong is not None)
                if wrong is not None:
                    print(f"FAILED: {case.name}: {wrong}")
                if "failed" in case.head:
                    continue
                asked = dirs + made if IS_SOAK else rng.sample(dirs, 150) + made
                different = case.compare(program, asked)
                passed, failed = passed + len(asked) - len(different), failed + len(different)
                for folder, how in different:
                    print(f"FAILED: {case.name}: {folder}: {how}")
        fine = refuses_what_is_no_file(case, alone)
        passed, failed = passed + fine, failed + (not fine)
    print(f"{passed} passed, {failed} failed, {skipped} skipped")
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
