"""Scores, totals, facets and pages of the fused list."""

import numpy as np
import pytest

from search.engines.base import Request
from search.errors import PageError
from search.keywords import Concept, KeywordQuery, Word, compile_query
from search.query import Filters, parse
from tests.behaviour.conftest import CALIBRATION, HashEncoder, Open, release, searcher, write

COUNT = 60


@pytest.fixture(scope="module")
def library(stocked):
    return stocked(
        *(
            release(
                f"r{i:02}",
                "en" if i % 2 else "es",
                f"Report {i}",
                f"seizure word{i} " + "filler " * (i % 7),
                published=f"20{10 + i % 10}-01-01",
                source=f"Agency {i % 3}",
            )
            for i in range(COUNT)
        ),
    )


def ask(text: str, vector=None, *, words_depth=1000, meaning_depth=50, floor=0.5, newest=None, langs=("en", "es")):
    query = parse(text)
    return Request(
        tuple(compile_query(query, lang) for lang in langs),
        vector,
        query.filters,
        floor,
        words_depth,
        meaning_depth,
        newest,
    )


def test_totals_and_facets_are_of_the_whole_list_on_every_page(library):
    pages = [searcher(library).search("seizure", size=7, page=page) for page in range(1, 10)]
    assert {(page.total, tuple(page.facets.items())) for page in pages} == {
        (pages[0].total, tuple(pages[0].facets.items()))
    }
    ids = [hit.release.id for page in pages for hit in page.hits]
    assert len(ids) == len(set(ids)) == COUNT == pages[0].total.words
    facets = pages[0].facets
    assert {value.value: value.count for value in facets["lang"]} == {"en": 30, "es": 30}
    assert sum(value.count for value in facets["source"]) == sum(value.count for value in facets["year"]) == COUNT


def test_a_page_beyond_the_end_is_refused_by_name(library):
    with pytest.raises(PageError, match="the last page is 9"):
        searcher(library).search("seizure", size=7, page=10)


def test_facets_count_what_was_found_by_meaning_too(library):
    text = "Report 7\nseizure word7"
    results = searcher(library).search(text.replace("\n", " "), mode="semantic")
    assert results.total.words == 0
    assert results.total.meaning == sum(value.count for value in results.facets["lang"])


def test_depth_cuts_the_list_but_not_the_total(library):
    candidates = library.view().candidates(ask("seizure", words_depth=10))
    assert len(candidates.ids) == 10
    assert candidates.words == COUNT
    assert sum(candidates.facets["lang"].values()) == COUNT


def test_a_rare_word_scores_higher_and_nothing_beyond_what_is_attainable(library):
    candidates = library.view().candidates(ask("seizure word7"))
    share = candidates.bm25 / candidates.attainable
    assert candidates.ids[int(np.argmax(share))] == "r07"
    assert (share <= 1).all()
    assert (share >= 0).all()


def test_candidates_of_one_leg_have_the_exact_score_of_the_other(library):
    vector = HashEncoder().encode_queries(["Report 8\n" + ("seizure word8 " + "filler " * 1).strip()])[0]
    both = library.view().candidates(ask("word9", vector))
    by = dict(zip(both.ids, zip(both.cosine, both.bm25, both.matched, strict=True), strict=True))
    assert by["r08"][0] == pytest.approx(1, abs=1e-5)
    assert not by["r08"][2]
    assert by["r08"][1] == 0
    assert by["r09"][2]
    assert by["r09"][0] != 0
    alone = library.view().candidates(ask("lang:en word9", vector, meaning_depth=0))
    assert dict(zip(alone.ids, alone.cosine, strict=True))["r09"] == pytest.approx(by["r09"][0])


def test_a_partial_match_found_by_meaning_keeps_its_share_of_the_words(library):
    vector = HashEncoder().encode_queries(["Report 8\nseizure word8 filler"])[0]
    candidates = library.view().candidates(ask("seizure unheard unknown", vector))
    place = candidates.ids.index("r08")
    assert not candidates.matched[place]
    assert candidates.bm25[place] > 0
    assert candidates.words == 0


