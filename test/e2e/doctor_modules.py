#!/usr/bin/env python3
"""Modules and proxies, broken for real: each row plants one fault, and the check of that fault, and
of nothing else, says so. Offline.

Verdicts are those of the go command from 1.19 to 1.27, which was run on the same files.
"""
import base64
import hashlib
import pathlib
import sys
import zipfile

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent.parent / "lib"))
from sandbox import *  # noqa: E402,F403

SUM = "sum.golang.org+033de0ae+Ac4zctda0e5eza+HJyk9SxEdh+s3Ux18htTTAD8OuAn8"
X_MOD = "module example.com/x\n\ngo 1.18\n"
X_GO = "package x\n\nfunc X() int { return 1 }\n"
MAIN = 'package main\n\nimport "example.com/x"\n\nfunc main() { println(x.X()) }\n'
NEEDS_X = "module example.com/shop\n\ngo 1.21\n\nrequire example.com/x v1.0.0\n"
OTHER = "h1:8wlg68NqwW7eMnI1aABk/C2pDYXj8mrMY4TyRfiLeS0="


def h1(files):
    """dirhash.Hash1 of {name: text}."""
    summary = "".join(f"{hashlib.sha256(files[name].encode()).hexdigest()}  {name}\n"
                      for name in sorted(files))
    return "h1:" + base64.b64encode(hashlib.sha256(summary.encode()).digest()).decode()


ZIP_H1 = h1({"example.com/x@v1.0.0/go.mod": X_MOD, "example.com/x@v1.0.0/x.go": X_GO})
MOD_H1 = h1({"go.mod": X_MOD})
X_SUM = f"example.com/x v1.0.0 {ZIP_H1}\nexample.com/x v1.0.0/go.mod {MOD_H1}\n"
VENDORED = "# example.com/x v1.0.0\n## explicit; go 1.18\nexample.com/x\n"


def write(box, files):
    """{path below the sandbox's folder: text}."""
    for path, text in files.items():
        file = box.folder / path
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_bytes(text if isinstance(text, bytes) else text.encode())


def project(mod=NEEDS_X, total=X_SUM):
    files = {"project/go.mod": mod, "project/main.go": MAIN, "project/go.sum": total}
    return {name: text for name, text in files.items() if text is not None}


def cached():
    """example.com/x as the go command leaves it in the module cache."""
    at = "mod/cache/download/example.com/x/@v/v1.0.0"
    return {f"{at}.mod": X_MOD, f"{at}.ziphash": ZIP_H1, f"{at}.info": '{"Version":"v1.0.0"}',
            "mod/example.com/x@v1.0.0/go.mod": X_MOD, "mod/example.com/x@v1.0.0/x.go": X_GO}


def use_go(box, version="1.26.8"):
    root = box.folder / "go"
    write_tree(root, goroot_files(version))
    (root / "go.env").write_text("GOPROXY=https://proxy.example,direct\n"
                                 "GOSUMDB=sum.golang.org\nGOTOOLCHAIN=auto\n")
    box.env["PATH"] = f"{root}/bin:/usr/bin:/bin"
    box.env["GOMODCACHE"] = str(box.folder / "mod")
    box.env["GOSUMDB"] = "sum.golang.org"


def findings(box, check_id, env, *more):
    done = box.goward("doctor", "--only", check_id, "--json", *more, env=env)
    if done.code not in (OK, FINDINGS):
        raise AssertionError(f"the check could not be made\n{done}")
    return done, done.json["findings"]


def expect(box, check_id, severity, title, env, *more):
    """One finding with the severity whose title holds the words; severity None: nothing that warns."""
    done, found = findings(box, check_id, env, *more)
    bad = [f for f in found if f["severity"] != "info" or severity == "info"]
    if severity is None:
        check(not bad, f"{check_id} finds nothing with {env}\n{done}")
        return
    check(len(bad) == 1 and bad[0]["severity"] == severity and title in bad[0]["title"],
          f"{check_id} is to find one {severity} with {title!r}, with {env}\n{done}")
    check(bad[0]["remedy"] or severity == "info", f"a remedy\n{done}")
    done.lacks("s3cret")


