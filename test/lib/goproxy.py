#!/usr/bin/env python3
"""A loopback web server for tests: serves a folder, keeps a log, misbehaves on request.

    goproxy.py ROOT [--port N] [--port-file F] [--log F] [--faults F] [--tls CERT.pem KEY.pem]
               [--connect-to HOST:PORT]

Listens on 127.0.0.1 and prints "listening on PORT" (also written to --port-file, last). Answers GET
and HEAD with Range; a GET of an absolute URL (it is then an HTTP proxy) is answered by path alone,
and CONNECT leads to --connect-to whatever was asked for. A path that ends with "/" gives the
index.json of that folder.

Each request is one line of --log: METHOD PATH STATUS range=RANGE auth=BASIC host=HOST agent=AGENT.

Faults are a JSON list, in the file --faults (read at each request) or PUT to /-/faults. A fault has
"kind", and may have "path" (a regular expression searched in the path; default all), "skip" (so many
matching requests pass first) and "times" (then it holds for so many; default for ever):

    cut       {"percent": 50}    full Content-Length, then the connection is closed early
    reset     {"percent": 50}    the same, by a TCP reset
    short     {"percent": 50}    no Content-Length, closed early
    nolength                     no Content-Length, but whole
    drop                         closed without an answer
    flip      {"percent": 50}    one bit is inverted there
    html                         200 and a web page
    status    {"code": 403, "text": "why"}
    slow      {"rate": 1000}     bytes a second
    stall     {"percent": 50, "seconds": 60}   silence there
    redirect  {"to": URL}        302; "%s" stands for the path
    loop                         302 to itself for ever
    norange                      200 and the whole, whatever range was asked for
    wrongrange                   206, but another range
    swap      {"file": PATH}     the content of another file
    big       {"size": 10485760, "length": true}   zeros; Content-Length only with "length"
    gzip                         Content-Encoding: gzip
    auth      {"user": "u", "password": "p"}   401 without it
    connect   {"code": 407}      the answer to CONNECT
    refuse    {"after": 3}       the server is gone after so many requests

GET /-/log gives the log, DELETE /-/log empties it. Python's standard library only.
"""
import argparse
import base64
import gzip
import http.server
import json
import os
import re
import select
import socket
import socketserver
import ssl
import struct
import sys
import threading
import time
import urllib.parse

CHUNK = 1 << 18

TYPES = {".zip": "application/zip", ".json": "application/json", ".info": "application/json",
         ".gz": "application/octet-stream"}


class State:
    def __init__(self, args):
        self.args = args
        self.lock = threading.Lock()
        self.lines = []
        self.given = None   # faults that were PUT
        self.source = None  # text that self.faults was made of
        self.faults = []
        self.n_requests = 0

    def current_faults(self):
        text = self.given
        if text is None and self.args.faults and os.path.exists(self.args.faults):
            with open(self.args.faults) as f:
                text = f.read()
        if text != self.source:
            self.source = text
            self.faults = [dict(fault, seen=0) for fault in json.loads(text or "[]")]
        return self.faults

    def fault_for(self, path, method):
        """The first fault that holds for this request; counts it."""
        with self.lock:
            self.n_requests += 1
            for fault in self.current_faults():
                if fault["kind"] == "refuse" or (fault["kind"] == "connect") != (method == "CONNECT"):
                    continue
                if not re.search(fault.get("path", ""), path):
                    continue
                fault["seen"] += 1
                n = fault["seen"] - fault.get("skip", 0)
                if n >= 1 and n <= fault.get("times", 1 << 62):
                    return fault
        return {"kind": "none"}

    def log(self, line):
        with self.lock:
            self.lines.append(line)
            if self.args.log:
                with open(self.args.log, "a") as f:
                    f.write(line + "\n")


