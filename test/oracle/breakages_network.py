#!/usr/bin/env python3
"""The way to modules, to their checksums and to repositories: broken for real, seen by the real go,
found, cured (test/lib/breakage.py). All of it is on the loopback: a made proxy, a made checksum
database with a key of its own, certificates of a made authority, a repository in a folder."""
import functools
import json
import os
import pathlib
import re
import shutil
import subprocess
import sys
import time

LIB = pathlib.Path(__file__).resolve().parent.parent / "lib"
TLS = LIB / "tls"
sys.path.insert(0, str(LIB))
import breakage as harness  # noqa: E402
from breakage import main  # noqa: E402
from madeproxy import DEP, DEP_FILES, publish, use_dep  # noqa: E402
from makelog import Log  # noqa: E402
from ports import closed_port  # noqa: E402

BESIDE = "other.example"  # the one host that the certificate other.pem is for
NEXT = "v1.1.0"           # not in go.sum: the checksum database is asked for it

breakage = functools.partial(harness.breakage, own_go=False, version="1.27.4")
online = functools.partial(breakage, options=("--net",))


# ---- what a machine starts with

def publish_all(m):
    """A module in the folder of the machine's proxy, and a checksum database that knows it."""
    proxy = use_dep(m)
    log = Log("sums.example")
    log.add(DEP, "v1.0.0", (m.project / "go.sum").read_text())
    log.add(DEP, NEXT, publish(proxy, DEP, NEXT, DEP_FILES))
    log.publish(str(proxy))
    m.env["GOSUMDB"] = log.key.vkey
    return proxy


def plainly(m):
    """Modules come over http."""
    m.serve(publish_all(m))


def over_tls(m, certificate="good.pem"):
    """Over https, and the authority is in a bundle that SSL_CERT_FILE names."""
    proxy = publish_all(m)
    m.write("ca.pem", (TLS / "ca.pem").read_bytes(), below=m.top)
    m.env["SSL_CERT_FILE"] = str(m.top / "ca.pem")
    show_certificate(m, certificate, proxy)


def show_certificate(m, certificate, proxy=None):
    port = m.listen(proxy or m.top / "proxy", "--tls", TLS / certificate, TLS / "leaf.key")
    m.env["GOPROXY"] = f"https://localhost:{port}"
    return port


def through_a_proxy(m):
    """Over https, through an HTTP proxy: nobody else knows the host."""
    over_tls(m, "other.pem")
    port = m.env["GOPROXY"].rpartition(":")[2]
    m.env["GOPROXY"] = f"https://{BESIDE}"
    m.proxy_port = m.listen(m.top / "proxy", "--connect-to", f"127.0.0.1:{port}")
    m.env["HTTPS_PROXY"] = f"http://127.0.0.1:{m.proxy_port}"


def use_the_proxy(m, name="HTTPS_PROXY"):
    m.env[name] = f"http://127.0.0.1:{m.proxy_port}"


def in_hosts(m):
    """As through_a_proxy, but the host is reached without it: it is in /etc/hosts."""
    over_tls(m, "other.pem")
    port = m.env["GOPROXY"].rpartition(":")[2]
    m.env["GOPROXY"] = f"https://{BESIDE}:{port}"
    hosts = m.write("hosts", f"127.0.0.1 localhost {BESIDE}\n", below=m.top)
    m.mount(f"mount --bind '{hosts}' /etc/hosts")


def forget(m):
    mod = m.home / "go/pkg/mod"
    subprocess.run(["chmod", "-R", "u+w", str(mod)], check=False, stderr=subprocess.DEVNULL)
    shutil.rmtree(mod, ignore_errors=True)
    shutil.rmtree(m.home / "go/pkg/sumdb", ignore_errors=True)


def fetch(m):
    """As on the first build of a project: the module is not in the cache."""
    forget(m)
    return m.run("go", "mod", "download")


def look_up(m):
    """As for a new dependency: what go.sum does not know yet."""
    forget(m)
    return m.run("go", "mod", "download", f"{DEP}@{NEXT}")


def faults(m, *what):
    """The machine's proxy misbehaves from now on."""
    port = m.env["GOPROXY"].rpartition(":")[2]
    m.run("curl", "-fsS", "-X", "PUT", "--data", json.dumps(what), f"http://127.0.0.1:{port}/-/faults")


# ---- HTTP proxies

