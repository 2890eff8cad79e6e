"""Links between releases in different languages, and what they do to a search."""

from contextlib import suppress

import numpy as np
import pytest

import analyzers
from indexer import build
from search import graph, passages
from search.engines.base import Entry
from search.errors import NotFoundError
from search.query import Filters
from search.searcher import Searcher
from tests.behaviour.conftest import CALIBRATION, DIMS, HashEncoder, Open, release

LANGS = analyzers.LANGUAGES


def unit(values):
    return (values / np.linalg.norm(values)).astype(np.float32)


def near(vector, cosine, seed):
    """A vector of this cosine with another."""
    noise = np.random.default_rng(seed).standard_normal(DIMS)
    noise = unit(noise - (noise @ vector) * vector)
    return unit(cosine * vector + np.sqrt(1 - cosine**2) * noise)


class Directed(HashEncoder):
    """Gives each text the vector that it was told."""

    def __init__(self, **vectors):
        self.vectors = vectors

    def encode_queries(self, texts):
        return np.array([self.vectors[text] for text in texts])

    encode_passages = encode_queries


def entry(identity, lang, vector, body=None, **fields):
    made = release(identity, lang, body=body or identity, **fields)
    return Entry(made, passages.split(made), np.array([vector]))


def put(engine, *entries):
    with engine.writing("test") as writer:
        writer.write(entries)


def links(engine, ids):
    return {(link.first, link.second): link.cosine for link in engine.view().links(ids)}


def brute(vectors, langs):
    """The links of the definition: mutual among the nearest eight in other languages."""
    ids = list(vectors)
    nearest = {
        one: sorted((o for o in ids if langs[o] != langs[one]), key=lambda o: -float(vectors[one] @ vectors[o]))[
            : graph.NEIGHBOURS
        ]
        for one in ids
    }
    return {
        (one, other): float(vectors[one] @ vectors[other])
        for one in ids
        for other in nearest[one]
        if one in nearest[other] and vectors[one] @ vectors[other] > graph.APART
    }


def test_links_are_those_of_the_definition_through_writing_replacing_removing_and_reindexing(open_engine: Open):
    engine = open_engine()
    random = np.random.default_rng(7)
    centres = [unit(random.standard_normal(DIMS)) for _ in range(6)]
    vectors, langs = {}, {}

    def write(first, last, salt):
        entries = []
        for at in range(first, last):
            identity, langs[f"r{at}"] = f"r{at}", LANGS[(at * 5 + salt) % len(LANGS)]
            vectors[identity] = near(centres[at % 6], 0.4 + 0.5 * random.random(), at + 1_000 * salt)
            entries.append(entry(identity, langs[identity], vectors[identity], f"{at} {salt}"))
        put(engine, *entries)

    def expect():
        found, wanted = links(engine, list(vectors)), brute(vectors, langs)
        assert found.keys() == wanted.keys()
        assert all(abs(found[pair] - wanted[pair]) < 0.005 for pair in wanted)

    write(0, 40, 0)
    expect()
    for first in range(40, 60, 5):
        write(first, first + 5, 0)
    expect()
    write(3, 9, 1)  # replaced, in other languages too
    expect()
    gone = ["r1", "r11", "r21"]
    with engine.writing("test") as writer:
        assert writer.remove(gone) == len(gone)
    for identity in gone:
        del vectors[identity], langs[identity]
    expect()
    build.reindex(engine, Directed(), command="reindex")
    expect()


def test_releases_that_are_replaced_again_and_again_stay_linked(open_engine: Open):
    engine, centre = open_engine(), unit(np.ones(DIMS))
    vectors = {f"r{at}": near(centre, 0.8, at) for at in range(24)}
    langs = {identity: LANGS[at % 2] for at, identity in enumerate(vectors)}
    wanted = brute(vectors, langs)
    assert wanted
    with engine.writing("test") as writer:
        for time in range(4):
            # Those in one language alone: the lists of the others must let go of what was replaced.
            for lang in LANGS[: 2 if time == 0 else 1]:
                writer.write(
                    [entry(of, lang, vectors[of], f"{of} {time}") for of in vectors if langs[of] == lang],
                )
            writer.publish()
            assert links(engine, list(vectors)).keys() == wanted.keys()


def test_what_is_written_and_removed_at_once_leaves_no_link(open_engine: Open):
    engine, one = open_engine(), unit(np.ones(DIMS))
    with engine.writing("test") as writer:
        writer.write([entry("a", "ar", one), entry("b", "fa", near(one, 0.9, 1)), entry("c", "en", near(one, 0.9, 2))])
        assert writer.remove(["b"]) == 1
    assert links(engine, ["a", "b"]).keys() == {("a", "c")}


