#!/usr/bin/env python3
"""Attacks on the proof, through the real program: nothing that the log does not vouch for is ever
installed or called proved, and nothing that a user or a proxy sets can waive the log."""
import base64
import gzip
import os
import pathlib
import re
import shutil
import sys

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent.parent / "lib"))
from sandbox import *  # noqa: E402,F403

RELEASES = ["1.26.8", "1.26.11", "1.27.4"]
NAME = "sumdb.goward.test"


def evil_files(version="1.26.8"):
    files = goroot_files(version)
    files["bin/go"] = (0o755, b"#!/bin/sh\necho evil\n")
    return files


def evil_mirror(box, version="1.26.8"):
    """The mirror with an altered toolchain in it; the log is the honest one."""
    evil = box.mirror.copy(box.folder / f"evil-{os.urandom(3).hex()}")
    hash_ = makelog.write_release(evil.folder, makelog.Log("nobody"), version, OS, ARCH,
                                  evil_files(version))
    evil.zip(version).with_suffix(".ziphash").write_text(hash_)
    evil.evil_hash = hash_
    return evil


def never_installed(box, *patterns, code=NOT_VERIFIED, version="1.26.8", hint=False, **env):
    done = box.goward("install", version, env=env).refuses(code, *patterns, hint=hint)
    check(f"go{version}" not in box.installed(), "it is not installed")
    check(not box.tree(version).exists(), "there is no tree")
    box.is_sound()
    return done


# --- what waives cmd/go's check ----------------------------------------------------------------------------

@case
def variables_do_not_waive_the_log(box):
    evil = evil_mirror(box)
    box.proxy = evil.url
    for env in ({"GONOSUMDB": "*"}, {"GONOSUMDB": "golang.org/toolchain"}, {"GOPRIVATE": "*"},
                {"GONOSUMCHECK": "1"}, {"GOFLAGS": "-insecure"}, {"GOINSECURE": "*"},
                {"GOFLAGS": "-mod=mod -modcacherw"}, {"GONOPROXY": "*"}, {"GOFIPS140": "latest"}):
        done = box.goward("install", "1.26.8", env=env)
        check(done.code == NOT_VERIFIED, f"{env} waived the log\n{done}")
        check("go1.26.8" not in box.installed(), f"{env}")
    for off in ("off", ""):  # the real log is asked then, which has no made releases
        done = box.goward("install", "1.26.8", env={"GOSUMDB": off})
        check(done.code in (NOT_VERIFIED, NETWORK, NOT_FOUND), f"GOSUMDB={off}\n{done}")
        check("go1.26.8" not in box.installed(), f"GOSUMDB={off}")
    box.is_sound()


@case
def files_of_the_project_do_not_waive_the_log(box):
    evil = evil_mirror(box)
    box.proxy = evil.url
    box.wants("1.26.8")
    name = module_name("1.26.8")
    for file in ("go.sum", "go.work.sum"):
        (box.project / file).write_text(f"golang.org/toolchain {name} {evil.evil_hash}\n"
                                        f"golang.org/toolchain {name}/go.mod {evil.evil_hash}\n")
    (box.project / "go.env").write_text("GONOSUMDB=*\nGOSUMDB=off\n")
    config = pathlib.Path(box.env["HOME"]) / ".config/go"
    config.mkdir(parents=True)
    (config / "env").write_text("GONOSUMDB=*\nGOPRIVATE=*\nGOFLAGS=-insecure\n")
    box.goward("up").ends(NOT_VERIFIED).says("not what was published")
    box.go("version").ends(NOT_VERIFIED).says("not what was published")
    check("go1.26.8" not in box.installed(), "it is not installed")
    box.is_sound().is_tidy()


@case
def allow_unproved_is_no_way_around(box):
    box.proxy = evil_mirror(box).url
    box.goward("install", "1.26.8", "--allow-unproved").refuses(NOT_VERIFIED, hint=False)
    root = box.folder / "go"
    write_tree(root, evil_files())
    box.goward("install", f"{root}/", "--allow-unproved").refuses(NOT_VERIFIED, hint=False)
    same(box.installed(), {}, "what is installed")


