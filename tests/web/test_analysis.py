"""The analyzers' page and the page of the index's state, and the same over the API."""

import typing
from collections.abc import Iterator
from dataclasses import replace

import pytest
from fastapi.testclient import TestClient
from hypothesis import given
from hypothesis import settings as hypothesis
from hypothesis import strategies as st

import analyzers
from analyzers.chain import CharFilter, TokenFilter
from search.engines.base import Run
from search.settings import Settings
from web import analysis, status
from web.app import create_app
from web.interface import Interface
from web.parameters import MAX_TEXT, Chain

from . import markup
from .conftest import QUOTES, SCRIPT

PERSIAN = "نیروهای پلیس می‌کوشند کتاب ها را ببرند"
TEXTS = st.text(max_size=80) | st.text(st.sampled_from("abاب ی\u200c‌ۀ\u064eکتاب ها 12۱٬.'’©"), max_size=60)


def test_there_is_a_chain_for_each_language_that_can_be_asked_for():
    assert typing.get_args(Chain) == analyzers.CHAINS


def test_every_kind_of_step_is_told_in_words():
    assert set(analysis.KINDS) == {*typing.get_args(CharFilter), *typing.get_args(TokenFilter)}


@pytest.mark.parametrize("lang", analyzers.CHAINS)
@pytest.mark.parametrize("exact", [False, True])
def test_the_api_gives_what_the_analyzer_makes(client, lang, exact):
    given = client.get("/api/v1/analyze", params={"lang": lang, "text": PERSIAN, "exact": exact}).json()

    assert given == analyzers.analyzer(lang, exact=exact).explain(PERSIAN)
    assert [(term["start"], term["end"]) for term in given["terms"]] == [
        (token.start, token.end) for token in analyzers.analyzer(lang, exact=exact).tokens(PERSIAN)
    ]


@pytest.mark.parametrize(
    ("asked", "sentence"),
    [
        ({"text": "x"}, 'The parameter "lang"'),
        ({"text": "x", "lang": "de"}, 'The parameter "lang" cannot be "de". The language whose chain'),
        ({"text": "x", "lang": "en", "q": "y"}, 'There is no parameter "q": there are text, lang, exact.'),
        ({"text": "x" * (MAX_TEXT + 1), "lang": "en"}, "The text has 5,001 characters; at most 5,000"),
    ],
)
def test_what_cannot_be_analysed_is_told_in_a_sentence(client, asked, sentence):
    response = client.get("/api/v1/analyze", params=asked)

    assert response.status_code == 400
    assert response.json()["detail"].startswith(sentence)


def test_the_page_shows_every_term_with_the_part_that_it_came_from(page):
    shown, code = page("/analyze", lang="fa", text=PERSIAN)

    assert code == 200
    tokens = analyzers.analyzer("fa").tokens(PERSIAN)
    rows = [row for row in shown.one("main").one("table").all("tr") if row.all("td")]
    assert [(row.one("th").words, row.all("td")[1].text) for row in rows] == [
        (token.term, PERSIAN[token.start : token.end]) for token in tokens
    ]
    line = shown.one("p", "interlinear")
    assert (line.attributes["lang"], line.attributes["dir"]) == ("fa", "auto")
    terms = [node.text for node in line.all("rt")]
    assert terms == [token.term for token in tokens]
    # Under the text stand the terms; without them it is the text as it was written.
    assert len(line.text) == len(PERSIAN) + sum(map(len, terms))


def test_the_page_shows_the_steps_that_changed_something_and_names_the_others(page):
    shown, _ = page("/analyze", lang="fa", text=PERSIAN)

    names = [step.name for step in analyzers.analyzer("fa").steps(PERSIAN)]
    told = [node.one("code").text for node in shown.one("ol", "stages").all("h3")]
    idle = [node.text for node in shown.one("p", "idle").all("code")]
    assert set(told) | set(idle) == set(names)
    assert "standard" in told
    assert ["نيروهاي", "نيرو"] in [
        [word.text for word in item.all("bdi")] for item in shown.one("ol", "stages").all("li")
    ]


def test_a_word_that_a_lexicon_settles_is_said_to_stay(page):
    shown, _ = page("/analyze", lang="fa", text="پلیس")

    (change,) = [
        item for item in shown.one("ol", "stages").all("li") if "stays so" in item.words and not item.all("h3")
    ]
    assert change.one("bdi").text == "پليس"
    assert not any("\ue000" in node.text for node in shown.all("bdi"))


def test_a_word_that_a_step_leaves_out_is_struck(page):
    shown, _ = page("/analyze", lang="en", text="the drugs and the arms")

    assert {node.text for node in shown.one("ol", "stages").all("del")} == {"the", "and"}
    assert "2 times" in shown.one("ol", "stages").words


def test_quoted_text_keeps_its_endings(page):
    shown, _ = page("/analyze", lang="en", text="Smugglers", exact="true")

    assert [node.text for node in shown.all("rt")] == ["smugglers"]
    assert shown.one("input", type="checkbox", name="exact").attributes.keys() >= {"checked"}


def test_all_languages_are_compared(page):
    shown, _ = page("/analyze", lang="all", text="police forces")

    table = shown.one("table", "compared")
    assert [cell.words for cell in table.all("tr")[0].all("th")][1:] == [
        "Arabic", "Persian", "English", "Russian", "French", "Spanish", Interface().language("und"),
    ]  # fmt: skip
    rows = [row for row in table.all("tr") if row.all("td")]
    for row, word in zip(rows, ("police", "forces"), strict=True):
        assert row.one("th").text == word
        assert [cell.text for cell in row.all("td")] == [
            analyzers.analyzer(of).terms(word)[0] for of in analyzers.CHAINS
        ]
    assert [len(row.all("mark")) for row in rows] == [
        int(len({analyzers.analyzer(of).terms(word)[0] for of in analyzers.CHAINS}) > 1)
        for word in ("police", "forces")
    ]


