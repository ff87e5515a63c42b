"""Eligibility: may this body call off from this framework? By identity, class and place."""

from __future__ import annotations

from turnup.findings import did_you_mean
from turnup.framework import Framework
from turnup.service.view import Report, View


def check_eligibility(view: View, framework: Framework, report: Report) -> None:
    """Check that the buyer is listed, of an eligible class, in the region, and known to Turnup."""
    code = report.call_off.buyer
    listed = next((each for each in view.eligible_buyers if each.code == code), None)
    if listed is None:
        remedy = did_you_mean(code, (each.code for each in view.eligible_buyers))
        report.add(("buyer",), "buyer-listed", f"a buyer listed under {framework.reference}", code, remedy)
        return
    if listed.buyer_class not in framework.rules.eligible_classes:
        classes = ", ".join(framework.rules.eligible_classes)
        remedy = "This buyer may not call off; use another framework."
        report.add(("buyer",), "buyer-class", f"one of the classes {classes}", listed.buyer_class, remedy)
    if listed.region != framework.rules.eligible_region:
        remedy = "This buyer may not call off; use another framework."
        report.add(("buyer",), "buyer-place", f"region {framework.rules.eligible_region}", listed.region, remedy)
    if view.buyer is None:
        remedy = f"Add inventory/buyers/{code}.yaml with its VRF, aggregate and signatories."
        report.add(("buyer",), "buyer-known", "a file of the buyer in the inventory", "none", remedy)
