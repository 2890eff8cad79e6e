"""What a chain of analysis is made of, as data.

A chain is char filters, then a tokenizer, then token filters. Each part carries the name and the parameters that
Elasticsearch 9 gives it; `analyzers.analyzer` executes the parts and `analyzers.settings` renders them.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, NamedTuple, TypeAlias

if TYPE_CHECKING:
    from collections.abc import Mapping


@dataclass(frozen=True)
class MappingCharFilter:
    """`mapping`: replaces strings, the longest first (Lucene's MappingCharFilter)."""

    name: str
    mappings: Mapping[str, str] = field(hash=False)


@dataclass(frozen=True)
class PatternReplaceCharFilter:
    """`pattern_replace` over the text (Lucene's PatternReplaceCharFilter).

    The pattern must mean the same to java.util.regex and to Python's `regex`: explicit classes, bounded lookbehind.
    `probe`, if given, is a cheaper pattern of Python's that finds something in every text that the pattern changes; it
    spares Python a slow search and is not rendered.
    """

    name: str
    pattern: str
    replacement: str
    probe: str = ""


@dataclass(frozen=True)
class LowercaseFilter:
    """`lowercase`: each code point by its simple mapping (Lucene's LowerCaseFilter)."""


@dataclass(frozen=True)
class DecimalDigitFilter:
    """`decimal_digit`: decimal digits of any script become ASCII (Lucene's DecimalDigitFilter)."""


@dataclass(frozen=True)
class ElisionFilter:
    """`elision`: drops an article before the first apostrophe (Lucene's ElisionFilter)."""

    name: str
    articles: tuple[str, ...]


@dataclass(frozen=True)
class PatternReplaceFilter:
    """`pattern_replace` over one term, every match (Lucene's PatternReplaceFilter)."""

    name: str
    pattern: str
    replacement: str


@dataclass(frozen=True)
class StopFilter:
    """`stop`: removes listed terms and leaves a gap in the positions (Lucene's StopFilter)."""

    name: str
    words: frozenset[str]


@dataclass(frozen=True)
class StemmerOverrideFilter:
    """`stemmer_override`: replaces whole terms and keeps them from stemmers (Lucene's StemmerOverrideFilter)."""

    name: str
    rules: Mapping[str, str] = field(hash=False)


@dataclass(frozen=True)
class SnowballFilter:
    """`snowball`: stems terms that no override has settled (Lucene's SnowballFilter)."""

    name: str
    language: str


@dataclass(frozen=True)
class LengthFilter:
    """`length`: removes terms that folding has emptied (Lucene's LengthFilter)."""

    name: str
    min: int


CharFilter: TypeAlias = MappingCharFilter | PatternReplaceCharFilter
TokenFilter: TypeAlias = (
    LowercaseFilter
    | DecimalDigitFilter
    | ElisionFilter
    | PatternReplaceFilter
    | StopFilter
    | StemmerOverrideFilter
    | SnowballFilter
    | LengthFilter
)


@dataclass(frozen=True)
class Chain:
    """Char filters, the `standard` tokenizer, token filters, in the order in which they run."""

    char_filters: tuple[CharFilter, ...]
    filters: tuple[TokenFilter, ...]


class Token(NamedTuple):
    """A term and where it stands: code-point offsets into the original text, end exclusive; position counts words."""

    term: str
    start: int
    end: int
    position: int


@dataclass(frozen=True)
class Step:
    """What one part of a chain has made of a text: the text after a char filter, the tokens after anything later.

    `changed` says where in `text` the words stand that a char filter has changed, as code-point offsets, end exclusive.
    """

    name: str
    text: str | None
    tokens: tuple[Token, ...] | None
    changed: tuple[tuple[int, int], ...] = ()

    def as_dict(self) -> dict[str, Any]:
        """Give the step as a JSON object: its name, and its text or its terms."""
        if self.tokens is None:
            return {"name": self.name, "text": self.text}
        return {"name": self.name, "terms": [token.term for token in self.tokens]}
