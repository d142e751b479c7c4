#!/usr/bin/env python3
"""Where modules come from: GOPROXY broken for real, seen by the real go, found, cured
(test/lib/breakage.py). What only --net sees is in test/e2e/doctor_net.py."""
import functools
import pathlib
import shutil
import subprocess
import sys

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent.parent / "lib"))
import breakage as harness  # noqa: E402
from breakage import main  # noqa: E402
from madeproxy import use_dep  # noqa: E402

breakage = functools.partial(harness.breakage, own_go=False, version="1.27.4")


def fetch(m):
    """As on the first build of a project: the module is not in the cache."""
    mod = m.home / "go/pkg/mod"
    subprocess.run(["chmod", "-R", "u+w", str(mod)], check=False, stderr=subprocess.DEVNULL)
    shutil.rmtree(mod, ignore_errors=True)
    return m.run("go", "mod", "download")


# ---- GOPROXY

by_hand = {"cure": lambda m: m.env.update(GOPROXY=f"file://{m.top}/proxy")}

for title, value, symptom in (
        ("GOPROXY of commas", ",", "GOPROXY list is not the empty string, but contains no entries"),
        ("GOPROXY with half a URL", "https//proxy.example/x", "invalid proxy URL|no such host"),
        ("GOPROXY with another scheme", "ftp://proxy.example", "invalid proxy URL|unsupported|scheme"),
        ("GOPROXY=Direct", "Direct", "invalid proxy URL|no such host|missing|relative"),
        ("GOPROXY with semicolons", "https://proxy.example.invalid;direct", "no such host|invalid"),
        ("GOPROXY that is no folder", "file:///nonexistent/proxy", "no such file")):
    breakage(title, finds="GWD050", symptom=symptom, prepare=use_dep, command=fetch,
             remedy="GOPROXY", **by_hand)(
                 lambda m, value=value: m.env.update(GOPROXY=value))


@breakage("GOPROXY=off, and a module is missing", finds="GWD098", prepare=use_dep, command=fetch,
          symptom="module lookup disabled by GOPROXY=off", remedy="go mod download", **by_hand)
def _(m):
    m.env["GOPROXY"] = "off"


if __name__ == "__main__":
    sys.exit(main())
