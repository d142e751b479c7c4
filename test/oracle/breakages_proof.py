#!/usr/bin/env python3
"""A Go whose files are not those of its release: edited for real, built from by the real go, found,
cured (test/lib/breakage.py).

Nothing of it has a symptom: the build passes. What is held against that is the file itself, which must
be that of the release again. Needs a GOPROXY that can be reached: what is put back comes from there."""
import functools
import os
import pathlib
import shutil
import sys

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent.parent / "lib"))
import breakage as harness  # noqa: E402
from breakage import main  # noqa: E402
from machine import CACHE, Skip, link_or_copy, release  # noqa: E402

VERSION, BASE = "1.27.4", "1.26.8"
MODULE = f"toolchain@v0.0.1-go{VERSION}.linux-amd64"
DOWNLOADS = "cache/download/golang.org/toolchain/@v"
TOOLS = "pkg/tool/linux_amd64"
CI = ("--profile", "ci")

breakage = functools.partial(harness.breakage, version=None, command=lambda m: m.run("go", "run", "."),
                             works=lambda m, done: is_released(m, done))


# ---- where a Go comes from

def begin(m, root):
    """The Go at root is in use, and its files come from where this machine's do."""
    m.root = root
    for name in ("GOPROXY", "GOSUMDB"):
        if os.environ.get(name):
            m.env[name] = os.environ[name]
    m.write("go.mod", f"module example.com/well\n\ngo {VERSION}\n")
    m.share_cache(VERSION)


def downloads(m, *suffixes):
    """What the go command keeps of a download that it has checked; which Go fetched it decides on what more there is than
    the archive and its hash."""
    folder = m.home / "go/pkg/mod" / DOWNLOADS
    folder.mkdir(parents=True)
    for suffix in suffixes:
        kept = CACHE / "gomod" / DOWNLOADS / f"{MODULE.partition('@')[2]}{suffix}"
        if suffix == ".ziphash" or kept.exists():
            shutil.copy(kept, folder)


def module_tree(m):
    """A copy as the go command unpacks it."""
    tree = m.home / "go/pkg/mod/golang.org" / MODULE
    programs = [f"bin/{name}" for name in ("go", "gofmt")]
    programs += [f"{TOOLS}/{file.name}" for file in (release(VERSION) / TOOLS).iterdir()]
    shutil.copytree(release(VERSION), tree, copy_function=link_or_copy)
    for program in programs:
        (tree / program).unlink()
        shutil.copy2(release(VERSION) / program, tree / program)
        (tree / program).chmod(0o755)
    return tree


def official(m):
    """Out of the archive of the release; the go command once had the same one, and has it still."""
    begin(m, m.install_go(VERSION))
    downloads(m, ".ziphash")
    module_tree(m)


def official_alone(m):
    """The same, and nothing else on the machine knows of it."""
    begin(m, m.install_go(VERSION))


def official_hashed(m):
    """The same; of the download only its hash is left."""
    begin(m, m.install_go(VERSION))
    downloads(m, ".ziphash")


def module_cache(m):
    """An older Go switches to it."""
    m.install_go(BASE)
    begin(m, module_tree(m))
    downloads(m, ".ziphash", ".info", ".mod", ".lock")
    m.write("go.mod", f"module example.com/well\n\ngo {VERSION}\n")


def goward_s(m):
    """goward has installed it."""
    begin(m, None)
    archive = CACHE / "gomod" / DOWNLOADS / f"{MODULE.partition('@')[2]}.zip"
    shutil.copy(archive, m.top / archive.name)
    lines = (release(VERSION) / "go.env").read_text().splitlines()  # there is no Go yet to say it
    for words in (("install", m.top / archive.name), ("use", "--global", VERSION)):
        done = m.run("goward", *words, env=dict(x.split("=", 1) for x in lines if x.startswith("GOPROXY=")))
        if done.code != 0:
            raise Skip(f"go{VERSION} cannot be installed: {done}")
    home = pathlib.Path(m.env["GOWARD_HOME"])
    m.path(home / "current/go/bin")
    m.root = home / f"trees/go{VERSION}.linux-amd64"


# ---- what becomes of it

def same(a, b):
    return a.is_file() == b.is_file() and (not a.is_file() or a.read_bytes() == b.read_bytes())


def is_released(m, done):
    planted = getattr(m, "planted", "VERSION")
    return done.code == 0 and "well" in done.out and same(m.root / planted, release(VERSION) / planted)


