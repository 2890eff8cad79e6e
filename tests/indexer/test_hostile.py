"""Input that was made to do harm, or that harm was done to: a reject with a sentence, in bounded memory and time."""

import gzip
import os
import random
import resource
import struct
import tempfile
import zipfile
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from indexer.inputs import archives, files
from indexer.inputs.document import Document, Reject
from indexer.reading import read, releases
from search.release import Release
from tests.indexer import makers


def one(path):
    (item,) = read([path])
    return item


def peak() -> int:
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024


def test_200_megabytes_of_html_are_refused_unread(tmp_path):
    path = tmp_path / "x.html"
    with path.open("wb") as file:
        file.write(b"<html><title>x</title><p>")
        file.truncate(200_000_000)
    before = peak()
    reject = one(path)
    assert (reject.rule, reject.line) == ("size", None)
    assert peak() - before < 100_000_000


def test_a_page_of_nuls(tmp_path):
    for name in ("x.html", "x.txt", "x.md", "x.csv", "x.jsonl", "x.eml", "x.pdf", "x.warc", "x.zip"):
        (tmp_path / name).write_bytes(b"\0" * 100_000)
        assert isinstance(one(tmp_path / name), Reject), name


def test_bytes_that_are_no_text(tmp_path):
    noise = random.Random(7).randbytes(20_000)
    for name, content in (
        ("noise.txt", noise),
        ("picture.html", b"\x89PNG\r\n\x1a\n" + noise),
        ("packed.md", zipped({".txt": noise})),
        ("named.htm", b"<html><title>Police</title>" + noise),
    ):
        (tmp_path / name).write_bytes(content)
        assert one(tmp_path / name).rule == "encoding", name
    (tmp_path / "stray.txt").write_text("Opium\x0b seized\n\nPolice said on Friday that \x02opium was seized.", "utf-8")
    assert isinstance(one(tmp_path / "stray.txt"), Release)


def test_a_zip_bomb(tmp_path):
    path = tmp_path / "x.zip"
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as made:
        made.writestr("good.txt", "Opium seized\nPolice said so.")
        for name in ("bomb.txt", "bomb.jsonl"):
            with made.open(name, "w") as file:
                for _ in range(15):
                    file.write(b"a" * 1_000_000)
    assert path.stat().st_size < 100_000
    good, *bombs = read([path])
    assert good.title == "Opium seized"
    assert [(bomb.path, bomb.rule) for bomb in bombs] == [(f"{path}/bomb.txt", "bomb"), (f"{path}/bomb.jsonl", "bomb")]


def test_an_archive_that_unpacks_to_too_much_in_all(tmp_path, monkeypatch):
    monkeypatch.setattr(archives, "MAX_UNPACKED", 5_000)
    path = makers.archive(tmp_path / "x.zip", **{f"{i}__txt": f"Opium seized {i}\n" * 100 for i in range(9)})
    *items, last = read([path])
    assert all(isinstance(item, Release) for item in items)
    assert last.rule == "bomb"
    assert len(items) < 5


@pytest.mark.parametrize("name", ["../../x.txt", "/etc/x.txt", "a/../../x.txt", "..\\x.txt"])
def test_a_path_out_of_an_archive(tmp_path, name):
    path = tmp_path / "in" / "x.zip"
    path.parent.mkdir()
    makers.archive(path, **{name: "Opium seized"})
    assert (one(path).rule, "leads out" in one(path).reason) == ("archive", True)
    assert [found.name for found in tmp_path.rglob("*")] == ["in", "x.zip"]


def test_files_of_an_archive_that_lie_over_one_another(tmp_path):
    # Fifield's bomb: many names for the same packed bytes.
    path = makers.archive(tmp_path / "x.zip", a__txt="Opium seized\nPolice said so.", b__txt="Heroin seized")
    content = bytearray(path.read_bytes())
    second = content.rfind(b"PK\x01\x02")
    content[second + 42 : second + 46] = struct.pack("<I", 0)
    path.write_bytes(content)
    items = list(read([path]))
    assert items[0].title == "Opium seized"
    assert items[1].rule == "archive"


def test_a_locked_and_a_damaged_file_in_an_archive(tmp_path):
    path = makers.archive(tmp_path / "x.zip", a__txt="Opium seized\n" * 99, b__txt="Heroin seized\nPolice said so.")
    content = bytearray(path.read_bytes())
    content[50] ^= 0xFF
    directory = content.rfind(b"PK\x01\x02")
    content[directory + 8] |= 1
    path.write_bytes(content)
    assert [item.rule for item in read([path])] == ["archive", "archive"]


