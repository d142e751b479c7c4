"""A project of the size that companies have: 1,000 packages, 100 modules, the same bytes each time.

    make_project(top)   top/project   5,500 Go files, go.mod, go.sum, CI files, images, a git repository
                        top/modcache  GOMODCACHE: every module of go.sum, downloaded and unpacked
                        top/user      a HOME with a build cache and go/env

The modules have 45 files of 6 kB, as the median of those that such projects require; go.sum names the
go.mod of 800 more, as module graphs do. Nothing is ever compiled.
"""
import io
import os
import pathlib
import random
import shutil
import subprocess
import sys
import zipfile

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent.parent / "test/lib"))
from makelog import h1  # noqa: E402

N_PACKAGES, N_MODULES, N_DIRECT = 1000, 100, 30
N_GRAPH = 800  # go.mod files of modules that are in the graph and not in the build
MODULE = "example.com/shop"
GO = "1.25.0"  # older than any Go that builds it
TIME = "2026-01-02T03:04:05Z"
NAMES = ["cart", "price", "stock", "order", "user", "mail", "search", "audit", "queue", "report"]


def go_lines(source, n):
    return "".join(f"\tv{i} := field{source.randrange(1000)}(ctx, {source.random():.12f}, \"{i % 7}\")\n"
                   for i in range(n))


class Text:
    """Go code, cut out of one long piece."""

    def __init__(self):
        self.source = random.Random(1)
        self.body = go_lines(self.source, 4000)

    def cut(self, size):
        at = self.source.randrange(len(self.body) - size)
        return self.body[at:at + size]

    def file(self, package, imports, size):
        lines = "".join(f"\t\"{path}\"\n" for path in imports)
        return (f"// Package {package} is made.\npackage {package}\n\nimport (\n{lines})\n\n"
                f"func run(ctx context.Context) {{\n{self.cut(size)}\n}}\n").encode()


def write(path, data):
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(data if isinstance(data, bytes) else data.encode())


# --- The modules -------------------------------------------------------------------------------------

def mod_text(path):
    return f"module {path}\n\ngo 1.21\n".encode()


def write_download(cache, path, version, kind, data):
    write(cache / "cache/download" / path / "@v" / f"{version}.{kind}", data)


def write_mod(cache, path, version):
    """All that is downloaded of a module that is only in the graph; its line of go.sum."""
    text = mod_text(path)
    write_download(cache, path, version, "mod", text)
    return f"{path} {version}/go.mod {h1([('go.mod', text)])}\n"


def packed(files):
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as members:
        for name, data in files:
            members.writestr(zipfile.ZipInfo(name, (2026, 1, 2, 3, 4, 4)), data, zipfile.ZIP_DEFLATED, 1)
    return out.getvalue()


def close(module):
    """Read-only, the root last, as the go command leaves a module when all of it is unpacked."""
    for folder, _, _ in os.walk(module, topdown=False):
        os.chmod(folder, 0o555)


def write_module(cache, text, path, version):
    """A module of the build, unpacked as well; its lines of go.sum."""
    prefix = f"{path}@{version}"
    source = random.Random(path)
    files = {"go.mod": mod_text(path), "LICENSE": b"Made.\n" * 200, "README.md": b"# Made\n" * 300}
    for i in range(source.randrange(20, 65)):
        files[f"{source.choice(NAMES)}/file{i}.go"] = text.file("made", ["context"],
                                                               source.randrange(500, 11500))
    named = [(f"{prefix}/{name}", data) for name, data in sorted(files.items())]
    for name, data in named:
        write(cache / name, data)
    close(cache / prefix)
    hash_ = h1(named)
    write_download(cache, path, version, "zip", packed(named))
    write_download(cache, path, version, "ziphash", hash_)
    write_download(cache, path, version, "lock", "")
    write_download(cache, path, version, "info", f'{{"Version":"{version}","Time":"{TIME}"}}')
    return f"{path} {version} {hash_}\n" + write_mod(cache, path, version)


