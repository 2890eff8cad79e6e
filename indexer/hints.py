"""What is known of a page or a text beside its bytes."""

import re
from dataclasses import dataclass
from datetime import date
from typing import Literal

Kind = Literal["html", "text"]

_CHARSET = re.compile(r"""(?i)charset=["']?([\w:.-]{1,40})""")


@dataclass(frozen=True, slots=True)
class Hints:
    """What the container that a document came in, or the request that fetched it, says about it.

    `charset`, `url` and `fetched_at` are believed; `title`, `published` and `source` (a mail's subject, date and sender)
    fill in what the document itself does not say. `kind` is what the content is if that is known; else it is looked at.
    """

    kind: Kind | None = None
    charset: str | None = None
    url: str | None = None
    fetched_at: str | None = None
    title: str | None = None
    published: date | None = None
    source: str | None = None


def charset(media_type: str | None) -> str | None:
    """Return the encoding that a media type names ("text/html; charset=utf-8"), or None."""
    match = _CHARSET.search(media_type or "")
    return match[1] if match else None
