#!/usr/bin/env python3
"""Where the go command writes: caches, temporary folders, disks, owners, and what lies in them; broken
for real, seen by the real go, found, cured (test/lib/breakage.py)."""
import functools
import pathlib
import shutil
import subprocess
import sys

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent.parent / "lib"))
import breakage as harness  # noqa: E402
from breakage import FIX, REMEDY, Skip, main  # noqa: E402
from madeproxy import DEP, use_dep  # noqa: E402

breakage = functools.partial(harness.breakage, own_go=False)
DEPS = ("go", "list", "-deps", "./...")
ALONE = ("go", "build", "-o", "/dev/null", "./tiny")  # imports nothing: builds in no time


def tiny(m):
    """A program that needs of the library what every program needs."""
    m.write("tiny/tiny.go", "package main\n\nfunc main() { println(1) }\n")


def own_cache(m):
    """A build cache of this machine, filled from the shared one."""
    tiny(m)
    cache = m.home / ".cache/go-build"
    m.run(*ALONE)
    m.run("cp", "-al", m.env.pop("GOCACHE"), "-T", str(make(cache.parent) / cache.name))
    return cache


def make(folder):
    folder.mkdir(parents=True, exist_ok=True)
    return folder


def build(m):
    return m.run("go", "build", "-o", "/dev/null", "./tiny")


def setting(title, name, value, *, symptom, finds, prepare=tiny, command=ALONE, **more):
    @breakage(f"{title}, exported", finds=finds, symptom=symptom, prepare=prepare, command=command,
              **more)
    def _(m):
        m.env[name] = value(m) if callable(value) else value

    @breakage(f"{title}, in the go env file", finds=finds, symptom=symptom, prepare=prepare,
              command=command, **{"cure": FIX, **more})
    def _(m):
        m.go_env(f"{name}={value(m) if callable(value) else value}\n")
        m.env.pop(name, None)


def as_user(m):
    tiny(m)
    make(m.home / ".cache/go-build")
    m.env.pop("GOCACHE")
    m.as_user()


# ---- the build cache

setting("GOCACHE=off", "GOCACHE", "off", finds="GWD006",
        symptom="build cache is disabled by GOCACHE=off, but required")
setting("GOCACHE that is relative", "GOCACHE", "cache", finds="GWD006",
        symptom="GOCACHE is not an absolute path")
setting("GOCACHE that is a file", "GOCACHE", lambda m: str(m.write("cache", "", below=m.top)),
        finds="GWD006", symptom="not a directory|failed to initialize build cache")


@breakage("HOME that is not set", finds="GWD006", prepare=own_cache, command=ALONE, own_cache=False,
          symptom="build cache is required, but could not be located: GOCACHE is not defined",
          cure=lambda m: m.env.update(HOME=str(m.home)), remedy="HOME")
def _(m):
    del m.env["HOME"]


@breakage("GOCACHE that is a link to nowhere", finds="GWD006", command=ALONE, prepare=own_cache,
          symptom="failed to initialize build cache|file exists")
def _(m):
    shutil.rmtree(m.home / ".cache/go-build")
    (m.home / ".cache/go-build").symlink_to(m.top / "gone/cache")


def root_owns(m, folder):
    subprocess.run(["chown", "-R", "0:0", str(folder)], check=True)


def give_back(folder):
    def cure(m):
        subprocess.run(["chown", "-R", "65534:65534", str(m.home / folder)], check=True)
    return cure


@breakage("a build cache that root made", finds="GWD006", command=ALONE, prepare=as_user,
          symptom="failed to initialize build cache at .*permission denied|permission denied",
          cure=give_back(".cache"), remedy="sudo chown -R nobody '?.*/.cache")
def _(m):
    root_owns(m, m.home / ".cache/go-build")


@breakage("a build cache without the right to write", finds="GWD006", command=ALONE, prepare=as_user,
          symptom="permission denied", cure=FIX)
def _(m):
    (m.home / ".cache/go-build").chmod(0o500)
    shutil.rmtree(m.home / ".cache/go-build/00", ignore_errors=True)


@breakage("a build cache on a read-only disk", finds="GWD006", command=ALONE, prepare=own_cache,
          symptom="read-only file system",
          cure=lambda m: m.mount(f"umount {m.home}/.cache/go-build"), remedy="GOCACHE")
def _(m):
    cache = m.home / ".cache/go-build"
    m.write("tiny/tiny.go", "package main\n\nfunc main() { println(3) }\n")
    m.mount(f"mount -t tmpfs none {cache} && mount -o remount,ro {cache}")


# ---- the module cache

setting("GOMODCACHE that is relative", "GOMODCACHE", "mod", finds="GWD070", prepare=use_dep,
        command=DEPS, symptom="GOMODCACHE entry is relative|must be absolute|not an absolute")
