"""mise as a peer: its program, and a mirror on loopback from which it installs Go.

mise takes a .tar.gz and the .sha256 beside it from a web server, and the list of versions from a git
repository. It proves nothing, so it may be compared for speed and space only. Its program is asked of
the registry that npm is configured with; the archives are made from the module zips of the tests.
"""
import functools
import gzip
import hashlib
import http.server
import os
import re
import shutil
import subprocess
import tarfile
import threading
import zipfile

from measure import ARCH, CACHE, OS, VERSION, module_name, release_file

PACKAGE = f"@jdxcode/mise-{OS}-{'x64' if ARCH == 'amd64' else ARCH}"
FOLDER = CACHE / "mise"
PROGRAM = FOLDER / "package/bin/mise"
EXECUTABLE = re.compile(r"bin/|pkg/tool/")
COMPRESSION = 6  # gives the size of the archives of go.dev


class Unavailable(Exception):
    """This machine cannot have mise."""


def get_program():
    if PROGRAM.exists():
        return
    if not shutil.which("npm") or not shutil.which("git"):
        raise Unavailable("npm or git is missing")
    FOLDER.mkdir(parents=True, exist_ok=True)
    packed = subprocess.run(["npm", "pack", "--silent", PACKAGE], cwd=FOLDER, text=True, check=False,
                            stdout=subprocess.PIPE, stderr=subprocess.DEVNULL)
    if packed.returncode != 0:
        raise Unavailable(f"npm has no {PACKAGE}")
    archive = FOLDER / packed.stdout.split()[-1]
    subprocess.run(["tar", "-xzf", str(archive)], cwd=FOLDER, check=True)
    archive.unlink()


def archive_member(name, version):
    """The name below go/ of a member of the module zip."""
    path = name[len(f"golang.org/toolchain@{module_name(version)}/"):]
    return re.sub(r"(^|/)_go\.mod$", r"\1go.mod", path)


def get_archive(version):
    """The .tar.gz of a release, and its .sha256, kept for the next run."""
    path = FOLDER / f"go{version}.{OS}-{ARCH}.tar.gz"
    if path.exists():
        return
    partial = path.with_suffix(".partial")
    with zipfile.ZipFile(release_file(version, "zip")) as members, \
            gzip.open(partial, "wb", COMPRESSION) as stream, \
            tarfile.open(fileobj=stream, mode="w") as tar:
        for member in members.infolist():
            path_below = archive_member(member.filename, version)
            info = tarfile.TarInfo(f"go/{path_below}")
            info.size = member.file_size
            info.mode = 0o755 if EXECUTABLE.match(path_below) else 0o644
            with members.open(member) as data:
                tar.addfile(info, data)
    with open(partial, "rb") as data:
        digest = hashlib.sha256()
        for block in iter(lambda: data.read(1 << 20), b""):
            digest.update(block)
    (FOLDER / f"{path.name}.sha256").write_text(digest.hexdigest())
    partial.rename(path)


class Handler(http.server.SimpleHTTPRequestHandler):
    def log_message(self, *_):
        pass


class Mise:
    """with Mise(where, versions) as mise: mise.env(data), mise.shim(data)"""

    def __init__(self, where, versions):
        get_program()
        for version in versions:
            get_archive(version)
        self.where = where
        self.repository = where / "versions.git"
        self._make_repository(versions)
        serve = functools.partial(Handler, directory=str(FOLDER))
        self.server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), serve)

    def _make_repository(self, versions):
        """mise reads the versions from tags."""
        def git(*args):
            subprocess.run(["git", "-c", "user.name=x", "-c", "user.email=x@example.com", *args],
                           cwd=self.repository, check=True, stdout=subprocess.DEVNULL)
        self.repository.mkdir()
        git("init", "-q")
        git("commit", "-q", "--allow-empty", "-m", "versions")
        for version in versions:
            git("tag", f"go{version}")

    def __enter__(self):
        threading.Thread(target=self.server.serve_forever, daemon=True).start()
        return self

    def __exit__(self, *_):
        self.server.shutdown()
        self.server.server_close()

    def env(self, data):
        """All that mise keeps is below data."""
        env = {"PATH": "/usr/bin:/bin", "HOME": str(self.where / "home"),
               "MISE_GO_DOWNLOAD_MIRROR": f"http://127.0.0.1:{self.server.server_port}",
               "MISE_GO_REPO": f"file://{self.repository}", "MISE_USE_VERSIONS_HOST": "0"}
        for name in ("DATA", "CACHE", "CONFIG", "STATE"):
            env[f"MISE_{name}_DIR"] = str(data if name == "DATA" else data / name.lower())
        return env

    def install(self, data, version=VERSION):
        """The command, to be measured."""
        return [PROGRAM, "install", f"go@{version}"], self.env(data)

    def shim(self, data):
        """What stands on PATH; it wants a project with a .tool-versions."""
        link = data / "shims/go"
        link.parent.mkdir(parents=True, exist_ok=True)
        if not os.path.lexists(link):
            link.symlink_to(PROGRAM)
        return link

    def standing_in(self, data, noop):
        """An installed go that does nothing."""
        place = data / f"installs/go/{VERSION}/bin"
        place.mkdir(parents=True)
        shutil.copy(noop, place / "go")
        return place / "go"
