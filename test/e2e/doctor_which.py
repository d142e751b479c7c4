#!/usr/bin/env python3
"""Which Go runs, broken for real: each case plants Gos, scripts and settings, and the check of that
fault says so. The Gos are small ELF files with the build information that a linker leaves.

Verdicts are those of the go command from 1.19 to 1.27, which was run with each of the faults.
"""
import pathlib
import struct
import sys

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent.parent / "lib"))
from sandbox import *  # noqa: E402,F403

MACHINES = {"amd64": 62, "arm64": 183, "riscv64": 243}
TOOLS = ["asm", "cgo", "compile", "cover", "fix", "link", "preprofile", "vet"]
DATA = 512
ALL = ",".join(f"GWD{n:03}" for n in range(13, 30))


def text_of(data):
    n, out = len(data), b""
    while n >= 0x80:
        n, out = n >> 7, out + bytes([n & 0x7F | 0x80])
    return out + bytes([n]) + data


def program(version, lines="path\tcmd/go\n", arch=ARCH):
    """An ELF file of one segment, which holds what debug/buildinfo looks for."""
    blob = b"\xff Go buildinf:\x08\x02".ljust(32, b"\0") + text_of(f"go{version}".encode())
    blob += text_of(b"0" * 16 + lines.encode() + b"1" * 16)
    head = b"\x7fELF\x02\x01\x01".ljust(16, b"\0")
    head += struct.pack("<HHIQQQIHHHHHH", 2, MACHINES[arch], 1, 0, 64, 0, 0, 64, 56, 1, 0, 0, 0)
    at = 0x400000 + DATA
    head += struct.pack("<IIQQQQQQ", 1, 6, DATA, at, at, len(blob), len(blob), 16)
    return head.ljust(DATA, b"\0") + blob


def plant(box, path, content, mode=0o755):
    file = box.folder / path
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_bytes(content if isinstance(content, bytes) else content.encode())
    file.chmod(mode)
    return file


def plant_root(box, name="go", version="1.26.8"):
    """A Go that the checks find nothing wrong with, first in PATH."""
    plant(box, f"{name}/VERSION", f"go{version}\n", 0o644)
    plant(box, f"{name}/go.env", "GOPROXY=https://proxy.%s,direct\nGOSUMDB=sum.golang.org\n"
          "GOTOOLCHAIN=auto\n" % "golang.org", 0o644)
    plant(box, f"{name}/bin/go", program(version))
    for tool in TOOLS:
        plant(box, f"{name}/pkg/tool/{OS}_{ARCH}/{tool}", program(version, f"path\tcmd/{tool}\n"))
    minor = version.split(".")[1]
    plant(box, f"{name}/src/internal/goversion/goversion.go",
          f"package goversion\n\nconst Version = {minor}\n", 0o644)
    for folder in ("bufio bytes cmd compress context crypto debug encoding errors fmt go hash html io "
                   "log math net os path reflect regexp runtime sort strconv strings sync syscall "
                   "testing text time unicode unsafe vendor").split():
        (box.folder / name / "src" / folder).mkdir(exist_ok=True)
    box.env["PATH"] = f"{box.folder}/{name}/bin:/usr/bin:/bin"
    return box.folder / name


def expect(box, check_id, severity, title="", env=None):
    """A finding of that severity whose title holds the words; severity None: nothing that warns."""
    done = box.goward("doctor", "--only", check_id, "--json", env=env or {})
    if done.code not in (OK, FINDINGS):
        raise AssertionError(f"the check could not be made\n{done}")
    bad = [f for f in done.json["findings"] if f["severity"] != "info"]
    if severity is None:
        check(not bad, f"{check_id} finds nothing\n{done}")
        return
    check([f for f in bad if f["severity"] == severity and title in f["title"] and f["remedy"]],
          f"{check_id} is to find {severity} {title!r}\n{done}")


@case
def a_whole_go_is_found_in_order(box):
    plant_root(box)
    box.wants("1.26")
    expect(box, ALL, None)


@case
def an_older_go_stands_before(box):
    plant_root(box, "old", "1.19.8")
    plant_root(box)
    box.wants("1.26")
    path = f"{box.folder}/old/bin:{box.folder}/go/bin"
    expect(box, "GWD013", "error", "it builds this module although", {"PATH": path})


@case
def a_go_outside_of_path(box):
    box.wants("1.26")
    plant(box, "user/sdk/go1.26.8/bin/go", program("1.26.8"))
    expect(box, "GWD014", "error", "PATH does not lead to it", {"PATH": f"{box.folder}/none"})
    plant(box, "mode/go", program("1.26.8"), 0o644)
    expect(box, "GWD014", "error", "is not executable", {"PATH": f"{box.folder}/mode"})


@case
def planted_names_of_releases(box):
    path = {"PATH": f"{box.folder}/planted"}
    plant(box, "planted/go1.27.3", "#!/bin/sh\necho pwned\n")
    expect(box, "GWD015", "warn", "go1.27.3 on PATH is a script", path)
    plant(box, "planted/go1.27.3", program("1.19.8"))
    expect(box, "GWD015", "warn", "go1.27.3 on PATH is Go 1.19.8", path)
    plant(box, "planted/go1.27.3", program("1.26.8", "path\tgolang.org/dl/go1.27.3\n"))
    expect(box, "GWD015", "warn", "its Go is not there yet", path)


