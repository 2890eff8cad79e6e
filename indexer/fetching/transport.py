"""HTTP to checked addresses only: a name is resolved once, its address judged, and the connection made to that address.

A name that answers with another address a moment later (DNS rebinding) gains nothing by it.
"""

import asyncio
import socket
from collections.abc import Callable
from ipaddress import IPv4Address, IPv6Address, ip_address, ip_network
from typing import TypeAlias

import httpx

from search.errors import InputError

Address: TypeAlias = IPv4Address | IPv6Address

_NAT64 = ip_network("64:ff9b::/96")
_ATTEMPTS = 3
"""Addresses of a name that are tried one after the other."""


def public(address: Address) -> bool:
    """Tell whether an address is one of the open internet, also when it is wrapped into one of IPv6."""
    if isinstance(address, IPv6Address):
        inner = address.ipv4_mapped or address.sixtofour or (address.teredo or (None, None))[1]
        if address in _NAT64:
            inner = IPv4Address(int(address) & 0xFFFFFFFF)
        if inner is not None:
            return public(inner)
    return address.is_global and not address.is_multicast and not address.is_reserved


class CheckedTransport(httpx.AsyncBaseTransport):
    """Sends requests to addresses that `allowed` is true of. Raises `InputError` for a name that has no such address."""

    def __init__(self, allowed: Callable[[Address], bool]) -> None:
        self._allowed = allowed
        # Connections are kept by address: a second name at the same address must not be served by the first one's.
        self._inner = httpx.AsyncHTTPTransport(limits=httpx.Limits(max_keepalive_connections=0), trust_env=False)

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        """Send a request to the first address that can be connected to."""
        host = request.url.raw_host.decode("ascii").strip("[]")
        found = await _resolve(host, request.url.port or {"https": 443}.get(request.url.scheme, 80))
        addresses = [address for address in found if self._allowed(address)]
        if not addresses:
            raise InputError(
                f"{host} is at {found[0]}, which is no address of the open internet: "
                "--allow-private reads from it, if you trust the address that leads there.",
                "private",
            )
        *others, last = addresses[:_ATTEMPTS]
        for address in others:
            try:
                return await self._send(request, host, address)
            except (httpx.ConnectError, httpx.ConnectTimeout):
                continue
        return await self._send(request, host, last)

    async def aclose(self) -> None:
        """Close all connections."""
        await self._inner.aclose()

    async def _send(self, request: httpx.Request, host: str, address: Address) -> httpx.Response:
        return await self._inner.handle_async_request(
            httpx.Request(
                request.method,
                request.url.copy_with(host=str(address)),
                headers=request.headers,
                stream=request.stream,
                # The certificate is the name's, whatever address it is asked at.
                extensions={**request.extensions, "sni_hostname": host},
            )
        )


async def _resolve(host: str, port: int) -> list[Address]:
    try:
        found = await asyncio.get_running_loop().getaddrinfo(host, port, type=socket.SOCK_STREAM)
    except (OSError, UnicodeError):
        raise InputError(f"There is no host {host}, or no name server answers.", "fetch") from None
    return [ip_address(str(where[0]).partition("%")[0]) for *_, where in found]
