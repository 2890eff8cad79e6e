"""Commands that search: search, analyze, serve."""

from typing import Annotated, Literal

import typer
from rich.markup import escape

import analyzers
from indexer import terminal
from indexer.commands.common import Json, app, opened
from search import query, settings
from search.calendars import CalendarKey
from search.errors import NotFoundError
from search.fusion import Mode, Sort
from search.results import published_in

Language = Literal["ar", "fa", "en", "ru", "fr", "es", "und"]
InCalendar = Annotated[CalendarKey | None, typer.Option("--calendar", help="The calendar to show days in.")]


@app.command()
def search(
    text: Annotated[
        str, typer.Argument(metavar="QUERY", help='Words, "a phrase", -without, a OR b, prefix*, lang:fa …')
    ],
    *,
    lang: Annotated[list[str] | None, typer.Option(help="Only this language; can be repeated.")] = None,
    source: Annotated[list[str] | None, typer.Option(help="Only this source; can be repeated.")] = None,
    country: Annotated[list[str] | None, typer.Option(help="Only of this country, like QA; can be repeated.")] = None,
    after: Annotated[str | None, typer.Option(help="Published on this day or later.")] = None,
    before: Annotated[str | None, typer.Option(help="Published on this day or earlier.")] = None,
    mode: Annotated[Mode, typer.Option(help="Both legs, or one.")] = "hybrid",
    sort: Annotated[Sort, typer.Option(help="What comes first.")] = "relevance",
    page: Annotated[int, typer.Option(min=1)] = 1,
    size: Annotated[int, typer.Option(min=1, max=100)] = 10,
    without: Annotated[list[str] | None, typer.Option(help="A concept not to search in other words; its id.")] = None,
    prefer: Annotated[str | None, typer.Option(help="A language whose releases come before all others.")] = None,
    calendar: InCalendar = None,
    why: Annotated[bool, typer.Option(help="Say for each result why it was found.")] = False,
    as_json: Json = False,
) -> None:
    """Search in the terminal."""
    filters = query.filters(lang or (), source or (), country or (), after, before)
    with opened(settings.load()) as here:
        searcher = here.searcher()
        found = searcher.search(
            text, filters, mode=mode, sort=sort, page=page, size=size, without=without or (), prefer=prefer
        )
    if as_json:
        terminal.print_json(found.as_dict(calendar))
    else:
        terminal.results(found, why=why, calendar=calendar)


@app.command()
def show(
    identity: Annotated[str, typer.Argument(metavar="ID", help="A release's id, as `bayan search` shows it.")],
    *,
    calendar: InCalendar = None,
    as_json: Json = False,
) -> None:
    """Show a whole release."""
    with opened(settings.load()) as here:
        found = here.engine.view().fetch([identity], None)
    if not found:
        raise NotFoundError(f'There is no release with the id "{identity}".')
    release = found[0].release
    if as_json:
        terminal.print_json(release.as_dict() | {"published_in": published_in(release, calendar)})
    else:
        terminal.release(release, calendar)


@app.command()
def analyze(
    text: str,
    *,
    lang: Annotated[Language, typer.Option(help="Whose chain.")],
    exact: Annotated[bool, typer.Option(help="The chain for quoted text: folded, but not stemmed.")] = False,
    as_json: Json = False,
) -> None:
    """Show a text after every step of a language's analysis."""
    analyzer = analyzers.analyzer(lang, exact=exact)
    if as_json:
        terminal.print_json(analyzer.explain(text))
        return
    for step in analyzer.steps(text):
        told = step.as_dict()
        shown = told["text"] if "text" in told else " | ".join(told["terms"])
        terminal.out.print(f"[cyan]{told['name']:<24}[/] {escape(shown)}")


@app.command()
def serve(
    *,
    host: Annotated[str, typer.Option(help="The address to listen on.")] = "127.0.0.1",
    port: Annotated[int, typer.Option(min=1, max=65535)] = 8000,
) -> None:
    """Serve the web page and the JSON API."""
    import uvicorn  # noqa: PLC0415 - only this command needs a web server

    proxies = settings.load().proxies
    terminal.err.print(f"Bayan listens on http://{host}:{port} (Ctrl-C ends it).")
    # Named, not imported: the indexer does not know the web front end.
    uvicorn.run(
        "web.app:create_app",
        factory=True,
        host=host,
        port=port,
        log_level="warning",
        # Without these, uvicorn believes X-Forwarded-For of whoever asks from this machine.
        proxy_headers=bool(proxies),
        forwarded_allow_ips=proxies,
        server_header=False,
    )
