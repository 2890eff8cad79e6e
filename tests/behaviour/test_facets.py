"""Facets count the list, filters narrow it, and the one says what the other will find."""

from datetime import date

import numpy as np
import pytest

import analyzers
from indexer import build
from search.calendars import day
from search.query import Filters, parse
from search.searcher import Searcher
from tests.behaviour.conftest import CALIBRATION, DIMS, HashEncoder, Open, release, searcher, write
from tests.behaviour.test_links import Directed, entry, near, unit

COUNT = 72
QUERY = unit(np.arange(1, DIMS + 1))
TEXTS = ("opium seized", "opium -hashish", "Jürgen Stock", "hero* OR hashish")
WORDS = ("opium seized", "opium", "heroin opium", "hashish opium", "Jürgen Stock", "Юрген Шток", "football")
SOURCES, COUNTRIES = ("QNA", "IRNA", "TASS", None), ("QA", "IR", "RU", None, "FR")


@pytest.fixture(scope="module")
def library(stocked):
    """Twelve stories, each in six languages, ever farther from the query: the last are found through a link or not at all."""
    engine = stocked()
    random = np.random.default_rng(5)
    entries = []
    for at in range(COUNT):
        story, lang = divmod(at, len(analyzers.LANGUAGES))
        # All but one version of a story lie farther off than the floor.
        centre = near(QUERY, 0.9 - 0.06 * story, story)
        vector = centre if lang == story % len(analyzers.LANGUAGES) else unit(centre - random.uniform(0.3, 0.8) * QUERY)
        entries.append(
            entry(
                f"r{at:02}",
                analyzers.LANGUAGES[lang],
                vector,
                f"{random.choice(WORDS)} number {at}",
                source=SOURCES[at % len(SOURCES)],
                country=COUNTRIES[at % len(COUNTRIES)],
                published=f"20{20 + at % 3}-{1 + at % 5:02}-{1 + at % 28:02}" if at % 7 else None,
            )
        )
    with engine.writing("test") as writer:
        writer.write(entries)
    return Searcher(engine, Directed(**{parse(text).meaning: QUERY for text in (*TEXTS, "opium")}), CALIBRATION)


def chosen(facet, *values):
    """The filter that a click on a value sets."""
    match facet:
        case "lang":
            return Filters(langs=values)
        case "source":
            return Filters(sources=values)
        case "country":
            return Filters(countries=values)
    return Filters(after=day(values[0]), before=day(values[0], end=True))


def counts(results, facet):
    return {value.value: value.count for value in results.facets[facet]}


def listed(library, text, filters=None, mode="hybrid", **options):
    results = library.search(text, filters, mode=mode, size=100, **options)
    return [(hit.release.id, hit.score) for hit in results.hits]


@pytest.mark.parametrize(
    ("text", "mode"),
    [
        *((text, "hybrid") for text in TEXTS),
        ("opium seized", "keyword"),
        ("Jürgen Stock", "keyword"),
        ("opium", "semantic"),
    ],
)
def test_narrowing_by_a_value_finds_what_it_counts_in_the_order_and_with_the_scores_of_the_whole_list(
    library, text, mode
):
    whole = library.search(text, mode=mode, size=100)
    order = listed(library, text, mode=mode)
    releases = {hit.release.id: hit.release for hit in whole.hits}
    assert len(order) == whole.total.all >= 5
    if mode != "keyword":
        assert any(hit.why.lift and hit.why.related for hit in whole.hits)

    def value_of(release, facet):
        day_of = release.published.isoformat() if release.published else None
        return {"year": day_of and day_of[:4], "month": day_of and day_of[:7]}.get(facet, getattr(release, facet, None))

    for facet in ("lang", "source", "country", "year", "month"):
        for value, count in counts(whole, facet).items():
            expected = [(of, score) for of, score in order if value_of(releases[of], facet) == value]
            narrowed = listed(library, text, chosen(facet, value), mode)
            assert len(narrowed) == count
            assert [of for of, _ in narrowed] == [of for of, _ in expected]
            assert [score for _, score in narrowed] == pytest.approx([score for _, score in expected], abs=1e-4)


