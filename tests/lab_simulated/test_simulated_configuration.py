"""What a device makes of configuration lines: without SSH, straight into its editor."""

from __future__ import annotations

import pytest

from lab.simulated import DeviceKind, factory_config
from lab.simulated.configuration import Configuration
from lab.simulated.editor import Editor, boot, hardware_of
from lab.simulated.grammar import Refusal
from lab.simulated.vocabularies import VOCABULARIES

INVALID = "caret"


def a_device(kind: DeviceKind = DeviceKind.SWITCH) -> Configuration:
    startup = factory_config(kind, "HF-LIB-01-X")
    return boot(kind, hardware_of(startup), startup)


def enter(configuration: Configuration, *lines: str) -> list[str]:
    """Type lines; returns what the device said to each, `caret` and the column for a caret."""
    editor = Editor(configuration)
    answers = []
    for line in lines:
        try:
            answers.append(editor.take(line))
        except Refusal as refusal:
            answers.append(refusal.words or f"{INVALID} {refusal.column}")
    return answers


def part(configuration: Configuration, header: str) -> list[str]:
    """The lines under one header of the running configuration."""
    lines = configuration.lines()
    start = lines.index(header) + 1
    end = next((at for at in range(start, len(lines)) if not lines[at].startswith(" ")), len(lines))
    return [line.strip() for line in lines[start:end] if line.strip() != "!"]


GIGABIT = "interface GigabitEthernet1/0/1"

SHOWN_ON_A_SWITCH = {
    "a single value is replaced": (
        (GIGABIT, "description one", "description two"),
        GIGABIT,
        ["description two"],
    ),
    "a trunk list is compressed": (
        (GIGABIT, "switchport mode trunk", "switchport trunk allowed vlan 10,11,12,20"),
        GIGABIT,
        ["switchport trunk allowed vlan 10-12,20", "switchport mode trunk"],
    ),
    "two neighbouring VLANs stay two": (
        (GIGABIT, "switchport trunk allowed vlan 10,11"),
        GIGABIT,
        ["switchport trunk allowed vlan 10,11"],
    ),
    "add and remove change the list": (
        (
            GIGABIT,
            "switchport trunk allowed vlan 10,20",
            "switchport trunk allowed vlan add 30",
            "switchport trunk allowed vlan remove 20",
        ),
        GIGABIT,
        ["switchport trunk allowed vlan 10,30"],
    ),
    "a bare list replaces the list": (
        (GIGABIT, "switchport trunk allowed vlan 10,20", "switchport trunk allowed vlan 30"),
        GIGABIT,
        ["switchport trunk allowed vlan 30"],
    ),
    "no list opens every VLAN": (
        (GIGABIT, "switchport trunk allowed vlan 10,20", "no switchport trunk allowed vlan"),
        GIGABIT,
        [],
    ),
    "the last VLAN removed leaves none": (
        (GIGABIT, "switchport trunk allowed vlan 10", "switchport trunk allowed vlan remove 10"),
        GIGABIT,
        ["switchport trunk allowed vlan none"],
    ),
    "removing from all leaves the others": (
        (GIGABIT, "switchport trunk allowed vlan remove 10"),
        GIGABIT,
        ["switchport trunk allowed vlan 1-9,11-4094"],
    ),
    "defaults are not shown": (
        (GIGABIT, "no shutdown", "switchport access vlan 1", "switchport trunk native vlan 1", "cdp enable"),
        GIGABIT,
        [],
    ),
    "shutdown is shown": ((GIGABIT, "shutdown"), GIGABIT, ["shutdown"]),
    "no shows what is on by default": ((GIGABIT, "no cdp enable"), GIGABIT, ["no cdp enable"]),
    "abbreviations are written out": (
        ("int gi1/0/1", "swi mo acc", "swi acc vl 99"),
        GIGABIT,
        ["switchport access vlan 99", "switchport mode access"],
    ),
    "a default interface is empty": (
        (GIGABIT, "description one", "shutdown", "default interface gi1/0/1"),
        GIGABIT,
        [],
    ),
    "an SVI without address says so": (
        ("interface Vlan99", "no ip address"),
        "interface Vlan99",
        [
            "description Management",
            "no ip address",
        ],
    ),
    "a routed port forgets its switching lines": (
        (GIGABIT, "switchport access vlan 99", "no switchport", "ip address 10.9.0.1 255.255.255.0"),
        GIGABIT,
        ["no switchport", "ip address 10.9.0.1 255.255.255.0"],
    ),
    "an interface leaves no trace of a removed service": (
        (
            GIGABIT,
            "switchport access vlan 99",
            "storm-control broadcast level 1.00",
            "no switchport access vlan",
            "no storm-control broadcast level",
        ),
        GIGABIT,
        [],
    ),
}


