"""From what an engine finds to scored candidates: names are read, what is about nothing is left out, results lift others."""

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np

from search import bm25, fusion, language, recognition
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


def rank(view: View, asked: Asked) -> tuple[Candidates, Scores]:
    """Find the candidates and score them: whatever they are ordered by, they and their counts are the same."""
    found = find(view, asked)
    return score(view, asked, found, fusion.weight(asked.request.keywords, found.part))


def find(view: View, asked: Asked) -> Recognised:
    """Return the candidates of all legs; none where the collection has nothing that the query is about."""
    request = asked.request
    keywords = {query.lang: query for query in request.keywords}
    floor = request.floor if request.vector is not None else None
    found = recognition.recognise(view, view.candidates(request), asked.names, keywords, floor)
    if found.candidates.matched.any() or about(found.candidates, request) >= asked.reach:
        return found
    # Nothing here is what the query asks for, and the least bad is no answer.
    return replace(found, candidates=found.candidates.only(np.empty(0, np.int64)), share=found.share[:0])


def score(view: View, asked: Asked, found: Recognised, b: float) -> tuple[Candidates, Scores]:
    """Score what was found with the share `b` of the keyword leg, and add what linked results bring in."""
    request, candidates, names = asked.request, found.candidates, found.share
    scores = fusion.fuse(candidates, asked.mode, b, names)
    if not asked.links or request.vector is None:
        return candidates, scores
    links = view.links(fusion.first(candidates, scores))
    candidates = _with_linked(view, request, candidates, links)
    added = len(candidates.ids) - len(names)
    scores = fusion.fuse(candidates, asked.mode, b, np.append(names, np.zeros(added)))
    scores = fusion.lifted(candidates, scores, links, language.spoken(asked.read.meaning))
    # What came in by a link is related if it is lifted to the floor.
    kept = scores.whole >= request.floor
    kept[: len(names)] = True
    rows = np.flatnonzero(kept)
    return candidates.only(rows), scores.only(rows)


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
