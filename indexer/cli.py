"""The command line, `bayan`.

Exit codes: 0 done; 1 done, but something was rejected; 2 wrong usage or settings; 3 the engine or index cannot serve;
130 interrupted.
"""

import os
import shlex
import sys
from collections.abc import Callable, Iterable, Iterator
from contextlib import AbstractContextManager, contextmanager
from dataclasses import asdict
from importlib import resources
from importlib.metadata import version
from io import TextIOWrapper
from pathlib import Path
from typing import Annotated, Any, Literal

import typer
from rich.markup import escape

import analyzers
from indexer import build, reading, terminal
from indexer.reading import Reject
from search import centring, evaluation, installation, model, query, settings
from search.calibration import calibrate as measure
from search.engines.database import storage
from search.errors import BayanError, UsageError
from search.fusion import Mode, Sort
from search.installation import Installation
from search.release import Release
from search.settings import EngineName, Settings

app = typer.Typer(
    pretty_exceptions_enable=False,
    add_completion=False,
    rich_markup_mode=None,
)

Language = Literal["ar", "fa", "en", "ru", "fr", "es"]
Json = Annotated[bool, typer.Option("--json", help="Print one JSON object on standard output.")]

_REJECTED = 1
_INTERRUPTED = 130
_TOLD = 20
_SAMPLES = Path(str(resources.files("indexer"))) / "samples" / "releases.jsonl"


def main() -> None:
    """Run the command line and end the process with its exit code."""
    for stream in (sys.stdout, sys.stderr):
        # Of a terminal or job that has no Arabic (LANG=C), the letters are shown as \u0642, and nothing fails.
        if isinstance(stream, TextIOWrapper):
            stream.reconfigure(errors="backslashreplace")
    try:
        code = app(sys.argv[1:] or ["--help"], standalone_mode=False)
        sys.stdout.flush()
    except typer.TyperException as error:
        said = error.format_message()
        hint = " A query that begins with a minus comes after --." if "No such option" in said else ""
        terminal.err.print(f"[red]Wrong usage.[/] {escape(said)}{hint} `bayan --help` lists the commands.")
        code = error.exit_code
    except BayanError as error:
        terminal.err.print(f"[red]{error.title}.[/] {escape(str(error))}")
        code = error.exit_code
    except (KeyboardInterrupt, typer.Abort):
        code = _INTERRUPTED
    except BrokenPipeError:
        # `bayan search … | head` closes the pipe early; nothing is wrong, and nothing more can be written.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        code = 0
    except OSError as error:
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        terminal.err.print(f"[red]The output cannot be written.[/] {escape(str(error))}")
        code = BayanError.exit_code
    if code == _INTERRUPTED:
        terminal.err.print("Interrupted. What was committed is kept.")
    sys.exit(code or 0)


@app.callback(invoke_without_command=True)
def bayan(
    *, show_version: Annotated[bool, typer.Option("--version", help="Print the version and end.")] = False
) -> None:
    """Cross-lingual search for security press releases."""
    if show_version:
        terminal.out.print(f"bayan {version('bayan')}")
        raise typer.Exit


@app.command()
def index(
    paths: Annotated[list[Path] | None, typer.Argument(help="Files (.jsonl, .txt) and folders.")] = None,
    *,
    sample: Annotated[bool, typer.Option(help="Read the sample corpus that comes with Bayan.")] = False,
    prune: Annotated[bool, typer.Option(help="Remove releases that are not among those read.")] = False,
    as_json: Json = False,
) -> None:
    """Read files and folders into the index."""
    chosen = list(paths or []) + ([_SAMPLES] if sample else [])
    if not chosen:
        raise UsageError("Name files or folders to read, or --sample for the sample corpus.")
    loaded = settings.load()
    rejects: list[Reject] = []
    items = reading.read(chosen)
    total = sum(1 for _ in reading.files(chosen))
    with _opened(loaded) as here, terminal.progress("reading", None) as progress:
        releases = _releases(items, rejects)
        try:
            counts = build.index(
                here.engine,
                here.encoder,
                releases,
                command=_command(),
                prune=prune,
                rejects=rejects,
                progress=progress,
            )
        finally:
            kept = _keep(rejects, loaded.data)
    told = {
        **{name: getattr(counts, name) for name in ("new", "changed", "unchanged", "removed", "embedded")},
        "rejected": len(rejects),
        "files": total,
    }
    if as_json:
        terminal.print_json(told | {"rejects": str(kept) if rejects else None})
    else:
        terminal.out.print(", ".join(f"{count:,} {name}" for name, count in told.items() if name != "embedded") + ".")
    if rejects:
        raise typer.Exit(_REJECTED)


