"""What inputs give: documents to extract releases from, releases that are there already, and rejects."""

import io
import json
from collections.abc import Callable, Iterator
from dataclasses import asdict, dataclass
from io import BufferedReader
from typing import TypeAlias

from indexer.hints import Hints
from search.errors import InputError
from search.release import MAX_CHARACTERS, Release

MAX_BYTES = 8 * MAX_CHARACTERS
"""No document, and no line of a table, is read beyond this: a release of the greatest length in the widest letters."""


@dataclass(frozen=True, slots=True)
class Document:
    """One page or text as it was found.

    `place` is where, as a person would say it: a path, a path and a name in an archive, an address.
    """

    content: bytes
    place: str
    hints: Hints


@dataclass(frozen=True, slots=True)
class Reject:
    """What could not be read: `line` counts from 1 and is None for a whole file, `rule` is one word for the reason."""

    path: str
    line: int | None
    reason: str
    rule: str = "release"

    def as_json(self) -> str:
        """Return the reject as a line of the rejects file."""
        return json.dumps(asdict(self), ensure_ascii=False)


Item: TypeAlias = Document | Release | Reject
"""What a container gives: a table has releases, all others documents."""

Reader: TypeAlias = Callable[[BufferedReader, str], Iterator[Item]]
"""Reads a container. The stream is read forwards only; the text is its place. Raises `InputError` or `OSError`."""


def refused(place: str, error: InputError, line: int | None = None) -> Reject:
    """Return an error of reading as a reject."""
    return Reject(place, line, str(error), error.rule)


def shown(path: object) -> str:
    """Return a path as text that can be written: odd bytes of a name are escaped."""
    return str(path).encode("utf-8", "backslashreplace").decode()


def titled(title: str, text: str) -> str:
    """Return a text that begins with its title: the first line of a text is what extraction takes for one."""
    return text if text.lstrip().startswith(title) else f"{title}\n\n{text}"


def whole(stream: BufferedReader, limit: int = MAX_BYTES) -> bytes:
    """Read all of a stream. Raises `InputError` if there are more than `limit` bytes."""
    content = stream.read(limit + 1)
    while len(content) <= limit and (more := stream.read(limit + 1 - len(content))):
        content += more
    if len(content) > limit:
        raise InputError(f"There are more than {limit:,} bytes, which no release has.", "size")
    return content


def lines(stream: BufferedReader) -> Iterator[tuple[int, bytes | InputError]]:
    """Give each line with its number, from 1. In place of a line longer than `MAX_BYTES` stands the error to reject it."""
    number = 0
    while line := stream.readline(MAX_BYTES):
        number += 1
        if line.endswith(b"\n") or len(line) < MAX_BYTES:
            yield number, line
            continue
        while (rest := stream.readline(io.DEFAULT_BUFFER_SIZE)) and not rest.endswith(b"\n"):
            pass
        yield number, InputError(f"The line is longer than {MAX_BYTES:,} bytes.", "size")


def decoded(data: bytes) -> str:
    """Decode UTF-8, with or without a byte order mark. Raises `InputError` that names the first byte that is not."""
    try:
        return data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise InputError(
            f"The text is not UTF-8: byte {error.start + 1} is {data[error.start]:#04x}.", "encoding"
        ) from None
