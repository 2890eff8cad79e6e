"""The same release on several sites: near-duplicates by MinHash (Broder, 1997) over analysed terms.

Terms with a digit are left out, so that no number decides: counts of one event differ between outlets, and a number
set from the wrong side is still the same report.
"""

from urllib.parse import urlsplit

import numpy as np
from datasketch import MinHash, MinHashLSH

import analyzers
from search.history import History, Sighting
from search.release import Release

THRESHOLD = 0.5
"""The share of common shingles from which two texts are one release. docs/reading.md has the measurement."""

PERMUTATIONS = 128
_SCHEME = "affine32"
_SHINGLE = 3
_ENOUGH = 20
"""Shingles that a text must have: of fewer, half may be common by the form of such news alone."""


def sighting(release: Release) -> Sighting:
    """Return a release as duplicates are found by."""
    return Sighting(
        id=release.id,
        hash=release.content_hash,
        lang=release.lang,
        title=release.title,
        source=release.source,
        url=release.url,
        published=release.published,
        signature=signature(release),
    )


def signature(release: Release) -> bytes | None:
    """Return the MinHash of a release's shingles: `PERMUTATIONS` little-endian 32-bit values; None if it has too few."""
    terms = [term for term in _terms(release) if not any(letter.isdigit() for letter in term)]
    shingles = {" ".join(terms[at : at + _SHINGLE]) for at in range(len(terms) - _SHINGLE + 1)}
    if len(shingles) < _ENOUGH:
        return None
    sketch = MinHash(PERMUTATIONS, scheme=_SCHEME)
    sketch.update_batch([shingle.encode() for shingle in shingles])
    return bytes(sketch.hashvalues.astype("<u4").tobytes())


def regroup(history: History) -> None:
    """Find duplicates anew in the languages of which something was seen or forgotten since the last time.

    A group gathers around its first published release: each other one is like that one, so that a chain of small
    changes does not bind texts that have little in common.
    """
    for lang in history.stale():
        firsts: dict[str, str] = {}
        leaders: dict[str, Sighting] = {}
        # Candidates should not be missed: what is no duplicate among them, the comparison below tells.
        near = MinHashLSH(THRESHOLD, PERMUTATIONS, weights=(0.2, 0.8))
        for seen in history.sightings(lang):
            sketch = _sketch(seen)
            alike = [(sketch.jaccard(_sketch(leaders[key])), key) for key in near.query(sketch)]
            found = [(share, key) for share, key in alike if share >= THRESHOLD and not _serial(leaders[key], seen)]
            if found:
                first = max(found)[1]
                firsts[seen.id] = firsts[first] = first
            else:
                leaders[seen.id] = seen
                near.insert(seen.id, sketch)
        history.regroup(lang, firsts)


def _serial(one: Sighting, other: Sighting) -> bool:
    """Tell whether one site published both, on different days: a bulletin of fixed wording, not one release twice."""
    return _site(one) is not None and _site(one) == _site(other) and one.published != other.published


def _site(seen: Sighting) -> str | None:
    return (urlsplit(seen.url).hostname if seen.url else None) or seen.source


def _sketch(seen: Sighting) -> MinHash:
    return MinHash(PERMUTATIONS, scheme=_SCHEME, hashvalues=np.frombuffer(seen.signature or b"", "<u4"))


def _terms(release: Release) -> list[str]:
    return [token.term for token in analyzers.analyzer(release.lang).tokens(release.text)]
