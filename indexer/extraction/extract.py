"""A page or a text into a release: everything that was read, where each field was found, and the fate of every line."""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass, field
from datetime import date
from typing import Any, Literal
from urllib.parse import urlsplit

from indexer import agencies
from indexer.extraction import article as articles
from indexer.extraction import bilingual, blocks, dateline, html, metadata, page, published, vocabulary
from indexer.extraction.article import Article
from indexer.extraction.bilingual import Part
from indexer.extraction.blocks import Block
from indexer.extraction.furniture import Sign, sign
from indexer.extraction.metadata import Metadata
from indexer.extraction.repetition import Repetition
from search.language import detect, identify
from search.errors import InputError
from search.release import MAX_CHARACTERS, MAX_TITLE, Release, from_mapping

_NO_REPETITION = Repetition()
_MARKUP = re.compile(r"<[^<>]{0,1000}>")
_MAX_SOURCE = 120
_MAX_SIGNATURE = 9
"""Words of a line that names a site: a ministry's name with its country's."""
_SIGNED = 3
"""Lines at the top of a page among which its name stands."""
_ABOVE = 2
"""Lines above a headline among which its date line may stand."""


@dataclass(frozen=True, slots=True)
class Hints:
    """What is known of a page beside its bytes: from the container that it came in, or the request that fetched it.

    `charset`, `url` and `fetched_at` are believed; `title`, `published` and `source` fill in what the page itself does
    not say. `kind` is what the content is if that is known; else it is looked at.
    """

    kind: Literal["html", "text"] | None = None
    charset: str | None = None
    url: str | None = None
    fetched_at: str | None = None
    title: str | None = None
    published: date | None = None
    source: str | None = None


@dataclass(frozen=True, slots=True)
class Line:
    """A line of the page and its fate: the release's title, its body, or removed; `rule` names what decided it."""

    number: int
    text: str
    fate: Literal["title", "body", "removed"]
    rule: str


@dataclass(frozen=True, slots=True)
class Found:
    """A field's value: where it was read ("og:title", "line 4"), the text it was read from, how sure it is (0 to 1)."""

    value: str
    origin: str
    text: str | None = None
    sure: float | None = None


@dataclass(frozen=True, slots=True)
class Reading:
    """What a page was read as: its release, each field's origin, each line's fate, and what a person should look at."""

    release: Release
    others: Sequence[Release]
    fields: Mapping[str, Found]
    lines: Sequence[Line]
    encoding: str
    warnings: Sequence[str] = field(default_factory=tuple)

    @property
    def releases(self) -> tuple[Release, ...]:
        """Return the release, and those in other languages that stand on the same page."""
        return (self.release, *self.others)

    def as_dict(self) -> dict[str, Any]:
        """Return the release as one JSON object, with the reading under "read"."""
        return self.release.as_dict() | {
            "read": {
                "encoding": self.encoding,
                "fields": {name: asdict(found) for name, found in self.fields.items()},
                "lines": [asdict(line) for line in self.lines],
                "warnings": list(self.warnings),
            }
        }


_NOTHING_KNOWN = Hints()


def extract(
    content: bytes, name: str, *, hints: Hints = _NOTHING_KNOWN, repetition: Repetition = _NO_REPETITION
) -> Reading:
    """Read a page or a text into a release.

    `name` is the file's, whose ending tells HTML where `hints.kind` and the content do not. `repetition` holds the
    counts of lines over the pages of the same sources, if they were counted (see `lines` and `Repetition`). Raises
    `InputError` with a sentence if there is no release in it: no text, no letters of the six languages, too large.
    """
    decoded = page.decode(content, hints.charset)
    about, found = _blocks(decoded.text, is_html=_is_html(content, name, hints))
    if not found and not about.first("title"):
        raise InputError("There is no text in it.", "empty")
    lang = _language([block.text for block in found])
    signs = [sign(block, lang) for block in found]
    where = repetition.of(source_of(about, hints, name))
    chosen = articles.find(signs, about, where)
    chosen, parts = bilingual.split(chosen)
    return _reading(chosen, parts, about, hints, decoded)


def lines(content: bytes, name: str, *, hints: Hints = _NOTHING_KNOWN) -> tuple[str, list[str]]:
    """Return a page's source and lines, for `Repetition.count`. Raises as `extract` does."""
    decoded = page.decode(content, hints.charset)
    about, found = _blocks(decoded.text, is_html=_is_html(content, name, hints))
    return source_of(about, hints, name), [block.text for block in found]


