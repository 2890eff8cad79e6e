"""Concepts of this field in six languages: what a query's words are also searched as.

A lexicon file is a list of blocks:

    # why something odd is so
    [drug.captagon]
    ar: كبتاغون | كبتاجون
    en: captagon | ~fenethylline

An id in brackets, then a line for each language with its variants, the usual one first. A variant with ~ is looked for
when the concept is, but does not bring the concept to mind by itself, since it also means something else.
"""

import hashlib
import json
import re
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import astuple, dataclass
from importlib import resources
from importlib.resources.abc import Traversable
from pathlib import Path
from typing import Any

from babel import Locale

import analyzers
from search import countries
from search.cache import make_folder, write_file
from search.errors import SettingsError
from search.keywords import Said
from search.query import Query

_ID = re.compile(r"\[([a-z0-9]+(?:[.-][a-z0-9]+)+)\]")
_LINE = re.compile(r"([a-z]{2})\s*:\s*(.*)")
MAX_VARIANTS = 40

_LANGUAGE = re.compile(r"[a-z]{2}")

_TERMS = "places.json"

Terms = tuple[str, ...]

Placed = tuple[tuple[int, str], ...]
"""Terms with their places, as `search.keywords.Phrase` has them."""

Analysed = dict[str, list[tuple[str, Sequence[tuple[int, str]], bool]]]
"""By language: a concept's id, the terms of one of its variants with their places, whether that triggers the concept."""


@dataclass(frozen=True, slots=True)
class Variant:
    """One way to say a concept in a language; `triggers` says that it brings the concept to mind by itself."""

    text: str
    triggers: bool = True


@dataclass(frozen=True, slots=True)
class LexiconConcept:
    """What the variants of each language have in common; the first of a language is the usual one."""

    id: str
    variants: Mapping[str, tuple[Variant, ...]]

    def name(self, lang: str) -> str | None:
        """Return the usual variant in a language."""
        found = self.variants.get(lang)
        return found[0].text if found else None


@dataclass(frozen=True, slots=True)
class Found:
    """Concepts that the terms `start` to `stop` (exclusive) of a text say."""

    start: int
    stop: int
    concepts: tuple[str, ...]


class Lexicon:
    """Concepts by id, found by the terms of a language's analyzer. Thread-safe: made once, then only read."""

    def __init__(self, concepts: Mapping[str, LexiconConcept], analysed: Analysed | None = None) -> None:
        """`analysed` is what `analyse` gives for these concepts, if it is known already."""
        self.concepts = concepts
        self._terms: dict[tuple[str, str], tuple[Placed, ...]] = {}
        self._triggers: dict[str, dict[str, list[tuple[Terms, tuple[str, ...]]]]] = {}
        for lang, rows in (analyse(concepts) if analysed is None else analysed).items():
            by_terms: dict[Terms, dict[str, None]] = {}
            of: dict[str, dict[Placed, None]] = {}
            for concept, placed, triggers in rows:
                of.setdefault(concept, {})[tuple((at, term) for at, term in placed)] = None
                if triggers:
                    by_terms.setdefault(tuple(term for _, term in placed), {})[concept] = None
            self._terms |= {(concept, lang): tuple(variants) for concept, variants in of.items()}
            index = self._triggers[lang] = {}
            for terms in sorted(by_terms, key=len, reverse=True):
                index.setdefault(terms[0], []).append((terms, tuple(by_terms[terms])))

    def find(self, terms: Sequence[str], lang: str) -> list[Found]:
        """Find concepts in analysed terms, from the left, the longest variant first."""
        index = self._triggers.get(lang, {})
        found = []
        at = 0
        while at < len(terms):
            for variant, concepts in index.get(terms[at], ()):
                if tuple(terms[at : at + len(variant)]) == variant:
                    found.append(Found(at, at + len(variant), concepts))
                    at += len(variant)
                    break
            else:
                at += 1
        return found

    def said(self, query: Query, without: Collection[str] = ()) -> tuple[Said, ...]:
        """Return the concepts that a query's words say, but for those `without`.

        Of the languages that the words may be of, those are believed in which the most letters are explained: English
        "pain" and French "pain" are two words.
        """
        out: dict[Said, None] = {}
        for clause in (c for group in query.groups if not group.required for c in group.alternatives):
            if clause.kind == "words":
                by_lang = {lang: self._spans(clause.text, lang) for lang in analyzers.LANGUAGES}
                covered = {lang: sum(end - start for start, end, _ in spans) for lang, spans in by_lang.items()}
                believed = [lang for lang in by_lang if covered[lang] == max(covered.values())]
                spans = dict.fromkeys(span for lang in believed for span in by_lang[lang])
                out |= {
                    Said(clause.text, start, end, concept): None
                    for start, end, concepts in spans
                    for concept in concepts
                    if concept not in without
                }
        return tuple(out)

    def terms(self, concept: str, lang: str) -> tuple[Placed, ...]:
        """Return the analysed variants of a concept in a language, each once, the usual one first."""
        return self._terms.get((concept, lang), ())

    def _spans(self, text: str, lang: str) -> list[tuple[int, int, Terms]]:
        tokens = analyzers.analyzer(lang).tokens(text)
        found = self.find([token.term for token in tokens], lang)
        return [(tokens[one.start].start, tokens[one.stop - 1].end, one.concepts) for one in found]


NOTHING = Lexicon({}, {lang: [] for lang in analyzers.LANGUAGES})
"""The lexicon without concepts."""


