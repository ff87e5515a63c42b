"""Mobile: SIMs in the buyer's private APN, each let in with its own address by the provider's RADIUS servers."""

from __future__ import annotations

from dataclasses import dataclass
from ipaddress import IPv4Address
from typing import TYPE_CHECKING

from turnup.errors import DesignError
from turnup.findings import did_you_mean
from turnup.services.intent import DeviceIntent, Surroundings
from turnup.sites import DeviceRole

if TYPE_CHECKING:
    from turnup.design.service_lines import MobileDesign, SimDesign
    from turnup.scalars import DeviceName
    from turnup.sites import MobileCore


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


def mobile_intents(design: MobileDesign, around: Surroundings) -> tuple[DeviceIntent, ...]:
    """Say what SIMs want of each RADIUS server: the same of all, for any of them may be asked.

    Raises:
        DesignError: the site has no mobile core, or the core no such server.
    """
    core = around.site.mobile_core
    if core is None:
        raise DesignError(
            f"inventory/sites/{around.site.code}/site.yaml",
            "mobile_core",
            "none",
            "Say which RADIUS servers serve the site.",
        )
    value = MobileServer(design.apn, tuple(_sim(sim) for sim in sorted(design.sims, key=lambda sim: sim.imsi)))
    return tuple(_intent(design, around, name, value, core) for name in core.servers)


def _intent(
    design: MobileDesign, around: Surroundings, name: DeviceName, value: MobileServer, core: MobileCore
) -> DeviceIntent:
    servers = tuple(device.name for device in around.devices.values() if device.role is DeviceRole.RADIUS)
    if name not in servers:
        raise DesignError(
            f"inventory/sites/{around.site.code}/site.yaml: mobile_core.servers",
            f"a RADIUS server of {core.site}",
            name,
            did_you_mean(name, servers) if servers else f"Add it to inventory/sites/{core.site}/hosts.yaml.",
        )
    return DeviceIntent(design.line, around.site.code, name, around.devices[name].platform, value)


def _sim(sim: SimDesign) -> MobileSim:
    return MobileSim(sim.imsi, sim.msisdn.removeprefix("+"), None if sim.barred else sim.address)
