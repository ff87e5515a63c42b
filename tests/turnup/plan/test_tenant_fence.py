"""The tenant fence, on the final text: whatever a template or an inventory says, another buyer's things stay his."""

from __future__ import annotations

import shutil
from dataclasses import replace
from pathlib import Path

import pytest

from turnup.design import Allocation
from turnup.errors import DesignError, TenantFence
from turnup.plan import check_change, check_fence
from turnup.render import Templates
from turnup.sites import Platform

CHECKOUT = Path(__file__).resolve().parents[3]
FOREIGN_LINES = [
    "vrf definition NHS-NWL",
    "no vrf definition NHS-NWL",
    "interface GigabitEthernet0/0/1\n vrf forwarding NHS-NWL\nexit",
    "interface GigabitEthernet0/0/1\n no vrf forwarding NHS-NWL\nexit",
    "interface GigabitEthernet0/0/1\n  VRF  Forwarding  NHS-NWL\nexit",
    "ip route vrf NHS-NWL 10.0.0.0 255.0.0.0 Null0",
    "router bgp 64496\n address-family ipv4 vrf NHS-NWL\n exit-address-family\nexit",
    "ip prefix-list NHS-NWL-OUT seq 10 permit 0.0.0.0/0 le 32",
    "no ip prefix-list NHS-NWL-OUT seq 5 permit 10.16.0.0/16 le 24",
    "ip prefix-list RBKCX-OUT seq 10 permit 0.0.0.0/0 le 32",
    "vrf RBKC-2",
    "vrf NHS-NWL\n netns /run/netns/NHS-NWL\nexit-vrf",
    "vrf RBKC\n netns /run/netns/NHS-NWL\nexit-vrf",
    "host vrf NHS-NWL",
    "host vrf NHS-NWL interface eth1",
    "interface eth1 vrf NHS-NWL\nexit",
    "router bgp 64496 vrf NHS-NWL\nexit",
    "set routing-instances NHS-NWL interface ge-0/0/3.0",
    "delete routing-instances NHS-NWL",
    "set firewall family inet filter RBKC-IN term A then routing-instance NHS-NWL",
    "set routing-instances RBKC routing-options static route 0.0.0.0/0 next-table NHS-NWL.inet.0",
    "set routing-instances RBKC routing-options static route 0.0.0.0/0 next-table inet.0",
    "delete policy-options prefix-list NHS-NWL-IN",
    "set policy-options policy-statement NHS-NWL-IN term LISTED then reject",
    "insert policy-options policy-statement NHS-NWL-IN term B after term A",
    "wlan NHS-NWL-HOSP-guest 22 Ward\n shutdown\nexit",
    "no wireless tag policy NHS-NWL-HOSP",
    "ap 0000.5e00.5301\n policy-tag NHS-NWL-HOSP\nexit",
    "wireless tag policy RBKC-KC-TH-01\n wlan NHS-NWL-HOSP-guest policy RBKC-KC-TH-01-guest\nexit",
    "router bgp 64496 vrf RBKC\n address-family ipv4 unicast\n  import vrf NHS-NWL\n exit-address-family\nexit",
]
OWN_LINES = [
    "vrf definition RBKC\n rd 64496:100\nexit",
    "ip route vrf RBKC 10.0.0.0 255.0.0.0 Null0",
    "ip prefix-list RBKC-OUT seq 5 permit 10.80.0.0/16 le 32",
    "interface GigabitEthernet0/0/1\n description moved here from vrf NHS-NWL\nexit",
    "interface GigabitEthernet0/0/1\n no description vrf NHS-NWL\nexit",
    "router bgp 64496\n neighbor 192.0.2.1 description vrf NHS-NWL\nexit",
    "vrf RBKC\n netns /run/netns/RBKC\nexit-vrf",
    "set routing-instances RBKC interface ge-0/0/3.0",
    "set policy-options policy-statement RBKC-OUT term REST then reject",
    "set routing-instances RBKC routing-options static route 10.9.0.0/16 next-table RBKC.inet.0",
    'set interfaces ge-0/0/3 unit 0 description "once in routing-instances NHS-NWL"',
    "wireless tag policy RBKC-KC-TH-01\n wlan RBKC-KC-TH-01-guest policy RBKC-KC-TH-01-guest\nexit",
]


@pytest.fixture
def change(rbkc):
    """The change of the shared provider edge for one site of RBKC."""
    return next(each for each in rbkc.plan().changes if each.device == "LON-PE-01")


@pytest.mark.parametrize("bench", ["rbkc", "wcc"])
def test_a_plan_of_the_buyers_own_things_passes(bench, request):
    made = request.getfixturevalue(bench)
    check_fence(made.plan(), made.estate)


