#!/usr/bin/env python3
"""The team's rules in goward.yaml, each broken and then held, at every door: policy check, doctor, up,
exec and the shim."""
import hashlib
import os
import pathlib
import sys
import time

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent.parent / "lib"))
from sandbox import *  # noqa: E402,F403

RELEASES = ["1.25.3", "1.26.8", "1.27.4"]


def rules(box, text, folder=None):
    file = (folder or box.project) / "goward.yaml"
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_text(text)
    return file


def ready(box, version="1.26.8"):
    box.wants("1.25.0")
    box.goward("use", version).succeeds()
    box.goward("up").succeeds()


def days_ago(n):
    return time.strftime("%Y-%m-%d", time.gmtime(time.time() - n * 86400))


# id, rule, environment that breaks it
BROKEN = [
    ("GWP001", "go: '>=1.27'", {}),
    ("GWP002", f"minimum: {{go: 1.26.9, since: {days_ago(9)}, grace: 3 days}}", {}),
    ("GWP004", "variables: {required: {GOFLAGS: -trimpath}}", {"GOFLAGS": "-v"}),
    ("GWP005", "variables: {forbidden: [GOINSECURE]}", {"GOINSECURE": "x.example"}),
    ("GWP006", "proxies: ['https://goproxy.example']", {}),
    ("GWP008", "gp: 1", {}),
]


@case
def every_door_holds_every_rule(box):
    ready(box)
    for id_, rule, env in BROKEN:
        rules(box, f"policy:\n  all:\n    {rule}\n")
        code = USAGE if id_ == "GWP008" else FINDINGS
        says = "goward.yaml:3" if id_ == "GWP008" else id_
        if id_ == "GWP008":
            box.goward("policy", "check", env=env).ends(USAGE).says("goward.yaml:3", "'gp'")
        else:
            found = box.goward("policy", "check", "--go", "1.26.8", "--json", env=env)
            same([f["id"] for f in found.ends(FINDINGS).json["findings"]], [id_], "policy check")
        path = {"PATH": f"{box.home}/bin:{os.environ['PATH']}", **env}
        found = box.goward("doctor", "--json", "--only", id_, env=path).ends(FINDINGS).json["findings"]
        same([(f["id"], f["place"]["line"]) for f in found], [(id_, 3)], "doctor")
        box.goward("up", env=env).ends(code).says(says)
        box.goward("exec", "--", "true", env=env).ends(code).says(says)
        box.go("build", env=env).ends(code).says(says)
        box.go("env", env=env).succeeds()
        box.go("version", env=env).succeeds()


@case
def a_go_that_nobody_mends_is_refused_at_every_door(box):
    """GWP003: 1.25 once 1.27 is known; what stays in the store knows it, too."""
    ready(box, "1.25.3")
    path = {"PATH": f"{box.home}/bin:{os.environ['PATH']}"}
    for rule, severity in (("required", "error"), ("warn", "warn")):
        rules(box, f"policy:\n  all:\n    support: {rule}\n")
        code = FINDINGS if severity == "error" else OK
        for done in (box.goward("policy", "check", "--go", "1.25.3", "--json"),
                     box.goward("doctor", "--json", "--only", "GWP003", env=path)):
            found = done.ends(code).json["findings"]
            same([(f["id"], f["severity"], f["place"]["line"], f["remedy"]) for f in found],
                 [("GWP003", severity, 3, found[0]["remedy"])], rule)
            check("Go 1.25 gets no security fixes any more" in found[0]["title"], found[0]["title"])
            check(found[0]["remedy"].startswith("goward use 1."), found[0]["remedy"])
        box.goward("exec", "--", "true").ends(code).says("GWP003")
        box.go("build").ends(code)
        box.goward("up").ends(code)
    for rule, version in (("any", "1.25.3"), ("required", "1.27.4"), ("required", "1.26.8")):
        rules(box, f"policy: {{all: {{support: {rule}}}}}\n")
        box.goward("policy", "check", "--go", version).succeeds()


