"""The connection to Elasticsearch, and what its errors mean to a person."""

import logging
import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any, TypeVar
from urllib.parse import urlsplit

from elastic_transport import ConnectionTimeout, SerializationError, TlsError, TransportError
from elasticsearch import ApiError, AuthenticationException, Elasticsearch, OrjsonSerializer, UnsupportedProductError
from tenacity import (
    RetryCallState,
    Retrying,
    retry_if_exception_type,
    stop_after_attempt,
    stop_after_delay,
    wait_random_exponential,
)
from tenacity.stop import stop_base

from search.errors import BayanError, NoIndexError, StorageError, UnreachableError

MAJOR, MINOR = 9, 3
"""The major version of servers that the client speaks with, and the first minor one that takes packed vectors."""

FIRST_SECONDS = 10.0
"""How long a server may take to say who it is, before anybody knows that there is one."""

REQUEST_SECONDS = 30.0
BULK_SECONDS = 120.0
RETRIES = 5
PATIENCE_SECONDS = 60
"""How long a writer waits for a part of the cluster to come back: a node is restarted in less."""

BUSY = (429, 502, 503, 504)
"""Statuses of a node that is overloaded, or that is just losing or electing another."""

SECURITY = "security_exception"
"""What Elasticsearch calls every refusal for the sake of who asks."""

log = logging.getLogger("bayan.elasticsearch")

Answer = TypeVar("Answer")


@dataclass(frozen=True)
class Access:
    """Where the nodes are, and who asks."""

    urls: tuple[str, ...]
    api_key: str | None = None
    username: str | None = None
    password: str | None = None
    ca_certs: Path | None = None

    @property
    def place(self) -> str:
        """Return the addresses as they can be shown: without what stands before an @."""
        shown = [urlsplit(url) for url in self.urls]
        return ", ".join(f"{url.scheme}://{url.hostname}" + (f":{url.port}" if url.port else "") for url in shown)


class BusyError(StorageError):
    """A part of the cluster could not answer just now."""


class Cluster:
    """One client, which spreads requests over the nodes, leaves out dead ones and tries busy ones again."""

    def __init__(self, access: Access) -> None:
        """Connect to nothing yet."""
        self.access = access
        self._checked = False
        credentials: dict[str, Any] = {}
        if access.api_key:
            credentials["api_key"] = access.api_key
        elif access.username:
            credentials["basic_auth"] = (access.username, access.password or "")
        if access.ca_certs:
            credentials["ca_certs"] = str(access.ca_certs)
        with self.told():
            self._client = Elasticsearch(
                list(access.urls),
                serializer=OrjsonSerializer(),
                request_timeout=REQUEST_SECONDS,
                max_retries=RETRIES,
                retry_on_timeout=True,
                retry_on_status=BUSY,
                **credentials,
            )

    @property
    def client(self) -> Elasticsearch:
        """Return the client of a server that was asked its version. Raises `UnreachableError`."""
        if not self._checked:
            with self.told():
                version = self._version()
            if version.split(".", maxsplit=1)[0] != str(MAJOR):
                raise UnreachableError(
                    f"Elasticsearch at {self.access.place} is version {version}; Bayan works with {MAJOR}.x."
                )
            self._checked = True
        return self._client

    def _version(self) -> str:
        asked = self._client.options(request_timeout=FIRST_SECONDS, max_retries=len(self.access.urls))
        try:
            return str(asked.info()["version"]["number"])
        except ApiError as error:
            # What stands between may answer without the header, but only to say that the server is busy or closed;
            # so does Elasticsearch itself to a key that lacks the privilege to ask for the version.
            closed = isinstance(error, AuthenticationException) or error.error == SECURITY
            known = error.status_code in BUSY or closed
            if known or error.meta.headers.get("x-elastic-product"):
                raise
            raise UnsupportedProductError(error.message, error.meta, error.body) from error

    def msearch(self, searches: Sequence[tuple[Mapping[str, Any], Mapping[str, Any]]]) -> list[dict[str, Any]]:
        """Run searches, pairs of header and body, in one round trip and return their responses in this order.

        A response that lacks a shard is none: while a node goes away, the whole request is tried again. Raises
        `NoIndexError` if an index is gone.
        """
        lines: list[Mapping[str, Any]] = []
        for header, body in searches:
            lines += [dict(header) | {"allow_partial_search_results": False}, body]

        def ask() -> list[dict[str, Any]]:
            found = self.client.msearch(searches=lines, include_named_queries_score=True)
            responses: list[dict[str, Any]] = list(found["responses"])
            for response in responses:
                self._require(response)
            return responses

        return self._again(ask, stop_after_attempt(RETRIES + 3))

    def patiently(self, ask: Callable[[], Answer]) -> Answer:
        """Ask, and ask again what cannot be answered just now: for writers, which nobody waits for."""
        return self._again(ask, stop_after_delay(PATIENCE_SECONDS))

    def _again(self, ask: Callable[[], Answer], stop: stop_base) -> Answer:
        def told() -> Answer:
            with self.told():
                return ask()

        wait = wait_random_exponential(multiplier=0.1, max=3)
        retry = retry_if_exception_type(BusyError)
        return Retrying(retry=retry, wait=wait, stop=stop, before_sleep=_tell, reraise=True)(told)

    def _require(self, response: Mapping[str, Any]) -> None:
        if "error" not in response and not response["_shards"]["failed"]:
            return
        error = response.get("error") or {"type": "shards", "reason": "not all shards answered"}
        if error["type"] == "index_not_found_exception":
            raise NoIndexError(f"An index of this generation is gone from {self.access.place} ({error.get('index')}).")
        if response.get("status") in BUSY or "error" not in response:
            raise busy(error, self.access.place)
        raise StorageError(f"Elasticsearch at {self.access.place} cannot run the search: {_reason(error)}.")

    @contextmanager
    def told(self) -> Iterator[None]:
        """Turn what the client raises into a `BayanError` with a sentence."""
        place = self.access.place
        try:
            yield
        except (UnsupportedProductError, SerializationError) as error:
            raise UnreachableError(
                f"What answers at {place} is no Elasticsearch {MAJOR}: check BAYAN_ELASTICSEARCH_URL."
            ) from error
        except TlsError as error:
            if "CERTIFICATE" in error.message:
                raise UnreachableError(
                    f"The certificate of {place} is not trusted ({error.message}): set BAYAN_ELASTICSEARCH_CA_CERTS."
                ) from error
            raise UnreachableError(
                f"What answers at {place} does not speak TLS ({error.message}): "
                "write http:// in BAYAN_ELASTICSEARCH_URL, or check its port."
            ) from error
        except ConnectionTimeout as error:
            raise UnreachableError(f"Elasticsearch at {place} did not answer in time: is it overloaded?") from error
        except TransportError as error:
            raise UnreachableError(
                f"No Elasticsearch answers at {place}: start it, or set BAYAN_ELASTICSEARCH_URL."
            ) from error
        except ApiError as error:
            raise _told(error, place) from error
        except ValueError as error:
            raise UnreachableError(f"BAYAN_ELASTICSEARCH_URL cannot be used ({error}).") from error

    def close(self) -> None:
        """Close the connections."""
        self._client.close()


