"""Measure what a first visit of a page brings and how soon something is seen, in Chromium.

    python -m benchmarks.paint [--url http://127.0.0.1:8000] [--runs 10]

For each page and language of the interface, in a browser without a cache: the bytes of HTML, styles and scripts, of
fonts, and of everything else; the median of the first contentful paint in milliseconds; and the hosts that were asked.
"""

from __future__ import annotations

import argparse
import os
import shutil
import statistics
from collections import Counter
from typing import TYPE_CHECKING
from urllib.parse import urlencode, urlsplit

from playwright import sync_api as playwright

if TYPE_CHECKING:
    from playwright.sync_api import Browser

PAGES = {
    "home": "/",
    "search": f"/search?{urlencode({'q': 'captagon smuggling'})}",
    "release": "/releases/sample-captagon-pomegranates-en",
}
LANGUAGES = ("en", "ar", "fa")
KINDS = {"document": "page", "stylesheet": "page", "script": "page", "font": "fonts"}
PAINT = "performance.getEntriesByName('first-contentful-paint')[0]?.startTime ?? null"


def main() -> None:
    """Print a table."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--url", default="http://127.0.0.1:8000", help="where the server listens")
    parser.add_argument("--runs", type=int, default=10, help="visits of each page (default: 10)")
    arguments = parser.parse_args()
    print(f"{'page':10}{'':4}{'HTML+CSS+JS':>12}{'fonts':>10}{'other':>8}{'paint ms':>10}  hosts")
    with playwright.sync_playwright() as driver:
        path = os.environ.get("BAYAN_CHROMIUM") or shutil.which("chromium")
        browser = driver.chromium.launch(executable_path=path, args=["--no-sandbox", "--disable-gpu"])
        for name, address in PAGES.items():
            for language in LANGUAGES:
                visits = [visit(browser, f"{arguments.url}{address}", language) for _ in range(arguments.runs)]
                weights, hosts, _ = visits[0]
                paint = statistics.median(painted for _, _, painted in visits)
                shown = "".join(
                    f"{weights[kind]:{width},}" for kind, width in (("page", 12), ("fonts", 10), ("other", 8))
                )
                print(f"{name:10}{language:4}{shown}{paint:10.0f}  {', '.join(sorted(hosts))}")
        browser.close()


def visit(browser: Browser, url: str, language: str) -> tuple[Counter[str], set[str], float]:
    """Visit a page for the first time; return bytes by kind, as they are when unpacked, the hosts, and the paint in ms."""
    weights: Counter[str] = Counter()
    hosts: set[str] = set()
    page = browser.new_context(locale=language, viewport={"width": 1280, "height": 900}).new_page()
    responses: list[playwright.Response] = []
    page.on("response", lambda response: responses.append(response))  # noqa: PLW0108 - playwright marks the function
    page.goto(url, wait_until="networkidle")
    page.wait_for_function(f"({PAINT}) !== null")
    for response in responses:
        weights[KINDS.get(response.request.resource_type, "other")] += len(response.body())
        hosts.add(urlsplit(response.url).netloc)
    painted = float(page.evaluate(PAINT))
    page.context.close()
    return weights, hosts, painted


if __name__ == "__main__":
    main()
