"""What a block is by itself: prose, a date, a label, furniture; each verdict names the rule that gave it."""

import re
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass

from indexer.extraction import vocabulary
from indexer.extraction.blocks import SENDER, Block
from indexer.extraction.daylines import is_dated
from indexer.extraction.vocabulary import Found
from search.dates import Dated, find

_END = re.compile(r"""[.!?؟;؛:…۔]["'»”’“‘)\]）>*]*\s*$""")
_INNER = re.compile(r"\w{3}[.!?؟]\s+\w")
_CUT = re.compile(r"(?:\.\.\.|…)[\s\]»)]*$")
_CLOCK = re.compile(r"\b\d{1,2}:\d{2}\b")
_ADDRESS = re.compile(r"(?i)(?:https?://|www\.)\S+|\b[\w.+-]{1,60}@[\w-]{1,60}\.[\w.]{2,20}")
_SHORTCODE = re.compile(r"\[/?[a-z][\w-]{0,40}(?:\s[^\]\n]{0,300})?\]|\{\{[^{}\n]{0,100}\}\}")
_PARTS = re.compile(r"\s*[|•·›»>→/\\]\s*|\s{2,}")
_STEP = re.compile(r"\s+[>»›→/\\]+\s+|\s*[›→]\s*")
_TRAIL = 600
_PLACE = 4
_WORD = re.compile(r"[^\W\d_]+")
_PAGE = re.compile(
    r"(?i)\W*(?:p(?:age|ágina|ag|g)?|стр(?:аница)?|(?:ال)?صفحة|صفحه)\b\W*\d+(?:\s*(?:/|of|sur|de|из|من|از)\s*\d+)?\W*"
)
"""The number of a printed page: "Page 1 of 2", "стр. 3", "صفحة 1 من 2"."""
_LEADER = re.compile(r"(?:\.\s?){5,200}\s{0,3}\d{1,4}$|…{2,100}\s{0,3}\d{1,4}$")
"""The dots that lead from an item of a table of contents to its page."""
_CREDIT = re.compile(r"[.(|\])/–—-]\s*([^.(|\])/–—\n]{1,80}?)[\s).\]]*$")
_ITEM = re.compile(r"(?:[•●▪◦■*–—-]|\d{1,2}[.)])\s")

PROSE_WORDS = 6
"""A sentence with fewer words may be a label that ends with a stop."""
LONG = 20
"""Words after which a line is prose though it ends without a stop."""
_SENTENCES = 12
"""Words after which a line is prose that has a stop inside: a signature may stand behind its last one."""
_LOOKED_AT = 10_000
MAX_DATED = 300
"""Characters of a line that is looked at for the page's own dates."""
_MADE_OF = 0.6
_BYLINE = 9
_SAID = 3
"""Words behind "Press release:" that are a headline."""
_NAMES = 3
_SURELY = 0.75
_CAPTION = 40
_POINT = 0.2
"""What an item of a list says for prose: it ends as one does, but is short."""


@dataclass(slots=True)
class Sign:
    """What a block shows by itself.

    `furniture` is the name of the rule by which it is none of the release, or "". `dates` are those of a short line;
    `dated` tells that it is little else. `score` is the evidence that it is prose of an article (above zero) or not.
    """

    block: Block
    found: Found
    dates: Sequence[Dated]
    dated: bool
    sentence: bool
    furniture: str
    score: float

    @property
    def heads(self) -> bool:
        """Whether the headlines that follow belong to this line."""
        return bool(self.furniture and self.found.kind and self.found.kind.heads)

    @property
    def ends(self) -> bool:
        """Whether what follows at the end of a page is no part of the release."""
        kind = self.found.label or self.found.kind
        return bool(self.furniture and kind and kind.ends)


def sign(block: Block, lang: str | None = None) -> Sign:
    """Return what a block shows by itself."""
    # What is longer is no line of a page; its beginning tells as much.
    text = block.text if len(block.text) <= _LOOKED_AT else block.text[:_LOOKED_AT]
    found = vocabulary.look(text)
    dates = find(text, lang) if len(text) <= MAX_DATED and any(map(str.isdigit, text)) else []
    dated = is_dated(text, dates)
    cut = _CUT.search(text) is not None
    whole = ends(text) or block.words >= LONG or (block.words >= _SENTENCES and _INNER.search(text) is not None)
    sentence = not cut and not dated and block.words >= PROSE_WORDS and whole
    furniture = "" if dated else _furniture(block, text, found, sentence=sentence) or _byline(text, dates)
    return Sign(block, found, dates, dated, sentence, furniture, _score(block, sentence, cut, furniture, dated=dated))


def ends(text: str) -> bool:
    """Return whether a text ends as a sentence does."""
    return _END.search(text) is not None


