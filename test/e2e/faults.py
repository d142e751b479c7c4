#!/usr/bin/env python3
"""Eleven faults, done for real, and later tampering.

After each: what is installed is whole and proved or not there at all, nothing is left behind but what
a resumed download is worth, the message is one sentence that says what happened and what to do, and
the next run works.
"""
import os
import pathlib
import random
import re
import shutil
import subprocess
import sys
import time

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent.parent / "lib"))
from sandbox import *  # noqa: E402,F403

RELEASES = ["1.26.8", "1.26.11"]
BIG = "1.30.1"  # has 8 MB of its own
N_FILES = 300
ZIP = r"\.zip$"
RANDOM = random.Random(os.environ.get("TEST_SEED", "1"))


def prepare(mirror):
    files = goroot_files(BIG)
    for n in range(8):
        files[f"pkg/big{n}"] = (0o644, RANDOM.randbytes(1 << 20))
    mirror.add(BIG, files=files)


def parts(box):
    cache = box.home / "cache"
    return sorted(p.name for p in cache.glob("*.part")) if cache.exists() else []


def refused_then_right(box, server, code, *patterns, resumed=False, hint=True):
    """The install fails as it should; without the fault the next one works."""
    box.goward("install", "1.26.8").refuses(code, *patterns, hint=hint)
    check(not box.tree("1.26.8").exists(), "no tree is there")
    same(box.installed(), {}, "what is installed")
    box.is_sound()
    if not resumed:
        box.is_tidy()
    same(bool(parts(box)), resumed, f"whether a part is kept: {parts(box)}")
    server.faults()
    box.goward("install", "1.26.8").succeeds()
    same(box.installed(), {"go1.26.8": "proved"}, "what is installed")
    box.is_sound().is_tidy()


# --- the download --------------------------------------------------------------------------------------

@case
def cut_at_one_half_and_resumed_at_once(box):
    server = box.serve()
    server.faults({"kind": "cut", "path": ZIP, "percent": 50, "times": 1})
    box.goward("install", "1.26.8").succeeds()
    asked = [r[3] for r in server.requests() if r[1].endswith(".zip")]
    check(len(asked) == 2 and "range=bytes=" in asked[1], f"it went on where it was: {asked}")
    box.is_sound().is_tidy()


@case
def cut_at_one_half_every_time(box):
    server = box.serve()
    server.faults({"kind": "cut", "path": ZIP, "percent": 50, "times": 1},
                  {"kind": "drop", "path": ZIP})
    refused_then_right(box, server, NETWORK, r"\d+ bytes have come and are kept", "again",
                       resumed=True)
    whole = box.mirror.zip("1.26.8").stat().st_size
    got = [r for r in server.requests() if r[1].endswith(".zip")]
    check(f"range=bytes={whole // 2}-" in got[-1][3], f"the next run goes on: {got[-1]}")


@case
def reset_in_the_middle(box):
    server = box.serve()
    server.faults({"kind": "reset", "path": ZIP, "percent": 50, "times": 1})
    box.goward("install", "1.26.8").succeeds()
    box.is_sound().is_tidy()


@case
def short_body_without_a_length(box):
    server = box.serve()
    server.faults({"kind": "short", "path": ZIP, "percent": 50})
    done = box.goward("install", "1.26.8")
    check(done.code in (NETWORK, NOT_VERIFIED), f"{done}")
    done.refuses(done.code, "1.26.8", hint=False)
    same(box.installed(), {}, "what is installed")
    box.is_sound()
    server.faults()
    box.goward("install", "1.26.8").succeeds()
    box.is_sound().is_tidy()


@case
def one_bit_flipped(box):
    for percent in (0, 50, 99):
        server = box.serve()
        server.faults({"kind": "flip", "path": ZIP, "percent": percent})
        done = box.goward("install", "1.26.8")
        check(done.code in (NOT_VERIFIED, NETWORK), f"{done}")
        done.refuses(done.code, "1.26.8", hint=False)
        same(box.installed(), {}, f"what is installed, bit at {percent} %")
        box.is_sound().is_tidy()
    server.faults()
    box.goward("install", "1.26.8").succeeds()
    box.is_sound().is_tidy()


