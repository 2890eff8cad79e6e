"""The JSON API: each route turns its parameters into one call of the service."""

from typing import Annotated, Any

from fastapi import APIRouter, Depends, Path, Query
from starlette.requests import Request

import analyzers
from search.calendars import CalendarKey
from search.results import Related, published_in
from web import limits, story_schemas
from web.parameters import CALENDAR, MAX_ID, AnalyzeParameters, ApiParameters, StoryParameters, SuggestParameters
from web.schemas import (
    Alive,
    Analysis,
    Page,
    Ready,
    RelatedRelease,
    RelatedReleases,
    ReleaseBody,
    SuggestionBody,
    Suggestions,
)
from web.service import Service
from web.story_schemas import ReleaseVersions, Stories


async def _service(request: Request) -> Service:
    service: Service = request.app.state.service
    return service


ServiceDep = Annotated[Service, Depends(_service)]
Identity = Annotated[str, Path(description="The id of a release.", max_length=MAX_ID)]


def _problems(**described: str) -> dict[int | str, dict[str, Any]]:
    return {
        int(status.removeprefix("_")): {
            "description": text,
            "content": {"application/problem+json": {"schema": {"$ref": "#/components/schemas/Problem"}}},
        }
        for status, text in described.items()
    }


_UNAVAILABLE = "There is no index or no model that can serve; `detail` says what to run."
_TOO_OFTEN = "This client asks too often; the header Retry-After says for how many seconds it has to wait."
_NO_ID = "The id is too long, or a parameter cannot be read."
_NO_RELEASE = "No release has this id."

router = APIRouter()


@router.get(
    "/api/v1/search",
    summary="Search",
    response_model=Page,
    responses=_problems(
        _400="The query or a parameter cannot be read.",
        _404="The page lies beyond the end.",
        _429=_TOO_OFTEN,
        _503=_UNAVAILABLE,
    ),
    dependencies=[Depends(limits.search)],
)
def search(asked: Annotated[ApiParameters, Query()], service: ServiceDep) -> dict[str, Any]:
    """Find releases in any language by words and by meaning.

    Totals and facets describe the whole list and stay the same from page to page. Offsets count Unicode code points of
    the text as it was written.
    """
    return service.search(asked).as_dict(asked.calendar)


@router.get(
    "/api/v1/suggest",
    summary="Suggest while typing",
    responses=_problems(
        _400="The text is too long, or a parameter cannot be read.", _429=_TOO_OFTEN, _503=_UNAVAILABLE
    ),
    dependencies=[Depends(limits.suggestion)],
)
def suggest(asked: Annotated[SuggestParameters, Query()], service: ServiceDep) -> Suggestions:
    """Give what the last words of a query that is being typed may become.

    Concepts come first, then words of the releases, then sources, each best first; then concepts that no release says
    in these words and of which one word was typed. Inside quotation marks, an exclusion or a prefix nothing is suggested, in a filter only languages
    and sources.
    """
    found = service.suggest(asked.q, asked.limit)
    return Suggestions(query=asked.q, suggestions=[SuggestionBody(**item.as_dict()) for item in found])


@router.get(
    "/api/v1/stories",
    summary="Stories",
    responses=_problems(
        _400="The query or a parameter cannot be read.",
        _404="The page lies beyond the end.",
        _429=_TOO_OFTEN,
        _503=_UNAVAILABLE,
    ),
    dependencies=[Depends(limits.search)],
)
def stories(asked: Annotated[StoryParameters, Query()], service: ServiceDep) -> Stories:
    """Group the results of a page by what they announce, whoever published it and in whatever language.

    Linked releases and other publications of the same text are taken along where they belong to the story of a result.
    """
    found = service.stories(asked, asked.size)
    told = found.results.as_dict()
    return Stories(
        **{name: told[name] for name in Stories.model_fields if name in told},
        stories=[story_schemas.story(story) for story in found.stories],
    )


# Before the route of a release, since an id may have slashes in it.
@router.get(
    "/api/v1/releases/{id:path}/versions",
    summary="What a release said before",
    responses=_problems(_400=_NO_ID, _404=_NO_RELEASE, _503=_UNAVAILABLE),
)
def versions(id: Identity, service: ServiceDep) -> ReleaseVersions:  # noqa: A002 - the name stands in the address
    """Give the texts that a release had before its page was changed, and what was changed each time.

    A release that was removed from the index has them still.
    """
    current, steps = service.versions(id)
    return ReleaseVersions(
        id=id,
        current=ReleaseBody(**current.as_dict(), published_in=None) if current else None,
        versions=[story_schemas.earlier(step) for step in steps],
    )


@router.get(
    "/api/v1/releases/{id:path}/related",
    summary="What is near a release",
    responses=_problems(_400=_NO_ID, _404=_NO_RELEASE, _429=_TOO_OFTEN, _503=_UNAVAILABLE),
    dependencies=[Depends(limits.search)],
)
def related(id: Identity, service: ServiceDep) -> RelatedReleases:  # noqa: A002 - the name stands in the address
    """Give the same news in other languages, and other releases near it by meaning, linked ones and best ones first."""
    found = service.neighbours(service.release(id))
    return RelatedReleases(
        same_news=[_related(item) for item in found.same_news], near=[_related(item) for item in found.near]
    )


@router.get(
    "/api/v1/releases/{id:path}",
    summary="A release",
    response_model=ReleaseBody,
    responses=_problems(_400=_NO_ID, _404=_NO_RELEASE, _503=_UNAVAILABLE),
)
def release(
    id: Identity,  # noqa: A002 - the name stands in the address
    service: ServiceDep,
    calendar: Annotated[CalendarKey | None, Query(description=CALENDAR)] = None,
) -> dict[str, Any]:
    """Give a whole release by its id."""
    found = service.release(id)
    return found.as_dict() | {"published_in": published_in(found, calendar)}


@router.get(
    "/api/v1/analyze",
    summary="Analyse a text",
    response_model=Analysis,
    response_model_exclude_unset=True,
    responses=_problems(_400="The text is too long, or a parameter cannot be read.", _429=_TOO_OFTEN),
    dependencies=[Depends(limits.search)],
)
def analyze(asked: Annotated[AnalyzeParameters, Query()]) -> dict[str, Any]:
    """Show what the chain of a language makes of a text: its terms with their places, and every step.

    It is what `bayan analyze --json` prints. No index is needed.
    """
    return analyzers.analyzer(asked.lang, exact=asked.exact).explain(asked.checked())


@router.get("/healthz", summary="Alive")
async def healthz() -> Alive:
    """Answer as long as the process runs, whatever the state of the index."""
    return Alive()


@router.get("/readyz", summary="Ready", responses=_problems(_503=_UNAVAILABLE))
def readyz(service: ServiceDep) -> Ready:
    """Say whether searches can be served, from which generation of the index."""
    status = service.ready()
    return Ready(engine=status.engine, generation=status.generation, releases=dict(status.releases))


def _related(item: Related) -> RelatedRelease:
    told = item.release.as_dict()
    return RelatedRelease(
        **{name: told[name] for name in RelatedRelease.model_fields if name in told},
        cosine=round(item.cosine, 4),
        linked=item.linked,
    )