def source_of(about: Metadata, hints: Hints, name: str) -> str:
    """Return whose page it is for the counting of lines: the host, or the folder where no host is known."""
    address = hints.url or next((claim.value for claim in about.of("url")), "")
    return _host(address) or name.replace("\\", "/").rpartition("/")[0]


def _is_html(content: bytes, name: str, hints: Hints) -> bool:
    if hints.kind is not None:
        return hints.kind == "html"
    return name.lower().endswith((".html", ".htm", ".xhtml")) or page.is_html(content)


def _blocks(text: str, *, is_html: bool) -> tuple[Metadata, list[Block]]:
    """Return what a page says about itself, and its blocks; of a text, its lines."""
    if not is_html:
        return Metadata(), blocks.of_text(text)
    root = html.tree(text)
    about, found = (Metadata(), []) if root is None else (metadata.read(root, text), html.blocks(root))
    # Nested deeper than the parser goes: the text is there, and its structure says nothing.
    return about, found or blocks.of_text("\n".join(filter(str.strip, _MARKUP.sub("\n", text).split("\n"))))


def _reading(chosen: Article, parts: Sequence[Part], about: Metadata, hints: Hints, decoded: page.Page) -> Reading:
    fields: dict[str, Found] = {}
    warnings: list[str] = []
    labelled = _labelled(chosen)
    body = chosen.body[:MAX_CHARACTERS]
    headline = chosen.headline
    if headline is not None:
        fields["title"] = Found(headline.text, headline.origin)
    elif hints.title:
        fields["title"] = Found(hints.title, "container")
    title = fields["title"].value[:MAX_TITLE] if "title" in fields else ""
    if not title and not body:
        raise InputError("The page holds no text of a release: only menus, dates and the like.")
    url = hints.url or _url(chosen, about, labelled, fields)
    if url:
        fields.setdefault("url", Found(url, "container" if hints.url else "page"))
    told = identify(f"{title}\n{body}")
    lang = told.lang
    fields["lang"] = Found(lang, "text", told.other or told.variety)
    if told.other:
        warnings.append(f"The text seems to be in another language ({told.other}); it is read as {lang}.")
    day = published.choose(chosen, about, lang, url)
    if day is not None:
        fields["published"] = Found(day.day.isoformat(), day.origin, day.text, day.sure)
        if day.sure < 0.6:  # noqa: PLR2004
            warnings.append(f'The day {day.day.isoformat()} is not sure: it was read from "{day.text}" ({day.origin}).')
    elif hints.published:
        fields["published"] = Found(hints.published.isoformat(), "container")
    else:
        warnings.append("No day of publication was found.")
    head = _dateline(chosen, lang)
    if "place" in labelled:
        fields["place"] = labelled["place"]
    elif head is not None:
        fields["place"] = Found(head.place, "date line")
    elif claim := about.first("place"):
        fields["place"] = Found(claim.value, claim.origin)
    if source := _source(chosen, about, hints, head, url, labelled, lang):
        fields["source"] = source
    if decoded.misdeclared:
        warnings.append(f"The page says that it is in {decoded.declared}, but is in {decoded.encoding}.")
    release = from_mapping(
        {
            "title": title,
            "body": body,
            "lang": lang,
            "published": fields["published"].value if "published" in fields else None,
            "published_text": (fields["published"].text or "")[:200] or None if "published" in fields else None,
            "place": fields["place"].value[:_MAX_SOURCE] if "place" in fields else None,
            "source": fields["source"].value[:_MAX_SOURCE] if "source" in fields else None,
            "url": url,
            "fetched_at": hints.fetched_at,
        }
    )
    fates = [Line(one.sign.block.number, one.sign.block.text, one.fate, one.rule) for one in chosen.judged]
    others = tuple(_in_another_language(release, part) for part in parts)
    return Reading(release, others, fields, fates, decoded.encoding, tuple(warnings))


def _in_another_language(release: Release, part: Part) -> Release:
    """Return what the page says in another language as a release of its own, with an id of its own."""
    texts = {"title": part.title[:MAX_TITLE], "body": part.body, "lang": part.lang}
    return from_mapping(release.as_dict() | texts | {"id": f"{release.id}-{part.lang}"})


def _language(texts: Sequence[str]) -> str | None:
    """Return the language of a page's longer lines, in which its dates are read; None where it is none of the six."""
    long = sorted(texts, key=len, reverse=True)[:20]
    try:
        return detect("\n".join(long))
    except InputError:
        return None