def test_the_floor_cuts_what_is_related_by_meaning_only(library):
    vector = HashEncoder().encode_queries(["something else"])[0]
    assert library.view().candidates(ask("seizure", vector, floor=2.0)).matched.all()
    loose = library.view().candidates(ask("word9", vector, floor=-1.0, meaning_depth=20))
    assert (loose.cosine[~loose.matched] >= -1).all()
    assert 19 <= (~loose.matched).sum() <= 20


def test_filters_act_inside_the_leg_of_meaning(library):
    vector = HashEncoder().encode_queries(["something else"])[0]
    query = ask('word9 source:"Agency 1" after:2015', vector, floor=-1.0, meaning_depth=5)
    candidates = library.view().candidates(query)
    assert len(candidates.ids) >= 5
    assert set(candidates.source) == {"Agency 1"}
    assert all(day.year >= 2015 for day in candidates.published)


def test_a_language_that_is_not_asked_for_is_not_searched(library):
    vector = HashEncoder().encode_queries(["something else"])[0]
    assert set(library.view().candidates(ask("seizure", vector, floor=-1.0, langs=("es",))).lang) == {"es"}


def test_alternatives_of_a_concept_do_not_add_up(library):
    def score(*terms: str) -> float:
        concept = Concept(tuple(Word(term, exact=True) for term in terms))
        request = Request((KeywordQuery("en", (concept,), minimum=1),), None, Filters(), 0.5, 100, 0)
        candidates = library.view().candidates(request)
        return float(candidates.bm25[candidates.ids.index("r07")])

    assert score("word7", "seizure") == pytest.approx(max(score("word7"), score("seizure")))


def test_the_list_is_the_same_every_time(library):
    first = [hit.release.id for hit in searcher(library).search("seizure", size=60).hits]
    assert first == [hit.release.id for hit in searcher(library).search("seizure", size=60).hits]


def test_best_passage_is_told_with_its_offsets(open_engine: Open):
    engine = open_engine()
    body = " ".join(f"word{i}" for i in range(400))
    write(engine, release("long", "en", "Title", body))
    vector = CALIBRATION.query(
        HashEncoder().encode_queries(["Title\n" + " ".join(f"word{i}" for i in range(90, 210))])[0]
    )
    (stored,) = engine.view().fetch(["long"], vector)
    assert stored.cosine == pytest.approx(1, abs=1e-5)
    assert body[slice(*stored.passage)].split() == [f"word{i}" for i in range(90, 210)]


def test_near_is_by_meaning_and_leaves_out_the_release_itself(open_engine: Open):
    engine = open_engine()
    write(engine, release("a", "en", "Same text"), release("b", "fr", "Same text"), release("c", "ru", "Другой текст"))
    near = engine.view().near("a", limit=5)
    assert [item.id for item, _ in near] == ["b", "c"]
    assert near[0][1] == pytest.approx(1, abs=1e-5)


@pytest.mark.parametrize("text", ["seizure -word8", '"word9" seizure'])
def test_what_must_or_must_not_stand_in_the_text_holds_for_the_leg_of_meaning(library, text):
    vector = HashEncoder().encode_queries(["something else"])[0]
    ids = library.view().candidates(ask(text, vector, words_depth=0, floor=-1.0, meaning_depth=COUNT)).ids
    assert len(ids) == COUNT - 1 if "-" in text else ids == ["r09"]


def test_what_the_cut_leg_of_words_matched_is_matched_when_meaning_finds_it(library):
    vector = HashEncoder().encode_queries(["something else"])[0]
    candidates = library.view().candidates(ask("seizure", vector, words_depth=5, floor=-1.0, meaning_depth=COUNT))
    assert len(candidates.ids) == COUNT
    assert candidates.matched.all()
