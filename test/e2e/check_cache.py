#!/usr/bin/env python3
"""goward check with what is kept of earlier runs: what it says is what it says without (--no-cache).

Packages are edited in every way that another package can notice, or cannot, one edit after the other (TEST_SEED), for one
target and for several; what is kept is damaged, of others, or cannot be written. Last line "N passed, N failed, N skipped".
"""
import json
import os
import pathlib
import random
import re
import shutil
import signal
import subprocess
import sys
import tempfile
import time

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent))
import check as one  # noqa: E402
import check_targets as many  # noqa: E402
from madeworld import GOWARD  # noqa: E402

N_EDITS = 400 if os.environ.get("TEST_SOAK") else 120
N_USERS = 40
TOO_NEW = 2.2  # seconds: a file that is younger is not told by its times
TARGETS = ("linux/amd64", "windows/amd64", "plan9/386")


def said(world, *args, cached=True):
    """What a check says, and its status; what is known of earlier runs is another matter."""
    done = world.run("--json", *(() if cached else ("--no-cache",)), *args)
    one.check(f"{args}: status", done.returncode in (0, 1), done.returncode, done.stderr[-300:])
    return done.returncode, done.stdout, done.stderr


def agrees(world, what, *args):
    with_it, without = said(world, *args), said(world, *args, cached=False)
    one.check(what, with_it == without, with_it[:2], without[:2])
    return with_it[1]


def known(world, *args):
    """How many packages were checked, and how many were known."""
    talk = world.run("-v", *args).stderr
    numbers = re.search(r"(\d+) packages were checked, (\d+) were known", talk)
    return tuple(int(n) for n in numbers.groups()) if numbers else (talk,)


def kept_file(world):
    files = [path for path in (world.top / "home/.local/share/goward/checks").iterdir() if path.suffix != ".tmp"]
    one.check("one file is kept for a module", len(files) == 1, files)
    return files[0]


# ---- edits ----

def each_difference_is_seen(world, number, what):
    """Each after the other, and back."""
    linux, windows, mid, use = many.SEEN[what]
    texts = [(text.removeprefix("//name ") if text.startswith("//name") else "base", text) for text in (linux, windows)]
    for name, text in (texts[0], texts[1], texts[0]):
        world.write(f"m/seen{number}/base/base_linux.go", f"package {name}\n\nconst Always = 1\n\n{text}\n")
        agrees(world, f"{what}: {text!r}", f"./seen{number}/...")


def edit(world, rng, top):
    """One edit of a package; what it is."""
    folder = world.top / "m" / top
    package = rng.choice(("base", "base", "mid", "user"))
    if package == "user":
        path = rng.choice(sorted(folder.glob("u*/u.go")))
    else:
        path = folder / package / ("base_linux.go" if package == "base" else "mid.go")
    lines = path.read_text().split("\n")
    at = rng.randrange(len(lines))
    kind = rng.choice(("a body", "a comment", "a line less", "a line twice", "other text", "a file more", "a file less", "touched", "garbage"))
    if kind == "a body":
        lines = [line.replace("{ panic(", "{ println(0); panic(", 1) if n == at else line for n, line in enumerate(lines)]
    elif kind == "a comment":
        lines.insert(at, "// said")
    elif kind == "a line less":
        del lines[at]
    elif kind == "a line twice":
        lines.insert(at, lines[at])
    elif kind == "other text":
        lines[at] = lines[at].replace("int", "string") if rng.random() < 0.5 else lines[at].replace("A", "B")
    elif kind == "garbage":
        lines = ["garbage"]
    elif kind == "a file more":
        name = lines[0].split(" ")[-1]
        (path.parent / f"more{rng.randrange(3)}.go").write_text(f"package {name}\n\nvar More{rng.randrange(3)} = {rng.randrange(9)}\n")
    elif kind == "a file less":
        for other in list(path.parent.glob("more*.go"))[:1]:
            other.unlink()
    before = path.read_text()
    path.write_text("\n".join(lines))
    return f"{kind} in {path.relative_to(folder)}", path, before


