#!/usr/bin/env python3
"""C compilers, C libraries, plugins: broken for real, seen by the real go, found, cured
(test/lib/breakage.py)."""
import functools
import pathlib
import shutil
import sys

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent.parent / "lib"))
from breakage import breakage, main  # noqa: E402
from machine import Skip, copy_release  # noqa: E402

# A program with C in it that compiles fast.
C_MAIN = ('package main\n\n/*\n#include <stdlib.h>\nstatic int well(void) { return abs(-7); }\n*/\n'
          'import "C"\n\nfunc main() { println(C.well()) }\n')
VET = ("go", "vet", ".")  # runs cgo and the compiler, and links nothing
BUILD = ("go", "build", "-o", "/dev/null", ".")
RUN = ("go", "run", ".")
COMPILERS = ("gcc", "cc", "g++", "c++", "clang", "gcc-12", "g++-12", "c99", "c89", "c89-gcc", "c99-gcc",
             "x86_64-linux-gnu-gcc", "x86_64-linux-gnu-g++", "x86_64-linux-gnu-gcc-12")


def with_c(m):
    if not shutil.which("gcc"):
        raise Skip("there is no gcc")
    m.write("main.go", C_MAIN)


def no_compiler(m):
    m.without(*COMPILERS)


def compiler_comes_back(m):
    m.without()


# ---- the compiler

@breakage("CGO_ENABLED=1 without a C compiler", finds="GWD003", command=VET, prepare=with_c,
          symptom='C compiler "gcc" not found: exec: "gcc": executable file not found in \\$PATH',
          remedy="^install gcc", cure=compiler_comes_back)
def _(m):
    m.env["CGO_ENABLED"] = "1"
    no_compiler(m)


@breakage("CGO_ENABLED=1 in the go env file without a C compiler", finds="GWD003", command=VET, prepare=with_c,
          symptom='C compiler "gcc" not found', remedy="^install gcc", cure=compiler_comes_back)
def _(m):
    m.go_env("CGO_ENABLED=1\n")
    no_compiler(m)


@breakage("CC names a compiler that is not there", finds="GWD003", command=VET, prepare=with_c,
          symptom='C compiler "gcc-99" not found')
def _(m):
    m.env["CC"] = "gcc-99 -O2"


@breakage("CC in the go env file names a compiler that is not there", finds="GWD003", command=VET,
          prepare=with_c, symptom='C compiler "/opt/llvm/bin/clang" not found')
def _(m):
    m.go_env("CC=/opt/llvm/bin/clang\n")


@breakage("CC names a compiler that may not be executed", finds="GWD003", command=VET, prepare=with_c,
          symptom='C compiler "\\S+" not found')
def _(m):
    m.env["CC"] = str(m.write("bin/cc", "#!/bin/sh\nexec gcc \"$@\"\n", mode=0o644, below=m.top))


@breakage("CC is a link that leads nowhere", finds="GWD003", command=VET, prepare=with_c,
          symptom='C compiler "\\S+" not found')
def _(m):
    link = m.top / "cc"
    link.symlink_to("/nonexistent/gcc")
    m.env["CC"] = str(link)


@breakage("CC is a relative path", finds="GWD081", command=VET, prepare=with_c, symptom="is relative")
def _(m):
    m.env["CC"] = "./bin/cc"
    m.write("bin/cc", "#!/bin/sh\nexec gcc \"$@\"\n", mode=0o755)


@breakage("CC has a quote without its end", finds="GWD081", command=VET, prepare=with_c,
          symptom="unterminated")
def _(m):
    m.env["CC"] = "'gcc -O2"


@breakage("CXX is a relative path", finds="GWD081", command=VET, prepare=with_c, symptom="is relative")
def _(m):
    m.env["CXX"] = "bin/c++"


@breakage("CGO_CFLAGS has a quote without its end", finds="GWD081", command=VET, prepare=with_c,
          symptom="unterminated|panic")
def _(m):
    m.env["CGO_CFLAGS"] = "'-DNAME=x"


@breakage("no C compiler, and cgo turns itself off", finds="GWD080", command=VET, prepare=with_c,
          symptom="build constraints exclude all Go files in", remedy="install gcc", cure=compiler_comes_back)
