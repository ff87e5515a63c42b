"""Dial plans of telephones: whatever is ordered, help is reached, and a number means one thing only."""

from __future__ import annotations

import re
from pathlib import Path

from hypothesis import given, settings
from hypothesis import strategies as st

from tasks.inventory.estate import Estate
from turnup.allocation import Allocator
from turnup.dialplan import EMERGENCY, Barring, emergency_strings, evaluate
from turnup.gate import View, examine
from turnup.render import Templates
from turnup.service.contract import Designing
from turnup.service.intent import Surroundings
from turnup.service.lines import ServiceLine
from turnup.services.uc.design import UcDesign, design_uc
from turnup.services.uc.dial_plan import blocks_of, dial_rules
from turnup.services.uc.intents import uc_intents
from turnup.services.uc.parameters import EXTENSION_PATTERN, UcParameters
from turnup.services.uc.rules import _faults

CHECKOUT = Path(__file__).resolve().parents[3]
ESTATE, TEMPLATES = Estate(CHECKOUT / "inventory"), Templates(CHECKOUT / "templates")
SITE, PROVIDER = ESTATE.site("WCC-LIB-01"), ESTATE.provider()
LOADED = ESTATE.call_off("WCC-2026-0007")
VIEW = View(
    ESTATE.framework("LDN-NET-2026"), ESTATE.eligible_buyers("LDN-NET-2026"), ESTATE.buyer("WCC"), {SITE.code: SITE}
)
ORDER = examine(LOADED.call_off, LOADED.positions, VIEW).order
AROUND = Surroundings(
    SITE, {each.name: each for code in ("LON-CORE-04", "LON-CORE-05") for each in ESTATE.site(code).devices}
)
REALM = "wcc.voice.example"
SECRET = "file:secrets/a@1"


@st.composite
def orders(draw: st.DrawFn) -> UcParameters:
    """An order that the gate lets pass: any prefix, any length, any barred calls, numbers as they may be."""
    length = draw(st.integers(3, 6))
    prefix = draw(st.sampled_from([None, "9", "0", "8", "99", "11", "1", "12"]))
    frame = {"main_number": "+442079460100", "extension_length": length, "outside_prefix": prefix}
    plan = UcParameters(**frame, extensions=[{"number": "200", "name": "x", "secret": SECRET}])
    digits = st.integers(10 ** (length - 1), 10**length - 1).map(str).filter(lambda each: not list(_faults(each, plan)))
    start = draw(digits)
    near = [str(int(start) + step) for step in range(draw(st.integers(1, 120)))]
    apart = draw(st.lists(digits, max_size=12))
    numbers = sorted({each for each in (*near, *apart) if len(each) == length and not list(_faults(each, plan))})
    ddis = draw(st.permutations([f"+44207946{number:04}" for number in range(101, 140)]))
    extensions = [
        {"number": number, "name": "Desk", "secret": SECRET, "voicemail": draw(st.booleans())}
        | ({"ddi": ddis.pop()} if ddis and draw(st.booleans()) else {})
        for number in numbers
    ]
    barred = draw(st.sets(st.sampled_from(list(Barring))))
    return UcParameters(**frame, barred=sorted(barred), extensions=extensions)


@settings(deadline=None)
@given(orders())
def test_help_is_reached_from_every_extension_whatever_is_ordered(order: UcParameters) -> None:
    rules = dial_rules(order, REALM)
    for dialled in emergency_strings(order.outside_prefix or ""):
        call = evaluate(rules, dialled)
        assert call is not None, dialled
        assert (call.route, call.number) == (EMERGENCY, dialled[-3:])
    assert {"999", "112"} <= set(emergency_strings(order.outside_prefix or ""))


@settings(deadline=None)
@given(orders())
def test_every_extension_and_ddi_rings_where_it_was_ordered_and_no_other_number_does(order: UcParameters) -> None:
    rules = dial_rules(order, REALM)
    ordered = {}
    for each in order.extensions:
        route = f"extension:{REALM}{';voicemail' if each.voicemail else ''}"
        for dialled in (each.number, *([each.ddi] if each.ddi else [])):
            ordered[dialled] = (each.number, route)
    for dialled, (number, route) in ordered.items():
        call = evaluate(rules, dialled)
        assert call is not None
        assert (call.number, call.route) == (number, route)
    known = {each.number for each in order.extensions}
    neighbours = {str(int(each) + step) for each in known for step in (-1, 1, 10, -10)} - known
    for dialled in neighbours:
        call = evaluate(rules, dialled)
        assert call is None or not call.route.startswith("extension:"), dialled


@given(st.sets(st.integers(1000, 1300).map(str)))
def test_blocks_hold_exactly_their_numbers_and_are_few(numbers: set[str]) -> None:
    blocks = list(blocks_of(numbers))
    held = [f"{prefix}{tail:0{free}}" if free else prefix for prefix, free in blocks for tail in range(10**free)]
    assert sorted(held) == sorted(numbers)
    if numbers == {str(each) for each in range(1000, 1300)}:
        assert blocks == [("10", 2), ("11", 2), ("12", 2)]
    assert list(blocks_of(str(each) for each in range(2000, 3000))) == [("2", 3)]


def test_calls_that_are_barred_stay_in_the_house_and_short_numbers_get_out() -> None:
    order = UcParameters(
        main_number="+442079460100",
        outside_prefix="9",
        barred=[Barring.PREMIUM, Barring.INTERNATIONAL],
        extensions=[{"number": "2001", "name": "Desk", "secret": SECRET}],
    )
    rules = dial_rules(order, REALM)

    def to(dialled: str) -> tuple[str, str] | None:
        call = evaluate(rules, dialled)
        return None if call is None else (call.number, call.route)

    assert to("909098790000")[1] == "barred"
    assert to("90033123456789")[1] == "barred"
    assert to("902079460200") == ("+442079460200", "carrier")
    assert to("9101") == ("101", "carrier")
    assert to("2002") is None
    assert re.fullmatch(EXTENSION_PATTERN, "0999") is None


@settings(deadline=None)
@given(orders())
def test_whoever_calls_for_help_shows_a_number_that_has_a_place(order: UcParameters) -> None:
    design = designed(order)
    placed = set(design.registrar.numbers)
    assert {each.ddi for each in order.extensions if each.ddi} <= placed
    assert {each.number for each in design.registrar.subscribers} == {each.number for each in order.extensions}
    assert {each.cli for each in design.registrar.subscribers} <= placed
    registrar = next(each for each in uc_intents(design, AROUND, PROVIDER) if each.platform == "kamailio")
    text = TEMPLATES.render(registrar).text
    for number in placed:
        assert (
            f"numbers {number}\n customer {design.registrar.customer}\n postcode SW1W 0QG\n uprn 10033000101\n" in text
        )
    for each in design.registrar.subscribers:
        assert f"subscriber {each.number}@{REALM}\n cli {each.cli}\n" in text


def designed(order: UcParameters) -> UcDesign:
    """What a library's order becomes where nobody has anything yet."""
    line = ServiceLine("WCC-2026-0007/L1", "WCC-2026-0007", "WCC-LIB-01", "uc", "UC-SITE")
    return design_uc(Designing(order, line, SITE, ORDER, Allocator(()), (), frozenset({line.id})))
