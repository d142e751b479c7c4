#!/usr/bin/env python3
"""goward check --target all beside Go: for each target both refuse the same lines of the same files of many modules.

The modules have files of their own for systems and processors, or cgo that may be missing; one made module requires them
all, and all their packages are checked without cgo. There are two peers:

- the compiler: `go list -export` has gc compile the packages and all that they import for a target (without optimizing, which
  would tell nothing more; nothing is linked). The library of a target alone takes half a minute of processor time, so any
  run asks it about a few modules for one target, by TEST_SEED;
- go/types, which TEST_SOAK asks for all targets: `go list -deps` says which files a build for the target has, data/types_of_go
  checks them, the bodies of the library left out. What the compiler alone refuses (functions without a body, directives) has no
  code of go/types, and does not count. The compiler is asked for N_COMPILED targets then, about all modules. It is
  not started for what imports something that it refused; goward tells what is wrong there too, which then does not count.

What Go has said is kept in $TEST_CACHE/cross_targets: a soak that was interrupted goes on where it was, and the next one asks
goward alone. Last line "N passed, N failed, N skipped": one for each module and target.

cross_targets.py [WORD...]: a soak of the modules with one of the words in their path.
"""
import hashlib
import json
import os
import pathlib
import random
import re
import subprocess
import sys
import tempfile

HERE = pathlib.Path(__file__).resolve().parent
sys.path[:0] = [str(HERE), str(HERE.parent / "lib")]
import gotypes  # noqa: E402
from doctor import fetch  # noqa: E402

GOWARD = os.environ["TEST_GOWARD"]
CACHE = pathlib.Path(os.environ["TEST_CACHE"])
GO = "1.27.4"
# The first ones are asked in every run.
MODULES = {
    "github.com/creack/pty": "v1.1.24", "github.com/edsrzf/mmap-go": "v1.2.0", "go.etcd.io/bbolt": "v1.5.0",
    "golang.org/x/sys": "v0.49.0", "golang.org/x/term": "v0.47.0", "github.com/fsnotify/fsnotify": "v1.10.1",
    "github.com/mattn/go-isatty": "v0.0.24", "github.com/shirou/gopsutil/v4": "v4.26.10", "github.com/moby/term": "v0.5.2",
    "github.com/prometheus/procfs": "v0.23.0", "github.com/tklauser/go-sysconf": "v0.4.0", "github.com/klauspost/cpuid/v2": "v2.4.2",
    "github.com/containerd/console": "v1.0.5", "github.com/hanwen/go-fuse/v2": "v2.12.1", "github.com/vishvananda/netlink": "v1.3.1",
    "github.com/gdamore/tcell/v2": "v2.13.10", "github.com/nsf/termbox-go": "v1.1.2", "github.com/cilium/ebpf": "v0.22.0",
    "github.com/godbus/dbus/v5": "v5.2.4", "github.com/google/gopacket": "v1.1.19", "github.com/chzyer/readline": "v1.5.1",
    "github.com/pkg/xattr": "v0.4.12", "github.com/djherbis/times": "v1.6.0", "github.com/rjeczalik/notify": "v0.9.3",
    "github.com/ebitengine/purego": "v0.11.3", "github.com/mattn/go-sqlite3": "v1.14.53", "github.com/peterh/liner": "v1.2.3",
    "github.com/mitchellh/go-ps": "v1.0.0", "github.com/Microsoft/go-winio": "v0.6.4", "golang.org/x/net": "v0.62.0",
}
N_MODULES = 2
N_COMPILED = 2  # targets of a soak
LINKED = "function main is undeclared in the main package"  # which go build says, and go list -export does not: it links nothing
WAY = ["-e", "-export", "-gcflags=all=-e -N -l", "-f", "{{with .Error}}{{.}}{{end}}{{range .DepsErrors}}\n{{.}}{{end}}"]
FIELDS = "-json=ImportPath,Dir,GoFiles,Imports,ImportMap,Module,Standard,DepOnly,Error"
ERROR = re.compile(r"(\S+?\.go):(\d+)(?::\d+)?: ")
FORM = "2"  # of what is kept
MAX_SHOWN = 5


