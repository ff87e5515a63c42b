"""Each rule of the gate: what breaks it, and which finding, in which field, says so. One broken rule, one finding."""

from __future__ import annotations

from datetime import UTC, datetime
from ipaddress import IPv4Network

import pytest

from turnup.findings import Severity
from turnup.framework import BuyerClass
from turnup.gate import Order
from turnup.sites import Site


def found(verdict):
    """Field and rule of every finding, and whether the gate let it pass."""
    return [(finding.field, finding.rule) for finding in verdict.findings], verdict.order is not None


def segments(content, line=0):
    return content["lines"][line]["parameters"]["segments"]


def set_in(*path):
    """A change that sets one field of a call-off."""
    *above, last, value = path

    def change(content):
        here = content
        for step in above:
            here = here[step]
        here[last] = value

    return change


P = "parameters"
CASES = {
    "an unknown framework": (set_in("framework", "LDN-NET-2027"), [("framework", "framework-exists")]),
    "an unknown buyer": (set_in("buyer", "RBKD"), [("buyer", "buyer-listed")]),
    "an award before the framework": (set_in("award_date", "2026-03-31"), [("award_date", "award-in-term")]),
    "a start before the award": (set_in("starts", "2026-11-18"), [("starts", "start-after-award")]),
    "an order before the award": (
        set_in("ordered_at", "2026-11-18T23:59:59+00:00"),
        [("ordered_at", "order-after-award")],
    ),
    "an order years before the award": (
        set_in("ordered_at", "0001-01-01T00:00:00+14:00"),
        [("ordered_at", "order-after-award")],
    ),
    "a term too long with its options": (set_in("initial_term_months", 61), [("initial_term_months", "longest-term")]),
    "an unknown product": (set_in("lines", 0, "product", "LAN-SIET"), [("lines[0].product", "product-exists")]),
    "an unknown site": (
        lambda content: [set_in("lines", n, "site", "KC-TH-10")(content) for n in (0, 1)],
        [("lines[0].site", "site-exists"), ("lines[1].site", "site-exists")],
    ),
    "a site of the provider": (
        lambda content: [set_in("lines", n, "site", "LON-CORE-01")(content) for n in (0, 1)],
        [("lines[0].site", "site-of-buyer"), ("lines[1].site", "site-of-buyer")],
    ),
    "a line id twice": (set_in("lines", 1, "id", "L1"), [("lines[1].id", "line-id-unique")]),
    "a charge a penny above the price list": (
        set_in("lines", 0, "one_off_gbp", "6000.01"),
        [("lines[0].one_off_gbp", "price-list")],
    ),
    "a monthly charge a penny above the price list": (
        set_in("lines", 0, "monthly_gbp", "450.01"),
        [("lines[0].monthly_gbp", "price-list")],
    ),
    "a misspelt parameter": (
        set_in("lines", 1, P, "rate_mpbs", 5),
        [("lines[1].parameters.rate_mpbs", "parameter-extra-forbidden")],
    ),
    "a missing parameter": (
        set_in("lines", 1, P, {}),
        [("lines[1].parameters.rate_mbps", "parameter-missing")],
    ),
    "too many hosts for the product": (
        lambda content: segments(content)[0].update(hosts=501),
        [("lines[0].parameters.segments[0].hosts", "catalogue-limit")],
    ),
    "too many hosts, quoted": (
        lambda content: segments(content)[0].update(hosts="501"),
        [("lines[0].parameters.segments[0].hosts", "catalogue-limit")],
    ),
    "too many hosts, with a fraction of nothing": (
        lambda content: segments(content)[0].update(hosts=501.0),
        [("lines[0].parameters.segments[0].hosts", "catalogue-limit")],
    ),
    "more segments than the product has": (
        lambda content: segments(content).extend({"name": f"MORE{n}", "hosts": 1} for n in range(6)),
        [("lines[0].parameters.segments", "catalogue-limit")],
    ),
    "a rate that is not sold": (
        set_in("lines", 1, P, "rate_mbps", 499),
        [("lines[1].parameters.rate_mbps", "catalogue-limit")],
    ),
    "a rate that is not sold, quoted": (
        set_in("lines", 1, P, "rate_mbps", "499"),
        [("lines[1].parameters.rate_mbps", "catalogue-limit")],
    ),
    "a rate above the bearer": (
        lambda content: content["lines"][5].update(product="WAN-ETH-1000", parameters={"rate_mbps": 200}),
        [("lines[5].parameters.rate_mbps", "rate-fits-bearer")],
    ),
    "a reserved VLAN": (
        lambda content: segments(content)[0].update(vlan=1002),
        [("lines[0].parameters.segments[0].vlan", "parameter-value-error")],
    ),
    "VLAN 1 for users": (
        lambda content: segments(content)[0].update(vlan=1),
        [("lines[0].parameters.segments[0].vlan", "parameter-value-error")],
    ),
    "a VLAN beyond 4094": (
        lambda content: segments(content)[0].update(vlan=4095),
        [("lines[0].parameters.segments[0].vlan", "parameter-less-than-equal")],
    ),
    "telephones in a segment that is not ordered": (
        lambda content: segments(content)[0].update(voice="PHONES"),
        [("lines[0].parameters.segments[0].voice", "segment-exists")],
    ),
    "telephones in the ports' own segment": (
        lambda content: segments(content)[0].update(voice="STAFF"),
        [("lines[0].parameters.segments[0].voice", "voice-apart")],
    ),
    "a segment that reaches one that is not ordered": (
        lambda content: segments(content)[0].update(reaches=["MEMBERS", "PRINTERS"]),
        [("lines[0].parameters.segments[0].reaches[1]", "segment-exists")],
    ),
    "a segment that reaches itself": (
        lambda content: segments(content)[0].update(reaches=["STAFF"]),
        [("lines[0].parameters.segments[0].reaches", "reaches-others")],
    ),
    "a critical segment that is not ordered": (
        lambda content: content["lines"][0][P].update(when_radius_is_silent="open", critical_segment="WAITING"),
        [("lines[0].parameters.critical_segment", "segment-exists")],
    ),
    "a critical segment while ports stay closed": (
        set_in("lines", 0, P, "critical_segment", "MEMBERS"),
        [("lines[0].parameters.critical_segment", "critical-needs-open")],
    ),
    "a trunk that is no link between switches": (
        set_in("lines", 0, P, "trunks", [{"switch": "KC-TH-01-SW1", "port": "Gi1/0/1", "segments": ["STAFF"]}]),
        [("lines[0].parameters.trunks[0].port", "trunk-exists")],
    ),
    "a trunk that carries what is not defined": (
        set_in(
            "lines",
            0,
            P,
            "trunks",
            [{"switch": "KC-TH-01-SW1", "port": "TenGigabitEthernet1/1/1", "segments": ["STAFF", "PRINTERS"]}],
        ),
        [("lines[0].parameters.trunks[0].segments[1]", "trunk-within-defined")],
    ),
    "a native VLAN among those of users": (
        set_in("lines", 0, P, "native_vlan", 150),
        [("lines[0].parameters.native_vlan", "native-vlan-apart")],
    ),
    "a native VLAN that a segment asks for": (
        lambda content: (
            segments(content)[0].update(vlan=998),
            content["lines"][0][P].update(native_vlan=998),
        ),
        [("lines[0].parameters.native_vlan", "native-vlan-apart")],
    ),
    "VLAN 1 for untagged frames": (
        set_in("lines", 0, P, "native_vlan", 1),
        [("lines[0].parameters.native_vlan", "parameter-value-error")],
    ),
    "power from switches that give none": (
        lambda content: segments(content)[0].update(poe_watts=15),
        [("lines[0].parameters.segments", "poe-budget")],
    ),
    "power of no type": (
        lambda content: segments(content)[0].update(poe_watts=20),
        [
            ("lines[0].parameters.segments[0].poe_watts", "parameter-value-error"),
            ("lines[0].parameters.segments[0].poe_watts", "catalogue-limit"),
        ],
    ),
    "power that is not sold": (
        lambda content: segments(content)[0].update(poe_watts=90, ports=0),
        [("lines[0].parameters.segments[0].poe_watts", "catalogue-limit")],
    ),
    "a root priority between the steps": (
        set_in("lines", 0, P, "root_priority", 5000),
        [("lines[0].parameters.root_priority", "parameter-value-error")],
    ),
    "a storm that is too big for the product": (
        set_in("lines", 0, P, "broadcast_percent", 21),
        [("lines[0].parameters.broadcast_percent", "catalogue-limit")],
    ),
    "a VLAN that the site keeps for transit": (
        lambda content: segments(content)[0].update(vlan=909),
        [("lines[0].parameters.segments[0].vlan", "vlan-free")],
    ),
    "a VLAN twice at a site": (
        lambda content: [segment.update(vlan=120) for segment in segments(content)[:2]],
        [("lines[0].parameters.segments[1].vlan", "vlan-unique")],
    ),
    "a segment name twice at a site": (
        lambda content: segments(content)[1].update(name="STAFF"),
        [("lines[0].parameters.segments[1].name", "segment-name-unique")],
    ),
    "a segment name twice, in two lines": (
        lambda content: content["lines"].append(
            {**content["lines"][0], "id": "L7", P: {"segments": [{"name": "STAFF", "hosts": 2}]}}
        ),
        [("lines[6].parameters.segments[0].name", "segment-name-unique")],
    ),
    "more ports than the site has": (
        lambda content: segments(content)[0].update(ports=29),
        [("lines[0].parameters.segments", "ports-available")],
    ),
    "more ports than the site has, in two lines": (
        lambda content: content["lines"].append(
            {**content["lines"][0], "id": "L7", P: {"segments": [{"name": "MORE", "hosts": 2, "ports": 9}]}}
        ),
        [("lines[6].parameters.segments", "ports-available")],
    ),
    "a WAN that routes a segment that is not there": (
        set_in("lines", 1, P, {"rate_mbps": 100, "segments": ["STAF"]}),
        [("lines[1].parameters.segments[0]", "segment-exists")],
    ),
    "a WAN without a LAN": (
        lambda content: content["lines"].pop(0),
        [("lines[0]", "wan-has-lan")],
    ),
    "a parameter that cannot be signed": (
        set_in("lines", 0, P, "segments", 0, "hosts", 60.5),
        [("lines[0].parameters.segments[0].hosts", "parameter-int-from-float")],
    ),
    "a name that would break out of its line": (
        lambda content: segments(content)[0].update(name="X\n no shutdown"),
        [("lines[0].parameters.segments[0].name", "parameter-string-pattern-mismatch")],
    ),
}


