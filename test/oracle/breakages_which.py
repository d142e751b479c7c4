#!/usr/bin/env python3
"""Which Go runs, and whether it is whole: broken for real, seen by the real go, found, cured
(test/lib/breakage.py)."""
import os
import pathlib
import shutil
import sys

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent.parent / "lib"))
from breakage import FIX, breakage, main  # noqa: E402
from machine import SYSTEM, Skip, copy_release, release  # noqa: E402

VERSION = ("go", "version")
NOW, OLD, OTHER = "1.26.8", "1.19.4", "1.25.14"


def is_go(version):
    return lambda m, done: done.code == 0 and f"go{version} " in done.out


def root(m):
    return pathlib.Path(m.env["PATH"].split(":")[0]).parent


def tool(m, name):
    return root(m) / "pkg/tool/linux_amd64" / name


def ask_for(line):
    """The project's go.mod, with another go line."""
    return lambda m: m.write("go.mod", f"module example.com/well\n\ngo {line}\n")


# ---- which go of several runs


@breakage("an old Go before the new one in PATH builds without a word", own_go=False, finds="GWD013",
          symptom="go1.19.4", command=VERSION, works=is_go(NOW), prepare=ask_for("1.26"))
def _(m):
    old = m.share_go(OLD, on_path=False)
    m.path(old / "bin", root(m) / "bin")


@breakage("a symlink to an old Go before the new one", own_go=False, finds="GWD013", symptom="go1.19.4",
          command=VERSION, works=is_go(NOW))
def _(m):
    old = m.share_go(OLD, on_path=False)
    (m.top / "usr/bin").mkdir(parents=True)
    (m.top / "usr/bin/go").symlink_to(old / "bin/go")
    m.path(m.top / "usr/bin", root(m) / "bin")


@breakage("a Go that may not switch before the one that the module asks for", own_go=False,
          finds="GWD013",
          symptom="requires go >= 1.26.5", prepare=ask_for("1.26.5"))
def _(m):
    old = m.share_go(OTHER, on_path=False)
    m.env["GOTOOLCHAIN"] = "local"
    m.path(old / "bin", root(m) / "bin")


@breakage("a Go in the home that PATH does not lead to", finds="GWD014", symptom="go: not found",
          command=VERSION, version=None, prepare=lambda m: m.install_go(NOW, "home/sdk/go1.26.8"))
def _(m):
    m.path()


@breakage("a versioned Go of a distribution that PATH does not lead to", own_go=False, finds="GWD014",
          symptom="not found", command=VERSION)
def _(m):
    m.private("/usr/local", keep=False)
    m.mount(f"mkdir /usr/local/go-1.19 && mount --bind '{root(m)}' /usr/local/go-1.19")
    m.path()


@breakage("PATH leads to the archive in /usr/local/go, but not to its bin", own_go=False, finds="GWD014",
          symptom="not found", command=VERSION)
def _(m):
    m.private("/usr/local", keep=False)
    m.mount(f"mkdir /usr/local/go && mount --bind '{root(m)}' /usr/local/go")
    m.path("/usr/local/go")


@breakage("go lost the right to be executed", finds="GWD014", symptom="not found", cure=FIX,
          command=VERSION)
def _(m):
    (root(m) / "bin/go").chmod(0o644)


@breakage("go lost the right to be executed: the remedy", finds="GWD014", symptom="not found",
          command=VERSION)
def _(m):
    (root(m) / "bin/go").chmod(0o644)


@breakage("go is a symlink to a Go that was removed", own_go=False, finds="GWD014", symptom="not found",
          command=VERSION)
def _(m):
    link = m.top / "links/go"
    link.parent.mkdir()
    link.symlink_to(m.top / "gone/bin/go")
    m.path(link.parent)
    m.install_go(NOW, "home/sdk/go1.26.8", on_path=False)


@breakage("an old Go before one in a folder with a quote in its name", finds="GWD013", version=None,
          command=VERSION, works=is_go(NOW), prepare=lambda m: m.install_go(NOW, "Bob's $HOME/go"))
