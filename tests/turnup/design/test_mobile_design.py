"""SIMs from the order to the records of a RADIUS server: an address each, the same again, nobody else's."""

from __future__ import annotations

import copy
import time
from dataclasses import replace
from pathlib import Path

import pytest
import yaml
from hypothesis import given, settings
from hypothesis import strategies as st

from tasks.inventory.estate import Estate as Files
from tasks.inventory.yaml_loader import Loader
from turnup.call_off import CallOff
from turnup.design import Allocation, make_design
from turnup.errors import DesignError, TenantFence, TurnupError
from turnup.findings import errors_of
from turnup.gate import Order, View, examine
from turnup.plan import DeviceReading, Estate, check_fence, intents_for, make_plan
from turnup.positions import Positions
from turnup.render import Templates
from turnup.services.mobile import MobileDesign

CHECKOUT = Path(__file__).resolve().parents[3]
FILES = Files(CHECKOUT / "inventory")
CONTENT = yaml.load((CHECKOUT / "inventory/call-offs/WCC-2026-0005.yaml").read_text(), Loader)
SITE, CORE = FILES.site("WCC-DEP-04"), FILES.site("LON-CORE-03")
VIEW = View(
    framework=FILES.framework("LDN-NET-2026"),
    eligible_buyers=FILES.eligible_buyers("LDN-NET-2026"),
    buyer=FILES.buyer("WCC"),
    sites={SITE.code: SITE},
)
ESTATE = Estate({SITE.code: SITE, CORE.code: CORE}, FILES.provider())
TEMPLATES = Templates(CHECKOUT / "templates")


