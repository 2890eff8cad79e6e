"""Fixtures for all tests.

Nothing is mocked that can be run: engines write to temporary folders, the command line runs as a child process, the
model is the real one, unpacked once into the user's cache. Where the subject is not meaning but storage, `texts`
(below) stands in for the model: a vector is a hash of its text, so that nothing has to be encoded.
"""

import os
from pathlib import Path

import pytest

from search.settings import Settings

# No test may touch the index of whoever runs it.
os.environ.pop("BAYAN_DATA", None)


@pytest.fixture(scope="session")
def shared() -> Path:
    """The folder of data that is not part of the project: real releases and evaluation sets."""
    folder = os.environ.get("BAYAN_SHARED")
    if not folder:
        pytest.skip("BAYAN_SHARED does not name the folder with the evaluation sets and real releases")
    return Path(folder)


@pytest.fixture(scope="session")
def cache() -> Path:
    """The user's cache, which holds the unpacked model."""
    return Settings().cache
