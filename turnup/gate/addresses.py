"""Addresses: site aggregates lie inside the buyer's and overlap neither each other nor a transit prefix."""

from __future__ import annotations

from collections.abc import Iterable
from itertools import combinations

from turnup.buyers import Buyer
from turnup.service.checked import CheckedLine
from turnup.service.view import Report, site_file
from turnup.sites import AddressPlan, Site


def check_addresses(buyer: Buyer | None, lines: Iterable[CheckedLine], report: Report) -> None:
    """Check the address plans of all sites that the order names, each once.

    Only sites of one buyer are compared: the same addresses in the VRFs of two buyers are legal (RFC 4364, 4).
    """
    plans: dict[str, tuple[int, Site, AddressPlan]] = {}
    for line in lines:
        if line.site is not None and line.site.addresses is not None:
            plans.setdefault(line.site.code, (line.index, line.site, line.site.addresses))
    for index, site, plan in plans.values():
        _check_one(index, site, plan, buyer, report)
    for (_, one, first), (index, other, second) in combinations(plans.values(), 2):
        remedy = f"Correct {site_file(other)}: both are in the VRF of one buyer."
        if first.lan.overlaps(second.lan):
            expected = f"{other.code}: a LAN aggregate that does not overlap {first.lan} of {one.code}"
            report.add(("lines", index, "site"), "no-overlap", expected, str(second.lan), remedy)
        if first.transit.overlaps(second.lan) or first.lan.overlaps(second.transit):
            expected = f"{other.code}: LAN and transit apart from {first.lan} and {first.transit} of {one.code}"
            found = f"{second.lan} and {second.transit}"
            report.add(("lines", index, "site"), "no-overlap", expected, found, remedy)


def _check_one(index: int, site: Site, plan: AddressPlan, buyer: Buyer | None, report: Report) -> None:
    place = ("lines", index, "site")
    if buyer is not None and not plan.lan.subnet_of(buyer.aggregate):
        expected = f"{site.code}: a LAN aggregate inside the buyer's {buyer.aggregate}"
        report.add(place, "lan-in-aggregate", expected, str(plan.lan), f"Correct {site_file(site)}.")
    if plan.transit.overlaps(plan.lan):
        expected = f"{site.code}: a transit prefix outside {plan.lan}"
        report.add(place, "no-overlap", expected, str(plan.transit), f"Correct {site_file(site)}.")
