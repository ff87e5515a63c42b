"""Landline: numbers are whole, nobody else's and have a place, and no dialplan loses an emergency call."""

from __future__ import annotations

from collections.abc import Iterator

from turnup.buyers import Buyer
from turnup.dialplan import NumberRange, lost_emergency_calls, outside_rules
from turnup.positions import FieldPath
from turnup.service.checked import CheckedLine
from turnup.service.telephony import check_customers
from turnup.service.view import Report, View, site_file
from turnup.services.landline.parameters import LandlineParameters

NAME = "landline"
MOST_NUMBERS = 2000
"""Of one line: each is held in the ledger by itself."""


def check_landline(view: View, lines: tuple[CheckedLine, ...], report: Report) -> None:
    """Check the trunks of all lines together."""
    trunks = tuple(line for line in lines if line.orders(NAME))
    check_customers(view, trunks, report)
    for line in trunks:
        place: FieldPath = ("lines", line.index)
        _check_site(line, place, report)
        if isinstance(line.parameters, LandlineParameters):
            _check_numbers(line.parameters, (*place, "parameters"), report)
            _check_owner(view.buyer, line.parameters, (*place, "parameters"), report)
            _check_analogue(line, line.parameters, (*place, "parameters"), report)
            _check_port(line, line.parameters, report)
            check_emergency(line.parameters, (*place, "parameters"), report)
    _check_twice(trunks, report)


def _check_site(line: CheckedLine, place: FieldPath, report: Report) -> None:
    if line.site is not None and NAME not in line.site.served_by:
        remedy = f"Describe served_by.landline in {site_file(line.site)}."
        report.add((*place, "site"), "landline-ready", "an SBC for the site", "no served_by.landline", remedy)


def _check_numbers(asked: LandlineParameters, place: FieldPath, report: Report) -> None:
    """Ranges are whole, each has one place, and the main number is one of them."""
    for number, ddi in enumerate(asked.numbers):
        where = (*place, "numbers", number)
        if ddi.range.fault:
            remedy = "Give the lowest number as first and the highest as last, both with + and country code."
            report.add((*where, "last"), "ddi-range", ddi.range.fault, ddi.range.text, remedy)
        if (ddi.uprn is None) != (ddi.postcode is None):
            missing = "postcode" if ddi.postcode is None else "uprn"
            remedy = "Give both, or neither: then it is the site's."
            report.add((*where, missing), "ddi-place", "UPRN and postcode of one place", f"no {missing}", remedy)
    whole = [ddi.range for ddi in asked.numbers if not ddi.range.fault]
    if not any(each.has(asked.main_number) for each in whole):
        remedy = "Take one of the trunk's numbers: it is what others see, and its place is where help is sent."
        report.add((*place, "main_number"), "main-number", "a number of the trunk", asked.main_number, remedy)
    if sum(each.size for each in whole) > MOST_NUMBERS:
        expected = f"at most {MOST_NUMBERS} numbers in a line"
        report.add(
            (*place, "numbers"), "ddi-count", expected, f"{sum(each.size for each in whole)}", "Order two lines."
        )


def _check_owner(buyer: Buyer | None, asked: LandlineParameters, place: FieldPath, report: Report) -> None:
    """The numbers were given to the buyer: no other customer can have them."""
    given = buyer.telephony.numbers if buyer is not None and buyer.telephony is not None else ()
    for number, ddi in enumerate(asked.numbers):
        numbers = ddi.range
        if buyer is not None and not numbers.fault and not any(each.range.holds(numbers) for each in given):
            remedy = f"Correct the range, or add it to telephony.numbers in inventory/buyers/{buyer.code}.yaml."
            where = (*place, "numbers", number)
            report.add(where, "ddi-of-buyer", f"numbers that were given to {buyer.code}", numbers.text, remedy)


