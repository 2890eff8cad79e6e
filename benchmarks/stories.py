"""How rightly results are grouped into stories.

    python -m benchmarks.stories SET

SET is in BEIR layout, with ids that name event and language: `<event>:<language>` (NTREX-6) or
`sample-<event>-<language>` (tests/relevance). Purity is the share of a release's group that tells of its event,
completeness the share of its event that is in its group, both over all releases (B-cubed, Bagga and Baldwin 1998).
"""

import re
import sys
from collections import Counter
from collections.abc import Sequence
from pathlib import Path

from indexer import build
from search import evaluation, installation, query, settings, stories
from search.engines.base import View
from search.graph import SAME

FLOORS = (0.4, 0.45, stories.JOINED, 0.55, 0.6)
WEIGHTS = (0.3, 0.4, SAME, 0.6)
_ID = re.compile(r"(?:sample-)?(.+?)[:-](?:ar|fa|en|ru|fr|es)(?:-\d)?")


def event(identity: str) -> str:
    """Return the event that an id names."""
    found = _ID.fullmatch(identity)
    return found[1] if found else identity


def measured(groups: Sequence[Sequence[str]]) -> str:
    """Return purity, completeness and the number of groups, of those that have their events in them."""
    every = Counter(event(identity) for group in groups for identity in group)
    purity = completeness = 0.0
    for group in groups:
        counts = Counter(map(event, group))
        purity += sum(count * count for count in counts.values()) / len(group)
        completeness += sum(count * count / every[of] for of, count in counts.items())
    total = sum(every.values())
    return f"purity {purity / total:.3f}  completeness {completeness / total:.3f}  {len(groups)} of {len(every)}"


def linked(view: View, ids: Sequence[str], weight: float) -> list[list[str]]:
    """Return what links of this weight join, one by one: what average linkage is compared with."""
    group = {identity: [identity] for identity in ids}
    for link in view.links(ids):
        one, other = group[link.first], group[link.second]
        if link.weight >= weight and one is not other:
            one += other
            group.update(dict.fromkeys(other, one))
    return list({id(members): members for members in group.values()}.values())


def main() -> None:
    """Print a line for each floor, over the whole set, and one for the results of the set's queries."""
    found = evaluation.read(Path(sys.argv[1]))
    with installation.scratch(settings.load()) as here:
        build.index(here.engine, here.encoder, found.releases, command="benchmark")
        view, searcher = here.engine.view(), here.searcher()
        ids = [release.id for release in found.releases]
        likeness = stories.alike(view, found.releases, ())
        for floor in FLOORS:
            groups = [[ids[place] for place in places] for places in stories.joined(likeness, floor)]
            print(f"alike on average by {floor:<5} {measured(groups)}")
        for weight in WEIGHTS:
            print(f"linked by a weight of {weight:<3} {measured(linked(view, ids, weight))}")
        lines = []
        for asked in found.queries:
            first = [identity for identity, _ in searcher.ranked(query.plain(asked.text), limit=stories.FIRST)]
            results = [stored.release for stored in view.fetch(first, None)]
            told = stories.gather(view, results)
            lines += [
                [f"{asked.id}/{version.release.id}" for version in story.versions if version.rank] for story in told
            ]
        print(f"first {stories.FIRST} results of {len(found.queries)} queries  {measured(lines)}")


if __name__ == "__main__":
    main()
