"""One device: what it runs, what it boots from, what it logged and what is wrong with it."""

from __future__ import annotations

import asyncio
from collections import deque
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Protocol, TypeVar

from lab.simulated.editor import hardware_of
from lab.simulated.faults import CutAccess, Fault, WrongHostname, WrongSerial, matches
from lab.simulated.spec import DeviceSpec
from lab.simulated.systems import SYSTEMS

_KEEP_SECONDS = 0.1

F = TypeVar("F")


class OpenSession(Protocol):
    """What a device needs to know of a session that is open on it."""

    user: str
    editor: Any

    def drop(self) -> None:
        """End the session at once."""


class Device:
    """The state of one device; lives on the fleet's event loop.

    Args:
        spec: what it is.
        minute_seconds: how many seconds a minute of the revert timer lasts.
        answer_delay: seconds before each answer.
        folder: where the configurations are kept between processes, if anywhere.
    """

    def __init__(
        self, spec: DeviceSpec, minute_seconds: float, answer_delay: float, folder: Path | None = None
    ) -> None:
        self.spec = spec
        self.system = SYSTEMS[spec.kind]
        self.minute_seconds = minute_seconds
        self.answer_delay = answer_delay
        self.folder = folder
        self.faults: list[Fault] = []
        self.lines_received: list[str] = []
        self.commands_received: list[str] = []
        self.lines_before_fault = 0
        self.log: deque[str] = deque(maxlen=500)
        self.sessions: list[OpenSession] = []
        self.archive: list[str] = []
        self.archived = 0
        self.restart: Callable[[float], None] = lambda _: None
        self.reach: Callable[[bool], None] = lambda _: None
        self.hardware = hardware_of(spec.startup_config)
        self.links = dict(spec.links)
        kept = folder / "startup-config" if folder else None
        self.startup = kept.read_text() if kept and kept.exists() else spec.startup_config
        self._keeping: asyncio.TimerHandle | None = None
        self.revert = self.system.revert_timer(self)
        self.boot()

    def boot(self) -> None:
        """Start from the startup configuration."""
        self.revert.forget()
        self.running = self.system.boot(self)
        self.booted_at = datetime.now(UTC)
        self.changed_at, self.changed_by = self.booted_at, ""
        self.saved = self.running.lines()
        self.log.clear()
        self.write_log(self.system.restarted())
        self.keep_state()

    def start_anew(self, minute_seconds: float, answer_delay: float) -> None:
        """Boot from what the device was made with, and remember nothing of what happened since."""
        self.minute_seconds, self.answer_delay = minute_seconds, answer_delay
        self.startup = self.spec.startup_config
        self.links = dict(self.spec.links)
        self.lines_received.clear()
        self.commands_received.clear()
        self.archive.clear()
        self.lines_before_fault = 0
        self.revert.forget()
        self.revert = self.system.revert_timer(self)
        self.boot()

    def is_reached(self, other: str) -> bool:
        """Whether what is at the other end of an interface, or has an address, is there."""
        return self.links.get(other, True)

    def fault(self, kind: type[F]) -> F | None:
        """The fault of this kind that was injected last, if any."""
        return next((fault for fault in reversed(self.faults) if isinstance(fault, kind)), None)

    @property
    def hostname(self) -> str:
        """What the device calls itself."""
        wrong = self.fault(WrongHostname)
        return wrong.name if wrong else self.running.hostname

    @property
    def serial(self) -> str:
        """The serial number that the device shows."""
        wrong = self.fault(WrongSerial)
        return wrong.serial if wrong else self.spec.serial

    def configuration_text(self) -> str:
        """The running configuration, without what the device says about it."""
        lines = self.running.lines()
        if self.fault(WrongHostname):
            start = self.system.hostname_line
            lines = [f"{start}{self.hostname}" if line.startswith(start) else line for line in lines]
        return self.system.configuration_text(lines)

    def running_text(self) -> str:
        """The running configuration as `show running-config` prints it."""
        return self.system.running_text(self)

    def startup_text(self) -> str:
        """The startup configuration as `show startup-config` prints it."""
        return self.system.startup_text(self)

    def type_lines(self, lines: tuple[str, ...], user: str, address: str) -> None:
        """Change the running configuration as somebody else would: over the network, or with no address, at the port.

        Who leaves configuration mode is logged, whether he came to its end or was refused half way.
        """
        try:
            self.system.type_lines(self, lines, user)
        finally:
            place = f"vty0 ({address})" if address else "console"
            self.write_log(self.system.configured_by(user, place))

    def changed(self, user: str) -> None:
        """Remember that the running configuration was changed."""
        self.changed_at, self.changed_by = datetime.now(UTC), user
        if self.system.saves_at_once:
            self.startup = self.configuration_text()
        if cut := self.fault(CutAccess):
            self.reach(not any(matches(cut.pattern, line) for line in self.running.lines()))
        if self.folder and not self._keeping:
            self._keeping = asyncio.get_running_loop().call_later(_KEEP_SECONDS, self.keep_state)

    def save(self) -> None:
        """Copy running to startup."""
        self.startup = self.configuration_text()
        self.saved = self.running.lines()
        self.keep_state()

    def is_modified(self) -> bool:
        """Whether running differs from what was saved."""
        return bool(self.running.lines() != self.saved)

    def keep_state(self) -> None:
        """Write both configurations to the device's folder, if it has one; soon after a burst of lines."""
        self._keeping = None
        if self.folder:
            self.folder.mkdir(parents=True, exist_ok=True)
            for name, text in (("startup-config", self.startup), ("running-config", self.configuration_text())):
                beside = self.folder / f".{name}"
                beside.write_text(text)
                beside.replace(self.folder / name)

    def write_log(self, message: str) -> None:
        """Add a line to the logging buffer."""
        self.log.append(self.system.log_line(self, message))

    def drop_sessions(self) -> None:
        """End every session at once."""
        for session in tuple(self.sessions):
            session.drop()