def _(m):
    no_compiler(m)


@breakage("CGO_ENABLED=0 where all needs C", finds="GWD080", command=VET, prepare=with_c,
          symptom="build constraints exclude all Go files in")
def _(m):
    m.env["CGO_ENABLED"] = "0"


@breakage("CGO_ENABLED=0 in the go env file where all needs C", finds="GWD080", command=VET, prepare=with_c,
          symptom="build constraints exclude all Go files in")
def _(m):
    m.go_env("CGO_ENABLED=0\n")


def c_below(m):
    with_c(m)
    m.write("main.go", 'package main\n\nimport "example.com/well/internal/c"\n\nfunc main() { println(c.Well()) }\n')
    m.write("internal/c/c.go", "package c\n\n// static int well(void) { return 7; }\n"
            'import "C"\n\nfunc Well() int { return int(C.well()) }\n')


@breakage("CGO_ENABLED=0 where a package of the module needs C", finds="GWD080", command=BUILD, prepare=c_below,
          symptom="build constraints exclude all Go files in")
def _(m):
    m.env["CGO_ENABLED"] = "0"


@breakage("no C compiler where a package of the module needs C", finds="GWD080", command=BUILD,
          prepare=c_below, symptom="build constraints exclude all Go files in", remedy="install gcc",
          cure=compiler_comes_back)
def _(m):
    no_compiler(m)


@breakage("for another target where a package of the module needs C", finds="GWD080", command=BUILD,
          prepare=c_below, symptom="build constraints exclude all Go files in", remedy="CGO_ENABLED=1 and CC",
          cure=lambda m: m.env.pop("GOARCH"), also="GWD048")  # also: what is built cannot run here
def _(m):
    m.env["GOARCH"] = "arm64"


@breakage("Go 1.19 without a C compiler", finds="GWD081", command=VET, version="1.19.4", remedy="^install gcc",
          prepare=lambda m: with_c(m) or m.write("go.mod", "module example.com/well\n\ngo 1.19\n"),
          symptom='C compiler "gcc" not found: exec: "gcc": executable file not found', cure=compiler_comes_back)
def _(m):
    no_compiler(m)


# ---- modules that are nothing without cgo

# A stand-in for the module, with its name, its structure and its message: a file that needs cgo, and
# a stub for the build without it.
SQLITE = {"sqlite3.go": '//go:build cgo\n\npackage sqlite3\n\nimport "C"\n\nfunc Open() error { return nil }\n',
          "stub.go": '//go:build !cgo\n\npackage sqlite3\n\nimport "errors"\n\n'
          "func Open() error {\n\treturn errors.New(\"Binary was compiled with 'CGO_ENABLED=0', "
          'go-sqlite3 requires cgo to work. This is a stub")\n}\n'}


def with_sqlite(m):
    with_c(m)
    m.write("sqlite/go.mod", "module github.com/mattn/go-sqlite3\n\ngo 1.21\n", below=m.top)
    for name, text in SQLITE.items():
        m.write(f"sqlite/{name}", text, below=m.top)
    m.write("go.mod", "module example.com/well\n\ngo 1.21\n\nrequire github.com/mattn/go-sqlite3 v1.14.22\n\n"
            "replace github.com/mattn/go-sqlite3 => ../sqlite\n")
    m.write("main.go", 'package main\n\nimport (\n\t"os"\n\n\t"github.com/mattn/go-sqlite3"\n)\n\n'
            "func main() {\n\tif err := sqlite3.Open(); err != nil {\n\t\tprintln(err.Error())\n\t\tos.Exit(1)\n\t}\n}\n")


@breakage("go-sqlite3 with CGO_ENABLED=0", finds="GWD080", command=RUN, prepare=with_sqlite,
          symptom="compiled with 'CGO_ENABLED=0', go-sqlite3 requires cgo to work. This is a stub")
def _(m):
    m.env["CGO_ENABLED"] = "0"


@breakage("go-sqlite3 with CGO_ENABLED=0 in the go env file", finds="GWD080", command=RUN, prepare=with_sqlite,
          symptom="This is a stub")
