"""One folding of letters for all chains, by script and not by language.

What is written alike is one letter: Arabic and Persian yeh and kaf, alef with and without hamza, ta marbuta and heh. Marks,
tatweel, joiners and bidi controls go; presentation forms, full-width and styled letters become plain (a generated `mapping`
in place of NFKC, since a stock node has no icu_normalizer); Latin and Greek lose their accents and Cyrillic loses ё, not й.
"""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING
from unicodedata import ucd_3_2_0 as unicode  # a fixed version, so that every Python makes the same mapping

from analyzers import char_filters, filters
from analyzers.chain import LowercaseFilter, MappingCharFilter, PatternReplaceCharFilter, PatternReplaceFilter

if TYPE_CHECKING:
    from analyzers.chain import TokenFilter

_ARABIC_LETTERS = {
    "ي": "ىیےۓېۍێٸ",
    "ك": "کڪګ",
    "ا": "أإآٱٲٳٵ",
    "ه": "ةہۂۀھەۃ",
    "و": "ؤۆۇٶ",
    "ف": "ڤ",
}
_REMOVED = [
    *range(0x0300, 0x0370),  # combining marks of Latin, Greek and Cyrillic
    *range(0x0483, 0x0488),  # combining marks of old Cyrillic
    *range(0x0600, 0x0606),  # Arabic number signs
    *range(0x0610, 0x061D),  # Arabic honorifics, small marks, the Arabic letter mark
    0x0640,  # tatweel, for justification or against censors: داعـش
    *range(0x064B, 0x0660),  # harakat; hamza and maddah above, as in نمایندهٔ
    0x0670,  # superscript alef: هٰذا
    *range(0x06D6, 0x06DE),  # Quranic marks, and the end of an ayah
    *range(0x06DF, 0x06E9),
    *range(0x06EA, 0x06EE),
    *range(0x08D3, 0x0900),
    0x00AD,  # soft hyphen
    0x034F,
    0x070F,  # Unicode 9, which Lucene's tokenizer follows, takes this and 06DD for part of the word before
    0x180E,
    *range(0x200C, 0x2010),  # ZWNJ, ZWJ, left-to-right and right-to-left marks
    *range(0x202A, 0x202F),
    *range(0x2060, 0x2070),
    0x20E3,  # keycap
    0xFE0E,
    0xFE0F,
    0xFEFF,
]
# tone letters and Armenian signs, which are letters to a newer Unicode than the one that Lucene's tokenizer follows
_NO_LETTERS = [*range(0x02E5, 0x02EC), 0x055A, 0x055F, 0x058A]
_SPACES = [
    *_NO_LETTERS,
    0x00A0,
    *range(0x2000, 0x200B),
    0x202F,
    0x205F,
    0x3000,
    ord("_"),
]  # the underscore joins words in hashtags
_APOSTROPHES = "\u2018\u2019\u201b\u02bb\u02bc\u2032`\u00b4\uff07"
_LATIN = {
    "ß": "ss", "ẞ": "SS", "æ": "ae", "Æ": "AE", "œ": "oe", "Œ": "OE", "ø": "o", "Ø": "O", "đ": "d", "Đ": "D",
    "ð": "d", "Ð": "D", "þ": "th", "Þ": "TH", "ł": "l", "Ł": "L", "ı": "i", "ħ": "h", "Ħ": "H", "ə": "a", "Ə": "A",
}  # fmt: skip
_CYRILLIC = {"ё": "е", "Ё": "Е", "ѐ": "е", "Ѐ": "Е", "ѝ": "и", "Ѝ": "И"}
_DECOMPOSED = {
    "и\u0306": "й", "И\u0306": "Й", "у\u0306": "ў", "У\u0306": "Ў", "і\u0308": "ї", "І\u0308": "Ї",
}  # fmt: skip
_HAMZA_ON_YEH = ("ئ", "ي\u0654", "ی\u0654", "ى\u0654")
_COMPATIBLE = [
    *range(0x00A8, 0x0250),
    *range(0x0386, 0x03CF),
    *range(0x1E00, 0x1F00),
    *range(0x2070, 0x208F),
    *range(0x2160, 0x2180),
    *range(0xFB00, 0xFB07),
    *range(0xFB50, 0xFE00),
    *range(0xFE70, 0xFEFD),
    *range(0xFF01, 0xFF5F),
    *range(0x1D400, 0x1D800),
]

EMOJI = (
    "[\u00a9\u00ae\u203c\u2049\u2117\u2120\u2122\u2139\u2190-\u21ff\u2300-\u23ff\u24c2\u25a0-\u27bf\u2900-\u297f"
    "\u2b00-\u2bff\u3030\u303d\u3297\u3299\U0001f000-\U0001ffff]"
)


