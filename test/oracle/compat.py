#!/usr/bin/env python3
"""Does real Go accept and reject what goward compat says that it does?

1. For each row of src/go/syntax/langversion.def a program that uses it. The compiler of the newest Go gets it with
   -lang=go1.N for every N: the lowest that it takes is the version of the row. The compilers of Go 1.19 to 1.27 get it
   as it is: the oldest that takes it is `lowest`.
2. For each Go a random sample of the symbols that it brought (functions, values, types, fields, methods, those of
   embedded types too), read from GOROOT/api by other means: the oldest release whose sources of the standard library
   such a program type-checks against is the version that goward tells.
3. Both tables of symbols, GOROOT/api and that of vet, give the same answers, also of methods that an interface got later,
   which that of vet leaves out before Go 1.26, and of what each Go brought itself, of which that of vet has not all.
4. vet's stdversion finds what goward calls newer, in that sample under a low go line, in real modules, and, run once for
   each of several targets, in a module whose files are of these.

TEST_SEED chooses; a soak takes ten times as many. What cannot be had is skipped.
"""
import collections
import functools
import json
import os
import pathlib
import random
import re
import shutil
import subprocess
import sys
import tempfile

HERE = pathlib.Path(__file__).resolve().parent
sys.path[:0] = [str(HERE), str(HERE.parent / "lib")]
import gotypes  # noqa: E402
from doctor import fetch  # noqa: E402

GOWARD = os.environ.get("TEST_GOWARD", str(pathlib.Path(os.environ.get("TEST_BUILD", "build")) / "goward"))
TABLE = HERE.parents[1] / "src/go/syntax/langversion.def"
METHODS = HERE.parents[1] / "src/go/compat/stdmethods.def"
MANIFEST = "src/cmd/vendor/golang.org/x/tools/internal/stdlib/manifest.go"
RELEASES = {19: "1.19.4", 20: "1.20.14", 21: "1.21.13", 22: "1.22.12", 23: "1.23.12", 24: "1.24.13", 25: "1.25.11",
            26: "1.26.8", 27: "1.27.4"}
NEWEST = 27
N_BETWEEN = 1  # other Gos of a run beside the oldest and the newest
OLDEST_LANG = 8
FLOOR = 11  # what is older needs no go line
LOW_LINE = 21  # vet's stdversion is silent below
FIRST_TABLE, LAST_PARTIAL = 23, 25  # Gos with a table of vet's that leaves out the methods of interfaces
SAMPLE = 300 if os.environ.get("TEST_SOAK") else 6  # symbols of each Go
# Of the module cache, with what of them needs no other module.
MODULES = {"golang.org/x/sync@v0.20.0": ["./..."], "golang.org/x/time@v0.14.0": ["./..."],
           "golang.org/x/text@v0.33.0": ["./language/...", "./internal/...", "./unicode/...", "./encoding/..."],
           "golang.org/x/mod@v0.20.0": ["./modfile", "./module", "./semver", "./sumdb/..."]}

