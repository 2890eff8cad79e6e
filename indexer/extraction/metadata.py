"""What a page says about itself to machines: JSON-LD, OpenGraph, meta elements, its address."""

import html
import json
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any, Literal
from urllib.parse import urljoin, urlsplit

from indexer.extraction.blocks import one_line
from indexer.extraction.html import Element

Kind = Literal["title", "published", "modified", "source", "place", "url", "lang", "body", "author", "about"]

_MAX_JSON = 2_000_000
_MAX_OBJECTS = 2_000
_MAX_VALUE = 2_000

# Names of meta elements, the surer first: schema.org, Dublin Core, Open Graph and what publishing systems write.
_NAMES: Mapping[str, Kind] = {
    "og:title": "title",
    "twitter:title": "title",
    "dc.title": "title",
    "dcterms.title": "title",
    "headline": "title",
    "citation_title": "title",
    "article:published_time": "published",
    "datepublished": "published",
    "dc.date.issued": "published",
    "dcterms.issued": "published",
    "dcterms.created": "published",
    "dc.date.created": "published",
    "og:article:published_time": "published",
    "publishdate": "published",
    "publish-date": "published",
    "publish_date": "published",
    "pubdate": "published",
    "publication_date": "published",
    "sailthru.date": "published",
    "parsely-pub-date": "published",
    "article.published": "published",
    "cxenseparse:recs:publishtime": "published",
    "citation_publication_date": "published",
    "date": "published",
    "dc.date": "published",
    "dcterms.date": "published",
    "article:modified_time": "modified",
    "datemodified": "modified",
    "og:updated_time": "modified",
    "dcterms.modified": "modified",
    "dc.date.modified": "modified",
    "last-modified": "modified",
    "lastmod": "modified",
    "og:site_name": "source",
    "application-name": "source",
    "dc.publisher": "source",
    "dcterms.publisher": "source",
    "publisher": "source",
    "article:publisher": "source",
    "og:description": "about",
    "description": "about",
    "og:url": "url",
    "twitter:url": "url",
    "og:locale": "lang",
    "dc.language": "lang",
    "dcterms.language": "lang",
    "content-language": "lang",
    "inlanguage": "lang",
    "author": "author",
}
_LD: Mapping[str, Kind] = {
    "headline": "title",
    "datePublished": "published",
    "dateCreated": "published",
    "dateModified": "modified",
    "publisher": "source",
    "sourceOrganization": "source",
    "contentLocation": "place",
    "locationCreated": "place",
    "dateline": "place",
    "inLanguage": "lang",
    "articleBody": "body",
}
_ARTICLE = re.compile(r"Article$|^PressRelease$|^Report$|Posting$|^NewsMediaOrganization$")
_SAVED_FROM = re.compile(r"<!--\s*saved from url=\(\d+\)(https?://[^\s<>]{3,1500})", re.IGNORECASE)
_ARCHIVED = re.compile(r"://[^\s/]{3,100}/(?:[^\s/]{1,50}/){0,3}\d{8,14}(?:[a-z]{2}_)?/(https?://[^\s<>]{3,1500})")
"""https://web.archive.org/web/20120503101112/http://…, and the other archives that run the same software."""


@dataclass(frozen=True, slots=True)
class Claim:
    """One thing that a page says about itself: `origin` tells where, in the page's own names ("og:title")."""

    kind: Kind
    value: str
    origin: str


@dataclass(slots=True)
class Metadata:
    """All claims of a page, in the order of trust: JSON-LD, meta elements, microdata, the head's title."""

    claims: list[Claim] = field(default_factory=list)

    def of(self, kind: Kind) -> list[Claim]:
        """Return the claims of a kind."""
        return [claim for claim in self.claims if claim.kind == kind]

    def first(self, kind: Kind) -> Claim | None:
        """Return the first claim of a kind."""
        return next((claim for claim in self.claims if claim.kind == kind), None)


def read(root: Element, text: str) -> Metadata:
    """Read what a page says about itself; `text` is its source, for what stands in comments."""
    base = next((e.get("href", "") for e in root.iter("base")), "")
    found = Metadata()
    for claim in (*_linked_data(root), *_meta(root), *_microdata(root), *_head(root)):
        value = _unescaped(claim.value)
        value = "\n".join(map(one_line, value.split("\n"))).strip() if claim.kind == "body" else one_line(value)
        if claim.kind == "url":
            value = address(value, base)
        if value:
            found.claims.append(Claim(claim.kind, value if claim.kind == "body" else value[:_MAX_VALUE], claim.origin))
    if (saved := _SAVED_FROM.search(text[:5_000])) and (value := address(saved[1])):
        found.claims.append(Claim("url", value, "saved from"))
    if not found.of("url") and not is_root(base) and not base.endswith("/") and (value := address(base)):
        # Joomla names the page itself.
        found.claims.append(Claim("url", value, "base"))
    return found


