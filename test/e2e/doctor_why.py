#!/usr/bin/env python3
"""doctor why: from what a build said to what is wrong on this machine. Each row plants a fault and
gives the message that the go command (1.19 to 1.27) answers with."""
import pathlib
import subprocess
import sys

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent.parent / "lib"))
from sandbox import *  # noqa: E402,F403

FULL = "write $WORK/b006/_pkg_.a: no space left on device"
MESSAGES = [  # what is set, what go says, the cause
    ({"GOFLAGS": "-mod=vendor"}, "go: inconsistent vendoring in /src:", "GWE430"),
    ({"GOFLAGS": "foo"}, 'go: parsing $GOFLAGS: non-flag "foo"', "GWE304"),
    ({"GOTOOLCHAIN": "1.26.8"}, 'go: invalid GOTOOLCHAIN "1.26.8"', "GWE203"),
    ({"GOPROXY": "off"}, "go: example.org/m@v1.0.0: module lookup disabled by GOPROXY=off",
     "GWE401"),
    ({"GO111MODULE": "off"}, "go: modules disabled by GO111MODULE=off; see 'go help modules'",
     "GWE311"),
    ({"GOEXPERIMENT": "nosuch"}, "go: unknown GOEXPERIMENT such", "GWE312"),
    ({"GOOS": "windows"}, "fork/exec /tmp/go-build1/b001/exe/x.exe: exec format error", "GWE306"),
    ({"GOBIN": "bin"}, "go: cannot install, GOBIN must be an absolute path", "GWE309"),
    ({"GOSUMDB": "sum.golang.org+1"}, "invalid GOSUMDB: malformed verifier id", "GWE410"),
    ({"HTTPS_PROXY": "http://127.0.0.1:9"}, 'Get "https://x": proxyconnect tcp: dial tcp', "GWE403"),
    ({"GODEBUG": "cgocheck=2"}, "fatal error: cgocheck > 1 mode is no longer supported at runtime",
     "GWE303"),
]


def why(box, *args, text=None, env=None):
    """With text on standard input."""
    box.wants("1.21.0")
    if text is None:
        return box.goward("doctor", "why", "--json", *args, env=env)
    log = box.folder / "log"
    log.write_bytes(text if isinstance(text, bytes) else text.encode())
    with open(log, "rb") as given:
        done = subprocess.run([GOWARD, "doctor", "why", "--json", "-"], stdin=given,
                              cwd=box.project, env={**box.env, **(env or {})},
                              stdout=subprocess.PIPE, stderr=subprocess.PIPE, check=False)
    return Result(["doctor", "why", "-"], done.returncode, done.stdout.decode(),
                  done.stderr.decode(), 0)


@case
def a_message_leads_to_what_is_set_in_the_environment(box):
    for env, message, cause in MESSAGES:
        (found,) = why(box, message, env=env).succeeds().json["causes"]
        (name, value), = env.items()
        same(found["id"], cause, message)
        wanted = [s for s in found["settings"] if s["name"] == name]
        same([(s["value"], s["place"]) for s in wanted], [(value, None)], message)


@case
def the_file_and_line_that_set_it_are_named(box):
    file = box.folder / "goenv"
    file.write_text("# mine\n\nGOFLAGS=-mod=vendor\n")
    for env, message in [({"GOENV": str(file)}, MESSAGES[0][1])]:
        (cause,) = why(box, message, env=env).succeeds().json["causes"]
        same(cause["settings"], [{"name": "GOFLAGS", "value": "-mod=vendor",
                                  "place": {"file": str(file), "line": 3}}], "settings")


@case
def only_the_checks_of_the_cause_are_evidence(box):
    env = {"GOEXPERIMENT": "nosuch", "GO111MODULE": "off"}
    (cause,) = why(box, MESSAGES[4][1], env=env).succeeds().json["causes"]
    same({f["id"] for f in cause["findings"]} - {"GWD005"}, set(), "findings")


@case
def what_is_not_so_here_is_explained_all_the_same(box):
    box.wants("1.21.0")
    box.goward("doctor", "why", MESSAGES[1][1]).succeeds().prints(
        "GWE304", "not seen on this machine now", "go env -u GOFLAGS")


@case
def a_log_has_its_roots_first(box):
    log = "\n".join(["# x"] * 9 + [FULL] + ["link: running gcc failed: exit status 1"] * 500 +
                    [MESSAGES[0][1], FULL]) + "\n"
    done = why(box, text=log).succeeds().json
    same([(c["id"], c["line"], c["count"], c["follows"]) for c in done["causes"]],
         [("GWE501", 10, 2, None), ("GWE430", 511, 1, "GWE501"), ("GWE609", 11, 500, "GWE501")],
         "causes")
    same((done["lines"], done["cut"]), (512, False), "how much was read")


@case
def any_bytes_are_read(box):
    noise = bytes(range(256)) * 4000
    for log in [noise, b"", b"\0" * 100000, b"\x1b]" * 5000, b"x" * 1000000]:
        same(why(box, text=log).ends(NOT_FOUND).json["causes"], [], "causes")
    found = why(box, text=noise + b"\n" + FULL.encode() + b"\n" + noise).succeeds().json["causes"]
    same([c["id"] for c in found], ["GWE501"], "causes")


@case
def an_unknown_message_has_its_nearest(box):
    done = why(box, "go: the verifier in GOSUMDB is not quite right: malformed key").ends(NOT_FOUND)
    same(done.json["causes"], [], "causes")
    same(done.json["nearest"][0]["id"], "GWE410", "nearest")


@case
def passwords_are_not_shown(box):
    env = {"GOPROXY": "https://me:s3cret@proxy.test", "HTTPS_PROXY": "http://u:s3cret@127.0.0.1:9"}
    message = 'Get "https://me:s3cret@proxy.test/x": proxyconnect tcp: dial tcp'
    why(box, message, env=env).succeeds().lacks("s3cret")


if __name__ == "__main__":
    sys.exit(main(releases=["1.26.8"]))
