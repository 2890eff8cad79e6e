"""The day a release was published, chosen among all the dates of a page.

Each date is a witness with a weight: where it stands and what the page calls it. Witnesses of one day add up as
independent evidence does, 1 - (1 - a)(1 - b). The day that a page was crawled, printed or changed on, and the day of the
events in the text, are witnesses of little weight; where nothing else is left the release has no date.
"""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date

from indexer.extraction import dateline, vocabulary
from indexer.extraction.article import Article, Judged
from indexer.extraction.metadata import Claim, Metadata
from indexer.extraction.page import is_frequent
from search.dates import Dated, Sure, find

_ENOUGH = 0.35
"""Below this a day is a guess: that of a clock or a copyright line, or of an event in the text."""

# Weights of witnesses. The order is what counts: what a page shows to readers beside its headline comes before what its
# template tells to machines, which is filled in wrongly more often (a crawl's day, the day of a move to a new system).
_LABELLED = 0.95
_BESIDE = 0.9
_DATELINE = 0.85
_ABOVE = 0.6
_HEADING = 0.85
_BELOW = 0.6
_TOP = 0.35
_CLOSING = 0.6
_CLOCK = 0.12
_FOOT = 0.1
_PROSE = 0.12
_UPDATED = 0.5
_STAMPED = 0.05
_EVENT = 0.1
_NAMED = 0.55
"""The day of something that is told by a word unknown: "Next issue: 12 March"."""
_CREATED = 0.8
_LABEL_WORDS = 5
_MADE_OF = 0.75
_OF_KIND = {
    "JSON-LD datePublished": 0.8,
    "article:published_time": 0.8,
    "JSON-LD dateCreated": 0.5,
    "JSON-LD WebPage": 0.5,
    "modified": 0.3,
}
_META = 0.65
_ADDRESS = 0.6
_LINE = 15
"""Words of a line that has a date among other things: a byline, a counter of views."""
_LINKED = 0.5
_BODY = 2
"""Elements around everything: html and body."""
_NEAR = 3
"""Lines around the headline, or below the article, that are its own."""

_OWN = frozenset({"code", "views", "print", "byline"})
"""What a line says beside its date that is an article's and no clock's."""

_ISO = re.compile(r"((?:19|20)\d\d)-?(\d\d)-?(\d\d)(?!\d)")
_PATH = re.compile(r"(?<!\d)((?:19|20)\d\d)[/_-]?([01]?\d)[/_-]?([0-3]\d)(?!\d)")
_DEFAULT = re.compile(r"\d{4}-01-01T00:00(?::00)?")
"""The first moment of a year: what a field holds that nobody filled in."""
_WORD = 3
"""Letters of a word that says what a day is."""
_PARTS = re.compile(r"[|·•;؛\n]|\s[–—-]\s")
_HOUR = re.compile(r"\b\d{1,2}:\d{2}\b")


@dataclass(frozen=True, slots=True)
class Witness:
    """A date that the page bears: the day, the text it was read from, where that stands, and its weight."""

    day: date
    text: str
    origin: str
    weight: float


@dataclass(frozen=True, slots=True)
class Published:
    """The day of publication: the text that it was read from, where, and how sure it is, from 0 to 1."""

    day: date
    text: str
    origin: str
    sure: float


def choose(article: Article, metadata: Metadata, lang: str | None, url: str | None) -> Published | None:
    """Return the day of publication, or None if no witness is good enough."""
    witnesses = [*_visible(article, lang), *_claimed(metadata, lang), *_of_address(url)]
    witnesses = _plausible(witnesses, article, lang)
    months = _yearless(article, lang)
    best: Published | None = None
    for day in sorted({witness.day for witness in witnesses}):
        mine = [witness for witness in witnesses if witness.day == day]
        doubt = 1.0
        for origin in {_family(witness.origin) for witness in mine}:
            doubt *= 1 - max(witness.weight for witness in mine if _family(witness.origin) == origin)
        # "МОСКВА, 12 мая" above the text says nothing of the year, but which of two days it is.
        sure = 1 - doubt * (0.5 if (day.month, day.day) in months else 1.0)
        if best is None or sure > best.sure:
            witness = max(mine, key=lambda one: one.weight)
            best = Published(day, witness.text, witness.origin, round(sure, 3))
    return best if best is not None and best.sure >= _ENOUGH else None


def _family(origin: str) -> str:
    """Return what witnesses must differ in to count as two: one template fills in all metadata."""
    return origin.split(" ", maxsplit=1)[0] if origin.startswith(("line", "date line", "address")) else "metadata"


