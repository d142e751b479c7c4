#!/usr/bin/env python3
"""A Go whose files are not those of its release (GWD038, GWD069): made releases and a made log, edited in
each way that counts, and in the ways that do not. test/oracle/breakages_proof.py has real ones."""
import os
import pathlib
import sys

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent.parent / "lib"))
from sandbox import *  # noqa: E402,F403

VERSION = "1.26.8"
TOOLS = f"pkg/tool/{OS}_{ARCH}"
LONG_AGO = 1700000000


def findings(box, check_id, *more, thorough=True):
    """thorough: as asked for by its id; else as in a run of all checks."""
    asked = ("--only", check_id) if thorough else ()
    done = box.goward("doctor", *asked, "--json", *more)
    if done.code not in (OK, FINDINGS):
        raise AssertionError(f"the check could not be made\n{done}")
    return [f for f in done.json["findings"] if f["id"] == check_id]


def expect(box, severity, title="", check_id="GWD038", more=(), thorough=True):
    found = findings(box, check_id, *more, thorough=thorough)
    if severity is None:
        return same(found, [], f"of {check_id}")
    check(len(found) == 1 and found[0]["severity"] == severity and title in found[0]["title"],
          f"{check_id} is to find one {severity} with {title!r}: {found}")
    return found[0]


def age(root):
    """As it was laid down long ago; the time of each change is the file system's to note."""
    for folder, _, names in os.walk(root):
        for name in names:
            os.utime(pathlib.Path(folder, name), (LONG_AGO, LONG_AGO))
        os.utime(folder, (LONG_AGO, LONG_AGO))


def installed(box):
    box.goward("install", VERSION).succeeds()
    box.goward("use", "--global", VERSION).succeeds()
    box.env["PATH"] = f"{box.home}/current/go/bin:/usr/bin:/bin"
    return box.home / f"trees/go{VERSION}.{OS}-{ARCH}"


def unpacked(box, files=None):
    """Out of an archive, and nothing here knows of it."""
    root = box.folder / "go"
    write_tree(root, files or goroot_files(VERSION))
    age(root)
    box.env["PATH"] = f"{root}/bin:/usr/bin:/bin"
    return root


def edit(root, name, text="edited\n"):
    with open(root / name, "a") as file:
        file.write(text)


def edit_a_source(root):
    edit(root, "src/p3/p.go", "// edited\n")


def add_a_file(root):
    (root / "src/p3/more.go").write_text("package p3\n")


def remove_a_file(root):
    (root / "src/p3/p.go").unlink()


def edit_the_compiler(root):
    edit(root, f"{TOOLS}/compile")


def edit_version(root):
    (root / "VERSION").write_text(f"go{VERSION}\ntime 2026-01-02T03:04:06Z\n")


def link_a_file(root):
    (root / "src/p3/p.go").unlink()
    (root / "src/p3/p.go").symlink_to(root / "src/p4/p.go")


EDITS = ((edit_a_source, "1 file changed"), (add_a_file, "1 file added"), (remove_a_file, "1 file removed"),
         (edit_the_compiler, "1 file changed"), (edit_version, "1 file changed"), (link_a_file, "1 file"))


def is_found_and_cured(box, root):
    for plant, title in EDITS:
        expect(box, None)
        expect(box, None, thorough=False)
        plant(root)
        found = expect(box, "error", title)
        name = found["evidence"].splitlines()[0].split()[1]
        check(found["place"]["file"] == str(root / name), found)
        expect(box, "error", title, thorough=False)
        box.goward("verify", "--repair", root).succeeds()


@case
def an_edit_of_a_go_that_goward_installed(box):
    is_found_and_cured(box, installed(box))


@case
def an_edit_of_a_go_whose_release_goward_has(box):
    """Its files are named from the store."""
    box.goward("install", VERSION).succeeds()
    is_found_and_cured(box, unpacked(box))


