"""From an order to its design: every value from its own pool, nothing twice, the same again."""

from __future__ import annotations

import copy
from dataclasses import replace
from ipaddress import IPv4Network
from itertools import combinations
from pathlib import Path

import pytest
import yaml
from hypothesis import given, settings
from hypothesis import strategies as st

from tasks.inventory.estate import Estate
from tasks.inventory.yaml_loader import Loader
from turnup.call_off import CallOff
from turnup.design import Allocation, make_design
from turnup.errors import DesignError, PoolExhausted
from turnup.gate import Order, View, examine
from turnup.positions import Positions
from turnup.scalars import RESERVED_ASNS, RESERVED_VLANS
from turnup.services.baseline import BaselineDesign
from turnup.services.lan import LanDesign
from turnup.services.wan import WanDesign

CHECKOUT = Path(__file__).resolve().parents[3]
ESTATE = Estate(CHECKOUT / "inventory")
RBKC = yaml.load((CHECKOUT / "inventory/call-offs/RBKC-2026-0007.yaml").read_text(), Loader)
SITES = ("KC-TH-01", "KC-LIB-02", "KC-HUB-03")
VIEW = View(
    framework=ESTATE.framework("LDN-NET-2026"),
    eligible_buyers=ESTATE.eligible_buyers("LDN-NET-2026"),
    buyer=ESTATE.buyer("RBKC"),
    sites={code: ESTATE.site(code) for code in SITES},
)


def lan(number: int, site: str, *segments: dict) -> dict:
    return line(number, site, "LAN-SITE", {"segments": list(segments)})


def wan(number: int, site: str, **parameters) -> dict:
    return line(number, site, "WAN-ETH-100", {"rate_mbps": 100, **parameters})


def line(number: int, site: str, product: str, parameters: dict) -> dict:
    money = {"one_off_gbp": "100.00", "monthly_gbp": "10.00"}
    return {"id": f"L{number}", "product": product, "site": site, "parameters": parameters, **money}


def segment(name: str, hosts: int = 20, **more) -> dict:
    return {"name": name, "hosts": hosts, **more}


def order_of(*lines: dict) -> Order:
    """An order of these lines, past the gate."""
    content = copy.deepcopy(RBKC) | {"lines": list(lines) or RBKC["lines"]}
    verdict = examine(CallOff.model_validate(content), Positions("call-off.yaml"), VIEW)
    assert verdict.order is not None, verdict.findings
    return verdict.order


def with_pools(order: Order, **pools) -> Order:
    """The order under a framework with other pools."""
    changed = order.framework.pools.model_copy(update=pools)
    return replace(order, framework=order.framework.model_copy(update={"pools": changed}))


def with_plan(order: Order, **plan) -> Order:
    """The order with another address plan at each of its sites."""
    lines = tuple(
        replace(each, site=each.site.model_copy(update={"addresses": each.site.addresses.model_copy(update=plan)}))
        for each in order.lines
    )
    return replace(order, lines=lines)


def lans_of(design) -> list[LanDesign]:
    return [each for each in design.lines if isinstance(each, LanDesign)]


def wans_of(design) -> list[WanDesign]:
    return [each for each in design.lines if isinstance(each, WanDesign)]


def held(pool: str, value: str, key: str = "segment:OLD") -> Allocation:
    return Allocation(pool, value, "RBKC-2026-0001/L1", key)


def test_baselines_come_first_then_lans_then_wans_in_the_order_of_the_lines():
    design = make_design(order_of(), ())
    assert [each.line.id for each in design.lines] == [
        *(f"{site}/BASELINE" for site in SITES),
        *(f"RBKC-2026-0007/{name}" for name in ("L1", "L3", "L5", "L2", "L4", "L6")),
    ]
    assert all(isinstance(each, BaselineDesign) for each in design.lines[:3])


def test_a_site_has_one_baseline_however_many_lines_it_has():
    design = make_design(order_of(lan(1, SITES[0], segment("A")), lan(2, SITES[0], segment("B"))), ())
    assert [each.line.id for each in design.lines if isinstance(each, BaselineDesign)] == ["KC-TH-01/BASELINE"]


