#!/usr/bin/env python3
"""Every command against made releases: what it does, prints and promises to other programs."""
import json
import os
import pathlib
import shlex
import shutil
import subprocess
import sys

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent.parent / "lib"))
from sandbox import *  # noqa: E402,F403

RELEASES = ["1.25.3", "1.26.8", "1.26.11", "1.27.4", "1.28rc1"]
OTHER_ARCH = "arm64" if ARCH == "amd64" else "amd64"


def prepare(mirror):
    mirror.add("1.26.8", arch=OTHER_ARCH)


def feed(box, version):
    """A download feed such as go.dev/dl, with one release, behind the server."""
    folder = box.folder / "web/dl"
    folder.mkdir(parents=True)
    name = f"go{version}.{OS}-{ARCH}.tar.gz"
    (folder / name).write_bytes(tar_gz(goroot_files(version)))
    file = {"filename": name, "os": OS, "arch": ARCH, "version": f"go{version}",
            "sha256": digest(folder / name), "size": (folder / name).stat().st_size,
            "kind": "archive"}
    (folder / "index.json").write_text(json.dumps(
        [{"version": f"go{version}", "stable": True, "files": [file]}]))
    server = box.serve(box.folder / "web")
    box.proxy = ""
    return {"GOWARD_DL_URL": f"{server.url}/dl",
            "GOSUMDB": f"{box.mirror.vkey} {box.mirror.url}/sumdb/{box.mirror.log.key.name}"}


# --- install ------------------------------------------------------------------------------------------

@case
def every_spec_that_names_a_version(box):
    for spec, wanted in [("1.26.8", "go1.26.8"), ("go1.26.8", "go1.26.8"), ("1.26", "go1.26.11"),
                         ("go1.25", "go1.25.3"), ("latest", "go1.27.4"), ("stable", "go1.27.4"),
                         ("oldstable", "go1.26.11"), (">=1.25,<1.27", "go1.26.11"),
                         ("<1.26", "go1.25.3"), ("<=1.26", "go1.26.11"), (">=1.26,!=1.26.11,<1.27",
                         "go1.26.8"), ("=1.25.3", "go1.25.3"), ("1.28rc1", "go1.28rc1")]:
        one, = box.goward("install", spec, "--json").succeeds().json["installed"]
        same(one["version"], wanted, f"install {spec}")
        same(one["status"], "proved", f"the status of {spec}")
    same(sorted(box.installed()), sorted(f"go{v}" for v in RELEASES), "what is installed")
    box.is_sound().is_tidy()


@case
def several_at_once(box):
    many = box.goward("install", "stable", "oldstable", "1.25", "--json").succeeds().json
    same([one["version"] for one in many["installed"]], ["go1.27.4", "go1.26.11", "go1.25.3"],
         "what was installed")
    box.is_sound().is_tidy()


@case
def what_install_tells_other_programs(box):
    first, = box.goward("install", "1.26.8", "--json").succeeds().json["installed"]
    name = module_name("1.26.8")
    number = [v for _, v, _ in box.mirror.log.records].index(name)
    same(first["record"], number, "the number of the record")
    same(first["tree_size"], len(box.mirror.log.records), "the size of the tree")
    check(f"{name} {first['h1']}\n" in box.mirror.log.records[number][2], "h1 is that of the log")
    same(first["platform"], HOST, "the platform")
    same(first["path"], str(box.tree("1.26.8")), "the path")
    same((first["was_installed"], first["source"]), (False, "GOPROXY"), "where it came from")
    files = makelog.module_files(goroot_files("1.26.8"))
    same(first["files"], len(files), "the number of files")
    same(first["bytes"], sum(len(data) for _, data in files.values()), "the bytes")
    again, = box.goward("install", "1.26.8", "--json").succeeds().json["installed"]
    same({**again, "was_installed": False}, first, "the second answer")
    check(again["was_installed"], "the second time it was there")
    # What versions have in common is there once.
    other, = box.goward("install", "1.26.11", "--json").succeeds().json["installed"]
    check(other["written"] < other["bytes"], "files are shared between versions")
    a, b = (box.tree(v) / "src/p1/p.go" for v in ("1.26.8", "1.26.11"))
    check(a.samefile(b), "the same content is the same file")


@case
def the_tree_is_the_release(box):
    box.goward("install", "1.26.8").succeeds()
    root = box.tree("1.26.8")
    files = makelog.module_files(goroot_files("1.26.8"))
    for path, (mode, data) in files.items():
        path = path.replace("_go.mod", "go.mod")
        same((root / path).read_bytes(), data, path)
        is_program = path.startswith(("bin/", "pkg/tool/")) or path.endswith(".bash")
        same(bool((root / path).stat().st_mode & 0o111), is_program, f"whether {path} can run")
        same((root / path).stat().st_mode & 0o222, 0, f"whether {path} can be written to")
    found = [p for p in root.rglob("*") if p.is_file()]
    same(len(found), len(files), "the number of files")
    done = box.run([root / "bin/go", "version"]).succeeds()
    same(done.out, f"go version go1.26.8 {HOST}\n", "what its go says")


@case
def a_release_archive_is_proved_all_the_same(box):
    path = box.folder / f"go1.26.8.{OS}-{ARCH}.tar.gz"
    path.write_bytes(tar_gz(goroot_files("1.26.8")))
    one, = box.goward("install", path, "--json").succeeds().json["installed"]
    same((one["version"], one["status"]), ("go1.26.8", "proved"), "what was installed")
    by_zip = box.mirror.log.records[one["record"]][2]
    check(one["h1"] in by_zip, "the hash is that of the module")
    check(not (box.tree("1.26.8") / "misc").exists(), "what the module leaves out is left out")
    box.is_sound().is_tidy()