GENERIC = "func g[P interface{}](x P) {}\n"
# By row: programs that use it, without package clause.
PROGRAMS = {
    "TYPE_ALIAS": ["type T = int"],
    "NUMBER_UNDERSCORE": ["const c = 1_0"],
    "NUMBER_BINARY": ["const c = 0b1"],
    "NUMBER_OCTAL": ["const c = 0o17"],
    "NUMBER_HEX_FLOAT": ["const c = 0x1p2"],
    "EMBED": ["import _ \"embed\"\n\n//go:embed x.txt\nvar s string"],
    "TYPE_PARAMETER": ["func f[P interface{}](x P) {}", "type T[P interface{}] struct{}"],
    "TYPE_INSTANCE": ["type T[P interface{}] struct{}\nvar x T[int]"],
    "FUNC_INSTANCE": [GENERIC + "var x = g[int]", GENERIC + "func f() { g[int](1) }"],
    "INTERFACE_ELEMENT": ["type I interface{ ~int | ~string }"],
    "INTERFACE_TYPE": ["type I interface{ []int }"],
    "GENERIC_ALIAS": ["type A[P interface{}] = []P"],
    "GENERIC_METHOD": ["type T struct{}\nfunc (T) m[P interface{}](x P) {}"],
    "SIGNED_SHIFT": ["func f(n int) int { return 1 << n }"],
    "METHOD_OVERLAP": ["type A interface{ m() }\ntype B interface{ m() }\ntype C interface {\n\tA\n\tB\n}",
                       "type A interface{ m() }\ntype B interface{ A }\ntype C interface{ A; B }"],
    "SLICE_TO_POINTER": ["func f(s []int) *[2]int { return (*[2]int)(s) }"],
    "UNSAFE_ADD": ["import \"unsafe\"\nfunc f(p unsafe.Pointer) unsafe.Pointer { return unsafe.Add(p, 1) }"],
    "UNSAFE_SLICE": ["import \"unsafe\"\nfunc f(p *int) []int { return unsafe.Slice(p, 1) }"],
    "IMPLICIT_INSTANCE": [GENERIC + "func f() { g(1) }"],
    "CONSTRAINT_EMBEDDED": ["import \"cmp\"\ntype I interface{ cmp.Ordered }"],
    "CONSTRAINT_USED": ["import \"cmp\"\ntype I cmp.Ordered"],
    "PREDECLARED": ["var x any", "func f[P comparable]() {}"],
    "SLICE_TO_ARRAY": ["func f(s []int) [2]int { return [2]int(s) }"],
    "COMPARABLE_INTERFACE": ["func f[P comparable](x P) {}\nvar i interface{ m() }\nfunc g() { f(i) }",
                             "type T[P comparable] struct{}\nvar x T[interface{}]"],
    "UNSAFE_SLICE_DATA": ["import \"unsafe\"\nfunc f(s []int) *int { return unsafe.SliceData(s) }"],
    "UNSAFE_STRING": ["import \"unsafe\"\nfunc f(p *byte) string { return unsafe.String(p, 1) }"],
    "UNSAFE_STRING_DATA": ["import \"unsafe\"\nfunc f(s string) *byte { return unsafe.StringData(s) }"],
    "CLEAR": ["func f(m map[int]int) { clear(m) }"],
    "MIN_MAX": ["func f(a, b int) int { return min(a, b) }", "const c = max(1, 2)"],
    "FUNC_ARGUMENT": [GENERIC + "func h(f func(int)) {}\nfunc f() { h(g) }"],
    "FUNC_ASSIGNED": [GENERIC + "var x func(int) = g", "func g[P, Q interface{}](P, Q) {}\nvar x func(int, string) = g[int]"],
    "INTERFACE_INFERENCE": [
        "type I[P interface{}] interface{ m(P) }\ntype T struct{}\nfunc (T) m(int) {}\n"
        "func g[P interface{}](I[P]) {}\nfunc f() { g(T{}) }"],
    "RANGE_INT": ["func f() {\n\tfor range 3 {\n\t}\n}", "func f(n int) {\n\tfor i := range n {\n\t\t_ = i\n\t}\n}"],
    "RANGE_FUNC": ["func f(it func(func(int) bool)) {\n\tfor x := range it {\n\t\t_ = x\n\t}\n}"],
    "NEW_VALUE": ["var x = new(3)"],
    "PROMOTED_KEY": ["type A struct{ x int }\ntype B struct{ A }\nvar b = B{x: 1}"],
}

passed = failed = skipped = 0


def check(ok, what):
    global passed, failed
    passed, failed = passed + bool(ok), failed + (not ok)
    if not ok:
        print(f"FAILED: {what}")


def skip(what):
    global skipped
    skipped += 1
    print(f"skipped: {what}")


def goward(folder, home, root, *patterns):
    env = {"HOME": str(home), "GOWARD_HOME": str(home / "goward"), "PATH": f"{root}/bin:/usr/bin:/bin", "GOENV": "off",
           "GOFLAGS": "", "GOWORK": "off", "GOTOOLCHAIN": "local", "CGO_ENABLED": "0",
           "GOMODCACHE": str(home / "gomod")}
    done = subprocess.run([GOWARD, "compat", "--json", "--goroot", str(root), *patterns], cwd=folder, env=env, text=True,
                          capture_output=True, check=False)
    if not done.stdout.startswith("{"):
        raise RuntimeError(f"goward compat in {folder}: {done.stderr}")
    return json.loads(done.stdout)


