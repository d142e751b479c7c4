#!/usr/bin/env python3
"""Does Go do with GODEBUG, GOEXPERIMENT, GOFLAGS and GOTOOLCHAIN what the doctor says it does?

Real Gos from 1.19 to 1.27 are asked about every GODEBUG key that any of them knows, in the
environment, in go.mod, in go.work and as //go:debug; about every experiment and every flag; about
200 misspelled names of a seed (TEST_SEED); and about values of GOTOOLCHAIN. Where a Go refuses, the
doctor (oracle.doctor_driver) must find an error of the check named, and nowhere else; a misspelled
key that Go passes over without a word must be a warning. What a program carries
(go list -f {{.DefaultGODEBUG}}) must be what GWD042 shows.

A soak asks everything, any other run a sample. The Gos are fetched as cmd/go fetches them, into
$TEST_CACHE/gomod; what cannot be had is skipped.
"""
import concurrent.futures
import json
import os
import pathlib
import random
import re
import subprocess
import sys
import tempfile

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent))
from doctor import DRIVER, fetch  # noqa: E402

COMPILED = ["1.21.13", "1.27.4"]  # that compile programs in a sample: the library takes its time
VERSIONS = ["1.19.4", "1.20.14", "1.21.13", "1.22.12", "1.23.12", "1.24.13", "1.25.11", "1.26.8",
            "1.27.4"]
GOWARD = os.environ.get("TEST_GOWARD", "")
IS_SOAK = bool(os.environ.get("TEST_SOAK"))
ROOT = pathlib.Path(__file__).resolve().parent.parent.parent
TMP = pathlib.Path(tempfile.mkdtemp())
PROGRAM = "package main\n\nfunc main() {}\n"
MISSPELLED = 200

TOOLCHAINS = [
    "auto", "path", "local", "local+auto", "local+path", "Auto", "1.26.8", "go1.26.8+latest", "go",
    "go1", "go1.x", "bash", "go2.0", "go1.26.8+", "+auto", "local+", "go1.26/8", "gccgo-go1.20.1",
    "v1.26.8", "go1.27rc1x", "go 1.26", "auto ", "latest", "go1.26.8-custom+autos",
]
FLAG_VALUES = [
    "-race=maybe", "-mod", "-mod=foo", "-tags", "'-tags=a b'", "'-tags=a b,c'", "-p=0", "-p=two",
    "-C=/tmp", "-compiler=clang", "-compiler=gc", "-buildmode=foo", "-buildmode=pie", "-trimpath=1",
    "-covermode=x", "'-ldflags=-s -w'", "-ldflags='-s -w'", "-ldflags=-s -w", "-ldflags=s",
    "\"-ldflags=-X 'main.a=b\"", "-gcflags=all=-N", "-gcflags==-N", "-buildvcs=maybe", "-a=False",
    "-modfile=x.txt", "-modfile=/nonexistent.mod", "-overlay=/nonexistent.json", "'-race", "-", "--",
    "---x", "-=", "--trimpath", "-ldflags", "-buildvcs=auto", "-mod=", "-v=yes", "-x=t",
    "-toolexec=nonexistent-program", "-race", "-msan", "-n=0", "\"-tags=a\"", "-tags=a,b", "flag",
]


class Case:
    """What a Go is asked (args, in the folder of the project), and who has to know the answer."""

    def __init__(self, name, check, args=("version",), env=None, mod="", work=None, main=PROGRAM,
                 in_file="", fails=None, warns=False, title=""):
        self.name, self.checks, self.args, self.env = name, check.split(), args, env or {}
        self.mod, self.work, self.main, self.in_file = mod, work, main, in_file
        self.fails = fails or (lambda done: done.returncode != 0)
        self.warns = warns  # where Go says nothing, the doctor does
        self.title = title  # of the errors that count


# -- names, out of the sources ----------------------------------------------------------------------

def rows(file, pattern):
    return re.findall(pattern, (ROOT / "src" / file).read_text())


def godebug_keys(roots):
    """Of the sources of all Gos, and what is compiled in."""
    keys = set(rows("go/root/godebugs.c", r'\{STR_CONST\("(\w+)"\), (?:STR|\{0)'))
    for root in roots.values():
        runtime = (root / "src/runtime/runtime1.go").read_text()
        listed = re.search(r"var dbgvars = .*?\n}\n", runtime, re.S).group(0)
        keys |= set(re.findall(r'\{(?:name: )?"(\w+)"', listed))
        table = root / "src/internal/godebugs/table.go"
        if table.exists():
            keys |= set(re.findall(r'^\s*\{Name: "(\w+)"', table.read_text(), re.M))
    return sorted(keys)


def experiments(roots):
    names = {"regabi", "none"}
    for root in roots.values():
        text = (root / "src/internal/goexperiment/flags.go").read_text()
        body = re.search(r"type Flags struct \{(.*?)\n}", text, re.S).group(1)
        names |= {name.lower() for name in re.findall(r"^\t(\w+)\s+bool", body, re.M)}
    return sorted(names)


