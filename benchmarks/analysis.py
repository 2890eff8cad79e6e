"""Measure the analyzers: tokens a second on one core, by language, with nothing known and with every word known.

    python -m benchmarks.analysis TEXTS.jsonl [--runs 7] [--node URL]

Each line of the file is an object with `text` and `metadata.lang`, or `text` and `lang`. With `--node`, the same chains
are timed on that node of Elasticsearch instead, beside its `standard` analyzer, in microseconds a token.
"""

from __future__ import annotations

import argparse
import json
import statistics
import time
from collections import defaultdict
from pathlib import Path
from typing import TYPE_CHECKING

from elasticsearch import Elasticsearch

from analyzers import LANGUAGES, Analyzer, analyzer, settings

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

_AT_ONCE = 40


def main() -> None:
    """Print a table."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("texts", type=Path, help="JSON Lines with text and language")
    parser.add_argument("--runs", type=int, default=7, help="runs of each measurement (default: 7)")
    parser.add_argument("--node", help="a node of Elasticsearch to time instead")
    arguments = parser.parse_args()
    texts = read(arguments.texts)
    if arguments.node:
        time_node(arguments.node, texts, arguments.runs)
        return
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


def time_node(url: str, texts: defaultdict[str, list[str]], runs: int) -> None:
    """Print microseconds a token of each chain on a node, the best of `runs`, over forty texts a language."""
    print(f"{'':4}{'stems':>8}{'exact':>8}{'standard':>10}")
    with Elasticsearch(url, request_timeout=120) as client:
        for lang in LANGUAGES:
            index = f"bayan-benchmark-{lang}"
            client.indices.create(
                index=index, settings=settings(lang) | {"index": {"analyze.max_token_count": 1_000_000}}
            )
            try:
                costs = [
                    min(_cost(client, index, name, texts[lang][:_AT_ONCE]) for _ in range(runs))
                    for name in (f"bayan_{lang}", f"bayan_{lang}_exact", "standard")
                ]
            finally:
                client.indices.delete(index=index)
            print(f"{lang:4}{costs[0]:8.1f}{costs[1]:8.1f}{costs[2]:10.1f}", flush=True)


def _cost(client: Elasticsearch, index: str, name: str, texts: Sequence[str]) -> float:
    started = time.perf_counter()
    found = client.indices.analyze(index=index, analyzer=name, text=list(texts))["tokens"]
    return (time.perf_counter() - started) * 1e6 / len(found)


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
