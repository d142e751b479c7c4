#!/usr/bin/env python3
"""The team's own checks in goward.yaml: each field, trust, and commands that do their worst."""
import pathlib
import signal
import sys

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent.parent / "lib"))
from sandbox import *  # noqa: E402,F403

BOTH = "GWP020,GWP021"


def write(box, checks, folder=None):
    """checks: YAML of the list, or a list of dictionaries (JSON is YAML)."""
    text = checks if isinstance(checks, str) else f"checks: {json.dumps(checks, indent=1)}\n"
    ((folder or box.project) / "goward.yaml").write_text(text)


def trusted(box, checks):
    write(box, checks)
    box.goward("policy", "trust", "--yes").succeeds()


def doctor(box, *args, **more):
    return box.goward("doctor", "--only", BOTH, "--fail-on", "never", *args, **more)


def findings(box, *args, **more):
    return doctor(box, "--json", *args, **more).succeeds().json["findings"]


def only_finding(box, *args, **more):
    found = findings(box, *args, **more)
    check(len(found) == 1, f"one finding: {found}")
    return found[0]


def script(box, name, text, folder=None):
    path = (folder or box.project) / name
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text)
    path.chmod(0o755)
    return path


def is_running(mark):
    for pid in filter(str.isdigit, os.listdir("/proc")):
        try:
            if mark.encode() in pathlib.Path(f"/proc/{pid}/environ").read_bytes():
                return True
        except OSError:
            pass
    return False


def is_gone(mark):
    deadline = time.monotonic() + 10
    while is_running(mark):
        check(time.monotonic() < deadline, "a process stays")
        time.sleep(0.05)


@case
def every_field_counts(box):
    script(box, "here.sh", "#!/bin/sh\npwd >&2\n")
    trusted(box, f"""checks:
  - name: holds
    command: [sh, -c, 'exit 3']
    exit: 3
  - name: protoc is 25 or newer
    command: [echo, libprotoc 24.4]
    output: 'libprotoc (2[5-9]|[3-9][0-9])'
    hint: apt install protobuf-compiler
    severity: warn
  - name: elsewhere
    command: 'exit 1'
    os: [windows, plan9]
  - name: here
    command: echo one; exit 2
    os: {OS}
  - name: only told
    command: [./here.sh]
    exit: 1
    severity: info
  - name: ends in time
    command: sleep 60
    timeout: 200ms
""")
    error, late, warn, info = findings(box)
    same((error["severity"], error["title"]), ("error", "here: exit code 2, expected 0"), "exit")
    same(error["place"], {"file": str(box.project / "goward.yaml"), "line": 13}, "place")
    same(error["evidence"], "$ echo one; exit 2\none", "evidence")
    same(late["title"], "ends in time: it did not end within 200 ms, and was stopped", "time")
    same(warn["severity"], "warn", "severity")
    same(warn["remedy"], "apt install protobuf-compiler", "hint")
    check("its output does not hold 'libprotoc (2[5-9]" in warn["title"], warn["title"])
    same(info["evidence"], f"$ ./here.sh\n{box.project}", "both outputs, and the folder")
    done = box.goward("doctor", "--only", BOTH).ends(FINDINGS)
    done.prints(r"error +GWP020 here: exit code 2", r"goward.yaml:13", r"try: apt install protobuf")


@case
def nothing_is_started_without_trust(box):
    write(box, [{"name": "n", "command": "touch ran"}, {"name": "m", "command": ["touch", "ran"]}])
    found = only_finding(box)
    same((found["id"], found["severity"]), ("GWP021", "info"), "finding")
    same(found["remedy"], "goward policy trust", "remedy")
    for args in (["doctor", "--fail-on", "never"], ["doctor", "--checklist"], ["doctor", "list"],
                 ["policy", "trust", "--dry-run"], ["policy", "trust", "--json"],
                 ["policy", "trust"], ["explain", "GWP020"]):
        box.goward(*args)
        check(not (box.project / "ran").exists(), f"{args} runs nothing")
    if shutil.which("strace"):
        log = box.folder / "trace"
        traced = box.run(["strace", "-f", "-qq", "-e", "trace=execve", "-o", log, GOWARD, "doctor",
                          "--only", BOTH])
        if "ptrace" not in traced.err.lower():
            same(log.read_text().count("execve("), 1, "programs that were started")