@case
def a_forged_go_on_disk_is_not_proved(box):
    root = box.folder / "go"
    write_tree(root, evil_files())
    seen, = box.goward("verify", root, "--json").ends(NOT_VERIFIED).json["results"]
    same((seen["status"], [f["path"] for f in seen["files"]]), ("differs", ["bin/go"]), "verify")


# --- the log itself ------------------------------------------------------------------------------------------

@case
def another_key(box):
    """A log that somebody else signs, under the same name."""
    evil = Mirror(box.folder / "evil", NAME, seed=bytes(32))
    evil.add("1.26.8", evil_files())
    box.proxy = evil.publish().url
    never_installed(box, "sign|key")
    # And the key that GOSUMDB names counts, not the one that the proxy would like.
    box.goward("install", "1.26.8", env={"GOSUMDB": evil.vkey}).succeeds()
    box.goward("verify", "1.26.8").ends(NOT_VERIFIED).says(NAME)
    box.goward("verify", "1.26.8", "--offline").ends(NOT_VERIFIED).says(NAME)


def lookup_file(mirror, version="1.26.8"):
    return mirror.folder / f"sumdb/{NAME}/lookup/golang.org/toolchain@{module_name(version)}"


@case
def an_altered_record(box):
    """The lookup says the evil hash; the tree does not have that record."""
    evil = evil_mirror(box)
    box.proxy = evil.url
    file = lookup_file(evil)
    good = file.read_text()
    honest = good.split()[3]
    for text in (good.replace(honest, evil.evil_hash),
                 good.replace("\n", f"\ngolang.org/toolchain {module_name('1.26.8')} "
                                    f"{evil.evil_hash}\n", 1)):
        file.write_text(text)
        never_installed(box)
    # A line outside of the record that the tree vouches for counts for nothing.
    record, _, note = good.partition("\n\n")
    file.write_text(f"{record}\n\ngolang.org/toolchain {module_name('1.26.8')} {evil.evil_hash}\n\n"
                    + note)
    never_installed(box)


@case
def a_record_without_the_line(box):
    """cmd/go lets a record pass that has no line of the module at all."""
    name = module_name("1.26.8")
    for text in (f"example.com/other v1.0.0 h1:{'A' * 43}=\n",
                 f"golang.org/toolchain {name}/go.mod h1:{'A' * 43}=\n",
                 f"golang.org/toolchain {name} h2:{'A' * 43}=\n",
                 f"golang.org/toolchain {name}  h1:{'A' * 43}=\n"):
        evil = box.mirror.copy(box.folder / f"evil-{os.urandom(3).hex()}")
        evil.log = makelog.Log(NAME)
        makelog.add_filler(evil.log, 3)
        evil.log.add("golang.org/toolchain", name, text)
        shutil.rmtree(evil.folder / "sumdb")
        evil.log.publish(evil.folder)
        box.env["GOWARD_HOME"] = str(box.folder / f"home-{os.urandom(3).hex()}")
        box.home = pathlib.Path(box.env["GOWARD_HOME"])
        box.proxy = evil.url
        never_installed(box)


@case
def a_record_of_another_module(box):
    evil = evil_mirror(box)
    box.proxy = evil.url
    shutil.copyfile(lookup_file(evil, "1.26.11"), lookup_file(evil))
    never_installed(box)


@case
def answers_that_are_none(box):
    server = box.serve()
    for fault in ({"kind": "html"}, {"kind": "big", "size": 10 << 20, "length": True},
                  {"kind": "big", "size": 10 << 20}, {"kind": "cut", "percent": 50},
                  {"kind": "short", "percent": 50}, {"kind": "flip", "percent": 30},
                  {"kind": "flip", "percent": 90}, {"kind": "status", "code": 200, "text": ""},
                  {"kind": "gzip"}):
        for path in ("/lookup/", "/tile/"):
            home = box.folder / f"home-{os.urandom(3).hex()}"
            box.home, box.env["GOWARD_HOME"] = home, str(home)
            server.faults({**fault, "path": path})
            done = box.goward("install", "1.26.8")
            if done.code == OK:  # the tile was not asked for, or gzip was understood
                box.is_sound()
                continue
            check(done.code in (USAGE, IO, NOT_VERIFIED, NETWORK), f"{fault}\n{done}")
            done.refuses(done.code, NAME, hint=False)
            same(box.installed(), {}, f"what is installed with {fault}")
            box.is_tidy()


