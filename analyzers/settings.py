"""A chain, rendered as the settings of an Elasticsearch 9 index."""

from __future__ import annotations

import dataclasses
import re
from typing import TYPE_CHECKING, Any

from analyzers.chain import (
    DecimalDigitFilter,
    ElisionFilter,
    LengthFilter,
    LowercaseFilter,
    MappingCharFilter,
    PatternReplaceFilter,
    SnowballFilter,
    StemmerOverrideFilter,
    StopFilter,
)

if TYPE_CHECKING:
    from collections.abc import Mapping

    from analyzers.chain import Chain, CharFilter, TokenFilter

_BUILT_IN = {LowercaseFilter: "lowercase", DecimalDigitFilter: "decimal_digit"}


def render(chains: Mapping[str, Chain]) -> dict[str, Any]:
    """Give `{"analysis": …}` for analyzers by name; parts of one name must be the same part."""
    char_filters: dict[str, Any] = {}
    filters: dict[str, Any] = {}
    analyzers: dict[str, Any] = {}
    for name, chain in chains.items():
        for char_filter in chain.char_filters:
            char_filters[char_filter.name] = _char_filter(char_filter)
        for part in chain.filters:
            if type(part) not in _BUILT_IN:
                filters[filter_name(part)] = _filter(part)
        analyzers[name] = {
            "type": "custom",
            "char_filter": [char_filter.name for char_filter in chain.char_filters],
            "tokenizer": "standard",
            "filter": [filter_name(part) for part in chain.filters],
        }
    return {"analysis": {"char_filter": char_filters, "filter": filters, "analyzer": analyzers}}


def filter_name(part: TokenFilter) -> str:
    """Give the name by which an analyzer lists a token filter."""
    if isinstance(part, LowercaseFilter | DecimalDigitFilter):
        return _BUILT_IN[type(part)]
    return part.name


def _char_filter(part: CharFilter) -> dict[str, Any]:
    if isinstance(part, MappingCharFilter):
        return {
            "type": "mapping",
            "mappings": [f"{_escaped(key)} => {_escaped(value)}" for key, value in part.mappings.items()],
        }
    return {"type": "pattern_replace", "pattern": part.pattern, "replacement": part.replacement}


def _filter(part: TokenFilter) -> dict[str, Any]:
    match part:
        case ElisionFilter():
            return {"type": "elision", "articles": list(part.articles)}
        case PatternReplaceFilter():
            return {"type": "pattern_replace", "pattern": part.pattern, "replacement": part.replacement}
        case StopFilter():
            return {"type": "stop", "stopwords": sorted(part.words)}
        case StemmerOverrideFilter():
            return {"type": "stemmer_override", "rules": [f"{form} => {target}" for form, target in part.rules.items()]}
        case SnowballFilter():
            return {"type": "snowball", "language": part.language}
        case LengthFilter():
            return {"type": "length", "min": part.min}
        case _:
            raise TypeError(f"{dataclasses.asdict(part)} has no settings of its own.")


def _escaped(text: str) -> str:
    r"""Write everything but ASCII letters and digits as \uXXXX, in UTF-16 units, as mapping rules want it."""
    return "".join(
        character if re.match(r"[0-9A-Za-z]", character) else "".join(f"\\u{unit:04X}" for unit in _units(character))
        for character in text
    )


def _units(character: str) -> list[int]:
    data = character.encode("utf-16-be", "surrogatepass")
    return [int.from_bytes(data[index : index + 2], "big") for index in range(0, len(data), 2)]
