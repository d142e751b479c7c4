#!/usr/bin/env python3
"""doctor --net against a loopback server that misbehaves: each row one fault, and what is said."""
import base64
import hashlib
import pathlib
import subprocess
import sys
import time

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent.parent / "lib"))
from ports import closed_port  # noqa: E402
from sandbox import *  # noqa: E402,F403

RELEASES = ["1.26.8"]
TLS = ROOT / "test/lib/tls"

# check, faults, behind the proxy in GOPROXY, severity, words of the title
FAULTS = [
    ("GWD067", [], "", "info", "answered in"),
    ("GWD067", [{"kind": "html"}], "", "error", "captive portal"),
    ("GWD067", [{"kind": "status", "code": 502}], "", "error", "HTTP status 502"),
    ("GWD067", [{"kind": "status", "code": 502}], "|direct", "warn", "HTTP status 502"),
    ("GWD067", [{"kind": "status", "code": 502}], ",direct", "error", "HTTP status 502"),
    ("GWD067", [{"kind": "status", "code": 401}], "", "error", "other credentials"),
    ("GWD067", [{"kind": "status", "code": 404}], ",direct", "info", "no Go toolchains"),
    ("GWD067", [{"kind": "loop"}], "", "error", "redirects without end"),
    ("GWD067", [{"kind": "drop"}], "", "error", "before its answer is whole"),
    ("GWD067", [{"kind": "stall", "percent": 0, "seconds": 3}], "", "warn", "is slow"),
    ("GWD068", [], "", None, ""),
    ("GWD068", [{"kind": "status", "code": 500, "path": "supported"}], "", "error", "does not say"),
    ("GWD068", [{"kind": "html", "path": "latest"}], "", "error", "a web page"),
    ("GWD068", [{"kind": "status", "code": 403, "path": "latest"}], "", "error", "status 403"),
    ("GWD068", [{"kind": "flip", "percent": 30, "path": "latest"}], "", "error", "another key"),
]


def ask(box, check_id, env):
    done = box.goward("doctor", "--net", "--only", check_id, "--json", env=env)
    if done.code not in (OK, FINDINGS):
        raise AssertionError(f"the check could not be made\n{done}")
    return done, done.json["findings"]


def expect(box, check_id, severity, title, env):
    done, found = ask(box, check_id, env)
    done.lacks("s3cret")
    if severity is None:
        return same(found, [], f"of {check_id} with {env}")
    check(len(found) == 1 and found[0]["severity"] == severity and title in found[0]["title"],
          f"{check_id} is to find one {severity} with {title!r}\n{done}")


@case
def faults_of_a_server(box):
    server = box.serve()
    for check_id, faults, behind, severity, title in FAULTS:
        server.faults(*faults)
        expect(box, check_id, severity, title, {"GOPROXY": server.url + behind})


@case
def a_server_that_is_not_there(box):
    gone = f"127.0.0.1:{closed_port()}"
    expect(box, "GWD067", "error", "does not answer", {"GOPROXY": f"http://u:s3cret@{gone}"})
    expect(box, "GWD067", "error", "has no address", {"GOPROXY": "http://no-such-host.invalid"})
    expect(box, "GWD068", "error", "does not answer",
           {"GOPROXY": "direct", "GOSUMDB": f"{box.mirror.vkey} http://{gone}"})


@case
def an_http_proxy_that_leads_nowhere(box):
    env = {"HTTP_PROXY": f"http://u:s3cret@127.0.0.1:{closed_port()}", "GOPROXY": "http://p.example"}
    env["http_proxy"] = env["HTTP_PROXY"]
    expect(box, "GWD067", None, "", env)  # a consequence
    expect(box, "GWD068", None, "", env)
    expect(box, "GWD105", "error", "that HTTP_PROXY names does not answer", env)
    expect(box, "GWD105", None, "", {**env, "NO_PROXY": "example"})
    expect(box, "GWD105", "error", "that HTTPS_PROXY names has no address",
           {"HTTPS_PROXY": "proxy.invalid", "GOPROXY": "https://p.example"})
    env = {"https_proxy": env["HTTP_PROXY"], "HTTPS_PROXY": env["HTTP_PROXY"], "GOPROXY": "direct",
           "GOSUMDB": box.mirror.vkey}
    expect(box, "GWD105", "error", "that HTTPS_PROXY names does not answer", env)