@pytest.mark.parametrize(("change", "expected"), CASES.values(), ids=CASES)
def test_a_broken_rule_is_one_finding_in_its_field(change, expected, rbkc, gate):
    change(rbkc)
    assert found(gate(rbkc)) == (expected, False)


def test_the_boundary_of_every_number_is_legal(rbkc, gate):
    segments(rbkc)[0].update(hosts=500, ports=28, vlan=899)
    rbkc["lines"][0].update(one_off_gbp="6000.00", monthly_gbp="450.00")
    rbkc["lines"][5]["parameters"]["rate_mbps"] = 100
    rbkc.update(award_date="2026-04-01", initial_term_months=60)
    assert found(gate(rbkc)) == ([], True)


def test_an_award_on_the_last_day_of_the_term_passes_and_the_call_off_may_outlast_it(rbkc, gate):
    rbkc.update(award_date="2030-03-31", ordered_at="2030-04-01T09:00:00+00:00", starts="2030-04-01")
    assert found(gate(rbkc)) == ([], True)
    rbkc.update(award_date="2030-04-01")
    assert found(gate(rbkc)) == ([("award_date", "award-in-term")], False)


def test_a_framework_may_forbid_that_call_offs_outlast_it(rbkc, gate, view):
    framework = view(rbkc).framework
    capped = framework.model_copy(
        update={"rules": framework.rules.model_copy(update={"call_off_may_outlast_term": False})}
    )
    assert found(gate(rbkc, framework=capped)) == ([("initial_term_months", "ends-in-term")], False)


