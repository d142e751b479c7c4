#!/usr/bin/env python3
"""goward doctor --pid: programs that real Gos built are started, and what is said of them is what
`go version -m` and their environment say."""
import pathlib
import subprocess
import sys
import time
import traceback

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent.parent / "lib"))
from machine import GOWARD, Machine, Skip, clean_up  # noqa: E402

SLEEPER = 'package main\n\nimport "time"\n\nfunc main() { time.Sleep(time.Hour) }\n'
CASES = []


def case(function):
    CASES.append(function)
    return function


class Sleeper:
    """A program of that Go, which runs with these variables."""

    def __init__(self, m, version, go_line, **env):
        m.install_go(version)
        m.share_cache(version)
        m.write("go.mod", f"module example.com/well\n\ngo {go_line}\n")
        m.write("main.go", SLEEPER)
        self.program = m.project / "sleeper"
        done = m.run("go", "build", "-o", self.program, ".")
        assert done.code == 0, done
        self.settings = m.run("go", "version", "-m", self.program).out
        self.process = subprocess.Popen([self.program], env={"HOME": str(m.home), **env},
                                        stdin=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        exe = pathlib.Path(f"/proc/{self.process.pid}/exe")
        while exe.resolve() != self.program:  # until the exec
            time.sleep(0.01)

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.process.kill()
        self.process.wait()

    def built_in(self, key):
        lines = [line.split("=", 1)[1] for line in self.settings.splitlines()
                 if line.startswith(f"\tbuild\t{key}=")]
        return lines[0] if lines else ""


def look(m, sleeper):
    findings = m.doctor("--pid", sleeper.process.pid)["findings"]
    facts = [f for f in findings if f["id"] == "GWD064" and "is a program of" in f["title"]]
    assert len(facts) == 1, findings
    return facts[0], [f for f in findings if f is not facts[0]]


@case
def what_is_built_in_and_what_it_was_started_with(m):
    with Sleeper(m, "1.26.8", "1.20", GODEBUG="panicnil=0,netdns=go", GOMEMLIMIT="1GiB") as s:
        fact, others = look(m, s)
        lines = fact["evidence"].splitlines()
        left = [word for word in s.built_in("DefaultGODEBUG").split(",") if word != "panicnil=1"]
        assert "panicnil=1" in s.built_in("DefaultGODEBUG")
        assert f"GODEBUG={','.join(left)} (built in)" in lines, lines
        assert "GODEBUG=panicnil=0,netdns=go (environment)" in lines, lines
        assert "GOMEMLIMIT=1GiB (environment)" in lines, lines
        assert f"GOAMD64={s.built_in('GOAMD64')} (built in)" in lines, lines
        assert "go1.26.8" in fact["title"] and fact["place"]["file"] == str(s.program)
        assert not [f for f in others if f["severity"] != "info"], others


@case
def a_key_that_its_go_does_not_know(m):
    with Sleeper(m, "1.26.8", "1.26", GODEBUG="gctrase=1") as s:
        _, others = look(m, s)
        named = [f for f in others if f["id"] == "GWD040"]
        assert named and named[0]["severity"] == "warn" and "gctrace" in named[0]["title"], others
        assert str(s.process.pid) in named[0]["remedy"]


@case
def a_program_that_was_replaced(m):
    with Sleeper(m, "1.26.8", "1.26") as s:
        assert not [f for f in look(m, s)[1] if f["severity"] != "info"]
        new = m.project / "new"
        new.write_bytes(s.program.read_bytes())
        new.rename(s.program)
        named = [f for f in look(m, s)[1] if f["id"] == "GWD064"]
        assert named and named[0]["severity"] == "warn" and "replaced" in named[0]["title"], named


@case
def the_library_of_a_go_without_support(m):
    with Sleeper(m, "1.21.13", "1.21") as s:
        assert [f for f in look(m, s)[1] if "no security fixes" in f["title"]]


@case
def what_is_no_go_program(m):
    other = subprocess.Popen(["sleep", "600"])
    try:
        for pid, code in ((other.pid, 4), (2**31 - 1, 4), (0, 2)):
            done = m.run(GOWARD, "doctor", "--pid", pid)
            assert done.code == code and len(done.out.splitlines()) <= 2, done
    finally:
        other.kill()
        other.wait()


def main():
    passed = failed = skipped = 0
    print(f"1..{len(CASES)}")
    for number, function in enumerate(CASES, 1):
        name = function.__name__.replace("_", " ")
        try:
            with Machine(function.__name__) as m:
                function(m)
        except Skip as why:
            skipped += 1
            print(f"ok {number} - {name} # SKIP {why}")
        except Exception:  # whatever it is, it is this case's failure
            failed += 1
            print(f"not ok {number} - {name}")
            print("\n".join("# " + line for line in traceback.format_exc().splitlines()))
        else:
            passed += 1
            print(f"ok {number} - {name}")
    clean_up()
    print(f"{passed} passed, {failed} failed, {skipped} skipped")
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