setting("GOMODCACHE that is a file", "GOMODCACHE", lambda m: str(m.write("mod", "", below=m.top)),
        finds="GWD070", prepare=use_dep, command=DEPS, symptom="not a directory")


def user_with_dep(m):
    use_dep(m)
    make(m.home / ".cache/go-build")
    make(m.home / "go/pkg/mod")
    m.env.pop("GOCACHE")
    m.as_user()


def fetched_anew(m):
    """As on the first build of a project."""
    subprocess.run(["chmod", "-R", "u+w", str(m.home / "go/pkg/mod")], check=False)
    shutil.rmtree(m.home / "go/pkg/mod" / "example.com", ignore_errors=True)
    shutil.rmtree(m.home / "go/pkg/mod/cache/download/example.com", ignore_errors=True)
    return m.run(*DEPS)


@breakage("a module cache that root made", finds="GWD074", command=fetched_anew,
          prepare=user_with_dep, symptom="permission denied", cure=give_back("go"),
          remedy="sudo chown -R nobody")
def _(m):
    root_owns(m, m.home / "go")


@breakage("folders of root in the module cache", finds="GWD070", command=fetched_anew,
          prepare=user_with_dep, symptom="permission denied", cure=give_back("go"),
          remedy="sudo chown -R nobody")
def _(m):
    root_owns(m, m.home / "go/pkg/mod/cache")


@breakage("a module cache without the right to write", finds="GWD070", command=DEPS,
          prepare=user_with_dep, symptom="permission denied", cure=FIX)
def _(m):
    fetched_anew(m)
    shutil.rmtree(m.home / "go/pkg/mod/example.com", ignore_errors=True)
    subprocess.run(["chmod", "-R", "u+w", str(m.home / "go/pkg/mod")], check=False)
    (m.home / "go/pkg/mod").chmod(0o500)


# ---- temporary files

setting("GOTMPDIR that is not there", "GOTMPDIR", lambda m: f"{m.top}/tmp", finds="GWD071",
        symptom="creating work dir: stat .*no such file", cure=FIX)


@breakage("TMPDIR that is not there", finds="GWD071", prepare=tiny, command=ALONE,
          symptom="creating work dir")
def _(m):
    m.env["TMPDIR"] = f"{m.top}/temporary files"


@breakage("TMPDIR that is a file", finds="GWD071", prepare=tiny, command=ALONE,
          symptom="creating work dir|not a directory")
def _(m):
    m.env["TMPDIR"] = str(m.write("file", "", below=m.top))


@breakage("TMPDIR of root", finds="GWD071", prepare=as_user, command=ALONE,
          symptom="creating work dir.*permission denied",
          cure=lambda m: m.env.pop("TMPDIR"), remedy="chown|TMPDIR")
def _(m):
    m.env["TMPDIR"] = str(make(m.top / "rootstmp"))


RUN = ("go", "run", "./tiny")


def noexec(place):
    def plant(m):
        make(place(m))
        m.mount(f"mount -t tmpfs -o noexec,size=600m none '{place(m)}'")
    return plant


@breakage("/tmp without exec", finds="GWD071", prepare=tiny, command=RUN, cure=REMEDY,
          symptom="fork/exec /tmp/go-build.*permission denied", version="1.23.12")
def _(m):
    if str(harness.GOWARD).startswith("/tmp/"):
        raise Skip("goward lies in /tmp")
    noexec(lambda m: pathlib.Path("/tmp"))(m)


@breakage("TMPDIR without exec, go test", finds="GWD071", cure=REMEDY,
          prepare=lambda m: (tiny(m), m.write(
              "tiny/tiny_test.go", 'package main\n\nimport "testing"\n\nfunc TestX(t *testing.T) {}\n')),
          command=("go", "test", "-count=1", "./tiny"), symptom="fork/exec .*permission denied")
def _(m):
    m.env["TMPDIR"] = str(m.top / "tmp")
    noexec(lambda m: m.top / "tmp")(m)


@breakage("GOTMPDIR of the go env file without exec", finds="GWD071", prepare=tiny, command=RUN,
          cure=REMEDY, symptom="fork/exec .*permission denied", version="1.23.12")
def _(m):
    m.go_env(f"GOTMPDIR={m.top}/tmp\n")
    noexec(lambda m: m.top / "tmp")(m)


@breakage("a build cache without exec", finds="GWD072", prepare=own_cache, cure=REMEDY,
          command=lambda m: [m.run(*RUN), m.run(*RUN)][1], symptom="fork/exec .*permission denied")
def _(m):
    cache = m.home / ".cache/go-build"
    m.mount(f"mount --bind {cache} {cache} && mount -o remount,bind,noexec {cache}")


