"""Commands that measure: evaluate, calibrate, bench."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import asdict
from pathlib import Path
from typing import Annotated, get_args

import typer

from indexer import bench as bench_of
from indexer import build, terminal
from indexer.commands.common import AnotherEngine, Json, app, opened
from search import ablation, bootstrap, centring, encoder, evaluation, installation, lexicon, settings
from search.calibration import calibrate as measure
from search.engines.database import storage
from search.errors import UsageError
from search.evaluation import EvaluationSet, Report
from search.installation import Installation, Place
from search.settings import EngineName, Settings

_WITHOUT = "Leave out a part, or several parted by commas; can be repeated. Without… " + "; ".join(
    f"{name}: {part.sentence}" for name, part in ablation.PARTS.items()
)


@app.command()
def evaluate(
    folder: Annotated[Path, typer.Argument(help="A set in BEIR layout.")],
    *,
    without: Annotated[list[str] | None, typer.Option(metavar="PART", help=f"{_WITHOUT}.")] = None,
    each: Annotated[bool, typer.Option("--ablation", help="Also leave out each part in turn, and compare.")] = False,
    known_item: Annotated[
        int | None,
        typer.Option(metavar="SEED", help="Keep one version of each story, drawn by this number, in another language."),
    ] = None,
    save: Annotated[
        Path | None, typer.Option(dir_okay=False, writable=True, help="Write what each query got, for --baseline.")
    ] = None,
    baseline: Annotated[Path | None, typer.Option(help="Compare with an earlier run, which --save wrote.")] = None,
    engine: AnotherEngine = None,
    as_json: Json = False,
) -> None:
    """Measure retrieval on a set of queries and judgments, in a throw-away index."""
    loaded = settings.load()
    left_out = ablation.chosen(without or ())
    data, name = evaluation.read(folder), folder.resolve().name
    if known_item is not None:
        data = evaluation.known_item(data, known_item)
    earlier = bootstrap.load(baseline, data, name) if baseline else None
    parts = ablation.removable(left_out) if each else []
    apart = [part for part in parts if ablation.PARTS[part].settings]
    removed = {}
    with _indexed(loaded, data, left_out, engine) as here:
        report = evaluation.evaluate(here.searcher(left_out), data, ablation.legs(left_out), left_out)
        for part in parts:
            if part not in apart:
                removed[part] = _first_leg(here, data, (*left_out, part))
        ran = bootstrap.settings(here.fingerprint, here.lexicon, left_out)
    if save:
        bootstrap.save(save, bootstrap.identity(data, name), ran, report.queries)
    for part in apart:
        with _indexed(loaded, data, (*left_out, part), engine) as here:
            removed[part] = _first_leg(here, data, (*left_out, part))
    rows = ablation.rows(report, removed) if each else None
    since = bootstrap.baseline(baseline, earlier, ran, report.queries) if baseline and earlier else None
    if as_json:
        more = {
            "ablation": None if rows is None else {part: row.as_dict() for part, row in rows.items()},
            "baseline": since.as_dict() if since else None,
        }
        terminal.print_json(report.as_dict() | more)
    else:
        terminal.evaluation(report, rows, since)


@contextmanager
def _indexed(
    loaded: Settings, data: EvaluationSet, without: Sequence[str], engine: EngineName | None
) -> Iterator[Installation]:
    """Index a set aside, as it is without these parts."""
    with opened(ablation.settings(loaded, without), installation.scratch, engine) as here:
        with terminal.progress("indexing", len(data.releases)) as progress:
            build.index(here.engine, here.encoder, data.releases, command="evaluate", progress=progress)
        yield here


def _first_leg(here: Installation, data: EvaluationSet, without: Sequence[str]) -> Report:
    return evaluation.evaluate(here.searcher(without), data, ablation.legs(without)[:1], without)


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
    # Not through an installation: the means that it would read are those that may have to be made anew.
    model = encoder.load(loaded.model, loaded.cache)
    name = installation.model_name(model.fingerprint)
    found = measure(model, name, data, loaded.centring)
    path = output or centring.path(name, loaded.data / "calibration")
    with storage(path):
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(found.to_json(), "utf-8")
    if as_json:
        told = {
            "path": str(path),
            "model": name,
            "languages": sorted(found.passage_means),
            "floor": found.floor,
            "reach": found.reach,
        }
        terminal.print_json(told)
        return
    terminal.out.print(
        f"{path}: means of {len(found.passage_means)} languages, floor {found.floor}, reach {found.reach}. Run `bayan reindex` now."
    )


@app.command()
def bench(
    folder: Annotated[Path, typer.Argument(help="A set in BEIR layout, whose sentences and queries are used.")],
    *,
    engine: Annotated[list[str] | None, typer.Option(help="Measure this engine; can be repeated.")] = None,
    releases: Annotated[int, typer.Option(min=100, help="How many synthetic releases.")] = 100_000,
    queries: Annotated[int, typer.Option(min=10, help="How many searches.")] = 400,
    clients: Annotated[list[int] | None, typer.Option(min=1, help="Threads that search at once.")] = None,
    keep: Annotated[bool, typer.Option(help="Keep the index, and use it again next time.")] = False,
    as_json: Json = False,
) -> None:
    """Measure throughput and latency over synthetic releases, engine by engine; nothing is encoded."""
    loaded = settings.load()
    data = evaluation.read(folder)
    found = []
    for name in _engines(engine) or [loaded.engine]:
        with _bench_place(loaded, keep=keep) as place:
            measured = installation.engine_at(place, loaded, name, bench_of.fingerprint(), bench_of.CALIBRATION)
            try:
                with terminal.progress(f"indexing into {name}", releases) as progress:
                    found.append(
                        bench_of.measure(
                            name,
                            measured,
                            data,
                            lexicon.load(loaded.lexicon, loaded.cache),
                            releases=releases,
                            queries=queries,
                            clients=clients or [1, 8],
                            progress=progress,
                        )
                    )
            finally:
                if keep:
                    measured.close()
                else:
                    installation.remove(measured)
    if as_json:
        terminal.print_json({"engines": [asdict(item) for item in found]})
    else:
        terminal.benchmark(found)


def _engines(names: list[str] | None) -> list[EngineName]:
    known: tuple[EngineName, ...] = get_args(EngineName)
    for name in names or ():
        if name not in known:
            raise UsageError(f'There is no engine "{name}"; the engines are {" and ".join(known)}.')
    return [name for wanted in names or () for name in known if name == wanted]


@contextmanager
def _bench_place(loaded: Settings, *, keep: bool) -> Iterator[Place]:
    if keep:
        yield Place(loaded.data / "bench", f"{loaded.index_prefix}-bench")
    else:
        with installation.temporary(loaded) as place:
            yield place
