"""What a service line wants of one device: the complete value that its template gets."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from turnup.design.service_lines import ServiceLine
from turnup.findings import Finding, Severity
from turnup.scalars import DeviceName, SiteCode
from turnup.sites import Device, Platform, Site


@dataclass(frozen=True, slots=True)
class DeviceIntent:
    """One service line on one device.

    Attributes:
        site: the site for whose sake the device changes; a provider edge changes for many.
        value: what `templates/<service>/<platform>.j2` gets as `intent`: frozen and complete.
        findings: what the platform cannot do of it.
    """

    line: ServiceLine
    site: SiteCode
    device: DeviceName
    platform: Platform
    value: object
    findings: tuple[Finding, ...] = ()


@dataclass(frozen=True, slots=True)
class Surroundings:
    """What a service may know beyond its own design.

    Attributes:
        site: the site of the service line.
        devices: the devices that the order may touch, by name: those of its sites and their provider edges.
    """

    site: Site
    devices: Mapping[DeviceName, Device]


def cannot(device: DeviceName, platform: Platform, feature: str, consequence: str) -> Finding:
    """Say that a platform cannot do something that the service asks for."""
    return Finding(
        file=device,
        line=0,
        field=feature,
        rule="platform-cannot",
        expected=f"{feature} on {platform}",
        found="not available on this platform",
        remedy=consequence,
        severity=Severity.WARNING,
    )
