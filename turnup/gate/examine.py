"""The gate itself: every rule is asked, whatever the others said."""

from __future__ import annotations

from turnup.call_off import CallOff, OrderLine
from turnup.findings import did_you_mean, errors_of
from turnup.gate.addresses import check_addresses
from turnup.gate.catalogue import check_parameters, check_product
from turnup.gate.eligibility import check_eligibility
from turnup.gate.places import check_site
from turnup.gate.term import check_ordered, check_term
from turnup.gate.value import check_value
from turnup.positions import Positions
from turnup.service.checked import CheckedLine
from turnup.service.order import Order, ValidLine, Verdict
from turnup.service.view import Report, View
from turnup.services.registry import services


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
    _check_revision(view, report)
    if view.framework is None:
        remedy = did_you_mean(call_off.framework, view.framework_names)
        report.add(("framework",), "framework-exists", "a framework of the inventory", call_off.framework, remedy)
    else:
        check_eligibility(view, view.framework, report)
        check_term(view.framework, report)
        check_value(view, view.framework, report)
    check_ordered(view, report)
    lines = tuple(_check_line(view, index, line, report) for index, line in enumerate(call_off.lines))
    _check_line_ids(report)
    for service in services().values():
        service.check(view, lines, report)
    check_addresses(view.buyer, lines, report)
    return _verdict(view, lines, report)


def _check_line(view: View, index: int, line: OrderLine, report: Report) -> CheckedLine:
    site = check_site(view, index, line, report)
    product = check_product(view.framework, index, line, report) if view.framework is not None else None
    parameters = check_parameters(product, index, line, report) if product is not None else None
    return CheckedLine(index, line, site, product, parameters)


def _check_revision(view: View, report: Report) -> None:
    """A revision that a later one replaced is not delivered any more."""
    found, latest = report.call_off.revision, view.approved_revision
    if found < latest:
        remedy = f"Go on with revision {latest}, or raise `revision` and have the change approved."
        report.add(
            ("revision",), "revision-stands", f"r{latest}, which was approved, or a later one", f"r{found}", remedy
        )


def _check_line_ids(report: Report) -> None:
    """Each line has an id of its own."""
    seen: set[str] = set()
    for index, line in enumerate(report.call_off.lines):
        if line.id in seen:
            report.add(("lines", index, "id"), "line-id-unique", "each id once", f"{line.id} again", "Rename one.")
        seen.add(line.id)


def _verdict(view: View, lines: tuple[CheckedLine, ...], report: Report) -> Verdict:
    own = report.positions.file
    findings = tuple(sorted(report.findings, key=lambda each: (each.file != own, each.file, each.line)))
    valid = tuple(line for line in map(_valid, lines) if line is not None)
    if errors_of(findings) or view.framework is None or view.buyer is None or len(valid) < len(lines):
        return Verdict(None, findings)
    return Verdict(Order(report.call_off, view.framework, view.buyer, valid), findings)


def _valid(line: CheckedLine) -> ValidLine | None:
    """The line, if nothing of it is missing."""
    if line.site is None or line.product is None or line.parameters is None:
        return None
    return ValidLine(line.order_line, line.product, line.site, line.parameters)
