#!/usr/bin/env python3
"""doctor --fix on planted faults: what it shows, asks, changes and keeps; and doctor undo."""
import hashlib
import os
import pathlib
import pty
import re
import sys

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent.parent / "lib"))
from sandbox import *  # noqa: E402,F403

CARRIAGE = "GOBIN=/bin\nGOPRIVATE=example.com\r\n"


def env_file(box, text):
    path = box.folder / "user/.config/go/env"
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(text.encode())
    path.chmod(0o640)
    return path


def with_go(box):
    """A Go of the user's own, first on PATH."""
    root = box.folder / "sdk/go1.26.8"
    write_tree(root, goroot_files("1.26.8"))
    box.env["PATH"] = f"{root}/bin:/usr/bin:/bin"
    return root


def fix(box, *args):
    return box.goward("doctor", "--fix", *args)


def state(path):
    return path.read_bytes(), path.stat().st_mode


@case
def goroot_in_the_go_env_file_goes_and_comes_back(box):
    with_go(box)
    path = env_file(box, f"GOROOT={box.folder}/elsewhere\n# mine\nGOPRIVATE=example.com\n")
    before = state(path)
    done = fix(box, "--only", "GWD021", "--yes", "--fail-on", "warn").succeeds()
    done.prints(r"GWD021 ", f"--- {path}", r"\n-GOROOT=", "no findings")
    same(state(path), (b"# mine\nGOPRIVATE=example.com\n", before[1]), "the file and its mode")
    box.goward("doctor", "undo").succeeds().prints(r"\n\+GOROOT=", "took back")
    same(state(path), before, "the file")
    box.goward("doctor", "undo").refuses(NOT_FOUND, "no fixes")


@case
def carriage_return_in_the_go_env_file_goes(box):
    with_go(box)
    path = env_file(box, CARRIAGE)
    fix(box, "--only", "GWD047", "--yes", "--json").succeeds()
    same(path.read_bytes(), CARRIAGE.replace("\r", "").encode(), "the file")


@case
def modules_come_back_on(box):
    """In the go env file --fix does it; of the environment only the person's own shell can."""
    with_go(box)
    box.wants("1.26.8")
    path = env_file(box, "GO111MODULE=off\nGOPRIVATE=example.com\n")
    fix(box, "--only", "GWD005", "--yes").succeeds().prints(r"\n-GO111MODULE=off")
    same(path.read_text(), "GOPRIVATE=example.com\n", "the file")
    done = box.goward("doctor", "--fix", "--only", "GWD005", "--yes", env={"GO111MODULE": "off"})
    done.ends(FINDINGS).prints("try: unset GO111MODULE")
    same(path.read_text(), "GOPRIVATE=example.com\n", "the file is left alone")


@case
def missing_folder_is_made_and_taken_back(box):
    with_go(box)
    folder = box.folder / "user/tmp/go"
    env_file(box, f"GOTMPDIR={folder}\n")
    fix(box, "--only", "GWD071", "--yes").succeeds().prints(f"new directory {folder}\n")
    same(folder.stat().st_mode & 0o777, 0o700, "its mode")
    box.goward("doctor", "undo").succeeds()
    check(not folder.parent.exists(), "what was above it goes as well")


@case
def a_netrc_is_closed_to_others(box):
    with_go(box)
    netrc = box.folder / "user/.netrc"
    netrc.parent.mkdir(parents=True, exist_ok=True)
    netrc.write_text("machine a.example login x password y\n")
    netrc.chmod(0o644)
    shown = fix(box, "--only", "GWD054", "--yes", "--fail-on", "warn").succeeds()
    shown.prints(f"mode of {netrc}: 0644 -> 0600", "no findings")
    same(netrc.stat().st_mode & 0o777, 0o600, "its mode")
    box.goward("doctor", "undo").succeeds().prints(f"mode of {netrc}: 0600 -> 0644")
    same(netrc.stat().st_mode & 0o777, 0o644, "its mode after undo")


@case
def several_faults_of_one_file_are_one_change(box):
    with_go(box)
    path = env_file(box, f"GOROOT={box.folder}/elsewhere\nGOFLAGS=stray\n")
    found = fix(box, "--only", "GWD021,GWD044", "--yes", "--json").json
    same([f["done"] for f in found["fixes"]], [True] * len(found["fixes"]), "what was done")
    same({f["id"] for f in found["fixes"]}, {"GWD021", "GWD044"}, "whose fixes")
    check(b"GOROOT" not in path.read_bytes() and b"stray" not in path.read_bytes(), "both are gone")
    same(len(list((box.home / "fixes").glob("*/before.*"))), 1, "copies")


