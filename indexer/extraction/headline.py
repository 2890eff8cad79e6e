"""The headline among the lines of a page: what its own words, its place, its tag and the page's metadata say."""

import re
import unicodedata
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass, replace

from indexer.extraction import candidate, claimed, dateline, overlap, rights, vocabulary
from indexer.extraction.blocks import SENDER
from indexer.extraction.furniture import LONG, Sign, trail
from indexer.extraction.html import level
from indexer.extraction.metadata import Claim, Metadata

_SECTION_OF = re.compile(r"([^\W\d_]{2,20})\s+/\s+(?=\S)")
"""The Saudi agency and others begin a headline with its section: "عام / …"."""
_BARRED = re.compile(r"\s[|·•›]\s|\s::\s")
_MARKS = " \t|•·*#"
_NUMBER = re.compile(r"\d{1,2}[.)]\s+(?=[^\W\d])")
"""The number of an item of a bulletin."""
_BAR = re.compile(r"\s[|»«]\s|\s::\s")
"""What parts a headline from a site's name and stands in none: the dash and the colon do."""
_LABELLED = 3
_BETWEEN = 6
"""Lines that part a headline from its subtitle at most: a date, a byline, counters."""
_LED = 4
_KICKER = 3
_SECTION = 5
"""Words of the name of a section, such as "Lutte contre la drogue"."""
_SHARPENED = 0.35
"""What the text speaks of a headline, at least, as a share of what it does of the subtitle, which may be its summary."""
_PARAGRAPHS = 20
_WINDOW = 400
_NEAR = 40


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
    names = {overlap.key(claim.value) for claim in metadata.of("source")} | _letterheads(signs, end)
    names -= {""}
    claims = [claim for claim in metadata.of("title") if overlap.key(claim.value) not in names]
    prose = [at for at in range(start, end) if signs[at].score > 0]
    if not claims and (labelled := _labelled(signs, _half(signs, prose, start), prose)):
        return labelled
    # Without repetitions: a page shows the same first sentences of other stories above and below.
    texts = list(dict.fromkeys(signs[at].block.text for at in prose[:_PARAGRAPHS]))
    about = overlap.recurring(texts)
    said = f" {' '.join(map(overlap.key, texts))} "
    # A listing has thousands of lines; a headline is near the beginning of its text.
    last = min(_half(signs, prose, start), start + _NEAR)
    # A column beside the article may have more of the prose; a heading that metadata names is no other's.
    named = (at for at in range(start, end) if level(signs[at].block) and claimed.support(signs[at], claims)[0])
    last = max(last, next(named, last))
    first = _begun(signs, start)
    elsewhere: set[str] = set().union(*(claimed.named(sign.block.text) for sign in signs[first : last + 1]))
    signs = [_led_to(sign) if first <= at <= last else sign for at, sign in enumerate(signs)]
    keys = [
        "" if candidate.is_stamped(sign) or sign.furniture == "contents" else overlap.key(sign.block.text)
        for sign in signs[first : last + 1]
    ]
    again = Counter(keys)
    ranked: list[tuple[float, int]] = []
    distance = 0.0
    below: list[str] = []
    opening: Mapping[str, float] = {}
    for at in range(last, first - 1, -1):
        sign, key = signs[at], keys[at - first]
        if (
            candidate.may_be(sign, before=at < start)
            and key not in names
            and (key in elsewhere or not _is_part(key, keys, at - first))
        ):
            followed = _followed_on(signs, at, start, end)
            of = about if sign.score <= 0 else overlap.recurring([text for text in texts if text != sign.block.text])
            worth = _worth(sign, claims, of, opening)
            # Whole in a sentence stands a name: "The Ministry of Interior said".
            worth *= 0.5 if 0 < sign.block.words <= _SECTION and worth > 0 and f" {key} " in said else 1.0
            score = worth + followed - 0.5 * min(distance, 6)
            # Printed twice, or beside the site's name as a browser's window has it: "Headline - Agency".
            score += 0.6 * (again[key] > 1) + 1.5 * (key in elsewhere) - _inside(sign, claims, at < start, followed)
            ranked.append((score, at))
            distance += 1
        elif sign.furniture in {"menu", "link"}:
            # A menu stands between a site's name and its news, seldom between a headline and its text.
            distance += 0.5
        if sign.score > 0:
            distance = 0.0
            below = [sign.block.text, *below][:2]
            opening = dict.fromkeys(overlap.stems(" ".join(below)), 1.0)
        elif at == last and not below:
            below = [signs[place].block.text for place in prose if place > at][:2]
            opening = dict.fromkeys(overlap.stems(" ".join(below)), 1.0)
    if not ranked:
        return _of_claims(claims, metadata, about)
    told = [overlap.key(claim.value) for claim in metadata.of("about")]
    opened = next((at for at in range(first, last + 1) if _opens(signs[at], told)), None)
    if claims and opened is not None and not any(claimed.support(signs[at], claims)[0] for _, at in ranked):
        # A messenger's page is titled with the channel's name, and described with the text, which the headline begins.
        return Headline(_cleaned(signs[opened].block.text), opened, "description")
    _, at = max(ranked)
    above = _first_of_two(signs, at, claims, about)
    at = at if overlap.key(signs[above].block.text) in names else above
    return _told(signs, at, claims, metadata, about)