def write_modules(cache, text):
    """The requirements of go.mod, and go.sum."""
    modules = [(f"example.org/{NAMES[i % 10]}/lib{i:03}", f"v1.{i % 9}.{i % 4}")
               for i in range(N_MODULES)]
    sums = [write_module(cache, text, *module) for module in modules]
    for i in range(N_GRAPH):
        sums.append(write_mod(cache, f"example.org/{NAMES[i % 10]}/lib{i:03}", f"v1.10.{i}"))
    return modules, "".join(sorted(sums))


# --- The project -------------------------------------------------------------------------------------

WORKFLOW = """name: {name}
on: [push, pull_request]
permissions:
  contents: read
jobs:
{jobs}"""
JOB = """  job{i}:
    runs-on: ubuntu-24.04
    steps:
      - uses: actions/checkout@v5
      - uses: actions/setup-go@v6
        with:
          go-version-file: go.mod
      - run: |
          go vet ./...
          go test -race ./area{i:02}/...
"""
DOCKERFILE = """FROM golang:{version}-bookworm AS build
WORKDIR /src
COPY go.mod go.sum ./
RUN go mod download
COPY . .
RUN CGO_ENABLED=0 go build -trimpath -o /out/ ./...
FROM scratch
COPY --from=build /out/ /
"""


def write_package(folder, text, modules, i):
    """Two to seven files and a test."""
    source = random.Random(i)
    name = f"{NAMES[i % 10]}{i}"
    own = folder / f"area{i % 40:02}" / f"part{i % 7}" / name
    imports = ["context", "fmt", f"{MODULE}/area{i * 7 % 40:02}"]
    imports += [f"{path}/{NAMES[i % 10]}" for path, _ in source.sample(modules[:N_DIRECT], 2)]
    for n in range(source.randrange(2, 8)):
        write(own / f"file{n}.go", text.file(name, imports, source.randrange(500, 9000)))
    write(own / "file_test.go", text.file(name, [*imports, "testing"], 3000))


def write_go_mod(folder, modules):
    def block(some, mark):
        return "require (\n" + "".join(f"\t{path} {v}{mark}\n" for path, v in some) + ")\n"
    write(folder / "go.mod", f"module {MODULE}\n\ngo {GO}\n\n{block(modules[:N_DIRECT], '')}\n"
          f"{block(modules[N_DIRECT:], ' // indirect')}")


def write_settings(folder):
    for name in ("build", "lint", "nightly", "release"):
        jobs = "".join(JOB.format(i=i) for i in range(6))
        write(folder / f".github/workflows/{name}.yml", WORKFLOW.format(name=name, jobs=jobs))
    for place in ("", "deploy/api/", "deploy/jobs/"):
        write(folder / f"{place}Dockerfile", DOCKERFILE.format(version=GO))
    write(folder / ".gitignore", "/out/\n*.test\n")
    write(folder / "Makefile", "test:\n\tgo test ./...\n")


def commit_all(folder):
    """A repository, where there is git; without the settings of whoever runs this."""
    if not shutil.which("git"):
        return
    env = {"PATH": os.environ["PATH"], "HOME": str(folder), "GIT_CONFIG_NOSYSTEM": "1"}
    for who in ("AUTHOR", "COMMITTER"):
        env.update({f"GIT_{who}_NAME": "x", f"GIT_{who}_EMAIL": "x@example.com",
                    f"GIT_{who}_DATE": TIME})
    for argv in (["init", "-q"], ["add", "-A"], ["commit", "-q", "-m", "made"]):
        subprocess.run(["git", *argv], cwd=folder, env=env, check=True)


def write_user(home):
    for shard in range(256):
        write(home / f".cache/go-build/{shard:02x}/{shard:02x}{'0' * 62}-a", "v1 made\n")
    write(home / ".config/go/env", "GOFLAGS=-mod=readonly\n")


def make_project(top):
    """Below top, which must be there. The environment that a Go needs to find it all."""
    text, project, cache = Text(), top / "project", top / "modcache"
    modules, sums = write_modules(cache, text)
    write_go_mod(project, modules)
    write(project / "go.sum", sums)
    for i in range(N_PACKAGES):
        write_package(project, text, modules, i)
    write_settings(project)
    commit_all(project)
    write_user(top / "user")
    return {"HOME": str(top / "user"), "GOMODCACHE": str(cache)}