def test_the_end_of_the_calendar_is_no_crash(rbkc, gate):
    rbkc.update(starts="9999-12-31")
    assert gate(rbkc).order is not None


def test_a_buyer_of_another_class_region_or_without_file_is_refused(rbkc, gate, view):
    seen = view(rbkc)
    for update, rule in (({"region": "E12000008"}, "buyer-place"), ({"buyer_class": "other"}, "buyer-class")):
        listed = tuple(each.model_copy(update=update) for each in seen.eligible_buyers)
        assert found(gate(rbkc, eligible_buyers=listed)) == ([("buyer", rule)], False)
    assert found(gate(rbkc, buyer=None)) == ([("buyer", "buyer-known")], False)
    classes = seen.framework.rules.model_copy(update={"eligible_classes": (BuyerClass.NHS,)})
    framework = seen.framework.model_copy(update={"rules": classes})
    assert found(gate(rbkc, framework=framework)) == ([("buyer", "buyer-class")], False)


def test_a_site_without_what_the_service_needs_is_named_with_what_is_missing(rbkc, gate, view):
    seen = view(rbkc)
    bare = seen.sites["KC-HUB-03"].model_copy(update={"access_tail": None, "handoff": None})
    verdict = gate(rbkc, sites={**seen.sites, "KC-HUB-03": bare})
    assert found(verdict) == ([("lines[5].site", "wan-ready")], False)
    assert verdict.findings[0].found == "no access_tail, handoff"
    bare = seen.sites["KC-HUB-03"].model_copy(update={"switches": ()})
    assert found(gate(rbkc, sites={**seen.sites, "KC-HUB-03": bare})) == ([("lines[4].site", "lan-ready")], False)