NOBODY = "proxyconnect tcp: dial tcp 127.0.0.1:[0-9]+: connect: connection refused"

for proxy_name in ("HTTPS_PROXY", "https_proxy"):
    @online(f"{proxy_name} leads to where nobody listens", finds="GWD105", prepare=in_hosts, command=fetch,
            symptom=NOBODY)
    def _(m, proxy_name=proxy_name):
        m.env[proxy_name] = f"http://127.0.0.1:{closed_port()}"


@online("the HTTP proxy is not there any more", finds="GWD105", prepare=through_a_proxy, command=fetch,
        symptom=NOBODY, remedy="HTTPS_PROXY", cure=use_the_proxy)
def _(m):
    m.env["HTTPS_PROXY"] = f"127.0.0.1:{closed_port()}"


@online("HTTPS_PROXY, and NO_PROXY lacks a host beside it", finds="GWD105", prepare=in_hosts, command=fetch,
        symptom=NOBODY, remedy="HTTPS_PROXY", cure=lambda m: m.env.update(NO_PROXY="a.example," + BESIDE))
def _(m):
    m.env["HTTPS_PROXY"] = f"http://127.0.0.1:{closed_port()}"
    m.env["NO_PROXY"] = "a.example"


@online("HTTP_PROXY leads to where nobody listens", finds="GWD105", command=fetch, symptom=NOBODY,
        prepare=lambda m: (plainly(m), in_hosts_plainly(m)))
def _(m):
    m.env["HTTP_PROXY"] = f"http://127.0.0.1:{closed_port()}"


def in_hosts_plainly(m):
    hosts = m.write("hosts", f"127.0.0.1 localhost {BESIDE}\n", below=m.top)
    m.mount(f"mount --bind '{hosts}' /etc/hosts")
    m.env["GOPROXY"] = m.env["GOPROXY"].replace("127.0.0.1", BESIDE)


@online("the HTTP proxy has no address", finds="GWD105", prepare=in_hosts, command=fetch,
        symptom="proxyconnect tcp: dial tcp: lookup proxy.invalid")
def _(m):
    m.env["HTTPS_PROXY"] = "http://proxy.invalid:3128"


@online("the HTTP proxy wants a password", finds="GWD067", prepare=through_a_proxy, command=fetch,
        symptom="Proxy Authentication Required", remedy="HTTPS_PROXY", cure=use_the_proxy)
def _(m):
    port = m.listen(m.top / "proxy")
    m.env["HTTPS_PROXY"] = f"http://127.0.0.1:{port}"
    m.run("curl", "-fsS", "-X", "PUT", "--data", '[{"kind": "connect", "code": 407}]',
          f"http://127.0.0.1:{port}/-/faults")


@online("HTTPS_PROXY in the go env file does nothing", finds="GWD067", prepare=through_a_proxy,
        command=fetch, symptom="dial tcp: lookup other.example", remedy="HTTPS_PROXY", cure=use_the_proxy)
def _(m):
    del m.env["HTTPS_PROXY"]


# ---- certificates

UNKNOWN = "x509: certificate signed by unknown authority"


@online("SSL_CERT_FILE leads nowhere", finds="GWD065", prepare=over_tls, command=fetch, symptom=UNKNOWN,
        remedy="SSL_CERT_FILE", cure=lambda m: m.env.update(SSL_CERT_FILE=str(m.top / "ca.pem")))
def _(m):
    m.env["SSL_CERT_FILE"] = "/nonexistent/ca.pem"


@online("SSL_CERT_FILE is empty", finds="GWD065", prepare=over_tls, command=fetch, symptom=UNKNOWN,
        remedy="SSL_CERT_FILE", cure=lambda m: m.env.update(SSL_CERT_FILE=str(m.top / "ca.pem")))
def _(m):
    m.env["SSL_CERT_FILE"] = str(m.write("empty.pem", "", below=m.top))


@online("SSL_CERT_FILE is a bundle without the authority", finds="GWD067", prepare=over_tls,
        command=fetch, symptom=UNKNOWN, remedy="SSL_CERT_FILE|authority",
        cure=lambda m: m.env.update(SSL_CERT_FILE=str(m.top / "ca.pem")))
def _(m):
    m.env["SSL_CERT_FILE"] = str(m.write("bundle.pem", (TLS / "other.pem").read_bytes(), below=m.top))


