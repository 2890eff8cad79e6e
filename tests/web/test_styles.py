"""The style sheets: they can be read in both themes, mirror by themselves, and name what there is."""

import re

import pytest

from web.rendering import STATIC

SHEETS = {
    path.name: re.sub(r"/\*.*?\*/", "", path.read_text("utf-8"), flags=re.DOTALL) for path in STATIC.glob("css/*")
}
BASE = SHEETS["base.css"]
TOKENS = dict(re.findall(r"(--[\w-]+): light-dark\(([^)]+)\);", BASE.partition("@media")[0]))
TEXT, EDGE = 4.5, 3.0
"""What WCAG 2.2 asks of text (1.4.3), and of the edges of fields and the parts of drawings (1.4.11)."""


def luminance(colour: str) -> float:
    digits = colour.removeprefix("#")
    pairs = [digits[i : i + 2] for i in (0, 2, 4)] if len(digits) == 6 else [2 * digit for digit in digits]
    linear = [v / 12.92 if (v := int(pair, 16) / 255) <= 0.04045 else ((v + 0.055) / 1.055) ** 2.4 for pair in pairs]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


def contrast(one: str, other: str) -> float:
    low, high = sorted((luminance(one), luminance(other)))
    return (high + 0.05) / (low + 0.05)


@pytest.mark.parametrize("theme", [0, 1], ids=["light", "dark"])
@pytest.mark.parametrize(
    ("above", "below", "least"),
    [
        *((above, below, TEXT) for above in ("ink", "muted", "accent") for below in ("paper", "surface", "soft", "sunken")),
        *(("visited", below, TEXT) for below in ("paper", "surface")),
        ("mark-ink", "mark", TEXT),
        ("accent-ink", "accent", TEXT),
        *((name, f"{name}-soft", TEXT) for name in ("warn", "bad", "good")),
        *(("ink", f"{name}-soft", TEXT) for name in ("warn", "bad", "good")),
        *((above, below, EDGE) for above in ("edge", "by-words", "by-names", "by-meaning", "by-linked") for below in ("paper", "surface")),
    ],
)  # fmt: skip
def test_what_is_written_can_be_read(above, below, least, theme):
    one, other = (TOKENS[f"--{name}"].split(", ")[theme] for name in (above, below))
    assert contrast(one, other) >= least


@pytest.mark.parametrize("name", SHEETS)
def test_a_sheet_mirrors_by_itself(name):
    assert re.findall(r"\b(?:left|right)\b|\b(?:margin|padding|border)-(?:top|bottom)\b", SHEETS[name]) == []


@pytest.mark.parametrize("name", SHEETS)
def test_a_sheet_uses_tokens_that_exist(name):
    made = set(re.findall(r"(--[\w-]+):", BASE + SHEETS[name]))
    assert set(re.findall(r"var\((--[\w-]+)\)", SHEETS[name])) <= made


@pytest.mark.parametrize("name", [name for name in SHEETS if name != "base.css"])
def test_colours_are_tokens(name):
    assert re.findall(r"#[0-9a-fA-F]{3,8}\b|rgba?\(|hsla?\(", SHEETS[name]) == []
