"""What IOS and EOS have in common: each line is in force as it is typed."""

from __future__ import annotations

from typing import TYPE_CHECKING

from lab.simulated.editor import Editor, boot

if TYPE_CHECKING:
    from lab.simulated.configuration import Configuration
    from lab.simulated.device import Device
    from lab.simulated.terminal import Terminal


class LineByLine:
    """An operating system whose running configuration is edited."""

    comment = "!"
    hostname_line = "hostname "

    def boot(self, device: Device) -> Configuration:
        """Load the startup configuration of a device; lines that it does not know are left out."""
        return boot(device.spec.kind, device.hardware, device.startup)

    def type_lines(self, device: Device, lines: tuple[str, ...], user: str) -> None:
        """Change the running configuration as somebody else would.

        Raises:
            lab.simulated.grammar.Refusal: a line is not taken; earlier ones stay applied.
        """
        editor = Editor(device.running)
        try:
            for line in lines:
                editor.take(line)
        finally:
            device.changed(user)

    def session_ended(self, terminal: Terminal) -> None:
        """Nothing of a session outlives it but what it typed."""