@case
def tiles_that_are_wrong(box):
    evil = box.mirror.copy(box.folder / "evil")
    tiles = list((evil.folder / f"sumdb/{NAME}/tile").rglob("*"))
    box.proxy = evil.url
    for file in [t for t in tiles if t.is_file()]:
        good = file.read_bytes()
        for bad in (good[:-1], good[:-32], good + good[:32], b"", bytes(len(good)),
                    bytes([good[0] ^ 1]) + good[1:]):
            file.write_bytes(bad)
            home = box.folder / f"home-{os.urandom(3).hex()}"
            box.home, box.env["GOWARD_HOME"] = home, str(home)
            never_installed(box)
        file.write_bytes(good)
    box.goward("install", "1.26.8").succeeds()


# --- heads ------------------------------------------------------------------------------------------------------

def forked(box):
    """A second log with the same key and another history, which vouches for the evil release."""
    fork = Mirror(box.folder / "fork", NAME)
    for version in RELEASES:
        fork.add(version, evil_files(version) if version == "1.26.8" else None)
    makelog.add_filler(fork.log, 5)
    return fork.publish()


@case
def a_fork_is_shown_and_nothing_is_trusted(box):
    box.goward("install", "1.26.11").succeeds()
    ours = box.mirror.log.head().splitlines()[2]
    fork = forked(box)
    theirs = fork.log.head().splitlines()[2]
    box.proxy = fork.url
    done = never_installed(box)
    done.says(r"two histories.*contradict.* \(GWT005\)\n")
    evidence = list((box.home / f"sumdb/{NAME}/forks").glob("*"))
    same(len(evidence), 1, "the evidence is kept")
    text = evidence[0].read_text()
    check(ours in text and theirs in text, f"both heads are in the evidence:\n{text}")
    check(text.count(f"\u2014 {NAME} ") >= 2, "with their signatures")
    check(str(evidence[0]) in done.err or evidence[0].name in done.err, f"where it is: {done}")
    # Until a person has looked at it nothing is trusted, the honest mirror included.
    box.proxy = box.mirror.url
    never_installed(box, r"two histories.* \(GWT005\)\n", version="1.27.4")
    for args in (["up"], ["verify", box.tree("1.26.11")], ["use", "1.27.4"]):
        box.wants("1.27.4")
        done = box.goward(*args)
        check(done.code == OK or "GWT005" in done.err, str(done))
    box.goward("explain", "GWT005").succeeds()
    box.goward("up", env={}, cwd=box.project).code
    # What was proved before is still there, and still proved.
    same(list(box.installed()), ["go1.26.11"], "what is installed")
    box.goward("exec", "--go", "1.26.11", "--", "go", "version").succeeds()
    for file in evidence:
        file.unlink()
    box.goward("install", "1.27.4").succeeds()


@case
def a_log_that_shrinks(box):
    grown = box.mirror.copy(box.folder / "grown")
    makelog.add_filler(grown.log, 10)
    box.proxy = grown.publish().url
    box.goward("install", "1.26.11").succeeds()
    size = box.goward("list", "--json").succeeds().json["toolchains"][0]
    latest = box.home / f"sumdb/{NAME}/latest"
    newest = latest.read_text()
    # An older head of the same history is no attack: mirrors lag behind. The newer one is kept.
    box.proxy = box.mirror.url
    box.goward("install", "1.27.4").succeeds()
    same(latest.read_text(), newest, "the newest head that was seen")
    check(size, "the first one is listed")
    box.is_sound()


@case
def a_head_that_is_not_signed(box):
    evil = box.mirror.copy(box.folder / "evil")
    box.proxy = evil.url
    file = lookup_file(evil)
    good = file.read_text()
    record, _, note = good.partition("\n\n")
    text, signature = note.rsplit("\n\n", 1)
    size = len(evil.log.records)
    broken = base64.b64decode(signature.split()[2])
    wrong = base64.b64encode(broken[:4] + bytes(64)).decode()
    for bad in (f"{record}\n\n{text}\n\n", f"{record}\n\n{text}\n",
                f"{record}\n\n{text}\n\n\u2014 {NAME} {wrong}\n",
                good.replace(f"tree\n{size}\n", f"tree\n{size + 1}\n"),
                good.replace(f"tree\n{size}\n", f"tree\n0{size}\n"),
                good.replace(NAME, "sum.golang.org")):
        file.write_text(bad)
        never_installed(box)
    file.write_text(good)
    box.goward("install", "1.26.8").succeeds()


