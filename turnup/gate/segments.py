"""Segments: at one site no name and no asked VLAN twice; a WAN routes segments that are there."""

from __future__ import annotations

from collections.abc import Iterable

from turnup.findings import did_you_mean
from turnup.gate.checked import CheckedLine
from turnup.gate.view import Report, View
from turnup.parameters import ServiceName
from turnup.positions import FieldPath
from turnup.scalars import SiteCode


def check_segments(view: View, lines: tuple[CheckedLine, ...], report: Report) -> None:
    """Check the segments of all lines together."""
    lans = tuple(line for line in lines if line.orders(ServiceName.LAN))
    _check_twice(lans, report)
    ordered: dict[SiteCode, set[str]] = {}
    for lan in lans:
        ordered.setdefault(lan.order_line.site, set()).update(segment.name for segment in lan.segments())
    # What a delivered LAN holds is in the ledger, where the design looks; a line of no known product may be the LAN.
    unjudged = view.delivered_sites | {line.order_line.site for line in lines if line.product is None}
    for line in lines:
        code = line.order_line.site
        if not line.orders(ServiceName.WAN) or code in unjudged:
            continue
        if code in ordered:
            _check_routed(line, ordered[code], report)
        elif line.site is not None:
            place: FieldPath = ("lines", line.index)
            remedy = "Order a LAN at the site with it."
            report.add(place, "wan-has-lan", f"a LAN at {code}, ordered or delivered", "none", remedy)


def _check_twice(lans: Iterable[CheckedLine], report: Report) -> None:
    names: set[tuple[SiteCode, str]] = set()
    vlans: set[tuple[SiteCode, int]] = set()
    for line in lans:
        code = line.order_line.site
        for segment in line.segments():
            place: FieldPath = ("lines", line.index, "parameters", "segments", segment.number)
            if (code, segment.name) in names:
                expected = f"each segment name once at {code}"
                report.add((*place, "name"), "segment-name-unique", expected, f"{segment.name} again", "Rename one.")
            names.add((code, segment.name))
            if segment.vlan is None:
                continue
            if (code, segment.vlan) in vlans:
                expected = f"each VLAN once at {code}"
                report.add((*place, "vlan"), "vlan-unique", expected, f"{segment.vlan} again", "Order another VLAN.")
            vlans.add((code, segment.vlan))


def _check_routed(line: CheckedLine, there: set[str], report: Report) -> None:
    code = line.order_line.site
    for number, name in line.routed_names():
        if name not in there:
            place = ("lines", line.index, "parameters", "segments", number)
            report.add(place, "segment-exists", f"a segment of the LAN at {code}", name, did_you_mean(name, there))
