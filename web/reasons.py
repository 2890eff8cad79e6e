"""Why a result was found, in the reader's language: what was found of the query, and what each of it gave."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

from search.results import Hit, MatchedWord
from web.interface import Interface

Leg = Literal["words", "names", "meaning", "linked results"]
"""A part of a score, as `Why.shares` calls it."""

WIDTH = 100
"""The width of the whole bar of shares."""

_KINDS: Mapping[str, tuple[str, ...]] = {
    "words": ("exact", "stem", "phrase", "prefix", "number"),
    "concepts": ("concept",),
    "names": ("name",),
}
"""The forms of matched words by what a reader would call them."""


@dataclass(frozen=True)
class Share:
    """What one leg gave of the score: `percent` of it, drawn from `x`, and a few words that say by what."""

    leg: Leg
    label: str
    percent: int
    x: int
    reason: str

    @property
    def css(self) -> str:
        """Return the name by which the style sheet colours it."""
        return self.leg.partition(" ")[0]


@dataclass(frozen=True)
class Matches:
    """The matched words of one kind: words, concepts or names; `various` says that their forms differ."""

    label: str
    words: tuple[MatchedWord, ...]
    various: bool


def matches(hit: Hit, interface: Interface) -> tuple[Matches, ...]:
    """Return what the release has of the query, by kinds."""
    labels = {
        "words": interface.gettext("Words"),
        "concepts": interface.gettext("Concepts"),
        "names": interface.gettext("Names"),
    }
    known = {form: kind for kind, forms in _KINDS.items() for form in forms}
    found: dict[str, list[MatchedWord]] = {kind: [] for kind in labels}
    for word in hit.why.words:
        found[known.get(word.form, "words")].append(word)
    return tuple(Matches(labels[kind], tuple(words), kind == "words") for kind, words in found.items() if words)


def shown(hit: Hit) -> bool:
    """Say whether what is shown of the release begins as its nearest passage does."""
    return hit.why.meaning is not None and hit.why.meaning.start in {snippet.start for snippet in hit.highlights}


def form(name: str, interface: Interface) -> str:
    """Return in which form a word of the query stands in a release."""
    return {
        "exact": interface.gettext("as typed"),
        "stem": interface.gettext("another form of the word"),
        "phrase": interface.gettext("as part of the phrase"),
        "prefix": interface.gettext("beginning with these letters"),
        "concept": interface.gettext("the same concept"),
        "number": interface.gettext("the same number or day, written otherwise"),
        "name": interface.gettext("the same name, spelt otherwise"),
    }.get(name, name)


def shares(hit: Hit, interface: Interface) -> tuple[Share, ...]:
    """Return what each leg gave of the score, 100 % in all; nothing where nothing that counts was found."""
    why = hit.why
    told: dict[Leg, tuple[str, str]] = {
        "words": (
            interface.gettext("Words"),
            interface.gettext("%(points)s of %(most)s points")
            % {"points": interface.number(why.bm25, 1), "most": interface.number(why.attainable, 1)},
        ),
        "names": (interface.gettext("Names"), interface.gettext("in other spellings")),
        "meaning": (
            interface.gettext("Meaning"),
            interface.gettext("cosine %(cosine)s") % {"cosine": interface.number(why.cosine, 2)},
        ),
        "linked results": (
            interface.gettext("Linked results"),
            interface.gettext("the same story in another language"),
        ),
    }
    out: list[Share] = []
    at = 0
    percentages = why.shares
    for leg, (label, reason) in told.items():
        if percent := percentages.get(leg):
            # The bar begins where the reader does.
            x = at if interface.dir == "ltr" else WIDTH - at - percent
            out.append(Share(leg, label, percent, x, reason))
            at += percent
    return tuple(out)
