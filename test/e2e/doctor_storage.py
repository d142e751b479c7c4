#!/usr/bin/env python3
"""Places that Go writes to, each spoilt for real: owners, rights, mounts, full disks, damage."""
import hashlib
import pathlib
import sys
import time

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent.parent / "lib"))
from sandbox import *  # noqa: E402,F403

NOTHING = "none"
NOBODY = 65534
TWO_DAYS = 2 * 24 * 60 * 60


def findings(box, check_id, run=None, **more):
    done = (run or box.goward)("doctor", "--only", check_id, "--fail-on", "never", "--json", **more)
    return [f for f in done.succeeds().json["findings"] if f["id"] == check_id]


def finds(box, check_id, severity, title="", **more):
    found = findings(box, check_id, **more)
    if severity == NOTHING:
        same([f["title"] for f in found], [], check_id)
        return None
    same([f["severity"] for f in found], [severity], f"{check_id}: {found}")
    check(title in found[0]["title"], f"{check_id}: {found[0]['title']}")
    return found[0]


def as_root():
    if os.geteuid() != 0:
        raise Skip("only root can plant this")


def on_mount(box, options, folder):
    """Runs goward where a tmpfs with these options lies over the folder."""
    as_root()
    folder.mkdir(exist_ok=True)

    def run(*args, **more):
        script = f'mount -t tmpfs -o {options} none "$0" && exec "$@"'
        done = box.run(["unshare", "-m", "sh", "-c", script, folder, GOWARD, *args], **more)
        if "unshare" in done.err or "mount" in done.err:
            raise Skip("no mounts of one's own here")
        return done
    return run


# --- variables ------------------------------------------------------------------------------------------

@case
def places_that_are_none(box):
    file = box.folder / "file"
    file.write_text("")
    for check_id, variables, severity, title in [
            ("GWD070", {}, NOTHING, ""),
            ("GWD070", {"GOMODCACHE": "mod"}, "error", "is no absolute path"),
            ("GWD070", {"GOMODCACHE": file}, "error", "is no directory"),
            ("GWD070", {"HOME": None, "XDG_CACHE_HOME": "/nonexistent"}, "error",
              "none of HOME, GOPATH and GOMODCACHE is set"),
            ("GWD006", {"HOME": None}, "error", "neither HOME nor XDG_CACHE_HOME is set"),
            ("GWD006", {"XDG_CACHE_HOME": "cache"}, "error", "XDG_CACHE_HOME is no absolute path"),
            ("GWD071", {}, NOTHING, ""),
            ("GWD071", {"GOTMPDIR": box.folder / "none"}, "error", "does not make it"),
            ("GWD071", {"TMPDIR": box.folder / "none"}, "error", "does not make it"),
            ("GWD071", {"GOTMPDIR": file}, "error", "is no directory"),
            ("GWD071", {"GOTMPDIR": "."}, "warn", "is no absolute path")]:
        finds(box, check_id, severity, title, env=variables)


@case
def a_folder_for_temporary_files_that_all_may_change(box):
    shared = box.folder / "shared"
    shared.mkdir()
    shared.chmod(0o777)
    found = finds(box, "GWD071", "warn", "anybody may replace", env={"TMPDIR": shared})
    box.run(["sh", "-c", found["remedy"]]).succeeds()
    finds(box, "GWD071", NOTHING, env={"TMPDIR": shared})


# --- owners ------------------------------------------------------------------------------------------------

@case
def a_module_cache_of_another_user(box):
    as_root()
    modcache = box.folder / "user/go/pkg/mod"
    (modcache / "cache/download").mkdir(parents=True)
    finds(box, "GWD070", NOTHING)
    os.chown(modcache, NOBODY, NOBODY)
    finds(box, "GWD070", "warn", "belongs to user 65534")


@case
def folders_that_sudo_left(box):
    """As an ordinary user in whose home root has worked."""
    as_root()
    modcache = box.folder / "user/go/pkg/mod"
    (modcache / "cache/download/sumdb").mkdir(parents=True)
    (box.folder / "user/go/bin").mkdir()
    program = box.folder / "goward"
    shutil.copy(GOWARD, program)
    for path in [box.folder.parent, *box.folder.parent.rglob("*")]:
        if box.folder in [path, *path.parents]:
            os.chown(path, NOBODY, NOBODY)
    box.folder.parent.chmod(0o711)

    def run(*args, **more):
        return box.run([program, *args], user=NOBODY, group=NOBODY, extra_groups=[], **more)
    finds(box, "GWD070", NOTHING, run=run)
    finds(box, "GWD074", NOTHING, run=run)
    os.chown(modcache / "cache/download/sumdb", 0, 0)
    os.chown(box.folder / "user/go/bin", 0, 0)
    found = finds(box, "GWD070", "error", "1 folders of the module cache", run=run)
    check("sudo chown -R" in found["remedy"], found["remedy"])
    found = finds(box, "GWD074", "error", "belong to another user", run=run)
    check(found["place"]["file"].endswith("/go/bin"), str(found))
    os.chown(modcache / "cache/download/sumdb", NOBODY, NOBODY)
    (modcache / "cache/download").chmod(0o555)
    found = finds(box, "GWD070", "error", "cannot be written", run=run)
    check(found["remedy"].startswith("chmod u+rwx"), found["remedy"])


