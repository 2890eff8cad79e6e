"""Load the page of results of a running server, and watch how long answers take and what memory it has.

    BAYAN_RATE_LIMIT= bayan serve &
    python -m benchmarks.serving tests/relevance --pid $! [--clients 8] [--seconds 120] [--url http://127.0.0.1:8000]

Each client asks for one page after another, the queries of a set in BEIR layout in an order of its own, every third with
a filter or on another page. Prints requests a second, p50 and p99 in milliseconds, answers that were no page of results,
and the server's resident memory before, in the middle and after.
"""

from __future__ import annotations

import argparse
import json
import random
import statistics
import threading
import time
from collections import Counter
from http import HTTPStatus
from pathlib import Path

import httpx

ADDED = ({}, {}, {"lang": "fa"}, {}, {}, {"mode": "keyword", "sort": "newest"}, {}, {}, {"after": "2023"})
"""What is added to the queries, in turn."""


def main() -> None:
    """Print a table."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("set", type=Path, help="a folder with queries.jsonl")
    parser.add_argument("--pid", type=int, required=True, help="the server's process, whose memory is read")
    parser.add_argument("--clients", type=int, default=8, help="how many ask at a time (default: 8)")
    parser.add_argument("--seconds", type=float, default=120, help="for how long (default: 120)")
    parser.add_argument("--url", default="http://127.0.0.1:8000", help="where the server listens")
    arguments = parser.parse_args()
    lines = (arguments.set / "queries.jsonl").read_text("utf-8").splitlines()
    queries = [json.loads(line)["text"] for line in lines if line.strip()]
    with httpx.Client(base_url=arguments.url, timeout=60) as client:
        for query in queries[:3]:
            client.get("/search", params={"q": query}).raise_for_status()

    memory = [resident(arguments.pid)]
    spent: list[float] = []
    answers: Counter[str] = Counter()
    started = time.monotonic()

    def work(number: int) -> None:
        with httpx.Client(base_url=arguments.url, timeout=60) as client:
            order = random.Random(number)
            while time.monotonic() < started + arguments.seconds:
                took, told = ask(client, {"q": order.choice(queries)} | order.choice(ADDED))
                # Lists and counters take one item at a time, whichever thread brings it.
                spent.append(took)
                answers.update([told])

    threads = [threading.Thread(target=work, args=[number]) for number in range(arguments.clients)]
    for thread in threads:
        thread.start()
    time.sleep(arguments.seconds / 2)
    memory.append(resident(arguments.pid))
    for thread in threads:
        thread.join()
    took = time.monotonic() - started
    memory.append(resident(arguments.pid))

    cuts = [value * 1000 for value in statistics.quantiles(spent, n=100)]
    wrong = {name: count for name, count in answers.items() if name != "200"}
    print(f"clients     {arguments.clients}")
    print(f"seconds     {took:.0f}")
    print(f"requests    {len(spent):,}, {len(queries)} queries")
    print(f"a second    {len(spent) / took:.1f}")
    print(f"p50         {cuts[49]:.0f} ms")
    print(f"p99         {cuts[98]:.0f} ms")
    print(f"errors      {sum(wrong.values())}" + (f" {wrong}" if wrong else ""))
    print(f"memory      {', '.join(f'{value:,.0f} MB' for value in memory)} (before, in the middle, after)")


def ask(client: httpx.Client, asked: dict[str, str]) -> tuple[float, str]:
    """Ask for a page of results; return the seconds that it took, and its status or what was wrong with it."""
    before = time.perf_counter()
    try:
        response = client.get("/search", params=asked)
    except httpx.HTTPError as error:
        return time.perf_counter() - before, type(error).__name__
    whole = response.status_code != HTTPStatus.OK or '<main id="main"' in response.text
    return time.perf_counter() - before, str(response.status_code) if whole else "no page"


def resident(pid: int) -> float:
    """Return the resident memory of a process in MB, as Linux tells it."""
    for line in Path(f"/proc/{pid}/status").read_text("ascii").splitlines():
        if line.startswith("VmRSS:"):
            return int(line.split()[1]) / 1000
    raise ValueError(f"The process {pid} has ended.")


if __name__ == "__main__":
    main()
