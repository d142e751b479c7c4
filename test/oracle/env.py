#!/usr/bin/env python3
"""`goward env --format json` beside the real `go env -json`, of 1.19 to 1.27.

Generated environments: variables in the process, in the go env file, both; GOENV elsewhere or off;
homes that are symlinks or missing; modules, workspaces, none; other targets. Every variable must be
equal, and there must be no other; GOGCCFLAGS alone is left out, as it holds a folder made anew each time.
Where the real go refuses to answer, there is nothing to compare.

Needs the toolchains that test/oracle/toolchains.py fetches; what cannot be had is skipped.
"""
import json
import os
import pathlib
import random
import shutil
import subprocess
import sys
import tempfile

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent.parent / "lib"))
from sandbox import soak  # noqa: E402

VERSIONS = ["1.19.4", "1.20.14", "1.21.13", "1.22.12", "1.23.12", "1.24.13", "1.25.11", "1.26.8", "1.27.4"]
CACHE = pathlib.Path(os.environ.get("TEST_CACHE") or
                     pathlib.Path(os.environ.get("XDG_CACHE_HOME") or
                                  pathlib.Path.home() / ".cache") / "goward-test")
GOWARD = os.environ["TEST_GOWARD"]
SEED = int(os.environ.get("TEST_SEED") or 1)
N_CASES = soak(3000, 300)
TMP = pathlib.Path(tempfile.mkdtemp())

VALUES = {
    "AR": ["llvm-ar"], "CC": ["clang", "gcc -m64", "'/opt/my cc/gcc' -O1", "/nowhere/cc", "zig cc"],
    "CXX": ["clang++", "g++ -m64"], "GCCGO": ["/opt/gccgo"], "PKG_CONFIG": ["pkgconf"],
    "CGO_ENABLED": ["0", "1", "2"], "CGO_CFLAGS": ["-O3", "-O2 '-DX=a b'", "\"-I/x y\" -g", "  -O1   -g "],
    "CGO_CPPFLAGS": ["-DNDEBUG", "-I/a -I/b"], "CGO_LDFLAGS": ["-L/x -lm"], "CGO_FFLAGS": ["-O1"],
    "CGO_CXXFLAGS": ["-std=c++17"],
    "GO111MODULE": ["on", "off", "auto"], "GOARCH": ["amd64", "arm64", "arm", "386", "riscv64", "mips64le"],
    "GOOS": ["linux", "windows", "darwin", "freebsd"], "GOAMD64": ["v1", "v2", "v3"], "GOARM": ["5", "6", "7"],
    "GOARM64": ["v8.0", "v9.0"], "GO386": ["sse2", "softfloat"], "GOMIPS64": ["softfloat"],
    "GOAUTH": ["off", "netrc"], "GOBIN": ["$T/gobin"], "GOCACHE": ["$T/cache"], "GOCACHEPROG": [""],
    "GODEBUG": ["http2debug=1"], "GOEXPERIMENT": ["fieldtrack"], "GOFLAGS": ["-mod=mod", "-tags=a,b -trimpath"],
    "GOFIPS140": ["off"], "GOINSECURE": ["example.com"], "GOMODCACHE": ["$T/modcache"],
    "GONOPROXY": ["a.example", "none"], "GONOSUMDB": ["b.example"], "GOPATH": ["$T/gopath", "$T/p1:$T/p2"],
    "GOPRIVATE": ["corp.example/*"], "GOPROXY": ["off", "direct", "http://127.0.0.1:9|direct"],
    "GOSUMDB": ["off", "sum.golang.org"], "GOTMPDIR": ["$T/tmp"], "GOVCS": ["*:off"], "GOWORK": ["off"],
    "GOPACKAGESDRIVER": ["off"],
}
# What `go env -w` takes is what the file may hold.
NOT_IN_FILE = {"GODEBUG", "GOPACKAGESDRIVER", "GOENV", "GOROOT"}


def toolchain(version):
    """A GOROOT whose programs can be run: cmd/go makes them so when it first runs one itself."""
    tree = CACHE / f"gomod/golang.org/toolchain@v0.0.1-go{version}.linux-amd64"
    if not (tree / "bin/go").is_file():
        return None
    if os.access(tree / "bin/go", os.X_OK):
        return tree
    copy = TMP / f"go{version}"
    shutil.copytree(tree, copy, copy_function=os.link, ignore=shutil.ignore_patterns("bin"))
    shutil.copytree(tree / "bin", copy / "bin")
    for program in (copy / "bin").iterdir():
        program.chmod(0o755)
    return copy


