#!/usr/bin/env python3
"""Files that name a Go, with a fault planted in each, and what goward doctor says of it. The
verdicts on go.mod are compared with real Gos where the cache of the oracle has them."""
import pathlib
import sys

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent.parent / "lib"))
from sandbox import *  # noqa: E402,F403

ALL = [f"GWD0{n}" for n in (30, 31, 32, 33, 34, 35, 36, 37)]
CI, GITLAB, TRAVIS = ".github/workflows/ci.yml", ".gitlab-ci.yml", ".travis.yml"
MAIN = "package main\n\nfunc main() {}\n"


def setup(version, action="v5", more=""):
    return (f"on: push\n{more}jobs:\n  test:\n    steps:\n      - uses: actions/setup-go@{action}\n"
            f"        with:\n          go-version: {version}\n")


def matrix(values, action="v5"):
    return (f"on: push\njobs:\n  test:\n    strategy:\n      matrix:\n        go: {values}\n    steps:\n"
            f"      - uses: actions/setup-go@{action}\n"
            "        with: {go-version: '${{ matrix.go }}'}\n")


BUILD = "COPY . .\nRUN go build -o /app .\n"

# id, severity, go line, {file: text}, (file, line), part of the title
FAULTS = [
    ("GWD030", "warn", "1.26", {".go-version": "1.26.8\n", "Dockerfile": "FROM golang:1.27\n" + BUILD},
     ("Dockerfile", 1), "means Go 1.26.8, and Dockerfile Go 1.27"),
    ("GWD030", "warn", "1.26", {"mise.toml": "[tools]\nnode = '22'\ngo = '1.27'\n", CI: setup("'1.26'")},
     (CI, 7), "mise.toml means Go 1.27"),
    ("GWD030", "info", "1.26", {".tool-versions": "golang 1.26.7\n", ".go-version": "1.26.8\n"},
     (".tool-versions", 1), "1.26.8"),
    ("GWD030", "warn", "1.26", {"a/Dockerfile": "FROM golang:1.26\n", ".devcontainer/devcontainer.json":
                                '{\n  // dev\n  "image": "mcr.microsoft.com/devcontainers/go:1-1.27-bookworm"\n}\n'},
     (".devcontainer/devcontainer.json", 3), "Go 1.27"),
    ("GWD031", "error", "1.18", {CI: setup("1.20")}, (CI, 7), "is the number 1.2"),
    ("GWD031", "error", "1.18", {CI: matrix("[1.20, '1.27']")}, (CI, 6), "is the number 1.2"),
    ("GWD031", "error", "1.18", {GITLAB: "variables:\n  GO_VERSION: 1.20\n"}, (GITLAB, 2), "number"),
    ("GWD031", "error", "1.18", {TRAVIS: "go:\n  - '1.27'\n  - 1.20\n"}, (TRAVIS, 3), "number"),
    ("GWD032", "error", "1.25\n\ntoolchain go1.26", {}, ("go.mod", 5), "a language, not a release"),
    ("GWD035", "error", "1.27", {"Dockerfile": "FROM golang:1.26-alpine AS b\n" + BUILD},
     ("Dockerfile", 1), "cannot build the project"),
    ("GWD035", "error", "1.27.1", {"Dockerfile": "ARG GO=1.27.0\nFROM golang:${GO}-alpine\n" + BUILD},
     ("Dockerfile", 2), "running go 1.27.0"),
    ("GWD035", "error", "1.27", {"Dockerfile": "FROM --platform=$X \\\n  golang:1.26 AS base\nFROM base\n"
                                 + BUILD}, ("Dockerfile", 1), "cannot build"),
    ("GWD036", "error", "1.27", {CI: setup("'1.26'", "v6")}, (CI, 7), "cannot build the project"),
    ("GWD036", "warn", "1.27", {CI: matrix("['1.26', '1.27']")}, (CI, 6), "tests another"),
    ("GWD036", "error", "1.27", {CI: setup("'1.26'", more="env: {GOTOOLCHAIN: local}\n")}, (CI, 8),
     "cannot build"),
    ("GWD036", "error", "1.27", {GITLAB: "variables: {V: '1.26'}\ntest:\n  image: golang:$V-alpine\n"},
     (GITLAB, 3), "cannot build"),
    ("GWD037", "warn", "1.20", {"Dockerfile": "FROM golang:1.24\n" + BUILD}, ("Dockerfile", 1),
     "no security fixes any more, since 2026-02"),
    ("GWD037", "info", "1.20", {CI: matrix("['1.23']")}, (CI, 6), "no security fixes"),
]

