#!/usr/bin/env python3
"""Settings that break the go command: flags, modes, levels, targets and places, in the environment and
in the go env file; seen by the real go, found, cured (test/lib/breakage.py)."""
import functools
import pathlib
import re
import shutil
import sys

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent.parent / "lib"))
import breakage as harness  # noqa: E402
from breakage import FIX, REMEDY, Skip, main  # noqa: E402

# No case here changes the Go itself, and few have to build.
LIST = ("go", "list", "-deps", "./...")
PLAN = ("go", "build", "-n", "-o", "/dev/null", ".")  # asks for the target, compiles nothing
breakage = functools.partial(harness.breakage, own_go=False, command=LIST)


in_file = set()


def setting(title, name, value, *, symptom, finds, version="1.26.8", prepare=None, **more):
    """In both places: a remedy to type for the environment, a fix for the file; the latter once for each
    check and variable, it is the same code for all of them."""
    @breakage(f"{title}, exported", finds=finds, symptom=symptom, version=version, prepare=prepare,
              **more)
    def _(m):
        m.env[name] = value

    if (finds, name) in in_file:
        return
    in_file.add((finds, name))

    @breakage(f"{title}, in the go env file", finds=finds, symptom=symptom, version=version,
              prepare=prepare, **{"cure": FIX, **more})
    def _(m):
        m.go_env(f"{name}={value}\n")


# ---- GOFLAGS: words

setting("GOFLAGS with a word that is no flag", "GOFLAGS", "-mod=mod foo", finds="GWD044",
        symptom=r'parsing \$GOFLAGS: non-flag "foo"')
setting("GOFLAGS with a value behind a space", "GOFLAGS", "-tags netgo", finds="GWD044",
        symptom=r'parsing \$GOFLAGS: non-flag "netgo"')
setting("GOFLAGS quoted in the middle of a word", "GOFLAGS", "-ldflags='-s extra'", finds="GWD044",
        symptom=r"parsing \$GOFLAGS: non-flag")
setting("GOFLAGS with a quote that nothing closes", "GOFLAGS", "'-ldflags=-s -w", finds="GWD044",
        symptom=r"parsing \$GOFLAGS: unterminated")
setting("GOFLAGS with an unknown flag", "GOFLAGS", "-modd=mod", finds="GWD044",
        symptom=r"parsing \$GOFLAGS: unknown flag -modd")
setting("GOFLAGS with two unknown flags", "GOFLAGS", "-tagz=a -trimpath -vv", finds="GWD044",
        symptom=r"parsing \$GOFLAGS: unknown flag -tagz")
setting("GOFLAGS with a newer Go's flag", "GOFLAGS", "-pgo=off", finds="GWD044", version="1.19.4",
        symptom=r"parsing \$GOFLAGS: unknown flag -pgo", prepare=lambda m: m.write(
            "go.mod", "module example.com/well\n\ngo 1.19\n"))
setting("GOFLAGS with a flag whose value is missing", "GOFLAGS", "-tags", finds="GWD044",
        symptom=r"flag needs an argument: -tags \(from \$GOFLAGS\)")
setting("GOFLAGS with a word for a switch", "GOFLAGS", "-trimpath=maybe", finds="GWD044",
        symptom=r'invalid boolean value "maybe" for flag -trimpath')
setting("GOFLAGS with a mode that is none", "GOFLAGS", "-mod=vendored", finds="GWD044",
        symptom=r"-mod=vendored not supported")
setting("GOFLAGS with a non-breaking space", "GOFLAGS", "-mod=mod\u00a0-v", finds="GWD044 GWD047",
        symptom=r"-mod=mod\W+-v not supported")

# ---- GOFLAGS: what they do to this project

setting("-mod=vendor without a vendor folder", "GOFLAGS", "-mod=vendor", finds="GWD045",
        symptom="inconsistent vendoring|vendor/modules.txt", prepare=lambda m: with_dependency(m))
setting("-mod=mod in a workspace", "GOFLAGS", "-mod=mod", finds="GWD045",
        symptom="-mod may only be set to readonly or vendor when in workspace mode",
        prepare=lambda m: m.write("go.work", "go 1.21\n\nuse .\n"))
setting("-mod=vendor in a workspace of Go 1.21", "GOFLAGS", "-mod=vendor", finds="GWD045",
        symptom="-mod may only be set to readonly when in workspace mode", version="1.21.13",
        prepare=lambda m: m.write("go.work", "go 1.21\n\nuse .\n"))
setting("-modfile that is not there", "GOFLAGS", "-modfile=go.local.mod", finds="GWD045",
        symptom="go.local.mod: no such file")
setting("-modfile in a workspace", "GOFLAGS", "-modfile=go.mod", finds="GWD057",
        symptom="-modfile cannot be used in workspace mode",
        prepare=lambda m: m.write("go.work", "go 1.21\n\nuse .\n"))
