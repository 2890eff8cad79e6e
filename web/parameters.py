"""What a search can be asked for: one grammar for the JSON API and the HTML pages.

Limits that belong to the query itself (its length, its syntax, dates, languages) are told by `search.query`, so that
every way to search says the same sentence; the limits here keep what is not read by it in bounds.
"""

from collections.abc import Mapping
from typing import Annotated, Any, Literal

from fastapi.exceptions import RequestValidationError
from pydantic import BaseModel, ConfigDict, Field, StringConstraints, ValidationError, model_validator
from starlette.datastructures import QueryParams

from search import query
from search.calendars import CalendarKey
from search.errors import UsageError
from search.fusion import Mode, Sort
from search.query import Filters
from search.searcher import MAX_SIZE
from search.stories import FIRST
from search.suggestions import MAX_LIMIT

MAX_PAGE = 1_000_000
MAX_ID = 2_000
"""The longest release id that is looked up; longer ones do not fit into the address line of common servers."""

CALENDAR = "The calendar that published_in gives days in: gregorian, persian (Jalali) or islamic (Hijri)."

MAX_TEXT = 5_000
"""The longest text that is analysed at once, in characters."""

_MAX_SOURCE = 300
_MAX_CONCEPT = 100
_MAX_DATE = 20
_MAX_ADDRESS = 8_000
_SHOWN = 40

Chain = Literal["ar", "fa", "en", "ru", "fr", "es", "und"]
"""A chain of analysis; a test compares them with the analyzers'."""

Language = Annotated[str, StringConstraints(max_length=_SHOWN)]
Country = Annotated[str, StringConstraints(max_length=_SHOWN)]
Source = Annotated[str, StringConstraints(max_length=_MAX_SOURCE)]
ConceptId = Annotated[str, StringConstraints(max_length=_MAX_CONCEPT)]


class SearchParameters(BaseModel):
    """The parameters of a search. One left empty, as a form sends it, counts as not given."""

    model_config = ConfigDict(frozen=True)

    q: str = Field(
        "",
        description=(
            f'What to look for, at most {query.MAX_CHARACTERS:,} characters: words, "a phrase", -without, one OR other, '
            "prefix*, and the filters lang: source: country: after: before:"
        ),
        examples=["captagon smuggling"],
        json_schema_extra={"maxLength": query.MAX_CHARACTERS},
    )
    lang: list[Language] = Field(
        [],
        max_length=query.MAX_UNITS,
        description="Languages to search in, repeatable: ar, fa, en, ru, fr, es, und (any other). None means all of them.",
    )
    source: list[Source] = Field(
        [],
        max_length=query.MAX_UNITS,
        description=(
            f"Agencies to search in, repeatable up to {query.MAX_UNITS} times: the exact names that the facet gives, "
            f"at most {_MAX_SOURCE} characters each."
        ),
    )
    country: list[Country] = Field(
        [],
        max_length=query.MAX_UNITS,
        description=(
            f"Countries of agencies to search in, repeatable up to {query.MAX_UNITS} times: codes of ISO 3166-1, like QA."
        ),
    )
    after: str | None = Field(
        None, max_length=_MAX_DATE, description="The first day of publication: 2024-05-01, 2024-05 or 2024."
    )
    before: str | None = Field(
        None, max_length=_MAX_DATE, description="The last day of publication: 2024-05-01, 2024-05 or 2024."
    )
    mode: Mode = Field(
        "hybrid",
        description="How to search: hybrid (words and meaning), keyword (words alone) or semantic (meaning alone).",
    )
    without: list[ConceptId] = Field(
        [],
        max_length=query.MAX_UNITS,
        description=(
            "Concepts that are not searched in other words, repeatable: their ids, as also_searched gives them, "
            f"at most {_MAX_CONCEPT} characters each."
        ),
    )
    prefer: Language | None = Field(
        None,
        description=(
            "A language whose releases come before all others, in the same order among each other: "
            "ar, fa, en, ru, fr, es. None means that no language goes before another."
        ),
    )
    sort: Sort = Field("relevance", description="The order: relevance, newest or oldest.")
    page: int = Field(1, ge=1, le=MAX_PAGE, description=f"Which page, a whole number from 1 to {MAX_PAGE:,}.")
    size: int = Field(
        10, ge=1, le=MAX_SIZE, description=f"How many results a page has, a whole number from 1 to {MAX_SIZE}."
    )

    @model_validator(mode="before")
    @classmethod
    def _without_empty(cls, data: Any) -> Any:
        if isinstance(data, Mapping):
            return {name: value for name, value in data.items() if value not in ("", [""])}
        return data

    def filters(self) -> Filters:
        """Read the filters. Raises `QueryError`."""
        return query.filters(self.lang, self.source, self.country, self.after, self.before)


