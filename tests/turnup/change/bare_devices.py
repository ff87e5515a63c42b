"""Devices that know nothing of Turnup: they take one line after another, and can be looked at after each.

On Cisco IOS and Arista EOS it is the simulated device's own grammar, without its SSH; on FRR a device that is lines.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import cache

from hypothesis import assume

from lab.simulated.arguments import expand_vlans
from lab.simulated.configuration import Configuration
from lab.simulated.editor import Editor, boot
from lab.simulated.grammar import DeviceKind, Refusal
from lab.simulated.junos.configuration import JunosConfiguration, read_configuration
from lab.simulated.junos.tree import StatementError
from lab.simulated.tree import Section
from turnup.change.platforms.juniper_junos_secrets import plain_of

Path = tuple[str, ...]
Elements = frozenset[Path]
"""All that stands on a device: one element of a list a path, headers above it."""

SWITCH_PORTS = (*(f"GigabitEthernet1/0/{n}" for n in range(1, 5)), *(f"TenGigabitEthernet1/1/{n}" for n in range(1, 4)))
EOS_PORTS = (*(f"Ethernet{n}" for n in range(1, 5)), *(f"Ethernet{n}" for n in range(25, 28)), "Management1")
ROUTER_PORTS = tuple(f"GigabitEthernet0/0/{n}" for n in range(4))


class IosDevice:
    """The simulated device's own grammar; a refused line raises."""

    def __init__(self, configuration: Configuration) -> None:
        self.configuration = configuration

    @staticmethod
    def booted(kind: DeviceKind, hardware: tuple[str, ...], running: str) -> IosDevice:
        return IosDevice(boot(kind, frozenset(hardware), running))

    def copy(self) -> IosDevice:
        return IosDevice(self.configuration.copy())

    def show(self) -> str:
        return "".join(f"{line}\n" for line in self.configuration.lines())

    def elements(self) -> Elements:
        return frozenset(_elements((), self.configuration.root))

    def moments(self, commands: str) -> Iterator[str]:
        """Type the commands; yields each line once the device has taken it."""
        editor = Editor(self.configuration)
        for line in commands.splitlines():
            if not editor.collecting and line.strip() == "exit":
                assert editor.leave(), "one exit too many"
            else:
                editor.take(line)
            yield line

    def type(self, commands: str) -> None:
        for _ in self.moments(commands):
            pass


def _elements(above: Path, section: Section) -> Iterator[Path]:
    for entry in section.entries.values():
        if entry.rule.hidden or (entry.rule.default_on and not entry.negated):
            continue
        for text in _in_elements(entry.words, entry.negated):
            path = (*above, text)
            yield path
            if entry.section is not None:
                yield from _elements(path, entry.section)


@cache
def _in_elements(words: Path, negated: bool) -> tuple[str, ...]:
    """One text for each element of a list of VLANs; of any other line its words."""
    if words[:4] in {("switchport", "trunk", "allowed", "vlan"), ("ip", "dhcp", "snooping", "vlan")}:
        listed, before, after = words[4], words[:4], words[5:]
    elif words[0] == "banner" and not words[2].startswith("^C"):
        return ("\n".join((" ".join(words[:2]), words[2], "EOF")),)
    elif words[:2] in {("spanning-tree", "vlan"), ("spanning-tree", "vlan-id")} and words[3:4] == ("priority",):
        listed, before, after = words[2], words[:2], words[3:]
    else:
        return (("no " if negated else "") + " ".join(word for word in words if word),)
    numbers = expand_vlans(listed)
    return tuple(" ".join((*before, str(each), *after)) for each in (sorted(numbers) if numbers else (listed,)))