def _(m):
    m.go_env("CGO_ENABLED=0\n")


@breakage("go-sqlite3 without a C compiler", finds="GWD080", command=RUN, prepare=with_sqlite,
          symptom="This is a stub", remedy="install gcc", cure=compiler_comes_back)
def _(m):
    no_compiler(m)


def gobin_on_path(m):
    (m.home / "go/bin").mkdir(parents=True)
    m.path(*m.folders, m.home / "go/bin")


def installed(name):
    """Runs what lies in GOBIN."""
    return lambda m: m.run(m.home / "go/bin" / name)


def install(m, **env):
    for program in (*m.home.glob("go/bin/*"), *m.top.glob("programs/*")):
        program.unlink()  # go install leaves alone what it takes to be up to date
    done = m.run("go", "install", ".", env=env)
    if done.code != 0:
        raise AssertionError(str(done))


@breakage("the race detector with CGO_ENABLED=0", finds="GWD085", command=("go", "build", "-race", "-o", "/dev/null", "."),
          options=("--profile", "race"), symptom="-race requires cgo",
          prepare=lambda m: with_c(m) or m.write("main.go", "package main\n\nfunc main() {}\n"))
def _(m):
    m.env["CGO_ENABLED"] = "0"


@breakage("-race in GOFLAGS with CGO_ENABLED=0", finds="GWD085", command=VET, symptom="-race requires cgo")
def _(m):
    m.go_env("GOFLAGS=-race\nCGO_ENABLED=0\n")


# ---- headers and flags

def change(m):
    """What was compiled before is not taken from the cache."""
    m.write("main.go", C_MAIN + f"\n// {m.top.name}\n")


def no_headers(m):
    change(m)
    m.mount("mount -t tmpfs none /usr/include")


def headers_come_back(m):
    m.mount("umount /usr/include")


@breakage("a compiler without the C library's headers", finds="GWD083", command=VET, prepare=with_c,
          symptom="stdlib.h: No such file or directory", remedy="install libc6-dev", cure=headers_come_back)
def _(m):
    no_headers(m)


@breakage("a compiler without its own headers", finds="GWD084", command=VET, prepare=with_c,
          symptom="stddef.h: No such file or directory", remedy="reinstall|install",
          cure=lambda m: m.mount(f"umount {own_headers(m)}"))
def _(m):
    change(m)
    m.mount(f"mount -t tmpfs none {own_headers(m)}")


def own_headers(m):
    return m.run("gcc", "-print-file-name=include").out.strip()


@breakage("clang without the C library's headers", finds="GWD083", command=VET, symptom="stdlib.h' file not found",
          prepare=lambda m: with_clang(m),
          remedy="install libc6-dev", cure=headers_come_back)
def _(m):
    no_headers(m)


def with_clang(m):
    with_c(m)
    if not shutil.which("clang"):
        raise Skip("there is no clang")
    m.env["CC"] = "clang"


@breakage("a sysroot that is not there", finds="GWD083", command=VET, prepare=with_c,
          symptom="stdlib.h: No such file or directory", remedy="--sysroot",
          cure=lambda m: m.env.pop("CGO_CFLAGS"))
def _(m):
    m.env["CGO_CFLAGS"] = "--sysroot=/nonexistent"


def with_flag(flag, below=""):
    def plant(m):
        text = C_MAIN.replace("/*\n", f"/*\n#cgo LDFLAGS: {flag}\n")
        m.write(below + "main.go", text.replace("package main", "package c") if below else text)
    return plant


@breakage("a flag that go refuses", finds="GWD082", command=VET, prepare=with_c,
          symptom="invalid flag in #cgo LDFLAGS: -specs=/x", remedy="CGO_LDFLAGS_ALLOW='-specs=/x'",
          cure=lambda m: m.write("main.go", C_MAIN))
def _(m):
    with_flag("-specs=/x")(m)


@breakage("a flag that go refuses, in a package of the module", finds="GWD082", command=("go", "vet", "./..."),
          prepare=with_c, symptom="invalid flag in #cgo LDFLAGS: -specs=/x", remedy="CGO_LDFLAGS_ALLOW='-specs=/x'",
          cure=lambda m: m.write("internal/c/main.go", C_MAIN.replace("package main", "package c")))
