"""What a search gives back: neutral, frozen, the same from every engine."""

from dataclasses import asdict, dataclass
from datetime import date
from typing import Any, Literal
from urllib.parse import urlsplit

from search import calendars
from search.calendars import CalendarKey
from search.release import Release


@dataclass(frozen=True, slots=True)
class Snippet:
    """A piece of the original text with the found words marked: pairs of code-point offsets into `text`.

    `start` is where the snippet begins in the field (`title` or `body`) that it was cut from.
    """

    text: str
    marks: tuple[tuple[int, int], ...] = ()
    field: str = "body"
    start: int = 0


@dataclass(frozen=True, slots=True)
class MatchedWord:
    """A word of the query and the spellings in which a release has it.

    `form` is exact, stem, phrase, prefix, concept, number or name; of a name, `query` is all of its words that were found.
    """

    query: str
    form: str
    found: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Meaning:
    """The passage of a release that is nearest to the query: offsets into the body, its text, the cosine."""

    start: int
    end: int
    text: str
    cosine: float


@dataclass(frozen=True, slots=True)
class Why:
    """Why a release was found: the score is the sum of the parts that `keyword`, `name`, `cosine` and `lift` gave.

    `name` is for names in other spellings, `lift` what better results that it is linked to have given it. `bm25` is 0
    where no word matched, `attainable` what it could have been at most in this language; `related` says that it does
    not match the words.
    """

    words: tuple[MatchedWord, ...]
    meaning: Meaning | None
    bm25: float
    attainable: float
    keyword: float
    name: float
    cosine: float
    lift: float
    related: bool

    @property
    def parts(self) -> dict[str, float]:
        """Return what each leg gave: their sum is the score."""
        return {"words": self.keyword, "names": self.name, "meaning": self.cosine, "linked results": self.lift}

    @property
    def shares(self) -> dict[str, int]:
        """Return the percentages of the legs that gave anything: they add up to 100, unless none did.

        A cosine below zero has taken something away: it has no share.
        """
        gave = {leg: part for leg, part in self.parts.items() if part > 0}
        total = sum(gave.values())
        exact = {leg: 100 * part / total for leg, part in gave.items()}
        whole = {leg: int(share) for leg, share in exact.items()}
        # What rounding down has left goes to those that lost most by it.
        lost = sorted(exact, key=lambda leg: whole[leg] - exact[leg])
        for leg in lost[: 100 - sum(whole.values()) if whole else 0]:
            whole[leg] += 1
        return whole


@dataclass(frozen=True, slots=True)
class AlsoSearched:
    """Other words that were searched for as well: `term` in `lang`, for what was `typed`, by the lexicon's `concept`."""

    term: str
    lang: str
    typed: str
    concept: str

    def as_dict(self) -> dict[str, str]:
        """Return it as it stands in the JSON object of a page."""
        return {"term": self.term, "lang": self.lang, "from": self.typed, "concept": self.concept}


@dataclass(frozen=True, slots=True)
class Change:
    """What was typed, and what may have been meant."""

    typed: str
    meant: str


@dataclass(frozen=True, slots=True)
class DidYouMean:
    """Another query that finds more, offered and never searched unasked. `text` is the whole of it, with its syntax.

    `reason` says what is taken for a mistake: the spelling, or the keyboard layout that was on.
    """

    text: str
    reason: Literal["spelling", "keyboard"]
    changed: tuple[Change, ...]

    def as_dict(self) -> dict[str, Any]:
        """Return it as it stands in the JSON object of a page."""
        changed = [{"from": change.typed, "to": change.meant} for change in self.changed]
        return {"text": self.text, "reason": self.reason, "changed": changed}


@dataclass(frozen=True, slots=True)
class Publication:
    """The same release on another site, found by its text."""

    id: str
    title: str
    published: date | None
    source: str | None
    url: str | None

    @property
    def site(self) -> str:
        """Return what a person would call the site: the source, else the host of its address, else the id."""
        try:
            host = urlsplit(self.url or "").hostname
        except ValueError:
            host = None
        return self.source or host or self.id

    def as_dict(self) -> dict[str, Any]:
        """Return it as it stands in the JSON object of a page."""
        return asdict(self) | {"published": self.published.isoformat() if self.published else None}


