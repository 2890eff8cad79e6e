"""The heads of messages in chats, as programs export or copy them: when, from whom, and what stands on the same line.

[03/05/2024, 14:22:10] Interior Ministry: Two tonnes seized        3.5.24, 14:22 - وزارة الداخلية: ضبط طنين
Контртеррор, [03.05.2024 14:22]                                    [14:22, 03/05/2024] Guardia Civil: Nota de prensa
"""

import re
from dataclasses import dataclass

_DAY = r"\d{1,4}[./-]\d{1,2}[./-]\d{1,4}"
_HOUR = r"\d{1,2}[:.]\d{2}(?:[:.]\d{2})?(?:\s?[ap]\.?\s?m\.?|\s?[صم])?"
_STAMP = rf"(?:{_DAY}\s?[,،]?\s{{0,2}}{_HOUR}|{_HOUR}\s?[,،]?\s{{0,2}}{_DAY})"
_SHORT_YEAR = re.compile(r"(?<!\d)(\d{1,2}[./-]\d{1,2}[./-])([0-4]\d)(?!\d)")
_NAME = r"[^:\[\]\n]{1,80}?"
_HEADS = (
    re.compile(rf"(?i)\[(?P<stamp>{_STAMP})\]\s{{0,3}}(?P<name>{_NAME})\s?:(?:\s+|$)"),
    re.compile(rf"(?i)(?P<stamp>{_STAMP})\s[-–—]\s(?P<name>{_NAME})\s?:(?:\s+|$)"),
    re.compile(rf"(?i)(?P<name>{_NAME})\s?[,،]?\s\[(?P<stamp>{_STAMP})\]:?(?:\s+|$)"),
)


@dataclass(frozen=True, slots=True)
class Head:
    """The head of a message: when it was sent as printed, its sender, and the text behind on the same line.

    `moment` is the same with a whole year where two digits of it are printed.
    """

    stamp: str
    sender: str
    rest: str
    moment: str


def read(line: str) -> Head | None:
    """Return the head that a line is or begins with, or None."""
    match = next((match for head in _HEADS if (match := head.match(line))), None)
    if match is None or not any(map(str.isalpha, match["name"])):
        return None
    stamp = match["stamp"]
    return Head(stamp, match["name"].strip(" ~"), line[match.end() :].strip(), _SHORT_YEAR.sub(r"\g<1>20\2", stamp))
