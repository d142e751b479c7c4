"""What bench/compare.py and test/speed/budgets.py share: how a program is measured, and real releases
behind a proxy and a log that are folders.

CPU is user + system time of the process and of all its children that it waited for. Python's standard
library only.
"""
import os
import pathlib
import re
import shutil
import subprocess
import sys
import time

ROOT = pathlib.Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT / "test/lib"))
import makelog  # noqa: E402
from sandbox import ARCH, GOWARD, OS, Mirror, module_name  # noqa: E402

CACHE = pathlib.Path(os.environ.get("TEST_CACHE") or
                     pathlib.Path(os.environ.get("XDG_CACHE_HOME") or
                                  pathlib.Path.home() / ".cache") / "goward-test")
MODULES = CACHE / "gomod"
VERSION = "1.27.3"
FIVE = ["1.21.13", "1.25.0", "1.25.14", "1.26.8", "1.27.3"]
NOOP = "int main(void)\n{\n    return 0;\n}\n"


def measure(argv, env=None, cwd=None):
    """Wall seconds, CPU seconds, exit code."""
    begun = time.monotonic()
    with open(os.devnull, "wb") as null:
        child = subprocess.Popen([str(a) for a in argv], env=env, cwd=cwd, stdout=null, stderr=null)
        _, status, usage = os.wait4(child.pid, 0)
    child.returncode = os.waitstatus_to_exitcode(status)
    return time.monotonic() - begun, usage.ru_utime + usage.ru_stime, child.returncode


def system_calls(argv, env, cwd=None):
    """{name: how many} of the process and its children, and "total"; None without strace."""
    if not shutil.which("strace"):
        return None
    done = subprocess.run(["strace", "-f", "-c", "-U", "name,calls", *(str(a) for a in argv)], env=env,
                          cwd=cwd, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True,
                          check=False)
    if done.returncode != 0:
        return None
    return {name: int(calls) for name, calls in re.findall(r"^(\w+) +(\d+)$", done.stderr, re.M)}


def peak_memory(argv, env, cwd=None):
    """The most bytes of anonymous memory, looked at in /proc as often as can be; the exit code."""
    child = subprocess.Popen([str(a) for a in argv], env=env, cwd=cwd, stdout=subprocess.DEVNULL,
                             stderr=subprocess.DEVNULL)
    peak = 0
    while child.poll() is None:
        try:
            with open(f"/proc/{child.pid}/status") as status:
                found = re.search(r"^RssAnon:\s*(\d+) kB", status.read(), re.M)
        except OSError:
            break
        peak = max(peak, int(found[1]) * 1024 if found else 0)
    return peak, child.wait()


def size(*folders):
    """Bytes of the files, each file once."""
    seen, total = set(), 0
    for folder in folders:
        for path, _, files in os.walk(folder):
            for name in files:
                st = os.lstat(os.path.join(path, name))
                if (st.st_dev, st.st_ino) not in seen:
                    seen.add((st.st_dev, st.st_ino))
                    total += st.st_size
    return total


# --- Real releases ---------------------------------------------------------------------------------

def release_file(version, suffix):
    """In the module cache of the tests."""
    name = f"{module_name(version)}.{suffix}"
    return MODULES / "cache/download/golang.org/toolchain/@v" / name


def module_tree(version):
    """As cmd/go unpacked it."""
    return MODULES / f"golang.org/toolchain@{module_name(version)}"


def tree_name(version):
    return f"go{version}.{OS}-{ARCH}"


def has_release(version):
    """Whether the release is in the module cache of the tests; asks for it when it is not."""
    if not release_file(version, "ziphash").exists() and shutil.which("go"):
        env = dict(os.environ, GOMODCACHE=str(MODULES), GOFLAGS="-modcacherw", GOTOOLCHAIN="local")
        subprocess.run(["go", "mod", "download", f"golang.org/toolchain@{module_name(version)}"],
                       env=env, cwd="/", check=False, capture_output=True)
    return release_file(version, "ziphash").exists()


def make_mirror(folder, versions):
    """A proxy with the real zips, and a log with a key of its own. What cmd/go proved is recorded."""
    mirror = Mirror(folder)
    place = mirror.folder / "golang.org/toolchain/@v"
    place.mkdir(parents=True)
    mod_hash = makelog.h1([("go.mod", makelog.MOD_TEXT)])
    for version in versions:
        name = module_name(version)
        (place / f"{name}.mod").write_bytes(makelog.MOD_TEXT)
        (place / f"{name}.info").write_bytes(makelog.info_text(name))
        shutil.copy(release_file(version, "zip"), place)
        zip_hash = release_file(version, "ziphash").read_text().strip()
        mirror.log.add("golang.org/toolchain", name,
                       f"golang.org/toolchain {name} {zip_hash}\n"
                       f"golang.org/toolchain {name}/go.mod {mod_hash}\n")
    (place / "list").write_text("".join(f"{module_name(v)}\n" for v in versions))
    return mirror.publish()


def base_env(mirror, **more):
    env = {"PATH": os.environ["PATH"], "HOME": str(mirror.folder.parent / "home"),
           "GOPROXY": mirror.url, "GOSUMDB": mirror.vkey, "GOENV": "off", "GOTELEMETRY": "off"}
    env.update({name: str(value) for name, value in more.items()})
    return env


def install(mirror, home, *versions):
    return measure([GOWARD, "install", *(versions or [VERSION])], base_env(mirror, GOWARD_HOME=home))


def install_by_go(mirror, path):
    """As cmd/go does it, by its own switching; the exit code is 1 when it had nothing to do."""
    env = base_env(mirror, GOPATH=path, GOFLAGS="-modcacherw", GOTOOLCHAIN=f"go{VERSION}")
    wall, cpu, code = measure(["go", "version"], env, cwd="/")
    return wall, cpu, code or int(not (path / "pkg/mod/golang.org").is_dir())


# --- A go that does nothing ------------------------------------------------------------------------

def compile_noop(program):
    """Static, and with the libc that goward has where the machine has it."""
    source = program.with_suffix(".c")
    source.write_text(NOOP)
    compiler = "musl-gcc" if shutil.which("musl-gcc") else "cc"
    subprocess.run([compiler, "-O2", "-static", "-o", str(program), str(source)], check=True)


def standing_in(copy, home, noop):
    """A home whose go does nothing: go's own 4 ms vary by more than a shim costs."""
    tree = copy / "trees" / tree_name(VERSION)
    (tree / "bin").mkdir(parents=True)
    for name in ("format", "current", "generations", "records", "bin"):
        subprocess.run(["cp", "-a", str(home / name), str(copy)], check=True)
    for name in ("go.env", "VERSION"):
        shutil.copy(home / "trees" / tree_name(VERSION) / name, tree)
    shutil.copy(noop, tree / "bin/go")
    return tree / "bin/go"
