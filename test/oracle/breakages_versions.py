#!/usr/bin/env python3
"""Which Go a project asks for, and what its release knows: broken for real, seen by the real go, found,
cured (test/lib/breakage.py)."""
import functools
import pathlib
import sys
import zipfile

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent.parent / "lib"))
from breakage import BUILD, FIX, breakage, main  # noqa: E402
from machine import CACHE, release  # noqa: E402

NOW, NEWER = "1.26.8", "1.27.4"
LIST = ("go", "list", "./...")
VERSION = ("go", "version")

# Nothing here changes a Go: all share theirs.
broken = functools.partial(breakage, own_go=False)


def asks_for(*lines):
    return lambda m: m.write("go.mod", "module example.com/well\n\n" + "".join(f"{x}\n" for x in lines))


def newer_in_path(m):
    """A go1.27.4 along PATH, so that nothing has to be downloaded."""
    (m.top / "tools" / f"go{NEWER}").symlink_to(release_program(m, NEWER))


def release_program(m, version):
    return m.share_go(version, on_path=False) / "bin/go"


def wants_newer(m):
    newer_in_path(m)
    asks_for(f"go {NEWER}")(m)


# ---- GOTOOLCHAIN keeps what go.mod does not want


@broken("GOTOOLCHAIN=local and a go line that is newer", finds="GWD033", command=LIST,
        prepare=wants_newer, symptom=r"requires go >= 1.27.4 \(running go 1.26.8; GOTOOLCHAIN=local\)")
def _(m):
    m.env["GOTOOLCHAIN"] = "local"


@broken("GOTOOLCHAIN=local in the go env file", finds="GWD033", command=LIST, prepare=wants_newer,
        symptom=r"requires go >= 1.27.4 .*GOTOOLCHAIN=local")
def _(m):
    m.go_env("GOTOOLCHAIN=local\n")


@breakage("GOTOOLCHAIN=local in go.env, as of a distribution", finds="GWD033", command=LIST,
          prepare=wants_newer, symptom=r"requires go >= 1.27.4 .*GOTOOLCHAIN=local")
def _(m):
    text = (m.top / "usr/local/go/go.env").read_text().replace("=auto", "=local")
    m.write("go.env", text, below=m.top / "usr/local/go")


@broken("GOTOOLCHAIN names a Go that is too old", finds="GWD033", command=LIST, prepare=wants_newer,
        symptom=r"requires go >= 1.27.4 .*GOTOOLCHAIN=go1.26.8")
def _(m):
    m.env["GOTOOLCHAIN"] = "go1.26.8"


@broken("a workspace asks for a newer Go than GOTOOLCHAIN=local", finds="GWD033", command=LIST,
        prepare=newer_in_path, symptom="go.work requires go >= 1.27.4")
def _(m):
    m.write("go.work", f"go {NEWER}\n\nuse .\n")
    m.env["GOTOOLCHAIN"] = "local"


@broken("a module in a workspace asks for more than go.work", finds="GWD012", command=LIST,
        symptom="but go.work lists go 1.21",
        prepare=lambda m: (m.write("go.work", "go 1.21\n\nuse .\n"), asks_for("go 1.21")(m)))
def _(m):
    asks_for("go 1.24")(m)


@broken("a Go before 1.26 with a newer line and GOTOOLCHAIN=local", finds="GWD033", command=LIST,
        version="1.22.12", symptom=r"requires go >= 1.27.4 \(running go 1.22.12",
        prepare=wants_newer)
def _(m):
    m.env["GOTOOLCHAIN"] = "local"


# ---- GOTOOLCHAIN=path


@broken("GOTOOLCHAIN=path and no such Go in PATH", finds="GWD033", command=LIST, prepare=wants_newer,
        symptom='cannot find "go1.27.4" in PATH', cure=newer_in_path,
        remedy="^export GOTOOLCHAIN=auto$")
def _(m):
    m.env["GOTOOLCHAIN"] = "path"
    (m.top / "tools" / f"go{NEWER}").unlink()


@broken("GOTOOLCHAIN=path and a toolchain line", finds="GWD033", command=LIST,
        prepare=lambda m: (newer_in_path(m), asks_for("go 1.26.0", f"toolchain go{NEWER}")(m)),
        symptom='cannot find "go1.27.4" in PATH', cure=newer_in_path,
        remedy=r"^export GOTOOLCHAIN=local\+auto$")
