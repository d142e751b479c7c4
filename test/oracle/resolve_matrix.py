#!/usr/bin/env python3
"""Which toolchain does the go command choose? goward's model of it against the real one.

For Go 1.21, 1.24, 1.26 and 1.27 as the Go that starts, cases are made of: GOTOOLCHAIN in the process,
the user's env file and go.env; go and toolchain lines of every shape in go.mod and go.work; GOWORK,
GO111MODULE, GOFLAGS; nested, temporary and linked directories; -C, exempt commands and
`go install path@version`. The real go finds stubs called go1.X.Y on PATH, so nothing is downloaded.
Its choice, or its refusal word for word, must be what goward's resolver says (oracle.resolve_driver),
and so must the later refusal of `go list -m` where a go line is too new.

What is compared: 1. the choice (`go version` or the case's own command); 2. where the Go that starts
runs itself, the later refusal; 3. for some, what `goward why --base` says. Each is one result. The real Gos come from GOPROXY through a go on
PATH, once, into $TEST_CACHE/gomod; those that cannot be had are skipped.

RESOLVE_CASES=n sets the number of random cases for each Go, RESOLVE_KEEP=1 shows every difference.
"""
import concurrent.futures
import itertools
import json
import os
import pathlib
import random
import re
import shutil
import subprocess
import sys
import tempfile

BASES = ["1.21.13", "1.24.13", "1.26.8", "1.27.4"]
RANDOM_CASES = int(os.environ.get("RESOLVE_CASES", "3000" if os.environ.get("TEST_SOAK") else "450"))
COMMAND_EACH = 12  # of so many cases without arguments one is put to the command itself as well
MAX_SHOWN = 1000000 if os.environ.get("RESOLVE_KEEP") else 10
CACHE = pathlib.Path(os.environ.get("TEST_CACHE") or
                     pathlib.Path(os.environ.get("XDG_CACHE_HOME") or
                                  pathlib.Path.home() / ".cache") / "goward-test")

# -- the material ----------------------------------------------------------------------------------

GOTOOLCHAIN = [
    "auto", "path", "local", "local+auto", "local+path", "go1.22.5", "go1.24.13", "go1.26.8",
    "go1.27.4", "go1.21.13", "go1.98.3", "go1.26.8+auto", "go1.25.3+path", "go1.27rc1+path",
    "go1.26+path", "go1.20+path", "go1.99+auto", "bash", "go2.0", "go1.26.8+foo", "local+", "+auto",
    "go1.26.8-custom", "go1.26.8-custom+path", "go1.26.8-custom+auto", "go1.24.13-X:foo+path",
    "go1.26.8 X:foo", "go1.26.8\tx+path", "go1.26.8\r", "auto\r", "go1.21.3rc1", "go1.26/../x",
    "go1.26\\x", "1.26.8", "default", "AUTO", "go1.26.8+auto+path", "gccgo-go1.23rc4", "go1",
    "go1.022", "go1.26.8 ", " auto", "\"auto\"", "go1.30.0\u00e9", "go1.30\x01", "auto+path",
    "path+auto", "local+local", "go", "go1.99999999999999999999+path",
]
GO_LINES = [
    None, "1.16", "1.20", "1.20.3", "1.21", "1.21.0", "1.21.13", "1.21.14", "1.22rc2", "1.22.7",
    "1.24", "1.24.13", "1.25.3", "1.26", "1.26.0", "1.26.8", "1.26.9", "1.27", "1.27rc1", "1.27.4",
    "1.28.1", "1.98.3", "1.99", "1.99.0", "2.0", "1", "1.26.x", "1.026", "v1.28.1", "go1.28.1",
    "1.28.1 // why", "1.28.1//why", "1.28.1/why", "1.26.3rc1", "1.28.1 1.27.4", '"1.28.1"',
    "1.28.1\u00a0", "\v1.28.1", "1.28.1\x85", "1.28beta1", "1.28-custom", "1.99999999999999999999",
    "// 1.28.1", "", "1.28.1 (", "latest",
]
TOOLCHAIN_LINES = [
    None, "default", "go1.22.5", "go1.21.13", "go1.24.13", "go1.26.8", "go1.27.4", "go1.27.5",
    "go1.28.1", "go1.98.3", "go1.28", "go1.20", "local", "none", "go1.26.8-custom",
    "go1.28.1-foo bar", "1.28.1", "go1.28/../x", "", "default // why", "go1.28.1 // why",
    "go1.28.1//why", "Default", "go2.0", "gccgo-go1.28.1", "go1.27.4-custom", "go1.24.13 X:foo",
]
SHAPES = ["plain", "plain", "plain", "crlf", "indented", "twice", "in_block", "in_comment", "no_newline",
          "first", "bom", "unknown", "block_go", "tabs"]
