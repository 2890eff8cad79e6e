"""Everything that goes wrong, told to a program as RFC 9457 problem details and to a reader as a page.

Which of the two depends on the address alone: the API and the health checks speak JSON, everything else HTML.
"""

import logging
import re
from collections.abc import Awaitable, Callable, Sequence
from http import HTTPStatus
from typing import Any
from urllib.parse import quote

from fastapi import FastAPI
from fastapi.exceptions import RequestValidationError
from pydantic import BaseModel
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import JSONResponse, Response

from search.errors import BayanError, RateLimitError, UsageError, translatable
from web import parameters, rendering, security
from web.parameters import AnalyzeParameters, ApiParameters, SuggestParameters
from web.schemas import Problem

MEDIA_TYPE = "application/problem+json"
_JSON_PATHS = re.compile(r"/(api|healthz|readyz|openapi\.json)(/|$)")

# By their status: what stands above the sentence, and the sentence.
_SAID: dict[HTTPStatus, tuple[str, str]] = {
    HTTPStatus.NOT_FOUND: (translatable("Not found"), translatable("There is nothing at this address.")),
    HTTPStatus.METHOD_NOT_ALLOWED: (
        translatable("Not possible"),
        translatable("{method} is not possible here: everything is read with GET."),
    ),
    HTTPStatus.INTERNAL_SERVER_ERROR: (
        translatable("An error inside Bayan"),
        translatable("Something went wrong inside Bayan. The log of the server says what."),
    ),
}

_ASKED: dict[str, type[BaseModel]] = {"suggest": SuggestParameters, "analyze": AnalyzeParameters}
"""What can be asked for at an address, by its last part; elsewhere it is a search."""

log = logging.getLogger("bayan.web")

Handler = Callable[[Request, Any], Awaitable[Response]]


def identify(error: type[BayanError]) -> str:
    """Return the part of the problem's type that names it: query-error for `QueryError`."""
    return re.sub(r"(?<=[a-z])(?=[A-Z])", "-", error.__name__).lower()


def respond(request: Request, status: int, name: str, title: str, errors: Sequence[BayanError]) -> Response:
    """Return the problem in the form that belongs to the address, on a page in the reader's language."""
    if not _JSON_PATHS.match(request.url.path):
        interface = rendering.interface(request)
        detail = " ".join(dict.fromkeys(interface.sentence(error) for error in errors))
        return rendering.error_page(request, status, interface.gettext(title), detail)
    problem = Problem(
        type=f"{rendering.root(request)}/docs#{name}",
        title=title,
        status=status,
        detail=" ".join(dict.fromkeys(map(str, errors))),
        instance=quote(request.url.path),
    )
    return JSONResponse(problem.model_dump(), status, media_type=MEDIA_TYPE)


async def _bayan_error(request: Request, error: BayanError) -> Response:
    response = respond(request, error.status, identify(type(error)), error.title, [error])
    if isinstance(error, RateLimitError):
        response.headers["Retry-After"] = str(error.wait)
    return response


async def _invalid(request: Request, error: RequestValidationError) -> Response:
    asked = _ASKED.get(request.url.path.rpartition("/")[2], ApiParameters)
    errors = parameters.errors(error, asked, told=bool(_JSON_PATHS.match(request.url.path)))
    return respond(request, HTTPStatus.BAD_REQUEST, identify(UsageError), UsageError.title, errors)


async def _http_error(request: Request, error: HTTPException) -> Response:
    status = HTTPStatus(error.status_code)
    title, said = _SAID.get(status, (status.phrase, ""))
    sentence = BayanError(said, method=request.method) if said else BayanError(str(error.detail))
    response = respond(request, status, f"http-{status.value}", title, [sentence])
    response.headers.update(error.headers or {})
    return response


async def _unexpected(request: Request, _: Exception) -> Response:
    # The server logs the traceback; this line says which request it was.
    log.error("%s %r failed", request.method, request.url.path)
    status = HTTPStatus.INTERNAL_SERVER_ERROR
    title, said = _SAID[status]
    response = respond(request, status, f"http-{status.value}", title, [BayanError(said)])
    # This handler runs outside of the middleware, which therefore cannot add them.
    response.headers.update(security.HEADERS)
    return response


HANDLERS: dict[type[Exception], Handler] = {
    BayanError: _bayan_error,
    RequestValidationError: _invalid,
    HTTPException: _http_error,
    Exception: _unexpected,
}


def install(app: FastAPI) -> None:
    """Let `app` answer with problems."""
    for error, handler in HANDLERS.items():
        app.add_exception_handler(error, handler)
