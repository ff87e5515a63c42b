"""Ownership, whatever stands on the device: what is neither owned nor declared is never added, removed or edited.

Two acts a case. First our service lines come to a device that others configured; then others go on configuring, and our
lines change or go. After each act the commands are typed into a device that knows nothing of Turnup, and after each
line that it took it is looked at: no moment may touch what is not ours.
"""

from __future__ import annotations

import re
from collections.abc import Callable

import pytest
from hypothesis import HealthCheck, assume, event, given, reject, settings
from hypothesis import strategies as st

from tests.turnup.change.bare_devices import Device, eos, frr, junos, router, switch
from tests.turnup.change.found_and_ours import (
    FOUND_ON_EOS,
    FOUND_ON_FRR,
    FOUND_ON_JUNOS,
    FOUND_ON_ROUTER,
    FOUND_ON_SWITCH,
    OURS_ON_EOS,
    OURS_ON_FRR,
    OURS_ON_JUNOS,
    OURS_ON_ROUTER,
    OURS_ON_SWITCH,
    one_of,
)
from tests.turnup.change.moments import RESIDUE, SELF_MADE, type_and_watch
from turnup.change.application import apply_change, inverse
from turnup.change.device_change import DeviceChange, owned_afterwards, plan_device
from turnup.change.ownership import OwnedConfig, Takeover, merge_fragments
from turnup.change.tree import load_tree, path_set
from turnup.errors import FragmentConflict
from turnup.findings import errors_of
from turnup.fragments import Fragment
from turnup.sites import Platform

IOS, EOS, FRR, JUNOS = Platform.CISCO_IOS, Platform.ARISTA_EOS, Platform.FRR, Platform.JUNIPER_JUNOS
CASES = settings(
    max_examples=max(300, settings.default.max_examples),
    deadline=None,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.filter_too_much, HealthCheck.data_too_large],
)
Paths = frozenset[tuple[str, ...]]


def paths(platform: Platform, text: str) -> Paths:
    return path_set(load_tree(platform, text))


def declared_paths(platform: Platform, fragments: tuple[Fragment, ...]) -> Paths:
    return path_set(merge_fragments(platform, fragments))


def fragments_of(platform: Platform, texts: dict[str, str]) -> tuple[Fragment, ...]:
    return tuple(Fragment(line, "R1", platform, f"{text}\n") for line, text in texts.items() if text)


def planned(platform: Platform, running: str, owned: OwnedConfig, fragments: tuple[Fragment, ...]) -> DeviceChange:
    """The change, unless our lines contradict each other or the plan is refused: then nothing is typed at all."""
    try:
        ceased = tuple({each.service_line for each in owned.fragments} - {each.service_line for each in fragments})
        change = plan_device("HF-LIB-01", "R1", platform, running, owned, fragments, ceased)
    except FragmentConflict:
        reject()
    assume(not errors_of(change.findings))
    return change


def exchanged(takeovers: tuple[Takeover, ...]) -> frozenset[tuple[tuple[str, ...], tuple[str, ...]]]:
    """Our lines, and what they replaced."""
    return frozenset(((*each.path[:-1], each.former), each.path) for each in takeovers if not each.was_there)


def check_act(device: Device, change: DeviceChange, owned: Paths, declared: Paths, taken: tuple[Takeover, ...]) -> None:
    """Type it, see that only ours moved and the device is the candidate; then back, and forth again."""
    platform, shown = change.platform, device.show()
    before = paths(platform, shown)
    pairs = exchanged((*change.takeovers, *change.overruled, *taken))
    type_and_watch(device, change.remediation, pairs)
    after = paths(platform, device.show())
    assert without_residue(after) == without_residue(paths(platform, change.candidate))
    check_only_ours_moved(change, before, after, owned, declared)
    assert paths(platform, apply_change(change, shown)) == paths(platform, change.candidate)
    assert paths(platform, apply_change(inverse(change), change.candidate)) == before
    reached = device.show()
    type_and_watch(device, change.rollback, pairs)
    assert without_residue(paths(platform, device.show())) == without_residue(before), "the way back"
    device.type(change.remediation)
    assert without_residue(paths(platform, device.show())) == without_residue(paths(platform, reached))


def without_residue(lines: Paths) -> Paths:
    return frozenset(path for path in lines if path[-1] != RESIDUE and path[-1] not in SELF_MADE)


PLACED = re.compile(r"insert (.+ (term|rule|policy) \S+) (?:after|before) \2 \S+")


def in_place_of(path: tuple[str, ...]) -> tuple[str, ...]:
    """Where a term or a rule stands is no line of its own: what says it is ours where it is."""
    placed = PLACED.fullmatch(path[-1])
    return (f"set {placed[1]}",) if placed else path


