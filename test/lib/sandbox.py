"""What the end-to-end tests share: made releases and a made log, a web server that misbehaves, a
place to run goward in, and cases that are reported in TAP.

    @case
    def installs(box):          # a docstring would do as well: the name is what TAP shows
        box.goward("install", "1.26.8").succeeds()

    if __name__ == "__main__":
        sys.exit(main(releases=["1.26.8"]))

Every case gets a Sandbox of its own: an empty store, an empty project, and the Mirror that all cases
of the file share. `TEST.py NAME...` runs these cases only. Python's standard library only.
"""
import hashlib
import io
import json
import os
import pathlib
import platform
import re
import shutil
import stat
import subprocess
import sys
import tarfile
import tempfile
import time
import traceback
import urllib.request

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
import makelog  # noqa: E402
import saidbychecks  # noqa: E402

ROOT = pathlib.Path(__file__).resolve().parent.parent.parent
GOWARD = pathlib.Path(os.environ.get("TEST_GOWARD", ROOT / "build-check/release/goward")).resolve()
IS_SOAK = bool(os.environ.get("TEST_SOAK"))
OS = "linux"
ARCH = {"x86_64": "amd64", "aarch64": "arm64"}.get(platform.machine(), platform.machine())
HOST = f"{OS}/{ARCH}"
PASSED_ON = re.compile(r"^(ASAN|UBSAN|LSAN|TSAN|QEMU)_")  # variables that reach goward from outside
TIME_LIMIT = 120  # seconds for one run of goward; it hangs if it takes longer

# What went wrong -> how goward ends (man/goward.1, EXIT STATUS).
OK, FINDINGS, USAGE, IO, NOT_FOUND, NOT_VERIFIED, NETWORK, CONFLICT = range(8)


class Skip(Exception):
    """This machine cannot do what the case needs."""


def soak(full, sample):
    return full if IS_SOAK else sample


# --- Releases and the log -------------------------------------------------------------------------

def goroot_files(version, n_files=40, arch=ARCH):
    return makelog.make_goroot(version, OS, arch, n_files=n_files)


def module_name(version, arch=ARCH):
    return makelog.module_version(version, OS, arch)


def write_tree(folder, files):
    """A Go root on disk."""
    for path, (mode, data) in files.items():
        file = folder / path
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_bytes(data)
        file.chmod(mode)


def tar_gz(files, top="go"):
    """The archive of go.dev/dl."""
    out = io.BytesIO()
    with tarfile.open(fileobj=out, mode="w:gz", compresslevel=1) as tar:
        for path in sorted(files):
            info = tarfile.TarInfo(f"{top}/{path}")
            info.mode, info.size = files[path][0], len(files[path][1])
            tar.addfile(info, io.BytesIO(files[path][1]))
    return out.getvalue()


class Mirror:
    """A module proxy and its checksum database as a folder."""

    def __init__(self, folder, name="sumdb.goward.test", seed=None):
        self.folder = pathlib.Path(folder)
        self.log = makelog.Log(name, seed)
        makelog.add_filler(self.log, 3)

    def add(self, version, files=None, arch=ARCH, n_files=40):
        files = files or goroot_files(version, n_files, arch)
        return makelog.write_release(self.folder, self.log, version, OS, arch, files)

    def publish(self):
        self.log.publish(self.folder)
        return self

    @property
    def url(self):
        return f"file://{self.folder}"

    @property
    def vkey(self):
        return self.log.key.vkey

    def zip(self, version, arch=ARCH):
        return self.folder / f"golang.org/toolchain/@v/{module_name(version, arch)}.zip"

    def copy(self, folder):
        """A second mirror with the same key, to be changed."""
        other = Mirror.__new__(Mirror)
        shutil.copytree(self.folder, folder)
        other.folder, other.log = pathlib.Path(folder), makelog.Log(self.log.key.name)
        other.log.key, other.log.records = self.log.key, list(self.log.records)
        return other


# --- The server ------------------------------------------------------------------------------------

