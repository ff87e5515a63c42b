"""Landline at the gate: what breaks a rule, and which finding says so; 999 and 112 are reachable from every number."""

from __future__ import annotations

import copy

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.turnup.gate.conftest import content_of, judge, view_of
from turnup.design import make_design
from turnup.dialplan import EMERGENCY, Barring, emergency_strings, evaluate
from turnup.services.landline.intents import rules_of

CALL_OFF = "WCC-2026-0011"
PARAMETERS = "lines[0].parameters"


@pytest.fixture
def wcc(example):
    return example(CALL_OFF)


def found(verdict):
    return [(finding.field, finding.rule) for finding in verdict.findings], verdict.order is not None


def asked(content):
    return content["lines"][0]["parameters"]


def numbers(content, *ranges: tuple[str, str]):
    asked(content)["numbers"] = [{"first": first, "last": last} for first, last in ranges]


FIRST = "+442079460100"
TYPED = {
    "a number without its country": (lambda c: asked(c).update(main_number="02079460100"), "main_number"),
    "a number that is a number": (lambda c: asked(c)["numbers"][0].update(first=442079460100), "numbers[0].first"),
    "a number of other digits": (lambda c: asked(c)["numbers"][0].update(last="+44207946013٩"), "numbers[0].last"),
    "an outside prefix with a star": (lambda c: asked(c).update(outside_prefix="*9"), "outside_prefix"),
    "an empty outside prefix": (lambda c: asked(c).update(outside_prefix=" "), "outside_prefix"),
    "a barring that there is not": (lambda c: asked(c).update(barred=["emergency"]), "barred[0]"),
    "no number at all": (lambda c: asked(c).update(numbers=[]), "numbers"),
    "a port of zero": (lambda c: asked(c).update(pbx_port=0), "pbx_port"),
}


@pytest.mark.parametrize(("change", "field"), TYPED.values(), ids=TYPED)
def test_what_no_trunk_can_have_is_refused_in_its_field(gate, wcc, change, field):
    change(wcc)
    findings, passed = found(gate(wcc))
    assert f"{PARAMETERS}.{field}" in {name for name, _ in findings}
    assert not passed


RULES = {
    "last before first": (
        lambda c: numbers(c, (FIRST, FIRST), ("+442079460139", FIRST)),
        "numbers[1].last",
        "ddi-range",
    ),
    "ends of two lengths": (lambda c: numbers(c, (FIRST, FIRST), (FIRST, FIRST + "0")), "numbers[1].last", "ddi-range"),
    "a number in two ranges": (
        lambda c: numbers(c, (FIRST, "+442079460120"), ("+442079460120",) * 2),
        "numbers[1]",
        "ddi-unique",
    ),
    "numbers of another": (lambda c: numbers(c, (FIRST, "+442079460200")), "numbers[0]", "ddi-of-buyer"),
    "a main number of nobody": (lambda c: asked(c).update(main_number="+442079460140"), "main_number", "main-number"),
    "half a place": (lambda c: asked(c)["numbers"][1].pop("uprn"), "numbers[1].uprn", "ddi-place"),
    "the other half": (lambda c: asked(c)["numbers"][1].pop("postcode"), "numbers[1].postcode", "ddi-place"),
    "a port before the order": (lambda c: asked(c)["port"].update(date="2026-11-20"), "port.date", "port-date"),
    "a port on a Sunday": (lambda c: asked(c)["port"].update(date="2027-01-17"), "port.date", "port-date"),
    "a lift without a gateway": (
        lambda c: asked(c).update(analogue=[{"name": "LIFT", "number": FIRST}]),
        "analogue",
        "analogue-ports",
    ),
    "a lift with a number of nobody": (
        lambda c: asked(c).update(analogue=[{"name": "LIFT", "number": "+442079460199"}]),
        "analogue[0].number",
        "analogue-number",
    ),
    "two lifts of one number": (
        lambda c: asked(c).update(analogue=[{"name": name, "number": FIRST} for name in ("A", "B")]),
        "analogue[1]",
        "analogue-unique",
    ),
}


