"""A receiver of webhooks, on a port of its own, whose path says how it behaves."""

from __future__ import annotations

import json
import socket
import struct
import threading
import time
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer


@dataclass(frozen=True)
class Call:
    """One request that came in."""

    path: str
    headers: dict[str, str]
    body: bytes
    at: float

    @property
    def event(self):
        return json.loads(self.body)


@dataclass
class Receiver:
    url: str
    calls: list[Call] = field(default_factory=list)
    failures: dict[str, int] = field(default_factory=dict)

    def at(self, path):
        """The calls to this path, in order."""
        return [call for call in list(self.calls) if call.path == path]

    def events(self, path):
        return [call.event["event"] for call in self.at(path)]


class _Behaviour(BaseHTTPRequestHandler):
    """/ok… answers 200; /fail-N… answers 500 N times for each event, then 200; the others are named for what they do."""

    def do_POST(self):
        receiver = self.server.receiver
        body = self.rfile.read(int(self.headers["content-length"]))
        headers = {name.lower(): value for name, value in self.headers.items()}
        receiver.calls.append(Call(self.path, headers, body, time.monotonic()))
        name = self.path.strip("/").split("/")[0]
        if name.startswith("fail-"):
            self._fail(receiver, int(name.removeprefix("fail-")), headers["webhook-id"])
        elif name == "reset":
            self.connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
            self.connection.close()
        elif name == "slow":
            time.sleep(20)
        elif name == "redirect":
            self._answer(302, headers={"Location": f"{receiver.url}/redirected"})
        elif name == "huge":
            self._answer(200, b"x" * 10_000_000)
        elif name == "endless":
            self.send_response(200)
            self.end_headers()
            while True:
                self.wfile.write(b"x" * 65536)
        else:
            self._answer(200, b"thanks")

    def _fail(self, receiver, times, event_id):
        seen = receiver.failures[event_id] = receiver.failures.get(event_id, 0) + 1
        self._answer(500 if seen <= times else 200, b"not yet")

    def _answer(self, status, content=b"", headers=()):
        self.send_response(status)
        for name, value in dict(headers).items():
            self.send_header(name, value)
        self.send_header("Content-Length", str(len(content)))
        self.end_headers()
        self.wfile.write(content)

    def log_message(self, *_):
        pass


class _Server(ThreadingHTTPServer):
    daemon_threads = True

    def handle_error(self, *_):
        """Broken connections are what this is for."""


@contextmanager
def run_receiver():
    """Lend a receiver that runs."""
    server = _Server(("127.0.0.1", 0), _Behaviour)
    server.receiver = Receiver(f"http://127.0.0.1:{server.server_address[1]}")
    threading.Thread(target=server.serve_forever, daemon=True).start()
    try:
        yield server.receiver
    finally:
        server.shutdown()
        server.server_close()