@pytest.mark.parametrize("case", SHOWN_ON_A_SWITCH.values(), ids=SHOWN_ON_A_SWITCH)
def test_a_switch_shows(case: tuple[tuple[str, ...], str, list[str]]) -> None:
    lines, header, expected = case
    device = a_device()
    answers = enter(device, *lines)
    assert not [answer for answer in answers if answer.startswith(("%", "Command", INVALID))], answers
    assert part(device, header) == expected


VRF = ("vrf definition CUST-A", "rd 64512:1", "address-family ipv4", "exit-address-family")
REFUSED_BY_A_SWITCH = {
    "an unknown line": (("flurble",), "caret 0"),
    "an unknown word": (("spanning-tree mode fast",), "caret 19"),
    "a line that ends too soon": (("hostname",), "% Incomplete command.\n"),
    "an ambiguous beginning": (("s",), '% Ambiguous command:  "s"\n'),
    "a VLAN out of range": (
        ("vlan 5000",),
        "Command rejected: Bad VLAN list - character #5 (EOL) delimits a VLAN number\n"
        "which is out of the range 1..4094.\n",
    ),
    "removing VLAN 1": (("no vlan 1",), "Default VLAN 1 may not be deleted.\n"),
    "naming a reserved VLAN": (
        ("vlan 1002", "name USERS"),
        "Default VLAN 1002 may not have its name changed.\n",
    ),
    "a VLAN name taken": (("vlan 20", "name MGMT"), "%VLAN #20 and #99 have an identical name: MGMT\n"),
    "an interface that is not there": (("interface gi1/0/77",), "caret 10"),
    "removing hardware": (("no interface gi1/0/1",), "% Removal of physical interfaces is not permitted\n"),
    "an overlapping address": (
        ("vlan 20", "interface Vlan20", "ip address 10.255.0.129 255.255.255.128"),
        "% 10.255.0.128 overlaps with Vlan99\n",
    ),
    "the address of the network": (
        ("interface Vlan20", "ip address 10.20.0.0 255.255.255.0"),
        "Bad mask /24 for address 10.20.0.0\n",
    ),
    "an address that is none": (("interface Vlan20", "ip address 10.20.0.999 255.255.255.0"), "caret 11"),
    "an address on a switch port": ((GIGABIT, "ip address 10.20.0.1 255.255.255.0"), "caret 3"),
    "a switching line on an SVI": (("interface Vlan20", "switchport mode access"), "caret 0"),
    "a VRF not defined": (("interface Vlan20", "vrf forwarding NONE"), "% VRF NONE not configured.\n"),
    "a priority between the steps": (
        ("spanning-tree vlan 10 priority 5000",),
        "% Bridge Priority must be in increments of 4096.\n% Allowed values are:\n"
        "  0  4096  8192  12288  16384  20480  24576  28672  32768  36864  40960  45056  49152  53248  57344"
        "  61440\n",
    ),
    "a class without its map": (("policy-map P", "class GOLD"), "% class map GOLD not configured\n"),
    "a policy not defined": ((GIGABIT, "service-policy output P"), "% policy map P not configured\n"),
    "a number used twice in an access list": (
        ("ip access-list standard OLD-NOC", "10 permit 198.51.100.0 0.0.0.255"),
        "% Duplicate sequence number\n",
    ),
    "a prefix list entry used twice": (
        ("ip prefix-list P seq 5 permit 10.0.0.0/8", "ip prefix-list P seq 5 permit 10.0.0.0/8 le 24"),
        "%Insertion failed - prefix-list entry exists:\n  seq 5 permit 10.0.0.0/8\n",
    ),
    "a route whose network does not fit": (
        ("ip route 10.0.0.1 255.255.255.0 10.255.0.1",),
        "%Inconsistent address and mask\n",
    ),
}


@pytest.mark.parametrize("case", REFUSED_BY_A_SWITCH.values(), ids=REFUSED_BY_A_SWITCH)
def test_a_switch_refuses(case: tuple[tuple[str, ...], str]) -> None:
    lines, expected = case
    device = a_device()
    enter(device, *lines[:-1])
    before = device.lines()
    assert enter(device, *lines)[-1] == expected
    assert device.lines() == before