def analyse(concepts: Mapping[str, LexiconConcept]) -> Analysed:
    """Return by language a row for each variant."""
    return {
        lang: [
            (concept.id, [(token.position - tokens[0].position, token.term) for token in tokens], variant.triggers)
            for concept in concepts.values()
            for variant in concept.variants.get(lang, ())
            if (tokens := analyzers.analyzer(lang).tokens(variant.text))
        ]
        for lang in analyzers.LANGUAGES
    }


def parse(lines: Iterable[str], origin: str) -> Iterator[LexiconConcept]:
    """Read a lexicon file. Raises `SettingsError` that names the line."""
    name: str | None = None
    variants: dict[str, tuple[Variant, ...]] = {}
    for number, line in enumerate(lines, 1):
        text = line.strip().removeprefix("\ufeff")
        if not text or text.startswith("#"):
            continue
        if match := _ID.fullmatch(text):
            if name:
                yield LexiconConcept(name, variants)
            name, variants = match[1], {}
        elif name and (match := _LINE.fullmatch(text)) and match[1] in analyzers.LANGUAGES and match[1] not in variants:
            variants[match[1]] = _variants(match[2], f"{origin}:{number}")
        else:
            raise SettingsError(
                f"{origin}:{number}: this is neither an id like [drug.captagon] nor, under one, a language that the concept "
                f"does not have yet with its variants, like: en: captagon | fenethylline"
            )
    if name:
        yield LexiconConcept(name, variants)


def _variants(text: str, where: str) -> tuple[Variant, ...]:
    parts = [part.strip() for part in text.split("|")]
    found = tuple(Variant(part.removeprefix("~").strip(), not part.startswith("~")) for part in parts)
    if not all(variant.text for variant in found) or len(found) > MAX_VARIANTS:
        raise SettingsError(f"{where}: between the bars stand 1 to {MAX_VARIANTS} variants, none of them empty.")
    return found


def load(own: Path | None, cache: Path) -> Lexicon:
    """Return the shipped lexicon with the user's own file over it: a language of a known concept is replaced.

    Analysing all variants takes seconds, so the terms are kept in `cache`, by what they were made from.
    Raises `SettingsError` if the user's file cannot be read.
    """
    concepts = shipped()
    if own:
        try:
            lines = own.read_text("utf-8").splitlines()
        except (OSError, UnicodeDecodeError) as error:
            raise SettingsError(f"BAYAN_LEXICON {own} cannot be read ({error}).") from None
        for concept in parse(lines, str(own)):
            known = concepts.get(concept.id)
            variants = {**known.variants, **concept.variants} if known else concept.variants
            concepts[concept.id] = LexiconConcept(concept.id, variants)
    everything = json.dumps(
        [(c.id, [[lang, *map(astuple, of)] for lang, of in c.variants.items()]) for c in concepts.values()]
    )
    made_from = hashlib.sha256(f"{_TERMS} {analyzers.fingerprint()} {everything}".encode()).hexdigest()[:16]
    return Lexicon(concepts, _kept(concepts, cache / "lexicon" / made_from))


def shipped() -> dict[str, LexiconConcept]:
    """Return the concepts that come with Bayan, and the names that CLDR gives to countries and languages."""
    files = {file.name: file.read_text("utf-8").splitlines() for file in _shipped()}
    concepts = {concept.id: concept for name, lines in files.items() for concept in parse(lines, name)}
    taken = {
        (lang, variant.text.casefold())
        for concept in concepts.values()
        for lang, variants in concept.variants.items()
        for variant in variants
    }
    for identity, names in sorted(_cldr().items()):
        known = concepts.get(identity)
        merged: dict[str, tuple[Variant, ...]] = {}
        for lang, name in names.items():
            others = known.variants.get(lang, ()) if known else ()
            own = {variant.text.casefold(): variant.triggers for variant in others}
            # A name that is another concept's too (Arabic مالي, also: financial) does not say the country.
            free = own.get(name.casefold(), (lang, name.casefold()) not in taken)
            taken.add((lang, name.casefold()))
            merged[lang] = (Variant(name, free), *(v for v in others if v.text.casefold() != name.casefold()))
        concepts[identity] = LexiconConcept(identity, merged)
    return concepts


def _cldr() -> dict[str, dict[str, str]]:
    """Return the names of countries (country.ir) and languages (language.fa), by language."""
    out: dict[str, dict[str, str]] = {}
    for lang in analyzers.LANGUAGES:
        for code, name in countries.names(lang).items():
            out.setdefault(f"country.{code.lower()}", {})[lang] = name
        for code, name in Locale(lang).languages.items():
            if _LANGUAGE.fullmatch(code):
                out.setdefault(f"language.{code}", {})[lang] = name
    return {identity: names for identity, names in out.items() if len(names) == len(analyzers.LANGUAGES)}


def _shipped() -> list[Traversable]:
    folder = resources.files("search") / "resources" / "lexicon"
    return sorted((file for file in folder.iterdir() if file.name.endswith(".txt")), key=lambda file: file.name)


def _kept(concepts: Mapping[str, LexiconConcept], folder: Path) -> Analysed | None:
    def write(temporary: Path) -> dict[str, Any]:
        write_file(temporary / _TERMS, [json.dumps(analyse(concepts), ensure_ascii=False).encode()])
        return {}

    try:
        kept: Analysed = json.loads((make_folder(folder, write) / _TERMS).read_bytes())
    except (OSError, ValueError):
        # A cache that cannot be written, as in a read-only container, costs seconds at the start and nothing else.
        return None
    return kept
