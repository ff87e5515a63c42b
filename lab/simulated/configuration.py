"""The configuration of one device, and one line on its way into it."""

from __future__ import annotations

import re
from dataclasses import dataclass, field

from lab.simulated.arguments import natural_order
from lab.simulated.derived import DERIVED
from lab.simulated.grammar import Match, Refusal
from lab.simulated.kinds import DeviceKind
from lab.simulated.tree import Entry, Section, shown_lines
from lab.simulated.vocabularies import VOCABULARIES

PHYSICAL = re.compile(r"^[A-Za-z]*(?:Ethernet|GigE|Management)[\d/]+$")
"""Names of interfaces that are hardware: neither made nor removed by configuration."""


@dataclass(slots=True)
class Configuration:
    """The configuration of one device.

    Attributes:
        kind: decides which commands are known.
        hardware: names of the physical interfaces.
        root: the configuration itself.
    """

    kind: DeviceKind
    hardware: frozenset[str] = frozenset()
    root: Section = field(default_factory=lambda: Section("config"))

    def copy(self) -> Configuration:
        """A copy that shares nothing that can change."""
        return Configuration(self.kind, self.hardware, self.root.copy())

    @property
    def hostname(self) -> str:
        """Name of the device."""
        return self.root.value("hostname") or self.kind.value.capitalize()

    def interfaces(self) -> list[Entry]:
        """The interfaces, in the device's order."""
        return sorted(self.root.starting("interface"), key=lambda entry: natural_order(entry.words[1]))

    def section(self, *words: str) -> Section | None:
        """The section under a line of the top level, if it is there."""
        entry = self.root.get(*words)
        return entry.section if entry else None

    def bgp(self) -> Section | None:
        """The BGP process, if there is one."""
        return next((entry.section for entry in self.root.starting("router", "bgp")), None)

    def vlans(self) -> dict[int, str]:
        """VLAN numbers and names, the default ones among them."""
        named = {1: "default", 1002: "fddi-default", 1003: "token-ring-default", 1004: "fddinet-default"}
        named[1005] = "trnet-default"
        for entry in self.root.starting("vlan"):
            if entry.words[1].isdigit() and entry.section is not None:
                number = int(entry.words[1])
                named[number] = entry.section.value("name") or f"VLAN{number:04d}"
        return dict(sorted(named.items()))

    def lines(self) -> list[str]:
        """The configuration as it is shown, without preamble and `end`."""
        shown = self.root.copy()
        DERIVED[self.kind](self.kind, shown)
        return shown_lines(VOCABULARIES[self.kind], shown)


@dataclass(slots=True)
class Change:
    """One understood line on its way into one section; what a quirk works with.

    Attributes:
        configuration: the whole configuration.
        match: the line.
        section: where it goes.
        name: last word of the line that opened that section, such as the interface; empty at the top.
        is_one_of_many: whether the line goes to several sections at once.
        opened: the lines whose sections the session stands in afterwards.
        leaves: whether the session leaves the section.
    """

    configuration: Configuration
    match: Match
    section: Section
    name: str
    is_one_of_many: bool = False
    opened: list[Entry] = field(default_factory=list)
    leaves: bool = False

    def keep(self) -> None:
        """Do with the line what an ordinary line would do."""
        match, section = self.match, self.section
        rule = match.rule
        if rule is None:
            section.remove(*match.words)
        elif match.negated != rule.default_on:
            section.entries.pop(match.key, None)
        else:
            self.open(section.store(match))

    def keep_as(self, *words: str) -> None:
        """Keep the line with other words than those typed."""
        self.open(self.section.store(self.match, words))

    def open(self, entry: Entry) -> None:
        """Stand in the section of a line, if it has one."""
        if entry.section is not None and not entry.negated:
            self.opened.append(entry)

    def refusal(self, word: int = -1) -> Refusal:
        """The refusal with a caret under one word of the line, the last one by default."""
        return Refusal("", self.match.columns[word])
