"""Files and folders read into releases. What cannot be read is a reject with its reason, never the end of a run."""

from collections.abc import Iterable, Iterator
from pathlib import Path

from indexer.inputs import files
from indexer.inputs.document import Document, Item, Reject, refused, shown
from indexer.plain import extract
from search.errors import InputError
from search.release import Release

__all__ = ["RULES", "Reject", "read", "releases", "shown"]

RULES = "1"
"""Raised by hand when the same bytes would give another release: what was read before is then read again."""


def read(paths: Iterable[Path]) -> Iterator[Release | Reject]:
    """Read files, and folders with all that is below them in the order of their names.

    In a folder, files of other kinds are passed over. Raises `InputError` at once, before anything is read, if a path
    does not exist or is a file of another kind.
    """
    chosen = list(paths)
    files.check(chosen)
    return _read(chosen)


def releases(items: Iterable[Item]) -> Iterator[Release | Reject]:
    """Extract the release of each document; what is a release or a reject already is passed on."""
    for item in items:
        if isinstance(item, Document):
            yield _extracted(item)
        else:
            yield item


def _read(paths: Iterable[Path]) -> Iterator[Release | Reject]:
    for path in files.walk(paths):
        if isinstance(path, Reject):
            yield path
        else:
            yield from releases(files.contents(path))


def _extracted(document: Document) -> Release | Reject:
    try:
        return extract(document)
    except InputError as error:
        return refused(document.place, error)
    except Exception as error:  # noqa: BLE001 - what extraction meets on the web has no end; the run goes on
        return Reject(document.place, None, f"The page cannot be understood ({type(error).__name__}).", "damaged")
