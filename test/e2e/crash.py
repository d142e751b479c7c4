#!/usr/bin/env python3
"""kill -9 at random moments of real runs, and readers during switches.

After each kill: the next run works, what is installed is proved by its files, the history holds, and
`current` leads somewhere. TEST_SEED repeats the moments.
"""
import contextlib
import os
import pathlib
import random
import re
import sys
import tempfile
import time

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent.parent / "lib"))
from sandbox import *  # noqa: E402,F403

RELEASES = ["1.25.3", "1.26.8", "1.26.11", "1.27.4"]
N_FILES = 300
BUILD = pathlib.Path(os.environ.get("TEST_BUILD", GOWARD.parent)).resolve()
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
    survives(box, soak(250, 70), INSTALLS + [["remove", "1.26.8"], ["remove", "1.26.11"]])


@case
def killed_in_switches(box):
    box.goward("install", *RELEASES).succeeds()
    survives(box, soak(250, 70), SWITCHES)


@case
def killed_in_removals(box):
    box.goward("install", *RELEASES).succeeds()
    survives(box, soak(250, 60), REMOVALS + SWITCHES + INSTALLS)


@case
def the_first_run_of_all_is_killed(box):
    """Making the store is under the same rule."""
    whole = duration(box, ["install", "1.26.8"])
    for number in range(soak(100, 10)):
        home = box.folder / f"home-{number}"
        box.home, box.env["GOWARD_HOME"] = home, str(home)
        kill_at_random(box, ["install", "1.26.8"], whole)
        current_resolves(box)
        box.goward("install", "1.26.8").succeeds()
        box.is_sound().is_tidy()


# --- states that a crash leaves on the disk --------------------------------------------------------------

# What is there, and the one transaction that is cut short.
TRANSACTIONS = [
    ([], ["install", "1.26.8", "-j", "1"]),
    ([["install", "1.26.8"]], ["install", "1.27.4", "-j", "1"]),
    ([["install", "1.26.8", "1.27.4"], ["use", "1.27.4", "--global"]],
     ["use", "1.26.8", "--global"]),
    ([["use", "1.26.8", "--global"], ["use", "1.27.4", "--global"]], ["rollback"]),
    ([["install", "1.26.8", "1.27.4"]], ["remove", "1.26.8"]),
]


@contextlib.contextmanager
def in_memory(box):
    """A folder where thousands of small stores are made quickly; the box moves in."""
    parent = "/dev/shm" if os.access("/dev/shm", os.W_OK) else box.folder
    with tempfile.TemporaryDirectory(prefix="goward-test-", dir=parent) as name:
        root = pathlib.Path(name) / "root"
        root.mkdir()
        box.home = root / "store"
        box.env["GOWARD_HOME"] = str(box.home)
        try:
            yield root
        finally:
            if root.exists():
                remove_tree(root)


@case
def crash_states_of_real_commands(box):
    """goward recovers from each to old or new, and `goward verify all` agrees."""
    mirror = Mirror(box.folder / "small")
    for version in ("1.26.8", "1.27.4"):
        mirror.add(version, n_files=3)
    box.proxy = mirror.publish().url
    box.env["GOSUMDB"] = mirror.vkey
    total = 0
    for before, command in TRANSACTIONS:
        with in_memory(box) as root:
            for args in before:
                box.goward(*args).succeeds()
            done = box.run([BUILD / "e2e.crash_states", root, box.home, GOWARD, SEED,
                            soak(5000, 300), *command], cwd=box.folder, timeout=3600)
            check(done.code == 0, f"{command} (seed {SEED})\n{done}")
            said = done.out.splitlines()[-1]
            print(f"# {' '.join(command)}: {said}")
            total += int(re.search(r"(\d+) states", said)[1])
            check(int(re.search(r"(\d+) old", said)[1]) > 0, f"no state was the old one: {said}")
    check(total >= soak(2_000, 400), f"{total} states are few")


# --- at the same time --------------------------------------------------------------------------------------

@case
def readers_never_see_a_missing_go(box):
    """1,000 switches by the real program, and 100,000 reads of the default's go at the same time;
    it is started as often as that goes, too."""
    box.goward("use", "1.26.8", "--global").succeeds()
    box.goward("use", "1.27.4", "--global").succeeds()
    shim = box.folder / "go"
    shim.symlink_to(GOWARD)
    before = box.goward("history", "--json").succeeds().json["entries"][0]["to"]
    done = box.run([BUILD / "e2e.readers", GOWARD, 1000, soak(500_000, 50_000), 2,
                    soak(5_000, 100),
                    box.home / "current/go/bin/go", box.home / "current/bin/go1.27.4", shim],
                   timeout=3600)
    check(done.code == 0, f"{done}")
    n_opens, n_starts, n_failed = map(int, re.findall(r"\d+", done.out))
    check(n_opens >= 100_000 and n_starts >= 200 and n_failed == 0, f"{done}")
    after = box.goward("history", "--json").succeeds().json["entries"][0]["to"]
    same(after - before, 1000, "the switches that were made")
    box.goward("gc").succeeds()
    box.is_sound().is_tidy()
    print(f"# 1000 switches, {done.out.strip()}")


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
