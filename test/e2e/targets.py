#!/usr/bin/env python3
"""goward targets: the ports of a Go by its own sources, and what is wrong with the project for each.

Whether real Gos say the same is asked by test/oracle/targets.py. Last line "N passed, N failed, N skipped".
"""
import json
import pathlib
import subprocess
import sys
import tempfile

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent))
import check as checks  # noqa: E402

check = checks.check
RULES = """package platform

func RaceDetectorSupported(goos, goarch string) bool {
	switch goos {
	case "linux":
		return goarch == "amd64" || (goarch == "riscv64" && goos != "x")
	case "windows":
	}
	return false
}

func MustLinkExternal(goos, goarch string, withCgo bool) bool {
	if withCgo {
		return true
	}
	if goos == "windows" {
		return RaceDetectorSupported("linux", goarch)
	} else if goarch != "arm64" {
		return false
	}
	return !withCgo
}

func FuzzSupported(goos, goarch string) bool {
	for range goos {
		return true
	}
	return false
}

func MSanSupported(goos, goarch string) bool {
	return MSanSupported(goarch, goos)
}

func BuildModeSupported(compiler, buildmode, goos, goarch string) bool {
	if compiler == "gccgo" {
		return true
	}
	if _, ok := distInfo[OSArch{goos, goarch}]; !ok {
		return false
	}
	platform := goos + "/" + goarch
	switch buildmode {
	case "exe", "default":
		return true
	case "pie":
		switch platform {
		case "linux/amd64", "windows/amd64":
			return true
		}
		return false
	default:
		return false
	}
}
"""


def run(w, *args, cwd="home"):
    return w.goward("targets", *args, folder=cwd)


def ports(w, *args, cwd="home"):
    done = run(w, "--json", *args, cwd=cwd)
    return {t["target"]: t for t in json.loads(done.stdout)["targets"]} if done.stdout else done


def test_rules(w):
    all_ports = ports(w)
    check("the ports", list(all_ports) == ["linux/amd64", "linux/arm64", "windows/amd64"], all_ports)
    check("without rules nothing is said", all(t["race"] is None and t["build_modes"] is None for t in all_ports.values()), all_ports)
    w.write("go/src/internal/platform/supported.go", RULES)
    all_ports = ports(w)
    check("a switch", [t["race"] for t in all_ports.values()] == [True, False, False], all_ports)
    check("conditions and calls", [t["needs_linker"] for t in all_ports.values()] == [False, True, True], all_ports)
    check("modes", [t["build_modes"] for t in all_ports.values()] == [["default", "exe", "pie"], ["default", "exe"], ["default", "exe", "pie"]], all_ports)
    check("what is not followed is unknown", all(t["fuzz"] is None and t["msan"] is None and t["asan"] is None for t in all_ports.values()), all_ports)
    check("no project", all(t["project"] is None for t in all_ports.values()))
    lines = run(w).stdout.splitlines()
    check("for people", len(lines) == 4 and lines[0].split()[-2:] == ["build", "modes"] and lines[1].split()[:3] == ["linux/amd64", "-", "yes"], lines)
    for what, text in (("no Go file", "junk"), ("broken", RULES[:200]), ("bytes", "package platform\n\xff\0")):
        w.write("go/src/internal/platform/supported.go", text)
        done = run(w)
        check(f"rules that are {what}", done.returncode in (2, 3) and "supported.go" in done.stderr, done)
    w.write("go/src/internal/platform/supported.go", RULES.replace("goarch == \"amd64\"", "(" * 200 + "goarch == \"amd64\"" + ")" * 200))
    check("nested deep", ports(w)["linux/amd64"]["race"] is None)
    w.write("go/src/internal/platform/supported.go", RULES)


def test_project(w):
    w.write("p/go.mod", "module example.com/p\n\ngo 1.21\n")
    w.write("p/a.go", "package p\n")
    check("a project that checks", {t["project"]["errors"] for t in ports(w, cwd="p").values()} == {0} and run(w, cwd="p").returncode == 0)
    w.write("p/a_windows.go", "package p\n\nvar x, y int = \"w\", 1.5\n")
    done = run(w, cwd="p")
    check("an error for people", done.returncode == 1 and "a_windows.go:3:16" in done.stdout.splitlines()[-1] and "checks" in done.stdout, done)
    said = ports(w, cwd="p")
    check("errors of a port", said["windows/amd64"]["project"]["errors"] == 2 and said["linux/arm64"]["project"] == {"errors": 0, "first": None}, said)
    w.write("p/q/b.go", "package q\n")
    check("a pattern", run(w, "./q", cwd="p").returncode == 0)
    check("a pattern of nothing", run(w, "./none", cwd="p").returncode != 0)
    w.write("empty/go.mod", "module example.com/empty\n\ngo 1.21\n")
    check("a module without packages", run(w, cwd="empty").returncode == 0, run(w, cwd="empty"))
    w.write("work/go.work", "go 1.21\n\nuse ../p\n")
    done = w.goward("targets", folder="work")
    check("all of a workspace", done.returncode == 1 and "../p/a_windows.go:3:16" in done.stdout.splitlines()[-1], done)
    w.write("spoilt/go.mod", "module example.com/spoilt\n\nnonsense here\n")
    done = run(w, cwd="spoilt")
    check("a go.mod that cannot be read", done.returncode == 2 and "go.mod:3" in done.stderr and done.stdout == "", done)
    for folder in ("spoilt", "p"):
        done = run(w, "--no-check", cwd=folder)
        check("without the project", done.returncode == 0 and "project" not in done.stdout and len(done.stdout.splitlines()) == 4, done)
        check("and for programs", {t["project"] for t in ports(w, "--no-check", cwd=folder).values()} == {None})
    check("nothing is asked for in vain", run(w, "--no-check", "./q", cwd="p").returncode == 2)
    check("a Go that is not here", run(w, "--go", "1.2.3").returncode == 4)
    check("a Go by its folder", run(w, "--go", f"{w.top}/go/").returncode == 0)


def main():
    with tempfile.TemporaryDirectory() as folder:
        w = checks.World(pathlib.Path(folder).resolve())
        for test in (test_rules, test_project):
            try:
                test(w)
            except (subprocess.TimeoutExpired, ValueError, KeyError, IndexError, TypeError, AttributeError) as trouble:
                check(test.__name__, False, repr(trouble))
    print(f"{checks.passed} passed, {checks.failed} failed, {checks.skipped} skipped")
    return 1 if checks.failed else 0


if __name__ == "__main__":
    sys.exit(main())