class World:
    """A module that requires those to be looked at. A place is ("MODULE@VERSION/FILE", line)."""

    def __init__(self, root, top, modules):
        self.root, self.top, self.folder, self.mods = root, top, top / "asks", CACHE / "gomod"
        self.env = {name: value for name, value in os.environ.items() if name in ("GOPROXY", "GOSUMDB", "GONOSUMDB", "SSL_CERT_FILE", "HTTPS_PROXY")}
        self.env |= {"HOME": str(top / "home"), "PATH": f"{root / 'bin'}:{os.environ['PATH']}", "GOTOOLCHAIN": "local", "GOENV": "off",
                     "GOFLAGS": "-mod=mod -buildvcs=false", "GOMODCACHE": str(self.mods), "GOCACHE": str(top / "gocache"),
                     "LANG": "C.UTF-8", "GOWARD_HOME": str(top / "home/goward"), "CGO_ENABLED": "0"}
        self.folder.mkdir()
        (self.folder / "go.mod").write_text("module example.com/asks\n\ngo 1.21\n")
        self.modules = [path for path, version in modules.items() if self.run("go", "mod", "download", f"{path}@{version}").returncode == 0]
        self.patterns = [f"{path}/..." for path in self.modules]
        # go get looks at the files of all targets, so none of them changes go.mod afterwards.
        done = self.run("go", "get", *(f"{path}/...@{modules[path]}" for path in self.modules))
        assert done.returncode == 0, done.stderr
        digest = hashlib.sha256("\0".join([FORM, GO, *WAY, FIELDS, *self.patterns, (self.folder / "go.mod").read_text()]).encode())
        self.kept = CACHE / "cross_targets" / digest.hexdigest()[:16]

    def run(self, *words, **more):
        return subprocess.run([str(w) for w in words], cwd=self.folder, env={**self.env, "PWD": str(self.folder), **more}, text=True,
                              stdin=subprocess.DEVNULL, capture_output=True, check=False, timeout=3600)

    def place(self, file, line):
        return file.rpartition(f"{self.mods.name}/")[2], int(line)

    def places(self, text):
        return {self.place(m[1], m[2]) for line in text.splitlines() if (m := ERROR.search(line))}

    def ours(self):
        """({target: places}, {target: those with no code of go/types}) of all targets."""
        done = self.run(GOWARD, "check", "--json", "--target", "all", *self.patterns)
        said = json.loads(done.stdout)
        assert done.returncode in (0, 1) and "diagnostics" in said, done.stderr
        found, others = ({target: set() for target in said["targets"]} for _ in range(2))
        for d in (d for d in said["diagnostics"] if d["message"] != LINKED):
            for target in d["targets"]:
                found[target].add(self.place(d["file"] or "", d["line"] or 0))
                if d["code"] is None:
                    others[target].add(self.place(d["file"] or "", d["line"] or 0))
        return found, others

    def listed(self, *words, **where):
        decoder, text, at, found = json.JSONDecoder(), self.run("go", "list", "-e", *words, *self.patterns, **where).stdout.rstrip(), 0, []
        while at < len(text):
            package, at = decoder.raw_decode(text, at + (text[at] == "\n"))
            found.append(package)
        return found

    def folder_of(self, p):
        return self.place(p.get("Dir", ""), 0)[0]

    def listing_errors(self, p):
        """Where the go command refuses a package before any of it is compiled: at an import, or as a whole. Of one that has no
        files for the target, and was not asked for, those that import it tell: at the import."""
        if "Error" not in p:
            return set()
        return self.places(p["Error"].get("Pos", "") + ": ") or (set() if p.get("DepOnly") else {(self.folder_of(p), 0)})

    def compiled(self, **where):
        """Where the compiler refuses them, and the folders of the packages that it was not started for."""
        packages = self.listed("-deps", FIELDS, **where)
        paths = [p["ImportPath"] for p in packages if p.get("GoFiles") and not p.get("DepOnly")]
        with tempfile.TemporaryDirectory() as gocache:
            done = self.run("go", "list", *WAY, *paths, **where, GOCACHE=gocache)
        found = self.places(done.stdout + done.stderr)
        wrong, refused, unbuilt = {str(pathlib.Path(file).parent) for file, _ in found}, set(), set()
        for p in packages:
            told, folder = self.listing_errors(p), self.folder_of(p)
            found |= told
            if refused & set(p.get("Imports", [])):
                unbuilt.add(folder)
            elif folder not in wrong and "Error" not in p:
                continue
            refused.add(p["ImportPath"])
        return {"places": sorted(found), "unbuilt": sorted(unbuilt)}

    def typed(self, **where):
        """Where go/types refuses them."""
        packages = [p for p in self.listed("-deps", FIELDS, **where) if p["ImportPath"] != "unsafe"]
        env = gotypes.environment(self.root, self.top)
        program = [gotypes.go_program(self.root, self.top), "-arch", where["GOARCH"]]
        answers = gotypes.ask(program, [self.package(p) for p in packages if p.get("GoFiles")], env)
        found = set()
        for p in packages:
            errors = answers[p["ImportPath"]].errors if p.get("GoFiles") else []
            found |= self.listing_errors(p) or {self.place(e.file, e.line) for e in errors}
        return {"places": sorted(found), "unbuilt": []}

    def package(self, p):
        files = [f"{p['Dir']}/{name}" for name in p.get("GoFiles", [])]
        lang = p.get("Module", {}).get("GoVersion", "1.16") if "Module" in p else GO
        return gotypes.Package(p["ImportPath"], files, path=p["ImportPath"], lang="go" + ".".join(lang.split(".")[:2]),
                               ignores_bodies=p.get("Standard", False), imports=p.get("ImportMap", {}))

    def theirs(self, peer, target):
        """(places, folders that do not count) that a peer says, from the cache where it has said so before."""
        kept = self.kept / f"{peer}-{target.replace('/', '_')}.json"
        if not kept.exists():
            system, arch = target.split("/")
            found = getattr(self, peer)(GOOS=system, GOARCH=arch)
            self.kept.mkdir(parents=True, exist_ok=True)
            fresh = kept.with_suffix(f".{os.getpid()}")
            fresh.write_text(json.dumps(found))
            fresh.rename(kept)
        said = json.loads(kept.read_text())
        return {tuple(place) for place in said["places"]}, set(said["unbuilt"])


