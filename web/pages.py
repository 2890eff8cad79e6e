"""The pages: each route gets its objects from the service and hands them to a template."""

from http import HTTPStatus
from typing import Annotated, Any

from fastapi import APIRouter, Depends, Form, Query
from starlette.requests import Request
from starlette.responses import HTMLResponse, RedirectResponse, Response

import analyzers
from search import query
from search.errors import PageError, QueryError
from search.results import folded
from web import (
    analysis,
    examples,
    expansions,
    facets,
    limits,
    preferences,
    reference,
    remedies,
    rendering,
    status,
    timeline,
)
from web.api import ServiceDep
from web.links import Links, TypedLinks
from web.parameters import MAX_TEXT, Choice, PageParameters, SearchParameters, TextParameters

LATEST = 6
"""How many of the newest releases the first page shows."""

router = APIRouter(include_in_schema=False, default_response_class=HTMLResponse)


@router.api_route("/", methods=["GET", "HEAD"])
def home(request: Request, service: ServiceDep) -> HTMLResponse:
    """Show the search form, searches to try, what is in the index, and the newest of it."""
    everything = SearchParameters(q=f"lang:{','.join(analyzers.CHAINS)}", sort="newest", size=LATEST)
    found = service.search(everything)
    interface = rendering.interface(request)
    held = TypedLinks(rendering.root(request), everything)
    own_first = sorted(examples.examples().items(), key=lambda item: item[0] != interface.lang)
    tries = [(lang, text) for lang, known in own_first for text in known.searches]
    return rendering.page(
        request,
        "home.html",
        found=found,
        held=held,
        tries=tries,
        time=timeline.timeline(found, held, interface),
        facets=facets.facets(found, held, interface),
    )


@router.api_route("/search", methods=["GET", "HEAD"], dependencies=[Depends(limits.search)])
def search(request: Request, asked: Annotated[PageParameters, Query()], service: ServiceDep) -> HTMLResponse:
    """Show a page of results; of a search that cannot be read, what to change."""
    links = Links(rendering.root(request), asked, here="search")
    interface = rendering.interface(request)
    try:
        found = service.search(asked)
    except (QueryError, PageError) as error:
        return rendering.page(
            request,
            "mistake.html",
            error.status,
            links=links,
            title=interface.gettext(error.title),
            detail=interface.sentence(error),
            offered=remedies.for_mistake(error, links, interface),
        )
    return rendering.page(
        request,
        "search.html",
        links=links,
        found=found,
        hits=folded(found),
        unfolded=asked,
        expansions=expansions.expansions(found.also_searched, links, interface),
        time=timeline.timeline(found, links, interface),
        facets=facets.facets(found, links, interface),
        active=facets.active(links, interface),
        widened=remedies.for_nothing(links, interface),
        pages=-(-found.listed // found.size),
        wordless=not query.parse(asked.q).groups,
    )


@router.api_route("/help", methods=["GET", "HEAD"])
def guide(request: Request) -> HTMLResponse:
    """Show what can be written in a query; the sheet of keys is there for the scripts."""
    return rendering.page(request, "help.html")


@router.post("/preferences", response_class=RedirectResponse)
def prefer(request: Request, asked: Annotated[Choice, Form()]) -> Response:
    """Keep how the reader wants the interface, and lead back to the page that was open."""
    chosen = preferences.read(request).changed(asked.language, asked.digits, asked.calendar, asked.theme)
    root = rendering.root(request)
    response = RedirectResponse(preferences.local(asked.back, root), HTTPStatus.SEE_OTHER)
    rendering.keep(response, chosen, root)
    return response


@router.api_route("/analyze", methods=["GET", "HEAD"], dependencies=[Depends(limits.search)])
def analyze(request: Request, asked: Annotated[TextParameters, Query()]) -> HTMLResponse:
    """Show what the chain of a language makes of a text, or what those of all languages make of it."""
    text = asked.checked()
    lang = asked.lang or rendering.interface(request).lang
    shown: dict[str, Any] = {}
    if text.strip():
        shown = (
            {"rows": analysis.compared(text, exact=asked.exact)}
            if lang == "all"
            else {"analysed": analysis.analysed(text, lang, exact=asked.exact)}
        )
    return rendering.page(
        request, "analyze.html", asked=asked, lang=lang, most=MAX_TEXT, **{"rows": None, "analysed": None} | shown
    )


@router.api_route("/status", methods=["GET", "HEAD"], dependencies=[Depends(limits.search)])
def state(request: Request, service: ServiceDep) -> HTMLResponse:
    """Show what the index holds, what it was built with, and who has worked on it lately; nothing of the machine."""
    found = service.status()
    settings = request.app.state.settings
    return rendering.page(
        request,
        "status.html",
        state=found,
        releases=sum(found.releases.values()),
        built=status.built(found),
        runs=status.works(found),
        prefix=settings.index_prefix if found.engine == "elasticsearch" else None,
    )


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