def luhn(digits: str) -> str:
    values = [int(digit) * (2 if place % 2 == 0 else 1) for place, digit in enumerate(reversed(digits))]
    return digits + str(-sum(value // 10 + value % 10 for value in values) % 10)


def sim(number: int, **more: object) -> dict:
    names = {"iccid": luhn(f"8901001{number:011}"), "imsi": f"00101{number:010}", "msisdn": f"+4477009{number:05}"}
    return names | more


def ordered(sims: list[dict] | None = None, **content: object) -> Order:
    changed = copy.deepcopy(CONTENT) | content
    if sims is not None:
        changed["lines"][0]["parameters"]["sims"] = sims
    verdict = examine(CallOff.model_validate(changed), Positions("call-off.yaml", {(): 1}), VIEW)
    assert verdict.order is not None, verdict.findings
    return verdict.order


def designed(order: Order, taken: tuple[Allocation, ...] = ()) -> tuple[MobileDesign, tuple[Allocation, ...]]:
    design = make_design(order, taken)
    (mobile,) = design.lines
    assert isinstance(mobile, MobileDesign)
    return mobile, design.allocations


def test_a_sim_keeps_its_address_when_others_come_and_go():
    first, taken = designed(ordered([sim(1), sim(2), sim(3)]))
    assert [str(each.address) for each in first.sims] == ["10.64.224.1", "10.64.224.2", "10.64.224.3"]
    then, _ = designed(ordered([sim(9), sim(3), sim(1)]), taken)
    assert {each.imsi: str(each.address) for each in then.sims} == {
        sim(9)["imsi"]: "10.64.224.4",  # the second's is not free before it has rested
        sim(3)["imsi"]: "10.64.224.3",
        sim(1)["imsi"]: "10.64.224.1",
    }


def test_the_number_of_a_lost_sim_goes_on_with_another_and_numbers_and_cards_may_be_exchanged():
    _, taken = designed(ordered([sim(1), sim(2)]))
    lost = sim(9, msisdn=sim(2)["msisdn"])
    exchanged = [sim(1, msisdn=sim(2)["msisdn"], iccid=sim(2)["iccid"]), sim(2, msisdn=sim(1)["msisdn"])]
    exchanged[1]["iccid"] = sim(1)["iccid"]
    for sims in ([sim(1), lost], exchanged):
        then, held = designed(ordered(sims), taken)
        assert {each.imsi: each.msisdn for each in then.sims} == {each["imsi"]: each["msisdn"] for each in sims}
        assert {each for each in held if each.pool.startswith("msisdn/")} <= set(taken), "what was held is held on"
        again, held_again = designed(ordered([sim(1), sim(2)]), held)
        assert [each.msisdn for each in again.sims] == [sim(1)["msisdn"], sim(2)["msisdn"]]
        assert len({(each.pool, each.value) for each in held_again}) == len(held_again)


def test_a_number_of_another_line_does_not_move():
    _, taken = designed(ordered([sim(1)]))
    others = tuple(replace(each, holder="WCC-2026-0009/L1") for each in taken)
    with pytest.raises(DesignError, match=r"held by WCC-2026-0009/L1"):
        designed(ordered([sim(9, msisdn=sim(1)["msisdn"])]), others)


@settings(max_examples=50, deadline=None)
@given(st.lists(st.sets(st.integers(1, 30), min_size=1), min_size=1, max_size=5))
def test_whatever_is_ordered_no_two_sims_have_one_address(revisions):
    taken: dict[tuple[str, str], Allocation] = {}
    for numbers in revisions:
        design, given_out = designed(ordered([sim(each) for each in sorted(numbers)]), tuple(taken.values()))
        taken |= {(each.pool, each.value): each for each in given_out}
        addresses = [each.address for each in design.sims]
        assert len(set(addresses)) == len(numbers)
        assert all(each in VIEW.buyer.private_apn.addresses for each in addresses)
    held = [each for each in taken.values() if each.pool == "sim/WCC"]
    assert len({each.value for each in held}) == len({each.key for each in held}) == len(held)


@pytest.mark.parametrize("name", ["imsi", "iccid", "msisdn"])
def test_a_sim_of_another_order_is_refused_and_named(name):
    _, taken = designed(ordered([sim(1)]))
    other = ordered([sim(2, **{name: sim(1)[name]})], reference="WCC-2026-0006")
    with pytest.raises(DesignError, match=rf"{name}/LDN-NET-2026.* held by WCC-2026-0005/L1"):
        designed(other, taken)


def test_an_apn_of_another_buyer_is_refused():
    taken = (Allocation("apn/LDN-NET-2026", "wcc.example", "buyer/SWK", "apn"),)
    with pytest.raises(DesignError, match=r"wcc\.example to be free .*held by buyer/SWK"):
        designed(ordered(), taken)


def test_a_server_that_is_none_is_refused_by_name():
    order = ordered()
    core = SITE.served_by["mobile"].model_copy(update={"devices": ("LON-AAA-09",)})
    estate = Estate(
        {SITE.code: SITE.model_copy(update={"served_by": {"mobile": core}}), CORE.code: CORE}, ESTATE.provider
    )
    with pytest.raises(DesignError, match="in the role radius; found LON-AAA-09"):
        intents_for(make_design(order, ()), estate)


def plan_of(order: Order, running: str = ""):
    design = make_design(order, ())
    intents = intents_for(design, ESTATE)
    return make_plan(design, ESTATE, TEMPLATES, intents, {"LON-AAA-01": DeviceReading(running)})


def test_two_thousand_sims_are_designed_and_planned_in_seconds():
    began = time.process_time()
    plan = plan_of(ordered([sim(each) for each in range(1, 2001)]))
    check_fence(plan, ESTATE)
    assert plan.changes[0].command_count == 10_000
    assert time.process_time() - began < 10


# --- the fence --------------------------------------------------------------------------------------------------------

WRONG = {
    "another buyer's SIM": ("user 001010000000001\n", "user 001010000000077\n", "only SIMs and logins of WCC"),
    "another buyer's APN": ('"wcc.example"', '"swk.example"', "only access points of WCC"),
    "another buyer's address": ("10.64.224.1\n", "10.96.224.1\n", "only SIM addresses of WCC"),
}


@pytest.mark.parametrize(("ours", "theirs", "words"), WRONG.values(), ids=WRONG)
@pytest.mark.parametrize("way", ["remediation", "rollback"])
def test_whatever_a_template_says_no_other_buyers_record_is_named(ours, theirs, words, way):
    plan = plan_of(ordered())
    check_fence(plan, ESTATE)
    (change,) = plan.changes
    text = change.remediation.replace(ours, theirs)
    assert text != change.remediation
    with pytest.raises(TenantFence, match=words):
        check_fence(replace(plan, changes=(replace(change, **{way: text}),)), ESTATE)


def test_a_record_of_somebody_else_for_our_sim_is_not_taken_over():
    running = "user 001010000000001\n check Auth-Type := Accept\n reply Framed-IP-Address = 10.99.0.7\n"
    with pytest.raises(TenantFence, match=r"10\.99\.0\.7"):
        check_fence(plan_of(ordered(), running), ESTATE)


# --- nothing breaks out of its line -----------------------------------------------------------------------------------

HOSTILE = st.text(
    st.sampled_from(list("0123456789+ab.-\n\r\t \"'`%\\#,:=<>{}$!?\u2028\u2029\x00\x85é٣")), min_size=1, max_size=24
)


@settings(max_examples=300, deadline=None)
@given(st.sampled_from(["imsi", "iccid", "msisdn"]), HOSTILE, st.integers(0, 15))
def test_a_hostile_identity_is_refused_or_stays_in_its_line(name, text, place):
    value = sim(1)[name]
    content = copy.deepcopy(CONTENT)
    content["lines"][0]["parameters"]["sims"] = [sim(1, **{name: value[:place] + text + value[place:]})]
    verdict = examine(CallOff.model_validate(content), Positions("call-off.yaml", {(): 1}), VIEW)
    if verdict.order is None:
        assert errors_of(verdict.findings)
        return
    plan = plan_of(verdict.order)
    assert plan.changes[0].command_count == 5


@settings(max_examples=300, deadline=None)
@given(HOSTILE, st.integers(0, 11))
def test_a_hostile_apn_is_refused_or_stays_in_its_line(text, place):
    buyer = VIEW.buyer.model_dump(mode="json")
    buyer["private_apn"]["apn"] = "wcc.example"[:place] + text + "wcc.example"[place:]
    try:
        known = type(VIEW.buyer).model_validate(buyer)
    except (ValueError, TurnupError):
        return
    plan = plan_of(replace(ordered(), buyer=known))
    assert [line.count('"') for line in plan.changes[0].remediation.splitlines() if '"' in line] == [2] * 6
