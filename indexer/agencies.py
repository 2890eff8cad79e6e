"""Who publishes: agencies of this field by the host of a page and by the names that date lines and bylines bear.

`resources/agencies.txt` is the registry and says how it is written.
"""

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from functools import cache
from importlib import resources
from typing import Literal, get_args
from urllib.parse import urlsplit

from analyzers import LANGUAGES
from analyzers.folding import fold
from search import countries
from search.release import Release

Kind = Literal[
    "organization", "ministry", "police", "drug-control", "prosecutor", "border", "customs", "security", "news"
]

MAX_TEXT = 2_000
"""Characters of a text in which a name is looked for: a date line or a byline, not an article."""

_FILE = "agencies.txt"
_FIELDS = ("kind", "country", "domain", *LANGUAGES)
_ID = re.compile(r"\[([a-z0-9]+(?:-[a-z0-9]+)*)\]")
_LINE = re.compile(r"([a-z]+): (\S.*)")
_COUNTRY = re.compile(r"[A-Z]{2}")

_BREAK = re.compile(r"[^\w\s'.&-]|(?<=\s)-|-(?=\s|$)|(?<=\w\w)\.(?=\s|$)")
"""What a name stands alone between: the dash of "الدوحة - قنا", not the hyphen of ИТАР-ТАСС; the stop of "Madrid. EFE",
not those of أ.ف.ب."""

_WORD = re.compile(r"\w+")


@dataclass(frozen=True, slots=True)
class Agency:
    """A source of releases.

    `country` is ISO 3166-1 alpha-2, None for an international organisation. `domains` are hosts in ASCII, each with all
    that is below it. `names` has for each of `analyzers.LANGUAGES` at least one name, the usual one first.
    """

    id: str
    kind: Kind
    country: str | None
    domains: tuple[str, ...]
    names: Mapping[str, tuple[str, ...]]
    ambiguous: frozenset[str] = frozenset()
    """Names that are somebody's or something else's too, and say this agency only where they stand alone."""

    def name(self, lang: str) -> str:
        """Return the usual name in a language: in English for what is in none of the six."""
        return self.names.get(lang, self.names["en"])[0]


class Registry:
    """Agencies by host and by name. Thread-safe: made once, then only read."""

    def __init__(self, agencies: Iterable[Agency]) -> None:
        """Index the agencies. Raises `ValueError` if a host or a name would be two agencies'."""
        self.agencies = {agency.id: agency for agency in agencies}
        self._domains: dict[str, Agency] = {}
        self._names: dict[str, Agency] = {}
        self._alone: dict[str, Agency] = {}
        for agency in self.agencies.values():
            for domain in agency.domains:
                _put(self._domains, domain, agency)
            for name in dict.fromkeys(name for names in agency.names.values() for name in names):
                _put(self._names if name not in agency.ambiguous else self._alone, _key(name), agency)
        self._longest = max(map(len, self._names), default=0)

    def by_domain(self, host: str) -> Agency | None:
        """Return whose page a host serves: www.moi.gov.qa is moi.gov.qa's; an IDN may be in either form."""
        labels = _ascii(host).split(".")
        return next((found for at in range(len(labels)) if (found := self._domains.get(".".join(labels[at:])))), None)

    def by_name(self, text: str) -> Agency | None:
        """Return the agency whose name stands in a date line or a byline: of the longest name, the first of equals.

        Letters are folded as in search (case, ي and ی, hamza, marks, accents), and what is between the words of a name
        (a space, a joiner, a hyphen, nothing) does not matter. Only whole words of one line are a name, and only the
        first `MAX_TEXT` characters are read.
        """
        found = max(self._in(text[:MAX_TEXT]), key=lambda one: one[0], default=None)
        return found[1] if found else None

    def named(self, text: str) -> Agency | None:
        """Return the agency whose name is all of a text."""
        key = _key(text[:MAX_TEXT])
        return self._names.get(key) or self._alone.get(key)

    def _in(self, text: str) -> Iterator[tuple[int, Agency]]:
        for line in map(fold, text.splitlines()):
            words = _WORD.findall(line)
            for start in range(len(words)):
                key = ""
                for word in words[start:]:
                    key += word
                    if len(key) > self._longest:
                        break
                    if agency := self._names.get(key):
                        yield len(key), agency
            for part in _BREAK.split(line):
                key = "".join(_WORD.findall(part))
                if agency := self._alone.get(key):
                    yield len(key), agency


@cache
def registry() -> Registry:
    """Return the registry that comes along."""
    file = resources.files("indexer") / "resources" / _FILE
    return Registry(parse(file.read_text("utf-8").splitlines(), _FILE))


def by_domain(host: str) -> Agency | None:
    """Look a host up in the registry that comes along: see `Registry.by_domain`."""
    return registry().by_domain(host)


