"""The headline among the lines of a page: what its own words, its place, its tag and the page's metadata say."""

import re
import unicodedata
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from indexer.extraction import dateline, vocabulary
from indexer.extraction.blocks import SENDER
from indexer.extraction.furniture import LONG, Sign, ends
from indexer.extraction.html import level
from indexer.extraction.metadata import Claim, Metadata

_SEPARATOR = re.compile(r"\s+[|–—:»«·•›/-]+\s+|\s*[|»«]\s*|\s*::\s*")
_TRUST = (
    ("JSON-LD", 3.0),
    ("og:", 2.5),
    ("dc", 2.0),
    ("headline", 2.5),
    ("citation", 2.0),
    ("twitter:", 1.5),
    ("title", 2.0),
)
_MAX_WORDS = 45
_LABELLED = 3
_KICKER = 3
_SECTION = 5
"""Words of the name of a section, such as "Lutte contre la drogue"."""
_PARAGRAPHS = 20
_WINDOW = 400
_NEAR = 40
_LONGEST = 600
"""Characters of a line that are compared; no headline has as many."""
_STEM = 4
"""Letters by which two forms of a word are taken for one, where only a share of words is wanted."""


@dataclass(frozen=True, slots=True)
class Headline:
    """The headline: its text, the place of its block (None if it stands in metadata only), and where it was read."""

    text: str
    at: int | None
    origin: str


def choose(signs: Sequence[Sign], start: int, end: int, metadata: Metadata) -> Headline | None:
    """Return the headline of the article whose prose is in [start, end), or None if there is no line for it.

    It may stand inside of that prose: what is above it then is of other releases, whose first sentences the page shows.
    """
    claims = metadata.of("title")
    for at, sign in enumerate(signs[: start + 1]):
        value = vocabulary.label_of(sign.block.text, "title")
        # "Subject: politics" is a section.
        if value and not claims and len(value.split()) >= _LABELLED:
            return Headline(_cleaned(value), at, f"line {sign.block.number}")
    prose = [at for at in range(start, end) if signs[at].score > 0]
    # Without repetitions: a page shows the same first sentences of other stories above and below.
    texts = list(dict.fromkeys(signs[at].block.text for at in prose[:_PARAGRAPHS]))
    about = _recurring(texts)
    # A listing has thousands of lines; a headline is near the beginning of its text.
    last = min(_half(signs, prose, start), start + _NEAR)
    first = _begun(signs, start)
    keys = [_key(sign.block.text) for sign in signs[first : last + 1]]
    again = Counter(keys)
    elsewhere: set[str] = set().union(*(_named(sign.block.text) for sign in signs[first : last + 1]))
    ranked: list[tuple[float, int]] = []
    distance = 0.0
    below: list[str] = []
    opening: Mapping[str, float] = {}
    for at in range(last, first - 1, -1):
        sign, key = signs[at], keys[at - first]
        if _may_be(sign, before=at < start) and (key in elsewhere or not _is_part(key, keys, at - first)):
            followed = _followed(signs, at, end)
            of = about if sign.score <= 0 else _recurring([text for text in texts if text != sign.block.text])
            score = _worth(sign, claims, of, opening) + followed - 0.5 * min(distance, 6)
            # Printed twice, or beside the site's name as a browser's window has it: "Headline - Agency".
            score += 0.6 * (again[key] > 1) + 1.5 * (key in elsewhere) - _inside(sign, at, start, followed)
            ranked.append((score, at))
            distance += 1
        elif sign.furniture in {"menu", "link"}:
            # A menu stands between a site's name and its news, seldom between a headline and its text.
            distance += 0.5
        if sign.score > 0:
            distance = 0.0
            below = [sign.block.text, *below][:2]
            opening = dict.fromkeys(_stems(" ".join(below)), 1.0)
        elif at == last and not below:
            below = [signs[place].block.text for place in prose if place > at][:2]
            opening = dict.fromkeys(_stems(" ".join(below)), 1.0)
    if not ranked:
        return _of_claims(claims, metadata, about)
    score, at = max(ranked)
    at = _first_of_two(signs, at, claims, about)
    named, origins = _support(signs[at], claims)
    better = _of_claims(claims, metadata, about)
    # A headline that is not among the page's lines is believed if the text speaks of it as much as of the line; of a
    # site's name, which the page names too, it speaks less.
    least = max(_covered(signs[at].block.text, about) * (2 if named else 1), 0.3)
    if (
        better is not None
        and better.origin.startswith(("JSON-LD", "og:"))
        and _key(better.text) != keys[at - first]
        and _covered(better.text, about) >= least
    ):
        return better
    tag = signs[at].block.tag
    return Headline(_cleaned(signs[at].block.text), at, ", ".join([*([tag] if tag else ["line"]), *origins]))


def _begun(signs: Sequence[Sign], start: int) -> int:
    """Return the first place at which the headline may stand: in a chat, behind the head of the text's own message."""
    first = max(start - _WINDOW, 0)
    return max((at for at in range(first, start) if signs[at].block.role == SENDER), default=first)


