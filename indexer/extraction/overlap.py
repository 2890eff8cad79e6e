"""How much of a line's words a text has: what tells a headline from a site's name, and one story from another."""

import re
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence

from indexer.extraction import vocabulary

_STEM = 4
"""Letters by which two forms of a word are taken for one, where only a share of words is wanted."""
_ARTICLE = re.compile(r"^(?:[وفبلك]?ال|لل|[وبل](?=[ء-ي]{4}))")


def covered(text: str, about: Mapping[str, float]) -> float:
    """Return the share of a line's words that are in a text; of two words it says less than of ten."""
    mine = stems(text)
    return min(1.25 * sum(about.get(stem, 0.0) for stem in mine) / (len(mine) + 2), 1.0)


def recurring(paragraphs: Sequence[str]) -> Mapping[str, float]:
    """Return the words of a text: 1 for those of several paragraphs, less for those of one, which may be another's."""
    counts = Counter(stem for paragraph in paragraphs for stem in stems(paragraph))
    once = 0.6 if len(paragraphs) > 1 else 1.0
    return {stem: 1.0 if count > 1 else once for stem, count in counts.items()}


def words_of(texts: Iterable[str]) -> frozenset[str]:
    """Return the words of an article, in the form in which `shared` compares them."""
    return stems(" ".join(texts))


def shared(text: str, words: frozenset[str]) -> float:
    """Return the share of a paragraph's words that an article has."""
    mine = stems(text)
    return len(mine & words) / len(mine) if mine else 0.0


def stems(text: str) -> frozenset[str]:
    """Return the beginnings of the longer words of a text; an Arabic word is counted without its article too."""
    out = set()
    for word in vocabulary.words(text[:20_000]):
        plain = _ARTICLE.sub("", word) if len(word) > _STEM else word
        if len(plain) >= _STEM - 1:
            out.add(plain[: _STEM + 1])
    return frozenset(out)


def key(text: str) -> str:
    """Return a line as it is compared with others: its folded words."""
    return " ".join(vocabulary.words(text[:600]))
