"""How often one client may ask: sliding windows in memory, by the library limits."""

import math
import time
from ipaddress import IPv6Address, ip_address

from limits import RateLimitItem, parse
from limits.storage import MemoryStorage
from limits.strategies import SlidingWindowCounterRateLimiter
from starlette.requests import Request

from search.errors import RateLimitError

SUGGESTIONS = 10
"""How many suggestions cost as much as a search: somebody who types asks for one at each letter."""

_NETWORK = 64


class Limits:
    """One process's count of who asked how often. `rate` is as in BAYAN_RATE_LIMIT; empty, everything is let through."""

    def __init__(self, rate: str) -> None:
        self._limiter = SlidingWindowCounterRateLimiter(MemoryStorage())
        self._searches = _item(rate, 1)
        self._suggestions = _item(rate, SUGGESTIONS)

    def search(self, request: Request) -> None:
        """Count a search. Raises `RateLimitError` for one too many, which is not counted."""
        self._count(self._searches, "search", request)

    def suggest(self, request: Request) -> None:
        """Count a request for suggestions. Raises `RateLimitError` as `search` does."""
        self._count(self._suggestions, "suggest", request)

    def _count(self, item: RateLimitItem | None, what: str, request: Request) -> None:
        if item is None or self._limiter.hit(item, what, client(request)):
            return
        reset = self._limiter.get_window_stats(item, what, client(request)).reset_time
        wait = max(1, math.ceil(reset - time.time()))
        raise RateLimitError("Too many requests came from your address. Seconds to wait: {n}.", wait)


def client(request: Request) -> str:
    """Return who asks: the address, of IPv6 its network of 64 bits, since one subscriber has all of that."""
    host = request.client.host if request.client else ""
    try:
        address = ip_address(host)
    except ValueError:
        return host
    if isinstance(address, IPv6Address):
        return str(address.ipv4_mapped or IPv6Address(int(address) >> _NETWORK << _NETWORK))
    return host


def _item(rate: str, times: int) -> RateLimitItem | None:
    if not rate:
        return None
    amount, _, span = rate.partition("/")
    return parse(f"{int(amount) * times}/{span}")


async def search(request: Request) -> None:
    """Depend on this to count a request as a search."""
    limits: Limits = request.app.state.limits
    limits.search(request)


async def suggestion(request: Request) -> None:
    """Depend on this to count a request as one for suggestions."""
    limits: Limits = request.app.state.limits
    limits.suggest(request)
