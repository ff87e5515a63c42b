"""Dialplans: numbers in blocks, what becomes of what is dialled, and 999 and 112 always first."""

from __future__ import annotations

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from turnup.dialplan import (
    BARRED,
    CARRIER,
    EMERGENCY,
    Barring,
    Matching,
    NumberRange,
    Priority,
    Rule,
    emergency_strings,
    evaluate,
    lost_emergency_calls,
    outside_rules,
)

START = 442079460000
PLACES = st.integers(START, START + 999)
PREFIXES = st.sampled_from(["", "9", "0", "8", "99", "1", "11", "112", "999"])


@given(PLACES, PLACES, PLACES)
def test_blocks_hold_all_numbers_of_a_range_and_no_others(one, other, third):
    numbers = NumberRange(f"+{min(one, other)}", f"+{max(one, other)}")
    blocks = numbers.blocks()
    assert sum(10**block.free for block in blocks) == numbers.size == len(tuple(numbers.numbers()))
    for number in (numbers.first, numbers.last, f"+{third}", numbers.first[:-1], f"{numbers.last}0"):
        fitting = [block for block in blocks if re.search(block.expression, number)]
        assert len(fitting) == numbers.has(number)
        assert all(number.startswith(block.prefix) for block in fitting)


@pytest.mark.parametrize(
    ("first", "last", "prefixes"),
    [
        ("+442079460100", "+442079460199", ["+4420794601"]),
        ("+442079460105", "+442079460105", ["+442079460105"]),
        ("+442079460108", "+442079460120", [*(f"+44207946010{n}" for n in "89"), "+44207946011", "+442079460120"]),
    ],
)
def test_a_range_is_the_fewest_blocks(first, last, prefixes):
    assert [block.prefix for block in NumberRange(first, last).blocks()] == prefixes


@given(PLACES, PLACES, PLACES, PLACES)
def test_ranges_overlap_where_they_share_a_number(one, two, three, four):
    first, second = (NumberRange(f"+{min(pair)}", f"+{max(pair)}") for pair in ((one, two), (three, four)))
    assert first.overlaps(second) == bool(set(first.numbers()) & set(second.numbers())) == second.overlaps(first)


@pytest.mark.parametrize(
    ("dialled", "number", "route"),
    [
        ("999", "999", EMERGENCY),
        ("9112", "112", EMERGENCY),
        ("902079460100", "+442079460100", CARRIER),
        ("02079460100", "+442079460100", CARRIER),
        ("+442079460100", "+442079460100", CARRIER),
        ("90033123456789", "+33123456789", CARRIER),
        ("9101", "101", CARRIER),
        ("116123", "116123", CARRIER),
        ("909098790000", "09098790000", BARRED),
        ("+449098790000", "+449098790000", BARRED),
        ("9118118", "118118", BARRED),
        ("07700900123", "+447700900123", CARRIER),
    ],
)
def test_what_is_dialled_becomes_a_number_and_a_way(dialled, number, route):
    call = evaluate(outside_rules("9", (Barring.PREMIUM, Barring.DIRECTORY)), dialled)
    assert call is not None
    assert (call.number, call.route) == (number, route)


@pytest.mark.parametrize("dialled", ["", "9", "99", "9999999", "2001", "1123", "0", "+", "911"])
def test_what_no_rule_fits_goes_nowhere(dialled):
    assert evaluate(outside_rules("9"), dialled) is None


@given(PREFIXES, st.sets(st.sampled_from(Barring)))
def test_no_prefix_and_no_barring_takes_the_emergency_services_away(prefix, barred):
    rules = outside_rules(prefix, tuple(barred))
    assert lost_emergency_calls(rules, prefix) == ()
    assert {evaluate(rules, dialled).number for dialled in emergency_strings(prefix)} == {"999", "112"}


@pytest.mark.parametrize(
    ("rule", "found"),
    [
        (Rule(0, Matching.REGEX, "^9", "", BARRED), "barred by the rule ^9"),
        (Rule(0, Matching.EQUAL, "999", "999", CARRIER), "carrier by the rule 999"),
        (Rule(0, Matching.EQUAL, "999", "112", EMERGENCY), "emergency by the rule 999"),
    ],
)
def test_a_rule_that_comes_first_loses_emergency_calls_and_is_named(rule, found):
    lost = lost_emergency_calls((*outside_rules("9"), rule), "9")
    assert ("999", found) in [(each.dialled, each.found) for each in lost]


def test_a_plan_without_rules_loses_every_emergency_call():
    lost = lost_emergency_calls((), "9")
    assert [each.dialled for each in lost] == ["999", "112", "9999", "9112"]
    assert {each.found for each in lost} == {"no rule for it"}


def test_of_one_priority_the_first_rule_counts():
    rules = [Rule(Priority.OWN, Matching.EQUAL, "1", each, "voicemail") for each in ("a", "b")]
    assert evaluate(rules, "1").number == "a"
