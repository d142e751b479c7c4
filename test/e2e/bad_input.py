#!/usr/bin/env python3
"""Bad input: one clear sentence, the right exit code, and nothing is changed.

Each case has a store with a Go in it, and hashes all of it before and after.
"""
import io
import os
import pathlib
import re
import shutil
import subprocess
import sys
import zipfile

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent.parent / "lib"))
from ports import closed_port  # noqa: E402
from sandbox import *  # noqa: E402,F403

RELEASES = ["1.25.3", "1.26.8", "1.26.11", "1.27.4"]
SCRATCH = ["/store/lock", "/store/cache", "/store/sumdb"]  # caches, and who wrote last


def prepared(box):
    """A store with one Go in it, and a project."""
    box.goward("install", "1.25.3").succeeds()
    box.wants("1.25.3")
    box.goward("up").succeeds()
    return box


def refuses(box, code, *patterns, args=("install", "1.26.8"), hint=True, strict=True, **more):
    """Nothing of the store is changed; strict: not even what is scratch."""
    with Unchanged(box, ignore=SCRATCH if strict else SCRATCH + ["/sumdb"]):
        done = box.goward(*args, **more).refuses(code, *patterns, hint=hint)
    check(not list(box.home.glob("cache/*.part")), "no part is left")
    return done


# --- the network --------------------------------------------------------------------------------------

@case
def no_network(box):
    prepared(box)
    box.proxy = f"http://127.0.0.1:{closed_port()}"
    where = re.escape(box.proxy.removeprefix("http://"))
    refuses(box, NETWORK, where)
    refuses(box, NETWORK, where, args=("install", "1.26"))
    refuses(box, NETWORK, where, args=("list", "--remote"))
    refuses(box, NETWORK, where, args=("use", "1.26.8", "--global"))
    # What is there needs no network.
    box.goward("up").succeeds()
    box.goward("verify", "all").succeeds()
    box.goward("install", "1.25.3").succeeds()
    # A name that does not resolve.
    refuses(box, NETWORK, "goward-test.invalid",
            env={"GOPROXY": "http://goward-test.invalid:1"})
    log = f"{box.mirror.vkey} {box.mirror.url}/sumdb/{box.mirror.log.key.name}"
    refuses(box, NETWORK, "GOPROXY.*off", env={"GOPROXY": "off", "GOSUMDB": log}, hint=False)


@case
def a_short_stack(box):
    """The helper and libcurl's threads have stacks of their own, whatever the limit of the process."""
    if b"__asan_init" in pathlib.Path(GOWARD).read_bytes():  # which needs more before main
        return
    for kib in (32, 64):
        done = box.run(["sh", "-c", f"ulimit -s {kib} && exec {GOWARD} install 1.25.3"])
        done.succeeds()
        box.goward("remove", "1.25.3").succeeds()
        done = box.run(["sh", "-c", f"ulimit -s {kib} && exec {GOWARD} install 1.26.8"],
                       env={"GOPROXY": "http://goward-test.invalid:1"})
        done.refuses(NETWORK, "goward-test.invalid")


@case
def a_malformed_goproxy(box):
    prepared(box)
    for value in ("ftp://example.com", "http://", "nonsense", "http://a b/", "://x"):
        refuses(box, USAGE, "GOPROXY", env={"GOPROXY": value}, hint=False)
    for value in ("no key at all!", "sumdb.goward.test+00000000+AAAA",
                  box.mirror.vkey[:-4] + "AAA=", box.mirror.vkey + " ftp://x"):
        refuses(box, USAGE, "GOSUMDB", env={"GOSUMDB": value}, hint=False)


# --- archives --------------------------------------------------------------------------------------------

