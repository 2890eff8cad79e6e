"""What all commands share: the application, opening an installation, and reporting rejects."""

import shlex
import sys
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import AbstractContextManager, closing, contextmanager
from pathlib import Path
from typing import Annotated

import typer
from rich.markup import escape

from indexer import build, reading, terminal
from indexer.build import Held
from indexer.intake import Intake
from indexer.journal import Journal
from indexer.reading import Reject
from search import installation, language, model
from search.engines.base import Refused
from search.engines.database import storage
from search.history import History
from search.installation import Installation
from search.release import Release
from search.settings import EngineName, Settings

app = typer.Typer(
    pretty_exceptions_enable=False,
    add_completion=False,
    rich_markup_mode=None,
)

Json = Annotated[bool, typer.Option("--json", help="Print one JSON object on standard output.")]
AnotherEngine = Annotated[EngineName | None, typer.Option("--engine", help="Another engine than BAYAN_ENGINE.")]

REJECTED = 1
"""The exit code when all was done, but something was rejected."""

_TOLD = 20
_Open = Callable[[Settings, EngineName | None], AbstractContextManager[Installation]]


@contextmanager
def opened(
    loaded: Settings, open_it: _Open = installation.opened, engine: EngineName | None = None
) -> Iterator[Installation]:
    """Open the installation, and say so if the model has to be made ready first, which takes half a minute."""
    told: list[float] = []

    def tell(done: float) -> None:
        if not told:
            terminal.err.print(f"Making the embedding model ready in {escape(str(loaded.cache))}, once …")
        told.append(done)

    if loaded.model is None:
        model.unpack(loaded.cache, tell)
    with open_it(loaded, engine) as here:
        if told:
            terminal.err.print(f"The model is ready ({here.encoder.runtime}).")
        yield here


def take(
    here: Installation,
    what: str,
    total: int | None,
    produce: Callable[[Intake], Iterable[Release | Held]],
    *,
    prune: bool = False,
) -> dict[str, object]:
    """Index what `produce` reads, and return what became of it, as it is told with --json.

    `what` and `total` are for the progress that is shown.
    """
    data = here.settings.data
    rejects: list[Reject] = []
    with storage(data):
        data.mkdir(parents=True, exist_ok=True)
    with closing(Journal(data)) as journal, closing(History(data)) as history:
        try:
            with terminal.progress(what, total) as advance:
                intake = Intake(journal, history, rejects, advance)
                counts = build.index(
                    here.engine,
                    here.encoder,
                    produce(intake),
                    command=command(),
                    prune=prune,
                    rejects=rejects,
                    keeper=intake,
                )
                intake.finish()
            _tell_others(intake.others)
            rejects += [rejected(refused) for refused in counts.refused]
        finally:
            kept = keep(rejects, data)
        firsts = history.firsts(counts.seen)
    return {
        "read": counts.read,
        "new": counts.new,
        "changed": counts.changed,
        "unchanged": counts.unchanged,
        "duplicates": counts.repeated + sum(identity != first for identity, first in firsts.items()),
        "removed": counts.removed,
        "embedded": counts.embedded,
        "rejected": len(rejects),
        "rejects": str(kept) if rejects else None,
    }


def tell(told: dict[str, object], *, as_json: bool) -> None:
    """Print what `take` returned, and more counts, and end with the exit code that they mean."""
    if as_json:
        terminal.print_json(told)
    else:
        terminal.out.print(summary(told))
    if told["rejected"]:
        raise typer.Exit(REJECTED)


def summary(told: dict[str, object]) -> str:
    """Return in a sentence what `take` returned."""
    counts = (f"{count:,} {name}" for name, count in told.items() if isinstance(count, int) and name != "embedded")
    return ", ".join(counts) + "."


def _tell_others(others: Mapping[str, int]) -> None:
    if others:
        told = ", ".join(f"{count:,} as {language.name(code)}" for code, count in sorted(others.items()))
        terminal.err.print(
            f"Some releases were read as languages that have no analyzer of their own: {told}. "
            "They are indexed with the neutral chain."
        )


def rejected(refused: Refused) -> Reject:
    """Return what an engine would not take as a line of the rejects file."""
    return Reject(f"release {refused.id}", None, refused.reason)


def keep(rejects: Sequence[Reject], folder: Path) -> Path:
    """Write the rejects file, tell of the first rejects, and return the file's path."""
    path = folder / "rejects.jsonl"
    if rejects or path.exists():
        with storage(path):
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text("".join(f"{reject.as_json()}\n" for reject in rejects), "utf-8")
    for reject in rejects[:_TOLD]:
        terminal.rejected(reject)
    if rejects:
        terminal.err.print(f"All {len(rejects):,} rejects are in {escape(str(path))}.")
    return path


def command() -> str:
    """Return the command as it was typed, for the audit log."""
    return reading.shown(shlex.join(["bayan", *sys.argv[1:]]))[:200]
