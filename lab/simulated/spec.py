"""What a fleet is made of."""

from __future__ import annotations

from dataclasses import dataclass

from lab.simulated.kinds import DeviceKind


@dataclass(frozen=True, slots=True)
class DeviceSpec:
    """One device as it leaves the factory, or as it stands on site.

    Attributes:
        name: how the fleet calls it; normally its hostname too.
        kind: decides its operating system and its commands.
        serial: serial number of its board.
        model: as `show version` names it.
        startup_config: what it boots from; the physical interfaces in it are its hardware.
        username: login name.
        password: login password.
        enable_password: asked for by `enable`; None lets the login land in privileged mode.
        port: TCP port on 127.0.0.1; 0 takes a free one.
        login_delay: seconds that a login takes.
        links: pairs of an interface, a neighbour's or a server's address or an access point's hardware address, and
            whether it is up; what is not named is up.
    """

    name: str
    kind: DeviceKind
    serial: str
    model: str
    startup_config: str
    username: str
    password: str
    enable_password: str | None = None
    port: int = 0
    login_delay: float = 0.0
    links: tuple[tuple[str, bool], ...] = ()