def random_edits(world, rng, top):
    targets = ("--target", ",".join(TARGETS))
    answers = set()
    for n in range(N_EDITS):
        what, path, before = edit(world, rng, top)
        more = targets if rng.random() < 0.3 else ()
        answers.add(agrees(world, f"{top}, edit {n}: {what}", f"./{top}/...", *more))
        if rng.random() < 0.6:  # most is mended again, or little would be right
            path.write_text(before)
    one.check("edits make a difference", len(answers) > N_EDITS / 4, len(answers))


def what_is_looked_at(world, top):
    """Nothing when nothing changed, one package when a body did, those that see it when a declaration did."""
    for name, text in (("a", "package a\n\ntype T struct{ A, B int }\n\nfunc F() T { return T{} }\n\nfunc G() {}\n"),
                       ("b", f"package b\n\nimport \"example.com/m/{top}/a\"\n\nvar V = a.F().A\n"),
                       ("c", f"package c\n\nimport \"example.com/m/{top}/a\"\n\nfunc H() {{ a.G() }}\n"),
                       ("d", f"package d\n\nimport \"example.com/m/{top}/b\"\n\nvar W = b.V\n")):
        world.write(f"m/{top}/{name}/{name}.go", text)
    path = world.top / "m" / top / "a/a.go"
    source = path.read_text()
    time.sleep(TOO_NEW)
    args = (f"./{top}/...",)

    def looks(what, expected, *more):
        numbers = known(world, *more, *args)
        one.check(what, numbers in expected, numbers)

    looks("at first all are checked", [(4, 0)])
    looks("then none is", [(0, 4)])
    path.write_text(source.replace("G() {}", "G() { println() }"))
    looks("a body: one package", [(1, 3)])
    path.write_text(source)
    looks("as before: none", [(0, 4)])
    path.write_text(source.replace("F() T", "F() (t T)"))
    looks("the name of a result: those who see the function", [(3, 1)])
    path.write_text(source.replace("A, B int", "A, B, C int"))
    looks("a type: not those who do not see it", [(3, 1)])
    path.write_text(source)
    path.touch()
    looks("touched: none", [(0, 4)])
    looks("another version of the language: all", [(4, 0)], "--lang", "go1.20")
    looks("that of before: none", [(0, 4)])


def without_a_package(world, top):
    """What is imported has no package clause: its names are unknown, whoever is looked at again."""
    user = "package user\n\nimport \"example.com/m/{top}/none\"\n\nvar _ = none.Missing\n".replace("{top}", top)
    for name, text in (("none", "garbage\n"), ("none", "package none\n\nfunc F() {\n\tx :=\n}\n"), ("none", "package none\n")):
        world.write(f"m/{top}/{name}/n.go", text)
        for number in range(2):
            world.write(f"m/{top}/user/u.go", f"{user}\nvar V int = {number}\n")
            agrees(world, f"{text!r}, {number}", f"./{top}/...")


def a_name_behind_a_package(world, top):
    """What a package hands on means something else once what it imports is called otherwise."""
    path = f"example.com/m/{top}"
    world.write(f"m/{top}/mid/m.go", f"package mid\n\nimport \"{path}/base\"\n\nvar V = base.Always\n")
    world.write(f"m/{top}/user/u.go", f"package user\n\nimport \"{path}/mid\"\n\nvar _ string = mid.V\n")
    for name in ("other", "base", "other", "base"):
        world.write(f"m/{top}/base/b.go", f"package {name}\n\nconst Always = 1\n")
        agrees(world, f"a package is called {name}", f"./{top}/...")


def words(world, top):
    """What is wrong may be told in words that depend on what makes no difference else."""
    user = f"package user\n\nimport \"example.com/m/{top}/base\"\n\nfunc _(t base.T) {{ t.m() }}\n"
    for text in ("type T int", "type T int\n\nfunc (T) m() {}", "type T int"):
        world.write(f"m/{top}/user/u.go", user)
        world.write(f"m/{top}/base/b.go", f"package base\n\n{text}\n")
        agrees(world, f"words: {text}", f"./{top}/...")