class Handler(http.server.BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    timeout = 120

    def log_message(self, *args):
        pass

    @property
    def state(self):
        return self.server.state

    def do_GET(self):
        if self.path.startswith("/-/"):
            return self.control()
        path = urllib.parse.unquote(urllib.parse.urlsplit(self.path).path)
        fault = self.state.fault_for(self.path, "GET")
        self.answer(path, fault)
        if any(f["kind"] == "refuse" and self.state.n_requests >= f["after"]
               for f in self.state.faults):
            self.wfile.flush()
            os._exit(0)

    do_HEAD = do_GET
    do_PUT = do_GET
    do_DELETE = do_GET

    def note(self, status):
        auth = self.headers.get("Authorization", "")
        if auth.startswith("Basic "):
            auth = base64.b64decode(auth[6:]).decode("latin-1")
        self.state.log("%s %s %d range=%s auth=%s host=%s agent=%s" % (
            self.command, self.path, status, self.headers.get("Range", ""), auth,
            self.headers.get("Host", ""), self.headers.get("User-Agent", "")))

    def control(self):
        body = b""
        name = self.path[3:]
        if name == "faults" and self.command == "PUT":
            self.state.given = self.rfile.read(int(self.headers["Content-Length"])).decode()
        elif name == "faults" and self.command == "DELETE":
            self.state.given = None
        elif name == "log" and self.command == "DELETE":
            self.state.lines = []
        elif name == "log":
            body = "".join(line + "\n" for line in self.state.lines).encode()
        self.send_response(200)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def text(self, status, text, headers=()):
        self.note(status)
        body = (text + "\n").encode()
        self.send_response(status)
        self.send_header("Content-Type", "text/plain; charset=UTF-8")
        self.send_header("Content-Length", str(len(body)))
        for header in headers:
            self.send_header(*header)
        self.end_headers()
        if self.command != "HEAD":
            self.wfile.write(body)

    def answer(self, path, fault):
        kind = fault["kind"]
        if kind == "status":
            return self.text(fault["code"], fault.get("text", "status %d was asked for" % fault["code"]))
        if kind == "drop":
            self.note(0)
            return self.hang_up()
        if kind == "loop":
            return self.text(302, "again", [("Location", self.path)])
        if kind == "redirect":
            to = fault["to"].replace("%s", self.path)
            return self.text(302, "there", [("Location", to)])
        if kind == "auth":
            wanted = "%s:%s" % (fault["user"], fault["password"])
            given = self.headers.get("Authorization", "")
            if given != "Basic " + base64.b64encode(wanted.encode()).decode():
                return self.text(401, "who are you?", [("WWW-Authenticate", 'Basic realm="x"')])
        data = self.content(path, fault)
        if data is None:
            return self.text(404, "not found: %s" % path)
        self.send_content(path, data, fault)

    def content(self, path, fault):
        kind = fault["kind"]
        if kind == "html":
            return b"<!DOCTYPE html>\n<html><body>Please log in to the guest network.</body></html>\n"
        if kind == "big":
            return b"\0" * fault.get("size", 10 << 20)
        root = os.path.realpath(self.state.args.root)
        file = fault["file"] if kind == "swap" else os.path.join(root, path.lstrip("/"))
        if file.endswith("/"):
            file += "index.json"
        if kind != "swap" and not os.path.realpath(file).startswith(root + "/"):
            return None
        if not os.path.isfile(file):
            return None
        with open(file, "rb") as f:
            data = f.read()
        if kind == "flip":
            data = bytearray(data)
            data[len(data) * fault.get("percent", 50) // 100] ^= 1
        return gzip.compress(bytes(data)) if kind == "gzip" else data

    def range_of(self, n, fault):
        """(first, last, status) of the Range header; last is inclusive."""
        match = re.fullmatch(r"bytes=(\d*)-(\d*)", self.headers.get("Range", ""))
        if not match or match.group(0) == "bytes=-" or fault["kind"] == "norange":
            return 0, n - 1, 200
        first, last = match.groups()
        if first == "":
            return max(0, n - int(last)), n - 1, 206
        if int(first) >= n:
            return 0, -1, 416
        first, last = int(first), min(n - 1, int(last) if last else n - 1)
        if fault["kind"] == "wrongrange":
            first -= min(first, 1)
        return first, last, 206

    def send_content(self, path, data, fault):
        kind = fault["kind"]
        first, last, status = self.range_of(len(data), fault)
        body = memoryview(data)[first:last + 1]
        has_length = kind not in ("short", "nolength") and not (kind == "big" and not fault.get("length"))
        self.note(status)
        self.send_response(status)
        suffix = os.path.splitext(path)[1]
        self.send_header("Content-Type", "text/html" if kind == "html"
                         else TYPES.get(suffix, "text/plain; charset=utf-8"))
        if status == 206:
            self.send_header("Content-Range", "bytes %d-%d/%d" % (first, last, len(data)))
        if status == 416:
            self.send_header("Content-Range", "bytes */%d" % len(data))
        if kind == "gzip":
            self.send_header("Content-Encoding", "gzip")
        if has_length:
            self.send_header("Content-Length", str(len(body)))
        else:
            self.send_header("Connection", "close")
            self.close_connection = True
        self.end_headers()
        if self.command == "HEAD":
            return
        try:
            self.send_body(body, fault)
        except (BrokenPipeError, ConnectionResetError):
            self.close_connection = True

    def send_body(self, body, fault):
        kind = fault["kind"]
        if kind in ("cut", "reset", "short"):
            self.wfile.write(body[:len(body) * fault.get("percent", 50) // 100])
            self.wfile.flush()
            return self.hang_up(hard=kind == "reset")
        if kind == "stall":
            at = len(body) * fault.get("percent", 50) // 100
            self.wfile.write(body[:at])
            self.wfile.flush()
            time.sleep(fault.get("seconds", 60))
            body = body[at:]
        if kind == "slow":
            step = max(1, fault["rate"] // 20)
            for at in range(0, len(body), step):
                self.wfile.write(body[at:at + step])
                time.sleep(0.05)
            return None
        for at in range(0, len(body), CHUNK):
            self.wfile.write(body[at:at + CHUNK])
        return None

    def hang_up(self, hard=False):
        self.close_connection = True
        if hard:
            time.sleep(0.1)  # what was written must arrive before the reset does
            self.connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
            self.connection.close()
        else:
            try:
                self.connection.shutdown(socket.SHUT_RDWR)
            except OSError:
                pass

    def do_CONNECT(self):
        fault = self.state.fault_for(self.path, "CONNECT")
        self.close_connection = True
        if fault["kind"] == "connect" or not self.state.args.connect_to:
            return self.text(fault.get("code", 403), "no tunnel")
        self.note(200)
        host, _, port = self.state.args.connect_to.rpartition(":")
        with socket.create_connection((host, int(port))) as there:
            self.wfile.write(b"HTTP/1.1 200 OK\r\n\r\n")
            self.wfile.flush()
            pipe(self.connection, there)
        return None


def pipe(a, b):
    other = {a: b, b: a}
    while True:
        for source in select.select([a, b], [], [], 60)[0] or [None]:
            data = source.recv(65536) if source else b""
            if not data:
                return
            other[source].sendall(data)


class Server(socketserver.ThreadingMixIn, http.server.HTTPServer):
    daemon_threads = True
    request_queue_size = 64

    def handle_error(self, request, client_address):
        if not isinstance(sys.exc_info()[1], (OSError, ssl.SSLError)):
            super().handle_error(request, client_address)

    def get_request(self):
        connection, address = super().get_request()
        connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        return connection, address

    def finish_request(self, request, client_address):
        if self.tls:  # in the connection's own thread, so that a slow handshake blocks nobody
            request = self.tls.wrap_socket(request, server_side=True)
        super().finish_request(request, client_address)


def end_with(parent):
    """A test that dies must not leave its server behind."""
    while os.getppid() == parent:
        time.sleep(0.5)
    os._exit(0)


def main():
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("root")
    parser.add_argument("--port", type=int, default=0)
    parser.add_argument("--port-file")
    parser.add_argument("--log")
    parser.add_argument("--faults")
    parser.add_argument("--tls", nargs=2, metavar=("CERT", "KEY"))
    parser.add_argument("--connect-to")
    args = parser.parse_args()
    server = Server(("127.0.0.1", args.port), Handler)
    server.state = State(args)
    server.tls = None
    if args.tls:
        server.tls = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        server.tls.load_cert_chain(*args.tls)
    port = server.server_address[1]
    print("listening on %d" % port, flush=True)
    if args.port_file:
        with open(args.port_file + ".new", "w") as f:
            f.write(str(port))
        os.rename(args.port_file + ".new", args.port_file)
    threading.Thread(target=end_with, args=(os.getppid(),), daemon=True).start()
    server.serve_forever()


if __name__ == "__main__":
    sys.exit(main())
