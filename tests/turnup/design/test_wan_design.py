"""What a WAN is allocated and wants of devices: one access or two, steered each way, out of one circuit or another."""

from __future__ import annotations

import copy
from dataclasses import replace
from ipaddress import IPv4Address, IPv4Interface
from pathlib import Path

import pytest
import yaml

from tasks.inventory.estate import Estate
from tasks.inventory.yaml_loader import Loader
from turnup.call_off import CallOff
from turnup.design import make_design
from turnup.errors import DesignError
from turnup.gate import View, examine
from turnup.positions import Positions
from turnup.service.intent import Surroundings
from turnup.services.wan import WanDesign
from turnup.services.wan.intents import wan_intents
from turnup.sites import AccessTail, InternetCircuit, LanHandoff, Platform

CHECKOUT = Path(__file__).resolve().parents[3]
ESTATE = Estate(CHECKOUT / "inventory")
RBKC = yaml.load((CHECKOUT / "inventory/call-offs/RBKC-2026-0007.yaml").read_text(), Loader)
CORE = ESTATE.site("LON-CORE-01")


def site_of_two():
    """The town hall with a second CPE, its cable and circuit, and an internet circuit at the second one."""
    site = ESTATE.site("KC-TH-01")
    one = site.device("KC-TH-01-CPE1")
    devices = (
        *(each for each in site.devices if each is not one),
        one.model_copy(update={"redundant_with": "KC-TH-01-CPE2"}),
        one.model_copy(update={"name": "KC-TH-01-CPE2", "serial": "FGL2699T099", "redundant_with": one.name}),
    )
    tail = site.access_tail.model_dump() | {
        "circuit_id": "ACT-100219",
        "cpe": "KC-TH-01-CPE2",
        "pe_interface": "GigabitEthernet0/0/7",
        "s_vlan": 219,
    }
    handoff = site.handoff.model_dump() | {"switch_interface": "GigabitEthernet1/0/24", "cpe": "KC-TH-01-CPE2"}
    internet = InternetCircuit(
        circuit_id="DIA-100401",
        cpe="KC-TH-01-CPE2",
        cpe_interface="GigabitEthernet0/0/2",
        address=IPv4Interface("203.0.113.226/30"),
        gateway=IPv4Address("203.0.113.225"),
    )
    more = {"second_tail": AccessTail(**tail), "second_handoff": LanHandoff(**handoff), "internet": internet}
    return site.model_copy(update={"devices": devices, **more})


SITE = site_of_two()


def design_of(taken=(), **parameters):
    """The design of an order of a LAN and a WAN, and the WAN's part of it."""
    content = copy.deepcopy(RBKC) | {"lines": copy.deepcopy(RBKC["lines"][:2])}
    content["lines"][1]["parameters"].update(parameters)
    view = View(
        framework=ESTATE.framework("LDN-NET-2026"),
        eligible_buyers=ESTATE.eligible_buyers("LDN-NET-2026"),
        buyer=ESTATE.buyer("RBKC"),
        sites={"KC-TH-01": SITE},
    )
    verdict = examine(CallOff.model_validate(content), Positions("call-off.yaml"), view)
    assert verdict.order is not None, verdict.findings
    design = make_design(verdict.order, taken)
    (wan,) = (each for each in design.lines if isinstance(each, WanDesign))
    return design, wan


def parts_of(wan, site=SITE):
    """What each device gets, by name, in the order in which they are asked for."""
    devices = {device.name: device for each in (site, CORE) for device in each.devices}
    return {each.device: each.value for each in wan_intents(wan, Surroundings(site, devices), None)}


def test_one_access_has_a_link_and_a_transit_of_two_addresses():
    _, wan = design_of()
    assert [(str(each.link), each.is_primary) for each in wan.accesses] == [("198.51.100.0/31", True)]
    assert str(wan.transit) == "10.81.16.0/31"
    parts = parts_of(wan)
    assert list(parts) == ["LON-PE-01", "KC-TH-01-CPE1", "KC-TH-01-SW1"]
    cpe = parts["KC-TH-01-CPE1"].cpe
    assert (cpe.peer, cpe.gateway, cpe.inbound, cpe.outbound, cpe.internet, cpe.default_via) == (None,) * 6