@case
def an_archive_of_any_name(box):
    path = box.folder / "download.tar.gz"
    path.write_bytes(tar_gz(goroot_files("1.26.8")))
    box.goward("install", path).succeeds()
    zipped = box.folder / "download.zip"
    shutil.copyfile(box.mirror.zip("1.26.11"), zipped)
    box.goward("install", zipped).succeeds()
    same(box.installed(), {"go1.26.8": "proved", "go1.26.11": "proved"}, "what is installed")
    box.is_sound().is_tidy()


@case
def a_directory_is_adopted_and_stays(box):
    root = box.folder / "go"
    write_tree(root, goroot_files("1.26.8"))
    before = box.snapshot(root)
    one, = box.goward("install", f"{root}/", "--json").succeeds().json["installed"]
    same((one["version"], one["status"]), ("go1.26.8", "proved"), "what was adopted")
    after = box.snapshot(root)
    same({p: w[1:] for p, w in after.items()}, {p: w[1:] for p, w in before.items()}, "its files")
    # Whoever writes into the directory later must not change what was proved.
    print_go = root / "src/p1/p.go"
    print_go.chmod(0o644)
    print_go.write_text("package changed\n")
    box.goward("verify", "1.26.8", "--offline").succeeds()
    box.is_sound().is_tidy()


@case
def a_directory_that_is_not_official(box):
    root = box.folder / "go"
    files = goroot_files("1.26.8")
    files["VERSION"] = (0o644, b"go1.26.77\n")
    write_tree(root, files)
    box.goward("install", f"{root}/").refuses(NOT_VERIFIED, "no official build")
    same(box.installed(), {}, "what is installed")
    one, = box.goward("install", f"{root}/", "--allow-unproved", "--json").succeeds().json["installed"]
    same(one["status"], "unknown", "its status")
    same(list(box.installed().values()), ["unknown"], "its status in the list")


@case
def a_directory_that_was_changed(box):
    root = box.folder / "go"
    write_tree(root, goroot_files("1.26.8"))
    (root / "src/p1/p.go").write_text("package evil\n")
    for more in ([], ["--allow-unproved"]):
        box.goward("install", f"{root}/", *more).refuses(
            NOT_VERIFIED, "1 of its files", "goward verify")
        same(box.installed(), {}, "what is installed")
        box.is_tidy()


@case
def a_directory_with_an_edited_go_env(box):
    """Images write GOTOOLCHAIN=local there; everything else is still provable."""
    pristine = (ROOT / "test/unit/data/toolchain/go.env").read_text().replace(
        "@PROXY@", ".".join(["proxy", "golang", "org"]))
    pristine = pristine.replace("@PROXY@", ".".join(["proxy", "golang", "org"]))
    files = goroot_files("1.29.1")
    files["go.env"] = (0o644, pristine.encode())
    mirror = box.mirror.copy(box.folder / "mirror")
    mirror.add("1.29.1", files=files)
    box.proxy = mirror.publish().url
    files["go.env"] = (0o644, pristine.replace("GOTOOLCHAIN=auto", "GOTOOLCHAIN=local").encode())
    root = box.folder / "go"
    write_tree(root, files)
    seen, = box.goward("verify", root, "--json").json["results"]
    same(seen["status"], "config-edited", "its status")
    check("GOTOOLCHAIN=local" in seen["config_diff"], "the difference is shown")
    one, = box.goward("install", f"{root}/", "--json").succeeds().json["installed"]
    same(one["status"], "config-edited", "its status in the store")


@case
def another_platform(box):
    one, = box.goward("install", "1.26.8", "--platform", f"{OS}/{OTHER_ARCH}",
                      "--json").succeeds().json["installed"]
    same(one["platform"], f"{OS}/{OTHER_ARCH}", "its platform")
    box.goward("install", "1.26.8").succeeds()
    tools = box.goward("list", "--json").succeeds().json["toolchains"]
    same(sorted(t["platform"] for t in tools), sorted([HOST, f"{OS}/{OTHER_ARCH}"]), "platforms")
    seen = box.goward("verify", "all", "--json").succeeds().json["results"]
    same([r["status"] for r in seen], ["proved"] * 2, "both are proved")
    box.goward("remove", "1.26.8", "--platform", f"{OS}/{OTHER_ARCH}").succeeds()
    same(list(box.installed()), ["go1.26.8"], "what stays")


@case
def from_the_download_feed(box):
    env = feed(box, "1.26.8")
    for spec in ("1.26.8", "stable"):
        box.goward("install", spec, env=env).succeeds()
    one, = box.goward("list", "--json").succeeds().json["toolchains"]
    same((one["version"], one["status"]), ("go1.26.8", "proved"), "what was installed")
    available = box.goward("list", "--remote", "--json", env=env).succeeds().json["available"]
    same(available, [{"version": "go1.26.8", "installed": True}], "what could be")
    box.is_sound().is_tidy()


@case
def from_a_url_a_file_and_a_folder(box):
    server = box.serve()
    name = module_name("1.26.8")
    box.goward("install", f"{server.url}/golang.org/toolchain/@v/{name}.zip").succeeds()
    box.goward("install", "1.26.11", "--from", box.mirror.zip("1.26.11")).succeeds()
    box.goward("install", "1.25.3", "--from", box.mirror.folder).succeeds()
    box.goward("install", "1.27.4", "--from", server.url).succeeds()
    same(set(box.installed().values()), {"proved"}, "their status")
    same(len(box.installed()), 4, "how many there are")
    box.is_sound().is_tidy()


