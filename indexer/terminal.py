"""What the command line shows: progress, tables, results. Standard output is for results, standard error for the rest."""

import json
import sys
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from time import monotonic
from typing import Any

from rich.console import Console
from rich.markup import escape
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn, TimeRemainingColumn
from rich.table import Table
from rich.text import Text

from indexer.bench import Measured
from indexer.reading import Reject
from search.ablation import Row
from search.bootstrap import Baseline, Difference
from search.calendars import CalendarKey
from search.engines.base import Status
from search.evaluation import Measure, Report, Scores
from search.release import Release
from search.results import Hit, Publication, Results, Snippet, folded, published_in

_WIDE = 200
"""Columns where there is no terminal: nobody wants a table in a file to be cut at 80."""


class _Output(Console):
    """Leaves it to the command line what a closed pipe means; rich would end the process with 1."""

    def on_broken_pipe(self) -> None:
        raise BrokenPipeError


out = _Output(highlight=False, soft_wrap=True, width=None if sys.stdout.isatty() else _WIDE)
err = Console(stderr=True, highlight=False, soft_wrap=True)

_CONTROL = dict.fromkeys({*range(0x20), *range(0x7F, 0xA0)} - {ord("\n"), ord("\t")}, "\ufffd")
# An embedding, override or isolate that a text leaves open would turn the rest of its line. A word joiner is as invisible
# and as long, so that marks stay where they are.
_CONTROL |= dict.fromkeys([*range(0x202A, 0x202F), *range(0x2066, 0x206A)], "\u2060")
_LINE_SECONDS = 10.0
"""Where there is no terminal, progress is a line as often as this."""


def print_json(value: Any) -> None:
    """Print one JSON object, and nothing else, on standard output."""
    sys.stdout.write(json.dumps(value, ensure_ascii=False, indent=2, default=str) + "\n")


@contextmanager
def progress(what: str, total: int | None) -> Iterator[Callable[[int], None]]:
    """Show how far long work has come: a bar on a terminal, a line every ten seconds elsewhere.

    The function that is given is called with how many more are done.
    """
    if err.is_terminal:
        columns = (
            TextColumn("{task.description}"),
            BarColumn(),
            MofNCompleteColumn(),
            TimeElapsedColumn(),
            TimeRemainingColumn(),
        )
        with Progress(*columns, console=err, transient=True) as bar:
            task = bar.add_task(what, total=total)
            yield lambda count: bar.advance(task, count)
        return
    done, said = 0, monotonic()

    def advance(count: int) -> None:
        nonlocal done, said
        done += count
        if monotonic() - said >= _LINE_SECONDS:
            said = monotonic()
            err.print(f"{what}: {done:,}" + (f" of {total:,}" if total else ""))

    yield advance


def status(value: Status) -> None:
    """Print `bayan status`."""
    table = Table(box=None, show_header=False, pad_edge=False)
    table.add_row("engine", f"{value.engine}, {escape(value.location)}")
    table.add_row("generation", value.generation or "none: run `bayan index PATH…`")
    table.add_row("kept for rollback", value.previous or "none")
    by_lang = ", ".join(f"{lang} {count:,}" for lang, count in value.releases.items())
    table.add_row("releases", f"{sum(value.releases.values()):,}" + (f" ({by_lang})" if by_lang else ""))
    table.add_row("passages", f"{value.passages:,}")
    table.add_row("size", f"{value.size_bytes / 1e6:,.1f} MB")
    if value.fingerprint:
        table.add_row("fingerprint", ", ".join(f"{name} {of}" for name, of in value.fingerprint.as_dict().items()))
    table.add_row("writing now", escape(value.holder or "nobody"))
    out.print(table)
    if value.runs:
        runs = Table("started", "command", "releases", "seconds", "by", "outcome", box=None, pad_edge=False)
        for run in value.runs:
            who = f"{run.user}@{run.host}"
            told = (run.started, run.command, f"{run.written:,}", f"{run.seconds:.1f}", who, run.outcome)
            runs.add_row(*map(escape, told))
        out.print()
        out.print(runs)


