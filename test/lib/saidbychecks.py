"""What the doctor's checks say, word for word: one file for each script of test/e2e that plants faults,
test/golden/doctor/SCRIPT.txt. Every finding of `goward doctor --only ... --json` is noted; at the end
each must stand in the file, and (when all cases ran) nothing else. TEST_ACCEPT=1 writes the file anew:
read the difference aloud before you commit it.
"""
import json
import os
import pathlib
import re
import sys

FOLDER = pathlib.Path(__file__).resolve().parent.parent / "golden/doctor"
HEAD = "# What the checks say in test/e2e/{}.py; TEST_ACCEPT=1 test/e2e/{}.py writes this file.\n\n"
# What differs between machines and runs.
VARIABLE = [
    (re.compile(r"\b\d+(\.\d+)? ([KMGT]i?B|kB|seconds?|ms|s)\b"), r"N \2"),
    (re.compile(r"\b(pid|process|port|uid|user|inode) \d+"), r"\1 N"),
    (re.compile(r"(127\.0\.0\.1|localhost):\d+"), r"\1:PORT"),
    (re.compile(r"\b\d{4}-\d\d-\d\d([T ]\d\d:\d\d:\d\d(\.\d+)?Z?)?"), "DATE"),
    (re.compile(r"\b[0-9a-f]{12,}\b"), "HEX"),
    (re.compile(r"\bh1:[A-Za-z0-9+/]{43}="), "h1:HASH"),
    (re.compile(r"\b\d{6,}\b"), "N"),
    (re.compile(r"\bproxy\.golang\.org\b"), "PROXY"),
]


class Said:
    def __init__(self):
        self.blocks = set()

    def note(self, box, args, done):
        args = list(map(str, args))
        """args and what goward answered to them; only runs that ask for single checks count."""
        if args[:1] != ["doctor"] or not {"--only", "--json"} <= set(args) or done.code not in (0, 1):
            return
        for finding in json.loads(done.out)["findings"]:
            self.blocks.add(as_text(finding, box))

    def differences(self, script, ran_all):
        """None when all is as it stands in the file."""
        file = FOLDER / f"{script}.txt"
        if os.environ.get("TEST_ACCEPT") and ran_all and self.blocks:
            FOLDER.mkdir(exist_ok=True)
            file.write_text(HEAD.format(script, script) + "\n".join(sorted(self.blocks)))
        wanted = read(file)
        new = [f"+ {line}" for block in sorted(self.blocks - wanted) for line in block.splitlines()]
        gone = [f"- {line}" for block in sorted(wanted - self.blocks) for line in block.splitlines()]
        lines = new + (gone if ran_all else [])
        return "\n".join(lines) if lines else None


def read(file):
    if not file.exists():
        return set()
    body = file.read_text().split("\n\n", 1)[1]
    return {block.rstrip("\n") + "\n" for block in re.split(r"\n(?=\w+ GW[A-Z]\d{3} )", body)}


def as_text(finding, box):
    """As it is shown to people."""
    place = finding["place"]
    lines = [f"{finding['severity']} {finding['id']} {finding['title']}"]
    if place:
        lines.append(f"  {place['file']}" + (f":{place['line']}" if place["line"] else ""))
    lines += [f"  {line}" for line in (finding["evidence"] or "").splitlines()]
    if finding["remedy"]:
        lines.append(f"  try: {finding['remedy']}")
    text = "\n".join(lines).replace(str(box.folder), "$BOX")
    for pattern, instead in VARIABLE:
        text = pattern.sub(instead, text)
    return text + "\n"


def script_name():
    return pathlib.Path(sys.argv[0]).stem
