"""Templates, and how text from anywhere is put into them: escaped first, marked second, its direction contained."""

import hashlib
import re
from collections.abc import Iterable, Sequence
from datetime import date
from functools import cache
from pathlib import Path
from typing import Any

from jinja2 import Environment, FileSystemLoader, StrictUndefined, pass_context
from jinja2.ext import Extension
from jinja2.runtime import Context
from markupsafe import Markup, escape
from starlette.requests import Request
from starlette.responses import HTMLResponse, Response

import analyzers
from search.highlight import Mark
from search.release import Release
from search.results import Snippet
from web import examples, fonts, links, parameters, preferences, reasons
from web.interface import Interface
from web.languages import LANGUAGES
from web.links import Links
from web.preferences import Preferences

_FOLDER = Path(__file__).parent
STATIC = _FOLDER / "static"

# Embeddings, overrides and isolates: one that a text leaves open would turn the page around it. Every text has its own
# direction in an element of its own here, so nothing is lost without them. The marks U+200E, U+200F, U+061C stay.
_CONTROLS = dict.fromkeys([*range(0x202A, 0x202F), *range(0x2066, 0x206A)])
_INDENTATION = re.compile(r"\n[ \t]+")
_BLANK_LINE = re.compile(r"\n[^\S\n]*\n\s*")


def root(request: Request) -> str:
    """Return the path under which the application is mounted, without a slash at the end."""
    return str(request.scope.get("root_path", ""))


def base(request: Request) -> str:
    """Return the address under which readers reach the application, without a slash at the end."""
    told: str | None = request.app.state.settings.public_url
    return (told or str(request.base_url)).rstrip("/")


def interface(request: Request) -> Interface:
    """Return the interface as the reader wants it, who sends the request."""
    return Interface(preferences.read(request))


def page(request: Request, template: str, status: int = 200, **values: Any) -> HTMLResponse:
    """Render a template. `links`, `interface` and `here`, the page's own address, are there for every template.

    A language that the address names by `hl` is kept in the cookie.
    """
    shown = interface(request)
    here = request.url.path + (f"?{request.url.query}" if request.url.query else "")
    context = {"links": Links(root(request)), "interface": shown, "here": here} | values
    response = HTMLResponse(environment().get_template(template).render(context), status)
    response.headers["Vary"] = "Accept-Language, Cookie"
    response.headers["Content-Language"] = shown.lang
    if request.query_params.get("hl") == shown.lang:
        keep(response, shown.preferences, root(request))
    return response


def keep(response: Response, chosen: Preferences, root: str) -> None:
    """Let the browser keep the preferences."""
    response.set_cookie(
        preferences.COOKIE, str(chosen), max_age=preferences.AGE, path=root or "/", httponly=True, samesite="lax"
    )


def error_page(request: Request, status: int, title: str, detail: str) -> HTMLResponse:
    """Say what went wrong, with the search form as it was filled in."""
    asked = parameters.lenient(request.query_params)
    return page(
        request, "error.html", status, links=Links(root(request), asked), title=title, detail=detail, code=status
    )


class _Unindented(Extension):
    """Templates without their indentation, a tenth of a page's bytes; what is put into them keeps its own."""

    def preprocess(self, source: str, name: str | None, filename: str | None = None) -> str:  # noqa: ARG002 - the interface's
        return _INDENTATION.sub("\n", source)


@cache
def environment() -> Environment:
    """Return the templates' environment. A name that a template misspells is an error, not an empty string."""
    out = Environment(
        loader=FileSystemLoader(_FOLDER / "templates"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        finalize=contained,
        extensions=["jinja2.ext.i18n", _Unindented],
    )
    out.install_gettext_callables(_gettext, _ngettext, newstyle=True, pgettext=_pgettext)  # type: ignore[attr-defined] # added by the extension
    out.filters.update(form=_form, marked=marked, day=_day, number=_number, original=links.original, ticked=ticked)
    out.globals.update(
        CHAINS=analyzers.CHAINS,
        LANGUAGES=LANGUAGES,
        fonts=fonts.files,
        reasons=reasons,
        rules=examples.rules,
        version=_version(),
    )
    return out


def contained(value: object) -> object:
    """Drop the bidirectional controls that could reach beyond the element a text stands in. Markup is left alone."""
    return value.translate(_CONTROLS) if isinstance(value, str) and not isinstance(value, Markup) else value


def marked(snippet: Snippet) -> Markup:
    """Return the snippet's text as HTML with its marks as <mark>; no markup comes from the text itself."""
    parts: list[Markup] = []
    at = 0
    for start, end in sorted(snippet.marks):
        first = max(start, at)
        if end > first:
            parts += [
                _text(snippet.text[at:first]),
                Markup("<mark>"),
                _text(snippet.text[first:end]),
                Markup("</mark>"),
            ]
            at = end
    return Markup("").join([*parts, _text(snippet.text[at:])])


def paragraphs(release: Release, marks: Sequence[Mark]) -> tuple[Snippet, ...]:
    """Cut the body into paragraphs with their marks: at blank lines, or at every line break if there is none."""
    body = release.body
    breaks = list(_BLANK_LINE.finditer(body)) or list(re.finditer(r"\n\s*", body))
    starts = [0, *(found.end() for found in breaks)]
    ends = [*(found.start() for found in breaks), len(body)]
    return parts(release, [(start, end) for start, end in zip(starts, ends, strict=True) if start < end], marks)


def parts(release: Release, spans: Sequence[tuple[int, int]], marks: Sequence[Mark]) -> tuple[Snippet, ...]:
    """Return parts of the body, by offsets into it, with their marks."""
    offset = len(release.title) + 1
    found = [(mark.start - offset, mark.end - offset) for mark in marks]
    return tuple(_piece(release.body, start, end, found) for start, end in spans)


def ticked(text: str) -> Markup:
    """Return text with what stands between backticks as code."""
    return Markup(re.sub(r"`([^`]+)`", r"<code>\1</code>", str(escape(text))))  # noqa: S704 - escaped before


@pass_context
def _gettext(context: Context, text: str) -> str:
    return _interface(context).gettext(text)


@pass_context
def _ngettext(context: Context, one: str, many: str, n: int) -> str:
    return _interface(context).ngettext(one, many, n)


@pass_context
def _pgettext(context: Context, meant: str, text: str) -> str:
    return _interface(context).pgettext(meant, text)


@pass_context
def _form(context: Context, name: str) -> str:
    return reasons.form(name, _interface(context))


@pass_context
def _day(context: Context, value: date) -> str:
    return _interface(context).day(value)


@pass_context
def _number(context: Context, value: float, places: int = 0) -> str:
    return _interface(context).number(value, places)


def _interface(context: Context) -> Interface:
    found: Interface = context["interface"]
    return found


def _piece(body: str, start: int, end: int, spans: Iterable[tuple[int, int]]) -> Snippet:
    inside = ((max(s, start) - start, min(e, end) - start) for s, e in spans if s < end and e > start)
    return Snippet(body[start:end], tuple(inside), "body", start)


def _text(text: str) -> Markup:
    return escape(text.translate(_CONTROLS))


def _version() -> str:
    """Return a hash of the static files, which makes their addresses new when they change."""
    files = sorted(file for file in STATIC.rglob("*") if file.is_file())
    return hashlib.sha256(b"".join(file.read_bytes() for file in files)).hexdigest()[:12]
