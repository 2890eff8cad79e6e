"""More shards, the same scores."""

import os
from contextlib import closing

import pytest

from search.engines.elasticsearch.mapping import Layout
from tests.behaviour.conftest import URL, elasticsearch, release, remove, searcher, write


def found(folder, layout):
    with closing(elasticsearch(folder, layout=layout)) as engine:
        try:
            write(
                engine, *(release(f"r{i}", "en", f"Report {i}", "seizure " * (i % 4) + "word " * i) for i in range(40))
            )
            # Another process may have another setting: the index itself knows how many shards it has.
            with closing(elasticsearch(folder)) as reader:
                hits = searcher(reader).search("seizure word report", size=40, mode="keyword").hits
                return {hit.release.id: (hit.why.bm25, hit.why.attainable) for hit in hits}
        finally:
            remove("elasticsearch", folder)


@pytest.mark.skipif(not os.environ.get(URL), reason=f"{URL} names no Elasticsearch 9")
def test_neighbours_are_gathered_from_all_shards(tmp_path):
    with closing(elasticsearch(tmp_path, layout=Layout(shards=3))) as engine:
        try:
            write(engine, *(release(f"r{i}", "en", "Opium") for i in range(20)))
            assert engine.view().neighbours({"en": ["opuim"]}) == {"en": {"opuim": {"opium": 20}}}
            assert searcher(engine).search("opuim", mode="keyword").did_you_mean.text == "opium"
        finally:
            remove("elasticsearch", tmp_path)


@pytest.mark.skipif(not os.environ.get(URL), reason=f"{URL} names no Elasticsearch 9")
def test_scores_are_the_same_over_one_shard_and_over_three(tmp_path):
    one, three = (found(tmp_path / f"{shards}", Layout(shards=shards)) for shards in (1, 3))
    assert one.keys() == three.keys()
    assert three == {identity: pytest.approx(scores, abs=2e-3) for identity, scores in one.items()}
