"""The pages of a release: itself, beside another one, what it said before, and how to cite it."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Annotated

from fastapi import APIRouter, Depends, Path, Query
from starlette.requests import Request
from starlette.responses import HTMLResponse, Response

from search import differences, highlight
from search.alignment import Beside, Side
from search.differences import Line, Renumbered, Step
from search.errors import QueryError
from search.highlight import Mark
from search.release import Release
from search.results import Snippet
from web import citations, limits, rendering
from web.api import Identity, ServiceDep
from web.interface import Interface
from web.links import Links
from web.parameters import MAX_ID, SearchParameters
from web.service import Service

router = APIRouter(include_in_schema=False, default_response_class=HTMLResponse)

Q = Annotated[str, Query()]


@dataclass(frozen=True)
class Part:
    """A part of a release beside another one. `pair` is the number that it shares with its partner; None without one."""

    text: Snippet
    pair: int | None


@dataclass(frozen=True)
class Column:
    """A release as paragraphs of parts; `name` begins the names of their anchors, `other` those of the other column's."""

    release: Release
    paragraphs: tuple[tuple[Part, ...], ...]
    name: str
    other: str

    @property
    def alone(self) -> int:
        """Return how many parts have no partner."""
        return sum(part.pair is None for paragraph in self.paragraphs for part in paragraph)

    @property
    def parts(self) -> int:
        """Return how many parts there are."""
        return sum(map(len, self.paragraphs))


@dataclass(frozen=True)
class Earlier:
    """An earlier text as the page shows it: when it was replaced, for people, and what changed then."""

    release: Release
    until: str
    day: str
    time: str
    lines: tuple[Line, ...]
    numbers: tuple[Renumbered, ...]
    paragraphs: tuple[Snippet, ...]


# Before the route of a release, since an id may have slashes in it.
@router.api_route("/releases/{id:path}/versions", methods=["GET", "HEAD"])
def versions(request: Request, id: Identity, service: ServiceDep) -> HTMLResponse:  # noqa: A002 - the name stands in the address
    """Show what a release said before, and what was changed, the last change first."""
    current, steps = service.versions(id)
    shown = rendering.interface(request)
    earlier = [_earlier(step, shown) for step in reversed(steps)]
    newest = current or steps[-1].release
    return rendering.page(request, "versions.html", release=newest, removed=current is None, earlier=earlier)


@router.api_route("/releases/{id:path}", methods=["GET", "HEAD"], dependencies=[Depends(limits.search)])
def release(
    request: Request,
    id: Identity,  # noqa: A002 - the name stands in the address
    service: ServiceDep,
    q: Q = "",
    beside: Annotated[str, Query(max_length=MAX_ID)] = "",
) -> HTMLResponse:
    """Show a whole release with the words of a search marked in it, or two side by side."""
    found = service.release(id)
    marks, unmarked = _marks(service, found, q, rendering.interface(request))
    links = Links(rendering.root(request), SearchParameters(q=q))
    if beside:
        other = service.release(beside)
        others, _ = _marks(service, other, q, rendering.interface(request))
        columns = _columns(service.beside(found, other), marks, others)
        return rendering.page(request, "beside.html", links=links, columns=columns, unmarked=unmarked)
    return rendering.page(
        request,
        "release.html",
        links=links,
        release=found,
        title=highlight.title(found, marks),
        paragraphs=rendering.paragraphs(found, marks),
        neighbours=service.neighbours(found),
        publications=service.publications(found),
        versions=len(service.versions(id)[1]),
        formats={name: (of, of.write(found)) for name, of in citations.FORMATS.items()},
        permalink=rendering.base(request) + Links("").own(id),
        marked=len(marks),
        unmarked=unmarked,
    )


@router.api_route("/cite/{name}/{id:path}", methods=["GET", "HEAD"])
def cite(
    name: Annotated[str, Path()],
    id: Identity,  # noqa: A002 - the name stands in the address
    service: ServiceDep,
) -> Response:
    """Give a release's entry in a format as a file."""
    chosen = citations.format_named(name)
    found = service.release(id)
    attached = f'attachment; filename="{citations.key(found)}.{chosen.ending}"'
    return Response(
        chosen.write(found), media_type=f"{chosen.media_type}; charset=utf-8", headers={"Content-Disposition": attached}
    )


def _marks(service: Service, found: Release, q: str, shown: Interface) -> tuple[list[Mark], str | None]:
    """Find the words of a search; a search that cannot be read hides no release, it is told in a sentence."""
    try:
        return service.marks(found, q) if q.strip() else [], None
    except QueryError as error:
        return [], shown.sentence(error)


def _columns(found: Beside, *marks: Sequence[Mark]) -> tuple[Column, Column]:
    """Return both sides, their pairs numbered in the order of the first."""
    first = {pair.first: number for number, pair in enumerate(found.pairs, 1)}
    second = {pair.second: number for number, pair in enumerate(found.pairs, 1)}
    return (
        Column(found.first.release, _paragraphs(found.first, marks[0], first), "a", "b"),
        Column(found.second.release, _paragraphs(found.second, marks[1], second), "b", "a"),
    )


def _paragraphs(side: Side, marks: Sequence[Mark], pairs: dict[int, int]) -> tuple[tuple[Part, ...], ...]:
    """Put the parts of a release into paragraphs: a line break between two parts begins one."""
    out: list[list[Part]] = []
    at = 0
    texts = rendering.parts(side.release, side.parts, marks)
    for place, (text, (start, end)) in enumerate(zip(texts, side.parts, strict=True)):
        if not out or "\n" in side.release.body[at:start]:
            out.append([])
        out[-1].append(Part(text, pairs.get(place)))
        at = end
    return tuple(map(tuple, out))


def _earlier(step: Step, shown: Interface) -> Earlier:
    when = datetime.fromisoformat(step.until)
    return Earlier(
        step.release,
        step.until,
        shown.day(when.date()),
        shown.digits(f"{when:%H:%M}"),
        step.lines,
        differences.renumbered(step.lines),
        rendering.paragraphs(step.release, ()),
    )
