#!/usr/bin/env python3
"""Workspaces and go.mod files, broken for real, seen by the real go, found, cured
(test/lib/breakage.py)."""
import pathlib
import sys

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent.parent / "lib"))
from breakage import FIX, breakage, main  # noqa: E402

LIST = ("go", "list", ".")
DEPS = ("go", "list", "-deps", ".")
USES_LIB = 'package main\n\nimport "example.com/lib"\n\nfunc main() { lib.F() }\n'
LIB = "package lib\n\nfunc F() {}\n"


# ---- workspaces

def a_workspace(m):
    for name in ("a", "b"):
        m.write(f"{name}/go.mod", f"module example.com/{name}\n\ngo 1.21\n")
        m.write(f"{name}/{name}.go", f"package {name}\n")
    m.write("go.mod", None)
    m.write("main.go", None)
    m.write("go.work", "go 1.21\n\nuse (\n\t./a\n\t./b\n)\n")
    m.project = m.project / "a"


@breakage("go.work above does not use the module", finds="GWD012", command=LIST,
          symptom="current directory is contained in a module that is not one of the workspace modules")
def _(m):
    m.write("elsewhere/go.mod", "module example.com/elsewhere\n\ngo 1.21\n")
    m.write("go.work", "go 1.21\n\nuse ./elsewhere\n")


@breakage("go.work two folders above does not use the module", finds="GWD012", command=LIST,
          symptom="current directory is contained in a module that is not one of the workspace modules")
def _(m):
    m.write("go.work", "go 1.21\n\nuse ./other\n", below=m.top)
    m.write("other/go.mod", "module example.com/other\n\ngo 1.21\n", below=m.top)


@breakage("go.work says an older Go than its module", finds="GWD012", command=LIST, prepare=a_workspace,
          symptom=r"module \S+ listed in go.work file requires go >= 1.26.0, but go.work lists go 1.21")
def _(m):
    m.write("go.mod", "module example.com/a\n\ngo 1.26.0\n")


@breakage("go.work says an older Go than its module, fixed", finds="GWD012", command=LIST, prepare=a_workspace,
          cure=FIX)
def _(m):
    m.write("../go.work", "go 1.21 // as in CI\n\nuse (\n\t./a\n\t./b\n\t./gone\n)\n")
    m.write("go.mod", "module example.com/a\n\ngo 1.26.0\n")


@breakage("go.work without a go line", finds="GWD012", command=LIST, prepare=a_workspace,
          symptom="but go.work implicitly requires go 1.18")
def _(m):
    m.write("../go.work", "use (\n\t./a\n\t./b\n)\n")


@breakage("GOWORK leads nowhere", finds="GWD012", command=LIST,
          symptom=r"reading go.work: open /nonexistent/go.work: no such file")
def _(m):
    m.env["GOWORK"] = "/nonexistent/go.work"


@breakage("GOWORK in the go env file leads nowhere", finds="GWD012", command=LIST,
          symptom=r"reading go.work: open /nonexistent/go.work: no such file")
def _(m):
    m.go_env("GOWORK=/nonexistent/go.work\n")


@breakage("GOWORK in the go env file leads nowhere, fixed", finds="GWD012", command=LIST, cure=FIX,
          symptom=r"reading go.work: open /nonexistent/go.work: no such file")
def _(m):
    m.go_env("GOPRIVATE=corp.example\nGOWORK=/nonexistent/go.work\n")


@breakage("GOWORK in the go env file is a relative path", finds="GWD012", command=LIST, cure=FIX,
          symptom="invalid GOWORK: not an absolute path")
def _(m):
    m.go_env("GOWORK=go.work\n")


@breakage("another module of go.work says a newer Go", finds="GWD012", command=LIST, prepare=a_workspace,
          symptom=r"module \S+ listed in go.work file requires go >= 1.26.0, but go.work lists go 1.21")
def _(m):
    m.write("../b/go.mod", "module example.com/b\n\ngo 1.26.0\n")


@breakage("GOWORK is a relative path", finds="GWD012", command=LIST, symptom="invalid GOWORK: not an absolute path")
def _(m):
    m.write("go.work", "go 1.21\n\nuse .\n")
    m.env["GOWORK"] = "go.work"


@breakage("go.work uses a module that is gone", finds="GWD012", command=LIST, prepare=a_workspace,
          symptom=r"cannot load module \.\./b listed in go.work file: open \.\./b/go.mod: no such file")
def _(m):
    m.run("rm", "-r", m.project.parent / "b")


@breakage("go.work uses a module that is gone, fixed", finds="GWD012", command=LIST, prepare=a_workspace, cure=FIX)
def _(m):
    m.run("rm", "-r", m.project.parent / "b")