@online("somebody inspects TLS", finds="GWD067", prepare=over_tls, command=fetch, symptom=UNKNOWN,
        remedy="authority", cure=lambda m: m.env.update(SSL_CERT_FILE=str(m.top / "ca.pem")))
def _(m):
    del m.env["SSL_CERT_FILE"]


def authority_of_the_system(m):
    """The authority is in the system's bundle, as after update-ca-certificates."""
    over_tls(m)
    del m.env["SSL_CERT_FILE"]
    m.bundle = m.private("/etc/ssl/certs", keep=False) / "ca-certificates.crt"
    m.bundle.write_bytes((TLS / "ca.pem").read_bytes())


@online("no certificates are installed", finds="GWD065", prepare=authority_of_the_system, command=fetch,
        symptom=UNKNOWN, remedy="ca-certificates",
        cure=lambda m: m.bundle.write_bytes((TLS / "ca.pem").read_bytes()))
def _(m):
    m.bundle.unlink()


@breakage("no certificates are installed, found without --net", finds="GWD065", command=fetch,
          prepare=authority_of_the_system, symptom=UNKNOWN, remedy="ca-certificates",
          cure=lambda m: m.bundle.write_bytes((TLS / "ca.pem").read_bytes()))
def _(m):
    m.bundle.unlink()


@online("a certificate that has expired", finds="GWD067", prepare=over_tls, command=fetch,
        symptom="x509: certificate has expired or is not yet valid: current time .* is after",
        remedy="date", cure=lambda m: show_certificate(m, "good.pem"))
def _(m):
    show_certificate(m, "expired.pem")


@online("a certificate of another host", finds="GWD067", prepare=over_tls, command=fetch,
        symptom="x509: certificate is valid for other.example, not localhost",
        remedy="name", cure=lambda m: show_certificate(m, "good.pem"))
def _(m):
    show_certificate(m, "other.pem")


@online("a certificate that is not valid yet", finds="GWD067", prepare=over_tls, command=fetch,
        symptom="x509: certificate has expired or is not yet valid: current time .* is before",
        remedy="date", cure=lambda m: show_certificate(m, "good.pem"))
def _(m):
    show_certificate(m, "future.pem")


CLOCK = pathlib.Path(os.environ["TEST_BUILD"]) / "oracle.clock_shift"


def set_back(m, seconds):
    """All that is started on this machine reads a clock that is behind: its system calls are answered
    by another program (test/oracle/clock_shift.c), for no namespace has a wall clock of its own. What
    stays right are the times of files."""
    m.starter = [str(CLOCK), str(-seconds)]
    done = m.run("date", "+%s")
    if done.code != 0 or abs(int(done.out) - time.time() + seconds) > 60:
        raise harness.Skip(f"no clock can be put back here: {done}")


# As after a flat battery, and as of a machine that slept in an image. The certificate is valid since 2020.
for what, year in (("at its beginning", 1970), ("years behind", 2010)):
    @online(f"a clock that is {what}", finds="GWD101", prepare=over_tls, command=fetch,
            symptom="x509: certificate has expired or is not yet valid: current time .* is before",
            remedy="timedatectl", cure=lambda m: m.starter.clear())
    def _(m, year=year):
        set_back(m, int(time.time() - (year - 1970) * 365.25 * 86400) - 3600)


@breakage("a clock that is years behind, found without --net", finds="GWD101", prepare=over_tls,
          command=fetch, remedy="timedatectl", cure=lambda m: m.starter.clear())
def _(m):
    set_back(m, 16 * 365 * 86400)


# ---- what is no module proxy

def remember(m):
    plainly(m)
    m.right = m.env["GOPROXY"]


def right_proxy(m):
    m.env["GOPROXY"] = m.right


@online("a captive portal", finds="GWD067", prepare=plainly, command=fetch, remedy="browser",
        symptom="invalid character '<'|not a valid zip file|malformed|checksum mismatch",
        cure=lambda m: faults(m))
def _(m):
    faults(m, {"kind": "html"})


@online("a captive portal that redirects", finds="GWD067", prepare=plainly, command=fetch, remedy="browser",
        symptom="invalid character '<'|not a valid zip file|malformed|checksum mismatch",
        cure=lambda m: faults(m))
def _(m):
    port = m.listen(m.top)
    m.write("login", "<!DOCTYPE html>\n<html>log in</html>\n", below=m.top)
    faults(m, {"kind": "redirect", "to": f"http://127.0.0.1:{port}/login"})