def test_nothing_is_linked_within_a_language_nor_to_what_is_about_something_else(open_engine: Open):
    engine, one = open_engine(), unit(np.ones(DIMS))
    put(
        engine,
        entry("a", "ar", one),
        entry("same language", "ar", near(one, 0.95, 1)),
        entry("same story", "ru", near(one, 0.9, 2)),
        entry("elsewhere", "fr", near(one, graph.APART - 0.1, 3)),
    )
    assert links(engine, ["a"]).keys() == {("a", "same story")}
    assert links(engine, ["unknown"]) == {}
    assert links(engine, []) == {}


def test_a_run_that_was_broken_off_is_linked_by_the_next(open_engine: Open):
    engine, one = open_engine(), unit(np.ones(DIMS))
    put(engine, entry("a", "ar", one))
    with suppress(KeyError), engine.writing("test") as writer:
        writer.write([entry("b", "fa", near(one, 0.9, 1))])
        raise KeyError
    put(engine, entry("c", "en", near(one, 0.8, 2)))
    assert links(engine, ["a"]).keys() == {("a", "b"), ("a", "c")}


@pytest.fixture
def story(open_engine: Open):
    """A query, a release that answers it, and versions of it that are too far from the query to be found."""
    query = unit(np.arange(1, DIMS + 1))
    best = near(query, 0.8, 1)
    version = unit(best - 0.65 * query)
    engine = open_engine()
    put(
        engine,
        entry("best", "en", best, "opium seized", source="TASS"),
        entry("version", "fr", version, "opium saisi", source="TASS"),
        entry("other source", "es", unit(version + 0.05), "opio incautado", source="EFE"),
        entry("unrelated", "fr", near(query, 0.1, 3), "football"),
    )
    assert float(query @ version) < CALIBRATION.floor
    return Searcher(
        engine,
        Directed(**{"¿Qué dice la policía?": query, "что": query, "что -saisi": query, "opi": query, "was": query}),
        CALIBRATION,
    )


def ids(results):
    return [hit.release.id for hit in results.hits]


def test_a_good_result_brings_in_its_versions_in_other_languages(story):
    results = story.search("что", mode="semantic")
    assert ids(results)[0] == "best"
    assert set(ids(results)) == {"best", "version", "other source"}
    lifted = {hit.release.id: hit.why.lift for hit in results.hits}
    assert lifted["best"] == 0
    assert lifted["version"] > 0
    assert all(hit.score == pytest.approx(hit.why.cosine + hit.why.lift, abs=1e-3) for hit in results.hits)
    assert results.total.meaning == len(results.hits)


@pytest.mark.parametrize("typed", ["opi*", "was", "opi* OR was"])
def test_whatever_kind_of_words_it_has_a_query_brings_in_versions(story, typed):
    story._encoder.vectors.setdefault("opi was", story._encoder.vectors["opi"])
    assert "version" in ids(story.search(typed))


def test_without_links_it_brings_in_nothing(story):
    alone = Searcher(story.engine, story._encoder, CALIBRATION, links=False)
    assert ids(alone.search("что", mode="semantic")) == ["best"]


def test_filters_hold_for_what_a_link_brings_in(story):
    assert set(ids(story.search("что", Filters(sources=("TASS",)), mode="semantic"))) == {"best", "version"}
    assert set(ids(story.search("что", Filters(langs=("en", "es")), mode="semantic"))) == {"best", "other source"}
    assert ids(story.search("что", Filters(sources=("EFE",)), mode="semantic")) == ["other source"]
    assert "version" not in ids(story.search("что -saisi", mode="semantic"))


def test_the_version_in_the_language_of_the_query_is_first(story):
    assert ids(story.search("¿Qué dice la policía?", mode="semantic"))[:2] == ["other source", "best"]


def test_the_same_story_in_other_languages_is_the_first_that_is_related(open_engine: Open):
    engine, one = open_engine(), unit(np.ones(DIMS))
    put(
        engine,
        entry("a", "ar", one),
        entry("copy", "ar", near(one, 0.95, 1)),
        entry("version", "ru", near(one, 0.9, 2)),
        entry("other version", "fr", near(one, 0.85, 3)),
        entry("same subject", "es", near(one, 0.4, 4)),
    )
    searcher = Searcher(engine, Directed(), CALIBRATION)
    related = searcher.related("a")
    assert [(item.release.id, item.linked) for item in related] == [
        ("version", True),
        ("other version", True),
        ("copy", False),
        ("same subject", False),
    ]
    assert [item.cosine for item in related] == pytest.approx([0.9, 0.85, 0.95, 0.4], abs=0.005)
    assert [item.release.id for item in searcher.related("a", limit=1)] == ["version"]
    alone = Searcher(engine, Directed(), CALIBRATION, links=False)
    assert next(item.release.id for item in alone.related("a")) == "copy"
    with pytest.raises(NotFoundError):
        searcher.related("unknown")
