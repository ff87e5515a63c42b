"""The configuration of one Junos device, and one line on its way into it."""

from __future__ import annotations

from lab.simulated.junos.statements import JUNOS
from lab.simulated.junos.tree import (
    Statement,
    StatementError,
    mark,
    move,
    put,
    read_text,
    set_lines,
    take,
    text_lines,
    tokens_of,
)
from lab.simulated.junos.validity import complaints

NOT_FOUND = "warning: statement not found\n"


class JunosConfiguration:
    """One configuration: what runs, a candidate, or what ran before.

    Args:
        root: its statements; none: it is empty.
    """

    def __init__(self, root: Statement | None = None) -> None:
        self.root = root or Statement(JUNOS.root)

    def copy(self) -> JunosConfiguration:
        """A copy that shares nothing that can change."""
        return JunosConfiguration(self.root.copy())

    @property
    def hostname(self) -> str:
        """Name of the device."""
        found = self.root.find(("system",), ("host-name",))
        return found.words[1] if found else "Amnesiac"

    def lines(self) -> list[str]:
        """The configuration as `display set` shows it."""
        return list(set_lines(self.root))

    def text(self) -> str:
        """The configuration with braces."""
        return "".join(f"{line}\n" for line in text_lines(self.root))

    def complaints(self) -> str:
        """What a commit finds wrong with it; empty when nothing is."""
        return "".join(dict.fromkeys(complaints(self.root)))

    def carry_out(self, line: str) -> str:
        """Carry out one configuration command; returns what the device says.

        Raises:
            StatementError: it does not take it.
        """
        tokens = tokens_of(line)
        verb, rest = tokens[0], tokens[1:]
        if not rest:
            raise StatementError("missing argument", verb, 0)
        try:
            return self._carry_out(verb, rest)
        except StatementError as error:
            error.place += 1
            raise

    def _carry_out(self, verb: str, rest: list[str]) -> str:
        if verb == "set":
            put(self.root, rest)
        elif verb == "delete":
            return "" if take(self.root, rest) else NOT_FOUND
        elif verb == "insert":
            move(self.root, rest)
        elif verb in ("deactivate", "activate"):
            mark(self.root, rest, inactive=verb == "deactivate")
        else:
            raise StatementError("unknown command", verb, -1)
        return ""


COMMANDS = frozenset({"set", "delete", "insert", "deactivate", "activate"})
"""What changes a configuration."""


def read_configuration(text: str) -> JunosConfiguration:
    """Read a configuration, with braces or as `set` lines; statements that are not known are left out."""
    configuration = JunosConfiguration()
    lines = text.splitlines()
    if any(line.rstrip().endswith("{") for line in lines):
        commands = [["set", *words] for _, words in read_text(lines)]
    else:
        commands = [tokens_of(line) for line in lines if line.strip() and not line.lstrip().startswith("#")]
    for tokens in commands:
        try:
            configuration._carry_out(tokens[0], tokens[1:])  # noqa: SLF001 - the words are split already
        except StatementError:
            continue
    return configuration
