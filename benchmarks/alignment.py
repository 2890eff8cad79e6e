"""Which sentences of two versions of a story are partners: how often rightly, at which cosine.

    python -m benchmarks.alignment SET

SET is in BEIR layout, with the versions of a story as `<story>:<language>`, one sentence a line, the same in each
language (NTREX-6). Every fifth story is taken.
"""

import json
import sys
from collections import defaultdict
from itertools import combinations, permutations
from pathlib import Path

import numpy as np

from search import installation, settings
from search.alignment import SAME
from search.engines.base import Matrix

EACH = 5
FLOORS = (0.35, 0.4, SAME, 0.5, 0.55)


def stories(folder: Path) -> list[dict[str, list[str]]]:
    """Return the sentences of each story by language."""
    found: dict[str, dict[str, list[str]]] = defaultdict(dict)
    with (folder / "corpus.jsonl").open(encoding="utf-8") as file:
        for line in file:
            document = json.loads(line)
            story, _, lang = document["_id"].rpartition(":")
            found[story][lang] = document["text"].split("\n")
    return [found[story] for story in sorted(found)][::EACH]


def nearest(one: Matrix, other: Matrix, floor: float) -> tuple[int, int]:
    """Return how many are each other's nearest from `floor` on, and how many of them stand at the same place."""
    cosines = one @ other.T
    best = cosines.argmax(axis=1)
    places = np.arange(len(one))
    mutual = (cosines.argmax(axis=0)[best] == places) & (cosines[places, best] >= floor)
    return int(mutual.sum()), int((best[mutual] == places[mutual]).sum())


def main() -> None:
    """Print a line for each cosine."""
    with installation.opened(settings.load()) as here:
        found = [
            {lang: here.calibration.passages(here.encoder.encode_passages(text), lang) for lang, text in story.items()}
            for story in stories(Path(sys.argv[1]))
        ]
    print("cosine  right of the found  found of all  found in another story")
    for floor in FLOORS:
        pairs = [(story[a], story[b]) for story in found for a, b in combinations(story, 2)]
        counts = np.array([nearest(one, other, floor) for one, other in pairs]).sum(axis=0)
        total = sum(len(one) for one, _ in pairs)
        others = [
            (story[a], following[b])
            for story, following in zip(found, found[1:] + found[:1], strict=True)
            for a, b in permutations(story, 2)
        ]
        wrong = sum(nearest(one, other, floor)[0] for one, other in others)
        most = sum(min(len(one), len(other)) for one, other in others)
        print(f"{floor:<6}  {counts[1] / counts[0]:18.3f}  {counts[1] / total:12.3f}  {wrong / most:22.3f}")


if __name__ == "__main__":
    main()
