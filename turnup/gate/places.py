"""Places: sites exist, belong to the buyer, and have what the services ordered there need."""

from __future__ import annotations

from turnup.call_off import OrderLine
from turnup.findings import did_you_mean
from turnup.gate.checked import CheckedLine
from turnup.gate.view import Report, View, site_file
from turnup.parameters import LanParameters, ServiceName, WanParameters
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
    if site.buyer == report.call_off.buyer:
        return site
    if view.knows_buyer(report.call_off.buyer):  # of a buyer that nobody knows, every site would be a finding
        found = f"a site of {site.buyer}" if site.buyer else "a site of the provider"
        report.add(place, "site-of-buyer", f"a site of {report.call_off.buyer}", found, "Order at a site of the buyer.")
    return None


def check_places(lines: tuple[CheckedLine, ...], report: Report) -> None:
    """Check what lines need of their sites."""
    ports_asked: dict[SiteCode, int] = {}
    for line in lines:
        if line.site is not None and line.orders(ServiceName.LAN):
            _check_lan(line, line.site, ports_asked, report)
        if line.site is not None and line.orders(ServiceName.WAN):
            _check_wan(line, line.site, report)


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
    for segment in line.segments():
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


def _check_wan(line: CheckedLine, site: Site, report: Report) -> None:
    place: FieldPath = ("lines", line.index)
    needed = (("access_tail", site.access_tail), ("handoff", site.handoff), ("addresses", site.addresses))
    missing = ", ".join(name for name, there in needed if there is None)
    if missing:
        remedy = f"Describe {missing} in {site_file(site)}; the circuit has to exist."
        report.add((*place, "site"), "wan-ready", "an access tail and a CPE at the site", f"no {missing}", remedy)
    if site.access_tail is None or not isinstance(line.parameters, WanParameters):
        return
    if line.parameters.rate_mbps > site.access_tail.bearer_mbps:
        expected = f"at most the bearer's {site.access_tail.bearer_mbps} Mbit/s"
        remedy, where = "Order a lower rate, or a bigger bearer first.", (*place, "parameters", "rate_mbps")
        report.add(where, "rate-fits-bearer", expected, f"{line.parameters.rate_mbps} Mbit/s", remedy)