# ---- 1: the language ----

def importcfg_of(root, folder):
    done = subprocess.run([root / "bin/go", "list", "-deps", "-export", "-f",
                           "{{if .Export}}packagefile {{.ImportPath}}={{.Export}}{{end}}", "embed", *(
                               ["cmp"] if (root / "src/cmp").is_dir() else [])],
                          env=gotypes.environment(root, folder), cwd=folder, check=True, text=True, capture_output=True)
    file = folder / f"importcfg.{root.name}"
    file.write_text(done.stdout)
    return file


def compiles(root, importcfg, file, lang=None):
    """Whether the compiler takes a file. Where it embeds, the file that cmd/go would give it is made."""
    compiler = next((root / "pkg/tool").glob("*/compile"))
    embed = file.with_suffix(".embed")
    embed.write_text(json.dumps({"Patterns": {"x.txt": ["x.txt"]}, "Files": {"x.txt": str(file)}}))
    done = subprocess.run([compiler, "-p", "p", *([f"-lang=go1.{lang}"] if lang else []), "-importcfg", importcfg,
                           "-embedcfg", embed, "-o", file.with_suffix(".o"), file], text=True, capture_output=True,
                          check=False)
    return done.returncode == 0


def around(version, versions):
    """The oldest and the newest, and those on both sides of the step; in a soak all."""
    every = sorted(versions)
    if os.environ.get("TEST_SOAK"):
        return every
    below, above = [v for v in every if v < version], [v for v in every if v >= version]
    return sorted({every[0], every[-1], *below[-1:], *above[:1]})


def language(roots, folder, home):
    rows = {row: (int(since), int(first)) for row, since, first in
            re.findall(r"^LANG\((\w+), (\d+), (\d+),", TABLE.read_text(), re.M)}
    for row in sorted(set(rows) ^ set(PROGRAMS)):
        check(False, f"no program for {row}, or no row")
    importcfgs = {minor: importcfg_of(root, folder) for minor, root in roots.items()}
    for row, texts in PROGRAMS.items():
        for n, text in enumerate(texts):
            top = folder / f"{row.lower()}{n}"
            top.mkdir()
            (top / "go.mod").write_text("module example.com/m\n\ngo 1.27\n")
            (top / "x.txt").write_text("x")
            file = top / "p.go"
            file.write_text(f"package p\n\n{text}\n")
            said = goward(top, home, roots[NEWEST])
            own = max([int(f["since"][2:]) for f in said["features"]], default=0)
            check(own == rows[row][1], f"{row} {n}: goward has {own} as its version, the table {rows[row]}\n{text}")
            asked = around(rows[row][0], range(OLDEST_LANG, NEWEST + 1))
            taken = [v for v in asked if compiles(roots[NEWEST], importcfgs[NEWEST], file, v)]
            check(taken == [v for v in asked if v >= rows[row][0]], f"{row} {n}: {rows[row]}, compile takes {taken} of {asked}\n{text}")
            lowest = int((said["lowest"] or f"1.{FLOOR}")[2:])
            asked = around(lowest, roots)
            built = [v for v in asked if compiles(roots[v], importcfgs[v], file)]
            check(built == [v for v in asked if v >= lowest], f"{row} {n}: lowest go1.{lowest}, built by {built} of {asked}\n{text}")


# ---- 2 and 3: the standard library ----

def installed():
    """GOROOT of the Go on PATH, which came as a distribution and so has the lists of GOROOT/api."""
    done = subprocess.run(["go", "env", "GOROOT"], env=dict(os.environ, GOTOOLCHAIN="local"), text=True,
                          capture_output=True, check=False)
    return pathlib.Path(done.stdout.strip() or ".")


