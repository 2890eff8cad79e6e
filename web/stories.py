"""The page of stories: results of a search, each announcement once, with who published it in which language."""

from dataclasses import dataclass
from typing import Annotated

from fastapi import APIRouter, Depends, Query
from starlette.requests import Request
from starlette.responses import HTMLResponse

import analyzers
from search.stories import FIRST, Story, Version
from web import facets, limits, rendering
from web.api import ServiceDep
from web.links import Links
from web.parameters import SearchParameters

MOST = 6
"""Days, numbers and names of a version that are seen at once; the page says how many more there are."""

router = APIRouter(include_in_schema=False, default_response_class=HTMLResponse)


@dataclass(frozen=True)
class Row:
    """What one source published, by language; None for a source that is not known."""

    source: str | None
    cells: tuple[tuple[Version, ...], ...]


@dataclass(frozen=True)
class Card:
    """A story as the page shows it: `told` is the version whose title stands above it, `langs` the table's columns."""

    story: Story
    told: Version
    langs: tuple[str, ...]
    rows: tuple[Row, ...]

    @property
    def additions(self) -> tuple[Version, ...]:
        """Return the versions that have something that was not found in the first."""
        return tuple(item for item in self.story.versions if item.added.stated or item.added.names)


@router.api_route("/stories", methods=["GET", "HEAD"], dependencies=[Depends(limits.search)])
def stories(request: Request, asked: Annotated[SearchParameters, Query()], service: ServiceDep) -> HTMLResponse:
    """Show the results of a search as stories."""
    found = service.stories(asked)
    links = Links(rendering.root(request), asked)
    lang = rendering.interface(request).lang
    results = found.results
    return rendering.page(
        request,
        "stories.html",
        links=links,
        found=results,
        cards=[card(story, lang) for story in found.stories],
        pages=-(-results.listed // FIRST),
        active=facets.active(links, rendering.interface(request)),
        most=MOST,
    )


def card(story: Story, lang: str) -> Card:
    """Return a story for a reader of a language."""
    langs = tuple(code for code in analyzers.CHAINS if code in story.langs)
    rows = tuple(Row(source, tuple(_cell(story, source, code) for code in langs)) for source in story.sources)
    return Card(story, story.told(lang), langs, rows)


def _cell(story: Story, source: str | None, lang: str) -> tuple[Version, ...]:
    return tuple(item for item in story.versions if (item.release.source, item.release.lang) == (source, lang))
