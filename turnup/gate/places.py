"""Places: sites exist, belong to the buyer, have what the services need, and their addresses do not collide."""

from __future__ import annotations

from itertools import combinations

from turnup.call_off import OrderLine
from turnup.findings import did_you_mean
from turnup.gate.order import ValidLine
from turnup.gate.view import Report, View
from turnup.parameters import LanParameters, WanParameters
from turnup.positions import FieldPath
from turnup.scalars import SiteCode
from turnup.sites import Site


def check_site(view: View, index: int, line: OrderLine, report: Report) -> Site | None:
    """Find the site of a line; it has to be the buyer's."""
    place = ("lines", index, "site")
    site = view.sites.get(line.site)
    if site is None:
        report.add(place, "site-exists", "a site of the inventory", line.site, did_you_mean(line.site, view.site_codes))
        return None
    if site.buyer != report.call_off.buyer:
        remedy = "Order at a site of the buyer."
        report.add(place, "site-of-buyer", f"a site of {report.call_off.buyer}", f"a site of {site.buyer}", remedy)
        return None
    return site


def check_places(view: View, lines: tuple[tuple[int, ValidLine], ...], report: Report) -> None:
    """Check what lines need of their sites, and what they must not share."""
    for index, line in lines:
        if isinstance(line.parameters, LanParameters):
            _check_lan(index, line.site, line.parameters, report)
        else:
            _check_wan(index, line, report)
    _check_line_ids(report)
    _check_segments(lines, report)
    _check_routed(view, lines, report)
    _check_addresses(view, {line.site.code: (index, line.site) for index, line in lines}, report)


def _file(site: Site) -> str:
    return f"inventory/sites/{site.code}/site.yaml"


def _check_lan(index: int, site: Site, parameters: LanParameters, report: Report) -> None:
    place: FieldPath = ("lines", index, "site")
    if not site.switches or site.addresses is None:
        remedy = f"Describe switches and addresses in {_file(site)}."
        report.add(place, "lan-ready", "switches and an address plan at the site", "one of them missing", remedy)
        return
    ports = sum(len(switch.access_ports) for switch in site.switches)
    wanted = sum(segment.ports for segment in parameters.segments)
    if wanted > ports:
        remedy = "Order fewer ports, or add a switch to the site."
        where: FieldPath = ("lines", index, "parameters", "segments")
        report.add(where, "ports-available", f"at most {ports} access ports at {site.code}", f"{wanted} ports", remedy)
    low, high = site.addresses.transit_vlans
    for number, segment in enumerate(parameters.segments):
        if segment.vlan is not None and low <= segment.vlan <= high:
            where = ("lines", index, "parameters", "segments", number, "vlan")
            expected = f"a VLAN outside {low}-{high}, which {site.code} keeps for transit"
            report.add(where, "vlan-free", expected, str(segment.vlan), "Order another VLAN, or none.")


def _check_wan(index: int, line: ValidLine, report: Report) -> None:
    tail, site = line.site.access_tail, line.site
    if tail is None or site.handoff is None or site.addresses is None:
        remedy = f"Describe access_tail, handoff and addresses in {_file(site)}; the circuit has to exist."
        place: FieldPath = ("lines", index, "site")
        report.add(place, "wan-ready", "an access tail and a CPE at the site", "one of them missing", remedy)
        return
    if isinstance(line.parameters, WanParameters) and line.parameters.rate_mbps > tail.bearer_mbps:
        place = ("lines", index, "parameters", "rate_mbps")
        expected = f"at most the bearer's {tail.bearer_mbps} Mbit/s"
        remedy = "Order a lower rate, or a bigger bearer first."
        report.add(place, "rate-fits-bearer", expected, f"{line.parameters.rate_mbps} Mbit/s", remedy)


def _check_line_ids(report: Report) -> None:
    seen: set[str] = set()
    for index, line in enumerate(report.call_off.lines):
        if line.id in seen:
            report.add(("lines", index, "id"), "line-id-unique", "each id once", f"{line.id} again", "Rename one.")
        seen.add(line.id)


def _check_segments(lines: tuple[tuple[int, ValidLine], ...], report: Report) -> None:
    """In one site, no name and no asked VLAN twice, in whichever lines."""
    names: set[tuple[SiteCode, str]] = set()
    vlans: set[tuple[SiteCode, int]] = set()
    for index, line in lines:
        if not isinstance(line.parameters, LanParameters):
            continue
        for number, segment in enumerate(line.parameters.segments):
            place = ("lines", index, "parameters", "segments", number)
            code = line.site.code
            if (code, segment.name) in names:
                expected = f"each segment name once at {code}"
                report.add((*place, "name"), "segment-name-unique", expected, f"{segment.name} again", "Rename one.")
            names.add((code, segment.name))
            if segment.vlan is not None and (code, segment.vlan) in vlans:
                expected = f"each VLAN once at {code}"
                report.add((*place, "vlan"), "vlan-unique", expected, f"{segment.vlan} again", "Order another VLAN.")
            if segment.vlan is not None:
                vlans.add((code, segment.vlan))


def _check_routed(view: View, lines: tuple[tuple[int, ValidLine], ...], report: Report) -> None:
    """A WAN routes segments of a LAN at its site, ordered with it or delivered before."""
    ordered: dict[SiteCode, set[str]] = {}
    for _, line in lines:
        if isinstance(line.parameters, LanParameters):
            names = (segment.name for segment in line.parameters.segments)
            ordered.setdefault(line.site.code, set()).update(names)
    for index, line in lines:
        code = line.site.code
        if not isinstance(line.parameters, WanParameters) or code in view.delivered_sites:
            continue
        if code not in ordered:
            remedy = "Order a LAN at the site with it."
            report.add(("lines", index), "wan-has-lan", f"a LAN at {code}, ordered or delivered", "none", remedy)
            continue
        for number, name in enumerate(line.parameters.segments):
            if name not in ordered[code]:
                place = ("lines", index, "parameters", "segments", number)
                remedy = did_you_mean(name, ordered[code])
                report.add(place, "segment-exists", f"a segment of the LAN at {code}", name, remedy)


def _check_addresses(view: View, sites: dict[SiteCode, tuple[int, Site]], report: Report) -> None:
    """Site aggregates lie inside the buyer's and overlap neither each other nor their own transit prefix."""
    for index, site in sites.values():
        plan = site.addresses
        if plan is None:
            continue
        place = ("lines", index, "site")
        if view.buyer is not None and not plan.lan.subnet_of(view.buyer.aggregate):
            expected = f"{site.code}: a LAN aggregate inside the buyer's {view.buyer.aggregate}"
            report.add(place, "lan-in-aggregate", expected, str(plan.lan), f"Correct {_file(site)}.")
        if plan.transit.overlaps(plan.lan):
            expected = f"{site.code}: a transit prefix outside {plan.lan}"
            report.add(place, "no-overlap", expected, str(plan.transit), f"Correct {_file(site)}.")
    for (_, one), (index, other) in combinations(sites.values(), 2):
        if one.addresses and other.addresses and one.addresses.lan.overlaps(other.addresses.lan):
            expected = f"{other.code}: a LAN aggregate that does not overlap {one.addresses.lan} of {one.code}"
            remedy = f"Correct {_file(other)}: both are in the VRF of one buyer."
            report.add(("lines", index, "site"), "no-overlap", expected, str(other.addresses.lan), remedy)