# id, what is set, severity of the one finding (None: there is none), words of its title
VARIABLES = [
    ("GWD050", {"GOPROXY": None}, None, ""),
    ("GWD050", {"GOPROXY": "https://p.example,direct"}, None, ""),
    ("GWD050", {"GOPROXY": "p.example|direct"}, None, ""),
    ("GWD050", {"GOPROXY": ","}, "error", "has no entries"),
    ("GWD050", {"GOPROXY": "Direct"}, "error", "no scheme: 'Direct'"),
    ("GWD050", {"GOPROXY": "https://p.example,of"}, "error", "no scheme: 'of'"),
    ("GWD050", {"GOPROXY": "ftp://p.example"}, "error", "unknown scheme 'ftp'"),
    ("GWD050", {"GOPROXY": "https://u:s3cret@p.example:x"}, "error", "refuses GOPROXY"),
    ("GWD050", {"GOPROXY": "https://p.example direct"}, "error", "refuses GOPROXY"),
    ("GWD050", {"GOPROXY": "https://p.example;direct"}, "error", "semicolon"),
    ("GWD050", {"GOPROXY": ",https://p.example"}, "warn", "empty entry"),
    ("GWD050", {"GOPROXY": "direct,https://u:s3cret@p.example"}, "warn", "is never asked"),
    ("GWD050", {"GOPROXY": "off,https://p.example"}, "warn", "is never asked"),
    ("GWD050", {"GOPROXY": "https://porxy.example,direct"}, "warn", "is proxy.example meant"),
    ("GWD050", {"GOPROXY": "file:///nowhere/at/all"}, "error", "which is not there"),
    ("GWD050", {"GOPROXY": "file:///nowhere/at/all,direct"}, "warn", "which is not there"),
    ("GWD050", {"GOPROXY": "http://p.example", "GOSUMDB": "off"}, "warn", "without encryption"),
    ("GWD051", {"GOPRIVATE": "git.example.com,*.corp.example"}, None, ""),
    ("GWD051", {"GOPRIVATE": "github.com/corp", "GONOPROXY": "none"}, None, ""),
    ("GWD051", {"GOPRIVATE": "*"}, "warn", "GOPRIVATE takes in every module"),
    ("GWD051", {"GONOSUMDB": "*"}, "warn", "GONOSUMDB takes in every module"),
    ("GWD051", {"GOINSECURE": "*"}, "warn", "GOINSECURE takes in every module"),
    ("GWD051", {"GOPRIVATE": "github.com"}, "warn", "all of github.com"),
    ("GWD051", {"GOPRIVATE": "https://git.example.com"}, "warn", "no scheme"),
    ("GWD051", {"GOPRIVATE": "git.example.com, x.example"}, "warn", "spaces count"),
    ("GWD051", {"GOPRIVATE": ".example.com"}, "warn", "begins with a dot"),
    ("GWD051", {"GOPRIVATE": "git.example.com/..."}, "warn", "by itself"),
    ("GWD051", {"GOPRIVATE": "git.example.com:8443/x"}, "warn", "no port"),
    ("GWD051", {"GOPRIVATE": "git.[a"}, "warn", "never closed"),
    ("GWD051", {"GONOSUMCHECK": "1"}, "warn", "GONOSUMDB is meant"),
    ("GWD052", {"GOSUMDB": "sum.golang.org"}, None, ""),
    ("GWD052", {"GOSUMDB": "sum.golang.google.cn"}, None, ""),
    ("GWD052", {"GOSUMDB": SUM}, None, ""),
    ("GWD052", {"GOSUMDB": "off"}, "warn", "is off"),
    ("GWD052", {"GOSUMDB": "sum.golang.og"}, "error", "names no checksum database"),
    ("GWD052", {"GOSUMDB": SUM.replace("033de0ae", "033de0af")}, "error", "names no checksum"),
    ("GWD052", {"GOSUMDB": SUM.replace("+Ac4", "+")}, "error", "names no checksum"),
    ("GWD052", {"GOSUMDB": "a b c"}, "error", "names no checksum database"),
    ("GWD053", {"GOPROXY": "direct", "PATH": "/nowhere"}, "warn", "no git in PATH"),
    ("GWD053", {"GOVCS": "public"}, "error", "has no colon"),
    ("GWD053", {"GOVCS": "public:git,,private:all"}, "error", "is empty"),
    ("GWD053", {"GOVCS": "public:gti"}, "warn", "no version control system that Go knows"),
    ("GWD053", {"GOVCS": "*:off", "GOPRIVATE": "git.example.com"}, "warn", "forbids git for private"),
    ("GWD053", {"GOVCS": "public:git,private:all", "GOPRIVATE": "git.example.com"}, None, ""),
    ("GWD054", {"GOPROXY": "https://u:s3cret@p.example"}, "info", "holds a password"),
    ("GWD054", {"NETRC": "/nowhere/netrc"}, "warn", "NETRC names a file"),
    ("GWD054", {"GOAUTH": "git work"}, "error", "without one absolute directory"),
    ("GWD054", {"GOAUTH": "off; netrc"}, "error", "off beside other commands"),
    ("GWD054", {"GOAUTH": "netrc;"}, "error", "empty command"),
    ("GWD060", {"GOPATH": "go"}, "error", "relative entry go"),
    ("GWD060", {"GOPATH": "~/go"}, "error", "begins with ~"),
    ("GWD060", {"GOPATH": "go"}, "error", "relative entry"),
    ("GWD065", {"SSL_CERT_FILE": "/nowhere.pem", "SSL_CERT_DIR": "/nowhere"}, "error",
     "no certificate authority"),
    ("GWD066", {"HTTPS_PROXY": "http://u:s3cret@proxy.example:3128"}, None, ""),
    ("GWD066", {"HTTPS_PROXY": "proxy.example:3128", "NO_PROXY": "a.example,10.0.0.0/8,*"}, None, ""),
    ("GWD066", {"HTTPS_PROXY": "http://u:s3cret@proxy.example:port"}, "error", "is no number"),
    ("GWD066", {"HTTP_PROXY": "htps://proxy.example"}, "error", "a scheme that Go does not speak"),
    ("GWD066", {"HTTPS_PROXY": "http://a:1", "https_proxy": "http://b:s3cret@b:1"}, "warn", "differ"),
    ("GWD066", {"NO_PROXY": "https://a.example"}, "warn", "takes hosts only"),
    ("GWD066", {"NO_PROXY": "a.example b.example"}, "warn", "commas only"),
]