@case
def http_where_https_was_said(box):
    server = box.serve()
    expect(box, "GWD067", "error", "does not speak TLS", {"GOPROXY": f"https://{server.host}"})


# certificate, whether its authority is known, severity, words of the title
CERTIFICATES = [
    ("good.pem", False, "error", "unknown authority"),
    ("good.pem", True, "info", "answered in"),
    ("expired.pem", True, "error", "expired or not yet valid"),
    ("future.pem", True, "error", "expired or not yet valid"),
    ("other.pem", True, "error", "certificate of another host"),
]


@case
def certificates(box):
    for number, (name, is_known, severity, title) in enumerate(CERTIFICATES):
        port_file = box.folder / f"tls-port-{number}"
        server = subprocess.Popen(
            [sys.executable, ROOT / "test/lib/goproxy.py", box.mirror.folder, "--port-file",
             port_file, "--tls", TLS / name, TLS / "leaf.key"], stdout=subprocess.DEVNULL)
        try:
            deadline = time.monotonic() + 30
            while not port_file.exists() and server.poll() is None and time.monotonic() < deadline:
                time.sleep(0.01)
            env = {"GOPROXY": f"https://localhost:{port_file.read_text()}"}
            bundle = box.folder / "bundle.pem"
            bundle.write_bytes((TLS / ("ca.pem" if is_known else "other.pem")).read_bytes())
            env["SSL_CERT_FILE"] = bundle
            expect(box, "GWD067", severity, title, env)
        finally:
            server.terminate()
            server.wait()


@case
def a_database_with_another_key(box):
    server = box.serve()
    other = Mirror(box.folder / "other", box.mirror.log.key.name, seed=bytes(32))
    expect(box, "GWD068", "error", "another key",
           {"GOPROXY": server.url, "GOSUMDB": other.vkey})
    expect(box, "GWD068", None, "", {"GOPROXY": box.mirror.url})


@case
def nothing_is_asked_without_net(box):
    server = box.serve()
    box.goward("doctor", "--only", "GWD067", "--json").succeeds()
    box.goward("doctor", "--json")
    same(server.requests(), [], "what was asked for")


# ---- go.sum against the checksum database

N_MODULES = 130  # more than are asked for


def hash_of(number):
    return "h1:" + base64.b64encode(hashlib.sha256(b"%d" % number).digest()).decode()


def add_modules(mirror):
    for i in range(N_MODULES):
        mirror.log.add(f"example.com/m{i}", "v1.0.0", f"example.com/m{i} v1.0.0 {hash_of(2 * i)}\n"
                       f"example.com/m{i} v1.0.0/go.mod {hash_of(2 * i + 1)}\n")


def require(box, numbers, wrong=(), more="", go="1.21"):
    """A project that needs them, and a go.sum in which the hash of those in wrong is another one."""
    requires = "".join(f"require example.com/m{i} v1.0.0\n" for i in numbers)
    (box.project / "go.mod").write_text(f"module example.com/p\n\ngo {go}\n\n{requires}{more}")
    (box.project / "go.sum").write_text("".join(
        f"example.com/m{i} v1.0.0 {hash_of(999 if i in wrong else 2 * i)}\n"
        f"example.com/m{i} v1.0.0/go.mod {hash_of(2 * i + 1)}\n" for i in numbers))


def lookups(server):
    return sorted(path.rpartition("/")[2] for _, path, *_ in server.requests() if "/lookup/" in path)