@dataclass(frozen=True, slots=True)
class Hit:
    """One result. `score` orders the list and means nothing between queries.

    `also` are other publications of the same release, first published first, and `first` is the id of the very first,
    which may be the hit itself; None for a release that is known from one site alone.
    """

    release: Release
    score: float
    title: Snippet
    highlights: tuple[Snippet, ...]
    why: Why
    also: tuple[Publication, ...] = ()
    first: str | None = None

    def as_dict(self, calendar: CalendarKey | None = None) -> dict[str, Any]:
        """Return the hit as it stands in the JSON object of a page, with its day in another calendar if one is named."""
        release = self.release
        return {
            "id": release.id,
            "lang": release.lang,
            "dir": release.dir,
            "title": release.title,
            "title_marks": [list(mark) for mark in self.title.marks],
            "highlights": [asdict(snippet) for snippet in self.highlights],
            "published": release.published.isoformat() if release.published else None,
            "published_in": published_in(release, calendar),
            "place": release.place,
            "source": release.source,
            "country": release.country,
            "url": release.url,
            "sample": release.sample,
            "score": self.score,
            "why": asdict(self.why),
            "also": [publication.as_dict() for publication in self.also],
            "first": self.first,
        }


@dataclass(frozen=True, slots=True)
class Listed:
    """One result of a whole list: its place from 1, its score there, and whether it `matched` the words."""

    rank: int
    release: Release
    score: float
    matched: bool


@dataclass(frozen=True, slots=True)
class Total:
    """How many releases match the words, and how many more are related by meaning alone."""

    words: int
    meaning: int

    @property
    def all(self) -> int:
        """Return how many releases the list stands for."""
        return self.words + self.meaning


@dataclass(frozen=True, slots=True)
class FacetValue:
    """A value of a facet and how many releases of the whole list have it."""

    value: str
    count: int


@dataclass(frozen=True, slots=True)
class Results:
    """A page of results with what is true of the whole list.

    `listed` is how many results can be paged through: the list is cut at a depth that the page names.
    """

    query: str
    parsed: str
    languages: tuple[str, ...]
    total: Total
    listed: int
    page: int
    size: int
    took_ms: float
    also_searched: tuple[AlsoSearched, ...]
    did_you_mean: DidYouMean | None
    facets: dict[str, tuple[FacetValue, ...]]
    hits: tuple[Hit, ...]

    def as_dict(self, calendar: CalendarKey | None = None) -> dict[str, Any]:
        """Return the page as the JSON object that the API and `bayan search --json` give, days in `calendar` too."""
        return {
            "query": {"text": self.query, "parsed": self.parsed, "languages": list(self.languages)},
            "total": asdict(self.total),
            "listed": self.listed,
            "page": self.page,
            "size": self.size,
            "took_ms": self.took_ms,
            "also_searched": [also.as_dict() for also in self.also_searched],
            "did_you_mean": self.did_you_mean.as_dict() if self.did_you_mean else None,
            "facets": {name: [asdict(value) for value in values] for name, values in self.facets.items()},
            "hits": [hit.as_dict(calendar) for hit in self.hits],
        }


@dataclass(frozen=True, slots=True)
class Ranked:
    """A hit with the place in the whole list, from 1, that it or another publication of the same release has."""

    rank: int
    hit: Hit


def folded(found: Results) -> list[Ranked]:
    """Return the hits of a page, each release once: in the place of its best publication the one published first.

    The others that are on the page stand in its `also`.
    """
    groups: dict[str, list[Ranked]] = {}
    for rank, hit in enumerate(found.hits, (found.page - 1) * found.size + 1):
        groups.setdefault(hit.first or hit.release.id, []).append(Ranked(rank, hit))
    return [Ranked(group[0].rank, min(group, key=_published).hit) for group in groups.values()]


def published_in(release: Release, calendar: CalendarKey | None) -> str | None:
    """Return the day of publication in a calendar, as `calendars.shown` writes it; None where either is not known."""
    return calendars.shown(release.published, calendar) if release.published and calendar else None


def _published(ranked: Ranked) -> tuple[bool, date, int]:
    release = ranked.hit.release
    return release.id != ranked.hit.first, release.published or date.max, ranked.rank


@dataclass(frozen=True, slots=True)
class Related:
    """A release near another: `cosine` between the means of their centred passages.

    `linked` says that it tells the same story in another language (`search.graph`).
    """

    release: Release
    cosine: float
    linked: bool
