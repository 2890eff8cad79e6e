"""Take pictures of the main pages over the sample corpus: in three languages, both themes, three widths.

    python -m tests.browser.screenshots FOLDER [--readme]

With `--readme` only the pictures that README.md shows, by the names that it has for them.
"""

import argparse
import io
import itertools
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from importlib import resources
from pathlib import Path
from typing import NamedTuple
from urllib.parse import urlencode

from PIL import Image
from playwright import sync_api as playwright

from indexer import build, reading
from search import installation
from search.release import Release
from search.settings import Settings

from .conftest import ARGUMENTS, CHROMIUM, serving

LANGUAGES = ("ar", "fa", "en")
THEMES = ("light", "dark")
WIDTHS = (390, 820, 1440)
HEIGHT = 900

QUERIES = {"ar": "تهريب الكبتاغون في شحنة رمان", "fa": "قاچاق مواد مخدر", "en": "captagon smuggling"}
TEXTS = {
    "ar": "وبالشرطة لمكافحة المخدّرات",
    "fa": "نیروهای پلیس می‌کوشند کتاب ها را بیابند",
    "en": "Smugglers’ networks: 4,176,500 tablets",
}
PAGES = {
    "home": "/",
    "search": "/search?{query}",
    "release": "/releases/sample-captagon-pomegranates-{lang}?{query}",
    "stories": "/stories?{query}",
    "analyze": "/analyze?{text}",
}


class Shot(NamedTuple):
    """A picture: of which page, in which language and theme, how wide."""

    page: str
    lang: str
    theme: str
    width: int

    @property
    def name(self) -> str:
        return f"{self.page}-{self.lang}-{self.theme}-{self.width}.png"

    @property
    def path(self) -> str:
        query = urlencode({"q": QUERIES[self.lang]})
        text = urlencode({"lang": self.lang, "text": TEXTS[self.lang]})
        return PAGES[self.page].format(lang=self.lang, query=query, text=text)


README = {
    "search.png": Shot("search", "en", "light", 1280),
    "stories.png": Shot("stories", "ar", "light", 1280),
    "release.png": Shot("release", "fa", "dark", 1280),
    "analyze.png": Shot("analyze", "fa", "light", 1280),
}
ALL = [Shot(*parts) for parts in itertools.product(PAGES, LANGUAGES, THEMES, WIDTHS)]


def main() -> None:
    """Write the pictures."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("folder", type=Path, help="where the pictures are written")
    parser.add_argument("--readme", action="store_true", help="only those of README.md")
    arguments = parser.parse_args()
    wanted = README if arguments.readme else {shot.name: shot for shot in ALL}
    arguments.folder.mkdir(parents=True, exist_ok=True)
    with sample() as site, playwright.sync_playwright() as driver:
        browser = driver.chromium.launch(executable_path=CHROMIUM, args=ARGUMENTS)
        for name, shot in wanted.items():
            page = browser.new_page(
                locale=shot.lang, color_scheme=shot.theme, viewport={"width": shot.width, "height": HEIGHT}
            )
            page.goto(f"{site}{shot.path}", wait_until="networkidle")
            page.evaluate("document.activeElement.blur()")
            save(page.screenshot(), arguments.folder / name)
            page.close()
        browser.close()


def save(png: bytes, path: Path) -> None:
    """Write a picture with 128 colours, which are enough for pages: it is a third of the size."""
    with Image.open(io.BytesIO(png)) as picture:
        picture.convert("RGB").quantize(128, dither=Image.Dither.NONE).save(path, optimize=True)


@contextmanager
def sample() -> Iterator[str]:
    """Serve the sample corpus from a folder that is thrown away."""
    path = Path(str(resources.files("indexer"))) / "samples" / "releases.jsonl"
    with tempfile.TemporaryDirectory() as folder:
        settings = Settings(data=Path(folder), rate_limit="", public_url="https://bayan.example.org")
        with installation.opened(settings) as here:
            releases = [item for item in reading.read([path]) if isinstance(item, Release)]
            build.index(here.engine, here.encoder, releases, command="bayan index --sample")
        with serving(settings) as site:
            yield site


if __name__ == "__main__":
    main()