@case
def trust_is_asked_for(box):
    write(box, [{"name": "n", "command": "touch ran"}])
    refused = box.goward("policy", "trust")
    refused.ends(USAGE).says("nothing was trusted: there is nobody to ask", "--yes")
    same(only_finding(box)["id"], "GWP021", "still not trusted")
    done = box.goward("policy", "trust", "--yes", "--json").succeeds().json
    same(done["trusted"], True, "trusted")
    same(done["files"][0]["checks"], [{"name": "n", "command": "touch ran", "line": 2}], "checks")
    same(done["files"][0]["was"], "missing", "before")
    same(findings(box), [], "findings")
    check((box.project / "ran").exists(), "it ran")
    box.goward("policy", "trust").succeeds().prints("trusted already")
    folder = box.home / "trust"
    same(stat.S_IMODE(folder.stat().st_mode), 0o700, "mode of the folder")
    records = list(folder.iterdir())
    same([stat.S_IMODE(r.stat().st_mode) for r in records], [0o600], "modes of the records")
    key = f"{box.project / 'goward.yaml'}\0{box.project}".encode()
    same(records[0].name, hashlib.sha256(key).hexdigest() + ".json", "its name")
    record = json.loads(records[0].read_text())
    same(record["files"], [{"path": "goward.yaml", "sha256": digest(box.project / "goward.yaml")}],
         "what is kept")
    box.goward("policy", "untrust").succeeds().prints("not trusted any more")
    same(only_finding(box)["id"], "GWP021", "not trusted any more")
    box.goward("policy", "untrust").refuses(NOT_FOUND, "is trusted")


@case
def the_answer_counts(box):
    write(box, [{"name": "n", "command": "true"}])
    ask = f"import pty,sys;sys.exit(pty.spawn([{str(GOWARD)!r},'policy','trust'])>>8)"
    for answer, code in (("n\n", FINDINGS), ("\n", FINDINGS), ("y\n", OK)):
        done = box.run([sys.executable, "-c", ask], stdin=answer)
        done.ends(code).prints(r"may it run these commands\? \[y/N\]")
    same(findings(box), [], "findings")


@case
def what_changes_does_not_run(box):
    path = script(box, "tools/check.sh", "#!/bin/sh\nexit 0\n")
    script(box, "bin/mytool", "#!/bin/sh\nexit 0\n")
    box.env["PATH"] = f"{box.project}/bin:/usr/bin:/bin"
    commands = [["./tools/check.sh"], ["bash", "-e", "tools/check.sh"], "cd . && tools/check.sh",
                "sh ./tools/check.sh || exit 1", ["env", "A=1", str(path)], ["mytool"],
                "X=1 mytool", ["sh", "-c", "exec ./tools/check.sh"]]
    for command in commands:
        trusted(box, [{"name": "n", "command": command}])
        same(findings(box), [], f"{command}: findings")
        name = "bin/mytool" if "mytool" in command or command == "X=1 mytool" else "tools/check.sh"
        old = (box.project / name).read_text()
        script(box, name, f"#!/bin/sh\ntouch {box.project}/ran\n")
        found = only_finding(box)
        same((found["id"], found["severity"]), ("GWP021", "warn"), f"{command}: finding")
        check(name in found["evidence"] and "has changed" in found["evidence"], found["evidence"])
        check(not (box.project / "ran").exists(), f"{command}: it did not run")
        script(box, name, old)
        same(findings(box), [], f"{command}: as before")


@case
def a_changed_file_does_not_run(box):
    trusted(box, [{"name": "n", "command": "true"}])
    write(box, [{"name": "n", "command": "touch ran"}])
    found = only_finding(box)
    same(found["evidence"], "goward.yaml has changed", "evidence")
    check(not (box.project / "ran").exists(), "it did not run")
    box.goward("policy", "trust", "--yes").succeeds().prints("since it was trusted: goward.yaml has")
    same(findings(box), [], "findings")


