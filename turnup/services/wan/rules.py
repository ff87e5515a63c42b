"""What a WAN access has to fit: a circuit and a CPE at the site, its bearer, and segments that are there."""

from __future__ import annotations

from collections.abc import Iterator

from turnup.findings import did_you_mean
from turnup.positions import FieldPath
from turnup.scalars import SiteCode
from turnup.service.checked import CheckedLine
from turnup.service.view import Report, View, site_file
from turnup.services.lan import NAME as LAN
from turnup.services.lan import asked_segments
from turnup.services.wan.access_rules import check_asn, check_internet, check_second_access
from turnup.services.wan.parameters import WanParameters
from turnup.services.wan.queue_rules import check_classes
from turnup.sites import Site

NAME = "wan"


def check_wans(view: View, lines: tuple[CheckedLine, ...], report: Report) -> None:
    """Check the WAN accesses of all lines together."""
    for line in lines:
        if line.site is not None and line.orders(NAME):
            _check_wan(view, line, line.site, report)
    ordered: dict[SiteCode, set[str]] = {}
    for lan in lines:
        if lan.orders(LAN):
            ordered.setdefault(lan.order_line.site, set()).update(segment.name for segment in asked_segments(lan))
    # What a delivered LAN holds is in the ledger, where the design looks; a line of no known product may be the LAN.
    unjudged = view.delivered_sites | {line.order_line.site for line in lines if line.product is None}
    for line in lines:
        code = line.order_line.site
        if not line.orders(NAME) or code in unjudged:
            continue
        if code in ordered:
            _check_routed(line, ordered[code], report)
        elif line.site is not None:
            place: FieldPath = ("lines", line.index)
            remedy = "Order a LAN at the site with it."
            report.add(place, "wan-has-lan", f"a LAN at {code}, ordered or delivered", "none", remedy)


def _routed_names(line: CheckedLine) -> Iterator[tuple[int, str]]:
    """Read the names of the segments that a WAN line routes, as they were written."""
    written = line.order_line.parameters.get("segments")
    for number, name in enumerate(written if isinstance(written, list) else ()):
        if isinstance(name, str):
            yield number, name.strip()


def _check_wan(view: View, line: CheckedLine, site: Site, report: Report) -> None:
    place: FieldPath = ("lines", line.index)
    needed = (("access_tail", site.access_tail), ("handoff", site.handoff), ("addresses", site.addresses))
    missing = ", ".join(name for name, there in needed if there is None)
    if missing:
        remedy = f"Describe {missing} in {site_file(site)}; the circuit has to exist."
        report.add((*place, "site"), "wan-ready", "an access tail and a CPE at the site", f"no {missing}", remedy)
    if not isinstance(line.parameters, WanParameters):
        return
    asked, where = line.parameters, (*place, "parameters")
    check_classes(asked.classes, where, report)
    tails = (site.access_tail, site.second_tail if asked.dual_access else None)
    for tail in (tail for tail in tails if tail is not None and asked.rate_mbps > tail.bearer_mbps):
        expected = f"at most the bearer's {tail.bearer_mbps} Mbit/s"
        remedy = "Order a lower rate, or a bigger bearer first."
        report.add((*where, "rate_mbps"), "rate-fits-bearer", expected, f"{asked.rate_mbps} Mbit/s", remedy)
    if asked.dual_access:
        check_second_access(asked, site, where, report)
    if asked.internet_breakout:
        check_internet(site, asked, where, report)
    if asked.asn is not None and view.framework is not None:
        check_asn(asked.asn, view.framework.pools, where, report)


def _check_routed(line: CheckedLine, there: set[str], report: Report) -> None:
    code = line.order_line.site
    for number, name in _routed_names(line):
        if name not in there:
            place = ("lines", line.index, "parameters", "segments", number)
            report.add(place, "segment-exists", f"a segment of the LAN at {code}", name, did_you_mean(name, there))
