"""Order, where it matters: numbers of entries, classes of a policy, making before use, single-valued lines."""

from __future__ import annotations

import pytest

from lab.simulated.grammar import DeviceKind
from tests.turnup.change.bare_devices import IosDevice, Path
from tests.turnup.change.moments import THERE_FOR_A_MOMENT
from turnup.change.device_change import DeviceChange, plan_device
from turnup.change.ownership import OwnedConfig
from turnup.errors import FragmentConflict
from turnup.findings import errors_of
from turnup.fragments import Fragment
from turnup.sites import Platform

IOS = Platform.CISCO_IOS
PORTS = ("GigabitEthernet0/0/0", "GigabitEthernet0/0/1")
LIST = "ip prefix-list RBKC-OUT seq"
ACL = "ip access-list extended RBKC-DIA"


def change_of(running: str, owned: str, declared: str) -> DeviceChange:
    fragments = tuple(Fragment("RBKC-2026-0007/L2", "R1", IOS, text) for text in (owned, declared))
    return plan_device("KC-TH-01", "R1", IOS, running, OwnedConfig(fragments[:1]), fragments[1:])


def moments_of(found: str, commands: str) -> list[frozenset[Path]]:
    device = IosDevice.booted(DeviceKind.ROUTER, PORTS, found)
    return [device.elements(), *(device.elements() for _ in device.moments(commands))]


def prefix_list(*entries: str) -> str:
    return "".join(f"{LIST} {number} {rule}\n" for number, _, rule in (each.partition(" ") for each in entries))


def access_list(*entries: str) -> str:
    return "\n".join([ACL, *(f" {each}" for each in entries)]) + "\n"


A, B, C = "permit 10.80.1.0/24", "permit 10.80.2.0/24", "permit 10.80.3.0/24"
LISTS = [
    pytest.param([f"5 {A}"], [f"5 {B}"], id="the only entry changes"),
    pytest.param([f"5 {A}", f"10 {B}"], [f"5 {B}"], id="the first goes and the second moves up"),
    pytest.param([f"5 {B}"], [f"5 {A}", f"10 {B}"], id="one is put before"),
    pytest.param([f"5 {A}", f"10 {B}"], [f"5 {B}", f"10 {A}"], id="two change places"),
    pytest.param([f"5 {A}", f"10 {B}", f"15 {C}"], [f"5 {C}", f"10 {A}"], id="all turn round"),
]


@pytest.mark.parametrize(("before", "after"), LISTS)
def test_a_prefix_list_in_use_is_changed_entry_by_entry_and_never_empty(before, after):
    use = "router bgp 64496\n neighbor 192.0.2.202 remote-as 64496\n neighbor 192.0.2.202 prefix-list RBKC-OUT out\n"
    owned, declared = prefix_list(*before), prefix_list(*after)
    change = change_of(owned + use, owned, declared)
    for found, commands, wanted in ((owned, change.remediation, declared), (declared, change.rollback, owned)):
        seen = moments_of(found + use, commands)
        for moment in seen:
            assert any(path[0].startswith(LIST) for path in moment), "an empty list permits everything"
        assert {path[0] for path in seen[-1] if path[0].startswith(LIST)} == set(wanted.splitlines())
    assert not any(pattern.match(line) for line in declared.splitlines() for pattern, _ in THERE_FOR_A_MOMENT)


P, Q, R = ("permit tcp any host 192.0.2.5 eq 443", "permit udp any any eq 53", "deny ip any any")
ACCESS = [
    pytest.param([f"10 {P}"], [f"10 {Q}"], id="the only entry changes"),
    pytest.param([f"10 {P}"], [f"10 {R}"], id="the only entry is turned round"),
    pytest.param([f"10 {P}", f"20 {R}"], [f"10 {P}", f"15 {Q}", f"20 {R}"], id="one is put between"),
    pytest.param([f"10 {P}", f"20 {Q}", f"30 {R}"], [f"10 {Q}", f"20 {R}"], id="the first goes and all move up"),
    pytest.param([f"10 {P}", "20 remark two"], [f"10 {Q}", "20 remark two", "30 remark three"], id="remarks"),
]


