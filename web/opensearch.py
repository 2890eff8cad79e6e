"""Bayan as a search engine of the browser: OpenSearch 1.1, with suggestions."""

from typing import Annotated
from xml.sax.saxutils import escape, quoteattr

from fastapi import APIRouter, Depends, Query
from starlette.requests import Request
from starlette.responses import JSONResponse, Response

from search import query
from web import limits, rendering
from web.api import ServiceDep
from web.languages import LANGUAGES

DESCRIPTION = "application/opensearchdescription+xml; charset=utf-8"
SUGGESTIONS = "application/x-suggestions+json; charset=utf-8"
_SHOWN = 8

router = APIRouter(include_in_schema=False)


@router.api_route("/opensearch.xml", methods=["GET", "HEAD"])
def description(request: Request) -> Response:
    """Describe the search for browsers and feed readers, in the language of the reader."""
    base, interface = rendering.base(request), rendering.interface(request)
    name = interface.gettext("Bayan")
    said = interface.gettext("Press releases in six languages, found by words and by meaning.")
    urls = "".join(
        f'  <Url type="{kind}" method="get"{extra} template={quoteattr(f"{base}/{path}?q={{searchTerms}}")}/>\n'
        for kind, path, extra in (
            ("text/html", "search", ""),
            ("application/x-suggestions+json", "opensearch/suggestions", ' rel="suggestions"'),
            ("application/atom+xml", "feed.atom", ""),
        )
    )
    languages = "".join(f"  <Language>{code}</Language>\n" for code in LANGUAGES)
    return Response(
        '<?xml version="1.0" encoding="UTF-8"?>\n'
        '<OpenSearchDescription xmlns="http://a9.com/-/spec/opensearch/1.1/">\n'
        f"  <ShortName>{escape(name)}</ShortName>\n"
        f"  <Description>{escape(said)}</Description>\n"
        f"{urls}{languages}"
        f'  <Image width="16" height="16" type="image/svg+xml">{escape(base)}/static/icon.svg</Image>\n'
        "  <InputEncoding>UTF-8</InputEncoding>\n"
        "</OpenSearchDescription>\n",
        media_type=DESCRIPTION,
        headers={"Vary": "Accept-Language, Cookie"},
    )


@router.get("/opensearch/suggestions", dependencies=[Depends(limits.suggestion)])
def suggestions(service: ServiceDep, q: Annotated[str, Query(max_length=query.MAX_CHARACTERS)] = "") -> Response:
    """Suggest queries as browsers ask for them: what was typed, then whole queries."""
    found = service.suggest(q, _SHOWN)
    return JSONResponse([q, [item.query for item in found]], media_type=SUGGESTIONS)