def _furniture(block: Block, text: str, found: Found, *, sentence: bool) -> str:
    """Return the name of the first rule by which a line is furniture, or ""."""
    return (
        _wordless(text)
        or (SENDER if block.role == SENDER else "")
        or _of_words(block, found, sentence=sentence)
        or ("page" if _PAGE.fullmatch(text) else "")
        or ("contents" if _LEADER.search(text) else "")
        or ("caption" if block.words <= _CAPTION and _is_credited(text) else "")
        or ("copyright" if "©" in text and block.words <= LONG else "")
        # Two hours are an event's beginning and end.
        or ("prayer" if not sentence and len(_CLOCK.findall(text)) > 2 else "")  # noqa: PLR2004
        or ("link" if block.link >= _MADE_OF and block.words <= LONG else "")
        or ("menu" if _is_menu(text) or trail(text) else "")
        # Two scripts are a name in another one.
        or ("languages" if _scripts(text) > 2 else "")  # noqa: PLR2004
    )


def _wordless(text: str) -> str:
    if not _WORD.search(text):
        return "no words"
    bare = _SHORTCODE.sub(" ", text)
    if not _WORD.search(bare):
        return "shortcode"
    return "" if _WORD.search(_ADDRESS.sub(" ", bare)) else "address"


def _of_words(block: Block, found: Found, *, sentence: bool) -> str:
    """Return the kind of furniture that a line's words are of, if they make up enough of it."""
    if found.kind and found.cover >= (_SURELY if sentence else _MADE_OF):
        return found.kind.name
    if found.label and found.label.name == "genre" and len(found.rest.split()) >= _SAID:
        return ""
    if found.label and (block.words <= LONG or found.label.ends or found.label.loose):
        return found.label.name
    if found.kind and found.kind.name in {"copyright", "cookies"} and _is_phrase(found) and block.words <= 2 * LONG:
        return found.kind.name
    return ""


def _byline(text: str, dates: Sequence[Dated]) -> str:
    """Know "By Ali Karimi, 3 May 2024, 10:33": a word for the author, then a name or a date and little else."""
    words = text.split()
    if not 1 < len(words) <= _BYLINE:
        return ""
    length = next((n for n in (3, 2, 1) if vocabulary.is_one(vocabulary.words(" ".join(words[:n])), "byline")), 0)
    names = [word for word in words[length:] if word[0].isalpha()]
    # Where there are no capitals a name looks like any words: "تحرير رهائن" frees hostages.
    named = 0 < len(names) <= _NAMES and all(name[0].isupper() for name in names) and not ends(text)
    return "byline" if length and (dates or named) else ""


def _is_phrase(found: Found) -> bool:
    return found.cover >= 0.25  # noqa: PLR2004 - "all rights reserved" and a name as long again


def _is_credited(text: str) -> bool:
    """Return whether a line ends with the credit of a picture: "… on the scene. Photo: press service"."""
    credit = _CREDIT.search(text)
    return credit is not None and vocabulary.label_of(credit[1], "caption") is not None


def _is_menu(text: str) -> bool:
    """Return whether a line is a row of short items (Home | News | Contact), or has the sign of a folded menu."""
    if text.startswith(("☰", "≡")):
        return True
    parts = [part for part in _PARTS.split(text) if part.strip()]
    words = [len(part.split()) for part in parts]
    return len(parts) > 3 and max(words) <= _PLACE and sum(words) <= 3 * len(parts)  # noqa: PLR2004


def trail(text: str) -> str:
    """Return the page that a breadcrumb trail leads to, its last part ("Home > News > Two held"), or "" if it is none."""
    parts = [part.strip() for part in _STEP.split(text[:_TRAIL])]
    places = parts[:-1]
    is_trail = bool(places) and bool(parts[-1]) and all(0 < len(place.split()) <= _PLACE for place in places)
    home = vocabulary.look(places[0]) if is_trail else None
    return parts[-1] if home and home.cover == 1 and home.kind and home.kind.name == "menu" else ""


def _scripts(text: str) -> int:
    """Return in how many scripts the words of a short line are."""
    words = _WORD.findall(text)
    if len(words) > 8:  # noqa: PLR2004 - a row of names of languages
        return 0
    return len({unicodedata.name(word[0], "").split(" ")[0] for word in words})


def _score(block: Block, sentence: bool, cut: bool, furniture: str, *, dated: bool) -> float:
    if block.aside or furniture in {"menu", "link", "share"}:
        return -1.0
    if furniture or dated:
        return 0.0 if furniture == "page" else -0.8
    if sentence:
        return min(block.words, 60) / 10 * (1 - block.link)
    return -0.8 if cut and block.words > PROSE_WORDS else _unfinished(block)


def _unfinished(block: Block) -> float:
    """Return the evidence of a line that is no sentence and nothing else."""
    if not block.link and _ITEM.match(block.text) and block.text.endswith((".", ";", ",", "؛", "،")):
        return _POINT
    return -0.3 if block.tag in {"h2", "h3", "h4", "h5"} or (block.tag == "li" and block.link == 0) else -0.7
