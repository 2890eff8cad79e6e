"""What the files of a folder have in common: the lines that pages of one source repeat."""

from functools import lru_cache
from pathlib import Path

from indexer.extraction import Hints, Repetition, lines
from indexer.inputs import files
from indexer.inputs.document import Document
from search.errors import InputError

_LOOKED_AT = 200
"""Files of a folder that are counted, spread over the order of their names; furniture shows in far fewer."""
_FOLDERS = 16
_PAGES = frozenset({".html", ".htm", ".txt"})


def repetition(path: Path) -> Repetition:
    """Return the lines that the pages and texts beside a file repeat, and those of their sources alone.

    It depends on the files that lie there, and on nothing that was read before. What cannot be read is passed over.
    """
    if files.suffix(path.name) not in _PAGES:
        return Repetition()
    folder = path.absolute().parent
    return _counted(folder, _names(folder))


def _names(folder: Path) -> tuple[str, ...]:
    try:
        names = sorted(
            entry.name for entry in folder.iterdir() if files.suffix(entry.name) in _PAGES and entry.is_file()
        )
    except OSError:
        return ()
    step = max(len(names) / _LOOKED_AT, 1)
    return tuple(names[int(at * step)] for at in range(min(len(names), _LOOKED_AT)))


@lru_cache(maxsize=_FOLDERS)
def _counted(folder: Path, names: tuple[str, ...]) -> Repetition:
    found = Repetition()
    for name in names:
        try:
            for item in files.contents(folder / name):
                if isinstance(item, Document):
                    found.count(*lines(item.content, item.place, hints=Hints(item.hints.kind)))
        except (InputError, OSError):
            continue
    return found