@online("https said to a port of http", finds="GWD067", prepare=remember, command=fetch, cure=right_proxy,
        symptom="server gave HTTP response to HTTPS client|first record does not look like a TLS handshake",
        remedy="scheme")
def _(m):
    m.env["GOPROXY"] = m.right.replace("http:", "https:")


@online("http said to a port of https", finds="GWD067", prepare=over_tls, command=fetch,
        symptom="EOF|malformed HTTP|connection reset|400 Bad Request", remedy="scheme",
        cure=lambda m: m.env.update(GOPROXY=m.env["GOPROXY"].replace("http:", "https:")))
def _(m):
    m.env["GOPROXY"] = m.env["GOPROXY"].replace("https:", "http:")


@online("a proxy that fails before a comma", finds="GWD067", prepare=plainly, command=fetch,
        symptom="502|Bad Gateway", remedy="[|]", cure=lambda m: (right_proxy(m), faults(m)))
def _(m):
    m.right = m.env["GOPROXY"]
    faults(m, {"kind": "status", "code": 502})
    m.env["GOPROXY"] += ",direct"


# ---- the checksum database

def other_key(name="sums.example"):
    return Log(name, seed=bytes(32)).key.vkey


for title, change, symptom in (
        ("a hash that is not the key's", lambda v: re.sub(r"[+].{8}[+]", "+01234567+", v),
         "invalid verifier hash"),
        ("a hash that is too long", lambda v: v.replace("+", "+0", 1), "malformed verifier id"),
        ("a key that was cut short", lambda v: v[:-4], "malformed verifier id|invalid verifier"),
        ("a name without a key", lambda v: v.split("+")[0], "malformed verifier id|unknown"),
        ("a misspelt default", lambda v: "sum.golang.com", "malformed verifier id|unknown"),
        ("a URL alone", lambda v: "https://sums.example", "malformed verifier id|unknown|invalid")):
    @breakage(f"GOSUMDB is {title}", finds="GWD052", prepare=plainly, command=look_up, symptom=symptom,
              remedy="GOSUMDB", cure=lambda m: m.env.update(GOSUMDB=m.key))
    def _(m, change=change):
        m.key = m.env["GOSUMDB"]
        m.env["GOSUMDB"] = change(m.key)


@breakage("GOSUMDB in the environment hides the right one of the go env file", finds="GWD052",
          command=look_up, symptom="malformed verifier id",
          prepare=lambda m: (plainly(m), m.go_env(f"GOSUMDB={m.env.pop('GOSUMDB')}\n")))
def _(m):
    m.env["GOSUMDB"] = "sums.example+00"


@online("GOSUMDB with the key of somebody else", finds="GWD068", prepare=plainly, command=look_up,
        symptom="signature|verif|key", remedy="GOSUMDB", cure=lambda m: m.env.update(GOSUMDB=m.key))
def _(m):
    m.key = m.env["GOSUMDB"]
    m.env["GOSUMDB"] = other_key()


@online("a checksum database that is not there", finds="GWD068", prepare=plainly, command=look_up,
        symptom="connection refused", remedy="GOSUMDB|port", cure=lambda m: m.env.update(GOSUMDB=m.key))
def _(m):
    m.key = m.env["GOSUMDB"]
    m.env["GOSUMDB"] += f" http://127.0.0.1:{closed_port()}"


@online("a proxy that fails for the checksum database", finds="GWD068", prepare=plainly, command=look_up,
        symptom="500", remedy="404", cure=lambda m: faults(m))
def _(m):
    faults(m, {"kind": "status", "code": 500, "path": "/sumdb/"})


@online("a captive portal before the checksum database", finds="GWD068", prepare=plainly, command=look_up,
        symptom="malformed|invalid|note", remedy="browser", cure=lambda m: faults(m))
def _(m):
    faults(m, {"kind": "html", "path": "/sumdb/.*/(latest|lookup|tile)"})


# ---- go.sum

BUILD = ("go", "build", "-o", "/dev/null", ".")

@breakage("go.sum lacks a module", finds="GWD058", prepare=plainly, command=BUILD,
          symptom="missing go.sum entry")
def _(m):
    m.write("go.sum", "")


@breakage("go.sum lacks the hash of a module's files", finds="GWD058", prepare=plainly,
          command=BUILD, symptom="missing go.sum entry")
