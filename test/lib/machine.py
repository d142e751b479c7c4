"""A machine in miniature with a real Go on it: a home, a PATH, a project, and where it is asked for a
view of the file system of its own. What is done to it is gone with it.

    with Machine("name") as m:
        m.install_go("1.26.8")
        m.run("go", "build", "./...")
        m.doctor()["findings"]

Releases come from the module cache in $TEST_CACHE/gomod; one that cannot be had raises Skip. Python's standard library only.
"""
import concurrent.futures
import json
import os
import pathlib
import random
import shutil
import subprocess
import sys
import tempfile
import threading
import traceback

from releases import CACHE, download

GOWARD = pathlib.Path(os.environ["TEST_GOWARD"]).resolve()
SYSTEM = "/usr/sbin:/usr/bin:/sbin:/bin"
MAIN = 'package main\n\nimport "fmt"\n\nfunc main() { fmt.Println("well") }\n'
TIME_LIMIT = 300  # seconds for one command
PROGRAMS = {".": ("bin",), "pkg": ("tool",)}  # of a Go, by folder
SHARE = 0.12  # of cases that take seconds each, where it is no soak


class Skip(Exception):
    """This machine cannot do what the case needs."""


def release(version):
    """The files of an official release, as cmd/go keeps them: only to be read."""
    tree = CACHE / f"gomod/golang.org/toolchain@v0.0.1-go{version}.linux-amd64"
    if not (tree / "bin/go").is_file() and not download(version):
        raise Skip(f"go{version} cannot be had")
    return tree


def copy_release(version, place):
    """A copy as the archive of the release unpacks. What is no program is linked, not copied: a test
    that changes such a file puts another one in its place (Machine.replace)."""
    tree = release(version)
    place.parent.mkdir(parents=True, exist_ok=True)
    shutil.copytree(tree, place, copy_function=link_or_copy,
                    ignore=lambda folder, names: PROGRAMS.get(os.path.relpath(folder, tree), ()))
    for folder in (place, place / "pkg"):  # of a module cache, in which nobody but root may write
        folder.chmod(0o755)
    for programs in ("bin", "pkg/tool"):
        shutil.copytree(tree / programs, place / programs)
        for program in (place / programs).rglob("*"):
            program.chmod(0o755)
    for folder in (place, *(d for d in place.rglob("*") if d.is_dir())):
        folder.chmod(0o755)
    for name in place.rglob("_go.mod"):  # the archive has go.mod, the module _go.mod
        if not (name.parent / "go.mod").exists():
            link_or_copy(name, name.parent / "go.mod")
        name.unlink()
    return place


def link_or_copy(source, place):
    try:
        os.link(source, place)
    except OSError:
        shutil.copy2(source, place)


class Done:
    def __init__(self, argv, process):
        self.argv, self.code, self.out = argv, process.returncode, process.stdout

    def __str__(self):
        return f"$ {' '.join(map(str, self.argv))}\n{self.out}= {self.code}"


