"""The part of bench/compare.py that is about the type checker: bench/types_bench.c beside bench/types/main.go, which is
go/types, and a copy of it that is types2, on the library and the commands of a Go, and on a large program where
there is one ($TYPES_MODULE: its folder). All check the same files of the same packages, all bodies.
"""
import json
import os
import pathlib
import re
import statistics
import subprocess

from frontend import goroot
from measure import CACHE, ROOT

SOURCES = ["src/base/?*.c", "src/os/?*.c", "src/format/?*.c", "src/report/?*.c", "src/go/*/?*.c"]
LIBRARIES = ["-lgmp", "-ldeflate", "-lz", "-lsodium", "-lyaml", "-lm", "-lpthread"]
LOAD = """package main

import (
	"fmt"
	"os"
	"syscall"
	"time"

	"golang.org/x/tools/go/packages"
)

func main() {
	begin := time.Now()
	all, err := packages.Load(&packages.Config{Mode: packages.LoadAllSyntax}, os.Args[1:]...)
	if err != nil || packages.PrintErrors(all) > 0 {
		panic(err)
	}
	wall := time.Since(begin)
	var u, c syscall.Rusage
	syscall.Getrusage(syscall.RUSAGE_SELF, &u)
	syscall.Getrusage(syscall.RUSAGE_CHILDREN, &c)
	cpu := time.Duration(u.Utime.Nano() + u.Stime.Nano() + c.Utime.Nano() + c.Stime.Nano())
	fmt.Printf("%.4f %.4f 0 %d 0\\n", cpu.Seconds(), wall.Seconds(), u.Maxrss)
}
"""


def go_env(root, **more):
    return dict(os.environ, GOROOT=str(root), PATH=f"{root}/bin:{os.environ['PATH']}", GOTOOLCHAIN="local", GOFLAGS="",
                GOENV="off", GOWORK="off", GOCACHE=str(CACHE / "gocache"), CGO_ENABLED="0", **more)


def write_plan(root, top, patterns, place):
    """What `go list -deps` says of the packages, imports first."""
    listed = subprocess.run([root / "bin/go", "list", "-deps", "-json=ImportPath,Dir,GoFiles,Imports,ImportMap,Module",
                             *patterns], cwd=top, env=go_env(root), check=True, capture_output=True, text=True).stdout
    decoder, numbers, lines = json.JSONDecoder(), {}, []
    newest = int((root / "VERSION").read_text().split(".")[1])
    while listed.strip():
        package, end = decoder.raw_decode(listed.lstrip())
        listed = listed.lstrip()[end:]
        path = package["ImportPath"]
        if path == "unsafe":
            continue
        said = re.match(r"1\.(\d+)", package.get("Module", {}).get("GoVersion", ""))
        lines += [f"p {path}", f"v {said[1] if said else newest}"]
        lines += [f"f {package['Dir']}/{name}" for name in package.get("GoFiles", [])]
        raw = {used: written for written, used in package.get("ImportMap", {}).items()}
        lines += [f"i {raw.get(used, used)}={numbers[used]}" for used in package.get("Imports", []) if used in numbers]
        numbers[path] = len(numbers)
    place.write_text("\n".join(lines) + "\n")


def types2_source(text):
    """main.go over cmd/compile's packages instead of go/types and go/parser."""
    text = text.replace('\t"go/ast"\n\t"go/parser"\n\t"go/token"\n\t"go/types"\n',
                        '\t"cmd/compile/internal/syntax"\n\ttypes "cmd/compile/internal/types2"\n')
    text = text.replace("*ast.Ident", "*syntax.Name").replace("ast.Expr", "syntax.Expr").replace("ast.Node", "syntax.Node")
    text = text.replace("*ast.SelectorExpr", "*syntax.SelectorExpr").replace("*ast.File", "*syntax.File")
    text = text.replace(", fset *token.FileSet", "").replace(", fset,", ",").replace("\tfset := token.NewFileSet()\n", "")
    text = text.replace("map[*syntax.File]string", "map[*syntax.PosBase]string")
    text = re.sub(r"file, _ := parser.ParseFile.*", "file, _ := syntax.Parse(syntax.NewFileBase(name), "
                  "bytes.NewReader(text), nil, nil, 0)", text)
    text = text.replace("u.lines += fset.File(file.Pos()).LineCount()", "u.lines += bytes.Count(text, []byte(\"\\n\"))")
    return text.replace('\t"bufio"\n', '\t"bufio"\n\t"bytes"\n')


