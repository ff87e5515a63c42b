"""Value: what a call-off commits and could come to, against the ceilings of lot and framework.

`committed = signed initial terms + exercised options`, `worst case = committed + unexercised options`; a later
revision of a reference replaces the earlier. All in pence-exact decimals.
"""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal

from turnup.call_off import CallOff
from turnup.findings import Severity
from turnup.framework import Framework, OverCeiling
from turnup.service.view import Report, View

NOTHING = Decimal(0)


@dataclass(frozen=True, slots=True)
class LotValue:
    """What a call-off is worth in one lot, in pounds."""

    lot: str
    committed: Decimal
    worst_case: Decimal


def value_of(call_off: CallOff, framework: Framework) -> tuple[LotValue, ...]:
    """Work out the value of a call-off by lot; lines of unknown products count nowhere."""
    exercised = sum(option.months for option in call_off.options if option.exercised)
    open_months = sum(option.months for option in call_off.options if not option.exercised)
    committed: dict[str, Decimal] = {}
    worst: dict[str, Decimal] = {}
    for line in call_off.lines:
        product = framework.product(line.product)
        if product is None:
            continue
        signed = line.one_off_gbp + line.monthly_gbp * (call_off.initial_term_months + exercised)
        committed[product.lot] = committed.get(product.lot, NOTHING) + signed
        worst[product.lot] = worst.get(product.lot, NOTHING) + signed + line.monthly_gbp * open_months
    return tuple(LotValue(lot, committed[lot], worst[lot]) for lot in sorted(committed))


def check_value(view: View, framework: Framework, report: Report) -> None:
    """Check worst cases against the ceilings of the lots and of the framework."""
    own = value_of(report.call_off, framework)
    others = tuple(each for each in view.commitments if each.reference != report.call_off.reference)
    for each in own:
        lot = framework.lot(each.lot)
        if lot is None:
            report.add(("lines",), "lot-exists", "a lot of the framework", each.lot, "Correct the catalogue.")
            continue
        taken = sum((other.worst_case for other in others if other.lot == each.lot), NOTHING)
        _check(report, framework, "lot-ceiling", f"lot {lot.code}", lot.ceiling_gbp, taken, each.worst_case)
    everything = sum((other.worst_case for other in others), NOTHING)
    worth = sum((each.worst_case for each in own), NOTHING)
    name = f"framework {framework.reference}"
    _check(report, framework, "framework-ceiling", name, framework.ceiling_gbp, everything, worth)


def _check(
    report: Report, framework: Framework, rule: str, name: str, ceiling: Decimal, taken: Decimal, worth: Decimal
) -> None:
    if taken + worth <= ceiling:
        return
    severity = Severity.ERROR if framework.rules.over_ceiling is OverCeiling.BLOCK else Severity.WARNING
    report.add(
        ("lines",),
        rule,
        f"at most £{max(ceiling - taken, NOTHING):,.2f} left in {name} (ceiling £{ceiling:,.2f})",
        f"a worst case of £{worth:,.2f}",
        "Reduce the order or its options, or agree a variation of the framework.",
        severity,
    )