FEATURE = re.compile(r"pkg (\S+?)(?: \([^)]*\))?, (?:(func|const|var) (\w+)|type (\w+) (?:struct, (?:embedded )?(\w+)"
                     r"|interface, (\w+)\()|type (\w+) |method \((\*?)(\w+)\) (\w+))(.*)")


@functools.cache
def listed(root, minor):
    """{key: (package, name as goward has it, type or "", a declaration that uses it)} of the list of one Go."""
    found = {}
    for line in (root / f"api/go1.{minor}.txt").read_text().splitlines():
        m = FEATURE.match(line)
        # Of a type with parameters there is nothing without arguments; other platforms have other symbols.
        if not m or "[" in line.split(",", 1)[1].split("(")[0] or "$" in line or re.match(r"pkg \S+ \(", line) or "//deprecated" in line:
            continue
        package, _, plain, owner, field, method, kind, star, recv, name, _ = m.groups()
        base = package.rsplit("/", 1)[1] if "/" in package else package
        base = {"v2": "rand"}.get(base, base)
        if plain:
            use = {"func": f"var _ = {base}.{plain}", "const": f"const _ = {base}.{plain}",
                   "var": f"var _ = &{base}.{plain}"}[m.group(2)]
            found[(package, plain)] = (package, plain, "", use)
        elif kind:
            found[(package, kind)] = (package, kind, "", f"var _ *{base}.{kind}")
        elif field:
            found[(package, owner, field)] = (package, f"{owner}.{field}", owner, f"func f(x {base}.{owner}) {{ _ = x.{field} }}")
        elif method:
            found[(package, owner, method)] = (package, f"({owner}).{method}", owner, f"func f(x {base}.{owner}) {{ _ = x.{method} }}")
        else:
            found[(package, recv, name)] = (package, f"({star}{recv}).{name}", recv,
                                            f"func f(x *struct{{ {star}{base}.{recv} }}) {{ _ = x.{name} }}")
    return found


def sample(root, minor):
    """What a Go brought. Constants that got another value stand in two lists."""
    older = {key for n in range(1, minor) for key in listed(root, n)}
    return [use for key, use in sorted(listed(root, minor).items()) if key not in older]


def newest_sample(root):
    """The same of the newest Go, which as a module has no GOROOT/api."""
    found, package = [], ""
    for line in (root / MANIFEST).read_text().splitlines():
        if m := re.match(r'\t"([^"]+)": \{', line):
            package = m.group(1)
        elif m := re.match(r'\t\t\{"([^".]+)", (Func|Const|Var|Type), %d, "(.*)"\}' % NEWEST, line):
            base = package.rsplit("/", 1)[-1]
            name, kind = m.group(1, 2)
            if "[" in m.group(3) or kind == "Type" or re.fullmatch(r"v\d+", base):
                continue
            found.append((package, name, "", f"{'const' if kind == 'Const' else 'var'} _ = {'&' * (kind == 'Var')}{base}.{name}"))
    return found


def write_samples(roots, api, folder):
    """A package for each symbol; [(file, package, name, type, version of the list it is in)]."""
    chosen = []
    (folder / "go.mod").write_text(f"module example.com/m\n\ngo 1.{LOW_LINE}\n")
    draw = random.Random(int(os.environ.get("TEST_SEED", "0")))
    for minor in range(20, NEWEST + 1):
        all_ = sample(api, minor) if (api / f"api/go1.{minor}.txt").exists() else newest_sample(roots[NEWEST])
        for n, (package, name, of, use) in enumerate(draw.sample(all_, min(SAMPLE, len(all_)))):
            top = folder / f"s{minor}n{n}"
            top.mkdir()
            (top / "p.go").write_text(f"package p\n\nimport \"{package}\"\n\n{use}\n")
            chosen.append((top / "p.go", package, name, of, minor))
    return chosen


def lowest_of_sources(roots, program, files):
    """By file: the oldest release that it type-checks against; None: none does."""
    found = {}
    for minor, root in sorted(roots.items(), reverse=True):
        done = subprocess.run([program, root, str(minor)], input="".join(f"{f}\n" for f in files), text=True,
                              capture_output=True, check=True, timeout=1200)
        for file, line in zip(files, done.stdout.splitlines()):
            if line == "yes":
                found[file] = minor
    return found