class Server:
    """test/lib/goproxy.py over a folder."""

    def __init__(self, folder, tmp):
        port_file = pathlib.Path(tmp) / f"port-{os.urandom(4).hex()}"
        self.process = subprocess.Popen(
            [sys.executable, ROOT / "test/lib/goproxy.py", folder, "--port-file", port_file],
            stdout=subprocess.DEVNULL)
        deadline = time.monotonic() + 30
        while not port_file.exists():
            if self.process.poll() is not None or time.monotonic() > deadline:
                raise RuntimeError("the loopback server did not start")
            time.sleep(0.01)
        self.port = int(port_file.read_text())
        self.host = f"127.0.0.1:{self.port}"
        self.url = f"http://{self.host}"

    def faults(self, *faults):
        self._control("PUT", "faults", json.dumps(faults).encode())

    def requests(self):
        """[(METHOD, PATH, STATUS, the rest)] since the last call."""
        lines = self._control("GET", "log").decode().splitlines()
        self._control("DELETE", "log")
        return [tuple(line.split(" ", 3)) for line in lines]

    def _control(self, method, what, body=None):
        request = urllib.request.Request(f"{self.url}/-/{what}", data=body, method=method)
        opener = urllib.request.build_opener(urllib.request.ProxyHandler({}))
        with opener.open(request, timeout=20) as reply:
            return reply.read()

    def stop(self):
        if self.process.poll() is None:
            self.process.terminate()
        self.process.wait()


# --- Running goward -----------------------------------------------------------------------------------

class Result:
    def __init__(self, args, code, out, err, seconds):
        self.args, self.code, self.out, self.err = args, code, out, err
        self.seconds = seconds

    def __str__(self):
        return (f"$ {' '.join(map(str, self.args))}\n{self.out}{self.err}= {self.code}")

    @property
    def json(self):
        return json.loads(self.out)

    def succeeds(self):
        return self.ends(OK)

    def ends(self, code):
        if self.code != code:
            raise AssertionError(f"wanted exit code {code}\n{self}")
        return self

    def says(self, *patterns, where="err"):
        for pattern in patterns:
            if not re.search(pattern, getattr(self, where)):
                raise AssertionError(f"wanted {pattern!r} in std{where}\n{self}")
        return self

    def prints(self, *patterns):
        return self.says(*patterns, where="out")

    def lacks(self, *words):
        """What must never be shown."""
        for word in words:
            if word in self.out + self.err:
                raise AssertionError(f"{word!r} must not be shown\n{self}")
        return self

    def refuses(self, code, *patterns, hint=True):
        """Ends with the code, says one sentence, and (hint) what to do."""
        self.ends(code)
        lines = self.err.splitlines()
        told = [i for i, line in enumerate(lines) if line.startswith("goward: ")]
        if len(told) != 1 or len(lines) - told[0] > 2:
            raise AssertionError(f"wanted one sentence\n{self}")
        tried = lines[told[0] + 1:]
        if tried and not tried[0].startswith("  try: "):
            raise AssertionError(f"wanted a hint after the sentence\n{self}")
        if hint and not tried:
            raise AssertionError(f"wanted to be told what to do\n{self}")
        if len(lines[told[0]]) > 400:
            raise AssertionError(f"nobody reads so long a sentence\n{self}")
        if self.out:
            raise AssertionError(f"wanted nothing on standard output\n{self}")
        return self.says(*patterns)


def digest(path):
    return hashlib.sha256(path.read_bytes()).hexdigest()