@pytest.mark.parametrize(("before", "after"), ACCESS)
def test_an_access_list_in_use_is_changed_entry_by_entry_and_never_empty(before, after):
    use = f"interface {PORTS[0]}\n ip access-group RBKC-DIA in\n"
    owned, declared = access_list(*before), access_list(*after)
    change = change_of(owned + use, owned, declared)
    for found, commands, wanted in ((owned, change.remediation, after), (declared, change.rollback, before)):
        seen = moments_of(found + use, commands)
        for moment in seen:
            rules = [path[1] for path in moment if path[0] == ACL and len(path) == 2]
            assert any(" remark " not in rule for rule in rules), "an empty list permits everything"
        assert {path[1] for path in seen[-1] if path[0] == ACL and len(path) == 2} == set(wanted)


def test_an_entry_between_two_of_others_leaves_them_and_their_numbers():
    found = access_list(f"10 {P}", f"20 {R}")
    ours = access_list(f"15 {Q}")
    change = change_of(found, "", ours)
    assert change.remediation == f"{ACL}\n 15 {Q}\nexit\n"
    assert change.rollback == f"{ACL}\n no 15\nexit\n"
    assert not errors_of(change.findings)


def test_the_number_of_an_entry_of_others_is_not_taken():
    change = change_of(access_list(f"10 {P}"), "", access_list(f"10 {Q}"))
    (finding,) = errors_of(change.findings)
    assert (finding.rule, finding.found) == ("not-taken-over", f"10 {P}")
    change = change_of(prefix_list(f"5 {A}"), "", prefix_list(f"5 {B}"))
    assert [each.rule for each in errors_of(change.findings)] == ["not-taken-over"]


def test_an_entry_that_somebody_renumbered_is_not_ours_to_take_away():
    ours = access_list(f"10 {P}")
    change = change_of(access_list(f"100 {P}"), ours, "")
    assert not any(line.strip().startswith("no 1") for line in change.remediation.splitlines())


def test_two_service_lines_do_not_give_one_number_two_rules():
    one, two = (Fragment(f"L{n}", "R1", IOS, access_list(f"10 {rule}")) for n, rule in enumerate((P, Q)))
    with pytest.raises(FragmentConflict, match=r"L0.*L1"):
        plan_device("S", "R1", IOS, "", OwnedConfig(), (one, two))


POLICY = "policy-map EDGE\n class VOICE\n  priority percent 33\n class class-default\n  fair-queue\n"
CLASS = "class-map match-any VOICE\n match dscp ef\n"


def test_what_is_used_is_made_first_and_goes_last():
    port = f"interface {PORTS[0]}\n service-policy output EDGE\n"
    declared = port + POLICY + CLASS
    change = change_of(f"interface {PORTS[0]}\n", "", declared)
    tops = [line for line in change.remediation.splitlines() if line[0] != " " and line != "exit"]
    assert tops == ["class-map match-any VOICE", "policy-map EDGE", f"interface {PORTS[0]}"]
    back = [line for line in change.rollback.splitlines() if line[0] != " " and line != "exit"]
    assert back == [f"interface {PORTS[0]}", "no policy-map EDGE", "no class-map match-any VOICE"]
    seen = moments_of("", change.remediation)
    assert seen[-1] == IosDevice.booted(DeviceKind.ROUTER, PORTS, CLASS + POLICY + port).elements()


def test_classes_come_in_the_declared_order_with_the_default_last():
    change = change_of("", "", CLASS + POLICY)
    classes = [line.strip() for line in change.remediation.splitlines() if line.startswith(" class ")]
    assert classes == ["class VOICE", "class class-default"]


def test_a_class_that_would_come_behind_those_of_others_is_refused():
    found = CLASS + "class-map match-any BULK\n match any\npolicy-map EDGE\n class BULK\n  bandwidth percent 10\n"
    change = change_of(found, "", CLASS + "policy-map EDGE\n class VOICE\n  priority percent 33\n")
    assert [each.rule for each in errors_of(change.findings)] == ["class-order"]
    own = change_of("", "", CLASS + POLICY)
    assert not errors_of(own.findings)


def test_classes_that_look_at_code_points_of_their_own_may_come_in_any_order():
    found = CLASS + "class-map match-any BULK\n match dscp af11\npolicy-map EDGE\n class BULK\n  bandwidth percent 10\n"
    policy = "policy-map EDGE\n class VOICE\n  priority percent 33\n"
    assert not errors_of(change_of(found, "", CLASS + policy).findings)
    both = found.replace("match dscp af11", "match dscp af11 ef")
    assert [each.rule for each in errors_of(change_of(both, "", CLASS + policy).findings)] == ["class-order"]
