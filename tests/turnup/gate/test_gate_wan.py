"""The rules of a WAN access: shares of the shaper, a second access, internet breakout, an AS number of one's own."""

from __future__ import annotations

from ipaddress import IPv4Address, IPv4Interface

import pytest

from turnup.scalars import RESERVED_ASNS
from turnup.services.wan import WanParameters
from turnup.sites import AccessTail, InternetCircuit, LanHandoff, Platform, Site

TAIL = AccessTail(
    circuit_id="ACT-100219",
    bearer_mbps=500,
    cpe="KC-TH-01-CPE2",
    cpe_interface="GigabitEthernet0/0/0",
    pe="LON-PE-01",
    pe_site="LON-CORE-01",
    pe_interface="GigabitEthernet0/0/7",
)
HANDOFF = LanHandoff(
    switch="KC-TH-01-SW1",
    switch_interface="GigabitEthernet1/0/24",
    cpe="KC-TH-01-CPE2",
    cpe_interface="GigabitEthernet0/0/1",
)
INTERNET = InternetCircuit(
    circuit_id="DIA-100401",
    cpe="KC-TH-01-CPE1",
    cpe_interface="GigabitEthernet0/0/2",
    address=IPv4Interface("203.0.113.226/30"),
    gateway=IPv4Address("203.0.113.225"),
)
VOICE = {"name": "VOICE", "dscp": ["ef"], "percent": 33, "priority": True}
DATA = {"name": "DATA", "dscp": ["af31", "af32"], "percent": 67}
HERE = "lines[1].parameters"


def pair(site: Site, **changed) -> Site:
    """The site with a second CPE, cable and circuit."""
    one = site.device("KC-TH-01-CPE1")
    other = one.model_copy(update={"name": "KC-TH-01-CPE2", "serial": "FGL2699T099", "redundant_with": one.name})
    first = one.model_copy(update={"redundant_with": other.name})
    devices = (*(each for each in site.devices if each is not one), first, other)
    return site.model_copy(
        update={"devices": devices, "second_tail": TAIL, "second_handoff": HANDOFF, "internet": INTERNET, **changed}
    )


@pytest.fixture
def judged(rbkc, gate, view):
    """Judge the order with parameters added to its first WAN, at a site that has everything, or parts of it changed."""

    def judge(parameters: dict, **changed):
        rbkc["lines"][1]["parameters"].update(parameters)
        site = pair(view(rbkc).sites["KC-TH-01"], **changed)
        verdict = gate(rbkc, sites={**view(rbkc).sites, "KC-TH-01": site})
        return [(each.field, each.rule) for each in verdict.findings], verdict.order

    return judge


def test_all_of_it_may_be_ordered_at_once(judged):
    asked = {"classes": [VOICE, DATA], "bfd_interval_ms": 300, "dual_access": True, "internet_breakout": True}
    findings, order = judged({**asked, "asn": 64505, "steering": "med", "gateway_protocol": "hsrp"})
    assert findings == []
    parameters = order.lines[1].parameters
    assert isinstance(parameters, WanParameters)
    assert sum(each.percent for each in parameters.classes) == 100


@pytest.mark.parametrize(
    ("classes", "expected"),
    [
        ([VOICE, DATA | {"percent": 68}], [("classes", "qos-classes-sum")]),
        ([VOICE | {"percent": 34}], [("classes", "qos-priority-share")]),
        ([VOICE, DATA | {"percent": 1, "priority": True}], [("classes", "qos-priority-share")]),
        ([VOICE, DATA | {"name": "VOICE"}], [("classes[1].name", "qos-class-unique")]),
        ([VOICE, DATA | {"dscp": ["af31", "ef"]}], [("classes[1].dscp[1]", "qos-code-point-unique")]),
        ([VOICE | {"percent": 0}], [("classes[0].percent", "parameter-greater-than-equal")]),
        ([VOICE | {"dscp": []}], [("classes[0].dscp", "parameter-too-short")]),
        ([VOICE | {"dscp": ["be"]}], [("classes[0].dscp[0]", "parameter-enum")]),
        ([VOICE | {"name": "VOICE\n no shutdown"}], [("classes[0].name", "parameter-string-pattern-mismatch")]),
        ([VOICE | {"name": "voice"}], [("classes[0].name", "parameter-string-pattern-mismatch")]),
    ],
)
def test_classes_that_cannot_be(classes, expected, judged):
    findings, order = judged({"classes": classes})
    assert (findings, order) == ([(f"{HERE}.{field}", rule) for field, rule in expected], None)


@pytest.mark.parametrize("asn", sorted(RESERVED_ASNS))
def test_a_reserved_as_number_is_refused(asn, judged):
    findings, _ = judged({"asn": asn})
    assert [field for field, _ in findings] == [f"{HERE}.asn"]


@pytest.mark.parametrize("asn", [64496, 65536, 65551])
def test_an_as_number_that_the_framework_gives_out_or_has_is_refused(asn, judged):
    assert judged({"asn": asn})[0] == [(f"{HERE}.asn", "asn-of-framework")]


@pytest.mark.parametrize(
    ("asked", "changed", "expected"),
    [
        ({"dual_access": True}, {"second_tail": None}, ("dual_access", "dual-access-ready")),
        ({"dual_access": True}, {"second_handoff": None}, ("dual_access", "dual-access-ready")),
        (
            {"dual_access": True},
            {"second_tail": TAIL.model_copy(update={"bearer_mbps": 100})},
            ("rate_mbps", "rate-fits-bearer"),
        ),
        (
            {"dual_access": True},
            {"second_tail": TAIL.model_copy(update={"cpe": "KC-TH-01-CPE1"})},
            ("dual_access", "dual-access-pair"),
        ),
        (
            {"dual_access": True},
            {"second_handoff": HANDOFF.model_copy(update={"switch": "KC-TH-01-SW2"})},
            ("dual_access", "dual-access-handoff"),
        ),
        ({"internet_breakout": True}, {"internet": None}, ("internet_breakout", "internet-ready")),
        (
            {"internet_breakout": True},
            {"internet": INTERNET.model_copy(update={"cpe": "KC-TH-01-CPE2"})},
            ("internet_breakout", "internet-on-cpe"),
        ),
        (
            {"internet_breakout": True},
            {"internet": INTERNET.model_copy(update={"address": IPv4Interface("10.80.17.2/30")})},
            ("internet_breakout", "no-overlap"),
        ),
        (
            {"internet_breakout": True},
            {"internet": INTERNET.model_copy(update={"gateway": IPv4Address("203.0.113.226")})},
            ("internet_breakout", "gateway-inside"),
        ),
    ],
)
def test_a_site_that_lacks_what_was_ordered(asked, changed, expected, judged):
    findings, order = judged(asked, **changed)
    field, rule = expected
    assert (f"{HERE}.{field}", rule) in findings
    assert order is None


def test_hsrp_is_for_two_routers_of_cisco(judged, rbkc, view):
    devices = pair(view(rbkc).sites["KC-TH-01"]).devices
    mixed = tuple(
        each.model_copy(update={"platform": Platform.FRR}) if "CPE2" in each.name else each for each in devices
    )
    asked = {"dual_access": True, "gateway_protocol": "hsrp"}
    assert judged(asked, devices=mixed)[0] == [(f"{HERE}.gateway_protocol", "hsrp-on-cisco")]
    assert judged({"gateway_protocol": "vrrp"}, devices=mixed)[0] == []


def test_a_catalogue_may_limit_what_is_new(judged):
    assert judged({"bfd_interval_ms": 100})[0] == [(f"{HERE}.bfd_interval_ms", "catalogue-limit")]