def by_name(text: str) -> Agency | None:
    """Look a name up in the registry that comes along: see `Registry.by_name`."""
    return registry().by_name(text)


def publisher(source: str | None, url: str | None) -> Agency | None:
    """Return who published a release: the agency that its source names, else the one whose host its address has."""
    return (by_name(source) if source else None) or by_domain(host(url or ""))


def located(release: Release) -> Release:
    """Return a release with the country of the agency that published it, if it brings none of its own.

    What is invented is of no country, though it may be of a Direction générale des douanes.
    """
    if release.country or release.sample:
        return release
    return replace(release, country=country(release.source, release.url))


def country(source: str | None, url: str | None) -> str | None:
    """Return the country of who published a release, if it is known; an international organisation has none."""
    agency = publisher(source, url)
    if agency is None or agency.country is None:
        return None
    named = _countries(source or "")
    # The registry's Police nationale is that of France: "Police nationale du Sénégal" is another.
    return agency.country if not named or agency.country in named else None


def host(url: str) -> str:
    """Return the host of an address, or "" if it has none."""
    try:
        return urlsplit(url).hostname or ""
    except ValueError:
        return ""


def named(text: str) -> Agency | None:
    """Look a text up that may be a name in the registry that comes along: see `Registry.named`."""
    return registry().named(text)


def parse(lines: Iterable[str], origin: str) -> Iterator[Agency]:
    """Read a registry. Raises `ValueError` that names the line, or the agency that lacks something."""
    identity: str | None = None
    fields: dict[str, str] = {}
    for number, line in enumerate(lines, 1):
        text = line.strip()
        if not text or text.startswith("#"):
            continue
        if match := _ID.fullmatch(text):
            if identity:
                yield _agency(identity, fields, origin)
            identity, fields = match[1], {}
        elif identity and (match := _LINE.fullmatch(text)) and match[1] in _FIELDS and match[1] not in fields:
            fields[match[1]] = match[2]
        else:
            raise ValueError(
                f"{origin}:{number}: this is neither an id like [interpol] nor, under one, a field that the agency does "
                f"not have yet ({', '.join(_FIELDS)}), like: en: INTERPOL | ICPO"
            )
    if identity:
        yield _agency(identity, fields, origin)


def _countries(text: str) -> set[str]:
    """Return the countries of which one line bears a name, in any of the six languages."""
    words = f" {' '.join(_WORD.findall(fold(text[:MAX_TEXT])))} "
    return {code for name, codes in _country_names().items() if name in words for code in codes}


@cache
def _country_names() -> Mapping[str, frozenset[str]]:
    found: dict[str, set[str]] = {}
    for lang in LANGUAGES:
        for code, name in countries.names(lang).items():
            found.setdefault(f" {' '.join(_WORD.findall(fold(name)))} ", set()).add(code)
    return {name: frozenset(codes) for name, codes in found.items()}


def _agency(identity: str, fields: Mapping[str, str], origin: str) -> Agency:
    where = f"{origin}: [{identity}]"
    kind = next((kind for kind in get_args(Kind) if kind == fields.get("kind")), None)
    if kind is None:
        raise ValueError(f"{where} needs a kind, one of {', '.join(get_args(Kind))}.")
    country = fields.get("country")
    if country is not None and not _COUNTRY.fullmatch(country):
        raise ValueError(f"{where}: the country {country!r} is not an ISO 3166-1 code like QA.")
    written = {lang: _parts(fields.get(lang, "")) for lang in LANGUAGES}
    names = {lang: tuple(name.removeprefix("~") for name in of) for lang, of in written.items()}
    if not all(_key(name) for of in names.values() for name in of or ("",)):
        raise ValueError(f"{where} needs a name in each of {', '.join(LANGUAGES)}.")
    return Agency(
        id=identity,
        kind=kind,
        country=country,
        domains=tuple(_ascii(domain) for domain in _parts(fields.get("domain", "")) if domain),
        names=names,
        ambiguous=frozenset(name.removeprefix("~") for of in written.values() for name in of if name.startswith("~")),
    )


def _parts(text: str) -> tuple[str, ...]:
    return tuple(part.strip() for part in text.split("|"))


def _put(index: dict[str, Agency], key: str, agency: Agency) -> None:
    if index.setdefault(key, agency) is not agency:
        raise ValueError(f"{key!r} is both [{index[key].id}]'s and [{agency.id}]'s.")


def _key(name: str) -> str:
    return "".join(_WORD.findall(fold(name)))


def _ascii(host: str) -> str:
    plain = host.strip().rstrip(".").partition(":")[0].lower()
    try:
        return plain.encode("idna").decode("ascii")
    except UnicodeError:
        # An empty or overlong label is no host that could be registered.
        return ""
