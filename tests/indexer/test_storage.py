"""Disks that are full or cannot be written to."""

import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from indexer import build
from search.errors import StorageError
from tests.behaviour.conftest import HashEncoder, found, local, release, write
from tests.indexer.conftest import releases, run


@contextmanager
def mounted(path: Path, size: str) -> Iterator[Path]:
    """A file system of that size; only the superuser can make one."""
    path.mkdir()
    made = subprocess.run(["mount", "-t", "tmpfs", "-o", f"size={size}", "tmpfs", str(path)], capture_output=True)
    if made.returncode:
        pytest.skip("a small file system can only be mounted by the superuser")
    try:
        yield path
    finally:
        subprocess.run(["umount", "-l", str(path)], check=True)


def test_a_full_disk_stops_with_a_sentence_and_loses_nothing(tmp_path):
    with mounted(tmp_path / "disk", "3m") as disk:
        engine = local(disk / "data")
        write(engine, release("first", "en", "Opium seized", "before the disk was full"))
        many = (release(f"r{i}", "en", f"token{i}", f"word{i} " * 300) for i in range(5_000))
        with pytest.raises(StorageError, match="full"):
            build.index(engine, HashEncoder(), many, command="index")
        engine.close()
        for file in disk.glob("filler*"):
            file.unlink()
        again = local(disk / "data")
        assert found(again, "opium") == ["first"]
        subprocess.run(["mount", "-o", "remount,size=200m", str(disk)], check=True)
        held = sum(again.status().releases.values())
        write(again, release("last", "en", "Heroin seized"))
        assert found(again, "heroin") == ["last"]
        assert sum(again.status().releases.values()) == held + 1
        assert found(again, f"token{held - 2}") == [f"r{held - 2}"]
        again.close()


def test_a_folder_that_cannot_be_written_to_can_be_searched(tmp_path):
    with mounted(tmp_path / "disk", "50m") as disk:
        engine = local(disk / "data")
        write(engine, release("first", "en", "Opium seized"))
        engine.close()
        subprocess.run(["mount", "-o", "remount,ro", str(disk)], check=True)
        engine = local(disk / "data")
        assert found(engine, "opium") == ["first"]
        assert engine.status().releases == {"en": 1}
        with pytest.raises(StorageError, match="cannot be written"):
            write(engine, release("second", "en", "Heroin seized"))
        engine.close()


def test_the_command_line_says_what_is_wrong_with_the_folder(tmp_path):
    path = releases(tmp_path / "x.jsonl", 2)
    (tmp_path / "file").write_text("in the way", "utf-8")
    done = run(tmp_path / "file" / "data", "index", path)
    assert done.returncode == 3
    assert "Traceback" not in done.stderr
    with mounted(tmp_path / "disk", "1m") as disk:
        subprocess.run(["mount", "-o", "remount,ro", str(disk)], check=True)
        done = run(disk / "data", "index", path)
        assert done.returncode == 3
        assert "cannot be written" in done.stderr
        assert "BAYAN_DATA" in done.stderr


def test_a_damaged_database_is_named(tmp_path):
    engine = local(tmp_path / "data")
    write(engine, release("first", "en", "Opium seized"))
    name = engine.status().generation
    engine.close()
    path = tmp_path / "data" / "generations" / str(name) / "releases.sqlite"
    path.write_bytes(b"not a database" * 1000)
    damaged = local(tmp_path / "data")
    with pytest.raises(StorageError, match=r"releases\.sqlite cannot be used"):
        damaged.view()
    damaged.close()


def test_lost_words_and_vectors_are_made_again(tmp_path):
    engine = local(tmp_path / "data")
    write(engine, release("first", "en", "Opium seized"), release("second", "ar", "ضبط أفيون"))
    name = str(engine.status().generation)
    engine.close()
    generation = tmp_path / "data" / "generations" / name
    (generation / "vectors.f32").unlink()
    (generation / "words" / "ar" / "meta.json").write_text("broken", "utf-8")
    engine = local(tmp_path / "data")
    write(engine, release("third", "en", "Heroin seized"))
    assert found(engine, "أفيون") == ["second"]
    assert found(engine, "opium") == ["first"]
    assert engine.view().near("first", limit=1)[0][0].id
    engine.close()
