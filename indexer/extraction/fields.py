"""The fields of a release beside its body: what a page says of each, the best first, and where it was read."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

from analyzers import UNDETERMINED
from indexer import agencies
from indexer.extraction import dateline, metadata, published, rights, signature, vocabulary
from indexer.extraction.article import Article
from indexer.extraction.blocks import SENDER
from indexer.extraction.furniture import Sign
from indexer.extraction.metadata import Metadata
from indexer.hints import Hints
from search import language
from search.errors import InputError
from search.release import MAX_TITLE

_MAX_SOURCE = 120
_ABOVE = 2
"""Lines above a headline among which its date line may stand."""
_LABELLED = 6
"""Lines above and below an article among which labels are looked for."""
_SURE = 0.6
"""A day that is less sure than this is told to the reader."""


@dataclass(frozen=True, slots=True)
class Found:
    """A field's value: where it was read ("og:title", "line 4"), the text it was read from, how sure it is (0 to 1)."""

    value: str
    origin: str
    text: str | None = None
    sure: float | None = None


@dataclass(frozen=True, slots=True)
class Gathered:
    """The fields that were found, by name, and what a person should look at."""

    found: Mapping[str, Found]
    warnings: Sequence[str]


def gather(article: Article, about: Metadata, hints: Hints) -> Gathered:
    """Gather the fields of an article. Raises `InputError` if there is neither a title nor a text of a language."""
    title = _title(article, hints)
    if title is None and not article.body:
        raise InputError("The page holds no text of a release: only menus, dates and the like.", "empty")
    told = language.identify(f"{title.value if title else ''}\n{article.body}")
    evidence = _Evidence(article, about, hints, told.lang, _labelled(article))
    warnings = []
    if told.lang == UNDETERMINED:
        warnings.append(
            f"The text is read as {language.name(told.other)}, which has no analyzer of its own: "
            "it is indexed with the neutral chain."
        )
    day = evidence.published()
    if day is None:
        warnings.append("No day of publication was found.")
    elif day.sure is not None and day.sure < _SURE:
        warnings.append(f'The day {day.value} is not sure: it was read from "{day.text}" ({day.origin}).')
    source = evidence.source()
    fields = {
        "title": title,
        "lang": Found(told.lang, "text", told.other or told.variety),
        "url": evidence.url,
        "published": day,
        "place": evidence.place(),
        "source": source,
        "country": evidence.country(source),
    }
    return Gathered({name: found for name, found in fields.items() if found is not None}, warnings)


def _title(article: Article, hints: Hints) -> Found | None:
    if article.headline is not None:
        return Found(article.headline.text[:MAX_TITLE], article.headline.origin)
    return Found(hints.title[:MAX_TITLE], "container") if hints.title else None


