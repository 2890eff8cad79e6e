"""Files and folders read into releases. What cannot be read is a reject with its reason, never the end of a run."""

from collections.abc import Iterable, Iterator
from pathlib import Path

from indexer import agencies, neighbours
from indexer.extraction import Reading, Repetition, extract
from indexer.inputs import files
from indexer.inputs.document import Document, Item, Reject, refused, shown
from search.errors import InputError
from search.release import Release

__all__ = ["RULES", "Reject", "read", "readings", "releases", "shown"]

RULES = "4"
"""Raised by hand when the same bytes would give another release: what was read before is then read again."""


def read(paths: Iterable[Path]) -> Iterator[Release | Reject]:
    """Read files, and folders with all that is below them in the order of their names.

    In a folder, files of other kinds are passed over. Raises `InputError` at once, before anything is read, if a path
    does not exist or is a file of another kind.
    """
    chosen = list(paths)
    files.check(chosen)
    return _read(chosen)


def releases(items: Iterable[Item], beside: Path | None = None) -> Iterator[Release | Reject]:
    """Extract the release of each document; what is a release or a reject already is passed on.

    `beside` is the file that the documents are from: what the files of its folder repeat is no part of any release.
    """
    for item in readings(items, beside):
        if isinstance(item, Reading):
            yield from item.releases
        else:
            yield item


def readings(items: Iterable[Item], beside: Path | None = None) -> Iterator[Reading | Release | Reject]:
    """Read each document as `releases` does, and give all that was read of it.

    A release that does not say in which country it was published is given that of its agency.
    """
    repetition = neighbours.repetition(beside) if beside else Repetition()
    for item in items:
        if isinstance(item, Document):
            yield _extracted(item, repetition)
        else:
            yield agencies.located(item) if isinstance(item, Release) else item


def _read(paths: Iterable[Path]) -> Iterator[Release | Reject]:
    for path in files.walk(paths):
        if isinstance(path, Reject):
            yield path
        else:
            yield from releases(files.contents(path), path)


def _extracted(document: Document, repetition: Repetition) -> Reading | Reject:
    try:
        return extract(document.content, document.place, hints=document.hints, repetition=repetition)
    except InputError as error:
        return refused(document.place, error)
    except Exception as error:  # noqa: BLE001 - what extraction meets on the web has no end; the run goes on
        return Reject(document.place, None, f"The page cannot be understood ({type(error).__name__}).", "damaged")
