#!/usr/bin/env python3
"""What goward says of the Gos that it meets, whom it believes, and that it says so to programs, too."""
import pathlib
import shutil
import sys

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent.parent / "lib"))
from sandbox import *  # noqa: E402,F403

RELEASES = ["1.25.3", "1.26.8", "1.27.4"]
TIMEOUT = 124


def ids(found):
    return [finding["id"] for finding in found]


def without_log(box):
    """A proxy that has the archives and does not pass the checksum database on."""
    mirror = box.mirror.copy(box.folder / "bare")
    shutil.rmtree(mirror.folder / "sumdb")
    box.proxy = mirror.url
    return mirror


def elsewhere(box):
    box.home = box.folder / "elsewhere"
    box.env["GOWARD_HOME"] = str(box.home)


def pinned(box, version="1.26.8"):
    box.wants("1.25.0")
    box.goward("use", version).succeeds()
    elsewhere(box)
    return box.project / "goward.lock"


# --- goward.lock as a source of trust ---------------------------------------------------------------

@case
def a_lock_proves_where_the_log_is_out_of_reach(box):
    pinned(box)
    without_log(box)
    done = box.goward("up", "--offline", "--json").succeeds().json
    same((done["selected"], done["status"], done["ready"]), ("go1.26.8", "proved", True), "up")
    box.is_sound()


@case
def the_shim_believes_the_lock_as_up_does(box):
    lock = pinned(box)
    without_log(box)
    box.go("version", env={"GOSUMDB": f"{box.mirror.vkey} http://127.0.0.1:1/"})
    same(list(box.installed()), ["go1.26.8"], "what the shim installed")
    elsewhere_again = box.folder / "third"
    box.env["GOWARD_HOME"] = str(elsewhere_again)
    box.proxy = box.mirror.url
    other = box.mirror.log.records[-1][2].split()[2]
    lock.write_text("".join(f"h1 {other}\n" if line.startswith("h1 ") else line
                            for line in lock.read_text().splitlines(keepends=True)))
    box.go("version").ends(NOT_VERIFIED).says("goward.lock")
    same(box.installed(), {}, "what is installed")


@case
def a_lock_proves_nothing_but_its_own_release(box):
    lock = pinned(box)
    good = lock.read_text()
    without_log(box)
    lock.write_text(good.replace("go1.26.8", "go1.27.4", 1))
    box.goward("up", "--offline").ends(NETWORK)
    lock.write_text(good)
    other = Mirror(box.folder / "other", "sumdb.goward.test", seed=bytes(32))
    box.goward("up", "--offline", env={"GOSUMDB": other.vkey}).ends(NETWORK)
    same(box.installed(), {}, "what is installed")


@case
def use_writes_a_conflicting_lock_anew(box):
    box.wants("1.25.0")
    lock = box.project / "goward.lock"
    lock.write_text("<<<<<<< ours\ngoward-lock 1\n=======\ngoward-lock 1\n>>>>>>> theirs\n")
    box.goward("which").ends(USAGE).says("merge conflict", "goward use")
    box.goward("use", "1.26.8").succeeds()
    check(lock.read_text().startswith("goward-lock 1\ngo go1.26.8\n"), "it is written anew")
    box.goward("rollback").succeeds()
    check(lock.read_text().startswith("<<<<<<<"), "and comes back")


@case
def the_shim_reads_its_variable_as_goward_does(box):
    box.wants("1.26.8")
    box.go("version", env={"GOWARD_OFFLINE": "1"}).says("offline")
    box.go("version", env={"GOWARD_OFFLINE": "perhaps"}).ends(USAGE)
    same(box.installed(), {}, "what is installed")
    box.go("version", env={"GOWARD_OFFLINE": "0"})
    same(list(box.installed()), ["go1.26.8"], "what is installed")


# --- verify -----------------------------------------------------------------------------------------

