"""How `turnup status` tells lines that are not to be delivered any more, or that were there before their order."""

from __future__ import annotations

from datetime import date

import pytest
import yaml

from tasks.approvals.signatures import (
    call_off_statement,
    find_signatory,
    make_approval,
    record_approval,
    sign_statement,
)
from tasks.delivery import acknowledge, record_order
from tasks.ledger import LineState
from tasks.order import load_order
from tasks.standing import due_lines, standings
from turnup.clock import Milestone, Standing, WorkingCalendar, london_date

CALL_OFF = "RBKC-2026-0007"
L1, L5, L6 = (f"{CALL_OFF}/L{number}" for number in (1, 5, 6))
ACTOR = "clerk@supplier.example"
MUCH_LATER = date(2028, 1, 3)


@pytest.fixture
def revise(inventory):
    """Write a revision of the call-off with some of its lines."""
    path = inventory / "call-offs" / f"{CALL_OFF}.yaml"
    whole = yaml.safe_load(path.read_text())

    def revised(number, count):
        path.write_text(yaml.safe_dump({**whole, "revision": number, "lines": whole["lines"][:count]}))

    return revised


@pytest.fixture
def approve(workspace, ledger, signatory_key):
    """Approve the call-off as its file is now."""

    def approved():
        order = acknowledge(workspace, ledger, CALL_OFF)
        who, statement = find_signatory(order.buyer, "", signatory_key), call_off_statement(order)
        seal = sign_statement(statement, signatory_key)
        record_approval(ledger, order, make_approval(order, statement, who, seal, ledger.head(), ledger.now()))

    return approved


@pytest.fixture
def shown(ledger):
    """How the lines stand, by id."""
    return lambda: {each.line.id: each for each in standings(ledger, CALL_OFF, MUCH_LATER, WorkingCalendar())}


def test_a_line_that_a_later_approved_revision_leaves_out_is_superseded_and_has_no_clock(
    ledger, approve, revise, shown
):
    approve()
    committed = shown()[L6].line.contracted_date
    assert shown()[L6].reading.standing is Standing.LATE
    revise(2, 4)
    approve()
    left_out = shown()[L6]
    assert (left_out.line.state, left_out.latest) == (LineState.SUPERSEDED, "superseded")
    assert (left_out.clock, left_out.reading) == (None, None)
    assert ("acknowledged", london_date(ledger.now())) in left_out.reached, "its history stays"
    assert left_out.line.contracted_date == committed
    assert shown()[L1].reading.standing is Standing.LATE
    assert len(due_lines(tuple(shown().values()), WorkingCalendar())) == 4
    assert ledger.audit.verify().events > 0


def test_a_line_that_is_ordered_again_is_designed_again_with_its_first_dates(ledger, approve, revise, shown):
    approve()
    committed = shown()[L6].line.contracted_date
    for revision, count in ((2, 4), (3, 6)):
        revise(revision, count)
        approve()
    back = shown()[L6]
    assert (back.line.state, back.line.contracted_date) == (LineState.DESIGNED, committed)
    assert back.reading.standing is Standing.LATE
    assert ledger.audit.verify().events > 0


def test_what_was_delivered_or_is_of_a_later_draft_is_not_superseded(workspace, ledger, approve, revise, shown):
    revise(1, 5)
    approve()
    revise(2, 6)
    acknowledge(workspace, ledger, CALL_OFF)
    revise(1, 5)
    approve()
    assert shown()[L6].line.state is LineState.DESIGNED
    ledger.lines.set_state((L5,), LineState.DELIVERED, ACTOR)
    revise(3, 4)
    approve()
    assert shown()[L5].line.state is LineState.DELIVERED, "it goes on until a plan ends it"
    assert shown()[L6].line.state is LineState.SUPERSEDED


def test_a_ceased_line_is_shown_as_ceased_and_only_an_accepted_one_keeps_its_reading(ledger, approve, shown):
    approve()
    for milestone in (Milestone.TESTED, Milestone.ACCEPTED):
        ledger.lines.reach((L1,), milestone, ACTOR, "evidence")
    ledger.lines.set_state((L1, L6), LineState.CEASED, ACTOR)
    assert {shown()[line].latest for line in (L1, L6)} == {"ceased"}
    assert shown()[L1].reading.standing is Standing.MET
    assert shown()[L6].reading is None
    assert len(due_lines(tuple(shown().values()), WorkingCalendar())) == 6, "ceasing hides no miss"


def test_an_adopted_line_is_shown_as_adopted(workspace, ledger, shown):
    record_order(ledger, load_order(workspace, CALL_OFF), ACTOR, dated=False)
    ledger.lines.set_state((L1,), LineState.DELIVERED, ACTOR)
    assert (shown()[L1].latest, shown()[L6].latest) == ("adopted", "none")
    assert shown()[L1].reading is None
