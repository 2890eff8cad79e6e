"""Files and folders: what is read of them, in which order, and by which reader."""

import os
from collections.abc import Callable, Iterable, Iterator, Mapping
from io import BufferedReader
from pathlib import Path

from indexer.hints import Hints, Kind
from indexer.inputs import archives, mail, markdown, pdf, tables, warc
from indexer.inputs.document import Document, Item, Reader, Reject, refused, shown, whole
from search.errors import InputError


def _document(kind: Kind) -> Reader:
    def read(stream: BufferedReader, place: str) -> Iterator[Item]:
        yield Document(whole(stream), place, Hints(kind))

    return read


PARTS: Mapping[str, Reader] = {
    ".html": _document("html"),
    ".htm": _document("html"),
    ".txt": _document("text"),
    ".md": markdown.read,
    ".jsonl": tables.json_lines,
    ".csv": tables.comma_separated,
    ".eml": mail.read,
    ".pdf": pdf.read,
    ".warc": warc.read,
    ".warc.gz": warc.read,
}
"""The reader of each kind of file that may also lie in an archive."""

READERS: Mapping[str, Reader] = {**PARTS, ".zip": lambda stream, place: archives.read(stream, place, reader)}

SINGLE = frozenset({".html", ".htm", ".txt", ".md", ".eml", ".pdf"})
"""Kinds of which a file is one document."""


def suffix(name: str) -> str | None:
    """Return the suffix of a name if files of that kind are read, else None."""
    lower = name.lower()
    return next((known for known in READERS if lower.endswith(known)), None)


def reader(name: str) -> Reader | None:
    """Return the reader of a file in an archive, by its name; None for a kind that is not read there."""
    return PARTS.get(suffix(name) or "")


def check(paths: Iterable[Path]) -> None:
    """Raise `InputError` for the first path that does not exist or is a file of a kind that is not read."""
    for path in paths:
        if not path.exists():
            raise InputError(f"{shown(path)} does not exist.", "missing")
        if not path.is_dir() and (suffix(path.name) is None or not path.is_file()):
            raise InputError(f"{shown(path)} is of a kind that is not read: {', '.join(READERS)} are.", "kind")


def walk(paths: Iterable[Path]) -> Iterator[Path | Reject]:
    """Give every file that is read, those of folders in the order of their names; a folder that is locked is a reject.

    Files of other kinds in folders are passed over, and so are links to folders, which may lead in circles.
    """
    for path in paths:
        if path.is_dir():
            yield from _below(path)
        else:
            yield path


def _below(folder: Path) -> Iterator[Path | Reject]:
    locked: list[OSError] = []
    for parent, folders, names in os.walk(folder, onerror=locked.append):
        folders.sort()
        for name in sorted(names):
            path = Path(parent, name)
            if suffix(name) and path.is_file():
                yield path
        while locked:
            error = locked.pop()
            yield Reject(shown(error.filename), None, f"The folder cannot be read: {error.strerror}.", "missing")
    for error in locked:
        yield Reject(shown(error.filename), None, f"The folder cannot be read: {error.strerror}.", "missing")


def contents(path: Path) -> Iterator[Item]:
    """Give what is in a file; what cannot be read of it is a reject."""
    place = shown(path)
    read = READERS[suffix(path.name) or ".txt"]
    try:
        with path.open("rb") as stream:
            yield from guarded(read, stream, place)
    except OSError as error:
        yield Reject(place, None, f"The file cannot be read: {error.strerror or error}.", "missing")


def guarded(
    read: Callable[[BufferedReader, str], Iterator[Item]], stream: BufferedReader, place: str
) -> Iterator[Item]:
    """Give what a reader gives, with a reject where it fails. Raises `OSError`, which is the disk's."""
    try:
        yield from read(stream, place)
    except InputError as error:
        yield refused(place, error)
    except OSError:
        raise
    except Exception as error:  # noqa: BLE001 - what parsers of others raise on hostile bytes has no end
        said = str(error).splitlines()[0][:200] if str(error) else "nothing more is known"
        yield Reject(place, None, f"The file is damaged: {said} ({type(error).__name__}).", "damaged")
