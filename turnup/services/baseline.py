"""Baseline: the management of a site's own devices. It ends only with the recovery of the device."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from turnup.provider import Provider
from turnup.service.contract import Service
from turnup.service.intent import DeviceIntent, Surroundings, cannot
from turnup.service.lines import BASELINE
from turnup.sites import Platform

if TYPE_CHECKING:
    from turnup.findings import Finding
    from turnup.service.lines import ServiceLine
    from turnup.sites import Device

_TEMPLATED = frozenset({Platform.CISCO_IOS, Platform.ARISTA_EOS, Platform.JUNIPER_JUNOS})


@dataclass(frozen=True, slots=True)
class BaselineDesign:
    """The management baseline of a site's own devices."""

    line: ServiceLine


def baseline_intents(design: BaselineDesign, around: Surroundings, provider: Provider) -> tuple[DeviceIntent, ...]:
    """Say what the baseline wants of each device of the site."""
    return tuple(_intent(design, around, device, provider) for device in around.site.devices)


def _intent(design: BaselineDesign, around: Surroundings, device: Device, provider: Provider) -> DeviceIntent:
    findings: tuple[Finding, ...] = ()
    if device.platform not in _TEMPLATED:
        consequence = "SSH, AAA, logging, SNMP and time come with its image; check them there."
        findings = (cannot(device.name, device.platform, "a managed baseline", consequence),)
    return DeviceIntent(design.line, around.site.code, device.name, device.platform, provider, findings)


SERVICE: Service[None, BaselineDesign] = Service(name=BASELINE, value=Provider, intents=baseline_intents)