def test_the_same_order_on_the_same_ledger_gives_the_same_design():
    taken = (held("vlan/KC-TH-01", "110"), held("asn/LDN-NET-2026", "65536"))
    assert make_design(order_of(), taken) == make_design(order_of(), taken)


def test_designing_again_on_what_was_stored_changes_nothing():
    first = make_design(order_of(), ())
    assert make_design(order_of(), first.allocations) == first


def test_an_asked_vlan_is_kept_and_the_next_free_one_goes_round_it():
    order = order_of(lan(1, SITES[0], segment("FIRST"), segment("ASKED", vlan=110), segment("LAST")))
    assert [each.vlan for each in lans_of(make_design(order, ()))[0].segments] == [111, 110, 112]


def test_an_asked_vlan_of_a_later_line_is_not_given_to_an_earlier_one():
    order = order_of(lan(1, SITES[0], segment("FIRST")), lan(2, SITES[0], segment("ASKED", vlan=110)))
    first, second = lans_of(make_design(order, ()))
    assert (first.segments[0].vlan, second.segments[0].vlan) == (111, 110)


def test_an_asked_vlan_outside_the_pool_is_kept_too():
    order = order_of(lan(1, SITES[0], segment("ASKED", vlan=700)))
    assert lans_of(make_design(order, ()))[0].segments[0].vlan == 700


def test_an_asked_vlan_that_another_line_holds_is_refused():
    order = order_of(lan(1, SITES[0], segment("ASKED", vlan=110)))
    with pytest.raises(DesignError, match=r"pool vlan/KC-TH-01: .*held by RBKC-2026-0001/L1 for segment:OLD"):
        make_design(order, (held("vlan/KC-TH-01", "110"),))


@pytest.mark.parametrize(
    ("changed", "pool"),
    [
        ({"customer_asns": (65536, 65537)}, "asn/LDN-NET-2026"),
        ({"access_links": IPv4Network("198.51.100.0/30")}, "access-link/LDN-NET-2026"),
        ({"route_distinguishers": (100, 99)}, "rd/LDN-NET-2026"),
    ],
)
def test_an_exhausted_pool_of_the_provider_is_named(changed, pool):
    with pytest.raises(PoolExhausted, match=f"pool {pool}: .*Enlarge the pool"):
        make_design(with_pools(order_of(), **changed), ())


@pytest.mark.parametrize(
    ("changed", "pool"),
    [
        ({"vlans": (110, 110)}, "vlan/KC-TH-01"),
        ({"lan": IPv4Network("10.80.16.0/24")}, "lan/KC-TH-01"),
        ({"transit": IPv4Network("10.81.16.0/32")}, "transit/KC-TH-01"),
        ({"transit_vlans": (900, 899)}, "vlan/KC-TH-01"),
    ],
)
def test_an_exhausted_pool_of_a_site_is_named(changed, pool):
    with pytest.raises(PoolExhausted, match=f"pool {pool}: .*Enlarge the pool"):
        make_design(with_plan(order_of(), **changed), ())


def test_ports_that_are_all_taken_are_an_exhausted_pool():
    site = ESTATE.site(SITES[0])
    ports = tuple(
        held(f"port/{site.code}", f"{switch.device} {port}", f"segment:OLD/{switch.device}{port}")
        for switch in site.switches
        for port in switch.access_ports
    )
    order = order_of(lan(1, SITES[0], segment("STAFF", ports=1)))
    assert make_design(order, ports[1:]).lines[1].segments[0].ports[0].interface == "GigabitEthernet1/0/1"
    with pytest.raises(PoolExhausted, match=r"pool port/KC-TH-01: .*segment:STAFF/1"):
        make_design(order, ports)


