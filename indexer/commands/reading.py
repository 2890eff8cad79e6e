"""The command that shows how a file is read: read."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import typer
from rich.markup import escape
from rich.text import Text

from indexer import reading, terminal
from indexer.commands.common import REJECTED, Json, app
from indexer.extraction import Line, Reading
from indexer.inputs import files
from indexer.reading import Reject
from search.release import Release

_STYLES = {"title": "bold", "body": "", "removed": "dim"}
_ISOLATE = "\u2068{}\u2069"
"""Keeps a line from right to left from turning the columns around it (Unicode Bidirectional Algorithm, FSI and PDI)."""


@app.command()
def read(file: Path, *, as_json: Json = False) -> None:
    """Show what a file would be indexed as, where each field was found, and what became of each line."""
    files.check([file])
    items = list(_items(file))
    rejects = [item for item in items if isinstance(item, Reject)]
    if as_json:
        objects = [one for item in items if not isinstance(item, Reject) for one in _objects(item)]
        terminal.print_json(objects[0] if len(objects) == 1 else objects)
    for item in items:
        if isinstance(item, Reject):
            terminal.rejected(item)
        elif not as_json:
            _show(item)
    if rejects:
        raise typer.Exit(REJECTED)


def _items(file: Path) -> Iterator[Reading | Release | Reject]:
    for path in files.walk([file]):
        if isinstance(path, Reject):
            yield path
        else:
            yield from reading.readings(files.contents(path), path)


def _objects(item: Reading | Release) -> list[dict[str, Any]]:
    """Return a page as one object for each of its languages; the first has the fates of all lines."""
    if isinstance(item, Release):
        return [item.as_dict()]
    return [item.as_dict(), *(other.as_dict() for other in item.others)]


def _show(item: Reading | Release) -> None:
    if isinstance(item, Release):
        _show_release(item)
        return
    for line in item.lines:
        _show_line(line)
    terminal.out.print()
    for name, found in item.fields.items():
        about = found.origin + (f", sure {found.sure:.2f}" if found.sure is not None else "")
        terminal.out.print(
            Text.assemble((f"{name:<10}", "cyan"), _one_line(found.value), (f"  [{terminal.plain(about)}]", "dim"))
        )
    body = item.release.body
    terminal.out.print(Text.assemble((f"{'body':<10}", "cyan"), f"{len(body.split()):,} words"))
    for other in item.others:
        terminal.out.print()
        _show_release(other)
    for warning in item.warnings:
        terminal.err.print(f"[yellow]note[/] {escape(terminal.plain(warning))}")


def _show_line(line: Line) -> None:
    terminal.out.print(
        Text.assemble(
            (f"{line.number:>4} ", "dim"),
            (f"{line.fate:<8}", "green" if line.fate != "removed" else "red"),
            (f"{terminal.plain(line.rule):<24} ", "cyan"),
            (_one_line(line.text), _STYLES[line.fate]),
        )
    )


def _show_release(release: Release) -> None:
    for name, value in release.as_dict().items():
        if value not in (None, False):
            terminal.out.print(f"[cyan]{name}[/] {escape(terminal.plain(str(value)))}")


def _one_line(text: str) -> str:
    return _ISOLATE.format(" ".join(terminal.plain(text).split()))
