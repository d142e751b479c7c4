#!/usr/bin/env python3
"""Does the go command refuse what the doctor calls an error, and take what it does not?

Real Gos from 1.19 to 1.27 are asked with `go build -n` about values of GOEXPERIMENT, GOOS and GOARCH,
GOARM and its kin, GO111MODULE, GOWORK, GOCACHE and go.work files, from the environment and from the
env file. The doctor's twelve checks of every `goward up` (oracle.doctor_driver) must find an error for
exactly those that are refused. What the others judge is more than that: what is built for another
processor is no error of a build (GWD049). One difference is known and asked for by name: since Go 1.23 an invalid GOAMD64 or GOARM is
taken without a word and built as the default, which is an error to the doctor; there the build tags
must show that it is the default that is built.

A soak asks everything, any other run a random sixth. The Gos are fetched as cmd/go fetches them,
into $TEST_CACHE/gomod; what cannot be had is skipped.
"""
import concurrent.futures
import os
import pathlib
import random
import subprocess
import sys
import tempfile

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent.parent / "lib"))
from releases import CACHE, fetch  # noqa: E402, F401

VERSIONS = ["1.19.4", "1.21.13", "1.23.12", "1.24.13", "1.26.8", "1.27.4"]
DRIVER = pathlib.Path(os.environ["TEST_BUILD"]) / "oracle.doctor_driver"
TMP = pathlib.Path(tempfile.mkdtemp())

EXPERIMENTS = [
    "arena", "arenas", "noarenas", "Arenas", "none", "nonone", "no", "nosuch", "such", "unified",
    "rangefunc", "range", "swissmap", "noswissmap", "synctest", "jsonv2", "greenteagc", "loopvar",
    "nogreenteagc", "aliastypeparams", "regabi", "noregabi", "regabiargs", "noregabiwrappers",
    "none,regabiargs", "arenas,,loopvar", ",", "arenas, loopvar", "cacheprog", "mapsplitgroup",
    "goroutineleakprofile", "coverageredesign", "dwarf5", "spinbitmutex", "fieldtrack,unified",
    "pagetrace", "heapminimum512kib", "simd", "randomizedheapbase64", "none,none", "regabi,noregabi",
]
PAIRS = [
    "linux/amd64", "linux/arm64", "linux/loong64", "windows/arm", "windows/arm64", "foo/amd64",
    "linux/foo", "Linux/amd64", "openbsd/mips64", "openbsd/riscv64", "wasip1/wasm", "js/wasm",
    "linux/sparc64", "darwin/386", "darwin/arm64", "freebsd/riscv64", "nacl/amd64", "linux/x86_64",
    "aix/ppc64", "ios/arm64", "plan9/arm", "linux/mips64le",
]
LEVELS = {
    "GO386": ("386", ["sse2", "softfloat", "387", "SSE2"]),
    "GOAMD64": ("amd64", ["v1", "v2", "v3", "v4", "v5", "3", "V1", "v1 "]),
    "GOARM": ("arm", ["5", "6", "7", "8", "7,softfloat", "7,hardfloat", "7,hardfloat,softfloat",
                      "7,softfloat,hardfloat", "6,soft", ",softfloat"]),
    "GOARM64": ("arm64", ["v8.0", "v8.9", "v9.0", "v9.5", "v9.6", "v8.1,lse", "v8.0,crypto,lse,lse",
                          "v8", "v8.0,simd"]),
    "GOMIPS": ("mips", ["hardfloat", "softfloat", "soft"]),
    "GOMIPS64": ("mips64le", ["hardfloat", "softfloat", "x"]),
    "GOPPC64": ("ppc64le", ["power7", "power8", "power9", "power10", "9"]),
    "GORISCV64": ("riscv64", ["rva20u64", "rva22u64", "rva23u64", "rva24u64"]),
    "GOWASM": ("wasm", ["satconv", "signext", "satconv,signext", "gc", ","]),
}
# GWD047 says what is wrong with a value that somebody's editor ended with a blank, in their place.
JUDGED = {f"GWD{n:03}" for n in range(1, 13)} | {"GWD047"}
FORGIVEN = "does not say so"


class Case:
    def __init__(self, name, env, in_file=None, work=None):
        self.name, self.env, self.in_file, self.work = name, env, in_file, work


def level_cases():
    for variable, (arch, values) in LEVELS.items():
        for value in values:
            goos = "js" if arch == "wasm" else "linux"
            for target in [(goos, arch), ("linux", "amd64")]:
                env = {"GOOS": target[0], "GOARCH": target[1]}
                where = f"{variable}={value} for {'/'.join(target)}"
                yield Case(where, {**env, variable: value})
                yield Case(where + ", env file", env, in_file=f"{variable}={value}\n")