@dataclass
class Lines:
    """A device that is its lines; what replaces what is written down here once more, in its own words."""

    below: dict[str, Lines] = field(default_factory=dict)

    def copy(self) -> Lines:
        return Lines({line: below.copy() for line, below in self.below.items()})

    def show(self, depth: int = 0) -> str:
        return "".join(f"{' ' * depth}{line}\n{below.show(depth + 1)}" for line, below in self._shown())

    def _shown(self) -> Iterator[tuple[str, Lines]]:
        """An interface without a line is there and not shown (FRR, vtysh_config.c)."""
        return (each for each in self.below.items() if each[1].below or not each[0].startswith("interface "))

    def elements(self) -> Elements:
        return frozenset(self._paths(()))

    def _paths(self, above: Path) -> Iterator[Path]:
        for line, below in self._shown():
            path = (*above, line)
            yield path
            yield from below._paths(path)

    @staticmethod
    def slot(line: str) -> tuple[str, ...]:
        """What there is one of: the words that two lines share when the second replaces the first."""
        words = line.split()
        if words[0] in {"hostname", "description", "netns"}:
            return (words[0],)
        if words[:2] == ["bgp", "router-id"]:
            return ("bgp", "router-id")
        if words[:2] == ["host", "shaper"]:
            kinds = {"rate-kbit": words[3:4], "percent": words[3:5], "dscp": words[5:7]}
            return (*words[:3], *next(kinds[word] for word in ("rate-kbit", "percent", "dscp") if word in words))
        if words[:2] == ["host", "vrf"] and len(words) == 5:
            return ("host", "interface", words[4])
        if words[:2] == ["ip", "prefix-list"]:
            return tuple(words[:5])
        if words[0] == "neighbor" and words[2] in {"prefix-list", "route-map"}:
            return (*words[:3], words[4])
        if words[0] == "neighbor":
            return tuple(words[:3])
        return tuple(words)

    def moments(self, commands: str) -> Iterator[str]:
        """Type the commands; yields each line once the device has taken it."""
        stack = [self]
        for line in commands.splitlines():
            if not line.strip() or line.strip().startswith("exit"):
                continue
            depth = len(line) - len(line.lstrip(" "))
            assert depth < len(stack), f"{line!r} stands under nothing"
            stack = stack[: depth + 1]
            here, words = stack[-1], line.strip()
            if words.startswith("no "):
                del here.below[words.removeprefix("no ")]
            else:
                for rival in [each for each in here.below if Lines.slot(each) == Lines.slot(words) and each != words]:
                    del here.below[rival]
                stack.append(here.below.setdefault(words, Lines()))
            yield line

    def type(self, commands: str) -> None:
        for _ in self.moments(commands):
            pass


_STORED = re.compile(r"\$9\$[^\"]+")


def _slot_or_stored(found: re.Match[str]) -> str:
    plain = plain_of(found.group(0)) or ""
    return plain if plain.startswith("<secret:") else found.group(0)


class JunosDevice:
    """The simulated device's own candidate and commit: nothing is in force before all of it is, and it is checked."""

    def __init__(self, configuration: JunosConfiguration) -> None:
        self.configuration = configuration

    def copy(self) -> JunosDevice:
        return JunosDevice(self.configuration.copy())

    def lines(self) -> list[str]:
        """What it shows; a slot that was typed in the place of a secret is shown as it is."""
        return [_STORED.sub(_slot_or_stored, line) for line in self.configuration.lines()]

    def show(self) -> str:
        return "".join(f"{line}\n" for line in self.lines())

    def elements(self) -> Elements:
        return frozenset((line,) for line in self.lines())

    def moments(self, commands: str) -> Iterator[str]:
        """Load the commands and commit them; yields once, for there is no moment in between."""
        candidate = self.configuration.copy()
        for line in commands.splitlines():
            try:
                said = candidate.carry_out(line.replace("no set ", "delete ", 1))
            except StatementError as error:
                raise Refusal(f"{line}: {error.words}") from error
            if said:
                raise Refusal(f"{line}: {said}")
        complaints = candidate.complaints()
        if complaints:
            raise Refusal(complaints)
        self.configuration = candidate
        yield "commit"

    def type(self, commands: str) -> None:
        for _ in self.moments(commands):
            pass


Device = IosDevice | JunosDevice | Lines


def junos(found: str) -> Device:
    """What a commit would refuse stands on no device."""
    configuration = read_configuration(found)
    assume(not configuration.complaints())
    return JunosDevice(configuration)


def switch(found: str) -> Device:
    return IosDevice.booted(DeviceKind.SWITCH, SWITCH_PORTS, found)


def router(found: str) -> Device:
    return IosDevice.booted(DeviceKind.ROUTER, ROUTER_PORTS, found)


def eos(found: str) -> Device:
    return IosDevice.booted(DeviceKind.EOS_SWITCH, EOS_PORTS, found)


def frr(found: str) -> Device:
    device = Lines()
    device.type(found)
    return device