def test_some_answers_begin_with_a_percent_sign_and_are_no_refusal() -> None:
    device = a_device()
    answers = enter(device, GIGABIT, "switchport access vlan 123", "spanning-tree portfast")
    assert answers[1] == "% Access VLAN does not exist. Creating vlan 123\n"
    assert answers[2].startswith("%Warning: portfast should only be enabled on ports connected to a single\n")
    assert "vlan 123" in device.lines()
    assert part(device, GIGABIT) == ["switchport access vlan 123", "spanning-tree portfast"]


def test_entering_a_vrf_takes_the_address_away_and_says_so() -> None:
    device = a_device()
    said = enter(device, *VRF, "interface Vlan99", "vrf forwarding CUST-A")[-1]
    assert said == "% Interface Vlan99 IPv4 disabled and address(es) removed due to enabling VRF CUST-A\n"
    assert part(device, "interface Vlan99") == ["description Management", "vrf forwarding CUST-A", "no ip address"]


def test_the_same_subnet_may_stand_in_two_vrfs() -> None:
    device = a_device()
    answers = enter(
        device, *VRF, "vlan 20", "interface Vlan20", "vrf forwarding CUST-A", "ip address 10.255.0.1 255.255.255.0"
    )
    assert answers[-1] == ""


def test_removing_a_vrf_takes_all_that_was_bound_to_it() -> None:
    device = a_device(DeviceKind.ROUTER)
    enter(
        device,
        *VRF,
        "interface gi0/0/1.10",
        "encapsulation dot1Q 10",
        "vrf forwarding CUST-A",
        "ip address 10.9.0.1 255.255.255.0",
        "router bgp 64512",
        "address-family ipv4 vrf CUST-A",
        "neighbor 10.9.0.2 remote-as 64513",
        "ip route vrf CUST-A 0.0.0.0 0.0.0.0 10.9.0.2",
        "no vrf definition CUST-A",
    )
    assert "CUST-A" not in "\n".join(device.lines())
    assert part(device, "interface GigabitEthernet0/0/1.10") == ["encapsulation dot1Q 10"]


def test_vlans_without_a_name_are_shown_as_one_list() -> None:
    device = a_device()
    enter(device, "vlan 10,20-22", "vlan 30", "name USERS", "vlan 40")
    shown = [line for line in device.lines() if line.startswith("vlan ") and line[5].isdigit()]
    assert shown == ["vlan 10,20-22", "vlan 30", "vlan 40", "vlan 99", "vlan 666"]


def test_a_global_vlan_set_grows_and_shrinks() -> None:
    device = a_device()
    enter(device, "ip dhcp snooping vlan 10,20", "ip dhcp snooping vlan 11-12", "no ip dhcp snooping vlan 20")
    assert "ip dhcp snooping vlan 10-12" in device.lines()
    enter(device, "no ip dhcp snooping vlan 10-12")
    assert not [line for line in device.lines() if line.startswith("ip dhcp snooping vlan")]


def test_vlans_of_one_spanning_tree_priority_share_a_line() -> None:
    device = a_device()
    enter(device, "spanning-tree vlan 10 priority 4096", "spanning-tree vlan 20 priority 4096")
    assert "spanning-tree vlan 10,20 priority 4096" in device.lines()
    enter(device, "spanning-tree vlan 10 priority 8192")
    assert {"spanning-tree vlan 20 priority 4096", "spanning-tree vlan 10 priority 8192"} <= set(device.lines())


def test_a_long_trunk_list_is_shown_on_two_lines() -> None:
    device = a_device()
    listed = ",".join(str(number) for number in range(100, 160, 3))
    enter(device, GIGABIT, f"switchport trunk allowed vlan {listed}")
    first, second = part(device, GIGABIT)
    assert second.startswith("switchport trunk allowed vlan add ")
    assert first.split()[-1] + "," + second.split()[-1] == listed


def test_a_neighbour_in_a_vrf_is_active_at_once_and_goes_as_a_whole() -> None:
    device = a_device(DeviceKind.ROUTER)
    start = ("router bgp 64512", "address-family ipv4 vrf CUST-A")
    answers = enter(
        device,
        *VRF,
        *start,
        "neighbor 10.9.0.2 description before its AS",
        "neighbor 10.9.0.2 remote-as 64513",
        "neighbor 10.9.0.2 maximum-prefix 100",
        "neighbor 10.9.0.2 maximum-prefix 50 80",
        "neighbor 10.9.0.2 prefix-list A in",
        "neighbor 10.9.0.2 prefix-list B in",
    )
    assert answers[6] == "% Specify remote-as or peer-group commands first\n"
    assert part(device, "router bgp 64512") == [
        "bgp log-neighbor-changes",
        "address-family ipv4 vrf CUST-A",
        "neighbor 10.9.0.2 remote-as 64513",
        "neighbor 10.9.0.2 activate",
        "neighbor 10.9.0.2 prefix-list B in",
        "neighbor 10.9.0.2 maximum-prefix 50 80",
        "exit-address-family",
    ]
    enter(device, *start, "no neighbor 10.9.0.2")
    assert part(device, "router bgp 64512")[1:] == ["address-family ipv4 vrf CUST-A", "exit-address-family"]