@case
def a_changed_script_does_not_run_however_it_is_named(box):
    for command in (["./scripts/check.sh"], ["bash", "scripts/check.sh"], "sh scripts/check.sh -v",
                    ["bash", "-e", "-o", "pipefail", "scripts/check.sh"],
                    ["env", "A=1", "sh", "scripts/check.sh"], ["sh", "-c", "scripts/check.sh;true"]):
        file = script(box, "scripts/check.sh", "#!/bin/sh\ntouch ran\n")
        trusted(box, [{"name": "n", "command": command}])
        same(findings(box), [], f"{command}")
        check((box.project / "ran").exists(), f"{command} has run")
        (box.project / "ran").unlink()
        file.write_text("#!/bin/sh\ntouch ran evil\n")
        found = only_finding(box)
        same((found["id"], found["severity"]), ("GWP021", "warn"), f"{command}")
        check("scripts/check.sh has changed" in found["evidence"], found["evidence"])
        check(not (box.project / "ran").exists(), f"{command} has not run")


@case
def a_program_that_appears_is_asked_about(box):
    trusted(box, [{"name": "n", "command": ["./gen/tool"]}])
    found = only_finding(box)
    check("No such file" in found["title"], found["title"])
    script(box, "gen/tool", "#!/bin/sh\ntouch ran\n")
    found = only_finding(box)
    same(found["evidence"], "./gen/tool is run, and was not there then", "evidence")


@case
def a_link_is_trusted_only_where_it_was(box):
    script(box, "check.sh", "#!/bin/sh\nexit 0\n")
    trusted(box, [{"name": "n", "command": ["./check.sh"]}])
    other = box.folder / "other"
    other.mkdir()
    script(box, "check.sh", "#!/bin/sh\ntouch ran\n", other)
    (other / "goward.yaml").symlink_to(box.project / "goward.yaml")
    found = only_finding(box, cwd=other)
    same((found["id"], found["severity"]), ("GWP021", "info"), "the link's folder is another")
    box.goward("policy", "trust", "--yes", cwd=other).succeeds()
    same(findings(box, cwd=other), [], "trusted there")
    check((other / "ran").exists(), "it ran there")
    # The link leads elsewhere now.
    (other / "evil.yaml").write_text("checks: [{name: n, command: touch evil}]\n")
    (other / "goward.yaml").unlink()
    (other / "goward.yaml").symlink_to("evil.yaml")
    same(only_finding(box, cwd=other)["id"], "GWP021", "another file")
    # The folder is reached over a link: it is the same one.
    (box.folder / "way").symlink_to(box.project)
    same(findings(box, cwd=box.folder / "way"), [], "the same folder")
    for target in ("/dev/zero", "loop.yaml", "/nonexistent"):
        (other / "goward.yaml").unlink()
        (other / "goward.yaml").symlink_to(target)
        check(len(findings(box, cwd=other)) <= 1, target)


@case
def records_that_others_may_write_count_for_nothing(box):
    trusted(box, [{"name": "n", "command": "touch ran"}])
    (box.home / "trust").chmod(0o777)
    found = only_finding(box)
    check("others may write to" in found["evidence"], found["evidence"])
    (box.home / "trust").chmod(0o700)
    record, = (box.home / "trust").iterdir()
    for text in ("", "{}", "[" * 100000, "x" * (9 << 20), '{"schema":"goward/trust-record",'
                 '"version":2,"files":[]}', '{"schema":"goward/trust-record","version":1}'):
        record.write_text(text)
        found = only_finding(box)
        same((found["id"], found["severity"]), ("GWP021", "warn"), "finding")
    record.write_text('{"schema":"goward/trust-record","version":1,"files":[]}')
    same(only_finding(box)["id"], "GWP021", "nothing was kept")
    check(not (box.project / "ran").exists(), "nothing ran")


@case
def others_are_told_of_when_it_is_trusted(box):
    write(box, [{"name": "n", "command": "true"}])
    (box.project / "goward.yaml").chmod(0o666)
    done = box.goward("policy", "trust", "--dry-run")
    done.succeeds().says("every user of this machine may write to")
    if os.geteuid() == 0:
        os.chown(box.project / "goward.yaml", 12345, 12345)
        box.goward("policy", "trust", "--dry-run").says("belongs to another user")


@case
def the_users_own_file_needs_no_trust(box):
    own = box.folder / "user/.config/goward"
    own.mkdir(parents=True)
    write(box, [{"name": "n", "command": "pwd; exit 9"}], own)
    found = only_finding(box)
    same(found["evidence"], f"$ pwd; exit 9\n{box.project}", "it runs in the project")
    write(box, [{"name": "n", "command": ["./x"]}], own)
    found = only_finding(box)
    check("would be another one in each project" in found["evidence"], found["evidence"])
    write(box, [{"name": "n", "command": "exit 9"}], own)
    (own / "goward.yaml").chmod(0o646)
    found = only_finding(box)
    same((found["id"], found["severity"]), ("GWP021", "warn"), "others may write to it")


