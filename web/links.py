"""Addresses of pages: a search with one thing changed, a release. The grammar is that of the API."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any
from urllib.parse import quote, urlencode, urlsplit

from web.parameters import SearchParameters

_DEFAULTS = SearchParameters()


@dataclass(frozen=True)
class Links:
    """Links from a page that shows the search `asked`. `root` is the path under which Bayan is mounted."""

    root: str
    asked: SearchParameters = _DEFAULTS

    def search(self, **changes: Any) -> str:
        """Return the address of the same search with `changes`; it begins at page 1 if no page is named."""
        return self.at("search", **changes)

    def at(self, path: str, **changes: Any) -> str:
        """Return an address that takes a search, as `feed.atom` does, with the same one with `changes`."""
        changed = self.asked.model_copy(update={"page": 1} | changes)
        pairs = [
            (name, value)
            for name in SearchParameters.model_fields
            for value in _values(getattr(changed, name))
            if name == "q" or getattr(changed, name) != getattr(_DEFAULTS, name)
        ]
        return f"{self.root}/{path}?{urlencode(pairs)}"

    def toggled(self, name: str, value: str) -> str:
        """Return the address of the same search with `value` added to, or taken from, the filter `name`."""
        held: list[str] = getattr(self.asked, name)
        return self.search(**{name: [item for item in held if item != value] if value in held else [*held, value]})

    def everything(self) -> str:
        """Return the address of the same search without filters."""
        return self.search(lang=[], source=[], after=None, before=None)

    def release(self, identity: str) -> str:
        """Return the address of a release; the words of the search are marked there."""
        asked = f"?{urlencode({'q': self.asked.q})}" if self.asked.q else ""
        return f"{self.root}/releases/{quote(identity, safe='')}{asked}"

    def versions(self, identity: str) -> str:
        """Return the address of what a release said before."""
        return f"{self.root}/releases/{quote(identity, safe='')}/versions"

    def beside(self, identity: str, other: str) -> str:
        """Return the address of two releases side by side."""
        pairs = [("beside", other), *([("q", self.asked.q)] if self.asked.q else [])]
        return f"{self.root}/releases/{quote(identity, safe='')}?{urlencode(pairs)}"

    def cite(self, identity: str, name: str) -> str:
        """Return the address of a release's entry in a format of `web.citations`."""
        return f"{self.root}/cite/{name}/{quote(identity, safe='')}"


def original(url: str | None) -> str | None:
    """Return the address of the original if it may become a link: http or https, with a host; else None."""
    if not url or any(ord(char) <= 0x20 or 0x7F <= ord(char) <= 0x9F for char in url):  # noqa: PLR2004 - control characters
        return None
    try:
        parts = urlsplit(url)
    except ValueError:
        return None
    return url if parts.scheme in ("http", "https") and parts.hostname else None


def _values(value: object) -> Iterable[object]:
    if value is None:
        return ()
    return value if isinstance(value, list) else (value,)
