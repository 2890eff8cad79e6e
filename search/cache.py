"""Folders of the cache: each is made once, appears whole or not at all, and is known to be whole without being read."""

import contextlib
import json
import os
import shutil
import tempfile
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Any

from filelock import FileLock

_MANIFEST = "made.json"


def make_folder(folder: Path, write: Callable[[Path], dict[str, Any]]) -> Path:
    """Return `folder`, made by `write` first if it is not there whole.

    It is written under another name beside its place, synced to the disk and renamed: a process that is killed leaves
    at most a temporary, which the next making removes. Of several processes at once one writes and the others wait.

    Args:
        folder: its place; missing parents are made. The name should say what it is made from, and by which rule.
        write: fills the empty folder that it is given, and returns what should be remembered about the making.

    Raises:
        OSError: the place cannot be read or written. What `write` raises is passed on.

    """
    if manifest(folder) is not None:
        return folder
    folder.parent.mkdir(parents=True, exist_ok=True)
    with FileLock(folder.parent / f".{folder.name}.lock"):
        if manifest(folder) is None:
            for abandoned in folder.parent.glob(f".{folder.name}.*.tmp"):
                shutil.rmtree(abandoned)
            temporary = Path(tempfile.mkdtemp(prefix=f".{folder.name}.", suffix=".tmp", dir=folder.parent))
            try:
                _finish(temporary, write(temporary))
                if folder.exists():
                    shutil.rmtree(folder)
                temporary.rename(folder)
            except BaseException:
                shutil.rmtree(temporary, ignore_errors=True)
                raise
            _sync_folder(folder.parent)
    return folder


def manifest(folder: Path) -> dict[str, Any] | None:
    """Return what `make_folder` remembered about a folder; None if it did not make it, or a file has another size now.

    Only sizes are compared, so this takes a millisecond for gigabytes. Raises `OSError` if the folder may not be read.
    """
    try:
        made = json.loads((folder / _MANIFEST).read_text("utf-8"))
        whole = all((folder / name).stat().st_size == size for name, size in made["sizes"].items())
        return dict(made["about"]) if whole else None
    except (FileNotFoundError, NotADirectoryError, ValueError, KeyError, TypeError, AttributeError):
        return None


def write_file(path: Path, parts: Iterable[bytes]) -> None:
    """Write the parts one after the other, and return when the disk has them. Raises `OSError`."""
    with path.open("wb") as file:
        for part in parts:
            file.write(part)
        file.flush()
        os.fsync(file.fileno())


def _finish(folder: Path, about: dict[str, Any]) -> None:
    paths = sorted(folder.rglob("*"))
    sizes = {path.relative_to(folder).as_posix(): path.stat().st_size for path in paths if path.is_file()}
    for name in sizes:
        with (folder / name).open("rb+") as file:
            os.fsync(file.fileno())
    write_file(folder / _MANIFEST, [json.dumps({"about": about, "sizes": sizes}, indent=2).encode()])
    # The temporary is private to its owner; the finished folder follows the user's umask like any other.
    umask = os.umask(0)
    os.umask(umask)
    folder.chmod(0o777 & ~umask)
    for path in [*paths, folder]:
        if path.is_dir():
            _sync_folder(path)


def _sync_folder(folder: Path) -> None:
    """Make the names in a folder last. Windows cannot open a folder, and does so by itself."""
    with contextlib.suppress(PermissionError):
        handle = os.open(folder, os.O_RDONLY)
        try:
            os.fsync(handle)
        finally:
            os.close(handle)
