"""Configuration sessions and the commit timer.

Source: EOS User Manual, "Configure Session", "Session Management Commands": a session is a snapshot of the running
configuration, a commit overwrites whatever was changed since; an uncommitted session outlives the login that made it
and ends with a restart; a commit with a timer goes back to the checkpoint of before unless it is committed once more.
"""

from __future__ import annotations

import asyncio
from dataclasses import dataclass
from datetime import UTC, datetime
from difflib import unified_diff
from typing import TYPE_CHECKING

from lab.simulated.configuration import Configuration
from lab.simulated.editor import Editor
from lab.simulated.faults import RevertFails
from lab.simulated.grammar import Refusal
from lab.simulated.tree import Section

if TYPE_CHECKING:
    from lab.simulated.device import Device

MOST_PENDING = 5
"""Sessions that may be uncommitted at once, unless configured otherwise (manual: `service configuration session`)."""

_TOO_MANY = (
    "% Maximum number of pending sessions has been reached. "
    "Please commit or abort previous sessions before creating a new one.\n"
)


@dataclass(slots=True)
class ConfigSession:
    """One session that nobody committed yet.

    Attributes:
        configuration: the snapshot with what was typed into it.
    """

    name: str
    configuration: Configuration


@dataclass(slots=True)
class _Unconfirmed:
    name: str
    user: str
    checkpoint: Section
    ends_at: float
    handle: asyncio.TimerHandle