def embedded(world, top):
    """What a pattern names counts, though none of it is a file of the package."""
    world.write("go/src/embed/embed.go", "package embed\n\ntype FS struct{}\n")
    for file, parts in (("e.go", ("e", "d/*.txt")), ("e_test.go", ("e", "[e]/*"))):
        world.write(f"m/{top}/e/{file}", f'package e\n\nimport _ "embed"\n\n//go:embed {parts[1]}\nvar {file[:-3]} string\n')
    first, second = ((world.top / f"m/{top}/e/{folder}/one.txt", world.top / f"m/{top}/e/{folder}/two.txt") for folder in "de")
    for one_file, _ in (first, second):
        world.write(one_file.relative_to(world.top), "1")
    for args in ((f"./{top}/...",), ("--test", f"./{top}/..."), ("--test", "--target", ",".join(TARGETS), f"./{top}/...")):
        for present in ((), (first[1],), (second[1],), (first[1], second[1]), ()):
            for path in (first[1], second[1]):
                path.unlink(missing_ok=True)
            for path in present:
                path.write_text("2")
            n = agrees(world, f"{len(present)} files more are embedded", *args).count("multiple files for type string")
            one.check("each variable with two files is told", n == sum(p is first[1] or "--test" in args for p in present), args, present, n)


def same_times(world, top):
    """A file that has the size and the time of modification that it had, and says something else."""
    path = world.top / "m" / top / "t/t.go"
    world.write(f"m/{top}/t/t.go", "package t\n\nvar X int = 100\n")
    old = path.stat()
    time.sleep(TOO_NEW)
    one.check("right", "[]" in agrees(world, "before", f"./{top}/t"))
    path.write_text("package t\n\nvar X int = \"1\"\n")
    os.utime(path, ns=(old.st_atime_ns, old.st_mtime_ns))
    one.check("wrong", "IncompatibleAssign" in agrees(world, "the same size and time", f"./{top}/t") and path.stat().st_size == old.st_size)
    time.sleep(TOO_NEW)
    one.check("an error is known", "IncompatibleAssign" in agrees(world, "again", f"./{top}/t") and known(world, f"./{top}/t") == (0, 1))
    path.write_text("package t\n\nvar X int = 1\n")
    for number in range(20):  # within one tick of the clock, perhaps
        text = "1" if number % 2 else "\"\""
        path.write_text(f"package t\n\nvar X int = {text}\n")
        agrees(world, f"quick changes, {text}", f"./{top}/t")


# ---- what is kept ----