def _(m):
    m.env["GOTOOLCHAIN"] = "local+path"
    (m.top / "tools" / f"go{NEWER}").unlink()


@broken("a script has the name of the Go that go.mod asks for", finds="GWD015", command=LIST,
        prepare=wants_newer, symptom="hello")
def _(m):
    m.write(f"tools/go{NEWER}", "#!/bin/sh\necho hello\nexit 1\n", 0o755, below=m.home)
    m.env["PATH"] = f"{m.env['PATH'].split(':')[0]}:{m.home}/tools:" + m.env["PATH"]


# ---- the Go that go.mod asks for cannot be had


def file_proxy(m):
    """Releases from the folder where test/oracle/toolchains.py keeps them."""
    release(NEWER)
    m.env["GOPROXY"] = f"file://{CACHE}/gomod/cache/download"
    m.env["GOFLAGS"] = "-modcacherw"


def without_newer(m):
    (m.top / "tools" / f"go{NEWER}").unlink()


NOT_AVAILABLE = "toolchain not available|disabled by GO"


for variable, value in (("GOPROXY", "off"), ("GOPROXY", "direct"), ("GOPRIVATE", "*"),
                        ("GONOPROXY", "*"), ("GOPRIVATE", "golang.org/*,example.com/x")):
    for place in ("environment", "go env file"):
        @broken(f"a newer Go is needed, and {variable}={value} in the {place} keeps it away",
                finds="GWD055", command=VERSION, prepare=wants_newer, symptom=NOT_AVAILABLE,
                also="GWD051",  # public modules are taken for private ones: true whatever go.mod says
                cure=newer_in_path,
                remedy=r"(GOPROXY|GONOPROXY|GOSUMDB)=\S+ GOTOOLCHAIN=go1.27.4 go version$")
        def _(m, variable=variable, value=value, place=place):
            without_newer(m)
            if variable != "GOPROXY":
                file_proxy(m)
            if place == "environment":
                m.env[variable] = value
            else:
                if variable == "GOPROXY":
                    m.env.pop("GOPROXY", None)
                m.go_env(f"{variable}={value}\n")


@broken("GOPRIVATE=* keeps a newer Go away: the remedy", finds="GWD055", command=VERSION,
        prepare=wants_newer, symptom=NOT_AVAILABLE, also="GWD051")  # as above
def _(m):
    without_newer(m)
    file_proxy(m)
    m.env["GOPRIVATE"] = "*"


@broken("GOSUMDB=off keeps a newer Go away", finds="GWD055", command=VERSION, prepare=wants_newer,
        symptom="checksum database disabled by GOSUMDB=off", cure=newer_in_path,
        remedy=r"^GOSUMDB=\S+ GOTOOLCHAIN=go1.27.4 go version$",
        also="GWD052")  # the database is off: true whatever go.mod says
def _(m):
    without_newer(m)
    release(NEWER)
    m.serve(CACHE / "gomod/cache/download")
    m.env["GOSUMDB"] = "off"


# ---- GOTOOLCHAIN is no word that go understands


INVALID = "invalid GOTOOLCHAIN"

for value in ("1.26.8", "go1.26.8+", "v1.26.8", "Auto", "latest", "go1.26.8+local", "go1.26.x", "none",
              "system", "go1.26.8 "):
    @broken(f"GOTOOLCHAIN={value!r} in the environment", command=VERSION,
            symptom=f"{INVALID}|download {value}",
            finds="GWD047" if value.strip() != value else "GWD046")
    def _(m, value=value):
        m.env["GOTOOLCHAIN"] = value

for cure in (FIX, "remedy"):
    @broken(f"GOTOOLCHAIN=1.26.8 in the go env file ({cure})", finds="GWD046", command=VERSION,
            symptom=INVALID, cure=cure)
    def _(m):
        m.run("go", "env", "-w", "GOTOOLCHAIN=1.26.8")

    @broken(f"a go env file with carriage returns ({cure})", finds="GWD047", command=VERSION,
            symptom=r'invalid GOTOOLCHAIN "local\\r"', cure=cure)
    def _(m):
        m.go_env("GOTOOLCHAIN=local\r\nGOFLAGS=-v\r\n")

    @broken(f"quotes in the go env file ({cure})", finds="GWD047", command=VERSION, symptom=INVALID,
            cure=cure)
    def _(m):
        m.go_env('GOTOOLCHAIN="local"\n')


# ---- a Go before 1.21


def use_newer(m):
    m.share_go(NOW)


