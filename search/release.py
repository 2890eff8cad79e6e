"""A release: one press release as it is stored, searched and shown."""

import hashlib
import json
import unicodedata
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from datetime import date, datetime
from typing import Any
from urllib.parse import urlsplit, urlunsplit

from babel import Locale

import analyzers
from search import countries
from search.errors import InputError

RIGHT_TO_LEFT = frozenset({"ar", "fa"})
_NAMED = frozenset(Locale("en").languages)
_STRONG = {"L": "ltr", "R": "rtl", "AL": "rtl"}

MAX_CHARACTERS = 2_000_000
"""The longest body. The longest real release seen has 40,000 characters; a longer text is a mistake of extraction."""

MAX_TITLE = 1_000
"""The longest title: every passage begins with it, and the model reads about 2,000 characters of a passage."""

MAX_FIELD = 2_000
"""The longest id, place, source or url: what browsers and agencies keep to."""

_SHOWN = 40


@dataclass(frozen=True, slots=True)
class Release:
    """One press release.

    `id` is kept if given, else derived (see `identify`). `lang` is one of `analyzers.CHAINS`. `published` is the
    day of publication, `published_text` the text that it was read from, `published_sure` how sure it is that this is the
    day, from 0 to 1 (None where nobody weighed it: the release came with its day). `country` is that of the agency that
    published it, by its code (ISO 3166-1 alpha-2); None for an international organisation. `fetched_at` is an ISO 8601
    instant.
    """

    id: str
    lang: str
    title: str
    body: str
    published: date | None = None
    published_text: str | None = None
    published_sure: float | None = None
    place: str | None = None
    source: str | None = None
    country: str | None = None
    url: str | None = None
    fetched_at: str | None = None
    sample: bool = False

    @property
    def dir(self) -> str:
        """Return the direction of the text: "rtl" or "ltr"."""
        return direction(self.lang, self.text)

    @property
    def text(self) -> str:
        """Return what is analysed and highlighted: the title, a line break, the body."""
        return f"{self.title}\n{self.body}"

    @property
    def content_hash(self) -> str:
        """Return a hash of all that a reader can see; equal hashes need no new indexing."""
        seen = asdict(self)
        del seen["fetched_at"]
        return _digest(json.dumps(seen, ensure_ascii=False, sort_keys=True, default=str))

    def as_dict(self) -> dict[str, Any]:
        """Return the release as one JSON object: the fields of this class plus `dir` and `content_hash`."""
        out = asdict(self)
        out["published"] = self.published.isoformat() if self.published else None
        return out | {"dir": self.dir, "content_hash": self.content_hash}


def direction(lang: str, text: str = "") -> str:
    """Return "rtl" for a language written from right to left, else "ltr".

    Of an undetermined one, the first strong letter of `text` tells it (Unicode Bidirectional Algorithm, P2 and P3).
    """
    if lang == analyzers.UNDETERMINED:
        return next((_STRONG[kind] for kind in map(unicodedata.bidirectional, text) if kind in _STRONG), "ltr")
    return "rtl" if lang in RIGHT_TO_LEFT else "ltr"


def identify(source: str | None, url: str | None, title: str, body: str) -> str:
    """Return a stable id: from source and url where there is one, else from the content.

    The url's fragment and a trailing slash do not count, so that one page has one id. Raises `InputError` for a url
    that is none.
    """
    if url:
        try:
            parts = urlsplit(url.strip())
        except ValueError as error:
            raise InputError(f'"url" cannot be read: {error}.') from None
        page = urlunsplit((parts.scheme.lower(), parts.netloc.lower(), parts.path.rstrip("/"), parts.query, ""))
        return "u-" + _digest(f"{source or ''}\n{page}")
    return "c-" + _digest(f"{title}\n{body}")


def from_mapping(fields: Mapping[str, Any], *, lang: str | None = None) -> Release:
    """Build a release from an object with the names of `Release`; only `title` or `body` is required.

    `lang` is used where the object names no language. Another language than the six is undetermined. Raises `InputError` with one sentence that names the field.
    """
    title, body = _text(fields, "title", MAX_TITLE) or "", _text(fields, "body", MAX_CHARACTERS) or ""
    if not title.strip() and not body.strip():
        raise InputError("A release needs a title or a body; this object has neither.")
    language = _language((_text(fields, "lang") or lang or "").lower())
    source, url = _text(fields, "source"), _text(fields, "url")
    return Release(
        id=_text(fields, "id") or identify(source, url, title, body),
        lang=language,
        title=title.strip(),
        body=body.strip(),
        published=_day(fields.get("published")),
        published_text=_text(fields, "published_text"),
        published_sure=_share(fields, "published_sure"),
        place=_text(fields, "place"),
        source=source,
        country=_country(_text(fields, "country")),
        url=url,
        fetched_at=_text(fields, "fetched_at"),
        sample=fields.get("sample") is True,
    )


def to_record(release: Release) -> str:
    """Return the release as text for a store; `from_record` makes it a release again."""
    return json.dumps(asdict(release), ensure_ascii=False, default=str)


def from_record(record: str) -> Release:
    """Return the release of which `to_record` made this text."""
    fields = json.loads(record)
    fields["published"] = date.fromisoformat(fields["published"]) if fields["published"] else None
    return Release(**fields)


def _text(fields: Mapping[str, Any], name: str, longest: int = MAX_FIELD) -> str | None:
    value = fields.get(name)
    if value is None:
        return None
    if not isinstance(value, str):
        raise InputError(f'"{name}" must be text, not {type(value).__name__}.')
    if len(value) > longest:
        raise InputError(f'"{name}" has {len(value):,} characters; it may have {longest:,}.')
    # A lone surrogate ("\ud83d" in JSON) is no character: SQLite and UTF-8 output would refuse the whole batch.
    clean = value.encode("utf-8", "replace").decode("utf-8").replace("\0", "").replace("\r\n", "\n").replace("\r", "\n")
    # A name is one line, so that a filter can be typed as it is shown.
    return (clean if name == "body" else " ".join(clean.split())) or None


def _country(text: str | None) -> str | None:
    if text is None:
        return None
    code = countries.code(text)
    if code is None:
        raise InputError(f'"country" must be a code of ISO 3166-1 like QA, not "{text[:_SHOWN]}".')
    return code


def _share(fields: Mapping[str, Any], name: str) -> float | None:
    value = fields.get(name)
    if value is None:
        return None
    # True is an int; a NaN is in no interval.
    if isinstance(value, bool) or not isinstance(value, int | float) or not 0 <= value <= 1:
        raise InputError(f'"{name}" must be a number from 0 to 1, not {value!r:.60}.')
    return float(value)


def _language(code: str) -> str:
    if code in analyzers.CHAINS:
        return code
    if code not in _NAMED:
        raise InputError(f'The language "{code}" is not one of {", ".join(analyzers.CHAINS)}, nor the code of another.')
    return analyzers.UNDETERMINED


def _day(value: object) -> date | None:
    if value is None or value == "":
        return None
    try:
        if isinstance(value, str):
            # Digits of any script, as in a query.
            text = "".join(str(int(c)) if c.isdecimal() else c for c in value.strip())
            return date.fromisoformat(text) if len(text) == len("2024-05-01") else datetime.fromisoformat(text).date()
    except ValueError:
        pass
    raise InputError(f'"published" must be a day like 2024-05-01, not {value!r}.')


def _digest(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()[:24]