@case
def a_warm_lookup_needs_at_most_two_requests(box):
    server = box.serve()
    box.goward("install", "1.26.8").succeeds()
    server.requests()
    box.goward("install", "1.26.11").succeeds()
    asked = [r for r in server.requests() if "/sumdb/" in r[1]]
    check(len(asked) <= 2, f"the log was asked {len(asked)} times: {asked}")


@case
def dry_runs_change_nothing(box):
    box.goward("install", "1.26.8").succeeds()
    box.wants("1.26.0", "go1.27.4")
    for args in (["install", "1.27.4"], ["use", "1.27.4"], ["up"], ["remove", "1.26.8"], ["gc"],
                 ["use", "1.26.8", "--global"]):
        with Unchanged(box, ignore=["/cache", "/sumdb"]):
            box.goward(*args, "--dry-run").succeeds()
    same(list(box.installed()), ["go1.26.8"], "what is installed")
    check(not (box.project / "goward.lock").exists(), "no lock was written")


# --- up ------------------------------------------------------------------------------------------------

@case
def up_makes_the_project_ready(box):
    box.wants("1.26.0", "go1.27.4")
    first = box.goward("up", "--json").succeeds().json
    same((first["ready"], first["selected"], first["status"], first["generation"],
          first["changed"]), (True, "go1.27.4", "proved", 1, True), "the first answer")
    same(first["pinned_by"], {"file": str(box.project / "go.mod"), "line": 5}, "who asked")
    check(isinstance(first["findings"], list), "there is a list of findings")
    again = box.goward("up", "--json").succeeds().json
    same((again["ready"], again["generation"], again["changed"]), (True, 1, False), "the second")
    box.goward("up", "--offline").succeeds().prints("nothing to do", "^ready$|\nready\n")
    box.is_sound().is_tidy()


@case
def up_reports_what_it_did(box):
    box.wants("1.26.0", "go1.27.4")
    done = box.goward("up", "--color=never").succeeds()
    done.prints(r"^goward \S+ · project \(go.mod: go 1.26.0, toolchain go1.27.4\)\n",
                r"\n  wanted   go1.27.4      go.mod:5\n",
                r"\n  source   golang.org/toolchain@v0.0.1-go1.27.4\.\S+ from GOPROXY · ",
                r"\n  proved   record \d+ of the checksum database, in the signed tree of size \d+\n",
                r"\n  store    \d+ files", r"\n  active   generation 1 · undo: goward rollback\n",
                r"\n  checks   \d+ of \d+ passed", r"\nready\n$")
    same(done.err, "", "standard error")


@case
def up_takes_a_folder(box):
    shop = box.project / "examples/shop"
    shop.mkdir(parents=True)
    box.wants("1.25.3", folder=shop)
    same(box.goward("up", "examples/shop", "--json").succeeds().json["selected"], "go1.25.3",
         "the Go of the folder")
    box.goward("up", "nowhere").refuses(NOT_FOUND, "no directory.*nowhere", hint=False)
    box.goward("up").refuses(NOT_FOUND, "no Go project", "goward install stable")


@case
def up_with_nothing_to_do_is_quick(box):
    if b"__asan_init" in GOWARD.read_bytes():
        raise Skip("the sanitizers are in it")
    box.wants("1.26.0", "go1.27.4")
    box.goward("up").succeeds()
    best = min(box.goward("up").succeeds().seconds for _ in range(20))
    check(best < 0.020, f"it took {best * 1000:.1f} ms at best; 20 are the budget")


@case
def status_says_what_to_do_next(box):
    box.wants("1.26.0", "go1.27.4")
    before = box.goward("--json").succeeds().json
    same((before["wanted"], before["selected"], before["status"], before["next"]),
         ("go1.27.4", None, "missing", "goward up"), "before")
    check(not box.home.exists(), "looking makes no store")
    box.goward("up").succeeds()
    path = f"{box.home}/bin:/usr/bin:/bin"
    after = box.goward("--json", env={"PATH": path}).succeeds().json
    same((after["selected"], after["status"], after["next"], after["in_use_is_shim"]),
         ("go1.27.4", "proved", None, True), "after")
    same(after["path"], str(box.tree("1.27.4") / "bin/go"), "its path")


# --- use, goward.lock ---------------------------------------------------------------------------------

@case
def use_pins_with_the_proof(box):
    box.wants("1.25.0")
    done = box.goward("use", "1.26.8", "--json").succeeds().json
    lock = box.project / "goward.lock"
    same((done["selected"], done["scope"], done["file"]), ("go1.26.8", "project", str(lock)), "use")
    text = lock.read_text()
    check(text.startswith("goward-lock 1\ngo go1.26.8\n"), text)
    why = box.goward("why", "--json").succeeds().json
    same((why["selected"], why["pinned_by"]["file"]), ("go1.26.8", str(lock)), "why")
    # The same pin again changes nothing, not even the file's time.
    written = lock.stat().st_mtime_ns
    check(not box.goward("use", "1.26.8", "--json").succeeds().json["changed"], "nothing changed")
    same((lock.read_text(), lock.stat().st_mtime_ns), (text, written), "the lock")
    # Another person on another machine.
    box.env["GOWARD_HOME"] = str(box.folder / "elsewhere")
    same(box.goward("up", "--json").succeeds().json["selected"], "go1.26.8", "the other machine")