@case
def verify_reports_findings(box):
    box.goward("install", "1.26.8").succeeds()
    one, = box.goward("verify", "1.26.8", "--json").succeeds().json["results"]
    same(one["findings"], [], "of a proved Go")
    changed = box.tree("1.26.8") / "VERSION"
    changed.chmod(0o644)
    changed.write_text(changed.read_text() + "\n")
    done = box.goward("verify", "1.26.8", "--json").ends(NOT_VERIFIED)
    one, = done.json["results"]
    same(ids(one["findings"]), ["GWT002"], "of a changed Go")
    check("VERSION" in one["findings"][0]["evidence"], "the file is named")
    check("--repair" in one["findings"][0]["remedy"], "and the cure")
    box.goward("verify", "1.26.8").ends(NOT_VERIFIED).prints("GWT002", "--repair")
    box.goward("verify", "1.26.8", "--repair", "--dry-run").ends(NOT_VERIFIED).prints(
        "would put back 1 file")
    box.goward("verify", "1.26.8", "--repair").succeeds()
    box.goward("history").prints("repair")
    box.is_sound()


@case
def verify_knows_what_nobody_published(box):
    root = box.folder / "go"
    write_tree(root, goroot_files("1.20.3"))
    one, = box.goward("verify", root, "--json").ends(NOT_VERIFIED).json["results"]
    same((one["status"], ids(one["findings"])), ("unknown", ["GWT009"]), "of a build of one's own")
    write_tree(box.folder / "go2", goroot_files("1.26.8"))
    without_log(box)
    one, = box.goward("verify", box.folder / "go2", "--offline", "--json").ends(
        NETWORK).json["results"]
    same((one["status"], ids(one["findings"])), ("unproved", ["GWT001"]), "without the log")


@case
def a_log_out_of_reach_is_one_sentence(box):
    """What, where and why, once; and below it what to do about the network."""
    box.wants("1.26.8")
    box.proxy = "http://127.0.0.1:9"
    sentence = (f"go1.26.8 for {OS}/{ARCH} cannot be proved: asking for http://127.0.0.1:9/sumdb/sumdb.goward.test/supported: "
                "nobody answers (Failed to connect")
    said = [line for line in box.goward("up").ends(NETWORK).err.splitlines() if line.startswith("goward: ")]
    check(len(said) == 1 and said[0].startswith(f"goward: {sentence}"), f"up says {said}")
    root = box.folder / "go"
    write_tree(root, goroot_files("1.26.8"))
    told = box.goward("verify", root).ends(NETWORK).prints("GWT001", "GOPROXY").out
    same(told.count("nobody answers"), 1, "how often verify says why")
    check(sentence in told and "looking for" not in told, told)


@case
def verify_all_goes_on_where_one_cannot_be_read(box):
    box.goward("install", "1.25.3", "1.26.8", "1.27.4").succeeds()
    remove_tree(box.tree("1.26.8"))
    results = box.goward("verify", "all", "--json").ends(NOT_VERIFIED).json["results"]
    ours = {r["version"]: r["status"] for r in results if r["path"].startswith(str(box.home))}
    same(ours, {"go1.25.3": "proved", "go1.26.8": "differs", "go1.27.4": "proved"}, "all")


@case
def repair_follows_no_symlink(box):
    """src was swapped for a link to a folder that must stay as it is."""
    root, outside = box.folder / "go", box.folder / "outside"
    write_tree(root, goroot_files("1.26.8"))
    shutil.move(root / "src", outside)
    (root / "src").symlink_to(outside)
    victim = sorted(path for path in outside.rglob("*") if path.is_file())[0]
    victim.write_text("mine")
    before = box.snapshot(outside)
    box.goward("verify", root).ends(NOT_VERIFIED).prints("extra +src\n")
    box.goward("verify", root, "--repair").succeeds()
    same(box.snapshot(outside), before, "the folder outside")
    check(not (root / "src").is_symlink(), "src is a folder again")
    check([p for p in (box.home / "removed").rglob("src") if p.is_symlink()], "the link was kept")


# --- after the machine was started anew -------------------------------------------------------------

def start_anew(box):
    for record in (box.home / "records").iterdir():
        record.chmod(0o644)
        record.write_text("".join("boot_id of-another-boot\n" if line.startswith("boot_id") else line
                                  for line in record.read_text().splitlines(keepends=True)))


