"""Customers' numbers on session border controllers come from the framework's pool, and no other number does."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest
from pydantic import ValidationError

from tasks.inventory.estate import Estate as Files
from turnup.design import make_design
from turnup.errors import DesignError, PoolExhausted
from turnup.framework import Framework
from turnup.gate import Verdict, View, examine
from turnup.positions import Positions

FILES = Files(Path(__file__).resolve().parents[3] / "inventory")
TRUNK, TELEPHONES = "WCC-2026-0011", "WCC-2026-0007"


def framework_with(span: object) -> Framework:
    content = FILES.framework("LDN-NET-2026").model_dump(mode="json")
    content["pools"]["telephone_customers"] = span
    return Framework.model_validate(content)


def judged(reference: str, framework: Framework) -> Verdict:
    call_off = FILES.call_off(reference).call_off
    view = View(
        framework=framework,
        eligible_buyers=FILES.eligible_buyers("LDN-NET-2026"),
        buyer=FILES.buyer(call_off.buyer),
        sites={line.site: FILES.site(line.site) for line in call_off.lines},
    )
    return examine(call_off, Positions("call-off.yaml", {(): 1}), view)


@pytest.mark.parametrize("reference", [TRUNK, TELEPHONES])
def test_the_first_number_of_the_pool_is_given_and_then_the_next_until_none_is_left(reference: str) -> None:
    order = judged(reference, framework_with((2000, 2001))).order
    assert order is not None
    design = make_design(order, ())
    (number,) = (each for each in design.allocations if each.pool == "customer/LDN-NET-2026")
    assert number.value == "2000"
    others = tuple(replace(number, holder=f"other-{value}", value=value) for value in ("2000", "2001"))
    (second,) = (each for each in make_design(order, others[:1]).allocations if each.pool == number.pool)
    assert second.value == "2001"
    words = r"pool customer/LDN-NET-2026: expected a free value .*; found 2 held and none left\. Enlarge the pool"
    with pytest.raises(PoolExhausted, match=words):
        make_design(order, others)


@pytest.mark.parametrize("reference", [TRUNK, TELEPHONES, "WCC-2026-0008"])
def test_a_framework_that_gives_none_out_sells_no_telephone_service(reference: str) -> None:
    verdict = judged(reference, framework_with(None))
    assert {each.rule for each in verdict.findings} >= {"framework-has-customers"}
    found = next(each for each in verdict.findings if each.rule == "framework-has-customers")
    assert "inventory/frameworks/LDN-NET-2026/framework.yaml" in found.remedy
    assert verdict.order is None


def test_the_design_says_so_too_where_nobody_asked_the_gate() -> None:
    order = judged(TRUNK, framework_with((1000, 1009))).order
    assert order is not None
    bare = replace(order, framework=framework_with(None))
    with pytest.raises(DesignError, match=r"framework\.yaml: expected pools\.telephone_customers"):
        make_design(bare, ())


@pytest.mark.parametrize("span", [(999, 2000), (1000, 1_000_000), (2000, 1999), (1, 9)])
def test_numbers_of_the_operator_and_spans_that_end_before_they_begin_are_refused(span: tuple[int, int]) -> None:
    with pytest.raises(ValidationError, match="lower ones are the operator's own"):
        framework_with(span)
