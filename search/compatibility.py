"""The fingerprint of an index: all that its terms and vectors depend on.

It is written with every generation and compared when one is opened, written and queried. Vectors of another model
have the same shape and give no error, only bad results, so a difference is refused by name.
"""

from collections.abc import Mapping
from dataclasses import asdict, dataclass, fields
from typing import Any

import analyzers
from search import graph, names, passages, values
from search.errors import FingerprintError

SCHEMA = 4
"""Bump by hand with any change to how a generation is stored; a generation of another schema is built anew."""

_MEANING = {
    "schema": "the layout of the index",
    "analysis": "the analyzers",
    "names": "the keys of names",
    "model": "the embedding model",
    "dims": "the length of the vectors",
    "passages": "the passage rule",
    "calibration": "the language means",
    "links": "the rule of links",
    "values": "the reading of numbers and dates",
}


@dataclass(frozen=True, slots=True)
class Fingerprint:
    """`analysis`, `names` and `calibration` are hashes of data, `values` has one, `model` names weights, prefixes and pooling."""

    schema: int
    analysis: str
    names: str
    model: str
    dims: int
    passages: str
    calibration: str
    links: str
    values: str

    def require(self, built: "Fingerprint") -> None:
        """Raise `FingerprintError` unless an index `built` with that fingerprint can be used with this one."""
        different = [f.name for f in fields(self) if getattr(self, f.name) != getattr(built, f.name)]
        if different:
            told = "; ".join(
                f"{_MEANING[name]} (then {getattr(built, name)}, now {getattr(self, name)})" for name in different
            )
            raise FingerprintError(
                f"The index was built differently from how this Bayan would search it. Different: {told}. "
                "Run `bayan reindex` to build it anew, or restore the settings that it was built with."
            )

    @classmethod
    def from_dict(cls, fields: Mapping[str, Any]) -> "Fingerprint":
        """Read what `as_dict` wrote.

        One of another schema may lack fields: it is returned with what it has, so that it is refused by name.
        """
        try:
            return cls(**fields)
        except TypeError:
            return cls(int(fields.get("schema", 0)), "?", "?", "?", 0, "?", "?", "?", "?")

    def as_dict(self) -> dict[str, str | int]:
        """Return the fingerprint as a JSON object."""
        return asdict(self)


def current(model: str, dims: int, calibration: str) -> Fingerprint:
    """Return the fingerprint of this installation with this model and these means."""
    return Fingerprint(
        schema=SCHEMA,
        analysis=analyzers.fingerprint(),
        names=names.KEY_VERSION,
        model=model,
        dims=dims,
        passages=passages.RULE,
        calibration=calibration,
        links=graph.RULE,
        values=values.rule(),
    )