def _(m):
    m.write("go.sum", "".join(line for line in (m.project / "go.sum").read_text().splitlines(True)
                              if "/go.mod" in line))


@breakage("go.sum is gone", finds="GWD058", prepare=plainly, command=BUILD,
          symptom="missing go.sum entry")
def _(m):
    m.write("go.sum", None)


def with_dep(m):
    plainly(m)
    m.sums = (m.project / "go.sum").read_text()
    m.run("go", "mod", "download")


def right_sums(m):
    m.write("go.sum", m.sums)


def false_hash(m):
    """One letter of the hash of the module's files."""
    at = m.sums.index("h1:") + 5
    m.write("go.sum", m.sums[:at] + ("A" if m.sums[at] != "A" else "B") + m.sums[at + 1:])


# The module is in the cache: its files are what tells which of the two is wrong.
@breakage("go.sum has another hash than the module in the cache", finds="GWD062 GWD063", prepare=with_dep,
          command=BUILD, symptom="checksum mismatch[^$]*SECURITY ERROR", remedy="go.sum|go mod verify",
          cure=right_sums)
def _(m):
    false_hash(m)


# It is not: go.sum is believed until the download. The checksum database knows which is right.
MISMATCH = r"verifying \S+: checksum mismatch\s+downloaded: [^$]*SECURITY ERROR"


def with_sums(m):
    plainly(m)
    m.sums = (m.project / "go.sum").read_text()


@online("go.sum has another hash than the checksum database", finds="GWD106", prepare=with_sums,
        command=fetch, symptom=MISMATCH, cure=harness.FIX)
def _(m):
    false_hash(m)


@online("go.sum has another hash of a go.mod than the checksum database", finds="GWD106", prepare=with_sums,
        command=fetch, symptom=MISMATCH, cure=harness.FIX)
def _(m):
    of_zip, of_mod = m.sums.splitlines(True)
    m.write("go.sum", of_zip + of_mod[:-10] + ("AAAA" if of_mod[-10:-6] != "AAAA" else "BBBB") + of_mod[-6:])


@online("two lines of go.sum were exchanged", finds="GWD106", prepare=with_sums, command=fetch,
        symptom=MISMATCH, cure=harness.FIX)
def _(m):
    of_zip, of_mod = (line.split() for line in m.sums.splitlines())
    m.write("go.sum", f"{of_zip[0]} {of_zip[1]} {of_mod[2]}\n{of_mod[0]} {of_mod[1]} {of_zip[2]}\n")


@online("go.sum has another hash than the checksum database, put right by hand", finds="GWD106",
        prepare=with_sums, command=fetch, symptom=MISMATCH, remedy="git log -p go.sum", cure=right_sums)
def _(m):
    false_hash(m)


REAL = "rsc.io/quote"


def a_real_module(m):
    """From the configured proxy, known by the real log."""
    for name in ("GOPROXY", "GOSUMDB"):
        if os.environ.get(name):
            m.env[name] = os.environ[name]
    m.write("go.mod", f"module example.com/well\n\ngo 1.21\n\nrequire {REAL} v1.5.2\n")
    m.write("main.go", f'package main\n\nimport "{REAL}"\n\nfunc main() {{ println(quote.Hello()) }}\n')
    done = m.run("go", "mod", "tidy")
    if done.code != 0:
        raise harness.Skip(f"{REAL} cannot be had: {done}")
    m.sums = (m.project / "go.sum").read_text()


@online("go.sum has another hash of a real module than the real log", finds="GWD106", prepare=a_real_module,
        command=fetch, symptom=MISMATCH, cure=harness.FIX)
def _(m):
    m.sums = m.sums[m.sums.index(REAL):] + m.sums[:m.sums.index(REAL)]  # its line first
    false_hash(m)


@breakage("a line of go.sum was cut short", finds="GWD058", prepare=with_dep, command=BUILD,
          symptom="malformed go.sum:\\s.*wrong number of fields", remedy="go.sum", cure=right_sums)
def _(m):
    m.write("go.sum", m.sums.replace(" h1:", "", 1))


@breakage("go.sum holds a merge conflict", finds="GWD058", prepare=with_dep, command=BUILD, cure=harness.FIX,
          symptom="malformed go.sum")
def _(m):
    first, second = m.sums.splitlines(True)
    m.write("go.sum", f"<<<<<<< HEAD\n{first}=======\n{second}>>>>>>> side\n")


