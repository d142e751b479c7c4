#!/usr/bin/env python3
"""git and who owns a repository, limits, filters of system calls: broken for real, seen by the real go,
found, cured (test/lib/breakage.py)."""
import os
import pathlib
import shutil
import sys

HERE = pathlib.Path(__file__).resolve().parent
sys.path.insert(0, str(HERE.parent / "lib"))
from breakage import breakage, main  # noqa: E402
from machine import Skip  # noqa: E402

BUILD = ("go", "build", "-o", "/dev/null", ".")
VERSION = ("go", "version")
FILTER = HERE.parent / "lib/without_calls.py"
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


# ---- limits

@breakage("few open files", finds="GWD091", command=BUILD, prepare=quiet, symptom="too many open files",
          remedy="limits.conf", cure=lambda m: setattr(m, "limits", ""), own_cache=True)
def _(m):
    m.limits = "ulimit -n 14"


@breakage("few open files, and few more allowed, for Go 1.18's kin", finds="GWD091", command=BUILD, prepare=quiet,
          symptom="too many open files", remedy="limits.conf", cure=lambda m: setattr(m, "limits", ""), own_cache=True)
def _(m):
    m.limits = "ulimit -S -n 8; ulimit -H -n 10"


@breakage("little address space", finds="GWD093", command=VERSION,
          symptom="failed to reserve page summary memory|cannot allocate")
def _(m):
    m.limits = "ulimit -S -v 500000"


@breakage("little address space, and no more allowed", finds="GWD093", command=VERSION,
          symptom="failed to reserve page summary memory|cannot allocate", remedy="limits.conf",
          cure=lambda m: setattr(m, "limits", ""))
def _(m):
    m.limits = "ulimit -v 500000"


@breakage("small files only", finds="GWD093", command=("go", "build", "-o", "well", "."), prepare=quiet,
          symptom="file too large|signal: file size limit exceeded")
def _(m):
    m.run("rm", "-f", "well")
    m.limits = "ulimit -S -f 800"


@breakage("small files only, and larger ones allowed up to a limit", finds="GWD093",
          command=("go", "build", "-o", "well", "."), prepare=quiet, symptom="file too large|file size limit")
def _(m):
    m.run("rm", "-f", "well")
    m.limits = "ulimit -S -f 800; ulimit -H -f 600000"


def as_nobody(m):
    """The limit on processes does not hold for root."""
    if os.getuid() != 0 or not shutil.which("setpriv"):
        raise Skip("needs root and setpriv(1) to be another user")
    m.run("chown", "-R", str(NOBODY), m.top)
    if "GOCACHE" in m.env:
        m.env.pop("GOCACHE")
    m.starter = [shutil.which("setpriv"), f"--reuid={NOBODY}", "--clear-groups"]


@breakage("few threads", finds="GWD092", command=VERSION, prepare=as_nobody,
          symptom="failed to create new OS thread", remedy="^ulimit -u|limits.conf",
          cure=lambda m: setattr(m, "limits", ""))
def _(m):
    m.limits = "ulimit -u 3"


# ---- filters of system calls

def filtered(*rules):
    def plant(m):
        m.starter = [sys.executable, str(FILTER), *rules, "--"]
        if m.run("true").code == 125:
            raise Skip("no filter may be set here")
    return plant


def unfiltered(m):
    m.starter = []


@breakage("a filter that refuses epoll", finds="GWD097", command=BUILD, prepare=quiet,
          symptom="runtime: epollcreate failed with 1|epoll_create1|epollcreate", remedy="container runtime", cure=unfiltered)
def _(m):
    filtered("epoll_create1=1")(m)


@breakage("a filter that refuses eventfd", finds="GWD097", command=BUILD, prepare=quiet,
          symptom="runtime: eventfd failed with 1", remedy="container runtime", cure=unfiltered)
def _(m):
    filtered("eventfd2=1")(m)


@breakage("a filter that does not know eventfd", finds="GWD097", command=BUILD, prepare=quiet,
          symptom="runtime: eventfd failed with 38", remedy="container runtime", cure=unfiltered)
def _(m):
    filtered("eventfd2=38")(m)


@breakage("a filter that kills whoever asks for a pidfd", finds="GWD097", command=BUILD, prepare=quiet,
          symptom="", works=lambda m, done: done.code == 0, remedy="container runtime", cure=unfiltered)
def _(m):
    filtered("pidfd_open=kill", "pidfd_send_signal=kill")(m)


@breakage("a filter that refuses threads", finds="GWD097", command=VERSION, prepare=quiet,
          symptom="failed to create new OS thread", remedy="container runtime", cure=unfiltered)
def _(m):
    # As clone is how Go starts threads; processes are refused as well.
    filtered("clone=1")(m)


if __name__ == "__main__":
    sys.exit(main())