@pytest.mark.parametrize("lines", FOREIGN_LINES)
@pytest.mark.parametrize("way", ["remediation", "rollback"])
def test_a_command_that_names_anothers_object_is_refused(change, way, lines):
    tampered = replace(change, **{way: f"{getattr(change, way)}{lines}\n"})
    with pytest.raises(TenantFence, match=r"^LON-PE-01: .*expected only .*RBKC.*Nothing was sent"):
        check_change(tampered, "RBKC")


@pytest.mark.parametrize("lines", OWN_LINES)
def test_a_command_about_the_buyers_own_objects_passes(change, lines):
    check_change(replace(change, remediation=f"{lines}\n", rollback=""), "RBKC")


@pytest.mark.parametrize(
    "line",
    [
        "route-target import 64496:900",
        "route-target both 64496:100 64496:900",
        "set routing-instances RBKC vrf-target target:64496:900",
        "set routing-instances RBKC vrf-target import target:64496:900",
        "set routing-instances RBKC vrf-target target:64496L:900",  # how Junos marks an AS number of four octets
        "set extcommunity rt 64496:100 64496:900 additive",
        "set policy-options community RBKC-OUT members target:64496:900",
        'set policy-options community RBKC-OUT members [ target:64496:100 "target:64496:900" ]',
    ],
)
def test_a_route_target_of_another_buyer_is_refused(rbkc, line):
    plan = rbkc.plan()
    first = plan.changes[0]
    leak = replace(first, remediation=f"{first.remediation}vrf definition RBKC\n address-family ipv4\n  {line}\n")
    with pytest.raises(TenantFence, match=r"only the route target of RBKC; found 64496:900"):
        check_fence(replace(plan, changes=(leak, *plan.changes[1:])), rbkc.estate)


@pytest.mark.parametrize(
    "line", ["rd 64496:900", "rd vpn export 64496:900", "set routing-instances RBKC route-distinguisher 64496L:900"]
)
def test_a_route_distinguisher_of_another_buyer_is_refused(rbkc, line):
    """Two buyers with one prefix would be one route."""
    plan = rbkc.plan()
    edge = next(each for each in plan.changes if each.device == "LON-PE-01")
    leak = replace(edge, remediation=f"{edge.remediation}vrf definition RBKC\n {line}\n")
    with pytest.raises(TenantFence, match=r"only the route distinguisher of RBKC; found 64496:900"):
        check_fence(replace(plan, changes=(leak,)), rbkc.estate)


def test_more_targets_of_the_buyers_own_in_one_line_pass(rbkc):
    plan = rbkc.plan()
    first = plan.changes[0]
    line = "route-map RBKC-OUT permit 10\n set extcommunity rt 64496:100 additive\n"
    check_fence(
        replace(plan, changes=(replace(first, remediation=first.remediation + line), *plan.changes[1:])), rbkc.estate
    )


def test_the_route_target_is_the_buyers_because_it_was_allocated(rbkc):
    plan = rbkc.plan()
    others = tuple(replace(each, value="101") if each.pool.startswith("rd/") else each for each in plan.allocations)
    assert isinstance(others[0], Allocation)
    with pytest.raises(TenantFence, match="64496:100"):
        check_fence(replace(plan, allocations=others), rbkc.estate)


def test_a_device_at_another_buyers_site_is_refused(rbkc):
    plan = rbkc.plan()
    site = rbkc.estate.sites["KC-TH-01"].model_copy(update={"buyer": "WCC"})
    with pytest.raises(
        TenantFence, match=r"KC-TH-01-\w+: .*expected a device of RBKC or of the provider; found one of WCC"
    ):
        check_fence(plan, rbkc.with_site(site).estate)


def test_a_device_that_no_site_has_is_refused(rbkc):
    plan = rbkc.plan()
    stray = replace(plan.changes[0], device="WCC-LIB-01-CPE1")
    with pytest.raises(TenantFence, match=r"WCC-LIB-01-CPE1: .*nobody that is known"):
        check_fence(replace(plan, changes=(stray,)), rbkc.estate)


def test_an_access_tail_to_another_buyers_device_is_refused_before_it_is_planned(rbkc):
    site = rbkc.estate.sites["KC-TH-01"]
    wrong = site.access_tail.model_copy(update={"pe": "KC-LIB-02-CPE1"})
    with pytest.raises(
        DesignError, match=r"access_tail\.pe: expected a provider edge of LON-CORE-01; found KC-LIB-02-CPE1"
    ):
        rbkc.with_site(site.model_copy(update={"access_tail": wrong})).plan()


def test_a_misspelt_provider_edge_is_refused_with_the_nearest_one(rbkc):
    site = rbkc.estate.sites["KC-TH-01"]
    wrong = site.access_tail.model_copy(update={"pe": "LON-PE-1"})
    with pytest.raises(DesignError, match=r"found LON-PE-1\. Did you mean 'LON-PE-01'"):
        rbkc.with_site(site.model_copy(update={"access_tail": wrong})).plan()


