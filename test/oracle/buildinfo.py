#!/usr/bin/env python3
"""Does go/buildinfo read of programs what `go version -m` prints of them?

Asked about the programs of every Go in the module cache of the tests ($TEST_CACHE/gomod) and of the go
on PATH, and about the seeds of the fuzz target, which are ELF, Mach-O and PE in the form since Go 1.18
and the one before. The same lines must come out of oracle.buildinfo_driver.
"""
import os
import pathlib
import shutil
import subprocess
import sys

CACHE = pathlib.Path(os.environ.get("TEST_CACHE") or
                     pathlib.Path(os.environ.get("XDG_CACHE_HOME") or
                                  pathlib.Path.home() / ".cache") / "goward-test")
DRIVER = pathlib.Path(os.environ["TEST_BUILD"]) / "oracle.buildinfo_driver"
SEEDS = pathlib.Path(__file__).resolve().parent.parent / "fuzz/corpus/buildinfo"


def output(*args):
    return subprocess.run([str(a) for a in args], stdout=subprocess.PIPE, check=False,
                          stderr=subprocess.DEVNULL, text=True).stdout


def programs(root):
    return sorted(p for folder in ("bin", "pkg/tool") for p in (root / folder).rglob("*")
                  if p.is_file())


def main():
    if not shutil.which("go"):
        print("0 passed, 0 failed, 1 skipped")
        return 0
    roots = sorted((CACHE / "gomod/golang.org").glob("toolchain@*"))
    roots.append(pathlib.Path(output("go", "env", "GOROOT").strip()))
    lists = {root.name: programs(root) for root in roots}
    lists["the seeds of the fuzz target"] = sorted(SEEDS.iterdir())
    failed = 0
    for name, files in lists.items():
        wanted, got = output("go", "version", "-m", *files), output(DRIVER, *files)
        if wanted != got or not wanted:
            failed += 1
            print(f"FAILED: {name}\nwanted:\n{wanted}\ngot:\n{got}")
    print(f"{len(lists) - failed} passed, {failed} failed, 0 skipped")
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
