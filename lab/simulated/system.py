"""What an operating system says and does beyond its configuration language; one class each, entered in `systems.py`."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Protocol

if TYPE_CHECKING:
    from lab.simulated.device import Device
    from lab.simulated.grammar import Refusal
    from lab.simulated.terminal import Terminal


class RevertTimer(Protocol):
    """What takes a device back that nobody confirms; runs on the fleet's event loop."""

    @property
    def is_pending(self) -> bool:
        """Whether a change waits for its confirmation."""

    @property
    def open_sessions(self) -> tuple[str, ...]:
        """Names of configuration sessions that nobody committed; none where there is no such thing."""

    def arm(self, minutes: int, user: str) -> str:
        """Let a change of somebody wait for its confirmation; returns what the device says."""

    def touch(self) -> None:
        """A line was typed."""

    def fire(self) -> None:
        """The time is over: go back, unless it was confirmed."""

    def forget(self) -> None:
        """Stop counting and keep what is running, as a restart does."""


class System(Protocol):
    """The operating system of a device."""

    @property
    def ssh_version(self) -> str:
        """What the SSH server calls itself."""

    @property
    def accepted(self) -> str:
        """What it says to a configuration line that it took."""

    @property
    def saves_at_once(self) -> bool:
        """Whether what is configured survives a restart without being saved."""

    @property
    def comment(self) -> str:
        """What a line begins with that means nothing."""

    @property
    def hostname_line(self) -> str:
        """The line that holds the hostname, up to it."""

    def boot(self, device: Device) -> Any:
        """Load the startup configuration of a device."""

    def type_lines(self, device: Device, lines: tuple[str, ...], user: str) -> None:
        """Change what runs as somebody else would.

        Raises:
            lab.simulated.grammar.Refusal: a line is not taken.
        """

    def session_ended(self, terminal: Terminal) -> None:
        """Clear away what a session leaves behind; may be told more than once."""

    def revert_timer(self, device: Device) -> RevertTimer:
        """Make the timer of a device."""

    def configuration_text(self, lines: list[str]) -> str:
        """The whole configuration as it is saved and booted from."""

    def running_text(self, device: Device) -> str:
        """What `show running-config` prints."""

    def startup_text(self, device: Device) -> str:
        """What `show startup-config` prints."""

    def log_line(self, device: Device, message: str, /) -> str:
        """A message with its time, as the logging buffer has it."""

    def restarted(self) -> str:
        """Message after a restart."""

    def configured_by(self, user: str, place: str) -> str:
        """Message when somebody leaves configuration mode."""

    def greeting(self, device: Device) -> str:
        """What a login sees before the first prompt."""

    def prompt(self, terminal: Terminal) -> str:
        """The prompt of the mode that a session is in."""

    def is_command(self, line: str) -> bool:
        """Whether a line typed in configuration mode is no configuration."""

    async def run_command(self, terminal: Terminal, line: str) -> None:
        """Run a command.

        Raises:
            lab.simulated.hangup.Hangup: the session ends.
        """

    async def may_configure(self, terminal: Terminal, line: str, /) -> bool:
        """Ask what has to be asked before a configuration line is taken."""

    def refused(self, refusal: Refusal, line: str, indent: int, /) -> str:
        """What the device prints for a refusal.

        Args:
            refusal: its words, or where it stopped to understand.
            line: what was typed.
            indent: how wide the prompt was.
        """
