"""Configuration mode of one session: where it stands, and what it does with a line."""

from __future__ import annotations

import re
from dataclasses import dataclass

from lab.simulated.arguments import natural_order
from lab.simulated.configuration import PHYSICAL, Change, Configuration
from lab.simulated.grammar import Match, Refusal, match_line
from lab.simulated.kinds import DeviceKind
from lab.simulated.quirks import QUIRKS
from lab.simulated.tree import Entry, Section
from lab.simulated.vocabularies import VOCABULARIES

_RANGE = re.compile(r"^\s*int\w*\s+ran\w*\s+(\S+?)(\d+)\s*-\s*(\d+)\s*$")
_DEFAULT_INTERFACE = re.compile(r"^\s*default\s+int\w*\s+(\S.*)$")


@dataclass(frozen=True, slots=True)
class Frame:
    """One level of configuration mode: the mode and the sections that a line goes to."""

    mode: str
    sections: tuple[Section, ...]
    names: tuple[str, ...] = ("",)


class Editor:
    """Takes lines one by one, as a device in configuration mode does."""

    judges_what_it_collects = False

    def __init__(self, configuration: Configuration) -> None:
        self.configuration = configuration
        self._vocabulary = VOCABULARIES[configuration.kind]
        self._quirks = QUIRKS[configuration.kind]
        self.frames = [Frame("config", (configuration.root,))]
        self.collecting = ""
        self._banner = ""
        self._collected: list[str] = []

    @property
    def mode(self) -> str:
        """The mode as the prompt shows it, without brackets."""
        frame = self.frames[-1]
        if frame.mode == "config-if" and len(frame.sections) > 1:
            return "config-if-range"
        if frame.mode == "config-if" and "." in frame.names[0]:
            return "config-subif"
        return frame.mode

    def leave(self) -> bool:
        """Leave the innermost mode; False when that was configuration mode itself."""
        self.frames.pop()
        return bool(self.frames)

    def take(self, line: str) -> str:
        """Take one line; returns what the device says, or nothing.

        Raises:
            Refusal: the device does not take the line; nothing was changed.
        """
        if self.collecting:
            return self._collect(line)
        if banner := self._vocabulary.banner.match(line):
            return self._begin_banner(*banner.groups())
        if several := _RANGE.match(line):
            return self._enter_range(several)
        if cleared := _DEFAULT_INTERFACE.match(line):
            return self._default_interface(cleared)
        match, depth = self._understand(line)
        self.frames = self.frames[: depth + 1]
        return self._apply(match)

    def _understand(self, line: str) -> tuple[Match, int]:
        """What a line means and at which level; a mode that takes any line does so when no outer one knows it."""
        refusals: list[Refusal] = []
        loose: tuple[Match, int] | None = None
        for depth in range(len(self.frames) - 1, -1, -1):
            try:
                match = match_line(self.frames[depth].mode, self.configuration.kind, line)
            except Refusal as refusal:
                refusals.append(refusal)
                continue
            if match.rule is None or match.rule.pattern != ("<line>",):
                return match, depth
            loose = loose or (match, depth)
        if loose is not None:
            return loose
        raise max(refusals, key=lambda refusal: (bool(refusal.words), refusal.column))

    def _apply(self, match: Match) -> str:
        frame = self.frames[-1]
        said: list[str] = []
        opened: list[Entry] = []
        leaves = False
        for section, name in zip(frame.sections, frame.names, strict=True):
            change = Change(self.configuration, match, section, name, len(frame.sections) > 1)
            if match.quirk:
                said.append(self._quirks[match.quirk](change))
            else:
                change.keep()
            opened += change.opened
            leaves = leaves or change.leaves
        if leaves:
            self.leave()
        self._stand_in(opened)
        return "".join(said)

    def _stand_in(self, opened: list[Entry]) -> None:
        sections = tuple(entry.section for entry in opened if entry.section is not None)
        if sections:
            self.frames.append(Frame(sections[0].mode, sections, tuple(entry.words[-1] for entry in opened)))

    def _enter_range(self, found: re.Match[str]) -> str:
        stem, first, last = found.group(1), int(found.group(2)), int(found.group(3))
        names = [self._vocabulary.interface_name(f"{stem}{number}") or "" for number in range(first, last + 1)]
        entries = [self.configuration.root.get("interface", name) for name in names]
        if not entries or None in entries:
            raise Refusal("", found.start(1))
        self.frames = self.frames[:1]
        self._stand_in([entry for entry in entries if entry])
        return ""

    def _default_interface(self, found: re.Match[str]) -> str:
        name = self._vocabulary.interface_name(found.group(1)) or ""
        entry = self.configuration.root.get("interface", name)
        if entry is None or entry.section is None:
            raise Refusal("", found.start(1))
        entry.section.entries.clear()
        self.frames = self.frames[:1]
        return f"Interface {name} set to default configuration\n"

    def _begin_banner(self, kind: str, text: str = "") -> str:
        if self._vocabulary.banner_end:
            self._banner, self.collecting, self._collected = kind, self._vocabulary.banner_end, []
            self.frames = self.frames[:1]
            return f"Enter TEXT message. Type '{self.collecting}' on its own line to end.\n"
        self._banner, self.collecting = kind, "^C" if text.startswith("^C") else text[0]
        self._collected = []
        self.frames = self.frames[:1]
        rest = text[len(self.collecting) :]
        mark = self.collecting[-1]
        self._collect(rest)
        return f"Enter TEXT message.  End with the character '{mark}'.\n" if self.collecting else ""

    def _collect(self, line: str) -> str:
        if self._vocabulary.banner_end:
            return self._collect_line(line)
        text, mark, _ = line.partition(self.collecting)
        self._collected.append(text)
        if mark:
            content = "\n".join(self._collected)
            self.collecting = ""
            match = match_line("config", self.configuration.kind, f"banner {self._banner} x")
            self.configuration.root.store(match, (*match.words[:2], f"^C{content}^C"))
        return ""

    def _collect_line(self, line: str) -> str:
        """A banner that ends with a line of its own."""
        if line.strip() != self.collecting:
            self._collected.append(line)
            return ""
        self.collecting = ""
        match = match_line("config", self.configuration.kind, f"banner {self._banner} x")
        self.configuration.root.store(match, (*match.words[:2], "\n".join(self._collected)))
        return ""


def hardware_of(text: str) -> frozenset[str]:
    """Names of the physical interfaces in a configuration."""
    return frozenset(name for name in re.findall(r"(?m)^interface (\S+)", text) if PHYSICAL.match(name))


def boot(kind: DeviceKind, hardware: frozenset[str], text: str) -> Configuration:
    """Load a startup configuration into a device with these physical interfaces.

    Lines that the device does not know are left out, as at a real boot.
    """
    configuration = Configuration(kind, hardware)
    editor = Editor(configuration)
    present = [f"interface {name}" for name in sorted(hardware, key=natural_order)]
    for line in [*present, *text.splitlines()]:
        if not editor.collecting and (not line.strip() or line.lstrip().startswith("!")):
            continue
        try:
            editor.take(line)
        except Refusal:
            continue
    return configuration