# --- disks ---------------------------------------------------------------------------------------------------

@case
def disks_that_start_nothing(box):
    tmp = box.folder / "noexec"
    run = on_mount(box, "noexec,size=2g", tmp)
    finds(box, "GWD071", "error", "(noexec)", run=run, env={"GOTMPDIR": tmp})
    finds(box, "GWD071", NOTHING, run=run)
    path = {"PATH": f"{box.folder / 'go/bin'}:/usr/bin:/bin"}
    for version, severity in [("1.23.4", NOTHING), ("1.24.0", "error")]:
        if (box.folder / "go").exists():
            remove_tree(box.folder / "go")
        write_tree(box.folder / "go", goroot_files(version))
        finds(box, "GWD072", severity, "from the second time on", run=run,
              env={"GOCACHE": tmp, **path})
    finds(box, "GWD072", "warn", "a Go that the go command downloads", run=run,
          env={"GOMODCACHE": tmp, **path})


@case
def disks_that_are_full_or_take_nothing(box):
    disk = box.folder / "disk"
    for options, severity, title in [
            ("size=1m", "error", " MiB are left"), ("size=100m", "warn", "100 MiB are left"),
            ("size=4g,nr_inodes=10", "warn", "more files fit"),
            ("ro,size=4g", "error", "is read-only"), ("size=4g,nr_inodes=0", NOTHING, "")]:
        run = on_mount(box, options, disk)
        finds(box, "GWD071", severity, title, run=run, env={"GOTMPDIR": disk})
    for options, severity, title in [
            ("size=1m", "error", "left for the module cache"),
            ("ro,size=4g", "warn", "the module cache is read-only")]:
        run = on_mount(box, options, disk)
        finds(box, "GWD070", severity, title, run=run, env={"GOMODCACHE": disk})
    run = on_mount(box, "size=1m", disk)
    finds(box, "GWD006", "error", "left for the build cache", run=run, env={"GOCACHE": disk})


# --- what lies in the caches ---------------------------------------------------------------------------------

def cached(box, content, name=None):
    digest = hashlib.sha256(name or content).hexdigest()
    file = box.folder / "user/.cache/go-build" / digest[:2] / f"{digest}-d"
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_bytes(content)
    os.utime(file, (time.time() - TWO_DAYS, time.time() - TWO_DAYS))
    return file


@case
def a_damaged_entry_of_the_build_cache(box):
    for i in range(50):
        cached(box, b"archive %d" % i * 1000)
    finds(box, "GWD073", NOTHING)
    bad = cached(box, b"\0" * 9000, b"archive 7")
    found = finds(box, "GWD073", "error", "1 of 51 files")
    check(str(bad) in found["evidence"], found["evidence"])
    fresh = bad.stat()
    os.utime(bad)
    finds(box, "GWD073", NOTHING)  # a build may still be writing it
    os.utime(bad, (fresh.st_atime, fresh.st_mtime))
    bad.unlink()
    finds(box, "GWD073", NOTHING)
    os.mkfifo(bad)
    finds(box, "GWD073", NOTHING)


@case
def the_size_of_the_caches(box):
    cached(box, b"x" * (3 << 20))
    found = finds(box, "GWD076", "info", "the build cache holds 3 MiB in 1 file")
    same(found["remedy"], "go clean -cache", "remedy")


@case
def folders_of_builds_that_were_killed(box):
    tmp = box.folder / "tmp"
    env = {"TMPDIR": tmp}
    for name, age in [("go-build1", TWO_DAYS), ("go-link-2", TWO_DAYS), ("go-build3", 0),
                      ("other", TWO_DAYS)]:
        (tmp / name / "b001").mkdir(parents=True)
        (tmp / name / "b001/_pkg_.a").write_bytes(b"x" * 100)
        os.utime(tmp / name, (time.time() - age, time.time() - age))
    found = finds(box, "GWD077", "info", "2 folders of builds", env=env)
    same(found["evidence"].splitlines(), [str(tmp / "go-build1"), str(tmp / "go-link-2")], "them")
    program = tmp / "go-build1/b001/server"
    shutil.copy("/bin/sleep", program)
    os.utime(tmp / "go-build1", (time.time() - TWO_DAYS, time.time() - TWO_DAYS))
    server = subprocess.Popen([program, "60"])
    try:
        found = finds(box, "GWD077", "info", "1 folder of builds", env=env)
        same(found["evidence"], str(tmp / "go-link-2"), "what no program runs from")
    finally:
        server.kill()
        server.wait()


@case
def a_project_on_a_disk_that_folds_case(box):
    box.wants("1.26")
    finds(box, "GWD075", NOTHING)
    os.link(box.project / "go.mod", box.project / "GO.MOD")  # two names of one file: no such disk
    finds(box, "GWD075", NOTHING)


if __name__ == "__main__":
    sys.exit(main(releases=["1.26.8"]))
