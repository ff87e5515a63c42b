"""Who edits a device's configuration, what was committed, and the commit that waits for its confirmation.

Source: Junos OS CLI User Guide, "Forms of the configure Command", "Committing a Configuration". A session of
`configure exclusive` or `configure private` drops what it did not commit when it ends; any commit, and any `commit
check`, confirms; `commit confirmed` is not to be had in private mode; what is committed is saved.
"""

from __future__ import annotations

import asyncio
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import TYPE_CHECKING

from lab.simulated.faults import ConfigurationLocked, RevertFails
from lab.simulated.junos.configuration import JunosConfiguration

if TYPE_CHECKING:
    from lab.simulated.device import Device
    from lab.simulated.junos.config_mode import ConfigMode

KEPT = 50
"""Configurations that can be rolled back to."""


class Refused(Exception):
    """A commit, or the way into configuration mode, is refused; the text is what the device says."""


@dataclass(frozen=True, slots=True)
class Commit:
    """One entry of `show system commit`.

    Attributes:
        minutes: after which it was to be rolled back; 0: for good.
    """

    configuration: JunosConfiguration
    at: str
    user: str
    via: str
    comment: str = ""
    minutes: int = 0


@dataclass(slots=True)
class _Pending:
    minutes: int
    ends_at: float
    handle: asyncio.TimerHandle
    before: JunosConfiguration


