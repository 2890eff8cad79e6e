"""Fetching over HTTP: one request at a time a host, with pauses, by robots.txt, and with bounds on size and time."""

import asyncio
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime
from importlib.metadata import version
from urllib.parse import urljoin, urlsplit

import httpx
from protego import Protego

from indexer.fetching.transport import Address, CheckedTransport, public
from indexer.inputs.document import MAX_BYTES
from search.errors import InputError

PRODUCT = "Bayan"
"""The name by which robots.txt knows Bayan."""

MAX_SECONDS = 60.0
"""A request takes no longer, from resolving the name to the last byte, however slowly the bytes drip."""

MAX_REDIRECTS = 5
PAUSE = 1.0
"""Seconds between the end of a request and the next one to the same host, if robots.txt asks for no more."""

_LONGEST_PAUSE = 60.0
_ROBOTS_BYTES = 512_000
"""RFC 9309 asks readers for 500 KiB at least; the rest of a longer file does not count."""

_NOT_MODIFIED = 304
_MAX_FAILURES = 3
"""Requests in a row without an answer, after which a host is left alone: 500 pages of it would take hours."""

_BUSY = (429, 503)
_REDIRECTS = (301, 302, 303, 307, 308)


@dataclass(frozen=True, slots=True)
class Response:
    """What a server gave: `url` is where redirects ended, `etag` and `modified` are for asking whether it has changed."""

    url: str
    content: bytes
    media_type: str | None
    etag: str | None
    modified: str | None
    fetched_at: str


@dataclass
class _Host:
    lock: asyncio.Lock = field(default_factory=asyncio.Lock)
    robots: Protego | None = None
    pause: float = PAUSE
    free_at: float = 0.0
    failures: int = 0
    refused: InputError | None = None
    """Why this run asks the host nothing more."""

    def failed(self, error: InputError) -> InputError:
        """Count a request without an answer, and return the error."""
        self.failures += 1
        if self.failures >= _MAX_FAILURES:
            self.refused = error
        return error