@case
def a_lock_that_contradicts_the_log_is_refused(box):
    box.wants("1.25.0")
    box.goward("use", "1.26.8").succeeds()
    lock = box.project / "goward.lock"
    other = box.mirror.log.records[-1][2].split()[2]
    lines = [f"h1 {other}" if line.startswith("h1 ") else line
             for line in lock.read_text().splitlines()]
    lock.write_text("\n".join(lines) + "\n")
    box.env["GOWARD_HOME"] = str(box.folder / "elsewhere")
    done = box.goward("up").ends(NOT_VERIFIED).says("goward.lock")
    check("Traceback" not in done.err, "one sentence")
    same(box.goward("list", "--json").json.get("toolchains", []), [], "what is installed")


@case
def use_global_and_rollback(box):
    box.goward("use", "1.26.8", "--global").succeeds()
    box.goward("use", "stable", "--global").succeeds()
    outside = box.folder / "user"
    same(box.goward("which", cwd=outside).succeeds().out,
         f"{box.tree('1.27.4')}/bin/go\n", "the default")
    current = box.home / "current/go/bin/go"
    check(current.exists(), "current leads to the default")
    back = box.goward("rollback", "--json").succeeds().json
    same((back["generation"], back["previous"], back["selected"]), (1, 2, "go1.26.8"), "rollback")
    same(box.run([current, "version"]).out, f"go version go1.26.8 {HOST}\n", "what current runs")
    back = box.goward("rollback", "--to", "2", "--json").succeeds().json
    same(back["selected"], "go1.27.4", "forward again")
    with Unchanged(box, ignore=["/store/lock"]):
        box.goward("rollback", "--to", "77").refuses(NOT_FOUND, "no generation 77", "goward history")
    box.goward("rollback", "--to", "0").succeeds()
    box.is_sound().is_tidy()


@case
def rollback_restores_the_lock(box):
    box.wants("1.25.0")
    lock = box.project / "goward.lock"
    box.goward("use", "1.25.3").succeeds()
    first = lock.read_text()
    box.goward("use", "1.26.8").succeeds()
    files = box.goward("rollback", "--json").succeeds().json["files"]
    same(files, [{"path": str(lock), "restored": True}], "what was restored")
    same(lock.read_text(), first, "the lock")
    box.goward("use", "1.26.8").succeeds()
    lock.write_text(lock.read_text() + "\n")  # somebody else edits it
    edited = lock.read_text()
    files = box.goward("rollback", "--json").json["files"]
    same(files, [{"path": str(lock), "restored": False}], "what was not restored")
    same(lock.read_text(), edited, "the edited lock")


@case
def use_needs_a_project(box):
    box.goward("use", "1.26.8").refuses(NOT_FOUND, "no Go project", "--global")


# --- list, which, why -----------------------------------------------------------------------------

@case
def list_shows_what_is_there_and_what_could_be(box):
    same(box.goward("list", "--json").json["toolchains"], [], "an empty machine")
    box.goward("install", "1.26.8").succeeds()
    box.goward("use", "1.27.4", "--global").succeeds()
    tools = box.goward("list", "--json").succeeds().json["toolchains"]
    same([(t["version"], t["platform"], t["status"], t["default"]) for t in tools],
         [("go1.26.8", HOST, "proved", False), ("go1.27.4", HOST, "proved", True)], "the list")
    same(tools[0]["path"], str(box.tree("1.26.8")), "the path")
    available = box.goward("list", "--remote", "--json").succeeds().json["available"]
    same([(v["version"], v["installed"]) for v in available],
         [("go1.28rc1", False), ("go1.27.4", True), ("go1.26.11", False), ("go1.26.8", True),
          ("go1.25.3", False)], "what could be")
    box.serve()
    box.goward("list", "--remote", "--offline").refuses(NETWORK, "offline", hint=False)


@case
def why_gives_the_whole_chain(box):
    box.wants("1.26.0", "go1.27.4")
    box.goward("up").succeeds()
    why = box.goward("why", "--json").succeeds().json
    same((why["selected"], why["path"]), ("go1.27.4", str(box.tree("1.27.4") / "bin/go")), "why")
    same(why["pinned_by"], {"file": str(box.project / "go.mod"), "line": 5}, "by whom")
    won = [r for r in why["reasons"] if r["won"]]
    same(len(won), 1, "how many reasons won")
    check("go1.27.4" in won[0]["said"] and "go.mod" in won[0]["source"], f"the reason: {won}")
    check({"who", "picks", "because"} <= set(why["others"][0]), "what others would pick")
    same(sorted(o["who"] for o in why["others"]), ["go", "golang image", "gopls", "setup-go"], "who")
    base = box.goward("why", "--base", box.tree("1.27.4"), "--json").succeeds().json
    same(base["selected"], "go1.27.4", "as real go answers")


@case
def which_prints_one_path(box):
    box.goward("which").refuses(NOT_FOUND, "no Go", "goward install")
    box.goward("install", "1.26.8", "1.25.3").succeeds()
    box.wants("1.26.8")
    same(box.goward("which").succeeds().out, f"{box.tree('1.26.8')}/bin/go\n", "go")
    same(box.goward("which", "gofmt").succeeds().out, f"{box.tree('1.26.8')}/bin/gofmt\n", "gofmt")
    same(box.goward("which", "--go", "1.25").succeeds().out, f"{box.tree('1.25.3')}/bin/go\n",
         "another")
    box.goward("which", "--go", "1.27.4").refuses(NOT_FOUND, "go1.27.4", "goward install 1.27.4")
    box.wants("1.27.4")
    box.goward("which").refuses(NOT_FOUND, r"go1.27.4 is wanted by .*go.mod:3", "goward up")


