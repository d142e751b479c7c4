#!/usr/bin/env python3
"""What the go commands of 1.19 to 1.27 can say of the environment, `goward doctor why` knows.

Taken are the texts of errors in Go's own sources (FOLDERS), with something plausible in the place of
each %s. What goward does not take for one of its causes must stand in data/why_left_out.tsv, with a
reason of one word: so a new Go shows its new messages here, and nothing is left out unsaid.

    code      the fault is in somebody's Go code, or in what it asks of go
    usage     the command was typed wrongly
    internal  a bug of go, or no message at all: part of one, a trace, a sentence for go itself
    short     too short, or too common, to be told from what other programs say
    part      always follows or precedes another text, which is known

    why_messages.py          the test
    why_messages.py --list   the texts that neither goward knows nor the list has, as rows of the list

Python's standard library only.
"""
import os
import pathlib
import re
import subprocess
import sys

HERE = pathlib.Path(__file__).resolve().parent
LEFT_OUT = HERE / "data/why_left_out.tsv"
REASONS = {"code", "usage", "internal", "short", "part"}
MIN_RELEASES = 5  # of which there must be sources, or the list cannot be judged as a whole
CACHE = pathlib.Path(os.environ.get("TEST_CACHE") or
                     pathlib.Path(os.environ.get("XDG_CACHE_HOME") or
                                  pathlib.Path.home() / ".cache") / "goward-test")
DRIVER = pathlib.Path(os.environ.get("TEST_BUILD", "build-check/release")) / "oracle.why_driver"

GO = "src/cmd/go/internal/"
FOLDERS = [GO + name for name in (
    "auth", "base", "cache", "cfg", "envcmd", "fips140", "fsys", "gover", "load", "lockedfile",
    "modfetch", "modload", "tool", "toolchain", "vcs", "web", "work")]
FOLDERS += ["src/internal/buildcfg", "src/internal/godebugs", "src/internal/platform"]
CALL = re.compile(r"\b(?:base\.(?:Fatalf|Fatal|Errorf)|fmt\.Errorf|errors\.New|notExistErrorf|"
                  r"vcsErrorf|ImportErrorf|log\.Fatalf|sh\.Errorf)\(")
LITERAL = re.compile(r'\s*(?:"((?:[^"\\\n]|\\.)*)"|`([^`]*)`)')
VERB = re.compile(r"%[-+#]*[\d.]*[a-zA-Z]")
MIN_TEXT = 6

# What stands for a verb after (or before) certain words; else "x", in quotes for %q.
PLAUSIBLE = [
    (re.compile(r"-mod=%s"), "-mod=vendor"),
    (re.compile(r"invalid flag in %s: %s( without|$| \()"), r"invalid flag in #cgo LDFLAGS: -x\1"),
    (re.compile(r"invalid flag in %s"), "invalid flag in #cgo LDFLAGS"),
    (re.compile(r"exec %s: %[sv]"), "exec go1.26.8: permission denied"),
    (re.compile(r"download %s: %v"), "go: download go1.26.8: 403 Forbidden"),
    (re.compile(r"cannot find %q in PATH"), 'cannot find "go1.26.8" in PATH'),
    (re.compile(r"(cannot compile|module requires) Go $"), r"\1 Go 1.28"),
    (re.compile(r"GOAUTH=%s: %v"), "GOAUTH=mytool: could not run command mytool: exit status 1"),
    (re.compile(r"could not run command %s"), "GOAUTH=x: could not run command x"),
    (re.compile(r"toolchain %v invoked to provide %v"),
     "toolchain go1.21.0 invoked to provide go1.26.8"),
    (re.compile(r"(requires|toolchain is|invoked to provide) go%[sv]"), r"\1 go1.26.8"),
    (re.compile(r"%s cannot be modified"), "go: GOVERSION cannot be modified"),
    (re.compile(r"invalid %s value %q"), 'go: invalid GO111MODULE value "x"'),
    (re.compile(r"updating go.(mod|sum): %w"), r"updating go.\1: open go.\1: permission denied"),
    (re.compile(r"unknown %s %q"), 'unknown godebug "x"'),
    (re.compile(r"use of removed %s"), "use of removed godebug"),
    (re.compile(r"GOCACHE is not defined and %v"),
     "GOCACHE is not defined and neither $XDG_CACHE_HOME nor $HOME are defined"),
]


