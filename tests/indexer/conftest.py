"""The command line as its user has it: a child process with its own data folder."""

import json
import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]

Bayan = Callable[..., subprocess.CompletedProcess[str]]


def environment(data: Path, **more: str) -> dict[str, str]:
    return {**os.environ, "BAYAN_DATA": str(data), **more}


def run(data: Path, *arguments: object, **more: str) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "indexer", *map(str, arguments)]
    return subprocess.run(command, cwd=ROOT, env=environment(data, **more), capture_output=True, text=True, timeout=300)


@pytest.fixture
def bayan(tmp_path: Path) -> Bayan:
    """Run `bayan` over this test's own data folder; keyword arguments are environment variables."""
    return lambda *arguments, **more: run(tmp_path / "data", *arguments, **more)


@pytest.fixture(scope="session")
def library(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A data folder with ten releases, indexed once; tests only read it."""
    folder = tmp_path_factory.mktemp("library")
    releases(folder / "releases.jsonl", 10)
    done = run(folder / "data", "index", folder / "releases.jsonl")
    assert done.returncode == 0, done.stderr
    return folder / "data"


def releases(path: Path, count: int) -> Path:
    lines = [
        {
            "id": f"r{i}",
            "lang": "en",
            "title": f"Opium seizure number {i}",
            "body": f"Police report token{i}.",
            "published": f"2024-01-{i % 28 + 1:02}",
        }
        for i in range(count)
    ]
    path.write_text("".join(json.dumps(line) + "\n" for line in lines), "utf-8")
    return path