def _(m):
    m.path(m.share_go(OTHER, on_path=False) / "bin", m.top / "Bob's $HOME/go/bin")


@breakage("go is a symlink to nothing before the Go in PATH that has another name", finds="GWD014",
          command=VERSION, works=is_go(NOW), version=None,
          prepare=lambda m: m.install_go(NOW, "home/sdk/go1.26.8"))
def _(m):
    (m.home / "bin").mkdir()
    (m.home / "bin/go").symlink_to("../gone")
    m.path(m.home / "bin")


@breakage("go is a symlink to nothing, and a Go comes later", finds="GWD014", own_go=False, cure=FIX,
          command=("sh", "-c", "go version && ! test -h $HOME/bin/go"))
def _(m):
    (m.home / "bin").mkdir()
    (m.home / "bin/go").symlink_to("../gone")
    m.path(m.home / "bin", *m.folders)


# ---- where a person's shell is not


def sudo(m):
    """sudo itself where there is one; else what it does to PATH, from the same file."""
    for line in (m.private("/etc") / "sudoers").read_text().splitlines():
        if "secure_path" in line:
            secure = line.split("=", 1)[1].strip('" ')
    return m.run("env", "-i", f"HOME={m.home}", f"PATH={secure}", "sh", "-c", "go version")


@breakage("sudo has a PATH without the Go", own_go=False,
          finds="GWD016", symptom="not found", command=sudo,
          level="info", remedy=r'^sudo env PATH="\$PATH" ',
          prepare=lambda m: set_sudoers(m, f"{root(m)}/bin:"),
          cure=lambda m: set_sudoers(m, f"{root(m)}/bin:"))
def _(m):
    set_sudoers(m, "")


@breakage("sudo has a PATH with another Go", own_go=False,
          finds="GWD016", symptom="go1.19.4", command=sudo,
          works=is_go(NOW), remedy=r'^sudo env PATH="\$PATH" ',
          prepare=lambda m: set_sudoers(m, f"{root(m)}/bin:"),
          cure=lambda m: set_sudoers(m, f"{root(m)}/bin:"))
def _(m):
    old = m.share_go(OLD, on_path=False)
    set_sudoers(m, f"{old}/bin:")


def set_sudoers(m, before):
    etc = m.private("/etc")
    m.write("sudoers", f'Defaults env_reset\nDefaults\tsecure_path="{before}{SYSTEM}"\n', below=etc)


def cron(m):
    """What cron does: the command behind the five columns and the user, in an environment of its own."""
    env = {"HOME": str(m.home), "PATH": "/usr/bin:/bin", "GOCACHE": m.env["GOCACHE"]}
    for line in (m.private("/etc") / "cron.d/build").read_text().splitlines():
        if "=" in line.split(" ")[0]:
            name, value = line.split("=", 1)
            env[name] = value
        else:
            job = line.split(None, 6)[6]
    return m.run("env", "-i", *(f"{k}={v}" for k, v in env.items()), "sh", "-c", job)


def set_cron(m, head):
    etc = m.private("/etc")
    m.write("cron.d/build", f"{head}0 3 * * * root cd {m.project} && go build -o /dev/null ./...\n",
            below=etc)


@breakage("cron has a PATH without the Go", own_go=False,
          finds="GWD017", symptom="go: not found", command=cron,
          prepare=lambda m: set_cron(m, f"PATH={root(m)}/bin:/usr/bin:/bin\n"), remedy="PATH= line",
          cure=lambda m: set_cron(m, f"PATH={root(m)}/bin:/usr/bin:/bin\n"))
def _(m):
    set_cron(m, "")


def unit(m):
    """What systemd does: the program of ExecStart, with what Environment= says and no more."""
    env = {"PATH": "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin"}
    for line in (m.private("/etc") / "systemd/system/build.service").read_text().splitlines():
        if line.startswith("Environment="):
            name, value = line[len("Environment="):].split("=", 1)
            env[name] = value
        if line.startswith("ExecStart="):
            command = line[len("ExecStart="):]
    return m.run("env", "-i", *(f"{k}={v}" for k, v in env.items()), "sh", "-c", command)


