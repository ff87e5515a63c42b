"""Configuration mode of one session: its candidate, and what is loaded into it from the terminal."""

from __future__ import annotations

from typing import TYPE_CHECKING

from lab.simulated.grammar import Refusal
from lab.simulated.junos.configuration import JunosConfiguration
from lab.simulated.junos.tree import StatementError, put, read_text

if TYPE_CHECKING:
    from lab.simulated.device import Device
    from lab.simulated.junos.commits import Commits

END_OF_INPUT = "\x04"


class ConfigMode:
    """Takes configuration commands one by one.

    Args:
        device: the device.
        commits: of the device.
        candidate: what is edited.
        form: `shared`, `private` or `exclusive`.
        user: who edits.
    """

    judges_what_it_collects = True

    def __init__(self, device: Device, commits: Commits, candidate: JunosConfiguration, form: str, user: str) -> None:
        self._device, self.commits = device, commits
        self.form, self.user = form, user
        self.collecting = ""
        self._collected: list[str] = []
        self._errors: list[str] = []
        self.begin(candidate)

    def begin(self, candidate: JunosConfiguration) -> None:
        """Edit a candidate."""
        self.configuration = candidate
        self._base = candidate.copy()

    def is_modified(self) -> bool:
        """Whether the candidate differs from what it began with."""
        return self.configuration.lines() != self._base.lines()

    def merged(self) -> JunosConfiguration:
        """What a commit makes of it: in private mode only what was edited here is put into what runs now."""
        if self.form != "private":
            return self.configuration
        merged: JunosConfiguration = self._device.running.copy()
        before, after = self._base.lines(), self.configuration.lines()
        for line in (each for each in before if each not in after):
            merged.carry_out(line.replace("set ", "delete ", 1))
        for line in (each for each in after if each not in before):
            merged.carry_out(line)
        return merged

    def take(self, line: str) -> str:
        """Take one configuration command, or one line of what is loaded; returns what the device says.

        Raises:
            Refusal: it is not taken.
        """
        if self.collecting:
            return self._collect(line)
        try:
            said = self.configuration.carry_out(line)
        except StatementError as error:
            raise Refusal(f"{error.words}.", line.find(error.token) if error.token else len(line)) from error
        self.edited()
        return said

    def edited(self) -> None:
        """Remember that the candidate was changed: a shared one is everybody's."""
        if self.form == "shared":
            self.commits.shared = self.configuration

    def load(self, how: str) -> str:
        """Begin to load from the terminal; `how` is `set`, `merge` or `override`."""
        self.collecting, self._collected, self._errors = how, [], []
        return "[Type ^D at a new line to end input]\n"

    def refuse(self, words: str, line: str) -> None:
        """Find an error in a line that is being loaded, whatever it says."""
        word = line.rsplit(maxsplit=1)[-1] if line.split() else ""
        self._collected.append("#")
        self._errors.append(f"terminal:{len(self._collected)}:({len(line)}) {words}: {word}\n")

    def ignore(self) -> None:
        """Let a line that is being loaded have no effect."""
        self._collected.append("#")

    def _collect(self, line: str) -> str:
        if line != END_OF_INPUT:
            self._collected.append(line)
            return ""
        how, self.collecting = self.collecting, ""
        self._errors += self._load_set() if how == "set" else self._load_text(replaces=how == "override")
        self.edited()
        count = f" ({len(self._errors)} errors)" if self._errors and how != "set" else ""
        return f"{''.join(self._errors)}load complete{count}\n"

    def _load_set(self) -> list[str]:
        """Carry out each line; one that is refused does not stop the others, and is not counted (as on a device)."""
        found = []
        for number, line in enumerate(self._collected, start=1):
            if not line.strip() or line.lstrip().startswith("#"):
                continue
            try:
                said = self.configuration.carry_out(line)
            except StatementError as error:
                at = line.find(error.token) + len(error.token) if error.token else len(line)
                found.append(f"terminal:{number}:({at}) {error.words}: {error.token}\n")
            else:
                found += [said] if said else []
        return found

    def _load_text(self, *, replaces: bool) -> list[str]:
        if replaces:
            self.configuration = JunosConfiguration()
        found = []
        for number, words in read_text(self._collected):
            try:
                put(self.configuration.root, words)
            except StatementError as error:
                found.append(f"terminal:{number}:({len(error.token)}) {error.words}: {error.token}\n")
        return found
