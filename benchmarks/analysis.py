"""Measure the analyzers: tokens a second on one core, by language, with nothing known and with every word known.

    python benchmarks/analysis.py TEXTS.jsonl [--runs 7]

Each line of the file is an object with `text` and `metadata.lang`, or `text` and `lang`.
"""

from __future__ import annotations

import argparse
import json
import statistics
import time
from collections import defaultdict
from pathlib import Path
from typing import TYPE_CHECKING

from analyzers import LANGUAGES, Analyzer, analyzer

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence


def main() -> None:
    """Print a table."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("texts", type=Path, help="JSON Lines with text and language")
    parser.add_argument("--runs", type=int, default=7, help="runs of each measurement (default: 7)")
    arguments = parser.parse_args()
    texts = read(arguments.texts)
    print(
        f"{'':4}{'tokens':>9}{'cold terms()':>14}{'warm terms()':>14}{'median':>12}{'warm tokens()':>15}{'median':>12}"
    )
    for lang in LANGUAGES:
        if not texts[lang]:
            continue
        chain = analyzer(lang).chain
        count = len([term for text in texts[lang] for term in analyzer(lang).terms(text)])
        cold = [rate(Analyzer(lang, chain).terms, texts[lang], count) for _ in range(arguments.runs)]
        warm = [rate(analyzer(lang).terms, texts[lang], count) for _ in range(arguments.runs)]
        placed = [rate(analyzer(lang).tokens, texts[lang], count) for _ in range(arguments.runs)]
        print(
            f"{lang:4}{count:9,}{max(cold):14,.0f}{max(warm):14,.0f}{statistics.median(warm):12,.0f}"
            f"{max(placed):15,.0f}{statistics.median(placed):12,.0f}"
        )


def read(path: Path) -> defaultdict[str, list[str]]:
    """Give the texts of each language."""
    texts: defaultdict[str, list[str]] = defaultdict(list)
    for line in path.read_text(encoding="utf-8").splitlines():
        record = json.loads(line)
        texts[record["lang"] if "lang" in record else record["metadata"]["lang"]].append(record["text"])
    return texts


def rate(analyse: Callable[[str], object], texts: Sequence[str], count: int) -> float:
    """Give the tokens a second of one pass over the texts."""
    started = time.perf_counter()
    for text in texts:
        analyse(text)
    return count / (time.perf_counter() - started)


if __name__ == "__main__":
    main()
