"""Allocations: each value once, by constraint, in one transaction with the plan that takes it."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest

from tasks.ledger import Ledger
from turnup.allocation import Allocation
from turnup.errors import DesignError, LedgerError, TurnupError

CLERK = "clerk@supplier.example"
OTHER = "RBKC-2026-0007"


@pytest.fixture
def ledger(ledger, entries):
    """A ledger that knows two call-offs."""
    entries.record_call_off(ledger)
    entries.record_call_off(ledger, OTHER)
    return ledger


def plans_in(ledger) -> list[bool]:
    return [ledger.plans.latest(reference, 1) is not None for reference in ("LBHF-2026-0042", OTHER)]


def test_a_plan_and_what_it_takes_are_stored_together(ledger, entries):
    plan = entries.plan_taking(entries.vlan(110), entries.vlan(111, key="segment:PUBLIC"))
    ledger.plans.store(plan, CLERK)
    assert ledger.plans.taken() == plan.allocations
    assert ledger.plans.get(plan.hash) == plan


def test_a_value_that_another_plan_holds_is_refused_and_its_holder_named(ledger, entries):
    ledger.plans.store(entries.plan_taking(entries.vlan(110)), CLERK)
    before = ledger.head()
    late = entries.plan_taking(
        entries.vlan(112, f"{OTHER}/L1"), entries.vlan(110, f"{OTHER}/L1", "segment:GUEST"), reference=OTHER
    )
    with pytest.raises(DesignError) as caught:
        ledger.plans.store(late, CLERK)
    assert (caught.value.where, caught.value.found) == (
        "pool vlan/HF-LIB-01",
        "110 taken by LBHF-2026-0042/L1 meanwhile",
    )
    assert "Plan again" in caught.value.remedy
    assert [each.value for each in ledger.plans.taken()] == ["110"]  # 112 went back with the plan
    assert plans_in(ledger) == [True, False]
    assert ledger.head() == before


@pytest.mark.parametrize(
    ("held", "wanted"),
    [("10.64.16.0/25", "10.64.16.0/25"), ("10.64.16.0/25", "10.64.16.64/26"), ("10.64.16.64/26", "10.64.16.0/24")],
)
def test_subnets_that_overlap_are_one_value(ledger, entries, held, wanted):
    ledger.plans.store(entries.plan_taking(Allocation("subnet/LBHF", held, "LBHF-2026-0042/L1", "STAFF")), CLERK)
    with pytest.raises(DesignError, match=f"{held} taken by LBHF-2026-0042/L1"):
        ledger.plans.store(
            entries.plan_taking(Allocation("subnet/LBHF", wanted, f"{OTHER}/L1", "STAFF"), reference=OTHER), CLERK
        )
    beside = Allocation("subnet/LBHF", "10.64.17.0/24", f"{OTHER}/L1", "STAFF")
    ledger.plans.store(entries.plan_taking(beside, reference=OTHER), CLERK)


def test_the_same_value_of_another_pool_is_another_value(ledger, entries):
    ledger.plans.store(entries.plan_taking(entries.vlan(110)), CLERK)
    elsewhere = replace(entries.vlan(110, f"{OTHER}/L1"), pool="vlan/KC-TH-01")
    ledger.plans.store(entries.plan_taking(elsewhere, reference=OTHER), CLERK)
    assert len(ledger.plans.taken()) == 2


def test_the_constraint_stops_what_no_check_has_seen(ledger, entries):
    """Two lines of one plan: the check looks at what others hold."""
    twice = entries.plan_taking(entries.vlan(110), entries.vlan(110, "LBHF-2026-0042/L2"))
    with pytest.raises(LedgerError, match=r"(?i)unique"):
        ledger.plans.store(twice, CLERK)
    assert ledger.plans.taken() == ()
    assert plans_in(ledger) == [False, False]


def test_the_database_itself_keeps_a_value_once(ledger, entries, tamper):
    ledger.plans.store(entries.plan_taking(entries.vlan(110)), CLERK)
    columns = "pool, value, holder, key, state, until"
    with pytest.raises(Exception, match=r"(?i)unique"):
        tamper(f"INSERT INTO allocations ({columns}) SELECT pool, value, 'other', key, state, until FROM allocations")


def test_a_plan_that_cannot_be_stored_gives_its_values_back(ledger, entries):
    unknown = entries.plan_taking(entries.vlan(110), reference="LBHF-2026-9999")
    with pytest.raises(LedgerError, match="Record what it refers to first"):
        ledger.plans.store(unknown, CLERK)
    assert ledger.plans.taken() == ()


def test_the_same_plan_again_keeps_its_values_and_is_stored_once(ledger, entries):
    plan = entries.plan_taking(entries.vlan(110))
    ledger.plans.store(plan, CLERK)
    ledger.plans.store(plan, CLERK)
    assert len(ledger.plans.taken()) == 1
    assert ledger.audit.verify().plans == 1


def test_a_reservation_expires_and_a_holding_does_not(ledger, entries, clock):
    reserved = entries.plan_taking(entries.vlan(110))
    taken = entries.plan_taking(entries.vlan(111, key="segment:PUBLIC"))
    ledger.plans.store(reserved, CLERK)
    ledger.plans.store(taken, CLERK)
    ledger.plans.take(taken, CLERK)
    clock.go_on(days=30, microseconds=-1)
    assert len(ledger.plans.taken()) == 2
    clock.go_on(microseconds=1)
    assert [each.value for each in ledger.plans.taken()] == ["111"]
    ledger.plans.store(entries.plan_taking(entries.vlan(110, f"{OTHER}/L1", "segment:GUEST"), reference=OTHER), CLERK)
    with pytest.raises(DesignError, match=f"110 taken by {OTHER}/L1"):
        ledger.plans.take(reserved, CLERK)
    clock.go_on(days=3650)
    assert [each.value for each in ledger.plans.taken()] == ["111"]


def test_planning_again_renews_the_reservation(ledger, entries, clock):
    plan = entries.plan_taking(entries.vlan(110))
    ledger.plans.store(plan, CLERK)
    clock.go_on(days=29)
    ledger.plans.store(plan, CLERK)
    clock.go_on(days=29)
    assert len(ledger.plans.taken()) == 1


def test_planning_again_does_not_turn_a_holding_into_a_reservation(ledger, entries, clock):
    plan = entries.plan_taking(entries.vlan(110))
    ledger.plans.store(plan, CLERK)
    ledger.plans.take(plan, CLERK)
    ledger.plans.store(plan, CLERK)
    clock.time += timedelta(days=400)
    assert len(ledger.plans.taken()) == 1


@pytest.mark.parametrize("attempt", range(3))
def test_of_two_plans_at_once_only_one_takes_the_value(ledger, place, entries, processes, attempt):
    def store(reference: str) -> str:
        mine = Ledger(place)
        taking = (entries.vlan(110, f"{reference}/L1"), entries.vlan(120 + attempt, f"{reference}/L1", "segment:PRINT"))
        try:
            mine.plans.store(entries.plan_taking(*taking, reference=reference), CLERK)
        except TurnupError as error:
            return type(error).__name__
        finally:
            mine.close()
        return "stored"

    assert sorted(processes.at_once(store, ("LBHF-2026-0042",), (OTHER,))) == ["DesignError", "stored"]
    assert len({each.holder for each in ledger.plans.taken()}) == 1
    assert sorted(plans_in(ledger)) == [False, True]
    assert ledger.audit.verify().plans == 1


def test_plans_of_many_processes_at_once_share_nothing(ledger, place, entries, processes):
    """Each asks what is taken and takes the next value, as planning does; who comes too late plans again."""

    def plan_some(reference: str) -> str:
        mine = Ledger(place)
        for number in range(5):
            while True:
                held = {each.value for each in mine.plans.taken()}
                free = next(each for each in range(110, 200) if str(each) not in held)
                wanted = entries.vlan(free, f"{reference}/L1", f"segment:S{number}")
                try:
                    mine.plans.store(entries.plan_taking(wanted, reference=reference), CLERK)
                    break
                except DesignError:
                    continue
        mine.close()
        return "planned"

    assert processes.at_once(plan_some, ("LBHF-2026-0042",), (OTHER,)) == ["planned", "planned"]
    assert [each.value for each in ledger.plans.taken()] == [str(each) for each in range(110, 120)]
    assert ledger.audit.verify().plans == 10