class _Evidence:
    """All that tells of an article's fields."""

    def __init__(
        self, article: Article, about: Metadata, hints: Hints, lang: str, labelled: Mapping[str, Found]
    ) -> None:
        self._article, self._about, self._hints, self._lang, self._labelled = article, about, hints, lang, labelled
        self._line = _dateline(article, lang)
        self.url = self._url()

    def published(self) -> Found | None:
        day = published.choose(self._article, self._about, self._lang, self.url.value if self.url else None)
        if day is not None:
            return Found(day.day.isoformat(), day.origin, day.text, day.sure)
        return Found(self._hints.published.isoformat(), "container") if self._hints.published else None

    def place(self) -> Found | None:
        if "place" in self._labelled:
            return _short(self._labelled["place"])
        if self._line is not None and self._line.place:
            return _short(Found(self._line.place, "date line"))
        claim = self._about.first("place")
        return _short(Found(claim.value, claim.origin)) if claim else None

    def source(self) -> Found | None:
        """Return who publishes: a label, the date line's agency, the host's; else what the page calls itself."""
        ways: tuple[Callable[[], Found | None], ...] = (
            self._of_label,
            self._of_date_line,
            self._of_sender,
            self._of_host,
            self._of_metadata,
            self._of_signatures,
        )
        found = next((found for way in ways if (found := way()) is not None), None)
        if found is None and self._line is not None and self._line.agency:
            found = Found(self._line.agency, "date line")
        if found is None and self._hints.source:
            found = Found(self._hints.source, "container")
        return _short(found or self._of_name() or self._of_unknown_host())

    def country(self, source: Found | None) -> Found | None:
        """Return the country of the agency that publishes."""
        said = (source.text or source.value) if source else None
        code = agencies.country(said, self.url.value if self.url else None)
        return Found(code, "agency", said) if code else None

    def _of_label(self) -> Found | None:
        said = self._labelled.get("source")
        if said is None or metadata.address(said.value):
            return None
        return self._named(said.value, said.origin)

    def _of_date_line(self) -> Found | None:
        if self._line is None or not self._line.agency:
            return None
        agency = agencies.by_name(self._line.agency)
        return Found(agency.name(self._lang), "date line", self._line.agency) if agency else None

    def _of_sender(self) -> Found | None:
        senders = [
            one.sign.block for one in self._article.judged[: self._article.start + 1] if one.sign.block.role == SENDER
        ]
        return self._named(senders[-1].text, f"line {senders[-1].number}") if senders else None

    def _of_host(self) -> Found | None:
        address = agencies.host(self.url.value) if self.url else ""
        agency = agencies.by_domain(address) if address else None
        return Found(agency.name(self._lang), "address", address) if agency else None

    def _of_metadata(self) -> Found | None:
        claim = self._about.first("source")
        return self._named(claim.value, claim.origin) if claim else None

    def _of_signatures(self) -> Found | None:
        for name, origin in [*signature.windows(self._article, self._about), *signature.lines(self._article)]:
            if agency := agencies.by_name(name):
                return Found(agency.name(self._lang), origin, name)
        return None

    def _of_name(self) -> Found | None:
        names = (*signature.windows(self._article, self._about), *signature.names(self._article))
        return next((self._named(name, origin) for name, origin in names), None)

    def _of_unknown_host(self) -> Found | None:
        return Found(agencies.host(self.url.value).removeprefix("www."), "address") if self.url else None

    def _named(self, said: str, origin: str) -> Found:
        agency = agencies.by_name(said)
        return Found(agency.name(self._lang) if agency else said, origin, said)

    def _url(self) -> Found | None:
        if self._hints.url:
            return Found(self._hints.url, "container")
        claims = self._about.of("url")
        for claim in [*(c for c in claims if not metadata.is_root(c.value)), *claims]:
            return Found(claim.value, claim.origin)
        for kind in ("url", "source"):
            if kind in self._labelled and (url := metadata.address(self._labelled[kind].value)):
                return Found(url, self._labelled[kind].origin)
        printed = {
            address: f"line {judged.sign.block.number}"
            for judged in self._article.judged
            if judged.sign.furniture == "address" and (address := metadata.address(judged.sign.block.text))
        }
        beside = (one.sign.block for one in self._article.judged if one.fate == "removed")
        for block in beside:
            if url := metadata.address(metadata.archived(block.text)):
                return Found(url, f"line {block.number}")
        # A printed page bears its address once; several are a list of links.
        pages = [Found(url, origin) for url, origin in printed.items() if not metadata.is_root(url)]
        return pages[0] if len(printed) == 1 and pages else None


def _short(found: Found | None) -> Found | None:
    return Found(found.value[:_MAX_SOURCE], found.origin, found.text) if found else None


def _labelled(chosen: Article) -> dict[str, Found]:
    """Return what lines with labels say: "Title: …", "Source: …", "المصدر: …", above or right below the article."""
    found: dict[str, Found] = {}
    for at, judged in enumerate(chosen.judged):
        block = judged.sign.block
        if (
            not (at < chosen.start + _LABELLED or chosen.end <= at < chosen.end + _LABELLED)
            or len(block.text) > 2 * MAX_TITLE
        ):
            continue
        for kind in ("place", "source", "url"):
            value, number = vocabulary.label_of(block.text, kind), block.number
            if not value and judged.sign.furniture == kind and at + 1 < len(chosen.judged):
                value, number = _value(judged.sign, chosen.judged[at + 1].sign)
            if value and kind not in found:
                found[kind] = Found(value, f"line {number}")
    return found


def _value(label: Sign, below: Sign) -> tuple[str, int]:
    """Return what stands below a label that is a line of its own, as cells and definition lists have it, or ""."""
    block = below.block
    is_value = label.found.cover == 1 and not below.dated and not below.sentence and block.words <= rights.MAX_WORDS
    return (block.text if is_value else "", block.number)


def _dateline(chosen: Article, lang: str) -> dateline.Dateline | None:
    """Return the date line: a line of its own between headline and text, else the head of one of the first paragraphs."""
    paragraphs = 0
    for judged in chosen.judged[max(chosen.start - 1 - _ABOVE, 0) : chosen.end]:
        text = judged.sign.block.text
        near = judged.fate == "removed" and not judged.sign.block.link and not paragraphs
        is_line = near and (judged.rule in {"place", "date"} or bool(judged.sign.dates))
        if is_line and (line := dateline.read_line(text, lang)):
            return line
        if judged.fate == "body":
            if judged.sign.sentence and (head := dateline.read(text, lang)):
                return head
            paragraphs += judged.sign.sentence
            if paragraphs > 1:
                return None
    return None