# ---- full disks

@breakage("a full TMPDIR", finds="GWD071", prepare=tiny, command=ALONE, cure=REMEDY,
          symptom="no space left on device")
def _(m):
    m.env["TMPDIR"] = str(make(m.top / "tmp"))
    m.mount(f"mount -t tmpfs -o size=64k none {m.top}/tmp && head -c 64k /dev/zero >{m.top}/tmp/x || :")


@breakage("a TMPDIR without inodes", finds="GWD071", prepare=tiny, command=ALONE, cure=REMEDY,
          symptom="no space left on device")
def _(m):
    m.env["TMPDIR"] = str(make(m.top / "tmp"))
    m.mount(f"mount -t tmpfs -o nr_inodes=2,size=900m none {m.top}/tmp && touch {m.top}/tmp/x")


@breakage("a full module cache", finds="GWD070", prepare=use_dep, command=DEPS,
          symptom="no space left on device",
          cure=lambda m: m.mount(f"umount {m.home}/go/pkg/mod"), remedy="GOMODCACHE|clean")
def _(m):
    make(m.home / "go/pkg/mod")
    m.mount(f"chmod -R u+w {m.home}/go/pkg/mod; mount -t tmpfs -o size=64k none {m.home}/go/pkg/mod; "
            f"head -c 64k /dev/zero >{m.home}/go/pkg/mod/x || :")


def builds_once(m, done):
    """Built again, nothing is compiled."""
    again = m.run("go", "build", "-x", "-o", "/dev/null", "./tiny").out
    return done.code == 0 and "/compile " not in again


@breakage("a full build cache", finds="GWD006", prepare=own_cache, command=ALONE, works=builds_once,
          cure=lambda m: m.mount(f"umount {m.home}/.cache/go-build"), remedy="GOCACHE|clean")
def _(m):
    cache = m.home / ".cache/go-build"
    m.mount(f"mount -t tmpfs -o size=2m none {cache}; head -c 2m /dev/zero >{cache}/x || :")


# ---- what lies in the module cache

def has_dep(m):
    use_dep(m)
    m.env["GOFLAGS"] = "-modcacherw"
    m.run(*DEPS)


def download(m, suffix):
    return m.home / f"go/pkg/mod/cache/download/{DEP}/@v/v1.0.0{suffix}"


def unpacked(m):
    return m.home / f"go/pkg/mod/{DEP}@v1.0.0"


def spoil(suffix, text, unpack=True):
    def plant(m):
        download(m, suffix).chmod(0o644)
        download(m, suffix).write_text(text)
        if unpack:
            shutil.rmtree(unpacked(m))
    return plant


for cure in (FIX, REMEDY):
    breakage(f"an archive that was cut short ({cure})", finds="GWD062", prepare=has_dep, command=DEPS,
             symptom="zip: not a valid zip file", cure=cure)(spoil(".zip", "PK\3\4 and no more"))
    breakage(f"an archive that is empty ({cure})", finds="GWD062", prepare=has_dep, command=DEPS,
             symptom="zip: not a valid zip file", cure=cure)(spoil(".zip", ""))
    breakage(f"a .mod that is empty ({cure})", finds="GWD062", prepare=has_dep, command=DEPS,
             symptom="(?s)checksum mismatch.*SECURITY ERROR", cure=cure)(spoil(".mod", "", False))
    breakage(f"a .ziphash of another module ({cure})", finds="GWD062", prepare=has_dep, command=DEPS,
             symptom="(?s)checksum mismatch.*SECURITY ERROR",
             cure=cure)(spoil(".ziphash", "h1:47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU="))


def run_it(m):
    done = m.run("go", "build", "-o", "hello", ".")
    return done if done.code else m.run(m.project / "hello")


def edit_dep(m):
    file = unpacked(m) / "dep.go"
    file.chmod(0o644)
    file.write_text(file.read_text().replace("as it was made", "EVIL"))


for cure in (FIX, REMEDY):
    breakage(f"a module that was edited in the cache ({cure})", finds="GWD063", prepare=has_dep,
             command=run_it, symptom="EVIL", works=lambda m, done: "as it was made" in done.out,
             cure=cure)(edit_dep)


@breakage("a cache elsewhere with an edited module", finds="GWD063", command=run_it, symptom="EVIL",
          works=lambda m, done: "as it was made" in done.out, cure=FIX,
          prepare=lambda m: (m.go_env(f"GOMODCACHE={m.top}/modules\n"), has_dep(m)))
def _(m):
    file = m.top / f"modules/{DEP}@v1.0.0/dep.go"
    file.chmod(0o644)
    file.write_text(file.read_text().replace("as it was made", "EVIL"))


if __name__ == "__main__":
    sys.exit(main())
