"""Pages that bear one release in two languages: each is a release of its own."""

import itertools
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

from analyzers import UNDETERMINED
from indexer.extraction.article import Article, Judged
from search.errors import InputError
from search.language import identify

_OWN_LANGUAGE = 5
"""Words from which on a line's language can be told."""
_RELEASE = 20
"""Words that another language must have: less is a name, a quotation, an address."""
_SHARE = 0.25
"""The share of the text above which another language is no quotation, wherever it stands."""


@dataclass(frozen=True, slots=True)
class Part:
    """What a page says in another language than the release's."""

    lang: str
    title: str
    body: str


def split(article: Article) -> tuple[Article, list[Part]]:
    """Return the article in the language of its headline alone, and the parts in others.

    A part stands at the beginning or the end of the text, or is a good share of it; what is quoted in another language
    stays where it is.
    """
    lines = [at for at, judged in enumerate(article.judged) if judged.fate == "body"]
    texts = [article.judged[at].sign.block.text for at in lines]
    # Of an undetermined language, short lines look like any of the six: another must be clear there.
    clear = _language("\n".join(texts)) == UNDETERMINED
    langs = _languages([article.judged[at] for at in lines], clear=clear)
    words = Counter[str]()
    for at, lang in zip(lines, langs, strict=True):
        words[lang] += article.judged[at].sign.block.words
    if len(words) < 2:  # noqa: PLR2004
        return article, []
    own = _language(article.headline.text, clear=clear) if article.headline is not None else ""
    main = own if own in words else max(words, key=lambda lang: words[lang])
    others = [lang for lang in words if lang != main and _is_part(lang, langs, words)]
    if not others or words[main] < _RELEASE:
        return article, []
    judged = list(article.judged)
    parts = []
    for lang in others:
        mine = [at for at, of in zip(lines, langs, strict=True) if of == lang]
        parts.append(_part(lang, [judged[at] for at in mine]))
        for at in mine:
            judged[at] = Judged(judged[at].sign, "removed", f"in another language ({lang})")
    return Article(article.headline, article.start, article.end, judged), parts


def _part(lang: str, lines: Sequence[Judged]) -> Part:
    first = lines[0].sign
    title = "" if first.sentence else first.block.text
    rest = lines[1:] if title else lines
    body = ""
    for line in rest:
        body += ("\n\n" if line.sign.block.gap else "\n") * bool(body) + line.sign.block.text
    return Part(lang, title, body)


def _is_part(lang: str, langs: Sequence[str], words: Counter[str]) -> bool:
    if words[lang] < _RELEASE:
        return False
    at_edge = lang in {langs[0], langs[-1]} and sum(one == lang for one in langs) == _longest(lang, langs)
    return at_edge or words[lang] >= _SHARE * words.total()


def _longest(lang: str, langs: Sequence[str]) -> int:
    best = run = 0
    for one in langs:
        run = run + 1 if one == lang else 0
        best = max(best, run)
    return best


def _languages(lines: Sequence[Judged], *, clear: bool) -> list[str]:
    """Return each line's language; a short one is in that of the line below, whose heading it may be, or above."""
    told = [
        _language(line.sign.block.text, clear=clear) if line.sign.block.words >= _OWN_LANGUAGE else "" for line in lines
    ]
    for at in range(len(told) - 2, -1, -1):
        told[at] = told[at] or told[at + 1]
    for at in range(1, len(told)):
        told[at] = told[at] or told[at - 1]
    # Lines that stand together tell more than each: short Persian ones in the letters of Arabic look like Arabic.
    out: list[str] = []
    for lang, run in itertools.groupby(zip(told, lines, strict=True), key=lambda pair: pair[0]):
        texts = [line.sign.block.text for _, line in run]
        out += [_language("\n".join(texts), clear=clear) or lang] * len(texts)
    return out


def _language(text: str, *, clear: bool = False) -> str:
    """Return the language of a text; with `clear`, none where others come near."""
    try:
        told = identify(text)
    except InputError:
        return ""
    return told.lang if told.clear or not clear else ""