@case
def variables(box):
    use_go(box)
    box.wants("1.26.0")
    for check_id, env, severity, title in VARIABLES:
        expect(box, check_id, severity, title, {"GOPROXY": "https://p.example", **env})


# id, files, what is set, severity, words
FILES = [
    ("GWD005", project(mod="<<<<<<< HEAD\n" + NEEDS_X), {}, "error", "merge conflict"),
    ("GWD005", project(mod="\ufeff" + NEEDS_X), {}, "error", "byte order mark"),
    ("GWD005", project(mod=NEEDS_X.encode("utf-16")), {}, "error", "UTF-16"),
    ("GWD005", project(mod=NEEDS_X.replace("\n", "\r\n")), {}, None, ""),
    ("GWD012", {**project(), "project/go.work": "go 1.20\n\nuse .\n"}, {}, "error", "go.work says"),
    ("GWD056", project(), {}, None, ""),
    ("GWD056", project(mod=NEEDS_X + "replace example.com/x => ../x\n"), {}, "error", "not there"),
    ("GWD056", project(mod=NEEDS_X + "replace example.com/y => ../y\n"), {}, "warn", "not there"),
    ("GWD056", {**project(mod=NEEDS_X + "replace example.com/x => ../x\n"), "x/x.go": X_GO}, {},
     "error", "has no go.mod"),
    ("GWD056", project(mod=NEEDS_X + "require example.com/X v1.0.0\n"), {}, "warn", "capitals"),
    ("GWD057", project(), {"GOFLAGS": "-modfile=x.mod"}, None, ""),
    ("GWD057", {**project(), "go.work": "go 1.21\n\nuse ./project\n"},
     {"GOFLAGS": "-modfile=go.mod"}, "error", "refused in a workspace"),
    ("GWD058", project(), {}, None, ""),
    ("GWD058", project(total=None), {}, "error", "no hashes for 1 imported module"),
    ("GWD058", project(total=X_SUM.splitlines()[0] + "\n"), {}, "error", "no hashes for 1"),
    ("GWD058", {**project(total=None), "project/main.go": "package main\n"}, {}, None, ""),
    ("GWD058", project(total="<<<<<<< HEAD\n" + X_SUM), {}, "error", "merge conflict"),
    ("GWD058", project(total=X_SUM + "example.com/y v1.0.0\n"), {}, "error", "not three fields"),
    ("GWD058", project(total=X_SUM + "example.com/y v1.0.0 h1:abc=\n"), {}, "error", "misspelt"),
    ("GWD058", project(total=X_SUM + f"example.com/x v1.0.0 {OTHER}\n"), {}, "warn", "two hashes"),
    ("GWD058", project(total=X_SUM.replace("\n", "\r\n")), {}, None, ""),
    ("GWD058", project(total=X_SUM + "example.com/y v1.0.0 h2:abc\n"), {}, None, ""),
    ("GWD059", {**project(), "project/vendor/x": ""}, {}, "error", "does not agree"),
    ("GWD060", {**project(), "gopath/go.mod": "module g\n"}, {"GOPATH": "gopath"}, "warn",
     "it is ignored"),
    ("GWD062", {**project(), **cached()}, {}, None, ""),
    ("GWD062", {**project(), **cached(), "mod/cache/download/example.com/x/@v/v1.0.0.mod": ""}, {},
     "error", "go.mod is empty"),
    ("GWD062", {**project(), **cached(), "mod/cache/download/example.com/x/@v/v1.0.0.ziphash": OTHER},
     {}, "error", "not the one of go.sum"),
    ("GWD062", {**project(), **cached(), "mod/cache/download/example.com/x/@v/v1.0.0.ziphash": ""},
     {}, None, ""),
    ("GWD062", {**project(), **cached(), "mod/cache/download/example.com/x/@v/v1.0.0.info": ""},
     {}, "warn", "version information"),
    ("GWD062", {**project(), "mod/cache/download/example.com/x/@v/v1.0.0.zip": "PK\x03\x04"},
     {}, "error", "cannot be unpacked"),
    ("GWD063", {**project(), **cached()}, {}, None, ""),
    ("GWD098", project(), {"GOPROXY": "off"}, "warn", "keeps it away"),
    ("GWD098", {**project(), **cached()}, {"GOPROXY": "off"}, None, ""),
    ("GWD098", project(), {}, None, ""),
    ("GWD050", project(), {"GOPROXY": "https//proxy.example"}, "error", "lacks the colon"),
    ("GWD063", {**project(), **cached(), "mod/example.com/x@v1.0.0/x.go": X_GO + "// evil\n"}, {},
     "error", "was changed in the module cache"),
    ("GWD063", {**project(), **cached(), "mod/example.com/x@v1.0.0/y.go": "package x\n"}, {},
     "error", "was changed in the module cache"),
]


