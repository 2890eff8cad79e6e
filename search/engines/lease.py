"""The right to write, which one process holds at a time and which expires when its holder falls silent."""

import getpass
import os
import socket
import threading
import time
from abc import ABC, abstractmethod
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from datetime import UTC, datetime
from uuid import uuid4

from search.engines.base import Run
from search.errors import BayanError, LockedError

LEASE_SECONDS = 120.0
"""A lease that is not renewed for so long is free. It is renewed every quarter of this by a thread of its holder."""

_HELD: set[str] = set()
"""Tokens of the leases that this process holds: one of its own that is not here was left by a full disk."""


@dataclass(frozen=True)
class Holder:
    """Who writes: `since` is an ISO 8601 instant, `expires` in seconds since the epoch, `token` names the lease."""

    token: str
    command: str
    host: str
    pid: int
    since: str
    expires: float

    @property
    def free(self) -> bool:
        """Say whether the lease can be taken over: it has expired, or its process has died on this machine.

        A lease of another machine is free when it expires; the clocks of machines that share an index must agree to
        some seconds.
        """
        if self.expires < time.time():
            return True
        if self.host != socket.gethostname():
            return False
        return self.token not in _HELD if self.pid == os.getpid() else not _alive(self.pid)

    def __str__(self) -> str:
        return f"`{self.command}` (process {self.pid} on {self.host}, since {self.since})"


class Registry(ABC):
    """Where an engine keeps who holds the lease, and the audit log."""

    @abstractmethod
    def take(self, holder: Holder) -> None:
        """Record the holder in one atomic step. Raises `LockedError` that names one whose lease is not free."""

    @abstractmethod
    def renew(self, holder: Holder) -> bool:
        """Record the later expiry; False if the lease is another's by now."""

    @abstractmethod
    def release(self, holder: Holder, run: Run) -> None:
        """Forget the holder, if it is still this one, and add a line to the audit log."""


class Lease:
    """A lease that is held. `written` counts the releases written or removed under it, for the audit log."""

    def __init__(self, holder: Holder) -> None:
        """Begin with a lease that was just recorded."""
        self.holder = holder
        self.written = 0
        self._lost = False
        self._until = time.monotonic() + LEASE_SECONDS

    def require(self) -> None:
        """Raise `LockedError` if the lease was lost, as by a process that was suspended for minutes."""
        if self._lost or time.monotonic() > self._until:
            raise LockedError(
                "This process did not renew its right to write in time, so another may be writing now: "
                "nothing more was written; run the command again."
            )

    def extended(self, *, still: bool) -> None:
        """Count anew from now, or note that the lease is another's."""
        self._lost = self._lost or not still
        self._until = time.monotonic() + LEASE_SECONDS


@contextmanager
def held(registry: Registry, command: str) -> Iterator[Lease]:
    """Hold the lease while the block runs, and write the audit log at its end.

    Raises `LockedError` that names the holder.
    """
    started, clock = datetime.now(UTC).isoformat(timespec="seconds"), time.monotonic()
    holder = Holder(uuid4().hex, command, socket.gethostname(), os.getpid(), started, time.time() + LEASE_SECONDS)
    _HELD.add(holder.token)
    try:
        registry.take(holder)
    except BaseException:
        _HELD.discard(holder.token)
        raise
    lease = Lease(holder)
    done = threading.Event()
    renewal = threading.Thread(target=_renew, args=(registry, lease, done), name="bayan-lease", daemon=True)
    renewal.start()
    outcome = "done"
    try:
        yield lease
    except BaseException as error:
        outcome = str(error) if isinstance(error, BayanError) else type(error).__name__
        raise
    finally:
        done.set()
        renewal.join()
        _HELD.discard(holder.token)
        run = Run(command, _user(), holder.host, holder.pid, started, time.monotonic() - clock, lease.written, outcome)
        # What cannot be recorded, as on a full disk, must not hide what went wrong before; the lease expires.
        with suppress(BayanError):
            registry.release(holder, run)


def _renew(registry: Registry, lease: Lease, done: threading.Event) -> None:
    holder = lease.holder
    while not done.wait(LEASE_SECONDS / 4):
        later = Holder(holder.token, holder.command, holder.host, holder.pid, holder.since, time.time() + LEASE_SECONDS)
        # Busy or full just now is no reason to give the lease up: the next round tries again.
        with suppress(BayanError):
            lease.extended(still=registry.renew(later))


def _user() -> str:
    try:
        return getpass.getuser()
    except (KeyError, OSError):
        # A container's user may have a number and no name.
        return str(os.getuid())


def _alive(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    except PermissionError:
        return True
    return True