@app.command()
def read(file: Path, *, as_json: Json = False) -> None:
    """Show what a file would be indexed as."""
    items = list(reading.read([file]))
    releases = [item for item in items if isinstance(item, Release)]
    if as_json:
        objects = [release.as_dict() for release in releases]
        terminal.print_json(objects[0] if len(objects) == 1 else objects)
    for item in items:
        if isinstance(item, Reject):
            terminal.rejected(item)
        elif not as_json:
            for name, value in item.as_dict().items():
                if value not in (None, False):
                    terminal.out.print(f"[cyan]{name}[/] {escape(terminal.plain(str(value)))}")
    if len(releases) < len(items):
        raise typer.Exit(_REJECTED)


@app.command()
def reindex(*, as_json: Json = False) -> None:
    """Build the index anew beside the one that serves, verify it, and switch to it."""
    with _opened(settings.load()) as here:
        total = sum(here.engine.status().releases.values())
        with terminal.progress("building", total) as progress:
            counts = build.reindex(here.engine, here.encoder, command=_command(), progress=progress)
        name = here.engine.status().generation
    if as_json:
        terminal.print_json({"generation": name, "releases": counts.read, "embedded": counts.embedded})
    else:
        terminal.out.print(
            f"{counts.read:,} releases, {counts.embedded:,} passages embedded; generation {name} serves."
        )


@app.command()
def rollback(*, as_json: Json = False) -> None:
    """Go back to the generation that served before."""
    with installation.opened(settings.load()) as here:
        name = here.engine.rollback()
    if as_json:
        terminal.print_json({"generation": name})
    else:
        terminal.out.print(f"Generation {name} serves.")


@app.command()
def status(*, as_json: Json = False) -> None:
    """Show the index: generations, releases by language, model, lock, last runs."""
    with installation.opened(settings.load()) as here:
        told = here.engine.status()
        if as_json:
            terminal.print_json(asdict(told))
        else:
            terminal.status(told)
        here.engine.view()


@app.command()
def search(
    text: Annotated[
        str, typer.Argument(metavar="QUERY", help='Words, "a phrase", -without, a OR b, prefix*, lang:fa …')
    ],
    *,
    lang: Annotated[list[str] | None, typer.Option(help="Only this language; can be repeated.")] = None,
    source: Annotated[list[str] | None, typer.Option(help="Only this source; can be repeated.")] = None,
    after: Annotated[str | None, typer.Option(help="Published on this day or later.")] = None,
    before: Annotated[str | None, typer.Option(help="Published on this day or earlier.")] = None,
    mode: Annotated[Mode, typer.Option(help="Both legs, or one.")] = "hybrid",
    sort: Annotated[Sort, typer.Option(help="What comes first.")] = "relevance",
    page: Annotated[int, typer.Option(min=1)] = 1,
    size: Annotated[int, typer.Option(min=1, max=100)] = 10,
    why: Annotated[bool, typer.Option(help="Say for each result why it was found.")] = False,
    as_json: Json = False,
) -> None:
    """Search in the terminal."""
    filters = query.filters(lang or (), source or (), after, before)
    with _opened(settings.load()) as here:
        searcher = here.searcher()
        found = searcher.search(text, filters, mode=mode, sort=sort, page=page, size=size)
    if as_json:
        terminal.print_json(found.as_dict())
    else:
        terminal.results(found, why=why)


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
    steps = analyzer.steps(text)
    if as_json:
        terms = [token._asdict() for token in analyzer.tokens(text)]
        terminal.print_json({"lang": lang, "terms": terms, "steps": [_step(step) for step in steps]})
        return
    for step in steps:
        told = _step(step)
        shown = told["text"] if "text" in told else " | ".join(told["terms"])
        terminal.out.print(f"[cyan]{told['name']:<24}[/] {escape(shown)}")