def test_a_catalogue_that_sells_what_nobody_delivers_or_in_no_lot_is_said(rbkc, gate, view):
    framework = view(rbkc).framework
    baseline = tuple(each.model_copy(update={"service": "baseline"}) for each in framework.products[:1])
    verdict = gate(rbkc, framework=framework.model_copy(update={"products": baseline + framework.products[1:]}))
    assert {finding.rule for finding in verdict.findings} >= {"service-available"}
    verdict = gate(rbkc, framework=framework.model_copy(update={"lots": framework.lots[1:]}))
    assert found(verdict) == ([("lines", "lot-exists")], False)


def with_addresses(site: Site, **networks: str) -> Site:
    changed = {name: IPv4Network(text) for name, text in networks.items()}
    return site.model_copy(update={"addresses": site.addresses.model_copy(update=changed)})


@pytest.mark.parametrize(
    ("networks", "rules"),
    [
        ({"lan": "10.80.16.0/21"}, ["no-overlap"]),  # that of KC-TH-01
        ({"lan": "10.80.0.0/16"}, ["no-overlap", "no-overlap"]),
        ({"lan": "10.81.0.0/20"}, ["lan-in-aggregate"]),
        ({"transit": "10.80.48.0/28"}, ["no-overlap"]),  # inside its own LAN aggregate
        ({"transit": "10.80.16.0/28"}, ["no-overlap"]),  # inside that of KC-TH-01
    ],
)
def test_addresses_of_one_buyer_do_not_overlap(networks, rules, rbkc, gate, view):
    seen = view(rbkc)
    sites = {**seen.sites, "KC-HUB-03": with_addresses(seen.sites["KC-HUB-03"], **networks)}
    assert [finding.rule for finding in gate(rbkc, sites=sites).findings] == rules


def test_overlaps_are_found_even_where_the_lines_are_wrong(rbkc, gate, view):
    seen = view(rbkc)
    sites = {**seen.sites, "KC-HUB-03": with_addresses(seen.sites["KC-HUB-03"], lan="10.80.16.0/20")}
    rbkc["lines"][4]["parameters"] = {"segments": "none"}
    rbkc["lines"][5]["product"] = "NOTHING"
    rules = {finding.rule for finding in gate(rbkc, sites=sites).findings}
    assert {"no-overlap", "parameter-tuple-type", "product-exists"} == rules


