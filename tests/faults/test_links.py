"""Who is near to whom, in an index of its own: nothing of a release that is gone stays there."""

import numpy as np

from search import passages
from search.engines.base import Entry
from search.engines.elasticsearch import links
from tests.behaviour.conftest import DIMS, release


def entry(identity, lang, direction=0.0):
    made = release(identity, lang, body=f"{identity} {direction}")
    vector = np.eye(1, DIMS, dtype=np.float32) + np.float32(0.1) * np.eye(1, DIMS, 1 + int(direction), dtype=np.float32)
    return Entry(made, passages.split(made), vector / np.linalg.norm(vector))


def lists(node, prefix, **term):
    return node.count(index=f"{prefix}-links-*", query={"term": term} if term else None)["count"]


def test_more_lists_than_one_page_has_forget_a_release(engine, node, prefix, monkeypatch):
    monkeypatch.setattr(links, "_MOST", 20)
    with engine.writing("test") as writer:
        writer.write([entry("hub", "en"), *(entry(f"r{at}", "fr", at % 10) for at in range(50))])
    assert lists(node, prefix, nearest="hub") == 50
    with engine.writing("test") as writer:
        assert writer.remove(["hub"]) == 1
    assert lists(node, prefix, nearest="hub") == 0
    assert lists(node, prefix) == 50


def test_a_release_that_is_removed_before_it_was_published_has_no_list(engine, node, prefix):
    with engine.writing("test") as writer:
        writer.write([entry("gone", "en"), entry("there", "fr")])
        writer.remove(["gone"])
    assert lists(node, prefix, id="gone") == lists(node, prefix, nearest="gone") == 0
    assert lists(node, prefix, id="there") == 1


def test_what_a_killed_writer_did_not_link_is_linked_in_many_pages(engine, node, prefix, monkeypatch):
    monkeypatch.setattr(links, "_MOST", 20)
    with engine.writing("test") as writer:
        writer.write([entry(f"r{at}", ("en", "fr")[at % 2], at % 10) for at in range(50)])
    node.delete_by_query(index=f"{prefix}-links-*", query={"prefix": {"id": "r1"}}, refresh=True)
    assert lists(node, prefix) < 50
    with engine.writing("test"):
        pass
    assert lists(node, prefix) == 50
