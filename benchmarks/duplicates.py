"""How alike are the same release on two sites, and two different releases: what the threshold of duplicates rests on.

    python -m benchmarks.duplicates [FILE.jsonl]

Takes releases (the sample corpus, or a file of JSON Lines), edits each as sites do, and prints the similarity that
`indexer.duplicates` sees between a release and its edited form, and between each release and the nearest other one.
"""

import random
import sys
from collections.abc import Callable, Mapping
from dataclasses import replace
from itertools import groupby
from pathlib import Path

import numpy as np
from datasketch import MinHash

import indexer
from indexer.duplicates import THRESHOLD, sighting, sketch
from indexer.reading import read
from search.release import Release

SAMPLES = Path(indexer.__file__).parent / "samples" / "releases.jsonl"


def shortened(release: Release, share: float) -> Release:
    """Return the release without its end, as wires are cut."""
    words = release.body.split()
    return replace(release, body=" ".join(words[: int(len(words) * share)]))


def reworded(release: Release, share: float) -> Release:
    """Return the release with this share of its words replaced, as editors do; none of the new words is in it."""
    chance = random.Random(release.id)
    words = [f"{word}قط" if chance.random() < share else word for word in release.body.split()]
    return replace(release, body=" ".join(words))


def surrounded(release: Release, others: list[Release]) -> Release:
    """Return the release with the headlines of five others around it, as pages have them."""
    chosen = random.Random(release.id).sample(others, min(5, len(others)))
    return replace(release, body=f"{release.body}\n" + "\n".join(other.title for other in chosen))


EDITS: Mapping[str, Callable[[Release, list[Release]], Release]] = {
    "another headline": lambda release, others: replace(release, title=others[0].title),
    "headlines of others around it": surrounded,
    "the last quarter cut": lambda release, _: shortened(release, 0.75),
    "half of it cut": lambda release, _: shortened(release, 0.5),
    "5 % of the words replaced": lambda release, _: reworded(release, 0.05),
    "10 % of the words replaced": lambda release, _: reworded(release, 0.1),
    "20 % of the words replaced": lambda release, _: reworded(release, 0.2),
}


def sketched(release: Release) -> MinHash | None:
    """Return what duplicates are found by, None for a text that is too short."""
    seen = sighting(release)
    return sketch(seen) if seen.signature else None


def told(name: str, values: list[float]) -> str:
    """Return a row of the table."""
    low, middle, high = np.percentile(values, [5, 50, 95])
    over = sum(value >= THRESHOLD for value in values) / len(values)
    return f"{name:<32} {len(values):>5} {low:>6.2f} {middle:>6.2f} {high:>6.2f} {max(values):>6.2f} {over:>8.1%}"


def main() -> None:
    """Print the table."""
    path = Path(sys.argv[1]) if len(sys.argv) > 1 else SAMPLES
    releases = [item for item in read([path]) if isinstance(item, Release)]
    print(f"{'':<32} {'pairs':>5} {'5 %':>6} {'50 %':>6} {'95 %':>6} {'most':>6} {'>= ' + str(THRESHOLD):>8}")
    sketches = {release.id: found for release in releases if (found := sketched(release))}
    for name, edit in EDITS.items():
        values = []
        for release in releases:
            others = [other for other in releases if other.lang == release.lang and other.id != release.id]
            edited = sketched(edit(release, others)) if release.id in sketches and others else None
            if edited:
                values.append(sketches[release.id].jaccard(edited))
        print(told(name, values))
    by_lang: dict[str, list[MinHash]] = {}
    for release in releases:
        if release.id in sketches:
            by_lang.setdefault(release.lang, []).append(sketches[release.id])
    nearest = [
        max(one.jaccard(other) for other in same if other is not one)
        for same in by_lang.values()
        for one in same
        if same[1:]
    ]
    print(told("the nearest other release", nearest))
    closed = []
    for same in (list(group) for _, group in groupby(sorted(releases, key=lambda r: r.lang), key=lambda r: r.lang)):
        for one, other, third in zip(same, same[1:], same[2:], strict=False):
            pair = [sketched(replace(release, body=f"{release.body} {third.body}")) for release in (one, other)]
            if pair[0] and pair[1]:
                closed.append(pair[0].jaccard(pair[1]))
    print(told("another with as long a closing", closed))


if __name__ == "__main__":
    main()
