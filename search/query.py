"""What a person types, read into neutral objects.

    words            a b c          ranked by how many match; most of them must
    phrases          "a b"          must stand in the text, word for word
    exclusion        -word -"a b"   must not
    alternatives     a OR b         one of the two
    prefixes         smuggl*        the beginning of a word
    filters          lang:fa country:QA,IR source:"Ministry of Interior" after:2020 before:2021-06-30 after:1403/01/01 before:1445h

User text is data: nothing in it reaches an engine except as a term. What cannot be read is a `QueryError` with a
sentence for the person who typed it.
"""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import date
from typing import Literal

import analyzers
from search.calendars import day
from search.countries import code as country
from search.errors import QueryError

MAX_CHARACTERS = 1_000
"""The longest query. A pasted headline has 100 to 200 characters, a pasted paragraph about 800."""

MAX_UNITS = 64
"""The most words, phrases and filters of one query: each costs a look-up in seven indices."""

FIELDS = ("lang", "source", "country", "after", "before")

ClauseKind = Literal["words", "phrase", "prefix"]

Dimension = Literal["lang", "source", "country", "time"]
"""What filters narrow a list by; those of one dimension are alternatives, or bounds of one span."""


@dataclass(frozen=True, slots=True)
class Clause:
    """A piece of the query: a run of words, a quoted phrase, or a prefix (without its asterisk)."""

    kind: ClauseKind
    text: str


@dataclass(frozen=True, slots=True)
class Group:
    """Alternatives of which one is enough; mostly there is just one."""

    alternatives: tuple[Clause, ...]

    @property
    def required(self) -> bool:
        """Say whether every result must have it: quoted text means exact."""
        return all(clause.kind == "phrase" for clause in self.alternatives)


@dataclass(frozen=True, slots=True)
class Filters:
    """Limits on what may be found. Empty tuples and None mean "any"; both days are inclusive."""

    langs: tuple[str, ...] = ()
    sources: tuple[str, ...] = ()
    after: date | None = None
    before: date | None = None
    countries: tuple[str, ...] = ()

    def __bool__(self) -> bool:
        return bool(self.active)

    @property
    def active(self) -> tuple[Dimension, ...]:
        """Return the dimensions in which there are limits."""
        limits: dict[Dimension, object] = {
            "lang": self.langs,
            "source": self.sources,
            "country": self.countries,
            "time": self.after or self.before,
        }
        return tuple(dimension for dimension, limit in limits.items() if limit)

    def without(self, dimension: Dimension) -> "Filters":
        """Return the limits in all other dimensions."""
        match dimension:
            case "lang":
                return replace(self, langs=())
            case "source":
                return replace(self, sources=())
            case "country":
                return replace(self, countries=())
            case "time":
                return replace(self, after=None, before=None)

    def merged(self, other: "Filters") -> "Filters":
        """Return filters that let through only what both let through.

        Raises `QueryError` where nothing can pass both.
        """
        both = [
            _both(mine, others)
            for mine, others in (
                (self.langs, other.langs),
                (self.sources, other.sources),
                (self.countries, other.countries),
            )
        ]
        if None in both:
            raise QueryError("The filters contradict each other: no release can be in both.")
        after = max(filter(None, (self.after, other.after)), default=None)
        before = min(filter(None, (self.before, other.before)), default=None)
        if after and before and after > before:
            raise QueryError("No day is both from {after} on and until {before}.", after=after, before=before)
        langs, sources, countries = (values or () for values in both)
        return Filters(langs, sources, after, before, countries)


def _both(mine: tuple[str, ...], others: tuple[str, ...]) -> tuple[str, ...] | None:
    """Return the values that two filters let through, of which an empty one lets all through; None if there are none."""
    if not mine or not others:
        return mine or others
    return tuple(value for value in mine if value in others) or None


@dataclass(frozen=True, slots=True)
class Query:
    """A query that has been read. `text` is as typed; `meaning` is what is compared by meaning (may be empty)."""

    text: str
    groups: tuple[Group, ...] = ()
    excluded: tuple[Clause, ...] = ()
    filters: Filters = field(default_factory=Filters)

    @property
    def meaning(self) -> str:
        """Return the words and phrases as plain text, for the embedding."""
        return " ".join(clause.text for group in self.groups for clause in group.alternatives)

    @property
    def quoted(self) -> bool:
        """Say whether some phrase is required."""
        return any(group.required for group in self.groups)

    def within(self, filters: Filters) -> "Query":
        """Return the same query, limited by further filters."""
        return replace(self, filters=self.filters.merged(filters))


@dataclass(frozen=True, slots=True)
class Unfinished:
    """What is being typed at the end of a query, behind its `head`: bare words, or the value of a filter."""

    kind: Literal["words", "lang", "source"]
    head: str
    text: str