# --- exec, env, the shim ----------------------------------------------------------------------------

@case
def exec_becomes_the_command(box):
    box.goward("install", "1.26.8", "1.25.3").succeeds()
    box.wants("1.26.8")
    same(box.goward("exec", "--", "go", "version").succeeds().out,
         f"go version go1.26.8 {HOST}\n", "go version")
    same(box.goward("exec", "--go", "1.25", "--", "go", "version").out,
         f"go version go1.25.3 {HOST}\n", "another Go")
    same(box.goward("exec", "sh", "-c", "exit 42").code, 42, "the code of the command")
    shown = box.goward("exec", "--", "env", env={"GOROOT": "/usr/lib/go", "GOPATH": "/p"}).succeeds()
    names = dict(line.split("=", 1) for line in shown.out.splitlines())
    check("GOROOT" not in names and names["GOPATH"] == "/p" and "GOBIN" not in names, shown.out)
    check(names["PATH"].startswith(f"{box.tree('1.26.8')}/bin:"), names["PATH"])
    box.goward("exec", "--", "nosuchcommand").refuses(NOT_FOUND, "nosuchcommand", hint=False)


@case
def env_in_every_format(box):
    # A folder whose name is all that a shell could trip over.
    home = box.folder / "a b'c\"d$e`f\\g"
    box.home, box.env["GOWARD_HOME"] = home, str(home)
    box.goward("install", "1.26.8").succeeds()
    box.wants("1.26.8")
    wanted = box.goward("env", "--json", env={"GOROOT": "/old"}).succeeds().json
    same(wanted["selected"], "go1.26.8", "the selected Go")
    variables = wanted["variables"]
    check(variables["PATH"].startswith(f"{box.tree('1.26.8')}/bin:"), variables["PATH"])

    def env(kind, **more):
        return box.goward("env", "--format", kind, env=more).succeeds().out

    for shell in ("dash", "bash", "zsh"):
        if shutil.which(shell):
            script = env("sh", GOROOT="/old") + "/usr/bin/env -0"
            seen = box.run([shutil.which(shell), "-c", script], env={"GOROOT": "/old"}).succeeds()
            seen = dict(v.split("=", 1) for v in seen.out.split("\0") if "=" in v)
            same({k: seen.get(k) for k in variables}, variables, shell)
            check("GOROOT" not in seen, f"{shell} still has GOROOT")
    if shutil.which("fish"):
        script = env("fish", GOROOT="/old") + "\n/usr/bin/env -0"
        seen = box.run([shutil.which("fish"), "-N", "-c", script], env={"GOROOT": "/old"}).succeeds()
        seen = dict(v.split("=", 1) for v in seen.out.split("\0") if "=" in v)
        same({k: seen.get(k) for k in variables}, variables, "fish")
        check("GOROOT" not in seen, "fish still has GOROOT")
    same(wanted["unset"], ["GOROOT"], "what is taken away")
    check(len(env("dotenv").splitlines()) == len(variables), "a line for each variable")


@case
def env_tells_each_variable_and_its_origin(box):
    box.goward("install", "1.26.8").succeeds()
    box.wants("1.26.8")
    file = pathlib.Path(box.env["HOME"]) / ".config/go/env"
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_text("GOFLAGS=-mod=mod\nGOPRIVATE=corp.example\n")
    more = {"GOAMD64": "v2", "GOARCH": "amd64", "GOPROXY": "http://me:secret@127.0.0.1:9/x,direct"}
    told = json.loads(box.goward("env", "--format", "json", env=more).succeeds().out)
    same({k: told[k] for k in ("GOFLAGS", "GOAMD64", "GONOSUMDB", "GOVERSION")},
         {"GOFLAGS": "-mod=mod", "GOAMD64": "v2", "GONOSUMDB": "corp.example", "GOVERSION": "go1.26.8"},
         "variables")
    told = json.loads(box.goward("env", "--format", "json", "--explain", env=more).succeeds().out)
    same(told["GOFLAGS"], {"value": "-mod=mod", "origin": f"{file}:1"}, "GOFLAGS")
    same(told["GOAMD64"], {"value": "v2", "origin": "environment"}, "GOAMD64")
    same(box.goward("env", "GOPRIVATE", "GOOS").succeeds().out, "corp.example\nlinux\n", "values")
    box.goward("env", "GONONSENSE").refuses(USAGE, "GONONSENSE")
    # Two stages.
    first, second = box.folder / "build.json", box.folder / "test.json"
    box.goward("env", "capture", first, env=more).succeeds().prints("fingerprint [0-9a-f]{64}")
    check("secret" not in first.read_text(), "a password was captured")
    box.goward("env", "capture", second, env=dict(more, GOTMPDIR=str(box.folder))).succeeds()
    box.goward("env", "diff", first, second).succeeds().prints("GOTMPDIR")
    box.goward("env", "capture", second, env=dict(more, GOAMD64="v3")).succeeds()
    drift = box.goward("env", "diff", first, second, "--json").ends(FINDINGS).json["drift"]
    same([d["name"] for d in drift if not d["is_place"]], ["GOAMD64"], "what drifted")
    second.write_text("{}")
    box.goward("env", "diff", first, second).refuses(USAGE, "no capture", hint=False)
    box.goward("env", "diff", first, box.folder / "gone").refuses(NOT_FOUND, "gone")


