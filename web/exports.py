"""A whole result set to take along: tables, JSON and bibliographies, streamed."""

import csv
import io
import json
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Annotated, Any, Literal

from fastapi import APIRouter, Depends, Path, Query
from starlette.requests import Request
from starlette.responses import StreamingResponse

from search.release import Release
from search.results import Listed
from web import citations, limits, rendering
from web.api import ServiceDep
from web.links import Links
from web.parameters import SearchParameters

COLUMNS = (
    "rank", "found_by", "id", "lang", "title", "published", "published_text", "place", "source", "country", "url",
    "permalink", "fetched_at",
)  # fmt: skip
"""What a row of the table tells; the text of a release stands in the JSON Lines alone."""

# A cell that begins so is run as a formula by spreadsheets (OWASP, "CSV Injection").
_FORMULA = ("=", "+", "-", "@", "\t", "\r")
_BOM = "\ufeff"  # without which Excel takes Arabic for Latin letters

Name = Literal["csv", "jsonl", "bib", "ris"]
Writer = Callable[[Iterator[Listed], Links], Iterator[str]]


@dataclass(frozen=True)
class Format:
    """A format by its media type, and what writes results in it: pieces of text; the links given are absolute."""

    media: str
    write: Writer


def table(results: Iterator[Listed], links: Links) -> Iterator[str]:
    """Write a CSV file (RFC 4180) with a header, a row a result."""
    out = io.StringIO()
    rows = csv.DictWriter(out, COLUMNS, extrasaction="ignore")
    out.write(_BOM)
    rows.writeheader()
    for item in results:
        rows.writerow({name: _cell(value) for name, value in _told(item, links).items()})
        yield _taken(out)
    yield _taken(out)


def lines(results: Iterator[Listed], links: Links) -> Iterator[str]:
    """Write an object a line: the release, as it is stored, with its place in the list."""
    for item in results:
        yield json.dumps(_told(item, links), ensure_ascii=False) + "\n"


def bibliography(cite: Callable[[Release], str]) -> Writer:
    """Return a writer of a bibliography's entries, one a result."""

    def entries(results: Iterator[Listed], _: Links) -> Iterator[str]:
        for item in results:
            yield cite(item.release) + "\n"

    return entries


FORMATS: dict[Name, Format] = {
    "csv": Format("text/csv; charset=utf-8; header=present", table),
    "jsonl": Format("application/jsonl; charset=utf-8", lines),
    "bib": Format("application/x-bibtex; charset=utf-8", bibliography(citations.bibtex)),
    "ris": Format("application/x-research-info-systems; charset=utf-8", bibliography(citations.ris)),
}

router = APIRouter(include_in_schema=False, dependencies=[Depends(limits.search)])


@router.api_route("/search.{name}", methods=["GET", "HEAD"], response_class=StreamingResponse)
def export(
    request: Request,
    name: Annotated[Name, Path()],
    asked: Annotated[SearchParameters, Query()],
    service: ServiceDep,
) -> StreamingResponse:
    """Send the results of a search, all that are listed and not a page of them."""
    chosen = FORMATS[name]
    results = service.whole(asked)
    day = datetime.now(UTC).date().isoformat()
    headers = {"Content-Disposition": f'attachment; filename="bayan-{day}.{name}"'}
    pieces = chosen.write(results, Links(rendering.base(request)))
    return StreamingResponse(pieces, media_type=chosen.media, headers=headers)


def _told(item: Listed, links: Links) -> dict[str, Any]:
    return {
        "rank": item.rank,
        "found_by": "words" if item.matched else "meaning",
        "score": item.score,
        **item.release.as_dict(),
        "permalink": links.release(item.release.id),
    }


def _cell(value: object) -> object:
    return f"'{value}" if isinstance(value, str) and value.startswith(_FORMULA) else value


def _taken(out: io.StringIO) -> str:
    text = out.getvalue()
    out.seek(0)
    out.truncate()
    return text