def _labelled(chosen: Article) -> dict[str, Found]:
    """Return what lines with labels say: "Title: …", "Source: …", "المصدر: …", above or right below the article."""
    found: dict[str, Found] = {}
    for at, judged in enumerate(chosen.judged):
        block = judged.sign.block
        if not (at < chosen.start + 6 or chosen.end <= at < chosen.end + 6) or len(block.text) > 2 * MAX_TITLE:
            continue
        for kind in ("place", "source", "url"):
            value = vocabulary.label_of(block.text, kind)
            if value and kind not in found:
                found[kind] = Found(value, f"line {block.number}")
    return found


def _url(chosen: Article, about: Metadata, labelled: Mapping[str, Found], fields: dict[str, Found]) -> str | None:
    claims = about.of("url")
    for claim in [*(c for c in claims if not metadata.is_root(c.value)), *claims]:
        fields["url"] = Found(claim.value, claim.origin)
        return claim.value
    for kind in ("url", "source"):
        if kind in labelled and (url := metadata.address(labelled[kind].value)):
            fields["url"] = Found(url, labelled[kind].origin)
            return url
    printed = {
        address: f"line {judged.sign.block.number}"
        for judged in chosen.judged
        if judged.sign.furniture == "address" and (address := metadata.address(judged.sign.block.text))
    }
    # A printed page bears its address once; several are a list of links.
    if len(printed) == 1:
        url, origin = next(iter(printed.items()))
        if not metadata.is_root(url):
            fields["url"] = Found(url, origin)
            return url
    return None


def _dateline(chosen: Article, lang: str) -> dateline.Dateline | None:
    """Return the date line: a line of its own between headline and text, else the head of one of the first paragraphs."""
    paragraphs = 0
    for judged in chosen.judged[max(chosen.start - 1 - _ABOVE, 0) : chosen.end]:
        text, near = judged.sign.block.text, judged.fate == "removed" and not judged.sign.block.link
        if near and not paragraphs and judged.rule in {"place", "date"} and (line := dateline.read_line(text, lang)):
            return line
        if judged.fate == "body":
            if judged.sign.sentence and (head := dateline.read(text, lang)):
                return head
            paragraphs += judged.sign.sentence
            if paragraphs > 1:
                return None
    return None


def _source(
    chosen: Article,
    about: Metadata,
    hints: Hints,
    head: dateline.Dateline | None,
    url: str | None,
    labelled: Mapping[str, Found],
    lang: str,
) -> Found | None:
    """Return who publishes: what a label says, the agency of the date line or of the page's host, what the page calls itself."""
    if (said := labelled.get("source")) and not metadata.address(said.value):
        agency = agencies.by_name(said.value)
        return Found(agency.name(lang) if agency else said.value, said.origin, said.value)
    if head is not None and head.agency and (agency := agencies.by_name(head.agency)):
        return Found(agency.name(lang), "date line", head.agency)
    if url and (agency := agencies.by_domain(_host(url))):
        return Found(agency.name(lang), "address", _host(url))
    for claim in about.of("source"):
        agency = agencies.by_name(claim.value)
        return Found(agency.name(lang) if agency else claim.value, claim.origin, claim.value)
    names = list(_signatures(chosen, about))
    for name, origin in names:
        if agency := agencies.by_name(name):
            return Found(agency.name(lang), origin, name)
    if head is not None and head.agency:
        return Found(head.agency, "date line")
    if hints.source:
        return Found(hints.source, "container")
    if names and names[0][1] == "title":
        return Found(names[0][0], "title")
    if url:
        return Found(_host(url).removeprefix("www."), "address")
    return None


def _signatures(chosen: Article, about: Metadata) -> Iterator[tuple[str, str]]:
    """Give what a page may call itself: the window's title behind the headline, its first lines, its copyright line."""
    headline = chosen.headline.text if chosen.headline is not None else ""
    for claim in about.of("title"):
        if claim.origin == "title" and headline and headline in claim.value:
            rest = claim.value.replace(headline, " ").strip(" |-–—:»«·•›/")
            if 1 < len(rest) <= _MAX_SOURCE:
                yield rest, "title"
    short = [
        judged.sign
        for judged in chosen.judged
        if judged.fate == "removed" and judged.sign.block.words <= _MAX_SIGNATURE and not judged.sign.dates
    ]
    for sign in [*short[:_SIGNED], *(sign for sign in short if sign.furniture in {"copyright", "byline", "source"})]:
        # A headline of another release names agencies too, but says something of them.
        yield sign.block.text, f"line {sign.block.number}"


def _host(url: str) -> str:
    try:
        return urlsplit(url).hostname or ""
    except ValueError:
        return ""