def set_unit(m, environment, go=None):
    etc = m.private("/etc")
    m.write("systemd/system/build.service",
            "[Service]\n" + "".join(f"Environment={e}\n" for e in environment) +
            f"WorkingDirectory={m.project}\nExecStart={go or root(m) / 'bin/go'} build -o /dev/null .\n",
            below=etc)


def set_good_unit(m):
    set_unit(m, [f"HOME={m.home}", f"GOCACHE={m.env['GOCACHE']}"])


@breakage("a systemd unit without HOME", own_go=False,
          finds="GWD018", command=unit, prepare=set_good_unit,
          symptom="build cache is required, but could not be located", cure=set_good_unit,
          remedy="^Environment=HOME=")
def _(m):
    set_unit(m, [])


@breakage("a systemd unit that names go without its path", own_go=False, finds="GWD018", command=unit,
          prepare=set_good_unit, symptom="go: not found", cure=set_good_unit, remedy="whole path")
def _(m):
    set_unit(m, [f"HOME={m.home}"], "go")


# ---- what is called go is something else


@breakage("a shim of a version manager that is gone", own_go=False, finds="GWD027", command=VERSION,
          symptom="exec: asdf: not found")
def _(m):
    m.write("shims/go", '#!/bin/sh\n# asdf-plugin: golang\nexec asdf exec "go" "$@"\n', 0o755,
            below=m.home)
    m.path(m.home / "shims", root(m) / "bin")


@breakage("a shim whose interpreter is gone", own_go=False, finds="GWD027", command=VERSION,
          symptom="not found|No such file")
def _(m):
    m.write("shims/go", '#!/opt/gone/bin/ruby\nexec "go"\n', 0o755, below=m.home)
    m.path(m.home / "shims", root(m) / "bin")


@breakage("a shim that starts a Go by a path that is gone", own_go=False,
          finds="GWD027", command=VERSION,
          symptom="not found|No such file")
def _(m):
    m.write("shims/go", '#!/usr/bin/env bash\nset -e\nexec "/opt/gone/go/bin/go" "$@"\n', 0o755,
            below=m.home)
    m.path(m.home / "shims", root(m) / "bin")


@breakage("go is an empty file", own_go=False, finds="GWD027", command=VERSION, symptom="",
          works=is_go(NOW))
def _(m):
    m.write("bin/go", "", 0o755, below=m.home)
    m.path(m.home / "bin", root(m) / "bin")


@breakage("go is half a file, as of a download that stopped", own_go=False,
          finds="GWD027", command=VERSION,
          works=is_go(NOW))
def _(m):
    m.write("bin/go", (root(m) / "bin/go").read_bytes()[:1 << 20], 0o755, below=m.home)
    m.path(m.home / "bin", root(m) / "bin")


@breakage("go is for another processor", own_go=False,
          finds="GWD028", command=VERSION, symptom="Exec format error")
def _(m):
    arm = pathlib.Path(str(release("1.26.8")).replace("amd64", "arm64"))
    if not (arm / "bin/go").is_file():
        raise Skip("the Go for arm64 cannot be had")
    m.write("go/bin/go", (arm / "bin/go").read_bytes(), 0o755, below=m.home)
    m.path(m.home / "go/bin", root(m) / "bin")
    if m.run(*VERSION).code == 0:
        raise Skip("an emulator runs it here")


# ---- go and its tree


@breakage("go was copied away from its tree", own_go=False, finds="GWD024",
          symptom="binary is trimmed and GOROOT is not set")
def _(m):
    m.write("bin/go", (root(m) / "bin/go").read_bytes(), 0o755, below=m.home)
    m.path(m.home / "bin", root(m) / "bin")


@breakage("go was moved away from its tree, which PATH does not have", own_go=False, finds="GWD024",
          symptom="binary is trimmed and GOROOT is not set")
def _(m):
    go = m.install_go(NOW, "home/sdk/go1.26.8", on_path=False)
    m.write("bin/go", (go / "bin/go").read_bytes(), 0o755, below=m.home)
    m.path(m.home / "bin")


