"""A process to be killed: writes or reindexes without end, and says on standard output what is committed.

python -m tests.behaviour.crash ENGINE FOLDER index|reindex
"""

import itertools
import sys
from pathlib import Path

from indexer import build
from tests.behaviour.conftest import ENGINES, HashEncoder, release

BATCH = 8
WORDS = ["police", "border", "opium", "seizure", "container", "shipment", "officers", "arrested", "report", "operation"]


def say(word: str) -> None:
    sys.stdout.write(word + "\n")
    sys.stdout.flush()


def main() -> None:
    engine = ENGINES[sys.argv[1]](Path(sys.argv[2]))
    if sys.argv[3] == "reindex":
        for _ in itertools.count():
            say("start")
            build.reindex(engine, HashEncoder(), command="reindex")
            say("done")
    first = sum(engine.status().releases.values())
    for number in itertools.count(first, BATCH):
        batch = [
            release(f"r{i}", ("en", "ar", "ru")[i % 3], f"Release token{i}", " ".join(WORDS[i % 10 :] * 40))
            for i in range(number, number + BATCH)
        ]
        build.index(engine, HashEncoder(), batch, command="index")
        say(str(number + BATCH))


if __name__ == "__main__":
    main()