def test_one_bgp_process_and_its_vrf_must_exist() -> None:
    device = a_device(DeviceKind.ROUTER)
    answers = enter(device, "router bgp 64512", "address-family ipv4 vrf NONE", "router bgp 64500")
    assert answers[1:] == [
        "%VRF NONE does not exist or does not have a RD.\n",
        "BGP is already running; AS is 64512\n",
    ]


def test_a_subinterface_is_tagged_before_it_is_addressed() -> None:
    device = a_device(DeviceKind.ROUTER)
    answers = enter(
        device,
        "interface GigabitEthernet0/0/1.10",
        "ip address 10.9.0.1 255.255.255.0",
        "encapsulation dot1Q 10",
        "ip address 10.9.0.1 255.255.255.0",
        "interface GigabitEthernet0/0/1.20",
        "encapsulation dot1Q 10",
    )
    assert "% Configuring IP routing on a LAN subinterface is only allowed" in answers[1]
    assert answers[3] == ""
    assert "This VID is already configured on GigabitEthernet0/0/1.10." in answers[5]


def test_a_line_for_an_outer_mode_leaves_the_inner_one() -> None:
    editor = Editor(a_device())
    modes = []
    for line in (
        GIGABIT,
        "vlan 20",
        "name USERS",
        "policy-map P",
        "class class-default",
        "shape average 10000000",
        "hostname OTHER",
    ):
        editor.take(line)
        modes.append(editor.mode)
    assert modes == [
        "config-if",
        "config-vlan",
        "config-vlan",
        "config-pmap",
        "config-pmap-c",
        "config-pmap-c",
        "config",
    ]


def test_secrets_are_kept_as_a_hash_and_never_the_same_one_twice() -> None:
    device = a_device()
    shown = []
    for _ in range(2):
        enter(device, "username alex privilege 15 secret not-a-real-one", "enable secret not-a-real-one")
        shown.append([line for line in device.lines() if "secret 9" in line and "localadmin" not in line])
    assert all(line.split()[-2] == "9" and line.split()[-1].startswith("$9$") for line in shown[0])
    assert len(shown[0]) == 2
    assert set(shown[0]).isdisjoint(shown[1])
    assert "not-a-real-one" not in "\n".join(device.lines())


def test_snmp_users_are_kept_and_not_shown() -> None:
    device = a_device()
    answers = enter(device, "snmp-server user alex OPS v3 auth sha not-a-real-one priv aes 128 not-a-real-one")
    assert answers == [""]
    assert "snmp-server user" not in "\n".join(device.lines())
    assert list(device.root.starting("snmp-server", "user", "alex"))


def test_a_banner_runs_over_lines_until_its_delimiter() -> None:
    device = a_device()
    enter(device, "banner login #", "hostname NOT-A-COMMAND", "end of banner #", "ip ssh version 2")
    text = "\n".join(device.lines())
    assert "banner login ^C\nhostname NOT-A-COMMAND\nend of banner ^C\n" in text
    assert device.hostname == "HF-LIB-01-X"


def test_access_list_entries_are_numbered() -> None:
    device = a_device()
    enter(device, "ip access-list extended A", "permit ip any any", "5 deny ip host 192.0.2.1 any", "permit ip any any")
    assert part(device, "ip access-list extended A") == ["5 deny ip host 192.0.2.1 any", "10 permit ip any any"]
    enter(device, "ip access-list extended A", "no 10")
    assert part(device, "ip access-list extended A") == ["5 deny ip host 192.0.2.1 any"]


def test_terminal_lines_are_configured_by_range() -> None:
    device = a_device()
    enter(device, "line vty 0 15", "exec-timeout 5 0")
    assert "exec-timeout 5 0" in part(device, "line vty 0 4")
    assert "exec-timeout 5 0" in part(device, "line vty 5 15")


