"""From what an engine finds to scored candidates: names are read, what is about nothing is left out, results lift others."""

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from search import bm25, fusion, graph, language, recognition
from search.engines.base import Candidates, Request, View
from search.fusion import Mode, Scores
from search.graph import Link
from search.keywords import Said
from search.name_query import QueryNames
from search.query import Query
from search.recognition import Recognised

KNOWN = 0.2
"""What it is worth that all words of a query stand in some release, as a cosine."""


@dataclass(frozen=True)
class Asked:
    """A query in all of its forms: `said` are its concepts. `links` says whether results lift others.

    `reach` is told in `search.centring.Calibration`.
    """

    read: Query
    said: tuple[Said, ...]
    request: Request
    names: QueryNames
    mode: Mode
    reach: float
    links: bool


@dataclass(frozen=True)
class Lifters:
    """The best of a list, which lift others by `links`; `names` has their shares. `b` weighs the words of that list.

    There are none where the collection has nothing that the query is about.
    """

    candidates: Candidates
    names: NDArray[np.float64]
    links: Sequence[Link]
    b: float


@dataclass(frozen=True)
class Ranked:
    """Scored candidates, and what lifted others among them."""

    candidates: Candidates
    scores: Scores
    lifters: Lifters


def rank(view: View, asked: Asked, whole: Lifters | None = None) -> Ranked:
    """Find the candidates and score them: whatever they are ordered by, they and their counts are the same.

    `whole` are the lifters of the same query without its filters. The list is then the part of that list which the filters
    let through, scored alike, and what else they let through behind its depths.
    """
    found = find(view, asked, whole)
    by = lifters(view, asked, found, fusion.weight(asked.request.keywords, found.part)) if whole is None else whole
    return Ranked(*score(view, asked, found, by), by)


def find(view: View, asked: Asked, whole: Lifters | None = None) -> Recognised:
    """Return the candidates of all legs; none where the collection has nothing that the query is about.

    That the collection has it is told by `whole`, if that is given: see `rank`.
    """
    request = asked.request
    keywords = {query.lang: query for query in request.keywords}
    floor = request.floor if request.vector is not None else None
    found = recognition.recognise(view, view.candidates(request), asked.names, keywords, floor)
    if whole is None:
        answered = bool(found.candidates.matched.any()) or about(found.candidates, request) >= asked.reach
    else:
        answered = bool(whole.candidates.ids)
    if answered:
        return found
    # Nothing here is what the query asks for, and the least bad is no answer.
    return replace(found, candidates=found.candidates.only(np.empty(0, np.int64)), share=found.share[:0])


def lifters(view: View, asked: Asked, found: Recognised, b: float) -> Lifters:
    """Return the best of what was found, with `b` as the weight of the words."""
    scores = fusion.fuse(found.candidates, asked.mode, b, found.share)
    rows = fusion.order(found.candidates, scores, "relevance")[: graph.FIRST]
    best = found.candidates.only(rows)
    linked = asked.links and asked.request.vector is not None
    return Lifters(best, found.share[rows], view.links(best.ids) if linked else (), b)


def score(view: View, asked: Asked, found: Recognised, by: Lifters) -> tuple[Candidates, Scores]:
    """Score what was found, and add what linked results bring in."""
    if not by.links:
        return found.candidates, fusion.fuse(found.candidates, asked.mode, by.b, found.share)
    candidates = _with_linked(view, asked.request, found.candidates, by.links)
    listed, known = len(candidates.ids), set(candidates.ids)
    # Those that the filters keep out lift others all the same, else narrowing a list would lose what they brought in.
    outside = np.array([row for row, identity in enumerate(by.candidates.ids) if identity not in known], np.int64)
    everybody = candidates.joined(by.candidates.only(outside))
    names = np.concatenate([found.share, np.zeros(listed - len(found.share)), by.names[outside]])
    scores = fusion.fuse(everybody, asked.mode, by.b, names)
    scores = fusion.lifted(everybody, scores, by.links, language.spoken(asked.read.meaning))
    # What came in by a link is related if it is lifted to the floor.
    kept = scores.whole >= asked.request.floor
    kept[: len(found.share)] = True
    kept[listed:] = False
    rows = np.flatnonzero(kept)
    return everybody.only(rows), scores.only(rows)


def about(candidates: Candidates, request: Request) -> float:
    """Return how surely a collection has anything that a query is about: the best cosine, more if its words are known.

    Random letters and what no release writes of (a recipe, a horoscope) come near something too, but their words do not.
    """
    known = [
        bm25.known(query, frequencies.__getitem__)
        for query in request.keywords
        if (frequencies := candidates.frequencies.get(query.lang)) is not None
    ]
    return float(candidates.cosine.max(initial=-1.0)) + KNOWN * max(known, default=0.0)


def _with_linked(view: View, request: Request, candidates: Candidates, links: Sequence[Link]) -> Candidates:
    """Return the candidates, and those that they are linked to."""
    known = set(candidates.ids)
    lacking = dict.fromkeys(link.second for link in links if link.second not in known)
    return candidates.joined(view.judged(list(lacking), request)) if lacking else candidates