def _worth(sign: Sign, claims: Sequence[Claim], about: Mapping[str, float], opening: Mapping[str, float]) -> float:
    """Return what a line itself says for being the headline."""
    # A site's name is a heading too, and in the window's title; but the article does not speak of it.
    spoken = 0.3 + 0.7 * min(_covered(sign.block.text, about) / 0.5, 1.0)
    return (_support(sign, claims)[0] + _heading(sign)) * spoken + _form(sign) + _share(sign, about, opening)


def _is_part(key: str, keys: Sequence[str], at: int) -> bool:
    """Return whether a line is the rest of a headline near it, as under a picture: ". - مكافحة المخدرات بين دول …"."""
    near = keys[max(at - _NEAR, 0) : at + _NEAR]
    return len(key.split()) >= 3 and any(key in other and len(key) < len(other) for other in near)  # noqa: PLR2004


def _named(line: str) -> set[str]:
    """Return the headlines that a line may name beside something else."""
    return {_key(form) for form in _forms(line)[1:]} - {_key(line)}


def _half(signs: Sequence[Sign], prose: Sequence[int], start: int) -> int:
    """Return the last place at which a headline has half of the prose below it."""
    total = sum(signs[at].score for at in prose)
    passed = 0.0
    for at in prose:
        passed += signs[at].score
        if passed > total / 2:
            return max(at - 1, min(start + 1, len(signs) - 1))
    return len(signs) - 1


def _inside(sign: Sign, at: int, start: int, followed: float) -> float:
    """Return what tells against a line inside of the prose: it may be a sentence, or a heading between paragraphs."""
    if at < start:
        return 0.0
    if sign.sentence:
        return 3.0
    return 0.0 if followed >= 1 else 2.0


def is_again(text: str, headline: str) -> bool:
    """Return whether a line is the headline once more, or the end or beginning of it."""
    one, other = _key(text), _key(headline)
    if not one or not other:
        return False
    return one == other or (len(one.split()) >= 4 and one in other) or (other in one and len(one) < 1.3 * len(other))  # noqa: PLR2004


def sites(title: Headline | None, metadata: Metadata) -> frozenset[str]:
    """Return the names that the page gives its site: in its metadata, and behind the headline in the window's title."""
    named = {_key(claim.value) for claim in metadata.of("source")}
    if title is not None:
        windows = (_forms(claim.value)[1:] for claim in metadata.of("title"))
        named.update(_key(form) for forms in windows if _key(title.text) in map(_key, forms) for form in forms)
        named.discard(_key(title.text))
    return frozenset(named - {""})


def is_of(text: str, names: frozenset[str]) -> bool:
    """Return whether a line is one of some names."""
    return _key(text) in names


def _may_be(sign: Sign, *, before: bool) -> bool:
    block = sign.block
    if sign.dated or not 1 <= block.words <= _MAX_WORDS or dateline.is_place_line(block.text):
        return False
    if sign.sentence and ((block.words > LONG and ends(block.text)) or dateline.read(block.text) is not None):
        return False
    if sign.furniture in {"link", "menu"} and (level(block) or block.role == "title"):
        return block.words > 2  # noqa: PLR2004 - a blog's headline is a link to itself
    return not sign.furniture and (before or block.words <= (LONG if sign.sentence else LONG + 15))


def _heading(sign: Sign) -> float:
    score = {1: 2.0, 2: 1.2, 3: 0.8, 4: 0.4}.get(level(sign.block), 0.0)
    return score + {"headline": 1.5, "name": 1.0, "title": 1.0}.get(sign.block.role, 0.0)


def _form(sign: Sign) -> float:
    block = sign.block
    score = 0.4 * (block.bold > 0.9) - 0.8 * (block.link > 0.5) - 1.5 * bool(block.aside)  # noqa: PLR2004
    if block.words < 4:  # noqa: PLR2004
        score -= (0.0, 2.0, 1.5, 0.7)[block.words]
    if block.words > 30:  # noqa: PLR2004
        score -= 1.5
    if block.text.endswith((".", "؛", ";")):
        score -= 0.7
    if block.text.endswith((":", "،", ",", "…", "...")):
        score -= 1.5
    return score


def _followed(signs: Sequence[Sign], at: int, end: int) -> float:
    """Return what the line below says: under a headline stand a date, a byline, buttons of sharing."""
    if at + 1 >= min(end, len(signs)):
        return 0.0
    below = signs[at + 1]
    if below.dated or below.furniture in {"published", "byline", "source", "views", "code"}:
        return 1.0
    if below.furniture in {"share", "print", "caption"} or dateline.is_place_line(below.block.text):
        return 0.6
    return 0.0