def flag_names():
    text = (ROOT / "src/go/env/goflags_table.c").read_text()
    return sorted(set(" ".join(re.findall(r'"([^"]*)"', text.split("flags[]")[1].split("};")[0])).split())
                  - {f"1.{n}" for n in range(19, 30)})


def misspelled(rng, names, n):
    found = set()
    while len(found) < n:
        name, i = rng.choice(names), rng.randrange(1, 4)
        letter = rng.choice("abcdefghijklmnopqrstuvwxyz")
        at = rng.randrange(len(name))
        wrong = (name[:at] + name[at + 1:], name[:at] + letter + name[at:],
                 name[:at] + letter + name[at + 1:])[i - 1]
        if wrong and wrong not in names and not wrong.startswith("no"):
            found.add(wrong)
    return sorted(found)


# -- the cases ----------------------------------------------------------------------------------------

def in_environment(keys, wrong):
    for key in keys:
        for value in ("0", "1", "2"):
            yield Case(f"GODEBUG={key}={value}", "GWD040", env={"GODEBUG": f"{key}={value}"})
    for key in wrong:
        yield Case(f"GODEBUG={key}=1", "GWD040", env={"GODEBUG": f"{key}=1"}, warns=True)
    for text in ("cgocheck=2,cgocheck=1", "cgocheck=1,cgocheck=3", "tls3des=1,tls3des=0", ",,=,",
                 "sbrk=1", "sbrk=-1", "sbrk=0,sbrk=1", "asynctimerchan=02", "cgocheck=02", "cgocheck=-1", "panicnil"):
        yield Case(f"GODEBUG={text}", "GWD040", env={"GODEBUG": text})


def in_files(keys, wrong):
    lines = [f"{key}={value}" for key in keys for value in "012"] + [f"{key}=1" for key in wrong]
    lines += ["default=go1.21", "default=go1.99", "default=1.21", "default=go1.x", "default=go1.27.4"]
    for line in lines:
        yield Case(f"godebug {line}", "GWD041", ("list",), mod=f"\ngodebug {line}\n")
        yield Case(f"godebug {line} in go.work", "GWD041", ("list",),
                   work=f"go 1.18\n\nuse ./m\n\ngodebug {line}\n")


def in_sources(keys, wrong):
    lines = [f"{key}={value}" for key in keys for value in "01"] + [f"{key}=1" for key in wrong]
    lines += ["panicnil", "panicnil=1,x=2", "a b=1", "panicnil=1 ", "default=go1.21", "panicnil=1\n"
              "//go:debug panicnil=1"]
    for line in lines:
        yield Case(f"//go:debug {line}", "GWD041", ("build", "-o", os.devnull, "."),
                   main=f"//go:debug {line}\n{PROGRAM}")


def of_experiments(names, wrong):
    for name in [*names, *wrong]:
        for word in (name, f"no{name}"):
            yield Case(f"GOEXPERIMENT={word}", "GWD001 GWD010", env={"GOEXPERIMENT": word})


def of_flags(names, wrong):
    for name in [*names, *wrong]:
        yield Case(f"GOFLAGS=-{name}, any command", "GWD044", env={"GOFLAGS": f"-{name}"},
                   fails=lambda done: "parsing $GOFLAGS" in done.stderr, title="no go command")
    for value in FLAG_VALUES:
        args = ("test", "-n") if "cover" in value else ("build", "-n", "-o", os.devnull, ".")
        yield Case(f"GOFLAGS={value}", "GWD044 GWD045 GWD085", args, env={"GOFLAGS": value})
        yield Case(f"GOFLAGS={value}, env file", "GWD044 GWD045 GWD085", args,
                   in_file=f"GOFLAGS={value}\n")
    for value in ("mod", "readonly", "vendor", ""):
        for work in (None, "go 1.18\n\nuse ./m\n"):
            for mod in ("", "\nrequire example.com/x v1.0.0\n"):
                if mod and value != "vendor":
                    continue  # it needs the network
                yield Case(f"GOFLAGS=-mod={value}, {work!r} {mod!r}", "GWD044 GWD045", ("list",),
                           env={"GOFLAGS": f"-mod={value}"}, mod=mod, work=work)


def of_toolchains():
    for value in TOOLCHAINS:
        def fails(done):
            return "invalid GOTOOLCHAIN" in done.stderr
        yield Case(f"GOTOOLCHAIN={value}", "GWD046 GWD047", env={"GOTOOLCHAIN": value}, fails=fails)
        yield Case(f"GOTOOLCHAIN={value}, env file", "GWD046 GWD047", env={"GOTOOLCHAIN": ""},
                   in_file=f"GOTOOLCHAIN={value}\n", fails=fails)
    yield Case("a carriage return in GOTOOLCHAIN", "GWD046 GWD047", env={"GOTOOLCHAIN": ""},
               in_file="GOTOOLCHAIN=local\r\n",
               fails=lambda done: "invalid GOTOOLCHAIN" in done.stderr)