class Case:
    def __init__(self, number):
        self.rng = random.Random(f"{SEED}:{number}")
        self.top = TMP / f"case{number}"
        for name in ("home", "gobin", "tmp", "config", "project/sub", "elsewhere"):
            (self.top / name).mkdir(parents=True)
        self.env = {"PATH": "/usr/bin:/bin", "HOME": str(self.top / "home"), "GOTOOLCHAIN": "local"}
        self.write_project()
        self.write_home()
        for name, value in self.pick(self.rng.choice([0, 1, 2, 4, 8])):
            self.env[name] = value
        self.write_file()

    def pick(self, n):
        for name in self.rng.sample(sorted(VALUES), n):
            yield name, self.rng.choice(VALUES[name]).replace("$T", str(self.top))

    def write_project(self):
        kind = self.rng.choice(["module", "module", "workspace", "none"])
        self.dir = self.top / self.rng.choice(["project", "project/sub"])
        if kind != "none":
            (self.top / "project/go.mod").write_text("module example.com/m\n\ngo 1.18\n")
        if kind == "workspace":
            (self.top / "project/go.work").write_text("go 1.18\n\nuse .\n")

    def write_home(self):
        kind = self.rng.choice(["plain", "plain", "plain", "symlink", "xdg", "cache"])
        if kind == "symlink":
            (self.top / "link").symlink_to(self.top / "home")
            self.env["HOME"] = str(self.top / "link")
        elif kind == "xdg":
            self.env["XDG_CONFIG_HOME"] = str(self.top / "config")
        elif kind == "cache":
            self.env["XDG_CACHE_HOME"] = str(self.top / "xdgcache")

    def write_file(self):
        kind = self.rng.choice(["none", "usual", "usual", "named", "off"])
        config = pathlib.Path(self.env.get("XDG_CONFIG_HOME") or pathlib.Path(self.env["HOME"]) / ".config")
        path = config / "go/env"
        if kind == "off":
            self.env["GOENV"] = "off"
        if kind == "named":
            path = self.top / "elsewhere/env"
            self.env["GOENV"] = str(path)
        if kind in ("usual", "named"):
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text("".join(f"{name}={value}\n" for name, value in self.pick(3)
                                    if name not in NOT_IN_FILE))
        if self.rng.random() < 0.2:
            (config / "go/telemetry").mkdir(parents=True, exist_ok=True)
            (config / "go/telemetry/mode").write_text(self.rng.choice(["off", "on 2024-01-02", "local\n"]))


def ask(argv, case):
    done = subprocess.run(argv, cwd=case.dir, env=dict(case.env, PWD=str(case.dir)), text=True,
                          stdout=subprocess.PIPE, stderr=subprocess.PIPE)
    return json.loads(done.stdout) if done.returncode == 0 else done.stderr.strip()


def compare(number, version, root):
    """None where the real go gives no answer; else the differences."""
    case = Case(number)
    case.env["PATH"] = f"{root}/bin:{case.env['PATH']}"
    case.env["GOWARD_HOME"] = str(case.top / "goward")
    real = ask([str(root / "bin/go"), "env", "-json"], case)
    if isinstance(real, str):
        return None
    real.pop("GOGCCFLAGS", None)
    ours = ask([GOWARD, "env", "--format", "json"], case)
    if isinstance(ours, str):
        return [f"goward refuses: {ours}"]
    told = [f"{name}: go {real.get(name)!r}, goward {ours.get(name)!r}"
            for name in sorted(set(real) | set(ours)) if real.get(name) != ours.get(name)]
    return [f"{told_one} (go{version}, case {number})" for told_one in told]


def main():
    roots = {version: toolchain(version) for version in VERSIONS}
    passed = failed = skipped = 0
    for number in range(N_CASES):
        version = VERSIONS[number % len(VERSIONS)]
        differences = compare(number, version, roots[version]) if roots[version] else None
        if differences is None:
            skipped += 1
        elif differences:
            failed += 1
            print("\n".join(["FAILED"] + differences))
        else:
            passed += 1
    print(f"{passed} passed, {failed} failed, {skipped} skipped")
    return 1 if failed else 0


if __name__ == "__main__":
    try:
        sys.exit(main())
    finally:
        shutil.rmtree(TMP, ignore_errors=True)
