"""Bytes into text: the encoding of a page that declares one, none, or the wrong one."""

import codecs
import re
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from importlib import resources

from indexer.extraction import vocabulary
from search.errors import InputError

MAX_BYTES = 16_000_000
"""The largest page. The longest real page seen has 2 MB, most of it script; a larger one is a mistake or an attack."""

_BOMS = (
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF32_LE, "utf-32"),
    (codecs.BOM_UTF32_BE, "utf-32"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)
_CANDIDATES = ("windows-1256", "windows-1251", "windows-1252", "iso-8859-6", "koi8-r", "cp866")
"""Encodings of these six languages that one byte a letter was written in, the likelier first."""

_DECLARED = re.compile(rb"""(?i)(?:charset|encoding)\s*=\s*["']?\s*([A-Za-z0-9_:.-]{2,40})""")
_LAST_ASCII = 0x7F
_LAST_LATIN = "\u024f"
_HEAD = 4_096
_SAMPLE = 200_000
_BROKEN = 0.01
"""A text with fewer wrong bytes than this is damaged UTF-8 (a cut letter, a pasted quote), not another encoding."""
_CONTROL = re.compile("[\x01-\x08\x0b\x0e-\x1a\x1c-\x1f]")
"""What no text has (WHATWG MIME Sniffing, "binary data byte"); a NUL may be a joke of the page's author."""

_BINARY = 0.05
"""A short text may have a stray one or two; of the bytes of pictures and packed files they are a tenth."""

_WORD = re.compile(r"[^\W\d_]+")
_MARKUP = re.compile(rb"(?s)<(?:script|style)\b.{0,100000}?</(?:script|style)\s*>|<[^<>]{0,2000}>")
_LOOKS_LIKE_HTML = re.compile(
    rb"(?i)<(?:!doctype\s+html|html|head|body|meta|title|div|table|article|p|br|h1)\b[^<>]{0,2000}>"
)


@dataclass(frozen=True, slots=True)
class Page:
    """A decoded page: its text, the encoding that it was read in, and whether another one was declared."""

    text: str
    encoding: str
    declared: str | None

    @property
    def misdeclared(self) -> bool:
        """Whether the page names another encoding than the one that it is written in."""
        return self.declared is not None and not _same(self.declared, self.encoding)


def decode(content: bytes, charset: str | None = None) -> Page:
    """Decode a page; `charset` is what came with it (an HTTP header), which counts as a declaration.

    A byte-order mark decides, then valid UTF-8; else, of the declared encoding and those that the six languages
    were written in, the one in which most words are frequent words of a language. Raises `InputError` if the page
    is empty, larger than `MAX_BYTES`, or no text at all.
    """
    if len(content) > MAX_BYTES:
        raise InputError(f"The page has {len(content):,} bytes; it may have {MAX_BYTES:,}.", "size")
    declared = _known(charset) or _declared(content)
    for bom, encoding in _BOMS:
        if content.startswith(bom):
            return _page(content.decode(encoding, "replace"), encoding, declared)
    if wide := _wide(content):
        return _page(content.decode(wide, "replace"), wide, declared)
    text, wrong = _utf8(content)
    if not wrong:
        return _page(text, "utf-8", declared)
    if wrong < _BROKEN * len(content):
        # The letters beyond ASCII decide: a page of English with one word of windows-1252 has few wrong bytes too.
        beyond = sum(byte > _LAST_ASCII for byte in content[:_SAMPLE])
        if wrong * 10 < beyond:
            return _page(text, "utf-8", declared)
    sample = _MARKUP.sub(b" ", content[:_SAMPLE])
    tried = [*([declared] if declared else []), *_CANDIDATES]
    best = max(tried, key=lambda encoding: (_plausible(sample, encoding), -tried.index(encoding)))
    return _page(content.decode(best, "replace"), best, declared)


def is_html(content: bytes) -> bool:
    """Return whether the bytes are those of an HTML page, whatever the file is called."""
    head = content[:_HEAD].replace(b"\0", b"")
    return _LOOKS_LIKE_HTML.search(head) is not None


