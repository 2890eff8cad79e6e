"""The JSON of the API as models: they make the OpenAPI document, and mirror `Results.as_dict` and `Release.as_dict`."""

from typing import Literal

from pydantic import BaseModel, ConfigDict, Field

from search.facets import Facet

Direction = Literal["ltr", "rtl"]
PUBLISHED_IN = (
    "The day in the calendar that was asked for, as `after` and `before` take it: 1403-02-23, with an h behind a "
    "Hijri day. Null if none was asked for, or if the calendar's tables do not know the day."
)
COUNTRY = (
    "The country of the agency that published it, by its code of ISO 3166-1 (QA). Null for an international "
    "organisation, and where it is not known."
)
Span = tuple[int, int]


class ReadQuery(BaseModel):
    """The query as typed, as it was understood, and the languages that it was put to."""

    text: str
    parsed: str
    languages: list[str]


class Total(BaseModel):
    """How many releases match the words, and how many more are related by meaning alone; the same on every page."""

    words: int
    meaning: int


class Expansion(BaseModel):
    """A term that was also searched for, its language, the words of the query that it stands for, and their concept.

    `concept` is what the parameter `without` takes, to search for the words as they were typed.
    """

    model_config = ConfigDict(populate_by_name=True)

    term: str
    lang: str
    from_: str = Field(alias="from")
    concept: str


class Change(BaseModel):
    """What was typed, and what may have been meant."""

    model_config = ConfigDict(populate_by_name=True)

    from_: str = Field(alias="from")
    to: str


class DidYouMean(BaseModel):
    """Another query that finds more by words: `text` is the whole of it, ready to be searched; it was not searched.

    `reason` says what is taken for a mistake: a letter of a word, or the keyboard layout that was on.
    """

    text: str
    reason: Literal["spelling", "keyboard"]
    changed: list[Change]


class FacetValue(BaseModel):
    """A value and how many releases of the whole list have it.

    Where a parameter narrows the list by this facet, of the list without that parameter; `after` and `before` narrow it
    by year and month.
    """

    value: str
    count: int


class Snippet(BaseModel):
    """A piece of a release: `marks` are offsets of found words into `text`, which begins at `start` of `field`."""

    text: str
    marks: list[Span]
    field: Literal["title", "body"]
    start: int


class MatchedWord(BaseModel):
    """A word of the query and the spellings in which the release has it."""

    query: str
    form: str = Field(
        description="exact, stem, phrase, prefix, concept, name, or another way by which a word can be found."
    )
    found: list[str]


class Meaning(BaseModel):
    """The passage that is nearest to the query: offsets into the body, its text, the cosine."""

    start: int
    end: int
    text: str
    cosine: float


class Why(BaseModel):
    """Why a release was found: `keyword`, `name`, `cosine` and `lift` are the parts of the score.

    They are what words, names in other spellings, meaning and linked results gave.
    """

    words: list[MatchedWord]
    meaning: Meaning | None
    bm25: float
    attainable: float
    keyword: float
    name: float
    cosine: float
    lift: float = Field(description="What better results gave it that tell the same story in another language.")
    related: bool = Field(
        description="True if it does not match the words, but is near in meaning or has a part of the names."
    )


class Publication(BaseModel):
    """The same release on another site."""

    id: str
    title: str
    published: str | None
    source: str | None
    url: str | None = Field(description="As it came with the release: check it before you link to it.")


class Hit(BaseModel):
    """One result. `score` orders the list and means nothing between queries."""

    id: str
    lang: str
    dir: Direction
    title: str
    title_marks: list[Span]
    highlights: list[Snippet]
    published: str | None
    published_in: str | None = Field(description=PUBLISHED_IN)
    place: str | None
    source: str | None
    country: str | None = Field(description=COUNTRY)
    url: str | None
    sample: bool
    score: float
    why: Why
    also: list[Publication] = Field(
        description="The same release on other sites, told by its text, first published first; of many, the first."
    )
    first: str | None = Field(
        description="The id of the publication that was the first of these and the hit; null without others."
    )


