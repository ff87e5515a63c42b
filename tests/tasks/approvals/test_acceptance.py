"""The satisfaction certificate: signed by the buyer, for tested lines only, over their evidence."""

from __future__ import annotations

import json

import pytest

from tasks.acceptance import accept_lines
from tasks.delivery import acknowledge
from tasks.ledger import ApprovalKind, Ledger
from turnup.errors import ApprovalRefused

CALL_OFF = "RBKC-2026-0007"
LINES = tuple(f"{CALL_OFF}/L{number}" for number in (1, 2, 3))


@pytest.fixture
def ledger(workspace, people):
    opened = Ledger(workspace.ledger, lambda: people.now)
    yield opened
    opened.close()


@pytest.fixture
def order(workspace, ledger, people):
    """A call-off of several lines, of which the first two are tested."""
    order = acknowledge(workspace, ledger, CALL_OFF)
    assert len(order.lines) > 2
    for number, line in enumerate(LINES[:2]):
        ledger.lines.reach([line], "tested", "engineer@supplier.example", f"{number}" * 64)
    return order


@pytest.fixture
def accept(people, ledger, order):
    def accepted(*wanted: str, signatory: str = "", key: str = "stranger"):
        return accept_lines(ledger, order, wanted, signatory, people.key(key))

    return accepted


def milestones(ledger, line: str) -> dict[str, str]:
    return {each.milestone: each.evidence for each in ledger.lines.milestones(line)}


def test_all_that_is_tested_is_accepted_and_nothing_else(accept, ledger):
    head = ledger.head()
    accepted = accept()
    assert (accepted.lines, accepted.signatory, accepted.head) == (LINES[:2], "stranger@rbkc.example", head)
    assert ["accepted" in milestones(ledger, line) for line in LINES] == [True, True, False]


def test_the_certificate_names_its_lines_and_keeps_the_head(accept, ledger):
    accept("L1")
    certificate = next(each for each in ledger.orders.approvals(CALL_OFF) if each.kind is ApprovalKind.ACCEPTANCE)
    stated = json.loads(certificate.statement)
    assert (stated["statement"], stated["service_lines"]) == ("satisfaction certificate", [LINES[0]])
    assert stated["ledger_head"] == certificate.ledger_head
    assert milestones(ledger, LINES[0])["accepted"] == certificate.subject_hash
    assert ledger.audit.verify(certificate.ledger_head).approvals == 1


def test_what_was_accepted_is_not_asked_for_again(accept):
    accept("L1")
    assert accept().lines == (LINES[1],)
    with pytest.raises(ApprovalRefused, match="tested and not accepted"):
        accept()


REFUSED = {
    "a line that is not tested": (("L3",), {}, "a tested line"),
    "one of two": (("L1", "L3"), {}, "a tested line"),
    "a line that there is not": (("L99",), {}, "a line of the call-off"),
    "a line of another call-off": (("../LBHF-2026-0042/L1",), {}, "a line of the call-off"),
    "a key of another buyer": ((), {"key": "director"}, "the key of one of its signatories"),
    "the right name with another key": (
        (),
        {"signatory": "head-of-ict@rbkc.example"},
        "a valid signature for acceptance@turnup over exactly these bytes",
    ),
}


@pytest.mark.parametrize(("wanted", "by", "expected"), REFUSED.values(), ids=REFUSED)
def test_what_may_not_be_accepted_is_refused_and_leaves_no_milestone(accept, ledger, wanted, by, expected):
    head = ledger.head()
    with pytest.raises(ApprovalRefused) as caught:
        accept(*wanted, **by)
    assert caught.value.expected == expected
    assert caught.value.remedy
    assert ledger.head() == head
