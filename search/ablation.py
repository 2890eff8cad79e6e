"""What a search can be without: each part left out, to see what it is good for."""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from search import bootstrap
from search.bootstrap import Difference
from search.errors import UsageError
from search.evaluation import LEGS, Measure, Report, Scores
from search.fusion import Mode
from search.settings import Settings


@dataclass(frozen=True)
class Part:
    """A part that can be left out.

    Without it, only the leg `leaves` is left, or settings are as in `settings` and another index is needed, or
    `Installation.searcher` knows what to do. `sentence` says what a search is then.
    """

    sentence: str
    leaves: Mode = "hybrid"
    settings: Mapping[str, Any] = field(default_factory=dict)


PARTS: Mapping[str, Part] = {
    "centring": Part("vectors and queries keep the means of their languages", settings={"centring": 0.0}),
    "lexicon": Part("what a query says is not searched in other words"),
    "links": Part("results do not lift those that tell the same story in other languages"),
    "values": Part("numbers and dates are found only as they are typed"),
    "names": Part("names are not searched in other spellings"),
    "words": Part("releases are found and ranked by meaning alone", leaves="semantic"),
    "meaning": Part("releases are found and ranked by words alone", leaves="keyword"),
}


@dataclass(frozen=True)
class Row:
    """The scores without a part, and how they differ from the whole: negative where the part is good for something."""

    scores: Scores
    differences: Mapping[Measure, Difference]

    def as_dict(self) -> dict[str, Any]:
        """Return the row as a JSON object."""
        differences = {name: difference.as_dict() for name, difference in self.differences.items()}
        return self.scores.as_dict() | {"difference": differences}


def chosen(names: Iterable[str]) -> tuple[str, ...]:
    """Return parts, each once and in the order of `PARTS`, from names that may be several parted by commas.

    Raises `UsageError` for an unknown name, and where nothing is left to search by.
    """
    wanted = {name.strip() for several in names for name in several.split(",")}
    for name in sorted(wanted - PARTS.keys()):
        raise UsageError(f'There is no part "{name}" to be left out; the parts are {", ".join(PARTS)}.')
    out = tuple(part for part in PARTS if part in wanted)
    if not _possible(out):
        told = " and ".join(name for name in out if PARTS[name].leaves != "hybrid")
        raise UsageError(f"Without {told} nothing is left to search by.")
    return out


def removable(without: Collection[str]) -> list[str]:
    """Return the parts that can be left out besides those that are."""
    return [name for name in PARTS if name not in without and _possible([*without, name])]


def legs(without: Iterable[str]) -> tuple[Mode, ...]:
    """Return the legs that are left: all three, or one."""
    left = {PARTS[name].leaves for name in without} - {"hybrid"}
    return tuple(leg for leg in LEGS if leg in left) or LEGS


def settings(of: Settings, without: Iterable[str]) -> Settings:
    """Return the settings of an index without these parts."""
    changes = {name: value for part in without for name, value in PARTS[part].settings.items()}
    return of.model_copy(update=changes) if changes else of


def rows(whole: Report, removed: Mapping[str, Report]) -> dict[str, Row]:
    """Compare the run without each part to the whole, in the order of `PARTS`."""
    return {
        name: Row(removed[name].whole, bootstrap.compare(removed[name].queries, whole.queries))
        for name in PARTS
        if name in removed
    }


def _possible(without: Iterable[str]) -> bool:
    return len({PARTS[name].leaves for name in without} - {"hybrid"}) <= 1