def results(found: Results, *, why: bool, calendar: CalendarKey | None = None) -> None:
    """Print a page of results, a release that several sites published once, with days in `calendar`.

    Text runs in its own direction: the terminal turns right-to-left lines itself.
    """
    total = found.total
    out.print(
        f"[bold]{total.words:,}[/] match your words, [bold]{total.meaning:,}[/] related by meaning  ({found.took_ms:.0f} ms)"
    )
    if found.also_searched:
        also = dict.fromkeys((item.concept, item.typed) for item in found.also_searched)
        names = [
            f"{typed} = "
            + ", ".join(item.term for item in found.also_searched if (item.concept, item.typed) == (concept, typed))
            for concept, typed in also
        ]
        out.print(Text(plain("also searched: " + "; ".join(names)), style="dim"))
    if found.did_you_mean:
        out.print(Text.assemble("did you mean: ", (plain(found.did_you_mean.text), "bold")))
    for ranked in folded(found):
        hit, release = ranked.hit, ranked.hit.release
        out.print()
        out.print(Text.assemble(f"{ranked.rank:>3}. ", (f"[{release.lang}] ", "cyan"), _marked(hit.title, "bold")))
        facts = " · ".join(filter(None, [day(release, calendar), release.source, release.place]))
        out.print(Text(plain(f"     {facts}  ({release.id})"), style="dim"))
        for snippet in hit.highlights:
            out.print(Text.assemble("     ", _marked(snippet, "")))
        if hit.also:
            others = "; ".join(_publication(other, first=other.id == hit.first) for other in hit.also)
            out.print(Text(plain(f"     also published by {others}"), style="dim"))
        if why:
            out.print(Text(plain(f"     {reason(hit)}"), style="dim"))


def release(value: Release, calendar: CalendarKey | None = None) -> None:
    """Print a whole release."""
    out.print(Text(" ".join(plain(value.title).split()), style="bold"))
    facts = filter(None, [day(value, calendar), _doubt(value), value.source, value.place, value.url])
    out.print(Text(plain(f"[{value.lang}] {' · '.join(facts)}  ({value.id})"), style="dim"))
    out.print()
    out.print(Text(plain(value.body)))


def _doubt(value: Release) -> str | None:
    """Say how sure the day is, where it was read from a page and is not quite."""
    if value.published is None or value.published_sure is None or value.published_sure >= 1:
        return None
    return f"{value.published_sure:.0%} sure of the day"


def day(value: Release, calendar: CalendarKey | None) -> str | None:
    """Return the day of publication in `calendar`; in the Gregorian one where that has no such day, or none is asked."""
    return published_in(value, calendar or "gregorian") or published_in(value, "gregorian")


def _publication(value: Publication, *, first: bool) -> str:
    facts = [value.site, value.published and value.published.isoformat(), "first" if first else None]
    return f"{' · '.join(str(fact) for fact in facts if fact)} ({value.id})"


def reason(hit: Hit) -> str:
    """Say in a sentence why a release was found."""
    why = hit.why
    parts = [f"{word.query} ({word.form}: {', '.join(word.found)})" for word in why.words]
    words = "words: " + "; ".join(parts) if parts else "none of the words"
    meaning = f"meaning: cosine {why.cosine:.2f}" if why.meaning else "meaning not asked"
    sum_of = " + ".join(f"{part:.3f} {leg}" for leg, part in why.parts.items() if part) or "0"
    return f"score {hit.score:.3f} = {sum_of}; {words}; {meaning}"


def evaluation(report: Report, ablation: Mapping[str, Row] | None = None, baseline: Baseline | None = None) -> None:
    """Print the tables of `bayan evaluate`."""
    if report.without:
        out.print(f"without {' and '.join(report.without)}")
    table = Table(box=None, pad_edge=False)
    for name in ("", "queries", "nDCG@10", "recall@10", "recall@20 other", "own first", "share of the first ten"):
        table.add_column(name, justify="left" if name in ("", "share of the first ten") else "right")
    sections = (("", report.legs), ("query in ", report.by_query_language), ("kind ", report.by_kind))
    for what, scores_by_name in sections:
        table.add_section()
        for name, scores in scores_by_name.items():
            table.add_row(Text(plain(f"{what}{name}")), *_scores(scores))
    out.print(table)
    table = _figures("", "queries", "nDCG@10 among them", "recall@10")
    for name, of in report.by_document_language.items():
        table.add_row(Text(plain(f"documents in {name}")), f"{of.queries:,}", f"{of.ndcg:.4f}", f"{of.recall:.4f}")
    out.print()
    out.print(table)
    if ablation is not None:
        _ablation(report.whole, ablation)
    if baseline is not None:
        _baseline(baseline)