@case
def without_a_terminal_nothing_happens_unless_told(box):
    with_go(box)
    path = env_file(box, f"GOROOT={box.folder}/elsewhere\n")
    before = state(path)
    fix(box, "--only", "GWD021", "--fail-on", "never").ends(FINDINGS).says("nothing was changed")
    fix(box, "--only", "GWD021", "--dry-run", "--fail-on", "never").succeeds().prints("-GOROOT=")
    same(state(path), before, "the file")
    check(not box.home.exists(), "no journal is made")
    box.goward("doctor", "--yes").refuses(USAGE, "belong to --fix")


def answer(box, text):
    """What a person types at the question."""
    mine, theirs = pty.openpty()
    os.write(mine, text.encode())
    with os.fdopen(theirs, "rb", buffering=0) as terminal:
        done = subprocess.run(
            [str(GOWARD), "doctor", "--fix", "--only", "GWD021", "--fail-on", "never"],
            env=box.environment({}), cwd=box.project, stdin=terminal, stdout=subprocess.PIPE,
            stderr=subprocess.PIPE, text=True, timeout=TIME_LIMIT, check=False)
    os.close(mine)
    check("apply 1 change? [y/N]" in done.stderr, f"it asks: {done.stderr}")
    same(done.returncode, OK, "exit code")


@case
def a_person_is_asked(box):
    with_go(box)
    path = env_file(box, f"GOROOT={box.folder}/elsewhere\n")
    before = state(path)
    for no in ("\n", "n\n", "yet\n", "\x04"):
        answer(box, no)
        same(state(path), before, "the file after a no")
    answer(box, "y\n")
    same(path.read_bytes(), b"", "the file after a yes")


@case
def undo_refuses_a_file_that_was_changed_since(box):
    with_go(box)
    path = env_file(box, f"GOROOT={box.folder}/elsewhere\n")
    fix(box, "--only", "GWD021", "--yes").succeeds()
    path.write_text("GOPRIVATE=mine\n")
    box.goward("doctor", "undo").refuses(CONFLICT, str(path))
    same(path.read_text(), "GOPRIVATE=mine\n", "the file")


@case
def gc_takes_what_undo_does_not_need(box):
    with_go(box)
    box.goward("install", "1.26.8").succeeds()
    path = env_file(box, "")
    for n in range(8):
        path.write_text(f"GOROOT={box.folder}/elsewhere{n}\n")
        fix(box, "--only", "GWD021", "--yes").succeeds()
    box.goward("doctor", "undo").succeeds()
    sets = lambda: sorted(int(p.name) for p in (box.home / "fixes").iterdir() if p.is_dir())
    plan = box.goward("gc", "--dry-run", "--json").succeeds().json
    same((plan["fixes"], plan["bytes"] > 0, sets()), ([2, 1], True, list(range(1, 9))), "plan")
    box.goward("gc").succeeds().prints("removed 2 old sets of fixes")
    same(sets(), list(range(3, 9)), "sets")
    long_ago = 100 * 86400
    for record in (box.home / "fixes").glob("*/record"):
        text = record.read_text()
        time_s = int(re.search(r"^time (\d+)$", text, re.M)[1])
        text = text.replace(f"time {time_s}", f"time {time_s - long_ago}").partition("sum ")[0]
        record.write_text(text + f"sum {hashlib.sha256(text.encode()).hexdigest()}\n")
    same(box.goward("gc", "--json").succeeds().json["fixes"], [6, 5, 4, 3], "of long ago")
    path.write_text("")
    box.goward("doctor", "undo").succeeds()
    same(path.read_text(), f"GOROOT={box.folder}/elsewhere6\n", "what undo brings back")


@case
def the_journal_is_no_hindrance_to_a_store(box):
    with_go(box)
    env_file(box, f"GOROOT={box.folder}/elsewhere\n")
    fix(box, "--only", "GWD021", "--yes").succeeds()
    box.goward("install", "1.26.8").succeeds()
    box.is_sound()
    box.goward("doctor", "undo").succeeds()


if __name__ == "__main__":
    sys.exit(main(releases=["1.26.8"]))
