"""Where we never connect: hostile addresses in every disguise, and what is allowed beside production."""

import asyncio
import socket
from ipaddress import ip_address

import httpx
import pytest

from shared.egress import LOOPBACK, EgressRefused, allowed_address, guarded_client, is_public
from tests.reporting_worker.platforms.sandbox import free_port

HOSTILE = [
    "0.0.0.0",
    "10.0.0.1",
    "10.255.255.255",
    "100.64.0.1",
    "127.0.0.1",
    "127.8.8.8",
    "169.254.169.254",
    "172.16.0.1",
    "172.31.255.255",
    "192.0.0.8",
    "192.0.2.1",
    "192.88.99.3",
    "192.168.1.1",
    "198.18.0.1",
    "198.51.100.7",
    "203.0.113.9",
    "224.0.0.1",
    "239.255.255.250",
    "240.0.0.1",
    "255.255.255.255",
    "::",
    "::1",
    "::ffff:127.0.0.1",
    "::ffff:10.0.0.1",
    "::ffff:8.8.8.8",
    "64:ff9b::a00:1",
    "64:ff9b:1::1",
    "100::1",
    "2001::1",
    "2001:2::1",
    "2001:10::1",
    "2001:db8::1",
    "2002:a00:1::1",
    "2002:7f00:1::1",
    "3fff::1",
    "5f00::1",
    "fc00::1",
    "fd12:3456::1",
    "fe80::1",
    "fec0::3",
    "ff02::1",
    "ff0e::1",
]

PUBLIC = ("8.8.8.8", "1.1.1.1", "93.184.216.34", "2606:4700:4700::1111", "2a00:1450:4007:80e::200e")


@pytest.mark.parametrize("address", HOSTILE)
def test_is_not_public(address):
    assert not is_public(ip_address(address))


@pytest.mark.parametrize("address", PUBLIC)
def test_is_public(address):
    assert is_public(ip_address(address))


def _as_url(address: str) -> str:
    return f"https://[{address}]/" if ":" in address else f"https://{address}/"


DISGUISED = (
    "http://8.8.8.8/",  # not https
    "https://8.8.8.8:8443/",  # not 443
    "ftp://8.8.8.8/",
    "file:///etc/passwd",
    "https://user:password@8.8.8.8/",
    "https://2130706433/",  # 127.0.0.1 as one number
    "https://0x7f000001/",
    "https://0177.0.0.1/",
    "https://127.1/",
    "https://localhost/",
    "https://[::ffff:7f00:1]/",
    "https:///nowhere",
)


@pytest.mark.parametrize("url", [*(_as_url(address) for address in HOSTILE), *DISGUISED])
async def test_no_byte_leaves_for(url):
    async with guarded_client(timeout_seconds=5) as client:
        with pytest.raises((EgressRefused, httpx.InvalidURL, httpx.UnsupportedProtocol)):
            await client.get(url)


async def test_this_machine_is_allowed_where_a_setting_says_so_and_then_over_any_port():
    url = httpx.URL("http://127.0.0.1:8099/")
    assert await allowed_address(url, inner=LOOPBACK) == "127.0.0.1"
    with pytest.raises(EgressRefused, match=r"127\.0\.0\.1, which is not a public address"):
        await allowed_address(url)
    for other in ("http://10.0.0.1/", "http://169.254.169.254/", "http://[::ffff:127.0.0.1]/"):
        with pytest.raises(EgressRefused):
            await allowed_address(httpx.URL(other), inner=LOOPBACK)


async def test_a_public_address_is_pinned():
    assert await allowed_address(httpx.URL("https://93.184.216.34/x")) == "93.184.216.34"


async def test_a_refused_connection_is_a_connect_error():
    async with guarded_client(inner=LOOPBACK, timeout_seconds=5) as client:
        with pytest.raises(httpx.ConnectError):
            await client.get(f"http://localhost:{free_port()}/")


@pytest.fixture
def resolved(monkeypatch):
    """`resolved("10.0.0.1", ...)`: from now on every name leads there, whatever it led to when it was saved."""

    def to(*addresses):
        async def getaddrinfo(self, host, port, **_):
            return [(socket.AF_INET, socket.SOCK_STREAM, 6, "", (address, port)) for address in addresses]

        monkeypatch.setattr(asyncio.BaseEventLoop, "getaddrinfo", getaddrinfo)

    return to


@pytest.mark.parametrize("others", [(), ("93.184.216.34",)])
@pytest.mark.parametrize("inside", HOSTILE)
async def test_a_name_that_leads_inside_when_it_is_sent_to_gets_no_byte(resolved, inside, others):
    resolved(*others, inside)
    async with guarded_client(timeout_seconds=5) as client:
        with pytest.raises(EgressRefused, match="not a public address"):
            await client.get("https://archive.example/")
