"""Breakages of a Go environment, planted for real, found and cured.

    @breakage("GOROOT leads nowhere", finds="GWD020", symptom="cannot find GOROOT", cure=REMEDY)
    def _(m):
        m.env["GOROOT"] = "/nonexistent"

Each runs on a Machine of its own, on which the go command worked and the doctor was content before:
 1. the function breaks it; now the go command shows the symptom;
 2. the doctor finds it under the right id, with evidence or a place, and a remedy; it reports no other
    error, and no other warning but those that `also` names;
 3. the cure is made: by `goward doctor --fix` (FIX), or by typing the remedy that was printed (REMEDY), or,
    where the remedy is for a person (it starts a package manager, edits a file of theirs), by the
    function given as cure, and `remedy` must match what was printed;
 4. the doctor finds it no more, and the go command works.
"""
import re

from machine import GOWARD, SHARE, Machine, Skip, run_cases  # noqa: F401

FIX, REMEDY = "fix", "remedy"
BUILD = ("go", "build", "-o", "/dev/null", "./...")
CASES = []


class Breakage:
    def __init__(self, title, plant, *, finds, symptom=None, cure=REMEDY, remedy="", command=BUILD,
                 works=None, version="1.26.8", prepare=None, also="", options=(), own_cache=False,
                 own_go=True, level="warn"):
        self.title, self.plant = title, plant
        self.finds = finds.split()       # ids, any of which may name it; the first is the usual one
        self.symptom = symptom           # what the go command's output matches while it is broken
        self.cure, self.remedy = cure, remedy
        self.command = command           # run by a shell's rules; or a function(m) that gives a Done
        self.works = works               # function(m, done): whether all is well; default: status 0
        self.version, self.prepare = version, prepare
        self.also = also.split()         # ids of warnings that are true as well, and why is said there
        self.options = options           # of goward doctor: --profile race
        self.own_cache = own_cache
        self.own_go = own_go             # False where nothing is changed in the tree: saves its copy
        self.level = level               # "info" where a healthy machine may be so, too


def breakage(title, **about):
    def add(function):
        CASES.append(Breakage(title, function, **about))
        return function
    return add


def ask(m, case):
    return case.command(m) if callable(case.command) else m.run(*case.command)


def is_well(m, case, done):
    return case.works(m, done) if case.works else done.code == 0


def told(findings):
    return "\n".join(f"{f['severity']} {f['id']} {f['title']} | {f['place']} | {f['evidence']} | "
                     f"{f['remedy']}" for f in findings)


def serious(m, case):
    return [f for f in m.doctor(*case.options)["findings"]
            if f["severity"] != "info" or (case.level == "info" and f["id"] in case.finds)]


def require(condition, what):
    if not condition:
        raise AssertionError(what)


def find(m, case):
    """The finding that names the breakage; no other error."""
    found = serious(m, case)
    named = [f for f in found if f["id"] in case.finds]
    require(named, f"the doctor does not find it; it says:\n{told(found)}")
    others = [f for f in found if f["id"] not in case.finds + case.also]
    require(not others, f"the doctor finds more than there is:\n{told(others)}\nbeside\n{told(named)}")
    for f in named:
        require(f["evidence"] or f["place"], f"nothing shows it: {told([f])}")
        require(f["remedy"], f"no remedy: {told([f])}")
    return named


def make_cure(m, case, named):
    if case.cure == FIX:
        done = m.run("goward", "doctor", *case.options, "--fix", "--yes")
        require("GWD" not in done.out or done.code in (0, 1), f"the fix failed\n{done}")
        return str(done)
    remedy = min(named, key=lambda f: case.finds.index(f["id"]))["remedy"]
    if callable(case.cure):
        require(re.search(case.remedy, remedy), f"the remedy is {remedy!r}, not {case.remedy!r}")
        case.cure(m)
        return f"by hand: {remedy}"
    done = m.shell(remedy)
    require(done.code == 0, f"the remedy fails\n{done}")
    return f"typed: {remedy}\n{done}"


def judge(case, m):
    if case.version:
        (m.install_go if case.own_go else m.share_go)(case.version)
        if not case.own_cache:
            m.share_cache(case.version)
    if case.prepare:
        case.prepare(m)
    done = ask(m, case)
    require(is_well(m, case, done), f"nothing is broken yet, and go does not work:\n{done}")
    before = [f for f in serious(m, case) if f["id"] not in case.also]
    require(not before, f"nothing is broken yet, and the doctor says:\n{told(before)}")
    case.plant(m)
    done = ask(m, case)
    require(not is_well(m, case, done), f"it is broken, and go works all the same:\n{done}")
    require(case.symptom is None or re.search(case.symptom, done.out),
            f"wanted the symptom {case.symptom!r}:\n{done}")
    named = find(m, case)
    how = make_cure(m, case, named)
    left = [f for f in serious(m, case) if f["id"] in case.finds]
    require(not left, f"cured, and still found:\n{told(left)}\n{how}")
    done = ask(m, case)
    require(is_well(m, case, done), f"cured, and go does not work:\n{done}\n{how}")


def run(case):
    with Machine(re.sub(r"\W+", "-", case.title)) as m:
        judge(case, m)


def main():
    return run_cases(CASES, lambda case: case.title, run, SHARE)
