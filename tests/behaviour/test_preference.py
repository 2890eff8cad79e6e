""" "My language first": the same list in another order, by every engine."""

import pytest

from search.errors import QueryError
from tests.behaviour.conftest import found, release, searcher


@pytest.fixture(scope="module")
def library(stocked):
    return stocked(
        *(
            release(f"{lang}{day}", lang, "INTERPOL " * day, "Captagon 2024.", published=f"2024-03-0{day}", source=lang)
            for day in (1, 2, 3, 4)
            for lang in ("ar", "fa", "en", "ru")
        ),
        release("undated", "fa", "INTERPOL"),
    )


@pytest.mark.parametrize("sort", ["relevance", "newest", "oldest"])
@pytest.mark.parametrize("mode", ["hybrid", "keyword"])
@pytest.mark.parametrize("lang", ["fa", "ru", "es"])
def test_releases_of_the_language_come_first_and_all_else_stays(library, lang, mode, sort):
    options = {"mode": mode, "sort": sort, "size": 100}
    balanced = searcher(library).search("interpol captagon", **options)
    preferred = searcher(library).search("interpol captagon", prefer=lang, **options)
    order = [hit.release.id for hit in balanced.hits]
    assert len(order) == 16
    assert [hit.release.id for hit in preferred.hits] == sorted(
        order, key=lambda identity: not identity.startswith(lang)
    )
    assert (preferred.total, preferred.facets, preferred.listed) == (balanced.total, balanced.facets, balanced.listed)
    assert {hit.release.id: hit.score for hit in preferred.hits} == {hit.release.id: hit.score for hit in balanced.hits}


def test_pages_are_of_one_list(library):
    whole = found(library, "interpol", prefer="ru", size=100)
    pages = [
        identity for page in range(1, 7) for identity in found(library, "interpol", prefer="ru", size=3, page=page)
    ]
    assert pages == whole
    assert [identity[:2] for identity in whole[:4]] == ["ru"] * 4


def test_one_searcher_keeps_the_preferences_of_several_people_apart(library):
    shared = searcher(library)
    for lang in ("fa", None, "en", "fa"):
        hits = shared.search("interpol", prefer=lang, size=100).hits
        assert [hit.release.id for hit in hits] == found(library, "interpol", prefer=lang, mode="hybrid", size=100)


def test_a_language_that_does_not_exist_is_refused(library):
    with pytest.raises(QueryError, match='"de" is not one of the languages'):
        found(library, "interpol", prefer="de")