class Machine:
    """One made machine. env is what its shell has exported; it starts with a HOME and a PATH."""

    shared = None  # build caches and Gos live as long as the test program: the standard library builds once
    sharing = threading.Lock()

    def __init__(self, name):
        # Where a build cache may lie: in memory the doctor rightly speaks of the space that is left.
        self.top = pathlib.Path(tempfile.mkdtemp(prefix=f"{name[:40]}-", dir="/var/tmp")).resolve()
        self.top.chmod(0o755)
        self.home, self.project = self.top / "home", self.top / "project"
        for folder in (self.home, self.project, self.top / "tools"):
            folder.mkdir()
        (self.top / "tools/goward").symlink_to(GOWARD)
        self.env = {"HOME": str(self.home), "LANG": "C.UTF-8",
                    "GOWARD_HOME": str(self.home / ".local/share/goward")}
        self.holder = None
        self.servers = []
        self.starter = []  # what starts each command
        self.limits = ""  # what its shell has done to itself: "ulimit -S -v 400000"
        self.system = SYSTEM
        self.path()
        self.write("go.mod", "module example.com/well\n\ngo 1.21\n")
        self.write("main.go", MAIN)

    def __enter__(self):
        return self

    def __exit__(self, *_):
        if self.holder:
            self.holder.stdin.close()
            self.holder.wait()
        for server in self.servers:
            server.kill()
            server.wait()
            server.stdout.close()
        subprocess.run(["chmod", "-R", "u+rwX", str(self.top)], check=False, stderr=subprocess.DEVNULL)
        shutil.rmtree(self.top, ignore_errors=True)

    # -- what is on it

    def path(self, *folders):
        """PATH is these folders, then the system's; the goward under test is on it."""
        self.folders = [str(f) for f in folders]
        self.env["PATH"] = ":".join([*self.folders, str(self.top / "tools"), self.system])

    def without(self, *programs):
        """The system's folders give way to one with links to all that is in them but these programs:
        an image on which they are not installed. None of them: the system's own again."""
        self.system = SYSTEM
        if programs:
            place = pathlib.Path(tempfile.mkdtemp(prefix="bin-", dir=self.top))
            place.chmod(0o755)
            for folder in SYSTEM.split(":"):
                for name in os.listdir(folder) if os.path.isdir(folder) else []:
                    if name not in programs and not os.path.lexists(place / name):
                        (place / name).symlink_to(f"{folder}/{name}")
            self.system = str(place)
        self.path(*self.folders)

    def install_go(self, version, place="usr/local/go", on_path=True):
        root = copy_release(version, self.top / place)
        if on_path:
            self.path(root / "bin")
        return root

    @classmethod
    def shared_folder(cls):
        with cls.sharing:
            if not cls.shared:
                cls.shared = pathlib.Path(tempfile.mkdtemp(prefix="gocache-", dir="/var/tmp")).resolve()
                cls.shared.chmod(0o755)
        return cls.shared

    def share_cache(self, version):
        """A build cache that all machines of this run share, where what is tested is not the cache."""
        cache = self.shared_folder() / version
        cache.mkdir(exist_ok=True)
        self.env["GOCACHE"] = str(cache)

    def share_go(self, version, on_path=True):
        """A Go that all machines of this run share: only to be read."""
        root = self.shared_folder() / "gos" / version
        with self.sharing:
            if not root.is_dir():
                copy_release(version, root)
        if on_path:
            self.path(root / "bin")
        return root

    def write(self, name, text, mode=0o644, below=None):
        """A file of the project, or below another folder; None instead of a text removes it."""
        file = (below or self.project) / name
        if file.is_symlink() or file.exists():
            file.unlink()
        if text is None:
            return file
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_bytes(text if isinstance(text, bytes) else text.encode())
        file.chmod(mode)
        return file

    def go_env(self, text):
        """The file that `go env -w` writes."""
        return self.write("go/env", text, below=self.home / ".config")

    def serve(self, folder):
        """A GOPROXY on the loopback, over a folder that is laid out as one."""
        self.env["GOPROXY"] = f"http://127.0.0.1:{self.listen(folder)}"

    def listen(self, folder, *options):
        """Starts test/lib/goproxy.py over a folder; the port that it listens on."""
        server = subprocess.Popen(
            [sys.executable, pathlib.Path(__file__).with_name("goproxy.py"), folder, *options], text=True,
            stdout=subprocess.PIPE)
        self.servers.append(server)
        return int(server.stdout.readline().split()[-1])

    # -- a file system of its own

    def mount(self, script):
        """Runs a shell script in a mount namespace of this machine, in which all later commands run:
        a tmpfs of 1 MB, a folder without exec. Needs unshare(1) and nsenter(1)."""
        if not self.holder:
            how = ["unshare", "--mount"] if os.getuid() == 0 else ["unshare", "--map-root-user", "--mount"]
            self.holder = subprocess.Popen([*how, "sh", "-c", "echo in; read -r end"], text=True,
                                           stdin=subprocess.PIPE, stdout=subprocess.PIPE,
                                           stderr=subprocess.DEVNULL)
            if self.holder.stdout.readline() != "in\n":
                self.holder.stdin.close()
                self.holder.wait()
                self.holder = None
                raise Skip("no mount namespace may be made here")
        done = self.run("sh", "-euc", script)
        if done.code != 0:
            raise Skip(f"mounting is not allowed here: {done.out}")

    def private(self, folder, keep=True):
        """A folder of the system that this machine has for itself: a copy, or an empty one. Returns
        where it lies outside."""
        own = self.top / "private" / folder.strip("/").replace("/", "-")
        if not own.is_dir():
            own.mkdir(parents=True)
            if keep:  # what an ordinary user may not read is left out
                subprocess.run(["cp", "-a", f"{folder}/.", str(own)], check=False,
                               stderr=subprocess.DEVNULL)
            self.mount(f"mount --bind '{own}' '{folder}'")
        return own

    def _enter(self):
        if not self.holder:
            return []
        more = [] if os.getuid() == 0 else ["--user", "--preserve-credentials"]
        return ["nsenter", "--target", str(self.holder.pid), *more, "--mount"]

    # -- what runs on it

    def as_user(self, number=65534):
        """From now on all is done by an ordinary user, to whom home and project belong."""
        if os.getuid() != 0 or not shutil.which("setpriv"):
            raise Skip("needs root and setpriv(1)")
        for place in (self.home, self.project):
            subprocess.run(["chown", "-R", f"{number}:{number}", str(place)], check=True)
        self.starter = ["setpriv", f"--reuid={number}", f"--regid={number}", "--clear-groups"]

    def run(self, *argv, env=None, cwd=None, time_limit=TIME_LIMIT):
        """A command with what its PATH finds; both of its outputs in one."""
        argv = [str(a) for a in argv]
        env = {**self.env, **(env or {})}
        found = shutil.which(argv[0], path=env["PATH"]) if not self.holder else argv[0]
        if found is None:
            return Done(argv, subprocess.CompletedProcess(argv, 127, f"sh: {argv[0]}: not found\n"))
        start = ["env", "-i", *(f"{k}={v}" for k, v in env.items()),
                 "sh", "-c", 'cd "$0" && exec "$@"', str(cwd or self.project)] if self.holder else []
        limits = ["/bin/bash", "-c", f'{self.limits}\nexec "$@"', "sh"] if self.limits else []
        first = found if self.starter or limits else argv[0]
        whole = [*self._enter(), *start, *self.starter, *limits, first, *argv[1:]]
        try:
            process = subprocess.run(
                whole, executable=None if self.holder or self.starter or limits else found,
                cwd=cwd or self.project, env={**env, "PWD": str(cwd or self.project)}, text=True,
                errors="replace", stdin=subprocess.DEVNULL, stdout=subprocess.PIPE,
                stderr=subprocess.STDOUT, timeout=time_limit, check=False)
        except OSError as why:  # what a shell would say
            return Done(argv, subprocess.CompletedProcess(argv, 126, f"sh: {found}: {why.strerror}\n"))
        return Done(argv, process)

    def shell(self, commands):
        """Types the commands into this machine's shell: what they export stays, and limits that they set."""
        mark = "-- what is exported now --"
        done = self.run("sh", "-c", f"{commands}\ncode=$?\necho '{mark}'; env -0; exit $code")
        out, _, exported = done.out.rpartition(mark + "\n")
        if exported:
            pairs = [entry.split("=", 1) for entry in exported.split("\0") if "=" in entry]
            self.env = {k: v for k, v in pairs if k not in ("PWD", "OLDPWD", "SHLVL", "_")}
        if done.code == 0 and commands.startswith("ulimit "):
            self.limits += f"\n{commands}"
        done.out = out
        return done

    def doctor(self, *more):
        """What `goward doctor --json` says; it must have been able to say it."""
        done = self.run(GOWARD, "doctor", "--json", *more)
        if done.code not in (0, 1):
            raise AssertionError(f"the doctor failed\n{done}")
        return json.loads(done.out)