@case
def a_forged_head_in_the_store(box):
    box.goward("install", "1.26.8").succeeds()
    latest = box.home / f"sumdb/{NAME}/latest"
    good = latest.read_text()
    for bad in (good.replace("tree\n6\n", "tree\n7\n"), good[:-10], "garbage\n", ""):
        latest.write_text(bad)
        done = box.goward("install", "1.26.11")
        if done.code != OK:
            done.refuses(NOT_VERIFIED, "latest|head|signed", hint=False)
        else:
            check(bad == "", f"a forged head was taken: {bad!r}")
            box.goward("remove", "1.26.11").succeeds()
    latest.write_text(good)
    box.goward("install", "1.26.11").succeeds()


# --- what is stored -----------------------------------------------------------------------------------------

@case
def stored_proofs_are_checked_offline(box):
    server = box.serve()
    box.goward("install", "1.26.8", "1.26.11").succeeds()
    server.stop()
    box.proxy = "off"
    seen = box.goward("verify", "all", "--offline", "--json").succeeds().json["results"]
    same([r["status"] for r in seen], ["proved"] * 2, "offline")
    proofs = box.home / "proofs"
    name = f"go1.26.8.{OS}-{ARCH}.tlog-proof"
    proof = proofs / name
    good = proof.read_bytes()
    proof.chmod(0o600)
    shutil.rmtree(box.home / "sumdb")
    other = (proofs / name.replace("1.26.8", "1.26.11")).read_bytes()
    bad = [other, b"", b"garbage\n"]
    for at in range(0, len(good), max(1, len(good) // soak(300, 25))):
        changed = bytearray(good)
        changed[at] ^= 1
        bad.append(bytes(changed))
    for text in bad:
        proof.write_bytes(text)
        done = box.goward("verify", "1.26.8", "--offline", "--json")
        result, = done.json.get("results", [{"status": "error"}])
        check(done.code != OK and result["status"] != "proved", f"{text[:40]!r}\n{done}")
    proof.write_bytes(good)
    box.goward("verify", "all", "--offline").succeeds()


@case
def a_manifest_does_not_vouch_for_itself(box):
    """Tree, manifest and record altered together: the log still says otherwise."""
    box.goward("install", "1.26.8").succeeds()
    root, name = box.tree("1.26.8"), f"go1.26.8.{OS}-{ARCH}"
    go = root / "bin/go"
    old = digest(go)
    (root / "bin").chmod(0o755)
    go.unlink()
    go.write_bytes(b"#!/bin/sh\necho evil\n")
    go.chmod(0o555)
    manifest = box.home / "manifests" / f"{name}.gz"
    manifest.chmod(0o644)
    text = gzip.decompress(manifest.read_bytes()).decode().replace(old, digest(go))
    manifest.write_bytes(gzip.compress(text.encode()))
    forged = "h1:" + base64.b64encode(hashlib.sha256(text.encode()).digest()).decode()
    record = box.home / "records" / name
    record.chmod(0o644)
    record.write_text(re.sub(r"h1:\S+", forged, record.read_text()))
    for more in ([], ["--offline"]):
        seen, = box.goward("verify", "1.26.8", "--json", *more).ends(NOT_VERIFIED).json["results"]
        same(seen["status"], "differs", f"verify {more}")


@case
def exec_and_the_shim_follow_what_is_installed_only(box):
    """A tree that is put there by hand is not run: there is no record of it."""
    box.goward("install", "1.26.11").succeeds()
    write_tree(box.tree("1.26.8"), evil_files())
    box.wants("1.26.8")
    done = box.goward("exec", "--", "go", "version", env={"GOWARD_OFFLINE": "1"})
    check("evil" not in done.out, f"{done}")
    box.go("version", env={"GOWARD_OFFLINE": "1"}).lacks("evil")
    box.goward("up").succeeds()
    same(box.go("version").succeeds().out, f"go version go1.26.8 {HOST}\n", "after up")
    box.is_sound()


if __name__ == "__main__":
    sys.exit(main(RELEASES))
