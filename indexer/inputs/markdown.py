"""Markdown as plain text: its marks are taken away, its lines stay."""

from collections.abc import Iterator
from io import BufferedReader

from markdown_it import MarkdownIt
from markdown_it.token import Token

from indexer.hints import Hints
from indexer.inputs.document import Document, Item, decoded, titled, whole

_FENCE = "---"


def read(stream: BufferedReader, place: str) -> Iterator[Item]:
    """Read a Markdown file. Of front matter between lines of three hyphens, the title is kept."""
    text = decoded(whole(stream)).replace("\r\n", "\n")
    title, text = _front(text)
    text = plain(text)
    yield Document((titled(title, text) if title else text).encode(), place, Hints("text", title=title))


def plain(text: str) -> str:
    """Return what a reader of the rendered page would see, a line for each paragraph, heading, item and cell."""
    return "\n\n".join(filter(None, map(_shown, MarkdownIt("commonmark").enable("table").parse(text))))


def _shown(token: Token) -> str:
    if token.type in {"fence", "code_block"}:
        return token.content.strip()
    return "".join(_inline(child) for child in token.children or ()).strip()


def _inline(token: Token) -> str:
    if token.type in {"softbreak", "hardbreak"}:
        return "\n"
    # The marks, links' addresses and raw HTML have no text of their own; a picture's stands in its children.
    return token.content if token.type in {"text", "code_inline", "image"} else ""


def _front(text: str) -> tuple[str | None, str]:
    """Part front matter, `key: value` lines, from a text; its title is returned if it has one."""
    if not text.startswith(f"{_FENCE}\n"):
        return None, text
    front, fence, rest = text[len(_FENCE) + 1 :].partition(f"\n{_FENCE}\n")
    if not fence:
        return None, text
    found = (line.partition(":")[2] for line in front.split("\n") if line.lower().startswith("title:"))
    return next((value.strip().strip("\"'") for value in found), None), rest
