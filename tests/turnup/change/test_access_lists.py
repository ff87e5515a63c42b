"""Access lists: packets between two commands, and devices that do not show the numbers of their entries."""

from __future__ import annotations

import itertools
import re
from ipaddress import IPv4Address

import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from lab.simulated.grammar import DeviceKind
from tests.turnup.change.bare_devices import IosDevice
from turnup.change.application import inverse
from turnup.change.device_change import DeviceChange, owned_afterwards, plan_device
from turnup.change.drift import drift_of
from turnup.change.ownership import OwnedConfig
from turnup.change.platforms.access_rules import halves
from turnup.change.platforms.entries import hide_numbers, number_of, rule_of
from turnup.change.state import ChangeState, differences, foreign_edits, state_of
from turnup.findings import errors_of
from turnup.fragments import Fragment
from turnup.sites import Platform

IOS = Platform.CISCO_IOS
ACL = "ip access-list extended RBKC-DIA"
HIDDEN = frozenset({ACL})
LINE = "RBKC-2026-0007/L2"
CASES = settings(deadline=None, max_examples=300)

Packet = tuple[str, IPv4Address, IPv4Address, int]
SOURCES = tuple(map(IPv4Address, ("10.80.1.1", "10.80.1.200", "10.80.2.1", "192.0.2.77")))
TARGETS = tuple(map(IPv4Address, ("192.0.2.5", "198.51.100.9")))
PACKETS = tuple(itertools.product(("tcp", "udp"), SOURCES, TARGETS, (22, 23, 53)))
"""Enough to tell the rules below apart."""


def takes(rule: str, packet: Packet) -> bool:
    """Whether a rule is about a packet: written anew, it shares nothing with the engine."""
    words = rule.split()[1:]
    protocol, source, target, port = packet
    if words.pop(0) not in ("ip", protocol):
        return False
    for address in (source, target):
        first = words.pop(0)
        if first == "host" and IPv4Address(words.pop(0)) != address:
            return False
        if first[0].isdigit():
            wildcard = int(IPv4Address(words.pop(0)))
            if int(IPv4Address(first)) | wildcard != int(address) | wildcard:
                return False
    return not words or words[0] == "log" or int(words[1]) == port


def verdict(rules: list[str], packet: Packet) -> bool:
    """Whether a list lets a packet pass; an empty one passes all."""
    rules = [rule for rule in rules if not rule.startswith("remark")]
    return next((rule.startswith("permit") for rule in rules if takes(rule, packet)), not rules)


def rules_on(device: IosDevice) -> list[str]:
    entries = [path[1] for path in device.elements() if path[0] == ACL and len(path) == 2]
    return [rule_of(each) for each in sorted(entries, key=number_of)]


def text_of(entries: dict[int, str]) -> str:
    return "".join([f"{ACL}\n", *(f" {number} {rule}\n" for number, rule in sorted(entries.items()))])


def router(entries: dict[int, str]) -> IosDevice:
    return IosDevice.booted(DeviceKind.ROUTER, (), text_of(entries))


def change_of(running: str, owned: OwnedConfig, entries: dict[int, str]) -> DeviceChange:
    return plan_device("KC-TH-01", "R1", IOS, running, owned, (Fragment(LINE, "R1", IOS, text_of(entries)),))


def owning(entries: dict[int, str]) -> OwnedConfig:
    return OwnedConfig((Fragment(LINE, "R1", IOS, text_of(entries)),))


def type_and_look(device: IosDevice, commands: str) -> None:
    """Between two commands every packet goes as it did before, or as it shall go."""
    seen = [rules_on(device), *(rules_on(device) for _ in device.moments(commands))]
    for rules, packet in itertools.product(seen, PACKETS):
        allowed = {verdict(seen[0], packet), verdict(seen[-1], packet)}
        assert verdict(rules, packet) in allowed, f"{packet} among {rules}"