def test_without_a_text_the_examples_lead_to_analyses(client):
    shown = markup.read(client.get("/analyze", headers={"accept-language": "fa"}).text)

    chosen = [node.attributes["value"] for node in shown.all("option") if "selected" in node.attributes]
    assert chosen == ["fa"]
    links = shown.one("ul", "examples").all("a")
    assert len(links) == len(analyzers.LANGUAGES)
    for link in links:
        found = markup.read(client.get(link.attributes["href"]).text)
        assert found.all("ruby")


@pytest.mark.parametrize("text", ["the", "…", " ", "\x00", "\u202e"])
@pytest.mark.parametrize("lang", ["en", "all"])
def test_a_text_without_terms_is_a_sentence_and_no_fault(client, text, lang):
    assert client.get("/analyze", params={"lang": lang, "text": text}).status_code == 200


@pytest.mark.parametrize("lang", [*analyzers.CHAINS, "all"])
def test_hostile_text_is_analysed_as_text(client, lang):
    response = client.get("/analyze", params={"lang": lang, "text": f"{SCRIPT} {QUOTES} \u202egpj \u2066"})

    shown = markup.read(response.text)
    assert shown.all("script") == [] or all(node.attributes.get("src") for node in shown.all("script"))
    assert not {name for node in shown.walk() for name in node.attributes if name.startswith("on")}
    assert not set(shown.one("main").text) & {"\u202e", "\u2066"}


@pytest.mark.parametrize("text", ["a" * MAX_TEXT, "ی‌" * (MAX_TEXT // 2), "کتاب ها " * (MAX_TEXT // 8), "1,000" * 1000])
@pytest.mark.parametrize("lang", ["fa", "all"])
def test_the_longest_text_is_analysed(client, text, lang):
    assert client.get("/analyze", params={"lang": lang, "text": text}).status_code == 200


def test_a_text_that_is_too_long_is_told_on_the_page(page):
    shown, code = page("/analyze", text="x" * (MAX_TEXT + 1))

    assert code == 400
    assert "at most 5,000" in shown.one("main").words


@given(TEXTS, st.sampled_from(analyzers.CHAINS), st.booleans())
@hypothesis(max_examples=300, deadline=None)
def test_the_parts_are_the_text(text, lang, exact):
    found = analysis.analysed(text, lang, exact=exact)

    assert "".join(part.text for part in found.parts) == text
    assert sorted(term for part in found.parts for term in part.terms) == sorted(term.term for term in found.terms)


@given(TEXTS, st.sampled_from(analyzers.CHAINS))
@hypothesis(max_examples=300, deadline=None)
def test_words_that_a_char_filter_made_are_told(text, lang):
    before = text
    for step in analyzers.analyzer(lang).steps(text):
        if step.text is not None:
            assert all(0 <= start < end <= len(step.text) for start, end in step.changed)
            assert not step.changed or step.text != before
            if step.text.split() != before.split() and len(step.text.split()) >= len(before.split()):
                assert step.changed
            before = step.text


def test_the_state_of_the_index_is_told(client, page, releases):
    shown, code = page("/status")

    assert code == 200
    tables = shown.one("main").all("table")
    held = {row.one("th").words: row.one("td").words for row in tables[0].all("tr")}
    assert held["Releases"] == str(len(releases))
    assert held["Persian"] == str(sum(release.lang == "fa" for release in releases))
    built = {row.one("th").words: row.one("td").words for row in tables[1].all("tr")}
    assert built["Engine"] == "local"
    assert built["Generation"] == client.get("/readyz").json()["generation"]
    assert built["Embedding model"].startswith("multilingual-e5-small")
    (run,) = [row for row in tables[2].all("tr") if row.all("td")]
    assert run.words.endswith("done")


def test_strangers_see_nothing_of_the_machine(client, served):
    state = client.app.state.service.status()
    secret = [str(served.data), state.location, *(name for run in state.runs for name in (run.user, run.host))]

    text = client.get("/status").text
    assert [name for name in secret if len(name) > 4 and name in text] == []
    assert str(state.runs[0].pid) not in text or state.runs[0].pid < 1000


def test_of_a_run_only_its_command_and_whether_it_was_done_are_told(client):
    state = client.app.state.service.status()
    ran = Run(
        "bayan index /home/somebody/secret", "somebody", "host", 7, "2024-05-01T10:00:00+02:00", 1.5, 3, "No /home"
    )
    odd = replace(ran, command="/opt/secret index", started="yesterday", outcome="done")

    first, second = status.works(replace(state, runs=(ran, odd)))
    assert (first.command, first.started.isoformat(), first.done) == ("index", "2024-05-01T08:00:00+00:00", False)
    assert (second.command, second.started, second.done) == ("…", None, True)


@pytest.fixture
def nothing(cache, tmp_path) -> Iterator[TestClient]:
    with TestClient(create_app(Settings(data=tmp_path / "none", cache=cache))) as client:
        yield client


def test_the_state_is_told_while_there_is_no_index(nothing):
    response = nothing.get("/status")

    assert response.status_code == 200
    assert "The index is empty: run bayan index PATH to fill it." in markup.read(response.text).one("p", "notice").words
    assert nothing.get("/analyze", params={"lang": "ar", "text": "الشرطة"}).status_code == 200
