"""Mailed releases: the text of a mail, with its subject, its date and who sent it."""

import email
from collections.abc import Iterator
from datetime import date
from email import policy
from email.message import EmailMessage, MIMEPart
from email.utils import parsedate_to_datetime
from io import BufferedReader

from indexer.hints import Hints, Kind, charset
from indexer.inputs.document import Document, Item, titled, whole
from search.errors import InputError


def read(stream: BufferedReader, place: str) -> Iterator[Item]:
    """Read a mail as one document: its plain text, or its HTML where it has no other; attachments are passed over."""
    message = email.message_from_bytes(whole(stream), policy=policy.default)
    for subtype in _KINDS:
        part = message.get_body((subtype,))
        content = _content(part) if part else b""
        if part and content.strip():
            break
    else:
        raise InputError("The mail has no text: if the release is attached, save the attachment.", "mail")
    title, declared = _header(message, "Subject"), charset(_header(part, "Content-Type"))
    encoding = part.get_content_charset()
    if subtype == "plain" and title and encoding:
        try:
            content = titled(title, content.decode(encoding, "replace")).encode()
            declared = "utf-8"
        except LookupError:
            # A charset that nobody knows: extraction finds out what it is.
            pass
    yield Document(
        content,
        place,
        Hints(_KINDS[subtype], declared, title=title, published=_day(message), source=_sender(message)),
    )


_KINDS: dict[str, Kind] = {"plain": "text", "html": "html"}


def _content(part: MIMEPart) -> bytes:
    content = part.get_payload(decode=True)
    return content if isinstance(content, bytes) else b""


def _header(message: MIMEPart, name: str) -> str | None:
    value = message.get(name)
    return _clean(str(value)) if value is not None else None


def _clean(value: str) -> str | None:
    """Return a header on one line. Letters that stand there as they are, against RFC 5322, are taken for UTF-8."""
    return " ".join(value.encode("utf-8", "surrogateescape").decode("utf-8", "replace").split()) or None


def _day(message: EmailMessage) -> date | None:
    try:
        return parsedate_to_datetime(str(message.get("Date"))).date()
    except (ValueError, TypeError, OverflowError):
        return None


def _sender(message: EmailMessage) -> str | None:
    """Return the name that the sender goes by, an agency's as a rule; an address alone names nobody."""
    header = message.get("From")
    addresses = getattr(header, "addresses", ())
    return next((_clean(address.display_name) for address in addresses), None)