def _first_of_two(signs: Sequence[Sign], at: int, claims: Sequence[Claim], about: Mapping[str, float]) -> int:
    """Of a headline and the line that sharpens it, both right above the article, return the first.

    Three and more such lines are a list of other headlines, of which the last belongs to the article.
    """
    if _support(signs[at], claims)[0] or level(signs[at].block):
        return at
    run = [at]
    own = _followed(signs, at, len(signs)) > 0
    for above in range(at - 1, -1, -1):
        if not _may_be(signs[above], before=True):
            if signs[above].dated and len(run) == 1 and above == at - 1 and above > 0 and not own:
                # The date stands between the two. Below a site's name and the day it stands above the headline.
                continue
            break
        run.append(above)
    # No empty line parts them: what stands above is no list, and a line of few words is the kicker.
    close = [at]
    while close[-1] and not signs[close[-1]].block.gap and _may_be(signs[close[-1] - 1], before=True):
        close.append(close[-1] - 1)
    mine = _key(signs[at].block.text)
    close = [
        place
        for place in close
        if place == at or (signs[place].block.words > _KICKER and mine not in _key(signs[place].block.text))
    ]
    if len(close) == 2 and signs[close[1]].block.words > _SECTION:  # noqa: PLR2004
        run, least = close, 0.35
    else:
        least = 0.8
    if len(run) != 2:  # noqa: PLR2004
        return at
    first = run[1]
    shares = _covered(signs[first].block.text, about), _covered(signs[at].block.text, about)
    return first if signs[first].block.words > _KICKER and shares[0] >= least * shares[1] else at


def _support(sign: Sign, claims: Sequence[Claim]) -> tuple[float, list[str]]:
    """Return how much of the page's metadata names this line as the headline, and which."""
    mine = _key(sign.block.text)
    total, origins = 0.0, []
    for claim in claims:
        forms = [_key(form) for form in _forms(claim.value)]
        whole = _key(claim.value)
        cut = whole.removesuffix("…").removesuffix("...").strip()
        if mine in forms or (len(cut) > 25 and mine.startswith(cut)) or (len(mine) > 25 and whole.startswith(mine)):  # noqa: PLR2004
            total += next((weight for name, weight in _TRUST if claim.origin.startswith(name)), 1.0)
            origins.append(claim.origin)
    return min(total, 6.0), origins


def _forms(value: str) -> list[str]:
    """Return what a head's title may say: all of it, or without the site's name before or behind."""
    value = value[:_LONGEST]
    parts = list(_SEPARATOR.finditer(value))[:8]
    return [value, *(value[: part.start()] for part in parts), *(value[part.end() :] for part in parts)]


def _of_claims(claims: Sequence[Claim], metadata: Metadata, about: Mapping[str, float]) -> Headline | None:
    site = {_key(claim.value) for claim in metadata.of("source")}
    best: tuple[float, str, str] | None = None
    for rank, claim in enumerate(claims):
        for form in map(str.strip, _forms(claim.value)):
            words = len(form.split())
            if _key(form) in site or words < 2 or words > _MAX_WORDS:  # noqa: PLR2004
                continue
            # The longest form of which the article speaks; a part that it does not speak of is the site's name.
            score = _covered(form, about) + 0.01 * min(words, 20) - 0.1 * rank
            if best is None or score > best[0]:
                best = (score, form, claim.origin)
    return Headline(best[1], None, best[2]) if best else None


def _share(sign: Sign, about: Mapping[str, float], opening: Mapping[str, float]) -> float:
    return 3.0 * _covered(sign.block.text, about) + 1.5 * _covered(sign.block.text, opening)


def _covered(text: str, stems: Mapping[str, float]) -> float:
    """Return the share of a line's words that are in a text; of two words it says less than of ten."""
    mine = _stems(text)
    return min(1.25 * sum(stems.get(stem, 0.0) for stem in mine) / (len(mine) + 2), 1.0)


def _recurring(paragraphs: Sequence[str]) -> Mapping[str, float]:
    """Return the words of a text: 1 for those of several paragraphs, less for those of one, which may be another's."""
    counts = Counter(stem for paragraph in paragraphs for stem in _stems(paragraph))
    once = 0.6 if len(paragraphs) > 1 else 1.0
    return {stem: 1.0 if count > 1 else once for stem, count in counts.items()}


def words_of(texts: Iterable[str]) -> frozenset[str]:
    """Return the words of an article, in the form in which `shared` compares them."""
    return _stems(" ".join(texts))


def shared(text: str, words: frozenset[str]) -> float:
    """Return the share of a paragraph's words that an article has."""
    mine = _stems(text)
    return len(mine & words) / len(mine) if mine else 0.0


def _stems(text: str) -> frozenset[str]:
    """Return the beginnings of the longer words of a text; an Arabic word is counted without its article too."""
    out = set()
    for word in vocabulary.words(text[:20_000]):
        plain = _ARTICLE.sub("", word) if len(word) > _STEM else word
        if len(plain) >= _STEM - 1:
            out.add(plain[: _STEM + 1])
    return frozenset(out)


_ARTICLE = re.compile(r"^(?:[وفبلك]?ال|لل|[وبل](?=[ء-ي]{4}))")


def _key(text: str) -> str:
    return " ".join(vocabulary.words(text[:600]))


def _cleaned(text: str) -> str:
    """Return a headline without what only adorns it: marks, pictographs, "Press release:" before it."""
    text = text.strip(" \t|•·*#")
    while text and unicodedata.category(text[0]) in {"So", "Sk", "Mn", "Cf"}:
        text = text[1:].lstrip()
    return vocabulary.label_of(text, "genre") or text