@pytest.mark.parametrize("kind", list(VOCABULARIES))
def test_what_a_device_shows_boots_into_the_same_again(kind: DeviceKind) -> None:
    device = a_device(kind)
    enter(device, *VRF, "class-map match-any GOLD", "match dscp ef", "policy-map CHILD", "class GOLD", "priority",
          "policy-map P", "class class-default", "shape average 10000000", "service-policy CHILD",
          "ip prefix-list A seq 10 permit 10.0.0.0/8 le 24", "ip prefix-list A description ours",
          "router bgp 64512", "address-family ipv4 vrf CUST-A", "neighbor 10.9.0.2 remote-as 64513",
          "vlan 10,20", "vlan 30", "name USERS", "ip dhcp snooping vlan 10,11,12")  # fmt: skip
    shown = device.lines()
    assert boot(kind, device.hardware, "\n".join(shown)).lines() == shown


def test_prefix_lists_are_shown_by_name_and_number() -> None:
    device = a_device()
    enter(device, "ip prefix-list B seq 5 permit 10.0.0.0/8", "ip prefix-list A seq 20 deny 0.0.0.0/0",
          "ip prefix-list A seq 3 permit 10.1.0.0/16", "ip prefix-list A description ours",
          "ip prefix-list A permit 10.2.0.0/16")  # fmt: skip
    assert [line for line in device.lines() if line.startswith("ip prefix-list")] == [
        "ip prefix-list A description ours",
        "ip prefix-list A seq 3 permit 10.1.0.0/16",
        "ip prefix-list A seq 20 deny 0.0.0.0/0",
        "ip prefix-list A seq 25 permit 10.2.0.0/16",
        "ip prefix-list B seq 5 permit 10.0.0.0/8",
    ]
    enter(device, "no ip prefix-list A")
    assert "ip prefix-list A" not in "\n".join(device.lines())


def test_a_new_bgp_process_logs_its_neighbours_unless_told_not_to() -> None:
    device = a_device(DeviceKind.ROUTER)
    enter(device, "router bgp 64512")
    assert part(device, "router bgp 64512") == ["bgp log-neighbor-changes"]
    enter(device, "router bgp 64512", "no bgp log-neighbor-changes")
    assert part(device, "router bgp 64512") == ["no bgp log-neighbor-changes"]


def test_the_mask_of_a_classful_network_is_not_shown() -> None:
    device = a_device(DeviceKind.ROUTER)
    enter(device, "router bgp 64512", "network 192.168.7.0 mask 255.255.255.0", "network 10.7.0.0 mask 255.255.0.0")
    shown = part(device, "router bgp 64512")
    assert {"network 192.168.7.0", "network 10.7.0.0 mask 255.255.0.0"} <= set(shown)
    enter(device, "router bgp 64512", "no network 192.168.7.0 mask 255.255.255.0")
    assert "network 192.168.7.0" not in part(device, "router bgp 64512")


def test_removing_another_address_than_the_one_there_is_refused() -> None:
    device = a_device()
    answers = enter(device, "interface Vlan99", "no ip address 10.1.1.1 255.255.255.0")
    assert answers[1] == "% Invalid address\n"
    assert "ip address 10.255.0.11 255.255.255.0" in part(device, "interface Vlan99")


def test_a_policy_that_goes_is_taken_off_and_a_class_in_use_stays() -> None:
    device = a_device()
    policy = ("class-map match-any GOLD", "match dscp ef", "policy-map P", "class GOLD", "priority")
    answers = enter(device, *policy, GIGABIT, "service-policy output P", "no class-map GOLD", "no policy-map P")
    assert answers[-2] == "% Class-map GOLD is being used\n"
    assert part(device, GIGABIT) == []
    assert enter(device, "no class-map match-any GOLD") == [""]


def test_aaa_new_model_brings_its_session_id_and_takes_all_aaa_with_it() -> None:
    device = a_device()
    assert "aaa session-id common" in device.lines()
    enter(device, "aaa authentication login default group radius local")
    assert [line for line in device.lines() if line.startswith("aaa authentication")] == [
        "aaa authentication login default group radius local"
    ]
    enter(device, "no aaa new-model")
    assert not [line for line in device.lines() if line.startswith("aaa")]


def test_a_range_of_interfaces_is_configured_at_once() -> None:
    editor = Editor(device := a_device())
    editor.take("interface range GigabitEthernet1/0/1 - 3")
    assert editor.mode == "config-if-range"
    editor.take("switchport access vlan 99")
    shown = [part(device, f"interface GigabitEthernet1/0/{port}") for port in (1, 2, 3, 4)]
    assert shown == [["switchport access vlan 99"]] * 3 + [[]]