NET, HOST = "permit tcp 10.80.1.0 0.0.0.255 any", "permit tcp host 10.80.1.1 host 192.0.2.5"
TELNET, SSH = "deny tcp any any eq 23", "deny tcp any any eq 22"
ALL, NONE = "permit ip any any", "deny ip any any"
EXCHANGES = [
    pytest.param({}, {10: TELNET}, {10: SSH}, id="one deny for another, alone"),
    pytest.param({}, {10: NONE}, {10: TELNET}, id="all denied, then less, alone"),
    pytest.param({}, {10: TELNET}, {10: NONE}, id="less denied, then all, alone"),
    pytest.param({}, {10: NET}, {10: f"{NET} eq 22"}, id="a permit becomes narrower, alone"),
    pytest.param({}, {10: f"{NET} eq 22"}, {10: NET}, id="a permit becomes wider, alone"),
    pytest.param({}, {10: NONE}, {10: "deny tcp host 10.80.1.1 host 192.0.2.5"}, id="one that has no halves, alone"),
    pytest.param({100: ALL}, {10: TELNET}, {10: "deny tcp any any"}, id="a deny before all of others"),
    pytest.param({100: ALL}, {10: "deny tcp any any"}, {10: TELNET}, id="a narrower deny before all of others"),
    pytest.param(
        {100: NONE}, {10: NET}, {10: "permit ip 10.80.1.0 0.0.0.255 any"}, id="a permit before none of others"
    ),
    pytest.param({100: NONE}, {10: NET}, {50: NET}, id="an entry moves down"),
    pytest.param({100: ALL}, {50: TELNET}, {10: TELNET}, id="an entry moves up"),
    pytest.param({20: "remark theirs", 100: ALL}, {10: TELNET}, {10: "deny ip any any"}, id="beside a remark"),
    pytest.param({}, {10: TELNET, 20: ALL}, {10: ALL}, id="the first goes, the second moves up"),
    pytest.param({}, {10: NET, 20: NONE}, {10: "remark none", 20: NONE}, id="a remark in the place of a rule"),
    pytest.param({100: ALL}, {10: TELNET}, {10: TELNET, 20: SSH}, id="one more"),
]


@pytest.mark.parametrize(("theirs", "before", "after"), EXCHANGES)
def test_no_packet_goes_otherwise_between_two_commands(theirs, before, after):
    found = {**theirs, **before}
    change = change_of(text_of(found), owning(before), after)
    device = router(found)
    type_and_look(device, change.remediation)
    assert rules_on(device) == [rule for _, rule in sorted({**theirs, **after}.items())]
    type_and_look(device, change.rollback)
    assert rules_on(device) == [rule for _, rule in sorted(found.items())]


RULES = (NET, f"{NET} eq 22", TELNET, SSH, ALL, NONE, "deny udp any any eq 53", "permit udp any host 192.0.2.5")
rules = st.sampled_from(RULES)


@CASES
@given(st.lists(rules, unique=True, min_size=1, max_size=5), st.integers(0, 4), rules, st.booleans())
def test_an_exchange_among_those_of_others_lets_nothing_else_pass(standing, place, rule, moves):
    found = {10 * (number + 1): each for number, each in enumerate(standing)}
    ours = 10 * (place % len(standing) + 1)
    assume(moves or rule not in standing)
    after = {ours + 5: found[ours]} if moves else {ours: rule}
    change = change_of(text_of(found), owning({ours: found[ours]}), after)
    device = router(found)
    type_and_look(device, change.remediation)
    assert rules_on(device) == [
        r for _, r in sorted({**{n: r for n, r in found.items() if n != ours}, **after}.items())
    ]


@pytest.mark.parametrize("rule", [each for each in RULES if "host" not in each or "any" in each])
def test_the_halves_of_a_rule_match_what_it_matches(rule):
    one, two = halves(rule)
    assert rule not in (one, two)
    assert one != two
    for packet in PACKETS:
        assert (takes(one, packet) or takes(two, packet)) == takes(rule, packet)


@pytest.mark.parametrize("rule", [HOST, "remark any", "permit tcp object-group A any", "permit 10.0.0.1"])
def test_what_is_about_one_host_has_no_halves(rule):
    assert halves(rule) == () or "object-group" in rule


def shown(device: IosDevice) -> str:
    """What a device shows that keeps its numbers to itself."""
    return hide_numbers(device.show(), HIDDEN)


def restarted(device: IosDevice) -> IosDevice:
    """A device that has lost the numbers it did not show."""
    return router({10 * place: rule for place, rule in enumerate(rules_on(device), start=1)})


ours_of = st.lists(rules, unique=True, min_size=1, max_size=3)
theirs_of = st.lists(st.sampled_from((*RULES, "remark theirs")), unique=True, max_size=3)


@CASES
@given(theirs_of, ours_of, st.sampled_from((10, 5, 7)), st.sampled_from((10, 15)), st.booleans())
def test_what_is_delivered_to_a_list_without_numbers_is_there_and_goes_again(theirs, ours, first, step, restarts):
    assume(not set(theirs) & set(ours))
    device = router({10 * (place + 1): rule for place, rule in enumerate(theirs)})
    original = shown(device)
    begin = first if not theirs else 200 + first
    entries = {begin + step * place: rule for place, rule in enumerate(ours)}
    change = change_of(original, OwnedConfig(), entries)
    assert not errors_of(change.findings)
    assert state_of(change, original) is (ChangeState.BEFORE if change.changes_something else ChangeState.AFTER)
    type_and_look(device, change.remediation)
    assert rules_on(device) == [*theirs, *ours]
    device = restarted(device) if restarts else device
    after, owned = shown(device), owned_afterwards(change, OwnedConfig())
    assert (state_of(change, after), differences(change, after)) == (ChangeState.AFTER, ())
    assert foreign_edits(change, original, after) == ()
    assert not drift_of(IOS, "R1", owned, after)
    again = change_of(after, owned, entries)
    assert (again.remediation, again.adds, again.takeovers, errors_of(again.findings)) == ("", (), (), ())
    end = plan_device("KC-TH-01", "R1", IOS, after, owned, (), (LINE,))
    type_and_look(device, end.remediation)
    assert rules_on(device) == theirs
    assert state_of(end, shown(device)) is ChangeState.AFTER


