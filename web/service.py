"""What the web front end can do: the one place where JSON and HTML meet the searcher."""

import logging
from collections.abc import Iterable, Iterator
from contextlib import ExitStack
from dataclasses import dataclass
from threading import Lock

from search import differences, hits, installation
from search.alignment import Aligner, Beside
from search.differences import Step
from search.engines.base import Status
from search.errors import BayanError, NotFoundError
from search.highlight import Mark
from search.installation import Installation
from search.release import Release
from search.results import Listed, Publication, Related, Results
from search.searcher import Searcher
from search.settings import Settings
from search.stories import FIRST, Story, gather
from search.suggestions import Suggestion
from web.parameters import SearchParameters

SAME_NEWS = 0.5
"""The cosine from which the nearest release of another language is called the same news.

Measured with the default model on the sample corpus (132 releases about 24 events): of the releases that are nearest
in another language, 98 of 100 above this value report the same event, and 73 of 100 that do report it lie above it.
At 0.45 these are 95 and 88, at 0.55 99 and 48. What is missed here still stands among the near ones.
"""

_NEIGHBOURS = 60
_NEAR = 8

log = logging.getLogger("bayan.web")


@dataclass(frozen=True)
class Neighbours:
    """Releases near one: `same_news` has the best of each other language, `near` the best of the rest."""

    same_news: tuple[Related, ...]
    near: tuple[Related, ...]


@dataclass(frozen=True)
class Told:
    """Results of a search as stories; `results` says of the list what a page of it says."""

    results: Results
    stories: tuple[Story, ...]


class Service:
    """One installation and one searcher for the whole process; thread-safe.

    It can be made, and answers by raising the `BayanError` that says why, while there is no index or no model; once
    there is one, it serves without a restart.
    """

    def __init__(self, settings: Settings) -> None:
        self._settings = settings
        self._stack = ExitStack()
        self._lock = Lock()
        self._parts: tuple[Installation, Searcher, Aligner] | None = None

    def start(self) -> None:
        """Load the model and open the index now, so that the first search is not slow. Problems are only logged."""
        try:
            self._here.encoder.encode_queries(["بيان"])
            self.suggest("be", 1)
        except BayanError as error:
            log.warning("Not ready to search: %s", error)

    def close(self) -> None:
        """Close the index. The service cannot be used after it."""
        self._stack.close()

    def ready(self) -> Status:
        """Return the state of the index if searches can be served, else raise the `BayanError` that says why not."""
        here = self._here
        here.engine.view()
        # Asking for its name loads a model that is not loaded yet, and says so if it cannot be.
        _ = here.encoder.runtime
        return here.engine.status()

    def status(self) -> Status:
        """Return the state of the index, also where there is none."""
        return self._here.engine.status()

    def search(self, asked: SearchParameters) -> Results:
        """Search. Raises `QueryError`, `PageError`, `IndexUnavailableError` or `ModelError`."""
        return self._open()[1].search(
            asked.q,
            asked.filters(),
            mode=asked.mode,
            sort=asked.sort,
            page=asked.page,
            size=asked.size,
            without=asked.without,
            prefer=asked.prefer,
        )

    def whole(self, asked: SearchParameters) -> Iterator[Listed]:
        """Give every result of a search, whatever the page. Raises as `search` does, before anything is given."""
        return self._open()[1].whole(
            asked.q, asked.filters(), mode=asked.mode, sort=asked.sort, without=asked.without, prefer=asked.prefer
        )

    def suggest(self, text: str, limit: int) -> list[Suggestion]:
        """Return what a query that is being typed may become. Raises `QueryError` or `IndexUnavailableError`."""
        return self._open()[1].suggest(text, limit=limit)

    def release(self, identity: str) -> Release:
        """Return a release. Raises `NotFoundError`."""
        found = self._here.engine.view().fetch([identity], None)
        if not found:
            raise NotFoundError('There is no release with the id "{id}".', id=identity)
        return found[0].release

    def neighbours(self, release: Release) -> Neighbours:
        """Return what is near a release by meaning. Raises `NotFoundError`."""
        return divide(self._open()[1].related(release.id, limit=_NEIGHBOURS), release.lang)

    def stories(self, asked: SearchParameters, size: int = FIRST) -> Told:
        """Group `size` results of a page into stories. Raises as `search` does."""
        here, searcher, _ = self._open()
        results = self.search(asked.model_copy(update={"size": size}))
        found = [hit.release for hit in results.hits]
        groups = here.groups([release.id for release in found])
        start = (results.page - 1) * results.size + 1
        return Told(results, gather(searcher.engine.view(), found, groups, start=start))

    def beside(self, first: Release, second: Release) -> Beside:
        """Compare two releases part by part. Raises `IndexUnavailableError` or `ModelError`."""
        here, _, aligner = self._open()
        return aligner.beside(here.engine.view(), first, second)

    def versions(self, identity: str) -> tuple[Release | None, tuple[Step, ...]]:
        """Return a release as it is now, None if it was removed, and its earlier texts. Raises `NotFoundError`."""
        stored = self._here.engine.view().fetch([identity], None)
        current = stored[0].release if stored else None
        steps = differences.steps(self._here.versions(identity), current)
        if current is None and not steps:
            raise NotFoundError('There is no release with the id "{id}".', id=identity)
        return current, steps

    def publications(self, release: Release) -> tuple[Publication, ...]:
        """Return where else the same release was published, first published first."""
        return tuple(one for group in self._here.groups([release.id]) for one in hits.others(group, release.id))

    def marks(self, release: Release, text: str) -> list[Mark]:
        """Find the words of a query in a release. Raises `QueryError`."""
        return self._open()[1].marks(text, release)

    @property
    def _here(self) -> Installation:
        return self._open()[0]

    def _open(self) -> tuple[Installation, Searcher, Aligner]:
        with self._lock:
            if self._parts is None:
                here = self._stack.enter_context(installation.opened(self._settings))
                self._parts = here, here.searcher(), Aligner(here.encoder, here.calibration)
            return self._parts


def divide(found: Iterable[Related], lang: str) -> Neighbours:
    """Divide the neighbours of a release in `lang`, in their order, into the same news and what is only near.

    A link is more than a cosine: where a language has a linked release, that is its same news.
    """
    same: dict[str, Related] = {}
    near = []
    for item in found:
        other = item.release.lang
        if other != lang and other not in same and (item.linked or item.cosine >= SAME_NEWS):
            same[other] = item
        else:
            near.append(item)
    return Neighbours(tuple(same.values()), tuple(near[:_NEAR]))
