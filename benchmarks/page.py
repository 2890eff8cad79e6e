"""Measure the page of results: its weight, and what a server's time is spent on beyond the search itself.

    python -m benchmarks.page [--runs 50]

The sample corpus is indexed into a folder that is thrown away. Pages are asked for within the process, so that no
network is measured; the time beyond the search is that of the whole request less the `took_ms` of the same search.
Prints a row a query: bytes of the page, of its styles and of its scripts, then milliseconds.
"""

from __future__ import annotations

import argparse
import statistics
import tempfile
import time
from importlib import resources
from pathlib import Path
from typing import TYPE_CHECKING, cast

from fastapi.testclient import TestClient
from lxml import html

from indexer import build, reading
from search import installation
from search.release import Release
from search.settings import Settings
from web.app import create_app

if TYPE_CHECKING:
    from fastapi import FastAPI

    from web.service import Service

QUERIES = ("captagon smuggling", "قاچاق مواد مخدر", "تهريب المخدرات", "торговля оружием", "blanchiment", "heroína")


def main() -> None:
    """Print a table."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--runs", type=int, default=50, help="requests of each query (default: 50)")
    runs: int = parser.parse_args().runs
    with tempfile.TemporaryDirectory() as folder:
        settings = Settings(data=Path(folder), rate_limit="1000000/second")
        sample = reading.read([Path(str(resources.files("indexer"))) / "samples" / "releases.jsonl"])
        with installation.opened(settings) as here:
            build.index(
                here.engine, here.encoder, [item for item in sample if isinstance(item, Release)], command="page"
            )
        with TestClient(create_app(settings)) as client:
            print(
                f"{'query':22}{'page':>8}{'styles':>8}{'scripts':>8}{'all':>8}{'whole ms':>10}{'search ms':>10}{'beyond':>8}"
            )
            for query in QUERIES:
                measure(client, query, runs)


def measure(client: TestClient, query: str, runs: int) -> None:
    """Print the row of a query. Its first request, which no list is kept for yet, is not counted."""
    address = client.build_request("GET", "/search", params={"q": query}).url.raw_path.decode()
    page = client.get(address).content
    tree = html.fromstring(page)
    styles = weight(client, tree.xpath("//link[@rel='stylesheet']/@href"))
    scripts = weight(client, tree.xpath("//script/@src"))
    service: Service = cast("FastAPI", client.app).state.service
    search, took = service.search, 0.0

    def timed(asked):  # type: ignore[no-untyped-def] # noqa: ANN001, ANN202
        nonlocal took
        found = search(asked)
        took = found.took_ms
        return found

    service.search = timed  # type: ignore[method-assign]
    whole, beyond = [], []
    for _ in range(runs):
        started = time.perf_counter()
        client.get(address)
        spent = (time.perf_counter() - started) * 1000
        whole.append(spent)
        beyond.append(spent - took)
    service.search = search  # type: ignore[method-assign]
    middle = statistics.median(whole), statistics.median(beyond)
    sizes = (len(page), styles, scripts, len(page) + styles + scripts)
    print(
        f"{query:22}{''.join(f'{size:8,}' for size in sizes)}{middle[0]:10.1f}{middle[0] - middle[1]:10.1f}{middle[1]:8.1f}"
    )


def weight(client: TestClient, addresses: list[str]) -> int:
    """Return how many bytes these files have together."""
    return sum(len(client.get(address).content) for address in addresses)


if __name__ == "__main__":
    main()
