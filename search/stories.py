"""Stories: results that tell of the same announcement, whoever published it and in whatever language.

Results are joined from the likest on, as long as two groups are alike on average (UPGMA, Sokal and Michener 1958), so
that one release between two stories does not make them one. How alike two releases are is the cosine of the means of
their centred passages, more if both state the same day, mass or large number, less the further apart they were published.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from functools import lru_cache
from itertools import combinations
from typing import Literal

import numpy as np
from numpy.typing import NDArray
from scipy.cluster.hierarchy import fcluster, linkage

from analyzers import UNDETERMINED
from search import names, values
from search.engines.base import View
from search.graph import SAME
from search.history import Group
from search.names import Name
from search.release import Release
from search.values import Valued

FIRST = 50
"""How many of the best results are grouped."""

JOINED = 0.5
"""How alike two groups must be on average to be one story.

Chosen on NTREX-6, which has no days of publication: purity .885 and completeness .991, at .45 .805 and .993, at .55 .911
and .965 (benchmarks/stories.py). Two stories in one mislead more than one in two.
"""

SHARED = 0.1
"""What a day, a mass or a large number adds that both releases state."""

LATE = 0.2
"""What three months between the days of publication take away; two weeks take nothing."""

_SOON, _LONG = 14, 90
_MOST = 100
"""Releases beside the results that are looked at: linked ones, and other publications of the same release."""

_YEARS = (1300, 2100)
"""Whole numbers in between, without a mark, are taken for years, of any calendar."""

_CASELESS = frozenset({"ar", "fa", UNDETERMINED})
_FULL = 2
_KEPT = 1_000

Kind = Literal["day", "mass", "number"]


@dataclass(frozen=True, slots=True)
class Stated:
    """A day, a mass or a number of 1,000 and more as a text has it; `day` is the day in question."""

    text: str
    kind: Kind
    day: date | None = None


@dataclass(frozen=True, slots=True)
class Added:
    """What a version has that was not found in the first one. Nothing found is no proof that it says nothing new.

    `names` are looked for in texts of languages with capitals, and compared with texts in all scripts.
    """

    stated: tuple[Stated, ...] = ()
    names: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Version:
    """A release of a story. `rank` is its place in the results, from 1; None for one that is not among the first."""

    release: Release
    rank: int | None
    added: Added = Added()


@dataclass(frozen=True, slots=True)
class Story:
    """Versions of an announcement, the first published first, those without a day last."""

    versions: tuple[Version, ...]

    @property
    def rank(self) -> int:
        """Return the place of its best result."""
        return min(version.rank for version in self.versions if version.rank)

    @property
    def best(self) -> Version:
        """Return the version that is the best result."""
        return next(version for version in self.versions if version.rank == self.rank)

    def told(self, lang: str) -> Version:
        """Return the version in a language, the best result of several; without one, the best result."""
        mine = [version for version in self.versions if version.release.lang == lang]
        return min(mine, key=lambda version: (version.rank is None, version.rank or 0), default=self.best)

    @property
    def earliest(self) -> tuple[Version, ...]:
        """Return the versions of the first day; none if no day is known."""
        first = self.versions[0].release.published
        return tuple(version for version in self.versions if first and version.release.published == first)

    @property
    def sources(self) -> tuple[str | None, ...]:
        """Return who published versions, in their order, each once; None for those whose source is not known."""
        return tuple(dict.fromkeys(version.release.source for version in self.versions))

    @property
    def langs(self) -> tuple[str, ...]:
        """Return the languages of the versions, in their order, each once."""
        return tuple(dict.fromkeys(version.release.lang for version in self.versions))


def gather(view: View, found: Sequence[Release], groups: Sequence[Group] = (), *, start: int = 1) -> tuple[Story, ...]:
    """Group results, in their order from rank `start` on, into stories, the best result's first; one alone is a story too.

    Releases that are linked to a result (`search.graph`), or the same release on another site by `groups`, are taken
    along where they belong to its story.
    """
    ranks = {release.id: rank for rank, release in enumerate(found, start)}
    releases = [*found, *_beside(view, ranks, groups)]
    gathered = [[releases[place] for place in places] for places in joined(alike(view, releases, groups))]
    small: dict[str, frozenset[str]] = {}
    for release in releases:
        small[release.lang] = small.get(release.lang, frozenset()) | _small(release)
    told = [_story(group, ranks, small) for group in gathered if any(release.id in ranks for release in group)]
    return tuple(sorted(told, key=lambda story: story.rank))


def joined(alike: NDArray[np.float64], floor: float = JOINED) -> list[list[int]]:
    """Return the places of what belongs together by `alike`, (n, n): groups that are alike by `floor` on average."""
    if len(alike) <= 1:
        return [[place] for place in range(len(alike))]
    distances = (1 + SHARED - alike)[np.triu_indices(len(alike), 1)]
    labels = fcluster(linkage(distances, "average"), 1 + SHARED - floor, "distance")
    found: dict[int, list[int]] = {}
    for place, label in enumerate(labels.tolist()):
        found.setdefault(label, []).append(place)
    return list(found.values())


def _beside(view: View, ranks: Mapping[str, int], groups: Sequence[Group]) -> list[Release]:
    """Return releases that are not among the results but may belong to their stories."""
    copies = [member.id for group in groups for member in group.members]
    linked = sorted((link for link in view.links(list(ranks)) if link.weight >= SAME), key=lambda link: -link.cosine)
    ids = dict.fromkeys([*copies, *(link.second for link in linked)])
    others = [identity for identity in ids if identity not in ranks][:_MOST]
    return [stored.release for stored in view.fetch(others, None)] if others else []


def alike(view: View, releases: Sequence[Release], groups: Sequence[Group]) -> NDArray[np.float64]:
    """Return how alike releases are: (n, n), at most 1 + `SHARED`."""
    stored = view.passages([release.id for release in releases])
    dims = next((pieces.vectors.shape[1] for pieces in stored.values()), 1)
    means = np.zeros((len(releases), dims))
    for row, release in zip(means, releases, strict=True):
        if release.id in stored:
            row[:] = stored[release.id].vectors.mean(axis=0)
    means /= np.maximum(np.linalg.norm(means, axis=1, keepdims=True), 1e-12)
    out: NDArray[np.float64] = np.clip(means @ means.T, -1.0, 1.0)
    facts = [_facts(release) for release in releases]
    copies = {member.id: group.id for group in groups for member in group.members}
    for i, j in combinations(range(len(releases)), 2):
        one, other = releases[i], releases[j]
        gain = SHARED if facts[i] & facts[j] else 0.0
        if one.published and other.published:
            apart = abs((one.published - other.published).days)
            gain -= LATE * min(max(apart - _SOON, 0) / (_LONG - _SOON), 1.0)
        same = one.id in copies and copies[one.id] == copies.get(other.id)
        out[i, j] = out[j, i] = 1 + SHARED if same else out[i, j] + gain
    return out


def _story(group: Sequence[Release], ranks: Mapping[str, int], small: Mapping[str, frozenset[str]]) -> Story:
    last = max(ranks.values()) + 1
    ordered = sorted(group, key=lambda r: (r.published is None, r.published or date.max, ranks.get(r.id, last)))
    first = ordered[0]
    versions = [Version(first, ranks.get(first.id))]
    for release in ordered[1:]:
        new = tuple(_new_names(release, first, small[release.lang]))
        versions.append(Version(release, ranks.get(release.id), Added(_new_values(release, first), new)))
    return Story(tuple(versions))


def _new_values(release: Release, first: Release) -> tuple[Stated, ...]:
    """Return the days (but its own of publication), masses and large numbers that `first` does not state."""
    known = _keys(first)
    stated = {
        value.keys: told
        for value, told in _values(release)
        if known.isdisjoint(value.keys) and (told.day is None or told.day != release.published)
    }
    return tuple(stated.values())


def _new_names(release: Release, first: Release, small: frozenset[str]) -> Iterator[str]:
    """Yield the names of two words and more that do not stand in `first`, in any script.

    A word that is also written `small` is no name: Customs, in General Directorate of Customs.
    """
    if release.lang in _CASELESS:
        return
    seen: set[str] = set()
    for name in _runs(release):
        tokens = [token.text for token in name.tokens]
        firm = [token for token in tokens if not names.particle(token)]
        if len(firm) < _FULL or any(token.isupper() or token.lower() in small for token in firm):
            continue
        begun = next(token.start for token in name.tokens if token.text == firm[0])
        told = release.text[begun : name.end]
        if told not in seen and not names.occurrences(tokens, _runs(first), first.text):
            seen.add(told)
            yield told


@lru_cache(maxsize=_KEPT)
def _values(release: Release) -> tuple[tuple[Valued, Stated], ...]:
    """Return what a release states that tells it apart; a mass without the number that it overlaps."""
    out: list[tuple[Valued, Stated]] = []
    for value in values.find(release.text, release.lang):
        told = _stated(release.text, value)
        if told and not (out and value.start < out[-1][0].end):
            out.append((value, told))
    return tuple(out)


@lru_cache(maxsize=_KEPT)
def _facts(release: Release) -> frozenset[str]:
    return frozenset(key for value, _ in _values(release) for key in value.keys)


@lru_cache(maxsize=_KEPT)
def _keys(release: Release) -> frozenset[str]:
    return frozenset(key for value in values.indexed(release.text, release.lang) for key in value.keys)


@lru_cache(maxsize=_KEPT)
def _runs(release: Release) -> tuple[Name, ...]:
    return tuple(names.runs(release.text, release.lang))


@lru_cache(maxsize=_KEPT)
def _small(release: Release) -> frozenset[str]:
    """Return the words of a release that are written without a capital."""
    return frozenset(token.text for token in names.words(release.text) if token.text.islower())


def _stated(text: str, value: Valued) -> Stated | None:
    """Return a value that tells releases apart: a year or a month is in too many."""
    if not value.keys:
        return None
    key, written = value.keys[0], " ".join(text[value.start : value.end].split())
    if not written[0].isdigit() and not _is_day(key):
        # "million and 176 thousand" may be what is left of "four million and 176 thousand".
        return None
    if key.endswith("g"):
        return Stated(written, "mass")
    if _is_day(key):
        return Stated(written, "day", date.fromisoformat(key))
    if "-" in key or (written.isdecimal() and _YEARS[0] <= int(written) < _YEARS[1]):
        return None
    return Stated(written, "number")


def _is_day(key: str) -> bool:
    return len(key) == len("2024-05-01") and key[4] == key[7] == "-"