def versions_in(answer):
    return {(s["package"], s["name"]): int(s["since"][2:]) for s in answer["symbols"]}


def library(roots, folder, home):
    top = folder / "sample"
    top.mkdir()
    api = installed()
    chosen = write_samples(roots, api, top)
    program = folder / "compat_of_go"
    subprocess.run([roots[NEWEST] / "bin/go", "build", "-o", program, HERE / "data/compat_of_go/main.go"],
                   env=gotypes.environment(roots[NEWEST], folder), cwd=folder, check=True)
    real = lowest_of_sources(roots, program, [c[0] for c in chosen])
    answer = goward(top, home, roots[NEWEST], "./...")
    of_api = goward(top, home, api, "./...") if (api / "api").is_dir() else answer
    own = versions_in(answer) | versions_in(of_api)
    for file, package, name, of, minor in chosen:
        if file not in real:
            skip(f"{package}.{name} of go1.{minor} checks with no release")
            continue
        # The table of vet has no interfaces with methods that are not exported.
        said = max(own.get((package, name), 0), own.get((package, of), 0))
        if said == 0 and of_api is answer:
            continue
        check(real[file] == min(v for v in roots if v >= said), f"{package}.{name}: goward go1.{said}, checks from go1.{real[file]} on")
    compare_tables(versions_in(answer), of_api, chosen)
    vet(top, home, roots[NEWEST], ["./..."], answer)


def compare_tables(of_manifest, answer, chosen):
    if answer["symbols_from"] != "api":
        skip("no GOROOT/api here")
        return
    of_api = versions_in(answer)
    for key, since in of_manifest.items():
        check(since >= NEWEST or of_api.get(key) == since, f"{key}: vet's table {since}, api {of_api.get(key)}")
    for _, package, name, _, minor in chosen:
        if package == "syscall":
            continue  # a symbol comes anew with each platform, and counts from the first on
        check(minor >= NEWEST or of_api.get((package, name)) == minor,
              f"{package}.{name}: api has it in go1.{minor}, goward says {of_api.get((package, name))}")


def late_methods(root):
    """{(package, interface, method): version} of what interfaces got after they came, by GOROOT/api."""
    came, since = {}, {}
    for minor in range(LAST_PARTIAL + 1):
        for line in (root / f"api/go1{f'.{minor}' if minor else ''}.txt").read_text().splitlines():
            m = re.match(r"pkg (\S+?)(?: \(\S+\))?, type (\w+)(?:\[.*?\])? interface(?:, (\w+)\(| \{ (.*) \})", line)
            for name in (m.group(3) or m.group(4)).split(", ") if m else []:
                came.setdefault(m.group(1, 2), minor)
                since.setdefault((*m.group(1, 2), name), minor)
    return {key: minor for key, minor in since.items() if minor > came[key[:2]] and key[2] != "unexported methods"}


def interfaces(folder, home):
    """The Gos whose table leaves out the methods of interfaces tell of them what the lists do."""
    api = installed()
    if not (api / "api").is_dir():
        skip("no GOROOT/api here")
        return
    late = late_methods(api)
    rows = {m[:3]: int(m[3]) for m in re.findall(r'^METHOD\("(.*)", "(.*)", "(.*)", (\d+)\)$', METHODS.read_text(), re.M)}
    check(rows == late, f"{METHODS.name}: {sorted(rows.items() ^ late.items())}")
    for minor in range(FIRST_TABLE, LAST_PARTIAL + 1):
        root, top = fetch(RELEASES[minor]), folder / f"interfaces{minor}"
        if root is None:
            skip(f"Go {RELEASES[minor]} cannot be had")
            continue
        top.mkdir()
        (top / "go.mod").write_text(f"module example.com/m\n\ngo 1.{LOW_LINE}\n")
        for n, (package, of, name) in enumerate(key for key, since in late.items() if since <= minor):
            base = package.rsplit("/", 1)[-1]
            (top / f"f{n}.go").write_text(f"package m\n\nimport \"{package}\"\n\nfunc f{n}(x {base}.{of}) {{ _ = x.{name} }}\n")
        said, right = (versions_in(goward(top, home, r)) for r in (root, api))
        for package, of, name in late:
            key = (package, f"({of}).{name}")
            check(said.get(key) == (right.get(key) if late[package, of, name] <= minor else None), f"go1.{minor}: {key}: {said.get(key)}, api {right.get(key)}")


