"""Feeds of a search: Atom (RFC 4287) and JSON Feed 1.1, the newest releases first, so that a reader sees what is new."""

import hashlib
import re
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime, time
from typing import Annotated, Any

from fastapi import APIRouter, Depends, Query
from lxml.etree import Element, SubElement, _Element, tostring
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

_ATOM = "http://www.w3.org/2005/Atom"
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
    feed = Element(f"{{{_ATOM}}}feed", nsmap={None: _ATOM})  # type: ignore[dict-item] # lxml takes None for no prefix, its stubs do not
    _child(feed, "id", links.at("feed.atom", **_UNPAGED))
    _child(feed, "title", _title(request, asked))
    _child(feed, "updated", max(map(_instant, releases), default=_NEVER).isoformat())
    _child(feed, "link", rel="alternate", type="text/html", href=links.at("search", **_UNPAGED))
    _child(feed, "link", rel="self", type="application/atom+xml", href=links.at("feed.atom", **_UNPAGED))
    _child(feed, "generator", "Bayan")
    for release in releases:
        _entry(feed, release, links)
    content = tostring(feed, encoding="utf-8", xml_declaration=True, pretty_print=True)
    return _kept(request, Response(content, media_type=ATOM))


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


_UNPAGED: Mapping[str, Any] = {"size": SearchParameters().size}


def _newest(asked: SearchParameters, service: ServiceDep) -> Sequence[Release]:
    sort = "oldest" if asked.sort == "oldest" else "newest"
    found = service.search(asked.model_copy(update={"sort": sort, "page": 1, "size": LONGEST}))
    return [hit.release for hit in found.hits]


def _entry(feed: _Element, release: Release, links: Links) -> None:
    permalink = Links(links.root).release(release.id)
    entry = _child(feed, "entry")
    # By it a feed reader chooses direction and typeface.
    entry.set(_XML_LANG, release.lang)
    _child(entry, "id", permalink)
    _child(entry, "title", _heading(release), type="text")
    _child(entry, "updated", _instant(release).isoformat())
    if release.published:
        _child(entry, "published", datetime.combine(release.published, time(), UTC).isoformat())
    _child(_child(entry, "author"), "name", release.source or "Bayan")
    _child(entry, "link", rel="alternate", type="text/html", href=permalink)
    if url := original(release.url):
        _child(entry, "link", rel="via", href=url)
    _child(entry, "content", release.body, type="text")


def _child(parent: _Element, tag: str, text: str | None = None, **attributes: str) -> _Element:
    child = SubElement(parent, f"{{{_ATOM}}}{tag}", {name: _plain(value) for name, value in attributes.items()})
    child.text = _plain(text) if text is not None else None
    return child


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
