#!/usr/bin/env python3
"""Does `goward api` say of the standard library what Go's own files say, line by line?

Go keeps a line for each feature of its standard library in GOROOT/api/go1*.txt, which its cmd/api compares with the
sources for a list of targets, with and without cgo. goward is asked about the same targets, all at once, and must print
the union of these files, less what except.txt says is gone. The packages of cmd/api/testdata have their lines beside them.
"""
import os
import pathlib
import re
import shutil
import subprocess
import sys
import tempfile

GOWARD = os.environ.get("TEST_GOWARD", "")
SHOWN = 20  # differences
SECONDS = 1200

# cmd/api's contexts: a target with a plus is looked at with cgo, too.
CONTEXTS = """linux/386+ linux/amd64+ linux/arm+ darwin/amd64+ darwin/arm64+ windows/amd64 windows/386 freebsd/386+
freebsd/amd64+ freebsd/arm+ freebsd/arm64+ freebsd/riscv64+ netbsd/386+ netbsd/amd64+ netbsd/arm+ netbsd/arm64+ openbsd/386+
openbsd/amd64+""".split()
PACKAGES = ["p1", "p2", "p3", "p4"]
# Types that became names for others since their lines were written, as cmd/api takes them.
RENAMED = [("os.FileInfo", "fs.FileInfo"), ("os.FileMode", "fs.FileMode"), ("os.PathError", "fs.PathError")]

passed = failed = skipped = 0


def check(what, wrong):
    global passed, failed
    passed, failed = passed + (not wrong), failed + bool(wrong)
    if wrong:
        print(f"FAILED: {what}: {wrong}")


def ask(folder, home, *args):
    env = {"HOME": home, "PATH": os.environ["PATH"], "GOFLAGS": "", "GOENV": "off", "GOTOOLCHAIN": "local", "CC": "/bin/true"}
    env.update({name: value for name, value in os.environ.items() if name.endswith("SAN_OPTIONS")})
    done = subprocess.run([GOWARD, "api", *args], cwd=folder, env=env, text=True, capture_output=True, check=False,
                          timeout=SECONDS)
    if done.returncode != 0 or done.stderr:
        check(f"api {' '.join(args)}", f"exit {done.returncode}: {done.stderr[-2000:]}")
    return set(done.stdout.splitlines())


def lines_of(file):
    text = file.read_text()
    for old, new in RENAMED:
        text = text.replace(old, new)
    found = (line.strip() for line in text.splitlines())
    return {re.sub(r"\s*#\d+$", "", line) for line in found if line and not line.startswith("#")}


def without_context(feature):
    return re.sub(r" \(\S+?\)", "", feature)


def compare(what, want, got):
    wrong = [f"-{line}" for line in sorted(want - got)] + [f"+{line}" for line in sorted(got - want)]
    print(f"{what}: {len(want & got)} of {len(want)} lines are equal, {len(got - want)} are more")
    check(what, "".join(f"\n  {line}" for line in wrong[:SHOWN]) + f"\n  {len(wrong)} lines" if wrong else "")


def look_at_std(root, home):
    """The files hold lines of ports that are gone, and of targets that differed then and do not now."""
    targets = [f"{c.rstrip('+')}/{cgo}" for c in CONTEXTS for cgo in (["cgo", "nocgo"] if c.endswith("+") else ["nocgo"])]
    got = ask(home, home, "--goroot", str(root), "--target", ",".join(targets), "std")
    want = set().union(*(lines_of(file) for file in (root / "api").glob("go1*.txt")))
    gone = lines_of(root / "api/except.txt")
    want = {line for line in want if line in got or not (line in gone or "(darwin-386" in line or without_context(line) in got)}
    compare("std", want, got)


def look_at_testdata(root, home):
    folder = pathlib.Path(home) / "testdata"
    shutil.copytree(root / "src/cmd/api/testdata/src/pkg", folder)
    for name in PACKAGES:
        (folder / name / "go.mod").write_text(f"module {name}\n\ngo 1.26\n")
    (folder / "go.work").write_text("go 1.26\n\nuse (\n" + "".join(f"\t./{name}\n" for name in PACKAGES) + ")\n")
    for name in PACKAGES:
        want = set((folder / name / "golden.txt").read_text().splitlines()) - {""}
        compare(name, want, ask(folder / name, home, "--goroot", str(root)))


def main():
    global skipped
    root = pathlib.Path(subprocess.run(["go", "env", "GOROOT"], text=True, capture_output=True, check=True).stdout.strip())
    with tempfile.TemporaryDirectory() as home:
        if (root / "api/go1.txt").exists() and (root / "src/cmd/api/testdata").exists():
            look_at_std(root, home)
            look_at_testdata(root, home)
        else:
            skipped += 1
    print(f"{passed} passed, {failed} failed, {skipped} skipped")
    return failed > 0


if __name__ == "__main__":
    sys.exit(main())