def zip_of(entries, prefix=None):
    """[(name, data, external_attr)] as a zip, names as they are."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as z:
        for name, data, attr in entries:
            info = zipfile.ZipInfo(name, (2026, 1, 2, 3, 4, 4))
            info.compress_type = zipfile.ZIP_DEFLATED
            info.external_attr = attr << 16
            info.create_system = 3
            z.writestr(info, data)
    return out.getvalue()


def good_entries(version="1.26.8"):
    prefix = f"golang.org/toolchain@{module_name(version)}/"
    files = makelog.module_files(goroot_files(version))
    return prefix, [(prefix + path, data, 0o100000 | mode)
                    for path, (mode, data) in sorted(files.items())]


def vouched(box, data, entries=None, version="1.26.8"):
    """A mirror whose log vouches for the hostile archive: only its form is wrong."""
    folder = box.folder / f"hostile-{os.urandom(3).hex()}"
    shutil.copytree(box.mirror.folder / "golang.org", folder / "golang.org")
    log = makelog.Log(box.mirror.log.key.name)
    makelog.add_filler(log, 3)
    name = module_name(version)
    (folder / f"golang.org/toolchain/@v/{name}.zip").write_bytes(data)
    h1 = makelog.h1([(n, d) for n, d, _ in (entries or [])])
    log.add("golang.org/toolchain", name,
            f"golang.org/toolchain {name} {h1}\ngolang.org/toolchain {name}/go.mod {h1}\n")
    log.publish(folder)
    return f"file://{folder}"


def hostile_zip(box, data, *patterns, entries=None, code=NOT_VERIFIED):
    """By the proxy with a log that vouches for it, and as a file; nothing appears anywhere."""
    around = [p for p in box.folder.iterdir()]
    refuses(box, code, *patterns, hint=False, env={
        "GOPROXY": vouched(box, data, entries), "GOWARD_HOME": fresh_home(box)})
    file = box.folder / "archive.zip"
    file.write_bytes(data)
    refuses(box, code, *patterns, hint=False, args=("install", file))
    new = {p.name for p in box.folder.iterdir()} - {p.name for p in around}
    check(all(n.startswith(("hostile-", "fresh-", "archive.zip")) for n in new), f"escaped: {new}")
    for store in box.folder.glob("fresh-*"):
        check(not list((store / "trees").iterdir()), f"a tree in {store}")
        check(not list((store / "incoming").iterdir()), f"something incoming in {store}")


def fresh_home(box):
    return box.folder / f"fresh-{os.urandom(3).hex()}"


@case
def a_truncated_archive(box):
    prepared(box)
    whole = box.mirror.zip("1.26.8").read_bytes()
    file = box.folder / f"go1.26.8.{OS}-{ARCH}.zip"
    for n in (0, 1, 3, 22, len(whole) // 2, len(whole) - 23, len(whole) - 1):
        file.write_bytes(whole[:n])
        refuses(box, NOT_VERIFIED, args=("install", file), hint=False)
    whole = tar_gz(goroot_files("1.26.8"))
    file = box.folder / f"go1.26.8.{OS}-{ARCH}.tar.gz"
    for n in (0, 1, 9, 18, 512, len(whole) // 2, len(whole) - 9, len(whole) - 1):
        file.write_bytes(whole[:n])
        refuses(box, NOT_VERIFIED, args=("install", file), hint=False)
    for name in ("go.zip", "go.tar.gz"):  # whose name does not say what it is
        (box.folder / name).write_bytes(b"")
        refuses(box, NOT_VERIFIED, args=("install", box.folder / name), hint=False)


@case
def a_corrupted_archive(box):
    prepared(box)
    for name, whole in [("zip", box.mirror.zip("1.26.8").read_bytes()),
                        ("tar.gz", tar_gz(goroot_files("1.26.8")))]:
        file = box.folder / f"go1.26.8.{OS}-{ARCH}.{name}"
        step = max(1, len(whole) // soak(2000, 40))
        for at in range(0, len(whole), step):
            data = bytearray(whole)
            data[at] ^= 0x10
            file.write_bytes(bytes(data))
            done = box.goward("install", file)
            if done.code == OK:  # bits that mean nothing: a time, a comment, the gzip header's OS
                box.is_sound()
                box.goward("remove", "1.26.8").succeeds()
                continue
            done.refuses(NOT_VERIFIED, hint=False)
        check("go1.26.8" not in box.installed(), "nothing is installed")
    box.is_sound().is_tidy()


@case
def names_that_lead_out(box):
    prepared(box)
    prefix, good = good_entries()
    for name in ("../evil", "../../../../../../tmp/goward-evil", "a/../../evil", "/etc/goward-evil",
                 "a//b", "./a", "a/.", "a/..", "..", "a\\..\\evil", "C:/evil", "a\0b", "a\nb",
                 "a\x1b[31mb", "", "con\x7f"):
        for whole_name in (prefix + name, name):
            bad = good + [(whole_name, b"evil\n", 0o100644)]
            hostile_zip(box, zip_of(bad), entries=bad)
    check(not os.path.exists("/tmp/goward-evil") and not os.path.exists("/etc/goward-evil"), "out")


@case
def links_and_devices(box):
    prepared(box)
    prefix, good = good_entries()
    for kind in (0o120000, 0o020000, 0o060000, 0o010000, 0o140000):
        bad = good + [(prefix + "src/link", b"../../../etc/passwd", kind | 0o777)]
        hostile_zip(box, zip_of(bad), entries=bad)
    bad = good + [(prefix + "src/dir/", b"", 0o040755)]
    done = box.goward("install", "1.26.8", env={
        "GOPROXY": vouched(box, zip_of(bad), bad), "GOWARD_HOME": fresh_home(box)})
    check(done.code in (OK, NOT_VERIFIED), f"an entry for a folder\n{done}")


@case
def names_that_collide(box):
    prepared(box)
    prefix, good = good_entries()
    twice = good + [(prefix + "src/p1/p.go", b"package other\n", 0o100644)]
    import warnings
    warnings.simplefilter("ignore")
    hostile_zip(box, zip_of(twice), "src/p1/p.go", entries=twice)
    folded = good + [(prefix + "SRC/p1/p.go", b"package other\n", 0o100644)]
    hostile_zip(box, zip_of(folded), "differ only in case", entries=folded)
    folder = good + [(prefix + "src/p1", b"a file where a folder is\n", 0o100644)]
    hostile_zip(box, zip_of(folder), "src/p1", entries=folder)
    both = good + [(prefix + "src/go.mod", b"module twice\n", 0o100644)]
    hostile_zip(box, zip_of(both), "go.mod", entries=both)


@case
def a_wrong_prefix(box):
    prepared(box)
    prefix, good = good_entries()
    for other in ("golang.org/toolchain@v0.0.1-go1.26.9.linux-amd64/", "go/", "", "golang.org/x/"):
        bad = [(n.replace(prefix, other), d, m) for n, d, m in good]
        refuses(box, NOT_VERIFIED, hint=False, env={
            "GOPROXY": vouched(box, zip_of(bad), bad), "GOWARD_HOME": fresh_home(box)})
    mixed = good + [("golang.org/toolchain@v0.0.1-go1.99.1.linux-amd64/x", b"x", 0o100644)]
    hostile_zip(box, zip_of(mixed), entries=mixed)


@case
def a_bomb(box):
    prepared(box)
    prefix, good = good_entries()
    # One member that says so, and is far over what a release can hold.
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED, compresslevel=1) as z:
        with z.open(zipfile.ZipInfo(prefix + "src/zeros"), "w", force_zip64=True) as member:
            pass
    huge = bytearray(zip_of(good + [(prefix + "src/zeros", bytes(1 << 20), 0o100644)]))
    # The directory then claims 600 MB (over the 500 MB that a module may have).
    at = huge.rfind(b"PK\x01\x02", 0, huge.rfind((prefix + "src/zeros").encode()))
    huge[at + 24:at + 28] = (600 << 20).to_bytes(4, "little")
    hostile_zip(box, bytes(huge), "src/zeros|MB|MiB|bytes")
    # It claims less than it holds.
    small = bytearray(zip_of(good + [(prefix + "src/zeros", bytes(1 << 20), 0o100644)]))
    at = small.rfind(b"PK\x01\x02", 0, small.rfind((prefix + "src/zeros").encode()))
    small[at + 24:at + 28] = (1000).to_bytes(4, "little")
    hostile_zip(box, bytes(small))
    # A tar.gz of 1.1 GB of zeros is given up early.
    import zlib
    packer = zlib.compressobj(1, zlib.DEFLATED, 31)
    head = tarfile.TarInfo("go/src/zeros")
    head.size = 1100 << 20
    data = packer.compress(head.tobuf())
    for _ in range(1100):
        data += packer.compress(bytes(1 << 20))
    file = box.folder / f"go1.26.8.{OS}-{ARCH}.tar.gz"
    file.write_bytes(data + packer.flush())
    refuses(box, NOT_VERIFIED, args=("install", file), hint=False)


@case
def hostile_tars(box):
    prepared(box)

    def tar_with(*members):
        out = io.BytesIO()
        with tarfile.open(fileobj=out, mode="w:gz", compresslevel=1, format=tarfile.PAX_FORMAT) as t:
            for path, (mode, data) in sorted(goroot_files("1.26.8").items()):
                info = tarfile.TarInfo(f"go/{path}")
                info.mode, info.size = mode, len(data)
                t.addfile(info, io.BytesIO(data))
            for name, kind, target in members:
                info = tarfile.TarInfo(name)
                info.type, info.linkname = kind, target
                data = b"" if kind != tarfile.REGTYPE else b"evil\n"
                info.size = len(data)
                t.addfile(info, io.BytesIO(data))
        return out.getvalue()
    link, hard, file = tarfile.SYMTYPE, tarfile.LNKTYPE, tarfile.REGTYPE
    path = box.folder / f"go1.26.8.{OS}-{ARCH}.tar.gz"
    for members in [[("go/src/out", link, "/etc")], [("go/src/out", hard, "../../etc/passwd")],
                    [("go/src/out", link, ".."), ("go/src/out/evil", file, "")],
                    [("go/../../evil", file, "")], [("/evil", file, "")], [("evil", file, "")],
                    [("go/src/p1/p.go", file, "")], [("go/SRC/p1/p.go", file, "")],
                    [("go/src/fifo", tarfile.FIFOTYPE, "")],
                    [("go/src/dev", tarfile.CHRTYPE, "")], [("go/" + "d/" * 3000 + "f", file, "")]]:
        path.write_bytes(tar_with(*members))
        refuses(box, NOT_VERIFIED, args=("install", path), hint=False)
    check(not (box.folder / "evil").exists() and not (box.home / "evil").exists(), "nothing escaped")


@case
def other_things_than_archives(box):
    prepared(box)
    text = box.folder / "text.zip"
    text.write_text("hello\n")
    refuses(box, NOT_VERIFIED, "text.zip|zip", args=("install", text), hint=False)
    refuses(box, NOT_FOUND, "nosuch.tar.gz", args=("install", "nosuch.tar.gz"), hint=False)
    refuses(box, NOT_FOUND, "nosuch", args=("install", "./nosuch"), hint=False)
    folder = box.folder / "folder.zip"
    folder.mkdir()
    refuses(box, USAGE, "folder.zip", args=("install", folder), hint=False)
    refuses(box, NOT_FOUND, "user' cannot be installed: '.*' is no Go root", args=("install", f"{box.folder}/user"), hint=False)
    # The right archive under another release's name.
    wrong = box.folder / f"{module_name('1.26.8')}.zip"
    shutil.copyfile(box.mirror.zip("1.26.11"), wrong)
    refuses(box, NOT_VERIFIED, "1.26.8|1.26.11", args=("install", wrong), hint=False)


# --- versions and platforms -----------------------------------------------------------------------------

@case
def a_refused_first_run_leaves_nothing(box):
    box.wants("1.99.9")
    before = sorted(box.folder.iterdir())
    for args in (["install", "1.99.9"], ["install", "NONSENSE"], ["install", "./dir"], ["use", "1.99.9"],
                 ["use", "1.99.9", "--global"], ["up"], ["install", "1.26.8", "--offline"], ["up", "--offline"],
                 ["remove", "1.26.8"], ["rollback"], ["exec", "true"], ["verify"], ["gc"]):
        done = box.goward(*args)
        check(done.code != OK, f"this is refused\n{done}")
        same(sorted(box.folder.iterdir()), before, f"what lies there after {args}")
    # Where there is a store, it stays as it is.
    box.goward("install", "1.26.8").succeeds()
    box.goward("install", "1.99.9").ends(NOT_FOUND)
    same(list(box.installed()), ["go1.26.8"], "what is installed")


@case
def versions_that_do_not_exist(box):
    prepared(box)
    for spec, patterns in [("1.26.99", ["go1.26.99 does not exist", "newest 1.26 is 1.26.11"]),
                           ("1.24", ["1.24", "newest is 1.27.4"]), ("1.99.1", ["1.99.1", "1.27.4"]),
                           (">=2", [">=2", "1.27.4"]), ("1.27rc9", ["1.27rc9"])]:
        refuses(box, NOT_FOUND, *patterns, "goward list --remote", args=("install", spec))
        refuses(box, NOT_FOUND, *patterns, args=("use", spec), hint=False)
        refuses(box, NOT_FOUND, args=("exec", "--go", spec, "true"), hint=False)
    for spec in ("foo", "1.26.x", "v1.26.8", "01.26", "1.26.08", "-", ">=", "1.26.8.9", "go", "",
                 ">=1.25,,<1.27", "1.26.8 ", "1" * 300, "lates", "stabel"):
        refuses(box, USAGE, args=("install", "--", spec), hint=False)
        refuses(box, USAGE, args=("exec", f"--go={spec}", "--", "true"), hint=False)
    for spec in ("./dir", "go.zip", "https://example.com/go.tar.gz"):
        for command in (["exec", "--go", spec, "--", "true"], ["which", "--go", spec], ["use", spec]):
            refuses(box, USAGE, "names a place", args=command)
    refuses(box, USAGE, "latest", args=("install", "lates"), hint=False)


@case
def platforms_that_do_not_exist(box):
    prepared(box)
    for platform in ("plan9/mips", "linux", "linux/", "/amd64", "windows/amd65", ""):
        refuses(box, USAGE, args=("install", "1.26.8", "--platform", platform), hint=False)
    # A platform that Go is published for, but not here.
    refuses(box, NOT_FOUND, "1.26.8", "darwin/arm64",
            args=("install", "1.26.8", "--platform", "darwin/arm64"), hint=False)
    refuses(box, NOT_FOUND, "darwin/arm64",
            args=("install", "1.26", "--platform", "darwin/arm64"), hint=False)


# --- files of the project --------------------------------------------------------------------------------

@case
def a_broken_go_mod(box):
    prepared(box)
    mod = box.project / "go.mod"
    mod.write_text("module m\ntoolchain banana\n")
    for args in (["up"], ["which"], ["exec", "true"]):
        refuses(box, USAGE, r"go\.mod:2", "banana", args=args, hint=False)
    # What Go itself reads over when it only looks for the Go to run: the first go line counts.
    for text in ("module m\ngo 1.25.3\ngo 1.27\n", "module m\ngo banana\n", "module m\n\ngo\n",
                 "module m\ngo 1.25.3 1.27\n", "module m\n\ngo \"1.26\n", "\0" * 1000):
        mod.write_text(text)
        with Unchanged(box, ignore=SCRATCH):
            box.goward("which").succeeds().prints(re.escape(str(box.tree("1.25.3"))))
            box.goward("exec", "true").succeeds()
            box.goward("up").refuses(USAGE, r"go\.mod:", hint=False)
    # One of a later Go may say what nobody knows today.
    mod.write_text("module m\ngo 1.99\nhear ye\n")
    refuses_up(box, NOT_FOUND, "1.99")
    mod.write_text("module m\ngo 1.26.8\n" + "// x\n" * 4_000_000)
    for args in (["up"], ["which"], ["exec", "true"]):
        refuses(box, IO, r"go\.mod", "16777216 bytes", args=args, hint=False)
    # A folder of that name is none, as for Go.
    mod.unlink()
    mod.mkdir()
    box.goward("which").succeeds()


@case
def a_go_mod_that_asks_for_what_does_not_exist(box):
    prepared(box)
    box.wants("1.26.99")
    refuses_up(box, NOT_FOUND, "1.26.99", "newest 1.26 is 1.26.11")
    box.wants("1.25.0", "go1.26.99")
    refuses_up(box, NOT_FOUND, "1.26.99", "newest 1.26 is 1.26.11")


def refuses_up(box, code, *patterns):
    """`up` says what it is about before it fails."""
    with Unchanged(box, ignore=SCRATCH):
        done = box.goward("up").ends(code).says(*patterns)
    lines = done.err.splitlines()
    check(len(lines) <= 2 and lines[0].startswith("goward: "), f"one sentence\n{done}")


@case
def a_broken_go_work(box):
    prepared(box)
    work = box.project / "go.work"
    for text in ("go banana\n", "go 1.26.8\ngo 1.27\n", "go 1.26.8\nuse (\n", "go\n"):
        work.write_text(text)
        with Unchanged(box, ignore=SCRATCH):
            box.goward("up").refuses(USAGE, r"go\.work:", hint=False)
            box.goward("which").ends(NOT_FOUND if "1.26.8" in text else OK)  # Go reads over the rest


@case
def a_broken_lock(box):
    prepared(box)
    box.goward("use", "1.25.3").succeeds()
    lock = box.project / "goward.lock"
    good = lock.read_text()
    for text in ("", "garbage\n", "goward-lock 2\n" + good.split("\n", 1)[1], good[:40],
                 good.replace("go go1.25.3", "go banana"), good.replace("h1:", "h2:"),
                 good + "more\n", good * 2,
                 "<<<<<<< HEAD\n" + good + "=======\n" + good + ">>>>>>> x\n", "\0" * 100,
                 good.replace("\n", "\r\n") + "\r"):
        lock.write_text(text)
        for args in (["up"], ["which"], ["why"], ["exec", "true"]):
            done = box.goward(*args)
            check(done.code != OK, f"{text[:60]!r} was taken by {args}\n{done}")
            refuses(box, USAGE, r"goward\.lock", args=args, hint=False)
    done = box.go("version")
    done.refuses(USAGE, r"goward\.lock", hint=False)
    # A proof that was tampered with.
    lines = good.splitlines()
    for at, line in enumerate(lines):
        if line.startswith("proof "):
            broken = lines[:at] + [line[:60] + ("B" if line[60] == "A" else "A") + line[61:]]
            lock.write_text("\n".join(broken + lines[at + 1:]) + "\n")
    done = box.goward("up", env={"GOWARD_HOME": fresh_home(box)})
    check(done.code in (OK, USAGE, NOT_VERIFIED), f"{done}")
    lock.write_text(good)
    box.goward("up").succeeds()


# --- the store ----------------------------------------------------------------------------------------------

EVERY = [["up"], ["install", "1.26.8"], ["use", "1.26.8", "--global"], ["list"], ["verify", "all"],
         ["rollback"], ["history"], ["gc"], ["remove", "1.25.3"], []]


def all_refuse(box, code, *patterns, hint=True, commands=EVERY):
    for args in commands:
        before = box.snapshot()
        done = box.goward(*args)
        check(done.code == code, f"wanted {code} of {args}\n{done}")
        done.says(*patterns)
        told = [line for line in done.err.splitlines() if line.startswith("goward: ")]
        check(len(told) == 1, f"one sentence\n{done}")
        check(not hint or "  try: " in done.err, f"what to do?\n{done}")
        same(box.snapshot(), before, f"the store, after {args},")


@case
def a_store_of_a_newer_goward(box):
    prepared(box)
    file = box.home / "format"
    file.chmod(0o644)
    file.write_text("goward-store 2\n")
    all_refuse(box, USAGE, "newer", hint=False)
    file.write_text("something else\n")
    all_refuse(box, USAGE, "format", hint=False)


@case
def a_home_that_holds_other_things(box):
    box.home.mkdir(mode=0o700)
    (box.home / "thesis.txt").write_text("years of work\n")
    before = box.snapshot()
    box.goward("install", "1.26.8").refuses(USAGE, "no goward store", "thesis.txt")
    same(box.snapshot(), before, "the folder")


@case
def a_home_that_does_not_exist(box):
    for args in (["list"], ["history"], ["which"], ["gc"], ["rollback"], ["remove", "1.26.8"],
                 ["verify", "1.26.8"], ["proof", "export", "1.26.8"], ["verify", "all"]):
        done = box.goward(*args)
        check(done.code in (OK, NOT_FOUND), f"{done}")
        check(not box.home.exists(), f"{args} made a store")
    for value in ("relative/path", "", "."):
        box.goward("list", env={"GOWARD_HOME": value}).refuses(USAGE, "GOWARD_HOME", hint=False)
    box.goward("list", env={"GOWARD_HOME": None, "HOME": None}).refuses(USAGE, "HOME")
    deep = box.folder / "a/b/c/d"
    box.goward("install", "1.26.8", env={"GOWARD_HOME": deep}).succeeds()
    box.goward("install", "1.26.8", env={"GOWARD_HOME": "/proc/goward"}).refuses(IO, "/proc/goward",
                                                                                hint=False)
    file = box.folder / "file"
    file.write_text("x")
    box.goward("install", "1.26.8", env={"GOWARD_HOME": file}).refuses(
        USAGE, str(file), "not a directory", hint=False)
    same(file.read_text(), "x", "the file")


@case
def a_home_that_cannot_be_written_to(box):
    prepared(box)
    drop = as_root_without_powers(box)
    box.home.chmod(0o500)
    before = box.snapshot()
    try:
        for args, code in [(["list"], OK), (["which"], OK), (["verify", "all", "--offline"], OK),
                           (["history"], OK), ([], OK), (["exec", "true"], OK),
                           (["install", "1.26.8"], IO), (["use", "1.25.3", "--global"], IO)]:
            done = box.run([*drop, GOWARD, *args])
            same(done.code, code, f"{args}\n{done}\n")
            if code:
                done.refuses(code, str(box.home))
    finally:
        scratch = [p for p in before if any(part in p for part in SCRATCH)]
        after = box.snapshot()
        same({p: w for p, w in after.items() if p not in scratch},
             {p: w for p, w in before.items() if p not in scratch}, "the store")
        box.home.chmod(0o700)
    box.goward("install", "1.26.8").succeeds()


def as_root_without_powers(box):
    """Root stays the owner, but modes count for it, too."""
    if os.getuid():
        return []
    words = ["setpriv", "--bounding-set=-all", "--inh-caps=-all"]
    if not shutil.which("setpriv") or box.run([*words, "true"]).code:
        raise Skip("root may write everywhere, and setpriv cannot change that")
    return words


@case
def a_read_only_file_system(box):
    prepared(box)
    inside = ["unshare", "-Urm"] if os.getuid() else ["unshare", "-m"]
    script = ('mount --bind "$1" "$1" && mount -o remount,bind,ro "$1" || exit 99; '
              'cd "$2"; shift 2; exec "$@"')
    words = [*inside, "sh", "-c", script, "sh", box.home, box.project, GOWARD]
    if box.run([*words, "version"]).code:
        raise Skip("nothing can be mounted here")
    with Unchanged(box):
        for args, code in [(["list"], OK), (["which"], OK), (["verify", "all", "--offline"], OK),
                           (["verify", "all"], OK), (["up"], OK), (["exec", "go", "version"], OK),
                           ([], OK), (["why"], OK), (["history", "--verify"], OK),
                           (["install", "1.26.8"], IO), (["gc"], IO), (["rollback"], IO)]:
            done = box.run([*words, *args])
            same(done.code, code, f"{args}\n{done}\n")
            if code:
                done.refuses(code, "[Rr]ead-only")


@case
def a_home_that_is_a_symlink(box):
    prepared(box)
    link = box.folder / "link"
    link.symlink_to(box.home)
    box.env["GOWARD_HOME"] = str(link)
    all_refuse(box, USAGE, "symlink|symbolic link", str(link), hint=False,
               commands=[["install", "1.26.8"], ["use", "1.25.3", "--global"], ["gc"]])
    # Nor is a link below it followed.
    box.env["GOWARD_HOME"] = str(box.home)
    elsewhere = box.folder / "elsewhere"
    elsewhere.mkdir()
    (box.home / "incoming").rmdir()
    (box.home / "incoming").symlink_to(elsewhere)
    done = box.goward("install", "1.26.8")
    check(done.code not in (OK, -6), f"{done}")
    done.refuses(done.code, "incoming", hint=False)
    same(list(elsewhere.iterdir()), [], "what the link leads to")


@case
def a_store_that_others_can_write_to(box):
    prepared(box)
    box.home.chmod(0o777)
    all_refuse(box, USAGE, str(box.home), hint=False,
               commands=[["install", "1.26.8"], ["use", "1.25.3", "--global"], ["gc"]])
    box.home.chmod(0o700)
    box.goward("install", "1.26.8").succeeds()


@case
def a_store_of_somebody_else(box):
    prepared(box)
    if os.getuid():
        raise Skip("only root can give a folder away")
    os.chown(box.home, 65534, 65534)
    all_refuse(box, USAGE, str(box.home), hint=False,
               commands=[["install", "1.26.8"], ["use", "1.25.3", "--global"], ["gc"]])
    os.chown(box.home, 0, 0)
    box.goward("install", "1.26.8").succeeds()


@case
def damaged_files_of_the_store(box):
    """What cannot be read is told, never believed, and never the end of goward."""
    prepared(box)
    box.goward("use", "1.26.8", "--global").succeeds()
    name = f"go1.26.8.{OS}-{ARCH}"
    for path in (f"records/{name}", f"manifests/{name}.gz", f"proofs/{name}.tlog-proof",
                 "generations/2/record", "audit.log", "projects", "lock", "format"):
        file = box.home / path
        if not file.exists():
            continue
        good, mode = file.read_bytes(), file.stat().st_mode
        for bad in (b"", b"\0" * 50, good[:len(good) // 2], b"garbage\n", good * 2):
            file.chmod(0o644)
            file.write_bytes(bad)
            for args in ([], ["list"], ["verify", "all", "--offline"], ["which"], ["history"],
                         ["why"], ["exec", "true"]):
                done = box.goward(*args)
                check(0 <= done.code <= 7, f"{path} is {bad[:20]!r}\n{done}")
        file.write_bytes(good)
        file.chmod(mode)
    box.is_sound()


@case
def damage_never_hides_a_changed_file(box):
    """Whatever the store's own files say, a tree that was changed is not proved."""
    prepared(box)
    box.goward("install", "1.26.8").succeeds()
    name, root = f"go1.26.8.{OS}-{ARCH}", box.tree("1.26.8")
    (root / "bin").chmod(0o755)
    (root / "bin/gofmt").unlink()
    (root / "bin/gofmt").write_text("#!/bin/sh\necho changed\n")
    kept = [p for folder in ("records", "manifests", "proofs") for p in (box.home / folder).iterdir()
            if p.name.startswith(name)]
    check(len(kept) == 3, f"a record, a manifest and a proof: {kept}")
    for file in kept:
        good, mode = file.read_bytes(), file.stat().st_mode
        for bad in (b"", b"\0" * 50, good[:len(good) // 2], b"garbage\n", good * 2):
            file.chmod(0o644)
            file.write_bytes(bad)
            for args in (["verify", "1.26.8", "--offline"], ["verify", "1.26.8"],
                         ["verify", "all"], ["verify", root]):
                done = box.goward(*args)
                check(done.code not in (OK, FINDINGS), f"{file} is {bad[:20]!r}\n{done}")
        file.write_bytes(good)
        file.chmod(mode)
    box.goward("verify", "1.26.8", "--repair").succeeds()
    box.is_sound()


# --- the command line ----------------------------------------------------------------------------------------

@case
def wrong_command_lines(box):
    for args, patterns in [(["instal", "1.26.8"], ["instal", "install"]), (["install"], ["SPEC"]),
                           (["--jason"], ["--jason", "--json"]), (["up", "a", "b"], []),
                           (["install", "--platform"], ["--platform"]),
                           (["rollback", "--to", "x"], ["--to"]), (["install", "-j", "0", "1"], ["-j|jobs"]),
                           (["-C", "/nonexistent", "list"], ["/nonexistent"]),
                           (["--timeout", "soon", "list"], ["timeout"]), (["nonsense"], ["nonsense"])]:
        box.goward(*args).refuses(USAGE, *patterns, hint=False)
    check(not box.home.exists(), "no store was made")


if __name__ == "__main__":
    sys.exit(main(RELEASES))