@case
def units_and_shells_of_the_user(box):
    plant_root(box, "old", "1.19.8")
    plant_root(box)
    plant(box, "user/.config/systemd/user/x.service",
          f"[Service]\nEnvironment=PATH={box.folder}/old/bin\nExecStart=/bin/sh -c 'go vet'\n", 0o644)
    expect(box, "GWD018", "warn", "the unit runs Go 1.19.8")
    plant(box, "user/.bashrc", f"export PATH={box.folder}/go/bin:$PATH\n", 0o644)
    plant(box, "user/.profile", f"PATH={box.folder}/old/bin:$PATH\n", 0o644)
    expect(box, "GWD019", "warn", "a login shell gets Go 1.19.8")


@case
def goroot_leads_elsewhere(box):
    plant_root(box, "old", "1.23.12")
    plant_root(box)
    expect(box, "GWD020", "error", "names no directory", {"GOROOT": "/nowhere/at/all"})
    expect(box, "GWD020", "error", "every build fails", {"GOROOT": box.folder / "old"})
    env_file = plant(box, "user/.config/go/env", "GOFLAGS=\nGOROOT=/nowhere/at/all\n", 0o644)
    expect(box, "GWD021", "error", "go env -u too")
    box.goward("doctor", "--only", "GWD021", "--fix", "--yes")
    same(env_file.read_text(), "GOFLAGS=\n", "the go env file")


@case
def a_tree_of_two_releases(box):
    root = plant_root(box)
    plant(box, f"go/pkg/tool/{OS}_{ARCH}/compile", program("1.25.3"))
    expect(box, "GWD022", "error", "compile of Go 1.25.3")
    plant_root(box)
    (root / "VERSION").write_text("go1.25.3\n")
    expect(box, "GWD022", "warn", "VERSION says 1.25.3")
    plant_root(box)
    (root / "src/runtime/internal/atomic").mkdir(parents=True)
    expect(box, "GWD022", "warn", "files of an older Go")


@case
def a_tree_that_lost_parts(box):
    root = plant_root(box)
    tools = root / f"pkg/tool/{OS}_{ARCH}"
    (tools / "link").chmod(0o644)
    expect(box, "GWD023", "error", "not executable: link")
    (tools / "link").unlink()
    expect(box, "GWD023", "error", "lacks link")
    (root / "src/net").rmdir()
    expect(box, "GWD024", "error", "standard library is not whole")
    plant(box, "away/go", program("1.26.8"))
    expect(box, "GWD024", "error", "a go without its tree", {"PATH": f"{box.folder}/away"})
    (root / "go.env").unlink()
    expect(box, "GWD025", "error", "is gone", {"GOPROXY": None, "GOSUMDB": None})


@case
def programs_get_back_the_mode_that_they_lost(box):
    root = plant_root(box)
    tools = root / f"pkg/tool/{OS}_{ARCH}"
    for check_id, files, was in (("GWD023", [tools / "compile", tools / "link"], 0o644),
                                 ("GWD014", [root / "bin/go"], 0o640)):
        for file in files:
            file.chmod(was)
        fix = ("doctor", "--fix", "--only", check_id, "--fail-on", "never")
        modes = lambda: [file.stat().st_mode & 0o777 for file in files]
        shown = box.goward(*fix, "--dry-run").succeeds()
        for file in files:
            shown.prints(f"mode of {file}: {was:04o} -> 0755")
        same(modes(), [was] * len(files), f"{check_id}: after a dry run")
        done = box.goward(*fix, "--yes", "--json").succeeds().json
        same([(f["kind"], f["done"]) for f in done["fixes"]], [("mode", True)] * len(files), check_id)
        expect(box, check_id, None)
        same(modes(), [0o755] * len(files), f"{check_id}: after the fix")
        box.goward("doctor", "undo").succeeds()
        same(modes(), [was] * len(files), f"{check_id}: taken back")
        box.goward(*fix, "--yes").succeeds()
        files[0].chmod(0o711)  # by somebody else: it stays
        box.goward("doctor", "undo").refuses(CONFLICT, str(files[0]))
        same(modes()[0], 0o711, f"{check_id}: changed since")
        files[0].chmod(0o755)


@case
def defaults_of_a_distribution(box):
    root = plant_root(box)
    (root / "go.env").write_text("GOPROXY=direct\nGOSUMDB=off\nGOTOOLCHAIN=local\n")
    expect(box, "GWD026", "warn", "not to ask the checksum database", {"GOSUMDB": None})


@case
def what_is_called_go_and_is_none(box):
    path = {"PATH": f"{box.folder}/shims"}
    plant(box, "shims/go", '#!/bin/sh\nexec nosuchmanager exec go "$@"\n')
    expect(box, "GWD027", "error", "nosuchmanager, which is not there", path)
    plant(box, "shims/go", program("1.26.8", arch="riscv64"))
    expect(box, "GWD028", "error" if not pathlib.Path(
        "/proc/sys/fs/binfmt_misc/qemu-riscv64").exists() else "warn", "go is for", path)


@case
def programs_of_an_older_go(box):
    plant_root(box)
    box.wants("1.26")
    plant(box, "user/go/bin/gopls", program("1.24.2", "path\tgolang.org/x/tools/gopls\n"))
    expect(box, "GWD029", "warn", "gopls was built by Go 1.24.2")


if __name__ == "__main__":
    sys.exit(main())