def replace(m, name, change):
    m.planted = name
    file = m.root / name
    mode, text = file.stat().st_mode & 0o777, file.read_bytes()
    edited = change(text)
    assert edited != text, name
    file.unlink()  # it may be linked with the release's
    file.write_bytes(edited)
    file.chmod(mode)


def std_edited(m):
    replace(m, "src/fmt/print.go", lambda t: t.replace(
        b"return Fprintln(os.Stdout, a...)", b'return Fprintln(os.Stdout, append(a, "and more")...)'))


def comment_edited(m):
    replace(m, "src/os/file.go", lambda t: t + b"\n// nobody asked for this\n")


def compiler_flipped(m):
    replace(m, f"{TOOLS}/compile",
            lambda t: t.replace(b"declared and not used", b"declared and not Used"))


def linker_flipped(m):
    replace(m, f"{TOOLS}/link", lambda t: t.replace(b"relocation target ", b"relocation Target "))


def version_edited(m):
    replace(m, "VERSION", lambda t: t.replace(b"T", b"t", 1) if b"T" in t else t + b"edited\n")


def file_added(m):
    m.planted = "src/fmt/more.go"
    (m.root / m.planted).write_text('package fmt\n\nfunc init() { println("added") }\n')


def file_removed(m):
    m.planted = "src/container/ring/ring.go"
    (m.root / m.planted).unlink()


def symlink_instead(m):
    m.planted = "src/strings/clone.go"
    elsewhere = m.top / "clone.go"
    elsewhere.write_bytes((m.root / m.planted).read_bytes() + b"\n// of somebody\n")
    (m.root / m.planted).unlink()
    (m.root / m.planted).symlink_to(elsewhere)


PLACES = (("a Go out of its archive", official), ("a toolchain of the module cache", module_cache),
          ("a Go of goward's", goward_s))
EDITS = (("a file of the standard library edited", std_edited), ("a comment added", comment_edited),
         ("a byte of the compiler flipped", compiler_flipped), ("a byte of the linker flipped", linker_flipped),
         ("VERSION edited", version_edited), ("a file added", file_added), ("a file removed", file_removed),
         ("a symlink instead of a file", symlink_instead))

for place, prepare in PLACES:
    for what, plant in EDITS:
        breakage(f"{place}: {what}", finds="GWD038", prepare=prepare)(plant)
        breakage(f"{place}: {what}, before a build that counts", finds="GWD038", prepare=prepare,
                 options=CI)(plant)


def with_old_times(m):
    """As by a tool that puts the times back; the file system's own time of the change is left."""
    std_edited(m)
    shutil.copystat(release(VERSION) / m.planted, m.root / m.planted)


for place, prepare in PLACES:
    breakage(f"{place}: edited, and no time shows it", finds="GWD038", prepare=prepare,
             options=CI)(with_old_times)

for what, plant in EDITS:
    breakage(f"a Go out of its archive, whose download is gone: {what}", finds="GWD038",
             prepare=official_hashed)(plant)
    breakage(f"a Go that nothing here knows: {what}", finds="GWD069", prepare=official_alone,
             options=("--net",))(plant)


# What a label tells is told by the label: GWD022 to GWD024, and nothing of it twice.
@breakage("a Go out of its archive: VERSION says another release", finds="GWD022", prepare=official,
          options=CI)
def _(m):
    replace(m, "VERSION", lambda t: t.replace(VERSION.encode(), b"1.27.9"))


@breakage("a Go out of its archive: VERSION says no release", finds="GWD038 GWD022", prepare=official,
          options=CI)
def _(m):
    replace(m, "VERSION", lambda t: t.replace(VERSION.encode(), VERSION.encode() + b"-mine"))


@breakage("a Go out of its archive: a tool gone", finds="GWD023", prepare=official, options=CI)
def _(m):
    m.planted = f"{TOOLS}/asm"
    (m.root / m.planted).unlink()


@breakage("a Go out of its archive: the compiler of another Go", finds="GWD022", prepare=official,
          options=CI)
def _(m):
    replace(m, f"{TOOLS}/compile", lambda t: (release(BASE) / TOOLS / "compile").read_bytes())


@breakage("a Go out of its archive: a folder of the standard library gone", finds="GWD024",
          prepare=official, options=CI)
def _(m):
    m.planted = "src/unicode/utf8/utf8.go"
    shutil.rmtree(m.root / "src/unicode/utf8")


if __name__ == "__main__":
    sys.exit(main())
