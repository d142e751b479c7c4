#!/usr/bin/env python3
"""goward targets: the same ports with the same abilities as real Gos say, port by port.

`go tool dist list -broken -json` has ports, cgo and classes; race detector, sanitizers, position independence and build modes
are asked of internal/platform itself, by a small program beside a copy of it. Last line "N passed, N failed, N skipped".
"""
import json
import os
import pathlib
import re
import shutil
import subprocess
import sys
import tempfile

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent))
from doctor import fetch  # noqa: E402

BUILD = pathlib.Path(os.environ.get("TEST_BUILD", "build-check/release"))
GOWARD = os.environ.get("TEST_GOWARD", str(BUILD / "goward"))
GOS = ["1.20.14", "1.21.13", "1.23.12", "1.25.11", "1.27.4"]
FACTS = {"race": ("RaceDetectorSupported", ""), "msan": ("MSanSupported", ""), "asan": ("ASanSupported", ""),
         "fuzz": ("FuzzSupported", ""), "pie_by_default": ("DefaultPIE", ", false"),
         "pie_without_linker": ("InternalLinkPIESupported", ""), "needs_linker": ("MustLinkExternal", ", false")}
MODES = ["archive", "c-archive", "c-shared", "default", "shared", "exe", "pie", "plugin"]
SECONDS = 300

passed = failed = skipped = 0


def check(what, wrong):
    global passed, failed
    passed, failed = passed + (not wrong), failed + bool(wrong)
    if wrong:
        print(f"FAILED: {what}: {wrong}")


def program(text):
    """A main package that prints what the functions of supported.go say of the ports in its arguments."""
    facts = []
    for key, (name, more) in FACTS.items():
        found = re.search(rf"^func {name}\((.*)\) bool", text, re.M)
        if found:
            more = more if found[1].count(",") > 1 else ""
            facts.append(f'fact("{key}", platform.{name}(os, arch{more}))')
    modes = "".join(f'if platform.BuildModeSupported("gc", "{m}", os, arch) {{ text += mode("{m}") }}\n' for m in MODES)
    return f"""package main

import (stdos "os"; "example.com/m/platform")

func fact(key string, is bool) string {{
	if is {{ return "\\"" + key + "\\": true, " }}
	return "\\"" + key + "\\": false, "
}}

func mode(name string) string {{ return "\\"" + name + "\\", " }}

func main() {{
	for _, port := range stdos.Args[1:] {{
		at := 0
		for port[at] != '/' {{ at++ }}
		os, arch := port[:at], port[at+1:]
		text := "{{\\"port\\": \\"" + port + "\\", "
		{"".join(f"text += {f}" + chr(10) for f in facts)}
		text += "\\"build_modes\\": ["
		{modes}
		stdos.Stdout.WriteString(text + "null]}}\\n")
	}}
}}
"""


def ask_go(root, folder, env):
    """The answers of a Go, by port."""
    text = (root / "src/internal/platform/supported.go").read_text()
    (folder / "platform").mkdir()
    for name in ("supported.go", "zosarch.go"):
        if (root / "src/internal/platform" / name).exists():
            shutil.copyfile(root / "src/internal/platform" / name, folder / "platform" / name)
    (folder / "go.mod").write_text("module example.com/m\n\ngo 1.20\n")
    (folder / "main.go").write_text(program(text))

    def run(*args):
        return subprocess.run([str(root / "bin/go"), *args], cwd=folder, env=env, text=True, capture_output=True, check=True,
                              timeout=SECONDS).stdout
    args = ["-broken"] if "Broken" in (root / "src/cmd/dist/build.go").read_text() else []
    ports = {f"{p['GOOS']}/{p['GOARCH']}": p for p in json.loads(run("tool", "dist", "list", *args, "-json"))}
    rules = {}
    for line in run("run", ".", *ports).splitlines():
        rule = json.loads(line)
        rule["build_modes"].pop()
        rules[rule.pop("port")] = rule
    return {name: {"first_class": p.get("FirstClass", False), "broken": p.get("Broken", False), "cgo": p["CgoSupported"], **rules[name]}
            for name, p in ports.items()}


def look(version, root, folder, env):
    theirs = ask_go(root, folder, env)
    home = folder / "home"
    home.mkdir()
    done = subprocess.run([GOWARD, "targets", "--json", "--go", f"{root}/"], cwd=home, text=True, capture_output=True, check=False,
                          env=dict(env, HOME=str(home), GOWARD_HOME=str(home)), timeout=SECONDS)
    said = json.loads(done.stdout)
    ours = {t["target"]: t for t in said["targets"]}
    check(f"{version}: its name", said["go"] != version and said["go"])
    # Before 1.21 broken ports are in no list of dist's.
    check(f"{version}: ports", {n for n in set(ours) ^ set(theirs) if not (n in ours and ours[n]["broken"])})
    for name in sorted(set(ours) & set(theirs)):
        wrong = {key: (ours[name][key], value) for key, value in theirs[name].items() if ours[name][key] != value}
        unknown = [key for key, value in ours[name].items() if value is not None and key not in theirs[name] and key not in ("target", "project")]
        check(f"{version} {name}: ours, theirs", wrong or unknown)


def main():
    global skipped
    for version in GOS:
        root = fetch(version)
        if root is None:
            skipped += 1
            print(f"skipped: Go {version} cannot be had")
            continue
        with tempfile.TemporaryDirectory() as name:
            folder = pathlib.Path(name)
            env = {"PATH": f"{root}/bin:/usr/bin:/bin", "HOME": name, "GOFLAGS": "", "GOWORK": "off", "GOENV": "off", "GOTOOLCHAIN": "local",
                   "GOCACHE": os.environ.get("GOCACHE") or str(pathlib.Path(os.environ["TEST_CACHE"]) / "gocache"), "CGO_ENABLED": "0"}
            look(version, pathlib.Path(root), folder, env)
    print(f"{passed} passed, {failed} failed, {skipped} skipped")
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