for old in ("1.19.4", "1.20.14"):
    @broken(f"go {old} and a go line of three parts", finds="GWD033", version=old,
            symptom="invalid go version '1.26.0': must match format 1.23", command=LIST,
            cure=use_newer, remedy=r"^goward use 1\.26\.0$", prepare=asks_for("go 1.19"))
    def _(m):
        asks_for("go 1.26.0")(m)

    @broken(f"go {old} and a toolchain line", finds="GWD033", version=old,
            symptom="unknown directive: toolchain", command=LIST, cure=use_newer,
            remedy=r"^goward use 1\.26\.8$", prepare=asks_for("go 1.19"))
    def _(m):
        asks_for("go 1.19", "toolchain go1.26.8")(m)

    @broken(f"go {old} and a go line of three parts in go.work", finds="GWD033", version=old,
            symptom="invalid go version '1.26.0'", command=LIST, cure=use_newer,
            remedy=r"^goward use 1\.26\.0$",
            prepare=lambda m: (asks_for("go 1.19")(m), m.write("go.work", "go 1.19\n\nuse .\n")))
    def _(m):
        m.write("go.work", "go 1.26.0\n\nuse .\n")


@broken("go 1.20 and the language of 1.22", finds="GWD033", version="1.20.14", cure=use_newer,
        symptom="cannot compile Go 1.22 code|module requires Go 1.22", remedy="^goward use 1.22",
        prepare=asks_for("go 1.19"))
def _(m):
    asks_for("go 1.22")(m)
    m.write("main.go", "package main\n\nfunc main() {\n\tfor i := range 3 {\n\t\tprintln(i)\n\t}\n}\n")


for package in ("slices", "maps", "cmp", "log/slog", "math/rand/v2", "iter", "unique"):
    @broken(f"an old Go has no package {package}", finds="GWD034", version="1.19.4", command=BUILD,
            symptom=f"package {package} is not in GOROOT", cure=use_newer, remedy="^goward use 1.2",
            prepare=asks_for("go 1.19"))
    def _(m, package=package):
        m.write("more.go", f'package main\n\nimport (\n\t"os"\n\t_ "{package}"\n)\n\nvar _ = os.Args\n')


@broken("Go 1.21 has no package iter", finds="GWD034", version="1.21.13", cure=use_newer,
        symptom="package iter is not in std", remedy="^goward use 1.23")
def _(m):
    m.write("sub/more.go", 'package sub\n\nimport _ "iter"\n')


# ---- programs that read Go


def vet_of(m, version, name):
    program = release(version) / "pkg/tool/linux_amd64/vet"
    m.write(f"go/bin/{name}", program.read_bytes(), 0o755, below=m.home)


def with_gobin(m):
    asks_for("go 1.26")(m)
    m.env["PATH"] += f":{m.home}/go/bin"
    vet_of(m, NOW, "staticcheck")


def analyzed(m):
    """go vet with an analyzer that go install has put into GOBIN. Its stand-in is the vet of a release:
    the same type checker, built by that release, under another name."""
    return m.run("go", "vet", f"-vettool={m.home}/go/bin/staticcheck", "./...")


@broken("an analyzer was built by an older Go", finds="GWD029", command=analyzed, prepare=with_gobin,
        symptom=r"requires newer Go version go1.26 \(application built with go1.25\)",
        cure=lambda m: vet_of(m, NOW, "staticcheck"), remedy="^go install .*@latest$")
def _(m):
    vet_of(m, "1.25.14", "staticcheck")


@broken("a debugger was built for an older Go", finds="GWD029", version=NOW, command=("dlv",),
        prepare=lambda m: debugger(m, "1.26.1"), symptom="no type entry found",
        cure=lambda m: debugger(m, "1.26.1"), remedy="^go install .*/dlv@latest$")
def _(m):
    debugger(m, "1.20.1")


def debugger(m, version):
    """A program that says of itself what Delve says, made by go install of a release of its module;
    the message is the one of Debian's dlv 1.20 on a program of Go 1.26."""
    old = version.startswith("1.20")
    say = 'println("could not patch runtime.mallocgc: no type entry found"); os.Exit(1)' if old else ""
    files = {"go.mod": "module github.com/go-delve/delve\n\ngo 1.20\n",
             "cmd/dlv/main.go": f'package main\n\nimport "os"\n\nfunc main() {{ {say}; _ = os.Args }}\n'}
    offer(m.top / "proxy", "github.com/go-delve/delve", f"v{version}", files)
    m.env["PATH"] = m.env["PATH"].replace(f":{m.home}/go/bin", "") + f":{m.home}/go/bin"
    done = m.run("go", "install", f"github.com/go-delve/delve/cmd/dlv@v{version}",
                 env={"GOPROXY": f"file://{m.top}/proxy", "GOSUMDB": "off", "GOFLAGS": "-modcacherw"})
    if done.code != 0:
        raise AssertionError(done)


