"""Mobile at the gate: what breaks a rule, and which finding says so."""

from __future__ import annotations

from dataclasses import replace
from ipaddress import IPv4Network

import pytest

CALL_OFF = "WCC-2026-0005"
SIMS = "lines[0].parameters.sims"


@pytest.fixture
def wcc(example):
    return example(CALL_OFF)


def found(verdict):
    return [(finding.field, finding.rule) for finding in verdict.findings], verdict.order is not None


def sims(content):
    return content["lines"][0]["parameters"]["sims"]


CASES = {
    "an IMSI of 14 digits": (lambda c: sims(c)[0].update(imsi="00101000000000"), f"{SIMS}[0].imsi"),
    "an IMSI that is a number": (lambda c: sims(c)[0].update(imsi=1010000000001), f"{SIMS}[0].imsi"),
    "an IMSI of other digits": (lambda c: sims(c)[0].update(imsi="٠٠1010000000001"), f"{SIMS}[0].imsi"),
    "an ICCID with a wrong last digit": (lambda c: sims(c)[1].update(iccid="8901001000000000027"), f"{SIMS}[1].iccid"),
    "an ICCID of 18 digits": (lambda c: sims(c)[1].update(iccid="890100100000000002"), f"{SIMS}[1].iccid"),
    "a number without its country": (lambda c: sims(c)[2].update(msisdn="07700900103"), f"{SIMS}[2].msisdn"),
    "no SIM at all": (lambda c: c["lines"][0]["parameters"].update(sims=[]), SIMS),
}


@pytest.mark.parametrize(("change", "field"), CASES.values(), ids=CASES)
def test_what_no_sim_can_be_is_refused_in_its_field(gate, wcc, change, field):
    change(wcc)
    findings, passed = found(gate(wcc))
    assert {name for name, _ in findings} == {field}
    assert not passed


@pytest.mark.parametrize("name", ["imsi", "iccid", "msisdn"])
def test_no_sim_is_ordered_twice_in_two_lines_either(gate, wcc, name):
    second = {**wcc["lines"][0], "id": "L2", "parameters": {"sims": [sims(wcc)[3]]}}
    one = sims(wcc).pop(3)
    second["parameters"] = {"sims": [one | {name: sims(wcc)[0][name]}]}
    wcc["lines"].append(second)
    assert found(gate(wcc)) == ([(f"lines[1].parameters.sims[0].{name}", "sim-unique")], False)


def test_a_buyer_without_an_apn_orders_no_sims(gate, wcc, view):
    buyer = view(wcc).buyer.model_copy(update={"private_apn": None})
    assert found(gate(wcc, buyer=buyer)) == ([("lines[0].product", "buyer-has-apn")], False)


@pytest.mark.parametrize(
    ("addresses", "field", "rule"),
    [
        ("10.200.0.0/24", "lines[0].product", "sim-pool-in-aggregate"),
        ("10.64.224.0/30", "lines[0].parameters.sims", "sim-addresses"),
    ],
)
def test_the_addresses_of_sims_are_the_buyers_and_enough(gate, wcc, view, addresses, field, rule):
    buyer = view(wcc).buyer
    private = buyer.private_apn.model_copy(update={"addresses": IPv4Network(addresses)})
    assert found(gate(wcc, buyer=buyer.model_copy(update={"private_apn": private}))) == ([(field, rule)], False)


def test_the_addresses_of_sims_are_none_of_the_sites(gate, wcc, view):
    seen = view(wcc | {"lines": [{"site": "WCC-LIB-01"}]})
    served_by = view(wcc).sites["WCC-DEP-04"].served_by
    library = seen.sites["WCC-LIB-01"].model_copy(update={"served_by": served_by})
    buyer = seen.buyer
    private = buyer.private_apn.model_copy(update={"addresses": IPv4Network("10.64.16.0/24")})
    wcc["lines"][0]["site"] = "WCC-LIB-01"
    changed = {"sites": {"WCC-LIB-01": library}, "buyer": buyer.model_copy(update={"private_apn": private})}
    assert found(gate(wcc, **changed)) == ([("lines[0].product", "no-overlap")], False)


def test_a_site_that_no_radius_server_serves_gets_no_sims(gate, wcc, view):
    seen = view(wcc)
    assert "mobile" in seen.sites["WCC-DEP-04"].served_by
    bare = {code: site.model_copy(update={"served_by": {}}) for code, site in seen.sites.items()}
    assert found(gate(wcc, replace(seen, sites=bare))) == ([("lines[0].site", "mobile-ready")], False)


def test_more_sims_than_the_contract_has_in_a_line_are_refused(gate, wcc, view):
    seen = view(wcc)
    products = tuple(
        each.model_copy(update={"limits": {"sims": each.limits["sims"].model_copy(update={"maximum": 3})}})
        if each.code == "SIM-DATA"
        else each
        for each in seen.framework.products
    )
    framework = seen.framework.model_copy(update={"products": products})
    assert found(gate(wcc, framework=framework)) == ([(SIMS, "catalogue-limit")], False)
