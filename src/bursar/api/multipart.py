"""A multipart body, read part by part as it arrives: nothing is held back but the chunk in hand."""

from __future__ import annotations

import re
from collections import deque
from collections.abc import AsyncIterator
from dataclasses import dataclass, field
from urllib.parse import unquote

from python_multipart.exceptions import FormParserError
from python_multipart.multipart import MultipartParser, parse_options_header

from bursar.errors import MalformedRequest, RequestTooLarge

_MAX_HEADER_BYTES = 16 * 1024  # a file name of 300 emoji, percent-encoded, takes about four
_MAX_HEADERS = 16
_EXTENDED_NAME = re.compile(r"filename\*=utf-8''([^;\s]+)", re.IGNORECASE)


@dataclass(slots=True)
class Part:
    """One part: the name of its form field, and its file name where it has one (as sent, decoded)."""

    name: str
    filename: str | None
    _reader: MultipartReader

    async def chunks(self) -> AsyncIterator[bytes]:
        """Yield the part's bytes as they arrive; ends with the part."""
        while (chunk := await self._reader.next_chunk()) is not None:
            yield chunk

    async def text(self, max_bytes: int) -> str:
        """Return the part as UTF-8 text. Raises `RequestTooLarge` above `max_bytes`."""
        content = bytearray()
        async for chunk in self.chunks():
            content += chunk
            if len(content) > max_bytes:
                raise RequestTooLarge(f"the field {self.name} is larger than {max_bytes} bytes", {"field": self.name})
        try:
            return content.decode()
        except UnicodeDecodeError:
            raise MalformedRequest(f"the field {self.name} is not UTF-8 text", {"field": self.name}) from None


@dataclass(slots=True)
class _Head:
    """What the header lines of a part say, while they come in."""

    name: bytearray = field(default_factory=bytearray)
    value: bytearray = field(default_factory=bytearray)
    lines: dict[bytes, bytes] = field(default_factory=dict)


class MultipartReader:
    """Pulls parts out of a stream of chunks. Parts come one after another: asking for the next skips what is unread."""

    def __init__(self, stream: AsyncIterator[bytes], content_type: str) -> None:
        self._stream = stream
        self._events: deque[_Head | bytes | None] = deque()  # a head, then chunks, then None for each part
        self._head = _Head()
        self._finished = False
        self._in_part = False
        _, options = parse_options_header(content_type)
        boundary = options.get(b"boundary", b"")
        if not boundary:
            raise MalformedRequest("the multipart body has no boundary", {"field": "Content-Type"})
        self._parser = self._build_parser(boundary)

    async def next_part(self) -> Part | None:
        """Return the next part, or None after the last one."""
        while self._in_part:
            await self.next_chunk()
        while not self._events and await self._feed():
            pass
        if not self._events:
            return None
        head = self._events.popleft()
        assert isinstance(head, _Head)
        self._in_part = True
        return self._open_part(head)

    async def next_chunk(self) -> bytes | None:
        """Return more bytes of the part in hand, None at its end."""
        if not self._in_part:
            return None
        while not self._events:
            await self._feed()
        event = self._events.popleft()
        assert not isinstance(event, _Head)
        self._in_part = event is not None
        return event

    async def _feed(self) -> bool:
        """Give the parser one more chunk; False when the body has ended as it should."""
        try:
            chunk = await anext(self._stream, None)
            if chunk is not None:
                self._parser.write(chunk)
                return True
            if not self._finished:
                raise MalformedRequest("the multipart body ends in the middle of a part")
        except FormParserError as error:
            raise MalformedRequest(f"the multipart body is malformed: {error}") from None
        return False

    def _open_part(self, head: _Head) -> Part:
        line = head.lines.get(b"content-disposition", b"")
        disposition, options = parse_options_header(line)
        if disposition != b"form-data" or b"name" not in options:
            raise MalformedRequest("a part of the multipart body has no name", {"field": "Content-Disposition"})
        return Part(_decode(options[b"name"]), _find_filename(line, options), self)

    def _build_parser(self, boundary: bytes) -> MultipartParser:
        try:
            return MultipartParser(
                boundary,
                {
                    "on_header_field": lambda data, start, end: self._head.name.extend(data[start:end]),
                    "on_header_value": lambda data, start, end: self._head.value.extend(data[start:end]),
                    "on_header_end": self._end_header,
                    "on_headers_finished": self._end_head,
                    "on_part_data": lambda data, start, end: self._events.append(bytes(data[start:end])),
                    "on_part_end": lambda: self._events.append(None),
                    "on_end": self._end,
                },
                max_header_count=_MAX_HEADERS,
                max_header_size=_MAX_HEADER_BYTES,
            )
        except FormParserError as error:
            raise MalformedRequest(f"the multipart boundary is malformed: {error}") from None

    def _end_header(self) -> None:
        self._head.lines[bytes(self._head.name).lower()] = bytes(self._head.value)
        self._head.name.clear()
        self._head.value.clear()

    def _end_head(self) -> None:
        self._events.append(self._head)
        self._head = _Head()

    def _end(self) -> None:
        self._finished = True


def _find_filename(line: bytes, options: dict[bytes, bytes]) -> str | None:
    """`filename*` is not for forms (RFC 7578, 4.2), but some clients send nothing else for names beyond ASCII."""
    if (filename := options.get(b"filename")) is not None:
        return _decode(filename)
    extended = _EXTENDED_NAME.search(_decode(line))
    return unquote(extended[1], errors="replace") if extended else None


def _decode(name: bytes) -> str:
    """File names are UTF-8 in practice; older clients send Latin-1, which every byte string is."""
    try:
        return name.decode()
    except UnicodeDecodeError:
        return name.decode("latin-1")
