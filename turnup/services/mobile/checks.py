"""What proves SIMs: every server lets each in with its own address, and a barred one not at all."""

from __future__ import annotations

from typing import TYPE_CHECKING

from turnup.service.checks import ServiceCheck
from turnup.sites import DeviceRole

if TYPE_CHECKING:
    from turnup.provider import Provider
    from turnup.service.intent import Surroundings
    from turnup.services.mobile.design import MobileDesign, SimDesign
    from turnup.sites import Device


def mobile_checks(design: MobileDesign, around: Surroundings, _provider: Provider) -> tuple[ServiceCheck, ...]:
    """Ask every server as the packet gateway does, for every SIM (RFC 2865, 3GPP TS 29.061)."""
    return tuple(
        _check(design, around, server, sim)
        for server in around.serving("mobile", DeviceRole.RADIUS)
        for sim in design.sims
    )


def _check(design: MobileDesign, around: Surroundings, server: Device, sim: SimDesign) -> ServiceCheck:
    number = sim.msisdn.removeprefix("+")
    return ServiceCheck(
        service_line=design.line.id,
        site=around.site.code,
        device=server.name,
        title=f"SIM {sim.imsi} is let in with its address" if not sim.barred else f"SIM {sim.imsi} is barred",
        ask=f"user {sim.imsi} Called-Station-Id={design.apn} Calling-Station-Id={number}",
        shows=r"^(Access-Reject)$" if sim.barred else r"^Framed-IP-Address = (\S+)$",
        expected="Access-Reject" if sim.barred else str(sim.address),
    )
