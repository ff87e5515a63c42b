"""There and back: deliver, modify and cease in any order, while others go on configuring.

Beside the device stands its shadow: a device on which only the others ever type. After each act the device must be what
somebody would have made of the shadow who typed the surviving lines there by hand; after the last cease it is the
shadow, to the byte.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field

from hypothesis import HealthCheck, event, given, settings
from hypothesis import strategies as st

from lab.simulated.grammar import Refusal
from tests.turnup.change.bare_devices import (
    Device,
    Elements,
    IosDevice,
    JunosDevice,
    eos,
    frr,
    junos,
    router,
    switch,
)
from tests.turnup.change.found_and_ours import (
    FOUND_ON_EOS,
    FOUND_ON_FRR,
    FOUND_ON_JUNOS,
    FOUND_ON_ROUTER,
    FOUND_ON_SWITCH,
    ONE_ON_EOS,
    ONE_ON_FRR,
    ONE_ON_JUNOS,
    ONE_ON_ROUTER,
    ONE_ON_SWITCH,
    OURS_ON_EOS,
    OURS_ON_FRR,
    OURS_ON_JUNOS,
    OURS_ON_ROUTER,
    OURS_ON_SWITCH,
    one_of,
)
from tests.turnup.change.moments import RESIDUE, SELF_MADE, type_and_watch
from turnup.change.device_change import DeviceChange, owned_afterwards, plan_device
from turnup.change.ownership import OwnedConfig, paths_of
from turnup.errors import FragmentConflict
from turnup.findings import errors_of
from turnup.fragments import Fragment
from turnup.sites import Platform

IOS, EOS, FRR, JUNOS = Platform.CISCO_IOS, Platform.ARISTA_EOS, Platform.FRR, Platform.JUNIPER_JUNOS
CASES = settings(
    max_examples=max(200, settings.default.max_examples),
    deadline=None,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.filter_too_much, HealthCheck.data_too_large],
)
LINES = ("RBKC-2026-0007/L1", "RBKC-2026-0007/L2", "LBHF-2026-0042/L1")
NEGATION = "no "


@dataclass(frozen=True)
class Order:
    """A service line shall be this; it ends when there is nothing."""

    line: str
    text: str


@dataclass(frozen=True)
class Edit:
    """Somebody types something."""

    text: str


@dataclass(frozen=True)
class Removal:
    """Somebody takes one of the lines away that are there, counted in their order."""

    number: int


@dataclass
class Journey:
    """A device, its shadow, and what is ours."""

    platform: Platform
    device: Device
    shadow: Device
    owned: OwnedConfig = field(default_factory=OwnedConfig)

    def take(self, step: Order | Edit | Removal) -> None:
        if isinstance(step, Order):
            event(f"an order is {'carried out' if self.carry_out(step) else 'refused'}")
        else:
            event(f"an edit {'is typed' if self.edit(step) else 'would touch ours'}")

    def live(self) -> tuple[str, ...]:
        return tuple(each.service_line for each in self.owned.fragments)

    def plan(self, order: Order | None) -> DeviceChange | None:
        """The change, unless it is refused: then nothing is typed at all."""
        made = () if order is None or not order.text else (order,)
        fragments = tuple(Fragment(each.line, "R1", self.platform, f"{each.text}\n") for each in made)
        ceased = () if order is None or order.text else (order.line,)
        try:
            change = plan_device("S", "R1", self.platform, self.device.show(), self.owned, fragments, ceased)
        except FragmentConflict:
            return None
        return None if errors_of(change.findings) else change

    def carry_out(self, order: Order) -> bool:
        change = self.plan(order)
        if change is None:
            return False
        pairs = frozenset(
            ((*each.path[:-1], each.former), each.path)
            for each in (*self.owned.takeovers, *change.takeovers, *change.overruled)
            if not each.was_there
        )
        type_and_watch(self.device, change.remediation, pairs)
        self.owned = owned_afterwards(change, self.owned)
        again = self.plan(None)
        assert again is not None, "what is delivered can be planned again"
        assert (again.remediation, again.rollback, again.adds, again.removes) == ("", "", (), ())
        self.check()
        return True

    def check(self) -> None:
        """The device is the shadow with our lines on it, typed by hand."""
        by_hand = self.shadow.copy()
        try:
            for fragment in self.owned.fragments:
                type_by_hand(by_hand, fragment.text)
        except Refusal:
            event("by hand it cannot be typed in this order")
            return
        assert without_residue(self.device.elements()) == without_residue(by_hand.elements())

    def edit(self, step: Edit | Removal) -> bool:
        """Type on both; not if it would touch ours, or do one thing here and another there."""
        commands = step.text if isinstance(step, Edit) else removal_of(self.shadow.elements(), step.number)
        device, shadow = self.device.copy(), self.shadow.copy()
        try:
            device.type(commands)
            shadow.type(commands)
        except (Refusal, KeyError):
            return False
        here = device.elements() ^ self.device.elements()
        there = shadow.elements() ^ self.shadow.elements()
        if here != there or self.touches_ours(here) or strands_a_port(shadow.elements()):
            return False
        self.device, self.shadow = device, shadow
        return True

    def touches_ours(self, changed: Elements) -> bool:
        ours = paths_of(self.platform, self.owned.fragments)
        ours |= {(*path[:-1], f"{NEGATION}{path[-1]}") for path in ours}
        ours |= {(*path[:-1], path[-1].removeprefix(NEGATION)) for path in ours}
        left_over = {path[0] for path in self.device.elements() if path[-1] == RESIDUE}
        return not changed.isdisjoint(ours) or any(path[0] in left_over for path in changed)

    def end(self, first: int) -> None:
        """Cease what is left; then the device is what the others made of it."""
        lines = self.live()
        for line in (*lines[first % 3 :], *lines[: first % 3]):
            if not self.carry_out(Order(line, "")):
                event("others stand on ours: the cease is refused")
                return
        assert self.owned == OwnedConfig()
        assert shown(self.device) == shown(self.shadow)
        event("back where it began")


def strands_a_port(elements: Elements) -> bool:
    """Whether a port is in a VLAN that is not there: IOS makes it anew whenever a port is put into it, back too."""
    ports = (re.fullmatch(r"switchport access (vlan \d+)", path[-1]) for path in elements)
    return any((match.group(1),) not in elements for match in ports if match is not None)


def removal_of(elements: Elements, number: int) -> str:
    leaves = sorted(
        path for path in elements if not any(each[: len(path)] == path for each in elements if each != path)
    )
    if not leaves:
        return ""
    *above, line = leaves[number % len(leaves)]
    words = line.removeprefix(NEGATION) if line.startswith(NEGATION) else f"{NEGATION}{line}"
    return "".join(f"{' ' * depth}{text}\n" for depth, text in enumerate((*above, words)))


def without_residue(elements: Elements) -> Elements:
    return frozenset(path for path in elements if path[-1] != RESIDUE and path[-1] not in SELF_MADE)


def shown(device: Device) -> list[str]:
    """What it prints, byte by byte; a device that is its lines has no order of its own."""
    lines = [line for line in device.show().splitlines() if line.strip() != RESIDUE]
    return lines if isinstance(device, IosDevice) else sorted(" / ".join(path) for path in device.elements())


def type_by_hand(device: Device, text: str) -> None:
    """Type a fragment, section by section, as somebody would who looks at the trunk before he adds a VLAN."""
    if isinstance(device, JunosDevice):
        device.type("\n".join(_as_needed_on_junos(device, text)))
        return
    for section in re.findall(
        r"^(?:banner \S+ \^C[\s\S]*?\^C|banner \S+\n[\s\S]*?\nEOF|\S.*(?:\n .*)*)$", text, re.MULTILINE
    ):
        header, *below = section.split("\n")
        for line in below if header.startswith("interface ") else ():
            device.type(f"{header}\n{_as_needed(device, header, line)}")
        if not header.startswith("interface "):
            device.type(section)


def _as_needed(device: Device, header: str, line: str) -> str:
    if not line.startswith(" switchport trunk allowed vlan "):
        return line
    port = {path[1] for path in device.elements() if path[0] == header and len(path) == 2}
    if any(each.startswith("switchport trunk allowed vlan ") for each in port):
        return line.replace("vlan ", "vlan add ")
    return "" if "switchport mode trunk" in port else line


def _as_needed_on_junos(device: JunosDevice, text: str) -> Iterator[str]:
    """One VLAN of an access port, and one next hop, takes the place of the other; what is not there is not deleted."""
    there = set(device.lines())
    trunks = {line.partition(" interface-mode ")[0] for line in (*there, *text.split("\n")) if line.endswith(" trunk")}
    for line in text.split("\n"):
        place, _, value = line.rpartition(" ")
        if line.startswith("delete "):
            yield from [line] if line.replace("delete ", "set ", 1) in there else []
            continue
        access = place.endswith(" vlan members") and place.removesuffix(" vlan members") not in trunks
        if access or place.endswith(" next-hop"):
            others = (each for each in there if each.startswith(f"{place} ") and each != f"{place} {value}")
            yield from (each.replace("set ", "delete ", 1) for each in others)
        yield line


def steps_of(
    ours: st.SearchStrategy[str], edits: tuple[st.SearchStrategy[str], ...]
) -> st.SearchStrategy[list[object]]:
    order = st.builds(Order, one_of(*LINES), st.just("") | ours)
    edit = st.builds(Edit, st.one_of(*edits, ours)) | st.builds(Removal, st.integers(0, 60))
    return st.lists(st.one_of(order, order, edit), min_size=1, max_size=7)


def travel(
    platform: Platform, make: Callable[[str], Device], found: str, steps: list[Order | Edit | Removal], first: int
) -> None:
    journey = Journey(platform, make(found), make(found))
    for step in steps:
        journey.take(step)
    journey.end(first)


@CASES
@given(FOUND_ON_SWITCH, steps_of(OURS_ON_SWITCH, ONE_ON_SWITCH), st.integers(0, 2))
def test_a_cisco_switch_comes_back_from_any_journey(found, steps, first):
    travel(IOS, switch, found, steps, first)


@CASES
@given(FOUND_ON_EOS, steps_of(OURS_ON_EOS, ONE_ON_EOS), st.integers(0, 2))
def test_an_arista_switch_comes_back_from_any_journey(found, steps, first):
    travel(EOS, eos, found, steps, first)


@CASES
@given(FOUND_ON_JUNOS, steps_of(OURS_ON_JUNOS, ONE_ON_JUNOS), st.integers(0, 2))
def test_a_juniper_switch_comes_back_from_any_journey(found, steps, first):
    travel(JUNOS, junos, found, steps, first)


@CASES
@given(FOUND_ON_ROUTER, steps_of(OURS_ON_ROUTER, ONE_ON_ROUTER), st.integers(0, 2))
def test_a_cisco_router_comes_back_from_any_journey(found, steps, first):
    travel(IOS, router, found, steps, first)


@CASES
@given(FOUND_ON_FRR, steps_of(OURS_ON_FRR, ONE_ON_FRR), st.integers(0, 2))
def test_an_frr_router_comes_back_from_any_journey(found, steps, first):
    travel(FRR, frr, found, steps, first)