def all_cases(roots, rng):
    """[(how many of a sample are asked, cases)]"""
    keys, names, flags = godebug_keys(roots), experiments(roots), flag_names()
    wrong = misspelled(rng, keys, MISSPELLED)
    return [
        (8, list(in_environment(keys, wrong))),
        (8, list(in_files(keys, wrong))),
        (2, list(in_sources(keys, wrong))),
        (5, list(of_experiments(names, misspelled(rng, names, MISSPELLED)))),
        (10, list(of_flags(flags, misspelled(rng, flags, MISSPELLED)))),
        (4, list(of_toolchains())),
    ]


# -- asking -------------------------------------------------------------------------------------------

def place(case, number):
    top = TMP / str(number)
    (top / "m").mkdir(parents=True)
    (top / "home").mkdir()
    (top / "m/go.mod").write_text("module example.com/m\n\ngo 1.18\n" + case.mod)
    (top / "m/main.go").write_text(case.main)
    (top / "env").write_bytes(case.in_file.encode())
    if case.work is not None:
        (top / "go.work").write_text(case.work)
    return top / "m", {
        "HOME": str(top / "home"), "PATH": os.environ["PATH"], "GOENV": str(top / "env"),
        "GOTOOLCHAIN": "local", "CGO_ENABLED": "0", "GOPROXY": "off", "TMPDIR": str(top),
        "GOCACHE": str(TMP / "cache"), **case.env}


def judge(root, version, case, number):
    """None when both agree, else how they differ."""
    cwd, env = place(case, number)
    real = subprocess.run([root / "bin/go", *case.args], cwd=cwd, env=env, text=True,
                          capture_output=True, check=False)
    ours = subprocess.run([DRIVER, root, version], cwd=cwd, env=env, text=True, capture_output=True,
                          check=False)
    if ours.returncode != 0:
        return f"the driver ended with {ours.returncode}: {ours.stderr}"
    said = [line for line in ours.stdout.splitlines() if line.split(" ", 2)[1] in case.checks]
    refused = case.fails(real)
    errors = [line for line in said if line.startswith("error ") and case.title in line]
    if refused != bool(errors):
        return f"go ended with {real.returncode} ({real.stderr[:300]!r}), the doctor says {said}"
    if case.warns and not refused and not said:
        return "go passes it over, and the doctor as well"
    return None


def carried(root, version):
    """[(what, how they differ or None)]: what programs carry, by go line."""
    minor = int(version.split(".")[1])
    lines = ["", *(f"go 1.{n}" for n in range(16, minor + 1))]
    for line in lines if IS_SOAK else sorted({"", "go 1.20", f"go 1.{minor - 1}"}):
        for more in ("", "//go:debug panicnil=1\n", "//go:debug default=go1.21\n"):
            if minor < 21 or ("default" in more and minor < 23) or (
                    more and not IS_SOAK and line != "go 1.20"):
                continue
            case = Case("", "", main=more + PROGRAM)
            cwd, env = place(case, f"carried-{version}-{line}-{more[11:16]}")
            (cwd / "go.mod").write_text(f"module example.com/m\n\n{line}\n")
            real = subprocess.run([root / "bin/go", "list", "-f", "{{.DefaultGODEBUG}}"], cwd=cwd,
                                  env=env, text=True, capture_output=True, check=False)
            env |= {"PATH": f"{root / 'bin'}:/usr/bin:/bin", "GOWARD_HOME": str(cwd / "goward")}
            ours = subprocess.run([GOWARD, "doctor", "--only", "GWD042", "--json"], cwd=cwd, env=env,
                                  text=True, capture_output=True, check=False)
            shown = [finding["evidence"].removeprefix("DefaultGODEBUG=")
                     for finding in json.loads(ours.stdout)["findings"]
                     if finding["evidence"].startswith("DefaultGODEBUG=")]
            wanted = real.stdout.strip()
            same = shown == [wanted] or (not shown and wanted.count("=") == more.count("panicnil="))
            yield f"{line!r} {more!r}", None if same else f"go: {wanted}, the doctor: {shown}"


def main():
    passed = failed = skipped = 0
    rng = random.Random(os.environ.get("TEST_SEED", "1"))
    roots = {}
    for version in VERSIONS:
        root = fetch(version)
        if root is None:
            print(f"skipped: Go {version} cannot be had")
            skipped += 1
        else:
            roots[version] = root
    groups = all_cases(roots, rng) if roots else []
    with concurrent.futures.ThreadPoolExecutor(os.cpu_count()) as pool:
        for version, root in roots.items():
            asked = [case for n, cases in groups
                     for case in (cases if IS_SOAK else rng.sample(cases, min(n, len(cases))))
                     if IS_SOAK or case.args[:2] != ("build", "-o") or version in COMPILED]
            results = pool.map(lambda x: judge(root, version, x[1], f"{version}-{x[0]}"),
                               enumerate(asked))
            told = [(case.name, result) for case, result in zip(asked, results)]
            for name, difference in told + (list(carried(root, version)) if GOWARD else []):
                if difference is None:
                    passed += 1
                else:
                    failed += 1
                    print(f"FAILED: Go {version}, {name}: {difference}")
    print(f"{passed} passed, {failed} failed, {skipped} skipped")
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
