"""A release as an entry of a bibliography: BibTeX (and biblatex), RIS, CSL-JSON.

Reference managers know no press release: it is a web page, or a report where it has no address, whose genre is "Press
release", by an agency as its one corporate author.
"""

import hashlib
import json
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

import rispy

from search.errors import NotFoundError
from search.release import Release
from web.languages import LANGUAGES
from web.links import original
from web.rendering import contained

GENRE = "Press release"
SAMPLE = "Invented: this release is from the sample corpus, and nothing in it happened."

_TITLE = 80
"""Characters of the body that stand for a title where a release has none."""

_SHOWN = 40
_CONTROL = re.compile(r"[\x00-\x1f\x7f-\x9f]")

# BibTeX counts braces behind a backslash too, so that a single "\{" would leave the entry open.
_BIBTEX = str.maketrans(
    {
        "\\": r"{\textbackslash}",
        "{": r"{\textbraceleft}",
        "}": r"{\textbraceright}",
        "~": r"{\textasciitilde}",
        "^": r"{\textasciicircum}",
        **{char: f"\\{char}" for char in "%&#_$"},
    }
)
# An address is verbatim text to biblatex: what would end it is written as browsers write it.
_VERBATIM = str.maketrans({"\\": "%5C", "{": "%7B", "}": "%7D"})
_MONTHS = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")


@dataclass(frozen=True)
class Format:
    """A format of bibliographies: its name for people, the ending of its files, their media type, and its writer."""

    name: str
    ending: str
    media_type: str
    write: Callable[[Release], str]


def key(release: Release) -> str:
    """Return the key of a release's entry: the same for the same id, whatever becomes of its text; ASCII."""
    return f"bayan-{hashlib.sha256(release.id.encode()).hexdigest()[:16]}"


def csl(release: Release) -> dict[str, Any]:
    """Return an item of CSL-JSON, https://github.com/citation-style-language/schema (csl-data.json)."""
    url, accessed = original(release.url), _accessed(release)
    item = {
        "id": key(release),
        "type": "webpage" if url else "report",
        "genre": GENRE,
        "title": _title(release),
        "author": [{"literal": _line(release.source)}] if release.source else None,
        "issued": _parts(release.published),
        "publisher-place": _line(release.place),
        "language": _language(release),
        "URL": url,
        "accessed": _parts(accessed),
        "note": SAMPLE if release.sample else None,
    }
    return {name: value for name, value in item.items() if value}


def bibtex(release: Release) -> str:
    """Return an entry in UTF-8 that ends in a line break. Classic styles read year and month, biblatex the date."""
    published, accessed = release.published, _accessed(release)
    url, language = original(release.url), _language(release)
    braced = {
        # The inner braces keep a corporate name whole, and a title in its own capitals.
        "author": _braced(release.source),
        "title": _braced(_title(release)),
        "howpublished": GENRE,
        "date": published and published.isoformat(),
        "year": published and f"{published.year}",
        "address": _tex(release.place),
        "language": language and LANGUAGES[language].name,
        "langid": language and LANGUAGES[language].name.lower(),
        "url": url and url.translate(_VERBATIM),
        "urldate": accessed and accessed.isoformat(),
        "note": SAMPLE if release.sample else None,
    }
    fields = {name: f"{{{value}}}" for name, value in braced.items() if value}
    if published:
        # A macro, which each style writes in its own language.
        fields["month"] = _MONTHS[published.month - 1]
    return f"@misc{{{key(release)},\n" + "".join(f"  {name} = {value},\n" for name, value in fields.items()) + "}\n"


def ris(release: Release) -> str:
    """Return a record with the line ends of its specification, which ends in one."""
    url, published, accessed = original(release.url), release.published, _accessed(release)
    record = {
        "type_of_reference": "ELEC" if url else "RPRT",
        "id": key(release),
        "type_of_work": GENRE,
        "title": _title(release),
        "authors": [_line(release.source)] if release.source else None,
        "year": published and f"{published.year}",
        "date": published and f"{published:%Y/%m/%d/}",
        "place_published": _line(release.place),
        "language": _language(release),
        "urls": [url] if url else None,
        "access_date": accessed and f"{accessed:%Y/%m/%d/}",
        "notes": [SAMPLE] if release.sample else None,
    }
    return str(rispy.dumps([{name: value for name, value in record.items() if value}], implementation=_Ris))


class _Ris(rispy.RisWriter):  # type: ignore[misc] # rispy ships no types
    NEWLINE = "\r\n"

    def set_header(self, _: int) -> str:
        return ""


def _csl_text(release: Release) -> str:
    # A file of CSL-JSON is a list of items.
    return json.dumps([csl(release)], ensure_ascii=False, indent=2) + "\n"


FORMATS: Mapping[str, Format] = {
    "bibtex": Format("BibTeX", "bib", "application/x-bibtex", bibtex),
    "ris": Format("RIS", "ris", "application/x-research-info-systems", ris),
    "csl": Format("CSL-JSON", "json", "application/vnd.citationstyles.csl+json", _csl_text),
}
"""By the name that stands in an address."""


def format_named(name: str) -> Format:
    """Return a format by its name. Raises `NotFoundError`."""
    if name not in FORMATS:
        raise NotFoundError(
            'There is no format "{name}" of bibliographies: there are {known}.',
            name=name[:_SHOWN],
            known=", ".join(FORMATS),
        )
    return FORMATS[name]


def _title(release: Release) -> str:
    if title := _line(release.title):
        return title
    body = _line(release.body)
    return body if len(body) <= _TITLE else f"{body[:_TITLE]}…"


def _line(text: str | None) -> str:
    """Return a text as one line, without what would reach beyond it."""
    return _CONTROL.sub("", " ".join(str(contained(text or "")).split()))


def _tex(text: str | None) -> str:
    return _line(text).translate(_BIBTEX)


def _braced(text: str | None) -> str:
    return f"{{{escaped}}}" if (escaped := _tex(text)) else ""


def _language(release: Release) -> str | None:
    return release.lang if release.lang in LANGUAGES else None


def _parts(day: date | None) -> dict[str, list[list[int]]] | None:
    return {"date-parts": [[day.year, day.month, day.day]]} if day else None


def _accessed(release: Release) -> date | None:
    """Return the day on which the release was fetched; what a file says need not be an instant."""
    try:
        return datetime.fromisoformat(release.fetched_at).date() if release.fetched_at else None
    except ValueError:
        return None
