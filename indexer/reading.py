"""Files and folders read into releases. What cannot be read is a reject with its reason, never the end of a run."""

import json
from collections.abc import Iterable, Iterator
from dataclasses import asdict, dataclass, replace
from pathlib import Path

import analyzers
from search.errors import InputError
from search.language import detect
from search.release import MAX_CHARACTERS, MAX_TITLE, Release, from_mapping

SUFFIXES = (".jsonl", ".txt")
_MAX_BYTES = 8 * MAX_CHARACTERS
"""No text file, and no line of a .jsonl, is read beyond this: a release of the greatest length in the widest letters."""


@dataclass(frozen=True, slots=True)
class Reject:
    """What could not be read: `line` counts from 1 and is None for a whole file."""

    path: str
    line: int | None
    reason: str

    def as_json(self) -> str:
        """Return the reject as a line of the rejects file."""
        return json.dumps(asdict(self), ensure_ascii=False)


def read(paths: Iterable[Path]) -> Iterator[Release | Reject]:
    """Read files, and folders with all that is below them in the order of their names.

    In a folder, files of other kinds are passed over. Raises `InputError` at once, before anything is read, if a path
    does not exist or is a file of another kind.
    """
    chosen = list(paths)
    for path in chosen:
        if not path.exists():
            raise InputError(f"{path} does not exist.")
        if not path.is_dir() and path.suffix.lower() not in SUFFIXES:
            raise InputError(f"{path} is of a kind that is not read: {' and '.join(SUFFIXES)} are.")
    return _read(chosen)


def shown(path: object) -> str:
    """Return a path as text that can be written: odd bytes of a name are escaped."""
    return str(path).encode("utf-8", "backslashreplace").decode()


def files(paths: Iterable[Path]) -> Iterator[Path]:
    """Give every file that `read` would read."""
    for path in paths:
        if path.is_dir():
            yield from sorted(p for p in path.rglob("*") if p.suffix.lower() in SUFFIXES and p.is_file())
        else:
            yield path


def _read(paths: Iterable[Path]) -> Iterator[Release | Reject]:
    for path in files(paths):
        try:
            yield from _json_lines(path) if path.suffix.lower() == ".jsonl" else _text(path)
        except OSError as error:
            yield Reject(shown(path), None, f"The file cannot be read: {error.strerror}.")


def _text(path: Path) -> Iterator[Release | Reject]:
    """Read a plain text: the first line that is not empty is the title, what follows the body."""
    try:
        text = _decoded(path.read_bytes() if path.stat().st_size <= _MAX_BYTES else b"", path)
        text = text.replace("\r\n", "\n").replace("\r", "\n")
        if not text.strip():
            raise InputError("The file is empty.")
        title, _, body = text.strip().partition("\n")
        if len(title) > MAX_TITLE:
            # No headline: a text whose lines were lost.
            title, body = "", text
        yield from_mapping({"title": title.strip(), "body": body.strip(), "lang": detect(text)})
    except InputError as error:
        yield Reject(shown(path), None, str(error))


def _json_lines(path: Path) -> Iterator[Release | Reject]:
    with path.open("rb") as file:
        number = 0
        while line := file.readline(_MAX_BYTES):
            number += 1
            if line.isspace():
                continue
            try:
                if not line.endswith(b"\n") and len(line) == _MAX_BYTES:
                    while rest := file.readline(_MAX_BYTES):
                        if rest.endswith(b"\n"):
                            break
                    raise InputError(f"The line is longer than {_MAX_BYTES:,} bytes.")
                yield _object(_decoded(line, path))
            except InputError as error:
                yield Reject(shown(path), number, str(error))


def _object(line: str) -> Release:
    try:
        fields = json.loads(line)
    except (ValueError, RecursionError) as error:
        raise InputError(f"The line is no JSON: {error}.") from None
    if not isinstance(fields, dict):
        raise InputError("The line is not a JSON object.")
    if fields.get("lang"):
        return from_mapping(fields)
    # Read once to see whether it is a release at all: "in no script" would be a wrong reason for one without a title.
    read = from_mapping(fields, lang=analyzers.LANGUAGES[0])
    return replace(read, lang=detect(read.text))


def _decoded(data: bytes, path: Path) -> str:
    if not data and path.stat().st_size > _MAX_BYTES:
        raise InputError(f"The file has {path.stat().st_size:,} bytes; a text may have {_MAX_BYTES:,}.")
    try:
        return data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise InputError(f"The text is not UTF-8: byte {error.start + 1} is {data[error.start]:#04x}.") from None
