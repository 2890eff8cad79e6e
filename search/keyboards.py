"""Text that was typed while another keyboard layout was on: what the same keys give on the layout that was meant.

Layouts are data: `resources/keyboards/layouts.txt` has the rows of keys of each.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from importlib import resources
from itertools import permutations

NO_LETTER = "·"
"""Stands in a row for a key that gives no letter."""

ROWS = {"E": 1, "D": 13, "C": 11, "B": 10}
"""How many keys of each row a layout tells; each row is told without and with Shift."""

# One word, perhaps with a comma or a question mark after it.
_WORD = re.compile(r"\W*+[^\W\d_]++(?:['’-][^\W\d_]++)*+\W*+")
_HEAD = re.compile(r"\[([a-z]+(?:-[a-z]+)*)\]")


@dataclass(frozen=True, slots=True)
class Pair:
    """The layout that was on and the one that was meant, by name."""

    typed: str
    meant: str


@dataclass(frozen=True)
class Layout:
    """What each key gives: by place (row, shifted or not, number in the row), one character or two."""

    keys: Mapping[tuple[str, int], str]

    @property
    def places(self) -> dict[str, tuple[str, int]]:
        """Return the key of each text; of two that give the same, the first that is told."""
        return {text: place for place, text in reversed(list(self.keys.items())) if text != NO_LETTER}


def readings(typed: str) -> dict[Pair, tuple[str, ...]]:
    """Return what a word without spaces may have been meant as, for each pair of layouts that have its keys.

    There is more than one reading where a key gives two letters, which are also on keys of their own (Arabic لا), and
    where a word was begun with a capital letter, though the script that was meant has none.
    """
    out = {}
    for pair in _pairs():
        found: dict[str, None] = {}
        for text in (typed, typed.lower()):
            for whole in (True, False):
                meant = _meant(text, pair, whole=whole)
                if meant is not None:
                    found[meant] = None
        if found:
            out[pair] = tuple(found)
    return out


def parse(text: str) -> dict[str, Layout]:
    """Read layouts. Raises `ValueError` that names the line for a row that is not whole or a key that stands twice."""
    layouts: dict[str, dict[tuple[str, int], str]] = {}
    name = ""
    for number, line in enumerate(text.splitlines(), 1):
        if not line.strip() or line.startswith("#"):
            continue
        if head := _HEAD.fullmatch(line.strip()):
            name = head[1]
            layouts[name] = {}
            continue
        row, *keys = line.split()
        if not name or len(keys) != ROWS.get(row.rstrip("+")) or (row, 0) in layouts[name]:
            raise ValueError(f"Line {number} of the keyboard layouts is no whole row of a layout: {line}")
        layouts[name] |= {(row, place): key for place, key in enumerate(keys)}
    for name, keys_by_place in layouts.items():
        if len(keys_by_place) != 2 * sum(ROWS.values()):
            raise ValueError(
                f"The keyboard layout {name} lacks a row: it has rows {', '.join(ROWS)}, each also with +."
            )
    return {name: Layout(keys_by_place) for name, keys_by_place in layouts.items()}


@cache
def layouts() -> dict[str, Layout]:
    """Return the layouts that Bayan knows, by name."""
    return parse((resources.files("search") / "resources" / "keyboards" / "layouts.txt").read_text("utf-8"))


@cache
def _pairs() -> tuple[Pair, ...]:
    return tuple(Pair(typed, meant) for typed, meant in permutations(layouts(), 2))


def _meant(text: str, pair: Pair, *, whole: bool) -> str | None:
    """Return what the keys of `text` give; None if one is not on the layout, or they give no word. `whole` takes لا for one key."""
    places, table = _table(pair)
    keys = places.findall(text) if whole else list(text)
    given = [table.get(key, NO_LETTER) for key in keys]
    if sum(map(len, keys)) != len(text) or NO_LETTER in given:
        return None
    meant = "".join(given)
    # ² stands alone on a French key: a word to the pattern, and to nobody else.
    return meant if _WORD.fullmatch(meant) and any(map(str.isalpha, meant)) else None


@cache
def _table(pair: Pair) -> tuple[re.Pattern[str], dict[str, str]]:
    places, meant = layouts()[pair.typed].places, layouts()[pair.meant].keys
    longest = sorted(places, key=len, reverse=True)
    return re.compile("|".join(map(re.escape, longest))), {text: meant[place] for text, place in places.items()}
