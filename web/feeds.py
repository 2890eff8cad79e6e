"""Feeds of a search: Atom (RFC 4287) and JSON Feed 1.1, the newest releases first, so that a reader sees what is new."""

import hashlib
import re
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime, time
from typing import Annotated, Any

from fastapi import APIRouter, Depends, Query
from feedgen.entry import FeedEntry
from feedgen.ext.base import BaseEntryExtension
from feedgen.feed import FeedGenerator
from lxml.etree import _Element
from starlette.requests import Request
from starlette.responses import JSONResponse, Response

from search.release import Release
from web import limits, rendering
from web.api import ServiceDep
from web.links import Links, original
from web.parameters import SearchParameters

LONGEST = 50
"""How many releases a feed has; a reader asks more often than so many are published."""

ATOM = "application/atom+xml; charset=utf-8"
JSON = "application/feed+json; charset=utf-8"

_XML_LANG = "{http://www.w3.org/XML/1998/namespace}lang"
# What XML 1.0 cannot hold, however it is written.
_NO_XML = re.compile("[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
_NEVER = datetime(1970, 1, 1, tzinfo=UTC)

router = APIRouter(include_in_schema=False, dependencies=[Depends(limits.search)])


@router.api_route("/feed.atom", methods=["GET", "HEAD"])
def atom(request: Request, asked: Annotated[SearchParameters, Query()], service: ServiceDep) -> Response:
    """Send the newest results of a search as an Atom feed."""
    releases = _newest(asked, service)
    links = Links(rendering.base(request), asked)
    feed = FeedGenerator()
    feed.id(_plain(links.at("feed.atom", **_UNPAGED)))
    feed.title(_plain(_title(request, asked)))
    feed.link(href=links.at("search", **_UNPAGED), rel="alternate", type="text/html")
    feed.link(href=links.at("feed.atom", **_UNPAGED), rel="self", type="application/atom+xml")
    feed.generator("Bayan")
    feed.updated(max(map(_instant, releases), default=_NEVER))
    for release in releases:
        _entry(feed.add_entry(order="append"), release, links)
    return _kept(request, Response(feed.atom_str(pretty=True), media_type=ATOM))


@router.api_route("/feed.json", methods=["GET", "HEAD"])
def json_feed(request: Request, asked: Annotated[SearchParameters, Query()], service: ServiceDep) -> Response:
    """Send the newest results of a search as a JSON Feed."""
    links = Links(rendering.base(request), asked)
    feed = {
        "version": "https://jsonfeed.org/version/1.1",
        "title": _title(request, asked),
        "home_page_url": links.at("search", **_UNPAGED),
        "feed_url": links.at("feed.json", **_UNPAGED),
        "items": [_item(release, links) for release in _newest(asked, service)],
    }
    return _kept(request, JSONResponse(feed, media_type=JSON))


class _Language(BaseEntryExtension):  # type: ignore[misc] # feedgen has no types
    """Says the language of an entry, by which a feed reader chooses direction and typeface."""

    def __init__(self) -> None:
        self.code = ""

    def extend_atom(self, entry: _Element) -> _Element:
        entry.set(_XML_LANG, self.code)
        return entry


_UNPAGED: Mapping[str, Any] = {"size": SearchParameters().size}


def _newest(asked: SearchParameters, service: ServiceDep) -> Sequence[Release]:
    sort = "oldest" if asked.sort == "oldest" else "newest"
    found = service.search(asked.model_copy(update={"sort": sort, "page": 1, "size": LONGEST}))
    return [hit.release for hit in found.hits]


def _entry(entry: FeedEntry, release: Release, links: Links) -> None:
    entry.register_extension("language", _Language, None, atom=True, rss=False)
    entry.language.code = release.lang
    permalink = Links(links.root).release(release.id)
    entry.id(permalink)
    entry.link(href=permalink, rel="alternate", type="text/html")
    if url := original(release.url):
        entry.link(href=_plain(url), rel="via")
    entry.title(_plain(_heading(release)))
    entry.updated(_instant(release))
    if release.published:
        entry.published(datetime.combine(release.published, time(), UTC))
    entry.author(name=_plain(release.source or "Bayan"))
    entry.content(_plain(release.body), type="text")


def _item(release: Release, links: Links) -> dict[str, Any]:
    permalink = Links(links.root).release(release.id)
    item: dict[str, Any] = {
        "id": permalink,
        "url": permalink,
        "title": _heading(release),
        "content_text": release.body,
        "language": release.lang,
    }
    if url := original(release.url):
        item["external_url"] = url
    if release.published:
        item["date_published"] = datetime.combine(release.published, time(), UTC).isoformat()
    if release.source:
        item["authors"] = [{"name": release.source}]
    return item


def _title(request: Request, asked: SearchParameters) -> str:
    interface = rendering.interface(request)
    return interface.gettext("Bayan: {query}").format(query=asked.q) if asked.q else interface.gettext("Bayan")


def _heading(release: Release) -> str:
    return release.title or f"{release.body[:80]}…"


def _instant(release: Release) -> datetime:
    """Return when a release was last changed, as far as that is known: when it was fetched, else published."""
    try:
        fetched = datetime.fromisoformat(release.fetched_at or "")
    except ValueError:
        return datetime.combine(release.published, time(), UTC) if release.published else _NEVER
    return fetched if fetched.tzinfo else fetched.replace(tzinfo=UTC)


def _plain(text: str) -> str:
    return _NO_XML.sub("", text)


def _kept(request: Request, response: Response) -> Response:
    """Answer that nothing has changed if the reader has this feed already (RFC 9110, If-None-Match)."""
    tag = f'"{hashlib.sha256(bytes(response.body)).hexdigest()[:32]}"'
    response.headers.update({"ETag": tag, "Vary": "Accept-Language, Cookie"})
    held = {part.strip().removeprefix("W/") for part in request.headers.get("if-none-match", "").split(",")}
    if tag in held or "*" in held:
        headers = {name: response.headers[name] for name in ("etag", "vary")}
        return Response(status_code=304, headers=headers)
    return response