HEALTHY = [
    ("1.26", {".go-version": "1.26.8\n", ".tool-versions": "nodejs 22\ngolang 1.26.8 # both\n",
              "Dockerfile": "ARG V=1.26\nFROM golang:$V AS b\n" + BUILD + "FROM scratch\n",
              CI: matrix("['1.26', '1.27', stable]"), "mise.toml": "[tools]\ngo = \"1.26\"\n",
              GITLAB: "image: golang:1.26\n"}),
    ("1.20", {CI: setup("1.26")}),  # survives YAML
    ("1.27", {"Dockerfile": "FROM golang:1.27\n" + BUILD + "FROM golang:1-alpine\nCOPY . .\nFROM golang:latest\n"}),
    ("1.27", {"Dockerfile": "FROM golang:1.26 AS tools\nRUN go install example.com/x@v1\n"
                            "FROM golang:1.27\nCOPY --from=tools /go/bin/x /x\n" + BUILD,
              CI: setup("^1.27")}),
    ("1.27", {"Dockerfile": "FROM golang:1.26\nENV GOTOOLCHAIN=auto\n" + BUILD}),
    ("1.27", {"Dockerfile": "# FROM golang:1.5\nFROM example.com/notgolang:1.5\n" + BUILD}),
    ("1.26", {CI: matrix("['1.26.x', 'oldstable', '>=1.26', '1.x']", "v6")}),
]


def plant(box, go, files):
    (box.project / ".git").mkdir(exist_ok=True)
    box.wants(go)
    for name, text in files.items():
        file = box.project / name
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(text)


def examine(box, **env):
    return box.goward("doctor", "--only", ",".join(ALL), "--json", env=env).json["findings"]


def fault_case(row):
    check_id, severity, go, files, (name, line), title = row

    def body(box):
        plant(box, go, files)
        found = examine(box)
        same([(f["id"], f["severity"]) for f in found], [(check_id, severity)], f"found {found}")
        place = found[0]["place"]
        same((place["file"], place["line"]), (str(box.project / name), line), "the place")
        check(title in found[0]["title"], found[0]["title"])
        check(found[0]["evidence"] and found[0]["remedy"], "evidence and a remedy")
    return body


for number, fault in enumerate(FAULTS):
    body = fault_case(fault)
    body.__name__ = f"finds_{fault[0]}_{number}"
    case(body)


@case
def says_nothing_of_what_is_right(box):
    for go, files in HEALTHY:
        plant(box, go, files)
        same(examine(box), [], f"of {files}")
        for name in files:
            (box.project / name).unlink()


# --- the Go in use ----------------------------------------------------------------------------------

# version of the Go, go line (and more), GOTOOLCHAIN, what the finding is: (severity, title) or None.
IN_USE = [
    ("1.19.4", "1.19", "", None),
    ("1.19.4", "1.20", "", ("warn", "without a word")),
    ("1.19.4", "1.26", "", ("error", "loop variables")),
    ("1.19.4", "1.21.0", "", ("error", "must match format 1.23")),
    ("1.19.4", "1.19\n\ntoolchain go1.27.4", "", ("error", "unknown directive: toolchain")),
    ("1.20.14", "1.21", "", ("warn", "without a word")),
    ("1.20.14", "1.22", "", ("error", "cannot compile Go 1.22 code")),
    ("1.21.13", "1.27", "local", ("error", "requires go >= 1.27 (running go 1.21.13")),
    ("1.21.13", "1.27", "auto", None),
    ("1.21.13", "1.21", "local", None),
    ("1.21.13", "1.27", "path", ("error", 'cannot find "go1.27.0" in PATH')),
    ("1.21.13", "1.20\n\ntoolchain go1.27.3", "path", ("error", 'cannot find "go1.27.3" in PATH')),
    ("1.21.13", "1.20\n\ntoolchain go1.27.3", "local", None),
    ("1.26.8", "1.27.3", "local", ("error", "requires go >= 1.27.3 (running go 1.26.8")),
    ("1.26.8", "1.27.3", "go1.27.4", None),
]


