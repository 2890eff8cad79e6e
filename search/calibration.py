"""Measuring a model's language means and its floor of relatedness on parallel texts.

Thirty texts a language are enough for the means; more make the floor surer.
"""

import numpy as np

from search import passages
from search.centring import Calibration, Vectors
from search.encoder import Encoder
from search.errors import InputError
from search.evaluation import EvaluationSet
from search.release import Release

KEPT = 0.95
"""The share of relevant texts that must stay above the floor."""

_FEWEST = 10


def calibrate(encoder: Encoder, model: str, data: EvaluationSet, strength: float = 1.0) -> Calibration:
    """Return the means over all passages of each language and over all queries, and the floor.

    The floor is the cosine that `KEPT` of the relevant (query, document) pairs reach. Raises `InputError` for fewer
    than ten documents in a language.
    """
    pieces = [(release, passage) for release in data.releases for passage in passages.split(release)]
    raw = encoder.encode_passages([passage.text for _, passage in pieces])
    langs = np.array([release.lang for release, _ in pieces])
    means: dict[str, Vectors] = {}
    for lang in sorted(set(langs.tolist())):
        if sum(release.lang == lang for release in data.releases) < _FEWEST:
            raise InputError(f"There are fewer than {_FEWEST} documents in {lang}: its mean would be of little use.")
        means[lang] = raw[langs == lang].mean(axis=0)
    queries = encoder.encode_queries([query.text for query in data.queries])
    found = Calibration(model, queries.mean(axis=0), means, -1.0, strength)
    centred = np.concatenate([found.passages(row[np.newaxis], lang) for row, lang in zip(raw, langs, strict=True)])
    return Calibration(model, found.query_mean, means, _floor(found.query(queries), centred, pieces, data), strength)


def _floor(
    queries: Vectors, centred: Vectors, pieces: list[tuple[Release, passages.Passage]], data: EvaluationSet
) -> float:
    rows: dict[str, list[int]] = {}
    for row, (release, _) in enumerate(pieces):
        rows.setdefault(release.id, []).append(row)
    relevant = [
        float((centred[rows[document]] @ vector).max())
        for query, vector in zip(data.queries, queries, strict=True)
        for document, grade in data.judgments[query.id].items()
        if grade > 0 and document in rows
    ]
    if not relevant:
        raise InputError("No query has a relevant document in the corpus: the floor cannot be measured.")
    return round(float(np.quantile(relevant, 1 - KEPT)), 3)