setting("-overlay that is not there", "GOFLAGS", "-overlay=/nonexistent.json", finds="GWD045",
        symptom="nonexistent.json: no such file")
setting("-overlay that is no JSON", "GOFLAGS", "-overlay=main.go", finds="GWD045",
        symptom="(?i)json")
setting("-toolexec that is not there", "GOFLAGS", "-toolexec=nosuchtool", finds="GWD045",
        symptom="nosuchtool", command=harness.BUILD)
setting("-race without cgo", "GOFLAGS", "-race", finds="GWD085", symptom="-race requires cgo",
        command=harness.BUILD, cure=REMEDY, prepare=lambda m: m.env.update(CGO_ENABLED="0"))
setting("-C in GOFLAGS", "GOFLAGS", "-C=/", finds="GWD044 GWD045",
        symptom=r"-C flag|from \$GOFLAGS|go.mod")
setting("-n in GOFLAGS", "GOFLAGS", "-n", finds="GWD045", cure=REMEDY,  # only a warning
        command=lambda m: build_and_run(m), symptom="not found|No such file")


def with_dependency(m):
    """Needs a module that lies beside it."""
    m.write("dep/go.mod", "module example.com/dep\n\ngo 1.21\n")
    m.write("dep/dep.go", "package dep\n\nconst Word = \"dep\"\n")
    m.write("go.mod", "module example.com/well\n\ngo 1.21\n\nrequire example.com/dep v1.0.0\n\n"
                      "replace example.com/dep v1.0.0 => ./dep\n")
    m.write("main.go", 'package main\n\nimport "example.com/dep"\n\nfunc main() { println(dep.Word) }\n')


def build_and_run(m):
    m.write("hello", None)
    done = m.run("go", "build", "-o", "hello", ".")
    return done if done.code else m.run(m.project / "hello")


# ---- the vendor folder

def vendored(m):
    with_dependency(m)
    m.run("go", "mod", "vendor")


def edited(m, name, old, new):
    text = (m.project / name).read_text()
    assert old in text
    m.write(name, text.replace(old, new))


@breakage("vendor of before go.mod was changed", finds="GWD059", prepare=vendored,
          symptom="inconsistent vendoring", cure=REMEDY)
def _(m):
    edited(m, "go.mod", "v1.0.0", "v1.1.0")


@breakage("vendor without the mark explicit", finds="GWD059", prepare=vendored, cure=REMEDY,
          symptom="is explicitly required in go.mod, but not marked as explicit")
def _(m):
    edited(m, "vendor/modules.txt", "## explicit; go 1.21\n", "## go 1.21\n")


@breakage("vendor with -mod=vendor from GOFLAGS, not in agreement", finds="GWD059",
          prepare=lambda m: (vendored(m), m.env.update(GOFLAGS="-mod=vendor")), cure=REMEDY,
          symptom="inconsistent vendoring")
def _(m):
    edited(m, "vendor/modules.txt", "# example.com/dep v1.0.0", "# example.com/dep v1.0.1")


@breakage("vendor without modules.txt", finds="GWD059", prepare=vendored, cure=REMEDY,
          symptom="inconsistent vendoring|vendor/modules.txt")
def _(m):
    m.write("vendor/modules.txt", None)


@breakage("a package left out of vendor", finds="GWD059", prepare=vendored, cure=REMEDY,
          symptom="cannot find module providing package|no Go files|is not in std|cannot find")
def _(m):
    m.write("vendor/example.com/dep/dep.go", None)
    (m.project / "vendor/example.com/dep").rmdir()


# ---- modes and experiments

setting("GO111MODULE=off", "GO111MODULE", "off", finds="GWD005",
        command=("go", "list", "-m"), symptom="modules disabled by GO111MODULE=off|GO111MODULE=off")
setting("GO111MODULE of no meaning", "GO111MODULE", "yes", finds="GWD005",
        symptom="unknown environment setting GO111MODULE=yes")
setting("an experiment that has graduated", "GOEXPERIMENT", "rangefunc", finds="GWD010 GWD001",
        symptom="unknown GOEXPERIMENT rangefunc")
setting("an experiment that never was", "GOEXPERIMENT", "nosuch", finds="GWD001",
        symptom="unknown GOEXPERIMENT such")
setting("an experiment, misspelt", "GOEXPERIMENT", "jsonv3", finds="GWD001",
        symptom="unknown GOEXPERIMENT jsonv3")
setting("an experiment among good ones", "GOEXPERIMENT", "jsonv2,arenass", finds="GWD001",
        symptom="unknown GOEXPERIMENT arenass")
setting("an experiment of a newer Go", "GOEXPERIMENT", "jsonv2", finds="GWD001", version="1.22.12",
        symptom="unknown GOEXPERIMENT jsonv2")

# ---- levels and targets

