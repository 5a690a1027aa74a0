"""A limit on the head of a request: the server underneath would keep header lines as long as they come."""

from __future__ import annotations

from typing import Any

import orjson
from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol

MAX_HEAD_BYTES = 64 * 1024
"""Counted piece by piece as it arrives: a head that comes in one piece (at most 256 KiB) is taken whole."""
_ERROR: dict[str, Any] = {
    "code": "HEADERS_TOO_LARGE",
    "message": "The header lines are too large",
    "details": {},
    "request_id": None,
}
_BODY = orjson.dumps({"success": False, "error": _ERROR})
_REFUSAL = b"\r\n".join(
    (
        b"HTTP/1.1 431 Request Header Fields Too Large",
        b"content-type: application/json",
        b"content-length: %d" % len(_BODY),
        b"connection: close",
        b"",
        _BODY,
    )
)


class ModestProtocol(HttpToolsProtocol):
    """uvicorn's protocol, which hangs up on a head that does not end. Anybody may send one: no key has been seen yet."""

    def __init__(self, *arguments: Any, **named: Any) -> None:
        super().__init__(*arguments, **named)
        self._head_bytes = 0
        self._in_head = True
        self._passed = False  # whether a request ended in the bytes that came last

    def data_received(self, data: bytes) -> None:
        """Take bytes in, and count those that came while the head was not complete."""
        self._passed = False
        super().data_received(data)
        if self._in_head and not self._passed:
            self._head_bytes += len(data)
            if self._head_bytes > MAX_HEAD_BYTES and not self.transport.is_closing():
                self.transport.write(_REFUSAL)
                self.transport.close()

    def on_headers_complete(self) -> None:
        """The head is complete; what comes now is the body."""
        self._in_head = False
        super().on_headers_complete()

    def on_message_complete(self) -> None:
        """The body is complete; what comes now is another head."""
        self._in_head, self._passed, self._head_bytes = True, True, 0
        super().on_message_complete()