GO111MODULE = [None, None, None, None, "", "on", "off", "auto", "auto", "yes"]
GOFLAGS = [None, None, None, None, "-mod=mod", "-modfile=alt.mod", "'-modfile=alt.mod' -v",
           "-modfile=alt"]
WORK = [None, None, None, "here", "above", "far"]
GOWORK = [None, None, None, None, "off", "auto", "relative", "file", "missing", "dir"]
PLACES = ["root", "root", "root", "nested", "deep", "temp", "temp_link", "temp_slash", "empty",
          "mod_is_dir", "work_is_dir", "linked", "linked_dots", "stale_pwd", "in_goroot"]
ARGS = [
    ["version"], ["version"], ["version"], ["version"], ["version"], ["env", "GOVERSION"],
    ["env", "GOTOOLCHAIN"], ["env", "GOMOD"], ["env", "GOWORK"], ["env", "-w", "GOTOOLCHAIN=auto"],
    ["env", "-u", "GOTOOLCHAIN"], ["env", "GOMOD", "GOWORK"], ["-C", "sub", "version"],
    ["-C=sub", "version"], ["--C=sub", "version"], ["version", "-C", "sub"], ["env", "-C=sub", "GOMOD"],
    ["-C", "nowhere", "version"], ["-C", ".", "version"], ["-C", "..", "version"], ["mod", "edit", "-C", "sub", "-json"], ["list", "-m"],
    ["install", "example.com/x@v1.2.3"], ["install", "-v", "example.com/x@latest"],
    ["install", "-tags", "a", "example.com/x@v1"], ["install", "-tags=a", "-race", "example.com/x@v1"],
    ["install", "-newflag", "example.com/x@v1"], ["install", "-newflag", "-modcacherw", "example.com/x@v1"],
    ["install", "-exec", "x", "example.com/x@v1"], ["install", "./x@v1"], ["install", "/x@v1"],
    ["install", "--", "example.com/x@v1"], ["install", "go@1.99.0"], ["install", "example.com/x@"],
    ["install", "example.com/x@-v1"], ["install", "example.com/x"], ["install", "-modcacherw=maybe", "e.x/y@v1"],
    ["run", "example.com/x@v1.2.3"], ["run", "-newflag", "example.com/x@v1"],
    ["run", "-exec", "x", "example.com/x@v1"], ["run", "-json", "example.com/x@v1"],
    ["run", "-cover", "example.com/x@v1", "a@b"], ["run", "-modfile", "x.mod", "example.com/x@v1"],
]
SWITCH = [None] * 12 + [("VERSION", "same"), ("VERSION", "go1.98.3"), ("COUNT", "99"), ("COUNT", "100")]
STUBS = [
    "go1.22.5", "go1.24.13", "go1.25.3", "go1.26.8", "go1.27.4", "go1.27.5", "go1.21.13", "go1.21.0",
    "go1.21.14", "go1.22rc2", "go1.22.7", "go1.24.0", "go1.26.0", "go1.26.9", "go1.27.0", "go1.27rc1",
    "go1.28.1", "go1.28.0", "go1.99.0", "go1.26.8-custom", "go1.24.13-X:foo", "go1.26.8 X:foo", "bash",
    "go1.28.1-foo bar", "go1.27.4-custom", "go1.24.13 X:foo", "go1.28beta1", "go1.26", "go1.20",
    "go1.99999999999999999999.0", "go1.20.3", "local", "default", "go1.26.8 ", "go1.26.8\tx", "go1",
]


