"""How fast pages are read into an index, in how much memory, and that an interrupted run continues to the same index.

    python -m benchmarks.intake [--pages 2000]

Makes saved pages in six languages, reads them with `bayan index`'s own code in a process of its own, then again into
another index with the process killed half way, and compares the two. Nothing is encoded: vectors are drawn (see
`bayan bench`), so that what is measured is reading, extracting, and writing the index, the journal and the history.
"""

import argparse
import multiprocessing
import os
import random
import resource
import signal
import sys
import tempfile
import time
from collections.abc import Callable, Sequence
from contextlib import closing
from html import escape
from pathlib import Path

from indexer import build
from indexer.bench import CALIBRATION, DIMS, MODEL, Vectors
from indexer.inputs import files
from indexer.intake import Intake
from indexer.journal import Journal
from indexer.reading import Reject, read
from search import compatibility
from search.engines.base import Matrix
from search.engines.local.engine import LocalEngine
from search.history import History
from search.release import Release

SAMPLES = Path(build.__file__).parent / "samples" / "releases.jsonl"
FINGERPRINT = compatibility.current(MODEL, DIMS, CALIBRATION.hash)
PAGE = """<!doctype html><html lang="{lang}"><head><meta charset="utf-8"><title>{title}</title>
<link rel="canonical" href="https://press.example/{number}"></head><body>
<nav>{menu}</nav><main><article><h1>{title}</h1><time>{date}</time>{paragraphs}</article></main>
<footer>© {year}</footer></body></html>
"""


class Drawn(Vectors):
    """Draws vectors for passages too."""

    def encode_passages(self, texts: Sequence[str], progress: Callable[[float], None] | None = None) -> Matrix:
        """Return a vector for each text, which it does not look at."""
        del progress
        return self.around(len(texts))


def make(folder: Path, count: int) -> None:
    """Write pages whose paragraphs are those of the sample releases of one language, in a new order."""
    chance = random.Random(1)
    samples = [item for item in read([SAMPLES]) if isinstance(item, Release)]
    by_lang: dict[str, list[Release]] = {}
    for sample in samples:
        by_lang.setdefault(sample.lang, []).append(sample)
    for number in range(count):
        lang = chance.choice(list(by_lang))
        lines = [line for sample in by_lang[lang] for line in sample.body.split("\n") if line]
        page = PAGE.format(
            lang=lang,
            title=escape(f"{chance.choice(by_lang[lang]).title} {number}"),
            number=number,
            menu="".join(
                f"<a href=/{at}>{escape(sample.title[:20])}</a> " for at, sample in enumerate(by_lang[lang][:9])
            ),
            date=f"2024-{number % 12 + 1:02}-{number % 28 + 1:02}",
            paragraphs="".join(f"<p>{escape(line)}</p>" for line in chance.sample(lines, min(8, len(lines)))),
            year=2024,
        )
        folder.joinpath(f"{number:06}.html").write_text(page, "utf-8")


def index(pages: Path, data: Path) -> build.Counts:
    """Read the pages into the index in `data`."""
    rejects: list[Reject] = []
    with closing(Journal(data)) as journal, closing(History(data)) as history:
        intake = Intake(journal, history, rejects)
        with closing(LocalEngine(data, FINGERPRINT, CALIBRATION)) as engine:
            counts = build.index(engine, Drawn(), intake.files([pages]), command="benchmark", keeper=intake)
            intake.finish()
    if rejects:
        sys.exit(f"{rejects[0].path} was rejected: {rejects[0].reason}")
    return counts


def timed(pages: Path, data: Path) -> None:
    """Read the pages, and print how fast and in how much memory."""
    begun = time.perf_counter()
    counts = index(pages, data)
    seconds = time.perf_counter() - begun
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024
    print(
        f"{counts.read:,} read ({counts.new:,} new, {counts.unchanged:,} unchanged) in {seconds:.1f} s: "
        f"{counts.read / seconds:,.0f} pages/s, peak memory {peak / 1e6:,.0f} MB"
    )


def content(data: Path) -> dict[str, str]:
    """Return the content hash of every release in an index, by id."""
    with closing(LocalEngine(data, FINGERPRINT, CALIBRATION)) as engine:
        return {entry.release.id: entry.release.content_hash for entry in engine.entries()}


def done(data: Path) -> int:
    """Return how many releases an index holds just now, none if there is no index yet."""
    with closing(LocalEngine(data, FINGERPRINT, CALIBRATION)) as engine:
        return sum(engine.status().releases.values())


def run(pages: Path, data: Path, *, kill_at: int | None = None) -> None:
    """Read in a process of its own; with `kill_at`, kill it when that many releases are in the index."""
    data.mkdir(exist_ok=True)
    child = multiprocessing.get_context("spawn").Process(target=timed, args=(pages, data))
    child.start()
    while kill_at and child.is_alive():
        time.sleep(0.2)
        held = done(data)
        if held >= kill_at:
            os.kill(child.pid or 0, signal.SIGKILL)
            print(f"killed with {held:,} releases in the index")
            break
    child.join()
    if child.exitcode and child.exitcode != -signal.SIGKILL:
        sys.exit("The reading process failed.")


def main() -> None:
    """Run the benchmark."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--pages", type=int, default=2_000)
    count = parser.parse_args().pages
    with tempfile.TemporaryDirectory(prefix="bayan-") as name:
        folder = Path(name)
        pages = folder / "pages"
        pages.mkdir()
        make(pages, count)
        size = sum(path.stat().st_size for path in files.walk([pages]) if isinstance(path, Path))
        print(f"{count:,} pages, {size / 1e6:.1f} MB")
        run(pages, folder / "whole")
        print("the same again, nothing changed: ", end="", flush=True)
        run(pages, folder / "whole")
        run(pages, folder / "broken", kill_at=count // 2)
        print("continued: ", end="", flush=True)
        run(pages, folder / "broken")
        same = content(folder / "whole") == content(folder / "broken")
        print("the continued index is the same" if same else "THE CONTINUED INDEX IS ANOTHER")
        sys.exit(not same)


if __name__ == "__main__":
    main()