def test_two_accesses_share_a_transit_with_the_switch_and_an_address():
    _, wan = design_of(dual_access=True)
    assert [(str(each.link), each.is_primary) for each in wan.accesses] == [
        ("198.51.100.0/31", True),
        ("198.51.100.2/31", False),
    ]
    assert wan.transit.prefixlen == 29
    parts = parts_of(wan)
    assert list(parts) == ["LON-PE-01", "KC-TH-01-CPE1", "KC-TH-01-CPE2", "KC-TH-01-SW1"]
    first, second, switch = (parts[f"KC-TH-01-{name}"] for name in ("CPE1", "CPE2", "SW1"))
    on_transit = (switch.switch.address, first.cpe.lan_address, second.cpe.lan_address)
    assert [str(each) for each in on_transit] == [f"{wan.transit[number]}/29" for number in (1, 2, 3)]
    assert (first.cpe.peer, second.cpe.peer) == (second.cpe.lan_address.ip, first.cpe.lan_address.ip)
    assert {first.cpe.gateway.address, second.cpe.gateway.address, switch.switch.next_hop} == {wan.transit[4]}
    assert first.cpe.gateway.priority > second.cpe.gateway.priority
    assert first.cpe.gateway.priority - first.cpe.gateway.decrement < second.cpe.gateway.priority
    assert switch.switch.interfaces == ("GigabitEthernet1/0/23", "GigabitEthernet1/0/24")


def test_an_edge_that_both_accesses_end_on_has_one_part_with_both():
    _, wan = design_of(dual_access=True)
    pe = parts_of(wan)["LON-PE-01"].pe
    assert [(each.interface, each.s_vlan) for each in pe.accesses] == [
        ("GigabitEthernet0/0/3", 0),
        ("GigabitEthernet0/0/7.219", 219),
    ]


def test_a_second_access_may_come_and_go_and_the_first_keeps_its_link():
    before, one = design_of()
    with_two, two = design_of(before.allocations, dual_access=True)
    assert two.accesses[0] == one.accesses[0]
    _, again = design_of(with_two.allocations)
    assert again.accesses == one.accesses
    # What has room for two is kept: its first host is still the switch.
    assert again.transit == two.transit
    assert (again.switch_address, again.cpe_address()) == (two.switch_address, two.cpe_address())


@pytest.mark.parametrize(
    ("steering", "at_the_edge", "med", "prepended"),
    [("local-preference", 50, None, 0), ("med", None, 200, 0), ("as-path-prepend", None, None, 3)],
)
def test_the_provider_knows_the_second_access_in_one_way(steering, at_the_edge, med, prepended):
    _, wan = design_of(dual_access=True, steering=steering)
    parts = parts_of(wan)
    primary, second = parts["LON-PE-01"].pe.accesses
    assert primary.inbound is None
    assert (second.inbound.local_preference if second.inbound else None) == at_the_edge
    cpe = parts["KC-TH-01-CPE2"].cpe
    assert cpe.inbound.local_preference == 50
    assert (cpe.outbound.med if cpe.outbound else None) == med
    assert (cpe.outbound.prepend if cpe.outbound else ()) == (wan.customer_asn,) * prepended


def test_an_as_number_that_sites_share_is_overridden_and_the_origin_marked():
    _, alone = design_of()
    _, shared = design_of(asn=64505)
    _, both = design_of(asn=64505, dual_access=True)
    edges = [parts_of(wan)["LON-PE-01"].pe for wan in (alone, shared, both)]
    assert [pe.customer_asn for pe in edges] == [65536, 64505, 64505]
    assert [pe.accesses[0].as_override for pe in edges] == [False, True, True]
    assert [pe.accesses[0].site_of_origin for pe in edges] == ["", "198.51.100.0:1", "198.51.100.0:1"]
    assert {each.site_of_origin for each in edges[2].accesses} == {"198.51.100.0:1"}


