"""The archive and the revert timer: a change that takes itself back unless it is confirmed in time.

Cisco, Configuration Rollback Confirmed Change (IOS XE 17).
"""

from __future__ import annotations

import asyncio
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import TYPE_CHECKING

from lab.simulated.editor import Editor
from lab.simulated.faults import RevertFails
from lab.simulated.grammar import Refusal
from lab.simulated.moments import clock_words
from lab.simulated.tree import Section

if TYPE_CHECKING:
    from lab.simulated.device import Device

NO_ARCHIVE = "%Turn config archive on before using Rollback Confirmed Change\n"
NONE_PENDING = "%No Rollback Confirmed Change pending\n"
ALREADY_PENDING = "%Rollback Confirmed Change is already pending\n"
ABORTED = "Rollback aborted after 5 passes\n\n"
LONGEST_MINUTES = 120


@dataclass(slots=True)
class _Pending:
    backup: Section
    path: str
    minutes: int
    idle: bool
    user: str
    configured_at: datetime
    handle: asyncio.TimerHandle


class ArchiveTimer:
    """The revert timer of one device; runs on the fleet's event loop."""

    def __init__(self, device: Device) -> None:
        self._device = device
        self._pending: _Pending | None = None

    @property
    def is_pending(self) -> bool:
        """Whether a change waits for its confirmation."""
        return self._pending is not None

    @property
    def open_sessions(self) -> tuple[str, ...]:
        """IOS-XE has no configuration sessions."""
        return ()

    def archive_path(self) -> str:
        """Where archives go; empty when the archive is not configured."""
        archive = self._device.running.section("archive")
        return archive.value("path") if archive else ""

    def next_archive(self) -> str:
        """Name of the next archive file."""
        path = self.archive_path().replace("$h", self._device.hostname)
        now = datetime.now(UTC)
        stamp = f"{now:%b-%e-%H-%M-%S.}".replace(" ", "-") + f"{now.microsecond // 1000:03d}-UTC"
        return f"{path}-{stamp}-{self._device.archived}"

    def keep_archive(self) -> str:
        """Put the running configuration into the archive; returns the name of the file."""
        name = self.next_archive()
        self._device.archived += 1
        archive = self._device.running.section("archive")
        most = int((archive.value("maximum") if archive else "") or 10)
        self._device.archive = [*self._device.archive, name][-most:]
        return name

    def arm(self, minutes: int, user: str, *, idle: bool = False) -> str:
        """Back the running configuration up and start to count.

        Args:
            minutes: 1 to 120.
            user: who asked.
            idle: count from the last line typed rather than from now.

        Raises:
            Refusal: no archive is configured, or a change is pending already.
        """
        if not self.archive_path():
            raise Refusal(NO_ARCHIVE)
        if self._pending:
            raise Refusal(ALREADY_PENDING)
        path = self.keep_archive()
        device = self._device
        device.write_log(f"%ARCHIVE_DIFF-5-ROLLBK_CNFMD_CHG_BACKUP: Backing up current running config to {path}")
        kind = "IDLETIMER" if idle else "ABSTIMER"
        device.write_log(
            f"%ARCHIVE_DIFF-5-ROLLBK_CNFMD_CHG_START_{kind}: User: {user}(Priv: 15, View: 0): "
            f"Scheduled to rollback to config {path} in {minutes} minutes"
        )
        self._pending = _Pending(
            device.running.root.copy(), path, minutes, idle, user, datetime.now(UTC), self._count(minutes)
        )
        return f"Rollback Confirmed Change: Backing up current running config to {path}\n\n"

    def _count(self, minutes: int) -> asyncio.TimerHandle:
        loop = asyncio.get_running_loop()
        return loop.call_later(minutes * self._device.minute_seconds, self.fire)

    def touch(self) -> None:
        """A line was typed: an idle timer starts again."""
        if self._pending and self._pending.idle:
            self._pending.handle.cancel()
            self._pending.handle = self._count(self._pending.minutes)

    def again(self, minutes: int, user: str, *, idle: bool = False) -> str:
        """Set the running timer anew.

        Raises:
            Refusal: nothing is pending.
        """
        if not self._pending:
            raise Refusal(NONE_PENDING)
        self._pending.handle.cancel()
        self._pending.minutes, self._pending.idle, self._pending.user = minutes, idle, user
        self._pending.configured_at = datetime.now(UTC)
        self._pending.handle = self._count(minutes)
        return ""

    def confirm(self, user: str) -> str:
        """Keep the change; a real device confirms in its log and says nothing.

        Raises:
            Refusal: nothing is pending.
        """
        if not self._pending:
            raise Refusal(NONE_PENDING)
        self.forget()
        self._device.write_log(
            f"%ARCHIVE_DIFF-5-ROLLBK_CNFMD_CHG_CONFIRM: User: {user}: Confirm the configuration change"
        )
        return ""

    def revert_now(self) -> str:
        """Go back at once.

        Raises:
            Refusal: nothing is pending.
        """
        if not self._pending:
            raise Refusal(NONE_PENDING)
        path = self._pending.path
        self.fire()
        if self._device.fault(RevertFails):
            return f"Rollback Confirmed Change: Rolling to: {path}\n\n{ABORTED}"
        return f"Rollback Confirmed Change: Rolling to: {path}\n\nTotal number of passes: 1\nRollback Done\n\n"

    def forget(self) -> None:
        """Stop counting and keep what is running."""
        if self._pending:
            self._pending.handle.cancel()
            self._pending = None

    def fire(self) -> None:
        """The minutes are over: go back, unless it was confirmed."""
        pending, device = self._pending, self._device
        if pending is None:
            return
        self.forget()
        device.write_log(f"%ARCHIVE_DIFF-5-ROLLBK_CNFMD_CHG_ROLLBACK_START: Start rolling to: {pending.path}")
        if device.fault(RevertFails):
            return
        device.running.root = pending.backup
        for session in device.sessions:
            if session.editor is not None:
                session.editor = Editor(device.running)
        device.write_log("%SYS-5-CONFIG_R: Config Replace is Done")
        device.changed(pending.user)

    def shown(self) -> str:
        """The timer as `show archive config rollback timer` prints it."""
        if not self._pending:
            return NONE_PENDING
        kind = "idle" if self._pending.idle else "absolute"
        return (
            f"Time configured(or reconfigured): {clock_words(self._pending.configured_at)}\n"
            f"Timer type: {kind} timer\n"
            f"Timer value: {self._pending.minutes} min\n"
            f"User: {self._pending.user}\n"
        )
