"""PDF files as plain text. Text whose letters stand in the order of the eye is told, and refused."""

import io
import logging
import time
import unicodedata
from collections.abc import Iterator
from io import BufferedReader

import pypdf
import pypdf.errors
import regex

from analyzers import lexicon
from analyzers.folding import fold
from indexer.hints import Hints
from indexer.inputs.document import Document, Item, whole
from search.errors import InputError

MAX_PDF = 64_000_000
"""Bytes of a PDF: pictures make it larger than a page, its text is small."""

MAX_PAGES = 500
MAX_SECONDS = 60.0

_ARABIC_WORD = regex.compile(r"\p{Arabic}{2,}")
_ENOUGH = 5
"""Words that must read backwards before a text is refused: fewer come by chance, or from a misprint."""

# pypdf tells of every oddity of a file on the log; what matters comes back as text or as an error.
logging.getLogger("pypdf").setLevel(logging.CRITICAL)


def read(
    stream: BufferedReader, place: str, *, url: str | None = None, fetched_at: str | None = None
) -> Iterator[Item]:
    """Read the text of a PDF as one document.

    Raises `InputError` for one that is locked, damaged, too large, without text (a scan) or in visual order.
    """
    text = _text(whole(stream, MAX_PDF))
    if not text.strip():
        raise InputError("The PDF has no text: its pages are pictures, which Bayan cannot read.", "scan")
    if visual(text):
        raise InputError(
            "The PDF holds Arabic or Persian letters in visual order, which would be indexed backwards: "
            "save the release from its page, or as a PDF of another program.",
            "visual-order",
        )
    yield Document(text.encode("utf-8", "replace"), place, Hints("text", url=url, fetched_at=fetched_at))


def visual(text: str) -> bool:
    """Tell whether Arabic or Persian text stands in visual order: its common words are there, spelt backwards."""
    common = set(lexicon.words("ar-stop")) | set(lexicon.words("fa-stop"))
    backwards = {word[::-1] for word in common}
    # Presentation forms are what such files hold more often than letters.
    words = [fold(word) for word in _ARABIC_WORD.findall(unicodedata.normalize("NFKC", text))]
    forth = sum(word in common and word not in backwards for word in words)
    back = sum(word in backwards and word not in common for word in words)
    return back >= _ENOUGH and back > forth


def _text(content: bytes) -> str:
    deadline = time.monotonic() + MAX_SECONDS
    try:
        reader = pypdf.PdfReader(io.BytesIO(content))
        if reader.is_encrypted and not reader.decrypt(""):
            raise InputError("The PDF is locked with a password.", "pdf")
        if len(reader.pages) > MAX_PAGES:
            raise InputError(f"The PDF has {len(reader.pages):,} pages; a release may have {MAX_PAGES}.", "size")
        pages = []
        for page in reader.pages:
            pages.append(page.extract_text())
            if time.monotonic() > deadline:
                raise InputError(f"The PDF takes longer than {MAX_SECONDS:.0f} seconds to read.", "size")
    except pypdf.errors.PyPdfError as error:
        raise InputError(f"The PDF cannot be read: {error}.", "pdf") from None
    return "\n".join(pages)
