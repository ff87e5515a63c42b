"""Value: to the penny, by lot, against the ceilings, with everything that is bound already."""

from __future__ import annotations

from decimal import Decimal
from pathlib import Path

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st

from tasks.inventory.estate import Estate
from tasks.inventory.yaml_loader import Loader
from turnup.call_off import CallOff
from turnup.findings import Severity
from turnup.framework import OverCeiling
from turnup.gate import Commitment, LotValue, value_of

CHECKOUT = Path(__file__).resolve().parents[3]
EXAMPLE = yaml.load((CHECKOUT / "inventory/call-offs/LBHF-2026-0042.yaml").read_text(), Loader)
LINE = EXAMPLE["lines"][0]
FRAMEWORK = Estate(CHECKOUT / "inventory").framework("LDN-NET-2026")
LOT_1, LOT_2 = Decimal("70000000.00"), Decimal("90000000.00")


def pounds(pence):
    return f"{pence // 100}.{pence % 100:02}"


def bound(lot, worst_case, reference="WCC-2026-0099"):
    return (Commitment(reference, lot, Decimal(0), Decimal(worst_case)),)


def rules_of(verdict):
    return [finding.rule for finding in verdict.findings]


def test_value_is_one_off_and_months_by_lot_with_options_only_in_the_worst_case(rbkc, view):
    framework = view(rbkc).framework
    lan, wan = value_of(CallOff.model_validate(rbkc), framework)
    assert lan == LotValue("LOT-1", 3 * (3900 + 290 * 48), 3 * (3900 + 290 * 72))
    assert wan == LotValue(
        "LOT-2", Decimal(2 * (5200 + 640 * 48) + 2900 + 320 * 48), 2 * (5200 + 640 * 72) + 2900 + 320 * 72
    )


def test_an_exercised_option_is_committed_value(rbkc, view):
    rbkc["options"][0]["exercised"] = True
    lan = value_of(CallOff.model_validate(rbkc), view(rbkc).framework)[0]
    assert (lan.committed, lan.worst_case) == (3 * (3900 + 290 * 60), 3 * (3900 + 290 * 72))


@pytest.mark.parametrize(("penny", "passes"), [("0.00", True), ("0.01", False)])
def test_a_lot_may_be_filled_to_the_last_penny_and_not_one_beyond(penny, passes, lbhf, gate):
    worth = Decimal("4200.00") + 310 * 48
    verdict = gate(lbhf, commitments=bound("LOT-1", LOT_1 - worth + Decimal(penny)))
    assert (verdict.order is not None) is passes
    assert rules_of(verdict) == ([] if passes else ["lot-ceiling"])


@pytest.mark.parametrize(("penny", "passes"), [("0.00", True), ("0.01", False)])
def test_so_may_the_framework_although_its_lots_have_room(penny, passes, lbhf, gate, view):
    framework = view(lbhf).framework.model_copy(update={"ceiling_gbp": Decimal("1000000.00")})
    worth = Decimal("4200.00") + 310 * 48
    verdict = gate(lbhf, framework=framework, commitments=bound("LOT-2", 1000000 - worth + Decimal(penny)))
    assert (verdict.order is not None) is passes
    assert rules_of(verdict) == ([] if passes else ["framework-ceiling"])


def test_the_unexercised_option_counts_against_the_ceiling(lbhf, gate):
    committed = Decimal("4200.00") + 310 * 36
    assert rules_of(gate(lbhf, commitments=bound("LOT-1", LOT_1 - committed))) == ["lot-ceiling"]


def test_the_value_of_another_lot_does_not_fill_this_one(lbhf, gate):
    assert gate(lbhf, commitments=bound("LOT-2", LOT_2)).order is not None


def test_a_revision_replaces_the_value_of_the_one_before_it(lbhf, gate):
    lbhf["revision"] = 2
    before = bound("LOT-1", LOT_1, reference="LBHF-2026-0042")
    assert gate(lbhf, commitments=before).order is not None


def test_a_framework_may_warn_instead_of_refusing(lbhf, gate, view):
    framework = view(lbhf).framework
    rules = framework.rules.model_copy(update={"over_ceiling": OverCeiling.WARN})
    verdict = gate(lbhf, framework=framework.model_copy(update={"rules": rules}), commitments=bound("LOT-1", LOT_1))
    assert verdict.order is not None
    assert [(finding.rule, finding.severity) for finding in verdict.findings] == [("lot-ceiling", Severity.WARNING)]


def test_an_overspent_lot_has_nothing_left_rather_than_less(lbhf, gate):
    verdict = gate(lbhf, commitments=bound("LOT-1", LOT_1 + 5))
    assert "at most £0.00 left" in verdict.findings[0].expected


@given(
    prices=st.lists(
        st.tuples(st.integers(0, 600_000), st.integers(0, 45_000)),
        min_size=1,
        max_size=8,
    ),
    months=st.integers(1, 84),
    options=st.lists(st.tuples(st.integers(1, 24), st.booleans()), max_size=3),
)
def test_value_adds_up_in_whole_pence(prices, months, options):
    lines = [
        {**LINE, "id": f"L{number}", "one_off_gbp": pounds(once), "monthly_gbp": pounds(monthly)}
        for number, (once, monthly) in enumerate(prices)
    ]
    offered = [{"name": "Extension", "months": each, "exercised": exercised} for each, exercised in options]
    content = {**EXAMPLE, "initial_term_months": months, "options": offered, "lines": lines}
    (value,) = value_of(CallOff.model_validate(content), FRAMEWORK)
    signed = months + sum(each for each, exercised in options if exercised)
    total = months + sum(each for each, _ in options)
    assert value.committed * 100 == sum(once + monthly * signed for once, monthly in prices)
    assert value.worst_case * 100 == sum(once + monthly * total for once, monthly in prices)
