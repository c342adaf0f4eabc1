"""The one way out of this machine: names are resolved once, every address checked, the checked one connected to.

An explicit list, since `ipaddress.is_global` calls NAT64, 6to4 and multicast addresses global (RELIABILITY 0.4, 2e).
"""

import asyncio
import socket
import ssl
import zlib
from collections.abc import Sequence
from functools import cache
from ipaddress import IPv4Address, IPv4Network, IPv6Address, IPv6Network, ip_address
from pathlib import Path

import httpx

from shared.errors import Texts

_DENIED_V4 = tuple(
    IPv4Network(network)
    for network in (
        "0.0.0.0/8",  # this network
        "10.0.0.0/8",
        "100.64.0.0/10",  # carrier-grade NAT
        "127.0.0.0/8",
        "169.254.0.0/16",  # link-local, and the metadata services of clouds
        "172.16.0.0/12",
        "192.0.0.0/24",
        "192.0.2.0/24",  # documentation
        "192.88.99.0/24",  # 6to4 relays
        "192.168.0.0/16",
        "198.18.0.0/15",  # benchmarking
        "198.51.100.0/24",
        "203.0.113.0/24",
        "224.0.0.0/4",  # multicast
        "240.0.0.0/4",  # class E and broadcast
    )
)
_GLOBAL_V6 = IPv6Network("2000::/3")
"""The only block from which global unicast addresses are given out: NAT64, mapped, local, SRv6, multicast lie outside."""
_DENIED_V6 = tuple(
    IPv6Network(network)
    for network in (
        "2001::/23",  # protocol assignments: Teredo, ORCHID, benchmarking
        "2001:db8::/32",  # documentation
        "2002::/16",  # 6to4: an IPv4 address in disguise
        "3fff::/20",  # documentation
    )
)
Networks = Sequence[IPv4Network | IPv6Network]
NOWHERE: Networks = ()
LOOPBACK: Networks = (IPv4Network("127.0.0.0/8"), IPv6Network("::1/128"))


class EgressRefused(httpx.ConnectError):
    """The URL leads where we never connect; no byte has left."""

    def __init__(self, french: str, english: str) -> None:
        self.said: Texts = {"fr": french, "en": english}
        super().__init__(english)


class Unresolved(EgressRefused):
    """The name leads nowhere now: there is no such site, or the name servers do not answer."""


def is_public(address: IPv4Address | IPv6Address) -> bool:
    """Whether an address lies on the open internet."""
    if isinstance(address, IPv4Address):
        return not any(address in network for network in _DENIED_V4)
    return address in _GLOBAL_V6 and not any(address in network for network in _DENIED_V6)


def lies_in(address: IPv4Address | IPv6Address, networks: Networks) -> bool:
    """Whether an address belongs to one of these networks."""
    return any(address.version == network.version and address in network for network in networks)


async def allowed_address(url: httpx.URL, *, inner: Networks = NOWHERE) -> str:
    """The address to connect to for a URL.

    All addresses of the name must be public, or all lie in `inner`: the networks that a setting names for one purpose,
    where alone plain http and other ports than 443 are allowed.

    Raises:
        EgressRefused: a scheme, port, user name or address that is not allowed.
        Unresolved: the name does not resolve.
    """
    if url.scheme not in ("http", "https") or not url.host or url.userinfo:
        raise EgressRefused(
            f"{url.scheme}://{url.host} n'est pas une simple adresse http ou https.",
            f"{url.scheme}://{url.host} is not a plain http or https address.",
        )
    addresses = await _resolve(url.raw_host.decode("ascii"), url.port or (443 if url.scheme == "https" else 80))
    if all(lies_in(address, inner) for address in addresses):
        return str(addresses[0])
    refused = [str(address) for address in addresses if not is_public(address)]
    if refused:
        listed = ", ".join(refused)
        raise EgressRefused(
            f"« {url.host} » mène à {listed}, qui n'est pas une adresse publique.",
            f"'{url.host}' leads to {listed}, which is not a public address.",
        )
    if url.scheme != "https" or url.port not in (None, 443):
        address = f"{url.scheme}://{url.host}:{url.port or 80}"
        raise EgressRefused(f"{address} n'est pas du https sur le port 443.", f"{address} is not https on port 443.")
    return str(addresses[0])