class Page(BaseModel):
    """A page of results. `listed` is how many can be paged through; the rest is counted only."""

    model_config = ConfigDict(
        json_schema_extra={
            "example": {
                "query": {
                    "text": "captagon",
                    "parsed": "captagon",
                    "languages": ["ar", "fa", "en", "ru", "fr", "es", "und"],
                },
                "total": {"words": 1, "meaning": 0},
                "listed": 1,
                "page": 1,
                "size": 10,
                "took_ms": 12.3,
                "also_searched": [
                    {"term": "كبتاغون", "lang": "ar", "from": "captagon", "concept": "drug.captagon"},
                    {"term": "каптагон", "lang": "ru", "from": "captagon", "concept": "drug.captagon"},
                ],
                "did_you_mean": None,
                "facets": {
                    "lang": [{"value": "en", "count": 1}],
                    "source": [{"value": "Marzoun General Customs Authority", "count": 1}],
                    "country": [],
                    "year": [{"value": "2023", "count": 1}],
                    "month": [{"value": "2023-10", "count": 1}],
                },
                "hits": [
                    {
                        "id": "sample-captagon-pomegranates-en",
                        "lang": "en",
                        "dir": "ltr",
                        "title": "Customs foil bid to smuggle 4.17 million captagon pills in pomegranate shipment",
                        "title_marks": [[41, 49]],
                        "highlights": [
                            {"text": "4,176,500 captagon tablets", "marks": [[10, 18]], "field": "body", "start": 128}
                        ],
                        "published": "2023-10-11",
                        "published_in": None,
                        "place": "Khor Sadaf port, Marzoun",
                        "source": "Marzoun General Customs Authority",
                        "country": None,
                        "url": "https://example.org/captagon-pomegranates/en",
                        "sample": True,
                        "score": 0.472341,
                        "why": {
                            "words": [{"query": "captagon", "form": "exact", "found": ["captagon"]}],
                            "meaning": {
                                "start": 574,
                                "end": 648,
                                "text": "found hollow plastic fruit, painted to look like pomegranates",
                                "cosine": 0.4249,
                            },
                            "bm25": 3.2038,
                            "attainable": 10.1314,
                            "keyword": 0.0474,
                            "name": 0.0,
                            "cosine": 0.4249,
                            "lift": 0.0,
                            "related": False,
                        },
                        "also": [],
                        "first": None,
                    }
                ],
            }
        }
    )

    query: ReadQuery
    total: Total
    listed: int
    page: int
    size: int
    took_ms: float
    also_searched: list[Expansion]
    did_you_mean: DidYouMean | None = Field(description="Offered where nothing or little was found.")
    facets: dict[Facet, list[FacetValue]]
    hits: list[Hit]


class ReleaseBody(BaseModel):
    """A whole release. Its text is text, never HTML."""

    id: str
    lang: str
    title: str
    body: str
    published: str | None
    published_in: str | None = Field(description=PUBLISHED_IN)
    published_text: str | None = Field(description="The text that the day of publication was read from.")
    published_sure: float | None = Field(
        description="How sure the day of publication is, from 0 to 1, if it was weighed."
    )
    place: str | None
    source: str | None
    country: str | None = Field(description=COUNTRY)
    url: str | None = Field(description="As it came with the release: check it before you link to it.")
    fetched_at: str | None
    sample: bool
    dir: Direction
    content_hash: str


class RelatedRelease(BaseModel):
    """A release near another; `cosine` says how near by meaning, `linked` that it tells the same story."""

    id: str
    lang: str
    dir: Direction
    title: str
    published: str | None
    place: str | None
    source: str | None
    country: str | None = Field(description=COUNTRY)
    url: str | None
    sample: bool
    cosine: float
    linked: bool = Field(
        description="True if it tells the same story in another language: each is among the nearest of the other."
    )


class RelatedReleases(BaseModel):
    """`same_news` has the best release of each other language that reports the same, `near` what else is near.

    In both, those that are linked come first.
    """

    same_news: list[RelatedRelease]
    near: list[RelatedRelease]


class SaidIn(BaseModel):
    """How another language says a concept."""

    term: str
    lang: str


class SuggestionBody(BaseModel):
    """What to offer to somebody who types, and the whole query that is searched if it is taken."""

    text: str
    kind: Literal["word", "concept", "source", "language"]
    lang: str | None = Field(description="Null for a source, and for what several languages write alike.")
    releases: int | None = Field(
        description=(
            "How many releases have the word in any of its forms, or are of the source; null where it is not counted."
        )
    )
    query: str = Field(description="What was typed, with the suggestion in place of its last words.")
    others: list[SaidIn] = Field(description="A concept in other languages, by its usual words.")


class Suggestions(BaseModel):
    """What a query that is being typed may become, the best first."""

    query: str
    suggestions: list[SuggestionBody]


class AnalysedTerm(BaseModel):
    """A term and the part of the text that it came from: offsets in code points; `position` counts words."""

    term: str
    start: int
    end: int
    position: int


class AnalysisStep(BaseModel):
    """What a step of the chain has made: `text` if it is a char filter, `terms` if it comes after the tokenizer."""

    name: str
    text: str | None = Field(None, description="Absent from the tokenizer on.")
    terms: list[str] | None = Field(None, description="Absent before the tokenizer.")


class Analysis(BaseModel):
    """What a language's chain makes of a text: its terms, and how they came about step by step."""

    lang: str
    terms: list[AnalysedTerm]
    steps: list[AnalysisStep]


class Alive(BaseModel):
    """The process answers."""

    status: Literal["alive"] = "alive"


class Ready(BaseModel):
    """The index can serve."""

    status: Literal["ready"] = "ready"
    engine: str
    generation: str | None
    releases: dict[str, int] = Field(description="How many there are in each language.")


class Problem(BaseModel):
    """An error, told as RFC 9457 asks: `type` leads to its description, `detail` is a sentence for a person."""

    model_config = ConfigDict(
        json_schema_extra={
            "example": {
                "type": "/docs#query-error",
                "title": "The query cannot be read",
                "status": 400,
                "detail": "The query is empty: type some words, a name or a phrase to look for.",
                "instance": "/api/v1/search",
            }
        }
    )

    type: str
    title: str
    status: int
    detail: str
    instance: str
