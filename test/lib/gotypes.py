"""What the oracles of the type checker share: packages as lines for a program, and its answers.

A program is oracle.types_driver, or data/types_of_go built by some Go; both read the same lines and answer in the
same form (see data/types_of_go/main.go).
"""
import collections
import hashlib
import os
import pathlib
import shutil
import subprocess

ORACLE = pathlib.Path(__file__).resolve().parents[1] / "oracle"

Error = collections.namedtuple("Error", "file line column code soft message")
Answer = collections.namedtuple("Answer", "errors dump")  # dump: the other lines


class Package:
    """files are paths; imports: {as it stands in the source: the path of a package that was asked about before}."""

    def __init__(self, name, files, path="", lang="", takes_c=False, ignores_bodies=False, imports=(), is_complete=False):
        self.name, self.files, self.path, self.lang = name, files, path, lang
        self.flags = "c" * takes_c + "i" * ignores_bodies + "p" * is_complete  # p: functions have bodies
        self.imports = dict(imports)

    def line(self):
        fields = [self.name, self.path, self.lang, self.flags, *map(str, self.files)]
        fields += [f"import:{raw}={path}" for raw, path in self.imports.items()]
        assert not any("\t" in f or "\n" in f for f in fields), fields
        return "\t".join(fields) + "\n"


def environment(root, folder):
    return dict(os.environ, GOROOT=str(root), GOTOOLCHAIN="local", GOFLAGS="", GOWORK="off", GOENV="off",
                GOCACHE=str(folder / "cache"), GO111MODULE="off", CGO_ENABLED="0")


def go_program(root, folder):
    """types_of_go, built by the Go in root: what that Go's go/types says. It is kept in the cache of the tests."""
    source = ORACLE / "data/types_of_go/main.go"
    digest = hashlib.sha256(source.read_bytes() + (root / "VERSION").read_bytes()).hexdigest()[:16]
    cache = pathlib.Path(os.environ.get("TEST_CACHE") or folder) / "types_of_go"
    program = cache / digest
    if not program.exists():
        cache.mkdir(parents=True, exist_ok=True)
        fresh = folder / "types_of_go"
        subprocess.run([root / "bin/go", "build", "-o", fresh, source], env=environment(root, folder), cwd=folder, check=True)
        shutil.copy(fresh, cache / f"{digest}.{os.getpid()}")
        (cache / f"{digest}.{os.getpid()}").rename(program)
    return program


def unescaped(text):
    return text.replace("\\\\", "\0").replace("\\n", "\n").replace("\\t", "\t").replace("\0", "\\")


def error_of(line):
    _, file, at, column, code, soft, message = line.split("\t", 6)
    return Error(file, int(at), int(column), int(code), soft == "true", unescaped(message))


class Crash(RuntimeError):
    """A program that ended by itself; answers: of those before the one that it did not get over."""

    def __init__(self, program, done):
        super().__init__(f"{program}: exit {done.returncode}: {done.stderr[:1000]}\n...\n{done.stderr[-1000:]}")
        self.answers = dict(list(answers_of(done.stdout).items())[:-1])


def ask(program, packages, env=None, timeout=1800):
    """{name: Answer} of what a program says of packages, imports first."""
    done = subprocess.run(list(map(str, program)), input="".join(p.line() for p in packages), text=True,
                          errors="surrogateescape", encoding="utf-8", capture_output=True, check=False, env=env,
                          timeout=timeout)
    if done.returncode != 0:
        raise Crash(program, done)
    return answers_of(done.stdout)


def ask_driver(program, packages, env=None):
    """The same of oracle.types_driver, which must say the same when each body is checked by itself."""
    answers, divided = ask(program, packages, env), ask([*program, "-divided"], packages, env)
    for name, answer in answers.items():
        if answer != divided.get(name):
            raise AssertionError(f"{name}: with divided bodies {divided.get(name)}\ninstead of {answer}")
    return answers


def answers_of(text):
    """{name: Answer} of what such a program has printed."""
    found = {}
    for part in ("\n" + text).split("\n== ")[1:]:
        name, _, text = part.partition("\n")
        lines = [line for line in text.split("\n") if line]
        found[name] = Answer([error_of(x) for x in lines if x.startswith("error\t")],
                             [x for x in lines if not x.startswith("error\t")])
    return found