class Judge:
    def __init__(self, modules):
        self.modules, self.passed, self.failed, self.refused = modules, 0, 0, 0

    def look(self, what, ours, said):
        """One verdict for each module, and one for what is in none of them if that differs."""
        theirs, unbuilt = said
        ours = {place for place in ours if str(pathlib.Path(place[0]).parent) not in unbuilt}
        rest = ours ^ theirs
        for path in self.modules:
            name = re.sub("[A-Z]", lambda m: "!" + m[0].lower(), path) + "@"
            differs = {place for place in rest if place[0].startswith(name)}
            rest -= differs
            self.refused += any(place[0].startswith(name) for place in theirs)
            self.tell(f"{path} {what}", ours, theirs, differs)
        if rest:
            self.tell(f"elsewhere {what}", ours, theirs, rest)

    def tell(self, what, ours, theirs, differs):
        self.passed, self.failed = self.passed + (not differs), self.failed + bool(differs)
        if differs:
            print(f"FAILED: {what}: goward alone {sorted(differs & ours)[:MAX_SHOWN]}, Go alone {sorted(differs & theirs)[:MAX_SHOWN]}", flush=True)


def main(words):
    root = fetch(GO)
    if root is None:
        print(f"skipped: Go {GO} cannot be had\n0 passed, 0 failed, 1 skipped")
        return 0
    is_soak = bool(os.environ.get("TEST_SOAK") or words)
    rng = random.Random(os.environ.get("TEST_SEED", "1"))
    paths = [p for p in MODULES if any(word in p for word in words)] or list(MODULES)[:None if is_soak else N_MODULES]
    with tempfile.TemporaryDirectory() as folder:
        world = World(root, pathlib.Path(folder).resolve(), {path: MODULES[path] for path in paths})
        (ours, others), judge = world.ours(), Judge(world.modules)
        targets = sorted(ours)
        compiled = rng.sample(targets, min(N_COMPILED if is_soak else 1, len(targets)))
        for target in targets if is_soak else []:
            said = world.theirs("typed", target)
            judge.look(f"for {target}, go/types", ours[target] - (others[target] - said[0]), said)
        for target in compiled:
            judge.look(f"for {target}, gc", ours[target], world.theirs("compiled", target))
    skipped = len(paths) - len(world.modules)
    print(f"{len(world.modules)} modules, go/types for {len(targets) if is_soak else 0} targets, gc for {len(compiled)}: "
          f"{judge.refused} of {judge.passed + judge.failed} refused by Go")
    print(f"{judge.passed} passed, {judge.failed} failed, {skipped} skipped")
    return 1 if judge.failed else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
