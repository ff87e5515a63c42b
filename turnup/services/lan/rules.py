"""What a LAN has to fit: the site's switches and ports, names and asked VLANs once at a site."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass

from turnup.positions import FieldPath
from turnup.scalars import SiteCode
from turnup.service.checked import CheckedLine
from turnup.service.view import Report, View, site_file
from turnup.services.lan.parameters import LanParameters
from turnup.services.lan.references import check_references
from turnup.sites import Site

NAME = "lan"


@dataclass(frozen=True, slots=True)
class AskedSegment:
    """A LAN segment as far as it can be read, even if other parameters of its line are wrong."""

    number: int
    name: str
    vlan: int | None


def check_lans(_view: View, lines: tuple[CheckedLine, ...], report: Report) -> None:
    """Check the LANs of all lines together."""
    lans = tuple(line for line in lines if line.orders(NAME))
    ports_asked: dict[SiteCode, int] = {}
    for line in lans:
        if line.site is not None:
            _check_lan(line, line.site, ports_asked, report)
    _check_twice(lans, report)


def asked_segments(line: CheckedLine) -> Iterator[AskedSegment]:
    """Read the names and asked VLANs of a LAN line's segments, as they were written."""
    written = line.order_line.parameters.get("segments")
    for number, segment in enumerate(written if isinstance(written, list) else ()):
        if isinstance(segment, Mapping) and isinstance(segment.get("name"), str):
            vlan = segment.get("vlan")
            number_asked = int(vlan) if isinstance(vlan, int | str) and str(vlan).isdecimal() else None
            yield AskedSegment(number, str(segment["name"]).strip(), number_asked)


def _check_lan(line: CheckedLine, site: Site, ports_asked: dict[SiteCode, int], report: Report) -> None:
    place: FieldPath = ("lines", line.index)
    if not site.switches or site.addresses is None:
        missing = " and ".join(
            name for name, there in (("switches", site.switches), ("addresses", site.addresses)) if not there
        )
        remedy = f"Describe {missing} in {site_file(site)}."
        report.add((*place, "site"), "lan-ready", "switches and an address plan at the site", f"no {missing}", remedy)
        return
    low, high = site.addresses.transit_vlans
    for segment in asked_segments(line):
        if segment.vlan is not None and low <= segment.vlan <= high:
            where = (*place, "parameters", "segments", segment.number, "vlan")
            expected = f"a VLAN outside {low}-{high}, which {site.code} keeps for transit"
            report.add(where, "vlan-free", expected, str(segment.vlan), "Order another VLAN, or none.")
    if isinstance(line.parameters, LanParameters):
        asked = ports_asked.get(site.code, 0) + sum(segment.ports for segment in line.parameters.segments)
        ports_asked[site.code] = asked
        ports = sum(len(switch.access_ports) for switch in site.switches)
        if asked > ports:
            where = (*place, "parameters", "segments")
            remedy = "Order fewer ports, or add a switch to the site."
            expected = f"at most {ports} access ports at {site.code}"
            report.add(where, "ports-available", expected, f"{asked} ports", remedy)
        check_references(line.index, line.parameters, site, report)


def _check_twice(lans: Iterable[CheckedLine], report: Report) -> None:
    names: set[tuple[SiteCode, str]] = set()
    vlans: set[tuple[SiteCode, int]] = set()
    for line in lans:
        code = line.order_line.site
        for segment in asked_segments(line):
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
