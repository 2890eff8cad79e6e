"""How well pages are read: Bayan's `extract` beside plain trafilatura with htmldate.

    python -m benchmarks.reading SET

SET is a folder with pages and golden.jsonl, as tests/indexer/pages. A figure is a share of pages in per cent, but for
`body`, the mean F1 of the body's words. Title, date, place, language and address must be the same, but for the letters that
search folds and the country behind a place; so must the source, except that any name or host of the same agency is right
(Bayan's registry decides, for both). Where nothing is golden, finding nothing is right.
"""

import argparse
import json
import re
from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import htmldate
import trafilatura
from trafilatura.settings import Document

from analyzers.folding import fold
from indexer.agencies import Agency, by_domain, by_name
from search.errors import InputError

try:
    from indexer import extraction
except ImportError:
    extraction = None

Fields = dict[str, Any]
"""title, body, published (ISO), place, source, lang, url; what was not found is None."""

FIELDS = ("title", "published", "body", "place", "source", "lang", "url")
_WORD = re.compile(r"\w+")
_WITHIN = re.compile("[(,،]")


@dataclass(frozen=True)
class Page:
    """A page with what is golden."""

    path: Path
    golden: Fields

    @property
    def kind(self) -> str:
        """Return the format: html or txt."""
        return self.path.suffix.removeprefix(".")


def main() -> None:
    """Print a table for each reader."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("set", type=Path, help="folder with pages and golden.jsonl")
    parser.add_argument("--missed", choices=FIELDS, help="also print the pages that miss this field, and what was read")
    chosen = parser.parse_args()
    goldens = map(json.loads, (chosen.set / "golden.jsonl").read_text("utf-8").splitlines())
    pages = [Page(chosen.set / golden["file"], golden) for golden in goldens]
    table("trafilatura and htmldate", pages, plain, chosen.missed)
    if extraction is not None:
        table("Bayan, a page alone", pages, bayan, chosen.missed)
        counts = extraction.Repetition()
        sources = {}
        for page in pages:
            sources[page.path], lines = extraction.lines(page.path.read_bytes(), page.path.name)
            counts.count(sources[page.path], lines)
        table("Bayan, with the others", pages, lambda page: bayan(page, counts.of(sources[page.path])), chosen.missed)


def plain(page: Page) -> Fields:
    """Read a page as two libraries do by themselves; of a text file, the first line is the title."""
    data = page.path.read_bytes()
    if page.kind == "txt":
        title, _, body = data.decode("utf-8").strip().partition("\n")
        return {"title": title, "body": body}
    document = trafilatura.bare_extraction(data, with_metadata=True)
    found = document.as_dict() if isinstance(document, Document) else {}
    markup = trafilatura.load_html(data)
    return {
        "title": found.get("title"),
        "body": found.get("text"),
        "published": None if markup is None else htmldate.find_date(markup),
        "source": found.get("sitename"),
        "lang": found.get("language"),
        "url": found.get("url"),
    }


def bayan(page: Page, repetition: "extraction.Repetition | None" = None) -> Fields:
    """Read a page with Bayan, knowing what lines the pages of its source share, or none of them; a refusal is nothing read."""
    repetition = repetition or extraction.Repetition()
    try:
        read = extraction.extract(page.path.read_bytes(), page.path.name, repetition=repetition)
    except InputError:
        return {}
    fields: Fields = read.release.as_dict()
    return fields


def table(title: str, pages: Sequence[Page], read: Callable[[Page], Fields], missed: str | None) -> None:
    """Read every page once and print a line for all, each format and each language."""
    rows = [(page, score(page.golden, found), found) for page in pages for found in (read(page),)]
    print(f"{title:28}{'pages':>6}" + "".join(f"{name:>11}" for name in FIELDS))
    line("all", [scores for _, scores, _ in rows])
    for group in sorted({page.kind for page in pages}) + sorted({page.golden["lang"] for page in pages}):
        line(group, [scores for page, scores, _ in rows if group in (page.kind, page.golden["lang"])])
    for page, scores, found in rows:
        if missed and scores[missed] < 1:
            print(f"  {page.path.name}: {scores[missed]:.2f} {str(found.get(missed))[:200]!r}")
    print(flush=True)


def line(title: str, scores: Sequence[dict[str, float]]) -> None:
    """Print the means of some pages."""
    means = (100 * sum(one[name] for one in scores) / len(scores) for name in FIELDS)
    print(f"{title:28}{len(scores):6}" + "".join(f"{mean:11.1f}" for mean in means))


def score(golden: Fields, found: Fields) -> dict[str, float]:
    """Return 0 or 1 for each field, and for the body its F1."""
    same = {name: float((found.get(name) or None) == golden[name]) for name in ("published", "lang")}
    same["title"] = float(plainly(found.get("title")) == plainly(golden["title"]))
    same["place"] = float(town(found.get("place")) == town(golden["place"]))
    same["url"] = float(address(found.get("url")) == address(golden["url"]))
    issuer = agency(found.get("source")), agency(golden["source"])
    known = issuer[0] is not None and issuer[0] is issuer[1]
    same["source"] = float(known or plainly(found.get("source")) == plainly(golden["source"]))
    return same | {"body": f1(found.get("body") or "", golden["body"])}


def agency(source: str | None) -> Agency | None:
    """Return the agency that a source's name or host is of."""
    return (by_name(source) or by_domain(source)) if source else None


def plainly(text: str | None) -> str:
    """Return a text as it is compared: letters folded, white space as one space."""
    return fold(text or "")


def town(place: str | None) -> str:
    """Return a place as it is compared: ليون (فرنسا) and Manzanillo, Colima without what they lie in."""
    return plainly(_WITHIN.split(place or "")[0])


def address(url: str | None) -> tuple[str, ...]:
    """Return a URL as it is compared: the host's case and a last slash do not count."""
    parts = urlsplit(url or "")
    return parts.scheme, parts.netloc.lower(), parts.path.rstrip("/"), parts.query


def f1(found: str, golden: str) -> float:
    """Return the harmonic mean of precision and recall of words, each as often as it stands there."""
    read, wanted = words(found), words(golden)
    common = (read & wanted).total()
    return 2 * common / (read.total() + wanted.total()) if common else 0.0


def words(text: str) -> Counter[str]:
    """Count the words of a text."""
    lines: Iterable[str] = map(fold, text.splitlines())
    return Counter(word for one in lines for word in _WORD.findall(one))


if __name__ == "__main__":
    main()