@breakage("go.work uses a folder without go.mod", finds="GWD012", command=LIST, prepare=a_workspace,
          symptom=r"cannot load module \.\./b listed in go.work file: open \.\./b/go.mod: no such file")
def _(m):
    m.write("../b/go.mod", None)


@breakage("go.work uses a module twice", finds="GWD012", command=LIST, prepare=a_workspace,
          symptom="path .* appears multiple times in workspace")
def _(m):
    m.write("../go.work", "go 1.21\n\nuse (\n\t./a\n\t./b\n)\nuse ../project/a\n")


@breakage("go.work uses a module twice, fixed", finds="GWD012", command=LIST, prepare=a_workspace,
          symptom="path .* appears multiple times in workspace", cure=FIX)
def _(m):
    m.write("../go.work", "go 1.21\n\nuse (\n\t./a\n\t./b\n\t./b // for now\n\t./a\n)\n")


@breakage("go.work uses a submodule that is not checked out", finds="GWD012", command=LIST, prepare=a_workspace,
          remedy="^git -C .* submodule update --init b$",
          cure=lambda m: m.write("../b/go.mod", "module example.com/b\n\ngo 1.21\n"))
def _(m):
    m.write("../.gitmodules", '[submodule "b"]\n\tpath = b\n\turl = ../b.git\n')
    m.write("../b/go.mod", None)


@breakage("go.work uses two modules of one name", finds="GWD012", command=LIST, prepare=a_workspace,
          symptom="module example.com/a appears multiple times in workspace", remedy="go work edit -dropuse")
def _(m):
    m.write("../b/go.mod", "module example.com/a\n\ngo 1.21\n")


@breakage("modules of a workspace replace one module differently", finds="GWD012", command=LIST,
          prepare=a_workspace, symptom="conflicting replacements for example.com/lib", remedy="go work edit -replace")
def _(m):
    for n in ("1", "2"):
        m.write(f"../lib{n}/go.mod", "module example.com/lib\n\ngo 1.21\n", below=m.project)
    for name, n in (("a", "1"), ("b", "2")):
        m.write(f"../{name}/go.mod", f"module example.com/{name}\n\ngo 1.21\n\nrequire example.com/lib v1.0.0\n\n"
                f"replace example.com/lib => ../lib{n}\n")


@breakage("go.work uses nothing", finds="GWD012", command=LIST, prepare=a_workspace,
          symptom="no modules were found in the current workspace|not one of the workspace modules",
          remedy="go work use -r")
def _(m):
    m.write("../go.work", "go 1.21\n")


@breakage("go.work has a line that nobody understands", finds="GWD012", command=LIST, prepare=a_workspace,
          symptom=r"go.work:3: unknown directive: used", remedy="correct the line",
          cure=lambda m: m.write("../go.work", "go 1.21\n\nuse ./a\nuse ./b\n"))
def _(m):
    m.write("../go.work", "go 1.21\n\nused ./a\n")


@breakage("go.work begins with a byte order mark", finds="GWD012", command=LIST, prepare=a_workspace, cure=FIX,
          symptom="go.work:1: unexpected input character")
def _(m):
    m.write("../go.work", "\ufeffgo 1.21\n\nuse (\n\t./a\n\t./b\n)\n")


@breakage("go.work holds a merge conflict", finds="GWD012", command=LIST, prepare=a_workspace,
          symptom="unknown directive: <<<<<<<", remedy="choose between the two sides",
          cure=lambda m: m.write("../go.work", "go 1.21\n\nuse ./a\n"))
def _(m):
    m.write("../go.work", "go 1.21\n\n<<<<<<< HEAD\nuse ./a\n=======\nuse ./b\n>>>>>>> side\n")


# ---- replace directories

def with_a_library(m):
    m.write("main.go", USES_LIB)
    m.write("lib/go.mod", "module example.com/lib\n\ngo 1.21\n")
    m.write("lib/lib.go", LIB)
    m.write("go.mod", "module example.com/well\n\ngo 1.21\n\nrequire example.com/lib v1.0.0\n\n"
            "replace example.com/lib => ./lib\n")


def move_back(m):
    (m.project / "gone").rename(m.project / "lib")


@breakage("a replacement directory is gone", finds="GWD056", command=DEPS, prepare=with_a_library,
          symptom="replacement directory ./lib does not exist", remedy="bring the directory back", cure=move_back)
def _(m):
    (m.project / "lib").rename(m.project / "gone")


@breakage("a replacement directory has no go.mod", finds="GWD056", command=DEPS, prepare=with_a_library,
          symptom="lib/go.mod: no such file or directory", remedy="go mod init|bring the directory back",
          cure=lambda m: m.write("lib/go.mod", "module example.com/lib\n\ngo 1.21\n"))