def refusal(error: Mapping[str, Any], place: str) -> StorageError | None:
    """Return what keeps a whole index from being written, or None if the release itself is at fault.

    `error` is the part of a bulk response that tells why an item failed.
    """
    if error["type"] == "cluster_block_exception":
        return StorageError(
            f"Elasticsearch at {place} takes no writes ({_reason(error)}). Usually a disk is fuller than its flood-stage "
            "watermark: make room, and once Elasticsearch has lifted the block, run the command again. Nothing is lost."
        )
    if error["type"] == "es_rejected_execution_exception":
        return BusyError(f"Elasticsearch at {place} is overloaded: it refused writes again and again. Try later.")
    if error["type"] == SECURITY:
        return _lacking(place, _cause(error))
    if error["type"] in {
        "unavailable_shards_exception",
        "index_not_found_exception",
        "process_cluster_event_timeout_exception",
    }:
        return StorageError(f"Elasticsearch at {place} cannot write ({_reason(error)}): see what `bayan status` says.")
    return None


def busy(error: Mapping[str, Any], place: str) -> BusyError:
    """Return the error for what may be answered when it is asked again."""
    return BusyError(f"Elasticsearch at {place} cannot answer just now ({_reason(error)}).")


def _told(error: ApiError, place: str) -> BayanError:
    cause = error.body.get("error") if isinstance(error.body, dict) else None
    said = cause if isinstance(cause, dict) else {"type": error.error, "reason": str(cause or error.body)[:300]}
    if isinstance(error, AuthenticationException):
        return UnreachableError(
            f"Elasticsearch at {place} does not accept the credentials: set BAYAN_ELASTICSEARCH_API_KEY, "
            "or BAYAN_ELASTICSEARCH_USERNAME and BAYAN_ELASTICSEARCH_PASSWORD."
        )
    if said["type"] == "media_type_header_exception":
        return UnreachableError(f"Elasticsearch at {place} is of another major version; Bayan works with {MAJOR}.x.")
    known = refusal(said, place)
    if known:
        return known
    if error.status_code in BUSY:
        return busy(said, place)
    return StorageError(f"Elasticsearch at {place} refused a request ({_reason(said)}).")


def _lacking(place: str, reason: str) -> StorageError:
    # The sentence names every index, and the privilege only after them.
    reason = re.sub(r" on indices \[[^\]]*\]", "", reason)
    return StorageError(
        f"The credentials lack a privilege at {place}: {reason}. docs/elasticsearch.md lists the least that are needed."
    )


def _reason(error: Mapping[str, Any]) -> str:
    return _cause(error)[:300]


def _cause(error: Mapping[str, Any]) -> str:
    causes = error.get("root_cause") or [error]
    return str(causes[0].get("reason") or causes[0].get("type")).rstrip(".")


def _tell(state: RetryCallState) -> None:
    log.warning("Tried again (%s): %s", state.attempt_number, state.outcome and state.outcome.exception())
