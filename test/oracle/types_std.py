#!/usr/bin/env python3
"""Does goward find no error where there is none: in the standard library and the commands of several Gos?

`goward check` is asked about std and cmd of each Go with --goroot, with one thread and with several, which must say the
same; of the newest, too, for other targets, and with the tests: a soak asks for all targets, any other run for a few.
"""
import json
import os
import pathlib
import random
import re
import subprocess
import sys
import tempfile

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent))
from doctor import fetch  # noqa: E402

BUILD = pathlib.Path(os.environ.get("TEST_BUILD", "build-check/release"))
GOWARD = os.environ.get("TEST_GOWARD", str(BUILD / "goward"))
NEWEST = "1.27.4"
OTHERS = ["1.21.13", "1.23.12", "1.25.11", "1.26.8"]
IS_SOAK = bool(os.environ.get("TEST_SOAK"))
SAMPLE = 3  # targets
MIN_PACKAGES = 400  # of std and cmd: fewer means that they were not found
SHOWN = 20  # errors of one question
SECONDS = 600
NO_CGO = re.compile(r"\w+/\w+ requires external \(cgo\) linking, but cgo is not enabled")  # as go build says of each command

passed = failed = skipped = 0


def check(what, wrong):
    global passed, failed
    passed, failed = passed + (not wrong), failed + bool(wrong)
    if wrong:
        print(f"FAILED: {what}: {wrong}")


def ask(root, home, *args):
    env = {"HOME": home, "PATH": f"{root}/bin:/usr/bin:/bin", "CGO_ENABLED": "0", "GOFLAGS": "", "GOWORK": "off",
           "GOENV": "off", "GOTOOLCHAIN": "local", "GOOS": "linux", "GOARCH": "amd64"}
    env.update({name: value for name, value in os.environ.items() if name.endswith("SAN_OPTIONS")})
    return subprocess.run([GOWARD, "check", "--json", "--goroot", str(root), *args], cwd=home, env=env, text=True,
                          capture_output=True, check=False, timeout=SECONDS)


def look(what, root, home, *args):
    """Nothing is wrong with std and cmd."""
    done = ask(root, home, *args, "std", "cmd")
    if done.returncode not in (0, 1):
        check(what, f"exit {done.returncode}: {done.stderr[-500:]}")
        return ""
    said = json.loads(done.stdout)
    errors = [f"{d['file']}:{d['line']}:{d['column']}: {d['message']}" for d in said["diagnostics"]
              if not NO_CGO.fullmatch(d["message"])]
    check(what, "".join(f"\n  {e}" for e in errors[:SHOWN]) + f"\n  {len(errors)} errors" if errors else "")
    check(f"{what}: packages", said["coverage"]["packages"] < MIN_PACKAGES and said["coverage"])
    return done.stdout


def targets(root):
    """Those that a Go has, but what it calls broken."""
    listed, _, infos = (root / "src/internal/platform/zosarch.go").read_text().partition("var distInfo")
    broken = {tuple(m) for m in re.findall(r'{"(\w+)", "(\w+)"}:.*Broken: true', infos)}
    return [f"{goos}/{goarch}" for goos, goarch in re.findall(r'{"(\w+)", "(\w+)"}', listed) if (goos, goarch) not in broken]


def main():
    global skipped
    rng = random.Random(os.environ.get("TEST_SEED", "1"))
    with tempfile.TemporaryDirectory() as home:
        for version in [NEWEST, *OTHERS]:
            root = fetch(version)
            if root is None:
                skipped += 1
                continue
            said = look(f"Go {version}", root, home)
            if version != NEWEST:
                continue
            alone = ask(root, home, "-j1", "std", "cmd")
            check("one thread says the same", alone.stdout != said and "it does not")
            look("with tests", root, home, "--test")
            every = targets(root)
            for target in every if IS_SOAK else rng.sample(every, SAMPLE):
                look(target, root, home, "--target", target)
    print(f"{passed} passed, {failed} failed, {skipped} skipped")
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