@case
def env_for_ci_systems(box):
    box.goward("install", "1.26.8").succeeds()
    box.wants("1.26.8")
    variables = box.goward("env", "--json").succeeds().json["variables"]
    for kind in ("dotenv", "github", "gitlab"):
        lines = box.goward("env", "--format", kind).succeeds().out.splitlines()
        seen = {}
        for line in lines:
            name, value = line.split("=", 1)
            seen[name] = shlex.split(value)[0] if kind == "dotenv" else value
        same(seen, variables, kind)
    box.goward("env", "--format", "toml").refuses(USAGE, "toml", hint=False)


@case
def the_shim_is_the_go_of_the_folder(box):
    box.goward("install", "1.26.8", "1.25.3").succeeds()
    box.wants("1.26.8")
    same(box.go("version").succeeds().out, f"go version go1.26.8 {HOST}\n", "the project's")
    other = box.folder / "other"
    other.mkdir()
    box.wants("1.25.3", folder=other)
    same(box.go("version", cwd=other).succeeds().out, f"go version go1.25.3 {HOST}\n", "another's")
    same(box.go("env", "GOROOT", env={"GOROOT": "/wrong"}).out, f"{box.tree('1.26.8')}\n", "GOROOT")
    same(box.go(tool="gofmt", stdin="package p\n").succeeds().out, "package p\n", "gofmt")
    deep = box.project / "a/b/c"
    deep.mkdir(parents=True)
    same(box.go("version", cwd=deep).out, f"go version go1.26.8 {HOST}\n", "below the project")
    same(box.go("build", "--help", "-C").out, "go1.26.8 build --help -C\n", "arguments pass untouched")
    same(box.go("version", env={"GOTOOLCHAIN": "go1.25.3"}).out,
         f"go version go1.25.3 {HOST}\n", "GOTOOLCHAIN decides")


@case
def the_shim_installs_what_is_wanted(box):
    box.wants("1.26.8")
    done = box.go("version").succeeds()
    same(done.out, f"go version go1.26.8 {HOST}\n", "standard output is the command's own")
    done.says("go1.26.8")
    same(box.go("version").succeeds().err, "", "the second time it says nothing")
    box.is_sound().is_tidy()


@case
def the_shim_installs_nothing_unasked(box):
    box.wants("1.26.8")
    for env, why in [({"GOWARD_OFFLINE": "1"}, "offline"),
                     ({"GOWARD_AUTO_INSTALL": "0"}, "GOWARD_AUTO_INSTALL=0"),
                     ({"CI": "true"}, "CI is set and goward.lock pins no version")]:
        with Unchanged(box):
            box.go("version", env=env).refuses(NOT_FOUND, "go1.26.8", why, "goward up")
    box.goward("use", "1.26.8").succeeds()
    box.goward("remove", "1.26.8").ends(CONFLICT)
    box.env["GOWARD_HOME"] = str(box.folder / "ci")
    same(box.go("version", env={"CI": "true"}).succeeds().out,
         f"go version go1.26.8 {HOST}\n", "in CI with a lock")


@case
def offline_means_offline(box):
    server = box.serve()
    box.goward("install", "1.26.8").succeeds()
    server.requests()
    offline = {"GOWARD_OFFLINE": "1"}
    box.wants("1.26.8")
    box.goward("up", env=offline).succeeds()
    box.goward("verify", "all", env=offline).succeeds()
    box.goward("install", "1.26.8", env=offline).succeeds()
    with Unchanged(box, ignore=["/cache", "/store/lock"]):
        box.goward("install", "1.27.4", env=offline).refuses(NETWORK, "offline", hint=False)
    same(server.requests(), [], "requests")


# --- verify, proof ---------------------------------------------------------------------------------------

@case
def verify_names_every_file(box):
    server = box.serve()
    box.goward("install", "1.26.8").succeeds()
    root = box.tree("1.26.8")
    for folder in (root, root / "bin", root / "src/p1", root / "src/p2"):
        folder.chmod(0o755)
    (root / "bin/gofmt").unlink()
    (root / "bin/gofmt").write_text("#!/bin/sh\nevil\n")
    (root / "src/p1/p.go").unlink()
    (root / "src/p2/extra.go").write_text("package p2\n")
    done = box.goward("verify", "1.26.8", "--json").ends(NOT_VERIFIED)
    seen, = done.json["results"]
    wanted = [{"path": "bin/gofmt", "kind": "changed"}, {"path": "src/p1/p.go", "kind": "missing"},
              {"path": "src/p2/extra.go", "kind": "extra"}]
    same((seen["status"], seen["files"], seen["named_by"]), ("differs", wanted, "manifest"), "verify")
    box.goward("verify", "1.26.8").ends(NOT_VERIFIED).prints(
        r"changed +bin/gofmt", r"missing +src/p1/p.go", r"extra +src/p2/extra.go")
    # A tree that is not ours is named by the index of the zip.
    foreign = box.folder / "go"
    files = goroot_files("1.27.4")
    del files["src/p3/p.go"]
    files["src/p4/p.go"] = (0o644, b"package changed\n")
    write_tree(foreign, files)
    seen, = box.goward("verify", foreign, "--json").ends(NOT_VERIFIED).json["results"]
    same((seen["named_by"], [f["path"] for f in seen["files"]]),
         ("zip-index", ["src/p3/p.go", "src/p4/p.go"]), "a foreign tree")
    # Repair fetches what differs, and no more.
    server.requests()
    repaired, = box.goward("verify", "1.26.8", "--repair", "--json").succeeds().json["results"]
    same((repaired["status"], repaired["repaired"]), ("proved", 3), "repair")
    whole = [r for r in server.requests() if r[1].endswith(".zip") and "range= " in r[3]]
    same(whole, [], "whole downloads")
    box.is_sound().is_tidy()