def _visible(article: Article, lang: str | None) -> Iterator[Witness]:
    title = article.headline.at if article.headline is not None and article.headline.at is not None else None
    # Without a line for the headline, which metadata alone has, the lines right above the text are beside it.
    top = max(article.start - _NEAR - 1, -1) if title is None else title
    prose = [at for at, judged in enumerate(article.judged) if judged.fate == "body" and judged.sign.sentence]
    first, last = (prose[0], prose[-1]) if prose else (article.start, article.end)
    opening = prose[:2]
    for at, judged in enumerate(article.judged):
        sign = judged.sign
        if at in opening and (head := dateline.read(sign.block.text, lang)):
            for item in head.dates:
                yield from _witnesses(item, _DATELINE, "date line")
            continue
        if at == article.end and not sign.dated and (head := dateline.closes(sign.block.text, lang)):
            for item in head.dates:
                yield from _witnesses(item, _CLOSING, "date line")
            continue
        place = _placed(article, at, top, first, last)
        for item in sign.dates:
            yield from _witnesses(item, place * _labelled(article.judged, at, item), f"line {sign.block.number}")
        if sign.block.moment and (day := _day(sign.block.moment, lang)):
            yield Witness(
                day, sign.block.moment, f"line {sign.block.number} <time>", place * _labelled(article.judged, at, None)
            )


def _placed(article: Article, at: int, top: int, first: int, last: int) -> float:
    """Return the weight of a line's place: beside the headline, above, inside, below."""
    judged = article.judged[at]
    sign = judged.sign
    if at == top or (judged.fate == "body" and (sign.sentence or first <= at <= last)):
        return _PROSE
    if not sign.dated and sign.block.link > _LINKED:
        return _FOOT  # another story's, beside its headline
    if at < top:
        return _above(article, at, top)
    if at <= first:
        return _BESIDE if sign.dated or sign.block.words <= _LINE else _PROSE
    if at >= article.end:
        return _below(article, at)
    beside = _BESIDE if at <= top + _NEAR and judged.rule == "date" else _PROSE
    return _BELOW if sign.dated else beside


def _above(article: Article, at: int, top: int) -> float:
    if _is_clock(article.judged, at):
        # A day in two calendars may be the article's own.
        return _HEADING if at == top - 1 and _is_held(article, at, top) else _CLOCK
    if at == top - 1 and _is_held(article, at, top):
        return _HEADING
    # "Sent: 3 May" above "Subject: …" is a mail's, however long its greeting is; of a forwarded mail, the first sender's.
    subjects = (
        place
        for place, one in enumerate(article.judged[at + 1 : top], at + 1)
        if one.sign.found.label is not None and one.sign.found.label.name == "title"
    )
    near = max(subjects, default=top)
    between = sum(1 for judged in article.judged[at + 1 : near][:50] if not judged.sign.dated)
    if between < _NEAR:
        return _ABOVE
    # In a page's markup what stands above the menu is the day of the visit; a text has lost what would tell.
    return _CLOCK if article.judged[at].sign.block.tag else _TOP


def _is_held(article: Article, at: int, top: int) -> bool:
    """Return whether the element of the headline and the text also holds the line above: it is the article's own."""
    prose = (one.sign for one in article.judged[top + 1 : article.end] if one.fate == "body" and one.sign.sentence)
    first = next(prose, None)
    if first is None:
        return False
    paths = (article.judged[top].sign.block.within, first.block.within)
    common = [one for one, other in zip(*paths, strict=False) if one == other]
    # The page's body holds everything.
    return len(common) > _BODY and common[-1] in article.judged[at].sign.block.within


def _below(article: Article, at: int) -> float:
    following = article.judged[at + 1].sign if at + 1 < len(article.judged) else None
    label = article.judged[at].sign.found.label
    is_own = label is not None and label.name == "published"
    if (
        following is not None
        and following.block.words > _NEAR
        and not (is_own or following.furniture or following.sentence or following.block.aside)
    ):
        return _FOOT  # above the headline of the next story
    lines = [judged.sign for judged in article.judged[article.end : at][:50]]
    kinds = {line.found.kind.name for line in lines if line.furniture and line.found.kind is not None}
    return _BELOW if len(lines) <= _NEAR and kinds.isdisjoint({"related", "comments"}) else _FOOT


def _is_clock(judged: Sequence[Judged], at: int) -> bool:
    """Return whether a date at the top of a page is that of the visit: two calendars, an hour with its zone beside it."""
    signs = [item.sign for item in judged[max(at - 2, 0) : at + 3]]
    sign = signs[min(at, 2)]
    before = sign.block.text[: sign.dates[0].start] if sign.dates else ""
    if (sign.found.label is not None and sign.found.label.name == "published") or sign.found.kinds & _OWN:
        return False
    if "published" in _kinds(before):
        return False
    calendars = {item.calendar for item in sign.dates}
    zones = [one for one in signs if "clock" in one.found.kinds and _HOUR.search(vocabulary.folded(one.block.text))]
    # "Weather: strong winds" is a headline, "Weather +25" is none.
    tops = [one for one in signs if one.furniture in {"prayer", "weather"} and any(map(str.isdigit, one.block.text))]
    return len(calendars) > 1 or bool(zones) or bool(tops)