def real_go(version):
    cache = os.environ.get("TEST_CACHE", pathlib.Path.home() / ".cache/goward-test")
    go = pathlib.Path(cache) / f"gomod/golang.org/toolchain@v0.0.1-go{version}.{OS}-{ARCH}/bin/go"
    return go if os.access(go, os.X_OK) else None


def use(box, version):
    root = box.folder / f"go{version}"
    if not root.exists():
        write_tree(root, goroot_files(version))
        (root / "bin/go").chmod(0o755)
    return f"{root}/bin:/usr/bin:/bin"


@case
def knows_what_the_go_in_use_can_build(box):
    for version, go, toolchain, wanted in IN_USE:
        plant(box, go, {"main.go": MAIN})
        found = [f for f in examine(box, PATH=use(box, version), GOTOOLCHAIN=toolchain or None)
                 if f["id"] == "GWD033"]
        same([f["severity"] for f in found], [wanted[0]] if wanted else [], f"{version} {go} {found}")
        if wanted:
            check(wanted[1] in found[0]["title"], found[0]["title"])


@case
def agrees_with_real_gos(box):
    """Each error is one of the real go command, too, and where nothing is found it builds."""
    n_asked = 0
    for version, go, toolchain, wanted in IN_USE:
        binary = real_go(version)
        if binary is None or toolchain in ("auto", "go1.27.4"):
            continue
        plant(box, go, {"main.go": MAIN})
        done = box.run([binary, "build", "-o", os.devnull, "."],
                       env={"GOTOOLCHAIN": toolchain or None, "GOPROXY": "off", "GOFLAGS": "-buildvcs=false"})
        fails = wanted is not None and wanted[0] == "error" and "loop variables" not in wanted[1]
        same(done.code != 0, fails, f"go{version} with {go!r}\n{done}")
        n_asked += 1
    if n_asked == 0:
        raise Skip("no real Go in the cache")


@case
def names_a_package_that_came_later(box):
    plant(box, "1.19", {"main.go": MAIN, "x/x.go": 'package x\n\nimport (\n\t"fmt"\n\t"slices"\n)\n',
                        "y/y.go": '//go:build go1.21\n\npackage y\n\nimport "maps"\n'})
    found = [f for f in examine(box, PATH=use(box, "1.19.4")) if f["id"] == "GWD034"]
    same([(f["severity"], f["place"]["line"]) for f in found], [("error", 5)], "what is found")
    check("package slices is not in Go 1.19.4" in found[0]["title"], found[0]["title"])
    same([f for f in examine(box, PATH=use(box, "1.26.8")) if f["id"] == "GWD034"], [], "of 1.26")


@case
def compares_go_work_with_its_module(box):
    def compare():
        env = {"PATH": use(box, "1.26.8")}
        return box.goward("doctor", "--only", "GWD012", "--json", env=env).json["findings"]

    plant(box, "1.26", {"go.work": "go 1.25\n\nuse .\n"})
    found = compare()
    same([f["severity"] for f in found], ["error"], "what is found")
    (box.project / "go.work").write_text("go 1.26\n\nuse .\n")
    same([f["severity"] for f in compare()], ["info"], "as new")


@case
def only_notes_an_old_go_of_the_machine(box):
    plant(box, "1.19", {})
    same([(f["id"], f["severity"]) for f in examine(box, PATH=use(box, "1.19.4"))],
         [("GWD037", "info")], "what is found")


if __name__ == "__main__":
    sys.exit(main(releases=["1.26.8"]))
