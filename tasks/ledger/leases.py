"""Leases: who may work on something now. The ledger's lease, not a lock of the orchestrator, keeps runs apart."""

from __future__ import annotations

import os
import socket
import threading
from datetime import UTC, datetime, timedelta
from pathlib import Path

from sqlalchemy import and_, bindparam, insert, select, update

from tasks.ledger.records import Lease
from tasks.ledger.schema import leases
from tasks.ledger.store import Store, utc_text
from turnup.errors import LeaseHeld


def this_process(executor: str) -> str:
    """Name of a holder: who, on which host, in which process."""
    return f"{executor} on {socket.gethostname()} pid {os.getpid()}"


_LONG_AGO = utc_text(datetime(1970, 1, 1, tzinfo=UTC))
"""When a lease ended that was let go of: over for everybody, also if this machine's clock is ahead of theirs."""

_in_use: dict[tuple[int, str, str], int] = {}
"""Epochs of the leases under which this process works now, by process, ledger and resource; a fork inherits none."""

_in_use_lock = threading.Lock()

_FIND = select(leases).where(leases.c.resource == bindparam("name"))
_OURS = and_(leases.c.resource == bindparam("name"), leases.c.epoch == bindparam("held"))
_LET_GO = update(leases).where(_OURS).values(expires_at=bindparam("now"))


class LeaseBook:
    """Leases by resource, such as `call-off/LBHF-2026-0042` or `device/HF-LIB-01-SW1`."""

    def __init__(self, store: Store) -> None:
        self._store = store

    def acquire(self, resource: str, holder: str, seconds: float) -> Lease:
        """Take a lease; one that expired, or whose process on this host is gone, is taken over with a new epoch.

        A dead process cannot write any more, and what it had begun is told by the device and the open intention.
        The same goes for a lease of this very process under which nobody works any more: it could not let go.

        Raises:
            LeaseHeld: somebody else holds it; names who and until when.
        """
        now = self._store.now()
        until = now + timedelta(seconds=seconds)
        with self._store.writing() as connection:
            row = connection.execute(_FIND, {"name": resource}).first()
            taken = row is not None and self._is_alive(row.holder, row.expires_at, now)
            if row is not None and taken and not self._was_left(resource, row.holder, row.epoch, holder):
                raise self._held(resource, row.holder, row.expires_at)
            values = {"holder": holder, "epoch": (row.epoch if row else 0) + 1, "expires_at": utc_text(until)}
            if row is None:
                connection.execute(insert(leases).values(resource=resource, **values))
            else:
                connection.execute(update(leases).where(leases.c.resource == resource).values(**values))
            lease = Lease(resource, holder, int(str(values["epoch"])), until)
            self._begin_use(lease)  # before others can see it
        return lease

    def renew(self, lease: Lease, seconds: float) -> Lease:
        """Hold on for longer; one that expired may be renewed as long as nobody took it over.

        Raises:
            LeaseHeld: somebody took it over.
        """
        until = self._store.now() + timedelta(seconds=seconds)
        ours = and_(leases.c.resource == lease.resource, leases.c.epoch == lease.epoch)
        with self._store.writing() as connection:
            if connection.execute(update(leases).where(ours).values(expires_at=utc_text(until))).rowcount != 1:
                row = connection.execute(_FIND, {"name": lease.resource}).first()
                raise self._held(lease.resource, row.holder if row else "nobody", row.expires_at if row else "")
        return Lease(lease.resource, lease.holder, lease.epoch, until)

    def check(self, lease: Lease) -> None:
        """Make sure that a lease is still ours, and that nobody may take it over this moment.

        Raises:
            LeaseHeld: somebody took it over, or it expired.
        """
        with self._store.reading() as connection:
            row = connection.execute(_FIND, {"name": lease.resource}).first()
        if row is None or row.epoch != lease.epoch:
            raise self._held(lease.resource, row.holder if row else "nobody", row.expires_at if row else "")
        if row.expires_at <= self._store.instant():
            remedy = "Run the same command again: it goes on from there."
            raise LeaseHeld(lease.resource, "a lease that holds", f"one that ended {row.expires_at[:19]} UTC", remedy)

    def release(self, lease: Lease) -> None:
        """Let go; does nothing if somebody took it over.

        Raises:
            LedgerUnavailable: it is not written down; this process may take the lease again all the same.
        """
        self._end_use(lease)
        with self._store.writing() as connection:
            connection.execute(
                update(leases)
                .where(leases.c.resource == lease.resource, leases.c.epoch == lease.epoch)
                .values(expires_at=_LONG_AGO)
            )

    def _was_left(self, resource: str, holder: str, epoch: int, asks: str) -> bool:
        """Whether a lease is this process's own and none of its threads works under it: letting go failed."""
        if holder != asks or not holder.endswith(f" on {socket.gethostname()} pid {os.getpid()}"):
            return False
        with _in_use_lock:
            return _in_use.get(self._key(resource)) != epoch

    def _begin_use(self, lease: Lease) -> None:
        with _in_use_lock:
            _in_use[self._key(lease.resource)] = lease.epoch

    def _end_use(self, lease: Lease) -> None:
        with _in_use_lock:
            if _in_use.get(self._key(lease.resource)) == lease.epoch:
                del _in_use[self._key(lease.resource)]

    def _key(self, resource: str) -> tuple[int, str, str]:
        return os.getpid(), self._store.place, resource

    def _is_alive(self, holder: str, expires_at: str, now: datetime) -> bool:
        return datetime.fromisoformat(expires_at) > now and not _is_dead_here(holder)

    def _held(self, resource: str, holder: str, expires_at: str) -> LeaseHeld:
        remedy = "Wait until it ends, then run the same command again: it goes on from there."
        return LeaseHeld(resource, "nobody else working on it", f"{holder}, until {expires_at[:19]} UTC", remedy)


def _is_dead_here(holder: str) -> bool:
    """Whether a holder is a process of this host that is gone."""
    words = holder.rsplit(" on ", maxsplit=1)[-1].split(" pid ")
    if len(words) != 2 or words[0] != socket.gethostname() or not words[1].isdigit():
        return False
    try:
        os.kill(int(words[1]), 0)
    except ProcessLookupError:
        return True
    except PermissionError:
        return False
    return _is_zombie(words[1])


def _is_zombie(pid: str) -> bool:
    """Whether a process has ended and only its parent has not asked how (proc(5): the state after the name)."""
    try:
        return Path(f"/proc/{pid}/stat").read_bytes().rpartition(b")")[2].split()[0] in (b"Z", b"X")
    except (OSError, IndexError):
        return False