class Sandbox:
    """A machine in miniature: a store, a project, and a mirror of toolchains."""

    def __init__(self, folder, mirror):
        self.folder, self.mirror = folder, mirror
        self.home = folder / "store"
        self.project = folder / "project"
        self.project.mkdir()
        (folder / "user").mkdir()
        self.proxy = mirror.url
        self.servers = []
        self.env = {
            "HOME": str(folder / "user"), "PATH": "/usr/bin:/bin", "LANG": "C.UTF-8",
            "TMPDIR": str(folder), "GOWARD_HOME": str(self.home), "GOSUMDB": mirror.vkey,
            **{k: v for k, v in os.environ.items() if PASSED_ON.match(k)}}

    def serve(self, folder=None):
        """Puts the mirror behind the loopback server, and uses that from now on."""
        server = Server(folder or self.mirror.folder, self.folder)
        self.servers.append(server)
        self.proxy = server.url
        return server

    def environment(self, env):
        """None takes a variable away."""
        merged = {"GOPROXY": self.proxy, **self.env, **env}
        return {name: str(value) for name, value in merged.items() if value is not None}

    def run(self, argv, env=None, cwd=None, stdin=None, timeout=TIME_LIMIT, **more):
        start = time.monotonic()
        done = subprocess.run(
            [str(a) for a in argv], env=self.environment(env or {}), cwd=cwd or self.project,
            input=stdin, stdin=None if stdin is not None else subprocess.DEVNULL,
            stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, errors="replace",
            timeout=timeout, check=False, **more)
        result = Result(argv, done.returncode, done.stdout, done.stderr, time.monotonic() - start)
        if GOWARD in argv:
            SAID.note(self, argv[argv.index(GOWARD) + 1:], result)
        return result

    def goward(self, *args, **more):
        return self.run([GOWARD, *args], **more)

    def start(self, *args, env=None):
        return subprocess.Popen(
            [str(a) for a in (GOWARD, *args)], env=self.environment(env or {}), cwd=self.project,
            stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)

    def go(self, *args, tool="go", **more):
        """Through the shim, as a shell would."""
        shims = self.folder / "shims"
        if not shims.exists():
            shims.mkdir()
            for name in ("go", "gofmt"):
                (shims / name).symlink_to(GOWARD)
        return self.run([shims / tool, *args], **more)

    def wants(self, go=None, toolchain=None, folder=None):
        """Writes a go.mod."""
        text = "module example.com/shop\n"
        text += f"\ngo {go}\n" if go else ""
        text += f"\ntoolchain {toolchain}\n" if toolchain else ""
        ((folder or self.project) / "go.mod").write_text(text)

    def installed(self):
        """{version: status}"""
        tools = self.goward("list", "--json").succeeds().json["toolchains"]
        return {tool["version"]: tool["status"] for tool in tools}

    def tree(self, version, arch=ARCH):
        return self.home / "trees" / f"go{version}.{OS}-{arch}"

    def is_sound(self):
        """All that is installed is proved by its files, the history holds, `current` leads
        somewhere, and nothing is left of work under way."""
        if not self.home.exists():
            return self
        installed = self.installed()
        verified = self.goward("verify", "all", "--offline", "--json")
        ours = [r for r in verified.json.get("results", []) if r["path"].startswith(str(self.home))]
        same({r["version"]: r["status"] for r in ours}, {v: "proved" for v in installed},
             f"what is installed, and what its files prove\n{verified}\n")
        if (self.home / "format").exists():  # made last: without it there is no store yet
            self.goward("history", "--verify").succeeds()
            if not (self.home / "current" / "record").exists():
                raise AssertionError("`current` leads nowhere")
        return self

    def is_tidy(self):
        """Nothing half done and no partial download stays."""
        for name in ("incoming", "trash", "cache"):
            left = list((self.home / name).glob("*")) if (self.home / name).exists() else []
            left = [path for path in left if not path.is_dir() or name != "cache"]
            if left:
                raise AssertionError(f"left in {name}: {left}")
        if (self.home / "journal").exists():
            raise AssertionError("a journal stays")
        return self

    def snapshot(self, folder=None):
        """{path: what it is} of the whole store, or of a folder."""
        top, found = folder or self.home, {}
        if not os.path.lexists(top):
            return found
        for path in [top, *sorted(top.rglob("*"))]:
            st = path.lstat()
            kind = stat.filemode(st.st_mode)
            if stat.S_ISLNK(st.st_mode):
                found[str(path)] = (kind, os.readlink(path))
            elif stat.S_ISREG(st.st_mode):
                found[str(path)] = (kind, digest(path))
            else:
                found[str(path)] = (kind,)
        return found

    def done(self):
        for server in self.servers:
            server.stop()
        remove_tree(self.folder)


