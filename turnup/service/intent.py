"""What a service line wants of one device: the complete value that its template gets."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from turnup.errors import DesignError
from turnup.findings import Finding, Severity, did_you_mean
from turnup.scalars import DeviceName, SiteCode
from turnup.service.lines import ServiceLine
from turnup.sites import Device, DeviceRole, Platform, Site


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

    def serving(self, service: str, role: DeviceRole) -> tuple[Device, ...]:
        """Find the provider's devices that a service of the site stands on.

        Raises:
            DesignError: the site names none for the service, or one that there is not in that role.
        """
        where, core = f"inventory/sites/{self.site.code}/site.yaml", self.site.served_by.get(service)
        if core is None:
            remedy = f"Say which devices of the provider, in the role {role}, serve the site."
            raise DesignError(where, f"served_by.{service}", "none", remedy)
        there = tuple(device.name for device in self.devices.values() if device.role is role)
        for name in core.devices:
            if name not in there:
                remedy = did_you_mean(name, there) if there else f"Add it to inventory/sites/{core.site}/hosts.yaml."
                expected = f"a device of {core.site} in the role {role}"
                raise DesignError(f"{where}: served_by.{service}.devices", expected, name, remedy)
        return tuple(self.devices[name] for name in core.devices)


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