def offer(proxy, module, version, files):
    """A release of a module in a folder that is a GOPROXY."""
    folder = proxy / module / "@v"
    folder.mkdir(parents=True, exist_ok=True)
    with open(folder / "list", "a", encoding="ascii") as known:
        known.write(f"{version}\n")
    (folder / f"{version}.info").write_text(f'{{"Version": "{version}"}}')
    (folder / f"{version}.mod").write_text(files["go.mod"])
    with zipfile.ZipFile(folder / f"{version}.zip", "w") as archive:
        for name, text in files.items():
            archive.writestr(f"{module}@{version}/{name}", text)


# ---- GODEBUG


FATAL = "removed GODEBUG"

for setting in ("asynctimerchan=1", "gotypesalias=0", "tlsrsakex=1", "http2debug=1,asynctimerchan=1"):
    @broken(f"GODEBUG={setting}, which Go 1.27 has removed", finds="GWD040", version=NEWER,
            command=VERSION, symptom=FATAL,
            also="GWD043" if "http2debug" in setting else "")  # floods programs: true as well
    def _(m, setting=setting):
        m.env["GODEBUG"] = setting


@broken("GODEBUG=cgocheck=2", finds="GWD040", command=VERSION, symptom="cgocheck")
def _(m):
    m.env["GODEBUG"] = "cgocheck=2"


@broken("GODEBUG=cgocheck=2 for Go 1.21", finds="GWD040", command=VERSION, version="1.21.13",
        symptom="cgocheck")
def _(m):
    m.env["GODEBUG"] = "madvdontneed=1,cgocheck=2"


TRACED = 'package main\n\nimport "runtime"\n\nfunc main() { runtime.GC() }\n'


@broken("a misspelt key of GODEBUG", finds="GWD040", command=("go", "run", "."),
        prepare=lambda m: m.write("main.go", TRACED), works=lambda m, done: "GODEBUG" not in m.env or
        "gc 1 " in done.out)
def _(m):
    m.env["GODEBUG"] = "gctrce=1"


def debug_line(version, line, symptom, finds, **more):
    @broken(f"go.mod of Go {version}: {line}", finds=finds, version=version, command=LIST,
            symptom=symptom, prepare=asks_for("go 1.23"), **more)
    def _(m):
        asks_for("go 1.23", line)(m)


debug_line(NEWER, "godebug asynctimerchan=1", "removed GODEBUG|removed", "GWD041")
debug_line(NEWER, "godebug asynctimerchan=2", "removed GODEBUG|removed", "GWD041", cure=FIX)
debug_line(NOW, "godebug nosuch=1", 'unknown godebug "nosuch"', "GWD041")
debug_line(NOW, "godebug http2clients=0", 'unknown godebug "http2clients"', "GWD041")
debug_line(NOW, "godebug http2srver=0 // until June", 'unknown godebug "http2srver"', "GWD041", cure=FIX)
debug_line(NOW, "godebug (\n\tgctrace=1\n)", "", "GWD041")
debug_line(NOW, "godebug (\n\tgctrace=1\n\tscavtrace=1\n)", "", "GWD041", cure=FIX)
debug_line(NOW, "godebug default=go1.99", "", "GWD041")


def debug_source(text, symptom, **more):
    @broken(f"in a Go file: {text}", finds="GWD041", command=BUILD, symptom=symptom, **more)
    def _(m):
        m.write("debug.go", f"// Package main.\n\n{text}\npackage main\n")


debug_source("//go:debug nosuch=1", 'unknown //go:debug setting "nosuch"')
debug_source("//go:debug panicnill=1", 'unknown //go:debug setting "panicnill"')
debug_source("//go:debug panicnill=1 ", 'unknown //go:debug setting "panicnill"', cure=FIX)
debug_source("//go:debug gctrace=1", "gctrace", cure=FIX)
debug_source("//go:debug panicnil=1\n//go:debug panicnil=1", "", cure=FIX)
debug_source("//go:debug panicnil=1\n//go:debug panicnil=0", "")


if __name__ == "__main__":
    sys.exit(main())