def test_years_are_the_sums_of_their_months_latest_first(library):
    results = library.search("opium", size=100)
    months = counts(results, "month")
    years = {}
    for month, count in months.items():
        years[month[:4]] = years.get(month[:4], 0) + count
    assert counts(results, "year") == years
    assert list(months) == sorted(months, reverse=True)
    dated = [hit.release.published for hit in results.hits if hit.release.published]
    assert sum(months.values()) == len(dated) < len(results.hits)
    assert months.keys() == {f"{of:%Y-%m}" for of in dated}


@pytest.mark.parametrize("mode", ["hybrid", "keyword"])
def test_a_facet_that_narrows_counts_what_could_be_chosen_beside(library, mode):
    whole = library.search("opium", mode=mode)
    one = library.search("opium", chosen("lang", "ru"), mode=mode)
    two = library.search("opium", chosen("lang", "ru", "fr"), mode=mode)

    assert counts(one, "lang") == counts(two, "lang") == counts(whole, "lang")
    assert one.total.all == counts(whole, "lang")["ru"]
    assert two.total.all == counts(whole, "lang")["ru"] + counts(whole, "lang")["fr"]
    # All others count the narrowed list.
    assert sum(counts(one, "month").values()) <= one.total.all
    assert counts(one, "country") != counts(whole, "country")


def test_each_of_several_filters_is_left_out_of_its_own_counts_alone(library):
    filters = Filters(
        langs=("ar", "fa", "en"), countries=("QA", "IR"), after=date(2020, 1, 1), before=date(2021, 12, 31)
    )
    results = library.search("opium", filters)
    assert results.total.all > 0
    for facet, values in (("lang", "langs"), ("country", "countries")):
        assert set(counts(results, facet)) - set(getattr(filters, values)), facet
        for value, count in counts(results, facet).items():
            others = filters.without(facet).merged(chosen(facet, value))
            assert library.search("opium", others).total.all == count, (facet, value)
    for facet in ("year", "month"):
        assert any(value.startswith("2022") for value in counts(results, facet))
        for value, count in counts(results, facet).items():
            others = filters.without("time").merged(chosen(facet, value))
            assert library.search("opium", others).total.all == count, (facet, value)


def test_a_filter_that_is_typed_is_part_of_the_query(library):
    typed = library.search("opium country:qa,IR")
    given = library.search("opium", Filters(countries=("QA", "IR")))

    assert typed.parsed == given.parsed == "opium country:QA,IR"
    assert [hit.release.id for hit in typed.hits] == [hit.release.id for hit in given.hits]
    assert {hit.release.country for hit in typed.hits} == set(counts(typed, "country")) == {"QA", "IR"}
    assert set(counts(given, "country")) > {"QA", "IR"}
    # What the page offers beside a choice can be clicked on.
    both = library.search("opium country:qa,IR", Filters(countries=("QA",)))
    assert counts(both, "country") == counts(typed, "country")


def test_a_list_without_words_is_narrowed_too(library):
    whole = library.search("lang:ru", size=100)
    assert whole.total.words == COUNT / len(analyzers.LANGUAGES)
    narrowed = library.search("lang:ru", Filters(countries=("FR",)), size=100)
    assert {hit.release.country for hit in narrowed.hits} == {"FR"}
    assert narrowed.total.words == counts(whole, "country")["FR"] == counts(narrowed, "country")["FR"]
    assert counts(narrowed, "country") == counts(whole, "country")


def test_the_order_by_date_is_narrowed_as_well(library):
    order = [of for of, _ in listed(library, "opium", sort="newest")]
    found = [of for of, _ in listed(library, "opium", Filters(langs=("en", "es")), sort="newest")]
    assert found == [of for of in order if of in found]
    assert len(found) == len([of for of in order if of in dict(listed(library, "opium", Filters(langs=("en", "es"))))])


def test_a_country_is_kept_and_one_that_was_not_known_comes_with_reindex(open_engine: Open):
    engine = open_engine()
    write(
        engine,
        release("kept", "ru", "Изъят героин", source="ТАСС", country="KZ"),
        release("unknown", "ru", "Изъят опий", source="ТАСС"),
    )
    assert [stored.release.country for stored in engine.view().fetch(["kept", "unknown"], None)] == ["KZ", None]
    build.reindex(engine, HashEncoder(), command="reindex")
    assert [stored.release.country for stored in engine.view().fetch(["kept", "unknown"], None)] == ["KZ", "RU"]
    assert counts(searcher(engine).search("изъят", mode="keyword"), "country") == {"KZ": 1, "RU": 1}