@case
def the_machines_own_rules(box):
    """/etc/goward/goward.yaml, in a view of the file system of its own."""
    ready(box)
    etc = box.folder / "etc"
    file = rules(box, "policy:\n  all:\n    go: '>=1.27'\nchecks: [{name: n, command: echo >ran}]\n",
                 etc / "goward")
    for name in ("passwd", "group", "hosts"):
        (etc / name).write_text("root:x:0:0:root:/:/bin/sh\n" if name == "passwd" else "")
    inside = ["unshare", "-Urm"] if os.getuid() else ["unshare", "-m"]

    def there(*args, **more):
        script = 'mount --bind "$0" /etc || exit 99; exec "$@"'
        done = box.run([*inside, "sh", "-c", script, etc, GOWARD, *args], **more)
        if done.code == 99 or "unshare" in done.err:
            raise Skip("nothing can be mounted here")
        return done

    place = {"file": "/etc/goward/goward.yaml", "line": 3}
    found = there("policy", "check", "--go", "1.26.8", "--json").ends(FINDINGS).json
    same([f["layer"] for f in found["files"]], ["system"], "layers")
    same([(f["id"], f["place"]) for f in found["findings"]], [("GWP001", place)], "who refuses")
    path = {"PATH": f"{box.home}/bin:{os.environ['PATH']}"}
    only = ("doctor", "--json", "--fail-on", "never", "--only", "GWP001,GWP020,GWP021")
    found = there(*only, env=path).succeeds().json["findings"]
    same([(f["id"], f["place"]) for f in found], [("GWP001", place)], "of root it needs no trust")
    check((box.project / "ran").exists(), "its check has run")
    (box.project / "ran").unlink()
    there("up").ends(FINDINGS).says("GWP001", "/etc/goward/goward.yaml:3")
    there("exec", "--", "true").ends(FINDINGS).says("GWP001")
    rules(box, "policy: {all: {go: '>=1.25'}}\n")  # narrower rules of all layers hold
    there("policy", "check", "--go", "1.26.8").ends(FINDINGS)
    file.chmod(0o664)
    found = there(*only, env=path).succeeds().json["findings"]
    same([(f["id"], f["severity"]) for f in found], [("GWP001", "error"), ("GWP021", "warn")],
         "a file that others may write to")
    check(not (box.project / "ran").exists(), "its check has not run")
    file.chmod(0o644)
    file.write_text("gp: 1\n")
    there("up").ends(USAGE).says("/etc/goward/goward.yaml:1", "'gp'")
    there("policy", "check", "--go", "1.26.8").ends(USAGE).says("/etc/goward/goward.yaml:1")


@case
def a_warning_is_shown_and_silent_in_the_shim(box):
    ready(box)
    rules(box, f"policy: {{all: {{minimum: {{go: 1.26.9, since: {days_ago(1)}, grace: 3 days}}}}}}\n")
    box.goward("policy", "check", "--go", "1.26.8").succeeds().prints("GWP002")
    box.goward("exec", "--", "true").succeeds().says("GWP002")
    same(box.go("build").succeeds().err, "", "what the shim says")
    box.goward("up").succeeds().prints("GWP002")


@case
def up_fetches_nothing_that_is_refused(box):
    box.wants("1.26.8")
    rules(box, "policy: {all: {go: '>=1.27'}}\n")
    box.goward("up").ends(FINDINGS).says("GWP001", "goward.yaml:1")
    same(box.installed(), {}, "what is installed")


@case
def roles_and_layers(box):
    user = rules(box, "policy: {all: {go: '>=1.27'}}\n", box.folder / "config/goward")
    env = {"XDG_CONFIG_HOME": str(user.parent.parent)}
    rules(box, "policy:\n  roles:\n    dev: {go: 1.26}\n    staging: {go: 1.99}\n")
    (box.project / "go.mod").write_text("module x\n\ngo 1.25.0\n")
    check = ("policy", "check", "--json", "--go")
    found = box.goward(*check, "1.26.8", env=env).ends(FINDINGS).json
    same(found["role"], "dev", "role")
    same([f["layer"] for f in found["files"]], ["project", "user"], "layers")
    same([f["place"]["file"] for f in found["findings"]], [str(user)], "who refuses")
    box.goward(*check, "1.26.8").succeeds()
    box.goward(*check, "1.26.8", env={"CI": "true"}).succeeds()
    box.goward(*check, "1.27.4", env={"GOWARD_ROLE": "staging"}).ends(FINDINGS)
    box.goward(*check, "1.26.8", "--role", "dev", env={"GOWARD_ROLE": "staging"}).succeeds()
    box.goward("policy", "check", "--role", "stagin").ends(USAGE).says("dev, staging")
    shown = box.goward("policy", "explain", "--json", "--go", "1.24.3").succeeds().json["rules"]
    same([(r["id"], r["section"], r["verdict"]) for r in shown], [("GWP001", "dev", "broken")], "explain")


