#!/usr/bin/env python3
"""goward files: which files of a directory a build takes, and why not the others.

The Go in use is a folder with the few tables that the answer depends on. Last line "N passed, N
failed, 0 skipped".
"""
import json
import os
import pathlib
import subprocess
import sys
import tempfile

GOWARD = os.environ["TEST_GOWARD"]

GOROOT = {
    "VERSION": "go1.26.8\n",
    "bin/go": "#!/bin/sh\nexit 1\n",
    "src/internal/goversion/goversion.go": "package goversion\n\nconst Version = 26\n",
    "src/internal/platform/zosarch.go":
        'package platform\n\nvar List = []OSArch{\n\t{"linux", "amd64"},\n\t{"linux", "arm64"},\n'
        '\t{"windows", "amd64"},\n}\n\nvar distInfo = map[OSArch]osArchInfo{\n'
        '\t{"linux", "amd64"}: {CgoSupported: true},\n}\n',
    "src/internal/syslist/syslist.go":
        'package syslist\n\nvar KnownOS = map[string]bool{\n\t"linux": true,\n\t"windows": true,\n}\n\n'
        'var UnixOS = map[string]bool{\n\t"linux": true,\n}\n\n'
        'var KnownArch = map[string]bool{\n\t"amd64": true,\n\t"arm64": true,\n}\n',
    "src/internal/goexperiment/flags.go": "package goexperiment\n\ntype Flags struct {\n\tArenas bool\n}\n",
    "src/internal/buildcfg/exp.go":
        "package buildcfg\n\nfunc f() {\n\tbaseline := goexperiment.Flags{\n\t\tArenas: true,\n\t}\n}\n",
    "src/internal/buildcfg/cfg.go":
        'package buildcfg\n\nfunc gogoarchTags() []string {\n\tswitch GOARCH {\n\tcase "amd64":\n\t\treturn nil\n\t}\n}\n',
    "src/internal/buildcfg/zbootstrap.go": "package buildcfg\n\nconst DefaultGOAMD64 = `v1`\n",
}

PACKAGE = {
    "a.go": "package p\n", "a_test.go": "package p\n", "x_test.go": "package p_test\n",
    "b_windows.go": "package p\n", "c_windows_arm64.go": "package p\n", "_d.go": "package p\n",
    "e.go": "//go:build linux && mine\n\npackage p\n", "f.go": "//go:build ignore\n\npackage main\n",
    "g.go": "package p\n\nimport \"C\"\n", "h.S": "", "i.txt": "", "j.go": "//go:build &&\n\npackage p\n",
    "k.go": "package documentation\n", "l.go": "package p\nimport 3\n", "m.go": "// +build !mine\n\npackage p\n",
    "n.go": "//go:build linux && windows\n\npackage p\n", "o.go": "//go:build amd64.v1 && goexperiment.arenas\n\npackage p\n",
}

EXPECTED = {  # name: reason, what is said in part
    "a.go": ("built", ""), "a_test.go": ("test", "tested"), "x_test.go": ("xtest", "from outside"),
    "b_windows.go": ("name", "for windows"), "c_windows_arm64.go": ("name", "for windows/arm64"), "_d.go": ("hidden", '"_"'),
    "e.go": ("constraint", "mine does not hold, in //go:build linux && mine"), "f.go": ("constraint", "//go:build ignore does not hold"),
    "g.go": ("no-cgo", "cgo is off"), "h.S": ("needs-cgo", "imports"), "i.txt": ("kind", "kind"),
    "j.go": ("constraint-wrong", "unexpected token &&"), "k.go": ("documentation", "documentation"),
    "l.go": ("faulty", "import path must be a string"), "m.go": ("built", ""),
    "n.go": ("constraint", "windows does not hold"), "o.go": ("built", ""),
}

passed = failed = 0


def check(what, good, *said):
    global passed, failed
    passed, failed = passed + bool(good), failed + (not good)
    if not good:
        print(f"FAILED: {what}:", *said)