_UNIT = re.compile(
    r"""
    (?P<minus>-)?
    (?: (?P<field>[A-Za-z_]{2,}):(?!//)(?: "(?P<quoted>[^"]*)" | (?P<value>[^\s"]+) )
      | "(?P<phrase>[^"]*)"
      | (?P<word>[^\s"]+)
    )
    """,
    re.VERBOSE,
)
# Telephones make “x” of "x". Other marks («Калкан», ’’الإنتربول‘‘) are how a headline names things: as an operator they
# would keep out every release in another language.
_PAIRS = re.compile('“([^“”"]*)”')
# Marks of direction arrive with pasted Arabic and Persian text and would hide a minus or a quotation mark.
_INVISIBLE = dict.fromkeys([*range(0x200E, 0x2010), *range(0x202A, 0x202F), *range(0x2066, 0x206A), 0x061C, 0xFEFF])
# A filter that nothing stands behind yet; its quotation mark may be open.
_VALUE = re.compile(r'(?<!\S)(?P<field>lang|source):(?:"(?P<quoted>[^"]*)|(?P<value>[^\s"]*))\Z', re.IGNORECASE)
_PIECE = re.compile(r'[^\s"]+')
_CONTENT = re.compile(r"[^\W_]")
# What Python makes of bytes of another encoding on a command line; no engine and no output takes it.
_HALF = re.compile("[\ud800-\udfff]")
_MIN_PREFIX = 2


def parse(text: str) -> Query:
    """Read what was typed.

    Raises `QueryError` for an empty or too long query, what is no character, unbalanced quotes, an unknown field, a date that is none, an
    `OR` with nothing beside it, or an asterisk that is not at the end of a word.
    """
    typed = _typed(text)
    if typed.count('"') % 2:
        where = typed.rindex('"') + 1
        raise QueryError(
            'The quotation mark at character {n} has no partner: write "…" around a whole phrase.', n=where
        )
    reader = _Reader()
    for unit in _UNIT.finditer(typed):
        reader.take(unit)
    query = reader.finish(text)
    if not query.groups and not query.excluded and not query.filters:
        raise QueryError("The query is empty: type some words, a name or a phrase to look for.")
    return query


def plain(text: str) -> Query:
    """Return a query of plain words: nothing in `text` is read as syntax, and it may be of any length."""
    return Query(text, (Group((Clause("words", text),)),))


def rewritten(text: str, changes: Mapping[str, str]) -> str:
    """Return what was typed with other pieces for some of its words and phrases.

    A piece is what stands between spaces or quotation marks. Filters, exclusions and all else stay as typed.
    """

    def changed(unit: re.Match[str]) -> str:
        if unit["minus"] or unit["field"] is not None:
            return unit[0]
        return _PIECE.sub(lambda piece: changes.get(piece[0], piece[0]), unit[0])

    return _UNIT.sub(changed, _visible(text))


def unfinished(text: str) -> Unfinished | None:
    """Return what is being typed at the end; None inside a phrase, an exclusion, a prefix or a filter of days.

    Raises `QueryError` for a query that is too long, and what is no character.
    """
    typed = _typed(text)
    value = _VALUE.search(typed)
    if value and not typed.count('"', 0, value.start()) % 2:
        name: Literal["lang", "source"] = "lang" if value["field"].lower() == "lang" else "source"
        return Unfinished(name, typed[: value.start()], value["quoted"] or value["value"] or "")
    if typed.count('"') % 2:
        return None
    start, end = None, 0
    for unit in _UNIT.finditer(typed):
        word = None if unit["minus"] else unit["word"]
        bare = word is not None and word != "OR" and "*" not in word
        start, end = (unit.start() if start is None else start) if bare else None, unit.end()
    if start is None or typed[end:].strip():
        return None
    return Unfinished("words", typed[:start], typed[start:])


def _typed(text: str) -> str:
    if len(text) > MAX_CHARACTERS:
        raise QueryError(
            "The query has {n} characters; at most {most} can be searched for.", n=len(text), most=MAX_CHARACTERS
        )
    if half := _HALF.search(text):
        raise QueryError("What stands at character {n} of the query is no character: type it anew.", n=half.start() + 1)
    return _visible(text)


def _visible(text: str) -> str:
    return _PAIRS.sub(r'"\1"', text.translate(_INVISIBLE).replace("\0", " "))


