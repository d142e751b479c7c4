#!/usr/bin/env python3
"""kill -9 at random moments of real runs, and readers during switches.

After each kill: the next run works, what is installed is proved by its files, the history holds, and
`current` leads somewhere. TEST_SEED repeats the moments.
"""
import os
import pathlib
import random
import sys
import time

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent.parent / "lib"))
from sandbox import *  # noqa: E402,F403

RELEASES = ["1.25.3", "1.26.8", "1.26.11", "1.27.4"]
N_FILES = 300
SEED = os.environ.get("TEST_SEED", "1")
RANDOM = random.Random(SEED)

INSTALLS = [["install", "1.26.8"], ["install", "1.26.11", "1.25.3"], ["up"]]
SWITCHES = [["use", "1.25.3", "--global"], ["use", "1.27.4", "--global"], ["rollback"],
            ["use", "1.26.8"], ["use", "1.25.3"]]
REMOVALS = [["gc"], ["remove", "1.26.8"], ["remove", "1.26.11"]]


def duration(box, args):
    start = time.monotonic()
    box.goward(*args)
    return time.monotonic() - start


def kill_at_random(box, args, whole):
    """Starts a run and kills it; whether it was still running then."""
    running = box.start(*args)
    time.sleep(RANDOM.uniform(0, whole))
    running.kill()
    out, err = running.communicate()
    if running.returncode != -9:
        check(running.returncode in (OK, NOT_FOUND, CONFLICT),
              str(Result(args, running.returncode, out, err, 0)))
    return running.returncode == -9


def current_resolves(box):
    """`current` is a generation, and every Go that is visible in it runs."""
    generation = box.home / "current"
    if not box.home.exists() or not (box.home / "format").exists():
        return
    check((generation / "record").exists(), "`current` leads nowhere")
    for link in (generation / "bin").iterdir():
        check(link.exists(), f"{link} leads nowhere")
    default = generation / "go"
    check(not default.is_symlink() or (default / "bin/go").exists(), "the default leads nowhere")


def survives(box, n, commands):
    """n kills of these commands, and a look after each."""
    box.wants("1.25.0", "go1.27.4")
    lengths = {}
    for args in commands:
        lengths[tuple(args)] = duration(box, args)
    hits = number = 0
    while hits < n:
        args = RANDOM.choice(commands)
        hits += kill_at_random(box, args, lengths[tuple(args)])
        number += 1
        try:
            current_resolves(box)
            box.goward("list", "--json").succeeds()
            if number % 4 == 0 or hits == n:
                box.is_sound()
            # What was cut short can simply be said again.
            if number % 4 == 2:
                again = box.goward(*args)
                check(again.code in (OK, NOT_FOUND, CONFLICT), f"{again}")
        except AssertionError as wrong:
            raise AssertionError(f"after kill {number} (seed {SEED}), in {args}: {wrong}") from wrong
    box.goward("install", *RELEASES).succeeds()
    box.goward("use", "1.27.4", "--global").succeeds()
    box.goward("gc").succeeds()
    box.is_sound().is_tidy()
    same(set(box.installed().values()), {"proved"}, "what is installed in the end")
    print(f"# {hits} of {number} kills met a running goward")


@case
def killed_in_installs(box):
    """Removed again now and then, so that there is something to do."""
    survives(box, soak(1000, 70), INSTALLS + [["remove", "1.26.8"], ["remove", "1.26.11"]])


@case
def killed_in_switches(box):
    box.goward("install", *RELEASES).succeeds()
    survives(box, soak(1000, 70), SWITCHES)


@case
def killed_in_removals(box):
    box.goward("install", *RELEASES).succeeds()
    survives(box, soak(1000, 60), REMOVALS + SWITCHES + INSTALLS)


@case
def the_first_run_of_all_is_killed(box):
    """Making the store is under the same rule."""
    whole = duration(box, ["install", "1.26.8"])
    for number in range(soak(200, 10)):
        home = box.folder / f"home-{number}"
        box.home, box.env["GOWARD_HOME"] = home, str(home)
        kill_at_random(box, ["install", "1.26.8"], whole)
        current_resolves(box)
        box.goward("install", "1.26.8").succeeds()
        box.is_sound().is_tidy()


READER = r"""
import os, sys
paths, n = sys.argv[1].split(":"), int(sys.argv[2])
seen = set()
sys.stdout.write("ready\n")
sys.stdout.flush()
for i in range(n):
    for path in paths:
        try:
            fd = os.open(path, os.O_RDONLY)
        except OSError as e:
            sys.exit(f"read {i} of {path}: {e}")
        seen.add(os.read(fd, 200))
        os.close(fd)
print(len(seen))
"""


@case
def readers_never_see_a_missing_go(box):
    """100,000 reads of the default's go during 1,000 switches, in a soak; a sample by default."""
    n_readers, n_switches = 2, soak(1000, 60)
    box.goward("use", "1.26.8", "--global").succeeds()
    box.goward("use", "1.27.4", "--global").succeeds()
    paths = f"{box.home}/current/go/bin/go:{box.home}/current/bin/go1.27.4"
    readers = [subprocess.Popen([sys.executable, "-c", READER, paths, str(soak(50_000, 10_000))],
                                stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
               for _ in range(n_readers)]
    for reader in readers:
        reader.stdout.readline()
    switches = 0
    while switches < n_switches or any(r.poll() is None for r in readers):
        version = ("1.26.8", "1.27.4")[switches % 2]
        box.goward("use", version, "--global").succeeds()
        switches += 1
    for reader in readers:
        out, err = reader.communicate()
        same((reader.returncode, err), (0, ""), "a reader")
        check(int(out) >= 2, "the reader saw the switches")
    box.goward("gc").succeeds()
    box.is_sound().is_tidy()
    print(f"# {n_readers} readers, {switches} switches")


@case
def switches_at_once(box):
    """Several writers: each switch is made, one after the other, and none is lost."""
    box.goward("install", *RELEASES).succeeds()
    n = soak(50, 6)
    before = box.goward("history", "--json").succeeds().json["entries"][0]["sequence"]
    running = [box.start("use", RELEASES[i % len(RELEASES)], "--global", "--json") for i in range(n)]
    for one in running:
        out, err = one.communicate(timeout=TIME_LIMIT)
        same((one.returncode, err), (OK, ""), "a switch")
    after = box.goward("history", "--json").succeeds().json["entries"]
    made = [e for e in after if e["sequence"] > before and e["action"] == "use"]
    chain = [e["from"] for e in made][:-1]
    same(chain, [e["to"] for e in made][1:], "each switch goes on from the one before")
    box.is_sound().is_tidy()


@case
def a_journal_that_makes_no_sense(box):
    """Whatever a crash of something else left: it is told, and nothing is lost."""
    box.goward("install", "1.26.8").succeeds()
    for text in (b"", b"\0" * 100, b"garbage\n", b"goward-journal 1\n", b"x" * 100_000):
        (box.home / "journal").write_bytes(text)
        done = box.goward("install", "1.25.3")
        check(done.code in (OK, USAGE, IO, CONFLICT, NOT_VERIFIED), f"{text[:20]!r}\n{done}")
        if (box.home / "journal").exists():
            (box.home / "journal").unlink()
        box.goward("install", "1.25.3").succeeds()
        box.goward("remove", "1.25.3").succeeds()
        box.is_sound()


if __name__ == "__main__":
    sys.exit(main(RELEASES, N_FILES))