def _mapping() -> dict[str, str]:
    mapping = {variant: letter for letter, variants in _ARABIC_LETTERS.items() for variant in variants}
    mapping |= {"ئ": "ي"} | _LATIN | _CYRILLIC
    mapping |= {chr(code): "" for code in _REMOVED}
    mapping |= {chr(code): " " for code in _SPACES}
    mapping |= dict.fromkeys(_APOSTROPHES, "'")
    mapping |= {chr(base + digit): str(digit) for base in (0x0660, 0x06F0) for digit in range(10)}
    for character in map(chr, _COMPATIBLE):
        if character not in mapping and (plain := unicode.normalize("NFKD", character)) != character:
            mapping[character] = "".join(mapping.get(part, part) for part in plain).strip()
    mapping |= _DECOMPOSED
    # مسئول is also written مسؤول and مسوول; هیئت is also written هیأت
    mapping |= {f"{yeh}و": "وو" for yeh in _HAMZA_ON_YEH} | {f"{yeh}ؤ": "وو" for yeh in _HAMZA_ON_YEH}
    mapping |= {f"ه{yeh}{alef}": "هيي" for yeh in "يیى" for alef in ("أ", "ا\u0654")}
    return dict(sorted(mapping.items()))


FOLD = MappingCharFilter("bayan_fold", _mapping())

NO_EMOJI = PatternReplaceCharFilter("bayan_no_emoji", EMOJI, " ")
"""Lucene's tokenizer would make words of emoji and of signs such as ©."""

UNGLUE = PatternReplaceCharFilter(
    "bayan_unglue",
    r"[.:·'](?:(?<=\p{L}{2}[.:·])(?=\p{L})|(?<=\p{L}[.:·])(?=\p{L}{2})|(?<=[ء-ۓ].)(?=[ء-ۓ]))",
    " ",
    probe=r"\w[.:·']\w",
)
"""Separates what the tokenizer would keep as one word: الدولة.وقال, interpol.int, و'الإنتربول'; not U.N."""

_THOUSANDS_GROUP = r"(?:[,'٬]([0-9]{3}))?"
_CYRILLIC_LOOKALIKES = {
    "а": "aα", "в": "bβ", "с": "cς", "е": "eε", "н": "hη", "і": "iι", "к": "kκ", "м": "mμ", "о": "oο", "р": "pρ", "т": "tτ",
    "х": "xχ", "у": "yυ",
}  # fmt: skip
_MIXED = f"[а-яёіїўѓќ{''.join(_CYRILLIC_LOOKALIKES.values())}]"


def _lookalikes() -> tuple[PatternReplaceFilter, ...]:
    r"""Turn letters that only look Cyrillic into Cyrillic, in words made of such letters and at least one real one.

    On a real page κοκаин has Greek κ and ο. WhatsApp stays, since s is no lookalike.
    """
    return tuple(
        PatternReplaceFilter(
            f"bayan_lookalike_{ord(letter):x}",
            # The letter first: java.util.regex would look behind at every place of every word, forty letters far.
            rf"[{lookalikes}](?:(?=.*[а-яё])|(?<=[а-яё].{{0,40}}))(?={_MIXED}*$)(?<=^{_MIXED}{{1,41}})",
            letter,
        )
        for letter, lookalikes in _CYRILLIC_LOOKALIKES.items()
    )


CHAR_FILTERS = (FOLD, NO_EMOJI, UNGLUE)

TERM_FILTERS: tuple[TokenFilter, ...] = (
    LowercaseFilter(),
    # 11,432 and 430'000 and ١١٬٤٣٢ are one number; 3.744 may be a decimal and stays
    PatternReplaceFilter(
        "bayan_thousands", rf"^([1-9][0-9]{{0,2}})[,'٬]([0-9]{{3}}){_THOUSANDS_GROUP * 2}$", "$1$2$3$4"
    ),
    PatternReplaceFilter(
        "bayan_thousands_dot",
        r"^([1-9][0-9]{0,2})\.([0-9]{3})\.([0-9]{3})(?:\.([0-9]{3}))?$",
        "$1$2$3$4",
    ),
    PatternReplaceFilter("bayan_thousands_zero", r"^([1-9][0-9]{0,2})\.(000)$", "$1$2"),
    # 35,5 and ۸،۸ and 8٫8
    PatternReplaceFilter("bayan_decimal", r"^([0-9]+)[,٫،]([0-9]{1,2})$", "$1.$2"),
    # 14 ألفا و260; 2006م
    PatternReplaceFilter("bayan_number_prefix", r"^[وفبلك]{1,2}(?=[0-9])", ""),
    PatternReplaceFilter("bayan_year_suffix", r"^([0-9]{4})(?:م|ه|ق|ش|هش|هق)$", "$1"),
    PatternReplaceFilter("bayan_acronym", r"\.(?<=^(?:\p{L}\.){1,10})(?=\p{L}(?:\.\p{L})*$)", ""),
    PatternReplaceFilter("bayan_possessive", r"(?<=.)'s$", ""),
    *_lookalikes(),
)
"""Token filters for both chains of every language, before any stop words."""

HAMZA = PatternReplaceFilter("bayan_hamza", r"ء(?:(?=.{3})|(?<=..)(?=..)|(?<=...)(?=.)|(?<=....))", "")
"""Drops ء, which is left out as often as not (وزراء, وزرا), but not from ماء, since ما is another word."""


@cache
def fold(text: str) -> str:
    """Fold a lexicon's entry as the char filters, `lowercase` and HAMZA do, for entries without numbers."""
    folded = _FOLD.apply(text).lower()
    words = [_HAMZA((word, False)) for word in folded.split()]
    return " ".join(word[0] for word in words if word is not None)


_FOLD = char_filters.runner(FOLD)
_HAMZA = filters.runner(HAMZA)