def reinstall(m):
    shutil.rmtree(root(m))
    m.install_go(NOW)


REINSTALL = r"^goward verify --repair '?/"


@breakage("pkg/tool is gone", finds="GWD024", symptom="cannot find GOROOT", cure=reinstall,
          remedy=REINSTALL)
def _(m):
    shutil.rmtree(root(m) / "pkg/tool")


@breakage("src is gone", finds="GWD024", symptom="cannot find GOROOT|is not in std", cure=reinstall,
          remedy=REINSTALL)
def _(m):
    shutil.rmtree(root(m) / "src")


def can_prove(m):
    """The remedy asks the checksum database."""
    m.share_cache(NOW)
    if m.run("goward", "verify", root(m)).code != 0:
        raise Skip("the release cannot be proved from here")


@breakage("a part of the standard library is gone", finds="GWD024", prepare=can_prove,
          symptom="cannot find package|is not in std")
def _(m):
    shutil.rmtree(root(m) / "src/internal/abi")


@breakage("a package of the standard library that this program needs is gone", finds="GWD024",
          symptom="cannot find package|is not in std", cure=reinstall, remedy=REINSTALL)
def _(m):
    m.write("web.go", 'package main\n\nimport _ "net/http"\n')
    shutil.rmtree(root(m) / "src/net/http/internal")


@breakage("the compiler is of another Go", finds="GWD022", symptom="does not match go tool version",
          prepare=can_prove)
def _(m):
    m.write("compile", (release(OTHER) / "pkg/tool/linux_amd64/compile").read_bytes(), 0o755,
            below=tool(m, ""))


@breakage("vet is of another Go", finds="GWD022", cure=reinstall, remedy=REINSTALL,
          command=("go", "vet", "./..."), prepare=ask_for("1.26"), symptom="requires newer Go version")
def _(m):
    m.write("vet", (release(OTHER) / "pkg/tool/linux_amd64/vet").read_bytes(), 0o755, below=tool(m, ""))


@breakage("the linker is of another Go", finds="GWD022", cure=reinstall, remedy=REINSTALL,
          symptom="linked object header mismatch")
def _(m):
    m.write("link", (release(OTHER) / "pkg/tool/linux_amd64/link").read_bytes(), 0o755,
            below=tool(m, ""))


@breakage("the compiler is gone", finds="GWD023", symptom='no such tool "compile"', prepare=can_prove)
def _(m):
    tool(m, "compile").unlink()


@breakage("the linker is gone", finds="GWD023", symptom='no such tool "link"', cure=reinstall,
          remedy=REINSTALL)
def _(m):
    tool(m, "link").unlink()


@breakage("the compiler is half a file", finds="GWD023", cure=reinstall, remedy=REINSTALL)
def _(m):
    m.write("compile", tool(m, "compile").read_bytes()[:5000000], 0o755, below=tool(m, ""))


@breakage("bin/go is half a file in its tree", finds="GWD027", cure=reinstall, remedy=REINSTALL)
def _(m):
    m.write("go", (root(m) / "bin/go").read_bytes()[:9000000], 0o755, below=root(m) / "bin")


@breakage("the tools of this platform are gone", finds="GWD023", cure=reinstall, remedy=REINSTALL,
          symptom="no such tool")
def _(m):
    shutil.rmtree(tool(m, ""))


@breakage("the compiler may not be executed", finds="GWD023", cure=FIX,
          symptom="compile: permission denied")
def _(m):
    tool(m, "compile").chmod(0o644)


@breakage("no tool may be executed", finds="GWD023", symptom="permission denied")
def _(m):
    for program in tool(m, "").iterdir():
        program.chmod(0o644)


@breakage("an older Go lies under a newer one", finds="GWD022", cure=reinstall, remedy=REINSTALL,
          symptom="redeclared|does not match|has multiple|imported and not used|undefined")
def _(m):
    new, old = root(m), m.share_go("1.22.12", on_path=False)
    shutil.rmtree(new)
    shutil.copytree(old, new, copy_function=os.link,
                    ignore=lambda folder, names: ["bin", "pkg"] if folder == str(old) else [])
    newer = copy_release(NOW, m.top / "opt/new")
    shutil.copytree(newer, new, dirs_exist_ok=True, copy_function=put)


