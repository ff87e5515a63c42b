"""Mobile: the buyer has a private APN, its addresses are its own and enough, and no SIM is ordered twice."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from turnup.buyers import Buyer, PrivateApn
from turnup.positions import FieldPath
from turnup.service.checked import CheckedLine
from turnup.service.view import Report, View, site_file
from turnup.services.mobile.parameters import MobileParameters

NAME = "mobile"
UNIQUE = ("iccid", "imsi", "msisdn")


def check_mobile(view: View, lines: tuple[CheckedLine, ...], report: Report) -> None:
    """Check the SIMs of all lines together."""
    buyer = view.buyer
    mobiles = tuple(line for line in lines if line.orders(NAME))
    for line in mobiles:
        if line.site is not None and NAME not in line.site.served_by:
            remedy = f"Describe served_by.mobile in {site_file(line.site)}."
            report.add(
                ("lines", line.index, "site"),
                "mobile-ready",
                "RADIUS servers for the site",
                "no served_by.mobile",
                remedy,
            )
    _check_twice(mobiles, report)
    if not mobiles or buyer is None:
        return
    place: FieldPath = ("lines", mobiles[0].index)
    if buyer.private_apn is None:
        remedy = f"Add `private_apn` to inventory/buyers/{buyer.code}.yaml."
        report.add((*place, "product"), "buyer-has-apn", f"a private APN of {buyer.code}", "none", remedy)
        return
    _check_pool(buyer, buyer.private_apn, mobiles, report)


def _check_pool(buyer: Buyer, private: PrivateApn, lines: tuple[CheckedLine, ...], report: Report) -> None:
    """The addresses lie in the buyer's aggregate, apart from its sites, and are enough for the order."""
    place: FieldPath = ("lines", lines[0].index)
    remedy = f"Correct private_apn in inventory/buyers/{buyer.code}.yaml."
    if not private.addresses.subnet_of(buyer.aggregate):
        expected = f"SIM addresses inside the buyer's {buyer.aggregate}"
        report.add((*place, "product"), "sim-pool-in-aggregate", expected, str(private.addresses), remedy)
    for site in {line.site.code: line.site for line in lines if line.site is not None}.values():
        plan = site.addresses
        if plan is not None and (private.addresses.overlaps(plan.lan) or private.addresses.overlaps(plan.transit)):
            expected = f"SIM addresses apart from {plan.lan} and {plan.transit} of {site.code}"
            report.add((*place, "product"), "no-overlap", expected, str(private.addresses), remedy)
    asked = sum(len(line.parameters.sims) for line in lines if isinstance(line.parameters, MobileParameters))
    there = max(private.addresses.num_addresses - 2, 1)
    if asked > there:
        where = (*place, "parameters", "sims")
        report.add(where, "sim-addresses", f"at most {there} SIMs in {private.addresses}", f"{asked} SIMs", remedy)


def _check_twice(lines: tuple[CheckedLine, ...], report: Report) -> None:
    seen: set[tuple[str, str]] = set()
    for line in lines:
        for number, name, value in _written(line):
            if (name, value) in seen:
                place = ("lines", line.index, "parameters", "sims", number, name)
                remedy = "Take the SIM out of one of the lists."
                report.add(place, "sim-unique", f"each {name} once", f"{value} again", remedy)
            seen.add((name, value))


def _written(line: CheckedLine) -> Iterator[tuple[int, str, str]]:
    """Read the identities of a line's SIMs as they were written, even if other parameters are wrong."""
    sims = line.order_line.parameters.get("sims")
    for number, sim in enumerate(sims if isinstance(sims, list) else ()):
        if isinstance(sim, Mapping):
            yield from ((number, name, str(sim[name])) for name in UNIQUE if isinstance(sim.get(name), str))