class Fetcher:
    """Fetches pages, in one event loop. `allowed` judges the addresses that names resolve to."""

    def __init__(
        self,
        *,
        contact: str | None = None,
        allowed: Callable[[Address], bool] = public,
        pause: float = PAUSE,
        seconds: float = MAX_SECONDS,
        limit: int = MAX_BYTES,
    ) -> None:
        """Connect to nothing yet. `limit` is in bytes of a page as unpacked."""
        about = "; ".join(filter(None, ["reads press releases for a search engine", contact]))
        self._client = httpx.AsyncClient(
            transport=CheckedTransport(allowed),
            # Only what needs no large window to unpack.
            headers={"User-Agent": f"{PRODUCT}/{version('bayan')} ({about})", "Accept-Encoding": "gzip, deflate"},
            timeout=seconds,
            trust_env=False,
        )
        self._pause = pause
        self._seconds = seconds
        self._limit = limit
        self._hosts: dict[str, _Host] = {}

    async def close(self) -> None:
        """Close all connections."""
        await self._client.aclose()

    async def get(self, url: str, *, etag: str | None = None, modified: str | None = None) -> Response | None:
        """Fetch a page; None if it is as it was when the server gave it with `etag` and `modified`.

        Redirects are followed. Raises `InputError` with the rule "private", "robots", "size", "slow", "status" or
        "fetch".
        """
        conditions = {"If-None-Match": etag, "If-Modified-Since": modified}
        headers = {name: value for name, value in conditions.items() if value}
        for _ in range(MAX_REDIRECTS + 1):
            host = self._host(url)
            async with host.lock:
                await self._admitted(host, url)
                response, content = await self._paced(host, url, headers)
            if response.status_code in _REDIRECTS:
                url = _target(url, response)
                continue
            if response.status_code == _NOT_MODIFIED and headers:
                return None
            if response.status_code in _BUSY:
                after = response.headers.get("Retry-After")
                asked = f"{response.status_code}, Retry-After: {after[:50]}" if after else str(response.status_code)
                host.refused = InputError(f"The server asked to be left alone ({asked}).", "status")
                raise host.refused
            if not response.is_success:
                raise InputError(f"The server answered {response.status_code} for {url}.", "status")
            return Response(
                url=url,
                content=content,
                media_type=response.headers.get("Content-Type"),
                etag=response.headers.get("ETag"),
                modified=response.headers.get("Last-Modified"),
                fetched_at=datetime.now(UTC).isoformat(timespec="seconds"),
            )
        raise InputError(f"There are more than {MAX_REDIRECTS} redirects; the last leads to {url}.", "fetch")

    def _host(self, url: str) -> _Host:
        try:
            parts = urlsplit(url)
            name = f"{parts.scheme.lower()}://{parts.netloc.lower()}"
        except ValueError as error:
            raise InputError(f"{url[:200]} is no address: {error}.", "fetch") from None
        if parts.scheme.lower() not in {"http", "https"} or not parts.hostname:
            raise InputError(f"{url[:200]} is no address that begins with http:// or https://.", "fetch")
        return self._hosts.setdefault(name, _Host(pause=self._pause))

    async def _admitted(self, host: _Host, url: str) -> None:
        """Raise `InputError` if the host has asked not to be asked for this page."""
        if host.refused:
            raise InputError(f"{host.refused} It is asked nothing more in this run.", host.refused.rule)
        if host.robots is None:
            try:
                host.robots = await self._robots(host, urljoin(url, "/robots.txt"))
            except InputError as error:
                host.refused = error
                raise
            host.pause = min(_LONGEST_PAUSE, max(self._pause, host.robots.crawl_delay(PRODUCT) or 0.0))
        if not host.robots.can_fetch(url, PRODUCT):
            raise InputError(f"robots.txt of the site asks not to read {url}.", "robots")

    async def _robots(self, host: _Host, url: str) -> Protego:
        """Read robots.txt as RFC 9309 says: none allows all, one that cannot be had now allows nothing."""
        for _ in range(MAX_REDIRECTS + 1):
            response, content = await self._paced(host, url, {}, cut=_ROBOTS_BYTES)
            if response.status_code not in _REDIRECTS:
                break
            url = _target(url, response)
            self._host(url)
        if response.is_server_error or response.status_code in _BUSY:
            raise InputError(f"robots.txt cannot be read (the server answered {response.status_code}).", "robots")
        return Protego.parse(content.decode("utf-8", "replace") if response.is_success else "")

    async def _paced(
        self, host: _Host, url: str, headers: dict[str, str], *, cut: int | None = None
    ) -> tuple[httpx.Response, bytes]:
        await asyncio.sleep(max(0.0, host.free_at - time.monotonic()))
        late = InputError(f"{url} did not answer in full within {self._seconds:.0f} seconds.", "slow")
        try:
            async with asyncio.timeout(self._seconds), self._client.stream("GET", url, headers=headers) as response:
                content = await self._body(response, url, cut)
        except (TimeoutError, httpx.TimeoutException):
            raise host.failed(late) from None
        except (httpx.HTTPError, httpx.InvalidURL, UnicodeError, OSError) as error:
            said = f"{url} cannot be fetched: {error or type(error).__name__}."
            raise host.failed(InputError(said, "fetch")) from None
        else:
            host.failures = 0
            return response, content
        finally:
            host.free_at = time.monotonic() + host.pause

    async def _body(self, response: httpx.Response, url: str, cut: int | None) -> bytes:
        """Read the body as far as `cut`, or all of it. Raises `InputError` if it is too large."""
        content = bytearray()
        if not response.is_success:
            return b""
        async for chunk in response.aiter_bytes():
            content += chunk
            if cut is not None and len(content) >= cut:
                return bytes(content[:cut])
            if len(content) > self._limit:
                raise InputError(f"{url} has more than {self._limit:,} bytes, which no release has.", "size")
        return bytes(content)


def _target(url: str, response: httpx.Response) -> str:
    try:
        return urljoin(url, str(response.headers.get("Location", "")))
    except ValueError as error:
        raise InputError(f"{url} redirects to what is no address: {error}.", "fetch") from None
