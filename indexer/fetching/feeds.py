"""Lists of pages: RSS, Atom and JSON feeds, and sitemaps."""

import gzip
import io
import json
import re
import zlib
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from urllib.parse import urljoin, urlsplit
from xml.etree.ElementTree import Element, ParseError

import feedparser
from defusedxml import DefusedXmlException, ElementTree

from indexer.inputs.document import whole
from search.errors import InputError

MAX_LISTING = 50_000_000
"""Bytes of a list as unpacked: what the sitemap protocol allows one to have."""

MAX_FEED = 10_000_000
"""Bytes of a feed, of which the parser makes much more."""

MAX_PAGES = 50_000
"""Pages of one list, as in the sitemap protocol."""

_ROOT = re.compile(rb"<(?:\w{1,20}:)?(rss|feed|RDF|urlset|sitemapindex|html)[\s>]", re.IGNORECASE)
_HEAD = 4_096
_NEWS = "{http://www.google.com/schemas/sitemap-news/0.9}"
_GZIP = b"\x1f\x8b"


@dataclass(frozen=True, slots=True)
class Entry:
    """A page that a list names, with what the list says of it."""

    url: str
    title: str | None = None
    published: date | None = None


@dataclass(frozen=True, slots=True)
class Listing:
    """A list of pages, and of further lists."""

    entries: list[Entry]
    lists: list[str]


def listing(content: bytes, base: str) -> Listing | None:
    """Read a list of pages, packed by gzip or not; None for what is no list. Relative addresses are taken from `base`.

    Raises `InputError` for a list that is damaged, too large, or declares entities, by which a few bytes become many.
    """
    if content.startswith(_GZIP):
        try:
            content = whole(io.BufferedReader(gzip.GzipFile(fileobj=io.BytesIO(content))), MAX_LISTING)
        except (OSError, EOFError, zlib.error) as error:
            raise InputError(f"The list cannot be unpacked: {error}.", "feed") from None
    head = content[:_HEAD].replace(b"\0", b"").lstrip(b"\xef\xbb\xbf\xff\xfe \t\r\n")
    if head.startswith(b"{"):
        return _json_feed(content, base)
    root = _ROOT.search(head)
    kind = root[1].lower() if root else b"html"
    if kind == b"html":
        return None
    if b"<!ENTITY" in content:
        raise InputError("The list declares entities, which feeds and sitemaps have no use for.", "bomb")
    if kind in {b"urlset", b"sitemapindex"}:
        return _sitemap(content, base)
    return _feed(content, base)


def _feed(content: bytes, base: str) -> Listing:
    if len(content) > MAX_FEED:
        raise InputError(f"The feed has {len(content):,} bytes; it may have {MAX_FEED:,}.", "size")
    # As a stream: feedparser would open bytes as a file of that name.
    found = feedparser.parse(io.BytesIO(content), response_headers={"content-location": base}, sanitize_html=False)
    entries = [_entry(base, item.get("link"), item.get("title"), _day(item)) for item in found.entries]
    kept = [entry for entry in entries if entry]
    if not kept and found.bozo:
        raise InputError(f"The feed cannot be read: {found.bozo_exception}.", "feed")
    return Listing(kept[:MAX_PAGES], [])


def _day(item: Any) -> date | None:
    moment = item.get("published_parsed")
    try:
        return date(*moment[:3]) if moment else None
    except (ValueError, TypeError):
        return None


def _json_feed(content: bytes, base: str) -> Listing | None:
    try:
        found = json.loads(content)
    except (ValueError, RecursionError):
        return None
    if not isinstance(found, dict) or "jsonfeed.org" not in str(found.get("version")):
        return None
    items = found.get("items")
    entries = [
        _entry(base, item.get("url"), item.get("title"), _iso(item.get("date_published")))
        for item in (items if isinstance(items, list) else [])
        if isinstance(item, dict)
    ]
    return Listing([entry for entry in entries if entry][:MAX_PAGES], [])


def _sitemap(content: bytes, base: str) -> Listing:
    try:
        root = ElementTree.fromstring(content, forbid_dtd=True)
    except (ParseError, DefusedXmlException, ValueError, LookupError) as error:
        raise InputError(f"The sitemap cannot be read: {error}.", "feed") from None
    entries: list[Entry] = []
    lists: list[str] = []
    for child in root:
        entry = _entry(
            base, _location(child), _text(child, f"{_NEWS}title"), _iso(_text(child, f"{_NEWS}publication_date"))
        )
        if entry is None:
            continue
        if _name(child) == "sitemap":
            lists.append(entry.url)
        else:
            entries.append(entry)
    return Listing(entries[:MAX_PAGES], lists[:MAX_PAGES])


def _entry(base: str, url: object, title: object, published: date | None) -> Entry | None:
    """Return an entry, or None for one that leads to no page."""
    if not isinstance(url, str) or not url.strip():
        return None
    try:
        target = urljoin(base, url.strip()).partition("#")[0]
        if urlsplit(target).scheme.lower() not in {"http", "https"}:
            return None
    except ValueError:
        return None
    return Entry(target, title.strip() or None if isinstance(title, str) else None, published)


def _location(element: Element) -> str | None:
    return next((found.text for found in element if _name(found) == "loc"), None)


def _text(element: Element, tag: str) -> str | None:
    found = next(element.iter(tag), None)
    return found.text if found is not None else None


def _name(element: Element) -> str:
    return str(element.tag).rpartition("}")[2]


def _iso(value: object) -> date | None:
    try:
        return datetime.fromisoformat(value.strip()).date() if isinstance(value, str) else None
    except ValueError:
        return None