class Commits:
    """The commits of one device; lives on the fleet's event loop."""

    def __init__(self, device: Device) -> None:
        self._device = device
        self._pending: _Pending | None = None
        self.shared: JunosConfiguration | None = None
        self.lock: ConfigMode | None = None
        self._history: list[Commit] = []

    @property
    def is_pending(self) -> bool:
        """Whether a commit waits for its confirmation."""
        return self._pending is not None

    @property
    def history(self) -> list[Commit]:
        """What was committed, the newest first; what the device started from is the oldest."""
        if not self._history:
            now = f"{datetime.now(UTC):%Y-%m-%d %H:%M:%S UTC}"
            self._history.append(Commit(self._device.running.copy(), now, "root", "other"))
        return self._history

    @property
    def open_sessions(self) -> tuple[str, ...]:
        """What nobody committed and no session takes with it when it ends: edits of the shared candidate."""
        return () if self.shared is None else ("shared",)

    def enter(self, form: str, user: str) -> ConfigMode:
        """Enter configuration mode.

        Args:
            form: `shared`, `private` or `exclusive`.
            user: who does.

        Raises:
            Refused: somebody else holds the configuration, or has edits in it.
        """
        from lab.simulated.junos.config_mode import ConfigMode

        if locked := self._device.fault(ConfigurationLocked):
            raise Refused(_locked_by(locked.user))
        if self.lock is not None:
            raise Refused(self._locked())
        if form in ("exclusive", "private") and self.shared is not None:
            raise Refused("error: configuration database modified\n")
        candidate = self._device.running.copy()
        if form == "shared":
            candidate = self.shared or candidate
        mode = ConfigMode(self._device, self, candidate, form, user)
        if form == "exclusive":
            self.lock = mode
        return mode

    def _locked(self) -> str:
        return _locked_by(self.lock.user, pid_of(self.lock)) if self.lock is not None else ""

    def log_out(self, pid: str) -> bool:
        """End the session of somebody who holds the configuration; says whether there was one."""
        for session in self._device.sessions:
            if session.editor is not None and pid_of(session.editor) == pid:
                session.drop()
                return True
        return False

    def leave(self, mode: ConfigMode) -> None:
        """Leave configuration mode; what is shared stays, what is not is dropped."""
        if self.lock is mode:
            self.lock = None
        if mode.form != "shared" and mode.is_modified():
            self._device.write_log(
                f"UI_DBASE_LOGOUT_EVENT: User '{mode.user}' exiting configuration mode, changes lost"
            )

    def check(self, candidate: JunosConfiguration) -> str:
        """Carry out `commit check`; it confirms too."""
        if complaints := candidate.complaints():
            raise Refused(f"{complaints}error: configuration check-out failed\n")
        self._confirm()
        return "configuration check succeeds\n"

    def commit(self, mode: ConfigMode, *, minutes: int = 0, comment: str = "") -> str:
        """Make a candidate the active configuration.

        Args:
            mode: whose candidate.
            minutes: go back after so many unless somebody commits; 0: for good.
            comment: kept with it.

        Raises:
            Refused: by what it holds, or by what others do.
        """
        if minutes and mode.form == "private":
            raise Refused("error: commit confirmed not supported for private configuration\n")
        if self.lock not in (None, mode):
            raise Refused(self._locked())
        if mode.form == "private" and self.shared is not None:
            raise Refused("error: shared configuration database modified\n")
        candidate = mode.merged()
        if complaints := candidate.complaints():
            raise Refused(f"{complaints}error: configuration check-out failed\n")
        said = self.activate(candidate, mode.user, minutes=minutes, comment=comment)
        mode.begin(self._device.running.copy())
        if mode.form != "private":
            self.shared = None
        return said

    def activate(
        self, candidate: JunosConfiguration, user: str, *, via: str = "cli", minutes: int = 0, comment: str = ""
    ) -> str:
        """Let a configuration run, and remember it; returns what the device says."""
        device, history = self._device, self.history
        before = self._pending.before if self._pending else device.running.copy()
        reverting = self._pending is not None and candidate.lines() == before.lines()
        self._confirm()
        fails = device.fault(RevertFails) is not None
        if not (reverting and fails):
            self._run(candidate, user)
        now = f"{datetime.now(UTC):%Y-%m-%d %H:%M:%S UTC}"
        history.insert(0, Commit(device.running.copy(), now, user, via, comment, minutes))
        del history[KEPT:]
        device.write_log(f"UI_COMMIT: User '{user}' requested 'commit' operation (comment: {comment or 'none'})")
        if reverting:
            device.write_log("UI_COMMIT_ROLLBACK: the configuration of before is active again")
        if not minutes:
            device.save()
            return "commit complete\n"
        self._wait(minutes, before)
        return (
            f"commit confirmed will be automatically rolled back in {minutes} minutes unless confirmed\n"
            "commit complete\n"
        )

    def _run(self, candidate: JunosConfiguration, user: str) -> None:
        self._device.running.root = candidate.root.copy()
        self._device.changed(user)

    def _wait(self, minutes: int, before: JunosConfiguration) -> None:
        loop = asyncio.get_running_loop()
        real = minutes * self._device.minute_seconds
        self._pending = _Pending(minutes, loop.time() + real, loop.call_later(real, self.fire), before)

    def _confirm(self) -> None:
        if self._pending is not None:
            self._pending.handle.cancel()
            self._pending = None
            self._device.save()

    def arm(self, minutes: int, user: str) -> str:
        """Let a commit of somebody, with nothing new in it, wait for its confirmation."""
        return self.activate(self._device.running.copy(), user, minutes=minutes)

    def touch(self) -> None:
        """The timer counts from the commit, whatever is typed."""

    def fire(self) -> None:
        """The time is over: the configuration of before is committed, by nobody who is logged in."""
        pending = self._pending
        if pending is None:
            return
        pending.handle.cancel()
        self._pending = None
        if self._device.fault(RevertFails):
            return
        self._run(pending.before, "root")
        now = f"{datetime.now(UTC):%Y-%m-%d %H:%M:%S UTC}"
        self.history.insert(0, Commit(self._device.running.copy(), now, "root", "other"))
        self.shared = None
        self._device.write_log("UI_COMMIT_NOT_CONFIRMED: Commit was not confirmed; automatic rollback complete")

    def forget(self) -> None:
        """A restart ends every session; what waited for its confirmation is gone, for it was not saved."""
        if self._pending:
            self._pending.handle.cancel()
            del self.history[0]
        self._pending = self.shared = self.lock = None

    def banner(self) -> str:
        """What stands above each prompt while a commit waits."""
        pending = self._pending
        if pending is None:
            return ""
        left = (pending.ends_at - asyncio.get_running_loop().time()) / self._device.minute_seconds
        return f"# commit confirmed will be rolled back in {max(1, round(left))} minutes\n"

    def shown(self) -> str:
        """`show system commit`."""
        rows = []
        for number, each in enumerate(self.history):
            timed = f" commit confirmed, rollback in {each.minutes}mins" if each.minutes else ""
            rows.append(f"{number:<3} {each.at} by {each.user} via {each.via}{timed}")
            rows += [f"    {each.comment}"] if each.comment else []
            rows += ["    rollback pending"] if number == 0 and self.is_pending else []
        return "".join(f"{row}\n" for row in rows)


def pid_of(mode: ConfigMode) -> str:
    """Number of the process that a session runs in."""
    return str(4000 + id(mode) % 50_000)


def _locked_by(user: str, pid: str = "4681") -> str:
    now = f"{datetime.now(UTC):%Y-%m-%d %H:%M:%S UTC}"
    return (
        f"error: configuration database locked by:\n  {user} terminal pts/0 (pid {pid}) on since {now}\n"
        "      exclusive [edit]\n"
    )