def module_text(shape, keyword, go, toolchain, extra=""):
    """A go.mod or go.work with the two lines, in one of the shapes that files have."""
    head = "module example.com/m\n" if keyword == "mod" else "use .\n"
    lines = ([f"go {go}"] if go is not None else []) + \
            ([f"toolchain {toolchain}"] if toolchain is not None else [])
    body = "\n".join(lines) + ("\n" if lines else "")
    text = head + "\n" + body + extra
    if shape == "crlf":
        text = text.replace("\n", "\r\n")
    elif shape == "indented":
        text = head + "".join(f"  \t{line}  \n" for line in lines)
    elif shape == "twice":
        text = head + body + "go 1.99.0\ntoolchain go1.98.3\n"
    elif shape == "in_block":
        text = head + "require (\n\tgo v1.99.0\n\ttoolchain v1.2.3\n)\n" + body
    elif shape == "in_comment":
        text = head + "// go 1.99.0\n//toolchain go1.98.3\n" + body
    elif shape == "no_newline":
        text = (head + body).rstrip("\n")
    elif shape == "first":
        text = body + head
    elif shape == "bom":
        text = "\ufeff" + body + head
    elif shape == "unknown":
        text = head + body + "newverb x\n"
    elif shape == "block_go":
        text = head + f"go (\n\t{go or '1.99.0'}\n)\n" + "\n".join(lines[1:])
    elif shape == "tabs":
        text = head + body.replace("go ", "go\t \t").replace("toolchain ", "toolchain\t")
    return text


# -- cases -----------------------------------------------------------------------------------------

class Case:
    """What is the same for a group: base. Everything else is chosen by name, made in build()."""
    FIELDS = dict(process=None, user=None, goenv="auto", go=None, toolchain=None, shape="plain",
                  go111module=None, goflags=None, work=None, work_go=None, work_toolchain=None,
                  work_shape="plain", gowork=None, place="root", args=("version",), switch=None)

    def __init__(self, **given):
        for name, value in self.FIELDS.items():
            setattr(self, name, given.get(name, value))

    def __str__(self):
        return " ".join(f"{n}={getattr(self, n)!r}" for n in self.FIELDS
                        if getattr(self, n) != self.FIELDS[n])


def systematic_cases():
    for value in GOTOOLCHAIN:
        yield Case(process=value, go="1.28.1")
        yield Case(user=value, toolchain="go1.27.4", go="1.22.7")
        yield Case(goenv=value, go="1.26.0")
    for go, toolchain in itertools.product(GO_LINES, [None, "go1.27.4", "default", "go1.28.1"]):
        yield Case(process="path", go=go, toolchain=toolchain)
    for go in GO_LINES:
        yield Case(process="local", go=go)
        yield Case(process="local", go="1.22.7", work="here", work_go=go)
        yield Case(process="local", go=go, work="here", work_go="1.22.7")
    for toolchain in TOOLCHAIN_LINES:
        yield Case(process="path", toolchain=toolchain, go="1.20")
        yield Case(process="go1.26.8-custom+path", toolchain=toolchain, go="1.22.7")
        yield Case(process="local+path", toolchain=toolchain, work="here", work_toolchain=toolchain)
    for shape, go in itertools.product(sorted(set(SHAPES)), ["1.28.1", "1.21.0"]):
        yield Case(process="path", shape=shape, go=go, toolchain="go1.27.4")
        yield Case(process="local", shape=shape, go=go)
    for place, gowork in itertools.product(sorted(set(PLACES)), ["off", None, "file", "dir"]):
        yield Case(process="path", place=place, gowork=gowork, go="1.28.1", work="above", work_go="1.27.5")
    for place, args in itertools.product(["linked", "linked_dots", "stale_pwd"],
                                         [a for a in ARGS if "-C" in a or a == ["version"]]):
        yield Case(process="path", place=place, go="1.28.1", work="above", work_go="1.27.5", args=args)
    for gowork, work in itertools.product(sorted(set(GOWORK), key=str), ["here", "far", None]):
        yield Case(process="path", gowork=gowork, go="1.27.5", work=work, work_go="1.28.1")
    for go111module, place in itertools.product(sorted(set(GO111MODULE), key=str), ["root", "empty", "temp"]):
        yield Case(process="path", go111module=go111module, place=place, go="1.28.1")
        yield Case(process="path", go111module=go111module, place=place, work="far", work_go="1.28.1")
    for args in ARGS:
        yield Case(process="path", args=args, go="1.28.1")
        yield Case(process="go1.25.3+path", args=args, toolchain="go1.28.1")
    for goflags in sorted(set(GOFLAGS), key=str):
        yield Case(process="local", goflags=goflags, go="1.28.1")
        yield Case(process="local", goflags=goflags, go="1.20", work="here", work_go="1.20")
    for switch in SWITCH[11:]:
        yield Case(process="path", switch=switch, go="1.28.1")
        yield Case(process="local", switch=switch)