@case
def an_edit_of_a_go_whose_files_nobody_here_knows(box):
    """What the log said once is known, and no list of files: it may as well be somebody's own build."""
    root = unpacked(box)
    box.goward("verify", root).succeeds()
    expect(box, None)
    edit_a_source(root)
    expect(box, "warn", "files differ")
    expect(box, "warn", "files differ", thorough=False)
    box.goward("verify", "--repair", root).succeeds()
    expect(box, None)


@case
def a_go_that_nothing_here_knows(box):
    root = unpacked(box)
    edit_a_source(root)
    expect(box, None)
    expect(box, None, thorough=False)
    for profile in ("ci", "release"):
        expect(box, "info", "nothing on this machine says", more=("--profile", profile))
    expect(box, "warn", "files differ", "GWD069", ("--net",))
    check(not box.home.exists(), "the doctor left something behind")
    box.goward("verify", "--repair", root).succeeds()
    expect(box, None, "", "GWD069", ("--net",))


@case
def a_release_that_the_log_does_not_have(box):
    files = {**goroot_files(VERSION), "VERSION": (0o644, b"go1.26.99\n")}
    unpacked(box, files)
    expect(box, "info", "knows no Go 1.26.99", "GWD069", ("--net",))


@case
def a_log_that_lies(box):
    unpacked(box)
    server = box.serve()
    server.faults({"kind": "flip", "percent": 60, "path": "tile"})
    expect(box, "warn", "could not be looked at", "GWD069", ("--net",))
    server.faults({"kind": "status", "code": 500, "path": "lookup"})
    expect(box, None, "", "GWD069", ("--net",))


@case
def what_is_no_edit(box):
    """The user's own go.env, other programs in bin, and what no build reads."""
    box.goward("install", VERSION).succeeds()
    root = unpacked(box)
    edit(root, "go.env", "GOFLAGS=-mod=mod\n")
    expect(box, None)
    for name in ("bin/gopls", "src/p3/p_test.go", "src/p3/testdata/t.go", "src/p3/_old.d/t.go", "notes.txt"):
        file = root / name
        file.parent.mkdir(exist_ok=True)
        file.write_text("beside\n")
    (root / "LICENSE").unlink()
    expect(box, "info", "6 files of Go 1.26.8 differ from the release, none that a build reads")
    expect(box, None, thorough=False)
    (root / f"{TOOLS}/vet").chmod(0o644)
    expect(box, None, thorough=False)


@case
def a_go_that_somebody_else_has_built(box):
    box.goward("install", VERSION).succeeds()
    root = unpacked(box)
    for name in ("bin/go", f"{TOOLS}/compile", f"{TOOLS}/link"):
        edit(root, name)
    edit_a_source(root)
    expect(box, "info", "was built by somebody else")


@case
def a_go_that_a_distribution_has_spread_over_the_disk(box):
    box.goward("install", VERSION).succeeds()
    root = unpacked(box)
    (root / "src").rename(box.folder / "share")
    (root / "src").symlink_to(box.folder / "share")
    edit(root, "src/p3/p.go")
    expect(box, None)


@case
def times_alone_are_no_edit(box):
    root = installed(box)
    os.utime(root / "src/p3/p.go")
    (root / "src/p4/p.go").chmod(0o600)
    expect(box, None, thorough=False)


@case
def all_files_touched_is_another_way_to_lay_them_down(box):
    root = installed(box)
    for i in range(450):
        (root / f"src/p3/more{i}.go").write_text("package p3\n")
    expect(box, None, thorough=False)
    expect(box, "error", "450 files added")


@case
def what_goward_installed_that_is_no_release(box):
    """Its own record is what it is measured by."""
    write_tree(box.folder / "go", goroot_files("1.26.3"))
    box.goward("install", f"{box.folder}/go/", "--allow-unproved").succeeds()
    root = next((box.home / "trees").iterdir())
    box.env["PATH"] = f"{root}/bin:/usr/bin:/bin"
    expect(box, None)
    edit_a_source(root)
    found = expect(box, "error", "1 file changed")
    check("as installed" in found["evidence"] and "install it again" in found["remedy"], found)


if __name__ == "__main__":
    sys.exit(main(releases=[VERSION]))
