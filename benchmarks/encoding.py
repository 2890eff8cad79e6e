"""Compare Bayan's encoder with plain sentence-transformers, side by side.

    python -m benchmarks.encoding FOLDER [--passages 32] [--rounds 5]

FOLDER is a set in BEIR layout: passages of 120 words are cut from its corpus.jsonl, as many from each language (by
metadata.lang); the lines of queries.jsonl are the queries. Every round runs every contestant once, in turns, so that
what else the machine does falls on all of them; the figures are medians over the rounds, and the ratios are of medians.
"""

import argparse
import json
import statistics
import sys
import time
from collections import defaultdict
from pathlib import Path
from typing import TYPE_CHECKING

from search.encoder import Encoder, load
from search.errors import ModelError
from search.model import resolve, stay_offline
from search.settings import Settings

if TYPE_CHECKING:
    from collections.abc import Callable

    import numpy as np
    from numpy.typing import NDArray

WORDS = 120


def passages(folder: Path, per_language: int) -> list[str]:
    """Return passages of WORDS words, up to `per_language` of each language, the languages taking turns."""
    cut: dict[str, list[str]] = defaultdict(list)
    with (folder / "corpus.jsonl").open(encoding="utf-8") as lines:
        for line in lines:
            document = json.loads(line)
            words = document["text"].split()
            whole = range(0, len(words) - WORDS + 1, WORDS)
            cut[document.get("metadata", {}).get("lang", "")] += [" ".join(words[at : at + WORDS]) for at in whole]
    return [text for turn in zip(*(texts[:per_language] for texts in cut.values()), strict=False) for text in turn]


def queries(folder: Path, count: int) -> list[str]:
    """Return `count` queries, evenly spread over the file."""
    with (folder / "queries.jsonl").open(encoding="utf-8") as lines:
        texts = [json.loads(line)["text"] for line in lines]
    return texts[:: max(1, len(texts) // count)][:count]


def main() -> None:
    """Run the comparison and print it."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("folder", type=Path, help="a set in BEIR layout")
    parser.add_argument("--passages", type=int, default=32, help="how many of each language")
    parser.add_argument("--queries", type=int, default=60)
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--model", help="a sentence-transformers folder instead of the built-in model")
    options = parser.parse_args()
    cache = Settings().cache
    texts, asked = passages(options.folder, options.passages), queries(options.folder, options.queries)
    if not texts or not asked:
        sys.exit(f"{options.folder} has no text of {WORDS} words, or no query.")

    stay_offline()
    import transformers  # noqa: PLC0415 - only after stay_offline
    from sentence_transformers import SentenceTransformer  # noqa: PLC0415

    transformers.utils.logging.disable_progress_bar()  # type: ignore[no-untyped-call]
    transformers.utils.logging.set_verbosity_error()  # type: ignore[no-untyped-call]
    plain = SentenceTransformer(str(resolve(options.model, cache)), device="cpu", local_files_only=True)
    encoders: dict[str, Encoder] = {}
    for kind in ("torch", "openvino"):
        encoder = load(options.model, cache, kind)
        try:
            encoders[f"Bayan, {encoder.runtime}"] = encoder
        except ModelError as error:
            print(error, file=sys.stderr)
    fingerprint = next(iter(encoders.values())).fingerprint
    passage_prefix, query_prefix = fingerprint.passage_prefix, fingerprint.query_prefix

    many: dict[str, Callable[[], NDArray[np.float32]]] = {
        "sentence-transformers": lambda: plain.encode(texts, prompt=passage_prefix, show_progress_bar=False)
    }
    one: dict[str, Callable[[str], object]] = {
        "sentence-transformers": lambda text: plain.encode(text, prompt=query_prefix, show_progress_bar=False)
    }
    for name, encoder in encoders.items():
        many[name] = lambda encoder=encoder: encoder.encode_passages(texts)  # type: ignore[misc]
        one[name] = lambda text, encoder=encoder: encoder.encode_queries([text])  # type: ignore[misc]

    tokens = sum(len(row) for row in plain.tokenizer([passage_prefix + text for text in texts])["input_ids"])
    vectors = {name: run() for name, run in many.items()}  # a first round that is not counted
    seconds: dict[str, list[float]] = {name: [] for name in many}
    answers: dict[str, list[float]] = {name: [] for name in one}
    for number in range(options.rounds):
        for name, run in many.items():
            begun = time.perf_counter()
            run()
            seconds[name].append(time.perf_counter() - begun)
        for name, ask in one.items():
            for text in asked:
                begun = time.perf_counter()
                ask(text)
                answers[name].append(time.perf_counter() - begun)
        print(f"round {number + 1} of {options.rounds}", file=sys.stderr)

    print(f"{len(texts)} passages, {tokens} tokens; {len(asked)} queries one by one; {options.rounds} rounds in turns")
    print(f"{'':24}{'tokens/s':>10}{'ratio':>8}{'query ms':>10}{'ratio':>8}{'least cosine':>14}")
    reference = vectors["sentence-transformers"]
    base, wait = (statistics.median(times["sentence-transformers"]) for times in (seconds, answers))
    for name in many:
        took, answer = statistics.median(seconds[name]), statistics.median(answers[name])
        cosine = float((vectors[name] * reference).sum(1).min())
        print(
            f"{name:24}{tokens / took:10.0f}{base / took:8.2f}{answer * 1000:10.1f}{wait / answer:8.2f}{cosine:14.6f}"
        )


if __name__ == "__main__":
    main()