@pytest.mark.parametrize(("change", "field", "rule"), RULES.values(), ids=RULES)
def test_what_breaks_a_rule_is_named(gate, wcc, change, field, rule):
    change(wcc)
    findings, passed = found(gate(wcc))
    assert (f"{PARAMETERS}.{field}", rule) in findings
    assert not passed


@pytest.mark.parametrize("required", [None, "2027-01-19"])
def test_a_ported_line_is_not_wanted_before_its_numbers_change_hands(gate, wcc, required):
    wcc["lines"][0]["customer_required_date"] = required
    assert found(gate(wcc)) == ([("lines[0].customer_required_date", "port-before-crd")], False)


def test_a_port_makes_the_lead_time_longer(gate, wcc):
    product = gate(wcc).order.lines[0].product
    assert product.lead_time_with(asked(wcc)) == 30
    del asked(wcc)["port"]
    assert product.lead_time_with(asked(wcc)) == product.lead_time_with({**asked(wcc), "port": None}) == 20


def test_two_lines_share_neither_numbers_nor_a_pbx(gate, wcc):
    second = copy.deepcopy(wcc["lines"][0]) | {"id": "L2"}
    wcc["lines"].append(second)
    findings, passed = found(gate(wcc))
    assert findings.count(("lines[1].parameters.numbers[0]", "ddi-unique")) == 1
    assert ("lines[1].parameters.pbx", "pbx-unique") in findings
    assert not passed


def test_a_site_without_an_sbc_orders_no_trunk(gate, wcc, view):
    site = view(wcc).sites["WCC-DEP-04"].model_copy(update={"served_by": {}})
    assert found(gate(wcc, sites={"WCC-DEP-04": site})) == ([("lines[0].site", "landline-ready")], False)


def test_a_buyer_without_telephony_has_no_numbers(gate, wcc, view):
    buyer = view(wcc).buyer.model_copy(update={"telephony": None})
    findings, passed = found(gate(wcc, buyer=buyer))
    assert {rule for _, rule in findings} == {"ddi-of-buyer"}
    assert not passed


PLACES = st.integers(100, 199)
PREFIXES = st.one_of(st.just(""), st.integers(0, 99).map(str), st.integers(0, 9).map(lambda digit: f"0{digit}"))


@settings(max_examples=200, deadline=None)
@given(st.lists(st.tuples(PLACES, PLACES), min_size=1, max_size=4), PREFIXES, st.sets(st.sampled_from(Barring)))
def test_whatever_trunk_passes_the_gate_every_number_reaches_the_emergency_services(ranges, prefix, barred):
    content = content_of(CALL_OFF)
    numbers(content, *((f"+442079460{min(pair)}", f"+442079460{max(pair)}") for pair in ranges))
    main = f"+442079460{min(ranges[0])}"
    asked(content).update(outside_prefix=prefix or None, barred=sorted(barred), main_number=main)
    verdict = judge(content, view_of(content))
    rules = {finding.rule for finding in verdict.findings}
    assert rules <= {"ddi-unique"}, "no prefix and no barring is refused, for none takes an emergency call away"
    if verdict.order is None:
        return
    (design,) = make_design(verdict.order, ()).lines
    for dialled in emergency_strings(prefix):
        call = evaluate(rules_of(design), dialled)
        assert (call.route, call.number) == (EMERGENCY, dialled[-3:])
    ordered = {number for pair in ranges for number in range(min(pair), max(pair) + 1)}
    for place in range(95, 205):
        number = f"+442079460{place:03}"
        call = evaluate(rules_of(design), number)
        rings = call is not None and call.route == f"trunk:{design.dialplan}"
        assert rings == (place in ordered), "its own numbers ring, and no others"
        holding = [placed for placed in design.ranges if placed.numbers.has(number)]
        assert len(holding) == rings, "every number has one place"
