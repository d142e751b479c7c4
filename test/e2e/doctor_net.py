#!/usr/bin/env python3
"""doctor --net against a loopback server that misbehaves: each row one fault, and what is said."""
import pathlib
import socket
import subprocess
import sys
import time

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent.parent / "lib"))
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


def closed_port():
    with socket.socket() as s:
        s.bind(("127.0.0.1", 0))
        return s.getsockname()[1]


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


if __name__ == "__main__":
    sys.exit(main(releases=RELEASES))
