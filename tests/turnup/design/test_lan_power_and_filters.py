"""Power that a switch has is promised once; segments reach each other where that was ordered, and nowhere else."""

from __future__ import annotations

from dataclasses import replace
from ipaddress import IPv4Interface, IPv4Network

import pytest

from tests.turnup.design.test_make_design import lan, line, order_of, segment, with_plan
from turnup.design import make_design
from turnup.errors import DesignError
from turnup.plan import Estate, intents_for
from turnup.provider import Provider
from turnup.service.intent import Surroundings
from turnup.service.materials import MaterialKind
from turnup.services.lan.designs import LanDesign
from turnup.services.lan.materials import lan_materials
from turnup.services.lan.soundness import check_sound
from turnup.services.lan.values import LanSwitch
from turnup.sites import Site

TH = "KC-TH-01"
PROVIDER = Provider.model_validate(
    {
        "syslog": ["203.0.113.250"],
        "ntp": ["203.0.113.251"],
        "snmp_group": "NETOPS",
        "banner": "Authorised access only.",
        "radius": [{"name": "LON-AAA-01", "address": "203.0.113.61", "key": "env:TURNUP_SECRET_RADIUS@1"}],
    }
)


def powered(site: Site, *watts: int | None) -> Site:
    switches = tuple(
        switch.model_copy(update={"poe_watts": each}) for switch, each in zip(site.switches, watts, strict=True)
    )
    return site.model_copy(update={"switches": switches})


def order_with(*segments: dict, watts: tuple[int | None, ...] = (None, None), **parameters):
    """An order of one LAN at a site whose switches have so much power, as it is past the gate."""
    order = order_of(line(1, TH, "LAN-SITE", {"segments": [segment("STAFF")]}))
    typed = type(order.lines[0].parameters).model_validate({"segments": list(segments), **parameters})
    return replace(
        order, lines=tuple(replace(each, parameters=typed, site=powered(each.site, *watts)) for each in order.lines)
    )


def lan_of(order, taken=()) -> LanDesign:
    return next(each for each in make_design(order, taken).lines if isinstance(each, LanDesign))


def switches_of(order) -> dict[str, LanSwitch]:
    site = order.lines[0].site
    intents = intents_for(make_design(order, ()), Estate({site.code: site}, PROVIDER))
    return {each.device: each.value for each in intents if isinstance(each.value, LanSwitch)}


def test_ports_with_power_go_to_the_switch_that_has_it_left():
    order = order_with(segment("STAFF", ports=4), segment("PHONES", ports=5, poe_watts=15), watts=(32, 60))
    ports = [port.device for port in lan_of(order).segments[1].ports]
    assert ports == ["KC-TH-01-SW1"] * 2 + ["KC-TH-01-SW2"] * 3  # 2 x 15.4 W fit into 32 W, 3 into 60 W


def test_no_port_is_promised_power_that_no_switch_has():
    order = order_with(segment("PHONES", ports=6, poe_watts=15), watts=(32, 60))
    with pytest.raises(
        DesignError, match=r"poe-budget.*15\.4 W for each.*SW1 1\.2 of 32 W, KC-TH-01-SW2 13\.8 of 60 W"
    ):
        make_design(order, ())


def test_what_another_call_off_was_promised_counts_and_what_was_ceased_does_not():
    first = make_design(order_with(segment("PHONES", ports=2, poe_watts=15), watts=(32, None)), ())
    taken = tuple(replace(each, holder="RBKC-2026-0001/L1") for each in first.allocations)
    second = order_with(segment("DOORS", ports=1, poe_watts=15), watts=(32, None))
    with pytest.raises(DesignError, match="poe-budget"):
        make_design(second, taken)
    resting = frozenset(each for each in taken if each.pool.startswith("poe/"))
    assert make_design(second, taken, resting).lines


