"""Service lines, and what several services say of the devices of a site."""

from __future__ import annotations

from dataclasses import dataclass

from turnup.scalars import DeviceName, SiteCode

BASELINE = "baseline"
"""The service that a site has of itself: it is never ordered."""


@dataclass(frozen=True, slots=True)
class ServiceLine:
    """One service at one site that an order line brings to life.

    Attributes:
        id: `REFERENCE/LINE`, such as `LBHF-2026-0042/L1`; the baseline of a site is `SITE/BASELINE`.
        call_off: reference of the call-off.
        product: code in the catalogue; empty for the baseline.
    """

    id: str
    call_off: str
    site: SiteCode
    service: str
    product: str


@dataclass(frozen=True, slots=True)
class PortRef:
    """A port of a switch."""

    device: DeviceName
    interface: str


def service_line_id(reference: str, line_id: str) -> str:
    """Name the service line of an order line."""
    return f"{reference}/{line_id}"


def baseline_line(site: SiteCode) -> ServiceLine:
    """Name the baseline of a site: a service line like any other, but it ends only with the devices."""
    return ServiceLine(f"{site}/BASELINE", "", site, BASELINE, "")