@case
def one_bit_flipped_in_the_part_that_was_kept(box):
    server = box.serve()
    server.faults({"kind": "cut", "path": ZIP, "percent": 50, "times": 1},
                  {"kind": "drop", "path": ZIP})
    box.goward("install", "1.26.8").ends(NETWORK)
    name, = parts(box)
    part = box.home / "cache" / name
    data = bytearray(part.read_bytes())
    data[len(data) // 2] ^= 1
    part.write_bytes(bytes(data))
    server.faults()
    box.goward("install", "1.26.8").succeeds()  # thrown away, and fetched afresh
    box.is_sound().is_tidy()


@case
def a_web_page_with_status_200(box):
    server = box.serve()
    server.faults({"kind": "html", "path": ZIP})
    refused_then_right(box, server, NETWORK, "web page", hint=False)
    box.env["GOWARD_HOME"] = str(box.folder / "other")
    box.home = box.folder / "other"
    server.faults({"kind": "html"})  # a portal in the way: the log is answered for as well
    refused_then_right(box, server, NETWORK, "web page", hint=False)


@case
def not_found(box):
    server = box.serve()
    server.faults({"kind": "status", "code": 404, "path": r"\.zip$|\.info$|\.mod$"})
    box.goward("install", "1.26.8").refuses(NOT_FOUND, "1.26.8", hint=False)
    box.is_sound().is_tidy()
    box.env["GOWARD_HOME"] = str(box.folder / "other")
    box.home = box.folder / "other"
    server.faults({"kind": "status", "code": 404, "path": "/lookup/"})
    done = box.goward("install", "1.26.8")
    check(done.code in (NOT_FOUND, NOT_VERIFIED), f"{done}")
    done.refuses(done.code, "1.26.8", "checksum database")
    box.is_sound().is_tidy()
    server.faults()
    box.goward("install", "1.26.8").succeeds()
    box.is_sound().is_tidy()


@case
def other_answers(box):
    server = box.serve()
    for code in (401, 403, 429, 500, 503):
        server.faults({"kind": "status", "code": code, "path": ZIP, "text": "told by the server"})
        box.goward("install", "1.26.8").refuses(NETWORK, str(code), "1.26.8", hint=False)
        box.is_sound().is_tidy()
    server.faults({"kind": "loop", "path": ZIP})
    box.goward("install", "1.26.8").refuses(NETWORK, "redirect", hint=False)
    box.env["GOWARD_HOME"] = str(box.folder / "other")
    server.faults({"kind": "big", "path": "/lookup/", "size": 10 << 20, "length": True})
    done = box.goward("install", "1.26.8")
    check(done.code in (IO, NETWORK, NOT_VERIFIED), f"a log that sends 10 MB\n{done}")
    server.faults()
    box.goward("install", "1.26.8").succeeds()


@case
def the_host_swaps_archive_and_checksums(box):
    """Everything that the host can make consistent is: the zip, its .ziphash, a go.sum of its own."""
    evil = box.mirror.copy(box.folder / "evil")
    files = goroot_files("1.26.8", N_FILES)
    files["bin/go"] = (0o755, b"#!/bin/sh\necho evil\n")
    silent = makelog.Log("nobody")
    hash_ = makelog.write_release(evil.folder, silent, "1.26.8", OS, ARCH, files)
    evil.zip("1.26.8").with_suffix(".ziphash").write_text(hash_)
    box.serve(evil.folder)
    box.goward("install", "1.26.8").refuses(
        NOT_VERIFIED, "not what was published", re.escape(hash_), "nothing was installed")
    box.is_sound().is_tidy()
    box.proxy = box.mirror.url
    box.goward("install", "1.26.8").succeeds()
    box.is_sound().is_tidy()


@case
def the_feed_swaps_archive_and_checksum(box):
    """The same with go.dev/dl's own form: the SHA-256 beside the archive says nothing."""
    folder = box.folder / "web/dl"
    folder.mkdir(parents=True)
    files = goroot_files("1.26.8", N_FILES)
    files["bin/go"] = (0o755, b"#!/bin/sh\necho evil\n")
    name = f"go1.26.8.{OS}-{ARCH}.tar.gz"
    (folder / name).write_bytes(tar_gz(files))
    (folder / "index.json").write_text(json.dumps([{"version": "go1.26.8", "stable": True, "files": [
        {"filename": name, "os": OS, "arch": ARCH, "version": "go1.26.8", "kind": "archive",
         "sha256": digest(folder / name), "size": (folder / name).stat().st_size}]}]))
    server = box.serve(box.folder / "web")
    env = {"GOWARD_DL_URL": f"{server.url}/dl", "GOPROXY": None,
           "GOSUMDB": f"{box.mirror.vkey} {box.mirror.url}/sumdb/{box.mirror.log.key.name}"}
    box.goward("install", "1.26.8", env=env).refuses(NOT_VERIFIED, "not what was published",
                                                     "nothing was installed")
    box.is_sound().is_tidy()


@case
def no_secret_is_shown(box):
    """Credentials of a proxy URL or of netrc reach the server, and nobody else."""
    server = box.serve()
    secret = "s3cr3t-of-the-test"
    address = server.url.replace("http://", f"http://someone:{secret}@")
    auth = {"kind": "auth", "user": "someone", "password": secret}
    server.faults(auth)
    box.goward("install", "1.26.8", env={"GOPROXY": address}).succeeds().lacks(secret)
    netrc = pathlib.Path(box.env["HOME"]) / ".netrc"
    netrc.write_text(f"machine 127.0.0.1\nlogin someone\npassword {secret}\n")
    netrc.chmod(0o600)
    box.goward("install", "1.26.11").succeeds().lacks(secret)
    netrc.unlink()
    box.env["GOWARD_HOME"] = str(box.folder / "other")
    box.home = box.folder / "other"
    for kind in ({"kind": "html"}, {"kind": "drop"}, {"kind": "status", "code": 403},
                 {"kind": "flip", "path": ZIP}, {"kind": "redirect", "to": f"{address}/elsewhere"}):
        server.faults(kind)
        for args in (["install", "1.26.8", "-v"], ["list", "--remote"],
                     ["install", "1.26.8", "--json"]):
            box.goward(*args, env={"GOPROXY": address}).lacks(secret)
    server.faults()
    for more in ("history", "list", "why"):
        box.goward(more, env={"GOPROXY": address}).lacks(secret)
    # Nor is it kept in any file of the store.
    for path in box.home.rglob("*"):
        if path.is_file() and not path.is_symlink():
            check(secret.encode() not in path.read_bytes(), f"the password is in {path}")
    server.stop()
    box.goward("install", "1.26.8", env={"GOPROXY": address}).refuses(
        NETWORK, server.host, hint=False).lacks(secret)


@case
def the_proxy_is_gone_in_mid_download(box):
    server = box.serve()
    server.faults({"kind": "slow", "path": ZIP, "rate": 200_000})
    running = box.start("install", "1.26.8")
    deadline = time.monotonic() + 30
    while not parts(box) and time.monotonic() < deadline:
        time.sleep(0.01)
    time.sleep(0.2)
    server.process.kill()
    out, err = running.communicate(timeout=TIME_LIMIT)
    Result(["install", "1.26.8"], running.returncode, out, err, 0).refuses(
        NETWORK, "1.26.8", "bytes have come and are kept")
    box.is_sound()
    # Who does not want to go on with it gets the space back.
    kept = box.home / "cache" / parts(box)[0]
    plan = box.goward("gc", "--dry-run", "--json").succeeds().json
    same((plan["downloads"], plan["bytes"]),
         ([{"name": kept.name, "bytes": kept.stat().st_size}], kept.stat().st_size), "gc")
    check(kept.exists(), "a dry run deletes nothing")
    box.goward("gc").succeeds().prints("removed go1.26.8.*part", "no toolchains stay")
    box.is_tidy()
    box.serve()
    box.goward("install", "1.26.8").succeeds()
    box.is_sound().is_tidy()


# --- two at once -------------------------------------------------------------------------------------

@case
def two_installs_at_once(box):
    """The second one waits, and finds the work done. Neither sees half a tree."""
    box.serve()
    for _ in range(soak(20, 3)):
        both = [box.start("install", "1.26.8", "--json") for _ in range(2)]
        ends = [p.communicate(timeout=TIME_LIMIT) + (p.returncode,) for p in both]
        for out, err, code in ends:
            same((code, err), (OK, ""), "how they ended")
        was = sorted(json.loads(out)["installed"][0]["was_installed"] for out, _, _ in ends)
        same(was, [False, True], "one of them installed it")
        box.is_sound().is_tidy()
        box.goward("remove", "1.26.8").succeeds()


@case
def a_second_one_in_mid_extract(box):
    """While the first one works, the second waits as long as it is told to, and names who holds it."""
    server = box.serve()
    server.faults({"kind": "stall", "path": ZIP, "percent": 50, "seconds": 3})
    first = box.start("install", "1.26.8")
    deadline = time.monotonic() + 30
    while not parts(box) and time.monotonic() < deadline:
        time.sleep(0.01)
    box.goward("install", "1.26.11", "--timeout", "300ms").refuses(
        CONFLICT, str(first.pid), "install 1.26.8", hint=False)
    same(box.goward("list", "--json").succeeds().json["toolchains"], [], "readers never wait")
    box.goward("install", "1.26.8").succeeds()
    same(first.wait(), 0, "the first one")
    first.communicate()
    box.is_sound().is_tidy()


# --- kill -9 --------------------------------------------------------------------------------------------

@case
def killed_in_the_download(box):
    server = box.serve()
    for number in range(soak(50, 5)):
        server.faults({"kind": "slow", "path": ZIP, "rate": 10_000})  # takes longer than the test
        running = box.start("install", "1.26.8")
        time.sleep(RANDOM.uniform(0.0, 0.6))
        running.kill()
        running.communicate()
        same(box.installed(), {}, f"what is installed after kill {number}")
        box.is_sound()
    server.faults()
    box.goward("install", "1.26.8").succeeds()
    box.is_sound().is_tidy()


def under_way(box):
    """What an install that is not committed yet has left."""
    return [(box.home / "journal").exists(), *sorted((box.home / "incoming").glob("*"))]


def moments_of_an_install(box, n):
    """One random moment in each n-th of the time that an install takes now, and of a little more."""
    times = []
    for _ in range(2):
        start = time.monotonic()
        box.goward("install", "1.26.8").succeeds()
        times.append(time.monotonic() - start)
        box.goward("remove", "1.26.8").succeeds()
    moments = [(i + RANDOM.random()) / n * 1.2 * min(times) for i in range(n)]
    RANDOM.shuffle(moments)
    return moments


@case
def killed_at_random_moments_of_an_install(box):
    """200 moments in ten rounds; it is removed in between, so that each is a real install."""
    n = soak(2000, 200)
    box.goward("install", "1.26.11").succeeds()
    ends = dict.fromkeys(("not begun", "under way", "committed"), 0)
    for _ in range(10):
        for moment in moments_of_an_install(box, n // 10):
            before = under_way(box)
            running = box.start("install", "1.26.8")
            time.sleep(moment)
            running.kill()
            running.communicate()
            is_there = "go1.26.8" in box.installed()
            end = ("committed" if is_there else
                   "not begun" if under_way(box) == before else "under way")
            ends[end] += 1
            if sum(ends.values()) % 10 == 0:
                box.is_sound()
            if is_there:
                box.goward("remove", "1.26.8").succeeds()
    check(ends["under way"] >= n // 10, f"too few met the work: {ends}")
    box.goward("install", "1.26.8").succeeds()
    box.is_sound().is_tidy()
    print(f"# {n} kills: {ends}")


# --- no space ---------------------------------------------------------------------------------------------

def fails_clearly(done):
    """Like Result.refuses, for what reported on its work before it met the disk."""
    done.ends(IO)
    told = [line for line in done.err.splitlines() if line.startswith("goward: ")]
    same(len(told), 1, f"one sentence\n{done}\n")
    return done


NO_SPACE = r"""
import os, subprocess, sys, json
size, home, goward, *args = sys.argv[1:]
subprocess.run(["mount", "-t", "tmpfs", "-o", f"size={size}k", "tmpfs", home], check=True)
runs = []
def run(*words):
    done = subprocess.run([goward, *words], stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True,
                          stdin=subprocess.DEVNULL)
    runs.append([list(words), done.returncode, done.stdout, done.stderr])
def used():
    st = os.statvfs(home)
    return (st.f_blocks - st.f_bfree) * st.f_frsize
run("install", "1.26.11")
before = used()
run("install", "1.30.1")
runs.append(["used", before, used()])
run("verify", "all", "--offline")
run("history", "--verify")
subprocess.run(["mount", "-o", "remount,size=200m", home], check=True)
run("install", "1.30.1")
run("verify", "all", "--offline")
left = [name for folder in ("incoming", "trash", "cache") for name in
        os.listdir(os.path.join(home, "store", folder))
        if not os.path.isdir(os.path.join(home, "store", folder, name)) or folder != "cache"]
runs.append(["left", left])
print(json.dumps(runs))
"""


def own_namespace(box):
    """The words in front of a program that may mount a file system on box.folder / "small"."""
    inside = ["unshare", "-Urm"] if os.getuid() else ["unshare", "-m"]
    home = box.folder / "small"
    home.mkdir()
    trial = subprocess.run([*inside, "mount", "-t", "tmpfs", "tmpfs", str(home)], check=False,
                           stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    if trial.returncode:
        raise Skip("no file system of its own can be mounted here")
    return inside


@case
def no_space_left(box):
    """On a tmpfs of our own, in a namespace of our own."""
    inside = own_namespace(box)
    home = box.folder / "small"
    first = goroot_files("1.26.11", N_FILES)
    small = sum(-len(data) % 4096 + len(data) for _, data in first.values()) // 1024
    server = box.serve()
    for where in (server.url, box.mirror.url):  # with the download on the same disk, and without
        box.proxy = where
        for more in soak(range(0, 7200, 400), (1000, 7000)):
            done = box.run(
                [*inside, sys.executable, "-c", NO_SPACE, small + 1000 + more, home, GOWARD],
                env={"GOWARD_HOME": home / "store"}).succeeds()
            runs = json.loads(done.out)
            judge_no_space(runs)


def judge_no_space(runs):
    first, full, used, verified, history, again, verified_again, left = runs
    same(first[1], OK, f"there is room for one: {first}")
    Result(full[0], full[1], full[2], full[3], 0).refuses(IO, "[Nn]o space left", "space")
    check(used[2] <= used[1] + 128 * 1024, f"the space is given back: {used}\n{full}")
    for name, run in [("verify", verified), ("history", history), ("again", again),
                      ("verify again", verified_again)]:
        same(run[1], OK, f"{name}: {run}")
    same(left[1], [], "what is left")


FULL = r"""
import os, subprocess, sys, json
home, project, goward = sys.argv[1:]
subprocess.run(["mount", "-t", "tmpfs", "-o", "size=8m", "tmpfs", home], check=True)
runs = []
def run(*words):
    done = subprocess.run([goward, *words], stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True,
                          stdin=subprocess.DEVNULL, cwd=project)
    runs.append([list(words), done.returncode, done.stdout, done.stderr])
run("install", "1.26.8", "1.26.11")
run("use", "1.26.11", "--global")
with open(os.path.join(home, "filler"), "wb", buffering=0) as filler:
    try:
        while True:
            filler.write(bytes(4096))
    except OSError:
        pass
for words in (["list"], ["which"], ["why"], ["history", "--verify"], ["verify", "all", "--offline"],
              ["exec", "go", "version"], ["use", "1.26.8", "--global"], ["rollback"], ["gc"],
              ["install", "1.26.8"], ["verify", "all"], ["remove", "1.26.8"],
              ["list", "--json"], ["verify", "all", "--offline"]):
    run(*words)
os.unlink(os.path.join(home, "filler"))
for words in (["install", "1.26.8"], ["use", "1.26.8", "--global"], ["rollback"],
              ["verify", "all", "--offline"], ["history", "--verify"]):
    run(*words)
print(json.dumps(runs))
"""


@case
def not_one_byte_left(box):
    """Whoever only reads is served; whoever writes says why not, or frees space; then all works."""
    inside = own_namespace(box)
    done = box.run([*inside, sys.executable, "-c", FULL, box.folder / "small", box.project, GOWARD],
                   env={"GOWARD_HOME": box.folder / "small/store"}).succeeds()
    runs = json.loads(done.out)
    begun, full, again = runs[:2], runs[2:16], runs[16:]
    for run in begun + again:
        same(run[1], OK, f"with space left: {run}")
    for words, code, out, err in full:
        if words[0] in ("list", "which", "why", "history", "verify", "exec"):
            same(code, OK, f"who only reads: {words}, who says: {err}")
        elif code != OK:
            fails_clearly(Result(words, code, out, err, 0)).says("[Nn]o space left", "  try: .*space")
    same([tool["version"] for tool in json.loads(full[12][2])["toolchains"]][0], "go1.26.11",
         "what stays")


# --- a disk that fails ----------------------------------------------------------------------------------------

def troubled(box, *args, clock="", fault="", **more):
    """goward with a clock that jumps, or with calls that fail (troubled_goward.c)."""
    program = pathlib.Path(os.environ.get("TEST_BUILD", GOWARD.parent)) / "e2e.troubled_goward"
    return box.run([program.resolve(), *args],
                   env={"TEST_CLOCK": clock, "TEST_FAULT": fault, **more})


# What is there, and the command whose calls fail.
FAILING = [
    ([], ["install", "1.26.8"]),
    ([["install", "1.26.8"]], ["install", "1.26.11"]),
    ([["install", "1.26.8", "1.26.11"], ["use", "1.26.8", "--global"]],
     ["use", "1.26.11", "--global"]),
    ([["use", "1.26.8", "--global"], ["use", "1.26.11", "--global"]], ["rollback"]),
    ([["install", "1.26.8"]], ["use", "1.26.8"]),
    ([["install", "1.26.8", "1.26.11"]], ["remove", "1.26.8"]),
    ([["install", "1.26.8", "1.26.11"], ["remove", "1.26.8"]], ["gc"]),
    ([], ["up"]),
]


def fails_at(box, args, first, last, errnum, name):
    """Whether there were so many calls; whatever happened, nothing is lost and it can be said again."""
    struck = box.folder / "struck"
    done = troubled(box, *args, fault=f"{first}:{last}:{errnum}", TEST_STRUCK=struck)
    told = f"call {first} to {last} of {args} fails with {name}\n{done}"
    check(done.code in (OK, FINDINGS, IO), told)
    if done.code == IO:
        fails_clearly(done)
    try:
        box.is_sound()
        if done.code == IO:
            again = box.goward(*args)
            is_gone = args[0] in ("remove", "rollback") and again.code == NOT_FOUND
            check(is_gone or again.code == OK, f"it cannot be said again\n{again}")
            box.is_sound()
    except AssertionError as wrong:
        raise AssertionError(f"{told}\nthen: {wrong}") from wrong
    was_struck = struck.exists()
    struck.unlink(missing_ok=True)
    return was_struck


@case
def any_call_on_the_disk_fails(box):
    """EIO, ENOSPC and EROFS from any changing call of a real command, once or from there on."""
    import errno
    mirror = Mirror(box.folder / "few")
    for version in RELEASES:
        mirror.add(version, n_files=2)
    box.proxy = mirror.publish().url
    box.env["GOSUMDB"] = mirror.vkey
    box.wants("1.26.8")
    n_runs = 0
    for before, args in FAILING:
        saved = box.folder / "saved"
        for each in before:
            box.goward(*each).succeeds()
        if box.home.exists():
            shutil.copytree(box.home, saved, symlinks=True)
        first, is_struck, step = 1 if IS_SOAK else RANDOM.randint(1, 4), True, soak(1, 8)
        while is_struck:
            name = RANDOM.choice(["EIO", "ENOSPC", "EROFS"])
            last = RANDOM.choice([first, 1_000_000])
            is_struck = fails_at(box, args, first, last, getattr(errno, name), name)
            remove_tree(box.home)
            (box.project / "goward.lock").unlink(missing_ok=True)
            if saved.exists():
                shutil.copytree(saved, box.home, symlinks=True)
            first += step if IS_SOAK else RANDOM.randint(1, 2 * step)
            n_runs += 1
        if saved.exists():
            remove_tree(saved)
            remove_tree(box.home)
    print(f"# {n_runs} runs with calls that failed")
    check(n_runs >= 50, f"{n_runs} runs are few")


@case
def a_file_size_limit(box):
    """The signal is ignored, so it is an error like any other of the disk."""
    import resource

    def limit():
        resource.setrlimit(resource.RLIMIT_FSIZE, (15_000, 15_000))
    box.goward("install", "1.26.11").succeeds()
    done = box.goward("install", "1.26.8", preexec_fn=limit)
    done.refuses(IO, "[Ff]ile too large", "ulimit -f")
    same(list(box.installed()), ["go1.26.11"], "what is installed")
    box.is_sound()
    box.goward("install", "1.26.8").succeeds()
    box.is_sound().is_tidy()


# --- a clock that jumps -----------------------------------------------------------------------------------------

YEAR = 31_556_952
FORWARD, BACK, TO_1970 = str(80 * YEAR), str(-20 * YEAR), str(-500 * YEAR)
# From look to look within one run.
TO_AND_FRO = f"0,{FORWARD},{BACK},-1,{TO_1970},1"


def history(box):
    """[(sequence, time, action, from, to)], oldest first."""
    entries = box.goward("history", "--json", "--verify").succeeds().json["entries"]
    return [(e["sequence"], e["time"], e["action"], e["from"], e["to"]) for e in reversed(entries)]


@case
def a_clock_that_jumps_from_run_to_run(box):
    """Order is the order of events: in the log, of generations, and for a rollback."""
    box.wants("1.26.8")
    steps = [(["install", "1.26.8"], "0"), (["use", "1.26.8", "--global"], FORWARD),
             (["install", "1.26.11"], BACK), (["use", "1.26.11", "--global"], TO_1970),
             (["use", "1.26.8"], FORWARD), (["up"], BACK), (["rollback"], TO_1970), (["gc"], "0"),
             (["rollback"], FORWARD), (["verify", "all"], BACK), (["remove", "1.26.11"], TO_1970)]
    for args, clock in steps:
        troubled(box, *args, clock=clock).ends(OK)
        box.is_sound()
    told = history(box)
    same([e[0] for e in told], list(range(1, len(told) + 1)), "the sequence")
    times = [e[1] for e in told]
    check(times != sorted(times), f"the clock did jump: {times}")
    check(any(t.startswith("1970-") for t in times) and any(t > "2100" for t in times), f"{times}")
    moved = [(e[3], e[4]) for e in told if e[3] != e[4]]
    same([a for a, _ in moved][1:], [b for _, b in moved][:-1], "each goes on from the one before")
    same(box.installed(), {"go1.26.8": "proved"}, "what is installed")
    same(box.goward("which").succeeds().out.strip(), str(box.tree("1.26.8") / "bin/go"), "which")
    box.is_sound().is_tidy()


@case
def a_clock_that_jumps_within_a_run(box):
    box.wants("1.26.8")
    for args in (["up"], ["use", "1.26.11", "--global"], ["use", "1.26.11"], ["rollback"],
                 ["rollback"], ["verify", "all"], ["up"], ["gc"], ["install", "1.26.11"], ["list"],
                 ["history", "--verify"], ["remove", "1.26.11"], []):
        troubled(box, *args, clock=TO_AND_FRO).ends(OK)
        box.is_sound()
    same(box.installed(), {"go1.26.8": "proved"}, "what is installed")
    box.is_sound().is_tidy()


@case
def a_clock_that_jumps_while_waiting(box):
    """A time limit and a wait for the lock are as long as they are said to be."""
    server = box.serve()
    server.faults({"kind": "stall", "path": ZIP, "percent": 50, "seconds": 4})
    first = box.start("install", "1.26.8")
    deadline = time.monotonic() + 30
    while not parts(box) and time.monotonic() < deadline:
        time.sleep(0.01)
    for clock in (FORWARD, BACK, TO_AND_FRO):
        done = troubled(box, "install", "1.26.11", "--timeout", "600ms", clock=clock)
        done.refuses(CONFLICT, str(first.pid), hint=False)
        check(0.4 < done.seconds < 3, f"600 ms took {done.seconds:.2f} s with {clock}")
    server.faults()
    troubled(box, "install", "1.26.11", clock=TO_AND_FRO).succeeds()
    same(first.wait(), 0, "the first one")
    first.communicate()
    box.is_sound().is_tidy()


@case
def what_a_wrong_clock_remembered_is_not_believed(box):
    """Which proxy has the checksum database is remembered for a while: never for 80 years."""
    server = box.serve()

    def asks(version, clock):
        shutil.rmtree(box.home / "sumdb", ignore_errors=True)  # or it would ask nobody at all
        server.requests()
        troubled(box, "install", version, clock=clock).succeeds()
        asked = any(r[1].endswith("/supported") for r in server.requests())
        box.goward("remove", version).succeeds()
        return asked
    same([asks("1.26.8", "0"), asks("1.26.11", "0")], [True, False], "it asks once")
    same(asks("1.26.8", FORWARD), True, "what it remembered is old by then")
    same(asks("1.26.11", "0"), True, "and what it remembered then is of no use today")
    same(asks("1.26.8", "0"), False, "from then on it remembers again")
    box.is_sound().is_tidy()


@case
def files_of_the_past_and_of_the_future(box):
    """What is proved stays proved and what is needed stays, whatever the times of the files say."""
    box.wants("1.26.8")
    box.goward("up").succeeds()
    box.goward("use", "1.26.8").succeeds()
    box.goward("use", "1.26.11", "--global").succeeds()
    for at in (0, 4_102_444_800, 1):
        for path in [*box.home.rglob("*"), *box.project.rglob("*"), box.home, box.project]:
            os.utime(path, (at, at), follow_symlinks=False)
        box.is_sound()
        done = box.goward("up", "--json").succeeds().json
        same((done["ready"], done["selected"]), (True, "go1.26.8"), "up")
        box.goward("gc").succeeds()
        same(box.installed(), {"go1.26.8": "proved", "go1.26.11": "proved"}, "what is installed")
        box.goward("verify", "all").succeeds()
        box.goward("use", "1.26.8", "--global").succeeds()
        box.goward("rollback").succeeds()
    box.is_sound().is_tidy()


# --- afterwards --------------------------------------------------------------------------------------------

@case
def the_active_version_is_not_removed(box):
    box.wants("1.26.8")
    box.goward("use", "1.26.8", "--global").succeeds()
    with Unchanged(box, ignore=["/lock"]):
        box.goward("remove", "1.26.8").refuses(CONFLICT, "go1.26.8", "default")
        box.goward("remove", "1.26.8", "--dry-run").refuses(CONFLICT, "go1.26.8", "default")
        for wrong in ("1.26", "o", "go1.2", "1", "*"):
            done = box.goward("remove", wrong)
            check(done.code in (USAGE, NOT_FOUND, CONFLICT), f"{done}")
    same(box.go("version").succeeds().out, f"go version go1.26.8 {HOST}\n", "it runs")


@case
def a_running_version_is_not_removed(box):
    files = goroot_files("1.29.1")
    files["bin/go"] = (0o755, pathlib.Path(shutil.which("sleep")).read_bytes())
    mirror = box.mirror.copy(box.folder / "mirror")
    mirror.add("1.29.1", files=files)
    box.proxy = mirror.publish().url
    box.wants("1.29.1")
    box.goward("up").ends(OK)
    (box.project / "go.mod").unlink()
    running = subprocess.Popen([box.tree("1.29.1") / "bin/go", "60"])
    try:
        with Unchanged(box, ignore=["/lock"]):
            box.goward("remove", "1.29.1").refuses(CONFLICT, "running", "try again")
            box.goward("remove", "1.29.1", "--dry-run").refuses(CONFLICT, "running", "try again")
        for _ in range(6):
            box.goward("use", "1.26.8", "--global").succeeds()
            box.goward("use", "1.26.11", "--global").succeeds()
        box.goward("gc").succeeds()
        check(box.tree("1.29.1").exists(), "gc keeps what runs")
    finally:
        running.kill()
        running.wait()
    box.goward("remove", "1.29.1").succeeds()


@case
def tampering_is_seen_and_healed(box):
    box.goward("install", "1.26.8", "1.26.11").succeeds()
    root = box.tree("1.26.8")
    for folder in (root / "bin", root / "src/p1"):
        folder.chmod(0o755)
    (root / "bin/gofmt").unlink()
    (root / "bin/gofmt").write_text("#!/bin/sh\necho tampered\n")
    (root / "src/p1/p.go").unlink()
    done = box.goward("verify", "all", "--offline", "--json").ends(NOT_VERIFIED)
    seen = {r["version"]: (r["status"], [f["path"] for f in r["files"]]) for r in done.json["results"]}
    same(seen, {"go1.26.8": ("differs", ["bin/gofmt", "src/p1/p.go"]), "go1.26.11": ("proved", [])},
         "what verify says")
    box.goward("verify", "1.26.8", "--repair").succeeds()
    box.is_sound().is_tidy()
    # In place, through a link that two versions share: both are told.
    shared = root / "src/p2/p.go"
    shared.chmod(0o644)
    with open(shared, "r+") as file:
        file.write("X")
    done = box.goward("verify", "all", "--offline", "--json").ends(NOT_VERIFIED)
    same([r["status"] for r in done.json["results"]], ["differs"] * 2, "both are told")
    box.goward("verify", "all", "--repair").succeeds()
    box.is_sound().is_tidy()
    same(box.run([root / "bin/gofmt"], stdin="x").out, "x", "it is the real gofmt again")


@case
def a_go_that_is_gone_is_told_and_healed(box):
    """bin/go deleted or emptied: cmd/go fails with the same words for ever."""
    box.wants("1.26.8")
    box.goward("up").succeeds()
    root = box.tree("1.26.8")
    (root / "bin").chmod(0o755)
    (root / "bin/go").unlink()
    for args in (["which"], ["exec", "go", "version"], ["env"]):
        box.goward(*args).refuses(NOT_VERIFIED, "go1.26.8", "bin/go",
                                  "goward verify 1.26.8 --repair")
    box.goward("up").ends(NOT_VERIFIED).says("goward verify 1.26.8 --repair")
    box.go("version").refuses(NOT_VERIFIED, "go1.26.8", "goward verify 1.26.8 --repair")
    told = box.goward("--json").succeeds().json
    same((told["status"], told["path"], told["next"]),
         ("differs", None, "goward verify 1.26.8 --repair"), "the state of the directory")
    box.goward("verify", "1.26.8", "--repair").succeeds().prints("1 file put back")
    same(box.go("version").succeeds().out, f"go version go1.26.8 {HOST}\n", "it runs again")
    (root / "bin").chmod(0o755)
    (root / "bin/go").unlink()
    (root / "bin/go").write_bytes(b"")
    (root / "bin/go").chmod(0o555)
    done = box.go("version")
    check(done.code in (IO, NOT_VERIFIED), f"{done}")
    done.refuses(done.code, str(root), "goward verify", hint=True)
    box.goward("verify", "1.26.8", "--repair").succeeds()
    box.is_sound().is_tidy()


if __name__ == "__main__":
    sys.exit(main(RELEASES, N_FILES, prepare))