def random_case(rng):
    process = rng.choice([None, None, "", rng.choice(GOTOOLCHAIN), rng.choice(["path", "path", "local+path"])])
    gowork = rng.choice(GOWORK)
    # Other commands refuse such a GOWORK later too, in the same words.
    args = ["version"] if gowork == "relative" else rng.choice(ARGS)
    return Case(
        process=process, user=rng.choice([None, None, "", rng.choice(GOTOOLCHAIN)]),
        goenv=rng.choice([None, "", "auto", "path", "local", rng.choice(GOTOOLCHAIN)]),
        go=rng.choice(GO_LINES), toolchain=rng.choice([None, rng.choice(TOOLCHAIN_LINES)]),
        shape=rng.choice(SHAPES), go111module=rng.choice(GO111MODULE), goflags=rng.choice(GOFLAGS),
        work=rng.choice(WORK), work_go=rng.choice(GO_LINES),
        work_toolchain=rng.choice([None, rng.choice(TOOLCHAIN_LINES)]), work_shape=rng.choice(SHAPES),
        gowork=gowork, place=rng.choice(PLACES), args=args,
        switch=rng.choice(SWITCH))


def write(path, text):
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(text.encode("utf-8", "surrogateescape"))


def env_file(value):
    return "" if value is None else f"# made by a test\nGOTOOLCHAIN=go1.99.0\nGOTOOLCHAIN={value}\n"