def _ablation(whole: Scores, rows: Mapping[str, Row]) -> None:
    table = _figures("", *(column for name in _COMPARED.values() for column in (name, "difference (95 %)")))
    table.add_row("whole", *(cell for value in _compared(whole) for cell in (_shown(value), "")))
    for name, row in rows.items():
        told = (_difference(row.differences.get(measure)) for measure in _COMPARED)
        cells = (cell for pair in zip(map(_shown, _compared(row.scores)), told, strict=True) for cell in pair)
        table.add_row(f"without {name}", *cells)
    out.print()
    out.print(table)


def _baseline(baseline: Baseline) -> None:
    table = _figures("", "queries", "difference (95 %)")
    for measure, name in _COMPARED.items():
        difference = baseline.differences.get(measure)
        table.add_row(name, f"{difference.queries:,}" if difference else "-", _difference(difference))
    out.print()
    out.print(Text(plain(f"since {baseline.path}")))
    for name, (then, now) in baseline.changed().items():
        out.print(Text(plain(f"{name}: then {then}, now {now}"), style="dim"))
    out.print(table)


_COMPARED: Mapping[Measure, str] = {
    "ndcg@10": "nDCG@10",
    "other_recall@20": "recall@20 other",
    "own_first": "own first",
}


def _compared(scores: Scores) -> tuple[float | None, ...]:
    return scores.ndcg, scores.other_recall, scores.own_first


def _figures(*names: str) -> Table:
    """Return a table with a name at the left and figures at the right."""
    table = Table(box=None, pad_edge=False)
    for name in names:
        table.add_column(name, justify="right" if name else "left")
    return table


def _difference(value: Difference | None) -> str:
    """Show a difference with its interval, in parentheses: brackets are markup."""
    return "-" if value is None else f"{value.mean:+.4f} ({value.low:+.4f} to {value.high:+.4f})"


def benchmark(found: list[Measured]) -> None:
    """Print the table of `bayan bench`, an engine a column."""
    table = Table("", *(item.engine for item in found), box=None, pad_edge=False)

    def row(name: str, shown: Callable[[Measured], str]) -> None:
        table.add_row(name, *map(shown, found))

    row("releases", lambda item: f"{item.releases:,}")
    row("passages", lambda item: f"{item.passages:,}")
    row("indexed, releases/s", lambda item: f"{item.indexed:,.0f}" if item.indexed else "was there")
    row("on disk, GB", lambda item: f"{item.size_bytes / 1e9:.2f}")
    row("on disk, bytes a release", lambda item: f"{item.size_bytes / item.releases:,.0f}")
    row("first view, s", lambda item: f"{item.opened:.2f}")
    for at, clients in enumerate(latency.clients for latency in found[0].latencies):
        name = f"{clients} client" + ("s" if clients > 1 else "")
        columns = [item.latencies[at] for item in found]
        for percentile in ("p50", "p95", "p99"):
            shown = [f"{getattr(latency, percentile):.1f}" for latency in columns]
            table.add_row(f"{percentile} of {name}, ms", *shown)
        table.add_row(f"searches/s of {name}", *(f"{latency.rate:.1f}" for latency in columns))
    row("peak memory of this process, GB", lambda item: f"{item.memory_bytes / 1e9:.2f}")
    out.print(table)


def _shown(value: float | None) -> str:
    return "-" if value is None else f"{value:.4f}"


def _scores(scores: Scores) -> list[str]:
    shares = " ".join(f"{lang} {share:.2f}" for lang, share in scores.languages.items())
    measured = (scores.ndcg, scores.recall, scores.other_recall, scores.own_first)
    return [f"{scores.queries:,}", *map(_shown, measured), shares]


def rejected(reject: Reject) -> None:
    """Tell of something that could not be read."""
    where = f"{reject.path}:{reject.line}" if reject.line else reject.path
    err.print(f"[yellow]rejected[/] {escape(plain(where))}: {escape(plain(reject.reason))}")


def plain(text: str) -> str:
    """Return text of others as a terminal may have it, as long as it is.

    Control characters, which it would obey, become U+FFFD, those of direction U+2060.
    """
    return text.translate(_CONTROL)


def _marked(snippet: Snippet, style: str) -> Text:
    """Return the text with its marks, on one line."""
    text = Text(plain(snippet.text), style=style)
    for start, end in snippet.marks:
        text.stylize("bold yellow", start, end)
    return Text(" ").join(part for part in text.split("\n") if part.plain.strip())