def test_more_power_for_ports_that_are_there_counts_once():
    before = make_design(order_with(segment("PHONES", ports=2, poe_watts=15), watts=(62, None)), ())
    after = make_design(order_with(segment("PHONES", ports=2, poe_watts=30), watts=(62, None)), before.allocations)
    assert {each.value for each in after.allocations if each.pool == "poe/KC-TH-01-SW1"} == {
        "GigabitEthernet1/0/1 30000",
        "GigabitEthernet1/0/2 30000",
    }


def test_a_switch_that_powers_nothing_has_no_line_about_power_and_one_that_could_says_never():
    switches = switches_of(order_with(segment("STAFF", ports=30), watts=(100, None)))
    assert {port.poe_milliwatts for port in switches["KC-TH-01-SW1"].ports} == {0}
    assert {port.poe_milliwatts for port in switches["KC-TH-01-SW2"].ports} == {None}


def test_the_bill_of_materials_has_the_watts_that_a_switch_promises():
    order = order_with(segment("STAFF", ports=3), segment("PHONES", ports=3, poe_watts=15), watts=(370, None))
    site = order.lines[0].site
    found = lan_materials(lan_of(order), Surroundings(site, {}))
    power = [(each.quantity, each.place) for each in found if each.kind is MaterialKind.POWER]
    assert power == [(47, "KC-TH-01-SW1")]  # 3 x 15.4 W
    assert len([each for each in found if each.kind is MaterialKind.PATCH]) == 6


def passes(switch: LanSwitch, name: str, to: IPv4Network) -> bool:
    """What the first matching rule of a segment's filter says of packets to a subnet."""
    rules = next(svi.filter.rules for svi in switch.svis if svi.segment == name)
    numbers = [rule.number for rule in rules]
    assert numbers == sorted(set(numbers))
    return next(rule.permits for rule in rules if rule.to is None or to.subnet_of(rule.to))


def test_segments_reach_each_other_where_it_was_ordered_both_ways_and_nowhere_else():
    order = order_with(segment("STAFF", reaches=["PRINT"]), segment("PRINT"), segment("GUEST"))
    gateway = switches_of(order)["KC-TH-01-SW1"]
    subnets = {each.name: each.subnet for each in lan_of(order).segments}
    reached = {(one, other) for one in subnets for other in subnets if passes(gateway, one, subnets[other])}
    assert reached == {(each, each) for each in subnets} | {("STAFF", "PRINT"), ("PRINT", "STAFF")}
    assert all(passes(gateway, each, IPv4Network("198.51.100.0/24")) for each in subnets)
    assert gateway.routes
    assert not switches_of(order)["KC-TH-01-SW2"].routes


def test_a_switch_is_told_to_route_only_where_segments_reach_each_other():
    apart = order_with(segment("STAFF"), segment("PRINT"))
    assert not switches_of(apart)["KC-TH-01-SW1"].routes


def test_another_lan_of_the_site_is_not_reached_either():
    order = order_of(lan(1, TH, segment("STAFF")), lan(2, TH, segment("GUEST")))
    plans = [each for each in make_design(order, ()).lines if isinstance(each, LanDesign)]
    values = switches_of(order)
    assert [each.segments[0].name for each in plans] == ["STAFF", "GUEST"]
    assert not passes(values["KC-TH-01-SW1"], "GUEST", plans[0].segments[0].subnet)


def test_a_rule_keeps_its_number_while_others_come_and_go():
    few = order_with(segment("STAFF", reaches=["PRINT"]), segment("PRINT"), segment("GUEST"))
    more = order_with(segment("STAFF", reaches=["PRINT", "GUEST"]), segment("PRINT"), segment("GUEST"))
    before, after = ({*switches_of(each)["KC-TH-01-SW1"].svis[0].filter.rules} for each in (few, more))
    assert before < after
    assert len(after) == len(before) + 1


