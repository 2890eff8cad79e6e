"""What all commands share: the application, opening an installation, and reporting rejects."""

import shlex
import sys
from collections.abc import Callable, Iterator, Sequence
from contextlib import AbstractContextManager, contextmanager
from pathlib import Path
from typing import Annotated

import typer
from rich.markup import escape

from indexer import reading, terminal
from indexer.reading import Reject
from search import installation, model
from search.engines.base import Refused
from search.engines.database import storage
from search.installation import Installation
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
