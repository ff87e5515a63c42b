"""Juniper Junos as a system: what it prints around its configuration, its prompts, its refusals."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING

from lab.simulated.junos import cli
from lab.simulated.junos.commits import Commits
from lab.simulated.junos.configuration import COMMANDS, JunosConfiguration, read_configuration
from lab.simulated.junos.shows import VERSION
from lab.simulated.junos.tree import StatementError

if TYPE_CHECKING:
    from lab.simulated.device import Device
    from lab.simulated.grammar import Refusal
    from lab.simulated.terminal import Terminal


class Junos:
    """Juniper Junos."""

    ssh_version = "OpenSSH_7.5"
    accepted = ""
    saves_at_once = False
    comment = "#"
    hostname_line = "set system host-name "

    def boot(self, device: Device) -> JunosConfiguration:
        """Load the startup configuration of a device; statements that it does not know are left out."""
        return read_configuration(device.startup)

    def session_ended(self, terminal: Terminal) -> None:
        """Who was in configuration mode is not any more."""
        mode = cli.config_mode(terminal)
        if mode is not None:
            cli.commits_of(terminal).leave(mode)
            terminal.editor = None

    def revert_timer(self, device: Device) -> Commits:
        """The timer of `commit confirmed`, with all that was committed."""
        return Commits(device)

    def configuration_text(self, lines: list[str]) -> str:
        """The lines."""
        return "".join(f"{line}\n" for line in lines)

    def running_text(self, device: Device) -> str:
        """What runs, as `display set` shows it."""
        return device.configuration_text()

    def startup_text(self, device: Device) -> str:
        """What the device boots from."""
        return device.startup

    def log_line(self, device: Device, message: str) -> str:
        """A message of the management daemon."""
        return f"{datetime.now(UTC):%b %e %H:%M:%S}  {device.running.hostname} mgd[4681]: {message}"

    def restarted(self) -> str:
        """Message after a restart."""
        return "SYSTEM_OPERATIONAL: System is operational"

    def configured_by(self, user: str, place: str) -> str:
        """Message when somebody has committed."""
        return f"UI_COMMIT: User '{user}' requested 'commit' operation (comment: none) from {place}"

    def greeting(self, device: Device) -> str:
        """The release; in front of it the announcement."""
        found = device.running.root.find(("system",), ("login",), ("announcement",))
        announcement = f"{found.words[1]}\n" if found else ""
        return f"{announcement}--- JUNOS {VERSION} Kernel 64-bit  JNPR-12.1\n"

    def prompt(self, terminal: Terminal) -> str:
        """Who and where, below what waits for its confirmation and the place in the configuration."""
        where = f"{terminal.user}@{terminal.device.hostname}"
        banner = cli.commits_of(terminal).banner()
        if terminal.editor is None:
            return f"\n{banner}{where}> "
        return f"\n{banner}[edit]\n{where}# "

    def is_command(self, line: str) -> bool:
        """Whether a line typed in configuration mode changes no candidate."""
        return line.split(maxsplit=1)[0] not in COMMANDS

    async def run_command(self, terminal: Terminal, line: str) -> None:
        """Run a command, in either mode."""
        await cli.run_command(terminal, line)

    async def may_configure(self, _terminal: Terminal, _line: str) -> bool:
        """Junos asks nothing."""
        return True

    def refused(self, refusal: Refusal, line: str, indent: int) -> str:
        """A caret under the word that was not understood, and the words."""
        at = indent + (refusal.column if refusal.column >= 0 else len(line))
        return f"{' ' * at}^\n{refusal.words or 'syntax error.'}\n"

    def type_lines(self, device: Device, lines: tuple[str, ...], user: str) -> None:
        """Commit lines as somebody else would.

        Raises:
            Refusal: a line is not taken; nothing was committed.
        """
        from lab.simulated.grammar import Refusal

        candidate = device.running.copy()
        for line in lines:
            try:
                candidate.carry_out(line)
            except StatementError as error:
                raise Refusal(error.words) from error
        commits = device.revert
        assert isinstance(commits, Commits)
        commits.activate(candidate, user)
