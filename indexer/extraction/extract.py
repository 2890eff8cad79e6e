"""A page or a text into a release: everything that was read, where each field was found, and the fate of every line."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from dataclasses import field as of
from html import unescape
from typing import Any, Literal

from analyzers import LANGUAGES
from indexer import agencies
from indexer.extraction import article as articles
from indexer.extraction import bilingual, blocks, fields, html, markdown, metadata, page, unbroken
from indexer.extraction.article import Article
from indexer.extraction.bilingual import Part
from indexer.extraction.blocks import Block
from indexer.extraction.fields import Found
from indexer.extraction.furniture import sign
from indexer.extraction.metadata import Metadata
from indexer.extraction.repetition import Repetition
from indexer.hints import Hints
from search.errors import InputError
from search.language import identify
from search.release import MAX_CHARACTERS, MAX_TITLE, Release, from_mapping

_NO_REPETITION = Repetition()
_MARKUP = re.compile(r"<[^<>]{0,1000}>")
_ENTITY = re.compile(r"&(?:[A-Za-z]{2,8}|#\d{2,6});")
_ESCAPED = 3
"""Entities of a text from which on it was taken out of a page's source: "D&eacute;mantèlement"."""
_MAX_TEXT = 200


@dataclass(frozen=True, slots=True)
class Line:
    """A line of the page and its fate: the release's title, its body, or removed; `rule` names what decided it."""

    number: int
    text: str
    fate: Literal["title", "body", "removed"]
    rule: str


@dataclass(frozen=True, slots=True)
class Reading:
    """What a page was read as: its release, each field's origin, each line's fate, and what a person should look at."""

    release: Release
    others: Sequence[Release]
    fields: Mapping[str, Found]
    lines: Sequence[Line]
    encoding: str
    warnings: Sequence[str] = of(default_factory=tuple)

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
    `InputError` with a sentence if there is no release in it: no text, no letters, too large.
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
    return agencies.host(address) or name.replace("\\", "/").rpartition("/")[0]


def _is_html(content: bytes, name: str, hints: Hints) -> bool:
    if hints.kind is not None:
        return hints.kind == "html"
    return name.lower().endswith((".html", ".htm", ".xhtml")) or page.is_html(content)


def _blocks(text: str, *, is_html: bool) -> tuple[Metadata, list[Block]]:
    """Return what a page says about itself, and its blocks; of a text, its lines."""
    if not is_html:
        text = unescape(text) if len(_ENTITY.findall(text)) >= _ESCAPED else text
        return Metadata(), markdown.blocks(text) if markdown.is_markdown(text) else unbroken.split(blocks.of_text(text))
    root = html.tree(text)
    about, found = (Metadata(), []) if root is None else (metadata.read(root, text), html.blocks(root))
    if not found and (said := about.first("body")):
        # A program in the page was to draw the text, which is told to machines alone.
        title = about.first("title")
        return about, [*([Block(title.value, 0, tag="h1")] if title else []), *blocks.of_text(said.value)]
    # Nested deeper than the parser goes: the text is there, and its structure says nothing.
    return about, found or blocks.of_text("\n".join(filter(str.strip, _MARKUP.sub("\n", text).split("\n"))))


def _reading(chosen: Article, parts: Sequence[Part], about: Metadata, hints: Hints, decoded: page.Page) -> Reading:
    gathered = fields.gather(chosen, about, hints)
    values = {name: found.value for name, found in gathered.found.items()}
    day = gathered.found.get("published")
    release = from_mapping(
        {
            **values,
            "body": chosen.body[:MAX_CHARACTERS],
            "published_text": day.text[:_MAX_TEXT] if day and day.text else None,
            "published_sure": day.sure if day else None,
            "fetched_at": hints.fetched_at,
        }
    )
    fates = [Line(one.sign.block.number, one.sign.block.text, one.fate, one.rule) for one in chosen.judged]
    others = tuple(_in_another_language(release, part) for part in parts)
    warnings = list(gathered.warnings)
    if decoded.misdeclared:
        warnings.append(f"The page says that it is in {decoded.declared}, but is in {decoded.encoding}.")
    return Reading(release, others, gathered.found, fates, decoded.encoding, tuple(warnings))


def _in_another_language(release: Release, part: Part) -> Release:
    """Return what the page says in another language as a release of its own, with an id of its own."""
    texts = {"title": part.title[:MAX_TITLE], "body": part.body, "lang": part.lang}
    return from_mapping(release.as_dict() | texts | {"id": f"{release.id}-{part.lang}"})


def _language(texts: Sequence[str]) -> str | None:
    """Return the language of a page's longer lines, in which its dates are read; None where it is none of the six."""
    long = sorted(texts, key=len, reverse=True)[:20]
    try:
        lang = identify("\n".join(long)).lang
    except InputError:
        return None
    return lang if lang in LANGUAGES else None