def test_hosts_keep_to_their_former_subnet_too_while_they_move():
    before = order_with(segment("STAFF", hosts=20), segment("GUEST", hosts=20))
    taken = make_design(before, ()).allocations
    after = order_with(segment("STAFF", hosts=100, reaches=["GUEST"]), segment("GUEST", hosts=20))
    site = after.lines[0].site
    intents = intents_for(make_design(after, taken), Estate({site.code: site}, PROVIDER))
    gateway = next(
        each.value for each in intents if each.device == "KC-TH-01-SW1" and isinstance(each.value, LanSwitch)
    )
    former = lan_of(before).segments[0].subnet
    assert passes(gateway, "GUEST", former)
    assert passes(gateway, "STAFF", former)


def test_ports_that_ask_need_a_radius_server():
    order = order_with(segment("STAFF", ports=1, authenticated=True))
    site = order.lines[0].site
    without = PROVIDER.model_copy(update={"radius": ()})
    with pytest.raises(DesignError, match=r"radius-named.*provider\.yaml"):
        intents_for(make_design(order, ()), Estate({site.code: site}, without))
    own = site.model_copy(update={"radius": PROVIDER.radius})
    assert intents_for(make_design(order, ()), Estate({site.code: own}, without))


def test_an_uplink_carries_the_segments_that_have_ports_and_telephones_behind_it():
    uplink = {"switch": "KC-TH-01-SW2", "port": "TenGigabitEthernet1/1/1", "segments": ["STAFF"]}
    segments = (segment("STAFF", ports=24, voice="PHONES"), segment("PHONES"))
    with pytest.raises(DesignError, match=r"trunk-carries-ports.*PHONES"):
        switches_of(order_with(*segments, trunks=[uplink]))
    both = uplink | {"segments": ["PHONES", "STAFF"]}
    assert switches_of(order_with(*segments, trunks=[both]))["KC-TH-01-SW2"].trunks[0].vlans == (110, 111)


def test_two_lans_of_a_site_share_the_native_vlan_and_nobody_else_gets_it():
    one = lan(1, TH, segment("STAFF"))
    other = lan(2, TH, segment("GUEST"))
    for each in (one, other):
        each["parameters"]["native_vlan"] = 998
    design = make_design(order_of(one, other), ())
    assert [each.holder for each in design.allocations if each.value == "998"] == [f"site/{TH}"]
    with pytest.raises(DesignError, match="998"):
        make_design(order_of(lan(1, TH, segment("STAFF", vlan=998))), design.allocations)


@pytest.mark.parametrize(
    ("change", "rule"),
    [
        ({"vlan": 1}, "vlan-legal"),
        ({"vlan": 1003}, "vlan-legal"),
        ({"vlan": 111}, "vlan-unique"),
        ({"vlan": 998}, "vlan-unique"),
        ({"subnet": IPv4Network("10.81.0.0/26"), "gateway": IPv4Interface("10.81.0.1/26")}, "subnet-in-plan"),
        ({"gateway": IPv4Interface("10.80.16.64/27")}, "gateway-inside"),
        ({"gateway": IPv4Interface("10.80.16.0/27")}, "gateway-inside"),
        ({"gateway": IPv4Interface("10.80.16.31/27")}, "gateway-inside"),
        ({"former_gateways": (IPv4Interface("10.80.16.33/27"),)}, "no-overlap"),
    ],
)
def test_what_is_not_sound_is_found_before_any_text(change, rule):
    order = order_with(segment("STAFF"), segment("GUEST"), native_vlan=998)
    sound = lan_of(order)
    assert [each.subnet for each in sound.segments] == [IPv4Network("10.80.16.0/27"), IPv4Network("10.80.16.32/27")]
    check_sound(sound, order.lines[0].site)
    broken = replace(sound, segments=(replace(sound.segments[0], **change), *sound.segments[1:]))
    with pytest.raises(DesignError, match=rf"\[{rule}\]"):
        check_sound(broken, order.lines[0].site)


def test_the_address_plan_is_what_segments_are_kept_apart_in():
    order = with_plan(order_of(lan(1, TH, segment("STAFF"))), lan=IPv4Network("10.80.16.0/22"))
    rules = switches_of(order)["KC-TH-01-SW1"].svis[0].filter.rules
    assert [rule.to for rule in rules if not rule.permits] == [IPv4Network("10.80.16.0/22")]
