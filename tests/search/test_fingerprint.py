"""What makes vectors comparable is read from the folder, without the model."""

import json

import pytest

from search import fingerprint
from search.errors import ModelError

POOLING = {"word_embedding_dimension": 8, "pooling_mode_cls_token": False, "pooling_mode_mean_tokens": True}


@pytest.fixture
def write(tmp_path):
    """Return a function that lays out a model's folder of configuration files."""

    def write(prompts=None, pooling=POOLING, dense=None, **settings):
        folder = tmp_path / "model"
        modules = [("Transformer", "", {"hidden_size": 8})]
        modules += [] if pooling is None else [("Pooling", "1_Pooling", pooling)]
        modules += [] if dense is None else [("Dense", "2_Dense", dense)]
        for _, path, config in modules:
            (folder / path).mkdir(parents=True, exist_ok=True)
            (folder / path / "config.json").write_text(json.dumps(config))
        kinds = [{"type": f"sentence_transformers.models.{kind}", "path": path} for kind, path, _ in modules]
        (folder / "modules.json").write_text(json.dumps(kinds))
        if prompts is not None or settings:
            (folder / "config_sentence_transformers.json").write_text(json.dumps({"prompts": prompts, **settings}))
        (folder / "model.safetensors").write_bytes(b"weights")
        return folder

    return write


@pytest.mark.parametrize(
    ("name", "prompts", "prefixes"),
    [
        ("any", {"query": "q: ", "passage": "p: "}, ("q: ", "p: ")),
        ("any", {"query": "q: ", "document": "d: "}, ("q: ", "d: ")),
        ("any", {"query": "q: ", "passage": "p: ", "document": "d: "}, ("q: ", "p: ")),
        ("any", {"query": "", "document": ""}, ("", "")),
        ("any", None, ("", "")),
        ("intfloat/multilingual-e5-base", None, ("query: ", "passage: ")),
        ("e5-large-v2", {"query": "", "document": ""}, ("query: ", "passage: ")),
        ("multilingual-e5-large-instruct", None, ("", "")),
        ("someone/bge5-small", None, ("", "")),
    ],
)
def test_prefixes_are_the_models_own_or_those_of_e5(write, tmp_path, name, prompts, prefixes):
    read = fingerprint.read(write(prompts), name, tmp_path)
    assert (read.query_prefix, read.passage_prefix) == prefixes
    assert read.id == name


@pytest.mark.parametrize(
    ("layout", "expected"),
    [
        ({}, ("mean", 8)),
        ({"pooling": {"embedding_dimension": 8, "pooling_mode": "cls"}}, ("cls", 8)),
        ({"pooling": {"embedding_dimension": 8, "pooling_mode": ["mean", "max"]}}, ("mean+max", 16)),
        ({"pooling": {**POOLING, "pooling_mode_cls_token": True}}, ("cls+mean", 16)),
        ({"dense": {"in_features": 8, "out_features": 3}}, ("mean+dense", 3)),
        ({"pooling": None}, ("model", 8)),
        ({"truncate_dim": 4}, ("mean", 4)),
    ],
)
def test_pooling_and_dims_are_read_from_the_modules(write, tmp_path, layout, expected):
    read = fingerprint.read(write(**layout), "any", tmp_path)
    assert (read.pooling, read.dims) == expected


def test_other_weights_are_another_fingerprint_and_the_hash_is_remembered(write, tmp_path, monkeypatch):
    folder = write()
    first = fingerprint.read(folder, "any", tmp_path / "cache")
    with monkeypatch.context() as patch:
        patch.setattr(fingerprint.hashlib, "file_digest", lambda *_: pytest.fail("it was hashed again"))
        assert fingerprint.read(folder, "any", tmp_path / "cache") == first
    (folder / "model.safetensors").write_bytes(b"other weights")
    assert fingerprint.read(folder, "any", tmp_path / "cache") != first
    (folder / "model.safetensors").write_bytes(b"weights")
    assert fingerprint.read(folder, "any", tmp_path / "cache") == first


def test_a_cache_that_cannot_be_written_does_not_matter(write, tmp_path):
    (tmp_path / "cache").write_text("")
    assert len(fingerprint.read(write(), "any", tmp_path / "cache").weights) == 64


@pytest.mark.parametrize(
    ("file", "content"), [("modules.json", "{"), ("modules.json", "[1]"), ("1_Pooling/config.json", "{}")]
)
def test_a_configuration_that_cannot_be_read_is_an_error_with_the_folder(write, tmp_path, file, content):
    folder = write()
    (folder / file).write_text(content)
    with pytest.raises(ModelError, match="configuration of the embedding model") as caught:
        fingerprint.read(folder, "any", tmp_path)
    assert str(folder) in str(caught.value)
