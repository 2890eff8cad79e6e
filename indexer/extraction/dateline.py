"""Date lines: the place, the agency and the date with which wires and press offices begin a release.

ألماتي (كازاخستان) - سيؤدي اتفاق …          الدوحة - قنا
TASHKENT, May 3 (Xinhua) -- Customs …        МОСКВА, 12 мая. /ТАСС/. Сотрудники …
MADRID, 12 de mayo (EFE).- La Guardia …      تهران- ایرنا- پلیس …
"""

import re
import tomllib
from dataclasses import dataclass
from importlib import resources

from indexer.extraction import daylines, vocabulary
from indexer.extraction.page import is_frequent
from search.dates import Dated, find

_HEAD = 110
"""Characters within which a date line ends."""
_DASH = re.compile(r"\s*[.,،]?\s*(?:[-–—−―]{1,2}|ـ)\s+|\s+(?:[-–—−―]{1,2}|ـ)\s*|\.[-–—]{1,2}\s*")
_GROUP = re.compile(r"\s*[(\[/]\s*([^()\[\]/\n]{1,60}?)\s*[)\]/]\s*")
_STOPPED = re.compile(r"\.\s+(?=[/(«\"“A-ZА-ЯЁÁÉÍÓÚÀÂÇÈÊÎÔ])|:\s+|/\s+")
_WORD = re.compile(r"[^\W\d_][\w'’.-]*")
_MAX_PLACE_WORDS = 6
_ACRONYM = 5
_MAX_LINE_WORDS = 8
_LABELLED = re.compile(r":\s")
_MARKS = " \t,،.:/|·-–—"
_WORDS = {
    name: frozenset(words)
    for name, words in tomllib.loads(
        (resources.files("indexer") / "resources" / "datelines.toml").read_text("utf-8")
    ).items()
}
_BEHIND = re.compile(r"\s*[,،/]\s*|\s+\(")
"""What stands between a place and its province or country, which is not told: "Tashkent (Uzbekistan)", "LYON, France"."""
_DOMINGO = re.compile(r"(?i)\bsanto domingo$")
"""The one place that ends as a day of the week does."""
_MAX_UNCASED_WORDS = 4


IN_A_SENTENCE = _WORDS["sentence"]
"""Words before a day that a sentence names."""


@dataclass(frozen=True, slots=True)
class Dateline:
    """The head of a release: its place as printed, or "", the agency beside it, its date, and how long it is."""

    place: str
    agency: str | None
    dates: tuple[Dated, ...]
    length: int


def read(paragraph: str, lang: str | None = None) -> Dateline | None:
    """Read the date line that a paragraph begins with, or None if it has none."""
    head = paragraph[:_HEAD]
    for match in [*_DASH.finditer(head)][:3] or [*_STOPPED.finditer(head)][:2]:
        if (found := _parsed(head[: match.start()], match.end(), lang)) is not None:
            return _with_agency(found, head)
    # "La Habana, 21 nov (Prensa Latina) Representantes …": brackets behind a date need no dash.
    group = _GROUP.search(head)
    if group and (found := _parsed(head[: group.end()], group.end(), lang)) and found.dates and found.agency:
        return found
    stop = _STOPPED.search(head)
    return (
        _with_agency(found, head)
        if stop and (found := _parsed(head[: stop.start()], stop.end(), lang)) and (found.dates or found.agency)
        else None
    )


def is_place_line(text: str) -> bool:
    """Return whether a line is a place and an agency, or a place and a date, and nothing else: "الدوحة - قنا"."""
    if len(text) > _HEAD // 2 or len(text.split()) > _MAX_LINE_WORDS:
        return False
    found = read_line(text)
    return found is not None


def read_line(text: str, lang: str | None = None) -> Dateline | None:
    """Read a line that is a date line by itself, with or without a date and an agency: "Doha (QNA)", "Madrid, 11/05/2023"."""
    text = text.strip(_MARKS)
    if not text or len(text) > _HEAD:
        return None
    if dates := find(text, lang):
        # What stands before the date is the place; weekdays and labels are none.
        before = text[: dates[0].start]
        words = vocabulary.words(_trimmed(before)) if not _LABELLED.search(before) else []
        is_place = 1 <= len(words) <= _MAX_PLACE_WORDS and daylines.weekdays().isdisjoint(words)
        is_place = is_place and not vocabulary.look(" ".join(words))
        return (_parsed(text, len(text), lang) or _parsed(text[: dates[-1].end], len(text), lang)) if is_place else None
    grouped = _GROUP.search(text)
    if grouped and grouped.end() == len(text) and grouped.start():
        return _parsed(text, len(text), lang)
    return _in_parts(text, lang)


