"""Folders of the cache appear whole or not at all."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from search.cache import make_folder, manifest, write_file


def fill(folder):
    (folder / "part").mkdir()
    write_file(folder / "part" / "a", [b"one", b"two"])
    return {"from": "here"}


def test_a_folder_is_made_once_and_remembers_what_it_was_made_from(tmp_path):
    place = tmp_path / "deep" / "folder"
    assert manifest(place) is None
    assert make_folder(place, fill) == place
    assert (place / "part" / "a").read_bytes() == b"onetwo"
    assert manifest(place) == {"from": "here"}
    make_folder(place, lambda _: pytest.fail("it was made a second time"))


@pytest.mark.parametrize(
    "damage",
    [
        lambda place: (place / "part" / "a").write_bytes(b"on"),
        lambda place: (place / "part" / "a").unlink(),
        lambda place: (place / "made.json").write_text("{"),
        lambda place: (place / "made.json").write_text("[]"),
        lambda place: (place / "made.json").unlink(),
    ],
)
def test_a_damaged_folder_is_made_anew(tmp_path, damage):
    place = make_folder(tmp_path / "folder", fill)
    damage(place)
    assert manifest(place) is None
    make_folder(place, fill)
    assert manifest(place) == {"from": "here"}
    assert (place / "part" / "a").read_bytes() == b"onetwo"


def test_a_making_that_fails_leaves_nothing(tmp_path):
    def fail(folder):
        fill(folder)
        raise OSError("no more")

    with pytest.raises(OSError, match="no more"):
        make_folder(tmp_path / "folder", fail)
    assert [path.name for path in tmp_path.iterdir() if not path.name.endswith(".lock")] == []


def test_the_folder_can_be_read_by_others_as_the_umask_says(tmp_path):
    before = os.umask(0o022)
    try:
        place = make_folder(tmp_path / "folder", fill)
    finally:
        os.umask(before)
    assert place.stat().st_mode & 0o777 == 0o755


CHILD = """
import sys, time
from pathlib import Path
from search.cache import make_folder

def write(folder):
    (folder / "a").write_text(sys.argv[2])
    print("writing", flush=True)
    time.sleep(float(sys.argv[3]))
    return {"by": sys.argv[2]}

make_folder(Path(sys.argv[1]), write)
print("made", flush=True)
"""


def child(place, who, seconds):
    return subprocess.Popen(
        [sys.executable, "-c", CHILD, place, who, str(seconds)],
        cwd=Path(__file__).parents[2],
        stdout=subprocess.PIPE,
        text=True,
    )


def test_a_killed_making_leaves_only_a_temporary_which_the_next_removes(tmp_path):
    place = tmp_path / "folder"
    with child(place, "first", 60) as process:
        assert process.stdout.readline() == "writing\n"
        process.kill()
    assert not place.exists()
    assert list(tmp_path.glob("*.tmp"))
    make_folder(place, fill)
    assert manifest(place) == {"from": "here"}
    assert not list(tmp_path.glob(".*.tmp"))


def test_of_two_at_once_one_writes_and_the_other_waits_for_it(tmp_path):
    place = tmp_path / "folder"
    with child(place, "first", 1) as first:
        assert first.stdout.readline() == "writing\n"
        with child(place, "second", 0) as second:
            assert second.communicate()[0] == "made\n"
        assert first.communicate()[0] == "made\n"
    assert manifest(place) == {"by": "first"}
