#!/usr/bin/env python3
"""Replays the sessions of test/golden/cli: what goward prints, where, and how it ends.

    test/e2e/cli.py            replays
    test/e2e/cli.py --write    records anew; read the difference before you commit it

A session is text. "$ " begins a command, which sh runs with goward on PATH in an empty folder; the
lines after it are what it printed: "1 " to standard output, "2 " to standard error; "= N" is the exit
code, left out when it is 0; ^[ is ESC. Other lines are comments. Every object of --json that a session shows must
have only keys that `goward help --json` lists. Reports in TAP.
"""
import json
import os
import pathlib
import subprocess
import sys
import tempfile

ROOT = pathlib.Path(__file__).resolve().parent.parent.parent
SESSIONS = ROOT / "test/golden/cli"
ALWAYS = {"schema", "version"}


def environment(goward, tmp):
    (tmp / "bin").mkdir()
    (tmp / "bin/goward").symlink_to(goward)
    return {"PATH": f"{tmp}/bin:/usr/bin:/bin", "HOME": str(tmp / "home"), "LANG": "C.UTF-8",
            "TMPDIR": str(tmp)}


def prefixed(text, prefix):
    lines = text.decode(errors="backslashreplace").replace("\x1b", "^[").split("\n")
    if lines[-1] == "":
        lines.pop()
    elif text:
        lines[-1] += "\\"  # no newline at the end
    return [f"{prefix} {line}".rstrip() for line in lines]


def run(command, env, folder):
    """(the lines of a session, standard output)"""
    done = subprocess.run(["sh", "-c", command], env=env, cwd=folder, stdin=subprocess.DEVNULL,
                          stdout=subprocess.PIPE, stderr=subprocess.PIPE, check=False)
    lines = prefixed(done.stdout, "1") + prefixed(done.stderr, "2")
    if done.returncode:
        lines.append(f"= {done.returncode}")
    return lines, done.stdout


def parse(text):
    """[(comment lines, command, expected lines)]"""
    blocks, comments = [], []
    for line in text.splitlines():
        if line.startswith("$ "):
            blocks.append((comments, line[2:], []))
            comments = []
        elif blocks and line[:1] in ("1", "2", "=") and (len(line) == 1 or line[1] == " "):
            blocks[-1][2].append(line)
        else:
            comments.append(line)
    return blocks, comments


def unknown_keys(text, fields):
    """Keys of a goward object on standard output that the tables do not list."""
    try:
        value = json.loads(text)
        name = value["schema"].removeprefix("goward/").replace("-", " ")
    except (ValueError, TypeError, KeyError, AttributeError):
        return set()
    return set(value) - ALWAYS - fields.get(name, set())


def main():
    goward = pathlib.Path(os.environ["TEST_GOWARD"]).resolve()
    is_writing = sys.argv[1:] == ["--write"]
    known = json.loads(subprocess.run([goward, "help", "--json"], stdout=subprocess.PIPE,
                                      check=True).stdout)
    fields = {c["name"]: set(c["fields"]) for c in known["commands"]}
    fields["error"] = {"error"}
    n, failed = 0, False
    for path in sorted(SESSIONS.glob("*.session")):
        blocks, trailing = parse(path.read_text())
        written = []
        with tempfile.TemporaryDirectory() as name:
            tmp = pathlib.Path(name).resolve()
            env = environment(goward, tmp)
            folder = tmp / "folder"
            folder.mkdir()
            for comments, command, expected in blocks:
                lines, out = run(command, env, folder)
                lines = [line.replace(str(tmp), "{tmp}") for line in lines]
                unknown = unknown_keys(out, fields)
                written += comments + ["$ " + command] + lines
                n += 1
                ok = lines == expected and not unknown
                failed |= not ok
                print(f"{'ok' if ok else 'not ok'} {n} - {path.stem}: {command}")
                if unknown:
                    print(f"# keys that no table lists: {sorted(unknown)}")
                if lines != expected:
                    print("\n".join(["# expected"] + ["#   " + line for line in expected]
                                    + ["# actual"] + ["#   " + line for line in lines]))
        if is_writing:
            path.write_text("\n".join(written + trailing) + "\n")
    print(f"1..{n}")
    return 1 if failed and not is_writing else 0


if __name__ == "__main__":
    sys.exit(main())