@app.command()
def evaluate(
    folder: Annotated[Path, typer.Argument(help="A set in BEIR layout.")],
    *,
    engine: Annotated[EngineName | None, typer.Option(help="Another engine than BAYAN_ENGINE.")] = None,
    as_json: Json = False,
) -> None:
    """Measure retrieval on a set of queries and judgments, in a throw-away index."""
    loaded = settings.load()
    data = evaluation.read(folder)
    with _opened(loaded, installation.scratch, engine) as here:
        with terminal.progress("indexing", len(data.releases)) as progress:
            build.index(here.engine, here.encoder, data.releases, command="evaluate", progress=progress)
        report = evaluation.evaluate(here.searcher(), data)
    if as_json:
        terminal.print_json(report.as_dict())
    else:
        terminal.evaluation(report)


@app.command()
def calibrate(
    folder: Annotated[Path, typer.Argument(help="Parallel texts in BEIR layout.")],
    *,
    output: Annotated[Path | None, typer.Option(help="Where to write; by default where Bayan looks for it.")] = None,
    as_json: Json = False,
) -> None:
    """Measure the language means of the model, and the floor of relatedness."""
    loaded = settings.load()
    data = evaluation.read(folder)
    with _opened(loaded) as here:
        name = here.fingerprint.model
        found = measure(here.encoder, name, data, loaded.centring)
    path = output or centring.path(name, loaded.data / "calibration")
    with storage(path):
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(found.to_json(), "utf-8")
    if as_json:
        told = {"path": str(path), "model": name, "languages": sorted(found.passage_means), "floor": found.floor}
        terminal.print_json(told)
        return
    terminal.out.print(
        f"{path}: means of {len(found.passage_means)} languages, floor {found.floor}. Run `bayan reindex` now."
    )


@app.command()
def serve(
    *,
    host: Annotated[str, typer.Option(help="The address to listen on.")] = "127.0.0.1",
    port: Annotated[int, typer.Option(min=1, max=65535)] = 8000,
) -> None:
    """Serve the web page and the JSON API."""
    import uvicorn  # noqa: PLC0415 - only this command needs a web server

    settings.load()
    terminal.err.print(f"Bayan listens on http://{host}:{port} (Ctrl-C ends it).")
    # Named, not imported: the indexer does not know the web front end.
    uvicorn.run("web.app:create_app", factory=True, host=host, port=port, log_level="warning")


_Open = Callable[[Settings, EngineName | None], AbstractContextManager[Installation]]


@contextmanager
def _opened(
    loaded: Settings, open_it: _Open = installation.opened, engine: EngineName | None = None
) -> Iterator[Installation]:
    """Open the installation, and say so if the model has to be made ready first, which takes half a minute."""
    told: list[float] = []

    def tell(done: float) -> None:
        if not told:
            terminal.err.print(f"Making the embedding model ready in {escape(str(loaded.cache))}, once …")
        told.append(done)

    if loaded.model is None:
        model.unpack(loaded.cache, tell)
    with open_it(loaded, engine) as here:
        if told:
            terminal.err.print(f"The model is ready ({here.encoder.runtime}).")
        yield here


def _releases(items: Iterable[Release | Reject], rejects: list[Reject]) -> Iterator[Release]:
    for item in items:
        if isinstance(item, Reject):
            rejects.append(item)
        else:
            yield item


def _keep(rejects: list[Reject], folder: Path) -> Path:
    """Write the rejects file, tell of the first rejects, and return the file's path."""
    path = folder / "rejects.jsonl"
    if rejects or path.exists():
        with storage(path):
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text("".join(f"{reject.as_json()}\n" for reject in rejects), "utf-8")
    for reject in rejects[:_TOLD]:
        terminal.rejected(reject)
    if rejects:
        terminal.err.print(f"All {len(rejects):,} rejects are in {escape(str(path))}.")
    return path


def _command() -> str:
    return reading.shown(shlex.join(["bayan", *sys.argv[1:]]))[:200]


def _step(step: analyzers.Step) -> dict[str, Any]:
    """Return a step as JSON: the text after a char filter, the terms after anything later."""
    if step.tokens is None:
        return {"name": step.name, "text": step.text}
    return {"name": step.name, "terms": [token.term for token in step.tokens]}
