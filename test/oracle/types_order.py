#!/usr/bin/env python3
"""What goward says of several files of a package, in the order in which go/types says it: names of packages, versions of
the package and of its files that are too new, then the rest. Last line "N passed, N failed, N skipped".
"""
import os
import pathlib
import sys
import tempfile

HERE = pathlib.Path(__file__).resolve().parent
sys.path[:0] = [str(HERE), str(HERE.parent / "lib")]
import gotypes  # noqa: E402
from doctor import fetch  # noqa: E402

DRIVER = pathlib.Path(os.environ.get("TEST_BUILD", "build-check/release")) / "oracle.types_driver"
GO = "1.27.4"
NEW, NEWER = "//go:build go1.98\n\n", "//go:build go1.99\n\n"
CASES = {  # name: (language, the files)
    "all of it": ("go1.97", [NEWER + "package p\n\nvar x int = y\n", "package q\n", NEW + "package p\n\nvar z = w\n"]),
    "a file of another package is too new": ("go1.20", ["package p\n", NEW + "package q\n", NEWER + "package p\n"]),
    "the first file is of no package": ("go1.97", ["package _\n", "package p\n", NEW + "package p\n"]),
    "the first file is too new": ("go1.20", [NEW + "package p\n\nvar a int = \"\"\n", "package p\n\nvar a int\n"]),
    "the package alone": ("go1.97", ["package p\n\nvar a, b = b, a\n", "package p\n\nfunc f() { L: }\n"]),
    "nothing is too new": ("go1.20", ["//go:build go1.21\n\npackage p\n\nfunc f() { for range 3 {} }\n", "package p\n\nvar _ = []int{}[0:1:]\n"]),
    "literals come when all bodies are done": ("go1.24", [
        "package p\n\nfunc f() { go func() { go func() { a() }(); b() }(); c() }\n\nvar v = func() int { return d }()\n",
        "package p\n\nfunc g() { defer func() { e() }(); h() }\n\ntype t struct{ t }\n\nvar w = func() int { return i }\n"]),
    "what only follows, before the first error and behind it": ("go1.24", [
        "package p\n\nfunc f() { for range func() { x.y() } {} ; _ = z[0] }\n\nfunc g() (_ u) { return 1 << nil }\n"]),
    "types between bodies": ("go1.24", [
        "package p\n\nfunc f() { a() }\n\ntype I interface{ J; m(); m() }\n\ntype J interface{ m(int) }\n\nfunc g() { b() }\n\n"
        "type K[P I] struct{}\n\nvar k K[int]\n\nfunc h() { var _ K[string] }\n"]),
}


def main():
    root = fetch(GO)
    if root is None:
        print(f"0 passed, 0 failed, 1 skipped (Go {GO} cannot be had)")
        return 0
    passed = failed = 0
    with tempfile.TemporaryDirectory() as tmp:
        folder, packages = pathlib.Path(tmp), []
        for i, (name, (lang, texts)) in enumerate(CASES.items()):
            files = [folder / f"{i}{chr(97 + k)}.go" for k in range(len(texts))]
            for file, text in zip(files, texts):
                file.write_text(text)
            packages.append(gotypes.Package(name, files, path="p", lang=lang))
        ours = gotypes.ask_driver([DRIVER, root, "-source"], packages)
        theirs = gotypes.ask([gotypes.go_program(root, folder), "-source"], packages, gotypes.environment(root, folder))
        for name in CASES:
            is_same = ours[name].errors == theirs[name].errors
            passed, failed = passed + is_same, failed + (not is_same)
            if not is_same:
                print(f"FAILED: {name}:", *ours[name].errors, "instead of", *theirs[name].errors, sep="\n  ")
    print(f"{passed} passed, {failed} failed, 0 skipped")
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