def newest_of_each(folder, home):
    """What a Go brought itself is not all in its own table: what is missing there is as new as the Go."""
    api = installed()
    for minor in range(FIRST_TABLE, NEWEST + 1):
        lists, root, top = api / f"api/go1.{minor}.txt", fetch(RELEASES[minor]), folder / f"newest{minor}"
        if not lists.exists() or root is None:
            skip(f"no list of go1.{minor}, or no Go {RELEASES[minor]}")
            continue
        text = lists.read_text()
        sealed = set(re.findall(r"^pkg (\S+), type (\w+) interface.*unexported methods", text, re.M))
        names = {m for m in re.findall(r"^pkg (\S+), (const|var|func|type) (\w+)(?![\w\[])", text, re.M) if (m[0], m[2]) not in sealed}
        top.mkdir()
        (top / "go.mod").write_text(f"module example.com/m\n\ngo 1.{LOW_LINE}\n")
        for n, (package, kind, name) in enumerate(sorted(names)):
            use = {"const": "const _ =", "type": "var _"}.get(kind, "var _ =")
            (top / f"f{n}.go").write_text(f"package m\n\nimport q \"{package}\"\n\n{use} q.{name}\n")
        said, right = (versions_in(goward(top, home, r)) for r in (root, api))
        for package, _, name in names:
            key = (package, name)
            check(said.get(key) == right.get(key), f"go1.{minor}: {key}: {said.get(key)}, api {right.get(key)}")


# ---- 4: vet ----

def types_of_manifest(root):
    found, package = {}, ""
    for line in (root / MANIFEST).read_text().splitlines():
        if m := re.match(r'\t"([^"]+)": \{', line):
            package = m.group(1)
        elif m := re.match(r'\t\t\{"(\w+)", Type, (\d+)', line):
            found[(package, m.group(1))] = int(m.group(2))
    return found


def run_vet(top, home, root, patterns, target, places):
    """What it finds for a target, by package, name and version; None: it cannot be read."""
    env = dict(gotypes.environment(root, home), GO111MODULE="on", GOFLAGS="-mod=mod", GOPROXY="off",
               GOMODCACHE=str(home / "gomod"))
    if target:
        env |= {"GOOS": target.split("/")[0], "GOARCH": target.split("/")[1], "CGO_ENABLED": "0"}
    done = subprocess.run([root / "bin/go", "vet", "-json", "-stdversion", *patterns], cwd=top, env=env, text=True,
                          capture_output=True, check=False, timeout=1800)
    theirs, text = collections.Counter(), re.sub(r"^#.*\n", "", done.stdout + done.stderr, flags=re.M)
    decoder = json.JSONDecoder()
    try:
        while text.strip():
            one, end = decoder.raw_decode(text.lstrip())
            text = text.lstrip()[end:]
            for analyses in one.values():
                for found in analyses.get("stdversion", []):
                    # A package is looked at again for its tests, and a file for each target.
                    if found["posn"] in places or "_test.go:" in found["posn"]:
                        continue
                    places.add(found["posn"])
                    m = re.match(r"(\w+)\.(?:\([^)]*\)\.|\w+\.)?(\w+) requires go1\.(\d+) or later", found["message"])
                    theirs[m.groups()] += 1
    except (ValueError, AttributeError):
        skip(f"vet of {top}: {text[:300]}")
        return None
    return theirs


