"""A scripted chat endpoint on loopback: an OpenAI-compatible server whose habits a test chooses."""

from __future__ import annotations

import json
import threading
import time
from contextlib import contextmanager, suppress
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

from bursar.extraction.model import Question
from fakes.models import QuotingModel


class Endpoint:
    """`script` gets the request's body and returns (status, body), or a habit of `HABITS` by its name."""

    def __init__(self, script, **quotes):
        self.script = script
        self.quotes = quotes
        self.requests = []
        self.headers = []
        self.url = ""

    def answer(self, body):
        """The content of a truthful answer: what was to be quoted, with the lines where it stands."""
        system, user = (message["content"] for message in body["messages"])
        return QuotingModel(**self.quotes).ask(Question(system, user, {}))


def complete(content, finish="stop", **message):
    """A chat completion around some content."""
    message = {"role": "assistant", "content": content, **message}
    return 200, {
        "id": "x",
        "object": "chat.completion",
        "choices": [{"index": 0, "message": message, "finish_reason": finish}],
    }


def quotes(endpoint, body):
    return complete(endpoint.answer(body))


def takes_no_schema(endpoint, body):
    """Knows `json_object`, refuses `json_schema`."""
    if (body.get("response_format") or {}).get("type") == "json_schema":
        return 400, {"error": {"message": "response_format json_schema is not supported"}}
    return quotes(endpoint, body)


def takes_no_format(endpoint, body):
    return (422, {"error": "response_format"}) if "response_format" in body else quotes(endpoint, body)


def reasons_first(endpoint, body):
    """Refuses `max_tokens` and a temperature, as models do that reason before they answer."""
    if "max_tokens" in body or "temperature" in body:
        return 400, {"error": {"message": "Unsupported parameter: use 'max_completion_tokens' instead"}}
    return quotes(endpoint, body)


def stumbles_once(endpoint, body):
    return (503, {}) if len(endpoint.requests) == 1 else quotes(endpoint, body)


def breaks_down(endpoint, body):
    return 500, {"error": {"message": "SECRET-OF-THE-ENDPOINT"}}


def knows_no_key(endpoint, body):
    return 401, {"error": {"message": "Incorrect API key provided: " + endpoint.headers[-1].get("Authorization", "")}}


def refuses(endpoint, body):
    return complete(None, refusal="I cannot help with that")


def is_cut_off(endpoint, body):
    return complete('{"answers": [{"id"', finish="length")


def says_nothing(endpoint, body):
    return complete("")


def is_no_completion(endpoint, body):
    return 200, {"hello": "world"}


def is_no_json(endpoint, body):
    return 200, b"<html>It works!</html>"


def babbles(endpoint, body):
    return complete("The project code is PX-77, I am quite sure.")


def lies(endpoint, body):
    ids = [f"f{number}" for number in range(1, 20)]
    return complete(json.dumps({"answers": [{"id": i, "item": 0, "quote": "987654.32", "line": 1} for i in ids]}))


def redirects(endpoint, body):
    return 307, {}


def sleeps(endpoint, body):
    time.sleep(8)
    return quotes(endpoint, body)


def drips(endpoint, body):
    """One byte a tenth of a second, for ever."""


def floods(endpoint, body):
    """Bytes without end."""


HABITS = {script.__name__: script for script in (
    quotes, takes_no_schema, takes_no_format, reasons_first, stumbles_once, breaks_down, knows_no_key, refuses, is_cut_off,
    says_nothing, is_no_completion, is_no_json, babbles, lies, redirects, sleeps, drips, floods,
)}  # fmt: skip


@contextmanager
def run_endpoint(script, **quoted):
    """Lend an endpoint with a habit, by its name or as a function."""
    endpoint = Endpoint(HABITS.get(script, script), **quoted)

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self):
            body = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
            endpoint.requests.append(body)
            endpoint.headers.append({**self.headers, "path": self.path})
            with suppress(OSError):  # whoever asked may have gone
                self._reply(*(endpoint.script(endpoint, body) or (200, None)))

        def _reply(self, status, content):
            self.send_response(status)
            if status == 307:
                self.send_header("Location", "/elsewhere")
            if content is None:
                self.end_headers()
                self._pour()
                return
            raw = content if isinstance(content, bytes) else json.dumps(content).encode()
            self.send_header("Content-Length", str(len(raw)))
            self.end_headers()
            self.wfile.write(raw)

        def _pour(self):
            """Write until the other side hangs up, ten seconds at most."""
            until = time.monotonic() + 10
            while time.monotonic() < until:
                self.wfile.write(b" " if endpoint.script is drips else b" " * 65536)
                self.wfile.flush()
                time.sleep(0.1 if endpoint.script is drips else 0)

        def log_message(self, *_):
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    server.daemon_threads = True
    endpoint.url = f"http://127.0.0.1:{server.server_port}/v1"
    threading.Thread(target=server.serve_forever, daemon=True).start()
    try:
        yield endpoint
    finally:
        server.shutdown()
        server.server_close()