def test_everything_leaves_at_the_cpe_that_has_the_internet_circuit():
    _, wan = design_of(dual_access=True, internet_breakout=True)
    parts = parts_of(wan)
    first, second = parts["KC-TH-01-CPE1"].cpe, parts["KC-TH-01-CPE2"].cpe
    assert (first.internet, first.default_via) == (None, second.lan_address.ip)
    assert (second.internet.interface, second.default_via) == ("GigabitEthernet0/0/2", None)
    assert [str(each) for each in parts["KC-TH-01-SW1"].switch.prefixes] == ["10.80.0.0/16", "0.0.0.0/0"]


def test_the_shaper_has_the_ordered_rate_and_its_classes_leave_the_rest():
    voice = {"name": "VOICE", "dscp": ["ef"], "percent": 20, "priority": True}
    _, wan = design_of(classes=[voice, {"name": "DATA", "dscp": ["af31"], "percent": 80}])
    for parts in parts_of(wan).values():
        for part in (part for part in (parts.cpe, parts.pe) if part is not None):
            assert part.shaper.rate_mbps == wan.rate_mbps == 500
            assert [len(each.name) <= 40 for each in part.shaper.classes] == [True, True]
            assert part.shaper.rest_percent == 1


def test_an_edge_that_cannot_tag_is_refused():
    _, wan = design_of(dual_access=True)
    devices = {device.name: device for each in (SITE, CORE) for device in each.devices}
    devices["LON-PE-01"] = devices["LON-PE-01"].model_copy(update={"platform": Platform.FRR})
    with pytest.raises(DesignError, match=r"LON-PE-01: GigabitEthernet0/0/7.219: .*S-VLAN 219.*leave s_vlan out"):
        wan_intents(wan, Surroundings(SITE, devices), None)
    made = SITE.second_tail.model_copy(update={"pe_interface": "GigabitEthernet0/0/7.219", "s_vlan": None})
    edge, *_ = wan_intents(wan, Surroundings(SITE.model_copy(update={"second_tail": made}), devices), None)
    assert edge.value.pe.accesses[1].interface == "GigabitEthernet0/0/7.219"


def test_a_site_without_the_second_circuit_is_named():
    _, wan = design_of(dual_access=True)
    with pytest.raises(DesignError, match="second_tail and second_handoff"):
        parts_of(wan, SITE.model_copy(update={"second_tail": None}))


def test_two_edges_get_a_part_each():
    _, wan = design_of(dual_access=True)
    other = SITE.second_tail.model_copy(update={"pe": "LON-PE-09"})
    site = SITE.model_copy(update={"second_tail": other})
    pe = CORE.device("LON-PE-01")
    core = CORE.model_copy(update={"devices": (pe, pe.model_copy(update={"name": "LON-PE-09"}))})
    devices = {device.name: device for each in (site, core) for device in each.devices}
    intents = wan_intents(wan, Surroundings(site, devices), None)
    assert [each.device for each in intents][:2] == ["LON-PE-01", "LON-PE-09"]
    assert [len(each.value.pe.accesses) for each in intents[:2]] == [1, 1]
    assert replace(intents[0].value.pe, accesses=()) == replace(intents[1].value.pe, accesses=())


@pytest.mark.parametrize("name", ["LON-PE-01", "KC-TH-01-CPE1"])
def test_either_end_of_an_access_says_what_frr_cannot_do_of_a_priority_class(name):
    voice = {"name": "VOICE", "dscp": ["ef"], "percent": 30, "priority": True}
    _, wan = design_of(classes=[voice])
    devices = {device.name: device for each in (SITE, CORE) for device in each.devices}
    devices[name] = devices[name].model_copy(update={"platform": Platform.FRR})
    found = {each.device: each.findings for each in wan_intents(wan, Surroundings(SITE, devices), None)}
    assert [each.expected for each in found[name]][-1:] == ["more than its share for a priority class on frr"]
    assert not [each for other, findings in found.items() if other != name for each in findings]