@case
def commands_that_do_their_worst(box):
    script(box, "noexec", "#!/bin/sh\n").chmod(0o644)
    script(box, "noshebang", "\x7fELF no\n")
    script(box, "gone", "#!/nonexistent/interpreter\n")
    trusted(box, [
        {"name": "0 missing", "command": ["no-such-program-anywhere"]},
        {"name": "1 missing file", "command": ["./nowhere"]},
        {"name": "2 no program", "command": ["./noexec"]},
        {"name": "3 broken", "command": ["./noshebang"]},
        {"name": "4 no interpreter", "command": ["./gone"]},
        {"name": "5 killed", "command": "kill -SEGV $$"},
        {"name": "6 floods", "command": "exec head -c 1000000000 /dev/zero"},
        {"name": "7 hangs", "command": "trap '' TERM INT HUP; sleep 60 & setsid sleep 60 & "
                                       "while :; do sleep 1; done", "timeout": "500ms"},
        {"name": "8 asks", "command": "read x </dev/tty || exit 8"},
        {"name": "9 reads", "command": "cat >/dev/null; exit 9"},
        {"name": "a says odd things", "command": "printf '\\033[2J\\033]0;x\\007\\377\\n'; exit 7"},
        {"name": "b is well", "command": "true"},
        {"name": "c leaves a daemon", "command": "setsid sleep 60 & exit 0"},
        {"name": "d has many lines", "command": "seq 100000; exit 1"},
    ])
    mark = f"MARK={os.urandom(8).hex()}"
    env = dict([mark.split("=")])
    done = doctor(box, "--json", env=env).succeeds()
    titles = [finding["title"] for finding in done.json["findings"]]
    wanted = ["0 missing: there is no program", "1 missing file: it cannot be started: No such",
              "2 no program: it cannot be started: Perm", "3 broken: it cannot be started: Exec",
              "4 no interpreter: it cannot be started: No such", "5 killed: it was ended by signal 11",
              "6 floods: it printed more than 64 MiB", "7 hangs: it did not end within 500 ms",
              "8 asks: exit code 8", "9 reads: exit code 9", "a says odd things: exit code 7",
              "d has many lines: exit code 1"]
    same(len(titles), len(wanted), f"how many fail: {titles}")
    for title, start in zip(titles, wanted):
        check(title.startswith(start), f"{title!r} is {start!r}")
    check(done.seconds < 30, f"{done.seconds} s")
    is_gone(mark)
    lines = done.json["findings"][-1]["evidence"].splitlines()
    check(len(lines) < 12 and lines[-1] == "...", "the first lines")
    doctor(box).succeeds().lacks("\x1b", "\x07")


@case
def nothing_stays_when_goward_is_killed(box):
    trusted(box, [{"name": "n", "command": "trap '' TERM; touch ran; setsid sleep 60 & sleep 60"}])
    mark = f"MARK={os.urandom(8).hex()}"
    for number in (signal.SIGKILL, signal.SIGINT):
        (box.project / "ran").unlink(missing_ok=True)
        process = box.start("doctor", "--only", "GWP020", env=dict([mark.split("=")]))
        deadline = time.monotonic() + 20
        while not (box.project / "ran").exists() and time.monotonic() < deadline:
            time.sleep(0.02)
        process.send_signal(number)
        process.wait()
        is_gone(mark)
    done = box.goward("doctor", "--only", "GWP020", "--timeout", "500ms",
                      env=dict([mark.split("=")]))
    same(done.code, 124, "its own time limit")
    is_gone(mark)


