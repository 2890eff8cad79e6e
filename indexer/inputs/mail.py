"""Mailed releases: the text of a mail, with its subject, its date and who sent it."""

import email
from collections.abc import Iterator
from datetime import date
from email import policy
from email.message import EmailMessage, MIMEPart
from email.utils import parsedate_to_datetime
from io import BufferedReader

from indexer.inputs.document import Document, Item, Kind, whole
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
    yield Document(
        content,
        place,
        _KINDS[subtype],
        media_type=_header(part, "Content-Type"),
        title=_header(message, "Subject"),
        published=_day(message),
        source=_sender(message),
    )


_KINDS: dict[str, Kind] = {"plain": "text", "html": "html"}


def _content(part: MIMEPart) -> bytes:
    content = part.get_payload(decode=True)
    return content if isinstance(content, bytes) else b""


def _header(message: MIMEPart, name: str) -> str | None:
    value = message.get(name)
    return (" ".join(str(value).split()) or None) if value is not None else None


def _day(message: EmailMessage) -> date | None:
    try:
        return parsedate_to_datetime(str(message.get("Date"))).date()
    except (ValueError, TypeError, OverflowError):
        return None


def _sender(message: EmailMessage) -> str | None:
    """Return the name that the sender goes by, an agency's as a rule; an address alone names nobody."""
    header = message.get("From")
    addresses = getattr(header, "addresses", ())
    return next((address.display_name.strip() or None for address in addresses), None)
