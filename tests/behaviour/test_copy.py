"""Releases go from one engine to another with their vectors."""

import numpy as np
import pytest

from indexer import build
from search.errors import FingerprintError
from tests.behaviour.conftest import FINGERPRINT, Open, entry, found, local, release, write

RELEASES = [
    release("a", "en", "Opium seized", "Police seized opium.", published="2024-05-01", source="Police", place="Osh"),
    release("b", "ar", "ضبط أفيون", "ضبطت الشرطة " + "خمسمئة كيلوغرام من الأفيون " * 90, url="https://example.org/1"),
    release("c", "ru", "", "Изъят опий", fetched_at="2024-05-02T10:00:00Z", sample=True),
    release("d", "fa", "کشف تریاک"),
]


class NoEncoder:
    """Nothing may be embedded."""

    dims = FINGERPRINT.dims


@pytest.fixture
def here(tmp_path):
    engine = local(tmp_path / "here")
    write(engine, *RELEASES)
    yield engine
    engine.close()


def test_entries_are_what_was_written(engine):
    write(engine, *RELEASES)
    given = {item.release.id: item for item in engine.entries()}
    assert len(given) == len(RELEASES)
    for wanted in map(entry, RELEASES):
        item = given[wanted.release.id]
        assert item.release == wanted.release
        assert list(item.passages) == list(wanted.passages)
        np.testing.assert_allclose(item.vectors, wanted.vectors, atol=1e-6)


def test_releases_are_copied_there_and_back(here, engine, tmp_path):
    counts = build.copy(here, engine, command="copy")
    assert (counts.new, counts.unchanged) == (4, 0)
    assert found(engine, "الأفيون") == ["b"]
    assert (build.copy(here, engine, command="copy").unchanged) == 4
    back = local(tmp_path / "back")
    assert build.copy(engine, back, command="copy").new == 4
    assert {item.release for item in back.entries()} == set(RELEASES)
    assert found(back, "опий") == ["c"]
    back.close()


def test_a_copied_index_is_built_anew_without_embedding(here, engine):
    build.copy(here, engine, command="copy")
    assert build.reindex(engine, NoEncoder(), command="reindex").embedded == 0


def test_what_is_changed_since_is_copied_again(here, engine):
    build.copy(here, engine, command="copy")
    write(here, release("a", "fr", "Opium saisi"))
    counts = build.copy(here, engine, command="copy")
    assert (counts.changed, counts.unchanged) == (1, 3)
    assert found(engine, "saisi") == ["a"]
    assert found(engine, "seized") == []


@pytest.mark.usefixtures("here")
def test_an_index_of_another_making_is_not_copied(open_engine: Open, tmp_path):
    other = local(tmp_path / "here", FINGERPRINT.__class__(**FINGERPRINT.as_dict() | {"passages": "other rule"}))
    with pytest.raises(FingerprintError, match="the passage rule"):
        build.copy(other, open_engine(), command="copy")
    other.close()
