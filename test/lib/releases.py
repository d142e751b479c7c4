"""The releases of Go that tests work with: fetched as cmd/go fetches them, into $TEST_CACHE/gomod."""
import os
import pathlib
import subprocess
import tempfile

CACHE = pathlib.Path(os.environ.get("TEST_CACHE") or
                     pathlib.Path(os.environ.get("XDG_CACHE_HOME") or
                                  pathlib.Path.home() / ".cache") / "goward-test")


def ask_go(*args, **more):
    """What it prints; None: it failed, or is not there."""
    env = dict(os.environ, GOMODCACHE=str(CACHE / "gomod"), GOFLAGS="-modcacherw", GOWORK="off", **more)
    try:
        done = subprocess.run(["go", *args], env=env, cwd=tempfile.gettempdir(), timeout=600, text=True, stdout=subprocess.PIPE,
                              stderr=subprocess.DEVNULL, check=False)
    except (OSError, subprocess.TimeoutExpired):
        return None
    return done.stdout if done.returncode == 0 else None


def download(version):
    """Puts the release among the modules, be it the one of this machine; whether it could be had."""
    return ask_go("mod", "download", f"golang.org/toolchain@v0.0.1-go{version}.linux-amd64") is not None


def fetch(version):
    """GOROOT of the release as cmd/go unpacks it, its programs executable, or None."""
    said = (ask_go("env", "GOVERSION", "GOROOT", GOTOOLCHAIN=f"go{version}") or "").split()
    return pathlib.Path(said[1]) if said[:1] == [f"go{version}"] else None
