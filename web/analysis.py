"""What the analyzers make of a text, as the page shows it: the parts that terms came from, and what each step changed."""

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import chain

import analyzers
from analyzers.analyzer import Analyzer
from analyzers.arabic_script import MARK
from analyzers.chain import (
    CharFilter,
    DecimalDigitFilter,
    ElisionFilter,
    LengthFilter,
    LowercaseFilter,
    MappingCharFilter,
    PatternReplaceCharFilter,
    PatternReplaceFilter,
    SnowballFilter,
    StemmerOverrideFilter,
    Step,
    StopFilter,
    Token,
    TokenFilter,
)
from search.errors import translatable
from search.results import Snippet

TOKENIZER = translatable("cuts the text into words")

KINDS: dict[type[CharFilter | TokenFilter], str] = {
    MappingCharFilter: translatable("writes letters and signs in one way"),
    PatternReplaceCharFilter: translatable("rewrites the text by a pattern"),
    LowercaseFilter: translatable("makes all letters small"),
    DecimalDigitFilter: translatable("writes all digits as 0 to 9"),
    ElisionFilter: translatable("drops an article before an apostrophe"),
    PatternReplaceFilter: translatable("rewrites words by a pattern"),
    StopFilter: translatable("leaves out words that stand in every text"),
    StemmerOverrideFilter: translatable("replaces words that are listed"),
    SnowballFilter: translatable("reduces words to their stems"),
    LengthFilter: translatable("leaves out words that nothing is left of"),
}
"""What each kind of part does to a text, said to a reader."""


@dataclass(frozen=True)
class Part:
    """A piece of the original text, and the terms that came from it: none of what stands between words."""

    text: str
    terms: tuple[str, ...] = ()


@dataclass(frozen=True)
class Change:
    """A term before and after a step, and how many times; without `after` the step has left it out.

    `settled` says that no later step changes it: a lexicon has it.
    """

    before: str
    after: str | None
    times: int
    settled: bool = False


@dataclass(frozen=True)
class Stage:
    """A step that changed something: `text` is what a char filter has made, `words` what the tokenizer has cut."""

    name: str
    does: str
    text: Snippet | None = None
    words: tuple[str, ...] = ()
    changes: tuple[Change, ...] = ()


@dataclass(frozen=True)
class Analysis:
    """A text through one chain: the terms, the text in parts, the stages, and the names of steps that changed nothing."""

    text: str
    lang: str
    terms: tuple[Token, ...]
    parts: tuple[Part, ...]
    stages: tuple[Stage, ...]
    idle: tuple[str, ...]

    def source(self, term: Token) -> str:
        """Return the part of the text that a term came from."""
        return self.text[term.start : term.end]


@dataclass(frozen=True)
class Row:
    """A piece of a text with its term in each language, None where the language has none; `differ` if these are not one."""

    text: str
    start: int
    end: int
    terms: tuple[str | None, ...]

    @property
    def differ(self) -> bool:
        """Tell whether the languages make different terms of it."""
        return len(set(self.terms)) > 1

    @property
    def of(self) -> Iterator[tuple[str, str | None]]:
        """Give the languages, each with its term."""
        return zip(analyzers.CHAINS, self.terms, strict=True)


def analysed(text: str, lang: str, *, exact: bool) -> Analysis:
    """Analyse a text by the chain of a language; with `exact` by the one for quoted text."""
    analyzer = analyzers.analyzer(lang, exact=exact)
    tokens = tuple(analyzer.tokens(text))
    stages, idle = [], []
    for stage, changed in _stages(analyzer, text):
        if changed:
            stages.append(stage)
        else:
            idle.append(stage.name)
    return Analysis(text, lang, tokens, tuple(_parts(text, tokens)), tuple(stages), tuple(dict.fromkeys(idle)))


def compared(text: str, *, exact: bool) -> tuple[Row, ...]:
    """Analyse a text by the chains of all languages, in the order of `analyzers.CHAINS`; rows in the order of the text."""
    found: dict[tuple[int, int], dict[str, str]] = {}
    for lang in analyzers.CHAINS:
        for token in analyzers.analyzer(lang, exact=exact).tokens(text):
            terms = found.setdefault((token.start, token.end), {})
            terms[lang] = f"{terms[lang]} {token.term}" if lang in terms else token.term
    return tuple(
        Row(text[start:end], start, end, tuple(terms.get(lang) for lang in analyzers.CHAINS))
        for (start, end), terms in sorted(found.items())
    )


def _parts(text: str, tokens: Iterable[Token]) -> Iterator[Part]:
    """Cut a text at its terms; one whose place begins inside another's, as Lucene's offsets may have it, joins that."""
    at = 0
    spans: list[tuple[int, int, list[str]]] = []
    for token in sorted(tokens, key=lambda token: token.start):
        if spans and token.start < at:
            start, end, terms = spans[-1]
            spans[-1] = start, max(end, token.end), [*terms, token.term]
        else:
            spans.append((token.start, token.end, [token.term]))
        at = spans[-1][1]
    at = 0
    for start, end, terms in spans:
        if at < start:
            yield Part(text[at:start])
        yield Part(text[start:end], tuple(terms))
        at = end
    if at < len(text):
        yield Part(text[at:])


def _stages(analyzer: Analyzer, text: str) -> Iterator[tuple[Stage, bool]]:
    """Give each step as a stage, and whether it changed anything."""
    steps = analyzer.steps(text)
    does = chain(
        (KINDS[type(part)] for part in analyzer.chain.char_filters),
        [TOKENIZER],
        (KINDS[type(part)] for part in analyzer.chain.filters),
    )
    before: Sequence[Token] | None = None
    for step, said in zip(steps, does, strict=True):
        if step.tokens is None:
            made = step.text or ""
            yield Stage(step.name, said, Snippet(made, step.changed)), made != text
            text = made
        elif before is None:
            yield Stage(step.name, said, words=tuple(token.term for token in step.tokens)), True
            before = step.tokens
        else:
            changes = _changes(before, step)
            yield Stage(step.name, said, changes=changes), bool(changes)
            before = step.tokens


def _changes(before: Sequence[Token], step: Step) -> tuple[Change, ...]:
    after = {token.position: token.term for token in step.tokens or ()}
    pairs = Counter((token.term, after.get(token.position)) for token in before)
    found = (_change(was, becomes, times) for (was, becomes), times in pairs.items() if was != becomes)
    return tuple(change for change in found if change.before != change.after or change.settled)


def _change(before: str, after: str | None, times: int) -> Change:
    settled = after is not None and after.endswith(MARK)
    return Change(before.removesuffix(MARK), after and after.removesuffix(MARK), times, settled=settled)
