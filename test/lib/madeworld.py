"""A Go and a module of made files in a temporary folder, and goward run among them."""
import os
import subprocess

GOWARD = os.environ["TEST_GOWARD"]
SECONDS = 60


class MadeWorld:
    """go and m are {name: text or bytes}: of the Go, which is linux/amd64's without cgo, and of the module."""

    def __init__(self, top, go, m):
        self.top = top
        self.env = {"HOME": str(top / "home"), "PATH": f"{top}/go/bin:/usr/bin:/bin", "GOOS": "linux", "GOARCH": "amd64",
                    "CGO_ENABLED": "0", "GOMODCACHE": str(top / "mod")}
        self.env.update({name: value for name, value in os.environ.items() if name.endswith("SAN_OPTIONS")})
        for folder, files in (("go", go), ("m", m)):
            for name, text in files.items():
                self.write(f"{folder}/{name}", text)
        (top / "go/bin/go").chmod(0o755)
        (top / "home").mkdir()

    def write(self, name, text):
        path = self.top / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(text if isinstance(text, bytes) else text.encode())

    def have_targets(self, targets):
        """The Go has these, OS/ARCH each, and no others."""
        rows = "".join('\t{"%s", "%s"},\n' % tuple(t.split("/")) for t in targets)
        self.write("go/src/internal/platform/zosarch.go",
                   f"package platform\n\nvar List = []OSArch{{\n{rows}}}\n\nvar distInfo = map[OSArch]osArchInfo{{\n}}\n")
        known = ["package syslist\n\nvar UnixOS = map[string]bool{\n\t\"linux\": true,\n}\n"]
        for name, part in (("KnownOS", 0), ("KnownArch", 1)):
            words = sorted({t.split("/")[part] for t in targets})
            known += [f"var {name} = map[string]bool{{"] + [f"\t\"{word}\": true," for word in words] + ["}\n"]
        self.write("go/src/internal/syslist/syslist.go", "\n".join(known))

    def goward(self, *args, folder="m", env=None):
        return subprocess.run([GOWARD, *args], cwd=self.top / folder, env=env or self.env, text=True, errors="replace",
                              capture_output=True, check=False, timeout=SECONDS)