def damaged(world, rng, top):
    args = (f"./{top}/...",)
    agrees(world, "before the damage", *args)
    path = kept_file(world)
    good = path.read_bytes()
    cases = [("empty", b""), ("cut short", good[:len(good) // 2]), ("its last byte is gone", good[:-1]), ("noise", rng.randbytes(5000)),
             ("noise behind it", good + b"xyz"), ("of another build", good[:20] + bytes([good[20] ^ 1]) + good[21:]),
             ("of another format", b"goward-checks 9\n" + good[16:]), ("only its head", good[:44])]
    cases += [("a byte is another", good[:at] + bytes([good[at] ^ 1 << rng.randrange(8)]) + good[at + 1:]) for at in rng.sample(range(len(good)), 12)]
    for what, text in cases:
        path.write_bytes(text)
        one.check(f"nothing is believed where what is kept is {what}", known(world, *args)[1:] == (0,))
        path.write_bytes(text)
        agrees(world, f"what is kept is {what}", *args)
        one.check(f"and it is mended after {what}", known(world, *args)[0] == 0)
    world.write(f"m/{top}/hurt/h.go", "package hurt\n\nvar X int = \"hurt\"\n")
    agrees(world, "with an error", *args)
    good = path.read_bytes()
    one.check("the error is kept", b"IncompatibleAssign" in good)
    path.write_bytes(good.replace(b"IncompatibleAssign", b"IncompatibleAssigm"))
    agrees(world, "its words are others", *args)
    path.unlink()
    path.mkdir()
    agrees(world, "a folder in its place", *args)
    path.rmdir()


def of_others(world, top):
    args = (f"./{top}/...",)
    checks = world.top / "home/.local/share/goward/checks"
    said(world, *args)
    for what, folder in (("the folder", checks), ("the home", checks.parent)):
        folder.chmod(0o777)
        agrees(world, f"others may write to {what}", *args)
        one.check(f"others may write to {what}: nothing is believed", known(world, *args)[1:] == (0,))
        folder.chmod(0o700)
    path = kept_file(world)
    path.chmod(0o666)
    one.check("others may write to the file: nothing is believed", known(world, *args)[1:] == (0,))
    shutil.rmtree(checks)
    elsewhere = world.top / "elsewhere"
    elsewhere.mkdir(exist_ok=True)
    checks.symlink_to(elsewhere)
    agrees(world, "a link in place of the folder", *args)
    one.check("nothing is written through a link", not list(elsewhere.iterdir()))
    checks.unlink()
    checks.write_text("a file")
    agrees(world, "a file in place of the folder", *args)
    checks.unlink()
    for what, env in (("no home", {k: v for k, v in world.env.items() if k != "HOME"}),
                      ("a home that cannot be", dict(world.env, GOWARD_HOME="/proc/nowhere"))):
        done = world.run("--json", *args, env=env)
        one.check(what, (done.returncode, done.stdout) == said(world, *args, cached=False)[:2], done)


def nothing_is_kept(world, top):
    home = world.top / "home2"
    env = dict(world.env, GOWARD_HOME=str(home))
    world.run("--no-cache", f"./{top}/...", env=env)
    one.check("--no-cache leaves nothing behind", not home.exists())
    world.run(f"./{top}/...", env=env)
    one.check("a home is the user's alone", home.stat().st_mode & 0o777 == 0o700 and (home / "checks").stat().st_mode & 0o777 == 0o700)
    path = next((home / "checks").iterdir())
    before = path.stat()
    world.run(f"./{top}/...", env=env)
    one.check("nothing new: nothing is written", path.stat().st_ino == before.st_ino)
    os.utime(path, (time.time() - 40 * 86400,) * 2)
    stale = home / "checks" / ("0" * 32)
    stale.write_text("")
    os.utime(stale, (time.time() - 40 * 86400,) * 2)
    world.run(f"./{top}/...", env=env)
    one.check("what is used stays, what nobody uses goes", path.exists() and not stale.exists())


def killed(world, rng, top):
    """A check that is killed leaves what was kept, or the next."""
    args = (f"./{top}/...",)
    for _ in range(15):
        edit(world, rng, top)
        child = subprocess.Popen([GOWARD, "check", *args], cwd=world.top / "m", env=world.env, stdout=subprocess.DEVNULL,
                                 stderr=subprocess.DEVNULL)
        time.sleep(rng.random() * 0.03)
        child.send_signal(signal.SIGKILL)
        child.wait()
    agrees(world, "after a kill", *args)
    one.check("what was kept is in order", known(world, *args)[0] == 0)


def several_at_once(world, top):
    args = [GOWARD, "check", "--json", f"./{top}/..."]
    kept_file(world).unlink()
    running = [subprocess.Popen(args, cwd=world.top / "m", env=world.env, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL) for _ in range(6)]
    texts = {child.communicate(timeout=60)[0] for child in running}
    one.check("several at once say the same", len(texts) == 1)
    one.check("and keep it", known(world, f"./{top}/...")[0] == 0)


def main():
    rng = random.Random(os.environ.get("TEST_SEED", "1"))
    m = {"go.mod": "module example.com/m\n\ngo 1.24\n"}
    for number, what in enumerate(many.SEEN):
        many.seen_case(number, what, m)
    many.base(rng, m, "m0")
    many.handing_on(rng, m, "m0")
    for number in range(N_USERS):
        many.user(rng, m, "m0", number)
    with tempfile.TemporaryDirectory() as folder:
        one.MODULE = m
        world = one.World(pathlib.Path(folder).resolve())
        world.have_targets(many.TARGETS)
        many.lines_off(world, "m0")
        for number, what in enumerate(many.SEEN):
            if what != "a word":
                each_difference_is_seen(world, number, what)
        agrees(world, "a word of 8 bytes", "--target", "linux/amd64", "./...")
        agrees(world, "a word of 4 bytes", "--target", "linux/386", "./...")
        what_is_looked_at(world, "few")
        without_a_package(world, "nopackage")
        words(world, "words")
        a_name_behind_a_package(world, "behind")
        embedded(world, "embedded")
        same_times(world, "few")
        random_edits(world, rng, "m0")
        damaged(world, rng, "few")
        of_others(world, "few")
        nothing_is_kept(world, "few")
        killed(world, rng, "m0")
        several_at_once(world, "m0")
    print(f"{one.passed} passed, {one.failed} failed, {one.skipped} skipped")
    return 1 if one.failed else 0


if __name__ == "__main__":
    sys.exit(main())
