#!/usr/bin/env python3
"""Made Go releases, and a checksum database that vouches for them.

    makelog.py OUT [--name NAME] [--release VERSION:OS-ARCH[:GOROOT]]... [--filler N]

writes a static module proxy into OUT:

    OUT/golang.org/toolchain/@v/{list,V.info,V.mod,V.zip}
    OUT/sumdb/NAME/{supported,latest,lookup/...,tile/8/...}

and prints the GOSUMDB value (the verifier key). The key is made from the database's name: it is for
tests and protects nothing. OUT/.log.json remembers the records, so that a second call appends to the
log. A release without a GOROOT gets a tiny one whose bin/go is a shell script. As a module: Log,
make_goroot, write_zip, write_release. Python's standard library only.
"""
import argparse
import base64
import hashlib
import io
import json
import os
import random
import sys
import zipfile

# --- Ed25519 (RFC 8032), enough to sign ---------------------------------------------------------

P = 2**255 - 19
ORDER = 2**252 + 27742317777372353535851937790883648493
D = -121665 * pow(121666, P - 2, P) % P
BASE_Y = 4 * pow(5, P - 2, P) % P


def _recover_x(y):
    xx = (y * y - 1) * pow(D * y * y + 1, P - 2, P)
    x = pow(xx, (P + 3) // 8, P)
    if (x * x - xx) % P:
        x = x * pow(2, (P - 1) // 4, P) % P
    return x if x % 2 == 0 else P - x


_BASE_X = _recover_x(BASE_Y)
BASE = (_BASE_X, BASE_Y, 1, _BASE_X * BASE_Y % P)


def _add(p, q):
    a = (p[1] - p[0]) * (q[1] - q[0]) % P
    b = (p[1] + p[0]) * (q[1] + q[0]) % P
    c = 2 * p[3] * q[3] * D % P
    d = 2 * p[2] * q[2] % P
    e, f, g, h = b - a, d - c, d + c, b + a
    return e * f % P, g * h % P, f * g % P, e * h % P


def _times(n, point):
    result = (0, 1, 1, 0)
    while n:
        if n & 1:
            result = _add(result, point)
        point = _add(point, point)
        n >>= 1
    return result


def _encode(point):
    inverse = pow(point[2], P - 2, P)
    x, y = point[0] * inverse % P, point[1] * inverse % P
    return (y | (x & 1) << 255).to_bytes(32, "little")


class Ed25519:
    def __init__(self, seed):
        digest = hashlib.sha512(seed).digest()
        scalar = int.from_bytes(digest[:32], "little")
        self.scalar = scalar & (1 << 254) - 8 | 1 << 254
        self.prefix = digest[32:]
        self.public = _encode(_times(self.scalar, BASE))

    def sign(self, message):
        r = int.from_bytes(hashlib.sha512(self.prefix + message).digest(), "little") % ORDER
        point = _encode(_times(r, BASE))
        k = hashlib.sha512(point + self.public + message).digest()
        s = (r + int.from_bytes(k, "little") * self.scalar) % ORDER
        return point + s.to_bytes(32, "little")


# --- Signed notes and the Merkle tree -------------------------------------------------------------

class Key:
    """A signer of notes, reproducible from its name."""

    def __init__(self, name, seed=None):
        self.name = name
        self.key = Ed25519(seed or hashlib.sha256(b"goward test log " + name.encode()).digest())
        data = b"\x01" + self.key.public
        self.hash = hashlib.sha256(name.encode() + b"\n" + data).digest()[:4]
        self.vkey = "%s+%s+%s" % (name, self.hash.hex(), base64.b64encode(data).decode())

    def sign(self, text):
        signature = base64.b64encode(self.hash + self.key.sign(text.encode())).decode()
        return "%s\n\u2014 %s %s\n" % (text, self.name, signature)


def leaf_hash(record):
    return hashlib.sha256(b"\x00" + record.encode()).digest()


def node_hash(left, right):
    return hashlib.sha256(b"\x01" + left + right).digest()


class Tree:
    """All complete subtrees of a list of leaves: levels[l][i] covers leaves i*2^l ... (i+1)*2^l."""

    def __init__(self, leaves):
        self.size = len(leaves)
        self.levels = [leaves]
        while len(self.levels[-1]) > 1:
            below = self.levels[-1]
            self.levels.append([node_hash(below[i], below[i + 1])
                                for i in range(0, len(below) - 1, 2)])

    def root(self):
        if self.size == 0:
            return hashlib.sha256(b"").digest()
        parts, start = [], 0
        for level in range(len(self.levels) - 1, -1, -1):
            if self.size >> level & 1:
                parts.append(self.levels[level][start >> level])
                start += 1 << level
        root = parts.pop()
        while parts:
            root = node_hash(parts.pop(), root)
        return root

    def tiles(self):
        """(path, bytes) of every tile of height 8, full or partial."""
        for tile_level in range(0, 8):
            level = tile_level * 8
            if level >= len(self.levels):
                return
            hashes = self.levels[level]
            for n in range(0, (len(hashes) + 255) // 256):
                part = hashes[n * 256:n * 256 + 256]
                path = "tile/8/%d/%s" % (tile_level, tile_number(n))
                if len(part) < 256:
                    path += ".p/%d" % len(part)
                yield path, b"".join(part)


def tile_number(n):
    text = "%03d" % (n % 1000)
    while n >= 1000:
        n //= 1000
        text = "x%03d/%s" % (n % 1000, text)
    return text


class Log:
    """A checksum database: records in order, published as the static files that answer for it."""

    def __init__(self, name, seed=None):
        self.key = Key(name, seed)
        self.records = []  # (module, version, text)

    def add(self, module, version, text):
        self.records.append((module, version, text))

    def tree(self, size=None):
        records = self.records if size is None else self.records[:size]
        return Tree([leaf_hash(text) for _, _, text in records])

    def head(self, size=None, extension=""):
        tree = self.tree(size)
        root = base64.b64encode(tree.root()).decode()
        return self.key.sign("go.sum database tree\n%d\n%s\n%s" % (tree.size, root, extension))

    def lookup(self, id_, head=None):
        return "%d\n%s\n%s" % (id_, self.records[id_][2], head or self.head())

    def publish(self, out):
        base = os.path.join(out, "sumdb", self.key.name)
        tree, head = self.tree(), self.head()
        write_file(base, "supported", b"")
        write_file(base, "latest", head.encode())
        for path, data in tree.tiles():
            write_file(base, path, data)
        for id_, (module, version, _) in enumerate(self.records):
            path = "lookup/%s@%s" % (escape(module), escape(version))
            write_file(base, path, self.lookup(id_, head).encode())


def escape(text):
    return "".join("!" + c.lower() if c.isupper() else c for c in text)


def write_file(base, path, data):
    path = os.path.join(base, path)
    os.makedirs(os.path.dirname(path), exist_ok=True)
    with open(path, "wb") as f:
        f.write(data)


# --- Releases ---------------------------------------------------------------------------------

GO_SCRIPT = """#!/bin/sh
# A stand-in for the go command of a made release.
root=$(CDPATH= cd -- "$(dirname -- "$0")/.." && pwd)
case "$1" in
version) echo "go version go%(version)s %(os)s/%(arch)s" ;;
env) case "$2" in GOROOT) echo "$root" ;; GOVERSION) echo "go%(version)s" ;; esac ;;
*) echo "go%(version)s $*" ;;
esac
"""

TIME_LINE = "2026-01-02T03:04:05Z"


def make_goroot(version, os_name, arch, n_files=40, seed=1):
    """{path: (mode, bytes)} of a Go root as go.dev ships it (tar.gz form), in miniature. Most files
    are the same from version to version, as in real releases."""
    values = {"version": version, "os": os_name, "arch": arch}
    same, own = random.Random(seed), random.Random("%s %s %s" % (version, os_name, arch))
    tools = "pkg/tool/%s_%s/" % (os_name, arch)
    files = {
        "VERSION": (0o644, "go%s\ntime %s\n" % (version, TIME_LINE)),
        "LICENSE": (0o644, "A made release for tests.\n"),
        "go.env": (0o644, "GOPROXY=\nGOSUMDB=sum.golang.org\nGOTOOLCHAIN=auto\n"),
        "bin/go": (0o755, GO_SCRIPT % values),
        "bin/gofmt": (0o755, "#!/bin/sh\ncat\n"),
        "src/go.mod": (0o644, "module std\n\ngo %s\n" % version.rsplit(".", 1)[0]),
        "src/cmd/go.mod": (0o644, "module cmd\n"),
        "src/make.bash": (0o755, "#!/bin/sh\n"),
        "lib/time/zoneinfo.zip": (0o644, "made\n"),
        "misc/notes.txt": (0o644, "left out of the module\n"),
        "test/made.go": (0o644, "package test\n"),
        "api/go1.txt": (0o644, "left out too\n"),
    }
    for tool in ("asm", "compile", "link", "vet"):
        files[tools + tool] = (0o755, own.randbytes(20000))
    for i in range(n_files):
        text = "// Package p%d is made.\npackage p%d\n\nconst X = %r\n" % (i, i, same.randbytes(99).hex())
        files["src/p%d/p.go" % i] = (0o644, text * (1 + i % 7))
    return {path: (mode, data if isinstance(data, bytes) else data.encode())
            for path, (mode, data) in files.items()}


def read_goroot(directory):
    files = {}
    for folder, _, names in os.walk(directory):
        for name in names:
            path = os.path.join(folder, name)
            if os.path.islink(path):
                continue
            with open(path, "rb") as f:
                files[os.path.relpath(path, directory)] = (os.stat(path).st_mode & 0o777, f.read())
    return files


def module_files(files):
    """The Go root as the module holds it: four folders left out, go.mod renamed."""
    result = {}
    for path, (mode, data) in files.items():
        if path.split("/", 1)[0] in ("api", "doc", "misc", "test") and "/" in path:
            continue
        folder, _, name = path.rpartition("/")
        if name == "go.mod":
            path = (folder + "/" if folder else "") + "_go.mod"
        result[path] = (mode, data)
    return result


def module_version(version, os_name, arch):
    return "v0.0.1-go%s.%s-%s" % (version, os_name, arch)


def h1(names_and_data):
    lines = "".join("%s  %s\n" % (hashlib.sha256(data).hexdigest(), name)
                    for name, data in sorted(names_and_data, key=lambda item: item[0].encode()))
    return "h1:" + base64.b64encode(hashlib.sha256(lines.encode()).digest()).decode()


def write_zip(version, files, names=None):
    """Bytes of the module zip. names overrides the stored name of a path, for hostile archives."""
    prefix = "golang.org/toolchain@%s/" % version
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as z:
        for path in sorted(files):
            name = (names or {}).get(path, prefix + path)
            info = zipfile.ZipInfo(name, (2026, 1, 2, 3, 4, 4))
            info.compress_type = zipfile.ZIP_DEFLATED
            info.external_attr = files[path][0] << 16
            z.writestr(info, files[path][1])
    return out.getvalue()


MOD_TEXT = b"module golang.org/toolchain\n"


def info_text(version):
    """What a proxy answers to .info."""
    return json.dumps({"Version": version, "Time": TIME_LINE}).encode()


def write_release(out, log, version, os_name, arch, files=None):
    """Writes the module of a release below the proxy's folder and records it in the log."""
    name = module_version(version, os_name, arch)
    stored = module_files(files or make_goroot(version, os_name, arch))
    prefix = "golang.org/toolchain@%s/" % name
    base = os.path.join(out, "golang.org/toolchain/@v")
    write_file(base, name + ".zip", write_zip(name, stored))
    write_file(base, name + ".mod", MOD_TEXT)
    write_file(base, name + ".info", info_text(name))
    list_path = os.path.join(base, "list")
    known = open(list_path).read().split() if os.path.exists(list_path) else []
    write_file(base, "list", "".join(v + "\n" for v in known + [name] * (name not in known)).encode())
    hash_ = h1([(prefix + path, data) for path, (_, data) in stored.items()])
    log.add("golang.org/toolchain", name,
            "golang.org/toolchain %s %s\ngolang.org/toolchain %s/go.mod %s\n"
            % (name, hash_, name, h1([("go.mod", MOD_TEXT)])))
    return hash_


def add_filler(log, n):
    for i in range(n):
        module = "example.com/filler%d" % len(log.records)
        log.add(module, "v1.0.%d" % i, "%s v1.0.%d h1:%s=\n" % (module, i, "A" * 43))


# --- Command line -------------------------------------------------------------------------------

def main():
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("out")
    parser.add_argument("--name", default="sumdb.goward.test")
    parser.add_argument("--release", action="append", default=[], metavar="VERSION:OS-ARCH[:GOROOT]")
    parser.add_argument("--filler", type=int, default=0, help="records of other modules, put first")
    args = parser.parse_args()
    log = Log(args.name)
    memory = os.path.join(args.out, ".log.json")
    if os.path.exists(memory):
        with open(memory) as f:
            log.records = [tuple(record) for record in json.load(f)]
    add_filler(log, args.filler)
    for release in args.release:
        version, platform, goroot = (release.split(":", 2) + [""])[:3]
        os_name, _, arch = platform.partition("-")
        write_release(args.out, log, version, os_name, arch,
                      read_goroot(goroot) if goroot else None)
    log.publish(args.out)
    write_file(args.out, ".log.json", json.dumps(log.records).encode())
    print(log.key.vkey)


if __name__ == "__main__":
    sys.exit(main())
