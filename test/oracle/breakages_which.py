#!/usr/bin/env python3
"""Which Go runs, and whether it is whole: broken for real, seen by the real go, found, cured
(test/lib/breakage.py)."""
import pathlib
import sys

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent.parent / "lib"))
from breakage import BUILD, FIX, REMEDY, breakage, main  # noqa: E402


@breakage("GOROOT leads nowhere", finds="GWD020", symptom="cannot find GOROOT directory")
def _(m):
    m.env["GOROOT"] = "/nonexistent"


@breakage("GOROOT in the go env file leads nowhere", finds="GWD020", cure=FIX,
          symptom="cannot find GOROOT directory")
def _(m):
    m.go_env("GOROOT=/nonexistent\n")


if __name__ == "__main__":
    sys.exit(main())