def remove_tree(path):
    """Also what is read-only."""
    def retry(function, name, _):
        os.chmod(os.path.dirname(name), 0o700)
        if os.path.isdir(name) and not os.path.islink(name):
            os.chmod(name, 0o700)
        function(name)
    shutil.rmtree(path, onerror=retry)


class Unchanged:
    """with Unchanged(box): ...   the store is the same, byte for byte, afterwards."""

    def __init__(self, box, ignore=()):
        self.box, self.ignore = box, ignore

    def _snapshot(self):
        return {path: what for path, what in self.box.snapshot().items()
                if not any(part in path for part in self.ignore)}

    def __enter__(self):
        self.before = self._snapshot()

    def __exit__(self, kind, *_):
        if kind is None:
            same(self._snapshot(), self.before, "the store")


# --- Expectations ------------------------------------------------------------------------------------

def same(actual, wanted, what):
    if actual == wanted:
        return
    if isinstance(actual, dict) and isinstance(wanted, dict):
        keys = sorted(k for k in {*actual, *wanted} if actual.get(k) != wanted.get(k))
        lines = [f"  {k}: {wanted.get(k)} -> {actual.get(k)}" for k in keys[:20]]
        raise AssertionError(f"{what} changed:\n" + "\n".join(lines))
    raise AssertionError(f"{what}: wanted {wanted!r}, got {actual!r}")


def check(condition, what):
    if not condition:
        raise AssertionError(what)


# --- Cases ---------------------------------------------------------------------------------------------

CASES = []
SAID = saidbychecks.Said()


def case(function):
    CASES.append(function)
    return function


def main(releases=(), n_files=40, prepare=None):
    """Runs the cases; the mirror has these releases and what prepare(mirror) adds."""
    wanted = sys.argv[1:]
    cases = [c for c in CASES if not wanted or c.__name__ in wanted]
    said_by_checks = saidbychecks.script_name().startswith("doctor_")
    failed = False
    ran_all = not wanted
    print(f"1..{len(cases) + said_by_checks}", flush=True)
    with tempfile.TemporaryDirectory(prefix="e2e-") as name:
        top = pathlib.Path(name).resolve()
        mirror = Mirror(top / "mirror")
        for version in releases:
            mirror.add(version, n_files=n_files)
        if prepare:
            prepare(mirror)
        mirror.publish()
        for number, function in enumerate(cases, 1):
            said = run_case(top, mirror, number, function)
            failed |= said.startswith("not ok")
            ran_all &= said.startswith("ok") and "# SKIP" not in said
    if said_by_checks:
        failed |= not run_said(len(cases) + 1, ran_all)
    return 1 if failed else 0


def run_said(number, ran_all):
    """The last case: what the checks said in all the others, word for word."""
    differs = SAID.differences(saidbychecks.script_name(), ran_all)
    print(f"{'not ok' if differs else 'ok'} {number} - the checks say what stands in test/golden/doctor")
    if differs:
        print("".join(f"# {line}\n" for line in differs.splitlines()), end="", flush=True)
    return not differs


def run_case(top, mirror, number, function):
    name = function.__name__.replace("_", " ")
    folder = top / f"{number}"
    folder.mkdir()
    box = Sandbox(folder, mirror)
    start = time.monotonic()
    try:
        function(box)
        said = f"ok {number} - {name}"
    except Skip as why:
        said = f"ok {number} - {name} # SKIP {why}"
    except Exception:  # whatever it is, it is this case's failure
        said = f"not ok {number} - {name}\n" + "".join(
            f"# {line}\n" for line in traceback.format_exc().splitlines()).rstrip()
    finally:
        box.done()
    print(said, f"# {time.monotonic() - start:.1f} s" if "SKIP" not in said else "", flush=True)
    return said
