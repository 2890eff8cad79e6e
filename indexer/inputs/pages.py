"""Pages of the web, as a server or a web archive gives them."""

import io
from collections.abc import Iterator

from indexer.hints import Hints, Kind, charset
from indexer.inputs import pdf
from indexer.inputs.document import Document, Item

_KINDS: dict[str, Kind] = {"text/html": "html", "application/xhtml+xml": "html", "text/plain": "text"}
_PDF = "application/pdf"


def essence(media_type: str | None) -> str:
    """Return a media type without its parameters, in small letters."""
    return (media_type or "").partition(";")[0].strip().lower()


def readable(media_type: str | None) -> bool:
    """Tell whether a page of this type is read. A server that does not say is given the benefit of the doubt."""
    return essence(media_type) in {*_KINDS, _PDF, ""}


def page(content: bytes, place: str, *, url: str, media_type: str | None, fetched_at: str | None) -> Iterator[Item]:
    """Give a page as documents. Raises `InputError` for a PDF that cannot be read."""
    if essence(media_type) == _PDF:
        yield from pdf.read(io.BufferedReader(io.BytesIO(content)), place, url=url, fetched_at=fetched_at)
        return
    kind = _KINDS.get(essence(media_type), "html")
    yield Document(content, place, Hints(kind, charset(media_type), url, fetched_at))
