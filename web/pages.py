"""The pages: each route gets its objects from the service and hands them to a template."""

from http import HTTPStatus
from typing import Annotated

from fastapi import APIRouter, Depends, Form, Query
from starlette.requests import Request
from starlette.responses import HTMLResponse, RedirectResponse, Response

from search import query
from search.results import folded
from web import facets, limits, preferences, reference, rendering
from web.api import ServiceDep
from web.languages import LANGUAGES
from web.links import Links
from web.parameters import Choice, SearchParameters

LATEST = 6
"""How many of the newest releases the first page shows."""

router = APIRouter(include_in_schema=False, default_response_class=HTMLResponse)


@router.api_route("/", methods=["GET", "HEAD"])
def home(request: Request, service: ServiceDep) -> HTMLResponse:
    """Show the search form, what is in the index, and the newest of it."""
    everything = SearchParameters(q=f"lang:{','.join(LANGUAGES)}", sort="newest", size=LATEST)
    return rendering.page(request, "home.html", found=service.search(everything))


@router.api_route("/search", methods=["GET", "HEAD"], dependencies=[Depends(limits.search)])
def search(request: Request, asked: Annotated[SearchParameters, Query()], service: ServiceDep) -> HTMLResponse:
    """Show a page of results."""
    found = service.search(asked)
    links = Links(rendering.root(request), asked)
    return rendering.page(
        request,
        "search.html",
        links=links,
        found=found,
        hits=folded(found),
        facets=facets.facets(found, links),
        active=facets.active(links),
        pages=-(-found.listed // found.size),
        wordless=not query.parse(asked.q).groups,
    )


@router.post("/preferences", response_class=RedirectResponse)
def prefer(request: Request, asked: Annotated[Choice, Form()]) -> Response:
    """Keep how the reader wants the interface, and lead back to the page that was open."""
    chosen = preferences.read(request).changed(asked.language, asked.digits, asked.calendar, asked.theme)
    root = rendering.root(request)
    response = RedirectResponse(preferences.local(asked.back, root), HTTPStatus.SEE_OTHER)
    rendering.keep(response, chosen, root)
    return response


@router.api_route("/docs", methods=["GET", "HEAD"])
def docs(request: Request) -> HTMLResponse:
    """Show the API as its OpenAPI document tells it."""
    spec = request.app.openapi()
    return rendering.page(
        request,
        "docs.html",
        spec=spec,
        operations=reference.operations(spec),
        schemas=reference.schemas(spec),
        kinds=reference.kinds(),
    )