class World:
    def __init__(self, top):
        self.top = top
        for folder, files in (("go", GOROOT), ("p", PACKAGE), ("w", {"a_windows.go": "package w\n"}),
                              ("t", {"a_test.go": "package t\n"}), ("none", {"a.txt": ""})):
            for name, text in files.items():
                path = top / folder / name
                path.parent.mkdir(parents=True, exist_ok=True)
                path.write_text(text)
        (top / "go/bin/go").chmod(0o755)
        (top / "home").mkdir()

    def run(self, *args, cwd="p", **env):
        env = {"HOME": str(self.top / "home"), "PATH": f"{self.top}/go/bin:/usr/bin:/bin", "GOOS": "linux",
               "GOARCH": "amd64", "CGO_ENABLED": "0", **env}
        return subprocess.run([GOWARD, "files", *args], cwd=self.top / cwd, env=env, text=True,
                              capture_output=True, check=False, timeout=60)

    def json(self, *args, **more):
        done = self.run("--json", *args, **more)
        try:
            return json.loads(done.stdout)
        except ValueError:
            check(f"{args} gives JSON", False, done.stdout, done.stderr)
            return {"packages": [{"files": [], "tags": []}]}


def test_says_why(w):
    said = w.json()
    files = {f["name"]: f for f in said["packages"][0]["files"]}
    check("every file has its entry", sorted(files) == sorted(PACKAGE), sorted(files))
    for name, (reason, text) in EXPECTED.items():
        file = files.get(name, {})
        check(name, file.get("reason") == reason and text in file.get("says", ""), file)
        check(f"{name} is in", file.get("built") == (reason in ("built", "test", "xtest")), file)
    check("the target", said["target"]["release"] == "go1.26" and said["target"]["os"] == "linux", said["target"])
    check("the fault is told", "parsing //go:build line" in (said["packages"][0]["error"] or ""), said["packages"][0]["error"])


def test_takes_target_and_tags(w):
    def built(*args):
        return {f["name"] for f in w.json(*args)["packages"][0]["files"] if f["built"]}
    check("windows", "b_windows.go" in built("--target", "windows/amd64"))
    check("a tag", "e.go" in built("--tags", "mine") and "m.go" not in built("--tags", "mine"))
    check("of GOFLAGS", w.json(GOFLAGS="-tags=x,y")["target"]["tags"] == ["x", "y"])
    done = w.run("--target", "linux/vax")
    check("an unknown target", done.returncode == 2 and "unsupported GOOS/GOARCH pair linux/vax" in done.stderr, done)


def test_tries_tags(w):
    said = w.json("--tag-sets")["packages"][0]
    tags = {t["tag"]: t for t in said["tags"]}
    check("user's tags alone", sorted(tags) == ["ignore", "mine"], tags)
    check("mine", tags["mine"]["adds"] == ["e.go"] and tags["mine"]["removes"] == ["m.go"], tags)
    files = {f["name"]: f for f in said["files"]}
    check("impossible", [n for n, f in files.items() if f["impossible"]] == ["n.go"], files)
    check("obsolete", [n for n, f in files.items() if f["obsolete"]] == ["m.go"], files)
    text = w.run("--tag-sets").stdout
    check("for people", "with mine: adds e.go takes out m.go" in text and "no build can ever have" in text, text)


def test_explains_directories(w):
    for cwd, says, code in (("w", "build constraints exclude all Go files in", 1), ("t", "no non-test Go files in", 1),
                            ("none", "no Go files in", 4)):
        done = w.run(cwd=cwd)
        check(cwd, done.returncode == code and says in done.stdout, done)
    done = w.run("none", "w", cwd=".")
    check("one without Go files among others", done.returncode == 1 and "no Go files in" in done.stdout, done)
    done = w.run("./w/...", "p/a.go", cwd=".")
    check("several", "w/a_windows.go" in done.stdout and "p/a.go" in done.stdout and "p/e.go" not in done.stdout, done)
    done = w.run("nowhere")
    check("an absent directory", done.returncode == 4 and "nowhere" in done.stderr, done)


def main():
    with tempfile.TemporaryDirectory() as name:
        world = World(pathlib.Path(name))
        test_says_why(world)
        test_takes_target_and_tags(world)
        test_tries_tags(world)
        test_explains_directories(world)
    print(f"{passed} passed, {failed} failed, 0 skipped")
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