def _labelled(judged: Sequence[Judged], at: int, item: Dated | None) -> float:
    """Return what the words before a date make of its weight: published, updated, printed.

    They may stand on the line above, as cells and definition lists have them.
    """
    sign = judged[at].sign
    text = sign.block.text
    before = text[: item.start] if item is not None else text
    kinds = _kinds(before[-60:])
    if not kinds and (item is None or len(sign.dates) == 1):
        kinds = _kinds(text)
    above = judged[at - 1].sign if at else None
    if not kinds and above is not None and not above.dates and above.block.words <= _LABEL_WORDS:
        kinds = _kinds(above.block.text) if vocabulary.look(above.block.text).cover >= _MADE_OF else []
    for kind in reversed(kinds):
        return {
            "updated": _UPDATED,
            "printed": _STAMPED,
            "event": _EVENT,
            "created": _CREATED,
            "published": _LABELLED / _BESIDE,
        }[kind]
    if "copyright" in sign.found.kinds or "©" in text:
        return _STAMPED
    if before.rstrip().endswith(":"):
        return _NAMED
    return 1.0 if sign.dated or len(text) < 120 else 0.5  # noqa: PLR2004


def _kinds(text: str) -> list[str]:
    """Return the kinds of dates that the words of a text name, in their order: the nearest to the date is the last."""
    found: list[str] = []
    for part in _PARTS.split(text):
        found += _kinds_of(vocabulary.words(part))
    return found


def _kinds_of(tokens: list[str]) -> list[str]:
    found: list[str] = []
    at = 0
    while at < len(tokens):
        length, kind = next(
            (
                (length, kind)
                for length in range(min(4, len(tokens) - at), 0, -1)
                for kind in ("event", "updated", "printed", "created", "published")
                if vocabulary.is_one(tokens[at : at + length], kind)
                # A newspaper is called "… Today": behind another word that is no day of printing.
                and (length > 1 or kind != "printed" or at == 0)
                # "on", "г." and "в" stand beside any day.
                and (length > 1 or not (len(tokens[at]) < _WORD or is_frequent(tokens[at])))
            ),
            (1, ""),
        )
        found += [kind] if kind else []
        at += length
    return found


def _witnesses(item: Dated, weight: float, origin: str) -> Iterator[Witness]:
    if item.day is None:
        return
    if item.sure == Sure.DOUBTFUL and not item.conflict:
        # 05/12/2024: either of two days, until another witness tells.
        yield Witness(item.day, item.text, origin, weight * 0.8)
        if item.other:
            yield Witness(item.other, item.text, origin, weight * 0.5)
    else:
        yield Witness(item.day, item.text, origin, weight)


def _claimed(metadata: Metadata, lang: str | None) -> Iterator[Witness]:
    for claim in metadata.claims:
        if claim.kind in {"published", "modified"} and (day := _day(claim.value, lang)):
            yield Witness(day, claim.value, claim.origin, _trust(claim))


def _trust(claim: Claim) -> float:
    if _DEFAULT.match(claim.value):
        return _STAMPED
    return _OF_KIND["modified"] if claim.kind == "modified" else _OF_KIND.get(claim.origin, _META)


def _day(value: str, lang: str | None) -> date | None:
    """Read a date for machines: ISO 8601 with or without an hour, else as a reader would."""
    if match := _ISO.match(value.strip()):
        try:
            return date(*map(int, match.groups()))
        except ValueError:
            return None
    return next((item.day for item in find(value[:200], lang) if item.day), None)


def _of_address(url: str | None) -> Iterator[Witness]:
    if url and (match := _PATH.search(url)):
        try:
            yield Witness(date(*map(int, match.groups())), match[0], "address", _ADDRESS)
        except ValueError:
            return


def _yearless(article: Article, lang: str | None) -> set[tuple[int, int]]:
    """Return days and months of the date line that name no year."""
    heads = [judged.sign.block.text for judged in article.judged if judged.fate == "body" and judged.sign.sentence][:2]
    found = [item for text in heads if (head := dateline.read(text, lang)) for item in head.dates]
    return {
        (item.month, item.number)
        for item in found
        if item.precision == "yearless" and item.calendar == "gregorian" and item.month and item.number
    }


def _plausible(witnesses: Sequence[Witness], article: Article, lang: str | None) -> list[Witness]:
    """Doubt days that the text contradicts: news of March 2024 on a page that is stamped 2019."""
    said = [
        item.first.year
        for judged in article.judged
        if judged.fate == "body" and judged.sign.sentence
        for item in find(judged.sign.block.text[:3_000], lang)
        if item.first is not None and item.precision in {"day", "month"}
    ]
    newest = max(said, default=None)
    if newest is None:
        return list(witnesses)
    return [replace(one, weight=one.weight * 0.3) if one.day.year < newest - 1 else one for one in witnesses]