def vet(top, home, root, patterns, answer, targets=("",)):
    places = set()
    found = [run_vet(top, home, root, patterns, target, places) for target in targets]
    if None in found:
        return
    theirs = sum(found, collections.Counter())
    types, own = types_of_manifest(root), collections.Counter()
    for s in answer["symbols"]:
        owner = re.match(r"\(?\*?(\w+)\)?\.", s["name"])
        # It says nothing of the members of a type that is too new itself.
        if s["newer"] and not (owner and types.get((s["package"], owner.group(1)), 0) > LOW_LINE):
            base = s["package"].rsplit("/", 1)[-1]
            base = s["package"].rsplit("/", 2)[-2] if re.fullmatch(r"v\d+", base) else base
            own[(base, s["name"].rsplit(".", 1)[-1], s["since"][2:])] += s["newer"]
    for key in sorted(set(own) | set(theirs)):
        check(own[key] == theirs[key], f"{top.name}: {key}: goward {own[key]}, vet {theirs[key]}")
    print(f"# {top.name}: {sum(theirs.values())} findings of stdversion")


def platforms(root, folder, home):
    top = folder / "platforms"
    top.mkdir()
    (top / "go.mod").write_text(f"module example.com/m\n\ngo 1.{LOW_LINE}\n")
    uses = {"a.go": ("reflect", "TypeFor[int]()"), "b_linux.go": ("maps", "Keys(map[int]int{})"), "c_windows.go": ("slices", "Sorted[int](nil)"),
            "d_darwin_arm64.go": ("strings", "Lines(\"\")"), "e_plan9.go": ("strings", "SplitSeq(\"\", \"\")"), "f.go": ("slices", "Collect[int](nil)")}
    for name, (package, use) in uses.items():
        head = "//go:build ignore\n\n" if name == "f.go" else ""
        (top / name).write_text(f"{head}package p\n\nimport \"{package}\"\n\nvar {name[0]} = {package}.{use}\n")
    for targets, n_left_out, lowest in ((["linux/amd64"], 4, "1.23"), (["linux/amd64", "linux/386", "windows/amd64", "darwin/arm64"], 2, "1.24")):
        answer = goward(top, home, root, "--target", ",".join(targets))
        check(answer["targets"] == targets and answer["coverage"]["left_out"] == n_left_out and
              answer["coverage"]["files"] + n_left_out == len(uses), f"{targets}: {answer['coverage']}")
        check(answer["lowest"] == lowest, f"{targets}: {answer['lowest']}")
        vet(top, home, root, ["./..."], answer, targets)


def modules(root, folder, home):
    cache = pathlib.Path(os.environ.get("TEST_CACHE", "")) / "gomod"
    for name, patterns in MODULES.items():
        source, top = cache / name, folder / name.replace("/", "_")
        if not source.is_dir():
            skip(f"{name} is not in the module cache")
            continue
        shutil.copytree(source, top)
        subprocess.run(["chmod", "-R", "u+w", top], check=True)
        text = re.sub(r"(?m)^(go|toolchain) .*\n", "", (top / "go.mod").read_text())
        (top / "go.mod").write_text(re.sub(r"(?ms)^require \(.*?^\)|^require .*?$", "", text) + f"\ngo 1.{LOW_LINE}\n")
        vet(top, home, root, patterns, goward(top, home, root, *patterns))


def main():
    draw = random.Random(int(os.environ.get("TEST_SEED", "0")))
    between = sorted(RELEASES)[1:-1]
    asked = {min(RELEASES), NEWEST, *(between if os.environ.get("TEST_SOAK") else draw.sample(between, N_BETWEEN))}
    roots = {minor: root for minor in sorted(asked) if (root := fetch(RELEASES[minor])) is not None}
    if NEWEST not in roots:
        print(f"0 passed, 0 failed, 1 skipped (Go {RELEASES[NEWEST]} cannot be had)")
        return 0
    with tempfile.TemporaryDirectory() as tmp:
        folder, home = pathlib.Path(tmp), pathlib.Path(tmp) / "home"
        home.mkdir()
        language(roots, folder, home)
        library(roots, folder, home)
        interfaces(folder, home)
        newest_of_each(folder, home)
        modules(roots[NEWEST], folder, home)
        platforms(roots[NEWEST], folder, home)
    print(f"{passed} passed, {failed} failed, {skipped} skipped")
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