def address(value: str, base: str = "") -> str:
    """Return a web address as it can be stored, or "" for a template's `{{url}}` or a relative path.

    Of a page in an archive of the web it is the page's own address.
    """
    try:
        joined = urljoin(base, value.strip()) if base else value.strip()
        joined = archived(joined) or joined
        parts = urlsplit(joined)
    except ValueError:
        return ""
    if parts.scheme.lower() not in {"http", "https"} or "." not in parts.netloc or set(joined) & set("{}<> "):
        return ""
    return joined if len(joined) <= _MAX_VALUE else ""


def archived(text: str) -> str:
    """Return the address whose copy in an archive of the web a text names, or ""."""
    match = _ARCHIVED.search(text[: 2 * _MAX_VALUE])
    return match[1] if match else ""


def is_root(url: str) -> bool:
    """Return whether an address is that of a site and not of a page: careless templates name it everywhere."""
    parts = urlsplit(url)
    return not parts.path.strip("/") and not parts.query


def _meta(root: Element) -> Iterator[Claim]:
    found: dict[str, str] = {}
    for element in root.iter("meta"):
        for attribute in ("property", "name", "itemprop", "http-equiv"):
            if (name := element.get(attribute, "").strip().lower()) in _NAMES:
                found.setdefault(name, element.get("content", ""))
    for name, kind in _NAMES.items():
        if name in found:
            yield Claim(kind, found[name], name)


def _head(root: Element) -> Iterator[Claim]:
    for element in root.iter("link"):
        if "canonical" in element.get("rel", "").lower().split():
            yield Claim("url", element.get("href", ""), "canonical")
    # An <svg> has titles too.
    for element in root.iter("title"):
        above = element.getparent()
        if above is None or above.tag in {"head", "html", "body"}:
            yield Claim("title", " ".join(map(str, element.itertext())), "title")
            break
    yield Claim("lang", root.get("lang") or root.get("{http://www.w3.org/XML/1998/namespace}lang") or "", "html lang")


def _microdata(root: Element) -> Iterator[Claim]:
    for element in root.iter():
        if isinstance(element.tag, str) and element.tag != "meta" and (role := element.get("itemprop")):
            kind = _LD.get(role.strip())
            if kind in {"published", "modified"}:
                value = element.get("datetime") or element.get("content")
                yield Claim(kind, value or "".join(map(str, element.itertext()))[:200], f"itemprop {role.strip()}")


def _linked_data(root: Element) -> Iterator[Claim]:
    for element in root.iter("script"):
        if "ld+json" not in element.get("type", "").lower():
            continue
        source = (element.text or "").strip()
        if len(source) > _MAX_JSON:
            continue
        source = source.removeprefix("<!--").removesuffix("-->").removeprefix("//<![CDATA[").removesuffix("//]]>")
        try:
            value = json.loads(source, strict=False)
        except (ValueError, RecursionError):
            continue
        yield from (Claim("published", said, "JSON-LD WebPage") for said in _pages(value))
        for article in _articles(value):
            for name, kind in _LD.items():
                said = _said(article.get(name))
                if said:
                    yield Claim(kind, said, f"JSON-LD {name}")
            link = _said(article.get("mainEntityOfPage"), "@id") or _said(article.get("url"), "@id")
            if link:
                yield Claim("url", link, "JSON-LD url")


def _articles(value: Any) -> Iterator[Mapping[str, Any]]:
    """Give the objects that are articles, wherever they stand; an article inside of one is another (related news)."""
    queue, seen = [value], 0
    while queue and seen < _MAX_OBJECTS:
        item = queue.pop(0)
        seen += 1
        if isinstance(item, list):
            queue += item
        elif isinstance(item, dict):
            types = item.get("@type")
            if any(isinstance(t, str) and _ARTICLE.search(t) for t in (types if isinstance(types, list) else [types])):
                yield item
                return
            queue += [inner for name, inner in item.items() if name in {"@graph", "mainEntity", "mainEntityOfPage"}]


def _pages(value: Any) -> Iterator[str]:
    """Give the days of publication of the pages: what a publishing system writes that knows of no articles."""
    graph = value.get("@graph", [value]) if isinstance(value, dict) else value
    for item in graph[:_MAX_OBJECTS] if isinstance(graph, list) else ():
        if isinstance(item, dict) and item.get("@type") in {"WebPage", "ItemPage"}:
            said = _said(item.get("datePublished"))
            if said:
                yield said


def _said(value: Any, inner: str = "name") -> str:
    """Return a value of JSON-LD as text: itself, its name, or that of the first of several."""
    for _ in range(4):
        if isinstance(value, list):
            value = value[0] if value else None
        elif isinstance(value, dict):
            value = value.get(inner) or value.get("name") or value.get("addressLocality") or value.get("address")
        else:
            break
    return value if isinstance(value, str) else ""


def _unescaped(text: str) -> str:
    """Undo what was escaped twice: &amp;quot; is common, and elaph prints a bare quot;."""
    return html.unescape(html.unescape(text)) if "&" in text else text