def _(m):
    with_flag("-specs=/x", "internal/c/")(m)


@breakage("CGO_LDFLAGS_ALLOW is no regular expression", finds="GWD082", command=VET, prepare=with_c,
          symptom="parsing \\$CGO_LDFLAGS_ALLOW: error parsing regexp")
def _(m):
    m.env["CGO_LDFLAGS_ALLOW"] = "-specs=(.*"


@breakage("pkg-config is asked for and not there", finds="GWD081", command=VET, prepare=with_c,
          symptom='pkg-config": executable file not found', remedy="install pkg-config",
          cure=lambda m: m.write("main.go", C_MAIN))
def _(m):
    m.without("pkg-config", "pkgconf", "x86_64-pc-linux-gnu-pkg-config", "x86_64-pc-linux-gnu-pkgconf",
              "x86_64-linux-gnu-pkg-config", "x86_64-linux-gnu-pkgconf")
    m.write("main.go", C_MAIN.replace("/*\n", "/*\n#cgo pkg-config: zlib\n"))


def library(name, needs=""):
    """The .pc file of a library that has nothing but its name."""
    return f"Name: {name}\nDescription: {name}\nVersion: 1\nRequires: {needs}\nCflags:\nLibs:\n"


def asks_for(m, name):
    m.write("main.go", C_MAIN.replace("/*\n", f"/*\n#cgo pkg-config: --static {name}\n"))


@breakage("pkg-config does not look where the library is", finds="GWD122", command=VET, prepare=with_c,
          symptom="grainlib.* not found|No package 'grainlib' found", remedy="export PKG_CONFIG_PATH=")
def _(m):
    m.write("lib/pkgconfig/grainlib.pc", library("grainlib"), below=m.home / ".local")
    asks_for(m, "grainlib")


@breakage("a library that another one needs is unknown to pkg-config", finds="GWD122", command=VET,
          prepare=with_c, symptom="chafflib", remedy="chafflib.pc|pc:chafflib|pkgconfig.chafflib",
          cure=lambda m: m.write("pc/chafflib.pc", library("chafflib")))
def _(m):
    m.write("pc/grainlib.pc", library("grainlib", "chafflib"))
    m.env["PKG_CONFIG_PATH"] = str(m.project / "pc")
    asks_for(m, "grainlib")


@breakage("pkg-config is asked for by a package of the module and not there", finds="GWD081",
          command=("go", "vet", "./..."), prepare=with_c, symptom='pkg-config": executable file not found',
          remedy="install pkg-config",
          cure=lambda m: m.write("internal/c/main.go", C_MAIN.replace("package main", "package c")))
def _(m):
    m.without("pkg-config", "pkgconf", "x86_64-pc-linux-gnu-pkg-config", "x86_64-pc-linux-gnu-pkgconf",
              "x86_64-linux-gnu-pkg-config", "x86_64-linux-gnu-pkgconf")
    m.write("internal/c/main.go", C_MAIN.replace("/*\n", "/*\n#cgo pkg-config: zlib\n")
            .replace("package main", "package c"))


# ---- programs and the C library of the machine

def with_installed(m):
    gobin_on_path(m)
    with_c(m)
    install(m)


def of_a_newer_glibc(m):
    """As a program from a machine with glibc 2.99: the name of the version that it needs is another."""
    program = m.home / "go/bin/well"
    binary = program.read_bytes()
    newest = max(n for n in range(2, 99) if b"\0GLIBC_2.%d\0" % n in binary and n > 9)
    program.write_bytes(binary.replace(b"\0GLIBC_2.%d\0" % newest, b"\0GLIBC_2.99\0"))


@breakage("an installed program of a newer glibc", finds="GWD089", command=installed("well"), prepare=with_installed,
          symptom="version `GLIBC_2.99' not found", remedy="build it again|go install", cure=install)
def _(m):
    of_a_newer_glibc(m)


@breakage("an installed program of a newer glibc, behind GOBIN", finds="GWD089",
          command=lambda m: m.run(m.top / "programs/well"), symptom="version `GLIBC_2.99' not found",
          prepare=lambda m: (m.go_env(f"GOBIN={m.top}/programs\n"), m.path(*m.folders, m.top / "programs"),
                             with_c(m), install(m)),
          remedy="build it again|go install", cure=install)
