"""Marks and snippets are offsets into the text as it was written."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

import analyzers
from search import highlight
from search.highlight import Marker
from search.keywords import compile_query
from search.query import parse
from search.release import Release


def marked(query: str, lang: str, title: str, body: str = "") -> list[tuple[str, str]]:
    read = parse(query)
    release = Release("r", lang, title, body)
    marks = Marker(read, compile_query(read, lang)).marks(release.text)
    return [(release.text[mark.start : mark.end], mark.form) for mark in marks]


@pytest.mark.parametrize(
    ("query", "lang", "text", "found"),
    [
        (
            "arrest smuggler",
            "en",
            "Smugglers were arrested; the arrest was quick.",
            [("Smugglers", "stem"), ("arrested", "stem"), ("arrest", "exact")],
        ),
        ("المخدرات", "ar", "مكافحة المُخَدِّرات في البلاد", [("المُخَدِّرات", "exact")]),
        ("کتابها", "fa", "این کتاب‌ها را بخوانید", [("کتاب‌ها", "exact")]),
        (
            '"border guard"',
            "en",
            "The border guard and a guard at the border",
            [("border", "phrase"), ("guard", "phrase")],
        ),
        (
            "smug*",
            "en",
            "smuggling is what a smug smuggler does",
            [("smuggling", "prefix"), ("smug", "prefix"), ("smuggler", "prefix")],
        ),
        ("Полиция", "ru", "«Полицией» изъято", [("Полицией", "stem")]),
        ("500", "fa", "کشف ۵۰۰ کیلوگرم", [("۵۰۰", "exact")]),
        ("police -officer", "en", "police officer", [("police", "exact")]),
    ],
)
def test_marks(query, lang, text, found):
    assert marked(query, lang, text) == found


def test_snippets_show_the_words_and_do_not_overlap():
    body = (
        "filler text here " * 40
        + "opium was seized at the port. "
        + "more filler " * 60
        + "The opium was burned. "
        + "end " * 50
    )
    release = Release("r", "en", "Title", body)
    read = parse("opium seized")
    marks = Marker(read, compile_query(read, "en")).marks(release.text)
    first, second = highlight.snippets(release, marks, None)
    assert [first.text[s:e] for s, e in first.marks] == ["opium", "seized"]
    assert [second.text[s:e] for s, e in second.marks] == ["opium"]
    assert body[first.start : first.start + len(first.text)] == first.text
    assert first.start + len(first.text) <= second.start


def test_without_a_found_word_the_best_passage_is_shown():
    release = Release("r", "en", "Title", "one two three " * 100)
    (snippet,) = highlight.snippets(release, [], (140, 600))
    assert (snippet.start, snippet.marks) == (140, ())


@given(st.text(max_size=300), st.sampled_from(analyzers.LANGUAGES), st.text(min_size=1, max_size=20))
def test_offsets_lie_within_any_text(body, lang, word):
    read = parse(f'"{word.replace(chr(34), " ")}" police') if word.strip() else parse("police")
    release = Release("r", lang, "A police title", body)
    marks = Marker(read, compile_query(read, lang)).marks(release.text)
    shown = (highlight.title(release, marks), *highlight.snippets(release, marks, None))
    for snippet in shown:
        whole = release.title if snippet.field == "title" else release.body
        assert whole[snippet.start : snippet.start + len(snippet.text)] == snippet.text
        ends = [0, *(offset for mark in snippet.marks for offset in mark), len(snippet.text)]
        assert ends == sorted(ends)
