"""A neutral device: as much of IOS as every contestant needs, and quick enough that it is never what is measured.

It keeps what is typed, line by line under its sections, and reverts unless it is confirmed; `terminal.py` is how it is
talked to, `exec_mode.py` what it answers.
"""

from __future__ import annotations

import re

from benchmarks.push.flash import Flash
from benchmarks.push.texts import name_of, running_of, serial_of

LOGIN, PASSWORD = "turnup", "benchmark-only"

_Tree = dict[str, "_Tree"]
_SECTION = re.compile(r"(interface|vlan|line|router|ip access-list|archive|class-map|policy-map|vrf definition) ?\S*")


class Device:
    """What a device runs and has saved, and the timer that takes it back.

    Args:
        number: number of the device.
        answer_seconds, login_seconds: how long answers and logins take.
    """

    def __init__(self, number: int, answer_seconds: float, login_seconds: float) -> None:
        self.name, self.serial = name_of(number), serial_of(number)
        self.answer_seconds, self.login_seconds = answer_seconds, login_seconds
        self.flash = Flash()
        self.running: _Tree = {}
        self._load(running_of(self.name))
        self.startup = self.text()
        self.before: str | None = None

    def text(self) -> str:
        """The running configuration as it is printed."""
        return "\n".join((*_printed(self.running, ""), "end", ""))

    def arm(self) -> None:
        """Remember what to go back to."""
        self.before = self.text()

    def revert(self) -> None:
        """Go back."""
        self.running.clear()
        self._load(self.before or "")
        self.before = None

    def merge(self, text: str) -> None:
        """Take lines as `copy FILE running-config` does."""
        self._load(f"{text.rstrip()}\nend\n")

    def _load(self, text: str) -> None:
        configuration = Editor(self.running)
        for line in text.splitlines()[:-1]:
            if not line.startswith(" "):
                configuration.section = self.running
            configuration.take(line)


def _printed(tree: _Tree, above: str) -> list[str]:
    lines = []
    for line, below in tree.items():
        lines.append(above + line)
        lines += _printed(below, f"{above} ")
        if not above and _SECTION.match(line):
            lines.append("!")
    return lines


class Editor:
    """Configuration mode: where lines go."""

    def __init__(self, root: _Tree) -> None:
        self.root, self.section = root, root

    @property
    def mode(self) -> str:
        """What stands in brackets in the prompt."""
        return "config" if self.section is self.root else "config-sub"

    def take(self, typed: str) -> None:
        """Take one line."""
        line = typed.strip()
        if not line or line.startswith("!"):
            return
        if line == "exit":
            self.section = self.root
        elif _SECTION.match(line) and not typed.startswith(" "):
            self.section = self.root.setdefault(line, {})
        else:
            place = self.section if typed.startswith(" ") or self.section is not self.root else self.root
            if line.startswith("no "):
                place.pop(line[3:], None)
            else:
                place.setdefault(line, {})