def _told(
    signs: Sequence[Sign], at: int, claims: Sequence[Claim], metadata: Metadata, about: Mapping[str, float]
) -> Headline:
    """Return the headline of a line, or the one that metadata tells better."""
    support, origins = claimed.support(signs[at], claims)
    better = _of_claims(claims, metadata, about)
    # A headline that is not among the page's lines is believed if the text speaks of it as much as of the line; of a
    # site's name, which the page names too, it speaks less.
    least = max(overlap.covered(signs[at].block.text, about) * (2 if support else 1), 0.3)
    if (
        better is not None
        and better.origin.startswith(("JSON-LD", "og:"))
        and overlap.key(better.text) != overlap.key(signs[at].block.text)
        and overlap.covered(better.text, about) >= least
    ):
        return better
    tag = signs[at].block.tag
    text = _cleaned(signs[at].block.text)
    text = text if tag else _alone(text, {key for key in map(overlap.key, _short(signs)) if key}, about)
    return Headline(text, at, ", ".join([*([tag] if tag else ["line"]), *origins]))


def _labelled(signs: Sequence[Sign], last: int, prose: Sequence[int]) -> Headline | None:
    """Return the headline that a label gives ("Subject: …"): of a mail that was forwarded, that of the first sender.

    Where it stands once more below, above the text, what is between is a letter to whom the text was sent. There it is
    without the site's name.
    """
    found: Headline | None = None
    about = overlap.recurring([signs[at].block.text for at in prose[:_PARAGRAPHS]])
    keys: list[str] = []
    best = 0.0
    for at, sign in enumerate(signs[: last + 1]):
        value = vocabulary.label_of(sign.block.text, "title")
        # "Subject: politics" is a section.
        if value and len(value.split()) >= _LABELLED:
            found, best = Headline(_cleaned(value), at, f"line {sign.block.number}"), 0.0
            keys = [overlap.key(form) for form in claimed.forms(found.text)]
        elif found is not None and sign.block.words >= _LABELLED and overlap.key(_cleaned(sign.block.text)) in keys:
            # Of a headline and a site's name the text speaks of the first.
            share = overlap.covered(sign.block.text, about)
            if share >= best:
                found, best = Headline(_cleaned(sign.block.text), at, f"line {sign.block.number}"), share
    return found


def _letterheads(signs: Sequence[Sign], end: int) -> set[str]:
    """Return the names in whose right a page stands: in its copyright line, and at its head and its foot."""
    foot = {overlap.key(sign.block.text) for sign in signs[end:] if sign.block.words <= _SECTION}
    head = {overlap.key(sign.block.text) for sign in signs[:_KICKER] if sign.block.words <= _SECTION}
    return {overlap.key(rights.holder(sign.block.text)) for sign in signs if not sign.sentence} | (head & foot)


def _short(signs: Sequence[Sign]) -> Iterator[str]:
    """Give what the short lines of a page say, and whose rights they reserve: a site's name is among it."""
    for sign in signs:
        if sign.block.words <= rights.MAX_WORDS:
            yield sign.block.text
            yield rights.holder(sign.block.text)


def _alone(text: str, names: AbstractSet[str], about: Mapping[str, float]) -> str:
    """Return a text's headline without the site's name that a browser's window has behind or before it."""
    parts = claimed.SEPARATOR.split(text)
    if len(parts) == 1:
        return text
    ends = [(parts[-1], text[: text.rindex(parts[-1])]), (parts[0], text[len(parts[0]) :])]
    for part, left in ends:
        rest = left.strip(" |–—-:·•›/")
        bar = _BARRED.search(text) is not None and overlap.covered(rest, about) >= overlap.covered(part, about)
        if len(rest.split()) >= _LED and len(part.split()) <= rights.MAX_WORDS and (bar or overlap.key(part) in names):
            return rest
    return text