class _Reader:
    """Collects units from left to right.

    Bare words that touch stay one run, since the analysis of a language may join them (Persian می شود, مواد مخدر).
    """

    def __init__(self) -> None:
        self.groups: list[list[Clause]] = []
        self.excluded: list[Clause] = []
        self.filters = Filters()
        self.units = 0
        self.or_pending = False
        self.touching = False

    def take(self, unit: re.Match[str]) -> None:
        self.units += 1
        if self.units > MAX_UNITS:
            raise QueryError("The query has more than {most} words, phrases and filters: shorten it.", most=MAX_UNITS)
        name, word = unit["field"], unit["word"]
        if name is not None:
            self._filter(unit)
        elif word == "OR" and not unit["minus"]:
            if not self.groups or self.or_pending:
                raise QueryError("OR must stand between two words or phrases.")
            self.or_pending = True
        else:
            clause = _clause(unit)
            if clause is None:
                return
            if unit["minus"]:
                self.excluded.append(clause)
                self.touching = False
            else:
                self._add(clause)

    def _add(self, clause: Clause) -> None:
        last = self.groups[-1] if self.groups else None
        if self.or_pending and last is not None:
            head, _, tail = (
                last[-1].text.rpartition(" ") if last[-1].kind == "words" and len(last) == 1 else ("", "", "")
            )
            if head:
                # "opium seizure OR arrest": the alternative to "arrest" is "seizure", not the whole run before it.
                last[-1] = Clause("words", head)
                self.groups.append([Clause("words", tail), clause])
            else:
                last.append(clause)
            self.or_pending, self.touching = False, False
        elif clause.kind == "words" and last is not None and self.touching:
            last[-1] = Clause("words", f"{last[-1].text} {clause.text}")
        else:
            self.groups.append([clause])
            self.touching = clause.kind == "words"

    def _filter(self, unit: re.Match[str]) -> None:
        name, value = unit["field"].lower(), unit["quoted"] if unit["value"] is None else unit["value"]
        if name not in FIELDS:
            raise QueryError(
                'There is no filter "{name}": the filters are {filters}. '
                'To look for the text itself, put it in quotation marks: "{name}:{value}".',
                name=name,
                filters=", ".join(f + ":" for f in FIELDS),
                value=value,
            )
        if unit["minus"]:
            raise QueryError("A filter cannot be excluded: leave out the minus before “{name}:”.", name=name)
        self.filters = self.filters.merged(_filter(name, value.strip()))

    def finish(self, text: str) -> Query:
        if self.or_pending:
            raise QueryError("OR must stand between two words or phrases.")
        groups = tuple(Group(tuple(clauses)) for clauses in self.groups)
        return Query(text, groups, tuple(self.excluded), self.filters)


def _clause(unit: re.Match[str]) -> Clause | None:
    """Return the unit as a clause; None for one without a letter or digit, which nothing could be found by."""
    if not _CONTENT.search(unit["phrase"] or unit["word"] or ""):
        return None
    if unit["phrase"] is not None:
        return Clause("phrase", unit["phrase"].strip())
    word = unit["word"]
    if "*" in word:
        stem = word.rstrip("*")
        if "*" in stem or len(stem) < _MIN_PREFIX:
            raise QueryError(
                "An asterisk stands only after the first {n} or more letters of a word: smuggl*", n=_MIN_PREFIX
            )
        return Clause("prefix", stem)
    if word.endswith(":") and word[:-1].lower() in FIELDS:
        raise QueryError(
            "The filter {word} needs its value right after the colon, as in {word}x without a space.", word=word
        )
    return Clause("words", word)


def _filter(name: str, value: str) -> Filters:
    if not value:
        raise QueryError("The filter {name}: needs a value.", name=name)
    if name == "lang":
        langs = tuple(dict.fromkeys(value.lower().split(",")))
        for lang in langs:
            if lang not in analyzers.CHAINS:
                raise QueryError(
                    '"{lang}" is not one of the languages {known}.', lang=lang, known=", ".join(analyzers.CHAINS)
                )
        return Filters(langs=langs)
    if name == "source":
        return Filters(sources=(value,))
    if name == "country":
        return Filters(countries=tuple(dict.fromkeys(map(_country, value.split(",")))))
    return Filters(after=day(value)) if name == "after" else Filters(before=day(value, end=True))


def _country(text: str) -> str:
    code = country(text)
    if code is None:
        raise QueryError(
            '"{value}" is not the code of a country: write two letters of ISO 3166-1, like QA or IR.', value=text
        )
    return code


def filters(
    langs: Iterable[str], sources: Iterable[str], countries: Iterable[str], after: str | None, before: str | None
) -> Filters:
    """Read filters given apart from the query, as parameters. Empty values count as not given.

    Raises `QueryError`.
    """
    out = Filters()
    for name, values in (("lang", langs), ("country", countries)):
        if several := ",".join(filter(None, values)):
            out = out.merged(_filter(name, several))
    sources = tuple(dict.fromkeys(filter(None, sources)))
    if len(sources) > MAX_UNITS:
        raise QueryError("More than {most} sources cannot be asked for at once.", most=MAX_UNITS)
    out = replace(out, sources=sources)
    for name, value in (("after", after), ("before", before)):
        if value and value.strip():
            out = out.merged(_filter(name, value.strip()))
    return out