def _(m):
    m.write("lib/go.mod", None)


@breakage("a replacement directory is a link that leads nowhere", finds="GWD056", command=DEPS,
          prepare=with_a_library, symptom="replacement directory ./lib does not exist",
          remedy="bring the directory back",
          cure=lambda m: ((m.project / "lib").unlink(), move_back(m)))
def _(m):
    (m.project / "lib").rename(m.project / "gone")
    (m.project / "lib").symlink_to("/nonexistent/lib")


@breakage("a replacement of go.work is gone", finds="GWD056", command=DEPS,
          prepare=lambda m: (with_a_library(m), m.write("go.work", "go 1.21\n\nuse .\n"),
                             m.write("go.mod", "module example.com/well\n\ngo 1.21\n\n"
                                     "require example.com/lib v1.0.0\n"),
                             m.write("go.work", "go 1.21\n\nuse .\n\nreplace example.com/lib => ./lib\n")),
          symptom="replacement directory ./lib does not exist|reading lib/go.mod: open", remedy="bring the directory back", cure=move_back)
def _(m):
    (m.project / "lib").rename(m.project / "gone")


# ---- names that differ by capitals

@breakage("two imports that differ by their capitals", finds="GWD056", command=("go", "build", "-o", "/dev/null", "."),
          symptom="case-insensitive import collision", remedy="go mod why -m|go list",
          cure=with_a_library, prepare=with_a_library)
def _(m):
    m.write("Lib/go.mod", "module example.com/Lib\n\ngo 1.21\n")
    m.write("Lib/lib.go", LIB)
    m.write("main.go", 'package main\n\nimport (\n\tupper "example.com/Lib"\n\t"example.com/lib"\n)\n\n'
            "func main() { lib.F(); upper.F() }\n")
    m.write("go.mod", "module example.com/well\n\ngo 1.21\n\nrequire (\n\texample.com/Lib v1.0.0\n"
            "\texample.com/lib v1.0.0\n)\n\nreplace example.com/lib => ./lib\n\nreplace example.com/Lib => ./Lib\n")


# ---- the bytes of go.mod

@breakage("go.mod begins with a byte order mark", finds="GWD005", command=LIST, cure=FIX,
          symptom=r"go.mod:1: unexpected input character '\\ufeff'")
def _(m):
    m.write("go.mod", "\ufeffmodule example.com/well\n\ngo 1.21\n")


@breakage("go.mod is UTF-16", finds="GWD005", command=LIST, symptom="go.mod", remedy="UTF-8",
          cure=lambda m: m.write("go.mod", "module example.com/well\n\ngo 1.21\n"))
def _(m):
    m.write("go.mod", "module example.com/well\n\ngo 1.21\n".encode("utf-16"))


@breakage("go.mod holds a merge conflict", finds="GWD005", command=LIST, symptom="unknown directive: <<<<<<<",
          remedy="choose between the two sides",
          cure=lambda m: m.write("go.mod", "module example.com/well\n\ngo 1.21\n"))
def _(m):
    m.write("go.mod", "module example.com/well\n\n<<<<<<< HEAD\ngo 1.21\n=======\ngo 1.22.0\n>>>>>>> side\n")


@breakage("go.mod holds the mark that a merge left behind", finds="GWD005", command=LIST,
          symptom="unknown directive: >>>>>>>", remedy="choose between the two sides|delete",
          cure=lambda m: m.write("go.mod", "module example.com/well\n\ngo 1.21\n"))
def _(m):
    m.write("go.mod", "module example.com/well\n\ngo 1.21\n>>>>>>> side\n")


@breakage("go.mod is empty", finds="GWD005", command=LIST, symptom="error reading go.mod: missing module declaration",
          remedy="go mod edit -module=")
def _(m):
    m.write("go.mod", "")


@breakage("go.mod says module twice", finds="GWD005", command=LIST, symptom="repeated module statement",
          remedy="correct the line", cure=lambda m: m.write("go.mod", "module example.com/well\n\ngo 1.21\n"))
def _(m):
    m.write("go.mod", "module example.com/well\n\nmodule example.com/well\n\ngo 1.21\n")


@breakage("go.mod requires a module without a version", finds="GWD005", command=LIST, symptom="go.mod:5",
          remedy="correct the line", cure=lambda m: m.write("go.mod", "module example.com/well\n\ngo 1.21\n"))
def _(m):
    m.write("go.mod", "module example.com/well\n\ngo 1.21\n\nrequire example.com/lib\n")


if __name__ == "__main__":
    sys.exit(main())