@case
def up_looks_again_after_a_boot(box):
    box.wants("1.26.8")
    box.goward("up").succeeds()
    start_anew(box)
    check("GWT007" in ids(box.goward("--json").json["findings"]), "status says so")
    check("GWT007" in ids(box.goward("up", "--offline", "--json").succeeds().json["findings"]), "up")
    check("GWT007" not in ids(box.goward("--json").json["findings"]), "once is enough")
    start_anew(box)
    changed = box.tree("1.26.8") / "VERSION"
    changed.chmod(0o644)
    changed.write_text(changed.read_text() + "\n")
    box.goward("up").ends(NOT_VERIFIED).says("was damaged", "verify")


@case
def up_looks_again_at_builds_of_ones_own(box):
    """The log does not know them; that is no damage."""
    root = box.folder / "go"
    write_tree(root, goroot_files("1.26.3"))
    box.goward("install", f"{root}/", "--allow-unproved").succeeds()
    box.wants("1.26.3")
    box.goward("up", "--json").succeeds()
    start_anew(box)
    done = box.goward("up", "--json").succeeds().json
    same(done["status"], "unknown", "its status")
    check({"GWT007", "GWT009"} <= set(ids(done["findings"])), f"findings: {done['findings']}")


# --- the system's Go, and the log -------------------------------------------------------------------

@case
def a_system_go_that_can_be_talked_past_the_log(box):
    root = box.folder / "usr/go"
    write_tree(root, goroot_files("1.25.3"))
    path = f"{root}/bin:/usr/bin:/bin"
    found, = box.goward("--json", env={"PATH": path}).json["findings"]
    same((found["id"], found["severity"]), ("GWT006", "warn"), "with proxies of one's own")
    check("CVE-2026-42501" in found["evidence"], found["evidence"])
    found, = box.goward("--json", env={"PATH": path, "GOPROXY": None}).json["findings"]
    same((found["id"], found["severity"]), ("GWT006", "info"), "with Go's own")
    check("GWT006" in ids(box.goward("why", "--json", env={"PATH": path}).json["findings"]), "why")


@case
def evidence_against_the_log_is_shown(box):
    box.goward("install", "1.26.8").succeeds()
    same(box.goward("--json").json["findings"], [], "of an honest log")
    forks = box.home / "sumdb" / box.mirror.log.key.name / "forks"
    forks.mkdir()
    (forks / "1").write_text("two heads\n")
    found, = box.goward("--json").succeeds().json["findings"]
    same((found["id"], found["severity"]), ("GWT005", "error"), "of one that lied")


# --- what every command promises --------------------------------------------------------------------

@case
def dry_runs_answer_programs_too(box):
    box.wants("1.26.8")
    for args in (["up"], ["install", "1.26.8"], ["use", "1.26.8"], ["use", "1.26.8", "--global"]):
        done = box.goward(*args, "--dry-run", "--json").succeeds().json
        same(done["dry_run"], True, args)
    check(not box.home.exists() or not box.installed(), "nothing was installed")
    box.goward("up").succeeds()
    for args in (["rollback"], ["gc"], ["up"]):
        done = box.goward(*args, "--dry-run", "--json").succeeds().json
        same(done["dry_run"], True, args)


@case
def time_limits_end_the_run(box):
    server = box.serve()
    server.faults({"kind": "stall", "percent": 0, "seconds": 20})
    done = box.goward("install", "1.26.8", "--timeout", "300ms", timeout=15)
    done.ends(TIMEOUT).says("--timeout")
    same(box.goward("install", "1.26.8", "--timeout", "300ms", "--json", timeout=15).ends(
        TIMEOUT).json["schema"], "goward/error", "the object")
    server.faults()
    box.goward("install", "1.26.8", "--timeout", "1m").succeeds()
    box.is_sound()


@case
def a_url_serves_its_own_spec_only(box):
    server = box.serve()
    folder = box.folder / "web"
    folder.mkdir()
    name = f"go1.26.8.{OS}-{ARCH}.tar.gz"
    (folder / name).write_bytes(tar_gz(goroot_files("1.26.8")))
    web = Server(folder, box.folder)
    box.servers.append(web)
    box.goward("install", f"{web.url}/{name}", "1.25.3", "1.27.4").succeeds()
    same(sorted(box.installed()), ["go1.25.3", "go1.26.8", "go1.27.4"], "what is installed")
    check(server.requests(), "the proxy was asked for the others")


if __name__ == "__main__":
    sys.exit(main(releases=RELEASES))