async def _resolve(host: str, port: int) -> list[IPv4Address | IPv6Address]:
    try:
        found = await asyncio.get_running_loop().getaddrinfo(host, port, type=socket.SOCK_STREAM)
    except (OSError, UnicodeError) as error:
        raise Unresolved(
            f"Le nom « {host} » ne mène à aucune adresse : {error}.", f"'{host}' does not resolve: {error}."
        ) from error
    return [ip_address(str(sockaddr[0]).partition("%")[0]) for *_, sockaddr in found]


@cache
def _trusted(further: Path | None) -> ssl.SSLContext:
    """The certificate authorities, read once: it takes 40 ms of a core."""
    context = httpx.create_ssl_context(trust_env=False)
    if further is not None:
        context.load_verify_locations(further)
    return context


class GuardedTransport(httpx.AsyncBaseTransport):
    """Connects to the address that was checked, with the name kept for TLS and Host: no second resolution."""

    def __init__(self, *, inner: Networks, authorities: Path | None) -> None:
        self._inner_networks = inner
        # a connection answers once: a kept one may be closing just when the next request's first byte leaves
        limits = httpx.Limits(max_keepalive_connections=0)
        self._inner = httpx.AsyncHTTPTransport(verify=_trusted(authorities), trust_env=False, retries=0, limits=limits)

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        """Send one request, or raise `EgressRefused` before any byte."""
        address = await allowed_address(request.url, inner=self._inner_networks)
        pinned = httpx.Request(
            request.method,
            request.url.copy_with(host=address),
            headers=request.headers,
            stream=request.stream,
            extensions={**request.extensions, "sni_hostname": request.url.raw_host.decode("ascii")},
        )
        return await self._inner.handle_async_request(pinned)

    async def aclose(self) -> None:
        """Close the inner transport."""
        await self._inner.aclose()


def guarded_client(
    *, inner: Networks = NOWHERE, timeout_seconds: float, authorities: Path | None = None
) -> httpx.AsyncClient:
    """A client that leaves only by the guard: no proxies or .netrc from the environment, no redirects, no kept lines.

    `authorities` is a PEM file of certificate authorities beside the public ones.
    """
    return httpx.AsyncClient(
        transport=GuardedTransport(inner=inner, authorities=authorities),
        trust_env=False,
        follow_redirects=False,
        timeout=timeout_seconds,
        headers={"User-Agent": "Djoliba", "Accept-Encoding": "identity"},
    )


async def read_capped(response: httpx.Response, limit: int) -> bytes:
    """The body of a streamed answer, decompressed if its server compressed it although it was not asked to.

    Raises:
        httpx.DecodingError: it has more than `limit` bytes, as sent or as decompressed, or cannot be decompressed.
    """
    coding = response.headers.get("content-encoding", "identity").strip().lower()
    if coding not in _CODINGS:
        raise httpx.DecodingError(f"The answer is compressed with {coding[:40]}, although it was not asked to be.")
    unpack = _Unpacking(limit) if _CODINGS[coding] else None
    body, received = bytearray(), 0
    async for chunk in response.aiter_raw():
        received += len(chunk)
        body += chunk if unpack is None else unpack(chunk)
        if max(len(body), received) > limit:
            raise httpx.DecodingError(f"The answer is longer than {limit} bytes.")
    if unpack is not None and not unpack.is_whole:
        raise httpx.DecodingError("The compressed answer ends too early.")
    return bytes(body)


_CODINGS = {"identity": False, "": False, "gzip": True, "x-gzip": True, "deflate": True}


class _Unpacking:
    """Decompresses gzip and zlib, never more than `limit` bytes and one."""

    def __init__(self, limit: int) -> None:
        self._left = limit + 1
        self._inflater = zlib.decompressobj(wbits=zlib.MAX_WBITS | 32)

    def __call__(self, chunk: bytes) -> bytes:
        if self._left <= 0 or not chunk:
            return b""
        try:
            unpacked = self._inflater.decompress(chunk, self._left)
        except zlib.error as error:
            raise httpx.DecodingError(f"The answer cannot be decompressed: {error}.") from error
        self._left -= len(unpacked)
        return unpacked

    @property
    def is_whole(self) -> bool:
        return self._inflater.eof