@CASES
@given(ours_of, st.lists(st.sampled_from(("permit icmp any any", "permit esp any any")), unique=True), st.data())
def test_what_others_put_between_ours_stays_where_it_is(ours, theirs, data):
    entries = {10 * (place + 1): rule for place, rule in enumerate(ours)}
    standing = list(ours)
    for rule in theirs:
        standing.insert(data.draw(st.integers(0, len(standing))), rule)
    device = router({10 * (place + 1): rule for place, rule in enumerate(standing)})
    owned = owning(entries)
    change = change_of(shown(device), owned, entries)
    assert (change.remediation, change.removes, drift_of(IOS, "R1", owned, shown(device))) == ("", (), ())
    end = plan_device("KC-TH-01", "R1", IOS, shown(device), owned, (), (LINE,))
    device.type(end.remediation)
    assert rules_on(device) == theirs_in(standing, ours)
    assert not re.search(r"^ no \d", end.remediation, re.MULTILINE), "whose number it is, nobody knows"


def theirs_in(standing: list[str], ours: list[str]) -> list[str]:
    return [rule for rule in standing if rule not in ours]


def bare(rules: list[str]) -> str:
    return "".join([f"{ACL}\n", *(f" {rule}\n" for rule in rules)])


@CASES
@given(ours_of, ours_of, st.booleans())
def test_a_list_of_ours_without_numbers_becomes_another_one(before, after, restarts):
    device = router({10 * (place + 1): rule for place, rule in enumerate(before)})
    old, new = (Fragment(LINE, "R1", IOS, bare(each)) for each in (before, after))
    owned = OwnedConfig((old,))
    change = plan_device("KC-TH-01", "R1", IOS, shown(device), owned, (new,))
    kept = [rule for rule in before if rule in after]
    if errors_of(change.findings):
        assert kept != [rule for rule in after if rule in before], "only what changes places is refused"
        return
    type_and_look(device, change.remediation)
    assert rules_on(device) == after
    device = restarted(device) if restarts else device
    assert state_of(change, shown(device)) is ChangeState.AFTER
    owned = owned_afterwards(change, owned)
    again = plan_device("KC-TH-01", "R1", IOS, shown(device), owned, (new,))
    assert (again.remediation, again.takeovers, drift_of(IOS, "R1", owned, shown(device))) == ("", (), ())


REFUSED = [
    pytest.param([ALL], {}, {5: TELNET}, "another order", id="before an entry of others"),
    pytest.param([TELNET, ALL], {10: TELNET}, {10: TELNET, 15: SSH}, "another order", id="behind ours, before others'"),
    pytest.param(
        [TELNET, HOST], {10: TELNET, 20: HOST}, {10: TELNET, 15: SSH, 20: HOST}, "another order", id="no halves"
    ),
    pytest.param([TELNET, ALL], {10: TELNET, 20: ALL}, {10: ALL, 20: TELNET}, "another number", id="two change places"),
    pytest.param([TELNET, ALL], {10: TELNET, 20: ALL}, {10: ALL}, "another number", id="one moves up"),
]


@pytest.mark.parametrize(("standing", "before", "after", "found"), REFUSED)
def test_a_place_that_only_a_number_could_name_is_refused(standing, before, after, found):
    device = router({10 * (place + 1): rule for place, rule in enumerate(standing)})
    change = change_of(shown(device), owning(before) if before else OwnedConfig(), after)
    assert [(each.rule, each.found) for each in errors_of(change.findings)] == [("list-without-numbers", found)]


def test_an_entry_that_somebody_moved_is_a_drift():
    owned = owning({10: TELNET, 20: ALL})
    moved = f"{ACL}\n {ALL}\n {TELNET}\n"
    assert len(drift_of(IOS, "R1", owned, moved)) == 1
    assert not drift_of(IOS, "R1", owned, f"{ACL}\n {TELNET}\n {ALL}\n")


def test_the_way_back_of_a_list_without_numbers_takes_what_came():
    device = router({10: NET})
    change = change_of(shown(device), OwnedConfig(), {100: ALL})
    device.type(change.remediation)
    assert rules_on(device) == [NET, ALL]
    device.type(change.rollback)
    assert rules_on(device) == [NET]
    assert state_of(inverse(change), shown(device)) is ChangeState.AFTER