def test_two_buyers_may_use_the_same_addresses(example, gate):
    plans = []
    for reference in ("WCC-2026-0003", "SWK-2026-0001"):
        order = gate(example(reference)).order
        assert order is not None
        plans.append(order.lines[0].site.addresses)
    assert plans[0].lan.overlaps(plans[1].lan)


def test_a_wrong_lan_line_does_not_make_its_wan_line_look_wrong(rbkc, gate):
    segments(rbkc)[0].update(vlan=4095)
    rbkc["lines"][1]["parameters"]["segments"] = ["STAFF", "MEMBERS"]
    assert found(gate(rbkc)) == ([("lines[0].parameters.segments[0].vlan", "parameter-less-than-equal")], False)


def test_a_misspelt_lan_product_does_not_make_its_wan_line_look_wrong(rbkc, gate):
    rbkc["lines"][0]["product"] = "LAN-SIET"
    assert found(gate(rbkc)) == ([("lines[0].product", "product-exists")], False)


def test_a_wan_may_follow_a_lan_that_was_delivered_before(rbkc, gate):
    del rbkc["lines"][0]
    assert found(gate(rbkc, delivered_sites=frozenset({"KC-TH-01"}))) == ([], True)


def test_findings_of_all_families_come_at_once_in_the_order_of_the_file(rbkc, gate):
    rbkc.update(award_date="2025-01-01", initial_term_months=90)
    rbkc["lines"][0].update(product="NOTHING")
    rbkc["lines"][3]["parameters"] = {"rate_mbps": 7}
    rbkc["lines"][5]["site"] = "KC-NOWHERE"
    rules = {finding.rule for finding in gate(rbkc).findings}
    assert rules == {"award-in-term", "longest-term", "product-exists", "catalogue-limit", "site-exists"}


def test_every_finding_says_where_what_and_what_to_do(rbkc, gate):
    rbkc.update(framework="NOTHING", buyer="NOBODY")
    rbkc["lines"][0]["site"] = "KC-TH-10"
    for finding in gate(rbkc).findings:
        assert all((finding.file, finding.line, finding.field, finding.rule, finding.expected, finding.found))
        assert finding.remedy.endswith((".", "?"))
        assert finding.severity is Severity.ERROR


def test_an_order_holds_its_lines_typed_in_the_order_of_the_call_off(rbkc, gate):
    order = gate(rbkc).order
    assert isinstance(order, Order)
    assert [line.order_line.id for line in order.lines] == ["L1", "L2", "L3", "L4", "L5", "L6"]
    assert [line.parameters.__class__.__name__ for line in order.lines] == ["LanParameters", "WanParameters"] * 3
    assert order.lines[0].parameters.segments[2].dhcp_server.is_private


# When the order was placed


def test_an_order_of_the_london_day_of_the_award_is_in_time(gate, rbkc):
    rbkc.update(award_date="2027-07-02", starts="2027-07-02", ordered_at="2027-07-01T23:00:00+00:00")
    assert found(gate(rbkc)) == ([], True)
    rbkc.update(ordered_at="2027-07-01T22:59:59+00:00")
    assert found(gate(rbkc)) == ([("ordered_at", "order-after-award")], False)


NOW = datetime(2026, 11, 24, 9, 0, tzinfo=UTC)


@pytest.mark.parametrize(
    ("ordered_at", "placed"),
    [
        ("2026-11-24T09:00:00+00:00", True),
        ("2026-11-25T10:00:00+01:00", True),
        ("2026-11-25T09:00:01+00:00", False),
        ("2099-01-01T00:00:00+00:00", False),
        ("9999-12-31T23:59:59-12:00", False),
    ],
)
def test_an_order_is_not_taken_before_it_is_placed_but_its_draft_is_looked_at(gate, rbkc, ordered_at, placed):
    rbkc.update(ordered_at=ordered_at)
    assert found(gate(rbkc)) == ([], True), "without a clock nothing is said"
    said = [] if placed else [("ordered_at", "order-placed")]
    assert found(gate(rbkc, now=NOW)) == (said, placed)
    draft = gate(rbkc, now=NOW, is_draft=True)
    assert found(draft) == (said, True)
    assert all(finding.severity is Severity.WARNING for finding in draft.findings)
