"""The share of the keyword leg, varied: what each weight gives on a set in BEIR layout.

    python -m benchmarks.fusion SET [--general .10 .15 …] [--number .15 .30 …]

Prints nDCG@10, how often the own-language version stands first, and nDCG@10 by kind of query for every pair of weights.
"""

import argparse
from pathlib import Path

from indexer import build
from search import evaluation, fusion, installation
from search.settings import Settings


def main() -> None:
    """Index once, then evaluate with each pair of weights."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("set", type=Path)
    parser.add_argument("--general", type=float, nargs="+", default=[0.10, 0.15, 0.20, 0.30])
    parser.add_argument("--number", type=float, nargs="+", default=[0.0, 0.30, 0.50])
    chosen = parser.parse_args()
    data = evaluation.read(chosen.set)
    with installation.scratch(Settings()) as here:
        build.index(here.engine, here.encoder, data.releases, command="benchmark")
        print("general  number  nDCG@10  own first  by kind")
        for general in chosen.general:
            for number in chosen.number:
                fusion.WEIGHTS.update({"general": general, "number": number})
                report = evaluation.evaluate(here.searcher(), data, legs=["hybrid"])
                whole = report.legs["hybrid"]
                kinds = " ".join(f"{kind} {scores.ndcg:.3f}" for kind, scores in report.by_kind.items())
                own = "-" if whole.own_first is None else f"{whole.own_first:.3f}"
                print(f"{general:7.2f} {number:7.2f} {whole.ndcg:8.4f} {own:>10}  {kinds}", flush=True)


if __name__ == "__main__":
    main()
