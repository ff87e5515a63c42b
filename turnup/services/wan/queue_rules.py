"""Classes of a shaper: their shares fit the ordered rate, and no packet is of two classes."""

from __future__ import annotations

from typing import TYPE_CHECKING

from turnup.services.wan.parameters import MOST_PERCENT, MOST_PRIORITY_PERCENT, QosClass

if TYPE_CHECKING:
    from turnup.positions import FieldPath
    from turnup.service.view import Report


def check_classes(classes: tuple[QosClass, ...], above: FieldPath, report: Report) -> None:
    """Check the classes of one access together."""
    place = (*above, "classes")
    shares = sum(each.percent for each in classes)
    if shares > MOST_PERCENT:
        remedy = "Order smaller shares; what they leave is for all other traffic."
        expected = f"classes of {MOST_PERCENT} % of the ordered rate at most"
        report.add(place, "qos-classes-sum", expected, f"{shares} %", remedy)
    priority = sum(each.percent for each in classes if each.priority)
    if priority > MOST_PRIORITY_PERCENT:
        remedy = "Order smaller shares, or a class without priority."
        expected = f"priority for {MOST_PRIORITY_PERCENT} % of the ordered rate at most"
        report.add(place, "qos-priority-share", expected, f"{priority} %", remedy)
    _check_once(classes, place, report)


def _check_once(classes: tuple[QosClass, ...], place: FieldPath, report: Report) -> None:
    names: set[str] = set()
    points: dict[str, str] = {}
    for number, each in enumerate(classes):
        if each.name in names:
            report.add(
                (*place, number, "name"), "qos-class-unique", "each name once", f"{each.name} again", "Rename it."
            )
        names.add(each.name)
        for index, point in enumerate(each.dscp):
            if point in points:
                expected, found = "each code point in one class", f"{point} in {points[point]} too"
                remedy = "Leave it in one of them: the first class that matches a packet wins."
                report.add((*place, number, "dscp", index), "qos-code-point-unique", expected, found, remedy)
            points.setdefault(point, each.name)