def check_only_ours_moved(change: DeviceChange, before: Paths, after: Paths, owned: Paths, declared: Paths) -> None:
    for path in without_residue(after - before):
        assert in_place_of(path) in declared, f"{path} appeared, and nobody declared it"
    absent = {(*path[:-1], path[-1].removeprefix("no ")) for path in declared if path[-1].startswith("no ")}
    for path in without_residue(before - after):
        ours = in_place_of(path) in owned | declared or path in change.replaced or path in absent
        assert ours, f"{path} is gone, and it is not ours"


def run_two_acts(
    platform: Platform,
    make: Callable[[str], Device],
    found: str,
    first: dict[str, str],
    meanwhile: str,
    second: dict[str, str],
) -> None:
    device = make(found)
    ours = fragments_of(platform, first)
    change = planned(platform, device.show(), OwnedConfig(), ours)
    check_act(device, change, frozenset(), declared_paths(platform, ours), ())
    owned = owned_afterwards(change, OwnedConfig())
    kept = frozenset(each.path for each in change.takeovers if each.was_there)
    if meanwhile:
        device = make(f"{device.show()}\n{meanwhile}")
    then = fragments_of(platform, second)
    change = planned(platform, device.show(), owned, then)
    event(f"{bool(first)} then {bool(second)}, changes {change.changes_something}")
    given_back = {(*each.path[:-1], each.former) for each in owned.takeovers}
    check_act(
        device,
        change,
        declared_paths(platform, ours) - kept,
        declared_paths(platform, then) | given_back,
        owned.takeovers,
    )
    again = planned(platform, device.show(), OwnedConfig(then), then)
    assert (again.adds, again.removes, again.remediation, again.rollback) == ((), (), "", "")


def lines_of(ours: st.SearchStrategy[str]) -> st.SearchStrategy[dict[str, str]]:
    return st.dictionaries(one_of("LBHF-2026-0042/L1", "LBHF-2026-0042/L2", "HF-LIB-01/BASELINE"), ours, max_size=3)


@CASES
@given(FOUND_ON_SWITCH, lines_of(OURS_ON_SWITCH), FOUND_ON_SWITCH, lines_of(OURS_ON_SWITCH))
def test_on_a_cisco_switch_only_what_is_ours_moves(found, first, meanwhile, second):
    run_two_acts(IOS, switch, found, first, meanwhile, second)


@CASES
@given(FOUND_ON_EOS, lines_of(OURS_ON_EOS), FOUND_ON_EOS, lines_of(OURS_ON_EOS))
def test_on_an_arista_switch_only_what_is_ours_moves(found, first, meanwhile, second):
    run_two_acts(EOS, eos, found, first, meanwhile, second)


@CASES
@given(FOUND_ON_JUNOS, lines_of(OURS_ON_JUNOS), FOUND_ON_JUNOS, lines_of(OURS_ON_JUNOS))
def test_on_a_juniper_switch_only_what_is_ours_moves(found, first, meanwhile, second):
    run_two_acts(JUNOS, junos, found, first, meanwhile, second)


@CASES
@given(FOUND_ON_ROUTER, lines_of(OURS_ON_ROUTER), st.just("") | FOUND_ON_ROUTER, lines_of(OURS_ON_ROUTER))
def test_on_a_cisco_router_only_what_is_ours_moves(found, first, meanwhile, second):
    run_two_acts(IOS, router, found, first, meanwhile, second)


@CASES
@given(FOUND_ON_FRR, lines_of(OURS_ON_FRR), FOUND_ON_FRR, lines_of(OURS_ON_FRR))
def test_on_frr_only_what_is_ours_moves(found, first, meanwhile, second):
    run_two_acts(FRR, frr, found, first, meanwhile, second)


@pytest.mark.parametrize(
    ("platform", "make", "found", "ours"),
    [
        (IOS, switch, FOUND_ON_SWITCH, OURS_ON_SWITCH),
        (IOS, router, FOUND_ON_ROUTER, OURS_ON_ROUTER),
        (EOS, eos, FOUND_ON_EOS, OURS_ON_EOS),
        (JUNOS, junos, FOUND_ON_JUNOS, OURS_ON_JUNOS),
        (FRR, frr, FOUND_ON_FRR, OURS_ON_FRR),
    ],
    ids=["switch", "router", "eos", "junos", "frr"],
)
def test_the_remediation_of_equals_is_empty(platform, make, found, ours):
    @CASES
    @given(found, lines_of(ours))
    def check(text, lines):
        running, fragments = make(text).show(), fragments_of(platform, lines)
        here = Fragment("HF-LIB-01/BASELINE", "R1", platform, running)
        for change in (
            planned(platform, running, OwnedConfig(), ()),
            planned(platform, running, OwnedConfig((here,)), (here,)),
        ):
            assert (change.remediation, change.rollback, change.changes_something, change.diff) == ("", "", False, "")
        done = planned(platform, running, OwnedConfig(), fragments).candidate
        again = planned(platform, done, OwnedConfig(), fragments)
        assert (again.remediation, again.rollback, again.changes_something) == ("", "", False)

    check()
