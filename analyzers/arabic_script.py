r"""Arabic and Persian: words taken apart or put together, endings and proclitics cut off.

Nothing of a stock node can say "unless the word is in a list" but `stemmer_override`, and `pattern_replace` takes no notice
of what that has settled. So a word that a lexicon settles gets the private character MARK at its end: the patterns for
endings, which stop at the end of the term, no longer fit it, those for proclitics exclude it, and the last filter removes
it. Lexicons are asked again after every cut, so that one line covers every inflection.
"""

from __future__ import annotations

import re
from collections import defaultdict
from typing import TYPE_CHECKING

from analyzers.chain import PatternReplaceCharFilter, PatternReplaceFilter, StemmerOverrideFilter, StopFilter
from analyzers.lexicon import pairs, rules, words
from analyzers.patterns import alternation

if TYPE_CHECKING:
    from collections.abc import Iterable

    from analyzers.chain import TokenFilter

MARK = "\ue000"
_WORD_START = r"(?<![\p{L}\p{M}\p{N}])"
_WORD_END = r"(?![\p{L}\p{M}\p{N}])"
_UNMARK = PatternReplaceFilter("bayan_unmark", f"{MARK}$", "")

_ARABIC_ENDINGS = (
    "[اهينت]|وا|ون|ين|ان|ات|نا|ها|هم|هن|كم|هما|ته|تها|تهم|تنا|تهما|تين|تان|تي|اته|اتها|اتهم|اتنا|اتهما|يه|يا|يين|يون|يان|يات"
    "|يته|يتها|يتهم|انه|اني|انيه|اءه|اءات"
)
"""What may follow a listed stem, so that بيان in a list also stands for بيانها."""


def _split() -> PatternReplaceCharFilter:
    """Take apart the compounds that lose their space; a space is put before the first letter of the second part.

    Replacing that letter by a space and itself, rather than inserting a space, gives the offsets of both parts as they
    are: Lucene maps each added character to the place of the last character replaced.
    """
    by_letter: defaultdict[str, list[str]] = defaultdict(list)
    joined: list[str] = []
    for first, second in pairs("compounds"):
        bare = first.removeprefix("ال")
        before = "[وفبل]?" if bare == first else "(?:[وفبك]?ال|[وف]?لل)"  # الأمم and للأمم
        by_letter[second[0]].append(f"(?={second[1:]})(?<={_WORD_START}{before}{bare}{second[0]})")
        joined.append(bare + second)
    # عبدالمالك and عبد المالك
    by_letter["ا"].append(rf"(?=ل\p{{L}}{{2}})(?<={_WORD_START}(?:[وفبل])?عبدا)")
    joined.append("عبدال")
    pattern = "|".join(f"{letter}(?:{'|'.join(tails)})" for letter, tails in sorted(by_letter.items()))
    return PatternReplaceCharFilter("bayan_split", pattern, " $0", probe=alternation(joined))


def _join() -> PatternReplaceCharFilter:
    """Put Persian affixes and their words together: کتاب ها becomes کتابها, می کند becomes میکند."""
    endings, heh_endings = "|".join(words("fa-endings")), "|".join(words("fa-heh-endings"))
    pattern = (
        rf"(?<=\p{{L}}) (?=(?:{endings}){_WORD_END})|(?<=ه) (?=(?:{heh_endings}){_WORD_END})"
        rf"|(?<=[اوه]) (?=ي{_WORD_END})|(?<={_WORD_START}ن?مي) (?=\p{{L}}{{2}})"
    )
    return PatternReplaceCharFilter(
        "bayan_join", pattern, "", probe=rf" (?:{endings}|{heh_endings}|ي)(?!\w)|(?<!\w)ن?مي "
    )


def _arabic_guard(known: Iterable[str]) -> str:
    """Give a pattern for words whose beginning only looks like a proclitic, with endings.

    Short words in ال are taken without endings: ألف is listed, but الفن is the article and فن.
    """
    stems = {word[:-1] if re.match("...+ه$", word) else word for word in known if re.match("[وفبلك]|ال....", word)}
    bare = {word for word in known if re.match("ال.{1,3}$", word)}
    return f"(?:{alternation(stems)}(?:{_ARABIC_ENDINGS})?|{alternation(bare)})$"