def _begun(signs: Sequence[Sign], start: int) -> int:
    """Return the first place at which the headline may stand: in a chat, behind the head of the text's own message."""
    first = max(start - _WINDOW, 0)
    return max((at for at in range(first, start) if signs[at].block.role == SENDER), default=first)


def _worth(sign: Sign, claims: Sequence[Claim], about: Mapping[str, float], opening: Mapping[str, float]) -> float:
    """Return what a line itself says for being the headline."""
    # A site's name is a heading too, and in the window's title; but the article does not speak of it.
    spoken = 0.3 + 0.7 * min(overlap.covered(sign.block.text, about) / 0.5, 1.0)
    named = claimed.support(sign, claims)[0] + candidate.heading(sign)
    # A few words in large letters and in the window's title are a site's name as often as a headline.
    named *= 0.5 if sign.block.words <= _SECTION else 1.0
    return named * spoken + candidate.form(sign) + _share(sign, about, opening)


def _led_to(sign: Sign) -> Sign:
    """Return the sign of a breadcrumb trail as that of the page it leads to, which may be named nowhere else."""
    page = trail(sign.block.text) if sign.furniture == "menu" and not level(sign.block) else ""
    if len(page.split()) < _LED or page.endswith(("...", "…")):
        return sign
    return replace(sign, block=replace(sign.block, text=page, role=candidate.TRAIL, link=0.0, aside=""), furniture="")


def _opens(sign: Sign, said: Sequence[str]) -> bool:
    """Return whether a line is the first of what the page's description says, and not all of it."""
    is_line = _LED <= sign.block.words <= LONG and not sign.furniture and not sign.dated
    return is_line and any(one.startswith(f"{overlap.key(sign.block.text)} ") for one in said)


def _is_part(key: str, keys: Sequence[str], at: int) -> bool:
    """Return whether a line is the rest of a headline near it, as under a picture: ". - مكافحة المخدرات بين دول …"."""
    near = keys[max(at - _NEAR, 0) : at + _NEAR]
    return len(key.split()) >= 3 and any(key in other and len(key) < len(other) for other in near)  # noqa: PLR2004


def _half(signs: Sequence[Sign], prose: Sequence[int], start: int) -> int:
    """Return the last place at which a headline has half of the prose below it."""
    total = sum(signs[at].score for at in prose)
    passed = 0.0
    for at in prose:
        passed += signs[at].score
        if passed > total / 2:
            return max(at - 1, min(start + 1, len(signs) - 1))
    return len(signs) - 1


def _inside(sign: Sign, claims: Sequence[Claim], before: bool, followed: float) -> float:
    """Return what tells against a line inside of the prose: it may be a sentence, or a heading between paragraphs."""
    if before or (level(sign.block) and claimed.support(sign, claims)[0]):
        return 0.0
    if sign.sentence:
        return 3.0
    return 0.0 if followed >= 1 else 2.0


def is_again(text: str, headline: str, *, stamped: bool = False) -> bool:
    """Return whether a line is the headline once more, or the end or beginning of it; with a day and an hour, any with it."""
    one, other = overlap.key(text), overlap.key(headline)
    if not one or not other:
        return False
    return (
        one == other
        or (len(one.split()) >= _LED and one in other)
        or (other in one and (stamped or len(one) < 1.3 * len(other)))
    )


def sites(title: Headline | None, metadata: Metadata) -> frozenset[str]:
    """Return the names that the page gives its site: in its metadata, and behind the headline in the window's title."""
    named = {overlap.key(claim.value) for claim in metadata.of("source")}
    if title is not None:
        windows = (claimed.forms(claim.value)[1:] for claim in metadata.of("title"))
        named.update(
            overlap.key(form)
            for forms in windows
            if overlap.key(title.text) in map(overlap.key, forms)
            for form in forms
        )
        named.discard(overlap.key(title.text))
    return frozenset(named - {""})


def is_of(text: str, names: frozenset[str]) -> bool:
    """Return whether a line is one of some names."""
    return overlap.key(text) in names


def _followed_on(signs: Sequence[Sign], at: int, start: int, end: int) -> float:
    """Return what the line below says, or the one below that where a subtitle is between."""
    below = at + 1
    is_above = below < min(start, end) and level(signs[below].block) >= level(signs[at].block) * bool(
        level(signs[below].block)
    )
    if is_above and _is_long(signs[below]) and candidate.may_be(signs[below], before=True):
        return max(_followed(signs, at, end), _followed(signs, below, end))
    return _followed(signs, at, end)