def put(source, place):
    if os.path.exists(place):
        os.unlink(place)
    shutil.copy2(source, place)


@breakage("go.env is gone", finds="GWD025", cure=FIX, command=("go", "env", "GOPROXY"),
          works=lambda m, done: "direct" in done.out)
def _(m):
    m.write("go.env", None, below=root(m))


@breakage("go.env is gone: the remedy", finds="GWD025", symptom="contains no entries",
          command=("go", "list", "-m", "example.invalid/none@v1.0.0"),
          works=lambda m, done: "no entries" not in done.out)
def _(m):
    m.write("go.env", None, below=root(m))


@breakage("go.env is empty", finds="GWD025", cure=FIX, command=("go", "env", "GOTOOLCHAIN"),
          works=lambda m, done: done.out == "auto\n")
def _(m):
    m.write("go.env", "", below=root(m))


@breakage("go.env lacks GOSUMDB", finds="GWD025", command=("go", "env", "GOSUMDB"),
          works=lambda m, done: done.out != "\n")
def _(m):
    text = (root(m) / "go.env").read_text()
    m.write("go.env", "".join(line for line in text.splitlines(True) if "GOSUMDB" not in line),
            below=root(m))


# ---- GOROOT


@breakage("GOROOT leads nowhere", own_go=False, finds="GWD020", symptom="cannot find GOROOT directory")
def _(m):
    m.env["GOROOT"] = "/nonexistent"


@breakage("GOROOT is a file", own_go=False,
          finds="GWD020", symptom="cannot find GOROOT directory|not a directory")
def _(m):
    m.env["GOROOT"] = str(root(m) / "VERSION")


@breakage("GOROOT is the bin of the Go", own_go=False, finds="GWD020", symptom="")
def _(m):
    m.env["GOROOT"] = str(root(m) / "bin")


@breakage("GOROOT is a workspace", own_go=False, finds="GWD020", symptom="")
def _(m):
    (m.home / "go/src").mkdir(parents=True)
    m.env["GOROOT"] = str(m.home / "go")


@breakage("GOROOT is a symlink that leads nowhere", own_go=False,
          finds="GWD020", symptom="cannot find GOROOT")
def _(m):
    (m.home / "current").symlink_to(m.home / "gone")
    m.env["GOROOT"] = str(m.home / "current")


@breakage("GOROOT is another Go", own_go=False, finds="GWD020", symptom="does not match go tool version")
def _(m):
    m.env["GOROOT"] = str(m.share_go(OTHER, on_path=False))


@breakage("GOROOT is an older Go's, behind a symlink", own_go=False, finds="GWD020",
          symptom="does not match go tool version")
def _(m):
    (m.home / "current").symlink_to(m.share_go("1.21.13", on_path=False))
    m.env["GOROOT"] = str(m.home / "current")


@breakage("GOROOT in the go env file leads nowhere", own_go=False, finds="GWD021", cure=FIX,
          symptom="cannot find GOROOT directory")
def _(m):
    m.go_env("GOROOT=/nonexistent\n")


@breakage("GOROOT in the go env file leads nowhere: the remedy", own_go=False, finds="GWD021",
          symptom="cannot find GOROOT directory")
def _(m):
    m.go_env("GOFLAGS=-v\nGOROOT=/nonexistent\n")


@breakage("go env -w GOROOT of another Go", own_go=False, finds="GWD021", cure=FIX,
          symptom="does not match go tool version")
def _(m):
    other = m.share_go(OTHER, on_path=False)
    m.run("go", "env", "-w", f"GOROOT={other}")


@breakage("GOROOT in a go env file that GOENV names", own_go=False, finds="GWD021", cure=FIX,
          symptom="cannot find GOROOT directory")
def _(m):
    file = m.write("my go.env", "GOROOT=/nonexistent\n", below=m.home)
    m.env["GOENV"] = str(file)


if __name__ == "__main__":
    sys.exit(main())
