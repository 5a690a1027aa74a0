"""Which addresses a webhook may go to, and that the name service cannot change its mind."""

from __future__ import annotations

import socket
from ipaddress import ip_address, ip_network

import pytest

from bursar.worker.posting import Poster, Undeliverable, is_public

pytestmark = pytest.mark.anyio


@pytest.mark.parametrize(
    "address",
    [
        "0.0.0.0",
        "10.1.2.3",
        "100.64.0.1",
        "127.0.0.1",
        "169.254.169.254",
        "172.16.0.1",
        "192.0.0.1",
        "192.168.1.1",
        "198.18.0.1",
        "224.0.0.1",
        "240.0.0.1",
        "255.255.255.255",
        "::",
        "::1",
        "::7f00:1",
        "::ffff:127.0.0.1",
        "::ffff:169.254.169.254",
        "64:ff9b::7f00:1",
        "64:ff9b::a9fe:a9fe",
        "2002:7f00:1::",
        "2002:a00:1::1",
        "2001:0:4136:e378:8000:63bf:80ff:fffe",
        "fc00::1",
        "fe80::1",
        "fec0::1",
        "ff02::1",
    ],
)
def test_an_address_that_is_not_public_is_known_in_every_form(address):
    assert not is_public(ip_address(address))


@pytest.mark.parametrize(
    "address", ["93.184.215.14", "8.8.8.8", "2606:2800:21f:cb07:6820:80da:af6b:8b2c", "::ffff:8.8.8.8"]
)
def test_a_public_address_is_public(address):
    assert is_public(ip_address(address))


@pytest.mark.parametrize(
    "url",
    [
        "http://127.0.0.1/",
        "http://127.1/",
        "http://2130706433/",
        "http://0x7f000001/",
        "http://0177.0.0.1/",
        "http://localhost/",
        "http://[::1]/",
        "http://[::ffff:127.0.0.1]/",
        "http://user@127.0.0.1/",
        "http://0/",
    ],
)
async def test_no_spelling_of_loopback_is_reached(url):
    poster = Poster()
    with pytest.raises(Undeliverable, match="not public"):
        await poster.post(url, {}, b"{}")
    await poster.close()


async def test_the_address_that_was_looked_at_is_the_one_connected_to(monkeypatch, anyio_backend):
    """A name whose second answer is another one: the connection must not ask a second time."""
    answers = iter(["93.184.215.14", "127.0.0.1"])
    connected = []

    async def resolve(self, host, port, **_):
        return [(socket.AF_INET, socket.SOCK_STREAM, 6, "", (next(answers), port))]

    async def connect(self, host, *_):
        connected.append(host)
        raise OSError("as far as it goes")

    monkeypatch.setattr("asyncio.base_events.BaseEventLoop.getaddrinfo", resolve)
    monkeypatch.setattr("httpcore.AnyIOBackend.connect_tcp", connect)
    poster = Poster()
    with pytest.raises(Undeliverable):
        await poster.post("http://rebinding.example/", {}, b"{}")
    assert connected == ["93.184.215.14"]


async def test_of_a_names_addresses_only_the_public_ones_are_tried(monkeypatch):
    connected = []

    async def resolve(self, host, port, **_):
        return [(socket.AF_INET, 1, 6, "", (text, port)) for text in ("10.0.0.1", "93.184.215.14", "127.0.0.1")]

    async def connect(self, host, *_):
        connected.append(host)
        raise OSError("as far as it goes")

    monkeypatch.setattr("asyncio.base_events.BaseEventLoop.getaddrinfo", resolve)
    monkeypatch.setattr("httpcore.AnyIOBackend.connect_tcp", connect)
    with pytest.raises(Undeliverable):
        await Poster().post("https://many.example/", {}, b"{}")
    assert connected == ["93.184.215.14"]


async def test_an_operator_may_open_a_network(monkeypatch):
    connected = []

    async def connect(self, host, *_):
        connected.append(host)
        raise OSError("as far as it goes")

    monkeypatch.setattr("httpcore.AnyIOBackend.connect_tcp", connect)
    poster = Poster([ip_network("10.0.0.0/8")])
    for url in ("http://10.9.8.7/", "http://[::ffff:10.9.8.7]/", "http://192.168.0.1/"):
        with pytest.raises(Undeliverable):
            await poster.post(url, {}, b"{}")
    assert connected == ["10.9.8.7", "::ffff:10.9.8.7"]


@pytest.mark.parametrize(
    "url", ["gopher://example.com/", "http://exa mple/", "http://\udc80/", "http://ex.example:99999/"]
)
async def test_an_address_that_is_none_is_told_as_undeliverable(url):
    with pytest.raises(Undeliverable):
        await Poster().post(url, {}, b"{}")