@case
def files_that_are_none(box):
    (box.project / "go.mod").write_text("module x\n\ngo 1.25.0\n")
    file = box.project / "goward.yaml"
    for text, says in [(b"polcy: {}\n", "did you mean 'policy'"), (bytes(range(256)), "goward.yaml:1"),
                       (b"policy: {}\npolicy: {}\n", "goward.yaml:2"), (b"#" * (10 << 20), "at most"),
                       (b"a: &a [x]\n" + b"".join(b"%c: &%c [*%c, *%c, *%c, *%c, *%c, *%c]\n"
                        % ((c, c) + (c - 1,) * 6) for c in range(98, 110)), "values")]:
        file.write_bytes(text)
        box.goward("policy", "check").ends(USAGE).says(says)
    file.unlink()
    os.mkfifo(file)
    box.goward("policy", "check").ends(USAGE).says("not a regular file")
    file.unlink()
    file.mkdir()
    box.goward("policy", "check").ends(USAGE).says("not a regular file")


@case
def one_broken_file_is_one_finding(box):
    """No check tells beside GWP008 that it cannot read goward.yaml either, and each does alone."""
    for text in ("gp: 1", "policy: {}\npolicy: {}\n", "\tx\n", "checks: {}\n", "roles: 3\n"):
        rules(box, text)
        done = box.goward("doctor", "--only", "GWP008,GWP020,GWP021", "--json").ends(FINDINGS)
        found = done.json["findings"]
        check(len(found) == 1 and found[0]["severity"] == "error", f"of {text!r}: {found}")
    rules(box, "gp: 1")
    done = box.goward("doctor", "--only", "GWP020", "--json", "--fail-on", "never").succeeds()
    same([f["id"] for f in done.json["findings"]], ["GWP020"], "alone")


def age(box, days, keep):
    """The lines of the audit log but the last few become older; the chain is made anew."""
    log = box.home / "audit.log"
    lines = [line.split(" ", 3) for line in log.read_text().splitlines()]
    before, text = "0" * 64, ""
    for i, (_, sequence, at, rest) in enumerate(lines):
        at = int(at) - (days * 86400 if i < len(lines) - keep else 0)
        body = f" {sequence} {at} {rest}\n"
        before = hashlib.sha256((before + body).encode()).hexdigest()
        text += before + body
    log.chmod(0o600)
    log.write_text(text)
    return len(lines)


@case
def old_lines_of_the_log_go(box):
    ready(box)
    n = age(box, 100, 2)
    box.goward("history", "--verify").succeeds()
    rules(box, "policy: {all: {logs: 10 days}}\n")
    same(box.goward("gc", "--dry-run", "--json").json["log_lines"], 0, "for a project's rule")
    rules(box, "policy: {all: {logs: 30 days}}\n", box.folder / "user/.config/goward")
    found = box.goward("doctor", "--only", "GWP007", "--json").succeeds().json["findings"]
    same([(f["id"], f["severity"], f["remedy"]) for f in found], [("GWP007", "info", "goward gc")],
         "what the doctor says")
    rules(box, "policy: {all: {logs: 200 days}}\n")
    same(box.goward("gc", "--dry-run", "--json").json["log_lines"], 0, "a project has them kept")
    (box.project / "goward.yaml").unlink()
    with Unchanged(box):
        box.goward("gc", "--dry-run").succeeds().prints("would remove .* of the audit log")
    same(box.goward("gc", "--json").succeeds().json["log_lines"], n - 2, "lines removed")
    box.goward("history", "--verify").succeeds()
    same(box.goward("doctor", "--only", "GWP007", "--json").json["findings"], [], "the doctor")
    box.goward("use", "1.27.4").succeeds()
    box.goward("history", "--verify").succeeds()
    log = box.home / "audit.log"
    log.write_text(log.read_text().split("\n", 1)[1])
    box.goward("history", "--verify").ends(NOT_VERIFIED).says("line 1")


if __name__ == "__main__":
    sys.exit(main(releases=RELEASES))
