"""The state of the index as strangers may see it: no paths, no names of people or machines, no texts of errors."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime

from search.engines.base import Status
from search.errors import translatable

LABELS: Mapping[str, str] = {
    "schema": translatable("Layout of the index"),
    "analysis": translatable("Analyzers"),
    "names": translatable("Keys of names"),
    "model": translatable("Embedding model"),
    "dims": translatable("Length of vectors"),
    "passages": translatable("Rule of passages"),
    "calibration": translatable("Means of the languages"),
    "links": translatable("Links of stories"),
    "values": translatable("Numbers and dates"),
}
"""What the fields of a fingerprint are called on the page."""

# The audit log has commands as they were typed, with their paths: `bayan index /home/…`.
_COMMAND = re.compile(r"bayan ([a-z]+)")


@dataclass(frozen=True)
class Work:
    """A run that wrote: `command` is its first word, `started` an instant in UTC, None if it cannot be read."""

    command: str
    started: datetime | None
    seconds: float
    written: int
    done: bool


def works(status: Status) -> tuple[Work, ...]:
    """Return the last runs, newest first."""
    return tuple(
        Work(_command(run.command), _instant(run.started), run.seconds, run.written, run.outcome == "done")
        for run in status.runs
    )


def built(status: Status) -> tuple[tuple[str, str], ...]:
    """Return the fingerprint as pairs of a label and its value."""
    fields = status.fingerprint.as_dict() if status.fingerprint else {}
    return tuple((LABELS[name], str(value)) for name, value in fields.items())


def _command(typed: str) -> str:
    found = _COMMAND.match(typed)
    return found[1] if found else "…"


def _instant(text: str) -> datetime | None:
    try:
        found = datetime.fromisoformat(text)
    except ValueError:
        return None
    return found.astimezone(UTC) if found.tzinfo else found.replace(tzinfo=UTC)
