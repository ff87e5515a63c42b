"""The gate itself: every rule is asked, whatever the others said."""

from __future__ import annotations

from turnup.call_off import CallOff
from turnup.findings import did_you_mean, errors_of
from turnup.framework import Framework
from turnup.gate.catalogue import check_parameters, check_product
from turnup.gate.eligibility import check_eligibility
from turnup.gate.order import Order, ValidLine, Verdict
from turnup.gate.places import check_places, check_site
from turnup.gate.term import check_term
from turnup.gate.value import check_value
from turnup.gate.view import Report, View
from turnup.positions import Positions


def examine(call_off: CallOff, positions: Positions, view: View) -> Verdict:
    """Judge a call-off.

    Args:
        call_off: as ordered.
        positions: where its fields stand in its file.
        view: what is known around it.

    Returns:
        an order if no finding refuses, and all findings at once, in the order of the file.
    """
    report = Report(call_off, positions)
    lines: tuple[ValidLine, ...] = ()
    if view.framework is None:
        remedy = did_you_mean(call_off.framework, view.framework_names)
        report.add(("framework",), "framework-exists", "a framework of the inventory", call_off.framework, remedy)
    else:
        lines = _examine_under(view.framework, view, report)
    findings = tuple(sorted(report.findings, key=lambda finding: finding.line))
    if errors_of(findings) or view.framework is None or view.buyer is None:
        return Verdict(None, findings)
    return Verdict(Order(call_off, view.framework, view.buyer, lines), findings)


def _examine_under(framework: Framework, view: View, report: Report) -> tuple[ValidLine, ...]:
    check_eligibility(view, framework, report)
    check_term(framework, report)
    check_value(view, framework, report)
    lines: list[tuple[int, ValidLine]] = []
    for index, line in enumerate(report.call_off.lines):
        site = check_site(view, index, line, report)
        product = check_product(framework, index, line, report)
        parameters = check_parameters(product, index, line, report) if product is not None else None
        if site is not None and product is not None and parameters is not None:
            lines.append((index, ValidLine(line, product, site, parameters)))
    check_places(view, tuple(lines), report)
    return tuple(line for _, line in lines)