class PageParameters(SearchParameters):
    """The same for the page of results, with what unfolds there."""

    why: int | None = Field(
        None, ge=1, le=MAX_PAGE * MAX_SIZE, description="The rank of a result that is to tell why it was found."
    )
    more: str | None = Field(None, max_length=_SHOWN, description="The facet that is to show all of its values.")


class Choice(BaseModel):
    """What the form of preferences sends: any of them, and where to go back to. What is not known is not kept."""

    back: str = Field("", max_length=_MAX_ADDRESS)
    language: str | None = None
    digits: str | None = None
    calendar: str | None = None
    theme: str | None = None


class ApiParameters(SearchParameters):
    """The same for programs: a parameter that does not exist is refused, since a misspelt filter would let all through."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    calendar: CalendarKey | None = Field(None, description=CALENDAR)


class StoryParameters(ApiParameters):
    """The same, where the results of a page are grouped."""

    size: int = Field(
        FIRST, ge=1, le=MAX_SIZE, description=f"How many results are grouped, a whole number from 1 to {MAX_SIZE}."
    )


class SuggestParameters(BaseModel):
    """What can be asked for while a query is being typed."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    q: str = Field(
        "",
        description=f"What has been typed so far, up to the cursor: at most {query.MAX_CHARACTERS:,} characters.",
        examples=["drug traf"],
        json_schema_extra={"maxLength": query.MAX_CHARACTERS},
    )
    limit: int = Field(
        8,
        ge=1,
        le=MAX_LIMIT,
        description=f"How many suggestions to give at most, a whole number from 1 to {MAX_LIMIT}.",
    )


class TextParameters(BaseModel):
    """A text to be analysed, on the page: in a language, or in all of them side by side."""

    model_config = ConfigDict(frozen=True)

    text: str = Field(
        "",
        description=f"The text to analyse, at most {MAX_TEXT:,} characters.",
        examples=["می‌کند"],
        json_schema_extra={"maxLength": MAX_TEXT},
    )
    lang: Chain | Literal["all"] | None = None
    exact: bool = Field(
        False, description="True for the chain of quoted text, which folds letters but keeps endings and stop words."
    )

    def checked(self) -> str:
        """Return the text. Raises `UsageError` for one that is too long."""
        if len(self.text) > MAX_TEXT:
            raise UsageError(
                "The text has {length} characters; at most {most} can be analysed at once.",
                length=len(self.text),
                most=MAX_TEXT,
            )
        return self.text


class AnalyzeParameters(TextParameters):
    """The same for programs: one language, which has to be named."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    lang: Chain = Field(
        description="The language whose chain analyses it: ar, fa, en, ru, fr, es, or und for any other."
    )


def lenient(given: QueryParams) -> SearchParameters:
    """Read what can be read, to show a form again beside the sentence that says what is wrong with it."""
    values: dict[str, Any] = {
        name: given.getlist(name) if name in ("lang", "source", "country", "without") else given[name]
        for name in SearchParameters.model_fields
        if name in given
    }
    try:
        return SearchParameters(**values)
    except ValidationError as error:
        wrong = {part["loc"][0] for part in error.errors() if part["loc"]}
        return SearchParameters(**{name: value for name, value in values.items() if name not in wrong})


def errors(error: RequestValidationError, asked: type[BaseModel], *, told: bool) -> list[UsageError]:
    """Say which parameters, of those in `asked`, are at fault, and with `told`, for programs, what each may be."""
    out = []
    for found in error.errors():
        name = next((str(part) for part in found["loc"][1:] if isinstance(part, str)), "")
        field = asked.model_fields.get(name)
        given = str(found.get("input", ""))
        shown = given if len(given) <= _SHOWN else f"{given[:_SHOWN]}…"
        if found["type"] == "extra_forbidden":
            known = ", ".join(asked.model_fields)
            out.append(
                UsageError('There is no parameter "{name}": there are {known}.', name=name[:_SHOWN], known=known)
            )
        elif name == "id":
            out.append(UsageError("An id has at most {most} characters.", most=MAX_ID))
        else:
            out.append(UsageError('The parameter "{name}" cannot be "{value}".', name=name, value=shown))
            if told:
                # An English text of the API's own reference, which may have braces.
                reference = field.description or "" if field else str(found["msg"])
                out.append(UsageError(reference))
    return out