def plain_ids(box, *more):
    return {f["id"] for f in box.goward("doctor", "--json", *more).json["findings"]}


@case
def modules_are_hashed_where_they_were_touched(box):
    """A plain run hashes what is younger than the directory that was closed over it; where a cache may
    have come from elsewhere, all is hashed."""
    use_go(box)
    for path, text in {**project(), **cached()}.items():
        file = box.folder / path
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(text)
    module = box.folder / "mod/example.com/x@v1.0.0"
    module.chmod(0o555)  # as the go command closes it
    check("GWD063" not in plain_ids(box), "nothing was touched")
    (module / "x.go").write_text(X_GO + "// evil\n")
    check("GWD063" in plain_ids(box), "a file was changed in its place")
    module.chmod(0o755)
    (module / "y.go").write_text("package x\n")
    check("GWD063" in plain_ids(box), "a file came with it")
    module.chmod(0o555)  # as a cache comes out of an archive: the directory last
    check("GWD063" not in plain_ids(box), "nothing is younger than the directory")
    for more in (["--profile", "ci"], ["--profile", "release"], ["--mode", "proxy"]):
        check("GWD063" in plain_ids(box, *more), f"all is hashed with {more}")


@case
def files(box):
    use_go(box)
    for check_id, planted, env, severity, title in FILES:
        for name in ("project", "mod", "gopath", "x"):
            if (box.folder / name).exists():
                remove_tree(box.folder / name)
        (box.folder / "go.work").unlink(missing_ok=True)
        write(box, planted)
        env = {k: str(box.folder / v) if k == "GOPATH" else v for k, v in env.items()}
        expect(box, check_id, severity, title, env)


