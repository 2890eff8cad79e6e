"""Web archives (WARC, ISO 28500): the pages that a crawler kept, each with its address and when it was fetched."""

import gzip
import zlib
from collections.abc import Iterator
from io import BufferedReader
from typing import Protocol

from warcio.archiveiterator import ArchiveIterator
from warcio.exceptions import ArchiveLoadFailed
from warcio.recordloader import ArcWarcRecord

from indexer.inputs import pages
from indexer.inputs.document import Item, refused, whole
from search.errors import InputError

_MAX_RECORD = 1_000_000_000
"""Bytes of a record that are read over to come to the next one."""

_MAX_LINE = 64_000_000
"""Bytes without the end of a line: no header is so long, and warcio would gather one in memory."""

_GZIP = b"\x1f\x8b"
_OK = "200"


class _Stream(Protocol):
    def read(self, size: int, /) -> bytes: ...


class _Lines:
    """A stream that ends with `InputError` where a line does not end."""

    def __init__(self, stream: _Stream) -> None:
        self._stream = stream
        self._line = 0

    def read(self, size: int) -> bytes:
        data = self._stream.read(size)
        end = data.rfind(b"\n")
        self._line = self._line + len(data) if end < 0 else len(data) - end
        if self._line > _MAX_LINE:
            raise InputError(f"A line is longer than {_MAX_LINE:,} bytes; the rest was not read.", "bomb")
        return data


def read(stream: BufferedReader, place: str) -> Iterator[Item]:
    """Give the pages among the responses and resources of a web archive, packed by gzip or not.

    Whatever is no page (pictures, styles, redirects, errors, requests) is passed over.
    """
    packed = stream.peek(len(_GZIP)).startswith(_GZIP)
    opened: _Stream = gzip.GzipFile(fileobj=stream) if packed else stream
    try:
        for record in ArchiveIterator(_Lines(opened)):
            address = record.rec_headers.get_header("WARC-Target-URI") or ""
            inner = f"{place} {address}".rstrip()
            try:
                yield from _record(record, inner, address)
            except InputError as error:
                yield refused(inner, error)
            if int(record.rec_headers.get_header("Content-Length") or 0) > _MAX_RECORD:
                raise InputError(f"A record has more than {_MAX_RECORD:,} bytes; the rest was not read.", "bomb")
    except (ArchiveLoadFailed, gzip.BadGzipFile, zlib.error, EOFError, ValueError) as error:
        raise InputError(f"The rest of the web archive cannot be read: {error}.", "archive") from None


def _record(record: ArcWarcRecord, place: str, address: str) -> Iterator[Item]:
    if record.rec_type == "response":
        if not record.http_headers or record.http_headers.get_statuscode() != _OK:
            return
        media_type = record.http_headers.get_header("Content-Type")
    elif record.rec_type == "resource":
        media_type = record.content_type
    else:
        return
    if not address.lower().startswith(("http:", "https:")) or not pages.readable(media_type):
        return
    content = whole(record.content_stream())
    yield from pages.page(
        content, place, url=address, media_type=media_type, fetched_at=record.rec_headers.get_header("WARC-Date")
    )