def closes(text: str, lang: str | None = None) -> Dateline | None:
    """Read the line in which an office closes what it gives out: "Fait à Tunis, le 3 mai 2024.", "Bogotá, 3 de mayo de 2024"."""
    text = text.strip(_MARKS)
    if not text or len(text) > _HEAD:
        return None
    dates = find(text, lang)
    if not dates or not dates[-1].day or vocabulary.words(text[dates[-1].end :]):
        return None
    before = text[: dates[-1].start]
    words = before.split(",")[0].split()
    is_said = "," in before
    for at in (1, 0):
        if len(words) > at + 1 and words[at].lower() in _WORDS["before"]:
            # "Fait à Tunis le 3 mai", "حُرر في دمشق بتاريخ 20 أيار"
            is_said = is_said or (at == 1 and words[-1].lower() in _WORDS["joints"])
            words = words[at + 1 :]
            break
    place = _trimmed(" ".join(words))
    found = _parsed(f"{place}, {text[dates[-1].start :]}", len(text), lang)
    return found if found is not None and found.place and is_said else None


def _in_parts(text: str, lang: str | None) -> Dateline | None:
    """Read "AA / Niamey / a reporter's name" and "الدوحة - قنا"."""
    slashed = [part.strip() for part in text.split("/") if part.strip()]
    dashed = [part.strip() for part in _DASH.split(text) if part.strip()]
    if len(slashed) in {2, 3} and slashed[0].isupper() and len(slashed[0]) <= _ACRONYM:
        place, agency = slashed[1], slashed[0]
    elif len(dashed) == 2 and max(len(part.split()) for part in dashed) <= 3:  # noqa: PLR2004
        place, agency = dashed
    else:
        return None
    found = _parsed(place, len(text), lang) if not any(map(str.isdigit, text)) else None
    return Dateline(found.place, agency, (), len(text)) if found else None


def _with_agency(found: Dateline, head: str) -> Dateline:
    """Take an agency between a second pair of dashes, or in brackets behind the first: "تهران- ایرنا- ", ". /ТАСС/."."""
    rest = head[found.length :]
    if found.agency is None and (group := _GROUP.match(rest)) and len(group[1].split()) <= 4:  # noqa: PLR2004
        return Dateline(found.place, group[1], found.dates, found.length + group.end())
    second = _DASH.search(rest[:30])
    if found.agency is None and second and 1 <= len(rest[: second.start()].split()) <= 2:  # noqa: PLR2004
        return Dateline(found.place, rest[: second.start()].strip(), found.dates, found.length + second.end())
    return found


def _parsed(head: str, length: int, lang: str | None) -> Dateline | None:
    dates = tuple(find(head, lang))
    text, at = "", 0
    for item in dates:
        text += head[at : item.start] + "\0"
        at = item.end
    text += head[at:]
    agency = None
    for group in _GROUP.finditer(text):
        inner = group[1].replace("\0", "").strip(" ,،")
        if not inner:
            continue
        if group.start() == 0 or (not _GROUP.match(text[group.end() :]) and _is_agency(inner, text, group)):
            agency = agency or inner
    place = _trimmed(_GROUP.sub(" ", text).split("\0")[0])
    if not place and any(item.day for item in dates) and not _trimmed(text.replace("\0", " ")):
        # "Monday, 3 May 2024 – The ministry …" names no place.
        return Dateline("", None, dates, length)
    if not place or any(map(str.isdigit, place)):
        return None
    words = _WORD.findall(place)
    if not 1 <= len(words) <= _MAX_PLACE_WORDS or re.search(r"[«»\"“”!?؟;؛:]", place):
        return None
    if not _is_name(words):
        return None
    return Dateline(_BEHIND.split(place)[0], agency, dates, length)


def _trimmed(text: str) -> str:
    """Take the small words off that join a place and a date: "Lyon, le 3 mai", "г. Бишкек", "أبوظبي في 3 مايو"."""
    words = text.strip(_MARKS).split()
    while words and (
        words[-1].lower() in _WORDS["joints"] or (_is_weekday(words[-1]) and not _DOMINGO.search(" ".join(words)))
    ):
        words.pop()
    while words and words[0].lower() in _WORDS["before"]:
        words.pop(0)
    return " ".join(words).strip(_MARKS)


def _is_weekday(word: str) -> bool:
    named = vocabulary.words(word)
    return bool(named) and daylines.weekdays().issuperset(named)


def _is_agency(inner: str, text: str, group: re.Match[str]) -> bool:
    """Return whether brackets hold an agency and not a country: capitals, or a second thing said, or slashes."""
    return inner.isupper() or "\0" in text[: group.start()] or text[group.start() : group.end()].strip()[0] == "/"


def _is_name(words: list[str]) -> bool:
    """Return whether words can be a place's name: with capitals where the script has them, few where it has none."""
    cased = [word for word in words if word[0].isupper() or word[0].islower()]
    if cased:
        return cased[0][0].isupper() and all(word[0].isupper() or word.lower() in _WORDS["small"] for word in cased)
    return len(words) <= _MAX_UNCASED_WORDS and _WORDS["says"].isdisjoint(words) and not any(map(is_frequent, words))
