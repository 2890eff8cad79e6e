"""Commands for releases that arrive: fetch, watch."""

from pathlib import Path
from typing import Annotated

import typer
import watchfiles
from rich.markup import escape

from indexer import terminal
from indexer.commands.common import Json, app, opened, summary, take, tell
from indexer.fetching.fetcher import Fetcher
from indexer.fetching.harvest import Harvest
from indexer.fetching.transport import public
from indexer.inputs import files
from indexer.inputs.document import shown
from search import settings
from search.errors import LockedError, UsageError

_QUIET_MS = 1_000
"""How long nothing may arrive before what did is read: a file that is still being written is not read by half."""

_GATHER_MS = 30_000
"""After this long it is read anyway, though more arrives all the time."""


@app.command()
def fetch(
    addresses: Annotated[list[str], typer.Argument(metavar="URL…", help="Pages, feeds and sitemaps, or their files.")],
    *,
    limit: Annotated[int, typer.Option(min=1, max=50_000, help="Pages that are asked for in this run.")] = 500,
    allow_private: Annotated[bool, typer.Option(help="Read from addresses of private networks too.")] = False,
    as_json: Json = False,
) -> None:
    """Read pages, feeds and sitemaps of the web into the index."""
    loaded = settings.load()
    fetcher = Fetcher(contact=loaded.contact, allowed=(lambda _: True) if allow_private else public)
    with opened(loaded) as here, Harvest(fetcher, limit) as harvest:
        told = take(here, "pages", None, lambda intake: intake.pages(harvest, addresses))
    if harvest.left and not as_json:
        terminal.err.print(f"{harvest.left:,} more pages are listed; the same command goes on with them.")
    tell(told | {"left": harvest.left}, as_json=as_json)


@app.command()
def watch(folder: Annotated[Path, typer.Argument(help="A folder; what is below it counts too.")]) -> None:
    """Read a folder into the index, and then whatever arrives in it, until Ctrl-C.

    What is taken away stays in the index: `bayan index --prune` removes it.
    """
    if not folder.is_dir():
        raise UsageError(f"{shown(folder)} is no folder.")
    with opened(settings.load()) as here:
        # What changes while the folder is read for the first time is told by the first round after it.
        waiting = {folder}
        told = False
        for changes in watchfiles.watch(
            folder,
            watch_filter=_read,
            debounce=_GATHER_MS,
            step=_QUIET_MS,
            rust_timeout=_QUIET_MS,
            yield_on_timeout=True,
        ):
            waiting.update(Path(path) for _, path in changes)
            paths = sorted(path for path in waiting if path.exists())
            if not paths:
                waiting.clear()
                continue
            try:
                terminal.out.print(summary(take(here, "reading", None, lambda intake: intake.files(paths))))  # noqa: B023 - used at once
            except LockedError as error:
                if not told:
                    terminal.err.print(f"{escape(str(error))} What has arrived is read when it is done.")
                told = True
            else:
                waiting.clear()
                told = False


def _read(change: watchfiles.Change, path: str) -> bool:
    """Tell whether a change brings something to read; a folder that was moved here is told of as one."""
    return change != watchfiles.Change.deleted and (files.suffix(path) is not None or Path(path).is_dir())
