"""Zip archives: nothing is unpacked to disk, and what comes out of one is bounded."""

import io
import lzma
import zipfile
import zlib
from collections.abc import Callable, Iterator
from io import BufferedReader
from pathlib import PurePosixPath
from typing import IO, Any

from indexer.inputs.document import Item, Reader, Reject, refused
from search.errors import InputError

MAX_FILES = 100_000
MAX_UNPACKED = 2_000_000_000
"""Bytes that are read out of one archive, all files together."""

MAX_RATIO = 200
"""How many times larger than packed a file may be. Pages become 3 to 20 times smaller; zeros, a thousand times."""

_SMALL = 1_000_000
"""Files up to this may have any ratio: a short page of one repeated line is no bomb."""

_ENCRYPTED = 0x1


class _Bounded(io.RawIOBase):
    """What is read of an archive. Raises `InputError` where a file, or all of them, have given too much."""

    def __init__(self, stream: IO[bytes], packed: int, left: int) -> None:
        self._stream = stream
        self._ratio = max(_SMALL, packed * MAX_RATIO)
        self._left = left
        self.count = 0

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: Any) -> int:
        data = self._stream.read(len(buffer))
        self.count += len(data)
        if self.count > self._ratio:
            raise InputError(f"The file unpacks to more than {MAX_RATIO} times its size: a bomb.", "bomb")
        if self.count > self._left:
            raise InputError(f"The archive unpacks to more than {MAX_UNPACKED:,} bytes; its rest was not read.", "bomb")
        buffer[: len(data)] = data
        return len(data)


def read(stream: BufferedReader, place: str, reader: Callable[[str], Reader | None]) -> Iterator[Item]:
    """Give what is in the files of an archive, `reader` naming who reads each; files of other kinds are passed over.

    A file that is locked, damaged, a bomb, an archive itself, or that has a path out of the archive is a reject.
    """
    try:
        archive = zipfile.ZipFile(stream)
    except (zipfile.BadZipFile, NotImplementedError, ValueError, EOFError) as error:
        raise InputError(f"The file is no zip archive, or a damaged one: {error}.", "archive") from None
    with archive:
        members = [member for member in archive.infolist() if not member.is_dir()]
        if len(members) > MAX_FILES:
            raise InputError(f"The archive has {len(members):,} files; it may have {MAX_FILES:,}.", "bomb")
        left = MAX_UNPACKED
        for member in members:
            inner = f"{place}/{member.filename}"
            try:
                found = _reader(member, reader)
                if found is None:
                    continue
                with archive.open(member) as unpacked:
                    bounded = _Bounded(unpacked, member.compress_size, left)
                    try:
                        yield from found(BufferedReader(bounded), inner)
                    finally:
                        left -= bounded.count
            except InputError as error:
                yield refused(inner, error)
            except _DAMAGED as error:
                yield Reject(inner, None, f"The file in the archive is damaged: {error}.", "archive")
            if left <= 0:
                return


_DAMAGED = (zipfile.BadZipFile, zlib.error, lzma.LZMAError, EOFError, NotImplementedError, RuntimeError, OSError)
"""What unpacking raises; of `OSError`, bzip2 makes use."""


def _reader(member: zipfile.ZipInfo, reader: Callable[[str], Reader | None]) -> Reader | None:
    """Return who reads a file, None if nobody does. Raises `InputError` for a file that should not be touched."""
    path = PurePosixPath(member.filename.replace("\\", "/"))
    if path.is_absolute() or ".." in path.parts:
        raise InputError("The file's path leads out of the archive.", "archive")
    if path.suffix.lower() == ".zip":
        raise InputError("An archive in an archive is not read: unpack the outer one.", "archive")
    found = reader(path.name)
    if found and member.flag_bits & _ENCRYPTED:
        raise InputError("The file is locked with a password.", "archive")
    return found