def test_a_wan_without_a_segment_to_route_is_refused():
    order = order_of(lan(1, SITES[0], segment("STAFF")), wan(2, SITES[0]))
    alone = replace(order, lines=order.lines[1:])
    with pytest.raises(DesignError, match=r"KC-TH-01: L2: .*no LAN at the site.*Order the LAN with the WAN"):
        make_design(alone, ())
    stored = make_design(order, ()).allocations
    assert wans_of(make_design(alone, stored)) == wans_of(make_design(order, ()))


def test_a_wan_routes_the_segments_that_it_names():
    order = order_of(lan(1, SITES[0], segment("STAFF"), segment("CCTV")), wan(2, SITES[0], segments=["CCTV"]))
    design = make_design(order, ())
    assert wans_of(design)[0].subnets == (lans_of(design)[0].segments[1].subnet,)


def test_a_buyer_has_one_route_distinguisher_and_each_site_an_as_of_its_own():
    wans = wans_of(make_design(order_of(), ()))
    assert {each.route_distinguisher for each in wans} == {"64496:100"}
    assert len({each.customer_asn for each in wans}) == len(wans) == 3


def test_the_ends_of_a_link_are_its_two_addresses():
    one = wans_of(make_design(order_of(), ()))[0]
    (access,) = one.accesses
    assert (str(access.pe_address), str(access.ce_address)) == ("198.51.100.0/31", "198.51.100.1/31")
    assert (str(one.switch_address), str(one.cpe_address())) == ("10.81.16.0/31", "10.81.16.1/31")


@pytest.mark.parametrize("reserved", sorted(RESERVED_ASNS - {0}))
def test_a_reserved_asn_inside_a_pool_is_never_given_out(reserved):
    order = with_pools(order_of(), customer_asns=(reserved - 1, reserved))
    one, three = replace(order, lines=order.lines[:2]), with_pools(order, customer_asns=(reserved - 1, reserved + 2))
    assert [each.customer_asn for each in wans_of(make_design(one, ()))] == [reserved - 1]
    with pytest.raises(PoolExhausted, match="pool asn/"):
        make_design(one, (held("asn/LDN-NET-2026", str(reserved - 1)),))
    assert [each.customer_asn for each in wans_of(make_design(three, ()))] == [reserved - 1, reserved + 1, reserved + 2]


def test_the_providers_own_asn_is_never_given_to_a_site():
    order = with_pools(order_of(), customer_asns=(64495, 64499))
    assert [each.customer_asn for each in wans_of(make_design(order, ()))] == [64495, 64497, 64498]


def test_a_reserved_vlan_inside_a_pool_is_never_given_out():
    order = with_plan(order_of(), vlans=(1001, 1007), transit_vlans=(1003, 1010))
    design = make_design(order, ())
    first = lans_of(design)[0]
    assert [each.vlan for each in first.segments] == [1001, 1006, 1007]
    assert wans_of(design)[0].transit_vlan == 1008


names = st.lists(st.sampled_from(["STAFF", "PUBLIC", "CCTV", "VOICE", "GUEST"]), unique=True, min_size=1, max_size=4)


@st.composite
def wishes(draw):
    """Order lines of up to three sites, with or without asked VLANs, and what other lines hold already."""
    lines = []
    for site in draw(st.lists(st.sampled_from(SITES), unique=True, min_size=1)):
        asked = iter(draw(st.lists(st.integers(110, 125), unique=True, min_size=5, max_size=5)))
        wanted = [
            segment(
                name,
                draw(st.sampled_from([5, 30, 62, 200])),
                ports=draw(st.integers(0, 3)),
                **({"vlan": next(asked)} if draw(st.booleans()) else {}),
            )
            for name in draw(names)
        ]
        lines.append(lan(len(lines) + 1, site, *wanted))
        if draw(st.booleans()):
            lines.append(wan(len(lines) + 1, site))
    taken = []
    for site in SITES:
        base = int(ESTATE.site(site).addresses.lan.network_address)
        taken += [held(f"vlan/{site}", str(n), f"segment:V{n}") for n in draw(st.sets(st.integers(126, 140)))]
        taken += [
            held(f"lan/{site}", str(IPv4Network((base + 64 * n, 26))), f"segment:S{n}")
            for n in draw(st.sets(st.integers(0, 12), max_size=4))
        ]
    return draw(st.permutations(lines)), tuple(taken)