def build_go_types(root, folder):
    subprocess.run([root / "bin/go", "build", "-o", folder / "types_go", ROOT / "bench/types/main.go"],
                   env=go_env(root, GO111MODULE="off"), check=True)
    return folder / "types_go"


def build(root, folder):
    """[(name, program)]"""
    ours = folder / "types_bench"
    sources = [str(p) for pattern in SOURCES for p in sorted(ROOT.glob(pattern))]
    subprocess.run(["cc", "-std=gnu17", "-O2", "-g", "-ffunction-sections", "-Wl,--gc-sections", "-iquote", "src",
                    "bench/types_bench.c", *sources, "-o", ours, *LIBRARIES], cwd=ROOT, check=True)
    programs = [("goward", ours), ("go/types", build_go_types(root, folder))]
    (folder / "types2.go").write_text(types2_source((ROOT / "bench/types/main.go").read_text()))
    place = root / "src/cmd/compile/internal/typesbench/main.go"
    (folder / "overlay.json").write_text(json.dumps({"Replace": {str(place): str(folder / "types2.go")}}))
    done = subprocess.run([root / "bin/go", "build", "-overlay", folder / "overlay.json", "-o", folder / "types2",
                           "cmd/compile/internal/typesbench"], cwd=root / "src/cmd",
                          env=go_env(root, GOMODCACHE=str(folder / "mod")), # nothing below it may be replaced
                          capture_output=True, text=True, check=False)
    if done.returncode == 0:
        programs.append(("types2", folder / "types2"))
    else:
        print(f"no types2: {done.stderr.strip().splitlines()[:3]}")
    return programs


def build_load(root, folder):
    """packages.Load of golang.org/x/tools; None where that cannot be had."""
    top = folder / "load"
    top.mkdir(exist_ok=True)
    (top / "main.go").write_text(LOAD)
    (top / "go.mod").write_text("module load\n\ngo 1.24\n\nrequire golang.org/x/tools v0.41.0\n")
    done = subprocess.run([root / "bin/go", "build", "-mod=mod", "-o", folder / "packages_load", "."], cwd=top,
                          env=go_env(root), capture_output=True, text=True, check=False)
    return folder / "packages_load" if done.returncode == 0 else None


def run(program, *args, cwd=None, env=None):
    """(CPU seconds, wall seconds, lines, KiB, errors)"""
    done = subprocess.run([program, *map(str, args)], check=True, capture_output=True, text=True, cwd=cwd, env=env)
    cpu, wall, *rest = done.stdout.split()
    return (float(cpu), float(wall), *map(int, rest))


def compare(rounds, corpus, plan, programs, row):
    """Each way of each program in turns."""
    ways = [(what, jobs) for what in ("types", "records") for jobs in (1, 2)]
    for what, jobs in ways:
        took = [[run(program, plan, what, jobs) for _, program in programs] for _ in range(rounds)]
        if len({t[i][4] for t in took for i in (0, 1)}) > 1:
            raise RuntimeError(f"{corpus}: goward and go/types do not find the same errors")
        first = None
        for i, (name, _) in enumerate(programs):
            cpu, wall = (statistics.median(t[i][k] for t in took) for k in (0, 1))
            first = first or (cpu, wall)
            row(f"{corpus}, {what}, {jobs} thread{'s' * (jobs > 1)}", name, f"{cpu:.2f} s", f"{wall:.2f} s",
                f"{took[0][i][2] / cpu / 1e6:.2f}", f"{max(t[i][3] for t in took) / 1024:.0f} MiB",
                f"{cpu / first[0]:.1f}x", f"{wall / first[1]:.1f}x")


def types(b, head, row):
    root = goroot()
    if root is None:
        print("Go cannot be had: no type checker\n")
        return
    folder = pathlib.Path(b.ram)
    corpora = {"std+cmd": (root / "src", ["std", "cmd"])}
    if os.environ.get("TYPES_MODULE"):
        corpora["large"] = (pathlib.Path(os.environ["TYPES_MODULE"]), ["."])
    programs = build(root, folder)
    load = build_load(root, folder)
    head("all bodies checked from source", "checker", "CPU", "wall", "M lines / CPU s", "peak", "CPU, of goward's",
         "wall, of goward's")
    for corpus, (top, patterns) in corpora.items():
        plan = folder / f"{corpus}.plan"
        write_plan(root, top, patterns, plan)
        compare(b.rounds, corpus, plan, programs, row)
        if load is not None:
            cpu, wall, _, kib, _ = run(load, *patterns, cwd=top, env=go_env(root))
            row(corpus, "packages.Load", f"{cpu:.2f} s", f"{wall:.2f} s", "", f"{kib / 1024:.0f} MiB", "", "")
    print()