def test_a_file_that_vanishes(tmp_path):
    for name in "ab":
        (tmp_path / f"{name}.txt").write_text(f"Opium seized in {name}", "utf-8")
    gone, left = files.walk([tmp_path])
    gone.unlink()
    (reject,) = files.contents(gone)
    assert (reject.path, reject.rule) == (str(gone), "missing")
    assert [item.title for item in releases(files.contents(left))] == ["Opium seized in b"]


def test_a_loop_of_links_ends(tmp_path):
    (tmp_path / "a").mkdir()
    (tmp_path / "a" / "loop").symlink_to(tmp_path)
    (tmp_path / "a" / "loop.txt").symlink_to(tmp_path / "a" / "loop.txt")
    (tmp_path / "a" / "x.txt").write_text("Opium seized", "utf-8")
    assert [item.title for item in read([tmp_path])] == ["Opium seized"]


def test_a_pipe_is_not_waited_for(tmp_path):
    os.mkfifo(tmp_path / "x.txt")
    assert list(read([tmp_path])) == []


@pytest.mark.parametrize("packed", [True, False])
def test_a_web_archive_whose_header_does_not_end(tmp_path, packed):
    path = tmp_path / "x.warc.gz"
    content = makers.warc(("https://police.test/1", "text/html", makers.page().encode()), packed=packed)
    bomb = b"WARC/1.1\r\nWARC-Type: " + b"a" * 60_000_000
    path.write_bytes(content + (gzip.compress(bomb, 1) if packed else bomb))
    del bomb
    before = peak()
    first, reject = read([path])
    assert isinstance(first, Release)
    assert reject.rule == "bomb"
    assert peak() - before < 200_000_000


def test_markup_in_every_field_is_text(tmp_path):
    fields = ("title", "body", "source", "place", "published_text")
    line = ", ".join(f'"{name}": "<script>alert(1)</script> police"' for name in fields)
    (tmp_path / "x.jsonl").write_text(f"{{{line}}}", "utf-8")
    release = one(tmp_path / "x.jsonl")
    assert {getattr(release, name) for name in fields} == {"<script>alert(1)</script> police"}


TEMPORARY = Path(tempfile.gettempdir())
EXAMPLES = int(os.environ.get("BAYAN_TEST_EXAMPLES", "20"))
"""Of each kind of file: more, for a long hunt."""

SEEDS = {
    ".html": makers.page().encode(),
    ".htm": b"<table>" * 500,
    ".txt": "پلیس تریاک کشف کرد\nدو نفر بازداشت شدند.".encode(),
    ".md": b"---\ntitle: x\n---\n# Opium\n\n| a | b |\n|---|---|\n| [c](d) | ![e](f) |\n",
    ".jsonl": b'{"title": "Opium seized", "lang": "en"}\n' * 3,
    ".csv": b'title,body\nOpium,"seized\n"\n',
    ".eml": b"Subject: =?utf-8?b?2LbYqNi3?=\nContent-Type: multipart/mixed; boundary=b\n\n--b\n\nOpium\n--b--\n",
    ".pdf": makers.pdf("Opium seized", "Police said so."),
    ".warc": makers.warc(("https://police.test/1", "text/html", makers.page().encode()), packed=False),
    ".warc.gz": makers.warc(("https://police.test/1", "application/pdf", makers.pdf("Opium"))),
}


def contents(suffix, content, folder=TEMPORARY):
    path = folder / f"bayan-{os.getpid()}{suffix}"
    path.write_bytes(content)
    try:
        return list(releases(files.contents(path)))
    finally:
        path.unlink()


@pytest.mark.parametrize("suffix", [*files.READERS])
@given(data=st.data())
@settings(
    max_examples=EXAMPLES, deadline=None, suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large]
)
def test_no_bytes_raise_anything(suffix, data):
    seed = bytearray(SEEDS.get(suffix) or zipped(SEEDS))
    if data.draw(st.booleans()):
        seed = bytearray(data.draw(st.binary(max_size=2_000)))
    for _ in range(data.draw(st.integers(0, 8))):
        at = data.draw(st.integers(0, len(seed)))
        seed[at : at + data.draw(st.integers(0, 9))] = data.draw(st.binary(max_size=9))
    for item in contents(suffix, bytes(seed)):
        assert isinstance(item, Release | Reject)
        assert not isinstance(item, Document)


def zipped(parts):
    path = TEMPORARY / f"bayan-{os.getpid()}-seed.zip"
    content = makers.archive(path, **{f"x{suffix}": part for suffix, part in parts.items()}).read_bytes()
    path.unlink()
    return content
