"""Commands that write: index, reindex, rollback, copy, status."""

from dataclasses import asdict
from importlib import resources
from pathlib import Path
from typing import Annotated

import typer

from indexer import build, terminal
from indexer.commands.common import REJECTED, Json, app, command, keep, opened, rejected, take, tell
from indexer.inputs import files
from search import installation, settings
from search.errors import UsageError
from search.settings import EngineName

_SAMPLES = Path(str(resources.files("indexer"))) / "samples" / "releases.jsonl"


@app.command()
def index(
    paths: Annotated[
        list[Path] | None, typer.Argument(help="Files and folders: pages, texts, mails, PDF, tables, archives.")
    ] = None,
    *,
    sample: Annotated[bool, typer.Option(help="Read the sample corpus that comes with Bayan.")] = False,
    prune: Annotated[bool, typer.Option(help="Remove releases that are not among those read.")] = False,
    as_json: Json = False,
) -> None:
    """Read files and folders into the index."""
    chosen = list(paths or []) + ([_SAMPLES] if sample else [])
    if not chosen:
        raise UsageError("Name files or folders to read, or --sample for the sample corpus.")
    files.check(chosen)
    total = sum(1 for _ in files.walk(chosen))
    with opened(settings.load()) as here:
        told = take(here, "files", total, lambda intake: intake.files(chosen), prune=prune)
    tell(told | {"files": total}, as_json=as_json)


@app.command()
def reindex(*, as_json: Json = False) -> None:
    """Build the index anew beside the one that serves, verify it, and switch to it."""
    with opened(settings.load()) as here:
        total = sum(here.engine.status().releases.values())
        with terminal.progress("building", total) as progress:
            counts = build.reindex(here.engine, here.encoder, command=command(), progress=progress)
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
def copy(
    *,
    to: Annotated[EngineName, typer.Option("--to", help="The engine to copy into.")],
    as_json: Json = False,
) -> None:
    """Copy the index of BAYAN_ENGINE into another engine, with its vectors; nothing is embedded again."""
    loaded = settings.load()
    if to == loaded.engine:
        raise UsageError(f"The index is in the {to} engine already: BAYAN_ENGINE names the one to copy from.")
    with installation.opened(loaded) as here, installation.opened(loaded, to) as there:
        total = sum(here.engine.status().releases.values())
        with terminal.progress("copying", total) as progress:
            counts = build.copy(here.engine, there.engine, command=command(), progress=progress)
        rejects = [rejected(refused) for refused in counts.refused]
        kept = keep(rejects, loaded.data)
        held = sum(there.engine.status().releases.values())
    told = {"new": counts.new, "changed": counts.changed, "unchanged": counts.unchanged, "rejected": len(rejects)}
    if as_json:
        terminal.print_json({"to": to, **told, "releases": held, "rejects": str(kept) if rejects else None})
    else:
        terminal.out.print(
            ", ".join(f"{count:,} {name}" for name, count in told.items())
            + f"; the {to} engine has {held:,} releases. BAYAN_ENGINE={to} searches them."
        )
    if rejects:
        raise typer.Exit(REJECTED)


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
