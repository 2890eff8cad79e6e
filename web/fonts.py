"""The fonts of the pages: files that `make fonts` cut, which a browser loads as far as a page has their letters."""

from functools import cache
from pathlib import Path

FOLDER = Path(__file__).parent / "static" / "fonts"
"""Files `<cut>.<digest>.woff2`. The digest is of the file, so what an address leads to never changes."""

_SCRIPTS = {"ar": "arabic", "fa": "persian", "ru": "cyrillic"}


@cache
def files(language: str) -> tuple[str, ...]:
    """Return the names of the files that every page in a language of the interface needs."""
    cuts = ["latin", _SCRIPTS[language]] if language in _SCRIPTS else ["latin"]
    return tuple(path.name for cut in cuts for path in FOLDER.glob(f"{cut}.*.woff2"))