# ---- repositories

REPO = "example.com/made.git"


def make_repository(m, path):
    """A folder that git takes for the repository of the module, with a version."""
    repo = m.top / "made"
    m.write("go.mod", f"module {path}\n\ngo 1.21\n", below=repo)
    m.write("made.go", "package made\n\nfunc F() {}\n", below=repo)
    for command in (("init", "-q"), ("add", "."), ("-c", "user.name=a", "-c", "user.email=a@example.com",
                                                   "commit", "-qm", "all"), ("tag", "v1.0.0")):
        m.run("git", *command, cwd=repo)
    return repo


def need(m, path):
    m.write("go.mod", f"module example.com/well\n\ngo 1.21\n\nrequire {path} v1.0.0\n")
    m.write("main.go", f'package main\n\nimport "{path}"\n\nfunc main() {{ made.F() }}\n')


def tidy(m):
    done = m.run("go", "mod", "tidy")
    if done.code != 0:
        raise harness.Skip(f"git brings no module here: {done}")


def from_a_repository(m, private=False):
    """A module that git brings: whoever asks git for its address gets the folder."""
    repo = make_repository(m, REPO)
    m.run("git", "config", "--global", f"url.file://{repo}.insteadOf", f"https://{REPO.removesuffix('.git')}")
    need(m, REPO)
    if private:
        (m.top / "none").mkdir()
        m.env.update(GOPROXY=f"file://{m.top}/none", GOPRIVATE="example.com")
    else:
        m.env.update(GOPROXY="direct", GONOSUMDB="example.com")
    tidy(m)


def by_its_page(m):
    """The page of a module tells where its repository is: git is started for that, not for a name."""
    through_a_proxy(m)
    repo = make_repository(m, f"{BESIDE}/made")
    m.write("made", f'<html><head><meta name="go-import" content="{BESIDE}/made git https://{BESIDE}/made.git">'
            "</head></html>\n", below=m.top / "proxy")
    m.run("git", "config", "--global", f"url.file://{repo}.insteadOf", f"https://{BESIDE}/made.git")
    need(m, f"{BESIDE}/made")
    m.env.update(GOPROXY="direct", GONOSUMDB=BESIDE)
    tidy(m)


@breakage("a module with a page, and no git", finds="GWD053", prepare=by_its_page, command=fetch,
          symptom=r'exec: "git": executable file not found in \$PATH', remedy="install git",
          cure=lambda m: m.without())
def _(m):
    m.without("git")


NO_GIT = r'missing Git command|exec: "git": executable file not found in \$PATH'


@breakage("GOPROXY=direct, and no git", finds="GWD053", prepare=from_a_repository, command=fetch,
          symptom=NO_GIT, remedy="install git", cure=lambda m: m.without())
def _(m):
    m.without("git")


@breakage("a private module, and no git", finds="GWD053", command=fetch, symptom=NO_GIT,
          prepare=lambda m: from_a_repository(m, private=True), remedy="install git", cure=lambda m: m.without())
def _(m):
    m.without("git")


for rule, symptom in (
        ("public:off", "disallows"), ("*:off", "disallows"), ("*:hg", "disallows"),
        ("public:hg|svn", "disallows"), ("example.com/*:off", "disallows"),
        ("example.com:hg", "disallows"), ("example.com/made.git:off,public:git", "disallows"),
        ("public:gti", "disallows"), ("public", "missing colon"), ("public:git,", "empty entry in GOVCS"),
        ("public:", "empty VCS list"), ("public:git,public:git", "unreachable pattern in GOVCS")):
    @breakage(f"GOVCS={rule}", finds="GWD053", prepare=from_a_repository, command=fetch, symptom=symptom)
    def _(m, rule=rule):
        m.env["GOVCS"] = rule


@breakage("GOVCS in the go env file forbids git", finds="GWD053", prepare=from_a_repository, command=fetch,
          symptom="GOVCS disallows using git for public example.com/made.git")
def _(m):
    m.go_env("GOVCS=public:off\n")


@breakage("GOVCS forbids git for private modules", finds="GWD053", command=fetch,
          prepare=lambda m: from_a_repository(m, private=True),
          symptom="GOVCS disallows using git for private example.com/made.git")
def _(m):
    m.env["GOVCS"] = "private:off"


if __name__ == "__main__":
    sys.exit(main())
