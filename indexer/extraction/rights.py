"""The line in which a page reserves its rights, and for whom: "© 2024 Border Monitor. All rights reserved"."""

import re
from collections.abc import Sequence

from indexer.extraction import vocabulary
from indexer.extraction.page import is_frequent

MAX_WORDS = 9
"""Words of a line that names a site: a ministry's name with its country's."""
_PHRASE = 6
_RIGHTS = re.compile(r"(?i)(?:©|\(c\)|copyright)[\s\d©,،.–—-]*(?:by\s+)?(?:\(c\)|copyright)?")
_YEARS = re.compile(r"[\s\d,،–—-]+$")
_STOP = re.compile(r"[|•·;:\n]|\s[–—-]\s|[.,،](?:\s|$)|\s\d")


def holder(line: str) -> str:
    """Return the holder of the rights that a line reserves ("© 2024 Border Monitor. All rights reserved"), or ""."""
    match = _RIGHTS.search(line[:1_000])
    if match is None:
        return ""
    behind = _STOP.split(line[match.end() :], maxsplit=1)[0]
    # "Ministry of Justice © 2003-2025"
    before = _STOP.split(_YEARS.sub("", line[: match.start()]))[-1]
    for part in (behind, before):
        name = unreserved(part)
        # "Copyright policy" is no one's.
        is_name = len(name.split()) > 1 or name[:1].isupper()
        is_short = is_name and 0 < len(name.split()) <= MAX_WORDS and any(map(str.isalpha, name))
        if is_short and not is_furniture(name) and not is_frequent(name):
            return name
    return ""


def unreserved(text: str) -> str:
    """Return a text without "all rights reserved", "press release" and "RSS" at its beginning or end."""
    words = text.strip(' \t"«»“”-–—').split()
    for size in range(min(len(words), _PHRASE), 0, -1):
        if _is_one(words[:size], ("copyright", "genre")):
            words = words[size:]
        # A newsletter has the word before its name.
        if _is_one(words[-size:], ("copyright", "genre", "follow")):
            words = words[:-size]
    return " ".join(words).strip(' "«»“”-–—')


def _is_one(words: Sequence[str], kinds: Sequence[str]) -> bool:
    tokens = vocabulary.words(" ".join(words))
    return any(vocabulary.is_one(tokens, kind) for kind in kinds)


def is_furniture(text: str) -> bool:
    """Return whether a name is made of words of furniture, and so is none."""
    return vocabulary.look(text).cover > 0.5  # noqa: PLR2004 - "Press office" is no name, "Border Press" may be one
