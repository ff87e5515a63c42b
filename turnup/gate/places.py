"""Places: sites exist and belong to the buyer."""

from __future__ import annotations

from turnup.call_off import OrderLine
from turnup.findings import did_you_mean
from turnup.service.view import Report, View
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
