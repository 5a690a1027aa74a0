"""Posts to addresses that callers have named, and to none that they could not reach themselves.

A caller may name any address, so a webhook is a way to make the server knock at doors behind its own firewall. Names are
resolved here, every address is looked at, and the connection goes to an address that was looked at: the DNS cannot
change its mind in between. Redirects are not followed, proxies of the environment not asked.
"""

from __future__ import annotations

import asyncio
import socket
from collections.abc import Iterable, Sequence
from contextlib import suppress
from dataclasses import dataclass
from ipaddress import (
    IPv4Address,
    IPv4Network,
    IPv6Address,
    IPv6Network,
    ip_address,
    ip_network,
)
from typing import Any

import httpcore

Address = IPv4Address | IPv6Address
Network = IPv4Network | IPv6Network

_ANSWER_BYTES = 1024
_NAT64 = ip_network("64:ff9b::/96")
_COMPATIBLE = ip_network("::/96")
_SITE_LOCAL = ip_network("fec0::/10")


class Undeliverable(Exception):
    """The receiver could not be asked, or did not answer; the message is fit for the caller's eyes."""


@dataclass(frozen=True, slots=True)
class Answer:
    """What a receiver said: its HTTP status and the first of its words."""

    status: int
    text: str


class Poster:
    """Posts JSON; belongs to one event loop. `networks` may be reached although they are not public."""

    def __init__(self, networks: Iterable[Network] = (), *, timeout_s: float = 10.0, connections: int = 64) -> None:
        self.timeout_s = timeout_s
        self._pool = httpcore.AsyncConnectionPool(
            max_connections=connections,
            max_keepalive_connections=connections // 4,
            keepalive_expiry=15.0,
            network_backend=_GuardedBackend(tuple(networks)),
        )

    async def post(self, url: str, headers: dict[str, str], body: bytes) -> Answer:
        """Return the receiver's answer, whatever it is. Raises `Undeliverable`; takes no longer than the timeout."""
        try:
            async with asyncio.timeout(self.timeout_s):
                return await self._post(url, {"Content-Type": "application/json", **headers}, body)
        except TimeoutError:
            raise Undeliverable(f"no answer within {self.timeout_s:g} s") from None
        except (httpcore.NetworkError, httpcore.TimeoutException, httpcore.ProtocolError, OSError) as error:
            raise Undeliverable(_describe(error)) from error
        except (ValueError, TypeError, httpcore.UnsupportedProtocol) as error:  # an address that is none
            raise Undeliverable(f"the address cannot be used: {error}"[:300]) from error

    async def close(self) -> None:
        """Close all connections."""
        await self._pool.aclose()

    async def _post(self, url: str, headers: dict[str, str], body: bytes) -> Answer:
        text = bytearray()
        async with self._pool.stream("POST", url, headers=list(headers.items()), content=body) as response:
            with suppress(httpcore.NetworkError, httpcore.ProtocolError):  # the status is what counts
                async for chunk in response.aiter_stream():
                    text += chunk
                    if len(text) >= _ANSWER_BYTES:
                        break  # leaving closes the connection: nobody makes us read on
        return Answer(response.status, bytes(text[:_ANSWER_BYTES]).decode("utf-8", "replace").replace("\x00", ""))


class _GuardedBackend(httpcore.AsyncNetworkBackend):
    """Connects to addresses that are public, or in one of the networks that the operator has opened."""

    def __init__(self, networks: Sequence[Network]) -> None:
        self._networks = networks
        self._inner = httpcore.AnyIOBackend()

    async def connect_tcp(
        self,
        host: str,
        port: int,
        timeout: float | None = None,  # noqa: ASYNC109  (the library's signature)
        local_address: str | None = None,
        socket_options: Iterable[Any] | None = None,
    ) -> httpcore.AsyncNetworkStream:
        found = await asyncio.get_running_loop().getaddrinfo(host, port, type=socket.SOCK_STREAM)
        allowed = [text for text in dict.fromkeys(str(info[4][0]) for info in found) if self._is_allowed(text)]
        if not allowed:
            raise httpcore.ConnectError("the address is not public, and its network is not among those allowed")
        for last, address in enumerate(allowed, 1 - len(allowed)):
            try:
                return await self._inner.connect_tcp(address, port, timeout, local_address, socket_options)
            except httpcore.ConnectError:
                if last == 0:
                    raise
        raise AssertionError("unreachable")

    async def sleep(self, seconds: float) -> None:
        await asyncio.sleep(seconds)

    def _is_allowed(self, text: str) -> bool:
        address = ip_address(text.partition("%")[0])
        return is_public(address) or any(
            end in network for end in (address, *_unwrap(address)) for network in self._networks
        )


def is_public(address: Address) -> bool:
    """Whether anybody on the Internet could reach it: addresses wrapped in others are looked at as well."""
    if isinstance(address, IPv6Address) and (address in _SITE_LOCAL or address in _COMPATIBLE):
        return False
    ends: list[Address] = [*_unwrap(address)] or [address]
    return all(end.is_global and not end.is_reserved and not end.is_multicast for end in ends)


def _unwrap(address: Address) -> list[IPv4Address]:
    """Return the IPv4 addresses that packets to this IPv6 address may end at: mapped, 6to4, Teredo, NAT64."""
    if isinstance(address, IPv4Address):
        return []
    ends = [address.ipv4_mapped, address.sixtofour, *(address.teredo or ())]
    if address in _NAT64 or address in _COMPATIBLE:
        ends.append(IPv4Address(int(address) & 0xFFFFFFFF))
    return [end for end in ends if end is not None]


def _describe(error: Exception) -> str:
    if isinstance(error, socket.gaierror):
        return "the name of the receiver is not known"
    return (str(error) or type(error).__name__)[:300]
