from importlib.resources import files

import pytest

from analyzers import LANGUAGES, analyzer, lexicon
from analyzers.folding import fold

NAMES = sorted(path.name for path in (files("analyzers") / "resources").iterdir() if path.name.endswith(".txt"))


@pytest.mark.parametrize("name", NAMES)
def test_every_line_can_be_read_and_has_a_reason(name):
    text = (files("analyzers") / "resources" / name).read_text(encoding="utf-8")
    entries = lexicon.parse(name, text)
    assert entries
    assert all(fold(form) == form for entry in entries for form in (*entry.forms, entry.target))


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("# why\nكتب => كتاب\nکتب => كتاب", "x.txt:3: 'كتب' stands already in line 2."),
        ("كتب => كتاب", "x.txt:1: 'كتب => كتاب' has no reason"),
        ("# why\n\nكتب => كتاب", "x.txt:3: .*no reason"),
        ("# why\nکتاب => كتاب", "x.txt:2: 'كتاب' becomes itself"),
        ("# why\nكتب, كتاب", "x.txt:2: several forms need a target."),
        ("# why\n\u064b => كتاب", "x.txt:2: nothing is left"),
    ],
)
def test_a_bad_line_is_told_by_file_and_line(text, message):
    with pytest.raises(lexicon.LexiconError, match=message):
        lexicon.parse("x.txt", text)


def test_a_reason_may_stand_beside_an_entry_or_above_a_block():
    assert lexicon.parse("x.txt", "أسلحة => سلاح  # broken plural\n\n# block\nشرطة\n") == [
        (("اسلحه",), "سلاح", 1),
        (("شرطه",), "شرطه", 4),
    ]


@pytest.mark.parametrize("lang", LANGUAGES)
def test_what_a_lexicon_settles_is_what_the_chain_gives(lang):
    names = {"ar": ("names", "ar-overrides"), "fa": ("names", "fa-overrides")}.get(lang, (f"{lang}-words",))
    chain = analyzer(lang)
    wrong = {form: chain.terms(form) for form, target in lexicon.rules(*names).items() if chain.terms(form) != [target]}
    assert wrong == {}


@pytest.mark.parametrize("lang", ["en", "ru", "fr", "es"])
def test_forms_and_targets_that_meet_after_stemming_do(lang):
    chain = analyzer(lang)
    apart = {
        form: target
        for form, target in lexicon.rules(f"{lang}-stems").items()
        if chain.terms(form) != chain.terms(target)
    }
    assert apart == {}


def test_words_that_matter_are_on_no_stop_list():
    listed = {word for lang in LANGUAGES for word in lexicon.words(f"{lang}-stop")}
    kept = {
        fold(word)
        for word in [
            "ضد",
            "جلوگیری",
            "خدمات",
            "مردم",
            "حق",
            "خارج",
            "نام",
            "لا",
            "لم",
            "لن",
            "ليس",
            "not",
            "no",
            "не",
            "нет",
            "pas",
            "non",
            "sin",
        ]
    }
    assert not listed & kept