def arabic() -> tuple[StopFilter, tuple[TokenFilter, ...]]:
    """Give Arabic's stop words and its light stemming, in the manner of light10 (Larkey, Ballesteros and Connell)."""
    settled = rules("names", "ar-overrides")
    initials, short = words("ar-initials"), words("ar-short")
    guard = _arabic_guard({*initials, *settled})
    article_like = alternation(word for word in {*initials, *settled} if re.match("ال...", word))
    after_l = alternation(re.sub("ه$", "", word[1:]) for word in {*initials, *settled} if re.match("ل...", word))
    # plurals of nouns in ta marbuta: وزارات would lose ات, and وزار is no word to look up
    plurals = {f"{form[:-1]}ات": target for form, target in settled.items() if re.search("...ه$", form)}
    lookup = StemmerOverrideFilter(
        "bayan_ar_lexicon", {form: target + MARK for form, target in (plurals | settled).items()}
    )
    proclitics = (
        rf"^(?!.*{MARK})(?!{guard})(?:"
        rf"[وف]?[بلك](?={article_like}(?:{_ARABIC_ENDINGS})?$)"  # بالتزام is ب + التزام
        rf"|[وف]?ل(?=ل{after_l}(?:{_ARABIC_ENDINGS})?$)"  # للجنة is ل + اللجنة
        rf"|(?:[وف](?!{guard}))?(?:[بك]?ال|لل)(?=..)"
        rf"|[وف]?[بلك](?={alternation(short)}$)"  # لمنع is ل + منع
        rf"|[وف](?!{guard})[بلك](?=....)"
        rf"|[بلكف](?=....)|و(?=...))"
    )
    steps = (
        ("proclitics", proclitics, ""),
        ("possessive_plural", r"^(.{2,}ات)(?:ه|ها|هم|هن|هما|نا|كم)$", "$1"),
        ("possessive_feminine", r"^(.{2,}[^ا])ت(?:ها|هم|هن|هما|نا|كم)$|^(.{3,}[^ا])ته$", "$1$2ه"),
        ("possessive", r"^(.{3,})(?:ها|هما)$|^(.{4,})(?:هم|هن|نا|كم)$", "$1$2"),
        # حملات is حملة, but منظمات is منظم as منظمة is
        ("plural_short", r"^(.{3})ات$", "$1ه"),
        # not تعاون, تأمين, مضمون, whose n is their root's; not لبنان, باكستان
        ("plural", r"^(.{4,})ات$|^(?![تم]..[وي]ن$)(.{3,})(?:ون|ين)$|^(?!.*ستان$)(.{4,})ان$", "$1$2$3"),
        ("feminine", r"^(.{4,})ه$", "$1"),
        ("nisba_after_alef", r"^(.{2,}ا)يي$", "$1"),
        ("accusative", r"^(.{3,})ا$", "$1"),
        ("nisba", r"^(.{3,})ي$", "$1"),
    )
    return StopFilter("bayan_ar_stop", frozenset(words("ar-stop"))), _steps("ar", steps, lookup)


def persian() -> tuple[StopFilter, tuple[TokenFilter, ...]]:
    """Give Persian's stop words and its light stemming: plurals, comparison, the yeh of adjectives and the indefinite."""
    settled = rules("names", "fa-overrides")
    lookup = StemmerOverrideFilter("bayan_fa_lexicon", {form: target + MARK for form, target in settled.items()})
    plurals = "|".join(ending for ending in words("fa-endings") if ending.startswith("ها"))
    steps = (
        ("plural", f"^(.{{2,}})(?:{plurals})$", "$1"),
        ("to_be", f"^(.{{2,}}ه)(?:{'|'.join(words('fa-heh-endings'))})$", "$1"),
        ("comparison", r"^(.{2,})ترين$|^(.{3,})تر$", "$1$2"),
        ("yeh_after_vowel", r"^(.{2,}[او])يي$", "$1"),
        ("yeh", r"^(.{3,})ي$", "$1"),
        ("plural_gan", r"^(.{3,})گان$", "$1ه"),  # نمایندگان is نماینده
        ("arabic_plural_short", r"^(.{3})ات$", "$1ه"),  # حملات is حمله
        ("plural_an", r"^(?!.*ستان$)(.{4,})(?:ان|ين|ات)$", "$1"),
        ("yeh", r"^(.{3,})ي$", "$1"),  # زندانیان is زندانی, and that زندان
    )
    return StopFilter("bayan_fa_stop", frozenset(words("fa-stop"))), _steps("fa", steps, lookup)


def _steps(lang: str, steps: Iterable[tuple[str, str, str]], lookup: TokenFilter) -> tuple[TokenFilter, ...]:
    filters: list[TokenFilter] = [lookup]
    for name, pattern, replacement in steps:
        filters += PatternReplaceFilter(f"bayan_{lang}_{name}", pattern, replacement), lookup
    return (*filters, _UNMARK)


ARABIC_CHAR_FILTERS = (_split(),)
PERSIAN_CHAR_FILTERS = (_split(), _join())
PERSIAN_FIRST = (
    # پرونده‌ای is پرونده and ای; joined it would be read as پروند and های
    PatternReplaceCharFilter(
        "bayan_indefinite", r"(?<=[هہ])[\u200C ]ا(?=[یيى](?![\p{L}\p{M}\u200C]))", "", probe="[هہ][\u200c ]ا[یيى]"
    ),
)
"""Char filters before the folding, which drops joiners."""