def _check_analogue(line: CheckedLine, asked: LandlineParameters, place: FieldPath, report: Report) -> None:
    """Analogue lines have numbers of the trunk, each its own, and ports of a gateway at the site."""
    seen: set[str] = set()
    for number, analogue in enumerate(asked.analogue):
        where = (*place, "analogue", number)
        if not any(ddi.range.has(analogue.number) for ddi in asked.numbers):
            remedy = "Take one of the trunk's numbers."
            report.add((*where, "number"), "analogue-number", "a number of the trunk", analogue.number, remedy)
        for name in (analogue.number, analogue.name):
            if name in seen:
                remedy = "Give each line a number and a name of its own."
                report.add(where, "analogue-unique", "each number and name once", f"{name} again", remedy)
            seen.add(name)
    if asked.analogue and line.site is not None:
        edge = line.site.voice_edge
        there = len(edge.analogue_ports) if edge is not None else 0
        if len(asked.analogue) > there:
            expected = f"analogue ports for {len(asked.analogue)} lines"
            remedy = f"Describe voice_edge.analogue_ports in {site_file(line.site)}, or order fewer lines."
            report.add((*place, "analogue"), "analogue-ports", expected, f"{there} ports", remedy)


def _check_port(line: CheckedLine, asked: LandlineParameters, report: Report) -> None:
    """Numbers that come from another provider come after the order, on a weekday, and the date waits for them."""
    if asked.port is None:
        return
    where: FieldPath = ("lines", line.index, "parameters", "port", "date")
    ordered, port = report.call_off.ordered_at.date(), asked.port.date
    if port <= ordered:
        report.add(where, "port-date", f"a date after the order of {ordered}", f"{port}", "Agree a later date.")
    if port.weekday() > 4:
        remedy = "Numbers change hands on working days: agree another day with the losing provider."
        report.add(where, "port-date", "a day from Monday to Friday", f"{port:%A} {port}", remedy)
    required = line.order_line.customer_required_date
    if required is None or required < port:
        expected = f"a date from {port} on, when the numbers change hands"
        remedy = "The line is not complete before: give that date or a later one."
        found = "none" if required is None else f"{required}"
        report.add(("lines", line.index, "customer_required_date"), "port-before-crd", expected, found, remedy)


def check_emergency(asked: LandlineParameters, place: FieldPath, report: Report) -> None:
    """999 and 112 get through, with and without the prefix, whatever else is ordered."""
    prefix = asked.outside_prefix or ""
    for lost in lost_emergency_calls(outside_rules(prefix, asked.barred), prefix):
        remedy = "Choose another outside prefix."
        expected = f"{lost.dialled} to reach the emergency services"
        report.add((*place, "outside_prefix"), "emergency-reachable", expected, lost.found, remedy)


def _check_twice(lines: tuple[CheckedLine, ...], report: Report) -> None:
    """No number is in two ranges, and no PBX address in two lines: calls from there could be either's."""
    seen: list[tuple[NumberRange, str]] = []
    peers: dict[tuple[str, int], str] = {}
    for line, place, numbers in _ranges(lines):
        other = next((where for former, where in seen if former.overlaps(numbers)), "")
        if other:
            remedy = "Take the numbers out of one of them."
            report.add(place, "ddi-unique", f"no number that is in {other}", numbers.text, remedy)
        seen.append((numbers, f"{numbers.text} of {line.order_line.id}"))
    for line in lines:
        if isinstance(line.parameters, LandlineParameters):
            peer = (str(line.parameters.pbx), 0)
            if peer in peers:
                where: FieldPath = ("lines", line.index, "parameters", "pbx")
                remedy = "Give each trunk a PBX address of its own, or order one trunk with all numbers."
                report.add(where, "pbx-unique", f"another address than that of {peers[peer]}", peer[0], remedy)
            peers[peer] = line.order_line.id


def _ranges(lines: tuple[CheckedLine, ...]) -> Iterator[tuple[CheckedLine, FieldPath, NumberRange]]:
    for line in lines:
        if isinstance(line.parameters, LandlineParameters):
            for number, ddi in enumerate(line.parameters.numbers):
                if not ddi.range.fault:
                    yield line, ("lines", line.index, "parameters", "numbers", number), ddi.range