def cases():
    for value in EXPERIMENTS:
        for arch in ("amd64", "s390x", "mips"):
            yield Case(f"GOEXPERIMENT={value} for {arch}",
                       {"GOEXPERIMENT": value, "GOOS": "linux", "GOARCH": arch})
        yield Case(f"GOEXPERIMENT={value}, env file", {}, in_file=f"GOEXPERIMENT={value}\n")
    for pair in PAIRS:
        goos, goarch = pair.split("/")
        yield Case(pair, {"GOOS": goos, "GOARCH": goarch})
    yield from level_cases()
    for value in ("on", "auto", "On", "true", "1", "on "):
        yield Case(f"GO111MODULE={value}", {"GO111MODULE": value})
    for value in ("off", "auto", "go.work", "./go.work", "/nonexistent/go.work", "Off"):
        yield Case(f"GOWORK={value}", {"GOWORK": value})
    for value in ("off", "cache", "./cache", "/proc/version", "/proc/version/cache"):
        yield Case(f"GOCACHE={value}", {"GOCACHE": value})
    for work in ("use ./m", "use ./m ./other", "use ./other", "use ./m ./gone", "use ./m ./bare",
                 "", "use ./m ./m", "use ./m m/../m", "foo ./m", "use (\n\t./m\n", "use ./m // yes",
                 "use \"./m\"", "use ./m\nuse ./other"):
        lines = work.split() if work.startswith("use ./m ./") else None
        text = "use (\n" + "".join(f"\t{x}\n" for x in lines[1:]) + ")\n" if lines else work + "\n"
        yield Case(f"go.work: {work!r}", {}, work="go 1.18\n\n" + text)


def place(case, number):
    """A module of its own, and the environment to ask from."""
    top = TMP / str(number)
    for folder in ("m", "other", "bare", "home"):
        (top / folder).mkdir(parents=True)
    (top / "m/go.mod").write_text("module example.com/m\n\ngo 1.18\n")
    (top / "m/main.go").write_text("package main\n\nfunc main() {}\n")
    (top / "other/go.mod").write_text("module example.com/other\n\ngo 1.18\n")
    (top / "env").write_text(case.in_file or "")
    if case.work is not None:
        (top / "go.work").write_text(case.work)
    env = {"HOME": str(top / "home"), "PATH": os.environ["PATH"], "GOENV": str(top / "env"),
           "GOTOOLCHAIN": "local", "GOFLAGS": "-buildvcs=false", "CGO_ENABLED": "0",
           "GOPROXY": "off", "GOCACHE": str(TMP / "cache"), "TMPDIR": str(top), **case.env}
    return top / "m", env


def build_tags(root, cwd, env):
    done = subprocess.run([root / "bin/go", "list", "-f", "{{context.ToolTags}}", "runtime"], cwd=cwd,
                          env=env, text=True, capture_output=True, check=False)
    return done.stdout


def judge(root, version, case, number):
    """None when both agree, else how they differ."""
    cwd, env = place(case, number)
    real = subprocess.run([root / "bin/go", "build", "-n", "-o", os.devnull, "."], cwd=cwd, env=env,
                          text=True, capture_output=True, check=False)
    ours = subprocess.run([DRIVER, root, version], cwd=cwd, env=env, text=True, capture_output=True,
                          check=False)
    if ours.returncode != 0:
        return f"the driver ended with {ours.returncode}: {ours.stderr}"
    errors = [line for line in ours.stdout.splitlines()
              if line.startswith("error ") and line.split()[1] in JUDGED]
    forgiven = [line for line in errors if FORGIVEN in line]
    if forgiven:
        default = forgiven[0].rsplit(" ", 1)[1]
        plain = {k: v for k, v in env.items() if k not in LEVELS}
        pathlib.Path(env["GOENV"]).write_text("")
        if build_tags(root, cwd, env) != build_tags(root, cwd, {**plain, forgiven[0].split(
                "value of ")[1].split(" ")[0]: default}):
            return "what is built is not the default: " + forgiven[0]
        errors = [line for line in errors if line not in forgiven]
    if errors and real.returncode == 0 and all(" GWD047 " in line for line in errors):
        tags = build_tags(root, cwd, env)  # a level with a blank: since Go 1.23 the default, unsaid
        pathlib.Path(env["GOENV"]).write_text("")
        if tags == build_tags(root, cwd, {k: v for k, v in env.items() if k not in LEVELS}):
            return None
    if errors and real.returncode == 0:  # what -n cannot see: compiling the runtime, linking
        real = subprocess.run([root / "bin/go", "build", "-o", cwd / "program", "."], cwd=cwd,
                              env=env, text=True, capture_output=True, check=False)
    if (real.returncode != 0) != bool(errors):
        said = [x for x in real.stderr.splitlines() if x and x[0] not in "#mcE"][:2] or [""]
        return f"go ended with {real.returncode} ({said[0]}), the doctor says {ours.stdout!r}"
    return None


def main():
    passed = failed = skipped = 0
    rng = random.Random(os.environ.get("TEST_SEED", "1"))
    share = 1 if os.environ.get("TEST_SOAK") else 6
    with concurrent.futures.ThreadPoolExecutor(os.cpu_count()) as pool:
        for number, version in enumerate(VERSIONS):
            root = fetch(version)
            if root is None:
                print(f"skipped: Go {version} cannot be had")
                skipped += 1
                continue
            asked = [x for x in cases() if rng.randrange(share) == 0]
            results = pool.map(lambda x: judge(root, version, x[1], f"{version}-{x[0]}"),
                               enumerate(asked))
            for case, difference in zip(asked, results):
                if difference is None:
                    passed += 1
                else:
                    failed += 1
                    print(f"FAILED: Go {version}, {case.name}: {difference}")
    print(f"{passed} passed, {failed} failed, {skipped} skipped")
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