@case
def a_vendor_directory(box):
    use_go(box)
    vendored = {"project/vendor/modules.txt": VENDORED, "project/vendor/example.com/x/x.go": X_GO}
    write(box, {**project(total=None), **vendored})
    expect(box, "GWD059", None, "", {})
    expect(box, "GWD058", None, "", {})  # vendored builds do not read go.sum
    write(box, {"project/go.mod": NEEDS_X.replace("v1.0.0", "v1.1.0")})
    expect(box, "GWD059", "error", "does not agree with go.mod", {})
    expect(box, "GWD059", None, "", {"GOFLAGS": "-mod=readonly"})
    write(box, {"project/go.mod": NEEDS_X})
    remove_tree(box.project / "vendor/example.com")
    expect(box, "GWD059", "error", "lacks 1 of the packages", {})


@case
def a_zip_with_its_end(box):
    use_go(box)
    write(box, project())
    file = box.folder / "mod/cache/download/example.com/x/@v/v1.0.0.zip"
    file.parent.mkdir(parents=True)
    with zipfile.ZipFile(file, "w") as archive:
        archive.writestr("example.com/x@v1.0.0/go.mod", X_MOD)
    expect(box, "GWD062", None, "", {})
    file.write_bytes(file.read_bytes()[:-30])
    expect(box, "GWD062", "error", "cannot be unpacked", {})


@case
def a_toolchain_that_cannot_be_had(box):
    use_go(box)
    box.wants("1.27.3")
    auto = {"GOTOOLCHAIN": "auto"}
    expect(box, "GWD055", None, "", {**auto, "GOPROXY": "https://p.example"})
    expect(box, "GWD055", None, "", {"GOTOOLCHAIN": "local"})  # GWD033
    expect(box, "GWD055", "error", "only PATH", {"GOTOOLCHAIN": "go1.27.4+path"})
    for env, why in (({"GOPROXY": "off"}, "GOPROXY=off"), ({"GOPROXY": "direct"}, "no repository"),
                     ({"GOPRIVATE": "*"}, "GONOPROXY"), ({"GOSUMDB": "off"}, "GOSUMDB=off")):
        expect(box, "GWD055", "error", why, {"GOPROXY": "https://p.example", **auto, **env})
    (box.folder / f"mod/golang.org/toolchain@v0.0.1-go1.27.3.{OS}-{ARCH}").mkdir(parents=True)
    expect(box, "GWD055", None, "", {**auto, "GOPROXY": "off"})
    box.wants("1.26.0", "go1.27.4")
    expect(box, "GWD055", None, "", {"GOTOOLCHAIN": "local"})  # a toolchain line is a wish
    expect(box, "GWD055", "error", "go1.27.4 is needed", {**auto, "GOPROXY": "off"})


@case
def a_netrc_for_all_to_read(box):
    use_go(box)
    netrc = box.folder / "user/.netrc"
    netrc.write_text("machine p.example login u password s3cret\n")
    netrc.chmod(0o644)
    expect(box, "GWD054", "warn", "other users may read", {"GOPROXY": None})
    netrc.chmod(0o600)
    expect(box, "GWD054", None, "", {"GOPROXY": None})


@case
def a_private_module_without_git(box):
    use_go(box)
    write(box, project())
    env = {"GOPRIVATE": "example.com", "PATH": f"{box.folder}/go/bin"}
    expect(box, "GWD053", "error", "example.com/x must come from its repository", env)
    write(box, cached())
    expect(box, "GWD053", "warn", "no git in PATH", env)


@case
def no_go_and_nothing_set(box):
    """Where there is no Go, and where all is as Go makes it, there is nothing to warn of."""
    quiet = {"GOPROXY": None, "GOSUMDB": None}
    ids = [f"GWD0{n}" for n in range(50, 69) if n not in (61, 64)]
    for _ in range(2):
        for check_id in ids:
            expect(box, check_id, None, "", quiet)
        use_go(box)
        box.env.pop("GOSUMDB")


if __name__ == "__main__":
    sys.exit(main())