@settings(max_examples=150, deadline=None)
@given(wishes())
def test_whatever_is_ordered_nothing_overlaps_and_every_value_is_of_its_pool(wish):
    lines, taken = wish
    order = order_of(*lines)
    design = make_design(order, taken)
    assert design == make_design(order, taken)
    everything = set(taken) | set(design.allocations)
    values = [(each.pool, each.value) for each in everything]
    assert len(values) == len(set(values))
    subnets = [IPv4Network(each.value) for each in everything if each.pool.split("/")[0] in {"lan", "transit"}]
    assert not any(one.overlaps(other) for one, other in combinations(subnets, 2)), "one buyer, one VRF"
    pools, sites = order.framework.pools, {each.site.code: each.site for each in order.lines}
    for each in lans_of(design):
        plan = sites[each.line.site].addresses
        for one in each.segments:
            assert one.vlan != 1
            assert one.vlan not in RESERVED_VLANS
            assert one.subnet.subnet_of(plan.lan)
            assert one.gateway.ip == one.subnet[1]
    for each in wans_of(design):
        assert pools.customer_asns[0] <= each.customer_asn <= pools.customer_asns[1]
        assert each.customer_asn not in RESERVED_ASNS
        (access,) = each.accesses
        assert access.link.subnet_of(pools.access_links)
        assert access.link.prefixlen == each.transit.prefixlen == 31
        assert each.transit.subnet_of(sites[each.line.site].addresses.transit)
    for asked, got in asked_and_got(order, design):
        assert asked in (None, got)


def asked_and_got(order: Order, design):
    designs = {each.line.id: each for each in lans_of(design)}
    for each in order.lines:
        made = designs.get(f"{order.call_off.reference}/{each.order_line.id}")
        if made is not None:
            for asked, got in zip(each.parameters.segments, made.segments, strict=True):
                yield asked.vlan, got.vlan


def test_a_segment_that_grows_keeps_its_former_subnet_until_the_next_plan():
    small = order_of(lan(1, SITES[0], segment("STAFF", 50), segment("CCTV", 20)), wan(2, SITES[0]))
    large = order_of(lan(1, SITES[0], segment("STAFF", 200), segment("CCTV", 20)), wan(2, SITES[0]))
    first = make_design(small, ())
    former, other = lans_of(first)[0].segments
    grown = make_design(large, first.allocations)
    segment_now = lans_of(grown)[0].segments[0]
    assert segment_now.subnet.prefixlen == 24
    assert not segment_now.subnet.overlaps(former.subnet)
    assert segment_now.former_gateways == (former.gateway,)
    assert segment_now.vlan == former.vlan
    assert lans_of(grown)[0].segments[1] == other
    assert wans_of(grown)[0].subnets == tuple(sorted((segment_now.subnet, former.subnet, other.subnet)))
    gone = frozenset(first.allocations) - frozenset(grown.allocations)
    assert [each.value for each in gone] == [str(former.subnet)]
    last = make_design(large, (*first.allocations, *grown.allocations), resting=gone)
    assert lans_of(last)[0].segments[0].former_gateways == ()
    assert wans_of(last)[0].subnets == tuple(sorted((segment_now.subnet, other.subnet)))
    assert last.allocations == grown.allocations


def test_a_subnet_that_another_call_off_routes_does_not_change():
    small = order_of(lan(1, SITES[0], segment("STAFF", 50)), wan(2, SITES[0]))
    held = tuple(
        replace(each, holder="RBKC-2026-0001/L2") if each.holder.endswith("/L2") else each
        for each in make_design(small, ()).allocations
    )
    alone = order_of(lan(1, SITES[0], segment("STAFF", 200)), wan(3, SITES[1]), lan(4, SITES[1], segment("A")))
    with pytest.raises(DesignError, match=r"found RBKC-2026-0001/L2, which routes 10\.80\.16\.0/26\. .*of their own"):
        make_design(alone, held)