def _page(text: str, encoding: str, declared: str | None) -> Page:
    text = text.replace("\0", "").replace("\r\n", "\n").replace("\r", "\n").lstrip("\ufeff")
    if not text.strip():
        raise InputError("The file is empty.", "empty")
    sample = text[:_SAMPLE]
    if len(_CONTROL.findall(sample)) > _BINARY * len(sample):
        raise InputError("The bytes are no text: too many of them are control characters.", "encoding")
    return Page(text, encoding, declared)


def _declared(content: bytes) -> str | None:
    return next((name for match in _DECLARED.finditer(content[:_HEAD]) if (name := _known(match[1].decode()))), None)


def _known(name: str | None) -> str | None:
    """Return the name of an encoding of text that Python has, else None."""
    try:
        found = codecs.lookup(name or "")
    except (LookupError, ValueError):
        return None
    # A page that declares UTF-16 in ASCII letters is not in UTF-16 (HTML standard, "prescan a byte stream").
    return None if found.name.startswith("utf-16") or not _is_text(found) else found.name


def _is_text(codec: codecs.CodecInfo) -> bool:
    try:
        return isinstance(codec.decode(b"a")[0], str) and codec.decode(b"<a>")[0] == "<a>"
    except (UnicodeError, ValueError):
        return False


def _same(one: str, other: str) -> bool:
    return codecs.lookup(one).name == codecs.lookup(other.removesuffix("-sig")).name


def _wide(content: bytes) -> str | None:
    """Return the UTF-16 form that a text without a byte-order mark is in: every other byte of its ASCII is NUL."""
    head = content[:_HEAD]
    even, odd = head[::2].count(0), head[1::2].count(0)
    half = len(head) // 2
    # Spaces, digits and markup are a tenth of any text, whatever its letters.
    if half and max(even, odd) > half / 12 and min(even, odd) * 8 < max(even, odd):
        return "utf-16-be" if even > odd else "utf-16-le"
    return None


def _utf8(content: bytes) -> tuple[str, int]:
    """Return the text as UTF-8, and how many characters had to be replaced."""
    try:
        return content.decode("utf-8"), 0
    except UnicodeDecodeError:
        text = content.decode("utf-8", "replace")
        return text, text.count("\ufffd")


def _plausible(sample: bytes, encoding: str) -> float:
    """Return the share of the letters beyond ASCII that are in frequent words, less that of what is no letter of a text.

    One letter is no evidence: windows-1256 read as cp866 is box drawing with a Cyrillic с here and there.
    """
    text = sample.decode(encoding, "replace")
    beyond = sum(not c.isascii() for c in text)
    words = [word for word in _WORD.findall(text)[:5_000] if len(word) > 1 and not word.isascii()]
    known = sum(len(word) for word in words if is_frequent(word))
    # What European languages have beyond ASCII is a letter or two of a word: the whole words are looked at.
    odd = sum(c == "\ufffd" or (not c.isascii() and unicodedata.category(c) in {"So", "Cc"}) for c in text)
    mixed = sum(any(c.isascii() for c in word) and any(c > _LAST_LATIN for c in word) for word in words)
    # KOI8-R read as windows-1251 is "яНРПСДМХЙХ", each capital a small letter and the reverse.
    turned = sum(word[0].islower() and not word[1:].islower() for word in words)
    return float((known - 5 * odd) / max(beyond, 1) - (mixed + turned) / max(len(words), 1))


def is_frequent(word: str) -> bool:
    """Return whether a word is one of the most frequent of the six languages, which are no names of anything."""
    return vocabulary.folded(word) in _frequent()


@cache
def _frequent() -> frozenset[str]:
    return frozenset(_stop_words())


def _stop_words() -> Iterator[str]:
    folder = resources.files("analyzers") / "resources"
    for lang in ("ar", "fa", "ru", "fr", "es", "en"):
        for line in (folder / f"{lang}-stop.txt").read_text("utf-8").splitlines():
            if word := line.split("#")[0].strip():
                yield vocabulary.folded(word)
