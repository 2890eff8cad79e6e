"""Addresses of pages: a search with one thing changed, a release. The grammar is that of the API."""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any
from urllib.parse import quote, quote_plus, urlencode, urlsplit

from web.parameters import SearchParameters

_DEFAULTS = SearchParameters()
_OTHER_THAN_LETTERS = re.compile(r"\W+")


@dataclass(frozen=True)
class Links:
    """Links from a page that shows the search `asked`. `root` is the path under which Bayan is mounted.

    `here` is the path below it of the page that the links stand on, if its links are to be as short as HTML allows: a
    search that the same page shows needs no path, and letters of all scripts stay as they are, which browsers encode. A
    page of results has a hundred links, and a Persian letter takes six bytes more in each when it is encoded.
    """

    root: str
    asked: SearchParameters = _DEFAULTS
    here: str = ""

    def search(self, **changes: Any) -> str:
        """Return the address of the same search with `changes`; it begins at page 1 if no page is named."""
        return self.at("search", **changes)

    def at(self, path: str, **changes: Any) -> str:
        """Return an address that takes a search, as `feed.atom` does, with the same one with `changes`."""
        changed = self.asked.model_copy(update={"page": 1} | changes)
        page = "" if path == self.here else f"{self.root}/{path}"
        return f"{page}?{self._encoded([('q', changed.q), *_pairs(changed, 'q')])}"

    def others(self, *names: str) -> list[tuple[str, object]]:
        """Return the parameters of the search, but `names`, as a form that asks for those keeps them."""
        return _pairs(self.asked, *names)

    def toggled(self, name: str, value: str) -> str:
        """Return the address of the same search with `value` added to, or taken from, the filter `name`."""
        held: list[str] = getattr(self.asked, name)
        return self.search(**{name: [item for item in held if item != value] if value in held else [*held, value]})

    def everything(self) -> str:
        """Return the address of the same search without filters."""
        return self.search(lang=[], source=[], country=[], after=None, before=None)

    def why(self, rank: int) -> str:
        """Return the address of the same page, where the result of this rank tells why it was found."""
        return f"{self.search(page=self.asked.page)}&why={rank}#why"

    def more(self, facet: str) -> str:
        """Return the address of the same page, where this facet shows all of its values."""
        return f"{self.search(page=self.asked.page)}&more={facet}#more"

    def release(self, identity: str) -> str:
        """Return the address of a release; the words of the search are marked there."""
        asked = f"?{self._encoded([('q', self.asked.q)])}" if self.asked.q else ""
        return f"{self.own(identity)}{asked}"

    def own(self, identity: str) -> str:
        """Return the address of a release whatever was searched for."""
        return f"{self.root}/releases/{quote(identity, safe='')}"

    def versions(self, identity: str) -> str:
        """Return the address of what a release said before."""
        return f"{self.own(identity)}/versions"

    def beside(self, identity: str, other: str) -> str:
        """Return the address of two releases side by side."""
        pairs = [("beside", other), *([("q", self.asked.q)] if self.asked.q else [])]
        return f"{self.own(identity)}?{urlencode(pairs)}"

    def cite(self, identity: str, name: str) -> str:
        """Return the address of a release's entry in a format of `web.citations`."""
        return f"{self.root}/cite/{name}/{quote(identity, safe='')}"

    def _encoded(self, pairs: Sequence[tuple[str, object]]) -> str:
        return "&".join(f"{name}={_iri(str(value))}" for name, value in pairs) if self.here else urlencode(pairs)


class TypedLinks(Links):
    """The same where nothing was searched yet: what a link adds to all releases stands in the query, for all to see."""

    def search(self, **changes: Any) -> str:
        """Return the address of a search for what has the `changes`."""
        filters = {
            name: changes[name] for name in ("lang", "country", "source", "after", "before") if changes.get(name)
        }
        pairs = [(name, str(value)) for name, values in filters.items() for value in _values(values)]
        if not pairs or any('"' in value for _, value in pairs):
            return super().search(**changes)
        typed = [f'{name}:"{value}"' if name == "source" else f"{name}:{value}" for name, value in pairs]
        return Links(self.root).search(q=" ".join(typed), sort=self.asked.sort)


def original(url: str | None) -> str | None:
    """Return the address of the original if it may become a link: http or https, with a host; else None."""
    if not url or any(ord(char) <= 0x20 or 0x7F <= ord(char) <= 0x9F for char in url):  # noqa: PLR2004 - control characters
        return None
    try:
        parts = urlsplit(url)
    except ValueError:
        return None
    return url if parts.scheme in ("http", "https") and parts.hostname else None


def _pairs(asked: SearchParameters, *without: str) -> list[tuple[str, object]]:
    """Return the parameters that are not what they are without being given."""
    return [
        (name, value)
        for name in SearchParameters.model_fields
        if name not in without and getattr(asked, name) != getattr(_DEFAULTS, name)
        for value in _values(getattr(asked, name))
    ]


def _iri(value: str) -> str:
    """Encode what is neither a letter nor a digit of any script: above all marks, controls and what has a meaning in HTML."""
    return _OTHER_THAN_LETTERS.sub(lambda found: quote_plus(found[0]), value)


def _values(value: object) -> Iterable[object]:
    if value is None:
        return ()
    return value if isinstance(value, list) else (value,)
