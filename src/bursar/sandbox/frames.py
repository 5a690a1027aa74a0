"""Messages over a pipe: a length-prefixed JSON header and a body of bytes."""

from __future__ import annotations

import json
import os
import struct
from dataclasses import dataclass, field
from typing import Any

_LENGTHS = struct.Struct(">IQ")


@dataclass(frozen=True, slots=True)
class Frame:
    """One message."""

    header: dict[str, Any]
    body: bytes = b""


def pack_frame(frame: Frame) -> bytes:
    """Return the frame as it goes over the pipe."""
    header = json.dumps(frame.header).encode()
    return _LENGTHS.pack(len(header), len(frame.body)) + header + frame.body


def write_frame(descriptor: int, frame: Frame) -> None:
    """Write the frame to a blocking pipe."""
    rest = memoryview(pack_frame(frame))
    while rest:
        rest = rest[os.write(descriptor, rest) :]


def read_frame(descriptor: int) -> Frame | None:
    """Read a frame from a blocking pipe; None when the other side has closed it."""
    buffer = FrameBuffer()
    while True:
        chunk = os.read(descriptor, buffer.wanted)
        if not chunk:
            return None
        frame = buffer.feed(chunk)
        if frame is not None:
            return frame


@dataclass(slots=True)
class FrameBuffer:
    """Puts frames together from what has arrived. A frame is taken out as soon as it is whole."""

    _arrived: bytearray = field(default_factory=bytearray)

    @property
    def wanted(self) -> int:
        """How many bytes are missing for the frame begun: reading no more leaves the next one in the pipe."""
        if len(self._arrived) < _LENGTHS.size:
            return _LENGTHS.size - len(self._arrived)
        return self._length() - len(self._arrived)

    def feed(self, chunk: bytes) -> Frame | None:
        """Add what was read, at most `wanted` bytes; return the frame when it is whole."""
        self._arrived += chunk
        if len(self._arrived) < _LENGTHS.size or len(self._arrived) < self._length():
            return None
        header_length, _ = _LENGTHS.unpack_from(self._arrived)
        split = _LENGTHS.size + header_length
        frame = Frame(json.loads(self._arrived[_LENGTHS.size : split]), bytes(self._arrived[split:]))
        self._arrived.clear()
        return frame

    def _length(self) -> int:
        header_length, body_length = _LENGTHS.unpack_from(self._arrived)
        return _LENGTHS.size + int(header_length) + int(body_length)
