"""Commands that show what is kept beside the index: versions, duplicates."""

from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import asdict
from pathlib import Path
from typing import Annotated

import typer
from rich.text import Text

from indexer import terminal
from indexer.commands.common import Json, app
from search import installation, settings
from search.differences import Line, Piece, steps
from search.errors import NoIndexError, NotFoundError
from search.history import FILE, Group, History

_MARKS = {"same": ("", "", ""), "removed": ("[-", "-]", "red"), "added": ("{+", "+}", "green")}
"""What stands around words, as in `git diff --word-diff`: colours alone would be lost in a file."""

_ISOLATE = "\u2068{}\u2069"
"""Text between these (FSI, PDI) runs in its own direction and leaves what is around it where it is."""


@app.command()
def versions(
    identity: Annotated[str, typer.Argument(metavar="ID", help="A release's id, as `bayan search` shows it.")],
    *,
    as_json: Json = False,
) -> None:
    """Show what a release said before its page was changed, and what was changed."""
    loaded = settings.load()
    with installation.opened(loaded) as here, _history(loaded.data) as history:
        try:
            current = next((stored.release for stored in here.engine.view().fetch([identity], None)), None)
        except NoIndexError:
            current = None
        kept = steps(history.versions(identity), current)
    if not kept and not current:
        raise NotFoundError(f'There is no release "{identity}".')
    if as_json:
        terminal.print_json(
            {
                "id": identity,
                "versions": [step.release.as_dict() | {"until": step.until} for step in kept],
                "changes": [[asdict(line) for line in step.lines] for step in kept],
            }
        )
        return
    for step in kept:
        terminal.out.print(f"[cyan]until {step.until}[/]")
        for line in step.lines:
            terminal.out.print(_line(line))
    terminal.out.print(f"{len(kept):,} earlier texts are kept.")


@app.command()
def duplicates(*, as_json: Json = False) -> None:
    """Show which releases are one release on several sites, first published first."""
    loaded = settings.load()
    with _history(loaded.data) as history:
        groups = history.groups()
    if as_json:
        terminal.print_json({"groups": [_group(group) for group in groups]})
        return
    for group in groups:
        terminal.out.print(f"[cyan]{len(group.members)} releases[/]")
        for member in group.members:
            facts = [member.published.isoformat() if member.published else "no date", member.source, member.url]
            about = " · ".join(filter(None, facts))
            title = _ISOLATE.format(terminal.plain(member.title))
            terminal.out.print(Text(f"  {title}\n    {terminal.plain(about)}  ({member.id})"))
    terminal.out.print(f"{len(groups):,} releases stand in the index more than once.")


@contextmanager
def _history(folder: Path) -> Iterator[History]:
    if not (folder / FILE).exists():
        raise NoIndexError("Nothing has been read into this index yet: run `bayan index PATH…` first.")
    with closing(History(folder)) as history:
        yield history


def _line(line: Line) -> Text:
    words = Text(" ").join(_piece(piece) for piece in line.pieces)
    return Text.assemble((f"  {line.field:<10} ", "dim"), "\u2068", words, "\u2069")


def _piece(piece: Piece) -> Text:
    before, after, style = _MARKS[piece.change]
    return Text(f"{before}{terminal.plain(piece.text)}{after}", style=style)


def _group(group: Group) -> dict[str, object]:
    members = [
        {name: getattr(member, name) for name in ("id", "lang", "title", "source", "url", "published")}
        for member in group.members
    ]
    return {"id": group.id, "sources": group.sources, "releases": members}
