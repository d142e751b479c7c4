"""Modules as a module proxy has them, in a folder that GOPROXY=file://FOLDER or test/lib/goproxy.py can
serve. Python's standard library only."""
import base64
import hashlib
import io
import zipfile


def h1(files):
    """Hash1 of golang.org/x/mod/sumdb/dirhash; files: {name: bytes}."""
    lines = "".join(f"{hashlib.sha256(files[name]).hexdigest()}  {name}\n" for name in sorted(files))
    return "h1:" + base64.b64encode(hashlib.sha256(lines.encode()).digest()).decode()


def publish(folder, path, version, files):
    """Puts a module (path without capitals) on the proxy; files: {name: text}, go.mod among them. Gives
    its two lines of go.sum."""
    at = folder / path / "@v"
    at.mkdir(parents=True, exist_ok=True)
    named = {f"{path}@{version}/{name}": text.encode() for name, text in files.items()}
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w") as archive:
        for name, data in named.items():
            archive.writestr(zipfile.ZipInfo(name), data)
    (at / f"{version}.zip").write_bytes(packed.getvalue())
    (at / f"{version}.mod").write_text(files["go.mod"])
    (at / f"{version}.info").write_text(f'{{"Version":"{version}","Time":"2024-01-02T03:04:05Z"}}')
    with open(at / "list", "a") as listed:
        listed.write(f"{version}\n")
    of_mod = h1({"go.mod": files["go.mod"].encode()})
    return f"{path} {version} {h1(named)}\n{path} {version}/go.mod {of_mod}\n"


DEP = "example.com/dep"
DEP_FILES = {"go.mod": f"module {DEP}\n\ngo 1.21\n",
             "dep.go": 'package dep\n\nfunc Word() string { return "as it was made" }\n'}
MAIN = (f'package main\n\nimport "{DEP}"\n\nfunc main() {{ println(dep.Word()) }}\n')


def use_dep(m):
    """Makes the project of a test/lib/machine.py need a module that the machine's own proxy has. It is
    not in the module cache yet."""
    proxy = m.top / "proxy"
    m.write("go.sum", publish(proxy, DEP, "v1.0.0", DEP_FILES))
    m.write("go.mod", f"module example.com/well\n\ngo 1.21\n\nrequire {DEP} v1.0.0\n")
    m.write("main.go", MAIN)
    m.env["GOPROXY"] = f"file://{proxy}"
    return proxy
