"""The API keys that docs/elasticsearch.md prints are enough for everything, and for nothing else."""

import copy
import json
import re
from contextlib import ExitStack
from pathlib import Path

import pytest
from elasticsearch import Elasticsearch

from indexer import build
from search.errors import NoIndexError, StorageError
from tests.behaviour.conftest import HashEncoder
from tests.faults.conftest import PASSWORD, USER, found, names, opener, releases, search

PAGE = (Path(__file__).parents[2] / "docs" / "elasticsearch.md").read_text("utf-8")
BLOCKS = [json.loads(text) for text in re.findall(r"^```json\n(.*?)^```", PAGE, re.MULTILINE | re.DOTALL)]
KEYS = {block["name"]: block for block in BLOCKS if "role_descriptors" in block}
SEARCH, INDEX = "bayan-search", "bayan-index"
RELEASES = releases(12)
EVERYTHING = {release.id for release in RELEASES}
LACKING = r"lack a privilege .* docs/elasticsearch\.md"


def narrowed(name, lacking):
    """The request for a key that lacks one privilege of those that the page gives it."""
    request = copy.deepcopy(KEYS[name])
    for role in request["role_descriptors"].values():
        for privileges in (role["cluster"], *(of["privileges"] for of in role["indices"])):
            if lacking in privileges:
                privileges.remove(lacking)
    return request


def privileges(name):
    (role,) = KEYS[name]["role_descriptors"].values()
    return [*role["cluster"], *(privilege for of in role["indices"] for privilege in of["privileges"])]


def index(engine, *chosen, prune=False):
    return build.index(engine, HashEncoder(), chosen or RELEASES, command="index", prune=prune)


@pytest.fixture(scope="module")
def admin(secured):
    with Elasticsearch(list(secured.urls), basic_auth=(USER, PASSWORD), request_timeout=60) as client:
        yield client


@pytest.fixture(scope="module")
def engine_with(secured, admin, tmp_path_factory):
    """Open an engine over a prefix with a key made from a request of the page, for that prefix or for `of`."""
    with ExitStack() as stack:

        def open_it(request, prefix, of=None):
            text = json.dumps(request["role_descriptors"])
            for name in ("bayan", "bayan-*"):
                text = text.replace(f'"{name}"', f'"{name.replace("bayan", of or prefix)}"')
            roles = json.loads(text)
            made = admin.security.create_api_key(name=request["name"], role_descriptors=roles, expiration="1h")
            folder = tmp_path_factory.mktemp("key")
            return stack.enter_context(opener(secured.urls, prefix, folder, api_key=made["encoded"]))()

        yield open_it


@pytest.fixture(scope="module")
def superuser(secured, tmp_path_factory):
    """Open an engine with all privileges."""
    with opener(secured.urls, "", tmp_path_factory.mktemp("superuser"), username=USER, password=PASSWORD) as open_it:
        yield lambda prefix: open_it(name=prefix)


@pytest.fixture(scope="module")
def stocked(superuser):
    """A prefix that no test here may change."""
    engine = superuser("kept")
    index(engine)
    yield "kept"
    engine.destroy()


@pytest.fixture
def prefix(request, superuser):
    """A prefix of this test's own."""
    name = f"keys-{sum(request.node.name.encode())}"
    yield name
    superuser(name).destroy()


def serves(engine):
    assert found(engine, "opium") == EVERYTHING
    assert search(engine, "opium", mode="hybrid").hits
    assert engine.view().fetch(["r1"], None)[0].release.id == "r1"
    assert engine.view().near("r1", limit=3)
    assert len(list(engine.entries())) == len(RELEASES)
    assert sum(engine.status().releases.values()) == len(RELEASES)
    assert engine.status().size_bytes


def lives(engine):
    assert engine.status().generation is None
    index(engine)
    assert index(engine, *RELEASES[1:], prune=True).removed == 1
    index(engine)
    build.reindex(engine, HashEncoder(), command="reindex")
    assert len(engine.status().generations) == 2
    assert engine.rollback() == engine.status().generation
    serves(engine)
    assert {run.outcome for run in engine.status().runs} == {"done"}
    engine.destroy()
    assert engine.status().generation is None


def test_the_page_prints_a_key_for_searching_and_one_for_indexing():
    assert KEYS.keys() == {SEARCH, INDEX}


def test_the_key_for_indexing_leads_through_the_whole_life_of_an_index(engine_with, admin, prefix):
    lives(engine_with(KEYS[INDEX], prefix))
    assert names(admin, prefix) == []


def test_the_key_for_searching_serves_and_tells_the_state(engine_with, stocked):
    engine = engine_with(KEYS[SEARCH], stocked)
    serves(engine)
    assert engine.status().generation


def test_the_key_for_searching_says_what_to_run_where_nothing_is_indexed_yet(engine_with, prefix):
    engine = engine_with(KEYS[SEARCH], prefix)
    assert engine.status().generation is None
    with pytest.raises(NoIndexError, match="bayan index"):
        engine.view()


@pytest.mark.parametrize("lacking", privileges(SEARCH))
def test_the_key_for_searching_has_nothing_to_spare(engine_with, stocked, lacking):
    with pytest.raises(StorageError, match=LACKING):
        serves(engine_with(narrowed(SEARCH, lacking), stocked))


@pytest.mark.parametrize("lacking", privileges(INDEX))
def test_the_key_for_indexing_has_nothing_to_spare(engine_with, prefix, lacking):
    with pytest.raises(StorageError, match=LACKING):
        lives(engine_with(narrowed(INDEX, lacking), prefix))


def test_the_key_for_searching_changes_nothing_and_says_which_privilege_it_lacks(engine_with, superuser, stocked):
    engine = engine_with(KEYS[SEARCH], stocked)
    for change in (
        lambda: index(engine, *releases(1, "cocaine")),
        lambda: build.reindex(engine, HashEncoder(), command="reindex"),
        engine.rollback,
    ):
        with pytest.raises(StorageError, match=r"\[indices:data/write.*privileges \[.*\bwrite\b"):
            change()
    with pytest.raises(StorageError, match=r"\[indices:admin/delete\].*privileges \[.*\bdelete_index\b"):
        engine.destroy()
    whole = superuser(stocked)
    serves(whole)
    assert whole.status().generations == ("000001",)
    assert len(whole.status().runs) == 1


@pytest.mark.parametrize("key", [SEARCH, INDEX])
def test_no_key_reaches_another_prefix(engine_with, superuser, stocked, key):
    engine = engine_with(KEYS[key], stocked, of="elsewhere")
    for touch in (
        engine.view,
        engine.status,
        engine.rollback,
        engine.destroy,
        lambda: index(engine, *releases(1, "cocaine")),
        lambda: build.reindex(engine, HashEncoder(), command="reindex"),
        lambda: next(iter(engine.entries())),
    ):
        with pytest.raises(StorageError, match=LACKING):
            touch()
    serves(superuser(stocked))
