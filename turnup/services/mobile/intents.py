"""Mobile: SIMs in the buyer's private APN, each let in with its own address by the provider's RADIUS servers."""

from __future__ import annotations

from dataclasses import dataclass
from ipaddress import IPv4Address
from typing import TYPE_CHECKING

from turnup.service.intent import DeviceIntent, Surroundings
from turnup.sites import DeviceRole

if TYPE_CHECKING:
    from turnup.provider import Provider
    from turnup.services.mobile.design import MobileDesign, SimDesign


@dataclass(frozen=True, slots=True)
class MobileSim:
    """A SIM as the packet gateway asks for it.

    Attributes:
        imsi: what it gives as its user name.
        number: its MSISDN without +, as `Calling-Station-Id` has it (3GPP TS 29.061, 16.4).
        address: what it gets; none: it is barred and gets nothing.
    """

    imsi: str
    number: str
    address: IPv4Address | None


@dataclass(frozen=True, slots=True)
class MobileServer:
    """All that SIMs put on one RADIUS server.

    Attributes:
        apn: the only access point by which they may come in.
        sims: by IMSI.
    """

    apn: str
    sims: tuple[MobileSim, ...]


def mobile_intents(design: MobileDesign, around: Surroundings, _provider: Provider) -> tuple[DeviceIntent, ...]:
    """Say what SIMs want of each RADIUS server: the same of all, for any of them may be asked.

    Raises:
        DesignError: the site names no such server.
    """
    value = MobileServer(design.apn, tuple(_sim(sim) for sim in sorted(design.sims, key=lambda sim: sim.imsi)))
    return tuple(
        DeviceIntent(design.line, around.site.code, server.name, server.platform, value)
        for server in around.serving("mobile", DeviceRole.RADIUS)
    )


def _sim(sim: SimDesign) -> MobileSim:
    return MobileSim(sim.imsi, sim.msisdn.removeprefix("+"), None if sim.barred else sim.address)