# Go 1.26 says nothing of such a level, and builds for v1.
setting("GOAMD64 that is no level", "GOAMD64", "v9", finds="GWD011", symptom="v9",
        command=("go", "env", "GOAMD64"), works=lambda m, done: done.out.strip() in ("v1", "v2", "v3"))
setting("GOARM that is no level", "GOARM", "8", finds="GWD011", symptom="8",
        command=("go", "env", "GOARM"), works=lambda m, done: done.out.strip() in ("5", "6", "7"),
        prepare=lambda m: m.env.update(GOARCH="arm"), also="GWD048")  # and it is meant for another
setting("GOOS left exported", "GOOS", "windows", finds="GWD048", command=("go", "run", "."),
        symptom="exec format error|Exec format error|permission denied")
setting("GOARCH left exported", "GOARCH", "arm64", finds="GWD048", command=("go", "run", "."),
        symptom="(?i)exec format error")
setting("GOARCH, misspelt", "GOARCH", "amd65", finds="GWD008", command=PLAN,
        symptom="unsupported GOOS/GOARCH pair linux/amd65")
setting("GOARCH by the name of uname", "GOARCH", "x86_64", finds="GWD008", command=PLAN,
        symptom="unsupported GOOS/GOARCH pair linux/x86_64")
setting("GOOS by the name of another", "GOOS", "macos", finds="GWD008", command=PLAN,
        symptom="unsupported GOOS/GOARCH pair macos/amd64")
setting("a port that never was", "GOOS", "plan10", finds="GWD008", command=PLAN,
        symptom="unsupported GOOS/GOARCH pair plan10/amd64")
setting("GOBIN for another target", "GOARCH", "arm64", finds="GWD048 GWD007",
        command=("go", "install", "."), symptom="cannot install cross-compiled binaries when GOBIN",
        prepare=lambda m: (m.env.update(GOBIN=f"{m.home}/bin"), has_gobin(m)))

# The processor is qemu's, which answers for it; /proc/cpuinfo is the one of such a machine.


def nehalem(m):
    """What is built runs on a processor of 2008, and /proc tells of that one."""
    if not shutil.which("qemu-x86_64"):
        raise Skip("needs qemu-x86_64")
    m.write("cpuinfo", re.sub(r" (avx\w*|bmi[12]|fma|movbe|f16c|abm|xsave\w*|osxsave)\b", "",
                              pathlib.Path("/proc/cpuinfo").read_text()), below=m.top)
    m.mount(f"mount --bind {m.top}/cpuinfo /proc/cpuinfo")


def build_and_emulate(m):
    done = m.run("go", "build", "-o", "hello", ".")
    return done if done.code else m.run("qemu-x86_64", "-cpu", "Nehalem", m.project / "hello")


setting("a level above the processor's", "GOAMD64", "v3", finds="GWD049", prepare=nehalem,
        command=build_and_emulate,
        symptom="can only be run on AMD64 processors with v3 microarchitecture support")


# ---- places

def has_gobin(m):
    m.path(m.env["PATH"].split(":")[0], m.home / "go/bin", m.home / "bin")


setting("GOBIN that is relative", "GOBIN", "bin", finds="GWD007", command=("go", "install", "."), prepare=has_gobin,
        symptom="GOBIN must be an absolute path")
setting("GOBIN with a tilde", "GOBIN", "~/bin", finds="GWD007", command=("go", "install", "."), prepare=has_gobin,
        symptom="GOBIN must be an absolute path")
setting("GOPATH that is relative", "GOPATH", "go", finds="GWD060",
        symptom="GOPATH entry is relative")
setting("GOPATH with a tilde", "GOPATH", "~/go", finds="GWD060",
        symptom="GOPATH entry cannot start with shell metacharacter")
setting("GOWORK that is relative", "GOWORK", "go.work", finds="GWD012",
        symptom="GOWORK must be an absolute path|not an absolute path")
setting("GOWORK that is not there", "GOWORK", "/nonexistent/go.work", finds="GWD012",
        symptom="go.work: no such file|open /nonexistent/go.work")


@breakage("GOPATH that is GOROOT", finds="GWD060", symptom="both GOPATH and GOROOT are the same",
          works=lambda m, done: done.code == 0 and "GOROOT" not in done.out)
def _(m):
    m.env["GOPATH"] = m.run("go", "env", "GOROOT").out.strip()


def without_gopath(m):
    del m.env["GOPATH"]


@breakage("go.mod directly in GOPATH", finds="GWD060", symptom="ignoring go.mod in",
          works=lambda m, done: done.code == 0 and "ignoring" not in done.out, cure=without_gopath,
          remedy="outside GOPATH")
def _(m):
    m.env["GOPATH"] = str(m.project)


@breakage("go.mod directly in GOPATH, Go 1.21", finds="GWD060", version="1.21.13",
          symptom="go.mod exists but should not", cure=without_gopath, remedy="outside GOPATH")
def _(m):
    m.env["GOPATH"] = str(m.project)


if __name__ == "__main__":
    sys.exit(main())
