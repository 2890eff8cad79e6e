"""Markdown, in which programs save pages as text: headings, links, pictures and emphasis (CommonMark 0.31, in part)."""

import re
from collections.abc import Sequence
from dataclasses import replace

from indexer.extraction.blocks import Block, of_text

_HEADING = re.compile(r"(#{1,6})\s+(\S.*?)(?:\s+#{1,6})?$")
_UNDERLINE = re.compile(r"\s{0,3}(=|-)\1{2,}\s*$")
_ADDRESS = r"\(\s*<?(?:[^()\s]|\([^()\s]{0,500}\)){0,2000}>?(?:\s+\"[^\"\n]{0,300}\")?\s*\)"
_IMAGE = re.compile(rf"!\[([^\[\]\n]{{0,500}})\]{_ADDRESS}")
_LINK = re.compile(rf"\[([^\[\]\n]{{0,1000}})\]{_ADDRESS}")
_STRONG = re.compile(r"\*\*([^*\n]{1,1000})\*\*|__([^_\n]{1,1000})__")
_EMPHASIS = re.compile(r"(?<!\w)[*_]([^*_\n]{1,1000})[*_](?!\w)")
_ITEM = re.compile(r"(?:[*+-]|\d{1,3}[.)])\s+")
_QUOTE = re.compile(r"(?:>\s*)+")
_ESCAPE = re.compile(r"\\([\\`*_{}\[\]()#+.!|>-])")
_LINKS = 3
"""Links from which on a text without a heading is Markdown."""


def is_markdown(text: str) -> bool:
    """Return whether a text is Markdown: it has links or pictures as Markdown writes them, and headings or more links."""
    links = sum(1 for _ in zip(range(_LINKS), re.finditer(r"\]\((?:https?:|/|#|<)", text), strict=False))
    lines = text.split("\n")
    headings = any(_HEADING.match(line) for line in lines) or any(map(_is_underlined, lines, lines[1:]))
    return links >= _LINKS or (links > 0 and headings)


def blocks(text: str) -> list[Block]:
    """Return the blocks of a Markdown text, as `blocks.of_text` does of a plain one."""
    return [block for line in of_text("\n".join(_with_marks(text.split("\n")))) if (block := _block(line)).text]


def _with_marks(lines: Sequence[str]) -> list[str]:
    """Return the lines with headings marked by number signs that a line of dashes below marked."""
    out: list[str] = []
    for line in lines:
        match = _UNDERLINE.match(line)
        if match and out and _is_underlined(out[-1], line):
            out[-1] = f"{'#' if match[1] == '=' else '##'} {out[-1].strip()}"
        else:
            out.append(line)
    return out


def _is_underlined(line: str, below: str) -> bool:
    return bool(line.strip() and _UNDERLINE.match(below) and not _HEADING.match(line) and not _UNDERLINE.match(line))


def _block(block: Block) -> Block:
    text, tag = block.text, block.tag
    if match := _HEADING.match(text):
        text, tag = match[2], f"h{len(match[1])}"
    elif match := _QUOTE.match(text):
        text = text[match.end() :]
    elif match := _ITEM.match(text):
        text, tag = text[match.end() :], "li"
    bare = _IMAGE.sub(" ", text)
    if bare != text and not any(map(str.isalpha, _LINK.sub(" ", bare))):
        # A picture, or several in a row: what is in brackets is said instead of it.
        return replace(
            block, text=" ".join(match[1] for match in _IMAGE.finditer(text)).strip(), tag=tag, aside="image"
        )
    linked = sum(_letters(match[1]) for match in _LINK.finditer(bare))
    bold = sum(_letters(match[1] or match[2]) for match in _STRONG.finditer(bare))
    plain = _LINK.sub(r"\1", bare)
    for mark in (_STRONG, _EMPHASIS):
        plain = mark.sub(lambda match: next(filter(None, match.groups())), plain)
    plain = " ".join(_ESCAPE.sub(r"\1", plain).split())
    letters = max(_letters(plain), 1)
    return replace(block, text=plain, tag=tag, link=min(linked / letters, 1.0), bold=min(bold / letters, 1.0))


def _letters(text: str) -> int:
    return sum(map(str.isalpha, text))