class Built:
    """A case on disk, for one base."""

    def __init__(self, case, base, top, stubs):
        self.case, self.base, self.top = case, base, top
        project = top / "above" / "project"
        if case.place == "in_goroot":
            project = top / "above" / "root" / "src" / "project"
        project.mkdir(parents=True)
        (project / "sub").mkdir()
        self.env = {"PATH": str(stubs), "HOME": str(top / "home"), "GOENV": str(top / "env"),
                    "GOPROXY": "off", "GOSUMDB": "off", "GOTELEMETRY": "off",
                    "GOMODCACHE": str(top.parent / "modcache"), "GOCACHE": str(top.parent / "gocache")}
        write(top / "env", env_file(case.user))
        self.root = self.place_goroot(top)
        self.place_files(project)
        self.cwd = self.place_cwd(project)
        self.set_env(project)

    def place_goroot(self, top):
        if self.case.place == "in_goroot":
            root = top / "above" / "root"
            self.base.make(root, self.case.goenv)
            return root
        return self.base.shared(self.case.goenv)

    def place_files(self, project):
        c = self.case
        if c.place == "mod_is_dir":
            (project / "sub" / "go.mod").mkdir()
        if c.place == "work_is_dir":
            (project / "sub" / "go.work").mkdir()
        if c.place != "empty":
            write(project / "go.mod", module_text(c.shape, "mod", c.go, c.toolchain))
            write(project / "alt.mod", module_text("plain", "mod", c.go and "1.99.0", None))
        places = {"here": project, "above": project.parent, "far": self.top}
        if c.work:
            use = {"here": ".", "above": "./project", "far": "above/project"}[c.work]
            if c.place == "in_goroot" and c.work == "far":
                use = "above/root/src/project"
            text = module_text(c.work_shape, "work", c.work_go, c.work_toolchain)
            write(places[c.work] / "go.work", text.replace("use .", f"use {use}"))

    def place_cwd(self, project):
        place = self.case.place
        if place in ("nested", "mod_is_dir", "work_is_dir"):
            return project / "sub"
        if place == "deep":
            deep = project / "a" / "b" / "c" / "d"
            (deep / "sub").mkdir(parents=True)
            return deep
        if place in ("linked", "linked_dots"):
            link = self.top / "link"
            link.symlink_to(project)
            return link
        return project

    def set_env(self, project):
        c, env = self.case, self.env
        if c.process is not None:
            env["GOTOOLCHAIN"] = c.process
        if c.go111module is not None:
            env["GO111MODULE"] = c.go111module
        if c.goflags is not None:
            env["GOFLAGS"] = c.goflags
        if c.gowork:
            write(self.top / "own" / "go.work", module_text("plain", "work", "1.27.5", None))
            env["GOWORK"] = {"relative": "go.work", "file": str(self.top / "own" / "go.work"),
                             "missing": str(self.top / "none" / "go.work"),
                             "dir": str(self.top / "own")}.get(c.gowork, c.gowork)
        if c.switch:
            value = self.base.name if c.switch[1] == "same" else c.switch[1]
            env["GOTOOLCHAIN_INTERNAL_SWITCH_" + c.switch[0]] = value
        if c.place == "temp":
            env["TMPDIR"] = str(project)
        elif c.place == "temp_slash":
            env["TMPDIR"] = str(project) + "/"
        elif c.place == "temp_link":
            (self.top / "tmplink").symlink_to(project)
            env["TMPDIR"] = str(self.top / "tmplink")
        if c.place == "linked":
            env["PWD"] = str(self.cwd)
        elif c.place == "linked_dots":
            env["PWD"] = f"{self.cwd}/sub/.././"
        elif c.place == "stale_pwd":
            env["PWD"] = str(self.top)

    def question(self, args):
        lines = [f"root {self.root}", f"name {self.base.name}", f"dir {self.cwd.resolve()}"]
        lines += [f"env {k}={v}" for k, v in self.env.items()]
        lines += [f"arg {a}" for a in ["go", *args]]
        return "\n".join(lines) + "\nrun\n"

    def ask_command(self, goward):
        """What `goward why --base` says, in the form of real_choice."""
        done = subprocess.run([goward, "why", "--base", str(self.root), "--json"], cwd=self.cwd,
                              env=dict(self.env, GOWARD_HOME=str(self.top.parent / "goward")),
                              stdin=subprocess.DEVNULL, capture_output=True, timeout=120)
        try:
            said = json.loads(done.stdout)
        except ValueError:
            return ("no answer", (done.stdout + done.stderr).decode("utf-8", "replace"))
        if said.get("refusal"):
            return ("refused", said["refusal"])
        if "selected" not in said:
            return ("no answer", str(said))
        return ("local" if said["selected"] == self.base.name else "tool", said["selected"])

    def run(self, args):
        done = subprocess.run([str(self.root / "bin" / "go"), *args], env=self.env, cwd=self.cwd,
                              stdin=subprocess.DEVNULL, capture_output=True, timeout=120)
        return (done.returncode, done.stdout.decode("utf-8", "surrogateescape"),
                done.stderr.decode("utf-8", "surrogateescape"))


# -- the real go -----------------------------------------------------------------------------------

class Base:
    """A real Go; its go.env is varied in shadows of its root, which the same binary starts from."""

    def __init__(self, version, source, shadows):
        self.version, self.name, self.source, self.shadows = version, "go" + version, source, shadows
        self.roots = {}

    def make(self, root, goenv):
        (root / "bin").mkdir(parents=True, exist_ok=True)
        (root / "pkg" / "tool").mkdir(parents=True, exist_ok=True)  # what makes it a GOROOT to go
        source, target = self.source / "bin" / "go", root / "bin" / "go"
        try:
            # Never a link to a file that cmd/go has not yet made executable: that bit is its sign
            # that the whole toolchain is ready.
            if not os.access(source, os.X_OK):
                raise OSError("not executable")
            os.link(source, target)
        except OSError:
            shutil.copyfile(source, target)
            target.chmod(0o755)
        text = "" if goenv is None else f"# defaults\nGOTOOLCHAIN={goenv}\nGOTOOLCHAIN=go1.99.0\n"
        write(root / "go.env", text)
        shutil.copyfile(self.source / "VERSION", root / "VERSION")

    def shared(self, goenv):
        if goenv not in self.roots:
            self.roots[goenv] = self.shadows / f"{self.version}-{len(self.roots)}"
            self.make(self.roots[goenv], goenv)
        return self.roots[goenv]