def chosen(cases, title_of, share):
    """Those whose title holds a word of the command line; without any, all in a soak, else a random
    share of them: each takes seconds."""
    words = sys.argv[1:]
    if words:
        return [c for c in cases if any(word in title_of(c) for word in words)]
    if os.environ.get("TEST_SOAK"):
        return list(cases)
    picks = random.Random(os.environ.get("TEST_SEED", "1"))
    cases = list(cases)
    return [c for c in cases if picks.random() < share] or [picks.choice(cases)]


def run_case(title, body):
    """(what became of it, its lines of TAP with NUMBER for the number)"""
    try:
        body()
    except Skip as why:
        return "skipped", f"ok NUMBER - {title} # SKIP {why}"
    except Exception:  # whatever it is, it is this case's failure
        lines = traceback.format_exc().splitlines()
        return "failed", "\n".join([f"not ok NUMBER - {title}", *("# " + line for line in lines)])
    return "passed", f"ok NUMBER - {title}"


def run_cases(cases, title_of, body, share=1):
    """Runs body(case) for the chosen cases, two at a time, and tells in TAP; the status of the program."""
    wanted = chosen(cases, title_of, share)
    counts = {"passed": 0, "failed": 0, "skipped": 0}
    print(f"1..{len(wanted)}", flush=True)
    with concurrent.futures.ThreadPoolExecutor(2) as pool:
        told = pool.map(lambda c: run_case(title_of(c), lambda: body(c)), wanted)
        for number, (became, lines) in enumerate(told, 1):
            counts[became] += 1
            print(lines.replace("NUMBER", str(number), 1), flush=True)
    clean_up()
    print(", ".join(f"{n} {became}" for became, n in counts.items()))
    return 1 if counts["failed"] else 0


def clean_up():
    """At the end of the test program."""
    if Machine.shared:
        subprocess.run(["chmod", "-R", "u+rwX", str(Machine.shared)], check=False)
        shutil.rmtree(Machine.shared, ignore_errors=True)
