"""The chains on a real Elasticsearch node give what Python gives: terms, positions and offsets."""

import json
import os
import random
import unicodedata
from pathlib import Path

import httpx
import pytest

from analyzers import CHAINS, UNDETERMINED, analyzer, settings
from tests.analyzers.forms import DIFFERENT, EQUAL, KEPT, MARKED, rows

URL = os.environ.get("BAYAN_ELASTICSEARCH_URL")
SHARED = os.environ.get("BAYAN_SHARED")
MAX_TEXTS = 100

pytestmark = pytest.mark.skipif(not URL, reason="BAYAN_ELASTICSEARCH_URL names no node to compare with.")


@pytest.fixture(scope="module", params=CHAINS)
def lang(request):
    return request.param


@pytest.fixture(scope="module")
def node(lang):
    with httpx.Client(base_url=URL or "", timeout=120) as client:
        index = f"/bayan-analyzers-{lang}-{os.getpid()}"
        body = settings(lang) | {"index": {"analyze.max_token_count": 1_000_000}}
        response = client.put(index, json={"settings": body})
        assert response.status_code == 200, response.text[:2000]
        try:
            yield lambda name, texts: _analyze(client, index, name, texts)
        finally:
            client.delete(index)


def _analyze(client, index, name, texts):
    response = client.post(f"{index}/_analyze", json={"analyzer": name, "text": texts})
    assert response.status_code == 200, response.text[:2000]
    return [
        (found["token"], found["start_offset"], found["end_offset"], found["position"])
        for found in response.json()["tokens"]
    ]


def _units(text):
    """Give each code point's place in UTF-16 units, and the end's."""
    places = [0]
    for character in text:
        places.append(places[-1] + (2 if character > "\uffff" else 1))
    return places


def _here(chain, text):
    places = _units(text)
    return [(token.term, places[token.start], places[token.end], token.position) for token in chain.tokens(text)]


def differences(node, lang, texts):
    """Give (text, the node's tokens, Python's tokens) where they differ, for both chains.

    Texts are sent in batches, and one at a time where a batch differs.
    """
    found = []
    for exact in (False, True):
        name = f"bayan_{lang}{'_exact' if exact else ''}"
        chain = analyzer(lang, exact=exact)
        for start in range(0, len(texts), MAX_TEXTS):
            batch = texts[start : start + MAX_TEXTS]
            if node(name, batch) == _many(chain, batch):
                continue
            for text in batch:
                there, here = node(name, [text]), _here(chain, text)
                if there != here:
                    found.append((text, there, here))
    return found


def _many(chain, texts):
    """Give the tokens of several texts as the node counts them: 100 positions and one offset between two texts."""
    tokens = []
    offset = position = 0
    for text in texts:
        tokens += [
            (term, start + offset, end + offset, place + position) for term, start, end, place in _here(chain, text)
        ]
        offset += _units(text)[-1] + 1
        position += 100 + next(len(step.tokens) for step in chain.steps(text) if step.name == "standard")
    return tokens


def test_forms_are_analysed_alike(node, lang):
    texts = [
        form for table, mark in ((EQUAL, "|"), (DIFFERENT, "≠")) for _, forms in rows(table, mark) for form in forms
    ]
    texts += [text for marked in MARKED.values() for text in marked]
    texts += [word for kept in KEPT.values() for word in kept.split()]
    assert differences(node, lang, texts) == []


def test_odd_texts_are_analysed_alike(node, lang):
    letters = (
        "اأإآبتثجحخدذرزسشصضطظعغفقكلمنهويىةئؤءکگچپژیۀ\u0640\u064b\u0651\u0654\u0670\u200c\u200d\u200f\u202b\ufeff٠٣۵ﻻﷲﷺ،؛؟٬٫"
        "abcEISTééñÇœßøİı\u0301\u0308абвёйїІ\u0306κοα0123456789..,,::''’_-/\\+#@«»\"()[]   \u00a0\u202f\n\t·😀©1️⃣ⅨK𝗜ﬁ漢カひ한ไ"
    )
    source = random.Random(7)
    texts = ["".join(source.choices(letters, k=source.randint(1, 40))) for _ in range(3000)]
    texts += ["a" * 600, "كتاب" * 100, "x" * 254 + "😀" + "y" * 300, "1," * 400, "", " ", "\u200f", "و" * 7]
    assert differences(node, lang, texts) == []


def test_assigned_letters_are_analysed_alike(node, lang):
    letters = [
        chr(code) for code in range(0x3000) if unicodedata.ucd_3_2_0.category(chr(code)) not in {"Cn", "Cs", "Co"}
    ]
    texts = [f"{letter} a{letter}b {letter}ب{letter}" for letter in letters]
    assert differences(node, lang, texts) == []


def test_other_languages_are_analysed_alike(node, lang):
    lines = (Path(__file__).parents[1] / "search" / "other_languages.jsonl").read_text("utf-8").splitlines()
    assert differences(node, lang, [json.loads(line)["text"] for line in lines]) == []


@pytest.mark.skipif(not SHARED, reason="BAYAN_SHARED names no folder with NTREX.")
def test_news_is_analysed_alike(node, lang):
    folder = Path(SHARED or "") / "eval" / "ntrex"
    texts = []
    for name in ("corpus.jsonl", "queries.jsonl"):
        for line in (folder / name).read_text(encoding="utf-8").splitlines():
            record = json.loads(line)
            # Other languages have no corpus; the neutral chain takes headlines of the six.
            if record["metadata"]["lang"] == lang or (lang == UNDETERMINED and name == "queries.jsonl"):
                texts += record["text"].split("\n")
    assert len(texts) > 100
    assert differences(node, lang, texts) == []