def fetch_base(version, shadows):
    """The unpacked toolchain module, or None."""
    modcache = CACHE / "gomod"
    machine = os.uname().machine
    arch = {"x86_64": "amd64", "aarch64": "arm64"}.get(machine, machine)
    module = f"golang.org/toolchain@v0.0.1-go{version}.linux-{arch}"
    path = modcache / module
    if not (path / "bin" / "go").exists():
        modcache.mkdir(parents=True, exist_ok=True)
        env = dict(os.environ, GOMODCACHE=str(modcache), GOFLAGS="-modcacherw", GOWORK="off",
                   GOTOOLCHAIN="local", GO111MODULE="on")
        with tempfile.TemporaryDirectory() as empty:
            try:
                subprocess.run(["go", "mod", "download", module], env=env, cwd=empty, timeout=600,
                               check=False, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
            except (OSError, subprocess.TimeoutExpired):
                pass
    return Base(version, path, shadows) if (path / "bin" / "go").exists() else None


SELECTION_REFUSAL = re.compile(
    r"^(invalid GOTOOLCHAIN |invalid toolchain \"|cannot find \"|invalid GOWORK|too many toolchain|"
    r"toolchain \S+ invoked to provide|chdir |invalid module version|(open|read) \S*/(own|go\.mod|go\.work))")
TOO_NEW = re.compile(r"requires go >= .*")


PROGRESS = ("go: warning: ", "go: downloading ", "go: switching from ")


def message(stderr):
    """First message of the go command, without its prefixes."""
    for line in stderr.split("\n"):
        if line.startswith("go: ") and not line.startswith(PROGRESS):
            while line.startswith("go: "):
                line = line[4:]
            return line.rstrip()
    return ""


def real_choice(code, stdout, stderr, name):
    if stdout.startswith("STUB "):
        return ("tool", stdout[5:].rstrip("\n"))
    said = message(stderr)
    if code != 0:
        download = re.match(r"download (.*?)(?: for \S+/\S+)?: ", said)
        if download:
            return ("tool", download[1])
        if said.startswith("invalid toolchain: "):  # a language version that nobody can provide
            return ("tool", said.split(" ")[2])
        if SELECTION_REFUSAL.match(said):
            return ("refused", said)
    return ("local", name)


def real_later(stderr):
    if message(stderr).startswith("invalid GOWORK"):
        return message(stderr)
    for line in stderr.split("\n"):
        found = TOO_NEW.search(line)
        if found:
            line = re.sub(r"^(go: )*", "", line)
            return line.split("; to ")[0].rstrip() if "listed in go.work" in line else line.rstrip()
    return ""


# -- comparing -------------------------------------------------------------------------------------

def printable(text):
    return text.replace("\t", " ").rstrip()


def ask_driver(questions):
    driver = os.path.join(os.environ.get("TEST_BUILD", "build"), "oracle.resolve_driver")
    done = subprocess.run([os.environ.get("RESOLVE_DRIVER", driver)],
                          input="".join(questions).encode("utf-8", "surrogateescape"),
                          stdout=subprocess.PIPE, check=True)
    lines = done.stdout.decode("utf-8", "surrogateescape").split("\n")[:-1]
    if len(lines) != len(questions):
        raise SystemExit(f"the driver answered {len(lines)} of {len(questions)} cases")
    return [line.split("\t") for line in lines]


def compare(built, choice, later):
    """Differences of one case as text; how many results were compared."""
    args = list(built.case.args)
    real = real_choice(*built.run(args), built.base.name)
    said = (choice[0], choice[1].rstrip())
    differences = []
    if real[0] == "refused" and real[1].startswith("invalid GOWORK") and said[0] == "local":
        said = ("refused", later[2])  # said by every command, after the choice that had no need of it
    if (real[0], printable(real[1])) != said:
        differences.append(f"chooses {real}, goward says {said}")
    if real[0] != "local" or args != ["version"]:
        return differences, 1
    real_text = printable(real_later(built.run(["list", "-m"])[2]))
    if real_text != later[2].rstrip():
        differences.append(f"later says {real_text!r}, goward says {later[2]!r}")
    return differences, 2


def is_text(case):
    """JSON holds no bytes that are not UTF-8, and shows control characters its own way."""
    values = [case.process, case.user, case.goenv, case.toolchain, case.work_toolchain]
    return all(value is None or value.isprintable() for value in values)


def compare_commands(builts, pool):
    """Differences between the command and goward's own resolver, for a sample."""
    goward = os.environ.get("TEST_GOWARD")
    if not goward or not os.access(goward, os.X_OK):
        return [], 0
    sample = [b for b in builts if b.case.args in (("version",), ["version"]) and is_text(b.case)]
    sample = sample[::COMMAND_EACH] + [b for b in sample if "PWD" in b.env]
    said = ask_driver([b.question(["version"]) for b in sample])
    differences = []
    for built, own, command in zip(sample, said, pool.map(lambda b: b.ask_command(goward), sample)):
        if (own[0], own[1].rstrip()) != (command[0], printable(command[1])):
            differences.append(f"{built.case}\n    goward why says {command}, the resolver {own[:2]}")
    return differences, len(sample)


def run_base(base, top, stubs, rng, pool):
    cases = list(systematic_cases()) + [random_case(rng) for _ in range(RANDOM_CASES)]
    builts = [Built(c, base, top / base.version / str(i), stubs) for i, c in enumerate(cases)]
    choices = ask_driver([b.question(b.case.args) for b in builts])
    laters = ask_driver([b.question(["list", "-m"]) for b in builts])
    passed = failed = 0
    for built, (differences, n) in zip(builts, pool.map(compare, builts, choices, laters)):
        failed += len(differences)
        passed += n - len(differences)
        for text in differences:
            if failed <= MAX_SHOWN:
                print(f"go{base.version}: {built.case}\n    real go {text}")
    differences, n = compare_commands(builts, pool)
    passed, failed = passed + n - len(differences), failed + len(differences)
    for text in differences[:MAX_SHOWN]:
        print(f"go{base.version}: {text}")
    print(f"go{base.version}: {len(cases)} cases, {n} of them by command, {failed} differences")
    shutil.rmtree(top / base.version)
    return passed, failed


def make_stubs(top):
    stubs = top / "stubs"
    stubs.mkdir()
    for name in STUBS:
        (stubs / name).write_text("#!/bin/sh\necho \"STUB ${0##*/}\"\n")
        (stubs / name).chmod(0o755)
    return stubs


def main():
    rng = random.Random(int(os.environ.get("TEST_SEED", "1")))
    # /tmp and its like must not be the temporary directory of the cases, nor hold a go.work.
    top = pathlib.Path(tempfile.mkdtemp(prefix="resolve-")).resolve()
    passed = failed = skipped = 0
    try:
        write(top / "home" / ".config" / "go" / "telemetry" / "mode", "off")
        stubs = make_stubs(top)
        (top / "shadows").mkdir()
        with concurrent.futures.ThreadPoolExecutor(max_workers=(os.cpu_count() or 2) + 1) as pool:
            for version in BASES:
                base = fetch_base(version, top / "shadows")
                if base is None:
                    print(f"go{version}: not to be had here")
                    skipped += 1
                    continue
                p, f = run_base(base, top, stubs, rng, pool)
                passed, failed = passed + p, failed + f
    finally:
        subprocess.run(["chmod", "-R", "u+w", str(top)], check=False)
        shutil.rmtree(top, ignore_errors=True)
    print(f"{passed} passed, {failed} failed, {skipped} skipped")
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