class ConfigSessions:
    """The sessions of one device; lives on the fleet's event loop."""

    def __init__(self, device: Device) -> None:
        self._device = device
        self._pending: dict[str, ConfigSession] = {}
        self._completed: tuple[str, str, str] | None = None
        self._unconfirmed: _Unconfirmed | None = None
        self._made = 0

    @property
    def is_pending(self) -> bool:
        """Whether a commit timer runs."""
        return self._unconfirmed is not None

    @property
    def open_sessions(self) -> tuple[str, ...]:
        """Names of the sessions that nobody committed."""
        return tuple(self._pending)

    @property
    def pending(self) -> tuple[ConfigSession, ...]:
        """The sessions that nobody committed."""
        return tuple(self._pending.values())

    def enter(self, name: str) -> ConfigSession:
        """Open a session, or come back to one.

        Raises:
            Refusal: there are too many, or it is over.
        """
        self._made += 1
        name = name or f"sess-{self._made}"
        if name in self._pending:
            return self._pending[name]
        if self._unconfirmed and self._unconfirmed.name == name:
            raise Refusal(f"% Session {name} is pending commit timer\n")
        if self._completed and self._completed[0] == name:
            raise Refusal(f"% Session {name} is already completed\n")
        if len(self._pending) >= MOST_PENDING:
            raise Refusal(_TOO_MANY)
        self._pending[name] = ConfigSession(name, self._device.running.copy())
        return self._pending[name]

    def abort(self, name: str, user: str) -> None:
        """Drop a session; one that waits for its confirmation is taken back.

        Raises:
            Refusal: there is none.
        """
        if self._unconfirmed and self._unconfirmed.name == name:
            self.fire()
            return
        if self._pending.pop(name, None) is None:
            raise Refusal(f"% Cannot find session {name}\n")
        self._device.write_log(
            f"%SYS-5-CONFIG_SESSION_ABORTED: User {user} aborted configuration session {name} on vty4 (127.0.0.1)"
        )

    def commit(self, name: str, user: str, seconds: float = 0.0) -> None:
        """Make a session the running configuration, whatever was changed since it began; or confirm it.

        Args:
            name: the session.
            user: who commits.
            seconds: go back after this many unless it is committed once more; 0: for good.

        Raises:
            Refusal: there is none, or another one waits for its confirmation.
        """
        if self._unconfirmed and self._unconfirmed.name == name:
            self._confirm(user, seconds)
            return
        if self._unconfirmed:
            raise Refusal(f"% Session {self._unconfirmed.name} has a pending commit timer\n")
        session = self._pending.pop(name, None)
        if session is None:
            raise Refusal(f"% Cannot find session {name}\n")
        checkpoint = self._device.running.root
        self._run(session.configuration.root.copy(), user)
        self._log(user, name)
        if seconds:
            self._wait(name, user, checkpoint, seconds)
        else:
            self._complete(name, user)

    def _confirm(self, user: str, seconds: float) -> None:
        """A commit of the session that is in force already: for good, or with the timer set anew."""
        waiting = self._unconfirmed
        if waiting is None:
            return
        waiting.handle.cancel()
        if seconds:
            self._wait(waiting.name, user, waiting.checkpoint, seconds)
            return
        self._unconfirmed = None
        self._complete(waiting.name, user)
        self._log(user, waiting.name)

    def _wait(self, name: str, user: str, checkpoint: Section, seconds: float) -> None:
        loop = asyncio.get_running_loop()
        real = seconds / 60 * self._device.minute_seconds
        self._unconfirmed = _Unconfirmed(name, user, checkpoint, loop.time() + real, loop.call_later(real, self.fire))

    def _complete(self, name: str, user: str) -> None:
        self._completed = (name, user, f"{datetime.now(UTC):%Y-%m-%d %H:%M:%S}")

    def _log(self, user: str, name: str) -> None:
        self._device.write_log(
            f"%SYS-5-CONFIG_SESSION_COMMIT_SUCCESS: User {user} committed configuration session {name} "
            "successfully on vty4 (127.0.0.1)"
        )

    def _run(self, root: Section, user: str) -> None:
        """Run another configuration; who was in configuration mode goes on in it, at its top."""
        device = self._device
        device.running.root = root
        for session in device.sessions:
            if session.editor is not None and session.editor.configuration is device.running:
                session.editor = Editor(device.running)
        device.changed(user)

    def arm(self, minutes: int, user: str) -> str:
        """Let a session of somebody, with nothing in it, wait for its confirmation."""
        name = f"{user}-1"
        self.enter(name)
        self.commit(name, user, minutes * 60.0)
        return ""

    def touch(self) -> None:
        """The timer counts from the commit, whatever is typed."""

    def fire(self) -> None:
        """The time is over: back to the checkpoint, edits of others included."""
        waiting = self._unconfirmed
        if waiting is None:
            return
        waiting.handle.cancel()
        self._unconfirmed = None
        if self._device.fault(RevertFails):
            return
        self._run(waiting.checkpoint, waiting.user)
        self._device.write_log(
            f"%SYS-5-CONFIG_REPLACE_SUCCESS: User {waiting.user} replaced running configuration with "
            f"checkpoint:{waiting.name}-commitTimerCheckPointConfig successfully"
        )

    def forget(self) -> None:
        """A restart ends every session, and the timer."""
        if self._unconfirmed:
            self._unconfirmed.handle.cancel()
        self._pending.clear()
        self._unconfirmed = self._completed = None

    def diffs(self, session: ConfigSession) -> str:
        """`show session-config diffs`: from the running configuration to the session's."""
        lines = unified_diff(
            self._device.running.lines(),
            session.configuration.lines(),
            "system:/running-config",
            f"session:/{session.name}-session-config",
            lineterm="",
        )
        return "".join(f"{line}\n" for line in lines)

    def _standing_in(self, session: ConfigSession) -> str:
        """Who is in a session now; empty when nobody is."""
        inside = (
            each.user
            for each in self._device.sessions
            if each.editor is not None and each.editor.configuration is session.configuration
        )
        return next(inside, "")

    def shown(self, here: str) -> str:
        """`show configuration sessions detail`; a star marks the session that one is in."""
        rows = [
            "Maximum number of completed sessions: 1",
            f"Maximum number of pending sessions: {MOST_PENDING}",
            "Merge on commit is disabled",
            "Autosave to startup-config on commit is disabled",
            "",
        ]
        waiting = self._unconfirmed
        left = ""
        if waiting is not None:
            seconds = max(
                0, int((waiting.ends_at - asyncio.get_running_loop().time()) * 60 / self._device.minute_seconds)
            )
            left = f"{seconds // 60}m{seconds % 60}s"
        rows.append("  Name                             State              User       Terminal   Commit Time Left")
        rows.append("  -------------------------------- ------------------ ---------- ---------- ----------------")
        for session in self._pending.values():
            star, user = "*" if session.name == here else " ", self._standing_in(session)
            rows.append(f"{star} {session.name:<32} {'pending':<18} {user:<10} {'vty4' if user else '':<10}")
        if waiting is not None:
            rows.append(f"  {waiting.name:<32} {'pendingCommitTimer':<18} {'':<10} {'':<10} {left}")
        if self._completed is not None:
            rows.append(f"  {self._completed[0]:<32} {'completed':<18} {'':<10} {'':<10}")
        return "".join(f"{row.rstrip()}\n" for row in rows)