def _(m):
    program = m.top / "programs/well"
    binary = program.read_bytes()
    program.write_bytes(binary.replace(b"\0GLIBC_2.34\0", b"\0GLIBC_2.99\0"))


@breakage("an installed program of a machine with musl", finds="GWD089", command=installed("well"),
          prepare=with_installed, symptom="No such file or directory|not found", remedy="build it again|go install",
          cure=install)
def _(m):
    done = m.run("go", "install", "-ldflags=-linkmode=external "
                 "-extldflags=-Wl,--dynamic-linker=/lib/ld-musl-nowhere.so.1", ".")
    if done.code != 0:
        raise AssertionError(str(done))


@breakage("a machine without the loader of glibc", finds="GWD089", command=installed("well"),
          prepare=with_installed, symptom="No such file or directory|not found",
          remedy="build it again|go install", cure=lambda m: (m.write("main.go", "package main\n\nfunc main() {}\n"),
                                                              install(m, CGO_ENABLED="0")))
def _(m):
    # A program that asks for a loader of glibc which an image with musl does not have.
    done = m.run("go", "install", "-ldflags=-linkmode=external "
                 "-extldflags=-Wl,--dynamic-linker=/lib64/ld-linux-of-another.so.2", ".")
    if done.code != 0:
        raise AssertionError(str(done))


# ---- plugins

HOST = ('package main\n\nimport (\n\t"os"\n\t"plugin"\n)\n\nfunc main() {\n'
        '\tif _, err := plugin.Open("plug.so"); err != nil {\n\t\tprintln(err.Error())\n\t\tos.Exit(1)\n\t}\n}\n')
PLUG = "package main\n\nfunc F() {}\n"


def with_plugin(m):
    with_c(m)
    m.write("main.go", HOST)
    m.write("plug/plug.go", PLUG)
    build_host(m)
    build_plugin(m)


def build_host(m):
    checked(m.run("go", "build", "-o", "host", "."))


def build_plugin(m, *flags, go="go"):
    checked(m.run(go, "build", "-buildmode=plugin", *flags, "-o", "plug.so", "./plug"))


def checked(done):
    if done.code != 0:
        raise AssertionError(str(done))


OPEN = lambda m: m.run(m.project / "host")  # noqa: E731


ALIKE = "build the plugin and the program with the same Go"
HASHES = "plugin was built with a different version of package"
plugin_breakage = functools.partial(breakage, finds="GWD109", command=OPEN, prepare=with_plugin, symptom=HASHES,
                                    remedy=ALIKE, cure=build_plugin)


def evidence_names(m, *words):
    """`goward doctor why` takes the message to the cause, and the cause to the difference."""
    said = m.run(m.project / "host").out
    done = m.run("goward", "doctor", "why", said)
    for word in ("plugin and program were not built alike", "GWD109", *words):
        if word not in done.out:
            raise AssertionError(f"{word!r} is not told\n{done}")


@plugin_breakage("a plugin of another Go", symptom=f"{HASHES}|no plugin module data")
def _(m):
    other = copy_release("1.25.14", m.top / "other")
    build_plugin(m, go=other / "bin/go")
    evidence_names(m, "go1.26.8", "go1.25.14")


@plugin_breakage("a plugin built with -trimpath")
def _(m):
    build_plugin(m, "-trimpath")
    evidence_names(m, "-trimpath", "plug.so: true")


@plugin_breakage("a program built with -trimpath in GOFLAGS, and its plugin is not",
                 cure=lambda m: build_plugin(m, "-trimpath"))
def _(m):
    checked(m.run("go", "build", "-o", "host", ".", env={"GOFLAGS": "-trimpath"}))
    evidence_names(m, "-trimpath is true; plug.so: not set")


@plugin_breakage("a plugin without inlining, for a debugger")
def _(m):
    build_plugin(m, "-gcflags=all=-N -l")
    evidence_names(m, "-gcflags", "all=-N -l")


if __name__ == "__main__":
    sys.exit(main())
