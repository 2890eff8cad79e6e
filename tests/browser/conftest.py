"""Bayan in a browser: a real server over the small index of tests/web, and Chromium.

A page that a test opens is watched: a dialog, an error in the console (as a refusal by the content security policy is),
an exception in a script, or a file that is not there fails the test when it ends.
"""

import os
import shutil
import socket
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from importlib import resources
from pathlib import Path
from typing import Any
from urllib.parse import quote, urlencode

import pytest
import uvicorn

from indexer import build, reading
from search import installation
from search.release import Release, from_mapping
from search.settings import Settings
from tests.web.conftest import EVENTS, HOSTILE, PLAIN, QUOTES, SCRIPT
from web.app import create_app

try:
    from playwright import sync_api as playwright
except ImportError:
    playwright = None

CHROMIUM = os.environ.get("BAYAN_CHROMIUM") or shutil.which("chromium") or shutil.which("google-chrome")
ARGUMENTS = ["--no-sandbox", "--disable-gpu", "--disable-background-networking", "--disable-dev-shm-usage"]

LONG = from_mapping(
    {
        "id": "long-word",
        "lang": "en",
        "title": f"{'Zebra' * 60} corn {SCRIPT} \u202etxt.exe\u2067",
        "body": f"zebracorn {'x' * 10_000} {'ب' * 10_000} \u202e{SCRIPT}{QUOTES}\u2066 <img src=x onerror=alert(1)>\n\n{'—' * 400}",
        "published": "2024-03-03",
        "place": "y" * 400,
        "source": f"{'Ministry' * 40}{SCRIPT}",
        "url": f"https://example.org/{'z' * 800}",
    }
)
"""A release that means harm by its length."""

CAPTAGON = "sample-captagon-pomegranates-en"


@pytest.fixture(scope="session")
def releases() -> list[Release]:
    path = Path(str(resources.files("indexer"))) / "samples" / "releases.jsonl"
    found = [item for item in reading.read([path]) if isinstance(item, Release)]
    return [item for item in found if any(event in item.id for event in EVENTS)] + [HOSTILE, PLAIN, LONG]


@pytest.fixture(scope="session")
def site(releases, cache, tmp_path_factory) -> Iterator[str]:
    """Serve the index and return the address, without a slash at the end."""
    settings = Settings(data=tmp_path_factory.mktemp("browser"), cache=cache, rate_limit="")
    with installation.opened(settings) as here:
        build.index(here.engine, here.encoder, releases, command="test")
    with serving(settings) as address:
        yield address


@contextmanager
def serving(settings: Settings) -> Iterator[str]:
    """Run the application on a free port of this machine."""
    with socket.socket() as listening:
        listening.bind(("127.0.0.1", 0))
        # From here on connections wait until the application has started.
        listening.listen()
        config = uvicorn.Config(create_app(settings), log_level="warning", ws="none", lifespan="on")
        server = uvicorn.Server(config)
        thread = threading.Thread(target=server.run, kwargs={"sockets": [listening]}, daemon=True)
        thread.start()
        try:
            yield f"http://127.0.0.1:{listening.getsockname()[1]}"
        finally:
            server.should_exit = True
            thread.join(timeout=20)


@pytest.fixture(scope="session")
def chromium() -> Iterator[Any]:
    if playwright is None:
        pytest.skip("playwright is not installed, so no browser can be driven")
    if CHROMIUM is None:
        pytest.skip("there is no Chromium: install Debian's `chromium`, or name one by BAYAN_CHROMIUM")
    with playwright.sync_playwright() as driver:
        browser = driver.chromium.launch(executable_path=CHROMIUM, args=ARGUMENTS)
        yield browser
        browser.close()


@dataclass
class Watched:
    """A page of the browser at a site, and what went wrong on it. `at` opens an address below the site's."""

    page: Any
    site: str
    wrong: list[str] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.page.on("dialog", self._dialog)
        self.page.on("pageerror", lambda error: self.wrong.append(f"exception: {error}"))
        self.page.on("console", self._console)
        self.page.on("response", self._response)

    def at(self, path: str = "/", **parameters: str) -> Any:
        """Open an address and return the page."""
        self.page.goto(f"{self.site}{path}" + (f"?{urlencode(parameters)}" if parameters else ""))
        return self.page

    def _dialog(self, dialog: Any) -> None:
        self.wrong.append(f"dialog: {dialog.message}")
        dialog.dismiss()

    def _console(self, message: Any) -> None:
        # That an answer was an error is told by `_response`, with its address.
        if message.type == "error" and not message.text.startswith("Failed to load resource"):
            self.wrong.append(f"console: {message.text}")

    def _response(self, response: Any) -> None:
        if response.status >= 400 and not response.request.is_navigation_request():
            self.wrong.append(f"{response.status}: {response.url}")


def unfold(page: Any) -> None:
    """Follow every link of the page's content that unfolds in its place."""
    links = page.locator("main a[data-unfolds]")
    while left := links.count():
        links.first.click()
        page.wait_for_function("n => document.querySelectorAll('main a[data-unfolds]').length < n", arg=left)


@pytest.fixture
def browse(chromium, site) -> Iterator[Callable[..., Watched]]:
    """Make a page in a browser of its own, with playwright's options of a context, such as a language."""
    opened = []

    def make(**options: Any) -> Watched:
        context = chromium.new_context(**{"locale": "en", "viewport": {"width": 1280, "height": 900}} | options)
        context.set_default_timeout(20_000)
        watched = Watched(context.new_page(), site)
        opened.append((context, watched))
        return watched

    yield make
    for context, _ in opened:
        with suppress(playwright.Error):
            context.close()
    assert [wrong for _, watched in opened for wrong in watched.wrong] == []


def release(identity: str) -> str:
    """Return the path of a release."""
    return f"/releases/{quote(identity, safe='')}"


PAGES = {
    "home": "/",
    "search": "/search?q=captagon+smuggling",
    "filtered": "/search?q=zebracorn&lang=en&after=2020&mode=keyword&sort=newest",
    "nothing": "/search?q=%22qqqqzz+vvvvww%22&mode=keyword",
    "stories": "/stories?q=captagon",
    "release": f"{release(CAPTAGON)}?q=captagon",
    "beside": f"{release(CAPTAGON)}?beside=sample-captagon-pomegranates-ar",
    "versions": f"{release(CAPTAGON)}/versions",
    "hostile": f"{release(HOSTILE.id)}?q=zebracorn",
    "long": f"{release(LONG.id)}?q=zebracorn",
    "analysis": f"/analyze?{urlencode({'lang': 'fa', 'text': 'نیروهای پلیس می‌کوشند کتاب ها را ببرند'})}",
    "comparison": f"/analyze?{urlencode({'lang': 'all', 'text': 'Police forces مكافحة المخدرات'})}",
    "status": "/status",
    "docs": "/docs",
    "mistake": "/search?q=%22opium",
    "missing": "/nowhere",
}
"""An address of every kind of page."""


@pytest.fixture(scope="session")
def expect(chromium) -> Any:  # noqa: ARG001 - without a browser, skipped
    """Return playwright's expectations, which wait for what they expect."""
    playwright.expect.set_options(timeout=15_000)
    return playwright.expect
