"""The text of a document as it stands: of a page its title and visible text, of a plain text its lines."""

import re
from dataclasses import replace
from html.parser import HTMLParser

from indexer.inputs.document import Document, decoded
from search.errors import InputError
from search.language import detect
from search.release import MAX_TITLE, Release, from_mapping

_HIDDEN = frozenset({"script", "style", "template", "noscript", "title"})
_INLINE = frozenset({"a", "abbr", "b", "bdi", "bdo", "em", "font", "i", "mark", "small", "span", "strong", "u"})
_CHARSET = re.compile(rb"""charset=["']?([\w-]{1,40})""")
_HEAD = 2_048
"""Bytes among which a page has to declare its encoding (HTML standard, prescan)."""


def extract(document: Document) -> Release:
    """Return the release that a document is. Raises `InputError` if it is none.

    The first line that is not empty is the title where the document or its container names none.
    """
    if document.kind == "html":
        title, text = _page(_text(document))
    else:
        title, text = "", _text(document)
    text = text.replace("\r\n", "\n").replace("\r", "\n").strip()
    title = " ".join((title or document.title or "").split())[:MAX_TITLE]
    if not text and not title:
        raise InputError("The file is empty.", "empty")
    body = text
    if not title or text.startswith(title):
        first, _, rest = text.partition("\n")
        # A first line longer than any headline is a text whose lines were lost.
        title, body = (title or first.strip(), rest.strip()) if len(first) <= MAX_TITLE else (title, text)
    fields = {"title": title, "body": body, "lang": detect(f"{title}\n{body}"), "url": document.url}
    release = from_mapping(fields | {"source": document.source, "fetched_at": document.fetched_at})
    return replace(release, published=document.published)


def _text(document: Document) -> str:
    declared = _CHARSET.search((document.media_type or "").encode("ascii", "ignore"))
    if declared is None and document.kind == "html":
        declared = _CHARSET.search(document.content[:_HEAD])
    try:
        if declared:
            return document.content.decode(declared[1].decode())
    except (LookupError, ValueError):
        pass
    return decoded(document.content)


def _page(html: str) -> tuple[str, str]:
    parser = _Visible()
    parser.feed(html)
    parser.close()
    lines = (" ".join(line.split()) for line in "".join(parser.text).split("\n"))
    return "".join(parser.title), "\n".join(filter(None, lines))


class _Visible(HTMLParser):
    """Gathers the text of a page that a reader would see."""

    def __init__(self) -> None:
        super().__init__()
        self.title: list[str] = []
        self.text: list[str] = []
        self._hidden: str | None = None

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:  # noqa: ARG002 - the parser's
        if tag in _HIDDEN and self._hidden is None:
            self._hidden = tag
        if tag not in _INLINE:
            self.text.append("\n")

    def handle_endtag(self, tag: str) -> None:
        if tag == self._hidden:
            self._hidden = None
        if tag not in _INLINE:
            self.text.append("\n")

    def handle_data(self, data: str) -> None:
        if self._hidden == "title":
            self.title.append(data)
        elif self._hidden is None:
            self.text.append(" ".join(data.split("\n")))