@case
def a_line_of_go_sum_that_the_log_contradicts(box):
    server = box.serve()
    require(box, (1, 2, 3))
    expect(box, "GWD106", None, "", {})
    same(lookups(server), ["m1@v1.0.0", "m2@v1.0.0", "m3@v1.0.0"], "what was looked up")
    require(box, (1, 2, 3), wrong=(2,))
    expect(box, "GWD106", "error", "another hash of example.com/m2@v1.0.0", {})
    _, found = ask(box, "GWD106", {})
    same(found[0]["place"], {"file": str(box.project / "go.sum"), "line": 3}, "the place")
    check(not box.home.exists(), "the doctor left something behind")
    require(box, (1, 2, 3), wrong=(1, 2, 3))
    done, found = ask(box, "GWD106", {})
    same(len(found), 3, f"the findings: {done}")
    box.goward("doctor", "--net", "--only", "GWD106", "--fix", "--yes").succeeds()
    same((box.project / "go.sum").read_text().count(hash_of(999)), 0, "wrong lines that are left")
    expect(box, "GWD106", None, "", {})


@case
def lines_of_go_sum_that_nobody_may_ask_for(box):
    """Nor those that no build needs."""
    server = box.serve()
    require(box, (1, 2), wrong=(1, 2))
    for env in ({"GOSUMDB": "off"}, {"GONOSUMDB": "example.com"}, {"GOPRIVATE": "*.com"},
                {"GONOSUMCHECK": "1"}, {"GOFLAGS": "-insecure"}):
        expect(box, "GWD106", None, "", env)
        same(lookups(server), [], f"what was looked up with {env}")
    expect(box, "GWD106", "error", "m2@v1.0.0", {"GONOSUMDB": "example.com/m1"})
    same(lookups(server), ["m2@v1.0.0"], "what was looked up")
    (box.project / "go.mod").write_text("module example.com/p\n\ngo 1.21\n")
    expect(box, "GWD106", None, "", {})
    require(box, (1,), wrong=(1,), more="replace example.com/m1 => ./m1\n")
    expect(box, "GWD106", None, "", {})
    require(box, (1,), wrong=(1,))
    (box.project / "vendor").mkdir()
    (box.project / "vendor/modules.txt").write_text(
        "# example.com/m1 v1.0.0\n## explicit\nexample.com/m1\n")
    expect(box, "GWD106", None, "", {"GOFLAGS": "-mod=vendor"})
    same(lookups(server), [], "what was looked up")


@case
def a_module_of_go_sum_that_is_in_the_cache(box):
    server = box.serve()
    require(box, (1,), wrong=(1,))
    cached = box.folder / "user/go/pkg/mod/cache/download/example.com/m1/@v"
    cached.mkdir(parents=True)
    (cached / "v1.0.0.ziphash").write_text(hash_of(2))
    (cached / "v1.0.0.mod").write_text("module example.com/m1\n")
    expect(box, "GWD106", None, "", {})
    same(lookups(server), [], "what was looked up")


@case
def more_modules_of_go_sum_than_are_asked_for(box):
    server = box.serve()
    require(box, range(N_MODULES))
    expect(box, "GWD106", "info", "asked for 100 of 130", {})
    same(len(lookups(server)), 100, "modules that were looked up")


@case
def a_log_that_does_not_answer_for_go_sum(box):
    """What is wrong with it is told once, by GWD067 and GWD068."""
    server = box.serve()
    require(box, (1, 2), wrong=(1, 2))
    for fault in ({"kind": "status", "code": 500}, {"kind": "html", "path": "/sumdb/.*/(latest|lookup|tile)"},
                  {"kind": "status", "code": 502, "path": "/lookup/"}):
        server.faults(fault)
        _, found = ask(box, "GWD106", {})
        same([f for f in found if f["severity"] != "info"], [], f"what is found with {fault}")
    server.faults({"kind": "flip", "percent": 50, "path": "/tile/"})
    expect(box, "GWD106", "warn", "could not be looked at", {})


@case
def no_line_of_go_sum_is_asked_for_without_net(box):
    server = box.serve()
    require(box, (1, 2), wrong=(1, 2))
    box.goward("doctor", "--json")
    same(server.requests(), [], "what was asked for")


if __name__ == "__main__":
    sys.exit(main(releases=RELEASES, prepare=add_modules))
