"""What a second access, an internet circuit and an AS number of the buyer's own have to fit."""

from __future__ import annotations

from typing import TYPE_CHECKING

from turnup.service.view import site_file
from turnup.services.wan.parameters import GatewayProtocol, WanParameters
from turnup.sites import Platform

if TYPE_CHECKING:
    from turnup.framework import ProviderPools
    from turnup.positions import FieldPath
    from turnup.service.view import Report
    from turnup.sites import Site


def check_second_access(asked: WanParameters, site: Site, above: FieldPath, report: Report) -> None:
    """Check that the site has a second circuit and CPE, as a pair with the first."""
    place = (*above, "dual_access")
    needed = (("second_tail", site.second_tail), ("second_handoff", site.second_handoff))
    missing = " and ".join(name for name, there in needed if there is None)
    if missing:
        remedy = f"Describe {missing} in {site_file(site)}, or order one access."
        report.add(place, "dual-access-ready", "a second access tail and CPE", f"no {missing}", remedy)
    if site.second_tail is None or site.second_handoff is None or site.access_tail is None or site.handoff is None:
        return
    one, other = site.device(site.access_tail.cpe), site.device(site.second_tail.cpe)
    if one is None or other is None or one.redundant_with != other.name:
        found = f"{site.access_tail.cpe} and {site.second_tail.cpe}, which do not name each other"
        remedy = "Write `redundant_with` at both in hosts.yaml: then they are never changed at once."
        report.add(place, "dual-access-pair", "two CPEs that stand in for each other", found, remedy)
    elif asked.gateway_protocol is GatewayProtocol.HSRP:
        foreign = sorted({each.platform for each in (one, other)} - {Platform.CISCO_IOS})
        if foreign:
            where = (*above, "gateway_protocol")
            expected = "two CPEs of cisco_ios, for HSRP is Cisco's own"
            report.add(where, "hsrp-on-cisco", expected, f"one of {', '.join(foreign)}", "Order vrrp.")
    if site.second_handoff.switch != site.handoff.switch:
        expected = f"both CPEs at {site.handoff.switch}, which routes for the site"
        remedy = f"Move the cable, or correct second_handoff in {site_file(site)}."
        report.add(place, "dual-access-handoff", expected, site.second_handoff.switch, remedy)


def check_internet(site: Site, asked: WanParameters, above: FieldPath, report: Report) -> None:
    """Check that the site has an internet circuit, on a CPE of this access, with addresses apart from the buyer's."""
    place, circuit = (*above, "internet_breakout"), site.internet
    if circuit is None:
        remedy = f"Describe internet in {site_file(site)}, or order no breakout."
        report.add(place, "internet-ready", "an internet circuit at the site", "no internet", remedy)
        return
    tails = (site.access_tail, site.second_tail if asked.dual_access else None)
    cpes = tuple(tail.cpe for tail in tails if tail is not None)
    if cpes and circuit.cpe not in cpes:
        expected = f"an internet circuit on {' or '.join(cpes)}"
        report.add(place, "internet-on-cpe", expected, circuit.cpe, f"Correct internet in {site_file(site)}.")
    plan = site.addresses
    taken = () if plan is None else (plan.lan, plan.transit)
    if any(circuit.address.network.overlaps(each) for each in taken):
        expected = f"{circuit.circuit_id}: addresses apart from {' and '.join(str(each) for each in taken)}"
        found, remedy = str(circuit.address), f"Correct internet in {site_file(site)}."
        report.add(place, "no-overlap", expected, found, remedy)
    if circuit.gateway not in circuit.address.network or circuit.gateway == circuit.address.ip:
        expected = f"a gateway on {circuit.address.network} beside {circuit.address.ip}"
        report.add(place, "gateway-inside", expected, str(circuit.gateway), f"Correct internet in {site_file(site)}.")


def check_asn(asn: int, pools: ProviderPools, above: FieldPath, report: Report) -> None:
    """Check that a buyer's own AS number is none that the framework gives out, or has itself."""
    low, high = pools.customer_asns
    if low <= asn <= high or asn == pools.provider_asn:
        expected = f"an AS number outside {low}-{high}, and not the provider's {pools.provider_asn}"
        remedy = "Leave it out: each site then gets one of its own."
        report.add((*above, "asn"), "asn-of-framework", expected, str(asn), remedy)
