"""Whether one run is better than another: differences query by query, with an interval, and runs kept in files.

The interval is that of the paired bootstrap: the queries are drawn anew, with replacement, ten thousand times, and
95 % of the mean differences lie in it. It says how far the figure depends on which queries were asked.
"""

import hashlib
import json
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Annotated, Any, Protocol

import numpy as np
from pydantic import BaseModel, ConfigDict, Field, ValidationError

from search.compatibility import Fingerprint
from search.errors import InputError, StorageError
from search.evaluation import EvaluationSet, Measure, Queries
from search.lexicon import Lexicon

RESAMPLES = 10_000
_SEED = 1
"""Any number, but always the same: two runs print the same interval."""

_AT_ONCE = 250
_DIGITS = 4
_PERCENTILES = (2.5, 97.5)

Share = Annotated[float, Field(ge=0, le=1, allow_inf_nan=False)]


@dataclass(frozen=True)
class Difference:
    """A mean difference over `queries`, and the interval that holds 95 % of the resampled ones."""

    queries: int
    mean: float
    low: float
    high: float

    def as_dict(self) -> dict[str, Any]:
        """Return the difference as a JSON object."""
        return asdict(self)


class Measured(Protocol):
    """Scores of one query, of this run or of one in a file."""

    def measures(self) -> dict[Measure, float | None]:
        """Return what runs are compared by; None where a measure says nothing of the query."""
        ...


class SavedQuery(BaseModel):
    """What one query got. None where a measure says nothing of it."""

    model_config = ConfigDict(frozen=True, validate_by_name=True, serialize_by_alias=True)

    ndcg: Share = Field(alias="ndcg@10")
    other_recall: Share | None = Field(alias="other_recall@20")
    own_first: Share | None

    def measures(self) -> dict[Measure, float | None]:
        """Return what runs are compared by."""
        return {"ndcg@10": self.ndcg, "other_recall@20": self.other_recall, "own_first": self.own_first}


class SavedSet(BaseModel):
    """Which questions were asked: `hash` is of the queries and judgments, not of the documents."""

    model_config = ConfigDict(frozen=True)

    name: str
    queries: int
    hash: str


class SavedSettings(BaseModel):
    """What the figures depend on besides the questions."""

    model_config = ConfigDict(frozen=True)

    fingerprint: dict[str, str | int]
    lexicon: str
    without: tuple[str, ...]


class Saved(BaseModel):
    """A run as `bayan evaluate --save` writes it: the set, the settings, and what each query got."""

    model_config = ConfigDict(frozen=True)

    set: SavedSet
    settings: SavedSettings
    queries: dict[str, SavedQuery]


@dataclass(frozen=True)
class Baseline:
    """How a run differs from an earlier one: `now` less `then`, so that more is better."""

    path: Path
    then: SavedSettings
    now: SavedSettings
    differences: Mapping[Measure, Difference]

    def changed(self) -> dict[str, tuple[str, str]]:
        """Return by name what was otherwise then: its value then, and now."""
        then, now = (
            dict(run.fingerprint) | {"lexicon": run.lexicon, "without": ", ".join(run.without)}
            for run in (self.then, self.now)
        )
        names = dict.fromkeys([*then, *now])
        values = {name: (str(then.get(name, "")) or "-", str(now.get(name, "")) or "-") for name in names}
        return {name: pair for name, pair in values.items() if pair[0] != pair[1]}

    def as_dict(self) -> dict[str, Any]:
        """Return the comparison as a JSON object."""
        return {
            "file": str(self.path),
            "then": self.then.model_dump(mode="json"),
            "now": self.now.model_dump(mode="json"),
            "difference": {name: difference.as_dict() for name, difference in self.differences.items()},
        }


def paired(differences: Sequence[float]) -> Difference:
    """Return the mean of at least one difference, with its interval."""
    values = np.array(differences, np.float64)
    draw = np.random.default_rng(_SEED)
    means = np.concatenate(
        [
            values[draw.integers(0, len(values), (_AT_ONCE, len(values)))].mean(axis=1)
            for _ in range(0, RESAMPLES, _AT_ONCE)
        ]
    )
    low, high = np.percentile(means, _PERCENTILES)
    # 0.0 is added since a rounded -0.00001 is -0.0.
    mean, low, high = (round(float(value), _DIGITS) + 0.0 for value in (values.mean(), low, high))
    return Difference(len(values), mean, low, high)


def compare(now: Mapping[str, Measured], then: Mapping[str, Measured]) -> dict[Measure, Difference]:
    """Return by measure how `now` differs from `then`, over the queries of which both say something.

    The queries are taken by id, so that their order in a file changes no figure.
    """
    pairs = [(now[query].measures(), then[query].measures()) for query in sorted(now.keys() & then.keys())]
    out = {}
    for name in pairs[0][0] if pairs else ():
        both = [(new[name], old[name]) for new, old in pairs]
        differences = [new - old for new, old in both if new is not None and old is not None]
        if differences:
            out[name] = paired(differences)
    return out


def identity(data: EvaluationSet, name: str) -> SavedSet:
    """Return what tells a set of queries and judgments from another one."""
    asked = {query.id: [query.text, query.lang, data.judgments[query.id]] for query in data.queries}
    whole = json.dumps(asked, sort_keys=True)
    return SavedSet(name=name, queries=len(asked), hash=hashlib.sha256(whole.encode()).hexdigest()[:16])


def settings(fingerprint: Fingerprint, lexicon: Lexicon, without: Sequence[str]) -> SavedSettings:
    """Return what a run's figures depend on; of the lexicon, a hash of its concepts."""
    concepts = repr(sorted(lexicon.concepts.items(), key=lambda item: item[0]))
    hashed = hashlib.sha256(concepts.encode()).hexdigest()[:12]
    return SavedSettings(fingerprint=fingerprint.as_dict(), lexicon=hashed, without=tuple(without))


def save(path: Path, of: SavedSet, ran: SavedSettings, queries: Queries) -> None:
    """Write a run for `load`. Raises `StorageError`."""
    rows = {
        id_: SavedQuery(ndcg=query.ndcg, other_recall=query.other_recall, own_first=query.own_first)
        for id_, query in queries.items()
    }
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(Saved(set=of, settings=ran, queries=rows).model_dump_json(indent=1) + "\n", "utf-8")
    except OSError as error:
        raise StorageError(f"{path} cannot be written ({error.strerror}).") from None


def load(path: Path, data: EvaluationSet, name: str) -> Saved:
    """Read what `save` wrote of the same queries and judgments. Raises `InputError` for anything else."""
    try:
        saved = Saved.model_validate_json(path.read_bytes())
    except OSError as error:
        raise InputError(
            f"{path} cannot be read ({error.strerror}): `bayan evaluate --save {path}` writes such a file."
        ) from None
    except ValidationError as error:
        first = error.errors()[0]
        where = ".".join(map(str, first["loc"])) or "the whole"
        raise InputError(f"{path} is no file of `bayan evaluate --save` ({where}: {first['msg']}).") from None
    of = identity(data, name)
    if saved.set.hash != of.hash or saved.queries.keys() != {query.id for query in data.queries}:
        raise InputError(
            f"{path} is of another set of queries: {saved.set.name} with {saved.set.queries:,} ({saved.set.hash}), this is "
            f"{of.name} with {of.queries:,} ({of.hash}). Only runs of the same queries and judgments can be compared."
        )
    return saved


def baseline(path: Path, saved: Saved, now: SavedSettings, queries: Queries) -> Baseline:
    """Compare a run with an earlier one."""
    return Baseline(path, saved.settings, now, compare(queries, saved.queries))
