#!/usr/bin/env python3
"""git and who owns a repository: broken
for real, seen by the real go, found, cured (test/lib/breakage.py)."""
import os
import pathlib
import sys

HERE = pathlib.Path(__file__).resolve().parent
sys.path.insert(0, str(HERE.parent / "lib"))
from breakage import breakage, main  # noqa: E402
from machine import Skip  # noqa: E402

BUILD = ("go", "build", "-o", "/dev/null", ".")
NOBODY = 65534


def quiet(m):
    """A project that imports nothing: it is built without the standard library's packages."""
    m.write("main.go", "package main\n\nfunc main() { println() }\n")


# ---- git: who owns the repository

def repository(m):
    quiet(m)
    for command in (("init", "-q"), ("add", "."),
                    ("-c", "user.name=a", "-c", "user.email=a@example.com", "commit", "-qm", "all")):
        done = m.run("git", *command)
        if done.code != 0:
            raise Skip(f"no repository: {done}")


def give_away(m, *names):
    if os.getuid() != 0:
        raise Skip("only root gives files away")
    for name in names:
        m.run("chown", "-R", str(NOBODY), m.project / name)


@breakage("a repository of another user", finds="GWD088", command=BUILD, prepare=repository,
          symptom="error obtaining VCS status: exit status 128")
def _(m):
    give_away(m, ".")


@breakage("a .git of another user", finds="GWD088", command=BUILD, prepare=repository,
          symptom="error obtaining VCS status: exit status 128")
def _(m):
    give_away(m, ".git")


@breakage("a repository of another user, below a name with a space", finds="GWD088", command=BUILD,
          prepare=lambda m: move_project(m, "my project's files"),
          symptom="error obtaining VCS status: exit status 128")
def _(m):
    give_away(m, ".")


def move_project(m, name):
    m.project = m.project.rename(m.top / name)
    repository(m)


@breakage("a repository of another user, and the module below its root", finds="GWD088", command=BUILD,
          prepare=lambda m: in_a_folder(m), symptom="error obtaining VCS status: exit status 128")
def _(m):
    give_away(m, "..")


def in_a_folder(m):
    repository(m)
    m.write("below/go.mod", "module example.com/below\n\ngo 1.21\n")
    m.write("below/main.go", "package main\n\nfunc main() { println() }\n")
    m.project = m.project / "below"


@breakage("a repository of another user, reached through a link", finds="GWD088", command=BUILD,
          prepare=lambda m: through_a_link(m), symptom="error obtaining VCS status: exit status 128")
def _(m):
    give_away(m, ".")
    m.run("chown", "-R", str(NOBODY), m.project.resolve())


def through_a_link(m):
    repository(m)
    link = m.top / "link"
    link.symlink_to(m.project)
    m.project = link


if __name__ == "__main__":
    sys.exit(main())
