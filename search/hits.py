"""Results as they are shown: a candidate with its marks, its snippets and the reasons for its place."""

from collections.abc import Mapping, Sequence
from dataclasses import replace

from search import highlight
from search.engines.base import Candidates, Stored
from search.fusion import Scores
from search.highlight import Mark
from search.history import Group
from search.results import Hit, Meaning, Publication, Why


def hit(item: Stored, marks: Sequence[Mark], place: int, candidates: Candidates, scores: Scores) -> Hit:
    """Return the candidate at `place` as a result; `marks` are found words, offsets into the release's text."""
    release = item.release
    meaning = None
    if item.passage is not None:
        start, end = item.passage
        meaning = Meaning(start, end, release.body[start:end], round(item.cosine, 4))
    return Hit(
        release=release,
        score=round(float(scores.whole[place]), 6),
        title=highlight.title(release, marks),
        highlights=highlight.snippets(release, marks, item.passage),
        why=Why(
            words=highlight.matched_words(marks, release.text),
            meaning=meaning,
            bm25=round(float(candidates.bm25[place]), 4),
            attainable=round(float(candidates.attainable[place]), 4),
            keyword=round(float(scores.keyword[place]), 4),
            name=round(float(scores.name[place]), 4),
            cosine=round(float(candidates.cosine[place]), 4),
            lift=round(float(scores.lift[place]), 4),
            related=not bool(candidates.matched[place]),
        ),
    )


def published(hits: Sequence[Hit], groups: Sequence[Group]) -> tuple[Hit, ...]:
    """Add to each hit where else the same release was published, as its group tells."""
    found: Mapping[str, Group] = {member.id: group for group in groups for member in group.members}
    return tuple(_also(one, found[one.release.id]) if one.release.id in found else one for one in hits)


def others(group: Group, identity: str) -> tuple[Publication, ...]:
    """Return the publications of a group but the one of this id, first published first."""
    return tuple(
        Publication(member.id, member.title, member.published, member.source, member.url)
        for member in group.members
        if member.id != identity
    )


def _also(one: Hit, group: Group) -> Hit:
    return replace(one, also=others(group, one.release.id), first=group.id)
