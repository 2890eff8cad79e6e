"""How many of the written dates of tests/search/dates.tsv are read, side by side with other libraries.

    python -m benchmarks.dates

A line counts if exactly its days come out, in their order. dateparser and htmldate know no months, years or days without
a year, and dateparser's `search_dates` fills in what is missing, so that they are asked only about lines of whole days and
about lines without a date. htmldate reads one date, the first that it finds.
"""

import logging
import time
import warnings
from collections import defaultdict
from collections.abc import Callable
from datetime import date, datetime
from pathlib import Path

from dateparser.search import search_dates
from htmldate import find_date

from search.dates import find

TABLE = Path(__file__).parent.parent / "tests" / "search" / "dates.tsv"
Finder = Callable[[str, str], list[date]]


def bayan(text: str, lang: str) -> list[date]:
    """Return whole days."""
    return [dated.day for dated in find(text, lang) if dated.day]


def dateparser(text: str, lang: str) -> list[date]:
    """Return what `search_dates` finds with the language given, requiring all parts."""
    settings = {"REQUIRE_PARTS": ["day", "month", "year"], "DATE_ORDER": "DMY"}
    found = search_dates(text, languages=[lang], settings=settings) or []
    return [moment.date() for _, moment in found]


def htmldate(text: str, lang: str) -> list[date]:
    """Return the date of a page that has the text for its only paragraph."""
    page = f'<html lang="{lang}"><body><p class="date">{text}</p></body></html>'
    found = find_date(page, min_date="1970-01-01", max_date="2030-01-01")
    return [datetime.fromisoformat(found).date()] if found else []


FINDERS: dict[str, Finder] = {"dateparser": dateparser, "htmldate": htmldate, "Bayan": bayan}


def main() -> None:
    """Print a table by language, and what a line cost."""
    warnings.simplefilter("ignore")
    logging.disable(logging.CRITICAL)
    right: dict[tuple[str, str], int] = defaultdict(int)
    lines: dict[str, int] = defaultdict(int)
    seconds: dict[str, float] = defaultdict(float)
    for line in TABLE.read_text("utf-8").splitlines():
        lang, text, expected = line.split("\t") if not line.startswith("#") else ("", "", "skip")
        days = [] if expected == "-" else expected.split()
        try:
            wanted = [date.fromisoformat(day) for day in days if len(day) == len("2024-05-12")]
        except ValueError:
            continue
        if not lang or len(wanted) != len(days):
            continue
        lines[lang] += 1
        for name, finder in FINDERS.items():
            started = time.perf_counter()
            try:
                found = finder(text, lang)
            except Exception:  # noqa: BLE001 - a library that fails has not read it
                found = [date.min]
            seconds[name] += time.perf_counter() - started
            right[name, lang] += found == wanted
    print("| right of | " + " | ".join(f"{lang} {count}" for lang, count in lines.items()) + " | all | ms a line |")
    print("|---" * (len(lines) + 3) + "|")
    for name in FINDERS:
        row = [right[name, lang] for lang in lines]
        share = sum(row) / sum(lines.values())
        cost = 1000 * seconds[name] / sum(lines.values())
        print(f"| {name} | " + " | ".join(map(str, row)) + f" | {share:.3f} | {cost:.2f} |")


if __name__ == "__main__":
    main()