@case
def verify_a_goroot_that_is_not_ours(box):
    root = box.folder / "go"
    write_tree(root, goroot_files("1.26.8"))
    seen, = box.goward("verify", root, "--json").succeeds().json["results"]
    same((seen["status"], seen["version"], seen["platform"], seen["path"]),
         ("proved", "go1.26.8", HOST, str(root)), "verify")
    check(seen["record"] >= 0 and seen["tree_size"] > seen["record"], "the record is in the tree")
    seen, = box.goward("verify", root, "--json", "--offline",
                       env={"GOWARD_HOME": box.folder / "new"}).ends(NETWORK).json["results"]
    same(seen["status"], "unproved", "offline, with nothing stored")
    (root / "VERSION").write_text("devel go1.29-abcdef\n")
    seen, = box.goward("verify", root, "--json").ends(NOT_VERIFIED).json["results"]
    same(seen["status"], "unknown", "a development version")
    box.goward("verify", box.project).refuses(NOT_FOUND, "no Go root", hint=False)


@case
def a_proof_for_third_parties(box):
    box.goward("install", "1.26.8").succeeds()
    file = box.project / "go.tlog-proof"
    exported = box.goward("proof", "export", "1.26.8", "-o", file, "--json").succeeds().json
    same((exported["version"], exported["platform"], exported["proof"]),
         ("go1.26.8", HOST, file.read_text()), "export")
    same(box.goward("proof", "export", "1.26.8").succeeds().out, file.read_text(), "to a pipe")
    # Elsewhere, without a store or a network.
    alone = {"GOWARD_HOME": box.folder / "none", "GOPROXY": "off"}
    seen = box.goward("proof", "check", file, "--json", env=alone).succeeds().json
    same((seen["valid"], seen["module"], seen["record"], seen["signer"]),
         (True, f"golang.org/toolchain@{module_name('1.26.8')}", exported["record"],
          box.mirror.log.key.name), "check")
    check(not (box.folder / "none").exists(), "checking makes no store")
    whole = file.read_bytes()
    for at in range(0, len(whole), max(1, len(whole) // soak(len(whole), 60))):
        broken = bytearray(whole)
        broken[at] ^= 1
        file.write_bytes(bytes(broken))
        done = box.goward("proof", "check", file, env=alone)
        check(done.code in (USAGE, NOT_VERIFIED), f"byte {at} was changed\n{done}")
        check(done.code == NOT_VERIFIED or b"c2sp.org" not in broken, f"byte {at}: {done}")
    file.write_bytes(whole[:-20])
    check(box.goward("proof", "check", file, env=alone).code in (USAGE, NOT_VERIFIED), "cut off")
    file.write_bytes(whole)
    box.goward("proof", "check", file, env={**alone, "GOSUMDB": None}).refuses(
        NOT_VERIFIED, "sum.golang.org", hint=False)
    box.goward("proof", "check", "nosuch", env=alone).refuses(NOT_FOUND, "nosuch", hint=False)
    box.goward("proof", "export", "1.27.4").refuses(NOT_FOUND, "1.27.4", hint=False)


# --- history, remove, gc -----------------------------------------------------------------------------------

@case
def history_is_a_chain(box):
    box.goward("use", "1.26.8", "--global").succeeds()
    box.goward("use", "1.27.4", "--global").succeeds()
    box.goward("rollback").succeeds()
    seen = box.goward("history", "--verify", "--json").succeeds().json
    check(seen["verified"], "the chain holds")
    same([e["action"] for e in seen["entries"]],
         ["rollback", "use", "install", "use", "install", "create"], "what was done, newest first")
    same([e["sequence"] for e in seen["entries"]], sorted((e["sequence"] for e in seen["entries"]),
                                                          reverse=True), "the numbers")
    log = box.home / "audit.log"
    text = log.read_bytes()
    lines = text.splitlines(keepends=True)
    same(lines[-1][:64].decode(), seen["hash"], "the hash that stands for all")
    for at in range(0, len(text), max(1, len(text) // soak(len(text), 40))):
        changed = bytearray(text)
        changed[at] ^= 1
        log.write_bytes(bytes(changed))
        number = text[:at].count(b"\n") + 1
        box.goward("history", "--verify").ends(NOT_VERIFIED).says(f"line {number}:")
    # One that is gone, twice there, moved; the last switch cut off; everything.
    for wrong, number in [(lines[:2] + lines[3:], 3), (lines[:2] + lines[1:], 3),
                          ([*lines[:2], lines[3], lines[2], *lines[4:]], 3), (lines[:-1], 6), ([], 1)]:
        log.write_bytes(b"".join(wrong))
        box.goward("history", "--verify").ends(NOT_VERIFIED).says(f"line {number}:")
        box.goward("history").succeeds().says(f"line {number} on")
    log.write_bytes(text)
    box.goward("history", "--verify").succeeds().says("6 entries", seen["hash"])


@case
def platforms_that_are_not_pinned_are_told(box):
    box.wants("1.25.0")
    done = box.goward("use", "1.26.8").succeeds()
    done.says(r"warning: goward.lock does not pin darwin/arm64, windows/amd64: the checksum database has no record of "
              r"go1.26.8 for it\n")
    check("linux/" not in done.err, f"these are pinned\n{done}")
    (box.project / "goward.lock").unlink()
    box.goward("use", "1.26.8", "--offline").succeeds().says(
        "does not pin .*windows/amd64: goward is offline; goward use 1.26.8, with the network, adds it\n")
    box.goward("use", "1.26.8", "--global").succeeds().lacks("pin")


@case
def history_says_each_thing_once(box):
    box.wants("1.25.0")
    for args in [("install", "1.26.8"), ("use", "stable"), ("use", "1.26.8", "--global"), ("rollback",),
                 ("use", "1.26"), ("up",), ("install", "stable"), ("remove", "1.27.4")]:
        box.goward(*args).succeeds()
    for entry in box.goward("history", "--json").succeeds().json["entries"]:
        words = entry["detail"].split(": ", 1)
        check(len(words) == 1 or not words[1].startswith("goward "), f"said twice: {entry['detail']}")
    box.goward("history").succeeds().prints(
        r"goward use stable: go1.27.4 pinned in \S*/goward.lock", "goward use 1.26.8: go1.26.8 is the default",
        "goward install 1.26.8: from GOPROXY", r"goward remove 1.27.4: go1.27.4\S* no longer visible")


@case
def remove_keeps_what_is_needed(box):
    box.wants("1.25.0")
    box.goward("use", "1.26.8", "--global").succeeds()
    box.goward("use", "1.25.3").succeeds()
    box.goward("install", "1.26.11", "1.27.4").succeeds()
    for version, who in [("1.26.8", "default"), ("1.25.3", str(box.project))]:
        box.goward("remove", version).refuses(CONFLICT, version, who, hint=False)
    # What runs is named with its process.
    program = box.tree("1.26.11") / "bin/runs"
    program.parent.chmod(0o755)
    shutil.copy("/bin/sleep", program)
    with subprocess.Popen([program, "60"]) as running:
        try:
            box.goward("remove", "1.26.11").refuses(
                CONFLICT, f"go1.26.11 is running right now: process {running.pid}, {program} 60\n", "wait for it")
        finally:
            running.kill()
    program.unlink()
    # Exactly what is named: no other version that begins the same way.
    check(box.goward("remove", "1.2").code in (USAGE, NOT_FOUND), "1.2 is no version")
    freed = box.goward("remove", "1.26.11", "--json").succeeds().json
    check(freed["bytes"] > 0 and len(freed["removed"]) == 1, "what was removed")
    same(sorted(box.installed()), ["go1.25.3", "go1.26.8", "go1.27.4"], "what stays")
    box.goward("remove", "1.26.11").refuses(NOT_FOUND, "1.26.11", hint=False)
    check(not box.tree("1.26.11").exists(), "the tree is gone")
    box.is_sound().is_tidy()


@case
def gc_frees_what_nothing_needs(box):
    box.wants("1.25.0")
    box.goward("use", "1.25.3").succeeds()
    box.goward("install", "1.26.8").succeeds()
    for _ in range(4):
        box.goward("use", "1.26.11", "--global").succeeds()
        box.goward("use", "1.27.4", "--global").succeeds()
    box.goward("rollback", "--to", "0").succeeds()
    for version in ("1.26.11", "1.27.4"):
        box.goward("use", version, "--global").succeeds()
    plan = box.goward("gc", "--dry-run", "--json").succeeds().json
    done = box.goward("gc", "--json").succeeds().json
    same({**plan, "dry_run": False}, done, "the plan and the deed")
    check(done["generations"], "old generations went")
    kept = {k["id"] for k in done["kept"]}
    check(f"go1.25.3.{OS}-{ARCH}" in kept, f"a pinned Go stays: {done}")
    for tool in done["toolchains"]:
        check(not (box.home / "trees" / tool["id"]).exists(), f"{tool['id']} is gone")
    same(len(kept), len(done["kept"]), f"each is kept once: {done['kept']}")
    same({f"go{v}" for v in ("1.25.3", "1.26.11", "1.27.4")} - set(box.installed()), set(), "stays")
    again = box.goward("gc", "--json").succeeds().json
    same((again["toolchains"], again["generations"], again["bytes"]), ([], [], 0), "a second time")
    box.is_sound().is_tidy()


# --- the rest -------------------------------------------------------------------------------------------

@case
def explain_knows_what_is_reported(box):
    known = box.goward("explain", "--json").succeeds().json["explanations"]
    ids = [e["id"] for e in known]
    check({f"GWD{n:03}" for n in range(1, 13)} <= set(ids), f"the twelve checks: {ids}")
    for entry in known:
        check(all(entry[k] for k in ("title", "severity", "why", "cure")), f"{entry['id']} is whole")
    box.goward("explain", "GWD001").succeeds().prints("GWD001", "cure")
    box.goward("explain", "GWD998").refuses(NOT_FOUND, "GWD998")


@case
def errors_are_objects_too(box):
    done = box.goward("install", "1.26.99", "--json").ends(NOT_FOUND)
    same(done.json["schema"], "goward/error", "the schema")
    error = done.json["error"]
    same(error["kind"], "not-found", "the kind")
    check("newest 1.26 is 1.26.11" in error["message"], error["message"])


if __name__ == "__main__":
    sys.exit(main(RELEASES, prepare=prepare))