@pytest.mark.parametrize(
    ("right", "wrong"),
    [
        ("vrf forwarding {{ pe.vrf }}", "vrf forwarding NHS-NWL"),
        ("address-family ipv4 vrf {{ pe.vrf }}", "address-family ipv4 vrf NHS-NWL"),
        ("ip prefix-list {{ pe.vrf }}-OUT seq 5", "ip prefix-list NHS-NWL-OUT seq 10"),
        ("route-target import {{ pe.route_distinguisher }}", "route-target import 64496:900"),
    ],
)
def test_a_wrong_template_does_not_get_past_the_fence(rbkc, tmp_path, right, wrong):
    folder = shutil.copytree(CHECKOUT / "templates", tmp_path / "templates")
    template = folder / "wan" / "cisco_ios.j2"
    text = template.read_text()
    assert right in text
    template.write_text(text.replace(right, wrong))
    plan = replace(rbkc, templates=Templates(folder)).plan()
    with pytest.raises(TenantFence, match=r"NHS-NWL|64496:900"):
        check_fence(plan, rbkc.estate)


HELD = (
    *(Allocation("number/LDN-NET-2026", f"+4420794600{number:02}", "LINE", "ddi") for number in range(20)),
    Allocation("customer/LDN-NET-2026", "1001", "LINE", "trunk"),
    Allocation("sip-peer/LDN-NET-2026", "192.0.2.10", "LINE", "pbx"),
    Allocation("phone/LDN-NET-2026", "00005e005301", "LINE", "phone"),
    Allocation("realm/LDN-NET-2026", "rbkc.example", "buyer/RBKC", "realm"),
    Allocation("login/LDN-NET-2026", "host/tv@rbkc.example", "LINE", "login"),
    Allocation("radius-client/LDN-NET-2026", "192.0.2.20", "LINE", "client"),
)
SBC, PHONES, RADIUS = Platform.KAMAILIO, Platform.PROVISIONING, Platform.FREERADIUS


@pytest.mark.parametrize(
    ("platform", "ours", "theirs"),
    [
        (SBC, "dialplan 1001 equal 2001", "dialplan 1002 equal 2001"),
        (SBC, "no dialplan 1001 regex ^9", "no dialplan 1 regex ^(9)?(999|112)$"),
        (SBC, "dispatcher 1001 sip:192.0.2.10:5060", "dispatcher 1002 sip:192.0.2.10:5060"),
        (SBC, "dispatcher 1001 sip:192.0.2.10:5060", "dispatcher 1001 sip:192.0.2.11:5060"),
        (SBC, "address 1001 192.0.2.10/32", "address 1001 192.0.2.11/32"),
        (SBC, "numbers +442079460000", "numbers +442079460020"),
        (SBC, "numbers +44207946000", "numbers +44207946002"),
        (SBC, "numbers +44207946001", "numbers +4420794600"),
        (SBC, "numbers +442079460000\n customer 1001", "numbers +442079460000\n customer 1002"),
        (SBC, "address 1001 192.0.2.10/32\n tag +442079460001", "address 1001 192.0.2.10/32\n tag +442079460021"),
        (SBC, "dialplan 1001 equal 1\n attrs trunk:1001", "dialplan 1001 equal 1\n attrs trunk:1002"),
        (SBC, "domain rbkc.example\n did 1001", "domain rbkc.example\n did 1002"),
        (SBC, "domain rbkc.example", "domain nhs-nwl.example"),
        (SBC, "subscriber 2001@rbkc.example", "subscriber 2001@nhs-nwl.example"),
        (
            SBC,
            "dialplan 1001 equal 2001\n attrs hunt:rbkc.example,2002",
            "dialplan 1001 equal 2001\n attrs hunt:x.example,2",
        ),
        (SBC, "domain rbkc.example", "location 2001@rbkc.example"),
        (PHONES, "file 00005e005301.cfg", "file 00005e005302.cfg"),
        (PHONES, "no file 00005e005301.xml", "no file y000000000096.cfg"),
        (RADIUS, "user host/tv@rbkc.example", "user host/tv@nhs-nwl.example"),
        (RADIUS, "client 192.0.2.20", "client 192.0.2.21"),
        (RADIUS, "no realm rbkc.example", "no realm nhs-nwl.example"),
        (RADIUS, "realm rbkc.example", "include others"),
    ],
)
def test_on_a_server_that_buyers_share_only_records_of_the_buyer_pass(rbkc, change, platform, ours, theirs):
    plan = replace(rbkc.plan(), allocations=HELD)

    def checked(lines: str) -> None:
        alone = replace(change, platform=platform, remediation=f"{lines}\n", rollback="")
        check_fence(replace(plan, changes=(alone,)), rbkc.estate)

    checked(ours)
    with pytest.raises(TenantFence, match=r"of RBKC; found .*Nothing was sent"):
        checked(theirs)