@case
def mistakes_are_named_with_their_line(box):
    rows = [
        ("checks: {a: b}\n", "checks must be a list", 1),
        ("checks:\n  - command: x\n", "this check has no name", 2),
        ("checks:\n  - name: x\n", "this check has no command", 2),
        ("checks:\n  - name: x\n    comand: x\n", "no key 'comand'", 3),
        ("checks:\n  - name: x\n    command: x\n    exit: 256\n", "exit must be", 4),
        ("checks:\n  - name: x\n    command: x\n    output: 'a('\n", "parenthesis", 4),
        ("checks:\n  - name: x\n    command: x\n    output: '\\d+'\n", "[0-9]", 4),
        ("checks:\n  - name: x\n    command: x\n    timeout: 11m\n", "timeout must be", 4),
        ("checks:\n  - name: x\n    command: x\n    severity: fatal\n", "severity must be", 4),
        ("checks:\n  - name: x\n    command: x\n    os: [linux, macos]\n", "'macos' is no GOOS", 4),
        ("checks:\n  - {name: x, command: a}\n  - {name: x, command: b}\n",
         "the check of line 2 is named 'x' as well", 3),
    ]
    for text, words, line in rows:
        write(box, text)
        found = only_finding(box)
        same((found["id"], found["severity"]), ("GWP020", "error"), text)
        check(words in found["evidence"], f"{words!r} in {found['evidence']!r}")
        same(found["place"]["line"], line, text)
        box.goward("policy", "trust", "--yes").ends(USAGE).says(f"goward.yaml:{line}: ")
    check(not (box.home / "trust").exists(), "nothing was trusted")


@case
def a_thousand_run_and_ten_thousand_are_refused(box):
    many = [{"name": f"n{i}", "command": ["false"] if i == 777 else ["true"]} for i in range(1000)]
    write(box, "checks: " + json.dumps(many))
    box.goward("policy", "trust", "--yes").succeeds()
    done = doctor(box, "--json").succeeds()
    same([f["title"] for f in done.json["findings"]], ["n777: exit code 1, expected 0"], "findings")
    check(done.seconds < 60, f"{done.seconds} s")
    write(box, "checks: [" + ",".join(f"{{name: {i}, command: a}}" for i in range(10000)) + "]\n")
    done = doctor(box, "--json").succeeds()
    check(done.seconds < 5, f"{done.seconds} s")
    check(done.json["findings"], "it is refused")


@case
def they_run_at_the_same_time_in_the_order_of_the_file(box):
    trusted(box, [{"name": f"n{i:02}", "command": f"sleep 0.{9 - i}; exit 1"} for i in range(9)])
    same([f["title"][:3] for f in findings(box)], [f"n{i:02}" for i in range(9)], "order")


@case
def they_run_under_the_go_in_use(box):
    goroot = box.folder / "goroot"
    write_tree(goroot, goroot_files("1.26.8"))
    box.env["PATH"] = f"/usr/bin:/bin:{goroot}/bin"
    box.env["GOROOT"] = "/wrong"
    trusted(box, [{"name": "n", "command": "echo $PATH; echo [$GOROOT]; exit 1"}])
    lines = only_finding(box, "--offline")["evidence"].splitlines()
    check(lines[1].startswith(f"{goroot}/bin:"), lines)
    same(lines[2], "[]", "GOROOT")


@case
def policy_explain_says_which_are_trusted(box):
    write(box, [{"name": "n", "command": "touch ran", "severity": "info"}])
    def told():
        return box.goward("policy", "explain", "--json").succeeds().json["checks"]
    place = {"file": str(box.project / "goward.yaml"), "line": 2}
    same(told(), [{"name": "n", "command": "touch ran", "severity": "info", "trust": "missing",
                   "place": place}], "before")
    box.goward("policy", "explain").succeeds().prints(r"check +n · not trusted")
    box.goward("policy", "trust", "--yes").succeeds()
    same(told()[0]["trust"], "given", "after")
    box.goward("policy", "explain").succeeds().prints(r"check +n · trusted")
    check(not (box.project / "ran").exists(), "nothing ran")


@case
def doctor_lists_and_explains_them(box):
    rows = {row["id"]: row for row in box.goward("doctor", "list", "--json").json["checks"]}
    same(rows["GWP020"]["runs_programs"], True, "runs programs")
    same(len(rows["GWP021"]["profiles"]), 6, "profiles")
    box.goward("explain", "GWP020").succeeds().prints("goward.yaml")
    write(box, [{"name": "n", "command": "touch ran"}])
    box.goward("policy", "trust", "--yes").succeeds()
    for args in (["--checklist"], ["--skip", "GWP020", "--fail-on", "never"], ["--mode", "proxy"]):
        box.goward("doctor", *args)
        check(not (box.project / "ran").exists(), f"{args} leaves it out")


if __name__ == "__main__":
    sys.exit(main())