def _followed(signs: Sequence[Sign], at: int, end: int) -> float:
    """Return what the line below says: under a headline stand a date, a byline, buttons of sharing."""
    if at + 1 >= min(end, len(signs)):
        return 0.0
    below = signs[at + 1]
    if below.dated or below.furniture in {"published", "created", "byline", "source", "views", "code"}:
        return 1.0
    if below.furniture in {"share", "print", "caption"} or dateline.is_place_line(below.block.text):
        return 0.6
    return 0.0


def _first_of_two(signs: Sequence[Sign], at: int, claims: Sequence[Claim], about: Mapping[str, float]) -> int:
    """Of a headline and the line that sharpens it, both right above the article, return the first.

    Three and more such lines are a list of other headlines, of which the last belongs to the article.
    """
    if claimed.support(signs[at], claims)[0] or level(signs[at].block):
        return at
    parted = _above_day(signs, at)
    if parted is not None:
        shares = overlap.covered(signs[parted].block.text, about), overlap.covered(signs[at].block.text, about)
        return parted if shares[0] >= 0.8 * shares[1] else at
    run = [at]
    for above in range(at - 1, -1, -1):
        if not candidate.may_be(signs[above], before=True):
            break
        run.append(above)
    # No empty line parts them: what stands above is no list, and a line of few words is the kicker.
    close = [at]
    while close[-1] and not signs[close[-1]].block.gap and candidate.may_be(signs[close[-1] - 1], before=True):
        close.append(close[-1] - 1)
    mine = overlap.key(signs[at].block.text)
    close = [
        place
        for place in close
        if place == at or (signs[place].block.words > _KICKER and mine not in overlap.key(signs[place].block.text))
    ]
    if len(close) == 2 and signs[close[1]].block.words > _SECTION:  # noqa: PLR2004
        run = close
    if len(run) != 2:  # noqa: PLR2004
        return at
    first = run[1]
    # A kicker has a few words.
    least = _SHARPENED if signs[first].block.words > _SECTION else 0.8
    shares = overlap.covered(signs[first].block.text, about), overlap.covered(signs[at].block.text, about)
    return first if signs[first].block.words > _KICKER and shares[0] >= least * shares[1] else at


def _above_day(signs: Sequence[Sign], at: int) -> int | None:
    """Return the line that a date, a byline and the like part from a line that nothing of the kind follows.

    In a list the day may stand above the headline.
    """
    if _followed(signs, at, len(signs)) > 0:
        return None
    above = at - 1
    while above > 0 and at - above <= _BETWEEN and not _is_long(signs[above]):
        above -= 1
    days = [sign for sign in signs[above + 1 : at] if sign.dated]
    if not days or not _is_long(signs[above]) or signs[above].score > 0 or (above > 0 and signs[above - 1].dated):
        return None
    return above if candidate.may_be(signs[above], before=True) else None


def _is_long(sign: Sign) -> bool:
    return not sign.dated and not sign.furniture and sign.block.words > _KICKER


def _of_claims(claims: Sequence[Claim], metadata: Metadata, about: Mapping[str, float]) -> Headline | None:
    site = {overlap.key(claim.value) for claim in metadata.of("source")}
    best: tuple[float, str, str] | None = None
    for rank, claim in enumerate(claims):
        for form in map(str.strip, claimed.forms(claim.value)):
            words = len(form.split())
            if overlap.key(form) in site or words < 2 or words > candidate.MAX_WORDS:  # noqa: PLR2004
                continue
            # The longest form of which the article speaks; a part that it does not speak of is the site's name.
            score = overlap.covered(form, about) + 0.01 * min(words, 20) - 0.1 * rank - bool(_BAR.search(form))
            if best is None or score > best[0]:
                best = (score, form, claim.origin)
    return Headline(best[1], None, best[2]) if best else None


def _share(sign: Sign, about: Mapping[str, float], opening: Mapping[str, float]) -> float:
    return 3.0 * overlap.covered(sign.block.text, about) + 1.5 * overlap.covered(sign.block.text, opening)


def _cleaned(text: str) -> str:
    """Return a headline without what only adorns it: marks, pictographs, "Press release:" before it."""
    text = _NUMBER.sub("", text.strip(_MARKS))
    while text and unicodedata.category(text[0]) in {"So", "Sk", "Mn", "Cf"}:
        text = text[1:].lstrip(_MARKS)
    section = _SECTION_OF.match(text)
    if section and vocabulary.is_one(vocabulary.words(section[1]), "genre"):
        text = text[section.end() :]
    for _ in range(3):
        text = vocabulary.label_of(text, "genre") or text
    return text
