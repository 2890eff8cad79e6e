"""Lists of words in six languages, read from resources, as patterns over folded text.

A file is a list of sections, [gregorian.5] or [year], of lines: a language, a colon, words parted by bars. A word with ~
before it is another word as well.
"""

import hashlib
import re
from collections.abc import Iterable, Iterator
from importlib import resources
from typing import NamedTuple

from analyzers.patterns import alternation
from search.folding import fold

_SECTION = re.compile(r"\[([a-z]+(?:\.[a-z0-9]+)?)\]")
_LINE = re.compile(r"([a-z]{2})\s*:\s*(.+)")

LETTER = r"[^\W\d_]"


class Listed(NamedTuple):
    """A word of a list: its section and language, the word, whether it is another word as well."""

    section: str
    lang: str
    text: str
    common: bool


class Vocabulary:
    """The words of some files by section; patterns are of folded words."""

    def __init__(self, words: Iterable[Listed]) -> None:
        self.words = tuple(words)
        self._sections: dict[str, list[Listed]] = {}
        for word in self.words:
            self._sections.setdefault(word.section, []).append(word)

    def section(self, name: str) -> list[Listed]:
        """Return the words of a section, in the order of the file."""
        return self._sections.get(name, [])

    def pattern(self, *sections: str) -> str:
        """Return a pattern for any word of these sections, the longest of those that begin alike first.

        A space may be absent, and points may be spaces.
        """
        words = {fold(word.text).text for section in sections for word in self.section(section)}
        return "(?:" + alternation(words).replace(" ", r"\s{0,2}").replace(".", r"[.\s]{0,2}") + ")"

    def numbers(self, kind: str) -> dict[str, int]:
        """Return what the words of the sections [kind.number] are, by `key`."""
        return {
            key(word.text): int(number)
            for word in self.words
            for name, _, number in [word.section.partition(".")]
            if name == kind
        }


def key(text: str) -> str:
    """Return what words are looked up by: folded, without spaces and points."""
    return re.sub(r"[\s.]", "", fold(text).text)


def shipped(folder: str) -> Vocabulary:
    """Return the words of a folder of search/resources."""
    return Vocabulary(word for name, text in _files(folder) for word in parse(text.splitlines(), name))


def digest(folder: str) -> str:
    """Return a hash of a folder of search/resources."""
    return hashlib.sha256("\0".join(text for _, text in _files(folder)).encode()).hexdigest()[:8]


def parse(lines: Iterable[str], origin: str) -> Iterator[Listed]:
    """Read a file's lines. Raises `ValueError` that names the line."""
    section = ""
    for number, line in enumerate(lines, 1):
        text = line.strip()
        if not text or text.startswith("#"):
            continue
        if match := _SECTION.fullmatch(text):
            section = match[1]
        elif section and (match := _LINE.fullmatch(text)):
            for word in match[2].split("|"):
                yield Listed(section, match[1], word.strip().removeprefix("~"), word.strip().startswith("~"))
        else:
            raise ValueError(f"{origin}:{number}: neither a section like [jalali.1] nor a line like: fa: فروردین | حمل")


def _files(folder: str) -> list[tuple[str, str]]:
    found = (resources.files("search") / "resources" / folder).iterdir()
    return sorted((file.name, file.read_text("utf-8")) for file in found if file.name.endswith(".txt"))