def releases():
    """{"1.26.8": tree} of each minor release that is there."""
    found = {}
    for tree in sorted((CACHE / "gomod/golang.org").glob("toolchain@v0.0.1-go1.*.linux-amd64")):
        found[re.search(r"-go([\d.]+)\.linux", tree.name)[1]] = tree
    return found


def literal_at(source, at):
    """The text of one or more literals, joined by +, from there; None when there is none."""
    text = ""
    match = LITERAL.match(source, at)
    while match:
        text += match[1] if match[1] is not None else match[2].replace("\n", "\\n")
        plus = re.compile(r"\s*\+").match(source, match.end())
        match = LITERAL.match(source, plus.end()) if plus else None
    return text


def texts_of(tree):
    """{text: where} of one release."""
    texts = {}
    for folder in FOLDERS:
        for file in sorted((tree / folder).rglob("*.go")):
            if file.name.endswith("_test.go") or "testdata" in file.parts:
                continue
            source = file.read_text(errors="replace")
            for call in CALL.finditer(source):
                start = call.end()
                for _ in range(2):  # the format is the first argument, or the second
                    text = literal_at(source, start)
                    if text:
                        break
                    comma = re.compile(r"[\w.\[\]]+,").match(source, start)
                    if not comma:
                        break
                    start = comma.end()
                if len(text) >= MIN_TEXT and " " in text:
                    texts.setdefault(text, f"{folder.rsplit('/', 1)[-1]}/{file.name}")
    return texts


def said(text):
    """The format as a message, one a line (test/support/corpus.h)."""
    for pattern, plausible in PLAUSIBLE:
        text = pattern.sub(plausible, text)
    text = VERB.sub(lambda verb: '"x"' if verb[0].endswith("q") else
                    "1" if verb[0].endswith("d") else "x", text).replace("%%", "%")
    for sign, stands_for in (("\\n", "\u23ce"), ("\\t", "\u2192"), ('\\"', '"'), ("\\\\", "/")):
        text = text.replace(sign, stands_for)
    return text


def causes_of(texts):
    lines = "".join(said(text) + "\n" for text in texts)
    done = subprocess.run([DRIVER], input=lines.encode(), stdout=subprocess.PIPE, check=True)
    return dict(zip(texts, done.stdout.decode().splitlines()))


def left_out():
    """{text: reason}; every line of the list is looked at."""
    reasons, faults = {}, []
    for number, line in enumerate(LEFT_OUT.read_text().splitlines(), 1):
        reason, _, text = line.partition("\t")
        if number > 1 and (reason not in REASONS or not text or text in reasons):
            faults.append(f"{LEFT_OUT.name}:{number}: not a row of the list: {line}")
        if number > 1:
            reasons[text] = reason
    return reasons, faults


def main():
    trees = releases()
    if not trees:
        print("1..1\nok 1 - the messages of the go command # SKIP no sources of Go in the cache")
        return 0
    texts = {}
    for version, tree in trees.items():
        for text, where in texts_of(tree).items():
            texts.setdefault(text, (where, version))
    causes = causes_of(list(texts))
    reasons, faults = left_out()
    unknown = [t for t in texts if causes[t] == "none" and t not in reasons]
    if sys.argv[1:] == ["--list"]:
        print("\n".join(f"{texts[t][0]}\t{t}" for t in sorted(unknown, key=lambda t: texts[t])))
        return 0
    for text in unknown:
        faults.append(f"Go {texts[text][1]}, {texts[text][0]}: nobody knows: {text}")
    faults += [f"left out, and known by now: {t}" for t in reasons if causes.get(t, "none") != "none"]
    if len(trees) >= MIN_RELEASES:
        faults += [f"left out, and no Go says it: {t}" for t in reasons if t not in texts]
    n_known = sum(cause != "none" for cause in causes.values())
    print("\n".join("# " + fault for fault in faults))
    print(f"# {len(texts)} texts of Go {', '.join(trees)}: {n_known} known, "
          f"{len(texts) - n_known - len(unknown)} left out on purpose")
    n_checked = len(texts) + len(reasons)
    print(f"{n_checked - len(faults)} passed, {len(faults)} failed, 0 skipped")
    return 1 if faults else 0


if __name__ == "__main__":
    sys.exit(main())
