"""Video at the gate: what breaks a rule, and which finding says so; and a room never hides an emergency call."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from turnup.dialplan import EMERGENCY, emergency_strings, evaluate
from turnup.services.video import VideoParameters, dial_rules

CALL_OFF, VIDEO, ROOM = "WCC-2026-0008", 5, "lines[5].parameters.rooms[0]"


@pytest.fixture
def wcc(example):
    return example(CALL_OFF)


def found(verdict):
    return [(finding.field, finding.rule) for finding in verdict.findings], verdict.order is not None


def asked(content):
    return content["lines"][VIDEO]["parameters"]


def room(content):
    return asked(content)["rooms"][0]


CASES = {
    "a codec that there is not": (lambda c: room(c).update(codec="WCC-LIB-08-CX9"), f"{ROOM}.codec", "codec-exists"),
    "a switch for a codec": (lambda c: room(c).update(codec="WCC-LIB-08-SW1"), f"{ROOM}.codec", "codec-exists"),
    "another buyer's number": (lambda c: room(c).update(ddi="+442079460777"), f"{ROOM}.ddi", "number-of-buyer"),
    "the bridge under the room's number": (
        lambda c: asked(c)["bridge"].update(number="2150"),
        "lines[5].parameters.bridge.number",
        "video-unique",
    ),
    "a room that is dialled as 9 and 112": (
        lambda c: room(c).update(number="9112"),
        f"{ROOM}.number",
        "emergency-free",
    ),
}


@pytest.mark.parametrize(("change", "field", "rule"), CASES.values(), ids=CASES)
def test_what_no_room_can_be_is_refused_in_its_field(gate, wcc, change, field, rule):
    change(wcc)
    findings, passed = found(gate(wcc))
    assert (field, rule) in findings
    assert not passed


def test_all_seven_services_of_a_library_pass_together(gate, wcc):
    assert found(gate(wcc)) == ([], True)


def test_a_buyer_without_telephony_orders_no_rooms(gate, wcc, view):
    wcc["lines"] = [wcc["lines"][VIDEO]]
    buyer = view(wcc).buyer.model_copy(update={"telephony": None})
    assert found(gate(wcc, buyer=buyer)) == ([("lines[0].product", "buyer-has-telephony")], False)


NUMBERS = st.from_regex(r"[1-9][0-9]{2,5}", fullmatch=True)


@given(numbers=st.lists(NUMBERS, min_size=2, max_size=6, unique=True), prefix=st.sampled_from([None, "9", "0", "11"]))
def test_whatever_rooms_are_called_999_and_112_reach_the_emergency_services(numbers, prefix):
    rooms = [
        {"codec": "C1", "name": "Room", "number": each, "ddi": "+442079460190", "secret": "env:TURNUP_SECRET_R@1"}
        for each in numbers
    ]
    rules = dial_rules(VideoParameters(rooms=rooms, outside_prefix=prefix), "wcc.voice.example")
    for dialled in emergency_strings(prefix or ""):
        call = evaluate(rules, dialled)
        assert call is not None
        assert (call.route, call.number) == (EMERGENCY, dialled[-3:])
